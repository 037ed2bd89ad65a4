"""A viewer of its own over a real case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.catalog import browse
from ui.desk import Desk
from ui.views.viewer import Viewer


def row_of(desk: Desk, name: str) -> browse.Row:
    """The row of the item with that name in the case that is open there."""
    with desk.session.open_case.catalog.read() as connection:
        found = browse.rows(connection, browse.matching(connection, browse.Filter()))
    return next(each for each in found if each.name == name)


@pytest.fixture
def desk(desk_over: Callable[[Path], Desk], new_case: Path) -> Callable[[], Desk]:
    """The desk at which this test's case is open; opened when it is first asked for."""
    made: list[Desk] = []

    def act() -> Desk:
        if not made:
            made.append(desk_over(new_case))
        return made[0]

    return act


@pytest.fixture
def row(desk: Callable[[], Desk]) -> Callable[[str], browse.Row]:
    """The row of the item with that name in this test's case."""
    return lambda name: row_of(desk(), name)


@pytest.fixture
def show(desk: Callable[[], Desk], take: Callable[..., object], new_case: Path, qtbot: QtBot) -> Callable[..., Viewer]:
    """Takes files in, opens the case and shows the first of them, or that of a name: ``show(*paths, name=…)``. With
    ``at``, a desk at which a case is open already."""

    def act(*paths: Path, name: str = "", at: Desk | None = None) -> Viewer:
        if paths:
            take(new_case, *paths)
        where = at or desk()
        viewer = Viewer(where)
        qtbot.addWidget(viewer)
        viewer.resize(700, 600)
        viewer.show()
        viewer.show_item(row_of(where, name or paths[0].name))
        return viewer

    return act
