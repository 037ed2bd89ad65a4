"""What stands above the contacts: which of them are listed, and how many they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from evidencekit.chronology.choosing import Choice
from evidencekit.chronology.contacts import Direction
from evidencekit.custody.names import shown
from evidencekit.model import Channel
from ui.desk import Desk
from ui.models.contacts import CHANNEL_WORDS, DIRECTION_WORDS, Contacts, counted
from ui.views.itemday import DayField
from ui.views.itemflow import FlowLayout
from ui.widgets import action_button, label, row

_RESTING = 150  # milliseconds without a key


class ContactsBar(QFrame):
    """``wanted`` says that the :attr:`choice` is another."""

    wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("bar")
        px = desk.theme.px
        self._quiet = False
        self.words = QLineEdit()
        self.words.setPlaceholderText("Filter by words")
        self.words.setAccessibleName("Filter the contacts by words")
        self.words.setClearButtonEnabled(True)
        self.words.setFixedWidth(px(170))
        self.party = _box("Party at either end")
        self.channel = _box("Channel")
        self.direction = _box("Direction")
        _offer(self.direction, "Any direction", [(words, each) for each, words in DIRECTION_WORDS.items()])
        self.first, self.last = DayField(desk, "From day"), DayField(desk, "To day", last=True)
        self.count = label("", "muted", wrap=True, name="How many contacts")
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_RESTING)
        self._resting.timeout.connect(self.wanted.emit)
        self.words.textChanged.connect(lambda text: self._resting.start())
        for box in (self.party, self.channel, self.direction):
            box.currentIndexChanged.connect(lambda at: self._told())
        for day in (self.first, self.last):
            day.changed.connect(self._told)
        filters = QWidget()
        flow = FlowLayout(filters, px(6))
        for each in (self.words, self.party, self.channel, self.direction, self.first, self.last):
            flow.addWidget(each)
        policy = filters.sizePolicy()
        policy.setHeightForWidth(True)
        filters.setSizePolicy(policy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(7), px(14), px(6))
        layout.setSpacing(px(4))
        layout.addWidget(filters)
        self.export = action_button(desk.actions["chronology.contacts"])
        below = row(self.count, self.export)
        inside = below.layout()
        assert inside is not None
        layout.addWidget(below)
        self.count.setSizePolicy(self.count.sizePolicy().Policy.Expanding, self.count.sizePolicy().Policy.Preferred)

    @property
    def choice(self) -> Choice:
        """Which contacts are wanted."""
        channel, direction, party = (box.currentData() for box in (self.channel, self.direction, self.party))
        return Choice(
            party=party if isinstance(party, str) else None,
            channels=frozenset({Channel(channel)}) if channel else frozenset(),
            direction=Direction(direction) if direction else None,
            first_day=self.first.day,
            last_day=self.last.day,
            words=self.words.text().strip(),
        )

    def tell(self, known: Contacts) -> None:
        """Offer what there is to choose from, and say how many contacts are listed."""
        self._quiet = True
        _offer(self.party, "Any party", [(shown(name), name) for name in known.parties])
        _offer(self.channel, "Any channel", [(CHANNEL_WORDS[each], each.value) for each in known.channels])
        self._quiet = False
        self.tell_counts(known)

    def tell_counts(self, known: Contacts) -> None:
        """Say how many contacts are listed."""
        total = len(known.found.contacts) if known.found is not None else 0
        words = counted(known.summary) if known.summary is not None else ""
        if known.summary is not None and known.summary.total != total:
            words = f"Of {total:,}: {words}"
        self.count.setText(words)
        self.count.setAccessibleName(words or "How many contacts")

    def clear(self) -> None:
        """Want all of them again."""
        self._quiet = True
        self.words.clear()
        for box in (self.party, self.channel, self.direction):
            box.setCurrentIndex(0)
        for day in (self.first, self.last):
            day.put("")
        self._quiet = False
        self._resting.stop()
        self.wanted.emit()

    def _told(self) -> None:
        if not self._quiet:
            self.wanted.emit()


def _box(name: str) -> QComboBox:
    made = QComboBox()
    for named in (made, made.view()):
        named.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(11)
    return made


def _offer(box: QComboBox, everything: str, choices: Sequence[tuple[str, object]]) -> None:
    """Fill a box; the choice made stays, where it still is one."""
    before = box.currentData()
    box.blockSignals(True)
    box.clear()
    box.addItem(everything, None)
    for words, value in choices:
        box.addItem(words, value)
    box.setCurrentIndex(max(0, box.findData(before)) if before is not None else 0)
    box.blockSignals(False)
