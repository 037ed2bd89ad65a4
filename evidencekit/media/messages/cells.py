"""What the cells of a call-detail table say: times, numbers, durations, words. Nothing is completed or guessed: what
can mean two things is :data:`None`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from evidencekit.media.messages.tables import Cell, shown
from evidencekit.moments.found import MONTHS, offset_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMERIC = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?[- ](\d{1,2}),?[- ](\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.?[- ]([A-Za-z]{3,9})\.?,?[- ](\d{4}|\d{2})")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? ", re.I)
_CLOCK = re.compile(r"(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)? ?([AaPp]\.?[Mm]?\.?)?")
_ZONE = re.compile(
    r"(?P<rest>.*?\d(?: ?[AaPp]\.?[Mm]\.?)?)(?: ?(?P<z>Z|UTC|GMT|[ECMP][SD]T|AK[SD]T|HST|[+-]\d{2}:?\d{2}))\Z"
)
_ABBREVIATIONS = {"UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6}
_ABBREVIATIONS |= {"PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10}
_ROUNDED = re.compile(r"(\d)(?:[.,](\d+))?[Ee]\+?(\d{1,2})")
_FLAG = re.compile(r"(\+?[\d() .-]{3,24}?)\s*(\([A-Z]{1,3}\)|\[[A-Z:]{1,8}\])")
_WORDED = re.compile(
    r"(?:(\d{1,4}) ?h(?:ours?|rs?)? ?)?(?:(\d{1,5}) ?m(?:in(?:utes?|s)?)? ?)?(?:(\d{1,7}) ?s(?:ec(?:onds?|s)?)?)?"
)
_NOT_WORD = re.compile(r"[^\w]+")
_LONGEST_WORDS = 500
_SPACES = re.compile(r"[\s\u202f\xa0]+")


def day_of(cell: Cell, order: str) -> date | None:
    """The day that a cell names, with its numbers in that ``order``; without one, only a day that can be no other."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _WEEKDAY.sub("", _plain(cell))
    if found := _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if (found := _MONTH_FIRST.fullmatch(text)) and (named := _month(found[1])):
        return _day(found[3], named, found[2])
    if (found := _DAY_FIRST.fullmatch(text)) and (named := _month(found[2])):
        return _day(found[3], named, found[1])
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    if len(found[1]) == 4 or order == "ymd":
        return _day(found[1], found[2], found[3]) if order in ("", "ymd", "mdy", "dmy") else None
    if order in ("mdy", "dmy"):
        month, day = (found[1], found[2]) if order == "mdy" else (found[2], found[1])
        return _day(found[3], month, day)
    return None


def _day(year: str, month: str | int, day: str) -> date | None:
    if len(year) not in (2, 4):
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1 if name[:3].lower() in MONTHS else 0


def clock_of(cell: Cell, clock: str) -> time | None:
    """The time of day that a cell names; with ``clock`` “12”, one without its half of the day is none."""
    if isinstance(cell, datetime):
        return _rounded(cell).time()
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    if isinstance(cell, timedelta):
        return (datetime.min + cell).time() if timedelta(0) <= cell < timedelta(days=1) else None
    if isinstance(cell, float) and 0 <= cell < 1:
        return (datetime.min + timedelta(seconds=round(cell * 86_400) % 86_400)).time()
    found = _CLOCK.fullmatch(_plain(cell))
    if found is None:
        return None
    hour, half = int(found[1]), (found[5] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif clock == "12" and hour < 13:
        return None
    try:
        micro = int((found[4] or "0")[:6].ljust(6, "0"))
        return time(hour, int(found[2]), int(found[3] or 0), micro)
    except ValueError:
        return None


def moment_of(cell: Cell, order: str, clock: str) -> tuple[datetime, tzinfo | None] | None:
    """The date and time of one cell, and the zone that it states."""
    if order == "epoch":
        return _since_1970(cell)
    if isinstance(cell, datetime):
        return _rounded(cell), None
    text, zone = apart(_plain(cell))
    for split in ("T", ", ", " "):
        place = text.find(split)
        while place > 0:
            day = day_of(text[:place].rstrip(","), order)
            at = clock_of(text[place + len(split) :].strip(" -"), clock)
            if day is not None and at is not None:
                return datetime.combine(day, at), zone
            place = text.find(split, place + 1)
    return None


def apart(text: str) -> tuple[str, tzinfo | None]:
    """A time without the zone that stands behind it, and that zone."""
    found = _ZONE.fullmatch(text)
    zone = None if found is None else zone_of_cell(found["z"])
    return (found["rest"], zone) if found is not None and zone is not None else (text, None)


def _since_1970(cell: Cell) -> tuple[datetime, tzinfo | None] | None:
    text = shown(cell)
    if not text.isascii() or not text.isdigit() or len(text) not in (9, 10, 12, 13):
        return None
    seconds = int(text) / (1000 if len(text) > 10 else 1)
    return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None), UTC


