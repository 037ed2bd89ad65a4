"""Productions in the app: what must not leave, the steps of a production to its written package, and what is told of
it afterwards, all over the real core."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.casefile.protection import GPS, UNSEARCHABLE, protected_key, protection_of
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Hit, Part
from evidencekit.production.bates import Issued
from evidencekit.production.produce import preview
from evidencekit.production.values import Order
from evidencekit.verify import verify_path
from ui.dialogs.export import ExportDialog
from ui.dialogs.production import ProductionDialog, by_keys
from ui.dialogs.production_order import OrderPage
from ui.dialogs.protecting import TermsDialog, WithholdDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.status import LastingDialog
from ui.elsewhere import VerdictDialog
from ui.models.producing import what_words
from ui.models.productions import Productions
from ui.views.productions import ProductionsView
from ui.window import Window

Opened = Callable[[Path], Window]
TERM, TO = "12 Elm Street", "Public Defender"
MAIL, PHOTO, NOTE, PLAIN, ATTACHED = (f"ITEM-{n:04d}" for n in range(1, 6))


@pytest.fixture(scope="session")
def protected_once(made_together: Callable[..., Any]) -> tuple[Path, Path]:
    """A case in which a term is protected, looked through once, and its maker's user folder; copy both."""
    made: tuple[Path, Path] = made_together("to-leave", _make)
    return made


def _make(folder: Path) -> tuple[Path, Path]:
    home = Home(folder / "keeper")
    received = folder / "received"
    received.mkdir()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "m@example.org", "j@example.org", "Saturday"
    mail["Date"] = "Sun, 22 Mar 2026 08:41:00 -0700"
    mail.set_content("I saw the light in your window.\n")
    mail.add_attachment(b"A list of days.\n", "text", "plain", filename="days.txt")
    (received / "a.eml").write_bytes(mail.as_bytes())
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 44.0, 55.0), 3: "W", 4: (117.0, 7.0, 46.0)})
    Image.new("RGB", (60, 40), "navy").save(received / "b.jpg", exif=exif)
    (received / "c.txt").write_text(f"She moved to {TERM} in May.\n", "utf-8")
    (received / "d.txt").write_text("He was outside again.\n", "utf-8")
    info = CaseInfo("", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court")
    create_case(folder / "case", info, home, "A. Rivera, advocate")
    with write_case(folder / "case", home, "A. Rivera, advocate") as case:
        take_in(case, [received], HandOver("Phone of J. D."), Job(), workers=1)
        edits.protect(case, [TERM])
        assert preview(case, Order(TO), Job()).hits
    return folder / "case", home.folder


@pytest.fixture
def to_leave(tmp_path: Path, home: Home, protected_once: tuple[Path, Path]) -> Path:
    """One's own copy, opened once by this user."""
    case, keeper = protected_once
    shutil.copytree(keeper, home.folder, dirs_exist_ok=True)
    folder = Path(shutil.copytree(case, tmp_path / "case"))
    write_case(folder, home, "A. Rivera, advocate").close()
    return folder


@pytest.fixture
def opened(opened: Opened) -> Opened:
    """On the page of the productions."""
    return partial(opened, page="productions")


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0 and window.session.work is None, timeout=60_000)


def page(window: Window, qtbot: QtBot) -> ProductionsView:
    window.show_page("productions")
    settle(window, qtbot)
    view = window.views["productions"]
    assert isinstance(view, ProductionsView)
    return view


def wizard(window: Window, qtbot: QtBot) -> ProductionDialog:
    view = page(window, qtbot)
    window.actions_made["production.new"].trigger()
    settle(window, qtbot)
    assert view.wizard is not None
    return view.wizard


def enter(asked: object, reason: str) -> None:
    assert isinstance(asked, ReasonDialog | WithholdDialog)
    assert not asked.go.isEnabled()
    asked.words.setPlainText(reason)
    asked.go.click()


def choose(dialog: ProductionDialog, *items: str) -> None:
    dialog.what.undecided.clearSelection()
    view = dialog.what.undecided
    for at, line in enumerate(view.lines.lines):
        if line.key[0] in items:
            view.selectionModel().select(view.lines.index(at), view.selectionModel().SelectionFlag.Select)


def open_items(dialog: ProductionDialog) -> list[tuple[str, str]]:
    assert dialog.told is not None
    return [line.key for line in dialog.told.open]


