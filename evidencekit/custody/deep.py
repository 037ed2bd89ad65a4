"""Opening paths that are longer than the system takes in one piece (PATH_MAX), step by step from folder to folder."""

from __future__ import annotations

import errno
import os

_PIECE = 2000  # bytes of a path handed to the system at once; Linux takes 4,096


def open_path(path: bytes, flags: int) -> int:
    """A file descriptor of a path of any length. Raises :class:`OSError` as ``os.open`` does."""
    try:
        return os.open(path, flags)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG or os.open not in os.supports_dir_fd:
            raise
    folder: int | None = None
    try:
        *pieces, last = _pieces(path)
        for piece in pieces:
            below = os.open(piece, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0), dir_fd=folder)
            if folder is not None:
                os.close(folder)
            folder = below
        return os.open(last, flags, dir_fd=folder)
    finally:
        if folder is not None:
            os.close(folder)


def _pieces(path: bytes) -> list[bytes]:
    """The path cut at separators into pieces short enough, the file's own name last."""
    found, piece = [], b"/" if path.startswith(b"/") else b""
    *folders, name = path.strip(b"/").split(b"/")
    for each in folders:
        if len(piece) + len(each) > _PIECE:
            found.append(piece)
            piece = b""
        piece += each + b"/"
    return [*found, *([piece] if piece else []), name]


def list_folder(folder: bytes) -> list[tuple[bytes, os.stat_result]]:
    """(path, lstat) of everything in a folder, however long its path. Raises :class:`OSError`."""
    try:
        with os.scandir(folder) as entries:
            return [(entry.path, entry.stat(follow_symlinks=False)) for entry in entries]
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG or os.scandir not in os.supports_fd:
            raise
    fd = open_path(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        with os.scandir(fd) as entries:
            return [(folder + b"/" + os.fsencode(entry.name), entry.stat(follow_symlinks=False)) for entry in entries]
    finally:
        os.close(fd)
