"""HTML, Markdown and separated values on paper with their headings, lists and tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import pandoc
from evidencekit.media.protocol import Source
from evidencekit.model import Pages
from evidencekit.printing.paper import Sheet

_MARKDOWN = "gfm+footnotes"


def formatted_pages(source: Source, text: Path, sheet: Sheet, out: Path, job: Job) -> Pages | None:
    """The pages of a text (``text`` as UTF-8) that is more than its lines; None of one that is not, or where what that
    takes is not on this computer. Raises :class:`~evidencekit.errors.ReaderError`."""
    if source.media_type in ("text/csv", "text/tab-separated-values"):
        return _table(source, text, sheet, out, job)
    if source.media_type not in ("text/html", "text/markdown") or not pandoc.there():
        return None
    with TemporaryDirectory(prefix="way-", dir=out) as scratch:
        try:
            return _set(source, text, sheet, out, Path(scratch), job)
        except ReaderError as fault:
            from evidencekit.printing.pages import text_pages

            plain = text_pages(text, sheet, out, job)
            return replace(plain, warnings=(f"{fault.what} Its plain words were printed.", *plain.warnings))


def _table(source: Source, text: Path, sheet: Sheet, out: Path, job: Job) -> Pages | None:
    from evidencekit.media.grids import MOST_ROWS, csv_grid
    from evidencekit.printing.tables import table_pages

    grid, _ = csv_grid(text, tabs=source.media_type != "text/csv")
    if not any(len(cells) > 1 for _, cells in grid.rows):
        return None  # one column is a text like any other
    cut = len(grid.rows) >= MOST_ROWS
    more = (f"It has more than {MOST_ROWS:,} rows; the rest are in the native file.",) if cut else ()
    pages = table_pages([grid], sheet, out, job, warnings=more)
    return replace(pages, whole=pages.whole and not cut)


def _set(source: Source, text: Path, sheet: Sheet, out: Path, scratch: Path, job: Job) -> Pages:
    from evidencekit.media.html import sanitised
    from evidencekit.media.text import page_of
    from evidencekit.printing.blocks import block_pages

    job.step(0, 0, "reading the document")
    if source.media_type == "text/html":
        copy, form = scratch / "document.html", "html"
        copy.write_text(sanitised(page_of(source.path)), encoding="utf-8", errors="replace")
    else:
        copy, form = scratch / "document.md", _MARKDOWN
        copy.write_bytes(text.read_bytes())
    made = pandoc.convert(copy, form, scratch)
    said = f"Read with pandoc {made.version} and set anew"
    warnings = [f"{said}."]
    if made.pictures:
        warnings.append("Pictures that the document refers to are not part of it and were not fetched.")
    end = f"{said}: headings, lists and tables are the document's, its look is not."
    return block_pages(made.blocks, sheet, out, job, end=end, warnings=warnings)
