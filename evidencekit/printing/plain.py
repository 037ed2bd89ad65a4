"""Long plain text on the binder's paper, through the typesetter: wrapped, never run off the page, nothing invisible."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.faces import Face
from evidencekit.printing.output import rendition_path, save_part
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter

PAGE_CAP = 400
MONO_SIZE, MONO_LEAST, PROSE_SIZE = 8.6, 7.0, 10.5
_MONO = "fonts/EKMono-Regular.ttf"
_INSET = 6.0  # text stands a little inside the frame
_READ = 1 << 16  # a line longer than this is taken in pieces
_TAB = 8
_PITCH = 1.3  # of the size, as the template sets a fixed-pitch line
_PAGES_AT_ONCE, _PROSE_AT_ONCE = 10, 1500  # pages, lines; bounds the typesetter's memory

Line = tuple[bool, str]


def text_pages(text_file: Path, sheet: Sheet, out: Path, job: Job, *, heading: Sequence[tuple[str, str]] = ()) -> Pages:
    """Prints a UTF-8 text file onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path).

    Without ``heading`` the text is set in a fixed pitch, as a text file is read; with heading rows (label, value) of
    a mail, they stand above it and it is set as prose. Control, bidirectional and unknown characters are shown by
    their code points. At most ``PAGE_CAP`` pages are printed; then the rendition is not whole, and the warning
    says how much is left. Raises :class:`~evidencekit.errors.ReaderError`."""
    typesetter = Typesetter()
    notes: list[str] = []
    face = "prose" if heading else "mono"
    page: dict[str, Any] = {"page": _page(sheet), "face": face, "rows": [list(row) for row in heading]}
    try:
        size = PROSE_SIZE if heading else _mono_size(text_file, sheet)
        page["size"] = size
        lines = _lines(text_file, typesetter.glyphs.covered, sheet, None if heading else size)
        with TemporaryDirectory(prefix="text-", dir=_folder(out)) as scratch:
            at_once = _PROSE_AT_ONCE if heading else _PAGES_AT_ONCE * _lines_per_page(sheet, size)
            chunks = _chunks(typesetter, page, lines, at_once, Path(scratch), job)
            return _bound(chunks, lines, rendition_path(out), notes)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The text could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault


def columns(char: str, is_narrow: Callable[[str], bool]) -> int:
    """How many columns of a fixed pitch a character takes at most."""
    if unicodedata.combining(char):
        return 0
    return 1 if is_narrow(char) and unicodedata.east_asian_width(char) not in "WF" else 2


def wrapped(line: str, room: int, is_narrow: Callable[[str], bool]) -> Iterator[Line]:
    """A line cut to at most ``room`` columns, at a space where one is near the end; no character is lost but the space
    that a cut replaces. Pieces after the first are two columns narrower."""
    if line.isascii() and len(line) <= room:
        yield (False, line)
        return
    start, on = 0, False
    while start < len(line) or not on:
        limit = room - 2 if on else room
        end, used = start, 0
        while end < len(line) and used + (width := columns(line[end], is_narrow)) <= limit:
            used += width
            end += 1
        if end == len(line):
            yield (on, line[start:])
            return
        space = line.rfind(" ", start, end + 1)
        if space > start + (end - start) // 2:
            yield (on, line[start:space])
            start = space + 1
        else:
            yield (on, line[start : max(end, start + 1)])
            start = max(end, start + 1)
        on = True


def _folder(out: Path) -> Path:
    folder = rendition_path(out).parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _page(sheet: Sheet) -> dict[str, float]:
    return {
        "width": sheet.width,
        "height": sheet.height,
        "left": sheet.left + _INSET,
        "right": sheet.right + _INSET,
        "top": sheet.top + _INSET,
        "bottom": sheet.bottom + _INSET,
    }


def _room(face: Face, sheet: Sheet, size: float) -> int:
    """Columns of a fixed pitch beside each other."""
    return int((sheet.frame_width - 2 * _INSET) / (face.glyph("0")[1] * size / 1000) + 1e-6)


def _mono_size(text_file: Path, sheet: Sheet) -> float:
    """The usual size, or a smaller readable one at which the longest line (a table's, a log's) is not cut."""
    face = Face(_MONO, "M")
    with text_file.open(encoding="utf-8", errors="replace") as file:
        longest = max(
            (len(line.rstrip("\n").expandtabs(_TAB)) for line in iter(lambda: file.readline(_READ), "")), default=0
        )
    sizes = [MONO_SIZE - n / 10 for n in range(round((MONO_SIZE - MONO_LEAST) * 10) + 1)]
    return next((size for size in sizes if longest <= _room(face, sheet, size)), MONO_SIZE)


def _lines(text_file: Path, covered: Callable[[str], str], sheet: Sheet, mono_size: float | None) -> Iterator[Line]:
    mono = Face(_MONO, "M")
    with text_file.open(encoding="utf-8", errors="replace") as file:
        while piece := file.readline(_READ):
            # Tabs are set to their columns here; a form feed only told a printer to begin a new sheet.
            line = covered(piece.rstrip("\n").expandtabs(_TAB).replace("\f", "").replace("\ufeff", ""))
            if mono_size is None:
                yield (False, line)
            else:
                yield from wrapped(line, _room(mono, sheet, mono_size), mono.has)


def _lines_per_page(sheet: Sheet, size: float) -> int:
    """Whole pages at once, so that no page ends early where the next lot begins."""
    return int((sheet.frame_height - 2 * _INSET + (_PITCH - 1) * size) / (_PITCH * size))


def _chunks(
    typesetter: Typesetter, page: dict[str, Any], lines: Iterator[Line], at_once: int, scratch: Path, job: Job
) -> Iterator[Path]:
    number = 0
    while (chunk := list(islice(lines, at_once))) or not number:
        job.step(number, 0, "Printing text")
        part = scratch / f"{number}.pdf"
        typesetter.typeset("plain.typ", {**page, "lines": chunk}, part)
        yield part
        page = {**page, "rows": []}
        number += 1


def _bound(chunks: Iterator[Path], lines: Iterator[Line], target: Path, notes: list[str]) -> Pages:
    import pikepdf

    with pikepdf.new() as pdf:
        for part in chunks:
            with pikepdf.open(part) as more:
                pdf.pages.extend(more.pages)
            if len(pdf.pages) >= PAGE_CAP:
                break
        left = sum(1 for _ in lines)
        whole = len(pdf.pages) <= PAGE_CAP and not left
        if not whole:
            del pdf.pages[PAGE_CAP:]
            notes.append(
                f"The text is longer than {PAGE_CAP} pages; it continues in the native file"
                + (f" for about {left} more lines." if left else ".")
            )
        save_part(pdf, target)
        return Pages(target, len(pdf.pages), warnings=tuple(notes), whole=whole)
