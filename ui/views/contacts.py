"""The contacts of the case: who reached whom, when and how often, each seen in the item it is from."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.chronology.choosing import Choice
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.contacts import ContactLines, Contacts, gather, narrowed
from ui.models.lines import Line
from ui.parts import Changes, Part
from ui.views.contacts_bar import ContactsBar
from ui.views.lines import LinesView
from ui.views.written import Written, ask_path, file_name
from ui.widgets import Empty, action_button, button

_PARTS = (Part.ITEMS, Part.WORDS, Part.PARTIES, Part.CHRONOLOGY)
_KINDS = {".csv": "Table, CSV"}


class ContactsView(QWidget):
    """``told`` gives how many contacts there are. They are worked out when the list is first looked at."""

    told = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.known = Contacts()
        self._stale = True
        self._ready = False
        self.bar = ContactsBar(desk)
        self.written = Written(desk)
        self.list = LinesView(desk.theme, "Contacts", lead=52, first=214, last=132)
        self.empty = Empty(
            desk.theme,
            "message-square",
            "No contacts yet",
            "Contacts come out of what is taken in: exports of messages and calls, chats, mail, and voicemails whose "
            "party is set. Parties give them their direction: add the victim and the defendant with their numbers, "
            "addresses and handles.",
            [
                action_button(desk.actions["intake.files"], primary=True),
                action_button(desk.actions["chronology.party"]),
            ],
        )
        self.none = Empty(
            desk.theme,
            "filter",
            "No contact is like that",
            "Take a filter away to see more.",
            [button("Clear filters", self.bar.clear, primary=True)],
        )
        self.pages = QStackedWidget()
        for each in (self.list, self.empty, self.none):
            self.pages.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.bar, self.written):
            layout.addWidget(part)
        layout.addWidget(self.pages, 1)
        self._connect()

    def _connect(self) -> None:
        session = self.desk.session
        self.bar.wanted.connect(self._narrow)
        self.list.opened.connect(self.open)
        self.list.wanted.connect(self.desk.show_item)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)

    # What is listed

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Work the contacts out again, off the GUI thread."""
        if self.desk.session.case is None:
            return
        self._stale = False
        choice = self.bar.choice
        self.desk.session.read(lambda case: gather(case, choice), self._show, key="contacts")

    def _narrow(self) -> None:
        known, choice = self.known, self.bar.choice
        if self.desk.session.case is None or known.found is None:
            return

        def come(found: Contacts) -> None:
            if self.known.found is known.found:
                self._put(found)
                self.bar.tell_counts(found)

        self.desk.session.read(lambda case: narrowed(known, choice), come, key="contacts narrowed")

    def _show(self, known: Contacts) -> None:
        self._ready = True
        self.bar.tell(known)
        self._put(known)
        self.told.emit(len(known.found.contacts) if known.found is not None else 0)
        if known.choice != self.bar.choice:
            self._narrow()

    def _put(self, known: Contacts) -> None:
        self.known = known
        self.list.put(ContactLines(known))
        total = len(known.found.contacts) if known.found is not None else 0
        self.bar.setVisible(total > 0)
        nothing = self.none if total else self.empty
        self.pages.setCurrentWidget(self.list if len(known.places) or not self._ready else nothing)

    def _opened(self) -> None:
        self._ready, self._stale = False, True
        self.bar.clear()
        if self.isVisible():
            self.refresh()

    def _closed(self) -> None:
        self._ready, self._stale = False, True
        self._put(Contacts())
        self.told.emit(0)

    def _changed(self, changes: Changes) -> None:
        if not changes.touch(*_PARTS):
            return
        self._stale = True
        if self.isVisible():
            self.refresh()

    # What is done

    def open(self, line: Line) -> None:
        """Go to the item that a contact was read from, at its place."""
        found = self.known.found
        if found is None or not isinstance(line.key, int):
            return
        contact = found.contacts[line.key - 1]
        self.desk.show_item(contact.evidence[0].item)

    def export(self) -> None:
        """Ask for a file and write the contacts that are listed to it."""
        info = self.desk.session.open_case.info
        path = ask_path(self.desk, "Export the contacts", f"{file_name(f'Contacts {info.number}')}.csv", _KINDS, self)
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the contacts that are listed as CSV."""
        choice = self.bar.choice

        def write(case: Case, job: Job) -> str:
            from evidencekit.chronology.contact_report import csv_lines
            from evidencekit.printing.output import write_whole

            known = gather(case, choice)
            found = known.found
            assert found is not None
            kept = [found.contacts[place] for place in known.places]
            job.step(0, 0, path.name)

            def fill(out: Path) -> None:
                with out.open("wb") as file:
                    file.writelines(csv_lines(kept, found.turned, found.zone))

            write_whole(path, fill)
            only = "" if choice == Choice() else f" of {len(found.contacts):,}"
            return f"{len(kept):,}{only} contact{'' if len(kept) == 1 else 's'}."

        self.written.write(path, "the contacts", write)

    def _menu(self, at: QPoint) -> None:
        line = self.list.current
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number in line.items[:12]:
            menu.addAction(f"Show {number}", partial(self.desk.show_item, number))
        menu.addSeparator()
        menu.addAction("Copy", self.list.copy)
        menu.popup(self.list.viewport().mapToGlobal(at))
