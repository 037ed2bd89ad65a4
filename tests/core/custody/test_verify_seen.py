"""A package that somebody made anew, on a computer that knows the case and on one that does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.keys import Home, format_keys
from evidencekit.custody.known import FOLDER, known_case
from evidencekit.custody.ledger import Ledger, read_ledger
from evidencekit.custody.lines import Entry
from evidencekit.custody.printed import printed, read_printed
from evidencekit.errors import CaseError
from evidencekit.job import Job
from evidencekit.verify import Verdict, verify_path
from tests.core.custody.changes import TAGS, anew, stranger
from tests.core.custody.conftest import PAYLOAD, UUID, Made, close, knowing, produced

OTHER = "0b5c1f60-0000-4000-8000-000000000002"


def codes(verdict: Verdict) -> list[str]:
    return [each.code for each in verdict.findings]


def told(verdict: Verdict) -> str:
    return " ".join([*verdict.notes, *(each.message for each in verdict.findings)])


def grown(made: Made, root: Path, signer: Signer, *entries: Entry) -> Made:
    """The same package with lines added behind its last, by whoever holds that key: all that it takes lies in it."""
    copy = Made.__new__(Made)
    copy.case, copy.bag, copy.signer, copy.manifest = root / "case", root / "bag", signer, made.manifest
    shutil.copytree(made.case, copy.case)
    shutil.copytree(made.bag, copy.bag)
    state = read_ledger(copy.case / "ledger.jsonl", copy.case / "checkpoint")
    writer = Ledger(copy.case, state, signer, "A. Rivera, clerk")
    copy.checkpoint = writer.commit([*entries, produced(2, made.manifest)])
    keys = (made.signer.public,) if signer == made.signer else (made.signer.public, signer.public)
    copy.put_record(copy.checkpoint, format_keys(keys))
    (copy.bag / TAGS).unlink()
    close(copy.bag)
    return copy


def test_the_true_package_is_known_and_where_it_is_not_that_is_said(made_once: Made, tmp_path: Path) -> None:
    home = knowing(tmp_path / "home", made_once)
    before = {path: path.stat().st_mtime_ns for path in home.folder.rglob("*")}
    here = verify_path(made_once.bag, home, Job())
    assert here.ok
    assert "This computer knows this case: the package agrees with its history" in here.notes[0]
    assert {path: path.stat().st_mtime_ns for path in home.folder.rglob("*")} == before
    elsewhere = verify_path(made_once.bag, Home(tmp_path / "new"), Job())
    assert elsewhere.ok
    assert "has not seen this case before" in elsewhere.notes[0]
    assert "Compare the fingerprint" in elsewhere.notes[0]
    assert not (tmp_path / "new").exists()


def test_one_made_anew_with_another_key_is_a_fault_where_the_case_is_known(
    made_once: Made, bag: Path, tmp_path: Path
) -> None:
    anew(bag, made_once)
    verdict = verify_path(bag, knowing(tmp_path / "home", made_once), Job())
    assert codes(verdict) == ["package-other-history"]
    assert "the first ledger line is not what was seen here" in told(verdict)
    assert "letter" in told(verdict)
    assert not any("knows this case" in note for note in verdict.notes)
    assert verify_path(bag, Home(tmp_path / "new"), Job()).ok
    letter = read_printed(made_once.checkpoint.note().decode())
    assert codes(verify_path(bag, Home(tmp_path / "new"), Job(), against=letter)) == ["against-root"]
    remembered = Home(tmp_path / "older")  # of a version that kept the newest checkpoint alone
    remembered.remember(UUID, made_once.checkpoint.note())
    assert codes(verify_path(bag, remembered, Job())) == ["package-other-history"]
    assert "open the case here once" in told(verify_path(made_once.bag, remembered, Job()))


def test_lines_added_with_a_strangers_key_are_a_fault_unless_the_letter_vouches_for_them(
    made_once: Made, tmp_path: Path
) -> None:
    home = knowing(tmp_path / "home", made_once)
    made = grown(made_once, tmp_path / "grown", stranger())
    verdict = verify_path(made.bag, home, Job())
    assert codes(verdict) == ["package-other-key"]
    assert stranger().public.fingerprint[:16] in told(verdict)
    assert codes(verify_path(made.bag, home, Job(), against=printed(made_once.checkpoint))) == ["package-other-key"]
    assert verify_path(made.bag, home, Job(), against=printed(made.checkpoint)).ok
    own = home.signer(UUID)
    assert verify_path(grown(made_once, tmp_path / "own", own).bag, home, Job()).ok  # this account's, not yet seen
    assert verify_path(grown(made_once, tmp_path / "same", made_once.signer).bag, home, Job()).ok


def test_a_key_that_was_withdrawn_here_signs_nothing_more(made_once: Made, tmp_path: Path) -> None:
    made = grown(made_once, tmp_path / "stolen", made_once.signer)
    home = knowing(tmp_path / "home", made_once, keys={made_once.signer.public.fingerprint: 12})
    assert verify_path(made_once.bag, home, Job()).ok
    verdict = verify_path(made.bag, home, Job())
    assert codes(verdict) == ["package-other-key"]
    assert "withdrawn by ledger line 12" in told(verdict)


def test_a_sealing_that_never_was_is_a_fault(made_once: Made, tmp_path: Path) -> None:
    made = grown(made_once, tmp_path / "grown", made_once.signer)
    home = knowing(tmp_path / "home", made_once)
    know_more = knowing(tmp_path / "more", made_once, roots={**known(home), 20: bytes(32)})
    verdict = verify_path(made.bag, know_more, Job())
    assert codes(verdict) == ["package-other-history"]
    assert "none over 13 lines" in told(verdict)


def known(home: Home) -> dict[int, bytes]:
    found = known_case(home, UUID)
    assert found is not None
    return dict(found.roots)


def test_another_case_under_the_same_number_is_a_fault_of_the_same_office_only(made_once: Made, tmp_path: Path) -> None:
    made = Made(tmp_path / "other", Signer(f"evidencekit/{OTHER}/1", stranger().private), PAYLOAD, 0, OTHER)
    home = knowing(tmp_path / "home", made_once)
    verdict = verify_path(made.bag, home, Job())
    assert codes(verdict) == ["package-other-case"]
    assert "26CR00417" in told(verdict)
    assert verify_path(made.bag, home, Job(), against=printed(made.checkpoint)).ok
    police = knowing(tmp_path / "police", made_once, agency="County police")
    assert verify_path(made.bag, police, Job()).ok


@pytest.mark.parametrize("data", [b"", b"[]", b'{"roots": {"x": "AA=="}}', b"\xff"])
def test_a_memory_that_is_damaged_is_told_and_of_another_case_left_alone(
    made_once: Made, tmp_path: Path, data: bytes
) -> None:
    home = knowing(tmp_path / "home", made_once)
    (home.folder / FOLDER / f"{OTHER}.json").write_bytes(data)
    assert verify_path(made_once.bag, home, Job()).ok
    (home.folder / FOLDER / f"{UUID}.json").write_bytes(data)
    with pytest.raises(CaseError, match="remembers of the case cannot be read"):
        verify_path(made_once.bag, home, Job())


def test_a_checkpoint_names_no_file_of_the_users_folder(made_once: Made, bag: Path, tmp_path: Path) -> None:
    note = made_once.checkpoint
    for origin in ("evidencekit/../../../../etc/passwd", "evidencekit/" + "-" * 36, "evidencekit/" + "a" * 36):
        (bag / "checkpoint").write_bytes(Checkpoint(origin, note.size, note.root, note.signatures).note())
        assert "checkpoint-origin" in codes(verify_path(bag, knowing(tmp_path / "home", made_once), Job()))
