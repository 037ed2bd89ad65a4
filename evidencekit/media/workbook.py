"""The sheets of an Excel workbook, row by row, by streaming: openpyxl's own reader follows what a file says of its
size, and keeps no hidden marks when it streams. Source: ECMA-376 part 1, 18.3."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from evidencekit.media.package import Package, attribute, local

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_CELLS = 5_000_000
_MOST_STRINGS = 2_000_000
_WIDEST = 16_384
# Number formats by their built-in numbers that show dates or times.
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet: its name, the part it lies in, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its number, whether it is hidden, and its cells as they read, by column from 0."""

    number: int
    hidden: bool
    cells: dict[int, str]


def sheets(package: Package) -> list[SheetPart]:
    """The sheets in their order."""
    book = package.tree("xl/workbook.xml")
    links = package.tree("xl/_rels/workbook.xml.rels")
    targets = {attribute(each, "Id"): attribute(each, "Target") for each in links} if links is not None else {}
    found = []
    for each in book.iter() if book is not None else ():
        if local(each.tag) == "sheet":
            target = next((v for k, v in each.attrib.items() if k.endswith("relationships}id")), "")
            part = targets.get(target, "")
            part = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
            hidden = attribute(each, "state") in ("hidden", "veryHidden")
            found.append(SheetPart(attribute(each, "name"), str(PurePosixPath(part)), hidden))
    return found


class Cells:
    """What the cells of a workbook need to be read: its shared words, and which styles show dates."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.strings = list(_strings(package))
        self.dates, self.since_1904 = _date_styles(package), _since_1904(package)

    def rows(self, sheet: SheetPart, counting: Counter[str]) -> Iterator[Row]:
        """The rows of a sheet that hold something. ``counting`` gets hidden rows, hidden columns and formulas."""
        cells: dict[int, str] = {}
        number, column, total = 0, -1, 0
        for event, element in self._package.elements(sheet.part):
            name = local(element.tag)
            if event == "start":
                if name == "row":
                    said = attribute(element, "r")
                    number = int(said) if said.isdecimal() and len(said) < 8 else number + 1
                    column, cells = -1, {}
                elif name == "c":
                    found = _REFERENCE.fullmatch(attribute(element, "r"))
                    column = _column(found[1]) if found else column + 1
            elif name == "col" and attribute(element, "hidden") in ("1", "true"):
                counting["hidden columns"] += 1
            elif name == "c":
                counting["formulas"] += any(local(each.tag) == "f" for each in element)
                shown = self._shown(element)
                if shown and 0 <= column < _WIDEST:
                    cells[column] = shown
                    total += 1
                element.clear()
            elif name == "row":
                hidden = attribute(element, "hidden") in ("1", "true")
                counting["hidden rows"] += hidden
                if cells:
                    yield Row(number, hidden, cells)
                element.clear()
                if total > _MOST_CELLS:
                    counting["cut"] += 1
                    return

    def _shown(self, cell: object) -> str:
        kind, value, inline = "", "", ""
        for each in cell:  # type: ignore[attr-defined]
            if local(each.tag) == "v":
                value = each.text or ""
            elif local(each.tag) == "is":
                inline = "".join(t.text or "" for t in each.iter() if local(t.tag) == "t")
        kind = attribute(cell, "t")  # type: ignore[arg-type]
        if kind == "inlineStr":
            return inline
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind in ("", "n") and attribute(cell, "s") in self.dates:  # type: ignore[arg-type]
            return _date(value, since_1904=self.since_1904) or value
        return value


def sheet_lines(
    package: Package, sheet: SheetPart, counting: Counter[str], cells: Cells | None = None
) -> Iterator[str]:
    """A sheet's rows as lines, cells parted by tabs."""
    for row in (cells or Cells(package)).rows(sheet, counting):
        last = max(row.cells)
        yield "\t".join(" ".join(row.cells.get(n, "").split()) for n in range(min(last + 1, 1_000)))


def _strings(package: Package) -> Iterator[str]:
    count = 0
    for event, element in package.elements("xl/sharedStrings.xml"):
        if event == "end" and local(element.tag) == "si":
            # What Japanese readers are given to pronounce a word by is not the word.
            phonetic = {t for each in element if local(each.tag) == "rPh" for t in each.iter()}
            yield "".join(t.text or "" for t in element.iter() if local(t.tag) == "t" and t not in phonetic)
            element.clear()
            count += 1
            if count >= _MOST_STRINGS:
                return


def _date_styles(package: Package) -> frozenset[str]:
    tree = package.tree("xl/styles.xml")
    if tree is None:
        return frozenset()
    own = {
        attribute(each, "numFmtId")
        for each in tree.iter()
        if local(each.tag) == "numFmt" and re.search("[ymdhs]", _QUOTED.sub("", attribute(each, "formatCode")), re.I)
    }
    styles = next((each for each in tree if local(each.tag) == "cellXfs"), None)
    found = set()
    for number, style in enumerate(styles if styles is not None else ()):
        which = attribute(style, "numFmtId")
        if which in own or (which.isdecimal() and int(which) in _DATES):
            found.add(str(number))
    return frozenset(found)


def _since_1904(package: Package) -> bool:
    tree = package.tree("xl/workbook.xml")
    return any(
        local(each.tag) == "workbookPr" and attribute(each, "date1904") in ("1", "true")
        for each in (tree.iter() if tree is not None else ())
    )


def _date(value: str, *, since_1904: bool) -> str | None:
    """A day number as a date and time; the day 29 February 1900, which Excel counts, never was."""
    try:
        days = float(value)
        if not 0 <= days < 2_958_466:
            return None
        if days < 1:
            return (datetime(2000, 1, 1) + timedelta(days=days)).strftime("%H:%M:%S")
        first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if days >= 61 else 31)
        found = first + timedelta(seconds=round(days * 86_400))
    except (ValueError, OverflowError):
        return None
    return found.strftime("%Y-%m-%d" if found.time().isoformat() == "00:00:00" else "%Y-%m-%d %H:%M:%S")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
