"""The contacts of the case as a list: which are wanted, worked out off the GUI thread, and lines for those in view."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import overload

from evidencekit.casefile import Case
from evidencekit.casefile.timeline import CaseContacts, case_contacts
from evidencekit.chronology.choosing import Choice, chosen
from evidencekit.chronology.contact_report import before_or_after
from evidencekit.chronology.contacts import CaseContact, Direction
from evidencekit.chronology.tally import Summary, summarise
from evidencekit.chronology.wording import length
from evidencekit.custody.names import shown
from evidencekit.model import Channel
from evidencekit.moments import show
from ui.models.lines import Line, Look, MadeLines

CHANNEL_WORDS = {
    Channel.TEXT: "Text message",
    Channel.CALL: "Call",
    Channel.VOICEMAIL: "Voicemail",
    Channel.EMAIL: "E-mail",
    Channel.CHAT: "Chat",
    Channel.POST: "Post",
    Channel.IN_PERSON: "In person",
    Channel.OTHER: "Other",
}
DIRECTION_WORDS = {
    Direction.TO_VICTIM: "To the victim",
    Direction.FROM_VICTIM: "From the victim",
    Direction.UNKNOWN: "Direction not known",
}
_KEPT = 2_000  # lines remembered
_LONGEST = 300  # characters of a body on one line: more is never seen


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts of a case, and the places of those that a choice lets through, with their counts. ``parties``:
    who can be chosen, every party that is at some contact's end."""

    found: CaseContacts | None = None
    choice: Choice = field(default_factory=Choice)
    places: array[int] = field(default_factory=lambda: array("q"))
    summary: Summary | None = None
    parties: tuple[str, ...] = ()

    @property
    def channels(self) -> list[Channel]:
        return list(self.found.summary.by_channel) if self.found is not None else []


def gather(case: Case, choice: Choice) -> Contacts:
    """Work the contacts of a case out."""
    found = case_contacts(case.catalog)
    ends = dict.fromkeys(each.parties for each in found.contacts)
    parties = dict.fromkeys(name for some in ends for name in sorted(some))
    return narrowed(Contacts(found, parties=tuple(parties)), choice)


def narrowed(known: Contacts, choice: Choice) -> Contacts:
    """The same contacts, another choice of them."""
    found = known.found
    if found is None:
        return Contacts(choice=choice)
    if choice == Choice():
        return Contacts(found, choice, array("q", range(len(found.contacts))), found.summary, known.parties)
    places = array("q", [place for place, each in enumerate(found.contacts) if chosen(each, choice)])
    kept = (found.contacts[place] for place in places)
    return Contacts(found, choice, places, summarise(kept, found.turned), known.parties)


class ContactLines(MadeLines):
    """A line for each contact that was let through."""

    def __init__(self, known: Contacts) -> None:
        self._known = known
        self._made: OrderedDict[int, Line] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known.places)

    @overload
    def __getitem__(self, row: int) -> Line: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Line]: ...
    def __getitem__(self, row: int | slice) -> Line | Sequence[Line]:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        place = self._known.places[row]
        line = self._made.get(place)
        if line is None:
            found = self._known.found
            assert found is not None  # or there would be no place
            line = self._made[place] = line_of(found.contacts[place], found)
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return line

    def row_of(self, key: object) -> int | None:
        if not isinstance(key, int):
            return None
        row = bisect_left(self._known.places, key - 1)
        return row if row < len(self) and self._known.places[row] == key - 1 else None


def line_of(each: CaseContact, found: CaseContacts) -> Line:
    """One contact as a line; its key is its number."""
    date, time, zone = show(each.when, each.zone, found.zone)
    clock = " ".join(part for part in (time, zone) if part)
    first = (shown(date), shown(clock)) if each.when is not None else ("Needs a date", "")
    ends = f"{_end(each.sender_party, each.sender)} → {_ends(each)}"
    body = " ".join((each.body or "")[:_LONGEST].split())
    text = shown(body or _without_words(each))
    below = shown(" · ".join(part for part in (CHANNEL_WORDS[each.channel], ends, _said(each, bool(body))) if part))
    items = tuple(dict.fromkeys(item for item, _ in each.evidence))
    more = f"and {len(items) - 1} more" if len(items) > 1 else each.evidence[0].at
    turned = [
        f"{before_or_after(each, turn)} {what}"
        for turn, what in ((found.turned.no, "the “No”"), (found.turned.served, "the order was served"))
        if before_or_after(each, turn)
    ]
    seen = "; ".join(f"{item}, {at}" if at else item for item, at in each.evidence[:12])
    tip = [shown(line) for line in (each.body or "")[:1200].split("\n")] if each.body else [text]
    tip += ["", f"{first[0]} {first[1]}".strip(), below, shown(_accounts(each)), shown(f"Seen in {seen}"), *turned]
    parts = (str(each.n), *first, DIRECTION_WORDS[each.direction], below, text, f"seen in {seen}", *turned)
    return Line(
        text,
        below,
        f"{each.n:,}",
        first,
        (items[0], shown(more)),
        True,
        items,
        "\n".join(tip),
        shown(", ".join(part for part in parts if part)),
        Look.WARN if each.when is None else Look.ROW,
        each.n,
    )


def _end(party: str | None, identifier: str | None) -> str:
    return party or identifier or "not known"


def _ends(each: CaseContact) -> str:
    if each.recipient_parties and len(each.recipients) <= len(each.recipient_parties):
        return ", ".join(each.recipient_parties)
    return ", ".join((*each.recipient_parties, *each.recipients)[:6]) if each.recipients else "not known"


def _accounts(each: CaseContact) -> str:
    ends = f"{each.sender or 'not known'} → {', '.join(each.recipients) or 'not known'}"
    return f"{ends} ({DIRECTION_WORDS[each.direction].lower()})"


def _without_words(each: CaseContact) -> str:
    if each.attachments:
        return "Attachment: " + ", ".join(each.attachments[:6])
    if each.channel is Channel.CALL and each.answered is not None:
        return "Call, answered" if each.answered else "Call, not answered"
    return CHANNEL_WORDS[each.channel] + ", no words"


def _said(each: CaseContact, has_body: bool) -> str:
    told = []
    if each.answered is not None and has_body:
        told.append("answered" if each.answered else "not answered")
    if each.seconds:
        told.append(length(each.seconds))
    if each.note:
        told.append(each.note)
    return ", ".join(told)


def counted(summary: Summary) -> str:
    """The counts in a line: “215 contacts · 205 to the victim · 120 to the victim after the “No” …”."""
    many = "1 contact" if summary.total == 1 else f"{summary.total:,} contacts"
    parts = [many, f"{summary.to_victim:,} to the victim", f"{summary.from_victim:,} from the victim"]
    if summary.unknown:
        parts.append(f"{summary.unknown:,} not known")
    if summary.after_no is not None:
        parts.append(f"{summary.after_no:,} to the victim after the “No”")
    if summary.after_order_served is not None:
        parts.append(f"{summary.after_order_served:,} after the order was served")
    return " · ".join(parts)
