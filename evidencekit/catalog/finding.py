"""Finding: items and messages that hold what is searched for, best first, with the place where they do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, TextClause, text

from evidencekit.catalog.conditions import Conditions, Side, conditions
from evidencekit.catalog.grammar import Query, parse
from evidencekit.catalog.listing import case_zone
from evidencekit.catalog.transcripts import State, states

MARKS = ("\x02", "\x03")  # around a word found; no text that is read keeps such signs
_COLUMNS = ("name", "title", "facts", "text", "notes", "recognised", "transcript")  # as the index has them
_TOLD_FIRST = ("title", "text", "recognised", "transcript", "notes", "name", "facts")
_WEIGHTS = "4.0, 6.0, 2.0, 1.0, 2.0, 1.0, 1.0"
_MESSAGE_WEIGHTS = "1.0, 2.0"
_AROUND = 12  # words of an excerpt
_AT_ONCE = 400
_BOUND = re.compile(r":(\w+)")

_ITEMS = "FROM items i JOIN listing l ON l.id = i.id"
_ITEMS_OF_WORDS = "FROM search JOIN items i ON i.id = search.rowid JOIN listing l ON l.id = i.id"
_CONTACTS = "FROM contacts c"
_CONTACTS_OF_WORDS = "FROM contact_words JOIN contacts c ON c.id = contact_words.rowid"
_MAILS = (
    "SELECT 1 FROM listing l JOIN items i ON i.id = l.id WHERE l.kind = 'email' "
    "AND EXISTS (SELECT 1 FROM contacts WHERE item = i.number)"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An item, or a message of one, that is what was searched for. ``at`` is a message's place in its item, None for
    the item itself; ``where`` the part that holds the words: message, title, text, recognised, transcript, notes, name,
    facts, or "" when none were asked for. ``excerpt`` is plain text, ``marks`` the words found in it as (start, end).
    ``when`` and ``people`` are a message's; ``draft``: it is in a transcript that nobody has certified."""

    number: str
    name: str
    title: str | None
    excerpt: str
    marks: tuple[tuple[int, int], ...] = ()
    where: str = ""
    at: str | None = None
    when: str | None = None
    people: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The best ``hits``, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


def find(connection: Connection, words: str, limit: int = -1) -> Found:
    """Items and messages that are what ``words`` ask for (:mod:`evidencekit.catalog.grammar`), the best ``limit`` of
    them, -1 for all: by how rare and how many the words are where they stand (bm25), without words by time.

    A mail is one hit, not an item and a message; of items that repeat another's bytes, messages are found in the
    first. Raises :class:`~evidencekit.errors.UsageError` for a field whose value cannot be understood."""
    query = parse(words, case_zone(connection))
    if query.empty:
        return Found((), 0)
    asked = conditions(connection, query)
    _leave_mails_out(connection, asked)
    ranked: list[tuple[float, str, int, bool]] = []
    total = 0
    for side, messages in ((asked.items, False), (asked.contacts, True)):
        if side.asked:
            best, many = _best(connection, asked, limit, messages=messages)
            ranked += best
            total += many
    ranked.sort()
    kept = ranked if limit < 0 else ranked[:limit]
    told: dict[tuple[int, bool], Hit] = {}
    for messages in (False, True):
        ids = [at for _, _, at, is_message in kept if is_message is messages]
        tell = _message_hits if messages else _item_hits
        told |= {(at, messages): hit for at, hit in tell(connection, asked, ids)}
    return Found(tuple(told[at, is_message] for _, _, at, is_message in kept if (at, is_message) in told), total)


def _leave_mails_out(connection: Connection, asked: Conditions) -> None:
    """A mail that is found as an item is not found as a message too."""
    if not (asked.items.asked and asked.contacts.asked) or connection.execute(text(_MAILS)).first() is None:
        return
    source = _ITEMS_OF_WORDS if asked.items.match else _ITEMS
    held = f"SELECT i.number {source} WHERE l.kind = 'email' AND {asked.items.sql('search')}"
    asked.contacts.where.append(f"c.item NOT IN ({held})")


