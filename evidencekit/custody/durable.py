"""Bytes that are on the disk, not only on their way to it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_BREATH = 0.01  # seconds between two looks at a lock that somebody else holds


def fsync_fd(fd: int) -> None:
    """Flush a file to the medium; on macOS only F_FULLFSYNC reaches past the drive's own cache."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fsync(fd)


def fsync_folder(folder: Path) -> None:
    """Flush a folder's entries. Windows keeps no such handle: its renames are journalled."""
    if sys.platform == "win32":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        fsync_fd(fd)
    finally:
        os.close(fd)


def take_lock(fd: int) -> bool:
    """Lock an open file for this process alone, until it is closed or the process ends; whether nobody else has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def alone(path: Path, *, wait: float) -> Iterator[None]:
    """Hold off others who would change the same at the same time, by a lock on this file, which is made where it is
    not there. Raises :class:`TimeoutError` when somebody else still holds it after ``wait`` seconds and
    :class:`OSError` where it cannot be made."""
    until = time.monotonic() + wait
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not take_lock(fd):
            if time.monotonic() >= until:
                raise TimeoutError(errno.ETIMEDOUT, "another window or command is writing there", str(path))
            time.sleep(_BREATH)
        yield
    finally:
        os.close(fd)


def flush_batch(folder: Path, files: Iterable[Path]) -> None:
    """Flush new files and their names at once: one ``syncfs`` on Linux, file by file elsewhere. Raises
    :class:`OSError`."""
    if _sync_file_system(folder):
        return
    parents = set()
    for file in files:
        fd = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))  # Windows flushes only what may be written
        try:
            fsync_fd(fd)
        finally:
            os.close(fd)
        parents.add(file.parent)
    for parent in parents:
        fsync_folder(parent)


def flush_names(folder: Path, folders: Iterable[Path]) -> None:
    """Flush the entries of folders on the file system of ``folder`` after renaming. Raises :class:`OSError`."""
    if not _sync_file_system(folder):
        for each in set(folders):
            fsync_folder(each)


def _sync_file_system(folder: Path) -> bool:
    """Flush a whole file system where the system can; whether it could."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
    if libc is None or not hasattr(libc, "syncfs"):
        return False
    fd = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(fd) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(fd)
    return True


class NewFile:
    """A file that is written once from its beginning, past the page cache where the system lets us.

    Written that way a large copy costs no processor time, is on the medium when the write returns, and is read back
    from the medium. ``size`` is what is expected, in bytes. Raises :class:`OSError`.
    """

    _ALIGNED = 4096

    def __init__(self, path: Path, size: int, *, direct_from: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._direct = getattr(os, "O_DIRECT", 0) if size >= direct_from else 0
        try:
            self._fd = os.open(path, flags | self._direct, 0o600)
        except OSError as error:
            if not self._direct or error.errno != errno.EINVAL:  # what a file system says that cannot do it
                raise
            path.unlink(missing_ok=True)
            self._direct = 0
            self._fd = os.open(path, flags, 0o600)

    def write(self, chunk: memoryview) -> None:
        """Write all of a chunk; a page-aligned one of whole pages goes past the cache."""
        if self._direct and len(chunk) % self._ALIGNED:
            self._through_the_cache()
        try:
            write_all(self._fd, chunk)
        except OSError as error:
            if not self._direct or error.errno != errno.EINVAL:
                raise
            self._through_the_cache()
            write_all(self._fd, chunk)

    def _through_the_cache(self) -> None:
        import fcntl

        fcntl.fcntl(self._fd, fcntl.F_SETFL, fcntl.fcntl(self._fd, fcntl.F_GETFL) & ~self._direct)
        self._direct = 0

    def close(self) -> None:
        os.close(self._fd)


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace a file so that a crash leaves the old or the new one: write ``.tmp``, flush, rename, flush folder."""
    temporary = path.with_name(path.name + ".tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
    try:
        write_all(fd, data)
        fsync_fd(fd)
    finally:
        os.close(fd)
    temporary.replace(path)
    fsync_folder(path.parent)


def write_private(path: Path, data: bytes, settle: Callable[[Path], object] | None = None) -> None:
    """Write a file of the user's own folder, for this user alone, in place of a former one: a crash leaves the old or
    the new one, and whoever writes it at the same time gets no error. ``settle`` is given the written file to put it
    there in another way. Raises :class:`OSError`; what stood there still stands then."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.stem}.{secrets.token_hex(6)}.tmp")
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            write_all(fd, data)
            fsync_fd(fd)
        finally:
            os.close(fd)
        if settle is None:
            temporary.replace(path)
        else:
            settle(temporary)
    finally:
        temporary.unlink(missing_ok=True)
    fsync_folder(path.parent)


def write_once(path: Path, data: bytes) -> None:
    """Write a new file for good, flushed and read-only. Raises :class:`OSError`, leaving none."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o444)
    try:
        try:
            write_all(fd, data)
            fsync_fd(fd)
        finally:
            os.close(fd)
        fsync_folder(path.parent)
    except OSError:  # a full disk: half a record is none
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write every byte, however the system splits the writes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
