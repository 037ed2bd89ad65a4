"""A person's words about when: read one way, or refused with what would be accepted."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.errors import UsageError
from evidencekit.moments import Precision, When, parse_when

LA = "America/Los_Angeles"
ZONES = st.sampled_from([LA, "America/New_York", "Europe/London", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"])


def span(text: str, zone: str = LA) -> tuple[str, str]:
    when = parse_when(text, zone)
    return tuple("…" if end is None else f"{end:%Y-%m-%d %H:%M:%S}" for end in (when.earliest, when.latest))  # type: ignore[return-value]


def day(date: str) -> tuple[str, str]:
    return f"{date} 00:00:00", f"{date} 23:59:59"


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2026-03-04", "2026-03-04", Precision.DAY),
        ("2026-03-04T21:15", "2026-03-04T21:15-08:00", Precision.MINUTE),
        ("2026-03-04 21:15:30", "2026-03-04T21:15:30-08:00", Precision.SECOND),
        ("2026-03-04t21:15:30.250z", "2026-03-04T21:15:30.250+00:00", Precision.SECOND),
        ("2026-07-04T21:15:00", "2026-07-04T21:15:00-07:00", Precision.SECOND),
        ("2026-03-04T21:15:00+0530", "2026-03-04T21:15:00+05:30", Precision.SECOND),
        ("2026-03-04T21:15:00-08", "2026-03-04T21:15:00-08:00", Precision.SECOND),
        ("20260304", "2026-03-04", Precision.DAY),
        ("20260304T2115", "2026-03-04T21:15-08:00", Precision.MINUTE),
        ("20260304T211530Z", "2026-03-04T21:15:30+00:00", Precision.SECOND),
        ("2026-063", "2026-03-04", Precision.DAY),
        ("2026063T21:15", "2026-03-04T21:15-08:00", Precision.MINUTE),
        ("2026-W10-3", "2026-03-04", Precision.DAY),
        ("2026W103T21:15", "2026-03-04T21:15-08:00", Precision.MINUTE),
        ("2026-w10", "2026-W10", Precision.WEEK),
        ("2026-03-04T21", "2026-03-04T21-08:00", Precision.DAY_PART),
        ("2026-03-04T21+05:30", "2026-03-04T21+05:30", Precision.DAY_PART),
        ("  early   March 2026 ", "early March 2026", Precision.MONTH_PART),
    ],
)
def test_the_canonical_value(text: str, iso: str, precision: Precision) -> None:
    when = parse_when(text, LA)
    assert (when.iso, when.precision) == (iso, precision)
    again = parse_when(iso, LA)
    assert (again.iso, again.earliest, again.latest) == (iso, when.earliest, when.latest)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026-03-04", *day("2026-03-04")),
        ("2026-W10", "2026-03-02 00:00:00", "2026-03-08 23:59:59"),
        ("2026-W01", "2025-12-29 00:00:00", "2026-01-04 23:59:59"),
        ("2026-03-04T21", "2026-03-04 21:00:00", "2026-03-04 21:59:59"),
        ("4 March 2026", *day("2026-03-04")),
        ("March 4, 2026", *day("2026-03-04")),
        ("Wednesday, the 4th of March, 2026", *day("2026-03-04")),
        ("Mar. 4 2026", *day("2026-03-04")),
        ("4 SEPT 2026", *day("2026-09-04")),
        ("2026/03/04", *day("2026-03-04")),
        ("3/24/2026", *day("2026-03-24")),
        ("24.3.2026", *day("2026-03-24")),
        ("4 March 2026, time unknown", *day("2026-03-04")),
        ("2026-03-04T21:15:00+01:00", "2026-03-04 12:15:00", "2026-03-04 12:15:00"),
        ("March 4, 2026 at 9:15 PM", "2026-03-04 21:15:00", "2026-03-04 21:15:59"),
        ("4 March 2026 9.15 p.m.", "2026-03-04 21:15:00", "2026-03-04 21:15:59"),
        ("nine pm, March 4, 2026", "2026-03-04 21:00:00", "2026-03-04 21:00:59"),
        ("12 am 4 March 2026", "2026-03-04 00:00:00", "2026-03-04 00:00:59"),
        ("12 pm 4 March 2026", "2026-03-04 12:00:00", "2026-03-04 12:00:59"),
        ("12 noon on 4 March 2026", "2026-03-04 12:00:00", "2026-03-04 12:00:59"),
        ("2115 hours on 4 March 2026", "2026-03-04 21:15:00", "2026-03-04 21:15:59"),
        ("0215 hrs 5 March 2026", "2026-03-05 02:15:00", "2026-03-05 02:15:59"),
        ("9 o'clock at night on March 4, 2026", "2026-03-04 21:00:00", "2026-03-04 21:00:59"),
        ("at 2 in the morning, March 5, 2026", "2026-03-05 02:00:00", "2026-03-05 02:00:59"),
        ("evening of 4 March 2026, 9:15", "2026-03-04 21:15:00", "2026-03-04 21:15:59"),
        ("9:15 PM PST on March 4, 2026", "2026-03-04 21:15:00", "2026-03-04 21:15:59"),
        ("9:15 pm Pacific, July 4 2026", "2026-07-04 21:15:00", "2026-07-04 21:15:59"),
        ("21:15 UTC on 4 March 2026", "2026-03-04 13:15:00", "2026-03-04 13:15:59"),
        ("about 9 pm on 4 March 2026", "2026-03-04 20:30:00", "2026-03-04 21:30:59"),
        ("4 March 2026 about 9 pm", "2026-03-04 20:30:00", "2026-03-04 21:30:59"),
        ("9ish pm on March 4 2026", "2026-03-04 20:30:00", "2026-03-04 21:30:59"),
        ("circa 4 March 2026", "2026-03-03 00:00:00", "2026-03-05 23:59:59"),
        ("on or about March 4, 2026", "2026-03-03 00:00:00", "2026-03-05 23:59:59"),
        ("night of 4 March 2026", "2026-03-04 18:00:00", "2026-03-05 05:59:59"),
        ("night of the 4th to 5th of March 2026", "2026-03-04 18:00:00", "2026-03-05 05:59:59"),
        ("night of March 4-5, 2026", "2026-03-04 18:00:00", "2026-03-05 05:59:59"),
        ("the night of 31 March/1 April 2026", "2026-03-31 18:00:00", "2026-04-01 05:59:59"),
        ("morning of 4 March 2026", "2026-03-04 05:00:00", "2026-03-04 11:59:59"),
        ("4 March 2026 in the afternoon", "2026-03-04 12:00:00", "2026-03-04 17:59:59"),
        ("March 4 in the morning, 2026", "2026-03-04 05:00:00", "2026-03-04 11:59:59"),
        ("evening of March 4, 2026", "2026-03-04 17:00:00", "2026-03-04 23:59:59"),
        ("early hours of 5 March 2026", "2026-03-05 00:00:00", "2026-03-05 05:59:59"),
        ("between 4 and 6 March 2026", "2026-03-04 00:00:00", "2026-03-06 23:59:59"),
        ("between March 4 and 6, 2026", "2026-03-04 00:00:00", "2026-03-06 23:59:59"),
        ("4–6 March 2026", "2026-03-04 00:00:00", "2026-03-06 23:59:59"),
        ("from 28 December 2025 to 3 January 2026", "2025-12-28 00:00:00", "2026-01-03 23:59:59"),
        ("daily from 4 March 2026 until 9 March 2026", "2026-03-04 00:00:00", "2026-03-09 23:59:59"),
        ("between 9 and 10 pm on 4 March 2026", "2026-03-04 21:00:00", "2026-03-04 22:00:59"),
        ("4 March 2026, 9-10 pm", "2026-03-04 21:00:00", "2026-03-04 22:00:59"),
        ("between 5 and 7 on the evening of March 4, 2026", "2026-03-04 17:00:00", "2026-03-04 19:00:59"),
        ("between 9 pm on 4 March 2026 and 2 am on 5 March 2026", "2026-03-04 21:00:00", "2026-03-05 02:00:59"),
        ("late February or early March 2026", "2026-02-21 00:00:00", "2026-03-10 23:59:59"),
        ("early March 2026", "2026-03-01 00:00:00", "2026-03-10 23:59:59"),
        ("mid-March 2026", "2026-03-11 00:00:00", "2026-03-20 23:59:59"),
        ("late Feb 2028", "2028-02-21 00:00:00", "2028-02-29 23:59:59"),
        ("March 2026", "2026-03-01 00:00:00", "2026-03-31 23:59:59"),
        ("2026-03", "2026-03-01 00:00:00", "2026-03-31 23:59:59"),
        ("sometime in March 2026, exact date unknown", "2026-03-01 00:00:00", "2026-03-31 23:59:59"),
        ("first week of March 2026", "2026-03-01 00:00:00", "2026-03-07 23:59:59"),
        ("last week of March 2026", "2026-03-25 00:00:00", "2026-03-31 23:59:59"),
        ("week of 9 March 2026", "2026-03-09 00:00:00", "2026-03-15 23:59:59"),
        ("week of Sunday 8 March 2026", "2026-03-08 00:00:00", "2026-03-14 23:59:59"),
        ("week of 11 March 2026", "2026-03-09 00:00:00", "2026-03-15 23:59:59"),
        ("week ending 15 March 2026", "2026-03-09 00:00:00", "2026-03-15 23:59:59"),
        ("weekend of March 7, 2026", "2026-03-07 00:00:00", "2026-03-08 23:59:59"),
        ("spring 2026", "2026-03-01 00:00:00", "2026-05-31 23:59:59"),
        ("late summer 2025", "2025-08-01 00:00:00", "2025-08-31 23:59:59"),
        ("fall of 2025", "2025-09-01 00:00:00", "2025-11-30 23:59:59"),
        ("winter 2025-26", "2025-12-01 00:00:00", "2026-02-28 23:59:59"),
        ("winter 1999/2000", "1999-12-01 00:00:00", "2000-02-29 23:59:59"),
        ("Q1 2026", "2026-01-01 00:00:00", "2026-03-31 23:59:59"),
        ("second half of 2025", "2025-07-01 00:00:00", "2025-12-31 23:59:59"),
        ("early 2026", "2026-01-01 00:00:00", "2026-04-30 23:59:59"),
        ("2026", "2026-01-01 00:00:00", "2026-12-31 23:59:59"),
        ("2024 to 2026", "2024-01-01 00:00:00", "2026-12-31 23:59:59"),
        ("first weekend of February 2026", "2026-02-07 00:00:00", "2026-02-08 23:59:59"),
        ("fifth weekend of January 2026", "2026-01-31 00:00:00", "2026-02-01 23:59:59"),
        ("every Friday in March 2026", "2026-03-01 00:00:00", "2026-03-31 23:59:59"),
        ("throughout 2025", "2025-01-01 00:00:00", "2025-12-31 23:59:59"),
        ("I think it was March 16, 2026", "2026-03-15 00:00:00", "2026-03-17 23:59:59"),
        ("Mar-16-2026 @ 17.05", "2026-03-16 17:05:00", "2026-03-16 17:05:59"),
        ("8:05PM 16MAR2026", "2026-03-16 20:05:00", "2026-03-16 20:05:59"),
        ("4 March 2026 – 9 pm", "2026-03-04 21:00:00", "2026-03-04 21:00:59"),
        ("March/2026", "2026-03-01 00:00:00", "2026-03-31 23:59:59"),
        ("between 11pm and 1am, March 4-5, 2026", "2026-03-04 23:00:00", "2026-03-05 01:00:59"),
        ("11 pm March 4 to 1 am March 5, 2026", "2026-03-04 23:00:00", "2026-03-05 01:00:59"),
        ("March 4 to 9 pm March 6, 2026", "2026-03-04 00:00:00", "2026-03-06 21:00:59"),
        ("first half of March 2026", "2026-03-01 00:00:00", "2026-03-15 23:59:59"),
        ("second half of March 2026", "2026-03-16 00:00:00", "2026-03-31 23:59:59"),
        ("9:15:30 pm on 4 March 2026", "2026-03-04 21:15:30", "2026-03-04 21:15:30"),
        ("21:15 pm on 4 March 2026", "2026-03-04 21:15:00", "2026-03-04 21:15:59"),
        ("Thurs 5 March 2026", *day("2026-03-05")),
        ("9 pm until 11 pm on 4 March 2026", "2026-03-04 21:00:00", "2026-03-04 23:00:59"),
        ("9 pm to 10 on 4 March 2026", "2026-03-04 21:00:00", "2026-03-04 22:00:59"),
        ("9:15 - 10:15 pm, 4 March 2026", "2026-03-04 21:15:00", "2026-03-04 22:15:59"),
        ("9 pm to 11, March 4-5, 2026", "2026-03-04 21:00:00", "2026-03-05 23:00:59"),
        ("before 4 March 2026", "…", "2026-03-03 23:59:59"),
        ("on or before 4 March 2026", "…", "2026-03-04 23:59:59"),
        ("by the end of March 2026", "…", "2026-03-31 23:59:59"),
        ("after 4 March 2026", "2026-03-05 00:00:00", "…"),
        ("since 4 March 2026", "2026-03-04 00:00:00", "…"),
        ("from 4 March 2026 onwards", "2026-03-04 00:00:00", "…"),
        ("after 9 pm on 4 March 2026", "2026-03-04 21:00:00", "2026-03-04 23:59:59"),
        ("4 March 2026, before 9 am", "2026-03-04 00:00:00", "2026-03-04 09:00:00"),
        ("shortly after 9 pm on 4 March 2026", "2026-03-04 21:00:00", "2026-03-04 22:00:59"),
        ("after 4 but before 9 March 2026", "2026-03-05 00:00:00", "2026-03-08 23:59:59"),
    ],
)
def test_what_words_mean(text: str, earliest: str, latest: str) -> None:
    assert span(text) == (earliest, latest)
    assert span(text.upper()) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "No date or time"),
        ("03/04/2026", "which number is the day"),
        ("3/4/26", "year of two digits"),
        ("31 February 2026", "no such date"),
        ("2026-02-31", "no such date"),
        ("2026-03-04T25:00", "no such date or time"),
        ("2026-03-04T21:15+19:00", "no offset"),
        ("9:75 pm on 4 March 2026", "no time"),
        ("13 am on 4 March 2026", "no time"),
        ("13 pm on 4 March 2026", "no time 13 pm"),
        ("4 March 2026, 13pm", "no time 13 pm"),
        ("2026-W54", "no such date"),
        ("2026-W00", "no such date"),
        ("2026-366", "no such date"),
        ("2026-000", "no such date"),
        ("20260231", "no such date"),
        ("2026-W10T21", "no time of day"),
        ("2026-03-04T24", "no such date or time"),
        ("202603", "cannot be placed"),
        ("4 March", "year is missing"),
        ("Tuesday", "year is missing"),
        ("Tuesday, March 4, 2026", "is a Wednesday"),
        ("weekend of March 10, 2026", "is a Tuesday"),
        ("9:15 on 4 March 2026", "am or pm"),
        ("9 o'clock on March 4, 2026", "am or pm"),
        ("2 am on the night of 4 March 2026", "does not lie"),
        ("middle of the night, March 4, 2026", "between two days"),
        ("yesterday", "depends on the day"),
        ("three weeks ago", "not understood"),
        ("9:15 PM EST on March 4, 2026", "case's clocks"),
        ("between 28 December and 3 January 2026", "ends before it begins"),
        ("11 pm to 2 am on 4 March 2026", "ends before it begins"),
        ("4 to 5 to 6 March 2026", "more than two ends"),
        ("4 March 2026 2027", "said twice"),
        ("4 5 March 2026", "day or an hour"),
        ("to 4 March 2026", "two ends is missing"),
        ("PST 4 March 2026", "zone needs a time"),
        ("morning of March 2026", "day is missing"),
        ("04/2026", "month is missing"),
        ("Wednesday, March 2026", "needs a whole date"),
        ("4 March 2026 to 9 pm", "not of one kind"),
        ("between March 4, 2026", "cannot be read"),
        ("9 pm after 4 March 2026", "cannot be read"),
        ("11-1 am, March 4-5, 2026", "am or pm"),
        ("fifth weekend of February 2026", "four weekends"),
        ("1776-07-04", "out of reach"),
        ("third half of 2026", "two halves"),
        ("third half of March 2026", "two halves"),
        ("early first week of March 2026", "two parts of the month"),
        ("2026-13", "cannot be placed"),
        ("13/13/2026", "which number is the day"),
        ("late 4 March 2026", "not a day"),
        ("early dusk on 4 March 2026", "no early or late"),
        ("week of 9 March 2026 at 9 pm", "no time of day"),
        ("first week of 9 March 2026", "without a day"),
        ("midnight on the morning of 4 March 2026", "does not lie"),
        ("9 pm PST to 10 pm EST on 4 March 2026", "two zones"),
        ("after 9 March and before 4 March 2026", "ends before it begins"),
        ("before 4 March and after 9 March 2026", "go together"),
        ("March to April, 4 to 5 2026", "more than two ends"),
        ("4 to 5 to March 2026", "more than two ends"),
        ("winter 2025-27", "follow each other"),
        ("early winter 2025", "name the month"),
        ("1776", "out of reach"),
        ("4 March 20266", "cannot be read"),
        ("x" * 300, "longer"),
        ("before", "year is missing"),
        ("fifth week of March 2026", "names the week is missing"),
    ],
)
def test_what_has_no_single_reading_is_refused(text: str, because: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_when(text, LA)
    assert because in refused.value.what
    assert "early March 2026" in refused.value.todo


def test_a_clock_time_that_came_twice_is_the_earlier_one_and_says_so() -> None:
    for text in ("2025-11-02T01:30", "1:30 am on 2 November 2025"):
        when = parse_when(text, "America/New_York")
        assert when.earliest is not None
        assert when.earliest.astimezone(UTC) == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
        assert "came twice" in when.note
    assert parse_when("2025-11-02T01:30", "America/New_York").iso == "2025-11-02T01:30-04:00"
    later = parse_when("2025-11-02T01:30-05:00", "America/New_York")
    assert later.earliest is not None
    assert later.earliest.astimezone(UTC) == datetime(2025, 11, 2, 6, 30, tzinfo=UTC)
    assert later.note == ""


@pytest.mark.parametrize("text", ["2025-03-09T02:30", "9 March 2025 2:30 am", "about 2:30 am on March 9, 2025"])
def test_a_clock_time_that_never_was_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="skipped 02:30 for daylight saving"):
        parse_when(text, "America/New_York")
    assert parse_when(text, "America/Phoenix").earliest is not None


def test_a_day_without_midnight_still_has_a_beginning() -> None:
    when = parse_when("2018-11-04", "America/Sao_Paulo")  # clocks went from 23:59 to 01:00
    assert when.earliest is not None
    assert f"{when.earliest:%H:%M %z}" == "01:00 -0200"


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("midnight on 4 March 2026", "2026-03-04 00:00:00", "2026-03-05 00:00:59"),
        ("around midnight on 4 March 2026", "2026-03-03 23:30:00", "2026-03-05 00:30:59"),
        ("just before midnight on March 4, 2026", "2026-03-03 23:00:00", "2026-03-05 00:00:59"),
        ("shortly after midnight on March 4, 2026", "2026-03-04 00:00:00", "2026-03-05 01:00:59"),
        ("winter 2025", "2024-12-01 00:00:00", "2026-02-28 23:59:59"),
    ],
)
def test_what_can_be_two_keeps_both_and_says_so(text: str, earliest: str, latest: str) -> None:
    assert span(text) == (earliest, latest)
    assert "can " in parse_when(text, LA).note


def test_about_widens_but_stands_where_it_was_said() -> None:
    when = parse_when("about 9 pm on 4 March 2026", LA)
    assert when.anchor == datetime(2026, 3, 4, 21, tzinfo=ZoneInfo(LA))
    assert when.precision is Precision.ABOUT


def test_an_unknown_zone_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="not the name of a time zone"):
        parse_when("2026-03-04", "Pacific/Atlantis")


VOCABULARY = """about early mid late March Feb 4 31 4th 2026 2025 9 pm am 9:15 21:15 noon midnight night morning of to
and between before after until since week weekend first last half Q2 spring winter on the - / , – 2026-03-04 2026-03
12/25/2025 Easter Thanksgiving eve days two few a
Monday Tuesday UTC PST ending from shortly daily o'clock hours T Z + ~ c. ish evening"""
WORDS = st.lists(
    st.one_of(
        st.sampled_from(VOCABULARY.split()),
        st.text(max_size=4),
    ),
    max_size=9,
).map(" ".join)


