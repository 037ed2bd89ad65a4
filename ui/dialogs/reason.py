"""Why something is held back, let go or given back: asked before it is entered in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from evidencekit.casefile import Case
from evidencekit.errors import Cancelled, EvidenceKitError
from evidencekit.job import Job
from evidencekit.model import Part
from ui.advice import in_the_app
from ui.desk import Desk
from ui.widgets import Snug, button, label, row, shown_lines

_LONGEST = 500  # characters of a reason
_DEEDS: dict[Part | str, tuple[str, str]] = {
    Part.WHOLE: ("Withhold", "Neither the file nor its pages nor its words leave the office."),
    Part.NATIVE: ("Withhold the native file", "Its pages and words go, the file itself stays."),
    "disclose": ("Disclose", "It goes with what was found in it. What else is protected in it still stops it."),
    "anew": ("Ask anew", "What was let go of it is asked about again when a production is prepared."),
    "back": ("Give back", "It goes with the next production, unless something protected is found in it."),
}
PRINTED = (
    "The reason is printed in the letter of every production and in the production log: the other side reads it. Write "
    "nothing in it that must not leave."
)
KEPT = "The reason is kept with the record; no letter prints it, only reports that stay in the office."


class Deciding(Snug):
    """A dialog that stays until what is decided in it is entered: ``deciding`` asks for that. ``wrong`` says why it was
    refused; what was typed stands there still."""

    deciding = Signal()
    entered = Signal()

    def refuse(self, error: BaseException) -> None:
        """Say why it cannot be entered so."""
        if isinstance(error, EvidenceKitError):
            where = f"{error.item}: " if error.item else ""
            self.say_wrong(f"{where}{error.what} {in_the_app(error.todo)}")

    def say_wrong(self, text: str) -> None:
        """Say what is wrong, or nothing."""
        self.wrong.setText(shown_lines(text))
        self.wrong.setVisible(bool(text))
        self.fit()

    wrong: QLabel
    go: QPushButton


def enter_by(dialog: Deciding, desk: Desk, deed: Callable[[], Callable[[Case, Job], Any]]) -> None:
    """Enter what is decided in a dialog, by what ``deed`` gives when it is asked for."""

    def come(_: object) -> None:
        dialog.entered.emit()
        dialog.accept()

    def failed(error: BaseException) -> None:
        dialog.go.setEnabled(True)
        if isinstance(error, EvidenceKitError | Cancelled):
            dialog.refuse(error)
        else:
            desk.session.tasks.trouble.emit(error)

    def go() -> None:
        if desk.session.writable:
            dialog.go.setEnabled(False)
            desk.session.act("Entering the decision", deed(), (), come, failed)

    dialog.deciding.connect(go)


class ReasonDialog(Deciding):
    """Asks why items are held back, let go although something protected is in them, or given back. ``deed`` is the
    part that is held back, ``disclose``, ``back`` or ``anew``; ``reason`` is what was said."""

    def __init__(
        self, desk: Desk, deed: Part | str, numbers: Sequence[str], parent: QWidget | None = None, what: str = ""
    ) -> None:
        super().__init__(parent)
        px = desk.theme.px
        verb, meaning = _DEEDS[deed]
        self.setWindowTitle(verb)
        self.setMinimumWidth(px(480))
        self.words = QPlainTextEdit()
        self.words.setAccessibleName("Why")
        self.words.setTabChangesFocus(True)
        self.words.setAcceptDrops(False)
        self.words.setFixedHeight(px(72))
        self.wrong = label("", "bad", wrap=True, name="What is wrong")
        self.wrong.hide()
        self.go = button("Enter", self.deciding.emit, primary=True)
        self.go.setDefault(True)
        many = numbers[0] if len(numbers) == 1 else f"{len(numbers):,} items"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label(f"{verb}: {many}", "heading", wrap=True))
        if what:
            layout.addWidget(label(what, wrap=True, name="What was found"))
        layout.addWidget(label(meaning, wrap=True))
        layout.addWidget(label("Why", "strong"))
        layout.addWidget(self.words)
        layout.addWidget(self.wrong)
        layout.addWidget(label(PRINTED if isinstance(deed, Part) else KEPT, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.words.textChanged.connect(self._look)
        self._look()
        self.words.setFocus()

    @property
    def reason(self) -> str:
        return self.words.toPlainText().strip()

    def _look(self) -> None:
        over = len(self.reason) > _LONGEST
        self.go.setEnabled(bool(self.reason) and not over)
        told = f"At most {_LONGEST} characters." if over else ""
        if self.wrong.text() != told:
            self.say_wrong(told)
