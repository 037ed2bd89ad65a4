"""Days and clock times in running text, such as telephones write them: “Tue, Mar 4, 9:41 PM”, “gestern, 21:41”.

What is left out of them (the year, the day) is left open: :func:`candidates` says which days they may mean, and why.
Pure; every expression is bounded, for the text comes out of evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from evidencekit.moments.found import _DAY_NAMES, _MONTH_NAMES

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "january januar jänner enero janvier jan ene janv",
        "february februar febrero février fevrier feb febr févr",
        "march märz maerz marzo mars mar mär mrz",
        "april abril avril apr abr avr",
        "may mai mayo",
        "june juni junio juin jun",
        "july juli julio juillet jul juil",
        "august agosto août aout aug ago",
        "september septiembre setiembre septembre sep sept",
        "october oktober octubre octobre oct okt",
        "november noviembre novembre nov",
        "december dezember diciembre décembre decembre dec dez dic déc",
    ),
    1,
):
    _MONTHS.update(dict.fromkeys(_names.split(), _number))
_WEEKDAYS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "monday mon montag mo lunes lundi lun",
        "tuesday tue tues dienstag di martes mardi",
        "wednesday wed mittwoch mi miércoles miercoles mié mie mercredi mer",
        "thursday thu thur thurs donnerstag do jueves jue jeudi jeu",
        "friday fri freitag fr viernes vie vendredi ven",
        "saturday sat samstag sonnabend sa sábado sabado sáb sab samedi sam",
        "sunday sun sonntag so domingo dom dimanche dim",
    )
):
    _WEEKDAYS.update(dict.fromkeys(_names.split(), _number))
_DAYWORDS = {"today": 0, "heute": 0, "hoy": 0, "aujourd'hui": 0, "yesterday": 1, "gestern": 1, "ayer": 1, "hier": 1}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_ALONE = "|".join(sorted((name for name in _WEEKDAYS if len(name) > 5), key=len, reverse=True))
_NAMED = rf"(?:(?P<w>{_WEEKDAY})\.?,?\s{{0,3}})?"
_YEAR = r"(?:(?:,|\sde|\sdel)?\s{1,2}(?P<Y>(?:19|20)\d\d)\b(?!:))?"
_DATES = (
    r"(?P<Y>(?:19|20)\d\d)(?P<i>[-/.])(?P<M>\d{1,2})(?P=i)(?P<D>\d{1,2})(?!\d)",
    rf"{_NAMED}(?P<b>{_MONTH})\b\.?\s{{1,2}}(?P<D>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_YEAR}",
    rf"{_NAMED}(?P<D>\d{{1,2}})(?:\.|st|nd|rd|th|er)?\s{{0,2}}(?:de\s|of\s)?(?P<b>{_MONTH})\b\.?{_YEAR}",
    r"(?P<one>\d{1,2})(?P<s>[/.-])(?P<two>\d{1,2})(?P=s)(?P<Y>(?:19|20)\d\d|\d\d)(?!\d)",
    rf"(?P<word>{'|'.join(_DAYWORDS)})\b",
    rf"(?P<w>{_ALONE})\b",
    rf"(?P<w>{_WEEKDAY})\b\.?(?=,?\s{{1,2}}\d{{1,2}}[:h]\d\d)",
)
_DAY = tuple(re.compile(rf"(?<![\w/.:-]){each}", re.IGNORECASE) for each in _DATES)
_CLOCK = re.compile(
    r"(?<![\d:.,/+-])(?P<h>[01]?\d|2[0-3])(?:(?P<c>[:h])|\.(?=\d\d(?:\.\d\d)?\s?(?:[ap]\.?\s?m\b|uhr\b)))(?P<m>[0-5]\d)"
    r"(?:[:.](?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?(?![\d:])"
    r"(?:\s{0,2}(?P<p>[ap])\.?\s?m\b\.?)?(?:\s?(?P<o>Z\b|[+-]\d\d:?\d\d\b))?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,·•|T–-]{0,5}(?:(?:at|um|à|a las?|kl\.?|@|on|am|le|el)\s{1,2})?", re.IGNORECASE)
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u200e": "", "\u200f": "", "：": ":", "’": "'"})
_LONGEST = 2_000  # characters of one line
_TWELVE = {str(hour) for hour in range(1, 13)}  # a clock of 24 hours writes 09
_BACK = 12  # years that a day without one is looked for in


@dataclass(frozen=True, slots=True)
class Named:
    """A day, a clock time, or both, as written. ``days`` are (year or None, month, day), more than one where their
    order is open; ``weekday`` 0 is Monday; ``back`` counts days from the day on which it was written. ``offset`` as
    written behind the clock. ``half_open``: it may be a clock of twelve hours, before noon or after."""

    as_found: str
    days: tuple[tuple[int | None, int, int], ...] = ()
    weekday: int | None = None
    back: int | None = None
    clock: time | None = None
    seconds: bool = False
    offset: str = ""
    order_open: bool = False
    half_open: bool = False

    @property
    def has_day(self) -> bool:
        return bool(self.days) or self.weekday is not None or self.back is not None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of when a text was written: on which day (``own``) and how that is known (``own_basis``), other
    days of the same item, and the day by which it was there."""

    own: date | None = None
    own_basis: str = ""
    others: tuple[date, ...] = ()
    latest: date | None = None


