"""Positions on earth, wherever a file holds one: in EXIF, XMP, QuickTime and 3GPP metadata, sensor tracks, maps links,
GPX, KML, GeoJSON, and numbers that are coordinates. The position 0, 0 is none: devices write it when they know of none.

Sources: CIPA DC-008 (Exif), ISO 16684-2 (XMP), ISO 6709, Apple's QuickTime File Format, 3GPP TS 26.244, RFC 5870 (geo
URIs), RFC 7946 (GeoJSON), RFC 6350 (vCard), GPX 1.1, KML 2.3, NMEA 0183.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

Fetch = Callable[[int, int], bytes]
_GPS_IFD, _SUB_IFDS, _EXIF_IFD = 0x8825, 0x014A, 0x8769
_MOST_IFDS, _MOST_ENTRIES = 32, 2_000
_PLACES = ((1, 2, 3, 4), (0x13, 0x14, 0x15, 0x16))  # where it was taken, and where it looks to
_TIFF = re.compile(rb"II\*\0|MM\0\*|II\+\0\x08\0\0\0|MM\0\+\0\x08\0\0")
_ISO_6709 = re.compile(rb"[+-]\d{2,6}(?:\.\d{1,12})?[+-]\d{3,7}(?:\.\d{1,12})?(?:[+-]\d{1,6}(?:\.\d{1,6})?)?")
_XMP = re.compile(
    rb"gps_?(?:latitude|coordinates?)[\s\"'=:>]{1,8}(?:<[^<>]{0,99}>\s{0,8}){0,3}([+-]?\d[^\"'<\s]{0,30})"
)
_NMEA = re.compile(rb"\$(?:GP|GN|GL|GA|BD)(?:RMC|GGA|GLL),[^\r\n$]{8,80}")
_NEAR = 64 << 10
Entry = tuple[int, int, bytes]
Entries = dict[int, Entry]

_N = r"[+-]?\d{1,3}(?:\.\d{1,16})?"
_D = r"[+-]?\d{1,3}\.\d{2,16}"
_SIGN = r"[°º]"
_MINUTE, _SECOND = r"['′’´]", r"(?:[\"″”“]|''|′′|’’)"
_U = r"\d{1,3}(?:\.\d{1,10})?\s?"
_DMS = rf"{_U}{_SIGN}(?:\s?{_U}{_MINUTE})?(?:\s?{_U}{_SECOND})?"
# What a text must hold (folded) for the expression to be tried → what it is → the expression.
_IN_TEXT: tuple[tuple[str, str, str], ...] = (
    ("geo", "geo address", rf"geo(?:;[^:\r\n]{{0,40}})?:(?:geo:)?{_N}[,;]\s?{_N}"),
    ("@", "maps link", rf"[@/]{_D},\s?{_D}"),
    ("=", "maps link", rf"[?&#;](?:q|ll|sll|center|query|destination|daddr|saddr|origin|loc|cp|pin|mlat|markers|"
     rf"coordinate|near|where1|rtp|pb|to|from)=(?:[a-z]{{1,8}}[:.])?{_D}(?:[,~_+]|%2c){{1,2}}\s?{_D}"),
    ("mlon", "maps link", rf"mlat={_N}&(?:amp;)?mlon={_N}"),
    ("!3d", "maps link", rf"!3d{_N}!4d{_N}"),
    ("lat", "coordinates", rf"\blat=[\"']\s?{_N}[\"']\s{{1,8}}lon=[\"']\s?{_N}"),
    ("lat", "coordinates", rf"\blon=[\"']\s?{_N}[\"']\s{{1,8}}lat=[\"']\s?{_N}"),
    ("coordinates", "coordinates (KML)", rf"<(?:\w{{1,10}}:)?coordinates>\s{{0,40}}{_N},{_N}"),
    ("gx:coord", "coordinates (KML)", rf"<gx:coord>\s{{0,8}}{_N}\s{_N}"),
    ("coordinates", "coordinates (GeoJSON)",
     rf"[\"']coordinates[\"']\s?:\s{{0,8}}[\[\s]{{1,40}}{_N}\s?,\s{{0,40}}{_N}"),
    ("lat", "coordinates", r"\blat(?:itude)?_?(?:deg|e7)?[\"']?\s?[:=>]\s?[\"']?([+-]?\d{1,10}(?:\.\d{1,16})?)"
     r"(?=[\s\S]{0,120}?(?:lon|lng))"),
    ("latitude", "coordinates", rf"\blatitude[\s\"':=>,]{{1,12}}{_D}"),
    ("°", "coordinates", rf"{_DMS}\s?[NS]\b[\s,;/]{{0,4}}{_DMS}\s?[EWO]\b"),
    ("°", "coordinates", rf"[NS]\s?{_DMS}[\s,;/]{{0,4}}[EWO]\s?{_DMS}"),
    (".", "coordinates",
     r"(?<![\d.])[+-]?[0-8]?\d\.\d{5,16}°?\s?[NS]?\s?[,;]\s?[+-]?(?:1[0-7]\d|\d{1,2})\.\d{5,16}(?![\d.])"),
    (".", "coordinates", r"(?<![\d.])[+-]?[0-8]?\d\.\d{4,16}\s?[,;]\s?-(?:1[0-7]\d|\d{1,2})\.\d{4,16}(?![\d.])"),
    (".", "coordinates", r"(?<![\d.])-[0-8]?\d\.\d{4,16}\s?[,;]\s?[+-]?(?:1[0-7]\d|\d{1,2})\.\d{4,16}(?![\d.])"),
    (".", "coordinates", r"(?<![\d.])-?1[0-7]\d\.\d{4,16}\s?[,;]\s?[+-]?[0-8]?\d\.\d{4,16}(?![\d.])"),
    ("°", "coordinates", rf"{_D}\s?°\s?[,;]\s?{_D}\s?°"),
    ("±", "coordinates", rf"{_D}\s?±\s?[\d.]{{1,8}}\s?[,;]\s?{_D}"),
    ("deg", "coordinates", r"\d{1,3}\s?deg\s?\d{1,2}\s?'\s?[\d.]{1,9}\s?\"?\s?[NS]\b"),
    ("gps", "coordinates", rf"\bgps[\s:=(]{{1,4}}{_D}[,;\s]{{1,3}}{_D}"),
    ("+", "plus code", r"\b(?-i:[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3})\b"),
    ("///", "what3words address", r"(?:w3w\.co/|what3words\.com/|/{3})[a-z]{3,20}\.[a-z]{3,20}\.[a-z]{3,20}\b"),
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# A table's headings, and below them a number that can be a coordinate: degrees, or ten millionths of them (E7).
_HEADINGS = re.compile(
    r"\b(?:gps[ _]?)?lat(?:itude)?(?:_?e7)?\b[\s\S]{0,120}?\b(?:gps[ _]?)?(?:lon|lng|long|longitude)(?:_?e7)?\b"
    r"|\b(?:gps[ _]?)?(?:lon|lng|long|longitude)(?:_?e7)?\b[\s\S]{0,120}?\b(?:gps[ _]?)?lat(?:itude)?(?:_?e7)?\b",
    re.IGNORECASE,
)
_CELL = re.compile(r"(?<![\d.])[+-]?(?:1?\d{1,2}[.,]\d{4,16}|\d{8,10})(?![\d.])")
_BELOW = 4_000  # signs below the headings that are looked at
_MOST_HEADINGS = 64


class Places:
    """The expressions, compiled once."""

    def __init__(self) -> None:
        self._text = [(mark, what, re.compile(how, re.IGNORECASE)) for mark, what, how in _IN_TEXT]

    def in_text(self, text: str, *, drawing: bool = False) -> Iterator[tuple[str, int, int]]:
        """Positions in a text: what each is, and where it stands. In a ``drawing`` bare pairs of numbers are lines."""
        flat = text.casefold() if text.isascii() else text.lower()
        marks = {mark for mark, _, _ in self._text if (mark.upper() if mark == "°" else mark) in flat}
        if "lat" in flat and ("lon" in flat or "lng" in flat):
            yield from _in_tables(text)
        for mark, what, how in self._text:
            if mark not in marks or (drawing and mark == "."):
                continue
            for found in how.finditer(text):
                if any(float(each) for each in _NUMBER.findall(found[0])) or mark == "///":
                    yield what, found.start(), found.end()

    def in_bytes(self, piece: bytes, at: int, fetch: Fetch) -> Iterator[tuple[str, str]]:
        """Positions in bytes that begin at ``at`` of what ``fetch`` gives: what each is, and the position."""
        for found in _TIFF.finditer(piece):
            place = tiff_place(fetch, at + found.start())
            if place:
                yield "EXIF GPS position", place
        lower = piece.lower()
        for mark in (b"gpslat", b"gpscoord", b"gps_lat"):
            if mark in lower:
                for found in _XMP.finditer(lower):
                    if re.search(rb"[1-9]", found[1]):
                        yield "XMP GPS position", found[1].decode("latin-1")
                break
        else:
            if b"g\0p\0s\0l\0a\0t" in lower:
                yield from self.in_bytes(piece.replace(b"\0", b""), 0, lambda _at, _length: b"")
        yield from _in_boxes(piece, lower)
        if b"$G" in piece or b"$BD" in piece:
            for found in _NMEA.finditer(piece):
                if re.search(rb"\d{4,5}\.\d+,[NS],\d{4,5}\.\d+,[EW]", found[0]):
                    yield "satellite receiver's position (NMEA)", found[0].decode("latin-1")


def _in_tables(text: str) -> Iterator[tuple[str, int, int]]:
    """The first coordinate below a table's headings for latitude and longitude, wherever their columns stand."""
    for place, heads in enumerate(_HEADINGS.finditer(text)):
        cell = _CELL.search(text, heads.end(), heads.end() + _BELOW)
        if cell is not None and any(digit in "123456789" for digit in cell[0]):
            yield "coordinates in a table", heads.start(), cell.end()
            return
        if place >= _MOST_HEADINGS:
            return


