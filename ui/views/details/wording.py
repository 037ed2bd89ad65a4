"""What the panel says, in words: facts, sizes, how a typed time is understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidencekit.binder.formats import channel_words, codec_words, rate_words
from evidencekit.binder.words import clock, length, short_size, size
from evidencekit.custody.names import shown
from evidencekit.model import Fact, FactValue, Zone
from evidencekit.moments import Precision, When, show

MOST_FACTS = 400
_LONGEST = 4000  # characters of one value
_PLACES = re.compile(r"gps|location|latitude|longitude|iso6709|position", re.IGNORECASE)
_NAMES = {
    "active_content": "Active content",
    "bit_depth": "Bits per channel",
    "bit_rate": "Bit rate",
    "cc": "Cc",
    "bcc": "Bcc",
    "color_mode": "Colour mode",
    "color_profile": "Colour profile",
    "declared_seconds": "Length by its header",
    "delivered_to": "Delivered to",
    "dpi": "Resolution",
    "exposure_seconds": "Exposure",
    "f_number": "Aperture",
    "focal_length_mm": "Focal length",
    "gps": "Position",
    "gps_accuracy_m": "Accuracy",
    "gps_altitude_m": "Altitude",
    "gps_direction_degrees": "Direction",
    "hdr": "HDR",
    "iso": "ISO speed",
    "live_photo_id": "Live Photo",
    "make": "Camera make",
    "message_id": "Message-ID",
    "model": "Camera model",
    "motion_photo_bytes": "Its video, bytes",
    "orientation_words": "Orientation in words",
    "pdf_version": "PDF version",
    "remote_references": "Would be fetched",
    "sample_rate": "Sample rate",
    "screenshot": "Screenshot (a hint)",
    "seconds": "Length",
}
_UNITS = {
    "width": "pixels",
    "height": "pixels",
    "dpi": "dpi",
    "exposure_seconds": "s",
    "focal_length_mm": "mm",
    "animation_seconds": "s",
    "gps_accuracy_m": "m",
    "gps_altitude_m": "m",
    "gps_direction_degrees": "°",
}
_UPRIGHT = {
    1: "upright",
    2: "mirrored",
    3: "turned by 180°",
    4: "mirrored, turned by 180°",
    5: "mirrored, turned by 270°",
    6: "turned by 90°",
    7: "mirrored, turned by 90°",
    8: "turned by 270°",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known: its ``name``, its ``value``, and ``small`` beneath it. ``place`` says that it tells
    where somebody was. All are fit for the screen."""

    name: str
    value: str
    small: str = ""
    place: bool = False


def fact_line(fact: Fact) -> Line:
    """A fact with its name and value in words, and where in the file it was read."""
    place = bool(_PLACES.search(fact.name) or _PLACES.search(fact.basis))
    return Line(_fact_name(fact.name), _fact_value(fact.name, fact.value), _line(f"Read from: {fact.basis}"), place)


def fact_lines(facts: Sequence[Fact]) -> tuple[Line, ...]:
    """Every fact in words; of very many the first ones, with a line that says so."""
    lines = tuple(fact_line(fact) for fact in facts[:MOST_FACTS])
    left = len(facts) - len(lines)
    return (*lines, Line("And more", f"{left:,} further facts are not shown here.")) if left else lines


def _fact_name(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    plain = " ".join(name.replace("_", " ").split())
    return _line(plain[:1].upper() + plain[1:])


def _fact_value(name: str, value: FactValue) -> str:
    match name, value:
        case _, None | "" | []:
            return "none"
        case _, bool():
            return "yes" if value else "no"
        case "seconds" | "declared_seconds", int() | float():
            return f"{length(value)} ({value:g} s)"
        case "sample_rate", int() | float():
            return rate_words(value)
        case "bit_rate", int() | float():
            return f"{value / 1000:g} kbit/s"
        case "channels", int():
            return channel_words(value)
        case "codec", str():
            return _line(codec_words(value))
        case "orientation", int():
            return f"{value} ({_UPRIGHT.get(value, 'unknown')})"
        case "f_number", int() | float():
            return f"f/{value:g}"
        case _, list():
            return "\n".join(_line(str(each)) for each in value)[:_LONGEST]
        case _, int():
            return _with_unit(name, f"{value:,}" if name in ("characters", "lines", "size") else str(value))
    return _with_unit(name, _line(str(value)))


def _with_unit(name: str, text: str) -> str:
    unit = _UNITS.get(name, "")
    return f"{text}{unit}" if unit == "°" else f"{text} {unit}".rstrip()


def _line(text: str) -> str:
    return "\n".join(shown(part) for part in text[:_LONGEST].split("\n"))


def of_size(count: int) -> str:
    """“91,834 bytes (91.8 KB)”."""
    return size(count) if count < 1000 else f"{size(count)} ({short_size(count)})"


def at_second(value: str, zone: str) -> str:
    """An instant of the record on one line, in the case's zone."""
    return shown(clock(value, zone))


def understood(when: When, zone: str) -> str:
    """How a person's words are taken: “4 Mar 2026, 20:30 to 21:30 PST (UTC−8)”, “1 to 10 Mar 2026”."""
    early, late = when.earliest, when.latest
    if early is None and late is None:
        return ""
    if early is None:
        assert late is not None
        told = f"any time up to {_end(late, zone)}"
    elif late is None:
        told = f"any time from {_start(early, zone)}"
    else:
        told = _between(early, late, when.precision, zone)
    return f"{told}. {when.note}" if when.note else told


def _between(early: datetime, late: datetime, precision: Precision, zone: str) -> str:
    first, last = _printed(early, zone), _printed(late, zone)
    if precision is Precision.SECOND:
        return _joined(show(early.isoformat(), Zone.ASSUMED, zone))
    if precision is Precision.MINUTE:
        return _joined((first[0], f"{early:%H:%M}", first[2]))
    if _whole_days(early, late):
        return first[0] if first[0] == last[0] else f"{first[0]} to {last[0]}"
    named = last[2]
    if first[0] == last[0]:
        return f"{first[0]}, {early:%H:%M} to {late:%H:%M} {named}"
    return f"{first[0]}, {early:%H:%M} to {last[0]}, {late:%H:%M} {named}"


def _whole_days(early: datetime, late: datetime) -> bool:
    after = late + timedelta(seconds=1)
    return (early.hour, early.minute, early.second) == (0, 0, 0) == (after.hour, after.minute, after.second)


def _printed(moment: datetime, zone: str) -> tuple[str, str, str]:
    return show(moment.isoformat(timespec="minutes"), Zone.ASSUMED, zone)


def _start(moment: datetime, zone: str) -> str:
    printed = _printed(moment, zone)
    return printed[0] if (moment.hour, moment.minute) == (0, 0) else _joined(printed)


def _end(moment: datetime, zone: str) -> str:
    printed = _printed(moment, zone)
    return printed[0] if (moment.hour, moment.minute) == (23, 59) else _joined(printed)


def _joined(printed: tuple[str, str, str]) -> str:
    date, time, named = printed
    return ", ".join(part for part in (date, f"{time} {named}".strip()) if part)


def when_printed(value: str | None, kind: Zone | None, zone: str) -> str:
    """A time on one line: “6 Feb 2026, 18:20:12 PST (UTC−8)”."""
    return shown(_joined(show(value, kind, zone)))


def grouped(digest: str) -> str:
    """A digest in groups of eight, as people compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
