"""One place where a worker process runs, and the tasks it has been handed.

Several requests are under way at a time, because a worker that waits for the next one costs more than reading a
small file. A worker answers in order, so when it dies, the first unanswered file is the one it died of.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from evidencekit.media.outside import VARIABLE
from evidencekit.media.tasks import Task
from evidencekit.media.wire import Inbox, Message, WireError, pack

Manner = Literal["series", "single", "outside"]
"""How a lane's process reads: file after file in one process, each file in a process of its own, or so with the
leave to start programs (:mod:`evidencekit.media.outside`)."""

# What a pipe surely holds, so that handing over a request never blocks.
_ROOM_BYTES = 32_768 if os.name == "posix" else 2_048
_DEEPEST = 16
_QUICK = 0.02  # seconds; only files that take less are handed out many at a time


class Pool(Protocol):
    """What a lane needs of its owner. ``lock`` guards every lane's state."""

    lock: threading.RLock

    def want_process(self) -> None:
        """Some lane holds tasks and has no process. The lock is held."""

    def free(self, unread: Sequence[Task], manner: Manner) -> None:
        """A lane has room again; ``unread`` come back, first of all in that manner. The lock is held."""

    def started(self) -> None:
        """A worker is up and confined. The lock is held."""

    def not_started(self, unread: Sequence[Task], manner: Manner) -> None:
        """A worker ended before it was up, which no file can be blamed for. The lock is held."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use. ``cpu_seconds`` and ``wall_seconds`` count per file, and a file's size adds a second for
    every ``bytes_per_second``; ``growth_bytes`` is how much a worker may grow before it is replaced; ``file_bytes``
    the largest file it may write."""

    memory_bytes: int = 3 << 30
    cpu_seconds: float = 120
    wall_seconds: float = 180
    files_per_worker: int = 500
    growth_bytes: int = 512 << 20
    file_bytes: int = 8 << 30
    bytes_per_second: int = 8 << 20


