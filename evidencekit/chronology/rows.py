"""The rows of the chronology: every item, milestone and hand-written incident, in order of when it happened. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evidencekit.chronology.contacts import CaseContact, Direction
from evidencekit.chronology.wording import CHANNELS, describe, folded, milestone, one_line, part_of
from evidencekit.chronology.wording import contact as contact_words
from evidencekit.custody.names import shown
from evidencekit.model import ChronologyRow, Exhibit, Incident, Item, Milestone, Placed, Status, Zone
from evidencekit.moments import show, sort_key, zone_basis


def rows(
    items: Sequence[Item],
    milestones: Sequence[Milestone],
    incidents: Sequence[Incident],
    exhibits: Sequence[Exhibit],
    placed: Mapping[str, Placed],
    case_zone: str,
    *,
    contacts: Sequence[CaseContact] = (),
    exhibits_only: bool = False,
) -> tuple[ChronologyRow, ...]:
    """The numbered rows, undated ones first as “To be determined”.

    A contact to or from the victim has a row of its own when both its ends are known parties: what a telephone holds
    of people who are no part of the case stays out of a filed paper. A mail or voicemail is its item's row.

    A duplicate is folded into the row of the item it repeats, unless a person gave it a time or title of its own.
    Each row cites the first live exhibit that holds one of its items, and the ``placed`` first page of that exhibit
    (by label; None until built); ``cites`` has every one. Withdrawn exhibits are not cited. ``exhibits_only`` is the
    binder's form: rows of items outside any live exhibit are left out, milestones and incidents stay.
    """
    known = {item.number: item for item in items}
    homes = _homes(exhibits)
    entries = [
        *(_of_milestone(one, case_zone) for one in milestones),
        *(_of_incident(one, case_zone) for one in incidents),
        *(_of_item(group, known, case_zone) for group in _folded(items, known)),
        *(_of_contact(one, case_zone, homes) for one in contacts if tells(one)),
    ]
    if exhibits_only:
        entries = [one for one in entries if one.channel in _BY_HAND or any(n in homes for n in one.items)]
    entries.sort(key=lambda one: one.sort)
    found = (replace(one, n=n, cites=_labels(one, homes)) for n, one in enumerate(entries, 1))
    return cite_pages(found, placed)


def cite_pages(rows: Iterable[ChronologyRow], placed: Mapping[str, Placed]) -> tuple[ChronologyRow, ...]:
    """The rows with the pages of a built binder filled in: ``exhibit`` and ``page`` of the first exhibit cited, and
    every pair in ``cites``."""
    done = []
    for row in rows:
        cites = tuple((label, placed[label].first_page if label in placed else None) for label, _ in row.cites)
        label, page = cites[0] if cites else ("", None)
        done.append(replace(row, cites=cites, exhibit=label, page=page))
    return tuple(done)


MILESTONE, INCIDENT = "milestone", "incident"
_BY_HAND = frozenset({MILESTONE, INCIDENT})


def by_hand(row: ChronologyRow) -> int | None:
    """The id of the milestone or incident that a row shows; None for a row of items."""
    return int(row.sort[-1].split()[1]) if row.channel in _BY_HAND else None


@dataclass(frozen=True, slots=True)
class _Group:
    """An item and the duplicates that its row stands for."""

    first: Item
    also: tuple[Item, ...]


def _homes(exhibits: Sequence[Exhibit]) -> dict[str, list[str]]:
    homes: dict[str, list[str]] = {}
    for exhibit in exhibits:
        if exhibit.status is not Status.WITHDRAWN:
            for number in exhibit.items:
                homes.setdefault(number, []).append(exhibit.label)
    return homes


def _labels(row: ChronologyRow, homes: Mapping[str, list[str]]) -> tuple[tuple[str, int | None], ...]:
    labels = dict.fromkeys(label for number in row.items for label in homes.get(number, ()))
    return tuple((label, None) for label in labels)


def _folded(items: Sequence[Item], known: Mapping[str, Item]) -> list[_Group]:
    again: dict[str, list[Item]] = {}
    firsts: list[Item] = []
    for item in items:
        first = _first(item, known)
        if first is item:
            firsts.append(item)
        else:
            again.setdefault(first.number, []).append(item)
    return [
        _Group(item, tuple(sorted(again.get(item.number, ()), key=lambda one: _natural(one.number)))) for item in firsts
    ]


def _first(item: Item, known: Mapping[str, Item]) -> Item:
    """The item whose row a duplicate belongs to; the item itself when it has a row of its own."""
    start, seen = item, {item.number}
    while item.duplicate_of is not None and item.when_said is None and item.title is None:
        other = known.get(item.duplicate_of)
        if other is None:
            return item
        if other.number in seen:
            return start
        seen.add(other.number)
        item = other
    return item


def _natural(number: str) -> str:
    return re.sub(r"\d+", lambda digits: digits.group().zfill(12), number)


def _zone_words(zone: str, kind: Zone | None) -> str:
    return f"{zone}, {kind.value}" if zone and kind in {Zone.STATED, Zone.ASSUMED} else zone


def _row(when: str | None, kind: Zone | None, case_zone: str, order: str) -> ChronologyRow:
    date, time, zone = show(when, kind, case_zone)
    return ChronologyRow(
        n=0,
        date=shown(one_line(date)),
        time=time,
        zone=_zone_words(zone, kind),
        channel="",
        what="",
        sort=(*sort_key(when, case_zone)[:3], order),
    )


def _of_milestone(said: Milestone, case_zone: str) -> ChronologyRow:
    row = _row(said.when, zone_basis(said.when, case_zone), case_zone, f"0 {said.id:012d}")
    items = () if said.item is None else (said.item,)
    return replace(row, channel=MILESTONE, what=milestone(said), milestone=True, items=items)


def _of_incident(said: Incident, case_zone: str) -> ChronologyRow:
    return replace(
        _row(said.when, zone_basis(said.when, case_zone), case_zone, f"1 {said.id:012d}"),
        channel=INCIDENT,
        what=shown(one_line(said.text)),
        categories=tuple(category.value for category in said.categories),
        items=said.items,
        location=shown(one_line(said.location)),
        witness=shown(one_line(said.witness)),
        reported=shown(one_line(said.reported)),
    )


def _of_item(group: _Group, known: Mapping[str, Item], case_zone: str) -> ChronologyRow:
    item = group.first
    kind = None
    if (found := item.moment) is not None:
        kind = found.zone
    elif item.when_said is not None:
        kind = zone_basis(item.when_said, case_zone)
    what = _placed_in(describe(item), item, known)
    also = tuple(_placed_in(one.number, one, known) for one in group.also)
    return replace(
        _row(item.when, kind, case_zone, f"2 {_natural(item.number)}"),
        channel=CHANNELS[item.kind],
        what=folded(what, also),
        items=(item.number, *(one.number for one in group.also)),
    )


def tells(contact: CaseContact) -> bool:
    """Whether a contact has a row of its own."""
    known = contact.sender_party is not None and bool(contact.recipient_parties)
    return known and contact.direction is not Direction.UNKNOWN and not contact.alone


def _of_contact(found: CaseContact, case_zone: str, homes: Mapping[str, list[str]]) -> ChronologyRow:
    # Its place is told where the exhibit that is cited has it.
    found = replace(found, evidence=tuple(sorted(found.evidence, key=lambda seen: seen.item not in homes)))
    return replace(
        _row(found.when, found.zone, case_zone, f"3 {found.n:012d}"),
        channel=found.channel.value,
        what=contact_words(found),
        items=tuple(dict.fromkeys(item for item, _ in found.evidence)),
        contact=found.n,
    )


def _placed_in(words: str, item: Item, known: Mapping[str, Item]) -> str:
    if item.parent is None:
        return words
    parent = known.get(item.parent)
    return part_of(words, item.parent, parent.kind if parent else None)
