"""What people answered to readers' questions, and what lies beside an item: all that a reader may know of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, delete, insert, select

from evidencekit.catalog.tables import answers, items, readings
from evidencekit.model import Beside, Context

_AT_ONCE = 500
_MOST_BESIDE = 5_000


def answers_of(connection: Connection, item: str) -> dict[str, str]:
    """Key → what a person answered about an item."""
    query = select(answers.c.key, answers.c.value).where(answers.c.item == item).order_by(answers.c.id)
    return {row.key: row.value for row in connection.execute(query)}


def answered(connection: Connection, key: str) -> dict[str, str]:
    """Item number → what a person answered to that one question, of every item that has an answer."""
    query = select(answers.c.item, answers.c.value).where(answers.c.key == key)
    return {row.item: row.value for row in connection.execute(query)}


def put_answer(connection: Connection, item: str, key: str, value: str, actor: str, time: str) -> None:
    """Keep an answer in place of an earlier one; an empty value takes it back."""
    connection.execute(delete(answers).where(answers.c.item == item, answers.c.key == key))
    if value:
        connection.execute(insert(answers).values(item=item, key=key, value=value, actor=actor, time=time))


def contexts(connection: Connection, numbers: Iterable[str]) -> Mapping[str, Context]:
    """Item number → its answers alone; items without any are left out. It is what reading needs."""
    wanted, found = list(numbers), dict[str, list[tuple[str, str]]]()
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(answers.c.item, answers.c.key, answers.c.value).order_by(answers.c.id)
        for item, key, value in connection.execute(query.where(answers.c.item.in_(wanted[start : start + _AT_ONCE]))):
            found.setdefault(item, []).append((key, value))
    return {item: Context(answers=tuple(pairs)) for item, pairs in found.items()}


def full_context(connection: Connection, number: str, originals: Path, *, neighbours: bool = True) -> Context:
    """All that printing and showing need of an item: its answers, and the files beside it: its children and, as
    ``neighbours``, its parent's other children and those received in its folder or below. ``originals`` is where they
    are kept."""
    c = items.c
    own = connection.execute(select(c.id, c.parent, c.received_path, c.acquisition).where(c.number == number)).first()
    if own is None:
        return Context()
    said = tuple(answers_of(connection, number).items())
    folder = str(PurePosixPath(own.received_path).parent)
    inside = "" if folder == "." else folder + "/"
    query = select(c.number, c.received_path, c.sha256, readings.c.media_type)
    query = query.join(readings, readings.c.item == c.number)
    wanted = [(query.where(c.parent == number), own.received_path + "/")]
    if neighbours:
        around = query.where(c.acquisition == own.acquisition, c.number != number, c.parent.is_(own.parent))
        if inside:
            around = around.where(c.received_path >= inside, c.received_path < folder + "0")
        wanted.append((around, inside))
    found = []
    for some, base in wanted:
        for row in connection.execute(some.limit(_MOST_BESIDE)):
            name = row.received_path.removeprefix(base)
            found.append(Beside(name, originals / row.sha256[:2] / row.sha256, row.media_type, row.number))
    return Context(said, tuple(found[:_MOST_BESIDE]))
