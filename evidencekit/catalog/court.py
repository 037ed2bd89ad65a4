"""Queries over parties, milestones, incidents and exhibits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from evidencekit.catalog import listing
from evidencekit.catalog.tables import descriptions, exhibits, identifiers, incidents, milestones, parties
from evidencekit.catalog.tables import drafts as prepared
from evidencekit.errors import UsageError
from evidencekit.model import (
    Category,
    Draft,
    Exhibit,
    Incident,
    Milestone,
    MilestoneKind,
    Party,
    Placed,
    Role,
    Status,
)


def put_party(connection: Connection, party: Party) -> None:
    """Add a party, or replace the one of that name. Raises :class:`UsageError` when a number is another's."""
    known = connection.execute(select(parties.c.id).where(parties.c.name == party.name)).scalar()
    fields = {"name": party.name, "role": party.role.value, "basis": party.basis}
    if known is None:
        known = connection.execute(insert(parties).values(**fields).returning(parties.c.id)).scalar_one()
    else:
        connection.execute(update(parties).where(parties.c.id == known).values(**fields))
        connection.execute(delete(identifiers).where(identifiers.c.party == known))
    for each in dict.fromkeys(party.identifiers):
        try:
            connection.execute(insert(identifiers).values(identifier=each, party=known))
        except IntegrityError as error:
            raise UsageError(
                f"“{each}” already belongs to {_owner(connection, each)}.",
                item=party.name,
                todo="Check whose it is, and give that party's identifiers anew without it.",
            ) from error


def _owner(connection: Connection, identifier: str) -> str:
    query = select(parties.c.name).join(identifiers, identifiers.c.party == parties.c.id)
    return str(connection.execute(query.where(identifiers.c.identifier == identifier)).scalar())


def all_parties(connection: Connection) -> list[Party]:
    """Every party in the order entered."""
    owned: dict[int, list[str]] = {}
    for identifier, party in connection.execute(select(identifiers.c.identifier, identifiers.c.party)):
        owned.setdefault(party, []).append(identifier)
    rows = connection.execute(select(parties).order_by(parties.c.id))
    return [Party(row.name, Role(row.role), tuple(sorted(owned.get(row.id, ()))), row.basis) for row in rows]


def remove_party(connection: Connection, name: str) -> None:
    """Remove a party and its identifiers, also from the items that carry it."""
    known = connection.execute(select(parties.c.id).where(parties.c.name == name)).scalar_one()
    connection.execute(delete(identifiers).where(identifiers.c.party == known))
    connection.execute(delete(parties).where(parties.c.id == known))
    _carry(connection, name, None)


def rename_party(connection: Connection, name: str, new: str) -> None:
    """Give a party another name, also on the items that carry it."""
    connection.execute(update(parties).where(parties.c.name == name).values(name=new))
    _carry(connection, name, new)


def _carry(connection: Connection, name: str, new: str | None) -> None:
    carrying = descriptions.c.party == name
    found = list(
        connection.execute(select(descriptions.c.item).where(carrying).order_by(descriptions.c.item)).scalars()
    )
    connection.execute(update(descriptions).where(carrying).values(party=new))
    listing.refresh(connection, found)


def add_milestone(connection: Connection, fields: Mapping[str, Any]) -> int:
    """Add a turning point; returns its id."""
    return int(connection.execute(insert(milestones).values(**fields).returning(milestones.c.id)).scalar_one())


def all_milestones(connection: Connection) -> list[Milestone]:
    """Every turning point in the order entered."""
    rows = connection.execute(select(milestones).order_by(milestones.c.id)).mappings()
    return [Milestone(row["id"], row["when"], MilestoneKind(row["kind"]), row["text"], row["item"]) for row in rows]


def set_milestone(connection: Connection, milestone_id: int, fields: Mapping[str, Any]) -> None:
    """Change fields of a turning point."""
    connection.execute(update(milestones).where(milestones.c.id == milestone_id).values(**fields))


def remove_milestone(connection: Connection, milestone_id: int) -> None:
    """Remove a turning point."""
    connection.execute(delete(milestones).where(milestones.c.id == milestone_id))


