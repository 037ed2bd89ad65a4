"""Custody going from one person to another: on one computer, over two, half done by a crash, and tampered with; keys
that are vouched for and withdrawn."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from evidencekit.casefile import Case, create_case, read_case, transferring, write_case
from evidencekit.casefile.checks import Checked, check_record, seal_name
from evidencekit.casefile.history import history
from evidencekit.casefile.transferring import receive, release, take_back, transfer
from evidencekit.casefile.transfers import Stage, check_transfers, countersigned, custodian, transfers
from evidencekit.casefile.vouching import add_key, read_public, withdraw_key
from evidencekit.custody.checkpoint import Checkpoint, PublicKey, Signer
from evidencekit.custody.keyfiles import Kept, Scrypt, key_for_case
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import State
from evidencekit.custody.lines import Entry, Line
from evidencekit.errors import CaseError, LockedError, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Person
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"
WORDS = "correct horse battery"
RIVERA = Person("A. Rivera", "victim-witness unit")
NG = Person("B. Ng", "clerk", "DA")
DOE = Person("C. Doe", "analyst", "State laboratory")
VIEW = Entry("view", {"item": "ITEM-0001"})


@pytest.fixture
def office(filled_case: Path, home: Home) -> Home:
    """The home of two people, the first of whom started the case."""
    cheap = replace(home, cost=Scrypt(2, 1, 1))
    cheap.add(RIVERA)
    cheap.add(NG)
    return cheap


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of somebody else, on another computer."""
    home = Home(tmp_path_factory.mktemp("lab"))
    home.add(DOE)
    return home


@contextmanager
def opened(case: Path, home: Home, actor: str = ACTOR) -> Iterator[Case]:
    with write_case(case, home, actor) as found:
        yield found


def codes(case: Path, home: Home) -> list[str]:
    return [each.code for each in check_record(case, home).findings]


def note_of(case: Path, size: int) -> Checkpoint:
    return Checkpoint.parse((case / "seals" / seal_name(size)).read_bytes())


def put_note(case: Path, note: Checkpoint) -> None:
    (case / "seals" / seal_name(note.size)).write_bytes(note.note())


