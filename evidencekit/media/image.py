"""Images: size, colour, EXIF, GPS, PNG texts and XMP. Reads headers only; no pixel is decoded at intake."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import structure
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Look, Source
from evidencekit.model import Kind, Moment, Pages, Preview, Reading, Zone
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 150_000_000
_BLOCK = 64 * 1024
# Media type → Pillow's plug-in and what opens it: the only decoders that ever see an image.
_OPENERS = {
    "image/png": ("PngImagePlugin", "PngImageFile"),
    "image/jpeg": ("JpegImagePlugin", "jpeg_factory"),
    "image/gif": ("GifImagePlugin", "GifImageFile"),
    "image/webp": ("WebPImagePlugin", "WebPImageFile"),
    "image/tiff": ("TiffImagePlugin", "TiffImageFile"),
    "image/bmp": ("BmpImagePlugin", "BmpImageFile"),
}


class ImageReader:
    """PNG, JPEG, GIF, WebP, TIFF and BMP."""

    name = "image"
    version = "1"
    kind = Kind.IMAGE
    media_types = frozenset(_OPENERS)
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """Facts as stored: ``width`` and ``height`` before ``orientation`` is applied. A damaged picture gives what
        could be read, no number of pages, and warnings."""
        del out, job
        notes, frames = Notes(), None
        with source.path.open("rb", buffering=_BLOCK) as file, warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            try:
                _structure(file, source.media_type, notes)
                file.seek(0)
                image = _opened(file, source.media_type)
                _header(image, file, source.media_type, notes)
                frames = _frames(image, source.media_type, notes)
            except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
                notes.warn("The picture's header is damaged and could not be read.")
        if complaints:
            notes.warn("The data about the picture is damaged; what could be read of it is listed.")
        return notes.reading(self.kind, source.media_type, self.name, self.version, pages=frames)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The picture at readable size, tall captures cut with an overlap."""
        from evidencekit.printing.pages import image_pages

        out.mkdir(parents=True, exist_ok=True)
        return image_pages(source.path, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """The picture, upright and no larger than it is; pages are those of a TIFF. Raises
        :class:`~evidencekit.errors.ReaderError` when it cannot be decoded."""
        from evidencekit.media.onscreen import picture_preview

        del job
        with source.path.open("rb", buffering=_BLOCK) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                image = _opened(file, source.media_type)
                frames = _frames(image, source.media_type, Notes())
                if source.media_type == "image/tiff":
                    image.seek(look.page)
            except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
                raise _unseen("Its header is damaged, or it has no such page.") from None
            if image.width * image.height > MOST_PIXELS:
                raise _unseen(f"It has more than {MOST_PIXELS // 1_000_000} megapixels.")
            return picture_preview(image, source.path, look, out, frames)


def _unseen(why: str) -> ReaderError:
    return ReaderError(f"The picture cannot be shown. {why}", todo="The file is preserved as received.")


def _opened(file: BinaryIO, media_type: str) -> Image.Image:
    """The plug-in itself, not ``Image.open``: what is too large to decode must still be described."""
    plugin, opener = _OPENERS[media_type]
    image: Image.Image = getattr(importlib.import_module(f"PIL.{plugin}"), opener)(file)
    return image


def _structure(file: BinaryIO, media_type: str, notes: Notes) -> None:
    if media_type == "image/png":
        _png(structure.read_png(file), notes)
    elif media_type == "image/jpeg":
        jpeg = structure.read_jpeg(file)
        for fault in jpeg.faults:
            notes.warn(fault)
        for number, comment in enumerate(jpeg.comments, 1):
            notes.fact("comment" if number == 1 else f"comment {number}", comment, "jpeg comment")
    else:
        faults = structure.other_faults(file, media_type)
        for fault in faults:
            notes.warn(fault)
        size = structure.webp_size(file) if faults and media_type == "image/webp" else None
        for name, value in zip(("width", "height"), size or (), strict=False):
            notes.fact(name, value, "webp header")


def _png(png: structure.Png, notes: Notes) -> None:
    for fault in png.faults:
        notes.warn(fault)
    for key, text in png.texts:
        if key == "XML:com.adobe.xmp":
            _xmp(text.encode("utf-8", "replace"), notes)
        elif key.lower() == "creation time":
            _creation_time(text, notes)
        else:
            notes.fact("software" if key == "Software" else f"text {key}", text, f"png text {key}")
    if png.changed:
        year, month, day, hour, minute, second = png.changed
        value = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}"
        _png_time(value, notes)


