"""Linux's Landlock: what a started program may read, and that it writes in one folder only.

Each version of the kernel knows more kinds of access; only what the running one knows can be asked of it. Source:
kernel documentation, userspace-api/landlock.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every 64-bit architecture
_O_PATH = 0x200000
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_LOOK = _EXECUTE | _READ_FILE | _READ_FOLDER
_WRITE_FILE, _MAKE_SOCKET, _TRUNCATE, _DEVICE = 1 << 1, 1 << 9, 1 << 14, 1 << 15
# How many kinds of access to files a version knows; to change is all of these but to look.
_KINDS = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_KINDS = 16
_TCP, _SIGNALS_AND_SOCKETS = 0b11, 0b11


def there() -> bool:
    """Whether the running kernel has it."""
    return _version() >= 1


def _version() -> int:
    if sys.platform != "linux" or struct.calcsize("P") != 8:
        return 0
    return int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, ctypes.c_size_t(0), 1))


def rules(readable: Iterable[str], folder: str) -> int | None:
    """A descriptor of the rules: ``readable`` folders to read and to run programs from, ``folder`` to read and write,
    no TCP, no signals and no sockets to others. None where the kernel has no Landlock."""
    version = _version()
    if version < 1:
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    every = (1 << _KINDS.get(version, _MOST_KINDS)) - 1
    wanted = struct.pack("QQQ", every, _TCP if version >= 4 else 0, _SIGNALS_AND_SOCKETS if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    made: int = libc.syscall(_CREATE, ctypes.c_char_p(wanted), ctypes.c_size_t(size), 0)
    if made < 0:
        return None
    for name in readable:
        _allow(libc, made, name, _LOOK & every)
    _allow(libc, made, "/dev", (_READ_FILE | _READ_FOLDER | _DEVICE) & every)
    _allow(libc, made, os.devnull, (_READ_FILE | _WRITE_FILE | _TRUNCATE) & every, file=True)
    _allow(libc, made, "/tmp", _MAKE_SOCKET)  # noqa: S108 — LibreOffice opens one there, wherever its own folder is
    _allow(libc, made, folder, every & ~_EXECUTE)
    return made


def look_at_oneself(descriptor: int) -> None:
    """Lets this process read what the system says of itself, which changes with the process."""
    _allow(ctypes.CDLL(None, use_errno=True), descriptor, "/proc/self/", _READ_FILE | _READ_FOLDER)


def keep(descriptor: int) -> bool:
    """Puts this process, and all it starts, under the rules for good. False when the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return int(libc.syscall(_RESTRICT, descriptor, 0)) == 0


def _allow(libc: ctypes.CDLL, made: int, name: str, access: int, *, file: bool = False) -> None:
    try:
        place = os.open(name, _O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there need not be allowed
    try:
        if file:
            access &= ~_READ_FOLDER
        libc.syscall(_ADD, made, 1, ctypes.c_char_p(struct.pack("=Qi", access, place)), 0)
    finally:
        os.close(place)
