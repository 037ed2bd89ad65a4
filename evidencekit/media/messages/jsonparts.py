"""A large JSON document read in parts: the values of its top object one by one, long arrays member by member."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes

_CHUNK = 1 << 20
_LONGEST = 64 << 20  # characters of one value
_LEAD = re.compile(r'\s*\{\s*("[A-Za-z_]{1,60}")\s*:')
_MOST_BROKEN = 10_000
_MOST_TRIED = 512 << 20  # characters read in vain
_SPACE = re.compile(r"[ \t\r\n]*")


def parts(path: Path, arrays: frozenset[str], job: Job) -> Iterator[tuple[str, Any]]:
    """(key, value) of the object at the top; of a key in ``arrays`` each member of its array by itself, None for one
    that is damaged. Raises :class:`ReaderError` when the document is damaged, after what came before the damage; where
    the next member can be found, reading goes on there, and the error comes at the end."""
    with _Text(path, job) as text:
        text.expect("{")
        if text.peek() == "}":
            return
        while True:
            key = text.value()
            if not isinstance(key, str):
                raise _damaged()
            text.expect(":")
            if key in arrays and text.peek() == "[":
                yield from ((key, member) for member in _members(text))
            else:
                yield key, text.value()
            if text.expect(",}") == "}":
                break
        if text.passed:
            raise ReaderError(
                f"Places of the file that are damaged and were passed over: {text.passed:,}.",
                todo="Ask for the export again; what stands around them was read.",
            )


def warn_of_left(notes: Notes, left: Sequence[int]) -> None:
    """Say which messages of the file, counted from 1, are damaged or of a shape that is not known."""
    if left:
        some = ", ".join(f"message {each:,}" for each in left[:5]) + (", …" if len(left) > 5 else "")
        notes.warn(f"Messages of the file that cannot be read and were left out: {len(left):,} ({some}).")


def _members(text: _Text) -> Iterator[Any]:
    text.expect("[")
    if text.peek() == "]":
        text.expect("]")
        return
    lead = text.lead()
    while True:
        try:
            yield text.value()
            if text.expect(",]") == "]":
                return
        except ReaderError:
            if lead is None or not text.pass_over(lead):
                raise
            yield None


def _damaged() -> ReaderError:
    return ReaderError(
        "The file breaks off or is damaged: it is no whole JSON.",
        todo="Ask for the export again; what stands before the damage was read.",
    )


def _number(digits: str) -> int | float:
    """A whole number; one of more digits than Python takes is a very large one."""
    return int(digits) if len(digits) < 1_000 else float("inf")


class _Text:
    """A window over a document of which only what is being read is held."""

    def __init__(self, path: Path, job: Job) -> None:
        from evidencekit.media.text import detect

        encoding = detect(path)
        if encoding is None:
            raise ReaderError("The file is not readable as text.", todo="Look at the native file.")
        self._file, self._job = path.open("rb"), job
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._json = json.JSONDecoder(parse_int=_number)
        self._text, self._at, self._done, self._end = "", 0, 0, False
        self._tried = 0
        self.passed = 0

    def __enter__(self) -> _Text:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def _more(self, size: int = _CHUNK) -> bool:
        if self._end:
            return False
        raw = self._file.read(size)
        self._done += len(raw)
        self._job.step(self._done, 0, "reading messages")
        self._text, self._at = self._text[self._at :] + self._decoder.decode(raw, not raw), 0
        if self._text.startswith("\ufeff"):
            self._text = self._text[1:]
        self._end = not raw
        return True

    def peek(self) -> str:
        """The next sign that is no white space, “” at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, signs: str) -> str:
        """Take the next sign, which must be one of ``signs``."""
        sign = self.peek()
        if not sign or sign not in signs:
            raise _damaged()
        self._at += 1
        return sign

    def lead(self) -> re.Pattern[str] | None:
        """How the members of an array begin, by its first one; None when they are no objects with a name."""
        while not (found := _LEAD.match(self._text, self._at)) and len(self._text) - self._at < _CHUNK and self._more():
            pass
        return re.compile(rf"\{{\s{{0,99}}{re.escape(found[1])}\s{{0,9}}:") if found else None

    def pass_over(self, lead: re.Pattern[str]) -> bool:
        """Go on to where the next member begins; False when there is none, or too much is broken."""
        self.passed += 1
        start = self._at + 1
        while self.passed <= _MOST_BROKEN and self._tried <= _MOST_TRIED:
            found = lead.search(self._text, start)
            if found is not None:
                self._at = found.start()
                return True
            self._at = max(start, len(self._text) - 400)  # a beginning may be cut by the window
            start = 0
            if not self._more():
                return False
        return False

    def value(self) -> Any:
        """Take the next whole value."""
        self.peek()
        size = _CHUNK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except RecursionError:
                raise _damaged() from None
            except ValueError as error:
                value, end = None, -1
                at = getattr(error, "pos", 0)
                self._tried += at - self._at
                # What the window cuts off is a text without an end, or a fault right at its own end.
                if at < len(self._text) - 16 and not str(error).startswith("Unterminated"):
                    raise _damaged() from None
            # A number that ends with the window may go on behind it.
            if end >= 0 and (end < len(self._text) or self._end):
                self._at = end
                return value
            if len(self._text) - self._at > _LONGEST:
                raise ReaderError(
                    f"A part of the file is longer than {_LONGEST >> 20} million characters, or damaged.",
                    todo="What stands before it was read; look at the native file for the rest.",
                ) from None
            if not self._more(size):
                raise _damaged() from None
            size = min(size * 2, _LONGEST)
