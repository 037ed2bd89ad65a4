"""The panel beside the viewer, over a real case: what it shows, and what people say through it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.catalog.items import notes_of
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Item, Party, Role, Zone
from evidencekit.profile import load_profile
from ui.desk import Desk
from ui.dialogs.choose_party import ChoosePartyDialog, NewPartyDialog
from ui.dialogs.when import WhenDialog
from ui.views.details import Details

TAKEN, CHANGED = "2026-02-06T18:20:12", "2026-02-07T09:00:00-08:00"
LONG, REPEAT, MAIL, PHOTO, CALL, ATTACHED = (f"ITEM-000{n}" for n in range(1, 7))
LONG_NAME = "a" * 120 + "\u202egpj.<b>exe.txt"
Shown = Callable[[str], Details]


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five files and an attachment: a photograph with a place and two different times, a mail, a repeat, a note that
    is named by a telephone number, and one with a long, hostile name."""
    folder, home = tmp_path_factory.mktemp("told"), Home(tmp_path_factory.mktemp("home"))
    exif = Image.Exif()
    exif[0x0132] = "2026:02:07 09:00:00"
    exif[0x010F] = "Lumen"
    exif.get_ifd(0x8769)[0x9003] = "2026:02:06 18:20:12"
    exif.get_ifd(0x8769)[0x9010] = "-08:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (32.0, 44.0, 55.7), "W", (117.0, 7.0, 46.9)
    Image.new("RGB", (64, 48)).save(folder / "photo.jpg", exif=exif)
    (folder / "mail.eml").write_bytes(
        b"From: Marc <marc@example.net>\r\nTo: jd@example.com\r\nSubject: Kiln\r\nMIME-Version: 1.0\r\n"
        b"Date: Sat, 24 Jan 2026 21:16:00 -0800\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee it.\r\n"
        b'--b\r\nContent-Type: text/plain; name="list.txt"\r\n'
        b'Content-Disposition: attachment; filename="list.txt"\r\n\r\nplates\r\n--b--\r\n'
    )
    (folder / "again.txt").write_text("From him, again\n", "utf-8")
    (folder / "voicemail-15550178834-01.txt").write_text("From him, again\n", "utf-8")
    (folder / LONG_NAME).write_text("Other words\n", "utf-8")
    told = tmp_path_factory.mktemp("case") / "case"
    create_case(told, CaseInfo("", "26CR00417", "People v. Hollis", "America/Los_Angeles"), home, "A. Rivera")
    with write_case(told, home, "A. Rivera") as case:
        take_in(case, [folder], HandOver("Phone of J. D."), Job(), workers=1)
        edits.put_party(case, Party("Marc Hollis", Role.DEFENDANT, ("+1 (555) 017-8834",)))
        edits.put_party(case, Party("J. D.", Role.VICTIM, ("jd@example.com",)))
        edits.mark_exhibit(case, [PHOTO], load_profile("default"))
    return told


@pytest.fixture
def told_case(told_once: Path, tmp_path: Path) -> Path:
    """That case, for this test alone."""
    return Path(shutil.copytree(told_once, tmp_path / "case"))


@pytest.fixture
def panel(desk_over: Callable[[Path], Desk], told_case: Path, qtbot: QtBot) -> Details:
    """The panel alone, over that case."""
    return _panel(desk_over(told_case), qtbot)


def _panel(desk: Desk, qtbot: QtBot) -> Details:
    jumps: list[str] = []
    made = Details(replace(desk, show_item=jumps.append))
    made.jumps = jumps  # type: ignore[attr-defined]  # read by the test of the links
    made.resize(340, 700)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture
def shown(panel: Details, qtbot: QtBot) -> Shown:
    """Shows an item and waits until it is there."""

    def show(number: str) -> Details:
        panel.show_items([number])
        _wait(panel, qtbot)
        assert panel.loaded is not None
        assert panel.loaded.number == number
        return panel

    return show


def _wait(panel: Details, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel.desk.session.tasks.pending == 0, timeout=30_000)


def _item(panel: Details, number: str) -> Item:
    with panel.desk.session.open_case.catalog.read() as connection:
        return edits.known_items(connection, [number])[0]


