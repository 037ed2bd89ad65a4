"""The chronology page over a real case: its rows, its timeline, and what is written by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.casefile.timeline import case_rows
from evidencekit.catalog import court
from evidencekit.chronology.report import csv_bytes
from evidencekit.custody.keys import Home
from evidencekit.model import Category, ChronologyRow, Incident, Milestone, MilestoneKind, Party, Role
from ui.dialogs.incident import IncidentDialog
from ui.dialogs.milestone import MilestoneDialog
from ui.dialogs.party import PartyDialog
from ui.models.chronology import NEEDS_A_DATE
from ui.models.lines import Line, Look
from ui.parts import Part
from ui.views.chronology import ChronologyView
from ui.window import Window

Opened = Callable[..., Window]


class Page:
    """The page of a window, with what a person does on it."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        window.show_page("chronology")
        view = window.views["chronology"]
        assert isinstance(view, ChronologyView)
        self.view = view
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.window.session.tasks.pending == 0, timeout=60_000)

    @property
    def lines(self) -> list[Line]:
        return list(self.view.list.lines.lines)

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines if line.look is not Look.HEADING]

    def bound(self, *, exhibits_only: bool = False) -> tuple[ChronologyRow, ...]:
        return case_rows(self.window.session.open_case.catalog, exhibits_only=exhibits_only)

    def choose(self, text: str) -> None:
        row = next(row for row, line in enumerate(self.lines) if text in line.text and line.look is not Look.HEADING)
        self.view.list.setCurrentIndex(self.view.list.lines.index(row))

    def do(self, name: str) -> None:
        assert self.window.actions_made[name].isEnabled(), name
        self.window.actions_made[name].trigger()
        self.settle()

    def milestones(self) -> list[Milestone]:
        with self.window.session.open_case.catalog.read() as connection:
            return court.all_milestones(connection)

    def incidents(self) -> list[Incident]:
        with self.window.session.open_case.catalog.read() as connection:
            return court.all_incidents(connection)

    def parties(self) -> list[Party]:
        with self.window.session.open_case.catalog.read() as connection:
            return court.all_parties(connection)


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """On the chronology page, in the window that these tests share."""
    return partial(reopened, page="chronology")


@pytest.fixture
def page(opened: Opened, filled_case: Path, qtbot: QtBot, home: Home) -> Page:
    """Four items, one of them dated by a person, and a milestone."""
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.describe(case, "ITEM-0002", title="Note on the car", when="5 January 2026")
        edits.add_milestone(case, when="2026-02-11T18:42", kind=MilestoneKind.NO, text="Told him to stop")
    return Page(opened(filled_case), qtbot)


@pytest.fixture(scope="module")
def shared_page() -> str:
    return "chronology"


@pytest.fixture
def story(shared_window: Window, qtbot: QtBot) -> Page:
    """The page of the sample case, for tests that change nothing."""
    page = Page(shared_window, qtbot)
    page.view.bar.clear()
    page.settle()
    return page


@pytest.fixture
def own_story(opened: Opened, sample_case: Path, qtbot: QtBot) -> Page:
    """The page of one's own copy of it."""
    return Page(opened(sample_case), qtbot)


# What is listed


@pytest.mark.parametrize("only", [False, True])
def test_the_rows_are_those_that_are_bound_but_for_what_needs_a_date_which_stands_last(story: Page, only: bool) -> None:
    if only:
        story.view.bar.exhibits.click()
        story.settle()
    bound = story.bound(exhibits_only=only)
    undated = [row for row in bound if row.date == "To be determined"]
    assert bound
    expected = [row for row in bound if row not in undated] + undated
    shown = [line for line in story.lines if line.look is not Look.HEADING]
    assert [line.lead for line in shown] == [str(row.n) for row in expected]
    assert [line.text for line in shown] == [row.what for row in expected]
    assert [line.first[0] for line in shown] == [NEEDS_A_DATE if row in undated else row.date for row in expected]
    assert [line.look is Look.TURN for line in shown] == [row.milestone for row in expected]
    assert [line.last[0] for line in shown if line.last[0]] == [
        f"Ex. {row.exhibit}" + (f", p. {row.page}" if row.page else "") for row in expected if row.exhibit
    ]


