"""The exhibits page over a real case: what is dropped, ordered, grouped, marked and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.catalog import court
from evidencekit.custody.keys import Home
from evidencekit.model import Exhibit, Status
from evidencekit.profile import load_profile
from ui.dialogs.late import LateDialog
from ui.dialogs.mark import MarkDialog, heading
from ui.dialogs.status import StatusDialog
from ui.models.exhibits import ENTRIES_MIME, pack
from ui.session import Part
from ui.views.exhibits import ExhibitsView
from ui.widgets import ITEMS_MIME
from ui.window import Window

ONE, TWO, THREE, FOUR = (f"ITEM-{number:04d}" for number in range(1, 5))


class Page:
    """The page of a window, with what a person does on it."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        window.show_page("exhibits")
        view = window.views["exhibits"]
        assert isinstance(view, ExhibitsView)
        self.view = view
        self.settle()

    def settle(self) -> None:
        """Until what was asked for is kept, and what it changed is shown."""
        self.qtbot.waitUntil(lambda: self.window.session.tasks.pending == 0, timeout=60_000)

    @property
    def rows(self) -> list[tuple[str, tuple[str, ...]]]:
        """(label, items) of every row."""
        return [(each.label, each.items) for each in self.view.model.entries]

    def choose(self, *rows: int) -> None:
        self.view.list.choose([self.view.model.entries[row].key for row in rows])

    def do(self, name: str) -> None:
        action = self.window.actions_made[name]
        assert action.isEnabled(), name
        action.trigger()
        self.settle()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.view.list, key, modifiers)
        self.settle()

    def drafts(self) -> list[tuple[str, ...]]:
        with self.window.session.open_case.catalog.read() as connection:
            return [each.items for each in court.drafts(connection)]

    def marked(self) -> tuple[Exhibit, ...]:
        with self.window.session.open_case.catalog.read() as connection:
            return court.arrangement(connection)

    def accept(self) -> Any:
        """Press the button of the dialog that is open."""
        dialog: Any = self.view.dialog
        assert dialog is not None
        assert dialog.isVisible()
        assert dialog.go.isEnabled()
        dialog.go.click()
        self.settle()
        return dialog

    def drop(self, data: QMimeData, at: QPoint, *, together: bool = False, onto: QWidget | None = None) -> bool:
        """Drag something over the list and let it go there; whether it was taken."""
        target = onto or self.view.list.viewport()
        keys = Qt.KeyboardModifier.ControlModifier if together else Qt.KeyboardModifier.NoModifier
        both, left = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
        enter = QDragEnterEvent(at, both, data, left, keys)
        over = QDragMoveEvent(at, both, data, left, keys)
        QApplication.sendEvent(target, enter)
        QApplication.sendEvent(target, over)
        if not over.isAccepted():
            return False
        let_go = QDropEvent(QPointF(at), both, data, left, keys)
        QApplication.sendEvent(target, let_go)
        self.settle()
        return let_go.isAccepted()

    def at(self, row: int, share: float) -> QPoint:
        """A place in a row, from its upper edge (0) to its lower (1)."""
        rect = self.view.list.visualRect(self.view.model.index(row))
        assert rect.isValid()
        return QPoint(rect.center().x(), rect.top() + int(share * (rect.height() - 1)))

    def below(self) -> QPoint:
        """Behind the last row."""
        return QPoint(20, self.view.list.viewport().height() - 3)

    def carried(self, *rows: int) -> QMimeData:
        """What dragging these rows carries."""
        model = self.view.model
        return model.mimeData([model.index(row) for row in rows])

    def undo(self) -> None:
        self.do("edit.undo")

    def redo(self) -> None:
        self.do("edit.redo")


def items(*numbers: str) -> QMimeData:
    data = QMimeData()
    data.setData(ITEMS_MIME, "\n".join(numbers).encode())
    return data


