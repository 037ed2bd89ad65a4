"""Carriers' call detail, CSV and XLSX, by a column mapping, against what the rows say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from evidencekit.errors import ReaderError, UsageError
from evidencekit.media.messages.cells import clock_of, day_of, moment_of, number_of, seconds_of, zone_of_cell
from evidencekit.media.messages.guess import propose
from evidencekit.media.messages.mapping import ColumnMapping, mapping_of
from evidencekit.media.messages.tables import separator
from evidencekit.model import Channel, Contact, Kind, Reading, Zone

ReadExport = Callable[..., tuple[Reading, list[Contact]]]
HOLLIS, REYES = "15550178834", "15550142210"
UTC_TABLE = f"""\
AT&T Mobility Voice Usage for: ({HOLLIS})
Run Date: 04/10/2026

Item,Conn. Date,Conn. Time (UTC),Originating Number,Terminating Number,ET,Type
1,01/06/26,15:12:05,{HOLLIS}(F),{REYES},0:31,Voice
2,03/08/26,09:59:59,{HOLLIS},{REYES},0:00,Voice
3,03/08/26,10:00:00,{HOLLIS},{REYES},0:00,SMS
Item,Conn. Date,Conn. Time (UTC),Originating Number,Terminating Number,ET,Type
4,11/01/26,08:30:00,{REYES},{HOLLIS},1:02,Voice
5,11/01/26,09:30:00,{REYES},{HOLLIS},,Voicemail
6,11/01/26,25:30:00,{REYES},{HOLLIS},0:05,Voice
7,11/02/26,09:30:00,,,0:05,Data

