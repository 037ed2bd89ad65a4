"""What a person says of an item: its title, time and party, and work-product notes on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evidencekit.casefile import Case
from evidencekit.custody.names import words
from evidencekit.errors import UsageError
from evidencekit.model import Item, Party
from evidencekit.moments import check_zone, parse_when

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evidencekit.catalog.items import Note


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
    return describe_items(case, [number], title=title, when=when, party=party)[0]


def describe_items(
    case: Case, numbers: Sequence[str], *, title: str | None = None, when: str | None = None, party: str | None = None
) -> list[Item]:
    """Set the same title, time or party of several items, all or none; else as :func:`describe`."""
    from evidencekit.catalog import court, items, search

    if title is None and when is None and party is None:
        raise UsageError("Nothing to change was given.", todo="Use --title, --when or --party.")
    changes: dict[str, str | None] = {}
    if title is not None:
        changes["title"] = words(title, "title") or None
    if when is not None:
        changes |= _time_said(case, parse_when(when, case.info.timezone).iso if when.strip() else None)
    with case.catalog.write() as connection:
        found = known_items(connection, numbers)
        if party is not None:
            changes["party"] = party_name(court.all_parties(connection), party)
        items.describe_all(connection, [each.number for each in found], changes)
        found = known_items(connection, [each.number for each in found])
        if title is not None:
            for each in found:
                search.index_words(connection, each)
    return found


def _time_said(case: Case, value: str | None) -> dict[str, str | None]:
    """A person's time of an item with who chose it and when; None takes all of it back."""
    if value is None:
        return {"when_said": None, "when_by": None, "when_at": None}
    return {"when_said": value, "when_by": case.actor, "when_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def choose_moment(case: Case, number: str, value: str) -> Item:
    """Make the moment of that ISO ``value``, one of those found in an item, the one in use: as it was found, so that
    it keeps its zone, or its lack of one. Raises :class:`UsageError` when no such moment was found."""
    from evidencekit.catalog import items

    with case.catalog.write() as connection:
        found = known_items(connection, [number])[0]
        if all(each.value != value for each in found.moments):
            todo = "Choose one of the times found, or say when it happened."
            raise UsageError(f"The time {value} was not found in it.", item=found.number, todo=todo)
        items.describe(connection, found.number, _time_said(case, value))
        return known_items(connection, [found.number])[0]


def party_name(parties: Sequence[Party], wanted: str) -> str | None:
    """The name of the party that a name or identifier says, None for an empty one. Raises :class:`UsageError`."""
    if not wanted.strip():
        return None
    for each in parties:
        if wanted.strip().casefold() in (each.name.casefold(), *(one.casefold() for one in each.identifiers)):
            return each.name
    raise UsageError(f"No party is called “{wanted}”.", todo="Add it with `evidencekit party`, then run this again.")


def add_note(case: Case, number: str, *, text: str) -> int:
    """Add a work-product note to an item; it never leaves in a production. Returns its id."""
    from evidencekit.catalog import items, search

    kept = some_words(text, "note")
    with case.catalog.write() as connection:
        item = known_items(connection, [number])[0]
        note_id = items.add_note(connection, items.Note(item.number, kept, case.actor, _now()))
        search.index_words(connection, item)
    return note_id


def edit_note(case: Case, note_id: int, *, text: str) -> None:
    """Write a note anew. It is then said by whoever acts, now: nobody's name stays under words they did not write."""
    from evidencekit.catalog import items, search

    kept = some_words(text, "note")
    with case.catalog.write() as connection:
        former = _known_note(connection, note_id)
        items.set_note(connection, replace(former, text=kept, actor=case.actor, time=_now()))
        search.index_words(connection, known_items(connection, [former.item])[0])


def remove_note(case: Case, note_id: int) -> None:
    """Remove a note."""
    from evidencekit.catalog import items, search

    with case.catalog.write() as connection:
        former = _known_note(connection, note_id)
        items.remove_note(connection, note_id)
        search.index_words(connection, known_items(connection, [former.item])[0])


def _known_note(connection: Connection, note_id: int) -> Note:
    from evidencekit.catalog import items

    found = items.note_of(connection, note_id)
    if found is None:
        raise UsageError(f"There is no note {note_id}.", todo="`evidencekit item CASE NUMBER` lists an item's notes.")
    return found


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def some_words(text: str, what: str) -> str:
    """A person's words in one or more lines. Raises :class:`UsageError` when there are none."""
    if not text.strip():
        raise UsageError(f"The {what} has no text.", todo="Give its text.")
    return words(text, what, lines=True)


def answer(case: Case, number: str, *, key: str, value: str) -> Item:
    """Answer one of a reader's questions about an item; an empty value takes the answer back. The item must be read
    again for it to count. Raises :class:`UsageError` for an answer that is not among the choices."""
    from evidencekit.catalog import answers

    kept = words(key, "question").strip(), value.strip()
    if kept[0] == "zone" and kept[1]:
        kept = "zone", check_zone(kept[1])
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with case.catalog.write() as connection:
        item = known_items(connection, [number])[0]
        asked = next((each for each in item.questions if each.key == kept[0]), None)
        choices = [choice for choice, _ in asked.choices] if asked else []
        if kept[1] and choices and kept[1] not in choices:
            raise UsageError(
                f"“{kept[1]}” is not one of the answers to “{kept[0]}”.",
                item=item.number,
                todo=f"Give one of: {', '.join(choices)}.",
            )
        if not kept[0]:
            raise UsageError("No question was named.", item=item.number, todo="Write it as question=answer.")
        answers.put_answer(connection, item.number, kept[0], kept[1], case.actor, now)
    return item
