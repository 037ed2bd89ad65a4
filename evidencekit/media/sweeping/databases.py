"""SQLite databases, row by row: words, what lies in their values, and positions in columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidencekit.media.sweeping.blob import CHUNK, Blob
from evidencekit.media.sweeping.geometry import first_point, well_known
from evidencekit.media.sweeping.tabled import Columns, is_place

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

_PLACED = re.compile(r"(?i)loc(?:ation)?s?\b|coord|lat_?l(?:ng|on)|lng_?lat|geo|gps|position|point|shape|place|center")
_PAIR = re.compile(r"\s*[(\[]?\s*([+-]?\d{1,3}\.\d{2,16})\s*[,;\s]\s*([+-]?\d{1,3}\.\d{2,16})\s*[)\]]?\s*")


def database(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """An SQLite database, row by row; what was deleted from it is in its bytes, which are searched as well."""
    import sqlite3
    import urllib.parse

    hunt.out.mkdir(parents=True, exist_ok=True)
    kept = blob.path is not None
    path = blob.file(hunt.out, f"{len(inside)}.database")
    try:
        connection = sqlite3.connect(f"file:{urllib.parse.quote(str(path))}?mode=ro&immutable=1", uri=True)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in tables:
                _table(hunt, connection, name, (*inside, name))
        finally:
            connection.close()
    finally:
        if not kept:
            path.unlink(missing_ok=True)


def _table(hunt: Hunt, connection: Any, name: str, here: tuple[str, ...]) -> None:
    import sqlite3

    quoted = name.replace('"', '""')
    try:
        rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 — a name cannot be a parameter; it is quoted
    except sqlite3.OperationalError:
        return  # a table that only another program's extension can show; its rows lie in others that are shown
    headings = [each[0] for each in rows.description or ()]
    columns, placed = Columns(headings), [bool(_PLACED.search(each)) for each in headings]
    words: list[str] = []
    size = 0
    for row in rows:
        if place := columns.row(row) if columns else "":
            hunt.note("gps", f"coordinates {place}", here)
        for value, said in zip(row, placed, strict=True):
            if place := _place(value, said=said):
                hunt.note("gps", f"coordinates {place}", here)
            if isinstance(value, bytes):
                if len(value) >= 8:
                    hunt.blob(Blob.of_bytes(value, "value"), here)
            elif value is not None:
                words.append(str(value))
                size += len(words[-1])
        if size > CHUNK:
            hunt.text("\n".join(words), here)
            words, size = [], 0
    hunt.text("\n".join(words), here)


def _place(value: object, *, said: bool) -> str:
    """The position that a value is by itself: a geometry, or two numbers where the column's name ``said`` a place."""
    if isinstance(value, bytes):
        point = first_point(value) or (well_known(value) if said else None)
        return f"{point[0]}, {point[1]}" if point else ""
    if said and isinstance(value, str) and (found := _PAIR.fullmatch(value)) and is_place(found[1], found[2]):
        return f"{found[1]}, {found[2]}"
    return ""
