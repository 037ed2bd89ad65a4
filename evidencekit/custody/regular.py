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