@dataclass(frozen=True, slots=True)
class Start:
    """How a worker process is started and bound."""

    command: Sequence[str]
    limits: Limits
    manner: Manner
    programs: Callable[[], Mapping[str, str]] = dict

    def settings(self) -> Message:
        """The first message to a worker."""
        limits = self.limits
        return {
            "manner": self.manner,
            "programs": list(self.programs().values()),
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "files": limits.files_per_worker,
            "growth_bytes": limits.growth_bytes,
            "file_bytes": limits.file_bytes,
        }

    def process(self) -> subprocess.Popen[bytes]:
        """A new worker; nothing of this process's environment goes along."""
        kept = {k: os.environ[k] for k in ("SYSTEMROOT", "WINDIR") if k in os.environ}
        if self.manner == "outside":
            kept[VARIABLE] = json.dumps(dict(self.programs()))
        return subprocess.Popen(
            list(self.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=os.path.abspath(os.sep),  # noqa: PTH100
            env={**kept, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"},
            start_new_session=True,  # a Ctrl-C is the parent's business
        )


class Lane:
    """Tasks under way in one worker process, started by :meth:`launch` when there are tasks."""

    def __init__(self, pool: Pool, start: Start) -> None:
        self._pool = pool
        self._start = start
        self._under_way: deque[Task] = deque()
        self._bytes = 0
        self._number = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._since = 0.0
        self._pace = _QUICK / 2
        self._ready = False
        self._stalled = False
        self._listener: threading.Thread | None = None

    def burden(self) -> int:
        """How busy it is; a lane without a process counts as having some work, so that few files start few."""
        return len(self._under_way) + (0 if self._process else 2)

    def has_room(self) -> bool:
        """Whether another task may be handed over."""
        if not self._under_way:
            return True
        deepest = _DEEPEST if self._pace < _QUICK and self._start.manner == "series" else 1
        return len(self._under_way) < deepest and self._bytes < _ROOM_BYTES // 2

    def send(self, task: Task) -> None:
        """Hands a task over. The lock is held."""
        self._number += 1
        if not task.start(self._number, self._start.limits.bytes_per_second):
            return
        task.number = self._number
        if not self._under_way:
            self._since = time.monotonic()
        self._under_way.append(task)
        self._bytes += len(task.frame)
        if self._process is None:
            self._pool.want_process()
        else:
            _write(self._process, task.frame)

    def launch(self) -> None:
        """Starts a process when one is wanted. Linux kills a worker when the thread that started it ends, so this is
        called by a thread that lives as long as the pool."""
        with self._pool.lock:
            if self._process is not None or not self._under_way:
                return
        try:
            process = self._start.process()
        except OSError:
            with self._pool.lock:
                self._pool.not_started(self._leave(), self._start.manner)
            return
        listener = threading.Thread(target=self._listen, args=(process,), name="reader-answers", daemon=True)
        with self._pool.lock:
            if not self._under_way:  # stopped meanwhile
                _kill(process)
                _bury(process)
                return
            self._process, self._ready, self._stalled, self._since = process, False, False, time.monotonic()
            _write(process, pack(self._start.settings()) + b"".join(task.frame for task in self._under_way))
            listener.start()
            self._listener = listener  # only now: a thread that was never started cannot be joined

    def check(self, now: float) -> None:
        """Kills the worker when its present file takes longer than it may. The lock is held."""
        if self._process is None or not self._under_way:
            return
        if self._since + self._start.limits.wall_seconds + self._under_way[0].more_seconds < now:
            self._stalled = True
            _kill(self._process)

    def stop(self) -> list[Task]:
        """Kills the worker; gives back what it had not answered. The lock is held."""
        left = self._leave()
        if self._process is not None:
            _kill(self._process)
        return left

    def join(self) -> None:
        """Waits until a stopped worker is gone. The lock is not held."""
        if self._listener is not None and self._listener is not threading.current_thread():
            self._listener.join()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        inbox = Inbox.of(process.stdout.fileno())
        retired = False
        with contextlib.suppress(WireError, OSError):
            while not retired and (message := inbox.next()) is not None:
                retired = self._take(message)
        code = _bury(process)
        with self._pool.lock:
            self._process = None
            if not self._ready:
                self._pool.not_started(self._leave(), self._start.manner)
                return
            unread = self._leave() if retired else self._unread(code)
            self._pool.free(unread, self._start.manner)

    def _take(self, message: Message) -> bool:
        """Takes one answer; True when the worker reads no further. Raises :class:`WireError` on nonsense."""
        with self._pool.lock:
            if not self._ready and message == {"ready": True}:
                self._ready = True
                self._pool.started()
                return False
            task = self._under_way[0] if self._under_way and self._ready else None
        if task is None or message.get("id") != task.number:
            raise WireError
        after = task.answer(message)
        with self._pool.lock:
            if not self._under_way:
                return True  # stopped meanwhile
            self._under_way.popleft()
            self._bytes -= len(task.frame)
            now = time.monotonic()
            self._pace, self._since = now - self._since, now
            last = message.get("last") is True
            if after in ("single", "outside"):
                self._pool.free([task], after)
            if not last:
                self._pool.free([], self._start.manner)
            return last

    def _leave(self) -> list[Task]:
        """Everything under way, which is then no longer."""
        unread, self._bytes = list(self._under_way), 0
        self._under_way.clear()
        return unread

    def _unread(self, code: int) -> list[Task]:
        """What is left to read after a worker's death; ``code`` is how it died."""
        unread = self._leave()
        if not unread:
            return unread
        first = unread[0]
        first.deaths += 1
        cause = self._cause(code, first.more_seconds)
        # A worker may also die of what an earlier file did to it: the second death is this file's own.
        if cause is None and first.deaths < 2:
            return unread
        after = first.blame(cause or "The process that read it died.")
        first.deaths = 0 if after == "once more" else first.deaths
        return unread if after == "once more" else unread[1:]

    def _cause(self, code: int, more: float) -> str | None:
        limits = self._start.limits
        if self._stalled:
            return f"It took longer than {limits.wall_seconds + more:g} seconds to read."
        if sys.platform != "win32" and code in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
            return f"It needed more than {limits.cpu_seconds + more:g} seconds of processor time."
        return None


def _write(process: subprocess.Popen[bytes], frame: bytes) -> None:
    """A worker that died is noticed where its answers are read."""
    assert process.stdin is not None
    view = memoryview(frame)
    with contextlib.suppress(OSError, ValueError):
        while view:
            view = view[os.write(process.stdin.fileno(), view) :]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With everything it has started: a worker leads a process group of its own."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        elif process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)


def _bury(process: subprocess.Popen[bytes]) -> int:
    """Ends a worker whose answers have ended, and says how it died."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        return process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        _kill(process)
        return process.wait()
