"""The exhibits page: items not used yet, the exhibits in binder order, the chosen one, and how it will print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMenu, QSizePolicy, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from evidencekit.model import Draft, Exhibit
from ui.desk import Desk
from ui.dialogs.late import LateDialog
from ui.dialogs.mark import MarkDialog
from ui.dialogs.status import StatusDialog, regrouping, withdrawing
from ui.models.exhibits import Entry, ExhibitsModel, Key
from ui.views.exhibit_deeds import Deeds, neighbours
from ui.views.exhibit_editor import ExhibitEditor
from ui.views.exhibit_list import ExhibitList, Place
from ui.views.exhibit_supply import Supply
from ui.views.strip import Strip
from ui.widgets import Elided, Empty, action_button, column, row, tool

_MENU = ("mark", "late", "", "join", "split", "remove", "", "up", "down", "", "status", "withdraw")
_LATE_STAYS = "A late exhibit stands behind exhibit {base}; give it another late label to move it."


class ExhibitsView(QWidget):
    """The exhibits page; ``handlers`` do the actions that it owns."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.session = desk, desk.session
        self.deeds = Deeds(desk.session)
        self.model = ExhibitsModel(desk.session, lambda: desk.settings.paper, self)
        self.dialog: QDialog | None = None
        self._told_labels_stay = self._shared_out = self._mark_soon = False
        self.handlers: dict[str, Callable[[], Any]] = {
            "exhibit.mark": self.mark,
            "exhibit.late": self.late,
            "exhibit.join": self.join,
            "exhibit.split": self.split,
            "exhibit.remove": self.remove,
            "exhibit.up": lambda: self.shift(-1),
            "exhibit.down": lambda: self.shift(1),
            "exhibit.status": self.status,
            "exhibit.withdraw": self.withdraw,
        }
        self._build()
        self.handlers |= self.supply.handlers
        self._connect()
        self._loaded()

    # What is there

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.down = QSplitter(Qt.Orientation.Vertical, self)
        layout.addWidget(self.down)
        self.across = QSplitter(Qt.Orientation.Horizontal, self.down)
        # Made in the order in which the Tab key goes through them.
        self.supply = Supply(self.desk)
        bar = self._build_bar()
        self.list = ExhibitList(self.desk, self.model)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        words = "Drag items here, or choose them under Items and press Ctrl+E."
        self.empty = Empty(self.desk.theme, "bookmark", "No exhibits yet", words)
        self.empty.setAcceptDrops(True)
        self.empty.installEventFilter(self)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.list)
        self.middle.addWidget(self.empty)
        self.editor = ExhibitEditor(self.desk)
        self.strip = Strip(self.desk, self.model)
        self.across.setChildrenCollapsible(False)
        px = self.desk.theme.px
        # The grid of pictures needs the width of one with its scroll bar.
        parts = (self.supply, column(bar, self.middle, gap=0), self.editor)
        for part, least in zip(parts, (px(192) + 24, px(250), px(210)), strict=True):
            part.setMinimumWidth(least)
            self.across.addWidget(part)
        for place, share in enumerate((2, 5, 2)):
            self.across.setStretchFactor(place, share)
        self.down.setChildrenCollapsible(False)
        self.down.addWidget(self.strip)
        self.strip.setMinimumHeight(px(120))
        self.down.setStretchFactor(0, 1)
        self._pulled: set[str] = set()
        self._splitters = {"exhibits.across": self.across, "exhibits.down": self.down}
        for name, splitter in self._splitters.items():
            splitter.splitterMoved.connect(lambda *_, name=name: self._pulled.add(name))

    def _build_bar(self) -> QWidget:
        theme, actions = self.desk.theme, self.desk.actions
        self.profile = Elided("", "small")
        gives_way = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        gives_way.setHorizontalStretch(1)
        self.profile.setSizePolicy(gives_way)
        self.tools = []
        for name, icon in (("up", "arrow-up"), ("down", "arrow-down"), ("join", "combine"), ("split", "split")):
            action = actions[f"exhibit.{name}"]
            made = tool(theme, icon, action.iconText(), action.trigger)
            action.changed.connect(lambda made=made, action=action: _follow(made, action))
            _follow(made, action)
            self.tools.append(made)
        self.mark_button = action_button(actions["exhibit.mark"], primary=True)
        bar = row(self.profile, *self.tools, self.mark_button, margin=0, gap=4)
        bar.setObjectName("bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = bar.layout()
        if inner is not None:
            inner.setContentsMargins(12, 8, 12, 8)
        return bar

    def _connect(self) -> None:
        self.model.loaded.connect(self._loaded)
        self.list.chose.connect(self._chose)
        self.list.dropped.connect(self.drop_items)
        self.list.moved.connect(self.rearrange)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.activated.connect(lambda: self.editor.fields["title"].setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.supply.add_wanted.connect(lambda numbers, together: self._add(numbers, None, together=together))
        self.supply.chose.connect(self.editor.allow_adding)
        self.editor.edited.connect(self._write)
        self.editor.rested.connect(self._rest)
        self.editor.add_wanted.connect(self._add_to)
        self.editor.item_opened.connect(self.desk.show_item)
        self.strip.sheets.picked.connect(lambda key: self.list.choose([key]))
        self.strip.sheets.opened.connect(self.desk.show_item)
        self.session.state_changed.connect(self.editor.refresh_state)
        self.session.closing.connect(self.editor.commit)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        """The first time, share the room there is out."""
        super().showEvent(event)
        if self._shared_out:
            return
        self._shared_out = True
        px, wide, high = self.desk.theme.px, self.width(), self.height()
        # Two columns of pictures where there is room for them, else one.
        left, right = px(396) if wide >= px(1240) else min(px(252), wide * 3 // 10), min(px(330), wide * 27 // 100)
        self.across.setSizes([left, max(1, wide - left - right), right])
        strip = max(px(130), min(px(210), high // 4))
        self.down.setSizes([max(1, high - strip), strip])
        for name, splitter in self._splitters.items():
            splitter.restoreState(QByteArray.fromHex(self.desk.settings.get(name).encode()))

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 — Qt's name
        """Remember how the room was shared out by hand."""
        super().hideEvent(event)
        for name in self._pulled:
            self.desk.settings.put(name, self._splitters[name].saveState().toHex().toStdString())
        self._pulled.clear()

    # What is shown

    def _loaded(self) -> None:
        board = self.model.board
        self.middle.setCurrentIndex(0 if self.model.entries else 1)
        self.profile.put(board.profile.title if board else "")
        self._chose()
        if self._mark_soon and board is not None:
            self._mark_soon = False
            self.mark()

    def _chose(self) -> None:
        chosen = self.list.chosen()
        self.editor.show_entries(self.model.board, chosen)
        self.strip.go_to(chosen[0].key if chosen else None)
        live = [each for each in chosen if each.live]
        drafts = [each for each in chosen if each.draft]
        gone = len(chosen) - len(live) - len(drafts)
        # A withdrawn one counts as neither alone, but spoils what is meant for one kind.
        self.desk.actions.update(drafts=len(drafts), live=len(live) + (gone if gone and len(chosen) > 1 else 0))

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _MENU:
            if name:
                menu.addAction(self.desk.actions[f"exhibit.{name}"])
            else:
                menu.addSeparator()
        menu.popup(self.list.viewport().mapToGlobal(at))

    # Adding items

    def drop_items(self, numbers: Sequence[str], place: Place, together: bool) -> None:
        """Items were dropped on the list: between rows each becomes a draft, on a draft they join it."""
        entries = self.model.entries
        if place.onto and place.row < len(entries):
            self.deeds.add_to(entries[place.row], numbers)
            self.list.choose([entries[place.row].key])
            return
        board = self.model.board
        self._add(list(numbers), board.before_draft(place.row) if board else None, together=together)

    def _add(self, numbers: Sequence[str], before: int | None, *, together: bool) -> None:
        groups = [list(numbers)] if together else [[number] for number in numbers]
        self.deeds.add(groups, before, self._show_drafts)

    def _show_drafts(self, drafts: Draft | list[Draft]) -> None:
        found = [drafts] if isinstance(drafts, Draft) else drafts
        self.list.choose([each.id for each in found])

    def _add_to(self, key: Key) -> None:
        entry = self.model.entry(key)
        if entry is not None:
            self._rest(key, tuple(dict.fromkeys((*entry.items, *self.supply.chosen()))))

    # Moving

    def shift(self, by: int) -> None:
        """Move the chosen exhibit up (-1) or down (1) among its like."""
        board, chosen = self.model.board, self.list.chosen()
        if board is None or len(chosen) != 1 or not self.session.writable:
            return
        entry = chosen[0]
        if entry.draft and entry.base:
            self.desk.say(_LATE_STAYS.format(base=entry.base))
            return
        order, here = neighbours(board, entry)
        there = here + by
        if not 0 <= there < len(order):
            return
        place = there if by < 0 else there + 1
        self._move([entry.key], order[place] if place < len(order) else None)

    def rearrange(self, keys: Sequence[Key], place: Place) -> None:
        """Rows were dragged: drafts move among drafts, marked exhibits among marked ones."""
        board = self.model.board
        if board is None or not self.session.writable:
            return
        entries = [each for each in (self.model.entry(key) for key in keys) if each is not None]
        late = next((each for each in entries if each.draft and each.base), None)
        drafts: list[Key] = [each.key for each in entries if each.draft and not each.base]
        marked: list[Key] = [each.key for each in entries if not each.draft]
        if late is not None and not drafts:
            self.desk.say(_LATE_STAYS.format(base=late.base))
        if drafts:
            self._move(drafts, board.before_draft(place.row, drafts))
        if marked:
            self._move(marked, board.before_exhibit(place.row, marked))

    def _move(self, keys: Sequence[Key], before: Key | None) -> None:
        ids = [key for key in keys if isinstance(key, int)]
        if ids:
            self.deeds.move_drafts(ids, before if isinstance(before, int) else None)
            return
        labels = [key for key in keys if isinstance(key, str)]
        self.deeds.move_exhibits(labels, before if isinstance(before, str) else None)
        if not self._told_labels_stay:
            self._told_labels_stay = True
            self.desk.say("Moved in the binder. Labels do not change: they are issued.")

    # Editing

    def _write(self, key: Key, field: str, text: str) -> None:
        entry = self.model.entry(key)
        if entry is None:
            return

        def failed(error: BaseException) -> None:
            self.editor.put_back(key)
            self.session.tasks.trouble.emit(error)

        self.deeds.write(entry, field, text, failed)

    def _rest(self, key: Key, items: tuple[str, ...]) -> None:
        entry = self.model.entry(key)
        if entry is None or items == entry.items:
            return
        if entry.draft:
            self.deeds.rest(entry, items)
            return
        asked = regrouping(entry, items, self.desk.theme, self)
        self._ask(asked, lambda: self.deeds.regroup(entry.label, items))

    # The page's actions

    def _ask(self, dialog: QDialog, accepted: Callable[[], None]) -> None:
        """Show a dialog over the page; what it asks for is done when it is accepted."""
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(accepted)
        dialog.finished.connect(self._asked)
        dialog.open()

    def _asked(self) -> None:
        self.dialog = None

    def _one(self) -> Entry | None:
        chosen = self.list.chosen()
        return chosen[0] if len(chosen) == 1 else None

    def _draft_ids(self) -> list[int]:
        return [each.key for each in self.list.chosen() if isinstance(each.key, int)]

    def mark(self) -> None:
        """Issue labels to the chosen drafts, or to all when none is chosen."""
        self.editor.commit()
        board = self.model.board
        if board is None:
            self._mark_soon = True  # asked for from another page, before the list has come
            return
        if not board.drafts:
            self.desk.say("There is no draft to mark. Add items first.")
            return
        dialog = MarkDialog(board, self._draft_ids() or [each.id for each in board.drafts], self.desk.theme, self)
        self._ask(dialog, lambda: self.deeds.mark(dialog.ids, board.profile, self._marked))

    def _marked(self, marked: list[Exhibit]) -> None:
        self.list.choose([each.label for each in marked])
        first, last = marked[0].label, marked[-1].label
        which = f"exhibit {first}" if len(marked) == 1 else f"{len(marked)} exhibits, {first} to {last}"
        self.desk.say(f"Marked {which}.")

    def late(self) -> None:
        """Give the chosen draft a label behind an exhibit."""
        board, entry = self.model.board, self._one()
        if board is not None and entry is not None and entry.draft:
            dialog = LateDialog(board, entry, self.desk.theme, self)
            self._ask(dialog, lambda: self.deeds.label(entry, dialog.label_text))

    def join(self) -> None:
        """Make one exhibit of the chosen drafts."""
        self.deeds.join(self._draft_ids(), self._show_drafts)

    def split(self) -> None:
        """Make one exhibit of each item of the chosen draft."""
        entry = self._one()
        if entry is None or not isinstance(entry.key, int):
            return
        if len(entry.items) < 2:
            self.desk.say("This draft rests on one item only: there is nothing to split.")
            return
        self.deeds.split(entry.key, self._show_drafts)

    def remove(self) -> None:
        """Take the chosen drafts off the list; the one beside them is chosen then."""
        ids = self._draft_ids()
        places = [self.model.row_of(each) for each in ids]
        entries = self.model.entries
        beside = [*entries[max(places) + 1 :], *reversed(entries[: min(places)])] if places else []
        self.deeds.remove(ids)
        self.list.choose([each.key for each in beside[:1]])

    def status(self) -> None:
        """Record what happened to the chosen exhibit in court."""
        entry = self._one()
        if entry is not None and entry.live:
            dialog = StatusDialog(entry, self.desk.theme, self)
            self._ask(dialog, lambda: self.deeds.status(entry.label, dialog.status, dialog.day))

    def withdraw(self) -> None:
        """Withdraw the chosen exhibit, once that is sure."""
        entry = self._one()
        if entry is not None and entry.live:
            asked = withdrawing(entry, self.desk.theme, self)
            self._ask(asked, lambda: self.deeds.withdraw(entry.label))

    # Drops on the empty page

    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        """The empty list takes items as the list does."""
        if watched is self.empty:
            match event.type():
                case QEvent.Type.DragEnter:
                    self.list.dragEnterEvent(event)  # type: ignore[arg-type]  # told by its type
                    return True
                case QEvent.Type.DragMove:
                    self.list.dragMoveEvent(event)  # type: ignore[arg-type]
                    return True
                case QEvent.Type.Drop:
                    self.list.dropEvent(event)  # type: ignore[arg-type]
                    return True
        return super().eventFilter(watched, event)


def _follow(made: QToolButton, action: QAction) -> None:
    made.setEnabled(action.isEnabled())
    made.setToolTip(action.toolTip())