def test_only_items_in_exhibits_are_fewer(story: Page) -> None:
    everything = len(story.texts)
    story.view.bar.exhibits.click()
    story.settle()
    assert 0 < len(story.texts) < everything
    story.view.bar.everything.click()
    story.settle()
    assert len(story.texts) == everything


def test_headings_name_the_month_of_what_stands_below(page: Page) -> None:
    assert [line.text for line in page.lines] == [
        "January 2026",
        "Note on the car",
        "February 2026",
        "“No”: Told him to stop",
        NEEDS_A_DATE,
        *page.texts[2:],
    ]
    assert page.lines[4].last[0].startswith(f"{len(page.texts) - 2} · printed first")


def test_words_are_looked_for_and_the_empty_list_says_what_to_do(page: Page) -> None:
    page.view.search("CAR note")
    assert page.texts == [text for text in page.texts if "car" in text.casefold()]
    assert page.texts
    page.view.bar.words.setText("item-0002")
    assert len(page.texts) == 1
    page.view.bar.words.setText("nothing like that")
    assert page.view.pages.currentWidget() is page.view.none
    page.view.bar.words.clear()
    assert page.view.pages.currentWidget() is page.view.list


def test_an_empty_case_says_how_the_chronology_fills(opened: Opened, new_case: Path, qtbot: QtBot) -> None:
    page = Page(opened(new_case), qtbot)
    assert page.view.pages.currentWidget() is page.view.empty
    assert not page.view.strip.isVisible()
    assert not page.view.bar.undated.isVisible()


def test_another_case_is_listed_whole(own_story: Page, opened: Opened, filled_case: Path) -> None:
    own_story.view.bar.exhibits.click()
    own_story.view.bar.words.setText("car")
    own_story.settle()
    opened(filled_case)
    assert not own_story.view.bar.words.text()
    assert [line.text for line in own_story.lines] == [NEEDS_A_DATE, *own_story.texts]
    assert len(own_story.texts) == 3  # one repeats another


def test_what_needs_a_date_is_gone_to(story: Page) -> None:
    undated = sum(row.date == "To be determined" for row in story.bound())
    assert story.view.bar.undated.text() == f"{undated} need a date"
    story.view.bar.undated.click()
    current = story.view.list.current
    assert current is not None
    assert current.first[0] == NEEDS_A_DATE


def test_enter_on_a_row_shows_its_item(page: Page, qtbot: QtBot) -> None:
    page.choose("Note on the car")
    qtbot.keyClick(page.view.list, Qt.Key.Key_Return)
    page.settle()
    assert page.window.pages.currentWidget() is page.window.views["items"]


def test_headings_are_passed_over_by_the_arrow_keys(page: Page, qtbot: QtBot) -> None:
    page.choose("Note on the car")
    qtbot.keyClick(page.view.list, Qt.Key.Key_Down)
    current = page.view.list.current
    assert current is not None
    assert "Told him to stop" in current.text


def test_a_screen_reader_hears_the_whole_row(page: Page) -> None:
    row = next(at for at, line in enumerate(page.lines) if line.look is Look.TURN)
    index = page.view.list.lines.index(row)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Milestone: “No”: Told him to stop" in spoken
    assert "11 Feb 2026" in spoken
    assert QAccessible.queryAccessibleInterface(page.view.list).text(QAccessible.Text.Name) == "Chronology"


def test_the_list_stays_where_it_was_when_something_changes(own_story: Page, qtbot: QtBot) -> None:
    row = len(own_story.lines) - 3
    own_story.view.list.go_to(row)
    before = own_story.view.list.current
    assert before is not None
    at = own_story.view.list.visualRect(own_story.view.list.currentIndex()).top()
    own_story.window.session.edit(
        "Add milestone",
        lambda case: edits.add_milestone(case, when="1 Jan 2020", kind=MilestoneKind.OTHER, text="Met"),
        [Part.CHRONOLOGY],
    )
    own_story.settle()
    assert "Met" in own_story.texts
    after = own_story.view.list.current
    assert after is not None
    assert after.key == before.key
    assert abs(own_story.view.list.visualRect(own_story.view.list.currentIndex()).top() - at) <= 1


