"""The page that stands for a file without pages: what it is, where its native file lies, its digests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evidencekit.binder.slips import text_page, ticks, wave_svg
from evidencekit.binder.values import BoundItem
from evidencekit.binder.words import length, size, what_it_is
from evidencekit.errors import BuildError
from evidencekit.model import Kind, Pages
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter
from evidencekit.production.values import ProducedItem

_LONGEST_NAME = 255
_LONGEST_VALUE = 160
_MOST_FACTS = 12
_MOST_NOTES = 4


def native_sheet(
    produced: ProducedItem, item: BoundItem, pages: Pages, sheet: Sheet, out: Path, typesetter: Typesetter
) -> None:
    """Typeset the one page of an item that cannot be printed to the PDF ``out``. Raises :class:`BuildError`."""
    made = typesetter.typeset("native.typ", sheet_data(produced, item, pages, sheet), out)
    if made.pages != 1:
        raise BuildError(
            "What is known of this file does not fit the one page that stands for it.",
            item=produced.item,
            todo="Report this with the item's kind and the length of its name.",
        )


def sheet_data(produced: ProducedItem, item: BoundItem, pages: Pages, sheet: Sheet) -> dict[str, Any]:
    """What the template is given: the file's own facts, and nothing that a person wrote of it."""
    page = text_page(sheet)
    withheld = not produced.native
    when = " · ".join(part for part in (item.when, length(item.seconds) if item.seconds else "") if part)
    rows = [("Item", item.number), ("Size", size(item.size)), ("Format", what_it_is(item))]
    rows += item.facts[:_MOST_FACTS]
    rows.append(("Source", item.source))
    return {
        "page": page,
        "head": "Native file withheld" if withheld else "Native file produced",
        "name": _cut(item.name, _LONGEST_NAME),
        "when": when,
        "basis": item.when_basis,
        "wave": _wave(item, pages, page["width"] - page["left"] - page["right"]),
        "native": "Native file withheld." if withheld else f"Native file produced: {produced.native}",
        "rows": [(label, _cut(value, _LONGEST_VALUE)) for label, value in rows if value],
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "notes": _notes(item.kind, pages),
    }


def _wave(item: BoundItem, pages: Pages, width: float) -> dict[str, Any] | None:
    if not pages.peaks or not item.seconds:
        return None
    return {"svg": wave_svg(pages.peaks, width), "ticks": ticks(item.seconds)}


def _notes(kind: Kind, pages: Pages) -> list[str]:
    if pages.warnings:
        return [f"Not printed: {_cut(each.rstrip('.'), 2 * _LONGEST_VALUE)}." for each in pages.warnings[:_MOST_NOTES]]
    return [] if kind in (Kind.AUDIO, Kind.VIDEO) else ["This kind of file has no pages."]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
