"""Bringing the catalog up to the ledger: after a crash between the two commits, or into a new catalog."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from evidencekit.casefile.agreement import info_from
from evidencekit.casefile.checks import Checked
from evidencekit.custody.acquisitions import ItemRecord, Record
from evidencekit.custody.lines import Line
from evidencekit.custody.originals import Originals
from evidencekit.errors import ReaderError
from evidencekit.exhibits import drafted, edit, find, mark, remove_drafts, withdraw
from evidencekit.job import Job
from evidencekit.model import Contact, Context, Exhibit, Reading, Status

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evidencekit.catalog import Catalog


def replay(catalog: Catalog, checked: Checked, folder: Path, job: Job) -> None:
    """Apply every ledger line that the catalog does not reflect yet. Items are read anew from their originals."""
    from evidencekit.catalog import put_info, set_applied

    applied = catalog.applied()
    records = {record.acquisition.number: record for record in checked.records}
    for line in checked.lines:
        if line.number <= applied:
            continue
        if line.act == "create":
            with catalog.write() as connection:
                put_info(connection, info_from(line))
                set_applied(connection, line.number)
        elif line.act == "acquire":
            record = records[int(line.fields["acquisition"])]
            _add(catalog, record, line.number, folder, job)
        elif line.act == "derive" and line.fields.get("made") == "transcript":
            with catalog.write() as connection:
                _certified(connection, line)
                set_applied(connection, line.number)
        elif line.act in ("exhibit", "withdraw"):
            with catalog.write() as connection:
                _exhibit(connection, line)
                set_applied(connection, line.number)
    if applied != checked.state.size:
        with catalog.write() as connection:
            set_applied(connection, checked.state.size)


class reread_scratch:  # noqa: N801 — used as a context manager, like a function
    """A scratch folder under ``derived/``, removed afterwards."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "derived" / "incoming" / uuid4().hex

    def __enter__(self) -> Path:
        self._path.mkdir(parents=True)
        return self._path

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


def _add(catalog: Catalog, record: Record, upto: int, folder: Path, job: Job) -> None:
    from evidencekit.catalog import items, set_applied

    with reread_scratch(folder) as scratch:
        found = read_again(record.items, folder, catalog.info().timezone, scratch, job)
        with catalog.write() as connection:
            items.add_acquisition(connection, record, found)
            index(connection, found)
            set_applied(connection, upto)


def read_again(
    records: Sequence[ItemRecord],
    folder: Path,
    zone: str,
    scratch: Path,
    job: Job,
    contexts: Mapping[str, Context] | None = None,
) -> dict[str, Reading]:
    """Run the readers over kept originals: item number → reading. ``contexts`` holds what else is known of them."""
    from evidencekit.media.contain import Readers

    store, known = Originals(folder / "originals"), contexts or {}
    found = {}
    with Readers() as readers:
        waiting = []
        for item in records:
            path, out = store.path(item.digests.sha256), scratch / item.number
            waiting.append((item, readers.submit(path, item.name, zone, out, known.get(item.number))))
        for done, (item, future) in enumerate(waiting):
            found[item.number] = job.wait(future, done, len(waiting), item.number)
    return found


def texts_of(found: Mapping[str, Reading]) -> dict[str, str]:
    """The text that readers wrote beside their readings, for the search index."""
    from evidencekit.catalog.search import LONGEST_TEXT

    texts = {}
    for number, reading in found.items():
        if reading.text is not None:
            with reading.text.open(encoding="utf-8", errors="replace") as stream:
                texts[number] = stream.read(LONGEST_TEXT)
    return texts


def index(connection: Connection, found: Mapping[str, Reading]) -> None:
    """Make what was read of items findable: their texts, and every contact they tell of."""
    from evidencekit.catalog import items, search
    from evidencekit.catalog.contacts import replace_contacts

    search.index_readings(connection, found, texts_of(found))
    for number, reading in found.items():
        faults: list[str] = []
        replace_contacts(connection, number, _sound_contacts(reading, faults) if reading.contacts else ())
        for fault in faults:
            items.add_warning(connection, number, fault)


def _certified(connection: Connection, line: Line) -> None:
    """A transcript that was certified; a catalog that was made anew holds none."""
    from evidencekit.catalog import transcripts
    from evidencekit.spoken import digest_of

    item, number = str(line.fields["item"]), int(line.fields["version"])
    found = transcripts.version_of(connection, item, number)
    if found is not None and digest_of(found.lines) == line.fields["sha256"]:
        transcripts.certify(connection, item, number)


def _sound_contacts(reading: Reading, faults: list[str]) -> Iterator[Contact]:
    """The contacts up to the first that is none, which is a fault: what a taken-over worker wrote must not stop a case
    from being opened."""
    from evidencekit.media.contacts import contacts_in

    assert reading.contacts is not None
    try:
        yield from contacts_in(reading.contacts)
    except ReaderError as error:
        faults.append(f"{error.what} {error.todo}")


def _exhibit(connection: Connection, line: Line) -> None:
    from evidencekit.catalog import court, items

    arranged = court.arrangement(connection)
    label = str(line.fields["label"])
    if line.act == "withdraw":
        court.set_arrangement(connection, withdraw(arranged, label))
        return
    numbers = tuple(str(number) for number in line.fields["items"])
    if any(each.label == label for each in arranged):
        court.set_arrangement(connection, edit(arranged, find(arranged, label).label, items=numbers))
        return
    first = items.get_items(connection, numbers[:1]).get(numbers[0])
    title = (first.title or first.name) if first else numbers[0]
    exhibit, drafts = Exhibit(label, title, numbers, Status.MARKED), court.drafts(connection)
    draft = drafted(drafts, label, numbers)
    if draft is not None:  # a person had prepared it: it is marked as it was prepared, and a draft no longer
        exhibit = replace(exhibit, title=draft.title or title, witness=draft.witness, group=draft.group)
        court.set_drafts(connection, remove_drafts(drafts, [draft.id]))
    court.set_arrangement(connection, mark(arranged, exhibit))
