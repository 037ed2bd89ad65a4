"""The system's signals close the window as a person would."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.casefile import Case, write_case
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from ui.app import _closed_by_signals
from ui.window import Window

Opened = Callable[[Path], Window]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_taken_up_by_the_loop_and_never_in_the_middle_of_something(
    window: Window, qtbot: QtBot, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    with _closed_by_signals(window):
        signal.raise_signal(number)
        assert window.isVisible()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    assert signal.getsignal(number) is before


def test_a_signal_while_a_case_is_being_opened_leaves_it_free(
    window: Window, qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    with _closed_by_signals(window):
        window.open_case(filled_case)
        signal.raise_signal(signal.SIGTERM)
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    write_case(filled_case, home, "A. Rivera").close()  # the lock was given up


def test_a_signal_is_obeyed_while_closing_is_asked_about(
    window: Window, qtbot: QtBot, opened: Opened, filled_case: Path
) -> None:
    opened(filled_case)

    def work(case: Case, job: Job) -> None:
        while True:
            job.step(0, 0, "Working")

    window.session.act("Working", work, [])
    window.close()
    with _closed_by_signals(window):
        signal.raise_signal(signal.SIGTERM)
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