def without(note: Checkpoint, place: int) -> Checkpoint:
    return replace(note, signatures=note.signatures[:place] + note.signatures[place + 1 :])


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a case that is part of its record."""
    inside = ("ledger.jsonl", "checkpoint", "keys.txt", "seals", "records", "acquisitions")
    found = [folder / name for name in inside] + [path for name in inside for path in (folder / name).glob("*")]
    return {str(path): path.read_bytes() for path in found if path.is_file()}


def test_two_people_sign_one_note(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        done, notes = transfer(case, "B. Ng", place="Room 4", purpose="Trial\u202e preparation")
        assert custodian(case.checked).holders() == (NG.actor,)
    assert (done.giver, done.receiver, done.items, done.stage, notes) == (RIVERA, NG, (), Stage.DONE, ())
    assert (done.place, done.purpose) == ("Room 4", "Trial\u202e preparation")
    assert done.receive == done.release + 1
    assert done.taken is not None
    assert done.given.holds
    assert done.taken.holds
    assert len(note_of(filled_case, done.receive).signatures) == 2
    assert not (filled_case / "seals" / seal_name(done.release)).exists()
    assert verify_path(filled_case, office, Job()).findings == ()
    assert b"Room 4" not in (filled_case / "ledger.jsonl").read_bytes()
    with read_case(filled_case, office) as case:
        assert transfers(case.checked) == (done,)
        now = custodian(case.checked)
        told = [event.what for event in history(filled_case, {}, papers=case.checked.papers)]
    assert {held.custodian for held in now.items.values()} == {now.case.custodian} == {NG.actor}
    assert now.case.line == done.receive
    assert told[-2:] == [
        f"Custody released by {ACTOR} to {NG.actor}",
        f"Custody received by {NG.actor} from {ACTOR}",
    ]


def test_who_is_not_the_custodian_is_told_and_not_stopped(filled_case: Path, office: Home) -> None:
    office.add(DOE)
    with opened(filled_case, office) as case:
        transfer(case, "B. Ng", items=["ITEM-0002"])
        _, notes = transfer(case, "C. Doe")
        assert notes == (f"By the record, {NG.actor} held some of it until now, not {ACTOR}.",)
        assert custodian(case.checked).holders() == (DOE.actor,)
        case.commit([VIEW])
    assert codes(filled_case, office) == []


def test_items_go_with_what_is_inside_them(new_case: Path, home: Home, tmp_path: Path) -> None:
    from evidencekit.intake import HandOver, take_in

    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="q"\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nhello\r\n'
        b'--q\r\nContent-Type: text/plain; name="n.txt"\r\nContent-Disposition: attachment; filename="n.txt"\r\n\r\n'
        b"inside\r\n--q--\r\n"
    )
    (tmp_path / "z.txt").write_text("another")
    home.add(RIVERA)
    home.add(NG)
    with opened(new_case, home) as case:
        take_in(case, [mail, tmp_path / "z.txt"], HandOver("Phone"), Job(), workers=1)
        inside = next(each for each in case.checked.items if each.parent)
        assert inside.parent is not None
        done, _ = transfer(case, "B. Ng", items=[inside.parent])
        assert done.items == (inside.parent, inside.number)
        now = custodian(case.checked)
        assert {number for number, held in now.items.items() if held.custodian == NG.actor} == set(done.items)
        assert now.case.custodian == ACTOR
        assert now.holders() == (ACTOR, NG.actor)


def test_over_two_computers_one_note_comes_to_bear_two_signatures(filled_case: Path, office: Home, lab: Home) -> None:
    with opened(filled_case, office) as case:
        out, _ = release(case, DOE, items=["ITEM-0001"], purpose="Analysis")
        assert (out.stage, out.given.holds, out.taken) == (Stage.PENDING, True, None)
        assert custodian(case.checked).pending == (out,)
        assert custodian(case.checked).items["ITEM-0001"].custodian == ACTOR
    assert len(note_of(filled_case, out.release).signatures) == 1
    with opened(filled_case, lab, DOE.actor) as case:
        done = receive(case)
        assert custodian(case.checked).items["ITEM-0001"].custodian == DOE.actor
        assert custodian(case.checked).pending == ()
        with pytest.raises(UsageError, match="no release that waits"):
            receive(case)
        key = lab.public(case.info.uuid, DOE.actor).fingerprint
        with pytest.raises(UsageError, match=f"was received, signed with the key {key[:16]}, by ledger line"):
            receive(case, out.release)
    assert (done.stage, done.giver, done.receiver) == (Stage.DONE, RIVERA, DOE)
    assert done.taken is not None
    assert done.taken.holds
    assert len(note_of(filled_case, out.release).signatures) == 2
    assert list(filled_case.rglob("*.tmp")) == []
    for home in (office, lab):
        assert codes(filled_case, home) == []
    with opened(filled_case, lab, DOE.actor) as case:
        case.commit([VIEW])
        transfers_now = transfers(case.checked)
    assert transfers_now == (done,)


def test_of_several_releases_the_one_that_waits_for_who_acts_is_received(
    filled_case: Path, office: Home, lab: Home
) -> None:
    with opened(filled_case, office) as case:
        release(case, NG, items=["ITEM-0001"])
        out, _ = release(case, DOE, items=["ITEM-0002"])
        release(case, NG, items=["ITEM-0003"])
    with opened(filled_case, lab, DOE.actor) as case:
        assert receive(case).release == out.release
        with pytest.raises(UsageError, match="Several releases wait"):
            receive(case)


def test_what_is_on_its_way_goes_nowhere_else_until_it_is_taken_back(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        one, _ = release(case, DOE, items=["ITEM-0001"])
        for act in (
            lambda: release(case, NG),
            lambda: release(case, NG, items=["ITEM-0002", "ITEM-0001"]),
            lambda: transfer(case, "B. Ng"),
        ):
            with pytest.raises(UsageError, match="released to C"):
                act()
        two, _ = release(case, DOE, items=["ITEM-0002"])
        with pytest.raises(UsageError, match=rf"ledger lines {one.release} .*, {two.release} "):
            take_back(case)
        back = take_back(case, one.release)
        assert (back.stage, back.taken, back.receiver) == (Stage.BACK, None, DOE)
        with pytest.raises(UsageError, match="does not wait any more: it was taken back"):
            take_back(case, one.release)
        assert [each.release for each in custodian(case.checked).pending] == [two.release]
        transfer(case, "B. Ng", items=["ITEM-0001"])
        case.act_as(NG.actor)
        assert take_back(case).stage is Stage.BACK  # by somebody else: who it was stands in the line
        assert case.checked.lines[-1].actor == NG.actor
        assert custodian(case.checked).items["ITEM-0002"].custodian == ACTOR
    assert codes(filled_case, office) == []


@pytest.mark.parametrize("together", [True, False])
def test_who_cannot_receive(filled_case: Path, office: Home, lab: Home, together: bool) -> None:
    before = everything(filled_case)
    with opened(filled_case, office) as case:
        refused: list[tuple[str, Callable[[], object]]] = [
            ("Nobody of that name", lambda: transfer(case, "Z. Nobody")),
            ("to themselves", lambda: transfer(case, "A. Rivera")),
            ("to themselves", lambda: release(case, RIVERA)),
            ("to themselves", lambda: release(case, Person("a.  rivera"))),
            ("no such item", lambda: transfer(case, "B. Ng", items=["ITEM-0099"])),
            ("too long", lambda: transfer(case, "B. Ng", place="x" * 501)),
            ("cannot be printed", lambda: transfer(case, "B. Ng", purpose="x\ny")),
        ]
        for why, act in refused:
            with pytest.raises(UsageError, match=why):
                act()
        assert everything(filled_case) == before
        out, _ = release(case, DOE)
        before = everything(filled_case)
        with pytest.raises(UsageError, match="victim-witness unit cannot receive it"):
            receive(case)
        assert everything(filled_case) == before
    if together:  # the same key under another's name
        with opened(filled_case, office, DOE.actor) as case, pytest.raises(UsageError, match="one key cannot sign"):
            receive(case)
    else:
        with opened(filled_case, lab, DOE.actor) as case:
            with pytest.raises(UsageError, match="no release that waits"):
                receive(case, out.release + 1)
            receive(case, out.release)
    assert codes(filled_case, office) == []


def test_somebody_who_is_not_listed_cannot_sign_for_two(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office, "Z. Temp") as case, pytest.raises(UsageError, match="one key cannot sign"):
        transfer(case, "A. Rivera")


def test_a_locked_key_changes_nothing(filled_case: Path, office: Home) -> None:
    office.protect("B. Ng", Kept.PASSPHRASE, WORDS)
    before = everything(filled_case)
    fresh = Home(office.folder)
    with opened(filled_case, fresh) as case:
        with pytest.raises(LockedError, match="which was not given"):
            transfer(case, "B. Ng")
        with pytest.raises(LockedError, match="which was not given"):
            case.act_as(NG.actor)
        assert case.actor == ACTOR
    with pytest.raises(LockedError, match="EVIDENCEKIT_PASSPHRASE"):
        write_case(filled_case, fresh, NG.actor)
    assert everything(filled_case) == before
    with pytest.raises(LockedError), opened(filled_case, Home(office.folder, ask=lambda _: "wrong one"), NG.actor):
        pass
    (filled_case / "acquisitions" / "0009.jsonl").write_text("never acknowledged")
    with pytest.raises(LockedError):
        write_case(filled_case, fresh, NG.actor)
    assert (filled_case / "acquisitions" / "0009.jsonl").exists()
    folder = filled_case.parent / "deep" / "new"
    with pytest.raises(LockedError):
        create_case(folder, CaseInfo("", "1", "People v. X", "UTC"), fresh, NG.actor)
    assert not folder.parent.exists()
    asked: list[Person] = []

    def ask(person: Person) -> str:
        asked.append(person)
        return WORDS

    with opened(filled_case, Home(office.folder, ask=ask)) as case:
        done, _ = transfer(case, "B. Ng")
        case.act_as(NG.actor)
        case.commit([VIEW])
    assert (done.stage, asked) == (Stage.DONE, [NG])


def test_looking_asks_for_no_passphrase(filled_case: Path, office: Home, tmp_path: Path) -> None:
    shutil.copytree(filled_case, tmp_path / "earlier")
    with opened(filled_case, office) as case:
        case.commit([VIEW])
    for name in ("catalog.db", "catalog.db-wal", "catalog.db-shm"):  # as a crash before the catalog leaves it
        (filled_case / name).unlink(missing_ok=True)
        if (tmp_path / "earlier" / name).exists():
            shutil.copy2(tmp_path / "earlier" / name, filled_case / name)
    office.protect(None, Kept.PASSPHRASE, WORDS)

    def ask(person: Person) -> str:
        raise AssertionError("nobody is to be asked")

    with read_case(filled_case, Home(office.folder, ask=ask)) as case:
        assert case.findings == []
        assert any("behind the ledger" in note for note in case.notes)
    write_case(filled_case, Home(office.folder, ask=lambda _: WORDS), ACTOR).close()
    with read_case(filled_case, Home(office.folder, ask=ask)) as case:
        assert case.notes == []


@pytest.fixture
def done_together(filled_case: Path, office: Home) -> tuple[Path, Home, int]:
    """A case with a transfer between two people of one computer; its note's size."""
    with opened(filled_case, office) as case:
        done, _ = transfer(case, "B. Ng")
    assert done.receive is not None
    return filled_case, office, done.receive


