"""A new production, step by step: to whom, what goes and what stays, what is to be decided, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.casefile.protection import protection_of
from evidencekit.errors import Cancelled, EvidenceKitError, ProtectedError
from evidencekit.job import Job
from evidencekit.model import Part, Protection
from evidencekit.production.produce import Produced, preview, produce
from evidencekit.production.values import Order
from ui.advice import in_the_app
from ui.desk import Desk
from ui.dialogs.production_order import OrderPage
from ui.dialogs.production_what import DonePage, WhatPage
from ui.dialogs.reason import ReasonDialog, enter_by
from ui.models.producing import Key, Told, tell
from ui.models.productions import Begun, Productions
from ui.parts import Changes
from ui.parts import Part as Changed
from ui.tasks import Task
from ui.views.written import file_name
from ui.widgets import Elided, button, label, row, shown_lines, size_within

_FOLDER = "productions"
_STEPS = ("To whom", "What goes", "Done")
_TITLES = ("To whom does it go?", "What would leave", "The production is written")


class ProductionDialog(QDialog):
    """Prepares a production of the open case and writes it. ``chosen`` are the items chosen on the items page,
    ``known`` the earlier productions. ``told`` is what the last look showed, ``made`` what was written.

    The window stays usable beside it, so that what is to be decided can be looked at."""

    def __init__(self, desk: Desk, chosen: Sequence[str], known: Productions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.told: Told | None = None
        self.made: Produced | None = None
        self.asked: QDialog | None = None
        self._order: Order | None = None
        self._looking: Task | None = None
        self._writing: Task | None = None
        self._wide = QRect()
        self.setWindowTitle("New production")
        size_within(self, desk.theme.px(860), desk.theme.px(640))
        self.ordering = OrderPage(desk, chosen, known)
        self.what = WhatPage(desk)
        self.done_page = DonePage(desk)
        self._lay_out()
        self._connect()
        self._show(0)
        self.ordering.to.setFocus()

    def _lay_out(self) -> None:
        px = self.desk.theme.px
        self.step = label("", "muted", name="Step")
        self.title = label("", "heading", wrap=True, name="What this step is")
        self.steps = QStackedWidget()
        for page in (self.ordering, self.what, self.done_page):
            self.steps.addWidget(page)
        self.wrong = label("", "bad", wrap=True, name="What stands against it")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far it is")
        self.bar.setFixedSize(px(160), px(6))
        self.at = Elided("", "muted", name="At the moment")
        self.progress = row(self.bar, self.at)
        self.back = button("Back", self._back)
        self.cancel = button("Cancel", self.reject)
        self.go = button("", self._go, primary=True)
        self.go.setDefault(True)
        self.whole = QWidget()
        inside = QVBoxLayout(self.whole)
        inside.setContentsMargins(px(20), px(18), px(20), px(16))
        inside.setSpacing(px(10))
        head = row(self.title, self.step)
        head.layout().setStretch(0, 1)  # type: ignore[union-attr]  # row() lays out in a box
        for part in (head, self.steps, self.wrong, self.progress, row(self.back, None, self.cancel, self.go)):
            inside.addWidget(part, 1 if part is self.steps else 0)
        self.aside_words = Elided("", "strong", name="Waiting")
        self.return_to = button("Back to the list", self.come_back, primary=True)
        self.aside = row(self.aside_words, self.return_to, margin=px(12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.whole, 1)
        layout.addWidget(self.aside)
        for part in (self.wrong, self.progress, self.aside):
            part.hide()

    def _connect(self) -> None:
        session = self.desk.session
        session.state_changed.connect(self._enable)
        session.changed.connect(self._changed)
        session.closed.connect(self._leave)
        self.finished.connect(self._stop_looking)
        self.ordering.completing.connect(self._begin)
        self.what.deciding.connect(self._decide)
        self.what.showing.connect(self.show_item)
        self.what.protecting.connect(self._ask_terms)

    # What happens

    @property
    def at_step(self) -> int:
        """0: to whom; 1: what goes; 2: done."""
        return self.steps.currentIndex()

    def complete(self, begun: Begun) -> None:
        """Go on with a production that was begun."""
        self.ordering.put(begun.order)
        self._begin(begun.order)

    def _go(self) -> None:
        if self.at_step == 1:
            self._ask_folder()
        elif self.at_step == 2:
            self.accept()
        else:
            try:
                order = self.ordering.order()
            except EvidenceKitError as error:
                self._say(error)
                return
            if order is not None:
                self._begin(order)

    def _begin(self, order: Order) -> None:
        self._order, self.told = order, None
        self.what.wait()
        self._show(1)
        self.look_again()

    def _back(self) -> None:
        self._stop_looking()
        self._show(0)

    def reject(self) -> None:
        """Close it; while it writes, ask first."""
        if self._writing is None:
            super().reject()
            return
        from ui.dialogs.status import LastingDialog

        meaning = "Nothing half-done is left, and no numbers are used until the package is sealed."
        asked = LastingDialog(
            "Stop writing the production?", meaning, "Stop", self.desk.theme, self, keep="Keep writing", danger=True
        )
        asked.accepted.connect(self._stop_writing)
        self._open(asked)

    def _leave(self) -> None:
        """The case is closed: nothing can be decided or written any more."""
        self._writing = None
        super().reject()

    # Looking

    def look_again(self) -> None:
        """Look through what would leave, off the GUI thread; what was found before is shown meanwhile."""
        order = self._order
        assert order is not None
        self._stop_looking()

        def looking(case: Case, job: Job) -> Told:
            now = protection_of(case.checked)
            return tell(preview(case, order, job), now)

        self.wrong.hide()
        self._progress(0, 0, "Looking through what would leave…")
        task = self.desk.session.study(looking, self._come, key="production", failed=self._lost)
        task.progressed.connect(lambda done, total, what: self._progress(done, total, what) if task.running else None)
        self._looking = task
        self._enable()

    def _come(self, told: Told) -> None:
        first, self._looking, self.told = self.told is None, None, told
        self.title.setText(shown_lines(told.head))
        self.what.put(told, first=first)
        self._enable()

    def _lost(self, error: BaseException) -> None:
        self._looking = None
        self._show(0)
        self._say(error)

    def _progress(self, done: int, total: int, what: str) -> None:
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        self.at.put(what)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
            self._enable()

    def _changed(self, changes: Changes) -> None:
        """Look again when items came in, or something was protected or decided meanwhile."""
        if self.at_step != 1 or self._writing is not None or self.desk.session.case is None:
            return
        if changes.touch(Changed.ITEMS):
            self.look_again()
        elif changes.touch(Changed.LEDGER):
            self.desk.session.read(lambda case: protection_of(case.checked), self._compare, key="production-protected")

    def _compare(self, now: Protection) -> None:
        stale = self.told is not None and self.told.protection != now
        if self.at_step == 1 and self._writing is None and (stale or self._looking is not None):
            self.look_again()

    # Deciding

    def _decide(self, part: Part | None) -> None:
        keys, told = self.what.keys, self.told
        if not keys or told is None or not self.desk.session.writable:
            return
        numbers = list(dict.fromkeys(item for item, _ in keys))
        found = list(dict.fromkeys(told.what[key] for key in keys if key in told.what))
        what = ", ".join(found[:4]) + (f" and {len(found) - 4:,} more" if len(found) > 4 else "")
        asked = ReasonDialog(self.desk, part or "disclose", numbers, self, what if part is None else "")
        enter_by(asked, self.desk, lambda: deciding(part, keys, asked.reason))
        asked.entered.connect(lambda: self._entered(part, keys))
        self._open(asked)

    def _entered(self, part: Part | None, keys: Sequence[Key]) -> None:
        """Take what is decided off the list, so that the next can be decided while it looks again."""
        told = self.told
        if told is not None and self.at_step == 1:
            self.told = replace(told, open=told.left(part, keys))
            self.what.put(self.told, first=False)
            self._enable()

    def _ask_terms(self) -> None:
        from ui.dialogs.protecting import TermsDialog

        self._open(TermsDialog(self.desk, self))

    def show_item(self, number: str) -> None:
        """Show an item in the window and wait aside."""
        if not self.aside.isVisible():
            self._wide = self.geometry()
        self.aside_words.put(f"Deciding on {number}")
        self.whole.hide()
        self.aside.show()
        self.setMinimumSize(0, 0)
        self.resize(self.desk.theme.px(380), self.aside.sizeHint().height())
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            corner = window.geometry().bottomRight()
            gap = self.desk.theme.px(24)
            self.move(corner.x() - self.width() - gap, corner.y() - self.height() - 2 * gap)
            window.activateWindow()
        self.desk.show_item(number)

    def come_back(self) -> None:
        """Be as large as before again."""
        self.aside.hide()
        self.whole.show()
        self.setGeometry(self._wide)
        self.activateWindow()
        self.what.undecided.setFocus(Qt.FocusReason.OtherFocusReason)

    # Writing

    def _ask_folder(self) -> None:
        kept = Path(self.desk.settings.get(_FOLDER) or Path.home())
        name = QFileDialog.getExistingDirectory(self, "Where is the production to lie?", str(kept))
        if name and self.told is not None:
            self.desk.settings.put(_FOLDER, name)
            number = self.desk.session.open_case.info.number
            self.write(Path(name) / file_name(f"Production {self.told.number} {number}"))

    def write(self, folder: Path) -> None:
        """Write the production into a new or empty folder."""
        order = self._order
        assert order is not None
        self._stop_looking()

        def producing(case: Case, job: Job) -> Produced:
            return produce(case, order, folder, job)

        def failed(error: BaseException) -> None:
            self._writing = None
            self._enable()
            if isinstance(error, ProtectedError):
                self.look_again()
            else:
                self._say(error)

        self.wrong.hide()
        self._progress(0, 0, "Writing the production…")
        task = self.desk.session.act("Writing the production", producing, (), self._written, failed)
        task.progressed.connect(self._progress)
        self._writing = task
        self._enable()

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()

    def _written(self, made: Produced) -> None:
        self._writing, self.made = None, made
        if self.asked is not None:
            self.asked.reject()
        self.done_page.put(made)
        self._show(2)
        self.title.setText(f"Production {made.production.number} is written")
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.whole.isVisible():
            self.come_back()

    # Small things

    def _show(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self.title.setText(_TITLES[step])
        self.step.setText(f"{step + 1} of {len(_STEPS)} · {_STEPS[step]}")
        self.wrong.hide()
        self._enable()

    def _enable(self) -> None:
        session, step, told = self.desk.session, self.at_step, self.told
        writing, looking = self._writing is not None, self._looking is not None
        ready = told is not None and not told.open and bool(told.goes) and not looking
        self.go.setText(("See what would leave", "Choose a folder and write…", "Close")[step])
        self.go.setEnabled((session.case is not None, ready and session.writable, True)[step])
        self.back.setVisible(step == 1)
        self.back.setEnabled(not writing)
        self.cancel.setVisible(step < 2)
        self.cancel.setText("Stop…" if writing else "Cancel")
        self.done_page.verify.setEnabled(not session.busy)
        self.progress.setVisible(writing or (looking and step == 1))
        self.what.follow()
        self.what.tabs.setEnabled(not writing)
        if step == 1 and told is not None and told.open and not looking:
            self.wrong.setText("It cannot leave while something is to be decided.")
            self.wrong.show()
        elif step == 1 and self.wrong.text().startswith("It cannot leave while"):
            self.wrong.hide()

    def _say(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, EvidenceKitError):
            self.desk.session.tasks.trouble.emit(error)
            return
        where = f"{error.item}: " if error.item else ""
        self.wrong.setText(shown_lines(f"{where}{error.what} {in_the_app(error.todo)}"))
        self.wrong.show()

    def _open(self, dialog: QDialog) -> None:
        if self.asked is not None:
            self.asked.deleteLater()
        self.asked = dialog
        dialog.open()


def deciding(part: Part | None, keys: Sequence[Key], reason: str) -> Callable[[Case, Job], None]:
    """What holds the items of chosen lines back, or lets them go with exactly what was found in them."""

    def decide(case: Case, job: Job) -> None:
        del job
        if part is not None:
            edits.withhold(case, list(dict.fromkeys(item for item, _ in keys)), reason, part=part)
            return
        for found, numbers in by_keys(keys).items():
            edits.disclose(case, numbers, reason, keys=found)

    return decide


def by_keys(keys: Sequence[Key]) -> dict[tuple[str, ...], list[str]]:
    """The items of chosen lines, by exactly what was found in them: one decision each."""
    found: dict[str, list[str]] = {}
    for item, key in keys:
        found.setdefault(item, []).append(key)
    together: dict[tuple[str, ...], list[str]] = {}
    for item, each in found.items():
        together.setdefault(tuple(sorted(each)), []).append(item)
    return together
