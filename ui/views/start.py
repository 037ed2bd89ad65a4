"""The start screen."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desk import Desk
from ui.widgets import action_button, row


class StartView(QWidget):
    """Recent cases, new case, open, and the sample case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        layout = QVBoxLayout(self)
        layout.addWidget(
            row(None, *[action_button(desk.actions[n]) for n in ("case.new", "case.open", "case.sample")], None)
        )

    def refresh(self) -> None:
        """Show the recent cases as they are now."""

    def try_sample(self) -> None:
        """Make the sample case and open it."""
