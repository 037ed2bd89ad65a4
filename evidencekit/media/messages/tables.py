"""Rows of tables: CSV in whatever separator and encoding, and XLSX sheets, cell by cell as they were stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from evidencekit.errors import ReaderError
from evidencekit.media.filetypes import OOXML

XLSX = OOXML + "spreadsheetml.sheet"
TABLES = frozenset({"text/csv", "text/tab-separated-values", XLSX})
Cell = str | int | float | bool | datetime | date | time | timedelta | None
Row = tuple[int, list[Cell]]

_MOST_COLUMNS = 300
_LONGEST_CELL = 1 << 20
_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE = 64 * 1024


@contextmanager
def table(path: Path, sheet: str = "") -> Iterator[Table]:
    """The table in a file, by its content: an XLSX workbook (its ``sheet``, else the first that holds anything), else
    text. Raises :class:`ReaderError` when it is neither."""
    with path.open("rb") as file:
        if file.read(4) == b"PK\x03\x04":
            file.seek(0)
            yield _workbook(file, sheet)
        else:
            yield _text(path)


class Table:
    """Numbered rows (from 1, as a spreadsheet program numbers them), and which sheets there are."""

    def __init__(self, rows: Iterator[list[Cell]], sheets: Sequence[str] = (), sheet: str = "") -> None:
        self.sheets, self.sheet = tuple(sheets), sheet
        self._rows = rows

    def rows(self) -> Iterator[Row]:
        """Each row with its number; raises :class:`ReaderError` where the file breaks."""
        return enumerate(self._rows, 1)


def _text(path: Path) -> Table:
    from evidencekit.media.text import detect

    encoding = detect(path)
    if encoding is None:
        raise ReaderError("The file is no table: neither text nor an XLSX workbook.", todo="Look at the native file.")
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(_SAMPLE)
    return Table(_csv_rows(path, encoding, separator(sample)))


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[Cell]]:
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.read(1)
        file.seek(0)
        if first == "\ufeff":
            file.read(1)
        lines = csv.reader(file, delimiter=delimiter)
        try:
            for row in lines:
                yield list(row[:_MOST_COLUMNS])
        except csv.Error as error:
            raise ReaderError(
                f"The table breaks off in line {lines.line_num} ({error}).", todo="Look at the native file."
            ) from None


def separator(sample: str) -> str:
    """What parts the columns: the sign that gives most rows the same number of columns, more than one."""
    best, score = ",", 0
    for sign in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=sign) if row][:60]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        common = max(set(wide), key=wide.count) if wide else 0
        found = wide.count(common) * min(common, 6)
        if found > score:
            best, score = sign, found
    return best


def _workbook(file: IO[bytes], wanted: str) -> Table:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # noqa: BLE001 — whatever the library throws at a hostile file
        raise ReaderError(
            f"The workbook cannot be opened ({type(error).__name__}).", todo="Look at the native file."
        ) from None
    sheets = [each.title for each in book.worksheets]
    if wanted and wanted not in sheets:
        raise ReaderError(
            f"The workbook has no sheet “{wanted[:80]}”.", todo=f"Name one of: {', '.join(sheets[:20]) or 'none'}."
        )
    for each in book.worksheets:
        if each.title == wanted or (not wanted and each.sheet_state == "visible" and _holds_anything(each)):
            return Table(_sheet_rows(each), sheets, each.title)
    return Table(iter(()), sheets, wanted)


def _holds_anything(sheet: object) -> bool:
    for number, row in enumerate(_sheet_rows(sheet)):
        if any(cell is not None for cell in row):
            return True
        if number > 100:
            break
    return False


def _sheet_rows(sheet: object) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # the size that a workbook claims is often wrong
    try:
        for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
            yield list(row[:_MOST_COLUMNS])
    except ReaderError:
        raise
    except Exception as error:  # noqa: BLE001
        raise ReaderError(
            f"The workbook is damaged ({type(error).__name__}); what stands before was read.",
            todo="Look at the native file.",
        ) from None


def shown(cell: Cell) -> str:
    """A cell as people see it: whole numbers without a point, times in ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds")
    return str(cell).strip()
