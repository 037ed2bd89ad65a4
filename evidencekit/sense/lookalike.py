"""Letters of one script that look like those of another, as they stand in words that mix both (UTS #39)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝѵ", "ABESIJKMHOPCTYXaesijopcyxdhqwv", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοινρυ", "ABEZHIKMNOPTYXaoivpu", strict=True))
_LATIN = str.maketrans({**_CYRILLIC, **_GREEK, "ɑ": "a", "ɡ": "g", "ӏ": "l", "Ӏ": "I", "ꞌ": "'"})
_BACK = str.maketrans({latin: other for other, latin in _CYRILLIC.items() if other not in "ԁһԛԝѵЅѕ"})
_STRANGE = "\u0370-\u03ff\u0400-\u052f\u0251\u0261"
MIXED = re.compile(f"[A-Za-z][{_STRANGE}]|[{_STRANGE}][A-Za-z]")
_WORD = re.compile(r"[^\W\d_]{2,80}")


def unmixed(text: str) -> Iterator[str]:
    """A text in which words mix scripts, with look-alikes as Latin letters; then those words as Cyrillic."""
    yield text.translate(_LATIN)
    cyrillic = _WORD.sub(_in_cyrillic, text)
    if cyrillic != text:
        yield cyrillic


def _in_cyrillic(found: re.Match[str]) -> str:
    return found[0].translate(_BACK) if MIXED.search(found[0]) else found[0]
