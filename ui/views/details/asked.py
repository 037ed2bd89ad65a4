"""What a file leaves open, asked of a person; the answer is kept with the case, and the file is read again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.job import Job
from evidencekit.model import Question
from ui.desk import Desk
from ui.parts import Part
from ui.views.details.loaded import Loaded
from ui.views.details.pieces import Field
from ui.widgets import button, column, label, row

_UNANSWERED = "Not answered"
_PLAIN_KEYS = ("columns",)  # answered in a dialog of their own


class AskedSection(QWidget):
    """The questions of one item with a place for each answer, and the answers given so far."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[object, ...] = ()
        self._number = ""
        self.controls: list[QWidget] = []
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(desk.theme.px(8))

    def put(self, loaded: Loaded) -> None:
        """Show an item's questions and answers."""
        state = (loaded.number, loaded.item.questions, loaded.answers)
        if state == self._shown:
            return
        self._shown, self._number = state, loaded.number
        while (entry := self._list.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.controls = []
        given = dict(loaded.answers)
        asked = [each for each in loaded.item.questions if each.key not in _PLAIN_KEYS]
        if asked or given:
            self._list.addWidget(label("Asked of you", "strong"))
        for question in asked:
            self._list.addWidget(self._ask(question, given.get(question.key, "")))
        for key, value in given.items():
            if all(key != question.key for question in asked):
                self._list.addWidget(self._answered(key, value))
        self.setVisible(bool(asked or given))

    def follow(self, possible: bool) -> None:
        """Whether anything can be answered now."""
        for each in self.controls:
            each.setEnabled(possible)

    def _ask(self, question: Question, given: str) -> QWidget:
        words = label(question.ask, "warn" if not given else "", wrap=True)
        if question.choices:
            box = QComboBox()
            box.setAccessibleName(question.ask)
            box.addItem(_UNANSWERED, "")
            for value, meaning in question.choices:
                box.addItem(shown(meaning or value), value)
            box.setCurrentIndex(max(0, box.findData(given)))
            box.activated.connect(lambda _: self._answer(question.key, str(box.currentData()), given))
            self.controls.append(box)
            return column(words, box, gap=self._desk.theme.px(4))
        field = Field(question.ask)
        field.put(given, force=True)
        field.wanted.connect(lambda text: self._answer(question.key, text.strip(), given))
        self.controls.append(field)
        return column(words, field, gap=self._desk.theme.px(4))

    def _answered(self, key: str, value: str) -> QWidget:
        told = value if len(value) <= 60 else f"{value[:60]}…"
        words = label(f"Answered – {key}: {told}", "muted", wrap=True)
        back = button("Take back answer", partial(self._answer, key, "", value))
        back.setAccessibleName(f"Take back the answer to {key}")
        self.controls.append(back)
        return column(words, row(back, None), gap=self._desk.theme.px(2))

    def _answer(self, key: str, value: str, before: str) -> None:
        if value == before or not self._desk.session.writable:
            return
        answer(self._desk, self._number, {key: value})


def answer(desk: Desk, number: str, answers: dict[str, str], then: Callable[[], None] | None = None) -> None:
    """Keep a person's answers about an item and read it again."""

    def deed(case: Case, job: Job) -> object:
        from evidencekit.reread import answer_questions

        return answer_questions(case, number, answers, job)

    parts = [Part.ITEMS, Part.WORDS]
    desk.session.act(f"Reading {number} again", deed, parts, lambda _: then() if then is not None else None)
