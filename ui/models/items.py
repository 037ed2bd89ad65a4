"""The items of a case as a list of any length: the ids that are wanted, and the rows around those that are on screen.

Both come from SQL off the GUI thread; nothing is filtered or ordered here. Rows stay cached by item while the list
around them changes, so that a change of filter or order shows what is known at once.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from evidencekit.casefile import Case
from evidencekit.catalog import browse
from evidencekit.catalog.browse import Filter, Order
from evidencekit.catalog.listing import case_zone
from ui.models.itemcells import Cells, cells_of, hit_parts
from ui.models.itemcolumns import HEADERS, ORDERS, Column, text_of, tip_of
from ui.parts import Changes, Part
from ui.session import Session
from ui.tips import plain_tip

PAGE = 200  # rows asked for at once
_SEARCHED = 50  # the same while words are looked for: an excerpt costs more than a row
_KEPT = 20 * PAGE  # rows remembered
_WAITING = 4  # pages that are waited for: what was scrolled past is forgotten
TYPING = 150  # milliseconds without a key before what was typed is looked for
_PARTS = (Part.ITEMS, Part.WORDS, Part.EXHIBITS, Part.PARTIES)
_Index = QModelIndex | QPersistentModelIndex
_Display, _Tip, _Spoken = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
Hit = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a question for a list brought: its ids, the first rows, every number when that was asked too, and what of
    its words was not understood."""

    ids: array[int]
    numbers: dict[int, str] | None
    first: _Rows
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    asked: list[int]
    cells: list[Cells]
    hits: dict[int, Hit]
    turn: int
    words: str


