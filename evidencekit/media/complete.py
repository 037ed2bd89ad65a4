"""Whether a recording is all there: what its container says of its own size against the file's.

Decoders go by the file's end and say nothing. Only outer structure is read. Sources: Microsoft's RIFF, EBU Tech 3306
(RF64), Apple's AIFF and CAF, Sun's AU, ISO/IEC 14496-12, RFC 3533 (Ogg), RFC 9559 (Matroska), Microsoft's ASF.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

_MOST_CHUNKS = 4096
# Writers that cannot go back leave the largest size they can write.
_UNKNOWN = 0x7FFF_0000
_SLACK = 8  # some writers count the outer header in
_OGG_PAGE = 65_307
_SEGMENT = b"\x18\x53\x80\x67"
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_BROADCAST = 1
_ISO = ("mp4", "3gpp", "3gpp2", "quicktime")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Bytes that the container tells of and bytes that are there, of the sound alone or of the whole file; and, where
    the header gives the rate, the seconds they would last."""

    told: int
    there: int
    sound: bool = False
    seconds: float | None = None

    def __str__(self) -> str:
        what = "its sound" if self.sound else "the file"
        lasts = f" ({self.seconds:,.1f} seconds)" if self.seconds is not None else ""
        return (
            f"The recording is cut off: by its header {what} has {self.told:,} bytes{lasts}; {self.there:,} are there."
        )


def shortfall(file: BinaryIO, media_type: str) -> Shortfall | None:
    """What is missing at the end of a recording; None when nothing is, or when its format does not say."""
    size = file.seek(0, 2)
    family = media_type.partition("/")[2]
    if family in ("wav", "x-msvideo"):
        return _riff(file, size)
    if family in ("x-matroska", "webm"):
        return _matroska(file, size)
    if family in ("x-ms-wma", "x-ms-wmv"):
        return _asf(file, size)
    if family == "aiff":
        return _outer(int.from_bytes(_at(file, 4, 4)) + 8, size)
    if family == "basic":
        return _au(file, size)
    if family == "x-caf":
        return _caf(file, size)
    if family == "ogg":
        return _ogg(file, size)
    return _iso(file, size) if family in _ISO else None


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _outer(told: int, size: int) -> Shortfall | None:
    return Shortfall(told, size) if size + _SLACK < told < _UNKNOWN else None


def _riff(file: BinaryIO, size: int) -> Shortfall | None:
    outer = _at(file, 0, 12)
    order = "big" if outer[:4] == b"RIFX" else "little"
    rate, large = 0, 0
    at = 12
    for _ in range(_MOST_CHUNKS):
        header = _at(file, at, 8)
        if len(header) < 8:
            break
        name, length, body = header[:4], int.from_bytes(header[4:], order), at + 8  # type: ignore[arg-type]
        if name == b"ds64":
            large = int.from_bytes(_at(file, body + 8, 8), "little")
        elif name == b"fmt ":
            rate = int.from_bytes(_at(file, body + 8, 4), order)  # type: ignore[arg-type]
        elif name == b"data":
            known = large if length == 0xFFFF_FFFF else length if length < _UNKNOWN else 0
            if body + known > size:
                return Shortfall(known, max(0, size - body), True, known / rate if rate else None)
            if not known:
                return None
            length = known
        at = body + length + length % 2
    return _outer(int.from_bytes(outer[4:8], order) + 8, size)  # type: ignore[arg-type]


def _au(file: BinaryIO, size: int) -> Shortfall | None:
    header = _at(file, 0, 12)
    if len(header) < 12:
        return None
    start, length = struct.unpack_from(">II", header, 4)
    if length >= _UNKNOWN or start + length <= size:
        return None
    return Shortfall(length, max(0, size - start), True)


def _caf(file: BinaryIO, size: int) -> Shortfall | None:
    at = 8
    for _ in range(_MOST_CHUNKS):
        header = _at(file, at, 12)
        if len(header) < 12:
            return None
        name, length = header[:4], int.from_bytes(header[4:], signed=True)
        if length < 0:
            return None
        if at + 12 + length > size:
            return Shortfall(length, size - at - 12, True) if name == b"data" else Shortfall(at + 12 + length, size)
        at += 12 + length
    return None


def _ogg(file: BinaryIO, size: int) -> Shortfall | None:
    """Whether the last page ends inside the file."""
    start = max(0, size - 2 * _OGG_PAGE)
    tail = _at(file, start, 2 * _OGG_PAGE)
    last = tail.rfind(b"OggS\0")
    if last < 0 or start + last == 0:
        return None
    page = tail[last:]
    lengths = page[27 : 27 + page[26]] if len(page) > 26 else b""
    told = start + last + (27 + page[26] + sum(lengths) if len(page) > 26 else 27)
    return Shortfall(told, size) if told > size else None


def _iso(file: BinaryIO, size: int) -> Shortfall | None:
    """Whether each of the outermost boxes ends inside the file."""
    start = 0
    for _ in range(_MOST_CHUNKS):
        header = _at(file, start, 16)
        length = int.from_bytes(header[:4])
        if length == 1 and len(header) == 16:
            length = int.from_bytes(header[8:])
        if start + 8 > size or length < 8 or not header[4:8].isalnum():
            return None
        start += length
        if start > size:
            return Shortfall(start, size)
    return None


def _matroska(file: BinaryIO, size: int) -> Shortfall | None:
    """Whether the segment, which holds everything, ends inside the file; a live recording does not say."""
    head = _at(file, 0, 4096)
    at = head.find(_SEGMENT)
    if at < 0 or at + 12 > len(head):
        return None
    first = head[at + 4]
    width = 9 - first.bit_length()
    if not 1 <= width <= 8:
        return None
    told = int.from_bytes(head[at + 4 : at + 4 + width]) & ((1 << 7 * width) - 1)
    if told == (1 << 7 * width) - 1:
        return None
    end = at + 4 + width + told
    return Shortfall(end, size) if end > size else None


def _asf(file: BinaryIO, size: int) -> Shortfall | None:
    """What the file properties object says of the file's size; a broadcast's says nothing."""
    head = _at(file, 0, 65_536)
    at = head.find(_ASF_FILE)
    if at < 0 or at + 92 > len(head):
        return None
    told, flags = int.from_bytes(head[at + 40 : at + 48], "little"), int.from_bytes(head[at + 88 : at + 92], "little")
    return None if flags & _ASF_BROADCAST else _outer(told, size)
