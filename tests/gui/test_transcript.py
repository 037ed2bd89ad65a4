"""The transcript beside its recording: begun, written by keyboard while it plays, undone, certified."""

from __future__ import annotations

import random
import shutil
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from evidencekit.casefile import create_case, write_case
from evidencekit.catalog import derivatives
from evidencekit.catalog.derivatives import Derivative
from evidencekit.catalog.transcripts import State, transcribed
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.spoken import Spoken
from ui.dialogs.certify import CertifyDialog
from ui.dialogs.speech_field import SpeechField
from ui.theme import Mode, Theme
from ui.views.hearing import make_listening_copy
from ui.views.transcript import TranscriptPane
from ui.views.transcript_editor import LinesEdit
from ui.views.viewer import Viewer
from ui.window import Window

KEY, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
DRAFT = {
    "engine": "faster-whisper",
    "version": "1.2.1",
    "model": {"name": "tiny.en", "sha256": "2a" * 32},
    "settings": {},
    "language": "en",
    "seconds": 30.0,
    "segments": [
        {"start": 1.0, "end": 4.0, "text": "Pick up the fawn.", "words": []},
        {"start": 6.0, "end": 9.0, "text": "I know you are home.", "words": []},
    ],
    "left_out": [],
}
FIRST, SECOND = Spoken(1.0, 4.0, "", "Pick up the fawn."), Spoken(6.0, 9.0, "", "I know you are home.")


def there(window: Window) -> object:
    with window.session.open_case.catalog.read() as connection:
        return transcribed(connection, "ITEM-0001")


def settle(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=20_000)
    qtbot.waitUntil(lambda: window.session.work is None and window.session.tasks.pending == 0, timeout=20_000)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a recording of half a minute, ITEM-0001, and a machine's draft of its transcript."""
    folder, home = tmp_path_factory.mktemp("drafted"), Home(tmp_path_factory.mktemp("drafter"))
    path = folder / "voicemail.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 1_000, 0, "NONE", ""))
        file.writeframes(random.Random(1).randbytes(2_000 * 30))
    create_case(folder / "case", CaseInfo("", "26CR00417", "People v. Hollis", "UTC"), home, "A. Rivera")
    with write_case(folder / "case", home, "A. Rivera") as case:
        take_in(case, [path], HandOver("Phone of J. D."), Job(), workers=1)
        words = "Pick up the fawn.\nI know you are home."
        made = Derivative("ITEM-0001", "transcript", "done", "faster-whisper", "1", "2026-04-10T00:00:00Z", words)
        with case.catalog.write() as connection:
            derivatives.put(connection, replace(made, data=DRAFT))
    return folder / "case"


@pytest.fixture
def window(reopened: Callable[..., Window], drafted: Path, tmp_path: Path) -> Window:
    """The window that these tests share, over a copy of that case."""
    return reopened(Path(shutil.copytree(drafted, tmp_path / "case")), "custody")


@pytest.fixture
def pane(window: Window, qtbot: QtBot) -> Iterator[TranscriptPane]:
    """The transcript open beside its recording, in a viewer of its own."""
    from evidencekit.catalog import browse

    viewer = Viewer(window.desk)
    qtbot.addWidget(viewer)
    viewer.resize(620, 620)
    viewer.show()
    with window.session.open_case.catalog.read() as connection:
        (row,) = browse.rows(connection, browse.matching(connection, browse.Filter()))
    viewer.show_item(row)
    qtbot.waitUntil(lambda: viewer.shows is viewer.sound and viewer.sound.wave.maximum() > 0, timeout=20_000)
    viewer.open_transcript()
    qtbot.waitUntil(lambda: viewer.sound.transcript.loaded is not None, timeout=20_000)
    yield viewer.sound.transcript
    settle(qtbot, window)


@pytest.fixture
def writing(pane: TranscriptPane, window: Window, qtbot: QtBot) -> LinesEdit:
    """The same with a version begun from the draft, the cursor at the end of its first line."""
    pane.from_draft.click()
    qtbot.waitUntil(lambda: pane.loaded is not None and pane.loaded.writing is not None, timeout=20_000)
    pane.editor.setFocus()
    qtbot.keyClick(pane.editor, KEY.Key_End)
    return pane.editor


