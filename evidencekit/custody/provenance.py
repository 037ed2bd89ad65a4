"""What the source's file system knew about a file: facts for the acquisition record, never moments."""

from __future__ import annotations

import ctypes
import os
import plistlib
import sys
from datetime import UTC, datetime
from typing import Any

SourceFacts = dict[str, Any]

_STATX_BTIME = 0x800
_AT_SYMLINK_NOFOLLOW = 0x100
_AT_FDCWD = -100
_ORIGIN_ATTRIBUTES = ("user.xdg.origin.url", "user.xdg.referrer.url")
_MAC_ATTRIBUTES = ("com.apple.metadata:kMDItemWhereFroms", "com.apple.quarantine")
_LONGEST_ORIGIN = 4096


class _Timestamp(ctypes.Structure):
    _fields_ = (("sec", ctypes.c_int64), ("nsec", ctypes.c_uint32), ("pad", ctypes.c_int32))


class _Statx(ctypes.Structure):
    """struct statx of Linux as far as the birth time (statx(2)); 256 bytes, all of which the kernel writes."""

    _fields_ = (
        ("mask", ctypes.c_uint32),
        ("head", ctypes.c_uint8 * 60),
        ("atime", _Timestamp),
        ("btime", _Timestamp),
        ("rest", ctypes.c_uint8 * 160),
    )


def source_facts(path: bytes, info: os.stat_result) -> SourceFacts:
    """Size, times (nanoseconds since 1970 as strings, and UTC text), mode, owner, links and where the file came from.

    ``info`` is the ``fstat`` of the open file; nothing follows a link.
    """
    facts: SourceFacts = {
        "size": info.st_size,
        "mtime_ns": str(info.st_mtime_ns),
        "mtime": utc_text(info.st_mtime_ns),
        "ctime_ns": str(info.st_ctime_ns),
        "mode": oct(info.st_mode),
        "uid": info.st_uid,
        "gid": info.st_gid,
        "links": info.st_nlink,
    }
    born = _birth_ns(path, info)
    if born is not None:
        facts["birth_ns"] = str(born)
    origin = _where_from(path)
    if origin:
        facts["where_from"] = origin
    return facts


def utc_text(nanoseconds: int) -> str | None:
    """An ISO 8601 UTC text of a file-system time; None when it lies outside the calendar."""
    try:
        return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def _birth_ns(path: bytes, info: os.stat_result) -> int | None:
    # Python's own field exists on macOS, the BSDs and Windows.
    born: float | None = getattr(info, "st_birthtime", None)
    if born is not None:
        return int(getattr(info, "st_birthtime_ns", born * 1_000_000_000))
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    result = _Statx()
    if not hasattr(libc, "statx"):
        return None
    if libc.statx(_AT_FDCWD, path, _AT_SYMLINK_NOFOLLOW, _STATX_BTIME, ctypes.byref(result)) != 0:
        return None
    if not result.mask & _STATX_BTIME:
        return None
    return int(result.btime.sec) * 1_000_000_000 + int(result.btime.nsec)


def _where_from(path: bytes) -> dict[str, str]:
    if sys.platform.startswith("linux"):
        found = {name: _linux_attribute(path, name) for name in _ORIGIN_ATTRIBUTES}
    elif sys.platform == "darwin":
        found = {name: _mac_attribute(path, name) for name in _MAC_ATTRIBUTES}
    elif sys.platform == "win32":
        found = {"Zone.Identifier": _windows_stream(path)}
    else:
        found = {}
    return {name: text[:_LONGEST_ORIGIN] for name, text in found.items() if text}


def _linux_attribute(path: bytes, name: str) -> str:
    try:
        return os.getxattr(path, name, follow_symlinks=False).decode("utf-8", "backslashreplace")
    except OSError:
        return ""


def _mac_attribute(path: bytes, name: str) -> str:
    libc = ctypes.CDLL(None)
    buffer = ctypes.create_string_buffer(1 << 16)
    size = libc.getxattr(path, name.encode(), buffer, len(buffer), 0, 1)
    raw = buffer.raw[: max(size, 0)]
    if raw.startswith(b"bplist00"):
        try:
            return " ".join(str(part) for part in plistlib.loads(raw))
        except (plistlib.InvalidFileException, ValueError, TypeError):
            return ""
    return raw.decode("utf-8", "backslashreplace")


def _windows_stream(path: bytes) -> str:
    try:
        with open(os.fsdecode(path) + ":Zone.Identifier", encoding="utf-8", errors="backslashreplace") as stream:  # noqa: PTH123 — pathlib splits at the colon
            return stream.read(_LONGEST_ORIGIN)
    except OSError:
        return ""
