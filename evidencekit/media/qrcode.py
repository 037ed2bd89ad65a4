"""QR codes in a photograph, a scan or the pages of a PDF: what they say, as text.

The result is JSON: ``codes``, each with ``page`` (1-based) and ``text``, and ``pages``, how many were looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.model import Study

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PAGES = 40
_MOST_CODES = 20
_LONGEST_TEXT = 4096  # a QR code holds at most 2953 bytes
_SIDES = (2400, 1200, 4800, 700)  # pixels along the longer side; a photograph is mostly sharpest at neither end
_DPI = 200
_TILTS = (0, 15, -15, 30, -30)  # degrees; quarter turns are the decoder's own


def find_codes(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """Look for QR codes in an image or on the first pages of a PDF, until there is a page that has some.

    ``settings`` knows nothing. Raises :class:`ReaderError` when the file cannot be decoded.
    """
    del settings
    from evidencekit.media.ocr_pictures import quietly

    codes: list[dict[str, Any]] = []
    warnings: list[str] = []
    looked = 0
    with quietly():
        for page, picture in _pictures(source, warnings):
            job.step(page - 1, 0, f"page {page}")
            looked = page
            codes = [{"page": page, "text": text} for text in _codes(picture)]
            if codes:
                break
    result = out / "codes.json"
    result.write_text(json.dumps({"codes": codes, "pages": looked}), "ascii")
    return Study(result, tuple(warnings))


def _pictures(source: Source, warnings: list[str]) -> Iterator[tuple[int, Image]]:
    with source.path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        yield from _pages(source.path, warnings)
        return
    yield 1, _picture(source.path)


def _picture(path: Path) -> Image:
    from PIL import ImageOps

    from evidencekit.media.image import MOST_PIXELS
    from evidencekit.printing.opening import open_picture

    try:
        picture = open_picture(path)
    except Exception:  # noqa: BLE001 — a damaged header makes Pillow raise nearly anything
        raise ReaderError(
            "This is no picture that can be opened here.", todo="Give a JPEG, PNG, HEIC, TIFF or PDF."
        ) from None
    with picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ReaderError(
                f"The picture has more than {MOST_PIXELS // 1_000_000} megapixels.", todo="Give a smaller one."
            )
        try:
            if picture.format == "JPEG":
                picture.draft("L", (_SIDES[2], _SIDES[2]))  # a large photograph is decoded at a fraction of its size
            picture.load()
            return ImageOps.exif_transpose(picture)
        except Exception:  # noqa: BLE001
            raise ReaderError("The picture is damaged and cannot be decoded.", todo="Give another one.") from None


def _pages(path: Path, warnings: list[str]) -> Iterator[tuple[int, Image]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        raise ReaderError(
            "The PDF cannot be opened: it is damaged, or needs a password.", todo="Give another copy, or a picture."
        ) from None
    with closing(document):
        total = len(document)
        for number in range(min(total, MOST_PAGES)):
            try:
                with closing(document[number]) as page:
                    longest = max(*page.get_size(), 1.0)
                    with closing(page.render(scale=min(_DPI / 72, _SIDES[2] / longest), grayscale=True)) as bitmap:
                        yield number + 1, bitmap.to_pil().copy()
            except pypdfium2.PdfiumError:
                warnings.append(f"Page {number + 1} is damaged and was not looked at.")
        if total > MOST_PAGES:
            warnings.append(f"Only the first {MOST_PAGES} of {total:,} pages were looked at.")


def _codes(picture: Image) -> list[str]:
    """What its codes say, at the first size and tilt at which any can be read."""
    from PIL import Image as Pillow

    grey = _flat(picture)
    longest = max(grey.size)
    sides = dict.fromkeys(min(side, longest) for side in _SIDES)
    sized = []
    for side in sides:
        size = (max(1, grey.width * side // longest), max(1, grey.height * side // longest))
        sized.append(grey if side == longest else grey.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=2.0))
    for tilt in _TILTS:
        for each in sized:
            found = _decode(each if not tilt else each.rotate(tilt, Pillow.Resampling.BILINEAR, True, fillcolor=255))
            if found:
                return found
    return []


def _flat(picture: Image) -> Image:
    """Grey, on white where it can be seen through."""
    from PIL import Image as Pillow

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        white = Pillow.new("RGBA", seen.size, "white")
        return Pillow.alpha_composite(white, seen).convert("L")
    if picture.mode.startswith(("I", "F")):  # sixteen bits a pixel: Pillow would cut instead of scaling them
        import numpy as np

        deep = np.nan_to_num(np.asarray(picture, dtype=np.float64))
        low, high = float(deep.min()), float(deep.max())
        return Pillow.fromarray(((deep - low) * (255 / max(high - low, 1.0))).astype(np.uint8))
    return picture.convert("L")


def _decode(picture: Image) -> list[str]:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    texts = (each.bytes.decode("utf-8", "replace") for each in found[:_MOST_CODES])
    return list(dict.fromkeys(text[:_LONGEST_TEXT] for text in texts))
