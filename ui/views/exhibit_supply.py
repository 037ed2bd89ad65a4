"""The left pane of the exhibits page: items that are in no exhibit yet, to be found, chosen and added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.catalog.browse import Filter
from evidencekit.custody.names import shown
from ui.desk import Desk
from ui.models.items import ItemsModel
from ui.views.itemlist import ItemList
from ui.widgets import button, label, row

_OF_ITEMS = ("title", "when", "party", "note", "reread", "check")


class Supply(QWidget):
    """``add_wanted`` gives the chosen items' numbers and whether they shall be one exhibit; ``chose`` how many are
    chosen. While it is in sight the window's actions on items mean the items chosen here: ``handlers``."""

    add_wanted = Signal(object, bool)
    chose = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.session = desk, desk.session
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = ItemsModel(desk.session, Filter(unmarked=True), self)
        self._elsewhere = 0  # items chosen on the page that was in view before
        self._here = 0
        self.handlers: dict[str, Callable[[], Any]] = {
            "exhibit.add": self.add_chosen,
            "exhibit.add_one": lambda: self.add_chosen(together=True),
            **{f"item.{each}": self._go_there for each in _OF_ITEMS},
        }
        self._build()
        self.search.textChanged.connect(self._find)
        self.list.selection_changed.connect(self._chosen)
        self.list.activated.connect(self.add_chosen)
        self.model.came.connect(self._came)
        self.session.state_changed.connect(lambda: self._chosen(self.list.chosen()))
        self.session.closed.connect(self.search.clear)
        self._chosen([])

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find an item")
        self.search.setAccessibleName("Find an item that is in no exhibit")
        self.search.setClearButtonEnabled(True)
        self.list = ItemList(self.desk, self.model, compact=True)
        self.list.set_mode("grid")
        self.nothing = label("", "muted", wrap=True, name="Items not in an exhibit")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setMargin(16)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.nothing)
        self.add = button("Add chosen", self.add_chosen, tip="A draft exhibit for each chosen item (Ctrl+E)")
        self.add.setAccessibleName("Add chosen items")
        self.add_one = button(
            "As one", lambda: self.add_chosen(together=True), tip="One draft exhibit of all chosen items (Ctrl+Shift+E)"
        )
        self.add_one.setAccessibleName("Add chosen items as one exhibit")
        self.head = label("Not in an exhibit", "strong", name="Items not in an exhibit")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.search)
        layout.addWidget(self.stack, 1)
        layout.addWidget(row(self.add, self.add_one, None, gap=6))

    def chosen(self) -> list[str]:
        """The numbers of the items chosen here."""
        return self.list.chosen()

    def add_chosen(self, *, together: bool = False) -> None:
        """Ask for exhibits on the items chosen here."""
        numbers = self.chosen()
        if numbers and self.session.writable:
            self.add_wanted.emit(numbers, together)
        elif not numbers:
            self.desk.say("Choose items at the left first.")

    def _go_there(self) -> None:
        """What is done to an item itself is done on the items page."""
        numbers = self.chosen()
        if numbers:
            self.desk.show_item(numbers[0])

    def _find(self) -> None:
        self.model.look_for(Filter(words=self.search.text(), unmarked=True), typing=True)

    def _came(self) -> None:
        many = self.model.rowCount()
        self.head.setText(f"Not in an exhibit · {many:,}")
        self.stack.setCurrentIndex(0 if many else 1)
        if not many:
            words = self.search.text().strip()
            holds = f"No item outside the exhibits holds “{shown(words)}”."
            self.nothing.setText(holds if words else "")
            if not words:
                self.session.read(_any_items, self._none_free, key="supply")

    def _none_free(self, items: int) -> None:
        self.nothing.setText("Every item is in an exhibit." if items else "No items yet: take files in first (Ctrl+I).")

    def _chosen(self, numbers: Sequence[str]) -> None:
        free = self.session.writable and bool(numbers)
        self.add.setEnabled(free)
        self.add_one.setEnabled(free and len(numbers) > 1)
        self._here = len(numbers)
        self.chose.emit(len(numbers))
        if self.isVisible():
            self.desk.actions.update(items=self._here)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        self._elsewhere = self.desk.actions.state.items
        self.desk.actions.update(items=self._here)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 — Qt's name
        super().hideEvent(event)
        if self.desk.actions.state.items == self._here and self.session.case is not None:
            self.desk.actions.update(items=self._elsewhere)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)


def _any_items(case: Case) -> int:
    from evidencekit.catalog.items import count

    with case.catalog.read() as connection:
        return count(connection)
