"""A list of items as a table or a grid, with one choice of items between them. Other pages use it as a source."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QDrag, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListView, QStackedLayout, QWidget

from evidencekit.catalog.browse import Row
from ui.desk import Desk
from ui.dragging import pack_items
from ui.models.itemcolumns import ORDERS, Column
from ui.models.items import ItemsModel
from ui.models.thumbs import Thumbs
from ui.views.itempaint import RowDelegate, TileDelegate
from ui.views.itemviews import ItemGrid, ItemTable, dragged

_Select = QItemSelectionModel.SelectionFlag
_ROWS = _Select.ClearAndSelect | _Select.Rows
_PAUSE = 40  # milliseconds of rest before pictures are asked for: rows that fly past need none
_WIDTHS = {
    Column.ITEM: 142,
    Column.WHEN: 116,
    Column.TITLE: 230,
    Column.KIND: 84,
    Column.PARTY: 124,
    Column.EXHIBIT: 72,
    Column.REMARKS: 152,
}
_SCROLL_BAR = 13  # pixels beside the rows
_FIRST_TO_GO = (Column.KIND, Column.REMARKS, Column.PARTY, Column.EXHIBIT)  # where there is no room for them
_COMPACT = (Column.ITEM, Column.WHEN, Column.TITLE)


class ItemList(QWidget):
    """Shows an :class:`ItemsModel`. ``selection_changed`` gives the chosen items' numbers in the list's order;
    ``current_changed`` the :class:`Row` that the keyboard stands on, or None; ``activated`` says that it was entered;
    ``menu_wanted`` that a menu is asked for, at a place on the screen. The choice, the current row and the place in
    the list outlive every change of the list.

    ``compact`` shows picture, number, time and title only. ``take_first``: when nothing is chosen, the first row is.
    """

    selection_changed = Signal(list)
    current_changed = Signal(object)
    activated = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(
        self,
        desk: Desk,
        model: ItemsModel,
        *,
        compact: bool = False,
        take_first: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model, self.theme = model, desk.theme
        self._compact, self._take_first = compact, take_first
        self.thumbs = Thumbs(desk, self)
        self.table, self.grid = ItemTable(self._drag), ItemGrid(self._drag)
        self._told: list[str] = []
        self._told_row: int | None = None
        self._kept: tuple[set[int], int | None, int | None, int] | None = None
        self._target: str | None = None
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(_PAUSE)
        self._looking.timeout.connect(self._look)
        self._dress_views()
        self.selection = self.table.selectionModel()
        self.grid.setSelectionModel(self.selection)
        self._connect()
        self._size()
        self.setFocusProxy(self.table)

    # What others ask for

    def chosen(self) -> list[str]:
        """The numbers of the chosen items, from the top of the list to its end."""
        return [number for first, last in self._runs() for number in self.model.numbers(first, last)]

    def current(self) -> Row | None:
        """The row that the keyboard stands on, once it has come."""
        at = self.selection.currentIndex()
        cells = self.model.cells(at.row()) if at.isValid() else None
        return cells.row if cells is not None else None

    def choose(self, numbers: Iterable[str]) -> bool:
        """Choose these items and go to the first; whether any of them is in the list."""
        places, found = self.model.places(), []
        for number in numbers:
            item = self.model.item(number)
            if item is not None and item in places:
                found.append(places[item])
        if found:
            self._put(found, found[0])
            self.view.scrollTo(self.model.index(found[0], 0))
        return bool(found)

    def show_number(self, number: str) -> None:
        """Choose one item, now or as soon as a list with it has come."""
        self._target = None if self.choose([number]) else number

    @property
    def mode(self) -> str:
        """``table`` or ``grid``."""
        return "grid" if self._stack.currentWidget() is self.grid else "table"

    def set_mode(self, mode: str) -> None:
        """Show the items as ``table`` or ``grid``; the same ones stay chosen."""
        view: QAbstractItemView = self.grid if mode == "grid" else self.table
        had_focus = self.view.hasFocus()
        at = self.selection.currentIndex()
        if at.isValid():  # a list view knows its own column only
            self.selection.setCurrentIndex(self.model.index(at.row(), 0), _Select.NoUpdate)
        self._stack.setCurrentWidget(view)
        self.setFocusProxy(view)
        if had_focus:
            view.setFocus()
        if at.isValid():
            view.scrollTo(self.model.index(at.row(), 0))
        self._look_soon()

    @property
    def view(self) -> QAbstractItemView:
        """The view in use."""
        return self.grid if self.mode == "grid" else self.table

    def mime(self) -> QMimeData:
        """The chosen items as they are dragged."""
        return pack_items(self.model.session.open_case, self.chosen())

    # How it is made

    def _dress_views(self) -> None:
        for view in (self.table, self.grid):
            view.setModel(self.model)
            view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
            view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
            view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
            view.setDragEnabled(True)
            view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.setAccessibleName("Items")
            view.setTabKeyNavigation(False)
            self._stack.addWidget(view)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setCornerButtonEnabled(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicatorShown(True)
        # With the list's own choice, painting the header would ask of every row whether its column is chosen.
        header.setSelectionModel(QItemSelectionModel(self.model, header))
        self.grid.setFlow(QListView.Flow.LeftToRight)
        self.grid.setWrapping(True)
        self.grid.setUniformItemSizes(True)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.rows = RowDelegate(self.table, self.theme, self.model, self.thumbs)
        self.tiles = TileDelegate(self.grid, self.theme, self.model, self.thumbs)
        self.table.setItemDelegate(self.rows)
        self.grid.setItemDelegate(self.tiles)

    def _connect(self) -> None:
        for view in (self.table, self.grid):
            view.verticalScrollBar().valueChanged.connect(self._look_soon)
            view.customContextMenuRequested.connect(
                lambda at, view=view: self.menu_wanted.emit(view.viewport().mapToGlobal(at))
            )
            view.activated.connect(lambda index: self.activated.emit())
        self.table.horizontalHeader().sectionClicked.connect(self._header_clicked)
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._restore)
        self.model.came.connect(self._came)
        self.model.dataChanged.connect(self._rows_came)
        self.selection.selectionChanged.connect(lambda *_: self._tell())
        self.selection.currentChanged.connect(lambda *_: self._tell_current())
        self.thumbs.arrived.connect(self._repaint)
        self.theme.changed.connect(self._size)

    def _size(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(self.rows.height)
        header = self.table.horizontalHeader()
        for column, width in _WIDTHS.items():
            if column is not Column.TITLE:
                header.resizeSection(column, self.theme.px(width))
        self._fit()
        self._look_soon()

    def _fit(self) -> None:
        """Leave out the columns that have no room beside a title that can be read."""
        shown = list(_COMPACT if self._compact else Column)
        room = self.width() - self.theme.px(_SCROLL_BAR)
        for column in _FIRST_TO_GO:
            if column in shown and sum(self.theme.px(_WIDTHS[each]) for each in shown) > room:
                shown.remove(column)
        self.tiles.spread(room)
        self.grid.setGridSize(self.tiles.size)
        self.rows.with_kind = Column.KIND not in shown
        self.rows.with_marks = Column.REMARKS not in shown
        for column in Column:
            self.table.setColumnHidden(column, column not in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()
        self._look_soon()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        super().showEvent(event)
        self._fit()
        self._look_soon()

    # What happens

    def _header_clicked(self, section: int) -> None:
        order = ORDERS.get(Column(section))
        if order is not None:
            self.model.order_by(order, self.model.order is order and not self.model.descending)
        self._show_order()

    def _show_order(self) -> None:
        column = next((each for each, order in ORDERS.items() if order is self.model.order), None)
        down = Qt.SortOrder.DescendingOrder if self.model.descending else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(-1 if column is None else column, down)

    def _runs(self) -> list[tuple[int, int]]:
        """The chosen rows as runs (first, last)."""
        return sorted({(each.top(), each.bottom()) for each in self.selection.selection().toList()})

    def _remember(self) -> None:
        """The list is about to change: keep what is chosen, current and at the top, by item."""
        if not self.model.ready:
            self._kept = None
            return
        many = self.model.rowCount()
        chosen = {self.model.id_at(row) for first, last in self._runs() for row in range(first, min(last + 1, many))}
        at, top = self.selection.currentIndex().row(), self._top()
        current = self.model.id_at(at) if 0 <= at < many else None
        offset = self.view.visualRect(self.model.index(top, 0)).top() if top is not None else 0
        self._kept = (chosen, current, self.model.id_at(top) if top is not None else None, offset)

    def _restore(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            chosen, current, top, offset = kept
            places = self.model.places() if len(chosen) > 1 else {}
            one = [] if len(chosen) > 1 else [self.model.row_of(item) for item in chosen]
            rows = [row for row in one if row is not None] or [places[item] for item in chosen if item in places]
            at = self.model.row_of(current) if current is not None else None
            if rows:
                self._put(rows, at if at is not None else min(rows))
            place = self.model.row_of(top) if top is not None else None
            if self.model.moved and rows:
                self.view.scrollTo(self.model.index(at if at is not None else min(rows), 0))
            elif self.model.moved:
                self.view.scrollToTop()
            elif place is not None:
                self._scroll_to(place, offset)
        self._tell()
        self._tell_current()

    def _came(self) -> None:
        self._show_order()
        if self._target is not None and self.choose([self._target]):
            self._target = None
        elif self._take_first and self.model.rowCount() and not self.selection.hasSelection():
            self._put([0], 0)
            self.view.scrollToTop()
        self._look_soon()

    def _scroll_to(self, row: int, offset: int) -> None:
        index = self.model.index(row, 0)
        self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.value() - offset + self.view.visualRect(index).top())

    def _put(self, rows: Iterable[int], current: int) -> None:
        """Choose these rows, in as few ranges as they make."""
        made, last = QItemSelection(), len(Column) - 1
        for first, end in runs(rows):
            made.select(self.model.index(first, 0), self.model.index(end, last))
        self.selection.setCurrentIndex(self.model.index(current, 0), _Select.NoUpdate)
        self.selection.select(made, _ROWS)

    def _tell(self) -> None:
        chosen = self.chosen()
        if chosen != self._told:
            self._told = chosen
            self.selection_changed.emit(chosen)

    def _tell_current(self) -> None:
        at = self.selection.currentIndex()
        row = self.current()
        if row is None and at.isValid():
            return  # told once it has come
        item = row.id if row is not None else None
        if item != self._told_row:
            self._told_row = item
            self.current_changed.emit(row)

    def _rows_came(self) -> None:
        self._tell_current()
        self._look_soon()

    # Pictures

    def _look_soon(self) -> None:
        self._looking.start()

    @property
    def looking(self) -> bool:
        """Whether pictures are about to be asked for."""
        return self._looking.isActive()

    def on_screen(self) -> range:
        """The rows in view."""
        view, port = self.view, self.view.viewport().rect()
        first = self._top()
        if first is None or not self.isVisible():
            return range(0)
        if view is self.table:
            last = self.table.rowAt(port.bottom())
            return range(first, (last if last >= 0 else self.model.rowCount() - 1) + 1)
        tile = self.tiles.size
        many = (port.width() // tile.width() or 1) * (port.height() // tile.height() + 2)
        return range(first, min(first + many, self.model.rowCount()))

    def _top(self) -> int | None:
        """The first row in view."""
        if not self.model.rowCount():
            return None
        half = self.tiles.size / 2
        at = self.view.indexAt(QPoint(2, 2) if self.view is self.table else QPoint(half.width(), half.height() // 4))
        return at.row() if at.isValid() else 0

    def _look(self) -> None:
        found = [cells.row for row in self.on_screen() if (cells := self.model.cells(row)) is not None]
        delegate = self.tiles if self.view is self.grid else self.rows
        self.thumbs.want(found, delegate.wanted, cut=self.view is self.table)

    def _repaint(self) -> None:
        self.view.viewport().update()

    def _drag(self) -> None:
        many = len(self.chosen())
        if not many:
            return
        drag = QDrag(self.view)
        drag.setMimeData(self.mime())
        drag.setPixmap(dragged(self.theme, "1 item" if many == 1 else f"{many:,} items", self.devicePixelRatioF()))
        drag.exec(Qt.DropAction.CopyAction)


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Rows as runs of neighbours (first, last)."""
    made: list[tuple[int, int]] = []
    for row in sorted(rows):
        if made and row == made[-1][1] + 1:
            made[-1] = (made[-1][0], row)
        else:
            made.append((row, row))
    return made
