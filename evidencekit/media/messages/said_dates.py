"""Dates in English words as services write them in their pages: “Jan 06, 2026 7:12:05 am”, “6 January 2026, 19:12”."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from evidencekit.moments.found import MONTHS

_CLOCK = r"(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<S>\d{2}))?\s{0,3}(?P<half>[AaPp]\.?[Mm]\.?)?"
_BETWEEN = r",?\s{1,3}(?:at\s)?\s{0,3}"
_WEEKDAY = r"(?:[A-Z][a-z]{2,8},\s)?"
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<b>[A-Z][a-z]{{2,8}})\.?\s(?P<D>\d{{1,2}}),?\s(?P<Y>\d{{4}}){_BETWEEN}{_CLOCK}(?:\s(?P<z>UTC|GMT))?"
)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<D>\d{{1,2}})\.?\s(?P<b>[A-Z][a-z]{{2,8}})\.?,?\s(?P<Y>\d{{4}}){_BETWEEN}{_CLOCK}(?:\s(?P<z>UTC|GMT))?"
)


def said_date(text: str) -> tuple[datetime, str, tzinfo | None] | None:
    """(clock time, “minutes” or “seconds”, UTC where the text says so) of a whole date and time, else None. A clock of
    twelve hours without its half of the day, and a half behind an hour past twelve, are none."""
    text = " ".join(text.split())
    found = _MONTH_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None or found["b"][:3].lower() not in MONTHS:
        return None
    hour, half = int(found["h"]), (found["half"] or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        month = MONTHS.index(found["b"][:3].lower()) + 1
        clock = datetime(int(found["Y"]), month, int(found["D"]), hour, int(found["m"]), int(found["S"] or 0))
    except ValueError:
        return None
    return clock, "seconds" if found["S"] else "minutes", UTC if found["z"] else None
