"""Passphrases of keys, asked for at the window whenever a signature needs one, whichever thread it is made in."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QApplication

from evidencekit.model import Person

if TYPE_CHECKING:
    from ui.window import Window


class Passphrases(QObject):
    """:meth:`ask` is what the user's folder is given; ``window`` shows the question, and until there is one nobody is
    asked."""

    _wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.window: Window | None = None
        self._wanted.connect(self._show)

    def ask(self, person: Person) -> str | None:
        """Ask for the passphrase of that person's key and wait for it; None when it is not given."""
        if self.window is None:
            return None
        answer: Future[str | None] = Future()
        app = QApplication.instance()
        if app is None or QThread.currentThread() is app.thread():
            self._ask_now(person, answer)
        else:
            self._wanted.emit(person, answer)
        return answer.result()

    def _show(self, person: Person, answer: Future[str | None]) -> None:
        from ui.dialogs.passphrase import PassphraseDialog

        window = self.window
        if window is None:
            answer.set_result(None)
            return
        dialog = PassphraseDialog(person, window.theme, window)
        dialog.finished.connect(lambda code: answer.set_result(dialog.passphrase if code else None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_now(self, person: Person, answer: Future[str | None]) -> None:
        """On the GUI thread itself the question cannot be waited for without showing it here."""
        from ui.dialogs.passphrase import PassphraseDialog

        assert self.window is not None
        dialog = PassphraseDialog(person, self.window.theme, self.window)
        answer.set_result(dialog.passphrase if dialog.exec() else None)
        dialog.deleteLater()
