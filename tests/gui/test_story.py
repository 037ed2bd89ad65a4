"""The whole story at the window, as an advocate would go through it: a new case, a dropped folder, descriptions,
exhibits, the binder, verification. The real core, no display, nothing replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidencekit.casefile import read_case
from evidencekit.catalog import court
from evidencekit.catalog.items import all_items, notes_of
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from evidencekit.model import Status
from evidencekit.verify import verify_path
from ui.dialogs.intake import IntakeDialog
from ui.dialogs.mark import MarkDialog
from ui.dialogs.new_case import NewCaseDialog
from ui.dialogs.taken import TakenDialog
from ui.views.binder import BinderView
from ui.views.custody import CustodyView
from ui.views.exhibits import ExhibitsView
from ui.views.items import ItemsView
from ui.window import Window

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def hand_over(folder: Path) -> Path:
    """What a frightened person hands over: screenshots, a note, the same note again, and a link that leads nowhere."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:02:06 18:20:12"
    exif.get_ifd(0x8769)[0x9011] = "-08:00"
    (folder / "phone").mkdir(parents=True)
    Image.new("RGB", (300, 650), "white").save(folder / "phone" / "IMG_1.JPG", exif=exif)
    Image.new("RGB", (300, 650), "black").save(folder / "phone" / "IMG_2.PNG")
    (folder / "phone" / "note.txt").write_text("He was outside the building again, by the grey sedan.\n", "utf-8")
    (folder / "again.txt").write_text("He was outside the building again, by the grey sedan.\n", "utf-8")
    (folder / "lost").symlink_to(folder / "nowhere")
    return folder


