"""The columns of a table of items, what each is ordered by and says."""

from __future__ import annotations

from enum import IntEnum

from evidencekit.catalog.browse import Order
from evidencekit.custody.names import shown
from ui.models.itemcells import Cells


class Column(IntEnum):
    """The table's columns."""

    ITEM = 0
    WHEN = 1
    TITLE = 2
    KIND = 3
    PARTY = 4
    EXHIBIT = 5
    REMARKS = 6


HEADERS = ("Item", "When", "Title or name", "Kind", "Party", "Exhibit", "Remarks")
ORDERS = {
    Column.ITEM: Order.NUMBER,
    Column.WHEN: Order.WHEN,
    Column.TITLE: Order.TITLE,
    Column.KIND: Order.KIND,
    Column.PARTY: Order.PARTY,
    Column.EXHIBIT: Order.EXHIBIT,
}


def text_of(cells: Cells, column: Column) -> str:
    """A cell in words."""
    match column:
        case Column.ITEM:
            return cells.row.number
        case Column.WHEN:
            return f"{cells.date} {cells.time}".strip()
        case Column.TITLE:
            return cells.title
        case Column.KIND:
            return cells.kind
        case Column.PARTY:
            return cells.party
        case Column.EXHIBIT:
            return cells.exhibit
        case Column.REMARKS:
            return "; ".join(flag.text for flag in cells.flags)


def tip_of(cells: Cells, column: Column) -> str:
    """What is said more of a cell, in lines; to be shown as a :func:`plain_tip`."""
    match column:
        case Column.WHEN:
            return cells.basis
        case Column.TITLE:
            return "\n".join(part for part in (cells.title, cells.below) if part)
        case Column.REMARKS:
            return "\n".join((*(flag.text for flag in cells.flags), *map(shown, cells.row.warnings)))
        case Column.KIND:
            return " · ".join(part for part in (cells.kind, cells.extent, shown(cells.row.media_type)) if part)
        case _:
            return text_of(cells, column)
