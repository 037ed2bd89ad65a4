"""Texts as protected terms are compared: without case, accents, and all that is no letter or digit."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import Any

_PIECE = 512
ALNUM = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_OTHER = bytes(sorted(set(range(256)) - set(ALNUM)))
_LOWER = bytes(range(256)).lower()
_NO_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"[^\D0-9]")
_APART = {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t"}


def tight(text: str) -> bytes:
    """A text without case, accents and all that is no letter or digit, as UTF-8. That of two texts side by side is
    that of the one and then of the other."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _OTHER)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for sign, instead in _APART.items():
        text = text.replace(sign, instead)
    text = _DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    return _NO_WORD.sub("", text).encode("utf-8", "ignore")


class Places:
    """From places in a tight text back to those in the text itself."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.kept: Any = kept(text.encode("ascii"), _OTHER) if text.isascii() else None
        self._ends: list[int] = []
        if self.kept is not None:
            return
        done = 0
        for at in range(0, len(text), _PIECE):
            done += len(tight(text[at : at + _PIECE]))
            self._ends.append(done)
        self._inside: tuple[int, list[int]] = (-1, [])

    def char(self, at: int) -> int:
        """Where the letter stands that the tight byte ``at`` belongs to."""
        if self.kept is not None:
            return int(self.kept[at])
        piece = bisect_right(self._ends, at)
        if self._inside[0] != piece:
            chars: list[int] = []
            for number, sign in enumerate(self._text[piece * _PIECE : (piece + 1) * _PIECE], start=piece * _PIECE):
                chars += [number] * len(tight(sign))
            self._inside = (piece, chars)
        return self._inside[1][at - (self._ends[piece - 1] if piece else 0)]


def kept(data: bytes, other: bytes) -> Any:
    """Where in ``data`` the bytes stand that are not deleted."""
    import numpy

    keeps = numpy.ones(256, dtype=bool)
    keeps[list(other)] = False
    return numpy.flatnonzero(keeps[numpy.frombuffer(data, dtype=numpy.uint8)])


def single_bytes() -> tuple[bytes, bytes]:
    """How bytes become tight where they are ASCII: the table for ``bytes.translate``, and what it deletes."""
    return _LOWER, _OTHER


@lru_cache(maxsize=1)
def latin_bytes() -> tuple[bytes, bytes]:
    """As :func:`single_bytes`, with the letters of Latin-1 as their base letters."""
    table, other = bytearray(_LOWER), bytearray()
    for code in range(256):
        flat = tight(chr(code))
        if len(flat) == 1 and code not in b"\xaa\xb2\xb3\xb9\xba":
            table[code] = flat[0]
        else:
            other.append(code)
    return bytes(table), bytes(other)
