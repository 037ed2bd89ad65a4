"""PNG files as PDF pictures: the compressed rows as they are (Flate with a PNG predictor).

Only what draws the picture is taken; text, time and EXIF chunks stay behind. Source: PNG 3rd edition (W3C), ISO 32000-1
7.4.4.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ICC_CAP = 4 << 20


@dataclass(frozen=True, slots=True)
class Png:
    """``idat`` is one zlib stream of filtered rows. ``plain`` says it can be embedded as it is: not interlaced and
    without transparency. ``whole`` says that no chunk is cut off or damaged."""

    width: int
    height: int
    bits: int
    colour: int
    plain: bool
    palette: bytes
    icc: bytes
    idat: bytes
    animated: bool
    whole: bool

    @property
    def channels(self) -> int:
        return _CHANNELS[self.colour]


def parse_png(raw: bytes) -> Png | None:
    """The parts of a PNG file; None when it has no usable header."""
    if not raw.startswith(SIGNATURE):
        return None
    chunks: dict[bytes, bytes] = {}
    idat: list[bytes] = []
    whole = False
    for name, body, sound in _chunks(raw):
        if not sound:
            break
        if name == b"IDAT":
            idat.append(body)
        elif name == b"IEND":
            whole = bool(idat)
            break
        else:
            chunks.setdefault(name, body)
    head = chunks.get(b"IHDR", b"")
    if len(head) != 13 or head[9] not in _CHANNELS:
        return None
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if not width or not height:
        return None
    colour = head[9]
    plain = head[12] == 0 and colour in (0, 2, 3) and b"tRNS" not in chunks and (colour != 3 or b"PLTE" in chunks)
    icc = _profile(chunks.get(b"iCCP", b""))
    palette = chunks.get(b"PLTE", b"")
    animated = b"acTL" in chunks
    return Png(width, height, head[8], colour, plain, palette, icc, b"".join(idat), animated, whole)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    at, size = len(SIGNATURE), len(raw)
    view = memoryview(raw)
    while at + 12 <= size:
        length = int.from_bytes(raw[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > size:
            yield raw[at + 4 : at + 8], b"", False
            return
        checked = zlib.crc32(view[at + 4 : end]) == int.from_bytes(raw[end : end + 4], "big")
        yield raw[at + 4 : at + 8], raw[at + 8 : end], checked
        at = end + 4


def _profile(body: bytes) -> bytes:
    _, _, packed = body.partition(b"\x00")
    if not packed or packed[0] != 0:
        return b""
    try:
        engine = zlib.decompressobj()
        profile = engine.decompress(packed[1:], _ICC_CAP)
    except zlib.error:
        return b""
    return profile if not engine.unconsumed_tail else b""
