"""Days with a name, and phrases that count from a day."""

from __future__ import annotations

import re
from datetime import date

import pytest

from evidencekit.errors import UsageError
from evidencekit.moments import parse_when, show, sort_key
from evidencekit.moments.feasts import easter, nth_weekday

LA = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("year", "day"),
    # Tables of the Astronomical Applications Department, U.S. Naval Observatory.
    [
        (1961, date(1961, 4, 2)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter(year: int, day: date) -> None:
    assert easter(year) == day


def test_weekdays_of_a_month() -> None:
    assert nth_weekday(2025, 11, 4, 4) == date(2025, 11, 27)
    assert nth_weekday(2026, 5, 1, -1) == date(2026, 5, 25)
    assert nth_weekday(2025, 12, 3, -1) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("Easter 2026", "2026-04-05T00:00:00", "2026-04-05T23:59:59"),
        ("the week before Easter 2026", "2026-03-29T00:00:00", "2026-04-04T23:59:59"),
        ("the week before Easter, 2026", "2026-03-29T00:00:00", "2026-04-04T23:59:59"),
        ("Easter weekend 2026", "2026-04-03T00:00:00", "2026-04-06T23:59:59"),
        ("the day after Thanksgiving 2025", "2025-11-28T00:00:00", "2025-11-28T23:59:59"),
        ("Thanksgiving weekend 2025", "2025-11-27T00:00:00", "2025-11-30T23:59:59"),
        ("Memorial Day weekend 2026", "2026-05-23T00:00:00", "2026-05-25T23:59:59"),
        ("week of Thanksgiving 2025", "2025-11-24T00:00:00", "2025-11-30T23:59:59"),
        ("Christmas Eve 2025 about 9 pm", "2025-12-24T20:30:00", "2025-12-24T21:30:59"),
        ("early on Christmas morning 2025", "2025-12-25T00:00:00", "2025-12-25T08:59:59"),
        ("between Christmas and New Year 2025", "2025-12-25T00:00:00", "2026-01-01T23:59:59"),
        ("between Christmas 2025 and New Year's Day 2026", "2025-12-25T00:00:00", "2026-01-01T23:59:59"),
        ("the evening of Valentine’s Day 2026", "2026-02-14T17:00:00", "2026-02-14T23:59:59"),
        ("from Good Friday to Easter Monday 2026", "2026-04-03T00:00:00", "2026-04-06T23:59:59"),
        ("fourth of July 2026 at 9 pm", "2026-07-04T21:00:00", "2026-07-04T21:00:59"),
        ("a few days before Christmas 2025", "2025-12-20T00:00:00", "2025-12-23T23:59:59"),
        ("3 days before 2026-03-04", "2026-03-01T00:00:00", "2026-03-01T23:59:59"),
        ("two weeks after 4 March 2026", "2026-03-15T00:00:00", "2026-03-21T23:59:59"),
        ("two nights before 4 March 2026", "2026-03-02T18:00:00", "2026-03-03T05:59:59"),
        ("a month before 31 March 2026", "2026-02-21T00:00:00", "2026-03-07T23:59:59"),
        ("the night before 4 March 2026", "2026-03-03T18:00:00", "2026-03-04T05:59:59"),
        ("the morning after Halloween 2025", "2025-11-01T05:00:00", "2025-11-01T11:59:59"),
        ("the eve of 4 March 2026", "2026-03-03T00:00:00", "2026-03-03T23:59:59"),
        ("the Monday after Easter 2026", "2026-04-06T00:00:00", "2026-04-06T23:59:59"),
        ("the weekend before Labor Day 2025", "2025-08-30T00:00:00", "2025-08-31T23:59:59"),
        ("the weekend after 6 March 2026", "2026-03-07T00:00:00", "2026-03-08T23:59:59"),
        ("the month before 4 March 2026", "2026-02-01T00:00:00", "2026-02-28T23:59:59"),
        ("the first Monday of March 2026", "2026-03-02T00:00:00", "2026-03-02T23:59:59"),
        ("last Friday in March 2026", "2026-03-27T00:00:00", "2026-03-27T23:59:59"),
        ("turn of the year 2025/26", "2025-12-27T00:00:00", "2026-01-05T23:59:59"),
        ("night of the 4th to 5th of March 2026", "2026-03-04T18:00:00", "2026-03-05T05:59:59"),
    ],
)
def test_what_they_mean(words: str, first: str, last: str) -> None:
    when = parse_when(words, LA)
    assert when.earliest is not None
    assert when.latest is not None
    bounds = when.earliest.replace(tzinfo=None).isoformat(), when.latest.replace(tzinfo=None).isoformat()
    assert bounds == (first, last)
    assert when.iso == words
    assert parse_when(when.iso, LA) == when


def test_they_print_as_said_and_stand_where_they_belong() -> None:
    said = ["4 March 2026", "Easter 2026", "the week before Easter 2026", "turn of the year 2025/26", "2026-03-30"]
    placed = sorted(said, key=lambda words: sort_key(words, LA))
    assert placed == [
        "turn of the year 2025/26",
        "4 March 2026",
        "the week before Easter 2026",
        "2026-03-30",
        "Easter 2026",
    ]
    assert show("the week before Easter 2026", None, LA) == ("the week before Easter 2026", "", "")


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ("the week before Easter", "the year of Easter is missing"),
        ("Christmas", "the year of Christmas is missing"),
        ("night of the 4th to 5th", "the year is missing"),
        ("three months before June 2026", "the day that is counted from is not said"),
        ("two days before yesterday", "depends on the day it is read"),
        ("0 days before 4 March 2026", "a count of nothing"),
        ("the fifth Monday of February 2026", "no fifth one"),
        ("the first Monday of Smarch 2026", "is not a month"),
        ("Christmas 9999", "out of reach"),
        ("the month after 2199-12-30", "out of reach"),
        ("turn of the year 2025/27", "lies between a year and the next"),
        ("Election Day weekend 2026", "not beside a weekend"),
    ],
)
def test_what_cannot_be_placed_says_why(words: str, because: str) -> None:
    with pytest.raises(UsageError, match=re.escape(because)):
        parse_when(words, LA)
