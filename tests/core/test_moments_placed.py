"""What a sort key stands for, read back: the instant and the width of the words it was made from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evidencekit.moments import placed_at, sort_key

ZONE = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("said", "instant", "width"),
    [
        ("2026-02-11T18:42:05-08:00", datetime(2026, 2, 12, 2, 42, 5, tzinfo=UTC), timedelta()),
        ("2026-02-11T18:42:05", datetime(2026, 2, 12, 2, 42, 5, tzinfo=UTC), timedelta()),
        ("2026-02-11", datetime(2026, 2, 11, 8, tzinfo=UTC), timedelta(days=1, seconds=-1)),
        ("early March 2026", datetime(2026, 3, 1, 8, tzinfo=UTC), None),
        ("0001-01-01T00:00:00+00:00", datetime(1, 1, 1, tzinfo=UTC), timedelta()),
        ("9999-12-31T23:59:59+00:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), timedelta()),
    ],
)
def test_a_sort_key_is_read_back(said: str, instant: datetime, width: timedelta | None) -> None:
    found = placed_at(sort_key(said, ZONE))
    assert found is not None
    assert found[0] == instant
    if width is not None:
        assert found[1] == width
    else:
        assert timedelta(days=8) < found[1] < timedelta(days=11)


@pytest.mark.parametrize("said", [None, "no date at all"])
def test_what_has_no_place_has_none(said: str | None) -> None:
    assert placed_at(sort_key(said, ZONE)) is None


def test_an_open_end_is_as_wide_as_there_is() -> None:
    found = placed_at(sort_key("before 4 March 2026", ZONE))
    assert found is not None
    assert found[1] > timedelta(days=365 * 1000)


def test_what_lies_before_the_calendar_stands_at_its_first_day() -> None:
    found = placed_at(sort_key("0001-01-01T00:00:00+14:00", ZONE))
    assert found is not None
    assert found[0] == datetime.min.replace(tzinfo=UTC)
