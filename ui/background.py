"""Runs what waits in the background of the open case: by itself, quietly, and out of everybody's way."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from evidencekit.errors import Cancelled
from evidencekit.job import Job
from ui.parts import Changes, Part
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Lane, Task

if TYPE_CHECKING:
    from evidencekit.background import Chore, Done, Failure
    from evidencekit.casefile import Case

_TELL = 1_000  # milliseconds between two words on what is new
_STOPPED_WITHIN = 20  # seconds for the work to end before a case is closed


class How(StrEnum):
    """How the background stands."""

    NOTHING = "nothing"  # waits, or no case that could be worked on is open
    WAITING = "waiting"  # it was stopped, or does not start by itself
    WORKING = "working"
    PAUSED = "paused"
    FAILED = "failed"


class Background(QObject):
    """``changed`` says that anything it shows is another: ``how``, what is being done (``doing``), ``done`` of
    ``total``, ``waiting`` chores, what ``failed``, and the ``error`` that ended it."""

    changed = Signal()
    _kept = Signal(object)  # emitted on the working thread

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self._session, self._settings = session, settings
        self.how = How.NOTHING
        self.doing = ""
        self.done = self.total = self.waiting = 0
        self.failed: tuple[Failure, ...] = ()
        self.error: BaseException | None = None
        self._task: Task | None = None
        self._held = False
        self._stopped = False
        self._asked: list[tuple[str, tuple[str, ...]]] = []
        self._fresh: set[str] = set()
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_TELL)
        self._telling.timeout.connect(self._tell)
        self._kept.connect(self._note)
        session.opened.connect(self._opened)
        session.closing.connect(self._stop)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._shown_paused)
        session.before_close.append(self._wait_until_over)

    @property
    def running(self) -> bool:
        return self._task is not None

    @property
    def wanted(self) -> bool:
        """Whether work begins by itself."""
        return bool(self._settings.background)

    @property
    def held(self) -> bool:
        """Whether a person paused it."""
        return self._held

    def look(self) -> None:
        """Count again what waits, and begin if it is to begin by itself."""
        if self._session.case is None or self._session.read_only or self.running:
            return
        self._session.read(_look, self._come, key="background")

    def pause(self) -> None:
        """Begin nothing more until :meth:`resume`; what is under way is finished."""
        self._held = True
        self._shown_paused()

    def resume(self) -> None:
        """Go on, or begin."""
        self._held = self._stopped = False
        if self.running:
            self._shown_paused()
        else:
            self._begin_anyway()

    def stop(self) -> None:
        """End it at once; what is done stays, the rest waits until it is begun again."""
        self._stopped = True
        self._stop()

    def again(self) -> None:
        """Try once more what failed."""
        if self._session.case is None or self.running or not self.failed:
            return
        failed = self.failed
        self._session.read(lambda case: _failed_chores(case, failed), self._start, key="background")

    def ask(self, kind: str, numbers: Sequence[str]) -> None:
        """Do this kind of work on these items before whatever else waits, whatever was made of them so far."""
        if self._session.case is None or self._session.read_only:
            return
        self._held = False
        self._asked.append((kind, tuple(numbers)))
        if self._task is not None:
            self._task.cancel()  # what is under way waits again behind it
        else:
            self._begin_asked(rest=False)

    def _begin_asked(self, *, rest: bool) -> None:
        asked, self._asked = self._asked, []

        def look(case: Case) -> list[Chore]:
            from evidencekit.background import chores_for

            first = [chore for kind, numbers in asked for chore in chores_for(case, kind, numbers)]
            known = {(chore.kind, chore.sha256) for chore in first}
            others = _look(case)[0] if rest else []
            return [*first, *(chore for chore in others if (chore.kind, chore.sha256) not in known)]

        def come(chores: list[Chore]) -> None:
            if self._task is not None:  # something began meanwhile
                self._asked += asked
                self._task.cancel()
            else:
                self._start(chores)

        self._session.read(look, come)

    def _begin_anyway(self) -> None:
        def come(found: tuple[list[Chore], tuple[Failure, ...]]) -> None:
            self._take(found)
            self._start(found[0])

        if self._session.case is not None and not self._session.read_only:
            self._session.read(_look, come, key="background")

    def _come(self, found: tuple[list[Chore], tuple[Failure, ...]]) -> None:
        self._take(found)
        if self._settings.background and not self._stopped:
            self._start(found[0])

    def _take(self, found: tuple[list[Chore], tuple[Failure, ...]]) -> None:
        chores, self.failed = found
        self.waiting = len(chores)
        if not self.running:
            self._say(How.WAITING if chores else How.NOTHING)

    def _start(self, chores: Sequence[Chore]) -> None:
        if not chores or self.running or self._session.case is None or self._session.read_only:
            return
        case = self._session.case
        self.error, self.done, self.total = None, 0, len(chores)
        self.doing = ""

        def working(job: Job) -> Done:
            from evidencekit.background import work

            return work(case, chores, job, paused=self._is_paused, kept=self._kept.emit)

        name = "Work in the background"
        self._task = self._session.tasks.start(Lane.BACKGROUND, working, self._ended, self._broken, name)
        self._task.progressed.connect(self._progress)
        self._say(How.WORKING)
        self._shown_paused()

    def _is_paused(self) -> bool:
        """On the working thread: nothing is begun while a person wants none of it or long work has the case."""
        return self._held or self._session.work is not None

    def _progress(self, done: int, total: int, what: str) -> None:
        self.done, self.total, self.doing = done, total, what
        self._shown_paused()

    def _note(self, chore: Chore) -> None:
        """On the GUI thread again: something was kept."""
        if self._task is None:
            return
        self.waiting = max(0, self.waiting - 1)
        self._fresh.update(chore.numbers)
        if not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        fresh, self._fresh = frozenset(self._fresh), set()
        if fresh and self._session.case is not None:
            self._session.changed.emit(Changes(frozenset({Part.DERIVED}), fresh))
            self._session.read(_failed, self._take_failed, key="background failures")

    def _take_failed(self, failed: tuple[Failure, ...]) -> None:
        if failed != self.failed:
            self.failed = failed
            self.changed.emit()

    def _ended(self, done: Any) -> None:
        del done
        self._task = None
        self._tell()
        self._say(How.NOTHING)
        self.look()  # material may have come in meanwhile

    def _broken(self, error: BaseException) -> None:
        self._task = None
        self._tell()
        if self._asked and isinstance(error, Cancelled) and self._session.case is not None:
            self._begin_asked(rest=not self._stopped)
            return
        if not isinstance(error, Cancelled):
            self.error, self._stopped = error, True
        self._say(How.FAILED if self.error is not None else How.WAITING)

    def _opened(self) -> None:
        self._held = self._stopped = False
        self.look()

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.ITEMS):
            self.look()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _closed(self) -> None:
        self.waiting, self.failed, self.error, self._fresh, self._asked = 0, (), None, set(), []
        self._say(How.NOTHING)

    def _wait_until_over(self) -> None:
        """On the thread that closes the case: nothing of the work may run behind its lock."""
        task = self._task
        if task is not None:
            task.over.wait(_STOPPED_WITHIN)

    def _shown_paused(self) -> None:
        if self.running:
            self._say(How.PAUSED if self._is_paused() else How.WORKING)

    def _say(self, how: How) -> None:
        self.how = how
        self.changed.emit()


def _look(case: Case) -> tuple[list[Chore], tuple[Failure, ...]]:
    from evidencekit.background import failures, waiting

    return waiting(case), tuple(failures(case))


def _failed(case: Case) -> tuple[Failure, ...]:
    from evidencekit.background import failures

    return tuple(failures(case))


def _failed_chores(case: Case, failed: Sequence[Failure]) -> list[Chore]:
    from evidencekit.background import chores_for

    kinds = dict.fromkeys(each.kind for each in failed)
    return [chore for kind in kinds for chore in chores_for(case, kind, [f.number for f in failed if f.kind == kind])]


def told(background: Background) -> str:
    """In a few words for the status bar: “Reading words: 12 of 340”; “” when there is nothing to say, or nobody wants
    work to begin by itself."""
    many = f"{background.done:,} of {background.total:,}"
    if background.how is How.WORKING:
        deed = background.doing.partition(":")[0] or "Beginning"
        return f"{deed}: {many}"
    if background.how is How.PAUSED:
        return f"Background work paused: {many}"
    if background.how is How.FAILED:
        return "Background work has stopped"
    if background.how is How.WAITING and background.waiting and background.wanted:
        return f"Background work: {background.waiting:,} waiting"
    return ""
