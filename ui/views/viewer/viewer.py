"""Shows one item: a picture, pages, a recording, a text, or in words why it cannot be shown."""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from evidencekit.binder.formats import format_words
from evidencekit.binder.words import length
from evidencekit.catalog.browse import Row
from evidencekit.custody.names import shown
from evidencekit.model import Kind, Preview
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.views.viewer.answers import Answers
from ui.views.viewer.pages import PageList
from ui.views.viewer.panels import Instead, Waiting
from ui.views.viewer.sound import SoundView
from ui.views.viewer.words import Words, WordsView, read_words

_PATIENCE = 300  # milliseconds before it is said that something is being made
_PDF = "application/pdf"
_IN_WORDS = (Kind.EMAIL, Kind.MESSAGES, Kind.DOCUMENT)


class Viewer(QWidget):
    """One item at a time, through previews and the text that was read: the original is never touched.

    ``row`` is the item shown, or None. Whatever is asked for an item is dropped once another is shown.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.row: Row | None = None
        self._turn = 0
        self._future: Future[Preview] | None = None
        self._answers = Answers(self)
        self.pages = PageList(desk)
        self.sound = SoundView(desk)
        self.words = WordsView(desk)
        self.instead = Instead(desk.theme)
        self.waiting = Waiting(desk.theme)
        self._stack = QStackedWidget()
        for each in (self.instead, self.waiting, self.pages, self.sound, self.words):
            self._stack.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setObjectName("panel")
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(lambda: self._stack.setCurrentWidget(self.waiting))
        self.pages.ready.connect(lambda: self._arrived(self.pages))
        self.pages.nothing.connect(self._no_picture)
        desk.session.closed.connect(self._closed)
        desk.session.changed.connect(self._changed)
        self._say("nothing chosen")

    @property
    def shows(self) -> QWidget:
        """The part in view: ``pages``, ``sound``, ``words``, ``instead`` or ``waiting``."""
        part = self._stack.currentWidget()
        assert part is not None
        return part

    def show_item(self, row: Row | None) -> None:
        """Show that item, or that none is chosen. The item shown already stays as it is: its zoom, its place."""
        if row is not None and self.row is not None and _same(row, self.row):
            self.row = row
            return
        self._drop()
        self.row = row
        if row is None or self.desk.session.previews is None:
            self.instead.say_nothing()
            self._put(self.instead)
            self._say("nothing chosen")
        elif row.kind is Kind.AUDIO:
            self._show_sound(row)
        elif row.kind is Kind.IMAGE or row.media_type == _PDF:
            self._show_pages(row)
        elif row.kind in _IN_WORDS:
            self._show_words(row)
        else:
            self._no(row, row.warnings, failed=False)

    def _drop(self) -> None:
        """Forget what is shown, and want nothing any more."""
        self._turn += 1
        self._patience.stop()
        if self._future is not None:
            self._future.cancel()
            self._future = None
        for each in (self.pages, self.sound, self.words):
            each.clear()

    def _show_pages(self, row: Row) -> None:
        previews = self.desk.session.previews
        assert previews is not None
        what = "PDF" if row.media_type == _PDF else "picture"
        self._begin(self.pages)

        def ask(page: int, width: int) -> Future[Preview]:
            return previews.page(row.sha256, row.name, row.media_type, page, width, item=row.number)

        self.pages.show_source(ask, row.pages or 0, points=row.media_type == _PDF, name=self._named(row, what))
        self._say(what)

    def _show_sound(self, row: Row) -> None:
        previews, turn = self.desk.session.previews, self._turn
        assert previews is not None
        self._begin(self.sound)

        def come(preview: Preview) -> None:
            if turn != self._turn:
                return
            self._future = None
            if preview.sound is None and not preview.peaks:
                self._no(row, preview.warnings or row.warnings, failed=True)
                return
            about = f"{format_words(row.kind, row.media_type)} · {length(preview.seconds or 0)}"
            self.sound.show_sound(preview, self._named(row, "recording"), about)
            self._arrived(self.sound)

        self._future = previews.sound(row.sha256, row.name, row.media_type)
        self._answers.watch(self._future, come, lambda error: self._failed(row, turn, error))
        self._say("recording")

    def _show_words(self, row: Row) -> None:
        turn, number = self._turn, row.number
        self._begin(self.words)

        def come(words: Words) -> None:
            if turn != self._turn:
                return
            if not words.pieces and not words.head:
                self._no(row, row.warnings or ("No text could be read out of it.",), failed=True)
                return
            self.words.show_words(words, self._named(row, what), row.media_type)
            self._arrived(self.words)

        what = "e-mail" if row.kind is Kind.EMAIL else "text"
        self.desk.session.read(
            lambda case: read_words(case, number),
            come,
            key=f"viewer words {id(self)}",
            failed=lambda error: self._failed(row, turn, error),
        )
        self._say(what)

    def _begin(self, part: QWidget) -> None:
        """Blank at once, in the part that will most likely show it; say so only when it takes long."""
        self._put(part)
        self._patience.start()

    def _arrived(self, part: QWidget) -> None:
        self._patience.stop()
        self._put(part)

    def _no_picture(self, why: tuple[str, ...]) -> None:
        if self.row is not None:
            self._no(self.row, why or self.row.warnings, failed=bool(why))

    def _failed(self, row: Row, turn: int, error: BaseException) -> None:
        if turn == self._turn:
            self._no(row, (str(error),), failed=True)

    def _no(self, row: Row, why: tuple[str, ...], *, failed: bool) -> None:
        self.instead.say_item(row, why, failed=failed)
        self._arrived(self.instead)
        self._say("cannot be shown")

    def _put(self, part: QWidget) -> None:
        """Bring a part forward; the focus stays in the viewer when it was there."""
        focus = QApplication.focusWidget()
        inside = focus is not None and self._stack.isAncestorOf(focus)
        self._stack.setCurrentWidget(part)
        now = QApplication.focusWidget()
        if inside and (now is None or not part.isAncestorOf(now)):
            self.take_focus()

    def take_focus(self) -> None:
        """Give the keys to what is shown."""
        part = self._stack.currentWidget()
        if isinstance(part, PageList | SoundView | WordsView):
            part.take_focus()
        elif part is not None:
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    def _named(self, row: Row, what: str) -> str:
        return f"{row.number}, {what}, {shown(row.title or row.name)}"

    def _say(self, what: str) -> None:
        name = f"Viewer: {self._named(self.row, what)}" if self.row is not None else f"Viewer: {what}"
        self.setAccessibleName(name)

    def _closed(self) -> None:
        self.show_item(None)

    def _changed(self, changes: Changes) -> None:
        """An item that was read again may say more now."""
        row = self.row
        told = row is not None and row.number in changes.items
        perhaps = not changes.items and self.shows in (self.words, self.instead)
        if row is not None and changes.touch(Part.ITEMS) and (told or perhaps):
            self.row = None
            self.show_item(row)


def _same(one: Row, other: Row) -> bool:
    """Whether two rows look the same here."""
    return all(
        getattr(one, each) == getattr(other, each) for each in ("number", "sha256", "media_type", "kind", "pages")
    )
