from __future__ import annotations

import pytest

from evidencekit.binder.words import clock, day, dial, length, plural, size


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-01-09T10:14:09Z", "9 Jan 2026, 02:14:09 PST (UTC−8)"),
        ("2026-07-09T10:14:09+00:00", "9 Jul 2026, 03:14:09 PDT (UTC−7)"),
        ("2026-01-09", "9 Jan 2026"),
        ("early March 2026", "early March 2026"),
        ("", ""),
    ],
)
def test_an_instant_is_printed_in_the_cases_zone_with_the_zones_name(value: str, shown: str) -> None:
    assert clock(value, "America/Los_Angeles") == shown


def test_a_day_alone() -> None:
    assert day("2026-01-09T02:14:09Z", "America/Los_Angeles") == "8 Jan 2026"
    assert day("", "UTC") == ""


@pytest.mark.parametrize(
    ("seconds", "words", "axis"),
    [
        (0.2, "0.2 seconds", "0:00"),
        (1.4, "1 second", "0:01"),
        (47.2, "47 seconds", "0:47"),
        (59.6, "1 min", "1:00"),
        (125.0, "2 min 5 s", "2:05"),
        (3725.0, "1 h 2 min 5 s", "1:02:05"),
        (7200.0, "2 h", "2:00:00"),
    ],
)
def test_lengths_are_said_as_people_say_them(seconds: float, words: str, axis: str) -> None:
    assert (length(seconds), dial(seconds)) == (words, axis)


def test_counts() -> None:
    assert (size(1), size(381_204)) == ("1 byte", "381,204 bytes")
    assert (plural(1, "page", "pages"), plural(1_200, "page", "pages")) == ("1 page", "1,200 pages")
