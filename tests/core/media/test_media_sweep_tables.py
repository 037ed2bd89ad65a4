"""Positions in tables: databases, workbooks, separated values and pages, on files made here."""

from __future__ import annotations

import io
import sqlite3
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from evidencekit.job import Job
from evidencekit.media.mail.compound import Folder, compound
from evidencekit.media.sweeping.hunt import GPS, Hunt
from evidencekit.media.sweeping.tabled import Columns, pairs


def found(tmp_path: Path, data: bytes, name: str = "file.bin") -> dict[int | str, str]:
    path = tmp_path / "evidence"
    path.write_bytes(data)
    return {each.term: each.excerpt for each in Hunt([], tmp_path / "parts", Job()).file(path, name)}


def database(columns: str, *values: object) -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE visit ({columns})")
        connection.execute(f"INSERT INTO visit VALUES ({','.join('?' * len(values))})", values)
        connection.commit()
        return connection.serialize()


POINT = struct.pack("<BIdd", 1, 1, -118.2437, 34.0522)
GEOPACKAGE = b"GP\0\1" + struct.pack("<i", 4326) + POINT
ENVELOPED = b"GP\0\3" + struct.pack("<i4d", 4326, -118.3, -118.2, 34.0, 34.1) + POINT
LINE = b"GP\0\0" + struct.pack(">i", 4326) + struct.pack(">BII4d", 0, 2, 2, -118.2437, 34.0522, -118.3, 34.1)
MANY = b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 1004, 1) + POINT
EMPTY = b"GP\0\x11" + struct.pack("<i", 4326) + struct.pack("<BIdd", 1, 1, float("nan"), float("nan"))
SPATIALITE = struct.pack("<BBi4dBIdd", 0, 1, 4326, *[-118.2, 34.1] * 2, 0x7C, 1, -118.2437, 34.0522) + b"\xfe"
POSTGIS = struct.pack("<BIidd", 1, 0x20000001, 4326, -118.2437, 34.0522)


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("ZLATITUDE REAL, ZLONGITUDE REAL", (34.0522, -118.2437)),
        ("latE7, lngE7", (340522000, -1182437000)),
        ("id, latitude_e7 INTEGER, longitude_e7 INTEGER", (1, 340522000, -1182437000)),
        ("lat_e6, lon_e6", (34052200, -118243700)),
        ("LatitudeE7, accuracy, LongitudeE7", (340522000, 5, -1182437000)),
        ("position_lat, position_long", (406240440, -1410640000)),
        ("start_lng, start_lat", (-118, 34)),
        ("name, lat TEXT, lng TEXT", ("home", "34,0522", "-118,2437")),
        ("Breitengrad, Laengengrad", (48.1, 11.5)),
        ("name, latlng", ("home", "34.05,-118.24")),
        ("location", ("48.8566;2.3522",)),
        ("shape", (GEOPACKAGE,)),
        ("shape", (ENVELOPED,)),
        ("shape", (LINE,)),
        ("shape", (MANY,)),
        ("shape", (SPATIALITE,)),
        ("geom", (POSTGIS,)),
        ("geom", (POINT,)),
        ("a", ("POINT(-118.2437 34.0522)",)),
        ("a", ('{"type":"Point","coordinates":[-118.2,34]}',)),
        ("a", ("geo:34.05,-118.24",)),
        ("key, value", ("x", '{"lng": -118.24, "lat": 34.05}')),
    ],
)
def test_a_position_in_a_database(tmp_path: Path, columns: str, values: tuple[object, ...]) -> None:
    assert "(in visit" in found(tmp_path, database(columns, *values))[GPS]


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("ZLATITUDE REAL, ZLONGITUDE REAL", (-180.0, -180.0)),
        ("latitude, longitude", (0, 0)),
        ("latitude, longitude", (None, None)),
        ("latitude, longitude", (2147483647, 2147483647)),
        ("lat, longest", (340522000, 1182437000)),
        ("latency, lon", (34.0522, 118.2437)),
        ("width, height", (340522000, 1182437000)),
        ("number, total", (12.5, 118.25)),
        ("shape", (EMPTY,)),
        ("shape", ("12.50,30.25 px",)),
        ("price", ("12.50,30.25",)),
    ],
)
def test_ordinary_columns_hold_none(tmp_path: Path, columns: str, values: tuple[object, ...]) -> None:
    assert found(tmp_path, database(columns, *values)) == {}


def test_headings_belong_together_by_what_else_they_say() -> None:
    assert pairs(["start_lat", "start_lng", "end_lng", "end_lat"]) == [(0, 1), (3, 2)]
    assert pairs(["Begin Trip Lat", "Fare", "Begin Trip Lng"]) == [(0, 2)]
    assert pairs(["Latitude N", "Longitude E"]) == [(0, 1)]
    for ordinary in (["last", "long"], ["flat", "salon"], ["plate", "lane"], ["lat", "name"], ["how long", "how late"]):
        assert pairs(ordinary) == []


