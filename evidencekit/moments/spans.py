"""From the parts of a phrase to a span of local time. Pure, knows no zone."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from evidencekit.moments.words import Clock, Parts, Unreadable

FIRST_YEAR, LAST_YEAR = 1900, 2199


class Precision(StrEnum):
    """How closely a person placed it."""

    SECOND = "second"
    MINUTE = "minute"
    DAY_PART = "part of a day"
    DAY = "day"
    WEEK = "week"
    MONTH_PART = "part of a month"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    RANGE = "range"
    ABOUT = "about"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Span:
    """Local ``start`` and ``end`` (exclusive) and how fine it is; ``timed`` when a clock time was said."""

    start: datetime
    end: datetime
    precision: Precision
    timed: bool = False
    note: str = ""


# Hours of the day they were said of; over 24 is the next morning.
_DAYPARTS: dict[tuple[str | None, str], tuple[int, int]] = {
    (None, "morning"): (5, 12),
    ("early", "morning"): (0, 9),
    ("mid", "morning"): (8, 11),
    ("late", "morning"): (10, 12),
    (None, "afternoon"): (12, 18),
    ("early", "afternoon"): (12, 15),
    ("mid", "afternoon"): (14, 16),
    ("late", "afternoon"): (15, 18),
    (None, "evening"): (17, 24),
    ("early", "evening"): (17, 20),
    ("mid", "evening"): (18, 22),
    ("late", "evening"): (20, 24),
    (None, "night"): (18, 30),
    ("early", "night"): (18, 23),
    ("late", "night"): (21, 30),
    (None, "hours"): (0, 6),
    (None, "dawn"): (4, 8),
    (None, "dusk"): (16, 22),
    (None, "daytime"): (6, 18),
    (None, "lunch"): (11, 14),
}
_SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}
_THIRDS = {"early": 0, "mid": 1, "late": 2}
_WIDEN = {
    Precision.DAY_PART: timedelta(hours=2),
    Precision.DAY: timedelta(days=1),
    Precision.WEEK: timedelta(days=7),
    Precision.MONTH_PART: timedelta(days=7),
    Precision.RANGE: timedelta(days=1),
}
_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)


def span(said: Parts) -> Span:
    """The span one side of a phrase means. Raises :class:`Unreadable` when it names no date, or none there is."""
    if said.year is None:
        raise Unreadable("the year is missing")
    if not FIRST_YEAR <= said.year <= LAST_YEAR:
        raise Unreadable(f"the year {said.year} is out of reach")
    found = _plain(said)
    return widened(found) if said.about else found


def widened(found: Span) -> Span:
    """“About”: half an hour around a time, two hours around a part of a day, a day around a day, a week around a week
    or a part of a month, 31 days around anything longer. The start stays where it was said."""
    by = _HALF_HOUR if found.timed else _WIDEN.get(found.precision, timedelta(days=31))
    return replace(found, start=found.start - by, end=found.end + by, precision=Precision.ABOUT)


def _plain(said: Parts) -> Span:
    if said.day is not None and said.month is None:
        raise Unreadable("the month is missing")
    if said.day is None and (said.clock is not None or said.daypart is not None):
        raise Unreadable("the day is missing")
    if said.season is not None:
        return _season(said)
    if said.quarter is not None or (said.month is None and said.half is not None):
        return _of_year(said)
    if said.month is None:
        return _year(said)
    if said.day is None:
        return _month(said)
    return _date(said)


def _only(said: Parts, *allowed: str) -> None:
    for field in fields(said):
        if field.name not in {*allowed, "about", "iso"} and getattr(said, field.name) is not None:
            word = {"clock": "a time", "daypart": "a part of a day", "weekday": "a weekday"}.get(field.name, "a word")
            raise Unreadable(f"{word} needs a whole date beside it")


def _months(year: int, month: int, count: int, precision: Precision) -> Span:
    last = year * 12 + month - 1 + count
    return Span(datetime(year, month, 1), datetime(last // 12, last % 12 + 1, 1), precision)


def _season(said: Parts) -> Span:
    _only(said, "year", "season", "part")
    year, month = int(said.year or 0), _SEASONS[said.season or ""]
    if said.season == "winter":
        if said.part is not None:
            raise Unreadable("the winter begins in one year and ends in the next; name the month")
        start = _months(year - 1, 12, 15, Precision.SEASON)
        return replace(start, note=f"Winter {year} can mean the one that began in {year - 1} or in {year}.")
    if said.part is None:
        return _months(year, month, 3, Precision.SEASON)
    return _months(year, month + _THIRDS[said.part], 1, Precision.SEASON)


def winter(first: int, second: int) -> Span:
    """“Winter 2025-26”: December to February. Raises :class:`Unreadable` unless the years follow each other."""
    if second < 100:
        second += first // 100 * 100 + (100 if second == 0 else 0)
    if second != first + 1 or not FIRST_YEAR <= first < LAST_YEAR:
        raise Unreadable("a winter has two years that follow each other")
    return _months(first, 12, 3, Precision.SEASON)


def _of_year(said: Parts) -> Span:
    _only(said, "year", "quarter", "half")
    year = int(said.year or 0)
    if said.quarter is not None and said.half is None and 1 <= said.quarter <= 4:
        return _months(year, 3 * said.quarter - 2, 3, Precision.SEASON)
    if said.quarter is None and said.half in {1, 2}:
        return _months(year, 6 * said.half - 5, 6, Precision.SEASON)
    raise Unreadable("a year has four quarters and two halves")


def _year(said: Parts) -> Span:
    _only(said, "year", "part")
    year = int(said.year or 0)
    if said.part is None:
        return _months(year, 1, 12, Precision.YEAR)
    return _months(year, 4 * _THIRDS[said.part] + 1, 4, Precision.SEASON)


def _month(said: Parts) -> Span:
    _only(said, "year", "month", "part", "week", "half")
    if not 1 <= int(said.month or 0) <= 12:
        raise Unreadable(f"there is no month {said.month}")
    whole = _months(int(said.year or 0), int(said.month or 0), 1, Precision.MONTH)
    if sum(value is not None for value in (said.part, said.week, said.half)) > 1:
        raise Unreadable("two parts of the month are named")
    day = whole.start.replace
    if said.part is not None:
        start, end = {"early": (1, 11), "mid": (11, 21), "late": (21, 0)}[said.part]
        return Span(day(day=start), day(day=end) if end else whole.end, Precision.MONTH_PART)
    if said.half is not None:
        if said.half not in {1, 2}:
            raise Unreadable("a month has two halves")
        start, end = ((1, 16), (16, 0))[said.half - 1]
        return Span(day(day=start), day(day=end) if end else whole.end, Precision.MONTH_PART)
    return whole if said.week is None else _week_of_month(said.week, whole)


def _week_of_month(named: str, month: Span) -> Span:
    """The first week is the 1st to the 7th, the last the seven last days; a weekend belongs to its Saturday's month."""
    weekend = named.startswith("weekend")
    which = named.removeprefix("weekend ")
    if which not in {"1", "2", "3", "4", "last", *(("5",) if weekend else ())}:
        raise Unreadable("the day of the month that names the week is missing")
    if not weekend:
        start = month.end - 7 * _DAY if which == "last" else month.start + (int(which) - 1) * 7 * _DAY
        return Span(start, start + 7 * _DAY, Precision.WEEK)
    saturdays = [day for n in range(31) if (day := month.start + n * _DAY).isoweekday() == 6 and day < month.end]
    if which == "5" and len(saturdays) < 5:
        raise Unreadable(f"{month.start:%B %Y} has four weekends")
    start = saturdays[-1 if which == "last" else int(which) - 1]
    return Span(start, start + 2 * _DAY, Precision.WEEK)


