"""Above the items: which of them are shown, in what order, and how many they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from evidencekit.catalog.browse import Counts, Filter, Order
from evidencekit.custody.names import shown
from evidencekit.model import Kind
from ui.desk import Desk
from ui.models.itemcells import KIND_WORDS
from ui.views.itemday import DayField
from ui.views.itemflow import FlowLayout
from ui.widgets import label, row, set_role, tool

_ORDERS = {
    Order.WHEN: "time",
    Order.NUMBER: "number",
    Order.TITLE: "title",
    Order.KIND: "kind",
    Order.PARTY: "party",
    Order.EXHIBIT: "exhibit",
    Order.SIZE: "size",
}
_TOGGLES = {
    "undated": ("Needs a date", "Items in which no date was found and for which nobody has set one"),
    "unmarked": ("Not in an exhibit", "Items that are in no exhibit and no draft"),
    "asks": ("Asks something", "Items with a question that only you can answer, such as the order of day and month"),
    "warned": ("Has warnings", "Items that were read with warnings, or whose name does not match what they are"),
    "repeats": ("Repeats", "Items that are a byte-for-byte copy of an earlier one"),
}


class FilterBar(QFrame):
    """``wanted`` is the :class:`Filter` it says, with the ``words`` that are looked for elsewhere. ``changed`` gives
    it; ``order_chosen`` an :class:`Order` and whether downwards; ``mode_chosen`` ``table`` or ``grid``; ``cleared``
    says that nothing is filtered any more."""

    changed = Signal(object)
    order_chosen = Signal(object, bool)
    mode_chosen = Signal(str)
    cleared = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.desk, self._words, self._quiet = desk, "", False
        self._counts: Counts | None = None
        self._kinds: dict[Kind, QAction] = {}
        self._orders: dict[Order, QAction] = {}
        self._down = QAction("Last first", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(desk.theme.px(4))
        layout.addWidget(self._build_filters())
        layout.addWidget(self._build_order())
        self.faults = label("", "warn", wrap=True, name="What is not understood")
        self.faults.hide()
        layout.addWidget(self.faults)

    # What it says

    @property
    def wanted(self) -> Filter:
        party = self.party.currentData()
        return Filter(
            words=self._words,
            kinds=frozenset(kind for kind, action in self._kinds.items() if action.isChecked()),
            party=party if isinstance(party, str) else None,
            first_day=self.first.day,
            last_day=self.last.day,
            undated=self.toggles["undated"].isChecked(),
            unmarked=self.toggles["unmarked"].isChecked(),
            warned=self.toggles["warned"].isChecked(),
            asks=self.toggles["asks"].isChecked(),
            repeats=True if self.toggles["repeats"].isChecked() else None,
            acquisition=self._hand_over if self.hand_over.isChecked() else None,
        )

    def set_words(self, words: str) -> None:
        """The words that items must hold."""
        self._words = words
        self._show_clear()

    def only_hand_over(self, number: int) -> None:
        """Let through what came in with one hand-over, and nothing else."""
        self.clear()
        self._hand_over = number
        self.hand_over.setText(f"Hand-over {number}")
        self.hand_over.setChecked(True)

    def clear(self) -> None:
        """Let everything through."""
        self._quiet = True
        self.hand_over.setChecked(False)
        self._words = ""
        for action in self._kinds.values():
            action.setChecked(False)
        for toggle in self.toggles.values():
            toggle.setChecked(False)
        self.party.setCurrentIndex(0)
        self.first.put("")
        self.last.put("")
        self._quiet = False
        self._told()
        self.cleared.emit()

    def tell_counts(self, counts: Counts) -> None:
        """How many items there are of each sort, as the case stands."""
        self._counts = counts
        for kind, action in self._kinds.items():
            many = counts.by_kind.get(kind, 0)
            action.setText(f"{KIND_WORDS[kind]}   {many:,}")
            action.setVisible(bool(many) or action.isChecked())
        for name, many in (
            ("undated", counts.undated),
            ("unmarked", counts.unmarked),
            ("warned", counts.warned),
            ("asks", counts.asks),
            ("repeats", counts.repeats),
        ):
            self.toggles[name].setText(f"{_TOGGLES[name][0]}  {many:,}")
            self.toggles[name].setVisible(bool(many) or self.toggles[name].isChecked())
        self.first.nearby, self.last.nearby = counts.first_day, counts.last_day
        self._fill_parties(counts)

    def tell_found(self, found: int) -> None:
        """How many items are shown."""
        total = self._counts.items if self._counts is not None else found
        many = "1 item" if total == 1 else f"{total:,} items"
        self.count.setText(many if self.wanted == Filter() and found == total else f"{found:,} of {many}")

    def tell_faults(self, faults: Sequence[str]) -> None:
        """What of the words typed is not understood, and left out."""
        words = " ".join(faults)
        self.faults.setText(shown(words))
        self.faults.setAccessibleName(shown(words) or "What is not understood")
        self.faults.setVisible(bool(words))

    def tell_order(self, order: Order, descending: bool) -> None:
        """What the list is ordered by."""
        self._orders[order].setChecked(True)
        self._down.setChecked(descending)
        self.sort.setText(f"By {_ORDERS[order]}" + (", last first" if descending else ""))

    def tell_mode(self, mode: str) -> None:
        """Which way of listing is in use."""
        self.as_table.setChecked(mode != "grid")
        self.as_grid.setChecked(mode == "grid")

    # How it is made

    def _build_filters(self) -> QWidget:
        theme = self.desk.theme
        filters = QWidget(self)
        flow = FlowLayout(filters, theme.px(6))
        self.kind = _menu_button("Kind", "Kinds of items")
        kinds = StayingMenu(self.kind)
        for kind in Kind:
            action = QAction(KIND_WORDS[kind], kinds)
            action.setCheckable(True)
            action.toggled.connect(lambda on: self._told())
            kinds.addAction(action)
            self._kinds[kind] = action
        self.kind.setMenu(kinds)
        self.party = QComboBox()
        self.party.setAccessibleName("Party")
        self.party.setToolTip("Whom the items are from or about")
        self.party.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.party.setMinimumContentsLength(9)
        self.party.addItem("Any party", None)
        self.party.currentIndexChanged.connect(lambda at: self._told())
        self.first, self.last = DayField(self.desk, "From day"), DayField(self.desk, "To day", last=True)
        for field in (self.first, self.last):
            field.changed.connect(self._told)
        self.toggles = {name: self._toggle(*words) for name, words in _TOGGLES.items()}
        self._hand_over = 0
        self.hand_over = self._toggle("Hand-over", "Only what came in with this hand-over; press it to see all items")
        self.hand_over.hide()
        for each in (self.hand_over, self.kind, self.party, self.first, self.last, *self.toggles.values()):
            flow.addWidget(each)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        filters.setSizePolicy(policy)
        return filters

    def _build_order(self) -> QWidget:
        """Below the filters: how many are shown, and how."""
        theme = self.desk.theme
        self.count = label("", "muted", name="Items shown")
        self.clear_button = tool(theme, "x", "Clear filters", self.clear)
        self.clear_button.setText("Clear filters")
        self.clear_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        keeping = self.clear_button.sizePolicy()
        keeping.setRetainSizeWhenHidden(True)  # the list below must not jump
        self.clear_button.setSizePolicy(keeping)
        self.clear_button.hide()
        self.sort = _menu_button("", "Order of the list")
        self.sort.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.put_icon(self.sort, "arrow-up-down", "muted")
        menu, group = QMenu(self.sort), QActionGroup(self)
        for order, words in _ORDERS.items():
            action = QAction(f"By {words}", menu)
            action.setCheckable(True)
            action.triggered.connect(lambda on, order=order: self.order_chosen.emit(order, self._down.isChecked()))
            group.addAction(action)
            menu.addAction(action)
            self._orders[order] = action
        menu.addSeparator()
        self._down.setCheckable(True)
        self._down.triggered.connect(self._turned)
        menu.addAction(self._down)
        self.sort.setMenu(menu)
        self.as_table = tool(theme, "rows-3", "As a table", lambda: self._mode("table"), toggle=True)
        self.as_grid = tool(theme, "layout-grid", "As a grid", lambda: self._mode("grid"), toggle=True)
        self.tell_order(Order.WHEN, False)
        self.tell_mode("table")
        return row(self.count, self.clear_button, None, self.sort, self.as_table, self.as_grid, gap=theme.px(4))

    def _toggle(self, text: str, tip: str) -> QToolButton:
        made = QToolButton()
        made.setText(text)
        made.setToolTip(tip)
        made.setCheckable(True)
        made.setProperty("chip", "true")
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.toggled.connect(lambda on: self._told())
        return made

    # What happens

    def _fill_parties(self, counts: Counts) -> None:
        """The parties there are; the one chosen stays, if it still is one."""
        chosen, self._quiet = self.party.currentData(), True
        self.party.clear()
        self.party.addItem("Any party", None)
        for name, many in counts.parties.items():
            self.party.addItem(f"{shown(name)}  {many:,}" if name else f"No party  {many:,}", name)
        place = -1 if chosen is None else self.party.findData(chosen)
        self.party.setCurrentIndex(max(place, 0))
        self._quiet = False
        if chosen is not None and place < 0:
            self._told()

    def _told(self) -> None:
        if self._quiet:
            return
        kinds = [KIND_WORDS[kind] for kind, action in self._kinds.items() if action.isChecked()]
        self.kind.setText("Kind" if not kinds else kinds[0] if len(kinds) == 1 else f"{len(kinds)} kinds")
        set_role(self.kind, "true" if kinds else "false", "on")
        self.hand_over.setVisible(self.hand_over.isChecked())
        self._show_clear()
        self.changed.emit(self.wanted)

    def _show_clear(self) -> None:
        self.clear_button.setVisible(self.wanted != Filter())

    def _turned(self) -> None:
        order = next(order for order, action in self._orders.items() if action.isChecked())
        self.order_chosen.emit(order, self._down.isChecked())

    def _mode(self, mode: str) -> None:
        self.tell_mode(mode)
        self.mode_chosen.emit(mode)


class StayingMenu(QMenu):
    """A menu of choices that stays open while they are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
            return
        super().keyPressEvent(event)


def _menu_button(text: str, name: str) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setToolTip(name)
    made.setAccessibleName(name)
    made.setProperty("chip", "menu")
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
