"""Times of one item side by side."""

from __future__ import annotations

import pytest

from evidencekit.model import Moment, Zone
from evidencekit.moments.compared import compare, conflicts, span_words

LA = "America/Los_Angeles"
TAKEN = Moment("2026-01-06T07:12:00-08:00", "", "exif DateTimeOriginal", Zone.STATED)


def naive(value: str, basis: str = "exif DateTime") -> Moment:
    return Moment(value, "", basis, Zone.NONE)


def test_each_stands_beside_the_one_in_use() -> None:
    gps = Moment("2026-01-06T15:10:30+00:00", "", "exif GPSDateStamp, GPSTimeStamp", Zone.STATED)
    changed = naive("2026-01-06T09:12:00")
    found = compare([TAKEN, gps, changed], None, LA)
    assert [each.seconds for each in found] == [0, -90, 7200]
    assert [each.words for each in found] == [
        "in use",
        "1 min 30 s earlier",
        "2 h later, as clocks in the case's zone show it; just as much as a wrong zone makes",
    ]
    assert found[2].why == "when it was last changed, which any edit moves"
    assert [each.seconds for each in compare([TAKEN, gps], gps.value, LA)] == [90, 0]


def test_what_agrees_is_no_conflict() -> None:
    same = Moment("2026-01-06T15:12:01+00:00", "", "mvhd creation time, UTC by the format", Zone.ASSUMED)
    assert conflicts([TAKEN, same, naive("2026-01-06T07:12:00")], LA) == ()
    assert conflicts([TAKEN], LA) == conflicts([], LA) == ()
    apart = naive("2026-01-07T07:12:00")
    assert [each.moment for each in conflicts([TAKEN, same, apart], LA)] == [apart]


def test_a_clock_that_was_never_set_says_so() -> None:
    found = compare([TAKEN, naive("1970-01-01T00:00:00")], None, LA)
    assert found[1].why == "what a clock that was never set writes"
    assert "years earlier" in found[1].words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0.4 s"), (41, "41 s"), (125, "2 min 5 s"), (7500, "2 h 5 min"), (273_600, "3 d 4 h"), (2e8, "6.3 years")],
)
def test_how_long(seconds: float, words: str) -> None:
    assert span_words(seconds) == words
