"""What lies in a ZIP, a tar or a compressed file, one member after the other, without trust in what it says of itself.

Sources: PKWARE APPNOTE 6.3 (ZIP; 4.5 extra fields), POSIX.1-2001 (pax), RFC 1952 (gzip).
"""

from __future__ import annotations

import contextlib
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

from evidencekit.errors import ReaderError
from evidencekit.media.membernames import led_out, member_name

ENCRYPTED = "encrypted"
_COMPRESSED = {"application/gzip": "gz", "application/x-bzip2": "bz2", "application/x-xz": "xz"}
_TAR_ENDINGS = {"tgz": "tar", "tbz2": "tar", "tbz": "tar", "txz": "tar"}
_EPOCH_1601 = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Member:
    """One entry: ``path`` fit for a received path, ``found`` the name as it stands in the archive, ``size`` as stated
    (-1 unknown) and ``packed`` bytes (-1 unknown), ``time`` as stated with its ``basis``, ISO 8601, naive where no zone
    is. ``why`` says why it holds no content that can be taken out, or is empty; a ``folder`` has none to begin with."""

    path: str
    found: str
    size: int
    packed: int
    time: str
    basis: str
    open: Callable[[], IO[bytes]]
    why: str = ""
    folder: bool = False
    outside: bool = False

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """What the archive knew of the file, for the record of custody."""
        if not self.time:
            return ()
        return (("mtime" if self.time.endswith("Z") else "mtime_local", self.time), ("mtime_basis", self.basis))


def faults() -> tuple[type[Exception], ...]:
    """What the standard library raises over a damaged archive."""
    import lzma
    import zlib

    return (
        *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
        *(NotImplementedError, RuntimeError, struct.error, KeyError, IndexError, OverflowError, TypeError),
    )


class TooFarError(Exception):
    """What comes next lies behind more unpacked bytes than are gone through."""


def members(path: Path, media_type: str, untrusted_name: str, reach: int) -> Iterator[Member]:
    """Every entry in the archive's own order. Raises :class:`ReaderError` when it cannot be opened at all, any of
    :func:`faults` where it breaks off, and :class:`TooFarError` when ``reach`` unpacked bytes of a tar lie behind."""
    if media_type in ("application/zip", "application/java-archive"):
        return _zip(path)
    if media_type == "application/x-tar" or _holds_tar(path, media_type):
        return _tar(path, reach)
    return _single(path, media_type, untrusted_name)


def is_tar(path: Path, media_type: str) -> bool:
    """Whether a tar lies in it, compressed or not."""
    return media_type == "application/x-tar" or _holds_tar(path, media_type)


def _zip(path: Path) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except MemoryError:
        raise
    except faults():
        raise ReaderError(
            "The archive's list of contents is damaged or missing, so that nothing could be taken out of it.",
            todo="Ask for the archive again, or have it repaired and hand in what comes out.",
        ) from None
    with archive:
        for info in archive.infolist():
            yield _zip_member(archive, info)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    found = _zip_name(info)
    backslashes = info.create_system != 3 or "/" not in found
    mode = info.external_attr >> 16 if info.create_system == 3 else 0
    time, basis = _zip_time(info)
    why = ""
    if stat.S_ISLNK(mode):
        why = "symbolic link"
    elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        why = "device or pipe"
    elif info.flag_bits & 0x41:
        why = ENCRYPTED
    return Member(
        member_name(found, backslashes=backslashes),
        found,
        info.file_size,
        info.compress_size,
        time,
        basis,
        lambda: archive.open(info),
        why,
        folder=found.endswith("/") or (backslashes and found.endswith("\\")) or stat.S_ISDIR(mode),
        outside=led_out(found, backslashes=backslashes),
    )


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name as text. Without the flag for UTF-8 it is code page 437 by the rules, yet macOS and phones write UTF-8
    there, which no other text happens to be."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    for which, value in _extra(info.extra):
        if which == 0x7075 and len(value) > 5 and value[0] == 1 and _crc(raw) == int.from_bytes(value[1:5], "little"):
            return value[5:].decode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return info.orig_filename


def _crc(data: bytes) -> int:
    import zlib

    return zlib.crc32(data)


