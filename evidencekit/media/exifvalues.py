"""Values of EXIF tags as text and numbers, whichever library gave them. Source: CIPA DC-008 (Exif 3.0)."""

from __future__ import annotations

import math

from evidencekit.media.notes import clean_bytes

_LONGEST = 20_000


def number(value: object) -> float | None:
    """A tag's value as a finite number, or None."""
    if isinstance(value, tuple | list):
        value = value[0] if len(value) == 1 else None
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def plain(value: object) -> object:
    """Text or number; rationals become numbers, a list of one its element."""
    if isinstance(value, tuple | list):
        if len(value) != 1:
            return ", ".join(str(plain(part)) for part in value[:50])
        value = value[0]
    if isinstance(value, str | bytes):
        return ended(value)
    if isinstance(value, int) or value is None:
        return value
    found = number(value)
    return None if found is None else round(found, 6)


def raw(value: object) -> bytes:
    """The bytes that a tag held. Pillow gives ASCII tags as Latin-1, exifread undefined ones as a list."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            return value.encode("utf-8", "replace")
    if isinstance(value, tuple | list) and all(isinstance(part, int) and 0 <= part <= 255 for part in value):
        return bytes(value[:_LONGEST])
    return b""


def ended(value: str | bytes) -> str:
    """An ASCII tag's text, which ends at its first NUL; what a camera's buffer held behind it means nothing."""
    return clean_bytes(raw(value).partition(b"\0")[0])


def text(value: object) -> str:
    """A tag's text without the spaces around it; empty for what is no text."""
    if isinstance(value, str | bytes):
        return ended(value).strip(" ")
    if isinstance(value, tuple | list):
        return ended(raw(value)).strip(" ") if value else ""
    return str(value) if isinstance(value, int) else ""


def copyright_of(value: object) -> object:
    """The photographer's, and behind a NUL the editor's (CIPA DC-008 4.6.4)."""
    if not isinstance(value, str | bytes):
        return plain(value)
    parts = (clean_bytes(part).strip() for part in raw(value).split(b"\0")[:2])
    return "; ".join(part for part in parts if part)


def comment(value: object) -> object:
    """UserComment: eight bytes name the character set."""
    held = raw(value)
    if not held:
        return value if isinstance(value, str) else None
    mark, said = held[:8], held[8:]
    if mark.startswith(b"UNICODE"):
        if said[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return said.decode("utf-16", "replace").partition("\0")[0]
        return said.decode("utf-16-le" if said[1:2] == b"\0" else "utf-16-be", "replace").partition("\0")[0]
    if mark.startswith((b"ASCII", b"\0\0\0\0")):
        return ended(said.lstrip(b"\0 ")) or None
    return clean_bytes(held) if held.strip(b"\0 ") else None


def degrees(value: object, reference: object, negative: bytes) -> float | None:
    """Degrees, minutes and seconds as decimal degrees; None when damaged. Minutes and seconds that are not given, or
    are 0/0 as some writers leave them, count as none."""
    if not isinstance(value, tuple | list) or not 1 <= len(value) <= 3:
        return None
    first = number(value[0])
    if first is None:
        return None
    total = first
    for part, share in zip(value[1:], (60, 3600), strict=False):
        found = number(part)
        if found is None and not _nothing(part):
            return None
        total += (found or 0.0) / share
    return -total if raw(reference).strip(b"\0 ").upper().startswith(negative) else total


def _nothing(value: object) -> bool:
    """Whether a rational is 0/0."""
    top, bottom = getattr(value, "numerator", None), getattr(value, "denominator", None)
    top, bottom = getattr(value, "num", top), getattr(value, "den", bottom)
    return bottom == 0 and (top == 0 or (isinstance(top, float) and math.isnan(top)))


def clock(value: object) -> str:
    """GPSTimeStamp's three rationals as ``07:12:30.5``, or an empty text."""
    if not isinstance(value, tuple | list) or len(value) != 3:
        return ""
    parts = [number(part) for part in value]
    if any(part is None for part in parts):
        return ""
    hours, minutes, seconds = (part or 0.0 for part in parts)
    return f"{hours:02.0f}:{minutes:02.0f}:" + f"{seconds:09.6f}".rstrip("0").rstrip(".")
