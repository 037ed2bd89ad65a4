"""One page of the strip, painted: the paper, what stands on it, where the sticker goes, and the exhibit mark below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from evidencekit.model import Kind
from evidencekit.printing.images import fitted
from evidencekit.printing.paper import PaperName, Sheet, sheet
from ui.models.exhibits import Board, Entry, Thing
from ui.models.sheets import Leaf, PrintedPage, window
from ui.theme import Theme
from ui.views.exhibit_row import INK, PAPER, draw_provisional, draw_sticker
from ui.views.strip_pictures import Look, StripPictures

_EDGE, _LINE, _PALE, _WAVE = QColor("#aab0b8"), QColor("#c3c8ce"), QColor("#eceef1"), QColor("#1d4e89")
_STICKER = (0.46, 0.16)  # of the sheet's width and height; larger than life, to be read


class LeafPainter:
    """Paints pages ``width`` pixels wide, once :meth:`fit` has said how high."""

    def __init__(self, theme: Theme, pictures: StripPictures) -> None:
        self._theme, self._pictures = theme, pictures
        self._board: Board | None = None
        self._sheet: Sheet = sheet(PaperName.LETTER)
        self._scale = 1.0
        self.width = 1

    def fit(self, board: Board, height: int) -> None:
        """Paint the pages of this board so high."""
        self._board, self._sheet = board, sheet(board.paper, board.profile.gutter)
        self._scale = height / self._sheet.height
        self.width = round(self._sheet.width * self._scale)
        self._caption = self._theme.font(size=0.85)
        self._tiny = self._theme.font(size=0.62)

    @staticmethod
    def source_page(thing: Thing, page: int) -> int:
        """Which page of its preview stands on an item's printed page: the strips of one picture share it."""
        if thing.kind is Kind.IMAGE and (thing.pages or 1) == 1:
            return 0
        return min(page, (thing.pages or 1) - 1)

    def paint(self, painter: QPainter, place: QRect, page: PrintedPage, entry: Entry, *, chosen: bool) -> None:
        """One page and the mark below it."""
        paper = QRectF(place)
        if page.kind is Leaf.BLANK:
            self._blank(painter, paper)
        else:
            if page.kind is Leaf.MORE:
                self._pile(painter, paper)
            painter.setPen(QPen(_EDGE, 1))
            painter.setBrush(PAPER)
            painter.drawRect(paper)
            self._content(painter, paper, page, entry)
        if page.kind is Leaf.SLIP and page.page == 0:
            self._sticker(painter, paper, entry)
        self._mark(painter, place, page, chosen)

    def _content(self, painter: QPainter, paper: QRectF, page: PrintedPage, entry: Entry) -> None:
        thing = self._board.things.get(page.item) if self._board else None
        if page.kind is Leaf.SLIP:
            self._slip(painter, paper, page, entry, thing)
        elif page.kind is Leaf.MORE:
            self._more(painter, paper, page)
        elif thing is not None:
            self._evidence(painter, paper, page, thing)

    def _frame(self, paper: QRectF) -> QRectF:
        """Where evidence may stand."""
        s, k = self._sheet, self._scale
        return paper.adjusted(s.left * k, s.top * k, -s.right * k, -s.bottom * k)

    def _slip(self, painter: QPainter, paper: QRectF, page: PrintedPage, entry: Entry, thing: Thing | None) -> None:
        frame = self._frame(paper)
        if page.page:
            self._lines(painter, frame, 14)
            return
        painter.setPen(INK)
        font = QFont(self._tiny)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        title = QRectF(
            frame.left(), frame.top() + frame.height() * 0.13, frame.width(), QFontMetrics(font).height() * 3
        )
        painter.drawText(title, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft, entry.title)
        top = title.bottom() + 3
        look = self._pictures.look(thing.number, 0) if thing is not None and thing.kind is Kind.AUDIO else None
        if look is not None and look.peaks:
            wave = QRectF(frame.left(), top, frame.width(), frame.height() * 0.16)
            self._wave(painter, wave, look)
            top = wave.bottom() + 5
        self._lines(painter, QRectF(frame.left(), top, frame.width(), max(4.0, frame.bottom() - top)), 7)

    @staticmethod
    def _wave(painter: QPainter, place: QRectF, look: Look) -> None:
        peaks, middle = look.peaks, place.center().y()
        bars = max(1, min(len(peaks), int(place.width() / 2)))
        painter.setPen(QPen(_WAVE, 1))
        for bar in range(bars):
            part = peaks[len(peaks) * bar // bars : max(len(peaks) * (bar + 1) // bars, 1)] or (0.0,)
            half = max(min(max(part), 1.0), 0.03) * place.height() / 2
            x = place.left() + (bar + 0.5) * place.width() / bars
            painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))

    @staticmethod
    def _lines(painter: QPainter, place: QRectF, most: int) -> None:
        """Lines of text too small to read."""
        painter.setPen(QPen(_LINE, 1.4))
        step = 5.0
        for number in range(min(most, int(place.height() / step))):
            y = place.top() + number * step + 1
            wide = place.width() * (1.0, 0.94, 0.97, 0.55)[number % 4]
            painter.drawLine(QPointF(place.left(), y), QPointF(place.left() + wide, y))

    def _evidence(self, painter: QPainter, paper: QRectF, page: PrintedPage, thing: Thing) -> None:
        look = self._pictures.look(thing.number, self.source_page(thing, page.page))
        if look is not None and look.image is not None:
            self._picture(painter, paper, page, thing, look)
        elif thing.kind is Kind.IMAGE or thing.media_type == "application/pdf":
            painter.fillRect(self._frame(paper), _PALE)
        else:
            self._lines(painter, self._frame(paper), 40)

    def _picture(self, painter: QPainter, paper: QRectF, page: PrintedPage, thing: Thing, look: Look) -> None:
        image = look.image
        if image is None or self._board is None:
            return
        source = QRectF(image.rect())
        place = self._frame(paper)
        if thing.kind is Kind.IMAGE and thing.pixels:
            top, bottom = window(thing, page.page, self._board.paper, self._board.profile.gutter)
            source = QRectF(0, top * image.height(), image.width(), (bottom - top) * image.height())
            if (top, bottom) == (0.0, 1.0):
                box = fitted(*thing.pixels, self._sheet)
                k = self._scale
                place = QRectF(
                    paper.left() + box.x * k, paper.bottom() - (box.y + box.height) * k, box.width * k, box.height * k
                )
        size = source.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(place.center().x() - size.width() / 2, place.top(), size.width(), size.height())
        if size.height() < place.height():
            target.moveTop(place.top() + (place.height() - size.height()) / 2)
        painter.drawImage(target, image, source)
        painter.setPen(QPen(_LINE, 0.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target)

    def _more(self, painter: QPainter, paper: QRectF, page: PrintedPage) -> None:
        painter.setPen(INK)
        painter.setFont(self._theme.font(weight=QFont.Weight.DemiBold))
        words = f"+ {page.stands_for}\npage{'' if page.stands_for == 1 else 's'}"
        painter.drawText(paper, Qt.AlignmentFlag.AlignCenter, words)

    @staticmethod
    def _pile(painter: QPainter, paper: QRectF) -> None:
        """The edges of more sheets below."""
        painter.setPen(QPen(_EDGE, 1))
        painter.setBrush(PAPER)
        for deep in (4.0, 2.0):
            corners = (paper.translated(deep, -deep).topLeft(), paper.translated(deep, -deep).topRight())
            painter.drawPolygon(QPolygonF([*corners, paper.translated(deep, -deep).bottomRight(), paper.bottomLeft()]))

    def _blank(self, painter: QPainter, paper: QRectF) -> None:
        painter.setPen(QPen(_EDGE, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(paper)
        painter.setPen(self._theme.colour("muted"))
        painter.setFont(self._caption)
        painter.drawText(paper, Qt.AlignmentFlag.AlignCenter, "blank")

    def _sticker(self, painter: QPainter, paper: QRectF, entry: Entry) -> None:
        size = QSizeF(paper.width() * _STICKER[0], paper.height() * _STICKER[1])
        edge = 18 * self._scale
        place = QRectF(paper.right() - edge - size.width(), paper.top() + edge, size.width(), size.height())
        if entry.draft:
            draw_provisional(painter, place, entry.label, INK, self._theme)
        else:
            draw_sticker(painter, place, self._board.profile.prefix if self._board else "", entry.label, self._theme)

    def _mark(self, painter: QPainter, place: QRect, page: PrintedPage, chosen: bool) -> None:
        if not page.n:
            return
        metrics = QFontMetrics(self._caption)
        room = QRect(place.left() - 2, place.bottom() + self._theme.px(3), place.width() + 4, metrics.height())
        last = page.n + page.stands_for - 1
        here = f"{page.n}–{last}" if page.kind is Leaf.MORE and last > page.n else f"{page.n}"
        choices = (f"Exhibit {page.label} · {here} of {page.of}", f"{page.label} · {here} of {page.of}", here)
        words = next((each for each in choices if metrics.horizontalAdvance(each) <= room.width()), choices[-1])
        painter.setFont(self._caption)
        painter.setPen(self._theme.colour("on_chosen" if chosen else "text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
