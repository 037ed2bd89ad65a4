"""The productions of a case as lines, newest first, all that is known of one, and what is held back now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evidencekit.casefile import Case
from evidencekit.casefile.holding import held_of
from evidencekit.casefile.protection import folded, protected_key, protection_of
from evidencekit.custody.names import shown
from evidencekit.model import Held, Part, Protection
from evidencekit.production.bates import Issued
from evidencekit.production.earlier import Earlier, earlier, issued, prefix_next
from evidencekit.production.log import Logged, logged, span
from evidencekit.production.values import Order
from ui.models.ledger import clock
from ui.models.lines import Line, Look, heading
from ui.models.producing import key_words

HELD, LET_GO = "held", "let go"


@dataclass(frozen=True, slots=True)
class Begun:
    """A production that was logged and never finished; its very ``order``, given again, completes it."""

    number: int
    line: int
    order: Order
    told: str


@dataclass(frozen=True, slots=True)
class About:
    """All about one production: names with values, and its items and what was held back as lines."""

    number: int
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Productions:
    """``lines`` newest first and what is known ``about`` each (the line's key is the ledger line); ``recipients`` each
    once, newest first; ``begun`` by ledger line what can be completed; ``held`` tells what must not leave now, and what
    may although it is protected. ``prefix`` is that of the next production, and ``prefixes`` those of the next to each
    recipient (folded), unless another one is asked for."""

    lines: tuple[Line, ...] = ()
    about: Mapping[int, About] = field(default_factory=dict)
    recipients: tuple[str, ...] = ()
    begun: Mapping[int, Begun] = field(default_factory=dict)
    protection: Protection = field(default_factory=Protection)
    held: tuple[Line, ...] = ()
    prefix: str = ""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    issued: Issued = field(default_factory=Issued)


def gather(case: Case) -> Productions:
    """Read what was produced, and what is protected."""
    zone = case.info.timezone
    before = earlier(case.checked)
    numbers, now = issued(before), protection_of(case.checked)
    found = logged(case.checked)[::-1]
    recipients = tuple(dict.fromkeys(each.to for each in found if each.to))
    return Productions(
        tuple(_line(each, zone) for each in found),
        {each.line: About(each.number, _facts(each, zone), _items(each)) for each in found},
        recipients,
        {each.line: _begun(each) for each in before if not each.finished and each.body},
        now,
        tuple(_held_lines(case, now, zone)),
        prefix_next(before, "", case.info.number),
        {folded(each): prefix_next(before, each, case.info.number) for each in recipients},
        numbers,
    )


def _begun(each: Earlier) -> Begun:
    body = each.body
    order = Order(
        to=str(body.get("to", "")),
        medium=str(body.get("medium", "")),
        prefix=each.prefix,
        items=tuple(str(number) for number in body.get("chosen", ())),
        only_new=bool(body.get("only_new")),
        confidentiality=str(body.get("confidentiality", "")),
        note=str(body.get("note", "")),
    )
    told = f"Production {each.number} for {order.to} was begun and never finished; its numbers are issued."
    return Begun(each.number, each.line, order, shown(told))


def _line(each: Logged, zone: str) -> Line:
    head = shown(each.to) or "Its record is damaged"
    parts = [_many(each.count, "item"), _many(each.pages, "page"), shown(each.medium)]
    if each.held:
        parts.append(f"{_many(len({held.item for held in each.held}), 'item')} held back")
    if each.only_new:
        parts.append("a supplement")
    if not each.complete:
        parts.insert(0, "never finished")
    below = " · ".join(part for part in parts if part)
    numbers = (each.first, "" if each.first == each.last else f"to {each.last}")
    when = clock(each.time, zone)
    spoken = ", ".join(part for part in (f"Production {each.number}", head, *when, *numbers, below) if part)
    look = Look.ROW if each.complete else Look.WARN
    tip = "\n".join((head, below, ", ".join(part for part in when if part)))
    return Line(head, below, str(each.number), (when[0], ""), numbers, False, (), tip, spoken, look, each.line)


def _facts(each: Logged, zone: str) -> tuple[tuple[str, str], ...]:
    state = "complete" if each.complete else "never finished: its numbers are issued, and nobody has it"
    rows = [
        ("To", each.to),
        ("When", ", ".join(part for part in clock(each.time, zone) if part)),
        ("By", each.by),
        ("Medium", each.medium),
        ("Numbers", "; ".join(span(*run) for run in each.ranges)),
        ("Designation", each.confidentiality),
        ("Words in the letter", each.note),
        ("State", state),
        ("Ledger line", f"{each.line:,}"),
        ("SHA-256 of manifest-sha256.txt", each.manifest),
        ("SHA-256 of tagmanifest-sha256.txt", each.tagmanifest),
    ]
    return tuple((name, shown(value.replace("\n", " "))) for name, value in rows if value)


def _items(each: Logged) -> tuple[Line, ...]:
    made: list[Line] = []
    if each.held:
        made.append(heading("Held back", _many(len(each.held), "entry", "entries")))
        for held in each.held:
            what, basis = _part(held.part), shown(held.basis)
            made.append(
                Line(basis, what, "", (held.item, ""), items=(held.item,), tip=basis, spoken=f"{held.item}, {basis}")
            )
    made.append(heading("Items", f"{each.count:,}"))
    for item in each.items:
        numbers = span(item.begin, item.end)
        below = f"{_many(item.pages, 'page')} · {'with its native file' if item.native else 'without its native file'}"
        spoken = f"{item.item}, {numbers}, {below}"
        made.append(Line(numbers, below, "", (item.item, ""), items=(item.item,), spoken=spoken, key=item.item))
    return tuple(made)


def _held_lines(case: Case, now: Protection, zone: str) -> Iterator[Line]:
    """What is held back by name, what is held back along with it, and what was let go although it is protected."""
    if now.held:
        along = [each for number, each in held_of(case.checked, now).items() if number not in now.held]
        yield heading("Held back", _many(len(now.held), "item"))
        yield from (_held_line(each, zone) for each in now.held.values())
        if along:
            yield heading("Held back along with them", _many(len(along), "item"))
            for each in along:
                what, basis = _part(each.part), shown(each.basis)
                spoken = f"{each.item}, {what}, {basis}"
                key = (HELD, each.item)
                yield Line(basis, what, "", (each.item, ""), items=(each.item,), tip=basis, spoken=spoken, key=key)
    if now.cleared:
        terms = {protected_key(term): term for term in now.terms}
        yield heading("Let go although it is protected", _many(len(now.cleared), "item"))
        for found in now.cleared.values():
            for one in found:
                what = f"May leave with {', '.join(key_words(key, terms) for key in sorted(one.keys))}"
                yield _decided(one.item, shown(one.reason), what, one.actor, one.time, zone, (LET_GO, one.item))


def _held_line(each: Held, zone: str) -> Line:
    return _decided(each.item, shown(each.reason), _part(each.part), each.actor, each.time, zone, (HELD, each.item))


def _decided(item: str, reason: str, what: str, actor: str, time: str, zone: str, key: object) -> Line:
    below = f"{what} · {shown(actor)}"
    when = clock(time, zone)
    spoken = ", ".join(part for part in (item, reason, below, *when) if part)
    return Line(reason, below, "", (item, ""), when, False, (item,), f"{reason}\n{below}", spoken, key=key)


def _part(part: Part) -> str:
    return "The whole item" if part is Part.WHOLE else "Its native file"


def _many(count: int, one: str, more: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {more or f'{one}s'}"
