"""Words in pictures and on scanned pages: where they stand and how sure they are. A reading aid, never a fact.

The result is JSON: ``pages``, each with ``page`` (1-based), ``width`` and ``height`` (pixels of an image, points of a
PDF page, upright as shown), ``lines`` in reading order and the ``suppressed`` ones, which are too unsure to be taken
for words. A line has ``text``, ``box`` (left, top, right, bottom), ``confidence`` 0..1, ``row`` (lines of one row stand
beside each other) and ``words``; a word the same and, where its confidence is below :data:`DOUBTFUL`, ``doubtful``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.model import Study

if TYPE_CHECKING:
    from evidencekit.media.ocr_engine import Box, Line
    from evidencekit.media.ocr_pictures import Picture

TOOL = "RapidOCR"
_OURS = 1  # raise it when the same picture would give other words


def tool_version() -> str:
    """The engine's version and, behind a plus, that of the way it is used here."""
    try:
        return f"{version('rapidocr')}+{_OURS}"
    except PackageNotFoundError:
        return f"0+{_OURS}"


def recognise(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """Recognise an image, or the scanned pages of a PDF. ``settings``: ``threads``, and ``first``, the page (0-based)
    to begin with; the result's ``following`` is where the next go begins, null behind the last page.

    Raises :class:`~evidencekit.errors.ReaderError` when the file cannot be decoded."""
    from evidencekit.media import ocr_engine
    from evidencekit.media.ocr_pictures import Told, pictures, quietly

    threads, told = max(1, int(settings.get("threads", "1"))), Told()
    pages: list[dict[str, Any]] = []
    with quietly():
        for picture in pictures(source, int(settings.get("first", "0")), told):
            job.step(len(pages), 0, f"page {picture.page}")
            pages.append(_page(picture, ocr_engine.find_lines(picture.image, threads)))
    used = {
        "models": ocr_engine.models(),
        "suppressed_below": ocr_engine.SUPPRESSED,
        "doubtful_below": ocr_engine.DOUBTFUL,
        "tile": ocr_engine.TILE,
        "overlap": ocr_engine.OVERLAP,
        "detector_side": ocr_engine.LOOKED_AT,
    }
    found = {"tool": TOOL, "version": tool_version(), "settings": used, "total": told.total, "pages": pages}
    result = out / "ocr.json"
    result.write_text(json.dumps({**found, "following": told.following}, ensure_ascii=True), "ascii")
    return Study(result, told.warnings)


def _page(picture: Picture, lines: Sequence[Line]) -> dict[str, Any]:
    from evidencekit.media.ocr_engine import SUPPRESSED, rows

    def place(box: Box) -> list[int]:
        left, top, right, bottom = (round(each / picture.scale) for each in box)
        return [max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom)]

    kept = [line for line in lines if line.confidence >= SUPPRESSED]
    left_out = [line for line in lines if line.confidence < SUPPRESSED]
    return {
        "page": picture.page,
        "width": picture.width,
        "height": picture.height,
        "lines": [_line(line, place, n) for n, row in enumerate(rows(kept)) for line in row],
        "suppressed": [{"text": line.text, "box": place(line.box), "confidence": line.confidence} for line in left_out],
    }


def _line(line: Line, place: Any, row: int) -> dict[str, Any]:
    from evidencekit.media.ocr_engine import DOUBTFUL

    words = [
        {"text": word.text, "box": place(word.box), "confidence": word.confidence}
        | ({"doubtful": True} if word.confidence < DOUBTFUL else {})
        for word in line.words
    ]
    return {"text": line.text, "box": place(line.box), "confidence": line.confidence, "row": row, "words": words}
