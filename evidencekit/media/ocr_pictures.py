"""The pictures in which words are looked for: frames of an image, upright, and the scanned pages of a PDF."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.media.protocol import Source

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_AT_ONCE = 10  # pages looked at in one go
MOST_PAGES = 2_000
_FEW_WORDS = 30  # characters: a page with fewer, and an image on it, is a scan
_DPI, _LONGEST = 300, 3400  # of a scanned page; pixels along its longer side
_DEEPEST = 4  # forms within forms


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to look at, RGB and upright. ``page`` (1-based) is its place in the file; ``width`` and ``height``
    are those of the page as shown (pixels of an image, points of a PDF page), and ``scale`` is how many of the
    picture's pixels make one of them."""

    page: int
    width: int
    height: int
    scale: float
    image: Image


@dataclass(slots=True)
class Told:
    """What goes with the pictures: how many pages the file has, where the next go begins (0-based), what is not
    looked at and why."""

    total: int = 0
    following: int | None = None
    warnings: tuple[str, ...] = ()


def pictures(source: Source, first: int, told: Told) -> Iterator[Picture]:
    """The pictures of a file from page ``first`` (0-based) on, at most as many as are looked at in one go. Raises
    :class:`ReaderError`."""
    if source.media_type == "application/pdf":
        return _scanned_pages(source, first, told)
    return _frames(source, first, told)


def _frames(source: Source, first: int, told: Told) -> Iterator[Picture]:
    from evidencekit.media.ocr_engine import fitted
    from evidencekit.media.ocr_frames import page_count, upright_page

    told.total = min(page_count(source), MOST_PAGES)
    told.following = first + MOST_AT_ONCE if told.total > first + MOST_AT_ONCE else None
    for page in range(first, min(told.total, first + MOST_AT_ONCE)):
        image, broken = upright_page(source, page)
        told.warnings += tuple(each for each in broken if each not in told.warnings)
        width, height = image.size
        scale = fitted(width, height)
        if scale < 1:
            from PIL.Image import Resampling

            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            image = image.resize(size, Resampling.LANCZOS, reducing_gap=2.0)
        yield Picture(page + 1, width, height, scale, image)


def _scanned_pages(source: Source, first: int, told: Told) -> Iterator[Picture]:
    with _document(source) as document:
        told.total = len(document)
        if told.total > MOST_PAGES:
            told.warnings += (f"Words were looked for on the first {MOST_PAGES:,} of {told.total:,} pages.",)
        end, seen = min(told.total, MOST_PAGES), 0
        for number in range(first, end):
            if seen == MOST_AT_ONCE:
                told.following = number
                return
            picture = _scanned(document, number)
            if picture is not None:
                seen += 1
                yield picture


@contextmanager
def _document(source: Source) -> Iterator[Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.path)
    except pypdfium2.PdfiumError:
        raise ReaderError(
            "The PDF cannot be opened: it is damaged, or needs a password.",
            todo="Ask for the password or another copy.",
        ) from None
    with closing(document):
        yield document


def _scanned(document: Any, number: int) -> Picture | None:
    """The page (0-based) as a picture when it is a scan: next to no words, and an image."""
    import pypdfium2

    from evidencekit.media.document import page_text

    if len("".join((page_text(document, number) or "").split())) >= _FEW_WORDS:
        return None
    try:
        with closing(document[number]) as page:
            objects = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST)
            across, down = page.get_size()
            if next(iter(objects), None) is None or not (across > 0 and down > 0):
                return None
            scale = min(_DPI / 72, _LONGEST / max(across, down))
            with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
                image = bitmap.to_pil().convert("RGB")
    except pypdfium2.PdfiumError:
        return None
    return Picture(number + 1, math.ceil(across), math.ceil(down), scale, image)


def quietly() -> warnings.catch_warnings:
    """Damaged pictures make their decoders complain; what matters is said otherwise."""
    return warnings.catch_warnings(action="ignore")
