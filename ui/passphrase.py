"""Passphrases of keys, asked for at the window whenever a signature needs one, whichever thread it is made in."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QApplication

from evidencekit.model import Person

if TYPE_CHECKING:
    from ui.dialogs.passphrase import PassphraseDialog
    from ui.window import Window

_Answer = Future[str | None]


class Passphrases(QObject):
    """:meth:`ask` is what the user's folder is given. A window shows the question, and until there is one nobody is
    asked. Questions come one after the other; whoever waits for an answer gets None when the window is closed."""

    _wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.window: Window | None = None
        self._turn = threading.Lock()  # of those who ask from other threads
        self._guard = threading.Lock()
        self._waiting: dict[_Answer, PassphraseDialog | None] = {}
        self._over = False
        self._wanted.connect(self._show)

    def attach(self, window: Window) -> None:
        """Ask at this window from now on."""
        self.window = window
        window.leaving.connect(self.give_up)

    def ask(self, person: Person) -> str | None:
        """Ask for the passphrase of that person's key and wait for it; None when it is not given."""
        app = QApplication.instance()
        if app is not None and QThread.currentThread() is app.thread():
            return self._ask_here(person)
        with self._turn:
            answer: _Answer = Future()
            with self._guard:
                if self._over or self.window is None:
                    return None
                self._waiting[answer] = None
            self._wanted.emit(person, answer)
            return answer.result()

    def give_up(self) -> None:
        """Take the question that is open away, as one that is not answered."""
        for answer, dialog in list(self._waiting.items()):
            self._answer(answer, None)
            if dialog is not None:
                dialog.reject()

    def end(self) -> None:
        """Nobody is asked any more, and nobody waits."""
        with self._guard:
            self._over = True
        self.give_up()

    def _answer(self, answer: _Answer, passphrase: str | None) -> None:
        with self._guard:
            self._waiting.pop(answer, None)
            if not answer.done():
                answer.set_result(passphrase)

    def _show(self, person: Person, answer: _Answer) -> None:
        from ui.dialogs.passphrase import PassphraseDialog

        window = self.window
        if window is None or answer.done():  # it was given up on the way
            self._answer(answer, None)
            return
        dialog = PassphraseDialog(person, window.theme, window)
        self._waiting[answer] = dialog
        dialog.finished.connect(lambda code: self._answer(answer, dialog.passphrase if code else None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_here(self, person: Person) -> str | None:
        """On the GUI thread itself the question cannot be waited for without showing it here."""
        from ui.dialogs.passphrase import PassphraseDialog

        if self.window is None or self._over:
            return None
        dialog = PassphraseDialog(person, self.window.theme, self.window)
        given = dialog.passphrase if dialog.exec() else None
        dialog.deleteLater()
        return given
