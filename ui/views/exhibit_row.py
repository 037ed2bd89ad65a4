"""One row of the exhibit list, painted: the sticker as it is printed, the title, and what is known of the exhibit."""

from __future__ import annotations

import re

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from evidencekit.custody.names import shown
from evidencekit.model import Kind, Status
from ui.models.exhibits import Entry, ExhibitsModel, pages_words, status_words
from ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
# A sticker is paper: it looks the same in every theme.
AMBER, PAPER, INK, FADED = QColor("#f4c951"), QColor("#ffffff"), QColor("#17191d"), QColor("#5b6068")
_OMITTED_BAND = QColor("#d5d8dc")
ICONS = {
    Kind.IMAGE: "image",
    Kind.AUDIO: "audio-lines",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "file-text",
    Kind.EMAIL: "mail",
    Kind.MESSAGES: "message-square",
    Kind.ARCHIVE: "archive",
    Kind.OTHER: "file-question",
}
_OFFSET = re.compile(r" \(UTC[^)]*\)")  # the zone's name is enough in a row
_NARROW, _ROOM = 330, 210  # pixels of a row, and of its words, below which less stands beside each other
_TONES = {Status.ADMITTED: "good", Status.EXCLUDED: "bad", Status.OFFERED: "accent"}


class RowPainter(QStyledItemDelegate):
    """Paints entries; the first of a group has the group's heading above it."""

    def __init__(self, theme: Theme, model: ExhibitsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._pictures: dict[str, QPixmap] = {}
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._pictures.clear()
        weight = QFont.Weight
        self._title = self._theme.font(weight=weight.Medium)
        self._small = self._theme.font(size=0.93)
        self._heading = self._theme.font(size=0.93, weight=weight.DemiBold)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002, N802 — Qt's name
        return QSize(self._theme.px(300), self._theme.px(58) + self._head(index.row()))

    def _head(self, row: int) -> int:
        """Room for the heading that begins above a row, or for the end of a group."""
        if self._begins(row):
            return self._theme.px(30)
        entries = self._model.entries
        ends = 0 < row < len(entries) and not entries[row].group and entries[row - 1].group
        return self._theme.px(10) if ends else 0

    def _begins(self, row: int) -> str:
        entries = self._model.entries
        if row >= len(entries) or not entries[row].group:
            return ""
        return entries[row].group if not row or entries[row - 1].group != entries[row].group else ""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ExhibitsModel.EntryRole)
        if entry is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        head = self._head(index.row())
        if head:
            self._paint_heading(painter, QRect(rect.left(), rect.top(), rect.width(), head), self._begins(index.row()))
        self._paint_row(painter, rect.adjusted(0, head, 0, 0), state, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, words: str) -> None:
        px = self._theme.px
        painter.fillRect(rect, self._theme.colour("ground"))
        painter.setFont(self._heading)
        painter.setPen(self._theme.colour("muted"))
        inner = rect.adjusted(px(14), px(4), -px(10), 0)
        text = QFontMetrics(self._heading).elidedText(shown(words), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_row(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, entry: Entry) -> None:
        px, colour = self._theme.px, self._theme.colour
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, colour("chosen"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover"))
        painter.setPen(colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        narrow = rect.width() < px(_NARROW)
        wide, gap = (px(66), px(8)) if narrow else (px(92), px(12))
        place = QRect(rect.left() + gap, rect.top() + px(7), wide, px(44))
        self.paint_sticker(painter, place, entry, chosen)
        inner = rect.adjusted(wide + 2 * gap, px(8), -px(12), -px(8))
        text = colour("on_chosen" if chosen else "text")
        muted = text if chosen else colour("muted")
        half = inner.height() // 2
        top, low = QRect(inner.topLeft(), QSize(inner.width(), half)), inner.adjusted(0, half, 0, 0)
        self._paint_top(painter, top, entry, muted if entry.withdrawn else text, chosen)
        self._paint_low(painter, low, entry, muted, chosen)

    def _paint_top(self, painter: QPainter, rect: QRect, entry: Entry, text: QColor, chosen: bool) -> None:
        px, status, used = self._theme.px, self._status(entry), 0
        if rect.width() < px(_ROOM):
            status = ""  # it is told below
        if status:
            painter.setFont(self._small)
            tone = _TONES.get(entry.status, "muted") if entry.status else "bad" if entry.fault else "muted"
            painter.setPen(text if chosen else self._theme.colour(tone))
            used = self._right(painter, rect, status, self._small, rect.width() * 2 // 3)
        font = QFont(self._title)
        font.setStrikeOut(entry.withdrawn)
        painter.setFont(font)
        painter.setPen(text)
        room = rect.adjusted(0, 0, -used, 0)
        title = QFontMetrics(font).elidedText(entry.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _status(self, entry: Entry) -> str:
        if entry.fault:
            return "cannot be marked so"
        if entry.draft:
            return f"late, behind {entry.base}" if entry.base else "draft"
        return status_words(entry)

    def _paint_low(self, painter: QPainter, rect: QRect, entry: Entry, muted: QColor, chosen: bool) -> None:
        px = self._theme.px
        painter.setFont(self._small)
        painter.setPen(muted)
        narrow = rect.width() < px(_ROOM)
        built = pages_words(entry.placed) if entry.placed and not narrow else ""
        used = self._right(painter, rect, built, self._small, rect.width() // 2) if built else 0
        icon = "layers" if len(entry.items) > 1 else ICONS.get(entry.kind or Kind.OTHER, "file")
        picture = self._picture(icon, "on_chosen" if chosen else "muted")
        painter.drawPixmap(QPoint(rect.left(), rect.center().y() - px(14) // 2 + 1), picture)
        room = rect.adjusted(px(20), 0, -used, 0)
        words = f"{self._status(entry)}  ·  {self._about(entry)}" if narrow else self._about(entry)
        drawn = QFontMetrics(self._small).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, drawn)

    @staticmethod
    def _about(entry: Entry) -> str:
        items = entry.items[0] if len(entry.items) == 1 else f"{len(entry.items)} items"
        parts = [items, _OFFSET.sub("", entry.when) or "no date", shown(entry.witness)]
        return "  ·  ".join(part for part in parts if part)

    def _right(self, painter: QPainter, rect: QRect, words: str, font: QFont, most: int) -> int:
        """Draw words at the right edge; returns the room they take, with a gap."""
        metrics = QFontMetrics(font)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, most)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        return metrics.horizontalAdvance(words) + self._theme.px(12)

    def _picture(self, icon: str, role: str) -> QPixmap:
        key = f"{icon} {role}"
        if key not in self._pictures:
            self._pictures[key] = self._theme.pixmap(icon, 14, role)
        return self._pictures[key]

    def paint_sticker(self, painter: QPainter, place: QRect, entry: Entry, chosen: bool = False) -> None:
        """The sticker: solid where the label is issued, dashed where it is provisional."""
        prefix = self._model.board.profile.prefix if self._model.board else ""
        if entry.draft:
            ink = self._theme.colour("on_chosen" if chosen else "text")
            draw_provisional(painter, QRectF(place), entry.label, ink, self._theme)
        else:
            draw_sticker(painter, QRectF(place), prefix, entry.label, self._theme, omitted=entry.withdrawn)


def draw_sticker(
    painter: QPainter, place: QRectF, prefix: str, label: str, theme: Theme, *, omitted: bool = False
) -> None:
    """A sticker as it is printed: the band with the party's word, the label below it."""
    outline = QPainterPath()
    radius = max(1.5, place.height() / 12)
    outline.addRoundedRect(place, radius, radius)
    painter.fillPath(outline, PAPER)
    painter.save()
    painter.setClipPath(outline)
    band = QRectF(place.left(), place.top(), place.width(), place.height() * 0.32)
    painter.fillRect(band, _OMITTED_BAND if omitted else AMBER)
    painter.restore()
    painter.setPen(QPen(FADED if omitted else INK, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline)
    painter.drawLine(band.bottomLeft(), band.bottomRight())
    _words(painter, band, prefix.upper(), theme, QFont.Weight.Bold, 0.72, INK)
    body = place.adjusted(0, band.height(), 0, 0)
    _words(painter, body, label, theme, QFont.Weight.Bold, 1.5, FADED if omitted else INK, struck=omitted)


def draw_provisional(painter: QPainter, place: QRectF, label: str, ink: QColor, theme: Theme) -> None:
    """A dashed outline with the label that would be issued."""
    painter.setPen(QPen(theme.colour("muted"), 1.2, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place, place.height() / 12, place.height() / 12)
    band = QRectF(place.left(), place.top() + 1, place.width(), place.height() * 0.34)
    _words(painter, band, "provisional", theme, QFont.Weight.Medium, 0.8, ink)
    _words(painter, place.adjusted(0, band.height() - 1, 0, 0), label, theme, QFont.Weight.Medium, 1.4, ink)


def _words(
    painter: QPainter,
    place: QRectF,
    words: str,
    theme: Theme,
    weight: QFont.Weight,
    size: float,
    ink: QColor,
    *,
    struck: bool = False,
) -> None:
    """Words in the middle of a place, smaller where they would not fit."""
    font = theme.font(size=size, weight=weight)
    font.setPixelSize(max(4, min(font.pixelSize(), round(place.height() * 0.85))))
    room = place.width() - 6
    wide = QFontMetrics(font).horizontalAdvance(words)
    if wide > room:
        font.setPixelSize(max(4, int(font.pixelSize() * room / wide)))
    font.setStrikeOut(struck)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
