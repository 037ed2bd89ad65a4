"""Whether an image file is whole, without decoding a pixel, and what stands beside its pixels.

Sources: ITU-T T.81 (JPEG), W3C PNG (Third Edition), GIF89a, RFC 9649 (WebP), TIFF 6.0.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_SIGNATURE = 8
_TEXT_LIMIT = 1 << 20
_CHUNK = 1 << 20
_TAIL = 24 << 20
# In the XMP of a photo with a movie behind it (Google's container and its older form).
_PROMISES = (b"MotionPhoto", b"MicroVideo")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_MOVIES = frozenset({b"isom", b"mp41", b"mp42", b"iso2", b"iso4", b"avc1", b"qt  "})


@dataclass(slots=True)
class Png:
    """A PNG's chunks: its keyed texts, last change (year, month, day, hour, minute, second; UTC), bits per channel,
    frames of an animation and their length in seconds, and what is wrong with it."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    bits: int = 0
    frames: int = 0
    seconds: float = 0.0
    changed: tuple[int, ...] | None = None
    faults: list[str] = field(default_factory=list)


def read_png(file: BinaryIO) -> Png:
    """Walks the chunks and checks each one's CRC."""
    png, names = Png(), set()
    for name, body, sound in _chunks(file, png.faults):
        names.add(name)
        if not sound:
            label = name.decode("latin-1")
            png.faults.append(f"A part of the picture ({label}) is damaged: its checksum does not match.")
        if name in (b"tEXt", b"zTXt", b"iTXt"):
            text = _text(name, body)
            if text:
                png.texts.append(text)
        elif name == b"IHDR" and len(body) == 13:
            png.bits = body[8]
        elif name == b"acTL" and len(body) == 8:
            png.frames = int.from_bytes(body[:4])
        elif name == b"fcTL" and len(body) == 26:
            delay, unit = int.from_bytes(body[20:22]), int.from_bytes(body[22:24])
            png.seconds += delay / (unit or 100)
        elif name == b"tIME" and len(body) == 7:
            png.changed = (int.from_bytes(body[:2]), *body[2:])
        elif name == b"IEND":
            if file.read(1):
                png.faults.append("There is further data behind the end of the picture.")
            return png
    png.faults.append("The picture is cut off: its end is missing.")
    return png


def _chunks(file: BinaryIO, faults: list[str]) -> Iterator[tuple[bytes, bytes, bool]]:
    file.seek(_SIGNATURE)
    while len(header := file.read(8)) == 8:
        left, name, body = int.from_bytes(header[:4]), header[4:], b""
        if not name.isalpha():
            faults.append("The picture's structure is broken; what lies behind the break was not read.")
            return
        crc = zlib.crc32(name)
        while left:
            part = file.read(min(left, _CHUNK))
            if not part:
                return
            crc = zlib.crc32(part, crc)
            left -= len(part)
            if name != b"IDAT" and len(body) < _TEXT_LIMIT:
                body += part
        check = file.read(4)
        if len(check) < 4:
            return
        yield name, body, int.from_bytes(check) == crc


def _text(name: bytes, body: bytes) -> tuple[str, str] | None:
    key, zero, rest = body.partition(b"\0")
    if not zero or not key:
        return None
    encoding = "latin-1"
    if name == b"zTXt":
        value = _inflated(rest[1:])
    elif name == b"iTXt":
        encoding = "utf-8"
        compressed, rest = rest[:1] == b"\1", rest[2:]
        value = rest.partition(b"\0")[2].partition(b"\0")[2]
        value = _inflated(value) if compressed else value
    else:
        value = rest
    return key.decode("latin-1"), value.decode(encoding, "replace")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _TEXT_LIMIT)
    except zlib.error:
        return b""


@dataclass(slots=True)
class Jpeg:
    """A JPEG's comments, bits per channel, where a movie begins and ends that follows the picture (a motion photo;
    both 0 without one), and what is wrong with it."""

    comments: list[bytes] = field(default_factory=list)
    bits: int = 0
    video: tuple[int, int] = (0, 0)
    faults: list[str] = field(default_factory=list)


