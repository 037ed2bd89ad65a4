"""Everything a person writes into a case, one keyword-only function per deed; the app and the command line share them.

Descriptions, notes, parties and the chronology's hand-written rows live in the catalog. Marking and withdrawing an
exhibit are ledger lines and cannot be undone; the rest of the arrangement is edited freely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evidencekit import exhibits
from evidencekit.casefile import Case
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.errors import UsageError
from evidencekit.model import Category, Exhibit, Item, MilestoneKind, Party, Status
from evidencekit.moments import parse_when
from evidencekit.profile import Profile

if TYPE_CHECKING:
    from sqlalchemy import Connection


def item_number(text: str) -> str:
    """An item number as it is written: ``7``, ``item-7`` and ``ITEM-0007`` are the same. Raises :class:`UsageError`."""
    match = re.fullmatch(r"(?:item-)?0*([1-9][0-9]{0,8})", text.strip(), re.IGNORECASE)
    if match is None:
        raise UsageError(f"“{text}” is not an item number.", todo="Write it as ITEM-0007.")
    return f"ITEM-{int(match[1]):04d}"


def known_items(connection: Connection, numbers: Sequence[str]) -> list[Item]:
    """The items of those numbers in that order, each once. Raises :class:`UsageError` for one that does not exist."""
    from evidencekit.catalog import items

    wanted = list(dict.fromkeys(item_number(number) for number in numbers))
    found = items.get_items(connection, wanted)
    for number in wanted:
        if number not in found:
            raise UsageError("There is no such item.", item=number, todo="`evidencekit items CASE` lists them.")
    return [found[number] for number in wanted]


def describe(
    case: Case, number: str, *, title: str | None = None, when: str | None = None, party: str | None = None
) -> Item:
    """Set a person's own title, time or party of an item; None leaves one, an empty text takes it back.

    Raises :class:`UsageError` when nothing is said, or a time or party cannot be understood.
    """
    from evidencekit.catalog import court, items, search

    if title is None and when is None and party is None:
        raise UsageError("Nothing to change was given.", todo="Use --title, --when or --party.")
    changes: dict[str, str | None] = {}
    if title is not None:
        changes["title"] = words(title, "title") or None
    if when is not None:
        changes["when_said"] = parse_when(when, case.info.timezone).iso if when.strip() else None
    with case.catalog.write() as connection:
        item = known_items(connection, [number])[0]
        if party is not None:
            changes["party"] = _party_name(court.all_parties(connection), party)
        items.describe(connection, item.number, changes)
        item = known_items(connection, [number])[0]
        search.index_words(connection, item)
    return item


def _party_name(parties: Sequence[Party], wanted: str) -> str | None:
    if not wanted.strip():
        return None
    for each in parties:
        if wanted.strip().casefold() in (each.name.casefold(), *(one.casefold() for one in each.identifiers)):
            return each.name
    raise UsageError(f"No party is called “{wanted}”.", todo="Add it with `evidencekit party`, then run this again.")


def add_note(case: Case, number: str, *, text: str) -> None:
    """Add a work-product note to an item; it never leaves in a production."""
    from evidencekit.catalog import items, search

    kept = _words(text, "note")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with case.catalog.write() as connection:
        item = known_items(connection, [number])[0]
        items.add_note(connection, items.Note(item.number, kept, case.actor, now))
        search.index_words(connection, item)


def put_party(case: Case, party: Party) -> Party:
    """Add a party, or replace the one of that name."""
    from evidencekit.catalog import court

    identifiers = tuple(words(each, "identifier") for each in party.identifiers)
    if not all(identifiers):
        raise UsageError("An identifier is empty.", item=party.name, todo="Give a number, address or handle.")
    if not party.name.strip():
        raise UsageError("A party has a name.", todo="Use --name.")
    kept = Party(words(party.name, "name"), party.role, identifiers, words(party.basis, "basis"))
    with case.catalog.write() as connection:
        court.put_party(connection, kept)
    return kept


def add_milestone(case: Case, *, when: str, kind: MilestoneKind, text: str, item: str | None = None) -> int:
    """Add a turning point; returns its id."""
    from evidencekit.catalog import court

    fields = {"when": parse_when(when, case.info.timezone).iso, "kind": kind.value, "text": _words(text, "milestone")}
    with case.catalog.write() as connection:
        number = known_items(connection, [item])[0].number if item else None
        return court.add_milestone(connection, {**fields, "item": number})


def add_incident(
    case: Case,
    *,
    when: str,
    text: str,
    items: Sequence[str] = (),
    categories: Sequence[Category] = (),
    location: str = "",
    witness: str = "",
    reported: str = "",
) -> int:
    """Add a hand-written row of the chronology; returns its id."""
    from evidencekit.catalog import court

    fields = {
        "when": parse_when(when, case.info.timezone).iso,
        "text": _words(text, "incident"),
        "categories": [each.value for each in dict.fromkeys(categories)],
        "location": words(location, "location"),
        "witness": words(witness, "witness"),
        "reported": words(reported, "reported"),
    }
    with case.catalog.write() as connection:
        numbers = [item.number for item in known_items(connection, items)] if items else []
        return court.add_incident(connection, {**fields, "items": numbers})


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise UsageError(f"The {what} has no text.", todo="Give its text.")
    return words(text, what, lines=True)


def mark_exhibit(
    case: Case,
    numbers: Sequence[str],
    profile: Profile,
    *,
    label: str | None = None,
    title: str | None = None,
    witness: str | None = None,
) -> Exhibit:
    """Mark items as one exhibit: its label is issued in the ledger and never given again."""
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
        items = known_items(connection, numbers)
    chosen = exhibits.next_label(arranged, profile) if label is None else label
    chosen = exhibits.check_label(arranged, chosen, profile)
    named = words(title or "", "title") or items[0].title or items[0].name
    exhibit = Exhibit(
        chosen, named, tuple(item.number for item in items), Status.MARKED, (witness or "").strip() or None
    )
    _log_arrangement(case, "exhibit", exhibit.label, exhibit.items, exhibits.mark(arranged, exhibit))
    return exhibit


def withdraw_exhibit(case: Case, label: str) -> Exhibit:
    """Withdraw an exhibit; its label stays on the list as intentionally omitted."""
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
    changed = exhibits.withdraw(arranged, label)
    exhibit = exhibits.find(changed, label)
    _log_arrangement(case, "withdraw", exhibit.label, None, changed)
    return exhibit


def _log_arrangement(
    case: Case, act: str, label: str, items: Sequence[str] | None, arranged: exhibits.Arrangement
) -> None:
    from evidencekit.catalog import court

    fields: dict[str, object] = {"label": label}
    if items is not None:
        fields["items"] = list(items)
    case.commit([Entry(act, fields)], lambda connection: court.set_arrangement(connection, arranged))


def set_status(case: Case, label: str, *, status: Status, on: str) -> Exhibit:
    """Record that an exhibit was offered, admitted or excluded on a day."""
    from evidencekit.catalog import court

    latest = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", on) and on > latest:
        raise UsageError(f"{on} lies in the future.", todo="Record what happened in court once it has happened.")
    with case.catalog.write() as connection:
        arranged = exhibits.set_status(court.arrangement(connection), label, status, on)
        court.set_arrangement(connection, arranged)
    return exhibits.find(arranged, label)


def arrange(
    case: Case,
    label: str,
    *,
    before: str | None = None,
    last: bool = False,
    title: str | None = None,
    witness: str | None = None,
    group: str | None = None,
    items: Sequence[str] | None = None,
) -> exhibits.Arrangement:
    """Edit an exhibit's place (``before`` another, or ``last``), title, witness, group heading or items.

    Other items are a further ledger line. Raises :class:`UsageError` when nothing is said.
    """
    from evidencekit.catalog import court

    for said, what in ((title, "title"), (witness, "witness"), (group, "heading")):
        words(said or "", what)
    if before is not None and last:
        raise UsageError("An exhibit cannot stand before another and last.", todo="Use --before or --last.")
    if before is None and not last and items is None and (title, witness, group) == (None, None, None):
        raise UsageError(
            "Nothing to change was given.", todo="Use --before, --last, --title, --witness, --group or --item."
        )
    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
        numbers = None if items is None else [item.number for item in known_items(connection, items)]
    changed = arranged
    if before is not None or last:
        changed = exhibits.move(changed, label, before)
    if numbers is not None or (title, witness, group) != (None, None, None):
        changed = exhibits.edit(changed, label, title=title, witness=witness, group=group, items=numbers)
    target = exhibits.find(changed, label)
    if target.items != exhibits.find(arranged, label).items:
        _log_arrangement(case, "exhibit", target.label, target.items, changed)
    else:
        with case.catalog.write() as connection:
            court.set_arrangement(connection, changed)
    return changed
