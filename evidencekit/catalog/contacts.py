"""Contacts as items tell of them: kept with an item's reading, and given back in the order of when they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Text, bindparam, delete, func, insert, select, type_coerce

from evidencekit.catalog.answers import answered
from evidencekit.catalog.items import all_acquisitions
from evidencekit.catalog.listing import case_zone
from evidencekit.catalog.tables import contacts, descriptions, items, readings
from evidencekit.model import Channel, Contact, Kind, Zone
from evidencekit.moments import sort_key
from evidencekit.sense.identities import Known, Owner, People, owner_of

_AT_ONCE = 2_000  # rows in one insert
_CHANNELS = {each.value: each for each in Channel}
_ZONES = {each.value: each for each in Zone}
_IN_ONE_LIST = 500  # items; SQLite bounds them
_REMEMBERED = 20_000  # lists of people, which are the same over and over
_LISTS = ("recipients", "attachments", "names")
_c = contacts.c
_COLUMNS = (
    *(_c.id, _c.item, _c.at, _c.channel, _c.when, _c.as_found, _c.zone, _c.sender),
    *(_c.outgoing, _c.answered, _c.seconds, _c.body, _c.thread, _c.service, _c.ident, _c.note),
    *(type_coerce(each, Text) for each in (_c.recipients, _c.attachments, _c.names)),
)


def replace_contacts(connection: Connection, item: str, found: Iterable[Contact]) -> int:
    """Keep what an item tells of now, in place of what it told before; how many there are."""
    connection.execute(delete(contacts).where(contacts.c.item == item))
    rest, count = iter(found), 0
    some = list(islice(rest, _AT_ONCE))
    if not some:
        return count
    zone, packed = case_zone(connection), _Packed()
    # The lists come as JSON already.
    statement = insert(contacts).values({name: bindparam(f"{name}_json", type_=Text) for name in _LISTS})
    while some:
        connection.execute(statement, [_row(item, each, zone, packed) for each in some])
        count += len(some)
        some = list(islice(rest, _AT_ONCE))
    return count


class _Packed:
    """Lists as JSON, each written once: the same people write to each other over and over."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], str] = {(): "[]"}

    def __call__(self, values: tuple[Any, ...]) -> str:
        found = self._known.get(values)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known = {(): "[]"}
            found = self._known[values] = json.dumps(values)
        return found


def _row(item: str, each: Contact, zone: str, packed: _Packed) -> dict[str, Any]:
    people = (each.sender, *each.recipients, *(name for _, name in each.names), each.thread)
    placed = sort_key(each.when, zone)
    return {
        "item": item,
        "at": each.at,
        "channel": each.channel.value,
        "when": each.when,
        "sort": placed[1] or None,
        "as_found": each.as_found,
        "zone": each.zone.value,
        "sender": each.sender,
        "recipients_json": packed(each.recipients),
        "outgoing": each.outgoing,
        "answered": each.answered,
        "seconds": each.seconds,
        "body": each.body,
        "attachments_json": packed(each.attachments),
        "names_json": packed(each.names),
        "thread": each.thread,
        "service": each.service,
        "ident": each.ident,
        "note": each.note,
        "people": " · ".join(dict.fromkeys(person for person in people if person)),
    }


def each_contact(connection: Connection, items: Sequence[str] = ()) -> Iterator[tuple[int, str, Contact]]:
    """(id, item number, contact) of every contact, or those of some items, undated ones last, else by time, then by
    item and place."""
    query = select(*_COLUMNS).order_by(contacts.c.sort.is_(None), contacts.c.sort, contacts.c.id)
    if items:
        query = query.where(contacts.c.item.in_(list(items)))
    lists = _Lists()
    for row in connection.execute(query):
        yield row[0], row[1], _contact(tuple(row), lists)