def drop(window: Window, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    at, copy = QPoint(700, 450), Qt.DropAction.CopyAction
    for event in (
        QDragEnterEvent(at, copy, data, LEFT, PLAIN),
        QDragMoveEvent(at, copy, data, LEFT, PLAIN),
        QDropEvent(QPointF(at), copy, data, LEFT, PLAIN),
    ):
        QApplication.sendEvent(window.windowHandle(), event)


class Person:
    """Someone at the window; waits as people do, until the app has nothing more to do."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot

    def wait(self) -> None:
        for _ in range(3):
            self.qtbot.waitUntil(
                lambda: self.window.session.tasks.pending == 0 and self.window.session.work is None, timeout=60_000
            )
            QApplication.processEvents()

    def do(self, name: str) -> None:
        assert self.window.actions_made[name].isEnabled(), name
        self.window.actions_made[name].trigger()
        self.wait()

    def starts_a_case(self, folder: Path) -> None:
        dialog = NewCaseDialog(self.window.desk, self.window)
        dialog.show()
        self.qtbot.keyClicks(dialog.number, "26CR00417")
        self.qtbot.keyClicks(dialog.caption, "People v. Hollis")
        dialog.zone.setCurrentText("America/Los_Angeles")
        dialog.place.setText(str(folder))
        self.qtbot.mouseClick(dialog.start, LEFT)
        self.window.session.create(dialog.folder, dialog.info)
        self.wait()

    def takes_in(self, folder: Path) -> TakenDialog:
        drop(self.window, folder)
        self.qtbot.waitUntil(lambda: isinstance(self.window.intake.dialog, IntakeDialog))
        sheet = self.window.intake.dialog
        assert isinstance(sheet, IntakeDialog)
        sheet.source.setEditText("Phone of J. D.")
        sheet.method.setEditText("AirDrop")
        self.wait()
        sheet.accept()
        self.qtbot.waitUntil(lambda: isinstance(self.window.intake.dialog, TakenDialog), timeout=60_000)
        told = self.window.intake.dialog
        assert isinstance(told, TakenDialog)
        return told

    def chooses(self, *numbers: str) -> ItemsView:
        self.window.show_page("items")
        view = self.window.view("items")
        assert isinstance(view, ItemsView)
        self.wait()
        view.list.choose(list(numbers))
        self.qtbot.waitUntil(lambda: view.list.chosen() == list(numbers), timeout=10_000)
        if len(numbers) == 1:
            self.qtbot.waitUntil(
                lambda: view.details.loaded is not None and view.details.loaded.number == numbers[0], timeout=10_000
            )
        self.wait()
        return view

    def describes(self, number: str, title: str, when: str) -> None:
        view = self.chooses(number)
        self.do("item.title")
        view.details.about.title.setText(title)
        QTest.keyClick(view.details.about.title, Qt.Key.Key_Return)
        self.wait()
        view.details.about.when.time.field.setText(when)
        QTest.keyClick(view.details.about.when.time.field, Qt.Key.Key_Return)
        self.wait()

    def notes(self, number: str, words: str) -> None:
        view = self.chooses(number)
        view.details.notes.area.setPlainText(words)
        view.details.notes.new.click()
        self.wait()

    def marks(self) -> None:
        self.do("exhibit.mark")
        view = self.window.view("exhibits")
        assert isinstance(view, ExhibitsView)
        self.qtbot.waitUntil(lambda: isinstance(view.dialog, MarkDialog))
        assert isinstance(view.dialog, MarkDialog)
        view.dialog.go.click()
        self.wait()


def test_from_a_folder_of_files_to_a_printed_binder(window: Window, qtbot: QtBot, tmp_path: Path, home: Home) -> None:
    person, case = Person(window, qtbot), tmp_path / "case"
    person.starts_a_case(case)
    assert window.session.open_case.info.caption == "People v. Hollis"

    told = person.takes_in(hand_over(tmp_path / "handed over"))
    assert "4 " in told.heading.text()
    words = " ".join(each.text(0) for each in _every_line(told))
    assert "lost" in words
    told.reject()
    person.wait()

    person.describes("ITEM-0003", "Screenshot, car", "about 9 pm on 4 March 2026")
    person.notes("ITEM-0003", "Ask about the car")
    person.chooses("ITEM-0002")
    person.do("exhibit.add")
    person.chooses("ITEM-0003", "ITEM-0004")
    person.do("exhibit.add_one")
    assert len(window.summary.drafts) == 2
    person.do("edit.undo")
    assert len(window.summary.drafts) == 1
    person.do("edit.redo")
    assert len(window.summary.drafts) == 2
    person.marks()
    assert [each.label for each in window.summary.live] == ["1", "2"]

    person.do("binder.build")
    binder = window.view("binder")
    assert isinstance(binder, BinderView)
    qtbot.waitUntil(lambda: binder.preview.isVisible() and window.session.work is None, timeout=60_000)
    person.wait()
    person.do("custody.verify")
    custody = window.view("custody")
    assert isinstance(custody, CustodyView)
    assert custody.verdict is not None
    assert custody.verdict.ok
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    _as_told(case, home)


def _every_line(told: TakenDialog) -> list[object]:
    from PySide6.QtWidgets import QTreeWidgetItemIterator

    found, walk = [], QTreeWidgetItemIterator(told.list)
    while walk.value() is not None:
        found.append(walk.value())
        walk += 1
    return found


def _as_told(folder: Path, home: Home) -> None:
    """What lies on disk is what the person did."""
    with read_case(folder, home) as case, case.catalog.read() as connection:
        items = {item.number: item for item in all_items(connection)}
        marked = court.arrangement(connection)
        assert items["ITEM-0003"].title == "Screenshot, car"
        assert items["ITEM-0003"].when == "about 9 pm on 4 March 2026"
        assert [note.text for note in notes_of(connection, "ITEM-0003")] == ["Ask about the car"]
        assert items["ITEM-0002"].when == "2026-02-06T18:20:12-08:00"
        assert [each.items for each in marked] == [("ITEM-0002",), ("ITEM-0003", "ITEM-0004")]
        assert all(each.status is Status.MARKED for each in marked)
    record = json.loads((folder / "output" / "binder-0001" / "binder.json").read_text("utf-8"))
    with pikepdf.open(folder / "output" / "binder-0001" / "Binder.pdf") as pdf:
        assert len(pdf.pages) == record["volumes"][0]["pages"]
    assert verify_path(folder, home, Job()).ok
