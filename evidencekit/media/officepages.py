"""Office documents on paper: by LibreOffice where it is, else by the built-in route. Which, is said with its version.

The order is always the same, so that the same computer gives the same pages: LibreOffice; for workbooks tables of
our own; for slides their words; for the rest pandoc's reading, set by the typesetter; at last the plain words.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import libreoffice, ooxml, opendocument, pandoc
from evidencekit.media.notes import Notes
from evidencekit.media.office import EPUB, LEGACY, MODERN, OPEN, RTF, STORAGE, not_on_paper
from evidencekit.media.package import Package
from evidencekit.media.protocol import Source
from evidencekit.media.stripped import stripped_package, stripped_rtf
from evidencekit.model import Pages
from evidencekit.printing.blocks import MOST_PICTURES, Block, block_pages
from evidencekit.printing.paper import Sheet

_ENDINGS = {
    ooxml.WORD: "docx",
    ooxml.EXCEL: "xlsx",
    ooxml.SLIDES: "pptx",
    opendocument.TEXT: "odt",
    opendocument.SHEET: "ods",
    opendocument.SLIDES: "odp",
    RTF: "rtf",
    EPUB: "epub",
    **{kind: ending for kind, (ending, _, _) in LEGACY.items()},
}
_PANDOC = {ooxml.WORD: "docx", opendocument.TEXT: "odt", RTF: "rtf", EPUB: "epub"}
_LOOKS = "the words are the document's, their look is not."


def office_pages(source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
    """See :meth:`OfficeReader.pages`. Raises :class:`~evidencekit.errors.ReaderError` when no route gives pages."""
    _refuse(source)
    out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    for route in _routes(source):
        job.step(0, 0, "converting the document")
        try:
            with TemporaryDirectory(prefix="way-", dir=out) as scratch:
                made = route(source, sheet, out, Path(scratch), job)
        except ReaderError as fault:
            faults.append(fault.what)
            continue
        return replace(made, warnings=tuple(dict.fromkeys((*faults, *made.warnings))))
    if source.media_type in LEGACY and not libreoffice.there():
        raise ReaderError(
            "A document this old is printed where LibreOffice is installed.",
            todo="Install LibreOffice and print again; the native file goes beside the binder.",
        )
    raise ReaderError(" ".join(dict.fromkeys(faults)) or "It cannot be printed.", todo="Look at the native file.")


Route = Callable[[Source, Sheet, Path, Path, Job], Pages]


def _routes(source: Source) -> list[Route]:
    routes: list[Route] = []
    if libreoffice.there() and source.media_type != EPUB:
        routes.append(_by_libreoffice)
    if source.media_type == ooxml.EXCEL:
        routes.append(_as_tables)
    elif source.media_type == ooxml.SLIDES:
        routes.append(_as_slides)
    elif source.media_type in _PANDOC and pandoc.there():
        routes.append(_by_pandoc)
    if source.media_type not in LEGACY:
        routes.append(_as_words)
    return routes


def _refuse(source: Source) -> None:
    from evidencekit.media.legacy import is_encrypted_package, read

    locked = False
    if source.media_type == STORAGE:
        locked = is_encrypted_package(source.path)
        if not locked:
            raise ReaderError("It is no document that can be printed.", todo="Look at the native file.")
    elif source.media_type in LEGACY:
        notes = Notes()
        read(source.path, notes)
        locked = any(fact.name == "encrypted" and fact.value is True for fact in notes.facts)
    elif source.media_type in OPEN:
        with Package(source.path, Notes()) as package:
            locked = opendocument.encrypted(package)
    if locked:
        raise ReaderError(
            "The document is encrypted and opens only with a password.",
            todo="Ask who handed it over for the password or an open copy, and add that copy.",
        )


def _by_libreoffice(source: Source, sheet: Sheet, out: Path, scratch: Path, job: Job) -> Pages:
    from evidencekit.printing.pages import pdf_pages

    copy = _copied(source, scratch)
    made = libreoffice.convert(copy, "pdf", scratch)
    pages = pdf_pages(made.path, sheet, out, job)
    hidden = not_on_paper(source)
    said = [f"Converted to pages with LibreOffice {made.version}."]
    if hidden:
        said.append(f"The document also holds {', '.join(hidden)}; they may be missing from these pages.")
    # What was left behind of LibreOffice's own PDF was never the document's.
    return replace(pages, warnings=tuple(said), whole=pages.whole and not hidden)


def _copied(source: Source, scratch: Path) -> Path:
    """The document without what leads outside, in the call's own folder, under a name of our own."""
    copy = scratch / f"document.{_ENDINGS[source.media_type]}"
    if source.media_type in MODERN or source.media_type in OPEN or source.media_type == EPUB:
        stripped_package(source.path, copy)
    elif source.media_type == RTF:
        stripped_rtf(source.path, copy)
    else:
        shutil.copyfile(source.path, copy)  # no library takes these apart; the program has no network
    return copy


