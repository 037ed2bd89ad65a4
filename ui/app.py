"""The desktop app's entry point."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ui.window import Window


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the app, opening the case named first, if any. Returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("EvidenceKit")
    app.setStyle("Fusion")
    window = Window()
    window.show()
    if given:
        window.open_case(Path(given[0]))
    return app.exec()
