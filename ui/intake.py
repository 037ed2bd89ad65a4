"""Taking files in from the window."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.desk import Desk


class Intake(QObject):
    """Takes files and folders dropped on the window or picked into the case."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self.desk = desk
