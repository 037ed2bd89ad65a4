"""The only door to the readers: every hostile file is opened in a worker process, never in this one.

A file that kills, stalls or exhausts its worker costs that worker and nothing else: it becomes a reading with a
warning, and the files behind it are read by the next worker.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from evidencekit.errors import Cancelled, ReaderError
from evidencekit.media.lane import Lane, Limits, Manner, Start
from evidencekit.media.outside import found
from evidencekit.media.protocol import Look
from evidencekit.media.studies import WITH_PROGRAMS
from evidencekit.media.tasks import PagesTask, PreviewTask, ReadTask, StudyTask, Task
from evidencekit.model import Context, Pages, Preview, Reading, Study
from evidencekit.printing.paper import Sheet

__all__ = ["Limits", "Readers"]

_STARTS = 5


class Readers:
    """A few worker processes, started when there is something to read.

    ``workers`` processes read in series; as many again read, one process a file, what :attr:`Reader.one_shot`
    asks for; and one does so with the leave to start ``programs`` (name → absolute path; by default those that are
    found). ``command`` starts a worker; by default the running Python, isolated.
    """

    def __init__(
        self,
        workers: int = 2,
        limits: Limits | None = None,
        command: Sequence[str] | None = None,
        programs: Mapping[str, str] | None = None,
    ) -> None:
        limits = limits or Limits()
        command = command or (sys.executable, "-I", "-X", "utf8", "-m", "evidencekit.media.worker")
        self.lock = threading.RLock()
        self._wall = limits.wall_seconds
        self._closed = False
        self._failed_starts = 0
        self._wanted = threading.Event()
        self._keeper: threading.Thread | None = None
        self._queues: dict[Manner, deque[Task]] = {"series": deque(), "single": deque(), "outside": deque()}
        outside = Start(command, limits, "outside", cache(lambda: found() if programs is None else dict(programs)))
        self._lanes: dict[Manner, list[Lane]] = {
            "series": [Lane(self, Start(command, limits, "series")) for _ in range(workers)],
            "single": [Lane(self, Start(command, limits, "single")) for _ in range(workers)],
            "outside": [Lane(self, outside)],
        }

    def submit(
        self, source_path: Path, untrusted_name: str, case_zone: str, out: Path, context: Context | None = None
    ) -> Future[Reading]:
        """Reads one file. The future gives a reading whatever the file is, with warnings when it is bad. It raises
        :class:`Cancelled` when the readers are closed first, and :class:`ReaderError` when no reader process can be
        started at all. Text and children are written under ``out``, which is
        made when needed and must belong to this file alone."""
        future: Future[Reading] = Future()
        path, out = _absolute(source_path), _absolute(out)
        self._enter(ReadTask(future, path, untrusted_name, case_zone, out, context=context or Context()))
        return future

    def submit_pages(
        self,
        source_path: Path,
        untrusted_name: str,
        media_type: str,
        case_zone: str,
        sheet: Sheet,
        out: Path,
        context: Context | None = None,
    ) -> Future[Pages]:
        """Makes the printable rendition of a file whose media type is known. The future gives pages whatever the file
        is; where there are none, ``pdf`` is None, and a warning says why. Raises as :meth:`submit` does."""
        future: Future[Pages] = Future()
        path, out = _absolute(source_path), _absolute(out)
        task = PagesTask(future, path, untrusted_name, case_zone, out, media_type=media_type, sheet=sheet)
        task.context = context or Context()
        self._enter(task)
        return future

    def submit_preview(
        self,
        source_path: Path,
        untrusted_name: str,
        media_type: str,
        case_zone: str,
        out: Path,
        *,
        page: int = 0,
        width: int,
        height: int = 0,
        thumb: bool = False,
        context: Context | None = None,
    ) -> Future[Preview]:
        """Makes what the screen shows of a file whose media type is known: a picture no larger than it is within
        ``width`` by ``height`` (0 for any) pixels, a PDF page (0-based) that wide, or a recording's sound; for a
        ``thumb`` neither sound nor words. The future gives a preview whatever the file is; with warnings when it
        cannot be shown. Raises as :meth:`submit` does."""
        future: Future[Preview] = Future()
        path, out = _absolute(source_path), _absolute(out)
        look = Look(page, max(1, width), max(0, height), thumb)
        task = PreviewTask(future, path, untrusted_name, case_zone, out, media_type=media_type, look=look)
        task.context = context or Context()
        self._enter(task)
        return future

    def submit_study(
        self,
        source_path: Path,
        untrusted_name: str,
        media_type: str,
        case_zone: str,
        out: Path,
        *,
        work: str,
        settings: Mapping[str, str],
    ) -> Future[Study]:
        """Does long work on a file: ``work`` is one of :data:`evidencekit.media.studies.STUDIES`. The future gives
        what came of it, with warnings when nothing did. Raises as :meth:`submit` does."""
        future: Future[Study] = Future()
        path, out = _absolute(source_path), _absolute(out)
        task = StudyTask(
            future, path, untrusted_name, case_zone, out, media_type=media_type, work=work, settings=dict(settings)
        )
        task.manner = "outside" if work in WITH_PROGRAMS else "series"
        self._enter(task)
        return future

    def close(self) -> None:
        """Ends every worker at once. What was not read yet raises :class:`Cancelled` from its future."""
        with self.lock:
            self._closed = True
            left = [task for queue in self._queues.values() for task in queue]
            for queue in self._queues.values():
                queue.clear()
            for lane in self._every_lane():
                left += lane.stop()
            keeper = self._keeper
        for task in left:
            task.fail(Cancelled("Reading was stopped."))
        self._wanted.set()
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join()
        for lane in self._every_lane():
            lane.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def want_process(self) -> None:
        """See :class:`~evidencekit.media.lane.Pool`."""
        self._wanted.set()

    def free(self, unread: Sequence[Task], manner: Manner) -> None:
        """See :class:`~evidencekit.media.lane.Pool`."""
        if self._closed:
            for task in unread:
                task.fail(Cancelled("Reading was stopped."))
            return
        self._queues[manner].extendleft(reversed(unread))
        self._feed(manner)

    def started(self) -> None:
        """See :class:`~evidencekit.media.lane.Pool`."""
        self._failed_starts = 0

    def not_started(self, unread: Sequence[Task], manner: Manner) -> None:
        """See :class:`~evidencekit.media.lane.Pool`."""
        self._failed_starts += 1
        if self._closed or self._failed_starts < _STARTS:
            self.free(unread, manner)
            return
        waiting = [*unread, *(task for queue in self._queues.values() for task in queue)]
        for queue in self._queues.values():
            queue.clear()
        for task in waiting:
            task.fail(
                ReaderError(
                    "The process that reads files cannot be started on this computer.",
                    todo="Install the program again, or free some memory, and repeat; nothing was read.",
                )
            )

    def _every_lane(self) -> list[Lane]:
        return [lane for lanes in self._lanes.values() for lane in lanes]

    def _enter(self, task: Task) -> None:
        with self.lock:
            if self._closed:
                task.fail(Cancelled("The readers are closed."))
                return
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="reader-keeper", daemon=True)
                self._keeper.start()
            self._queues[task.manner].append(task)
            self._feed(task.manner)

    def _feed(self, manner: Manner) -> None:
        """Hands waiting tasks to the lanes with room, the idlest first. The lock is held."""
        queue = self._queues[manner]
        while queue:
            roomy = [lane for lane in self._lanes[manner] if lane.has_room()]
            if not roomy:
                return
            min(roomy, key=Lane.burden).send(queue.popleft())

    def _keep(self) -> None:
        """Starts the workers that are wanted and kills those that take too long."""
        pause = min(1.0, self._wall / 4)
        while not self._closed:
            self._wanted.wait(pause)
            self._wanted.clear()
            for lane in self._every_lane():
                lane.launch()
            with self.lock:
                for lane in self._every_lane():
                    lane.check(time.monotonic())


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 — must not follow links
