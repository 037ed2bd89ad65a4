"""The exhibits as a list: marked ones in binder order, and drafts where marking would put them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from evidencekit import exhibits
from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.model import Draft, Exhibit, Item, Kind, Placed, Status, Zone
from evidencekit.printing.paper import PaperName
from evidencekit.profile import Profile
from ui.choices import chosen
from ui.parts import Changes, Part
from ui.session import Session

Key = int | str
"""A draft by its id, a marked exhibit by its label."""
Index = QModelIndex | QPersistentModelIndex
ENTRIES_MIME = "application/x-evidencekit-exhibits"
"""Entries being moved: the case's own number, then one a line, a draft as ``#3``, an exhibit as its label."""
_HERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Thing:
    """One item as this page needs it. ``called`` is its title, else its name, fit for the screen; ``when`` as printed,
    "" when undated; ``pixels`` of an image as a person sees it; ``pages`` of a document or many-paged picture."""

    number: str
    name: str
    called: str
    kind: Kind
    media_type: str
    sha256: str
    when: str
    when_value: str | None
    pages: int | None
    seconds: float | None
    pixels: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``label`` is issued, or provisional for a draft; ``status`` None for a draft. ``title`` is what will be
    printed, ``own_title`` what a person wrote. ``fault`` says why a draft cannot be marked as it is; ``base`` is the
    label that a late one stands behind."""

    key: Key
    label: str
    title: str
    own_title: str
    items: tuple[str, ...]
    when: str
    status: Status | None = None
    witness: str = ""
    group: str = ""
    dates: tuple[tuple[Status, str], ...] = ()
    placed: Placed | None = None
    wanted: str = ""
    base: str = ""
    fault: str = ""
    kind: Kind | None = None

    @property
    def draft(self) -> bool:
        return self.status is None

    @property
    def live(self) -> bool:
        """Marked and not withdrawn."""
        return self.status is not None and self.status is not Status.WITHDRAWN

    @property
    def withdrawn(self) -> bool:
        return self.status is Status.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows, as it was at one moment."""

    profile: Profile
    paper: PaperName
    zone: str
    case_number: str
    entries: tuple[Entry, ...] = ()
    arranged: exhibits.Arrangement = ()
    drafts: exhibits.Drafts = ()
    things: Mapping[str, Thing] = field(default_factory=dict)
    witnesses: tuple[str, ...] = ()

    def before_draft(self, row: int, moving: Iterable[Key] = ()) -> int | None:
        """The draft that stands first at or behind a row, those that move left out: a new one goes before it."""
        gone = set(moving)
        behind = (each.key for each in self.entries[row:] if each.draft and not each.base)
        return next((key for key in behind if isinstance(key, int) and key not in gone), None)

    def before_exhibit(self, row: int, moving: Iterable[Key] = ()) -> str | None:
        """The marked exhibit that stands first at or behind a row, those that move left out."""
        gone = set(moving)
        behind = (each.key for each in self.entries[row:] if not each.draft)
        return next((key for key in behind if isinstance(key, str) and key not in gone), None)


def load(case: Case, known: Mapping[str, Thing], usual: str) -> Board:
    """Read the page's board; items in ``known`` are not looked up again, ``usual`` is the person's own paper."""
    from evidencekit.catalog import court
    from evidencekit.catalog.items import get_items

    profile, paper = chosen(case, usual)
    with case.catalog.read() as connection:
        arranged, drafts = court.arrangement(connection), court.drafts(connection)
        places = court.placed(connection)
        standing: list[Exhibit | Draft] = [*arranged, *drafts]
        wanted = {number for each in standing for number in each.items} - known.keys()
        found = get_items(connection, sorted(wanted))
    zone = case.info.timezone
    things = {**known, **{number: _thing(item, zone) for number, item in found.items()}}
    board = Board(profile, paper, zone, case.info.number, (), arranged, drafts, things)
    named = {each.witness for each in standing if each.witness}
    return replace(board, entries=tuple(_entries(board, places)), witnesses=tuple(sorted(named, key=str.casefold)))


