"""The items page: which items there are, the chosen one's picture, and what is known and said about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.catalog import browse
from evidencekit.catalog.browse import Counts, Filter, Row
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.items import ItemsModel
from ui.parts import Changes, Part
from ui.views.details import Details
from ui.views.filterbar import FilterBar
from ui.views.hearing import save_listening_copy
from ui.views.itemlist import ItemList
from ui.views.leaving import produce_chosen, withhold
from ui.views.viewer import Viewer
from ui.widgets import Empty, action_button, button

_MENU = (
    *("item.title", "item.when", "item.party", "item.note", ""),
    *(
        "exhibit.add",
        "exhibit.add_one",
        "",
        "item.transcript",
        "item.listen",
        "",
        "item.withhold",
        "item.produce",
        "",
        "item.check",
        "item.reread",
        "item.columns",
    ),
)
_REST = 40  # milliseconds that the choice rests before it is shown: a held arrow key passes many items


class ItemsView(QWidget):
    """The items page; ``handlers`` do the actions that it owns."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.model = ItemsModel(desk.session, parent=self)
        self._counts: Counts | None = None
        self._led = False
        self._build()
        self._connect()
        self.handlers: dict[str, Callable[[], Any]] = {
            "item.title": self.details.edit_title,
            "item.when": self.details.edit_when,
            "item.party": self.details.edit_party,
            "item.note": self.details.add_note,
            "item.check": self.details.check_digests,
            "item.reread": self._read_again,
            "item.columns": self._name_columns,
            "item.transcript": self.viewer.open_transcript,
            "item.listen": partial(save_listening_copy, desk, self.list.current, self),
            "item.withhold": partial(withhold, desk, self.list.chosen, self),
            "item.produce": partial(produce_chosen, desk, self.list.chosen, self),
            "exhibit.add": partial(self._add, together=False),
            "exhibit.add_one": partial(self._add, together=True),
        }
        if desk.session.case is not None:
            self._opened()

    # What others ask for

    def show_item(self, number: str) -> None:
        """Choose an item and show it, whatever is filtered now."""
        if not self.list.choose([number]):
            self.bar.clear()
            self.list.show_number(number)

    def show_acquisition(self, number: int) -> None:
        """Show what came in with one hand-over."""
        self.bar.only_hand_over(number)

    @property
    def choosing(self) -> bool:
        """Whether what was chosen is about to be shown."""
        return self._resting.isActive()

    def search(self, words: str) -> None:
        """Show what holds these words, once the keys rest."""
        self.bar.set_words(words)
        self.model.look_for(self.bar.wanted, typing=True)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 — Qt's name
        """Have the keys move in the list, unless somebody is typing."""
        super().showEvent(event)
        if not isinstance(QApplication.focusWidget(), QLineEdit):
            self.list.setFocus()
        box = self._search_box()
        if box is not None and not self._led:  # Enter goes from the words to what they found
            self._led = True
            box.returnPressed.connect(self.list.setFocus)

    # How it is made

    def _build(self) -> None:
        """From the outside in: each time that a widget gets another parent, Qt styles all that is in it anew."""
        theme = self.desk.theme
        self.bar = FilterBar(self.desk, self)
        self.pages = QStackedWidget(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.pages, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self.pages)
        self.pages.addWidget(self.splitter)
        self.left = QStackedWidget(self.splitter)
        self.left.setMinimumWidth(theme.px(320))
        self.list = ItemList(self.desk, self.model, take_first=True, parent=self.left)
        self.left.addWidget(self.list)
        self.beside = QSplitter(Qt.Orientation.Vertical, self.splitter)
        self.viewer = Viewer(self.desk, self.beside)
        self.details = Details(self.desk, self.beside)
        for part in (self.viewer, self.details):
            part.setMinimumHeight(80)  # less than their parts would like: a small screen at large text has no more
        self._build_instead()
        self.left.addWidget(self.no_match)
        self.pages.addWidget(self.nothing)
        for each, sizes in ((self.splitter, (600, 400)), (self.beside, (560, 440))):
            each.setChildrenCollapsible(False)
            each.setSizes([theme.px(size) for size in sizes])
            each.setStretchFactor(0, sizes[0])
            each.setStretchFactor(1, sizes[1])
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_REST)
        self._resting.timeout.connect(self._show_chosen)

    def _build_instead(self) -> None:
        """What is shown where there is no list."""
        theme, actions = self.desk.theme, self.desk.actions
        self.nothing = Empty(
            theme,
            "inbox",
            "No items yet",
            "Drop files or folders anywhere on this window. They are copied into the case unchanged, and what each "
            "one is and when it happened is read out of it.",
            [action_button(actions["intake.files"], primary=True), action_button(actions["intake.folder"])],
        )
        self.no_match = Empty(
            theme, "filter", "Nothing matches", "", [button("Clear filters", self.bar.clear, primary=True)]
        )
        self.nothing.words.setMinimumWidth(theme.px(400))
        self.no_match.words.setMinimumWidth(theme.px(280))

    def _connect(self) -> None:
        session, settings = self.desk.session, self.desk.settings
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        self.bar.changed.connect(self.model.look_for)
        self.bar.cleared.connect(self._clear_search)
        self.bar.order_chosen.connect(self.model.order_by)
        self.bar.mode_chosen.connect(self._set_mode)
        self.model.came.connect(self._came)
        self.list.selection_changed.connect(self._chosen)
        self.list.current_changed.connect(lambda row: self._resting.start())
        self.list.activated.connect(self.viewer.take_focus)
        self.viewer.recognised.use_time.connect(self._compare_times)
        self.list.menu_wanted.connect(self._menu)
        for name, splitter in (("items.beside", self.splitter), ("items.below", self.beside)):
            splitter.restoreState(QByteArray.fromHex(settings.get(name).encode()))
            keep = QTimer(splitter)
            keep.setSingleShot(True)
            keep.setInterval(400)  # settings are a file: not for every pixel that a handle is moved
            keep.timeout.connect(lambda name=name, of=splitter: settings.put(name, _hex(of.saveState())))
            splitter.splitterMoved.connect(lambda at, which, keep=keep: keep.start())
        mode = settings.get("items.mode", "table")
        self.list.set_mode(mode)
        self.bar.tell_mode(mode)

    # What happens

    def _opened(self) -> None:
        self.bar.clear()
        self._count()

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.ITEMS, Part.WORDS, Part.EXHIBITS, Part.PARTIES):
            self._count()

    def _count(self) -> None:
        def work(case: Case) -> Counts:
            with case.catalog.read() as connection:
                return browse.counts(connection)

        def come(counts: Counts) -> None:
            self._counts = counts
            self.bar.tell_counts(counts)
            self._came()

        self.desk.session.read(work, come, key="items counts")

    def _came(self) -> None:
        found = self.model.rowCount()
        self.bar.tell_found(found)
        self.bar.tell_faults(self.model.faults)
        self.bar.tell_order(self.model.order, self.model.descending)
        self.viewer.recognised.search(self.model.wanted.words)
        empty = self._counts is not None and self._counts.items == 0
        self.bar.setVisible(not empty)
        self.pages.setCurrentWidget(self.nothing if empty else self.splitter)
        no_match = self.model.ready and not found
        if no_match:
            words = self.model.wanted.words.strip()
            alone = self.model.wanted == Filter(words=self.model.wanted.words)
            what = f"No item holds “{words}”" if words else "No item is like that"
            self.no_match.say("Nothing matches", what + ("." if alone else " and passes the other filters."))
        self.left.setCurrentWidget(self.no_match if no_match else self.list)

    def _chosen(self, numbers: list[str]) -> None:
        self.desk.actions.update(items=len(numbers))
        self._resting.start()

    def _show_chosen(self) -> None:
        row: Row | None = self.list.current()
        self.viewer.recognised.search(self.model.wanted.words)
        self.viewer.show_item(row)
        self.details.show_items(self.list.chosen())

    def _compare_times(self, number: str, value: str) -> None:
        if self.list.chosen() == [number]:
            self.details.compare_times(value)

    def _clear_search(self) -> None:
        box = self._search_box()
        if box is not None:
            box.clear()

    def _search_box(self) -> QLineEdit | None:
        found = self.window().findChild(QLineEdit, "search")
        return found if isinstance(found, QLineEdit) else None

    def _set_mode(self, mode: str) -> None:
        self.list.set_mode(mode)
        self.desk.settings.put("items.mode", mode)

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _MENU:
            if name:
                menu.addAction(self.desk.actions[name])
            else:
                menu.addSeparator()
        menu.popup(at)

    # The actions that are not the details'

    def _add(self, *, together: bool) -> None:
        """Put the chosen items in draft exhibits: one each, or all in one."""
        numbers = self.list.chosen()
        if not numbers:
            return
        groups = [numbers] if together else [[number] for number in numbers]
        if len(numbers) == 1:
            said = f"{numbers[0]} is a draft exhibit now; Mark issues its label."
        elif together:
            said = f"{len(numbers):,} items are one draft exhibit now; Mark issues its label."
        else:
            said = f"{len(numbers):,} items are draft exhibits now; Mark issues their labels."
        self.desk.session.edit(
            "Add to exhibits",
            lambda case: edits.add_drafts(case, groups=groups),
            [Part.EXHIBITS],
            lambda made: self.desk.say(said),
        )

    def _name_columns(self) -> None:
        """Have a person say which column of a table is what."""
        from ui.dialogs.mapping import MappingDialog

        row = self.list.current()
        if row is not None:
            MappingDialog(self.desk, row.number, row.title or row.name, self.window()).open()

    def _read_again(self) -> None:
        numbers = self.list.chosen()
        if not numbers:
            return
        many = "1 item" if len(numbers) == 1 else f"{len(numbers):,} items"

        def read(case: Case, job: Job) -> int:
            from evidencekit.reread import reread_items

            return len(reread_items(case, numbers, job))

        self.desk.session.act(
            f"Reading {many} again",
            read,
            [Part.ITEMS, Part.WORDS],
            lambda made: self.desk.say(f"Read {many} again; what people said of them stands."),
        )


def _hex(state: QByteArray) -> str:
    return state.toHex().toStdString()
