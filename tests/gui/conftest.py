"""The windows are drawn without a display, unless one is asked for; a real session over real cases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the app. What Qt's sound says while its parts are being loaded would wait for Python to take it down, which may
# wait for a part that it loads itself on another thread.
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from evidencekit.custody.keys import Home
from evidencekit.demo.tour import run_tour
from evidencekit.job import Job
from ui.session import Session
from ui.settings import Settings
from ui.tasks import Tasks
from ui.theme import Mode, Theme
from ui.window import Window

Opened = Callable[[Path], Window]

# A machine that does much else answers late; nothing is slower for it where it does not.
for _waiting in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    assert _waiting.__kwdefaults__ is not None
    _waiting.__kwdefaults__["timeout"] = 60_000


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, home: Home) -> Iterator[Window]:
    """The window without a case, in the light theme. Errors nobody expects fail the test at its end."""
    tasks = Tasks()
    session = Session(home, tasks, "A. Rivera, advocate")
    settings = Settings(home, tasks)
    settings.background = False  # else every test would read its case's pictures
    made = Window(session, Theme(qapp, Mode.LIGHT), settings)
    made.resize(1440, 900)
    qtbot.addWidget(made, before_close_func=_leave(qtbot))
    made.show()
    yield made
    _leave(qtbot)(made)
    session.tasks.close()


def _leave(qtbot: QtBot) -> Callable[[Window], None]:
    def leave(window: Window) -> None:
        if isValid(window) and window.isVisible():  # pytest-qt may have taken it away by now
            window.leave()
            qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)

    return leave


@pytest.fixture
def opened(window: Window, qtbot: QtBot) -> Opened:
    """Opens a case in the window and waits until everything that it asked for has come."""

    def open_case(folder: Path) -> Window:
        with qtbot.waitSignal(window.session.opened, timeout=30_000):
            window.open_case(folder)
        settle(qtbot, window)
        return window

    return open_case


def settle(qtbot: QtBot, window: Window) -> None:
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=60_000)


@pytest.fixture(scope="session")
def told_story(made_together: Callable[..., Any]) -> Path:
    """A small sample case with every kind of item, exhibits, a chronology and notes; copy it before changing it."""

    def make(folder: Path) -> Path:
        return run_tour(folder, Home(folder / "teller"), Job(), lambda words: None, items=24, printed=False).case

    made: Path = made_together("told-story", make)
    return made


@pytest.fixture
def sample_case(told_story: Path, tmp_path: Path) -> Path:
    """One's own copy of the small sample case."""
    return Path(shutil.copytree(told_story, tmp_path / "sample"))
