"""Typing fields into the search of the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidencekit.casefile import write_case
from evidencekit.catalog.contacts import replace_contacts
from evidencekit.custody.keys import Home
from evidencekit.model import Channel, Contact, Zone
from ui.views.items import ItemsView
from ui.window import Window

Opened = Callable[[Path], Window]


@pytest.fixture
def items(reopened: Opened, filled_case: Path, home: Home) -> ItemsView:
    """Four items, one of which holds a message."""
    when = "2026-01-06T20:00:00-08:00"
    said = Contact(
        "message 12",
        Channel.TEXT,
        when,
        when,
        Zone.STATED,
        "Marc",
        (),
        False,
        body="I saw\nthe marigold by the <b>door",
    )
    with write_case(filled_case, home, "A. Rivera") as case, case.catalog.write() as connection:
        replace_contacts(connection, "ITEM-0004", [said])
    view = reopened(filled_case).view("items")
    assert isinstance(view, ItemsView)
    return view


def look_for(view: ItemsView, qtbot: QtBot, words: str) -> list[str]:
    window = view.window()
    assert isinstance(window, Window)
    with qtbot.waitSignal(view.model.came, timeout=20_000):
        window.search.setText(words)
        if not view.model.waiting:
            view.model.came.emit()
    qtbot.waitUntil(lambda: not view.model.waiting and window.session.tasks.pending == 0, timeout=20_000)
    return view.model.numbers(0, view.model.rowCount() - 1)


def test_a_message_is_shown_with_its_place_under_the_item_it_is_in(items: ItemsView, qtbot: QtBot) -> None:
    assert look_for(items, qtbot, "from:marc marig") == ["ITEM-0004"]
    parts = items.model.hit(0)
    assert parts[0] == ("message 12: ", False)
    assert ("marigold", True) in parts
    assert "".join(text for text, _ in parts) == "message 12: I saw the marigold by the <b>door"


def test_what_is_not_understood_is_said_gently_and_hides_nothing(items: ItemsView, qtbot: QtBot) -> None:
    assert len(look_for(items, qtbot, "kind:pigeon ")) == 4
    assert "“pigeon” is nothing for “kind:”" in items.bar.faults.text()
    assert items.bar.faults.isVisible()
    assert look_for(items, qtbot, "kind:document -marigold after:2020 has:contact OR kind:other ") == []
    assert not items.bar.faults.isVisible()
    assert len(look_for(items, qtbot, "before:")) == 4
    assert "needs a value" in items.bar.faults.text()
