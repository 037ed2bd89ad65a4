"""Times as they are found in files, read into moments. Pure; a text that is not a whole date and time gives None.

Nothing is completed or corrected: a date without a time, 31 February, a blank camera clock and an hour 24 are no
moments. An offset that cannot be read leaves the clock time, with zone none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction

from evidencekit.model import Moment, Zone

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATE = r"(?P<Y>\d{4})(?P<s>[-:/.])(?P<M>\d{1,2})(?P=s)(?P<D>\d{1,2})"
_CLOCK = r"(?P<h>[ \d]\d|\d):(?P<m>[ \d]\d|\d)(?::(?P<S>[ \d]\d|\d)(?:[.,](?P<f>\d{1,20}))?)?"
_TAIL = r"\s*(?P<o>[Zz]|[+-]\d{1,2}:?(?:\d{2})?)?"
_EXIF = re.compile(rf"{_DATE}[ T]{_CLOCK}{_TAIL}", re.ASCII)
_ISO = re.compile(
    r"(?P<Y>\d{4})(?P<s>-?)(?P<M>\d{2})(?P=s)(?P<D>\d{2})[Tt ]"
    r"(?P<h>\d{2}):?(?P<m>\d{2})(?::?(?P<S>\d{2})(?:[.,](?P<f>\d{1,20}))?)?" + _TAIL,
    re.ASCII,
)
_PDF = re.compile(
    r"(?:[Dd]:)?\s*(?P<Y>\d{4})(?P<M>\d{2})(?P<D>\d{2})[T ]?(?P<h>\d{2})(?P<m>\d{2})"
    r"(?:(?P<S>\d{2})(?:\.(?P<f>\d{1,20}))?)?\s*(?P<o>|[Zz+-].{0,12})",
    re.ASCII,
)
_PDF_2000 = re.compile(r"(?P<p>(?:D:)?)19(?P<y>1\d{2})(?P<r>\d{10}(?!\d).*)", re.ASCII | re.DOTALL)
_ASCTIME = re.compile(
    r"(?P<w>[A-Z][a-z]{2}) (?P<b>[A-Z][a-z]{2})  ?(?P<D>\d{1,2}) (?P<h>\d{2}):(?P<m>\d{2}):(?P<S>\d{2}) (?P<Y>\d{4})",
    re.ASCII,
)
_MAIL = re.compile(
    r"(?:(?P<w>[A-Za-z]{3,9})\s*,?\s*)?(?P<D>\d{1,2})[\s-]+(?P<b>[A-Za-z]{3,9})[\s-]+(?P<Y>\d{2,4})\s+"
    r"(?P<h>\d{1,2})\s*:\s*(?P<m>\d{2})(?:\s*:\s*(?P<S>\d{2}))?\s*(?P<o>[+-]\d{4}|[A-Za-z]{1,5})?",
    re.ASCII,
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<h>\d{1,2})[:']?(?P<m>\d{2})?'?", re.ASCII)
_COMMENT = re.compile(r"\([^()]*\)")
_DIGITS = re.compile(r"\d{1,20}", re.ASCII)
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
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
# RFC 5322 section 4.3; every other alphabetic zone says nothing.
_MAIL_ZONES = {"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EDT": -4, "EST": -5, "CDT": -5}
_MAIL_ZONES |= {"CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)


def offset_of(text: str | None) -> tzinfo | None:
    """The fixed offset that ``Z``, ``+01:00``, ``+0100``, ``-8:00``, ``+01'00'`` or ``+01`` states, else None.

    Only offsets that exist: −12:00 to +14:00.
    """
    text = (text or "").strip(" \t\r\n\0")
    if text in {"Z", "z"}:
        return UTC
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    minutes = int(found["h"]) * 60 + int(found["m"] or 0)
    if int(found["m"] or 0) > 59 or minutes > (14 * 60 if found["sign"] == "+" else 12 * 60):
        return None
    return timezone(timedelta(minutes=-minutes if found["sign"] == "-" else minutes)) if minutes else UTC


def _naive(found: re.Match[str], year: int | None = None, month: int | None = None) -> datetime | None:
    group = found.groupdict()
    fraction = (group.get("f") or "")[:6].ljust(6, "0")
    try:
        return datetime(
            int(group["Y"]) if year is None else year,
            int(group["M"]) if month is None else month,
            int(group["D"]),
            int(group["h"]),
            int(group["m"]),
            int(group["S"] or 0),
            int(fraction),
        )
    except ValueError:
        return None


def _value(clock: datetime, seconds: bool, fraction: str | None, zone: tzinfo | None) -> str:
    """ISO 8601 with exactly the precision found: minutes, seconds, or the fraction's digits (at most six)."""
    text = clock.isoformat(timespec="seconds" if seconds else "minutes")
    if seconds and fraction:
        text += "." + fraction[:6]
    return text if zone is None else text + clock.replace(tzinfo=zone).isoformat()[-6:]


