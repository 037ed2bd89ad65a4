"""The chronology page: the rows as they will be bound under a timeline, and the parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QMenu, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.chronology.rows import MILESTONE
from evidencekit.custody.names import shown
from evidencekit.model import Incident, Milestone
from ui.desk import Desk
from ui.models.chronology import Chronicle, Key, Turn, gather, is_by_hand, is_contact
from ui.models.lines import Line
from ui.parts import Changes, Part
from ui.views.chronology_bar import ChronologyBar
from ui.views.chronology_export import KINDS, writing
from ui.views.chronology_strip import TimelineStrip
from ui.views.contacts import ContactsView
from ui.views.lines import LinesView
from ui.views.parties import PartiesView
from ui.views.written import Written, ask_path, file_name
from ui.widgets import Empty, action_button

_PARTS = (Part.ITEMS, Part.WORDS, Part.EXHIBITS, Part.CHRONOLOGY)


class ChronologyView(QWidget):
    """``handlers`` do the actions of the page; ``dialog`` is the sheet that is open, ``known`` what is listed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.known = Chronicle()
        self.dialog: QDialog | None = None
        self._stale = self._ready = False
        self.handlers: dict[str, Callable[[], Any]] = {
            "chronology.milestone": lambda: self._edit_milestone(None),
            "chronology.incident": lambda: self._edit_incident(None),
            "chronology.party": self._add_party,
            "chronology.export": self.export,
            "chronology.contacts": self._export_contacts,
        }
        self.list = LinesView(desk.theme, "Chronology", lead=34, first=214, last=116)
        self.bar = ChronologyBar(desk)
        self.strip = TimelineStrip(desk.theme)
        self.written = Written(desk)
        self.contacts = ContactsView(desk)
        self.parties = PartiesView(desk)
        self._lay_out()
        self._connect()
        if desk.session.case is not None:
            self.refresh()

    def _lay_out(self) -> None:
        actions = self.desk.actions
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.tabs = QTabWidget(self)
        layout.addWidget(self.tabs)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("Chronology, contacts and parties")
        holder = QWidget()
        self.tabs.addTab(holder, "Chronology")
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        for part in (self.bar, self.written, self.strip):
            inside.addWidget(part)
        self.pages = QStackedWidget(holder)
        inside.addWidget(self.pages, 1)
        self.empty = Empty(
            self.desk.theme,
            "calendar-clock",
            "The chronology is empty",
            "The chronology fills by itself: every item taken in is a row at the time when it happened. Milestones, "
            "such as the “No” or the day an order was served, and incidents without an item are added here.",
            [
                action_button(actions["intake.files"], primary=True),
                action_button(actions["chronology.milestone"]),
                action_button(actions["chronology.incident"]),
            ],
        )
        self.none = Empty(self.desk.theme, "filter", "No row holds these words", "Take a word away to see more.")
        for each in (self.list, self.empty, self.none):
            self.pages.addWidget(each)
        self.tabs.addTab(self.contacts, "Contacts")
        self.tabs.addTab(self.parties, "Parties")

    def _connect(self) -> None:
        session = self.desk.session
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._enable)
        self.list.opened.connect(self.open)
        self.list.wanted.connect(self.desk.show_item)
        self.list.chosen.connect(self._enable)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.bar.wanted.connect(self._fill)
        self.bar.scoped.connect(self.refresh)
        self.bar.edit_it.clicked.connect(lambda: self._open_current())
        self.bar.remove_it.clicked.connect(self.remove)
        self.bar.undated.clicked.connect(self.go_to_undated)
        self.list.removing.connect(self.remove)
        self.strip.jumped.connect(self.go_to)
        for named, view in (("Contacts", self.contacts), ("Parties", self.parties)):
            view.told.connect(partial(self._name_tab, view, named))

    def _name_tab(self, view: QWidget, name: str, many: int) -> None:
        self.tabs.setTabText(self.tabs.indexOf(view), f"{name}   {many:,}" if many else name)

    # What is listed

    def refresh(self) -> None:
        """Work the rows out again, off the GUI thread."""
        if self.desk.session.case is None:
            return
        self._stale = False
        only = self.bar.exhibits_only
        self.desk.session.read(lambda case: gather(case, exhibits_only=only), self._show, key="chronology")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def search(self, words: str) -> None:
        """Show the rows that hold these words."""
        self.tabs.setCurrentIndex(0)
        self.bar.words.setText(words)

    def show_item(self, number: str) -> None:
        """Choose the row of an item."""
        self.tabs.setCurrentIndex(0)
        for row, line in enumerate(self.list.lines.lines):
            if number in line.items and not is_by_hand(line.key) and not is_contact(line.key):
                self.list.go_to(row, top=False)
                return

    def go_to(self, place: date | Turn) -> None:
        """Bring a milestone, or the first row on or after a day, to the top."""
        row = self.list.lines.row_of(place.key) if isinstance(place, Turn) else None
        if row is None:
            day = place.day if isinstance(place, Turn) else place
            row = self.known.nearest(day, self.list.lines.lines)
        if row is not None:
            self.list.go_to(row)

    def go_to_undated(self) -> None:
        """Bring what needs a date in view."""
        self.bar.words.clear()
        for row, line in enumerate(self.list.lines.lines):
            if line.key is not None and self.known.dates[self._place(line)] is None:
                self.list.go_to(row - 1)
                self.list.setFocus()
                return

    def _place(self, line: Line) -> int:
        return int(line.lead.replace(",", "")) - 1

    def _opened(self) -> None:
        self._ready = False
        self.refresh()

    def _closed(self) -> None:
        self.bar.clear()
        self._show(Chronicle())

    def _changed(self, changes: Changes) -> None:
        if not changes.touch(*_PARTS):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _show(self, known: Chronicle) -> None:
        self.known, self._ready = known, self.desk.session.case is not None
        self.bar.tell(known)
        self.strip.put(known)
        self._fill()

    def _fill(self) -> None:
        lines = self.known.found(self.bar.words.text())
        self.list.put(lines)
        empty = self.empty if not self.known.rows and self._ready and not self.bar.exhibits_only else self.none
        if not self.known.rows and self.bar.exhibits_only:
            self.none.say("Nothing is in an exhibit yet", "Mark exhibits first, or show all items.")
        else:
            self.none.say("No row holds these words", "Take a word away to see more.")
        self.pages.setCurrentWidget(self.list if lines or not self._ready else empty)
        self._enable()

    def _enable(self) -> None:
        line, session = self.list.current, self.desk.session
        hand = line is not None and is_by_hand(line.key)
        self.bar.enable(edit=hand and session.writable, remove=hand and session.writable)

    # What is done

    def open(self, line: Line) -> None:
        """Go to a row's item, or edit what was written by hand."""
        if not is_by_hand(line.key):
            self.desk.show_item(line.items[0])
        elif self.desk.session.writable:
            self._read(line.key, lambda found: self._edit(found))
        elif line.items:
            self.desk.show_item(line.items[0])

    def remove(self) -> None:
        """Remove the chosen milestone or incident; it can be undone."""
        line = self.list.current
        if line is None or not is_by_hand(line.key) or not self.desk.session.writable:
            return
        deed, number = edits.remove_milestone, line.key.id
        if line.key.channel == MILESTONE:
            self.desk.session.edit("Remove milestone", lambda case: deed(case, number), (Part.CHRONOLOGY,))
        else:
            self.desk.session.edit(
                "Remove incident", lambda case: edits.remove_incident(case, number), (Part.CHRONOLOGY,)
            )
        self.desk.say(shown(f"“{line.text}” is removed. Undo brings it back."))

    def export(self) -> None:
        """Ask for a file and write the chronology to it."""
        info = self.desk.session.open_case.info
        name = f"{file_name(f'Chronology {info.number}')}.pdf"
        path = ask_path(self.desk, "Export the chronology", name, KINDS, self)
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the chronology, of the rows that the page is set to list, as PDF, CSV or XLSX."""
        self.tabs.setCurrentIndex(0)
        self.written.write(path, "the chronology", writing(path, exhibits_only=self.bar.exhibits_only))

    def _export_contacts(self) -> None:
        self.tabs.setCurrentWidget(self.contacts)
        self.contacts.export()

    def _open_current(self) -> None:
        if self.list.current is not None:
            self.open(self.list.current)

    def _add_party(self) -> None:
        self.tabs.setCurrentWidget(self.parties)
        self.parties.add()

    def _read(self, key: Key, then: Callable[[Milestone | Incident], None]) -> None:
        def looking(case: Case) -> Milestone | Incident | None:
            from evidencekit.catalog import court

            with case.catalog.read() as connection:
                found: list[Milestone] | list[Incident]
                if key.channel == MILESTONE:
                    found = court.all_milestones(connection)
                else:
                    found = court.all_incidents(connection)
            return next((each for each in found if each.id == key.id), None)

        def come(found: Milestone | Incident | None) -> None:
            if found is not None:
                then(found)

        self.desk.session.read(looking, come)

    def _edit(self, found: Milestone | Incident) -> None:
        if isinstance(found, Milestone):
            self._edit_milestone(found)
        else:
            self._edit_incident(found)

    def _edit_milestone(self, milestone: Milestone | None) -> None:
        from ui.dialogs.milestone import MilestoneDialog

        self._open_dialog(MilestoneDialog(self.desk, milestone, self))

    def _edit_incident(self, incident: Incident | None) -> None:
        from ui.dialogs.incident import IncidentDialog

        self._open_dialog(IncidentDialog(self.desk, incident, self))

    def _open_dialog(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.open()

    def _menu(self, at: QPoint) -> None:
        line = self.list.current
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if is_by_hand(line.key):
            menu.addAction("Edit…", self._open_current).setEnabled(self.desk.session.writable)
            menu.addAction("Remove", self.remove).setEnabled(self.desk.session.writable)
        for number in line.items[:12]:
            menu.addAction(f"Show {number}", partial(self.desk.show_item, number))
        menu.addSeparator()
        menu.addAction("Copy", self.list.copy)
        menu.popup(self.list.viewport().mapToGlobal(at))
