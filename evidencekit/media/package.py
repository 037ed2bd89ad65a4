"""A ZIP of XML parts, as office programs write: opened with caps, its XML read without entities. It is hostile."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from evidencekit.errors import ReaderError
from evidencekit.media.notes import Notes, clean

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_MEMBERS = 10_000
RATIO = 100
FLOOR = 32 << 20  # bytes; what unpacks to less is never a bomb
LARGEST_PART = 256 << 20
LARGEST_TREE = 32 << 20  # bytes of XML taken into memory at once
MOST_BYTES = 2 << 30
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError, OSError)


class Package:
    """An open package. What is too large, broken or missing is None, and said in the notes once."""

    def __init__(self, path: Path, notes: Notes) -> None:
        """Raises :class:`~evidencekit.errors.ReaderError` when it is no ZIP that can be opened."""
        try:
            self._zip = zipfile.ZipFile(path)
            self.members = {info.filename: info for info in self._zip.infolist()[:MOST_MEMBERS]}
        except _BROKEN:
            raise ReaderError(
                "The document is damaged: its parts cannot be told apart.", todo="Ask for a copy."
            ) from None
        if len(self._zip.infolist()) > MOST_MEMBERS:
            notes.warn(f"The document has more than {MOST_MEMBERS:,} parts; the rest were not read.")
        self._notes = notes
        self._given = 0

    def close(self) -> None:
        """Closes the file."""
        self._zip.close()

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def named(self, start: str, end: str = "") -> list[str]:
        """The names of parts that begin and end so, in the order of their numbers."""
        found = [name for name in self.members if name.startswith(start) and name.endswith(end)]
        return sorted(found, key=lambda name: (len(name), name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes. Raises :class:`ReaderError` in the middle when it grows beyond what is believable."""
        info = self.members[name]
        try:
            with self._zip.open(info) as part:
                yield from self._bounded(part, info)
        except _BROKEN:
            raise ReaderError(f"The part “{clean(name, 100)}” is damaged.", todo="Look at the native file.") from None

    def _bounded(self, part: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
        most, read = max(FLOOR, RATIO * info.compress_size), 0
        while chunk := part.read(_CHUNK):
            read += len(chunk)
            self._given += len(chunk)
            if read > min(most, LARGEST_PART) or self._given > MOST_BYTES:
                raise ReaderError(
                    f"The part “{clean(info.filename, 100)}” unpacks to more than is believable.",
                    todo="Open the file with care outside this program.",
                )
            yield chunk

    def read(self, name: str, most: int = LARGEST_TREE) -> bytes | None:
        """A whole part; None when there is none, or it cannot be had."""
        if name not in self.members:
            return None
        parts, size = [], 0
        try:
            for chunk in self.chunks(name):
                parts.append(chunk)
                size += len(chunk)
                if size > most:
                    self._notes.warn(f"The part “{clean(name, 100)}” is too large and was not read.")
                    return None
        except ReaderError as fault:
            self._notes.warn(fault.what)
            return None
        return b"".join(parts)

    def tree(self, name: str) -> Element | None:
        """A small XML part as a tree."""
        raw = self.read(name)
        return None if raw is None else parsed(raw, name, self._notes)

    def elements(self, name: str) -> Iterator[tuple[str, Element]]:
        """Start and end of every element of an XML part, however large; whoever has seen an element's end may clear
        it. Ends early, with a warning, where the part is damaged."""
        from xml.etree.ElementTree import ParseError, XMLPullParser

        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import DefusedXMLParser

        if name not in self.members:
            return
        parser: Any = DefusedXMLParser(target=None, forbid_dtd=True)
        pull: Any = XMLPullParser(events=("start", "end"), _parser=parser)
        try:
            for chunk in self.chunks(name):
                pull.feed(chunk)
                yield from pull.read_events()
            pull.close()
            yield from pull.read_events()
        except (ParseError, DefusedXmlException, ReaderError, ValueError) as fault:
            what = fault.what if isinstance(fault, ReaderError) else f"The part “{clean(name, 100)}” is damaged XML."
            self._notes.warn(f"{what} What lies behind the damage was not read.")

    def copy(self, name: str, target: Path) -> bool:
        """Copies a part out to a file; False when it cannot be had whole, and then there is no file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("wb") as file:
                for chunk in self.chunks(name):
                    file.write(chunk)
        except ReaderError as fault:
            self._notes.warn(fault.what)
            target.unlink()
            return False
        return True


def parsed(raw: bytes, name: str, notes: Notes) -> Element | None:
    """XML bytes as a tree; None with a warning when they are damaged or hold a DTD or entities."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        tree: Element = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        notes.warn(f"The part “{clean(name, 100)}” is damaged XML and was not read.")
        return None
    return tree


def local(tag: object) -> str:
    """An element's or attribute's name without its namespace; “” for comments and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """An attribute by its name without namespace; “” when it is not there."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")
