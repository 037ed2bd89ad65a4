"""Positions in the sheets of a workbook, where a heading and the numbers below it lie apart in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.media.sweeping.tabled import Columns

if TYPE_CHECKING:
    from evidencekit.media.package import Package
    from evidencekit.media.sweeping.hunt import Hunt

_WIDEST = 1_000
_PARTS = ("xl/workbook.xml", "content.xml")


def sheets(hunt: Hunt, path: Path, names: set[str], inside: tuple[str, ...]) -> None:
    """Search the tables of a workbook (Excel's XML or OpenDocument) at ``path`` for positions; ``names`` are those of
    its parts. Anything else is passed over."""
    from evidencekit.media.notes import Notes
    from evidencekit.media.package import Package

    with path.open("rb") as file:
        if names.isdisjoint(_PARTS) or file.read(2) != b"PK":
            return
    notes = Notes()
    with Package(path, notes) as package:
        for name, rows in _excel(package) if _PARTS[0] in names else _open_document(package):
            columns = Columns()
            for cells in rows:
                if place := columns.row(cells):
                    hunt.note("gps", f"coordinates {place}", (*inside, name))
                    return


def _excel(package: Package) -> Iterator[tuple[str, Iterator[list[str]]]]:
    from evidencekit.media.workbook import Cells, sheets

    cells = Cells(package)
    for sheet in sheets(package):
        yield sheet.name, (_row(row.cells) for row in cells.rows(sheet, Counter()))


def _row(cells: dict[int, str]) -> list[str]:
    return [cells.get(place, "") for place in range(min(max(cells) + 1, _WIDEST))]


def _open_document(package: Package) -> Iterator[tuple[str, Iterator[list[str]]]]:
    yield "content.xml", _rows(package)


def _rows(package: Package) -> Iterator[list[str]]:
    from evidencekit.media.package import local

    cells: list[str] = []
    for event, element in package.elements("content.xml"):
        name = local(element.tag)
        if name == "table-row" and event == "start":
            cells = []
        elif name == "table-row":
            yield cells
            element.clear()
        elif name in ("table-cell", "covered-table-cell") and event == "end":
            many = _attribute(element, "number-columns-repeated")
            said = _attribute(element, "value") or "".join(element.itertext())
            again = min(int(many), _WIDEST - len(cells)) if many.isdecimal() and len(many) < 6 else 1
            cells += [said] * max(again, 0)
            element.clear()


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rsplit("}", 1)[-1] == name), "")
