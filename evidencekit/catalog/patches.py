"""Watching which hand-written rows a transaction changes, and putting rows back as they were.

Triggers of the one connection note every change, so that it costs what the edit costs however large the case is.
Where a binder placed an exhibit is worked out and no part of a patch: it is forgotten with every change of exhibits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, bindparam, select, text
from sqlalchemy.exc import IntegrityError

from evidencekit.catalog import listing, search
from evidencekit.catalog import transcripts as spoken
from evidencekit.catalog.court import forget_places
from evidencekit.catalog.items import get_items
from evidencekit.catalog.tables import (
    answers,
    descriptions,
    drafts,
    exhibits,
    identifiers,
    incidents,
    milestones,
    notes,
    parties,
    transcripts,
)
from evidencekit.changes import Patch, Row, RowChange, Value
from evidencekit.errors import UsageError

# Every table that only people write.
_TABLES = {
    table.name: table
    for table in (
        *(parties, identifiers, descriptions, notes, milestones, incidents, exhibits, drafts),
        *(answers, transcripts),
    )
}
_WORKED_OUT = {"pages", "first_page", "volume"}
_AT_ONCE = 500  # keys in one IN list


def watch(connection: Connection) -> None:
    """Begin to note what this connection changes of the hand-written tables."""
    connection.exec_driver_sql(
        "CREATE TEMP TABLE watched (n INTEGER PRIMARY KEY, name TEXT, key, before TEXT, after TEXT)"
    )
    for table in _TABLES.values():
        key, old, new = _key(table), _packed(table, "OLD"), _packed(table, "NEW")
        for act, keyed, before, after in (
            ("INSERT", "NEW", "NULL", new),
            ("UPDATE", "OLD", old, new),
            ("DELETE", "OLD", old, "NULL"),
        ):
            connection.exec_driver_sql(
                f"CREATE TEMP TRIGGER watch_{table.name}_{act} AFTER {act} ON main.{table.name} BEGIN "  # noqa: S608 — names of our own tables
                f"INSERT INTO watched(name, key, before, after) "
                f"VALUES ('{table.name}', {keyed}.\"{key}\", {before}, {after}); END"
            )


def seen(connection: Connection) -> list[RowChange]:
    """Every change since :func:`watch`, in the order made."""
    rows = connection.exec_driver_sql("SELECT name, key, before, after FROM watched ORDER BY n")
    return [RowChange(name, key, _unpacked(name, before), _unpacked(name, after)) for name, key, before, after in rows]


def put(connection: Connection, patch: Patch) -> None:
    """Bring the patch's rows from ``before`` to ``after``, and with them what is worked out from them.

    Raises :class:`UsageError` when the ledger decides one of them, when one is no longer as ``before`` says, or when
    another part of the case rests on it; the caller's transaction is then to be taken back.
    """
    if any(row.ledgered for row in patch.rows):
        raise UsageError(
            "An exhibit's label, its items and its withdrawal, and a certified transcript stand in the ledger and are "
            "not undone.",
            todo="Withdraw the exhibit, change its items by a further entry, or write a new version of the transcript.",
        )
    by_table: dict[str, list[RowChange]] = {}
    for row in patch.rows:
        by_table.setdefault(row.table, []).append(row)
    for name, rows in by_table.items():
        table = _TABLES[name]
        found = _rows_of(connection, table, [row.key for row in rows])
        if any(found.get(row.key) != row.before for row in rows):
            raise _changed_since()
    # Rows may trade what is unique among them, or stand for one another's keys: out with all of them, then in.
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    try:
        for name, rows in by_table.items():
            _replace(connection, _TABLES[name], rows)
    except IntegrityError as error:
        raise _changed_since() from error
    _must_hold_together(connection, by_table)
    _bring_up(connection, by_table)


def _key(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in _WORKED_OUT]


def _packed(table: Table, row: str) -> str:
    return "json_array({})".format(", ".join(f'{row}."{name}"' for name in _columns(table)))


def _unpacked(name: str, packed: str | None) -> Row | None:
    return None if packed is None else dict(zip(_columns(_TABLES[name]), json.loads(packed), strict=True))


def _rows_of(connection: Connection, table: Table, keys: Sequence[str | int]) -> dict[str | int, Row]:
    names = _columns(table)
    listed = ", ".join(f'"{name}"' for name in names)
    query = text(f'SELECT {listed} FROM {table.name} WHERE "{_key(table)}" IN :keys')  # noqa: S608 — our own names
    query = query.bindparams(bindparam("keys", expanding=True))
    found: dict[str | int, Row] = {}
    for start in range(0, len(keys), _AT_ONCE):
        for row in connection.execute(query, {"keys": list(keys[start : start + _AT_ONCE])}):
            kept = dict(zip(names, row, strict=True))
            found[kept[_key(table)]] = kept
    return found


def _replace(connection: Connection, table: Table, rows: Iterable[RowChange]) -> None:
    columns = _columns(table)
    gone = [(row.key,) for row in rows if row.before is not None]
    come = [tuple(row.after[name] for name in columns) for row in rows if row.after is not None]
    if gone:
        connection.exec_driver_sql(f'DELETE FROM {table.name} WHERE "{_key(table)}" = ?', gone)  # noqa: S608
    if come:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", come)  # noqa: S608


def _must_hold_together(connection: Connection, changed: dict[str, list[RowChange]]) -> None:
    """No identifier without its party, and no item with a party that is not on the list."""
    if "parties" in changed or "identifiers" in changed:
        owners = select(parties.c.id)
        if connection.execute(select(identifiers).where(identifiers.c.party.not_in(owners))).first():
            raise _changed_since()
    carried = {row.after["party"] for row in changed.get("descriptions", ()) if row.after}
    carried |= {row.before["name"] for row in changed.get("parties", ()) if row.before}
    if carried - {None}:
        names = select(parties.c.name)
        query = select(descriptions.c.item).where(descriptions.c.party.in_(carried), descriptions.c.party.not_in(names))
        item = connection.execute(query).scalar()
        if item:
            raise _changed_since(str(item))


def _changed_since(item: str | None = None) -> UsageError:
    return UsageError(
        "This was changed again since, so that it can be neither undone nor redone; nothing was changed.",
        item=item,
        todo="Look at it as it is now and change it by hand.",
    )


def _title(row: Row | None) -> Value:
    return row["title"] if row else None


def _bring_up(connection: Connection, changed: dict[str, list[RowChange]]) -> None:
    """What is worked out from the rows: the search index, how items stand in a list, where exhibits stand."""
    described = changed.get("descriptions", ())
    if described:
        listing.refresh(connection, [str(row.key) for row in described])
    reworded = {str(row.key) for row in described if _title(row.before) != _title(row.after)}
    reworded |= {str(state["item"]) for row in changed.get("notes", ()) for state in (row.before, row.after) if state}
    for item in get_items(connection, reworded).values():
        search.index_words(connection, item)
    heard = {str(state["item"]) for row in changed.get("transcripts", ()) for state in (row.before, row.after) if state}
    for number in heard:
        spoken.index(connection, number)
    if "exhibits" in changed:
        forget_places(connection)
