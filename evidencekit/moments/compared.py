"""The times of one item side by side: how far each is from the one in use, and why they stand in their order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidencekit.model import Moment, Zone
from evidencekit.moments.ranked import standing
from evidencekit.moments.zones import zone_of

SAME = 2.0  # seconds; what lies closer is one event seen twice
_HOUR = 3600
_WIDEST_OFFSET = 14 * _HOUR


@dataclass(frozen=True, slots=True)
class Compared:
    """One moment beside the one in use. ``seconds`` is how much later it is, None when the two cannot be compared;
    ``words`` say it, with what such a difference usually means; ``why`` is why it stands where it does. ``differs``:
    the two cannot both be the time of one event."""

    moment: Moment
    seconds: float | None
    words: str
    why: str
    differs: bool


def compare(moments: Sequence[Moment], in_use: str | None, zone: str) -> tuple[Compared, ...]:
    """The moments in their order, each beside the one whose value is ``in_use`` (else the first).

    A clock time without a zone is compared as a clock time in the case's ``zone``; that is said.
    """
    chosen = next((each for each in moments if each.value == in_use), moments[0] if moments else None)
    if chosen is None:
        return ()
    return tuple(_beside(each, chosen, zone) for each in moments)


def conflicts(moments: Sequence[Moment], zone: str) -> tuple[Compared, ...]:
    """Those that do not agree with the best one; none when the sources agree, or there is but one."""
    return tuple(each for each in compare(moments, None, zone) if each.differs)


def _beside(moment: Moment, chosen: Moment, zone: str) -> Compared:
    why = standing(moment)
    if moment is chosen:
        return Compared(moment, 0.0, "in use", why, False)
    one, other = _read(moment), _read(chosen)
    if one is None or other is None:
        return Compared(moment, None, "cannot be compared", why, False)
    naive = one.tzinfo is None or other.tzinfo is None
    if naive and (one.tzinfo is None) != (other.tzinfo is None):
        one, other = (each.astimezone(zone_of(zone)) if each.tzinfo else each for each in (one, other))
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    seconds = (one - other).total_seconds()
    return Compared(moment, seconds, _words(seconds, naive, moment, chosen), why, abs(seconds) >= SAME)


def _read(moment: Moment) -> datetime | None:
    try:
        return datetime.fromisoformat(moment.value)
    except ValueError:
        return None


def _words(seconds: float, naive: bool, moment: Moment, chosen: Moment) -> str:
    if abs(seconds) < SAME:
        return "the same clock time, without a zone" if naive else "the same time"
    words = f"{span_words(abs(seconds))} {'later' if seconds > 0 else 'earlier'}"
    if naive:
        words += ", as clocks in the case's zone show it"
    whole = round(abs(seconds) / _HOUR * 4) / 4 * _HOUR
    like_an_offset = 0 < whole <= _WIDEST_OFFSET and abs(abs(seconds) - whole) < SAME
    if like_an_offset and (naive or Zone.ASSUMED in (moment.zone, chosen.zone)):
        words += "; just as much as a wrong zone makes"
    return words


def span_words(seconds: float) -> str:
    """“3 d 4 h”, “2 h 5 min”, “41 s”: the two largest parts."""
    total = timedelta(seconds=round(seconds)) if seconds >= 10 else timedelta(seconds=round(seconds, 1))
    days, rest = total.days, total.seconds
    if days >= 365:
        return f"{days / 365.2425:.1f} years"
    parts = [(days, "d"), (rest // 3600, "h"), (rest // 60 % 60, "min"), (rest % 60, "s")]
    shown = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(shown) or f"{seconds:.1f} s"
