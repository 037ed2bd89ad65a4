"""The index of words over names, titles, facts, text, notes, recognised words and transcripts (SQLite FTS5)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from evidencekit.catalog.items import notes_of
from evidencekit.model import Item, Reading

# A text of more than this is searchable by its beginning; the whole stays in the original.
LONGEST_TEXT = 4_000_000


def index_readings(connection: Connection, found: Mapping[str, Reading], texts: Mapping[str, str]) -> None:
    """Index items that were just taken in: number → reading, number → extracted text."""
    rows = [
        {"number": number, "facts": facts_text(reading), "body": texts.get(number, "")[:LONGEST_TEXT]}
        for number, reading in found.items()
    ]
    if not rows:
        return
    connection.execute(text("DELETE FROM search WHERE rowid = (SELECT id FROM items WHERE number = :number)"), rows)
    connection.execute(
        text(
            "INSERT INTO search(rowid, name, title, facts, body, notes, recognised, transcript) "
            "SELECT items.id, items.received_path, coalesce(descriptions.title, ''), :facts, :body, "
            "coalesce((SELECT group_concat(notes.text, char(10)) FROM notes WHERE notes.item = items.number), ''), "
            "coalesce((SELECT text FROM derivatives WHERE item = items.number AND kind = 'ocr'), ''), "
            "coalesce((SELECT text FROM transcripts WHERE item = items.number ORDER BY version DESC LIMIT 1), "
            "(SELECT text FROM derivatives WHERE item = items.number AND kind = 'transcript'), '') FROM items "
            "LEFT JOIN descriptions ON descriptions.item = items.number WHERE items.number = :number"
        ),
        rows,
    )


def facts_text(reading: Reading) -> str:
    """The words under which a reading's facts are found."""
    words = [reading.kind.value, reading.media_type]
    words += [f"{fact.name} {fact.value}" for fact in reading.facts if fact.value not in (None, "")]
    words += [f"{moment.value} {moment.as_found}" for moment in reading.moments]
    return "\n".join(words)


def index_words(connection: Connection, item: Item) -> None:
    """Bring a person's title and notes of an item up to date in the index."""
    connection.execute(
        text("UPDATE search SET title = :title, notes = :notes WHERE rowid = (SELECT id FROM items WHERE number = :n)"),
        {
            "title": item.title or "",
            "notes": "\n".join(note.text for note in notes_of(connection, item.number)),
            "n": item.number,
        },
    )


def size(connection: Connection) -> int:
    """How many items are indexed."""
    return int(connection.execute(text("SELECT count(*) FROM search")).scalar_one())


def body_of(connection: Connection, number: str) -> str:
    """The text that was read out of an item, as far as it is indexed."""
    query = text("SELECT body FROM search WHERE rowid = (SELECT id FROM items WHERE number = :number)")
    return str(connection.execute(query, {"number": number}).scalar() or "")