@given(st.one_of(st.text(max_size=60), WORDS), ZONES)
def test_only_a_usage_error_ever_comes_out(text: str, zone: str) -> None:
    when = None
    with contextlib.suppress(UsageError):
        when = parse_when(text, zone)
    if when is not None:
        check(when, zone)
    else:
        with pytest.raises(UsageError) as refused:
            parse_when(text, zone)
        assert str(refused.value).isprintable()


def check(when: When, zone: str) -> None:
    assert when.earliest is not None or when.latest is not None
    if when.earliest is not None and when.latest is not None:
        assert when.earliest <= when.latest
    for moment in (when.earliest, when.latest, when.anchor):
        assert moment is None or str(moment.tzinfo) == zone
    again = parse_when(when.iso, zone)
    assert (again.earliest, again.latest, again.anchor, again.iso) == (
        when.earliest,
        when.latest,
        when.anchor,
        when.iso,
    )


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)), ZONES)
def test_every_instant_reads_back(instant: datetime, zone: str) -> None:
    local = instant.replace(microsecond=0).astimezone(ZoneInfo(zone))
    if local.utcoffset() != timedelta(minutes=(local.utcoffset() or timedelta()) // timedelta(minutes=1)):
        return  # local mean time before standard zones: no ISO 8601 offset of minutes can say it
    when = parse_when(local.isoformat(), zone)
    assert when.earliest == when.latest == instant.replace(microsecond=0)
    assert when.iso == local.isoformat()


@given(st.dates(datetime(1900, 1, 1).date(), datetime(2199, 12, 31).date()), ZONES)
def test_every_way_of_writing_a_day_is_that_day(date: object, zone: str) -> None:
    forms = [f"{date:%Y-%m-%d}", f"{date:%d %B %Y}", f"{date:%B %d, %Y}", f"{date:%a %d %b %Y}"]
    assert len({span(text, zone) for text in forms}) == 1
    assert span(forms[0], zone)[1][:10] == forms[0]
