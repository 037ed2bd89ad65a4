"""The left side of the binder page: profile and paper, how large it will be, what to look at, and earlier binders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.binder.earlier import EarlierBinder
from evidencekit.binder.remarks import Remark, RemarkKind
from evidencekit.binder.words import clock
from evidencekit.custody.names import shown
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile, profile_names
from ui.desk import Desk
from ui.tips import plain_tip
from ui.views.binder_state import PAPERS, BinderState, many, profile_words
from ui.widgets import action_button, button, label, row, shown_lines

if TYPE_CHECKING:
    from evidencekit.binder.estimate import Estimate, ExhibitPages

_LISTED = 300
_ICONS = {
    RemarkKind.DRAFTS: ("stamp", "warn"),
    RemarkKind.UNDATED: ("calendar-x", "warn"),
    RemarkKind.NATIVE: ("paperclip", "muted"),
    RemarkKind.PARTIAL: ("paperclip", "warn"),
    RemarkKind.POSITION: ("shield-alert", "bad"),
    RemarkKind.RENDERED: ("triangle-alert", "warn"),
    RemarkKind.WITHDRAWN: ("ban", "muted"),
}
_COLUMNS = ("Exhibit", "Description", "Pages", "From page")
_PLACE = 3
_Index = QModelIndex | QPersistentModelIndex


class ExhibitModel(QAbstractTableModel):
    """The exhibits of an estimate with their pages."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[ExhibitPages, ...] = ()
        self._several = False

    def show(self, found: Estimate | None) -> None:
        """Show another estimate; where the exhibits are the same, the choice in the list stays."""
        rows = found.exhibits if found else ()
        several = found is not None and len(found.volumes) > 1
        if several != self._several:
            self._several = several
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, _PLACE, _PLACE)
        if [each.label for each in rows] != [each.label for each in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_COLUMNS) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802 — Qt's name and default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802 — Qt's name and default
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802 — Qt's name
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return "Vol., page" if self._several and section == _PLACE else _COLUMNS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell."""
        each = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (each.label, shown(each.title), self._pages(each), self._place(each))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1:
            return plain_tip(shown(each.title))
        return None

    @staticmethod
    def _pages(each: ExhibitPages) -> str:
        if each.pages is None:
            return "omitted"
        return f"{each.pages:,}" if each.exact else f"about {each.pages:,}"

    def _place(self, each: ExhibitPages) -> str:
        if each.first_page is None:
            return "–"
        return f"{each.volume}, {each.first_page:,}" if self._several else f"{each.first_page:,}"


class ChoicesPanel(QWidget):
    """``chose`` gives a profile's name and a paper; ``wanted`` a remark to jump to; ``picked`` an earlier binder."""

    chose = Signal(str, object)
    wanted = Signal(object)
    picked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._remarks: tuple[Remark, ...] = ()
        self._filling = False
        self._make_choices()
        self._make_count()
        self._make_lists()
        px = desk.theme.px
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(px(16), px(14), px(16), px(12))
        layout.setSpacing(px(8))
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (("Court &profile", self.profile), ("P&aper", self.paper)):
            named = QLabel(text)
            named.setBuddy(field)
            form.addRow(named, field)
        layout.addWidget(label("Exhibit binder", "title"))
        layout.addLayout(form)
        layout.addWidget(self.means)
        layout.addSpacing(px(4))
        for each in (self.total, self.state, self.bar):
            layout.addWidget(each)
        layout.addWidget(row(self.build, None))
        layout.addSpacing(px(4))
        layout.addWidget(self.tabs, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        desk.theme.changed.connect(self._dress)
        self._dress()

    # How it is made

    def _make_choices(self) -> None:
        self.profile, self.paper = QComboBox(), QComboBox()
        self.profile.setAccessibleName("Court profile")
        self.paper.setAccessibleName("Paper")
        for name in profile_names():
            self.profile.addItem(load_profile(name).title, name)
        for paper, text in PAPERS.items():
            self.paper.addItem(text, paper)
        self.means = label("", "small", wrap=True, name="What the profile means")
        for box in (self.profile, self.paper):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.currentIndexChanged.connect(self._chosen)

    def _make_count(self) -> None:
        self.total = label("", "heading", wrap=True, name="How large the binder will be")
        self.state = label("", "muted", wrap=True, name="How exact the count is")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Counting")
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(kept)
        self.bar.hide()
        self.build = action_button(self.desk.actions["binder.build"], primary=True)

    def _make_lists(self) -> None:
        self.model = ExhibitModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Exhibits and their pages")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setProperty("near", True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(self.desk.theme.px(48))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.look = QListWidget()
        self.look.setAccessibleName("What to look at before building")
        self.look.setWordWrap(True)
        self.look.itemActivated.connect(self._go)
        self.jump = button("Go there", self._go, tip="Show the item or exhibit that this is about")
        self.jump.setEnabled(False)
        self.look.currentItemChanged.connect(lambda now, before: self.jump.setEnabled(now is not None))
        looking = QWidget()
        below = QVBoxLayout(looking)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.look, 1)
        below.addWidget(row(self.jump, None))
        self.earlier = QListWidget()
        self.earlier.setAccessibleName("Binders built so far")
        self.earlier.setWordWrap(True)
        self.earlier.currentItemChanged.connect(self._picked)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.addTab(self.table, "Exhibits")
        self.tabs.addTab(looking, "To look at")
        self.tabs.addTab(self.earlier, "Built")

    def _dress(self) -> None:
        px = self.desk.theme.px
        self.setMinimumWidth(px(280))
        self.tabs.setMinimumHeight(px(230))
        self.bar.setFixedHeight(px(6))
        self.table.verticalHeader().setDefaultSectionSize(px(26))
        for column, width in ((0, 58), (2, 66), (3, 76)):
            self.table.setColumnWidth(column, px(width))
        for each in (self.look, self.earlier):
            each.setIconSize(QSize(px(16), px(16)))
            each.setSpacing(px(2))
        for place in range(self.look.count()):
            entry = self.look.item(place)
            remark = entry.data(Qt.ItemDataRole.UserRole)
            if remark is not None:
                entry.setIcon(self.desk.theme.icon(*_ICONS[remark.kind]))
        for place in range(self.earlier.count()):
            self.earlier.item(place).setIcon(self.desk.theme.icon("book-open", "muted"))

    # What is shown

    def show_state(self, state: BinderState, zone: str) -> None:
        """Show the case's choices and its binders."""
        self._filling = True
        self.profile.setCurrentIndex(self.profile.findData(state.profile.name))
        self.paper.setCurrentIndex(list(PAPERS).index(state.paper))
        self._filling = False
        self.means.setText(profile_words(state.profile))
        self._show_earlier(state.earlier, zone)

    def allow(self, allowed: bool) -> None:
        """Whether the choices can be changed now."""
        for box in (self.profile, self.paper):
            box.setEnabled(allowed)

    def show_estimate(self, found: Estimate | None, exhibits: int) -> None:
        """Show how large the binder will be; None while nothing is known."""
        self.model.show(found)
        if found is None:
            self.total.setText(many(exhibits, "marked exhibit"))
            self._show_remarks(())
            return
        about = "" if found.exact else "about "
        self.total.setText(
            f"{about}{many(found.pages, 'page')} · {many(found.sheets, 'sheet')} · {many(len(found.volumes), 'volume')}"
        )
        self._show_remarks(found.remarks)

    def show_progress(self, done: int, total: int, what: str) -> None:
        """Show how far the count is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.show()
        metrics = self.state.fontMetrics()
        room = max(120, self.width() - self.desk.theme.px(48))
        self.state.setText(metrics.elidedText(shown_lines(what), Qt.TextElideMode.ElideMiddle, room))

    def say(self, words: str) -> None:
        """Say how exact the count is, or why there is none; it is not under way any more."""
        self.bar.hide()
        self.state.setText(shown_lines(words))

    def _show_remarks(self, found: tuple[Remark, ...]) -> None:
        if found == self._remarks:
            return
        place = self.look.currentRow()
        self._remarks = found
        self.look.clear()
        for remark in found[:_LISTED]:
            entry = QListWidgetItem(self.desk.theme.icon(*_ICONS[remark.kind]), shown(remark.text))
            entry.setData(Qt.ItemDataRole.UserRole, remark)
            self.look.addItem(entry)
        if len(found) > _LISTED:
            self.look.addItem(f"… and {len(found) - _LISTED:,} more")
        self.look.setCurrentRow(min(place, self.look.count() - 1))
        self.tabs.setTabText(1, f"To look at   {len(found):,}" if found else "To look at")

    def _show_earlier(self, found: Sequence[EarlierBinder], zone: str) -> None:
        was = self.picked_binder()
        self.earlier.blockSignals(True)
        self.earlier.clear()
        for each in found:
            entry = QListWidgetItem(self.desk.theme.icon("book-open", "muted"), shown_lines(_told(each, zone)))
            entry.setData(Qt.ItemDataRole.UserRole, each)
            self.earlier.addItem(entry)
        self.earlier.blockSignals(False)
        self.tabs.setTabText(2, f"Built   {len(found):,}" if found else "Built")
        kept = [place for place, each in enumerate(found) if was is not None and each.folder == was.folder]
        if found:
            self.earlier.setCurrentRow(kept[0] if kept else 0)
        else:
            self.picked.emit(None)

    def pick(self, folder: object) -> None:
        """Choose the binder in that folder."""
        for place in range(self.earlier.count()):
            entry = self.earlier.item(place)
            if entry.data(Qt.ItemDataRole.UserRole).folder == folder:
                self.earlier.setCurrentItem(entry)

    def picked_binder(self) -> EarlierBinder | None:
        """The earlier binder that is chosen, if any."""
        entry = self.earlier.currentItem()
        found: EarlierBinder | None = entry.data(Qt.ItemDataRole.UserRole) if entry is not None else None
        return found

    # What a person does

    def _chosen(self) -> None:
        if not self._filling:
            name, paper = self.profile.currentData(), PaperName(self.paper.currentData())
            self.means.setText(profile_words(load_profile(name)))
            self.chose.emit(name, paper)

    def _go(self) -> None:
        entry = self.look.currentItem()
        remark = entry.data(Qt.ItemDataRole.UserRole) if entry is not None else None
        if remark is not None:
            self.wanted.emit(remark)

    def _picked(self, entry: QListWidgetItem | None) -> None:
        self.picked.emit(entry.data(Qt.ItemDataRole.UserRole) if entry is not None else None)


def _told(binder: EarlierBinder, zone: str) -> str:
    when = clock(binder.built, zone) if binder.built else binder.folder.name
    size = f"{many(binder.pages, 'page')}, {many(len(binder.volumes), 'volume')}"
    return f"{when}\n{size} · {'as the exhibits are now' if binder.current else 'exhibits changed since'}"
