"""A run that dies, is cancelled or meets a full disk: nothing acknowledged is lost, no half package lies under the
folder's name, and running it again completes it under the same numbers."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evidencekit.casefile import create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.packaged import check_package
from evidencekit.errors import Cancelled, StorageError, UsageError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.production import payload as writing
from evidencekit.production import produce as producing
from evidencekit.production.produce import preview, produce
from evidencekit.production.values import Order
from evidencekit.verify import verify_path
from tests.core.dying import changes_of, run
from tests.core.production.conftest import ACTOR, DEFENDER, NOTE, TURNED, VOICE, Produces


def lines_of(case: Path, act: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (case / "ledger.jsonl").read_text("utf-8").splitlines()]
    return [line for line in lines if line["act"] == act]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def payload(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(folder).items() if name.startswith("data/")}


class Dying:
    """A run that dies at its Nth change, on a fresh copy of the case each time."""

    def __init__(self, case: Path, home: Home, folder: Path) -> None:
        self._case, self._home, self._folder = case, home, folder
        self._kept = {path.name: path.read_bytes() for path in (home.folder / "last-seen").glob("*")}

    def fresh(self, name: str) -> tuple[Path, Path]:
        for file, note in self._kept.items():
            (self._home.folder / "last-seen" / file).write_bytes(note)
        place = self._folder / name
        place.mkdir()
        return Path(shutil.copytree(self._case, place / "case", copy_function=shutil.copy2)), place / "out"

    def words(self, case: Path, out: Path) -> tuple[str, ...]:
        return ("produce", str(case), "-o", str(out), "--to", DEFENDER, "--by", ACTOR, "--item", NOTE)

    def die_and_complete(self, at: int, whole: dict[str, bytes]) -> str:
        """What the run had reached when it died: nothing, line or package."""
        case, out = self.fresh(f"at-{at}")
        died = run(*self.words(case, out), die_at=at)
        assert died.returncode == 137, (at, died.stderr)
        assert verify_path(case, self._home, Job()).ok, at
        logged, reached = lines_of(case, "produce"), "nothing"
        if logged:
            reached = "line"
        if out.exists():
            reached = "package"
            assert not check_package(out, Job()).findings, at
        again = run(*self.words(case, out), "--json")
        if lines_of(case, "derive") and reached == "package" and again.returncode == 2:
            reached = "end"  # it had died behind its very last line
        else:
            assert again.returncode == 0, (at, again.stderr)
        assert len(lines_of(case, "produce")) == 1, at
        assert len(lines_of(case, "derive")) == 1, at
        assert payload(out) == whole, at
        assert sorted(path.name for path in out.parent.iterdir()) == ["case", "out", "out-letter.pdf"], at
        assert not list((case / "derived" / "incoming").glob("*")), at
        assert verify_path(case, self._home, Job()).ok, at
        assert not check_package(out, Job()).findings, at
        return reached


@pytest.fixture
def dying(to_produce: Path, home: Home, tmp_path: Path) -> Dying:
    with write_case(to_produce, home, ACTOR):  # notes when its originals were last seen changed
        pass
    return Dying(to_produce, home, tmp_path)


def test_dying_behind_the_line_is_completed_by_running_it_again(dying: Dying) -> None:
    case, out = dying.fresh("whole")
    total = changes_of(*dying.words(case, out))
    assert [dying.die_and_complete(total - back, payload(out)) for back in (30, 12)] == ["line", "package"]


@pytest.mark.slow
def test_dying_at_any_point_is_completed_by_running_it_again(dying: Dying) -> None:
    case, out = dying.fresh("whole")
    total = changes_of(*dying.words(case, out))
    reached = [dying.die_and_complete(at, payload(out)) for at in range(1, total + 1)]
    # Which change comes at which number differs by a few from run to run, for workers answer when they can.
    assert list(dict.fromkeys(reached)) == ["nothing", "line", "package", "end"]


def stop_when(told: str) -> Job:
    """A job that a person cancels as soon as it tells that."""
    seen: list[str] = []
    return Job(lambda done, total, what: seen.append(what), lambda: any(what.startswith(told) for what in seen))


@pytest.mark.parametrize("told", ["Looking what is rendered", "Copying"])
def test_cancelling_leaves_nothing(to_produce: Path, tmp_path: Path, produced: Produces, told: str) -> None:
    before = (to_produce / "ledger.jsonl").read_bytes()
    with pytest.raises(Cancelled):
        produced(tmp_path / "out", items=(NOTE,), job=stop_when(told))
    assert (to_produce / "ledger.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["case"]
    assert not list((to_produce / "derived" / "incoming").glob("*"))


def full(*args: object, **more: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_for_a_letter(*args: object, **more: object) -> None:
    raise StorageError("The file could not be written.", item="letter.pdf", todo="Check the disk.")


def test_a_full_disk_says_whether_numbers_were_used_and_the_same_command_completes_it(
    to_produce: Path, tmp_path: Path, produced: Produces, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (to_produce / "ledger.jsonl").read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(writing, "dat", full)
        with pytest.raises(StorageError, match="no numbers were used"):
            produced(tmp_path / "out", items=(NOTE,))
    assert (to_produce / "ledger.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["case"]
    for where, fault, left in (
        ("finish_package", full, ["case"]),
        ("fsync_folder", full, ["case", "out"]),
        ("write_letter", full, ["case", "out"]),
        ("write_letter", full_for_a_letter, ["case", "out"]),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(producing, where, fault)
            with pytest.raises(StorageError, match="its numbers are used"):
                produced(tmp_path / "out", items=(NOTE,))
        assert sorted(path.name for path in tmp_path.iterdir()) == left, where
    made = produced(tmp_path / "out", items=(NOTE,))
    assert made.completed
    assert (made.production.number, made.production.first) == (1, "26CR00417-000001")
    assert (len(lines_of(to_produce, "produce")), len(lines_of(to_produce, "derive"))) == (1, 1)
    assert not check_package(made.folder, Job()).findings
    with pytest.raises(UsageError, match="Production 1 lies in this folder already"):
        produced(tmp_path / "out", items=(NOTE,))


def begin(produced: Produces, folder: Path, monkeypatch: pytest.MonkeyPatch, **order: object) -> None:
    """A production that is logged and never put in its place."""
    with monkeypatch.context() as broken:
        broken.setattr(producing, "finish_package", full)
        with pytest.raises(StorageError):
            produced(folder, **order)


def test_what_was_never_finished_keeps_its_numbers_and_was_got_by_nobody(
    to_produce: Path, tmp_path: Path, produced: Produces, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(produced, tmp_path / "first", monkeypatch, items=(VOICE,))
    (line,) = lines_of(to_produce, "create")
    torn = tmp_path / f".rest.part-{str(line['case'])[:8]}-0a1b2c3d" / "data"  # as a run that was killed leaves it
    others = tmp_path / ".rest.part-0a1b2c3d-0a1b2c3d" / "data"  # another case's, which may be at work
    for each in (torn, others):
        each.mkdir(parents=True)
    rest = produced(tmp_path / "rest", only_new=True, items=(VOICE, NOTE))
    assert others.exists()
    assert not torn.exists()
    assert (rest.production.number, rest.completed) == (2, False)
    begins = {each.item: each.begin for each in rest.production.items}
    assert begins == {NOTE: "26CR00417-000002", VOICE: "26CR00417-000001"}
    with pytest.raises(UsageError, match="nothing new"):
        produced(tmp_path / "more", only_new=True, items=(VOICE,))
    late = produced(tmp_path / "first", items=(VOICE,))
    assert (late.production.number, late.completed) == (1, True)


def test_a_begun_production_whose_pages_are_others_now_is_made_anew(
    to_produce: Path, tmp_path: Path, produced: Produces, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(produced, tmp_path / "out", monkeypatch, items=(NOTE,))
    monkeypatch.setattr(writing, "index_csv", lambda production: b"another version of this program wrote it\n")
    made = produced(tmp_path / "out", items=(NOTE,))
    assert (made.production.number, made.completed) == (2, False)
    assert made.production.first == "26CR00417-000001"
    assert len(lines_of(to_produce, "produce")) == 2


def test_two_cases_that_produce_into_the_same_place_at_the_same_time_get_one_whole_package_each(
    to_produce: Path, to_produce_once: tuple[Path, Path], tmp_path: Path, produced: Produces, home: Home
) -> None:
    theirs, note = tmp_path / "theirs", tmp_path / "note.txt"
    note.write_text("Of another case.\n")
    create_case(theirs, CaseInfo("", "26CR00418", "People v. Other", "America/Los_Angeles"), home, ACTOR)
    with write_case(theirs, home, ACTOR) as case:
        take_in(case, [note], HandOver("Phone"), Job(), workers=1)
    folder, meanwhile = tmp_path / "out", iter(["once"])

    def other(done: int, total: int, what: str) -> None:
        if what == "Sealing" and next(meanwhile, None):
            with write_case(theirs, home, ACTOR) as case:
                produce(case, Order(DEFENDER), folder, Job())

    with pytest.raises(StorageError, match=r"its numbers are used.*name another one"):
        produced(folder, job=Job(other), items=(NOTE,))
    mine = produced(tmp_path / "mine", items=(NOTE,))
    assert (mine.production.number, mine.completed) == (1, True)
    for each in (folder, mine.folder, to_produce, theirs):
        assert verify_path(each, home, Job()).ok


def test_a_folder_with_something_else_in_it_is_not_completed(
    tmp_path: Path, produced: Produces, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(producing, "write_letter", full)
        with pytest.raises(StorageError):
            produced(tmp_path / "out", items=(NOTE,))
    with pytest.raises(UsageError, match="not the one ordered"):
        produced(tmp_path / "out", to="Somebody else", items=(NOTE,))
    (tmp_path / "out" / "data" / "index.csv").write_bytes(b"changed")
    with pytest.raises(UsageError, match="not as it was written"):
        produced(tmp_path / "out", items=(NOTE,))


def test_what_comes_later_follows_the_highest_number(
    to_produce: Path, tmp_path: Path, produced: Produces, take: Callable[..., object]
) -> None:
    first = produced(tmp_path / "one", items=(TURNED,), prefix="LATE")
    late = tmp_path / "late.txt"
    late.write_text("He called again.\n", "utf-8")
    take(to_produce, late)
    second = produced(tmp_path / "two", items=(TURNED, "ITEM-0008"))
    assert (first.production.first, first.production.last) == ("LATE000001", "LATE000004")
    assert [(each.item, each.begin) for each in second.production.items] == [
        (TURNED, "LATE000001"),
        ("ITEM-0008", "LATE000005"),
    ]


def test_a_case_taken_back_to_an_older_copy_says_that_numbers_may_be_issued_twice(
    to_produce: Path, tmp_path: Path, produced: Produces, home: Home
) -> None:
    backup = Path(shutil.copytree(to_produce, tmp_path / "backup", copy_function=shutil.copy2))
    lost = produced(tmp_path / "out", items=(NOTE,))
    assert not any("second time" in each for each in lost.warnings)
    with write_case(backup, home, ACTOR, accept_older=True) as case:
        same = preview(case, Order(DEFENDER, items=(NOTE,)), Job())
        assert same.production.first == lost.production.first
        assert "26CR00417- may be issued a second time" in same.warnings[0]
        other = preview(case, Order(DEFENDER, prefix="NEW", items=(NOTE,)), Job())
        assert not any("second time" in each for each in other.warnings)
