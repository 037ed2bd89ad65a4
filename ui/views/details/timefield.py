"""Where a person says when something happened, in their own words; how they are understood stands below."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidencekit.errors import EvidenceKitError, UsageError
from evidencekit.moments import When, parse_when
from ui.theme import Theme
from ui.views.details.pieces import Field
from ui.views.details.wording import understood
from ui.widgets import label, set_role, shown_lines

_SHORT = "Write it as “4 March 2026”, “about 9 pm on 4 March 2026” or “early March 2026”."


class TimeField(QWidget):
    """``field`` takes the words, ``told`` says what they mean or why they cannot be read. ``wanted`` gives words that
    can be read, or none to take a time back; what cannot be read never leaves. ``leaving`` as in :class:`Field`."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, zone: str = "UTC", *, leaving: bool = True) -> None:
        super().__init__()
        self.zone = zone
        self.field = Field("Time in your own words", leaving=leaving)
        self.field.setPlaceholderText("early March 2026")
        self.field.setToolTip("A date, a time, or words such as “about 9 pm on 4 March 2026”. Enter keeps it.")
        self.told = label("", "small", wrap=True, name="How it is understood")
        self._saved = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.field)
        layout.addWidget(self.told)
        self.field.textChanged.connect(self.read)
        self.field.wanted.connect(self._want)
        self.read()

    def put(self, words: str, *, force: bool = False) -> None:
        """Show the words that are kept."""
        self._saved = words
        self.field.put(words, force=force)
        self.read()

    def refuse(self, error: BaseException) -> None:
        """Say why what was typed is not kept after all."""
        told = f"{error.what} {_SHORT}" if isinstance(error, EvidenceKitError) else str(error)
        self._say(f"Not kept. {told}", "bad")

    def when(self) -> When | None:
        """What is typed, understood; None when nothing is typed or it cannot be read."""
        try:
            return parse_when(self.field.text(), self.zone)
        except UsageError:
            return None

    def read(self) -> None:
        """Say how what is typed is understood."""
        text = self.field.text()
        if not text.strip():
            self._say("", "small")
            return
        try:
            when = parse_when(text, self.zone)
        except UsageError as error:
            self._say(f"{error.what} {_SHORT}", "bad")
        else:
            told = understood(when, self.zone)
            self._say(f"Understood as {told}" if told else "", "warn" if when.note else "small")

    def _say(self, text: str, role: str) -> None:
        self.told.setText(shown_lines(text))
        self.told.setAccessibleName(f"How it is understood: {text}" if text else "How it is understood")
        self.told.setVisible(bool(text))
        set_role(self.told, role)

    def _want(self, typed: str) -> None:
        if typed.strip() and self.when() is None:
            self.field.refused(self._saved)
            self.read()
            self.told.setText(shown_lines(f"Not kept. {self.told.text()}"))
            return
        self.wanted.emit(typed.strip())
