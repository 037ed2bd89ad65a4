"""Positions on earth, wherever a file holds one: in EXIF, XMP, QuickTime and 3GPP metadata, sensor tracks, maps links,
GPX, KML, GeoJSON, tables, and numbers that are coordinates. The position 0, 0 is none: devices write it when they know
of none.

Sources: ISO 16684-2 (XMP), ISO 32000-2 (PDF, 12.10: maps), NMEA 0183; of what each other part reads, in its file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from evidencekit.media.sweeping import tabled, tracks
from evidencekit.media.sweeping.fit import fit_place
from evidencekit.media.sweeping.tiff import TIFF, tiff_place
from evidencekit.media.sweeping.worded import Worded

Fetch = Callable[[int, int], bytes]
_XMP = re.compile(
    rb"gps_?(?:latitude|coordinates?)[\s\"'=:>]{1,8}(?:<[^<>]{0,99}>\s{0,8}){0,3}([+-]?\d[^\"'<\s]{0,30})"
)
_NMEA = re.compile(rb"\$G[A-Z](?:RMC|GGA|GLL|GNS),[^\r\n$]{8,80}|\$BD(?:RMC|GGA|GLL),[^\r\n$]{8,80}")
_FIX = re.compile(rb"\d{4,5}\.\d+,[NS],\d{4,5}\.\d+,[EW]")
# Words among other bytes, such as the subtitles and labels in a film or a recording.
_NAMED = re.compile(
    rb"(?:latitude[\"']?\s{0,2}(?:[:=>]|value=|\"\s?value=)\s{0,2}[\"']?|\bGPS ?\(|location_gps>\s?)"
    rb"([+-]?\d{1,3}(?:\.\d{2,18}|:\d{1,2}:\d{1,2}))"
)
_PDF_MAP = re.compile(rb"/gpts\s?\[\s{0,8}([+-]?\d{1,3}(?:\.\d{1,18})?\s{1,4}[+-]?\d{1,3}(?:\.\d{1,18})?)")
# The first bytes of the words of a workbook in Excel's binary forms.
_BINARY_WORKBOOKS = (b"\x09\x08\x10\0\0\x06\x05\0", b"\x9f\x01")


class Places:
    """The expressions, compiled once."""

    def __init__(self) -> None:
        self._words = Worded()

    def in_text(self, text: str, *, drawing: bool = False) -> Iterator[tuple[str, int, int]]:
        """Positions in a text: what each is, and where it stands. In a ``drawing`` bare pairs of numbers are lines."""
        if tabled.may_head(text):
            yield from tabled.in_lines(text)
            yield from tabled.in_markup(text)
        yield from self._words.find(text, drawing=drawing)

    def in_bytes(self, piece: bytes, at: int, fetch: Fetch) -> Iterator[tuple[str, str]]:
        """Positions in bytes that begin at ``at`` of what ``fetch`` gives: what each is, and the position."""
        for found in TIFF.finditer(piece):
            place = tiff_place(fetch, at + found.start())
            if place:
                yield "EXIF GPS position", place
        lower = piece.lower()
        yield from self._in_metadata(piece, lower)
        yield from tracks.in_bytes(piece, lower)
        yield from tracks.in_film(piece, at, fetch, self.in_text)
        if b".FIT" in piece:
            for found in re.finditer(rb"[\x0c\x0e].{7}\.FIT", piece, re.DOTALL):
                if place := fit_place(fetch, at + found.start()):
                    yield "a watch's position (FIT)", place
        if b"$G" in piece or b"$BD" in piece:
            for found in _NMEA.finditer(piece):
                if _FIX.search(found[0]):
                    yield "satellite receiver's position (NMEA)", found[0].decode("latin-1")
        yield from _elsewhere(piece, lower, at)

    def _in_metadata(self, piece: bytes, lower: bytes) -> Iterator[tuple[str, str]]:
        for mark in (b"gpslat", b"gpscoord", b"gps_lat"):
            if mark in lower:
                for found in _XMP.finditer(lower):
                    if re.search(rb"[1-9]", found[1]):
                        yield "XMP GPS position", found[1].decode("latin-1")
                return
        if b"g\0p\0s\0l\0a\0t" in lower:
            yield from self.in_bytes(piece.replace(b"\0", b""), 0, lambda _at, _length: b"")


def _elsewhere(piece: bytes, lower: bytes, at: int) -> Iterator[tuple[str, str]]:
    if b"latitude" in lower or b"gps" in lower:
        for found in _NAMED.finditer(lower):
            if re.search(rb"[1-9]", found[1]):
                yield "coordinates", found[0].decode("latin-1")
    if b"/gpts" in lower:
        for found in _PDF_MAP.finditer(lower):
            yield "a map's coordinates (PDF)", found[1].decode("latin-1")
    if not at and piece.startswith(_BINARY_WORKBOOKS):
        plain = lower.replace(b"\0", b"")
        if b"latitud" in plain and b"longitud" in plain:
            yield "a workbook with columns of latitude and longitude,", tracks.MAYBE
    if piece.startswith(b"\0\0\0\x0cJXL \r\n\x87\n") and not at and re.search(rb"brob(?:Exif|xml )", piece):
        yield "compressed metadata (JPEG XL),", tracks.MAYBE
