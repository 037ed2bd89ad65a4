"""What goes, what stays, and under which numbers: pure functions over frozen values.

Order: by item number with families together, a parent before what came out of it, depth first. A family is never
split; what is held back leaves a gap in it and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from evidencekit.model import CaseInfo, HeldBack, Kind, Part
from evidencekit.production.bates import Issued, bates, count_of, order_of, unbroken
from evidencekit.production.values import Order, ProducedItem, Production

Family = tuple[ProducedItem, ...]

NATIVE_HELD = "Native file withheld"
NAMED_ONLY = "Native file withheld; only a page that names it goes"


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes, family by family in the order of the production, and what is held back of these families."""

    families: tuple[Family, ...]
    held: tuple[HeldBack, ...]

    @property
    def items(self) -> tuple[ProducedItem, ...]:
        return tuple(each for family in self.families for each in family)


def families(items: Sequence[ProducedItem]) -> list[Family]:
    """Every item with what came out of it, depth first, in the order of item numbers."""
    known = {each.item for each in items}
    below: dict[str, list[ProducedItem]] = {}
    tops = []
    for each in sorted(items, key=lambda each: order_of(each.item)):
        if each.parent in known:
            below.setdefault(each.parent, []).append(each)
        else:
            tops.append(each)
    return [tuple(_depth_first(top, below)) for top in tops]


def _depth_first(top: ProducedItem, below: Mapping[str, list[ProducedItem]]) -> Iterator[ProducedItem]:
    waiting = [top]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(below.get(each.item, ())))


def choose(
    items: Sequence[ProducedItem],
    order: Order,
    held: Mapping[str, HeldBack],
    got: Mapping[str, bool],
) -> Choice:
    """What of all ``items`` goes. ``held`` by item number; ``got``: what that recipient has already, item number →
    whether its native file was with it."""
    wanted = set(order.items)
    going, staying = [], []
    for family in families(items):
        if wanted and not any(each.item in wanted for each in family):
            continue
        staying += [held[each.item] for each in family if each.item in held]
        left = tuple(_as_it_goes(each, held.get(each.item)) for each in family if not stays(held.get(each.item)))
        if left and not (order.only_new and all(_has(each, got) for each in left)):
            going.append(left)
    return Choice(tuple(going), tuple(staying))


def stays(held: HeldBack | None) -> bool:
    """Whether what is held back of an item, if anything, is all of it."""
    return held is not None and held.part is Part.WHOLE


def _as_it_goes(item: ProducedItem, held: HeldBack | None) -> ProducedItem:
    return item if held is None else replace(item, native="", redacted=NATIVE_HELD)


def _has(item: ProducedItem, got: Mapping[str, bool]) -> bool:
    """Whether the recipient has all of an item that would go now."""
    return item.item in got and (got[item.item] or not item.native)


def plan(
    info: CaseInfo,
    order: Order,
    number: int,
    by: str,
    choice: Choice,
    pages: Mapping[str, int],
    prefix: str,
    issued: Issued,
) -> Production:
    """The production: every item with its Bates numbers. ``pages`` by item number, at least 1 each.

    New numbers follow the highest ever issued for that prefix, without gaps; an item that was produced before with the
    same content, prefix and page count keeps its numbers.
    """
    last = issued.highest.get(prefix, 0)
    planned: list[ProducedItem] = []
    for family in choice.families:
        numbered = []
        for each in family:
            count = pages[each.item]
            before = issued.begins.get((each.item, each.sha256, prefix, count))
            first = count_of(before, prefix) if before else last + 1
            last = last if before else last + count
            numbered.append(_numbered(each, prefix, first, count, order))
        planned += _as_family(numbered)
    return Production(number, info, order, prefix, by, tuple(planned), choice.held)


def _numbered(item: ProducedItem, prefix: str, first: int, pages: int, order: Order) -> ProducedItem:
    begin = bates(prefix, first)
    return replace(
        item,
        begin=begin,
        end=bates(prefix, first + pages - 1),
        pages=pages,
        confidentiality=order.confidentiality,
        pdf=f"pdf/{begin}.pdf",
        text=f"text/{begin}.txt",
        native=f"natives/{begin}{item.native}" if item.native else "",
    )


def _as_family(items: Sequence[ProducedItem]) -> list[ProducedItem]:
    if len(items) < 2:
        return list(items)
    # The topmost member's number, always: one that went before keeps its own, and may stand behind it.
    first, last = items[0].begin, max((each.end for each in items), key=order_of)
    return [replace(each, family_begin=first, family_end=last) for each in items]


def apart(production: Production) -> list[str]:
    """The topmost members of families whose numbers do not follow one another, for some of them went before: between
    them stand numbers of others."""
    families: dict[str, list[ProducedItem]] = {}
    for each in production.items:
        if each.family_begin:
            families.setdefault(each.family_begin, []).append(each)
    return [found[0].item for found in families.values() if not _in_one_run(found, production.prefix)]


def _in_one_run(items: Sequence[ProducedItem], prefix: str) -> bool:
    return all(count_of(one.end, prefix) + 1 == count_of(after.begin, prefix) for one, after in pairwise(items))


def showing(items: Sequence[ProducedItem], hidden: Collection[str]) -> frozenset[str]:
    """The office files that hold something held back, whose pages may show it. Mails and exports print without it, and
    what is attached to a PDF stands on none of its pages."""
    holding = {each.parent for each in items if each.sha256 in hidden}
    return frozenset(
        each.item
        for each in items
        if each.item in holding and each.kind is Kind.DOCUMENT and each.media_type != "application/pdf"
    )


def may_name(
    items: Sequence[ProducedItem], held: Mapping[str, HeldBack], beside: Mapping[str, Collection[str]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Item that goes → the items that stay as a whole and that it may name, as (number, name): those that came out of
    it, and those of the contents (SHA-256 in hex) that its pages would show ``beside`` it."""
    known = {each.item: each for each in items}
    whole = [each for each in items if stays(held.get(each.item))]
    found: dict[str, dict[str, str]] = {}
    for each in whole:
        above = known.get(each.parent)
        while above is not None:
            if not stays(held.get(above.item)):
                found.setdefault(above.item, {})[each.item] = each.name
            above = known.get(above.parent)
    for number, contents in beside.items():
        shown = {each.item: each.name for each in whole if each.sha256 in contents}
        if shown:
            found.setdefault(number, {}).update(shown)
    return {number: tuple(sorted(named.items())) for number, named in found.items()}


def ranges(production: Production) -> list[tuple[str, str, int]]:
    """The production's numbers as unbroken runs, lowest first: (first, last, pages)."""
    prefix = production.prefix
    runs = unbroken((count_of(each.begin, prefix), count_of(each.end, prefix)) for each in production.items)
    return [(bates(prefix, first), bates(prefix, last), last - first + 1) for first, last in runs]
