"""The keys of those who hand custody on: locked, vouched for and withdrawn."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.casefile.history import history
from evidencekit.casefile.transferring import receive, release, transfer
from evidencekit.casefile.transfers import Stage
from evidencekit.casefile.vouching import add_key, read_public, withdraw_key
from evidencekit.custody.checkpoint import PublicKey
from evidencekit.custody.keyfiles import Kept
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, LockedError, UsageError
from evidencekit.model import CaseInfo, Person
from tests.core.transfers.conftest import ACTOR, DOE, NG, VIEW, WORDS, codes, everything, opened


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


@pytest.mark.parametrize("name", ["", " , ", "A\u202edoe", "x" * 101])
def test_a_name_that_cannot_be_printed_enters_no_ledger(filled_case: Path, office: Home, name: str) -> None:
    before = everything(filled_case)
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with opened(filled_case, office) as case:
        with pytest.raises(UsageError, match="The name is empty, unprintable or longer"):
            release(case, Person(name))
        with pytest.raises(UsageError, match="The name is empty, unprintable or longer"):
            add_key(case, Person(name), raw)
    assert everything(filled_case) == before


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
