"""What an acquisition record may hold: whoever holds a key can sign for any."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from evidencekit.casefile import write_case
from evidencekit.custody.acquisitions import BadRecord, Record
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.job import Job
from evidencekit.verify import verify_path

HEAD: dict[str, Any] = {"record": "acquisition", "number": 1, "source": "Phone of J. D.", "received": "2026-04-10"}
ITEM: dict[str, Any] = {
    "record": "item", "number": "ITEM-0002", "name": "a", "received_path": "a", "raw_path": "61", "size": 1,
    "digests": {"sha256": "0" * 64, "blake3": "1" * 64}, "parent": None,
}  # fmt: skip
REFUSED: dict[str, Any] = {"record": "refused", "path": "b", "why": "a link"}


def encoded(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_what_is_written_is_read() -> None:
    data = encoded(HEAD, {**ITEM, "parent": "ITEM-0001", "source": {"mtime": "x", "size": 1}}, REFUSED)
    assert Record.decode(Record.decode(data).encode()) == Record.decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000 + b"\n",
        encoded({**HEAD, "number": "1"}, ITEM),
        encoded({**HEAD, "received": 5}, ITEM),
        encoded(HEAD, {**REFUSED, "why": [1]}),
        *(
            encoded(HEAD, {**ITEM, **change})
            for change in (
                {"number": 2},
                {"number": "2"},
                {"name": 5},
                {"size": "1"},
                {"size": -1},
                {"size": True},
                {"digests": {"sha256": [1], "blake3": "1" * 64}},
                {"digests": {"sha256": "../../x", "blake3": "1" * 64}},
                {"parent": 1},
                {"parent": "ITEM-0002"},
                {"parent": "ITEM-0003"},
                {"duplicate_of": []},
                {"changed": 1},
                {"source": [1]},
            )
        ),
    ],
    ids=lambda data: data[-40:].decode(),
)
def test_what_no_record_holds_is_damage(data: bytes) -> None:
    with pytest.raises(BadRecord):
        Record.decode(data)


@pytest.mark.parametrize("number", [1, 2])
def test_a_signed_record_that_holds_such_things_or_is_anothers_is_told(new_case: Path, home: Home, number: int) -> None:
    data = encoded({**HEAD, "number": number}, {**ITEM, "size": 1 if number == 2 else "1"})
    fields = {"acquisition": 1, "sha256": hashlib.sha256(data).hexdigest(), "items": 1}
    with write_case(new_case, home, "A. Rivera") as case:
        (case.acquisitions / "0001.jsonl").write_bytes(data)
        case.commit([Entry("acquire", {**fields, "first": "ITEM-0002", "last": "ITEM-0002"})])
    assert [each.code for each in verify_path(new_case, home, Job()).findings] == ["acquisition-damaged"]
