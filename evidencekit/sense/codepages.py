"""Terms with letters beyond ASCII as bytes: in Unicode's encodings, composed and decomposed, and in the code pages in
which such letters were written before, so that they are found where nobody says how a text is encoded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

UNICODE = ("utf-8", "utf-16-le", "utf-16-be")
_LATIN = (
    "cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257", "iso8859-3", "iso8859-4", "iso8859-10", "iso8859-13",
    "iso8859-15", "iso8859-16", "cp1258", "cp850", "cp852", "cp865", "mac_roman", "mac_latin2", "mac_turkish",
)  # fmt: skip
_OTHER = (
    "cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac_cyrillic", "cp1253", "iso8859-7", "cp737", "mac_greek",
    "cp1255", "cp862", "cp1256", "iso8859-6", "cp864", "tis_620", "kz1048",
)  # fmt: skip
_WIDE = ("shift_jis", "euc_jp", "gb18030", "big5", "cp949", "johab")
_SHORTEST = 3  # bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A term as bytes in an encoding."""

    encoding: str
    raw: bytes


@lru_cache(maxsize=1024)
def written(term: str) -> tuple[Written, ...]:
    """Every way to write the term in bytes, with the letters as typed, small, large, and each word's first one large;
    none for one of ASCII."""
    return () if term.isascii() else tuple(_written(term))


def _written(term: str) -> Iterator[Written]:
    seen: set[tuple[bool, bytes]] = set()
    for text in _forms(term):
        if text.isascii():
            continue
        for encoding in (*UNICODE, *_pages(term)):
            try:
                raw = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            wide = encoding.startswith("utf-16")
            if len(raw) >= _SHORTEST and (wide, raw) not in seen:
                seen.add((wide, raw))
                yield Written(encoding, raw)


def pages(terms: Sequence[str]) -> dict[str, re.Pattern[bytes]]:
    """The code pages in which a text may hold one of the terms, and in which the term is not the same bytes as in one
    that comes before; each with what must stand in a text that does."""
    chosen: dict[str, list[bytes]] = {}
    for term in terms:
        seen: set[tuple[bytes, ...]] = set()
        for encoding in _pages(term):
            letters = [way for each in term if not each.isascii() for way in (each.lower(), each.upper())]
            raw = tuple(each for each in (_in(letter, encoding) for letter in letters) if each and not each.isascii())
            if raw and raw not in seen:
                seen.add(raw)
                chosen.setdefault(encoding, []).extend(raw)
    return {
        encoding: re.compile(b"|".join(map(re.escape, sorted(set(raw)))))
        for encoding, raw in chosen.items()
        if encoding != "cp1252"  # which is tried anyway
    }


def _in(letter: str, encoding: str) -> bytes:
    try:
        return letter.encode(encoding)
    except UnicodeEncodeError:
        return b""


@lru_cache(maxsize=1024)
def _pages(term: str) -> tuple[str, ...]:
    if term.isascii():
        return ()
    if any(unicodedata.east_asian_width(each) in "WF" for each in term):
        return _WIDE
    return _LATIN if any("LATIN" in unicodedata.name(each, "") and not each.isascii() for each in term) else _OTHER


def _forms(term: str) -> Iterator[str]:
    for base in dict.fromkeys((term, term.replace("ё", "е").replace("Ё", "Е"))):
        for text in (base, base.lower(), base.upper(), base.title(), base.capitalize()):
            for form in ("NFC", "NFD"):
                yield unicodedata.normalize(form, text)
