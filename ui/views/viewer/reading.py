"""The panel of recognised words: the text with its doubtful words marked, what it may mean, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QShortcut,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.binder.words import plural
from ui.theme import Theme
from ui.views.viewer.find import FindBar
from ui.views.viewer.recognised import Meaning, Recognised, State
from ui.widgets import Elided, button, label, row, shown_lines, tool

_CHECK = "Recognised by machine; check it against the picture. Doubtful words are underlined."
_LOW = 210  # pixels at 100 % text


class WordsText(QPlainTextEdit):
    """Text to be read, not written. ``pointed`` gives the place in it under the pointer, -1 for none."""

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAcceptDrops(False)  # files dropped here are taken in by the window
        self.setObjectName("reading")
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        super().mouseMoveEvent(event)
        if not event.buttons():
            self.pointed.emit(self.cursorForPosition(event.position().toPoint()).position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        super().leaveEvent(event)
        self.pointed.emit(-1)


class ReadingPanel(QWidget):
    """Shows :class:`Recognised`. What happens with it is somebody else's; this says it and holds the controls:
    ``every`` tints all words on the picture, ``ask`` asks for recognition, ``use`` for the time in ``meanings``."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._meanings: tuple[Meaning, ...] = ()
        self.many = Elided("", "strong", name="How many words")
        self.check = label(_CHECK, "small", wrap=True)
        self.made = Elided("", "small", name="How these words came about")
        self.every = tool(theme, "layers", "Light every word on the picture", toggle=True)
        self.every.setChecked(True)
        self.search = tool(theme, "search", "Find in the recognised words (Ctrl+F)")
        self.copy = tool(theme, "copy", "Copy the words: those chosen, else all")
        self._make_text()
        self.told = Elided("", "muted", name="The word pointed at")
        self.meanings = QComboBox()
        self.meanings.setAccessibleName("What the words may mean")
        self.meanings.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.meanings.setMinimumContentsLength(10)
        self.meanings.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.use = button("Use this time…", tip="See it beside the item's other times; nothing is used yet")
        self.meanings.currentIndexChanged.connect(self._fit_use)
        self.state = label("", "muted", wrap=True, select=True, name="State of the recognition")
        self.state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.ask = button("Recognise it now", tip="Before whatever else waits in the background")
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.show_found(None, "", asked=False)

    def _make_text(self) -> None:
        self.text = WordsText()
        self._doubts = _Doubts(self._theme, self.text.document())
        self.finder = FindBar(self._theme, self.text)
        self.search.clicked.connect(lambda checked=False: self.finder.open())
        again = QShortcut(QKeySequence("F3"), self, self.finder.next)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        px = self._theme.px
        self.head = QFrame()
        self.head.setObjectName("bar")
        above = QVBoxLayout(self.head)
        above.setContentsMargins(px(10), px(3), px(6), px(5))
        above.setSpacing(0)
        self._tools = row(self.many, self.every, self.search, self.copy, gap=2)
        for part in (self._tools, self.check, self.made):
            above.addWidget(part)
        reading = QWidget()
        inside = QVBoxLayout(reading)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(px(10), px(4), px(6), px(6))
        below.setSpacing(px(4))
        below.addWidget(self.told)
        below.addWidget(self.meanings)
        below.addWidget(row(None, self.use))
        for each in (self.finder, self.text, self._below):
            inside.addWidget(each, 1 if each is self.text else 0)
        waiting = QWidget()
        middle = QVBoxLayout(waiting)
        middle.setContentsMargins(px(16), px(8), px(16), px(8))
        middle.setSpacing(px(8))
        middle.addStretch(2)
        middle.addWidget(self.state)
        middle.addWidget(row(None, self.ask, None))
        middle.addStretch(3)
        self._pages = QStackedWidget()
        self._reading, self._waiting = reading, waiting
        for each in (reading, waiting):
            self._pages.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._pages, 1)

    # What it shows

    def show_found(self, found: Recognised | None, number: str, *, asked: bool) -> None:
        """Show this from its beginning, without the text yet; None while it is not known."""
        self.finder.close_bar()
        self._doubts.lines = found.doubtful if found is not None else {}
        self.text.clear()
        self.text.setAccessibleName(f"Recognised words of {number}" if number else "Recognised words")
        self.told.put("")
        worded = found is not None and bool(found.words)
        self._pages.setCurrentWidget(self._reading if worded else self._waiting)
        for each in (self._tools, self.check):
            each.setVisible(worded)
        many, state = _said(found, asked=asked)
        self.many.put(many)
        tool = " · ".join((found.tool, *found.why)) if found is not None and found.state is State.DONE else ""
        self.made.put(tool)
        self.head.setVisible(bool(tool))
        self.state.setText(shown_lines(state))
        self.state.setAccessibleName(state or "State of the recognition")
        self.ask.setVisible(found is not None and found.state is not State.DONE and not asked)
        self.ask.setText("Try again now" if found is not None and found.state is State.FAILED else "Recognise it now")
        self._put_meanings(found.meanings if found is not None else ())

    def add(self, piece: str) -> None:
        """Put in what comes next of the text."""
        end = QTextCursor(self.text.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        first = self.text.document().isEmpty()
        end.insertText(piece if first else f"\n{piece}")
        if first:
            self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def meaning(self, at: int) -> Meaning | None:
        """The proposal on that line of ``meanings``."""
        return self._meanings[at - 1] if 0 < at <= len(self._meanings) else None

    def follow(self, possible: bool) -> None:
        """Whether anything can be asked for now."""
        self.ask.setEnabled(possible)
        self.ask.setToolTip("Before whatever else waits in the background" if possible else "This case is read-only.")

    def _put_meanings(self, meanings: tuple[Meaning, ...]) -> None:
        self._meanings = meanings
        self.meanings.clear()
        self.meanings.addItem(f"{plural(len(meanings), 'proposal', 'proposals')} in these words")
        for each in meanings:
            self.meanings.addItem(each.told)
            self.meanings.setItemData(self.meanings.count() - 1, each.why, Qt.ItemDataRole.AccessibleDescriptionRole)
        self.meanings.setVisible(bool(meanings))
        self._fit_use()

    def _fit_use(self) -> None:
        meaning = self.meaning(self.meanings.currentIndex())
        self.use.setVisible(meaning is not None and meaning.time)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave the room to the text where there is little."""
        low = self.height() < self._theme.px(_LOW)
        for part in (self.made, self.told):
            part.setVisible(not low)

    def _dress(self) -> None:
        self.text.setFont(self._theme.font())
        self.text.document().setDocumentMargin(self._theme.px(10))
        self.setMinimumSize(self._theme.px(170), self._theme.px(90))
        self._doubts.rehighlight()


class _Doubts(QSyntaxHighlighter):
    """Marks doubtful words by colour and a dashed line beneath. ``lines`` is line → (start, length)."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme
        self.lines: Mapping[int, tuple[tuple[int, int], ...]] = {}

    def highlightBlock(self, text: str) -> None:  # noqa: N802 — Qt's name
        del text
        spans = self.lines.get(self.currentBlock().blockNumber(), ())
        if spans:
            form = QTextCharFormat()
            form.setForeground(self._theme.colour("warn"))
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            form.setUnderlineColor(self._theme.colour("warn"))
            for start, length in spans:
                self.setFormat(start, length, form)


def _said(found: Recognised | None, *, asked: bool) -> tuple[str, str]:
    """How many words there are, and what stands in place of them."""
    if found is None:
        return "", ""
    if asked:
        return "", "It is being recognised; the words appear here by themselves."
    if found.state is State.NOT_YET:
        return "", "Words were not looked for in it yet."
    if found.state is State.FAILED:
        why = " ".join(found.why) or "No reason was given."
        return "", f"Recognition failed: {why}"
    if not found.words:
        nothing = "No words were recognised in it. That does not mean that there are none."
        return "", "\n".join((nothing, *found.why))
    doubtful = sum(len(each) for each in found.doubtful.values())
    return plural(len(found.words), "word", "words") + (f", {doubtful:,} doubtful" if doubtful else ""), ""
