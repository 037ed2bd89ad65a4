"""One file searched to its bottom: its bytes, its text in every reading, and whatever it holds, each searched again."""

from __future__ import annotations

import codecs
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.filetypes import UNKNOWN
from evidencekit.media.identify import HEAD, Sniffed, media_type_of
from evidencekit.media.sweeping.blob import CHUNK, ENCODED, IN_MEMORY, OVERLAP, UNSAID, Blob, is_text, order_of_wide
from evidencekit.media.sweeping.positions import Places
from evidencekit.media.sweeping.views import packed, views
from evidencekit.sense.protected import Finder, excerpt

GPS, UNSEARCHABLE = "gps", "unsearchable"
HELD = "held"
DATABASE, PICTURED = "application/vnd.sqlite3", ("image/", "video/", "audio/")
_MOST_BYTES = 4 << 30
_MOST_BLOBS = 500_000
_DEEPEST = 10
_MARGIN = 128
_TEXT_CHUNK = 4 << 20
_CHARSET = re.compile(rb"(?:charset|encoding)[\s=:\"']{1,5}([A-Za-z0-9_.:-]{3,40})", re.IGNORECASE)
_TRIED = frozenset({"utf-8", "ascii", "cp1252", "iso8859-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"})
_UNPRINTED = re.compile(r"[^\x20-\x7e\t\r\n\xa0-\xff]")
_SAMPLE = 64 << 10


class TooMuchError(Exception):
    """What is inside is more than is gone through."""


@dataclass(slots=True)
class Found:
    """What was found in one file: ``term`` is a place in the list of terms, :data:`GPS`, :data:`UNSEARCHABLE` or
    :data:`HELD`; an ``excerpt`` of the first place, with where it lies."""

    term: int | str
    excerpt: str


