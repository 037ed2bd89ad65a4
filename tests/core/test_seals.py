"""When a case is sealed, by a clock that the test turns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidencekit.casefile import Case, create_case, read_case, write_case
from evidencekit.casefile.checks import check_record
from evidencekit.casefile.transferring import receive, release, transfer
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import StorageError, UnsoundError
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Person
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"
NG = Person("B. Ng", "clerk", "")
VIEW = Entry("view", {"item": "ITEM-0001"})
NOON = datetime(2031, 4, 10, 12, 0, 0, 0, UTC)  # behind the real clock, which dates the start of a case


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def case(tmp_path: Path, home: Home, clock: Clock) -> Path:
    """A case sealed at noon."""
    home.add(Person("A. Rivera", "victim-witness unit", ""))
    home.add(NG)
    folder = tmp_path / "case"
    create_case(folder, CaseInfo("", "1", "People v. X", "UTC"), home, ACTOR)
    with opened(folder, home, clock) as each:
        each.seal_now("asked")
    return folder


@contextmanager
def opened(folder: Path, home: Home, clock: Clock, actor: str = ACTOR) -> Iterator[Case]:
    with write_case(folder, home, actor, clock=clock) as each:
        yield each


def lines(case: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (case / "ledger.jsonl").read_bytes().splitlines()]


def acts(case: Path, since: int) -> list[tuple[object, object]]:
    return [(line["act"], line.get("why")) for line in lines(case)[since:]]


def sealed(case: Path) -> list[int]:
    return [int(path.stem) for path in sorted((case / "seals").iterdir())]


def sound(case: Path, home: Home) -> bool:
    """Whether it verifies, and each seal is a sound note over as many lines as it is named for."""
    for path in (case / "seals").iterdir():
        assert Checkpoint.parse(path.read_bytes()).size == int(path.stem)
    return verify_path(case, home, Job()).ok


def test_what_a_day_leaves_unsealed_the_next_opening_on_a_later_day_seals(case: Path, home: Home, clock: Clock) -> None:
    size = len(lines(case))
    with opened(case, home, clock) as each:
        each.commit([VIEW])
    clock.turn(hours=11)  # 23:00
    with opened(case, home, clock) as each:
        assert each.unsealed == 1
        each.commit([VIEW])
    clock.turn(hours=2)  # 1:00 of the next day
    with opened(case, home, clock) as each:
        assert each.unsealed == 0
    assert acts(case, size) == [("view", None), ("view", None), ("seal", "day")]
    assert sealed(case)[-1] == size + 3
    clock.turn(days=5)
    with opened(case, home, clock):
        pass
    assert len(lines(case)) == size + 3  # nothing was done: nothing to seal
    assert sound(case, home)


def test_a_day_is_sealed_by_whoever_opens_the_case_next(case: Path, home: Home, clock: Clock) -> None:
    with opened(case, home, clock) as each:
        each.commit([VIEW])
    clock.turn(days=1)
    with opened(case, home, clock, NG.actor):
        pass
    assert lines(case)[-1]["actor"] == NG.actor
    assert (lines(case)[-1]["act"], lines(case)[-1]["why"]) == ("seal", "day")
    assert sound(case, home)


def test_only_looking_at_a_case_on_a_later_day_seals_nothing(case: Path, home: Home, clock: Clock) -> None:
    with opened(case, home, clock) as each:
        each.commit([VIEW])
    before = (case / "ledger.jsonl").read_bytes()
    read_case(case, home).close()
    assert (case / "ledger.jsonl").read_bytes() == before


def test_another_person_taking_over_seals_what_was_done_before(case: Path, home: Home, clock: Clock) -> None:
    size = len(lines(case))
    with opened(case, home, clock) as each:
        each.commit([VIEW])
        each.act_as(NG.actor)
        assert each.unsealed == 0
        each.act_as(NG.actor)
        each.commit([VIEW])
        each.act_as(ACTOR)
    assert acts(case, size) == [
        ("view", None),
        ("seal", "person"),
        ("key-add", None),
        ("view", None),
        ("seal", "person"),
    ]
    assert [line["actor"] for line in lines(case)[size:]] == [ACTOR, ACTOR, NG.actor, NG.actor, NG.actor]
    assert sound(case, home)


def test_transfers_are_sealed_together_and_apart(case: Path, home: Home, clock: Clock) -> None:
    with opened(case, home, clock) as each:
        transfer(each, "B. Ng")
        assert each.unsealed == 0
        assert len(Checkpoint.parse((case / "seals" / f"{each.size:08d}.note").read_bytes()).signatures) == 2
        release(each, NG)
        assert each.unsealed == 0
        size = each.size
    with opened(case, home, clock, NG.actor) as each:
        receive(each)
        assert each.unsealed == 0
    assert len(Checkpoint.parse((case / "seals" / f"{size:08d}.note").read_bytes()).signatures) == 2
    assert sound(case, home)


def test_closing_seals_what_was_done_and_nothing_when_nothing_was(case: Path, home: Home, clock: Clock) -> None:
    size = len(lines(case))
    with opened(case, home, clock) as each:
        assert each.seal_now("close") is None
        each.commit([VIEW])
        checkpoint = each.seal_now("close")
        assert checkpoint is not None
        assert (checkpoint.size, each.unsealed, each.seal_now("close")) == (size + 2, 0, None)
    assert (case / "seals" / f"{size + 2:08d}.note").read_bytes() == checkpoint.note()
    assert sound(case, home)


def test_a_seal_that_could_not_be_kept_is_completed_by_the_next_opening(
    case: Path, home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from evidencekit.casefile import case as module

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with opened(case, home, clock) as each:
        each.commit([VIEW])
        checkpoint = each.commit([Entry("seal", {"why": "close"})])
        monkeypatch.setattr(module, "write_atomic", full)
        with pytest.raises(StorageError, match="its seal could not be kept"):
            each.seal(checkpoint)
        monkeypatch.undo()
    assert "is completed when the case is next written" in check_record(case, home).notes[0]
    with opened(case, home, clock) as each:
        assert each.unsealed == 0
    assert sound(case, home)


def test_a_clock_that_went_back_is_logged_sealed_over_and_told(case: Path, home: Home, clock: Clock) -> None:
    size = len(lines(case))
    with opened(case, home, clock) as each:
        each.commit([VIEW])
        clock.turn(days=-3)
        each.commit([VIEW])
        each.commit([VIEW])
    assert acts(case, size) == [("view", None), ("clock", None), ("view", None), ("view", None)]
    assert lines(case)[size + 1]["before"] == "2031-04-10T12:00:00.000000Z"
    with opened(case, home, clock) as each:
        assert each.unsealed == 4  # by that clock, no later day has come
        each.seal_now("asked")
    verdict = verify_path(case, home, Job())
    assert verdict.ok
    assert any(f"ledger line {size + 2}" in note and "clock" in note for note in verdict.notes)


def test_a_seal_that_is_taken_away_is_a_fault_for_every_reason_it_was_set(case: Path, home: Home, clock: Clock) -> None:
    with opened(case, home, clock) as each:
        for why in ("person", "close", "day", "asked"):
            each.commit([VIEW])
            each.seal_now(why)
        each.commit([VIEW])
    for size in sealed(case):
        path = case / "seals" / f"{size:08d}.note"
        data = path.read_bytes()
        path.unlink()
        with pytest.raises(UnsoundError, match=f"seal of the sealing of ledger line {size} is missing"):
            write_case(case, home, ACTOR)
        path.write_bytes(data)
    assert sound(case, home)
