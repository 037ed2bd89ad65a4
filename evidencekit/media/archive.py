"""Archives: what lies in them comes back as children, each under its path; what does not is counted and named."""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes, clean
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.media.unpack import ENCRYPTED, Member, TooFarError, faults, is_tar, members
from evidencekit.model import Child, Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

RATIO = 100
MOST_MEMBERS = 10_000
FLOOR = 32 << 20  # bytes; what unpacks to less is never a bomb
LARGEST = 7 << 30
MOST_BYTES = 32 << 30
_MOST_LISTED = 100_000
_NAMED = 50
_CHUNK = 1 << 20
_CPU_SECONDS, _WALL_SECONDS = 80.0, 120.0  # a worker is stopped soon after, and then nothing would be left of it

_UNOPENED = {
    "application/x-7z-compressed": "7z",
    "application/vnd.rar": "RAR",
    "application/zstd": "Zstandard",
}
_TITLES = {
    "application/zip": "ZIP archive",
    "application/java-archive": "Java archive (ZIP)",
    "application/x-tar": "tar archive",
    "application/gzip": "gzip",
    "application/x-bzip2": "bzip2",
    "application/x-xz": "xz",
}
_BY_HAND = "Unpack it with the program that made it and take in the folder; keep this archive as it is."
_DAMAGED = "damaged, so that it does not come out whole"
_TOO_LARGE = f"larger than {LARGEST >> 30} GiB"
_BOMB = f"packed more than {RATIO} to 1, which is the mark of a trap"
_TOO_MANY = f"behind the first {MOST_MEMBERS:,} that are taken out of one archive"
_TOO_MUCH = f"behind what is taken out of one archive ({MOST_BYTES >> 30} GiB, and {RATIO} times its own size)"
_TOO_SLOW = "behind what could be taken out in the time that one file is given"
_UNREADABLE = "packed in a way that this program cannot undo"
_STOPPING = frozenset({_TOO_MANY, _TOO_MUCH, _TOO_SLOW})


class ArchiveReader:
    """ZIP, tar and compressed files as containers; 7z and RAR are named and left as they are."""

    name = "archive"
    version = "1"
    kind = Kind.ARCHIVE
    media_types = frozenset({*_TITLES, *_UNOPENED})
    forms: frozenset[str] = frozenset()
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``text.txt`` under ``out`` lists every name; the members lie in ``out``/parts under names of our own making.
        Raises :class:`~evidencekit.errors.ReaderError` when it cannot be opened."""
        notes = Notes()
        unopened = _UNOPENED.get(source.media_type)
        if unopened:
            notes.fact("archive", f"{unopened}, not opened", "its first bytes")
            notes.warn(f"This program does not open {unopened} archives; nothing was taken out of it. {_BY_HAND}")
            return notes.reading(self.kind, source.media_type, self.name, self.version)
        out.mkdir(parents=True, exist_ok=True)
        text = out / "text.txt"
        with text.open("w", encoding="utf-8", errors="replace", newline="") as listing:
            unpacking = _Unpacking(source, out / "parts", notes, job)
            for line in unpacking.lines():
                listing.write(f"{line}\n")
        unpacking.tell()
        return notes.reading(self.kind, source.media_type, self.name, self.version, text=text)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """A list of what lies in it: name, size, time as stated, and the item it became."""
        from evidencekit.printing.listing import Entry, listing_pages

        if source.media_type in _UNOPENED:
            return Pages(None, 0, warnings=(f"It was not opened. {_BY_HAND}",), whole=False)
        numbers: dict[str, list[str]] = {}
        for each in source.context.beside:
            numbers.setdefault(each.name, []).append(each.number)
        entries: list[Entry] = []
        broken = ""
        try:
            for member in _each(source):
                if len(entries) >= _MOST_LISTED:
                    broken = f"More than {_MOST_LISTED:,} names; the rest are not listed."
                    break
                job.step(len(entries), 0, "listing")
                why = "folder" if member.folder else member.why
                item = numbers[member.path].pop(0) if numbers.get(member.path) else ""
                entries.append(Entry(clean(member.found), member.size, member.time, item or why))
        except ReaderError:
            raise
        except TooFarError:
            broken = "The archive goes on; what follows was not gone through."
        except faults():
            broken = "The archive breaks off here; what follows could not be listed."
        title = _title(source)
        return listing_pages(entries, sheet, out, job, title=title, name=source.untrusted_name, end=broken)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing but names, which the catalog holds."""
        del source, look, out, job
        return NOTHING_TO_SEE


