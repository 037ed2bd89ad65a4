"""Numbers and addresses that an item names itself, and whose they are known to be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidencekit.model import Item, Party

_MOST = 4
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+?\d{10,15}|(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4})(?![\dA-Za-z])"
)
_DATED = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_MAIL = (("from", "the mail's From"), ("to", "the mail's To"), ("cc", "the mail's Cc"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """An ``identifier`` as it stands in the item, ``where`` it stands, and the ``party`` it is known to belong to."""

    identifier: str
    where: str
    party: str | None


def proposals(item: Item, parties: Sequence[Party]) -> tuple[Proposal, ...]:
    """The identifiers that an item without a party names, each once, known ones first."""
    known = {same(each): party.name for party in parties for each in party.identifiers}
    found: dict[str, Proposal] = {}
    for identifier, where in _named(item):
        found.setdefault(same(identifier), Proposal(identifier, where, known.get(same(identifier))))
    return tuple(sorted(found.values(), key=lambda each: each.party is None)[:_MOST])


def _named(item: Item) -> Iterator[tuple[str, str]]:
    for name, where in _MAIL:
        for address in _ADDRESS.findall(_text(item, name)):
            yield address, where
    stem = item.name.rpartition(".")[0] or item.name
    for text, where in ((stem, "the file's name"), (_text(item, "title"), "the file's own title")):
        for found in _PHONE.finditer(text):
            if not _DATED.match(re.sub(r"\D", "", found.group())):
                yield found.group(), where


def _text(item: Item, name: str) -> str:
    value = item.fact(name)
    return ", ".join(value) if isinstance(value, list) else value if isinstance(value, str) else ""


def same(identifier: str) -> str:
    """What two ways of writing one identifier have in common: a number's last ten digits, else the text in one case."""
    digits = re.sub(r"\D", "", identifier)
    if "@" not in identifier and len(digits) >= 10 and not re.search(r"[A-Za-z]", identifier):
        return digits[-10:]
    return identifier.strip().casefold()
