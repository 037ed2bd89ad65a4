"""What iPhones write in their maker note: what ties a Live Photo to its movie, and a picture to its burst.

Layout as documented for ExifTool (Apple tags): “Apple iOS”, a version, the byte order, then a directory whose places
count from the note's beginning.
"""

from __future__ import annotations

from evidencekit.media.exifvalues import ended

_TEXTS = {0x000B: "burst_id", 0x0011: "live_photo_id", 0x0015: "image_id"}
_ASCII = 2


def apple_note(note: bytes) -> dict[str, str]:
    """The identifiers in the note, by the name of the fact; nothing of what is no note of Apple's."""
    if not note.startswith(b"Apple iOS\0"):
        return {}
    order = "little" if note[12:14] == b"II" else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(note[at : at + length], order)  # type: ignore[arg-type]

    found = {}
    for entry in range(min(number(14, 2), 200)):
        at = 16 + 12 * entry
        name = _TEXTS.get(number(at, 2))
        if name and number(at + 2, 2) == _ASCII:
            length = min(number(at + 4, 4), 256)
            start = at + 8 if length <= 4 else number(at + 8, 4)
            found[name] = ended(note[start : start + length])
    return found
