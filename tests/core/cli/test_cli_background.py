"""ocr, background and what item tells of recognised words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from evidencekit.cli import main
from evidencekit.demo.canvas import Pencils
from tests.conftest import TakeIn


@pytest.fixture
def case(tmp_path: Path, new_case: Path, take: TakeIn) -> Path:
    folder = tmp_path / "phone"
    folder.mkdir()
    image = Image.new("RGB", (700, 120), "white")
    ImageDraw.Draw(image).text((30, 30), "Call (555) 017-8834", fill="black", font=Pencils().font(44))
    image.save(folder / "a.png")
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes()[:40])
    (folder / "c.txt").write_text("words\n")
    take(new_case, folder)
    return new_case


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_words_are_recognised_listed_and_told_with_the_item(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, listed = run(capsys, "background", case, "--list")
    assert code == 0
    assert [each["items"] for each in listed["waiting"] if each["kind"] == "ocr"] == [["ITEM-0001"], ["ITEM-0002"]]
    code, before = run(capsys, "item", case, "1")
    assert (code, before["recognised"], before["proposals"]) == (0, None, [])
    code, found = run(capsys, "ocr", case, "1")
    assert code == 0
    assert (found["items"][0]["text"], found["items"][0]["words"]) == ("Call (555) 017-8834", 3)
    assert found["items"][0]["pages"][0]["lines"][0]["words"][0]["text"] == "Call"
    code, after = run(capsys, "item", case, "1")
    assert after["recognised"]["text"] == "Call (555) 017-8834"
    assert [each["value"] for each in after["proposals"]] == ["+15550178834"]
    assert main(["item", str(case), "1"]) == 0
    told = capsys.readouterr().out
    assert "Words recognised (a reading aid, no fact)" in told
    assert "May mean" in told
    code, failed = run(capsys, "ocr", case)
    assert (code, failed["items"][0]["state"]) == (1, "failed")
    code, failed = run(capsys, "background", case)
    assert (failed["waiting"], [each for each in failed["failed"] if each["kind"] == "ocr"]) == (0, [])
    code, refused = run(capsys, "ocr", case, "3")
    assert (code, refused["error"]["what"]) == (2, "None of these items is a picture or a PDF.")