@pytest.fixture
def done_apart(filled_case: Path, office: Home, lab: Home) -> tuple[Path, Home, int]:
    """A case with a transfer over two computers, its receipt the last line; the size of the release's note."""
    with opened(filled_case, office) as case:
        out, _ = release(case, DOE)
    with opened(filled_case, lab, DOE.actor) as case:
        receive(case)
    return filled_case, lab, out.release


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


def test_a_key_is_vouched_for_before_its_owner_signs(filled_case: Path, office: Home, lab: Home) -> None:
    foreign = PublicKey("another-office", lab.key_of(DOE.actor).raw)
    with opened(filled_case, office) as case:
        added = add_key(case, DOE, read_public(f"  {foreign.vkey()}\n"))
        assert added.name == lab.public(case.info.uuid, DOE.actor).name
        assert (filled_case / "keys.txt").read_text().splitlines()[-1] == added.vkey()
        with pytest.raises(UsageError, match="knows this key already"):
            add_key(case, DOE, foreign.raw)
        release(case, DOE)
    assert codes(filled_case, office) == []
    with opened(filled_case, lab, DOE.actor) as case:
        receive(case)
        adding = [line for line in case.checked.lines if line.act == "key-add"]
    assert [(line.fields["person"], line.actor) for line in adding] == [(ACTOR, ACTOR), (DOE.actor, ACTOR)]
    assert codes(filled_case, lab) == []


