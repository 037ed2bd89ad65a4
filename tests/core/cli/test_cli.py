from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from evidencekit.cli import main
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger
from evidencekit.custody.lines import Entry
from tests.conftest import ZONE, write_received


class Answer:
    """One command's exit code, JSON document and words."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def act(*words: str | Path) -> Answer:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return act


def new(run: Run, case: Path) -> Answer:
    words = ("--number", "26CR00417", "--caption", "People v. Hollis", "--timezone", "America/Los_Angeles")
    return run("new", case, *words, "--json")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A case with four items, made through the command line, and its maker's user folder; copy both."""
    folder, maker = tmp_path_factory.mktemp("made-once"), tmp_path_factory.mktemp("maker")
    new_case = ("new", folder / "case", "--number", "26CR00417", "--caption", "People v. Hollis", "--timezone", ZONE)
    add = ("add", folder / "case", write_received(folder / "received"), "--source", "Phone")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setenv("EVIDENCEKIT_HOME", str(maker))
        assert main([str(word) for word in new_case]) == 0
        assert main([str(word) for word in add]) == 0  # an unknown type is only a remark
    return folder / "case", maker


@pytest.fixture
def case(tmp_path: Path, received: Path, home: Home, made_once: tuple[Path, Path]) -> Path:
    """One's own copy of a case with four items that was made through the command line."""
    made, maker = made_once
    shutil.copytree(maker, home.folder, dirs_exist_ok=True)
    return Path(shutil.copytree(made, tmp_path / "case"))


def test_new_items_and_their_shape(run: Run, case: Path) -> None:
    answer = run("items", case, "--json")
    assert answer.code == 0
    document = answer.json
    assert document["case"] == {"number": "26CR00417", "caption": "People v. Hollis"}
    keys = {
        *("number", "name", "received_path", "size", "sha256", "blake3", "kind", "media_type", "extension_matches"),
        *("parent", "duplicate_of", "acquisition", "received", "moments", "when", "title", "facts", "pages"),
        *("seconds", "warnings"),
    }
    for item in document["items"]:
        assert keys <= item.keys()
        assert len(item["sha256"]) == len(item["blake3"]) == 64
    assert [item["kind"] for item in document["items"]] == ["document", "document", "document", "other"]
    assert document["refused"] == []


def test_add_answers_with_findings(run: Run, tmp_path: Path, received: Path) -> None:
    new(run, tmp_path / "case")
    clean = run("add", tmp_path / "case", received / "phone", "--source", "Phone", "--json")
    assert clean.code == 0
    assert len(clean.json["items"]) == 2
    (received / "link").symlink_to("x")
    faulty = run("add", tmp_path / "case", received, "--source", "Phone", "--received", "2026-04-10T10:02:11", "--json")
    assert faulty.code == 1
    assert faulty.json["refused"][0]["path"] == "link"
    assert {item["received"] for item in faulty.json["items"]} == {"2026-04-10T17:02:11Z"}


