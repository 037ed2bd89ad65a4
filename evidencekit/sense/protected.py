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
- A term with “ü” is looked for with “ue” too, and so with the other letters that are spelled with two.
- Among bytes, letters beyond ASCII are looked for in every code page that has them.

Names in other spellings, addresses in another order and what only a person would recognise are not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Any

from evidencekit.sense.amid import GULF, ashore, in_print, islands, lined_up
from evidencekit.sense.codepages import Written, pages, written
from evidencekit.sense.tight import Places, kept, latin_bytes, single_bytes, tight

LONG, LONG_NUMBER = 8, 7
_GRAM = 3
_SHORT = 6  # letters; of fewer a word stands in random bytes anyway
_LONGEST_WORD = 60
_WITHIN, _BETWEEN = 3, 8  # signs, runs of white space counted as one
_MOST_VARIANTS = 64
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_NUMBER = re.compile(r"[\s()+./\-\u2010-\u2015\d]{7,}(?:\s?(?:x|ext\.?)\s?\d{1,6})?", re.IGNORECASE)
_SEPARATORS = "-.()/ \xa0\u2010\u2011\u2012\u2013"
_SPACES = re.compile(r"\s+")
_PLURAL = re.compile(r"[Ee]?[Ss](?![^\W_])")  # a family's name, a possessive without its sign
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013"
# Letters as they are spelled where a keyboard lacks them.
_SPELLED = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe",
})  # fmt: skip
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
    accents: int  # letters beyond ASCII in the term as it was typed
    local: bool = False


class Finder:
    """Looks for all ``terms`` at once; each needs at least three tight bytes."""

    def __init__(self, terms: Sequence[str]) -> None:
        import numpy

        self._patterns: dict[bytes, list[_Pattern]] = {}
        self._accents: dict[int, int] = {}  # of short terms
        self._whole: dict[int, _Pattern] = {}  # each as it was typed
        self._foreign: set[int] = set()  # terms with letters beyond Latin
        self._written: dict[bytes, list[tuple[int, Written]]] = {}
        self._raw_table: Any = None
        self._table = numpy.zeros(1 << 24, dtype=bool)
        self.pages = pages(terms)  # code pages that a text which is no UTF-8 may be in
        for place, term in enumerate(terms):
            for pattern in _patterns(place, term):
                self._patterns.setdefault(pattern.tight[:_GRAM], []).append(pattern)
                if not pattern.tight.isascii():
                    self._foreign.add(place)
                if len(pattern.text) < _SHORT:
                    self._accents[place] = pattern.accents
                self._table[int.from_bytes(pattern.tight[:_GRAM], "little")] = True
                if place not in self._whole:
                    self._whole[place] = pattern
            for each in written(term):
                self._written.setdefault(each.raw[:_GRAM], []).append((place, each))
        if self._written:
            self._raw_table = numpy.zeros(1 << 24, dtype=bool)
            self._raw_table[[int.from_bytes(each, "little") for each in self._written]] = True

    def in_text(self, text: str, known: Container[int | str] = ()) -> Iterator[Match]:
        """Where the terms stand in a text, in no order; a place may come more than once. Terms that are ``known`` to be
        there, by their places in the list, are not looked for; more may become known on the way."""
        flat = tight(text)
        places: Places | None = None
        for pattern, at in self._candidates(flat, known):
            places = places or Places(text)
            start, end = places.char(at), places.char(at + len(pattern.tight) - 1) + 1
            if _fits(pattern, text, start, end):
                yield Match(pattern.term, start, end)

    def in_bytes(self, data: bytes, known: Container[int | str] = ()) -> Iterator[Match]:
        """Where the terms stand in bytes of which nobody knows what they are: in ASCII, Latin-1 or Windows-1252, UTF-8
        and UTF-16 of either order; offsets are bytes. What is shorter than six letters must stand in some printable
        text, for in random bytes it stands anyway."""
        for lower, other in (single_bytes(), latin_bytes()) if not data.isascii() else (single_bytes(),):
            flat = data.translate(lower, other)
            places: Any = None
            for pattern, at in self._candidates(flat, known):
                if places is None:
                    places = kept(data, other)
                start, end = int(places[at]), int(places[at + len(pattern.tight) - 1]) + 1
                if _fits_in_bytes(pattern, data, start, end):
                    yield Match(pattern.term, start, end)
        if not data.isascii():
            yield from self._accented(data, known)
        yield from self._in_code_pages(data, known)  # letters of other scripts are bytes of ASCII in UTF-16

    def _in_code_pages(self, data: bytes, known: Container[int | str]) -> Iterator[Match]:
        """Letters beyond ASCII among bytes, in every encoding that has them, as they would be typed."""
        if not self._written or len(data) < _GRAM:
            return
        for at in _grams(data, self._raw_table):
            for term, each in self._written[data[at : at + _GRAM]]:
                end = at + len(each.raw)
                if term in known or not data.startswith(each.raw, at):
                    continue
                ahead, behind = data[max(at % 2, at - 64) : at], data[end : end + 64]
                if len(each.raw) < _SHORT and not in_print(ahead, each.raw, behind):
                    continue
                left, middle, right = (part.decode(each.encoding, "replace") for part in (ahead, each.raw, behind))
                if _fits(self._whole[term], left + middle + right, len(left), len(left) + len(middle)):
                    yield Match(term, at, end)

    def _accented(self, data: bytes, known: Container[int | str]) -> Iterator[Match]:
        """Among bytes, what is UTF-8 with letters beyond ASCII; UTF-16 too, where a term has letters beyond Latin."""
        if self._foreign:
            for encoding, step in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2)):
                for shift in range(step):
                    text = data[shift:].decode(encoding, "replace")
                    for match in self.in_text(text, known):
                        if match.term in self._foreign:
                            place = data.find(text[match.start : match.end].encode(encoding, "replace"))
                            at = place if place >= 0 else 0
                            yield Match(match.term, at, at + step * (match.end - match.start))
        found = islands(data)
        texts = [data[start:end].decode("utf-8", "replace") for start, end in found]
        for match in self.in_text(GULF.join(texts), known):
            if self._accents.get(match.term, 1):  # a short term has accents where it was typed with some
                where = ashore(match.start, match.end - match.start, data, found, texts)
                if where is not None:
                    yield Match(match.term, *where)

    def _candidates(self, flat: bytes, known: Container[int | str]) -> Iterator[tuple[_Pattern, int]]:
        if len(flat) < _GRAM:
            return
        for at in _grams(flat, self._table):
            for pattern in self._patterns[flat[at : at + _GRAM]]:
                if pattern.term not in known and flat.startswith(pattern.tight, at):
                    yield pattern, at


