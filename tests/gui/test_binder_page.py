"""The binder page over a real case: choose, count, build, look, print, copy; nothing of the core is replaced."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.binder.build import build_binder
from evidencekit.binder.estimate import estimate
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import EvidenceKitError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile
from ui.dialogs.printing import PrintDialog
from ui.printer import Order, arguments, find_printers, print_pdfs
from ui.views.binder import BinderView
from ui.window import Window

Opened = Callable[[Path], Window]
LEFT = Qt.MouseButton.LeftButton
PROFILE = load_profile("default")


@pytest.fixture(scope="module")
def marked_once(made_together: Callable[..., Any], new_once: tuple[Path, Path]) -> tuple[Path, Path]:
    """Four exhibits: a long text, a picture, a file that cannot be printed, and a withdrawn one; a draft beside. What
    is printed of them is rendered. With its maker's user folder; copy both."""

    def make(folder: Path) -> tuple[Path, Path]:
        keeper = Path(shutil.copytree(new_once[1], folder / "home"))
        return _marked(Path(shutil.copytree(new_once[0], folder / "case")), folder, Home(keeper)), keeper

    made: tuple[Path, Path] = made_together("marked-for-binder", make)
    return made


def _marked(new_case: Path, beside: Path, home: Home) -> Path:
    from PIL import Image

    folder = beside / "handed over"
    folder.mkdir()
    (folder / "a long.txt").write_text("He stood at the curb again.\n" * 900, "utf-8")
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "green")]
    frames[0].save(folder / "b moving.gif", save_all=True, append_images=frames[1:])
    (folder / "c.bin").write_bytes(bytes(range(256)) * 8)
    (folder / "d.txt").write_text("draft\n")
    with write_case(new_case, home, "A. Rivera") as case:
        taken = take_in(case, [folder], HandOver("Phone of J. D."), Job(), workers=1)
        for number, title in zip([each.number for each in taken.items][:3], ("Notes", "Moving", "Blob"), strict=True):
            edits.mark_exhibit(case, [number], PROFILE, title=title)
        edits.mark_exhibit(case, [taken.items[0].number], PROFILE, title="Withdrawn one")
        edits.withdraw_exhibit(case, "4")
        estimate(case, PROFILE, PaperName.LETTER, Job(), lambda found: None)
    return new_case


@pytest.fixture
def marked_case(marked_once: tuple[Path, Path], tmp_path: Path, home: Home) -> Path:
    """One's own copy of that case."""
    shutil.copytree(marked_once[1], home.folder, dirs_exist_ok=True)
    return Path(shutil.copytree(marked_once[0], tmp_path / "case"))


