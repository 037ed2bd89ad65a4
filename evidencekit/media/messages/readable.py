"""The second time that phone backups write for people to read, held against the instant beside it."""

from __future__ import annotations

import re

from evidencekit.media.messages.clocks import Clock, ascii_digits, half_of_day, hour_of
from evidencekit.media.notes import Notes, counted

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<before>[^\W\d_]{1,5}\s?)?(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2}))?(?![\d:.])"
    r"(?:\s?(?P<after>[^\W\d_][\w. \u00a0\u202f]{0,6}))?"
)
_DAY = 24 * 60


class Readable:
    """Compares the clock time of each readable date with its instant: the difference is the zone of the phone that made
    the export, and can be nothing but whole quarters of an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._compared = 0
        self._odd: list[str] = []
        self._odd_count = 0
        self._beside: dict[int, tuple[int, str]] = {}  # minutes from the case's zone → how often, where first

    def compare(self, milliseconds: int, text: str, at: str) -> None:
        """Take one pair; a text without a clock time says nothing."""
        minutes = _minutes(text)
        offset = self._clock.offset_minutes(milliseconds)
        if minutes is None or offset is None:
            return
        self._compared += 1
        apart = (minutes - milliseconds // 60_000 - offset + _DAY // 2) % _DAY - _DAY // 2
        if apart % 15:
            self._odd_count += 1
            if len(self._odd) < 3:
                self._odd.append(at)
            return
        count, first = self._beside.get(apart, (0, at))
        self._beside[apart] = (count + 1, first)

    def conclude(self, notes: Notes) -> None:
        """What the comparison showed."""
        if not self._compared:
            return
        zone = self._clock.name
        if self._odd_count:
            entries = counted(self._odd_count, "entry", "entries")
            notes.warn(
                f"The readable date of {entries} does not fit the instant stored beside it by any time zone "
                f"({', '.join(self._odd)}); the stored instant is taken."
            )
        if set(self._beside) == {0}:
            notes.fact("readable_dates", f"agree with {zone} throughout", "readable_date against date")
            return
        said = [f"{_hours(apart)} for {count:,}, first {at}" for apart, (count, at) in sorted(self._beside.items())]
        if said:
            notes.fact("readable_dates", f"against {zone}: {'; '.join(said[:12])}", "readable_date against date")
        if len(self._beside) == 1:
            apart = next(iter(self._beside))
            notes.warn(
                f"The phone that made the export kept another time zone than {zone} ({_hours(apart)}); the times here "
                "are the stored instants."
            )
        elif self._beside:
            notes.warn(
                "The readable dates stand at changing distances from the stored instants, otherwise than by daylight "
                f"saving in {zone}; the times here are the stored instants."
            )


def _hours(minutes: int) -> str:
    sign = "−" if minutes < 0 else "+"
    return "the same" if not minutes else f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d} h"


def _minutes(text: str) -> int | None:
    """The minutes since midnight of the clock time in ``text``; None when there is none, or it could be two."""
    if not text:
        return None
    found = _CLOCK.search(ascii_digits(text[:80]))
    if found is None:
        return None
    words = [half_of_day((found[key] or "").strip()) for key in ("before", "after")]
    hour = hour_of(int(found["h"]), next((word for word in words if word), ""))
    unknown = words[1] is None and int(found["h"]) <= 12
    return None if hour is None or unknown or int(found["m"]) > 59 else hour * 60 + int(found["m"])