def _undo(panel: Details, qtbot: QtBot) -> None:
    panel.desk.session.undo.undo()
    _wait(panel, qtbot)


def _type(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def test_without_an_item_there_is_a_hint(panel: Details, shown: Shown) -> None:
    assert "Choose an item" in panel.hint.text()
    assert panel.pages.currentWidget() is panel.hint
    shown(PHOTO)
    assert panel.pages.currentWidget() is panel.one
    panel.show_items([])
    assert panel.pages.currentWidget() is panel.hint


def test_facts_have_words_and_where_they_stand(shown: Shown) -> None:
    facts = {line.name: line for line in shown(PHOTO).facts.list.lines}
    assert facts["Camera make"].value == "Lumen"
    assert facts["Camera make"].small == "Read from: exif Make"
    assert facts["Width"].value == "64 pixels"


def test_where_it_was_made_is_told_only_when_asked_for(panel: Details, shown: Shown) -> None:
    facts = shown(PHOTO).facts
    assert not facts.position.isHidden()
    facts.copy.click()
    assert "32.7" not in facts.list.toPlainText()
    assert "32.7" not in QGuiApplication.clipboard().text()
    facts.filter.setText("32.7")
    assert facts.list.lines == ()
    facts.filter.clear()
    facts.position.click()
    assert "32.748" in facts.list.toPlainText()
    shown(MAIL)
    assert facts.position.isHidden()
    shown(PHOTO)
    assert "32.7" not in facts.list.toPlainText()


def test_facts_can_be_searched(shown: Shown) -> None:
    facts = shown(PHOTO).facts
    facts.filter.setText("exif make")
    assert [line.name for line in facts.list.lines] == ["Camera make"]
    facts.filter.setText("nothing like it")
    assert "No fact" in facts.list.toPlainText()


def test_another_time_found_is_chosen_and_keeps_its_zone(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    when = shown(PHOTO).about.when
    assert [each.text() for each in when.choices] == ["6 Feb 2026, 18:20:12", "7 Feb 2026, 09:00:00"]
    assert [each.isChecked() for each in when.choices] == [True, False]
    assert "No zone" in when.choices[0].accessibleName()
    when.choices[1].click()
    _wait(panel, qtbot)
    moment = _item(panel, PHOTO).moment
    assert moment is not None
    assert (moment.value, moment.zone) == (CHANGED, Zone.STATED)
    assert [each.isChecked() for each in when.choices] == [False, True]
    assert when.back.isVisibleTo(panel)
    when.choices[0].click()
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).when_said is None
    _undo(panel, qtbot)
    assert _item(panel, PHOTO).when_said == CHANGED
    assert [each.isChecked() for each in when.choices] == [False, True]
    when.back.click()
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).when == TAKEN
    assert [each.isChecked() for each in when.choices] == [True, False]


def test_the_arrow_keys_go_past_a_time_without_choosing_it(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    when = shown(PHOTO).about.when
    when.choices[0].setFocus()
    QTest.keyClick(when.choices[0], Qt.Key.Key_Down)
    _wait(panel, qtbot)
    assert when.choices[1].hasFocus()
    assert _item(panel, PHOTO).when_said is None
    QTest.keyClick(when.choices[1], Qt.Key.Key_Space)
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).when_said == CHANGED


def test_words_for_a_time_are_understood_kept_and_taken_back(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    when = shown(PHOTO).about.when
    panel.edit_when()
    _type(when.time.field, "early March 2026")
    assert when.time.told.text() == "Understood as 1 Mar 2026 to 10 Mar 2026"
    assert _item(panel, PHOTO).when_said is None
    QTest.keyClick(when.time.field, Qt.Key.Key_Return)
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).when_said == "early March 2026"
    assert when.own.isChecked()
    assert not any(each.isChecked() for each in when.choices)
    assert panel.desk.session.undo.undoText() == "Set time"
    _undo(panel, qtbot)
    assert when.time.field.text() == ""
    assert when.choices[0].isChecked()
    panel.desk.session.undo.redo()
    _wait(panel, qtbot)
    assert when.time.field.text() == "early March 2026"
    when.back.click()
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).when_said is None
    assert when.time.field.text() == ""