Total,,,,,1:38,
"""
MAPPING = ColumnMapping(
    "AT&T",
    date="Conn. Date",
    time="Conn. Time (UTC)",
    sender="originating  NUMBER",
    recipient="Terminating Number",
    duration="ET",
    kind="#7",
    order="mdy",
    unit="mm:ss",
    zone="UTC",
    owner="+1 (555) 014-2210",
    skip=3,
)


def answers(mapping: ColumnMapping, **more: str) -> dict[str, str]:
    return {"form": "call-detail", "columns": mapping.to_json(), **more}


def facts(reading: Reading) -> dict[str, object]:
    return {fact.name: fact.value for fact in reading.facts}


def test_a_table_in_utc_across_both_changes_of_clocks(read_export: ReadExport) -> None:
    reading, contacts = read_export("calls.csv", UTC_TABLE, answers(MAPPING))
    assert (reading.kind, reading.media_type) == (Kind.MESSAGES, "text/csv")
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("row 5", "2026-01-06T07:12:05-08:00", Zone.STATED),
        ("row 6", "2026-03-08T01:59:59-08:00", Zone.STATED),
        ("row 7", "2026-03-08T03:00:00-07:00", Zone.STATED),
        ("row 9", "2026-11-01T01:30:00-07:00", Zone.STATED),
        ("row 10", "2026-11-01T01:30:00-08:00", Zone.STATED),
    ]
    assert [(each.channel, each.answered, each.seconds, each.outgoing) for each in contacts] == [
        (Channel.CALL, True, 31.0, False),
        (Channel.CALL, False, 0.0, False),
        (Channel.TEXT, None, None, False),
        (Channel.CALL, True, 62.0, True),
        (Channel.VOICEMAIL, False, None, True),
    ]
    assert [each.note for each in contacts] == ["", "", "SMS", "", ""]
    first = contacts[0]
    assert (first.sender, first.recipients, first.as_found) == (HOLLIS, (REYES,), "01/06/26 15:12:05")
    assert (first.thread, first.service) == (HOLLIS, "AT&T")
    assert facts(reading)["rows_not_read"] == [
        f"row 11: its date or time cannot be read; “6 | 11/01/26 | 25:30:00 | {REYES} | {HOLLIS} | 0:05 | Voice”",
        "row 14: it has no date; “Total | 1:38”",
    ]
    assert any("cannot be read: 2; row 11" in each for each in reading.warnings)
    assert (facts(reading)["data_sessions"], facts(reading)["repeated_headings"]) == (1, 1)
    assert facts(reading)["column_mapping"] == "AT&T"
    assert reading.text is not None
    assert "Total" in reading.text.read_text("utf-8")  # what is no contact can be searched all the same


LOCAL = f"""\
When;Number;Direction;Duration (sec);Result;Offset
07.03.2026 23:59:59;{HOLLIS};Incoming;31;Answered;-08:00
08.03.2026 02:30:00;{HOLLIS};Incoming;0;No answer;
01.11.2026 01:30:00;{HOLLIS};Outgoing;5;Busy;PDT
01.11.2026 01:30:00;{HOLLIS};Incoming;5 sec;Missed;
13.11.2026 12:00:00;{HOLLIS};sideways;5;perhaps;
14.11.2026 12:00:00;{HOLLIS};Incoming;x;Answered;somewhere
"""
PLACES = ColumnMapping(
    "Local",
    when="when",
    other="number",
    direction="direction",
    duration="Duration (sec)",
    result="Result",
    offset="Offset",
    order="dmy",
    zone="America/Los_Angeles",
    owner=REYES,
)


def test_local_times_with_an_offset_for_some(read_export: ReadExport) -> None:
    reading, contacts = read_export("calls.csv", LOCAL, answers(PLACES))
    assert [(each.when, each.zone) for each in contacts] == [
        ("2026-03-07T23:59:59-08:00", Zone.STATED),
        ("2026-03-08T02:30:00", Zone.NONE),
        ("2026-11-01T01:30:00-07:00", Zone.STATED),
        ("2026-11-01T01:30:00", Zone.NONE),
        ("2026-11-13T12:00:00-08:00", Zone.ASSUMED),
        ("2026-11-14T12:00:00", Zone.NONE),
    ]
    assert [(each.sender, each.recipients, each.outgoing, each.answered) for each in contacts] == [
        (HOLLIS, (REYES,), False, True),
        (HOLLIS, (REYES,), False, False),
        (REYES, (HOLLIS,), True, False),
        (HOLLIS, (REYES,), False, False),
        (HOLLIS, (REYES,), None, None),
        (HOLLIS, (REYES,), False, True),
    ]
    assert [each.seconds for each in contacts] == [31.0, 0.0, 5.0, 5.0, 5.0, None]
    assert "came twice" in contacts[3].note
    assert contacts[4].note == "the table does not say who of the two it was"
    assert contacts[5].note == "its time zone “somewhere” is not known"
    warned = " ".join(reading.warnings)
    for part in ("direction “sideways”", "result “perhaps”", "a part cannot be read: 2;", "changed then: 3."):
        assert part in warned
    assert len(facts(reading)["rows_read_in_part"]) == 2  # type: ignore[arg-type]


def test_a_zone_or_owner_answered_later_goes_before_the_mappings(read_export: ReadExport) -> None:
    bare = replace(PLACES, zone="", owner="", offset="")
    reading, contacts = read_export("calls.csv", LOCAL, answers(bare))
    assert {each.zone for each in contacts} == {Zone.NONE}
    assert [each.key for each in reading.questions] == ["form", "columns", "zone"]
    reading, contacts = read_export("calls.csv", LOCAL, answers(bare, zone="America/New_York", owner=REYES))
    assert (contacts[0].when, contacts[0].zone) == ("2026-03-07T23:59:59-05:00", Zone.ASSUMED)
    assert contacts[2].sender == REYES
    with pytest.raises(ReaderError, match="not the name of a time zone"):
        read_export("calls.csv", LOCAL, answers(bare, zone="Mars/Base"))


def workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Calls"
    sheet.append(["Date", "Time", "From", "To", "Duration", "Type"])
    sheet.append([date(2026, 1, 6), time(7, 12, 5), 15550178834.0, REYES, timedelta(seconds=31), "Voice"])
    sheet.append([datetime(2026, 7, 1), 0.5, "1.5550178834E10", f"'{REYES}", time(0, 2), "Voice"])
    sheet.append([datetime(2026, 7, 2), "11:59:59 PM", "1.55502E+10", REYES, 65, "MMS"])
    sheet.append([None, None, None, None, None, None])
    sheet.append(["2026-07-03", "8:00 am", HOLLIS, REYES, "0:00:07", "Voice"])
    book.create_sheet("Towers").append(["Cell", "Azimuth"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_its_own_kinds_of_cells(read_export: ReadExport) -> None:
    mapping = ColumnMapping(
        "Book",
        date="Date",
        time="Time",
        sender="From",
        recipient="To",
        duration="Duration",
        kind="Type",
        zone="America/Los_Angeles",
        owner=REYES,
    )
    reading, contacts = read_export("calls.xlsx", workbook(), answers(mapping))
    assert reading.kind is Kind.MESSAGES
    assert [(each.at, each.when) for each in contacts] == [
        ("row 2", "2026-01-06T07:12:05-08:00"),
        ("row 3", "2026-07-01T12:00:00-07:00"),
        ("row 4", "2026-07-02T23:59:59-07:00"),
        ("row 6", "2026-07-03T08:00:00-07:00"),
    ]
    assert {each.zone for each in contacts} == {Zone.ASSUMED}
    assert [each.sender for each in contacts] == [HOLLIS, HOLLIS, "1.55502E+10", HOLLIS]
    assert {each.recipients for each in contacts} == {(REYES,)}
    assert [each.seconds for each in contacts] == [31.0, 120.0, None, 7.0]
    assert contacts[2].channel is Channel.TEXT
    assert any("rounded by a spreadsheet program" in each for each in reading.warnings)
    assert any("further sheets" in each and "Towers" in each for each in reading.warnings)
    assert reading.text is not None
    assert "Towers" in reading.text.read_text("utf-8")
    minutes = replace(mapping, unit="mm:ss")
    assert read_export("calls.xlsx", workbook(), answers(minutes))[1][1].seconds == 2.0
    reading, contacts = read_export("calls.xlsx", workbook(), answers(replace(mapping, sheet="Masts")))
    assert (contacts, any("no sheet “Masts”" in each for each in reading.warnings)) == ([], True)


WITHOUT = ColumnMapping(
    "No number", when="#1", sender="#2", recipient="#3", direction="#4", order="epoch", header=False
)


def test_without_heading_columns_are_named_by_place(read_export: ReadExport) -> None:
    text = f"1767712325,{HOLLIS},{REYES}\n1767712326500,{HOLLIS},{REYES}\n"
    _, contacts = read_export("calls.csv", f"1767712325,,{REYES},in\n", answers(WITHOUT))
    assert (contacts[0].sender, contacts[0].outgoing) == ("(number not shown)", False)
    mapping = ColumnMapping("Places", when="#1", sender="#2", recipient="#3", order="epoch", header=False)
    _, contacts = read_export("calls.csv", text, answers(mapping))
    assert [(each.at, each.when, each.zone) for each in contacts] == [
        ("row 1", "2026-01-06T07:12:05-08:00", Zone.STATED),
        ("row 2", "2026-01-06T07:12:06.500-08:00", Zone.STATED),
    ]


def test_what_is_missing_is_said(read_export: ReadExport) -> None:
    reading, contacts = read_export("calls.csv", LOCAL, {"form": "call-detail"})
    assert (reading.kind, contacts) == (Kind.MESSAGES, [])
    assert [each.key for each in reading.questions] == ["form", "columns"]
    assert any("has not been told yet" in each for each in reading.warnings)
    reading, contacts = read_export("calls.csv", LOCAL, answers(replace(PLACES, other="Telephone")))
    assert contacts == []
    assert any("no column “Telephone”" in each and "When | Number" in each for each in reading.warnings)
    reading, _ = read_export("calls.csv", LOCAL, answers(replace(PLACES, order="")))
    assert any("row 2: the order of day and month in its date was not told" in each for each in reading.warnings)
    with pytest.raises(ReaderError, match="no JSON"):
        read_export("calls.csv", LOCAL, {"form": "call-detail", "columns": "date=1"})
    reading, _ = read_export("calls.csv", LOCAL, {"form": "plain"})
    assert reading.kind is Kind.DOCUMENT


@pytest.mark.parametrize(
    ("cell", "order", "found"),
    [
        ("01/06/2026", "mdy", date(2026, 1, 6)),
        ("01/06/2026", "dmy", date(2026, 6, 1)),
        ("01/06/2026", "", None),
        ("13/06/2026", "mdy", None),
        ("2026-06-01", "", date(2026, 6, 1)),
        ("2026/6/1", "mdy", date(2026, 6, 1)),
        ("20260601", "", date(2026, 6, 1)),
        ("Tue, Jan 6, 2026", "", date(2026, 1, 6)),
        ("06-Jan-26", "", date(2026, 1, 6)),
        ("6 January 2026", "dmy", date(2026, 1, 6)),
        ("26/06/01", "ymd", date(2026, 6, 1)),
        ("Total", "mdy", None),
        ("02/30/2026", "mdy", None),
    ],
)
def test_days(cell: str, order: str, found: date | None) -> None:
    assert day_of(cell, order) == found


def test_clocks_moments_and_zones() -> None:
    assert clock_of("7:12:05\u202fPM", "12") == time(19, 12, 5)
    assert clock_of("12:00 am", "24") == time(0, 0)
    assert (clock_of("7:12", "12"), clock_of("19:12", "12"), clock_of("7:12", "24")) == (
        None,
        time(19, 12),
        time(7, 12),
    )
    assert (clock_of("191205", "24"), clock_of("24:00", "24")) == (time(19, 12, 5), None)
    assert moment_of("01/06/2026 07:12:05 PM PST", "mdy", "24") == (
        datetime(2026, 1, 6, 19, 12, 5),
        zone_of_cell("-0800"),
    )
    assert moment_of("2026-01-06T15:12:05Z", "", "24") == (datetime(2026, 1, 6, 15, 12, 5), zone_of_cell("UTC"))
    assert moment_of("Jan 6, 2026 7:12 AM", "", "12") == (datetime(2026, 1, 6, 7, 12), None)
    assert moment_of(datetime(2026, 1, 6, 7, 12, 4, 999_999), "", "24") == (datetime(2026, 1, 6, 7, 12, 5), None)
    assert moment_of("2026-01-06", "", "24") is None
    offsets = [zone_of_cell(text) for text in ("GMT-5", "EST", "-05:00", "nowhere", "XX/YY")]
    assert [None if zone is None else zone.utcoffset(None) for zone in offsets] == [timedelta(hours=-5)] * 3 + [
        None
    ] * 2


def test_numbers_and_durations() -> None:
    assert number_of("1.5550142210E10") == (REYES, "")
    assert number_of("1.555014221E10") == (REYES, "")
    assert number_of(f'="{REYES}"') == (REYES, "")
    assert number_of(15550142210.0) == (REYES, "")
    assert "last digits are lost" in number_of("1.55501E+10")[1]
    assert number_of("+1 (555) 014-2210") == ("+1 (555) 014-2210", "")
    assert number_of(f"{REYES}(D)") == (REYES, "")
    cases = {("31", "seconds"): 31, ("1:02", "auto"): 62, ("1:02", "hh:mm:ss"): 3720, ("0:01:02", "auto"): 62}
    cases |= {("2", "minutes"): 120, ("1m 2s", "auto"): 62, ("2 min", "seconds"): 120, ("31 sec.", "auto"): None}  # type: ignore[dict-item]
    assert seconds_of(31 / 86_400, "hh:mm:ss") == 31
    for (cell, unit), known in cases.items():
        assert seconds_of(cell, unit) == known, cell


def test_separators() -> None:
    assert [
        separator(text) for text in ("a,b\nc,d\n", 'a;b\n"1,5";c\n', "a\tb\n1\t2\n", "a|b|c\n1|2|3\n", "words\n")
    ] == [
        ",",
        ";",
        "\t",
        "|",
        ",",
    ]


def test_a_mapping_is_proposed_from_headings() -> None:
    rows = [line.split(",") for line in UTC_TABLE.splitlines()]
    found = propose(rows)
    assert found is not None
    assert (found.date, found.time, found.sender, found.recipient) == (
        "Conn. Date",
        "Conn. Time (UTC)",
        "Originating Number",
        "Terminating Number",
    )
    assert (found.duration, found.kind, found.order, found.zone, found.skip) == ("ET", "Type", "", "UTC", 3)
    assert found.unit == "mm:ss"
    proved = [["Call Date/Time", "Calling #", "Called Number", "Calling Number", "Duration (secs)"]]
    found = propose([*proved, ["13/01/2026 7:12 PM", "x", "1", "2", "31"], ["", "", "", "", ""]])
    assert found is not None
    assert (found.when, found.sender, found.order, found.clock, found.unit, found.zone) == (
        "Call Date/Time",
        "Calling Number",
        "dmy",
        "12",
        "seconds",
        "",
    )
    for plain in (
        [["Name", "Amount"], ["a", "1"]],
        [["Date", "Description", "Number"], ["2026-01-06", "Groceries", "12"]],
        [],
    ):
        assert propose(plain) is None


def test_a_mapping_survives_as_json_and_a_wrong_one_says_why() -> None:
    assert mapping_of(MAPPING.to_json()) == MAPPING
    for change, why in (
        ({"date": "", "when": ""}, "no column holds the date"),
        ({"sender": "", "recipient": ""}, "no column holds a number"),
        ({"order": "ydm"}, "none of mdy"),
        ({"skip": "3"}, "is not a number"),
        ({"header": False}, "named by their place"),
        ({"colour": "red"}, "nothing that a mapping holds"),
        ({"name": ""}, "no name"),
        ({"text_words": "sms"}, "list of words"),
        ({"zone": "Pacific"}, "not the name of a time zone"),
    ):
        with pytest.raises(UsageError, match=why):
            mapping_of(json.dumps({**json.loads(MAPPING.to_json()), **change}))
