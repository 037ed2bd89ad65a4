"""What stands above the chronology: words to look for, which rows are listed, what is done with the chosen one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QToolButton

from ui.desk import Desk
from ui.models.chronology import Chronicle
from ui.views.twosided import TwoSided
from ui.widgets import action_button, button

_DEEDS = (
    ("chronology.milestone", "Milestone…"),
    ("chronology.incident", "Incident…"),
    ("chronology.export", "Export…"),
)


class ChronologyBar(TwoSided):
    """``wanted`` says that other words are looked for, ``scoped`` that other rows are to be worked out."""

    wanted = Signal()
    scoped = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme)
        px = desk.theme.px
        self.words = QLineEdit()
        self.words.setPlaceholderText("Filter by words")
        self.words.setAccessibleName("Filter the chronology by words")
        self.words.setClearButtonEnabled(True)
        self.words.setMinimumWidth(px(140))
        self.words.setMaximumWidth(px(260))
        self.words.textChanged.connect(lambda text: self.wanted.emit())
        self.everything = _chip("All items", "List every item")
        self.exhibits = _chip("In exhibits", "List only items that are in a marked exhibit, as a filed binder does")
        self.everything.setChecked(True)
        self._scope = QButtonGroup(self)
        for each in (self.everything, self.exhibits):
            self._scope.addButton(each)
        self._scope.buttonToggled.connect(lambda made, on: self.scoped.emit() if on else None)
        self.undated = _chip("", "Go to the rows that need a date")
        self.undated.setCheckable(False)
        self.undated.hide()
        self.edit_it = button("Edit…", tip="Change the chosen milestone or incident (Enter)")
        self.remove_it = button("Remove", tip="Remove the chosen milestone or incident (Del)")
        deeds = [_deed(desk, *each) for each in _DEEDS]
        left = (self.words, self.everything, self.exhibits, self.undated)
        self.fill(left, (self.edit_it, self.remove_it, *deeds))
        self.enable(edit=False, remove=False)

    @property
    def exhibits_only(self) -> bool:
        """Whether only items in exhibits are listed."""
        return self.exhibits.isChecked()

    def clear(self) -> None:
        """List everything."""
        self.words.clear()
        self.everything.setChecked(True)

    def tell(self, known: Chronicle) -> None:
        """Say how many rows need a date."""
        self.undated.setText("1 needs a date" if known.undated == 1 else f"{known.undated:,} need a date")
        self.undated.setVisible(known.undated > 0)

    def enable(self, *, edit: bool, remove: bool) -> None:
        """Which buttons can be used on the chosen row."""
        self.edit_it.setEnabled(edit)
        self.remove_it.setEnabled(remove)


def _deed(desk: Desk, name: str, text: str) -> QPushButton:
    """A button of an action, with fewer words than in the menu."""
    made = action_button(desk.actions[name])
    made.setAccessibleName(made.text())
    made.setText(text)
    return made


def _chip(text: str, tip: str) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setCheckable(True)
    made.setProperty("chip", "true")
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