# The timeline


def test_the_timeline_counts_every_dated_row(story: Page) -> None:
    strip, known = story.view.strip, story.view.known
    assert strip.isVisible()
    counted = sum(bucket.rows for bucket in strip.buckets) + sum(strip.outside)
    milestones = sum(row.milestone for row in story.bound())
    assert counted + known.vague + known.undated + milestones == len(story.bound())
    assert sum(len(bucket.turns) for bucket in strip.buckets) == milestones > 0


def test_a_click_and_the_arrow_keys_go_along_the_timeline(story: Page, qtbot: QtBot) -> None:
    strip = story.view.strip
    turn = next(place for place, bucket in enumerate(strip.buckets) if bucket.turns)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(strip._centre(turn)), 40))
    current = story.view.list.current
    assert current is not None
    assert current.look is Look.TURN
    assert current.key == strip.buckets[turn].turns[0].key
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    first = story.view.list.current
    assert first is not None
    assert first.key == story.lines[1].key
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert story.view.list.current is not first


def test_one_stray_date_does_not_squeeze_the_timeline(own_story: Page) -> None:
    own_story.window.session.edit(
        "Add incident",
        lambda case: edits.add_incident(case, when="3 May 1994", text="Bought the house"),
        [Part.CHRONOLOGY],
    )
    own_story.settle()
    strip = own_story.view.strip
    assert strip.outside[0] == 1
    assert strip.buckets[0].day.year >= 2025


# What is written by hand


def test_a_milestone_is_added_undone_and_made_again(page: Page) -> None:
    page.do("chronology.milestone")
    dialog = page.view.dialog
    assert isinstance(dialog, MilestoneDialog)
    dialog.kind.setCurrentIndex(2)
    dialog.when.edit.setText("early March 2026")
    assert "Understood as 1 Mar 2026 to 10 Mar 2026" in dialog.when.understood.text()
    dialog.words.setText("served at his door")
    dialog.item.edit.setText("3")
    dialog.go.click()
    page.settle()
    assert not dialog.isVisible()
    kept = page.milestones()[-1]
    assert (kept.kind, kept.when, kept.text, kept.item) == (
        MilestoneKind.ORDER_SERVED,
        "early March 2026",
        "served at his door",
        "ITEM-0003",
    )
    assert dialog.id == kept.id
    assert "Order served: served at his door" in page.texts
    page.do("edit.undo")
    assert "Order served: served at his door" not in page.texts
    assert page.milestones()[-1] != kept
    page.do("edit.redo")
    assert "Order served: served at his door" in page.texts


def test_a_milestone_is_changed_and_its_item_taken_back(page: Page) -> None:
    page.choose("Told him to stop")
    page.view.bar.edit_it.click()
    page.settle()
    dialog = page.view.dialog
    assert isinstance(dialog, MilestoneDialog)
    assert dialog.words.text() == "Told him to stop"
    dialog.words.setText("Told him to stop, by text message")
    dialog.go.click()
    page.settle()
    assert page.milestones()[0].text == "Told him to stop, by text message"
    assert page.window.session.undo.undoText() == "Change milestone"


def test_a_milestone_is_removed_and_comes_back(page: Page, qtbot: QtBot) -> None:
    page.choose("Told him to stop")
    qtbot.keyClick(page.view.list, Qt.Key.Key_Delete)
    page.settle()
    assert page.milestones() == []
    page.do("edit.undo")
    assert "“No”: Told him to stop" in page.texts


def test_a_row_of_an_item_can_be_neither_edited_nor_removed_here(page: Page) -> None:
    page.choose("Note on the car")
    assert not page.view.bar.edit_it.isEnabled()
    assert not page.view.bar.remove_it.isEnabled()
    page.view.remove()
    page.settle()
    assert not page.window.session.undo.canUndo()


