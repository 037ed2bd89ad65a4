"""The times of one item side by side: found in the file, and proposed by its name or by recognised words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.views.details.loaded import Loaded
from ui.widgets import Snug, button, label, row

_HEADINGS = ("Time", "Beside the one in use", "Found in", "Why it stands here")


@dataclass(frozen=True, slots=True)
class _Line:
    value: str
    proposed: bool
    cells: tuple[str, ...]


class TimesDialog(Snug):
    """``value`` is what was chosen, and ``proposed`` whether it is only a proposal. Nothing is chosen by looking."""

    value: str = ""
    proposed: bool = False

    def __init__(self, theme: Theme, loaded: Loaded, *, possible: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Times side by side")
        self.setMinimumSize(theme.px(640), theme.px(320))
        self.resize(theme.px(860), theme.px(460))
        self._used, self._possible = loaded.used, possible
        self._lines = _lines(loaded)
        self.table = QTableWidget(len(self._lines), len(_HEADINGS))
        self._fill(theme)
        self.use = button("Use this time", self.accept, primary=True)
        self.use.setDefault(True)
        self.told = label("", "small", wrap=True, name="About the chosen line")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(each) for each in (20, 18, 20, 16)))
        layout.setSpacing(theme.px(10))
        layout.addWidget(label(loaded.item.title or loaded.item.name, "heading", wrap=True))
        if loaded.conflict:
            layout.addWidget(label(loaded.conflict, "warn", wrap=True))
        layout.addWidget(label(f"Shown in the case’s zone, {loaded.zone}.", "muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.told)
        layout.addWidget(row(None, button("Close", self.reject), self.use))
        self.table.itemSelectionChanged.connect(self._follow)
        self.table.itemDoubleClicked.connect(lambda _: self.accept())
        self.table.selectRow(0)
        self._follow()
        self.table.setFocus()

    def go_to(self, value: str) -> None:
        """Choose the line of that ISO value, if there is one."""
        place = next((place for place, line in enumerate(self._lines) if value and line.value == value), None)
        if place is not None:
            self.table.selectRow(place)

    def _fill(self, theme: Theme) -> None:
        table = self.table
        table.setAccessibleName("Times of this item")
        table.setHorizontalHeaderLabels(list(_HEADINGS))
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setWordWrap(True)
        table.setShowGrid(False)
        for at, line in enumerate(self._lines):
            for column, text in enumerate(line.cells):
                cell = QTableWidgetItem(text)
                cell.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                table.setItem(at, column, cell)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((150, 190, 0, 190)):
            mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if width:
                header.resizeSection(column, theme.px(width))
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _line(self) -> _Line | None:
        chosen = self.table.currentRow()
        return self._lines[chosen] if 0 <= chosen < len(self._lines) else None

    def _follow(self) -> None:
        line = self._line()
        in_use = line is not None and line.value == self._used
        self.use.setEnabled(self._possible and line is not None and not in_use)
        if line is None:
            words = ""
        elif in_use:
            words = "This time is in use."
        elif line.proposed:
            words = (
                "Only proposed. Used, it stands as a time that you said, with your name; nothing in the file changes."
            )
        else:
            words = "Found in the file. Used, it keeps its zone and where it was found."
        self.told.setText(words)

    def accept(self) -> None:
        """Take the line that is chosen."""
        line = self._line()
        if line is None or not self.use.isEnabled():
            return
        self.value, self.proposed = line.value, line.proposed
        super().accept()


def _lines(loaded: Loaded) -> tuple[_Line, ...]:
    found = [
        _Line(
            each.value,
            False,
            (
                f"{each.told}\n{each.zone}" if each.zone else each.told,
                "In use" if each.value == loaded.used else each.apart or "the same",
                "\n".join((each.basis, *each.same, *(f"as found: “{raw}”" for raw in each.as_found))),
                each.why,
            ),
        )
        for each in loaded.found
    ]
    proposed = [_Line(each.value, True, (each.told, "Proposed", each.basis, each.why)) for each in loaded.times]
    return (*found, *proposed)
