"""The open case: opens and closes it, hands work to the core off the GUI thread, and says what changed.

Views call :meth:`Session.read` to look, :meth:`Session.edit` for what can be undone and :meth:`Session.act` for what
cannot; they refresh from ``changed``. Nothing else in the app touches a :class:`~evidencekit.casefile.Case`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from evidencekit.casefile import Case, create_case, read_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.edits import recording
from evidencekit.errors import Cancelled, UnsoundError
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Finding
from evidencekit.previews import Previews
from ui.commands import Edit
from ui.parts import Changes, Part
from ui.tasks import Lane, Task, Tasks


class Session(QObject):
    """Holds at most one open case. ``opened`` and ``closed`` say when that changes, ``changed`` gives
    :class:`Changes`, ``state_changed`` that working has begun or ended, ``distrusted`` that faults came to light."""

    opened = Signal()
    closing = Signal()  # the last chance to enter what is typed and not entered yet
    closed = Signal()
    changed = Signal(object)
    state_changed = Signal()
    distrusted = Signal()
    refused = Signal(str)  # another person cannot act here: who goes on acting
    working = Signal(object)

    def __init__(self, home: Home, tasks: Tasks, actor: str = "") -> None:
        super().__init__()
        self.home, self.tasks = home, tasks
        self.actor = actor or home.actor(None)
        self.case: Case | None = None
        self.previews: Previews | None = None
        self.read_only = False
        self.work: Task | None = None
        self.undo = QUndoStack(self)
        self.before_close: list[Callable[[], None]] = []  # called off the GUI thread before a case is let go
        self._newest: dict[str, int] = {}
        self._edits = 0

    @property
    def writable(self) -> bool:
        """Whether the case can be changed now: open for writing, and no long work under way."""
        return self.case is not None and not self.read_only and self.work is None

    @property
    def busy(self) -> bool:
        """Whether something is being written: long work, or an edit that is not kept yet."""
        return self.work is not None or self._edits > 0

    @property
    def open_case(self) -> Case:
        """The open case; only asked for where there is one."""
        assert self.case is not None
        return self.case

    def open(self, folder: Path, then: Callable[[], None] | None = None) -> None:
        """Open a case: to work on it, or read-only when it fails its checks. The case open so far is closed once the
        other is there; errors go to ``tasks.trouble`` and leave it open."""
        if self.case is not None and self.case.folder.resolve() == folder.resolve():
            if then is not None:
                then()
            return
        self._open(folder, then)

    def take_older(self) -> None:
        """Knowingly take the copy that is open, which is older than one seen before or rewritten, as the case: it is
        opened to work on, and that is logged."""
        folder = self.open_case.folder
        self.close(lambda: self._open(folder, None, accept_older=True))

    def _open(self, folder: Path, then: Callable[[], None] | None, *, accept_older: bool = False) -> None:
        def opening(job: Job) -> tuple[Case, bool]:
            job.step(0, 0, "Checking the record")
            try:
                return write_case(folder, self.home, self.actor, accept_older=accept_older, job=job), False
            except UnsoundError as error:
                case = read_case(folder, self.home)
                _add(case, error.findings)
                return case, True

        self._work(f"Opening {folder.name}", opening, lambda found: self._take(found[0], found[1], then))

    def create(self, folder: Path, info: CaseInfo) -> None:
        """Start a case in a new or empty folder and open it."""

        def creating(job: Job) -> Case:
            job.step(0, 0, "Starting the case")
            create_case(folder, info, self.home, self.actor)
            return write_case(folder, self.home, self.actor, job=job)

        self._work("Starting the case", creating, lambda case: self._take(case, False))

    def make_sample(self, folder: Path, items: int = 120) -> None:
        """Make the sample case of about so many items in a new or empty folder and open it."""

        def making(job: Job) -> Path:
            from evidencekit.demo.tour import run_tour

            return run_tour(folder, self.home, job, lambda text: job.step(0, 0, text), items=items, printed=False).case

        self._work("Making the sample case", making, lambda made: self.open(made))

    def work_apart(self, text: str, work: Callable[[Job], Any], done: Callable[[Any], None]) -> Task:
        """Long work on something other than the open case: shown, cancelled and waited for as any other."""
        return self._work(text, work, done)

    def act_as(self, actor: str) -> None:
        """From the next deed on, this person acts; what the person before did is sealed. When their key cannot be used
        here, the person before goes on acting, and that is said."""
        before, self.actor = self.actor, actor
        case = self.case
        if case is None:
            return

        def come(_: object) -> None:
            self.state_changed.emit()
            if self.case is case:
                self.changed.emit(Changes(frozenset({Part.LEDGER})))

        def failed(error: BaseException) -> None:
            if self.actor == actor:
                self.actor = before
            self.state_changed.emit()
            self.refused.emit(before)
            self.tasks.trouble.emit(error)

        self.tasks.start(Lane.WRITE, lambda job: case.act_as(actor), come, failed)

    def distrust(self, findings: Iterable[Finding]) -> None:
        """A check found these faults in the open case: from here on nothing in it is changed."""
        _add(self.open_case, findings)
        self.read_only = True
        self.undo.clear()
        self.distrusted.emit()
        self.state_changed.emit()

    def close(self, then: Callable[[], None] | None = None) -> None:
        """Close the case when all that was asked for is kept, then go on. Not while long work is under way."""
        case, previews = self.case, self.previews

        def closed(_: object) -> None:
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            self.tasks.trouble.emit(error)
            closed(None)  # what could not be closed is gone all the same

        if case is None:  # one that was closed just now may still be keeping what was asked for
            self.tasks.start(Lane.WRITE, lambda job: None, closed)
            return
        self.closing.emit()
        read_only, self.case, self.previews = self.read_only, None, None
        self.undo.clear()
        self.closed.emit()
        self.state_changed.emit()

        def closing(job: Job) -> None:
            del job
            for end in self.before_close:
                end()
            if previews is not None:
                previews.close()
            try:
                if not read_only:
                    case.seal_now("close")
            finally:
                case.close()

        self.tasks.start(Lane.WRITE, closing, closed, failed)

    def read(
        self,
        work: Callable[[Case], Any],
        done: Callable[[Any], None],
        *,
        key: str = "",
        failed: Callable[[BaseException], None] | None = None,
    ) -> Task:
        """Look something up. The answer is dropped when the case was closed meanwhile, or, with a ``key``, when a
        newer question of that key was asked."""
        return self.study(lambda case, job: work(case), done, key=key, failed=failed)

    def study(
        self,
        work: Callable[[Case, Job], Any],
        done: Callable[[Any], None],
        *,
        key: str = "",
        failed: Callable[[BaseException], None] | None = None,
    ) -> Task:
        """Look something up that takes long: as :meth:`read`, and its task reports progress and can be cancelled."""
        case = self.open_case
        if key:
            self._newest[key] = turn = self._newest.get(key, 0) + 1

        def current() -> bool:
            return self.case is case and (not key or self._newest[key] == turn)

        def looking(job: Job) -> Any:
            job.step(0, 0, "")
            if not current():
                raise Cancelled
            return work(case, job)

        def come(result: Any) -> None:
            if current():
                done(result)

        def fail(error: BaseException) -> None:
            if not current() or isinstance(error, Cancelled):
                return
            if failed is not None:
                failed(error)
            else:
                self.tasks.trouble.emit(error)

        return self.tasks.start(Lane.READ, looking, come, fail)

    def edit(
        self,
        text: str,
        deed: Callable[[Case], Any],
        parts: Iterable[Part],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Change what people write, as one step that can be undone under the name ``text``."""
        case, changed = self.open_case, frozenset(parts)

        def editing(job: Job) -> Any:
            del job
            return recording(case, lambda: deed(case))

        def come(outcome: Any) -> None:
            result, patch = outcome
            if self.case is not case:
                return
            if patch.undoable:
                self.undo.push(Edit(self, text, patch, changed))
            if not patch.empty:
                self.changed.emit(Changes(changed, patch.items))
            if done is not None:
                done(result)

        self._write(editing, come, failed)

    def replay(self, work: Callable[[Case], Any], changes: Changes) -> None:
        """Undo or redo an edit. What can no longer be taken back is said, and forgotten."""
        case = self.open_case

        def come(_: Any) -> None:
            if self.case is case:
                self.changed.emit(changes)

        def fail(error: BaseException) -> None:
            self.undo.clear()
            self.tasks.trouble.emit(error)

        self._write(lambda job: work(case), come, fail)

    def act(
        self,
        text: str,
        deed: Callable[[Case, Job], Any],
        parts: Iterable[Part],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> Task:
        """Do what cannot be undone, or takes long: marking, intake, building, verifying. While it is under way
        nothing else changes the case; ``work`` is its task, with progress and cancel."""
        case, changed = self.open_case, frozenset(parts)

        def come(result: Any) -> None:
            if self.case is case:
                self.changed.emit(Changes(changed | {Part.LEDGER}))
            if done is not None:
                done(result)

        return self._work(text, lambda job: deed(case, job), come, failed)

    def _write(self, work: Callable[[Job], Any], come: Callable[[Any], None], failed: Any = None) -> None:
        self._edits += 1

        def ended() -> None:
            self._edits -= 1
            self.state_changed.emit()

        self.tasks.start(Lane.WRITE, work, come, failed).ended.connect(ended)

    def _work(self, text: str, work: Callable[[Job], Any], come: Callable[[Any], None], failed: Any = None) -> Task:
        """Long work: one at a time, shown with progress."""

        def free() -> None:
            self.work = None
            self.state_changed.emit()

        def landed(result: Any) -> None:
            free()
            come(result)

        def lost(error: BaseException) -> None:
            free()
            if failed is not None:
                failed(error)
            elif not isinstance(error, Cancelled):
                self.tasks.trouble.emit(error)

        self.work = self.tasks.start(Lane.WRITE, work, landed, lost, text)
        self.working.emit(self.work)
        self.state_changed.emit()
        return self.work

    def _take(self, case: Case, read_only: bool, then: Callable[[], None] | None = None) -> None:
        def put() -> None:
            self.case, self.read_only = case, read_only
            self.previews = Previews(case)
            self.opened.emit()
            self.state_changed.emit()
            if then is not None:
                then()

        self.close(put)


def _add(case: Case, findings: Iterable[Finding]) -> None:
    known = set(case.findings)
    case.findings.extend(each for each in findings if each not in known)
