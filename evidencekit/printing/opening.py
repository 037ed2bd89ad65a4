"""Opens image files with the decoders that are allowed to see one, each by what the bytes say and none by name.

Of HEIC and HEIF only the plug-in itself is used: it is never registered with Pillow, so nothing else meets it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP")
_HEAD = 64 * 1024


def open_picture(path: Path) -> Image:
    """The picture, not yet decoded; a HEIC is its primary one. Raises what Pillow and its plug-ins raise."""
    from PIL import Image as Pillow

    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[4:8] != b"ftyp":
        return Pillow.open(path, formats=FORMATS)
    return open_boxed(path, head)


def open_boxed(path: Path, head: bytes) -> Image:
    """An AVIF, HEIC or HEIF with the plug-in that its brands ask for. ``info["bit_depth"]`` is bits per channel, 8 of
    which are decoded; a HEIC comes turned upright, an AVIF as stored, and EXIF's Orientation says what is left."""
    brands = head[8 : max(16, min(int.from_bytes(head[:4]), 256))]
    if any(brands[n : n + 4] in (b"avif", b"avis") for n in (0, *range(8, len(brands), 4))):
        from PIL.AvifImagePlugin import AvifImageFile

        image: Image = AvifImageFile(path)
        image.info["bit_depth"] = _av1_depth(head)
        return image
    from pillow_heif.as_plugin import HeifImageFile

    found: Image = HeifImageFile(path)  # type: ignore[no-untyped-call]
    return found


def no_primary(image: Image) -> bool:
    """Whether a HEIC names a primary picture that is not in it, so that another is shown."""
    return image.info.get("primary") is False


def _av1_depth(head: bytes) -> int:
    """Bits per channel by the first codec configuration (AV1 in ISOBMFF 1.2, 2.3)."""
    at = head.find(b"av1C") + 4
    flags = head[at + 2] if 4 <= at < len(head) - 2 else 0
    return (12 if flags & 0x20 else 10) if flags & 0x40 else 8
