"""The parts of the column-mapping dialog: which column is what, and how its cells are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from evidencekit.custody.names import shown
from ui.models.mapping import ROLE_WORDS, Column
from ui.tasks import Tasks
from ui.theme import Theme
from ui.tips import plain_tip
from ui.widgets import Elided, label
from ui.widgets import column as column_of
from ui.zones import complete_zones

if TYPE_CHECKING:
    from evidencekit.mappings import ColumnMapping

_AT_ONCE = 16  # columns made in one turn of the loop: a table may have three hundred
_ORDERS = (
    ("", "Only dates that can mean one day"),
    ("mdy", "Month/day/year"),
    ("dmy", "Day/month/year"),
    ("ymd", "Year/month/day"),
    ("epoch", "Seconds since 1970, UTC"),
)
_CLOCKS = (("24", "24 hours"), ("12", "12 hours, AM and PM"))
_UNITS = (
    ("auto", "Seconds, or with colons"),
    ("seconds", "Seconds"),
    ("minutes", "Minutes"),
    ("mm:ss", "mm:ss"),
    ("hh:mm:ss", "hh:mm:ss"),
)


class ColumnsList(QScrollArea):
    """One line per column: its heading, an example, and what it is. ``changed`` says that a person chose otherwise;
    ``entered`` gives the column whose chooser has the keys."""

    changed = Signal()
    entered = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Columns of the table")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.choosers: list[QComboBox] = []
        self._columns: tuple[Column, ...] = ()
        self._roles: dict[int, str] = {}
        self._making = QTimer(self)
        self._making.timeout.connect(self._make_some)
        self._fresh()

    @property
    def roles(self) -> dict[int, str]:
        """Column → its role; columns that are ignored are left out."""
        return dict(self._roles)

    @property
    def making(self) -> bool:
        """Whether lines are still being put in."""
        return self._making.isActive()

    def put(self, columns: tuple[Column, ...], roles: dict[int, str]) -> None:
        """Show these columns in these roles."""
        self._roles = dict(roles)
        if columns != self._columns:
            self._columns = columns
            self._fresh()
            self._make_some()
            self._making.start(0)
        for place in range(len(self.choosers)):
            self._show_role(place)

    def go_to(self, place: int) -> None:
        """Give the keys to a column's chooser."""
        if place < len(self.choosers):
            self.choosers[place].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(self.choosers[place])

    def _fresh(self) -> None:
        self._making.stop()
        self.choosers = []
        inside = QWidget()
        self._grid = QGridLayout(inside)
        px = self._theme.px
        self._grid.setContentsMargins(0, 0, px(8), 0)
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnStretch(0, 1)
        self.setWidget(inside)

    def _make_some(self) -> None:
        done = len(self.choosers)
        for place in range(done, min(done + _AT_ONCE, len(self._columns))):
            self._make(place, self._columns[place])
        if len(self.choosers) == len(self._columns):
            self._making.stop()
            self._grid.setRowStretch(len(self._columns), 1)

    def _make(self, place: int, column: Column) -> None:
        heading = column.heading or f"Column {place + 1}"
        box = _Chooser(partial(self.entered.emit, place))
        box.setAccessibleName(f"What column {place + 1}, {shown(heading)}, is; for example {shown(column.example)}")
        box.addItem("Ignore", "")
        for role, words in ROLE_WORDS.items():
            box.addItem(words, role)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(11)
        box.setToolTip(plain_tip(heading))
        self.choosers.append(box)
        self._show_role(place)
        box.activated.connect(lambda _: self._chose(place, str(box.currentData())))
        name = Elided(heading)
        name.setMinimumWidth(self._theme.px(60))
        example = Elided(column.example, "small", name="For example")
        for across, part in enumerate((column_of(name, example, gap=0), box)):
            self._grid.addWidget(part, place, across)

    def _chose(self, place: int, role: str) -> None:
        """One column takes a role; the one that had it has none any more."""
        self._roles = {other: held for other, held in self._roles.items() if other != place and held != role}
        if role:
            self._roles[place] = role
        for other in range(len(self.choosers)):
            self._show_role(other)
        self.changed.emit()

    def _show_role(self, place: int) -> None:
        box = self.choosers[place]
        box.setCurrentIndex(max(0, box.findData(self._roles.get(place, ""))))


