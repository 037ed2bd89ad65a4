"""The parties of the case: who a number, address or handle belongs to, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.model import Party
from ui.desk import Desk
from ui.dialogs.party import PARTS, PartyDialog
from ui.models.lines import Line, Look
from ui.parts import Changes, Part
from ui.views.lines import LinesView
from ui.widgets import Empty, action_button, button, label, row


@dataclass(frozen=True, slots=True)
class Known:
    """The parties in the order entered, how many items carry each, and how many carry none."""

    parties: tuple[Party, ...] = ()
    items: tuple[int, ...] = ()
    without: int = 0


def _gather(case: Case) -> Known:
    from evidencekit.catalog import browse, court

    with case.catalog.read() as connection:
        parties = court.all_parties(connection)
        carried = browse.counts(connection).parties
    return Known(tuple(parties), tuple(carried.get(each.name, 0) for each in parties), carried.get("", 0))


class PartiesView(QWidget):
    """Lists the parties. ``told`` gives how many there are, ``dialog`` is the sheet that is open."""

    told = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.known = Known()
        self.dialog: PartyDialog | None = None
        px = desk.theme.px
        self.list = LinesView(desk.theme, "Parties", first=120, last=100)
        self.list.opened.connect(lambda line: self.change())
        self.list.chosen.connect(self._enable)
        self.about = label("", "muted", name="Items without a party")
        self.edit_it = button("Edit…", self.change, tip="Change the chosen party, also its name (Enter)")
        self.remove_it = button("Remove", self.remove, tip="Remove the chosen party, also from its items (Del)")
        add = action_button(desk.actions["chronology.party"])
        bar = row(self.about, None, self.edit_it, self.remove_it, add)
        bar.setObjectName("bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.layout().setContentsMargins(px(14), px(8), px(14), px(8))  # type: ignore[union-attr]  # it has one
        self.empty = Empty(
            desk.theme,
            "users",
            "No party yet",
            "Add the victim and the defendant with their telephone numbers, addresses and handles, and how it is known "
            "that these are theirs. Items can then be said to come from one of them.",
            [action_button(desk.actions["chronology.party"], primary=True)],
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.pages, 1)
        self.list.removing.connect(self.remove)
        session = desk.session
        session.opened.connect(self.refresh)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._enable)
        session.closed.connect(lambda: self._show(Known()))
        if session.case is not None:
            self.refresh()

    @property
    def party(self) -> Party | None:
        """The party that is chosen."""
        line = self.list.current
        return next((each for each in self.known.parties if line is not None and each.name == line.key), None)

    def refresh(self) -> None:
        """Read the parties again."""
        self.desk.session.read(_gather, self._show, key="parties page")

    def add(self) -> None:
        """Ask for a new party."""
        self._open(None)

    def change(self) -> None:
        """Change the chosen party."""
        if self.party is not None and self.desk.session.writable:
            self._open(self.party)

    def remove(self) -> None:
        """Remove the chosen party; the items that carry it carry none then."""
        party = self.party
        if party is None or not self.desk.session.writable:
            return
        self.desk.session.edit(f"Remove {party.name}", lambda case: edits.remove_party(case, party.name), PARTS)
        self.desk.say(shown(f"{party.name} is removed. Undo brings it back."))

    def _open(self, party: Party | None) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = PartyDialog(self.desk, party, self)
        self.dialog.open()

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.PARTIES, Part.WORDS, Part.ITEMS):
            self.refresh()

    def _show(self, known: Known) -> None:
        self.known = known
        self.list.put([_line(party, items) for party, items in zip(known.parties, known.items, strict=True)])
        self.pages.setCurrentIndex(1 if known.parties else 0)
        many = "1 item has" if known.without == 1 else f"{known.without:,} items have"
        self.about.setText(f"{many} no party yet." if known.without and known.parties else "")
        self.told.emit(len(known.parties))
        self._enable()

    def _enable(self) -> None:
        can = self.party is not None and self.desk.session.writable
        self.edit_it.setEnabled(can)
        self.remove_it.setEnabled(can)


def _line(party: Party, items: int) -> Line:
    owned = " · ".join(party.identifiers) or "no number, address or handle yet"
    basis = party.basis or "how that is known is not said yet"
    below = shown(f"{owned} — {basis}")
    many = "1 item" if items == 1 else f"{items:,} items" if items else ""
    role = party.role.value.capitalize()
    name = shown(party.name)
    tip = shown(party.name) + "\n" + "\n".join(shown(each) for each in (*party.identifiers, basis))
    spoken = ", ".join(part for part in (name, role, below, many) if part)
    look = Look.ROW if party.identifiers and party.basis else Look.WARN
    return Line(name, below, first=(role, ""), last=(many, ""), tip=tip, spoken=spoken, look=look, key=party.name)
