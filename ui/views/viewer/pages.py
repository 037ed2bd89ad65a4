"""Pages under each other, made and decoded only when they come near the view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from evidencekit.model import Preview
from ui.desk import Desk
from ui.tasks import Lane, Task
from ui.views.viewer.answers import Answers
from ui.views.viewer.bar import PageBar
from ui.views.viewer.canvas import Canvas
from ui.views.viewer.picture import Picture, load
from ui.views.viewer.stack import Fit, Size
from ui.widgets import Banner, shown_lines

Ask = Callable[[int, int], "Future[Preview]"]
"""Asks for a page (0-based) at most that many pixels wide."""

WIDTHS = (1600, 3200, 8000)
_POINT = 96 / 72  # pixels of the screen at 100 %, as desktops count them
_LETTER = (816.0, 1056.0)
_NEAR, _KEPT = 1, 3  # pages before and after those in view that are made; that stay decoded
_PAUSE = 40  # milliseconds in which a page must stay near to be asked for
_ENOUGH = 1.1  # how far a picture is enlarged before a sharper one is made
_TALL = 2.2


@dataclass(slots=True)
class _Leaf:
    """One page: the ``width`` last asked for, its future or decoding while under way, and what came."""

    width: int = 0
    future: Future[Preview] | None = None
    task: Task | None = None
    preview: Preview | None = None
    failed: tuple[str, ...] = field(default=())

    def stop(self) -> None:
        if self.future is not None:
            self.future.cancel()
        if self.task is not None:
            self.task.cancel()
        if self.future is not None or self.task is not None:
            self.width = 0
        self.future = self.task = None


class PageList(QWidget):
    """Shows pages, a picture being one of them. ``ready`` is emitted once when there is something to see, ``nothing``
    with the reasons when there will not be; ``page_changed`` gives the page (0-based) that a person looks at;
    ``find_wanted`` is emitted when words are to be found; ``outer`` takes what stands beside the pages."""

    ready = Signal()
    nothing = Signal(object)
    page_changed = Signal(int)
    find_wanted = Signal()
    resized = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._answers = Answers(self)
        self._ask: Ask | None = None
        self._leaves: dict[int, _Leaf] = {}
        self._turn = 0
        self._points = True
        self._begun = False
        self._page = -1
        self._name = "Pages"
        self.canvas = Canvas(desk.theme)
        self.bar = PageBar(desk.theme, self.canvas)
        self.notice = Banner(desk.theme)
        self.notice.setAccessibleName("Notice")
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setAcceptDrops(False)  # files dropped here are taken in by the window
        self.words.setObjectName("reading")
        self.words.setAccessibleName("Text of the page")
        self._lay_out()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE)
        self._later.timeout.connect(self._fetch)
        self.canvas.moved.connect(self._moved)
        self.bar.text.toggled.connect(self._show_words)
        finding = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.find_wanted.emit)
        finding.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        desk.session.closed.connect(self.clear)
        self.clear()

    def take_focus(self) -> None:
        """Give the keys to what is shown. Not a focus proxy: Qt's Tab would pass over the tools beside it."""
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for each in (self.bar, self.notice):
            layout.addWidget(each)
        self.outer = QSplitter(self)
        self.outer.setChildrenCollapsible(False)
        layout.addWidget(self.outer, 1)
        self.split = QSplitter(Qt.Orientation.Vertical, self.outer)
        self.split.addWidget(self.canvas)
        self.split.addWidget(self.words)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 1)
        self.split.setChildrenCollapsible(False)
        self.words.hide()

    # For whoever shows something

    def show_source(
        self, ask: Ask, pages: int, *, points: bool = True, name: str = "Pages", as_text: bool = False
    ) -> None:
        """Show what ``ask`` gives: ``pages`` of them, or, when that is 0, as many as the first one tells. ``points``:
        previews are scaled by the point, as those of a PDF are, else by the pixel. ``name`` is what a screen reader
        says. ``as_text``: it can be read as text as well, and the bar offers it."""
        self.clear()
        self._ask, self._points, self._name = ask, points, name
        self.bar.text.setVisible(points and not as_text)
        self.bar.as_text.setVisible(as_text)
        self._show_words()
        self.canvas.show_pages([_LETTER] * max(1, pages), Fit.WIDTH if points else Fit.WHOLE, 4.0 if points else 1.0)
        self._fetch()

    def clear(self) -> None:
        """Show nothing, and want nothing any more."""
        self._turn += 1
        self._later.stop()
        for leaf in self._leaves.values():
            leaf.stop()
        self._leaves.clear()
        self._ask, self._begun, self._page = None, False, -1
        self.canvas.show_pages((), Fit.WHOLE, 1.0)
        self.notice.hide()
        self.words.clear()

    def go_to(self, page: int) -> None:
        """Bring a page (0-based) to the top."""
        self.canvas.go_to(page)

    @property
    def page(self) -> int:
        """The page (0-based) that a person looks at."""
        return self.canvas.page

    # Asking

    def _moved(self) -> None:
        if self._ask is None:
            return
        if not self._later.isActive():
            self._later.start()
        if self.canvas.page != self._page:
            self._page = self.canvas.page
            self.bar.refresh()
            self._describe()
            self.page_changed.emit(self._page)

    def _fetch(self) -> None:
        """Ask for the pages near the view, and let go of the others."""
        if self._ask is None:
            return
        seen = self.canvas.visible
        near = range(max(0, seen.start - _NEAR), min(self.canvas.count, seen.stop + _NEAR))
        for page, leaf in self._leaves.items():
            if page not in near:
                leaf.stop()
            if not seen.start - _KEPT <= page < seen.stop + _KEPT and self.canvas.picture(page) is not None:
                self.canvas.drop(page)
                leaf.width = 0
        for page in sorted(near, key=lambda page: (page not in seen, page)):
            self._want(page)

    def _want(self, page: int) -> None:
        assert self._ask is not None
        leaf = self._leaves.setdefault(page, _Leaf())
        width = self._width(page, leaf)
        if leaf.failed or width <= leaf.width:
            return
        leaf.stop()
        leaf.width = width
        future = leaf.future = self._ask(page, width)
        turn = self._turn

        def current() -> bool:
            return self._turn == turn and leaf.future is future

        def come(preview: Preview) -> None:
            if current():
                self._came(page, leaf, preview)

        def fail(error: BaseException) -> None:
            if current():
                self._lost(page, leaf, (str(error),))

        self._answers.watch(future, come, fail)

    def _width(self, page: int, leaf: _Leaf) -> int:
        """How wide a page should be made."""
        if not self._begun:
            return WIDTHS[0]
        if not self._points and leaf.preview is not None and leaf.preview.scale >= 1 and self.canvas.picture(page):
            return leaf.width  # there is nothing sharper
        needed = self.canvas.needed(page)
        return next((width for width in WIDTHS if width * _ENOUGH >= needed), WIDTHS[-1])

    def _came(self, page: int, leaf: _Leaf, preview: Preview) -> None:
        leaf.future = None
        if preview.image is None:
            self._lost(page, leaf, preview.warnings)
            return
        turn, path = self._turn, preview.image

        def decoded(picture: Picture) -> None:
            if self._turn == turn and leaf.task is task:
                leaf.task, leaf.preview = None, preview
                self._show(page, preview, picture)

        def failed(error: BaseException) -> None:
            if self._turn == turn and leaf.task is task:
                self._lost(page, leaf, (str(error),))

        task = leaf.task = self.desk.session.tasks.start(Lane.READ, lambda job: load(path), decoded, failed)

    def _show(self, page: int, preview: Preview, picture: Picture) -> None:
        size = self._size(preview, picture)
        if not self._begun:
            self._begin(preview, size)
        self.canvas.put(page, picture)
        self.canvas.resize_page(page, size)
        if page == self.canvas.page:
            self._describe()
        self._later.start()

    def _begin(self, preview: Preview, size: Size) -> None:
        """The first page is there: now it is known how many there are, and about how large."""
        self._begun = True
        fit, count = self.canvas.fit, max(1, preview.pages)
        if count > 1 or size[1] > _TALL * size[0]:
            fit = Fit.WIDTH
        at = self.canvas.page
        self.canvas.show_pages([size] * count, fit, 4.0 if self._points else 1.0)
        self.canvas.go_to(min(at, count - 1))
        self.ready.emit()

    def _size(self, preview: Preview, picture: Picture) -> Size:
        by = _POINT if self._points else 1 / self.devicePixelRatioF()
        return picture.width / preview.scale * by, picture.height / preview.scale * by

    def _lost(self, page: int, leaf: _Leaf, why: Sequence[str]) -> None:
        """A page cannot be shown."""
        leaf.future = leaf.task = None
        if self.canvas.picture(page) is not None:
            return  # a sharper one was wanted; what is there stays
        leaf.failed = tuple(why) or ("It cannot be shown.",)
        if self.canvas.count == 1:
            self._begun = True
            self.nothing.emit(tuple(why))
            return
        self.canvas.tell(page, f"Page {page + 1}\n\n" + shown_lines("\n".join(leaf.failed)))
        if not self._begun:
            self._begun = True
            self.ready.emit()
        if page == self.canvas.page:
            self._describe()

    # What is said of the page

    def _describe(self) -> None:
        """The notice, the text and the spoken name of the page in view."""
        leaf = self._leaves.get(self.canvas.page)
        preview = leaf.preview if leaf is not None else None
        many = self.canvas.count > 1
        where = f", page {self.canvas.page + 1} of {self.canvas.count}" if many else ""
        self.canvas.setAccessibleName(f"{self._name}{where}")
        self._warn(leaf)
        if self.words.isHidden():
            return
        text = preview.text if preview is not None else ""
        none = "No words could be read out of this page." if preview is not None else ""
        wanted = shown_lines(text.replace("\t", " ").replace("\r", "")) or none
        if self.words.toPlainText() != wanted:
            self.words.setPlainText(wanted)
        self.words.setAccessibleName(f"Text of the page{where}")

    def _warn(self, leaf: _Leaf | None) -> None:
        preview = leaf.preview if leaf is not None else None
        warnings = list(preview.warnings if preview is not None else leaf.failed if leaf is not None else ())
        largest = leaf is not None and leaf.width == WIDTHS[-1]
        if preview is not None and largest and not self._points and preview.scale < 1:
            warnings.append(
                f"It is too large to be shown in every detail: this copy has {100 * preview.scale:.0f} % of its width."
            )
        if warnings:
            self.notice.say(" ".join(warnings), "warn")
        else:
            self.notice.hide()

    def _show_words(self) -> None:
        offered = self._points and self.bar.as_text.isHidden()
        self.words.setVisible(offered and self.bar.text.isChecked())
        self._describe()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        if not self.canvas.press(event):
            super().keyPressEvent(event)