class ItemsModel(QAbstractTableModel):
    """One row an item. ``came`` is emitted when a list that was asked for is there; by then the rows that stand first
    in it are, too. ``wanted``, ``order`` and ``descending`` say what is being shown or asked for; ``moved`` whether the
    list that came last has another filter or order than the one before it."""

    came = Signal()

    def __init__(self, session: Session, wanted: Filter | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.wanted, self.order, self.descending = wanted or Filter(), Order.WHEN, False
        self.ready = False  # whether any list has come since the case was opened
        self.moved = False  # whether the list in view answers another question than the one before it
        self._answered: object = None
        self._words = ""  # those that the list in view was made for
        self.faults: tuple[str, ...] = ()  # what of them was not understood, in sentences
        self._ids: array[int] = array("q")
        self._numbers: dict[int, str] = {}
        self._items: dict[str, int] = {}
        self._numbers_known = False
        self._cells: OrderedDict[int, Cells] = OrderedDict()
        self._fresh: set[int] = set()
        self._hits: dict[int, Hit] = {}
        self._turn = 0
        self._needed: OrderedDict[int, None] = OrderedDict()
        self._fetching = False
        self._typing = _timer(self, TYPING, self._ask)
        self._soon = _timer(self, 0, self._fetch)
        session.opened.connect(self._opened)
        session.closed.connect(self._clear)
        session.changed.connect(self._changed)
        if session.case is not None:
            self._ask()

    # What is wanted

    def look_for(self, wanted: Filter, *, typing: bool = False) -> None:
        """Show these items; while words are being ``typing``, once the keys rest."""
        if wanted == self.wanted:
            return
        self.wanted = wanted
        if self.session.case is None:
            return
        if typing:
            self._typing.start()
        else:
            self._ask()

    def order_by(self, order: Order, descending: bool = False) -> None:
        """Show them in another order."""
        if (order, descending) != (self.order, self.descending):
            self.order, self.descending = order, descending
            if self.session.case is not None:
                self._ask()

    @property
    def waiting(self) -> bool:
        """Whether the list in view is not yet what is wanted."""
        return not self.ready or self._typing.isActive() or self._words != self.wanted.words

    # What is there

    def cells(self, row: int) -> Cells | None:
        """What a row shows, or None until it has come; asking fetches it, the latest asked for first."""
        if not 0 <= row < len(self._ids):
            return None
        if not self.known(row):
            self._need(row)
        return self._cells.get(self._ids[row])

    def known(self, row: int) -> bool:
        """Whether a row has come, as it is now."""
        return self._ids[row] in self._fresh and (not self._words or self._ids[row] in self._hits)

    def hit(self, row: int) -> Hit:
        """Where a row's item holds the words looked for: (text, whether it is a hit), or nothing."""
        return self._hits.get(self._ids[row], ())

    def id_at(self, row: int) -> int:
        """The id of a row's item."""
        return self._ids[row]

    def row_of(self, item: int) -> int | None:
        """The row of an item by its id, None where it is not in the list."""
        try:
            return self._ids.index(item)
        except ValueError:
            return None

    def number(self, row: int) -> str:
        """The number of a row's item; known for every row."""
        return self._numbers.get(self._ids[row], "")

    def numbers(self, first: int, last: int) -> list[str]:
        """The numbers of a run of rows, both ends included."""
        return [self._numbers.get(each, "") for each in self._ids[first : last + 1]]

    def item(self, number: str) -> int | None:
        """The id of an item by its number, whether it is in the list or not."""
        return self._items.get(number)

    def places(self) -> dict[int, int]:
        """Id → row of the whole list."""
        return {item: row for row, item in enumerate(self._ids)}

    # Qt's side

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 — Qt's name
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 — Qt's name
        return 0 if parent is not None and parent.isValid() else len(Column)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = _Display) -> Any:
        if role not in (_Display, _Tip, _Spoken):
            return None
        row, column = index.row(), index.column()
        cells = self.cells(row)
        if cells is None:
            return self.number(row) if column == Column.ITEM and 0 <= row < len(self._ids) else None
        if role == _Tip:
            return plain_tip(tip_of(cells, Column(column)))
        if role == _Spoken and column == Column.ITEM:
            return cells.spoken
        return text_of(cells, Column(column))

    def headerData(  # noqa: N802 — Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = _Display
    ) -> Any:
        if role in (_Display, _Spoken) and orientation == Qt.Orientation.Horizontal:
            return HEADERS[section]
        if role == _Tip and orientation == Qt.Orientation.Horizontal and Column(section) in ORDERS:
            return f"Order by {HEADERS[section].lower()}"
        return None

    # How it comes

    def _ask(self) -> None:
        """Ask for the list that is wanted."""
        self._typing.stop()
        wanted, order, down, all_numbers = self.wanted, self.order, self.descending, not self._numbers_known
        fetch = self._fetcher(wanted.words)

        def work(case: Case) -> _Found:
            with case.catalog.read() as connection:
                ids = browse.matching(connection, wanted, order, down)
                numbers = browse.numbers(connection) if all_numbers else None
                faults = browse.faults(connection, wanted.words)
            return _Found(ids, numbers, fetch(case, ids[:_SEARCHED]), faults)

        self.session.read(work, lambda found: self._show(found, (wanted, order, down)), key=f"items {id(self)}")

    def _fetcher(self, words: str) -> Callable[[Case, array[int]], _Rows]:
        """Looks up what is not known yet of some items; what is known is settled here, on the GUI thread."""
        turn = self._turn
        fresh = frozenset(self._fresh)
        excerpted = frozenset(self._hits) if words == self._words else frozenset()

        def fetch(case: Case, ids: array[int]) -> _Rows:
            unknown = [each for each in ids if each not in fresh]
            unread = [each for each in ids if each not in excerpted] if words else []
            with case.catalog.read() as connection:
                zone = case_zone(connection)
                cells = [cells_of(row, zone) for row in browse.rows(connection, unknown)]
                hits = browse.excerpts(connection, words, unread)
            return _Rows(unknown, cells, {each: hit_parts(hits.get(each)) for each in unread}, turn, words)

        return fetch

    def _show(self, found: _Found, question: tuple[Filter, Order, bool]) -> None:
        words = question[0].words
        if found.numbers is not None:
            self._numbers, self._numbers_known = found.numbers, True
            self._items = {number: item for item, number in found.numbers.items()}
        if words != self._words:
            self._hits.clear()
        self.moved, self._answered = question != self._answered, question
        same = self.ready and found.ids == self._ids
        if not same:
            self.beginResetModel()
        self._ids, self._words, self.ready, self.faults = found.ids, words, True, found.faults
        self._needed.clear()
        self._keep(found.first)
        if same:
            self._repaint()
        else:
            self.endResetModel()
        self.came.emit()

    def _keep(self, rows: _Rows) -> None:
        for each in rows.cells:
            self._cells[each.row.id] = each
            self._cells.move_to_end(each.row.id)
        if rows.turn == self._turn:
            self._fresh.update(rows.asked)  # those that brought nothing too, or they were asked for without end
            if rows.words == self._words:
                self._hits.update(rows.hits)
        while len(self._cells) > _KEPT:
            self._fresh.discard(self._cells.popitem(last=False)[0])

    def _need(self, row: int) -> None:
        page = row // self._size
        self._needed[page] = None
        self._needed.move_to_end(page)
        if len(self._needed) > _WAITING:
            self._needed.popitem(last=False)
        if not self._fetching and not self._soon.isActive():
            self._soon.start()

    @property
    def _size(self) -> int:
        return _SEARCHED if self._words else PAGE

    def _fetch(self) -> None:
        """Ask for the page that was needed last."""
        if self._fetching or not self._needed or self.session.case is None:
            return
        page, _ = self._needed.popitem()
        ids = self._ids[page * self._size : (page + 1) * self._size]
        fetch, self._fetching = self._fetcher(self._words), True

        def come(rows: _Rows) -> None:
            self._fetching = False
            self._keep(rows)
            self._repaint()
            self._soon.start()

        def fail(error: BaseException) -> None:
            self._fetching = False
            self.session.tasks.trouble.emit(error)

        self.session.read(lambda case: fetch(case, ids), come, failed=fail)

    def _repaint(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(Column) - 1))

    # What changes

    def _opened(self) -> None:
        self._ask()

    def _clear(self) -> None:
        self._typing.stop()
        self.beginResetModel()
        self._ids, self.ready, self._fetching, self._words = array("q"), False, False, ""
        self._answered = None
        self._numbers, self._items, self._numbers_known = {}, {}, False
        self._needed.clear()
        self._forget()
        self._cells.clear()
        self.endResetModel()

    def _forget(self) -> None:
        """What is known may no longer hold; it is shown until it was asked for again."""
        self._turn += 1
        self._fresh.clear()
        self._hits.clear()

    def _changed(self, changes: Changes) -> None:
        if not changes.touch(*_PARTS):
            return
        touched = {self._items.get(number) for number in changes.items}
        if changes.touch(Part.ITEMS):
            self._numbers_known = False
        if not touched or changes.touch(Part.ITEMS, Part.PARTIES):
            self._forget()
        else:
            self._turn += 1
            self._fresh -= touched
            for item in touched:
                self._hits.pop(item or 0, None)
        self._ask()


_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


def _timer(parent: QObject, milliseconds: int, act: Callable[[], None]) -> QTimer:
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(milliseconds)
    made.timeout.connect(act)
    return made
