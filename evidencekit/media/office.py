"""Office documents: Word, Excel, PowerPoint, OpenDocument, RTF, EPUB. Facts, times, every word, and what lies in them.

Reading needs no program of others but for the words of files older than 2007. Printing takes LibreOffice where it
is, else the built-in route (:mod:`evidencekit.media.officepages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import legacy, ooxml, opendocument, rtf
from evidencekit.media.notes import Notes, clean_name
from evidencekit.media.package import Package
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Child, Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

LONGEST = 64 << 20
MODERN = frozenset({ooxml.WORD, ooxml.EXCEL, ooxml.SLIDES})
OPEN = frozenset({opendocument.TEXT, opendocument.SHEET, opendocument.SLIDES})
# File type → what LibreOffice makes of it so that its words can be read.
LEGACY = {
    "application/msword": ("doc", "docx", ooxml.WORD),
    "application/vnd.ms-excel": ("xls", "xlsx", ooxml.EXCEL),
    "application/vnd.ms-powerpoint": ("ppt", "pptx", ooxml.SLIDES),
}
STORAGE = "application/x-ole-storage"
RTF = "application/rtf"
EPUB = "application/epub+zip"
_MEDIA_FOLDERS = ("word/media/", "xl/media/", "ppt/media/", "Pictures/", "media/")
_EMBEDDED = ("word/embeddings/", "xl/embeddings/", "ppt/embeddings/", "Object ")
_BESIDE_PAPER = {
    "hidden_sheets": "hidden sheets",
    "hidden_rows_and_columns": "hidden rows or columns",
    "hidden_slides": "hidden slides",
    "hidden_text_runs": "words formatted as hidden",
    "comments": "comments",
    "slides_with_notes": "speaker notes",
}
_MOST_CHILDREN = 2_000
_MOST_CHILD_BYTES = 4 << 30
_LONGEST_NAME = 255


class OfficeReader:
    """Documents of office programs."""

    name = "office"
    version = "1"
    kind = Kind.DOCUMENT
    media_types = MODERN | OPEN | frozenset(LEGACY) | {STORAGE, RTF, EPUB}
    forms: frozenset[str] = frozenset()
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``encrypted`` and ``active_content`` as of every document; ``text.txt`` under ``out`` holds every word,
        hidden and deleted ones marked; embedded files and pictures are children. Raises
        :class:`~evidencekit.errors.ReaderError` when nothing can be made of it."""
        notes = Notes()
        out.mkdir(parents=True, exist_ok=True)
        try:
            text = self._read(source, out, notes, job)
        except RecursionError:
            raise ReaderError(
                "The document is nested too deeply to be read.", todo="Look at the native file."
            ) from None
        pages = next((f.value for f in notes.facts if f.name in ("pages", "slides") and type(f.value) is int), None)
        found = pages if isinstance(pages, int) and 0 < pages < 1_000_000 else None
        return notes.reading(self.kind, source.media_type, self.name, self.version, text=text, pages=found)

    def _read(self, source: Source, out: Path, notes: Notes, job: Job) -> Path | None:
        kind = source.media_type
        if kind in MODERN or kind in OPEN or kind == EPUB:
            with Package(source.path, notes) as package:
                return _package(package, kind, out, notes, job)
        if kind == RTF:
            return _rtf(source.path, out, notes)
        legacy.read(source.path, notes)
        if kind == STORAGE:
            notes.fact("streams", legacy.names(source.path), "ole directory")
            return None
        return _by_way_of_libreoffice(source, out, notes, job)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The document on paper, with a warning that says what converted it."""
        from evidencekit.media.officepages import office_pages

        return office_pages(source, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing of its own: it is shown as it is printed."""
        del source, look, out, job
        return NOTHING_TO_SEE


def document_lines(package: Package, media_type: str, notes: Notes, found: set[str]) -> Iterator[str]:
    """Every word of a document that is a package of XML."""
    if media_type == ooxml.WORD:
        return ooxml.word_lines(package, notes, found)
    if media_type == ooxml.EXCEL:
        return ooxml.workbook_lines(package, notes)
    if media_type == ooxml.SLIDES:
        return ooxml.slide_lines(package, notes)
    if media_type == EPUB:
        return _book_lines(package)
    return opendocument.lines(package, notes, media_type, found)


