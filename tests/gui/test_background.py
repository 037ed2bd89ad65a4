"""Work in the background of the app: by itself, beside everything else, paused, stopped, over when a case closes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.catalog import derivatives
from evidencekit.demo.canvas import Pencils
from tests.conftest import TakeIn
from tests.gui.conftest import Opened, settle
from ui.background import How, told
from ui.parts import Changes, Part
from ui.views.background import BackgroundPanel
from ui.window import Window

SOON = 60_000


@pytest.fixture
def pictures(tmp_path: Path, new_case: Path, take: TakeIn) -> Path:
    """A case with a picture of words and a damaged one."""
    folder = tmp_path / "phone"
    folder.mkdir()
    image = Image.new("RGB", (700, 120), "white")
    ImageDraw.Draw(image).text((30, 30), "Meet me at 9:41 PM", fill="black", font=Pencils().font(44))
    image.save(folder / "a.png")
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes()[:40])
    take(new_case, folder)
    return new_case


def words(window: Window) -> str:
    with window.session.open_case.catalog.read() as connection:
        found = derivatives.recognised(connection, "ITEM-0001")
    return found.text if found else ""


def test_it_begins_by_itself_tells_what_it_does_and_what_it_could_not_do(
    window: Window, opened: Opened, pictures: Path, qtbot: QtBot
) -> None:
    heard: list[Changes] = []
    window.session.changed.connect(heard.append)
    window.settings.background = True
    opened(pictures)
    qtbot.waitUntil(lambda: window.background.how is How.WORKING, timeout=SOON)
    assert window.behind.isVisible()
    assert "of " in window.behind.text()
    window.behind.click()
    panel = window.behind.panel
    assert isinstance(panel, BackgroundPanel)
    assert panel.pause.text() == "Pause"
    with qtbot.waitSignal(window.session.changed, timeout=SOON):  # an edit is not held up meanwhile
        window.session.edit("Title", lambda case: edits.describe(case, "1", title="The note"), [Part.WORDS])
    qtbot.waitUntil(lambda: window.background.how is How.NOTHING, timeout=SOON)
    settle(qtbot, window)
    assert words(window) == "Meet me at 9:41 PM"
    assert any(each.touch(Part.DERIVED) and "ITEM-0001" in each.items for each in heard)
    assert not window.behind.isVisible()
    assert [each.number for each in window.background.failed if each.kind == "ocr"] == ["ITEM-0002"]
    assert panel.failed.topLevelItem(0).text(0) == "ITEM-0002"
    assert "cannot be looked at" in panel.why.text()
    panel.show_item.click()
    assert window.pages.currentWidget() is window.views["items"]


def test_it_begins_only_when_asked_where_that_is_wanted_and_is_over_when_the_case_closes(
    window: Window, opened: Opened, pictures: Path, qtbot: QtBot
) -> None:
    opened(pictures)
    assert window.background.how is How.WAITING
    assert window.background.waiting >= 2
    assert not window.background.running
    panel = BackgroundPanel(window.background, window.desk, window)
    qtbot.addWidget(panel)
    assert not panel.itself.isChecked()
    assert (panel.pause.text(), panel.stop.isEnabled()) == ("Begin", False)
    qtbot.mouseClick(panel.itself, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.background.running, timeout=SOON)
    assert window.settings.background
    task = window.background._task
    assert task is not None
    over: list[bool] = []
    window.session.close(lambda: over.append(task.over.is_set()))  # at once, and nothing runs behind its lock
    qtbot.waitUntil(lambda: bool(over), timeout=SOON)
    assert over == [True]
    assert not window.behind.isVisible()


def test_it_is_paused_by_a_person_and_by_long_work_and_stopped_for_good(
    window: Window, opened: Opened, pictures: Path, qtbot: QtBot
) -> None:
    background = window.background
    opened(pictures)
    background.pause()
    background.resume()
    qtbot.waitUntil(lambda: background.how is How.WORKING, timeout=SOON)
    background.pause()
    assert background.how.value == "paused"
    assert told(background).startswith("Background work paused")
    background.stop()
    qtbot.waitUntil(lambda: not background.running, timeout=SOON)
    assert background.how.value == "waiting"
    background.look()
    settle(qtbot, window)
    assert not background.running
    background.resume()
    qtbot.waitUntil(lambda: background.running, timeout=SOON)
    go = threading.Event()
    window.session.act("Long work", lambda case, job: go.wait(60), [])
    assert background.how.value == "paused"
    assert not background.held
    go.set()
    qtbot.waitUntil(lambda: background.how.value == "working", timeout=SOON)
