"""Taking files in from the window: dropped or picked, described on a sheet, taken in, and told what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from evidencekit.casefile import Case
from evidencekit.errors import Cancelled
from evidencekit.intake import HandOver, Taken, take_in
from evidencekit.job import Job
from ui.desk import Desk
from ui.dialogs.intake import IntakeDialog, Sheet
from ui.dialogs.taken import Outcome, StoppedDialog, TakenDialog, outcome
from ui.dropping import Dragged, Overlay, counted, dragged, not_here
from ui.parts import Part

if TYPE_CHECKING:
    from ui.window import Window

_DRAGS = frozenset({QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop, QEvent.Type.DragLeave})


class Intake(QObject):
    """Takes files and folders dropped anywhere on the window, or picked, into the case. ``dialog`` is the sheet or
    result in view, if any."""

    def __init__(self, desk: Desk, window: Window) -> None:
        super().__init__(window)
        self.desk, self._window = desk, window
        self.overlay = Overlay(desk.theme, window)
        self.dialog: QDialog | None = None
        self._last: dict[Path, HandOver] = {}
        self._over: Dragged | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        desk.actions.on("intake.files", self.pick_files)
        desk.actions.on("intake.folder", self.pick_folder)

    # Dragging

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Take drags of files before any field of the window sees them.

        The system hands a drag to the window's handle, which would pass it on to the widget under the pointer; what
        reaches the window itself was wanted by no widget of it.
        """
        kind = event.type()
        if kind == QEvent.Type.Show and watched is self._window:
            handle = self._window.windowHandle()
            if handle is not None:
                handle.installEventFilter(self)
        if kind not in _DRAGS:
            return False
        if kind == QEvent.Type.DragLeave:
            return self._left()
        return self._dragged(cast(QDropEvent, event))

    def _dragged(self, event: QDropEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.DragEnter:
            self._over = dragged(event.mimeData())
            if self._over is not None:
                self._show(self._over)
        over = self._over if kind != QEvent.Type.Drop else dragged(event.mimeData())
        if over is None:
            return False
        allowed = not self.refusal() and bool(over.paths)
        if allowed:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()
        if kind == QEvent.Type.Drop:
            self._left()
            # Not before the drop has ended: the program it comes from waits for that.
            QTimer.singleShot(0, self, lambda: self._dropped(over))
        return True

    def _left(self) -> bool:
        was, self._over = self._over, None
        self.overlay.hide()
        return was is not None

    def _show(self, over: Dragged) -> None:
        refusal = self.refusal()
        if refusal:
            self.overlay.say(refusal, good=False)
            self.desk.say(refusal)
        elif not over.paths:
            self.overlay.say(not_here(over.elsewhere), good=False)
        else:
            more = not_here(over.elsewhere) if over.elsewhere else "They are copied; nothing is changed where they lie."
            self.overlay.say(f"Drop to take in {counted(over.paths)}", more)

    def _dropped(self, over: Dragged) -> None:
        refusal = self.refusal() or ("" if over.paths else not_here(over.elsewhere))
        if refusal:
            self.desk.say(refusal)
            return
        self.ask(over.paths, not_here(over.elsewhere) if over.elsewhere else "")

    def refusal(self) -> str:
        """Why nothing can be taken in now; empty when it can."""
        session = self.desk.session
        if session.case is None:
            return "Open or start a case first, then drop the files."
        if session.read_only:
            return "This case is open read-only: nothing can be taken in."
        if session.work is not None:
            return f"Wait until this is finished, then drop the files: {session.work.name}"
        if self.dialog is not None or QApplication.activeModalWidget() is not None:
            return "Finish what is open in front first, then drop the files."
        return ""

    # Picking

    def pick_files(self) -> None:
        """Ask for files, then for the hand-over."""
        paths, _ = QFileDialog.getOpenFileNames(self._window, "Take in files", str(Path.home()))
        if paths:
            self.ask([Path(each) for each in paths])

    def pick_folder(self) -> None:
        """Ask for a folder, then for the hand-over."""
        folder = QFileDialog.getExistingDirectory(self._window, "Take in a folder, with all it holds", str(Path.home()))
        if folder:
            self.ask([Path(folder)])

    # Taking in

    def ask(self, paths: Sequence[Path], remark: str = "", given: Sheet | None = None) -> None:
        """Show the sheet for these paths; ``remark`` is said on it, ``given`` stands in its fields."""
        case = self.desk.session.open_case
        last, typed = (given.hand_over, given.typed) if given else (self._last.get(case.folder), "")
        dialog = IntakeDialog(self.desk, paths, last, remark, self._window, typed=typed)
        dialog.accepted.connect(lambda: self._take(case, dialog.sheet))
        self._open(dialog)

    def _take(self, case: Case, sheet: Sheet) -> None:
        session = self.desk.session
        if session.case is not case or not session.writable:
            self.desk.say("Nothing was taken in: the case was closed, or something else is under way.")
            return
        self._last[case.folder] = replace(sheet.hand_over, note="")

        def taking(case: Case, job: Job) -> Outcome:
            taken: Taken = take_in(case, sheet.paths, sheet.hand_over, job)
            return outcome(taken)

        def fail(error: BaseException) -> None:
            if isinstance(error, Cancelled):
                self.desk.say("Intake was stopped; nothing was taken in.")
                # When the window is being closed, the case is gone by then.
                QTimer.singleShot(0, self, lambda: self._stopped(case, sheet))
            else:
                session.tasks.trouble.emit(error)

        session.act(f"Taking in {sheet.words}", taking, [Part.ITEMS], lambda result: self._told(case, result), fail)

    def _told(self, case: Case, result: Outcome) -> None:
        if self.desk.session.case is not case:
            return
        self.desk.say(result.heading)
        dialog = TakenDialog(self.desk, result, self._window)
        dialog.accepted.connect(lambda: self._show_items(result.acquisition))
        self._open(dialog)

    def _stopped(self, case: Case, sheet: Sheet) -> None:
        if self.desk.session.case is not case:
            return
        dialog = StoppedDialog(self.desk.theme, self._window)
        dialog.accepted.connect(lambda: self.ask(sheet.paths, given=sheet))
        self._open(dialog)

    def _show_items(self, acquisition: int) -> None:
        self.desk.show_page("items")
        self._window.view("items").show_acquisition(acquisition)  # type: ignore[attr-defined]  # the items page's own

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog over the window without waiting in it."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.finished.connect(lambda: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
