"""Positions in TIFF structures: EXIF, raw files of cameras (also those that begin in a way of their own), and maps.

Sources: CIPA DC-008 (Exif), TIFF 6.0, BigTIFF, the headers of Olympus ORF, Panasonic RW2 and JPEG XR as ExifTool
documents them, OGC 19-008r4 (GeoTIFF). The position 0, 0 is none: devices write it when they know of none.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

Fetch = Callable[[int, int], bytes]
Entry = tuple[int, int, bytes]
Entries = dict[int, Entry]
TIFF = re.compile(
    rb"II\*\0|MM\0\*|II\+\0\x08\0\0\0|MM\0\+\0\x08\0\0|IIU\0|MM\0U|IIR[OS]\x08\0\0\0|MM[OS]R\0\0\0\x08|II\xbc\x01"
)
_GPS_IFD, _SUB_IFDS, _EXIF_IFD = 0x8825, 0x014A, 0x8769
_TIEPOINT, _TRANSFORMATION, _GEO_KEYS = 0x8482, 0x85D8, 0x87AF
_MOST_IFDS, _MOST_ENTRIES = 32, 2_000
_PLACES = ((1, 2, 3, 4), (0x13, 0x14, 0x15, 0x16))  # where it was taken, and where it looks to
_WIDTHS = {11: 4, 12: 8}  # of numbers with a fraction


def tiff_place(fetch: Fetch, base: int) -> str:
    """The position in a TIFF structure (EXIF) that begins at ``base``; empty when it has none."""
    head = fetch(base, 16)
    if len(head) < 8:
        return ""
    return _Tiff(fetch, base, "<" if head[:2] == b"II" else ">", big=b"+" in head[2:4]).place(head)


class _Tiff:
    """A TIFF structure, whose directories may lie anywhere; offsets are bytes from its own beginning."""

    def __init__(self, fetch: Fetch, base: int, order: str, *, big: bool) -> None:
        self._fetch, self._base, self._order = fetch, base, order
        self._word = 8 if big else 4  # an offset or a count

    def place(self, head: bytes) -> str:
        waiting, seen = [self._number(head[8:16] if self._word == 8 else head[4:8])], set[int]()
        while waiting and len(seen) < _MOST_IFDS:
            at = waiting.pop()
            if at in seen or at < 8:
                continue
            seen.add(at)
            entries, following = self._directory(at)
            place = self._of(entries) or self._of_map(entries)
            if place:
                return place
            for tag in (_GPS_IFD, _EXIF_IFD, _SUB_IFDS):
                waiting += self._pointers(entries.get(tag))
            waiting.append(following)
        return ""

    def _number(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self._order == "<" else "big")

    def _at(self, offset: int, length: int) -> bytes:
        return self._fetch(self._base + offset, length)

    def _directory(self, at: int) -> tuple[Entries, int]:
        """Tag → (type, count, value or where it lies), and where the next directory is; nothing of what is none."""
        width = 8 if self._word == 8 else 2
        entry = 4 + 2 * self._word
        count = self._number(self._at(at, width))
        if not 0 < count <= _MOST_ENTRIES:
            return {}, 0
        data = self._at(at + width, count * entry + self._word)
        found: Entries = {}
        for start in range(0, min(count * entry, len(data) - entry + 1), entry):
            tag, kind = struct.unpack_from(self._order + "HH", data, start)
            if not 1 <= kind <= 18:
                return found, 0
            middle = start + 4 + self._word
            found[tag] = (kind, self._number(data[start + 4 : middle]), data[middle : start + entry])
        return found, self._number(data[count * entry :])

    def _pointers(self, entry: Entry | None) -> list[int]:
        if entry is None or entry[1] > _MOST_IFDS:
            return []
        kind, many, value = entry
        size = 8 if kind in (16, 18) else 4
        data = value if many * size <= len(value) else self._at(self._number(value), many * size)
        return [self._number(data[start : start + size]) for start in range(0, min(many * size, len(data)), size)]

    def _of(self, entries: Entries) -> str:
        for north, latitude, east, longitude in _PLACES:
            first, second = self._degrees(entries.get(latitude)), self._degrees(entries.get(longitude))
            if first is None or second is None:
                continue
            south = north in entries and entries[north][2][:1] == b"S"
            west = east in entries and entries[east][2][:1] == b"W"
            shown = _shown(-first if south else first, -second if west else second)
            if shown:
                return shown
        return ""

    def _of_map(self, entries: Entries) -> str:
        """Where a map lies, in the units of its own reference system."""
        if _GEO_KEYS not in entries:
            return ""
        point = self._numbers(entries.get(_TIEPOINT), 6)
        if len(point) == 6 and any(point[3:5]):
            return f"{point[4]:.5f}, {point[3]:.5f} (a map's corner)"
        matrix = self._numbers(entries.get(_TRANSFORMATION), 8)
        return f"{matrix[7]:.5f}, {matrix[3]:.5f} (a map's corner)" if len(matrix) == 8 and matrix[3] else ""

    def _numbers(self, entry: Entry | None, most: int) -> list[float]:
        if entry is None or entry[0] not in _WIDTHS:
            return []
        kind, many, value = entry
        width, many = _WIDTHS[kind], min(many, most)
        data = value if entry[1] * width <= len(value) else self._at(self._number(value), many * width)
        found = struct.unpack_from(f"{self._order}{min(many, len(data) // width)}{'fd'[width == 8]}", data)
        return [each for each in found if abs(each) < 1e9]

    def _degrees(self, entry: Entry | None) -> float | None:
        """Degrees, minutes and seconds as rationals; None for what is no coordinate."""
        if entry is None or not entry[1]:
            return None
        if entry[0] in _WIDTHS:
            numbers = self._numbers(entry, 3)
            degrees = sum(each / 60**place for place, each in enumerate(numbers))
            return degrees if numbers and 0 <= degrees <= 360 else None
        if entry[0] not in (5, 10):
            return None
        data = self._at(self._number(entry[2]), 8 * min(entry[1], 3))
        total, known = 0.0, False
        for place in range(len(data) // 8):
            top, bottom = struct.unpack_from(self._order + "II", data, 8 * place)
            if bottom:
                total, known = total + top / bottom / 60**place, True
        return total if known and total <= 360 else None


def _shown(latitude: float, longitude: float) -> str:
    if not latitude and not longitude:
        return ""
    return f"{latitude:.5f}, {longitude:.5f}"
