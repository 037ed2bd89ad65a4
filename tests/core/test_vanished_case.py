"""A case whose folder goes away while it is open, as with a disk that is pulled out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.binder.build import build_binder
from evidencekit.binder.estimate import estimate
from evidencekit.casefile import Case, write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import StorageError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile

PROFILE = load_profile("default")


@pytest.mark.parametrize(
    "deed",
    [
        lambda case, received: take_in(case, [received], HandOver("phone"), Job()),
        lambda case, received: build_binder(case, None, PROFILE, PaperName.LETTER, Job()),
        lambda case, received: estimate(case, PROFILE, PaperName.LETTER, Job()),
        lambda case, received: edits.describe_items(case, ["ITEM-0001"], title="x"),
    ],
    ids=["taking in", "building", "counting", "describing"],
)
@pytest.mark.parametrize("left", [False, True], ids=["gone", "an empty folder in its place"])
def test_nothing_is_made_anew_where_a_case_was(
    filled_case: Path, home: Home, tmp_path: Path, deed: Callable[[Case, Path], object], *, left: bool
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("a", "utf-8")
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.mark_exhibit(case, ["ITEM-0001"], PROFILE)
        filled_case.rename(tmp_path / "elsewhere")
        if left:
            filled_case.mkdir()
        with pytest.raises(StorageError):
            deed(case, tmp_path / "more")
        assert not left or not any(filled_case.iterdir())
        assert left or not filled_case.exists()
        if left:
            filled_case.rmdir()
        (tmp_path / "elsewhere").rename(filled_case)
        edits.describe_items(case, ["ITEM-0001"], title="back again")
