"""Column mappings for call detail: kept per user, shared as files, tried on a table, and applied to an item.

A mapping is a :class:`ColumnMapping`. Offices share theirs by copying files between ``mappings/`` folders.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidencekit.custody.durable import write_private
from evidencekit.custody.keys import Home
from evidencekit.custody.names import shown
from evidencekit.errors import ReaderError, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.media.messages.guess import propose, with_columns
from evidencekit.media.messages.mapping import CLOCKS, DURATIONS, ORDERS, ROLES, ColumnMapping, checked, mapping_of
from evidencekit.media.messages.tables import TABLES

if TYPE_CHECKING:
    from evidencekit.casefile import Case
    from evidencekit.model import Item

__all__ = [
    "CLOCKS",
    "DURATIONS",
    "ORDERS",
    "ROLES",
    "Checked",
    "ColumnMapping",
    "Fault",
    "Table",
    "apply",
    "check",
    "checked",
    "find",
    "forget",
    "load",
    "look",
    "mapping_of",
    "propose",
    "save",
    "saved",
    "told",
    "with_columns",
]

FORM = "call-detail"
_LARGEST = 256 * 1024
_NOT_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a table: its first 200 ``rows`` as text, its ``sheets`` (none for CSV), the ``sheet`` that the
    rows are from, and a mapping that may fit, to be shown to a person; None when it does not look like call detail."""

    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...]
    sheet: str
    proposal: ColumnMapping | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be read, and why; ``kept`` when only a part of it cannot, so that its record stands."""

    row: int
    why: str
    text: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What a mapping makes of a table. ``first`` are up to 50 records with the keys at, when, zone, as_found, channel,
    from, to, outgoing, answered, seconds, note. ``faults`` are the first 5,000 of ``fault_count``; ``unknown`` words
    that the mapping does not know; ``data`` rows of data sessions; ``without_zone`` records whose time has none;
    ``broken`` says why the table could not be read to its end, or at all."""

    records: int
    first: tuple[Mapping[str, Any], ...]
    faults: tuple[Fault, ...]
    fault_count: int
    unknown: tuple[str, ...]
    data: int
    without_zone: int
    broken: str


