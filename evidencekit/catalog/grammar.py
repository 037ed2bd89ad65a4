"""What a person types into the search, understood: words, phrases, beginnings, fields, not and or. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from evidencekit.errors import UsageError
from evidencekit.model import Kind
from evidencekit.moments import parse_when


class Field(StrEnum):
    """What can be asked of a hit besides its words."""

    FROM = "from"
    TO = "to"
    PARTY = "party"
    KIND = "kind"
    BEFORE = "before"
    AFTER = "after"
    ON = "on"
    ITEM = "item"
    IN = "in"
    HAS = "has"


HINTS = {
    Field.FROM: "who it is from: a name, number or address",
    Field.TO: "whom it is to",
    Field.PARTY: "a party at either end, or the item's party",
    Field.KIND: "image, audio, video, document, email, messages, archive or other",
    Field.BEFORE: "before a day, such as 2026-03-01, or words in quotation marks",
    Field.AFTER: "after a day",
    Field.ON: "on a day, or in a month such as 2026-03",
    Field.ITEM: "one item, such as 7",
    Field.IN: "only there: name, text, messages, recognised, transcript, notes or facts",
    Field.HAS: "contact, date, note or warning",
}
# Where words can be looked for: place → columns of the index; messages are an index of their own.
PLACES: dict[str, tuple[str, ...]] = {
    "name": ("name", "title"),
    "text": ("body",),
    "messages": (),
    "recognised": ("recognised",),
    "transcript": ("transcript",),
    "notes": ("notes",),
    "facts": ("facts",),
}
THINGS = ("contact", "date", "note", "warning")
_ALSO = {
    "picture": Kind.IMAGE,
    "photo": Kind.IMAGE,
    "recording": Kind.AUDIO,
    "mail": Kind.EMAIL,
    "e-mail": Kind.EMAIL,
    "message": Kind.MESSAGES,
    "pdf": Kind.DOCUMENT,
    "recognized": "recognised",
    "ocr": "recognised",
    "title": "name",
}
_TOKEN = re.compile(r'(-?)(?:([A-Za-z]{2,10}):)?(?:"([^"]*)"?|(\S+))')
_BARE_FIELD = re.compile(r"(-?)([A-Za-z]{2,10}):(?=\s|$)")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_NUMBER = re.compile(r"(?:item-)?0*([1-9][0-9]{0,8})", re.ASCII | re.IGNORECASE)
_LONGEST = 2_000  # characters that are heeded
_MOST = 60  # words and fields that are heeded


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time; both ends in the case's zone, inclusive."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Atom:
    """One word, phrase or field. ``text`` as typed; ``kinds`` for ``kind:``, ``span`` for the fields of time."""

    text: str
    field: Field | None = None
    prefix: bool = False
    negated: bool = False
    kinds: tuple[Kind, ...] = ()
    span: Span | None = None

    @property
    def term(self) -> str:
        """The word or phrase as an expression of SQLite's FTS5, in which it is only words."""
        return '"' + self.text.replace('"', '""') + '"' + ("*" if self.prefix else "")


@dataclass(frozen=True, slots=True)
class Query:
    """All ``groups`` hold together; of a group's atoms one is enough. ``places`` are the :data:`PLACES` that words are
    looked for in, empty for everywhere. ``faults`` say what was not understood and is left out, while it is typed."""

    groups: tuple[tuple[Atom, ...], ...] = ()
    places: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.groups and not self.places

    @property
    def words(self) -> tuple[Atom, ...]:
        """The words and phrases that a hit holds."""
        return tuple(atom for group in self.groups for atom in group if atom.field is None and not atom.negated)


