"""When a person says something happened: ISO 8601, or words such as “early March 2026”."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from evidencekit.errors import UsageError
from evidencekit.moments.feasts import with_dates
from evidencekit.moments.found import offset_of
from evidencekit.moments.relative import relative_span
from evidencekit.moments.spans import FIRST_YEAR, LAST_YEAR, Precision, Span, span, widened, winter
from evidencekit.moments.words import Clock, Parts, Token, Unreadable, parts, tokens
from evidencekit.moments.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# ISO 8601's calendar, ordinal and week dates, extended or basic, and its times down to an hour alone.
_ISO = re.compile(
    r"(?P<Y>\d{4})(?:-(?P<M>\d\d)-(?P<D>\d\d)|(?P<bM>\d\d)(?P<bD>\d\d)|-?(?P<n>\d{3})|-?[Ww](?P<w>\d\d)(?:-?(?P<d>[1-7]))?)"
    r"(?:(?P<t>[Tt ])(?P<h>\d\d)(?:(?P<c>:?)(?P<m>\d\d)(?:(?P=c)(?P<S>\d\d)(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"\s?(?P<o>[Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_WINTER = re.compile(r"(?:the )?winter (?:of )?(\d{4})\s?[-/–]\s?(\d{4}|\d{2})", re.ASCII | re.IGNORECASE)
_NEAR = re.compile(r"\b(?:shortly|just|right|soon|immediately) (?=before\b|after\b)", re.IGNORECASE)
_ACCEPTED = (
    "Give an ISO date or time (2026-03-04, 2026-03-04T21:15, 2026-03-04T21:15:00-08:00) or words such as "
    "“4 March 2026”, “March 4, 2026 at 9:15 PM”, “about 9 pm on 4 March 2026”, “early March 2026”, “spring 2026”, "
    "“night of the 4th to 5th of March 2026”, “between 4 and 6 March 2026”, “week of 9 March 2026”, "
    "“the week before Easter 2026”, “two days after 4 March 2026” or “before 4 March 2026”."
)
_LONGEST = 200
_LONG = frozenset({Precision.MONTH, Precision.SEASON, Precision.YEAR, Precision.MONTH_PART})
_SECOND = timedelta(seconds=1)
_REST_OF_MINUTE = timedelta(seconds=59)
_HOUR = timedelta(hours=1)
# Names that mean a zone in summer and winter; the rest must be what the case's clocks show at that time.
_GENERIC = {
    "et": "E",
    "eastern": "E",
    "ct": "C",
    "central": "C",
    "mt": "M",
    "mountain": "M",
    "pt": "P",
    "pacific": "P",
}


@dataclass(frozen=True, slots=True)
class When:
    """A person's words and what they mean.

    ``earliest`` and ``latest`` are inclusive, in the case's zone, to the second; None where the words leave that end
    open (“before”, “after”). ``anchor`` is where it stands in the order. ``iso`` is the canonical ISO 8601 value of an
    ISO date or time, else the words, and reads back to the same. ``note`` says what a reader should know: a clock time
    that came twice, a midnight that can be two.
    """

    said: str
    earliest: datetime | None
    latest: datetime | None
    anchor: datetime
    precision: Precision
    iso: str
    note: str = ""


def parse_when(text: str, zone: str) -> When:
    """What a person's ``text`` means in the case's IANA ``zone``.

    Raises :class:`UsageError`, saying what is accepted, for anything that has no single reading: relative days, a
    numeric date that could be two, a date that does not exist, a clock time that daylight saving skipped.
    """
    said = " ".join(text.split())
    where = zone_of(zone)
    if not said:
        raise UsageError("No date or time was given.", todo=_ACCEPTED)
    try:
        if len(said) > _LONGEST:
            raise Unreadable("that is longer than a date needs")
        return _iso(said, where) or _counted(said, where) or _words(said, where)
    except Unreadable as reason:
        shown = said if len(said) <= 80 else said[:80] + "…"
        what = f"“{shown}” cannot be placed in time: {reason}."
        what = "".join(sign if sign.isprintable() else "�" for sign in what)
        raise UsageError(what, todo=_ACCEPTED) from None


def _iso(said: str, zone: ZoneInfo) -> When | None:
    found = _ISO.fullmatch(said)
    if found is None or (found["t"] == " " and not found["c"]):
        return None
    if not FIRST_YEAR <= int(found["Y"]) <= LAST_YEAR:
        raise Unreadable(f"the year {int(found['Y'])} is out of reach")
    micro = int((found["f"] or "")[:6].ljust(6, "0"))
    try:
        clock = time(int(found["h"] or 0), int(found["m"] or 0), int(found["S"] or 0), micro)
        local = datetime.combine(_iso_day(found), clock)
    except ValueError:
        raise Unreadable("there is no such date or time") from None
    if found["h"] is None:
        days, iso, precision = 1, f"{local:%Y-%m-%d}", Precision.DAY
        if found["w"] and found["d"] is None:
            days, iso, precision = 7, f"{found['Y']}-W{found['w']}", Precision.WEEK
        earliest, latest = _aware(local, zone), _aware(local + timedelta(days=days) - _SECOND, zone)
        return When(said, earliest, latest, earliest, precision, iso)
    if found["w"] and found["d"] is None:
        raise Unreadable("a week has no time of day")
    note = ""
    if found["o"] is None:
        moment, note = _exact(local, zone)
    elif (offset := offset_of(found["o"])) is not None:
        moment = local.replace(tzinfo=offset)
    else:
        raise Unreadable(f"there is no offset {found['o']}")
    if found["S"]:
        width, precision = timedelta(), Precision.SECOND
    else:
        width, precision = (_REST_OF_MINUTE, Precision.MINUTE) if found["m"] else (_HOUR - _SECOND, Precision.DAY_PART)
    iso = _canonical(moment, found["m"] is not None, bool(found["S"]), (found["f"] or "")[:6])
    earliest = moment.astimezone(zone)
    latest = (moment.astimezone(UTC) + width).astimezone(zone)
    return When(said, earliest, latest, earliest, precision, iso, note)


def _iso_day(found: re.Match[str]) -> date:
    """The day of a calendar, ordinal or week date; the Monday of a week alone. Raises ``ValueError``."""
    year = int(found["Y"])
    if found["w"]:
        return date.fromisocalendar(year, int(found["w"]), int(found["d"] or 1))
    if found["n"] is None:
        return date(year, int(found["M"] or found["bM"]), int(found["D"] or found["bD"]))
    day = date(year, 1, 1) + timedelta(days=int(found["n"]) - 1)
    if day.year != year:
        raise ValueError
    return day


def _canonical(moment: datetime, minutes: bool, seconds: bool, fraction: str) -> str:
    text = f"{moment:%Y-%m-%dT%H:%M:%S}"[: 19 if seconds else 16 if minutes else 13]
    offset = moment.isoformat(timespec="seconds")[19:]
    return f"{text}.{fraction}{offset}" if fraction else text + offset


def _aware(local: datetime, zone: ZoneInfo) -> datetime:
    """A bound, never refused: a clock time that was skipped stands where the clocks went on."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _exact(local: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    moment, later = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise Unreadable(
            f"on {local.day} {local:%B %Y} clocks in {zone.key} skipped {local:%H:%M} for daylight saving time"
        )
    if moment.utcoffset() != later.utcoffset():
        return moment, f"{local:%H:%M} came twice that night; the earlier one ({moment.tzname()}) is taken."
    return moment, ""