@dataclass(slots=True)
class Hunt:
    """The state of one search. ``out`` is a folder to unpack into; ``held`` are the SHA-256 (hex) and sizes of contents
    that must not be in it."""

    terms: Sequence[str]
    out: Path
    job: Job
    held: Mapping[str, int] = field(default_factory=dict)
    found: dict[int | str, Found] = field(default_factory=dict)
    _finder: Finder | None = None
    _places: Places = field(default_factory=Places)
    _bytes: int = 0
    _blobs: int = 0
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._finder = Finder(self.terms) if self.terms else None

    def file(self, path: Path, name: str) -> list[Found]:
        """Search a file; what was found, terms first in their order."""
        try:
            self.blob(Blob.of_file(path, name), ())
        except TooMuchError:
            self.unsearchable("there is more in it than is gone through", ())
        return sorted(self.found.values(), key=lambda each: (isinstance(each.term, str), str(each.term).zfill(9)))

    def blob(self, blob: Blob, inside: tuple[str, ...], *, drawing: bool = False) -> None:
        """Search bytes, and whatever they hold. ``inside`` names what they lie in, outermost first; in a ``drawing``
        bare pairs of numbers are lines. Raises :class:`TooMuchError`."""
        if not blob.size:
            return
        self._blobs += 1
        self._bytes += blob.size if inside else 0
        if self._blobs > _MOST_BLOBS or self._bytes > _MOST_BYTES or len(inside) > _DEEPEST:
            raise TooMuchError
        self.job.step(0, 0, "searching")
        said = UNSAID.isdisjoint(inside)
        if blob.path is None and self._again(blob.data, blob.name, drawing, said):
            return
        if blob.size in self.held.values() and HELD not in self.found:
            digest = hashlib.sha256()
            with blob.open() as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
            if digest.hexdigest() in self.held:
                self.note(HELD, "the very content of an item that is held back", inside)
        with blob.open() as file:
            head = file.read(HEAD)
            media_type = media_type_of(Sniffed(file, blob.size, head), blob.name)  # type: ignore[arg-type]
        try:
            self._inside(blob, media_type, head, inside, drawing=drawing)
        finally:
            self._opaque(blob, inside)

    def _inside(self, blob: Blob, media_type: str, head: bytes, inside: tuple[str, ...], *, drawing: bool) -> None:
        from evidencekit.media.sweeping.ahead import log
        from evidencekit.media.sweeping.amid import amid, amid_pages, amid_pictures, amid_text
        from evidencekit.media.sweeping.holders import appended, holder_of
        from evidencekit.media.sweeping.lines import lines

        holder = holder_of(media_type, head)
        if holder is not None:
            self._within(blob, inside, holder)
            if media_type == DATABASE or holder is log:
                self._within(blob, inside, amid_pages)
            elif media_type.startswith(PICTURED):
                self._within(blob, inside, amid_pictures)
        elif is_text(head):
            self.text_blob(blob, inside, drawing=drawing or media_type == "image/svg+xml")
            self._within(blob, inside, amid_text)
        elif media_type.startswith(PICTURED):
            self._within(blob, inside, amid_pictures)
        else:
            done = self._within(blob, inside, amid)
            asked = media_type == UNKNOWN and not drawing and not UNSAID.intersection(inside)
            if not done and asked and _packed(blob):
                self.unsearchable("it may be packed or encrypted in a way that is not known here", inside)
        if not media_type.startswith(PICTURED):
            self._within(blob, inside, lines)
        self._within(blob, inside, appended)

    def _within(
        self, blob: Blob, inside: tuple[str, ...], holder: Callable[[Hunt, Blob, tuple[str, ...]], object]
    ) -> object:
        try:
            return holder(self, blob, inside)
        except (MemoryError, TooMuchError):
            raise
        except ReaderError as error:
            self.unsearchable(error.what, inside)
        except Exception:  # noqa: BLE001 — whatever a parser throws: what cannot be opened is told, never passed
            self.unsearchable("what is in it could not be opened", inside)
        return None

    def _opaque(self, blob: Blob, inside: tuple[str, ...]) -> None:
        for at, piece, last in blob.windows():
            for what, place in self._places.in_bytes(piece, at, blob.at):
                self.note(GPS, f"{what} {place}", inside)
            if self._finder is None:
                continue
            floor, ceiling = (OVERLAP if at else 0) - _MARGIN, len(piece) if last else len(piece) - _MARGIN
            for match in self._finder.in_bytes(piece, self.found):
                if floor < match.end <= ceiling:
                    self.note(match.term, _printed(piece, match.start, match.end), inside)

    def text_blob(self, blob: Blob, inside: tuple[str, ...], *, drawing: bool = False) -> None:
        """Search a text in all its readings."""
        for encoding in _encodings(blob, self._finder.pages if self._finder else {}):
            for text, floor, ceiling in _texts(blob, encoding):
                self.text(text, inside, drawing=drawing, span=(floor, ceiling))

    def text(
        self, text: str, inside: tuple[str, ...], *, drawing: bool = False, span: tuple[int, int] = (0, 1 << 62)
    ) -> None:
        """Search one text; what ends outside ``span`` in it is found with its neighbour."""
        if self._again(text.encode("utf-8", "surrogatepass"), "", drawing, span, len(inside) < _DEEPEST):
            return
        for number, view in enumerate(views(text)):
            low, high = span if not number else (0, len(view))
            for match in self._finder.in_text(view, self.found) if self._finder else ():
                if low < match.end <= high:
                    self.note(match.term, excerpt(view, match.start, match.end), inside)
            for what, start, end in self._places.in_text(view, drawing=drawing):
                if low < end <= high:
                    self.note(GPS, f"{what} {excerpt(view, start, end, 0)}", inside)
            for raw in packed(view, begun=bool(span[0]) and not number):
                if len(inside) < _DEEPEST:
                    self.blob(Blob.of_bytes(raw, ENCODED), (*inside, ENCODED))

    def _again(self, data: bytes, *how: object) -> bool:
        """Whether the very same was searched in the same way already: each reading of a mail holds its attachments, and
        what was found is kept in the words of its first place only."""
        key = (hashlib.sha256(data).digest(), *how)
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    def note(self, term: int | str, shown: str, inside: tuple[str, ...]) -> None:
        """Keep what was found, in the words of its first place."""
        if term not in self.found:
            where = f" (in {' > '.join(inside)})" if inside else ""
            self.found[term] = Found(term, f"{shown}{where}")

    def unsearchable(self, why: str, inside: tuple[str, ...]) -> None:
        """Say that something could not be searched."""
        self.note(UNSEARCHABLE, why.rstrip("."), inside)

    def stream(self, chunks: Iterator[bytes], name: str, most: int) -> Blob:
        """What comes out of something, on disk when it is large. Raises :class:`TooMuchError` past ``most`` bytes."""
        parts: list[bytes] = []
        size = 0
        file = None
        path = self.out / f"part-{self._blobs}-{len(name)}"
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > most or self._bytes + size > _MOST_BYTES:
                    raise TooMuchError
                if file is None and size > IN_MEMORY:
                    self.out.mkdir(parents=True, exist_ok=True)
                    file = path.open("wb")
                    file.writelines(parts)
                    parts.clear()
                if file is None:
                    parts.append(chunk)
                else:
                    file.write(chunk)
        finally:
            if file is not None:
                file.close()
        return Blob(name, size, path) if file is not None else Blob.of_bytes(b"".join(parts), name)