def _in_boxes(piece: bytes, lower: bytes) -> Iterator[tuple[str, str]]:
    for mark, what in ((b"\xa9xyz", "video's position"), (b"location.iso6709", "video's position")):
        start = lower.find(mark)
        while start >= 0:
            near = piece[start + len(mark) : start + (40 if mark[0] == 0xA9 else _NEAR)]
            found = _ISO_6709.search(near)
            if found is None and mark[0] != 0xA9:
                yield what, "a track of positions"
            elif found is not None and re.search(rb"[1-9]", found[0]):
                yield what, found[0].decode("ascii")
            start = lower.find(mark, start + 1)
    start = piece.find(b"loci\0\0\0\0")
    if start >= 0:
        place = _loci(piece[start + 8 : start + 300])
        if place:
            yield "video's position (3GPP)", place
    if b"gpmd" in piece and b"GPS" in piece:
        yield "video's track of positions", "GoPro"


def _loci(data: bytes) -> str:
    """A 3GPP location: a language, a name, a role, then longitude and latitude in 16.16."""
    end = data.find(b"\0", 2)
    if end < 0 or len(data) < end + 10:
        return ""
    longitude, latitude = (value / 65536 for value in struct.unpack_from(">ii", data, end + 2))
    return _shown(latitude, longitude)