def _date(said: Parts) -> Span:
    _only(said, "year", "month", "day", "weekday", "week", "part", "daypart", "clock", "zone")
    try:
        day = datetime(int(said.year or 0), int(said.month or 0), int(said.day or 0))
    except ValueError:
        raise Unreadable("there is no such date") from None
    if said.weekday is not None and day.isoweekday() != said.weekday:
        raise Unreadable(f"{day.day} {day:%B %Y} is a {day:%A}")
    if said.part is not None and said.daypart is None:
        raise Unreadable("early, mid or late needs a month or a part of a day, not a day")
    if said.week is not None:
        return _week(said, day)
    if said.clock is not None:
        return _timed(said, day)
    if said.zone is not None:
        raise Unreadable("a zone needs a time beside it")
    if said.daypart is not None:
        first, last = daypart_hours(said)
        return Span(day + timedelta(hours=first), day + timedelta(hours=last), Precision.DAY_PART)
    return Span(day, day + _DAY, Precision.DAY)


def daypart_hours(said: Parts) -> tuple[int, int]:
    """First and last hour of the part of the day; over 24 is the next morning."""
    hours = _DAYPARTS.get((said.part, said.daypart or ""))
    if hours is None and said.daypart == "night":
        raise Unreadable("the middle of a night lies between two days; write “night of the 4th to 5th of March 2026”")
    if hours is None:
        raise Unreadable("that part of a day has no early or late")
    return hours


