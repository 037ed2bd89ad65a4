"""Text that was read out of an item: mail, notes, tables. Plain characters, whatever was written in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from evidencekit.binder.formats import format_words
from evidencekit.casefile import Case
from evidencekit.catalog.items import get_items
from evidencekit.catalog.search import LONGEST_TEXT, body_of
from evidencekit.custody.names import shown
from evidencekit.model import Item, Kind
from ui.desk import Desk
from ui.views.viewer.find import FindBar
from ui.widgets import Banner, label, tool

_HEAD = (("From", "from"), ("To", "to"), ("Cc", "cc"), ("Subject", "subject"))
_COLUMNS = frozenset({"text/csv", "text/tab-separated-values", "application/json", "application/xml"})
_LONGEST_HEAD = 300  # a mail to a hundred people must leave room for what it says
_PIECE = 64_000  # characters put in at once: about 2 ms
_LONGEST_LINE = 10_000  # a longer one would take the text view seconds to lay out


@dataclass(frozen=True, slots=True)
class Words:
    """What an item says: ``head`` as (name, value), the ``pieces`` of its text, and what is left out or changed."""

    head: tuple[tuple[str, str], ...]
    pieces: tuple[str, ...]
    notes: tuple[str, ...]


def read_words(case: Case, number: str) -> Words:
    """What was read out of an item, fit for the screen. For a thread of its own: a text may have 4 million
    characters."""
    with case.catalog.read() as connection:
        body = body_of(connection, number)
        item = get_items(connection, [number]).get(number)
    notes = []
    if len(body) >= LONGEST_TEXT:
        notes.append(f"Only its first {LONGEST_TEXT:,} characters are shown here; the original holds all of it.")
    pieces, broken = _pieces(body) if body.strip() else ((), False)
    if broken:
        notes.append(f"Lines of more than {_LONGEST_LINE:,} characters are broken up here.")
    return Words(_head(item), pieces, tuple(notes))


def _head(item: Item | None) -> tuple[tuple[str, str], ...]:
    if item is None or item.kind is not Kind.EMAIL:
        return ()
    told = [(name, _short(str(item.fact(fact)))) for name, fact in _HEAD if item.fact(fact) not in (None, "")]
    sent = next((each for each in item.moments if each.basis.startswith("mail Date")), None)
    if sent is not None:
        told.append(("Date", f"{sent.as_found} (as the sender's program claims)"))
    return tuple(told)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_HEAD else f"{value[:_LONGEST_HEAD]}… (all of it in Details)"


def _pieces(body: str) -> tuple[tuple[str, ...], bool]:
    """The text in pieces that end with lines, every character fit to be seen."""
    found, piece, size, broken = [], list[str](), 0, False
    for line in body.split("\n"):
        cut = list(_cut("\t".join(shown(part) for part in line.split("\t"))))
        broken = broken or len(cut) > 1
        for each in cut:
            piece.append(each)
            size += len(each) + 1
            if size >= _PIECE:
                found.append("\n".join(piece))
                piece, size = [], 0
    if any(piece):
        found.append("\n".join(piece))
    return tuple(found), broken


def _cut(line: str) -> Iterator[str]:
    yield line[:_LONGEST_LINE]
    for start in range(_LONGEST_LINE, len(line), _LONGEST_LINE):
        yield line[start : start + _LONGEST_LINE]


class WordsView(QWidget):
    """Shows :class:`Words`. Ctrl+F finds in them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.notice = Banner(desk.theme)
        self._make_head()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAcceptDrops(False)  # files dropped here are taken in by the window
        self.text.setObjectName("reading")
        self.text.setUndoRedoEnabled(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.finder = FindBar(desk.theme, self.text)
        self._left: Iterator[str] = iter(())
        self._columns = False
        self._filling = QTimer(self)
        self._filling.timeout.connect(self._fill)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for each in (self.notice, self.head, self.finder):
            layout.addWidget(each)
        layout.addWidget(self.text, 1)
        self.search.clicked.connect(lambda checked=False: self.finder.open())
        for keys, on in ((QKeySequence.StandardKey.Find, self.finder.open), (QKeySequence("F3"), self.finder.next)):
            shortcut = QShortcut(QKeySequence(keys), self, on)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        desk.theme.changed.connect(self._dress)
        desk.session.closed.connect(self.clear)
        self.clear()

    def take_focus(self) -> None:
        """Give the keys to what is shown. Not a focus proxy: Qt's Tab would pass over the tools beside it."""
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_head(self) -> None:
        """What the text is, or a message's own head; beside it the way to find."""
        self.head = QFrame()
        self.head.setObjectName("bar")
        self.search = tool(self.desk.theme, "search", "Find in this text (Ctrl+F)")
        self.as_printed = tool(self.desk.theme, "printer", "Show as printed")
        self.as_printed.hide()
        self._rows = QGridLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(3)
        self._rows.setColumnStretch(1, 1)
        layout = QHBoxLayout(self.head)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addLayout(self._rows, 1)
        layout.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.as_printed, 0, Qt.AlignmentFlag.AlignTop)

    def show_words(self, words: Words, name: str, media_type: str) -> None:
        """Show a text from its beginning; ``name`` is what a screen reader says."""
        self.clear()
        self._columns = media_type in _COLUMNS
        self._dress()
        self.text.setAccessibleName(name)
        if not words.head:
            self._rows.addWidget(label(format_words(Kind.DOCUMENT, media_type), "muted"), 0, 0)
        for place, (what, value) in enumerate(words.head):
            title = label(what, "muted")
            title.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(title, place, 0)
            self._rows.addWidget(label(value, wrap=True, select=True, name=f"{what}: {shown(value)}"), place, 1)
        self.head.show()
        if words.notes:
            self.notice.say(" ".join(words.notes), "warn")
        if not words.pieces:
            self.text.setPlainText("It holds no text.")
            return
        self._left = iter(words.pieces)
        self._fill()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self._filling.start(0)

    def clear(self) -> None:
        """Show nothing."""
        self._filling.stop()
        self._left = iter(())
        self.finder.close_bar()
        self.notice.hide()
        self.text.clear()
        while (entry := self._rows.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.head.hide()

    @property
    def filling(self) -> bool:
        """Whether more of the text is still being put in."""
        return self._filling.isActive()

    def _fill(self) -> None:
        """A piece at a time: a long text must not hold the window up."""
        piece = next(self._left, None)
        if piece is None:
            self._filling.stop()
            self.finder.refresh()
            return
        end = QTextCursor(self.text.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        if not self.text.document().isEmpty():
            end.insertText("\n")
        end.insertText(piece)

    def _dress(self) -> None:
        self.text.setFont(self.desk.theme.font(mono=self._columns))
        modes = QPlainTextEdit.LineWrapMode
        self.text.setLineWrapMode(modes.NoWrap if self._columns else modes.WidgetWidth)
        self.text.document().setDocumentMargin(self.desk.theme.px(12))
