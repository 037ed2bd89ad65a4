"""What a person should know of a document before it leaves the office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from evidencekit.casefile.checks import Checked
from evidencekit.casefile.holding import held_of
from evidencekit.casefile.protection import folded, protection_of
from evidencekit.model import Part

_DIGEST = re.compile(r"[0-9a-f]{40,}|[A-Za-z0-9+/]{43}=")  # may hold a short term by chance, and tells nothing


def remarks(checked: Checked, content: Any, numbers: Iterable[str]) -> tuple[str, ...]:
    """The protected terms that a document's ``content`` (texts in lists and mappings) holds, and which of the items
    that it names are withheld from productions, by name or as a whole along with another."""
    protection = protection_of(checked)
    texts = [folded(each) for each in _texts(content)]
    notes = [
        f"It holds the protected term “{term}”: see that it does not leave the office with it."
        for term in protection.terms
        if folded(term) and any(folded(term) in text for text in texts)
    ]
    along = {number for number, each in held_of(checked, protection).items() if each.part is Part.WHOLE}
    held = [number for number in numbers if number in protection.held or number in along]
    if held:
        notes.append(f"It names what is withheld from productions: {spans(held)}.")
    return tuple(notes)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _DIGEST.fullmatch(value) is None:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def spans(numbers: Iterable[str]) -> str:
    """Item numbers in as few words: “ITEM-0001 to ITEM-0004, ITEM-0007”."""
    runs: list[tuple[int, int]] = []
    for count in sorted(int(each.removeprefix("ITEM-")) for each in numbers):
        if runs and runs[-1][1] == count - 1:
            runs[-1] = runs[-1][0], count
        else:
            runs.append((count, count))
    return ", ".join(_span(*run) for run in runs)


def _span(first: int, last: int) -> str:
    joined = "" if first == last else f"{' to ' if last > first + 1 else ', '}ITEM-{last:04d}"
    return f"ITEM-{first:04d}{joined}"
