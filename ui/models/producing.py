"""What a production that is being prepared would hold, as lines: what goes, what stays, and what is to be decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evidencekit.binder.formats import KINDS
from evidencekit.binder.words import short_size
from evidencekit.custody.names import shown
from evidencekit.model import Hit, Part
from evidencekit.production.produce import Preview
from evidencekit.production.values import HeldBack, ProducedItem
from ui.models.lines import Line, Look

_WHERE = {
    "native": "in its native file",
    "pdf": "on its pages",
    "text": "in its words",
    "name": "in its name",
    "index": "in the index",
    "metadata": "in its hidden data",
}
_GPS = "gps"


@dataclass(frozen=True, slots=True)
class Told:
    """The lines of a preview, and what heads them."""

    head: str
    goes: tuple[Line, ...]
    stays: tuple[Line, ...]
    open: tuple[Line, ...]
    warnings: tuple[str, ...]


def tell(preview: Preview) -> Told:
    """What a preview says, in lines."""
    production = preview.production
    items = production.items
    count = "1 item" if len(items) == 1 else f"{len(items):,} items"
    pages = "1 page" if production.pages == 1 else f"{production.pages:,} pages"
    span = f"{production.first} to {production.last}" if items else ""
    return Told(
        " · ".join(part for part in (f"Production {production.number}", count, pages, span) if part),
        tuple(_going(each) for each in items),
        tuple(_staying(each) for each in production.held),
        tuple(_open(preview.hits)),
        preview.warnings,
    )


def _going(each: ProducedItem) -> Line:
    name = shown(each.name)
    parts = [KINDS[each.kind], short_size(each.size)]
    if each.parent:
        parts.append(f"from {each.parent}")
    if each.redacted:
        parts.append("without its native file")
    below = " · ".join(parts)
    begin, end = each.begin, "" if each.begin == each.end else f"to {each.end}"
    spoken = ", ".join(part for part in (each.begin, end, name, below, each.item) if part)
    return Line(name, below, "", (begin, end), (each.item, ""), True, (each.item,), name, spoken, key=each.item)


def _staying(each: HeldBack) -> Line:
    what = "The whole item" if each.part is Part.WHOLE else "Its native file"
    basis = shown(each.basis)
    spoken = f"{each.item}, {what}, {basis}"
    return Line(basis, what, "", (each.item, ""), ("", ""), False, (each.item,), basis, spoken, key=each.item)


def what_words(hit: Hit) -> str:
    """What was found, for people: the term, or that it is a position."""
    return "A position (GPS)" if hit.what == _GPS else shown(hit.what)


def _open(hits: Sequence[Hit]) -> list[Line]:
    """One line for each item and protected thing, with all the places where it was found."""
    places: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        places.setdefault((hit.item, hit.key), []).append(hit)
    lines = []
    for (item, key), found in places.items():
        where = Counter(_WHERE.get(hit.where, hit.where) for hit in found)
        told = ", ".join(f"{words} ({many})" if many > 1 else words for words, many in where.items())
        shows = shown(found[0].found)
        what = what_words(found[0])
        tip = "\n".join(f"{_WHERE.get(hit.where, hit.where)}: {shown(hit.found)}" for hit in found[:20])
        spoken = ", ".join(part for part in (item, what, told, shows) if part)
        lines.append(
            Line(
                what,
                f"{told}: {shows}" if shows else told,
                "",
                (item, ""),
                ("", ""),
                False,
                (item,),
                tip,
                spoken,
                Look.WARN,
                (item, key),
            )
        )
    return lines