def _thing(item: Item, zone: str) -> Thing:
    from evidencekit.binder.gather import when_words

    width, height = item.fact("width"), item.fact("height")
    pixels = (width, height) if isinstance(width, int) and isinstance(height, int) and width and height else None
    turned = item.fact("orientation")
    if pixels and isinstance(turned, int) and 5 <= turned <= 8:
        pixels = pixels[::-1]
    return Thing(
        number=item.number,
        name=item.name,
        called=shown(item.title or item.name),
        kind=item.kind,
        media_type=item.media_type,
        sha256=item.digests.sha256,
        when=when_words(item, zone)[0],
        when_value=item.when,
        pages=item.pages,
        seconds=item.seconds,
        pixels=pixels,
    )


def _entries(board: Board, places: Mapping[str, Placed]) -> Iterable[Entry]:
    labels = exhibits.provisional(board.arranged, board.drafts, board.profile)
    coming = {labels[each.id]: each for each in board.drafts}
    order = board.arranged
    for each in board.drafts:
        order = exhibits.mark(order, Exhibit(labels[each.id], each.title, each.items))
    issued = {each.label for each in board.arranged}
    for exhibit in order:
        if exhibit.label in issued:
            yield _marked(board, exhibit, places.get(exhibit.label))
            issued.discard(exhibit.label)  # a label wanted twice stands once more, as the draft
        else:
            yield _drafted(board, coming[exhibit.label], exhibit.label)


def _marked(board: Board, exhibit: Exhibit, placed: Placed | None) -> Entry:
    return Entry(
        key=exhibit.label,
        label=exhibit.label,
        title=shown(exhibit.title),
        own_title=exhibit.title,
        items=exhibit.items,
        when=_when(board, exhibit.items),
        status=exhibit.status,
        witness=exhibit.witness or "",
        group=exhibit.group or "",
        dates=exhibit.dates,
        placed=placed,
        base=_base(exhibit.label),
        kind=_kind(board, exhibit.items),
    )


def _drafted(board: Board, draft: Draft, label: str) -> Entry:
    fault = ""
    if draft.label is not None:
        try:
            exhibits.check_label(board.arranged, draft.label, board.profile)
        except UsageError as error:
            fault = error.what
    first = board.things.get(draft.items[0]) if draft.items else None
    return Entry(
        key=draft.id,
        label=label,
        title=shown(draft.title) or (first.called if first else ""),
        own_title=draft.title,
        items=draft.items,
        when=_when(board, draft.items),
        witness=draft.witness or "",
        group=draft.group or "",
        wanted=draft.label or "",
        base=_base(label),
        fault=fault,
        kind=_kind(board, draft.items),
    )


def _base(label: str) -> str:
    base = exhibits.base_label(label)
    return base if base != label else ""


def _kind(board: Board, items: Sequence[str]) -> Kind | None:
    """The kind that all of the items are, or None."""
    kinds = {board.things[number].kind for number in items if number in board.things}
    return kinds.pop() if len(kinds) == 1 else None


def _when(board: Board, items: Sequence[str]) -> str:
    from evidencekit.binder.gather import days
    from evidencekit.moments import show, sort_key

    found = [board.things[number] for number in items if number in board.things]
    if len(found) == 1:
        return found[0].when
    dated = [each.when_value for each in found if each.when_value is not None]
    if not dated:
        return ""
    first, *_, last = sorted(dated, key=lambda value: sort_key(value, board.zone)) * 2
    return days(show(first, Zone.ASSUMED, board.zone)[0], show(last, Zone.ASSUMED, board.zone)[0])


def said(entry: Entry) -> str:
    """An entry as a screen reader says it."""
    head = f"Draft, provisional label {entry.label}" if entry.draft else f"Exhibit {entry.label}"
    many = "1 item" if len(entry.items) == 1 else f"{len(entry.items)} items"
    parts = [head, entry.title, many, entry.when or "no date"]
    if entry.witness:
        parts.append(f"witness {shown(entry.witness)}")
    if entry.status is not None:
        parts.append(status_words(entry))
    if entry.placed is not None:
        parts.append(pages_words(entry.placed))
    if entry.fault:
        parts.append(entry.fault)
    return ", ".join(part for part in parts if part)