def test_protected_terms_are_entered_and_taken_off(to_leave: Path, opened: Opened, qtbot: QtBot) -> None:
    window = opened(to_leave)
    view = page(window, qtbot)
    assert view.state.text() == "1 protected term · 0 items held back"
    window.actions_made["production.terms"].trigger()
    settle(window, qtbot)
    dialog = view.dialog
    assert isinstance(dialog, TermsDialog)
    assert dialog.terms == [TERM]
    assert not dialog.add_it.isEnabled()
    dialog.term.setText("ab")
    dialog.add_it.click()
    settle(window, qtbot)
    assert "too short" in dialog.wrong.text()
    assert dialog.term.text() == "ab"
    dialog.term.setText("  +1 555-017-8834 ")
    dialog.add_it.click()
    settle(window, qtbot)
    assert dialog.terms == [TERM, "+1 555-017-8834"]
    assert (dialog.wrong.isHidden(), dialog.term.text()) == (True, "")
    dialog.list.setCurrentRow(0)
    dialog.remove_it.click()
    settle(window, qtbot)
    assert protection_of(window.session.open_case.checked).terms == ("+1 555-017-8834",)
    assert "1 protected term" in view.state.text()


def test_items_are_withheld_told_of_and_given_back(to_leave: Path, opened: Opened, qtbot: QtBot) -> None:
    window = opened(to_leave)
    window.show_item(ATTACHED)
    settle(window, qtbot)
    window.actions_made["item.withhold"].trigger()
    settle(window, qtbot)
    asked = window.views["items"].findChildren(WithholdDialog)[-1]
    assert asked.choice == "whole"
    enter(asked, "Privileged")
    settle(window, qtbot)
    details = window.views["items"].details  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: details.loaded is not None and bool(details.loaded.leaving))
    assert details.loaded.leaving[0].startswith("Withheld from productions: Privileged (A. Rivera, advocate")
    assert not details.about.leaving.isHidden()
    view = page(window, qtbot)
    view.tabs.setCurrentWidget(view.held)
    assert [line.items for line in view.held.list.lines.lines] == [(), (ATTACHED,), (), (MAIL,)]
    assert view.tabs.tabText(1) == "Held back (1)"
    view.held.list.go_to(1)
    assert view.held.back.text() == "Give back…"
    view.held.back.click()
    enter(view.held.dialog, "A mistake")
    settle(window, qtbot)
    assert protection_of(window.session.open_case.checked).held == {}
    assert view.held.pages.currentWidget() is view.held.empty


def test_what_is_wrong_with_an_order_is_said_at_its_field(to_leave: Path, opened: Opened, qtbot: QtBot) -> None:
    window = opened(to_leave)
    dialog = wizard(window, qtbot)
    asking = dialog.ordering
    assert asking.prefix_told.text() == "The next new number is 26CR00417-000001."
    dialog.go.click()
    assert asking.to_wrong.text() == "Say whom it goes to."
    asking.to.setEditText(TO)
    assert asking.to_wrong.isHidden()
    asking.prefix.setText("hollis")
    assert "HOLLIS000001" in asking.prefix_told.text()
    asking.prefix.setText("Ä 1")
    assert asking.prefix_told.property("role") == "bad"
    dialog.go.click()
    assert dialog.at_step == 0
    asking.prefix.clear()
    asking.new.setChecked(True)
    assert "everything is new" in asking.new_told.text()
    known = Productions(prefix="HOLLIS", prefixes={"bar co": "KIM"}, issued=Issued({"KIM": 7}))
    other = OrderPage(window.desk, (), known)
    qtbot.addWidget(other)
    other.to.setEditText("Bar  CO")
    assert other.prefix_told.text() == "The next new number is KIM000008."
    assert other.prefix.placeholderText() == "KIM"
    asking.to.setEditText("x" * 201)
    dialog.go.click()
    assert "too long" in dialog.wrong.text()
    assert dialog.at_step == 0
    dialog.reject()
    assert window.findChildren(LastingDialog) == []


