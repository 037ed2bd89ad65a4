"""The items page over real cases: what is listed, in what order, what is chosen, and that it stays so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.catalog import court
from evidencekit.catalog.browse import Filter, Order
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import Kind, Party, Role
from tests.conftest import ACTOR
from tests.gui.conftest import Opened
from ui.dragging import dragged_items
from ui.models.itemcells import NEEDS_DATE
from ui.models.itemcolumns import HEADERS, Column
from ui.models.items import ItemsModel
from ui.pages import PAGES
from ui.parts import Part
from ui.views.itemlist import ItemList
from ui.views.items import ItemsView
from ui.window import Window

Take = Callable[..., Any]
MANY = 130


@pytest.fixture(scope="module")
def shared_case(new_once: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of many short notes."""
    folder = tmp_path_factory.mktemp("shared")
    home = Home(Path(shutil.copytree(new_once[1], folder / "case-home")))
    made = Path(shutil.copytree(new_once[0], folder / "case"))
    (folder / "notes").mkdir()
    for number in range(MANY):
        (folder / "notes" / f"note {number:03d}.txt").write_text(f"Note {number} about the grey car\n", "utf-8")
    with write_case(made, home, ACTOR) as case:
        take_in(case, [folder / "notes"], HandOver("Phone of J. D."), Job(), workers=1)
    return made


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """In the window that these tests share."""
    return reopened


@pytest.fixture
def small(opened: Any, qtbot: QtBot, filled_case: Path) -> ItemsView:
    """The items page of the small case: ITEM-0001 again.txt, 2 b.txt (its repeat), 3 note.txt, 4 unknown.bin."""
    return page_of(opened(filled_case), qtbot)


@pytest.fixture
def long(shared_window: Window, qtbot: QtBot) -> ItemsView:
    """The items page of the case of many notes, for tests that change nothing."""
    return page_of(shared_window, qtbot)


def page_of(window: Window, qtbot: QtBot) -> ItemsView:
    page = window.views["items"]
    assert isinstance(page, ItemsView)
    rested(page, qtbot)
    return page


def rested(page: ItemsView, qtbot: QtBot) -> None:
    """Wait until the list is the one asked for and its rows in view have come."""
    session, model = page.desk.session, page.model
    qtbot.waitUntil(
        lambda: (
            session.tasks.pending == 0 and not model.waiting and all(model.known(row) for row in page.list.on_screen())
        ),
        timeout=30_000,
    )


def numbers(page: ItemsView) -> list[str]:
    return page.model.numbers(0, page.model.rowCount() - 1)


def titles(page: ItemsView) -> list[str]:
    return [page.model.index(row, Column.TITLE).data() for row in range(page.model.rowCount())]


def said(page: ItemsView, qtbot: QtBot, deed: Callable[[Any], Any]) -> None:
    """An edit as the details make it, and all that it changes on screen."""
    with qtbot.waitSignal(page.model.came, timeout=30_000):
        page.desk.session.edit("Edit", deed, [Part.WORDS])
    rested(page, qtbot)


def test_every_item_is_listed_with_what_is_known_of_it(small: ItemsView) -> None:
    assert numbers(small) == ["ITEM-0001", "ITEM-0002", "ITEM-0003", "ITEM-0004"]
    assert titles(small) == ["again.txt", "b.txt", "note.txt", "unknown.bin"]
    model = small.model
    assert model.index(0, Column.WHEN).data() == NEEDS_DATE
    assert model.index(1, Column.REMARKS).data() == "Repeats ITEM-0001"
    assert model.index(3, Column.KIND).data() == "Other"
    assert "ITEM-0002, b.txt" in model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert small.bar.count.text() == "4 items"


def test_times_are_printed_with_their_basis(small: ItemsView, qtbot: QtBot) -> None:
    said(small, qtbot, lambda case: edits.describe(case, "ITEM-0003", when="2026-01-09 02:14"))
    index = small.model.index(small.model.row_of(small.model.item("ITEM-0003") or 0) or 0, Column.WHEN)
    assert index.data() == "9 Jan 2026 02:14 PST"
    assert "PST (UTC−8)" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Set by a person" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert small.model.index(1, Column.WHEN).data() == NEEDS_DATE


