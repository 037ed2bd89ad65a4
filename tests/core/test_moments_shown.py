"""Times in order and on paper; zones by name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.errors import UsageError
from evidencekit.model import Zone
from evidencekit.moments import UNDATED, check_zone, local_zone, show, sort_key, zone_basis
from evidencekit.moments.zones import windows_to_iana

LA, NY = "America/Los_Angeles", "America/New_York"


@pytest.mark.parametrize(
    ("value", "kind", "zone", "shown"),
    [
        ("2026-01-09T10:14:09+00:00", Zone.STATED, LA, ("9 Jan 2026", "02:14:09", "PST (UTC−8)")),
        ("2026-01-09T10:14:09Z", Zone.ASSUMED, LA, ("9 Jan 2026", "02:14:09", "PST (UTC−8)")),
        ("2026-07-09T10:14:09.25+00:00", Zone.STATED, LA, ("9 Jul 2026", "03:14:09", "PDT (UTC−7)")),
        ("2026-01-01T02:00-08:00", Zone.ASSUMED, "Asia/Kolkata", ("1 Jan 2026", "15:30", "IST (UTC+5:30)")),
        ("2026-01-01T02:00:00-08:00", Zone.STATED, "America/Sao_Paulo", ("1 Jan 2026", "07:00:00", "UTC−3")),
        ("2026-01-01T02:00:00+00:00", Zone.STATED, "UTC", ("1 Jan 2026", "02:00:00", "UTC")),
        ("2026-01-01T02:00:00+00:00", Zone.STATED, "Europe/London", ("1 Jan 2026", "02:00:00", "GMT")),
        ("2026-01-09T02:14:09", Zone.NONE, LA, ("9 Jan 2026", "02:14:09", "no zone")),
        ("2026-01-09T02:14", Zone.NONE, LA, ("9 Jan 2026", "02:14", "no zone")),
        ("2026-03-04", None, LA, ("4 Mar 2026", "", "")),
        ("2026-03", None, LA, ("Mar 2026", "", "")),
        ("2026", None, LA, ("2026", "", "")),
        ("early March 2026", None, LA, ("early March 2026", "", "")),
        ("2026-13-04", None, LA, ("2026-13-04", "", "")),
        ("2026-13-04T10:00:00", Zone.NONE, LA, ("2026-13-04T10:00:00", "", "")),
        ("0001-01-01T00:00:00+00:00", Zone.STATED, LA, ("1 Jan 0001", "00:00:00", "UTC")),
        (None, None, LA, ("To be determined", "", "")),
    ],
)
def test_as_printed(value: str | None, kind: Zone | None, zone: str, shown: tuple[str, str, str]) -> None:
    assert show(value, kind, zone) == shown


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first, second = "2025-11-02T05:30:00+00:00", "2025-11-02T06:30:00+00:00"
    assert show(first, Zone.STATED, NY) == ("2 Nov 2025", "01:30:00", "EDT (UTC−4)")
    assert show(second, Zone.STATED, NY) == ("2 Nov 2025", "01:30:00", "EST (UTC−5)")
    assert sort_key(first, NY) < sort_key(second, NY)


def test_order_of_vague_and_exact() -> None:
    order = [
        None,
        "2026",
        "2026-02-28T23:59:59-08:00",
        "before 1 March 2026",
        "March 2026",
        "early March 2026",
        "2026-03-01",
        "2026-03-01T00:00:00",
        "about 9 pm on 1 March 2026",
        "2026-03-01T21:00:01-08:00",
        "after 1 March 2026",
        "night of 2 March 2026",
        "2026-03-02T22:00",
        "2026-03-03T01:00-05:00",
    ]
    for mixed in (order[::-1], order[1::2] + order[::2]):
        assert sorted(mixed, key=lambda value: sort_key(value, LA)) == order


def test_what_cannot_be_read_stands_with_the_undated() -> None:
    for value in ("", "not a date", "2026-99-99", "2026-99-99T00:00:00"):
        assert sort_key(None, LA) <= sort_key(value, LA) < sort_key("1900", LA)


def test_a_time_without_zone_is_ordered_in_the_case_zone() -> None:
    assert sort_key("2026-01-06T07:12:00-08:00", LA)[1] == sort_key("2026-01-06T07:12:00", LA)[1]
    assert sort_key("2026-01-06T07:12:00-08:00", LA)[1] < sort_key("2026-01-06T07:12:00", "Pacific/Honolulu")[1]


OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(timezones=OFFSETS)


@given(INSTANTS, INSTANTS)
def test_the_order_is_the_order_of_instants(one: datetime, other: datetime) -> None:
    keys = [sort_key(moment.isoformat(), LA) for moment in (one, other)]
    assert (keys[0][1] < keys[1][1]) == (one < other)
    assert (keys[0][1] == keys[1][1]) == (one == other)


@given(st.dates(date(1900, 1, 2), date(2199, 12, 30)), st.sampled_from([LA, NY, "Asia/Kathmandu", "America/Sao_Paulo"]))
def test_a_day_stands_before_its_moments_and_after_the_day_before(day: date, zone: str) -> None:
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    key = sort_key(day.isoformat(), zone)
    assert sort_key((begins - timedelta(seconds=1)).isoformat(), zone) < key < sort_key(begins.isoformat(), zone)


@given(st.one_of(st.text(max_size=30), INSTANTS.map(datetime.isoformat)), st.sampled_from([None, *Zone]))
def test_any_value_can_be_ordered_and_shown(value: str, kind: Zone | None) -> None:
    assert len(sort_key(value, LA)) == 4
    assert show(value, kind, LA)[0] != UNDATED or value == UNDATED
    zone_basis(value, LA)


def test_how_a_persons_zone_is_known() -> None:
    assert zone_basis("2026-03-04T21:15-08:00", LA) is Zone.ASSUMED
    assert zone_basis("2026-03-04T21:15-05:00", LA) is Zone.STATED
    assert zone_basis("2026-03-04T21:15", LA) is Zone.NONE
    assert zone_basis("2026-03-04", LA) is None
    assert zone_basis("early March 2026", LA) is None


@pytest.mark.parametrize(
    ("given", "known"),
    [(LA, LA), (" america/los_angeles ", LA), ("America/New York", NY), ("utc", "UTC"), ("UTC", "UTC")],
)
def test_a_zone_that_is_one(given: str, known: str) -> None:
    assert check_zone(given) == known


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("America/Los_Angelos", LA),
        ("Los Angeles", LA),
        ("PST", LA),
        ("Pacific Time", LA),
        ("Eastern", NY),
        ("EST", NY),
        ("MST", "America/Denver"),
        ("Atlantis", "Canada/Atlantic"),
        ("../../etc/passwd", "America/"),
        ("/etc/localtime", "America/"),
        ("localtime", "America/"),
        ("America", "America/"),
        ("", "America/"),
        ("\0", "America/"),
        ("x" * 5000, "America/"),
    ],
)
def test_a_zone_that_is_none_names_close_ones(given: str, near: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_zone(given)
    assert near in refused.value.todo
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


def test_the_computers_zone(tmp_path: Path) -> None:
    zones = available_timezones()
    assert local_zone() in zones
    assert local_zone({}, tmp_path) == "UTC"
    assert local_zone({"TZ": ":/usr/share/zoneinfo/Europe/Paris"}, tmp_path) == "Europe/Paris"
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "localtime").symlink_to("/usr/share/zoneinfo/America/Denver")
    assert local_zone({}, tmp_path) == "America/Denver"
    (etc / "timezone").write_text("America/Boise\n", encoding="utf-8")
    assert local_zone({}, tmp_path) == "America/Boise"
    assert local_zone({"TZ": "EST5EDT4,M3.2.0,M11.1.0"}, tmp_path) == "America/Boise"
    (etc / "timezone").write_bytes(b"\xff\xfe")
    assert local_zone({}, tmp_path) == "America/Denver"


def test_windows_zone_names_are_iana_zones() -> None:
    from evidencekit.moments import zones

    assert windows_to_iana("Pacific Standard Time\0\0") == LA
    assert windows_to_iana("Middle-earth Standard Time") == ""
    assert set(zones._WINDOWS.values()) | set(zones._SAID.values()) <= available_timezones()


def test_an_hour_alone_is_shown_as_an_hour_and_a_week_as_said() -> None:
    zone = "America/Los_Angeles"
    assert show("2026-03-04T21-08:00", Zone.ASSUMED, zone) == ("4 Mar 2026", "21:00–21:59", "PST (UTC−8)")
    assert show("2026-03-04T21+05:30", Zone.STATED, zone) == ("4 Mar 2026", "07:30–08:29", "PST (UTC−8)")
    assert show("2026-W10", None, zone) == ("2026-W10", "", "")
    assert zone_basis("2026-03-04T21-08:00", zone) is Zone.ASSUMED
    assert zone_basis("2026-W10", zone) is None
    order = ["2026-W10", "2026-03-04", "2026-03-04T21-08:00", "2026-03-04T21:00-08:00", "2026-03-04T22-08:00"]
    keys = [sort_key(value, zone) for value in order]
    assert keys == sorted(set(keys))
