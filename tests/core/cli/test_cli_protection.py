"""protect, withhold and disclose on the command line, up to a production that goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.cli import main

Run = Callable[..., tuple[int, str, str]]


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


def items_of(run: Run, case: Path) -> dict[str, str]:
    """Received path → item number."""
    return {each["received_path"]: each["number"] for each in told(run, "items", case)["items"]}


def test_terms_are_listed_added_and_removed(run: Run, filled_case: Path) -> None:
    assert told(run, "protect", filled_case, "--list") == {"terms": [], "added": [], "removed": []}
    both = told(run, "protect", filled_case, "--term", "1418 Alder Street", "--term", "Elm")
    assert both["terms"] == both["added"] == ["1418 Alder Street", "Elm"]
    assert told(run, "protect", filled_case, "--remove", "elm")["terms"] == ["1418 Alder Street"]
    assert run("protect", filled_case, "--list")[1] == "1418 Alder Street\n"
    for wrong in (
        (),
        ("--list", "--term", "x"),
        ("--term", "ab"),
        ("--term", "1418 ALDER Street"),
        ("--remove", "oak"),
    ):
        code, out, err = run("protect", filled_case, *wrong)
        assert (code, out) == (2, "")
        assert err


def test_withheld_listed_and_given_back(run: Run, filled_case: Path) -> None:
    numbers = {name.rsplit("/")[-1]: number for name, number in items_of(run, filled_case).items()}
    held = told(run, "withhold", filled_case, numbers["b.txt"], "--reason", "privileged")
    assert held["decision"] == "hold"
    assert [each["item"] for each in held["held"]] == sorted([numbers["b.txt"], numbers["again.txt"]])
    assert {each["part"] for each in held["held"]} == {"whole"}
    native = told(run, "withhold", filled_case, numbers["note.txt"], "--native", "--reason", "its metadata")
    assert {"item": numbers["note.txt"], "part": "native", "basis": "its metadata"} in native["held"]
    code, words, _ = run("withhold", filled_case, "--list")
    assert code == 0
    assert "privileged" in words
    assert told(run, "withhold", filled_case, "--list")["held"] == native["held"]
    left = told(run, "withhold", filled_case, numbers["b.txt"], "--back", "--reason", "the court ordered it")
    assert [each["item"] for each in left["held"]] == [numbers["note.txt"]]
    for wrong in ((), ("1",), ("--list", "1"), ("99", "--reason", "x"), ("1", "--back", "--native", "--reason", "x")):
        assert run("withhold", filled_case, *wrong)[0] == 2


def test_a_production_is_stopped_until_each_hit_is_decided(run: Run, filled_case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    numbers = {name.rsplit("/")[-1]: number for name, number in items_of(run, filled_case).items()}
    note, car, again = numbers["note.txt"], numbers["b.txt"], numbers["again.txt"]
    told(run, "protect", filled_case, "--term", "outside the building", "--term", "Second Note")
    code, said, err = run("produce", filled_case, "-o", out, "--to", "the defender", "--json")
    assert code == 2
    assert not out.exists()
    hits = json.loads(said)["hits"]
    assert {(each["item"], each["where"], each["what"]) for each in hits} == {
        (item, where, what)
        for item, what in ((note, "outside the building"), (car, "Second Note"), (again, "Second Note"))
        for where in ("native", "pdf", "text")
    }
    assert "outside the building" in err

    code, said, err = run("disclose", filled_case, note, "--reason", "she agrees", "--json")
    assert code == 2
    assert {each["what"] for each in json.loads(said)["hits"]} == {"outside the building"}
    assert "--all" in err
    told(run, "withhold", filled_case, car, "--reason", "where she lives")
    assert told(run, "disclose", filled_case, note, "--reason", "she agrees", "--all") == {
        "items": [note], "disclosed": ["outside the building"], "reason": "she agrees",
    }  # fmt: skip
    made = told(run, "produce", filled_case, "-o", out, "--to", "the defender")
    assert {each["item"] for each in made["held"]} == {car, again}
    assert note in {each["item"] for each in made["items"]}
    for path in out.rglob("*"):
        assert not path.is_file() or b"Second note" not in path.read_bytes()


def test_let_go_by_term(run: Run, filled_case: Path) -> None:
    told(run, "protect", filled_case, "--term", "Elm", "--term", "Oak Lane")
    said = told(run, "disclose", filled_case, "1", "2", "--term", "oak lane", "--gps", "--reason", "agreed")
    assert said == {"items": ["ITEM-0001", "ITEM-0002"], "disclosed": ["gps", "oak lane"], "reason": "agreed"}
    code, words, _ = run("disclose", filled_case, "1", "--reason", "x")
    assert (code, words) == (0, "Nothing protected is found in it now.\n")
    for wrong in (
        ("--gps", "--reason", "x"), ("1", "--gps"), ("1", "--gps", "--all", "--reason", "x"), ("1", "--term", "q"),
        ("99", "--reason", "x"),
    ):  # fmt: skip
        assert run("disclose", filled_case, *wrong)[0] == 2