def _count(connection: Connection, asked: Conditions, *, messages: bool) -> int:
    source, side, index = _side(asked, messages)
    if side.match and not side.where:
        source = f"FROM {index}"
    query = f"SELECT count(*) {source} WHERE {side.sql(index)}"
    return int(connection.execute(text(query), asked.values).scalar_one())


def _best(
    connection: Connection, asked: Conditions, limit: int, *, messages: bool
) -> tuple[list[tuple[float, str, int, bool]], int]:
    """(score, time to order by, id, ``messages``) of the best ones, the lower a score, the better; and how many there
    are. Words alone need no more than their index, and equals stand in its order."""
    source, side, index = _side(asked, messages)
    values = {**asked.values, "most": limit}
    if not side.match:
        row, sort = ("c.id", "c.sort") if messages else ("i.id", "substr(l.sort, 1, 20)")
        columns = f"{row} AS at, coalesce({sort}, '9') AS sort, count(*) OVER () AS total"
        query = f"SELECT {columns} {source} WHERE {side.sql(index)} ORDER BY sort, at LIMIT :most"
        rows = connection.execute(text(query), values).all()
        return [(0.0, row.sort, row.at, messages) for row in rows], rows[0].total if rows else 0
    row = "c.id" if messages else "i.id"
    if not side.where:
        row, source = f"{index}.rowid", f"FROM {index}"
    score = f"bm25({index}, {_MESSAGE_WEIGHTS if messages else _WEIGHTS})"
    query = f"SELECT {row} AS at, {score} AS score {source} WHERE {side.sql(index)} ORDER BY score, at LIMIT :most"
    rows = connection.execute(text(query), values).all()
    return [(round(row.score, 6), "", row.at, messages) for row in rows], _count(connection, asked, messages=messages)


def _side(asked: Conditions, messages: bool) -> tuple[str, Side, str]:
    if messages:
        return (_CONTACTS_OF_WORDS if asked.contacts.match else _CONTACTS), asked.contacts, "contact_words"
    return (_ITEMS_OF_WORDS if asked.items.match else _ITEMS), asked.items, "search"


def _item_hits(connection: Connection, asked: Conditions, ids: Sequence[int]) -> Iterable[tuple[int, Hit]]:
    heads = "i.id, i.number, i.name, d.title"
    said = "LEFT JOIN descriptions d ON d.item = i.number"
    for some in _portions(ids):
        inside = f"i.id IN ({','.join(map(str, some))})"
        if not asked.items.match:
            query = f"SELECT {heads} {_ITEMS} {said} WHERE {inside}"
            for at, number, name, title in connection.execute(text(query)):
                yield at, Hit(number, name, title, "")
            continue
        places = ", ".join(f"snippet(search, {column}, :on, :off, '…', {_AROUND})" for column in range(len(_COLUMNS)))
        query = f"SELECT {heads}, {places} {_ITEMS_OF_WORDS} {said} WHERE search MATCH :search AND +{inside}"
        hits = []
        for at, number, name, title, *held in connection.execute(text(query), {**asked.values, **_marked()}):
            where, excerpt = _told_by(dict(zip(_COLUMNS, held, strict=True)))
            hits.append((at, Hit(number, name, title, *_plain(excerpt), where)))
        spoken = states(connection, [hit.number for _, hit in hits if hit.where == "transcript"])
        for at, hit in hits:
            drafted = hit.number in spoken and spoken[hit.number] is not State.CERTIFIED
            yield at, replace(hit, draft=True) if drafted and hit.where == "transcript" else hit


def _told_by(held: dict[str, str]) -> tuple[str, str]:
    """The part of an item that shows best where its words are, and the excerpt of it."""
    for part in _TOLD_FIRST:
        if MARKS[0] in (held[part] or ""):
            return part, held[part]
    return "", ""