def test_an_impossible_time_is_refused_beside_the_field(page: Page) -> None:
    page.do("chronology.milestone")
    dialog = page.view.dialog
    assert isinstance(dialog, MilestoneDialog)
    dialog.words.setText("Something")
    dialog.when.edit.setText("31 February 2026")
    assert "cannot be placed in time" in dialog.when.understood.text()
    assert dialog.when.understood.property("role") == "bad"
    dialog.go.click()
    page.settle()
    assert dialog.isVisible()
    assert dialog.missing.isVisible()
    assert len(page.milestones()) == 1
    dialog.reject()


def test_an_unknown_item_is_refused_beside_the_field_and_nothing_is_kept(page: Page) -> None:
    page.do("chronology.incident")
    dialog = page.view.dialog
    assert isinstance(dialog, IncidentDialog)
    dialog.when.edit.setText("4 March 2026")
    dialog.words.setPlainText("A car stood outside")
    dialog.items.edit.setText("ITEM-0002, 99")
    dialog.go.click()
    page.settle()
    assert dialog.isVisible()
    assert "ITEM-0099" in dialog.items.wrong.text()
    assert page.incidents() == []
    dialog.reject()


def test_an_incident_is_written_with_everything_about_it_and_cleared_again(page: Page, qtbot: QtBot) -> None:
    page.do("chronology.incident")
    dialog = page.view.dialog
    assert isinstance(dialog, IncidentDialog)
    dialog.when.edit.setText("night of the 4th to 5th of March 2026")
    dialog.words.setPlainText("A car stood outside")
    dialog.categories[Category.SURVEILLANCE].setChecked(True)
    dialog.location.setText("Home")
    dialog.witness.setText("T. Alvarez")
    dialog.reported.setText("Mesa Bay PD, 26-0041")
    dialog.items.edit.setText("2 3")
    qtbot.keyClick(dialog.items.edit, Qt.Key.Key_Return)
    page.settle()
    assert dialog.isVisible()  # Enter in that field adds, and does not save
    assert dialog.items.numbers == ("ITEM-0002", "ITEM-0003")
    dialog.go.click()
    page.settle()
    (kept,) = page.incidents()
    assert (kept.items, kept.categories) == (("ITEM-0002", "ITEM-0003"), (Category.SURVEILLANCE,))
    line = next(line for line in page.lines if line.text == "A car stood outside")
    assert "surveillance · at Home · witness: T. Alvarez · reported: Mesa Bay PD, 26-0041" in line.below
    page.choose("A car stood outside")
    qtbot.keyClick(page.view.list, Qt.Key.Key_Return)
    page.settle()
    again = page.view.dialog
    assert isinstance(again, IncidentDialog)
    assert again.items.numbers == kept.items
    again.items.list.selectAll()
    qtbot.keyClick(again.items.list, Qt.Key.Key_Delete)
    again.categories[Category.SURVEILLANCE].setChecked(False)
    again.witness.clear()
    again.go.click()
    page.settle()
    (changed,) = page.incidents()
    assert (changed.items, changed.categories, changed.witness, changed.location) == ((), (), "", "Home")


def test_words_that_look_like_markup_are_shown_as_they_are(page: Page) -> None:
    page.window.session.edit(
        "Add incident",
        lambda case: edits.add_incident(case, when="4 March 2026", text="<b>x</b><img src=//evil>"),
        [Part.CHRONOLOGY],
    )
    page.settle()
    row = next(at for at, line in enumerate(page.lines) if "evil" in line.text)
    index = page.view.list.lines.index(row)
    assert index.data() == "<b>x</b><img src=//evil>"
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)


# Parties


