"""What every test shares. No test touches this computer's own keys, settings or last-seen checkpoints."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from evidencekit.casefile import create_case, write_case
from evidencekit.custody import ledger
from evidencekit.custody.durable import take_lock
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, Taken, take_in
from evidencekit.job import Job
from evidencekit.media import lane
from evidencekit.model import CaseInfo
from tests.readers_forked import Forking

# Timings depend on the machine and on what else it does: they are no property of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

ZONE = "America/Los_Angeles"
ACTOR = "A. Rivera, victim-witness unit"

TakeIn = Callable[..., Taken]

_forking = Forking()


def pytest_sessionstart() -> None:
    if sys.platform == "linux":
        vars(lane)["subprocess"] = _forking


def pytest_sessionfinish() -> None:
    _forking.origin.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """What a test is about is started as the app starts it."""
    _forking.on = "started_readers" not in item.keywords and "media" not in item.path.parts


def pytest_collection_finish() -> None:
    """What was imported stays: to go through all of it again and again for what could be thrown away costs a tenth."""
    gc.collect()
    gc.freeze()


class _OneDay(datetime):
    """The computer's clock, which from the last second of the day in which the tests began goes on by a millionth of a
    second each time that it is looked at."""

    began = latest = datetime.now(UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        last_second = cls.began.replace(hour=23, minute=59, second=59, microsecond=0)
        cls.latest = max(min(datetime.now(tz), last_second), cls.latest + timedelta(microseconds=1))
        return cls.latest


@pytest.fixture(autouse=True, scope="session")
def _one_day() -> Iterator[None]:
    """A case whose newest line is of an earlier day is sealed at its next opening. The cases that tests share were made
    before midnight, UTC, and would have one more line when they are copied after it; so the tests' own process has no
    midnight. What is asked of days is tested with clocks that are given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "datetime", _OneDay)
        yield


@pytest.fixture(scope="session")
def made_together(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], Any]], Any]:
    """``made_together(name, make)``: what ``make(folder)`` gave, made once for all the processes of a run.

    What is in the folder must be copied, or only read. The process that comes first makes it, the others wait; where it
    ends before it is done, its lock ends with it and the next one makes it, in a folder of its own."""
    mine = tmp_path_factory.getbasetemp()
    shared = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine

    def once(name: str, make: Callable[[Path], Any]) -> Any:
        told = shared / f"together-{name}.pickle"
        with (shared / f"together-{name}.lock").open("ab") as held:
            while not take_lock(held.fileno()):
                time.sleep(0.02)
            if not told.exists():
                try:
                    made: Any = make(Path(tempfile.mkdtemp(prefix=f"together-{name}-", dir=shared)))
                except Exception as error:  # noqa: BLE001 — the others are to hear of it too
                    made = error
                told.with_suffix(".part").write_bytes(pickle.dumps(made))
                told.with_suffix(".part").replace(told)
        made = pickle.loads(told.read_bytes())
        if isinstance(made, Exception):
            raise made
        return made

    return once


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty user folder for this test alone."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("EVIDENCEKIT_HOME", str(folder))
    return Home(folder)


@pytest.fixture(scope="session")
def new_once(made_together: Callable[..., Any]) -> tuple[Path, Path]:
    """An empty case, and its maker's user folder; copy both before using them."""
    made: tuple[Path, Path] = made_together("new-once", lambda folder: _make(folder, []))
    return made


def _make(folder: Path, taken: list[Path]) -> tuple[Path, Path]:
    case, home = folder / "case", Home(folder / "maker")
    create_case(case, CaseInfo("", "26CR00417", "People v. Hollis", ZONE, "Superior Court"), home, ACTOR)
    if taken:
        with write_case(case, home, ACTOR) as opened:
            take_in(opened, taken, HandOver("Phone of J. D."), Job(), workers=1)
    return case, home.folder


@pytest.fixture
def new_case(tmp_path: Path, home: Home, new_once: tuple[Path, Path]) -> Path:
    """An empty case's folder."""
    case, maker = new_once
    shutil.copytree(maker, home.folder, dirs_exist_ok=True)
    return Path(shutil.copytree(case, tmp_path / "case"))


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """A small received folder: texts of several kinds, one of them twice."""
    return write_received(tmp_path / "received")


def write_received(folder: Path) -> Path:
    (folder / "phone").mkdir(parents=True)
    (folder / "phone" / "note.txt").write_text("He was outside the building again.\n", "utf-8")
    (folder / "phone" / "b.txt").write_text("Second note about the car\n", "utf-8")
    (folder / "again.txt").write_text("Second note about the car\n", "utf-8")
    (folder / "unknown.bin").write_bytes(bytes(range(256)) * 64)
    return folder


@pytest.fixture
def take(home: Home) -> TakeIn:
    """Take paths into a case: ``take(case_folder, path, …)``."""

    def act(case: Path, *paths: Path, job: Job | None = None) -> Taken:
        with write_case(case, home, ACTOR) as opened:
            return take_in(opened, list(paths), HandOver("Phone of J. D."), job or Job(), workers=1)

    return act


@pytest.fixture(scope="session")
def taken_once(made_together: Callable[..., Any]) -> tuple[Path, Path]:
    """A case with the small received folder taken in, and its maker's user folder; copy both before using them."""
    made: tuple[Path, Path] = made_together(
        "taken-once", lambda folder: _make(folder, [write_received(folder / "received")])
    )
    return made


@pytest.fixture
def filled_case(tmp_path: Path, received: Path, home: Home, taken_once: tuple[Path, Path]) -> Path:
    """A case with the small received folder taken in, opened once since: what this user made, ready to be changed."""
    case, maker = taken_once
    shutil.copytree(maker, home.folder, dirs_exist_ok=True)
    folder = Path(shutil.copytree(case, tmp_path / "case"))
    write_case(folder, home, ACTOR).close()  # notes when its originals were last seen changed
    return folder


@pytest.fixture
def corpus() -> Path:
    """The public sample files; the test is skipped where they are absent."""
    folder = Path(os.environ.get("EVIDENCEKIT_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip("the sample corpus is not here")
    return folder
