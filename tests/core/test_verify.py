from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.casefile.lock import CaseLock
from evidencekit.casefile.meanwhile import settled
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import CaseError, UnsoundError, UsageError
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Finding
from evidencekit.profile import load_profile
from evidencekit.reread import reread_items
from evidencekit.verify import Verdict, verify_path

ACTOR = "A. Rivera"


def check(case: Path, home: Home) -> Verdict:
    return verify_path(case, home, Job())


def codes(case: Path, home: Home) -> list[str]:
    return [finding.code for finding in check(case, home).findings]


def originals(case: Path) -> list[Path]:
    return sorted(path for path in (case / "originals").rglob("*") if path.is_file())


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def refused_for_writing(case: Path, home: Home) -> bool:
    before = (case / "ledger.jsonl").read_bytes() if (case / "ledger.jsonl").exists() else b""
    with pytest.raises(CaseError, match=r"fails its checks|missing|damaged"):
        write_case(case, home, ACTOR)
    after = (case / "ledger.jsonl").read_bytes() if (case / "ledger.jsonl").exists() else b""
    return before == after


@pytest.mark.parametrize("places", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_one_flipped_byte_in_any_original_is_found_and_its_item_named(
    filled_case: Path, home: Home, places: int
) -> None:
    chance = random.Random(1)
    names = {item.digests.sha256: item.number for item in reversed(read_case(filled_case, home).checked.items)}
    for _ in range(places):
        path = chance.choice(originals(filled_case))
        whole = path.read_bytes()
        place = chance.randrange(len(whole))
        overwrite(path, whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        (finding,) = check(filled_case, home).findings
        assert (finding.code, finding.item) == ("original-changed", names[path.name])
        overwrite(path, whole)
    assert check(filled_case, home).ok


def test_a_changed_original_makes_the_case_read_only(filled_case: Path, home: Home) -> None:
    path = originals(filled_case)[0]
    whole = path.read_bytes()
    info = path.stat()
    overwrite(path, whole[:-1] + b"?")
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))  # even with its old time
    assert refused_for_writing(filled_case, home)
    with pytest.raises(UnsoundError):
        write_case(filled_case, home, ACTOR)
    read_case(filled_case, home).close()
    overwrite(path, whole)
    write_case(filled_case, home, ACTOR).close()


def test_missing_longer_shorter_and_replaced_originals(filled_case: Path, home: Home) -> None:
    first, second, third = originals(filled_case)
    first.unlink()
    overwrite(second, second.read_bytes() + b"x")
    overwrite(third, b"")
    assert sorted(codes(filled_case, home)) == ["original-changed", "original-changed", "original-missing"]
    shutil.rmtree(filled_case / "originals")
    found = codes(filled_case, home)
    assert found.count("original-missing") == 3
    assert "originals-missing" in found


def test_a_link_in_place_of_an_original_is_found(filled_case: Path, home: Home, tmp_path: Path) -> None:
    path = originals(filled_case)[0]
    elsewhere = tmp_path / "elsewhere"
    shutil.copy(path, elsewhere)
    path.unlink()
    path.symlink_to(elsewhere)
    assert codes(filled_case, home) == ["original-unreadable"]
    assert refused_for_writing(filled_case, home)


def test_a_linked_folder_among_the_originals_is_found(filled_case: Path, home: Home, tmp_path: Path) -> None:
    folder = originals(filled_case)[0].parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert codes(filled_case, home) == ["original-missing", "original-foreign"]
    assert refused_for_writing(filled_case, home)


def test_foreign_files_among_the_originals_are_found_and_litter_is_not(filled_case: Path, home: Home) -> None:
    (filled_case / "originals" / ".DS_Store").write_bytes(b"litter")
    assert check(filled_case, home).ok
    (filled_case / "originals" / "planted.jpg").write_bytes(b"x")
    assert codes(filled_case, home) == ["original-foreign"]


def test_what_was_never_acknowledged_is_noted_and_set_aside(filled_case: Path, home: Home) -> None:
    stray = filled_case / "originals" / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a crash")
    (filled_case / "acquisitions" / "0002.jsonl").write_bytes(b"left by a crash")
    with (filled_case / "ledger.jsonl").open("ab") as ledger:
        ledger.write(b'{"never":"acknowledged"}\n')
    verdict = check(filled_case, home)
    assert verdict.ok
    assert len(verdict.notes) == 3
    write_case(filled_case, home, ACTOR).close()
    aside = filled_case / "recovered" / "0001"
    assert sorted(path.name for path in aside.iterdir()) == [
        "ab-ab" + "0" * 62,
        "acquisitions-0002.jsonl",
        "ledger-tail.jsonl",
    ]
    assert (aside / "ledger-tail.jsonl").read_bytes() == b'{"never":"acknowledged"}\n'
    after = check(filled_case, home)
    assert (after.ok, after.notes) == (True, ())
    assert '"act":"recover"' in (filled_case / "ledger.jsonl").read_text()


def test_appended_lines_that_chain_are_never_adopted(filled_case: Path, home: Home) -> None:
    """Anybody can append lines that chain; without the key they stay behind the checkpoint."""
    from evidencekit.custody.ledger import read_ledger
    from evidencekit.custody.lines import Entry, encode

    state = read_ledger(filled_case / "ledger.jsonl", filled_case / "checkpoint")
    forged = encode(
        Entry("exhibit", {"label": "1", "items": ["ITEM-0001"]}),
        seq=state.size,
        prev=state.last,
        time="2026-04-10T17:02:11.123456Z",
        salt="0" * 32,
        actor="Somebody",
    )
    with (filled_case / "ledger.jsonl").open("ab") as ledger:
        ledger.write(forged + b"\n")
    assert check(filled_case, home).ok
    with write_case(filled_case, home, ACTOR) as case, case.catalog.read() as connection:
        from evidencekit.catalog.court import arrangement

        assert arrangement(connection) == ()


def test_a_changed_missing_or_torn_acquisition_record_is_found(filled_case: Path, home: Home) -> None:
    path = filled_case / "acquisitions" / "0001.jsonl"
    whole = path.read_bytes()
    for changed in (whole.replace(b"note.txt", b"nota.txt"), whole[:-1], b""):
        overwrite(path, changed)
        assert "acquisition-changed" in codes(filled_case, home)
    path.unlink()
    assert "acquisition-missing" in codes(filled_case, home)
    assert refused_for_writing(filled_case, home)


def test_keys_that_the_ledger_did_not_add_are_found(filled_case: Path, home: Home) -> None:
    path = filled_case / "keys.txt"
    whole = path.read_text()
    for changed in ("", whole + whole, whole.replace("+", "-", 1), whole.upper()):
        path.write_text(changed)
        assert codes(filled_case, home) == ["keys-changed"]
    path.unlink()
    assert codes(filled_case, home) == ["keys-missing"]


def test_every_missing_part_is_a_finding_and_not_a_traceback(filled_case: Path, home: Home, tmp_path: Path) -> None:
    for part in ("ledger.jsonl", "checkpoint", "keys.txt", "catalog.db", "originals", "acquisitions"):
        copy = tmp_path / f"without-{part}"
        shutil.copytree(filled_case, copy)
        shutil.rmtree(copy / part) if (copy / part).is_dir() else (copy / part).unlink()
        assert not check(copy, home).ok, part
        assert refused_for_writing(copy, home), part
    for only in ("ledger.jsonl", "checkpoint", "catalog.db", "originals"):
        alone = tmp_path / f"only-{only}"
        alone.mkdir()
        source = filled_case / only
        shutil.copytree(source, alone / only) if source.is_dir() else shutil.copy(source, alone / only)
        assert not check(alone, home).ok, only


def test_a_torn_or_foreign_catalog_is_a_finding(filled_case: Path, home: Home) -> None:
    for name in ("catalog.db-wal", "catalog.db-shm"):
        (filled_case / name).unlink(missing_ok=True)
    (filled_case / "catalog.db").write_bytes(b"not a database at all" * 100)
    assert codes(filled_case, home) == ["catalog-damaged"]
    assert refused_for_writing(filled_case, home)


