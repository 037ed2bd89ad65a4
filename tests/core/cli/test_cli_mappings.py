"""Column mappings from the command line: proposed, saved, tried and applied, through the real worker."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit import mappings
from evidencekit.cli import main
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.intake import Taken
from evidencekit.media.messages.mapping import ColumnMapping

TakeIn = Callable[..., Taken]
TABLE = """\
Call Date,Call Time (UTC),Calling Number,Called Number,Duration,Call Type
01/06/2026,15:12:05,15550178834,15550142210,31,Voice
01/13/2026,15:12:05,15550178834,15550142210,0,Voice
11/01/2026,09:30:00,15550142210,15550178834,0,SMS
Total,,,,31,
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == code, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_from_a_table_to_contacts(
    new_case: Path, take: TakeIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    received = tmp_path / "carrier"
    received.mkdir()
    (received / "calls.csv").write_text(TABLE, "utf-8")
    (received / "costs.csv").write_text("Name,Amount\ncopies,3\n", "utf-8")
    take(new_case, received)
    case = str(new_case)

    asked = run(capsys, "answer", case)["questions"]
    assert [(each["item"], each["question"]) for each in asked] == [("ITEM-0001", "form")]
    assert [each["answer"] for each in asked[0]["choices"]] == ["call-detail", "plain"]
    assert {each["kind"] for each in run(capsys, "items", case)["items"]} == {"document"}

    found = run(capsys, "mapping", "propose", case, "ITEM-0001")
    assert found["rows"][1][2] == "15550178834"
    proposal = found["proposal"]
    assert (proposal["sender"], proposal["order"], proposal["zone"]) == ("Calling Number", "mdy", "UTC")
    assert run(capsys, "mapping", "propose", case, "ITEM-0002")["proposal"] is None
    assert run(capsys, "mapping", "list")["mappings"] == []

    file = tmp_path / "mine.json"
    file.write_text(json.dumps({**proposal, "name": "Carrier A"}), "utf-8")
    assert run(capsys, "mapping", "save", str(file))["saved"] == "Carrier A"
    assert run(capsys, "mapping", "show", "carrier a")["sender"] == "Calling Number"

    tried = run(capsys, "mapping", "check", case, "ITEM-0001", "Carrier A", code=1)
    assert (tried["records"], tried["not_read_count"]) == (3, 1)
    why = "its date or time cannot be read"
    assert tried["not_read"] == [{"row": 5, "why": why, "text": "Total | 31", "kept": False}]
    assert tried["first"][0]["when"] == "2026-01-06T07:12:05-08:00"
    assert {each["kind"] for each in run(capsys, "items", case)["items"]} == {"document"}

    item = run(capsys, "mapping", "apply", case, "ITEM-0001", "Carrier A", "--owner", "15550142210")["items"][0]
    assert (item["kind"], item["media_type"]) == ("messages", "text/csv")
    assert any("row 5" in each for each in item["warnings"])
    contacts = run(capsys, "contacts", case)["contacts"]
    assert [(each["when"], each["channel"], each["from"], each["seconds"], each["answered"]) for each in contacts] == [
        ("2026-01-06T07:12:05-08:00", "call", contacts[0]["from"], 31.0, True),
        ("2026-01-13T07:12:05-08:00", "call", contacts[0]["from"], 0.0, False),
        ("2026-11-01T01:30:00-08:00", "text", contacts[2]["from"], None, None),
    ]
    assert "5550178834" in contacts[0]["from"]
    assert contacts[0]["evidence"] == [{"item": "ITEM-0001", "at": "row 2"}]

    back = run(capsys, "answer", case, "ITEM-0001", "form=plain")["items"][0]
    assert back["kind"] == "document"
    assert run(capsys, "contacts", case)["contacts"] == []


def test_errors_are_clear_and_change_nothing(
    new_case: Path, take: TakeIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.csv").write_text(TABLE, "utf-8")
    (tmp_path / "other.bin").write_bytes(bytes(range(256)))
    take(new_case, tmp_path / "note.csv", tmp_path / "other.bin")
    error = run(capsys, "mapping", "apply", str(new_case), "ITEM-0001", "nobody's", code=2)["error"]
    assert "no column mapping “nobody's”" in error["what"]
    bad = tmp_path / "bad.json"
    bad.write_text('{"name": "x", "date": "Date"}', "utf-8")
    error = run(capsys, "mapping", "save", str(bad), code=2)["error"]
    assert "no column holds a number" in error["what"]
    bad.write_bytes(b"\xff\xfe\xff")
    assert "not UTF-8" in run(capsys, "mapping", "save", str(bad), code=2)["error"]["what"]
    good = tmp_path / "good.json"
    good.write_text(ColumnMapping("x", when="Call Date", sender="Calling Number").to_json(), "utf-8")
    error = run(capsys, "mapping", "apply", str(new_case), "ITEM-0002", str(good), code=2)["error"]
    assert (error["item"], "no table" in error["what"]) == ("ITEM-0002", True)
    arguments = ["mapping", "apply", str(new_case), "ITEM-0001", str(good), "--zone", "Pacific"]
    error = run(capsys, *arguments, code=2)["error"]
    assert "America/Los_Angeles" in error["todo"]
    assert run(capsys, "items", str(new_case))["items"][0]["kind"] == "document"


def test_saved_mappings_are_told_apart_by_name(home: Home) -> None:
    one = ColumnMapping("AT&T calls", when="Date", sender="From", recipient="To")
    two = ColumnMapping("AT+T calls", when="When", sender="From", recipient="To")
    paths = {mappings.save(home, one), mappings.save(home, two)}
    assert len(paths) == 2
    assert [each.name for each in mappings.saved(home)] == ["AT&T calls", "AT+T calls"]
    assert mappings.find(home, " at&t CALLS") == one
    mappings.save(home, ColumnMapping("AT&T calls", when="Day", sender="From"))
    assert mappings.find(home, "AT&T calls").when == "Day"
    mappings.forget(home, "AT&T calls")
    assert [each.name for each in mappings.saved(home)] == ["AT+T calls"]
    with pytest.raises(UsageError, match="no column mapping"):
        mappings.forget(home, "AT&T calls")