@pytest.fixture(scope="module")
def shared_case(marked_once: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That case with a binder built of it, for tests that only look."""
    folder = tmp_path_factory.mktemp("shared")
    home = Home(Path(shutil.copytree(marked_once[1], folder / "case-home")))
    made = Path(shutil.copytree(marked_once[0], folder / "case"))
    with write_case(made, home, "A. Rivera") as case:
        build_binder(case, None, PROFILE, PaperName.LETTER, Job())
    return made


@pytest.fixture
def built_case(shared_case: Path, tmp_path: Path, home: Home) -> Path:
    """One's own copy of that."""
    shutil.copytree(shared_case.with_name("case-home"), home.folder, dirs_exist_ok=True)
    return Path(shutil.copytree(shared_case, tmp_path / "case"))


@pytest.fixture
def unrendered_case(marked_case: Path) -> Path:
    """A case whose pages have to be made before they can be counted."""
    shutil.rmtree(marked_case / "derived" / "pages")
    return marked_case


@pytest.fixture
def built(shared_window: Window, qtbot: QtBot) -> BinderView:
    """The page on which a binder is seen that was built before."""
    view = page_of(shared_window, qtbot)
    assert view.preview.binder is not None
    return view


@pytest.fixture(scope="module")
def shared_page() -> str:
    return "binder"


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """On the binder page, in the window that these tests share."""
    return partial(reopened, page="binder")


def page_of(window: Window, qtbot: QtBot) -> BinderView:
    window.show_page("binder")
    view = window.view("binder")
    assert isinstance(view, BinderView)
    quiet(window, qtbot, view)
    return view


def quiet(window: Window, qtbot: QtBot, view: BinderView) -> None:
    """Wait until nothing is under way, nor about to be."""
    qtbot.waitUntil(
        lambda: window.session.tasks.pending == 0 and window.session.work is None and not view.counter.running,
        timeout=60_000,
    )


def build(window: Window, qtbot: QtBot, view: BinderView) -> Path:
    before = set((window.session.open_case.output).glob("*"))
    window.actions_made["binder.build"].trigger()
    qtbot.waitUntil(lambda: set(window.session.open_case.output.glob("binder-*")) > before, timeout=60_000)
    quiet(window, qtbot, view)
    (made,) = set(window.session.open_case.output.glob("*")) - before
    return made


def shown_binder(view: BinderView) -> Path:
    assert view.preview.binder is not None
    return view.preview.binder.folder


def pages_in(pdf: Path) -> int:
    import pikepdf

    with pikepdf.open(pdf) as document:
        return len(document.pages)


def remarks(view: BinderView) -> list[str]:
    return [view.choices.look.item(place).text() for place in range(view.choices.look.count())]


def table(view: BinderView) -> list[list[str]]:
    model = view.choices.model
    return [[model.data(model.index(r, c)) for c in range(model.columnCount())] for r in range(model.rowCount())]


def test_the_count_is_what_the_built_binder_has(opened: Opened, qtbot: QtBot, marked_case: Path) -> None:
    window = opened(marked_case)
    view = page_of(window, qtbot)
    assert view.estimate is not None
    assert view.estimate.exact
    counted, places = view.choices.total.text(), table(view)
    folder = build(window, qtbot, view)
    pages = pages_in(folder / "Binder.pdf")
    assert counted == f"{pages} pages · {-(-pages // 2)} sheets · 1 volume"
    record = json.loads((folder / "binder.json").read_text("utf-8"))["exhibits"]
    assert [(row[0], row[2], row[3]) for row in places[:3]] == [
        (each["label"], str(each["pages"]), str(each["first_page"])) for each in record[:3]
    ]
    assert places[3][0] == "4"
    assert places[3][2] == "omitted"
    assert view.choices.total.text() == counted, "the same when it is counted again"


def test_another_paper_or_profile_is_counted_anew_and_kept_with_the_case(
    opened: Opened, qtbot: QtBot, marked_case: Path
) -> None:
    window = opened(marked_case)
    view = page_of(window, qtbot)
    letter = view.choices.total.text()
    view.choices.paper.setCurrentIndex(1)
    quiet(window, qtbot, view)
    legal = view.choices.total.text()
    assert legal != letter
    view.choices.profile.setCurrentIndex(view.choices.profile.findData("federal"))
    assert "Government" in view.choices.means.text()
    quiet(window, qtbot, view)
    with qtbot.waitSignal(window.session.closed):
        window.session.close()
    quiet(window, qtbot, view)
    opened(marked_case)
    view = page_of(window, qtbot)
    assert view.choices.paper.currentData() == PaperName.LEGAL
    assert view.choices.profile.currentData() == "federal"
    assert view.choices.total.text() == legal
    folder = build(window, qtbot, view)
    assert f"{pages_in(folder / 'Binder.pdf')} pages" in legal


def test_the_paper_of_the_person_counts_until_the_case_has_one(
    opened: Opened, qtbot: QtBot, module_window: Window, marked_case: Path
) -> None:
    module_window.settings.paper = "a4"
    view = page_of(opened(marked_case), qtbot)
    assert view.choices.paper.currentData() == PaperName.A4


def test_what_to_look_at_leads_to_the_item(
    shared_window: Window, built: BinderView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, view = shared_window, built
    told = remarks(view)
    assert any("Exhibit 1 has no date." in each for each in told)
    assert any("Exhibit 3, ITEM-0003: cannot be printed" in each for each in told)
    assert any("Exhibit 2, ITEM-0002: paper does not hold all of it" in each for each in told)
    assert any("Exhibit 4 is withdrawn" in each for each in told)
    assert view.choices.tabs.tabText(1) == f"To look at   {len(told)}"
    asked: list[str] = []
    monkeypatch.setattr(window.view("items"), "show_item", asked.append)
    place = next(n for n, each in enumerate(told) if "ITEM-0003" in each)
    view.choices.tabs.setCurrentIndex(1)
    view.choices.look.setCurrentRow(place)
    qtbot.mouseClick(view.choices.jump, LEFT)
    assert asked == ["ITEM-0003"]
    window.show_page("binder")
    view.choices.look.setCurrentRow(next(n for n, each in enumerate(told) if "withdrawn" in each))
    qtbot.mouseClick(view.choices.jump, LEFT)
    assert window.pages.currentWidget() is window.views["exhibits"]


def test_a_built_binder_is_shown_with_its_exhibits_and_notes(opened: Opened, qtbot: QtBot, marked_case: Path) -> None:
    window = opened(marked_case)
    view = page_of(window, qtbot)
    assert view.preview.stack.currentIndex() == 0
    folder = build(window, qtbot, view)
    preview = view.preview
    assert preview.binder is not None
    assert preview.binder.folder == folder
    assert preview.notes.isVisible()
    assert "native/ITEM-0002.gif" in preview.notes.toPlainText()
    qtbot.waitUntil(lambda: preview.pages.canvas.picture(0) is not None, timeout=30_000)
    outline = [preview.outline.item(place).text() for place in range(preview.outline.count())]
    assert outline == ["1   Notes", "2   Moving", "3   Blob"]
    preview.outline.setCurrentRow(1)
    record = json.loads((folder / "binder.json").read_text("utf-8"))["exhibits"]
    wanted = record[1]["first_page"] - 1
    qtbot.waitUntil(lambda: preview.pages.page == wanted, timeout=30_000)
    assert preview.outline.currentRow() == 1
    assert not preview.notice.isVisible()


def test_an_exhibit_of_another_volume_is_gone_to_there(
    shared_window: Window, built: BinderView, qtbot: QtBot, tmp_path: Path
) -> None:
    window, view, preview = shared_window, built, built.preview
    assert preview.binder is not None
    other = tmp_path / "Binder Vol 2.pdf"
    shutil.copy(preview.binder.folder / "Binder.pdf", other)
    one, two, *_ = preview.binder.exhibits
    two = replace(two, volume=2)
    volumes = (preview.binder.volumes[0], replace(preview.binder.volumes[0], path=other))
    preview.show_binder(replace(preview.binder, built="2026-01-01T00:00:00Z", volumes=volumes, exhibits=(one, two)))
    assert preview.volume.isVisible()
    assert preview.volume.count() == 2
    assert one.first_page is not None
    preview.outline.setCurrentRow(1)
    assert preview.volume.currentIndex() == 1
    assert two.first_page is not None
    wanted = two.first_page - 1
    qtbot.waitUntil(lambda: preview.pages.page == wanted, timeout=30_000)
    qtbot.waitUntil(lambda: preview.pages.canvas.picture(wanted) is not None, timeout=30_000)
    assert preview.pages.page == wanted
    assert preview.outline.currentRow() == 1
    preview.volume.setCurrentIndex(0)
    assert preview.outline.currentRow() == -1
    quiet(window, qtbot, view)


def test_that_exhibits_changed_since_is_said_and_the_older_binder_stays_to_be_seen(
    opened: Opened, qtbot: QtBot, marked_case: Path
) -> None:
    from ui.parts import Part

    window = opened(marked_case)
    view = page_of(window, qtbot)
    first = build(window, qtbot, view)
    window.session.edit("a title", lambda case: edits.arrange(case, "2", title="Other words"), [Part.EXHIBITS])
    quiet(window, qtbot, view)
    assert view.preview.notice.isVisible()
    assert "changed since this was built: 2." in view.preview.notice.text.text()
    second = build(window, qtbot, view)
    assert view.choices.earlier.count() == 2
    assert view.preview.binder is not None
    assert view.preview.binder.folder == second
    assert not view.preview.notice.isVisible()
    view.choices.earlier.setCurrentRow(1)
    assert view.preview.binder.folder == first
    assert view.preview.notice.isVisible()
    quiet(window, qtbot, view)


def test_a_cancelled_building_leaves_no_folder(opened: Opened, qtbot: QtBot, marked_case: Path) -> None:
    window = opened(marked_case)
    view = page_of(window, qtbot)
    window.actions_made["binder.build"].trigger()
    work = window.session.work
    assert work is not None
    assert work.name == "Building the binder"
    assert not view.choices.paper.isEnabled()
    qtbot.mouseClick(window.strip.cancel, LEFT)
    quiet(window, qtbot, view)
    assert list((marked_case / "output").iterdir()) == []
    assert "nothing of it was left behind" in window.statusBar().currentMessage()
    assert view.choices.paper.isEnabled()
    assert view.estimate is not None
    assert build(window, qtbot, view).name == "binder-0001"


def test_building_while_the_pages_are_being_counted_waits_for_the_count_to_stop(
    opened: Opened, qtbot: QtBot, unrendered_case: Path
) -> None:
    window = opened(unrendered_case)
    window.show_page("binder")
    view = window.view("binder")
    assert isinstance(view, BinderView)
    qtbot.waitUntil(lambda: view.counter._task is not None, timeout=30_000)
    window.actions_made["binder.build"].trigger()
    qtbot.waitUntil(lambda: (unrendered_case / "output" / "binder-0001").is_dir(), timeout=60_000)
    quiet(window, qtbot, view)
    assert view.estimate is not None
    assert view.estimate.exact


def test_leaving_the_page_stops_the_count_and_coming_back_begins_it_again(
    opened: Opened, qtbot: QtBot, unrendered_case: Path
) -> None:
    window = opened(unrendered_case)
    window.show_page("binder")
    view = window.view("binder")
    assert isinstance(view, BinderView)
    qtbot.waitUntil(lambda: view.counter.running, timeout=30_000)
    window.show_page("items")
    quiet(window, qtbot, view)
    assert view.estimate is None or not view.estimate.exact
    page_of(window, qtbot)
    assert view.estimate is not None
    assert view.estimate.exact


def test_with_nothing_marked_the_page_says_what_to_do(opened: Opened, qtbot: QtBot, filled_case: Path) -> None:
    window = opened(filled_case)
    view = page_of(window, qtbot)
    assert view.pages.currentWidget() is view.nothing
    assert not window.actions_made["binder.build"].isEnabled()
    qtbot.mouseClick(_button(view.nothing, "Go to Exhibits"), LEFT)
    assert window.pages.currentWidget() is window.views["exhibits"]


def test_a_read_only_case_shows_its_binders_and_builds_none(opened: Opened, qtbot: QtBot, built_case: Path) -> None:
    (built_case / "keys.txt").write_text("")
    window = opened(built_case)
    view = page_of(window, qtbot)
    assert not window.actions_made["binder.build"].isEnabled()
    assert not view.choices.paper.isEnabled()
    assert "read-only" in view.choices.state.text()
    qtbot.waitUntil(lambda: view.preview.pages.canvas.picture(0) is not None, timeout=30_000)
    assert view.preview.outline.count() == 3


def test_a_copy_is_saved_with_its_native_files(
    shared_window: Window, built: BinderView, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, view, folder = shared_window, built, shown_binder(built)
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(stick))
    qtbot.mouseClick(view.preview.copy_button, LEFT)
    qtbot.waitUntil(lambda: len(list(stick.glob("Binder*"))) == 1, timeout=30_000)
    quiet(window, qtbot, view)
    (copy,) = stick.iterdir()
    assert (copy / "Binder.pdf").read_bytes() == (folder / "Binder.pdf").read_bytes()
    assert (copy / "native" / "ITEM-0003.bin").is_file()
    assert str(copy) in window.statusBar().currentMessage()


def _button(inside: QWidget, text: str) -> QPushButton:
    return next(each for each in inside.findChildren(QPushButton) if each.text() == text)


# Printing: the spooler is a real program of that name that writes down what it is given.


@pytest.fixture
def spooler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts an ``lp`` and ``lpstat`` first on the path; gives the file that ``lp`` writes its arguments to."""
    folder, said = tmp_path / "bin", tmp_path / "printed.txt"
    folder.mkdir()
    _program(folder / "lp", f'#!/bin/sh\nfor each; do printf "%s\\n" "$each"; done >> "{said}"\n')
    answers = (
        'case "$1" in -e) echo Front_desk; echo Court_room;; -d) echo "system default destination: Court_room";; esac'
    )
    _program(folder / "lpstat", f"#!/bin/sh\n{answers}\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return said


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_printing_hands_the_pdf_to_the_chosen_printer(
    shared_window: Window, built: BinderView, qtbot: QtBot, spooler: Path
) -> None:
    window, view, folder = shared_window, built, shown_binder(built)
    qtbot.mouseClick(view.preview.print_button, LEFT)
    qtbot.waitUntil(lambda: window.findChild(PrintDialog) is not None)
    dialog = window.findChild(PrintDialog)
    assert dialog is not None
    assert dialog.printer.currentText() == "Court_room"
    dialog.printer.setCurrentText("Front_desk")
    dialog.copies.setValue(3)
    assert dialog.duplex.isChecked()
    dialog.accept()
    qtbot.waitUntil(spooler.is_file)
    quiet(window, qtbot, view)
    assert spooler.read_text().splitlines() == [
        *("-d", "Front_desk", "-n", "3", "-o", "sides=two-sided-long-edge", "-o", "collate=true"),
        *("-o", "media=Letter", "-o", "print-scaling=none", "-t", "Binder", "--", str(folder / "Binder.pdf")),
    ]
    assert "Front_desk" in window.statusBar().currentMessage()


def test_without_a_printer_it_is_said_what_to_do(
    shared_window: Window, built: BinderView, qtbot: QtBot, spooler: Path, troubles: list[BaseException]
) -> None:
    _program(spooler.parent / "bin" / "lpstat", "#!/bin/sh\nexit 1\n")
    window, view, told = shared_window, built, troubles
    with qtbot.waitSignal(window.session.tasks.trouble):
        qtbot.mouseClick(view.preview.print_button, LEFT)
    assert "No printer is set up on this computer." in str(told[0])
    assert window.findChild(PrintDialog) is None


def test_what_the_spooler_refuses_is_told_in_its_words(spooler: Path, tmp_path: Path) -> None:
    _program(spooler.parent / "bin" / "lp", "#!/bin/sh\necho 'lp: The printer is on fire.' >&2\nexit 1\n")
    pdf = tmp_path / "Binder.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    with pytest.raises(EvidenceKitError, match="on fire"):
        print_pdfs([pdf], Order())
    with pytest.raises(EvidenceKitError, match="no longer there"):
        print_pdfs([tmp_path / "gone.pdf"], Order())


def test_printers_are_asked_for_and_one_side_is_one_side(spooler: Path) -> None:
    assert find_printers().names == ("Front_desk", "Court_room")
    assert find_printers().usual == "Court_room"
    given = arguments(Path("/b/Binder Vol 1.pdf"), Order(duplex=False, paper=PaperName.A4))
    assert given == [
        *("-n", "1", "-o", "sides=one-sided", "-o", "media=A4", "-o", "print-scaling=none"),
        *("-t", "Binder Vol 1", "--", "/b/Binder Vol 1.pdf"),
    ]


def test_a_computer_without_a_printing_system_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EvidenceKitError, match="CUPS"):
        find_printers()


def test_every_control_is_named_for_a_screen_reader(built: BinderView) -> None:
    for each in built.findChildren(QWidget):
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None:
            named = each.accessibleName() or getattr(each, "text", str)()
            assert named or each.metaObject().className() in ("QTabBar", "QScrollArea"), each
