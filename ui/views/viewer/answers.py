"""Futures of the core, answered on the GUI thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from evidencekit.errors import Cancelled

Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Answers(QObject):
    """Waits for futures without blocking. What was cancelled, by us or by the closing of the case, is never told."""

    _came = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Queued even when the future is done already: who asks is told only after it has finished asking.
        self._came.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def watch(self, future: Future[Any], done: Done, failed: Failed) -> None:
        """Call ``done(result)`` or ``failed(error)`` on the GUI thread when the future ends."""

        def ended(future: Future[Any]) -> None:
            with contextlib.suppress(RuntimeError):  # the widget has gone
                self._came.emit(future, done, failed)

        future.add_done_callback(ended)

    def _tell(self, future: Future[Any], done: Done, failed: Failed) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        elif not isinstance(error, Cancelled):
            failed(error)
