from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from evidencekit.casefile import read_case, write_case
from evidencekit.catalog import Catalog, court, items
from evidencekit.catalog.database import on_share
from evidencekit.catalog.finding import find
from evidencekit.catalog.tables import metadata
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, UsageError
from evidencekit.model import Exhibit, Party, Placed, Role


def test_the_migrations_make_what_the_tables_say(filled_case: Path) -> None:
    catalog = Catalog(filled_case / "catalog.db", write=False)
    with catalog.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: (
                    kind != "table" or not str(name).startswith(("search", "contact_words"))
                ),
            },
        )
        assert compare_metadata(context, metadata) == []
    catalog.close()


def test_a_catalog_of_a_newer_version_is_refused(filled_case: Path, home: Home) -> None:
    database = sqlite3.connect(filled_case / "catalog.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    with pytest.raises(CaseError, match="newer version"):
        write_case(filled_case, home, "A. Rivera")


def test_foreign_keys_hold_and_a_fault_takes_the_whole_change_back(filled_case: Path) -> None:
    catalog = Catalog(filled_case / "catalog.db", write=True)

    def two_changes() -> None:
        with catalog.write() as connection:
            items.describe(connection, "ITEM-0001", {"title": "kept?"})
            items.describe(connection, "ITEM-9999", {"title": "no such item"})

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        two_changes()
    with catalog.read() as connection:
        assert items.get_items(connection, ["ITEM-0001"])["ITEM-0001"].title is None
    catalog.close()


def test_wal_on_a_local_disk(filled_case: Path) -> None:
    database = sqlite3.connect(filled_case / "catalog.db")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()
    assert not on_share(filled_case)


def test_a_case_on_read_only_media_can_be_looked_at(
    filled_case: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidencekit.catalog.database._writable", lambda folder: False)
    with read_case(filled_case, home) as case, case.catalog.read() as connection:
        assert items.count(connection) == 4
    assert not list(filled_case.glob("catalog.db-*"))


def test_an_identifier_belongs_to_one_party(filled_case: Path) -> None:
    catalog = Catalog(filled_case / "catalog.db", write=True)
    with catalog.write() as connection:
        court.put_party(connection, Party("J. D.", Role.VICTIM, ("+15550142210", "+15550142210"), "her phone"))
        court.put_party(connection, Party("J. D.", Role.VICTIM, ("+15550142210", "jd@example.com"), "her phone"))
    with catalog.read() as connection:
        assert court.all_parties(connection) == [
            Party("J. D.", Role.VICTIM, ("+15550142210", "jd@example.com"), "her phone")
        ]
    with pytest.raises(UsageError, match="already belongs"), catalog.write() as connection:
        court.put_party(connection, Party("M. H.", Role.DEFENDANT, ("jd@example.com",)))
    catalog.close()


def test_places_are_forgotten_when_the_arrangement_changes(filled_case: Path) -> None:
    catalog = Catalog(filled_case / "catalog.db", write=True)
    arranged = (Exhibit("1", "One", ("ITEM-0001",)), Exhibit("2", "Two", ("ITEM-0002",)))
    with catalog.write() as connection:
        court.set_arrangement(connection, arranged)
        court.set_placed(connection, [Placed("1", 3, 12, 1)])
    with catalog.read() as connection:
        assert court.placed(connection) == {"1": Placed("1", 3, 12, 1)}
    with catalog.write() as connection:
        court.set_arrangement(connection, tuple(reversed(arranged)))
    with catalog.read() as connection:
        assert court.placed(connection) == {}
        assert [each.label for each in court.arrangement(connection)] == ["2", "1"]
    catalog.close()


def test_many_numbers_at_once(filled_case: Path) -> None:
    catalog = Catalog(filled_case / "catalog.db", write=False)
    with catalog.read() as connection:
        found = items.get_items(connection, [f"ITEM-{n:04d}" for n in range(1, 5000)])
    assert len(found) == 4
    catalog.close()


@given(st.text(max_size=60))
def test_whatever_is_typed_is_only_words(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "search"
    folder.mkdir(exist_ok=True)
    catalog = Catalog(folder / "catalog.db", write=True)
    with catalog.read() as connection, suppress(UsageError):
        assert find(connection, words).hits == ()
    catalog.close()
