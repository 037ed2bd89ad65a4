"""Of what kind the fields of a ledger line's own act are. Whoever holds a key can sign lines that chain and yet hold
what no line of that act ever held; nothing behind the checks should meet those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from evidencekit.custody.kinds import Fits, are_texts, is_flag, is_text, is_whole
from evidencekit.custody.lines import Line

_ITEM = re.compile(r"ITEM-[0-9]{4,7}")


def _number(value: Any) -> bool:
    return isinstance(value, str) and _ITEM.fullmatch(value) is not None


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and is_text(each.get("item")) and is_text(each.get("of")) for each in value
    )


def _files(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and is_text(each.get("name")) and is_text(each.get("sha256")) for each in value
    )


# Wherever a field of that name stands, unless the act has one of its own. A receipt's `release` is looked at with the
# transfers: there, what fits no release is told as just that.
_COMMON: Mapping[str, Fits] = MappingProxyType(
    {
        **dict.fromkeys(("sha256", "root", "request", "reply", "manifest", "tagmanifest", "plan"), is_text),
        **dict.fromkeys(
            ("from", "to", "person", "certified_by", "authority", "key", "fingerprint", "signature"), is_text
        ),
        **dict.fromkeys(("label", "item", "decision", "prefix", "made", "why", "folder", "paper", "profile"), is_text),
        **dict.fromkeys(("case", "number", "caption", "timezone", "court", "jurisdiction", "agency", "tool"), is_text),
        **dict.fromkeys(("stamped", "before", "serial"), is_text),
        **dict.fromkeys(("acquisition", "record", "covers", "production", "bind", "produce"), is_whole),
        **dict.fromkeys(("pages", "version", "count", "findings", "lines", "exhibits", "volumes"), is_whole),
        **dict.fromkeys(("refused", "bytes"), is_whole),
        **dict.fromkeys(("back", "trusted", "compared"), is_flag),
        "items": are_texts,
    }
)
_OWN: Mapping[str, Mapping[str, Fits]] = MappingProxyType(
    {
        "acquire": {"items": is_whole, "first": _number, "last": _number},
        "duplicate": {"items": _pairs},
        "verify": {"items": is_whole, "root": lambda value: value is None or is_text(value)},
        "produce": {"items": is_whole, "first": is_text, "last": is_text},
        "derive": {"files": _files},
        "recover": {"files": is_whole},
    }
)
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "acquire": ("acquisition", "sha256", "items"),
        "exhibit": ("label", "items"),
        "withdraw": ("label",),
        "anchor": ("covers",),
        "key-add": ("key", "fingerprint"),
        "produce": ("production", "record", "sha256"),
        "withhold": ("decision", "record", "sha256"),
        "duplicate": ("items",),
    }
)
_TRANSCRIPT = ("item", "version", "sha256")


def misfit(line: Line) -> str | None:
    """The first field of a line that is not of its kind, or is missing; None when all fit. Fields that are not known
    here may hold anything."""
    own = _OWN.get(line.act, {})
    for name in _needed(line):
        if name not in line.fields:
            return name
    for name, value in line.fields.items():
        fits = own.get(name) or _COMMON.get(name)
        if fits is not None and not fits(value):
            return name
    return None


def _needed(line: Line) -> tuple[str, ...]:
    if line.act == "acquire" and line.fields.get("items"):
        return (*_NEEDED["acquire"], "first", "last")
    if line.act == "derive" and line.fields.get("made") == "transcript":
        return _TRANSCRIPT
    return _NEEDED.get(line.act, ())
