"""The tour's last act: what is protected is found, decided on with reasons, and the rest goes to the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.casefile.protection import GPS, UNSEARCHABLE, folded
from evidencekit.demo.story import Story
from evidencekit.demo.words import VICTIM_NUMBER
from evidencekit.edits.protecting import disclose, protect, withhold
from evidencekit.errors import ProtectedError
from evidencekit.job import Job
from evidencekit.model import Hit, Item, Part
from evidencekit.production.produce import Produced, produce
from evidencekit.production.values import Order

TO = "Office of the Public Defender"
ORDER = Order(TO, "disc", "HOLLIS", confidentiality="CONFIDENTIAL – SUBJECT TO PROTECTIVE ORDER")
_ROUNDS = 4

_KNOWN = "The defendant has this number: he called it and wrote to it."
_WHERE = "It records where the victim was."
_HOME = "It tells where the victim lives now."
_SEEN = "It shows where the victim works; a person saw it in the picture."
_CLOSED = "It could not be searched for what is protected; an open copy is asked for."

Say = Callable[[str], None]


def produce_all(case: Case, story: Story, numbers: Mapping[str, Item], folder: Path, job: Job, say: Say) -> Produced:
    """Protect the story's terms, hold back what a person saw in pictures, decide on each place where something
    protected would leave, and produce the rest into ``folder``. ``numbers``: the story's paths → items. Raises what
    producing raises."""
    protect(case, story.protected_terms)
    seen = [numbers[path].number for path in story.seen if path in numbers]
    if seen:
        withhold(case, seen, _SEEN)
    for _ in range(_ROUNDS):
        try:
            return produce(case, ORDER, folder, job)
        except ProtectedError as stopped:
            say(f"Deciding on {len(_items(stopped.hits))} items that hold something protected")
            _decide(case, stopped.hits)
    return produce(case, ORDER, folder, job)


def _decide(case: Case, hits: Sequence[Hit]) -> None:
    """The number that the defendant has may go; a position stays in a native file that is held back; what tells her
    address stays as a whole."""
    number = folded(VICTIM_NUMBER)
    known = _items(each for each in hits if folded(each.what) == number)
    closed = _items(each for each in hits if each.key == UNSEARCHABLE)
    where = _items(each for each in hits if each.key == GPS and each.where in ("native", "metadata"))
    told = [each for each in hits if each.key not in (GPS, UNSEARCHABLE) and folded(each.what) != number]
    home = _items([*told, *(each for each in hits if each.key == GPS and each.where not in ("native", "metadata"))])
    if known:
        disclose(case, known, _KNOWN, terms=[VICTIM_NUMBER])
    whole = [(home, _HOME), ([each for each in closed if each not in home], _CLOSED)]
    for items, reason in whole:
        if items:
            withhold(case, items, reason)
    natives = [each for each in where if each not in home and each not in closed]
    if natives:
        withhold(case, natives, _WHERE, Part.NATIVE)


def _items(hits: Iterable[Hit]) -> list[str]:
    return list(dict.fromkeys(each.item for each in hits))
