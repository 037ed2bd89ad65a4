"""When it happened: the times found in the file to choose from, and a person's own words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from evidencekit import edits
from ui.desk import Desk
from ui.dialogs.times import TimesDialog
from ui.views.details.loaded import Found, Loaded
from ui.views.details.pieces import Deeds, Passage
from ui.views.details.timefield import TimeField
from ui.widgets import button, label, row

_OWN = "Another time"


class Choice(QRadioButton):
    """One time to choose. The arrow keys go past it without choosing it: each choice is an edit."""

    def __init__(self, text: str, spoken: str) -> None:
        super().__init__(text)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


class WhenSection(QWidget):
    """The times of one item. What is chosen or typed is kept at once, as one edit."""

    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        self._theme, self._deeds = desk.theme, deeds
        self._loaded: Loaded | None = None
        self._shape: tuple[object, ...] = ()
        self.choices: list[Choice] = []
        self.none = label(
            "No time was found in the file. Say when it happened, as far as it is known.", "warn", wrap=True
        )
        self.conflict = label("", "warn", wrap=True, name="Whether the times agree")
        self.compare = button("Compare times…", lambda: self.ask(), tip="See the times of this item side by side")
        self.by = label("", "small", wrap=True, name="Who chose the time")
        self.dialog: TimesDialog | None = None
        self.own = Choice(_OWN, f"{_OWN}, in your own words")
        self.own.clicked.connect(self.type)
        self.time = TimeField(desk.theme)
        self.time.wanted.connect(self._say)
        self.back = button("Take back my time", self.take_back, tip="Use the best time found in the file again")
        self._list = QVBoxLayout()
        self._list.setSpacing(desk.theme.px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(desk.theme.px(6))
        layout.addWidget(self.none)
        layout.addWidget(self.conflict)
        layout.addLayout(self._list)
        layout.addWidget(self.own)
        layout.addWidget(self.time)
        layout.addWidget(self.by)
        layout.addWidget(row(self.compare, self.back, None))

    def put(self, loaded: Loaded, *, other: bool) -> None:
        """Show an item's times; ``other`` when it is another item than before."""
        self._loaded = loaded
        shape = (loaded.number, loaded.found)
        if shape != self._shape:
            self._shape = shape
            self._fill(loaded.found)
        self.none.setVisible(not loaded.found and not loaded.said)
        self.own.setVisible(bool(loaded.found))
        self.time.zone = loaded.zone
        self.time.put(loaded.said, force=other)
        self.back.setVisible(loaded.choice)
        for told, words in ((self.conflict, loaded.conflict), (self.by, loaded.chosen_by)):
            told.setText(words)
            told.setVisible(bool(words))
        self.compare.setVisible(len(loaded.found) + len(loaded.times) > (0 if loaded.times else 1))
        self.compare.setText(_compare_words(loaded))
        self.back.setText("Take back my time" if loaded.said else "Take back my choice")
        self._mark()

    @property
    def stops(self) -> list[QWidget]:
        """Its controls in the order of Tab."""
        return [*self.choices, self.own, self.time.field, self.compare, self.back]

    def follow(self, possible: bool) -> None:
        """Whether anything can be changed now."""
        self.time.field.setReadOnly(not possible)
        for each in (*self.choices, self.own, self.back):
            each.setEnabled(possible)

    def type(self) -> None:
        """Go to the field for a person's own words."""
        self._mark()
        self.time.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.time.field.selectAll()

    def choose(self, value: str) -> None:
        """Use the time found of that ISO value."""
        loaded = self._loaded
        self._mark()
        if loaded is None or not self._deeds.possible or value == loaded.used:
            return
        number = loaded.number
        if value == loaded.found[0].value:  # the best one is what holds when nobody chooses
            self._deeds.do("Choose best time", lambda case: edits.describe(case, number, when=""))
        else:
            self._deeds.do("Choose time", lambda case: edits.choose_moment(case, number, value))

    def ask(self, value: str = "") -> None:
        """Show the times side by side, going to that value."""
        loaded = self._loaded
        if loaded is None:
            return
        dialog = TimesDialog(self._theme, loaded, possible=self._deeds.possible, parent=self.window())
        dialog.go_to(value)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._use(loaded.number, dialog.value, proposed=dialog.proposed))
        dialog.finished.connect(self._gone)
        self.dialog = dialog
        dialog.open()

    def _gone(self) -> None:
        self.dialog = None

    def _use(self, number: str, value: str, *, proposed: bool) -> None:
        if self._loaded is None or self._loaded.number != number:
            return
        if proposed:
            self._deeds.do("Take proposed time", lambda case: edits.describe(case, number, when=value))
        else:
            self.choose(value)

    def take_back(self) -> None:
        """Use the best time found again."""
        if self._loaded is not None and self._deeds.possible:
            number = self._loaded.number
            self.time.put("", force=True)
            self._deeds.do("Take back time", lambda case: edits.describe(case, number, when=""))

    def _say(self, words: str) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        number, said = loaded.number, loaded.said
        if not words and not said:  # emptied again: nothing was said, and nothing is taken back
            self.time.put("", force=True)
            return
        self._deeds.do(
            "Set time",
            lambda case: edits.describe(case, number, when=words),
            failed=lambda error: self._refused(number, said, error),
        )

    def _refused(self, number: str, said: str, error: BaseException) -> None:
        if self._loaded is not None and self._loaded.number == number:
            self.time.field.refused(said)
            self.time.refuse(error)

    def _mark(self) -> None:
        """Show which time is in use."""
        loaded = self._loaded
        for choice, found in zip(self.choices, loaded.found if loaded else (), strict=True):
            choice.setChecked(loaded is not None and found.value == loaded.used)
        self.own.setChecked(bool(loaded and loaded.said))

    def _fill(self, found: tuple[Found, ...]) -> None:
        while (entry := self._list.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.choices = []
        for place, each in enumerate(found):
            basis = _basis(each, best=place == 0 and len(found) > 1)
            choice = Choice(each.told, f"{each.told}. {basis}")
            choice.clicked.connect(partial(self._clicked, each.value))
            words = Passage(self._theme, "", "muted", size=0.92)
            words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            words.say(basis)
            holder = QWidget()
            inside = QVBoxLayout(holder)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(0)
            inside.addWidget(choice)
            below = QVBoxLayout()
            below.setContentsMargins(self._theme.px(22), 0, 0, 0)
            below.addWidget(words)
            inside.addLayout(below)
            self._list.addWidget(holder)
            self.choices.append(choice)
        self.follow(self._deeds.possible)

    def _clicked(self, value: str, checked: bool = False) -> None:
        del checked
        self.choose(value)


def _compare_words(loaded: Loaded) -> str:
    count = len(loaded.times)
    return f"Compare times, {count} proposed…" if count else "Compare times…"


def _basis(found: Found, *, best: bool) -> str:
    zone = found.zone if found.zone != "no zone" else "No zone: as its clock showed it"
    raw = " and ".join(f"“{each}”" for each in found.as_found)
    lines = (
        " · ".join(part for part in (zone, f"as found: {raw}", "the best found" if best else "") if part),
        f"{found.basis[:1].upper()}{found.basis[1:]}",
        f"The same in: {', '.join(found.same)}" if found.same else "",
        f"Beside the time in use: {found.apart}" if found.apart else "",
    )
    return "\n".join(each for each in lines if each)
