"""The productions page: what went to whom, under which numbers, and what must not leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.productions import Productions, gather
from ui.parts import Changes, Part
from ui.views.lines import LinesView
from ui.views.written import Written, ask_path, file_name
from ui.widgets import Elided, Empty, action_button, label

_LOG = {".pdf": "PDF", ".csv": "Table, CSV", ".xlsx": "Excel workbook"}


class ProductionsView(QWidget):
    """``handlers`` do the actions of the page; ``known`` is what is listed, ``dialog`` what is asked at the moment."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.known = Productions()
        self.dialog: QDialog | None = None
        self._stale = True
        self.handlers: dict[str, Callable[[], Any]] = {
            "production.new": self.new,
            "production.terms": self.terms,
            "production.log": self.save_log,
        }
        self.written = Written(desk)
        self.list = LinesView(desk.theme, "Productions", lead=34, first=194, last=170)
        self.about = QPlainTextEdit()
        self.state = Elided("", "muted")
        self._lay_out()
        session = desk.session
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        self.list.chosen.connect(self._tell)
        if session.case is not None:
            self._opened()

    def _lay_out(self) -> None:
        desk, px = self.desk, self.desk.theme.px
        self.about.setReadOnly(True)
        self.about.setTabChangesFocus(True)
        self.about.setAccessibleName("The chosen production")
        self.about.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        desk.theme.changed.connect(self._dress)
        self._dress()
        self.empty = Empty(
            desk.theme,
            "send",
            "Nothing was produced yet",
            "A production is what the other side gets: numbered copies of files and pages, indexed, with a record "
            "that anybody can check. Say under Protected terms what must not leave; items can be held back on the "
            "Items page.",
            [
                action_button(desk.actions["production.new"], primary=True),
                action_button(desk.actions["production.terms"]),
            ],
        )
        beside = QWidget()
        inside = QVBoxLayout(beside)
        inside.setContentsMargins(px(12), px(8), px(12), px(12))
        inside.setSpacing(px(6))
        inside.addWidget(label("The chosen production", "strong"))
        inside.addWidget(self.about, 1)
        self.splitter = QSplitter()
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(beside)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([px(640), px(460)])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.splitter)
        self.pages.addWidget(self.empty)
        head = QFrame()
        across = QHBoxLayout(head)
        across.setContentsMargins(px(14), px(7), px(14), px(7))
        across.setSpacing(px(8))
        across.addWidget(self.state, 1)
        for name in ("production.log", "production.terms"):
            across.addWidget(action_button(desk.actions[name]))
        across.addWidget(action_button(desk.actions["production.new"], primary=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (head, self.written):
            layout.addWidget(part)
        layout.addWidget(self.pages, 1)

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
        if known.lines and self.list.current is None:
            self.list.go_to(0)
        self.pages.setCurrentWidget(self.splitter if known.lines else self.empty)
        terms, held = len(known.protection.terms), len(known.protection.held)
        parts = ["1 protected term" if terms == 1 else f"{terms:,} protected terms"]
        parts.append("1 item held back" if held == 1 else f"{held:,} items held back")
        self.state.put(" · ".join(parts) if self.desk.session.case is not None else "")
        self._tell()

    def _tell(self) -> None:
        line = self.list.current
        text = (self.known.details or {}).get(line.key, "") if line is not None else ""
        if self.about.toPlainText() != text:
            self.about.setPlainText(text)

    def _opened(self) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _closed(self) -> None:
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

        def come(known: Productions) -> None:
            from ui.dialogs.production import ProductionDialog

            self._open_dialog(ProductionDialog(self.desk, chosen, known.recipients, self))

        self.desk.session.read(gather, come, key="recipients")

    def terms(self) -> None:
        """Show and change what must not leave."""
        from ui.dialogs.protecting import TermsDialog

        self._open_dialog(TermsDialog(self.desk, self))

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
            from evidencekit.production.log_report import write_log

            job.step(0, 0, path.name)
            write_log(case, path)
            return "The production log."

        self.written.write(path, "the production log", write)

    def _open_dialog(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.open()

    def _dress(self) -> None:
        self.about.setFont(self.desk.theme.font(mono=True, size=12 / 13))
