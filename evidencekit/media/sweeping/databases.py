"""SQLite databases, row by row: words, what lies in their values, and positions in columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from evidencekit.media.sweeping.blob import CHUNK, Blob

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt


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


_LATITUDE, _LONGITUDE = (
    re.compile(r"(?i)lat(?:itude)?\d?$|latitude"),
    re.compile(r"(?i)(?:lon|lng|longitude)\d?$|longitude"),
)


def _table(hunt: Hunt, connection: Any, name: str, here: tuple[str, ...]) -> None:
    import sqlite3

    quoted = name.replace('"', '""')
    try:
        rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 — a name cannot be a parameter; it is quoted
    except sqlite3.OperationalError:
        return  # a table that only another program's extension can show; its rows lie in others that are shown
    columns = [each[0] for each in rows.description or ()]
    latitude = next((n for n, each in enumerate(columns) if _LATITUDE.search(each)), None)
    longitude = next((n for n, each in enumerate(columns) if _LONGITUDE.search(each)), None)
    words: list[str] = []
    size = 0
    for row in rows:
        if latitude is not None and longitude is not None and _is_place(row[latitude], row[longitude]):
            hunt.note("gps", f"coordinates {row[latitude]}, {row[longitude]}", here)
        for value in row:
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


def _is_place(latitude: object, longitude: object) -> bool:
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError:
        return False
    return abs(north) <= 90 and abs(east) <= 180 and (north, east) != (0, 0) and (north, east) != (-180, -180)
