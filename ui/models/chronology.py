"""The chronology as the page shows it: the rows that will be bound, as lines under headings, and its timeline.

:func:`gather` is called off the GUI thread; what it gives is a value that can be searched at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from evidencekit.casefile import Case
from evidencekit.casefile.timeline import case_rows
from evidencekit.chronology.rows import INCIDENT, MILESTONE, by_hand
from evidencekit.custody.names import shown
from evidencekit.model import ChronologyRow
from evidencekit.moments import UNDATED, placed_at
from ui.models.lines import Line, Look, heading

NEEDS_A_DATE = "Needs a date"
_ONE_DAY = timedelta(hours=36)  # a night is still one day of the timeline
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Key:
    """What a line is about: a milestone or incident by its id, the items of a row by the first one's number, or
    a contact by its number."""

    channel: str
    id: int | str


@dataclass(frozen=True, slots=True)
class Turn:
    """A milestone on the timeline."""

    day: date
    text: str
    key: Key


@dataclass(frozen=True, slots=True)
class Chronicle:
    """``rows`` as they are bound; ``lines`` one for each, with the ``under`` it stands in ("" undated) and its
    ``words``, folded, to be searched. ``days``: how many rows other than milestones are on that very day; ``dates``:
    the day each row is ordered by. ``undated`` counts those that need a date, ``vague`` those on no one day."""

    rows: tuple[ChronologyRow, ...] = ()
    lines: tuple[Line, ...] = ()
    under: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    dates: tuple[date | None, ...] = ()
    days: tuple[tuple[date, int], ...] = ()
    turns: tuple[Turn, ...] = ()
    undated: int = 0
    vague: int = 0

    def found(self, words: str) -> list[Line]:
        """The lines that hold all of these words, under their headings; what needs a date stands last."""
        wanted = words.casefold().split()
        groups: dict[str, list[Line]] = {}  # rows of one month stand together: they are in the order of time
        for line, under, text in zip(self.lines, self.under, self.words, strict=True):
            if all(word in text for word in wanted):
                groups.setdefault(under, []).append(line)
        without = groups.pop("", [])
        made: list[Line] = []
        for under, lines in groups.items():
            made += [heading(under, f"{len(lines):,}"), *lines]
        if without:
            about = f"{len(without):,} · printed first, as “{UNDATED}”"
            made += [heading(NEEDS_A_DATE, about), *without]
        return made

    def nearest(self, day: date, shown_lines: Iterable[Line]) -> int | None:
        """Which of the lines shown is the first one on or after a day, else the last dated one."""
        dates = {line.key: when for line, when in zip(self.lines, self.dates, strict=True)}
        last = None
        for row, line in enumerate(shown_lines):
            when = dates.get(line.key)
            if when is None:
                continue
            if when >= day:
                return row
            last = row
        return last


def gather(case: Case, *, exhibits_only: bool) -> Chronicle:
    """Read the chronology of a case."""
    return chronicle(case_rows(case.catalog, exhibits_only=exhibits_only), case.info.timezone)


def chronicle(rows: tuple[ChronologyRow, ...], zone: str) -> Chronicle:
    """What the page shows of these rows, their days counted in the IANA ``zone``."""
    where = ZoneInfo(zone)
    lines = tuple(_line(row) for row in rows)
    places = [_place(row, where) for row in rows]
    exact = [place for row, place in zip(rows, places, strict=True) if place and not row.milestone]
    days = Counter(day for day, width in exact if width <= _ONE_DAY)
    turns = tuple(
        Turn(place[0], line.text, line.key)
        for row, line, place in zip(rows, lines, places, strict=True)
        if row.milestone and place
    )
    return Chronicle(
        rows,
        lines,
        tuple(_under(place) for place in places),
        tuple(_searched(line, row) for line, row in zip(lines, rows, strict=True)),
        tuple(place[0] if place else None for place in places),
        tuple(sorted(days.items())),
        turns,
        places.count(None),
        sum(width > _ONE_DAY for _, width in exact),
    )


def _place(row: ChronologyRow, zone: ZoneInfo) -> tuple[date, timedelta] | None:
    found = placed_at(row.sort)
    if found is None:
        return None
    try:
        return found[0].astimezone(zone).date(), found[1]
    except OverflowError:  # the first and last day of the calendar
        return found[0].date(), found[1]


def _under(place: tuple[date, timedelta] | None) -> str:
    return "" if place is None else f"{_MONTHS[place[0].month - 1]} {place[0].year}"


def _key(row: ChronologyRow) -> Key:
    if row.contact is not None:
        return Key(row.channel, f"contact {row.contact}")
    hand = by_hand(row)
    return Key(row.channel, row.items[0] if hand is None else hand)


def _line(row: ChronologyRow) -> Line:
    undated = row.date == UNDATED
    clock = " ".join(part for part in (row.time, row.zone) if part)
    first = (NEEDS_A_DATE, "") if undated else (row.date, clock)
    cites = [f"Ex. {label}" + (f", p. {page}" if page else "") for label, page in row.cites]
    last = (shown(cites[0]), shown("; ".join(cites[1:]))) if cites else ("", "")
    text = shown(row.what)
    below = shown(" · ".join(_below(row)))
    tip = "\n".join(part for part in (text, f"{first[0]} {first[1]}".strip(), below, shown("; ".join(cites))) if part)
    line = Line(text, below, f"{row.n:,}", (shown(first[0]), first[1]), last, False, row.items, tip)
    look = Look.TURN if row.milestone else Look.WARN if undated else Look.ROW
    named = f"Milestone: {text}" if row.milestone else text
    spoken = ", ".join(part for part in (str(row.n), first[0], first[1], named, below, *cites) if part)
    return replace(line, look=look, spoken=shown(spoken), key=_key(row))


def _below(row: ChronologyRow) -> list[str]:
    """What stands beneath a row's text, in the order of the printed chronology."""
    many = len(row.items)
    items = f"{', '.join(row.items[:3])} and {many - 3} more" if many > 3 else ", ".join(row.items)
    told = [
        "" if row.channel == MILESTONE else row.channel,
        items,
        ", ".join(each.replace("-", " ") for each in row.categories),
        row.location and f"at {row.location}",
        row.witness and f"witness: {row.witness}",
        row.reported and f"reported: {row.reported}",
    ]
    return [part for part in told if part]


def _searched(line: Line, row: ChronologyRow) -> str:
    return " ".join((line.spoken, *row.items)).casefold()


def is_by_hand(key: object) -> bool:
    """Whether a line is about what a person wrote into the chronology."""
    return isinstance(key, Key) and key.channel in (MILESTONE, INCIDENT)


def is_contact(key: object) -> bool:
    """Whether a line is about one contact, and not about an item."""
    return isinstance(key, Key) and str(key.id).startswith("contact ")