def test_it_begins_ordered_by_time_undated_last(small: ItemsView, qtbot: QtBot) -> None:
    said(small, qtbot, lambda case: edits.describe(case, "ITEM-0003", when="March 2026"))
    said(small, qtbot, lambda case: edits.describe(case, "ITEM-0002", when="2026-01-01"))
    assert numbers(small) == ["ITEM-0002", "ITEM-0003", "ITEM-0001", "ITEM-0004"]


def test_a_header_orders_and_turns_round(small: ItemsView, qtbot: QtBot) -> None:
    header = small.list.table.horizontalHeader()
    middle = QPoint(header.sectionViewportPosition(Column.TITLE) + 30, header.height() // 2)
    for expected in (["again.txt", "b.txt", "note.txt", "unknown.bin"], ["unknown.bin", "note.txt", "b.txt"]):
        with qtbot.waitSignal(small.model.came):
            qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        rested(small, qtbot)
        assert titles(small)[: len(expected)] == expected
    assert small.bar.sort.text() == "By title, last first"
    assert header.sortIndicatorSection() == Column.TITLE


def test_an_order_can_be_chosen_without_a_mouse(small: ItemsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(small.model.came):
        small.bar.order_chosen.emit(Order.SIZE, True)
    rested(small, qtbot)
    assert numbers(small)[0] == "ITEM-0004"
    assert small.list.table.horizontalHeader().sortIndicatorSection() == -1


def test_filters_leave_out_and_count(small: ItemsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(small.model.came):
        small.bar.toggles["repeats"].click()
    rested(small, qtbot)
    assert numbers(small) == ["ITEM-0002"]
    assert small.bar.count.text() == "1 of 4 items"
    with qtbot.waitSignal(small.model.came):
        small.bar.clear_button.click()
    rested(small, qtbot)
    assert len(numbers(small)) == 4
    assert not small.bar.clear_button.isVisible()


def test_kinds_and_parties_are_filters(small: ItemsView, qtbot: QtBot) -> None:
    def name(case: Any) -> None:
        edits.put_party(case, Party("J. <b>D.</b>", Role.VICTIM, ()))
        edits.describe(case, "ITEM-0003", party="J. <b>D.</b>")

    said(small, qtbot, name)
    kind = small.model.cells(0)
    assert kind is not None
    qtbot.waitUntil(lambda: small.bar.party.count() == 3)
    with qtbot.waitSignal(small.model.came):
        small.bar.party.setCurrentIndex(1)
    rested(small, qtbot)
    assert numbers(small) == ["ITEM-0003"]
    small.bar.clear()
    action = next(each for each in small.bar.kind.menu().actions() if each.text().startswith("Other"))
    with qtbot.waitSignal(small.model.came):
        action.trigger()
    rested(small, qtbot)
    assert numbers(small) == ["ITEM-0004"]
    assert small.model.wanted == Filter(kinds=frozenset({Kind.OTHER}))
    assert small.bar.kind.text() == "Other"


def test_days_are_said_as_people_say_them(small: ItemsView, qtbot: QtBot) -> None:
    said(small, qtbot, lambda case: edits.describe(case, "ITEM-0003", when="2026-03-31"))
    said(small, qtbot, lambda case: edits.describe(case, "ITEM-0002", when="2026-04-01"))
    qtbot.keyClicks(small.bar.last, "March 2026")
    with qtbot.waitSignal(small.model.came):
        qtbot.keyClick(small.bar.last, Qt.Key.Key_Return)
    rested(small, qtbot)
    assert small.bar.last.day == "2026-03-31"
    assert numbers(small) == ["ITEM-0003"]
    small.bar.last.clear()
    qtbot.keyClicks(small.bar.last, "whenever")
    qtbot.keyClick(small.bar.last, Qt.Key.Key_Return)
    assert "not understood" in small.bar.last.accessibleDescription()
    assert small.bar.last.day == "2026-03-31"


def test_searching_shows_where_the_words_stand(small: ItemsView, qtbot: QtBot) -> None:
    window = small.window()
    assert isinstance(window, Window)
    with qtbot.waitSignal(small.model.came):
        qtbot.keyClicks(window.search, "buil")
    rested(small, qtbot)
    assert numbers(small) == ["ITEM-0003"]
    assert ("building", True) in small.model.hit(0)
    assert "".join(text for text, _ in small.model.hit(0)).startswith("He was outside")
    assert small.list.chosen() == ["ITEM-0003"]
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert small.list.view.hasFocus()
    assert window.search.text() == "buil"


def test_nothing_found_says_what_to_do(small: ItemsView, qtbot: QtBot) -> None:
    window = small.window()
    assert isinstance(window, Window)
    with qtbot.waitSignal(small.model.came):
        window.search.setText("<b>zebra</b>")
    rested(small, qtbot)
    assert small.left.currentWidget() is small.no_match
    assert "<b>zebra</b>" in small.no_match.words.text()
    assert small.no_match.words.textFormat() == Qt.TextFormat.PlainText
    assert small.list.chosen() == []
    with qtbot.waitSignal(small.model.came):
        small.bar.clear()
    rested(small, qtbot)
    assert window.search.text() == ""
    assert small.left.currentWidget() is small.list


def test_an_empty_case_says_what_to_do(opened: Any, qtbot: QtBot, new_case: Path) -> None:
    page = page_of(opened(new_case), qtbot)
    qtbot.waitUntil(lambda: page.pages.currentWidget() is page.nothing)
    assert "Drop files" in page.nothing.words.text()
    assert not page.bar.isVisible()


def test_the_choice_and_the_place_outlive_a_refresh(
    opened: Opened, shared_case: Path, home: Home, tmp_path: Path, qtbot: QtBot
) -> None:
    shutil.copytree(shared_case.with_name("case-home"), home.folder, dirs_exist_ok=True)
    long = page_of(opened(Path(shutil.copytree(shared_case, tmp_path / "case"))), qtbot)
    wanted = ["ITEM-0061", "ITEM-0062", "ITEM-0070"]
    assert long.list.choose(wanted)
    rested(long, qtbot)
    top = long.list.on_screen()[0]
    assert top > 0
    before = long.model.number(top)
    told: list[list[str]] = []
    long.list.selection_changed.connect(told.append)
    said(long, qtbot, lambda case: edits.describe(case, "ITEM-0110", when="2026-01-01"))  # it is the first one now
    assert long.model.number(0) == "ITEM-0110"
    assert long.list.chosen() == wanted
    assert told == []
    assert long.model.number(long.list.on_screen()[0]) == before
    row = long.list.current()
    assert row is not None
    assert row.number == "ITEM-0061"


def test_the_choice_outlives_another_order(long: ItemsView, qtbot: QtBot) -> None:
    long.list.choose(["ITEM-0003", "ITEM-0004", "ITEM-0100"])
    with qtbot.waitSignal(long.model.came):
        long.model.order_by(Order.NUMBER, descending=True)
    rested(long, qtbot)
    assert long.list.chosen() == ["ITEM-0100", "ITEM-0004", "ITEM-0003"]
    assert long.model.row_of(long.model.item("ITEM-0003") or 0) in long.list.on_screen()


@pytest.mark.parametrize("mode", ["table", "grid"])
def test_everything_can_be_chosen(long: ItemsView, qtbot: QtBot, mode: str) -> None:
    long.list.set_mode(mode)
    long.list.setFocus()
    qtbot.keySequence(long.list.view, "Ctrl+A")
    assert long.list.chosen() == numbers(long)
    assert len(long.list.chosen()) == MANY
    assert long.desk.actions.state.items == MANY


def test_rows_come_as_they_are_scrolled_to(long: ItemsView, qtbot: QtBot) -> None:
    long.list.table.scrollToBottom()
    rested(long, qtbot)
    assert long.list.on_screen()[-1] == MANY - 1
    assert long.model.index(MANY - 1, Column.TITLE).data() == f"note {MANY - 1:03d}.txt"


def test_the_grid_shares_the_choice_and_is_remembered(long: ItemsView, qtbot: QtBot) -> None:
    long.list.choose(["ITEM-0050", "ITEM-0051"])
    long.bar.as_grid.click()
    assert long.list.view is long.list.grid
    assert long.list.chosen() == ["ITEM-0050", "ITEM-0051"]
    rested(long, qtbot)
    assert long.model.row_of(long.model.item("ITEM-0050") or 0) in long.list.on_screen()
    qtbot.keyClick(long.list.grid, Qt.Key.Key_Right)
    assert long.list.chosen() == ["ITEM-0051"]
    assert long.desk.settings.get("items.mode") == "grid"
    long.bar.as_table.click()
    assert long.list.chosen() == ["ITEM-0051"]


def test_what_is_dragged_are_the_numbers(long: ItemsView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[str] = []

    def take_it(drag: Any, actions: Any) -> Any:
        dropped.extend(dragged_items(drag.mimeData(), long.desk.session.case))
        return actions

    monkeypatch.setattr("ui.views.itemlist.QDrag.exec", take_it)
    long.list.choose(["ITEM-0002", "ITEM-0003"])
    port = long.list.table.viewport()
    at = long.list.table.visualRect(long.model.index(1, Column.TITLE)).center()
    far = at + QPoint(60, 30)
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    for place in (at + QPoint(20, 0), far, far + QPoint(5, 5)):
        qtbot.mouseMove(port, place)
        QApplication.sendEvent(port, move_event(place))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=far)
    assert dropped == ["ITEM-0002", "ITEM-0003"]


def move_event(at: QPoint) -> Any:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    left = Qt.MouseButton.LeftButton
    return QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(at), Qt.MouseButton.NoButton, left, Qt.KeyboardModifier.NoModifier
    )


def test_keys_move_by_items_and_enter_goes_to_the_viewer(long: ItemsView, qtbot: QtBot) -> None:
    table = long.list.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert long.list.chosen() == [f"ITEM-{MANY:04d}"]
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert long.list.chosen() == ["ITEM-0002"]
    qtbot.keyClicks(table, "note 1")  # not a search through every row
    assert long.list.chosen() == ["ITEM-0002"]
    with qtbot.waitSignal(long.list.activated):
        qtbot.keyClick(table, Qt.Key.Key_Return)


def test_an_item_asked_for_is_shown_whatever_is_filtered(long: ItemsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(long.model.came):
        long.search("nothing-is-called-so")
    rested(long, qtbot)
    assert long.model.rowCount() == 0
    window = long.window()
    assert isinstance(window, Window)
    window.show_item("ITEM-0120")
    qtbot.waitUntil(lambda: long.list.chosen() == ["ITEM-0120"])
    assert long.model.row_of(long.model.item("ITEM-0120") or 0) in long.list.on_screen()


def test_what_is_chosen_is_shown_beside_it(small: ItemsView, qtbot: QtBot) -> None:
    small.list.choose(["ITEM-0003"])
    qtbot.waitUntil(lambda: small.viewer.row is not None and small.viewer.row.number == "ITEM-0003")
    with qtbot.waitSignal(small.model.came):
        small.search("nothing-is-called-so")
    qtbot.waitUntil(lambda: small.viewer.row is None)


def test_every_action_of_the_page_has_its_handler(small: ItemsView) -> None:
    assert set(small.handlers) == set(next(page.actions for page in PAGES if page.name == "items"))


def test_the_menu_holds_what_can_be_done(small: ItemsView, qtbot: QtBot) -> None:
    small.list.menu_wanted.emit(small.mapToGlobal(QPoint(200, 200)))
    menu = next(each for each in small.findChildren(QMenu) if each.isVisible())
    assert small.desk.actions["exhibit.add"] in menu.actions()
    menu.close()


def test_chosen_items_become_drafts_and_can_be_taken_back(small: ItemsView, qtbot: QtBot) -> None:
    session, actions = small.desk.session, small.desk.actions

    def drafts() -> list[tuple[str, ...]]:
        with session.open_case.catalog.read() as connection:
            return [each.items for each in court.drafts(connection)]

    small.list.choose(["ITEM-0001", "ITEM-0003"])
    with qtbot.waitSignal(small.model.came):
        actions["exhibit.add"].trigger()
    assert drafts() == [("ITEM-0001",), ("ITEM-0003",)]
    rested(small, qtbot)
    assert small.model.index(0, Column.EXHIBIT).data() == "draft"
    with qtbot.waitSignal(small.model.came):
        actions["exhibit.add_one"].trigger()
    assert drafts()[-1] == ("ITEM-0001", "ITEM-0003")
    rested(small, qtbot)
    for _ in range(2):
        with qtbot.waitSignal(small.model.came):
            actions["edit.undo"].trigger()
        rested(small, qtbot)
    assert drafts() == []
    assert small.model.index(0, Column.EXHIBIT).data() == ""
    assert small.list.chosen() == ["ITEM-0001", "ITEM-0003"]


def test_items_are_read_again(small: ItemsView, qtbot: QtBot) -> None:
    window = small.window()
    assert isinstance(window, Window)
    small.list.choose(["ITEM-0003"])
    with qtbot.waitSignal(small.model.came, timeout=60_000):
        small.desk.actions["item.reread"].trigger()
    assert "Read 1 item again" in window.statusBar().currentMessage()


def test_another_case_is_another_list(small: ItemsView, qtbot: QtBot, sample_case: Path) -> None:
    window = small.window()
    assert isinstance(window, Window)
    small.bar.toggles["repeats"].click()
    rested(small, qtbot)
    with qtbot.waitSignal(window.session.opened, timeout=30_000):
        window.open_case(sample_case)
    rested(small, qtbot)
    assert small.model.wanted == Filter()
    assert small.model.rowCount() > 20
    assert len(small.list.chosen()) == 1


def test_names_that_mean_harm_are_only_text(
    opened: Any, qtbot: QtBot, new_case: Path, tmp_path: Path, take: Take
) -> None:
    folder = tmp_path / "harm"
    folder.mkdir()
    (folder / "<img src=x><b>bold.txt").write_text("one", "utf-8")
    (folder / "photo\u202egpj.exe").write_text("two", "utf-8")
    take(new_case, folder)
    page = page_of(opened(new_case), qtbot)
    assert titles(page) == ["<img src=x><b>bold.txt", "photo\\u{202e}gpj.exe"]
    tip = page.model.index(0, Column.TITLE).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip
    assert "<img" not in tip
    for mode in ("table", "grid"):
        page.list.set_mode(mode)
        assert not page.list.view.viewport().grab().isNull()


@pytest.fixture
def pictures(opened: Any, qtbot: QtBot, new_case: Path, tmp_path: Path, take: Take) -> ItemsView:
    """A red picture and a green one."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("a.png", (200, 0, 0)), ("b.png", (0, 160, 0))):
        Image.new("RGB", (400, 300), colour).save(folder / name)
    take(new_case, folder)
    return page_of(opened(new_case), qtbot)


@pytest.mark.parametrize("mode", ["table", "grid"])
def test_pictures_come_and_are_drawn(pictures: ItemsView, qtbot: QtBot, mode: str) -> None:
    shown, thumbs = pictures.list, pictures.list.thumbs
    with qtbot.waitSignal(thumbs.arrived, timeout=60_000):
        shown.set_mode(mode)
    qtbot.waitUntil(lambda: not shown.looking and thumbs.pending == 0, timeout=60_000)
    for row, (red, green) in enumerate([(200, 0), (0, 160)]):
        place = shown.view.visualRect(pictures.model.index(row, 0))
        at = place.topLeft() + (QPoint(26, place.height() // 2) if mode == "table" else QPoint(88, 60))
        colour = shown.view.viewport().grab().toImage().pixelColor(at)
        assert abs(colour.red() - red) < 12
        assert abs(colour.green() - green) < 12


def test_pictures_out_of_view_are_given_up(pictures: ItemsView, qtbot: QtBot) -> None:
    thumbs, size = pictures.list.thumbs, pictures.list.rows.wanted
    qtbot.waitUntil(lambda: not pictures.list.looking and thumbs.pending == 0, timeout=60_000)
    rows = [cells.row for row in range(2) if (cells := pictures.model.cells(row)) is not None]
    thumbs.clear()
    thumbs.want(rows, size, cut=True)
    assert thumbs.pending == 2
    thumbs.want([], size, cut=True)
    assert thumbs.pending == 0
    assert thumbs.get(rows[0].sha256, size, cut=True) is None


def test_a_narrow_list_keeps_what_matters(small: ItemsView) -> None:
    table = small.list.table
    small.list.resize(1400, 500)
    assert not any(table.isColumnHidden(column) for column in Column)
    small.list.resize(420, 500)
    assert [HEADERS[each] for each in Column if not table.isColumnHidden(each)] == ["Item", "When", "Title or name"]
    assert small.list.rows.with_kind
    assert small.list.rows.with_marks


def test_a_compact_list_is_a_source_for_other_pages(small: ItemsView, qtbot: QtBot) -> None:
    model = ItemsModel(small.desk.session, Filter(unmarked=True))
    source = ItemList(small.desk, model, compact=True)
    qtbot.addWidget(source)
    source.resize(1400, 500)
    source.show()
    qtbot.waitUntil(lambda: model.rowCount() == 4)
    assert [each for each in Column if not source.table.isColumnHidden(each)] == [0, 1, 2]
    assert source.chosen() == []
    source.choose(["ITEM-0002"])
    with qtbot.waitSignal(model.came):
        small.desk.session.edit("Add", lambda case: edits.add_drafts(case, groups=[["ITEM-0002"]]), [Part.EXHIBITS])
    assert model.rowCount() == 3
    assert source.chosen() == []
