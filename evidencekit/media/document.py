"""PDF: pages, information dictionary, XMP, encryption, active content and text.

pypdf reads what the file says about itself. qpdf looks through every object for what acts, and PDFium gives the
text; either counts the pages when pypdf cannot. Source: ISO 32000-2.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Look, Source
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from pypdf import PdfReader

LONGEST_TEXT = 64 << 20
_INFO = {
    "/Title": "title",
    "/Author": "author",
    "/Subject": "subject",
    "/Keywords": "keywords",
    "/Creator": "software",
    "/Producer": "producer",
}
_RAW_LOOK = 64 << 20
_RAW_MARKS = (
    (b"/JavaScript", "JavaScript"),
    (b"/Launch", "launch action"),
    (b"/EmbeddedFile", "embedded file"),
    (b"/XFA", "XFA form"),
    (b"/RichMedia", "sound or video"),
)


class DocumentReader:
    """PDF files."""

    name = "document"
    version = "1"
    kind = Kind.DOCUMENT
    media_types = frozenset({"application/pdf"})
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``encrypted`` says whether the file is encrypted at all; ``active_content`` lists what could act or lead
        outside when the file is opened in a viewer, empty when there is none. ``text.txt`` under ``out`` holds the
        words, pages parted by form feeds. Raises :class:`~evidencekit.errors.ReaderError` when nothing can open it.
        """
        notes = Notes()
        said = _what_it_says(source.path, notes)
        looked = _look_through(source.path, notes)
        counted, text = _words(source.path, out, notes, job)
        pages = next((n for n in (said, looked, counted) if n is not None), None)
        if pages is None and not notes.has("encrypted"):
            raise ReaderError(
                "The PDF is damaged: three different programs could not open it.", todo="Ask for another copy."
            )
        _warn_of_encryption(pages, notes)
        _raw_look(source.path, notes)
        if {said, looked, counted} - {None, pages}:
            notes.warn(f"Programs disagree on the number of pages: {_counts(said, looked, counted)}.")
        notes.fact("pages", pages, "pdf page tree")
        return notes.reading(self.kind, source.media_type, self.name, self.version, text=text, pages=pages)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """Every page, upright, framed on the sheet."""
        from evidencekit.printing.pages import pdf_pages

        out.mkdir(parents=True, exist_ok=True)
        return pdf_pages(source.path, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """One page as it is drawn, with its words. Raises :class:`~evidencekit.errors.ReaderError`."""
        from evidencekit.media.onscreen import pdf_preview

        del job
        return pdf_preview(source.path, look, out)


def _counts(said: int | None, looked: int | None, counted: int | None) -> str:
    found = (("pypdf", said), ("qpdf", looked), ("PDFium", counted))
    return ", ".join(f"{name} {count}" for name, count in found if count is not None)


def _what_it_says(path: Path, notes: Notes) -> int | None:
    """Information, XMP and outline, by pypdf; gives its page count."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with path.open("rb") as file:
            reader = pypdf.PdfReader(file, strict=False)
            notes.fact("encrypted", reader.is_encrypted, "pdf trailer /Encrypt")
            if reader.is_encrypted and not _unlocked(reader):
                return None
            notes.fact("pdf_version", reader.pdf_header.removeprefix("%PDF-"), "pdf header")
            for step in (_info, _xmp, _outline):
                _tried(step, reader, notes)
            return len(reader.pages)
    except Exception:  # noqa: BLE001 — a damaged PDF makes pypdf raise nearly anything; two others look as well
        return None


def _tried(step: Any, reader: PdfReader, notes: Notes) -> None:
    try:
        step(reader, notes)
    except Exception:  # noqa: BLE001
        notes.warn("Some of what the PDF says about itself is damaged and was not read.")


def _unlocked(reader: PdfReader) -> bool:
    """With the empty password, as every viewer tries it."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # noqa: BLE001 — an unknown or broken cipher
        return False


def _warn_of_encryption(pages: int | None, notes: Notes) -> None:
    """A cipher that yields no page was not opened, whatever a library made of its password."""
    if not any(fact.name == "encrypted" and fact.value is True for fact in notes.facts):
        return
    if pages is not None:
        notes.warn("The PDF is encrypted, but opens without a password.")
    else:
        notes.warn(
            "The PDF is encrypted and could not be opened without a password; it was not read. "
            "Ask for the password or an open copy."
        )


def _info(reader: PdfReader, notes: Notes) -> None:
    from evidencekit.moments import pdf_moment

    info = reader.metadata
    if not info:
        return
    for key, value in list(info.items())[:200]:
        basis = f"pdf info {key}"
        resolved = value.get_object() if hasattr(value, "get_object") else value
        text = resolved.decode("latin-1") if isinstance(resolved, bytes) else str(resolved)
        if key in ("/CreationDate", "/ModDate") and isinstance(resolved, str | bytes):
            notes.time(pdf_moment(text, basis=basis), text, f"time {key[1:]}", basis)
        else:
            notes.fact(_INFO.get(key, f"info {key[1:]}"), text, basis)


def _xmp(reader: PdfReader, notes: Notes) -> None:
    from evidencekit.media import xmp
    from evidencekit.moments import iso_moment

    stream = reader.root_object.get("/Metadata")
    stream = stream.get_object() if stream is not None else None
    if stream is None or not hasattr(stream, "get_data"):
        return
    found = xmp.properties(stream.get_data())
    if found is None:
        notes.warn("The XMP data is damaged and was not read.")
        return
    for key, name in xmp.FACTS.items():
        if key in found and not notes.has(name):
            notes.fact(name, found[key], f"xmp {key}")
    if "pdfaid:part" in found:
        notes.fact("pdf_a", found["pdfaid:part"] + found.get("pdfaid:conformance", "").lower(), "xmp pdfaid")
    for key in xmp.TIMES:
        if key in found:
            basis = f"xmp {key.partition(':')[2]}"
            notes.time(iso_moment(found[key], basis=basis), found[key], f"time {key}", basis)


def _outline(reader: PdfReader, notes: Notes) -> None:
    def titles(level: list[Any]) -> list[str]:
        found: list[str] = []
        for entry in level[:500]:
            found += titles(entry) if isinstance(entry, list) else [str(entry.title)]
        return found

    if "/Outlines" in reader.root_object:
        found = titles(reader.outline)
        if found:
            notes.fact("bookmarks", found[:100], "pdf outline")


def _look_through(path: Path, notes: Notes) -> int | None:
    """Active content, by qpdf over every object; gives its page count."""
    import pikepdf

    from evidencekit.media.active import active_content

    try:
        with pikepdf.open(path) as pdf:
            notes.fact("encrypted", pdf.is_encrypted, "pdf trailer /Encrypt") if not notes.has("encrypted") else None
            found, attached = active_content(pdf)
            notes.fact("active_content", found, "every pdf object")
            if attached:
                notes.fact("attached_files", attached, "pdf embedded files")
            if found:
                notes.warn(f"The PDF holds active content ({', '.join(found)}); nothing of it was run or followed.")
            return len(pdf.pages)
    except pikepdf.PasswordError:
        if not notes.has("encrypted"):
            notes.fact("encrypted", True, "pdf trailer /Encrypt")
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, OSError):
        notes.warn("The PDF's structure is damaged; it could not be searched for active content.")
    return None


