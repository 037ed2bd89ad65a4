"""What was recognised in a picture or on scanned pages, beside it: a reading aid whose every word can be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QApplication, QTextEdit

from evidencekit.casefile import Case
from ui.desk import Desk
from ui.parts import Changes, Part
from ui.tips import plain_tip
from ui.views.viewer.canvas import Spot
from ui.views.viewer.overlay import WordBoxes
from ui.views.viewer.pages import PageList
from ui.views.viewer.reading import ReadingPanel
from ui.views.viewer.recognised import Recognised, holding, read_recognised

_CHOICE = "viewer.recognised"
_WIDE, _HIGH = 420, 420  # pixels at 100 % text: with less, the picture has the room
_MARKED = 500  # words marked in the text at once


class RecognisedBeside(QObject):
    """Keeps a :class:`ReadingPanel` beside the pages of a :class:`PageList` in step with them. ``found`` is what was
    recognised, None while that is not known. ``use_time`` gives an item's number and the time that its words propose.
    """

    use_time = Signal(str, str)

    def __init__(self, desk: Desk, pages: PageList) -> None:
        super().__init__(pages)
        self.desk, self.pages = desk, pages
        self.panel = ReadingPanel(desk.theme)
        self.boxes = WordBoxes(pages.canvas)
        self.found: Recognised | None = None
        self._number, self._search = "", ""
        self._asked: set[str] = set()
        self._hits: tuple[int, ...] = ()
        self._bringing = False
        self._filling: Iterator[str] = iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._fill)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(400)  # settings are a file: not for every pixel that a handle is moved
        self._keeping.timeout.connect(self._keep_sizes)
        pages.outer.addWidget(self.panel)
        self.panel.hide()
        self._connect()

    def _connect(self) -> None:
        pages, panel, session = self.pages, self.panel, self.desk.session
        pages.bar.recognised.clicked.connect(self._choose)
        pages.canvas.pointed.connect(self._pointed)
        pages.canvas.picked.connect(self._picked)
        pages.ready.connect(self._bring)
        pages.page_changed.connect(self._turned_to)
        pages.resized.connect(self._arrange)
        pages.outer.splitterMoved.connect(lambda at, which: self._keeping.start())
        panel.text.pointed.connect(self._pointed_in_text)
        panel.text.cursorPositionChanged.connect(self._moved)
        panel.text.selectionChanged.connect(self._moved)
        panel.finder.marked.connect(self._marked)
        panel.every.toggled.connect(lambda on: self._draw())
        panel.copy.clicked.connect(self._copy)
        panel.ask.clicked.connect(self._ask)
        panel.meanings.activated.connect(self._mean)
        panel.use.clicked.connect(self._use)
        session.changed.connect(self._changed)
        session.state_changed.connect(self._follow_state)
        session.closed.connect(self._asked.clear)

    # For the viewer

    def show_item(self, number: str) -> None:
        """Show what was recognised in that item; “” for one in which nothing can be."""
        self._number, self._bringing = number, bool(number)
        self._take(None)
        self.pages.bar.recognised.setVisible(bool(number))
        if number:
            self._read()

    def search(self, words: str) -> None:
        """Light what a search asks for, in this item and those shown after it."""
        if words != self._search:
            self._search, self._bringing = words, bool(words.strip())
            self._look_for()

    def find(self) -> bool:
        """Open the bar that finds in the words; False where there are none."""
        if self.found is None or not self.found.words:
            return False
        if self.panel.isHidden():
            self._choose(True)
        self.panel.finder.open()
        return True

    # What there is

    def _read(self) -> None:
        number = self._number

        def come(found: Recognised) -> None:
            if number == self._number:
                self._take(found)

        self.desk.session.read(lambda case: read_recognised(case, number), come, key=f"recognised {id(self)}")

    def _take(self, found: Recognised | None) -> None:
        if found is not None and found == self.found:
            return
        self.found, self._hits = found, ()
        self._timer.stop()
        self._filling = iter(found.pieces if found is not None else ())
        self.panel.show_found(found, self._number, asked=self._number in self._asked)
        self.boxes.show(found)
        self._follow_state()
        self._arrange()
        if found is not None and found.words:
            self._fill()
            self._timer.start(0)
            self._look_for()

    def _fill(self) -> None:
        """A piece at a time: a long text must not hold the window up."""
        piece = next(self._filling, None)
        if piece is None:
            self._timer.stop()
            self.panel.finder.refresh()
            self._draw()
            self._bring()
        else:
            self.panel.add(piece)

    def _look_for(self) -> None:
        """Find what is searched for among the words, off this thread."""
        found, words = self.found, self._search
        if found is None or not found.words or not words.strip():
            self._hits = ()
            self._draw()
            return

        def come(hits: tuple[int, ...]) -> None:
            if self.found is found and self._search == words:  # not when the search was cleared meanwhile
                self._hits = hits
                self._draw()
                self._bring()

        def look(case: Case) -> tuple[int, ...]:
            return holding(found, words, case.info.timezone)

        self.desk.session.read(look, come, key=f"recognised words {id(self)}")

    def _bring(self) -> None:
        """Have the first of what is searched for in view, once there is a picture."""
        found = self.found
        ready = bool(self.pages.canvas.shown) and not self._timer.isActive()
        if self._bringing and found is not None and self._hits and ready:
            self._bringing = False
            word = found.words[self._hits[0]]
            self.pages.canvas.bring(word.page, word.box)
            self.panel.text.setTextCursor(self._cursor(self._hits[:1]))
            self.panel.text.centerCursor()

    def _turned_to(self, page: int) -> None:
        """Another page is looked at: its words come into view, unless somebody is at work in the text."""
        found, panel = self.found, self.panel
        focus = QApplication.focusWidget()
        at_work = focus is not None and panel.isAncestorOf(focus)
        if found is not None and page in found.pages and not panel.isHidden() and not at_work:
            block = self._cursor((found.pages[page].start,)).block()
            panel.text.verticalScrollBar().setValue(max(0, block.firstLineNumber() - 1))

    # Where it stands

    @property
    def _choice(self) -> str:
        return self.desk.settings.get(_CHOICE)

    def _choose(self, on: bool) -> None:
        self.desk.settings.put(_CHOICE, "on" if on else "off")
        self._arrange()

    def _arrange(self) -> None:
        """Beside the picture where the view is wide, else beneath; not at all where nobody wants it."""
        px, pages, found = self.desk.theme.px, self.pages, self.found
        wide, high = pages.width() >= px(_WIDE), pages.height() >= px(_HIGH)
        by_itself = self._choice == "" and found is not None and bool(found.words) and (wide or high)
        on = bool(self._number) and (by_itself or self._choice == "on")
        way = Qt.Orientation.Horizontal if wide or not high else Qt.Orientation.Vertical
        if pages.outer.orientation() is not way or (on and self.panel.isHidden()):
            pages.outer.setOrientation(way)
            self._size()
        self.panel.setVisible(on)
        pages.bar.recognised.setChecked(on)
        self._draw()

    def _size(self) -> None:
        outer = self.pages.outer
        kept = self.desk.settings.get(self._sizes)
        if not (kept and outer.restoreState(QByteArray.fromHex(kept.encode()))):
            whole = outer.width() if outer.orientation() is Qt.Orientation.Horizontal else outer.height()
            outer.setSizes([round(whole * 0.56), round(whole * 0.44)])
        outer.setStretchFactor(0, 3)
        outer.setStretchFactor(1, 2)

    @property
    def _sizes(self) -> str:
        across = self.pages.outer.orientation() is Qt.Orientation.Horizontal
        return f"{_CHOICE}.{'across' if across else 'down'}"

    def _keep_sizes(self) -> None:
        if self.panel.isVisible():
            self.desk.settings.put(self._sizes, self.pages.outer.saveState().toHex().toStdString())

    # What is lit

    def _draw(self) -> None:
        """Light what is looked for, on the picture and in the text."""
        finder = self.panel.finder
        self.boxes.light_every(self.panel.every.isChecked() and not self.panel.isHidden())
        if finder.isHidden():
            self.boxes.mark(self._hits)
        self._mark_text(())

    def _marked(self, places: Sequence[tuple[int, int]]) -> None:
        """Light what the bar finds; without it, what is searched for."""
        found = self.found
        if found is not None:
            at = tuple(n for start, end in places for n in found.between(start, end))
            self.boxes.mark(at if places or not self.panel.finder.isHidden() else self._hits)

    def _mark_text(self, words: Sequence[int]) -> None:
        """Mark what is searched for in the text, and these words."""
        colours = self.desk.theme.colours
        marks = []
        if self.panel.finder.isHidden():
            marks += [self._mark(n, colours.warn_ground, colours.text) for n in self._hits[:_MARKED]]
        marks += [self._mark(n, colours.chosen, colours.on_chosen) for n in words[:_MARKED]]
        self.panel.finder.mark_also(marks)

    def _mark(self, place: int, ground: str, text: str) -> QTextEdit.ExtraSelection:
        assert self.found is not None
        mark = QTextEdit.ExtraSelection()
        mark.cursor = self._cursor((place,))
        form = QTextCharFormat()
        form.setBackground(QColor(ground))
        form.setForeground(QColor(text))
        mark.format = form
        return mark

    def _cursor(self, words: Sequence[int]) -> QTextCursor:
        assert self.found is not None
        last = max(0, self.panel.text.document().characterCount() - 1)
        cursor = QTextCursor(self.panel.text.document())
        cursor.setPosition(min(last, self.found.words[words[0]].start))
        cursor.setPosition(min(last, self.found.words[words[-1]].end), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _point_at(self, place: int | None) -> None:
        """Light one word in both; none, what is chosen in the text."""
        words = (place,) if place is not None else self._chosen()
        self.boxes.light(words)
        self._mark_text((place,) if place is not None else ())
        self._tell(words)

    def _tell(self, words: Sequence[int]) -> None:
        found = self.found
        told = found.words[words[0]].told if found is not None and len(words) == 1 else ""
        self.panel.told.put(told)
        self.pages.canvas.viewport().setToolTip(plain_tip(told))
        self.panel.text.viewport().setToolTip(plain_tip(told))

    def _pointed(self, spot: Spot | None) -> None:
        if self.found is None or self.panel.isHidden():
            return
        self._point_at(self.found.under(*spot) if spot is not None else None)

    def _pointed_in_text(self, position: int) -> None:
        self._point_at(self.found.at(position) if self.found is not None and position >= 0 else None)

    def _picked(self, spot: Spot | None) -> None:
        """A word clicked on the picture is chosen in the text."""
        place = self.found.under(*spot) if self.found is not None and spot is not None else None
        if place is not None and not self.panel.isHidden():
            self.panel.text.setTextCursor(self._cursor((place,)))
            self.panel.text.ensureCursorVisible()

    def _chosen(self) -> tuple[int, ...]:
        """The words that are selected in the text, else the one that the cursor stands in."""
        if self.found is None or not self.found.words:
            return ()
        cursor = self.panel.text.textCursor()
        if cursor.hasSelection():
            return self.found.between(cursor.selectionStart(), cursor.selectionEnd())
        place = self.found.at(cursor.position()) if cursor.position() else None
        return (place,) if place is not None else ()

    def _moved(self) -> None:
        """The cursor went on in the text: so does the picture."""
        words = self._chosen()
        self.boxes.light(words)
        self._tell(words)
        if self.found is not None and words and not self.panel.isHidden():
            word = self.found.words[words[0]]
            self.pages.canvas.bring(word.page, word.box)

    # What can be done

    def _copy(self) -> None:
        cursor = self.panel.text.textCursor()
        chosen = cursor.selection().toPlainText() if cursor.hasSelection() else self.panel.text.toPlainText()
        QGuiApplication.clipboard().setText(chosen)
        self.desk.say("The recognised words are copied. Check them against the picture before they are used.")

    def _ask(self) -> None:
        if self.desk.session.writable and self._number:
            self._asked.add(self._number)
            self.desk.ask_now("ocr", [self._number])
            self.panel.show_found(self.found, self._number, asked=True)

    def _mean(self, at: int) -> None:
        """A proposal was chosen: light where it stands."""
        meaning = self.panel.meaning(at)
        if meaning is not None and meaning.words:
            self.panel.text.setTextCursor(self._cursor(meaning.words))
            self.panel.text.ensureCursorVisible()
        if meaning is not None:
            self.panel.told.put(meaning.why)

    def _use(self) -> None:
        meaning = self.panel.meaning(self.panel.meanings.currentIndex())
        if meaning is not None and meaning.time:
            self.use_time.emit(self._number, meaning.value)

    def _follow_state(self) -> None:
        self.panel.follow(self.desk.session.case is not None and not self.desk.session.read_only)

    def _changed(self, changes: Changes) -> None:
        told = not changes.items or self._number in changes.items
        if self._number and changes.touch(Part.DERIVED, Part.ITEMS) and told:
            if changes.touch(Part.DERIVED):
                self._asked.discard(self._number)
            self._read()
