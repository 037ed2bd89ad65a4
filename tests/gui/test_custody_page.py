"""The custody page over a real case: the ledger in words, verifying, the checkpoint, hand-overs and the report."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.binder.custody import ACQUIRE
from evidencekit.binder.front import qr_svg
from evidencekit.casefile import read_case, write_case
from evidencekit.casefile.history import by_item, history
from evidencekit.custody.keys import Home
from evidencekit.profile import load_profile
from ui.dialogs.against import AgainstDialog
from ui.dialogs.forms import FORMS, FormsDialog
from ui.dialogs.status import LastingDialog
from ui.models.ledger import Sealed
from ui.models.lines import Line, Look
from ui.tasks import Lane
from ui.theme import Mode
from ui.views.custody import CustodyView
from ui.views.custody_report import ReportDialog
from ui.window import Window

Opened = Callable[[Path], Window]


class Page:
    """The page of a window, with what a person does on it."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        window.show_page("custody")
        view = window.views["custody"]
        assert isinstance(view, CustodyView)
        self.view = view
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.session.tasks.pending == 0, timeout=60_000)

    @property
    def folder(self) -> Path:
        return self.window.session.open_case.folder

    @property
    def lines(self) -> list[Line]:
        return list(self.view.ledger.list.lines.lines)

    @property
    def numbers(self) -> list[int]:
        return [int(line.lead) for line in self.lines]

    @property
    def faults(self) -> list[Line]:
        return list(self.view.faults.list.lines.lines)

    @property
    def sealed(self) -> Sealed:
        sealed = self.view.checkpoint.sealed
        assert sealed is not None
        return sealed

    def do(self, name: str) -> None:
        assert self.window.actions_made[name].isEnabled(), name
        self.window.actions_made[name].trigger()
        self.settle()


@pytest.fixture(scope="module")
def shared_case(taken_once: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four items, one of them marked by somebody else and withdrawn again."""
    folder = tmp_path_factory.mktemp("shared")
    home = Home(Path(shutil.copytree(taken_once[1], folder / "case-home")))
    made = Path(shutil.copytree(taken_once[0], folder / "case"))
    with write_case(made, home, "P. Ng, prosecutor") as case:
        edits.mark_exhibit(case, ["ITEM-0003"], load_profile("default"), title="Note")
        edits.withdraw_exhibit(case, "1")
    return made


@pytest.fixture(scope="module")
def shared_page() -> str:
    return "custody"


@pytest.fixture
def looked_at(shared_window: Window, qtbot: QtBot) -> Page:
    """The page of that case, for tests that change nothing."""
    return Page(shared_window, qtbot)


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """On the custody page, in the window that these tests share."""
    return partial(reopened, page="custody")


@pytest.fixture
def page(opened: Opened, shared_case: Path, tmp_path: Path, qtbot: QtBot, home: Home) -> Page:
    """The page of one's own copy of it."""
    shutil.copytree(shared_case.with_name("case-home"), home.folder, dirs_exist_ok=True)
    folder = Path(shutil.copytree(shared_case, tmp_path / "case"))
    write_case(folder, home, "A. Rivera, advocate").close()  # notes when its originals were last seen changed
    return Page(opened(folder), qtbot)


def tamper(path: Path) -> None:
    os.chmod(path, 0o644)  # noqa: PTH101 — a plain chmod, as whoever tampers does it
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


def original(page: Page, number: str) -> Path:
    (found,) = [item for item in page.window.session.open_case.checked.items if item.number == number]
    return page.folder / "originals" / found.digests.sha256[:2] / found.digests.sha256


# The ledger


def test_the_ledger_is_told_in_the_words_of_the_record_newest_first(looked_at: Page) -> None:
    case = looked_at.window.session.open_case
    events = history(case.folder, {each.acquisition.number: each.acquisition for each in case.checked.records})
    told = [(line.key, line.text, line.below, line.items) for line in looked_at.lines]
    assert told == [(event.line, event.what, event.actor, event.items) for event in reversed(events)]
    looked_at.view.ledger.newest.click()
    assert [line.key for line in looked_at.lines] == [event.line for event in events]
    assert looked_at.view.ledger.count.text() == f"{len(events)} lines"


def test_times_are_in_the_cases_zone_and_utc_is_in_the_tip(looked_at: Page) -> None:
    line, event = looked_at.lines[0], looked_at.view.story.events[-1]
    assert line.first[1].endswith(("PST (UTC−8)", "PDT (UTC−7)"))
    assert f"{event.time[:10]} {event.time[11:19]} UTC" in line.tip


def test_the_ledger_is_narrowed_by_item_person_act_and_words(looked_at: Page) -> None:
    ledger, events = looked_at.view.ledger, list(looked_at.view.story.events)
    looked_at.view.show_item("3")
    wanted = by_item(events, ["ITEM-0003"])["ITEM-0003"]
    assert sorted(looked_at.numbers) == [event.line for event in wanted]
    assert len(wanted) == 3  # received, marked, withdrawn
    ledger.act.setCurrentIndex(ledger.act.findData("withdraw"))
    assert [line.text for line in looked_at.lines] == ["Exhibit 1 withdrawn"]
    ledger.item.clear()
    ledger.act.setCurrentIndex(0)
    ledger.actor.setCurrentIndex(ledger.actor.findData("P. Ng, prosecutor"))
    assert {line.below for line in looked_at.lines} == {"P. Ng, prosecutor"}
    ledger.words.setText("MARKED")
    assert [line.text for line in looked_at.lines] == ["Marked as Exhibit 1"]
    ledger.words.setText("no such words")
    assert ledger.pages.currentWidget() is ledger.none


def test_what_is_no_item_number_is_said(looked_at: Page) -> None:
    looked_at.view.ledger.item.setText("IMG_2041")
    assert looked_at.view.ledger.pages.currentWidget() is looked_at.view.ledger.none
    assert "is not an item number" in looked_at.view.ledger.none.title.text()


def test_an_item_is_gone_to_from_its_line_by_mouse_and_by_key(looked_at: Page, qtbot: QtBot) -> None:
    row = next(at for at, line in enumerate(looked_at.lines) if line.text == "Marked as Exhibit 1")
    view = looked_at.view.ledger.list
    index = view.lines.index(row)
    link = view.paint_lines.columns(view.visualRect(index))[3]
    with qtbot.waitSignal(view.wanted) as gone:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=link.center())
    assert gone.args == ["ITEM-0003"]
    assert looked_at.window.pages.currentWidget() is looked_at.window.views["items"]
    looked_at.settle()
    looked_at.window.show_page("custody")
    view.setCurrentIndex(index)
    with qtbot.waitSignal(view.wanted):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    looked_at.settle()