CATALOG_FAULTS: list[tuple[str, str]] = [
    ("UPDATE items SET name = 'other' WHERE number = 'ITEM-0002'", "catalog-differs"),
    ("UPDATE items SET sha256 = replace(sha256, 'a', 'b') WHERE number = 'ITEM-0001'", "catalog-differs"),
    ("UPDATE items SET duplicate_of = NULL", "catalog-differs"),
    (
        "DELETE FROM readings WHERE item = 'ITEM-0004'; DELETE FROM items WHERE number = 'ITEM-0004'",
        "catalog-missing-item",
    ),
    (
        "INSERT INTO items SELECT 99, 'ITEM-0099', name, received_path, size, sha256, blake3, acquisition, NULL, NULL "
        "FROM items WHERE number = 'ITEM-0001'",
        "catalog-extra-item",
    ),
    ("UPDATE case_info SET value = '999' WHERE key = 'applied'", "catalog-ahead"),
    ("UPDATE exhibits SET label = '9'", "catalog-exhibit"),
    ("DELETE FROM exhibits", "catalog-exhibit"),
    ("UPDATE exhibits SET items = '[\"ITEM-0002\"]'", "catalog-exhibit"),
    ("UPDATE exhibits SET status = 'withdrawn'", "catalog-exhibit"),
    ("UPDATE case_info SET value = 'People v. Other' WHERE key = 'caption'", "catalog-case"),
    ("UPDATE case_info SET value = 'UTC' WHERE key = 'timezone'", "catalog-case"),
    ("UPDATE acquisitions SET source = 'Another phone'", "catalog-acquisition"),
    ("UPDATE acquisitions SET received = '2019-12-31T00:00:00Z'", "catalog-acquisition"),
    ("INSERT INTO refusals VALUES (1, 1, 'made-up', 'why')", "catalog-acquisition"),
    ("UPDATE readings SET moments = 'not json'", "catalog-damaged"),
    ("UPDATE readings SET facts = '5'", "catalog-damaged"),
    ("UPDATE exhibits SET status = 'nonsense'", "catalog-damaged"),
    ("DROP TABLE search", "catalog-damaged"),
]


@pytest.mark.parametrize(("sql", "code"), CATALOG_FAULTS)
def test_where_the_catalog_differs_from_the_record_is_said(filled_case: Path, home: Home, sql: str, code: str) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        edits.mark_exhibit(case, ["1"], load_profile("default"))
    database = sqlite3.connect(filled_case / "catalog.db")
    database.executescript(sql)
    database.close()
    found = codes(filled_case, home)
    assert code in found
    assert refused_for_writing(filled_case, home)


def test_a_catalog_behind_the_ledger_is_completed(filled_case: Path, home: Home) -> None:
    shutil.copy(filled_case / "catalog.db", filled_case / "kept.db")
    with write_case(filled_case, home, ACTOR) as case:
        edits.mark_exhibit(case, ["1", "2"], load_profile("default"))
        edits.mark_exhibit(case, ["3"], load_profile("default"))
        edits.withdraw_exhibit(case, "2")
        edits.arrange(case, "1", items=["ITEM-0004"])
    (filled_case / "kept.db").replace(filled_case / "catalog.db")
    verdict = check(filled_case, home)
    assert verdict.ok
    assert "reflects 4 of" in verdict.notes[0]
    with read_case(filled_case, home) as case, case.catalog.read() as connection:  # completes it on the way
        from evidencekit.catalog.court import arrangement

        found = [(each.label, each.items, each.status.value) for each in arrangement(connection)]
    assert found == [("1", ("ITEM-0004",), "marked"), ("2", ("ITEM-0003",), "withdrawn")]
    assert check(filled_case, home).notes == ()