def named_times(line: str) -> list[Named]:
    """Every day and clock time in one line, in order."""
    line = line[:_LONGEST].translate(_PLAIN)
    clocks = [found for found in _CLOCK.finditer(line) if _clock(found) is not None]
    found: list[tuple[int, Named]] = []
    taken: set[int] = set()
    for start, end, named in _days(line):
        after = next((n for n, c in enumerate(clocks) if c.start() >= end), None)
        before = next((n for n in range(len(clocks) - 1, -1, -1) if clocks[n].end() <= start), None)
        if after is not None and after not in taken and _BETWEEN.fullmatch(line[end : clocks[after].start()]):
            taken.add(after)
            found.append((start, _with(named, clocks[after], line[start : clocks[after].end()])))
        elif before is not None and before not in taken and _BETWEEN.fullmatch(line[clocks[before].end() : start]):
            taken.add(before)
            found.append((start, _with(named, clocks[before], line[clocks[before].start() : end])))
        else:
            found.append((start, named))
    spans = [(start, start + len(named.as_found)) for start, named in found]
    for n, each in enumerate(clocks):
        if n not in taken and not any(a < each.end() and each.start() < b for a, b in spans):
            found.append((each.start(), _with(Named(""), each, each.group())))
    return [named for _, named in sorted(found, key=lambda pair: pair[0])]


def _days(line: str) -> list[tuple[int, int, Named]]:
    """The days of a line; of two that overlap, the one that says more."""
    found: list[tuple[int, int, Named]] = []
    for pattern in _DAY:
        for each in pattern.finditer(line):
            named = _day(each)
            if named is not None and not any(a < each.end() and each.start() < b for a, b, _ in found):
                found.append((each.start(), each.end(), named))
    return sorted(found, key=lambda each: each[0])


def _day(found: re.Match[str]) -> Named | None:
    group = found.groupdict()
    text = found.group().strip()
    weekday = _WEEKDAYS.get((group.get("w") or "").casefold().rstrip("."))
    if group.get("word"):
        return Named(text, back=_DAYWORDS[group["word"].casefold()])
    if group.get("one"):
        return _numeric(text, int(group["one"]), int(group["two"]), group["Y"], group["s"])
    if not group.get("D"):
        return Named(text, weekday=weekday)
    name = group.get("b") or ""
    if name and name[0].islower() and found.re is _DAY[1]:
        return None  # “I may 2 or 3 times”: English and German write months with a capital
    month = int(group["M"]) if group.get("M") else _MONTHS.get(name.casefold(), 0)
    day = (int(group["Y"]) if group.get("Y") else None, month, int(group["D"]))
    return Named(text, (day,), weekday) if _exists(day) else None


def _numeric(text: str, one: int, two: int, year_text: str, sign: str) -> Named | None:
    """Two numbers and a year: with dots the day comes first; otherwise both orders stand when both can be."""
    year = int(year_text) if len(year_text) == 4 else 2000 + int(year_text)
    orders = [(year, two, one)] if sign == "." else [(year, one, two), (year, two, one)]
    days = tuple(dict.fromkeys(each for each in orders if _exists(each)))
    return Named(text, days, order_open=len(days) > 1) if days else None