class _Chooser(QComboBox):
    """Says when it has the keys; the wheel scrolls the list it stands in."""

    def __init__(self, entered: object) -> None:
        super().__init__()
        self._entered = entered
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def focusInEvent(self, event: object) -> None:  # noqa: N802 — Qt's name
        super().focusInEvent(event)  # type: ignore[arg-type]
        if callable(self._entered):
            self._entered()

    def wheelEvent(self, event: object) -> None:  # noqa: N802 — Qt's name
        event.ignore()  # type: ignore[attr-defined]


class HowRead(QWidget):
    """Dates, clock, durations, zone, the subscriber, the sheet and where the records begin. ``changed`` says that a
    person chose otherwise, ``moved`` that the rows or the sheet are others."""

    changed = Signal()
    moved = Signal()

    def __init__(self, theme: Theme, tasks: Tasks) -> None:
        super().__init__()
        self.order = _choice("Order of the dates", _ORDERS)
        self.clock = _choice("Clock", _CLOCKS)
        self.unit = _choice("Durations", _UNITS)
        self.zone = QLineEdit()
        self.zone.setPlaceholderText("Not known")
        complete_zones(self.zone, tasks)
        self.owner = QLineEdit()
        self.owner.setPlaceholderText("+1 555 014 2210")
        self.sheet = _choice("Sheet", ())
        self.skip = QSpinBox()
        self.skip.setRange(0, 10_000)
        self.header = QCheckBox("A row of headings stands above")
        self._lay_out(theme)
        for box in (self.order, self.clock, self.unit):
            box.activated.connect(lambda _: self.changed.emit())
        self.zone.textChanged.connect(lambda _: self.changed.emit())
        self.owner.textChanged.connect(lambda _: self.changed.emit())
        self.sheet.activated.connect(lambda _: self.moved.emit())
        self.skip.valueChanged.connect(lambda _: self.moved.emit())
        self.header.clicked.connect(lambda checked=False: self.moved.emit())

    def _lay_out(self, theme: Theme) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(5))
        fields: tuple[tuple[str, QWidget], ...] = (
            ("Order of the &dates", self.order),
            ("&Clock", self.clock),
            ("D&urations", self.unit),
            ("Time &zone", self.zone),
            ("Subscriber’s &number", self.owner),
            ("Rows a&bove the table", self.skip),
            ("S&heet", self.sheet),
        )
        for place, (text, field) in enumerate(fields):
            name = label(text)
            name.setBuddy(field)
            if not field.accessibleName():
                field.setAccessibleName(text.replace("&", ""))
            grid.addWidget(name, place // 2, place % 2 * 2)
            grid.addWidget(field, place // 2, place % 2 * 2 + 1)
            if field is self.sheet:
                self._sheet_name = name
        grid.addWidget(self.header, 3, 2, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def put(self, mapping: ColumnMapping, sheets: Sequence[str], sheet: str) -> None:
        """Show what a mapping says."""
        for field in (self.zone, self.owner, self.skip):
            field.blockSignals(True)
        for box, value in ((self.order, mapping.order), (self.clock, mapping.clock), (self.unit, mapping.unit)):
            box.setCurrentIndex(max(0, box.findData(value)))
        self.zone.setText(mapping.zone)
        self.owner.setText(mapping.owner)
        self.skip.setValue(mapping.skip)
        self.header.setChecked(mapping.header)
        self.sheet.clear()
        for each in sheets:
            self.sheet.addItem(shown(each), each)
        self.sheet.setCurrentIndex(max(0, self.sheet.findData(mapping.sheet or sheet)))
        for part in (self.sheet, self._sheet_name):
            part.setVisible(len(sheets) > 1)
        for field in (self.zone, self.owner, self.skip):
            field.blockSignals(False)

    def read(self, mapping: ColumnMapping) -> ColumnMapping:
        """The mapping with what is chosen here."""
        return replace(
            mapping,
            order=str(self.order.currentData() or ""),
            clock=str(self.clock.currentData()),
            unit=str(self.unit.currentData()),
            zone=self.zone.text().strip(),
            owner=self.owner.text().strip(),
            sheet=str(self.sheet.currentData() or "") if self.sheet.count() > 1 else mapping.sheet,
            skip=self.skip.value(),
            header=self.header.isChecked(),
        )


def _choice(name: str, choices: Sequence[tuple[str, str]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    for value, words in choices:
        made.addItem(words, value)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(6)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made
