"""Words among bytes of which nobody knows what they are: where they may stand, and whether they are words at all."""

from __future__ import annotations

from evidencekit.sense.tight import ALNUM

_NUL, _RUN = b"\0", 10
_AROUND = 80  # bytes
GULF = "\n" + "·" * 20 + "\n"  # what no match reaches over


def lined_up(data: bytes, start: int, end: int) -> tuple[int, bytes, bytes, bytes]:
    """How many bytes each letter of what stands there takes (1, or 2 and 4 in UTF-16 and UTF-32), and one byte of each
    letter before it, in it and behind it."""
    found = data[start:end]
    stride = next((n for n in (2, 4) if len(found) > n and not any(found[k::n].strip(_NUL) for k in range(1, n))), 1)
    reach = 64 * stride
    left = data[max(0, start - reach) : start]
    return stride, left[len(left) % stride :][::stride], found[::stride], data[end + stride - 1 : end + reach : stride]


def in_print(left: bytes, middle: bytes, right: bytes) -> bool:
    """Whether the place is part of some text: a run of printable ASCII, or a string of its own."""
    ahead = _run(left[::-1])
    behind = _run(right)
    if ahead + len(middle) + behind >= _RUN:
        return True
    # A string has its length before it, or nothing, and nothing or a JPEG's next marker behind it.
    lengths = {len(middle), len(middle) + 1, len(middle) + 2, 0x80 | len(middle), 0}
    begins, ends = not left or left[-1] in lengths, right[:1] in (b"", _NUL, b"\xff")
    return ahead == behind == 0 and begins and ends


def _run(data: bytes) -> int:
    return next((n for n, each in enumerate(data) if not (0x20 <= each < 0x7F or each in b"\t\r\n")), len(data))


def ashore(
    at: int, length: int, data: bytes, islands: list[tuple[int, int]], texts: list[str]
) -> tuple[int, int] | None:
    """What stands at a place of the joined ``texts`` of islands as a place in the bytes; None for what is all ASCII,
    which is found anyway."""
    for (start, end), text in zip(islands, texts, strict=True):
        if at < len(text):
            found = text[at : at + length].encode()
            place = data.find(found, start, end)
            return None if found.isascii() or place < 0 else (place, place + len(found))
        at -= len(text) + len(GULF)
        if at < 0:
            break
    return None


def islands(data: bytes) -> list[tuple[int, int]]:
    """Where letters with accents, marks over letters or letters of full width may stand as UTF-8, beside letters of
    ASCII, with what stands around them."""
    import numpy

    signs = numpy.frombuffer(data, dtype=numpy.uint8)
    if len(signs) < 4:
        return []
    letters = numpy.zeros(256, dtype=bool)
    letters[list(ALNUM)] = True
    leads = numpy.zeros(256, dtype=bool)
    leads[[0xC3, 0xC4, 0xC5, 0xCC, 0xCD, 0xEF]] = True
    pairs = numpy.flatnonzero(leads[signs])
    pairs = pairs[(pairs >= 2) & (pairs < len(signs) - 3)]
    second = signs[pairs + 1]
    wide = (signs[pairs] == 0xEF) & ((second == 0xBC) | (second == 0xBD))
    narrow = (signs[pairs] != 0xEF) & ((second & 0xC0) == 0x80)
    ahead, behind = (letters[signs[pairs + n]] & letters[signs[pairs + n + 1]] for n in (-2, 2))
    pairs = pairs[wide | (narrow & (ahead | behind))]
    found: list[tuple[int, int]] = []
    for at in pairs.tolist():
        start, end = max(0, at - _AROUND), min(len(data), at + _AROUND)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
