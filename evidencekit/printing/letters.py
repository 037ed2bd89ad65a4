"""Mail on the binder's paper: the headers that matter, the words with pictures in their place, what was attached, and
every header as found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.bound import INSET, bind, page_of
from evidencekit.printing.faces import Face
from evidencekit.printing.images import draw
from evidencekit.printing.output import rendition_path
from evidencekit.printing.paper import Box, Sheet, hairline
from evidencekit.printing.pictures import Picture, Told, load_pictures
from evidencekit.printing.plain import wrapped
from evidencekit.printing.typeset import Section, Typesetter

if TYPE_CHECKING:
    import pikepdf

PAGE_CAP = 400
HEADER_SIZE = 7.4
_MONO = "fonts/EKMono-Regular.ttf"
_AT_ONCE = 1_500  # lines; bounds the typesetter's memory
_MOST_HEADER_LINES = 4_000
_LONGEST_LINE = 1 << 16
_POINT = 0.75  # of a pixel, as screens show a picture in a mail
_TALLEST = 0.62  # of the frame's height

Block = str | Path
"""A line of words, or the file of a picture that stands in its place."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is attached: its name, size in bytes, the number of the item it became, and whether it is printed above."""

    name: str
    size: int
    item: str
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: ``rows`` (label, value) of the headers that matter, its ``body``, what is attached, every header line
    as found, and a ``remark`` in place of these when there are none."""

    rows: Sequence[tuple[str, str]]
    body: Sequence[Block]
    attachments: Sequence[Attachment] = ()
    headers: Sequence[str] = ()
    remark: str = ""


@dataclass(slots=True)
class _Pictures:
    """The pictures of a letter as they are to be drawn: number → picture and its size on paper."""

    notes: Told = field(default_factory=Told)
    found: dict[int, tuple[Picture, float, float]] = field(default_factory=dict)
    places: list[tuple[int, int, float, float]] = field(default_factory=list)  # page, number, x, y from above


def letter_pages(letter: Letter, sheet: Sheet, out: Path, job: Job) -> Pages:
    """Prints a mail onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path). At most
    ``PAGE_CAP`` pages; then the rendition is not whole. Raises :class:`~evidencekit.errors.ReaderError`."""
    target = rendition_path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    pictures = _Pictures()
    try:
        with TemporaryDirectory(prefix="mail-", dir=target.parent) as scratch:
            parts = _parts(letter, sheet, Path(scratch), job, pictures)
            count, whole = bind(parts, target, PAGE_CAP)
        if pictures.places:
            _place(pictures, sheet, target)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The message could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault
    warnings = list(dict.fromkeys(pictures.notes))
    if not whole:
        warnings.append(f"The message is longer than {PAGE_CAP} pages; it continues in the native file.")
    return Pages(target, count, warnings=tuple(warnings), whole=whole and pictures.notes.whole)


def _parts(letter: Letter, sheet: Sheet, scratch: Path, job: Job, pictures: _Pictures) -> Iterator[Path]:
    typesetter = Typesetter()
    lines = [_line(block, sheet, pictures) for block in letter.body]
    headers = _header_lines(letter.headers, sheet, typesetter)
    # Each lot is (body lines, whether the attachments follow, header lines).
    lots = [lines[at : at + _AT_ONCE] for at in range(0, len(lines), _AT_ONCE)] or [[]]
    more = [headers[at : at + _AT_ONCE] for at in range(0, len(headers), _AT_ONCE)] or [[]]
    before = 0
    for number in range(len(lots) + len(more) - 1):
        job.step(number, len(lots) + len(more) - 1, "Printing the message")
        closing = number >= len(lots) - 1
        data: dict[str, Any] = {
            "page": page_of(sheet),
            "rows": [list(row) for row in letter.rows] if number == 0 else [],
            "lines": lots[number] if number < len(lots) else [],
            "attachments": [_row(each) for each in letter.attachments] if number == len(lots) - 1 else [],
            "headers": more[number - len(lots) + 1] if closing else [],
            "titled": number == len(lots) - 1,
            "remark": letter.remark if number == len(lots) - 1 else "",
            "size": HEADER_SIZE,
        }
        part = scratch / f"{number}.pdf"
        made = typesetter.typeset("mail.typ", data, part)
        pictures.places += [_slot(section, before) for section in made.sections]
        before += made.pages
        yield part


def _line(block: Block, sheet: Sheet, pictures: _Pictures) -> list[Any]:
    if isinstance(block, str):
        line = block[:_LONGEST_LINE].expandtabs(8)
        return ["rtl" if _from_right(line) else "ltr", line]
    try:
        picture = next(load_pictures(block, pictures.notes))
    except (ReaderError, StopIteration):
        pictures.notes.left_out("A picture in the message cannot be printed; it is an item of its own.")
        return ["ltr", "[picture that cannot be printed; it is an item of its own]"]
    width, height = picture.shown
    room_x, room_y = sheet.frame_width - 2 * INSET - 2, sheet.frame_height * _TALLEST
    scale = min(_POINT, room_x / max(1, width), room_y / max(1, height))
    number = len(pictures.found)
    pictures.found[number] = (picture, width * scale, height * scale)
    return ["picture", number, width * scale, height * scale]


def _from_right(line: str) -> bool:
    """Whether a line reads from right to left: its first letter with a direction does (Unicode UAX #9, P2 and P3)."""
    for letter in line[:500]:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def _header_lines(headers: Sequence[str], sheet: Sheet, typesetter: Typesetter) -> list[list[Any]]:
    face = Face(_MONO, "M")
    room = int((sheet.frame_width - 2 * INSET) / (face.glyph("0")[1] * HEADER_SIZE / 1000) + 1e-6)
    lines: list[list[Any]] = []
    for header in headers:
        shown = typesetter.glyphs.covered(header[:_LONGEST_LINE].expandtabs(8))
        lines += [[on, words] for on, words in wrapped(shown, room, face.has)]
        if len(lines) > _MOST_HEADER_LINES:
            return [*lines[:_MOST_HEADER_LINES], [False, "… the rest of the headers is in the native file."]]
    return lines


def _row(each: Attachment) -> list[str]:
    note = f"{each.item}, shown above" if each.item and each.shown else each.item
    return [each.name, f"{each.size:,} bytes", note or ("shown above" if each.shown else "")]


def _slot(section: Section, before: int) -> tuple[int, int, float, float]:
    _, number, x, y = section.name.split(" ")
    return before + section.page - 1, int(number), float(x), float(y)


def _place(pictures: _Pictures, sheet: Sheet, target: Path) -> None:
    import pikepdf

    from evidencekit.printing.output import save_part

    with pikepdf.open(target, allow_overwriting_input=True) as pdf:
        for page, number, x, y in pictures.places:
            if page < len(pdf.pages):
                _draw(pdf, pdf.pages[page], number, pictures.found[number], (x, y), sheet)
        save_part(pdf, target)


def _draw(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    number: int,
    made: tuple[Picture, float, float],
    at: tuple[float, float],
    sheet: Sheet,
) -> None:
    import pikepdf

    picture, width, height = made
    box = Box(at[0], sheet.height - at[1] - height, width, height)
    name = f"/EKPicture{number}"
    if "/XObject" not in page.Resources:
        page.Resources.XObject = pikepdf.Dictionary()
    page.Resources.XObject[name] = pdf.make_indirect(picture.embed(pdf))
    content = draw(box, picture.orientation).replace(b"/P Do", f"{name} Do".encode()) + hairline(box)
    page.contents_add(pdf.make_stream(content))
