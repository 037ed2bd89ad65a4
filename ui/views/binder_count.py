"""Counts a binder's pages in the background, anew whenever the choice or the exhibits change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from evidencekit.casefile import Case
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from evidencekit.profile import Profile
from ui.session import Session
from ui.tasks import Task

if TYPE_CHECKING:
    from evidencekit.binder.estimate import Estimate, Slips

_REST = 200  # milliseconds that a choice rests before pages are rendered for it

Choice = tuple[Profile, PaperName]


class Counter(QObject):
    """``came`` gives an :class:`Estimate`, more exact each time; ``moved`` (done, total, what); ``lost`` an error.

    One count runs at a time: two would render into the same places.
    """

    came = Signal(object)
    moved = Signal(object, object, str)
    lost = Signal(object)
    # Emitted on a working thread, received on this object's: Qt queues it.
    _on_the_way = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: Choice | None = None
        self._task: Task | None = None
        self._then: Callable[[], None] | None = None
        self._slips: Slips = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self._start)
        self._on_the_way.connect(self._take)
        session.closed.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether a count is under way or about to begin."""
        return self._task is not None or self._rest.isActive()

    def count(self, profile: Profile, paper: PaperName) -> None:
        """Count for this choice; a count under way for another is given up."""
        self._wanted = (profile, paper)
        if self._task is not None:
            self._task.cancel()
        self._rest.start()

    def stop(self, then: Callable[[], None] | None = None) -> None:
        """Give up counting; ``then`` is called once nothing is rendered any more."""
        self._wanted = None
        self._rest.stop()
        if self._task is None:
            if then is not None:
                then()
            return
        self._then = then
        self._task.cancel()

    def _forget(self) -> None:
        self.stop()
        self._slips = {}

    def _start(self) -> None:
        if self._wanted is None or self._task is not None or self._session.case is None:
            return
        profile, paper = self._wanted
        self._wanted = None
        slips = self._slips

        def counting(case: Case, job: Job) -> Estimate:
            from evidencekit.binder.estimate import estimate

            return estimate(case, profile, paper, job, lambda found: self._on_the_way.emit(slips, found), slips)

        self._task = self._session.study(counting, self.came.emit, failed=self.lost.emit)
        self._task.progressed.connect(self.moved)
        self._task.ended.connect(self._ended)

    def _take(self, slips: object, found: Estimate) -> None:
        if self._task is not None and not self._task.cancelled and slips is self._slips:
            self.came.emit(found)

    def _ended(self) -> None:
        self._task = None
        then, self._then = self._then, None
        if then is not None:
            then()
        elif self._wanted is not None and not self._rest.isActive():
            self._start()
