"""What the transcript's pane shows of one item, read off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.binder.words import clock
from evidencekit.casefile import Case
from evidencekit.catalog.transcripts import State, Transcribed, Version
from evidencekit.spoken import MachineDraft, Spoken

_UNSURE_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """All about the transcript of the item ``number``; ``missing`` is what keeps a machine from drafting one."""

    number: str
    there: Transcribed
    zone: str
    missing: str

    @property
    def state(self) -> State | None:
        return self.there.state

    @property
    def writing(self) -> Version | None:
        """The version that is being worked at."""
        latest = self.there.latest
        return latest if latest is not None and not latest.certified else None

    @property
    def lines(self) -> tuple[Spoken, ...]:
        return self.there.lines

    def doubtful(self) -> list[tuple[int, int, int]]:
        """Line, first character and length of every word of the machine's draft that it doubts."""
        if self.state is not State.MACHINE or self.there.draft is None:
            return []
        return _doubtful(self.there.draft)

    def words(self) -> str:
        """How it stands, in a sentence."""
        latest, draft = self.there.latest, self.there.draft
        if latest is not None and latest.certified:
            return f"Version {latest.version}, certified by {latest.by}, {clock(latest.time, self.zone)}."
        if latest is not None:
            return f"Version {latest.version}, begun from {latest.basis}. Not certified."
        if draft is not None:
            many = "Dotted words are doubtful. Listen first." if draft.segments else "It recognised no speech."
            return f"Drafted by a machine: {draft.engine.words()}. {many}"
        return f"There is no transcript yet. {self.missing}".strip()


def load(case: Case, number: str) -> Loaded:
    """Read it."""
    from evidencekit.catalog import transcripts
    from evidencekit.speechmodel import what_is_missing

    with case.catalog.read() as connection:
        there = transcripts.transcribed(connection, number)
    return Loaded(number, there, case.info.timezone, what_is_missing(case.home))


def _doubtful(draft: MachineDraft) -> list[tuple[int, int, int]]:
    found = []
    for number, segment in enumerate(draft.segments):
        if " ".join(word.text for word in segment.words) != segment.text:
            continue
        at = 0
        for word in segment.words:
            if word.unsure:
                found.append((number, at, len(word.text)))
            at += len(word.text) + 1
    return found[:_UNSURE_MOST]
