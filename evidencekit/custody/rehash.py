"""Many files hashed again at once, on every core.

hashlib and blake3 let go of the interpreter while they work, so threads are enough. Files are taken largest first, so
that no long one is begun last; one that is longer than a fair share of all has its two digests computed side by side.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from evidencekit.custody.digest import digest_file
from evidencekit.errors import Cancelled
from evidencekit.job import Job
from evidencekit.model import Digests

# Below this many bytes in all, starting threads costs more than they save.
_FEW = 4 << 20
_MOST_WORKERS = 32
_LOOK = 0.1  # seconds between two looks at progress, and at whether a person cancelled


@dataclass(frozen=True, slots=True)
class Asked:
    """One file to be hashed: its path, the size believed in bytes, and the name that progress shows."""

    path: str
    size: int
    what: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """What hashing one file gave: both digests and its size in bytes, or why it could not be read."""

    digests: Digests | None = None
    size: int = 0
    fault: OSError | None = None


def cores() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def digest_all(files: Sequence[Asked], job: Job, *, done: int = 0, total: int = 0) -> list[Hashed]:
    """Hash every file with both digests; the results stand in the order asked.

    Progress goes to the job in bytes, from ``done`` of ``total`` on, always from the calling thread. Raises
    :class:`~evidencekit.errors.Cancelled`; a file that cannot be read is a result.
    """
    workers = min(cores(), len(files), _MOST_WORKERS)
    run = _Run(files, max(workers, 1))
    if workers < 2 or run.size < _FEW:
        run.work(0, lambda: job.step(done + run.done, total, run.what))
        return run.results
    with ThreadPoolExecutor(workers) as pool:
        try:
            waiting: set[Future[None]] = {pool.submit(run.work, number, run.must_go_on) for number in range(workers)}
            while waiting:
                job.step(done + run.done, total, run.what)
                ended, waiting = wait(waiting, timeout=_LOOK)
                for each in ended:
                    each.result()
        finally:
            run.stopped = True
    return run.results


class _Run:
    """What the workers share. Each worker writes only its own count and the results of the files it took."""

    def __init__(self, files: Sequence[Asked], workers: int) -> None:
        self.size = sum(each.size for each in files)
        self.results = [Hashed()] * len(files)
        self.what = ""
        self.stopped = False
        self._files = files
        self._share = self.size / workers
        self._waiting = deque(sorted(range(len(files)), key=lambda place: files[place].size, reverse=True))
        self._counts = [0] * workers

    @property
    def done(self) -> int:
        """Bytes hashed so far, by all."""
        return sum(self._counts)

    def must_go_on(self) -> None:
        """Raise :class:`Cancelled` once the calling thread has given up."""
        if self.stopped:
            raise Cancelled

    def work(self, number: int, told: Callable[[], None]) -> None:
        """Take files until none is left; ``told`` is called before and within each and may raise to stop."""
        while True:
            try:
                place = self._waiting.popleft()
            except IndexError:
                return
            asked = self._files[place]
            self.what = asked.what
            told()
            before = self._counts[number]
            self.results[place] = self._one(asked, number, before, told)
            self._counts[number] = before + asked.size

    def _one(self, asked: Asked, number: int, before: int, told: Callable[[], None]) -> Hashed:
        def tick(count: int) -> None:
            self._counts[number] = before + min(count, asked.size)
            told()

        try:
            digests, size = digest_file(asked.path, tick=tick, alone=asked.size > self._share)
        except OSError as fault:
            return Hashed(fault=fault)
        return Hashed(digests, size)
