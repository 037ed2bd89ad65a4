"""Correcting what was written, by the ids that --list tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], filled_case: Path) -> Run:
    """Run a command on the filled case: its exit code and document."""

    def act(command: str, *words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([command, str(filled_case), *words, "--json"])
        return code, json.loads(capsys.readouterr().out or "null")

    return act


def test_a_milestone_is_listed_changed_and_removed(run: Run) -> None:
    assert run("milestone", "--when", "11 February 2026", "--kind", "no", "--text", "“Stop.”", "--item", "1")[0] == 0
    kept = {"milestone": 1, "when": "11 February 2026", "kind": "no", "text": "“Stop.”", "item": "ITEM-0001"}
    assert run("milestone", "--list") == (0, {"milestones": [kept]})
    changed = {**kept, "kind": "other", "item": None}
    assert run("milestone", "--change", "1", "--kind", "other", "--item", "") == (0, changed)
    assert run("milestone", "--list") == (0, {"milestones": [changed]})
    assert run("milestone", "--remove", "1") == (0, {**changed, "removed": True})
    assert run("milestone", "--list") == (0, {"milestones": []})
    for words in (("--remove", "1"), ("--change", "1", "--text", "x")):
        code, document = run("milestone", *words)
        assert (code, document["error"]["what"]) == (2, "There is no milestone 1.")


def test_an_incident_is_listed_changed_and_removed(run: Run) -> None:
    given = ("--when", "early March 2026", "--text", "Car", "--item", "4", "--category", "surveillance")
    assert run("incident", *given, "--location", "Elm St")[0] == 0
    kept = {
        "incident": 1,
        "when": "early March 2026",
        "text": "Car",
        "items": ["ITEM-0004"],
        "categories": ["surveillance"],
        "location": "Elm St",
        "witness": "",
        "reported": "",
    }
    assert run("incident", "--list") == (0, {"incidents": [kept]})
    changed = {**kept, "items": ["ITEM-0002", "ITEM-0003"], "witness": "T. Alvarez", "location": ""}
    words = ("--change", "1", "--item", "2", "--item", "3", "--witness", "T. Alvarez", "--location", "")
    assert run("incident", *words) == (0, changed)
    assert run("incident", "--change", "1", "--item", "") == (0, {**changed, "items": []})
    assert run("incident", "--remove", "1") == (0, {**changed, "items": [], "removed": True})
    assert run("incident", "--list") == (0, {"incidents": []})


def test_a_party_is_listed_renamed_and_removed_with_its_items(run: Run) -> None:
    assert run("party", "--name", "J. D.", "--role", "victim", "--identifier", "+1", "--basis", "her phone")[0] == 0
    assert run("describe", "2", "--party", "+1")[0] == 0
    renamed = {"name": "J. Doe", "role": "victim", "identifiers": ["+1"], "basis": "her phone"}
    assert run("party", "--change", "J. D.", "--name", "J. Doe") == (0, renamed)
    assert run("party", "--list") == (0, {"parties": [renamed]})
    assert run("item", "2")[1]["party"] == "J. Doe"
    assert run("party", "--remove", "+1") == (0, {**renamed, "removed": True, "items": ["ITEM-0002"]})
    assert run("party", "--list") == (0, {"parties": []})
    assert run("item", "2")[1]["party"] is None
    assert run("party", "--remove", "J. Doe")[0] == 2


@pytest.mark.parametrize(
    ("command", "words", "what"),
    [
        ("milestone", ("--when", "2026-03-04", "--kind", "no"), "--text is missing."),
        ("milestone", ("--change", "1", "--remove", "1"), "--change and --remove do not go together."),
        ("milestone", ("--remove", "1", "--text", "x"), "--remove takes nothing more."),
        ("incident", ("--list", "--item", "1"), "--list takes nothing more."),
        ("incident", ("--text", "x"), "--when is missing."),
        ("party", ("--name", "J. D.", "--role", "victim"), "--identifier is missing."),
        ("party", ("--list", "--basis", "x"), "--list takes nothing more."),
    ],
)
def test_what_does_not_go_together_is_refused(run: Run, command: str, words: tuple[str, ...], what: str) -> None:
    code, document = run(command, *words)
    assert (code, document["error"]["what"]) == (2, what)


def test_an_empty_change_is_refused(run: Run) -> None:
    assert run("milestone", "--when", "2026-02-11", "--kind", "no", "--text", "x")[0] == 0
    assert run("incident", "--when", "2026-02-11", "--text", "x")[0] == 0
    for command in ("milestone", "incident"):
        code, document = run(command, "--change", "1")
        assert (code, document["error"]["what"]) == (2, "Nothing to change was given.")


def test_an_item_tells_the_ids_of_its_notes(run: Run) -> None:
    run("note", "1", "first")
    run("note", "1", "second")
    assert [(each["id"], each["text"]) for each in run("item", "1")[1]["notes"]] == [(1, "first"), (2, "second")]
