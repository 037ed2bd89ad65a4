"""An item's digests: to copy, and to check now against its original."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.custody.recheck import Outcome, Recheck, hash_again
from evidencekit.errors import Cancelled
from evidencekit.job import Job
from evidencekit.model import Item
from ui.desk import Desk
from ui.tasks import Task
from ui.views.details.loaded import Loaded
from ui.views.details.pieces import Passage
from ui.views.details.wording import at_second, grouped, of_size
from ui.widgets import action_button, button, label, row, set_role, tool

_BIG = 32 << 20  # bytes; below, it is done before progress could be read
_TODO = (
    "What to do: change nothing in this case and do not print from it. Close it, compare this original with a backup "
    "of the case or with the source it came from, and choose Verify case to see what else has changed. The record of "
    "what came in still holds: it names the digests above."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a check showed: in a few words, at length where something is wrong, and in which colour."""

    role: str
    words: str
    more: str = ""


class DigestsSection(QWidget):
    """The digests of one item. A check goes on when another item is shown, and what it showed is kept. ``checked``
    gives (number, :class:`~evidencekit.custody.recheck.Recheck`)."""

    checked = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        px = desk.theme.px
        self._desk = desk
        self._loaded: Loaded | None = None
        self._tasks: dict[str, Task] = {}
        self._told: dict[str, Told] = {}
        self.sha256, sha = self._digest("SHA-256")
        self.blake3, blake = self._digest("BLAKE3")
        self.check = button("Check now", self.check_now, tip="Read the original again and compare its digests")
        self.stop = button("Stop", self._stop)
        self.state = label("", "muted", wrap=True, name="Result of the check")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the check")
        self.alarm = QFrame()
        self.alarm.setObjectName("banner")
        self.alarm.setProperty("tone", "bad")
        self.more = Passage(desk.theme, "What is wrong, and what to do")
        inside = QVBoxLayout(self.alarm)
        inside.setContentsMargins(*(px(each) for each in (10, 8, 10, 10)))
        inside.addWidget(self.more)
        inside.addWidget(row(action_button(desk.actions["custody.verify"]), None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(6))
        layout.addWidget(sha)
        layout.addWidget(blake)
        layout.addWidget(row(self.check, self.stop, None))
        for each in (self.bar, self.state, self.alarm):
            layout.addWidget(each)
        desk.session.closed.connect(self._closed)
        self._show()

    def _digest(self, name: str) -> tuple[Passage, QWidget]:
        theme = self._desk.theme
        words = Passage(theme, name, mono=True, size=0.85)
        copy = tool(theme, "copy", f"Copy {name}", lambda: self._copy(name))
        called = label(name, "small")
        called.setMinimumWidth(theme.px(56))
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(called, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        return words, holder

    def put(self, loaded: Loaded) -> None:
        """Show an item's digests, and what its last check showed."""
        self._loaded = loaded
        self.sha256.say(grouped(loaded.item.digests.sha256))
        self.blake3.say(grouped(loaded.item.digests.blake3))
        self._show()

    def check_now(self) -> None:
        """Read the original of the item shown again and compare; once at a time for each."""
        loaded = self._loaded
        if loaded is None or loaded.number in self._tasks or self._desk.session.case is None:
            return
        item, zone = loaded.item, loaded.zone

        def hashing(case: Case, job: Job) -> Recheck:
            return hash_again(case.originals, item.digests, item.size, job, item.number)

        def fail(error: BaseException) -> None:
            self._told[item.number] = Told("muted", "The check was stopped.")
            if not isinstance(error, Cancelled):
                self._desk.session.tasks.trouble.emit(error)

        self._told.pop(item.number, None)
        task = self._desk.session.study(hashing, lambda found: self._found(item, zone, found), failed=fail)
        self._tasks[item.number] = task
        task.progressed.connect(lambda done, total, what: self._moved(item.number, done, total))
        task.ended.connect(lambda: self._ended(item.number, task))
        self._show()

    def _found(self, item: Item, zone: str, found: Recheck) -> None:
        self._told[item.number] = told(item, found, at_second(datetime.now(UTC).isoformat(timespec="seconds"), zone))
        self.checked.emit(item.number, found)

    def _moved(self, number: str, done: int, total: int) -> None:
        if self._loaded is not None and self._loaded.number == number and total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * done / total))

    def _ended(self, number: str, task: Task) -> None:
        if self._tasks.get(number) is task:
            del self._tasks[number]
            if task.cancelled:
                self._told[number] = Told("muted", "The check was stopped.")
        self._show()

    def _stop(self) -> None:
        if self._loaded is not None and (task := self._tasks.get(self._loaded.number)) is not None:
            task.cancel()

    def _closed(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
        self._told.clear()

    def _show(self) -> None:
        loaded = self._loaded
        running = loaded is not None and loaded.number in self._tasks
        big = running and loaded is not None and loaded.item.size >= _BIG
        shown = self._told.get(loaded.number) if loaded is not None and not running else None
        self.check.setEnabled(loaded is not None and not running)
        self.stop.setVisible(big)
        self.bar.setVisible(big)
        if not big:
            self.bar.setRange(0, 0)
        self.state.setText("Reading the original again…" if running else shown.words if shown else "")
        self.state.setAccessibleName(f"Result of the check: {self.state.text()}")
        self.state.setVisible(bool(self.state.text()))
        set_role(self.state, shown.role if shown else "muted")
        self.alarm.setVisible(bool(shown and shown.more))
        self.more.say(shown.more if shown else "")

    def _copy(self, name: str) -> None:
        if self._loaded is not None:
            digests = self._loaded.item.digests
            QGuiApplication.clipboard().setText(digests.sha256 if name == "SHA-256" else digests.blake3)
            self._desk.say(f"{name} of {self._loaded.number} copied.")


def told(item: Item, found: Recheck, at: str) -> Told:
    """What a check of an item showed, in words; ``at`` is when."""
    match found.outcome:
        case Outcome.EQUAL:
            return Told("good", f"Unchanged: both digests are those taken when it came in. Checked {at}.")
        case Outcome.DIFFERENT:
            now = ""
            if found.digests is not None:
                now = f"SHA-256 now: {grouped(found.digests.sha256)}\nBLAKE3 now: {grouped(found.digests.blake3)}\n"
            size = f"It has {of_size(found.size)} now, {of_size(item.size)} when it came in.\n"
            words = f"CHANGED: the original of {item.number} is not what came in. Checked {at}."
            return Told("bad", words, f"{now}{size if found.size != item.size else ''}{_TODO}")
        case Outcome.MISSING:
            return Told("bad", f"MISSING: the original of {item.number} is not in the case. Checked {at}.", _TODO)
        case Outcome.UNREADABLE:
            words = f"NOT READABLE: the original of {item.number} could not be read ({found.why}). Checked {at}."
            return Told("bad", words, _TODO)
