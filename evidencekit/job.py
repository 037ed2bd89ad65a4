"""Long work reports progress and can be cancelled through one call."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from evidencekit.errors import Cancelled

T = TypeVar("T")
_PATIENCE = 0.1  # seconds between two looks whether a person cancelled

Report = Callable[[int, int, str], None]


def _silent(done: int, total: int, what: str) -> None:
    del done, total, what


class Job:
    """Handed to every piece of long work; the command line draws it as a bar, the app as a signal.

    ``report`` gets (done, total, what); ``total`` 0 means unknown. ``cancelled`` is asked at every step.
    """

    def __init__(self, report: Report = _silent, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._report = report
        self._cancelled = cancelled

    def step(self, done: int, total: int, what: str) -> None:
        """Report progress. Raises :class:`Cancelled` when a person asked to stop."""
        if self._cancelled():
            raise Cancelled
        self._report(done, total, what)

    def wait(self, future: Future[T], done: int, total: int, what: str) -> T:
        """A future's result, staying cancellable while it is worked on elsewhere."""
        while True:
            self.step(done, total, what)
            try:
                return future.result(timeout=_PATIENCE)
            except TimeoutError:
                if future.done():
                    raise
