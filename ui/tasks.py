"""The one door off the GUI thread: work goes to a lane of threads, its progress and result come back as signals.

``WRITE`` is one thread, so that what changes a case happens in the order it was asked for; ``READ`` are two, for what
only looks; ``DESK`` is one, for a person's own choices, which wait for no case; ``BACKGROUND`` is one, for what nobody
waits for. What is handed over must not touch a widget.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from evidencekit.errors import Cancelled
from evidencekit.job import Job

_PAUSE = 1 / 15  # seconds between two reports of progress: more is not seen


class Lane(StrEnum):
    """Where work is done."""

    WRITE = "write"
    READ = "read"
    DESK = "desk"
    BACKGROUND = "background"


class Task(QObject):
    """One piece of work under way. ``progressed`` gives (done, total, what), at most 15 times a second; ``ended`` is
    emitted after the result or error was handed over."""

    progressed = Signal(object, object, str)  # plain ints: a C int would overflow at 2 GiB
    ended = Signal()

    def __init__(
        self, name: str, work: Callable[[Job], Any], moved: Callable[[Task], None], lane: Lane = Lane.READ
    ) -> None:
        super().__init__()
        self.name, self.lane = name, lane
        self.started = time.monotonic()
        self.progress: tuple[int, int, str] = (0, 0, "")
        self._work, self._moved = work, moved
        self._stop = threading.Event()
        self.over = threading.Event()  # set on the working thread, once nothing of the work runs any more
        self._reported = 0.0
        self.result: Any = None
        self.error: BaseException | None = None
        self.running = True

    def cancel(self) -> None:
        """Ask the work to stop at its next step; it ends with :class:`Cancelled`."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def perform(self) -> None:
        """Do the work, on whatever thread this is called."""
        try:
            if self._stop.is_set():
                raise Cancelled
            self.result = self._work(Job(self._report, self._stop.is_set))
        except BaseException as error:  # noqa: BLE001 — told on the GUI thread, whatever it is
            self.error = error
        finally:
            self.over.set()

    def _report(self, done: int, total: int, what: str) -> None:
        self.progress = (done, total, what)
        now = time.monotonic()
        if now - self._reported >= _PAUSE:
            self._reported = now
            self._moved(self)


Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Tasks(QObject):
    """Starts work and hands its outcome back on the GUI thread. ``trouble`` gets errors that nobody else takes."""

    trouble = Signal(object)
    # Emitted on a working thread, received on this object's: Qt queues them.
    _landed = Signal(object)
    _moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lanes = {
            Lane.WRITE: ThreadPoolExecutor(1, thread_name_prefix="write"),
            Lane.READ: ThreadPoolExecutor(2, thread_name_prefix="read"),
            Lane.DESK: ThreadPoolExecutor(1, thread_name_prefix="desk"),
            Lane.BACKGROUND: ThreadPoolExecutor(1, thread_name_prefix="background"),
        }
        self._waiting: dict[Task, tuple[Done, Failed | None]] = {}
        self._closed = False
        self._landed.connect(self._land)
        self._moved.connect(self._move)

    def start(
        self, lane: Lane, work: Callable[[Job], Any], done: Done, failed: Failed | None = None, name: str = ""
    ) -> Task:
        """Do ``work(job)`` in a lane; afterwards ``done(result)`` or ``failed(error)`` is called on the GUI thread.

        Without ``failed`` an error goes to ``trouble``; a cancel, which was a person's wish, to nobody. After
        :meth:`close` nothing is begun any more.
        """
        task = Task(name, work, self._moved.emit, lane)
        if self._closed:
            return task
        self._waiting[task] = (done, failed)

        def perform() -> None:
            task.perform()
            self._landed.emit(task)

        self._lanes[lane].submit(perform)
        return task

    @property
    def pending(self) -> int:
        """How many pieces of work that somebody waits for have not been handed back yet."""
        return sum(1 for task in self._waiting if task.lane is not Lane.BACKGROUND)

    def _move(self, task: Task) -> None:
        if task.running:
            task.progressed.emit(*task.progress)

    def _land(self, task: Task) -> None:
        if task not in self._waiting:  # it was on its way when the threads were ended
            return
        done, failed = self._waiting.pop(task)
        task.running = False
        try:
            if task.error is None:
                done(task.result)
            elif failed is not None:
                failed(task.error)
            elif not isinstance(task.error, Cancelled):
                self.trouble.emit(task.error)
        finally:
            task.ended.emit()

    def close(self) -> None:
        """End the threads. What only looks, and long work, is stopped; an edit or choice that was asked for is still
        made. Nothing is handed back any more."""
        if self._closed:
            return
        self._closed = True
        for task in self._waiting:
            if task.lane is Lane.READ or task.name:
                task.cancel()
        self._waiting.clear()
        for name, lane in self._lanes.items():
            lane.shutdown(wait=True, cancel_futures=name is Lane.READ)