def _raw_look(path: Path, notes: Notes) -> None:
    """For what nobody could open: the words in its bytes. Compressed objects hide from this."""
    if notes.has("encrypted") and notes.has("active_content"):
        return
    with path.open("rb") as file:
        raw = file.read(_RAW_LOOK)
    if not notes.has("encrypted"):
        notes.fact("encrypted", b"/Encrypt" in raw, "words in the file's bytes")
    if not notes.has("active_content"):
        found = sorted({kind for mark, kind in _RAW_MARKS if mark in raw})
        notes.fact("active_content", found, "words in the file's bytes")


def _words(path: Path, out: Path, notes: Notes, job: Job) -> tuple[int | None, Path | None]:
    """The text of every page, by PDFium, under ``out``; None when there is none."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError):
        return None, None
    target, written, words, unreadable = out / "text.txt", 0, False, 0
    out.mkdir(parents=True, exist_ok=True)
    try:
        count = len(document)
        with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
            for number in range(count):
                if number % 50 == 0:
                    job.step(number, count, "reading text")
                text = page_text(document, number)
                unreadable += text is None
                words = words or bool(text and text.strip())
                written += file.write(("\f" if number else "") + (text or ""))
                if written > LONGEST_TEXT:
                    notes.warn(f"Text was read up to page {number + 1:,} only; there is too much of it.")
                    break
    finally:
        document.close()
    if unreadable:
        notes.warn(f"{unreadable:,} of {count:,} pages are damaged and could not be read.")
    if not words:
        target.unlink()
        notes.fact("searchable", False, "pdf pages hold no text")
        return count, None
    return count, target


def page_text(document: Any, number: int) -> str | None:
    """The words of an open document's page (0-based); None when it is damaged."""
    import pypdfium2

    try:
        page = document[number]
        try:
            text_page = page.get_textpage()
            try:
                text = str(text_page.get_text_bounded(errors="replace"))
            finally:
                text_page.close()
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, UnicodeError):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufffe", "-")