def typed(pane: TranscriptPane, window: Window, qtbot: QtBot) -> tuple[Spoken, ...]:
    """What is kept once the keys rest."""
    pane.keep()
    settle(qtbot, window)
    return there(window).lines  # type: ignore[attr-defined]


def test_a_machines_draft_is_shown_as_one_and_lit_while_it_plays(pane: TranscriptPane) -> None:
    assert pane.badge.text() == "DRAFT"
    assert "faster-whisper 1.2.1, model tiny.en" in pane.state.text()
    assert pane.editor.isReadOnly()
    assert pane.editor.lines() == [FIRST, SECOND]
    assert pane.from_draft.isVisible()
    assert not pane.certify.isVisible()

    def lit() -> list[int]:
        chosen = pane.desk.theme.colour("chosen")
        marks = pane.editor.extraSelections()
        return [each.cursor.blockNumber() for each in marks if each.format.background().color() == chosen]

    for at, wanted in ((500, []), (1_000, [0]), (5_900, [0]), (6_000, [1]), (29_000, [1])):
        pane.player.seek(at)
        assert lit() == wanted


def test_it_is_written_by_keyboard_while_the_recording_goes_on(
    pane: TranscriptPane, writing: LinesEdit, window: Window, qtbot: QtBot
) -> None:
    player = pane.player
    for _ in range(5):
        qtbot.keyClick(writing, KEY.Key_Backspace)
    qtbot.keyClicks(writing, "phone.")
    player.seek(4_500)
    qtbot.keyClick(writing, KEY.Key_Return)
    qtbot.keyClick(writing, KEY.Key_0, CTRL)
    qtbot.keyClicks(writing, " or else")
    pane.speaker.setEditText("Caller")
    qtbot.keyClick(pane.speaker, KEY.Key_Return)
    qtbot.keyClick(writing, KEY.Key_Down)
    qtbot.keyClick(writing, KEY.Key_1, CTRL)
    player.seek(6_300)
    qtbot.keyClick(writing, KEY.Key_Period, CTRL)
    assert typed(pane, window, qtbot) == (
        Spoken(1.0, 4.0, "", "Pick up the phone."),
        Spoken(4.5, None, "Caller", "[inaudible] or else"),
        Spoken(6.3, 9.0, "Caller", "I know you are home."),
    )
    assert there(window).draft.lines() == (FIRST, SECOND)  # type: ignore[attr-defined]


def test_the_keys_move_the_recording(pane: TranscriptPane, writing: LinesEdit, qtbot: QtBot) -> None:
    player = pane.player
    qtbot.keyClick(writing, KEY.Key_Down, CTRL)
    assert (player.at, writing.line) == (6_000, 1)
    qtbot.keyClick(writing, KEY.Key_Right, ALT)
    assert player.at == 9_000
    qtbot.keyClick(writing, KEY.Key_Left, ALT)
    qtbot.keyClick(writing, KEY.Key_Left, ALT)
    assert player.at == 3_000
    qtbot.keyClick(writing, KEY.Key_Up, CTRL)
    assert (player.at, writing.line) == (1_000, 0)
    qtbot.waitUntil(lambda: player.able, timeout=20_000)
    with qtbot.waitSignal(player.playing_changed, timeout=20_000):
        qtbot.keyClick(writing, KEY.Key_F4)
    with qtbot.waitSignal(player.playing_changed, timeout=20_000):
        qtbot.keyClick(writing, KEY.Key_Space, CTRL)
    assert not player.playing


