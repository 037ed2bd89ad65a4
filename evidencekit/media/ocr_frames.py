"""An image's pages as they are looked at: decoded, upright, RGB on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidencekit.errors import ReaderError
from evidencekit.media.protocol import Source

if TYPE_CHECKING:
    from PIL.Image import Image


def page_count(source: Source) -> int:
    """How many pages an image has: those of a TIFF; an animation counts as its first frame. Raises
    :class:`ReaderError` when its header cannot be read."""
    from evidencekit.media.image import ImageReader

    if source.media_type != "image/tiff":
        return 1
    with source.path.open("rb") as file:
        try:
            return ImageReader().at_page(file, source, 0)[1]
        except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
            raise _unread("Its header is damaged.") from None


def upright_page(source: Source, page: int) -> tuple[Image, tuple[str, ...]]:
    """One page (0-based), and what is to be said of a damaged one. Raises :class:`ReaderError` when nothing of it can
    be decoded."""
    from evidencekit.media.image import MOST_PIXELS, ImageReader
    from evidencekit.media.onscreen import decoded, upright
    from evidencekit.printing.pictures import exif_orientation, flattened

    reader = ImageReader()
    if source.media_type not in reader.media_types:
        raise _unread("It is of a kind that is not decoded here.")
    with source.path.open("rb") as file:
        try:
            image, _ = reader.at_page(file, source, page)
        except Exception:  # noqa: BLE001
            raise _unread("Its header is damaged, or it has no such page.") from None
        if image.width * image.height > MOST_PIXELS:
            raise _unread(f"It has more than {MOST_PIXELS // 1_000_000} megapixels.")
        whole, told = decoded(image, source.path, page)
        return upright(flattened(whole).convert("RGB"), exif_orientation(whole)), told


def _unread(why: str) -> ReaderError:
    return ReaderError(f"The picture cannot be looked at. {why}", todo="The file is preserved as received.")