def _message_hits(connection: Connection, asked: Conditions, ids: Sequence[int]) -> Iterable[tuple[int, Hit]]:
    heads = 'c.id, i.number, i.name, d.title, c.at, c."when", c.people'
    said = "JOIN items i ON i.number = c.item LEFT JOIN descriptions d ON d.item = i.number"
    for some in _portions(ids):
        inside = f"c.id IN ({','.join(map(str, some))})"
        if asked.contacts.match:
            places = "snippet(contact_words, 0, :on, :off, '…', 16), snippet(contact_words, 1, :on, :off, '…', 16)"
            source, matched = _CONTACTS_OF_WORDS, "contact_words MATCH :contact_words AND +"
        else:
            places, source, matched = "substr(c.body, 1, 160), ''", _CONTACTS, ""
        query = f"SELECT {heads}, {places} {source} {said} WHERE {matched}{inside}"
        for at, number, name, title, place, when, people, body, ends in connection.execute(
            text(query), {**asked.values, **_marked()}
        ):
            excerpt = body if MARKS[0] in (body or "") or MARKS[0] not in (ends or "") else ends
            yield at, Hit(number, name, title, *_plain(excerpt or people), "message", place, when, people)


def _marked() -> dict[str, str]:
    return {"on": MARKS[0], "off": MARKS[1]}


def _plain(excerpt: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """An excerpt without its marks, and where they stood."""
    parts: list[str] = []
    marks, at = [], 0
    first, *rest = excerpt.split(MARKS[0])
    parts.append(first.replace(MARKS[1], ""))
    at += len(parts[0])
    for each in rest:
        hit, _, after = each.partition(MARKS[1])
        marks.append((at, at + len(hit)))
        parts += [hit, after.replace(MARKS[1], "")]
        at += len(hit) + len(parts[-1])
    return "".join(parts), tuple(marks)


def _portions(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def items_that_hold(connection: Connection, query: Query) -> TextClause | None:
    """A condition on ``items``: that one is, or holds a message that is, what is asked for. None while nothing is."""
    if query.empty:
        return None
    asked = conditions(connection, query)
    ways = []
    for messages, row in ((False, "items.id IN (SELECT i.id"), (True, "items.number IN (SELECT c.item")):
        source, side, index = _side(asked, messages)
        if side.asked:
            ways.append(f"{row} {source} WHERE {side.sql(index)})")
    sql = f"({' OR '.join(ways)})"
    used = set(_BOUND.findall(sql))
    return text(sql).bindparams(**{name: value for name, value in asked.values.items() if name in used})


def excerpts(connection: Connection, query: Query, ids: Sequence[int]) -> dict[int, Hit]:
    """Where those items hold the words: item id → itself as a hit, else its first message that is one; items that do
    not are left out."""
    if not query.words or not ids:
        return {}
    asked = conditions(connection, query)
    found: dict[int, Hit] = {}
    if asked.items.asked and asked.items.match:
        wanted = _matching(connection, asked, ids, messages=False)
        found |= dict(_item_hits(connection, asked, [at for at, _ in wanted]))
    if asked.contacts.asked and asked.contacts.match:
        first = dict(_matching(connection, asked, [each for each in ids if each not in found], messages=True))
        hits = dict(_message_hits(connection, asked, list(first.values())))
        found |= {item: hits[message] for item, message in first.items() if message in hits}
    return found


def _matching(
    connection: Connection, asked: Conditions, ids: Sequence[int], *, messages: bool
) -> list[tuple[int, int]]:
    """Of those items, the ones that are hits, with their own id, or that of their first message that is one."""
    source, side, index = _side(asked, messages)
    found: list[tuple[int, int]] = []
    for some in _portions(ids):
        inside = f"({','.join(map(str, some))})"
        if messages:
            first = f"SELECT c.item AS item, min(c.id) AS at {source} WHERE {side.sql(index)} GROUP BY c.item"
            query = f"SELECT i.id, at FROM ({first}) JOIN items i ON i.number = item WHERE i.id IN {inside}"  # noqa: S608
        else:
            query = f"SELECT i.id, i.id {source} WHERE {side.sql(index)} AND +i.id IN {inside}"
        found += [(item, at) for item, at in connection.execute(text(query), asked.values)]
    return found
