"""The chronology's rows and the contacts of a case, gathered from its catalog."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evidencekit.chronology.contacts import CaseContact, merge
from evidencekit.chronology.ends import Sighting
from evidencekit.chronology.rows import rows
from evidencekit.chronology.tally import Summary, Turns, summarise, turns
from evidencekit.chronology.voicemail import voicemail
from evidencekit.model import ChronologyRow, Contact, Kind, Role, Zone
from evidencekit.moments import zone_basis
from evidencekit.sense.identities import People, region_of

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

    found = case_contacts(catalog).contacts
    with _no_cycles(), catalog.read() as connection:
        return rows(
            items.all_items(connection),
            court.all_milestones(connection),
            court.all_incidents(connection),
            court.arrangement(connection),
            court.placed(connection),
            catalog.info().timezone,
            contacts=found,
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
    from evidencekit.catalog import contacts, items

    telling, heard = contacts.telling(connection), contacts.heard(connection)
    told = items.kinds_of(connection, telling)
    mails = {number for number, kind in told.items() if kind is Kind.EMAIL}
    said = {number: when for number, when in items.times_said(connection).items() if number in mails}
    sightings = [
        Sighting(item, _at_said(contact, said[item], zone) if item in said else contact, item in mails)
        for _, item, contact in contacts.each_contact(connection)
    ]
    for number, item in items.get_items(connection, [each for each in heard if each not in told]).items():
        held = items.kinds_of(connection, [item.parent]).get(item.parent) if item.parent else None
        if (left := voicemail(item, held, people, zone)) is not None:
            sightings.append(Sighting(number, left, alone=True))
    if not sightings:
        return ()
    numbers = list(dict.fromkeys((*telling, *heard)))
    order = {number: int(number.rpartition("-")[2]) for number in numbers}
    return merge(sightings, order, people, contacts.owners(connection, numbers, people), zone)


def _at_said(contact: Contact, when: str, zone: str) -> Contact:
    """A mail at the time that a person chose for it."""
    return contact if when == contact.when else replace(contact, when=when, zone=zone_basis(when, zone) or Zone.NONE)
