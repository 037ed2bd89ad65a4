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

    counts: Counts = field(default_factory=lambda: Counts(0, {}, 0, 0, 0, 0, 0, {}, {}, "", ""))
    live: tuple[Exhibit, ...] = ()
    drafts: tuple[Draft, ...] = ()


def spoken(summary: Summary) -> list[str]:
    """“122 items”, “66 exhibits”, “2 drafts”, “16 need a date”: what there is none of is left out at the end."""
    counts = summary.counts
    parts = [_many(counts.items, "item"), _many(len(summary.live), "exhibit")]
    if summary.drafts:
        parts.append(_many(len(summary.drafts), "draft"))
    if counts.undated:
        parts.append("1 needs a date" if counts.undated == 1 else f"{counts.undated:,} need a date")
    return parts


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def summarise(case: Case) -> Summary:
    """Count the case's items and exhibits."""
    with case.catalog.read() as connection:
        return Summary(counts(connection), court.arrangement(connection), tuple(court.drafts(connection)))
