"""Recognised words drawn over the picture they stand in: a light tint on each, stronger on those looked for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from ui.colours import OVER_DOUBT, OVER_FIND, OVER_WORD
from ui.views.viewer.canvas import Canvas
from ui.views.viewer.recognised import Recognised

_TINT, _STRONG = 38, 105  # of 255: what stands beneath must stay readable


class WordBoxes:
    """What is drawn over a :class:`Canvas`. ``every`` tints all words, the doubtful ones with a dashed line beneath;
    ``finds`` are framed in yellow, ``lit`` with a thick line."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._found: Recognised | None = None
        self._boxes: dict[int, tuple[list[QRectF], list[QLineF]]] = {}
        self._finds: dict[int, list[QRectF]] = {}
        self._lit: dict[int, list[QRectF]] = {}
        self.every = True

    def show(self, found: Recognised | None) -> None:
        """Draw these words from now on."""
        self._found = found
        self._boxes.clear()
        self._finds, self._lit = {}, {}
        self._canvas.overlay = self if found is not None and found.words else None

    def mark(self, finds: Iterable[int]) -> None:
        """These words were looked for."""
        self._finds = self._by_page(finds)
        self._canvas.viewport().update()

    def light(self, words: Iterable[int]) -> None:
        """These words are pointed at, or chosen."""
        lit = self._by_page(words)
        if lit != self._lit:
            self._lit = lit
            self._canvas.viewport().update()

    def light_every(self, on: bool) -> None:
        """Whether all words are tinted."""
        self.every = on
        self._canvas.viewport().update()

    @property
    def lit(self) -> dict[int, list[QRectF]]:
        """Page (0-based) → the boxes that are lit, 0..1 of the page."""
        return self._lit

    @property
    def finds(self) -> dict[int, list[QRectF]]:
        """Page (0-based) → the boxes that were looked for, 0..1 of the page."""
        return self._finds

    def draw(self, painter: QPainter, page: int, frame: QTransform) -> None:
        """Draw over a page; one call for all of its words, so that thousands stay fluid."""
        painter.save()
        painter.setTransform(frame, True)
        if self.every:
            boxes, lines = self._of_page(page)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_seen(OVER_WORD, _TINT))
            painter.drawRects(boxes)
            if lines:
                painter.setPen(_pen(OVER_DOUBT, 2, Qt.PenStyle.DashLine))
                painter.drawLines(lines)
        if finds := self._finds.get(page):
            painter.setPen(_pen(OVER_FIND, 1.5))
            painter.setBrush(_seen(OVER_FIND, _STRONG))
            painter.drawRects(finds)
        if lit := self._lit.get(page):
            painter.setPen(_pen(OVER_WORD, 2.5))
            painter.setBrush(_seen(OVER_WORD, _STRONG))
            painter.drawRects(lit)
        painter.restore()

    def _of_page(self, page: int) -> tuple[list[QRectF], list[QLineF]]:
        if page not in self._boxes:
            words = [self._found.words[n] for n in self._found.pages.get(page, ())] if self._found is not None else []
            under = [QLineF(each.box.bottomLeft(), each.box.bottomRight()) for each in words if each.doubtful]
            self._boxes[page] = ([each.box for each in words], under)
        return self._boxes[page]

    def _by_page(self, words: Iterable[int]) -> dict[int, list[QRectF]]:
        made: dict[int, list[QRectF]] = {}
        held = self._found.words if self._found is not None else ()
        for place in words if held else ():
            word = held[place]
            made.setdefault(word.page, []).append(word.box)
        return made


def _seen(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def _pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A line as thick on the screen at every zoom."""
    pen = QPen(QColor(colour), width, style)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen
