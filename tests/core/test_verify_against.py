"""A case held against what left it: printed checkpoints, seals kept elsewhere, what this computer has seen."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.casefile.given import read_given
from evidencekit.custody import ledger as ledger_module
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger, read_ledger, start_ledger
from evidencekit.custody.lines import Entry, time_text
from evidencekit.custody.printed import Printed, read_printed
from evidencekit.errors import Cancelled, UsageError
from evidencekit.intake import Taken
from evidencekit.job import Job
from evidencekit.profile import load_profile
from evidencekit.verify import Kind, Verdict, log_verdict, verify_path

TakeIn = Callable[..., Taken]
ACTOR = "A. Rivera, victim-witness unit"


@pytest.fixture
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The user folder of somebody who has never seen the case."""
    return Home(tmp_path_factory.mktemp("stranger"))


def mark(case: Path, home: Home, *items: str) -> None:
    with write_case(case, home, ACTOR) as opened:
        edits.mark_exhibit(opened, list(items), load_profile("default"))


def printed(case: Path) -> Printed:
    return read_printed((case / "checkpoint").read_text("utf-8"))


def codes(verdict: Verdict) -> list[str]:
    return [each.code for each in verdict.findings]


def untouched(folder: Path) -> dict[Path, int]:
    """Every file with its time of change."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def rewritten(case: Path, target: Path, home: Home) -> Path:
    """The case with another second half of its history, written and signed with its owner's key: what somebody who
    holds everything can make."""
    shutil.copytree(case, target)
    state = read_ledger(target / "ledger.jsonl", target / "checkpoint")
    lines = (target / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    signer = home.signer(state.case_uuid, ACTOR)
    shutil.rmtree(target / "seals")
    (target / "seals").mkdir()
    for name in ("ledger.jsonl", "checkpoint"):
        (target / name).unlink()
    start_ledger(target, state.case_uuid, {"number": "26CR00417", "caption": "People v. Other"}, signer, ACTOR)
    writer = Ledger(target, read_ledger(target / "ledger.jsonl", target / "checkpoint"), signer, ACTOR)
    writer.commit([Entry("view", {"item": "ITEM-0001"}) for _ in lines[2:]])
    return target


def test_a_rolled_back_case_is_found_against_every_anchor_and_without_one_not_at_all(
    filled_case: Path, home: Home, stranger: Home, tmp_path: Path
) -> None:
    older = Path(shutil.copytree(filled_case, tmp_path / "older"))
    mark(filled_case, home, "1")
    with write_case(filled_case, home, ACTOR) as case:
        case.seal_now("asked")
    (seal,) = (filled_case / "seals").iterdir()
    kept = Path(shutil.copy(seal, tmp_path / "kept-elsewhere.note"))

    assert verify_path(older, stranger, Job()).ok  # documented: nothing in the folder can tell
    assert codes(verify_path(older, home, Job())) == ["older-than-seen"]
    assert codes(verify_path(older, stranger, Job(), against=printed(filled_case))) == ["against-short"]
    assert codes(verify_path(older, stranger, Job(), against=read_given(str(kept), Job()))) == ["against-short"]
    assert verify_path(filled_case, stranger, Job(), against=read_given(str(kept), Job())).ok


def test_a_history_rewritten_with_the_key_is_found_against_every_anchor_and_without_one_not_at_all(
    filled_case: Path, home: Home, stranger: Home, tmp_path: Path
) -> None:
    forged = rewritten(filled_case, tmp_path / "forged", home) / "ledger.jsonl"
    note = printed(filled_case)
    assert verify_path(forged, stranger, Job()).ok  # documented: nothing beside the ledger can tell
    verdict = verify_path(forged, stranger, Job(), against=note)
    assert (codes(verdict), verdict.against and verdict.against.holds) == (["against-root"], False)
    assert "differs-from-seen" in codes(verify_path(forged.parent, home, Job()))


def test_a_printed_checkpoint_that_holds_is_told(filled_case: Path, home: Home) -> None:
    note = printed(filled_case)
    mark(filled_case, home, "1")
    verdict = verify_path(filled_case, home, Job(), against=note)
    assert verdict.ok
    assert verdict.against is not None
    assert (verdict.against.size, verdict.against.root, verdict.against.holds) == (4, note.root_text, True)
    assert verdict.document()["against"]["holds"] is True
    alone = verify_path(filled_case / "ledger.jsonl", home, Job(), against=note)
    assert (alone.ok, alone.kind, alone.against) == (True, Kind.LEDGER, verdict.against)


def test_since_a_checkpoint_tells_what_was_added_and_leaves_nothing_out(
    filled_case: Path, home: Home, take: TakeIn, tmp_path: Path
) -> None:
    note = printed(filled_case)
    mark(filled_case, home, "1")
    mark(filled_case, home, "2")
    (tmp_path / "more.txt").write_text("A third note.\n", "utf-8")
    take(filled_case, tmp_path / "more.txt")
    verdict = verify_path(filled_case, home, Job(), since=note)
    assert verdict.ok
    assert verdict.since is not None
    assert (verdict.since.size, verdict.since.holds, verdict.since.added) == (4, True, verdict.size - 4)
    assert dict(verdict.since.acts) == {"exhibit": 2, "acquire": 1}
    assert (verdict.since.items, verdict.since.first, verdict.since.last) == (1, "ITEM-0005", "ITEM-0005")
    assert verdict.document()["since"]["line"] == 5
    old = next(path for path in sorted((filled_case / "originals").rglob("*")) if path.is_file())
    old.chmod(0o644)
    old.write_bytes(b"changed")  # taken in before the checkpoint: found all the same
    assert codes(verify_path(filled_case, home, Job(), since=note)) == ["original-changed"]


def test_since_a_checkpoint_of_another_history_is_a_fault(filled_case: Path, home: Home) -> None:
    note = printed(filled_case)
    bent = Printed(note.size, bytes(32), note.case)
    verdict = verify_path(filled_case, home, Job(), since=bent)
    assert codes(verdict) == ["against-root"]
    assert verdict.since is not None
    assert not verdict.since.holds


def test_a_key_that_nobody_else_vouched_for_is_a_note(filled_case: Path, stranger: Home) -> None:
    with write_case(filled_case, stranger, "B. Ng") as case:
        edits.mark_exhibit(case, ["1"], load_profile("default"))
    verdict = verify_path(filled_case, stranger, Job())
    assert verdict.ok
    (note,) = verdict.notes
    assert "of B. Ng was added by B. Ng (ledger line 5)" in note
    assert verdict.head is not None
    assert [(each.person, each.holds) for each in verdict.head.signatures] == [("B. Ng", True)]


def test_a_clock_that_went_back_and_an_open_release_are_notes(
    filled_case: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        with monkeypatch.context() as patched:
            patched.setattr(ledger_module, "time_text", lambda moment: "2020-01-01T00:00:00.000000Z")
            for _ in range(8):
                case.commit([Entry("view", {"item": "ITEM-0001"})])
                patched.setattr(case._ledger, "_state", case.checked.state)
                case.checked.state.time = "2026-04-10T00:00:00.000000Z"
        fields = {"from": ACTOR, "to": "B. Ng", **case.record({"kind": "transfer", "to": {"name": "B. Ng"}})}
        case.seal(case.commit([Entry("release", fields)]))
    verdict = verify_path(filled_case / "ledger.jsonl", home, Job())
    assert verdict.ok
    assert [note[:38] for note in verdict.notes[:5]] == ["The computer's clock went back at ledg"] * 5
    assert verdict.notes[5] == "And 3 more times the clock went back."
    assert f"released by {ACTOR} to B. Ng" in verdict.notes[6]


def test_a_time_stamp_that_does_not_fit_the_clock_is_a_note(filled_case: Path, home: Home) -> None:
    noon = datetime(2026, 4, 10, 12, tzinfo=UTC)
    with write_case(filled_case, home, ACTOR, clock=lambda: noon) as case:
        covers = case.commit([Entry("seal", {"why": "asked"})]).size
        for minutes in (-2, -0.5, 0.5, 2):
            case.commit([Entry("anchor", {"covers": covers, "stamped": time_text(noon + timedelta(minutes=minutes))})])
    verdict = verify_path(filled_case / "ledger.jsonl", home, Job())
    assert verdict.ok
    early, late = (each for each in verdict.notes if each.startswith("The time-stamp"))
    assert f"11:58:00.000000Z, but ledger line {covers}, which it covers, bears the later" in early
    assert "12:02:00.000000Z, but the line by which it was taken in bears the earlier" in late


def test_what_somebody_who_has_the_case_open_wrote_last_is_verified_too(filled_case: Path, home: Home) -> None:
    with closing(sqlite3.connect(filled_case / "catalog.db")) as database:
        database.execute("UPDATE items SET name = 'other' WHERE number = 'ITEM-0002'")
        database.commit()
        assert (filled_case / "catalog.db-wal").stat().st_size  # it stands in that alone
        assert codes(verify_path(filled_case, home, Job())) == ["catalog-differs"]


def test_verifying_can_be_cancelled_at_any_step_and_changes_nothing(filled_case: Path, home: Home) -> None:
    before = untouched(filled_case)
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    verify_path(filled_case, home, Job(cancelled=count))
    assert steps > 3
    for stop in range(1, steps + 1):
        left = iter([False] * (stop - 1))
        with pytest.raises(Cancelled):
            verify_path(filled_case, home, Job(cancelled=lambda left=left: next(left, True)))  # type: ignore[misc]
    assert untouched(filled_case) == before


def test_a_bag_is_checked_as_a_bag_even_where_parts_of_a_case_lie_in_it(filled_case: Path, home: Home) -> None:
    (filled_case / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "utf-8")
    verdict = verify_path(filled_case, home, Job())
    assert verdict.kind is Kind.PACKAGE
    assert "bag-manifest" in codes(verdict)


def test_what_was_found_is_logged_with_its_counts(filled_case: Path, home: Home) -> None:
    verdict = verify_path(filled_case, home, Job())
    with write_case(filled_case, home, ACTOR) as case:
        log_verdict(case, verdict)
    (line,) = (filled_case / "ledger.jsonl").read_text("utf-8").splitlines()[4:]
    assert '"act":"verify"' in line
    assert f'"root":"{verdict.root}"' in line


LISTED = "tagmanifest-sha256.txt"
LINKS = pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links without privileges")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n"), "neither a case folder"),
        (lambda path: path.write_text("312 lines, root abcd"), "neither a case folder"),
        (lambda path: path.mkdir(), "neither a case folder"),
        pytest.param(lambda path: path.symlink_to(path.name), "cannot be looked into", marks=LINKS),
        (lambda path: None, "cannot be looked into"),
    ],
    ids=["picture", "text", "folder", "loop", "nothing"],
)
def test_what_is_none_of_them_is_said_and_not_judged(
    home: Home, tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    make(tmp_path / "thing")
    with pytest.raises(UsageError, match=why):
        verify_path(tmp_path / "thing", home, Job())


def test_a_name_that_no_file_can_have_is_refused(home: Home, tmp_path: Path) -> None:
    for name in ("x" * 5000, "a\0b"):
        with pytest.raises(UsageError, match="cannot be looked into"):
            verify_path(tmp_path / name, home, Job())


def test_a_ledger_is_judged_by_its_name_or_by_how_it_begins(home: Home, tmp_path: Path) -> None:
    for name, data in (("x.jsonl", b"\0"), ("ledger.txt", b"{"), ("extract", b"0" * 64 + b"\n")):
        (tmp_path / name).write_bytes(data)
        assert verify_path(tmp_path / name, home, Job()).kind is Kind.LEDGER


def test_a_package_whose_bagit_txt_was_taken_is_one_all_the_same(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bag" / "data").mkdir(parents=True)
    (tmp_path / "bag" / LISTED).write_bytes(b"")
    verdict = verify_path(tmp_path / "bag", home, Job())
    assert verdict.kind is Kind.PACKAGE
    assert "bag-declaration" in codes(verdict)


@LINKS
def test_a_note_is_read_from_what_an_older_program_saved_and_a_link_that_leads_nowhere_is_told(
    filled_case: Path, tmp_path: Path
) -> None:
    note = printed(filled_case)
    text = (filled_case / "checkpoint").read_text("utf-8")
    (tmp_path / "note.txt").write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
    assert read_given(str(tmp_path / "note.txt"), Job()) == note
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="checkpoint cannot be read"):
        read_given(str(tmp_path / "loop"), Job())
