"""Queries over acquisitions, items, readings and what people said of items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from evidencekit.catalog import listing
from evidencekit.catalog.tables import acquisitions, descriptions, items, notes, readings, refusals, stamps
from evidencekit.custody.acquisitions import ItemRecord, Record, Refusal
from evidencekit.model import Acquisition, Digests, Fact, Item, Kind, Moment, Reading, Zone
from evidencekit.packed import pack_proposals, pack_questions, unpack_proposals, unpack_questions

Stamp = tuple[int, int, int]
_AT_ONCE = 1000  # values in one IN list; SQLite bounds them


@dataclass(frozen=True, slots=True)
class Note:
    """A work-product note on an item; ``id`` is None until it is kept."""

    item: str
    text: str
    actor: str
    time: str
    id: int | None = None


class Copied(NamedTuple):
    """What the catalog copies of an item from its acquisition record."""

    number: str
    name: str
    received_path: str
    size: int
    sha256: str
    blake3: str
    acquisition: int
    parent: str | None
    duplicate_of: str | None


def add_acquisition(connection: Connection, record: Record, found: Mapping[str, Reading]) -> None:
    """Copy an acknowledged acquisition record with the readings of its items (item number → reading)."""
    number = record.acquisition.number
    connection.execute(insert(acquisitions).values(**asdict(record.acquisition)))
    if record.refused:
        rows = [{"acquisition": number, "path": each.path, "why": each.why} for each in record.refused]
        connection.execute(insert(refusals), rows)
    if record.items:
        connection.execute(insert(items), [as_copied(each, number)._asdict() for each in record.items])
        connection.execute(insert(readings), [_reading_row(each.number, found[each.number]) for each in record.items])
        listing.refresh(connection, [each.number for each in record.items])


def _reading_row(number: str, reading: Reading) -> dict[str, Any]:
    return {
        "item": number,
        "kind": reading.kind.value,
        "media_type": reading.media_type,
        "extension_matches": reading.extension_matches,
        "reader": reading.reader,
        "version": reading.version,
        "facts": [[fact.name, fact.value, fact.basis] for fact in reading.facts],
        "moments": [[m.value, m.as_found, m.basis, m.zone.value] for m in reading.moments],
        "warnings": list(reading.warnings),
        "pages": reading.pages,
        "seconds": reading.seconds,
        "proposals": pack_proposals(reading.proposals),
        "questions": pack_questions(reading.questions),
    }


def replace_reading(connection: Connection, number: str, reading: Reading) -> None:
    """A newer reading of an item; what people said of it stands."""
    row = _reading_row(number, reading)
    connection.execute(update(readings).where(readings.c.item == number).values(row))
    listing.refresh(connection, [number])


def _all_items() -> Select[Any]:
    r, d = readings.c, descriptions.c
    return (
        select(*_copied(), r.kind, r.media_type, r.extension_matches, r.facts, r.moments, r.warnings, r.pages)
        .add_columns(r.seconds, acquisitions.c.received, d.title, d.when_said, d.party)
        .add_columns(r.proposals, r.questions, d.when_by, d.when_at)
        .join_from(items, readings, r.item == items.c.number)
        .join(acquisitions, acquisitions.c.number == items.c.acquisition)
        .outerjoin(descriptions, d.item == items.c.number)
        .order_by(items.c.id)
    )


def _copied() -> list[Any]:
    return [items.c[name] for name in Copied._fields]


def each_item(connection: Connection) -> Iterator[Item]:
    """Every item in the order of its number, one at a time."""
    for row in connection.execute(_all_items()):
        yield _item(row)


def all_items(connection: Connection) -> list[Item]:
    """Every item in the order of its number."""
    return list(each_item(connection))


def get_items(connection: Connection, numbers: Iterable[str]) -> dict[str, Item]:
    """The items of those numbers; unknown numbers are left out."""
    found: dict[str, Item] = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        query = _all_items().where(items.c.number.in_(wanted[start : start + _AT_ONCE]))
        found.update((row[0], _item(row)) for row in connection.execute(query))
    return found


def kinds_of(connection: Connection, numbers: Iterable[str]) -> dict[str, Kind]:
    """Item number → what it is, by its content; unknown numbers are left out."""
    found: dict[str, Kind] = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(readings.c.item, readings.c.kind).where(readings.c.item.in_(wanted[start : start + _AT_ONCE]))
        found.update((item, Kind(kind)) for item, kind in connection.execute(query))
    return found


def times_said(connection: Connection) -> dict[str, str]:
    """Item number → the time that a person chose for it, of every item that has one."""
    query = select(descriptions.c.item, descriptions.c.when_said).where(descriptions.c.when_said.is_not(None))
    return {row.item: row.when_said for row in connection.execute(query)}


def _item(row: Row[Any]) -> Item:
    # By place, not by name: a case is opened only after every row was read.
    cells: tuple[Any, ...] = tuple(row)
    number, name, received_path, size, sha256, blake3, acquisition, parent, duplicate_of = cells[:9]
    kind, media_type, matches, facts, moments, warnings, pages, seconds, received, title, said, party = cells[9:21]
    proposals, questions, when_by, when_at = cells[21:]
    return Item(
        number=number,
        name=name,
        received_path=received_path,
        size=size,
        digests=Digests(sha256, blake3),
        kind=Kind(kind),
        media_type=media_type,
        extension_matches=matches,
        acquisition=acquisition,
        received=received,
        parent=parent,
        duplicate_of=duplicate_of,
        facts=tuple([Fact(*each) for each in facts]),
        moments=tuple([Moment(value, found, basis, Zone(zone)) for value, found, basis, zone in moments]),
        warnings=tuple(warnings),
        pages=pages,
        seconds=seconds,
        title=title,
        when_said=said,
        party=party,
        proposals=unpack_proposals(proposals) if proposals else (),
        questions=unpack_questions(questions) if questions else (),
        when_by=when_by,
        when_at=when_at,
    )


def children(connection: Connection, number: str) -> list[str]:
    """The numbers of what came out of an item."""
    query = select(items.c.number).where(items.c.parent == number).order_by(items.c.id)
    return list(connection.execute(query).scalars())


def add_warning(connection: Connection, number: str, warning: str) -> None:
    """One more warning of an item's reading."""
    query = select(readings.c.warnings).where(readings.c.item == number)
    kept = [*connection.execute(query).scalar_one(), warning]
    connection.execute(update(readings).where(readings.c.item == number).values(warnings=kept))
    listing.refresh(connection, [number])


