"""Naming the columns of a carrier's table: proposed, tried at once, saved by name, applied to the item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from evidencekit import mappings
from evidencekit.catalog.tables import contacts
from evidencekit.mappings import Checked, ColumnMapping, Fault
from tests.conftest import TakeIn
from tests.gui.conftest import Opened, settle
from ui.dialogs.mapping import MappingDialog
from ui.models.mapping import columns_of, missing_in, roles_in, verdict, with_roles
from ui.window import Window

TABLE = """\
Usage for (15550178834)

Item,Conn. Date,Conn. Time,Originating Number,Terminating Number,Elapsed Time,Type
1,01/06/26,15:12:05,15550178834,15550142210,0:31,Voice
2,01/16/26,25:99:00,15550178834,15550142210,0:00,Voice
3,01/17/26,10:00:00,15550178834,15550142210,0:00,SMS
"""


@pytest.fixture
def tables(tmp_path: Path, new_case: Path, take: TakeIn) -> Path:
    """A case with a carrier's table, a very wide one, and a text that is none."""
    folder = tmp_path / "carrier"
    folder.mkdir()
    (folder / "a.csv").write_text(TABLE)
    wide = [f"A heading that says at some length what stands in column {n}" for n in range(250)]
    (folder / "b.csv").write_text("\n".join([",".join(wide), *([",".join(["x"] * 250)] * 3)]) + "\n")
    take(new_case, folder)
    return new_case


@pytest.fixture
def window(reopened: Opened, tables: Path) -> Window:
    """A window in which that case is open."""
    return reopened(tables, "custody")


@pytest.fixture
def dialog_of(window: Window, qtbot: QtBot) -> Iterator[Callable[[str], MappingDialog]]:
    made: list[MappingDialog] = []

    def act(number: str) -> MappingDialog:
        dialog = MappingDialog(window.desk, number, "a.csv", window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        made.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.mapping is not None and not dialog.columns.making, timeout=30_000)
        return dialog

    yield act
    for each in made:
        each.close()
        each.deleteLater()


def tried(dialog: MappingDialog, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: dialog._checking is None and not dialog._resting.isActive(), timeout=30_000)
    return dialog.verdict.text()


def chosen(dialog: MappingDialog) -> dict[str, str]:
    return {dialog.columns._columns[place].name: role for place, role in dialog.columns.roles.items()}


def choose(dialog: MappingDialog, place: int, role: str) -> None:
    box = dialog.columns.choosers[place]
    box.setCurrentIndex(box.findData(role))
    box.activated.emit(box.currentIndex())


def test_a_mapping_is_proposed_tried_corrected_saved_and_applied_and_a_wide_table_is_not_guessed(
    window: Window, dialog_of: Callable[[str], MappingDialog], qtbot: QtBot
) -> None:
    dialog = dialog_of("ITEM-0001")
    assert dialog.known.currentText() == "Proposed for this table"
    assert "Check every column" in dialog.note.text()
    assert chosen(dialog)["Originating Number"] == "sender"
    assert dialog.how.skip.value() == 2
    told = tried(dialog, qtbot)
    assert told.startswith("2 of 3 rows can be read; row 5: ")
    assert "2 times have no zone" in dialog.more.text()
    assert dialog.faults.item(0).text().startswith("Row 5: ")
    assert dialog.as_read.rowCount() == 2
    heading = dialog.as_found.headerData(3, Qt.Orientation.Horizontal)
    assert heading == "From (caller)\nOriginating Number"
    assert dialog.as_found.data(dialog.as_found.index(3, 3)) == "15550178834"

    choose(dialog, 1, "")  # without a date nothing can be read
    assert "no column holds the date" in tried(dialog, qtbot)
    assert not dialog.use.isEnabled()
    choose(dialog, 0, "date")
    choose(dialog, 1, "date")
    assert "Item" not in chosen(dialog)  # a role is one column's
    dialog.how.zone.setText("America/New_York")
    dialog.how.owner.setText("+1 555 017 8834")
    assert tried(dialog, qtbot).startswith("2 of 3 rows")
    assert dialog.as_read.data(dialog.as_read.index(0, 5)) == "outgoing"

    dialog.name.setText("Carrier, voice")
    dialog.save.click()
    qtbot.waitUntil(lambda: [each.name for each in mappings.saved(window.session.home)] == ["Carrier, voice"])
    qtbot.waitUntil(lambda: dialog.known.currentText() == "Carrier, voice", timeout=20_000)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)  # the default button
    qtbot.waitUntil(lambda: window.session.work is None and not dialog.isVisible(), timeout=30_000)
    settle(qtbot, window)
    with window.session.open_case.catalog.read() as connection:
        rows = list(connection.execute(select(contacts.c.when, contacts.c.outgoing)))
    assert [tuple(each) for each in rows] == [
        ("2026-01-06T15:12:05-05:00", True),
        ("2026-01-17T10:00:00-05:00", True),
    ]
    again = dialog_of("ITEM-0001")
    assert again.known.currentText() == "As it is read now"
    assert again.how.zone.text() == "America/New_York"
    assert [again.known.itemText(n) for n in range(again.known.count())][-1] == "Carrier, voice"

    # A table of 250 columns is named in turns, and nothing is guessed.
    wide = dialog_of("ITEM-0002")
    assert len(wide.columns.choosers) == 250
    assert wide.known.currentText() == "Nothing chosen yet"
    assert not wide.propose.isEnabled()
    assert wide.columns.roles == {}
    assert "no column holds the date" in tried(wide, qtbot)
    wide.columns.choosers[200].setFocus()
    qtbot.waitUntil(
        lambda: (
            wide.rows.selectionModel().currentIndex().column() == 200
            or bool(wide.rows.selectionModel().selectedColumns())
        ),
        timeout=5_000,
    )
    wide.how.header.click()
    assert wide.columns._columns[0].name == "#1"


def test_columns_are_called_by_heading_or_by_place() -> None:
    rows = [("Date", "Number", "number ", ""), ("1", "2", "3", "4"), ("", "", "", "")]
    columns = columns_of(rows, 0, header=True)
    assert [each.name for each in columns] == ["Date", "#2", "#3", "#4"]
    assert [each.example for each in columns] == ["1", "2", "3", "4"]
    mapping = ColumnMapping("m", date=" DATE", sender="#2", recipient="#9", kind="Gone")
    assert roles_in(mapping, columns) == {0: "date", 1: "sender"}
    assert missing_in(mapping, columns) == ("#9", "Gone")
    named = with_roles(mapping, {0: "when", 3: "other"}, columns)
    assert (named.when, named.other, named.date, named.sender, named.kind) == ("Date", "#4", "", "", "")
    assert columns_of(rows, 1, header=False)[0].name == "#1"


def test_a_check_is_told_in_words() -> None:
    good = Checked(3, (), (), 0, (), 0, 0, "")
    assert verdict(good).tone == "good"
    assert verdict(good).head == "3 of 3 rows can be read."
    faults = (Fault(7, "its date cannot be read", "x", False), Fault(9, "its duration cannot be read", "y", True))
    told = verdict(replace(good, faults=faults, fault_count=2, data=4, without_zone=1, unknown=("type “X”: 2 rows",)))
    assert told.tone == "warn"
    assert told.head == "3 of 4 rows can be read; row 7: its date cannot be read."
    assert " ".join(told.more).startswith("1 in part, such as row 9")
    assert "4 rows of data sessions" in " ".join(told.more)
    assert "“X”" in " ".join(told.more)
    nothing: Any = verdict(replace(good, records=0))
    assert nothing.tone == "bad"
