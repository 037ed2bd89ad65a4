"""The originals: content-addressed by SHA-256, read-only, never opened for writing.

A batch is staged first (copied and hashed in one pass), flushed once, read again and compared, and only then
named by its digest: ``originals/ab/<sha256>``.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from evidencekit.custody.deep import open_path
from evidencekit.custody.digest import LARGE, digest_file, digest_stream
from evidencekit.custody.durable import NewFile, flush_batch, flush_names
from evidencekit.custody.provenance import SourceFacts, source_facts
from evidencekit.errors import Cancelled, StorageError
from evidencekit.job import Job
from evidencekit.model import Digests

_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_READ_ONLY = 0o444
_APART = 256 << 10  # bytes from which on it pays to hand a file to another thread


class Refused(Exception):  # noqa: N818 — an outcome, turned into a refusal with its reason
    """A path that is not taken in; the message says why."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One file copied into the staging folder, hashed while it was copied. ``changed`` says that the source was
    written to meanwhile."""

    path: Path
    digests: Digests
    size: int
    source: SourceFacts
    changed: bool


def stage(source: bytes, target: Path, job: Job, done: int, total: int, what: str) -> Staged:
    """Copy a regular file without following links, hashing on the way.

    Reports ``done`` plus the bytes read so far of ``total`` to the job, which may cancel. Raises :class:`Refused`
    for what is no regular file or cannot be read, and :class:`StorageError` when the case's disk refuses.
    """
    try:
        fd = open_path(source, _READ_FLAGS)
    except OSError as error:
        raise Refused(f"it could not be opened ({error.strerror})") from error
    with os.fdopen(fd, "rb", buffering=0) as stream:
        before = os.fstat(fd)
        if not stat.S_ISREG(before.st_mode):
            raise Refused("not a regular file")
        facts = source_facts(source, before)
        digests, size = _copy(stream, target, before.st_size, job, done, total, what)
        after = os.fstat(fd)
    changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size
    return Staged(target, digests, size, facts, changed)


def _copy(stream: object, target: Path, expect: int, job: Job, done: int, total: int, what: str) -> tuple[Digests, int]:
    write_fault: OSError | None = None
    try:
        out = NewFile(target, expect, direct_from=LARGE)
    except OSError as error:
        raise _refusal(error, target) from error
    try:

        def sink(chunk: memoryview) -> None:
            nonlocal write_fault
            try:
                out.write(chunk)
            except OSError as error:
                write_fault = error
                raise

        return digest_stream(
            stream,  # type: ignore[arg-type]  # an unbuffered FileIO
            expect=expect,
            sink=sink,
            tick=lambda count: job.step(done + count, total, what),
        )
    except OSError as error:
        target.unlink(missing_ok=True)
        if write_fault is not None:
            raise _refusal(error, target) from error
        raise Refused(f"it could not be read to its end ({error.strerror})") from error
    finally:
        out.close()


def _refusal(error: OSError, target: Path) -> StorageError:
    return StorageError(
        f"The case's disk could not be written ({error.strerror}); nothing was taken in.",
        item=str(target.parent),
        todo="Free space or check the disk, then run it again.",
    )


class _Progress:
    """Bytes done over several threads; any of them may be told to cancel."""

    def __init__(self, total: int, job: Job) -> None:
        self._total, self._job = total, job
        self._done = 0
        self._stopped = False
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            if self._stopped:
                raise Cancelled
            self._job.step(self._done, self._total, "comparing the copies with what was read")

    def stop(self) -> None:
        self._stopped = True


def _read_back(each: Staged, progress: _Progress) -> None:
    before = 0

    def tick(count: int) -> None:
        nonlocal before
        progress.add(count - before)
        before = count

    found, size = digest_file(os.fspath(each.path), tick=tick, from_medium=True)
    if found != each.digests or size != each.size:
        raise StorageError(
            "A copy did not read back equal to its source; nothing was taken in.",
            item=each.path.name,
            todo="The case's disk may be failing: check it, then run it again.",
        )


class Originals:
    """The store under a case's ``originals/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with that digest lie."""
        return self.folder / sha256[:2] / sha256

    def keep(self, staged: Sequence[Staged], job: Job) -> list[Path]:
        """Make a staged batch permanent: flush once, re-read and compare, then name each file by its digest; gives
        the files that were not there before.

        Content that is already kept is not kept twice. Raises :class:`StorageError` when a copy does not re-read
        equal or the disk refuses, and then keeps none; cancelling is possible until the renaming starts.
        """
        named: list[Path] = []
        if not staged:
            return named
        try:
            job.step(0, 0, "waiting for the disk to hold the copies")
            flush_batch(staged[0].path.parent, [each.path for each in staged])
            self._compare(staged, job)
            for each in staged:
                if self._name(each):
                    named.append(self.path(each.digests.sha256))
            parents = {self.path(each.digests.sha256).parent for each in staged}
            flush_names(self.folder, [self.folder, *parents])
        except BaseException as error:
            self.give_up(named)
            if isinstance(error, OSError):
                raise _refusal(error, self.folder) from error
            raise
        return named

    @staticmethod
    def give_up(named: Sequence[Path]) -> None:
        """Removes what :meth:`keep` has just named and nothing was said of in the ledger yet: on a full disk, every
        attempt would else leave its copies behind."""
        for path in named:
            with contextlib.suppress(OSError):
                path.chmod(0o600)  # Windows removes nothing that is read-only
                path.unlink()

    @staticmethod
    def _compare(staged: Sequence[Staged], job: Job) -> None:
        """Read every copy back from the medium; all but the smallest two at a time, for the medium is faster than one
        digest."""
        progress = _Progress(sum(each.size for each in staged), job)
        small = [each for each in staged if each.size < _APART]
        for each in small:
            _read_back(each, progress)
        with ThreadPoolExecutor(max_workers=2) as pool:
            waiting = [pool.submit(_read_back, each, progress) for each in staged if each.size >= _APART]
            try:
                for future in waiting:
                    future.result()
            except BaseException:
                progress.stop()
                raise

    def _name(self, each: Staged) -> bool:
        """Whether it was not there before."""
        target = self.path(each.digests.sha256)
        if target.exists():
            self._still_sound(target, each)
            each.path.unlink()
            return False
        each.path.chmod(_READ_ONLY)
        target.parent.mkdir(parents=True, exist_ok=True)
        each.path.rename(target)
        return True

    @staticmethod
    def _still_sound(target: Path, each: Staged) -> None:
        found, _ = digest_file(os.fspath(target))
        if found != each.digests:
            raise StorageError(
                "The original that is already kept under this digest was changed; nothing was taken in.",
                item=target.name,
                todo="Run `evidencekit verify` on the case.",
            )

    def kept(self) -> dict[str, str]:
        """Every file below the store, links among them: its path relative to the store (posix) → its path."""
        found: dict[str, str] = {}
        waiting = [("", os.fspath(self.folder))]
        while waiting:
            below, folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        name = below + entry.name
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append((name + "/", entry.path))
                        else:
                            found[name] = entry.path
            except OSError:  # what cannot be listed is missing
                continue
        return found
