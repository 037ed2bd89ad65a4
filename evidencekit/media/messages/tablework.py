"""Looking at a table before it is read: its first rows with a proposed mapping, and what a mapping makes of it. Work of
the contained worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError, UsageError
from evidencekit.job import Job
from evidencekit.media.messages.carrier import FORM_QUESTION, Fault, Records
from evidencekit.media.messages.guess import propose
from evidencekit.media.messages.mapping import mapping_of
from evidencekit.media.messages.tables import TABLES, shown, table
from evidencekit.media.notes import counted
from evidencekit.media.protocol import Source
from evidencekit.model import Contact, Question, Study

_FIRST = 200
_SOME = 50
_MOST_FAULTS = 5_000
_LONGEST = 200


def look(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """The first rows of a table (of ``settings["sheet"]``) as text, the names of its sheets, a mapping that may fit."""
    del job
    with table(source.path, settings.get("sheet", "")) as held:
        rows = _first(held.rows(), _FIRST)
        found = {"rows": rows, "sheets": list(held.sheets), "sheet": held.sheet}
    proposal = propose(rows)
    return _result({**found, "proposal": None if proposal is None else proposal.to_json()}, out)


def check(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """What a mapping (``settings``: ``mapping``, its JSON) makes of a table: how many records, the first of them, and
    every row that cannot be read."""
    try:
        mapping = mapping_of(settings.get("mapping", ""))
    except UsageError as error:
        raise ReaderError(error.what, todo=error.todo) from None
    records, count, some, broken = Records(mapping, source.case_zone), 0, list[dict[str, Any]](), ""
    try:
        with table(source.path, mapping.sheet) as held:
            for contact in records.read(held.rows()):
                count += 1
                if len(some) < _SOME:
                    some.append(_shown(contact))
                if count % 5_000 == 0:
                    job.step(count, 0, "reading records")
    except ReaderError as error:
        broken = f"{error.what} {error.todo}"
    told = records.told
    faults = [_fault(each) for each in told.faults[:_MOST_FAULTS]]
    unknown = [f"{what}: {counted(rows, 'row', 'rows')}" for what, rows in told.unknown.most_common(_SOME)]
    found = {"records": count, "first": some, "faults": faults, "fault_count": len(told.faults), "unknown": unknown}
    return _result({**found, "data": told.data, "without_zone": told.naive, "broken": broken}, out)


def form_questions(path: Path, media_type: str) -> tuple[Question, ...]:
    """The question that a table which looks like call detail leaves open: none for any other file."""
    if media_type not in TABLES:
        return ()
    with suppress(ReaderError, OSError), table(path) as held:
        if propose(_first(held.rows(), 60)) is not None:
            return (FORM_QUESTION,)
    return ()


def _first(rows: Any, most: int) -> list[list[str]]:
    found: list[list[str]] = []
    with suppress(ReaderError):
        for _, row in rows:
            found.append([shown(cell)[:_LONGEST] for cell in row])
            if len(found) >= most:
                break
    return found


def _fault(each: Fault) -> list[Any]:
    return [each.row, each.why, each.text, each.kept]


def _shown(contact: Contact) -> dict[str, Any]:
    return {
        "at": contact.at,
        "when": contact.when,
        "zone": contact.zone.value,
        "as_found": contact.as_found[:_LONGEST],
        "channel": contact.channel.value,
        "from": contact.sender[:_LONGEST],
        "to": ", ".join(contact.recipients)[:_LONGEST],
        "outgoing": contact.outgoing,
        "answered": contact.answered,
        "seconds": contact.seconds,
        "note": contact.note[:_LONGEST],
    }


def _result(document: dict[str, Any], out: Path) -> Study:
    path = out / "result.json"
    path.write_text(json.dumps(document), encoding="ascii")
    return Study(path)