def test_new_lines_come_by_themselves(page: Page) -> None:
    before = len(page.lines)
    page.window.session.act(
        "Marking",
        lambda case, job: edits.mark_exhibit(case, ["ITEM-0004"], load_profile("default"), title="Data"),
        (),
    )
    page.settle()
    assert len(page.lines) == before + 1
    assert page.sealed.size == before + 1


# Verifying


def test_a_sound_case_holds_while_it_is_open_and_that_is_entered_in_the_ledger(page: Page) -> None:
    ledger = page.folder / "ledger.jsonl"
    before = ledger.read_bytes()
    page.do("custody.verify")
    faults = page.view.faults
    lines = before.count(b"\n")
    assert faults.title.text() == f"Everything holds: 4 items, {lines} ledger lines"
    assert page.view.state.property("role") == "good"
    assert ledger.read_bytes() == before  # verifying alone writes nothing
    assert page.faults == []
    faults.log_it.click()
    page.settle()
    newest = json.loads(ledger.read_text().splitlines()[-1])
    assert (newest["act"], newest["findings"], newest["items"], newest["lines"]) == ("verify", 0, 4, lines)
    assert newest["actor"] == "A. Rivera, advocate"
    assert not faults.log_it.isVisible()
    assert f"line {lines + 1}" in faults.about.text()
    assert page.lines[0].text == "Verified: unchanged"
    page.do("custody.verify")
    assert "Everything holds" in faults.title.text()


def test_edits_and_intake_before_a_check_raise_no_false_alarm(page: Page, tmp_path: Path) -> None:
    session = page.window.session
    session.edit("Title", lambda case: edits.describe(case, "ITEM-0001", title="A note"), [])
    page.do("custody.verify")
    assert "Everything holds" in page.view.faults.title.text()


def test_a_changed_original_is_found_named_and_makes_the_case_read_only(page: Page, qtbot: QtBot) -> None:
    tamper(original(page, "ITEM-0003"))
    page.do("custody.verify")
    bad = [line for line in page.faults if line.look is Look.BAD]
    assert [line.last[0] for line in bad] == ["ITEM-0003"]
    assert "was changed" in bad[0].text
    assert bad[0].below.startswith("originals/")
    assert page.faults[0].text == "Originals"
    assert page.view.faults.title.text().startswith("1 fault in 4 items")
    assert page.view.state.property("role") == "bad"
    assert not page.view.faults.log_it.isVisible()
    assert page.window.session.read_only
    assert page.window.banner.isVisible()
    assert not page.window.actions_made["intake.files"].isEnabled()
    page.view.faults.copy_it.click()
    copied = QGuiApplication.clipboard().text()
    assert "original-changed: The original of ITEM-0003 was changed" in copied
    view = page.view.faults.list
    view.setCurrentIndex(view.lines.index(1))
    with qtbot.waitSignal(view.opened):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert page.window.pages.currentWidget() is page.window.views["items"]
    page.settle()