def _counted(said: str, zone: ZoneInfo) -> When | None:
    """What counts from a day, or names a day by its feast; None for any other phrase."""
    try:
        return _counted_from(said, zone)
    except (ValueError, OverflowError):
        raise Unreadable("that is out of reach") from None


def _counted_from(said: str, zone: ZoneInfo) -> When | None:
    dated, feast = with_dates(said)

    def days_of(text: str) -> tuple[date, date]:
        when = _iso(text, zone) or _words(text, zone)
        if when.earliest is None or when.latest is None or when.precision in _LONG:
            raise Unreadable("the day that is counted from is not said")
        return when.earliest.date(), when.latest.date()

    meant = relative_span(dated, days_of)
    if meant is not None:
        if meant.start.year < FIRST_YEAR or meant.end.year > LAST_YEAR:
            raise Unreadable("that is out of reach")
        return _when(said, meant, zone, meant.start)
    if not feast:
        return None
    when = _iso(dated, zone) or _words(dated, zone)
    return replace(when, said=said, iso=said)


def _words(said: str, zone: ZoneInfo) -> When:
    if (found := _WINTER.fullmatch(said)) is not None:
        years = winter(int(found[1]), int(found[2]))
        return _when(said, years, zone, years.start)
    near = _NEAR.search(said) is not None
    found_tokens = tokens(_NEAR.sub("", said))
    head, bound, rest = _bound(found_tokens)
    if bound is None:
        meant, anchor, zone_name = _meant(rest)
        return _when(said, meant, zone, anchor, zone_name)
    if any(token.kind == "bound" for token in rest):
        return _after_and_before(said, bound, rest, zone)
    meant, anchor, zone_name = _meant([*rest, *head])
    if head and not (meant.timed and any(token.kind == "clock" for token in rest)):
        raise Unreadable(f"“{bound}” stands where it cannot be read")
    return _bounded(said, bound, _when(said, meant, zone, anchor, zone_name), meant, near)


