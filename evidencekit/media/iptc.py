"""IPTC data of a picture, as photo desks write it: dates, caption, author, place names.

Source: IPTC-NAA Information Interchange Model 4.2, in Photoshop's image resource 0x0404.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidencekit.media.notes import Notes, clean_bytes
from evidencekit.moments import iso_moment

_IPTC = 0x0404
_MOST = 200
_FACTS = {
    5: ("title", "ObjectName"),
    120: ("description", "Caption"),
    80: ("author", "By-line"),
    90: ("city", "City"),
    95: ("state", "Province-State"),
    101: ("country", "Country"),
    116: ("copyright", "CopyrightNotice"),
}
_TIMES = ((55, 60, "DateCreated, TimeCreated"), (62, 63, "DigitalCreationDate, DigitalCreationTime"))


def read_iptc(resources: Mapping[int, object], notes: Notes) -> None:
    """Photoshop's image resources (number → data) as Pillow gives them."""
    data = resources.get(_IPTC)
    if not isinstance(data, bytes):
        return
    held = _datasets(data)
    for number, (name, label) in _FACTS.items():
        if number in held:
            notes.fact(name, clean_bytes(held[number]), f"iptc {label}")
    for day, time, label in _TIMES:
        date, clock = (clean_bytes(held.get(number, b"")) for number in (day, time))
        if len(date) != 8 or not date.isascii() or not date.isdigit():
            continue
        basis = f"iptc {label}"
        said = f"{date}T{clock}" if clock else f"{date[:4]}-{date[4:6]}-{date[6:]}"
        notes.time(iso_moment(said, basis=basis), said, f"time iptc {label.partition(',')[0]}", basis)


def _datasets(data: bytes) -> dict[int, bytes]:
    """The first of each dataset of the application record."""
    held: dict[int, bytes] = {}
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C and len(held) < _MOST:
        record, number, length = data[at + 1], data[at + 2], int.from_bytes(data[at + 3 : at + 5])
        if length & 0x8000:
            return held
        if record == 2:
            held.setdefault(number, data[at + 5 : at + 5 + length])
        at += 5 + length
    return held