def test_an_impossible_time_is_said_and_not_kept(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    when = shown(PHOTO).about.when
    _type(when.time.field, "31 February 2026")
    QTest.keyClick(when.time.field, Qt.Key.Key_Return)
    _wait(panel, qtbot)
    assert when.time.told.text().startswith("Not kept. “31 February 2026” cannot be placed in time")
    assert when.time.told.property("role") == "bad"
    assert when.time.field.text() == "31 February 2026"
    assert _item(panel, PHOTO).when_said is None
    assert not panel.desk.session.undo.canUndo()
    QTest.keyClick(when.time.field, Qt.Key.Key_Escape)
    assert when.time.field.text() == ""
    assert not when.time.told.isVisibleTo(panel)


def test_a_time_that_came_twice_is_said(panel: Details, shown: Shown) -> None:
    when = shown(PHOTO).about.when
    _type(when.time.field, "2026-11-01T01:30")
    assert "came twice that night" in when.time.told.text()
    assert when.time.told.property("role") == "warn"


def test_a_title_is_kept_on_enter_and_on_leaving_and_undone(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    title = shown(PHOTO).about.title
    panel.edit_title()
    assert title.placeholderText() == "photo.jpg"
    _type(title, "The van")
    QTest.keyClick(title, Qt.Key.Key_Escape)
    assert title.text() == ""
    _type(title, "The grey van")
    QTest.keyClick(title, Qt.Key.Key_Return)
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).title == "The grey van"
    assert panel.head.name.text() == "The grey van"
    _type(title, "The grey van, parked")
    panel.about.party.box.setFocus()
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).title == "The grey van, parked"
    _undo(panel, qtbot)
    assert title.text() == "The grey van"
    _undo(panel, qtbot)
    assert title.text() == ""
    assert panel.head.name.text() == "photo.jpg"


