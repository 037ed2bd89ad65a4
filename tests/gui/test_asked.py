"""What a file leaves open, asked in the details: answered, taken back, asked again, and found in the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from evidencekit.catalog.tables import contacts
from tests.conftest import TakeIn
from tests.gui.conftest import Opened, settle
from ui.dialogs.mapping import MappingDialog
from ui.theme import Mode
from ui.views.details.asked import AskedSection
from ui.window import Window

CHAT = """\
[01/02/2026, 09:01:00] Marc: Are you home?
[03/04/2026, 09:03:00] Mara: Leave me alone
[05/06/2026, 09:05:00] Marc: I saw your light
"""
CALLS = "Date,Time,Calling Number,Called Number,Duration\n01/06/2026,15:12:05,15550178834,15550142210,0:31\n"


@pytest.fixture
def asking(tmp_path: Path, new_case: Path, take: TakeIn) -> Path:
    """A case with a chat whose dates can be read in two ways, a carrier's table, and a note that asks nothing."""
    folder = tmp_path / "phone"
    folder.mkdir()
    (folder / "WhatsApp Chat with Marc.txt").write_text(CHAT)
    (folder / "calls.csv").write_text(CALLS)
    (folder / "note.txt").write_text("Nothing to ask.\n")
    take(new_case, folder)
    return new_case


def times(window: Window) -> list[str | None]:
    with window.session.open_case.catalog.read() as connection:
        return list(connection.execute(select(contacts.c.when).order_by(contacts.c.id)).scalars())


def sides(window: Window) -> list[bool | None]:
    with window.session.open_case.catalog.read() as connection:
        return list(connection.execute(select(contacts.c.outgoing).order_by(contacts.c.id)).scalars())


def shown(window: Window, qtbot: QtBot, number: str) -> AskedSection:
    view: Any = window.view("items")
    view.show_item(number)
    qtbot.waitUntil(lambda: view.details.loaded is not None and view.details.loaded.number == number, timeout=20_000)
    settle(qtbot, window)
    asked: AskedSection = view.details.about.asked
    return asked


def choose(asked: AskedSection, words: str, value: str) -> None:
    box = next(each for each in asked.controls if isinstance(each, QComboBox) and words in each.accessibleName())
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def words(asked: AskedSection) -> list[str]:
    return [each.text() for each in asked.findChildren(QLabel) if each.isVisibleTo(asked)]


def test_an_answer_gives_the_messages_their_times_and_can_be_taken_back(
    window: Window, opened: Opened, asking: Path, qtbot: QtBot
) -> None:
    opened(asking)
    asked = shown(window, qtbot, "ITEM-0001")
    assert asked.head.text() == "This file asks you 3 things"
    assert times(window) == [None, None, None]
    choose(asked, "order", "dmy")
    qtbot.waitUntil(lambda: (times(window)[0] or "").startswith("2026-02-01T09:01:00"), timeout=20_000)
    settle(qtbot, window)
    assert asked.head.text() == "This file asks you 2 things"
    choose(asked, "Whose phone", "Mara")
    qtbot.waitUntil(lambda: sides(window) == [False, True, False], timeout=20_000)
    settle(qtbot, window)
    choose(asked, "order", "")
    qtbot.waitUntil(lambda: times(window) == [None, None, None], timeout=20_000)
    settle(qtbot, window)
    assert asked.head.text() == "This file asks you 2 things"
    zone = next(each for each in asked.controls if isinstance(each, QLineEdit))
    assert zone.completer() is not None
    note = shown(window, qtbot, "ITEM-0003")
    assert not note.isVisible()


def test_a_table_that_may_be_call_detail_leads_to_its_columns_or_is_plain_and_what_asks_is_found(
    window: Window, opened: Opened, asking: Path, qtbot: QtBot
) -> None:
    opened(asking)
    view: Any = window.view("items")
    toggle = view.bar.toggles["asks"]
    assert toggle.text() == "Asks something  2"
    toggle.click()
    qtbot.waitUntil(lambda: view.model.rowCount() == 2, timeout=20_000)
    asked = shown(window, qtbot, "ITEM-0002")
    window.theme.choose(Mode.DARK, 1.5)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: 0 < asked.width() <= view.details._about_area.viewport().width(), timeout=5_000)
    window.theme.choose(Mode.LIGHT, 1.0)
    read, plain = (each for each in asked.controls if isinstance(each, QPushButton))
    read.click()
    dialog = next(each for each in window.findChildren(MappingDialog) if each.isVisible())
    assert dialog.number == "ITEM-0002"
    dialog.reject()
    plain.click()
    qtbot.waitUntil(lambda: view.model.rowCount() == 1, timeout=20_000)
    qtbot.waitUntil(lambda: toggle.text() == "Asks something  1", timeout=20_000)
    toggle.click()
    asked = shown(window, qtbot, "ITEM-0002")
    qtbot.waitUntil(lambda: "What kind of file it is: plain" in words(asked), timeout=20_000)
    assert asked.head.text() == "You told how this file is to be read"
    next(each for each in asked.controls if isinstance(each, QPushButton) and each.text() == "Take back").click()
    qtbot.waitUntil(lambda: asked.head.text() == "This file asks you something", timeout=20_000)