def test_ones_own_key_needs_no_vouching(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office, NG.actor) as case, pytest.raises(UsageError, match="your own key"):
        add_key(case, NG, office.key_of(NG.actor).raw)


WEAK = (0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 - 1, 2**255, 2**256 - 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a+b+c",
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(b"\x02" + bytes(range(32))).decode(),
        PublicKey("n", bytes(range(32))).vkey().replace("+", "-"),
        PublicKey("n", bytes(range(32))).vkey()[1:],
        "00" * 32,
        *(base64.b64encode(y.to_bytes(32, "little")).decode() for y in WEAK),
        "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=",
        "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/IU=",
        "x" * 100_000,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"public key|could sign"):
        read_public(text)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_read_in_every_form_it_is_handed_on_in(private: bytes) -> None:
    raw = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert read_public(base64.b64encode(raw).decode()) == raw
    assert read_public(base64.b64encode(b"\x01" + raw).decode()) == raw
    assert read_public(PublicKey("any/name", raw).vkey()) == raw


def test_a_withdrawn_key_signs_nothing_more(filled_case: Path, office: Home) -> None:
    mine, new = office.key_of(ACTOR).fingerprint, None
    with opened(filled_case, office) as case:
        for wrong in (mine[:15], "0" * 64, ""):
            with pytest.raises(UsageError, match="no key with this fingerprint"):
                withdraw_key(case, wrong, "lost")
        with pytest.raises(UsageError, match="reason"):
            withdraw_key(case, mine, "  ")
        with pytest.raises(UsageError, match=r"only key.*new-key"):
            withdraw_key(case, mine, "lost")
        transfer(case, "B. Ng")
        gone = withdraw_key(case, mine[:16].upper(), "laptop stolen from car")
        assert gone.fingerprint == mine
        with pytest.raises(CaseError, match="withdrawn by ledger line"):
            case.commit([VIEW])
        with pytest.raises(UsageError, match="withdrawn already"):
            withdraw_key(case, mine, "again")
    assert codes(filled_case, office) == []
    assert b"stolen" not in (filled_case / "ledger.jsonl").read_bytes()
    (filled_case / "acquisitions" / "0009.jsonl").write_text("never acknowledged")
    before = everything(filled_case)
    with pytest.raises(CaseError, match=r"withdrawn by ledger line.*identity new-key"):
        write_case(filled_case, office, ACTOR)
    assert everything(filled_case) == before
    with opened(filled_case, office, NG.actor) as case:
        with pytest.raises(CaseError, match="withdrawn by ledger line"):
            case.act_as(ACTOR)
        with pytest.raises(CaseError, match="withdrawn by ledger line"):
            transfer(case, "A. Rivera")
        theirs = office.key_of(NG.actor).fingerprint
        with pytest.raises(UsageError, match="only key"):
            withdraw_key(case, theirs, "x")
    new = office.new_key("A. Rivera", Kept.PLAIN)
    with opened(filled_case, office) as case:
        withdraw_key(case, theirs, "left the office")
        assert [key.raw for key in case.checked.state.keys][-1] == new.raw
    assert codes(filled_case, office) == []


