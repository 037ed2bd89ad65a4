"""An image's frames as they are looked at: decoded, upright, RGB on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidencekit.errors import ReaderError
from evidencekit.media.protocol import Source

if TYPE_CHECKING:
    from PIL.Image import Image


def frame_count(source: Source) -> int:
    """How many pages an image has: those of a TIFF; an animation counts as its first frame. Raises
    :class:`ReaderError` when its header cannot be read."""
    from evidencekit.media.image import _opened

    if source.media_type != "image/tiff":
        return 1
    try:
        with source.path.open("rb") as file:
            return int(getattr(_opened(file, source.media_type), "n_frames", 1))
    except OSError:
        raise
    except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
        raise _unseen("Its header is damaged.") from None


def upright(source: Source, page: int) -> tuple[Image, tuple[str, ...]]:
    """One page (0-based), and what is to be said of a damaged one. Raises :class:`ReaderError` when nothing of it can
    be decoded."""
    from evidencekit.media.image import MOST_PIXELS, _opened
    from evidencekit.media.onscreen import _decoded, _upright
    from evidencekit.printing.pictures import exif_orientation, flattened

    with source.path.open("rb") as file:
        try:
            image = _opened(file, source.media_type)
            image.seek(page)
        except Exception:  # noqa: BLE001
            raise _unseen("Its header is damaged, or it has no such page.") from None
        if image.width * image.height > MOST_PIXELS:
            raise _unseen(f"It has more than {MOST_PIXELS // 1_000_000} megapixels.")
        decoded, told = _decoded(image, source.path, page)
        turn = exif_orientation(decoded)
        return _upright(flattened(decoded).convert("RGB"), turn), told


def _unseen(why: str) -> ReaderError:
    return ReaderError(f"No words can be looked for in the picture. {why}", todo="The file is preserved as received.")
