"""The originals: content-addressed by SHA-256, read-only, never opened for writing.

A batch is staged first (copied and hashed in one pass), flushed once, read again and compared, and only then
named by its digest: ``originals/ab/<sha256>``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidencekit.custody.digest import digest_file, digest_stream
from evidencekit.custody.durable import flush_batch, write_all
from evidencekit.custody.provenance import SourceFacts, source_facts
from evidencekit.errors import StorageError
from evidencekit.job import Job
from evidencekit.model import Digests

_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_READ_ONLY = 0o444


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
        fd = os.open(source, _READ_FLAGS)
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
    try:
        out = os.open(target, _WRITE_FLAGS, 0o600)
    except OSError as error:
        raise _refusal(error, target) from error
    read_fault: OSError | None = None
    try:

        def sink(chunk: memoryview) -> None:
            nonlocal read_fault
            try:
                write_all(out, chunk)
            except OSError as error:
                read_fault = error
                raise

        return digest_stream(
            stream,  # type: ignore[arg-type]  # an unbuffered FileIO
            expect=expect,
            sink=sink,
            tick=lambda count: job.step(done + count, total, what),
        )
    except OSError as error:
        target.unlink(missing_ok=True)
        if error is read_fault:
            raise _refusal(error, target) from error
        raise Refused(f"it could not be read to its end ({error.strerror})") from error
    finally:
        os.close(out)


def _refusal(error: OSError, target: Path) -> StorageError:
    return StorageError(
        f"The case's disk could not be written ({error.strerror}); nothing was taken in.",
        item=str(target.parent),
        todo="Free space or check the disk, then run it again.",
    )


class Originals:
    """The store under a case's ``originals/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with that digest lie."""
        return self.folder / sha256[:2] / sha256

    def keep(self, staged: Sequence[Staged], job: Job) -> None:
        """Make a staged batch permanent: flush once, re-read and compare, then name each file by its digest.

        Content that is already kept is not kept twice. Raises :class:`StorageError` when a copy does not re-read
        equal or the disk refuses; cancelling is possible until the renaming starts.
        """
        if not staged:
            return
        try:
            flush_batch(staged[0].path.parent, [each.path for each in staged])
            self._compare(staged, job)
            for each in staged:
                self._name(each)
            flush_batch(self.folder, [self.path(each.digests.sha256) for each in staged])
        except OSError as error:
            raise _refusal(error, self.folder) from error

    @staticmethod
    def _compare(staged: Sequence[Staged], job: Job) -> None:
        total, done = sum(each.size for each in staged), 0
        for each in staged:
            start = done
            found, size = digest_file(
                os.fspath(each.path),
                tick=lambda count, start=start: job.step(start + count, total, "comparing the copies"),  # type: ignore[misc]
                from_medium=True,
            )
            done += size
            if found != each.digests or size != each.size:
                raise StorageError(
                    "A copy did not read back equal to its source; nothing was taken in.",
                    item=each.path.name,
                    todo="The case's disk may be failing: check it, then run it again.",
                )

    def _name(self, each: Staged) -> None:
        target = self.path(each.digests.sha256)
        if target.exists():
            self._still_sound(target, each)
            each.path.unlink()
            return
        each.path.chmod(_READ_ONLY)
        target.parent.mkdir(parents=True, exist_ok=True)
        each.path.rename(target)

    @staticmethod
    def _still_sound(target: Path, each: Staged) -> None:
        found, _ = digest_file(os.fspath(target))
        if found != each.digests:
            raise StorageError(
                "The original that is already kept under this digest was changed; nothing was taken in.",
                item=target.name,
                todo="Run `evidencekit verify` on the case.",
            )

    def kept(self) -> dict[str, Path]:
        """Every file below the store: its path relative to the store (posix) → its path."""
        found: dict[str, Path] = {}
        for where, folders, files in os.walk(self.folder):
            folders.sort()
            for name in sorted(files):
                path = Path(where, name)
                found[path.relative_to(self.folder).as_posix()] = path
        return found
