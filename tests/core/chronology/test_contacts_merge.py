"""Contacts of a case: who reached whom, and each exact duplicate counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from evidencekit.chronology.choosing import Choice, chosen
from evidencekit.chronology.contact_report import before_or_after, cells, csv_lines, shape, summary_shape
from evidencekit.chronology.contacts import CaseContact, Direction, merge
from evidencekit.chronology.ends import Sighting
from evidencekit.chronology.tally import Turns, summarise, turns
from evidencekit.model import Channel, Contact, Milestone, MilestoneKind, Party, Role, Zone
from evidencekit.sense.identities import Known, Owner, People

ZONE = "America/Los_Angeles"
HERS, HIS, HIS_OTHER = "+15550142210", "+15550178834", "+15550179999"
JANE = Party("Jane Doe", Role.VICTIM, (HERS, "jane@example.org"))
MARC = Party("Marc Hollis", Role.DEFENDANT, ("(555) 017-8834", HIS_OTHER, "M.Hollis@example.org", "marc_h"))
PEOPLE = People((JANE, MARC), "US")
ORDER = {f"ITEM-{n:04d}": n for n in range(1, 10)}
ONE, TWO, THREE = "ITEM-0001", "ITEM-0002", "ITEM-0003"
PHONE = Owner(JANE, None, Known.PRESUMED, JANE.name)
OWNERS = {ONE: PHONE, TWO: PHONE, THREE: Owner(None, None, None, "?somebody")}


def contact(body: str | None = "hi", when: str | None = "2026-01-06T15:12:00+00:00", **changes: Any) -> Contact:
    fields: dict[str, Any] = {
        "at": "message 1",
        "channel": Channel.TEXT,
        "as_found": "x",
        "zone": Zone.STATED,
        "sender": HIS,
        "recipients": (),
        "outgoing": False,
    }
    return Contact(body=body, when=when, **{**fields, **changes})


def merged(
    *sightings: Sighting, people: People = PEOPLE, owners: Mapping[str, Owner] = OWNERS
) -> Sequence[CaseContact]:
    return merge(sightings, ORDER, people, owners, ZONE)


def one(*sightings: Sighting, **more: Any) -> CaseContact:
    found = merged(*sightings, **more)
    assert len(found) == 1
    return found[0]


# Who


@pytest.mark.parametrize(
    "written", ["+1 (555) 017-8834", "5550178834", "1-555-017-8834", "555.017.8834", "\u202a+1 555 017\u20118834\u202c"]
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    found = one(Sighting(ONE, contact(sender=written)))
    assert (found.sender, found.sender_party, found.direction) == (HIS, "Marc Hollis", Direction.TO_VICTIM)
    assert (found.recipients, found.recipient_parties) == ((HERS,), ("Jane Doe",))


@pytest.mark.parametrize("short", ["72727", "AMAZON", "1-800-FLOWERS", "*67"])
def test_short_codes_and_names_stay_as_they_are(short: str) -> None:
    assert one(Sighting(ONE, contact(sender=short))).sender == short


def test_numbers_are_read_in_the_cases_country() -> None:
    people = People((Party("A", Role.VICTIM, ("+491701234567",)),), "DE")
    found = one(Sighting(ONE, contact(recipients=("0170 1234567",))), people=people, owners={})
    assert (found.recipients, found.direction) == (("+491701234567",), Direction.TO_VICTIM)


def test_mail_addresses_know_no_case() -> None:
    mail = contact(channel=Channel.EMAIL, sender="Marc <m.hollis@EXAMPLE.org>", recipients=("Jane@Example.Org",))
    found = one(Sighting(ONE, mail))
    assert (found.sender, found.recipients) == ("m.hollis@example.org", ("jane@example.org",))
    assert found.sender_party == "Marc Hollis"


def test_what_goes_out_is_from_the_victim() -> None:
    found = one(Sighting(ONE, contact(sender="", recipients=(HIS,), outgoing=True)))
    assert (found.sender, found.recipients, found.direction) == (HERS, (HIS,), Direction.FROM_VICTIM)
    assert found.owner is Known.PRESUMED


def test_an_owner_is_shown_by_what_the_channel_uses() -> None:
    mail = contact(channel=Channel.EMAIL, sender="", recipients=("x@example.org",), outgoing=True)
    assert one(Sighting(ONE, mail)).sender == "jane@example.org"
    bare = People((Party("Jane Doe", Role.VICTIM, ("jane@example.org",)),), "US")
    found = one(Sighting(ONE, contact()), people=bare, owners={ONE: Owner(bare.parties[0], None, None, "Jane Doe")})
    assert (found.recipients, found.recipient_parties, found.direction) == ((), ("Jane Doe",), Direction.TO_VICTIM)


def test_without_a_victim_no_direction_is_known() -> None:
    people = People((MARC,), "US")
    found = one(Sighting(ONE, contact()), people=people, owners={})
    assert (found.direction, found.sender_party) == (Direction.UNKNOWN, "Marc Hollis")


def test_a_withheld_number_is_nobody() -> None:
    found = one(Sighting(ONE, contact(channel=Channel.CALL, sender="", answered=False)))
    assert (found.sender, found.sender_party, found.direction) == (None, None, Direction.TO_VICTIM)


def test_a_group_with_the_victim_in_it_reaches_her() -> None:
    found = one(Sighting(ONE, contact(recipients=("+15550170000", HERS))))
    assert found.direction is Direction.TO_VICTIM
    others = Sighting(ONE, contact(recipients=("+15550170000",)))  # the file lists the others only
    found = merged(others, Sighting(ONE, contact(when="2026-01-07T15:12:00+00:00")))[0]
    assert (found.recipients, found.direction) == (("+15550170000", HERS), Direction.TO_VICTIM)


def test_a_chat_by_names() -> None:
    chat: dict[str, Any] = {"channel": Channel.CHAT, "outgoing": None, "recipients": ()}
    found = merged(
        Sighting(ONE, contact("a", sender="Marc Hollis", **chat)),
        Sighting(ONE, contact("b", sender="jane doe", **chat)),
        Sighting(ONE, contact("c", sender="J.", **chat)),
    )
    assert [each.direction for each in found] == [Direction.TO_VICTIM, Direction.FROM_VICTIM, Direction.UNKNOWN]
    assert [each.sender for each in found] == ["Marc Hollis", "jane doe", "J."]


def test_a_name_in_an_address_book_is_its_numbers_party() -> None:
    found = merged(
        Sighting(ONE, contact(names=((HIS, "Marc ❤"),))),
        Sighting(TWO, contact("later", "2026-01-07T15:12:00+00:00", sender="Marc ❤", channel=Channel.CHAT)),
        Sighting(THREE, contact("x", "2026-01-08T15:12:00+00:00", sender="Marc ❤", channel=Channel.CHAT)),
    )
    assert [each.sender_party for each in found] == ["Marc Hollis", "Marc Hollis", None]  # another's address book
    assert found[1].sender == HIS


def test_a_name_for_two_numbers_of_two_people_is_nobodys() -> None:
    found = merged(
        Sighting(ONE, contact("1", names=((HIS, "M"), ("+15550111111", "M")))),
        Sighting(ONE, contact("2", sender="M")),
    )
    assert [each.sender_party for each in found] == ["Marc Hollis", None]


def test_an_identifier_of_two_parties_is_nobodys() -> None:
    people = People((JANE, MARC, Party("Other", Role.OTHER, ("+1 555 0178834",))), "US")
    assert one(Sighting(ONE, contact()), people=people).sender_party is None


def test_the_file_itself_says_whose_it_is() -> None:
    """A phone presumed the victim's is the defendant's when he sends what goes out."""
    found = merged(
        Sighting(ONE, contact("1", sender=HIS, recipients=(HERS,), outgoing=True)),
        Sighting(ONE, contact("2", sender=HERS, outgoing=False)),
    )
    assert [each.direction for each in found] == [Direction.TO_VICTIM, Direction.FROM_VICTIM]
    assert found[1].recipients == (HIS,)
    assert found[1].owner is Known.STATED


def test_a_presumed_victim_does_not_mostly_write_to_herself() -> None:
    found = merged(*(Sighting(ONE, contact(str(n), sender=HERS, outgoing=False)) for n in range(3)))
    assert {each.recipients for each in found} == {()}
    assert {each.direction for each in found} == {Direction.FROM_VICTIM}


# Once


def test_the_same_message_in_two_items_is_one() -> None:
    found = one(Sighting(ONE, contact()), Sighting(TWO, contact(at="row 7", sender="5550178834", body="hi\r\n")))
    assert found.evidence == ((ONE, "message 1"), (TWO, "row 7"))
    assert found.when == "2026-01-06T07:12:00-08:00"


def test_equal_messages_of_one_item_are_several_and_meet_their_like_in_another() -> None:
    two = [Sighting(ONE, contact(at=f"message {n}")) for n in (1, 2)]
    three = [Sighting(TWO, contact(at=f"line {n}")) for n in (1, 2, 3)]
    found = merged(*two, *three)
    assert [each.evidence for each in found] == [
        ((ONE, "message 1"), (TWO, "line 1")),
        ((ONE, "message 2"), (TWO, "line 2")),
        ((TWO, "line 3"),),
    ]


def test_one_id_within_an_item_is_one_message() -> None:
    found = merged(
        Sighting(ONE, contact(at="1", ident="a")),
        Sighting(ONE, contact(at="2", ident="a")),
        Sighting(ONE, contact(at="3", ident="b")),
        Sighting(TWO, contact(at="4", ident="b")),
        Sighting(TWO, contact(at="5")),
    )
    assert [[at for _, at in each.evidence] for each in found] == [["1", "2", "5"], ["3", "4"]]


@pytest.mark.parametrize(
    "other",
    [
        {"when": "2026-01-06T15:12:01+00:00"},
        {"when": "2026-01-06T15:12+00:00"},
        {"when": "2026-01-06T07:12:00", "zone": Zone.NONE},
        {"channel": Channel.CHAT},
        {"sender": HIS_OTHER},
        {"sender": "+15550100000"},
        {"body": "hi!"},
        {"seconds": 3.0},
        {"answered": True},
    ],
)
def test_what_differs_in_anything_stays_apart(other: dict[str, Any]) -> None:
    assert len(merged(Sighting(ONE, contact()), Sighting(TWO, contact(**other)))) == 2


def test_an_instant_is_the_same_in_every_zone() -> None:
    assert one(Sighting(ONE, contact()), Sighting(TWO, contact(when="2026-01-06T08:12:00.000-07:00"))).n == 1


def test_a_name_and_a_number_are_one_only_where_that_is_known() -> None:
    number, name = Sighting(ONE, contact()), Sighting(TWO, contact(sender="marc_h"))
    assert one(name, number).sender == HIS
    stranger = Sighting(TWO, contact(sender="Somebody"))
    assert len(merged(number, stranger)) == 2


def test_unknown_owners_of_one_source_are_one() -> None:
    nobody = Owner(None, None, None, "?phone of j.")
    people = People((), "US")
    again = Sighting(TWO, contact())
    assert one(Sighting(ONE, contact()), again, people=people, owners={ONE: nobody, TWO: nobody}).recipients == ()
    elsewhere = {ONE: nobody, TWO: Owner(None, None, None, "?another phone")}
    assert len(merged(Sighting(ONE, contact()), again, people=people, owners=elsewhere)) == 2


# When


def test_undated_ones_stand_first_and_naive_ones_stay_naive() -> None:
    found = merged(
        Sighting(ONE, contact("1")),
        Sighting(ONE, contact("2", None)),
        Sighting(ONE, contact("3", "2026-01-06T07:11:30", zone=Zone.NONE)),
        Sighting(ONE, contact("4", "whenever")),
    )
    assert [(each.n, each.body, each.when) for each in found] == [
        (1, "2", None),
        (2, "4", None),
        (3, "3", "2026-01-06T07:11:30"),
        (4, "1", "2026-01-06T07:12:00-08:00"),
    ]
    assert [each.zone for each in found] == [Zone.NONE, Zone.NONE, Zone.NONE, Zone.STATED]


def test_times_across_a_change_to_summer_time() -> None:
    found = merged(
        *(Sighting(ONE, contact(each, each)) for each in ("2026-03-08T09:59:59+00:00", "2026-03-08T10:00:00.250+00:00"))
    )
    assert [each.when for each in found] == ["2026-03-08T01:59:59-08:00", "2026-03-08T03:00:00.250-07:00"]


# Counted


def milestone(when: str, kind: MilestoneKind) -> Milestone:
    return Milestone(1, when, kind, "x")


def test_what_is_counted_after_the_no_and_the_order() -> None:
    turned = turns(
        [
            milestone("2026-01-06", MilestoneKind.NO),
            milestone("2026-02-01", MilestoneKind.NO),
            milestone("2026-01-07T07:12:00-08:00", MilestoneKind.ORDER_SERVED),
        ],
        ZONE,
    )
    found = merged(
        Sighting(ONE, contact("on the very day")),
        Sighting(ONE, contact("the day after", "2026-01-07T15:12:00+00:00")),
        Sighting(ONE, contact("and later", "2026-01-07T15:12:01+00:00")),
        Sighting(ONE, contact("hers", "2026-01-09T15:12:01+00:00", sender="", recipients=(HIS,), outgoing=True)),
        Sighting(ONE, contact(None, "2026-01-08T15:12:01+00:00", channel=Channel.CALL, answered=False)),
        Sighting(ONE, contact("undated", None)),
    )
    summary = summarise(found, turned, ["Marc Hollis"])
    assert summary_shape(summary) == {
        "total": 6,
        "to_victim": 5,
        "from_victim": 1,
        "unknown": 0,
        "undated": 1,
        "unanswered": 1,
        "by_channel": {"text": 5, "call": 1},
        "after_no": 3,
        "after_order_served": 2,
        "by_party": {"Marc Hollis": {"to_victim": 5, "from_victim": 1, "unanswered": 1}},
    }
    assert [before_or_after(each, turned.no) for each in found] == ["", "before", "after", "after", "after", "after"]


def test_without_a_milestone_there_is_no_count_after_it() -> None:
    summary = summarise(merged(Sighting(ONE, contact())), turns([], ZONE))
    assert (summary.after_no, summary.after_order_served) == (None, None)
    assert turns([milestone("after 4 March 2026", MilestoneKind.NO)], ZONE) == Turns()


# Told


def test_the_shape_that_others_rely_on() -> None:
    call = contact(None, channel=Channel.CALL, seconds=31.0, answered=True)
    found = shape(one(Sighting(ONE, call)))
    assert {key: found[key] for key in list(found)[:11]} == {
        "n": 1,
        "when": "2026-01-06T07:12:00-08:00",
        "zone": "stated",
        "channel": "call",
        "from": HIS,
        "to": HERS,
        "direction": "to-victim",
        "answered": True,
        "seconds": 31,
        "body": None,
        "evidence": [{"item": ONE, "at": "message 1"}],
    }
    assert found["owner"] == "presumed"


def test_csv_is_text_that_no_spreadsheet_runs() -> None:
    evil = Sighting(ONE, contact("=HYPERLINK(1)\n“ok” 🙂"))
    turned = turns([milestone("2026-01-05", MilestoneKind.NO)], ZONE)
    found = merged(evil)
    data = b"".join(csv_lines(found, turned, ZONE))
    assert data.startswith(b"\xef\xbb\xbf#,Date,")
    text = data.decode("utf-8-sig")
    assert f"'{HIS}" in text
    assert "'=HYPERLINK(1)\n“ok” 🙂" in text
    assert cells(found[0], turned, ZONE)[-3:] == ("after", "", "ITEM-0001, message 1")


def test_what_is_chosen() -> None:
    found = merged(
        Sighting(ONE, contact("a")),
        Sighting(ONE, contact("b", "2026-01-07T07:59:59+00:00", channel=Channel.CHAT, sender="+15550100000")),
        Sighting(ONE, contact("c", None)),
    )

    def kept(**wanted: Any) -> list[str | None]:
        return [each.body for each in found if chosen(each, Choice(**wanted))]

    assert kept() == ["c", "a", "b"]
    assert kept(party="Marc Hollis") == ["c", "a"]
    assert kept(channels=frozenset({Channel.CHAT})) == ["b"]
    assert kept(first_day="2026-01-06", last_day="2026-01-06") == ["a", "b"]  # its day in Los Angeles
    assert kept(last_day="2026-01-05") == []
    assert kept(words="5550100000 b") == ["b"]
