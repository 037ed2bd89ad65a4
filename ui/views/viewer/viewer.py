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
from ui.views.viewer.beside import RecognisedBeside
from ui.views.viewer.film import FilmView
from ui.views.viewer.pages import PageList
from ui.views.viewer.panels import Instead, Waiting
from ui.views.viewer.sound import SoundView
from ui.views.viewer.words import Words, WordsView, read_words

_PATIENCE = 300  # milliseconds before it is said that something is being made
_PDF = "application/pdf"
_IN_WORDS = (Kind.EMAIL, Kind.MESSAGES, Kind.DOCUMENT)
# What reads better as it stands than on paper.
_PLAIN = frozenset(
    {"text/plain", "text/vcard", "text/calendar", "application/json", "application/xml", "application/x-ole-storage"}
)


class Viewer(QWidget):
    """One item at a time, through previews and the text that was read: the original is never touched.

    ``row`` is the item shown, or None. Whatever is asked for an item is dropped once another is shown. ``recognised``
    keeps what machines read in pictures beside them.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.row: Row | None = None
        self._turn = 0
        self._future: Future[Preview] | None = None
        self._answers = Answers(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._stack = stack = QStackedWidget(self)
        layout.addWidget(stack)
        self.instead = Instead(desk.theme)
        self.waiting = Waiting(desk.theme)
        self.pages = PageList(desk, stack)
        self.recognised = RecognisedBeside(desk, self.pages)
        self.sound = SoundView(desk, stack)
        self.film = FilmView(desk, stack)
        self.words = WordsView(desk, stack)
        for each in (self.instead, self.waiting, self.pages, self.sound, self.film, self.words):
            stack.addWidget(each)
        self.setObjectName("panel")
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(lambda: self._stack.setCurrentWidget(self.waiting))
        self._read_as_text = False  # a person's choice for everything that could be shown as printed
        self.pages.bar.as_text.clicked.connect(lambda checked=False: self.read_as_text(True))
        self.pages.find_wanted.connect(self._find)
        self.words.as_printed.clicked.connect(lambda checked=False: self.read_as_text(False))
        self.pages.ready.connect(lambda: self._arrived(self.pages))
        self.pages.nothing.connect(self._no_picture)
        self.film.pages.ready.connect(lambda: self._arrived(self.film))
        self.film.pages.nothing.connect(self._no_film)
        desk.session.closed.connect(self._closed)
        desk.session.changed.connect(self._changed)
        self._say("nothing chosen")

    @property
    def shows(self) -> QWidget:
        """The part in view: ``pages``, ``sound``, ``film``, ``words``, ``instead`` or ``waiting``."""
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
        elif row.kind is Kind.VIDEO:
            self._show_film(row)
        elif row.kind is Kind.IMAGE or row.media_type == _PDF:
            self._show_pages(row)
        elif row.kind in _IN_WORDS and (self._read_as_text or not _better_on_paper(row)):
            self._show_words(row)
        elif row.kind in _IN_WORDS:
            self._show_pages(row)
        else:
            self._no(row, row.warnings, failed=False)

    def read_as_text(self, on: bool) -> None:
        """Show documents, mail and messages as their words alone, in which one can find, or as they are printed."""
        self._read_as_text = on
        row, self.row = self.row, None
        self.show_item(row)
        self.take_focus()

    def _find(self) -> None:
        """Words are found in the text; in pictures and scans, among those that were recognised."""
        if self.recognised.find():
            return
        if self.row is not None and self.row.kind in _IN_WORDS and self.row.media_type != _PDF:
            self.read_as_text(True)
            self.words.finder.open()

    def _drop(self) -> None:
        """Forget what is shown, and want nothing any more."""
        self._turn += 1
        self._patience.stop()
        if self._future is not None:
            self._future.cancel()
            self._future = None
        self.recognised.show_item("")
        for each in (self.pages, self.sound, self.film, self.words):
            each.clear()

    def _show_pages(self, row: Row) -> None:
        previews = self.desk.session.previews
        assert previews is not None
        printed = row.kind in _IN_WORDS and row.media_type != _PDF
        what = "as printed" if printed else "PDF" if row.media_type == _PDF else "picture"
        self._begin(self.pages)

        def ask(page: int, width: int) -> Future[Preview]:
            return previews.page(row.sha256, row.name, row.media_type, page, width, item=row.number)

        # How many pages a document says it has is not how many it is printed on.
        count = 0 if printed else row.pages or 0
        points = printed or row.media_type == _PDF
        self.pages.show_source(ask, count, points=points, name=self._named(row, what), as_text=printed)
        self.recognised.show_item("" if printed else row.number)
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
            self.sound.show_sound(preview, self._named(row, "recording"), about, row.number)
            self._arrived(self.sound)

        self._future = previews.sound(row.sha256, row.name, row.media_type)
        self._answers.watch(self._future, come, lambda error: self._failed(row, turn, error))
        self._say("recording")

    def _show_film(self, row: Row) -> None:
        """Stills, and the sound as it comes; without one the stills have the room."""
        previews, turn = self.desk.session.previews, self._turn
        assert previews is not None
        self._begin(self.film)

        def ask(page: int, width: int) -> Future[Preview]:
            return previews.page(row.sha256, row.name, row.media_type, page, width, item=row.number)

        def heard(preview: Preview) -> None:
            if turn != self._turn:
                return
            self._future = None
            self.film.sound.setVisible(preview.sound is not None)
            if preview.sound is not None:
                about = f"Sound of the video · {length(preview.seconds or 0)}"
                self.film.sound.show_sound(preview, self._named(row, "sound of the video"), about, row.number)

        self.film.sound.hide()
        self.film.pages.show_source(ask, 0, points=False, name=self._named(row, "stills of the video"))
        self._future = previews.sound(row.sha256, row.name, row.media_type)
        self._answers.watch(self._future, heard, lambda error: None)
        self._say("video")

    def _no_film(self, why: tuple[str, ...]) -> None:
        """Without a still there may be sound."""
        row = self.row
        if row is not None and row.kind is Kind.VIDEO and not self.film.sound.isVisibleTo(self.film):
            self._no(row, why or row.warnings, failed=True)

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
            self.words.as_printed.setVisible(_better_on_paper(row))
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
        row = self.row
        if row is not None and row.kind in _IN_WORDS and row.media_type != _PDF:
            self._show_words(row)  # it cannot be printed; its words are there
        elif row is not None:
            self._no(row, why or row.warnings, failed=bool(why))

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
        if isinstance(part, PageList | SoundView | FilmView | WordsView):
            part.take_focus()
        elif part is not None:
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_transcript(self) -> None:
        """Show the transcript of the recording in view, and give it the keys."""
        part = self._stack.currentWidget()
        sound = self.sound if part is self.sound else self.film.sound if part is self.film else None
        if sound is None or sound.isHidden():
            self.desk.say("Only a recording, or a video with sound, has a transcript.")
            return
        sound.open_transcript()

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


def _better_on_paper(row: Row) -> bool:
    """Whether an item is shown as it is printed."""
    return row.kind is Kind.MESSAGES or (row.kind in _IN_WORDS and row.media_type not in _PLAIN)


def _same(one: Row, other: Row) -> bool:
    """Whether two rows look the same here."""
    return all(
        getattr(one, each) == getattr(other, each) for each in ("number", "sha256", "media_type", "kind", "pages")
    )
