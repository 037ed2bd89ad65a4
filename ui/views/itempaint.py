"""How items are drawn in a list: a delegate for the table's cells and one for the grid's tiles.

They draw text, rectangles and ready pictures only, with positions worked out once for a text size: a frame must stay
well under 16 ms. Text is drawn as it is; nothing in it is markup.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from evidencekit.model import Kind
from ui.models.itemcells import KIND_ICONS, Cells, Flag
from ui.models.itemcolumns import Column
from ui.models.items import Hit, ItemsModel
from ui.models.thumbs import Thumbs
from ui.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_Elide = Qt.TextElideMode.ElideRight
_ELIDED = 6000  # cut texts remembered
_MARK = 14  # pixels of the icon beside a word, at 100 % text size
_CHOSEN = QStyle.StateFlag.State_Selected


class Brush:
    """Colours, fonts and the cut texts for one text size; made anew when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.font = theme.font()
        self.strong = theme.font(weight=QFont.Weight.Medium)
        self.small = theme.font(size=12 / 13)
        self.marked = theme.font(size=12 / 13, weight=QFont.Weight.DemiBold)
        fonts = (self.font, self.strong, self.small, self.marked)
        self.metrics = {id(font): QFontMetrics(font) for font in fonts}
        self.colours = {name: QColor(value) for name, value in _named(theme).items()}
        self._cut: dict[tuple[str, int, int], str] = {}
        self._icons: dict[tuple[str, str, int], QPixmap] = {}

    def cut(self, text: str, width: int, font: QFont) -> str:
        """The text, shortened to fit."""
        key = (text, width, id(font))
        found = self._cut.get(key)
        if found is None:
            if len(self._cut) > _ELIDED:
                self._cut.clear()
            found = self._cut[key] = self.metrics[id(font)].elidedText(text, _Elide, width)
        return found

    def icon(self, name: str, role: str, size: int) -> QPixmap:
        """An icon in a colour role, ``size`` pixels wide at 100 % text size."""
        key = (name, role, size)
        if key not in self._icons:
            self._icons[key] = self.theme.pixmap(name, size, role)
        return self._icons[key]

    def text(self, painter: QPainter, at: QRect, text: str, font: QFont, role: str) -> None:
        """One line of text in the middle of a rectangle's height."""
        if not text or at.width() < 8:
            return
        metrics = self.metrics[id(font)]
        painter.setFont(font)
        painter.setPen(self.colours[role])
        baseline = at.top() + (at.height() + metrics.ascent() - metrics.descent()) // 2
        painter.drawText(at.left(), baseline, self.cut(text, at.width(), font))

    def hit(self, painter: QPainter, at: QRect, parts: Hit, role: str, hit_role: str) -> None:
        """A line whose hits stand out."""
        left = QRect(at)
        for text, is_hit in parts:
            font = self.marked if is_hit else self.small
            self.text(painter, left, text, font, hit_role if is_hit else role)
            left.setLeft(left.left() + self.metrics[id(font)].horizontalAdvance(text))
            if left.width() < 8:
                return


def _named(theme: Theme) -> dict[str, str]:
    return {name: getattr(theme.colours, name) for name in theme.colours.__slots__}