class Words:
    """Searches a few words of our own program's making, such as a name or a title, without opening anything."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._finder = Finder(terms) if terms else None
        self._places = Places()

    def find(self, text: str) -> list[Found]:
        """What stands in it, in every reading."""
        found: dict[int | str, Found] = {}
        for view in views(text):
            for match in self._finder.in_text(view) if self._finder else ():
                found.setdefault(match.term, Found(match.term, excerpt(view, match.start, match.end)))
            for what, start, end in self._places.in_text(view):
                found.setdefault(GPS, Found(GPS, f"{what} {excerpt(view, start, end, 0)}"))
        return list(found.values())


def _printed(piece: bytes, start: int, end: int) -> str:
    """A place among bytes, with as much around it as is printable."""
    left, middle, right = (
        part.replace(b"\0", b"").decode("latin-1")
        for part in (piece[max(0, start - 80) : start], piece[start:end], piece[end : end + 80])
    )
    return excerpt(_UNPRINTED.split(left)[-1] + middle + _UNPRINTED.split(right)[0], 0, 300, 0)


def _encodings(blob: Blob, pages: Mapping[str, re.Pattern[bytes]]) -> Sequence[str]:
    head = blob.at(0, _SAMPLE)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return ("utf-32",)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if wide := order_of_wide(head):
        return (wide,)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for _, chunk in _chunks(blob):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        said = _declared(head)
        old = (each for each, letters in pages.items() if any(letters.search(chunk) for _, chunk in _chunks(blob)))
        return ("cp1252", "utf-8", *said, *(each for each in old if each not in said))
    return ("utf-8", *_declared(head))


def _declared(head: bytes) -> tuple[str, ...]:
    """The encoding that a text says it is in, where that is another one than what is tried anyway."""
    found = _CHARSET.search(head)
    if found is None:
        return ()
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        codecs.getincrementaldecoder(name)("replace").decode(b"a")
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError):  # what is no code for letters
        return ()
    return () if name in _TRIED else (name,)


def _chunks(blob: Blob) -> Iterator[tuple[int, bytes]]:
    with blob.open() as file:
        at = 0
        while chunk := file.read(_TEXT_CHUNK):
            yield at, chunk
            at += len(chunk)


def _texts(blob: Blob, encoding: str) -> Iterator[tuple[str, int, int]]:
    """A text in pieces that overlap: the piece, and between which places in it a match must end to be of this piece."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    tail, size = "", 0
    for _, chunk in _chunks(blob):
        size += len(chunk)
        text = tail + decoder.decode(chunk, final=size >= blob.size)
        yield text, len(tail) - _MARGIN if tail else 0, len(text) if size >= blob.size else len(text) - _MARGIN
        tail = text[-OVERLAP:]


def _packed(blob: Blob) -> bool:
    """Whether bytes of no known kind are as random as what is compressed or encrypted."""
    sample = blob.at(min(4096, blob.size // 2), _SAMPLE)
    return len(sample) >= 512 and len(zlib.compress(sample, 6)) > 0.97 * len(sample)
