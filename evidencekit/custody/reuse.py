"""What is made from evidence and kept to be used again. It can be thrown away, and is not trusted either: a foreign
case folder may hold anything. What is reused bears a code that only this user can make, over the very bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any
from uuid import uuid4

Mac = Callable[[bytes], str]
Body = dict[str, Any]

_RECORD = "kept.json"
_LARGEST_RECORD = 16 << 20
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PLACE = re.compile("[0-9a-f]{64}")
_MAKING = "making-"
_ABANDONED = 24 * 3600  # seconds after which nobody makes it any more
_STALE = 3600  # seconds; a newer use is not noted again


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: JSON values, and the one file that goes with them."""

    body: Body
    file: Path | None


class Shelf:
    """Kept things under ``folder``, one sub-folder each; ``mac`` makes the user's code over bytes.

    Several programs may use one shelf at the same time."""

    def __init__(self, folder: Path, mac: Mac) -> None:
        # Workers answer with paths without “..”, and what they made must be found under this folder.
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 — must not follow links
        self._mac = mac

    def place(self, *made_of: object) -> Path:
        """The folder of what is made of these JSON values; the same values are the same folder."""
        return self.folder / hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()

    def kept(self, place: Path) -> Kept | None:
        """What is kept in ``place``; None when there is nothing, or it is not as this user left it."""
        try:
            with _regular(place / _RECORD) as stream:
                told = json.loads(stream.read(_LARGEST_RECORD))
            body, name, digest = told["body"], told["file"], told["digest"]
            # The code first: nothing that a stranger's record names is opened.
            if told["mac"] != self._code(place, body, name, digest):
                return None
            file = place / name if name is not None else None
            if file is not None and _digest(file) != digest:
                return None
            self._used(place / _RECORD)
            return Kept(body, file)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, place: Path, body: Body, file: Path | None) -> None:
        """Keep what lies in ``place``, ``file`` among it. Raises :class:`OSError`."""
        place.mkdir(parents=True, exist_ok=True)
        self._record(place, place, body, file)

    def making(self) -> Path:
        """A name for a folder in which something new is made, out of everybody's way."""
        return self.folder / f"{_MAKING}{uuid4().hex}"

    def settle(self, made: Path, place: Path, body: Body, file: Path | None) -> Path | None:
        """Keep what was made in ``made``, which becomes ``place``; gives where ``file`` lies now.

        Raises :class:`OSError`; then it still lies where it was made."""
        made.mkdir(parents=True, exist_ok=True)
        self._record(made, place, body, file)
        if place.is_symlink() or place.is_file():
            place.unlink()
        else:
            shutil.rmtree(place, ignore_errors=True)
        made.rename(place)
        return place / file.relative_to(made) if file is not None else None

    def prune(self, most: int) -> int:
        """Forget what was used longest ago until at most so many bytes are kept; gives how many are left.

        Removes nothing but folders of its own making."""
        found: list[tuple[float, int, Path]] = []
        for path in _folders(self.folder):
            if path.name.startswith(_MAKING) and _age(path) > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)
            elif _PLACE.fullmatch(path.name):
                found.append(_weight(path))
        left = sum(size for _, size, _ in found)
        for used, size, path in sorted(found):
            if left <= most:
                break
            if _weight(path)[0] > used:
                continue  # wanted again meanwhile
            shutil.rmtree(path, ignore_errors=True)
            left -= size
        return left

    def _record(self, where: Path, place: Path, body: Body, file: Path | None) -> None:
        name = file.relative_to(where).as_posix() if file is not None else None
        digest = _digest(file) if file is not None else None
        told = {"body": body, "file": name, "digest": digest, "mac": self._code(place, body, name, digest)}
        draft = where / (_RECORD + ".tmp")
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(where / _RECORD)

    def _code(self, place: Path, body: object, name: object, digest: object) -> str:
        return self._mac(json.dumps([place.name, body, name, digest], sort_keys=True).encode())

    @staticmethod
    def _used(record: Path) -> None:
        try:
            if _age(record) > _STALE:
                os.utime(record)
        except OSError:
            pass  # a folder that cannot be written is never pruned either


def _regular(path: Path) -> BufferedReader:
    """A plain file opened for reading, never through a link. Raises :class:`OSError`."""
    descriptor = os.open(path, _OPEN)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return os.fdopen(descriptor, "rb")


def _digest(file: Path) -> str:
    with _regular(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _age(path: Path) -> float:
    return time.time() - path.stat(follow_symlinks=False).st_mtime


def _weight(place: Path) -> tuple[float, int, Path]:
    """When a place was used last, and the bytes in it."""
    used, size = 0.0, 0
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                about = entry.stat(follow_symlinks=False)
                size += about.st_size
                if entry.name == _RECORD:
                    used = about.st_mtime
    except OSError:
        pass  # taken away meanwhile
    return used, size, place
