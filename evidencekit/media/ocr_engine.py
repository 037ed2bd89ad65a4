"""Lines and words in one picture: RapidOCR on tiles, its own two models, nothing ever fetched.

The library's own call shrinks tall pictures until small words are lost, and gives the words of a line the confidences
of other characters; so its parts are used one by one. Coordinates are pixels of the picture as given.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.errors import ReaderError

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

SUPPRESSED = 0.65  # a line recognised with less is noise more often than not
DOUBTFUL = 0.70  # a word is as sure as the least sure of its characters
TILE, OVERLAP = 2600, 200  # pixels
LOOKED_AT = 960  # pixels along the longer side of what the detector is shown
_LOWEST = 400  # pixels along the shorter side of a wide picture
_NARROWEST, _WIDEST = 1200, 2600
_PROPORTION = 2.4  # a tile is no longer than this by its width: a telephone's screen is one tile
_JITTER = 24  # pixels by which one line may be found elsewhere in the next tile
_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}


@dataclass(frozen=True, slots=True)
class Word:
    """``confidence`` 0..1 is that of the least sure character."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was found; ``confidence`` 0..1 is the mean over its characters."""

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...]


def models() -> dict[str, str]:
    """Model file → SHA-256 of it, as installed."""
    digests = {}
    for name in _MODELS.values():
        with (_models_folder() / name).open("rb") as file:
            digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return digests


def find_lines(picture: Image, threads: int) -> list[Line]:
    """Every line of an RGB picture in reading order, sure or not. Raises :class:`ReaderError` when the models are not
    installed."""
    engine = _engine(threads)
    found: list[Line] = []
    before: list[Line] = []  # lines of the tile above: only they can be found once more
    for tile, own in tiles(*picture.size):
        now: list[Line] = []
        for line in _lines(engine, picture.crop(tile), tile[0], tile[1]):
            if _belongs(line.box, own) and not _put(before, line) and not _put(now, line):
                now.append(line)
        found += before
        before = now
    return in_reading_order(found + before)


