"""Qt's table and list as the item list uses them, and what is seen under the pointer while items are dragged."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QTableView

from ui.theme import Theme


class ItemTable(QTableView):
    """The table; its keys move by rows, and what is dragged are items."""

    def __init__(self, drag: Callable[[], None]) -> None:
        super().__init__()
        self._drag = drag

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802 — Qt's name
        del actions
        self._drag()

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 — Qt's name
        """Nothing: it would read every row; finding is the search box's."""

    def moveCursor(  # noqa: N802 — Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        moves, model = QAbstractItemView.CursorAction, self.model()
        if action in (moves.MoveLeft, moves.MoveRight):
            return self.currentIndex()
        if action in (moves.MoveHome, moves.MoveEnd) and model.rowCount():
            return model.index(0 if action == moves.MoveHome else model.rowCount() - 1, 0)
        return super().moveCursor(action, modifiers)


class ItemGrid(QListView):
    """The grid; as the table."""

    def __init__(self, drag: Callable[[], None]) -> None:
        super().__init__()
        self._drag = drag

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802 — Qt's name
        del actions
        self._drag()

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 — Qt's name
        """Nothing: it would read every row; finding is the search box's."""


def dragged(theme: Theme, words: str, ratio: float) -> QPixmap:
    """The little card under the pointer while something is dragged."""
    font = theme.font()
    size = QSize(QFontMetrics(font).horizontalAdvance(words) + theme.px(24), theme.px(28))
    made = QPixmap(size * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(QColor(theme.colours.accent))
    painter = QPainter(made)
    painter.setFont(font)
    painter.setPen(QColor(theme.colours.on_accent))
    painter.drawText(0, 0, size.width(), size.height(), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made
