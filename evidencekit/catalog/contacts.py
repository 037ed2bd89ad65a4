"""Contacts as items tell of them: kept with an item's reading, and given back in the order of when they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from evidencekit.catalog.listing import case_zone
from evidencekit.catalog.tables import contacts
from evidencekit.model import Channel, Contact, Zone
from evidencekit.moments import sort_key

_AT_ONCE = 2_000  # rows in one insert


def replace_contacts(connection: Connection, item: str, found: Iterable[Contact]) -> int:
    """Keep what an item tells of now, in place of what it told before; how many there are."""
    connection.execute(delete(contacts).where(contacts.c.item == item))
    zone, count, rest = case_zone(connection), 0, iter(found)
    while some := list(islice(rest, _AT_ONCE)):
        connection.execute(insert(contacts), [_row(item, each, zone) for each in some])
        count += len(some)
    return count


def _row(item: str, each: Contact, zone: str) -> dict[str, Any]:
    people = (each.sender, *each.recipients, *(name for _, name in each.names), each.thread)
    return {
        "item": item,
        "at": each.at,
        "channel": each.channel.value,
        "when": each.when,
        "sort": None if each.when is None else sort_key(each.when, zone)[1],
        "as_found": each.as_found,
        "zone": each.zone.value,
        "sender": each.sender,
        "recipients": list(each.recipients),
        "outgoing": each.outgoing,
        "answered": each.answered,
        "seconds": each.seconds,
        "body": each.body,
        "attachments": list(each.attachments),
        "names": [list(pair) for pair in each.names],
        "thread": each.thread,
        "service": each.service,
        "ident": each.ident,
        "note": each.note,
        "people": " · ".join(dict.fromkeys(person for person in people if person)),
    }


def each_contact(connection: Connection, items: Sequence[str] = ()) -> Iterator[tuple[int, str, Contact]]:
    """(id, item number, contact) of every contact, or those of some items, undated ones last, else by time, then by
    item and place."""
    query = select(contacts).order_by(contacts.c.sort.is_(None), contacts.c.sort, contacts.c.id)
    if items:
        query = query.where(contacts.c.item.in_(list(items)))
    for row in connection.execute(query).mappings():
        yield row["id"], row["item"], _contact(row)


def count(connection: Connection, item: str = "") -> int:
    """How many contacts there are, in all or of one item."""
    query = select(func.count()).select_from(contacts)
    return connection.execute(query.where(contacts.c.item == item) if item else query).scalar_one()


def _contact(row: Any) -> Contact:
    return Contact(
        at=row["at"],
        channel=Channel(row["channel"]),
        when=row["when"],
        as_found=row["as_found"],
        zone=Zone(row["zone"]),
        sender=row["sender"],
        recipients=tuple(row["recipients"]),
        outgoing=row["outgoing"],
        answered=row["answered"],
        seconds=row["seconds"],
        body=row["body"],
        attachments=tuple(row["attachments"]),
        names=tuple((each, name) for each, name in row["names"]),
        thread=row["thread"],
        service=row["service"],
        ident=row["ident"],
        note=row["note"],
    )
