"""Which column of a carrier's call detail is what: chosen beside the table itself, tried at once, saved by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError, UsageError
from evidencekit.job import Job
from ui.desk import Desk
from ui.dialogs.mapping_parts import ColumnsList, HowRead
from ui.models.mapping import AsFound, AsRead, columns_of, missing_in, roles_in, verdict, with_roles
from ui.parts import Part
from ui.tasks import Lane, Task
from ui.widgets import button, column, label, row, set_role, shown_lines, size_within

if TYPE_CHECKING:
    from evidencekit.mappings import Checked, ColumnMapping, Table

_PAUSE = 350  # milliseconds that a choice rests before the table is tried
_UNNAMED = "This table"
_PROPOSED = "Proposed from the headings and first rows. Check every column before you use it."


class MappingDialog(QDialog):
    """Shows an item's table, has its columns named, and reads the item so. ``mapping`` is what is chosen now, None
    until the table is there; ``found`` what the last check said of it."""

    def __init__(self, desk: Desk, number: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.number = desk, number
        self.mapping: ColumnMapping | None = None
        self.found: Checked | None = None
        self._table: Table | None = None
        self._known: dict[str, ColumnMapping] = {}
        self._checking: Task | None = None
        self._turn = 0
        self._over = False
        self.setWindowTitle("Read as call detail")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make(name)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_PAUSE)
        self._resting.timeout.connect(self._check)
        self._connect()
        size_within(self, desk.theme.px(1120), desk.theme.px(680))
        self._follow()
        self._say("Looking at the table…", "muted")
        self._look("", first=True)

    # How it is made

    def _make(self, name: str) -> None:
        theme = self.desk.theme
        px = theme.px
        self.known = QComboBox()
        self.known.setAccessibleName("Mapping")
        self.known.setMinimumContentsLength(16)
        self.propose = button("Propose", self._propose, tip="Guess the columns from the headings and first rows")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name to save the mapping under")
        self.name.setMinimumWidth(px(170))
        self.name.setPlaceholderText("Name, such as “Carrier, voice”")
        self.save = button("Save", self._save, tip="Keep this mapping under the name, for other tables like it")
        self.note = label("", "warn", wrap=True, name="About this mapping")
        self.columns = ColumnsList(theme)
        self.how = HowRead(theme, self.desk.session.tasks)
        self.as_found, self.as_read = AsFound(theme), AsRead()
        self.rows = _view("The table as it stands in the file", self.as_found)
        self.records = _view("The first records as they would be read", self.as_read)
        self.faults = QListWidget()
        self.faults.setAccessibleName("Rows that cannot be read")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for part, text in ((self.rows, "As in the file"), (self.records, "As read"), (self.faults, "Not read")):
            self.tabs.addTab(part, text)
        for each in (self.tabs, self.tabs.tabBar()):
            each.setAccessibleName("The table")
        self.verdict = label("", "strong", wrap=True, select=True, name="What this mapping makes of the table")
        self.more = label("", "muted", wrap=True, select=True, name="More about it")
        self.use = button("Read the item so", self.accept, primary=True)
        self.use.setDefault(True)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(column(label("Columns", "strong"), self.columns, gap=px(6)))
        right = column(self.tabs, self.how, gap=px(8))
        right.setContentsMargins(px(10), 0, 0, 0)
        split.addWidget(right)
        split.setSizes([px(430), px(640)])
        split.setStretchFactor(1, 1)
        self.columns.setMinimumWidth(px(270))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(px(each) for each in (20, 14, 20, 14)))
        layout.setSpacing(px(8))
        title = label(f"{self.number} · {name}", "heading", wrap=True)
        layout.addWidget(title)
        layout.addWidget(row(label("Mapping"), self.known, self.propose, None, self.name, self.save))
        layout.addWidget(self.note)
        layout.addWidget(split, 1)
        layout.addWidget(column(self.verdict, self.more, gap=px(2)))
        layout.addWidget(row(None, button("Cancel", self.reject), self.use))

    def _connect(self) -> None:
        self.known.activated.connect(lambda at: self._load(str(self.known.itemData(at))))
        self.columns.changed.connect(self._changed)
        self.columns.entered.connect(self._show_column)
        self.how.changed.connect(self._changed)
        self.how.moved.connect(self._moved)
        self.name.textChanged.connect(lambda _: self._follow())
        self.rows.horizontalHeader().sectionClicked.connect(self.columns.go_to)
        self.desk.session.state_changed.connect(self._follow)
        self.desk.session.closed.connect(self.reject)
        self.finished.connect(self._gone)

    # The table

    def _look(self, sheet: str, *, first: bool = False) -> None:
        """Have the contained worker show the table's beginning: the app opens no evidence."""
        number, home = self.number, self.desk.session.home

        def look(case: Case, job: Job) -> tuple[Table, ColumnMapping | None, list[ColumnMapping], str]:
            from evidencekit import mappings

            table, told = mappings.look(case, number, job, sheet=sheet), mappings.told(case, number)
            try:
                return table, told, mappings.saved(home), ""
            except UsageError as error:
                return table, told, [], f"Saved mappings cannot be used. {error.what} {error.todo}"

        def come(found: tuple[Table, ColumnMapping | None, list[ColumnMapping], str]) -> None:
            if self._over:
                return
            self._table = found[0]
            if first:
                self._list(*found)
            elif self.mapping is not None:
                self._put(replace(self.mapping, sheet=sheet), self.note.text())

        self.desk.session.study(look, come, key=f"mapping {id(self)}", failed=self._failed)

    def _list(self, table: Table, told: ColumnMapping | None, saved: list[ColumnMapping], trouble: str) -> None:
        """What can be chosen from, and the best of it to begin with."""
        self.known.clear()
        self._known = {f"saved {each.name}": each for each in saved}
        if table.proposal is not None:
            self._add("proposed", "Proposed for this table", table.proposal)
        if told is not None:
            self._add("told", "As it is read now", told)
        for each in saved:
            self._add(f"saved {each.name}", shown(each.name), each)
        self.propose.setEnabled(table.proposal is not None)
        begin = "told" if told is not None else "proposed"
        if begin in self._known:
            self._load(begin)
        else:
            self._add("none", "Nothing chosen yet", _empty())
            self._load("none")
        if trouble:
            self.note.setText(shown_lines(trouble))
            self.note.show()

    def _add(self, key: str, words: str, mapping: ColumnMapping) -> None:
        self._known[key] = mapping
        self.known.addItem(words, key)

    def _propose(self) -> None:
        self._load("proposed")

    def _load(self, key: str) -> None:
        self.known.setCurrentIndex(max(0, self.known.findData(key)))
        mapping = self._known[key]
        note = _PROPOSED if key == "proposed" else "It does not look like call detail." if key == "none" else ""
        if key.startswith("saved "):
            self.name.setText(mapping.name)
        if mapping.sheet and self._table is not None and mapping.sheet not in (self._table.sheet, ""):
            if mapping.sheet in self._table.sheets:
                self.mapping = mapping
                self._look(mapping.sheet)
                return
            mapping = replace(mapping, sheet="")
        self._put(mapping, note)

    def _put(self, mapping: ColumnMapping, note: str) -> None:
        """Show a mapping beside the table."""
        table = self._table
        if table is None:
            return
        self.mapping = mapping
        columns = columns_of(table.rows, mapping.skip, header=mapping.header)
        missing = missing_in(mapping, columns)
        if missing:
            note = f"This table has no column {', '.join(f'“{shown(each)}”' for each in missing[:5])}."
        self.note.setText(shown_lines(note))
        self.note.setVisible(bool(note))
        self.how.put(mapping, table.sheets, table.sheet)
        self.columns.put(columns, roles_in(mapping, columns))
        self.as_found.put(table.rows, columns, mapping.skip + (1 if mapping.header else 0))
        self.as_found.put_roles(self.columns.roles)
        for place in range(len(columns)):
            width = self.rows.sizeHintForColumn(place)
            self.rows.setColumnWidth(place, min(max(width, self.desk.theme.px(110)), self.desk.theme.px(220)))
        self._changed()

    def _show_column(self, place: int) -> None:
        self.rows.selectColumn(place)
        self.rows.scrollTo(self.as_found.index(0, place))

    def _moved(self) -> None:
        """Another sheet, or the records begin elsewhere: the columns are others."""
        if self.mapping is None or self._table is None:
            return
        wanted = self.how.read(self.mapping)
        if wanted.sheet and wanted.sheet != self._table.sheet:
            self.mapping = wanted
            self._look(wanted.sheet)
        else:
            self._put(wanted, self.note.text())

    # Trying it

    def _changed(self) -> None:
        if self.mapping is None or self._table is None:
            return
        columns = columns_of(self._table.rows, self.how.skip.value(), header=self.how.header.isChecked())
        self.mapping = with_roles(self.how.read(self.mapping), self.columns.roles, columns)
        self.as_found.put_roles(self.columns.roles)
        self.found = None
        self._follow()
        self._resting.start()

    def _check(self) -> None:
        """Try it on every row, in the contained worker."""
        mapping, number = self.mapping, self.number
        if mapping is None or self.desk.session.case is None:
            return
        if self._checking is not None:
            self._checking.cancel()
        self._turn += 1
        turn = self._turn

        def check(case: Case, job: Job) -> Checked:
            from evidencekit import mappings

            return mappings.check(case, number, mapping, job)

        def come(found: Checked) -> None:
            if turn == self._turn:
                self._checking = None
                self._checked(found)

        def fail(error: BaseException) -> None:
            if turn == self._turn:
                self._checking = None
                self._failed(error)

        self._say("Trying it on every row…", "muted")
        self._checking = self.desk.session.study(check, come, key=f"mapping check {id(self)}", failed=fail)

    def _checked(self, found: Checked) -> None:
        self.found = found
        told = verdict(found)
        self._say(told.head, told.tone, " ".join(told.more))
        self.as_read.put(found.first)
        self.records.resizeColumnsToContents()
        self.faults.clear()
        for each in found.faults[:1_000]:
            part = " (the rest of the row is read)" if each.kept else ""
            self.faults.addItem(shown(f"Row {each.row:,}: {each.why}{part}  –  {each.text}"))
        self.tabs.setTabText(2, f"Not read, {found.fault_count:,}" if found.fault_count else "Not read")
        self._follow()

    def _failed(self, error: BaseException) -> None:
        if self._over:
            return
        self.found = None
        self._say(error.what if isinstance(error, EvidenceKitError) else str(error), "bad")
        self._follow()

    def _say(self, head: str, tone: str, more: str = "") -> None:
        set_role(self.verdict, tone)
        self.verdict.setText(shown_lines(head))
        self.verdict.setAccessibleName(head)
        self.more.setText(shown_lines(more))
        self.more.setVisible(bool(more))

    # Keeping and using it

    def _save(self) -> None:
        mapping, home, name = self.mapping, self.desk.session.home, self.name.text().strip()
        if mapping is None or not name:
            return
        kept = replace(mapping, name=name)

        def save(job: Job) -> object:
            from evidencekit import mappings

            del job
            return mappings.save(home, kept)

        def done(_: object) -> None:
            if self._over:
                return
            key = f"saved {name}"
            if self.known.findData(key) < 0:
                self.known.addItem(shown(name), key)
            self._known[key] = kept
            self.known.setCurrentIndex(self.known.findData(key))
            self.desk.say(f"The mapping “{shown(name)}” is saved.")

        self.desk.session.tasks.start(Lane.DESK, save, done, self._failed)

    def _follow(self) -> None:
        read = self.found is not None and self.found.records > 0
        self.use.setEnabled(read and self.desk.session.writable)
        self.use.setToolTip("" if self.use.isEnabled() else "First some rows must be readable this way.")
        self.save.setEnabled(self.mapping is not None and bool(self.name.text().strip()))

    def accept(self) -> None:
        """Keep the mapping with the item and read it again."""
        mapping, number = self.mapping, self.number
        if mapping is None or not self.use.isEnabled():
            return
        said = self.name.text().strip()
        chosen = replace(mapping, name=said) if said else mapping

        def deed(case: Case, job: Job) -> object:
            from evidencekit import mappings

            return mappings.apply(case, number, chosen, job)

        parts = [Part.ITEMS, Part.WORDS]
        done = f"{number} is read as call detail now; its calls and messages are among the contacts."
        self.desk.session.act(f"Reading {number} as call detail", deed, parts, lambda _: self.desk.say(done))
        super().accept()

    def _gone(self) -> None:
        self._over = True
        self._turn += 1
        self._resting.stop()
        if self._checking is not None:
            self._checking.cancel()


def _empty() -> ColumnMapping:
    from evidencekit.mappings import ColumnMapping

    return ColumnMapping(_UNNAMED)


def _view(name: str, model: AsFound | AsRead) -> QTableView:
    made = QTableView()
    made.setModel(model)
    made.setAccessibleName(name)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setTabKeyNavigation(False)
    made.setWordWrap(False)
    made.setAlternatingRowColors(True)
    made.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.horizontalHeader().setProperty("near", True)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return made
