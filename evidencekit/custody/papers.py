"""Of what kind the contents of protected records are, and that a record is one of its line's. Whoever holds a key can
write a record with a digest that fits and yet hold what no record of that act ever held; nothing behind the checks
should meet those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from evidencekit.custody.kinds import Fits, are_texts, is_flag, is_text, is_whole
from evidencekit.custody.lines import Line
from evidencekit.custody.records import Body


def _person(value: Any) -> bool:
    return isinstance(value, dict) and all(map(is_text, value.values()))


def _all_of(fields: Mapping[str, Fits], needed: tuple[str, ...]) -> Fits:
    """A list of objects, each with the fields that are needed, and all fields of their kinds."""

    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(each, dict) and all(name in each for name in needed) and _odd(each, fields) is None
            for each in value
        )

    return fits


_PRODUCED: Mapping[str, Fits] = MappingProxyType(
    {**dict.fromkeys(("item", "sha256", "begin", "end", "pdf", "text", "native", "drawn"), is_text), "pages": is_whole}
)
_HELD: Mapping[str, Fits] = MappingProxyType(
    {"item": is_text, "basis": is_text, "part": lambda value: value in ("whole", "native")}
)
_FIELDS: Mapping[str, Mapping[str, Fits]] = MappingProxyType(
    {
        "transfer": {"from": _person, "to": _person, "items": are_texts, "place": is_text, "purpose": is_text},
        "revocation": {"reason": is_text},
        "protected": {"decision": is_text, "terms": are_texts},
        "withhold": {"decision": is_text, "items": are_texts, "reason": is_text, "keys": are_texts},
        "production": {
            **dict.fromkeys(("to", "medium", "prefix", "by", "confidentiality", "note"), is_text),
            "number": is_whole,
            "only_new": is_flag,
            "chosen": are_texts,
            "items": _all_of(_PRODUCED, ("item", "sha256", "begin", "end", "pages")),
            "held": _all_of(_HELD, ("item", "part", "basis")),
        },
    }
)
_OF: Mapping[str, str] = MappingProxyType(
    {"release": "transfer", "receive": "transfer", "produce": "production", "key-revoke": "revocation"}
)
_TERMS = frozenset({"protect", "unprotect"})
_SAID_TWICE = ("decision", "items")


def unfit(body: Body, line: Line) -> str | None:
    """Why a record that could be read is none that a line of this act names; None when it is. Fields that are not known
    here may hold anything."""
    kind = _kind(line)
    if body["kind"] != kind:
        return f"it is no record of this act, but of another kind ({body['kind'][:40]})"
    odd = _odd(body, _FIELDS[kind])
    if odd is not None:
        return f"its field {odd} holds what it never could"
    if line.act == "produce":
        return None if _numbered(body, line) else "its Bates numbers are none of that prefix"
    if line.act == "withhold":
        for name in _SAID_TWICE:
            if name in body and name in line.fields and body[name] != line.fields[name]:
                return f"its field {name} says something else than the line"
    return None


def _kind(line: Line) -> str:
    if line.act == "withhold":
        return "protected" if line.fields.get("decision") in _TERMS else "withhold"
    return _OF[line.act]


def _odd(body: Mapping[str, Any], fields: Mapping[str, Fits]) -> str | None:
    return next((name for name, fits in fields.items() if name in body and not fits(body[name])), None)


def _numbered(body: Body, line: Line) -> bool:
    prefix = str(line.fields.get("prefix", body.get("prefix", "")))
    number = re.compile(re.escape(prefix) + r"[0-9]{1,18}")
    numbers = [each[name] for each in body.get("items", ()) for name in ("begin", "end")]
    return body.get("prefix", prefix) == prefix and all(number.fullmatch(each) for each in numbers)