def add_incident(connection: Connection, fields: Mapping[str, Any]) -> int:
    """Add a hand-written row of the chronology; returns its id."""
    return int(connection.execute(insert(incidents).values(**fields).returning(incidents.c.id)).scalar_one())


def all_incidents(connection: Connection) -> list[Incident]:
    """Every hand-written row in the order entered."""
    rows = connection.execute(select(incidents).order_by(incidents.c.id)).mappings()
    return [
        Incident(
            row["id"],
            row["when"],
            row["text"],
            tuple(row["items"]),
            tuple(Category(each) for each in row["categories"]),
            row["location"],
            row["witness"],
            row["reported"],
        )
        for row in rows
    ]


def set_incident(connection: Connection, incident_id: int, fields: Mapping[str, Any]) -> None:
    """Change fields of a hand-written row."""
    connection.execute(update(incidents).where(incidents.c.id == incident_id).values(**fields))


def remove_incident(connection: Connection, incident_id: int) -> None:
    """Remove a hand-written row."""
    connection.execute(delete(incidents).where(incidents.c.id == incident_id))


def arrangement(connection: Connection) -> tuple[Exhibit, ...]:
    """Every exhibit in binder order, withdrawn ones among them."""
    rows = connection.execute(select(exhibits).order_by(exhibits.c.position, exhibits.c.label)).mappings()
    return tuple(
        Exhibit(
            row["label"],
            row["title"],
            tuple(row["items"]),
            Status(row["status"]),
            row["witness"],
            row["group"],
            tuple((Status(status), date) for status, date in row["dates"]),
        )
        for row in rows
    )


def drafts(connection: Connection) -> tuple[Draft, ...]:
    """Every exhibit that is being prepared, in order."""
    query = select(
        prepared.c.id, prepared.c["items"], prepared.c.title, prepared.c.witness, prepared.c.group, prepared.c.label
    )
    rows = connection.execute(query.order_by(prepared.c.position, prepared.c.id))
    return tuple(Draft(number, tuple(items), *rest) for number, items, *rest in rows)


def set_drafts(connection: Connection, kept: Sequence[Draft]) -> None:
    """Replace every draft."""
    connection.execute(delete(prepared))
    rows = [
        {
            "id": each.id,
            "position": position,
            "title": each.title,
            "items": list(each.items),
            "witness": each.witness,
            "group": each.group,
            "label": each.label,
        }
        for position, each in enumerate(kept, start=1)
    ]
    if rows:
        connection.execute(insert(prepared), rows)


def placed(connection: Connection) -> dict[str, Placed]:
    """Where each exhibit stands in the newest binder; nothing for what changed since."""
    rows = connection.execute(select(exhibits).where(exhibits.c.volume.is_not(None))).mappings()
    return {row["label"]: Placed(row["label"], row["pages"], row["first_page"], row["volume"]) for row in rows}


def set_arrangement(connection: Connection, arranged: Sequence[Exhibit], *, keep_places: bool = False) -> None:
    """Replace the arrangement; the places in a built binder are forgotten unless ``keep_places``."""
    kept = placed(connection) if keep_places else {}
    connection.execute(delete(exhibits))
    rows = [_row(position, each) for position, each in enumerate(arranged, start=1)]
    if rows:
        connection.execute(insert(exhibits), rows)
    set_placed(connection, kept.values())


def forget_places(connection: Connection) -> None:
    """The newest binder no longer shows the exhibits as they are."""
    connection.execute(update(exhibits).values(pages=None, first_page=None, volume=None))


def _row(position: int, each: Exhibit) -> dict[str, Any]:
    return {
        "label": each.label,
        "position": position,
        "title": each.title,
        "items": list(each.items),
        "status": each.status.value,
        "witness": each.witness,
        "group": each.group,
        "dates": [[status.value, date] for status, date in each.dates],
    }


def set_placed(connection: Connection, places: Iterable[Placed]) -> None:
    """Remember where a binder placed the exhibits."""
    for place in places:
        connection.execute(
            update(exhibits)
            .where(exhibits.c.label == place.label)
            .values(pages=place.pages, first_page=place.first_page, volume=place.volume)
        )
