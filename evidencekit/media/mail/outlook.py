"""What an Outlook item is made of ([MS-OXMSG], [MS-OXPROPS]): its storages, and their properties by number.

Damaged items are common, so nothing here is taken for granted: a stream that cannot be read is left out and counted.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.media.mail.compound import Folder

if TYPE_CHECKING:
    from olefile.olefile import OleDirectoryEntry, OleFileIO
    from oxmsg.storage import Storage

ROOT_HEADER, EMBEDDED_HEADER, PART_HEADER = 32, 24, 8  # bytes before the first property
_PROPERTIES = "__properties_version1.0"
_NAMES = "__nameid_version1.0"
_DEEPEST = 24
_MOST_NODES = 50_000
_STRING, _STRING8, _BINARY, _TIME, _OBJECT = 0x001F, 0x001E, 0x0102, 0x0040, 0x000D
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_UTF8 = 65001


@dataclass(frozen=True, slots=True)
class Opened:
    """An Outlook file: its root, class id, how many streams could not be read, and whether what says where they lie
    is ``torn``, so that some may be missing or cut short."""

    root: Storage
    clsid: str
    broken: int
    torn: bool = False


def opened(path: Path) -> Opened:
    """Reads the whole file. Raises whatever ``olefile`` raises when it is no compound file or broken beyond reading."""
    from olefile import OleFileIO

    with OleFileIO(path) as ole:
        reader = _Reader(ole)
        root = reader.storage(ole.root, [], 0)
        return Opened(root, str(ole.root.clsid), reader.broken, bool(ole.parsing_issues))


class _Reader:
    def __init__(self, ole: OleFileIO) -> None:
        self._ole = ole
        self._nodes = 0
        self.broken = 0

    def storage(self, node: OleDirectoryEntry, path: list[str], depth: int) -> Storage:
        from oxmsg.storage import Storage, Stream

        streams, storages = [], []
        for kid in node.kids:
            self._nodes += 1
            if self._nodes > _MOST_NODES or depth > _DEEPEST:
                self.broken += 1
                break
            below = [*path, kid.name]
            try:
                if kid.entry_type == 2:
                    with self._ole.openstream(below) as file:
                        streams.append(Stream("/".join(below), file.read()))
                elif kid.entry_type == 1:
                    storages.append(self.storage(kid, below, depth + 1))
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 — a broken chain of sectors makes olefile raise nearly anything
                self.broken += 1
        return Storage("/".join(path), tuple(streams), tuple(storages))


class Properties:
    """The properties of a message, recipient or attachment, by their numbers."""

    def __init__(self, storage: Storage, header: int, inherited: Properties | None = None) -> None:
        self.storage = storage
        self._streams = {stream.name: stream.bytes_ for stream in storage.streams}
        self._fixed: dict[int, tuple[int, bytes]] = {}
        block = self._streams.get(_PROPERTIES, b"")[header:]
        for at in range(0, len(block) - 15, 16):
            kind, number = struct.unpack_from("<HH", block, at)
            self._fixed.setdefault(number, (kind, block[at + 8 : at + 16]))
        self.encoding: str = _encoding(self.number(0x3FFD)) or (inherited.encoding if inherited else "cp1252")

    def text(self, *numbers: int) -> str:
        """The first of these properties that is a text, without its closing NULs, else an empty text."""
        for number in numbers:
            wide = self._streams.get(f"__substg1.0_{number:04X}{_STRING:04X}")
            if wide is not None:
                found = wide.decode("utf-16-le", "replace")
            else:
                narrow = self._streams.get(f"__substg1.0_{number:04X}{_STRING8:04X}", b"")
                found = narrow.decode(self._body_encoding() if number == 0x1000 else self.encoding, "replace")
            if found.rstrip("\0"):
                return found.rstrip("\0")
        return ""

    def data(self, number: int) -> bytes | None:
        """A property of bytes, or None."""
        return self._streams.get(f"__substg1.0_{number:04X}{_BINARY:04X}")

    def number(self, number: int) -> int | None:
        """A property that is a number or truth value, or None."""
        kind, value = self._fixed.get(number, (0, b""))
        if kind in (0x0003, 0x000B, 0x0002):
            return int.from_bytes(value[: 4 if kind == 0x0003 else 2], "little", signed=True)
        return None

    def time(self, number: int) -> datetime | None:
        """A property that is a time, in UTC, or None."""
        kind, value = self._fixed.get(number, (0, b""))
        ticks = int.from_bytes(value, "little") if kind == _TIME else 0
        if not ticks or ticks >= 0x7FFFFFFFFFFFFFFF:
            return None
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None

    def html(self) -> tuple[bytes, str] | None:
        """The body in HTML and its character set (empty when it says so itself), or None."""
        raw = self.data(0x1013)
        if raw:
            return raw, _encoding(self.number(0x3FDE)) or ""
        text = self.text(0x1013)
        return (text.encode("utf-8", "replace"), "utf-8") if text else None

    def _body_encoding(self) -> str:
        return _encoding(self.number(0x3FDE)) or self.encoding

    def object(self, number: int) -> Storage | None:
        """A property that is a storage, such as a message inside, or None."""
        wanted = f"__substg1.0_{number:04X}{_OBJECT:04X}"
        return next((each for each in self.storage.storages if each.name == wanted), None)


def parts(storage: Storage, what: str) -> list[Storage]:
    """The recipients (``recip``) or attachments (``attach``) of a message in their order."""
    found = [each for each in storage.storages if each.name.startswith(f"__{what}_version1.0_#")]
    return sorted(found, key=lambda each: each.name)


def message_file(inner: Storage, root: Storage) -> Folder:
    """A message that lies inside ``root`` as a file of its own: its header is longer there, and the names of named
    properties stand with the outermost message alone."""
    folder = storage_file(inner)
    properties = folder.streams.get(_PROPERTIES, b"")
    folder.streams[_PROPERTIES] = properties[:EMBEDDED_HEADER].ljust(ROOT_HEADER, b"\0") + properties[EMBEDDED_HEADER:]
    names = next((each for each in root.storages if each.name == _NAMES), None)
    if names is not None and all(each.name != _NAMES for each in folder.folders):
        folder.folders.append(storage_file(names, _NAMES))
    folder.clsid = bytes.fromhex("0b0d020000000000c000000000000046")
    return folder


def storage_file(storage: Storage, name: str = "Root Entry") -> Folder:
    """A storage as a compound file of its own."""
    streams = {stream.name: stream.bytes_ for stream in storage.streams}
    return Folder(name, streams, [storage_file(each, each.name) for each in storage.storages])


def _encoding(page: int | None) -> str:
    """Python's name of a Windows code page, or an empty text."""
    from oxmsg.domain.encodings import encoding_from_codepage

    from evidencekit.media.html import charset

    if not page or page == _UTF8:
        return "utf-8" if page else ""
    known = charset(f"cp{page}")
    if known:
        return known
    try:
        return charset(encoding_from_codepage(page)) or ""
    except Exception:  # noqa: BLE001 — the library has errors of its own for pages that nobody knows
        return ""
