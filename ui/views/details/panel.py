"""The panel beside the viewer: shows the chosen item or items, and keeps in step with what changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.model import Party
from ui.desk import Desk
from ui.dialogs.choose_party import ChoosePartyDialog, NewPartyDialog, add_and_set
from ui.parts import Changes, Part
from ui.views.details.about import AboutSection
from ui.views.details.custody import CustodySection
from ui.views.details.facts import FactsSection
from ui.views.details.head import Head
from ui.views.details.leaving import Leavings
from ui.views.details.loaded import Handled, Histories, Loaded, Several, load, load_several
from ui.views.details.notes import NotesSection
from ui.views.details.pieces import Deeds, scrolled
from ui.views.details.several import SeveralSection
from ui.widgets import label

_LATE = 150  # ms after which the item shown so far goes, when the next is not there yet
_SETTLED = 100  # ms that a choice of several items must hold before they are counted
_HINT = "Choose an item to see what is known of it."
_SHOWN = (Part.ITEMS, Part.WORDS, Part.EXHIBITS, Part.PARTIES, Part.DERIVED)


class Details(QWidget):
    """All that is known of the chosen item, and what people say of it; for several, what can be done at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.numbers: tuple[str, ...] = ()
        self.loaded: Loaded | None = None
        self.dialog: QDialog | None = None
        self._key = f"details-{id(self)}"  # two panels must not take each other's answers
        self._histories: Histories | None = None
        self._leavings: Leavings | None = None
        self._then: Callable[[], None] | None = None
        self.deeds = Deeds(desk)
        self._build()
        self._late = QTimer(self, singleShot=True, interval=_LATE)
        self._late.timeout.connect(lambda: self.pages.setCurrentWidget(self.hint))
        self._count = QTimer(self, singleShot=True, interval=_SETTLED)
        self._count.timeout.connect(self._ask)
        session = desk.session
        session.opened.connect(lambda: self.show_items([]))
        session.closing.connect(self._leave)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._follow)
        self.deeds.ended.connect(self._ask)
        desk.theme.changed.connect(self._size)
        self._size()
        self._follow()

    def _build(self) -> None:
        """From the outside in, as the items page."""
        desk = self.desk
        self.setAccessibleName("Details")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.pages = QStackedWidget(self)
        outer.addWidget(self.pages)
        self.hint = label(_HINT, "muted", wrap=True, name="Details")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setMargin(desk.theme.px(24))
        self.pages.addWidget(self.hint)
        self.one = QWidget(self.pages)
        self.pages.addWidget(self.one)
        layout = QVBoxLayout(self.one)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.head = Head(desk)
        self.tabs = QTabWidget(self.one)
        self.tabs.setObjectName("parts")
        layout.addWidget(self.head)
        layout.addWidget(self.tabs, 1)
        self.about = AboutSection(desk, self.deeds)
        self.facts = FactsSection(desk)
        self.notes = NotesSection(desk, self.deeds)
        self.custody = CustodySection(desk)
        for each in (self.tabs, self.tabs.tabBar()):
            each.setAccessibleName("Parts of the details")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self._about_area = scrolled(self.about, "What people say of it")
        self._notes_area = scrolled(self.notes, "Notes")
        self._custody_area = scrolled(self.custody, "Custody")
        for part, text in (
            (self._about_area, "Details"),
            (scrolled(self.facts, "Facts"), "Facts"),
            (self._notes_area, "Notes"),
            (self._custody_area, "Custody"),
        ):
            self.tabs.addTab(part, text)
        self.tabs.currentChanged.connect(lambda place: self._ask_custody())
        self.several = SeveralSection(desk)
        self.many = scrolled(self.several, "Chosen items")
        self.pages.addWidget(self.many)

    def _size(self) -> None:
        self.setMinimumWidth(self.desk.theme.px(250))

    # What is shown

    def show_items(self, numbers: list[str]) -> None:
        """Show these items: none a hint, one everything, several what can be done with them at once."""
        wanted = tuple(numbers)
        if wanted == self.numbers and (self.loaded is not None or len(wanted) > 1):
            return
        if self.loaded is not None and wanted != (self.loaded.number,):
            self.about.leave()
        self.numbers, self._then = wanted, None
        self._count.stop()
        if not wanted or self.desk.session.case is None:
            self._rest(_HINT)
        elif len(wanted) == 1:
            self._late.start()
            self._ask()
        else:
            self.loaded = None
            self._late.start()
            self._count.start()

    def _rest(self, words: str) -> None:
        self.loaded = None
        self._late.stop()
        self.hint.setText(words)
        self.pages.setCurrentWidget(self.hint)

    def _ask(self) -> None:
        """Read anew what is shown. What was read before an edit was kept is asked for again when it is."""
        session, numbers = self.desk.session, self.numbers
        if session.case is None or not numbers or self.deeds.pending:
            return
        if len(numbers) == 1:
            self.hint.setText(f"Reading {numbers[0]}…")
            leavings = self._leavings
            if leavings is None or leavings.case is not session.case:
                leavings = self._leavings = Leavings(session.case)
            session.read(lambda case: load(case, numbers[0], leavings), self._come, key=self._key, failed=self._unknown)
        else:
            self.hint.setText(f"Counting {len(numbers):,} items…")
            session.read(lambda case: load_several(case, numbers), self._counted, key=self._key)

    def _come(self, loaded: Loaded) -> None:
        if (loaded.number,) != self.numbers or self.deeds.pending:
            return
        self._late.stop()
        self.loaded = loaded
        self.head.put(loaded)
        self.about.put(loaded)
        self.facts.put(loaded)
        self.notes.put(loaded)
        self.custody.put(loaded)
        notes = f"Notes ({len(loaded.notes)})" if loaded.notes else "Notes"
        self.tabs.setTabText(self.tabs.indexOf(self._notes_area), notes)
        self.pages.setCurrentWidget(self.one)
        self._ask_custody()
        self._follow()
        if (then := self._then) is not None:
            self._then = None
            then()

    def _unknown(self, error: BaseException) -> None:
        self._rest(f"{self.numbers[0] if self.numbers else 'The item'} is not there any more.")
        self.desk.session.tasks.trouble.emit(error)

    def _counted(self, several: Several) -> None:
        if several.numbers != self.numbers:
            return
        self._late.stop()
        self.several.put(several)
        self.pages.setCurrentWidget(self.many)

    def _ask_custody(self) -> None:
        """Read the history, once it is looked at."""
        session, loaded = self.desk.session, self.loaded
        if loaded is None or session.case is None or self.tabs.currentWidget() is not self._custody_area:
            return
        if self._histories is None or self._histories.case is not session.case:
            self._histories = Histories(session.case)
        histories, number = self._histories, loaded.number

        def reading(case: Case) -> Handled:
            del case
            return histories.of(number)

        session.read(reading, self.custody.tell, key=f"{self._key}-custody")

    def _changed(self, changes: Changes) -> None:
        about = not changes.items or changes.items & set(self.numbers) or changes.touch(Part.PARTIES)
        decided = changes.touch(Part.LEDGER) and len(self.numbers) == 1
        if decided or (about and changes.touch(*_SHOWN)):
            self._ask()

    def _follow(self) -> None:
        possible = self.deeds.possible
        self.about.follow(possible)
        self.notes.follow(possible)

    def _leave(self) -> None:
        """Keep what is being typed: the case is about to be closed."""
        self.about.leave()
        self.notes.leave()

    def _closed(self) -> None:
        self.numbers = ()
        self._histories = self._leavings = self._then = None
        self._count.stop()
        if self.dialog is not None:
            self.dialog.reject()
        self._rest(_HINT)

    # What the actions do

    def edit_title(self) -> None:
        """Go to the title of the item."""
        self._on(self._about_area, self.about.edit_title)

    def edit_when(self) -> None:
        """Say when the item happened; of several, in a dialog."""
        if len(self.numbers) > 1:
            self._ask_when(self.numbers)
        else:
            self._on(self._about_area, self.about.when.type)

    def compare_times(self, value: str = "") -> None:
        """Show the item's times side by side, going to that one."""
        if self.loaded is not None and len(self.numbers) == 1:
            self.tabs.setCurrentWidget(self._about_area)
            self.about.when.ask(value)

    def edit_party(self) -> None:
        """Say whom the item is from or about; of several, in a dialog."""
        if len(self.numbers) > 1:
            self.desk.session.read(_parties, partial(self._ask_party, self.numbers), key=f"{self._key}-parties")
        else:
            self._on(self._about_area, self._go_to_party)

    def add_note(self) -> None:
        """Go to where a note is written."""
        self._on(self._notes_area, self.notes.write)

    def check_digests(self) -> None:
        """Hash the item's original again and say whether it is what came in."""
        self._on(self._custody_area, self.custody.digests.check_now)

    def _go_to_party(self) -> None:
        self.about.party.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._about_area.ensureWidgetVisible(self.about.party)

    def _on(self, tab: QWidget, then: Callable[[], None]) -> None:
        """Show a tab of the one item and go on, once that item is there."""
        if len(self.numbers) != 1:
            return
        self.tabs.setCurrentWidget(tab)
        if self.loaded is not None and self.loaded.number == self.numbers[0]:
            then()
        else:
            self._then = then

    def _ask_when(self, numbers: tuple[str, ...]) -> None:
        if not self.deeds.possible:
            return
        from ui.dialogs.when import WhenDialog

        dialog = WhenDialog(self.desk.theme, len(numbers), self.desk.session.open_case.info.timezone, self.window())
        dialog.accepted.connect(lambda: self._set_when(numbers, dialog.words))
        self._open(dialog)

    def _set_when(self, numbers: tuple[str, ...], words: str) -> None:
        text = f"Set time of {len(numbers):,} items" if words else f"Take back time of {len(numbers):,} items"
        self.deeds.do(text, lambda case: edits.describe_items(case, numbers, when=words))

    def _ask_party(self, numbers: tuple[str, ...], parties: tuple[Party, ...]) -> None:
        if not self.deeds.possible or numbers != self.numbers:
            return
        dialog = ChoosePartyDialog(self.desk.theme, len(numbers), parties, self.window())
        dialog.accepted.connect(lambda: self._set_party(numbers, dialog.chosen or ""))
        dialog.wants_new.connect(lambda: self._ask_new_party(numbers, parties))
        self._open(dialog)

    def _ask_new_party(self, numbers: tuple[str, ...], parties: tuple[Party, ...]) -> None:
        dialog = NewPartyDialog(self.desk.theme, (), [each.name for each in parties], self.window())
        text, parts = f"Add and set party of {len(numbers):,} items", (Part.WORDS, Part.PARTIES)
        dialog.accepted.connect(
            lambda: self.deeds.do(text, lambda case: add_and_set(case, numbers, dialog.party), parts)
        )
        self._open(dialog)

    def _set_party(self, numbers: tuple[str, ...], name: str) -> None:
        text = f"Set party of {len(numbers):,} items" if name else f"Take back party of {len(numbers):,} items"
        self.deeds.do(text, lambda case: edits.describe_items(case, numbers, party=name))

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog over the window without waiting in it."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.finished.connect(partial(self._gone, dialog))
        dialog.open()

    def _gone(self, dialog: QDialog, code: int = 0) -> None:
        del code
        if self.dialog is dialog:
            self.dialog = None


def _parties(case: Case) -> tuple[Party, ...]:
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        return tuple(court.all_parties(connection))
