"""Times as they are ordered and printed, in the case's zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from evidencekit.errors import UsageError
from evidencekit.model import Zone
from evidencekit.moments.said import When, parse_when
from evidencekit.moments.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

UNDATED = "To be determined"
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(?P<o>[+-]\d\d:\d\d(:\d\d)?|Z)?", re.ASCII)
_ISO_HOUR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)([+-]\d\d:\d\d(?::\d\d)?)", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WIDEST = 10**17  # microseconds, about 3,000 years; an open end counts as this wide


def _instant(value: str) -> datetime | None:
    if _ISO_TIME.fullmatch(value) is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _micros(moment: datetime) -> int:
    # The instant in microseconds since year 0, counted without leaving datetime's range at its ends.
    offset = moment.utcoffset() or timedelta()
    since = moment.replace(tzinfo=None, fold=0) - datetime.min - offset + timedelta(days=366)
    return since // timedelta(microseconds=1)


def sort_key(when_value: str | None, zone: str) -> tuple[str, ...]:
    """Where a moment's ISO value or a person's words stand in the order; texts that compare as the times do.

    Undated and unreadable values first. A value without an offset is taken in the case's ``zone``, for the order
    only. Of two that begin at the same instant the vaguer stands first: “March 2026”, then 1 March, then midnight.
    """
    if when_value is None:
        return ("0", "", "", "")
    moment = _instant(when_value)
    if moment is not None:
        at, width = moment if moment.tzinfo else moment.replace(tzinfo=zone_of(zone)), 0
    else:
        try:
            when = parse_when(when_value, zone)
        except UsageError:
            return ("0", "", "", when_value)
        at, width = when.anchor, _width(when)
    return ("1", f"{_micros(at):020d}", f"{_WIDEST * 10 - width:020d}", when_value)


def placed_at(key: Sequence[str]) -> tuple[datetime, timedelta] | None:
    """Where a :func:`sort_key` stands: the instant (UTC) that its moment is ordered by, and how wide a stretch of time
    begins there; None for undated and unreadable ones. Instants beyond the calendar stand at its end."""
    if key[0] != "1":
        return None
    since = timedelta(microseconds=int(key[1])) - timedelta(days=366)
    try:
        instant = datetime.min + since
    except OverflowError:
        instant = datetime.min if since < timedelta() else datetime.max
    return instant.replace(tzinfo=UTC), timedelta(microseconds=_WIDEST * 10 - int(key[2]))


def _width(when: When) -> int:
    if when.earliest is None or when.latest is None:
        return _WIDEST
    return min((_micros(when.latest) - _micros(when.earliest)), _WIDEST)


def day_span(when_value: str | None, zone: str) -> tuple[str, str] | None:
    """First and last day (ISO dates, inclusive) that a moment's ISO value or a person's words may lie on, as the case's
    ``zone`` counts days; None for undated and unreadable values.

    A value without an offset keeps the day it was found with. An open end is the first or last day there is.
    """
    if when_value is None:
        return None
    moment = _instant(when_value)
    if moment is not None:
        day = (_local(moment, zone_of(zone)) if moment.tzinfo else moment).date().isoformat()
        return day, day
    try:
        when = parse_when(when_value, zone)
    except UsageError:
        return None
    first = when.earliest.date() if when.earliest else date.min
    last = when.latest.date() if when.latest else date.max
    return first.isoformat(), last.isoformat()


def show(value: str | None, zone_kind: Zone | None, case_zone: str) -> tuple[str, str, str]:
    """Date, time and zone as printed: ``("9 Jan 2026", "02:14:09", "PST (UTC−8)")``.

    An instant is converted to the case's zone; a naive one stands as found with “no zone”; an ISO date has neither
    time nor zone; an hour alone is “21:00–21:59”; a person's words stand as said; None is “To be determined”.
    """
    if value is None:
        return UNDATED, "", ""
    if (hour := _ISO_HOUR.fullmatch(value)) is not None:
        day, start, shown = show(f"{hour[1]}:00{hour[2]}", zone_kind, case_zone)
        return day, f"{start}–{show(f'{hour[1]}:59{hour[2]}', zone_kind, case_zone)[1]}", shown
    moment = _instant(value)
    if moment is None:
        return _day(value), "", ""
    seconds = value[16:17] == ":"
    if moment.tzinfo is None or zone_kind is Zone.NONE:
        return _date(moment), _clock(moment, seconds), "no zone"
    local = _local(moment, zone_of(case_zone))
    return _date(local), _clock(local, seconds), _zone(local)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the first and last day of datetime's range
        return moment


def _date(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year:04d}"


def _clock(moment: datetime, seconds: bool) -> str:
    return f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"


def _day(value: str) -> str:
    found = _ISO_DATE.fullmatch(value)
    if found is None:
        return value
    year, month, day = found.groups()
    try:
        moment = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:
        return value
    return _date(moment) if day else f"{_MONTHS[moment.month - 1]} {year}" if month else year


def _zone(moment: datetime) -> str:
    offset = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    name = moment.tzname() or ""
    if offset == 0 and name in {"UTC", "GMT", ""}:
        return name or "UTC"
    hours, minutes = divmod(abs(offset), 60)
    utc = f"UTC{'−' if offset < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")
    return f"{name} ({utc})" if name[:1].isalpha() and not name.startswith("UTC") else utc


def zone_basis(value: str, case_zone: str) -> Zone | None:
    """How the zone of a person's choice is known: stated when they gave an offset the case's zone does not have then,
    else assumed; None for words and dates, which have no zone."""
    moment = _instant(_ISO_HOUR.sub(r"\1:00\2", value))
    if moment is None:
        return None
    if moment.tzinfo is None:
        return Zone.NONE
    return Zone.ASSUMED if _local(moment, zone_of(case_zone)).utcoffset() == moment.utcoffset() else Zone.STATED
