"""The parties, and the chronology's hand-written rows: turning points and incidents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evidencekit.casefile import Case
from evidencekit.custody.names import words
from evidencekit.edits.items import known_items, party_name, some_words
from evidencekit.errors import UsageError
from evidencekit.model import Category, Incident, Milestone, MilestoneKind, Party, Role
from evidencekit.moments import parse_when

if TYPE_CHECKING:
    from sqlalchemy import Connection


def put_party(case: Case, party: Party) -> Party:
    """Add a party, or replace the one of that name. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    kept = _checked(party)
    with case.catalog.write() as connection:
        court.put_party(connection, kept)
    return kept


def _checked(party: Party) -> Party:
    identifiers = tuple(words(each, "identifier") for each in party.identifiers)
    if not all(identifiers):
        raise UsageError("An identifier is empty.", item=party.name, todo="Give a number, address or handle.")
    if not party.name.strip():
        raise UsageError("A party has a name.", todo="Use --name.")
    return Party(words(party.name, "name"), party.role, identifiers, words(party.basis, "basis"))


def edit_party(
    case: Case,
    name: str,
    *,
    to: str | None = None,
    role: Role | None = None,
    identifiers: Sequence[str] | None = None,
    basis: str | None = None,
) -> Party:
    """Change the party of a name or identifier; None leaves a field. ``to`` is another name, which the items that
    carry the party carry then too. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        former = _known_party(connection, name)
        party = _checked(
            Party(
                former.name if to is None else to,
                former.role if role is None else role,
                former.identifiers if identifiers is None else tuple(identifiers),
                former.basis if basis is None else basis,
            )
        )
        if party.name != former.name:
            if any(each.name == party.name for each in court.all_parties(connection)):
                todo = "Choose another name, or remove one of the two."
                raise UsageError(f"There is a party “{party.name}” already.", item=former.name, todo=todo)
            court.rename_party(connection, former.name, party.name)
        court.put_party(connection, party)
    return party


def remove_party(case: Case, name: str) -> Party:
    """Remove the party of a name or identifier; returns what it was. The items that carried it carry none then."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        party = _known_party(connection, name)
        court.remove_party(connection, party.name)
    return party


def _known_party(connection: Connection, name: str) -> Party:
    from evidencekit.catalog import court

    parties = court.all_parties(connection)
    wanted = party_name(parties, name)
    for each in parties:
        if each.name == wanted:
            return each
    raise UsageError("No party was named.", todo="Name one; `evidencekit party CASE --list` lists them.")


def add_milestone(case: Case, *, when: str, kind: MilestoneKind, text: str, item: str | None = None) -> int:
    """Add a turning point; returns its id."""
    from evidencekit.catalog import court

    fields = {
        "when": parse_when(when, case.info.timezone).iso,
        "kind": kind.value,
        "text": some_words(text, "milestone"),
    }
    with case.catalog.write() as connection:
        number = known_items(connection, [item])[0].number if item else None
        return court.add_milestone(connection, {**fields, "item": number})


def edit_milestone(
    case: Case,
    milestone_id: int,
    *,
    when: str | None = None,
    kind: MilestoneKind | None = None,
    text: str | None = None,
    item: str | None = None,
) -> Milestone:
    """Change a turning point; None leaves a field, an empty ``item`` takes it back. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    fields: dict[str, object] = {}
    if when is not None:
        fields["when"] = parse_when(when, case.info.timezone).iso
    if kind is not None:
        fields["kind"] = kind.value
    if text is not None:
        fields["text"] = some_words(text, "milestone")
    with case.catalog.write() as connection:
        _milestone(connection, milestone_id)
        if item is not None:
            fields["item"] = known_items(connection, [item])[0].number if item.strip() else None
        court.set_milestone(connection, milestone_id, _something(fields))
        return _milestone(connection, milestone_id)


def remove_milestone(case: Case, milestone_id: int) -> Milestone:
    """Remove a turning point; returns what it was."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        found = _milestone(connection, milestone_id)
        court.remove_milestone(connection, milestone_id)
    return found


def _milestone(connection: Connection, milestone_id: int) -> Milestone:
    from evidencekit.catalog import court

    for each in court.all_milestones(connection):
        if each.id == milestone_id:
            return each
    raise UsageError(
        f"There is no milestone {milestone_id}.", todo="`evidencekit milestone CASE --list` lists them with their ids."
    )


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

    fields = _incident_fields(
        case, when=when, text=text, categories=categories, location=location, witness=witness, reported=reported
    )
    with case.catalog.write() as connection:
        numbers = [item.number for item in known_items(connection, items)] if items else []
        return court.add_incident(connection, {**fields, "items": numbers})


def edit_incident(
    case: Case,
    incident_id: int,
    *,
    when: str | None = None,
    text: str | None = None,
    items: Sequence[str] | None = None,
    categories: Sequence[Category] | None = None,
    location: str | None = None,
    witness: str | None = None,
    reported: str | None = None,
) -> Incident:
    """Change a hand-written row; None leaves a field, an empty one clears it. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    fields = _incident_fields(
        case, when=when, text=text, categories=categories, location=location, witness=witness, reported=reported
    )
    with case.catalog.write() as connection:
        _incident(connection, incident_id)
        if items is not None:
            fields["items"] = [item.number for item in known_items(connection, items)]
        court.set_incident(connection, incident_id, _something(fields))
        return _incident(connection, incident_id)


def remove_incident(case: Case, incident_id: int) -> Incident:
    """Remove a hand-written row; returns what it was."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        found = _incident(connection, incident_id)
        court.remove_incident(connection, incident_id)
    return found


def _incident(connection: Connection, incident_id: int) -> Incident:
    from evidencekit.catalog import court

    for each in court.all_incidents(connection):
        if each.id == incident_id:
            return each
    raise UsageError(
        f"There is no incident {incident_id}.", todo="`evidencekit incident CASE --list` lists them with their ids."
    )


def _incident_fields(
    case: Case, *, when: str | None, text: str | None, categories: Sequence[Category] | None, **more: str | None
) -> dict[str, object]:
    fields: dict[str, object] = {}
    if when is not None:
        fields["when"] = parse_when(when, case.info.timezone).iso
    if text is not None:
        fields["text"] = some_words(text, "incident")
    if categories is not None:
        fields["categories"] = [each.value for each in dict.fromkeys(categories)]
    fields.update({name: words(value, name) for name, value in more.items() if value is not None})
    return fields


def _something(fields: dict[str, object]) -> dict[str, object]:
    if not fields:
        raise UsageError("Nothing to change was given.", todo="Say what is to be another.")
    return fields
