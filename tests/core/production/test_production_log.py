"""The log of productions, and what each recipient has."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from evidencekit.binder.exhibit_list import write_lists
from evidencekit.binder.values import BinderInput, BoundExhibit, BoundItem
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.casefile.produced import bates_of
from evidencekit.cli import main
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.model import Digests, HeldBack, Kind, Part, Status
from evidencekit.production.log import logged, received
from evidencekit.production.log_report import COLUMNS, write_log
from evidencekit.production.values import Order
from tests.core.production.logging_one import ACTOR, TO, case_to_log, item, log, production

OTHER = "Counsel for the =co-defendant"


@pytest.fixture
def empty(tmp_path: Path, home: Home) -> Path:
    return case_to_log(tmp_path / "case", home)


@pytest.fixture
def opened(empty: Path, home: Home) -> Iterator[Case]:
    with write_case(empty, home, ACTOR) as case:
        yield case


@pytest.fixture
def four(opened: Case) -> Case:
    """Two productions and a supplement, with one between that was never completed."""
    held = (HeldBack("ITEM-0008", Part.WHOLE, "Privileged"), HeldBack("ITEM-0002", Part.NATIVE, "Holds an address"))
    log(opened, production(opened, 1, item(1), item(2, native=False), held=held))
    log(opened, production(opened, 2, item(3), order=Order(TO, "disc")), finished=False)
    log(opened, production(opened, 3, item(1), item(4), order=Order(OTHER, "portal", note="-2+3")))
    log(opened, production(opened, 4, item(2), item(5), order=Order(TO.upper() + " ", only_new=True)))
    return opened


def test_every_production_is_logged(four: Case) -> None:
    first, torn, third, fourth = logged(four.checked)
    assert (first.number, first.to, first.medium, first.by, first.count, first.pages) == (1, TO, "disc", ACTOR, 2, 4)
    assert first.ranges == (("HOLLIS000001", "HOLLIS000004"),)
    assert third.ranges == (("HOLLIS000001", "HOLLIS000002"), ("HOLLIS000007", "HOLLIS000008"))
    assert [each.native for each in first.items] == [True, False]
    assert [each.state for each in (first, torn, third, fourth)] == ["complete", "never completed"] + ["complete"] * 2
    assert torn.tagmanifest == ""
    assert first.tagmanifest == "d" * 64
    assert first.manifest == f"{1:064x}"
    assert first.held[0].basis == "Privileged"
    assert fourth.only_new
    assert not fourth.held
    assert first.time < first.completed < torn.time


def test_what_each_recipient_has(four: Case) -> None:
    defender, other = received(logged(four.checked))
    assert (defender.to, defender.productions, other.to, other.productions) == (TO, (1, 4), OTHER, (3,))
    assert defender.ranges == (("HOLLIS000001", "HOLLIS000004"), ("HOLLIS000009", "HOLLIS000010"))
    assert [each.item for each in defender.items] == ["ITEM-0001", "ITEM-0002", "ITEM-0005"]


def test_the_numbers_an_item_went_under(four: Case) -> None:
    found = bates_of(four.checked)
    assert found["ITEM-0001"] == ((1, "HOLLIS000001", "HOLLIS000002"), (3, "HOLLIS000001", "HOLLIS000002"))
    assert "ITEM-0003" not in found
    assert set(found) == {f"ITEM-{n:04d}" for n in (1, 2, 4, 5)}


def test_a_damaged_record_leaves_what_the_ledger_says(four: Case, home: Home) -> None:
    four.close()
    path = four.folder / "records" / "0001.json"
    path.chmod(0o644)
    path.write_bytes(b"{}")
    with read_case(four.folder, home) as case:
        first = logged(case.checked)[0]
        assert (first.to, first.items, first.count, first.pages) == ("", (), 2, 4)
        assert first.ranges == (("HOLLIS000001", "HOLLIS000004"),)
        write_log(case, four.folder.parent / "log.pdf")
    text = words(four.folder.parent / "log.pdf")
    assert "Its protected record is damaged or missing" in text
    assert "The case fails its checks" in text


def words(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def test_the_log_as_pdf(four: Case, tmp_path: Path) -> None:
    write_log(four, tmp_path / "log.pdf")
    text = words(tmp_path / "log.pdf")
    for told in (
        "Log of productions",
        "People v. Hollis",
        f"Who has what To Productions Bates numbers Items {TO} 1, 4 HOLLIS000001 – HOLLIS000004, HOLLIS000009",
        "Production 2 · never completed It was logged and its numbers are issued",
        "Supplement: only what that recipient did not have",
        "Privileged 1 item ITEM-0008 Holds an address 1 native file ITEM-0002",
        "Nothing is recorded as withheld from it.",
        "ITEM-0001 HOLLIS000001 – HOLLIS000002 1, 3",
        "ITEM-0002 HOLLIS000003 – HOLLIS000004 1*, 4",
    ):
        assert told in text
    assert "authentic" not in text.lower()


def test_the_log_as_tables(four: Case, tmp_path: Path) -> None:
    write_log(four, tmp_path / "log.csv")
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == [name for name, _ in COLUMNS]
    assert [row[10] for row in rows] == [
        "complete",
        "never completed",
        "complete",
        "complete",
    ]
    assert rows[0][8] == "ITEM-0008 (1 item): Privileged; ITEM-0002 (1 native file): Holds an address"
    write_log(four, tmp_path / "log.xlsx")
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    assert book.sheetnames == ["Productions", "Items", "Withheld"]
    items = list(book["Items"].iter_rows(min_row=2, values_only=True))
    assert len(items) == 6
    assert items[1][:6] == ("ITEM-0002", "1", "HOLLIS000003", "HOLLIS000004", "2", "withheld")
    assert all(cell.data_type == "s" for row in book["Productions"].iter_rows() for cell in row if cell.value)
    with pytest.raises(UsageError):
        write_log(four, tmp_path / "log.docx")


def test_a_cell_that_begins_a_formula_is_text(opened: Case, tmp_path: Path) -> None:
    log(opened, production(opened, 1, item(1), order=Order("=cmd|A0", "+disc")))
    write_log(opened, tmp_path / "log.csv")
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        row = list(csv.reader(file))[1]
    assert row[3:5] == ["'=cmd|A0", "'+disc"]


def test_the_command(four: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    four.close()
    assert main(["productions", str(four.folder), "-o", str(tmp_path / "log.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["complete"] for each in told["productions"]] == [True, False, True, True]
    assert told["productions"][0]["withheld"][0] == {"item": "ITEM-0008", "part": "whole", "basis": "Privileged"}
    assert told["recipients"][0]["items"] == ["ITEM-0001", "ITEM-0002", "ITEM-0005"]
    assert told["file"] == str(tmp_path / "log.csv")
    assert (tmp_path / "log.csv").is_file()
    assert main(["productions", str(four.folder)]) == 0
    assert "HOLLIS000001 – HOLLIS000004" in capsys.readouterr().out


def test_nothing_was_produced_yet(empty: Path, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["productions", str(empty), "-o", str(empty.parent / "log.pdf")]) == 0
    assert "Nothing has been produced yet." in capsys.readouterr().out
    assert "Nothing has been produced yet." in words(empty.parent / "log.pdf")


def test_the_working_list_of_exhibits_names_the_numbers(four: Case, tmp_path: Path) -> None:
    def bound(n: int) -> BoundItem:
        digests = Digests("a" * 64, "b" * 64)
        told = (f"ITEM-{n:04d}", "a.txt", Kind.DOCUMENT, "text/plain", 3, digests, tmp_path, "UTC", "Phone", 1)
        return BoundItem(*told, "", "", "", "", "", "", "", (), (), None)

    exhibits = [("1", (1, 2)), ("2", (3,)), ("3", (5,))]
    listed = tuple(
        BoundExhibit(label, "T", tuple(map(bound, numbers)), Status.MARKED, "", "", "", ())
        for label, numbers in exhibits
    )
    made = "2026-04-10T17:02:11Z"
    write_lists(BinderInput(four.info, listed, ()), {}, tmp_path, made, bates_of(four.checked))
    with (tmp_path / "exhibit-list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Bates"] for row in rows] == [
        "HOLLIS000001 – HOLLIS000002; HOLLIS000003 – HOLLIS000004", "", "HOLLIS000009 – HOLLIS000010",
    ]  # fmt: skip
