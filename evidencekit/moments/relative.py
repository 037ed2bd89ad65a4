"""Phrases that count from a day: “the week before Easter 2026”, “two days after 4 March 2026”, “the first Monday of
March 2026”. Pure.

Only what has one reading is taken; the day that is counted from is read by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from evidencekit.moments.feasts import nth_weekday
from evidencekit.moments.spans import Precision, Span
from evidencekit.moments.words import Unreadable

_DAY = timedelta(days=1)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_NUMBERS |= {"nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINALS |= {"fifth": 5, "5th": 5, "last": -1}
_SIDE = r"(?P<side>before|after|following|preceding|prior to)"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_DAYS)})s?"
_PART = r"(?P<part>early morning|morning|afternoon|evening|night|eve)"

_UNIT = re.compile(
    rf"(?:in |during |over |on )?(?:the )?(?P<unit>week|weekend|month|day|{'|'.join(_DAYS)}) {_SIDE} (?P<day>.+)"
)
_DAYPART = re.compile(rf"(?:on |in |during )?(?:the )?{_PART} {_SIDE} (?P<day>.+)")
_EVE = re.compile(r"(?:on )?(?:the )?eve of (?P<day>.+)")
_COUNTED = re.compile(
    r"(?P<about>about |around |approximately |roughly |some )?(?P<count>\d{1,3}|a few|several|a couple of|a couple|"
    rf"{'|'.join(_NUMBERS)}) (?P<unit>day|night|week|month|year)s? {_SIDE} (?P<day>.+)"
)
_NTH = re.compile(
    rf"(?:on )?(?:the )?(?P<nth>{'|'.join(_ORDINALS)}) {_WEEKDAY} (?:of|in) (?P<month>[a-z]+)\.?,? (?:of )?"
    r"(?P<year>\d{4})"
)
_LONG_WEEKEND = re.compile(r"(?:over |on |during )?(?:the )?(?P<day>\d{4}-\d\d-\d\d) (?:long )?weekend")
_TURN = re.compile(r"(?:at |around )?(?:the )?turn of the year,? (?P<one>\d{4})\s?(?:[-/–]|to)\s?(?P<two>\d{4}|\d{2})")


@dataclass(frozen=True, slots=True)
class _Days:
    """The day, or days, that is counted from: the first and the last."""

    first: date
    last: date


DaysOf = Callable[[str], tuple[date, date]]
"""First and last day of a phrase; raises :class:`Unreadable`."""


def relative_span(text: str, days_of: DaysOf) -> Span | None:
    """The span of a phrase that counts from a day; None when it is no such phrase. Raises :class:`Unreadable`."""
    text = text.casefold().strip(" .")
    for pattern, make in _FORMS:
        found = pattern.fullmatch(text)
        if found is not None:
            return make(found, days_of)
    return None


def _from(found: re.Match[str], days_of: DaysOf) -> _Days:
    return _Days(*days_of(found["day"]))


def _later(found: re.Match[str]) -> bool:
    return found["side"] in ("after", "following")


def _days(first: date, last: date, precision: Precision) -> Span:
    start, end = (datetime(day.year, day.month, day.day) for day in (first, last + _DAY))
    return Span(start, end, precision)


def _unit(found: re.Match[str], days_of: DaysOf) -> Span:
    """The week before a day is the seven days before it; the weekend and the weekday, the nearest one."""
    around, later, unit = _from(found, days_of), _later(found), found["unit"]
    edge, step = (around.last, _DAY) if later else (around.first, -_DAY)
    if unit == "day":
        return _days(edge + step, edge + step, Precision.DAY)
    if unit == "week":
        first, last = sorted((edge + step, edge + 7 * step))
        return _days(first, last, Precision.WEEK)
    if unit == "month":
        return _month_beside(edge, later)
    if unit == "weekend":
        saturday = edge + step
        while saturday.isoweekday() != 6 or (not later and saturday + _DAY >= edge):
            saturday += step
        return _days(saturday, saturday + _DAY, Precision.WEEK)
    day = edge + step
    while day.isoweekday() != _DAYS.index(unit) + 1:
        day += step
    return _days(day, day, Precision.DAY)


def _month_beside(day: date, later: bool) -> Span:
    months = day.year * 12 + day.month - 1 + (1 if later else -1)
    first = date(months // 12, months % 12 + 1, 1)
    following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return _days(first, following - _DAY, Precision.MONTH)


_HOURS = {"early morning": (0, 9), "morning": (5, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (18, 30)}


def _daypart(found: re.Match[str], days_of: DaysOf) -> Span:
    around = _from(found, days_of)
    day = around.last + _DAY if _later(found) else around.first - _DAY
    return _hours(day, "evening" if found["part"] == "eve" else found["part"])


def _eve(found: re.Match[str], days_of: DaysOf) -> Span:
    day = _from(found, days_of).first - _DAY
    return _days(day, day, Precision.DAY)


def _hours(day: date, part: str) -> Span:
    first, last = _HOURS[part]
    start = datetime(day.year, day.month, day.day)
    return Span(start + timedelta(hours=first), start + timedelta(hours=last), Precision.DAY_PART)


_FEW = {"a few": (2, 5), "several": (3, 7), "a couple of": (2, 3), "a couple": (2, 3)}


def _counted(found: re.Match[str], days_of: DaysOf) -> Span:
    around, later, unit = _from(found, days_of), _later(found), found["unit"]
    few = _FEW.get(found["count"])
    least, most = few or ((_number(found["count"]),) * 2)
    if not least:
        raise Unreadable("a count of nothing says no time")
    edge = around.last if later else around.first
    ends = sorted(_moved(edge, unit, count if later else -count) for count in (least, most))
    # Weeks and months away is said of about that day; days are counted.
    loose = 0 if unit in ("day", "night") and not found["about"] else 1 if unit in ("day", "night") else 3
    loose = {"month": 7, "year": 31}.get(unit, loose)
    precision = Precision.DAY if not loose and least == most else Precision.ABOUT
    if unit == "night" and precision is Precision.DAY:
        return _hours(ends[0], "night")
    return _days(ends[0] - loose * _DAY, ends[1] + loose * _DAY, precision)


def _number(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text)


def _moved(day: date, unit: str, count: int) -> date:
    if unit in ("month", "year"):
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        first = date(months // 12, months % 12 + 1, 1)
        following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        return min(first + (day.day - 1) * _DAY, following - _DAY)
    return day + timedelta(days=count * (7 if unit == "week" else 1))


def _nth(found: re.Match[str], days_of: DaysOf) -> Span:
    del days_of
    if found["month"][:3] not in _MONTHS:
        raise Unreadable(f"“{found['month']}” is not a month")
    month = _MONTHS.index(found["month"][:3]) + 1
    weekday = _DAYS.index(found["weekday"]) + 1
    day = nth_weekday(int(found["year"]), month, weekday, _ORDINALS[found["nth"]])
    return _days(day, day, Precision.DAY)


def _long_weekend(found: re.Match[str], days_of: DaysOf) -> Span:
    """From the Saturday and Sunday nearest to the day, as far as the day, and with Thursday's feast from Thursday."""
    del days_of
    day = date.fromisoformat(found["day"])
    weekday = day.isoweekday()
    saturday = day + timedelta(days=6 - weekday) if weekday >= 4 else day - timedelta(days=weekday + 1)
    if weekday == 7:
        saturday = day - _DAY
    if weekday in (2, 3):
        raise Unreadable(f"{day.day} {day:%B %Y} is a {day:%A}, not beside a weekend")
    return _days(min(day, saturday), max(day, saturday + _DAY), Precision.WEEK)


def _turn(found: re.Match[str], days_of: DaysOf) -> Span:
    del days_of
    year = int(found["one"])
    two = int(found["two"]) if len(found["two"]) == 4 else year // 100 * 100 + int(found["two"])
    if two != year + 1:
        raise Unreadable("the turn of the year lies between a year and the next")
    return _days(date(year, 12, 27), date(year + 1, 1, 5), Precision.ABOUT)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DaysOf], Span]], ...] = (
    (_UNIT, _unit),
    (_DAYPART, _daypart),
    (_EVE, _eve),
    (_COUNTED, _counted),
    (_NTH, _nth),
    (_LONG_WEEKEND, _long_weekend),
    (_TURN, _turn),
)
