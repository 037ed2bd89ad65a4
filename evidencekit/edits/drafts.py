"""Exhibits that are being prepared: they can be edited and taken back freely until marking issues their labels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from evidencekit import exhibits
from evidencekit.casefile import Case
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.edits.items import item_number, known_items
from evidencekit.errors import UsageError
from evidencekit.job import Job
from evidencekit.model import Draft, Exhibit
from evidencekit.profile import Profile

if TYPE_CHECKING:
    from sqlalchemy import Connection


def add_draft(case: Case, *, items: Sequence[str], title: str = "", before: int | None = None) -> Draft:
    """Prepare an exhibit on items, before another draft or at the end.

    Raises :class:`UsageError` for an item that does not exist or is named twice; it may be in other exhibits too.
    """
    return add_drafts(case, groups=[items], title=title, before=before)[0]


def add_drafts(
    case: Case, *, groups: Sequence[Sequence[str]], title: str = "", before: int | None = None
) -> list[Draft]:
    """Prepare one exhibit on each group of items, all or none; else as :func:`add_draft`."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        known_items(connection, [number for group in groups for number in group])
        numbered = [[item_number(number) for number in group] for group in groups]
        kept, added = exhibits.add_drafts(court.drafts(connection), numbered, before, title=words(title, "title"))
        court.set_drafts(connection, kept)
    return list(added)


def edit_draft(
    case: Case,
    draft_id: int,
    *,
    title: str | None = None,
    witness: str | None = None,
    group: str | None = None,
    items: Sequence[str] | None = None,
    label: str | None = None,
) -> Draft:
    """Change a draft's title, witness, heading, items or the late label wanted for it; None leaves a field, an empty
    text clears it. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    for said, what in ((title, "title"), (witness, "witness"), (group, "heading")):
        words(said or "", what)
    with case.catalog.write() as connection:
        numbers = None if items is None else _numbers(connection, items)
        kept = exhibits.edit_draft(
            court.arrangement(connection),
            court.drafts(connection),
            draft_id,
            title=title,
            witness=witness,
            group=group,
            items=numbers,
            label=label,
        )
        court.set_drafts(connection, kept)
    return exhibits.find_draft(kept, draft_id)


def _numbers(connection: Connection, items: Sequence[str]) -> list[str]:
    known_items(connection, items)
    return [item_number(number) for number in items]


def move_draft(case: Case, draft_id: int, before: int | None) -> None:
    """Move a draft before another, or to the end. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        court.set_drafts(connection, exhibits.move_draft(court.drafts(connection), draft_id, before))


def remove_drafts(case: Case, ids: Collection[int]) -> None:
    """Remove drafts; their items stay. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        court.set_drafts(connection, exhibits.remove_drafts(court.drafts(connection), ids))


def join_drafts(case: Case, ids: Collection[int]) -> Draft:
    """Make several drafts one, its items in their order. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        kept, joined = exhibits.join_drafts(court.drafts(connection), ids)
        court.set_drafts(connection, kept)
    return joined


def split_draft(case: Case, draft_id: int) -> list[Draft]:
    """Make one draft of each item of one; its title, meant for all of them, goes. Raises :class:`UsageError`."""
    from evidencekit.catalog import court

    with case.catalog.write() as connection:
        kept, parts = exhibits.split_draft(court.drafts(connection), draft_id)
        court.set_drafts(connection, kept)
    return list(parts)


def mark_drafts(case: Case, ids: Collection[int], profile: Profile, job: Job) -> list[Exhibit]:
    """Mark drafts as exhibits in their order: their labels are issued in the ledger in one commit, and they are drafts
    no longer. All or none: raises :class:`UsageError` when a label cannot be issued, and
    :class:`~evidencekit.errors.Cancelled`; nothing is then changed.
    """
    from evidencekit.catalog import court
    from evidencekit.catalog.items import get_items

    if not ids:
        raise UsageError("No draft was chosen.", todo="Choose the exhibits to mark.")
    with case.catalog.read() as connection:
        arranged, drafts = court.arrangement(connection), court.drafts(connection)
        first = get_items(connection, {each.items[0] for each in drafts if not each.title})
    titles = {number: item.title or item.name for number, item in first.items()}
    changed, marked = exhibits.mark_drafts(arranged, drafts, ids, profile, titles)
    left = exhibits.remove_drafts(drafts, ids)
    job.step(0, len(marked), "Issuing the labels")

    def apply(connection: Connection) -> None:
        court.set_arrangement(connection, changed)
        court.set_drafts(connection, left)

    case.commit([Entry("exhibit", {"label": each.label, "items": list(each.items)}) for each in marked], apply)
    return marked
