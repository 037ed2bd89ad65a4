"""What the panel says, in words: facts, how a time is understood, whose a number is."""

from __future__ import annotations

import pytest

from evidencekit.custody.recheck import Outcome, Recheck
from evidencekit.model import Digests, Fact, FactValue, Item, Kind, Party, Role
from evidencekit.moments import parse_when
from ui.views.details.digests import told
from ui.views.details.proposals import proposals, same
from ui.views.details.wording import MOST_FACTS, fact_line, fact_lines, grouped, of_size, understood

ZONE = "America/Los_Angeles"


def _item(name: str, *facts: Fact) -> Item:
    digests = Digests("ab" * 32, "cd" * 32)
    return Item("ITEM-0007", name, name, 10, digests, Kind.OTHER, "text/plain", True, 1, "", facts=facts)


@pytest.mark.parametrize(
    ("name", "value", "told_name", "told_value"),
    [
        ("width", 1170, "Width", "1170 pixels"),
        ("encrypted", False, "Encrypted", "no"),
        ("active_content", [], "Active content", "none"),
        ("seconds", 40.32, "Length", "40 seconds (40.32 s)"),
        ("sample_rate", 8000, "Sample rate", "8 kHz"),
        ("channels", 1, "Channels", "1 (mono)"),
        ("codec", "amr_nb", "Codec", "AMR narrow-band"),
        ("bit_rate", 12400, "Bit rate", "12.4 kbit/s"),
        ("orientation", 6, "Orientation", "6 (turned by 90°)"),
        ("f_number", 1.8, "Aperture", "f/1.8"),
        ("characters", 12345, "Characters", "12,345"),
        ("tag date", "2026", "Tag date", "2026"),
        ("subject", None, "Subject", "none"),
        ("remote_references", ["http://a", "http://b"], "Would be fetched", "http://a\nhttp://b"),
        ("comment", "gpj\u202eexe", "Comment", "gpj\\u{202e}exe"),
        ("x\u202ename", "1", "X\\u{202e}name", "1"),
    ],
)
def test_a_fact_in_words(name: str, value: FactValue, told_name: str, told_value: str) -> None:
    line = fact_line(Fact(name, value, "its header"))
    assert (line.name, line.value, line.small) == (told_name, told_value, "Read from: its header")
    assert not line.place


@pytest.mark.parametrize(
    "fact",
    [
        Fact("gps", "32.7, -117.1", "exif GPSLatitude, GPSLongitude"),
        Fact("gps_altitude_m", 12.0, "exif GPSAltitude"),
        Fact("tag location", "+32-117/", "container tag location"),
        Fact("where", "+32-117/", "container tag com.apple.quicktime.location.ISO6709"),
    ],
)
def test_what_tells_a_place_is_known_as_such(fact: Fact) -> None:
    assert fact_line(fact).place


def test_of_very_many_facts_the_first_are_shown() -> None:
    lines = fact_lines([Fact(f"tag {n}", n, "b") for n in range(MOST_FACTS + 25)])
    assert len(lines) == MOST_FACTS + 1
    assert lines[-1].value == "25 further facts are not shown here."
    assert len(fact_line(Fact("comment", "x" * 100_000, "b")).value) < 5000


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("early March 2026", "1 Mar 2026 to 10 Mar 2026"),
        ("4 March 2026", "4 Mar 2026"),
        ("about 9 pm on 4 March 2026", "4 Mar 2026, 20:30 to 21:30 PST (UTC−8)"),
        ("night of the 4th to 5th of March 2026", "4 Mar 2026, 18:00 to 5 Mar 2026, 05:59 PST (UTC−8)"),
        ("2026-03-04T21:15:07", "4 Mar 2026, 21:15:07 PST (UTC−8)"),
        ("2026-03-04T21:15", "4 Mar 2026, 21:15 PST (UTC−8)"),
        ("2026-03-05T05:15:00Z", "4 Mar 2026, 21:15:00 PST (UTC−8)"),
        ("before 4 March 2026", "any time up to 3 Mar 2026"),
        ("after 4 March 2026", "any time from 5 Mar 2026"),
    ],
)
def test_how_a_time_is_understood(said: str, meant: str) -> None:
    assert understood(parse_when(said, ZONE), ZONE) == meant


def test_a_note_on_a_time_is_said_with_it() -> None:
    words = understood(parse_when("2026-11-01T01:30", ZONE), ZONE)
    assert words.startswith("1 Nov 2026, 01:30 PDT (UTC−7). 01:30 came twice")


def test_numbers_and_addresses_that_an_item_names() -> None:
    marc = Party("Marc", Role.DEFENDANT, ("+1 555-017-8834", "marc@example.net"))
    mail = _item("a.eml", Fact("from", "M <Marc@Example.net>", "h"), Fact("to", "jd@example.com, x@example.org", "h"))
    assert [(each.identifier, each.party) for each in proposals(mail, [marc])] == [
        ("Marc@Example.net", "Marc"),
        ("jd@example.com", None),
        ("x@example.org", None),
    ]
    (call,) = proposals(_item("voicemail-15550178834-01.m4a"), [marc])
    assert (call.identifier, call.where, call.party) == ("15550178834", "the file's name", "Marc")
    (dialled,) = proposals(_item("x.m4a", Fact("title", "Voicemail from +1 555-016-4471", "tag")), [marc])
    assert (dialled.identifier, dialled.party) == ("+1 555-016-4471", None)


@pytest.mark.parametrize("name", ["IMG_20260122_165840.jpg", "20260122165840.jpg", "DSC_0412.JPG", "26-004417-S1.pdf"])
def test_a_date_or_a_counter_is_no_telephone_number(name: str) -> None:
    assert proposals(_item(name), []) == ()


def test_two_ways_of_writing_one_number() -> None:
    assert same("+1 (555) 017-8834") == same("15550178834") == same("555.017.8834")
    assert same("Marc@Example.net") == same("marc@example.net")
    assert same("kiln.watch") != same("kilnwatch")


def test_sizes_and_digests_as_people_read_them() -> None:
    assert of_size(91_834) == "91,834 bytes (91.8 KB)"
    assert of_size(1) == "1 byte"
    assert grouped("0123456789abcdef") == "01234567 89abcdef"


def test_what_a_check_showed() -> None:
    item = _item("a.txt")
    assert told(item, Recheck(Outcome.EQUAL, item.digests, 10), "now").role == "good"
    changed = told(item, Recheck(Outcome.DIFFERENT, Digests("ef" * 32, "01" * 32), 11), "now")
    assert changed.role == "bad"
    assert "efefefef" in changed.more
    assert "11 bytes now, 10 bytes when it came in" in changed.more
    for outcome in (Outcome.MISSING, Outcome.UNREADABLE):
        assert "compare this original with a backup" in told(item, Recheck(outcome, why="no"), "now").more