def test_faults_of_every_part_stand_under_their_part(page: Page) -> None:
    tamper(page.folder / "checkpoint")
    (page.folder / "keys.txt").write_text("")
    os.unlink(original(page, "ITEM-0004"))  # noqa: PTH108 — it may be read-only
    page.do("custody.verify")
    headings = [line.text for line in page.faults if line.look is Look.HEADING]
    assert headings[0] == "Originals"
    assert "Checkpoint, signatures and keys" in headings
    verdict = page.view.verdict
    assert verdict is not None
    assert len([line for line in page.faults if line.look is Look.BAD]) == len(verdict.findings) >= 3


def test_notes_stand_apart_and_are_no_faults(page: Page) -> None:
    stray = page.folder / "originals" / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"never acknowledged")
    page.do("custody.verify")
    assert "Everything holds" in page.view.faults.title.text()
    assert [line.look for line in page.faults] == [Look.HEADING, Look.ROW]
    assert page.faults[0].text == "Notes, which are no faults"


def test_cancelling_a_check_leaves_everything_as_it_was(page: Page) -> None:
    hold = threading.Event()  # a small case is checked faster than anybody cancels
    page.window.session.tasks.start(Lane.WRITE, lambda job: hold.wait(20), lambda _: None)
    page.view.verify()
    work = page.window.session.work
    assert work is not None
    work.cancel()
    hold.set()
    page.settle()
    assert page.view.verdict is None
    assert page.window.session.writable


@pytest.mark.parametrize("part", ["keys.txt", "original"])
def test_a_read_only_case_shows_at_once_what_was_found_on_opening(
    page: Page, opened: Opened, qtbot: QtBot, part: str
) -> None:
    folder = page.folder
    changed = original(page, "ITEM-0003") if part == "original" else folder / part
    page.window.session.close()
    page.settle()
    tamper(changed)
    again = Page(opened(folder), qtbot)
    assert again.window.session.read_only
    assert again.view.tabs.currentWidget() is again.view.faults
    bad = [line for line in again.faults if line.look is Look.BAD]
    assert len(bad) == 1
    assert bad[0].last[0] == ("ITEM-0003" if part == "original" else "")
    assert bad[0].text in again.window.banner.text.text()
    again.view.tabs.setCurrentIndex(0)
    again.window.show_page("items")
    again.window.banner.findChild(QPushButton).click()
    assert again.window.pages.currentWidget() is again.view
    assert again.view.tabs.currentWidget() is again.view.faults
    again.do("custody.verify")
    assert [line.text for line in again.faults if line.look is Look.BAD] == [bad[0].text]


# The checkpoint


def test_the_code_on_the_screen_says_the_note_that_a_binder_prints(looked_at: Page, tmp_path: Path) -> None:
    import numpy
    import zxingcpp

    note = (looked_at.folder / "checkpoint").read_text("utf-8")
    view = looked_at.view.checkpoint
    looked_at.view.tabs.setCurrentWidget(view)
    assert view.note.toPlainText() == note == looked_at.sealed.note
    assert qr_svg(note).count("<path") == 1
    for shown in (view.code.grab().toImage(), view.code.picture()):
        grey = shown.convertToFormat(QImage.Format.Format_Grayscale8)
        pixels = numpy.frombuffer(grey.constBits(), numpy.uint8).reshape(grey.height(), grey.bytesPerLine())
        (code,) = zxingcpp.read_barcodes(numpy.ascontiguousarray(pixels[:, : grey.width()]))
        assert code.bytes == note.encode()


def test_the_code_leaves_the_words_beside_it_room_and_is_still_read(looked_at: Page) -> None:
    import numpy
    import zxingcpp

    window, view = looked_at.window, looked_at.view.checkpoint
    looked_at.view.tabs.setCurrentWidget(view)
    window.theme.choose(Mode.LIGHT, 1.5)
    window.resize(1280, 720)
    looked_at.settle()
    scroll = view.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    looked_at.qtbot.waitUntil(lambda: scroll.horizontalScrollBar().maximum() == 0)
    shown = view.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = numpy.frombuffer(shown.constBits(), numpy.uint8).reshape(shown.height(), shown.bytesPerLine())
    (code,) = zxingcpp.read_barcodes(numpy.ascontiguousarray(pixels[:, : shown.width()]))
    assert code.bytes == view.note.toPlainText().encode()


