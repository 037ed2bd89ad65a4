"""The chronology page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desk import Desk
from ui.widgets import Empty


class ChronologyView(QWidget):
    """The chronology page; ``handlers`` do the actions that it owns."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.handlers: dict[str, Callable[[], Any]] = {}
        layout = QVBoxLayout(self)
        layout.addWidget(Empty(desk.theme, "inbox", "Chronology", ""))

    def show_item(self, number: str) -> None:
        """Choose an item and show it."""

    def search(self, words: str) -> None:
        """Show what holds these words."""
