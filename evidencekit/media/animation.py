"""Frames and length of animated pictures, by their structure alone. Durations are seconds, as the file states them.

Sources: GIF89a, RFC 9649 (WebP), PNG Third Edition (acTL, fcTL).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

_MOST = 100_000  # blocks or chunks


@dataclass(slots=True)
class Animation:
    """How many frames, how long once through (0: not said), how often it repeats (None: not said, 0: for ever)."""

    frames: int = 0
    seconds: float = 0.0
    repeats: int | None = None


def read_gif(file: BinaryIO) -> tuple[Animation, list[bytes]]:
    """A GIF's frames, and the comments in it. A file that breaks off gives what was counted up to there."""
    found, comments = Animation(), list[bytes]()
    hundredths = 0
    file.seek(0)
    head = file.read(13)
    if len(head) == 13 and head[10] & 0x80:
        file.seek(3 << (head[10] & 7) + 1, 1)
    for _ in range(_MOST):
        mark = file.read(1)
        if mark == b"\x2c":
            place = file.read(9)
            if len(place) < 9:
                break
            found.frames += 1
            if place[8] & 0x80:
                file.seek(3 << (place[8] & 7) + 1, 1)
            file.seek(1, 1)
            _blocks(file, 0)
        elif mark == b"\x21":
            label = file.read(1)
            body = _blocks(file, 4096)
            if label == b"\xf9" and len(body) >= 4:
                hundredths += int.from_bytes(body[1:3], "little")
            elif label == b"\xfe" and len(comments) < 20:
                comments.append(body)
            elif label == b"\xff" and body[:11] == b"NETSCAPE2.0" and len(body) >= 14:
                found.repeats = int.from_bytes(body[12:14], "little")
        else:
            break
    found.seconds = hundredths / 100
    return found, comments


def _blocks(file: BinaryIO, keep: int) -> bytes:
    """Walks over sub-blocks to their end; up to ``keep`` bytes of what they hold."""
    body = b""
    while (length := file.read(1)) not in (b"", b"\0"):
        if len(body) < keep:
            body += file.read(length[0])
        else:
            file.seek(length[0], 1)
    return body[:keep]


def read_webp(file: BinaryIO) -> Animation:
    """A WebP's frames; one that does not move has none."""
    found, thousandths = Animation(), 0
    size = file.seek(0, 2)
    at = 12
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or at >= size:
            break
        if head[:4] == b"ANIM":
            found.repeats = int.from_bytes(file.read(6)[4:6], "little")
        elif head[:4] == b"ANMF":
            found.frames += 1
            thousandths += int.from_bytes(file.read(15)[12:15], "little")
        length = int.from_bytes(head[4:8], "little")
        at += 8 + length + (length & 1)
    found.seconds = thousandths / 1000
    return found
