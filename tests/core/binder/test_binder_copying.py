"""Copies of a built binder: whole, checked, or not there at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.binder.build import build_binder
from evidencekit.binder.copying import copy_binder
from evidencekit.casefile import Case, write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import BuildError, Cancelled, StorageError, UsageError
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile

PROFILE = load_profile("default")


@pytest.fixture
def case(filled_case: Path, home: Home) -> Iterator[Case]:
    with write_case(filled_case, home, "A. Rivera") as opened:
        edits.mark_exhibit(opened, ["ITEM-0002", "ITEM-0004"], PROFILE)
        build_binder(opened, None, PROFILE, PaperName.LETTER, Job())
        yield opened


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_copy_holds_everything_under_a_name_of_its_own(case: Case, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    built = case.output / "binder-0001"
    copy = copy_binder(case, built, stick, Job())
    assert copy == stick / "Binder 26CR00417 (binder-0001)"
    assert held(copy) == held(built)
    assert "native/ITEM-0004.bin" in held(copy)
    assert list(stick.iterdir()) == [copy]
    with pytest.raises(UsageError, match="already"):
        copy_binder(case, built, stick, Job())


def test_a_file_that_is_not_as_built_is_not_copied(case: Case, tmp_path: Path) -> None:
    built = case.output / "binder-0001"
    with (built / "Binder.pdf").open("ab") as stream:
        stream.write(b"%")
    with pytest.raises(BuildError, match="not as it was built"):
        copy_binder(case, built, tmp_path, Job())
    assert not list(tmp_path.glob("*Binder*"))
    assert not list(tmp_path.glob(".Binder*"))


def test_no_copy_lies_in_the_case_or_where_nothing_can_be_written(case: Case, tmp_path: Path) -> None:
    built = case.output / "binder-0001"
    with pytest.raises(UsageError, match="inside the case"):
        copy_binder(case, built, case.folder, Job())
    with pytest.raises(StorageError):
        copy_binder(case, built, tmp_path / "nowhere", Job())


def test_a_cancelled_copy_leaves_nothing(case: Case, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    steps = iter([False, False, True])
    with pytest.raises(Cancelled):
        copy_binder(case, case.output / "binder-0001", stick, Job(cancelled=lambda: next(steps)))
    assert not list(stick.iterdir())