def test_the_computers_zone_is_said_aloud(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Denver")
    answer = run("new", tmp_path / "case", "--number", "1", "--caption", "x", "--json")
    assert "America/Denver" in answer.err
    assert answer.json["case"]["timezone"] == "America/Denver"


def test_describe_note_item_and_search(run: Run, case: Path) -> None:
    assert run("party", case, "--name", "J. D.", "--role", "victim", "--identifier", "+15550142210").code == 0
    told = run("describe", case, "3", "--title", "Grey van", "--when", "early March 2026", "--party", "J. D.", "--json")
    assert (told.code, told.json["title"], told.json["when"]) == (0, "Grey van", "early March 2026")
    assert told.json["party"] == "J. D."
    assert run("note", case, "ITEM-0003", "ask about the marigold plate").code == 0
    whole = run("item", case, "item-3", "--json").json
    assert whole["notes"][0]["text"] == "ask about the marigold plate"
    assert "outside the building" in whole["text"]
    assert [event["act"] for event in whole["custody"]] == ["acquire"]
    for words in ("van", "marigold", "outside build*", '"outside the building"'):
        assert [hit["item"] for hit in run("search", case, words, "--json").json["hits"]] == ["ITEM-0003"], words
    for words in ("nowhere", '"building the outside"', "'", '"', "AND", "NEAR(", "*"):
        answer = run("search", case, words, "--json")
        assert (answer.code, answer.json["hits"]) == (0, []), words
    taken_back = run("describe", case, "3", "--title", "", "--when", "", "--json").json
    assert (taken_back["title"], taken_back["when"]) == (None, None)


def test_a_stated_time_is_a_persons_choice(run: Run, case: Path) -> None:
    assert run("describe", case, "1", "--when", "2026-03-04T21:15", "--json").json["when"] == "2026-03-04T21:15-08:00"
    for bad in ("sometime", "2026-02-30", "03/04/2026"):
        assert run("describe", case, "1", "--when", bad).code == 2


def test_a_clock_time_that_came_twice_is_said_aloud(run: Run, case: Path) -> None:
    twice = run("describe", case, "1", "--when", "2025-11-02T01:30", "--json")
    assert twice.code == 0
    assert "Note:" in twice.err
    words = ("--when", "2025-11-02T01:30", "--text", "x")
    assert "Note:" in run("incident", case, *words).err
    assert "Note:" in run("milestone", case, *words, "--kind", "other").err
    assert "Note:" not in run("describe", case, "1", "--when", "2025-11-03T01:30").err


def test_chronology_orders_and_cites(run: Run, case: Path, tmp_path: Path) -> None:
    run("describe", case, "1", "--when", "2026-03-04T21:15:00")
    run("milestone", case, "--when", "11 February 2026", "--kind", "no", "--text", "“Do not contact me again.”")
    run("incident", case, "--when", "early March 2026", "--text", "White sedan outside", "--item", "4",
        "--category", "surveillance", "--category", "intimidation", "--witness", "T. Alvarez")  # fmt: skip
    run("exhibit", case, "1", "2")
    rows = run("chronology", case, "--json").json["rows"]
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["date"] == "To be determined"
    told = [row["what"] for row in rows]
    no, sedan = (next(n for n, what in enumerate(told) if word in what) for word in ("contact me", "sedan"))
    assert no < sedan
    assert rows[sedan]["categories"] == ["surveillance", "intimidation"]
    assert any(row["exhibit"] == "1" for row in rows)
    for suffix in ("csv", "xlsx", "pdf"):
        out = tmp_path / f"c.{suffix}"
        assert run("chronology", case, "-o", out).code == 0
        assert out.stat().st_size > 500
    assert "White sedan outside" in (tmp_path / "c.csv").read_text("utf-8-sig")
    assert run("chronology", case, "-o", tmp_path / "c.doc").code == 2


def test_exhibits_are_marked_arranged_ruled_on_and_withdrawn(run: Run, case: Path) -> None:
    assert run("exhibit", case, "1", "2", "--title", "Two notes", "--witness", "J. D.", "--json").json["label"] == "1"
    assert run("exhibit", case, "3", "--json").json["label"] == "2"
    assert run("exhibit", case, "4", "--label", "1A", "--json").json["label"] == "1A"
    listed = run("exhibits", case, "--json").json["exhibits"]
    assert [each["label"] for each in listed] == ["1", "1A", "2"]
    assert listed[0] == {
        "label": "1", "title": "Two notes", "items": ["ITEM-0001", "ITEM-0002"], "status": "marked",
        "witness": "J. D.", "group": None, "dates": {}, "pages": None, "first_page": None, "volume": None,
    }  # fmt: skip
    moved = run("arrange", case, "2", "--before", "1", "--json").json["exhibits"]
    assert [each["label"] for each in moved] == ["2", "1", "1A"]
    assert run("arrange", case, "2", "--title", "A new title", "--group", "Notes").code == 0
    assert run("status", case, "1", "admitted", "--date", "2026-06-15", "--json").json["status"] == "admitted"
    assert run("withdraw", case, "1A", "--json").json["status"] == "withdrawn"
    assert run("exhibit", case, "4", "--label", "1a").code == 2
    assert run("exhibit", case, "4", "--json").json["label"] == "3"
    acts = [event["act"] for event in run("custody", case, "--item", "4", "--json").json["events"]]
    assert acts == ["acquire", "exhibit", "withdraw", "exhibit"]
    assert run("verify", case).code == 0


def test_other_items_for_an_exhibit_are_a_further_ledger_line(run: Run, case: Path) -> None:
    run("exhibit", case, "1")
    assert run("arrange", case, "1", "--item", "2", "--item", "3", "--json").code == 0
    events = run("custody", case, "--item", "3", "--json").json["events"]
    assert events[-1]["what"] == "Regrouped as Exhibit 1"
    assert run("verify", case).code == 0


USAGE = [
    ("new",),
    ("new", "{tmp}/x", "--number", "", "--caption", "c"),
    ("new", "{tmp}/x", "--number", "1", "--caption", "c", "--timezone", "Mars/Olympus"),
    ("new", "{case}", "--number", "1", "--caption", "c"),
    ("add", "{case}", "{tmp}/nothing", "--source", "s"),
    ("add", "{case}", "{tmp}/received"),
    ("add", "{case}", "{tmp}/received", "--source", "s", "--received", "yesterday"),
    ("add", "{tmp}", "{tmp}/received", "--source", "s"),
    ("items", "{tmp}"),
    ("item", "{case}", "99"),
    ("item", "{case}", "nonsense"),
    ("describe", "{case}", "1"),
    ("describe", "{case}", "1", "--party", "nobody"),
    ("note", "{case}", "1", "  "),
    ("party", "{case}", "--name", "x", "--role", "hero", "--identifier", "1"),
    ("milestone", "{case}", "--when", "2026-01-01", "--kind", "no", "--text", " "),
    ("incident", "{case}", "--when", "2026-01-01", "--text", "x", "--item", "99"),
    ("incident", "{case}", "--when", "2026-01-01", "--text", "x", "--category", "worse"),
    ("exhibit", "{case}", "99"),
    ("exhibit", "{case}", "1", "--profile", "nowhere"),
    ("withdraw", "{case}", "7"),
    ("status", "{case}", "7", "offered", "--date", "2026-01-01"),
    ("arrange", "{case}", "7", "--before", "8"),
    ("binder", "{case}"),
    ("binder", "{case}", "--paper", "foolscap"),
    ("verify", "{tmp}/nothing"),
    ("search", "{tmp}/nothing", "x"),
    ("demo", "{case}"),
    ("no-such-command",),
    ("--by", "x"),
    ("note", "{case}", "1", "x", "--by", " "),
    ("note", "{case}", "1", "bad\udcff"),
    ("describe", "{case}", "1", "--title", "bad\x1b[31m"),
    ("party", "{case}", "--name", "bad\udcff", "--role", "other", "--identifier", "1"),
    ("exhibit", "{case}", "1", "--title", "bad\udcff"),
    ("exhibit", "{case}", "1", "--label", "bad\udcff"),
    ("add", "{case}", "{tmp}/received", "--source", "bad\udcff"),
    ("new", "{tmp}/x", "--number", "1\udcff", "--caption", "c"),
    ("incident", "{case}", "--when", "2026\udcff", "--text", "x"),
    ("add", "{case}", "{tmp}/received", "--source", "s", "--received", "2026-03-08T02:30"),
    ("add", "{case}", "{tmp}/received", "--source", "s", "--received", "3026-01-01"),
    ("add", "{case}", "{tmp}/received", "--source", "s", "--received", "0001-01-01"),
    ("add", "{case}", "{tmp}/received", "--source", "s", "--received", "9999-12-31T23:59:59-12:00"),
    ("new", "{tmp}/x", "--number", "1\n2", "--caption", "c"),
    ("new", "{tmp}/x", "--number", "1" * 201, "--caption", "c"),
    ("new", "{tmp}/received/again.txt", "--number", "1", "--caption", "c"),
    ("party", "{case}", "--name", "x", "--role", "other", "--identifier", ""),
    ("status", "{case}", "1", "withdrawn", "--date", "2026-01-01"),
    ("exhibit", "{case}", "1", "--label", "0"),
    ("exhibit", "{case}", "1", "--label", "007"),
    ("arrange", "{case}", "1", "--before", "2", "--last"),
    ("chronology", "{case}", "-o", "{case}/acquisitions/z.csv"),
    ("chronology", "{case}", "-o", "{case}/z.pdf"),
    ("custody", "{case}", "-o", "{case}/seals/z.pdf"),
    ("binder", "{case}", "-o", "{case}/originals/x"),
    ("binder", "{case}", "-o", "{tmp}/received/again.txt"),
    ("reread", "{case}", "--rebuild"),
    ("verify", "{case}" + "x" * 5000),
    ("items", "{case}" + "x" * 5000),
]


@pytest.mark.parametrize("words", USAGE, ids=lambda words: " ".join(words)[:60])
def test_wrong_usage_is_2_in_words_and_json_and_changes_nothing(
    run: Run, case: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    given = [word.format(case=case, tmp=tmp_path) for word in words]
    before = {path: path.read_bytes() for path in sorted(case.rglob("*")) if path.suffix in (".jsonl", "")
              and path.is_file()}  # fmt: skip
    answer = run(*given)
    assert answer.code == 2, answer.err
    assert answer.err.strip()
    assert not answer.out
    as_json = run(*given, "--json")
    assert as_json.code == 2
    assert as_json.json["error"]["what"]
    after = {path: path.read_bytes() for path in sorted(case.rglob("*")) if path.suffix in (".jsonl", "")
             and path.is_file()}  # fmt: skip
    assert before == after


def test_verify_answers_in_the_contracts_shape(run: Run, case: Path) -> None:
    good = run("verify", case, "--json")
    assert (good.code, good.json["ok"], good.json["findings"]) == (0, True, [])
    before = (case / "ledger.jsonl").read_bytes()
    original = next(path for path in (case / "originals").rglob("*") if path.is_file())
    original.chmod(0o644)
    original.write_bytes(b"changed")
    bad = run("verify", case, "--json")
    assert (bad.code, bad.json["ok"]) == (1, False)
    (finding,) = bad.json["findings"]
    assert finding.keys() == {"code", "item", "line", "path", "message"}
    assert finding["item"].startswith("ITEM-")
    assert (case / "ledger.jsonl").read_bytes() == before  # writes nothing without --log
    refused = run("describe", case, "1", "--title", "x")
    assert refused.code == 2
    assert "fails its checks" in refused.err
    assert run("items", case, "--json").code == 0  # still to be looked at


def test_verify_log_and_accept_older(run: Run, case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "older")
    assert run("verify", case, "--log").code == 0
    assert run("custody", case, "--json").json["events"][-1]["what"] == "Verified: unchanged"
    assert run("verify", tmp_path / "older").code == 1
    assert run("note", tmp_path / "older", "1", "x").code == 2
    assert run("verify", tmp_path / "older", "--accept-older").code == 0
    assert run("note", tmp_path / "older", "1", "x").code == 0


def test_reread_keeps_a_persons_choices(run: Run, case: Path) -> None:
    run("describe", case, "1", "--title", "Mine", "--when", "2026-03-04")
    before = run("items", case, "--json").json["items"]
    answer = run("reread", case, "--json")
    assert answer.code == 0
    assert answer.json["items"] == before
    assert [item["number"] for item in run("reread", case, "3", "--json").json["items"]] == ["ITEM-0003"]
    assert run("reread", case, "99").code == 2
    assert [hit["item"] for hit in run("search", case, "Mine", "--json").json["hits"]] == ["ITEM-0001"]


def test_words_for_people_escape_hostile_names(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "photo\u202egpj.txt").write_text("[bold]x[/bold]")
    new(run, tmp_path / "case")
    run("add", tmp_path / "case", folder, "--source", "s")
    run("describe", tmp_path / "case", "1", "--title", "[red]not markup[/red]\u202e")
    for command in (("items",), ("search",), ("exhibits",), ("custody",), ("chronology",)):
        words = run(*command, tmp_path / "case", *(["markup"] if command == ("search",) else []))
        assert words.code == 0
        assert "\u202e" not in words.out
    assert "[red]not markup[/red]" in run("items", tmp_path / "case").out


def test_a_day_of_receipt_stays_a_day(run: Run, tmp_path: Path, received: Path) -> None:
    new(run, tmp_path / "case")
    answer = run("add", tmp_path / "case", received, "--source", "s", "--received", "2026-04-10", "--json")
    assert {item["received"] for item in answer.json["items"]} == {"2026-04-10"}


def test_search_tells_every_hit(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(230):
        (folder / f"{n}.txt").write_text(f"marigold {n}")
    new(run, tmp_path / "case")
    assert run("add", tmp_path / "case", folder, "--source", "s").code == 0
    document = run("search", tmp_path / "case", "marigold", "--json").json
    assert (document["total"], len(document["hits"])) == (230, 230)


def test_whose_an_identifier_is_is_said(run: Run, case: Path) -> None:
    assert run("party", case, "--name", "A", "--role", "other", "--identifier", "+1555").code == 0
    answer = run("party", case, "--name", "B", "--role", "other", "--identifier", "+1555")
    assert answer.code == 2
    assert "already belongs to A" in answer.err


def test_a_full_disk_is_not_a_damaged_catalog(run: Run, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidencekit.catalog import items

    def full(*arguments: object) -> None:
        fault = sqlite3.OperationalError("database or disk is full")
        fault.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, fault)

    monkeypatch.setattr(items, "add_note", full)
    answer = run("note", case, "1", "x")
    assert answer.code == 2
    assert "disk is full" in answer.err
    assert "rebuild" not in answer.err


def test_a_case_folder_whose_name_is_not_utf8_is_only_looked_into(run: Run, tmp_path: Path, received: Path) -> None:
    """What reads PDFs cannot name a file there, and would call each of them damaged."""
    case, odd = tmp_path / "case ? # %41", tmp_path / os.fsdecode(b"bad\xff ? # %41")
    refused = new(run, odd)
    assert refused.code == 2
    assert "bad\\xff" in refused.err
    assert not odd.exists()
    assert new(run, case).code == 0
    case.rename(odd)
    for command in (("add", odd, received, "--source", "s"), ("produce", odd, "--to", "x", "--preview")):
        assert "Rename that folder" in run(*command, "--json").json["error"]["todo"]
    assert run("verify", odd, "--json").json["ok"]
    odd.rename(case)
    assert run("add", case, received, "--source", "s", "--json").code == 0
    assert run("verify", case, "--json").json["ok"]


def test_a_late_ctrl_c_tells_what_was_done(
    run: Run, tmp_path: Path, received: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the ledger has the hand-over, the answer is told to its end."""
    new(run, tmp_path / "case")
    real = Ledger.commit

    def commit(self: Ledger, entries: Sequence[Entry], **more: Any) -> Checkpoint:
        done = real(self, entries, **more)
        signal.raise_signal(signal.SIGINT)
        return done

    monkeypatch.setattr(Ledger, "commit", commit)
    answer = run("add", tmp_path / "case", received, "--source", "s", "--json")
    assert answer.code == 0
    assert len(answer.json["items"]) == 4


def test_who_acts(run: Run, case: Path, home: Any) -> None:
    run("exhibit", case, "1", "--by", "A. Rivera, advocate")
    (home.folder / "settings.json").write_text('{"identity": "B. Ng, detective"}')
    run("exhibit", case, "2")
    actors = [event["actor"] for event in run("custody", case, "--json").json["events"]]
    assert actors[-2:] == ["A. Rivera, advocate", "B. Ng, detective"]
    (home.folder / "settings.json").write_text("not json")
    assert run("exhibit", case, "3").code == 2
