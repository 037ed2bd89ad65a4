"""What the window says of the open case as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from evidencekit.casefile import Case
from evidencekit.catalog import court
from evidencekit.catalog.browse import Counts, counts
from evidencekit.model import Draft, Exhibit


@dataclass(frozen=True, slots=True)
class Summary:
    """How many items of each sort there are, the exhibits with an issued label, and the drafts."""

    counts: Counts = field(default_factory=lambda: Counts(0, {}, 0, 0, 0, 0, {}, {}, "", ""))
    live: tuple[Exhibit, ...] = ()
    drafts: tuple[Draft, ...] = ()


def summarise(case: Case) -> Summary:
    """Count the case's items and exhibits."""
    with case.catalog.read() as connection:
        return Summary(counts(connection), court.arrangement(connection), tuple(court.drafts(connection)))