def tiff_place(fetch: Fetch, base: int) -> str:
    """The position in a TIFF structure (EXIF) that begins at ``base``; empty when it has none."""
    head = fetch(base, 16)
    if len(head) < 8:
        return ""
    return _Tiff(fetch, base, "<" if head[:2] == b"II" else ">", big=b"+" in head[2:4]).place(head)


class _Tiff:
    """A TIFF structure, whose directories may lie anywhere; offsets are bytes from its own beginning."""

    def __init__(self, fetch: Fetch, base: int, order: str, *, big: bool) -> None:
        self._fetch, self._base, self._order = fetch, base, order
        self._word = 8 if big else 4  # an offset or a count

    def place(self, head: bytes) -> str:
        waiting, seen = [self._number(head[8:16] if self._word == 8 else head[4:8])], set[int]()
        while waiting and len(seen) < _MOST_IFDS:
            at = waiting.pop()
            if at in seen or at < 8:
                continue
            seen.add(at)
            entries, following = self._directory(at)
            place = self._of(entries)
            if place:
                return place
            for tag in (_GPS_IFD, _EXIF_IFD, _SUB_IFDS):
                waiting += self._pointers(entries.get(tag))
            waiting.append(following)
        return ""

    def _number(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self._order == "<" else "big")

    def _at(self, offset: int, length: int) -> bytes:
        return self._fetch(self._base + offset, length)

    def _directory(self, at: int) -> tuple[Entries, int]:
        """Tag → (type, count, value or where it lies), and where the next directory is; nothing of what is none."""
        width = 8 if self._word == 8 else 2
        entry = 4 + 2 * self._word
        count = self._number(self._at(at, width))
        if not 0 < count <= _MOST_ENTRIES:
            return {}, 0
        data = self._at(at + width, count * entry + self._word)
        found: Entries = {}
        for start in range(0, min(count * entry, len(data) - entry + 1), entry):
            tag, kind = struct.unpack_from(self._order + "HH", data, start)
            if not 1 <= kind <= 18:
                return found, 0
            middle = start + 4 + self._word
            found[tag] = (kind, self._number(data[start + 4 : middle]), data[middle : start + entry])
        return found, self._number(data[count * entry :])

    def _pointers(self, entry: Entry | None) -> list[int]:
        if entry is None or entry[1] > _MOST_IFDS:
            return []
        kind, many, value = entry
        size = 8 if kind in (16, 18) else 4
        data = value if many * size <= len(value) else self._at(self._number(value), many * size)
        return [self._number(data[start : start + size]) for start in range(0, min(many * size, len(data)), size)]

    def _of(self, entries: Entries) -> str:
        for north, latitude, east, longitude in _PLACES:
            first, second = self._degrees(entries.get(latitude)), self._degrees(entries.get(longitude))
            if first is None or second is None:
                continue
            south = north in entries and entries[north][2][:1] == b"S"
            west = east in entries and entries[east][2][:1] == b"W"
            shown = _shown(-first if south else first, -second if west else second)
            if shown:
                return shown
        return ""

    def _degrees(self, entry: Entry | None) -> float | None:
        """Degrees, minutes and seconds as rationals; None for what is no coordinate."""
        if entry is None or entry[0] not in (5, 10) or not entry[1]:
            return None
        data = self._at(self._number(entry[2]), 8 * min(entry[1], 3))
        total, known = 0.0, False
        for place in range(len(data) // 8):
            top, bottom = struct.unpack_from(self._order + "II", data, 8 * place)
            if bottom:
                total, known = total + top / bottom / 60**place, True
        return total if known and total <= 360 else None


def _shown(latitude: float, longitude: float) -> str:
    if not latitude and not longitude:
        return ""
    return f"{latitude:.5f}, {longitude:.5f}"
