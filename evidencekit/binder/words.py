"""Sizes, times and lengths as a binder prints them."""

from __future__ import annotations

import re

from evidencekit.binder.formats import format_words
from evidencekit.binder.values import BoundItem
from evidencekit.model import Zone
from evidencekit.moments import show

_PARTS = re.compile(r"\d{1,2}(?:–\d{1,2})? [A-Z][a-z]{2} \d{4}(?: –)?|\d{1,2} [A-Z][a-z]{2} –|\S+")


def clock(value: str, zone: str) -> str:
    """An ISO 8601 instant in the IANA ``zone``, named: “9 Jan 2026, 02:14:09 PST (UTC−8)”. An ISO date stands alone;
    anything else is printed as it is."""
    date, time, named = show(value or None, Zone.ASSUMED, zone) if value else ("", "", "")
    return ", ".join(part for part in (date, f"{time} {named}".strip()) if part)


def day(value: str, zone: str) -> str:
    """The date of an ISO date or instant: “9 Jan 2026”."""
    return show(value, Zone.ASSUMED, zone)[0] if value else ""


def size(count: int) -> str:
    """“381,204 bytes”."""
    return f"{count:,} byte" if count == 1 else f"{count:,} bytes"


def short_size(count: int) -> str:
    """“480 bytes”, “91.8 KB”, “1.9 GB”."""
    for worth, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if count >= worth:
            return f"{count / worth:,.{0 if count >= 100 * worth else 1}f} {unit}"
    return size(count)


def length(seconds: float) -> str:
    """“47 seconds”, “2 min 5 s”, “1 h 2 min 5 s”."""
    whole = round(seconds)
    if whole < 60:
        return "1 second" if whole == 1 else f"{whole} seconds" if whole else f"{seconds:.1f} seconds"
    hours, rest = divmod(whole, 3600)
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n)


def dial(seconds: float) -> str:
    """“0:47”, “1:02:05”: a place on a recording's time axis."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def what_it_is(item: BoundItem) -> str:
    """“MPEG-4 audio (audio/mp4)”."""
    return format_words(item.kind, item.media_type)


def parts(text: str) -> list[str]:
    """Words as a narrow column may break them: a date stays whole, and so does the first half of a range,
    ``["8 Jan –", "10 Feb 2026"]``."""
    return _PARTS.findall(text)


def plural(count: int, one: str, many: str) -> str:
    """“1 item”, “3 items”."""
    return f"{count:,} {one if count == 1 else many}"