def test_a_party_is_added_renamed_with_its_items_and_removed(page: Page) -> None:
    page.do("chronology.party")
    assert page.view.tabs.currentWidget() is page.view.parties
    dialog = page.view.parties.dialog
    assert isinstance(dialog, PartyDialog)
    dialog.name.setText("M. Hollis")
    dialog.role.setCurrentText("Defendant")
    dialog.identifiers.setPlainText("+1 555 017 8834\n\nm@example.net\n+1 555 017 8834")
    dialog.basis.setPlainText("Saved in her phone")
    dialog.go.click()
    page.settle()
    expected = Party("M. Hollis", Role.DEFENDANT, ("+1 555 017 8834", "m@example.net"), "Saved in her phone")
    assert page.parties() == [expected] == [dialog.party]
    page.window.session.edit(
        "Party",
        lambda case: edits.describe(case, "ITEM-0003", party="M. Hollis"),
        [Part.WORDS],
    )
    page.settle()
    view = page.view.parties
    assert [(line.text, line.last[0]) for line in view.list.lines.lines] == [("M. Hollis", "1 item")]
    assert page.view.tabs.tabText(2).endswith("1")
    view.list.setCurrentIndex(view.list.lines.index(0))
    view.edit_it.click()
    assert view.dialog is not None
    view.dialog.name.setText("Marc Hollis")
    view.dialog.go.click()
    page.settle()
    assert [(line.text, line.last[0]) for line in view.list.lines.lines] == [("Marc Hollis", "1 item")]
    view.list.setCurrentIndex(view.list.lines.index(0))
    view.remove()
    page.settle()
    assert page.parties() == []
    assert view.pages.currentWidget() is view.empty
    page.do("edit.undo")
    assert [(line.text, line.last[0]) for line in view.list.lines.lines] == [("Marc Hollis", "1 item")]


def test_a_second_party_of_one_name_is_refused_and_replaces_nothing(page: Page) -> None:
    for number in ("1", "2"):
        page.do("chronology.party")
        dialog = page.view.parties.dialog
        assert isinstance(dialog, PartyDialog)
        dialog.name.setText("J. D.")
        dialog.identifiers.setPlainText(f"+1 555 {number}")
        dialog.go.click()
        page.settle()
    assert dialog.isVisible()
    assert "There is a party" in dialog.missing.text()
    assert [party.identifiers for party in page.parties()] == [("+1 555 1",)]
    dialog.identifiers.setPlainText("+1 555 1")
    dialog.name.setText("Another")
    dialog.go.click()
    page.settle()
    assert "already belongs to J. D." in dialog.missing.text()
    dialog.reject()


# As a file


@pytest.mark.parametrize(("suffix", "starts"), [(".pdf", b"%PDF-"), (".csv", b"\xef\xbb\xbf#"), (".xlsx", b"PK")])
def test_the_chronology_is_exported(
    page: Page, tmp_path: Path, suffix: str, starts: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / f"out{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(out), ""))  # the system's own dialog
    page.do("chronology.export")
    assert out.read_bytes().startswith(starts)
    assert page.view.written.isVisible()
    assert page.view.written.show_it.isVisible()
    if suffix == ".csv":
        assert out.read_bytes() == csv_bytes(page.bound())
    if suffix == ".xlsx":
        assert "xl/workbook.xml" in zipfile.ZipFile(out).namelist()


def test_what_is_listed_decides_what_is_exported(story: Page, tmp_path: Path) -> None:
    story.view.bar.exhibits.click()
    story.settle()
    out = tmp_path / "filed.csv"
    story.view.export_to(out)
    story.settle()
    assert out.read_bytes() == csv_bytes(story.bound(exhibits_only=True)) != csv_bytes(story.bound())
    assert "only those items that are in exhibits" in story.view.written.words.accessibleName()


def test_nothing_is_exported_into_the_case(page: Page, troubles: list[BaseException]) -> None:
    out = page.window.session.open_case.folder / "originals" / "x.csv"
    page.view.export_to(out)
    page.settle()
    assert "inside the case" in str(troubles[0])
    assert not out.exists()
    assert not page.view.written.isVisible()


def test_a_read_only_case_is_listed_and_not_edited(opened: Opened, filled_case: Path, qtbot: QtBot, home: Home) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.add_milestone(case, when="11 February 2026", kind=MilestoneKind.NO, text="Told him to stop")
    (filled_case / "keys.txt").write_text("")
    page = Page(opened(filled_case), qtbot)
    page.choose("Told him to stop")
    assert not page.view.bar.edit_it.isEnabled()
    assert not page.window.actions_made["chronology.milestone"].isEnabled()
    page.view.remove()
    page.settle()
    assert len(page.milestones()) == 1
