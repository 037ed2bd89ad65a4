from __future__ import annotations

from pathlib import Path

import pytest

from evidencekit.casefile import Case, read_case
from evidencekit.catalog.items import get_items
from evidencekit.custody.keys import Home
from evidencekit.custody.recheck import Outcome, Recheck, hash_again
from evidencekit.errors import Cancelled
from evidencekit.job import Job
from evidencekit.model import Item


def _item(case: Case) -> Item:
    with case.catalog.read() as connection:
        return get_items(connection, ["ITEM-0004"])["ITEM-0004"]


def _again(case: Case, job: Job | None = None) -> Recheck:
    item = _item(case)
    return hash_again(case.originals, item.digests, item.size, job or Job(), item.number)


def test_an_original_is_held_against_its_digests(filled_case: Path, home: Home) -> None:
    with read_case(filled_case, home) as case:
        item, seen = _item(case), []
        job = Job(lambda done, total, what: seen.append((done, total, what)))
        assert _again(case, job) == Recheck(Outcome.EQUAL, item.digests, item.size)
        assert seen[-1] == (item.size, item.size, "ITEM-0004")
        path = case.originals.path(item.digests.sha256)
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        again = _again(case)
        assert again.outcome is Outcome.DIFFERENT
        assert again.digests is not None
        assert again.digests != item.digests
        path.write_bytes(b"")
        assert _again(case).outcome is Outcome.DIFFERENT
        path.unlink()
        assert _again(case).outcome is Outcome.MISSING
        path.mkdir()
        assert _again(case).outcome is Outcome.UNREADABLE


def test_a_link_in_its_place_is_not_followed(filled_case: Path, home: Home, tmp_path: Path) -> None:
    with read_case(filled_case, home) as case:
        path = case.originals.path(_item(case).digests.sha256)
        elsewhere = tmp_path / "elsewhere"
        path.rename(elsewhere)
        path.symlink_to(elsewhere)
        again = _again(case)
        assert (again.outcome, again.digests) == (Outcome.UNREADABLE, None)
        assert "another thing" in again.why


def test_it_can_be_stopped(filled_case: Path, home: Home) -> None:
    with read_case(filled_case, home) as case, pytest.raises(Cancelled):
        _again(case, Job(cancelled=lambda: True))
