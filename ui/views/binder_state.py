"""What the binder page knows of a case: its choices, how much is marked, and the binders built so far."""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.binder.earlier import EarlierBinder, earlier_binders
from evidencekit.casefile import Case
from evidencekit.model import Status
from evidencekit.printing.paper import PaperName
from evidencekit.profile import Profile
from ui.choices import chosen

PAPERS = {PaperName.LETTER: "Letter (8½ × 11 in)", PaperName.LEGAL: "Legal (8½ × 14 in)", PaperName.A4: "A4"}
_LATE = {
    "letter": "a late exhibit becomes 12A",
    "dash": "a late exhibit becomes 12-1",
    "none": "late exhibits are numbered on at the end",
}


@dataclass(frozen=True, slots=True)
class BinderState:
    """``exhibits`` that would be printed, ``drafts`` without a label, and the ``earlier`` binders, newest first."""

    profile: Profile
    paper: PaperName
    exhibits: int
    drafts: int
    earlier: tuple[EarlierBinder, ...]


def load_state(case: Case, usual: str) -> BinderState:
    """Read it; ``usual`` is the paper this person uses where the case says nothing, empty for the profile's."""
    from evidencekit.catalog import court

    profile, paper = chosen(case, usual)
    with case.catalog.read() as connection:
        live = [each for each in court.arrangement(connection) if each.status is not Status.WITHDRAWN]
        drafts = court.drafts(connection)
    return BinderState(profile, paper, len(live), len(drafts), earlier_binders(case))


def profile_words(profile: Profile) -> str:
    """What a court profile means for the binder, in sentences."""
    labels = "1, 2, 3" if profile.numbering == "numeric" else "A, B, C"
    late = _LATE[profile.late] if profile.numbering == "numeric" else _LATE[profile.late].replace("12", "C")
    sides = (
        "Printed on both sides; every exhibit begins on a right-hand page."
        if profile.duplex
        else ("Printed on one side.")
    )
    return (
        f"Exhibits are labelled {labels} under “{profile.prefix}”; {late}. {sides} "
        f"A volume holds up to {profile.sheets_per_volume} sheets."
    )


def many(count: int, one: str, several: str = "") -> str:
    """“1 page”, “1,312 pages”."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