def test_lines_joined_and_broken_keep_their_times(
    pane: TranscriptPane, writing: LinesEdit, window: Window, qtbot: QtBot
) -> None:
    qtbot.keyClick(writing, KEY.Key_Delete)
    assert typed(pane, window, qtbot) == (Spoken(1.0, 9.0, "", "Pick up the fawn.I know you are home."),)
    pane.player.seek(5_000)
    qtbot.keyClick(writing, KEY.Key_Return)
    assert typed(pane, window, qtbot) == (
        Spoken(1.0, 9.0, "", "Pick up the fawn."),
        Spoken(5.0, 9.0, "", "I know you are home."),
    )
    qtbot.keyClick(writing, KEY.Key_Home)
    qtbot.keyClick(writing, KEY.Key_Return)
    assert [each.start for each in writing.lines()] == [1.0, None, 5.0]


def test_what_is_typed_is_one_step_to_undo(
    pane: TranscriptPane, writing: LinesEdit, window: Window, qtbot: QtBot
) -> None:
    qtbot.keyClicks(writing, " Now")
    assert len(typed(pane, window, qtbot)) == 2
    assert window.session.undo.undoText() == "Write in the transcript"
    window.session.undo.undo()
    settle(qtbot, window)
    assert writing.lines() == [FIRST, SECOND]
    window.session.undo.redo()
    settle(qtbot, window)
    assert writing.lines()[0].text == "Pick up the fawn. Now"
    qtbot.keyClicks(writing, " and then")
    qtbot.keyClick(writing, KEY.Key_Z, CTRL)  # what is not kept yet goes first
    assert writing.lines()[0].text == "Pick up the fawn. Now"
    pane.begins.setText("soon")
    pane.begins.editingFinished.emit()
    assert "no place in a recording" in pane.wrong.text()
    pane.begins.setText("0:02.5")
    pane.begins.editingFinished.emit()
    assert not pane.wrong.isVisible()
    assert typed(pane, window, qtbot)[0].start == 2.5


def test_what_was_typed_is_kept_when_another_item_is_shown_or_the_case_closed(
    pane: TranscriptPane, writing: LinesEdit, window: Window, qtbot: QtBot, home: Home
) -> None:
    qtbot.keyClicks(writing, " Now")
    folder = window.session.open_case.folder
    with qtbot.waitSignal(window.session.closed, timeout=20_000):
        window.session.close()
    settle(qtbot, window)
    with write_case(folder, home, "A. Rivera") as case, case.catalog.read() as connection:
        assert transcribed(connection, "ITEM-0001").lines[0].text == "Pick up the fawn. Now"


def test_it_is_certified_by_a_named_person_for_good(
    pane: TranscriptPane, writing: LinesEdit, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sign(dialog: CertifyDialog) -> QDialog.DialogCode:
        dialog.name.setText("P. Quinn")
        dialog.role.setText("")
        dialog.sure.setChecked(True)
        assert not dialog.go.isEnabled()
        dialog.role.setText("paralegal")
        assert dialog.go.isEnabled()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(CertifyDialog, "exec", sign)
    qtbot.keyClicks(writing, " Now")
    pane.certify.click()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: pane.badge.text() == "CERTIFIED", timeout=20_000)
    found = there(window)
    assert (found.state, found.latest.by) == (State.CERTIFIED, "P. Quinn, paralegal")  # type: ignore[attr-defined]
    assert found.lines[0].text == "Pick up the fawn. Now"  # type: ignore[attr-defined]
    assert writing.isReadOnly()
    pane.next.click()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not writing.isReadOnly(), timeout=20_000)
    assert [each.state for each in there(window).versions] == [State.CERTIFIED, State.DRAFT]  # type: ignore[attr-defined]