def _bound(found: list[Token]) -> tuple[list[Token], str | None, list[Token]]:
    """What stands before a “before”, “after”, “since”, “until”, that word, and what follows."""
    joined = any(token.kind == "join" for token in found)
    kept = [token for token in found if token.text != "from" or not joined]
    at = next((n for n, token in enumerate(kept) if token.kind == "bound"), None)
    if at is None:
        return [], None, kept
    word, rest = kept[at].text, kept[at + 1 :]
    if at and word == "until":
        return [], None, [*kept[:at], Token("join", word), *rest]
    if rest and rest[0].text == "from":
        rest = rest[1:]
    return kept[:at], {"by": "until", "from": "since"}.get(word, word), rest


def _after_and_before(said: str, bound: str, rest: list[Token], zone: ZoneInfo) -> When:
    at = next(n for n, token in enumerate(rest) if token.kind == "bound")
    first, last = rest[:at], rest[at + 1 :]
    if first and first[-1].kind == "join":
        first = first[:-1]
    if (bound, rest[at].text) not in {("after", "before"), ("since", "until"), ("after", "until"), ("since", "before")}:
        raise Unreadable("only an “after” and a “before” go together")
    one, other = parts(first), parts(last)
    _fill(one, other)
    _fill(other, one)
    low, high = span(one), span(other)
    start = low.end if bound == "after" and not low.timed else low.start
    end = high.start if rest[at].text == "before" else high.end
    if start >= end:
        raise Unreadable("it ends before it begins; give both dates whole")
    return _when(said, Span(start, end, Precision.RANGE, low.timed), zone, start, one.zone or other.zone)