def saved(home: Home) -> list[ColumnMapping]:
    """This user's mappings by name. Raises :class:`UsageError` when a file among them is none."""
    folder = home.folder / "mappings"
    found = [load(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
    return sorted(found, key=lambda each: each.name.casefold())


def find(home: Home, name: str) -> ColumnMapping:
    """The mapping of that name. Raises :class:`UsageError` when there is none."""
    every = saved(home)
    for each in every:
        if each.name.casefold() == name.strip().casefold():
            return each
    known = ", ".join(each.name for each in every)
    raise UsageError(
        f"There is no column mapping “{name}”.",
        todo=f"Choose one of: {known}." if known else "Save one first: `evidencekit mapping save FILE`.",
    )


def load(path: Path) -> ColumnMapping:
    """A mapping from a file. Raises :class:`UsageError` when it holds none."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        return mapping_of(raw.decode("utf-8-sig") if len(raw) <= _LARGEST else "")
    except UnicodeDecodeError:
        raise UsageError(
            "It is no column mapping: not UTF-8 text.", item=str(path), todo="Choose another file."
        ) from None
    except OSError as error:
        raise UsageError(f"It cannot be opened ({error.strerror}).", item=str(path), todo="Check the path.") from error
    except UsageError as error:
        raise UsageError(error.what, item=str(path), todo=error.todo) from None


def save(home: Home, mapping: ColumnMapping) -> Path:
    """Keep a mapping in place of one of the same name. Raises :class:`UsageError` when it cannot be used and
    :class:`StorageError` when the disk refuses."""
    path = home.folder / "mappings" / _file_name(mapping.name)
    text = json.dumps(json.loads(checked(mapping).to_json()), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    try:
        write_private(path, text.encode())
    except OSError as error:
        raise StorageError(
            f"The mapping could not be kept ({error.strerror}).",
            item=str(path),
            todo="Free space or check the folder's permissions, then try again.",
        ) from error
    return path


def forget(home: Home, name: str) -> None:
    """Remove a saved mapping; items it was applied to keep theirs. Raises :class:`UsageError` when there is none."""
    wanted = find(home, name)
    for path in (home.folder / "mappings").glob("*.json"):
        if load(path).name == wanted.name:
            path.unlink(missing_ok=True)


def _file_name(name: str) -> str:
    """One file per name: what cannot stand in a file's name is told apart by a digest."""
    folded = name.strip().casefold()
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    stem = _NOT_NAME.sub("-", plain).strip("-.")[:60]
    return f"{stem}.json" if stem == folded else f"{stem or 'mapping'}-{sha256(folded.encode()).hexdigest()[:8]}.json"


def look(case: Case, number: str, job: Job, *, sheet: str = "") -> Table:
    """The beginning of an item's table. Raises :class:`ReaderError` when it is none."""
    found = _work(case, number, "table", {"sheet": sheet}, job)
    proposal = found["proposal"]
    return Table(
        tuple(tuple(row) for row in found["rows"]),
        tuple(found["sheets"]),
        found["sheet"],
        None if proposal is None else mapping_of(proposal),
    )


def check(case: Case, number: str, mapping: ColumnMapping, job: Job) -> Checked:
    """What a mapping makes of an item's table, row by row; nothing is changed. Raises :class:`UsageError` when the
    mapping cannot be used and :class:`ReaderError` when the item is no table."""
    found = _work(case, number, "table-check", {"mapping": checked(mapping).to_json()}, job)
    return Checked(
        records=found["records"],
        first=tuple(found["first"]),
        faults=tuple(Fault(*each) for each in found["faults"]),
        fault_count=found["fault_count"],
        unknown=tuple(found["unknown"]),
        data=found["data"],
        without_zone=found["without_zone"],
        broken=found["broken"],
    )


def told(case: Case, number: str) -> ColumnMapping | None:
    """The mapping that was applied to an item, or None."""
    from evidencekit.catalog.answers import answers_of

    with case.catalog.read() as connection:
        text = answers_of(connection, number).get("columns")
    return mapping_of(text) if text else None


def apply(case: Case, number: str, mapping: ColumnMapping, job: Job, *, zone: str = "", owner: str = "") -> list[Item]:
    """Say that an item is call detail with these columns, and read it again; gives back the item as it is now. A
    ``zone`` (IANA name) and the subscriber's number as ``owner`` go before the mapping's own. Raises
    :class:`UsageError` when the mapping cannot be used, before anything is changed."""
    from evidencekit import edits
    from evidencekit.reread import reread_items

    chosen = checked(replace(mapping, zone=zone or mapping.zone, owner=owner.strip() or mapping.owner))
    with case.catalog.read() as connection:
        item = edits.known_items(connection, [number])[0]
    if item.media_type not in TABLES and not item.media_type.startswith("text/"):
        raise UsageError(
            f"It is no table but {item.media_type}.", item=item.number, todo="Choose a CSV file or an XLSX workbook."
        )
    edits.answer(case, number, key="form", value=FORM)
    edits.answer(case, number, key="columns", value=chosen.to_json())
    for key in ("zone", "owner"):
        edits.answer(case, number, key=key, value="")  # said before; the mapping holds them now
    return reread_items(case, [item.number], job)


def _work(case: Case, number: str, work: str, settings: Mapping[str, str], job: Job) -> dict[str, Any]:
    """Long work on an item's bytes in a contained worker; its result is checked as far as its shape goes."""
    from evidencekit.edits import known_items
    from evidencekit.media.contain import Readers

    with case.catalog.read() as connection:
        item = known_items(connection, [number])[0]
    path = case.originals.path(item.digests.sha256)
    with tempfile.TemporaryDirectory(prefix="evidencekit-") as folder, Readers(workers=1) as readers:
        future = readers.submit_study(
            path, item.name, item.media_type, case.info.timezone, Path(folder) / "out", work=work, settings=settings
        )
        study = job.wait(future, 0, 1, shown(item.name))
        if study.result is None:
            why = " ".join(study.warnings) or "Nothing could be read from it."
            raise ReaderError(why, item=item.number, todo="Look at the native file.")
        try:
            found = json.loads(study.result.read_bytes())
        except ValueError:
            found = None
    if not isinstance(found, dict):
        raise ReaderError("What was read from it makes no sense.", item=item.number, todo="Look at the native file.")
    return found