def test_a_document_and_a_listening_copy_are_saved(
    pane: TranscriptPane, window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    pane._write("ITEM-0001", tmp_path / "t.txt")
    settle(qtbot, window)
    assert (tmp_path / "t.txt").read_text().startswith("DRAFT: not certified.")
    make_listening_copy(window.desk, "ITEM-0001", tmp_path / "copy.mp3")
    settle(qtbot, window)
    assert (tmp_path / "copy.mp3").stat().st_size > 1_000
    assert window.session.open_case.checked.lines[-1].fields["made"] == "listening copy"


def test_a_video_is_seen_in_stills_and_heard(
    reopened: Callable[..., Window], new_case: Path, take: Callable[..., object], tmp_path: Path, qtbot: QtBot
) -> None:
    import av
    import numpy

    from evidencekit.catalog import browse

    path = tmp_path / "door.mp4"
    with av.open(str(path), "w") as out:
        picture, sound = out.add_stream("mpeg4", rate=10), out.add_stream("aac", rate=16_000, layout="mono")
        picture.width, picture.height, picture.pix_fmt = 96, 64, "yuv420p"
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(numpy.full((64, 96, 3), number * 12, numpy.uint8), "rgb24")
            frame.pts = number
            out.mux(picture.encode(frame))
        heard = av.AudioFrame.from_ndarray(numpy.zeros((1, 32_000), numpy.float32), format="fltp", layout="mono")
        heard.sample_rate, heard.pts = 16_000, 0
        for piece in av.AudioResampler("fltp", "mono", 16_000, frame_size=1024).resample(heard):
            out.mux(sound.encode(piece))
        for stream in (picture, sound):
            out.mux(stream.encode(None))
    take(new_case, path)
    window = reopened(new_case, "custody")
    viewer = Viewer(window.desk)
    qtbot.addWidget(viewer)
    viewer.resize(620, 620)
    viewer.show()
    with window.session.open_case.catalog.read() as connection:
        (row,) = browse.rows(connection, browse.matching(connection, browse.Filter()))
    viewer.show_item(row)
    film = viewer.film
    qtbot.waitUntil(lambda: viewer.shows is film and film.pages.canvas.count == 13, timeout=20_000)
    qtbot.waitUntil(lambda: film.sound.isVisible() and film.sound.wave.maximum() > 1_500, timeout=20_000)
    viewer.open_transcript()
    assert film.sound.transcript.number == row.number


def test_a_long_transcript_stays_fluid(qtbot: QtBot, qapp: object) -> None:
    """Two thousand lines: put, a key, and following the recording, each well within what is noticed."""
    editor = LinesEdit(Theme(qapp, Mode.LIGHT))  # type: ignore[arg-type]
    qtbot.addWidget(editor)
    editor.resize(600, 400)
    editor.show()
    lines = [Spoken(n * 2.0, n * 2.0 + 1.5, "Caller", f"This is line {n} of what was said. " * 2) for n in range(2_000)]
    editor.put(lines)
    editor.go_to(1_000)
    took = []
    for act in (
        lambda: qtbot.keyClicks(editor, "a"),
        lambda: qtbot.keyClick(editor, KEY.Key_Return),
        lambda: qtbot.keyClick(editor, KEY.Key_Backspace),
        lambda: editor.follow(3_000.0),
        lambda: editor.follow(100.0),
    ):
        begun = time.process_time()
        act()
        editor.grab()
        took.append(time.process_time() - begun)
    assert editor.blockCount() == 2_000
    assert max(took) < 0.25


def test_the_model_is_pointed_to_in_the_settings(window: Window, qtbot: QtBot, tmp_path: Path, home: Home) -> None:
    field = SpeechField(window.desk)
    qtbot.addWidget(field)
    qtbot.waitUntil(lambda: "ranscribing needs" in field.told.text(), timeout=20_000)
    field.use(tmp_path)
    qtbot.waitUntil(lambda: "holds no speech model" in field.told.text(), timeout=20_000)
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_text("{}")
    field.use(tmp_path)
    qtbot.waitUntil(lambda: "SHA-256" in field.told.text(), timeout=20_000)
    assert home.settings()["speech_model"]["folder"] == str(tmp_path)
    field.none.click()
    qtbot.waitUntil(lambda: "speech_model" not in home.settings(), timeout=20_000)
    settle(qtbot, window)


def test_the_settings_are_closed_while_the_model_is_looked_at(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    for act in (SpeechField.look, lambda field: field.use(tmp_path / "nowhere")):
        field = SpeechField(window.desk)
        act(field)
        delete(field)
        settle(qtbot, window)
    settle(qtbot, window)
