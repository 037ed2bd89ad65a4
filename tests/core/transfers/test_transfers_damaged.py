"""Transfers of custody half done by a crash or a full disk, and tampered with."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidencekit.casefile import read_case, transferring, write_case
from evidencekit.casefile.checks import check_record, seal_name
from evidencekit.casefile.transferring import receive, release, take_back, transfer
from evidencekit.casefile.transfers import Stage, check_transfers, transfers
from evidencekit.custody.checkpoint import Signer
from evidencekit.custody.keyfiles import key_for_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import CaseError, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.model import Person
from evidencekit.verify import verify_path
from tests.core.transfers.conftest import (
    ACTOR,
    DOE,
    NG,
    RIVERA,
    VIEW,
    codes,
    everything,
    note_of,
    opened,
    put_note,
    without,
)


@pytest.mark.parametrize(("place", "who"), [(0, "A. Rivera"), (1, "B. Ng")])
def test_a_note_that_lacks_a_signature_is_found(done_together: tuple[Path, Home, int], place: int, who: str) -> None:
    case, home, size = done_together
    put_note(case, without(note_of(case, size), place))
    found = verify_path(case, home, Job()).findings
    assert [(each.code, each.line, each.path) for each in found] == [
        ("transfer-unsigned", size - 1, f"seals/{seal_name(size)}")
    ]
    assert who in found[0].message
    (case / "seals" / seal_name(size)).unlink()
    assert codes(case, home) == []  # as a crash leaves it: the checkpoint is that note
    write_case(case, home, ACTOR).close()
    assert len(note_of(case, size).signatures) == 2


def test_a_receipt_that_a_crash_left_half_done_is_completed(done_apart: tuple[Path, Home, int], office: Home) -> None:
    case, lab, size = done_apart
    whole = note_of(case, size)
    last = check_record(case, lab).state.size
    put_note(case, without(whole, 1))
    (case / "seals" / seal_name(last)).unlink()
    (case / "seals" / f"{seal_name(size)}.tmp").write_bytes(whole.note()[:50])
    torn = check_record(case, lab)
    assert torn.findings == []
    assert sum("signature of who received it" in note for note in torn.notes) == 1
    write_case(case, office, ACTOR).close()  # by anybody: it needs nobody's key
    assert note_of(case, size) == whole
    after = check_record(case, lab)
    assert (after.findings, after.notes) == ([], [])
    assert transfers(after)[0].taken == replace(transfers(torn)[0].taken, holds=True)  # type: ignore[type-var]


def test_what_is_missing_behind_later_lines_is_a_fault(done_apart: tuple[Path, Home, int]) -> None:
    case, lab, size = done_apart
    whole = note_of(case, size)
    put_note(case, without(whole, 0))
    assert codes(case, lab) == ["transfer-unsigned"]
    put_note(case, whole)
    with opened(case, lab, DOE.actor) as opening:
        opening.commit([VIEW])
    put_note(case, without(whole, 1))
    assert codes(case, lab) == ["transfer-unsigned"]
    with pytest.raises(CaseError, match="lacks the signature of C"):
        write_case(case, lab, DOE.actor)


def test_a_countersignature_by_an_unknown_key_is_found(done_apart: tuple[Path, Home, int]) -> None:
    case, lab, size = done_apart
    note = note_of(case, size)
    stranger = Ed25519PrivateKey.generate()
    key = key_for_case(note.origin.partition("/")[2], stranger.public_key().public_bytes_raw())
    put_note(case, note.signed(Signer(key.name, stranger)))
    assert codes(case, lab) == ["key-unknown"]
    put_note(case, without(note, 1).signed(Signer(note.signatures[1][0], stranger)))
    assert "key-unknown" in codes(case, lab)
    borrowed = (*note.signatures[1][:2], note.signatures[0][2])
    put_note(case, replace(note, signatures=(note.signatures[0], borrowed)))
    assert codes(case, lab) == ["signature-bad"]


def test_a_note_in_the_place_of_another_is_found(done_together: tuple[Path, Home, int]) -> None:
    case, home, size = done_together
    with opened(case, home) as opening:
        opening.commit([VIEW])
        opening.seal_now("asked")
        later = opening.size
    shutil.copy(case / "seals" / seal_name(later), case / "seals" / seal_name(size))
    assert codes(case, home) == ["seal-damaged"]


def test_a_receipt_that_says_something_else_than_its_release_is_found(
    filled_case: Path, office: Home, lab: Home
) -> None:
    with opened(filled_case, office) as case:
        release(case, DOE, items=["ITEM-0001", "ITEM-0002"])
    with opened(filled_case, lab, DOE.actor) as case:
        receive(case)
    checked = check_record(filled_case, lab)
    assert check_transfers(checked) == []
    place = next(at for at, line in enumerate(checked.lines) if line.act == "receive")
    true = checked.lines[place]
    for change in (
        {"items": ["ITEM-0001"]},
        {"items": ["ITEM-0001", "ITEM-0002", "ITEM-0003"]},
        {"items": None},
        {"to": "Z. Nobody"},
        {"from": "Z. Nobody"},
        {"record": None},
        {"back": True},
    ):
        checked.lines[place] = replace(true, fields={**true.fields, **change})
        assert [each.code for each in check_transfers(checked)] == ["transfer-broken"], change
        assert f"than line {true.fields['release']} released" in check_transfers(checked)[0].message


def test_a_release_of_what_is_not_there_or_not_as_its_record_says_is_found(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        mine = office.public(case.info.uuid, ACTOR).fingerprint
        body = {"kind": "transfer", "from": asdict(RIVERA), "to": asdict(DOE), "items": ["ITEM-0001"]}
        good = {"from": ACTOR, "to": DOE.actor, "items": ["ITEM-0001"], "key": mine, **case.record(body)}
        bare = {name: good[name] for name in ("from", "to", "items", "key")}
        other = case.record({**body, "items": ["ITEM-0777"]})
        twice = case.record({**body, "items": ["ITEM-0001", "ITEM-0001"]})
        for fields in (
            good,
            bare,
            {**good, "items": ["ITEM-0777"], **other},
            {**good, "items": ["ITEM-0001", "ITEM-0001"], **twice},
            {**good, "to": "Z. Nobody"},
            {**good, "items": ["ITEM-0002"]},
        ):
            case.seal(case.commit([Entry("release", fields)]))
    told = [each.message for each in check_record(filled_case, office).findings]
    assert len(told) == 5
    for words, message in zip(
        (
            "without a record",
            "ITEM-0777, which had not been taken in",
            "more than once",
            "its record says",
            "its record",
        ),
        told,
        strict=True,
    ):
        assert words in message


def test_receipts_that_fit_no_release_are_found(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        mine = office.public(case.info.uuid, ACTOR).fingerprint
        out, _ = release(case, DOE)
        take_back(case)
        for fields in (
            {"release": out.release, "key": mine},
            {"release": 2, "key": mine},
            {"release": "2", "key": mine},
            {"release": None},
            {},
        ):
            case.seal(case.commit([Entry("receive", {"from": "x", "to": "y", **fields})]))
    assert codes(filled_case, office) == ["transfer-broken"] * 5


def test_one_key_for_both_sides_is_found(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        body = {"kind": "transfer", "from": asdict(RIVERA), "to": asdict(NG), "items": []}
        named = {"from": ACTOR, "to": NG.actor, "key": office.public(case.info.uuid, ACTOR).fingerprint}
        named |= case.record(body)
        case.seal(case.commit([Entry("release", named), Entry("receive", named)]))
    assert codes(filled_case, office) == ["transfer-one-key"]


def test_a_transfer_without_its_record_still_names_who_received(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        transfer(case, "B. Ng")
    next((filled_case / "records").iterdir()).unlink()
    with read_case(filled_case, office) as case:
        assert {each.code for each in case.findings} == {"record-missing"}
        assert transfers(case.checked)[0].receiver == Person(NG.actor)


@pytest.mark.parametrize("failing", ["staging", "logging"])
def test_a_disk_that_is_full_leaves_no_receipt(
    filled_case: Path, office: Home, lab: Home, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    with opened(filled_case, office) as case:
        release(case, DOE)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    before = everything(filled_case)
    with opened(filled_case, lab, DOE.actor) as case, monkeypatch.context() as patched:
        if failing == "staging":
            patched.setattr(transferring, "write_atomic", full)
        else:
            patched.setattr("evidencekit.custody.ledger.write_all", full)
        with pytest.raises(StorageError, match="No space left"):
            receive(case)
        assert [each.stage for each in transfers(case.checked)] == [Stage.PENDING]
    with opened(filled_case, lab, DOE.actor) as case:
        assert everything(filled_case) == before
        assert receive(case).stage is Stage.DONE
    assert codes(filled_case, lab) == []


def test_a_note_that_could_not_be_put_in_place_is_completed_at_the_next_opening(
    filled_case: Path, office: Home, lab: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(filled_case, office) as case:
        out, _ = release(case, DOE)
    real = Path.replace

    def gone(path: Path, target: Path) -> Path:
        if path.name == f"{seal_name(out.release)}.tmp" and seen:
            raise OSError(5, "Input/output error")
        seen.append(path)
        return real(path, target)

    seen: list[Path] = []
    with opened(filled_case, lab, DOE.actor) as case, monkeypatch.context() as patched:
        patched.setattr(Path, "replace", gone)
        with pytest.raises(StorageError, match="opening the case again completes"):
            receive(case)
    assert codes(filled_case, lab) == []
    with opened(filled_case, lab, DOE.actor) as case:
        with pytest.raises(UsageError, match="no release that waits"):
            receive(case)
        assert transfers(case.checked)[0].taken is not None
    assert len(note_of(filled_case, out.release).signatures) == 2
    assert not any("seals/" in note for note in check_record(filled_case, lab).notes)
