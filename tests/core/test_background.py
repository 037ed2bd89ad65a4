"""What waits in the background is done once, kept as it comes, and stops and goes on at any time."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from evidencekit import background, edits
from evidencekit.background import Chore, Done
from evidencekit.casefile import Case, write_case
from evidencekit.catalog import derivatives
from evidencekit.custody.keys import Home
from evidencekit.demo.canvas import Pencils
from evidencekit.errors import Cancelled, ReaderError, StorageError, UsageError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from tests.conftest import ACTOR, TakeIn

OCR = ("ocr",)


def picture(path: Path, words: str = "Meet me, Wed, Mar 4, 9:41 PM") -> None:
    image = Image.new("RGB", (760, 110), "white")
    ImageDraw.Draw(image).text((30, 30), words, fill="black", font=Pencils().font(42))
    image.save(path)


@pytest.fixture
def case(tmp_path: Path, new_case: Path, take: TakeIn, home: Home) -> Iterator[Case]:
    """A case with one picture twice, two damaged ones and a text."""
    folder = tmp_path / "phone"
    folder.mkdir()
    picture(folder / "Screenshot_20260304-215500.png")
    whole = (folder / "Screenshot_20260304-215500.png").read_bytes()
    (folder / "again.png").write_bytes(whole)
    (folder / "b.png").write_bytes(whole[:40])
    (folder / "c.png").write_bytes(whole[:39])
    (folder / "note.txt").write_text("nothing to recognise here\n")
    take(new_case, folder)
    with write_case(new_case, home, ACTOR) as opened:
        yield opened


class Pickling(ThreadPoolExecutor):
    """An executor as a cluster's client is one: what it does and what it gives go through pickle."""

    def __init__(self) -> None:
        super().__init__(1)
        self.lots: list[int] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        sent = pickle.dumps((fn, args, kwargs))
        self.lots.append(len(args[0].files))

        def act() -> Any:
            function, arguments, named = pickle.loads(sent)
            return pickle.loads(pickle.dumps(function(*arguments, **named)))

        return super().submit(act)


def made(case: Case, number: str) -> derivatives.Derivative | None:
    with case.catalog.read() as connection:
        return derivatives.derivative(connection, number, "ocr")


def test_what_waits_is_done_once_kept_for_all_alike_and_found(case: Case, tmp_path: Path) -> None:
    chores = background.waiting(case, OCR)
    assert [each.numbers for each in chores] == [("ITEM-0001", "ITEM-0002"), ("ITEM-0003",), ("ITEM-0004",)]
    kept: list[Chore] = []

    def keep(chore: Chore) -> None:
        kept.append(chore)
        edits.describe(case, chore.numbers[0], title=f"title {len(kept)}")  # the case is edited meanwhile

    assert background.work(case, chores, Job(), kept=keep) == Done(1, 2)
    assert kept == chores
    assert background.waiting(case, OCR) == []
    assert [each.number for each in background.failures(case, OCR)] == ["ITEM-0003", "ITEM-0004"]
    one, other = made(case, "ITEM-0001"), made(case, "ITEM-0002")
    assert one is not None
    assert other is not None
    assert one.text == other.text == "Meet me, Wed, Mar 4, 9:41 PM"
    assert (one.state, one.tool, one.settings["models"].keys() == set()) == ("done", "RapidOCR", False)
    assert one.proposals[0].value == "2026-03-04T21:41"
    assert "the time in the file's name" in one.proposals[0].why
    with case.catalog.read() as connection:
        from sqlalchemy import text

        query = text("SELECT count(*) FROM search WHERE search MATCH 'recognised : meet'")
        assert connection.execute(query).scalar_one() == 2
    _a_later_repeat_needs_no_work(case, tmp_path)


def _a_later_repeat_needs_no_work(case: Case, tmp_path: Path) -> None:
    repeat = tmp_path / "again later.png"
    repeat.write_bytes((tmp_path / "phone" / "again.png").read_bytes())
    taken = take_in(case, [repeat], HandOver("Phone of J. D."), Job(), workers=1)
    assert [each.numbers for each in background.waiting(case, OCR)] == [(taken.items[0].number,)]
    with Pickling() as executor:
        assert background.work(case, background.waiting(case, OCR), Job(), executor) == Done(1, 0)
        assert executor.lots == []
    found = made(case, taken.items[0].number)
    assert found is not None
    assert found.text == "Meet me, Wed, Mar 4, 9:41 PM"


def test_any_executor_does_it_in_lots(case: Case) -> None:
    damaged = background.waiting(case, OCR)[1:]
    with Pickling() as executor:
        assert background.work(case, damaged, Job(), executor) == Done(0, 2)
        assert executor.lots == [2]
    found = made(case, "ITEM-0003")
    assert found is not None
    assert found.state == "failed"
    assert "cannot be looked at" in found.warnings[0]
    again = background.chores_for(case, "ocr", ["3", "item-5"])
    assert [each.numbers for each in again] == [("ITEM-0003",)]
    with pytest.raises(UsageError):
        background.chores_for(case, "ocr", ["77"])


class Broken(ThreadPoolExecutor):
    """Computers that went away."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        failed: Future[Any] = Future()
        failed.set_exception(RuntimeError("the network is gone"))
        return failed


def test_computers_that_fail_are_no_fault_of_the_items(case: Case) -> None:
    chores = background.waiting(case, OCR)
    with Broken() as executor, pytest.raises(ReaderError, match="has failed"):
        background.work(case, chores, Job(), executor)
    assert background.waiting(case, OCR) == chores
    assert background.failures(case, OCR) == []


def test_nothing_is_begun_while_it_is_paused_and_what_is_stopped_goes_on_later(case: Case) -> None:
    damaged = background.waiting(case, OCR)[1:]
    told: list[str] = []
    looks = iter([True, True])
    background.work(
        case, damaged[:1], Job(lambda done, total, what: told.append(what)), paused=lambda: next(looks, False)
    )
    assert told[:2] == ["Paused", "Paused"]
    assert told[2] == "Reading words: b.png"
    stop = False

    def keep(chore: Chore) -> None:
        nonlocal stop
        stop = True

    chores = [*damaged[:1], *damaged]
    with pytest.raises(Cancelled, match="what was done so far is kept"):
        background.work(case, [c for c in chores if c.numbers], Job(cancelled=lambda: stop), kept=keep)
    assert [each.numbers for each in background.waiting(case, OCR)] == [("ITEM-0001", "ITEM-0002"), ("ITEM-0004",)]


def test_an_answer_that_is_none_is_a_failure_and_said(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidencekit.background.bench import Outcome

    class Lying(ThreadPoolExecutor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            done: Future[Any] = Future()
            done.set_result([Outcome(each.sha256, {"pages": [{"page": "evil"}]}, ()) for each in args[0].files])
            return done

    with Lying() as executor:
        assert background.work(case, background.waiting(case, OCR)[:1], Job(), executor) == Done(0, 1)
    found = made(case, "ITEM-0001")
    assert found is not None
    assert (found.state, found.data, found.warnings[0]) == ("failed", {}, "What it gave is not what it should give.")


def test_a_moved_case_is_not_written_to(case: Case, tmp_path: Path) -> None:
    damaged = background.waiting(case, OCR)[1:2]
    moved = tmp_path / "moved"

    def move(done: int, total: int, what: str) -> None:
        if what.startswith("Reading"):
            case.folder.rename(moved) if case.folder.exists() else None

    with pytest.raises(StorageError):
        background.work(case, damaged, Job(move))
    moved.rename(case.folder)
    assert background.failures(case, OCR) == []
