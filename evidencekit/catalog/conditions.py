"""What is searched for, as SQL over the items and over the contacts that they tell of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from evidencekit.catalog.contacts import identifiers_seen, owners, telling
from evidencekit.catalog.court import all_parties
from evidencekit.catalog.grammar import PLACES, Atom, Field, Query, Span
from evidencekit.catalog.listing import case_zone
from evidencekit.moments import sort_key
from evidencekit.sense.identities import Identifiers, People, region_of

_EVERYWHERE = tuple(column for columns in PLACES.values() for column in columns)
_FEWEST = 4  # digits that may stand for a number's end
_NARROWING = frozenset({Field.FROM, Field.TO, Field.PARTY, Field.BEFORE, Field.AFTER, Field.ON})


@dataclass(slots=True)
class Side:
    """Conditions over items or over contacts: a ``match`` for the index of words, "" for none, and ``where`` in SQL.
    Not ``asked``: nothing of that sort is looked for."""

    asked: bool = True
    match: str = ""
    where: list[str] = field(default_factory=list)

    def sql(self, index: str) -> str:
        """All of it as one condition."""
        parts = [*self.where, *([f"{index} MATCH :{index}"] if self.match else [])]
        return " AND ".join(parts) or "1"


@dataclass(slots=True)
class Conditions:
    """``items`` hold for a row of ``items i`` with its ``listing l`` (and ``search`` where words are matched),
    ``contacts`` for one of ``contacts c`` (and ``contact_words``). ``values`` are bound to both."""

    items: Side = field(default_factory=Side)
    contacts: Side = field(default_factory=Side)
    values: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """A value's place in the SQL."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def bind_list(self, values: list[str]) -> str:
        """The same for a list to be looked in."""
        return f"(SELECT value FROM json_each({self.bind(json.dumps(values))}))"  # noqa: S608 — bound values and our own names only


def conditions(connection: Connection, query: Query) -> Conditions:
    """What :func:`evidencekit.catalog.grammar.parse` understood, as SQL.

    Words are looked for in each item and in each message by itself. Messages are looked at only when something is
    asked that a message can answer: words, people or times."""
    made = _Making(connection, query)
    for group in query.groups:
        if all(atom.field is None and not atom.negated for atom in group):
            made.terms.append(" OR ".join(atom.term for atom in group))
        else:
            made.add(group)
    return made.done()


