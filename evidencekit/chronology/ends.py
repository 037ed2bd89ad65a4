"""Who was at each end of the contacts that items tell of, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from evidencekit.model import Channel, Contact, Party, Zone
from evidencekit.moments import day_span, sort_key
from evidencekit.moments.zones import zone_of
from evidencekit.sense.identities import Known, Owner, People

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_START = datetime(1, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_YEAR_0 = 366 * 86_400_000_000  # sort keys count from a year before the calendar's first
_NO_NAME = frozenset({"", "unknown", "(unknown)", "null", "none"})
_TIMES = 5_000  # remembered: contacts come in the order of time, and what is long past does not come again


@dataclass(frozen=True, slots=True)
class Sighting:
    """A contact as one item tells of it. ``alone``: the item is this contact, as an e-mail or a voicemail is."""

    item: str
    contact: Contact
    alone: bool = False


class Who(NamedTuple):
    """Somebody at one end: ``key`` is what two sightings are compared by; ``strong`` the account, "" for a name."""

    key: str
    shown: str | None
    party: str | None
    strong: str


class Time(NamedTuple):
    key: object
    starts: int | None
    when: str | None
    day: str = ""


class Seen(NamedTuple):
    """A sighting whose people and time are made out."""

    place: int
    order: int
    sighting: Sighting
    sender: Who | None
    recipients: tuple[Who, ...]
    owner: Known | None
    time: Time


def told(sightings: Sequence[Sighting], people: People, owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """Whose each item is, once its own contacts are heard: whoever sent all that went out of it, or else received all
    that came in; a presumed victim is not the owner when most of its contacts are with the victim."""
    heard: dict[str, _Heard] = {}
    for each in sightings:
        contact = each.contact
        if contact.outgoing is None:
            continue
        mine = heard.setdefault(each.item, _Heard())
        keys = tuple([people.identifiers(one).key for one in contact.recipients])
        sender = people.identifiers(contact.sender).key if contact.sender else ""
        if contact.outgoing:
            mine.senders.add(sender)
        else:
            mine.receivers.add(keys)
            mine.others.add(sender)
        owner = owners.get(each.item)
        if owner is not None and owner.known is Known.PRESUMED:
            with_them = any(people.of(key) is owner.party for key in (keys if contact.outgoing else (sender,)))
            mine.victims += 1 if with_them else -1
    found = dict(owners)
    for item, mine in heard.items():
        if (key := mine.owner) is not None:
            party = people.of(key)
            found[item] = Owner(party, people.identifiers(key).shown, Known.STATED, party.name if party else f"={key}")
        elif mine.victims > 0:
            found[item] = Owner(None, None, None, f"?{item}")
    return found


@dataclass(slots=True)
class _Heard:
    """Who sends and receives in one item; ``victims``: how many more of its contacts are with the presumed owner
    than not."""

    senders: set[str] = field(default_factory=set)
    receivers: set[tuple[str, ...]] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    victims: int = 0

    @property
    def owner(self) -> str | None:
        """The key of who is at the owner's end throughout."""
        if len(self.senders) == 1 and (sender := next(iter(self.senders))):
            return sender
        if not self.senders and len(self.receivers) == 1 and len(only := next(iter(self.receivers))) == 1:
            return only[0] if only[0] not in self.others else None
        return None


