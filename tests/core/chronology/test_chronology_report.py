"""The chronology as CSV, spreadsheet and PDF: real files, read back by other programs' libraries."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from evidencekit.chronology import COLUMNS, cells, csv_bytes, write
from evidencekit.errors import StorageError, UsageError
from evidencekit.model import CaseInfo, ChronologyRow

CASE = CaseInfo("u", "26CR00417", "People v. Hollis", "America/Los_Angeles", court="Superior Court of California")
BUILT = "22 November 2026, 16:04 PST"
ROWS = (
    ChronologyRow(1, "To be determined", "", "", "file", '=HYPERLINK("http://x")', items=("ITEM-0001",)),
    ChronologyRow(
        2,
        "6 Jan 2026",
        "07:12:00",
        "PST (UTC−8), stated",
        "image",
        "+15550178834 wrote, “I know”\nline two",
        items=("ITEM-0002", "ITEM-0003"),
        exhibit="10",
        page=46,
        cites=(("10", 46), ("14", 58)),
    ),
    ChronologyRow(3, "11 Feb 2026", "", "", "milestone", "Order served", milestone=True, exhibit="12A", page=50),
    ChronologyRow(
        4, "early March 2026", "", "", "incident", "Naïve ✓ 日本", ("surveillance",), location="-", witness="@home"
    ),
)


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\r\n") == len(ROWS) + 1
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_csv_holds_every_cell_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "chronology.csv"
    write(ROWS, CASE, path, built=BUILT)
    assert path.read_bytes() == csv_bytes(ROWS)
    head, *lines = read_csv(path.read_bytes())
    assert head == [heading for heading, _ in COLUMNS]
    assert all(len(line) == len(COLUMNS) for line in lines)
    for line, row in zip(lines, ROWS, strict=True):
        for cell, text in zip(line, cells(row), strict=True):
            assert cell == (f"'{text}" if text[:1] in set("=+-@\t\r") else text)
            assert cell[:1] not in set("=+-@\t\r")
    assert [line[head.index("Exhibit")] for line in lines] == ["", "10; 14", "12A", ""]
    assert [line[head.index("Page")] for line in lines] == ["", "46; 58", "50", ""]
    assert lines[1][head.index("Items")] == "ITEM-0002, ITEM-0003"


def test_pages_not_yet_known() -> None:
    both = ChronologyRow(1, "", "", "", "", "", exhibit="1", cites=(("1", None), ("2", 7)))
    none = ChronologyRow(1, "", "", "", "", "", exhibit="1", cites=(("1", None), ("2", None)))
    assert cells(both)[8:10] == ("1; 2", "–; 7")
    assert cells(none)[8:10] == ("1; 2", "")


def test_the_same_rows_give_the_same_bytes() -> None:
    assert csv_bytes(ROWS) == csv_bytes(iter(ROWS))


def test_spreadsheet_cells_are_text(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "chronology.XLSX"
    write(ROWS, CASE, path, built=BUILT)
    sheet = load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == [heading for heading, _ in COLUMNS]
    for line, row in zip(sheet.iter_rows(min_row=2), ROWS, strict=True):
        assert tuple(cell.value or "" for cell in line) == cells(row)
        assert {cell.data_type for cell in line if cell.value} == {"s"}


def test_a_cell_too_long_for_a_spreadsheet_is_cut_aloud(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "long.xlsx"
    write([ChronologyRow(1, "", "", "", "incident", "x" * 40_000 + "\x07")], CASE, path, built=BUILT)
    text = load_workbook(path).worksheets[0]["F2"].value
    assert isinstance(text, str)
    assert len(text) <= 32_767
    assert "cut" in text[-80:]


@pytest.mark.parametrize("paper", ["letter", "legal", "a4"])
def test_pdf_prints_every_row(tmp_path: Path, paper: str) -> None:
    import pypdfium2

    path = tmp_path / "chronology.pdf"
    write(ROWS, CASE, path, built=BUILT, paper=paper)
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0]
        size = page.get_size()
        textpage = page.get_textpage()
        text = " ".join(textpage.get_text_range().split())
        textpage.close()
        page.close()
    assert size == pytest.approx({"letter": (612, 792), "legal": (612, 1008), "a4": (595.276, 841.89)}[paper], abs=0.5)
    for expected in (
        "People v. Hollis",
        "26CR00417",
        BUILT,
        "To be determined",
        "6 Jan 2026",
        "07:12:00",
        "Order served",
    ):
        assert expected in text
    assert "Ex. 10, p. 46; Ex. 14, p. 58" in text
    assert "Ex. 12A, p. 50" in text


def test_the_time_of_printing_is_said_in_the_cases_zone(tmp_path: Path) -> None:
    from pypdf import PdfReader

    path = tmp_path / "chronology.pdf"
    write(ROWS, CASE, path, built="2026-11-22T14:37:56Z")
    assert "printed 22 Nov 2026, 06:37:56 PST (UTC−8)" in " ".join(PdfReader(path).pages[0].extract_text().split())


def test_the_pdf_names_no_other_program(tmp_path: Path) -> None:
    from pypdf import PdfReader

    write(ROWS, CASE, tmp_path / "c.pdf", built=BUILT)
    properties = PdfReader(tmp_path / "c.pdf").metadata
    assert properties is not None
    assert (properties.creator, properties.producer) == ("EvidenceKit", "EvidenceKit")
    assert properties.title == "Chronology, People v. Hollis · 26CR00417"
    assert b"ypst" not in (tmp_path / "c.pdf").read_bytes()


def test_a_long_pdf_drops_nothing(tmp_path: Path) -> None:
    import pypdfium2

    path = tmp_path / "long.pdf"
    many = [ChronologyRow(n, "6 Jan 2026", "07:12:00", "PST", "image", f"Image number-{n}.png") for n in range(1, 401)]
    write(many, CASE, path, built=BUILT)
    with pypdfium2.PdfDocument(path) as pdf:
        text = ""
        for page in pdf:
            textpage = page.get_textpage()
            text += textpage.get_text_range() + "\n"
            textpage.close()
            page.close()
    assert [n for n in range(1, 401) if f"number-{n}.png" not in text] == []


def test_an_empty_chronology_can_be_written(tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx", "pdf"):
        path = tmp_path / f"none.{suffix}"
        write([], CASE, path, built=BUILT)
        assert path.stat().st_size > 20


@pytest.mark.parametrize("name", ["chronology", "chronology.docx", "chronology.pdf.zip"])
def test_another_form_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"\.pdf, \.csv or \.xlsx"):
        write(ROWS, CASE, tmp_path / name, built=BUILT)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write(ROWS, CASE, tmp_path / "folder.csv", built=BUILT)
    with pytest.raises(UsageError, match="no folder"):
        write(ROWS, CASE, tmp_path / "missing" / "a.csv", built=BUILT)


def test_a_file_is_replaced_whole_or_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(StorageError, match="No space left on device"):
            write(ROWS, CASE, path, built=BUILT)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
    write(ROWS, CASE, path, built=BUILT)
    assert path.read_bytes() == csv_bytes(ROWS)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
