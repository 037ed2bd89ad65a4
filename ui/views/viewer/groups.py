"""Two groups of tools in a bar."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget


class Groups(QFrame):
    """Two groups beside each other, or under each other where there is no room: large text must not widen the view."""

    def __init__(self, first: QWidget, second: QWidget, across: int = 8, down: int = 3) -> None:
        super().__init__()
        self._first, self._second = first, second
        self._narrow = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(across, down, across, down)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(first, 0, 0)
        self._grid.addWidget(second, 0, 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        sides = self._grid.contentsMargins()
        wide = max(each.sizeHint().width() for each in (self._first, self._second))
        return QSize(wide + sides.left() + sides.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the second group where there is room for it."""
        sides, shown = self._grid.contentsMargins(), not self._second.isHidden()
        both = self._first.sizeHint().width() + self._second.sizeHint().width() + self._grid.horizontalSpacing() * 2
        narrow = shown and both > self.width() - sides.left() - sides.right()
        if narrow != self._narrow:
            self._narrow = narrow
            self._grid.removeWidget(self._second)
            if narrow:
                self._grid.addWidget(self._second, 1, 0, 1, 3)
            else:
                self._grid.addWidget(self._second, 0, 2)
            self.updateGeometry()
