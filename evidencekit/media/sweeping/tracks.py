"""Positions in films: tracks of a camera's motion and of metadata, subtitles, and what cameras write behind or between
the pictures. Where a track cannot be read, a position may be in it, and that is said.

Sources: ISO/IEC 14496-12, Apple's QuickTime File Format, 3GPP TS 26.244, the CAMM specification of Google, the GPMF
introduction of GoPro; what Sony, AVCHD cameras, dash cameras and Insta360 write, as ExifTool documents it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from evidencekit.media.boxes import find

Fetch = Callable[[int, int], bytes]
InText = Callable[[str], Iterator[tuple[str, int, int]]]
MAYBE = "which cannot be read here; a position may be in it"
_END = 1 << 62
_MOST_SAMPLES, _MOST_BYTES, _MOST_TABLE = 20_000, 16 << 20, 1 << 20
_LARGEST_SAMPLE = 64 << 10
_CAMM_LENGTHS = {0: 12, 1: 8, 2: 12, 3: 12, 4: 12, 5: 24, 6: 56, 7: 12}
_CAMM_PLACES = {5: 0, 6: 12}  # where the two numbers begin
_WORDS = frozenset({b"text", b"tx3g", b"sbtl", b"wvtt", b"stpp", b"sbtt", b"stxt", b"mett", b"metx", b"c608", b"subt"})
# Tracks of metadata that are searched as they lie, or hold other things.
_OTHERS = frozenset({b"gpmd", b"mebx", b"tmcd", b"rtmd", b"CTMD", b"fdsc", b"urim", b"rtp ", b"dbgi", b"icod"})
_ISO_6709 = re.compile(rb"[+-]\d{2,6}(?:\.\d{1,12})?[+-]\d{3,7}(?:\.\d{1,12})?(?:[+-]\d{1,6}(?:\.\d{1,6})?)?")
_WHOLE_6709 = re.compile(rb"[+-]\d{2}\.\d{3,12}[+-]\d{3}\.\d{3,12}(?:[+-]\d{1,6}(?:\.\d{1,6})?)?(?:CRS\w{1,20})?/")
_NAMED_6709 = re.compile(rb"(?i:location)(?:-[a-z]{3})?[^+\-\w]{1,40}([+-]\d{2,6}\.\d{1,12}[+-]\d{3,7}\.\d{1,12})")
_GPMF = re.compile(rb"(?:GPS5l\x14|GPS9\?\x20)..(?!\0{8})(.{8})|GLPI\?..\D....(?!\0{8})(.{8})", re.DOTALL)
_SONY = re.compile(rb"\x85\x01\x00[\x01-\x04][NS]\x00{0,3}\x85\x02\x00\x18(.{24})", re.DOTALL)
_MDPM = re.compile(rb"MDPM([\x01-\x40])(.{5,400})", re.DOTALL)
_INSTA360 = b"8db42d694ccc418790edff439fe026bf"
_NEAR = 64 << 10


def in_film(piece: bytes, at: int, fetch: Fetch, in_text: InText) -> Iterator[tuple[str, str]]:
    """Positions in the films that begin in a ``piece`` (at ``at`` of what ``fetch`` gives): what, and the position."""
    starts = [found.start() - 4 for found in re.finditer(rb"ftyp(?=[ -~]{4})", piece) if found.start() >= 4][:8]
    if not at and piece[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        starts.append(0)
    for start in starts:
        base = at + start
        yield from _in_movie(lambda offset, length, base=base: fetch(base + offset, length), in_text)  # type: ignore[misc]


def _in_movie(fetch: Fetch, in_text: InText) -> Iterator[tuple[str, str]]:
    in_pieces = any(True for _ in find(fetch, 0, _END, b"moov", b"mvex"))
    for start, end in find(fetch, 0, _END, b"moov", b"trak", b"mdia"):
        handler = next((fetch(at + 8, 4) for at, _ in find(fetch, start, end, b"hdlr")), b"")
        for table, stop in find(fetch, start, end, b"minf", b"stbl"):
            kind = next((fetch(at + 12, 4) for at, _ in find(fetch, table, stop, b"stsd")), b"")
            if kind == b"camm":
                yield from _camm(fetch, table, stop, in_pieces=in_pieces)
            elif kind in _WORDS:
                yield from _words(fetch, table, stop, in_text)
            elif handler in (b"meta", b"data") and kind not in _OTHERS:
                yield f"a track of metadata ({_printable(kind)}),", MAYBE


def _printable(kind: bytes) -> str:
    return "".join(each if each.isprintable() else "?" for each in kind.decode("latin-1"))


def _camm(fetch: Fetch, table: int, stop: int, *, in_pieces: bool) -> Iterator[tuple[str, str]]:
    what = "a camera's track of motion (camm),"
    count = 0
    for sample in _samples(fetch, table, stop):
        count += 1
        at = 0
        while len(sample) >= at + 4:
            (kind,) = struct.unpack_from("<H", sample, at + 2)
            if kind not in _CAMM_LENGTHS or len(sample) < at + 4 + _CAMM_LENGTHS[kind]:
                yield what, MAYBE
                return
            if kind in _CAMM_PLACES:
                north, east = struct.unpack_from("<dd", sample, at + 4 + _CAMM_PLACES[kind])
                if (north or east) and abs(north) <= 90 and abs(east) <= 180:
                    yield "video's track of positions (camm)", f"{north:.5f}, {east:.5f}"
                    return
            at += 4 + _CAMM_LENGTHS[kind]
    if count >= _MOST_SAMPLES or (not count and in_pieces):
        yield what, MAYBE


def _words(fetch: Fetch, table: int, stop: int, in_text: InText) -> Iterator[tuple[str, str]]:
    words, size = [], 0
    for sample in _samples(fetch, table, stop):
        words.append(sample.decode("utf-8", "replace"))
        size += len(sample)
        if size > _MOST_BYTES:
            break
    text = "\n".join(words)
    for what, start, end in in_text(text):
        yield f"{what} in subtitles", text[start : min(end, start + 120)]
        return


def _samples(fetch: Fetch, table: int, stop: int) -> Iterator[bytes]:
    """The pieces of a track, in their order, as far as they are gone through."""
    sizes = _numbers(fetch, table, stop, b"stsz", 1, skip=4)
    same = next((int.from_bytes(fetch(at + 4, 4)) for at, _ in find(fetch, table, stop, b"stsz")), 0)
    count = next((int.from_bytes(fetch(at + 8, 4)) for at, _ in find(fetch, table, stop, b"stsz")), 0)
    chunks = _numbers(fetch, table, stop, b"stco", 1) or _numbers(fetch, table, stop, b"co64", 1, width=8)
    runs = _numbers(fetch, table, stop, b"stsc", 3)
    place, left = 0, min(count, _MOST_SAMPLES)
    for number, offset in enumerate(chunks, 1):
        while len(runs) > 3 and runs[3] <= number:
            runs = runs[3:]
        for _ in range(min(runs[1], left) if runs else 0):
            size = same or (sizes[place] if place < len(sizes) else 0)
            yield fetch(offset, min(size, _LARGEST_SAMPLE))
            offset, place, left = offset + size, place + 1, left - 1
        if not left:
            return


def _numbers(fetch: Fetch, table: int, stop: int, name: bytes, of: int, *, width: int = 4, skip: int = 0) -> list[int]:
    for start, end in find(fetch, table, stop, name):
        count = min(int.from_bytes(fetch(start + 4 + skip, 4)) * of, _MOST_TABLE // width)
        first = start + 8 + skip
        data = fetch(first, min(count * width, max(0, end - first)))
        return [int.from_bytes(data[at : at + width]) for at in range(0, len(data) - width + 1, width)]
    return []


def in_bytes(piece: bytes, lower: bytes) -> Iterator[tuple[str, str]]:
    """Positions as cameras and phones write them among other bytes; ``lower`` is the piece in small letters."""
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
    for how in (_WHOLE_6709, _NAMED_6709):
        if how is _WHOLE_6709 or b"location" in lower:
            for found in how.finditer(piece):
                if re.search(rb"[1-9]", found[0]):
                    yield "recording's position", found[0][-60:].decode("latin-1")
    yield from _loci(piece)
    yield from _of_makers(piece)


def _loci(piece: bytes) -> Iterator[tuple[str, str]]:
    """3GPP locations: a language, a name, a role, then longitude and latitude in 16.16."""
    for found in re.finditer(rb"loci\0{4}", piece):
        data = piece[found.end() : found.end() + 300]
        end = data.find(b"\0", 2)
        if end >= 0 and len(data) >= end + 10:
            east, north = (value / 65536 for value in struct.unpack_from(">ii", data, end + 2))
            if north or east:
                yield "video's position (3GPP)", f"{north:.5f}, {east:.5f}"


def _of_makers(piece: bytes) -> Iterator[tuple[str, str]]:
    if b"GPS5" in piece or b"GPS9" in piece or b"GLPI" in piece:
        for found in _GPMF.finditer(piece):
            north, east = struct.unpack(">ii", found[1] or found[2])
            yield "video's track of positions (GoPro)", f"{north / 1e7:.5f}, {east / 1e7:.5f}"
    if b"\x85\x02\0\x18" in piece:
        for found in _SONY.finditer(piece):
            top, bottom, minutes, part = struct.unpack_from(">4I", found[1])
            if bottom and part and (top or minutes):
                yield "video's track of positions (Sony)", f"latitude {top / bottom + minutes / part / 60:.5f}"
    if b"MDPM" in piece:
        for found in _MDPM.finditer(piece):
            data = found[2].replace(b"\0\0\x03", b"\0\0")
            if any(data[5 * n : 5 * n + 2] in (b"\xb1N", b"\xb1S") for n in range(found[1][0])):
                yield "video's track of positions (AVCHD),", MAYBE
    if b"freeGPS " in piece:
        yield "video's track of positions (a dash camera's),", MAYBE
    if _INSTA360 in piece and b"\x00\x07" in piece:
        yield "video's trailer (Insta360),", MAYBE
