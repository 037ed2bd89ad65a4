"""Counts of the contacts of a case: by direction, channel and party, after the “No” and after the order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidencekit.chronology.contacts import CaseContact, Direction
from evidencekit.chronology.ends import micros
from evidencekit.errors import UsageError
from evidencekit.model import Channel, Milestone, MilestoneKind
from evidencekit.moments import parse_when


@dataclass(frozen=True, slots=True)
class Turns:
    """When the “No” was said and the order served, as microseconds like ``CaseContact.starts``: the last that each
    may have been. None where there is no such milestone, or its words leave its end open."""

    no: int | None = None
    served: int | None = None


def turns(milestones: Sequence[Milestone], zone: str) -> Turns:
    """The first milestone of each kind: of a fuzzy day, its end."""
    ends: dict[MilestoneKind, list[int]] = {}
    for each in milestones:
        try:
            latest = parse_when(each.when, zone).latest
        except UsageError:
            continue
        if latest is not None:
            ends.setdefault(each.kind, []).append(micros(latest))
    first = {kind: min(times) for kind, times in ends.items()}
    return Turns(first.get(MilestoneKind.NO), first.get(MilestoneKind.ORDER_SERVED))


@dataclass(slots=True)
class Between:
    """What went between the victim and one party; ``unanswered`` counts the party's calls that nobody took."""

    to_victim: int = 0
    from_victim: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """``after_no`` and ``after_order_served``: contacts to the victim that began after the end of that milestone (an
    undated contact is in neither); None without one. ``unanswered``: calls to the victim that were not answered."""

    total: int
    to_victim: int
    from_victim: int
    unknown: int
    undated: int
    unanswered: int
    by_channel: dict[Channel, int]
    after_no: int | None
    after_order_served: int | None
    by_party: dict[str, Between]


def summarise(contacts: Iterable[CaseContact], turned: Turns, parties: Iterable[str] = ()) -> Summary:
    """Count contacts. ``parties`` are the names that are counted even when they are at no contact's end."""
    directions = dict.fromkeys(Direction, 0)
    by_channel: dict[Channel, int] = {}
    by_party = {name: Between() for name in parties}
    total = undated = unanswered = after_no = after_served = 0
    for each in contacts:
        total += 1
        undated += each.starts is None
        directions[each.direction] += 1
        by_channel[each.channel] = by_channel.get(each.channel, 0) + 1
        if each.direction is Direction.TO_VICTIM:
            missed = each.channel is Channel.CALL and each.answered is False
            unanswered += missed
            after_no += _after(each, turned.no)
            after_served += _after(each, turned.served)
            if each.sender_party is not None:
                other = by_party.setdefault(each.sender_party, Between())
                other.to_victim += 1
                other.unanswered += missed
        elif each.direction is Direction.FROM_VICTIM:
            for name in each.recipient_parties:
                by_party.setdefault(name, Between()).from_victim += 1
    return Summary(
        total,
        directions[Direction.TO_VICTIM],
        directions[Direction.FROM_VICTIM],
        directions[Direction.UNKNOWN],
        undated,
        unanswered,
        {channel: by_channel[channel] for channel in Channel if channel in by_channel},
        after_no if turned.no is not None else None,
        after_served if turned.served is not None else None,
        by_party,
    )


def _after(each: CaseContact, turn: int | None) -> bool:
    return each.starts is not None and turn is not None and each.starts > turn
