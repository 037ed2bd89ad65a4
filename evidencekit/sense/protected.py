"""Protected terms, found however they are written. Pure; a miss may cost somebody a life, a false alarm costs a look.

A text is compared *tight*: decomposed (NFKD), case-folded, without accents, and without everything that is no letter
or digit. What is found there is then held against the text as it stands:

- A term of 8 or more letters and digits, or a number of 7 or more digits, counts wherever it stands, within longer
  words and glued to others too; up to 3 signs may stand between any two of its letters, and 8 between its words.
- A shorter term counts where it begins and ends as a word: beside anything that is no letter or digit, where letters
  meet digits (“12Elm”), or where a capital begins (“atElm”); an “s” may follow it. So “Elm” is not in “helmet”. Its
  words may be glued or up to 8 signs apart; its letters must stand together, but for what cannot be seen, a hyphen
  at a line's end, or even spacing (“E l m”).
- A term that is a telephone number is looked for without its country code, so that every way to write it is found;
  of a North American one also the last seven digits as they are dialled locally (“555-0142”).
- In a term that begins with a house number, the words for streets and directions of USPS Publication 28 stand for
  their abbreviations and the other way round (“12 Elm Street”, “12 Elm St.”).

Names in other spellings, addresses in another order and what only a person would recognise are not found.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Any

LONG, LONG_NUMBER = 8, 7
_GRAM = 3
_LONGEST_WORD = 60
_WITHIN, _BETWEEN = 3, 8  # signs, runs of white space counted as one
_MOST_VARIANTS = 64
_PIECE = 512
_ALNUM = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_OTHER = bytes(sorted(set(range(256)) - set(_ALNUM)))
_LOWER = bytes(range(256)).lower()
_NO_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"[^\D0-9]")
_APART = {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t"}
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_NUMBER = re.compile(r"[\s()+./\-\u2010-\u2015\d]{7,}(?:\s?(?:x|ext\.?)\s?\d{1,6})?", re.IGNORECASE)
_SEPARATORS = "-.()/ \xa0\u2010\u2011\u2012\u2013"
_SPACES = re.compile(r"\s+")
_PLURAL = re.compile(r"[Ee]?[Ss](?![^\W_])")  # a family's name, a possessive without its sign
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013"
# Each the word, then its abbreviations.
_WORDS = (
    ("street", "st", "str"), ("avenue", "ave", "av"), ("road", "rd"), ("drive", "dr", "drv"), ("lane", "ln"),
    ("boulevard", "blvd", "boul"), ("court", "ct", "crt"), ("place", "pl"), ("terrace", "ter", "terr"),
    ("circle", "cir", "circ"), ("way", "wy"), ("parkway", "pkwy", "pky"), ("highway", "hwy"), ("square", "sq"),
    ("trail", "trl"), ("alley", "aly"), ("plaza", "plz"), ("crossing", "xing"), ("heights", "hts"),
    ("expressway", "expy"), ("freeway", "fwy"), ("turnpike", "tpke"), ("north", "n"), ("south", "s"), ("east", "e"),
    ("west", "w"), ("northeast", "ne"), ("northwest", "nw"), ("southeast", "se"), ("southwest", "sw"),
    ("apartment", "apt"), ("suite", "ste"), ("building", "bldg"), ("floor", "fl"), ("mount", "mt"), ("fort", "ft"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """``term`` is its place in the list of terms; ``start`` and ``end`` are where it stands in what was searched."""

    term: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    term: int
    tight: bytes
    text: str  # the same, decoded
    breaks: frozenset[int]  # how many letters stand before each place where a word of it may end
    anywhere: bool
    local: bool = False


class Finder:
    """Looks for all ``terms`` at once; each needs at least three tight bytes."""

    def __init__(self, terms: Sequence[str]) -> None:
        import numpy

        self._patterns: dict[bytes, list[_Pattern]] = {}
        self._table = numpy.zeros(1 << 24, dtype=bool)
        for place, term in enumerate(terms):
            for pattern in _patterns(place, term):
                self._patterns.setdefault(pattern.tight[:_GRAM], []).append(pattern)
                self._table[int.from_bytes(pattern.tight[:_GRAM], "little")] = True

    def in_text(self, text: str, known: Container[int | str] = ()) -> Iterator[Match]:
        """Where the terms stand in a text, in no order; a place may come more than once. Terms that are ``known`` to be
        there, by their places in the list, are not looked for; more may become known on the way."""
        flat = tight(text)
        places: _Places | None = None
        for pattern, at in self._candidates(flat, known):
            places = places or _Places(text)
            start, end = places.char(at), places.char(at + len(pattern.tight) - 1) + 1
            if _fits(pattern, text, start, end):
                yield Match(pattern.term, start, end)

    def in_bytes(self, data: bytes, known: Container[int | str] = ()) -> Iterator[Match]:
        """Where the terms stand in bytes of which nobody knows what they are: in ASCII, Latin-1 or Windows-1252, and in
        UTF-8 and UTF-16 of either order as far as they are letters of ASCII; offsets are bytes. What is shorter than
        six letters must stand in some printable text, for in random bytes it stands anyway."""
        for lower, other in (_single_bytes(), _latin_bytes()) if not data.isascii() else (_single_bytes(),):
            flat = data.translate(lower, other)
            kept: Any = None
            for pattern, at in self._candidates(flat, known):
                if kept is None:
                    kept = _kept(data, other)
                start, end = int(kept[at]), int(kept[at + len(pattern.tight) - 1]) + 1
                if _fits_in_bytes(pattern, data, start, end):
                    yield Match(pattern.term, start, end)

    def _candidates(self, flat: bytes, known: Container[int | str]) -> Iterator[tuple[_Pattern, int]]:
        import numpy

        if len(flat) < _GRAM:
            return
        signs = numpy.frombuffer(flat, dtype=numpy.uint8)
        grams = signs[2:].astype(numpy.uint32)
        grams <<= 8
        grams |= signs[1:-1]
        grams <<= 8
        grams |= signs[:-2]
        for at in numpy.flatnonzero(self._table[grams]).tolist():
            for pattern in self._patterns[flat[at : at + _GRAM]]:
                if pattern.term not in known and flat.startswith(pattern.tight, at):
                    yield pattern, at


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


def excerpt(text: str, start: int, end: int, around: int = 40) -> str:
    """What stands around a place in a text, in one line."""
    cut = text[max(0, start - around) : start], text[start : min(end, start + 120)], text[end : end + around]
    return " ".join("".join(cut).replace("\0", "").split())


def _patterns(place: int, term: str) -> Iterator[_Pattern]:
    for text in _variants(term):
        flat, breaks = bytearray(), []
        for token in _TOKEN.findall(unicodedata.normalize("NFKD", text)):
            flat += tight(token)
            breaks.append(len(flat.decode()))
        whole = tight(text)  # letters of other scripts may hold what the tokens leave out
        if len(whole) < _GRAM:
            continue
        said = whole.decode()
        kept = frozenset(breaks[:-1]) if bytes(flat) == whole else frozenset()
        long = len(said) >= (LONG_NUMBER if said.isdigit() else LONG)
        dense = any(unicodedata.east_asian_width(each) in "WF" or "\u0e00" <= each <= "\u0fff" for each in said)
        yield _Pattern(place, whole, said, kept, long or dense)
    local = _local(term)
    if local:
        yield _Pattern(place, local.encode(), local, frozenset({3}), anywhere=False, local=True)


def _variants(term: str) -> list[str]:
    number = _national(term)
    if number:
        return [number]
    words = term.split()
    if len(words) < 2 or not words[0][:1].isdigit():
        return [term]
    ways = [_ways(word) for word in words]
    return [" ".join(each) for each in islice(product(*ways), _MOST_VARIANTS)]


def _ways(word: str) -> tuple[str, ...]:
    bare = word.strip(".,#").casefold()
    known = next((each for each in _WORDS if bare in each), None)
    return (word, *(each for each in known if each != bare)) if known else (word,)


def _national(term: str) -> str:
    """The digits of a telephone number that every way to write it has; of another long number all of them."""
    if not _NUMBER.fullmatch(term.strip()):
        return ""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", re.split(r"(?i)x|ext", term)[0]))
    if len(digits) < LONG_NUMBER:
        return ""
    return _dialled(term) or digits


@lru_cache(maxsize=1024)
def _dialled(term: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(term, "US")
    except phonenumbers.NumberParseException:
        return ""
    national = str(number.national_number)
    return national if phonenumbers.is_possible_number(number) and len(national) >= LONG_NUMBER else ""


def _local(term: str) -> str:
    national = _dialled(term) if _national(term) else ""
    return national[-7:] if len(national) == 10 and national[0] in "23456789" and national[3] in "23456789" else ""


class _Places:
    """From places in a tight text back to those in the text itself."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._kept: Any = _kept(text.encode("ascii"), _OTHER) if text.isascii() else None
        self._ends: list[int] = []
        if self._kept is not None:
            return
        done = 0
        for at in range(0, len(text), _PIECE):
            done += len(tight(text[at : at + _PIECE]))
            self._ends.append(done)
        self._inside: tuple[int, list[int]] = (-1, [])

    def char(self, at: int) -> int:
        """Where the letter stands that the tight byte ``at`` belongs to."""
        if self._kept is not None:
            return int(self._kept[at])
        piece = bisect_right(self._ends, at)
        if self._inside[0] != piece:
            chars: list[int] = []
            for number, sign in enumerate(self._text[piece * _PIECE : (piece + 1) * _PIECE], start=piece * _PIECE):
                chars += [number] * len(tight(sign))
            self._inside = (piece, chars)
        return self._inside[1][at - (self._ends[piece - 1] if piece else 0)]