def test_a_production_from_the_order_to_the_log(
    to_leave: Path, opened: Opened, qtbot: QtBot, tmp_path: Path, home: Home
) -> None:
    window = opened(to_leave)
    dialog = wizard(window, qtbot)
    dialog.ordering.to.setEditText(TO)
    dialog.ordering.prefix.setText("hollis")
    dialog.go.click()
    assert (dialog.at_step, dialog.progress.isHidden()) == (1, False)
    settle(window, qtbot)
    assert dialog.told is not None
    assert open_items(dialog) == [(PHOTO, GPS), (NOTE, protected_key(TERM))]
    assert not dialog.go.isEnabled()
    assert "A position (GPS)" in dialog.told.open[0].text
    assert "c.txt" in dialog.told.open[1].text

    choose(dialog, PHOTO)
    dialog.what.native.click()
    enter(dialog.asked, "It holds a position")
    settle(window, qtbot)
    assert open_items(dialog) == [(NOTE, protected_key(TERM))]
    assert [line.items for line in dialog.told.stays] == [(PHOTO,)]
    choose(dialog, NOTE)
    dialog.what.hold.click()
    asked = dialog.asked
    enter(asked, f"Her address: {TERM}")  # it would be printed
    settle(window, qtbot)
    assert isinstance(asked, ReasonDialog)
    assert "printed in the letter" in asked.wrong.text()
    asked.words.setPlainText("")
    assert asked.wrong.isHidden()
    asked.reject()
    choose(dialog, NOTE)
    dialog.what.let.click()
    enter(dialog.asked, "Her address is in the complaint")
    settle(window, qtbot)
    assert open_items(dialog) == []
    cleared = protection_of(window.session.open_case.checked).cleared
    assert {item: [set(each.keys) for each in found] for item, found in cleared.items()} == {
        NOTE: [{protected_key(TERM)}]
    }
    assert [line.first[0] for line in dialog.told.goes] == [f"HOLLIS{n:06d}" for n in range(1, 6)]

    assert dialog.go.isEnabled()
    (tmp_path / "out").mkdir()
    dialog.write(tmp_path / "out" / "first")
    assert dialog.cancel.text() == "Stop…"
    settle(window, qtbot)
    assert dialog.made is not None, dialog.wrong.text()
    assert dialog.at_step == 2
    folder = dialog.made.folder
    assert verify_path(folder, home, Job()).ok
    assert not list(folder.glob(f"data/natives/{dialog.made.production.items[2].begin}*"))
    dialog.done_page.verify.click()
    settle(window, qtbot)
    verdict = window.findChildren(VerdictDialog)[-1]
    assert verdict.title.text().startswith("Everything holds")
    verdict.accept()
    dialog.go.click()

    view = page(window, qtbot)
    assert [(line.lead, line.text) for line in view.list.lines.lines] == [("1", TO)]
    assert {fact.name: fact.value for fact in view.about.lines}["Numbers"] == "HOLLIS000001 – HOLLIS000005"
    assert next(line.items for line in view.items.lines.lines if line.items) == (PHOTO,)  # held back stands first
    assert not view.reveal_it.isHidden()
    assert view.complete_it.isHidden()
    view.save_log_to(tmp_path / "out" / "log.csv")
    settle(window, qtbot)
    assert TO in (tmp_path / "out" / "log.csv").read_text("utf-8-sig")

    again = wizard(window, qtbot)
    again.ordering.to.setEditText("public  defender")
    again.ordering.new.setChecked(True)
    assert "finished productions" in again.ordering.new_told.text()
    again.go.click()
    settle(window, qtbot)
    assert again.at_step == 0
    assert "nothing new to produce" in again.wrong.text()
    assert "--" not in again.wrong.text()


