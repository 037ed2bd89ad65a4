"""The list that shows lines of any number: two texts each, a column at the left and one at the right, headings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.models.lines import Line, LinesModel, Look
from ui.theme import Theme
from ui.views.itempaint import Brush

_Index = QModelIndex | QPersistentModelIndex
_ICONS = {Look.TURN: ("flag", "accent"), Look.WARN: ("triangle-alert", "warn"), Look.BAD: ("circle-x", "bad")}
_NAMED = 20  # items offered one by one in a menu


class LinesView(QListView):
    """``opened`` gives the line that was double-clicked or entered, ``wanted`` the number of an item gone to from a
    line; ``chosen`` says that another line is current, ``removing`` that Del was pressed. Widths of the columns are in
    pixels at 100 % text size."""

    opened = Signal(object)
    wanted = Signal(str)
    chosen = Signal()
    removing = Signal()

    def __init__(self, theme: Theme, name: str, *, lead: int = 0, first: int = 0, last: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.theme = theme
        self.lines = LinesModel(self)
        self.setModel(self.lines)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.paint_lines = _Delegate(self, theme, (lead, first, last))
        self.setItemDelegate(self.paint_lines)
        self.viewport().setMouseTracking(True)
        self.selectionModel().currentChanged.connect(lambda now, before: self.chosen.emit())
        self.lines.modelReset.connect(self.chosen.emit)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def current(self) -> Line | None:
        """The line that is chosen."""
        index = self.currentIndex()
        return self.lines.lines[index.row()] if index.isValid() else None

    def put(self, lines: Sequence[Line]) -> None:
        """Show these lines; the one that was chosen stays chosen, and in its place on the screen, where it is there
        still."""
        before, top = self.current, self.verticalScrollBar().value()
        was_at = self.visualRect(self.currentIndex()).top()
        self.lines.put(lines)
        row = self.lines.row_of(before.key) if before is not None else None
        if row is None:
            self.verticalScrollBar().setValue(top)
            return
        self.setCurrentIndex(self.lines.index(row))
        moved = self.visualRect(self.currentIndex()).top() - was_at
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)

    def go_to(self, row: int, *, top: bool = True) -> None:
        """Choose a line and bring it in view; a heading is shown with the line below it chosen."""
        count = self.lines.rowCount()
        if not 0 <= row < count:
            return
        hint = QAbstractItemView.ScrollHint.PositionAtTop if top else QAbstractItemView.ScrollHint.EnsureVisible
        chosen = row + 1 if self.lines.lines[row].look is Look.HEADING and row + 1 < count else row
        self.setCurrentIndex(self.lines.index(chosen))
        self.scrollTo(self.lines.index(row), hint)

    def offer_items(self, line: Line, at: QPoint) -> None:
        """Go to the one item of a line, or let one of several be chosen."""
        if len(line.items) == 1:
            self.wanted.emit(line.items[0])
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number in line.items[:_NAMED]:
            menu.addAction(f"Show {number}").triggered.connect(
                lambda checked=False, number=number: self.wanted.emit(number)
            )
        if len(line.items) > _NAMED:
            menu.addAction(f"… and {len(line.items) - _NAMED:,} more").setEnabled(False)
        menu.popup(at)

    def copy(self) -> None:
        """Put the chosen lines on the clipboard as text."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        QGuiApplication.clipboard().setText("\n".join(self.lines.lines[row].spoken for row in rows))

    # What the hands do

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        line = self.current
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None:
            self.opened.emit(line)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Delete:
            self.removing.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Del is meant for this list while it has the focus, whatever else in the window has it as a shortcut.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.key() == Qt.Key.Key_Delete or event.matches(QKeySequence.StandardKey.Copy))
        ):
            event.accept()
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.lines.lines[index.row()].look is not Look.HEADING:
            self.opened.emit(self.lines.lines[index.row()])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        super().mouseReleaseEvent(event)
        line = self._link_at(event.position().toPoint())
        if line is not None and event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self.offer_items(line, event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        super().mouseMoveEvent(event)
        over = self._link_at(event.position().toPoint()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.doItemsLayout()

    def _link_at(self, at: QPoint) -> Line | None:
        index = self.indexAt(at)
        if not index.isValid() or not self.lines.lines[index.row()].linked:
            return None
        return (
            self.lines.lines[index.row()] if self.paint_lines.columns(self.visualRect(index))[3].contains(at) else None
        )

    def _dress(self) -> None:
        self.paint_lines.dress()
        self.doItemsLayout()
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    """Draws lines: text, rectangles and ready icons only."""

    def __init__(self, view: LinesView, theme: Theme, widths: tuple[int, int, int]) -> None:
        super().__init__(view)
        self._view, self._theme, self._widths = view, theme, widths
        self.dress()

    def dress(self) -> None:
        """Take the theme's colours and sizes over."""
        self.brush = Brush(self._theme)
        self._heading = self._theme.font(weight=QFont.Weight.DemiBold)
        self.brush.metrics[id(self._heading)] = self.brush.metrics[id(self.brush.strong)]

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 — Qt's name
        del option, index
        return QSize(self._theme.px(200), self._theme.px(44))

    def columns(self, at: QRect) -> tuple[QRect, QRect, QRect, QRect]:
        """Where running number, first column, texts and last column of a line stand."""
        px = self._theme.px
        lead, first, last = (px(width) if width else 0 for width in self._widths)
        gap = px(12)
        inside = at.adjusted(px(14), px(4), -px(14), -px(5))
        one = QRect(inside.left(), inside.top(), lead, inside.height())
        two = QRect(one.left() + lead, inside.top(), max(0, first - gap), inside.height())
        four = QRect(inside.right() - last, inside.top(), last, inside.height())
        left = inside.left() + lead + first
        three = QRect(left, inside.top(), max(0, four.left() - left - (gap if last else 0)), inside.height())
        return one, two, three, four

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line, at = self._view.lines.lines[index.row()], option.rect
        if line.look is Look.HEADING:
            self._paint_heading(painter, at, line)
            return
        colours, chosen = self.brush.colours, bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or line.look is Look.TURN:
            painter.fillRect(at, colours["chosen" if chosen else "hover"])
        painter.fillRect(at.left(), at.bottom(), at.width(), 1, colours["line"])
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            painter.fillRect(at.left(), at.top(), self._theme.px(3), at.height() - 1, colours["accent"])
        text, muted = ("on_chosen", "on_chosen") if chosen else ("text", "muted")
        lead, first, middle, last = self.columns(at)
        strong = line.look is Look.TURN
        self._two(painter, lead, (line.lead, " "), muted, muted, small=True)
        said = line.look is Look.WARN and not chosen and bool(line.first[0])
        self._two(painter, first, line.first, "warn" if said else text, muted, strong=strong)
        self._two(painter, last, line.last, "accent" if line.linked and not chosen else text, muted)
        if line.look in _ICONS:
            middle = self._icon(painter, middle, line.look, chosen)
        self._two(painter, middle, (line.text, line.below), text, muted, strong=strong)

    def _paint_heading(self, painter: QPainter, at: QRect, line: Line) -> None:
        px = self._theme.px
        painter.fillRect(at, self.brush.colours["ground"])
        painter.fillRect(at.left(), at.bottom(), at.width(), 1, self.brush.colours["line"])
        room = at.adjusted(px(14), px(14), -px(14), -px(4))
        self.brush.text(painter, room, line.text, self._heading, "text")
        about = line.last[0]
        wide = self.brush.metrics[id(self.brush.small)].horizontalAdvance(about) + 2
        self.brush.text(painter, room.adjusted(room.width() - wide, 0, 0, 0), about, self.brush.small, "muted")

    def _icon(self, painter: QPainter, room: QRect, look: Look, chosen: bool) -> QRect:
        name, role = _ICONS[look]
        size = self._theme.px(15)
        icon = self.brush.icon(name, "on_chosen" if chosen else role, 15)
        painter.drawPixmap(room.left(), room.top() + (room.height() - size) // 2, icon)
        return room.adjusted(size + self._theme.px(8), 0, 0, 0)

    def _two(
        self,
        painter: QPainter,
        room: QRect,
        texts: tuple[str, str],
        role: str,
        muted: str,
        *,
        strong: bool = False,
        small: bool = False,
    ) -> None:
        """One text in the middle, or two below each other."""
        above, below = texts
        brush = self.brush
        font = brush.small if small else brush.strong if strong else brush.font
        if not below:
            brush.text(painter, room, above, font, role)
            return
        half = room.height() // 2
        brush.text(painter, QRect(room.left(), room.top(), room.width(), half), above, font, role)
        brush.text(painter, QRect(room.left(), room.top() + half, room.width(), half), below, brush.small, muted)
