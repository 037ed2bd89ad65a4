"""Compound files ([MS-CFB]): written, so that a message inside another becomes a file that reads again."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF
_MINI, _CUTOFF = 64, 4096
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_IN_HEADER = 109  # sectors of the allocation table that the header itself names
_SMALL = 6 << 20  # bytes; beyond this, larger sectors, so that the header's own list suffices
LARGEST = 400 << 20


@dataclass(slots=True)
class Folder:
    """A storage: its name, its streams by name, the storages in it, and its class id."""

    name: str = "Root Entry"
    streams: dict[str, bytes] = field(default_factory=dict)
    folders: list[Folder] = field(default_factory=list)
    clsid: bytes = bytes(16)


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    clsid: bytes
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    colour: int = _BLACK
    start: int = _END


def compound(root: Folder) -> bytes:
    """The bytes of a compound file. Raises ``ValueError`` for more than :data:`LARGEST` bytes or a name over 31
    characters."""
    entries = [_Entry("Root Entry", _ROOT, root.clsid)]
    _gather(root, 0, entries)
    size = sum(len(entry.data) for entry in entries)
    if size > LARGEST or any(len(entry.name) > 31 for entry in entries):
        raise ValueError("too large, or a name too long, for a compound file")
    for entry in entries:
        entry.child = _tree(entry.children, entries)
    return _File(512 if size < _SMALL else 4096).write(entries)


def _gather(folder: Folder, at: int, entries: list[_Entry]) -> None:
    for name, data in folder.streams.items():
        entries[at].children.append(len(entries))
        entries.append(_Entry(name, _STREAM, bytes(16), data))
    for each in folder.folders:
        place = len(entries)
        entries[at].children.append(place)
        entries.append(_Entry(each.name, _STORAGE, each.clsid))
        _gather(each, place, entries)


def _tree(children: list[int], entries: list[_Entry]) -> int:
    """Makes a balanced red-black tree of siblings, ordered as [MS-CFB] 2.6.4 has it; its root, or none."""
    order = sorted(children, key=lambda n: (len(entries[n].name), entries[n].name.upper()))
    full = (len(order) + 1).bit_length() - 1  # levels that are full

    def place(first: int, end: int, depth: int) -> int:
        if first >= end:
            return _NONE
        middle = (first + end) // 2
        entry = entries[order[middle]]
        entry.colour = _RED if depth >= full else _BLACK
        entry.left, entry.right = place(first, middle, depth + 1), place(middle + 1, end, depth + 1)
        return order[middle]

    return place(0, len(order), 0)


class _File:
    """Sectors and the tables that chain them."""

    def __init__(self, sector: int) -> None:
        self._sector = sector
        self._sectors: list[bytes] = []
        self._fat: list[int] = []

    def write(self, entries: list[_Entry]) -> bytes:
        per = self._sector // 128
        # The directory comes first, where a look at the beginning of the file finds the names.
        directory = self._reserve(-(-len(entries) // per))
        mini, minifat = bytearray(), list[int]()
        for entry in entries[1:]:
            if entry.kind == _STREAM and entry.data:
                entry.start = (
                    _small(entry.data, mini, minifat) if len(entry.data) < _CUTOFF else self._chain(entry.data)
                )
        entries[0].data = bytes(mini)
        entries[0].start = self._chain(entries[0].data) if mini else _END
        table = b"".join(struct.pack("<I", n) for n in minifat)
        first_mini = self._chain(table, b"\xff") if table else _END
        count = -(-len(table) // self._sector)
        self._fill(directory, b"".join(_packed(entry) for entry in entries))
        fat_at = self._allocate()
        return self._header(directory, first_mini, count, fat_at) + b"".join(self._sectors)

    def _reserve(self, count: int) -> int:
        first = len(self._fat)
        self._fat += [*range(first + 1, first + count), _END]
        self._sectors += [bytes(self._sector)] * count
        return first

    def _chain(self, data: bytes, filler: bytes = b"\0") -> int:
        first = self._reserve(-(-len(data) // self._sector))
        self._fill(first, data, filler)
        return first

    def _fill(self, first: int, data: bytes, filler: bytes = b"\0") -> None:
        for number, at in enumerate(range(0, len(data), self._sector), first):
            self._sectors[number] = data[at : at + self._sector].ljust(self._sector, filler)

    def _allocate(self) -> list[int]:
        per = self._sector // 4
        count = 1
        while count * per < len(self._fat) + count:
            count += 1
        if count > _IN_HEADER:
            raise ValueError("too large for a compound file")
        at = list(range(len(self._fat), len(self._fat) + count))
        self._fat += [_FAT] * count
        full = self._fat + [_FREE] * (count * per - len(self._fat))
        for n in range(count):
            self._sectors.append(struct.pack(f"<{per}I", *full[n * per : (n + 1) * per]))
        return at

    def _header(self, directory: int, first_mini: int, minis: int, fat_at: list[int]) -> bytes:
        large = self._sector == 4096
        head = struct.pack(
            "<8s16sHHHHH6xIIIIIIIIII",
            bytes.fromhex("d0cf11e0a1b11ae1"),
            bytes(16),
            0x3E,
            4 if large else 3,
            0xFFFE,
            12 if large else 9,
            6,
            self._length(directory) if large else 0,
            len(fat_at),
            directory,
            0,
            _CUTOFF,
            first_mini,
            minis,
            _END,
            0,
            fat_at[0],
        )
        rest = [*fat_at[1:], *[_FREE] * (_IN_HEADER - len(fat_at))]
        return (head + struct.pack(f"<{len(rest)}I", *rest)).ljust(self._sector, b"\0")

    def _length(self, first: int) -> int:
        count = 1
        while self._fat[first] != _END:
            first, count = self._fat[first], count + 1
        return count


def _small(data: bytes, mini: bytearray, table: list[int]) -> int:
    first, count = len(table), -(-len(data) // _MINI)
    table += [*range(first + 1, first + count), _END]
    mini += data.ljust(count * _MINI, b"\0")
    return first


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le", "replace")
    start = entry.start if entry.kind != _STORAGE else 0
    return struct.pack(
        "<64sHBBIII16sI16xIQ",
        name,
        len(name) + 2,
        entry.kind,
        entry.colour,
        entry.left,
        entry.right,
        entry.child,
        entry.clsid,
        0,
        start,
        len(entry.data),
    )
