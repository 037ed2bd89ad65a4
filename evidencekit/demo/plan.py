"""Which files a hand-over of so many items holds, and how each is made. Deterministic by seed; writes nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidencekit.errors import UsageError

LEAST = 12

Write = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Tell:
    """One contact that a file tells of: equal ones in several files are one. ``what`` says how and with whom."""

    at: datetime
    what: str
    to_victim: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to write. ``key`` names it in the story; ``path`` is relative to the received folder; ``member`` names
    what of an archive stands for it; ``tells`` are the contacts that can be read out of it."""

    key: str
    path: str
    at: datetime
    write: Write
    member: str = ""
    tells: tuple[Tell, ...] = ()

    @property
    def shown(self) -> str:
        """The path of what people look at: the file itself, or that member."""
        return f"{self.path}/{self.member}" if self.member else self.path


@dataclass(frozen=True, slots=True)
class Shot:
    """A file of the phone's camera roll before it has its running number."""

    key: str
    at: datetime
    write: Write
    screen: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each kind; ``others`` is how many of the fixed list of documents and odd files."""

    threads: int
    scrolls: int
    calls: int
    locks: int
    voicemail_lists: int
    photos: int
    voicemails: int
    others: int


def counts(items: int, fixed: int) -> Counts:
    """Shares of ``items`` files, of which up to ``fixed`` are documents and odd files.

    Raises :class:`UsageError` when the story cannot be told with so few.
    """
    if items < LEAST:
        raise UsageError(f"The synthetic case needs at least {LEAST} items.", todo=f"Ask for {LEAST} or more.")
    others = min(fixed, 7 + (items - LEAST) // 2 + max(0, items - 5 * LEAST) // 4)
    rest = items - others
    voicemails = min(40, max(1, round(rest * 0.2)))
    photos = min(40, max(1, round(rest * 0.15)))
    calls = max(1, round(rest * 0.08))
    locks = round(rest * 0.06)
    lists = min(2, rest // 20)
    scrolls = 1 + rest // 300 if rest >= 10 else 0
    threads = rest - voicemails - photos - calls - locks - lists - scrolls
    return Counts(threads, scrolls, calls, locks, lists, photos, voicemails, others)


def seeded(seed: int, key: str) -> random.Random:
    """A generator for one file: adding a file never changes another. (A text seed does not use hash().)"""
    return random.Random(f"{seed}/{key}")


def numbered(shots: list[Shot], handed_over: datetime, rng: random.Random) -> list[Wanted]:
    """The camera roll in order of time, named as a phone counts: screens and photographs share the numbers. What is
    younger than the first hand-over came with the second."""
    number, wanted = 2041, []
    widest = max(1, min(7, 6000 // max(1, len(shots))))
    for shot in sorted(shots, key=lambda s: (s.at, s.key)):
        root = "phone" if shot.at < handed_over else "phone-april"
        place = "Screenshots" if shot.screen else "DCIM/100MEDIA"
        suffix = "PNG" if shot.screen else "JPG"
        wanted.append(Wanted(shot.key, f"{root}/{place}/IMG_{number:04d}.{suffix}", shot.at, shot.write))
        number += rng.randrange(1, widest + 1)
    return wanted
