"""The way in: one hand-over of files and folders becomes items, or nothing does. The only place where its order is
written.

Per file: copy and hash in one pass into staging, then read in a contained worker. Per batch: flush once, re-read and
compare, name by digest, write the acquisition record, commit to the ledger, then to the catalog. A bad file never
stops a batch; a cancel or crash before the ledger's commit leaves no item and uses no number.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from evidencekit.casefile import TOOL, Case
from evidencekit.casefile.replay import index
from evidencekit.custody.acquisitions import ItemRecord, Record, Refusal, totals, write_record
from evidencekit.custody.deep import list_folder
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import is_utf8, raw_name, text_of, words
from evidencekit.custody.originals import Refused, Staged, stage
from evidencekit.errors import StorageError, UsageError
from evidencekit.inside import DEEPEST, Allowance
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.model import Acquisition, Child, Kind, Reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

_PER_LINE = 1000  # duplicates named in one ledger line
_CHANGED = "The source was written to while it was copied; the copy is what was read at that time."
_HELD = "Items already held"
_NONE = Reading(Kind.OTHER, "", True, "", "")


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a person says of a hand-over. ``received`` is UTC ISO 8601, or empty for now."""

    source: str
    received_from: str = ""
    method: str = ""
    received: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: the acquisition's number, the items' records, what was refused, and item number → reading."""

    acquisition: int
    items: tuple[ItemRecord, ...]
    refused: tuple[Refusal, ...]
    readings: dict[str, Reading]


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file to take in: where it lies and the raw bytes of its received path."""

    full: bytes
    received: bytes
    size: int


@dataclass(slots=True)
class _Coming:
    """A staged file on its way to become an item."""

    staged: Staged
    received: bytes
    full_path: str
    name: str
    received_path: str
    reading: Future[Reading]
    parent: int | None = None  # place of the parent in the batch
    depth: int = 0
    under: str | None = None  # the parent, when it is an item already


@dataclass(slots=True)
class _Batch:
    scratch: Path
    coming: list[_Coming] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


def survey(paths: Sequence[Path], case_folder: Path, job: Job | None = None) -> tuple[list[Found], list[Refusal]]:
    """Everything under the paths: regular files in raw byte order of their paths, and what is refused by name.

    Links are never followed. Raises :class:`UsageError` for a path that does not exist or holds the case itself, and
    :class:`Cancelled`.
    """
    job = job or Job()
    found: dict[bytes, Found] = {}
    refused: dict[bytes, Refusal] = {}
    case = _slashed(os.fsencode(case_folder.resolve())) + b"/"
    for path in paths:
        full = os.path.abspath(raw_name(path))
        try:
            info = os.lstat(full)
        except OSError as error:
            raise UsageError(
                f"This path cannot be taken in ({error.strerror}).", item=str(path), todo="Check it and run it again."
            ) from error
        real = _slashed(os.path.realpath(full)).rstrip(b"/") + b"/"
        if case.startswith(real) or real.startswith(case):
            raise UsageError(
                "The case folder itself lies among the files to take in.", item=str(path), todo="Name other paths."
            )
        base = full if stat.S_ISDIR(info.st_mode) else os.path.dirname(full)
        for entry in _walk(full, info, base):
            job.step(0, 0, f"Looking through the folders: {len(found):,} files")
            if isinstance(entry, Found):
                found.setdefault(entry.full, entry)
            else:
                refused.setdefault(entry[0], entry[1])
    return [found[full] for full in sorted(found)], [refused[full] for full in sorted(refused)]


def _walk(start: bytes, start_info: os.stat_result, base: bytes) -> Iterator[Found | tuple[bytes, Refusal]]:
    waiting = [(start, start_info)]
    while waiting:
        full, info = waiting.pop()
        received = _slashed(full[len(base) :]).lstrip(b"/") or os.path.basename(full)
        if stat.S_ISREG(info.st_mode):
            yield Found(full, received, info.st_size)
        elif stat.S_ISDIR(info.st_mode):
            try:
                waiting.extend(list_folder(full))
            except OSError as error:
                yield full, Refusal(text_of(received), f"folder that could not be listed ({error.strerror})")
        else:
            yield full, Refusal(text_of(received), _why(info.st_mode))


