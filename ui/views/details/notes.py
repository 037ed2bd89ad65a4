"""Work-product notes on an item: who wrote them and when; add, edit, remove."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from evidencekit import edits
from evidencekit.errors import EvidenceKitError
from ui.desk import Desk
from ui.views.details.loaded import Loaded
from ui.views.details.pieces import Area, Deeds, Passage, chain
from ui.views.details.wording import at_second
from ui.widgets import button, label, row, shown_lines, tool

if TYPE_CHECKING:
    from evidencekit.catalog.items import Note

_PROMISE = "Work product: never printed, never produced."


class NoteCard(QFrame):
    """One note. ``kept`` gives its text written anew, ``removed`` that it is to go."""

    kept = Signal(str)
    removed = Signal()

    def __init__(self, desk: Desk, note: Note, zone: str) -> None:
        super().__init__()
        self.setObjectName("card")
        theme = desk.theme
        self.note = note
        by = label(f"{note.actor}, {at_second(note.time, zone)}", "small", wrap=True)
        self.edit = tool(theme, "pencil", "Edit this note", self.open)
        self.remove = tool(theme, "trash-2", "Remove this note", self.removed.emit)
        self.text = Passage(theme, "Note")
        self.text.say(note.text)
        self.area = Area("Note, written anew", theme, 4)
        self.area.wanted.connect(self.keep)
        self.area.given_up.connect(self.shut)
        self.save = button("Keep", self.keep, tip="Keep what is written (Ctrl+Enter)")
        self.cancel = button("Cancel", self.shut)
        self.buttons = row(None, self.cancel, self.save)
        line = row(by, self.edit, self.remove, gap=2)
        inside = line.layout()
        assert inside is not None
        inside.setStretch(0, 1)  # type: ignore[attr-defined]  # row() lays out in a box
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(each) for each in (10, 6, 6, 8)))
        layout.setSpacing(theme.px(4))
        for each in (line, self.text, self.area, self.buttons):
            layout.addWidget(each)
        self.shut()

    @property
    def stops(self) -> list[QWidget]:
        """Its controls in the order of Tab."""
        return [self.edit, self.remove, self.text, self.area, self.cancel, self.save]

    def open(self) -> None:
        """Write it anew."""
        self.area.setPlainText(self.note.text)
        self._show(True)
        self.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def shut(self) -> None:
        """Leave it as it was."""
        self._show(False)

    @property
    def writing(self) -> bool:
        """Whether it is being written anew, with something that is not kept."""
        return not self.area.isHidden() and self.area.toPlainText() != self.note.text

    def _show(self, writing: bool) -> None:
        self.text.setVisible(not writing)
        for each in (self.area, self.buttons):
            each.setVisible(writing)

    def keep(self) -> None:
        """Keep what was written anew."""
        if self.area.toPlainText().strip() and self.area.toPlainText().strip() != self.note.text:
            self.kept.emit(self.area.toPlainText())
        self.shut()


class NotesSection(QWidget):
    """The notes of one item. What is being written for an item waits until it is shown again."""

    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        self._desk, self._deeds = desk, deeds
        self._loaded: Loaded | None = None
        self._waiting: dict[str, str] = {}
        self.cards: list[NoteCard] = []
        px = desk.theme.px
        self.area = Area("New note", desk.theme)
        self.area.setPlaceholderText("What you think of this item, for yourself and your office")
        self.area.wanted.connect(self.add)
        self.area.textChanged.connect(self._typed)
        self.new = button("Add note", self.add, tip="Add what is written as a note (Ctrl+Enter)")
        self.missing = label("", "bad", wrap=True, name="Why the note was not kept")
        self.missing.hide()
        self.none = label("There is no note on this item yet.", "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(12))
        layout.setSpacing(px(8))
        layout.addWidget(label(_PROMISE, "warn", wrap=True))
        layout.addWidget(self.none)
        layout.addLayout(self._list)
        layout.addWidget(self.area)
        layout.addWidget(self.missing)
        layout.addWidget(row(None, self.new))
        layout.addStretch(1)
        desk.session.closed.connect(self._waiting.clear)

    def put(self, loaded: Loaded) -> None:
        """Show an item's notes."""
        former, self._loaded = self._loaded, loaded
        if former is None or former.number != loaded.number:
            self.missing.hide()
            self.area.setPlainText(self._waiting.get(loaded.number, ""))
        if former is None or (former.number, former.notes) != (loaded.number, loaded.notes):
            self._fill(loaded)
        self.none.setVisible(not loaded.notes)

    def follow(self, possible: bool) -> None:
        """Whether anything can be changed now."""
        self.area.setReadOnly(not possible)
        self.area.setVisible(possible or bool(self.area.toPlainText()) or not self._desk.session.read_only)
        for card in self.cards:
            card.edit.setEnabled(possible)
            card.remove.setEnabled(possible)
            card.save.setEnabled(possible)
        self.new.setEnabled(possible and bool(self.area.toPlainText().strip()))

    def add(self) -> None:
        """Add what is written as a note."""
        loaded, text = self._loaded, self.area.toPlainText()
        if loaded is None or not self._deeds.possible or not text.strip():
            return
        number = loaded.number
        self.area.clear()
        self.missing.hide()
        self._deeds.do(
            "Add note",
            lambda case: edits.add_note(case, number, text=text),
            failed=lambda error: self._refused(number, text, error),
        )

    def leave(self) -> None:
        """Keep every note that is being written, on whatever item: the case is about to be closed."""
        if not self._deeds.possible:
            return
        for card in self.cards:
            if card.writing:
                card.keep()
        for number, text in self._waiting.items():
            if text.strip():
                self._deeds.do("Add note", partial(edits.add_note, number=number, text=text))

    def write(self) -> None:
        """Go to where a note is written."""
        self.area.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _refused(self, number: str, text: str, error: BaseException) -> None:
        self._waiting[number] = text
        if self._loaded is not None and self._loaded.number == number:
            self.area.setPlainText(text)
            told = f"{error.what} {error.todo}" if isinstance(error, EvidenceKitError) else str(error)
            self.missing.setText(shown_lines(told))
            self.missing.show()

    def _typed(self) -> None:
        text = self.area.toPlainText()
        if self._loaded is not None:
            if text:
                self._waiting[self._loaded.number] = text
            else:
                self._waiting.pop(self._loaded.number, None)
        self.new.setEnabled(self._deeds.possible and bool(text.strip()))

    def _fill(self, loaded: Loaded) -> None:
        writing = {card.note.id: card.area.toPlainText() for card in self.cards if card.writing}
        while (entry := self._list.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = []
        for note in loaded.notes:
            card = NoteCard(self._desk, note, loaded.zone)
            card.kept.connect(partial(self._edit, note))
            card.removed.connect(partial(self._remove, note))
            self._list.addWidget(card)
            self.cards.append(card)
            if note.id in writing:
                card.open()
                card.area.setPlainText(writing[note.id])
        stops = [each for card in self.cards for each in card.stops]
        chain([*stops, self.area, self.new])
        self.follow(self._deeds.possible)

    def _edit(self, note: Note, text: str) -> None:
        if note.id is not None and self._deeds.possible:
            known = note.id
            self._deeds.do("Edit note", lambda case: edits.edit_note(case, known, text=text))

    def _remove(self, note: Note) -> None:
        if note.id is not None and self._deeds.possible:
            known = note.id
            self._deeds.do("Remove note", lambda case: edits.remove_note(case, known))
