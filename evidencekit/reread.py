"""Newer readers over items already taken in. What a person chose stands; what is kept does not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidencekit import edits
from evidencekit.casefile import Case
from evidencekit.casefile.replay import index, read_again, reread_scratch
from evidencekit.edits import known_items
from evidencekit.intake import bounded, take_out
from evidencekit.job import Job
from evidencekit.model import Item


def reread_items(case: Case, numbers: Sequence[str] | None, job: Job) -> list[Item]:
    """Read the items of those numbers (None: all) again from their originals and return them as they are now, and
    behind them what was taken out of them for the first time: attachments or members that older readers left inside
    become items of an acquisition of their own."""
    from evidencekit.catalog import answers, items

    with case.catalog.read() as connection:
        chosen = items.all_items(connection) if numbers is None else known_items(connection, numbers)
        contexts = answers.contexts(connection, [item.number for item in chosen])
    wanted = {item.number for item in chosen}
    records = [record for record in case.checked.items if record.number in wanted]
    with reread_scratch(case.folder) as scratch:
        found = bounded(case, read_again(records, case.folder, case.info.timezone, scratch, job, contexts))
        with case.catalog.write() as connection:
            for number, reading in found.items():
                items.replace_reading(connection, number, reading)
            index(connection, found)
        taken = take_out(case, found, job)
    with case.catalog.read() as connection:
        again = items.get_items(connection, [*found, *(each.number for each in (taken.items if taken else ()))])
    return list(again.values())


def answer_questions(case: Case, number: str, answers: Mapping[str, str], job: Job) -> list[Item]:
    """Keep a person's answers about an item (question → answer, an empty one takes it back) and read it again; the
    items as :func:`reread_items` gives them. Raises :class:`~evidencekit.errors.UsageError`."""
    for key, value in answers.items():
        edits.answer(case, number, key=key, value=value)
    return reread_items(case, [number], job)