def _slashed(path: bytes) -> bytes:
    """The same path with the separators of received paths, which are the same on every system."""
    return path if os.sep == "/" else path.replace(os.fsencode(os.sep), b"/")


def _why(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "symbolic link; the file it points to was not taken in"
    if stat.S_ISFIFO(mode):
        return "named pipe (FIFO); it holds no content to keep"
    if stat.S_ISSOCK(mode):
        return "socket; it holds no content to keep"
    return "device file; not a regular file"


def take_in(case: Case, paths: Sequence[Path], hand_over: HandOver, job: Job, *, workers: int = 2) -> Taken:
    """Take everything under ``paths`` into the case as one acquisition.

    Raises :class:`UsageError` when there is nothing to take in, :class:`StorageError` when the disk refuses and
    :class:`Cancelled`; in each case nothing was taken in.
    """
    if not hand_over.source.strip():
        raise UsageError("The source is empty.", todo='Say whose material it is: --source "Phone of J. D."')
    for said in (hand_over.source, hand_over.received_from, hand_over.method, hand_over.note):
        words(said, "hand-over")
    found, refused = survey(paths, case.folder, job)
    if not found and not refused:
        raise UsageError("There are no files under the paths given.", todo="Check the paths and run it again.")
    with _incoming(case, refused) as batch:
        with Readers(workers=workers) as readers:
            _stage_all(case, found, batch, readers, _step(job, 1))
            _read_all(case, batch, readers, _step(job, 2))
        _warn(batch)
        return _acknowledge(case, batch, hand_over, job)


def take_out(case: Case, found: Mapping[str, Reading], job: Job, *, workers: int = 2) -> Taken | None:
    """Take in what newer readers took out of items already held (item number → reading), as one acquisition of its
    own; None when all of it is held. Raises as :func:`take_in` does; then nothing was taken in."""
    from evidencekit.catalog import items

    holders = {record.number: record for record in case.checked.items if found.get(record.number, _NONE).children}
    if not holders:
        return None
    with case.catalog.read() as connection:
        held = items.child_digests(connection, holders)
    with _incoming(case, []) as batch:
        with Readers(workers=workers) as readers:
            for number, record in holders.items():
                holder = _Holder(record, _depth(case, record))
                for child in found[number].children:
                    _stage_found(case, batch, readers, holder, child, held.get(number, frozenset()), job)
            if not batch.coming:
                return None
            _read_all(case, batch, readers, _step(job, 2))
        _warn(batch)
        return _acknowledge(case, batch, HandOver(_HELD, method="taken out by a newer reader"), job)


def bounded(case: Case, found: Mapping[str, Reading]) -> dict[str, Reading]:
    """The readings of items already held, with no more children than may be taken out; what is left inside is said."""
    allowance, records = Allowance(), {record.number: record for record in case.checked.items}
    return {
        number: allowance.bounded(reading, _depth(case, records[number]), place, records[number].size)
        if reading.children
        else reading
        for place, (number, reading) in enumerate(found.items())
    }


@dataclass(frozen=True, slots=True)
class _Holder:
    """An item that is held already, and how deep it lies."""

    record: ItemRecord
    depth: int


def _depth(case: Case, record: ItemRecord) -> int:
    parents = {each.number: each.parent for each in case.checked.items}
    depth, parent = 0, record.parent
    while parent is not None and depth <= DEEPEST:
        depth, parent = depth + 1, parents.get(parent)
    return depth


def _stage_found(
    case: Case, batch: _Batch, readers: Readers, holder: _Holder, child: Child, held: frozenset[str], job: Job
) -> None:
    if holder.depth >= DEEPEST:
        return
    record = holder.record
    target = batch.scratch / f"{len(batch.coming)}.copy"
    path = f"{record.received_path}/{child.name}"
    try:
        staged = stage(raw_name(child.path), target, job, 0, 0, f"taking out {child.name}")
    except Refused as refusal:
        batch.refused.append(Refusal(path, str(refusal)))
        return
    if staged.digests.sha256 in held:
        target.unlink(missing_ok=True)
        return
    future = _submit(case, batch, readers, staged, child.name)
    raw = bytes.fromhex(record.raw_path) + b"/" + child.name.encode("utf-8", "surrogateescape")
    staged = replace(staged, source=dict(child.source))
    coming = _Coming(staged, raw, "", child.name, path, future, depth=holder.depth + 1)
    coming.under = record.number
    batch.coming.append(coming)


@contextmanager
def _incoming(case: Case, refused: list[Refusal]) -> Iterator[_Batch]:
    """A batch with a scratch folder of its own, removed afterwards."""
    scratch = case.derived / "incoming" / uuid4().hex
    try:
        case.still_there()
        scratch.mkdir(parents=True)
        yield _Batch(scratch, refused=refused)
    except OSError as error:
        raise StorageError(
            f"The case's disk could not be written ({error.strerror}); nothing was taken in.",
            item=str(case.folder),
            todo="Free space or check the disk, then run it again.",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _step(job: Job, number: int) -> Job:
    """The job, saying which of the three steps it is at: each begins to count anew."""
    return Job(lambda done, total, what: job.step(done, total, f"Step {number} of 3: {what}"))


def _stage_all(case: Case, found: Sequence[Found], batch: _Batch, readers: Readers, job: Job) -> None:
    total, done = sum(each.size for each in found), 0
    for each in found:
        name = text_of(os.path.basename(each.received))
        what = f"copying {name}"
        job.step(done, total, what)
        target = batch.scratch / f"{len(batch.coming)}.copy"
        try:
            staged = stage(each.full, target, job, done, total, what)
        except Refused as refusal:
            batch.refused.append(Refusal(text_of(each.received), str(refusal)))
            continue
        finally:
            done += each.size
        coming = _submit(case, batch, readers, staged, name)
        batch.coming.append(_Coming(staged, each.received, text_of(each.full), name, text_of(each.received), coming))


def _submit(case: Case, batch: _Batch, readers: Readers, staged: Staged, name: str) -> Future[Reading]:
    out = batch.scratch / f"{len(batch.coming)}.out"
    return readers.submit(staged.path, name, case.info.timezone, out)


def _read_all(case: Case, batch: _Batch, readers: Readers, job: Job) -> None:
    """Collect the readings; what they took out of items is staged and read in turn, behind the batch."""
    place, allowance = 0, Allowance()
    while place < len(batch.coming):
        each = batch.coming[place]
        reading = job.wait(each.reading, place, len(batch.coming), f"reading {each.name}")
        root = _root(batch, place)
        reading = allowance.bounded(reading, each.depth, root, batch.coming[root].staged.size)
        batch.readings.append(reading)
        for child in reading.children:
            _stage_child(case, batch, readers, place, child, job)
        place += 1


def _root(batch: _Batch, place: int) -> int:
    """The place of the file that was received, out of which the one at ``place`` came."""
    while (parent := batch.coming[place].parent) is not None:
        place = parent
    return place


def _stage_child(case: Case, batch: _Batch, readers: Readers, parent: int, child: Child, job: Job) -> None:
    holder = batch.coming[parent]
    target = batch.scratch / f"{len(batch.coming)}.copy"
    received_path = f"{holder.received_path}/{child.name}"
    try:
        staged = stage(raw_name(child.path), target, job, 0, 0, f"taking out {child.name}")
    except Refused as refusal:
        batch.refused.append(Refusal(received_path, str(refusal)))
        return
    future = _submit(case, batch, readers, staged, child.name)
    received = holder.received + b"/" + child.name.encode("utf-8", "surrogateescape")
    staged = replace(staged, source=dict(child.source))  # our own scratch file's times say nothing about the evidence
    batch.coming.append(_Coming(staged, received, "", child.name, received_path, future, parent, holder.depth + 1))


def _warn(batch: _Batch) -> None:
    for place, each in enumerate(batch.coming):
        reading, warnings = batch.readings[place], []
        if each.staged.changed:
            warnings.append(_CHANGED)
        if not is_utf8(each.received):
            warnings.append("The file's name is not valid UTF-8; its bytes are kept in the acquisition record.")
        if warnings:
            batch.readings[place] = replace(reading, warnings=(*reading.warnings, *warnings))


def _acknowledge(case: Case, batch: _Batch, hand_over: HandOver, job: Job) -> Taken:
    from evidencekit.catalog import items

    named = case.originals.keep([each.staged for each in batch.coming], _step(job, 3))
    try:
        record, sha256 = _recorded(case, batch, hand_over)
    except BaseException:
        case.originals.give_up(named)
        raise
    records = record.items
    found = {each.number: reading for each, reading in zip(records, batch.readings, strict=True)}

    def apply(connection: Connection) -> None:
        items.add_acquisition(connection, record, found)
        index(connection, found)
        items.set_stamps(connection, _stamps(case, records))

    case.commit(_entries(record, sha256), apply)
    case.checked.records.append(record)
    return Taken(record.acquisition.number, records, record.refused, found)


def _recorded(case: Case, batch: _Batch, hand_over: HandOver) -> tuple[Record, str]:
    """The acquisition record, written, and its digest; when that fails nothing is left of it."""
    from evidencekit.catalog import items

    with case.catalog.read() as connection:
        first = items.count(connection) + 1
        known = items.known_digests(connection)
        number = len(items.all_acquisitions(connection)) + 1
    records = _records(batch, first, known)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    acquisition = Acquisition(
        number=number,
        source=hand_over.source.strip(),
        received=hand_over.received or now,
        received_from=hand_over.received_from.strip(),
        method=hand_over.method.strip(),
        note=hand_over.note.strip(),
        received_by=case.actor,
        tool=f"{TOOL}, {os.uname().nodename if hasattr(os, 'uname') else 'Windows'}",
    )
    record = Record(acquisition, records, tuple(batch.refused))
    return record, write_record(case.acquisitions, record)


def _records(batch: _Batch, first: int, known: dict[str, str]) -> tuple[ItemRecord, ...]:
    records: list[ItemRecord] = []
    for place, each in enumerate(batch.coming):
        number = f"ITEM-{first + place:04d}"
        sha256 = each.staged.digests.sha256
        records.append(
            ItemRecord(
                number=number,
                name=each.name,
                received_path=each.received_path,
                raw_path=each.received.hex(),
                size=each.staged.size,
                digests=each.staged.digests,
                parent=each.under if each.parent is None else records[each.parent].number,
                duplicate_of=known.get(sha256),
                full_path=each.full_path,
                changed=each.staged.changed,
                source=each.staged.source,
            )
        )
        known.setdefault(sha256, number)
    return tuple(records)


def _stamps(case: Case, records: Sequence[ItemRecord]) -> dict[str, tuple[int, int, int]]:
    from evidencekit.casefile.originals_checked import stamp

    return {each.digests.sha256: stamp(case.originals.path(each.digests.sha256)) for each in records}


def _entries(record: Record, sha256: str) -> list[Entry]:
    count, size = totals(record.items)
    acquisition = record.acquisition.number
    fields = {"acquisition": acquisition, "sha256": sha256, "items": count, "bytes": size}
    span = {"first": record.items[0].number, "last": record.items[-1].number} if record.items else {}
    how = {"digests": "SHA-256 BLAKE3", "compared": True, "refused": len(record.refused)}
    entries = [Entry("acquire", {**fields, **span, **how})]
    again = [{"item": each.number, "of": each.duplicate_of} for each in record.items if each.duplicate_of]
    for start in range(0, len(again), _PER_LINE):
        part = again[start : start + _PER_LINE]
        entries.append(Entry("duplicate", {"acquisition": acquisition, "items": part}))
    if record.refused:
        entries.append(Entry("refuse", {"acquisition": acquisition, "count": len(record.refused)}))
    return entries