def _bounded(said: str, bound: str, when: When, meant: Span, near: bool) -> When:
    early, late = when.earliest, when.latest
    if early is None or late is None:
        raise Unreadable("both ends are open")
    if meant.note and meant.timed:  # which midnight is not said, so neither end is moved past it
        less, more = (_HOUR if near and bound == word else timedelta() for word in ("before", "after"))
        return replace(when, said=said, earliest=_shift(early, -less), latest=_shift(late, more))
    day = when.anchor.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if bound in {"before", "until"}:
        latest = late if bound == "until" else early if meant.timed else _shift(early, -_SECOND)
        low = _shift(early, -_HOUR) if near and meant.timed else day if bound == "before" and meant.timed else None
        anchor = when.anchor if low is None else low
        return replace(when, said=said, earliest=low, latest=latest, anchor=anchor, precision=Precision.BEFORE)
    start = early if bound == "since" or meant.timed else _shift(late, _SECOND)
    high = None
    if bound == "after" and meant.timed:
        high = _shift(late, _HOUR) if near else max(late, _shift(day, timedelta(days=1) - _SECOND))
    return replace(when, said=said, earliest=start, latest=high, anchor=start, precision=Precision.AFTER)


def _shift(moment: datetime, by: timedelta) -> datetime:
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def _meant(found: list[Token]) -> tuple[Span, datetime, str | None]:
    """The span of a phrase without bounds, the local time it stands at, and the zone that was named."""
    joined = [n for n, token in enumerate(found) if token.kind == "join"]
    if not joined:
        only = parts(found)
        return span(only), span(replace(only, about=False)).start, only.zone
    first, last, how = _two_ends([token for token in found if token.kind != "between"])
    one, other = parts(first), parts(last)
    if _one_thing(one, other) or _one_thing(other, one):
        if how not in {"-", "/"}:
            raise Unreadable("its two ends are not of one kind; give both whole")
        return _meant([*first, *last])  # “4 March 2026 – 9 pm”, “March/2026”: the dash only separates
    _fill(one, other)
    _fill(other, one)
    low, high = span(replace(one, about=False)), span(replace(other, about=False))
    if one.zone != other.zone:
        raise Unreadable("two zones are named")
    if one.daypart == other.daypart == "night" and other.clock is None and high.start - low.start == timedelta(days=1):
        high = low  # the night from the 4th to the 5th is one night
    if low.start >= high.end or low.start > high.start:
        raise Unreadable("it ends before it begins; give both dates whole")
    note = low.note or high.note
    meant = Span(low.start, high.end, Precision.DAY_PART if high is low else Precision.RANGE, low.timed, note)
    return (widened(meant) if one.about or other.about else meant), low.start, one.zone


def _two_ends(found: list[Token]) -> tuple[list[Token], list[Token], str]:
    """The tokens before and after the joining word, and that word.

    “11 pm to 1 am, March 4-5” joins twice, hours and days: each side takes its hour and its day, and all the rest.
    """
    at = [n for n, token in enumerate(found) if token.kind == "join"]
    if len(at) == 1:
        return *_hours(found[: at[0]], found[at[0] + 1 :]), found[at[0]].text
    if len(at) > 2 or at[0] == 0 or at[-1] == len(found) - 1 or at[1] - at[0] < 3:
        raise Unreadable("it names more than two ends")
    pairs = [_lent_pair(found[n - 1], found[n + 1]) for n in at]
    if {left.kind for left, _ in pairs} != {"clock", "num"} or any(left.kind != right.kind for left, right in pairs):
        raise Unreadable("it names more than two ends")
    taken = {n + step for n in at for step in (-1, 0, 1)}
    rest = [token for n, token in enumerate(found) if n not in taken]
    return [*rest, *(left for left, _ in pairs)], [*rest, *(right for _, right in pairs)], "to"


def _lent_pair(left: Token, right: Token) -> tuple[Token, Token]:
    one, other = left, right
    if right.clock is not None and right.clock.meridiem:
        one = _lent(left, right.clock) or left
    elif left.clock is not None and left.clock.meridiem:
        other = _lent(right, left.clock) or right
    if (one, other) != (left, right) and one.clock and other.clock and one.clock.hour > other.clock.hour:
        raise Unreadable("one of its times does not say whether am or pm")
    return one, other


