"""Small pieces of the panel: a field that is kept when it is left, text that wraps anywhere, names with values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QTextEdit,
    QWidget,
)

from evidencekit.casefile import Case
from ui.desk import Desk
from ui.parts import Part
from ui.theme import Theme
from ui.views.details.wording import Line
from ui.widgets import shown_lines

_SCROLLING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_BARE = "border: none; background: transparent; padding: 0;"


class Deeds(QObject):
    """Makes the panel's edits. ``ended`` is emitted when one is kept or refused; while one is ``pending``, what was
    read before it must not be put into the fields."""

    ended = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._pending = 0
        desk.session.closed.connect(self._forget)

    @property
    def pending(self) -> bool:
        return self._pending > 0

    @property
    def possible(self) -> bool:
        return self._desk.session.writable

    def do(
        self,
        text: str,
        deed: Callable[[Case], Any],
        parts: Iterable[Part] = (Part.WORDS,),
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Make an edit that can be undone under the name ``text``; errors go to ``failed``, else to the dialog.

        Where nothing can be changed, as after the case was closed, nothing is done."""
        if not self.possible:
            return
        self._pending += 1

        def end() -> None:
            self._pending = max(0, self._pending - 1)
            self.ended.emit()

        def fail(error: BaseException) -> None:
            if failed is not None:
                failed(error)
            else:
                self._desk.session.tasks.trouble.emit(error)
            end()

        self._desk.session.edit(text, deed, parts, lambda _: end(), fail)

    def _forget(self) -> None:
        self._pending = 0


class Field(QLineEdit):
    """A line that is kept on Enter and, with ``leaving``, when it is left; Esc takes back what was typed. Without, as
    in a dialog, Esc is not its own. ``wanted`` gives what was typed."""

    wanted = Signal(str)

    def __init__(self, name: str, *, leaving: bool = True) -> None:
        super().__init__()
        self._kept, self._leaving = "", leaving
        self.setAccessibleName(name)

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not kept."""
        return self.text() != self._kept

    def put(self, text: str, *, force: bool = False) -> None:
        """Show what is kept; what is being typed stays, unless ``force``."""
        typed = self.dirty and not force
        self._kept = text
        if not typed and self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def keep(self) -> None:
        """Ask for what was typed to be kept."""
        if self.dirty and not self.isReadOnly():
            typed, self._kept = self.text(), self.text()
            self.wanted.emit(typed)

    def refused(self, kept: str) -> None:
        """What was typed was not kept: it stands there still, and ``kept`` is what holds."""
        self._kept = kept

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep()
        elif event.key() == Qt.Key.Key_Escape and self.dirty and self._leaving:
            self.setText(self._kept)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusOutEvent(event)
        popup = QApplication.activePopupWidget()
        own = popup is not None and popup.parent() is self  # its own menu, to cut and paste with
        if self._leaving and not own and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.keep()


class Area(QPlainTextEdit):
    """Several lines of words. ``wanted`` on Ctrl+Enter, ``given_up`` on Esc; Tab goes on to the next control."""

    wanted = Signal()
    given_up = Signal()

    def __init__(self, name: str, theme: Theme, lines: int = 3) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(QFontMetrics(theme.font()).lineSpacing() * lines + theme.px(20))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class _Text(QTextEdit):
    """Read-only plain text, put in by code and never parsed as markup; what is copied is plain too."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 — Qt's name
        made = QMimeData()
        made.setText(self.textCursor().selection().toPlainText())
        return made


class Passage(_Text):
    """Words of any length, as high as they need; ``role`` is a colour of the theme, ``size`` by running text."""

    def __init__(self, theme: Theme, name: str, role: str = "text", *, mono: bool = False, size: float = 1.0) -> None:
        super().__init__(name)
        self._theme, self._name, self._role = theme, name, role
        self._mono, self._size = mono, size
        self.setStyleSheet(_BARE)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = ""
        theme.changed.connect(self._paint)

    def say(self, text: str, role: str = "") -> None:
        """Show these words, control characters escaped."""
        self._words, self._role = shown_lines(text), role or self._role
        self.setAccessibleName(f"{self._name}: {self._words}" if self._name else self._words)
        self._paint()

    def _paint(self) -> None:
        self.clear()
        look = QTextCharFormat()
        look.setForeground(self._theme.colour(self._role))
        look.setFont(self._theme.font(mono=self._mono, size=self._size))
        self.textCursor().insertText(self._words, look)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(max(1, self.viewport().width()))
        self.setFixedHeight(max(1, round(self.document().size().height() + 0.5)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(1, self.height())


class Known(_Text):
    """Names and values beneath each other, scrolled by keyboard and mouse; all of it can be marked and copied. With
    ``whole`` it is as high as it needs, and what it stands in scrolls."""

    def __init__(self, theme: Theme, name: str, *, whole: bool = False) -> None:
        super().__init__(name)
        self._theme, self._whole = theme, whole
        if whole:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines: tuple[Line, ...] = ()
        self._nothing = ""
        self.setStyleSheet(_BARE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._paint)

    def put(self, lines: Sequence[Line], nothing: str = "") -> None:
        """Show these lines; ``nothing`` where there is none."""
        if (tuple(lines), nothing) == (self._lines, self._nothing):
            return
        self._lines, self._nothing = tuple(lines), nothing
        self._paint()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def _look(self, role: str, size: float = 1.0) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setForeground(self._theme.colour(role))
        look.setFont(self._theme.font(size=size))
        return look

    def _paint(self) -> None:
        self.clear()
        self._fill(self.textCursor())
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._fit()

    def _fit(self) -> None:
        if self._whole:
            self.document().setTextWidth(max(1, self.viewport().width()))
            self.setFixedHeight(max(1, round(self.document().size().height() + 0.5)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if self._whole and event.key() in _SCROLLING and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _fill(self, cursor: QTextCursor) -> None:
        if not self._lines:
            cursor.insertText(self._nothing, self._look("muted"))
            return
        table = cursor.insertTable(len(self._lines), 2, self._table_format())
        muted, plain, small = self._look("muted"), self._look("text"), self._look("muted", 0.92)
        for place, line in enumerate(self._lines):
            table.cellAt(place, 0).firstCursorPosition().insertText(line.name, muted)
            cell = table.cellAt(place, 1).firstCursorPosition()
            cell.insertText(line.value, plain)
            if line.small:
                cell.insertBlock()
                cell.insertText(line.small, small)

    def _table_format(self) -> QTextTableFormat:
        made = QTextTableFormat()
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        made.setBorder(0)
        made.setCellSpacing(0)
        made.setCellPadding(self._theme.px(3))
        made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        made.setColumnWidthConstraints(
            [
                QTextLength(QTextLength.Type.PercentageLength, 38),
                QTextLength(QTextLength.Type.PercentageLength, 62),
            ]
        )
        return made

    def as_text(self) -> str:
        """Everything shown, one line each."""
        return "\n".join(
            "\t".join(part for part in (each.name, each.value, each.small) if part) for each in self._lines
        )


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """Something that scrolls up and down where it does not fit."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    area.setWidget(content)
    return area


def chain(parts: Sequence[QWidget]) -> None:
    """Have Tab go through these in this order; what was made later would come last."""
    for one, other in pairwise(parts):
        QWidget.setTabOrder(one, other)