class _Lists:
    """JSON lists as tuples, each made once: that is half of the work of reading a hundred thousand contacts."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, ...]] = {"[]": ()}

    def __call__(self, text: str) -> tuple[Any, ...]:
        found = self._known.get(text)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known = {"[]": ()}
            found = self._known[text] = tuple(
                [tuple(each) if isinstance(each, list) else each for each in json.loads(text)]
            )
        return found


def count(connection: Connection, item: str = "") -> int:
    """How many contacts there are, in all or of one item."""
    query = select(func.count()).select_from(contacts)
    return connection.execute(query.where(contacts.c.item == item) if item else query).scalar_one()


def _contact(row: tuple[Any, ...], lists: _Lists) -> Contact:
    # By place, not by name: the contacts of a case are worked out from all of them.
    _, _, at, channel, when, as_found, zone, sender, outgoing, answered, seconds, body = row[:12]
    thread, service, ident, note, recipients, attachments, names = row[12:]
    return Contact(
        at=at,
        channel=_CHANNELS[channel],
        when=when,
        as_found=as_found,
        zone=_ZONES[zone],
        sender=sender,
        recipients=lists(recipients),
        outgoing=outgoing,
        answered=answered,
        seconds=seconds,
        body=body,
        attachments=lists(attachments),
        names=lists(names),
        thread=thread,
        service=service,
        ident=ident,
        note=note,
    )


def telling(connection: Connection) -> list[str]:
    """The numbers of the items that tell of contacts, in the order of the items."""
    query = select(items.c.number).where(items.c.number.in_(select(contacts.c.item).distinct())).order_by(items.c.id)
    return list(connection.execute(query).scalars())


def heard(connection: Connection) -> list[str]:
    """The numbers of the recordings whose party a person has said, in the order of the items."""
    query = select(items.c.number).join(readings, readings.c.item == items.c.number)
    query = query.join(descriptions, descriptions.c.item == items.c.number)
    query = query.where(readings.c.kind == Kind.AUDIO.value, descriptions.c.party.is_not(None))
    return list(connection.execute(query.order_by(items.c.id)).scalars())


def owners(connection: Connection, numbers: Iterable[str], people: People) -> dict[str, Owner]:
    """Item number → whose device or account it came from, as far as its contacts need not be heard for that. What
    repeats an item came from where that did, unless a person says otherwise."""
    wanted = list(numbers)
    family = _family(connection, wanted)
    said = answered(connection, "owner")
    sources = {each.number: each.source for each in all_acquisitions(connection)}
    found = {}
    for number in wanted:
        item = family[number]
        is_audio = item.kind == Kind.AUDIO.value
        owner = owner_of(item, people, family=family, answers=said, sources=sources, party_is_caller=is_audio)
        first = family.get(item.duplicate_of) if item.duplicate_of else None
        if first is not None and owner.known not in (Known.ANSWERED, Known.DESCRIBED):
            owner = owner_of(first, people, family=family, answers=said, sources=sources, party_is_caller=is_audio)
        found[number] = owner
    return found


def _family(connection: Connection, numbers: Iterable[str]) -> dict[str, Any]:
    """Those items, what they came out of, and what they repeat, by number: rows of what :func:`owners` asks."""
    i, family, wanted = items.c, dict[str, Any](), set(numbers)
    query = select(i.number, i.parent, i.duplicate_of, i.acquisition, readings.c.kind, descriptions.c.party)
    query = query.join(readings, readings.c.item == i.number).outerjoin(descriptions, descriptions.c.item == i.number)
    while wanted:
        some = sorted(wanted)[:_IN_ONE_LIST]
        rows = connection.execute(query.where(i.number.in_(some))).all()
        family.update((row.number, row) for row in rows)
        wanted.difference_update(some)
        wanted.update(each for row in rows for each in (row.parent, row.duplicate_of) if each and each not in family)
    return family


def identifiers_seen(connection: Connection) -> Iterator[tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]]]:
    """Who is at the ends of contacts: (sender, recipients as kept, recipients, names), each combination once."""
    query = select(_c.sender, *(type_coerce(each, Text) for each in (_c.recipients, _c.names))).distinct()
    lists = _Lists()
    for sender, recipients, names in connection.execute(query):
        yield sender, recipients, lists(recipients), lists(names)
