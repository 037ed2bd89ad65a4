"""The exhibits page over a real case: what is dropped, ordered, grouped, written and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from tests.gui.exhibits_hand import FOUR, ONE, THREE, TWO, Page, items, type_in
from ui.models.exhibits import ENTRIES_MIME, pack
from ui.window import Window


def test_the_empty_page_says_what_to_do_and_takes_items(page: Page) -> None:
    assert page.view.middle.currentWidget() is page.view.empty
    assert "drag items here" in page.view.empty.words.text().lower()
    assert page.drop(items(ONE, TWO), QPoint(50, 50), onto=page.view.empty)
    assert page.drafts() == [(ONE,), (TWO,)]
    assert page.view.middle.currentWidget() is page.view.list
    assert [each.key for each in page.view.list.chosen()] == [1, 2]


def test_items_are_dropped_between_rows_on_a_draft_and_together(page: Page) -> None:
    page.drop(items(ONE, TWO), QPoint(50, 50), onto=page.view.empty)
    assert page.drop(items(THREE), page.at(1, 0.1))
    assert page.drafts() == [(ONE,), (THREE,), (TWO,)]
    assert page.drop(items(FOUR, ONE), page.at(0, 0.5))
    assert page.drafts() == [(ONE, FOUR), (THREE,), (TWO,)]
    assert page.drop(items(TWO, FOUR), page.below(), together=True)
    assert page.drafts() == [(ONE, FOUR), (THREE,), (TWO,), (TWO, FOUR)]
    for _ in range(4):
        page.undo()
    assert page.drafts() == []
    assert not page.window.actions_made["edit.undo"].isEnabled()
    for _ in range(4):
        page.redo()
    assert page.drafts() == [(ONE, FOUR), (THREE,), (TWO,), (TWO, FOUR)]


def test_rows_are_dragged_to_another_place(page: Page) -> None:
    page.drop(items(ONE, TWO, THREE, FOUR), QPoint(50, 50), onto=page.view.empty)
    assert page.drop(page.carried(2, 3), page.at(0, 0.2))
    assert page.drafts() == [(THREE,), (FOUR,), (ONE,), (TWO,)]
    assert page.rows == [("1", (THREE,)), ("2", (FOUR,)), ("3", (ONE,)), ("4", (TWO,))]
    assert page.drop(page.carried(0), page.below())
    assert page.drafts() == [(FOUR,), (ONE,), (TWO,), (THREE,)]
    page.undo()
    page.undo()
    assert page.drafts() == [(ONE,), (TWO,), (THREE,), (FOUR,)]
    page.redo()
    assert page.drafts() == [(THREE,), (FOUR,), (ONE,), (TWO,)]


def test_rows_of_another_case_are_not_taken(page: Page) -> None:
    page.drop(items(ONE, TWO), QPoint(50, 50), onto=page.view.empty)
    foreign = QMimeData()
    foreign.setData(ENTRIES_MIME, pack("another", [2]))
    assert not page.drop(foreign, page.at(0, 0.1))
    assert page.drafts() == [(ONE,), (TWO,)]


def test_marked_exhibits_move_among_themselves_and_keep_their_labels(bound: Page) -> None:
    told: list[str] = []
    bound.window.statusBar().messageChanged.connect(told.append)
    bound.drop(items(THREE), bound.below())
    assert [label for label, _ in bound.rows] == ["1", "2", "3"]
    assert bound.drop(bound.carried(1), bound.at(0, 0.1))
    assert [label for label, _ in bound.rows] == ["2", "1", "3"]
    bound.choose(0)
    bound.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [label for label, _ in bound.rows] == ["1", "2", "3"]
    assert [each.key for each in bound.view.list.chosen()] == ["2"]
    assert sum("Labels do not change" in each for each in told) == 1
    bound.undo()
    bound.undo()
    assert [each.label for each in bound.marked()] == ["1", "2"]


def test_drafts_move_joined_split_and_removed_by_keyboard(page: Page) -> None:
    page.drop(items(ONE, TWO, THREE), QPoint(50, 50), onto=page.view.empty)
    page.choose(2)
    page.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert page.drafts() == [(ONE,), (THREE,), (TWO,)]
    page.choose(0, 1)
    page.key(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert page.drafts() == [(ONE, THREE), (TWO,)]
    assert [each.items for each in page.view.list.chosen()] == [(ONE, THREE)]
    page.do("exhibit.split")
    assert page.drafts() == [(ONE,), (THREE,), (TWO,)]
    page.choose(1)
    page.key(Qt.Key.Key_Delete)
    assert page.drafts() == [(ONE,), (TWO,)]
    assert [each.items for each in page.view.list.chosen()] == [(TWO,)]
    for _ in range(4):
        page.undo()
    assert page.drafts() == [(ONE,), (TWO,), (THREE,)]
    for _ in range(4):
        page.redo()
    assert page.drafts() == [(ONE,), (TWO,)]


def test_chosen_items_are_added_by_button_and_keyboard(page: Page) -> None:
    supply = page.view.supply
    assert supply.model.rowCount() == 4
    assert not supply.add.isEnabled()
    supply.list.choose([ONE, TWO])
    assert supply.add.isEnabled()
    assert supply.add_one.isEnabled()
    supply.add_one.click()
    page.settle()
    assert page.drafts() == [(ONE, TWO)]
    assert supply.model.rowCount() == 2
    supply.list.choose([FOUR])
    page.do("exhibit.add")
    assert page.drafts() == [(ONE, TWO), (FOUR,)]
    assert page.window.pages.currentWidget() is page.view
    supply.list.choose([THREE])
    page.choose(0)
    assert page.view.editor.add.isEnabled()
    page.view.editor.add.click()
    page.settle()
    assert page.drafts() == [(ONE, TWO, THREE), (FOUR,)]
    assert supply.nothing.isVisible()


def test_the_search_narrows_the_free_items(page: Page) -> None:
    with page.qtbot.waitSignal(page.view.supply.model.came):
        page.view.supply.search.setText("car")
    page.settle()
    found = {page.view.supply.model.number(row) for row in range(page.view.supply.model.rowCount())}
    assert 0 < len(found) < 4


@pytest.mark.parametrize("draft", [True, False])
def test_title_witness_and_heading_are_written_and_undone(bound: Page, draft: bool) -> None:
    bound.drop(items(THREE), bound.below())
    bound.choose(2 if draft else 0)
    before = bound.view.list.chosen()[0]
    type_in(bound, "title", "Voicemail of 9 January")
    type_in(bound, "witness", "T. Alvarez")
    type_in(bound, "group", "January")
    now = bound.view.list.chosen()[0]
    assert (now.title, now.witness, now.group) == ("Voicemail of 9 January", "T. Alvarez", "January")
    for _ in range(3):
        bound.undo()
    assert bound.view.list.chosen()[0] == before
    assert bound.view.editor.fields["title"].text() == before.own_title
    for _ in range(3):
        bound.redo()
    assert bound.view.list.chosen()[0] == now


def test_escape_takes_back_what_is_typed_and_leaving_the_field_keeps_it(bound: Page) -> None:
    bound.choose(0)
    type_in(bound, "title", "Something else", Qt.Key.Key_Escape)
    assert bound.view.editor.fields["title"].text() == "The first note"
    field = bound.view.editor.fields["title"]
    field.setFocus()
    bound.qtbot.keyClicks(field, "!")
    bound.choose(1)  # another is chosen while the words are not entered yet
    bound.settle()
    assert [each.title for each in bound.marked()] == ["The first note!", "The second note"]
    assert bound.view.editor.fields["title"].text() == "The second note"


def test_what_is_refused_is_said_and_the_field_shows_what_is_there(bound: Page) -> None:
    told: list[BaseException] = []
    bound.window.session.tasks.trouble.disconnect(bound.window.trouble)
    bound.window.session.tasks.trouble.connect(told.append)
    bound.choose(0)
    bound.view.editor.fields["witness"].setText("J\u0085D")
    bound.view.editor.commit()
    bound.settle()
    assert "cannot be printed" in str(told[0])
    assert bound.view.editor.fields["witness"].text() == "J. D."


def test_items_of_a_draft_are_ordered_and_taken_out(page: Page) -> None:
    page.drop(items(ONE, TWO, THREE), QPoint(50, 50), together=True, onto=page.view.empty)
    page.choose(0)
    editor = page.view.editor
    editor.items.setCurrentRow(2)
    editor.up.click()
    page.settle()
    assert page.drafts() == [(ONE, THREE, TWO)]
    assert editor.items.currentRow() == 1
    editor.out.click()
    page.settle()
    assert page.drafts() == [(ONE, TWO)]
    page.undo()
    page.undo()
    assert page.drafts() == [(ONE, TWO, THREE)]


def test_nothing_can_be_changed_in_a_case_that_fails_its_checks(
    reopened: Callable[..., Window], qtbot: QtBot, marked_case: Path, home: Home
) -> None:
    with write_case(marked_case, home, "A. Rivera") as case:
        edits.add_draft(case, items=[THREE])
    (marked_case / "keys.txt").write_text("")
    page = Page(reopened(marked_case, "exhibits"), qtbot)
    assert len(page.rows) == 3
    page.choose(2)
    assert not page.drop(items(FOUR), page.below())
    assert not page.drop(page.carried(1), page.at(0, 0.1))
    actions = page.window.actions_made
    for name in ("mark", "late", "join", "split", "remove", "up", "down", "status", "withdraw", "add"):
        assert not actions[f"exhibit.{name}"].isEnabled(), name
    assert all(field.isReadOnly() for field in page.view.editor.fields.values())
    page.view.supply.list.choose([FOUR])
    assert not page.view.supply.add.isEnabled()
    assert not page.view.model.flags(page.view.model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_closing_the_case_empties_the_page_and_opening_fills_it(bound: Page, marked_case: Path) -> None:
    window = bound.window
    bound.choose(0)
    with bound.qtbot.waitSignal(window.session.closed):
        window.session.close()
    assert bound.view.model.rowCount() == 0
    assert bound.view.editor.entry is None
    bound.settle()
    with bound.qtbot.waitSignal(window.session.opened, timeout=30_000):
        window.open_case(marked_case)
    bound.settle()
    assert [label for label, _ in bound.rows] == ["1", "2"]


def test_what_is_typed_and_not_entered_is_kept_when_the_case_is_closed(bound: Page, marked_case: Path) -> None:
    window = bound.window
    bound.choose(0)
    field = bound.view.editor.fields["title"]
    field.setFocus()
    bound.qtbot.keyClicks(field, ", corrected")
    with bound.qtbot.waitSignal(window.session.closed):
        window.session.close()
    bound.settle()
    with bound.qtbot.waitSignal(window.session.opened, timeout=30_000):
        window.open_case(marked_case)
    bound.settle()
    assert "corrected" in bound.marked()[0].title


def test_every_row_is_told_to_a_screen_reader(bound: Page) -> None:
    bound.drop(items(THREE), bound.below())
    model = bound.view.model
    spoken = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert spoken[0].startswith("Exhibit 1, The first note, 1 item, ")
    assert "witness J. D." in spoken[0]
    assert spoken[2].startswith("Draft, provisional label 3, ")


def test_everything_is_reached_by_the_tab_key_in_order_and_is_named(bound: Page) -> None:
    view = bound.view
    bound.choose(0)
    bound.view.supply.list.choose([THREE, FOUR])
    view.supply.search.setFocus()
    seen: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in seen:
        seen.append(here)
        bound.qtbot.keyClick(here, Qt.Key.Key_Tab)
    inside = [each for each in seen if view.isAncestorOf(each)]
    told = [QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name) for each in inside]
    assert all(told), told
    wanted = [
        view.supply.search,
        view.supply.add,
        view.supply.add_one,
        view.list,
        *(view.editor.fields[name] for name in ("title", "witness", "group")),
        view.editor.items,
        view.editor.add,
        view.editor.status,
        view.editor.withdraw,
        view.strip.sheets,
    ]
    assert [each for each in inside if each in wanted] == wanted
