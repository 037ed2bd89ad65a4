"""answer, and what `item` tells of times that do not agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.cli import main

CHAT = "1/2/26, 9:41 PM - Dana: first\n1/2/26, 9:42 PM - Jane: second\n1/3/26, 7:12 AM - Dana: third\n"
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: its exit code and JSON document."""

    def act(*words: str | Path) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*(str(word) for word in words), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return act


@pytest.fixture
def case(new_case: Path, tmp_path: Path, run: Run) -> Path:
    """A case with a chat whose dates can be read in two ways, and a picture whose times differ."""
    from PIL import Image

    folder = tmp_path / "phone"
    folder.mkdir()
    (folder / "WhatsApp Chat with Dana.txt").write_text(CHAT, "utf-8")
    exif = Image.Exif()
    exif[0x0132] = "2026:02:07 09:00:00"
    exif.get_ifd(0x8769)[0x9003] = "2026:02:06 18:20:12"
    Image.new("RGB", (8, 8)).save(folder / "photo.jpg", exif=exif)
    run("add", new_case, folder, "--source", "Phone")
    return new_case


def whens(run: Run, case: Path) -> list[str | None]:
    return [each["when"] for each in run("contacts", case)[1]["contacts"]]


def test_what_has_two_readings_is_asked_and_never_guessed(run: Run, case: Path) -> None:
    assert whens(run, case) == [None, None, None]
    asked = {each["question"]: each for each in run("answer", case)[1]["questions"]}
    assert {choice["answer"] for choice in asked["order"]["choices"]} >= {"dmy", "mdy"}
    chat = asked["order"]["item"]
    code, answered = run("answer", case, chat, "order=mdy")
    assert (code, answered["items"][0]["kind"]) == (0, "messages")
    assert whens(run, case) == ["2026-01-02T21:41:00-08:00", "2026-01-02T21:42:00-08:00", "2026-01-03T07:12:00-08:00"]
    run("answer", case, chat, "order=dmy", "zone=Europe/Berlin")
    assert whens(run, case)[0] == "2026-02-01T12:41:00-08:00"
    given = {each["question"]: each["answer"] for each in run("answer", case)[1]["questions"]}
    assert given.get("zone", "Europe/Berlin") == "Europe/Berlin"
    assert given["owner"] is None
    run("answer", case, chat, "order=", "zone=")
    assert whens(run, case) == [None, None, None]


def test_an_answer_that_is_none_is_refused_and_changes_nothing(run: Run, case: Path) -> None:
    for wrong in ("order=sideways", "order", "=mdy", "zone=Atlantis"):
        code, said = run("answer", case, "1", wrong)
        assert (code, bool(said["error"]["todo"])) == (2, True), wrong
    assert whens(run, case) == [None, None, None]


def test_times_that_do_not_agree_stand_side_by_side(run: Run, case: Path) -> None:
    items = run("items", case)[1]["items"]
    photo = next(each["number"] for each in items if each["kind"] == "image")
    told = run("item", case, photo)[1]
    assert told["compared"][0]["words"] == "in use"
    assert told["compared"][1]["seconds"] == 52_788
    assert told["compared"][1]["words"].startswith("14 h 39 min later")
