"""The exhibits: marking and withdrawing, which the ledger keeps, and the arrangement, which is edited freely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from evidencekit import exhibits
from evidencekit.casefile import Case
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.edits.items import known_items
from evidencekit.errors import UsageError
from evidencekit.model import Exhibit, Status
from evidencekit.profile import Profile


def mark_exhibit(
    case: Case,
    numbers: Sequence[str],
    profile: Profile,
    *,
    label: str | None = None,
    title: str | None = None,
    witness: str | None = None,
) -> Exhibit:
    """Mark items as one exhibit: its label is issued in the ledger and never given again."""
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
        items = known_items(connection, numbers)
    chosen = exhibits.next_label(arranged, profile) if label is None else label
    chosen = exhibits.check_label(arranged, chosen, profile)
    named = words(title or "", "title") or items[0].title or items[0].name
    exhibit = Exhibit(
        chosen, named, tuple(item.number for item in items), Status.MARKED, (witness or "").strip() or None
    )
    _log_arrangement(case, "exhibit", exhibit.label, exhibit.items, exhibits.mark(arranged, exhibit))
    return exhibit


def withdraw_exhibit(case: Case, label: str) -> Exhibit:
    """Withdraw an exhibit; its label stays on the list as intentionally omitted."""
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
    changed = exhibits.withdraw(arranged, label)
    exhibit = exhibits.find(changed, label)
    _log_arrangement(case, "withdraw", exhibit.label, None, changed)
    return exhibit


def _log_arrangement(
    case: Case, act: str, label: str, items: Sequence[str] | None, arranged: exhibits.Arrangement
) -> None:
    from evidencekit.catalog import court

    fields: dict[str, object] = {"label": label}
    if items is not None:
        fields["items"] = list(items)
    case.commit([Entry(act, fields)], lambda connection: court.set_arrangement(connection, arranged))


def set_status(case: Case, label: str, *, status: Status, on: str) -> Exhibit:
    """Record that an exhibit was offered, admitted or excluded on a day."""
    from evidencekit.catalog import court

    latest = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", on) and on > latest:
        raise UsageError(f"{on} lies in the future.", todo="Record what happened in court once it has happened.")
    with case.catalog.write() as connection:
        arranged = exhibits.set_status(court.arrangement(connection), label, status, on)
        court.set_arrangement(connection, arranged)
    return exhibits.find(arranged, label)


def arrange(
    case: Case,
    label: str,
    *,
    before: str | None = None,
    last: bool = False,
    title: str | None = None,
    witness: str | None = None,
    group: str | None = None,
    items: Sequence[str] | None = None,
) -> exhibits.Arrangement:
    """Edit an exhibit's place (``before`` another, or ``last``), title, witness, group heading or items.

    Other items are a further ledger line. Raises :class:`UsageError` when nothing is said.
    """
    from evidencekit.catalog import court

    for said, what in ((title, "title"), (witness, "witness"), (group, "heading")):
        words(said or "", what)
    if before is not None and last:
        raise UsageError("An exhibit cannot stand before another and last.", todo="Use --before or --last.")
    if before is None and not last and items is None and (title, witness, group) == (None, None, None):
        raise UsageError(
            "Nothing to change was given.", todo="Use --before, --last, --title, --witness, --group or --item."
        )
    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
        numbers = None if items is None else [item.number for item in known_items(connection, items)]
    changed = arranged
    if before is not None or last:
        changed = exhibits.move(changed, label, before)
    if numbers is not None or (title, witness, group) != (None, None, None):
        changed = exhibits.edit(changed, label, title=title, witness=witness, group=group, items=numbers)
    target = exhibits.find(changed, label)
    if target.items != exhibits.find(arranged, label).items:
        _log_arrangement(case, "exhibit", target.label, target.items, changed)
    else:
        with case.catalog.write() as connection:
            court.set_arrangement(connection, changed)
    return changed
