"""Catalogs of older versions: migrated when the case is written to, read from a copy when it is only looked at."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.casefile import read_case, write_case
from evidencekit.catalog import Catalog, browse, items, preference, set_preference
from evidencekit.catalog.browse import Filter
from evidencekit.catalog.database import HEAD, REVISIONS
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, StorageError
from evidencekit.job import Job
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as database:
        return {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.fixture
def first_version(filled_case: Path, home: Home) -> Path:
    """A case with words of a person, its catalog as the first version made it."""
    with write_case(filled_case, home, ACTOR) as case:
        edits.describe(case, "3", when="early March 2026", title="The grey car")
        edits.describe(case, "1", when="2026-01-06T07:12:00-08:00")
    with closing(sqlite3.connect(filled_case / "catalog.db")) as database:
        database.executescript(
            "DROP TABLE listing; DROP TABLE drafts; DROP TABLE contact_words; DROP TABLE contacts; DROP TABLE answers;"
            "DROP TABLE derivatives; DROP TABLE transcripts;"
            "ALTER TABLE descriptions DROP COLUMN when_by; ALTER TABLE descriptions DROP COLUMN when_at;"
            "ALTER TABLE readings DROP COLUMN proposals; ALTER TABLE readings DROP COLUMN questions;"
            "CREATE TEMP TABLE kept AS SELECT rowid AS n, name, title, facts, body, notes FROM search;"
            "DROP TABLE search; CREATE VIRTUAL TABLE search USING fts5("
            "name, title, facts, body, notes, tokenize = 'unicode61 remove_diacritics 2');"
            "INSERT INTO search(rowid, name, title, facts, body, notes) SELECT * FROM kept;"
            "UPDATE alembic_version SET version_num = '0001';"
            "PRAGMA wal_checkpoint(TRUNCATE);"
        )
    return filled_case


def in_order(catalog: Catalog) -> list[str]:
    with catalog.read() as connection:
        return [row.number for row in browse.rows(connection, browse.matching(connection, Filter()))]


@pytest.fixture
def copies(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary copies lie."""
    folder = tmp_path_factory.mktemp("copies")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


DATED_FIRST = ["ITEM-0001", "ITEM-0003", "ITEM-0002", "ITEM-0004"]


def test_opened_for_writing_it_is_migrated_in_place(first_version: Path, home: Home, copies: Path) -> None:
    with write_case(first_version, home, ACTOR) as case:
        assert case.notes == []
        assert in_order(case.catalog) == DATED_FIRST
    assert version(first_version / "catalog.db") == HEAD == REVISIONS[-1]
    assert {"drafts", "listing"} <= tables(first_version / "catalog.db")
    assert list(copies.iterdir()) == []
    assert verify_path(first_version, home, Job()).ok


def test_only_looked_at_it_stays_as_it_is(first_version: Path, home: Home, copies: Path) -> None:
    before = (first_version / "catalog.db").read_bytes()
    with read_case(first_version, home) as case:
        assert case.catalog.older
        assert in_order(case.catalog) == DATED_FIRST
        (copy,) = copies.iterdir()
        if os.name == "posix":
            assert stat.S_IMODE(copy.stat().st_mode) == 0o700
        with pytest.raises(StorageError), case.catalog.write() as connection:
            set_preference(connection, "paper", "a4")
    assert list(copies.iterdir()) == []
    assert (first_version / "catalog.db").read_bytes() == before


def test_what_is_not_yet_in_the_main_file_is_copied_too(first_version: Path, home: Home, copies: Path) -> None:
    with closing(sqlite3.connect(first_version / "catalog.db")) as database:
        database.execute("UPDATE descriptions SET when_said = '2026-09-09' WHERE item = 'ITEM-0001'")
        database.commit()
        with read_case(first_version, home) as case:
            assert in_order(case.catalog)[0] == "ITEM-0003"