def test_what_was_begun_and_never_finished_is_completed(
    to_leave: Path, opened: Opened, qtbot: QtBot, tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidencekit.errors import StorageError
    from evidencekit.production import produce as producing

    order = Order(TO, prefix="HOLLIS", items=(PLAIN,), note="As agreed")
    out = tmp_path / "first"
    with write_case(to_leave, home, "A. Rivera, advocate") as case, monkeypatch.context() as patched:
        patched.setattr(producing, "finish_package", _no_space)
        with pytest.raises(StorageError):
            producing.produce(case, order, out, Job())
    window = opened(to_leave)
    view = page(window, qtbot)
    assert not view.complete_it.isHidden()
    asking = OrderPage(window.desk, ["ITEM-0001", "ITEM-0002"], view.known)
    qtbot.addWidget(asking)
    asking.complete.click()
    assert asking.order() == order  # for who goes back from there, and on again
    view.complete_it.click()
    settle(window, qtbot)
    dialog = view.wizard
    assert dialog is not None
    assert (dialog.at_step, dialog.ordering.note.toPlainText()) == (1, "As agreed")
    dialog.write(out)
    settle(window, qtbot)
    assert dialog.made is not None, dialog.wrong.text()
    assert dialog.made.completed
    dialog.go.click()
    settle(window, qtbot)
    assert view.known.begun == {}
    assert view.complete_it.isHidden()
    window.session.close()
    settle(window, qtbot)
    with read_case(to_leave, home) as looked:
        assert looked.findings == []


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_while_it_writes_stopping_is_asked_about_and_leaves_nothing(
    to_leave: Path, opened: Opened, qtbot: QtBot, tmp_path: Path, home: Home
) -> None:
    with write_case(to_leave, home, "A. Rivera, advocate") as case:
        edits.unprotect(case, [TERM])
        edits.withhold(case, [PHOTO], "It holds a position", part=Part.NATIVE)
    window = opened(to_leave)
    dialog = wizard(window, qtbot)
    dialog.ordering.to.setEditText(TO)
    dialog.go.click()
    settle(window, qtbot)
    size = window.session.open_case.size
    dialog.write(tmp_path / "out")
    dialog.reject()
    asked = dialog.asked
    assert isinstance(asked, LastingDialog)
    assert dialog.isVisible()
    asked.go.click()
    settle(window, qtbot)
    assert dialog.made is None
    assert (dialog.isVisible(), dialog.at_step, dialog.go.isEnabled()) == (True, 1, True)
    assert window.session.open_case.size == size
    assert not (tmp_path / "out").exists()
    dialog.show_item(PLAIN)
    settle(window, qtbot)
    assert window.pages.currentWidget() is window.views["items"]
    assert dialog.whole.isHidden()
    dialog.return_to.click()
    assert not dialog.whole.isHidden()
    window.session.close()
    settle(window, qtbot)
    assert not window.findChildren(ProductionDialog) or not dialog.isVisible()


def test_what_stands_in_the_order_itself_is_said_otherwise_and_terms_are_reached(
    to_leave: Path, opened: Opened, qtbot: QtBot, home: Home
) -> None:
    with write_case(to_leave, home, "A. Rivera, advocate") as case:
        edits.protect(case, [TO])
        edits.disclose(case, [NOTE, PHOTO], "Known to both sides", terms=[TERM], gps=True)
        edits.withhold(case, [ATTACHED], "Privileged")
    window = opened(to_leave)
    dialog = wizard(window, qtbot)
    dialog.ordering.to.setEditText(TO)
    dialog.go.click()
    settle(window, qtbot)
    assert open_items(dialog) == [("", protected_key(TO))]
    assert not dialog.what.hold.isEnabled()
    assert not dialog.what.let.isEnabled()
    assert "Name the recipient otherwise" in dialog.what.hint.text()
    dialog.what.terms.click()
    settle(window, qtbot)
    terms = dialog.asked
    assert isinstance(terms, TermsDialog)
    terms.list.setCurrentRow(terms.terms.index(TO))
    terms.remove_it.click()
    settle(window, qtbot)
    terms.accept()
    settle(window, qtbot)
    assert open_items(dialog) == []
    assert dialog.go.isEnabled()

    assert dialog.told is not None
    what, naming = dialog.what, dialog.told.notes[0]
    assert (naming.items, naming.text) == ((MAIL,), f"Names {ATTACHED}, which stays: “days.txt”")
    assert naming.below.startswith("On its pages and in its words.")
    assert f"its name stands in {MAIL}" in next(each.below for each in dialog.told.stays if each.items == (ATTACHED,))
    what.tabs.setCurrentIndex(3)
    what.notes.go_to(0)
    what.hold_noted.click()
    enter(dialog.asked, "Names what is privileged")
    settle(window, qtbot)
    assert MAIL not in [each.items[0] for each in dialog.told.goes]
    assert not dialog.told.named
    dialog.reject()

    window.actions_made["production.export"].trigger()
    view = page(window, qtbot)
    asked = view.dialog
    assert isinstance(asked, ExportDialog)
    asked.items.setText("ITEM-0001, what")
    asked.go.click()
    assert asked.isVisible()
    assert "what" in asked.wrong.text()
    asked.items.setText(ATTACHED)
    view.written.write(home.folder / "out.jsonld", "the export", asked.writing(home.folder / "out.jsonld"))
    settle(window, qtbot)
    assert (home.folder / "out.jsonld").read_text("utf-8").count(ATTACHED)
    assert "It names what is withheld from productions" in view.written.words.accessibleName()


def test_what_was_found_is_told_in_words() -> None:
    def told(key: str, what: str) -> str:
        return what_words(Hit(NOTE, "native", what, key, "…"))

    assert told(GPS, GPS) == "A position (GPS)"
    assert told(UNSEARCHABLE, UNSEARCHABLE) == "It could not be searched through"
    assert told("ab", "12\u202e Elm") == "“12\\u{202e} Elm”"


def test_items_with_the_same_findings_are_decided_together() -> None:
    chosen = [("ITEM-0001", "b"), ("ITEM-0002", "a"), ("ITEM-0001", "a"), ("ITEM-0003", "a")]
    assert by_keys(chosen) == {("a", "b"): ["ITEM-0001"], ("a",): ["ITEM-0002", "ITEM-0003"]}
