"""Pictures of a conversation, scaled small for its bubbles. The whole ones are items of their own."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from evidencekit.model import Beside

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 500
_SIDE = 560  # pixels
_MEGAPIXELS = 150
_QUALITY = 78


class Pictures:
    """Makes small pictures, the first :data:`MOST` of them; ``left`` counts those beyond."""

    most = MOST

    def __init__(self) -> None:
        self._made = 0
        self.left = 0

    def of(self, beside: Beside) -> tuple[bytes, tuple[int, int]] | None:
        """(JPEG, its size in pixels); None when the file is no picture that can be decoded."""
        if self._made >= MOST:
            self.left += 1
            return None
        try:
            made = _small(beside)
        except Exception:  # noqa: BLE001 — decoders raise anything at hostile bytes; the file is named all the same
            return None
        self._made += made is not None
        return made


def _small(beside: Beside) -> tuple[bytes, tuple[int, int]] | None:
    from evidencekit.printing.opening import open_picture
    from evidencekit.printing.pictures import exif_orientation, flattened

    with open_picture(beside.path) as image:
        width, height = image.size
        if width * height > _MEGAPIXELS * 1_000_000 or not width or not height:
            return None
        turn = exif_orientation(image)
        if image.format in ("JPEG", "MPO"):
            image.draft("RGB", (_SIDE, _SIDE))
        shown: Image = image
        if image.mode not in ("L", "RGB"):
            shown = flattened(image).convert("RGB")
        shown.thumbnail((_SIDE, _SIDE), reducing_gap=2.0)
        shown = _upright(shown, turn)
        held = BytesIO()
        shown.save(held, "JPEG", quality=_QUALITY)
        return held.getvalue(), shown.size


def _upright(image: Image, turn: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[turn]) if turn in turns else image