@dataclass(slots=True)
class Ends:
    """What is remembered while sightings are made out."""

    people: People
    owners: Mapping[str, Owner]
    zone: str
    _place: ZoneInfo = field(init=False)
    _names: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _known: dict[tuple[str, str], Who] = field(default_factory=dict)
    _owning: dict[tuple[str, Channel], Who] = field(default_factory=dict)
    _times: dict[tuple[str, Zone], Time] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._place = zone_of(self.zone)

    def learn(self, sightings: Iterable[Sighting]) -> None:
        """Take over which names the address books give to which numbers. The name beside a mail address is what its
        holder chose to be called: it says nothing of who bears that name elsewhere."""
        done: set[object] = set()
        for each in sightings:
            names = each.contact.names
            if not names or (each.item, names) in done:
                continue
            done.add((each.item, names))
            scope = self._owner(each.item).scope
            for identifier, name in names:
                key, called = self.people.identifiers(identifier), self.people.identifiers(name).key
                if key.key and "@" not in key.key and key.key != called and called not in _NO_NAME:
                    self._names.setdefault((scope, called), set()).add(key.key)

    def _owner(self, item: str) -> Owner:
        return self.owners.get(item) or Owner(None, None, None, f"?{item}")

    def who(self, text: str, scope: str) -> Who:
        """Who an identifier or name, as an item with that owner has it, is."""
        known = self._known.get((scope, text))
        if known is None:
            known = self._known[scope, text] = self._make_out(text, scope)
        return known

    def _make_out(self, text: str, scope: str) -> Who:
        plain = self.people.identifiers(text)
        party = self.people.of(plain.key)
        if plain.strong:
            return Who(_party_key(party.name) if party else plain.key, plain.shown, _name(party), plain.key)
        mapped = self._names.get((scope, plain.key), set())
        owned = {key: self.people.of(key) for key in mapped}
        whose = {other.name if other else key for key, other in owned.items()}
        if party is None and len(whose) == 1:
            party = next(iter(owned.values()))
        fits = len(whose) == 1 and all(other is party for other in owned.values())
        if fits and len(mapped) == 1:
            number = self.people.identifiers(next(iter(mapped)))
            strong = number.key if number.strong else ""
            return Who(_party_key(party.name) if party else number.key, number.shown, _name(party), strong)
        return Who(_party_key(party.name) if party else plain.key, plain.shown, _name(party), "")

    def _owner_there(self, owner: Owner, channel: Channel) -> Who:
        """The owner of a device, at their end of a contact."""
        known = self._owning.get((owner.scope, channel))
        if known is None:
            shown, party = owner.identifier, owner.party
            if shown is None and party is not None:
                shown = self.people.by_channel(party, channel)
            key = _party_key(party.name) if party else self.people.identifiers(shown).key if shown else owner.scope
            known = self._owning[owner.scope, channel] = Who(key, shown, _name(party), "")
        return known

    def seen(self, sighting: Sighting, place: int, order: int) -> Seen:
        """Make one sighting out."""
        contact, owner = sighting.contact, self._owner(sighting.item)
        sender = self.who(contact.sender, owner.scope) if contact.sender else None
        recipients = tuple([self.who(each, owner.scope) for each in contact.recipients])
        outgoing, known = contact.outgoing, None
        if outgoing is None and sender and not recipients and sender.party and owner.party:
            outgoing = None if sender.party == owner.party.name else False
        if outgoing is not None:
            mine = self._owner_there(owner, contact.channel)
            if outgoing and sender is None:
                sender, known = mine, owner.known
            elif not outgoing and all(each.key != mine.key for each in recipients):
                recipients, known = (*recipients, mine), owner.known
        return Seen(place, order, sighting, sender, recipients, known, self._time(contact))

    def _time(self, contact: Contact) -> Time:
        if contact.when is None:
            return Time(contact.as_found, None, None)
        found = self._times.get((contact.when, contact.zone))
        if found is None:
            if len(self._times) > _TIMES:
                self._times.clear()
            found = self._times[contact.when, contact.zone] = _time(contact.when, contact.zone, self._place)
        return found


def _party_key(name: str) -> str:
    return f"\0{name}"  # no identifier is like that


def _name(party: Party | None) -> str | None:
    return party.name if party is not None else None


def _time(value: str, kind: Zone, local: ZoneInfo) -> Time:
    """What a time is compared and ordered by, and how it is shown. An unreadable one is no time."""
    precise = len(value) > 18 and value[16] == ":"
    try:
        if len(value) < 16 or value[10] != "T":
            raise ValueError
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            return Time((value, kind), micros(moment.replace(tzinfo=local)), value, value[:10])
        starts = micros(moment)
        shown = moment if kind is Zone.NONE else moment.astimezone(local)
        exact = "auto" if shown.microsecond % 1000 else "milliseconds" if shown.microsecond else "seconds"
        text = shown.isoformat(timespec=exact if precise else "minutes")
        return Time((starts, precise), starts, text, text[:10])
    except (ValueError, OverflowError):
        key = sort_key(value, local.key)
    if key[0] != "1":
        return Time((value, kind), None, None)
    days = day_span(value, local.key)
    return Time((value, kind), int(key[1]) - _YEAR_0, value, days[0] if days else "")


def micros(moment: datetime) -> int:
    return (moment - _START) // _MICRO
