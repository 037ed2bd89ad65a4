"""The items of a case as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from evidencekit.custody.names import shown
from evidencekit.model import Item
from evidencekit.moments import show, zone_basis

COLUMNS = ("Item", "Kind", "When", "Title or name", "Exhibit", "Notes")
_Index = QModelIndex | QPersistentModelIndex


class ItemsModel(QAbstractTableModel):
    """One row an item, in the order of their numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, ...]] = []

    def set_items(self, items: Sequence[Item], cited: dict[str, str], zone: str) -> None:
        """Show these items; ``cited`` gives the exhibit label by item number."""
        self.beginResetModel()
        self._rows = [_cells(item, cited.get(item.number, ""), zone) for item in items]
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 — Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 — Qt's name
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    def headerData(  # noqa: N802 — Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None


def _cells(item: Item, label: str, zone: str) -> tuple[str, ...]:
    if item.when_said is not None:
        date, time, named = show(item.when_said, zone_basis(item.when_said, zone), zone)
    elif item.moments:
        date, time, named = show(item.moments[0].value, item.moments[0].zone, zone)
    else:
        date, time, named = "", "", ""
    when = " ".join(part for part in (date, time, named) if part)
    notes = "; ".join(
        [f"repeats {item.duplicate_of}"] * bool(item.duplicate_of)
        + [f"in {item.parent}"] * bool(item.parent)
        + list(item.warnings)
    )
    title = shown(item.title or item.name)
    return item.number, item.kind.value, when or "no date", title, label, shown(notes)
