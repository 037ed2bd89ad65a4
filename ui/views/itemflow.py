"""A layout that puts its widgets beside each other and goes on below where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lines of widgets at their natural sizes, each in the middle of its line's height."""

    def __init__(self, parent: QWidget, gap: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 — Qt's name
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 — Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 — Qt's name
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 — Qt's name
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 — Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 — Qt's name
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 — Qt's name
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.sizeHint())
        return size

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 — Qt's name
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, room: QRect, *, move: bool) -> int:
        """Put the lines into the room; the height they take."""
        top, line, used = room.top(), list[tuple[QLayoutItem, QSize]](), 0
        for item in self._items:
            widget, size = item.widget(), item.sizeHint()
            if widget is not None and widget.isHidden():
                continue
            if line and used + size.width() > room.width():
                top += self._place_line(line, QPoint(room.left(), top), move) + self.spacing()
                line, used = [], 0
            line.append((item, size))
            used += size.width() + self.spacing()
        return top + self._place_line(line, QPoint(room.left(), top), move) - room.top()

    def _place_line(self, line: list[tuple[QLayoutItem, QSize]], at: QPoint, move: bool) -> int:
        tall = max((size.height() for _, size in line), default=0)
        left = at.x()
        for item, size in line:
            if move:
                item.setGeometry(QRect(QPoint(left, at.y() + (tall - size.height()) // 2), size))
            left += size.width() + self.spacing()
        return tall
