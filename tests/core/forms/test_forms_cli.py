"""form … and case-uco on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.cli import main
from evidencekit.custody.keys import Home

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def act(*words: str | Path) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main([str(word) for word in words] + ["--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out), err

    return act


def test_every_document_answers_with_its_file(handled: tuple[Path, Home], run: Run, tmp_path: Path) -> None:
    case, _ = handled
    for words in (
        ("form", "custody", case, "--item", "1", "--each", "--offense", "Stalking", "--paper", "a4"),
        ("form", "902-11", case, "--item", "2"),
        ("form", "902-13", case, "--system", "A phone", "--exhibit", "1"),
        ("form", "902-14", case, "--declarant", "P. Lee, examiner"),
        ("form", "report", case, "--from", "2020-01-01", "--to", "2020-12-31"),
        ("case-uco", case, "--item", "ITEM-0001"),
    ):
        out = (
            tmp_path
            / f"{words[0]}-{words[1] if words[0] == 'form' else ''}.{'pdf' if words[0] == 'form' else 'jsonld'}"
        )
        code, answer, err = run(*words, "-o", out)
        assert (code, answer["file"]) == (0, str(out)), err
        assert isinstance(answer["warnings"], list)
        assert out.read_bytes()[:4] in (b"%PDF", b'{\n "')


def test_what_is_wrong_is_told_and_nothing_is_written(handled: tuple[Path, Home], run: Run, tmp_path: Path) -> None:
    case, _ = handled
    out = tmp_path / "out.pdf"
    for words, said in (
        (("form", "custody", case, "--item", "x"), "not an item number"),
        (("form", "902-11", case), "which business records"),
        (("form", "902-14", case, "--exhibit", "77"), "no such exhibit"),
        (("form", "report", case, "--from", "2026-13-01", "--to", "2026-12-31"), "not a date"),
        (("case-uco", case), "is JSON-LD"),
        (("form", "custody", tmp_path), "not a case folder"),
    ):
        code, answer, _ = run(*words, "-o", out)
        assert code == 2
        assert said in answer["error"]["what"]
        assert answer["error"]["todo"]
    code, answer, _ = run("form", "custody", case, "-o", case / "form.pdf")
    assert (code, "inside the case" in answer["error"]["what"]) == (2, True)
    assert list(tmp_path.iterdir()) == []
