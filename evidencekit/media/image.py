"""Images: size, colour, EXIF, GPS, texts, XMP and IPTC. Reads headers only; no pixel is decoded at intake."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import imagefacts, screens, structure
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Look, Source
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 150_000_000
_BLOCK = 64 * 1024
# Media type → Pillow's plug-in and what opens it: with those of `printing.opening`, all that ever decode an image.
_OPENERS = {
    "image/png": ("PngImagePlugin", "PngImageFile"),
    "image/jpeg": ("JpegImagePlugin", "jpeg_factory"),
    "image/gif": ("GifImagePlugin", "GifImageFile"),
    "image/webp": ("WebPImagePlugin", "WebPImageFile"),
    "image/tiff": ("TiffImagePlugin", "TiffImageFile"),
    "image/bmp": ("BmpImagePlugin", "BmpImageFile"),
}
_BOXED = frozenset({"image/heic", "image/heif", "image/avif"})


class ImageReader:
    """PNG, JPEG, GIF, WebP, TIFF, BMP, HEIC, HEIF and AVIF."""

    name = "image"
    version = "2"
    kind = Kind.IMAGE
    media_types = frozenset(_OPENERS) | _BOXED
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """Facts as stored: ``width`` and ``height`` before ``orientation`` is applied. A damaged picture gives what
        could be read, no number of pages, and warnings."""
        del job
        notes, frames = Notes(), None
        with source.path.open("rb", buffering=_BLOCK) as file, warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            try:
                frames = self._described(file, source, out, notes)
            except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
                notes.warn("The picture's header is damaged and could not be read.")
        if complaints:
            notes.warn("The data about the picture is damaged; what could be read of it is listed.")
        if not notes.has("width") and not notes.warnings:
            notes.warn("The picture does not say how large it is; it is damaged, and nothing of it can be shown.")
        return notes.reading(self.kind, source.media_type, self.name, self.version, pages=frames)

    def _described(self, file: BinaryIO, source: Source, out: Path, notes: Notes) -> int | None:
        """How many pages it has; None when it cannot be shown."""
        media_type = source.media_type
        if media_type in _BOXED:
            still = imagefacts.boxed(file, media_type, notes)
            size, movie = (still.width, still.height), still.video
            pages = 1 if still.width and still.height else None
        else:
            movie = imagefacts.structure_of(file, media_type, notes)
            stated = structure.webp_size(file) if media_type == "image/webp" else None
            if stated and stated[0] * stated[1] > MOST_PIXELS:  # Pillow does not even open one so large
                imagefacts.too_large(stated, MOST_PIXELS, notes)
                return 1
            file.seek(0)
            image = _opened(file, media_type)
            size, pages = image.size, _pages(image, media_type)
            imagefacts.header(image, file, media_type, notes)
        imagefacts.take_movie(file, movie, out, source.untrusted_name, notes)
        if pages is not None:
            imagefacts.large(size, MOST_PIXELS, notes)
            screens.hint(source.untrusted_name, size, notes)
        return pages

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
                image, pages = self.at_page(file, source, look.page)
            except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
                raise _unseen("Its header is damaged, or it has no such page.") from None
            if image.width * image.height > MOST_PIXELS:
                raise _unseen(f"It has more than {MOST_PIXELS // 1_000_000} megapixels.")
            return picture_preview(image, source.path, look, out, pages)

    def at_page(self, file: BinaryIO, source: Source, page: int) -> tuple[Image.Image, int]:
        """The picture at that page (0-based), not decoded yet, and how many there are. A damaged header raises nearly
        anything."""
        if source.media_type in _BOXED:
            from evidencekit.printing.opening import open_boxed

            return open_boxed(source.path, file.read(_BLOCK)), 1
        image = _opened(file, source.media_type)
        if source.media_type == "image/tiff":
            image.seek(page)
        return image, _pages(image, source.media_type)


def _unseen(why: str) -> ReaderError:
    return ReaderError(f"The picture cannot be shown. {why}", todo="The file is preserved as received.")


def _opened(file: BinaryIO, media_type: str) -> Image.Image:
    """The plug-in itself, not ``Image.open``: what is too large to decode must still be described."""
    plugin, opener = _OPENERS[media_type]
    image: Image.Image = getattr(importlib.import_module(f"PIL.{plugin}"), opener)(file)
    return image


def _pages(image: Image.Image, media_type: str) -> int:
    """How many pages a TIFF has; an animation is one page."""
    return int(getattr(image, "n_frames", 1)) if media_type == "image/tiff" else 1
