"""What a file leaves open, asked of a person; the answer is kept with the case, and the file is read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.custody.names import shown
from evidencekit.job import Job
from evidencekit.model import Question
from ui.advice import in_the_app
from ui.desk import Desk
from ui.parts import Part
from ui.views.details.loaded import Loaded
from ui.views.details.pieces import Field
from ui.widgets import button, column, label, row, set_role
from ui.zones import complete_zones

_UNANSWERED = "Not answered yet"
_CALL_DETAIL = "call-detail"
_LONGEST = 80  # characters of an answer that are shown
_NAMES = {
    "columns": "Columns of the table",
    "form": "What kind of file it is",
    "order": "Order of the dates",
    "owner": "Whose account it is from",
    "zone": "Time zone",
}


class AskedSection(QWidget):
    """The questions of one item with a place for each answer, and the answers given so far."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[object, ...] = ()
        self._number, self._name = "", ""
        self.controls: list[QWidget] = []
        self.head = label("", "strong", name="What this file asks")
        self._card = QFrame()
        self._card.setObjectName("asked")
        self._list = QVBoxLayout(self._card)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._card)
        self._questions = QVBoxLayout()
        self._list.addWidget(self.head)
        self._list.addLayout(self._questions)
        desk.theme.changed.connect(self._dress)
        self._dress()

    def put(self, loaded: Loaded) -> None:
        """Show an item's questions and answers."""
        state = (loaded.number, loaded.item.questions, loaded.answers)
        if state == self._shown:
            return
        self._shown, self._number = state, loaded.number
        self._name = loaded.item.title or loaded.item.name
        while (entry := self._questions.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.controls = []
        given = dict(loaded.answers)
        asked = loaded.item.questions
        opened = [each for each in asked if each.key not in given]
        for question in (*opened, *(each for each in asked if each.key in given)):
            self._questions.addWidget(self._ask(question, given.get(question.key, "")))
        for key, value in given.items():
            if all(key != question.key for question in asked):
                self._questions.addWidget(self._answered(key, value))
        self._say(len(opened))
        self.setVisible(bool(asked or given))

    def follow(self, possible: bool) -> None:
        """Whether anything can be answered now."""
        for each in self.controls:
            each.setEnabled(possible)

    def _say(self, many: int) -> None:
        if many:
            self.head.setText("This file asks you something" if many == 1 else f"This file asks you {many} things")
        else:
            self.head.setText("You told how this file is to be read")
        set_role(self._card, "open" if many else "told", "state")
        self._dress()

    def _ask(self, question: Question, given: str) -> QWidget:
        if question.key in ("form", "columns") and (question.key == "columns" or _is_table(question)):
            return self._table(question, given)
        name = label(in_the_app(question.ask), "muted" if given else "", wrap=True)
        if question.choices:
            box = QComboBox()
            box.setAccessibleName(question.ask)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.addItem(_UNANSWERED, "")
            for value, meaning in question.choices:
                box.addItem(shown(meaning or value), value)
            if given and box.findData(given) < 0:
                box.addItem(shown(given[:_LONGEST]), given)
            box.setCurrentIndex(max(0, box.findData(given)))
            box.activated.connect(lambda _: self._answer(question.key, str(box.currentData()), given))
            self.controls.append(box)
            return column(name, box, gap=self._desk.theme.px(4))
        field = Field(question.ask)
        field.setPlaceholderText("Type, then press Enter")
        if question.key == "zone":
            complete_zones(field, self._desk.session.tasks)
        field.put(given, force=True)
        field.wanted.connect(lambda text: self._answer(question.key, text.strip(), given))
        self.controls.append(field)
        return column(name, field, gap=self._desk.theme.px(4))

    def _table(self, question: Question, given: str) -> QWidget:
        """A table that may be call detail: its columns are named in a dialog of their own."""
        px = self._desk.theme.px
        if question.key == "form" and given == _CALL_DETAIL:
            return self._answered("form", "calls and messages")
        if question.key == "columns":
            words = f"Its columns are read as “{_called(given)}” says." if given else "Which column of it is what?"
            buttons = [button("Change the columns…" if given else "Name the columns…", self._columns)]
        else:
            words = in_the_app(question.ask) if not given else "It is taken for a plain table."
            buttons = [button("Read as call detail…", self._columns)]
            if given:
                buttons.append(button("Take back", partial(self._answer, "form", "", given)))
            else:
                buttons.append(button("It is a plain table", partial(self._answer, "form", "plain", given)))
        self.controls += buttons
        return column(label(words, wrap=True), *(row(each, None) for each in buttons), gap=px(4))

    def _answered(self, key: str, value: str) -> QWidget:
        told = _called(value) if key == "columns" else value
        told = told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
        words = label(f"{_NAMES.get(key, key.capitalize())}: {told}", "muted", wrap=True)
        back = button("Take back", partial(self._answer, key, "", value))
        back.setAccessibleName(f"Take back the answer: {_NAMES.get(key, key)}")
        self.controls.append(back)
        return row(words, back, gap=self._desk.theme.px(6))

    def _columns(self) -> None:
        from ui.dialogs.mapping import MappingDialog

        MappingDialog(self._desk, self._number, self._name, self.window()).open()

    def _answer(self, key: str, value: str, before: str) -> None:
        if value == before or not self._desk.session.writable:
            return
        answer(self._desk, self._number, {key: value})

    def _dress(self) -> None:
        """A frame around what is asked, with a bar in the colour of warnings while it is open."""
        px, colours = self._desk.theme.px, self._desk.theme.colours
        side = colours.warn if self._card.property("state") == "open" else colours.line
        self._card.setStyleSheet(
            f"#asked {{ background: {colours.base}; border: 1px solid {colours.line}; border-left: {px(3)}px solid "
            f"{side}; border-radius: {px(5)}px; }}"
        )
        self._list.setContentsMargins(px(10), px(8), px(10), px(10))
        self._list.setSpacing(px(8))
        self._questions.setSpacing(px(10))


def _is_table(question: Question) -> bool:
    return any(value == _CALL_DETAIL for value, _ in question.choices)


def _called(value: str) -> str:
    """The name of the mapping that an answer holds."""
    try:
        return shown(str(json.loads(value)["name"]))[:_LONGEST]
    except (ValueError, KeyError, TypeError):
        return "the mapping given"


def answer(desk: Desk, number: str, answers: dict[str, str], then: Callable[[], None] | None = None) -> None:
    """Keep a person's answers about an item and read it again."""

    def deed(case: Case, job: Job) -> object:
        from evidencekit.reread import answer_questions

        return answer_questions(case, number, answers, job)

    parts = [Part.ITEMS, Part.WORDS]
    desk.session.act(f"Reading {number} again", deed, parts, lambda _: then() if then is not None else None)
