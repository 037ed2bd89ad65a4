"""Transfers of custody: who holds the case, who had it before, and what waits to be received."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.casefile.transferring import receive, take_back
from evidencekit.casefile.transfers import Stage, Transfer
from evidencekit.custody.keys import Signatory
from evidencekit.job import Job
from ui.desk import Desk
from ui.dialogs.transfer import Outcome, TransferDialog
from ui.models.transfers import Held, gather
from ui.parts import Changes, Part
from ui.tasks import Lane
from ui.views.lines import LinesView
from ui.widgets import Elided, Empty, action_button, button, row


class TransfersView(QWidget):
    """``known`` is what is shown, ``dialog`` what is asked at the moment."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.known = Held()
        self.dialog: QDialog | None = None
        px = desk.theme.px
        self.holds = Elided("", "strong", name="Who holds the case")
        self.take = button("Receive", self.receive, tip="Receive what was released to you, and sign for it")
        self.back = button("Take back…", self.take_back, tip="Take a release back that nobody received yet")
        self.list = LinesView(desk.theme, "Transfers of custody", first=168, last=160)
        self.empty = Empty(
            desk.theme,
            "handshake",
            "Custody was never handed on",
            "When another person takes the case or items of it over, both sign one note: who gave, who received, when, "
            "where and what for.",
            [action_button(desk.actions["custody.transfer"], primary=True)],
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = row(self.holds, self.take, self.back)
        head.setContentsMargins(px(14), px(6), px(14), px(6))
        layout.addWidget(head)
        layout.addWidget(self.pages, 1)
        session = desk.session
        session.opened.connect(self.refresh)
        session.closed.connect(lambda: self._show(Held()))
        session.changed.connect(self._changed)
        session.state_changed.connect(self._enable)
        self.list.chosen.connect(self._enable)
        self._show(Held())
        if session.case is not None:
            self.refresh()

    def refresh(self) -> None:
        """Read the transfers again, off the GUI thread."""
        self.desk.session.read(gather, self._show, key="transfers")

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.LEDGER):
            self.refresh()

    def _show(self, known: Held) -> None:
        self.known = known
        self.holds.put(known.holds)
        self.list.put(known.lines)
        self.pages.setCurrentWidget(self.list if known.lines else self.empty)
        self._enable()

    def _enable(self) -> None:
        waits = bool(self.known.pending) and self.desk.session.writable
        for each in (self.take, self.back):
            each.setVisible(bool(self.known.pending))
            each.setEnabled(waits)

    # What is done

    def transfer(self) -> None:
        """Ask to whom, what and why, and enter it."""
        home, known = self.desk.session.home, self.known

        def come(people: tuple[Signatory, ...]) -> None:
            if self.desk.session.case is not None:
                self._open(TransferDialog(self.desk, people, known, self._made, self))

        self.desk.session.tasks.start(Lane.READ, lambda job: home.signatories(), come)

    def receive(self) -> None:
        """Receive the release that is chosen, or the only one that waits."""
        line = self._chosen()

        def receiving(case: Case, job: Job) -> Transfer:
            del job
            return receive(case, line)

        def received(made: Transfer) -> None:
            self.desk.say(f"Custody is received from {made.giver.actor}, and signed for.")

        self.desk.session.act("Receiving custody", receiving, (), received)

    def take_back(self) -> None:
        """Ask, then take back the release that is chosen, or the only one that waits."""
        from ui.dialogs.status import LastingDialog

        line = self._chosen()

        def taking(case: Case, job: Job) -> Transfer:
            del job
            return take_back(case, line)

        meaning = "The release stays in the ledger, and a further line says that it was taken back."
        asked = LastingDialog("Take the release back?", meaning, "Take it back", self.desk.theme, self)
        asked.accepted.connect(
            lambda: self.desk.session.act("Taking a release back", taking, (), lambda _: self.desk.say("Taken back."))
        )
        self._open(asked)

    def _chosen(self) -> int | None:
        line = self.list.current
        pending = {each.release for each in self.known.pending if each.stage is Stage.PENDING}
        return line.key if line is not None and line.key in pending else None

    def _made(self, outcome: Outcome) -> None:
        made, notes = outcome
        done = "Signed by both." if made.stage is Stage.DONE else "Released; it waits to be received."
        self.desk.say(" ".join((done, *notes)))

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.open()
