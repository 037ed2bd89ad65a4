"""What a production says of those before it: numbers that go on, are kept, were replaced or left, and what went before
it was withheld. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from evidencekit.binder.words import plural
from evidencekit.casefile.protection import folded
from evidencekit.custody.records import Body
from evidencekit.model import Part
from evidencekit.production.bates import bates, count_of, span, unbroken
from evidencekit.production.earlier import Earlier
from evidencekit.production.plan import apart
from evidencekit.production.values import ProducedItem, Production

_MOST_RUNS = 60
Span = tuple[int, int]


def numbers_told(production: Production, before: Sequence[Earlier]) -> Iterator[str]:
    """What a reader should know of the numbers; ``before`` are the finished productions before it, oldest first."""
    yield from _going_on(production, before)
    yield from replaced(production, before)
    yield from _renumbered(production, before)
    if apart(production):
        yield (
            "The load files list families together. Where part of a family was produced before, its numbers do not "
            "follow one another there."
        )


def given_before(production: Production, before: Sequence[Earlier]) -> list[tuple[str, str, str]]:
    """What that recipient was given before: production, its ranges, items."""
    found = []
    for each in _to_them(production, before):
        spans = [_span(row, each.prefix) for row in _rows(each)]
        found.append((str(each.number), "; ".join(_shown(unbroken(spans), each.prefix)), f"{len(spans):,}"))
    return found


def recalled(production: Production, before: Sequence[Earlier]) -> Iterator[str]:
    """What that recipient was given before it was withheld as a whole, one sentence for each production."""
    held = {each.item for each in production.held if each.part is Part.WHOLE}
    for each in _to_them(production, before):
        spans = [_span(row, each.prefix) for row in _rows(each) if row["item"] in held]
        if spans:
            numbers = _listed(_shown(unbroken(spans), each.prefix))
            yield f"Went with production {each.number} before it was withheld: {numbers}."


def replaced(production: Production, before: Sequence[Earlier]) -> Iterator[str]:
    """What goes to that recipient under the numbers it had before, and is not what they were given under them."""
    told = "Replaces what went with production {number} under the same numbers, {what}: {runs}."
    return _differing(production, _to_them(production, before), told)


def replaced_elsewhere(production: Production, before: Sequence[Earlier]) -> Iterator[str]:
    """For the office alone: what somebody else, but not that recipient, was given otherwise under the same numbers."""
    theirs = {_key(row) for each in _to_them(production, before) for row in _rows(each)}
    items = tuple(each for each in production.items if (each.item, each.begin) not in theirs)
    told = "Not what went to somebody else with production {number} under the same numbers, but {what}: {runs}."
    return _differing(replace(production, items=items), before, told)


def _differing(production: Production, before: Sequence[Earlier], told: str) -> Iterator[str]:
    newest = {_key(row): (each, row) for each in before for row in _rows(each)}
    groups: dict[tuple[int, str], list[Span]] = {}
    for item in production.items:
        each, row = newest.get((item.item, item.begin), (None, {}))
        if each is not None and (what := _changes(item, row)):
            counts = count_of(item.begin, production.prefix), count_of(item.end, production.prefix)
            groups.setdefault((each.number, what), []).append(counts)
    for (number, what), spans in groups.items():
        yield told.format(number=number, what=what, runs=_listed(_shown(unbroken(spans), production.prefix)))


def _key(row: Body) -> tuple[str, str]:
    return str(row["item"]), str(row["begin"])


def _changes(item: ProducedItem, row: Body) -> str:
    """In what an item differs from how it went before."""
    found = []
    if item.drawn and row.get("drawn") and item.drawn != row["drawn"]:
        found.append("with other pages")
    if bool(item.native) != bool(row.get("native")):
        found.append("with the native file" if item.native else "without the native file")
    return " and ".join(found)


def _going_on(production: Production, before: Sequence[Earlier]) -> Iterator[str]:
    known = {_key(row) for each in before for row in _rows(each)}
    again = sum((each.item, each.begin) in known for each in production.items)
    own = [each for each in before if each.prefix == production.prefix]
    ends = [_span(row, each.prefix)[1] for each in own for row in _rows(each)]
    if ends and again < len(production.items):
        yield (
            f"Earlier productions in this case ended at {bates(production.prefix, max(ends))}; new numbers go on from "
            "there. Numbers are issued once for the whole case and never again, so a gap in what one recipient has "
            "does not mean that a page is missing from it."
        )
    if again:
        those = "It keeps" if again == 1 else "They keep"
        yield f"{plural(again, 'item was', 'items were')} produced before. {those} the same numbers."


def _renumbered(production: Production, before: Sequence[Earlier]) -> Iterator[str]:
    """What that recipient has under other numbers, for its pages were fewer or more, or its prefix another."""
    theirs: dict[str, tuple[Earlier, Body]] = {}
    kept = {_key(row) for each in _to_them(production, before) for row in _rows(each)}
    for each in _to_them(production, before):
        theirs |= {str(row["item"]): (each, row) for row in _rows(each)}
    runs: dict[tuple[int, str], list[tuple[Span, Span]]] = {}
    for item in production.items:
        if item.item not in theirs or (item.item, item.begin) in kept:
            continue
        each, row = theirs[item.item]
        now = count_of(item.begin, production.prefix), count_of(item.end, production.prefix)
        runs.setdefault((each.number, each.prefix), []).append((now, _span(row, each.prefix)))
    for (number, prefix), pairs in runs.items():
        joined = _joined(pairs)
        told = [f"{_one(now, production.prefix)} (before: {_one(then, prefix)})" for now, then in joined[:_MOST_RUNS]]
        rest = f", and {len(joined) - _MOST_RUNS} more" if len(joined) > _MOST_RUNS else ""
        yield (
            f"Went with production {number} under other numbers, for the count of pages or the prefix has changed: "
            f"{'; '.join(told)}{rest}."
        )


def _joined(pairs: Iterable[tuple[Span, Span]]) -> list[tuple[Span, Span]]:
    """Neighbours made one where both their numbers follow one another."""
    found: list[tuple[Span, Span]] = []
    for now, then in sorted(pairs):
        if found and now[0] == found[-1][0][1] + 1 and then[0] == found[-1][1][1] + 1:
            found[-1] = (found[-1][0][0], now[1]), (found[-1][1][0], then[1])
        else:
            found.append((now, then))
    return found


def _to_them(production: Production, before: Sequence[Earlier]) -> list[Earlier]:
    to = folded(production.order.to)
    return [each for each in before if folded(str(each.body.get("to", ""))) == to]


def _rows(each: Earlier) -> Iterator[Body]:
    yield from each.body.get("items", ())


def _span(row: Body, prefix: str) -> Span:
    return count_of(str(row["begin"]), prefix), count_of(str(row["end"]), prefix)


def _one(counts: Span, prefix: str) -> str:
    return span(bates(prefix, counts[0]), bates(prefix, counts[1]))


def _shown(spans: Iterable[Span], prefix: str) -> list[str]:
    return [_one(each, prefix) for each in spans]


def _listed(runs: Sequence[str]) -> str:
    rest = f", and {len(runs) - _MOST_RUNS} more runs" if len(runs) > _MOST_RUNS else ""
    return ", ".join(runs[:_MOST_RUNS]) + rest
