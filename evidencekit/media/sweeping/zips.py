"""What lies in a ZIP although its list of contents does not name it: entries of which only the local header is left,
other ZIPs before it, anything between the entries, and comments (PKWARE APPNOTE 6.3, 4.3.7 and 4.4)."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidencekit.media.sweeping.blob import FRAGMENT, Blob
from evidencekit.media.sweeping.packed import FLOOR, RATIO, behind, part
from evidencekit.media.sweeping.streams import Stream

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

LOCAL = b"PK\x03\x04"
_SIZES = b"PK\x07\x08"  # of an entry, behind it
_CHUNK = 1 << 20
_DESCRIPTOR = 24  # bytes at most, that say a size behind what they are the size of
_NEWEST = 63
_METHODS = frozenset((*range(15), 16, 18, 19, 20, *range(93, 100)))
_LONGEST_NAME = 4096
_WAYS = {8: "deflate", 12: "bzip2"}
_LZMA = 14


@dataclass(frozen=True, slots=True)
class Local:
    """A local header: where its data begins, its ``size`` in bytes as packed (0: it stands behind the data), how it is
    packed, and what it says of its name."""

    start: int
    size: int
    method: int
    sealed: bool
    name: str


def local(blob: Blob, at: int) -> Local | None:
    """The local header there; None for what only begins like one."""
    raw = blob.at(at, 30)
    if len(raw) < 30 or not raw.startswith(LOCAL):
        return None
    version, flags, method = struct.unpack_from("<HHH", raw, 4)
    packed, _, length, extra = struct.unpack_from("<IIHH", raw, 18)
    if version & 0xFF > _NEWEST or method not in _METHODS or not 0 < length <= _LONGEST_NAME:
        return None
    name = blob.at(at + 30, length)
    if b"\0" in name:
        return None
    size = 0 if packed == 0xFFFFFFFF or (flags & 8 and not packed) else packed
    return Local(at + 30 + length + extra, size, method, bool(flags & 0x41), name.decode("utf-8", "replace"))


def unlisted(hunt: Hunt, blob: Blob, inside: tuple[str, ...], *, before: bool) -> None:
    """Search what a ZIP holds beside the entries that its list names; what stands ``before`` its first one too."""
    with blob.open() as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
            return  # told by whoever opened it
        told = [archive.comment, *(info.comment for info in archive.infolist())]
        extra = b"\n".join(each for each in told if each)
        taken = sorted(_taken(blob, archive))
        end = archive.start_dir
    if extra:
        hunt.blob(Blob.of_bytes(extra, "comment"), (*inside, "comments"))
    at, loose = (0 if before or not taken else taken[0][0]), 0
    for start, stop, follows in (*taken, (end, end, 0)):
        if start - at > loose:
            _gap(hunt, blob, at, start, inside)
        if stop >= at:
            at, loose = stop, follows


def _taken(blob: Blob, archive: zipfile.ZipFile) -> Iterator[tuple[int, int, int]]:
    """Of every listed entry: where it begins and ends, and how many bytes may follow that tell its sizes."""
    for info in archive.infolist():
        raw = blob.at(info.header_offset, 30)
        if len(raw) == 30:
            length, extra = struct.unpack_from("<HH", raw, 26)
            end = info.header_offset + 30 + length + extra + info.compress_size
            yield info.header_offset, end, _DESCRIPTOR if raw[6] & 8 else 0


def _gap(hunt: Hunt, blob: Blob, at: int, end: int, inside: tuple[str, ...]) -> None:
    while at < end:
        if blob.at(at, 4) == _SIZES:
            at += 24 if blob.at(at + 24, 2) == b"PK" and blob.at(at + 16, 2) != b"PK" else 16
            continue
        found = local(blob, at)
        if found is not None:
            at = max(at + 1, entry(hunt, blob, found, end, inside, strict=True))
            continue
        following = _next(blob, at + 1, end, (LOCAL,))
        behind(hunt, blob, at, inside, following)
        at = following


def entry(hunt: Hunt, blob: Blob, found: Local, end: int, inside: tuple[str, ...], *, strict: bool) -> int:
    """Search an entry by its local header; where it ends, or as much as is known of that. ``strict``: what cannot be
    opened is told, else it is passed, for bytes that are cut into pages."""
    from evidencekit.media.sweeping.hunt import TooMuchError

    here = (*inside, f"{found.name}, not in the list of contents")
    known = min(found.start + found.size, end)
    if found.sealed or found.method not in (0, *_WAYS):
        if strict:
            hunt.unsearchable("it is encrypted, or compressed in a way that is not known here", here)
        return known
    with blob.open() as file:
        file.seek(found.start)
        if found.method:
            stream = Stream(file, _WAYS[found.method])
            chunks, most = stream.chunks(), max(FLOOR, RATIO * (found.size or blob.size))
        else:
            stream = None
            known = known if found.size else _next(blob, found.start, end, (_SIZES, LOCAL, b"PK\x01\x02"))
            chunks, most = part(file, known - found.start), 1 << 40
        try:
            inner = hunt.stream(chunks, found.name, most)
        except TooMuchError:
            hunt.unsearchable("it unpacks to more than is gone through", here)
            return known
        if stream is not None and stream.ended:
            known = file.tell()
        elif stream is not None and strict:
            hunt.unsearchable("it is damaged", here)
    hunt.blob(inner, here if stream is None or stream.ended else (*here, FRAGMENT))
    inner.drop()
    return known


def _next(blob: Blob, at: int, end: int, marks: tuple[bytes, ...]) -> int:
    """Where the first of the marks stands from ``at`` on; else the end."""
    while at < end:
        piece = blob.at(at, min(_CHUNK, end - at) + 3)
        places = [place for place in map(piece.find, marks) if place >= 0]
        if places:
            return min(at + min(places), end)
        at += _CHUNK
    return end