def _extra(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        which, length = struct.unpack_from("<HH", data)
        yield which, data[4 : 4 + length]
        data = data[4 + length :]


def _zip_time(info: zipfile.ZipInfo) -> tuple[str, str]:
    for which, value in _extra(info.extra):
        if which == 0x5455 and len(value) >= 5 and value[0] & 1:
            text = _utc(int.from_bytes(value[1:5], "little", signed=True))
            if text:
                return text, "ZIP extended timestamp, UTC"
        if which == 0x000A and len(value) >= 16 and value[4:8] == b"\x01\0\x18\0":
            with contextlib.suppress(OverflowError):
                moment = _EPOCH_1601 + timedelta(microseconds=int.from_bytes(value[8:16], "little") // 10)
                return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "ZIP NTFS times, UTC"
    try:
        return datetime(*info.date_time).isoformat(), "ZIP directory, no zone stated"
    except (ValueError, TypeError):
        return "", ""


def _utc(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def _holds_tar(path: Path, media_type: str) -> bool:
    if media_type not in _COMPRESSED:
        return False
    try:
        with _decompressed(path, media_type) as file:
            tarfile.TarInfo.frombuf(file.read(512), "utf-8", "surrogateescape")
    except faults():
        return False
    return True


def _decompressed(path: Path, media_type: str) -> IO[bytes]:
    import bz2
    import gzip
    import lzma

    if media_type == "application/gzip":
        return cast("IO[bytes]", gzip.open(path))
    return bz2.open(path) if media_type == "application/x-bzip2" else lzma.open(path)


_TAR_WHY = {
    tarfile.SYMTYPE: "symbolic link",
    tarfile.LNKTYPE: "hard link",
    tarfile.CHRTYPE: "device or pipe",
    tarfile.BLKTYPE: "device or pipe",
    tarfile.FIFOTYPE: "device or pipe",
}


def _tar(path: Path, reach: int) -> Iterator[Member]:
    with tarfile.open(path, "r:*", errorlevel=0, errors="surrogateescape") as archive:
        while (info := archive.next()) is not None:
            yield _tar_member(archive, info)
            if archive.offset > reach:
                raise TooFarError
            archive.members = []  # type: ignore[attr-defined]  # ten million small entries must not pile up
        file = archive.fileobj
        if file is None or file.seek(archive.offset) != archive.offset or file.read(512) != bytes(512):
            raise tarfile.ReadError  # tarfile takes a header cut in two for the end


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    def opened() -> IO[bytes]:
        file = archive.extractfile(info)
        if file is None:
            raise tarfile.ReadError
        return file

    found = info.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    why = _TAR_WHY.get(info.type, "" if info.isreg() or info.isdir() else "not a regular file")
    time = _utc(info.mtime)
    size = info.size if info.isreg() else 0
    # What is in a tar is not packed, but a sparse file says little and stands for much.
    sparse: Any = info.sparse
    packed = sum(length for _, length in sparse) if sparse else size
    return Member(
        member_name(found),
        found,
        size,
        packed,
        time,
        "tar header, UTC",
        opened,
        why,
        folder=info.isdir(),
        outside=led_out(found),
    )


def _single(path: Path, media_type: str, untrusted_name: str) -> Iterator[Member]:
    named, time = _gzip_header(path) if media_type == "application/gzip" else ("", "")
    base = untrusted_name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = base.rpartition(".")
    if not dot or not stem:
        stem = f"{base or 'content'}.out"
    elif ending.lower() in _TAR_ENDINGS:
        stem = f"{stem}.tar"
    found = named or stem
    yield Member(
        member_name(found, backslashes=True),
        found,
        -1,
        path.stat().st_size,
        time,
        "gzip header, UTC",
        lambda: _decompressed(path, media_type),
        outside=led_out(found, backslashes=True),
    )


def _gzip_header(path: Path) -> tuple[str, str]:
    """The file's name and time as a gzip header has them, empty where it does not."""
    with path.open("rb") as file:
        head = file.read(4096)
    flags, seconds = head[3], int.from_bytes(head[4:8], "little")
    at = 10
    if flags & 4:
        at += 2 + int.from_bytes(head[10:12], "little")
    name = ""
    if flags & 8 and (end := head.find(b"\0", at)) > at:
        name = head[at:end].decode("latin-1")
        with contextlib.suppress(UnicodeDecodeError):
            name = head[at:end].decode("utf-8")
    return name, _utc(seconds) if seconds else ""