class _Making:
    """Turns one query into its conditions."""

    def __init__(self, connection: Connection, query: Query) -> None:
        self._connection, self._query = connection, query
        self._zone = case_zone(connection)
        self._people: _Ends | None = None
        self.made = Conditions()
        self.terms: list[str] = []
        columns = [column for place in query.places for column in PLACES[place]]
        self._columns = f"{{{' '.join(columns)}}} : " if columns and set(columns) != set(_EVERYWHERE) else ""

    def add(self, group: tuple[Atom, ...]) -> None:
        """A condition of which one atom is enough."""
        for side, translate in ((self.made.items, self._of_item), (self.made.contacts, self._of_contact)):
            ways = [f"NOT coalesce({translate(atom)}, 0)" if atom.negated else translate(atom) for atom in group]
            side.where.append(f"({' OR '.join(ways)})")

    def done(self) -> Conditions:
        """All of it, with the words matched at once."""
        made, places = self.made, self._query.places
        if self.terms:
            together = " AND ".join(f"({each})" for each in self.terms)
            made.items.match, made.contacts.match = f"{self._columns}({together})", together
            made.values |= {"search": made.items.match, "contact_words": made.contacts.match}
        elif self._columns:
            columns = " OR ".join(f"length({each}) > 0" for place in places for each in PLACES[place])
            made.items.where.append(f"i.id IN (SELECT rowid FROM search WHERE {columns})")  # noqa: S608 — bound values and our own names only
        wanted = [atom for group in self._query.groups for atom in group if not atom.negated]
        narrowed = bool(self.terms) or any(atom.field is None or atom.field in _NARROWING for atom in wanted)
        made.contacts.asked = ("messages" in places) if places else narrowed
        made.items.asked = not places or places != ("messages",)
        if made.contacts.asked and not any(atom.field is Field.ITEM for atom in wanted):
            again = [item for (item,) in self._connection.execute(text(_TOLD_AGAIN))]
            if again:  # the same bytes say the same
                made.contacts.where.append(f"c.item NOT IN {made.bind_list(again)}")
        return made

    @property
    def people(self) -> _Ends:
        if self._people is None:
            self._people = _Ends(self._connection, self._zone)
        return self._people

    def _of_item(self, atom: Atom) -> str:
        bind = self.made.bind
        match atom.field:
            case None:
                place = bind(f"{self._columns}({atom.term})")
                return f"i.id IN (SELECT rowid FROM search WHERE search MATCH {place})"  # noqa: S608 — bound values and our own names only
            case Field.FROM | Field.PARTY:
                return f"l.party IN {self.made.bind_list(self.people.parties(atom.text))}"
            case Field.TO:
                return "0"
            case Field.BEFORE | Field.AFTER | Field.ON:
                return self._days(atom)
            case Field.HAS:
                return _HAS[atom.text][0]
            case Field.ITEM:
                return f"i.number = {bind(atom.text)}"
        return self._kind(atom)

    def _of_contact(self, atom: Atom) -> str:
        bind = self.made.bind
        match atom.field:
            case None:
                place = bind(atom.term)
                return f"c.id IN (SELECT rowid FROM contact_words WHERE contact_words MATCH {place})"  # noqa: S608 — bound values and our own names only
            case Field.FROM:
                return self._from(atom.text)
            case Field.TO:
                return self._to(atom.text)
            case Field.PARTY:
                return f"({self._from(atom.text)} OR {self._to(atom.text)})"
            case Field.BEFORE | Field.AFTER | Field.ON:
                first, last = _keys(_span(atom), self._zone)
                if atom.field is Field.BEFORE:
                    return f"c.sort < {bind(first)}"
                if atom.field is Field.AFTER:
                    return f"c.sort > {bind(last)}"
                return f"c.sort BETWEEN {bind(first)} AND {bind(last)}"
            case Field.HAS:
                return _HAS[atom.text][1]
            case Field.ITEM:
                return f"c.item = {bind(atom.text)}"
        return _OF_ITEM.format(self._kind(atom))

    def _kind(self, atom: Atom) -> str:
        return f"l.kind IN {self.made.bind_list([kind.value for kind in atom.kinds])}"

    def _from(self, value: str) -> str:
        senders, _ = self.people.ends(value)
        mine = self.made.bind_list(self.people.owned(value))
        return (
            f"(c.sender IN {self.made.bind_list(senders)} OR (c.sender = '' AND c.outgoing = 1 AND c.item IN {mine}))"
        )

    def _to(self, value: str) -> str:
        _, recipients = self.people.ends(value)
        mine = self.made.bind_list(self.people.owned(value))
        return f"(c.recipients IN {self.made.bind_list(recipients)} OR (c.outgoing = 0 AND c.item IN {mine}))"

    def _days(self, atom: Atom) -> str:
        """What may have happened then is let through, as it is by the filters of a list."""
        span, bind = _span(atom), self.made.bind
        first, last = _keys(span, self._zone)
        day, end = span.first.date().isoformat(), span.last.date().isoformat()
        if atom.field is Field.BEFORE:
            return f"(l.first_day < {bind(day)} OR (l.first_day = {bind(day)} AND l.sort < {bind(first)}))"
        if atom.field is Field.AFTER:
            late = f"l.last_day = {bind(end)} AND l.first_day = l.last_day AND substr(l.sort, 1, 20) > {bind(last)}"
            return f"(l.last_day > {bind(end)} OR ({late}))"
        return f"(l.first_day <= {bind(end)} AND l.last_day >= {bind(day)})"


