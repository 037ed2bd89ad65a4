"""The seal of the case in the status bar, and sealing by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.casefile import read_case
from evidencekit.casefile.checks import seal_name
from evidencekit.custody.keys import Home
from ui.views.custody import CustodyView
from ui.window import Window

Opened = Callable[..., Window]


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0 and window.session.work is None, timeout=60_000)


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """In the window that these tests share."""
    return reopened


def test_the_status_bar_tells_the_seal_and_sealing_changes_it(
    filled_case: Path, opened: Opened, qtbot: QtBot, home: Home
) -> None:
    window = opened(filled_case)
    settle(window, qtbot)
    case = window.session.open_case
    assert window.seal.text() == f"{case.unsealed} lines to seal"
    window.actions_made["custody.seal"].trigger()
    settle(window, qtbot)
    assert window.seal.text() == "sealed"
    assert case.unsealed == 0
    assert (filled_case / "seals" / seal_name(case.size)).read_bytes() == (filled_case / "checkpoint").read_bytes()
    size = case.size
    window.actions_made["custody.seal"].trigger()
    settle(window, qtbot)
    assert case.size == size  # nothing new, nothing logged
    window.show_page("items")
    window.seal.click()
    view = window.views["custody"]
    assert isinstance(view, CustodyView)
    assert window.pages.currentWidget() is view
    assert view.tabs.currentWidget() is view.checkpoint
    window.session.close()
    settle(window, qtbot)
    assert window.seal.isHidden()


def test_closing_a_case_seals_it_and_only_looking_does_not(
    filled_case: Path, opened: Opened, qtbot: QtBot, home: Home
) -> None:
    window = opened(filled_case)
    settle(window, qtbot)
    size = window.session.open_case.size
    for _ in range(2):
        window.session.close()
        settle(window, qtbot)
        with read_case(filled_case, home) as looked:
            assert (looked.size, looked.unsealed, looked.findings) == (size + 1, 0, [])
        window.session.open(filled_case)
        settle(window, qtbot)


def test_another_person_finds_the_work_of_the_first_one_sealed(filled_case: Path, opened: Opened, qtbot: QtBot) -> None:
    window = opened(filled_case)
    settle(window, qtbot)
    case = window.session.open_case
    size = case.size
    window.session.act_as("B. Ng, clerk")
    settle(window, qtbot)
    assert (case.size, case.unsealed, window.seal.text()) == (size + 1, 0, "sealed")
    window.session.act_as("B. Ng, clerk")
    settle(window, qtbot)
    assert case.size == size + 1