def test_what_is_being_typed_outlives_a_change_from_elsewhere(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    title = shown(PHOTO).about.title
    _type(title, "The grey v")
    session = panel.desk.session
    with qtbot.waitSignal(session.changed):
        session.edit("Set party", lambda case: edits.describe(case, PHOTO, party="J. D."), ["words"])  # type: ignore[list-item]
    _wait(panel, qtbot)
    assert title.text() == "The grey v"
    assert panel.about.party.box.currentData() == "J. D."


def test_what_was_typed_goes_to_the_item_it_was_typed_for(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    title = shown(PHOTO).about.title
    _type(title, "The grey van")
    shown(MAIL)
    assert title.text() == ""
    assert _item(panel, PHOTO).title == "The grey van"
    assert _item(panel, MAIL).title is None


def test_quick_switching_ends_at_the_item_chosen_last(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    shown(PHOTO)
    for number in (MAIL, REPEAT, CALL, MAIL, LONG, CALL):
        panel.show_items([number])
    panel.edit_title()
    _wait(panel, qtbot)
    assert panel.head.what.text().startswith(CALL)
    assert panel.loaded is not None
    assert panel.loaded.number == CALL
    assert panel.about.title.hasFocus()


def test_a_title_that_cannot_be_kept_stays_with_the_reason(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    title = shown(PHOTO).about.title
    title.setText("a\x07b")
    title.keep()
    _wait(panel, qtbot)
    assert "cannot be printed" in panel.about.untold.text()
    assert title.text() == "a\x07b"
    assert _item(panel, PHOTO).title is None


def test_a_party_is_set_and_taken_back(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    box = shown(PHOTO).about.party.box
    assert [box.itemText(place) for place in range(box.count())] == [
        "No party",
        "Marc Hollis – defendant",
        "J. D. – victim",
    ]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    _wait(panel, qtbot)
    assert _item(panel, PHOTO).party == "J. D."
    assert box.accessibleName() == "Party: J. D. – victim"
    _undo(panel, qtbot)
    assert box.currentText() == "No party"


def test_a_known_number_in_the_name_proposes_its_party(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    party = shown(CALL).about.party
    (offer,) = party.offers()
    assert isinstance(offer, QAbstractButton)
    assert offer.text() == "Set Marc Hollis"
    offer.click()
    _wait(panel, qtbot)
    assert _item(panel, CALL).party == "Marc Hollis"
    assert party.offers() == []


def test_an_unknown_address_leads_to_a_new_party(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    party = shown(MAIL).about.party
    offer = next(each for each in party.offers() if "marc@example.net" in each.accessibleName())
    assert isinstance(offer, QAbstractButton)
    offer.click()
    dialog = party.dialog
    assert isinstance(dialog, NewPartyDialog)
    assert dialog.identifiers.toPlainText() == "marc@example.net"
    dialog.name.setText("marc hollis")
    dialog.add.click()
    assert "already" in dialog.missing.text()
    dialog.name.setText("M. Hollis, mail")
    dialog.add.click()
    _wait(panel, qtbot)
    assert _item(panel, MAIL).party == "M. Hollis, mail"
    _undo(panel, qtbot)
    assert _item(panel, MAIL).party is None
    assert party.box.count() == 3


def test_the_party_of_three_items_is_one_step(panel: Details, qtbot: QtBot) -> None:
    numbers = [PHOTO, MAIL, CALL]
    panel.show_items(numbers)
    qtbot.waitUntil(lambda: panel.pages.currentWidget() is panel.many)
    panel.edit_party()
    qtbot.waitUntil(lambda: panel.dialog is not None)
    dialog = panel.dialog
    assert isinstance(dialog, ChoosePartyDialog)
    dialog.list.setCurrentRow(1)
    dialog.choose.click()
    _wait(panel, qtbot)
    assert [_item(panel, number).party for number in numbers] == ["Marc Hollis"] * 3
    assert panel.desk.session.undo.undoText() == "Set party of 3 items"
    _undo(panel, qtbot)
    assert [_item(panel, number).party for number in numbers] == [None] * 3


def test_the_time_of_several_items(panel: Details, qtbot: QtBot) -> None:
    numbers = [REPEAT, CALL, LONG]
    panel.show_items(numbers)
    qtbot.waitUntil(lambda: panel.pages.currentWidget() is panel.many)
    assert panel.several.heading.text() == "3 items chosen"
    assert {line.name: line.value for line in panel.several.known.lines}["Need a date"] == "3 of them"
    panel.edit_when()
    dialog = panel.dialog
    assert isinstance(dialog, WhenDialog)
    dialog.time.field.setText("31 February 2026")
    assert not dialog.set.isEnabled()
    QTest.keyClick(dialog.time.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.time.field.setText("early March 2026")
    QTest.keyClick(dialog.time.field, Qt.Key.Key_Return)
    _wait(panel, qtbot)
    assert not panel.desk.session.undo.isClean()
    assert [_item(panel, number).when_said for number in numbers] == ["early March 2026"] * 3
    assert {line.name: line.value for line in panel.several.known.lines}["Happened"] == "early March 2026"


def test_notes_are_added_edited_removed_and_undone(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    notes = shown(PHOTO).notes
    panel.add_note()
    assert panel.tabs.currentWidget().isAncestorOf(notes)
    assert any("never printed, never produced" in each.text() for each in notes.findChildren(QLabel))
    assert not notes.new.isEnabled()
    QTest.keyClicks(notes.area, "Ask who parked it.")
    notes.new.click()
    _wait(panel, qtbot)
    (card,) = notes.cards
    assert card.note.actor == "A. Rivera, advocate"
    assert "Ask who parked it." in card.text.toPlainText()
    assert notes.area.toPlainText() == ""
    card.edit.click()
    card.area.setPlainText("Ask who parked it there.")
    QTest.keyClick(card.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    _wait(panel, qtbot)
    assert [each.note.text for each in notes.cards] == ["Ask who parked it there."]
    notes.cards[0].remove.click()
    _wait(panel, qtbot)
    assert notes.cards == []
    for told in ("Ask who parked it there.", "Ask who parked it."):
        _undo(panel, qtbot)
        assert [each.note.text for each in notes.cards] == [told]
    _undo(panel, qtbot)
    assert notes.cards == []


def test_a_note_being_written_waits_for_its_item(panel: Details, shown: Shown) -> None:
    notes = shown(PHOTO).notes
    notes.area.setPlainText("Half a thought")
    shown(MAIL)
    assert notes.area.toPlainText() == ""
    shown(PHOTO)
    assert notes.area.toPlainText() == "Half a thought"


def test_digests_are_copied_and_found_equal(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    digests = shown(PHOTO).custody.digests
    item = _item(panel, PHOTO)
    assert digests.sha256.toPlainText().replace(" ", "") == item.digests.sha256
    digests._copy("BLAKE3")
    assert QGuiApplication.clipboard().text() == item.digests.blake3
    panel.check_digests()
    _wait(panel, qtbot)
    assert digests.state.text().startswith("Unchanged")
    assert digests.state.property("role") == "good"
    assert not digests.alarm.isVisibleTo(panel)


def test_a_changed_original_is_told_strongly(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    digests = shown(PHOTO).custody.digests
    path = panel.desk.session.open_case.originals.path(_item(panel, PHOTO).digests.sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"?")
    panel.check_digests()
    shown(MAIL)
    _wait(panel, qtbot)
    assert digests.state.text() == ""
    shown(PHOTO)
    assert digests.state.text().startswith(f"CHANGED: the original of {PHOTO}")
    assert digests.state.property("role") == "bad"
    assert digests.alarm.isVisibleTo(panel)
    assert "compare this original with a backup" in digests.more.toPlainText()
    path.unlink()
    panel.check_digests()
    _wait(panel, qtbot)
    assert digests.state.text().startswith("MISSING")


def test_the_history_and_the_hand_over_in_words(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    shown(PHOTO)
    panel.tabs.setCurrentWidget(panel._custody_area)
    _wait(panel, qtbot)
    assert [line.value for line in panel.custody.history.lines][-1] == "Marked as Exhibit 1"
    came = {line.name: line.value for line in panel.custody.came.lines}
    assert came["Whose material"] == "Phone of J. D."
    assert came["Received as"] == "photo.jpg"
    assert "Raw name" not in came
    shown(LONG)
    _wait(panel, qtbot)
    came = {line.name: line.value for line in panel.custody.came.lines}
    assert bytes.fromhex(came["Raw name"]).decode() == LONG_NAME
    assert "\\u{202e}" in came["Received as"]


def test_a_hostile_name_is_shown_plain_and_never_widens_the_panel(panel: Details, shown: Shown) -> None:
    shown(LONG)
    assert panel.head.name.textFormat() == Qt.TextFormat.PlainText
    whole = panel.head.name.accessibleName()
    assert "\u202e" not in whole + panel.head.name.text()
    assert "\\u{202e}" in whole
    assert "<b>exe" in whole
    assert "<b>" not in panel.head.name.toolTip()
    assert panel.width() == 340
    for each in panel.findChildren(QLabel):
        assert each.textFormat() == Qt.TextFormat.PlainText


def test_what_it_repeats_and_what_it_holds_can_be_gone_to(panel: Details, shown: Shown) -> None:
    links = shown(CALL).about.links
    assert list(links) == [REPEAT]
    links[REPEAT].click()
    links = shown(MAIL).about.links
    assert list(links) == [ATTACHED]
    links[ATTACHED].click()
    assert list(shown(ATTACHED).about.links) == [MAIL]
    assert panel.jumps == [REPEAT, ATTACHED]  # type: ignore[attr-defined]


def test_an_item_in_an_exhibit_wears_its_sticker(panel: Details, shown: Shown) -> None:
    shown(PHOTO)
    names = [each.accessibleName() for each in panel.head.findChildren(QWidget) if each.accessibleName()]
    assert "Exhibit 1" in names


def test_a_read_only_case_is_shown_and_not_changed(
    desk_over: Callable[[Path], Desk], told_case: Path, qtbot: QtBot
) -> None:
    (told_case / "keys.txt").write_text("")
    panel = _panel(desk_over(told_case), qtbot)
    panel.show_items([PHOTO])
    _wait(panel, qtbot)
    assert panel.desk.session.read_only
    assert panel.about.title.isReadOnly()
    assert panel.about.when.time.field.isReadOnly()
    assert not panel.about.party.box.isEnabled()
    assert not any(each.isEnabled() for each in panel.about.when.choices)
    panel.add_note()
    assert not panel.notes.new.isEnabled()
    panel.check_digests()
    _wait(panel, qtbot)
    assert panel.custody.digests.state.text().startswith("Unchanged")
    panel.show_items([PHOTO, MAIL])
    _wait(panel, qtbot)
    panel.edit_when()
    assert panel.dialog is None


def test_what_is_being_typed_is_kept_when_the_case_is_closed(
    panel: Details, shown: Shown, qtbot: QtBot, told_case: Path, home: Home
) -> None:
    _type(shown(PHOTO).about.title, "The grey van")
    panel.notes.area.setPlainText("Half a thought")
    panel.desk.session.close()
    _wait(panel, qtbot)
    with read_case(told_case, home) as case, case.catalog.read() as connection:
        assert edits.known_items(connection, [PHOTO])[0].title == "The grey van"
        assert [note.text for note in notes_of(connection, PHOTO)] == ["Half a thought"]


def test_closing_the_case_empties_the_panel(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    shown(PHOTO)
    panel.desk.session.close()
    _wait(panel, qtbot)
    assert panel.pages.currentWidget() is panel.hint
    assert panel.loaded is None


def test_everything_can_be_reached_by_name(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    shown(PHOTO)
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QTabBar)
    for place in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(place)
        _wait(panel, qtbot)
        for each in panel.findChildren(QWidget):
            if isinstance(each, kinds) and each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisibleTo(panel):
                spoken = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
                assert spoken or isinstance(each.parent(), QTabBar | QLineEdit | QComboBox), each


def test_tab_goes_down_the_panel(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    about = shown(PHOTO).about
    about.when.choices[1].click()
    _wait(panel, qtbot)
    shown(MAIL)
    shown(PHOTO)
    seen: list[QWidget] = []
    panel.edit_title()
    qtbot.waitUntil(lambda: all(each.isVisible() for each in about.when.choices))
    for _ in range(9):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    when, party = about.when, about.party
    times = [*when.choices, when.own, when.time.field, when.compare, when.back]
    assert seen == [about.title, party.box, party.new, *times]


def test_times_are_compared_and_one_is_taken(panel: Details, shown: Shown, qtbot: QtBot) -> None:
    when = shown(PHOTO).about.when
    assert panel.loaded is not None
    first, second = panel.loaded.found[:2]
    when.compare.click()
    dialog = when.dialog
    assert dialog is not None
    assert not dialog.use.isEnabled()  # the first line is in use
    cells = [dialog.table.item(1, column).text() for column in range(4)]  # type: ignore[union-attr]
    assert second.told in cells[0]
    assert cells[1] in (second.apart, "the same")
    assert cells[3] == second.why
    dialog.table.selectRow(1)
    dialog.use.click()
    _wait(panel, qtbot)
    assert panel.loaded.used == second.value != first.value
    assert when.by.text().startswith("Chosen by ")


def test_large_text_scrolls_and_is_not_clipped(panel: Details, shown: Shown, qtbot: QtBot, qapp: QApplication) -> None:
    theme = panel.desk.theme
    theme.choose(theme.mode, 1.5)
    panel.resize(theme.px(250), 500)
    try:
        for number, place in product((PHOTO, MAIL, CALL, LONG), range(panel.tabs.count())):
            shown(number)
            panel.tabs.setCurrentIndex(place)
            _wait(panel, qtbot)
            qapp.processEvents()
            for area in panel.findChildren(QScrollArea):
                content = area.widget()
                if area.isVisibleTo(panel):
                    assert content is not None
                    assert content.width() <= area.viewport().width()
        panel.tabs.setCurrentIndex(0)
        qapp.processEvents()
        own = panel.about.when.own
        assert own.mapTo(panel.about, QPoint(own.width(), 0)).x() <= panel.about.width()
    finally:
        theme.choose(theme.mode, 1.0)
