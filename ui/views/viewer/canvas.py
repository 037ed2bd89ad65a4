"""Paints pages under each other: zoom, fit, turn, pan and scroll, by mouse, touch and keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextOption,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QGestureEvent, QPinchGesture

from ui.theme import Theme
from ui.views.viewer.keys import press
from ui.views.viewer.picture import Picture
from ui.views.viewer.stack import STEPS, Fit, Size, Stack, fitting, stepped

_GAP = 10
Spot = tuple[int, float, float]
"""A page, and how far across and down it, 0..1 of the page as it lies upright."""


class Overlay(Protocol):
    """Draws over pages."""

    def draw(self, painter: QPainter, page: int, frame: QTransform) -> None:
        """Draw over a page (0-based) that is in view; ``frame`` as :meth:`Canvas.frame` gives it."""
        ...


class Canvas(QAbstractScrollArea):
    """Pages as pictures. ``moved`` says that other pages may be in view, or larger; ``zoomed`` that the zoom, the fit
    or the turn is another. While there is an ``overlay``, ``pointed`` gives the :data:`Spot` under the pointer, or
    None, and ``picked`` the one clicked."""

    moved = Signal()
    zoomed = Signal()
    pointed = Signal(object)
    picked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sizes: list[Size] = []  # upright, at zoom 1
        self._pictures: dict[int, Picture] = {}
        self._said: dict[int, str] = {}
        self._stack = Stack((), 1, 0)
        self._most = 1.0
        self._drag: QPointF | None = None
        self._laying = False
        self._pressed: QPointF | None = None
        self._overlay: Overlay | None = None
        self._went: tuple[int, int] | None = None  # a page, and where the bar stood when it was gone to
        self.fit, self.zoom, self.turns = Fit.WHOLE, 1.0, 0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setAccessibleName("Pages")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self.moved)
        theme.changed.connect(self._lay)

    # What is shown

    def show_pages(self, sizes: Sequence[Size], fit: Fit, most: float) -> None:
        """Begin anew with blank pages of these sizes at zoom 1; a fit enlarges none beyond ``most``."""
        self._sizes, self._most = list(sizes), most
        self._pictures.clear()
        self._said.clear()
        self._drag = self._went = None
        self.fit, self.turns = fit, 0
        self._stack = Stack((), 1, 0)
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self._lay()

    def put(self, page: int, picture: Picture) -> None:
        """Show a page's picture."""
        self._pictures[page] = picture
        self._said.pop(page, None)
        self.viewport().update()

    def drop(self, page: int) -> None:
        """Forget a page's picture; it stays as a blank."""
        self._pictures.pop(page, None)

    def tell(self, page: int, words: str) -> None:
        """Write on a page why it cannot be shown."""
        self._said[page] = words
        self.viewport().update()

    def resize_page(self, page: int, size: Size) -> None:
        """A page's true size at zoom 1."""
        if self._sizes[page] != size:
            self._sizes[page] = size
            self._lay()

    def picture(self, page: int) -> Picture | None:
        """What is shown of a page."""
        return self._pictures.get(page)

    @property
    def count(self) -> int:
        return len(self._sizes)

    @property
    def shown(self) -> list[int]:
        """The pages with a picture."""
        return list(self._pictures)

    @property
    def overlay(self) -> Overlay | None:
        """What is drawn over the pages."""
        return self._overlay

    @overlay.setter
    def overlay(self, overlay: Overlay | None) -> None:
        self._overlay = overlay
        self.viewport().setMouseTracking(overlay is not None)
        self.viewport().update()

    # Where it is

    @property
    def page(self) -> int:
        """The page that a person looks at: the one gone to, else the one a third down the view."""
        if self._went is not None and self._went[1] == self._top:
            return self._went[0]
        return self._stack.at(self._top + self.viewport().height() / 3)

    @property
    def visible(self) -> range:
        """The pages in view."""
        return self._stack.between(self._top, self._top + self.viewport().height())

    def needed(self, page: int) -> float:
        """How many pixels of the screen a page is wide when upright."""
        return self._sizes[page][0] * self.zoom * self.devicePixelRatioF()

    def go_to(self, page: int) -> None:
        """Bring a page's top to the top of the view."""
        if 0 <= page < self.count:
            self._went = None
            self.verticalScrollBar().setValue(round(self._stack.tops[page] - self._stack.gap))
            self._went = (page, self._top)  # near the end the bar cannot go as far
            self.moved.emit()

    @property
    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _place(self, page: int) -> QRectF:
        """Where a page lies in the viewport."""
        view = self.viewport()
        place = self._stack.place(page, view.width())
        spare = max(0.0, (view.height() - self._stack.height) / 2)
        return place.translated(-self.horizontalScrollBar().value(), round(spare) - self._top)

    def frame(self, page: int) -> QTransform:
        """From a page as it lies upright, 0..1 across and down, to where it is shown."""
        place = self._place(page)
        across, down = (place.height(), place.width()) if self.turns % 2 else (place.width(), place.height())
        turning = QTransform().translate(place.center().x(), place.center().y()).rotate(90 * self.turns)
        return turning.translate(-across / 2, -down / 2).scale(across, down)

    def bring(self, page: int, part: QRectF) -> None:
        """Scroll as little as is needed to have a part of a page (0..1 of it, upright) in view."""
        if not 0 <= page < self.count:
            return
        place, view, edge = self.frame(page).mapRect(part), self.viewport().rect(), self._theme.px(24)
        for bar, first, last, room in (
            (self.horizontalScrollBar(), place.left(), place.right(), view.width()),
            (self.verticalScrollBar(), place.top(), place.bottom(), view.height()),
        ):
            if first < edge or last > room - edge:
                bar.setValue(round(bar.value() + (first + last - room) / 2))

    def _under(self, at: QPointF) -> Spot | None:
        """What lies upright under a point of the viewport."""
        if not self._stack.sizes:
            return None
        for page in self.visible:
            spot = self.frame(page).inverted()[0].map(at)
            if 0 <= spot.x() <= 1 and 0 <= spot.y() <= 1:
                return page, spot.x(), spot.y()
        return None

    # Zoom

    def set_fit(self, fit: Fit) -> None:
        """Follow the view's size."""
        self.fit = fit
        self._lay()

    def set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        """Show at that zoom; what lies at ``around`` in the viewport, else its middle, stays there."""
        zoom = min(max(zoom, STEPS[0]), STEPS[-1])
        self.fit = Fit.FREE
        self._lay(zoom, around)

    def step(self, inward: bool) -> None:
        """One step larger or smaller."""
        self.set_zoom(stepped(self.zoom, inward))

    def turn(self, quarters: int) -> None:
        """Turn what is shown to the right; the file stays as it is."""
        page = self.page
        self.turns = (self.turns + quarters) % 4
        self._lay()
        self.go_to(page)

    def _lay(self, zoom: float | None = None, around: QPointF | None = None) -> None:
        """Lay the pages out anew and keep what a person looks at where it is."""
        if self._laying:
            return
        self._laying = True
        try:
            view = self.viewport().rect()
            middle = QPointF(view.center()) if self.fit is Fit.FREE else QPointF(view.width() / 2, 0)
            at = around or middle
            spot = self._spot(at)
            self.zoom = self._zoom(zoom)
            self._stack = Stack(self._turned(), self.zoom, self._theme.px(_GAP))
            self._set_bars()
            if spot is not None:
                self._bring(spot, at)
        finally:
            self._laying = False
        self.viewport().update()
        self.zoomed.emit()
        self.moved.emit()

    def _turned(self) -> list[Size]:
        return [(down, across) for across, down in self._sizes] if self.turns % 2 else self._sizes

    def _zoom(self, wanted: float | None) -> float:
        if wanted is not None:
            return wanted
        if self.fit is Fit.FREE or not self._sizes:
            return self.zoom
        room = self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()
        gap = self._theme.px(_GAP)
        return fitting(self._turned(), self.fit, (room.width(), room.height()), gap, bar, self._most)

    def _set_bars(self) -> None:
        room = self.maximumViewportSize()
        wide, high = self._stack.width, self._stack.height
        across, down = self.verticalScrollBar().sizeHint().width(), self.horizontalScrollBar().sizeHint().height()
        needs_down = high > room.height()
        needs_across = wide - 0.5 > room.width() - (across if needs_down else 0)
        needs_down = needs_down or (needs_across and high > room.height() - down)
        view = QSize(room.width() - (across if needs_down else 0), room.height() - (down if needs_across else 0))
        for bar, whole, seen in (
            (self.horizontalScrollBar(), wide if needs_across else 0, view.width()),
            (self.verticalScrollBar(), high if needs_down else 0, view.height()),
        ):
            bar.setRange(0, max(0, round(whole - seen)))
            bar.setPageStep(max(1, seen - self._theme.px(40)))
            bar.setSingleStep(self._theme.px(48))

    def _spot(self, at: QPointF) -> Spot | None:
        if not self._stack.sizes:
            return None
        view = self.viewport()
        spare = max(0.0, (view.height() - self._stack.height) / 2)
        page = self._stack.at(at.y() - spare + self._top)
        place = self._place(page)
        return page, (at.x() - place.x()) / place.width(), (at.y() - place.y()) / place.height()

    def _bring(self, spot: Spot, at: QPointF) -> None:
        page, across, down = spot
        if page >= self.count:
            return
        place = self._place(page)
        x, y = place.x() + across * place.width(), place.y() + down * place.height()
        self.horizontalScrollBar().setValue(round(self.horizontalScrollBar().value() + x - at.x()))
        self.verticalScrollBar().setValue(round(self._top + y - at.y()))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        view = self.viewport()
        painter = QPainter(view)
        dirty = QRectF(event.rect())
        painter.fillRect(dirty, self._theme.colour("paper_ground"))
        for page in self.visible if self._stack.sizes else ():
            place = self._place(page)
            if not place.intersects(dirty):
                continue
            picture = self._pictures.get(page)
            if picture is None:
                self._blank(painter, place, page)
            else:
                picture.draw(painter, place, dirty, self.turns, self.devicePixelRatioF())
                if self._overlay is not None:
                    self._overlay.draw(painter, page, self.frame(page))
        if self.hasFocus():
            painter.setPen(self._theme.colour("accent"))
            painter.drawRect(view.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _blank(self, painter: QPainter, place: QRectF, page: int) -> None:
        """Paper without a picture: white as paper is, whatever the theme."""
        if self.count > 1 or page in self._said:
            painter.fillRect(place, QColor("white"))
        if page in self._said:
            inside = place.adjusted(*(self._theme.px(16) * sign for sign in (1, 1, -1, -1)))
            painter.setPen(QColor("black"))
            painter.setFont(self._theme.font())
            option = QTextOption(Qt.AlignmentFlag.AlignCenter)
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            painter.drawText(inside, self._said[page], option)

    # Hands

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._lay()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 — Qt's name
        super().focusOutEvent(event)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 — Qt's name
        del dx, dy
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 — Qt's name
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y() or event.angleDelta().x()
            self.set_zoom(self.zoom * 1.0018**turned, event.position())
            event.accept()
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (event.angleDelta().y() or event.angleDelta().x()))
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = self._pressed = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        if self._drag is not None:
            by = event.position() - self._drag
            self._drag = event.position()
            for bar, pixels in ((self.horizontalScrollBar(), by.x()), (self.verticalScrollBar(), by.y())):
                bar.setValue(bar.value() - round(pixels))
        elif self._overlay is not None:
            self.pointed.emit(self._under(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        pressed, self._pressed, self._drag = self._pressed, None, None
        near = pressed is not None and (event.position() - pressed).manhattanLength() < QApplication.startDragDistance()
        if near and self._overlay is not None:
            self.picked.emit(self._under(event.position()))
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 — Qt's name
        if self.fit is Fit.FREE:
            self.set_fit(Fit.WHOLE)
        else:
            self.set_zoom(1.0, event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 — Qt's name
        super().leaveEvent(event)
        self.pointed.emit(None)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 — Qt's name
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self.zoom * (1 + event.value()), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                middle = self.viewport().mapFromGlobal(pinch.hotSpot())
                self.set_zoom(self.zoom * pinch.scaleFactor(), middle)
                event.accept(pinch)
                return True
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if not self.press(event):
            super().keyPressEvent(event)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for, wherever the focus is in the view; False for a key that asks for nothing."""
        return press(self, event)

    def leaf(self, way: int) -> None:
        """On to what comes next: the rest of a page that is higher than the view, else the next page."""
        bar, gap = self.verticalScrollBar(), self._stack.gap
        place, page = self._place(self.page), self.page + way
        rest = place.bottom() - self.viewport().height() if way > 0 else -place.top()
        if rest > gap + 1:
            bar.setValue(bar.value() + way * min(bar.pageStep(), round(rest + gap)))
        elif 0 <= page < self.count:
            self.go_to(page)
        else:
            bar.setValue(bar.maximum() if way > 0 else 0)