def _fits(pattern: _Pattern, text: str, start: int, end: int) -> bool:
    """Whether what stands there is the term, by the rules above."""
    gaps = list(_gaps(text[start:end]))
    if pattern.local:
        return _dialled_locally(text, start, end, gaps)
    if pattern.anywhere:
        return all(len(_seen(gap)) <= (_BETWEEN if at in pattern.breaks else _WITHIN) for at, gap in gaps)
    if not _bounded(text, start, end):
        return False
    inner = [gap for at, gap in gaps if at not in pattern.breaks]
    if any(len(_seen(gap)) > _BETWEEN for _, gap in gaps):
        return False
    if all(_unseen(gap) or _hyphen(gap) for gap in inner):
        return True
    letters = len(pattern.text)
    return len(gaps) == letters - 1 and len(set(inner)) == 1 and len(inner[0]) == 1 and inner[0].isspace()


def _gaps(found: str) -> Iterator[tuple[int, str]]:
    """What stands between the letters of a match: (tight letters before it, itself)."""
    count, gap = 0, ""
    for sign in found:
        flat = len(tight(sign).decode())
        if not flat:
            gap += sign
            continue
        if gap:
            yield count, gap
            gap = ""
        count += flat


def _seen(gap: str) -> str:
    return _SPACES.sub(" ", "".join(each for each in gap if not _invisible(each)))