def test_a_rebuilt_catalog_has_what_the_record_has(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        edits.mark_exhibit(case, ["1", "2"], load_profile("default"), title="Two notes")
    (filled_case / "catalog.db").unlink()
    with pytest.raises(CaseError, match="--rebuild"):
        write_case(filled_case, home, ACTOR)
    write_case(filled_case, home, ACTOR, rebuild=True).close()
    assert check(filled_case, home).ok
    with read_case(filled_case, home) as case:
        assert case.info.caption == "People v. Hollis"
        with case.catalog.read() as connection:
            from evidencekit.catalog.court import arrangement
            from evidencekit.catalog.items import all_items

            assert [item.number for item in all_items(connection)] == [f"ITEM-000{n}" for n in range(1, 5)]
            assert [(each.label, each.items) for each in arrangement(connection)] == [("1", ("ITEM-0001", "ITEM-0002"))]


def test_a_sound_catalog_is_not_thrown_away(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        edits.add_note(case, "1", text="kept")
    with pytest.raises(CaseError, match="sound"):
        write_case(filled_case, home, ACTOR, rebuild=True)
    with read_case(filled_case, home) as case, case.catalog.read() as connection:
        from evidencekit.catalog.items import notes_of

        assert [note.text for note in notes_of(connection, "ITEM-0001")] == ["kept"]


def test_a_damaged_catalog_is_put_aside_and_not_deleted(filled_case: Path, home: Home) -> None:
    for name in ("catalog.db-wal", "catalog.db-shm"):
        (filled_case / name).unlink(missing_ok=True)
    (filled_case / "catalog.db").write_bytes(b"damaged")
    write_case(filled_case, home, ACTOR, rebuild=True).close()
    assert check(filled_case, home).ok
    (aside,) = filled_case.glob("recovered/catalog-*/catalog.db")
    assert aside.read_bytes() == b"damaged"


def test_a_search_index_that_lost_items_is_noted_and_made_anew(filled_case: Path, home: Home) -> None:
    database = sqlite3.connect(filled_case / "catalog.db")
    database.execute("DELETE FROM search WHERE rowid = 1")
    database.commit()
    database.close()
    verdict = check(filled_case, home)
    assert verdict.ok
    assert "3 of 4 items" in verdict.notes[0]
    with write_case(filled_case, home, ACTOR) as case:
        reread_items(case, None, Job())
    assert check(filled_case, home).notes == ()


def test_a_binders_missing_seal_is_found_or_completed(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        case.seal(case.commit([Entry("bind", {"plan": "0" * 64})]))
    (seal,) = (filled_case / "seals").iterdir()
    whole = seal.read_bytes()
    seal.unlink()
    assert check(filled_case, home).ok  # the crash may have come in between
    write_case(filled_case, home, ACTOR).close()
    assert seal.read_bytes() == whole
    with write_case(filled_case, home, ACTOR) as case:
        case.commit([Entry("derive", {"files": []})])
    seal.unlink()
    (finding,) = check(filled_case, home).findings
    assert (finding.code, finding.line) == ("seal-missing", 5)


def test_a_record_that_none_of_its_act_could_be_is_found(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        fields = {"production": 1, "prefix": "P", "first": "P1", "last": "P1", "items": 1}
        paper = case.record({"kind": "production", "to": "x", "items": ["ITEM-0001"]})
        case.seal(case.commit([Entry("produce", {**fields, **paper})]))
    assert codes(filled_case, home) == ["record-damaged"]
    paper_file = filled_case / "records" / "0001.json"
    paper_file.chmod(0o600)
    os.truncate(paper_file, 1 << 40)  # which takes no space, and must take no memory
    assert codes(filled_case, home) == ["record-missing"]


def test_a_damaged_record_does_not_call_its_originals_strays(filled_case: Path, home: Home) -> None:
    overwrite(filled_case / "acquisitions" / "0001.jsonl", b"")
    verdict = check(filled_case, home)
    assert not verdict.ok
    assert not [note for note in verdict.notes if "never acknowledged" in note]


def test_what_is_logged_while_a_case_is_verified_is_no_fault(filled_case: Path, home: Home) -> None:
    moments = iter(range(2))

    def log(done: int, total: int, what: str) -> None:
        if next(moments, None) is not None:
            with write_case(filled_case, home, ACTOR) as case:
                case.commit([Entry("verify", {"findings": 0})])

    size = check(filled_case, home).size
    verdict = verify_path(filled_case, home, Job(log))
    assert verdict.ok
    assert verdict.size == size


def test_a_fault_is_looked_at_again_only_where_something_was_logged_meanwhile(filled_case: Path, home: Home) -> None:
    looks = 0

    def look(writing: int) -> list[Finding]:
        nonlocal looks
        looks += 1
        if looks <= writing:
            with write_case(filled_case, home, ACTOR) as case:
                case.commit([Entry("verify", {"findings": 0})])
        return [Finding("catalog-ahead", "They do not fit.")] if looks <= max(writing, 1) else []

    assert settled(filled_case, lambda: look(2), lambda seen: seen) == []
    assert looks == 3
    looks = 0
    assert settled(filled_case, lambda: look(0), lambda seen: seen)
    assert looks == 1


def test_an_older_copy_is_found_until_it_is_accepted(filled_case: Path, home: Home, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(filled_case, older)
    with write_case(filled_case, home, ACTOR) as case:
        edits.mark_exhibit(case, ["1"], load_profile("default"))
    assert codes(older, home) == ["older-than-seen"]
    assert refused_for_writing(older, home)
    write_case(older, home, ACTOR, accept_older=True).close()
    assert check(older, home).ok
    assert '"why":"accepted knowingly: older-than-seen"' in (older / "ledger.jsonl").read_text()
    assert codes(filled_case, home) == ["differs-from-seen"]  # now the other one is not what was seen last


def test_who_only_opened_a_case_is_told_of_an_older_copy_and_of_one_that_went_its_own_way(
    filled_case: Path, home: Home, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    older = Path(shutil.copytree(filled_case, tmp_path / "older"))
    with write_case(filled_case, home, ACTOR) as case:
        edits.mark_exhibit(case, ["1"], load_profile("default"))
    reader, other = (Home(tmp_path_factory.mktemp("home")) for _ in range(2))
    write_case(filled_case, reader, "B. Ng").close()
    assert codes(filled_case, reader) == []
    assert codes(older, reader) == ["older-than-seen"]
    with write_case(older, other, "C. Doe") as case:  # on a computer that saw none of it
        edits.mark_exhibit(case, ["2"], load_profile("default"))
    assert codes(older, reader) == ["differs-from-seen"]
    with pytest.raises(UnsoundError, match="another copy of the case was worked on"):
        write_case(older, reader, "B. Ng")


def test_another_person_elsewhere_goes_on_with_a_key_of_their_own(
    filled_case: Path, home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Home(tmp_path_factory.mktemp("other-home"))
    with write_case(filled_case, other, "B. Ng") as case:
        edits.mark_exhibit(case, ["1"], load_profile("default"))
    assert check(filled_case, other).ok
    assert check(filled_case, home).ok
    assert len((filled_case / "keys.txt").read_text().splitlines()) == 2


def test_a_key_list_left_unfinished_is_completed(
    filled_case: Path, home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = (filled_case / "keys.txt").read_bytes()
    with write_case(filled_case, Home(tmp_path_factory.mktemp("other-home")), "B. Ng") as case:
        edits.mark_exhibit(case, ["1"], load_profile("default"))
    whole = (filled_case / "keys.txt").read_bytes()
    (filled_case / "keys.txt").write_bytes(before)
    verdict = check(filled_case, home)
    assert verdict.ok
    assert "keys.txt" in verdict.notes[0]
    write_case(filled_case, home, ACTOR).close()
    assert (filled_case / "keys.txt").read_bytes().startswith(whole)


def test_seals_are_checked(filled_case: Path, home: Home) -> None:
    note = (filled_case / "checkpoint").read_bytes()
    seal = filled_case / "seals" / "00000004.note"
    seal.write_bytes(note)
    assert check(filled_case, home).ok
    for changed, code in (
        (note[:-3], "seal-damaged"),
        (note.replace(b"\n4\n", b"\n9\n"), "seal-newer"),
        (note.replace(b"\n4\n", b"\n3\n"), "seal-root"),
    ):
        seal.write_bytes(changed)
        assert codes(filled_case, home) == [code]


def test_a_single_ledger_is_verified(filled_case: Path, home: Home, tmp_path: Path) -> None:
    verdict = check(filled_case / "ledger.jsonl", home)
    assert (verdict.ok, verdict.size, verdict.notes) == (True, 4, ())
    alone = tmp_path / "alone.jsonl"
    alone.write_bytes((filled_case / "ledger.jsonl").read_bytes())
    verdict = check(alone, home)
    assert verdict.ok
    assert "no checkpoint" in verdict.notes[0]
    alone.write_bytes(alone.read_bytes().replace(b'"act":"acquire"', b'"act":"verify"'))
    assert [finding.line for finding in check(alone, home).findings] == [4]


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: None])
def test_anything_else_is_refused(tmp_path: Path, home: Home, make: Callable[[Path], None]) -> None:
    make(tmp_path / "thing")
    with pytest.raises(UsageError):
        check(tmp_path / "thing", home)


def test_moving_the_folder_moves_the_case(filled_case: Path, home: Home, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "the case"
    moved.parent.mkdir()
    filled_case.rename(moved)
    assert check(moved, home).ok
    write_case(moved, home, ACTOR).close()


def test_a_case_that_another_is_starting_in_the_same_place_is_not_cleared_away(tmp_path: Path, home: Home) -> None:
    theirs, torn = tmp_path / ".case.new-0a1b2c3d", tmp_path / ".case.new-4e5f6a7b"
    for each in (theirs, torn):
        (each / "seals").mkdir(parents=True)
    lock = CaseLock(theirs)
    create_case(tmp_path / "case", CaseInfo("", "1", "People v. X", "UTC"), home, ACTOR)
    lock.release()
    assert (theirs / "seals").is_dir()
    assert not torn.exists()
    assert check(tmp_path / "case", home).ok
    write_case(tmp_path / "case", home, ACTOR).close()


def test_a_case_is_started_only_where_nothing_is(tmp_path: Path, home: Home) -> None:
    info = CaseInfo("", "1", "People v. X", "UTC")
    (tmp_path / "empty").mkdir()
    create_case(tmp_path / "empty", info, home, ACTOR)
    assert check(tmp_path / "empty", home).ok
    with pytest.raises(UsageError, match="a case in this folder already"):
        create_case(tmp_path / "empty", info, home, ACTOR)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(UsageError, match="not empty"):
        create_case(tmp_path / "full", info, home, ACTOR)
    assert not list(tmp_path.glob(".*new*"))
