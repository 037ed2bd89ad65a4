"""The exhibits page over a case without exhibits, and over one with two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.profile import load_profile
from tests.gui.exhibits_hand import ONE, TWO, Page
from ui.window import Window

Opened = Callable[..., Window]


@pytest.fixture
def marked_case(filled_case: Path, home: Home) -> Path:
    """Two exhibits are marked; two items are free."""
    with write_case(filled_case, home, "A. Rivera") as case:
        profile = load_profile("default")
        edits.mark_exhibit(case, [ONE], profile, title="The first note", witness="J. D.")
        edits.mark_exhibit(case, [TWO], profile, title="The second note")
    return filled_case


@pytest.fixture
def page(reopened: Opened, qtbot: QtBot, filled_case: Path) -> Page:
    """The page of a case without exhibits."""
    return Page(reopened(filled_case, "exhibits"), qtbot)


@pytest.fixture
def bound(reopened: Opened, qtbot: QtBot, marked_case: Path) -> Page:
    """The page of a case with two marked exhibits."""
    return Page(reopened(marked_case, "exhibits"), qtbot)