def _grams(data: bytes, table: Any) -> Iterator[int]:
    """Where three bytes stand that the table knows."""
    import numpy

    signs = numpy.frombuffer(data, dtype=numpy.uint8)
    grams = signs[2:].astype(numpy.uint32)
    grams <<= 8
    grams |= signs[1:-1]
    grams <<= 8
    grams |= signs[:-2]
    yield from numpy.flatnonzero(table[grams]).tolist()


def excerpt(text: str, start: int, end: int, around: int = 40) -> str:
    """What stands around a place in a text, in one line."""
    cut = text[max(0, start - around) : start], text[start : min(end, start + 120)], text[end : end + around]
    return " ".join("".join(cut).replace("\0", "").split())


def _patterns(place: int, term: str) -> Iterator[_Pattern]:
    accents = sum(not each.isascii() for each in unicodedata.normalize("NFC", term))
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
        yield _Pattern(place, whole, said, kept, long or dense, accents)
    local = _local(term)
    if local:
        yield _Pattern(place, local.encode(), local, frozenset({3}), anywhere=False, accents=0, local=True)


def _variants(term: str) -> list[str]:
    number = _national(term)
    if number:
        return [number]
    plain = unicodedata.normalize("NFC", term).translate(_SPELLED)
    terms = [term] if plain == unicodedata.normalize("NFC", term) else [term, plain]
    words = term.split()
    if len(words) < 2 or not words[0][:1].isdigit():
        return terms
    return [way for each in terms for way in _abbreviated(each.split())]


def _abbreviated(words: Sequence[str]) -> list[str]:
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


def _fits_in_bytes(pattern: _Pattern, data: bytes, start: int, end: int) -> bool:
    stride, left, middle, right = lined_up(data, start, end)
    if stride == 1 and len(pattern.text) < _SHORT:
        strange = sum(each > 0x7F for each in middle)
        if strange > pattern.accents or not in_print(left, middle, right):
            return False
    text = b"".join((left, middle, right)).decode("latin-1")
    return _fits(pattern, text, len(left), len(left) + len(middle))
