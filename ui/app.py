"""The desktop app's entry point."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from evidencekit.custody.keys import Home, default_home
from evidencekit.errors import EvidenceKitError
from ui.passphrase import Passphrases

if TYPE_CHECKING:
    from ui.window import Window


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the app, opening the case named first, if any. Returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")  # what it tells names paths of previews
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("EvidenceKit")
    app.setDesktopFileName("evidencekit")
    passphrases = Passphrases()
    window = make_window(app, Home(default_home(), ask=passphrases.ask))
    passphrases.attach(window)
    sys.excepthook = lambda kind, error, trace: _tell(window, error, trace)
    window.show()
    if given:
        window.open_case(Path(given[0]))
    with _closed_by_signals(window):
        code = app.exec()
    passphrases.end()
    window.session.tasks.close()
    return code


def make_window(app: QApplication, home: Home) -> Window:
    """The window of a person with that home; broken settings are said, and left as they are."""
    from ui.session import Session
    from ui.settings import Settings
    from ui.tasks import Tasks
    from ui.theme import Theme
    from ui.window import Window

    try:
        tasks = Tasks()
        settings = Settings(home, tasks)
    except EvidenceKitError as error:
        from ui.dialogs.trouble import TroubleDialog

        TroubleDialog(error, Theme(app)).exec()
        raise SystemExit(error.exit_code) from error
    theme = Theme(app, settings.mode, settings.scale)
    app.setWindowIcon(theme.icon("fingerprint", "accent"))
    return Window(Session(home, tasks), theme, settings)


def _tell(window: Window, error: BaseException, trace: TracebackType | None) -> None:
    """An error that nothing expected: said in the dialog, and on stderr for whoever looks there."""
    sys.__excepthook__(type(error), error, trace)
    if isinstance(error, Exception):
        window.trouble(error)


@contextlib.contextmanager
def _closed_by_signals(window: Window) -> Iterator[None]:
    """Interrupt and terminate close the window as a person would, without asking.

    Python writes the signal to the wake-up socket and Qt's loop takes it from there. The handler itself does nothing:
    it may run in the middle of anything, even of what holds a lock that closing needs.
    """
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)

    def leave() -> None:
        if {signal.SIGINT, signal.SIGTERM} & set(reading.recv(64)):
            window.leave()

    notifier.activated.connect(leave)
    before = [(each, signal.signal(each, lambda *_: None)) for each in (signal.SIGINT, signal.SIGTERM)]
    waking = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(waking)
        for number, handler in before:
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reading.close()
        writing.close()