def test_a_new_key_withdraws_the_one_it_replaces(filled_case: Path, office: Home) -> None:
    old = office.key_of(ACTOR)
    office.new_key("A. Rivera", Kept.PLAIN)
    with opened(filled_case, office) as case:
        withdraw_key(case, old.fingerprint, "laptop stolen")
        case.commit([VIEW])
    with read_case(filled_case, office) as case:
        assert case.findings == []
        told = [event.what for event in history(filled_case, {}, papers=case.checked.papers)]
        assert any(what.startswith(f"Signing key of {ACTOR} withdrawn") for what in told)
        assert any(body == {"kind": "revocation", "reason": "laptop stolen"} for body in case.checked.papers.values())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2)
)
FIELDS = st.dictionaries(
    st.sampled_from(("release", "items", "from", "to", "key", "signature", "back", "record", "acquisition")), VALUES
)
ACTS = st.sampled_from(("create", "release", "receive", "acquire"))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(ACTS, FIELDS), max_size=8),
    st.dictionaries(
        st.integers(-1, 3),
        st.dictionaries(
            st.sampled_from(("from", "to", "place", "purpose")), VALUES | st.dictionaries(st.just("name"), VALUES)
        ),
    ),
)
def test_a_strangers_lines_are_read_whatever_stands_in_them(
    lines: list[tuple[str, dict[str, object]]], papers: dict[int, dict[str, object]]
) -> None:
    told = [Line(place, "2026-01-01", "x", act, fields) for place, (act, fields) in enumerate(lines, 1)]
    note = Checkpoint("o", 1, bytes(32))
    checked = Checked(State(size=len(told)), told, papers=papers, seals=dict.fromkeys(range(9), note))
    found = transfers(checked)
    assert len(found) == sum(act == "release" for act, _ in lines)
    assert all(not each.given.holds for each in found)
    assert countersigned(checked) is None
    custodian(checked)
    assert len(check_transfers(checked)) >= len(found)


PEOPLE = ("A", "B", "C")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("both", "release", "receive", "back", "acquire", "view")),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.sets(st.integers(0, 5)),
    ),
    max_size=25,
)


@settings(max_examples=50)
@given(STEPS)
def test_the_custodian_is_who_received_last(steps: list[tuple[str, str, str, set[int]]]) -> None:
    from evidencekit.custody.acquisitions import ItemRecord, Record
    from evidencekit.model import Acquisition, Digests

    checked = Checked(State())
    held: dict[str, str] = {}
    keeper, out = "A", list[tuple[int, str, list[str]]]()

    def log(act: str, actor: str, **fields: object) -> int:
        line = Line(len(checked.lines) + 1, f"2026-01-01T00:00:{len(checked.lines):02d}.000000Z", actor, act, fields)
        checked.lines.append(line)
        return line.number

    def move(to: str, items: list[str]) -> None:
        nonlocal keeper
        held.update(dict.fromkeys(items or list(held), to))
        keeper = keeper if items else to

    log("create", "A")
    for act, giver, receiver, chosen in steps:
        items = [number for number in held if int(number[-1]) in chosen]
        named: dict[str, object] = {"from": giver, "to": receiver, **({"items": items} if items else {})}
        if act == "acquire":
            number = f"ITEM-{len(held):04d}"
            item = ItemRecord(number, "n", "n", "", 0, Digests("0" * 64, "0" * 64))
            checked.records.append(Record(Acquisition(len(held), "S", ""), (item,), ()))
            log("acquire", giver, acquisition=len(held))
            held[number] = giver
        elif act == "both":
            log("release", giver, **named)
            log("receive", giver, **named)
            move(receiver, items)
        elif act == "release":
            out.append((log("release", giver, **named), receiver, items))
            log("view", giver)
        elif act in ("receive", "back") and out:
            number_of, to, what = out.pop(0)
            log("receive", to, release=number_of, **({"back": True} if act == "back" else {}))
            if act == "receive":
                move(to, what)
        else:
            log("view", giver)
    now = custodian(checked)
    assert now.case.custodian == keeper
    assert {number: each.custodian for number, each in now.items.items()} == held
    assert [each.release for each in now.pending] == [number for number, _, _ in out]
