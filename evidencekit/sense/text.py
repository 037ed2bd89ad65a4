"""What words recognised in a picture, and what a file's name, may mean: times, days and telephone numbers as proposals.

A person decides over each; none of it is ever a fact. Pure, and bounded in what it makes of any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from evidencekit.errors import UsageError
from evidencekit.model import Hint, Item, Proposal, Zone
from evidencekit.moments.clockwords import Known, Named, candidates, each_with_its_day, in_words
from evidencekit.moments.found import offset_of
from evidencekit.moments.zones import zone_of
from evidencekit.sense.numbers import numbers_in

MOST = 60  # proposals out of one item
_MOST_CLOCKS = 12  # clock times alone: a thread of messages is full of them


@dataclass(frozen=True, slots=True)
class Row:
    """One row of words as it stands on a page; ``doubtful`` are those that were recognised with doubt. ``top`` when
    it is the first row of a picture, where telephones show the time of day."""

    text: str
    page: int = 1
    doubtful: frozenset[str] = frozenset()
    top: bool = False


def text_proposals(rows: Sequence[Row], known: Known, zone: str, *, paged: bool = False) -> tuple[Proposal, ...]:
    """Times, days and numbers in recognised words: whole times first, then days, clock times alone, numbers.
    ``paged``: say on which page."""
    whole: list[Proposal] = []
    days: list[Proposal] = []
    clocks: list[Proposal] = []
    numbers: list[Proposal] = []
    for place, named, above in each_with_its_day(row.text for row in rows):
        row = rows[place]
        made = list(_of_named(named, above, row, known, paged=paged))
        (clocks if not named.has_day else whole if named.clock is not None else days).extend(made)
    for row in rows:
        for number, as_found, why in numbers_in(row.text, zone):
            numbers.append(Proposal(Hint.NUMBER, number, as_found, _basis(row, paged), why + _doubt(as_found, row)))
    return _distinct([*whole, *days, *clocks[:_MOST_CLOCKS], *numbers])


def _of_named(named: Named, above: Named | None, row: Row, known: Known, *, paged: bool) -> Iterator[Proposal]:
    basis, doubt = _basis(row, paged), _doubt(named.as_found, row)
    if named.has_day:
        for day, why in candidates(named, known):
            yield from _on_day(named, day, basis, why + doubt)
    elif above is not None:
        for day, why in candidates(above, known):
            yield from _on_day(named, day, basis, f"the day line above it says “{above.as_found}”: {why}{doubt}")
    elif known.own is not None:
        where = "the clock at the top of the screen" if row.top else "a clock time alone"
        said = f"{where}, on {in_words(known.own)} as {known.own_basis} says"
        yield from _on_day(named, known.own, basis, said + doubt)


def _on_day(named: Named, day: date, basis: str, why: str) -> Iterator[Proposal]:
    """A day, or a time on it; a clock that does not tell the half of the day is given both ways."""
    if named.clock is None:
        yield Proposal(Hint.DAY, day.isoformat(), named.as_found, basis, why)
        return
    zone = offset_of(named.offset) if named.offset else None
    other = named.clock.replace(hour=(named.clock.hour + 12) % 24)
    apart = "later" if other > named.clock else "earlier"
    halves = ((named.clock, f"it may be twelve hours {apart}"), (other, f"twelve hours {apart}"))
    for clock, half in halves if named.half_open else ((named.clock, ""),):
        value = datetime.combine(day, clock, zone).isoformat(timespec="seconds" if named.seconds else "minutes")
        said = f"{why}; neither AM nor PM is written: {half}" if half else why
        yield Proposal(Hint.TIME, value, named.as_found, basis, said, Zone.NONE if zone is None else Zone.STATED)


def _basis(row: Row, paged: bool) -> str:
    return f"words recognised on page {row.page}" if paged else "words recognised in the picture"


def _doubt(as_found: str, row: Row) -> str:
    unsure = any(word in row.doubtful for word in as_found.split())
    return "; recognised with doubt, so look at the picture" if unsure else ""


def _distinct(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """The first of each value."""
    found: dict[tuple[Hint, str], Proposal] = {}
    for each in proposals:
        found.setdefault((each.hint, each.value), each)
    return tuple(found.values())[:MOST]


def known_of(item: Item, zone: str) -> Known:
    """What is known of when an item's words were written: its own time, what its name says, when it was handed over."""
    own, basis = _day_in(item.when, zone), "the item's own time"
    named = [each for each in item.proposals if each.hint is not Hint.NUMBER]
    if own is None and named:
        own, basis = _day_in(named[0].value, zone), "the time in the file's name"
    values = [moment.value for moment in item.moments] + [each.value for each in named]
    others = tuple(day for value in values if (day := _day_in(value, zone)) is not None)
    return Known(own, basis, others, _day_in(item.received, zone))


def _day_in(value: str | None, zone: str) -> date | None:
    """The day of an ISO time as it was in the case's zone; None for words and for nothing."""
    try:
        found = datetime.fromisoformat(value or "")
        return found.astimezone(zone_of(zone)).date() if found.tzinfo else found.date()
    except (ValueError, OverflowError, UsageError):
        return None