def _exists(day: tuple[int | None, int, int]) -> bool:
    try:
        date(day[0] or 2000, day[1], day[2])
    except ValueError:
        return False
    return True


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["h"]), (found["p"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(found["m"]), int(found["s"] or 0))


def _with(named: Named, clock: re.Match[str], text: str) -> Named:
    return Named(
        text.strip(" ,"),
        named.days,
        named.weekday,
        named.back,
        _clock(clock),
        bool(clock["s"]),
        clock["o"] or "",
        named.order_open,
        half_open=not clock["p"] and not clock["o"] and clock["h"] in _TWELVE,
    )


def candidates(named: Named, known: Known) -> Iterator[tuple[date, str]]:
    """The days that a text may mean, likeliest first, each with the reason in a few words."""
    if named.back is not None:
        if known.own is not None:
            yield known.own - timedelta(days=named.back), _counted(known)
    elif not named.days:
        if named.weekday is not None and known.own is not None:
            back = (known.own.weekday() - named.weekday) % 7
            yield known.own - timedelta(days=back), f"the last day of that name; {_counted(known)}"
    else:
        for year, month, day in named.days:
            if year is not None:
                yield _checked(named, date(year, month, day))
            else:
                yield from _years(named, month, day, known)


def _counted(known: Known) -> str:
    return f"counted from {in_words(known.own)}, {known.own_basis}" if known.own else ""


def _checked(named: Named, day: date) -> tuple[date, str]:
    if named.order_open:
        first, other = ("month", "day") if named.days.index((day.year, day.month, day.day)) == 0 else ("day", "month")
        return day, f"read with the {first} first; the {other} may come first"
    if named.weekday not in (None, day.weekday()):
        assert named.weekday is not None
        return day, f"as written, though it names {_DAY_NAMES[named.weekday]} and was a {_DAY_NAMES[day.weekday()]}"
    return day, "as written"


def _years(named: Named, month: int, day: int, known: Known) -> Iterator[tuple[date, str]]:
    """A day without a year: in which years near the case it can have been."""
    latest = known.latest or known.own
    if latest is None:
        return
    days = [found for year in range(latest.year - _BACK, latest.year + 1) if (found := _date(year, month, day))]
    days = [each for each in days if each <= latest + timedelta(days=1)]
    if named.weekday is not None:
        fitting = [each for each in days if each.weekday() == named.weekday]
        near = sorted(fitting, key=lambda each: _distance(each, known, latest))[:3]
        for each in near:
            name = f"{day} {_MONTH_NAMES[month - 1]} was a {_DAY_NAMES[each.weekday()]}"
            yield each, f"{name} in {each.year}{_close(each, known)}"
        return
    for each in sorted(days, key=lambda each: _distance(each, known, latest))[:2]:
        why = "telephones leave out the year they are in" if each.year == (known.own or latest).year else "a year back"
        yield each, f"no year is written; {why}{_close(each, known)}"


def _distance(day: date, known: Known, latest: date) -> int:
    """Days to what else is known of the item; what lies behind its own time is unlikely."""
    if known.own is not None:
        gap = (known.own - day).days
        return gap if gap >= -1 else 10_000 - gap
    return min((abs((other - day).days) for other in (*known.others, latest)), default=0)


def _close(day: date, known: Known) -> str:
    if known.own is not None and abs((known.own - day).days) <= 366:
        return f"; {known.own_basis} is {in_words(known.own)}"
    return ""


def in_words(day: date) -> str:
    """A day in words, whatever language this computer speaks."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def each_with_its_day(lines: Iterable[str]) -> Iterator[tuple[int, Named, Named | None]]:
    """Line number (0-based), what is named in it, and for a clock time alone the day line that stands above it."""
    above: Named | None = None
    for number, line in enumerate(lines):
        for named in named_times(line):
            if named.has_day and named.clock is None:
                above = named
            alone = not named.has_day
            yield number, named, above if alone else None
            if named.has_day and named.clock is not None:
                above = None
