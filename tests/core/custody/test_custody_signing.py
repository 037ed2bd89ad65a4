"""Who signs a ledger: two people at once, a key that was withdrawn, and a clock that went back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger, State, read_ledger, start_ledger
from evidencekit.custody.lines import Entry, Line
from evidencekit.errors import CaseError

UUID = "0b5c1f60-0000-4000-8000-000000000001"
WHEN = datetime(2026, 4, 10, 17, 2, 11, 123456, UTC)
VIEW = Entry("view", {"item": "ITEM-0001"})


def read(folder: Path) -> State:
    return read_ledger(folder / "ledger.jsonl", folder / "checkpoint")


def codes(state: State) -> list[str]:
    return [finding.code for finding in state.findings]


def revoking(signer: Signer) -> Entry:
    return Entry("key-revoke", {"fingerprint": signer.public.fingerprint, "person": "somebody"})


@pytest.fixture
def signer(home: Home) -> Signer:
    return home.signer(UUID)


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Home(tmp_path_factory.mktemp("other")).signer(UUID)


@pytest.fixture
def folder(tmp_path: Path, signer: Signer) -> Path:
    start_ledger(tmp_path, UUID, {"number": "26CR00417"}, signer, "A. Rivera", lambda: WHEN)
    return tmp_path


def writer_for(folder: Path, signer: Signer) -> Ledger:
    return Ledger(folder, read(folder), signer, "A. Rivera", lambda: WHEN)


def test_two_people_sign_one_note(folder: Path, signer: Signer, other: Signer) -> None:
    writer = writer_for(folder, signer)
    checkpoint = writer.commit([Entry("receive", {"to": "B. Ng"})], cosigners=[("B. Ng, clerk", other)])
    assert [name for name, _, _ in checkpoint.signatures] == [signer.name, other.name]
    assert [(line.act, line.fields.get("person")) for line in writer.newest] == [
        ("key-add", "B. Ng, clerk"),
        ("receive", None),
    ]
    state = read(folder)
    assert (codes(state), state.checkpoint) == ([], checkpoint)
    one = Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.signatures[1:])
    swapped = (*one.signatures[0][:2], checkpoint.signatures[0][2])
    bad = Checkpoint(one.origin, one.size, one.root, (checkpoint.signatures[0], swapped))
    (folder / "checkpoint").write_bytes(bad.note())
    assert codes(read(folder)) == ["signature-bad"]


def test_the_second_of_two_writers_goes_on_under_their_own_name(folder: Path, signer: Signer, other: Signer) -> None:
    writer = writer_for(folder, signer)
    writer.act_as("B. Ng, clerk", other)
    checkpoint = writer.commit([VIEW])
    assert [line.actor for line in writer.newest] == ["B. Ng, clerk"] * 2
    assert [name for name, _, _ in checkpoint.signatures] == [other.name]
    assert codes(read(folder)) == []


def test_a_withdrawn_key_signs_nothing_later(folder: Path, signer: Signer, other: Signer) -> None:
    writer = writer_for(folder, signer)
    writer.act_as("B. Ng, clerk", other)
    writer.commit([revoking(signer)])
    assert (codes(read(folder)), read(folder).revoked) == ([], {signer.name: 4})
    writer.act_as("A. Rivera", signer)
    with pytest.raises(CaseError, match="withdrawn by ledger line 4"):
        writer.commit([VIEW])
    with pytest.raises(CaseError, match="withdrawn"):
        writer_for(folder, signer).commit([VIEW])
    forced = read(folder)
    forced.revoked.clear()
    Ledger(folder, forced, signer, "A. Rivera").commit([VIEW])
    found = read(folder)
    assert [(each.code, each.line) for each in found.findings] == [("key-revoked", 4)]


def test_a_note_signed_before_its_key_was_withdrawn_stays_good(folder: Path, signer: Signer) -> None:
    writer = writer_for(folder, signer)
    writer.commit([revoking(signer)])  # the last thing that this key signs
    assert codes(read(folder)) == []


def test_withdrawing_a_key_that_was_never_added_is_damage(folder: Path, signer: Signer, other: Signer) -> None:
    writer = writer_for(folder, signer)
    writer.commit([revoking(other), Entry("key-revoke", {})])
    assert codes(read(folder)) == ["ledger-line", "ledger-line"]


def test_a_clock_that_went_back_is_told_once(folder: Path, signer: Signer) -> None:
    hours = iter((0, -2, -1, 1))
    writer = Ledger(folder, read(folder), signer, "A. Rivera", lambda: WHEN + timedelta(hours=next(hours)))
    acts: list[list[str]] = []
    for _ in range(4):
        writer.commit([VIEW])
        acts.append([line.act for line in writer.newest])
    assert acts == [["view"], ["clock", "view"], ["view"], ["view"]]
    told: list[Line] = []
    state = read_ledger(folder / "ledger.jsonl", folder / "checkpoint", visit=told.append)
    assert codes(state) == []
    assert [line.fields for line in told if line.act == "clock"] == [{"before": "2026-04-10T17:02:11.123456Z"}]
    assert state.time == told[-1].time
