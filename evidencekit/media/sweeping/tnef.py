"""What Outlook sends as winmail.dat ([MS-OXTNEF]): its attributes, attachments and MAPI properties, each searched."""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from evidencekit.media.sweeping.blob import Blob
from evidencekit.media.sweeping.mails import outlook_parts

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

SIGNATURE = b"\x78\x9f\x3e\x22"
_LARGEST = 512 << 20
_TITLE, _DATA = 0x00018010, 0x0006800F
_PROPERTIES = (0x00069003, 0x00069004, 0x00069005)
_MULTIPLE, _NAMED = 0x1000, 0x8000
_OF_FOUR, _OF_EIGHT, _OF_SIXTEEN = (2, 3, 4, 0x0A, 0x0B), (5, 6, 7, 0x14, 0x40), (0x48,)
_OF_ANY = (0x0D, 0x1E, 0x1F, 0x0102)
_OBJECT = 0x0D
_ID = 16  # bytes before an object that say of what kind it is
_MOST = 100_000


class _BrokenError(Exception):
    """It does not go on as it says."""


def tnef(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """Search a winmail.dat; what is damaged in it is told."""
    data = blob.whole(_LARGEST)
    if data is None:
        hunt.unsearchable("it is too large to be taken apart", inside)
        return
    name = "attachment"
    try:
        for attribute, body in _attributes(data):
            if attribute == _TITLE:
                name = body.rstrip(b"\0").decode("cp1252", "replace") or "attachment"
            if attribute == _DATA:
                hunt.blob(Blob.of_bytes(body, name), (*inside, name))
            elif attribute in _PROPERTIES:
                for value in _properties(body):
                    _value(hunt, value, name, inside)
            else:
                _both_ways(hunt, body, inside)
    except (_BrokenError, struct.error):
        hunt.unsearchable("it is damaged, or written in a way that is not known here", inside)
    outlook_parts(hunt, blob, inside)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at < len(data):
        _, attribute, size = struct.unpack_from("<BII", data, at)
        body = data[at + 9 : at + 9 + size]
        if len(body) < size:
            yield attribute, body
            raise _BrokenError
        yield attribute, body
        at += 9 + size + 2


def _properties(data: bytes) -> Iterator[bytes]:
    """The values of MAPI properties that are neither numbers nor times ([MS-OXTNEF] 2.1.3.4)."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    if count > _MOST:
        raise _BrokenError
    for _ in range(count):
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= _NAMED:
            at = yield from _named(data, at)
        single = kind & ~_MULTIPLE
        values = 1
        if kind & _MULTIPLE or single in _OF_ANY:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        if values > _MOST:
            raise _BrokenError
        for _ in range(values):
            if single in _OF_ANY:
                (size,) = struct.unpack_from("<I", data, at)
                value = data[at + 4 : at + 4 + size]
                if len(value) < size:
                    raise _BrokenError
                yield value[_ID:] if single == _OBJECT else value
                at += 4 + size + -size % 4
            else:
                at += _width(single)


def _named(data: bytes, at: int) -> Generator[bytes, None, int]:
    """The words of a named property's name; gives back where its value begins."""
    (by_name,) = struct.unpack_from("<I", data, at + 16)
    if not by_name:
        return at + 24
    size = int(struct.unpack_from("<I", data, at + 20)[0])
    yield data[at + 24 : at + 24 + size]
    return at + 24 + size + -size % 4


def _width(kind: int) -> int:
    for width, kinds in ((4, _OF_FOUR), (8, _OF_EIGHT), (16, _OF_SIXTEEN)):
        if kind in kinds:
            return width
    raise _BrokenError


def _value(hunt: Hunt, value: bytes, name: str, inside: tuple[str, ...]) -> None:
    if len(value) > 2:
        hunt.blob(Blob.of_bytes(value, name), (*inside, name))
        _both_ways(hunt, value, inside)


def _both_ways(hunt: Hunt, body: bytes, inside: tuple[str, ...]) -> None:
    for encoding in ("utf-16-le", "cp1252", "utf-8"):
        hunt.text(body.decode(encoding, "replace"), inside)
