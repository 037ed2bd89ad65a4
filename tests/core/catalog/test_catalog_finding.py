"""What people type into the search, and what it finds among items and messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from evidencekit.catalog import Catalog, browse, court, items, put_info, search
from evidencekit.catalog.browse import Filter
from evidencekit.catalog.contacts import replace_contacts
from evidencekit.catalog.finding import Hit, find
from evidencekit.catalog.grammar import parse
from evidencekit.custody.acquisitions import ItemRecord, Record
from evidencekit.errors import UsageError
from evidencekit.model import (
    Acquisition,
    CaseInfo,
    Channel,
    Contact,
    Digests,
    Fact,
    Kind,
    Moment,
    Party,
    Reading,
    Role,
    Zone,
)

ZONE = "America/Los_Angeles"
HERS, HIS, OTHER = "+15550142210", "(555) 017-8834", "+15550171111"
KINDS = (Kind.MESSAGES, Kind.EMAIL, Kind.IMAGE, Kind.DOCUMENT, Kind.MESSAGES)
BODIES = (
    "",
    "Dear Jordan, the letter about the grey car",
    "",
    "A report of the grey car at the window, 6 Jan",
    "",
)
DAYS = ("2026-01-06T07:12:00-08:00", "2026-02-03T09:00:00-08:00", "2026-03-01T12:00:00-08:00", None, None)


def said(at: int, body: str, when: str, *, mine: bool = False, other: str = HIS, **more: Any) -> Contact:
    fields: dict[str, Any] = {
        "channel": Channel.TEXT,
        "sender": "" if mine else other,
        "recipients": (other,) if mine else (),
        "outgoing": mine,
        "names": ((HIS, "Marc ❤"),) if other == HIS else (),
    }
    return Contact(at=f"message {at}", when=when, as_found=when, zone=Zone.STATED, body=body, **{**fields, **more})


EXPORT = [
    said(1, "I saw your grey car tonight", "2026-01-06T20:00:00-08:00"),
    said(2, "Leave me alone", "2026-01-06T20:05:00-08:00", mine=True),
    said(3, "A letter is on its way\nto you, by the window", "2026-02-28T23:59:59-08:00"),
    said(4, "Señora, the car is ready", "2026-03-01T00:00:00-08:00", other=OTHER),
]
MAIL = Contact(
    at="mail",
    channel=Channel.EMAIL,
    when=DAYS[1],
    as_found="",
    zone=Zone.STATED,
    sender="M.Hollis@Example.org",
    recipients=("jordan@example.org",),
    body=BODIES[1],
)


def number(place: int) -> str:
    return f"ITEM-{place:04d}"


def fill(connection: Connection) -> None:
    put_info(connection, CaseInfo("", "1", "People v. Hollis", ZONE))
    court.put_party(connection, Party("Jordan Doe", Role.VICTIM, (HERS,)))
    court.put_party(connection, Party("Marc Hollis", Role.DEFENDANT, ("+15550178834", "m.hollis@example.org")))
    records, found = [], {}
    for place, (kind, day) in enumerate(zip(KINDS, DAYS, strict=True), 1):
        again = number(1) if place == 5 else None
        digests = Digests(f"{place:064x}", f"{place:064x}")
        records.append(ItemRecord(number(place), f"file{place}.x", f"phone/file{place}.x", "", 9, digests, None, again))
        moments = (Moment(day, "", "exif", Zone.STATED),) if day else ()
        warned = ("Cut off.",) if place == 3 else ()
        facts = (Fact("camera", "Grayling", "exif"),) if place == 3 else ()
        found[number(place)] = Reading(kind, "x/y", True, "r", "1", facts, moments, warned)
    items.add_acquisition(connection, Record(Acquisition(1, "Phone of J. D.", "2026-04-10"), tuple(records), ()), found)
    search.index_readings(connection, found, dict(zip(found, BODIES, strict=True)))
    items.describe(connection, number(3), {"title": "The lamp post", "party": "Marc Hollis"})
    items.add_note(connection, items.Note(number(4), "compare the plate", "A. R.", "2026-04-11T00:00:00Z"))
    for each in (3, 4):
        search.index_words(connection, items.get_items(connection, [number(each)])[number(each)])
    for each in (1, 5):
        replace_contacts(connection, number(each), EXPORT)
    replace_contacts(connection, number(2), [MAIL])


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    catalog = Catalog(tmp_path_factory.mktemp("finding") / "catalog.db", write=True)
    with catalog.write() as filling:
        fill(filling)
    with catalog.read() as reading:
        yield reading
    catalog.close()


def places(connection: Connection, words: str) -> set[str]:
    found = find(connection, words)
    assert found.total == len(found.hits)
    told = [f"{int(hit.number[5:])}" + (f" {hit.at}" if hit.at else "") for hit in found.hits]
    assert len(set(told)) == len(told)
    return {"2" if each == "2 mail" else each for each in told}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # words
        ("car", {"2", "4", "1 message 1", "1 message 4"}),
        ("grey car", {"2", "4", "1 message 1"}),
        ('"car tonight"', {"1 message 1"}),
        ("“car tonight”", {"1 message 1"}),
        ("senora", {"1 message 4"}),
        ("wind*", {"4", "1 message 3"}),
        ("car -grey", {"1 message 4"}),
        ("letter OR tonight", {"2", "1 message 1", "1 message 3"}),
        ("car tonight OR ready", {"1 message 1", "1 message 4"}),
        ("lamp", {"3"}),
        ("plate", {"4"}),
        ("nowhere", set()),
        ("OR", set()),
        ("AND", set()),
        ("10:42", set()),
        # people
        ("from:8834", {"1 message 1", "1 message 3"}),
        ('from:"+1 555 017 8834" car', {"1 message 1"}),
        ("from:marc", {"3", "2", "1 message 1", "1 message 3"}),
        ("from:hollis kind:messages", {"1 message 1", "1 message 3"}),
        ("from:m.hollis@example.org", {"2"}),
        ("to:marc", {"1 message 2"}),
        ("to:jordan", {"2", "1 message 1", "1 message 3", "1 message 4"}),
        ("from:jordan", {"1 message 2"}),
        ("party:marc -kind:email in:messages", {"1 message 1", "1 message 2", "1 message 3"}),
        ("from:1111 OR to:8834", {"1 message 2", "1 message 4"}),
        ("car -from:marc", {"2", "4", "1 message 4"}),
        # sorts, places, things
        ("kind:image", {"3"}),
        ("kind:picture OR kind:document", {"3", "4"}),
        ("car kind:messages", {"1 message 1", "1 message 4"}),
        ("car kind:document", {"4"}),
        ("in:messages car", {"2", "1 message 1", "1 message 4"}),
        ("in:text car", {"2", "4"}),
        ("in:notes plate", {"4"}),
        ("in:name car", set()),
        ("in:name OR in:facts grayling", {"3"}),
        ("in:facts", {"1", "2", "3", "4", "5"}),
        ("item:1 car", {"1 message 1", "1 message 4"}),
        ("item:5 car", {"5 message 1", "5 message 4"}),
        ("item:ITEM-0003", {"3"}),
        ("has:warning", {"3"}),
        ("has:note", {"4"}),
        ("has:contact", {"1", "2", "5"}),
        ("-has:date", {"4", "5"}),
        # times
        ("before:2026-01-06", set()),
        ("before:2026-01-07", {"1", "1 message 1", "1 message 2"}),
        ("after:2026-02-28", {"3", "1 message 4"}),
        ("on:2026-02-28", {"1 message 3"}),
        ("on:2026-02 letter", {"2", "1 message 3"}),
        ('on:"early February 2026" in:text', {"2"}),
        ("after:2026-01-06T20:00 before:2026-01-06T20:06", {"1 message 2"}),
    ],
)
def test_what_is_found(connection: Connection, words: str, expected: set[str]) -> None:
    assert places(connection, words) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("kind:pigeon", "image, audio"),
        ("before:soon", "before:2026-03-01"),
        ("before:03/04/2026", "cannot be placed"),
        ("on:", "needs a value"),
        ("item:x", "item:7"),
        ("in:nowhere", "messages"),
        ("has:everything", "warning"),
        ("-in:name", "in:messages"),
    ],
)
def test_a_value_that_means_nothing_is_told(connection: Connection, words: str, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        find(connection, words)
    assert told in str(raised.value)
    faults = browse.faults(connection, words)
    assert len(faults) == 1
    assert len(browse.matching(connection, Filter(words))) == len(KINDS)  # nothing is hidden while it is typed


def test_a_field_is_understood_while_it_is_typed(connection: Connection) -> None:
    for typed in ("kind:i", "kind:im", "kind:image"):
        assert [row.number for row in browse.rows(connection, browse.matching(connection, Filter(typed)))] == [
            number(3)
        ]
    assert parse("kind:imx", ZONE, unfinished=True).faults
    assert not parse("form:marc 10:42 http://x", ZONE).faults


def hit(connection: Connection, words: str, at: str | None = None) -> Hit:
    return next(each for each in find(connection, words).hits if each.at == at)


def test_hits_say_where_and_mark_the_words(connection: Connection) -> None:
    message = hit(connection, "grey", "message 1")
    assert [message.excerpt[start:end] for start, end in message.marks] == ["grey"]
    assert (message.excerpt, message.where, message.number) == (EXPORT[0].body, "message", number(1))
    assert message.when == EXPORT[0].when
    assert HIS in message.people
    text = hit(connection, "report car")
    assert [text.excerpt[start:end] for start, end in text.marks] == ["report", "car"]
    assert text.where == "text"
    assert [hit(connection, words).where for words in ("lamp", "plate", "grayling", "file4")] == [
        "title",
        "notes",
        "facts",
        "name",
    ]
    assert hit(connection, "kind:image").marks == ()


def test_the_best_stand_first_and_all_are_counted(connection: Connection) -> None:
    assert find(connection, "lamp OR car").hits[0].number == number(3)  # rare, and in a title
    found = find(connection, "car", 2)
    assert (len(found.hits), found.total) == (2, 4)
    assert found.hits == find(connection, "car").hits[:2]
    by_time = find(connection, "in:messages from:marc")
    assert [each.when for each in by_time.hits] == sorted(str(each.when) for each in by_time.hits)


def test_a_list_of_items_shows_those_that_hold_a_message(connection: Connection) -> None:
    ids = browse.matching(connection, Filter("tonight"))
    assert [row.number for row in browse.rows(connection, ids)] == [number(1)]
    found = browse.excerpts(connection, "tonight", ids)
    assert [(each.at, each.where) for each in found.values()] == [("message 1", "message")]
    assert found[ids[0]].excerpt[found[ids[0]].marks[0][0] :] == "tonight"
    both = browse.excerpts(connection, "car", browse.matching(connection, Filter("car")))
    assert {each.number: each.at for each in both.values()} == {
        number(1): "message 1",
        number(2): None,
        number(4): None,
    }


def test_marks_stand_right_whatever_the_text_holds(connection: Connection) -> None:
    evil = said(9, "a\x02b\x03 marigold \x02", "2026-05-01T00:00:00Z")
    with connection.begin_nested() as nested:
        replace_contacts(connection, number(4), [evil])
        one = hit(connection, "marigold", "message 9")
        assert all(0 <= start <= end <= len(one.excerpt) for start, end in one.marks)
        nested.rollback()


@given(
    st.lists(
        st.sampled_from(
            ['"', "-", "OR", "from:", "car", "kind:", "in:", "*", ":", "item:7", "é", "(", "NEAR", "on:2026"]
        ),
        max_size=9,
    ).map(" ".join)
    | st.text(max_size=40)
)
def test_whatever_is_typed_never_fails(connection: Connection, words: str) -> None:
    ids = browse.matching(connection, Filter(words))
    browse.excerpts(connection, words, ids)
    with suppress(UsageError):
        find(connection, words)