@dataclass(slots=True)
class _Parsing:
    zone: str
    unfinished: bool
    groups: list[list[Atom]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    joined: bool = False

    def add(self, atom: Atom) -> None:
        """One more atom: another way for the one before it, or a condition of its own."""
        if self.joined and self.groups:
            self.groups[-1].append(atom)
        else:
            self.groups.append([atom])
        self.joined = False


def parse(words: str, zone: str, *, unfinished: bool = False) -> Query:
    """What ``words`` ask for; days are those of the case's IANA ``zone``.

    Words side by side must all hold, those with ``OR`` between them one at least; ``-`` before a word or field means
    not. A word that ends with ``*`` is a beginning. A colon behind what is no field is part of a word. Raises
    :class:`UsageError` for a field's value that cannot be understood; while it is ``unfinished`` that is left out and
    said in ``faults``, and a last word without a space behind it is a beginning.
    """
    plain = "".join(sign if sign.isprintable() else " " for sign in words[:_LONGEST]).translate(_QUOTES)
    made = _Parsing(zone, unfinished)
    at = 0
    while at < len(plain) and len(made.groups) < _MOST:
        if plain[at].isspace():
            at += 1
            continue
        bare = _BARE_FIELD.match(plain, at)
        if bare is not None and bare[2].lower() in set(Field):
            _fault(made, f"“{bare[2].lower()}:” needs a value: {HINTS[Field(bare[2].lower())]}.")
            at = bare.end()
            continue
        token = _TOKEN.match(plain, at)
        assert token is not None  # a sign that is no space begins one
        at = token.end()
        _take(made, token, typing=unfinished and at == len(plain))
    groups = tuple(tuple(group) for group in made.groups)
    return Query(groups, tuple(dict.fromkeys(made.places)), tuple(made.faults))


def _take(made: _Parsing, token: re.Match[str], *, typing: bool) -> None:
    minus, name, phrase, word = token.groups()
    between = bool(made.groups or made.places) and token.end() < len(token.string.rstrip())
    if word == "OR" and not minus and name is None and between:
        made.joined = True
        return
    if name is not None and name.lower() in set(Field):
        try:
            _field(made, Field(name.lower()), (phrase or word or "").strip(), negated=bool(minus), typing=typing)
        except UsageError as error:
            if not made.unfinished:
                raise
            made.faults.append(f"{error.what} {error.todo}")
        return
    text = token[0][len(minus) :] if name is not None else phrase if phrase is not None else word
    text = text or ""
    closed = phrase is not None and token[0].endswith('"')
    prefix = not closed and (typing or text.endswith("*"))
    text = text.rstrip("*") if prefix else text
    if any(sign.isalnum() for sign in text):
        made.add(Atom(text, prefix=prefix, negated=bool(minus)))


def _fault(made: _Parsing, what: str) -> None:
    if not made.unfinished:
        raise UsageError(what, todo="Write the value right behind the colon.")
    made.faults.append(what)


def _field(made: _Parsing, name: Field, value: str, *, negated: bool, typing: bool) -> None:
    match name:
        case Field.IN:
            if negated:
                raise UsageError("“-in:” says nothing.", todo="Name the place to look in, such as in:messages.")
            made.places += _named(name, value, tuple(PLACES), typing)
            made.joined = False  # places are alternatives anyway
        case Field.KIND:
            kinds = tuple(Kind(each) for each in _named(name, value, tuple(kind.value for kind in Kind), typing))
            made.add(Atom(value, name, negated=negated, kinds=kinds))
        case Field.HAS:
            for thing in _named(name, value, THINGS, typing)[:1]:
                made.add(Atom(thing, name, negated=negated))
        case Field.ITEM:
            number = _NUMBER.fullmatch(value)
            if number is None:
                raise UsageError(f"“{value}” is not an item number.", todo="Write it as item:7 or item:ITEM-0007.")
            made.add(Atom(f"ITEM-{int(number[1]):04d}", name, negated=negated))
        case Field.BEFORE | Field.AFTER | Field.ON:
            made.add(Atom(value, name, negated=negated, span=_span(name, value, made.zone)))
        case _:
            made.add(Atom(value, name, negated=negated, prefix=typing or value.endswith("*")))


def _named(name: Field, value: str, known: tuple[str, ...], typing: bool) -> list[str]:
    """The choices that a value names: one, or while it is typed all that begin so."""
    said = value.lower()
    for meant in (said, str(_ALSO.get(said, said)), said.removesuffix("s")):
        if meant in known:
            return [meant]
    begun = [each for each in known if typing and said and each.startswith(said)]
    if begun:
        return begun
    choices = f"{', '.join(known[:-1])} or {known[-1]}"
    raise UsageError(f"“{value}” is nothing for “{name.value}:”.", todo=f"Use one of {choices}.")


def _span(name: Field, value: str, zone: str) -> Span:
    """The time that a field's words mean. Raises :class:`UsageError`."""
    try:
        when = parse_when(_month(value), zone)
    except UsageError as error:
        raise UsageError(error.what, todo=f"Write a day as {name.value}:2026-03-01.") from error
    first, last = when.earliest, when.latest
    if (first is None and name is not Field.AFTER) or (last is None and name is not Field.BEFORE):
        raise UsageError(f"“{value}” has an open end.", todo=f"Give a day: {name.value}:2026-03-01.")
    return Span(first or when.anchor, last or when.anchor)


def _month(value: str) -> str:
    """2026-03 in words, as times are understood."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value, re.ASCII)
    return f"{datetime(int(found[1]), int(found[2]), 1):%B} {found[1]}" if found and int(found[1]) else value