def _invisible(sign: str) -> bool:
    return sign == "\u00ad" or unicodedata.category(sign) in ("Cf", "Mn", "Me")


def _unseen(gap: str) -> bool:
    return all(map(_invisible, gap))


def _hyphen(gap: str) -> bool:
    seen = gap.strip()
    return len(seen) == 1 and seen in _HYPHENS and any(each in "\r\n\f" for each in gap)


def _bounded(text: str, start: int, end: int) -> bool:
    before, after = _beside(text, start - 1, -1), _beside(text, end, 1)
    first, last = text[start], text[end - 1]
    if _joined(before, first):
        return False
    if (before.isalnum() or after.isalnum()) and _as_random(text, start, end):
        return False  # in base64 every short word stands somewhere
    return not _joined(last, after) or (last.isalpha() and _PLURAL.match(text, end) is not None)


def _as_random(text: str, start: int, end: int) -> bool:
    """Whether it stands within more signs without a gap than words have."""
    left, right = text[max(0, start - _LONGEST_WORD) : start], text[end : end + _LONGEST_WORD]
    ahead = next((n for n, each in enumerate(reversed(left)) if not (each.isalnum() or each in "+/")), len(left))
    behind = next((n for n, each in enumerate(right) if not (each.isalnum() or each in "+/")), len(right))
    return ahead + behind + end - start >= _LONGEST_WORD


