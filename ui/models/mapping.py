"""A table of call detail as it is looked at while its columns are named: pure values, and the models that show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from evidencekit.binder.words import plural
from evidencekit.custody.names import shown
from ui.theme import Theme
from ui.tips import plain_tip

if TYPE_CHECKING:
    from evidencekit.mappings import Checked, ColumnMapping

Index = QModelIndex | QPersistentModelIndex
PREVIEW = 50  # rows shown
_LONGEST = 200  # characters of a cell shown
ROLE_WORDS = {
    "when": "Date and time",
    "date": "Date",
    "time": "Time",
    "sender": "From (caller)",
    "recipient": "To (called)",
    "other": "The other number",
    "direction": "Direction",
    "duration": "Duration",
    "kind": "Type",
    "result": "Answered or not",
    "offset": "Time zone of the row",
}
_READ = (
    ("at", "Where"),
    ("when", "When"),
    ("channel", "What"),
    ("from", "From"),
    ("to", "To"),
    ("outgoing", "Direction"),
    ("answered", "Answered"),
    ("seconds", "Seconds"),
    ("as_found", "Time as found"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` is how a mapping calls it, ``heading`` what stands above it, ``example`` its first value."""

    name: str
    heading: str
    example: str


def columns_of(rows: Sequence[Sequence[str]], skip: int, *, header: bool) -> tuple[Column, ...]:
    """The columns of a table. One whose heading is empty, or stands above several, is called by its place."""
    heading = rows[skip] if header and skip < len(rows) else ()
    records = [row for row in rows[skip + (1 if header else 0) :] if any(cell.strip() for cell in row)]
    count = max((len(row) for row in (heading, *records[:PREVIEW])), default=0)
    folded = [_folded(cell) for cell in heading]
    made = []
    for place in range(count):
        told = heading[place].strip() if place < len(heading) else ""
        alone = bool(told) and folded.count(_folded(told)) == 1 and not told.startswith("#")
        example = next((row[place].strip() for row in records if place < len(row) and row[place].strip()), "")
        made.append(Column(told if alone else f"#{place + 1}", told, example))
    return tuple(made)


def roles_in(mapping: ColumnMapping, columns: Sequence[Column]) -> dict[int, str]:
    """Column → its role in a mapping; roles of columns that this table does not have are left out."""
    found: dict[int, str] = {}
    for role in ROLE_WORDS:
        called = mapping.column(role)
        place = _place(called, columns) if called else None
        if place is not None:
            found.setdefault(place, role)
    return found


def missing_in(mapping: ColumnMapping, columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns that a mapping names and this table does not have."""
    named = [mapping.column(role) for role in ROLE_WORDS]
    return tuple(each for each in named if each and _place(each, columns) is None)


def with_roles(mapping: ColumnMapping, roles: Mapping[int, str], columns: Sequence[Column]) -> ColumnMapping:
    """The mapping with these roles and no others."""
    held = {role: columns[place].name for place, role in roles.items() if place < len(columns)}
    chosen: dict[str, Any] = {role: held.get(role, "") for role in ROLE_WORDS}
    return replace(mapping, **chosen)


def _place(called: str, columns: Sequence[Column]) -> int | None:
    if called.startswith("#") and called[1:].isdecimal():
        place = int(called[1:]) - 1
        return place if 0 <= place < len(columns) else None
    wanted = _folded(called)
    return next((place for place, each in enumerate(columns) if _folded(each.heading) == wanted), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says: ``head`` in a line, ``tone`` a role of labels, ``more`` what else is to be known."""

    head: str
    tone: str
    more: tuple[str, ...] = ()


def verdict(found: Checked) -> Verdict:
    """A check in words."""
    lost = [each for each in found.faults if not each.kept]
    total = found.records + len(lost)
    if found.broken and not total:
        return Verdict(shown(found.broken), "bad")
    if not found.records:
        return Verdict("No row can be read this way.", "bad", tuple(f"Row {f.row}: {shown(f.why)}" for f in lost[:1]))
    head = f"{found.records:,} of {plural(total, 'row', 'rows')} can be read"
    if lost:
        head += f"; row {lost[0].row:,}: {shown(lost[0].why)}"
    more = []
    if partly := [each for each in found.faults if each.kept]:
        more.append(f"{len(partly):,} in part, such as row {partly[0].row:,}: {shown(partly[0].why)}.")
    if found.without_zone:
        more.append(f"{plural(found.without_zone, 'time has', 'times have')} no zone; say it above when it is known.")
    if found.data:
        more.append(f"{plural(found.data, 'row', 'rows')} of data sessions left out.")
    if found.unknown:
        more.append(f"Not understood: {', '.join(shown(each) for each in found.unknown[:6])}.")
    if found.broken:
        more.append(shown(found.broken))
    good = not lost and not found.broken and not found.without_zone and not partly
    return Verdict(head + ("" if head.endswith(".") else "."), "good" if good else "warn", tuple(more))


class AsFound(QAbstractTableModel):
    """The first rows as they stand in the file; above each column its role."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._columns: tuple[Column, ...] = ()
        self._roles: dict[int, str] = {}
        self._above = 0

    def put(self, rows: Sequence[tuple[str, ...]], columns: tuple[Column, ...], above: int) -> None:
        """Show these rows; the first ``above`` are no records."""
        self.beginResetModel()
        self._rows, self._columns, self._above = tuple(rows[:PREVIEW]), columns, above
        self.endResetModel()

    def put_roles(self, roles: Mapping[int, str]) -> None:
        """Say which column is what."""
        self._roles = dict(roles)
        if self._columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 — Qt's name and way
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 — Qt's name and way
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else ()
        text = shown(row[index.column()][:_LONGEST]) if index.column() < len(row) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(text)
        if role == Qt.ItemDataRole.ForegroundRole:
            used = index.column() in self._roles and index.row() >= self._above
            return self._theme.colour("text" if used else "muted")
        return None

    def headerData(  # noqa: N802 — Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        if section >= len(self._columns):
            return None
        column, held = self._columns[section], self._roles.get(section)
        heading, told = shown(column.heading) or f"Column {section + 1}", ROLE_WORDS[held] if held else "Ignored"
        if role == Qt.ItemDataRole.DisplayRole:
            short = heading if len(heading) <= 40 else f"{heading[:40]}…"
            return f"{told}\n{short}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{heading}\n{told}")
        return None


class AsRead(QAbstractTableModel):
    """The first records as a mapping reads them."""

    def __init__(self) -> None:
        super().__init__()
        self._records: tuple[Mapping[str, Any], ...] = ()

    def put(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Show these records."""
        self.beginResetModel()
        self._records = tuple(records[:PREVIEW])
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 — Qt's name and way
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 — Qt's name and way
        return 0 if parent.isValid() else len(_READ)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        name = _READ[index.column()][0]
        told = _told(name, self._records[index.row()].get(name))
        return told if role == Qt.ItemDataRole.DisplayRole else plain_tip(told)

    def headerData(  # noqa: N802 — Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return _READ[section][1] if orientation is Qt.Orientation.Horizontal else f"{section + 1:,}"


def _told(name: str, value: Any) -> str:
    if name == "outgoing":
        return {True: "outgoing", False: "incoming"}.get(value, "not known")
    if name == "answered":
        return {True: "yes", False: "no"}.get(value, "not known")
    if name == "when":
        return shown(str(value)).replace("T", " ") if value else "no time"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(str(each)) for each in value)
    return shown(str(value)) if value is not None else ""
