"""Typeset parts, one after the other, bound into one rendition of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evidencekit.printing.output import save_part
from evidencekit.printing.paper import Sheet

INSET = 6.0  # text stands a little inside the frame


def page_of(sheet: Sheet) -> dict[str, float]:
    """The page as the templates take it, its text a little inside the frame."""
    return {
        "width": sheet.width,
        "height": sheet.height,
        "left": sheet.left + INSET,
        "right": sheet.right + INSET,
        "top": sheet.top + INSET,
        "bottom": sheet.bottom + INSET,
    }


def bind(parts: Iterator[Path], target: Path, cap: int) -> tuple[int, bool]:
    """Writes the pages of all parts to ``target``, at most ``cap``; how many, and whether that is all of them."""
    import pikepdf

    with pikepdf.new() as pdf:
        for part in parts:
            with pikepdf.open(part) as more:
                pdf.pages.extend(more.pages)
            if len(pdf.pages) >= cap:
                break
        whole = len(pdf.pages) <= cap and next(parts, None) is None
        if not whole:
            del pdf.pages[cap:]
        save_part(pdf, target)
        return len(pdf.pages), whole