def _moment(
    found: re.Match[str], as_found: str, basis: str, zone: tzinfo | None, clock: datetime | None
) -> Moment | None:
    if clock is None:
        return None
    group = found.groupdict()
    value = _value(clock, bool(group["S"]), group.get("f"), zone)
    return Moment(value, as_found, basis, Zone.NONE if zone is None else Zone.STATED)


def _clean(text: str) -> str:
    return text.strip(" \t\r\n\0")


def exif_moment(text: str, *, basis: str, offset: str | None = None, subsec: str | None = None) -> Moment | None:
    """An EXIF time, ``2026:01:06 07:12:00``, with its OffsetTime* and SubSecTime* tags where present.

    Stated when an offset stands in ``offset`` or behind the time, else none; an offset that does not exist is only kept
    in ``as_found``. Source: CIPA DC-008 (Exif 3.0) 4.6.5.
    """
    text = _clean(text)
    found = _EXIF.fullmatch(text)
    if found is None:
        return None
    subsec, as_found = _clean(subsec or ""), text
    if found["S"] and not found["f"] and not found["o"] and _DIGITS.fullmatch(subsec):
        as_found = f"{text}.{subsec}"
        found = _EXIF.fullmatch(as_found) or found
    zone = offset_of(found["o"])
    if zone is None and _clean(offset or "").strip(" :"):
        zone, as_found = offset_of(offset), f"{as_found} {_clean(offset or '')}"
    return _moment(found, as_found, basis, zone, _naive(found))


