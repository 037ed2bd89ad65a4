"""Finding words in a text that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QTextEdit

from ui.theme import Theme
from ui.widgets import label, tool

_MARKED = 500  # finds marked at once
_PAUSE = 120  # milliseconds after a key


class FindBar(QFrame):
    """A bar that is hidden until :meth:`open`; Enter finds the next, Shift+Enter the one before, Esc closes it.

    ``marked`` gives the finds that are marked, as (start, end) in the text; whoever marks something else in the text
    does it through :meth:`mark_also`."""

    marked = Signal(object)

    def __init__(self, theme: Theme, text: QPlainTextEdit) -> None:
        super().__init__()
        self.setObjectName("bar")
        self._theme, self._text = theme, text
        self.words = QLineEdit()
        self.words.setPlaceholderText("Find in this text")
        self.words.setAccessibleName("Find in this text")
        self.words.setClearButtonEnabled(True)
        self.words.setAcceptDrops(False)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PAUSE)
        self._typing.timeout.connect(self._typed)
        self.words.textChanged.connect(lambda: self._typing.start())
        self._folded: str | None = None
        self._finds: list[QTextEdit.ExtraSelection] = []
        self._also: list[QTextEdit.ExtraSelection] = []
        text.textChanged.connect(self._changed)
        self.count = label("", "muted", name="Finds")
        self.before_ = tool(theme, "chevron-up", "Find the one before (Shift+Enter)", lambda: self._go(backward=True))
        self.next_ = tool(theme, "chevron-down", "Find the next (Enter)", self.next)
        self.shut = tool(theme, "x", "Close (Esc)", self.close_bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self.words, 1)
        for each in (self.count, self.before_, self.next_, self.shut):
            layout.addWidget(each)
        theme.changed.connect(self.refresh)
        self.hide()

    def open(self) -> None:
        """Show it, ready to be typed in; chosen words are looked for."""
        chosen = self._text.textCursor().selectedText()
        self.show()
        if chosen and len(chosen) < 100 and "\u2029" not in chosen:
            self.words.setText(chosen)
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()
        self.refresh()

    def close_bar(self) -> None:
        """Hide it, with its marks."""
        had = self.words.hasFocus()
        self._typing.stop()
        self.hide()
        self._put([])
        if had:
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def next(self) -> None:
        """Go to the next find; open the bar when nothing is looked for."""
        if self.isHidden() or not self.words.text():
            self.open()
        else:
            self._go()

    def refresh(self) -> None:
        """Count and mark the finds anew."""
        if self.isHidden():
            return
        words = self.words.text()
        if self._folded is None:
            self._folded = self._text.toPlainText().casefold()
        many = self._folded.count(words.casefold()) if words else 0
        self.count.setText("" if not words else "1 find" if many == 1 else f"{many:,} finds" if many else "Not found")
        self.count.setAccessibleName(self.count.text() or "Finds")
        for each in (self.before_, self.next_):
            each.setEnabled(many > 0)
        self._mark(words if many else "")

    def _changed(self) -> None:
        self._folded = None

    def _typed(self) -> None:
        """Look for what stands there now, from where the last find was."""
        self.refresh()
        cursor = self._text.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._text.setTextCursor(cursor)
        if self.words.text():
            self._go()

    def _go(self, *, backward: bool = False) -> None:
        """To the next find; behind the last comes the first."""
        self._typing.stop()
        words = self.words.text()
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if words and not self._text.find(words, flags):
            before = self._text.textCursor()
            self._text.moveCursor(QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start)
            if not self._text.find(words, flags):
                self._text.setTextCursor(before)

    def _mark(self, words: str) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        form = QTextCharFormat()
        form.setBackground(QColor(self._theme.colours.warn_ground))
        form.setForeground(QColor(self._theme.colours.text))
        at = self._text.document().find(words) if words else QTextCursor()
        while not at.isNull() and len(marks) < _MARKED:
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = at, form
            marks.append(mark)
            at = self._text.document().find(words, at)
        self._put(marks)

    def mark_also(self, marks: list[QTextEdit.ExtraSelection]) -> None:
        """Mark these in the text besides the finds."""
        self._also = marks
        self._text.setExtraSelections([*self._finds, *self._also])

    def _put(self, finds: list[QTextEdit.ExtraSelection]) -> None:
        self._finds = finds
        self._text.setExtraSelections([*self._finds, *self._also])
        self.marked.emit([(each.cursor.selectionStart(), each.cursor.selectionEnd()) for each in finds])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(backward=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)
