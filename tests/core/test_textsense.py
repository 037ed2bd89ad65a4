"""Times, days and numbers in names and recognised words: what each may mean, and why; nothing is ever decided."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.model import Hint, Zone
from evidencekit.moments.clockwords import Known, candidates, named_times
from evidencekit.sense.numbers import numbers_in, region_of
from evidencekit.sense.text import MOST, Row, name_proposals, text_proposals

LA = "America/Los_Angeles"
OWN = Known(date(2026, 3, 10), "the item's own time", (), date(2026, 4, 10))
UNKNOWN = Known(None, "", (), date(2026, 4, 10))


def meant(text: str, known: Known = OWN) -> list[str]:
    return [each.value for each in text_proposals([Row(text)], known, LA) if each.hint is not Hint.NUMBER]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Wed, Mar 4, 9:41 PM", "2026-03-04T21:41"),
        ("Wednesday, March 4, 2026 at 9:41\u202fPM", "2026-03-04T21:41"),
        ("9:41 PM Wed, Mar 4", "2026-03-04T21:41"),
        ("Yesterday 9:41 PM", "2026-03-09T21:41"),
        ("Today 12:05 AM", "2026-03-10T00:05"),
        ("Monday 9:41 PM", "2026-03-09T21:41"),
        ("Mon 09:41", "2026-03-09T09:41"),
        ("6 January 2026 at 07:12", "2026-01-06T07:12"),
        ("2026-01-06 07:12:30", "2026-01-06T07:12:30"),
        ("2026-01-06T07:12:00-08:00", "2026-01-06T07:12:00-08:00"),
        ("13/1/26, 07:12", "2026-01-13T07:12"),
        ("06.01.2026, 07:12 Uhr", "2026-01-06T07:12"),
        ("Mi., 4. März, 21:41", "2026-03-04T21:41"),
        ("Gestern, 21.41 Uhr", "2026-03-09T21:41"),
        ("4 de marzo de 2026 a las 9:41 p. m.", "2026-03-04T21:41"),
        ("le 4 mars 2026 à 21h41", "2026-03-04T21:41"),
        ("Sep 3", "2025-09-03"),
        ("14:05", "2026-03-10T14:05"),
    ],
)
def test_what_telephones_write_is_read(text: str, first: str) -> None:
    assert meant(text)[0] == first


def test_a_day_without_its_year_has_the_years_in_which_that_was_its_weekday() -> None:
    found = text_proposals([Row("Tue, Mar 4, 9:41 PM")], OWN, LA)
    assert [each.value for each in found] == ["2025-03-04T21:41", "2014-03-04T21:41"]
    assert (
        found[0].why == "4 March was a Tuesday in 2025; the item's own time is 10 March 2026" or "2025" in found[0].why
    )
    assert {each.zone for each in found} == {Zone.NONE}
    assert meant("Tue, Mar 4, 9:41 PM", UNKNOWN)[0] == "2025-03-04T21:41"
    assert meant("Tue, Mar 4") == ["2025-03-04", "2014-03-04"]
    assert meant("Mar 4", UNKNOWN)[0] == "2026-03-04"
    assert all(value <= "2026-04-11" for value in meant("Dec 24, 9 PM", UNKNOWN))


def test_what_can_be_read_in_two_ways_is_given_both_ways() -> None:
    found = text_proposals([Row("1/6/26, 7:12 AM")], OWN, LA)
    assert [each.value for each in found] == ["2026-01-06T07:12", "2026-06-01T07:12"]
    assert "month first" in found[0].why
    assert "day first" in found[1].why
    assert meant("9:41") == ["2026-03-10T09:41", "2026-03-10T21:41"]
    assert meant("09:41") == ["2026-03-10T09:41"]


def test_relative_words_mean_nothing_without_the_items_own_time() -> None:
    assert meant("Yesterday 9:41 PM", UNKNOWN) == []
    assert meant("9:41", UNKNOWN) == []


def test_a_weekday_that_contradicts_its_date_is_said() -> None:
    (found,) = text_proposals([Row("Tuesday, March 4, 2026")], OWN, LA)
    assert found.value == "2026-03-04"
    assert "names Tuesday and was a Wednesday" in found.why


def test_a_clock_below_a_day_line_is_on_that_day() -> None:
    rows = [Row("9:55", top=True), Row("Wed, Mar 4"), Row("I saw the lights  21:41"), Row("Yesterday"), Row("22:07")]
    found = {each.value: each for each in text_proposals(rows, OWN, LA)}
    assert "“Wed, Mar 4”" in found["2026-03-04T21:41"].why
    assert "“Yesterday”" in found["2026-03-09T22:07"].why
    assert "top of the screen" in found["2026-03-10T09:55"].why


def test_doubtful_words_are_said_to_be_doubtful() -> None:
    rows = [Row("Call +15550178834 at 21:41", 3, frozenset({"+15550178834"}))]
    number, clock = sorted(text_proposals(rows, OWN, LA, paged=True), key=lambda each: each.hint)
    assert (number.hint, number.value, number.basis) == (Hint.NUMBER, "+15550178834", "words recognised on page 3")
    assert "with doubt" in number.why
    assert "with doubt" not in clock.why


@pytest.mark.parametrize(
    "text",
    ["ratio 3:4", "price 12.50", "I may 2 times", "25:61", "v1.2.3", "31 February 2026", "1:23:45:67"],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert meant(text) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("IMG_20260106_071200.jpg", ["2026-01-06T07:12:00"]),
        ("Screenshot_20260106-071200_Messages.jpg", ["2026-01-06T07:12:00"]),
        ("Screenshot 2026-01-06 at 7.12.00 AM.png", ["2026-01-06T07:12:00"]),
        ("Screenshot 2026-01-06 at 7.12.00\u202fPM.png", ["2026-01-06T19:12:00"]),
        ("WhatsApp Image 2026-01-06 at 07.12.00.jpeg", ["2026-01-06T07:12:00"]),
        ("PXL_20260106_151200123.jpg", ["2026-01-06T15:12:00.123+00:00"]),
        ("voicemail-+15550178834-2026-01-06-0712.m4a", ["2026-01-06T07:12", "+15550178834"]),
        ("voicemail-15550178834.amr", ["+15550178834"]),
        ("AUD-20260106-WA0003.opus", ["2026-01-06"]),
        ("VID_20260106_071200.mp4", ["2026-01-06T07:12:00"]),
        ("signal-2026-01-06-071200.jpg", ["2026-01-06T07:12:00"]),
        ("1767712320000.jpg", ["2026-01-06T15:12:00.000+00:00"]),
        ("RPReplay_Final1767712320.MP4", ["2026-01-06T15:12:00+00:00"]),
        ("+1 (555) 017-8834 2026-01-06 07-12-00.amr", ["2026-01-06T07:12:00", "+15550178834"]),
        ("call_555-017-8834_20260106_0712.m4a", ["2026-01-06T07:12", "+15550178834"]),
        ("06.01.2026 Brief.pdf", ["2026-01-06"]),
        ("1-6-2026 notes.txt", ["2026-01-06", "2026-06-01"]),
        ("IMG_2041.PNG", []),
        ("26CR00417 order.pdf", []),
        ("IMG_20261306_071200.jpg", []),
    ],
)
def test_names_tell_times_and_numbers(name: str, values: list[str]) -> None:
    assert [each.value for each in name_proposals(name, LA)] == values


def test_only_what_is_known_to_be_utc_has_a_zone() -> None:
    zones = {
        name: name_proposals(name, LA)[0].zone for name in ("PXL_20260106_151200123.jpg", "IMG_20260106_071200.jpg")
    }
    assert list(zones.values()) == [Zone.ASSUMED, Zone.NONE]


@pytest.mark.parametrize(
    ("text", "zone", "numbers"),
    [
        ("call +1 (555) 017-8834 now", LA, ["+15550178834"]),
        ("(555) 014-2210", LA, ["+15550142210"]),
        ("Tel. 0171 2345678 bitte", "Europe/Berlin", ["+491712345678"]),
        ("07700 900123", "Europe/London", ["+447700900123"]),
        ("2026-01-06 and 192.168.100.200", LA, []),
        ("case 26-004417", LA, []),
    ],
)
def test_numbers_are_brought_to_one_form_by_the_country_of_the_zone(text: str, zone: str, numbers: list[str]) -> None:
    assert [number for number, _, _ in numbers_in(text, zone)] == numbers


def test_a_zone_without_a_country_counts_as_american() -> None:
    assert [region_of(zone) for zone in ("UTC", "Europe/Madrid")] == ["US", "ES"]


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    for named in named_times(text):
        list(candidates(named, OWN))
    assert len(text_proposals([Row(text)], OWN, LA)) <= MOST
    name_proposals(text, LA)


@pytest.mark.parametrize("unit", ["0", "1-", "+1 555 ", "Mar ", "Tue, ", "12:3", "(((((1", "1 2 ", "4 de ", "\u202f"])
def test_no_text_takes_long(unit: str) -> None:
    began = time.perf_counter()
    text_proposals([Row(unit * (4000 // len(unit)))] * 5, OWN, LA)
    name_proposals(unit * (4000 // len(unit)), LA)
    assert time.perf_counter() - began < 1.5
