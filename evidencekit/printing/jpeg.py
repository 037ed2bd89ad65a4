"""JPEG files as PDF pictures: the compressed picture data as it is, without what travels beside it.

Metadata segments (EXIF with its GPS, XMP, IPTC, comments, thumbnails) are left behind: a binder is filed in court.
Everything that has a part in how the picture looks stays. Source: ITU-T T.81; Adobe Technical Note 5116.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive: what /DCTDecode takes
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_ICC = b"ICC_PROFILE\x00"


@dataclass(frozen=True, slots=True)
class Jpeg:
    """``data`` from SOI to the first EOI; ``whole`` says that the EOI was there. ``adobe`` CMYK is stored inverted."""

    data: bytes
    width: int
    height: int
    components: int
    adobe: bool
    icc: bytes
    whole: bool


def parse_jpeg(raw: bytes) -> Jpeg | None:
    """The parts of a JPEG file that a PDF needs; None when it is of a kind that PDF viewers do not decode
    (arithmetic, lossless, 12 bit, damaged headers)."""
    if raw[:2] != b"\xff\xd8":
        return None
    kept: list[bytes] = [b"\xff\xd8"]
    profile: dict[int, bytes] = {}
    frame: tuple[int, int, int] | None = None
    adobe = False
    at = 2
    while at + 4 <= len(raw):
        if raw[at] != 0xFF:
            return None
        code = raw[at + 1]
        if code == 0xFF:
            at += 1
            continue
        if code in _NO_LENGTH:
            at += 2
            continue
        length = int.from_bytes(raw[at + 2 : at + 4], "big")
        segment = raw[at : at + 2 + length]
        body = segment[4:]
        if code in _OTHER_FRAMES or length < 2 or len(segment) < 2 + length:
            return None
        if code in _FRAMES:
            frame = _frame(body)
        if code == 0xDA:
            return None if frame is None else _finish(raw, at, kept, frame, adobe, profile)
        if code == 0xE2 and body.startswith(_ICC) and len(body) > 14:
            profile[body[12]] = body[14:]
        if code == 0xEE and body.startswith(b"Adobe"):
            adobe = True
        if not _beside_the_picture(code, body):
            kept.append(segment)
        at += 2 + length
    return None


def without_metadata(raw: bytes) -> bytes | None:
    """The same picture without metadata segments; None when there are none or the file is not understood."""
    parsed = parse_jpeg(raw)
    if parsed is None or len(parsed.data) >= len(raw):
        return None
    return parsed.data


def _beside_the_picture(code: int, body: bytes) -> bool:
    if code == 0xFE:
        return True
    if 0xE0 <= code <= 0xEF:
        return not (code == 0xEE and body.startswith(b"Adobe")) and not (code == 0xE0 and body.startswith(b"JFIF\x00"))
    return False


def _frame(body: bytes) -> tuple[int, int, int] | None:
    if len(body) < 6 or body[0] != 8:
        return None
    height, width, components = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big"), body[5]
    return (width, height, components) if width and height and components in (1, 3, 4) else None


def _finish(
    raw: bytes, at: int, kept: list[bytes], frame: tuple[int, int, int], adobe: bool, profile: dict[int, bytes]
) -> Jpeg:
    end, whole = at, False
    found = _MARKER.search(raw, at + 2)
    while found:
        at_marker, code = found.end(), raw[found.end() - 1]
        if code == 0xD9:
            end, whole = at_marker, True
            break
        # Tables between the scans of a progressive picture may hold the bytes of an EOI.
        length = 0 if code in _NO_LENGTH else int.from_bytes(raw[at_marker : at_marker + 2], "big")
        found = _MARKER.search(raw, at_marker + length)
    scan = raw[at:end] if whole else raw[at:] + b"\xff\xd9"
    width, height, components = frame
    icc = b"".join(profile[n] for n in sorted(profile))
    return Jpeg(b"".join(kept) + scan, width, height, components, adobe, icc, whole)
