"""A recording's waveform, which is also its time axis."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QSlider

from ui.theme import Theme

_BAR, _GAP = 2, 1
_FAINT = 0.05  # a recording with no louder peak is drawn low: it is nearly silence


class Waveform(QSlider):
    """A slider of milliseconds, drawn as loudness over time. ``sought`` gives the place a person chose."""

    sought = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self._peaks: tuple[float, ...] = ()
        self._low = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._size)
        self._size()

    def show_peaks(self, peaks: tuple[float, ...], milliseconds: int) -> None:
        """Draw loudness 0..1 over that long."""
        self._peaks = peaks
        self.setRange(0, max(0, milliseconds))
        self.setValue(0)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(self._theme.px(400), self._theme.px(160))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(self._theme.px(120), self._theme.px(36 if self._low else 72))

    def keep_low(self, low: bool) -> None:
        """Leave the room to what stands beneath."""
        self._low = low
        self._size()

    def _size(self) -> None:
        self.setMaximumHeight(self._theme.px(48 if self._low else 240))
        self.updateGeometry()
        self.update()

    def _x(self, at: int) -> float:
        return at / self.maximum() * (self.width() - 1) if self.maximum() else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        del event
        painter = QPainter(self)
        colour = self._theme.colour
        painter.fillRect(self.rect(), colour("base"))
        middle, room = self.height() / 2, self.height() / 2 - self._theme.px(8)
        step, played = self._theme.px(_BAR) + _GAP, self._x(self.value())
        loudest = max(max(self._peaks, default=0.0), _FAINT)
        count = max(1, self.width() // step)
        for place in range(count):
            high = max(1.0, room * self._loudest(place, count) / loudest)
            role = "accent" if place * step < played else "muted"
            painter.fillRect(QRectF(place * step, middle - high, step - _GAP, 2 * high), colour(role))
        painter.fillRect(QRectF(played, 0, self._theme.px(2), self.height()), colour("text"))
        if self.hasFocus():
            painter.setPen(colour("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _loudest(self, place: int, count: int) -> float:
        """The loudest of the peaks that one bar stands for."""
        many = len(self._peaks)
        start = place * many // count
        return max(self._peaks[start : max(start + 1, (place + 1) * many // count)], default=0.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        self.setSliderDown(True)
        self._seek(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        if self.isSliderDown():
            self._seek(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        del event
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 — Qt's name
        event.ignore()  # a list that scrolls under the pointer must not change the place

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        event.ignore()  # the view's keys are the same wherever the focus is

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:  # noqa: N802 — Qt's name
        super().sliderChange(change)
        self.update()

    def _seek(self, event: QMouseEvent) -> None:
        share = event.position().x() / max(1, self.width() - 1)
        self.sought.emit(round(min(max(share, 0.0), 1.0) * self.maximum()))
