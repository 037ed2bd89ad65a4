"""What of a case can change, and what a change says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What of a case can change."""

    ITEMS = "items"
    WORDS = "words"  # titles, times, parties and notes of items
    DERIVED = "derived"  # what machines made of items: recognised words, drafts of transcripts
    EXHIBITS = "exhibits"  # marked ones and drafts
    CHRONOLOGY = "chronology"  # milestones and incidents
    PARTIES = "parties"
    LEDGER = "ledger"
    CHOICES = "choices"  # profile and paper


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed; ``items`` are the numbers touched, empty when that is not known or too many."""

    parts: frozenset[Part]
    items: frozenset[str] = frozenset()

    def touch(self, *parts: Part) -> bool:
        """Whether any of these changed."""
        return bool(self.parts & set(parts))
