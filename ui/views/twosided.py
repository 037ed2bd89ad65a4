"""A bar with things at its left and right that goes on in a second row where the window is narrow or the text large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from ui.theme import Theme


class TwoSided(QFrame):
    """Filled once; both sides stand in one row as long as they fit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme = theme
        self._parts: tuple[QWidget, ...] = ()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(theme.px(14), theme.px(7), theme.px(14), theme.px(7))
        self._layout.setSpacing(theme.px(6))

    def fill(self, left: Sequence[QWidget], right: Sequence[QWidget]) -> None:
        """Put these in."""
        self._parts = (_side(self._theme, left, grows=1), _side(self._theme, right, grows=0))
        self._layout.addWidget(self._parts[0], 1)
        self._layout.addWidget(self._parts[1])

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        margins = self._layout.contentsMargins()
        wide = max((part.minimumSizeHint().width() for part in self._parts), default=0)
        return QSize(wide + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        margins = self._layout.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._layout.spacing()
        fits = sum(part.minimumSizeHint().width() for part in self._parts) <= room
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)


def _side(theme: Theme, widgets: Sequence[QWidget], *, grows: int) -> QWidget:
    """Widgets beside each other, of which the first ``grows`` take what room there is."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.px(6))
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if place < grows else 0)
    layout.addStretch(1)
    return holder
