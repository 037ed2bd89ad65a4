"""The words on the pages of a rendition, page by page, for those who get it without being able to select them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.document import page_text
from evidencekit.media.protocol import Source
from evidencekit.model import Study

BETWEEN = "\f"
LONGEST = 64 * 1024 * 1024  # characters of one file
_STEP = 20


def page_texts(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """The text layer of a PDF as UTF-8, a form feed between two pages; a warning for what could not be read.

    Holds one page at a time. Raises :class:`ReaderError` when the PDF cannot be opened."""
    del settings
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.path)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise ReaderError(f"The pages could not be opened ({error}).", todo="Render them again.") from error
    target, damaged, written = out / "pages.txt", 0, 0
    try:
        count = len(document)
        with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
            for number in range(count):
                if number % _STEP == 0:
                    job.step(number, count, "reading the pages' text")
                text = page_text(document, number)
                damaged += text is None
                written += file.write((BETWEEN if number else "") + (text or "").replace(BETWEEN, " "))
                if written > LONGEST:
                    return Study(target, (f"There is too much text; it ends with page {number + 1:,} of {count:,}.",))
    finally:
        document.close()
    return Study(target, (f"{damaged:,} of {count:,} pages are damaged and could not be read.",) if damaged else ())
