"""The page that stands for a file without pages: what it is, where its native file lies, its digests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from evidencekit.binder.slips import text_page, ticks, wave_svg
from evidencekit.binder.values import BoundItem
from evidencekit.binder.words import length, size, what_it_is
from evidencekit.errors import BuildError
from evidencekit.model import Kind, Pages
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter
from evidencekit.production.values import ProducedItem


class Measure(NamedTuple):
    """How much of a file stands on its page: characters of its ``name`` and of each ``value``, ``facts`` and
    ``notes``."""

    name: int
    value: int
    facts: int
    notes: int


# What a file says of itself may be long, wide or hostile; it stops no production, but is cut with an ellipsis.
MEASURES: Final = (Measure(255, 160, 12, 4), Measure(255, 80, 12, 2), Measure(160, 40, 8, 1), Measure(20, 16, 0, 1))


def native_sheet(
    produced: ProducedItem, item: BoundItem, pages: Pages, sheet: Sheet, out: Path, typesetter: Typesetter
) -> None:
    """Typeset the one page of an item that cannot be printed to the PDF ``out``: all that is known of it, or as much
    as the page holds. Raises :class:`BuildError`."""
    for measure in MEASURES:
        if typesetter.typeset("native.typ", _sheet_data(produced, item, pages, sheet, measure), out).pages == 1:
            return
    raise BuildError(
        "What is known of this file does not fit the one page that stands for it.",
        item=produced.item,
        todo="Report this with the item's kind and the length of its name.",
    )


def _sheet_data(
    produced: ProducedItem, item: BoundItem, pages: Pages, sheet: Sheet, measure: Measure
) -> dict[str, Any]:
    """What the template is given: the file's own facts, and nothing that a person wrote of it."""
    page = text_page(sheet)
    withheld = not produced.native
    when = " · ".join(part for part in (item.when, length(item.seconds) if item.seconds else "") if part)
    rows = [("Item", item.number), ("Size", size(item.size)), ("Format", what_it_is(item))]
    rows += item.facts[: measure.facts]
    rows.append(("Source", item.source))
    return {
        "page": page,
        "head": "Native file withheld" if withheld else "Native file produced",
        "name": _cut(item.name, measure.name),
        "when": when,
        "basis": _cut(item.when_basis, 2 * measure.value),
        "wave": _wave(item, pages, page["width"] - page["left"] - page["right"]),
        "native": "Native file withheld." if withheld else f"Native file produced: {produced.native}",
        "rows": [(_cut(label, measure.value), _cut(value, measure.value)) for label, value in rows if value],
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "notes": _notes(item.kind, pages, measure),
    }


def _wave(item: BoundItem, pages: Pages, width: float) -> dict[str, Any] | None:
    if not pages.peaks or not item.seconds:
        return None
    return {"svg": wave_svg(pages.peaks, width), "ticks": ticks(item.seconds)}


def _notes(kind: Kind, pages: Pages, measure: Measure) -> list[str]:
    if pages.warnings:
        told = pages.warnings[: measure.notes]
        return [f"Not printed: {_cut(each.rstrip('.'), 2 * measure.value)}." for each in told]
    return [] if kind in (Kind.AUDIO, Kind.VIDEO) else ["This kind of file has no pages."]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
