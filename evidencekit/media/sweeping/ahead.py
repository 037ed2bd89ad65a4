"""SQLite's write-ahead logs: rows as they lie in the pages of one, put together where a value runs over several.

Sources: “The SQLite Database File Format”, 1.5 (records), 1.6 (b-tree pages), 2 and 4 (the log).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from evidencekit.media.sweeping.blob import Blob
from evidencekit.media.sweeping.streams import way_of

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_HEADER, _FRAME = 32, 24
_LEAVES = {0x0D: 8, 0x0A: 8, 0x02: 12, 0x05: 12}  # kinds of pages with cells, and how long their headers are
_TABLE_LEAF, _TABLE_INNER = 0x0D, 0x05
_WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)
_MOST_PAGES, _MOST_VALUE = 1_000_000, 64 << 20
_SHORTEST = 4


def log(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """Search the rows in a write-ahead log, also those that a later change took away again."""
    size = int.from_bytes(blob.at(8, 4))
    if not 512 <= size <= 65536 or size & (size - 1):
        hunt.unsearchable("it is damaged", inside)
        return
    seen: set[bytes] = set()
    pages: dict[int, int] = {}
    begun: list[int] = []
    for number, at in enumerate(range(_HEADER, blob.size - _FRAME - size + 1, _FRAME + size)):
        if number > _MOST_PAGES:
            hunt.unsearchable("it has more pages than are gone through", inside)
            break
        page, done = struct.unpack(">II", blob.at(at, 8))
        pages[page] = at + _FRAME
        begun.append(page)
        if done:
            _commit(hunt, blob, size, pages, begun, seen, inside)
            begun = []
    _commit(hunt, blob, size, pages, begun, seen, inside)


def _commit(
    hunt: Hunt,
    blob: Blob,
    size: int,
    pages: dict[int, int],
    begun: list[int],
    seen: set[bytes],
    inside: tuple[str, ...],
) -> None:
    words: list[str] = []
    for page in begun:
        for value, whole in _values(blob, size, pages, page):
            digest = hashlib.sha256(value).digest()
            if digest in seen:
                continue
            seen.add(digest)
            if not whole and way_of(value[:32]):
                hunt.unsearchable("a packed value in it goes on in its database", inside)
            hunt.blob(Blob.of_bytes(value, "value"), (*inside, "value"))
            words.append(value[:_MOST_VALUE].decode("utf-8", "replace"))
    hunt.text("\n".join(words), inside)


def _values(blob: Blob, size: int, pages: dict[int, int], page: int) -> Iterator[tuple[bytes, bool]]:
    """The texts and blobs that begin in a page, each with whether all of it is there."""
    data = blob.at(pages[page], size)
    start = 100 if page == 1 else 0
    kind = data[start]
    if kind not in _LEAVES or kind == _TABLE_INNER:
        return
    count = int.from_bytes(data[start + 3 : start + 5])
    first = start + _LEAVES[kind]
    for place in range(first, min(first + 2 * count, size - 1), 2):
        try:
            record, whole = _payload(blob, data, int.from_bytes(data[place : place + 2]), kind, pages)
            yield from _columns(record, whole)
        except IndexError:
            continue  # a cell that leads out of its page


def _payload(blob: Blob, data: bytes, at: int, kind: int, pages: dict[int, int]) -> tuple[bytes, bool]:
    size = len(data)
    at += 4 if kind == 2 else 0
    length, at = _varint(data, at)
    if kind == _TABLE_LEAF:
        _, at = _varint(data, at)
    length = min(length, _MOST_VALUE)
    most = size - 35 if kind == _TABLE_LEAF else (size - 12) * 64 // 255 - 23
    if length <= most:
        return data[at : at + length], at + length <= size
    least = (size - 12) * 32 // 255 - 23
    here = least + (length - least) % (size - 4)
    here = here if here <= most else least
    parts, left = [data[at : at + here]], length - here
    following = int.from_bytes(data[at + here : at + here + 4])
    while left > 0 and following in pages:
        more = blob.at(pages[following], size)
        parts.append(more[4 : 4 + left])
        left -= size - 4
        following = int.from_bytes(more[:4])
    return b"".join(parts), left <= 0


def _columns(record: bytes, whole: bool) -> Iterator[tuple[bytes, bool]]:
    end, at = _varint(record, 0)
    body = end
    while at < end:
        kind, at = _varint(record, at)
        width = _WIDTHS[kind] if kind < 12 else (kind - 12) // 2
        value = record[body : body + width]
        if kind >= 12 and len(value) >= _SHORTEST:
            yield value, whole or len(value) == width
        body += width


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for each in range(8):
        byte = data[at + each]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + each + 1
    return value << 8 | data[at + 8], at + 9
