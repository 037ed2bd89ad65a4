"""Full-text search over names, titles, facts, text and notes (SQLite FTS5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from evidencekit.catalog.items import notes_of
from evidencekit.model import Item, Reading

# A text of more than this is searchable by its beginning; the whole stays in the original.
LONGEST_TEXT = 4_000_000


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that holds all the words, with the place where it does; best first."""

    number: str
    name: str
    title: str | None
    excerpt: str


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
            "coalesce((SELECT text FROM derivatives WHERE item = items.number AND kind = 'ocr'), ''), '' FROM items "
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


def find(connection: Connection, words: str, limit: int = -1) -> list[Hit]:
    """The items that hold every word (case and accents aside; a trailing * finds beginnings), best first; all of
    them, or the first ``limit``."""
    query = match_expression(words)
    if not query:
        return []
    rows = connection.execute(
        text(
            "SELECT items.number, items.name, descriptions.title, "
            "snippet(search, -1, '[', ']', '…', 12) AS excerpt FROM search "
            "JOIN items ON items.id = search.rowid LEFT JOIN descriptions ON descriptions.item = items.number "
            "WHERE search MATCH :query ORDER BY bm25(search, 4.0, 6.0, 2.0, 1.0, 2.0, 1.0, 1.0), items.id LIMIT :limit"
        ).bindparams(bindparam("query", query), bindparam("limit", limit))
    )
    return [Hit(*row) for row in rows]


def match_expression(words: str, *, unfinished: bool = False) -> str:
    """An FTS5 expression in which a person's words are only words: quoted phrases stay phrases, ``*`` a prefix.

    ``unfinished``: they are being typed, and a last word without a space behind it is a prefix too.
    """
    terms = []
    plain = "".join(char if char.isprintable() else " " for char in words)
    for found in re.finditer(r'"([^"]*)"|(\S+)', plain):
        phrase, word = found[1], found[2]
        term = phrase or word or ""
        typing = unfinished and found.end() == len(plain)
        prefix = "*" if not phrase and (typing or term.endswith("*")) else ""
        term = term.rstrip("*") if prefix else term
        if any(char.isalnum() for char in term):
            terms.append('"' + term.replace('"', '""') + '"' + prefix)
    return " ".join(terms)


def size(connection: Connection) -> int:
    """How many items are indexed."""
    return int(connection.execute(text("SELECT count(*) FROM search")).scalar_one())


def body_of(connection: Connection, number: str) -> str:
    """The text that was read out of an item, as far as it is indexed."""
    query = text("SELECT body FROM search WHERE rowid = (SELECT id FROM items WHERE number = :number)")
    return str(connection.execute(query, {"number": number}).scalar() or "")
