"""Recognised words as the viewer shows them: one text, each word's place in it and on its page. Made off the GUI
thread; pure but for the reading."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF

from evidencekit.binder.words import plural
from evidencekit.custody.names import shown
from evidencekit.model import Hint, Proposal
from evidencekit.sense.recognised import rows_of
from ui.views.details.wording import at_second

if TYPE_CHECKING:
    from evidencekit.casefile import Case

_PIECE = 64_000  # characters put in at once
_TOKEN = re.compile(r"\w+")
_ON_PAGE = re.compile(r"page (\d+)$")
_MOST_LIT = 5_000


class State(StrEnum):
    """How far the recognition of an item is."""

    DONE = "done"
    FAILED = "failed"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``box`` is its place on ``page`` (0-based), 0..1 across and down; ``start`` and ``end`` its place in
    the text, as Qt counts (UTF-16); ``confidence`` 0..1."""

    text: str
    page: int
    box: QRectF
    confidence: float
    doubtful: bool
    start: int
    end: int

    @property
    def told(self) -> str:
        """The word and how sure it is, in words."""
        sure = f"“{self.text}”: {100 * self.confidence:.0f} % sure"
        return f"{sure}, doubtful. Check it against the picture." if self.doubtful else f"{sure}."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What recognised words may mean: a ``time`` or a number, in words, and which words say so."""

    told: str
    why: str
    value: str
    time: bool
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised in an item. ``pieces`` are the text, to be put in one behind the other; ``pages`` are page
    → the range of its words; ``doubtful`` is line → (start, length) of what is doubtful on it; ``tool`` says by what
    and when, ``why`` why there are no words."""

    state: State
    words: tuple[Word, ...] = ()
    pieces: tuple[str, ...] = ()
    pages: Mapping[int, range] = field(default_factory=dict)
    doubtful: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    starts: tuple[int, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    tool: str = ""
    why: tuple[str, ...] = ()

    def at(self, position: int) -> int | None:
        """The word at a place in the text."""
        found = bisect_right(self.starts, position) - 1
        return found if found >= 0 and position <= self.words[found].end else None

    def between(self, start: int, end: int) -> tuple[int, ...]:
        """The words that a stretch of the text touches."""
        first = max(0, bisect_right(self.starts, start) - 1)
        found = []
        for place in range(first, len(self.words)):
            if self.words[place].start >= end:
                break
            if self.words[place].end > start:
                found.append(place)
        return tuple(found)

    def under(self, page: int, across: float, down: float) -> int | None:
        """The word at a place on a page."""
        return next((n for n in self.pages.get(page, ()) if self.words[n].box.contains(across, down)), None)


def read_recognised(case: Case, number: str) -> Recognised:
    """What was recognised in an item, or why nothing was. For a thread of its own."""
    from evidencekit.catalog import derivatives

    with case.catalog.read() as connection:
        found = derivatives.derivative(connection, number, "ocr")
    if found is None:
        return Recognised(State.NOT_YET)
    made = at_second(found.made, case.info.timezone)
    tool = shown(f"{found.tool} {found.version}, {made}")
    if found.state != derivatives.DONE:
        return Recognised(State.FAILED, tool=tool, why=tuple(map(shown, found.warnings)))
    made_up = _Text()
    for page, rows in _by_page(found.data):
        made_up.add_page(page, rows, several=found.data.get("total", 1) > 1)
    text = made_up.text
    pages = _ranges(made_up.words)
    return Recognised(
        State.DONE,
        words=tuple(made_up.words),
        pieces=tuple(_pieces(made_up.lines)),
        pages=pages,
        doubtful=made_up.doubtful,
        starts=tuple(each.start for each in made_up.words),
        meanings=tuple(_meanings(found.proposals, text, made_up.words, pages, case.info.timezone)),
        tool=tool,
        why=_about(found.data, found.warnings),
    )


def _about(data: Mapping[str, Any], warnings: Sequence[str]) -> tuple[str, ...]:
    left_out = sum(len(page["suppressed"]) for page in data.get("pages", ()))
    told = [shown(each) for each in warnings]
    if left_out:
        told.append(f"{plural(left_out, 'line was', 'lines were')} too unsure to be taken for words.")
    return tuple(told)


def _by_page(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
    """Each page with the text of its rows."""
    for page in data.get("pages", ()):
        yield page, [row.text for row in rows_of({"pages": [page]})]


class _Text:
    """The text as it grows, line by line, with every word's place."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[Word] = []
        self.doubtful: dict[int, tuple[tuple[int, int], ...]] = {}
        self._at = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def add_page(self, page: Mapping[str, Any], rows: Sequence[str], *, several: bool) -> None:
        if several:
            if self.lines:
                self._line("")
            self._line(f"— Page {page['page']} —")
        held: dict[int, list[Mapping[str, Any]]] = {}
        for line in page["lines"]:
            held.setdefault(line["row"], []).extend(line["words"])
        for (_, words), text in zip(sorted(held.items()), rows, strict=True):
            self._row(page, words, text)

    def _line(self, text: str) -> None:
        self.lines.append(text)
        self._at += _units(text) + 1

    def _row(self, page: Mapping[str, Any], words: Sequence[Mapping[str, Any]], text: str) -> None:
        """A row of words. What cannot be shown is written out, so that each word's place is counted anew."""
        across, down = max(1, page["width"]), max(1, page["height"])
        made, seen, unsure = "", 0, []
        for word in words:
            found = text.find(word["text"], seen)
            if found < 0 or not word["text"]:
                continue
            made += shown(text[seen:found])
            seen, start = found + len(word["text"]), _units(made)
            made += shown(word["text"])
            end = _units(made)
            left, top, right, bottom = word["box"]
            box = QRectF(left / across, top / down, max(0, right - left) / across, max(0, bottom - top) / down)
            doubtful = bool(word.get("doubtful"))
            if doubtful:
                unsure.append((start, end - start))
            at = self._at
            self.words.append(
                Word(shown(word["text"]), page["page"] - 1, box, word["confidence"], doubtful, at + start, at + end)
            )
        if unsure:
            self.doubtful[len(self.lines)] = tuple(unsure)
        self._line(made + shown(text[seen:]))


def _units(text: str) -> int:
    """How long a text is as Qt counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _ranges(words: Sequence[Word]) -> dict[int, range]:
    found: dict[int, range] = {}
    for place, word in enumerate(words):
        before = found.get(word.page)
        found[word.page] = range(before.start if before is not None else place, place + 1)
    return found


def _pieces(lines: Sequence[str]) -> Iterator[str]:
    piece, size = list[str](), 0
    for line in lines:
        piece.append(line)
        size += len(line) + 1
        if size >= _PIECE:
            yield "\n".join(piece)
            piece, size = [], 0
    if piece:
        yield "\n".join(piece)


def _meanings(
    proposals: Sequence[Proposal], text: str, words: Sequence[Word], pages: Mapping[int, range], zone: str
) -> Iterator[Meaning]:
    from evidencekit.moments import show

    plain = text.isascii()
    for each in proposals:
        known = _ON_PAGE.search(each.basis)
        where = pages.get(int(known[1]) - 1) if known else None
        begin = words[where.start].start if where and plain else 0
        found = text.find(shown(each.as_found), begin)
        places: tuple[int, ...] = ()
        if found >= 0:
            start = _units(text[:found])
            end = start + _units(shown(each.as_found))
            first = max(0, bisect_right(words, start, key=lambda word: word.start) - 1)
            places = tuple(n for n in range(first, min(len(words), first + 40)) if _touch(words[n], start, end))
        if each.hint is Hint.NUMBER:
            told = f"Number {each.value}"
        else:
            day, clock, named = show(each.value, each.zone, zone)
            told = ", ".join(part for part in (day, f"{clock} {named}".strip()) if part)
        said = f"“{each.as_found}”: {each.why}"
        yield Meaning(shown(told), shown(said), each.value, each.hint is not Hint.NUMBER, places)


def _touch(word: Word, start: int, end: int) -> bool:
    return word.start < end and word.end > start


def holding(found: Recognised, words: str, zone: str) -> tuple[int, ...]:
    """The recognised words that are what a search (:mod:`evidencekit.catalog.grammar`) asks for. For a thread of its
    own."""
    from evidencekit.catalog.grammar import parse

    asked = [(_tokens(atom.text), atom.prefix) for atom in parse(words, zone, unfinished=True).words]
    tokens = [(token, place) for place, word in enumerate(found.words) for token in _tokens(word.text)]
    lit: set[int] = set()
    for wanted, prefix in asked:
        if wanted:
            lit |= _runs(tokens, wanted, prefix=prefix)
    return tuple(sorted(lit)[:_MOST_LIT])


def _runs(tokens: Sequence[tuple[str, int]], wanted: Sequence[str], *, prefix: bool) -> set[int]:
    """The words of every place where the wanted ones stand behind each other."""
    lit: set[int] = set()
    last = len(wanted) - 1
    for at in range(len(tokens) - last):
        fits = all(tokens[at + n][0] == wanted[n] for n in range(last))
        end = tokens[at + last][0]
        if fits and (end.startswith(wanted[last]) if prefix else end == wanted[last]):
            lit.update(tokens[at + n][1] for n in range(last + 1))
    return lit


def _tokens(text: str) -> list[str]:
    """Words as the search index takes them: without case and without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _TOKEN.findall(plain.casefold())
