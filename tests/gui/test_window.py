"""The window over a real case. These tests fail, and are never skipped, where Qt cannot load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from tests.gui.conftest import settle
from ui.actions import TABLE, State
from ui.dragging import ITEMS_MIME, pack_items
from ui.window import Window

Opened = Callable[..., Window]


def test_a_case_is_opened_and_named(reopened: Opened, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    assert "26CR00417" in window.windowTitle()
    assert window.session.writable
    assert window.state.text().startswith("4 items · 0 exhibits")
    assert window.state.textFormat() == Qt.TextFormat.PlainText
    assert not window.banner.isVisible()
    assert [each.number for each in window.settings.recent] == ["26CR00417"]


def test_a_case_that_fails_its_checks_is_read_only_and_says_so(reopened: Opened, filled_case: Path) -> None:
    (filled_case / "keys.txt").write_text("")
    window = reopened(filled_case, "custody")
    assert window.session.read_only
    assert window.banner.isVisible()
    assert "read-only" in window.banner.text.text()
    assert not window.actions_made["intake.files"].isEnabled()
    assert window.actions_made["custody.verify"].isEnabled()


def test_a_second_window_on_the_same_case_is_refused(
    module_window: Window, reopened: Opened, qtbot: QtBot, filled_case: Path, home: Home, troubles: list[BaseException]
) -> None:
    window = module_window
    with write_case(filled_case, home, "B. Other"), qtbot.waitSignal(window.session.tasks.trouble):
        window.open_case(filled_case)
    assert "working on this case" in str(troubles[0])
    assert window.session.case is None


def test_what_is_no_case_is_said_and_the_window_stays(
    module_window: Window, reopened: Opened, qtbot: QtBot, tmp_path: Path, troubles: list[BaseException]
) -> None:
    window = module_window
    with qtbot.waitSignal(window.session.tasks.trouble):
        window.open_case(tmp_path)
    assert "not a case folder" in str(troubles[0])
    assert window.isVisible()


@pytest.mark.parametrize("name", ["items", "exhibits", "chronology", "binder", "custody"])
def test_every_page_can_be_gone_to(reopened: Opened, filled_case: Path, name: str) -> None:
    window = reopened(filled_case, "exhibits" if name == "custody" else "custody")
    window.show_page(name)
    assert window.pages.currentWidget() is window.views[name]
    assert window.sidebar.currentItem().data(Qt.ItemDataRole.UserRole) == name


def test_closing_gives_the_case_free(opened: Opened, qtbot: QtBot, filled_case: Path, home: Home) -> None:
    window = opened(filled_case, "custody")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    write_case(filled_case, home, "A. Rivera").close()


def test_qt_does_not_lose_references_to_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one per processEvents(), until the process died."""
    before = sys.getrefcount(None)
    for _ in range(1000):
        qapp.processEvents()
    assert sys.getrefcount(None) > before - 500


def test_items_let_go_on_the_word_exhibits_become_drafts(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    entry = window.sidebar.visualItemRect(window.sidebar.item(1)).center()
    elsewhere = window.sidebar.visualItemRect(window.sidebar.item(3)).center()
    data = pack_items(window.session.open_case, ["ITEM-0001", "ITEM-0003"])

    def drop(at: QPoint, what: QMimeData) -> bool:
        told = (Qt.DropAction.CopyAction, what, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        over = QDragMoveEvent(at, *told)
        QApplication.sendEvent(window.sidebar.viewport(), QDragEnterEvent(at, *told))
        QApplication.sendEvent(window.sidebar.viewport(), over)
        if over.isAccepted():
            QApplication.sendEvent(window.sidebar.viewport(), QDropEvent(at.toPointF(), *told))
        settle(qtbot, window)
        return over.isAccepted()

    assert not drop(elsewhere, data)
    assert drop(entry, data)
    assert [each.items for each in window.summary.drafts] == [("ITEM-0001",), ("ITEM-0003",)]
    other = QMimeData()
    other.setData(ITEMS_MIME, b"another-case\nITEM-0002")
    assert drop(entry, other)
    assert len(window.summary.drafts) == 2


def test_what_cannot_be_used_says_why(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    settle(qtbot, window)
    for state in (State(), State(opened=True), State(opened=True, writable=True), State(opened=True, busy=True)):
        window.actions_made.update(**asdict(state))
        for action in (window.actions_made[spec.id] for spec in TABLE):
            assert action.isEnabled() or action.toolTip().endswith("."), action.objectName()
    window.actions_made.update(**asdict(State(opened=True)))
    assert window.actions_made["exhibit.mark"].toolTip().endswith("This case is open read-only.")
    window.actions_made.update(**asdict(State(opened=True, writable=True)))
    assert window.actions_made["binder.build"].toolTip().endswith("Mark an exhibit first.")
    window.actions_made.update(**asdict(State(opened=True, writable=True, any_exhibit=True)))
    assert "first" not in window.actions_made["binder.build"].toolTip()