class _ItemDelegate(QStyledItemDelegate):
    """What both have in common: the brush and the pictures."""

    def __init__(self, view: QAbstractItemView, theme: Theme, model: ItemsModel, thumbs: Thumbs) -> None:
        super().__init__(view)
        self._view, self._theme, self._items, self._thumbs = view, theme, model, thumbs
        self.brush = Brush(theme)
        theme.changed.connect(self.dress)

    def dress(self) -> None:
        """Take the theme's colours and sizes over."""
        self.brush = Brush(self._theme)

    @property
    def picture(self) -> QSize:
        """The room for a picture, in pixels."""
        raise NotImplementedError

    @property
    def wanted(self) -> QSize:
        """The same in device pixels: the size a picture is asked for."""
        ratio = self._view.devicePixelRatioF()
        return QSize(round(self.picture.width() * ratio), round(self.picture.height() * ratio))

    def _draw_picture(self, painter: QPainter, at: QRect, cells: Cells, *, cut: bool, chosen: bool) -> None:
        found = self._thumbs.get(cells.row.sha256, self.wanted, cut=cut)
        colours = self.brush.colours
        if found is None:
            painter.fillRect(at, colours["base" if chosen else "hover"])
            wide = 18 if cut else 32
            size, icon = self._theme.px(wide), self.brush.icon(KIND_ICONS[cells.row.kind], "muted", wide)
            painter.drawPixmap(at.center() - QPoint(size // 2 - 1, size // 2 - 1), icon)
            return
        shown = _centred(at, found, self._view.devicePixelRatioF())
        painter.drawImage(shown, found)
        painter.setPen(colours["line"])
        painter.drawRect(shown.adjusted(0, 0, -1, -1))


def _centred(room: QRect, picture: QImage, ratio: float) -> QRect:
    size = QSize(round(picture.width() / ratio), round(picture.height() / ratio))
    made = QRect(QPoint(0, 0), size)
    made.moveCenter(room.center())
    return made


class RowDelegate(_ItemDelegate):
    """The cells of the table. What has no column is told elsewhere: the kind below the number where ``with_kind``,
    the marks of an item beside its title where ``with_marks``."""

    with_kind = with_marks = False

    @property
    def picture(self) -> QSize:
        return QSize(self._theme.px(36), self._theme.px(36))

    @property
    def height(self) -> int:
        """A row's height in pixels."""
        return self._theme.px(46)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 — Qt's name
        del option, index
        return QSize(self._theme.px(80), self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        at: QRect = option.rect
        row, column = index.row(), index.column()
        chosen = bool(option.state & _CHOSEN)
        colours = self.brush.colours
        if chosen:
            painter.fillRect(at, colours["chosen"])
        painter.fillRect(at.left(), at.bottom(), at.width(), 1, colours["line"])
        cells = self._items.cells(row)
        room = at.adjusted(self._theme.px(8), self._theme.px(3), -self._theme.px(6), -self._theme.px(4))
        if cells is None:
            if column == Column.ITEM:
                self._item_words(painter, room, self._items.number(row), "", chosen)
            return
        match column:
            case Column.ITEM:
                picture = QRect(room.left(), at.top() + (at.height() - self.picture.height()) // 2, 0, 0)
                picture.setSize(self.picture)
                self._draw_picture(painter, picture, cells, cut=True, chosen=chosen)
                below = " · ".join(filter(None, (cells.kind if self.with_kind else "", cells.extent)))
                self._item_words(painter, room, cells.row.number, below, chosen)
                if self._view.hasFocus() and row == self._view.currentIndex().row():
                    painter.fillRect(at.left(), at.top(), self._theme.px(3), at.height() - 1, colours["accent"])
            case Column.TITLE:
                self._title(painter, room, cells, self._items.hit(row), chosen)
            case Column.WHEN:
                role = "on_chosen" if chosen else "text" if cells.dated else "warn"
                if not cells.dated:
                    room = self._marked(painter, room, "calendar-x", "on_chosen" if chosen else "warn")
                self._lines(painter, room, cells.date, cells.time, chosen, role)
            case Column.KIND:
                self._lines(painter, room, cells.kind, "", chosen)
            case Column.PARTY:
                self._lines(painter, room, cells.party, "", chosen)
            case Column.EXHIBIT:
                self.brush.text(painter, room, cells.exhibit, self.brush.strong, _text_role(chosen))
            case Column.REMARKS:
                self._flags(painter, room, cells.flags, chosen)

    def _item_words(self, painter: QPainter, room: QRect, number: str, below: str, chosen: bool) -> None:
        room = room.adjusted(self.picture.width() + self._theme.px(8), 0, 0, 0)
        self._lines(painter, room, number, below, chosen)

    def _lines(
        self, painter: QPainter, room: QRect, first: str, second: str, chosen: bool, role: str | None = None
    ) -> None:
        role = role or _text_role(chosen)
        if not second:
            self.brush.text(painter, room, first, self.brush.font, role)
            return
        half = room.height() // 2
        above = QRect(room.left(), room.top(), room.width(), half)
        self.brush.text(painter, above, first, self.brush.font, role)
        self.brush.text(painter, above.translated(0, half), second, self.brush.small, _muted_role(chosen))

    def _title(self, painter: QPainter, room: QRect, cells: Cells, hit: Hit, chosen: bool) -> None:
        if self.with_marks:
            room = self._marks(painter, room, cells.flags, chosen)
        if not hit:
            self._lines(painter, room, cells.title, cells.below, chosen)
            return
        half = room.height() // 2
        above = QRect(room.left(), room.top(), room.width(), half)
        self.brush.text(painter, above, cells.title, self.brush.font, _text_role(chosen))
        marked = "on_chosen" if chosen else "accent"
        self.brush.hit(painter, above.translated(0, half), hit, _muted_role(chosen), marked)

    def _marked(self, painter: QPainter, room: QRect, icon: str, role: str) -> QRect:
        """Draw an icon at the left; what room is left for words."""
        size = self._theme.px(_MARK)
        painter.drawPixmap(room.left(), room.top() + (room.height() - size) // 2, self.brush.icon(icon, role, _MARK))
        return room.adjusted(size + self._theme.px(4), 0, 0, 0)

    def _marks(self, painter: QPainter, room: QRect, flags: tuple[Flag, ...], chosen: bool) -> QRect:
        """Draw the marks' icons at the right; what room is left for words."""
        size = self._theme.px(_MARK)
        for flag in reversed(flags):
            icon = self.brush.icon(flag.icon, "on_chosen" if chosen else flag.role, _MARK)
            painter.drawPixmap(room.right() - size, room.top() + (room.height() - size) // 2, icon)
            room = room.adjusted(0, 0, -size - self._theme.px(4), 0)
        return room

    def _flags(self, painter: QPainter, room: QRect, flags: tuple[Flag, ...], chosen: bool) -> None:
        """Two marks with their words, one below the other; what further ones there are stands in the tip."""
        if not flags:
            return
        each = room.height() // min(len(flags), 2)
        for place, flag in enumerate(flags[:2]):
            line = QRect(room.left(), room.top() + place * each, room.width(), each)
            role = "on_chosen" if chosen else flag.role
            line = self._marked(painter, line, flag.icon, role)
            more = f" +{len(flags) - 2}" if place == 1 and len(flags) > 2 else ""
            self.brush.text(painter, line, flag.text + more, self.brush.small, role)


class TileDelegate(_ItemDelegate):
    """The tiles of the grid: picture, number, title and time. ``size`` is a tile's, with the space around it."""

    size = QSize()

    @property
    def picture(self) -> QSize:
        return QSize(self._theme.px(152), self._theme.px(112))

    def spread(self, room: int) -> None:
        """As many tiles as there is room for beside each other, over all of it."""
        width = self._theme.px(176)
        self.size = QSize(max(room // max(room // width, 1), width), self._theme.px(192))

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 — Qt's name
        del option, index
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        px, row = self._theme.px, index.row()
        at: QRect = option.rect.adjusted(px(4), px(4), -px(4), -px(4))
        chosen = bool(option.state & _CHOSEN)
        if chosen:
            painter.fillRect(at, self.brush.colours["chosen"])
        if self._view.hasFocus() and row == self._view.currentIndex().row():
            painter.setPen(self.brush.colours["accent"])
            painter.drawRect(at.adjusted(0, 0, -1, -1))
        room = at.adjusted(px(8), px(8), -px(8), -px(4))
        picture = QRect(room.left(), room.top(), room.width(), self.picture.height())
        line = QRect(room.left(), picture.bottom() + px(5), room.width(), px(17))
        cells = self._items.cells(row)
        if cells is None:
            self.brush.text(painter, line, self._items.number(row), self.brush.font, _text_role(chosen))
            return
        self._draw_picture(painter, picture, cells, cut=False, chosen=chosen)
        self._heading(painter, line, cells, chosen)
        self.brush.text(painter, line.translated(0, px(18)), cells.title, self.brush.font, _text_role(chosen))
        when = line.translated(0, px(36))
        hit = self._items.hit(row)
        if hit:
            self.brush.hit(painter, when, hit, _muted_role(chosen), "on_chosen" if chosen else "accent")
            return
        role = _muted_role(chosen) if cells.dated or chosen else "warn"
        told = ", ".join(part for part in (cells.date, cells.time) if part)
        self.brush.text(painter, when, told, self.brush.small, role)

    def _heading(self, painter: QPainter, line: QRect, cells: Cells, chosen: bool) -> None:
        """The number at the left, exhibit and marks at the right."""
        size, gap, room = self._theme.px(_MARK), self._theme.px(4), QRect(line)
        for flag in reversed(cells.flags):
            room.setRight(room.right() - size - gap)
            icon = self.brush.icon(flag.icon, "on_chosen" if chosen else flag.role, _MARK)
            painter.drawPixmap(room.right() + gap, line.top() + (line.height() - size) // 2, icon)
        about = cells.kind if cells.row.kind is not Kind.IMAGE else ""
        words = " · ".join(part for part in (cells.row.number, cells.extent or about) if part)
        if cells.exhibit:
            words += f" · Ex. {cells.exhibit}" if cells.row.exhibit else " · draft"
        self.brush.text(painter, room, words, self.brush.small, _muted_role(chosen))


def _text_role(chosen: bool) -> str:
    return "on_chosen" if chosen else "text"


def _muted_role(chosen: bool) -> str:
    return "on_chosen" if chosen else "muted"