def _each(source: Source) -> Iterator[Member]:
    return members(source.path, source.media_type, source.untrusted_name, _most(source))


def _most(source: Source) -> int:
    """How many bytes may come out of the archive in all."""
    return min(MOST_BYTES, max(FLOOR, RATIO * source.path.stat().st_size))


def _title(source: Source) -> str:
    title = _TITLES[source.media_type]
    if source.media_type in ("application/gzip", "application/x-bzip2", "application/x-xz"):
        return f"tar archive, {title}" if is_tar(source.path, source.media_type) else f"{title}, one file"
    return title


class _LeftInsideError(Exception):
    """Why a member was not taken out."""


@dataclass(slots=True)
class _Unpacking:
    """One archive being taken apart, and what was counted meanwhile."""

    source: Source
    folder: Path
    notes: Notes
    job: Job
    files: int = 0
    folders: int = 0
    outside: int = 0
    unpacked: int = 0
    left: dict[str, list[str]] = field(default_factory=dict)
    beyond: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    started: tuple[float, float] = field(default_factory=lambda: (time.process_time(), time.monotonic()))

    def lines(self) -> Iterator[str]:
        """Takes the members out and gives the lines of the list: name, size, time, and what was odd."""
        self.notes.fact("archive", _title(self.source), "its first bytes")
        listed = 0
        try:
            for member in _each(self.source):
                self.job.step(self.files, 0, "taking out members")
                why = self._one(member)
                listed += 1
                if listed <= _MOST_LISTED:
                    size = f"{member.size:,} bytes" if member.size >= 0 and not member.folder else ""
                    shown = [part for part in (size, member.time, why) if part]
                    yield "\t".join((clean(member.found), *shown))
                if self._spent() and self.stopped:
                    raise TooFarError
        except (ReaderError, MemoryError):
            raise
        except TooFarError:
            self.notes.warn(
                "The archive was not gone through to its end, for it holds more than is unpacked of one file; what "
                f"comes behind is not listed either. {_BY_HAND}"
            )
        except faults():
            self.notes.warn(
                f"The archive is damaged: it breaks off after {listed:,} entries. What stands before was taken out; "
                "ask for it again."
            )
        if listed > _MOST_LISTED:
            yield f"… {listed - _MOST_LISTED:,} more names"

    def _spent(self) -> bool:
        cpu, wall = self.started
        return time.process_time() - cpu > _CPU_SECONDS or time.monotonic() - wall > _WALL_SECONDS

    def _one(self, member: Member) -> str:
        if member.folder:
            self.folders += 1
            return "folder"
        self.files += 1
        self.outside += member.outside
        why = member.why or self.stopped
        if not why and len(self.notes.children) >= MOST_MEMBERS:
            why = _TOO_MANY
        if not why and self._spent():
            why = _TOO_SLOW
        if not why:
            try:
                self._take(member)
                return ""
            except _LeftInsideError as reason:
                why = str(reason)
        self.stopped = self.stopped or (why if why in _STOPPING else "")
        self.beyond[why] = self.beyond.get(why, 0) + 1
        named = self.left.setdefault(why, [])
        if len(named) < _NAMED:
            named.append(clean(member.found, 200))
        return f"not taken out: {why}"

    def _take(self, member: Member) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{len(self.notes.children) + 1:05d}{_suffix(member.path)}"
        try:
            with path.open("xb") as target:
                self._copy(member, target)
        except _LeftInsideError:
            path.unlink(missing_ok=True)
            raise
        self.notes.children.append(Child(member.path, path, member.known))

    def _copy(self, member: Member, target: IO[bytes]) -> None:
        if member.size > LARGEST:
            raise _LeftInsideError(_TOO_LARGE)
        written = 0
        try:
            with member.open() as file:
                while chunk := file.read(_CHUNK):
                    written += len(chunk)
                    self._weigh(member, written)
                    _put(target, chunk)
                    self.job.step(self.files, 0, "taking out members")
        except (_LeftInsideError, _DiskError) as fault:
            if isinstance(fault, _DiskError):
                raise fault.error from None
            raise
        except NotImplementedError:
            raise _LeftInsideError(_UNREADABLE) from None
        except RuntimeError as fault:
            raise _LeftInsideError(ENCRYPTED if "password" in str(fault) else _DAMAGED) from None
        except faults():
            raise _LeftInsideError(_DAMAGED) from None
        if 0 <= member.size != written:
            raise _LeftInsideError(_DAMAGED)
        self.unpacked += written

    def _weigh(self, member: Member, written: int) -> None:
        if written > LARGEST:
            raise _LeftInsideError(_TOO_LARGE)
        if written > FLOOR and member.packed >= 0 and written > RATIO * max(1, member.packed):
            raise _LeftInsideError(_BOMB)
        if self.unpacked + written > _most(self.source):
            raise _LeftInsideError(_TOO_MUCH)
        if self._spent():
            raise _LeftInsideError(_TOO_SLOW)

    def tell(self) -> None:
        """The counts as facts, and what was left inside as warnings."""
        notes = self.notes
        taken = len(notes.children)
        notes.fact("members", self.files, "entries counted")
        notes.fact("folders", self.folders or None, "entries counted")
        notes.fact("taken_out", taken, "entries counted")
        notes.fact("unpacked_bytes", self.unpacked, "bytes counted")
        notes.fact("encrypted", self.beyond.get(ENCRYPTED, 0), "entries marked so")
        names = [f"{name} ({why})" for why, left in self.left.items() for name in left][:_NAMED]
        notes.fact("not_taken_out", names or None, "entries, the first 50")
        for why, count in self.beyond.items():
            notes.warn(_left_inside(why, count, self.left[why]))
        if self.outside:
            some = "1 name leads" if self.outside == 1 else f"{self.outside:,} names lead"
            notes.warn(f"{some} out of the archive's own folder (such as ../ or C:); made harmless, shown in the list.")
        same = taken - len({child.name for child in notes.children})
        if same:
            notes.warn(f"Entries that have the name of another one, all taken out: {same:,}.")
        notes.children.sort(key=lambda child: child.name.encode("utf-8", "surrogateescape"))


