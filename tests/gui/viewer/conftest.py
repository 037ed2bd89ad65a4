"""A viewer of its own over a real case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.catalog import browse
from ui.views.viewer import Viewer
from ui.window import Window


@pytest.fixture
def row(window: Window) -> Callable[[str], browse.Row]:
    """The row of the item with that name in the open case."""

    def find(name: str) -> browse.Row:
        with window.session.open_case.catalog.read() as connection:
            found = browse.rows(connection, browse.matching(connection, browse.Filter()))
        return next(each for each in found if each.name == name)

    return find


@pytest.fixture
def show(
    opened: Callable[[Path], Window],
    take: Callable[..., object],
    row: Callable[[str], browse.Row],
    new_case: Path,
    qtbot: QtBot,
) -> Callable[..., Viewer]:
    """Takes files in, opens the case and shows the first of them, or that of a name: ``show(*paths, name=…)``."""

    def act(*paths: Path, name: str = "") -> Viewer:
        take(new_case, *paths)
        viewer = Viewer(opened(new_case).desk)
        qtbot.addWidget(viewer)
        viewer.resize(700, 600)
        viewer.show()
        viewer.show_item(row(name or paths[0].name))
        return viewer

    return act