# Names

_STAMP = re.compile(
    r"(?<!\d)(?P<Y>(?:19|20)\d\d)(?P<a>[-_.]?)(?P<M>0[1-9]|1[0-2])(?P=a)(?P<D>0[1-9]|[12]\d|3[01])"
    r"(?:(?:[-_T. ]|\sat\s|\sum\s){0,2}(?P<h>[01]?\d|2[0-3])(?P<c>[-_.:h ]?)(?P<m>[0-5]\d)"
    r"(?:(?P=c)(?P<S>[0-5]\d)(?:[.]?(?P<f>\d{3}))?)?(?:[\s\u202f]?(?P<p>[AaPp])\.?[Mm]\b)?(?P<z>Z)?)?(?!\d)"
)
_DAY_FIRST = re.compile(r"(?<!\d)(?P<a>\d{1,2})(?P<s>[-_.])(?P<b>\d{1,2})(?P=s)(?P<Y>(?:19|20)\d\d)(?!\d)")
_EPOCH = re.compile(r"(?<![\d+])1\d{12}(?!\d)|(?:\A|(?<=RPReplay_Final))1\d{9}(?=\.\w+\Z|\Z)")
_JOINT = re.compile(r"(?<=[^\W\d_])[-_](?=[+(\d])|_")  # what joins a number to the words before it
_LONGEST_NAME = 300


def name_proposals(name: str, case_zone: str) -> tuple[Proposal, ...]:
    """Times, days and telephone numbers in a file's name, as telephones and programs write them there."""
    name = name[-_LONGEST_NAME:]
    found: list[Proposal] = []
    rest = name
    for stamp in _STAMP.finditer(name):
        made = _stamped(name, stamp)
        if made is not None:
            found.append(made)
            rest = _without(rest, stamp)
    for epoch in _EPOCH.finditer(rest):
        found.append(_epoch(epoch.group()))
        rest = _without(rest, epoch)
    for day in _DAY_FIRST.finditer(rest):
        made_of = list(_day_first(day))
        found.extend(made_of)
        rest = _without(rest, day) if made_of else rest
    for number, as_found, why in numbers_in(_JOINT.sub(" ", rest), case_zone):
        found.append(Proposal(Hint.NUMBER, number, as_found, _NAME, why))
    return _distinct(found)


_NAME = "the file's name"


def _without(name: str, found: re.Match[str]) -> str:
    return name[: found.start()] + "\0" * (found.end() - found.start()) + name[found.end() :]


def _stamped(name: str, stamp: re.Match[str]) -> Proposal | None:
    try:
        day = date(int(stamp["Y"]), int(stamp["M"]), int(stamp["D"]))
    except ValueError:
        return None
    text = stamp.group().strip()
    if stamp["h"] is None:
        return Proposal(Hint.DAY, day.isoformat(), text, _NAME, "a day as programs write it into names")
    hour = int(stamp["h"])
    if stamp["p"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if stamp["p"] in "Pp" else 0)
    clock = time(hour, int(stamp["m"]), int(stamp["S"] or 0), int(stamp["f"] or 0) * 1000)
    fine = "milliseconds" if stamp["f"] else "seconds" if stamp["S"] else "minutes"
    value = datetime.combine(day, clock).isoformat(timespec=fine)
    if name[: stamp.start()].upper().endswith("PXL_"):
        why = "Pixel telephones write the time in UTC into names"
        return Proposal(Hint.TIME, value + "+00:00", text, _NAME, why, Zone.ASSUMED)
    if stamp["z"]:
        return Proposal(Hint.TIME, value + "+00:00", text, _NAME, "it ends with Z, which is UTC", Zone.STATED)
    why = "a time as telephones and programs write it into names, by the device's own clock"
    return Proposal(Hint.TIME, value, text, _NAME, why)


def _epoch(digits: str) -> Proposal:
    many = len(digits) > 10
    at = datetime.fromtimestamp(int(digits) / (1000 if many else 1), ZoneInfo("UTC"))
    value = at.isoformat(timespec="milliseconds" if many else "seconds")
    why = f"{'milliseconds' if many else 'seconds'} since 1970, which count in UTC"
    return Proposal(Hint.TIME, value, digits, _NAME, why, Zone.ASSUMED)


def _day_first(found: re.Match[str]) -> Iterator[Proposal]:
    one, two, year = int(found["a"]), int(found["b"]), int(found["Y"])
    orders = [(two, one, "day")] if found["s"] == "." else [(one, two, "month"), (two, one, "day")]
    days = []
    for month, day, first in orders:
        try:
            days.append((date(year, month, day), first))
        except ValueError:
            continue
    for each, first in days:
        other = "day" if first == "month" else "month"
        open_order = len({day for day, _ in days}) > 1
        why = f"read with the {first} first" + (f"; the {other} may come first" if open_order else "")
        yield Proposal(Hint.DAY, each.isoformat(), found.group(), _NAME, why)
