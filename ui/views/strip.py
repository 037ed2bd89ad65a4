"""The strip of sheets: the exhibits page by page as they will print, scrolled to the chosen one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from evidencekit.model import Kind
from ui.desk import Desk
from ui.models.exhibits import Board, ExhibitsModel, Key
from ui.models.sheets import Leaf, Printed, PrintedPage, counted, printed, with_blanks
from ui.views.strip_leaf import LeafPainter
from ui.views.strip_pictures import StripPictures
from ui.widgets import label

_SOON = 60  # milliseconds that a strip stands still before pictures are asked for


@dataclass(frozen=True, slots=True)
class _Group:
    """One exhibit's pages and the left edge of each, from the strip's own beginning."""

    key: Key
    pages: tuple[PrintedPage, ...]
    edges: tuple[int, ...]
    left: int
    right: int


class Sheets(QAbstractScrollArea):
    """The sheets themselves. ``picked`` gives the entry whose page was clicked, ``opened`` an item's number."""

    picked = Signal(object)
    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._theme = desk.theme
        self._board: Board | None = None
        self._printed: list[Printed] = []
        self._groups: list[_Group] = []
        self._current: Key | None = None
        self.pictures = StripPictures(desk.session, self)
        self._painter = LeafPainter(desk.theme, self.pictures)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self._want)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Sheets as they will print")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.horizontalScrollBar().valueChanged.connect(self._moved)
        self.pictures.came.connect(self.viewport().update)
        desk.theme.changed.connect(self._lay_out)

    @property
    def pages(self) -> list[PrintedPage]:
        """Every page in order, blanks among them."""
        return [page for group in self._groups for page in group.pages]

    def show_printed(self, board: Board | None, exhibits: list[Printed]) -> None:
        """Show these exhibits."""
        self._board, self._printed = board, exhibits
        self._lay_out()

    def go_to(self, key: Key | None) -> None:
        """Scroll to an exhibit and frame it."""
        self._current = key
        group = next((each for each in self._groups if each.key == key), None)
        if group is not None:
            seen, wide = self.horizontalScrollBar().value(), self.viewport().width()
            if group.left < seen or group.right > seen + wide:
                self.horizontalScrollBar().setValue(group.left - self._theme.px(16))
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        found = next((each for each in self._printed if each.key == self._current), None)
        self.setAccessibleDescription(f"Exhibit {found.label}: {found.words}" if found else "")

    # Where everything is

    def _lay_out(self) -> None:
        self._groups = []
        if self._board is not None:
            self._painter.fit(self._board, self._leaf_height())
            at = self._theme.px(12)
            for exhibit in self._printed:
                group = self._group(exhibit, at, self._board.profile.duplex)
                self._groups.append(group)
                at = group.right + self._theme.px(22)
        self._lefts = [each.left for each in self._groups]
        bar = self.horizontalScrollBar()
        whole = self._groups[-1].right + self._theme.px(12) if self._groups else 0
        bar.setRange(0, max(0, whole - self.viewport().width()))
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(self._painter.width + self._theme.px(8))
        self._moved()

    def _group(self, exhibit: Printed, left: int, duplex: bool) -> _Group:
        """Pages beside each other; the two sides of one sheet stand close together."""
        px = self._theme.px
        pages, at, n = with_blanks(exhibit, duplex), left, 0
        edges: list[int] = []
        for page in pages:
            if edges:
                at += self._painter.width + (px(2) if duplex and n % 2 else px(9))
            edges.append(at)
            n += page.stands_for
        return _Group(exhibit.key, pages, tuple(edges), left, at + self._painter.width)

    def _leaf_height(self) -> int:
        return max(40, self.viewport().height() - self._theme.px(8 + 24))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._lay_out()

    def _moved(self) -> None:
        self.viewport().update()
        self._soon.start()

    def _seen(self) -> Iterator[tuple[_Group, PrintedPage, QRect]]:
        """The pages in sight and where each is in the viewport."""
        shift, wide, high = self.horizontalScrollBar().value(), self.viewport().width(), self._leaf_height()
        first = max(0, bisect_right(self._lefts, shift) - 1)
        for group in self._groups[first:]:
            if group.left - shift > wide:
                return
            for page, left in zip(group.pages, group.edges, strict=True):
                if -self._painter.width < left - shift < wide:
                    yield group, page, QRect(left - shift, self._theme.px(8), self._painter.width, high)

    def _want(self) -> None:
        if self._board is None or not self.isVisible():
            return
        things = self._board.things
        wished = []
        for _, page, _ in self._seen():
            thing = things.get(page.item)
            if thing is None:
                continue
            if page.kind is Leaf.PAGE and (thing.kind is Kind.IMAGE or thing.media_type == "application/pdf"):
                wished.append((thing, self._painter.source_page(thing, page.page)))
            elif page.kind is Leaf.SLIP and page.page == 0 and thing.kind is Kind.AUDIO:
                wished.append((thing, 0))
        self.pictures.want(wished)

    # Painting and pointing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.colour("paper_ground"))
        if self._board is None or not self._groups:
            painter.setPen(self._theme.colour("muted"))
            words = "The sheets of the exhibits will be shown here." if self._board is not None else ""
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shift, band = self.horizontalScrollBar().value(), self.viewport().height()
        for group in self._groups:
            if group.key == self._current:
                frame = QRectF(group.left - shift - 6, 2, group.right - group.left + 12, band - 4)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.colour("chosen"))
                painter.drawRoundedRect(frame, 5, 5)
        entries = {each.key: each for each in self._board.entries}
        for group, page, place in self._seen():
            self._painter.paint(painter, place, page, entries[group.key], chosen=group.key == self._current)
        if self.hasFocus():
            painter.setPen(self._theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def _under(self, event: QMouseEvent) -> PrintedPage | None:
        at = event.position().toPoint()
        return next((page for _, page, place in self._seen() if place.contains(at)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        page = self._under(event)
        if page is not None:
            self.picked.emit(page.key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        page = self._under(event)
        if page is not None and page.item:
            self.opened.emit(page.item)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 — Qt's name
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        bar, step = self.horizontalScrollBar(), self._painter.width + self._theme.px(8)
        order = [each.key for each in self._printed]
        here = order.index(self._current) if self._current in order else -1
        match event.key():
            case Qt.Key.Key_Left:
                bar.setValue(bar.value() - step)
            case Qt.Key.Key_Right:
                bar.setValue(bar.value() + step)
            case Qt.Key.Key_Home | Qt.Key.Key_End:
                bar.setValue(0 if event.key() == Qt.Key.Key_Home else bar.maximum())
            case Qt.Key.Key_PageUp if here > 0:
                self.picked.emit(order[here - 1])
            case Qt.Key.Key_PageDown if here + 1 < len(order):
                self.picked.emit(order[here + 1])
            case _:
                super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            page = next((page for _, page, place in self._seen() if place.contains(event.pos())), None)
            QToolTip.showText(event.globalPos(), self._told(page) if page else "", self)
            return True
        return super().viewportEvent(event)

    def _told(self, page: PrintedPage) -> str:
        what = {
            Leaf.SLIP: "slip sheet",
            Leaf.PAGE: page.item,
            Leaf.MORE: f"{page.stands_for} more pages of {page.item}",
            Leaf.BLANK: "blank back, so that the next exhibit starts on a right-hand page",
        }[page.kind]
        many = f" · {page.n} of {page.of}" if page.n else ""
        return f"Exhibit {page.label}{many}: {what}\nAs it will print, roughly."

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusOutEvent(event)
        self.viewport().update()


class Strip(QWidget):
    """The sheets below a line that says how many there are. It follows the model by itself."""

    def __init__(self, desk: Desk, model: ExhibitsModel) -> None:
        super().__init__()
        self._desk, self._model = desk, model
        self._current: Key | None = None
        self.sheets = Sheets(desk)
        self.many = label("", "small", name="Pages of all exhibits")
        title = label("As it will print", "small")
        title.setToolTip("As it will print, roughly: order, labels and pages are right, the pages are only sketched.")
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 12, 4)
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.many)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.sheets, 1)
        model.loaded.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Count the pages of what is on the list now."""
        board = self._model.board
        if board is None:
            self.sheets.show_printed(None, [])
            self.many.setText("")
            return
        work = self._desk.session
        work.read(lambda case: printed(board, counted(case, board)), lambda got: self._come(board, got), key="sheets")

    def _come(self, board: Board, exhibits: list[Printed]) -> None:
        if board is not self._model.board:
            return  # the list has changed since, and is being counted
        self.sheets.show_printed(board, exhibits)
        self.sheets.go_to(self._current)
        total = sum(each.total for each in exhibits)
        about = "" if all(each.sure for each in exhibits) else "about "
        self.many.setText(f"{about}{total:,} pages of exhibits on {board.paper.value} paper" if total else "")

    def go_to(self, key: Key | None) -> None:
        """Show the sheets of an entry."""
        self._current = key
        self.sheets.go_to(key)
