"""The form of one ledger line, written and read.

A line is one JSON object, ASCII keys sorted, no spaces, values only strings, integers, booleans, null, lists and
objects of these: then it is its own RFC 8785 canonical form. Reading works on the bytes on disk and never
re-serialises; a withheld line is the 64 hex digits of its leaf hash.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

VERSION = 1
ZEROS = "0" * 64
ACTS = frozenset(
    {"create", "acquire", "refuse", "duplicate", "verify", "seal", "view", "derive", "redact", "release", "receive"}
    | {"produce", "withhold", "exhibit", "withdraw", "bind", "key-add", "key-revoke", "anchor", "clock", "recover"}
    | {"dispose"}
)
_OWN_FIELDS = frozenset({"v", "seq", "prev", "time", "salt", "actor", "act"})
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SALT = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(rb"[0-9a-f]{64}")
_LARGEST = 2**53

Fields = dict[str, Any]


class BadLine(ValueError):  # noqa: N818 — a verdict on data, caught by the checks
    """The bytes are not a ledger line; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be logged: an act and its own fields."""

    act: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read: its 1-based ``number``, who did what when, and the act's own fields."""

    number: int
    time: str
    actor: str
    act: str
    fields: Fields


def time_text(moment: datetime) -> str:
    """UTC with microseconds and Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def encode(entry: Entry, *, seq: int, prev: str, time: str, salt: str, actor: str) -> bytes:
    """The bytes of a line, without its LF. Raises :class:`BadLine` for a value that a ledger cannot hold."""
    clash = _OWN_FIELDS & entry.fields.keys()
    if clash or entry.act not in ACTS:
        raise BadLine(f"{entry.act}: fields {sorted(clash)} are the ledger's own, or the act is unknown")
    fields = {"v": VERSION, "seq": seq, "prev": prev, "time": time, "salt": salt, "actor": actor, "act": entry.act}
    fields.update(entry.fields)
    _check_values(fields)
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _check_values(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise BadLine(f"the key {key!r} is not ASCII")
            _check_values(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_values(inner)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) >= _LARGEST:
            raise BadLine(f"the integer {value} is too large")
    elif not isinstance(value, str):
        raise BadLine(f"a value of type {type(value).__name__} cannot be kept")


def withheld(raw: bytes) -> bool:
    """Whether a line stands as its leaf hash only."""
    return len(raw) == 64 and _HEX64.fullmatch(raw) is not None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadLine("a key stands twice")
    return fields


def _no_float(text: str) -> object:
    raise BadLine(f"the number {text} is not an integer")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_float=_no_float, parse_constant=_no_float)


def decode(raw: bytes, *, seq: int, prev: str) -> Line:
    """Read a line's bytes (no LF) that should be number ``seq`` (0-based) behind the leaf hash ``prev`` (hex).

    Raises :class:`BadLine`.
    """
    try:
        fields = _DECODER.decode(raw.decode("utf-8"))
    except BadLine:
        raise
    except (ValueError, RecursionError) as error:  # an integer of thousands of digits is a ValueError of its own
        raise BadLine("it is not a JSON object") from error
    if not isinstance(fields, dict):
        raise BadLine("it is not a JSON object")
    _check_own(fields, seq, prev)
    line = Line(seq + 1, fields.pop("time"), fields.pop("actor"), fields.pop("act"), fields)
    del fields["v"], fields["seq"], fields["prev"], fields["salt"]  # one by one: a million lines are read like this
    return line


def _check_own(fields: Fields, seq: int, prev: str) -> None:
    missing = _OWN_FIELDS - fields.keys()
    if missing:
        raise BadLine(f"it lacks {', '.join(sorted(missing))}")
    if fields["v"] is True or fields["v"] != VERSION:
        raise BadLine(f"its version is {fields['v']!r}")
    if isinstance(fields["seq"], bool) or fields["seq"] != seq:
        raise BadLine(f"its sequence number is {fields['seq']!r} and should be {seq}")
    if fields["prev"] != prev:
        raise BadLine("it does not follow the line before")
    if not (isinstance(fields["time"], str) and _TIME.fullmatch(fields["time"])):
        raise BadLine("its time is malformed")
    if not (isinstance(fields["salt"], str) and _SALT.fullmatch(fields["salt"])):
        raise BadLine("its salt is malformed")
    if not (isinstance(fields["actor"], str) and fields["actor"]):
        raise BadLine("it names no actor")
    if not (isinstance(fields["act"], str) and fields["act"] in ACTS):
        raise BadLine(f"its act is {fields['act']!r}")
