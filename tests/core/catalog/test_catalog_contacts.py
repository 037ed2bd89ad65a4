"""Contacts in the catalog, whose device each item came from, and which recordings are voicemails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidencekit import edits
from evidencekit.casefile import Case, write_case
from evidencekit.casefile.timeline import case_contacts
from evidencekit.catalog import contacts, court, items
from evidencekit.catalog.answers import put_answer
from evidencekit.chronology.voicemail import voicemail
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import Channel, Contact, Digests, Fact, Item, Kind, Moment, Party, Role, Zone
from evidencekit.sense.identities import Known, People, owner_of, region_of

JANE = Party("Jane Doe", Role.VICTIM, ("+15550142210",))
MARC = Party("Marc Hollis", Role.DEFENDANT, ("+15550178834",))
FULL = Contact(
    at="message 1",
    channel=Channel.CHAT,
    when="2026-01-06T07:12:00-08:00",
    as_found="6 Jan",
    zone=Zone.STATED,
    sender="a",
    recipients=("b", "c"),
    outgoing=True,
    answered=False,
    seconds=1.5,
    body="x\ny 🙂",
    attachments=("IMG.jpg",),
    names=(("a", "A"), ("b", "B")),
    thread="t",
    service="s",
    ident="i",
    note="n",
)


@pytest.fixture
def case(filled_case: Path, home: Home) -> Iterator[Case]:
    with write_case(filled_case, home, "A. Rivera") as opened:
        yield opened


def put(case: Case, item: str, *found: Contact) -> None:
    with case.catalog.write() as connection:
        contacts.replace_contacts(connection, item, found)


def owner(case: Case, item: str = "ITEM-0001") -> tuple[str | None, Known | None]:
    with case.catalog.read() as connection:
        people = People(court.all_parties(connection), "US")
        found = contacts.owners(connection, [item], people)[item]
    return found.party.name if found.party else found.identifier, found.known


def test_contacts_come_back_as_they_were_kept(case: Case) -> None:
    undated, odd = replace(FULL, when=None, recipients=()), replace(FULL, when="whenever", body=None, names=())
    put(case, "ITEM-0002", undated, odd, FULL)
    with case.catalog.read() as connection:
        kept = [found for _, item, found in contacts.each_contact(connection) if item == "ITEM-0002"]
        assert contacts.count(connection, "ITEM-0002") == contacts.count(connection) == 3
        assert contacts.telling(connection) == ["ITEM-0002"]
        seen = list(contacts.identifiers_seen(connection))
    assert kept == [FULL, undated, odd]
    assert {sender for sender, _, _, _ in seen} == {"a"}
    put(case, "ITEM-0002")
    with case.catalog.read() as connection:
        assert contacts.count(connection) == 0


def test_whose_an_item_is(case: Case) -> None:
    assert owner(case) == (None, None)
    edits.put_party(case, JANE)
    assert owner(case) == ("Jane Doe", Known.PRESUMED)
    edits.put_party(case, MARC)
    edits.put_party(case, Party("Ann Roe", Role.VICTIM, ()))
    assert owner(case) == (None, None)  # two victims: nobody is presumed
    edits.describe(case, "1", party="Marc Hollis")
    assert owner(case) == ("Marc Hollis", Known.DESCRIBED)
    for said, expected in (("jane doe", "Jane Doe"), ("(555) 014-2210", "Jane Doe"), ("+15550109999", "+15550109999")):
        with case.catalog.write() as connection:
            put_answer(connection, "ITEM-0001", "owner", said, "A. R.", "2026-04-11T00:00:00Z")
        assert owner(case) == (expected, Known.ANSWERED)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Phone of Marc Hollis", ("Marc Hollis", Known.SOURCE)),
        ("iPhone, number 555-017-8834", ("Marc Hollis", Known.SOURCE)),
        ("Phone of Jane Doe", ("Jane Doe", Known.SOURCE)),
        ("Marc's phone", (None, None)),
        ("Phone of Marc Hollis, seized at Jane Doe's", (None, None)),
        ("Phone of J. D.", ("Jane Doe", Known.PRESUMED)),
        ("Telephone marcato", ("Jane Doe", Known.PRESUMED)),
    ],
)
def test_a_sources_words_may_name_the_owner(source: str, expected: tuple[str | None, Known | None]) -> None:
    item = replace(recording(), party=None)
    found = owner_of(item, People((JANE, MARC), "US"), family={}, answers={}, sources={1: source})
    assert (found.party.name if found.party else None, found.known) == expected


def test_the_same_bytes_came_from_the_same_device(case: Case) -> None:
    edits.put_party(case, JANE)
    edits.put_party(case, MARC)
    with case.catalog.read() as connection:
        again = next(each for each in items.all_items(connection) if each.duplicate_of)
    edits.describe(case, str(again.duplicate_of), party="Marc Hollis")
    assert owner(case, again.number) == ("Marc Hollis", Known.DESCRIBED)
    edits.describe(case, again.number, party="Jane Doe")
    assert owner(case, again.number) == ("Jane Doe", Known.DESCRIBED)


def recording(**changes: Any) -> Item:
    digests = Digests("a" * 64, "b" * 64)
    said = Item(
        "ITEM-0001", "voicemail-01.m4a", "Voicemail/voicemail-01.m4a", 9, digests, Kind.AUDIO, "x", True, 1, "x"
    )
    moments = (Moment("2026-01-06T07:12:00-08:00", "as found", "mvhd", Zone.ASSUMED),)
    return replace(said, moments=moments, seconds=31.0, party="Marc Hollis", **changes)


def test_a_voicemail_whose_voice_is_known_is_a_contact() -> None:
    people = People((JANE, MARC), "US")
    found = voicemail(recording(), None, people, "UTC")
    assert found is not None
    assert (found.channel, found.sender, found.outgoing, found.seconds) == (
        Channel.VOICEMAIL,
        "+15550178834",
        False,
        31.0,
    )
    assert (found.when, found.zone) == ("2026-01-06T07:12:00-08:00", Zone.ASSUMED)
    plain = {"name": "rec.m4a", "received_path": "rec.m4a"}
    for said in ({"title": "Voicemail of 6 January"}, {"facts": (Fact("comment", "Voice mail", "ilst"),)}):
        assert voicemail(recording(**plain, **said), None, people, "UTC") is not None
    assert voicemail(recording(name="vm-0312.m4a", received_path="vm-0312.m4a"), None, people, "UTC") is not None


@pytest.mark.parametrize(
    ("changes", "held_in"),
    [
        ({"party": None}, None),
        ({"party": "Jane Doe"}, None),
        ({"party": "Somebody"}, None),
        ({"name": "doorbell.m4a", "received_path": "doorbell.m4a"}, None),
        ({"kind": Kind.VIDEO}, None),
        ({"parent": "ITEM-0009"}, Kind.MESSAGES),
        ({"parent": "ITEM-0009"}, Kind.EMAIL),
    ],
)
def test_what_is_no_voicemail_is_no_contact(changes: dict[str, Any], held_in: Kind | None) -> None:
    people = People((JANE, MARC), "US")
    assert voicemail(replace(recording(), **changes), held_in, people, "UTC") is None
    assert voicemail(replace(recording(), parent="ITEM-0009"), Kind.ARCHIVE, people, "UTC") is not None


def test_numbers_are_read_in_the_country_of_the_cases_zone() -> None:
    zones = (
        "America/Los_Angeles",
        "Europe/Berlin",
        "Europe/London",
        "America/Toronto",
        "US/Pacific",
        "UTC",
        "Canada/Atlantic",
    )
    assert [region_of(zone) for zone in zones] == ["US", "DE", "GB", "CA", "US", "US", "CA"]


def test_a_mail_is_at_the_time_that_a_person_chose_for_it(case: Case, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMessage-ID: <1@example.org>\r\n"
        b"Date: Tue, 6 Jan 2026 07:12:00 -0800\r\n\r\nhello\r\n"
    )
    take_in(case, [tmp_path / "mail.eml"], HandOver("Mail"), Job(), workers=1)
    found = case_contacts(case.catalog).contacts
    assert [(each.channel, each.when, each.alone) for each in found] == [
        (Channel.EMAIL, "2026-01-06T07:12:00-08:00", True)
    ]
    edits.describe(case, "ITEM-0005", when="2026-01-07T08:00:00")
    assert [each.when for each in case_contacts(case.catalog).contacts] == ["2026-01-07T08:00:00-08:00"]


def test_what_a_worker_wrote_wrong_costs_its_rest_and_is_said(filled_case: Path, home: Home, tmp_path: Path) -> None:
    from dataclasses import replace

    from evidencekit.casefile import write_case
    from evidencekit.casefile.replay import index
    from evidencekit.catalog.contacts import each_contact
    from evidencekit.catalog.items import get_items
    from evidencekit.media.contacts import ContactsOut
    from evidencekit.model import Channel, Contact, Kind, Reading, Zone

    with ContactsOut(tmp_path) as out:
        out.add(Contact("message 1", Channel.TEXT, None, "", Zone.NONE, "a", ("b",), body="first"))
    with out.path.open("a") as file:
        file.write('["message 2"]\n')
    reading = replace(Reading(Kind.MESSAGES, "application/xml", True, "messages", "1"), contacts=out.path)
    with write_case(filled_case, home, "A. Rivera") as case:
        with case.catalog.write() as connection:
            index(connection, {"ITEM-0002": reading})
        with case.catalog.read() as connection:
            assert [each.body for _, _, each in each_contact(connection)] == ["first"]
            warnings = get_items(connection, ["ITEM-0002"])["ITEM-0002"].warnings
    assert any("contact 2" in warning for warning in warnings)