def _rounded(found: datetime) -> datetime:
    """Spreadsheets keep times as fractions of days: a second may miss a microsecond."""
    return (found + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None)


@lru_cache(maxsize=256)
def zone_of_cell(text: str) -> tzinfo | None:
    """The zone that a cell states: an offset, an abbreviation used in the United States, or an IANA name."""
    text = _SPACES.sub(" ", text).strip()
    hours = _ABBREVIATIONS.get(text.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours)) if hours else UTC
    bare = re.sub(r"\A(?:UTC|GMT) ?(?=[+-])", "", text.upper())
    if (found := offset_of(bare)) is not None:
        return found
    if "/" not in text:
        return None
    from evidencekit.errors import UsageError
    from evidencekit.moments.zones import check_zone

    try:
        return ZoneInfo(check_zone(text))
    except UsageError:
        return None


def number_of(cell: Cell) -> tuple[str, str]:
    """(telephone number or whatever stands for it, what is wrong with it). Spreadsheets turn long numbers into
    floating point; shown in full they are whole again, rounded they are not."""
    text = _plain(cell)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.lstrip("'").strip()
    if found := _ROUNDED.fullmatch(text):
        decimals, exponent = found[2] or "", int(found[3])
        if len(decimals.rstrip("0")) > exponent:
            return text, "is no number"
        # Programs that show every digit drop noughts at the end at most; spreadsheets show five decimals.
        if len(decimals) < min(exponent, 8):
            return text, "was rounded by a spreadsheet program; its last digits are lost"
        return (found[1] + decimals)[: exponent + 1].ljust(exponent + 1, "0"), ""
    if re.fullmatch(r"\d{3,15}\.0", text):
        return text[:-2], ""
    if found := _FLAG.fullmatch(text):
        return found[1].strip(), ""
    return text, ""


def seconds_of(cell: Cell, unit: str) -> float | None:
    """The duration that a cell gives in that ``unit``."""
    if isinstance(cell, timedelta):
        return _minutes_as_hours(cell.total_seconds(), unit)
    if isinstance(cell, datetime):
        return None
    if isinstance(cell, time):
        return _minutes_as_hours(float(cell.hour * 3600 + cell.minute * 60 + cell.second), unit)
    if isinstance(cell, float) and 0 < cell < 1 and ":" in unit:
        return float(round(cell * 86_400))  # a fraction of a day, shown as a time
    text = _plain(cell).lower()
    if (found := _WORDED.fullmatch(text)) and any(found.groups()):
        hours, minutes, seconds = (int(each or 0) for each in found.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    parts = text.split(":")
    if not all(re.fullmatch(r"\d{1,7}(?:\.\d{1,6})?", each) for each in parts):
        return None
    values = [float(each) for each in parts]
    if len(values) == 1:
        return values[0] * 60 if unit == "minutes" else values[0] if unit in ("auto", "seconds") else None
    if len(values) == 3 and unit in ("auto", "hh:mm:ss", "mm:ss"):
        return values[0] * 3600 + values[1] * 60 + values[2]
    if len(values) == 2 and unit in ("auto", "mm:ss"):
        return values[0] * 60 + values[1]
    return values[0] * 3600 + values[1] * 60 if len(values) == 2 and unit == "hh:mm:ss" else None


def _minutes_as_hours(seconds: float, unit: str) -> float:
    """“0:31” typed into a spreadsheet is kept as 31 minutes past midnight, though 31 seconds were meant."""
    return seconds / 60 if unit == "mm:ss" and seconds % 60 == 0 else seconds


def says(cell: Cell, words: tuple[str, ...]) -> bool:
    """Whether a cell is one of the words, or holds one as a word of its own."""
    text = shown(cell)
    return bool(text) and len(text) <= _LONGEST_WORDS and _holds(text, words)


@lru_cache(maxsize=4096)
def _holds(text: str, words: tuple[str, ...]) -> bool:
    bare = f" {_bare(text)} "
    return any(f" {_bare(word)} " in bare for word in words if _bare(word))


def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def _plain(cell: Cell) -> str:
    return _SPACES.sub(" ", shown(cell)).strip()