_OF_ITEM = "c.item IN (SELECT i.number FROM items i JOIN listing l ON l.id = i.id WHERE {})"
_TOLD_AGAIN = (
    "SELECT number FROM items WHERE duplicate_of IS NOT NULL AND EXISTS (SELECT 1 FROM contacts WHERE item = number)"
)
# What an item has, and a message.
_HAS = {
    "contact": ("EXISTS (SELECT 1 FROM contacts WHERE contacts.item = i.number)", "1"),
    "date": ("l.sort IS NOT NULL", "c.sort IS NOT NULL"),
    "note": ("EXISTS (SELECT 1 FROM notes WHERE notes.item = i.number)", "0"),
    "warning": ("l.warned", _OF_ITEM.format("l.warned")),
}


def _span(atom: Atom) -> Span:
    assert atom.span is not None  # every field of time has one
    return atom.span


def _keys(span: Span, zone: str) -> tuple[str, str]:
    """A stretch's ends as times are ordered by; its last second is whole."""
    return _key(span.first, zone), _key(span.last.replace(microsecond=0) + timedelta(microseconds=999_999), zone)


def _key(moment: datetime, zone: str) -> str:
    return sort_key(moment.isoformat(), zone)[1]


class _Ends:
    """Who is at the ends of the contacts there are, asked of the catalog once for a search."""

    def __init__(self, connection: Connection, zone: str) -> None:
        self._connection = connection
        self._people = People(all_parties(connection), region_of(zone))
        self._seen = list(identifiers_seen(connection))
        self._owners: dict[str, str | None] | None = None

    def parties(self, value: str) -> list[str]:
        """The names of the parties that a value means by name; a number means that number and no other of theirs."""
        meant = _Meant(value, self._people.identifiers)
        return [party.name for party in self._people.parties if meant(party.name)]

    def ends(self, value: str) -> tuple[list[str], list[str]]:
        """The senders, and the lists of recipients as they are kept, that a value means: by their own words, by a name
        that some address book gives them, or by their party."""
        meant, parties = _Meant(value, self._people.identifiers), set(self.parties(value))
        called: dict[str, set[str]] = {}
        for _, _, _, names in self._seen:
            for identifier, name in names:
                called.setdefault(identifier, set()).add(name)
        known: dict[str, bool] = {}

        def fits(text: str) -> bool:
            if text not in known:
                party = self._people.of(self._people.identifiers(text).key)
                known[text] = (
                    meant(text)
                    or (party is not None and party.name in parties)
                    or any(meant(name) for name in called.get(text, ()))
                )
            return known[text]

        senders = {sender for sender, _, _, _ in self._seen if sender and fits(sender)}
        lists = {kept for _, kept, recipients, _ in self._seen if any(map(fits, recipients))}
        return sorted(senders), sorted(lists)

    def owned(self, value: str) -> list[str]:
        """The numbers of the items that came from the device of a party that a value means."""
        if self._owners is None:
            found = owners(self._connection, telling(self._connection), self._people)
            self._owners = {item: owner.party.name if owner.party else None for item, owner in found.items()}
        meant = _Meant(value, self._people.identifiers)
        parties = {party.name for party in self._people.parties if any(map(meant, (party.name, *party.identifiers)))}
        return [item for item, name in self._owners.items() if name in parties]


class _Meant:
    """Whether a text is what a value means: the same identifier, words that begin so, or a number with these digits."""

    def __init__(self, value: str, identifiers: Identifiers) -> None:
        self._identifiers = identifiers
        self._key = identifiers(value.rstrip("*")).key
        self._words = value.rstrip("*").casefold().split()
        digits = "".join(sign for sign in value if sign.isdigit())
        only = not any(sign.isalpha() for sign in value)
        self._digits = digits if only and len(digits) >= _FEWEST else ""

    def __call__(self, text: str) -> bool:
        known = self._identifiers(text)
        if known.key == self._key:
            return True
        if self._digits:
            return known.strong and self._digits in known.key
        words = known.shown.casefold().split()
        return bool(self._words) and all(any(word.startswith(each) for word in words) for each in self._words)
