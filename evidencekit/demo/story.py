"""What the demo is told to do with the synthetic case's received files: frozen values, no I/O.

Every ``path`` is relative to the ``received`` folder, with forward slashes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evidencekit.model import Category, MilestoneKind, Role, Status


@dataclass(frozen=True, slots=True)
class CaseFields:
    """The fields of a new case."""

    number: str
    caption: str
    court: str
    jurisdiction: str
    agency: str
    timezone: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """One acquisition: the ``folders`` under ``received`` that came in together, ``received`` as ISO 8601 with its
    offset, and ``by``, the member of staff who took them in (name and role)."""

    folders: tuple[str, ...]
    source: str
    received_from: str
    method: str
    received: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ToldParty:
    """A person, their identifiers, and how that is known."""

    name: str
    role: Role
    identifiers: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Description:
    """A person's own title and time for one file; ``when`` and ``party`` may be None."""

    path: str
    title: str
    when: str | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class ToldMilestone:
    """A turning point and the file it rests on."""

    when: str
    kind: MilestoneKind
    text: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class ToldIncident:
    """One chronology row by hand."""

    when: str
    text: str
    paths: tuple[str, ...]
    categories: tuple[Category, ...]
    location: str = ""
    witness: str = ""
    reported: str = ""


@dataclass(frozen=True, slots=True)
class ToldExhibit:
    """What is marked for court, in the order of marking. ``label`` is None for the next one in order and stands for
    a late exhibit. ``dates`` holds one (status, ISO date) per step in court; ``withdrawn`` comes last."""

    paths: tuple[str, ...]
    title: str
    witness: str
    group: str
    label: str | None = None
    dates: tuple[tuple[Status, str], ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ToldNote:
    """A work-product note on one file."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """What only a person can tell of one file: (question, answer) pairs."""

    path: str
    answers: tuple[tuple[str, str], ...]


class Fault(StrEnum):
    """What is wrong with a planted file. The first five must be found; the rest may be remarked on."""

    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NEEDS_PASSWORD = "needs-password"  # noqa: S105 — a kind of fault
    ACTIVE_CONTENT = "active-content"
    OWNER_PASSWORD = "owner-password"  # noqa: S105
    ENCODING = "encoding"
    LENGTH = "length"  # the container has no length of its own and a player's estimate is off
    HOSTILE_NAME = "hostile-name"
    REMOTE_PICTURE = "remote-picture"


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One file with something wrong. ``must`` says that a fault-free report about it would be a mistake."""

    path: str
    fault: Fault
    must: bool


@dataclass(frozen=True, slots=True)
class Contacts:
    """How many contacts the files tell of, each once however many show it; those to the victim, and of these those
    after the “No” and after the order was served."""

    total: int
    to_victim: int
    after_no: int
    after_order_served: int


@dataclass(frozen=True, slots=True)
class Planted:
    """Exactly what intake has to find: ``refused`` (path, kind; never items), ``faults``, ``mismatched`` (type by
    content differs from the extension), ``duplicates`` (path, path of the same bytes), ``attachments`` (mail path,
    names of its child items), ``contacts``."""

    refused: tuple[tuple[str, str], ...]
    faults: tuple[PlantedFault, ...]
    mismatched: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, tuple[str, ...]], ...]
    contacts: Contacts


@dataclass(frozen=True, slots=True)
class Story:
    """The whole of it. ``files`` are the regular files written, sorted; each becomes an item. ``members`` are paths
    of what comes out of archives and is spoken of, ``seen`` those of pictures that show something protected."""

    case: CaseFields
    files: tuple[str, ...]
    members: tuple[str, ...]
    hand_overs: tuple[HandOver, ...]
    parties: tuple[ToldParty, ...]
    answers: tuple[ToldAnswer, ...]
    descriptions: tuple[Description, ...]
    milestones: tuple[ToldMilestone, ...]
    incidents: tuple[ToldIncident, ...]
    exhibits: tuple[ToldExhibit, ...]
    notes: tuple[ToldNote, ...]
    protected_terms: tuple[str, ...]
    seen: tuple[str, ...]
    planted: Planted

    def taken_as(self, path: str) -> tuple[int, str]:
        """The 1-based acquisition that a file belongs to and its ``received_path`` there (relative to the folder
        given to ``add``). Raises KeyError for a path outside every hand-over."""
        for number, hand_over in enumerate(self.hand_overs, 1):
            for folder in hand_over.folders:
                if path.startswith(folder + "/"):
                    return number, path.removeprefix(folder + "/")
        raise KeyError(path)