def _package(package: Package, kind: str, out: Path, notes: Notes, job: Job) -> Path | None:
    job.step(0, 0, "reading the document")
    found: set[str] = set()
    if kind in MODERN:
        ooxml.properties(package, notes)
        found.update(ooxml.active_content(package, notes))
    elif kind in OPEN:
        opendocument.properties(package, notes)
        if opendocument.encrypted(package):
            notes.fact("encrypted", True, "META-INF/manifest.xml")
            notes.fact("active_content", [], "names of its parts")
            notes.warn("The document is encrypted; its words could not be read. Ask for the password or an open copy.")
            return None
    text = _written(document_lines(package, kind, notes, found), out, notes)
    notes.fact("encrypted", False, "its parts can be read")
    notes.fact("active_content", sorted(found), "parts, relationships and fields")
    if found:
        notes.warn(f"The document holds active content ({', '.join(sorted(found))}); nothing of it was run or fetched.")
    _children(package, out, notes)
    return text


def _written(lines: Iterable[str], out: Path, notes: Notes) -> Path | None:
    target, written, words = out / "text.txt", 0, False
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        for line in lines:
            words = words or bool(line.strip())
            line = line.replace("\0", "")
            if written + len(line) > LONGEST:
                notes.warn(f"The document has more words than the {LONGEST >> 20} MB that are read; the rest is not.")
                break
            written += file.write(line + "\n")
    if not words:
        target.unlink()
        return None
    return target


def _children(package: Package, out: Path, notes: Notes) -> None:
    names = [
        name
        for name in package.members
        if name.startswith((*_MEDIA_FOLDERS, *_EMBEDDED)) and not name.endswith("/") and name.count("/") < 4
    ]
    # What OpenDocument keeps in an object's folder is itself XML; only what is a file of its own comes out.
    names = [name for name in names if not (name.startswith("Object ") and "/" in name)]
    given = 0
    for number, name in enumerate(names[:_MOST_CHILDREN], start=1):
        target = out / "parts" / f"{number}"
        if given > _MOST_CHILD_BYTES:
            notes.warn("What lies embedded in the document is too large; not all of it was taken out.")
            break
        if package.copy(name, target):
            given += target.stat().st_size
            notes.children.append(Child(clean_name(name.rpartition("/")[2])[:_LONGEST_NAME] or "part", target))
    if len(names) > _MOST_CHILDREN:
        notes.warn(f"{len(names):,} files are embedded; the first {_MOST_CHILDREN:,} were taken out.")
    if names:
        notes.fact("embedded_files", len(names), "names of its parts")


def not_on_paper(source: Source) -> list[str]:
    """What a document holds besides what its own program prints, in words."""
    if source.media_type not in MODERN and source.media_type not in OPEN:
        return []
    notes = Notes()
    with Package(source.path, notes) as package:
        for _ in document_lines(package, source.media_type, notes, set()):
            pass
    found = []
    for name, words in _BESIDE_PAPER.items():
        value = next((fact.value for fact in notes.facts if fact.name == name), None)
        if value:
            found.append(f"{words} ({len(value) if isinstance(value, list) else value})")
    return found


def _book_lines(package: Package) -> Iterator[str]:
    from evidencekit.media.html import text_of

    for name in package.named("", "html"):
        raw = package.read(name)
        if raw is not None:
            yield from text_of(raw.decode("utf-8", "replace"))[0].split("\n")
            yield ""


def _rtf(path: Path, out: Path, notes: Notes) -> Path | None:
    with path.open("rb") as file:
        raw = file.read(rtf.LARGEST)
        if file.read(1):
            notes.warn(f"The document is larger than {rtf.LARGEST >> 20} MiB; only its beginning was read.")
    text = _written("".join(rtf.read(raw, notes)).split("\n"), out, notes)
    notes.fact("encrypted", False, "rtf has no encryption")
    return text


def _by_way_of_libreoffice(source: Source, out: Path, notes: Notes, job: Job) -> Path | None:
    """The words of an older document, through the format that followed its own."""
    from evidencekit.media import libreoffice

    if any(fact.name == "encrypted" and fact.value is True for fact in notes.facts):
        return None
    if not libreoffice.there():
        notes.warn(
            "The words of a document this old are read where LibreOffice is installed; install it and read again."
        )
        return None
    job.step(0, 0, "reading the document")
    ending, newer, kind = LEGACY[source.media_type]
    with TemporaryDirectory(prefix="way-", dir=out) as scratch:
        copy = Path(scratch) / f"document.{ending}"
        copy.write_bytes(source.path.read_bytes())
        try:
            made = libreoffice.convert(copy, newer, Path(scratch))
            inner = Notes()
            with Package(made.path, inner) as package:
                text = _written(document_lines(package, kind, inner, set()), out, notes)
                _children(package, out, notes)
        except ReaderError as fault:
            notes.warn(f"{fault.what} Its words were not read.")
            return None
    notes.fact("text_read_with", f"LibreOffice {made.version}", "by way of a newer format")
    for fact in inner.facts:
        if not notes.has(fact.name):
            notes.fact(fact.name, fact.value, f"{fact.basis}, as LibreOffice converted it")
    return text
