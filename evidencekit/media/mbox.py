"""Mailboxes (mbox, RFC 4155): every message comes back as a child of its own. Read in pieces: they grow to gigabytes.

A message begins where a line ``From …`` with a time follows an empty line, and a header follows it. Lines of a body
that began with “From ” were quoted with “>” when they were stored; one such sign is taken off again, as mboxrd has it
(mboxo is the same but for lines that already began with “>From ”).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.headers import decoded
from evidencekit.media.notes import Notes, clean
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Child, Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

MOST_MESSAGES = 50_000
MOST_BYTES = 32 << 30
_CPU_SECONDS, _WALL_SECONDS = 80.0, 120.0  # a worker is stopped soon after, and then nothing would be left of it
_CHUNK = 8 << 20
_HEAD = 64 << 10
_LONGEST = 7 << 30
_HEADER_NEXT = rb"(?=(?:>From [^\n]{0,1000}\n)?[!-9;-~]{1,80}:)"
_BEGINS = re.compile(rb"\n\r?\n(From [^\n]{0,900}?\d:\d\d[^\n]{0,100}\n)" + _HEADER_NEXT)
_BEGINS_UNTIMED = re.compile(rb"\n\r?\n(From [^\n]{0,1000}\n)" + _HEADER_NEXT)
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_FIELD = re.compile(rb"^(date|from|subject):[ \t]*((?:[^\r\n]|\r?\n[ \t]){0,2000})", re.IGNORECASE | re.MULTILINE)


class MboxReader:
    """A mailbox; what is read of each message is read of the child."""

    name = "mbox"
    version = "1"
    kind = Kind.EMAIL
    media_types = frozenset({"application/mbox"})
    forms: frozenset[str] = frozenset()
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``text.txt`` under ``out`` lists the messages; they lie in ``out``/parts as .eml. Raises
        :class:`~evidencekit.errors.ReaderError` when there is none."""
        notes = Notes()
        folder = out / "parts"
        folder.mkdir(parents=True, exist_ok=True)
        text = out / "text.txt"
        taking = _Taking(source.path, folder, notes, job)
        with text.open("w", encoding="utf-8", errors="replace", newline="") as listing:
            for line in taking.messages():
                listing.write(f"{line}\n")
        if not taking.count:
            raise ReaderError("No message could be found in the mailbox.", todo="Look at the native file.")
        notes.fact("messages", taking.count, "lines “From ” counted")
        notes.fact("quoted_lines", taking.unquoted or None, "lines “>From ” of which one sign was taken off")
        return notes.reading(self.kind, source.media_type, self.name, self.version, text=text)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The list of its messages; each is an item that prints by itself."""
        from evidencekit.printing.pages import text_pages

        out.mkdir(parents=True, exist_ok=True)
        text = out / "list.txt"
        with text.open("w", encoding="utf-8", errors="replace", newline="") as listing:
            for piece in _split(source.path):
                job.step(piece.number, 0, "listing messages")
                if piece.first:
                    listing.write(f"{_line(piece.number, piece.data)}\n")
        return replace(text_pages(text, sheet, out, job), whole=False)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing but words, which the catalog holds."""
        del source, look, out, job
        return NOTHING_TO_SEE


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some bytes of one message; ``first`` when it begins with them."""

    number: int
    first: bool
    data: bytes


def _split(path: Path) -> Iterator[_Piece]:
    """The messages one after the other, in pieces; a piece ends at a line's end, so that no line is cut in two."""
    number, fresh, begins = 0, False, None
    buffer, done = b"\n\n", 2  # the beginning of the file counts as an empty line
    with path.open("rb") as file:
        while True:
            raw = file.read(_CHUNK)
            buffer += raw
            begins = begins or (_BEGINS if _BEGINS.match(buffer) else _BEGINS_UNTIMED)
            # What lies in the last stretch may go on in the next chunk.
            sure = len(buffer) if not raw else buffer.rfind(b"\n", done, max(done, len(buffer) - 4096)) + 1
            sure = max(sure, done if not raw or len(buffer) < 2 * _CHUNK else len(buffer) - 4096)
            at = done
            for found in begins.finditer(buffer, max(0, done - 3)):
                if not done <= found.start(1) < sure:
                    continue
                if number and found.start() + 1 > at:
                    yield _Piece(number, fresh, buffer[at : found.start() + 1])
                number, fresh, at = number + 1, True, found.end(1)
            if sure > at:
                if number:
                    yield _Piece(number, fresh, buffer[at:sure])
                    fresh = False
                at = sure
            kept = max(0, at - 3)
            buffer, done = buffer[kept:], at - kept
            if not raw:
                return


class _Taking:
    """Writes the messages out and counts."""

    def __init__(self, path: Path, folder: Path, notes: Notes, job: Job) -> None:
        self._path, self._folder, self._notes, self._job = path, folder, notes, job
        self._started = (time.process_time(), time.monotonic())
        self._written = 0
        self.count = 0
        self.unquoted = 0

    def messages(self) -> Iterator[str]:
        """Takes the messages out and gives a line about each: its name, date, sender and subject."""
        target, stopped = self._folder / "none", ""
        for piece in _split(self._path):
            self.count = piece.number
            if piece.first:
                self._job.step(self.count, 0, "taking out messages")
                stopped = stopped or self._full()
                yield _line(piece.number, piece.data)
            if stopped:
                continue
            data, times = _QUOTED.subn(b"", piece.data)
            self.unquoted += times
            self._written += len(data)
            name = f"message {piece.number:04d}.eml"
            target = self._folder / f"{piece.number:05d}.eml"
            if piece.first:
                self._notes.children.append(Child(name, target))
            with target.open("ab") as file:
                if file.tell() + len(data) <= _LONGEST:
                    file.write(data)
                else:
                    self._notes.warn(f"Message {piece.number} is larger than {_LONGEST >> 30} GiB; it was cut.")
        if stopped:
            taken = len(self._notes.children)
            self._notes.warn(
                f"{self.count - taken:,} of {self.count:,} messages were not taken out ({stopped}): those behind "
                f"message {taken:04d}. Split the mailbox with a mail program and take in the parts."
            )

    def _full(self) -> str:
        if len(self._notes.children) >= MOST_MESSAGES:
            return f"more than {MOST_MESSAGES:,} messages in one mailbox"
        if self._written > MOST_BYTES:
            return f"more than {MOST_BYTES >> 30} GiB"
        cpu, wall = self._started
        late = time.process_time() - cpu > _CPU_SECONDS or time.monotonic() - wall > _WALL_SECONDS
        return "the time that one file is given is over" if late else ""


def _line(number: int, data: bytes) -> str:
    head = re.split(rb"\r?\n\r?\n", data[:_HEAD], maxsplit=1)[0]
    said = {name.lower(): value for name, value in reversed(_FIELD.findall(head))}
    words = (said.get(name, b"").decode("utf-8", "replace") for name in (b"date", b"from", b"subject"))
    return "\t".join(
        [f"message {number:04d}.eml", *(clean(decoded(re.sub(r"\r?\n", "", each)), 300) for each in words)]
    )
