"""Contacts as rows of the chronology."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evidencekit.chronology.contacts import CaseContact, Direction, Evidence
from evidencekit.chronology.rows import rows
from evidencekit.model import (
    Channel,
    ChronologyRow,
    Digests,
    Exhibit,
    Item,
    Kind,
    Milestone,
    MilestoneKind,
    Moment,
    Placed,
    Zone,
)
from evidencekit.shapes import row_shape

ZONE = "America/Los_Angeles"
EXPORT = Item(
    "ITEM-0007", "sms.xml", "sms.xml", 9, Digests("a" * 64, "b" * 64), Kind.MESSAGES, "application/xml", True, 1, "x",
    moments=(Moment("2026-01-06T07:12:00-08:00", "", "time of its first contact", Zone.STATED),),
)  # fmt: skip
ONE = CaseContact(
    n=1,
    when="2026-01-06T07:12:00-08:00",
    as_found="",
    zone=Zone.STATED,
    channel=Channel.TEXT,
    sender="+15550178834",
    recipients=("+15550142210",),
    direction=Direction.TO_VICTIM,
    answered=None,
    seconds=None,
    body="Please\nanswer",
    evidence=(Evidence("ITEM-0007", "message 12"), Evidence("ITEM-0009", "row 3")),
    sender_party="Marc Hollis",
    recipient_parties=("Jane Doe",),
)


def told(*contacts: CaseContact, **more: Any) -> Sequence[ChronologyRow]:
    fields: dict[str, Any] = {"milestones": (), "exhibits": (), "placed": {}, **more}
    return rows(
        [EXPORT], fields["milestones"], (), fields["exhibits"], fields["placed"], ZONE,
        contacts=contacts, exhibits_only=more.get("exhibits_only", False),
    )  # fmt: skip


def what(contact: CaseContact) -> str:
    return next(row.what for row in told(contact) if row.contact is not None)


def test_a_contact_is_a_row_beside_that_of_its_item() -> None:
    found = told(ONE)
    assert [(row.n, row.channel, row.contact) for row in found] == [(1, "messages", None), (2, "text", 1)]
    row = found[1]
    assert row.what == "Text message, Marc Hollis (+15550178834) to Jane Doe: “Please answer” (message 12)"
    assert (row.date, row.time, row.zone) == ("6 Jan 2026", "07:12:00", "PST (UTC−8), stated")
    assert row.items == ("ITEM-0007", "ITEM-0009")
    assert "contact" not in row_shape(found[0])
    assert row_shape(row)["contact"] == 1


def test_contacts_stand_among_the_rest_in_the_order_of_time() -> None:
    later = replace(ONE, n=2, when="2026-02-01T00:00:00-08:00", body="later")
    undated = replace(ONE, n=3, when=None, zone=Zone.NONE)
    said = [Milestone(1, "2026-01-29", MilestoneKind.NO, "x")]
    found = told(later, ONE, undated, milestones=said)
    assert [row.contact for row in found] == [3, None, 1, None, 2]
    assert found[0].date == "To be determined"
    assert found[3].milestone


def test_only_known_people_and_directions_are_printed() -> None:
    for other in (
        replace(ONE, sender_party=None),
        replace(ONE, recipient_parties=()),
        replace(ONE, direction=Direction.UNKNOWN),
        replace(ONE, alone=True),
    ):
        assert [row.contact for row in told(other)] == [None]


def test_a_filed_chronology_has_the_contacts_of_its_exhibits_and_cites_them() -> None:
    marked = (Exhibit("4", "Messages", ("ITEM-0007",)), Exhibit("9", "Other", ("ITEM-0009",)))
    placed = {"4": Placed("4", 3, 12, 1)}
    elsewhere = replace(ONE, n=2, evidence=(Evidence("ITEM-0008", "message 1"),))
    found = told(ONE, elsewhere, exhibits=marked, placed=placed, exhibits_only=True)
    assert [(row.contact, row.exhibit, row.page, row.cites) for row in found] == [
        (None, "4", 12, (("4", 12),)),
        (1, "4", 12, (("4", 12), ("9", None))),
    ]


def test_what_a_row_says_of_a_contact() -> None:
    call = replace(ONE, channel=Channel.CALL, body=None, answered=False)
    assert what(call) == "Call, Marc Hollis (+15550178834) to Jane Doe, not answered (message 12)"
    assert ", answered, 31 s" in what(replace(call, answered=True, seconds=31.0))
    hers = replace(
        ONE, sender="+15550142210", sender_party="Jane Doe", recipients=("+15550178834",),
        recipient_parties=("Marc Hollis",), direction=Direction.FROM_VICTIM,
    )  # fmt: skip
    assert what(hers).startswith("Text message, Jane Doe to Marc Hollis (+15550178834): ")
    assert "+15550142210" not in what(ONE) + what(hers)
    long = what(replace(ONE, body="word " * 400))
    assert long.endswith("word…” (message 12)")
    assert len(long) < 260
    assert "\u202e" not in what(replace(ONE, body="a\u202eb"))
    group = replace(ONE, recipients=("+15550142210", "+1999", "+1888"))
    assert "to Jane Doe and 2 more" in what(group)
    assert "with 2 attachments" in what(replace(ONE, body=None, attachments=("a.jpg", "b.jpg")))
