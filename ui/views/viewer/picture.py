"""One page's picture, held in several sizes so that each frame is drawn from about as many pixels as it shows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QImageReader, QPainter, QTransform

from evidencekit.errors import ReaderError

_SMALL = 1_000_000  # pixels that need no smaller copy
_STRIP = 512  # lines drawn at once: other threads get their turn in between
_ALMOST = 0.98


class Picture:
    """``levels`` are the picture at its full size, a half, a quarter and so on; never empty."""

    def __init__(self, levels: tuple[QImage, ...]) -> None:
        self.levels = levels

    @property
    def width(self) -> int:
        """In pixels, at full size."""
        return self.levels[0].width()

    @property
    def height(self) -> int:
        """In pixels, at full size."""
        return self.levels[0].height()

    def draw(self, painter: QPainter, place: QRectF, seen: QRectF, turns: int, ratio: float) -> None:
        """Draw what is ``seen`` of the picture filling ``place``, turned by that many quarters to the right;
        ``ratio`` is the screen's pixels by the painter's."""
        seen = seen.intersected(place)
        if seen.isEmpty():
            return
        across, down = (place.height(), place.width()) if turns % 2 else (place.width(), place.height())
        turning = QTransform().translate(place.center().x(), place.center().y()).rotate(90 * turns)
        turning.translate(-across / 2, -down / 2)
        piece = turning.inverted()[0].mapRect(seen).intersected(QRectF(0, 0, across, down))
        image = self._level(across * ratio)
        by_x, by_y = image.width() / across, image.height() / down
        source = QRectF(piece.x() * by_x, piece.y() * by_y, piece.width() * by_x, piece.height() * by_y)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(turning, True)
        painter.drawImage(piece, image, source)
        painter.restore()

    def _level(self, width: float) -> QImage:
        enough = (each for each in reversed(self.levels) if each.width() >= width * _ALMOST)
        return next(enough, self.levels[0])


def load(path: Path) -> Picture:
    """Decode a PNG of ours; takes long for a large one, so never on the GUI thread. Raises :class:`ReaderError`."""
    reader = QImageReader(str(path), b"png")
    reader.setAutoDetectImageFormat(False)
    image = reader.read()
    if image.isNull():
        raise ReaderError(
            "The picture made for the screen cannot be read.", item=path.name, todo="Choose the item again."
        )
    if image.format() is not QImage.Format.Format_RGB32:
        image = image.convertToFormat(QImage.Format.Format_RGB32)
    levels = [image]
    while levels[-1].width() * levels[-1].height() > _SMALL and min(levels[-1].width(), levels[-1].height()) > 1:
        levels.append(_half(levels[-1]))
    return Picture(tuple(levels))


def _half(image: QImage) -> QImage:
    """Each pixel the mean of four. Drawn in strips: QImage.scaled would keep the interpreter's lock throughout."""
    width, height = image.width() // 2, image.height() // 2
    half = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(half)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    try:
        for top in range(0, height, _STRIP):
            lines = min(_STRIP, height - top)
            painter.drawImage(QRectF(0, top, width, lines), image, QRectF(0, 2 * top, 2 * width, 2 * lines))
    finally:
        painter.end()
    return half
