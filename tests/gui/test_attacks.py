"""What must not happen: words lost on the way out, a window that cannot be closed, a fault said twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import read_case
from evidencekit.catalog.items import get_items
from evidencekit.custody.keys import Home
from ui.dialogs.settings import SettingsDialog
from ui.pages import PAGES
from ui.parts import Part
from ui.window import Window

Opened = Callable[[Path], Window]


def test_an_edit_outlives_closing_the_case_and_the_window_at_once(
    opened: Opened, qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    window = opened(filled_case)
    for title in ("first", "second", "last"):
        window.session.edit(
            "title", lambda case, title=title: edits.describe_items(case, ["ITEM-0001"], title=title), [Part.WORDS]
        )
    window.session.close()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    window.session.tasks.close()
    with read_case(filled_case, home) as case, case.catalog.read() as connection:
        assert get_items(connection, ["ITEM-0001"])["ITEM-0001"].title == "last"


def settle(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=60_000)


def _unwritable(home: Home) -> None:
    """From now on no settings can be kept, whoever runs this: the file's name is a folder's."""
    (home.folder / "settings.json").unlink(missing_ok=True)
    (home.folder / "settings.json").mkdir(parents=True)
    (home.folder / "settings.json" / "full").touch()


@pytest.fixture
def told(window: Window) -> list[BaseException]:
    """What was said to be wrong."""
    said: list[BaseException] = []
    window.session.tasks.trouble.disconnect(window.trouble)
    window.session.tasks.trouble.connect(said.append)
    return said


def test_settings_that_cannot_be_kept_are_said_once_and_stop_nobody(
    told: list[BaseException], opened: Opened, qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    _unwritable(home)
    window = opened(filled_case)
    window.settings.put("items.mode", "grid")
    window.settings.put("items.mode", "table")
    settle(qtbot, window)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    assert [str(each) for each in told] == [str(told[0])]
    assert "settings" in str(told[0])


def test_who_acts_is_taken_over_even_where_it_cannot_be_kept(
    told: list[BaseException], opened: Opened, qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    window = opened(filled_case)
    settle(qtbot, window)
    _unwritable(home)
    dialog = SettingsDialog(window.desk, window)
    dialog.show()
    dialog.identity.setText("B. Okonkwo, detective")
    dialog.reject()
    settle(qtbot, window)
    assert not dialog.isVisible()
    assert window.session.open_case.actor == "B. Okonkwo, detective"
    assert len(told) == 1


def test_every_page_is_made_before_it_is_wanted(opened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = opened(filled_case)
    assert list(window.views) == ["items"]
    window.ahead.go_on()
    qtbot.waitUntil(lambda: window.ahead.done, timeout=30_000)
    assert list(window.views) == [page.name for page in PAGES]
    assert window.pages.currentWidget() is window.view("items")


def test_a_sheet_that_is_gone_before_its_files_are_counted_is_no_fault(
    told: list[BaseException], opened: Opened, qtbot: QtBot, filled_case: Path, tmp_path: Path
) -> None:
    window = opened(filled_case)
    (tmp_path / "in").mkdir()
    for number in range(40):
        (tmp_path / "in" / f"{number}.txt").touch()
    for _ in range(3):
        window.intake.ask([tmp_path / "in"])
        sheet = window.intake.dialog
        assert sheet is not None
        sheet.reject()
        QApplication.sendPostedEvents(sheet, QEvent.Type.DeferredDelete)
    settle(qtbot, window)
    assert not told
