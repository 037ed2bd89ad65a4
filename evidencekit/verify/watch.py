"""What the ledger's lines show besides their faults, noted while they are read: what a person should know of, and what
was added since an earlier checkpoint. Memory does not grow with the lines."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime, timedelta

from evidencekit.custody.lines import Line
from evidencekit.job import Job
from evidencekit.verify.verdict import Since

_LOOK = 2048  # lines between two looks whether a person cancelled
_TOLD = 5  # of each sort; the rest is counted
_NAMES = ("number", "caption", "timezone")
_SEALS = 4096  # of which the time is remembered, for the time-stamps that cover them
_APART = timedelta(minutes=1)  # by which two clocks that are both right may differ, generously


class _Some:
    """The first few of a sort, and how many there were."""

    def __init__(self, rest: str) -> None:
        self._rest = rest
        self._first: list[str] = []
        self._count = 0

    def add(self, words: str) -> None:
        self._count += 1
        if len(self._first) < _TOLD:
            self._first.append(words)

    def told(self) -> list[str]:
        more = self._count - len(self._first)
        return [*self._first, f"And {more:,} more {self._rest}."] if more else self._first


class Watch:
    """Is shown every sound line in order. ``since`` is the size of the earlier checkpoint; ``names`` are the case's as
    its first line gives them, ``persons`` the keys' fingerprints → the persons they were added for."""

    def __init__(self, job: Job, *, since: int | None = None) -> None:
        self._job = job
        self._since = since
        self._turned_back = _Some("times the clock went back")
        self._vouched = _Some("keys that nobody else vouched for")
        self._stamped = _Some("time-stamps that do not fit the computer's clock")
        self._seals: deque[tuple[int, str]] = deque(maxlen=_SEALS)
        self._open: dict[int, str] = {}
        self._acts: Counter[str] = Counter()
        self._items, self._first, self._last = 0, "", ""
        self.names: dict[str, str] = {}
        self.persons: dict[str, str] = {}

    def __call__(self, line: Line) -> None:
        if line.number % _LOOK == 0:
            self._job.step(0, 0, f"ledger line {line.number:,}")
        if self._since is not None and line.number > self._since:
            self._added(line)
        noted = _NOTED.get(line.act)
        if noted is not None:
            noted(self, line)

    def _added(self, line: Line) -> None:
        self._acts[line.act] += 1
        count = line.fields.get("items")
        if line.act == "acquire" and isinstance(count, int) and count:
            self._items += count
            self._first = self._first or str(line.fields.get("first"))
            self._last = str(line.fields.get("last"))

    def _create(self, line: Line) -> None:
        self.names = {name: str(line.fields.get(name, "")) for name in _NAMES}

    def _key(self, line: Line) -> None:
        person, key = str(line.fields.get("person")), str(line.fields.get("fingerprint"))
        self.persons[key] = person
        if person == line.actor and line.number > 2:  # the first key can be vouched for by nothing but an anchor
            self._vouched.add(
                f"The key {key[:16]} of {person} was added by {person} (ledger line {line.number}), and nobody else "
                "vouched for it. Compare its fingerprint with the one that person holds."
            )

    def _clock(self, line: Line) -> None:
        self._turned_back.add(
            f"The computer's clock went back at ledger line {line.number}: the line before it bears the later time "
            f"{line.fields.get('before')}."
        )

    def _seal(self, line: Line) -> None:
        self._seals.append((line.number, line.time))

    def _anchor(self, line: Line) -> None:
        covers, stamped = line.fields.get("covers"), str(line.fields.get("stamped"))
        covered = next((time for number, time in self._seals if number == covers), stamped)
        if _later(covered, stamped):
            but = f"ledger line {covers}, which it covers, bears the later time {covered}"
        elif _later(stamped, line.time):
            but = f"the line by which it was taken in bears the earlier time {line.time}"
        else:
            return
        self._stamped.add(
            f"The time-stamp of ledger line {line.number} is of {stamped}, but {but}. The computer's clock was wrong "
            "then, or the authority's."
        )

    def _release(self, line: Line) -> None:
        self._seal(line)
        self._open[line.number] = (
            f"Custody was released by {line.fields.get('from')} to {line.fields.get('to')} (ledger line {line.number}) "
            "and not received yet."
        )

    def _receive(self, line: Line) -> None:
        self._seal(line)
        released = line.fields.get("release", line.number - 1)
        if isinstance(released, int):
            self._open.pop(released, None)

    def notes(self) -> list[str]:
        """What is no fault and should be known."""
        waiting = _Some("releases that were not received yet")
        for words in self._open.values():
            waiting.add(words)
        return [*self._turned_back.told(), *self._stamped.told(), *waiting.told(), *self._vouched.told()]

    def since(self, size: int, *, holds: bool) -> Since | None:
        """What was added, when that was asked for, to make it the ``size`` lines that there are."""
        if self._since is None:
            return None
        acts = tuple(self._acts.most_common())
        added = max(0, size - self._since)
        return Since(self._since, holds, added, acts, self._items, self._first, self._last)


def _later(time: str, other: str) -> bool:
    """Whether a time is later than another by more than clocks differ; a time that is none is not."""
    try:
        return datetime.fromisoformat(time) - datetime.fromisoformat(other) > _APART
    except (ValueError, TypeError):
        return False


_NOTED = {
    "create": Watch._create,
    "key-add": Watch._key,
    "clock": Watch._clock,
    **dict.fromkeys(("seal", "bind", "produce"), Watch._seal),
    "anchor": Watch._anchor,
    "release": Watch._release,
    "receive": Watch._receive,
}