def _png_time(value: str, notes: Notes) -> None:
    from evidencekit.moments import iso_moment

    basis = "png tIME"
    moment = iso_moment(value + "Z", basis=basis)
    if moment is not None:
        moment = Moment(moment.value, value, f"{basis}, UTC by the format", Zone.ASSUMED)
    notes.time(moment, value, "time tIME", basis)


def _creation_time(text: str, notes: Notes) -> None:
    from evidencekit.moments import exif_moment, iso_moment, mail_moment

    basis = "png text Creation Time"
    found = mail_moment(text, basis=basis) or iso_moment(text, basis=basis) or exif_moment(text, basis=basis)
    notes.time(found, text, "text Creation Time", basis)


def _header(image: Image.Image, file: BinaryIO, media_type: str, notes: Notes) -> None:
    basis = f"{media_type.partition('/')[2]} header"
    width, height = image.size
    notes.fact("width", width, basis)
    notes.fact("height", height, basis)
    if width * height > MOST_PIXELS:
        notes.warn(
            f"The picture has {width * height / 1e6:,.0f} megapixels, more than the {MOST_PIXELS // 1_000_000} "
            "that are decoded here: it is described, not shown."
        )
    notes.fact("color_mode", image.mode, basis)
    dpi = image.info.get("dpi")
    if isinstance(dpi, tuple) and len(dpi) == 2:
        across, down = (round(float(value), 1) for value in dpi)
        notes.fact("dpi", f"{across:g}" if across == down else f"{across:g} × {down:g}", basis)
    if media_type == "image/tiff":
        _tiff(image, file, notes)
    elif image.info.get("exif"):
        from evidencekit.media.exif import read_exif

        read_exif(image.info["exif"], notes)
    packet = image.info.get("xmp")
    if isinstance(packet, bytes) and media_type != "image/png":
        _xmp(packet, notes)


def _frames(image: Image.Image, media_type: str, notes: Notes) -> int:
    """How many pages a TIFF has; the frames of an animation are a fact, but one page."""
    frames = getattr(image, "n_frames", 1) if media_type in ("image/gif", "image/webp", "image/tiff") else 1
    if frames > 1:
        notes.fact("frames", frames, f"{media_type.partition('/')[2]} directory")
    return frames if media_type == "image/tiff" else 1


def _tiff(image: Image.Image, file: BinaryIO, notes: Notes) -> None:
    from evidencekit.media.exif import read_tiff_exif

    tags = dict(getattr(image, "tag_v2", {}))
    size = file.seek(0, 2)
    for fault in structure.tiff_faults(tags, size):
        notes.warn(fault)
    read_tiff_exif(image.getexif(), file, notes)


def _xmp(packet: bytes, notes: Notes) -> None:
    from evidencekit.media import xmp
    from evidencekit.moments import iso_moment

    found = xmp.properties(packet)
    if found is None:
        notes.warn("The XMP data is damaged and was not read.")
        return
    for key, name in xmp.FACTS.items():
        if key in found and not notes.has(name):
            notes.fact(name, found[key], f"xmp {key}")
    for key in xmp.TIMES:
        if key in found:
            basis = f"xmp {key.partition(':')[2]}"
            notes.time(iso_moment(found[key], basis=basis), found[key], f"time {key}", basis)