def _one_thing(one: Parts, other: Parts) -> bool:
    """Whether one side is only a time, or only the year, of what the other says."""
    if one.month is None and one.day is None and one.season is None and one.week is None:
        if one.year is None:
            return bool(one.clock or one.daypart) and not (other.clock or other.daypart)
        return other.year is None and not (one.clock or one.daypart or one.part or one.half or one.quarter)
    return False


def _hours(first: list[Token], last: list[Token]) -> tuple[list[Token], list[Token]]:
    """In “9 to 10 pm” and “9 pm to 10” the bare number is an hour, and its am or pm is the other's."""
    if not first or not last:
        raise Unreadable("one of its two ends is missing")
    left, right = first[-1], last[0]
    kinds = {token.kind for token in first[:-1]}
    free = "clock" not in kinds and (kinds & {"num", "date"} or not kinds & {"month", "year", "ym"})
    if free and right.clock is not None and right.clock.meridiem and (clock := _lent(left, right.clock)):
        return [*first[:-1], clock], last
    dated = any(token.kind in {"num", "date"} for token in last[1:]) or len(last) == 1
    if left.kind == right.kind == "num" and dated and len(last) > 1:  # “between 5 and 7 on the evening of March 4”
        unsure = [Token("clock", t.text, clock=Clock(t.number % 24, 0, sure=t.number > 12)) for t in (left, right)]
        return [*first[:-1], unsure[0]], [unsure[1], *last[1:]]
    if left.clock is not None and left.clock.meridiem and dated and (clock := _lent(right, left.clock)):
        return first, [clock, *last[1:]]
    return first, last


def _lent(token: Token, other: Clock) -> Token | None:
    pm = 12 if other.meridiem == "pm" else 0
    if token.kind == "num" and 1 <= token.number <= 12:
        return Token("clock", token.text, clock=Clock(token.number % 12 + pm, 0))
    if token.clock is not None and not token.clock.sure:
        return Token("clock", token.text, clock=replace(token.clock, hour=token.clock.hour % 12 + pm, sure=True))
    return None


def _fill(side: Parts, other: Parts) -> None:
    """What one side leaves unsaid is the other's: the year; the month of a day or of “early”; the whole date of a bare
    time; the part of the day."""
    alone = all(getattr(side, field.name) in {None, False} for field in fields(side) if field.name not in _TIME)
    if alone:
        side.year, side.month, side.day = side.year or other.year, other.month, other.day
        side.week, side.iso = other.week, side.iso or other.iso
    elif side.month is None and side.season is None and (side.day is not None or side.year is None):
        side.month = other.month
        side.season = other.season if side.day is None and side.month is None else None
    side.year = side.year or other.year
    side.zone = side.zone or (other.zone if side.clock is not None else None)
    unsure = side.clock is not None and not side.clock.sure
    if side.day is not None and side.daypart is None and (unsure or side.clock is other.clock is None):
        side.daypart, side.part = other.daypart, side.part or (other.part if other.daypart else None)


_TIME = {"clock", "daypart", "part", "zone", "about", "weekday"}


def _when(said: str, meant: Span, zone: ZoneInfo, anchor: datetime, zone_name: str | None = None) -> When:
    home, note = (UTC, "") if zone_name in {"utc", "gmt"} else (zone, meant.note)
    if meant.timed and not note and home is zone:
        moment, note = _exact(anchor, zone)
        _check_zone_name(zone_name, moment)
    start, end, stands = (
        moment.replace(tzinfo=home).astimezone(UTC).astimezone(zone)
        for moment in (meant.start, meant.end - _SECOND, anchor)
    )
    return When(said, start, end, stands, meant.precision, said, note)


def _check_zone_name(name: str | None, moment: datetime) -> None:
    shown = moment.tzname() or ""
    if name is None or shown.casefold() == name or (name in _GENERIC and re.fullmatch(f"{_GENERIC[name]}[SD]T", shown)):
        return
    raise Unreadable(
        f"“{name.upper()}” is not what the case's clocks show then ({shown}); give an ISO time with offset"
    )