def _beside(text: str, at: int, step: int) -> str:
    while 0 <= at < len(text) and _invisible(text[at]):
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _joined(left: str, right: str) -> bool:
    """Whether two signs are within one word."""
    if not left or not right or not left.isalnum() or not right.isalnum():
        return False
    return left.isdigit() == right.isdigit() and not (left.islower() and right.isupper())


def _dialled_locally(text: str, start: int, end: int, gaps: list[tuple[int, str]]) -> bool:
    """“555-0142”, not as the end of a number with another area code."""
    if any(at != 3 or len(gap) > 1 for at, gap in gaps):
        return False
    before = text[max(0, start - 4) : start].rstrip(_SEPARATORS)
    return not before[-1:].isdigit() and not text[end : end + 1].isdigit()


_NUL, _SHORT, _RUN = b"\0", 6, 10


def _fits_in_bytes(pattern: _Pattern, data: bytes, start: int, end: int) -> bool:
    found = data[start:end]
    stride = next((n for n in (2, 4) if len(found) > n and not any(found[k::n].strip(_NUL) for k in range(1, n))), 1)
    reach = 64 * stride
    left = data[max(0, start - reach + (start % stride)) : start]
    left = left[len(left) % stride :][::stride]
    middle, right = found[::stride], data[end + stride - 1 : end + reach : stride]
    text = b"".join((left, middle, right)).decode("latin-1")
    if stride == 1 and len(pattern.text) < _SHORT and not _in_print(left, middle, right):
        return False
    return _fits(pattern, text, len(left), len(left) + len(middle))


def _in_print(left: bytes, middle: bytes, right: bytes) -> bool:
    """Whether the place is part of some text: a run of printable ASCII, or a string of its own."""
    if 3 * sum(each > 0x7F for each in middle) > len(middle):
        return False
    ahead = _run(left[::-1])
    behind = _run(right)
    if ahead + len(middle) + behind >= _RUN:
        return True
    ends = right[:1] in (b"", _NUL) or left[-1:] in (b"", _NUL, bytes([len(middle)]))
    return ahead == behind == 0 and ends and middle.isascii()


def _run(data: bytes) -> int:
    return next((n for n, each in enumerate(data) if not (0x20 <= each < 0x7F or each in b"\t\r\n")), len(data))


def _kept(data: bytes, other: bytes) -> Any:
    """Where in ``data`` the bytes stand that are not deleted."""
    import numpy

    keeps = numpy.ones(256, dtype=bool)
    keeps[list(other)] = False
    return numpy.flatnonzero(keeps[numpy.frombuffer(data, dtype=numpy.uint8)])


def _single_bytes() -> tuple[bytes, bytes]:
    return _LOWER, _OTHER


@lru_cache(maxsize=1)
def _latin_bytes() -> tuple[bytes, bytes]:
    """As :func:`_single_bytes`, with the letters of Latin-1 as their base letters."""
    table, other = bytearray(_LOWER), bytearray()
    for code in range(256):
        flat = tight(chr(code))
        if len(flat) == 1 and code not in b"\xaa\xb2\xb3\xb9\xba":
            table[code] = flat[0]
        else:
            other.append(code)
    return bytes(table), bytes(other)
