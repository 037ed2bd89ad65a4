"""Preparing exhibits and marking them: labels are issued together or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidencekit import edits, exhibits
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.catalog import court
from evidencekit.custody.keys import Home
from evidencekit.errors import Cancelled, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.model import Draft, Exhibit
from evidencekit.profile import load_profile
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"
PROFILE = load_profile("default")
FIRST, SECOND, THIRD, FOURTH = (f"ITEM-{n:04d}" for n in range(1, 5))


@pytest.fixture
def case(filled_case: Path, home: Home) -> Iterator[Case]:
    """A case with four items, open for writing."""
    with write_case(filled_case, home, ACTOR) as opened:
        yield opened


def drafts(case: Case) -> tuple[Draft, ...]:
    with case.catalog.read() as connection:
        return court.drafts(connection)


def arranged(case: Case) -> tuple[Exhibit, ...]:
    with case.catalog.read() as connection:
        return court.arrangement(connection)


def issued(case: Case) -> list[tuple[str, list[str]]]:
    lines = [json.loads(line) for line in (case.folder / "ledger.jsonl").read_text("utf-8").splitlines()]
    return [(line["label"], line["items"]) for line in lines if line["act"] == "exhibit"]


def test_drafts_survive_a_reopening_and_issue_nothing(case: Case, home: Home) -> None:
    kept = edits.add_draft(case, items=["1", "item-3"], title=" Two notes ")
    assert kept == Draft(1, (FIRST, THIRD), "Two notes")
    edits.add_draft(case, items=["2"], before=kept.id)
    changed = edits.edit_draft(case, kept.id, witness="J. D.", group="Notes", label="12a")
    assert changed == Draft(1, (FIRST, THIRD), "Two notes", "J. D.", "Notes", "12A")
    case.close()
    with read_case(case.folder, home) as again:
        assert drafts(again) == (Draft(2, (SECOND,)), changed)
        assert arranged(again) == ()
        assert issued(again) == []


def test_an_item_stands_in_a_draft_once_but_may_be_in_several(case: Case) -> None:
    edits.mark_exhibit(case, ["1"], PROFILE)
    edits.add_draft(case, items=["1"])
    edits.add_draft(case, items=["1", "2"])
    for items, what in ((["1", "ITEM-1"], "twice"), (["99"], "no such item"), ([], "at least one item")):
        with pytest.raises(UsageError, match=what):
            edits.add_draft(case, items=items)
        with pytest.raises(UsageError, match=what):
            edits.edit_draft(case, 1, items=items)
    assert [each.items for each in drafts(case)] == [(FIRST,), (FIRST, SECOND)]
    with pytest.raises(UsageError, match="no such item"):
        edits.add_drafts(case, groups=[["1"], ["99"]])
    with pytest.raises(UsageError, match="cannot be printed"):
        edits.edit_draft(case, 1, title="a\x00b")
    assert len(drafts(case)) == 2


def test_a_label_issued_meanwhile_is_not_wanted_any_more(case: Case) -> None:
    edits.mark_exhibit(case, ["1"], PROFILE)
    edits.add_draft(case, items=["1"])
    with pytest.raises(UsageError, match="already issued"):
        edits.edit_draft(case, 1, label="1")


def test_marking_issues_the_provisional_labels_in_one_commit(case: Case, home: Home) -> None:
    edits.mark_exhibit(case, ["1"], PROFILE)
    edits.describe(case, "2", title="Grey van")
    made = edits.add_drafts(case, groups=[["2"], ["3", "1"], ["4"], ["4", "3"]])
    edits.edit_draft(case, made[1].id, title="Both", witness="J. D.", group="Notes")
    edits.edit_draft(case, made[2].id, label="1A")
    expected = exhibits.provisional(arranged(case), drafts(case), PROFILE)
    seals = sorted(path.name for path in (case.folder / "seals").iterdir())
    size = case.size
    steps: list[tuple[int, int]] = []
    marked = edits.mark_drafts(case, list(expected), PROFILE, Job(lambda done, total, _: steps.append((done, total))))
    assert [each.label for each in marked] == list(expected.values()) == ["2", "3", "1A", "4"]
    assert [each.title for each in marked[:2]] == ["Grey van", "Both"]
    assert marked[1] == Exhibit("3", "Both", (THIRD, FIRST), witness="J. D.", group="Notes")
    assert [each.label for each in arranged(case)] == ["1", "1A", "2", "3", "4"]
    assert issued(case)[1:] == [(each.label, list(each.items)) for each in marked]
    assert (case.size, drafts(case), steps) == (size + 4, (), [(0, 4)])
    assert sorted(path.name for path in (case.folder / "seals").iterdir()) == seals
    case.close()
    assert verify_path(case.folder, home, Job()).ok


def test_some_are_marked_in_their_order_and_the_others_stay(case: Case) -> None:
    edits.add_drafts(case, groups=[["1"], ["2"], ["3"]])
    assert [each.items for each in edits.mark_drafts(case, [3, 1], PROFILE, Job())] == [(FIRST,), (THIRD,)]
    assert drafts(case) == (Draft(2, (SECOND,)),)
    assert [each.label for each in edits.mark_drafts(case, {2}, PROFILE, Job())] == ["3"]


def test_all_are_marked_or_none(case: Case) -> None:
    edits.mark_exhibit(case, ["1"], PROFILE)
    edits.add_drafts(case, groups=[["2"], ["3"]])
    edits.edit_draft(case, 2, label="1A")
    edits.mark_exhibit(case, ["4"], PROFILE, label="1A")
    before = (drafts(case), arranged(case), issued(case))
    with pytest.raises(UsageError, match="1A was already issued"):
        edits.mark_drafts(case, [1, 2], PROFILE, Job())
    for ids, what in (([], "No draft"), ([1, 9], "no draft exhibit 9")):
        with pytest.raises(UsageError, match=what):
            edits.mark_drafts(case, ids, PROFILE, Job())
    with pytest.raises(Cancelled):
        edits.mark_drafts(case, [1], PROFILE, Job(cancelled=lambda: True))
    assert (drafts(case), arranged(case), issued(case)) == before


def test_marking_that_dies_behind_the_ledger_is_completed_at_the_next_opening(
    case: Case, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The labels are acknowledged; the catalog must come to what it would have been."""

    def full(*_: object) -> None:
        raise StorageError("The disk is full.", todo="Free space.")

    edits.add_drafts(case, groups=[["1"], ["2", "3"], ["4"], ["2", "3"]])
    edits.edit_draft(case, 2, title="Both", witness="J. D.", group="Notes")
    edits.edit_draft(case, 3, label="1A")
    with monkeypatch.context() as patched:
        patched.setattr("evidencekit.catalog.set_applied", full)
        with pytest.raises(StorageError):
            edits.mark_drafts(case, [1, 2, 3], PROFILE, Job())
    assert (len(drafts(case)), arranged(case), len(issued(case))) == (4, (), 3)
    case.close()
    with write_case(case.folder, home, ACTOR) as again:
        assert [each.label for each in arranged(again)] == ["1", "1A", "2"]
        assert arranged(again)[2] == Exhibit("2", "Both", (SECOND, THIRD), witness="J. D.", group="Notes")
        assert drafts(again) == (Draft(4, (SECOND, THIRD)),)


def test_joined_split_moved_and_removed_drafts_are_kept(case: Case) -> None:
    edits.add_drafts(case, groups=[["1"], ["2"], ["3"], ["4"]])
    assert edits.join_drafts(case, [3, 1]) == Draft(1, (FIRST, THIRD))
    edits.move_draft(case, 4, before=1)
    assert [each.id for each in drafts(case)] == [4, 1, 2]
    assert edits.split_draft(case, 1) == [Draft(1, (FIRST,)), Draft(5, (THIRD,))]
    edits.remove_drafts(case, [2, 4])
    edits.move_draft(case, 1, before=None)
    assert drafts(case) == (Draft(5, (THIRD,)), Draft(1, (FIRST,)))


def test_a_damaged_draft_is_a_finding(case: Case, home: Home) -> None:
    edits.add_draft(case, items=["1"])
    case.close()
    database = sqlite3.connect(case.folder / "catalog.db")
    database.execute("UPDATE drafts SET items = 'no list'")
    database.commit()
    database.close()
    assert [each.code for each in verify_path(case.folder, home, Job()).findings] == ["catalog-damaged"]