def _by_pandoc(source: Source, sheet: Sheet, out: Path, scratch: Path, job: Job) -> Pages:
    made = pandoc.convert(_copied(source, scratch), _PANDOC[source.media_type], scratch)
    said = f"Read with pandoc {made.version} and set anew: {_LOOKS}"
    pictures = _pictures(source, made.pictures, scratch)
    return block_pages(made.blocks, sheet, out, job, end=said, warnings=(said,), pictures=pictures)


def _pictures(source: Source, names: list[str], scratch: Path) -> dict[str, Path]:
    """The files of the pictures that a document shows, by the names pandoc gives them."""
    if source.media_type == RTF:
        return {}
    found: dict[str, Path] = {}
    with Package(source.path, Notes()) as package:
        for name in list(dict.fromkeys(names))[:MOST_PICTURES]:
            part = next((each for each in package.members if each == name or each.endswith(f"/{name}")), None)
            target = scratch / "pictures" / str(len(found))
            if part is not None and package.copy(part, target):
                found[name] = target
    return found


def _as_tables(source: Source, sheet: Sheet, out: Path, scratch: Path, job: Job) -> Pages:
    from evidencekit.media.grids import workbook_grids
    from evidencekit.printing.tables import table_pages

    del scratch
    notes = Notes()
    with Package(source.path, notes) as package:
        grids, remarks = workbook_grids(package)
    said = f"The cells were set as tables by this program: {_LOOKS}"
    return table_pages(grids, sheet, out, job, end=said, warnings=(said, *remarks, *notes.warnings))


def _as_slides(source: Source, sheet: Sheet, out: Path, scratch: Path, job: Job) -> Pages:
    del scratch
    notes = Notes()
    blocks: list[Block] = []
    with Package(source.path, notes) as package:
        for number, part in enumerate(ooxml.slide_order(package), start=1):
            lines, hidden, spoken = ooxml.slide(package, part)
            blocks.append(["h", 2, [["", f"Slide {number}{' (hidden)' if hidden else ''}"]]])
            blocks += [["p", [["", line]]] for line in lines]
            if spoken:
                blocks.append(["q", [["p", [["b", "Speaker notes"]]], *(["p", [["", line]]] for line in spoken)]])
    said = f"The words of the slides were set by this program: {_LOOKS}"
    pages = block_pages(blocks, sheet, out, job, end=said, warnings=(said, *notes.warnings))
    return replace(pages, whole=False)  # pictures and drawings are in the native file alone


def _as_words(source: Source, sheet: Sheet, out: Path, scratch: Path, job: Job) -> Pages:
    from evidencekit.media.office import OfficeReader

    reading = OfficeReader().read(source, scratch / "read", job)
    if reading.text is None:
        raise ReaderError("There are no words in it that could be printed.", todo="Look at the native file.")
    lines = reading.text.read_text(encoding="utf-8").split("\n")
    said = f"The plain words were set by this program: {_LOOKS}"
    blocks: list[Block] = [["p", [["", line]]] for line in lines]
    return replace(block_pages(blocks, sheet, out, job, end=said, warnings=(said,)), whole=False)
