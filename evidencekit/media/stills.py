"""Stills of a video at even intervals, upright and in its own proportions, and the contact sheets made of them.

A still is the frame shown at its time; where finding it would take too long, the key frame before it. Each bears the
time of the very frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.media.notes import Notes
from evidencekit.model import Pages
from evidencekit.printing.paper import Box, Sheet, hairline

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 150_000_000
PER_SHEET = 12
_SHEETS = ((120.0, 1), (600.0, 2))  # up to so many seconds, so many sheets; longer ones get three
_MOST_SHEETS = 3
_A_STILL = 0.7  # seconds of processor time to go forward from a key frame
_ALL_STILLS = 25.0
_DPI = 220
_CAPTION, _GAP, _HEAD_ROOM = 11.0, 10.0, 16.0
_GRIDS = ((2, 6), (3, 4), (4, 3))  # columns and rows
_HEAD = "Stills from the video at even intervals, each with its time in it. The video itself is the native file."


@dataclass(frozen=True, slots=True)
class Still:
    """One frame at so many seconds from the beginning."""

    at: float
    image: Image


def wanted_sheets(seconds: float) -> int:
    """How many contact sheets a video of that length gets."""
    return next((sheets for most, sheets in _SHEETS if seconds <= most), _MOST_SHEETS)


class Stills:
    """Takes stills out of the first picture track of what ``opened`` opens anew at every call; ``seconds`` is its
    length as far as known. Raises :class:`~evidencekit.errors.ReaderError` when it cannot be opened."""

    def __init__(self, opened: Callable[[], Any], seconds: float, notes: Notes) -> None:
        self._opened, self._notes = opened, notes
        self._seconds = max(0.0, seconds)
        self._end = time.process_time() + _ALL_STILLS
        self._damaged = 0
        self._open()

    def _open(self) -> None:
        self._container = self._opened()
        self._stream = self._container.streams.video[0]
        self._base = self._stream.time_base
        self._start = float((self._stream.start_time or 0) * self._base) if self._base else 0.0
        # One thread: a decoder with several gives frames late, and worker processes already share the processors.
        self._stream.codec_context.thread_count = 1

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def at(self, places: list[float], room: tuple[int, int]) -> list[Still]:
        """The stills at these seconds, fitted into ``room`` (pixels), never enlarged; fewer where two would be the
        same frame."""
        found = [still for place in places if (still := self._one(place, room))]
        if not found and places:
            found = self._through(len(places), room)
        if self._damaged:
            self._notes.warn("Part of its picture is damaged; the stills are of what could be decoded.")
        return list({still.at: still for still in sorted(found, key=lambda each: each.at)}.values())

    def evenly(self, count: int, room: tuple[int, int]) -> list[Still]:
        """So many stills, from the middle of so many equal parts."""
        return self.at([self._seconds * (number + 0.5) / count for number in range(count)], room)

    def _one(self, place: float, room: tuple[int, int]) -> Still | None:
        import av

        if self._base is None:
            return None
        try:
            self._container.seek(int((place + self._start) / self._base), stream=self._stream, backward=True)
        except av.error.FFmpegError:
            return None
        stop = min(self._end, time.process_time() + _A_STILL)
        last = None
        for frame in self._frames():
            last = frame if last is None or not frame.is_corrupt else last
            if frame.time is None or frame.time - self._start >= place - 0.001 or time.process_time() > stop:
                break
        self._damaged += bool(last is not None and last.is_corrupt)
        return self._still(last, room)

    def _through(self, count: int, room: tuple[int, int]) -> list[Still]:
        """Key frames from the beginning on, thinned out, where the file cannot be sought in."""
        found: list[Still] = []
        stride = 1
        self.close()
        self._open()
        self._stream.codec_context.skip_frame = "NONKEY"
        for seen, frame in enumerate(self._frames()):
            if seen % stride == 0 and (still := self._still(frame, room)):
                found.append(still)
                if len(found) > 2 * count:
                    found, stride = found[::2], stride * 2
            if time.process_time() > self._end:
                break
        step = max(1, -(-len(found) // count))
        return found[::step]

    def _frames(self) -> Any:
        import av

        try:
            for packet in self._container.demux(self._stream):
                try:
                    yield from packet.decode()
                except av.error.FFmpegError:
                    self._damaged += 1
        except av.error.FFmpegError:
            self._damaged += 1

    def _still(self, frame: Any, room: tuple[int, int]) -> Still | None:
        if frame is None or not frame.width or not frame.height or frame.width * frame.height > MOST_PIXELS:
            return None
        image = upright(frame, self._stream, room)
        return Still(max(0.0, round((frame.time or 0.0) - self._start, 3)), image)


def upright(frame: Any, stream: Any, room: tuple[int, int]) -> Image:
    """A decoded frame as a picture: square pixels, turned as the file says, fitted into ``room``."""
    turned = round((frame.rotation or 0) / 90) % 4
    ratio = float(stream.sample_aspect_ratio or 1) or 1.0
    across, down = frame.width * (ratio if 0.1 < ratio < 10 else 1.0), float(frame.height)
    most = room[::-1] if turned % 2 else room
    scale = min(1.0, most[0] / across, most[1] / down)
    size = max(2, round(across * scale)), max(2, round(down * scale))
    image: Image = frame.reformat(width=size[0], height=size[1], format="rgb24").to_image()
    return image.rotate(90 * turned, expand=True) if turned else image


def place_words(at: float) -> str:
    """“1:02:05.4”: a still's time."""
    tenths = int(at * 10 + 1e-6)
    whole, tenth = divmod(tenths, 10)
    hours, rest = divmod(whole, 3600)
    clock = f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    return f"{clock}.{tenth}"


