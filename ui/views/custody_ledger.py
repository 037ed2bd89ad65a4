"""The ledger in words, with what it can be narrowed down to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from evidencekit.custody.names import shown
from evidencekit.edits import item_number
from evidencekit.errors import UsageError
from ui.desk import Desk
from ui.models.ledger import ACTS, Story, Wanted
from ui.views.lines import LinesView
from ui.views.twosided import TwoSided
from ui.widgets import Empty, label


class LedgerView(QWidget):
    """Lists what was done, newest first unless asked otherwise."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.story = desk, Story()
        px = desk.theme.px
        self.list = LinesView(desk.theme, "Ledger", lead=44, first=184, last=150)
        self.list.wanted.connect(desk.show_item)
        self.list.opened.connect(lambda line: self._open())
        self.words = _field("Filter by words", "Filter the ledger by words", px(150))
        self.item = _field("Item number", "Only what concerns this item", px(110))
        self.actor = _box("Only what this person did")
        self.act = _box("Only this kind of act")
        self.newest = QToolButton()
        self.newest.setProperty("chip", "true")
        self.newest.setCheckable(True)
        self.newest.setChecked(True)
        self.newest.setText("Newest first")
        self.newest.setToolTip("Newest line first; otherwise in the order of the ledger")
        self.newest.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.count = label("", "muted", name="How many lines")
        self.none = Empty(desk.theme, "filter", "No line of the ledger is like that", "Take a filter away to see more.")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.none)
        bar = TwoSided(desk.theme)
        bar.fill((self.words, self.item, self.actor, self.act, self.newest), (self.count,))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.pages, 1)
        self.words.textChanged.connect(self.fill)
        self.item.textChanged.connect(self.fill)
        self.actor.currentIndexChanged.connect(self.fill)
        self.act.currentIndexChanged.connect(self.fill)
        self.newest.toggled.connect(self.fill)

    def put(self, story: Story) -> None:
        """Tell this ledger."""
        self.story = story
        _offer(self.actor, "Everybody", [(shown(each), each) for each in story.actors])
        _offer(self.act, "Every act", [(ACTS.get(each, each.capitalize()), each) for each in story.acts])
        self.fill()

    def clear(self) -> None:
        """Let every line through, the newest first."""
        self.only_item("")
        self.newest.setChecked(True)

    def only_item(self, number: str) -> None:
        """Show what concerns one item, and nothing else."""
        self.words.clear()
        self.actor.setCurrentIndex(0)
        self.act.setCurrentIndex(0)
        self.item.setText(number)

    def fill(self) -> None:
        """List what the filters let through."""
        typed = self.item.text().strip()
        try:
            number = item_number(typed) if typed else ""
        except UsageError as error:
            self.list.put([])
            self.none.say(error.what, error.todo)
            self._told(0)
            return
        self.none.say("No line of the ledger is like that", "Take a filter away to see more.")
        wanted = Wanted(self.words.text(), number, self.actor.currentData() or "", self.act.currentData() or "")
        found = self.story.found(wanted, newest_first=self.newest.isChecked())
        self.list.put(found)
        self._told(len(found))

    def _told(self, found: int) -> None:
        total = len(self.story.lines)
        lines = "1 line" if total == 1 else f"{total:,} lines"
        self.count.setText(lines if found == total else f"{found:,} of {lines}")
        self.pages.setCurrentWidget(self.list if found or not total else self.none)

    def _open(self) -> None:
        current = self.list.current
        if current is not None and current.items:
            where = self.list.visualRect(self.list.currentIndex()).center()
            self.list.offer_items(current, self.list.viewport().mapToGlobal(where))


def _field(hint: str, name: str, width: int) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(hint)
    made.setAccessibleName(name)
    made.setClearButtonEnabled(True)
    made.setFixedWidth(width)
    return made


def _box(name: str) -> QComboBox:
    made = QComboBox()
    for named in (made, made.view()):
        named.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(7)
    return made


def _offer(box: QComboBox, everything: str, choices: Sequence[tuple[str, str]]) -> None:
    """Offer these, keeping what is chosen where it is still there; nothing is said to have changed."""
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    box.addItem(everything, "")
    for words, value in choices:
        box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)