def test_a_heading_further_down_begins_a_new_table() -> None:
    columns = Columns()
    assert columns.row(["Report of a phone"]) == ""
    assert columns.row(["Time", "Latitude", "Longitude"]) == ""
    assert columns.row(["10:00", "0", "0"]) == ""
    assert columns.row(["10:05", "34.05", "-118.24"]) == "34.05, -118.24"
    beside = Columns()
    assert beside.row(["Latitude", "34.05"]) == ""
    assert beside.row(["Longitude", "-118.24"]) == "34.05, -118.24"


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_words_in_their_cells(data: bytes) -> bytes:
    """The same workbook, its shared words written into the cells."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                for number, word in enumerate((b"Time", b"Latitude", b"Longitude", b"10:00")):
                    shared = b' t="s"><v>%d</v>' % number
                    part = part.replace(shared, b' t="inlineStr"><is><t>' + word + b"</t></is>")
            new.writestr(name, part)
    return out.getvalue()


def spreadsheet(*rows: str) -> bytes:
    """The content of an OpenDocument spreadsheet, as far as a search needs it."""
    names = 'xmlns:office="o" xmlns:table="t" xmlns:text="x"'
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document {names}><table:table>{body}</table:table></office:document>")
    return out.getvalue()


def cell(value: str | float, more: str = "") -> str:
    if isinstance(value, str):
        return f"<table:table-cell {more}><text:p>{value}</text:p></table:table-cell>"
    return f'<table:table-cell {more} office:value="{value}"><text:p>{value:.1f}</text:p></table:table-cell>'


HEADS = ["Time", "Latitude", "Longitude"]


def test_a_position_in_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [[*HEADS], *[["10:00", 0, 0]] * 40, ["10:05", 34.05, -118.24]]
    for data in (
        workbook(rows),
        with_words_in_their_cells(workbook(rows)),
        workbook([["lat_e7", "lng_e7"], [340522000, -1182437000]]),
        workbook([["Latitude", 34.05], ["Longitude", -118.24]]),
        spreadsheet(cell("Lat") + cell("Lon"), cell(34.05) + cell(-118.24)),
        spreadsheet(
            cell("") + cell("") + cell("Lat") + cell("Lon"),
            cell("", 'table:number-columns-repeated="2"') + cell(34.05) + cell(-118.24),
        ),
    ):
        assert "coordinates" in found(tmp_path, data)[GPS]


def test_a_workbook_without_positions_is_searched_and_holds_none(tmp_path: Path) -> None:
    for data in (
        workbook([["Date", "Price", "Long text"], ["2026-03-01", 34.05, 118.24]]),
        workbook([HEADS, ["10:00", 0, 0], ["10:05", None, None]]),
        spreadsheet(cell("Late") + cell("Long"), cell(34.05) + cell(118.24)),
    ):
        assert found(tmp_path, data) == {}


def test_an_older_workbook_with_such_columns_may_hold_one(tmp_path: Path) -> None:
    begin = b"\x09\x08\x10\0\0\x06\x05\0" + bytes(12)
    for words, said in ((b"\x08\0\0Latitude\x09\0\0Longitude", True), (b"\x05\0\0Price\x04\0\0Long", False)):
        data = compound(Folder(streams={"Workbook": begin + words + bytes(5000)}))
        assert ("may be in it" in found(tmp_path, data).get(GPS, "")) == said


@pytest.mark.parametrize(
    "text",
    [
        "Time;Lat;Lng\n10:00;48,85;2,35\n",
        "Time\tLatitude\tLongitude\n10:00\t48.8\t2.3\n",
        '"City","Begin Trip Lat","Begin Trip Lng"\n"Paris, France","48.8","2.3"\n',
        "id|lat|lon\n1|0|0\n2|48.8|2.3\n",
        "Phone report\n\nNo.,Latitude,Longitude\n" + "1,,\n" * 3000 + "2,48.8,2.3\n",
        "timestampMs,latitudeE7,longitudeE7\n1,488566000,23522000\n",
        "<table><tr><th>Time</th><th>Latitude</th><th>Longitude</th></tr>"
        "<tr><td>10:00</td><td><b>48.8</b></td><td>2.3</td></tr></table>",
        "<TABLE><TR><TD>Lat<TD>Lng<TR><TD>48.8<TD>2.3</TABLE>",
        "<table><tr><td>Latitude</td><td>48.8</td></tr><tr><td>Longitude</td><td>2.3</td></tr></table>",
    ],
)
def test_a_position_in_separated_values_and_pages(tmp_path: Path, text: str) -> None:
    assert "coordinates" in found(tmp_path, text.encode(), "a.txt")[GPS]


@pytest.mark.parametrize(
    "text",
    [
        "Time;Late;Long\n10:00;48,85;2,35\n",
        "Time,Latitude,Longitude\n10:00,0.0,0.0\n10:05,,\n",
        "The latitude, the longitude and 12, 13 more\n",
        "<table><tr><th>Late</th><th>Long</th></tr><tr><td>48.8</td><td>2.3</td></tr></table>",
        "Latitude,Longitude,Price\nnone,none,12.5\n",
    ],
)
def test_other_tables_hold_none(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text.encode(), "a.txt") == {}
