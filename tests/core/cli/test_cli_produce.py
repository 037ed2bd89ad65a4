"""produce on the command line: JSON that other software relies on, exit codes, and what stops a production."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.cli import main

Run = Callable[..., tuple[int, str, str]]
DEFENDER = "Office of the defender"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def act(*words: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return act


def told(run: Run, *words: str | Path) -> Any:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_produce_says_what_it_made(run: Run, filled_case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    seen = told(run, "produce", filled_case, "--to", DEFENDER, "--preview")
    assert not out.exists()
    made = told(run, "produce", filled_case, "-o", out, "--to", DEFENDER, "--medium", "disc")
    assert (made["production"], made["to"], made["prefix"]) == (1, DEFENDER, "26CR00417-")
    assert made["items"] == seen["items"]
    assert seen["hits"] == []
    assert made["ranges"] == [{"first": made["first"], "last": made["last"], "pages": made["pages"]}]
    assert len(made["items"]) == 4
    assert made["items"][0]["begin"] == made["first"] == "26CR00417-000001"
    assert (made["held"], made["completed"], made["folder"]) == ([], False, str(out))
    for name, digest in made["package"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    size, root = (out / "checkpoint").read_text("utf-8").splitlines()[1:3]
    assert made["ledger"] == {"size": int(size), "root": root}
    assert Path(made["letter"]).is_file()
    code, words, _ = run("produce", filled_case, "-o", tmp_path / "again", "--to", DEFENDER, "--bates", "AB1")
    assert code == 0
    assert "AB1-000001 to AB1-" in words


def test_a_supplement_holds_what_is_new(run: Run, filled_case: Path, tmp_path: Path) -> None:
    first = told(run, "produce", filled_case, "-o", tmp_path / "one", "--to", DEFENDER, "--item", "2")
    assert [each["item"] for each in first["items"]] == ["ITEM-0002"]
    rest = told(run, "produce", filled_case, "-o", tmp_path / "two", "--to", DEFENDER.upper(), "--only-new")
    assert [each["item"] for each in rest["items"]] == ["ITEM-0001", "ITEM-0003", "ITEM-0004"]
    assert rest["first"] == "26CR00417-000002"
    code, _, err = run("produce", filled_case, "-o", tmp_path / "three", "--to", DEFENDER, "--only-new")
    assert (code, "nothing new" in err) == (2, True)
    assert not (tmp_path / "three").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "full"),
        ("-o", "case/derived/out"),
        ("-o", "out", "--bates", "a b"),
        ("-o", "out", "--item", "99"),
        ("-o", "out", "--letter", "out/letter.pdf"),
        ("-o", "out", "--paper", "a3"),
        (),
    ],
)
def test_wrong_words_are_2_and_nothing_is_changed(
    run: Run, filled_case: Path, tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    before = (filled_case / "ledger.jsonl").read_bytes()
    code, out, _ = run("produce", filled_case, *words, "--to", DEFENDER, "--json")
    assert (code, list(json.loads(out))) == (2, ["error"])
    assert (filled_case / "ledger.jsonl").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"case", "full", "received"}


def test_to_whom_it_goes_must_be_said(run: Run, filled_case: Path, tmp_path: Path) -> None:
    code, _, err = run("produce", filled_case, "-o", tmp_path / "out")
    assert (code, "to whom" in err) == (2, True)


def test_what_is_protected_stops_it_until_it_is_decided(run: Run, filled_case: Path, tmp_path: Path) -> None:
    assert run("protect", filled_case, "--term", "OUTSIDE the  building")[0] == 0
    before = (filled_case / "ledger.jsonl").read_bytes()
    code, out, err = run("produce", filled_case, "-o", tmp_path / "out", "--to", DEFENDER, "--json")
    stopped = json.loads(out)
    assert code == 2
    assert {each["item"] for each in stopped["hits"]} == {"ITEM-0003"}
    assert {each["where"] for each in stopped["hits"]} >= {"native", "text"}
    assert "ITEM-0003" in err
    assert "disclose" in stopped["error"]["todo"]
    assert not (tmp_path / "out").exists()
    assert (filled_case / "ledger.jsonl").read_bytes() == before
    seen = told(run, "produce", filled_case, "--to", DEFENDER, "--preview")
    assert seen["hits"] == stopped["hits"]
    assert run("withhold", filled_case, "3", "--reason", "the victim's address")[0] == 0
    made = told(run, "produce", filled_case, "-o", tmp_path / "out", "--to", DEFENDER)
    assert [each["item"] for each in made["items"]] == ["ITEM-0001", "ITEM-0002", "ITEM-0004"]
    assert [(each["item"], each["part"]) for each in made["held"]] == [("ITEM-0003", "whole")]
