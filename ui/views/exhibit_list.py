"""The exhibit list: chosen by mouse or keyboard, reordered by dragging, and where items are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QListView

from ui.desk import Desk
from ui.dragging import dragged_items
from ui.models.exhibits import ENTRIES_MIME, Entry, ExhibitsModel, Index, Key, unpack
from ui.views.exhibit_row import RowPainter
from ui.views.itemlist import runs


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is dropped: before the entry at ``row`` (the number of rows: at the end), or ``onto`` it."""

    row: int
    onto: bool = False


class ExhibitList(QListView):
    """Shows :class:`ExhibitsModel`. ``dropped`` gives (item numbers, :class:`Place`, whether they shall be one
    exhibit), ``moved`` (keys, :class:`Place`), ``chose`` that other entries are chosen."""

    dropped = Signal(object, object, bool)
    moved = Signal(object, object)
    chose = Signal()

    def __init__(self, desk: Desk, model: ExhibitsModel) -> None:
        super().__init__()
        self._desk, self._model = desk, model
        self._target: Place | None = None
        self._kept: tuple[list[Key], Key | None, int] = ([], None, 0)
        self._wanted: list[Key] = []
        self.setAccessibleName("Exhibits in binder order")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setModel(model)
        self.setItemDelegate(RowPainter(desk.theme, model, self))
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._put_back)
        model.dataChanged.connect(self._grown)
        desk.theme.changed.connect(self._grown)
        self.selectionModel().selectionChanged.connect(self._tell)

    def chosen(self) -> list[Entry]:
        """The chosen entries, in order."""
        entries, ranges = self._model.entries, self.selectionModel().selection()
        spans = (ranges.at(place) for place in range(ranges.count()))
        rows = sorted({row for each in spans for row in range(each.top(), each.bottom() + 1)})
        return [entries[row] for row in rows if row < len(entries)]

    def choose(self, keys: Sequence[Key]) -> None:
        """Choose these entries and show the first; what is not on the list yet is chosen when it comes."""
        self._wanted = list(keys)
        there = {each.key for each in self._model.entries}
        if keys and there.issuperset(keys):
            self._wanted = []
            self._select(list(keys), keys[0])
            self.scrollTo(self.currentIndex())

    def _select(self, keys: Sequence[Key], current: Key | None) -> None:
        rows = {each.key: row for row, each in enumerate(self._model.entries)}
        choice = QItemSelection()
        for first, last in runs(rows[key] for key in keys if key in rows):
            choice.select(self._model.index(first), self._model.index(last))
        flags = QItemSelectionModel.SelectionFlag
        if current is not None and current in rows:
            self.selectionModel().setCurrentIndex(self._model.index(rows[current]), flags.NoUpdate)
        self.selectionModel().select(choice, flags.ClearAndSelect)

    def _keep(self) -> None:
        index = self.currentIndex()
        current = self._model.entries[index.row()].key if index.isValid() else None
        self._kept = ([each.key for each in self.chosen()], current, self.verticalScrollBar().value())

    def _put_back(self) -> None:
        keys, current, scrolled = self._kept
        there = {each.key for each in self._model.entries}
        if self._wanted and not there.isdisjoint(self._wanted):
            self.choose([key for key in self._wanted if key in there])
            return
        self._select(keys, current)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)
        self._tell()

    def _grown(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _tell(self) -> None:
        self.chose.emit()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 — Qt's name
        if self._consider(event) and len(self._coming(event.mimeData())) > 1:
            self._desk.say("Each item becomes an exhibit of its own; hold Ctrl for one exhibit of all.")

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 — Qt's name
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 — Qt's name
        self._aim(None)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 — Qt's name
        place = self._consider(event)
        self._aim(None)
        if place is None:
            return
        data = event.mimeData()
        if data.hasFormat(ENTRIES_MIME):
            self.moved.emit(self._moving(data), place)
            # The rows move when the case says so: the view must not take them out by itself.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            return
        together = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.dropped.emit(self._coming(data), place, together)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _consider(self, event: QDropEvent) -> Place | None:
        """Where it would be dropped; nothing when it cannot be, which the cursor then shows."""
        data = event.mimeData()
        place = None
        if self._desk.session.writable:
            if self._moving(data):
                place = self._place(event.position().toPoint(), between=True)
            elif self._coming(data):
                place = self._place(event.position().toPoint(), between=False)
        self._aim(place)
        if place is None:
            event.ignore()
            return None
        edge, y = self._desk.theme.px(40), event.position().y()
        if y < edge or y > self.viewport().height() - edge:
            self.startAutoScroll()
        event.setDropAction(Qt.DropAction.MoveAction if data.hasFormat(ENTRIES_MIME) else Qt.DropAction.CopyAction)
        event.accept()
        return place

    def _coming(self, data: QMimeData) -> list[str]:
        """The items of this case that are dragged."""
        return dragged_items(data, self._desk.session.case)

    def _moving(self, data: QMimeData) -> list[Key]:
        """The entries of this case that are dragged."""
        case = self._desk.session.case
        found = unpack(case.info.uuid, bytes(data.data(ENTRIES_MIME).data())) if case is not None else []
        there = {each.key for each in self._model.entries}
        return [key for key in found if key in there]

    def _place(self, at: QPoint, *, between: bool) -> Place:
        index = self.indexAt(at)
        if not index.isValid():
            return Place(len(self._model.entries))
        rect, row = self.visualRect(index), index.row()
        depth = (at.y() - rect.top()) / max(1, rect.height())
        if not between and self._model.entries[row].draft and 0.25 < depth < 0.75:
            return Place(row, onto=True)
        return Place(row if depth < 0.5 else row + 1)

    def _aim(self, place: Place | None) -> None:
        if place is None:
            self.stopAutoScroll()
        if place != self._target:
            self._target = place
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        super().paintEvent(event)
        if self._target is None:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QPen(self._desk.theme.colour("accent"), self._desk.theme.px(2)))
        if self._target.onto:
            painter.drawRect(self._rect(self._target.row).adjusted(1, 1, -2, -2))
            return
        last = self._target.row >= len(self._model.entries)
        y = self._rect(self._target.row - 1).bottom() if last else self._rect(self._target.row).top()
        painter.drawLine(0, max(1, y), self.viewport().width(), max(1, y))

    def _rect(self, row: int) -> QRect:
        index = self._model.index(row)
        return self.visualRect(index) if index.isValid() else QRect()

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 — Qt's name
        super().currentChanged(current, previous)
        if current.isValid():
            self.scrollTo(current)
