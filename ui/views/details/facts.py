"""Everything that was read out of an item, in words, with where in the file it stands."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.desk import Desk
from ui.views.details.loaded import Loaded
from ui.views.details.pieces import Known, chain
from ui.views.details.wording import Line
from ui.widgets import button, row, tool

_HIDDEN = "hidden, for it may be somebody’s address"


class FactsSection(QWidget):
    """The facts of one item. Where it was made is told only when it is asked for, anew for each item."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = desk.theme.px
        self._desk = desk
        self._loaded: Loaded | None = None
        self._told = False
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Find in facts…")
        self.filter.setAccessibleName("Find in facts")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._show)
        self.copy = tool(desk.theme, "copy", "Copy the facts shown", self._copy)
        self.list = Known(desk.theme, "Facts", whole=True)
        self.position = button("Show position", self._tell, tip="Show where it was made, as the file says")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(8))
        layout.setSpacing(px(8))
        layout.addWidget(row(self.filter, self.copy))
        layout.addWidget(row(self.position, None))
        layout.addWidget(self.list)
        layout.addStretch(1)
        chain([self.filter, self.copy, self.position, self.list])

    def put(self, loaded: Loaded) -> None:
        """Show an item's facts."""
        if self._loaded is None or self._loaded.number != loaded.number:
            self._told = False
        self._loaded = loaded
        self._show()

    def _show(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        lines = tuple(self._covered(each) for each in loaded.facts)
        wanted = self.filter.text().casefold().split()
        found = [each for each in lines if all(word in _words(each) for word in wanted)]
        nothing = "No fact holds these words." if loaded.facts else "Nothing could be read out of this file."
        self.list.put(found, nothing)
        self.position.setVisible(any(each.place for each in loaded.facts))
        self.position.setText("Hide position" if self._told else "Show position")

    def _covered(self, line: Line) -> Line:
        return line if self._told or not line.place else Line(line.name, _HIDDEN, line.small)

    def _tell(self) -> None:
        self._told = not self._told
        self._show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.list.as_text())
        self._desk.say("Facts copied.")


def _words(line: Line) -> str:
    return f"{line.name} {line.value} {line.small}".casefold()
