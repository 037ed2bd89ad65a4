"""People's transcripts of recordings, version after version. What a machine drafted is kept among the derivatives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from evidencekit.catalog.tables import derivatives, transcripts
from evidencekit.spoken import MachineDraft, Spoken, draft_of, lines_of, packed_lines

_AT_ONCE = 500


class State(StrEnum):
    """What a transcript is: a machine's draft, a person's version that is worked at, or a certified one."""

    MACHINE = "machine draft"
    DRAFT = "draft"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Version:
    """A person's transcript. ``actor`` wrote it last, at ``time`` (UTC ISO 8601); when it is certified, ``by`` did so
    with the words of ``declaration``. ``basis`` says what it was begun from."""

    item: str
    version: int
    state: State
    actor: str
    time: str
    lines: tuple[Spoken, ...] = ()
    speakers: tuple[str, ...] = ()
    basis: str = ""
    by: str = ""
    declaration: str = ""
    id: int = field(default=0, compare=False)

    @property
    def certified(self) -> bool:
        return self.state is State.CERTIFIED

    @property
    def text(self) -> str:
        """What is searched."""
        return "\n".join(f"{each.speaker}: {each.text}" if each.speaker else each.text for each in self.lines)


@dataclass(frozen=True, slots=True)
class Transcribed:
    """All there is of one item: its versions, oldest first, and what a machine drafted."""

    versions: tuple[Version, ...]
    draft: MachineDraft | None
    made: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def latest(self) -> Version | None:
        """The newest version of a person."""
        return self.versions[-1] if self.versions else None

    @property
    def state(self) -> State | None:
        """What stands now: the latest version's state, else that there is a machine's draft, else None."""
        if self.versions:
            return self.versions[-1].state
        return State.MACHINE if self.draft is not None else None

    @property
    def lines(self) -> tuple[Spoken, ...]:
        """The lines that stand now."""
        latest = self.latest
        if latest is not None:
            return latest.lines
        return self.draft.lines() if self.draft is not None else ()


def transcribed(connection: Connection, number: str) -> Transcribed:
    """What there is of an item. A derivative that is no draft counts as none."""
    c = derivatives.c
    row = connection.execute(
        select(c.data, c.made, c.warnings, c.state).where(c.item == number, c.kind == "transcript")
    ).first()
    draft = None
    if row is not None and row.state == "done":
        try:
            draft = draft_of(row.data)
        except (ValueError, TypeError, KeyError, AttributeError):
            draft = None
    return Transcribed(
        tuple(versions(connection, number)), draft, row.made if row else "", tuple(row.warnings) if row else ()
    )


def versions(connection: Connection, number: str) -> list[Version]:
    """A person's versions, oldest first."""
    query = select(transcripts).where(transcripts.c.item == number).order_by(transcripts.c.version)
    return [_version(row) for row in connection.execute(query).mappings()]


def version_of(connection: Connection, number: str, version: int) -> Version | None:
    """One version."""
    query = select(transcripts).where(transcripts.c.item == number, transcripts.c.version == version)
    row = connection.execute(query).mappings().first()
    return _version(row) if row else None


def states(connection: Connection, numbers: Iterable[str]) -> dict[str, State]:
    """Item number → what stands there; items without any transcript are left out."""
    found: dict[str, State] = {}
    wanted = list(numbers)
    t, d = transcripts.c, derivatives.c
    newest = select(t.item, func.max(t.version).label("version")).group_by(t.item).subquery()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        drafts = select(d.item).where(d.item.in_(some), d.kind == "transcript", d.state == "done", d.text != "")
        found |= dict.fromkeys(connection.execute(drafts).scalars(), State.MACHINE)
        query = select(t.item, t.state).join(newest, (newest.c.item == t.item) & (newest.c.version == t.version))
        found |= {item: State(state) for item, state in connection.execute(query.where(t.item.in_(some)))}
    return found


def put_version(connection: Connection, version: Version) -> None:
    """Keep a version, in place of the same one where there is one; the caller has seen to it that it is not
    certified."""
    c = transcripts.c
    row = _row(version)
    changed = connection.execute(
        update(transcripts).where(c.item == version.item, c.version == version.version).values(**row)
    )
    if not changed.rowcount:
        connection.execute(insert(transcripts).values(item=version.item, version=version.version, **row))
    index(connection, version.item)


def index(connection: Connection, number: str) -> None:
    """Make findable what stands: the latest version of a person, else a machine's draft."""
    connection.execute(
        text(
            "UPDATE search SET transcript = coalesce("
            "(SELECT text FROM transcripts WHERE item = :number ORDER BY version DESC LIMIT 1), "
            "(SELECT text FROM derivatives WHERE item = :number AND kind = 'transcript'), '') "
            "WHERE rowid = (SELECT id FROM items WHERE number = :number)"
        ),
        {"number": number},
    )


def certify(connection: Connection, number: str, version: int) -> None:
    """Mark a version as certified; from here on it is never changed."""
    c = transcripts.c
    connection.execute(
        update(transcripts).where(c.item == number, c.version == version).values(state=State.CERTIFIED.value)
    )


def _row(version: Version) -> dict[str, Any]:
    body = {
        "lines": packed_lines(version.lines),
        "speakers": list(version.speakers),
        "basis": version.basis,
        "by": version.by,
        "declaration": version.declaration,
    }
    return {
        "state": version.state.value,
        "actor": version.actor,
        "time": version.time,
        "body": body,
        "text": version.text,
    }


def _version(row: Any) -> Version:
    body = row["body"]
    return Version(
        item=row["item"],
        version=row["version"],
        state=State(row["state"]),
        actor=row["actor"],
        time=row["time"],
        lines=lines_of(body["lines"]),
        speakers=tuple(body["speakers"]),
        basis=body["basis"],
        by=body["by"],
        declaration=body["declaration"],
        id=row["id"],
    )