def gps_moment(date_text: str, time_text: str, *, basis: str) -> Moment | None:
    """GPSDateStamp and GPSTimeStamp, which are UTC by definition: zone stated.

    The time is ``07:12:30.5``, or three rationals as tools print them, ``[7, 12, 61/2]``. Source: CIPA DC-008 4.6.6.
    """
    day = re.fullmatch(_DATE, _clean(date_text), re.ASCII)
    parts = re.split(r"[:,\s]+", _clean(time_text).strip("[]() "))
    if day is None or len(parts) != 3:
        return None
    try:
        hours, minutes, seconds = (Fraction(part) for part in parts)
        if hours.denominator != 1 or minutes.denominator != 1 or not 0 <= seconds < 60:
            return None
        micro = int(seconds * 1_000_000)
        clock = datetime(int(day["Y"]), int(day["M"]), int(day["D"]), int(hours), int(minutes), tzinfo=UTC)
        clock = clock.replace(second=micro // 1_000_000, microsecond=micro % 1_000_000)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    value = _value(clock.replace(tzinfo=None), True, f"{clock.microsecond:06d}".rstrip("0"), UTC)
    return Moment(value, f"{_clean(date_text)} {_clean(time_text)}", basis, Zone.STATED)


def pdf_moment(text: str, *, basis: str) -> Moment | None:
    """A PDF date, ``D:20260106071200-08'00'``, or a cousin that producers write and that has one reading only.

    Taken: no ``D:``, other apostrophes or a colon in the offset, no seconds, ``Z00'00'``, ISO 8601, C's asctime, and
    the ``D:191040523…`` of writers that printed years since 1900 behind “19”. Source: ISO 32000-2 7.9.4.
    """
    text = _clean(text)
    if rolled := _PDF_2000.fullmatch(text):
        found = _PDF.fullmatch(f"{rolled['p']}{1900 + int(rolled['y'])}{rolled['r']}")
    else:
        found = _PDF.fullmatch(text)
    if found is not None:
        offset = found["o"].strip().replace("''", "'")
        zulu = offset[:1] in {"Z", "z"} and offset[1:].strip("0':+-") == ""
        return _moment(found, text, basis, UTC if zulu else offset_of(offset), _naive(found))
    if (found := _ASCTIME.fullmatch(text)) is not None:
        clock = _naive(found, month=_month(found["b"]))
        if clock is None or _DAY_NAMES[clock.weekday()][:3] != found["w"]:
            return None
        return _moment(found, text, basis, None, clock)
    return iso_moment(text.removeprefix("D:"), basis=basis)


def _month(name: str) -> int:
    short = name[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def mail_moment(text: str, *, basis: str) -> Moment | None:
    """A mail's Date, or the date behind the last ``;`` of a Received line. Source: RFC 5322 3.3 and 4.3.

    ``-0000``, no zone and unknown zone names state no zone; two- and three-digit years count as section 4.3 says. A
    weekday that contradicts the date leaves the moment (:func:`weekday_fault` tells it); comments stay in ``as_found``.
    """
    found, as_found = _mail_date(text)
    if found is None:
        return None
    return _moment(found, as_found, basis, _mail_zone(found["o"]), _mail_clock(found))


def weekday_fault(text: str) -> str | None:
    """“names Monday; 6 January 2026 is a Tuesday” of a mail's date whose weekday is another, else None."""
    found, _ = _mail_date(text)
    clock = None if found is None else _mail_clock(found)
    if found is None or clock is None or not found["w"]:
        return None
    named = next((day for day in _DAY_NAMES if day.lower().startswith(found["w"][:3].lower())), None)
    day = _DAY_NAMES[clock.weekday()]
    if named in {None, day}:
        return None
    return f"names {named}; {clock.day} {_MONTH_NAMES[clock.month - 1]} {clock.year} is a {day}"


def _mail_date(text: str) -> tuple[re.Match[str] | None, str]:
    """The date without its comments, and as it was found."""
    bare = text
    while (blanked := _COMMENT.sub(lambda found: " " * len(found.group()), bare)) != bare:
        bare = blanked
    start = bare.rfind(";") + 1
    return _MAIL.fullmatch(_clean(bare[start:])), " ".join(_clean(text[start:]).split())


def _mail_clock(found: re.Match[str]) -> datetime | None:
    year = int(found["Y"])
    if len(found["Y"]) < 4:
        year += 2000 if len(found["Y"]) == 2 and year < 50 else 1900
    return _naive(found, year, _month(found["b"]))


def _mail_zone(text: str | None) -> tzinfo | None:
    if not text or text == "-0000":
        return None
    if text[0] in "+-":
        return offset_of(text)
    hours = _MAIL_ZONES.get(text.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def epoch1904_moment(seconds: int, *, basis: str) -> Moment | None:
    """Seconds since 1 January 1904 as MP4 and QuickTime headers hold them; 0 means that none was set.

    UTC because the format says so (ISO/IEC 14496-12 8.2.2), though recorders often write local time: zone assumed.
    """
    if seconds <= 0:
        return None
    try:
        clock = _EPOCH_1904 + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return Moment(clock.isoformat(), str(seconds), f"{basis}, UTC by the format", Zone.ASSUMED)


def iso_moment(text: str, *, basis: str) -> Moment | None:
    """A whole ISO 8601 date and time, extended or basic, as XMP and QuickTime keys hold them.

    Stated with an offset or Z, else none. A date alone is not a moment. Source: ISO 8601-1, XMP part 1 8.2.1.1.
    """
    text = _clean(text)
    found = _ISO.fullmatch(text)
    return None if found is None else _moment(found, text, basis, offset_of(found["o"]), _naive(found))
