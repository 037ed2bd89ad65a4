"""What is held back, once every way out of it is followed.

Holding an item back holds its content back: every item of the same content, all that lies inside one of them, and the
native file of everything that contains one of them, up to the outermost. What contains it may go as pages printed
without it, and so may its other parts. Holding back only an item's native file holds back that file, its copies and
the native files around them; what lies inside it may go by itself.

A person may release by name what is held back along with something else; that counts against what was held back
before, and never opens the native file of something that contains what is still held back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from evidencekit.casefile.checks import Checked
from evidencekit.casefile.protection import protection_of
from evidencekit.model import Held, HeldBack, Part, Protection

_SAME = "The same content as {item}, which is held back: {reason}"
_INSIDE = "Came inside {item}, which is held back: {reason}"
_AROUND = "Holds {item}, which is held back: {reason}"
_AROUND_NATIVE = "Holds {item}, whose native file is held back: {reason}"


class Contained(Protocol):
    """An item by its number, with what it lies in (empty for nothing) and its content's SHA-256 (hex)."""

    @property
    def item(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Lying:
    item: str
    parent: str
    sha256: str


def held_of(checked: Checked, protection: Protection | None = None) -> dict[str, HeldBack]:
    """As :func:`held_back`, of the items that a case's record tells of, by what is protected now."""
    now = protection or protection_of(checked)
    if not now.held:
        return {}
    return held_back((_Lying(each.number, each.parent or "", each.digests.sha256) for each in checked.items), now)


def held_back(items: Iterable[Contained], protection: Protection) -> dict[str, HeldBack]:
    """Item number → what of it is held back and on what basis, of all ``items`` of a case; nothing else may leave with
    one of them. A person's own words stand before what follows from another item."""
    family = _Family.of(items)
    decided = sorted((each for each in protection.held.values() if each.item in family.known), key=_first)
    found = {each.item: HeldBack(each.item, each.part, each.reason) for each in decided}
    natives: list[HeldBack] = []
    for held in decided:
        along = dict(family.along(held, protection.released))
        for number, said in along.items():
            _add(found, HeldBack(number, held.part, said.format(item=held.item, reason=held.reason)))
        said = _AROUND if held.part is Part.WHOLE else _AROUND_NATIVE
        basis = said.format(item=held.item, reason=held.reason)
        natives += [HeldBack(number, Part.NATIVE, basis) for number in family.around(along)]
    for each in natives:
        _add(found, each)
    return found


def _first(held: Held) -> tuple[bool, int, str]:
    return held.part is not Part.WHOLE, held.line, held.item


def _add(found: dict[str, HeldBack], added: HeldBack) -> None:
    """Keep it unless as much of that item is held back already."""
    before = found.get(added.item)
    if before is None or (before.part is Part.NATIVE and added.part is Part.WHOLE):
        found[added.item] = added


@dataclass(frozen=True, slots=True)
class _Family:
    known: Mapping[str, Contained]
    same: Mapping[str, list[str]]
    inside: Mapping[str, list[str]]

    @classmethod
    def of(cls, items: Iterable[Contained]) -> _Family:
        known = {each.item: each for each in items}
        same: dict[str, list[str]] = {}
        inside: dict[str, list[str]] = {}
        for each in known.values():
            same.setdefault(each.sha256, []).append(each.item)
            inside.setdefault(each.parent, []).append(each.item)
        return cls(known, same, inside)

    def along(self, held: Held, released: Mapping[str, int]) -> Iterator[tuple[str, str]]:
        """The items that share what is held back, that one first, with why."""
        waiting, seen = [(held.item, _SAME)], {held.item}
        while waiting:
            number, said = waiting.pop()
            yield number, said
            near = [(each, said) for each in self.same[self.known[number].sha256]]
            if held.part is Part.WHOLE:
                near += [(each, _INSIDE) for each in self.inside.get(number, ())]
            for each, why in near:
                if each not in seen and released.get(each, -1) < held.line:
                    seen.add(each)
                    waiting.append((each, why))

    def around(self, inner: Iterable[str]) -> set[str]:
        """What contains one of these, and every other item with the content of one that does."""
        waiting, found = list(inner), set[str]()
        while waiting:
            parent = self.known.get(self.known[waiting.pop()].parent)
            for each in self.same[parent.sha256] if parent is not None else ():
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return found
