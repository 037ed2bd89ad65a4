"""Why something is held back, let go or given back: asked before it is entered in the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from evidencekit.model import Part
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
_PRINTED = "The reason is kept with the record and printed in the letter: write nothing in it that must not leave."
_KEPT = "The reason is kept with the record, and never leaves."


class ReasonDialog(Snug):
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
        self.go = button("Enter", self.accept, primary=True)
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
        layout.addWidget(label(_PRINTED if isinstance(deed, Part) else _KEPT, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.words.textChanged.connect(self._look)
        self._look()
        self.words.setFocus()

    @property
    def reason(self) -> str:
        return self.words.toPlainText().strip()

    def _look(self) -> None:
        over = len(self.reason) - _LONGEST
        self.go.setEnabled(bool(self.reason) and over <= 0)
        if (over > 0) != (not self.wrong.isHidden()):
            self.wrong.setText(shown_lines(f"At most {_LONGEST} characters."))
            self.wrong.setVisible(over > 0)
            self.fit()
