"""Images on the binder's paper: one to a page at a readable size, tall captures cut over several pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.faces import SANS, Pen
from evidencekit.printing.output import blank_page, rendition_path, save_part
from evidencekit.printing.paper import Box, Sheet, hairline
from evidencekit.printing.pictures import Picture, Told, load_pictures, strips

if TYPE_CHECKING:
    import pikepdf

READABLE = 3.4 * 72  # width on paper of a phone's capture of up to 1300 pixels
READABLE_PIXELS = 1300
PHONE_WIDEST = 4.3 * 72
OVERLAP = 0.35 * 72
LARGEST_SHARED = 40_000_000  # pixels; beyond this a viewer should not decode the whole picture for every strip
_STILL_READABLE = 0.85
_BROKEN = "the file breaks off or is damaged; what is missing is left white \u00b7 see the slip sheet"
_MARK_ROOM = 15.0
_HAIR = 1.0  # room for the hairline that shows where a white picture ends

_TURNS: dict[int, tuple[int, int, int, int, int, int]] = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def image_pages(path: Path, sheet: Sheet, out: Path, job: Job) -> Pages:
    """Prints an image file onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path).

    JPEG and plain PNG data pass through as they are, without their metadata; everything else is decoded and embedded
    without loss. Nothing is written on a picture. Raises :class:`~evidencekit.errors.ReaderError`."""
    import pikepdf

    notes = Told()
    pen = Pen(SANS, "C")
    with pikepdf.new() as pdf:
        for number, picture in enumerate(load_pictures(path, notes)):
            job.step(number, 0, f"Printing picture {number + 1}")
            width, height = picture.shown
            cuts = plan_cuts(width, height, sheet)
            if len(cuts) == 1:
                _one_page(pdf, picture, sheet, pen)
            elif width * height <= LARGEST_SHARED:
                _shared_strips(pdf, picture, cuts, sheet, pen)
            else:
                _cropped_strips(pdf, path, picture, cuts, sheet, pen, notes)
        fonts = pen.embed(pdf)
        for page in pdf.pages:
            page.Resources.Font = pikepdf.Dictionary(fonts)
        target = rendition_path(out)
        save_part(pdf, target)
        return Pages(target, len(pdf.pages), warnings=tuple(dict.fromkeys(notes)), whole=notes.whole)


def readable_width(pixels: int, sheet: Sheet) -> float:
    """The width in points at which the text of a capture so many pixels wide is comfortably read."""
    room = sheet.frame_width - 2 * _HAIR
    return min(room, READABLE * max(1.0, pixels / READABLE_PIXELS))


def fitted(width: int, height: int, sheet: Sheet) -> Box:
    """Where a picture stands when it gets one page: as large as the frame allows, but no pixel larger than a point and
    a phone's capture no wider than a hand's breadth; centred."""
    room_x, room_y = sheet.frame_width - 2 * _HAIR, sheet.frame_height - 2 * _HAIR
    scale = min(room_x / width, room_y / height, 1.0)
    if height >= 1.6 * width:
        scale = min(scale, PHONE_WIDEST * max(1.0, width / READABLE_PIXELS) / width)
    w, h = width * scale, height * scale
    return Box(sheet.left + (sheet.frame_width - w) / 2, sheet.bottom + (sheet.frame_height - h) / 2, w, h)


def plan_cuts(width: int, height: int, sheet: Sheet) -> list[tuple[float, float]]:
    """The parts of a picture (top and bottom, in points from its upper edge at the printed width) that go on one page
    each; a single part means that it fits. Neighbours share ``OVERLAP``."""
    full = readable_width(width, sheet)
    if fitted(width, height, sheet).width >= min(full * _STILL_READABLE, float(width)):
        return [(0.0, fitted(width, height, sheet).height)]
    printed = _cut_width(width, height, sheet)
    room = _strip_room(sheet)
    total = height * printed / width
    cuts = [(0.0, min(room, total))]
    while cuts[-1][1] < total - 0.01:
        top = cuts[-1][1] - OVERLAP
        cuts.append((top, min(top + room, total)))
    return cuts


def _strip_room(sheet: Sheet) -> float:
    return sheet.frame_height - 2 * _MARK_ROOM


def _cut_width(width: int, height: int, sheet: Sheet) -> float:
    """The printed width of a tall capture: a little narrower where that saves a last page with a few lines on it."""
    full, room = min(readable_width(width, sheet), float(width)), _strip_room(sheet)

    def pages(printed: float) -> int:
        return max(1, -(-round(100 * (height * printed / width - OVERLAP)) // round(100 * (room - OVERLAP))))

    wanted = pages(full * 0.94)
    return next(w for n in range(61) if pages(w := full * (1 - n / 1000)) == wanted)


def _one_page(pdf: pikepdf.Pdf, picture: Picture, sheet: Sheet, pen: Pen) -> None:
    width, height = picture.shown
    room = replace(sheet, bottom=sheet.bottom + _MARK_ROOM, top=sheet.top + _MARK_ROOM) if picture.broken else sheet
    box = fitted(width, height, room)
    page = blank_page(pdf, sheet)
    page.Resources.XObject.P = pdf.make_indirect(picture.embed(pdf))
    content = draw(box, picture.orientation) + hairline(box)
    if picture.broken:
        content += b"q 0.35 g\n" + _centred(pen, _BROKEN, box.y - 11, sheet) + b"Q\n"
    page.Contents = pdf.make_stream(content)


def _shared_strips(pdf: pikepdf.Pdf, picture: Picture, cuts: list[tuple[float, float]], sheet: Sheet, pen: Pen) -> None:
    width, height = picture.shown
    shared = pdf.make_indirect(picture.embed(pdf))
    printed = _cut_width(width, height, sheet)
    total = height * printed / width
    for number, (top, bottom) in enumerate(cuts):
        window = _window(sheet, printed, bottom - top)
        whole = Box(window.x, window.y + window.height + top - total, printed, total)
        page = blank_page(pdf, sheet)
        page.Resources.XObject.P = shared
        clip = f"q {window.x:.3f} {window.y:.3f} {window.width:.3f} {window.height:.3f} re W n\n".encode()
        marks = _marks(window, number, len(cuts), sheet, pen, broken=picture.broken)
        content = clip + draw(whole, picture.orientation) + b"Q\n" + marks
        page.Contents = pdf.make_stream(content)


def _cropped_strips(
    pdf: pikepdf.Pdf,
    path: Path,
    picture: Picture,
    cuts: list[tuple[float, float]],
    sheet: Sheet,
    pen: Pen,
    notes: Told,
) -> None:
    width, height = picture.shown
    printed = _cut_width(width, height, sheet)
    scale = printed / width
    rows = [(int(top / scale), min(height, round(bottom / scale))) for top, bottom in cuts]
    for number, ((top, bottom), piece) in enumerate(zip(rows, strips(path, rows, notes), strict=True)):
        window = _window(sheet, printed, (bottom - top) * scale)
        page = blank_page(pdf, sheet)
        page.Resources.XObject.P = pdf.make_indirect(piece.embed(pdf))
        marks = _marks(window, number, len(cuts), sheet, pen, broken=picture.broken)
        page.Contents = pdf.make_stream(draw(window, 1) + marks)


def _window(sheet: Sheet, width: float, height: float) -> Box:
    x = sheet.left + (sheet.frame_width - width) / 2
    return Box(x, sheet.bottom + sheet.frame_height - _MARK_ROOM - height, width, height)


def draw(box: Box, orientation: int) -> bytes:
    """Operators that draw the picture ``/P`` upright into the box."""
    a, b, c, d, e, f = _TURNS[orientation]
    w, h = box.width, box.height
    matrix = (a * w, b * h, c * w, d * h, box.x + e * w, box.y + f * h)
    return ("q " + " ".join(f"{value:.4f}" for value in matrix) + " cm /P Do Q\n").encode()


def _marks(window: Box, number: int, count: int, sheet: Sheet, pen: Pen, *, broken: bool) -> bytes:
    """The “continued” marks above and below a strip, and ticks beside it where the overlap ends."""
    inches = f"{OVERLAP / 72:.2f} in"
    parts = [hairline(window), b"q 0.35 g 0.35 G 0.6 w\n"]
    left, right, top = window.x, window.x + window.width, window.y + window.height
    if number:
        words = (
            f"continued from previous page \u00b7 part {number + 1} of {count} \u00b7 the first {inches} repeat its end"
        )
        parts.append(_centred(pen, words, top + 5, sheet))
        parts.append(_ticks(left, right, top - OVERLAP))
    if number + 1 < count:
        words = (
            f"continues on next page \u00b7 part {number + 1} of {count} \u00b7 the last {inches} are repeated there"
        )
        parts.append(_centred(pen, words, window.y - 11, sheet))
        parts.append(_ticks(left, right, window.y + OVERLAP))
    elif broken:
        parts.append(_centred(pen, _BROKEN, window.y - 11, sheet))
    return b"".join([*parts, b"Q\n"])


def _centred(pen: Pen, words: str, y: float, sheet: Sheet) -> bytes:
    size = pen.fitting(words, 7.0, sheet.frame_width)
    x = sheet.left + (sheet.frame_width - pen.width(words, size)) / 2
    return pen.show(words, x, y, size)


def _ticks(left: float, right: float, y: float) -> bytes:
    ends = ((left - 10, left - 3), (right + 3, right + 10))
    return ("".join(f"{x0:.2f} {y:.2f} m {x1:.2f} {y:.2f} l " for x0, x1 in ends) + "S\n").encode()
