"""Slip sheets: the first page of every exhibit, saying what it is, when it was made, and the digests of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evidencekit.binder.values import BoundExhibit, BoundItem
from evidencekit.binder.words import clock, dial, length, size, what_it_is
from evidencekit.model import Kind, Pages
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typeset, Typesetter

_BARS = 150
_WAVE_HEIGHT = 52.0
_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)


def slip_sheet(
    exhibit: BoundExhibit,
    pages: Mapping[str, Pages],
    sheet: Sheet,
    out: Path,
    *,
    natives: Mapping[str, str],
    typesetter: Typesetter,
) -> Typeset:
    """Typeset the slip sheet of one exhibit to the PDF ``out``; one page, or several when it groups many items.

    ``pages`` holds the rendition of each item by number (waveform peaks, what paper cannot show); ``natives`` where
    the native file lies of each item that goes beside the binder (``native/ITEM-0031.m4a``). Raises
    :class:`~evidencekit.errors.BuildError` when it cannot be typeset.
    """
    return typesetter.typeset("slip.typ", slip_data(exhibit, pages, sheet, natives), out)


def slip_data(
    exhibit: BoundExhibit, pages: Mapping[str, Pages], sheet: Sheet, natives: Mapping[str, str]
) -> dict[str, Any]:
    """What the slip sheet's template is given."""
    page = text_page(sheet)
    width = page["width"] - page["left"] - page["right"]
    shared = _shared([_provenance(item) for item in exhibit.items])
    alone = len(exhibit.items) == 1
    items = [
        _item(item, pages.get(item.number), natives.get(item.number, ""), [] if alone else shared, width, alone)
        for item in exhibit.items
    ]
    first = exhibit.items[0] if exhibit.items else None
    when = exhibit.when or (first.when if alone and first else "")
    if alone and first and first.seconds:
        when = " · ".join(part for part in (when, length(first.seconds)) if part)
    undated = sum(1 for item in exhibit.items if not item.when)
    if not alone and when and undated:
        when += f" · {undated} of {len(items)} items without a date"
    return {
        "page": page,
        "label": exhibit.label,
        "title": exhibit.title or (first.title or first.name if first else ""),
        "when": when,
        "basis": first.when_basis if alone and first else "",
        "items": items,
        "shared": [("Items", str(len(items))), *shared],
    }


def text_page(sheet: Sheet) -> dict[str, float]:
    """Paper and margins (points) of a page of text: a little inside the frame, clear of the stamped marks."""
    return {
        "width": sheet.width,
        "height": sheet.height,
        "left": sheet.left + 18,
        "right": sheet.right + 18,
        "top": sheet.top + 18,
        "bottom": sheet.bottom + 18,
    }


def table_page(sheet: Sheet) -> dict[str, float]:
    """Paper and margins (points) of a page of tables: as wide as the frame, and higher, for it bears no sticker."""
    return {
        "width": sheet.width,
        "height": sheet.height,
        "left": sheet.left,
        "right": sheet.right,
        "top": min(sheet.top, 54.0),
        "bottom": sheet.bottom + 4,
    }


def _item(
    item: BoundItem, pages: Pages | None, native: str, shared: Sequence[tuple[str, str]], width: float, alone: bool
) -> dict[str, Any]:
    peaks = pages.peaks if pages else ()
    room = width if alone else width - 74
    return {
        "number": item.number,
        "name": item.name,
        "title": item.title if item.title != item.name else "",
        "when": "" if alone else item.when or "No date is known.",
        "basis": "" if alone else item.when_basis,
        "size": size(item.size),
        "format": what_it_is(item),
        "facts": list(item.facts),
        "provenance": [row for row in _provenance(item) if row not in shared],
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "warnings": _warnings(item, pages),
        "native": _native(item, pages, native),
        "wave": {"svg": wave_svg(peaks, room), "ticks": ticks(item.seconds)} if peaks and item.seconds else None,
    }


def _provenance(item: BoundItem) -> list[tuple[str, str]]:
    rows = (
        ("Source", item.source),
        ("Received", clock(item.received, item.case_zone)),
        ("Received from", item.received_from),
        ("Received by", item.received_by),
        ("Method", item.method),
    )
    return [(label, value) for label, value in rows if value]


def _shared(rows: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
    return [row for row in rows[0] if all(row in other for other in rows)] if rows else []


def _native(item: BoundItem, pages: Pages | None, native: str) -> str:
    """Where the file lies that paper does not hold, or not as a whole."""
    if not native:
        return ""
    if pages and pages.count and item.kind is Kind.VIDEO:
        return f"These pages are stills. The video is played from its native file: {native}"
    if pages and pages.count:
        return f"These pages do not hold everything. The whole is in the native file: {native}"
    recorded = {Kind.AUDIO: "A recording", Kind.VIDEO: "A video"}.get(item.kind)
    if recorded and not (pages and pages.warnings):
        return f"{recorded} is played from its native file: {native}"
    return f"Native file: {native}"


def _warnings(item: BoundItem, pages: Pages | None) -> list[str]:
    reasons = list(pages.warnings) if pages else []
    lines = [f"Noted when it was printed: {reason.rstrip('.')}." for reason in reasons]
    if pages is None or pages.pdf is None or not pages.count:
        lines = [f"Not printed: {'; '.join(reason.rstrip('.') for reason in reasons)}."] if reasons else []
        if not reasons and item.kind not in (Kind.AUDIO, Kind.VIDEO):
            lines = ["Not printed: this kind of file has no pages."]
    return lines + [f"Noted when it was read: {w.rstrip('.')}." for w in item.warnings if w not in reasons]


def wave_svg(peaks: Sequence[float], width: float) -> str:
    """A recording's loudness as bars, an SVG picture ``width`` points wide. ``peaks`` are 0..1 in order of time."""
    count = min(_BARS, len(peaks))
    bars = [max(peaks[len(peaks) * i // count : max(len(peaks) * (i + 1) // count, 1)]) for i in range(count)]
    middle, step = _WAVE_HEIGHT / 2, width / count
    strokes = []
    for i, peak in enumerate(bars):
        half = max(min(peak, 1.0), 0.012) * (middle - 1)
        strokes.append(f"M{(i + 0.5) * step:.2f} {middle - half:.2f}V{middle + half:.2f}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}" height="{_WAVE_HEIGHT}" '
        f'viewBox="0 0 {width:.2f} {_WAVE_HEIGHT}"><path fill="none" stroke="#1d4e89" '
        f'stroke-width="{min(step * 0.55, 2.2):.2f}" d="{"".join(strokes)}"/></svg>'
    )


def ticks(seconds: float) -> list[tuple[float, str]]:
    """Marks of a time axis: (place in percent, words), round steps and the end."""
    step = next((s for s in _STEPS if seconds / s <= 6), _STEPS[-1])
    inner = [i * step for i in range(int(seconds // step) + 1) if not i or seconds - i * step > step * 0.4]
    return [(at / seconds * 100, dial(at)) for at in inner] + [(100.0, dial(seconds))]
