"""Whom an item is from or about, and whose the numbers and addresses are that it names itself."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.model import Party
from ui.desk import Desk
from ui.dialogs.choose_party import NewPartyDialog, add_and_set
from ui.parts import Part
from ui.views.details.loaded import Loaded
from ui.views.details.pieces import Deeds, Passage
from ui.views.details.proposals import Proposal
from ui.widgets import button, column, row

_NOBODY = "No party"


class PartyBox(QComboBox):
    """The parties of the case. Keys and wheel never choose by the way: they open the list, Enter chooses."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Party")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        moving = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home)
        if event.key() in (*moving, Qt.Key.Key_End, Qt.Key.Key_Return) or (event.text().isprintable() and event.text()):
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 — Qt's name
        event.ignore()


class PartySection(QWidget):
    """The party of one item, and what it names itself that may tell whose it is."""

    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        self._desk, self._deeds = desk, deeds
        self._loaded: Loaded | None = None
        self._known: tuple[Party, ...] = ()
        self.box = PartyBox()
        self.box.activated.connect(self._chosen)
        self.new = button("New…", self.ask_new, tip="Add a party: say who a number, address or handle belongs to")
        self.new.setAccessibleName("New party")
        self._proposed = QVBoxLayout()
        self._proposed.setSpacing(desk.theme.px(4))
        self.dialog: NewPartyDialog | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(desk.theme.px(6))
        line = row(self.box, self.new)
        inside = line.layout()
        assert inside is not None
        inside.setStretch(0, 1)  # type: ignore[attr-defined]  # row() lays out in a box
        layout.addWidget(line)
        layout.addLayout(self._proposed)

    def put(self, loaded: Loaded) -> None:
        """Show an item's party, and what it proposes itself."""
        former, self._loaded = self._loaded, loaded
        wanted = loaded.parties
        if self._known != wanted or self.box.count() == 0:
            self._known = wanted
            self.box.clear()
            self.box.addItem(_NOBODY, "")
            for each in wanted:
                self.box.addItem(f"{shown(each.name)} – {each.role.value}", each.name)
        place = self.box.findData(loaded.item.party or "")
        self.box.setCurrentIndex(place)
        self.box.setAccessibleName(f"Party: {self.box.currentText()}")
        if former is None or (former.number, former.proposals) != (loaded.number, loaded.proposals):
            self._propose(loaded.proposals)

    def follow(self, possible: bool) -> None:
        """Whether anything can be changed now."""
        for each in (self.box, self.new, *self.offers()):
            each.setEnabled(possible)

    def offers(self) -> list[QWidget]:
        """The buttons of what the item proposes itself."""
        found: list[QWidget] = []
        for place in range(self._proposed.count()):
            entry = self._proposed.itemAt(place)
            widget = entry.widget() if entry is not None else None
            if widget is not None:
                found.extend(each for each in widget.findChildren(QWidget) if each.objectName() == "offer")
        return found

    def ask_new(self, identifiers: tuple[str, ...] | None = None) -> None:
        """Ask for a new party, and set it."""
        loaded = self._loaded
        if loaded is None or not self._deeds.possible:
            return
        named = identifiers or tuple(each.identifier for each in loaded.proposals if each.party is None)
        dialog = NewPartyDialog(self._desk.theme, named, [each.name for each in loaded.parties], self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._add(loaded.number, dialog.party))
        dialog.finished.connect(self._gone)
        self.dialog = dialog
        dialog.open()

    def _gone(self) -> None:
        self.dialog = None

    def _add(self, number: str, party: Party) -> None:
        self._deeds.do("Add and set party", lambda case: add_and_set(case, [number], party), (Part.WORDS, Part.PARTIES))

    def _chosen(self, place: int) -> None:
        loaded, name = self._loaded, str(self.box.itemData(place))
        if loaded is not None and name != (loaded.item.party or ""):
            self._set(loaded.number, name)

    def _set(self, number: str, name: str) -> None:
        def deed(case: Case) -> object:
            return edits.describe(case, number, party=name)

        self._deeds.do("Set party" if name else "Take back party", deed)

    def _propose(self, offered: tuple[Proposal, ...]) -> None:
        while (entry := self._proposed.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for each in offered:
            known = each.party
            whose = f"is {known}’s" if known else "is nobody’s yet"
            words = Passage(self._desk.theme, "", "muted", size=0.92)
            words.say(f"{each.identifier} in {each.where} {whose}.")
            if known:
                offer = button(f"Set {shown(known)}"[:60], partial(self._offered, each))
            else:
                offer = button("Whose is it?", partial(self.ask_new, (each.identifier,)))
            offer.setObjectName("offer")
            offer.setAccessibleName(f"{offer.text()} {shown(each.identifier)}")
            offer.setEnabled(self._deeds.possible)
            self._proposed.addWidget(column(words, row(offer, None), gap=self._desk.theme.px(2)))

    def _offered(self, proposal: Proposal) -> None:
        if self._loaded is not None and proposal.party and self._deeds.possible:
            self._set(self._loaded.number, proposal.party)
