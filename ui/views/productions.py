"""The productions page: what went to whom, under which numbers, and what must not leave."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.productions import About, Productions, gather
from ui.parts import Changes, Part
from ui.views.details.pieces import Known
from ui.views.details.wording import Line as Fact
from ui.views.heldback import HeldBackView
from ui.views.leaving import prepare
from ui.views.lines import LinesView
from ui.views.written import Written, ask_path, file_name
from ui.widgets import Elided, Empty, action_button, button, label, row

if TYPE_CHECKING:
    from ui.dialogs.export import ExportDialog
    from ui.dialogs.production import ProductionDialog

_LOG = {".pdf": "PDF", ".csv": "Table, CSV", ".xlsx": "Excel workbook"}
_NOTHING = (
    "A production is what the other side gets: numbered copies of files and pages, indexed, with a record that anybody "
    "can check. Say under Protected terms what must not leave; items can be held back on the Items page."
)


class ProductionsView(QWidget):
    """``handlers`` do the actions of the page; ``known`` is what is listed, ``dialog`` what is asked at the moment,
    ``wizard`` the production that was prepared last."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.known = Productions()
        self.dialog: QDialog | None = None
        self.wizard: ProductionDialog | None = None
        self.folders: dict[int, Path] = {}  # where a production was put, by its number: known until the case is closed
        self._stale = True
        self.handlers: dict[str, Callable[[], Any]] = {
            "production.new": self.new,
            "production.terms": self.terms,
            "production.log": self.save_log,
            "production.export": self.export,
        }
        self.written = Written(desk)
        self.list = LinesView(desk.theme, "Productions", lead=34, first=98, last=160)
        self.held = HeldBackView(desk)
        self.state = Elided("", "muted")
        self._lay_out()
        session = desk.session
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._tell)
        self.list.chosen.connect(self._tell)
        if session.case is not None:
            self._opened()

    def _lay_out(self) -> None:
        desk, px = self.desk, self.desk.theme.px
        actions = desk.actions
        buttons = [action_button(actions["production.new"], primary=True), action_button(actions["production.terms"])]
        self.empty = Empty(desk.theme, "send", "Nothing was produced yet", _NOTHING, buttons)
        self.splitter = QSplitter()
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self._beside())
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([px(620), px(440)])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.splitter)
        self.pages.addWidget(self.empty)
        self.tabs = QTabWidget()
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("Parts of the productions")
        self.tabs.addTab(self.pages, "Productions")
        self.tabs.addTab(self.held, "Held back")
        head = QFrame()
        across = QHBoxLayout(head)
        across.setContentsMargins(px(14), px(7), px(14), px(3))
        across.setSpacing(px(8))
        across.addWidget(self.state, 1)
        for name in ("production.log", "production.terms"):
            across.addWidget(action_button(actions[name]))
        across.addWidget(action_button(actions["production.new"], primary=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (head, self.written):
            layout.addWidget(part)
        layout.addWidget(self.tabs, 1)

    def _beside(self) -> QWidget:
        """All about the chosen production."""
        desk, px = self.desk, self.desk.theme.px
        self.title = label("", "heading", wrap=True, name="The chosen production")
        self.about = Known(desk.theme, "About the chosen production")
        self.items = LinesView(desk.theme, "Items of the chosen production", first=104)
        self.items.opened.connect(lambda line: desk.show_item(line.items[0]) if line.items else None)
        self.reveal_it = button("Show in folder", self._reveal)
        self.complete_it = button("Complete it…", self._complete, tip="Make what was begun, under the same numbers")
        beside = QWidget()
        inside = QVBoxLayout(beside)
        inside.setContentsMargins(px(12), px(10), px(8), 0)
        inside.setSpacing(px(6))
        head = row(self.title, self.reveal_it, self.complete_it)
        head.layout().setStretch(0, 1)  # type: ignore[union-attr]  # row() lays out in a box
        inside.addWidget(head)
        inside.addWidget(self.about, 2)
        inside.addWidget(self.items, 3)
        return beside

    # What is told

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Read the productions again, off the GUI thread."""
        if self.desk.session.case is not None:
            self._stale = False
            self.desk.session.read(gather, self._show, key="productions")

    def _show(self, known: Productions) -> None:
        self.known = known
        self.list.put(known.lines)
        self.held.put(known.held)
        if known.lines and self.list.current is None:
            self.list.go_to(0)
        self.pages.setCurrentWidget(self.splitter if known.lines else self.empty)
        terms, held = len(known.protection.terms), len(known.protection.held)
        parts = ["1 protected term" if terms == 1 else f"{terms:,} protected terms"]
        parts.append("1 item held back" if held == 1 else f"{held:,} items held back")
        self.state.put(" · ".join(parts) if self.desk.session.case is not None else "")
        self.tabs.setTabText(1, f"Held back ({held:,})" if held else "Held back")
        self._tell()

    @property
    def chosen(self) -> About | None:
        """The production chosen in the list."""
        line = self.list.current
        return self.known.about.get(line.key) if line is not None else None

    def _tell(self) -> None:
        each, line = self.chosen, self.list.current
        begun = line is not None and line.key in self.known.begun
        folder = self.folders.get(each.number) if each is not None else None
        self.title.setText(f"Production {each.number}" if each is not None else "")
        self.about.put([Fact(*fact) for fact in each.facts] if each is not None else ())
        lines = each.lines if each is not None else ()
        if self.items.lines.lines is not lines:
            self.items.put(lines)
            self.items.scrollToTop()
        self.reveal_it.setVisible(folder is not None and folder.is_dir())
        self.complete_it.setVisible(begun)
        self.complete_it.setEnabled(self.desk.session.writable)

    def _opened(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _closed(self) -> None:
        self.folders.clear()
        self._show(Productions())

    def _changed(self, changes: Changes) -> None:
        if not changes.touch(Part.LEDGER):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    # What is done

    def new(self, chosen: tuple[str, ...] = ()) -> None:
        """Prepare a production of everything, or of the items chosen."""
        prepare(self.desk, chosen, self, self._prepared)

    def _complete(self) -> None:
        line = self.list.current
        begun = self.known.begun.get(line.key) if line is not None else None
        if begun is not None:
            prepare(self.desk, begun.order.items, self, self._prepared, begun)

    def _prepared(self, wizard: ProductionDialog) -> None:
        self.wizard = wizard
        wizard.finished.connect(partial(self._done, wizard))

    def _done(self, wizard: ProductionDialog, code: int) -> None:
        del code
        self.wizard = None
        if wizard.made is not None and self.desk.session.case is not None:
            self.folders[wizard.made.production.number] = wizard.made.folder
            self._tell()

    def _reveal(self) -> None:
        from ui.reveal import reveal

        each = self.chosen
        if each is not None and each.number in self.folders:
            reveal(self.folders[each.number])

    def terms(self) -> None:
        """Show and change what must not leave."""
        from ui.dialogs.protecting import TermsDialog

        self._open(TermsDialog(self.desk, self))

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.open()

    def export(self) -> None:
        """Ask of which items other programs get the record, and where that file goes."""
        from ui.dialogs.export import ExportDialog

        dialog = ExportDialog(self.desk, self)
        dialog.accepted.connect(lambda: self._ask_export(dialog))
        self._open(dialog)

    def _ask_export(self, dialog: ExportDialog) -> None:
        from ui.dialogs.export import SUFFIXES

        info = self.desk.session.open_case.info
        name = f"{file_name(f'Export {info.number}')}.jsonld"
        path = ask_path(self.desk, "Save the export", name, SUFFIXES, self)
        if path is not None:
            self.written.write(path, "the export", dialog.writing(path))

    def save_log(self) -> None:
        """Ask for a file and write the log of productions to it."""
        info = self.desk.session.open_case.info
        name = f"{file_name(f'Production log {info.number}')}.pdf"
        path = ask_path(self.desk, "Save the production log", name, _LOG, self)
        if path is not None:
            self.save_log_to(path)

    def save_log_to(self, path: Path) -> None:
        """Write the log of productions as PDF, CSV or XLSX."""

        def write(case: Case, job: Job) -> str:
            from evidencekit.printing.paper import PaperName
            from evidencekit.production.log_report import write_log
            from ui.views.chronology_export import case_paper

            job.step(0, 0, path.name)
            write_log(case, path, paper=PaperName(case_paper(case)))
            return "The production log."

        self.written.write(path, "the production log", write)