@pytest.fixture
def marked_case(filled_case: Path, home: Home) -> Path:
    """Two exhibits are marked; two items are free."""
    with write_case(filled_case, home, "A. Rivera") as case:
        profile = load_profile("default")
        edits.mark_exhibit(case, [ONE], profile, title="The first note", witness="J. D.")
        edits.mark_exhibit(case, [TWO], profile, title="The second note")
    return filled_case


@pytest.fixture
def page(opened: Callable[[Path], Window], qtbot: QtBot, filled_case: Path) -> Page:
    """The page of a case without exhibits."""
    return Page(opened(filled_case), qtbot)


@pytest.fixture
def bound(opened: Callable[[Path], Window], qtbot: QtBot, marked_case: Path) -> Page:
    """The page of a case with two marked exhibits."""
    return Page(opened(marked_case), qtbot)


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


def type_in(page: Page, name: str, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    field = page.view.editor.fields[name]
    field.setFocus()
    field.selectAll()
    page.qtbot.keyClicks(field, text)
    page.qtbot.keyClick(field, key)
    page.settle()


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


def test_provisional_labels_are_those_that_are_issued(bound: Page) -> None:
    bound.drop(items(THREE, FOUR), bound.below())
    bound.choose(3)
    bound.do("exhibit.late")
    late: Any = bound.view.dialog
    assert isinstance(late, LateDialog)
    late.behind.setCurrentIndex(0)
    assert late.label_text == "1A"
    bound.accept()
    promised = bound.rows
    assert [label for label, _ in promised] == ["1", "1A", "2", "3"]
    bound.view.list.clearSelection()
    bound.do("exhibit.mark")
    dialog: Any = bound.view.dialog
    assert isinstance(dialog, MarkDialog)
    told = [dialog.list.topLevelItem(row).text(0) for row in range(dialog.list.topLevelItemCount())]
    assert told == ["3", "1A"]
    assert dialog.go.text() == "Mark 2 exhibits"
    bound.accept()
    assert [(each.label, each.items) for each in bound.marked()] == promised
    assert bound.drafts() == []
    assert [each.label for each in bound.view.list.chosen()] == ["1A", "3"]


def test_marking_is_asked_for_from_another_page(
    opened: Callable[[Path], Window], qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.add_draft(case, items=[ONE])
    window = opened(filled_case)
    assert "exhibits" not in window.views
    window.actions_made["exhibit.mark"].trigger()
    page = Page(window, qtbot)
    page.accept()
    assert [(each.label, each.items) for each in page.marked()] == [("1", (ONE,))]


def test_only_the_chosen_drafts_are_marked(bound: Page) -> None:
    bound.drop(items(THREE, FOUR), bound.below())
    bound.choose(3)
    bound.do("exhibit.mark")
    bound.accept()
    assert [(each.label, each.items) for each in bound.marked()][2:] == [("3", (FOUR,))]
    assert bound.drafts() == [(THREE,)]
    assert bound.rows[-1] == ("4", (THREE,))


def test_a_late_label_that_cannot_be_is_told_while_it_is_typed(bound: Page) -> None:
    bound.drop(items(THREE), bound.below())
    bound.choose(2)
    bound.do("exhibit.late")
    late: Any = bound.view.dialog
    for typed, fault in (("2", "already issued"), ("1-1", "allows no late label"), ("?", "cannot be"), ("", "Type")):
        late.label_edit.setText(typed)
        assert fault in late.fault.text()
        assert not late.go.isEnabled()
    late.label_edit.setText("2b")
    assert not late.fault.text()
    bound.accept()
    assert [label for label, _ in bound.rows] == ["1", "2", "2B"]
    bound.undo()
    assert [label for label, _ in bound.rows] == ["1", "2", "3"]


def test_a_draft_that_cannot_be_marked_says_so_and_holds_back_marking(bound: Page, home: Home) -> None:
    bound.drop(items(THREE), bound.below())
    session = bound.window.session
    session.edit("x", lambda case: edits.edit_draft(case, 1, label="1-1"), ())
    bound.settle()
    bound.view.model.refresh()
    bound.settle()
    assert "allows no late label" in bound.view.model.entries[1].fault
    bound.do("exhibit.mark")
    dialog: Any = bound.view.dialog
    assert "allows no late label" in dialog.fault.text()
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_the_status_in_court_is_recorded_and_undone(bound: Page) -> None:
    bound.choose(0)
    bound.do("exhibit.status")
    dialog: Any = bound.view.dialog
    assert isinstance(dialog, StatusDialog)
    assert dialog.status is Status.OFFERED
    bound.accept()
    bound.do("exhibit.status")
    again: Any = bound.view.dialog
    assert again.status is Status.ADMITTED
    bound.accept()
    assert bound.marked()[0].status is Status.ADMITTED
    assert [step for step, _ in bound.marked()[0].dates] == [Status.OFFERED, Status.ADMITTED]
    assert "offered" in bound.view.editor.steps.text()
    bound.undo()
    assert bound.marked()[0].status is Status.OFFERED
    bound.undo()
    assert bound.marked()[0].status is Status.MARKED
    bound.redo()
    assert bound.marked()[0].status is Status.OFFERED


def test_withdrawing_asks_keeps_the_label_used_and_gives_the_item_free(bound: Page) -> None:
    bound.choose(0)
    bound.do("exhibit.withdraw")
    dialog: Any = bound.view.dialog
    assert "cannot be undone" in dialog.words.text()
    dialog.reject()
    bound.settle()
    assert bound.marked()[0].status is Status.MARKED
    bound.do("exhibit.withdraw")
    bound.accept()
    assert bound.marked()[0].status is Status.WITHDRAWN
    assert bound.rows[0] == ("1", (ONE,))
    assert not bound.window.actions_made["exhibit.status"].isEnabled()
    assert bound.view.editor.fields["title"].isReadOnly()
    bound.drop(items(ONE), bound.below())
    assert bound.rows[-1] == ("3", (ONE,))


def test_other_items_of_a_marked_exhibit_are_asked_about_and_logged(bound: Page) -> None:
    size = bound.window.session.open_case.size
    bound.view.supply.list.choose([THREE])
    bound.choose(0)
    bound.view.editor.add.click()
    dialog: Any = bound.view.dialog
    assert THREE in dialog.words.text()
    bound.accept()
    assert bound.marked()[0].items == (ONE, THREE)
    assert bound.window.session.open_case.size == size + 1


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


def test_what_was_edited_before_marking_and_is_no_exhibit_can_still_be_undone(page: Page) -> None:
    session = page.window.session
    session.edit("Title", lambda case: edits.describe(case, ONE, title="Mine"), (Part.WORDS,))
    page.drop(items(ONE, TWO), QPoint(50, 50), onto=page.view.empty)
    page.choose(0)
    assert page.view.list.chosen()[0].title == "Mine"
    page.do("exhibit.mark")
    page.accept()
    assert [each.title for each in page.marked()] == ["Mine"]
    assert session.undo.undoText() == "Title"
    page.undo()
    assert page.view.model.board is not None
    assert page.view.model.board.things[ONE].called != "Mine"
    assert [each.title for each in page.marked()] == ["Mine"]
    page.redo()
    assert page.view.model.board.things[ONE].called == "Mine"


def test_nothing_can_be_changed_in_a_case_that_fails_its_checks(
    opened: Callable[[Path], Window], qtbot: QtBot, marked_case: Path, home: Home
) -> None:
    with write_case(marked_case, home, "A. Rivera") as case:
        edits.add_draft(case, items=[THREE])
    (marked_case / "keys.txt").write_text("")
    page = Page(opened(marked_case), qtbot)
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


def test_the_heading_names_every_label_that_is_issued() -> None:
    assert heading(["4"]) == "Label 4 will be issued"
    assert heading(["4", "5", "6"]) == "Labels 4 to 6 will be issued"
    assert heading(["4", "12A", "5"]) == "Labels 4 to 5 and 12A will be issued"
    assert heading(["12A", "12B"]) == "Labels 12A, 12B will be issued"


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