def screen_sheet(stills: list[Still], width: int) -> Image:
    """A contact sheet for the screen, so many pixels wide: the stills in reading order, their times beneath."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    import resources

    upstanding = stills[0].image.height > 1.2 * stills[0].image.width
    columns = min(len(stills), 6 if upstanding else 4)
    gap = max(6, width // 100)
    cell = (width - gap) // columns - gap
    size = max(11, cell // 16)
    font = ImageFont.truetype(BytesIO(resources.data("fonts/Inter-Regular.ttf")), size)
    small = [each.image.copy() for each in stills]
    for image in small:
        image.thumbnail((cell, cell * 2))
    tall = max(image.height for image in small)
    rows = -(-len(small) // columns)
    sheet = Pillow.new("RGB", (width, gap + rows * (tall + round(size * 1.8) + gap)), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (still, image) in enumerate(zip(stills, small, strict=True)):
        x = gap + number % columns * (cell + gap)
        y = gap + number // columns * (tall + round(size * 1.8) + gap)
        sheet.paste(image, (x + (cell - image.width) // 2, y))
        words = place_words(still.at)
        pen.text((x + (cell - pen.textlength(words, font)) / 2, y + tall + size // 4), words, (60, 60, 60), font)
    return sheet


def printed_sheets(stills: list[Still], seconds: float, sheet: Sheet, out: Path) -> Pages:
    """Contact sheets on paper: pictures, under each its time and number."""
    import pikepdf

    from evidencekit.printing.faces import SANS, Pen
    from evidencekit.printing.output import blank_page, rendition_path, save_part

    pen = Pen(SANS, "C")
    parts = [stills[start : start + PER_SHEET] for start in range(0, len(stills), PER_SHEET)]
    with pikepdf.new() as pdf:
        for number, part in enumerate(parts):
            page = blank_page(pdf, sheet)
            content = [b"q 0.3 g\n"]
            y = sheet.height - sheet.top - 8
            size = pen.fitting(_HEAD, 8.0, sheet.frame_width)
            content.append(pen.show(_HEAD, sheet.left, y, size) + b"Q\n")
            for place, still in enumerate(part):
                box = _cell(part, place, sheet)
                page.Resources.XObject[f"/S{place}"] = pdf.make_indirect(_picture(still).embed(pdf))
                content.append(hairline(box))
                content.append(
                    f"q {box.width:.3f} 0 0 {box.height:.3f} {box.x:.3f} {box.y:.3f} cm /S{place} Do Q\n".encode()
                )
                words = f"{place_words(still.at)} of {place_words(seconds)}"
                many = f"{number * PER_SHEET + place + 1} of {len(stills)}"
                content.append(b"q 0.2 g\n" + _caption(pen, words, many, box) + b"Q\n")
            page.Contents = pdf.make_stream(b"".join(content))
        fonts = pen.embed(pdf)
        for page in pdf.pages:
            page.Resources.Font = pikepdf.Dictionary(fonts)
        target = rendition_path(out)
        save_part(pdf, target)
    return Pages(target, len(parts), whole=False)


def printed_room(sheet: Sheet) -> tuple[int, int]:
    """The pixels that a still needs to be printed."""
    return round(sheet.frame_width / 2 / 72 * _DPI), round(sheet.frame_height / 3 / 72 * _DPI)


def _cell(part: list[Still], place: int, sheet: Sheet) -> Box:
    """Where a still stands: fitted into its cell, in the middle of it, its caption beneath. Of the ways to lay twelve
    out, the one that shows the first largest."""
    image = part[place].image
    columns, rows = max(_GRIDS, key=lambda each: _scale(part[0].image, _room(each, sheet)))
    wide, tall = _room((columns, rows), sheet)
    scale = _scale(image, (wide, tall))
    w, h = image.width * scale, image.height * scale
    column, row = place % columns, place // columns
    x = sheet.left + column * (wide + _GAP) + (wide - w) / 2
    top = sheet.height - sheet.top - _HEAD_ROOM - row * (tall + _GAP)
    return Box(x, top - h, w, h)


def _room(shape: tuple[int, int], sheet: Sheet) -> tuple[float, float]:
    columns, rows = shape
    wide = (sheet.frame_width - (columns - 1) * _GAP) / columns
    return wide, (sheet.frame_height - _HEAD_ROOM - (rows - 1) * _GAP) / rows


def _scale(image: Image, room: tuple[float, float]) -> float:
    return min(room[0] / image.width, (room[1] - _CAPTION) / image.height)


def _caption(pen: Any, words: str, many: str, box: Box) -> bytes:
    size = pen.fitting(f"{words}   {many}", 7.0, max(box.width, 60.0))
    left = pen.show(words, box.x, box.y - 9, size)
    return bytes(left + pen.show(many, box.x + max(box.width, 60.0) - pen.width(many, size), box.y - 9, size))


def _picture(still: Still) -> Any:
    from evidencekit.printing.pictures import Picture

    held = BytesIO()
    still.image.save(held, "JPEG", quality=88, subsampling=0)
    return Picture(still.image.width, still.image.height, held.getvalue(), 3, dct=True)
