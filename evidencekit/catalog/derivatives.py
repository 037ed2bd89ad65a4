"""What machines made of items: recognised words, drafts of transcripts, another program's reading. All of it can be
made again; ``kind`` names it as in :mod:`evidencekit.background`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, text

from evidencekit.catalog import transcripts
from evidencekit.catalog.tables import derivatives, items, readings
from evidencekit.model import Proposal
from evidencekit.packed import pack_proposals, unpack_proposals

DONE, FAILED = "done", "failed"
_AT_ONCE = 500
# Which column of the search index holds the text of a kind.
_COLUMNS = {"ocr": "recognised", "transcript": "transcript"}


@dataclass(frozen=True, slots=True)
class Derivative:
    """What one tool made of one item. ``state`` is :data:`DONE` or :data:`FAILED` (``warnings`` then say why);
    ``made`` is UTC ISO 8601; ``text`` is what is searched, ``data`` all of it as JSON values."""

    item: str
    kind: str
    state: str
    tool: str
    version: str
    made: str
    text: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """An original that a kind of work was not done on: all items with that content, oldest first."""

    numbers: tuple[str, ...]
    name: str
    sha256: str
    size: int
    media_type: str


def put(connection: Connection, made: Derivative) -> None:
    """Keep what was made in place of an earlier one of its kind, and make its text findable."""
    c = derivatives.c
    connection.execute(delete(derivatives).where(c.item == made.item, c.kind == made.kind))
    connection.execute(
        insert(derivatives).values(
            item=made.item,
            kind=made.kind,
            state=made.state,
            tool=made.tool,
            version=made.version,
            settings=made.settings,
            made=made.made,
            text=made.text,
            data=made.data,
            proposals=pack_proposals(made.proposals),
            warnings=list(made.warnings),
        )
    )
    column = _COLUMNS.get(made.kind)
    if made.kind == "transcript":
        transcripts.index(connection, made.item)  # a person's version goes before a machine's draft
    elif column is not None:
        connection.execute(
            text(f"UPDATE search SET {column} = :text WHERE rowid = (SELECT id FROM items WHERE number = :number)"),  # noqa: S608 — one of two names of our own
            {"text": made.text, "number": made.item},
        )


def derivative(connection: Connection, number: str, kind: str) -> Derivative | None:
    """What was made of an item, whole."""
    c = derivatives.c
    row = connection.execute(select(derivatives).where(c.item == number, c.kind == kind)).mappings().first()
    return _derivative(row) if row else None


def recognised(connection: Connection, number: str) -> Derivative | None:
    """The words recognised in an item, ``data`` as :mod:`evidencekit.media.ocr` says; None where they were not looked
    for, or could not be."""
    found = derivative(connection, number, "ocr")
    return found if found is not None and found.state == DONE else None


def proposals_of(connection: Connection, number: str) -> tuple[Proposal, ...]:
    """What everything that was made of an item proposes."""
    c = derivatives.c
    rows = connection.execute(select(c.proposals).where(c.item == number, c.state == DONE).order_by(c.kind))
    return tuple([each for (packed,) in rows for each in unpack_proposals(packed)])


def made_of_same(connection: Connection, sha256: str, kind: str, version: str) -> Derivative | None:
    """What that version made of another item with the same content."""
    c = derivatives.c
    query = select(derivatives).join(items, items.c.number == c.item).order_by(items.c.id)
    query = query.where(items.c.sha256 == sha256, c.kind == kind, c.version == version)
    row = connection.execute(query).mappings().first()
    return _derivative(row) if row else None


def undone(
    connection: Connection, kind: str, version: str, media_types: Sequence[str], numbers: Iterable[str] | None = None
) -> list[Undone]:
    """The originals of those media types (``image/*`` for all of a kind) without a derivative of that kind by that
    version, done or failed, in the order of their items. With ``numbers``, those items whatever was made of them."""
    i = items.c
    query = select(i.number, i.name, i.sha256, i.size, readings.c.media_type).order_by(i.id)
    query = query.join(readings, readings.c.item == i.number).where(i.size > 0, or_(*map(_of_type, media_types)))
    if numbers is None:
        c = derivatives.c
        there = select(c.item).where(c.item == i.number, c.kind == kind, c.version == version)
        rows = list(connection.execute(query.where(~there.exists())))
    else:
        wanted = list(numbers)
        parts = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
        rows = [row for part in parts for row in connection.execute(query.where(i.number.in_(part)))]
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.sha256, []).append(row)
    return [
        Undone(tuple(each.number for each in same), same[0].name, sha256, same[0].size, same[0].media_type)
        for sha256, same in found.items()
    ]


def failures(connection: Connection, kind: str, version: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Item number, its name and why: what that version could not be done on."""
    c = derivatives.c
    query = select(c.item, items.c.name, c.warnings).join(items, items.c.number == c.item).order_by(items.c.id)
    query = query.where(c.kind == kind, c.version == version, c.state == FAILED)
    return [(row.item, row.name, tuple(row.warnings)) for row in connection.execute(query)]


def _of_type(media_type: str) -> Any:
    held = readings.c.media_type
    return held.startswith(media_type[:-1], autoescape=True) if media_type.endswith("*") else held == media_type


def _derivative(row: Any) -> Derivative:
    return Derivative(
        item=row["item"],
        kind=row["kind"],
        state=row["state"],
        tool=row["tool"],
        version=row["version"],
        made=row["made"],
        text=row["text"],
        settings=row["settings"],
        data=row["data"],
        proposals=unpack_proposals(row["proposals"]),
        warnings=tuple(row["warnings"]),
    )
