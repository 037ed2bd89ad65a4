"""The window over a real case. These tests fail, and are never skipped, where Qt cannot load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.profile import load_profile
from ui.models.items import COLUMNS
from ui.window import Window


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    shown = Window()
    qtbot.addWidget(shown)
    shown.show()
    return shown


def cells(window: Window, row: int) -> list[str]:
    model = window.table.model()
    return [model.data(model.index(row, column)) for column in range(len(COLUMNS))]


def test_a_case_is_shown(window: Window, filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.mark_exhibit(case, ["3"], load_profile("default"))
        edits.describe(case, "3", title="Outside\u202e", when="early March 2026")
    window.open_case(filled_case)
    assert window.heading.text() == "People v. Hollis · 26CR00417"
    assert window.state.text() == "Items: 4 · exhibits: 1. The record holds."
    assert window.table.model().rowCount() == 4
    assert cells(window, 2) == ["ITEM-0003", "document", "early March 2026", "Outside\\u{202e}", "1", ""]
    assert cells(window, 1)[5] == "repeats ITEM-0001"
    assert window.heading.textFormat() == Qt.TextFormat.PlainText


def test_a_case_that_fails_its_checks_says_so(window: Window, filled_case: Path) -> None:
    (filled_case / "keys.txt").write_text("")
    window.open_case(filled_case)
    assert "fails its checks (1 findings)" in window.state.text()


def test_what_is_no_case_is_said_and_the_window_stays(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    warn: Callable[..., None] = lambda parent, title, text: told.append(text)  # noqa: E731
    monkeypatch.setattr(QMessageBox, "warning", warn)
    window.open_case(tmp_path)
    assert "not a case folder" in told[0]
    assert window.isVisible()


def test_qt_does_not_lose_references_to_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 lost one per processEvents(), until the process died."""
    before = sys.getrefcount(None)
    for _ in range(1000):
        qapp.processEvents()
    assert sys.getrefcount(None) > before - 500
