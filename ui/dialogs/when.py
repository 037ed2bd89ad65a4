"""Saying when several items happened."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.views.details.timefield import TimeField
from ui.widgets import button, label, row


class WhenDialog(QDialog):
    """Asks for one time for many items. ``words`` is what was said, "" to take people's own times back."""

    words: str

    def __init__(self, theme: Theme, many: int, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Set the time")
        self.setMinimumWidth(theme.px(440))
        self.time = TimeField(theme, zone, leaving=False)
        self.time.wanted.connect(self.accept)
        self.time.field.textChanged.connect(self._follow)
        told = (
            f"It is set on all {many:,} items, in place of what was found in them or said of them before. "
            f"A time without an offset is taken in the case’s zone, {zone}."
        )
        self.back = button("Take back times", self._take_back, tip="Use the best time found in each item again")
        self.set = button("Set time", self.accept, primary=True)
        self.set.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(each) for each in (20, 18, 20, 16)))
        layout.setSpacing(theme.px(10))
        layout.addWidget(label(f"When did these {many:,} items happen?", "heading", wrap=True))
        layout.addWidget(self.time)
        layout.addWidget(label(told, "small", wrap=True))
        layout.addWidget(row(self.back, None, button("Cancel", self.reject), self.set))
        self._follow()
        self.time.field.setFocus()

    def _follow(self) -> None:
        self.set.setEnabled(self.time.when() is not None)

    def _take_back(self) -> None:
        self.words = ""
        super().accept()

    def accept(self) -> None:
        """Take the words when they can be read."""
        if self.time.when() is not None:
            self.words = self.time.field.text().strip()
            super().accept()
