"""Newer readers over items already taken in. What a person chose stands; what is kept does not change."""

from __future__ import annotations

from collections.abc import Sequence

from evidencekit.casefile import Case
from evidencekit.casefile.replay import read_again, reread_scratch, texts_of
from evidencekit.edits import known_items
from evidencekit.job import Job
from evidencekit.model import Item


def reread_items(case: Case, numbers: Sequence[str] | None, job: Job) -> list[Item]:
    """Read the items of those numbers (None: all) again from their originals and return them as they are now."""
    from evidencekit.catalog import items, search

    with case.catalog.read() as connection:
        chosen = items.all_items(connection) if numbers is None else known_items(connection, numbers)
    wanted = {item.number for item in chosen}
    records = [record for record in case.checked.items if record.number in wanted]
    with reread_scratch(case.folder) as scratch:
        found = read_again(records, case.folder, case.info.timezone, scratch, job)
        texts = texts_of(found)
        with case.catalog.write() as connection:
            for number, reading in found.items():
                items.replace_reading(connection, number, reading)
            search.index_readings(connection, found, texts)
            again = items.get_items(connection, found)
    return [again[item.number] for item in chosen]
