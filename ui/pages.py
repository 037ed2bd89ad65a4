"""The pages of an open case, which actions each owns, and the sidebar that leads to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.desk import Desk
from ui.dragging import ITEMS_MIME
from ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``actions`` are done by its view's ``handlers``; those in ``anywhere`` without going there.
    ``modules`` are what its view is made of."""

    name: str
    title: str
    icon: str
    make: Callable[[Desk, QWidget], QWidget]
    actions: tuple[str, ...] = ()
    anywhere: frozenset[str] = frozenset()
    modules: tuple[str, ...] = ()


def _items(desk: Desk, parent: QWidget) -> QWidget:
    from ui.views.items import ItemsView

    return ItemsView(desk, parent)


def _exhibits(desk: Desk, parent: QWidget) -> QWidget:
    from ui.views.exhibits import ExhibitsView

    return ExhibitsView(desk, parent)


def _chronology(desk: Desk, parent: QWidget) -> QWidget:
    from ui.views.chronology import ChronologyView

    return ChronologyView(desk, parent)


def _binder(desk: Desk, parent: QWidget) -> QWidget:
    from ui.views.binder import BinderView

    return BinderView(desk, parent)


def _productions(desk: Desk, parent: QWidget) -> QWidget:
    from ui.views.productions import ProductionsView

    return ProductionsView(desk, parent)


def _custody(desk: Desk, parent: QWidget) -> QWidget:
    from ui.views.custody import CustodyView

    return CustodyView(desk, parent)


_SAYING = ("item.title", "item.when", "item.party", "item.note")
_HEARING = ("item.transcript", "item.listen")
_ADDING = ("exhibit.add", "exhibit.add_one")
_LEAVING = ("item.withhold", "item.produce")
PAGES: tuple[Page, ...] = (
    Page(
        "items",
        "Items",
        "inbox",
        _items,
        (*_SAYING, "item.reread", "item.columns", "item.check", *_HEARING, *_LEAVING, *_ADDING),
        frozenset(_ADDING),
        ("ui.views.viewer", "ui.views.details", "ui.views.itemlist", "ui.views.items"),
    ),
    Page(
        "exhibits",
        "Exhibits",
        "bookmark",
        _exhibits,
        tuple(
            f"exhibit.{each}"
            for each in ("mark", "late", "join", "split", "remove", "up", "down", "status", "withdraw")
        ),
        modules=("ui.views.exhibit_list", "ui.views.exhibits"),
    ),
    Page(
        "chronology",
        "Chronology",
        "calendar-clock",
        _chronology,
        tuple(f"chronology.{each}" for each in ("milestone", "incident", "party", "export", "contacts")),
        modules=("ui.views.chronology",),
    ),
    Page("binder", "Binder", "book-open", _binder, ("binder.build",), modules=("ui.views.binder",)),
    Page(
        "productions",
        "Productions",
        "send",
        _productions,
        tuple(f"production.{each}" for each in ("new", "terms", "log", "export")),
        modules=("ui.views.productions",),
    ),
    Page(
        "custody",
        "Custody",
        "link",
        _custody,
        tuple(
            f"custody.{each}" for each in ("verify", "against", "seal", "anchor", "transfer", "keys", "forms", "report")
        ),
        modules=("ui.views.custody",),
    ),
)


class Sidebar(QListWidget):
    """The list of pages with their counts. ``chosen`` gives a page's name, ``dropped`` what was let go on Exhibits."""

    chosen = Signal(str)
    dropped = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAccessibleName("Pages")
        self._theme = theme
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in PAGES:
            entry = QListWidgetItem(page.title)
            entry.setData(Qt.ItemDataRole.UserRole, page.name)
            self.addItem(entry)
        self.currentItemChanged.connect(self._current)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        theme.changed.connect(self._dress)
        self._dress()

    def mark(self, name: str) -> None:
        """Show that this page is the one in view."""
        self.setCurrentRow([page.name for page in PAGES].index(name))

    def tell(self, many: Mapping[str, int]) -> None:
        """Say how many things the pages hold, by page name."""
        for place, page in enumerate(PAGES):
            told = f"{many[page.name]:,}" if many.get(page.name) else ""
            self.item(place).setText(f"{page.title}   {told}".rstrip())
            spoken = f"{page.title}, {told}" if told else page.title
            self.item(place).setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 — Qt's name
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 — Qt's name
        self._consider(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 — Qt's name
        if self._consider(event):
            self.dropped.emit(event.mimeData())

    def _consider(self, event: QDropEvent) -> bool:
        """Items are taken on the line of the exhibits and nowhere else; entering is let in to get there."""
        entry = self.itemAt(event.position().toPoint())
        there = entry is not None and entry.data(Qt.ItemDataRole.UserRole) == "exhibits"
        wanted = event.mimeData().hasFormat(ITEMS_MIME) and (there or type(event) is QDragEnterEvent)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(wanted)
        return wanted and there

    def _current(self, entry: QListWidgetItem | None) -> None:
        if entry is not None:
            self.chosen.emit(entry.data(Qt.ItemDataRole.UserRole))

    def _dress(self) -> None:
        self.setFixedWidth(self._theme.px(172))
        self.setIconSize(QSize(self._theme.px(18), self._theme.px(18)))
        for place, page in enumerate(PAGES):
            self.item(place).setIcon(self._theme.icon(page.icon))
