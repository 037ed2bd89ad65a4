"""Which contacts are wanted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.chronology.contacts import CaseContact, Direction
from evidencekit.model import Channel


@dataclass(frozen=True, slots=True)
class Choice:
    """All conditions hold together; the empty choice lets everything through. ``party``: a name, at either end.
    ``channels`` empty: all. ``first_day`` and ``last_day``: ISO days, inclusive, as the contact's time is shown; an
    undated contact is on no day. ``words``: every one is in its body or names."""

    party: str | None = None
    channels: frozenset[Channel] = frozenset()
    direction: Direction | None = None
    first_day: str = ""
    last_day: str = ""
    words: str = ""


def chosen(each: CaseContact, wanted: Choice) -> bool:
    """Whether a contact is wanted."""
    if wanted.party is not None and wanted.party not in each.parties:
        return False
    if wanted.channels and each.channel not in wanted.channels:
        return False
    if wanted.direction is not None and each.direction is not wanted.direction:
        return False
    if (wanted.first_day or wanted.last_day) and not _within(each.day, wanted):
        return False
    if wanted.words:
        said = "\n".join((each.body or "", each.sender or "", *each.recipients, *each.parties, each.thread)).casefold()
        return all(word in said for word in wanted.words.casefold().split())
    return True


def _within(day: str, wanted: Choice) -> bool:
    return bool(day) and wanted.first_day <= day and (not wanted.last_day or day <= wanted.last_day)
