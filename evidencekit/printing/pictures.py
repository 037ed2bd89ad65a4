"""Image files as pictures that a PDF can hold: passed through where the format allows, else decoded without loss."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.printing.jpeg import Jpeg, parse_jpeg
from evidencekit.printing.opening import FORMATS, no_primary, open_picture
from evidencekit.printing.png import Png, parse_png

if TYPE_CHECKING:
    import pikepdf
    from PIL.Image import Image

MEGAPIXEL_CAP = 150
_ICC_SPACES = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_FRAME_CAP = 500
_ORIENTATION = 0x0112
_WHITE = {"CMYK": 0, "1": 1, "I;16": 65535, "I;16B": 65535, "I;16L": 65535, "I": 65535}  # else 255 in every band
_SMEAR = 2  # pixel rows that a decoder's smoothing carries colour into what is missing


class Told(list[str]):
    """What is to be said of a printed picture file. Not ``whole``: some of what the file holds is not on paper."""

    whole = True

    def left_out(self, note: str) -> None:
        """Say that something is not on paper."""
        self.append(note)
        self.whole = False


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in pixels, as stored. ``orientation`` is EXIF's, 1 to 8. ``dct`` data is a JPEG; otherwise a zlib
    stream of rows, with PNG row filters if ``predictor``. ``broken``: some of it could not be decoded and is white."""

    width: int
    height: int
    data: bytes
    channels: int
    bits: int = 8
    dct: bool = False
    predictor: bool = False
    inverted: bool = False
    palette: bytes = b""
    icc: bytes = b""
    orientation: int = 1
    broken: bool = False

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height in pixels as a person sees it."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    def embed(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """The picture as an image XObject of the PDF."""
        from pikepdf import Dictionary, Name, Stream

        made = Stream(pdf, self.data)
        made.Type, made.Subtype = Name.XObject, Name.Image
        made.Width, made.Height, made.BitsPerComponent = self.width, self.height, self.bits
        made.ColorSpace = self._colour_space(pdf)
        made.Filter = Name.DCTDecode if self.dct else Name.FlateDecode
        if self.predictor:
            made.DecodeParms = Dictionary(
                Predictor=15, Colors=self.channels, BitsPerComponent=self.bits, Columns=self.width
            )
        if self.inverted:
            made.Decode = [1, 0] * self.channels
        return made

    def _colour_space(self, pdf: pikepdf.Pdf) -> Any:
        from pikepdf import Array, Name, Stream

        samples = 3 if self.palette else self.channels
        base: Any = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}[samples]
        if usable_profile(self.icc, samples):
            profile = Stream(pdf, self.icc)
            profile.N, profile.Alternate = samples, base
            base = Array([Name.ICCBased, pdf.make_indirect(profile)])
        if not self.palette:
            return base
        return Array([Name.Indexed, base, len(self.palette) // 3 - 1, self.palette])


def load_pictures(path: Path, notes: Told) -> Iterator[Picture]:
    """The printable pictures of an image file: one, or one per page of a TIFF. What paper cannot show goes to
    ``notes``. Raises :class:`ReaderError` for what is no image, of an unknown kind, or over 150 megapixels."""
    with _opened(path, notes) as image:
        passed = _pass_through(path, image, notes)
        if passed is not None:
            yield passed
            return
        frames = _frames(image)
        printed = min(frames, _FRAME_CAP) if image.format == "TIFF" else 1
        if frames > printed:
            notes.left_out(_more_frames(str(image.format), frames, printed))
        _remarks(image, notes)
        for number in range(printed):
            if number and not _at(image, number, notes):
                return
            _check_size(image.size)
            yield _decoded(image, path, number, notes)


def strips(path: Path, boxes: list[tuple[int, int]], notes: Told) -> Iterator[Picture]:
    """Horizontal cuts (top, bottom pixel rows, as a person sees it) of a picture too large to be held once and
    clipped on every page."""
    from PIL import ImageOps

    with _opened(path, notes) as image:
        whole = ImageOps.exif_transpose(_load(image, path, 0, notes)[0])
        for top, bottom in boxes:
            yield packed(whole.crop((0, top, whole.width, bottom)), whole.info.get("icc_profile") or b"")


def _at(image: Image, number: int, notes: Told) -> bool:
    try:
        image.seek(number)
    except Exception:  # noqa: BLE001
        notes.left_out(f"The file is damaged after page {number}; the pages before it are printed.")
        return False
    return True


@contextmanager
def _opened(path: Path, notes: Told) -> Iterator[Image]:
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's complaints about odd metadata; sizes are checked here
        try:
            image = open_picture(path)
        except Image.DecompressionBombError:
            raise _too_large("more than") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
            try:
                with _tolerant():
                    image = open_picture(path)
            except Exception:  # noqa: BLE001 — a damaged header can raise anything
                raise ReaderError(
                    f"The picture cannot be opened ({_short(fault)}).",
                    todo="Its slip sheet stands for it; the file is in native/.",
                ) from None
            notes.append("The picture file is damaged; what could be decoded is printed.")
        except RuntimeError as fault:
            raise ReaderError(
                f"The picture cannot be opened ({_short(fault)}).",
                todo="Its slip sheet stands for it; the file is in native/.",
            ) from None
        with image:
            _check_size(image.size)
            yield image


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MEGAPIXEL_CAP * 1_000_000:
        raise _too_large(f"{size[0]} × {size[1]} pixels,")


def _too_large(what: str) -> ReaderError:
    return ReaderError(
        f"The picture is {what} over the limit of {MEGAPIXEL_CAP} megapixels; it was not decoded.",
        todo="Its slip sheet stands for it; the file is in native/.",
    )


def _frames(image: Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # noqa: BLE001 — the count is read from hostile bytes
        return 1


def _more_frames(kind: str, frames: int, printed: int) -> str:
    if kind == "TIFF":
        return f"The file holds {frames} pages; the first {printed} are printed."
    if kind == "HEIF":
        return f"The file holds {frames} pictures; paper shows the primary one. The native file holds all of them."
    return f"The picture has {frames} frames; paper shows the first. The native file shows all of them."


def _remarks(image: Image, notes: Told) -> None:
    if no_primary(image):
        notes.left_out("The picture that the file names as its primary one is not in it; another one is printed.")
    depth = image.info.get("bit_depth")
    if isinstance(depth, int) and depth > 8:
        notes.append(f"The picture is stored with {depth} bits per channel; it is printed with 8.")


def _pass_through(path: Path, image: Image, notes: Told) -> Picture | None:
    if image.format in ("JPEG", "MPO"):
        jpeg = parse_jpeg(path.read_bytes())
        if jpeg is None or not jpeg.whole or (jpeg.width, jpeg.height) != image.size:
            return None
        if (frames := _frames(image)) > 1:
            # A camera's smaller or brighter versions of one photograph: nothing that a reader would miss.
            notes.append(f"The file holds {frames} versions of the picture; the first is printed.")
        return _of_jpeg(jpeg, exif_orientation(image))
    if image.format == "PNG":
        png = parse_png(path.read_bytes())
        if png is None or not png.whole or not png.plain or png.animated:
            return None
        return _of_png(png, exif_orientation(image))
    return None


def _of_jpeg(jpeg: Jpeg, orientation: int) -> Picture:
    inverted = jpeg.components == 4 and jpeg.adobe
    return Picture(
        jpeg.width, jpeg.height, jpeg.data, jpeg.components, 8, True, False, inverted, b"", jpeg.icc, orientation
    )


def _of_png(png: Png, orientation: int) -> Picture:
    palette = png.palette[: 3 * (1 << png.bits)] if png.colour == 3 else b""
    return Picture(
        png.width, png.height, png.idat, png.channels, png.bits, False, True, False, palette, png.icc, orientation
    )


def _decoded(image: Image, path: Path, number: int, notes: Told) -> Picture:
    loaded, broken = _load(image, path, number, notes)
    icc, turn = loaded.info.get("icc_profile") or b"", exif_orientation(loaded)
    return replace(packed(loaded, icc), orientation=turn, broken=broken)


def _load(image: Image, path: Path, number: int, notes: Told) -> tuple[Image, bool]:
    """The decoded picture, and whether it is damaged: what could not be decoded is white."""
    try:
        image.load()
    except Exception as fault:  # noqa: BLE001 — decoders of hostile bytes raise anything
        try:
            image = salvaged(path, number)
        except Exception:  # noqa: BLE001
            raise ReaderError(
                f"The picture cannot be decoded ({_short(fault)}).",
                todo="Its slip sheet stands for it; the file is in native/.",
            ) from None
        notes.append(
            "The picture file breaks off or is damaged; what could be decoded is printed, the rest is left white."
        )
        return image, True
    return image, False


def salvaged(path: Path, number: int) -> Image:
    """What can be decoded of a damaged picture, on white."""
    from PIL import Image as Pillow
    from PIL import ImageChops

    def decoded(*, dark: bool) -> tuple[Image, str]:
        with _tolerant(), Pillow.open(path, formats=FORMATS) as image:
            image.seek(number)
            ground = 0 if dark else _WHITE.get(image.mode, 255)
            bands = len(image.getbands())
            image.im = Pillow.new(image.mode, image.size, ground if bands == 1 else (ground,) * bands).im
            image.load()
            return image.copy(), str(image.format)

    found, kind = decoded(dark=False)
    if kind in ("JPEG", "MPO"):
        return _grey_to_white(found)
    if found.mode != "P":
        return found
    # No entry of the palette need be white: what two grounds leave different was not decoded.
    first, second = (Pillow.frombytes("L", one.size, one.tobytes()) for one in (found, decoded(dark=True)[0]))
    missing = ImageChops.difference(first, second).point(lambda value: 255 if value else 0)
    flat = flattened(found)
    flat.paste((255, 255, 255), mask=missing)
    flat.info.update(found.info)
    flat.info.pop("transparency", None)
    return flat


def _grey_to_white(image: Image) -> Image:
    """A JPEG decoder gives middle grey from the block on where a file breaks off."""
    if image.mode not in ("L", "RGB", "CMYK"):
        return image
    ground = _WHITE.get(image.mode, 255)
    white = ground if image.mode == "L" else (ground,) * len(image.getbands())

    def blank(box: tuple[int, int, int, int]) -> bool:
        ends: Any = image.crop(box).getextrema()
        pairs = [ends] if image.mode == "L" else ends
        return all(low >= 127 and high <= 129 for low, high in pairs)

    def first(count: int, is_blank: Callable[[int], bool]) -> int:
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if is_blank(middle) else (middle + 1, high)
        return low

    def beside(above: int) -> int:
        return first(width, lambda x: blank((x, above, width, top)))

    width, height = image.size
    top = first(height, lambda y: blank((0, y, width, height)))
    top -= top % 8 if top % 8 <= _SMEAR else 0
    image.paste(white, (0, top, width, height))
    for block in (16, 8):  # the row of blocks in which it breaks off
        above = max(0, top - block)
        if above < top and (left := beside(above)) < width:
            image.paste(white, (left, above, width, top))
            break
    return image


def packed(image: Image, icc: bytes) -> Picture:
    """Lossless rows of a decoded picture; transparency is laid on white."""
    flat = flattened(image)
    if flat.mode == "CMYK":
        import zlib

        return Picture(flat.width, flat.height, zlib.compress(flat.tobytes(), 6), 4, icc=icc)
    flat.info.clear()
    buffer = BytesIO()
    flat.save(buffer, "PNG", compress_level=6)
    png = parse_png(buffer.getvalue())
    if png is None:
        raise ReaderError("The decoded picture could not be packed.", todo="Its slip sheet stands for it.")
    return replace(_of_png(png, 1), icc=icc)


def flattened(image: Image) -> Image:
    from PIL import Image as Pillow

    if image.mode in ("1", "L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        return _eight_bit(image)
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Pillow.new("RGBA", seen.size, (255, 255, 255, 255))
        white.alpha_composite(seen)
        return white.convert("L" if image.mode in ("LA", "La") else "RGB")
    return image.convert("RGB")


def _eight_bit(image: Image) -> Image:
    """Grey values of more than 8 bits, scaled to 8: 16-bit ones by their range, others by what they hold."""
    deep = image.convert("F")
    low, high = 0.0, 65535.0
    if not image.mode.startswith("I;16"):
        low, high = (float(str(end)) for end in deep.getextrema())
    scale = 255.0 / ((high - low) or 1.0)
    return deep.point(lambda value: value * scale - low * scale).convert("L")


def exif_orientation(image: Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 — damaged EXIF is no reason not to print the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def usable_profile(icc: bytes, samples: int) -> bool:
    return len(icc) > 128 and icc[36:40] == b"acsp" and _ICC_SPACES.get(icc[16:20]) == samples


@contextmanager
def _tolerant() -> Iterator[None]:
    """Pillow decodes what is there of a broken file only while a module-wide switch is set."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _short(fault: Exception) -> str:
    return (str(fault) or type(fault).__name__)[:160].replace("\n", " ")