def test_the_checkpoint_is_told_copied_and_saved(looked_at: Page, tmp_path: Path) -> None:
    case, view = looked_at.window.session.open_case, looked_at.view.checkpoint
    checkpoint = case.checked.state.checkpoint
    assert checkpoint is not None
    assert view.facts["Root"].text() == checkpoint.root_text
    assert view.facts["Covers"].text() == f"{checkpoint.size} ledger lines"
    assert "".join(view.facts["Fingerprint"].text().split()) == case.checked.state.keys[0].fingerprint
    view.copy()
    assert QGuiApplication.clipboard().text() == checkpoint.note().decode()
    view.save_to(tmp_path / "note.txt")
    looked_at.settle()
    assert (tmp_path / "note.txt").read_bytes() == checkpoint.note()
    view.save_to(tmp_path / "code.png")
    looked_at.settle()
    assert QImage(str(tmp_path / "code.png")).width() == view.code.picture().width()


def test_a_case_without_a_readable_checkpoint_says_so(page: Page, opened: Opened, qtbot: QtBot) -> None:
    folder = page.folder
    page.window.session.close()
    page.settle()
    (folder / "checkpoint").unlink()
    again = Page(opened(folder), qtbot)
    assert again.view.checkpoint.sealed is None
    assert again.view.checkpoint.pages.currentIndex() == 1


# Hand-overs and report


def test_hand_overs_say_who_gave_what_and_what_was_refused(
    opened: Opened, filled_case: Path, qtbot: QtBot, tmp_path: Path, take: Callable[..., object]
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "text.txt").write_text("third")
    (more / "link").symlink_to(tmp_path)
    take(filled_case, more)
    page = Page(opened(filled_case), qtbot)
    lines = list(page.view.hand_overs.lines.lines)
    assert [line.lead for line in lines] == ["1", "2", ""]
    assert lines[0].text == "Phone of J. D."
    assert lines[0].last[0] == "4 items"
    assert lines[1].items == ("ITEM-0005",)
    assert (lines[2].text, lines[2].look) == ("link", Look.WARN)
    assert "symbolic link" in lines[2].below
    refused = next(line for line in page.lines if "refused" in line.text)
    assert refused.look is Look.WARN


def test_an_empty_case_says_how_hand_overs_come(opened: Opened, new_case: Path, qtbot: QtBot) -> None:
    page = Page(opened(new_case), qtbot)
    assert page.view.received.currentWidget() is page.view.no_hand_overs
    assert [event.act for event in page.view.story.events] == ["create", "key-add"]
    assert ACQUIRE not in page.view.story.acts


@pytest.mark.parametrize("number", [None, "ITEM-0003"])
def test_the_custody_report_is_saved(
    looked_at: Page, tmp_path: Path, number: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pypdf import PdfReader

    out = tmp_path / "custody.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(out.with_suffix("")), "PDF (*.pdf)"))
    looked_at.do("custody.report")
    dialog = looked_at.view.dialog
    assert isinstance(dialog, ReportDialog)
    if number:
        dialog.one.setChecked(True)
        dialog.item.setText("99")
        dialog.go.click()
        looked_at.settle()
        assert dialog.isVisible()
        assert "no such item" in dialog.wrong.text()
        dialog.item.setText("3")
    dialog.go.click()
    looked_at.settle()
    text = PdfReader(out).pages[0].extract_text()
    assert "Custody record" in text
    assert ("ITEM-0003" in text) or number is None
    assert looked_at.view.written.path == out
    assert looked_at.view.written.show_it.isVisible()


def test_the_page_is_empty_when_the_case_is_closed(page: Page) -> None:
    page.do("custody.verify")
    page.view.show_item("3")
    page.window.session.close()
    page.settle()
    assert page.view.ledger.item.text() == "", "the next case is told whole"
    assert page.lines == []
    assert page.view.verdict is None
    assert page.view.checkpoint.sealed is None


def test_every_control_has_a_name_and_is_reached_by_tab(looked_at: Page) -> None:
    looked_at.window.show_page("chronology")
    looked_at.settle()
    views = [looked_at.view, looked_at.window.views["chronology"]]
    controls = [
        each
        for view in views
        for each in view.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and not each.objectName().startswith("qt_")
    ]
    named = {each: QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name) for each in controls}
    assert len(named) > 25
    assert [type(each).__name__ for each, name in named.items() if not name] == []


