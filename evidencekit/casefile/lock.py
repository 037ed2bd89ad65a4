"""One writer per case, by a lock of the operating system that ends with its process."""

from __future__ import annotations

import os
from pathlib import Path

from evidencekit.custody.durable import take_lock
from evidencekit.errors import BusyError, CaseError


class CaseLock:
    """Held while a case is open for writing."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises :class:`BusyError` when another program holds it and :class:`CaseError` when the
        folder cannot be written."""
        path = folder / "case.lock"
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        except OSError as error:
            lies = os.access(path, os.F_OK) and os.access(folder, os.W_OK)
            what = "file that locks the case" if lies else "case folder"
            raise CaseError(
                f"The {what} cannot be written ({error.strerror}).",
                item=str(path if lies else folder),
                todo="Check its permissions, or copy the case to a disk that can be written.",
            ) from error
        if not take_lock(self._fd):
            os.close(self._fd)
            raise BusyError(
                "Another window or command is working on this case.",
                item=str(folder),
                todo="Wait until it is done or close it, then run this again.",
            )

    def release(self) -> None:
        """Give it up; a second time does nothing."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
