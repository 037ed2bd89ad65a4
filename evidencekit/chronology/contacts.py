"""The contacts of a case: what its items tell of, in who reached whom, each exact duplicate counted once. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from evidencekit.chronology.ends import Ends, Seen, Sighting, Who, told
from evidencekit.model import Channel, Zone
from evidencekit.sense.identities import Known, Owner, People


class Direction(StrEnum):
    """Whom a contact reached."""

    TO_VICTIM = "to-victim"
    FROM_VICTIM = "from-victim"
    UNKNOWN = "unknown"


class Evidence(NamedTuple):
    """Where a contact is seen."""

    item: str
    at: str


@dataclass(frozen=True, slots=True)
class CaseContact:
    """One contact of the case. ``when`` is ISO 8601 in the case's zone, as found when it names none, a person's words
    when they said so; None undated. ``sender`` and ``recipients`` as people are shown (E.164, mail address, else as
    found), ``sender_party`` and ``recipient_parties`` the names of those that are known. ``owner``: how it is known
    whose device it was, where that decides who sent or received it. ``alone``: one of the items it is seen in is this
    contact. ``starts`` orders: microseconds since the calendar's start, naive times taken in the case's zone; ``day``
    is the ISO day as it is shown, of words the first that they may mean, "" undated."""

    n: int
    when: str | None
    as_found: str
    zone: Zone
    channel: Channel
    sender: str | None
    recipients: tuple[str, ...]
    direction: Direction
    answered: bool | None
    seconds: float | None
    body: str | None
    evidence: tuple[Evidence, ...]
    sender_party: str | None = None
    recipient_parties: tuple[str, ...] = ()
    owner: Known | None = None
    attachments: tuple[str, ...] = ()
    thread: str = ""
    service: str = ""
    note: str = ""
    alone: bool = False
    starts: int | None = None
    day: str = ""

    @property
    def parties(self) -> frozenset[str]:
        """The names of everybody known who took part."""
        return frozenset((*self.recipient_parties, *((self.sender_party,) if self.sender_party else ())))


def merge(
    sightings: Sequence[Sighting], order: Mapping[str, int], people: People, owners: Mapping[str, Owner], zone: str
) -> tuple[CaseContact, ...]:
    """The contacts of the case, undated ones first, else in the order of time, numbered.

    One contact are sightings of the same instant, channel, sender, recipients, body, length and answer in several
    items. Within one item equal ones are two (chats say times to the minute), unless the file gives them one id;
    across items the first merges with the first, the second with the second. A name in one and a number in another
    are the same only where both are known to be of one party, or an item with that owner maps the name to the number.
    Nothing is merged by likeness. ``order`` is item → its place among the items, ``owners`` item → whose it is.
    """
    made = Ends(people, told(sightings, people, owners), zone)
    made.learn(sightings)
    groups: dict[object, list[Seen]] = {}
    for at, each in enumerate(sightings):
        seen = made.seen(each, order.get(each.item, 0), at)
        groups.setdefault(_key(seen), []).append(seen)
    slots = [slot for group in groups.values() for part in _apart(group) for slot in _counted(part)]
    for slot in slots:
        if len(slot) > 1:
            slot.sort(key=_place)
    slots.sort(key=lambda slot: _order(slot[0]))
    return tuple([_contact(n, slot, people.victims) for n, slot in enumerate(slots, 1)])


def _order(seen: Seen) -> tuple[int, int, int]:
    starts = seen.time.starts
    return -1 if starts is None else starts, seen.place, seen.order


def _place(seen: Seen) -> tuple[int, int]:
    return seen.place, seen.order


def _key(seen: Seen) -> object:
    """What two sightings of one contact have in common."""
    contact = seen.sighting.contact
    seconds = contact.seconds if contact.seconds or contact.answered else None  # nobody talked: 0 s, or none said
    return (
        seen.time.key,
        contact.channel,
        seen.sender.key if seen.sender else "",
        seen.recipients[0].key if len(seen.recipients) == 1 else frozenset([each.key for each in seen.recipients]),
        _plain(contact.body),
        seconds,
        contact.answered,
    )


def _plain(body: str | None) -> str:
    if not body:
        return ""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    return (body if body.isascii() else unicodedata.normalize("NFC", body)).strip()


def _apart(group: list[Seen]) -> Iterable[list[Seen]]:
    """One party's several numbers are several accounts: sightings that name different ones stay apart; one that does
    not name an account is with the first that fits."""
    if len(group) == 1:
        return [group]
    parts: list[tuple[dict[str, str], list[Seen]]] = []
    for seen in sorted(group, key=lambda seen: -len(_accounts(seen))):
        named = _accounts(seen)
        for known, part in parts:
            if all(known.get(key, account) == account for key, account in named.items()):
                known.update(named)
                part.append(seen)
                break
        else:
            parts.append((named, [seen]))
    return [part for _, part in parts]


def _accounts(seen: Seen) -> dict[str, str]:
    """Whoever is named by number or address → that."""
    ends = (*seen.recipients, *((seen.sender,) if seen.sender else ()))
    return {each.key: each.strong for each in ends if each.strong}


def _counted(group: list[Seen]) -> Iterable[list[Seen]]:
    """Sightings of equal contacts as the contacts they are: the k-th of each item is the k-th contact; those of one
    id are one."""
    if len(group) == 1:
        return [group]
    by_item: dict[str, dict[object, list[Seen]]] = {}
    for seen in sorted(group, key=_place):
        ones = by_item.setdefault(seen.sighting.item, {})
        ones.setdefault(seen.sighting.contact.ident or seen.order, []).append(seen)
    slots: list[list[Seen]] = []
    by_ident: dict[object, int] = {}
    for ones in by_item.values():
        known: dict[object, int] = {}
        taken: set[int] = set()
        for ident in ones:
            if (there := by_ident.get(ident)) is not None and there not in taken:
                known[ident] = there
                taken.add(there)
        free = (slot for slot in count() if slot not in taken)
        for ident, one in ones.items():
            slot = known[ident] if ident in known else next(free)
            if slot == len(slots):
                slots.append([])
            slots[slot] += one
            if isinstance(ident, str):
                by_ident.setdefault(ident, slot)
    return slots


def _contact(n: int, slot: Sequence[Seen], victims: frozenset[str]) -> CaseContact:
    """One contact from its sightings, the first of which speaks for all."""
    first = slot[0]
    contact = first.sighting.contact
    sender, recipients = first.sender, first.recipients
    if len(slot) > 1:  # where one item has a name, another may have the number
        sender = next((each.sender for each in slot if each.sender and each.sender.strong), sender)
        named = (each.recipients for each in slot if each.recipients and all(one.strong for one in each.recipients))
        recipients = next(named, recipients)
    parties = tuple(dict.fromkeys([each.party for each in recipients if each.party]))
    return CaseContact(
        n=n,
        when=first.time.when,
        as_found=contact.as_found,
        zone=contact.zone if first.time.when is not None else Zone.NONE,
        channel=contact.channel,
        sender=sender.shown if sender else None,
        recipients=tuple([each.shown for each in recipients if each.shown]),
        direction=_direction(sender, parties, victims),
        answered=contact.answered,
        seconds=contact.seconds,
        body=contact.body,
        evidence=tuple(dict.fromkeys([Evidence(each.sighting.item, each.sighting.contact.at) for each in slot])),
        sender_party=sender.party if sender else None,
        recipient_parties=parties,
        owner=next((each.owner for each in slot if each.owner), None),
        attachments=contact.attachments,
        thread=contact.thread,
        service=contact.service,
        note=contact.note,
        alone=any(each.sighting.alone for each in slot),
        starts=first.time.starts,
        day=first.time.day,
    )


def _direction(sender: Who | None, recipients: Sequence[str], victims: frozenset[str]) -> Direction:
    if sender is not None and sender.party in victims:
        return Direction.FROM_VICTIM
    return Direction.TO_VICTIM if any(each in victims for each in recipients) else Direction.UNKNOWN
