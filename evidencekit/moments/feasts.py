"""Days that have a name: “Easter 2026”, “Thanksgiving 2025”, “Christmas Eve 2025”. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from evidencekit.moments.words import Unreadable

Maker = Callable[[int], date]


def easter(year: int) -> date:
    """Easter Sunday of the Western churches (the anonymous Gregorian computus)."""
    golden, century = year % 19, year // 100
    leap, shift = century // 4, (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - shift + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - moon - year % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The ``nth`` (1 to 5, or −1 the last) Monday (1) to Sunday (7) of a month. Raises :class:`Unreadable`."""
    if nth > 0:
        first = date(year, month, 1)
        day = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
    else:
        following = date(year + month // 12, month % 12 + 1, 1)
        day = following - timedelta(days=(following.isoweekday() - weekday - 1) % 7 + 1)
    if day.month != month:
        raise Unreadable("that month has no fifth one")
    return day


def _fixed(month: int, day: int) -> Maker:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Maker:
    return lambda year: easter(year) + timedelta(days=days)


def _nth(month: int, weekday: int, nth: int, days: int = 0) -> Maker:
    return lambda year: nth_weekday(year, month, weekday, nth) + timedelta(days=days)


def _election(year: int) -> date:
    return nth_weekday(year, 11, 1, 1) + timedelta(days=1)


# Names used in the United States, and feasts of the Western churches; the longer of two that begin alike first.
_FEASTS: tuple[tuple[str, Maker], ...] = (
    (r"new year'?s'? eve", _fixed(12, 31)),
    (r"new year(?:'?s)?'?(?: day)?", _fixed(1, 1)),
    (r"(?:martin luther king|mlk)(?:,? jr\.?)?(?: day)?", _nth(1, 1, 3)),
    (r"groundhog day", _fixed(2, 2)),
    (r"valentine'?s'?(?: day)?", _fixed(2, 14)),
    (r"president'?s'? day", _nth(2, 1, 3)),
    (r"shrove tuesday|mardi gras", _from_easter(-47)),
    (r"ash wednesday", _from_easter(-46)),
    (r"(?:saint|st\.?) patrick'?s'?(?: day)?", _fixed(3, 17)),
    (r"palm sunday", _from_easter(-7)),
    (r"maundy thursday|holy thursday", _from_easter(-3)),
    (r"good friday", _from_easter(-2)),
    (r"holy saturday|easter saturday", _from_easter(-1)),
    (r"easter monday", _from_easter(1)),
    (r"easter(?: sunday| day)?", easter),
    (r"cinco de mayo", _fixed(5, 5)),
    (r"mother'?s'? day", _nth(5, 7, 2)),
    (r"memorial day", _nth(5, 1, -1)),
    (r"pentecost|whit sunday", _from_easter(49)),
    (r"juneteenth", _fixed(6, 19)),
    (r"father'?s'? day", _nth(6, 7, 3)),
    (r"independence day|(?:the )?fourth of july", _fixed(7, 4)),
    (r"labou?r day", _nth(9, 1, 1)),
    (r"columbus day|indigenous peoples'? day", _nth(10, 1, 2)),
    (r"hallowe'?en", _fixed(10, 31)),
    (r"election day", _election),
    (r"veterans'? day", _fixed(11, 11)),
    (r"thanksgiving(?: day)?", _nth(11, 4, 4)),
    (r"black friday", _nth(11, 4, 4, 1)),
    (r"cyber monday", _nth(11, 4, 4, 4)),
    (r"christmas eve", _fixed(12, 24)),
    (r"boxing day", _fixed(12, 26)),
    (r"(?:christmas|xmas)(?: day)?", _fixed(12, 25)),
)
# Good Friday to Easter Monday; and of Christmas and the New Year, the latter belongs to the next year.
_EASTER = re.compile(r"\b(?:the )?easter (?:long )?weekend((?:,? (?:of |in )?\d{4})?)", re.IGNORECASE)
_NEXT_YEAR = re.compile(
    r"(christmas(?: day| eve)?)((?: (?:and|to|until) |\s?[-–/]\s?)(?:the )?new year(?:'?s)?(?: day)?),? (\d{4})$",
    re.IGNORECASE,
)
_YEAR = r"(?:,? (?:of |in )?(?P<year>\d{4}))?"


def with_dates(text: str) -> tuple[str, bool]:
    """The phrase with every named day as an ISO date, and whether there was one.

    A name takes the year behind it, else the phrase's only year. Raises :class:`Unreadable` when there is none.
    """
    text = _EASTER.sub(r"from Good Friday\1 to Easter Monday\1", text.replace("’", "'"))
    text = _NEXT_YEAR.sub(lambda found: f"{found[1]} {found[3]}{found[2]} {int(found[3]) + 1}", text)
    found_any = False
    for pattern, maker in _FEASTS:
        finder = re.compile(rf"\b(?:the )?(?:{pattern})(?![a-z']){_YEAR}", re.IGNORECASE)
        while (found := finder.search(text)) is not None:
            year = found["year"] or _only_year(text)
            if year is None:
                raise Unreadable(f"the year of {found[0].strip()} is missing")
            text = f"{text[: found.start()]}{maker(int(year)).isoformat()}{text[found.end() :]}"
            found_any = True
    if found_any:  # a year that stood elsewhere in the phrase has been used
        text = re.sub(r"(?<![\d-]),? ?\b(?:of |in )?(?:19|20|21)\d\d\b(?!-\d)", "", text)
    return " ".join(text.split()), found_any


def _only_year(text: str) -> str | None:
    years = set(re.findall(r"(?<![\d-])((?:19|20|21)\d\d)(?![\d])", text))
    return years.pop() if len(years) == 1 else None
