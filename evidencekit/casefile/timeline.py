"""The chronology's rows and the contacts of a case, gathered from its catalog."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidencekit.chronology.contacts import CaseContact, merge
from evidencekit.chronology.ends import Sighting
from evidencekit.chronology.rows import rows
from evidencekit.chronology.tally import Summary, Turns, summarise, turns
from evidencekit.chronology.voicemail import voicemail
from evidencekit.identities import Known, Owner, People, owner_of, region_of
from evidencekit.model import ChronologyRow, Item, Kind, Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evidencekit.catalog import Catalog


@dataclass(frozen=True, slots=True)
class CaseContacts:
    """Every contact of a case in order, the turning points they are counted after, the counts, and the IANA ``zone``
    that days are counted in."""

    contacts: tuple[CaseContact, ...]
    turned: Turns
    summary: Summary
    zone: str


def case_rows(catalog: Catalog, *, exhibits_only: bool = False) -> tuple[ChronologyRow, ...]:
    """Every row in order; ``exhibits_only`` leaves out items that are in no exhibit, as a filed binder does."""
    from evidencekit.catalog import court, items

    with catalog.read() as connection:
        return rows(
            items.all_items(connection),
            court.all_milestones(connection),
            court.all_incidents(connection),
            court.arrangement(connection),
            court.placed(connection),
            catalog.info().timezone,
            exhibits_only=exhibits_only,
        )


def case_contacts(catalog: Catalog) -> CaseContacts:
    """The contacts that the items of a case tell of, merged and counted."""
    from evidencekit.catalog import court
    from evidencekit.catalog.listing import case_zone

    with _no_cycles(), catalog.read() as connection:
        zone = case_zone(connection)
        parties = court.all_parties(connection)
        people = People(parties, region_of(zone))
        turned = turns(court.all_milestones(connection), zone)
        found = _contacts(connection, people, zone)
    named = [party.name for party in parties if party.role is not Role.VICTIM]
    return CaseContacts(found, turned, summarise(found, turned, named), zone)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Leave the collector of cycles off: going through a million values that have none, again and again as they are
    made, would be half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _contacts(connection: Connection, people: People, zone: str) -> tuple[CaseContact, ...]:
    from evidencekit.catalog import items
    from evidencekit.catalog.contacts import concerned, each_contact

    known = items.get_items(connection, concerned(connection))
    if not known:
        return ()
    family = _family(connection, known)
    owners = owners_of(connection, list(known.values()), family, people)
    alone = {number for number, item in known.items() if item.kind is Kind.EMAIL}
    sightings = [
        Sighting(item, contact, item in alone) for _, item, contact in each_contact(connection) if item in known
    ]
    telling = {each.item for each in sightings}
    for number, item in known.items():
        heard = None if number in telling else voicemail(item, family, people, zone)
        if heard is not None:
            sightings.append(Sighting(number, heard, alone=True))
    order = {number: place for place, number in enumerate(known)}
    return merge(sightings, order, people, owners, zone)


def _family(connection: Connection, known: Mapping[str, Item]) -> dict[str, Item]:
    """Those items, what they came out of, and what they repeat."""
    from evidencekit.catalog import items

    family = dict(known)
    wanted = set(known)
    while wanted:
        further = {each for number in wanted for each in (family[number].parent, family[number].duplicate_of) if each}
        wanted = further - family.keys()
        family.update(items.get_items(connection, wanted))
    return family


def owners_of(
    connection: Connection, chosen: Sequence[Item], family: Mapping[str, Item], people: People
) -> dict[str, Owner]:
    """Item number → whose device or account it came from. What repeats an item came from where that did, unless a
    person says otherwise."""
    from evidencekit.catalog import items
    from evidencekit.catalog.answers import answered

    said = answered(connection, "owner")
    sources = {each.number: each.source for each in items.all_acquisitions(connection)}

    def owner(item: Item) -> Owner:
        is_audio = item.kind is Kind.AUDIO
        return owner_of(item, people, family=family, answers=said, sources=sources, party_is_caller=is_audio)

    found = {}
    for item in chosen:
        own = owner(item)
        first = family.get(item.duplicate_of) if item.duplicate_of else None
        if first is not None and own.known not in (Known.ANSWERED, Known.DESCRIBED):
            own = owner(first)
        found[item.number] = own
    return found