def child_digests(connection: Connection, numbers: Iterable[str]) -> dict[str, frozenset[str]]:
    """Item number → the SHA-256 of everything that came out of it already."""
    found: dict[str, set[str]] = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(items.c.parent, items.c.sha256).where(items.c.parent.in_(wanted[start : start + _AT_ONCE]))
        for parent, sha256 in connection.execute(query):
            found.setdefault(str(parent), set()).add(sha256)
    return {parent: frozenset(digests) for parent, digests in found.items()}


def count(connection: Connection) -> int:
    """How many items there are."""
    return connection.execute(select(func.count()).select_from(items)).scalar_one()


def known_digests(connection: Connection) -> dict[str, str]:
    """SHA-256 → the first item with that content."""
    query = select(items.c.sha256, items.c.number).where(items.c.duplicate_of.is_(None))
    return {row.sha256: row.number for row in connection.execute(query)}


def item_rows(connection: Connection) -> dict[str, Copied]:
    """What the catalog copied of every item, by number: to be held against the acquisition records."""
    return {row[0]: Copied(*row) for row in connection.execute(select(*_copied()))}


def as_copied(record: ItemRecord, acquisition: int) -> Copied:
    """What the catalog must hold of an acquisition record's item."""
    digests = record.digests
    return Copied(
        record.number,
        record.name,
        record.received_path,
        record.size,
        digests.sha256,
        digests.blake3,
        acquisition,
        record.parent,
        record.duplicate_of,
    )


