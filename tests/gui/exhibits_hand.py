"""The exhibits page in a test's hands: what a person does on it, and what is kept after that."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidencekit.catalog import court
from evidencekit.model import Exhibit
from ui.dragging import pack_items
from ui.views.exhibits import ExhibitsView
from ui.window import Window

ONE, TWO, THREE, FOUR = (f"ITEM-{number:04d}" for number in range(1, 5))


class Page:
    """The page of a window, with what a person does on it."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        window.show_page("exhibits")
        view = window.views["exhibits"]
        assert isinstance(view, ExhibitsView)
        self.view = view
        self.settle()

    def settle(self) -> None:
        """Until what was asked for is kept, and what it changed is shown."""
        self.qtbot.waitUntil(lambda: self.window.session.tasks.pending == 0, timeout=60_000)

    @property
    def rows(self) -> list[tuple[str, tuple[str, ...]]]:
        """(label, items) of every row."""
        return [(each.label, each.items) for each in self.view.model.entries]

    def choose(self, *rows: int) -> None:
        self.view.list.choose([self.view.model.entries[row].key for row in rows])

    def do(self, name: str) -> None:
        action = self.window.actions_made[name]
        assert action.isEnabled(), name
        action.trigger()
        self.settle()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.view.list, key, modifiers)
        self.settle()

    def drafts(self) -> list[tuple[str, ...]]:
        with self.window.session.open_case.catalog.read() as connection:
            return [each.items for each in court.drafts(connection)]

    def marked(self) -> tuple[Exhibit, ...]:
        with self.window.session.open_case.catalog.read() as connection:
            return court.arrangement(connection)

    def accept(self) -> Any:
        """Press the button of the dialog that is open."""
        dialog: Any = self.view.dialog
        assert dialog is not None
        assert dialog.isVisible()
        assert dialog.go.isEnabled()
        dialog.go.click()
        self.settle()
        return dialog

    def drop(
        self, what: QMimeData | list[str], at: QPoint, *, together: bool = False, onto: QWidget | None = None
    ) -> bool:
        """Drag something over the list and let it go there; whether it was taken."""
        data = pack_items(self.window.session.open_case, what) if isinstance(what, list) else what
        target = onto or self.view.list.viewport()
        keys = Qt.KeyboardModifier.ControlModifier if together else Qt.KeyboardModifier.NoModifier
        both, left = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
        enter = QDragEnterEvent(at, both, data, left, keys)
        over = QDragMoveEvent(at, both, data, left, keys)
        QApplication.sendEvent(target, enter)
        QApplication.sendEvent(target, over)
        if not over.isAccepted():
            return False
        let_go = QDropEvent(QPointF(at), both, data, left, keys)
        QApplication.sendEvent(target, let_go)
        self.settle()
        return let_go.isAccepted()

    def at(self, row: int, share: float) -> QPoint:
        """A place in a row, from its upper edge (0) to its lower (1)."""
        rect = self.view.list.visualRect(self.view.model.index(row))
        assert rect.isValid()
        return QPoint(rect.center().x(), rect.top() + int(share * (rect.height() - 1)))

    def below(self) -> QPoint:
        """Behind the last row."""
        return QPoint(20, self.view.list.viewport().height() - 3)

    def carried(self, *rows: int) -> QMimeData:
        """What dragging these rows carries."""
        model = self.view.model
        return model.mimeData([model.index(row) for row in rows])

    def undo(self) -> None:
        self.do("edit.undo")

    def redo(self) -> None:
        self.do("edit.redo")


def items(*numbers: str) -> list[str]:
    """Items to be dragged, by number."""
    return list(numbers)


def type_in(page: Page, name: str, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    field = page.view.editor.fields[name]
    field.setFocus()
    field.selectAll()
    page.qtbot.keyClicks(field, text)
    page.qtbot.keyClick(field, key)
    page.settle()
