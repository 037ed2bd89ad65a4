"""Labels, court status and withdrawal on the exhibits page: what is issued, recorded and can be undone no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.model import Status
from tests.gui.exhibits_hand import FOUR, ONE, THREE, TWO, Page, items
from ui.dialogs.late import LateDialog
from ui.dialogs.mark import MarkDialog, heading
from ui.dialogs.status import StatusDialog
from ui.parts import Part
from ui.window import Window


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


def test_the_heading_names_every_label_that_is_issued() -> None:
    assert heading(["4"]) == "Label 4 will be issued"
    assert heading(["4", "5", "6"]) == "Labels 4 to 6 will be issued"
    assert heading(["4", "12A", "5"]) == "Labels 4 to 5 and 12A will be issued"
    assert heading(["12A", "12B"]) == "Labels 12A, 12B will be issued"
