"""Taking files in from the window: dropped anywhere, described, taken in, told; the core and the files are real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from evidencekit.casefile import read_case
from evidencekit.catalog.items import all_acquisitions, all_items
from evidencekit.custody.keys import Home
from ui.dialogs.intake import IntakeDialog, amount
from ui.dialogs.taken import StoppedDialog, TakenDialog
from ui.dragging import ITEMS_MIME
from ui.views.items import ItemsView
from ui.window import Window

Opened = Callable[..., Window]
COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def alone(module_window: Window, reopened: Opened) -> Window:
    """The window that these tests share, without a case."""
    return module_window


def urls(*given: Path | str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) if isinstance(each, Path) else QUrl(each) for each in given])
    return data


def enter(window: Window, data: QMimeData, over: QWidget | None = None) -> bool:
    """Hand the window's handle a drag as the system does, over that widget; whether it may be dropped there."""
    place = over.mapTo(window, over.rect().center()) if over is not None else QPoint(700, 450)
    entering = QDragEnterEvent(place, COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(window.windowHandle(), entering)
    moving = QDragMoveEvent(place, COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(window.windowHandle(), moving)
    assert entering.isAccepted() == moving.isAccepted()
    return moving.isAccepted()


def drop(window: Window, data: QMimeData, over: QWidget | None = None) -> bool:
    place = over.mapTo(window, over.rect().center()) if over is not None else QPoint(700, 450)
    assert enter(window, data, over) or True
    dropping = QDropEvent(QPointF(place), COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(window.windowHandle(), dropping)
    QApplication.processEvents()
    return dropping.isAccepted()


def sheet_of(window: Window, qtbot: QtBot) -> IntakeDialog:
    qtbot.waitUntil(lambda: isinstance(window.intake.dialog, IntakeDialog))
    dialog = window.intake.dialog
    assert isinstance(dialog, IntakeDialog)
    qtbot.waitUntil(lambda: not dialog.amount.text().endswith("…"))
    return dialog


def result_of(window: Window, qtbot: QtBot) -> TakenDialog:
    qtbot.waitUntil(lambda: isinstance(window.intake.dialog, TakenDialog), timeout=60_000)
    assert isinstance(window.intake.dialog, TakenDialog)
    return window.intake.dialog


def settled(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=60_000)


def lines(dialog: TakenDialog) -> list[tuple[str, list[tuple[str, str]]]]:
    found = []
    for place in range(dialog.list.topLevelItemCount()):
        top = dialog.list.topLevelItem(place)
        below = [(top.child(n).text(0), top.child(n).text(1)) for n in range(top.childCount())]
        found.append((top.text(0), below))
    return found


def test_a_dropped_folder_is_described_taken_in_and_listed(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path, home: Home
) -> None:
    (received / "link.txt").symlink_to(received / "again.txt")
    window = reopened(new_case)
    assert drop(window, urls(received))
    sheet = sheet_of(window, qtbot)
    assert sheet.amount.text() == "4 files · 16 KB"
    assert "One thing more cannot be taken in" in sheet.remark.text()
    sheet.source.setEditText("Phone of J. D.")
    sheet.giver.setEditText("J. D.")
    sheet.method.setEditText("AirDrop")
    sheet.received.setText("10 April 2026, 5 pm")
    assert "10 Apr 2026, 17:00" in sheet.understood.text()
    assert "America/Los_Angeles" in sheet.understood.text()
    sheet.note.setPlainText("Handed over at the counter")
    qtbot.keyClick(sheet.giver.lineEdit(), Qt.Key.Key_Return)
    result = result_of(window, qtbot)
    assert result.heading.text() == "4 items came in"
    told = dict(lines(result))
    assert told["Refused (1)"] == [("link.txt", "symbolic link; the file it points to was not taken in")]
    assert [name for name, _ in told["Repeat another item (1)"]] == ["ITEM-0002  b.txt"]
    assert told["Repeat another item (1)"][0][1] == "same content as ITEM-0001"
    assert len(told["Need a date (4)"]) == 4
    result.accept()
    assert window.pages.currentWidget() is window.views["items"]
    settled(window, qtbot)
    assert window.summary.counts.items == 4
    with read_case(new_case, home) as case, case.catalog.read() as connection:
        kept = all_acquisitions(connection)[0]
    assert (kept.source, kept.received_from, kept.method) == ("Phone of J. D.", "J. D.", "AirDrop")
    assert (kept.received, kept.note) == ("2026-04-11T00:00:00Z", "Handed over at the counter")


def test_the_items_of_the_new_hand_over_are_shown_and_then_all_again(
    reopened: Opened, qtbot: QtBot, filled_case: Path, tmp_path: Path
) -> None:
    window = reopened(filled_case)
    (tmp_path / "more.txt").write_text("more\n")
    window.intake.ask([tmp_path / "more.txt"])
    sheet = sheet_of(window, qtbot)
    sheet.source.setEditText("Phone")
    sheet.accept()
    result_of(window, qtbot).accept()
    settled(window, qtbot)
    view = window.view("items")
    assert isinstance(view, ItemsView)
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    assert view.bar.hand_over.isVisible()
    assert view.bar.hand_over.text() == "Hand-over 2"
    qtbot.mouseClick(view.bar.hand_over, LEFT)
    qtbot.waitUntil(lambda: view.model.rowCount() == 5)
    assert not view.bar.hand_over.isVisible()


def test_the_result_can_be_copied_whole_and_in_part(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    drop(window, urls(received))
    sheet = sheet_of(window, qtbot)
    sheet.source.setEditText("Phone")
    sheet.accept()
    result = result_of(window, qtbot)
    qtbot.mouseClick(_button(result, "Copy all"), LEFT)
    text = QGuiApplication.clipboard().text()
    assert text.startswith("4 items came in\n")
    assert "ITEM-0002  b.txt · same content as ITEM-0001" in text
    result.list.topLevelItem(0).child(0).setSelected(True)
    result.list.setFocus()
    result._copy_chosen()
    assert QGuiApplication.clipboard().text().startswith("ITEM-000")
    result.reject()
    assert window.intake.dialog is None


def _button(inside: QWidget, text: str) -> QWidget:
    from PySide6.QtWidgets import QPushButton

    return next(each for each in inside.findChildren(QPushButton) if each.text() == text)


def test_no_field_under_the_pointer_swallows_the_path(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    field = QPlainTextEdit(window.view("items"))
    field.resize(300, 200)
    field.show()
    search = window.search
    for over in (search, field):
        assert drop(window, urls(received / "again.txt"), over)
        sheet = sheet_of(window, qtbot)
        sheet.reject()
        qtbot.waitUntil(lambda: window.intake.dialog is None)
    assert search.text() == ""
    assert field.toPlainText() == ""


def test_a_drag_says_what_would_be_taken_in_and_goes_away_with_it(
    reopened: Opened, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    assert enter(window, urls(received, received / "phone", received / "again.txt"))
    overlay = window.intake.overlay
    assert overlay.isVisible()
    assert overlay.words.text() == "Drop to take in 2 folders and a file"
    assert overlay.geometry() == window.rect()
    QApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())
    assert not overlay.isVisible()


def test_without_a_case_a_drag_is_refused_with_what_to_do(alone: Window, received: Path) -> None:
    assert not enter(alone, urls(received))
    assert alone.intake.overlay.words.text() == "Open or start a case first, then drop the files."
    assert not drop(alone, urls(received))
    assert alone.intake.dialog is None
    assert not alone.intake.overlay.isVisible()
    assert "Open or start a case first" in alone.statusBar().currentMessage()


def test_a_read_only_case_takes_nothing_in(reopened: Opened, filled_case: Path, received: Path) -> None:
    (filled_case / "keys.txt").write_text("")
    window = reopened(filled_case)
    assert not drop(window, urls(received))
    assert window.intake.dialog is None
    assert "read-only" in window.statusBar().currentMessage()


def test_while_work_is_under_way_a_drag_is_refused(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    work = window.session.act("Counting", lambda case, job: _until_stopped(job), [])
    assert not drop(window, urls(received))
    assert "Counting" in window.statusBar().currentMessage()
    work.cancel()
    settled(window, qtbot)
    assert enter(window, urls(received))


def _until_stopped(job: object) -> None:
    while True:
        job.step(0, 0, "")  # type: ignore[attr-defined]


def test_what_lies_elsewhere_is_refused_by_name(reopened: Opened, qtbot: QtBot, new_case: Path, received: Path) -> None:
    window = reopened(new_case)
    assert not drop(window, urls("https://example.org/a.png"))
    assert "https://example.org/a.png" in window.statusBar().currentMessage()
    assert window.intake.dialog is None
    assert drop(window, urls(received / "again.txt", "https://example.org/a.png"))
    sheet = sheet_of(window, qtbot)
    assert "https://example.org/a.png" in sheet.remark.text()
    assert sheet.amount.text() == "1 file · 26 bytes"
    sheet.reject()


def test_items_of_the_app_and_plain_text_are_left_to_the_widgets(reopened: Opened, new_case: Path) -> None:
    window = reopened(new_case)
    dragged = urls(new_case)
    dragged.setData(ITEMS_MIME, b"ITEM-0001")
    assert not enter(window, dragged)
    assert not window.intake.overlay.isVisible()
    words = QMimeData()
    words.setText("a word")
    assert enter(window, words, window.search)
    assert not window.intake.overlay.isVisible()


def test_a_drop_on_the_window_itself_counts_as_well(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    data = urls(received)
    for target in (window, window.view("items")):
        QApplication.sendEvent(target, QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, PLAIN))
        assert window.intake.overlay.isVisible()
        QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), COPY, data, LEFT, PLAIN))
        sheet_of(window, qtbot).reject()
        qtbot.waitUntil(lambda: window.intake.dialog is None)


def test_the_sheet_says_what_is_missing_and_enter_does_not_pass(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    drop(window, urls(received))
    sheet = sheet_of(window, qtbot)
    qtbot.keyClick(sheet.source.lineEdit(), Qt.Key.Key_Return)
    assert sheet.isVisible()
    assert sheet.missing.isVisible()
    assert "whose material" in sheet.missing.text()
    sheet.source.setEditText("Phone")
    sheet.received.setText("sometime in spring")
    assert sheet.understood.property("role") == "bad"
    sheet.accept()
    assert sheet.isVisible()
    sheet.received.setText("10 April 2031")
    sheet.accept()
    assert "future" in sheet.missing.text()
    sheet.reject()
    settled(window, qtbot)
    assert window.summary.counts.items == 0


def test_the_sheet_proposes_now_and_keeps_the_moment_it_was_opened(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path, home: Home
) -> None:
    window = reopened(new_case)
    before = datetime.now(UTC).replace(microsecond=0)
    drop(window, urls(received))
    sheet = sheet_of(window, qtbot)
    sheet.source.setEditText("Phone")
    typed = sheet.received.text()
    sheet.received.setText(typed + " ")
    assert sheet.understood.property("role") == "small", f"“{typed}” must read back"
    sheet.received.setText(typed)
    sheet.accept()
    result_of(window, qtbot).reject()
    with read_case(new_case, home) as case, case.catalog.read() as connection:
        kept = datetime.fromisoformat(all_acquisitions(connection)[0].received)
    assert before <= kept <= datetime.now(UTC)


def test_the_last_hand_over_is_offered_again_and_earlier_ones_can_be_chosen(
    reopened: Opened, qtbot: QtBot, filled_case: Path, tmp_path: Path
) -> None:
    window = reopened(filled_case)
    more = tmp_path / "more.txt"
    more.write_text("more\n")
    window.intake.ask([more])
    sheet = sheet_of(window, qtbot)
    settled(window, qtbot)
    assert sheet.source.currentText() == ""
    assert "Phone of J. D." in [sheet.source.itemText(n) for n in range(sheet.source.count())]
    qtbot.keyClicks(sheet.source.lineEdit(), "Pho")
    assert sheet.source.currentText() == "Pho", "nothing is completed that was not chosen"
    sheet.source.setEditText("Laptop of J. D.")
    sheet.giver.setEditText("Officer Lee")
    sheet.method.setEditText("Carrier pigeon")
    sheet.note.setPlainText("Only for this one")
    sheet.accept()
    result_of(window, qtbot).reject()
    settled(window, qtbot)
    window.intake.ask([more])
    sheet = sheet_of(window, qtbot)
    settled(window, qtbot)
    fields = (sheet.source, sheet.giver, sheet.method)
    assert [each.currentText() for each in fields] == ["Laptop of J. D.", "Officer Lee", "Carrier pigeon"]
    assert sheet.note.toPlainText() == ""
    assert sheet.method.itemText(0) == "Carrier pigeon"
    sheet.reject()


def test_a_cancelled_intake_leaves_nothing_and_says_so(
    reopened: Opened, qtbot: QtBot, new_case: Path, tmp_path: Path, home: Home
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(300):
        (folder / f"{n:03}.txt").write_text(f"note {n}\n")
    window = reopened(new_case)
    ledger = (new_case / "ledger.jsonl").read_bytes()
    window.intake.ask([folder])
    sheet = sheet_of(window, qtbot)
    sheet.source.setEditText("Phone")
    sheet.received.setText("10 April 2026")
    sheet.note.setPlainText("At the counter")
    sheet.accept()
    work = window.session.work
    assert work is not None
    assert work.name == "Taking in 300 files"
    with qtbot.waitSignal(work.progressed, check_params_cb=lambda done, total, what: done > 0):
        assert window.strip.isVisible()
    qtbot.mouseClick(window.strip.cancel, LEFT)
    qtbot.waitUntil(lambda: isinstance(window.intake.dialog, StoppedDialog), timeout=30_000)
    dialog = window.intake.dialog
    assert isinstance(dialog, StoppedDialog)
    assert dialog.heading.text() == "Nothing was taken in"
    assert (new_case / "ledger.jsonl").read_bytes() == ledger
    assert not any(path.is_file() for path in (new_case / "originals").rglob("*"))
    assert not list((new_case / "derived" / "incoming").iterdir())
    dialog.accept()
    again = sheet_of(window, qtbot)
    assert again.source.currentText() == "Phone"
    assert again.received.text() == "10 April 2026"
    assert again.note.toPlainText() == "At the counter"
    again.reject()
    with read_case(new_case, home) as case, case.catalog.read() as connection:
        assert all_items(connection) == []


def test_closing_during_intake_stops_it_and_asks_nothing_more(
    opened: Opened, qtbot: QtBot, new_case: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(200):
        (folder / f"{n:03}.txt").write_text(f"note {n}\n")
    window = opened(new_case, "custody")
    window.intake.ask([folder])
    sheet = sheet_of(window, qtbot)
    sheet.source.setEditText("Phone")
    sheet.accept()
    window.leave()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    assert window.intake.dialog is None


def test_the_case_itself_is_not_taken_in_and_that_is_said_on_the_sheet(
    reopened: Opened, qtbot: QtBot, filled_case: Path
) -> None:
    window = reopened(filled_case)
    window.intake.ask([filled_case.parent])
    sheet = sheet_of(window, qtbot)
    assert not sheet.take.isEnabled()
    assert "case folder itself" in sheet.missing.text()
    sheet.source.setEditText("Phone")
    qtbot.keyClick(sheet.source.lineEdit(), Qt.Key.Key_Return)
    assert sheet.isVisible()
    sheet.reject()


def test_an_empty_folder_is_said_on_the_sheet(reopened: Opened, qtbot: QtBot, new_case: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    window = reopened(new_case)
    window.intake.ask([tmp_path / "empty"])
    sheet = sheet_of(window, qtbot)
    assert "no files" in sheet.missing.text()
    sheet.reject()


def test_files_and_folders_can_be_picked(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = reopened(new_case)
    names = [str(received / "again.txt"), str(received / "unknown.bin")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(received))
    window.actions_made["intake.files"].trigger()
    sheet = sheet_of(window, qtbot)
    assert sheet.amount.text() == "2 files · 16 KB"
    sheet.reject()
    qtbot.waitUntil(lambda: window.intake.dialog is None)
    window.actions_made["intake.folder"].trigger()
    sheet = sheet_of(window, qtbot)
    assert sheet.amount.text() == "4 files · 16 KB"
    sheet.reject()


def test_every_field_of_the_sheet_is_named_and_reached_by_tab(
    reopened: Opened, qtbot: QtBot, new_case: Path, received: Path
) -> None:
    window = reopened(new_case)
    window.intake.ask([received])
    sheet = sheet_of(window, qtbot)
    seen = []
    for _ in range(9):
        focused = sheet.focusWidget()
        assert focused is not None
        seen.append(focused.accessibleName() or getattr(focused, "text", str)())
        sheet.focusNextChild()
    assert {"Whose material it is", "Received from", "How it was received", "When it was received", "Note"} <= set(seen)
    assert {"Take in", "Cancel"} <= set(seen)
    sheet.reject()


@pytest.mark.parametrize(
    ("size", "told"),
    [(1, "1 byte"), (999, "999 bytes"), (16_411, "16 KB"), (1_940_000_000, "1.9 GB"), (999_600, "1.0 MB")],
)
def test_amounts_are_told_as_people_say_them(size: int, told: str) -> None:
    assert amount(size) == told
