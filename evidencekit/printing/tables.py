"""Sheets of cells onto paper: a table as wide as it is, the sheet turned when that helps, and, where that is not
enough, its columns over several runs of pages. No cell is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.bound import bind
from evidencekit.printing.output import rendition_path
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter

PAGE_CAP = 400
SIZE = 7.5  # points
_CHARACTER = 0.56 * SIZE  # about as wide as a character of the face is
_PAD = 7.0  # points, both sides of a cell and its line
_NARROWEST, _WIDEST = 3, 44  # characters that a column is given room for
_CELLS_AT_ONCE = 12_000
_LONGEST_CELL = 4_000  # characters; a longer one goes on in rows of its own
_NUMBER_WIDTH = 26.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet: its title, the rows (number as in the file, cells), the first of which may be a ``head``. ``names`` are
    the columns' own names as a spreadsheet gives them, none for a plain table."""

    title: str
    rows: Sequence[tuple[int, Sequence[str]]]
    head: bool = False
    names: Sequence[str] = ()


def table_pages(
    grids: Sequence[Grid], sheet: Sheet, out: Path, job: Job, *, end: str = "", warnings: Sequence[str] = ()
) -> Pages:
    """Prints the grids onto ``sheet``; ``out`` is the folder that gets ``pages.pdf`` (or the PDF's own path). ``end``
    is said small below the last. Raises :class:`~evidencekit.errors.ReaderError`."""
    from evidencekit.printing.framing import pdf_pages

    target = rendition_path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="table-", dir=target.parent) as scratch:
            whole_sheet = Path(scratch) / "all.pdf"
            _, whole = bind(_parts(grids, sheet, Path(scratch), job, end), whole_sheet, PAGE_CAP)
            made = pdf_pages(whole_sheet, sheet, out, job)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The table could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault
    more = () if whole else (f"The table is longer than {PAGE_CAP} pages; it continues in the native file.",)
    return replace(made, warnings=(*warnings, *more), whole=whole)


def _parts(grids: Sequence[Grid], sheet: Sheet, scratch: Path, job: Job, end: str) -> Iterator[Path]:
    typesetter = Typesetter()
    runs = [(grid, *run) for grid in grids for run in _runs(grid, sheet)]
    for number, (grid, columns, widths, turned) in enumerate(runs):
        at_once = max(20, _CELLS_AT_ONCE // max(1, len(columns)))
        body = list(grid.rows)
        head = body.pop(0) if grid.head and body else None
        for start in range(0, max(1, len(body)), at_once):
            job.step(number, len(runs), "Printing tables")
            last = number == len(runs) - 1 and start + at_once >= len(body)
            data: dict[str, Any] = {
                "size": SIZE,
                "page": _page(sheet, turned=turned),
                "title": grid.title if start == 0 else "",
                "about": _about(grid, columns),
                "widths": [_NUMBER_WIDTH, *widths],
                "names": [grid.names[n] if n < len(grid.names) else "" for n in columns] if grid.names else [],
                "head": _row(head, columns) if head else [],
                "rows": [piece for row in body[start : start + at_once] for piece in _pieces(row, columns)],
                "end": end if last else "",
            }
            part = scratch / f"{number}-{start}.pdf"
            typesetter.typeset("table.typ", data, part)
            yield part


def _runs(grid: Grid, sheet: Sheet) -> Iterator[tuple[list[int], list[float], bool]]:
    """Which columns go side by side, how wide, and whether the sheet is turned for them."""
    wanted = _wanted(grid)
    upright, across = sheet.frame_width - _NUMBER_WIDTH, sheet.frame_height - _NUMBER_WIDTH
    if sum(wanted) <= upright:
        yield list(range(len(wanted))), wanted, False
        return
    columns: list[int] = []
    widths: list[float] = []
    for number, width in enumerate(wanted):
        if columns and sum(widths) + width > across:
            yield columns, widths, True
            columns, widths = [], []
        columns.append(number)
        widths.append(width)
    if columns:
        yield columns, widths, True


def _wanted(grid: Grid) -> list[float]:
    count = max((len(cells) for _, cells in grid.rows), default=0)
    longest = [_NARROWEST] * count
    for _, cells in grid.rows:
        for number, cell in enumerate(cells):
            if len(cell) > longest[number]:
                longest[number] = min(_WIDEST, max(len(line) for line in cell.split("\n")))
    return [max(length, _NARROWEST) * _CHARACTER + _PAD for length in longest]


def _row(row: tuple[int, Sequence[str]], columns: Sequence[int]) -> list[str]:
    number, cells = row
    return [str(number), *(cells[n] if n < len(cells) else "" for n in columns)]


def _pieces(row: tuple[int, Sequence[str]], columns: Sequence[int]) -> Iterator[list[str]]:
    number, *cells = _row(row, columns)
    longest = max((len(cell) for cell in cells), default=0)
    for start in range(0, max(1, longest), _LONGEST_CELL):
        yield [number if start == 0 else "…", *(cell[start : start + _LONGEST_CELL] for cell in cells)]


def _about(grid: Grid, columns: Sequence[int]) -> str:
    every = max((len(cells) for _, cells in grid.rows), default=0)
    if len(columns) == every:
        return ""
    return f"Columns {columns[0] + 1} to {columns[-1] + 1} of {every}"


def _page(sheet: Sheet, *, turned: bool) -> dict[str, float]:
    """A page that is as large as the frame it will be put into, turned or not."""
    width, height = sheet.frame_width, sheet.frame_height
    if turned:
        width, height = height, width
    return {"width": width, "height": height, "left": 0.0, "right": 0.0, "top": 4.0, "bottom": 4.0}
