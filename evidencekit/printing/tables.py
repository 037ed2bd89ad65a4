"""Sheets of cells onto paper: a table as wide as it is, the sheet turned when that helps, and, where that is not
enough, its columns over several runs of pages. No cell is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidencekit.errors import BuildError, ReaderError
from evidencekit.job import Job
from evidencekit.model import Pages
from evidencekit.printing.bound import INSET, bind, page_of
from evidencekit.printing.framing import turned_frame
from evidencekit.printing.output import blank_page, rendition_path, save_part
from evidencekit.printing.paper import Sheet
from evidencekit.printing.typeset import Typesetter

PAGE_CAP = 400
SIZE = 7.5  # points
_CHARACTER = 0.62 * SIZE  # about as wide as a character of the face is
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
    target = rendition_path(out)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix="table-", dir=target.parent) as scratch:
            count, whole = bind(_parts(grids, sheet, Path(scratch), job, end), target, PAGE_CAP)
    except (BuildError, OSError, MemoryError) as fault:
        raise ReaderError(
            f"The table could not be printed ({str(fault)[:200]}).",
            todo="Its slip sheet stands for it; the file is in native/.",
        ) from fault
    more = () if whole else (f"The table is longer than {PAGE_CAP} pages; it continues in the native file.",)
    return Pages(target, count, warnings=(*warnings, *more), whole=whole)


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
            yield _turned(part, sheet) if turned else part


def _runs(grid: Grid, sheet: Sheet) -> Iterator[tuple[list[int], list[float], bool]]:
    """Which columns go side by side, how wide, and whether the sheet is turned for them."""
    wanted = _wanted(grid)
    upright = sheet.frame_width - 2 * INSET - _NUMBER_WIDTH
    seen = _page(sheet, turned=True)
    across = seen["width"] - seen["left"] - seen["right"] - _NUMBER_WIDTH
    if sum(wanted) <= upright:
        # Long texts take what is left of the page.
        long = [n for n, width in enumerate(wanted) if width >= _CHARACTER * _WIDEST]
        room = upright - sum(wanted)
        for number in long:
            wanted[number] += room / len(long)
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
    """The page as it is read: the sheet, or the sheet turned with its binding edge on top."""
    if not turned:
        return page_of(sheet)
    x0, y0, x1, y1 = turned_frame(sheet)
    width, height = sheet.height, sheet.width
    edges = {"left": x0, "right": width - x1, "top": height - y1, "bottom": y0}
    return {"width": width, "height": height, **{name: edge + INSET for name, edge in edges.items()}}


def _turned(part: Path, sheet: Sheet) -> Path:
    """The pages of a part, as read from the side, on upright paper that viewers turn."""
    import pikepdf

    target = part.with_name(f"turned-{part.name}")
    with pikepdf.open(part) as source, pikepdf.new() as pdf:
        for page in source.pages:
            form = page.as_form_xobject()
            turned = blank_page(pdf, sheet)
            turned.Resources.XObject.P = pdf.copy_foreign(form)
            turned.Rotate = 90
            # (u, v) as read lies at (width - v, u) on the paper.
            turned.Contents = pdf.make_stream(f"q 0 1 -1 0 {sheet.width:.3f} 0 cm /P Do Q\n".encode())
        save_part(pdf, target)
    return target
