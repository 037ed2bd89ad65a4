"""Telephone numbers as exports spell them: which are the same, and what a conversation with them is called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evidencekit.media.messages.clocks import ascii_digits

_KEPT = 100_000
_SIGNS = re.compile(r"[\s().+/\-\u2010-\u2015\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def same_number(text: str) -> str:
    """A key that is equal for two spellings of one number, national and international; anything that is no number
    is its own key, in small letters."""
    bare = _SIGNS.sub("", ascii_digits(text))
    return bare[-10:] if bare.isascii() and bare.isdigit() and len(bare) >= 7 else text.strip().casefold()


class Threads:
    """Names conversations by the numbers in them, each as it was spelt first."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], str] = {}

    def name(self, others: Sequence[str]) -> str:
        """The conversation with these numbers, in whatever order and spelling they stand."""
        spelt = {same_number(each): each for each in reversed(others)}
        key = tuple(sorted(spelt))
        if key not in self._names:
            name = ", ".join(dict.fromkeys(spelt[same_number(each)] for each in others))
            if len(self._names) >= _KEPT:
                return name
            self._names[key] = name
        return self._names[key]
