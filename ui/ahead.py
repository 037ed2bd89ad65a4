"""Makes the pages before they are wanted, a little at a time, while nobody waits."""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from ui.pages import PAGES, Page
from ui.session import Session

_REST = 60  # milliseconds between two steps, in which the window answers


class Ahead(QObject):
    """Makes the first page as soon as the window is there, the others once a case is open and nothing is under way.

    ``make`` makes a page by its name, and does nothing where it is there already; what a page is made of is loaded
    before, piece by piece.
    """

    def __init__(self, session: Session, make: Callable[[str], object]) -> None:
        super().__init__()
        self._session = session
        self._resting = False
        self._first = deque(_steps(PAGES[0], make))
        self._others = deque(step for page in PAGES[1:] for step in _steps(page, make))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._timer.start(0)
        session.opened.connect(lambda: self._timer.start(_REST))

    @property
    def done(self) -> bool:
        """Whether every page is made."""
        return not self._first and not self._others

    def rest(self) -> None:
        """Make nothing more, until :meth:`go_on`."""
        self._resting = True

    def go_on(self) -> None:
        """Make what is not made yet."""
        self._resting = False
        self._timer.start(_REST)

    def _step(self) -> None:
        if self._resting:
            self._timer.stop()
        elif self._first:
            self._first.popleft()()
        elif self._session.case is None or not self._others:
            self._timer.stop()
        elif not self._session.tasks.pending and not self._session.busy:
            self._others.popleft()()


def _steps(page: Page, make: Callable[[str], object]) -> list[Callable[[], object]]:
    loads = [partial(importlib.import_module, each) for each in page.modules]
    return [*loads, partial(make, page.name)]
