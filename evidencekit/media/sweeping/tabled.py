"""Positions in tables: two columns whose headings say latitude and longitude, and below them numbers that can be one.

The numbers are degrees, or whole numbers that count parts of them: ten millionths (E7), millionths (E6), or the
semicircles of a satellite receiver. What stands for “not known” (0, 0; -180, -180; -1, -1) is none.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence

_LATITUDE = re.compile(r"latitud(?:ine|e|en|es)?|breitengrad|latitude")
_LONGITUDE = re.compile(r"longtitud(?:e)?|longitud(?:ine|e|en|es)?|l(?:ä|ae)ngengrad")
_SHORT_LATITUDE, _SHORT_LONGITUDE = re.compile(r"lats?(?=\d?$)"), re.compile(r"(?:lon|lng|long)s?(?=\d?$)")
_PARTS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-zäöü]+\d?|\d+")
_DEGREES = re.compile(r"[nsewo]?\s?([+-]?\d{1,11}(?:[.,]\d{1,18})?(?:e[+-]?\d{1,2})?)\s?(?:°|º|deg)?\s?[nsewo]?", re.I)
_SEXAGESIMAL = re.compile(r"[nsewo]?\s?(\d{1,3})\s?(?:°|º|deg|d)\s?(\d{1,2}(?:\.\d{1,9})?)[\s'′’]", re.I)
_HINT = re.compile(r"lat|lon|lng|ngengrad|breitengrad", re.I)
_LONGEST_HEAD = 80
_SMALLEST_SCALED = 10_000
_UNKNOWN = {(-1.0, -1.0), (-180.0, -180.0), (180.0, 180.0), (90.0, 180.0), (-90.0, -180.0)}
_MOST_ROWS, _MOST_LINES = 20_000, 200_000
_LONGEST_LINE = 64 << 10
_LINE = re.compile(r"[^\r\n]+")
_SIGNS = ",;\t|"
_ROW, _CELL, _TAG = (
    re.compile(r"<tr\b", re.I),
    re.compile(r"<t[dh]\b[^<>]{0,1000}>", re.I),
    re.compile(r"<[^<>]{1,1000}>"),
)


def axis(heading: object) -> tuple[str, str] | None:
    """What a heading says it is, “lat” or “lon”, and the rest of it, by which the two belong together; else None."""
    if not isinstance(heading, str) or not 2 < len(heading) <= _LONGEST_HEAD:
        return None
    folded = heading.casefold()
    for name, long, short in (("lat", _LATITUDE, _SHORT_LATITUDE), ("lon", _LONGITUDE, _SHORT_LONGITUDE)):
        if long.search(folded):
            return name, _rest(long.sub("", folded, count=1))
        for part in _PARTS.findall(heading):
            if short.fullmatch(part.casefold().rstrip("0123456789")):
                return name, _rest(folded.replace(short.match(part.casefold())[0], "", 1))  # type: ignore[index]
    for name, short in (("lat", _SHORT_LATITUDE), ("lon", _SHORT_LONGITUDE)):
        if folded.isalnum() and short.search(folded):
            return f"{name}?", _rest(short.sub("", folded))
    return None


def _rest(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)


def pairs(headings: Sequence[object]) -> list[tuple[int, int]]:
    """The columns of latitude and longitude that belong together, as pairs of places."""
    found = [(place, *known) for place, heading in enumerate(headings) if (known := axis(heading))]
    east = {rest: place for place, name, rest in reversed(found) if name.startswith("lon")}
    sure = [place for place, name, _ in found if name == "lon"]
    both = [(place, east[rest]) for place, name, rest in found if name.startswith("lat") and rest in east]
    taken = {place for pair in both for place in pair}
    alone = [place for place, name, _ in found if name == "lat" and place not in taken]
    return both + list(zip(alone, [place for place in sure if place not in taken], strict=False))


def degrees(value: object) -> float | None:
    """A cell as a number; None for what is no number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = value.strip().strip("\"'")
    if found := _DEGREES.fullmatch(text):
        return float(found[1].replace(",", "."))
    if found := _SEXAGESIMAL.match(text):
        return int(found[1]) + float(found[2]) / 60
    return None


def is_place(latitude: object, longitude: object) -> bool:
    """Whether two values can be a position."""
    north, east = degrees(latitude), degrees(longitude)
    if north is None or east is None or not (north or east) or (north, east) in _UNKNOWN:
        return False
    if abs(north) <= 90 and abs(east) <= 180:
        return True
    whole = north.is_integer() and east.is_integer() and north != east and north and east
    return bool(whole) and _SMALLEST_SCALED <= max(abs(north), abs(east)) <= 1 << 31


class Columns:
    """A table read row by row."""

    def __init__(self, headings: Sequence[object] = ()) -> None:
        self._pairs = pairs(headings)
        self._beside: dict[str, object] = {}

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def row(self, cells: Sequence[object]) -> str:
        """The position in a row, below its headings or beside them; else “”. A row of headings begins a new table."""
        for north, east in self._pairs:
            if max(north, east) < len(cells) and is_place(cells[north], cells[east]):
                return f"{cells[north]}, {cells[east]}"
        if not any(isinstance(each, str) and _HINT.search(each) for each in cells):
            return ""
        found = [(place, known[0]) for place, each in enumerate(cells) if (known := axis(each))]
        self._pairs = pairs(cells) or self._pairs
        for place, name in found:
            if place + 1 < len(cells) and degrees(cells[place + 1]) is not None:
                self._beside[name] = cells[place + 1]
        beside = self._beside.get("lat"), self._beside.get("lon")
        return f"{beside[0]}, {beside[1]}" if found and is_place(*beside) else ""


def may_head(text: str) -> bool:
    """Whether a text holds words that may head columns of positions."""
    flat = text.casefold()
    return ("lat" in flat and ("lon" in flat or "lng" in flat)) or "breitengrad" in flat


def in_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Positions in a text of separated values: what it is, and where it stands."""
    for sign in _SIGNS:
        if sign not in text:
            continue
        columns = Columns()
        left = _MOST_ROWS
        for number, line in enumerate(_LINE.finditer(text)):
            if number > _MOST_LINES or not left:
                break
            if line.end() - line.start() > _LONGEST_LINE or sign not in line[0]:
                continue
            if not columns and not _HINT.search(line[0]):
                continue
            left -= bool(columns)
            if columns.row(_cells(line[0], sign)):
                yield "coordinates in a table", line.start(), line.end()
                return


def _cells(line: str, sign: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=sign), [])
    except csv.Error:
        return line.split(sign)


def in_markup(text: str) -> Iterator[tuple[str, int, int]]:
    """Positions in the tables of a page in HTML: what it is, and where it stands."""
    columns = Columns()
    starts = [found.start() for found in _ROW.finditer(text)][:_MOST_ROWS]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        row = text[start : min(end, start + _LONGEST_LINE)]
        cells = [" ".join(_TAG.sub(" ", each).split()) for each in _CELL.split(row)[1:]]
        if columns.row(cells):
            yield "coordinates in a table", start, min(end, start + _LONGEST_LINE)
            return
