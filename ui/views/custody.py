"""The custody page: what was done to the case, whether it all holds, its checkpoint, and the hand-overs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.custody.printed import Printed
from evidencekit.job import Job
from evidencekit.verify import Run, Verdict, log_verdict, verify_path
from ui.desk import Desk
from ui.dialogs.against import AgainstDialog
from ui.dialogs.casekeys import CaseKeysDialog
from ui.dialogs.forms import FormsDialog
from ui.models.ledger import Story, clock, gather
from ui.parts import Changes, Part
from ui.views.custody_anchors import AnchorsView
from ui.views.custody_checkpoint import CheckpointView
from ui.views.custody_faults import FaultsView
from ui.views.custody_ledger import LedgerView
from ui.views.custody_report import ReportDialog, writing
from ui.views.custody_transfers import TransfersView
from ui.views.lines import LinesView
from ui.views.written import Written, ask_path, file_name
from ui.widgets import Elided, Empty, action_button, set_role


class CustodyView(QWidget):
    """``handlers`` do the actions of the page; ``story`` is what is told, ``verdict`` what the last check showed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.story = Story()
        self.verdict: Verdict | None = None
        self.dialog: QDialog | None = None
        self._run: Run | None = None
        self._stale = False
        self.handlers: dict[str, Callable[[], Any]] = {
            "custody.verify": self.verify,
            "custody.against": self.compare,
            "custody.report": self.report,
            "custody.seal": self.seal,
            "custody.transfer": self.transfer,
            "custody.keys": self.keys,
            "custody.anchor": self.anchor,
            "custody.forms": self.forms,
        }
        self.written = Written(desk)
        self.ledger = LedgerView(desk)
        self.list = self.ledger.list
        self.faults = FaultsView(desk)
        self.checkpoint = CheckpointView(desk, self.written)
        self.transfers = TransfersView(desk)
        self.anchors = AnchorsView(desk)
        self.hand_overs = LinesView(desk.theme, "Hand-overs", lead=34, first=194, last=170)
        self.state = Elided("", "muted")
        self._lay_out()
        self._connect()
        if desk.session.case is not None:
            self._opened()

    def _lay_out(self) -> None:
        desk, px = self.desk, self.desk.theme.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head, self.tabs = QFrame(self), QTabWidget(self)
        layout.addWidget(head)
        layout.addWidget(self.written)
        layout.addWidget(self.tabs, 1)
        self.no_hand_overs = Empty(
            desk.theme,
            "inbox",
            "Nothing was handed over yet",
            "Drop files or folders on the window, or choose Take in files: who gave them, how and when is kept here.",
            [action_button(desk.actions["intake.files"], primary=True)],
        )
        self.received = QStackedWidget()
        self.received.addWidget(self.hand_overs)
        self.received.addWidget(self.no_hand_overs)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("Parts of the custody record")
        for view, title in (
            (self.ledger, "Ledger"),
            (self.faults, "Verification"),
            (self.checkpoint, "Checkpoint"),
            (self.received, "Hand-overs"),
            (self.transfers, "Transfers"),
            (self.anchors, "Time-stamps"),
        ):
            self.tabs.addTab(view, title)
        beside = QHBoxLayout(head)
        beside.setContentsMargins(px(14), px(7), px(14), px(3))
        beside.setSpacing(px(8))
        beside.addWidget(self.state, 1)
        beside.addWidget(action_button(desk.actions["custody.report"]))
        beside.addWidget(action_button(desk.actions["custody.verify"]))

    def _connect(self) -> None:
        session = self.desk.session
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._enable)
        self.faults.logging.connect(self.log)
        self.faults.accepting.connect(self.accept_older)
        self.faults.saving.connect(self.save_verdict)
        self.hand_overs.wanted.connect(self.desk.show_item)
        self.hand_overs.opened.connect(lambda line: self.desk.show_item(line.items[0]) if line.items else None)

    # What is told

    def refresh(self) -> None:
        """Read the ledger again, off the GUI thread."""
        self._stale = False
        self.desk.session.read(gather, self._show, key="custody")

    def show_item(self, number: str) -> None:
        """Show what was done to one item."""
        self.tabs.setCurrentWidget(self.ledger)
        self.ledger.only_item(number)

    def show_faults(self) -> None:
        """Show what the last check, or the opening, found."""
        self.tabs.setCurrentWidget(self.faults)

    def show_checkpoint(self) -> None:
        """Show the signed checkpoint."""
        self.tabs.setCurrentWidget(self.checkpoint)

    def search(self, words: str) -> None:
        """Show the ledger's lines that hold these words."""
        self.tabs.setCurrentWidget(self.ledger)
        self.ledger.words.setText(words)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        if self._stale and self.desk.session.case is not None:
            self.refresh()

    def _opened(self) -> None:
        self.verdict = None
        self.ledger.only_item("")
        session = self.desk.session
        if session.read_only:
            self.faults.put_opening(session.open_case.findings, session.open_case.notes)
            self.tabs.setCurrentWidget(self.faults)
        else:
            self.faults.clear()
            self.tabs.setCurrentWidget(self.ledger)
        self.refresh()

    def _closed(self) -> None:
        self.verdict = None
        self.faults.clear()
        self.ledger.clear()
        self._show(Story())

    def _changed(self, changes: Changes) -> None:
        if not changes.touch(Part.LEDGER, Part.ITEMS):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _show(self, story: Story) -> None:
        self.story = story
        self.ledger.put(story)
        self.checkpoint.put(story.sealed, story.zone)
        self.hand_overs.put(story.hand_overs)
        self.received.setCurrentIndex(0 if story.hand_overs else 1)
        self._tell()

    def _tell(self) -> None:
        """Say at the head whether the case was verified, and when."""
        verified, role = self.story.verified, "muted"
        if self.verdict is not None:
            role = "good" if self.verdict.ok else "bad"
            text = self.faults.title.text()
        elif self.desk.session.read_only:
            role, text = "bad", "This case fails its checks."
        elif verified is not None:
            when = ", ".join(clock(verified.time, self.story.zone))
            text = f"Not verified since it was opened. Last entered in the ledger: {when}, by {verified.actor}."
        else:
            text = "Not verified since it was opened."
        self.state.put(text if self.desk.session.case is not None else "")
        set_role(self.state, role)

    def _enable(self) -> None:
        self.faults.enable(writable=self.desk.session.writable)

    # What is done

    def verify(self, against: Printed | None = None) -> None:
        """Check every original and every line, and hold them against a checkpoint from outside: on the lane where the
        case is written, so that nothing changes under it."""
        home = self.desk.session.home

        def checking(case: Case, job: Job) -> tuple[Verdict, Run]:
            begun, start = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
            verdict = verify_path(case.folder, home, job, against=against, since=against)
            run = Run(str(case.folder.absolute()), case.actor, begun, round(time.monotonic() - start, 2))
            return verdict, run

        self.desk.session.act("Verifying the case", checking, (), lambda found: self._verified(*found))

    def compare(self) -> None:
        """Ask for a checkpoint that was kept outside, and verify against it."""
        dialog = AgainstDialog(self.desk, self)
        dialog.accepted.connect(lambda: self.verify(dialog.printed))
        self._open_dialog(dialog)

    def _verified(self, verdict: Verdict, run: Run) -> None:
        session = self.desk.session
        if session.case is None:
            return
        self.verdict = verdict
        now = datetime.now(UTC).isoformat(timespec="seconds")
        when = ", ".join(clock(now, session.open_case.info.timezone))
        self.faults.put(verdict, when, shown(session.actor))
        self._run = run
        self.tabs.setCurrentWidget(self.faults)
        if not verdict.ok and not session.read_only:
            session.distrust(verdict.findings)
        self._tell()

    def log(self) -> None:
        """Enter the last verification in the ledger."""
        verdict = self.faults.verdict
        if verdict is None or not self.desk.session.writable:
            return

        def logging(case: Case, job: Job) -> int:
            del job
            log_verdict(case, verdict)
            return case.size

        self.desk.session.act("Entering the verification", logging, (), self._logged)

    def _logged(self, line: int) -> None:
        self.faults.logged(line)
        self._tell()

    def transfer(self) -> None:
        """Hand the case or items of it to another person."""
        self.tabs.setCurrentWidget(self.transfers)
        self.transfers.transfer()

    def forms(self) -> None:
        """Ask which custody document is wanted, and where it goes."""
        number = self.ledger.item.text().strip()
        dialog = FormsDialog(self.desk, [number] if number else (), self)
        dialog.accepted.connect(lambda: self._ask_form(dialog))
        self._open_dialog(dialog)

    def _ask_form(self, dialog: FormsDialog) -> None:
        info = self.desk.session.open_case.info
        name = f"{file_name(f'{dialog.form.name} {info.number}')}.pdf"
        path = ask_path(self.desk, f"Save: {dialog.form.title}", name, {".pdf": "PDF"}, self)
        if path is not None:
            self.written.write(path, dialog.form.title, dialog.writing(path))

    def anchor(self) -> None:
        """Show the time-stamps, and what can be done about them."""
        self.tabs.setCurrentWidget(self.anchors)

    def keys(self) -> None:
        """Show whose signatures the case takes."""
        self._open_dialog(CaseKeysDialog(self.desk, self))

    def seal(self) -> None:
        """Seal what was done since the newest seal."""

        def sealing(case: Case, job: Job) -> bool:
            del job
            return case.seal_now("asked") is not None

        def sealed(made: bool) -> None:
            self.desk.say("Everything done so far is sealed." if made else "Everything was sealed already.")
            self.show_checkpoint()

        self.desk.session.act("Sealing", sealing, (), sealed)

    def save_verdict(self) -> None:
        """Ask for a file and write the report of the last verification."""
        name = f"{file_name(f'Verification {self.desk.session.open_case.info.number}')}.pdf"
        path = ask_path(self.desk, "Save the report", name, {".pdf": "PDF", ".json": "JSON"}, self)
        if path is not None:
            self.save_verdict_to(path)

    def save_verdict_to(self, path: Path) -> None:
        """Write the report of the last verification as PDF or JSON."""
        verdict, run = self.verdict, self._run
        if verdict is None or run is None:
            return

        def write(case: Case, job: Job) -> str:
            from evidencekit.forms.verify_report import write_report
            from evidencekit.printing.paper import PaperName
            from ui.views.chronology_export import case_paper

            job.step(0, 0, path.name)
            write_report(verdict, run, path, paper=PaperName(case_paper(case)))
            return "The report of the verification."

        self.written.write(path, "the report", write)

    def accept_older(self) -> None:
        """Ask, then take a copy that is older than one seen before as the case."""
        from ui.dialogs.status import LastingDialog

        meaning = (
            "This computer has seen this case with other ledger lines than this folder holds. Either the folder is an "
            "older copy, or lines were taken away or rewritten. Take it only if you know why, and compare its "
            "checkpoint with a printed one first.\n\nTaking it is entered in the ledger and cannot be undone: from "
            "then on this copy is the case, and the other one fails its checks here."
        )
        dialog = LastingDialog(
            "Take this copy as the case?", meaning, "Take this copy", self.desk.theme, self, danger=True
        )
        self._open_dialog(dialog)
        dialog.accepted.connect(self.desk.session.take_older)

    def _open_dialog(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.open()

    def report(self) -> None:
        """Ask what the custody record is to be of, and where it goes."""
        dialog = ReportDialog(self.desk, self.ledger.item.text().strip(), self)
        dialog.accepted.connect(lambda: self._ask_report(dialog.number))
        self._open_dialog(dialog)

    def _ask_report(self, number: str | None) -> None:
        info = self.desk.session.open_case.info
        name = file_name(f"Custody {info.number} {number or ''}") + ".pdf"
        path = ask_path(self.desk, "Save the custody record", name, {".pdf": "PDF"}, self)
        if path is not None:
            self.report_to(path, number)

    def report_to(self, path: Path, number: str | None) -> None:
        """Write the custody record of the case, or of one item, as a PDF."""
        self.written.write(path, "the custody record", writing(path, number))
