"""Pictures for the screen, made in the worker: one page as a PNG, upright, sRGB, 8 bits, on white."""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.media.protocol import Look
from evidencekit.model import Preview

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SHOWN = 40_000_000  # pixels of one preview
_WIDEST = 8_000
_LONGEST_TEXT = 1_000_000
_COMPRESSION = 1  # speed; these files are thrown away
_PLAIN = ("L", "RGB", "CMYK")
_BROKEN = "The picture file breaks off or is damaged; what could be decoded is shown, the rest is left white."


def picture_preview(image: Image, path: Path, look: Look, out: Path, pages: int) -> Preview:
    """A picture scaled down to the look's room, never up; ``image`` is opened, not yet decoded, at ``look.page``.

    Raises :class:`ReaderError` when nothing of it can be decoded."""
    from evidencekit.printing.pictures import exif_orientation, flattened, usable_profile

    jpeg = image.format in ("JPEG", "MPO")
    full = image.size
    if jpeg:
        turn = exif_orientation(image)
        wanted, _ = _fitted(full, look, turned=turn >= 5)
        # A JPEG decodes straight to an eighth, a quarter or a half of its size.
        image.draft(image.mode, wanted if look.thumb else (2 * wanted[0], 2 * wanted[1]))
    image, warnings = decoded(image, path, look.page)
    turn = exif_orientation(image)
    wanted, scale = _fitted(full, look, turned=turn >= 5)
    profile = image.info.get("icc_profile") or b""
    if image.mode not in (*_PLAIN, "RGBA") or "transparency" in image.info:
        image = flattened(image)
    if image.mode == "1":
        image = image.convert("L")
    if image.size != wanted:
        from PIL import Image as Pillow

        image = image.resize(wanted, Pillow.Resampling.BICUBIC, reducing_gap=1.5 if look.thumb else 2.0)
    image = flattened(image)
    image = _in_srgb(image, profile if usable_profile(profile, len(image.getbands())) else b"")
    shown = _saved(upright(image, turn), out)
    return Preview(shown, None, pages, scale=scale, warnings=warnings)


def pdf_preview(path: Path, look: Look, out: Path) -> Preview:
    """A page of a PDF drawn as wide as the look says, with its words. Raises :class:`ReaderError`."""
    import pypdfium2

    from evidencekit.media.document import page_text

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        raise ReaderError(
            "The PDF cannot be opened: it is damaged, or needs a password.",
            todo="Ask for the password or another copy.",
        ) from None
    try:
        count = len(document)
        if not 0 <= look.page < count:
            raise ReaderError(f"The PDF has no page {look.page + 1}; it has {count:,}.", todo="Look at another page.")
        if document.get_formtype():
            document.init_forms()
        drawn, scale = _drawn(document, look)
        shown = _saved(drawn, out)
        text = "" if look.thumb else (page_text(document, look.page) or "")[:_LONGEST_TEXT]
    finally:
        document.close()
    return Preview(shown, None, count, scale=scale, text=text)


def _fitted(size: tuple[int, int], look: Look, *, turned: bool) -> tuple[tuple[int, int], float]:
    """The size to bring a stored picture to, and by how much that shrinks it."""
    across, down = size[::-1] if turned else size
    scale = min(1.0, look.width / across, math.sqrt(MOST_SHOWN / (across * down)))
    if look.height:
        scale = min(scale, look.height / down)
    return (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))), scale


def decoded(image: Image, path: Path, page: int) -> tuple[Image, tuple[str, ...]]:
    """A picture with its pixels, as far as they can be decoded, and what is to be said of it. Raises
    :class:`ReaderError` when nothing of it can be."""
    from evidencekit.printing.pictures import salvaged

    try:
        image.load()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — decoders of hostile bytes raise anything
        try:
            return salvaged(path, page), (_BROKEN,)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001
            raise ReaderError("The picture is damaged; nothing of it can be shown.", todo="Ask for a copy.") from None
    return image, ()


def _in_srgb(image: Image, profile: bytes) -> Image:
    """RGB, by the picture's own colour profile where it has one that can be used."""
    from PIL import ImageCms

    if profile:
        try:
            found = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, ValueError, OSError, TypeError):
            found = None
        if found is not None:
            return found
    return image if image.mode == "RGB" else image.convert("RGB")


def upright(image: Image, orientation: int) -> Image:
    """A decoded picture turned and mirrored as its EXIF orientation (1 to 8) says."""
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
    return image.transpose(turns[orientation]) if orientation in turns else image


def _drawn(document: Any, look: Look) -> tuple[Image, float]:
    import pypdfium2

    try:
        page = document[look.page]
        try:
            across, down = page.get_size()
            if not (across > 0 and down > 0):
                raise ReaderError("The page has no size; it cannot be shown.", todo="Look at another page.")
            scale = min(min(look.width, _WIDEST) / across, math.sqrt(MOST_SHOWN / (across * down)))
            if look.height:
                scale = min(scale, look.height / down)
            bitmap = page.render(scale=scale, rev_byteorder=True)
            try:
                return bitmap.to_pil().convert("RGB"), scale
            finally:
                bitmap.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        raise ReaderError("The page is damaged and cannot be shown.", todo="Look at another page.") from None


def _saved(image: Image, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    target = out / "page.png"
    image.info.clear()
    image.save(target, "PNG", compress_level=_COMPRESSION)
    return target
