"""What an edit changed of what people wrote, as a value: the rows before and after, to take back and make again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Value = str | int | None
Row = Mapping[str, Value]

_ITEM_COLUMNS = {"descriptions": "item", "notes": "item", "milestones": "item", "transcripts": "item"}
_ITEMS_COLUMNS = {"incidents": "items", "exhibits": "items", "drafts": "items"}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a hand-written table by its key: column → value as SQLite holds it, None where there was no row."""

    table: str
    key: str | int
    before: Row | None
    after: Row | None

    @property
    def ledgered(self) -> bool:
        """Whether the ledger decides what differs: which labels exist, on which items, and which are withdrawn; and
        which transcripts are certified."""
        if self.table == "transcripts":
            return any(row is not None and row["state"] == "certified" for row in (self.before, self.after))
        if self.table != "exhibits":
            return False
        return _ledger_part(self.before) != _ledger_part(self.after)


def _ledger_part(row: Row | None) -> tuple[Value, ...] | None:
    return None if row is None else (row["label"], row["items"], row["status"] == "withdrawn")


@dataclass(frozen=True, slots=True)
class Patch:
    """The rows that an edit changed, each once, in the order of their tables."""

    rows: tuple[RowChange, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.rows

    @property
    def undoable(self) -> bool:
        """Whether it can be taken back: it changed something, and nothing that the ledger decides."""
        return bool(self.rows) and not any(row.ledgered for row in self.rows)

    @property
    def tables(self) -> frozenset[str]:
        """The catalog's tables it changed, such as ``descriptions`` or ``drafts``."""
        return frozenset(row.table for row in self.rows)

    @property
    def items(self) -> frozenset[str]:
        """The numbers of the items whose descriptions, notes, milestones, incidents or exhibits it changed."""
        found: set[str] = set()
        for change in self.rows:
            for row in (change.before, change.after):
                if row is not None:
                    found.update(_items_of(change.table, row))
        return frozenset(found)

    @property
    def inverse(self) -> Patch:
        """The patch that takes this one back."""
        return Patch(tuple(RowChange(row.table, row.key, row.after, row.before) for row in self.rows))

    def then(self, later: Patch) -> Patch:
        """This patch and a later one as one."""
        return netted((*self.rows, *later.rows))


def _items_of(table: str, row: Row) -> Iterable[str]:
    if table in _ITEM_COLUMNS:
        number = row[_ITEM_COLUMNS[table]]
        return () if number is None else (str(number),)
    if table in _ITEMS_COLUMNS:
        return [str(number) for number in json.loads(str(row[_ITEMS_COLUMNS[table]]))]
    return ()


def netted(changes: Iterable[RowChange]) -> Patch:
    """Changes in the order they were made, as one patch: each row from its first state to its last, if they differ."""
    rows: dict[tuple[str, str | int], RowChange] = {}
    for change in changes:
        place = (change.table, change.key)
        first = rows.get(place, change)
        rows[place] = RowChange(change.table, change.key, first.before, change.after)
    kept = [row for row in rows.values() if row.before != row.after]
    return Patch(tuple(sorted(kept, key=lambda row: (row.table, str(row.key).zfill(12)))))
