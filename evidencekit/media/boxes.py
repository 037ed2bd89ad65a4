"""ISO base media files (MP4, MOV, 3GP, HEIF): boxes, brands, tracks and the movie header's times.

Source: ISO/IEC 14496-12, Apple's QuickTime File Format, 3GPP TS 26.244. Sizes are bytes; a box is length, type,
payload. Hostile files nest and lie, so walks are bounded in number and depth.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

Fetch = Callable[[int, int], bytes]
_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"})
_MAX_BOXES = 4096
_HEVC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AV1 = frozenset({b"avif", b"avis"})
_OTHER_STILLS = {b"crx ": "image/x-canon-cr3"}


def walk(fetch: Fetch, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two offsets: (type, payload start, payload end). Stops at the first that cannot be."""
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        header = fetch(start, 16)
        if len(header) < 8:
            return
        size, name, body = int.from_bytes(header[:4]), header[4:8], start + 8
        if size == 1 and len(header) == 16:
            size, body = int.from_bytes(header[8:16]), start + 16
        elif size == 0:
            size = end - start
        if size < body - start:
            return
        yield name, body, min(start + size, end)
        start += size


def find(fetch: Fetch, start: int, end: int, *path: bytes) -> Iterator[tuple[int, int]]:
    """The payloads of every box under ``path``, as (start, end)."""
    if not path:
        yield start, end
        return
    for name, body, stop in walk(fetch, start, end):
        if name == path[0]:
            yield from find(fetch, body, stop, *path[1:])


def handlers(fetch: Fetch, size: int) -> set[bytes]:
    """The handler types of a movie's tracks: ``vide``, ``soun``, ``text``…"""
    found = find(fetch, 0, size, b"moov", b"trak", b"mdia", b"hdlr")
    return {fetch(start + 8, 4) for start, _ in found}


def movie_times(fetch: Fetch, size: int) -> tuple[int, int] | None:
    """Creation and modification time of the movie header, seconds since 1904-01-01 UTC; None without a header."""
    for start, _ in find(fetch, 0, size, b"moov", b"mvhd"):
        data = fetch(start, 20)
        wide = data[:1] == b"\x01"
        if len(data) < 20:
            return None
        created, modified = struct.unpack_from(">QQ" if wide else ">II", data, 4)
        return created, modified
    return None


def media_type(fetch: Fetch, size: int) -> str | None:
    """The media type of an ISO media file, or None when it is not one."""
    head = fetch(0, 64)
    if head[4:8] not in _FIRST_BOXES or len(head) < 16:
        return None
    length = int.from_bytes(head[:4])
    if head[4:8] != b"ftyp":
        plausible = length == 1 or 8 <= length <= size
        return _moving("quicktime", handlers(fetch, size)) if plausible else None
    brands = _brands(fetch(8, max(0, min(length, 256) - 8)))
    return _still(brands) or _of_brand(brands, fetch, size)


def _brands(data: bytes) -> list[bytes]:
    return [data[:4], *(data[n : n + 4] for n in range(8, len(data) - 3, 4))]


def _still(brands: list[bytes]) -> str | None:
    if brands[0] in _AV1:
        return "image/avif"
    if brands[0] in _HEVC:
        return "image/heic"
    if brands[0] in (b"mif1", b"msf1", b"mif2", b"heif", b"miaf", b"MiHE", b"MiHB", b"MiAB", b"1pic"):
        known = (("image/heic" if b in _HEVC else "image/avif") for b in brands[1:] if b in _HEVC or b in _AV1)
        return next(known, "image/heif")
    return _OTHER_STILLS.get(brands[0])


def _of_brand(brands: list[bytes], fetch: Fetch, size: int) -> str:
    major = brands[0]
    if major in (b"M4A ", b"M4B ", b"M4P "):
        return "audio/mp4"
    tracks = handlers(fetch, size)
    if major[:3] in (b"3gp", b"3gr", b"3gs", b"3ge", b"3gg"):
        return _moving("3gpp", tracks)
    if major[:3] == b"3g2":
        return _moving("3gpp2", tracks)
    return _moving("quicktime" if major == b"qt  " else "mp4", tracks)


def _moving(family: str, tracks: set[bytes]) -> str:
    sound_only = b"soun" in tracks and b"vide" not in tracks
    return f"{'audio' if sound_only else 'video'}/{family}"
