"""The log of productions: what went to whom, when and by what medium, under which numbers and digests, what was
withheld and on what basis. Read from the ledger and the protected records; what an office files as its discovery log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from evidencekit.casefile.checks import Checked
from evidencekit.casefile.produced import productions
from evidencekit.casefile.protection import folded
from evidencekit.model import HeldBack, Part
from evidencekit.production.bates import bates, count_of, span, unbroken

__all__ = ["Logged", "LoggedItem", "Received", "logged", "received", "span"]

COMPLETE: Final = "complete"
NEVER: Final = "never completed"


@dataclass(frozen=True, slots=True)
class LoggedItem:
    """One item of a production that was logged: its Bates numbers, pages, SHA-256, and whether its native went."""

    item: str
    begin: str
    end: str
    pages: int
    sha256: str
    native: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """One production as the record tells it: its ``number``, ledger ``line``, ``time`` (UTC ISO 8601), ``by`` whom,
    ``to`` whom, ``medium``; ``manifest`` and ``tagmanifest`` are SHA-256 (hex), the latter empty while it is not
    ``complete``; ``completed`` is when its package was put in place, else empty. ``first``, ``last``, ``pages`` and
    ``count`` of items stand in the ledger itself; the rest is empty where the protected record is damaged."""

    number: int
    line: int
    time: str
    by: str
    to: str
    medium: str
    prefix: str
    first: str
    last: str
    count: int
    pages: int
    confidentiality: str
    note: str
    only_new: bool
    items: tuple[LoggedItem, ...]
    held: tuple[HeldBack, ...]
    manifest: str
    tagmanifest: str
    completed: str

    @property
    def complete(self) -> bool:
        return bool(self.completed)

    @property
    def state(self) -> str:
        return COMPLETE if self.complete else NEVER

    @property
    def ranges(self) -> tuple[tuple[str, str], ...]:
        """Its numbers as unbroken runs, lowest first; the lowest and highest where the record is damaged."""
        spans = [(each.begin, each.end) for each in self.items] or [(self.first, self.last)]
        counts = [(count_of(first, self.prefix), count_of(last, self.prefix)) for first, last in spans]
        return tuple((bates(self.prefix, first), bates(self.prefix, last)) for first, last in unbroken(counts))


@dataclass(frozen=True, slots=True)
class Received:
    """What one recipient has of finished productions: by number of production, and the items with their numbers."""

    to: str
    productions: tuple[int, ...]
    items: tuple[LoggedItem, ...]
    ranges: tuple[tuple[str, str], ...]


def logged(checked: Checked) -> tuple[Logged, ...]:
    """Every production, oldest first."""
    found = []
    for line, body, done in productions(checked):
        fields = line.fields
        items = tuple(
            LoggedItem(
                str(each["item"]),
                str(each["begin"]),
                str(each["end"]),
                int(each["pages"]),
                str(each["sha256"]),
                bool(each.get("native")),
            )
            for each in body.get("items", ())
        )
        held = tuple(HeldBack(str(e["item"]), Part(e["part"]), str(e["basis"])) for e in body.get("held", ()))
        found.append(
            Logged(
                number=int(fields.get("production", 0)),
                line=line.number,
                time=line.time,
                by=line.actor,
                to=str(body.get("to", "")),
                medium=str(body.get("medium", "")),
                prefix=str(fields.get("prefix", "")),
                first=str(fields.get("first", "")),
                last=str(fields.get("last", "")),
                count=int(fields.get("items", 0)),
                pages=int(fields.get("pages", 0)),
                confidentiality=str(body.get("confidentiality", "")),
                note=str(body.get("note", "")),
                only_new=bool(body.get("only_new", False)),
                items=items,
                held=held,
                manifest=str(fields.get("manifest", "")),
                tagmanifest=str(done.fields.get("tagmanifest", "")) if done else "",
                completed=done.time if done else "",
            )
        )
    return tuple(found)


def received(log: Iterable[Logged]) -> tuple[Received, ...]:
    """What each recipient has, in the order of their first production; names are compared without regard to case and
    spaces. An item counts once, under the numbers it had first."""
    names: dict[str, str] = {}
    gone: dict[str, list[Logged]] = {}
    for each in log:
        if each.complete:
            names.setdefault(folded(each.to), each.to)
            gone.setdefault(folded(each.to), []).append(each)
    return tuple(_received(names[key], each) for key, each in gone.items())


def _received(to: str, log: Sequence[Logged]) -> Received:
    items: dict[tuple[str, str], LoggedItem] = {}
    ranges: dict[str, list[tuple[int, int]]] = {}
    for each in log:
        for item in each.items:
            items.setdefault((item.item, item.begin), item)
        spans = ranges.setdefault(each.prefix, [])
        spans += [(count_of(first, each.prefix), count_of(last, each.prefix)) for first, last in each.ranges]
    runs = [(bates(prefix, a), bates(prefix, b)) for prefix, spans in ranges.items() for a, b in unbroken(spans)]
    return Received(to, tuple(each.number for each in log), tuple(items.values()), tuple(runs))
