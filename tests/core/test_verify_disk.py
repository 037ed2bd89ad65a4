"""A disk that is full, or fails, at any write of logging a verification: a clear error, nothing half-done."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, EvidenceKitError, StorageError
from evidencekit.job import Job
from evidencekit.verify import log_verdict, verify_path

ACTOR = "A. Rivera, victim-witness unit"
FULL, BROKEN = (28, "No space left on device"), (5, "Input/output error")
_CALLS = ("write", "fsync", "replace", "open", "ftruncate")


class Failing:
    """The system's calls that change something, of which the ``at``-th fails; those behind it work again."""

    def __init__(self, at: int, error: tuple[int, str]) -> None:
        self.at, self.error, self.count = at, error, 0

    def wrap(self, name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            changes = name != "open" or bool(arguments[1] & (os.O_WRONLY | os.O_RDWR))
            self.count += changes
            if changes and self.count == self.at:
                raise OSError(*self.error)
            return real(*arguments, **options)

        return call

    def install(self, patch: pytest.MonkeyPatch) -> None:
        for name in _CALLS:
            patch.setattr(os, name, self.wrap(name))


def lines(case: Path) -> int:
    return (case / "ledger.jsonl").read_bytes().count(b"\n")


def logged(case: Path, home: Home) -> None:
    verdict = verify_path(case, home, Job())
    with write_case(case, home, ACTOR) as opened:
        log_verdict(opened, verdict)


def refusal(case: Path, home: Home) -> EvidenceKitError | None:
    """What logging said when it was refused; anything but these two is a mistake of ours."""
    try:
        logged(case, home)
    except (StorageError, CaseError) as fault:
        return fault
    return None


def calls_of_a_whole_run(case: Path, home: Home) -> int:
    with pytest.MonkeyPatch.context() as patch:
        counting = Failing(0, FULL)
        counting.install(patch)
        logged(case, home)
    return counting.count


@pytest.mark.parametrize("error", [FULL, BROKEN])
def test_the_disk_refuses_any_write_of_logging(filled_case: Path, home: Home, error: tuple[int, str]) -> None:
    total = calls_of_a_whole_run(filled_case, home)
    assert total > 8
    refused = 0
    for at in range(1, total + 1):
        before = lines(filled_case)
        with pytest.MonkeyPatch.context() as patch:
            Failing(at, error).install(patch)
            fault = refusal(filled_case, home)
        if fault is not None:
            refused += 1
            assert error[1] in str(fault), (at, str(fault))
        verdict = verify_path(filled_case, home, Job())
        assert verdict.ok, (at, verdict.findings)
        assert lines(filled_case) - before in (0, 1), at
    assert refused > total // 2
    logged(filled_case, home)  # and afterwards it works again
    after = verify_path(filled_case, home, Job())
    assert (after.ok, after.notes) == (True, ())
