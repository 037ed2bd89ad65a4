"""Acquisition records, ``acquisitions/NNNN.jsonl``: the authority on names, paths, sources and digests.

One immutable file per hand-over: a line for the hand-over itself, one per item, one per refusal. The ledger's
``acquire`` line holds the file's SHA-256; this is the protected home of what must not stand in the ledger.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from evidencekit.custody.durable import write_once
from evidencekit.model import Acquisition, Digests

_NUMBER = re.compile(r"ITEM-[0-9]{4,7}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class BadRecord(ValueError):  # noqa: N818 — a verdict on data, caught by the checks
    """The bytes are not an acquisition record; the message says why."""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item as it came in. ``raw_path`` is the received path's raw bytes in hex; ``full_path`` where it was read
    from (empty for a child); ``source`` what its file system knew; ``changed`` that it was written to meanwhile."""

    number: str
    name: str
    received_path: str
    raw_path: str
    size: int
    digests: Digests
    parent: str | None = None
    duplicate_of: str | None = None
    full_path: str = ""
    changed: bool = False
    source: dict[str, Any] = field(default_factory=dict)


_ITEM_FIELDS = tuple(each.name for each in fields(ItemRecord))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A path that was not taken in, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """One whole acquisition record."""

    acquisition: Acquisition
    items: tuple[ItemRecord, ...]
    refused: tuple[Refusal, ...]

    def encode(self) -> bytes:
        """The file's bytes: one sorted JSON object per line."""
        rows: list[dict[str, Any]] = [{"record": "acquisition", **asdict(self.acquisition)}]
        rows += [_item_row(item) for item in self.items]
        rows += [{"record": "refused", **asdict(refusal)} for refusal in self.refused]
        dump = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
        return b"".join(dump(row).encode("utf-8") + b"\n" for row in rows)

    @classmethod
    def decode(cls, data: bytes) -> Record:
        """Read a record's bytes. Raises :class:`BadRecord`."""
        try:
            rows = [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]
            kinds = [row.pop("record") for row in rows]
            if kinds[:1] != ["acquisition"]:
                raise BadRecord("it does not begin with the hand-over")
            head = Acquisition(**rows[0])
            items = tuple(_item(row) for kind, row in zip(kinds, rows, strict=True) if kind == "item")
            refused = tuple(Refusal(**row) for kind, row in zip(kinds, rows, strict=True) if kind == "refused")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadRecord(f"it is damaged ({error})") from error
        # Whoever holds a key can sign a record with anything in it; nothing behind the checks should meet that.
        hand_over = all(isinstance(value, int if name == "number" else str) for name, value in asdict(head).items())
        paths = all(isinstance(part, str) for each in refused for part in (each.path, each.why))
        if not hand_over or not paths or not all(map(_fits, items)):
            raise BadRecord("it holds what no record of a hand-over ever could")
        return cls(head, items, refused)


def _item_row(item: ItemRecord) -> dict[str, Any]:
    # By hand: dataclasses.asdict copies deeply and takes a tenth of a large batch's time.
    row: dict[str, Any] = {name: getattr(item, name) for name in _ITEM_FIELDS}
    row["digests"] = {"sha256": item.digests.sha256, "blake3": item.digests.blake3}
    return {"record": "item", **row}


def _item(row: dict[str, Any]) -> ItemRecord:
    row["digests"] = Digests(**row["digests"])
    return ItemRecord(**row)


def _fits(item: ItemRecord) -> bool:
    # By sets of types: a case of a million files is read like this at every opening.
    sha256, blake3 = item.digests.sha256, item.digests.blake3
    texts = (item.number, item.name, item.received_path, item.raw_path, item.full_path, sha256, blake3)
    return bool(
        set(map(type, texts)) == {str}
        and {type(item.parent), type(item.duplicate_of)} <= {str, type(None)}
        and (type(item.size), type(item.changed), type(item.source)) == (int, bool, dict)
        and item.size >= 0
        and _NUMBER.fullmatch(item.number)
        and _DIGEST.fullmatch(sha256)
        and _DIGEST.fullmatch(blake3)
        and (item.parent is None or (len(item.parent), item.parent) < (len(item.number), item.number))
    )


def record_name(number: int) -> str:
    """The file name of an acquisition record."""
    return f"{number:04d}.jsonl"


def write_record(folder: Path, record: Record) -> str:
    """Write a new record, flushed and read-only; returns its SHA-256 (hex). Raises :class:`OSError`, leaving none."""
    path = folder / record_name(record.acquisition.number)
    data = record.encode()
    write_once(path, data)
    return hashlib.sha256(data).hexdigest()


def totals(items: Sequence[ItemRecord]) -> tuple[int, int]:
    """(items, bytes) of a record, as the ledger line counts them."""
    return len(items), sum(item.size for item in items)
