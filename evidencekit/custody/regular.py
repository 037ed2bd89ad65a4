"""Files of a record are files: no links out of the case, no pipes that never end, nothing larger than it can be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

SMALL = 1 << 22  # bytes of a note or of a list of keys, many times over


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read, if it is one. Raises :class:`OSError`, whose ``strerror`` says why, also of links and of
    what only looks like a file."""
    if path.is_symlink():  # also where the system cannot refuse them at opening
        raise OSError(errno.ELOOP, "it is a link, not a file", str(path))
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    fd = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is no file", str(path))
    return os.fdopen(fd, "rb")


def must_be_file(path: Path) -> None:
    """For files of the user's own folder, which may be links: a pipe in their place would be waited for without end.
    Raises :class:`OSError`."""
    if not path.is_file() and path.exists() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is no file", str(path))


def forbidden(error: BaseException | None) -> str:
    """What is to be done where the system did not allow it; empty for any other fault: nothing is damaged then, and
    nothing is to be restored or deleted."""
    if not isinstance(error, PermissionError):
        return ""
    return (
        "You may not read it. Have the permissions of that file and its folder set, then run this again; nothing is to "
        "be restored or deleted for that."
    )


def unlisted(folder: Path) -> OSError | None:
    """Why a folder that is there does not show what lies in it; None when it does, or when there is none."""
    try:
        with os.scandir(f"{folder}{os.sep}."):  # which one that may be listed and not entered does not allow
            return None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error


def read_regular(path: Path, most: int | None = None) -> bytes:
    """The bytes of a file, if it is one and no longer than ``most``. Raises :class:`OSError` as
    :func:`open_regular`."""
    with open_regular(path) as file:
        if most is None:
            return file.read()
        large = os.fstat(file.fileno()).st_size > most  # before any of it takes memory
        data = b"" if large else file.read(most + 1)
    if large or len(data) > most:
        raise OSError(errno.EFBIG, "it is far too large", str(path))
    return data
