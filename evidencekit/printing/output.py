"""Where printed parts are written, and how: every part on the same paper, without dates, the same bytes every time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    import pikepdf


def rendition_path(out: Path) -> Path:
    """The PDF that a rendition is written to: ``out`` itself when it names a PDF, else ``pages.pdf`` in that folder."""
    return out if out.suffix == ".pdf" else out / "pages.pdf"


def blank_page(pdf: pikepdf.Pdf, sheet: Sheet) -> pikepdf.Page:
    """Appends an empty page of that paper with room for XObjects and fonts."""
    from pikepdf import Dictionary

    page = pdf.add_blank_page(page_size=(sheet.width, sheet.height))
    page.Resources = Dictionary(XObject=Dictionary(), Font=Dictionary())
    return page


def blank_pdf(sheet: Sheet, out: Path) -> None:
    """Writes one blank page; in a binder it bears only the page mark."""
    import pikepdf

    with pikepdf.new() as pdf:
        blank_page(pdf, sheet)
        save_part(pdf, out)


def save_part(pdf: pikepdf.Pdf, path: Path) -> None:
    """Saves a part so that it can be merged without touching its streams again."""
    from pikepdf import ObjectStreamMode, StreamDecodeLevel

    path.parent.mkdir(parents=True, exist_ok=True)
    pdf.save(
        path,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
        compress_streams=True,
    )