class _DiskError(Exception):
    """Our own disk refused, which is no fault of the archive."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


def _put(target: IO[bytes], chunk: bytes) -> None:
    try:
        target.write(chunk)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise _LeftInsideError(_TOO_LARGE) from None
        raise _DiskError(error) from None


def _left_inside(why: str, count: int, names: list[str]) -> str:
    what = "1 entry was" if count == 1 else f"{count:,} entries were"
    todo = {
        ENCRYPTED: " Ask for the password, unpack it and take in what comes out.",
        _BOMB: " It stays inside; look at it with care.",
        _DAMAGED: " Ask for the archive again.",
        "symbolic link": " A link holds no content of its own; what it points to was not followed.",
        "hard link": " A link holds no content of its own; what it points to was not followed.",
    }.get(why, f" {_BY_HAND}" if why in _STOPPING or why in (_TOO_LARGE, _UNREADABLE) else "")
    said, room = [], 1_500
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        said.append(name)
    more = f" and {count - len(said):,} more" if count > len(said) else ""
    return f"{what} not taken out ({why}): {', '.join(said)}{more}.{todo}"


def _suffix(name: str) -> str:
    found = re.search(r"\.([A-Za-z0-9]{1,8})$", name)
    return f".{found[1].lower()}" if found else ".bin"
