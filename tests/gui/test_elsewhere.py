"""Cases that are not open in the window: verified, and given a new catalog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError
from tests.gui.conftest import settle
from ui.elsewhere import VerdictDialog
from ui.window import Window

Opened = Callable[[Path], Window]


def verified(window: Window, qtbot: QtBot, ledger: Path) -> VerdictDialog:
    window.elsewhere.verify_path(ledger)
    settle(qtbot, window)
    assert window.elsewhere.dialog is not None
    assert window.elsewhere.dialog.isVisible()
    return window.elsewhere.dialog


def test_another_case_is_verified_without_opening_it(window: Window, qtbot: QtBot, filled_case: Path) -> None:
    told = verified(window, qtbot, filled_case / "ledger.jsonl")
    assert "Everything holds: 4 items" in told.title.text()
    assert window.session.case is None
    told.accept()
    (original,) = list((filled_case / "originals").rglob("*"))[-1:]
    original.chmod(0o644)
    original.write_bytes(b"something else")
    told = verified(window, qtbot, filled_case / "ledger.jsonl")
    assert "fault" in told.title.text()
    assert "ITEM-000" in told.text.toPlainText()
    assert told.title.textFormat() == Qt.TextFormat.PlainText


def test_it_is_held_against_a_checkpoint_from_outside(window: Window, qtbot: QtBot, filled_case: Path) -> None:
    told = verified(window, qtbot, filled_case / "ledger.jsonl")
    told.compare.click()
    asked = window.elsewhere.asked
    assert asked is not None
    asked.text.setPlainText("no checkpoint")
    asked.go.click()
    settle(qtbot, window)
    assert asked.wrong.isVisible()
    asked.text.setPlainText((filled_case / "checkpoint").read_text("utf-8"))
    asked.go.click()
    settle(qtbot, window)
    told = window.elsewhere.dialog
    assert "are the very ones of the checkpoint that was given" in told.text.toPlainText()


def test_a_ledger_alone_is_verified(window: Window, qtbot: QtBot, filled_case: Path, tmp_path: Path) -> None:
    for name in ("ledger.jsonl", "checkpoint"):
        (tmp_path / name).write_bytes((filled_case / name).read_bytes())
    assert "Everything holds" in verified(window, qtbot, tmp_path / "ledger.jsonl").title.text()


def test_a_lost_catalog_is_made_anew_and_the_case_opened(window: Window, qtbot: QtBot, filled_case: Path) -> None:
    for part in filled_case.glob("catalog.db*"):
        part.unlink()
    with qtbot.waitSignal(window.session.opened, timeout=30_000):
        window.elsewhere.rebuild_case(filled_case)
    settle(qtbot, window)
    assert window.session.writable
    assert window.summary.counts.items == 4


def test_a_sound_catalog_is_never_thrown_away(window: Window, qtbot: QtBot, filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.describe(case, "1", title="Kept")
    told: list[BaseException] = []
    window.session.tasks.trouble.disconnect(window.trouble)
    window.session.tasks.trouble.connect(told.append)
    window.elsewhere.rebuild_case(filled_case)
    settle(qtbot, window)
    QApplication.processEvents()
    assert isinstance(told[0], CaseError)
    assert "sound" in told[0].what
    with write_case(filled_case, home, "A. Rivera") as case, case.catalog.read() as connection:
        assert edits.known_items(connection, ["1"])[0].title == "Kept"
