"""The editor of the chosen exhibit: its title, witness and items, and what happened to it in court."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCompleter,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from evidencekit.custody.names import shown
from ui.desk import Desk
from ui.dialogs.status import recorded_words
from ui.models.exhibits import Board, Entry, Key, pages_words, status_words
from ui.widgets import action_button, button, framed, label, row, shown_lines, tool

_FIELDS = ("title", "witness", "group")


class ExhibitEditor(QWidget):
    """Shows one entry, or says how many are chosen. ``edited`` gives (key, field, text) when a field is left or Enter
    is pressed; ``rested`` (key, items) when other items are wanted; ``add_wanted`` that those chosen at the left are;
    ``item_opened`` an item's number."""

    edited = Signal(object, str, str)
    rested = Signal(object, object)
    add_wanted = Signal(object)
    item_opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._entry: Entry | None = None
        self._board: Board | None = None
        self._can_add = False
        self.fields: dict[str, QLineEdit] = {}
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self._build_note())
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._build_form())
        self._stack.addWidget(scroll)
        self.show_entries(None, [])

    def _build_note(self) -> QWidget:
        self.note = label("", "muted", wrap=True, name="What is chosen")
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        actions = self._desk.actions
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addStretch(1)
        layout.addWidget(self.note)
        self._many = [action_button(actions[f"exhibit.{each}"]) for each in ("join", "remove")]
        for each in self._many:
            layout.addWidget(row(None, each, None))
        layout.addStretch(2)
        return holder

    def _build_form(self) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(8)
        self.head = label("", "heading", wrap=True, name="Which exhibit")
        self.about = label("", "muted", wrap=True, name="Its status")
        self.fault = label("", "bad", wrap=True, name="What stands against marking it")
        for each in (self.head, self.about, self.fault):
            layout.addWidget(each)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(4)
        names = {"title": "&Title", "witness": "&Witness who brings it in", "group": "&Heading of its group"}
        tips = {
            "title": "As it is printed on the slip sheet and in the index",
            "witness": "The sponsoring witness",
            "group": "Exhibits with the same heading stand below it in the index",
        }
        self._witnesses = QStringListModel(self)
        for name in _FIELDS:
            field = QLineEdit()
            field.setToolTip(tips[name])
            field.setAccessibleName(names[name].replace("&", ""))
            field.setMaxLength(500)
            field.editingFinished.connect(lambda name=name: self._commit(name))
            field.installEventFilter(self)
            self.fields[name] = field
            form.addRow(names[name], field)
        completer = QCompleter(self._witnesses, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.fields["witness"].setCompleter(completer)
        layout.addLayout(form)
        layout.addWidget(self._build_items(), 1)
        self._build_steps(layout)
        return holder

    def _build_items(self) -> QWidget:
        theme = self._desk.theme
        self.items = _Items()
        framed(theme, self.items)
        self.items.setAccessibleName("Items of this exhibit, in order")
        self.items.setMinimumHeight(theme.px(72))
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.items.currentRowChanged.connect(self._allow)
        self.items.itemActivated.connect(self._open)
        self.up = tool(theme, "arrow-up", "Move the item up in this exhibit", lambda: self._shift(-1))
        self.down = tool(theme, "arrow-down", "Move the item down in this exhibit", lambda: self._shift(1))
        self.out = tool(theme, "x", "Take the item out of this exhibit; it stays in the case", self._take_out)
        self.add = button("Add chosen items", self._add, tip="Add the items that are chosen at the left")
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        self.items_title = label("Items", name="Items of this exhibit")
        layout.addWidget(row(self.items_title, None, self.up, self.down, self.out, gap=2))
        layout.addWidget(self.items, 1)
        layout.addWidget(row(self.add, None))
        return holder

    def _build_steps(self, layout: QVBoxLayout) -> None:
        actions = self._desk.actions
        self.steps = label("", wrap=True, name="Recorded in court")
        self.late = action_button(actions["exhibit.late"])
        self.remove = action_button(actions["exhibit.remove"])
        self.status = action_button(actions["exhibit.status"])
        self.withdraw = action_button(actions["exhibit.withdraw"])
        layout.addWidget(self.steps)
        self._draft_buttons = _Folding(self.late, self.remove)
        self._live_buttons = _Folding(self.status, self.withdraw)
        layout.addWidget(self._draft_buttons)
        layout.addWidget(self._live_buttons)

    # What is shown

    @property
    def entry(self) -> Entry | None:
        return self._entry

    def show_entries(self, board: Board | None, entries: list[Entry]) -> None:
        """Show the one that is chosen, or how many are. What is typed and not entered yet is entered first when
        another is chosen, and stands when the same one is shown again."""
        self._board = board
        one = entries[0] if len(entries) == 1 else None
        if self._entry is not None and (one is None or one.key != self._entry.key):
            self.commit()
        same = self._entry is not None and one is not None and self._entry.key == one.key
        before, self._entry = self._entry, one
        self._stack.setCurrentIndex(0 if one is None else 1)
        if one is None:
            self._say(entries)
            return
        self._fill(one, before if same else None)

    def _say(self, entries: list[Entry]) -> None:
        for each in self._many:
            each.setVisible(len(entries) > 1)
        drafts = sum(1 for each in entries if each.draft)
        if not entries:
            self.note.setText("Choose an exhibit to see and edit it.")
        elif drafts == len(entries):
            self.note.setText(f"{drafts} drafts are chosen.")
        else:
            self.note.setText(f"{len(entries)} exhibits are chosen.")

    def _fill(self, entry: Entry, before: Entry | None) -> None:
        self.head.setText(f"Draft, provisional {entry.label}" if entry.draft else f"Exhibit {entry.label}")
        about = [entry.when or "no date", status_words(entry), pages_words(entry.placed) if entry.placed else ""]
        self.about.setText(" · ".join(part for part in about if part))
        self.fault.setText(shown_lines(f"{entry.fault} Choose another late label." if entry.fault else ""))
        self.fault.setVisible(bool(entry.fault))
        texts = _texts(entry)
        for name, field in self.fields.items():
            if before is None or field.text() == _texts(before)[name]:
                field.setText(texts[name])
                if not field.hasFocus():
                    field.setCursorPosition(0)  # a long title is read from its beginning
        self.fields["title"].setPlaceholderText(shown(entry.title) if entry.draft else "")
        self._witnesses.setStringList(list(self._board.witnesses) if self._board else [])
        self._fill_items(entry, before)
        self.steps.setText(recorded_words(entry) if not entry.draft else "")
        self.steps.setVisible(not entry.draft)
        self._draft_buttons.setVisible(entry.draft)
        self._live_buttons.setVisible(not entry.draft)
        self._allow()

    def _fill_items(self, entry: Entry, before: Entry | None) -> None:
        things = self._board.things if self._board else {}
        current = self.items.currentRow() if before is not None else 0
        kept = self.items.currentItem().data(Qt.ItemDataRole.UserRole) if self.items.currentItem() else ""
        self.items.blockSignals(True)
        self.items.clear()
        for number in entry.items:
            thing = things.get(number)
            made = QListWidgetItem(f"{number}  {thing.called if thing else ''}")
            made.setData(Qt.ItemDataRole.UserRole, number)
            made.setToolTip("Press Enter to see it among the items")
            self.items.addItem(made)
        if before is not None and kept in entry.items:
            current = entry.items.index(kept)
        self.items.setCurrentRow(min(max(0, current), len(entry.items) - 1))
        self.items.blockSignals(False)
        many = len(entry.items)
        self.items_title.setText("Rests on 1 item" if many == 1 else f"Rests on {many} items")

    def allow_adding(self, items: int) -> None:
        """So many items are chosen at the left."""
        self._can_add = items > 0
        self._allow()

    def refresh_state(self) -> None:
        """What can be changed has changed, as when long work begins."""
        self._allow()

    def _allow(self) -> None:
        entry = self._entry
        free = entry is not None and not entry.withdrawn and self._desk.session.writable
        for field in self.fields.values():
            field.setReadOnly(not free)
        many, here = self.items.count(), self.items.currentRow()
        self.up.setEnabled(free and here > 0)
        self.down.setEnabled(free and 0 <= here < many - 1)
        self.out.setEnabled(free and many > 1 and here >= 0)
        self.add.setEnabled(free and self._can_add)

    # What is changed

    def commit(self) -> None:
        """Enter what is typed and not entered yet."""
        for name in _FIELDS:
            self._commit(name)

    def _commit(self, name: str) -> None:
        field, entry = self.fields[name], self._entry
        if entry is None or entry.withdrawn or field.text() == _texts(entry)[name]:
            return
        if self._desk.session.case is None or self._desk.session.read_only:
            return
        if name == "title" and not entry.draft and not field.text().strip():
            field.setText(entry.own_title)  # a marked exhibit always has a title
            return
        self.edited.emit(entry.key, name, field.text())

    def put_back(self, key: Key) -> None:
        """An edit was refused: show what is there."""
        if self._entry is not None and self._entry.key == key:
            for name, field in self.fields.items():
                field.setText(_texts(self._entry)[name])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """Escape takes back what is typed and not entered."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            name = next((name for name, field in self.fields.items() if field is watched), "")
            if name and self._entry is not None:
                self.fields[name].setText(_texts(self._entry)[name])
                return True
        return super().eventFilter(watched, event)

    def _shift(self, by: int) -> None:
        entry, here = self._entry, self.items.currentRow()
        if entry is not None and 0 <= here + by < len(entry.items):
            order = list(entry.items)
            order.insert(here + by, order.pop(here))
            self.rested.emit(entry.key, tuple(order))

    def _take_out(self) -> None:
        entry, here = self._entry, self.items.currentRow()
        if entry is not None and len(entry.items) > 1:
            self.rested.emit(entry.key, entry.items[:here] + entry.items[here + 1 :])

    def _add(self) -> None:
        if self._entry is not None:
            self.add_wanted.emit(self._entry.key)

    def _open(self, item: QListWidgetItem) -> None:
        self.item_opened.emit(str(item.data(Qt.ItemDataRole.UserRole)))


class _Items(QListWidget):
    """A list that takes the room that is left rather than a list's own."""

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(super().sizeHint().width(), self.minimumHeight())


class _Folding(QWidget):
    """Buttons beside each other, or below each other where there is no room."""

    def __init__(self, *buttons: QWidget) -> None:
        super().__init__()
        self._buttons = buttons
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        for each in buttons:
            self._box.addWidget(each)
        self._box.addStretch(1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        widest = max(each.minimumSizeHint().width() for each in self._buttons)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        needed = sum(each.sizeHint().width() for each in self._buttons) + 6 * (len(self._buttons) - 1)
        ways = QBoxLayout.Direction
        self._box.setDirection(ways.LeftToRight if needed <= self.width() else ways.TopToBottom)


def _texts(entry: Entry) -> dict[str, str]:
    return {"title": entry.own_title, "witness": entry.witness, "group": entry.group}
