"""What a production that is being prepared would hold, as lines: what goes, what stays, and what is to be decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evidencekit.binder.formats import KINDS
from evidencekit.binder.words import short_size
from evidencekit.casefile.protection import GPS, UNSEARCHABLE
from evidencekit.custody.names import shown
from evidencekit.model import HeldBack, Hit, Part, Protection
from evidencekit.production.produce import Preview
from evidencekit.production.values import Named, ProducedItem
from ui.advice import in_the_app
from ui.models.lines import Line, Look

_WHERE = {
    "native": "in its native file",
    "pdf": "on its pages",
    "text": "in its words",
    "name": "in its name",
    "index": "in the index",
    "metadata": "in what is known of it",
}
_FILE_ONLY = frozenset({"native", "metadata"})
_ITEM = re.compile(r"(ITEM-\d{4,}): (.+)", re.DOTALL)
_TIP = 20  # places told one by one
_LONG = 96  # characters of a line
_LONGEST = 600  # of a note

_MOST_INSIDE = 3  # items that name another, told one by one

Naming = tuple[str, str, str]
"""An item that stays, its name, and an item that goes and holds that name."""

Key = tuple[str, str]
"""What is decided at once: an item's number (empty for words that stand on or with everything) and a hit's key."""


@dataclass(frozen=True, slots=True)
class Told:
    """The lines of a preview, and what heads them; ``number`` counts the case's productions. Of what is to be decided,
    ``what`` says what was found, and ``file_only`` is settled when native files stay. ``named`` says that names of
    what stays stand in what goes. ``protection`` is what was protected when it was looked."""

    number: int
    head: str
    goes: tuple[Line, ...]
    stays: tuple[Line, ...]
    open: tuple[Line, ...]
    notes: tuple[Line, ...] = ()
    named: bool = False
    what: Mapping[Key, str] = field(default_factory=dict)
    file_only: frozenset[Key] = frozenset()
    protection: Protection = field(default_factory=Protection)

    def left(self, part: Part | None, decided: Sequence[Key]) -> tuple[Line, ...]:
        """What is still to be decided after this decision, as far as it can be told without looking again."""
        items = {item for item, _ in decided}
        gone = set(decided)
        if part is Part.WHOLE:
            return tuple(line for line in self.open if line.key[0] not in items)
        if part is Part.NATIVE:
            gone = {key for key in self.file_only if key[0] in items}
        return tuple(line for line in self.open if line.key not in gone)


def tell(preview: Preview, protection: Protection) -> Told:
    """What a preview says, in lines."""
    production = preview.production
    items = production.items
    count = "1 item" if len(items) == 1 else f"{len(items):,} items"
    pages = "1 page" if production.pages == 1 else f"{production.pages:,} pages"
    span = f"{production.first} to {production.last}" if items else ""
    names = {each.item: shown(each.name) for each in items}
    places: dict[Key, list[Hit]] = {}
    for hit in preview.hits:
        places.setdefault((hit.item, hit.key), []).append(hit)
    notes = sorted((_note(each) for each in preview.warnings), key=lambda line: bool(line.items))
    named = _by_item(preview.named)
    return Told(
        production.number,
        " · ".join(part for part in (f"Production {production.number}", count, pages, span) if part),
        tuple(_going(each) for each in items),
        tuple(_staying(each, named) for each in production.held),
        tuple(_open(key, found, names.get(key[0], "")) for key, found in places.items()),
        (*(_naming(*key, where) for key, where in named.items()), *notes),
        bool(named),
        {key: what_words(found[0]) for key, found in places.items()},
        frozenset(key for key, found in places.items() if {hit.where for hit in found} <= _FILE_ONLY),
        protection,
    )


def _going(each: ProducedItem) -> Line:
    name = shown(each.name)
    parts = [KINDS[each.kind], short_size(each.size)]
    if each.parent:
        parts.append(f"from {each.parent}")
    if each.redacted:
        parts.append("without its native file")
    below = " · ".join(parts)
    begin, end = each.begin, "" if each.begin == each.end else f"to {each.end}"
    spoken = ", ".join(part for part in (each.begin, end, name, below, each.item) if part)
    return Line(name, below, "", (begin, end), (each.item, ""), True, (each.item,), name, spoken, key=each.item)


def _by_item(named: Sequence[Named]) -> dict[Naming, list[str]]:
    found: dict[Naming, list[str]] = {}
    for each in named:
        found.setdefault((each.item, each.name, each.inside), []).append(_WHERE[each.where])
    return found


def _naming(item: str, name: str, inside: str, where: Sequence[str]) -> Line:
    """The name of what stays, in something that goes: whoever minds withholds that too."""
    text = f"Names {item}, which stays: “{shown(name)}”"
    below = f"{_joined(where)}. Withhold {inside} too if that name must not leave."
    below = below[:1].upper() + below[1:]
    tip = f"{inside}: {text}. {below}"
    return Line(text, below, "", (inside, ""), ("", ""), False, (inside,), tip, tip, Look.WARN, ("named", item, inside))


def _joined(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _staying(each: HeldBack, named: Mapping[Naming, Sequence[str]]) -> Line:
    what = "The whole item" if each.part is Part.WHOLE else "Its native file"
    inside = list(dict.fromkeys(inside for item, _, inside in named if item == each.item))
    if inside:
        more = f" and {len(inside) - _MOST_INSIDE:,} more" if len(inside) > _MOST_INSIDE else ""
        what += f" · its name stands in {', '.join(inside[:_MOST_INSIDE])}{more}"
    basis = shown(each.basis)
    spoken = f"{each.item}, {what}, {basis}"
    return Line(basis, what, "", (each.item, ""), ("", ""), False, (each.item,), basis, spoken, key=each.item)


def shortened(text: str) -> str:
    """What a note says, fit for the screen; one that names hundreds of items breaks off."""
    text = shown(in_the_app(text))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


def _note(text: str) -> Line:
    """What a person should know, in two lines where it is long."""
    named = _ITEM.fullmatch(text)
    item, words = (named[1], named[2]) if named else ("", text)
    words = shortened(words[:1].upper() + words[1:])
    cut = words.rfind(" ", 0, _LONG)
    first = words if len(words) <= _LONG else words[: cut if cut > 0 else _LONG]
    items = (item,) if item else ()
    spoken = f"{item}, {words}" if item else words
    return Line(
        first, words[len(first) :].strip(), "", (item, ""), ("", ""), False, items, words, spoken, key=("note", text)
    )


def what_words(hit: Hit) -> str:
    """What was found, for people: the term, a position, or that nobody could look."""
    if hit.key == UNSEARCHABLE:
        return "It could not be searched through"
    return "A position (GPS)" if hit.key == GPS else f"“{shown(hit.what)}”"


def key_words(key: str, terms: dict[str, str]) -> str:
    """As :func:`what_words`, of a key; ``terms`` by their keys."""
    if key == UNSEARCHABLE:
        return "what could not be searched through"
    return "a position (GPS)" if key == GPS else f"“{shown(terms[key])}”" if key in terms else "a term taken off since"


def _open(key: Key, found: Sequence[Hit], name: str) -> Line:
    """One line for an item of that ``name`` and a protected thing, with all the places where it was found."""
    item, _ = key
    where = Counter(_WHERE.get(hit.where, hit.where) for hit in found if item)
    told = ", ".join(f"{words} ({many})" if many > 1 else words for words, many in where.items())
    shows = shown(found[0].found)
    what = what_words(found[0])
    below = ": ".join(part for part in (told, shows) if part)
    below = below[:1].upper() + below[1:]
    tip = "\n".join([what, name, *(f"{_WHERE.get(hit.where, hit.where)}: {shown(hit.found)}" for hit in found[:_TIP])])
    first = item or "Everything"
    text = f"{what} · {name}" if name else what
    spoken = ", ".join(part for part in (first, text, told, shows) if part)
    items = (item,) if item else ()
    return Line(text, below, "", (first, ""), ("", ""), False, items, tip, spoken, Look.WARN, key)