def all_acquisitions(connection: Connection) -> list[Acquisition]:
    """Every hand-over in order."""
    query = select(acquisitions).order_by(acquisitions.c.number)
    return [Acquisition(**row) for row in connection.execute(query).mappings()]


def all_refusals(connection: Connection) -> list[Refusal]:
    """Every path that was not taken in."""
    query = select(refusals.c.path, refusals.c.why).order_by(refusals.c.id)
    return [Refusal(path, why) for path, why in connection.execute(query)]


def refusals_by_acquisition(connection: Connection) -> dict[int, list[Refusal]]:
    """Acquisition number → the paths of that hand-over that were not taken in."""
    found: dict[int, list[Refusal]] = {}
    query = select(refusals.c.acquisition, refusals.c.path, refusals.c.why).order_by(refusals.c.id)
    for acquisition, path, why in connection.execute(query):
        found.setdefault(acquisition, []).append(Refusal(path, why))
    return found


def describe(connection: Connection, number: str, changes: Mapping[str, str | None]) -> None:
    """Set a person's own title, time (``when_said``) or party of an item."""
    describe_all(connection, [number], changes)


def describe_all(connection: Connection, numbers: Iterable[str], changes: Mapping[str, str | None]) -> None:
    """Set the same title, time or party of many items at once."""
    wanted = list(dict.fromkeys(numbers))
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        held = descriptions.c.item.in_(some)
        known = set(connection.execute(select(descriptions.c.item).where(held)).scalars())
        connection.execute(update(descriptions).where(held).values(**changes))
        fresh = [{"item": number, **changes} for number in some if number not in known]
        if fresh:
            connection.execute(insert(descriptions), fresh)
    listing.refresh(connection, wanted)


def add_note(connection: Connection, note: Note) -> int:
    """Add a work-product note; returns its id."""
    query = insert(notes).values(**_note_row(note)).returning(notes.c.id)
    return int(connection.execute(query).scalar_one())


def set_note(connection: Connection, note: Note) -> None:
    """Replace the note of that id."""
    connection.execute(update(notes).where(notes.c.id == note.id).values(**_note_row(note)))


def remove_note(connection: Connection, note_id: int) -> None:
    """Remove the note of that id."""
    connection.execute(delete(notes).where(notes.c.id == note_id))


def _note_row(note: Note) -> dict[str, Any]:
    return {"item": note.item, "text": note.text, "actor": note.actor, "time": note.time}


def note_of(connection: Connection, note_id: int) -> Note | None:
    """The note of that id."""
    row = connection.execute(_notes().where(notes.c.id == note_id)).first()
    return Note(*row) if row else None


def _notes() -> Select[Any]:
    return select(notes.c.item, notes.c.text, notes.c.actor, notes.c.time, notes.c.id)


def notes_of(connection: Connection, number: str) -> list[Note]:
    """The notes on an item, oldest first."""
    return [Note(*row) for row in connection.execute(_notes().where(notes.c.item == number).order_by(notes.c.id))]


def all_stamps(connection: Connection) -> dict[str, Stamp]:
    """How each original looked when it was last found good."""
    query = select(stamps.c.sha256, stamps.c.size, stamps.c.mtime_ns, stamps.c.ctime_ns)
    return {sha256: (size, mtime, ctime) for sha256, size, mtime, ctime in connection.execute(query)}


def set_stamps(connection: Connection, found: Mapping[str, Stamp]) -> None:
    """Remember how originals looked when they were found good."""
    if not found:
        return
    connection.execute(delete(stamps).where(stamps.c.sha256 == bindparam("old")), [{"old": each} for each in found])
    rows: Sequence[dict[str, Any]] = [
        {"sha256": sha256, "size": size, "mtime_ns": mtime, "ctime_ns": ctime}
        for sha256, (size, mtime, ctime) in found.items()
    ]
    connection.execute(insert(stamps), rows)
