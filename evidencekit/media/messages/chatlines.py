"""Lines that begin with a date, a time and a sender: how they are told from lines that go on, and in which order their
dates stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

from evidencekit.media.messages.chatwords import MARKS
from evidencekit.media.messages.clocks import ascii_digits, half_of_day, hour_of

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
FIRST_YEAR, LAST_YEAR = 2009, 2099  # WhatsApp began in 2009
_BACK = timedelta(hours=36)  # a clock that is set, or a message that came late, goes back less
_LONGEST_LINE = 1 << 20
_LONGEST_BODY = 200_000

_M = f"[{MARKS}]{{0,8}}"  # bounded, as all that repeats here: a line may be a megabyte of them
_DATE = (
    rf"(?P<a>\d{{1,4}}){_M}(?P<sep>\s?[./-]\s?|[年년]\s?){_M}(?P<b>\d{{1,2}}){_M}"
    rf"(?:\s?[./-]\s?|月\s?|월\s?){_M}(?P<c>\d{{1,4}})(?:日|일|\.|\s?г\.)?"
)
_TIME = (
    rf"(?P<before>[^\W\d_][^\d\[\]\n:,-]{{0,18}}?)?\s?{_M}(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})(?:[:.](?P<s>\d{{2}}))?"
    rf"(?:\s?{_M}(?P<after>[^\W\d_][^\d\[\]\n:,–-]{{0,18}}?))?{_M}"
)
_STAMP = rf"{_DATE}{_M}[,،]?\s{{1,8}}{_M}{_TIME}\s?"
_BARE_STAMP = _STAMP.replace("?P<", "?P<x")  # a group has one name in one pattern only
_HEADER = re.compile(rf"{_M}(?:(?P<bracket>\[){_M}{_STAMP}\]\s?|{_BARE_STAMP}(?:\s[-–]\s|,\s))(?P<rest>[^\n]*)")
_SENDER = re.compile(rf"(?P<name>[^\n]{{1,100}}?)\s?:(?:\s|(?=[{MARKS}]|$))")


@dataclass(frozen=True, slots=True)
class Stamp:
    """The date's three numbers as they stand, with their lengths, and the clock time."""

    parts: tuple[int, int, int]
    lengths: tuple[int, int, int]
    hour: int | None
    minute: int
    second: int | None
    shape: tuple[bool, str]
    text: str

    def at(self, order: str) -> datetime | None:
        """When it was if the date stands in that order; None when there is no such date, or no time could be read."""
        day, month, year = (self.parts[order.index(each)] for each in "dmy")
        if self.lengths[order.index("y")] not in (2, 4) or any(self.lengths[order.index(each)] > 2 for each in "dm"):
            return None
        year += 2000 if self.lengths[order.index("y")] == 2 else 0
        if self.hour is None or not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        try:
            return datetime(year, month, day, self.hour, self.minute, self.second or 0)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a chat: its stamp, who wrote it (“” for the app itself), and its words with their line breaks."""

    stamp: Stamp
    sender: str
    words: str


def header(line: str) -> tuple[Stamp, str] | None:
    """The stamp that a line begins with and what stands behind it; None for a line that goes on with the one before."""
    found = _HEADER.match(line)
    if found is None:
        return None
    kind = "" if found["bracket"] else "x"
    a, b, c = (ascii_digits(found[kind + part]) for part in "abc")
    words = [half_of_day(_bare(found[kind + key] or "")) for key in ("before", "after")]
    if None in words:
        return None
    second = found[kind + "s"]
    hour = hour_of(int(ascii_digits(found[kind + "h"])), words[0] or words[1] or "")
    minute = int(ascii_digits(found[kind + "m"]))
    stamp = Stamp(
        (int(a), int(b), int(c)),
        (len(a), len(b), len(c)),
        hour if minute < 60 else None,
        minute,
        int(ascii_digits(second)) if second else None,
        (bool(found["bracket"]), found[kind + "sep"].strip()),
        _bare(line[: found.start("rest")]).strip(" -–,[]\u202f\u00a0"),
    )
    return stamp, found["rest"]


def _bare(text: str) -> str:
    return re.sub(f"[{MARKS}]", "", text).strip()


def sender_of(rest: str) -> tuple[str, str]:
    """The name before the first colon, without invisible marks, and the words behind; no name for the app's lines."""
    found = _SENDER.match(rest)
    if found is None:
        return "", rest
    return re.sub(r"\s+", " ", _bare(found["name"])), rest[found.end() :]


def entries(file: TextIO, shape: tuple[bool, str] | None = None) -> Iterator[Line]:
    """The entries of a chat one by one. Only lines stamped in the manner of the first one begin an entry: a pasted one
    of another manner is part of a body. Words beyond what is kept of one entry are let go."""
    stamp: Stamp | None = None
    sender, words, length = "", [""], 0
    while line := file.readline(_LONGEST_LINE):
        text = line.removesuffix("\n")
        found = header(text)
        if found is not None and (shape is None or found[0].shape == shape):
            if stamp is not None:
                yield Line(stamp, sender, "\n".join(words))
            stamp, rest = found
            shape = stamp.shape
            sender, first = sender_of(rest)
            words, length = [first], len(first)
        elif stamp is not None and length < _LONGEST_BODY:
            words.append(text)
            length += len(text) + 1
    if stamp is not None:
        yield Line(stamp, sender, "\n".join(words).rstrip("\n"))


@dataclass(slots=True)
class _Candidate:
    last: datetime | None = None
    backward: int = 0
    impossible: int = 0
    meant: int = 0  # tells whether two orders gave the same days throughout


@dataclass(slots=True)
class Dates:
    """Finds the order of day, month and year from every date of a file."""

    seen: int = 0
    _candidates: dict[str, _Candidate] = field(default_factory=lambda: {order: _Candidate() for order in ORDERS})

    def take(self, stamp: Stamp) -> None:
        """One more date."""
        times = {order: stamp.at(order) for order in self._candidates}
        if not any(times.values()):
            return  # one that exists in no order tells nothing of the others
        self.seen += 1
        for order, each in self._candidates.items():
            at = times[order]
            if at is None:
                each.impossible += 1
                continue
            each.meant = hash((each.meant, at.toordinal()))
            each.backward += each.last is not None and at < each.last - _BACK
            each.last = at if each.last is None else max(each.last, at) if at < each.last - _BACK else at

    def possible(self) -> list[str]:
        """The orders in which every date of the file exists."""
        return [order for order, each in self._candidates.items() if self.seen and not each.impossible]

    def decided(self) -> tuple[str, str]:
        """(order, how that is known), the order “” when it could be two or is none."""
        possible = self.possible()
        if len(possible) == 1:
            return possible[0], "the only order in which every date of the file exists"
        if len({self._candidates[order].meant for order in possible}) == 1:
            return possible[0], "every order it could be means the same days"
        steady = [order for order in possible if not self._candidates[order].backward]
        if len(steady) == 1:
            return steady[0], "the only order in which the lines do not jump back in time"
        return "", ""
