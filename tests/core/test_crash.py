"""A process that dies at any moment loses nothing acknowledged and leaves no half item."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.catalog.items import all_items
from evidencekit.custody.keys import Home
from evidencekit.edits import mark_exhibit
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.profile import load_profile
from evidencekit.verify import verify_path
from tests.core.dying import changes_of, run

ACTOR = "A. Rivera, victim-witness unit"


def numbers(case: Path, home: Home) -> list[str]:
    with read_case(case, home) as opened, opened.catalog.read() as connection:
        return [item.number for item in all_items(connection)]


def check_after_crash(case: Path, received: Path, home: Home, at: int) -> None:
    verdict = verify_path(case, home, Job())
    assert verdict.ok, (at, verdict.findings)
    assert len(numbers(case, home)) in (0, 4), at  # all or nothing
    before = len(numbers(case, home))
    again = run("add", str(case), str(received), "--source", "x")
    assert again.returncode == 0, (at, again.stderr)
    found = numbers(case, home)
    assert found == [f"ITEM-{n:04d}" for n in range(1, before + 5)], at
    verdict = verify_path(case, home, Job())
    assert verdict.ok, (at, verdict.findings)
    assert not verdict.notes, (at, verdict.notes)
    assert not list((case / "derived").glob("incoming/*")), at


def fresh(folder: Path) -> Path:
    create_case(folder, CaseInfo("", "1", "People v. X", "UTC"), Home(Path(os.environ["EVIDENCEKIT_HOME"])), ACTOR)
    return folder


@pytest.mark.parametrize("shares", [(0, 3, 6, 9), pytest.param((1, 2, 4, 5, 7, 8), marks=pytest.mark.slow)])
def test_dying_while_taking_in(tmp_path: Path, received: Path, home: Home, shares: tuple[int, ...]) -> None:
    total = changes_of("add", str(fresh(tmp_path / "whole")), str(received), "--source", "x")
    assert total > 20
    for share in shares:
        at = 1 + (share * total + total // 2) // 10
        case = fresh(tmp_path / f"case-{at}")
        died = run("add", str(case), str(received), "--source", "x", die_at=at)
        assert died.returncode == 137, (at, died.stderr)
        check_after_crash(case, received, home, at)


@pytest.mark.slow
def test_dying_at_every_change_while_taking_in(tmp_path: Path, received: Path, home: Home) -> None:
    total = changes_of("add", str(fresh(tmp_path / "whole")), str(received), "--source", "x")
    for at in range(1, total + 1):
        case = fresh(tmp_path / f"case-{at}")
        assert run("add", str(case), str(received), "--source", "x", die_at=at).returncode == 137
        check_after_crash(case, received, home, at)


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path, received: Path, home: Home) -> None:
    chance = random.Random(20260410)
    for turn in range(100):
        case = fresh(tmp_path / f"case-{turn}")
        command = [sys.executable, "-m", "evidencekit", "add", str(case), str(received), "--source", "x"]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, 0.8))  # the moment is the point
        child.send_signal(signal.SIGKILL)
        child.wait()
        check_after_crash(case, received, home, turn)


def test_dying_while_starting_a_case_leaves_none_or_a_whole_one(tmp_path: Path, home: Home) -> None:
    words = ("--number", "1", "--caption", "People v. X", "--timezone", "UTC")
    fresh(tmp_path / "first")  # makes the user's key
    total = changes_of("new", str(tmp_path / "whole"), *words)
    for at in range(1, total + 1, 8):
        case = tmp_path / f"case-{at}"
        assert run("new", str(case), *words, die_at=at).returncode == 137
        if case.exists():
            assert verify_path(case, home, Job()).ok, at
        else:
            assert run("new", str(case), *words).returncode == 0, at


def test_dying_while_marking_an_exhibit_issues_the_label_or_not(tmp_path: Path, filled_case: Path, home: Home) -> None:
    last_seen = {path.name: path.read_bytes() for path in (home.folder / "last-seen").iterdir()}
    shutil.copytree(filled_case, tmp_path / "whole", copy_function=shutil.copy2)
    total = changes_of("exhibit", str(tmp_path / "whole"), "1", "2", "--title", "Two notes")
    for at in range(1, total + 1, 8):
        case = tmp_path / f"case-{at}"
        for name, note in last_seen.items():
            (home.folder / "last-seen" / name).write_bytes(note)
        shutil.copytree(filled_case, case)
        assert run("exhibit", str(case), "1", "2", "--title", "Two notes", die_at=at).returncode == 137
        assert verify_path(case, home, Job()).ok, at
        marked = run("exhibit", str(case), "3", "--json")
        assert marked.returncode == 0, (at, marked.stderr)
        lines = [json.loads(line) for line in (case / "ledger.jsonl").read_text().splitlines()]
        labels = [line["label"] for line in lines if line["act"] == "exhibit"]
        assert labels == [str(n) for n in range(1, len(labels) + 1)], at  # issued once, none lost
        assert json.loads(marked.stdout)["label"] == labels[-1]
        assert verify_path(case, home, Job()).ok, at


@pytest.mark.parametrize("share", [1, 2, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 3))])
def test_dying_while_building_a_binder(tmp_path: Path, filled_case: Path, home: Home, share: int) -> None:
    with write_case(filled_case, home, ACTOR) as opened:
        for numbers_of in (["ITEM-0001", "ITEM-0002"], ["ITEM-0003"]):
            mark_exhibit(opened, numbers_of, load_profile("default"))
    total = changes_of("binder", str(filled_case), "-o", str(tmp_path / "whole"))
    at = 1 + (share * total + total // 2) // 4
    (filled_case / "output").mkdir(exist_ok=True)
    shutil.rmtree(filled_case / "derived")
    died = run("binder", str(filled_case), "-o", str(tmp_path / "binder"), die_at=at)
    assert died.returncode == 137, (at, died.stderr)
    assert verify_path(filled_case, home, Job()).ok, at
    if (tmp_path / "binder").exists():  # it died behind the last rename: the binder is whole
        assert (tmp_path / "binder" / "binder.json").exists()
        return
    again = run("binder", str(filled_case), "-o", str(tmp_path / "binder"), "--json")
    assert again.returncode == 0, (at, again.stderr)
    assert sorted(path.name for path in tmp_path.glob("*binder*")) == ["binder"], at
    assert not list((filled_case / "derived").glob("incoming/*")), at
    assert verify_path(filled_case, home, Job()).ok, at


def test_ctrl_c_cancels_with_130_and_leaves_nothing(tmp_path: Path, home: Home) -> None:
    case = fresh(tmp_path / "case")
    large = tmp_path / "large.bin"
    with large.open("wb") as stream:
        stream.truncate(3 << 30)  # sparse: long to hash, quick to make
    command = [sys.executable, "-m", "evidencekit", "add", str(case), str(large), "--source", "x", "--json"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    staged = case / "derived" / "incoming"
    while not list(staged.glob("*/*.copy")) and child.poll() is None:
        os.sched_yield()
    child.send_signal(signal.SIGINT)
    out, err = child.communicate()
    assert child.returncode == 130, err
    assert "Cancelled" in json.loads(out)["error"]["what"]
    assert numbers(case, home) == []
    assert not list(staged.glob("*"))
    assert verify_path(case, home, Job()).ok
