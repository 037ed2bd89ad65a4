"""Positions in FIT files, as watches and bicycle computers write them. Source: the FIT protocol (Garmin)."""

from __future__ import annotations

import struct
from collections.abc import Callable

Fetch = Callable[[int, int], bytes]
_LARGEST = 16 << 20
_MOST_MESSAGES = 400_000
_NONE = 0x7FFFFFFF
# The kind of message → its fields of latitudes; that of the longitude is the next.
_FIELDS = {20: (0,), 18: (3, 29, 31, 38), 19: (3, 5, 27, 29), 32: (2,), 142: (3, 5), 150: (1,), 160: (1,), 285: (3,)}
_Layout = tuple[int, int, str]  # the kind of message, its length, its byte order


def fit_place(fetch: Fetch, at: int) -> str:
    """The first position in a FIT file that begins at ``at``; empty when it has none."""
    head = fetch(at, 14)
    if len(head) < 12 or head[0] not in (12, 14) or head[8:12] != b".FIT":
        return ""
    data = fetch(at + head[0], min(int.from_bytes(head[4:8], "little"), _LARGEST))
    layouts: dict[int, tuple[_Layout, list[int]]] = {}
    place = 0
    for _ in range(_MOST_MESSAGES):
        if place >= len(data):
            return ""
        mark = data[place]
        if mark & 0x40 and not mark & 0x80:
            place = _define(data, place, layouts)
            continue
        known = layouts.get(mark >> 5 & 3 if mark & 0x80 else mark & 15)
        if known is None:
            return ""
        (_, length, order), offsets = known
        for offset in offsets:
            pair = data[place + 1 + offset : place + 9 + offset]
            if len(pair) == 8:
                north, east = struct.unpack(order + "ii", pair)
                if _NONE not in (north, east) and (north or east):
                    return f"{north * 180 / 2**31:.5f}, {east * 180 / 2**31:.5f}"
        place += 1 + length
    return ""


def _define(data: bytes, place: int, layouts: dict[int, tuple[_Layout, list[int]]]) -> int:
    """Take in how messages are laid out; where the next begins."""
    if len(data) < place + 6:
        return len(data)
    order = ">" if data[place + 2] else "<"
    (kind,) = struct.unpack_from(order + "H", data, place + 3)
    many, at, length = data[place + 5], place + 6, 0
    fields = [(data[at + 3 * n], data[at + 3 * n + 1]) for n in range(many) if at + 3 * n + 1 < len(data)]
    offsets = []
    for (number, size), following in zip(fields, [*fields[1:], (-1, 0)], strict=True):
        if number in _FIELDS.get(kind, ()) and size == 4 and following == (number + 1, 4):
            offsets.append(length)
        length += size
    at += 3 * many
    if data[place] & 0x20 and at < len(data):  # fields of the maker's own
        own = data[at]
        length += sum(data[at + 2 + 3 * n] for n in range(own) if at + 2 + 3 * n < len(data))
        at += 1 + 3 * own
    layouts[data[place] & 15] = (kind, length, order), offsets
    return at
