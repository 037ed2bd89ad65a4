"""The public BagIt conformance suite: what it calls valid verifies, what it calls invalid is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidencekit.custody.bag import check_bag
from evidencekit.custody.bagcheck import examine
from evidencekit.job import Job

# Valid with a warning, says the suite, where file systems fold capitals, or before version control dropped a file:
# here the file that the manifest names is not there.
ABSENT = {"duplicate-file-with-different-case", "special-system-files"}


def bags(corpus: Path, *kinds: str) -> list[Path]:
    found = sorted(bag for kind in kinds for bag in (corpus / "bagit").glob(f"v*/{kind}/*/") if bag.is_dir())
    if not found:
        pytest.skip("the conformance suite is not here")
    return found


def test_valid_bags_verify(corpus: Path) -> None:
    assert {str(bag): check_bag(bag, Job()) for bag in bags(corpus, "valid") if check_bag(bag, Job())} == {}


def test_invalid_bags_are_refused_wherever_they_are_opened(corpus: Path) -> None:
    invalid = bags(corpus, "invalid", "linux-only", "windows-only")
    assert [str(bag) for bag in invalid if not check_bag(bag, Job())] == []
    assert all(finding.path for bag in invalid for finding in check_bag(bag, Job()))


def test_odd_old_bags_are_accepted_with_a_note(corpus: Path) -> None:
    for bag in bags(corpus, "warning"):
        found = examine(bag, Job())
        if bag.name in ABSENT:
            assert "bag-missing" in [finding.code for finding in found.findings]
        else:
            assert (found.findings, len(found.notes) > 0) == ([], True), bag.name