def read_jpeg(file: BinaryIO) -> Jpeg:
    """Walks the segments up to the picture, then looks for its end: inside picture data, FF D9 is nothing else."""
    jpeg, promised = Jpeg(), False
    file.seek(2)
    while True:
        marker = file.read(2)
        while marker[1:] == b"\xff":
            marker = b"\xff" + file.read(1)
        if len(marker) < 2 or marker[0] != 0xFF:
            break
        if marker[1] == 0xD9:
            return jpeg
        if 0xD0 <= marker[1] <= 0xD8 or marker[1] == 0x01:
            continue
        length = int.from_bytes(file.read(2))
        if length < 2:
            break
        if marker[1] == 0xDA:
            complete = _at_the_end(file)
            if not complete and not _ends(file):
                jpeg.faults.append("The picture is cut off: its end is missing.")
            elif promised or not complete:
                jpeg.video = _movie_behind(file)
            return jpeg
        if marker[1] in _FRAMES:
            jpeg.bits = int.from_bytes(file.read(1))
            file.seek(length - 3, 1)
            continue
        if marker[1] == 0xFE and len(jpeg.comments) < 20:
            jpeg.comments.append(file.read(length - 2))
        elif marker[1] == 0xE1:
            block = file.read(length - 2)
            promised = promised or any(mark in block for mark in _PROMISES)
        else:
            file.seek(length - 2, 1)
    jpeg.faults.append("The picture is cut off or damaged: its image data was not found.")
    return jpeg


def _movie_behind(file: BinaryIO) -> tuple[int, int]:
    """Where an MP4 lies behind a picture's end: Google and Samsung write their motion photos so. Looked for where a
    box may begin, in the last part of the file only."""
    size = file.seek(0, 2)
    start = max(0, size - _TAIL)
    file.seek(start)
    tail = file.read(_TAIL)
    at = tail.find(b"ftyp")
    while at >= 0:
        if at >= 4 and tail[at + 4 : at + 8] in _MOVIES and 16 <= int.from_bytes(tail[at - 4 : at]) <= 64:
            return start + at - 4, size
        at = tail.find(b"ftyp", at + 4)
    return 0, 0


def _at_the_end(file: BinaryIO) -> bool:
    """Whether the file's last two bytes, from here on, end a picture. The place in the file stays."""
    here = file.tell()
    file.seek(max(here, file.seek(0, 2) - 2))
    last = file.read(2)
    file.seek(here)
    return last == b"\xff\xd9"


def _ends(file: BinaryIO) -> bool:
    last = b""
    while part := file.read(_CHUNK):
        if b"\xff\xd9" in last + part:
            return True
        last = part[-1:]
    return False


def other_faults(file: BinaryIO, media_type: str) -> list[str]:
    """What the outer structure of a GIF, WebP or BMP tells about its completeness."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    if media_type == "image/gif":
        file.seek(max(0, size - 1024))
        complete = file.read(1024).rstrip(b"\0").endswith(b";")
    elif media_type == "image/webp":
        complete = int.from_bytes(head[4:8], "little") + 8 <= size
    elif media_type == "image/bmp":
        complete = int.from_bytes(head[2:6], "little") <= size
    else:
        return []
    return [] if complete else ["The picture is cut off: its end is missing."]


def webp_size(file: BinaryIO) -> tuple[int, int] | None:
    """Width and height of a WebP, from its first chunk alone; Pillow opens none that is cut off."""
    file.seek(12)
    chunk = file.read(18)
    name, body = chunk[:4], chunk[8:]
    if len(body) < 10:
        return None
    if name == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if name == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return None


def tiff_faults(tags: dict[int, object], size: int) -> list[str]:
    """Whether every strip or tile of a TIFF's first picture lies inside the file; ``tags`` as Pillow reads them."""
    for offsets, counts in ((273, 279), (324, 325)):
        starts, lengths = tags.get(offsets), tags.get(counts)
        if isinstance(starts, tuple) and isinstance(lengths, tuple):
            ends = [int(a) + int(b) for a, b in zip(starts, lengths, strict=False)]
            if ends and max(ends) > size:
                return ["The picture is cut off: part of its image data lies behind the end of the file."]
    return []
