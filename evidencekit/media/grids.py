"""CSV files and workbooks as grids for paper."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from evidencekit.media.package import Package
from evidencekit.media.workbook import Cells, Row, sheets
from evidencekit.printing.tables import Grid

MOST_ROWS = 40_000  # of one sheet; far more than the pages that are printed
_MOST_COLUMNS = 1_000
_SAMPLE = 64 * 1024
_SIGNS = ",;\t|"


def csv_grid(text_file: Path, *, tabs: bool) -> tuple[Grid, str]:
    """A text of separated values (UTF-8) as a grid, and which sign parts its columns. Rows are numbered by lines as
    the reader of the file counts them."""
    with text_file.open(encoding="utf-8", errors="replace", newline="") as file:
        sample = file.read(_SAMPLE)
        file.seek(0)
        sign = "\t" if tabs else _sign(sample)
        rows: list[tuple[int, list[str]]] = []
        # A cell may be as long as its file: the csv module's limit is for the whole process.
        reader = csv.reader(_short_lines(file), delimiter=sign)
        while len(rows) < MOST_ROWS:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error:
                continue  # the line is longer than a cell may be; _short_lines has parted it already
            if cells:
                rows.append((len(rows) + 1, cells[:_MOST_COLUMNS]))
    head = len(rows) > 1 and all(cell and not _number(cell) for cell in rows[0][1])
    return Grid("", rows, head=head), sign


def _short_lines(file: io.TextIOWrapper) -> Iterator[str]:
    return iter(lambda: file.readline(1 << 16), "")


def _sign(sample: str) -> str:
    lines = [line for line in sample.split("\n")[:50] if line.strip()]
    if not lines:
        return ","
    scores = {sign: min(_outside_quotes(line, sign) for line in lines) for sign in _SIGNS}
    best = max(scores, key=lambda sign: scores[sign])
    return best if scores[best] else max(_SIGNS, key=lambda sign: sum(line.count(sign) for line in lines))


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])


def _number(cell: str) -> bool:
    return not cell.strip(" +-.,0123456789€$£%:/")


def workbook_grids(package: Package) -> tuple[list[Grid], list[str]]:
    """The sheets of a workbook as grids, hidden ones marked in their titles, and what a person should know of them."""
    cells, grids, remarks = Cells(package), [], []
    for sheet in sheets(package):
        counting: Counter[str] = Counter()
        rows: list[tuple[int, list[str]]] = []
        for row in cells.rows(sheet, counting):
            if len(rows) >= MOST_ROWS:
                remarks.append(
                    f"The sheet “{sheet.name}” has more than {MOST_ROWS:,} rows; the rest are in the native file."
                )
                break
            rows.append((row.number, _all(row)))
        if not rows:
            continue
        title = f"Sheet {sheet.name}" + (" (hidden)" if sheet.hidden else "")
        if counting["hidden rows"] or counting["hidden columns"]:
            remarks.append(f"The sheet “{sheet.name}” has hidden rows or columns; they are printed like the others.")
        count = max(len(each) for _, each in rows)
        grids.append(Grid(title, rows, names=[_letters(n) for n in range(count)]))
    return grids, remarks


def _all(row: Row) -> list[str]:
    last = min(max(row.cells) + 1, _MOST_COLUMNS)
    return [row.cells.get(n, "") for n in range(last)]


def _letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