def _week(said: Parts, day: datetime) -> Span:
    if said.clock is not None or said.daypart is not None or said.part is not None or said.zone is not None:
        raise Unreadable("a week has no time of day")
    ago = day.weekday()
    match said.week:
        case "of":
            # A week named by its Sunday begins there; any other day names the Monday-to-Sunday week it lies in.
            start = day if ago == 6 else day - ago * _DAY
            return Span(start, start + 7 * _DAY, Precision.WEEK)
        case "ending":
            return Span(day - 6 * _DAY, day + _DAY, Precision.WEEK)
        case "weekend" if ago >= 4:
            start = day - (ago - 5) * _DAY
            return Span(start, start + 2 * _DAY, Precision.WEEK)
        case "weekend":
            raise Unreadable(f"{day.day} {day:%B %Y} is a {day:%A}, not in a weekend")
        case _:
            raise Unreadable("a numbered week needs a month without a day")


def _timed(said: Parts, day: datetime) -> Span:
    clock = said.clock or Clock(0, 0)
    if clock.midnight:
        if said.daypart not in {None, "night"}:
            raise Unreadable("midnight does not lie in that part of the day")
        note = "Midnight of a day can be its beginning or its end."
        return Span(day, day + _DAY + timedelta(minutes=1), Precision.ABOUT, True, note)
    start = day + timedelta(hours=_hour(said, clock), minutes=clock.minute, seconds=clock.second or 0)
    if clock.second is None:
        return Span(start, start + timedelta(minutes=1), Precision.MINUTE, True)
    return Span(start, start + timedelta(seconds=1), Precision.SECOND, True)


def _hour(said: Parts, clock: Clock) -> int:
    hours = [clock.hour] if clock.sure or said.iso else [clock.hour % 12, clock.hour % 12 + 12]
    if said.daypart is not None:
        first, last = daypart_hours(said)
        if said.daypart == "night":
            first, last = 18, 24  # after midnight it is not said on which day
        hours = [hour for hour in hours if first <= hour < last]
        if not hours:
            after = "; give the day and the time alone" if said.daypart == "night" else ""
            raise Unreadable(f"{clock.hour}:{clock.minute:02d} does not lie in the {said.daypart} of that day{after}")
    if len(hours) > 1:
        raise Unreadable(f"{clock.hour}:{clock.minute:02d} does not say whether am or pm")
    return hours[0]
