"""Which of several moments of one file is the best."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evidencekit.model import Moment, Zone

# First match wins; words are looked for in the basis, lower case, letters and digits only.
_ORDER: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (place, re.compile(pattern))
    for place, pattern in (
        (7, r"metadatadate"),
        (5, r"modif|moddate|modtime|datetime(?:pillow|exifread)?$|pngtime|lastsaved"),
        (6, r"received"),
        (2, r"gps"),
        (1, r"digiti[sz]ed"),
        (0, r"timeofitsfirstcontact|datetimeoriginal|datecreated|creationdate|maildate|^date|headerdate|emaildate"),
        (1, r"createdate|created$|pngcreationtime"),
        (3, r"mvhd|mdhd|tkhd|container|creationtime|createtime"),
    )
)
_UNKNOWN = 4
_ZONES = {Zone.STATED: 0, Zone.ASSUMED: 1, Zone.NONE: 2}
_DEFAULTS = ("1980-01-01T00:00", "1980-01-06T00:00", "1990-01-01T00:00", "2000-01-01T00:00", "2001-01-01T00:00")


def rank(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The moments, best first; equals keep the order in which they were found.

    1. What a clock that was never set writes comes last, but is kept: years before 1980 (no file of a digital device
       is older), the first minute of 1980, 1990, 2000 or 2001, and GPS's zero.
    2. Capture or authorship before modification: DateTimeOriginal, a mail's Date and a PDF's CreationDate; then
       DateTimeDigitized; then GPS, which is certain in its zone but tells the last fix, minutes or hours old; then a
       container's creation time, nominally UTC; then what has an unknown basis; then DateTime and ModDate, which any
       edit moves; a mail's Received after its Date; metadata dates last.
    3. Among equals a stated zone before an assumed one before none.
    """
    return tuple(sorted(moments, key=_key))


_STANDING = {
    0: "when it was made, by its own record",
    1: "when it was made or digitised",
    2: "the satellites' time of the last fix, certain in its zone",
    3: "when its container was begun, nominally UTC",
    4: "a time of a kind that is not known here",
    5: "when it was last changed, which any edit moves",
    6: "when a server passed it on",
    7: "when its description was last changed",
}


def standing(moment: Moment) -> str:
    """Why a moment stands where :func:`rank` puts it, in words."""
    never_set, place, _ = _key(moment)
    return "what a clock that was never set writes" if never_set else _STANDING[place]


def _key(moment: Moment) -> tuple[bool, int, int]:
    words = re.sub(r"[^a-z0-9]", "", moment.basis.lower().partition(",")[0].partition("(")[0])
    place = next((place for place, pattern in _ORDER if pattern.search(words)), _UNKNOWN)
    return _never_set(moment.value), place, _ZONES[moment.zone]


def _never_set(value: str) -> bool:
    return value[:4] < "1980" or value.startswith(_DEFAULTS)