def test_on_media_that_cannot_be_written(
    first_version: Path, home: Home, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writable(folder: Path) -> bool:
        return folder != first_version

    monkeypatch.setattr("evidencekit.catalog.database._writable", writable)
    first_version.chmod(0o555)
    (first_version / "catalog.db").chmod(0o444)
    try:
        with read_case(first_version, home) as case:
            assert case.findings == []
            assert in_order(case.catalog) == DATED_FIRST
        assert not list(first_version.glob("catalog.db-*"))
    finally:
        first_version.chmod(0o755)
        (first_version / "catalog.db").chmod(0o644)
    assert version(first_version / "catalog.db") == "0001"


def test_verifying_writes_nothing_and_finds_what_was_changed(first_version: Path, home: Home, copies: Path) -> None:
    assert verify_path(first_version, home, Job()).ok
    assert version(first_version / "catalog.db") == "0001"
    with closing(sqlite3.connect(first_version / "catalog.db")) as database:
        database.execute("UPDATE items SET name = 'other.txt' WHERE number = 'ITEM-0002'")
        database.commit()
    (finding,) = verify_path(first_version, home, Job()).findings
    assert (finding.code, finding.item) == ("catalog-differs", "ITEM-0002")
    assert list(copies.iterdir()) == []


def test_one_that_differs_from_the_record_is_not_migrated(first_version: Path, home: Home) -> None:
    with closing(sqlite3.connect(first_version / "catalog.db")) as database:
        database.execute("UPDATE items SET name = 'other.txt' WHERE number = 'ITEM-0002'")
        database.commit()
    with pytest.raises(CaseError, match="ITEM-0002"):
        write_case(first_version, home, ACTOR)
    assert version(first_version / "catalog.db") == "0001"


def test_a_copy_that_cannot_be_made_is_told_and_nothing_is_left(
    first_version: Path, home: Home, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def full(path: object, **options: object) -> sqlite3.Connection:
        database = connect(path, **options)  # type: ignore[call-overload]
        if str(copies) in str(path):
            database.execute("PRAGMA max_page_count = 1")
        return database

    monkeypatch.setattr("evidencekit.catalog.database.sqlite3.connect", full)
    with pytest.raises(StorageError, match="full"):
        read_case(first_version, home)
    assert list(copies.iterdir()) == []


def test_a_damaged_older_one_is_told(first_version: Path, home: Home, copies: Path) -> None:
    path = first_version / "catalog.db"
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data)):
        data[place] = 0x5A
    path.write_bytes(data)
    with pytest.raises(CaseError, match="damaged"):
        read_case(first_version, home)
    assert not verify_path(first_version, home, Job()).ok
    assert list(copies.iterdir()) == []


def test_a_zone_that_this_computer_does_not_know_still_lists_every_item(first_version: Path, home: Home) -> None:
    with closing(sqlite3.connect(first_version / "catalog.db")) as database:
        database.execute("UPDATE case_info SET value = 'Mars/Olympus' WHERE key = 'timezone'")
        database.commit()
    with closing(Catalog(first_version / "catalog.db", write=False)) as catalog:
        assert sorted(in_order(catalog)) == [f"ITEM-{place:04d}" for place in (1, 2, 3, 4)]


def test_an_item_that_lost_its_listing_is_still_shown_and_the_loss_is_told(filled_case: Path, home: Home) -> None:
    with closing(sqlite3.connect(filled_case / "catalog.db")) as database:
        database.execute("DELETE FROM listing WHERE id = 2")
        database.commit()
    verdict = verify_path(filled_case, home, Job())
    assert verdict.ok
    assert any("3 of 4" in note for note in verdict.notes)
    with read_case(filled_case, home) as case:
        assert sorted(in_order(case.catalog)) == [f"ITEM-{place:04d}" for place in (1, 2, 3, 4)]


def test_preferences_are_kept_and_are_no_field_of_the_case(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, ACTOR) as case:
        info = case.info
        with case.catalog.write() as connection:
            assert preference(connection, "profile") == ""
            set_preference(connection, "profile", "federal")
            set_preference(connection, "profile", "california")
            set_preference(connection, "number", "not the case's")
            set_preference(connection, "applied", "9999")
    assert verify_path(filled_case, home, Job()).ok
    with read_case(filled_case, home) as case:
        assert case.catalog.info() == info
        with case.catalog.read() as connection:
            assert preference(connection, "profile") == "california"
            assert items.count(connection) == 4


def test_a_rebuilt_catalog_lists_its_items(filled_case: Path, home: Home) -> None:
    (filled_case / "catalog.db").unlink()
    with write_case(filled_case, home, ACTOR, rebuild=True) as case:
        assert len(in_order(case.catalog)) == 4
    assert verify_path(filled_case, home, Job()).notes == ()
