"""Showing a folder of ours in the system's file manager."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def reveal(path: Path) -> None:
    """Show a folder of ours in the system's file manager; nothing received is ever opened."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
