"""The lines of a transcript as text to write in: a line of words for each, its time and speaker beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from evidencekit.custody.names import shown
from evidencekit.spoken import Spoken, place
from ui.theme import Theme

_LITTLE = 3.0  # seconds back and forward
INAUDIBLE = "[inaudible]"
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_NONE = Qt.KeyboardModifier.NoModifier
_MINE = frozenset(
    {
        *((_CTRL, key) for key in (Qt.Key.Key_Space, Qt.Key.Key_Period, Qt.Key.Key_Up, Qt.Key.Key_Down)),
        *((_CTRL, Qt.Key(Qt.Key.Key_0 + n)) for n in range(10)),
        *((_ALT, key) for key in (Qt.Key.Key_Left, Qt.Key.Key_Right)),
        (_NONE, Qt.Key.Key_F4),
    }
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a line: its times and who speaks."""

    start: float | None = None
    end: float | None = None
    speaker: str = ""


class LinesEdit(QPlainTextEdit):
    """``touched`` says that a person changed something, ``line_changed`` that another line is current; ``sought`` gives
    the second to play from, ``moved_by`` how far to go, ``toggled`` that it is to play or pause, ``taken_back`` that
    what was just typed is to go."""

    touched = Signal()
    line_changed = Signal()
    sought = Signal(float)
    moved_by = Signal(float)
    toggled = Signal()
    taken_back = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.place = 0.0  # seconds, where the recording stands
        self.running = False
        self.speakers: tuple[str, ...] = ()
        self._beside: list[Beside] = [Beside()]
        self._putting = False
        self._lit = -1
        self._doubtful: list[tuple[int, int, int]] = []
        self.setObjectName("reading")
        self.setAccessibleName("Transcript")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)  # files dropped here are taken in by the window
        self.setUndoRedoEnabled(False)  # the window's own undo takes steps back, with times and speakers
        self.gutter = _Gutter(self)
        self.document().contentsChange.connect(self._contents_changed)
        self.updateRequest.connect(self._scrolled)
        self.cursorPositionChanged.connect(self._cursor_moved)
        theme.changed.connect(self._dress)
        self._dress()

    # What it holds

    def put(self, lines: Sequence[Spoken], doubtful: Sequence[tuple[int, int, int]] = ()) -> None:
        """Show these lines; the cursor stays where it was as far as there is such a place. ``doubtful`` are words to
        be marked: line, first character, how many."""
        block, column = self.textCursor().blockNumber(), self.textCursor().positionInBlock()
        bar = self.verticalScrollBar()
        at = bar.value()
        self._putting, self._doubtful, self._lit = True, [], -1
        self.setPlainText("\n".join(shown(each.text) for each in lines))
        self._putting = False
        self._beside = [Beside(each.start, each.end, each.speaker) for each in lines] or [Beside()]
        self._doubtful = list(doubtful)
        found = self.document().findBlockByNumber(min(block, self.blockCount() - 1))
        cursor = QTextCursor(found)
        cursor.movePosition(
            QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.MoveAnchor, min(column, found.length() - 1)
        )
        self.setTextCursor(cursor)
        bar.setValue(at)
        self._light(self._playing_line())
        self.gutter.update()

    def lines(self) -> list[Spoken]:
        """The lines as they are now."""
        found, block = [], self.document().firstBlock()
        for each in self._beside:
            found.append(Spoken(each.start, each.end, each.speaker, block.text()))
            block = block.next()
        return found

    @property
    def line(self) -> int:
        """The line that the cursor stands in."""
        return self.textCursor().blockNumber()

    @property
    def current(self) -> Beside:
        """What stands beside that line."""
        return self._beside[self.line]

    def beside(self, line: int) -> Beside:
        """What stands beside a line."""
        return self._beside[line]

    def set_beside(self, **known: object) -> None:
        """Change the time or speaker of the current line. A line never ends before it begins."""
        now = replace(self.current, **known)  # type: ignore[arg-type]
        if now.start is not None and now.end is not None and now.end < now.start:
            now = replace(now, end=None)
        if now != self.current and not self.isReadOnly():
            self._beside[self.line] = now
            self.gutter.update()
            self.touched.emit()
            self.line_changed.emit()

    # The recording beside it

    def follow(self, seconds: float) -> None:
        """The recording stands there now: light its line, and keep it in view while it plays."""
        self.place = seconds
        line = self._playing_line()
        if line != self._lit:
            self._light(line)
            if self.running and line >= 0 and not self.hasFocus():
                self.show_line(line)

    def show_line(self, line: int) -> None:
        """Bring a line into view without moving the cursor."""
        block = self.document().findBlockByNumber(line)
        area = self.blockBoundingGeometry(block).translated(self.contentOffset())
        if area.top() < 0 or area.bottom() > self.viewport().height():
            self.verticalScrollBar().setValue(block.firstLineNumber())

    def go_to(self, line: int) -> None:
        """Stand in a line and play from its beginning."""
        wanted = min(max(0, line), self.blockCount() - 1)
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(wanted)))
        self.ensureCursorVisible()
        start = self._beside[wanted].start
        if start is not None:
            self.sought.emit(start)

    def _playing_line(self) -> int:
        """The last line that has begun by now; -1 before the first."""
        started = [(each.start, number) for number, each in enumerate(self._beside) if each.start is not None]
        starts = [start for start, _ in started]
        if starts != sorted(starts):
            started.sort()
            starts = [start for start, _ in started]
        found = bisect_right(starts, self.place + 0.05) - 1
        return started[found][1] if found >= 0 else -1

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._is_mine(event):
                event.accept()
                return True
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.setAccepted(event.matches(QKeySequence.StandardKey.Undo) and self.document().isModified())
                return True
        return super().event(event)

    def _is_mine(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return (held, Qt.Key(event.key())) in _MINE if event.key() else False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if self._is_mine(event):
            self._press(event.key(), bool(event.modifiers() & _ALT))
            return
        if event.matches(QKeySequence.StandardKey.Undo):
            self.taken_back.emit()
            return
        super().keyPressEvent(event)

    def _press(self, key: int, alt: bool) -> None:
        if alt:
            self.moved_by.emit(-_LITTLE if key == Qt.Key.Key_Left else _LITTLE)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_F4):
            self.toggled.emit()
        elif key == Qt.Key.Key_Period:
            self.set_beside(start=round(self.place, 1))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.go_to(self.line + (1 if key == Qt.Key.Key_Down else -1))
        elif key == Qt.Key.Key_0:
            if not self.isReadOnly():
                self.insertPlainText(INAUDIBLE)
        else:
            self.speaks(key - Qt.Key.Key_1)

    def speaks(self, number: int) -> None:
        """The speaker of that number (0-based) says the current line."""
        if 0 <= number < len(self.speakers):
            self.set_beside(speaker=self.speakers[number])

    # How it changes

    def _contents_changed(self, position: int, removed: int, added: int) -> None:
        """Lines were broken or joined: what stands beside them goes along. A new line begins where it plays now."""
        if self._putting:
            return
        delta = self.blockCount() - len(self._beside)
        first = self.document().findBlock(position)
        number = first.blockNumber()
        if delta > 0:
            at_the_start = position == first.position() and not first.text() and number + delta < self.blockCount()
            fresh = [Beside()] * delta
            if delta == 1 and not at_the_start:
                fresh = [self._continued(self._beside[number])]
            place_of_it = number if at_the_start else number + 1
            self._beside[place_of_it:place_of_it] = fresh
        elif delta < 0:
            last = self._beside[min(number - delta, len(self._beside) - 1)]
            del self._beside[number + 1 : number + 1 - delta]
            if self._beside[number].end is not None:
                self._beside[number] = replace(self._beside[number], end=last.end)
        del removed, added
        self._doubtful = []
        if self._lit >= 0:
            self._light(self._playing_line())
        self.gutter.update()
        self.touched.emit()

    def _continued(self, before: Beside) -> Beside:
        """What stands beside a line that was begun behind another."""
        later = before.start is None or self.place > before.start
        start = round(self.place, 1) if later and (self.running or self.place > 0) else None
        end = before.end if start is None or before.end is None or before.end > start else None
        return Beside(start, end, before.speaker)

    def _cursor_moved(self) -> None:
        self.line_changed.emit()
        self._light(self._lit)

    def _light(self, line: int) -> None:
        """Draw the line that plays, the one that is written in, and doubtful words."""
        self._lit = line
        marks = [self._band(self.line, "hover")] if self.hasFocus() and not self.isReadOnly() else []
        marks += [self._band(line, "chosen")] if line >= 0 else []
        marks += [self._dotted(*each) for each in self._doubtful[:2_000]]
        self.setExtraSelections(marks)
        self.gutter.update()

    def _band(self, line: int, role: str) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        made.cursor = QTextCursor(self.document().findBlockByNumber(line))
        made.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setBackground(self.theme.colour(role))
        if role == "chosen":
            look.setForeground(self.theme.colour("on_chosen"))
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        made.format = look
        return made

    def _dotted(self, line: int, first: int, many: int) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document().findBlockByNumber(line))
        cursor.setPosition(cursor.position() + first)
        cursor.setPosition(cursor.position() + many, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        look.setUnderlineColor(self.theme.colour("bad"))
        made.cursor, made.format = cursor, look
        return made

    # The gutter

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._place_gutter()

    def _place_gutter(self) -> None:
        inside = self.contentsRect()
        self.gutter.setGeometry(QRect(inside.left(), inside.top(), self.gutter.wide(), inside.height()))

    def _scrolled(self, area: QRect, by: int) -> None:
        if by:
            self.gutter.scroll(0, by)
        else:
            self.gutter.update(0, area.y(), self.gutter.width(), area.height())

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Times and speakers of the lines in view."""
        theme, mono, plain = self.theme, self.theme.font(mono=True, size=0.86), self.theme.font(size=0.92)
        painter.fillRect(area, theme.colour("ground"))
        block = self.firstVisibleBlock()
        wide, first, tall = self.gutter.width(), self.gutter.times(), QFontMetrics(self.font()).height()
        while block.isValid():
            shape: QRectF = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if shape.top() > area.bottom():
                break
            if block.isVisible() and shape.bottom() >= area.top():
                number, top = block.blockNumber(), round(shape.top())
                beside = self._beside[number] if number < len(self._beside) else Beside()
                ink: QColor = theme.colour("accent" if number == self._lit else "muted")
                painter.setPen(ink)
                painter.setFont(mono)
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(QRect(0, top, first, tall), flags, place(beside.start))
                painter.setFont(plain)
                room = wide - first - theme.px(14)
                said = QFontMetrics(plain).elidedText(shown(beside.speaker), Qt.TextElideMode.ElideRight, room)
                left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(QRect(first + theme.px(8), top, room, tall), left, said)
            block = block.next()

    def _dress(self) -> None:
        self.setFont(self.theme.font(weight=QFont.Weight.Normal))
        self.setViewportMargins(self.gutter.wide(), 0, 0, 0)
        self._place_gutter()
        self._light(self._lit)


class _Gutter(QWidget):
    """The strip beside the words. A click plays from that line."""

    def __init__(self, lines: LinesEdit) -> None:
        super().__init__(lines)
        self._lines = lines
        self.setAccessibleName("Times and speakers")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click to play from this line")

    def times(self) -> int:
        """How wide the times are."""
        font = self._lines.theme.font(mono=True, size=0.86)
        return QFontMetrics(font).horizontalAdvance("0:00:00.0") + self._lines.theme.px(4)

    def wide(self) -> int:
        """How wide it is."""
        return self.times() + self._lines.theme.px(84)

    def sizeHint(self) -> QSize:  # noqa: N802 — Qt's name
        return QSize(self.wide(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        with QPainter(self) as painter:
            self._lines.paint_gutter(painter, event.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        cursor = self._lines.cursorForPosition(event.position().toPoint() - self._lines.viewport().pos())
        self._lines.go_to(cursor.blockNumber())
