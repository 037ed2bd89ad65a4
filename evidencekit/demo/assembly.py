"""Puts the whole hand-over together: counts, timeline, camera roll, documents."""

from __future__ import annotations

from pathlib import Path

from evidencekit.demo import camera, captures, documents, recordings, timeline
from evidencekit.demo.papers import Press
from evidencekit.demo.plan import Wanted, counts, numbered, seeded


def assemble(items: int, seed: int, scratch: Path) -> list[Wanted]:
    """The files to write, sorted by path. Raises :class:`UsageError` for fewer items than the story needs."""
    own = documents.documents(Press(scratch), seed)
    share = counts(items, len(own) + documents.LINKED)
    messages = timeline.messages(share.threads * 6, seeded(seed, "messages"))
    calls = timeline.calls(40 + share.calls * 6 + share.voicemails * 3, seeded(seed, "calls"))
    left = recordings.chosen(calls, share.voicemails, seed)
    shots = captures.shots(share, messages, calls, left, seed) + camera.shots(share.photos, seed)
    roll = numbered(shots, timeline.HANDED_OVER, seeded(seed, "numbers"))
    others = documents.in_order(own, documents.linked(messages, calls, left, roll, seed), share.others)
    wanted = [*roll, *recordings.voicemails(left, seed), *others]
    return sorted(wanted, key=lambda each: each.path)
