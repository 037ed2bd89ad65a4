"""Real kills at random moments of taking in, binding and producing: 200 in the long run of the tests, and as many as
``EVIDENCEKIT_KILLS`` says before a release. Nothing acknowledged is lost, and running it again completes it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidencekit.casefile import create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.edits import mark_exhibit
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.profile import load_profile
from evidencekit.verify import verify_path
from tests.conftest import write_received

ACTOR = "A. Rivera, victim-witness unit"
KILLS = int(os.environ.get("EVIDENCEKIT_KILLS", "200"))


@dataclass(frozen=True, slots=True)
class Deed:
    """One long command on a case of the first two hand-overs, and what must hold when it was run again."""

    words: Callable[[Path, Path], list[str]]
    whole: Callable[[Path, Path], None]


def ledger(case: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (case / "ledger.jsonl").read_text("utf-8").splitlines()]


def acts(case: Path, act: str) -> list[dict[str, object]]:
    return [line for line in ledger(case) if line["act"] == act]


def taken(case: Path, out: Path) -> None:
    counts = [line["items"] for line in acts(case, "acquire")]
    assert counts[:1] == [4]
    assert set(counts[1:]) == {4}
    assert len(counts) in (2, 3)  # the one that was killed may have been acknowledged before


def bound(case: Path, out: Path) -> None:
    assert {"Binder.pdf", "binder.json"} <= {path.name for path in out.iterdir()}


def produced(case: Path, out: Path) -> None:
    (line,) = acts(case, "produce")
    assert (line["production"], line["items"]) == (1, 4)
    assert verify_path(out, Home(out.parent / "nobody"), Job()).ok


DEEDS = {
    "add": Deed(lambda case, out: ["add", str(case), str(case.parent / "more"), "--source", "x"], taken),
    "binder": Deed(lambda case, out: ["binder", str(case), "-o", str(out)], bound),
    "produce": Deed(lambda case, out: ["produce", str(case), "-o", str(out), "--to", "The defence"], produced),
}


@pytest.fixture
def prepared(tmp_path: Path, home: Home) -> Path:
    """A case with two exhibits marked, and what is to be taken in besides."""
    place = tmp_path / "prepared"
    create_case(place / "case", CaseInfo("", "26CR00417", "People v. X", "UTC"), home, ACTOR)
    with write_case(place / "case", home, ACTOR) as case:
        take_in(case, [write_received(place / "received")], HandOver("Phone of J. D."), Job(), workers=1)
        for numbers in (["ITEM-0001", "ITEM-0002"], ["ITEM-0003"]):
            mark_exhibit(case, numbers, load_profile("default"))
    write_received(place / "more")
    return place


def command(words: list[str]) -> list[str]:
    return [sys.executable, "-m", "evidencekit", *words, "--by", ACTOR]


def whole_run(words: list[str]) -> None:
    done = subprocess.run(command(words), capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEDS)
def test_killed_at_random_moments(name: str, prepared: Path, tmp_path: Path, home: Home) -> None:
    deed, chance = DEEDS[name], random.Random(20260410)
    seen = {path.name: path.read_bytes() for path in (home.folder / "last-seen").iterdir()}

    def fresh(turn: int) -> tuple[Path, Path]:
        for file, note in seen.items():
            (home.folder / "last-seen" / file).write_bytes(note)
        place = Path(shutil.copytree(prepared, tmp_path / f"turn-{turn}", copy_function=shutil.copy2))
        return place / "case", place / "out"

    case, out = fresh(0)
    begun = time.monotonic()
    whole_run(deed.words(case, out))
    whole = time.monotonic() - begun
    shutil.rmtree(case.parent)
    for turn in range(1, KILLS // len(DEEDS) + 2):
        case, out = fresh(turn)
        quiet = subprocess.DEVNULL
        child = subprocess.Popen(command(deed.words(case, out)), stdout=quiet, stderr=quiet)
        time.sleep(chance.uniform(0.1, 1.1) * whole)  # the moment is the point
        child.send_signal(signal.SIGKILL)
        child.wait()
        verdict = verify_path(case, home, Job())
        assert verdict.ok, (turn, verdict.findings)
        if name != "add" and out.exists():
            deed.whole(case, out)  # it died behind the last rename, or not at all
            write_case(case, home, home.actor(None)).close()  # the next opening clears what it made on the way
        else:
            whole_run(deed.words(case, out))
            deed.whole(case, out)
        verdict = verify_path(case, home, Job())
        assert verdict.ok, (turn, verdict.findings)
        assert not list((case / "derived").glob("incoming/*")), turn
        shutil.rmtree(case.parent)
