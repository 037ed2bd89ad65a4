"""Court profiles: how a court wants exhibits numbered and bound. Data files, because court rules conflict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import resources
from evidencekit.errors import UsageError


@dataclass(frozen=True, slots=True)
class Profile:
    """``prefix`` stands before the label on the sticker; ``numbering`` numeric (1, 2, …) or alpha (A, B, …);
    ``late`` letter (12A), dash (12-1) or none (no late labels); ``paper`` the default paper;
    ``sheets_per_volume`` sheets of paper, not pages; ``duplex`` starts exhibits on right-hand pages;
    ``gutter`` points on the binding edge."""

    name: str
    title: str
    prefix: str
    numbering: Literal["numeric", "alpha"]
    late: Literal["letter", "dash", "none"]
    omitted: str
    paper: Literal["letter", "legal", "a4"]
    sheets_per_volume: int
    duplex: bool
    gutter: float


def profile_names() -> list[str]:
    """The profiles that are shipped."""
    return [name.removesuffix(".json") for name in resources.names("profiles", ".json")]


def load_profile(name: str) -> Profile:
    """The profile of that name. Raises :class:`UsageError` when there is none."""
    known = profile_names()
    if name not in known:
        raise UsageError(f"There is no court profile “{name}”.", todo=f"Choose one of: {', '.join(known)}.")
    return Profile(**json.loads(resources.text(f"profiles/{name}.json")))
