"""The start screen and its dialogs: recent cases, a new case, settings, help, errors."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

import resources
from evidencekit.casefile import read_case
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, UsageError
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.verify import verify_path
from ui.app import make_window
from ui.dialogs.about import AboutDialog
from ui.dialogs.guide import GuidePages
from ui.dialogs.new_case import NewCaseDialog
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.trouble import TroubleDialog
from ui.settings import Recent
from ui.theme import Mode
from ui.window import Window

Opened = Callable[..., Window]


@pytest.fixture
def alone(module_window: Window, reopened: Opened) -> Window:
    """The window that these tests share, without a case."""
    module_window.first_page = "custody"
    return module_window


def test_a_case_that_was_open_is_offered_again(reopened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = reopened(filled_case, "custody")
    window.session.close()
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0)
    (card,) = window.start.cards
    assert window.whole.currentIndex() == 0
    assert "4 items" in card.accessibleName()
    card.setFocus()
    with qtbot.waitSignal(window.session.opened, timeout=30_000):
        qtbot.keyClick(card, Qt.Key.Key_Return)
    assert window.session.open_case.info.number == "26CR00417"


def test_a_case_can_be_taken_off_the_list_and_stays(alone: Window, qtbot: QtBot, tmp_path: Path) -> None:
    alone.settings.remember(Recent(str(tmp_path), "1", "A v. B", "2026-11-20T10:00:00Z"))
    alone.start.refresh()
    qtbot.keyClick(alone.start.cards[0], Qt.Key.Key_Delete)
    assert alone.settings.recent == []
    assert alone.start.none.isVisibleTo(alone.start)
    assert tmp_path.is_dir()


def test_a_case_whose_folder_is_gone_says_so(alone: Window, tmp_path: Path) -> None:
    alone.settings.remember(Recent(str(tmp_path / "gone"), "1", "A v. B", "2026-11-20T10:00:00Z"))
    alone.start.refresh()
    assert "not there" in alone.start.cards[0]._state().text()


def test_an_odd_settings_file_costs_no_more_than_its_odd_entries(qapp: QApplication, qtbot: QtBot, home: Home) -> None:
    home.choose({"theme": "purple", "text_size": "huge", "recent": [{"nonsense": 1}, 7], "window": {}})
    window = make_window(qapp, home)
    qtbot.addWidget(window)
    assert window.settings.mode is Mode.SYSTEM
    assert window.settings.scale == 1.0
    assert window.settings.recent == []
    window.session.tasks.close()


def test_a_new_case_is_started_and_opened(alone: Window, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = NewCaseDialog(alone.desk, alone)
    dialog.show()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert "no number" in dialog.told.text()
    qtbot.keyClicks(dialog.number, "26CR7/B")
    assert dialog.folder.name == "26CR7-B"
    dialog.caption.setText("People v. Doe")
    dialog.zone.setCurrentText("Mars/Olympus")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert "Mars/Olympus" in dialog.told.text()
    dialog.zone.setCurrentText("America/Denver")
    dialog.place.setText(str(tmp_path))
    (tmp_path / "something").write_text("here")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert "not empty" in dialog.told.text()
    dialog.place.setText(str(tmp_path / "case"))
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert dialog.result() == dialog.DialogCode.Accepted
    with qtbot.waitSignal(alone.session.opened, timeout=30_000):
        alone.session.create(dialog.folder, dialog.info)
    info = alone.session.open_case.info
    assert (info.number, info.caption, info.timezone) == ("26CR7/B", "People v. Doe", "America/Denver")


def test_the_sample_case_is_made_and_opened(
    alone: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *told: str(tmp_path))
    alone.start.sample_items = 16
    with qtbot.waitSignal(alone.session.opened, timeout=120_000):
        alone.actions_made["case.sample"].trigger()
    assert alone.session.writable
    assert alone.session.open_case.folder == tmp_path / "EvidenceKit sample" / "case"


def test_settings_take_effect_and_are_kept(reopened: Opened, qtbot: QtBot, filled_case: Path, home: Home) -> None:
    window = reopened(filled_case, "custody")
    dialog = SettingsDialog(window.desk, window)
    dialog.mode.setCurrentIndex(dialog.mode.findData(Mode.DARK))
    dialog.scale.setCurrentIndex(dialog.scale.findData(1.25))
    dialog.paper.setCurrentIndex(dialog.paper.findData("a4"))
    assert window.theme.dark
    assert window.theme.scale == 1.25
    dialog.identity.setText("J. Alvarez, advocate")
    dialog.finish.click()
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0)
    assert window.session.open_case.actor == "J. Alvarez, advocate"
    assert home.actor(None) == "J. Alvarez, advocate"
    again = type(window.settings)(home)
    assert (again.mode, again.scale, again.paper) == (Mode.DARK, 1.25, "a4")


def test_who_acts_is_logged_from_then_on(reopened: Opened, qtbot: QtBot, filled_case: Path, home: Home) -> None:
    from evidencekit import edits
    from evidencekit.profile import load_profile

    window = reopened(filled_case, "custody")
    window.session.act_as("Second, clerk")
    with qtbot.waitSignal(window.session.changed):
        window.session.act("Marking", lambda case, job: edits.mark_exhibit(case, ["1"], load_profile("default")), [])
    window.session.close()
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0)
    with read_case(filled_case, home) as case:
        assert case.checked.lines[-1].actor == "Second, clerk"
    assert verify_path(filled_case, home, Job()).ok


def test_every_licence_can_be_read(alone: Window) -> None:
    dialog = AboutDialog(alone.theme, alone)
    seen = set()
    for place in range(dialog.licences.count()):
        dialog.licences.setCurrentIndex(place)
        seen.add(dialog.text.toPlainText())
    assert len(seen) == dialog.licences.count()
    assert any("PySide6" in text and "LGPL" in text for text in seen)
    assert any("Lucide" in text for text in seen)


def test_the_guide_shows_its_own_pictures_and_nothing_else(qtbot: QtBot, tmp_path: Path) -> None:
    folder = resources.guide()
    pages = GuidePages(folder)
    qtbot.addWidget(pages)
    kind = QTextDocument.ResourceType.ImageResource.value
    assert pages.toPlainText().startswith("EvidenceKit guide")
    assert pages.loadResource(kind, QUrl("pictures/binder.png")).width() > 300
    shutil.copy(folder / "pictures" / "binder.png", tmp_path / "other.png")
    for name in (
        f"file://{tmp_path}/other.png",
        "https://example.org/x.png",
        "../../etc/passwd",
        "//server/share/x.png",
    ):
        assert pages.loadResource(kind, QUrl(name)) is None
    assert not pages.openLinks()


@pytest.mark.parametrize(
    ("error", "what", "todo"),
    [
        (
            UsageError("That is odd.", item="ITEM-0001", todo="`evidencekit items CASE` lists them."),
            "That is odd.",
            "The Items page",
        ),
        (CaseError("Broken.", todo="Run `evidencekit verify` on the case."), "Broken.", "Custody › Verify case"),
        (ZeroDivisionError("division by zero"), "Something went wrong inside", "Try it again"),
    ],
)
def test_an_error_says_what_happened_and_what_to_do(
    alone: Window, qtbot: QtBot, error: Exception, what: str, todo: str
) -> None:
    dialog = TroubleDialog(error, alone.theme, alone)
    dialog.show()
    assert what in dialog.what.text()
    assert todo in dialog.todo.text()
    assert not dialog.details.isVisible()
    qtbot.mouseClick(dialog.fold, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert dialog.details.isVisible()
    assert type(error).__name__ in dialog.details.toPlainText()
    assert dialog.what.textFormat() == Qt.TextFormat.PlainText


def test_the_case_fields_reach_the_dialog_whole(alone: Window) -> None:
    dialog = NewCaseDialog(alone.desk, alone)
    for field, text in ((dialog.number, "1"), (dialog.caption, "A v. B"), (dialog.court, "C"), (dialog.agency, "D")):
        field.setText(text)
    dialog.jurisdiction.setText("E")
    dialog.zone.setCurrentText("Europe/Berlin")
    assert dialog.info == CaseInfo("", "1", "A v. B", "Europe/Berlin", "C", "E", "D")
