"""Transcripts on the command line and on paper, and listening copies."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import av
import pypdfium2
import pytest

from evidencekit.binder.gather import gather
from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.catalog import derivatives
from evidencekit.catalog.derivatives import Derivative
from evidencekit.cli import main
from evidencekit.custody.keys import Home
from evidencekit.demo.speech import voice, write_sound
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo

ACTOR = "A. Rivera, victim-witness unit"
SRT = """1
00:00:00,400 --> 00:00:02,100
Caller: Pick up the phone.

2
00:00:02,600 --> 00:00:05,000
Caller: I know you are [inaudible].
"""
DRAFT = {
    "engine": "faster-whisper",
    "version": "1.2.1",
    "model": {"name": "tiny.en", "sha256": "2a" * 32},
    "settings": {"beam_size": "5"},
    "language": "en",
    "seconds": 4.0,
    "segments": [
        {
            "start": 0.4,
            "end": 2.1,
            "text": "Up the fawn.",
            "words": [[0.4, 0.9, "Up the", 0.9], [0.9, 2.1, "fawn.", 0.3]],
        }
    ],
    "left_out": [[2.5, 3.9]],
}


@pytest.fixture(scope="module")
def received_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with one voicemail, ITEM-0001, and that file beside it; copied before it is changed."""
    folder, home = tmp_path_factory.mktemp("recorded"), Home(tmp_path_factory.mktemp("recorder"))
    write_sound(folder / "voicemail.m4a", voice(4, random.Random(1)), "2026-01-06T07:12:00Z", "")
    create_case(folder / "case", CaseInfo("", "26CR00417", "People v. Hollis", "UTC"), home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as opened:
        take_in(opened, [folder / "voicemail.m4a"], HandOver("Phone of J. D."), Job(), workers=1)
    return folder


@pytest.fixture
def recorded(received_once: Path, tmp_path: Path) -> Path:
    """One's own copy of the case."""
    shutil.copy(received_once / "voicemail.m4a", tmp_path)
    return Path(shutil.copytree(received_once / "case", tmp_path / "case"))


def run(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, object]:
    assert main([*map(str, arguments), "--json"]) == code
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def words_of(pdf: Path) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    words = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return words


def test_from_import_to_certified(
    recorded: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    srt, pdf, text = tmp_path / "words.srt", tmp_path / "t.pdf", tmp_path / "t.txt"
    srt.write_text(SRT)
    none = run(capsys, "transcript", recorded, "1", code=2)
    assert "no transcript" in none["error"]["what"]  # type: ignore[index]
    taken = run(capsys, "transcript", recorded, "1", "--import", srt, "-o", pdf)
    assert (taken["state"], taken["marked"], taken["version"]) == ("draft", "DRAFT", 1)
    (hit,) = run(capsys, "search", recorded, "phone")["hits"]  # type: ignore[misc]
    assert (hit["where"], hit["draft"]) == ("transcript", True)
    (page,) = words_of(pdf)
    assert page.count("DRAFT") >= 3  # behind the words, above them and at the foot
    assert "Pick up the phone." in page
    asked = ("transcript", recorded, "1", "--certify", "--by", "P. Quinn, paralegal")
    done = run(capsys, *asked, "-o", text)
    certified = done["certified"]
    assert certified["by"] == "P. Quinn, paralegal"  # type: ignore[index]
    assert certified["as_certified"] is True  # type: ignore[index]
    assert certified["sha256"] == hashlib.sha256(text.read_bytes()).hexdigest()  # type: ignore[index]
    (hit,) = run(capsys, "search", recorded, "phone")["hits"]  # type: ignore[misc]
    assert hit["draft"] is False
    run(capsys, "transcript", recorded, "1", "-o", pdf)
    (page,) = words_of(pdf)
    assert "DRAFT" not in page
    assert "P. Quinn, paralegal" in page
    item = run(capsys, "item", recorded, "1")
    assert item["transcript"]["state"] == "certified"  # type: ignore[index]
    assert run(capsys, *asked, code=2)["error"]["what"] == "The latest version is certified already."  # type: ignore[index]
    assert run(capsys, "verify", recorded)["ok"] is True


def test_a_machines_draft_is_printed_with_its_engine_and_its_doubts(
    recorded: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with write_case(recorded, home, ACTOR) as case, case.catalog.write() as connection:
        made = Derivative(
            "ITEM-0001", "transcript", "done", "faster-whisper", "1", "2026-04-10T00:00:00Z", "Up the fawn."
        )
        derivatives.put(connection, replace(made, data=DRAFT))
    shape = run(capsys, "transcript", recorded, "1", "-o", tmp_path / "t.pdf")
    assert (shape["state"], shape["marked"]) == ("machine draft", "DRAFT")
    (page,) = words_of(tmp_path / "t.pdf")
    for wanted in ("faster-whisper 1.2.1, model tiny.en", "2a2a2a2a", "probability below 50%", "0:02.5–0:03.9"):
        assert wanted in page
    run(capsys, "transcript", recorded, "1", "-o", tmp_path / "t.vtt")
    assert (tmp_path / "t.vtt").read_text().startswith("WEBVTT\n\nNOTE DRAFT")


def test_a_certified_text_that_was_changed_is_told(
    recorded: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    (tmp_path / "words.srt").write_text(SRT)
    run(capsys, "transcript", recorded, "1", "--import", tmp_path / "words.srt", "--certify")
    with sqlite3.connect(recorded / "catalog.db") as database:
        database.execute("UPDATE transcripts SET body = replace(body, 'Pick up', 'Put down')")
    database.close()
    assert run(capsys, "transcript", recorded, "1")["certified"]["as_certified"] is False  # type: ignore[index]


def test_the_slip_sheet_tells_of_a_certified_transcript_and_none_of_its_words(
    recorded: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.srt").write_text(SRT)
    run(capsys, "exhibit", recorded, "1")
    run(capsys, "transcript", recorded, "1", "--import", tmp_path / "words.srt")

    def facts() -> dict[str, str]:
        with read_case(recorded, home) as case:
            return dict(gather(case).exhibits[0].items[0].facts)

    assert "Transcript" not in facts()
    run(capsys, "transcript", recorded, "1", "--certify")
    assert facts()["Transcript"] == "certified; a document of its own, not printed here"
    assert "phone" not in str(facts())


@pytest.mark.parametrize("form", ["wav", "mp3"])
def test_a_listening_copy_names_both_digests(
    recorded: Path, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    out = tmp_path / f"copy.{form}"
    told = run(capsys, "listen", recorded, "1", "-o", out)
    native = hashlib.sha256((tmp_path / "voicemail.m4a").read_bytes()).hexdigest()
    copy = hashlib.sha256(out.read_bytes()).hexdigest()
    assert (told["native_sha256"], told["copy_sha256"]) == (native, copy)
    assert json.loads((tmp_path / f"copy.{form}.json").read_text()) == told
    with av.open(str(out)) as container:
        counted = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert counted == pytest.approx(4.0, abs=0.2)
    with read_case(recorded, home) as case:
        line = case.checked.lines[-1]
    assert (line.act, line.fields["item"], line.fields["sha256"]) == ("derive", "ITEM-0001", copy)
    assert "voicemail" not in str(line.fields)


def test_what_cannot_be_heard_is_refused_and_nothing_written(
    filled_case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ("1", "-o", tmp_path / "a.wav"),
        ("1", "-o", tmp_path / "a.ogg"),
        ("9", "-o", tmp_path / "a.mp3"),
    ):
        run(capsys, "listen", filled_case, *arguments, code=2)
    assert not list(tmp_path.glob("a.*"))


def test_transcribe_says_what_is_missing(recorded: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = run(capsys, "transcribe", recorded, code=2)
    assert "Transcribing needs" in told["error"]["todo"]  # type: ignore[index]
    told = run(capsys, "transcribe", recorded, "--model", tmp_path, code=2)
    assert told["error"]["what"] == "This folder holds no speech model."  # type: ignore[index]
