"""Times as exports write them: counts since 1970, and clock times in the ways that phones print them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from evidencekit.errors import UsageError
from evidencekit.model import Zone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999  # the last millisecond of the year 9999
_WORDS = {
    "am": "am a.m. a.m am. पूर्वाह्न 上午 午前 오전 ص sa fm f.m. π.μ. öö 早上 清晨 凌晨 nachts morgens vorm. vormittags "
    "ق.ظ dop. de. д.п.",
    "pm": "pm p.m. p.m pm. अपराह्न 下午 午後 오후 م ch em e.m. μ.μ. ös 傍晚 nachm. nachmittags ب.ظ odp. du. п.п.",
}
_MORNING, _AFTERNOON = (frozenset(_WORDS[half].split(" ")) for half in ("am", "pm"))
_NOON = frozenset({"中午", "mittags"})
_LATE = frozenset({"晚上", "abends"})
_JOINING = frozenset({"at", "um", "à", "às", "as", "klo", "kl.", "kl", "om", "alle", "ore", "lúc", "a las", "o", "в"})
_SPACES = re.compile(r"\s+")


def ascii_digits(text: str) -> str:
    """``text`` with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def half_of_day(word: str) -> str | None:
    """“am”, “pm”, “noon” or “late” for a word that parts the day, “” for none or one that only joins date and time
    (“um”, “à”), None for a word that is not known."""
    word = _SPACES.sub("", word).casefold() if word.casefold() not in _JOINING else ""
    if not word or word in _JOINING:
        return ""
    if word in _NOON:
        return "noon"
    if word in _LATE:
        return "late"
    return "am" if word in _MORNING else "pm" if word in _AFTERNOON else None


def hour_of(hour: int, half: str) -> int | None:
    """The hour 0 to 23 that a clock's ``hour`` in that :func:`half_of_day` is; None when there is none, or it could be
    two."""
    if not half or hour > 12:
        return hour if hour < 24 else None
    if half == "late":
        return hour + 12 if hour < 12 else None
    if half == "noon":
        return hour if hour in (11, 12) else hour + 12 if hour < 4 else None
    return hour % 12 + (12 if half == "pm" else 0)


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo | None:
    from evidencekit.moments.zones import zone_of

    try:
        return zone_of(name)
    except UsageError:
        return None


class Clock:
    """Turns what an export says into the ISO times of contacts, as a clock in the zone ``name`` shows them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._zone = _zone(name)

    def instant(self, milliseconds: int) -> str | None:
        """Milliseconds since 1970 (UTC) in this zone, with milliseconds only when there are some; None for 0, before
        1970 or after the year 9998."""
        if not 0 < milliseconds < _LAST - 86_400_000:
            return None
        moment = (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(self._zone or UTC)
        return moment.isoformat(timespec="milliseconds" if milliseconds % 1000 else "seconds")

    def local(self, clock: datetime, timespec: str = "seconds") -> tuple[str, Zone, str]:
        """(ISO time, zone, note) of a clock time without a zone, taken in this one: assumed where the time exists there
        exactly once; else it stays without a zone, and the note says why."""
        naive = clock.isoformat(timespec=timespec)
        if self._zone is None:
            return naive, Zone.NONE, ""
        first, second = clock.replace(tzinfo=self._zone), clock.replace(tzinfo=self._zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return first.isoformat(timespec=timespec), Zone.ASSUMED, ""
        if first.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != clock:
            return naive, Zone.NONE, "this clock time was skipped that night"
        return naive, Zone.NONE, "this clock time came twice that night"

    def offset_minutes(self, milliseconds: int) -> int | None:
        """How far this zone stands from UTC at that instant."""
        if self._zone is None or not 0 < milliseconds < _LAST - 86_400_000:
            return None
        offset = (_EPOCH + timedelta(milliseconds=milliseconds)).astimezone(self._zone).utcoffset()
        return None if offset is None else round(offset.total_seconds() / 60)


def clock_for(answered: str, case_zone: str) -> tuple[Clock, bool]:
    """The clock of the zone that a person named, else the case's; and whether the person's name is of no zone."""
    from evidencekit.moments.zones import check_zone

    if not answered:
        return Clock(case_zone), False
    try:
        return Clock(check_zone(answered)), False
    except UsageError:
        return Clock(case_zone), True