def test_an_older_copy_is_taken_knowingly_and_that_is_logged(
    page: Page, opened: Opened, qtbot: QtBot, tmp_path: Path, home: Home
) -> None:
    folder = page.folder
    page.window.session.close()
    page.settle()
    older = Path(shutil.copytree(folder, tmp_path / "older"))
    with write_case(folder, home, "P. Ng, prosecutor") as case:
        edits.mark_exhibit(case, ["ITEM-0004"], load_profile("default"), title="Data")
    again = Page(opened(older), qtbot)
    assert again.window.session.read_only
    assert [line.text for line in again.faults if line.look is Look.HEADING] == [
        "Compared with what this computer has seen"
    ]
    again.view.faults.accept_it.click()
    dialog = again.view.dialog
    assert isinstance(dialog, LastingDialog)
    with qtbot.waitSignal(again.window.session.opened, timeout=30_000):
        dialog.go.click()
    again.settle()
    assert again.window.session.writable
    assert again.lines[0].text == "Recovered: accepted knowingly: older-than-seen"
    assert not again.window.banner.isVisible()


def test_a_tampered_case_cannot_be_taken_knowingly(page: Page) -> None:
    tamper(original(page, "ITEM-0003"))
    page.do("custody.verify")
    assert not page.view.faults.accept_it.isVisible()


def test_the_case_is_held_against_a_printed_checkpoint(
    filled_case: Path, opened: Opened, qtbot: QtBot, home: Home, tmp_path: Path
) -> None:
    with read_case(filled_case, home) as looked:
        checkpoint = looked.checked.state.checkpoint
        assert checkpoint is not None
    page = Page(opened(filled_case), qtbot)
    page.window.actions_made["custody.seal"].trigger()
    page.settle()
    page.window.actions_made["custody.against"].trigger()
    dialog = page.view.dialog
    assert isinstance(dialog, AgainstDialog)
    dialog.text.setPlainText("12 lines, root AAAA")
    dialog.go.click()
    page.settle()
    assert dialog.isVisible()
    assert dialog.wrong.text()
    root = checkpoint.root_text
    grouped = " ".join(root[at : at + 4] for at in range(0, len(root), 4))
    dialog.text.setPlainText(f"{checkpoint.size} lines\nRoot {grouped}")
    dialog.go.click()
    page.settle()
    assert page.view.verdict is not None
    assert page.view.verdict.ok
    about = page.view.faults.about.text()
    assert "agrees with the checkpoint" in about
    assert "1 sealing" in about
    for name in ("report.pdf", "report.json"):
        page.view.save_verdict_to(tmp_path / name)
        page.settle()
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((tmp_path / "report.json").read_text())["ok"] is True


def test_a_case_that_a_printed_checkpoint_contradicts_is_distrusted(
    filled_case: Path, opened: Opened, qtbot: QtBot
) -> None:
    page = Page(opened(filled_case), qtbot)
    page.view.compare()
    dialog = page.view.dialog
    assert isinstance(dialog, AgainstDialog)
    dialog.read_value(f"2 lines, root {'A' * 43}=")
    page.settle()
    assert page.view.verdict is not None
    assert not page.view.verdict.ok
    assert page.window.session.read_only


def test_custody_documents_are_written_from_the_app(
    filled_case: Path, opened: Opened, qtbot: QtBot, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_case(filled_case, home, "A. Rivera, advocate") as case:
        edits.withhold(case, ["1"], "Under seal")
    page = Page(opened(filled_case), qtbot)
    for at, form in enumerate(FORMS):
        wanted = tmp_path / f"form-{at}.pdf"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, wanted=wanted: (str(wanted), ""))
        page.window.actions_made["custody.forms"].trigger()
        dialog = page.view.dialog
        assert isinstance(dialog, FormsDialog)
        dialog.which.setCurrentIndex(at)
        layout = dialog.layout()
        assert layout is not None
        assert dialog.height() == layout.totalHeightForWidth(dialog.width())  # as high as what is asked now
        assert dialog.items.isVisibleTo(dialog) is ("items" in form.fields)
        if "items" in form.fields:
            dialog.items.setText("no number")
            dialog.go.click()
            assert dialog.wrong.text()
            dialog.items.setText("1, ITEM-0003")
        else:
            dialog.items.setText("no number")  # what is hidden is not asked
        dialog.go.click()
        page.settle()
        assert wanted.read_bytes().startswith(b"%PDF"), form.title
        words = page.view.written.words
        assert "withheld" in words.accessibleName()
        assert words.property("role") == "warn"