def tiles(width: int, height: int) -> Iterator[tuple[Box, Box]]:
    """The tiles of a picture, one below the other, each with the part of it whose lines are its own: tiles overlap, so
    that a line cut by one is whole in the next, and a line belongs to where its middle lies. Nothing is cut across the
    width, where lines run."""
    longest = min(TILE, max(_NARROWEST, round(width * _PROPORTION))) if height > width * _PROPORTION else height
    count = 1 if height <= longest else -(-(height - OVERLAP) // (longest - OVERLAP))
    step = (height - OVERLAP) / count
    for n in range(count):
        top, bottom = round(n * step), height if n == count - 1 else round((n + 1) * step) + OVERLAP
        own_top = top + OVERLAP // 2 if n else 0
        own_bottom = bottom - OVERLAP // 2 if n < count - 1 else height
        yield (0, top, width, bottom), (0, own_top, width, own_bottom)


def looked_at(width: int, height: int) -> int:
    """How long the detector is shown a tile's longer side: more for a wide one, whose lines would grow too low."""
    return round(min(_WIDEST, max(LOOKED_AT, _LOWEST * width / max(1, height))))


def fitted(width: int, height: int) -> float:
    """By how much a picture is to be scaled down before it is looked at: screens stay as they are."""
    return min(1.0, _WIDEST / min(width, height))


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom, and within a row from left to right."""
    return [line for row in rows(lines) for line in row]


def rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand beside each other, together."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: _middle(each.box)[1]):
        if found and all(_beside(line.box, other.box) for other in found[-1]):
            found[-1].append(line)
        else:
            found.append([line])
    return [sorted(row, key=lambda each: each.box[0]) for row in found]


def _beside(a: Box, b: Box) -> bool:
    """Boxes are drawn generously, so that two words of one line may overlap."""
    shared, over = min(a[3], b[3]) - max(a[1], b[1]), min(a[2], b[2]) - max(a[0], b[0])
    return shared > 0.5 * min(a[3] - a[1], b[3] - b[1]) and over < 0.4 * min(a[2] - a[0], b[2] - b[0])


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _belongs(box: Box, own: Box) -> bool:
    x, y = _middle(box)
    return own[0] - _JITTER <= x <= own[2] + _JITTER and own[1] - _JITTER <= y <= own[3] + _JITTER


def _put(there: list[Line], line: Line) -> bool:
    """Whether a line is there already; of the two, the surer one stays."""
    for place, other in enumerate(there):
        if _overlap(line.box, other.box) > 0.5:
            if line.confidence > other.confidence:
                there[place] = line
            return True
    return False


def _overlap(a: Box, b: Box) -> float:
    """How much of the smaller box lies in the other."""
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / max(1, min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])))


def _models_folder() -> Path:
    import importlib.util

    found = importlib.util.find_spec("rapidocr")  # found, not imported: that takes a second
    if found is None or not found.origin:
        raise _absent()
    return Path(found.origin).parent / "models"


def _absent() -> ReaderError:
    return ReaderError("The models that recognise words are not installed.", todo="Install the program again.")


@lru_cache(maxsize=1)
def _engine(threads: int) -> Any:
    """The models, loaded once in a process that goes through many pictures."""
    folder = _models_folder()
    if not all((folder / name).is_file() for name in _MODELS.values()):
        raise _absent()
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(threads)
    settings: dict[str, Any] = {
        "Global.use_cls": False,
        "Global.text_score": 0.0,
        "Global.return_word_box": True,
        "Global.log_level": "critical",
        "Det.limit_type": "max",
        "Det.limit_side_len": LOOKED_AT,
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    # With the paths given the library has nothing to look for, and so nothing to download.
    settings |= {f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()}
    return RapidOCR(params=settings)


def _lines(engine: Any, tile: Image, left: int, top: int) -> list[Line]:
    import numpy as np
    from rapidocr.main import RapidOCRError

    pixels = np.ascontiguousarray(np.asarray(tile.convert("RGB"))[:, :, ::-1])
    place = {"preprocess": {"ratio_h": 1.0, "ratio_w": 1.0}}
    engine._load_det_model().limit_side_len = looked_at(*tile.size)
    try:
        crops, detected = engine.detect_and_crop(pixels, place)
        recognised = engine.recognize_txt(crops)
    except RapidOCRError:
        return []  # it finds nothing here
    padding = place.get("padding_1", {})
    left, top = left - int(padding.get("left", 0)), top - int(padding.get("top", 0))
    found = []
    for quad, text, score, info in zip(
        detected.boxes, recognised.txts, recognised.scores, recognised.word_results, strict=True
    ):
        if text.strip():
            corners = [(float(x) + left, float(y) + top) for x, y in quad]
            words = tuple(_words(text, info, corners))
            found.append(Line(" ".join(text.split()), _around(corners), round(float(score), 4), words))
    return found


def _words(text: str, info: Any, corners: Sequence[tuple[float, float]]) -> Iterator[Word]:
    """The words of a line: each column of the recogniser's answer is an equal part of the line's length."""
    sure = [float(each) for each in info.confs]
    if len(sure) != len(text):
        return
    at, length = 0, max(1.0, float(info.line_txt_len))
    for characters, columns in zip(info.words, info.word_cols, strict=True):
        confidences = []
        for character in characters:
            at = text.index(character, at)
            confidences.append(sure[at])
            at += 1
        many = len(columns)
        half = (columns[-1] - columns[0]) / (many - 1) / 2 if many > 1 else 1.2
        first = max(0.0, (columns[0] + 0.5 - half) / length)
        last = min(1.0, (columns[-1] + 0.5 + half) / length)
        yield Word("".join(characters), _part(corners, first, last), round(min(confidences), 4))


def _part(corners: Sequence[tuple[float, float]], first: float, last: float) -> Box:
    """The part of a line's quadrilateral between two shares of its length; an upright one is read downwards."""
    one, two, three, four = corners  # clockwise from the top left
    wide = max(abs(two[0] - one[0]), abs(three[0] - four[0]))
    tall = max(abs(four[1] - one[1]), abs(three[1] - two[1]))
    begins, ends = ((one, two), (four, three)) if tall < 1.5 * wide else ((one, four), (two, three))
    return _around([_between(side, share) for side in (begins, ends) for share in (first, last)])


def _between(side: tuple[tuple[float, float], tuple[float, float]], share: float) -> tuple[float, float]:
    (x, y), (u, v) = side
    return x + (u - x) * share, y + (v - y) * share


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))