def status_words(entry: Entry) -> str:
    """“admitted 2026-03-09”, “marked”, “withdrawn”; "" for a draft."""
    if entry.status is None:
        return ""
    day = dict(entry.dates).get(entry.status, "")
    return f"{entry.status.value} {day_words(day)}".strip()


def day_words(iso: str) -> str:
    """An ISO date as printed."""
    from evidencekit.moments import show

    return show(iso, None, "UTC")[0] if iso else ""


def pages_words(placed: Placed) -> str:
    """Where an exhibit stands in the newest binder."""
    many = "1 page" if placed.pages == 1 else f"{placed.pages} pages"
    volume = f"vol. {placed.volume}, " if placed.volume > 1 else ""
    return f"{many} · {volume}p. {placed.first_page}"


def pack(case: str, keys: Iterable[Key]) -> bytes:
    """Entries of a case, by its uuid, as they are dragged."""
    return "\n".join([case, *(f"#{key}" if isinstance(key, int) else key for key in keys)]).encode()


def unpack(case: str, data: bytes) -> list[Key]:
    """The entries that are dragged; nothing when they are of another case, as when two windows are open."""
    of, *lines = data.decode("utf-8", "replace").splitlines() or [""]
    if of != case:
        return []
    return [int(line[1:]) if line.startswith("#") and line[1:].isdigit() else line for line in lines if line]


class ExhibitsModel(QAbstractListModel):
    """The board as rows. ``loaded`` is emitted after every refresh; rows that only changed keep their place, and with
    it what is chosen."""

    loaded = Signal()
    EntryRole = Qt.ItemDataRole.UserRole

    def __init__(self, session: Session, usual: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._usual = session, usual
        self._known: Mapping[str, Thing] = {}
        self.board: Board | None = None
        session.opened.connect(self._opened)
        session.closed.connect(self._closed)
        session.changed.connect(self._changed)
        if session.case is not None:
            self.refresh()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.board.entries if self.board is not None else ()

    def entry(self, key: Key) -> Entry | None:
        """The entry of a key, while it is there."""
        return next((each for each in self.entries if each.key == key), None)

    def row_of(self, key: Key) -> int:
        """The row of an entry, -1 when it is gone."""
        return next((row for row, each in enumerate(self.entries) if each.key == key), -1)

    def refresh(self) -> None:
        """Read the board again."""
        known, usual = self._known, self._usual()
        self._session.read(lambda case: load(case, known, usual), self._come, key="exhibits")

    def _opened(self) -> None:
        self._known = {}
        self.refresh()

    def _closed(self) -> None:
        self._known = {}
        self.beginResetModel()
        self.board = None
        self.endResetModel()
        self.loaded.emit()

    def _changed(self, changes: Changes) -> None:
        if changes.touch(Part.ITEMS, Part.WORDS):
            self._known = {}
        if changes.touch(Part.ITEMS, Part.WORDS, Part.EXHIBITS, Part.CHOICES):
            self.refresh()

    def _come(self, board: Board) -> None:
        before, self._known = self.entries, board.things
        if [each.key for each in before] == [each.key for each in board.entries]:
            self.board = board
            if before:
                self.dataChanged.emit(self.index(0), self.index(len(before) - 1))
        else:
            self.beginResetModel()
            self.board = board
            self.endResetModel()
        self.loaded.emit()

    # Qt

    def rowCount(self, parent: Index = _HERE) -> int:  # noqa: N802 — Qt's name
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        if role == self.EntryRole:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{entry.label}  {entry.title}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return said(entry)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and self._session.writable:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeTypes(self) -> list[str]:  # noqa: N802 — Qt's name
        return [ENTRIES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 — Qt's name
        data = QMimeData()
        rows = sorted({each.row() for each in indexes})
        data.setData(ENTRIES_MIME, pack(self._session.open_case.info.uuid, (self.entries[row].key for row in rows)))
        return data

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802 — Qt's name
        return Qt.DropAction.MoveAction
