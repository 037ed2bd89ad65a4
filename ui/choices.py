"""The court profile and paper that a case is printed by: one answer for every page."""

from __future__ import annotations

from evidencekit.casefile import Case
from evidencekit.printing.paper import PaperName
from evidencekit.profile import Profile, load_profile, profile_names


def chosen(case: Case, usual: str) -> tuple[Profile, PaperName]:
    """The court profile and paper of a case: what was chosen for it, else the person's ``usual`` paper, else the
    profile's. What is no profile or paper any more counts as not chosen."""
    from evidencekit.catalog import preference

    with case.catalog.read() as connection:
        name, said = preference(connection, "profile"), preference(connection, "paper")
    profile = load_profile(name if name in profile_names() else "default")
    known = {each.value for each in PaperName}
    paper = next((each for each in (said, usual) if each in known), profile.paper)
    return profile, PaperName(paper)
