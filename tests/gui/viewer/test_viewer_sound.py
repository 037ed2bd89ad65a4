"""Recordings in the viewer; there may be no sound device where the tests run."""

from __future__ import annotations

import math
import struct
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.conftest import TakeIn
from ui.theme import LIGHT
from ui.views.viewer import Viewer
from ui.window import Window

Show = Callable[..., Viewer]
SECONDS, RATE = 60, 8000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A minute of which the second half is silence."""
    loud = b"".join(struct.pack("<h", round(20_000 * math.sin(each / 4))) for each in range(RATE))
    path = tmp_path / "voicemail.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(loud * (SECONDS // 2) + bytes(len(loud)) * (SECONDS // 2))
    return path


def shown(viewer: Viewer) -> Callable[[], bool]:
    return lambda: viewer.shows is viewer.sound and viewer.sound.wave.maximum() > 0


def high(viewer: Viewer, share: float, colour: str) -> int:
    """How many pixels of a colour stand above each other at that share of the waveform."""
    image = viewer.sound.wave.grab().toImage()
    columns = range(round(share * image.width()), round(share * image.width()) + 4)
    wanted = QColor(colour).rgb()
    return max(sum(image.pixel(x, y) == wanted for y in range(image.height())) for x in columns)


def test_the_waveform_shows_where_it_is_loud(show: Show, qtbot: QtBot, recording: Path) -> None:
    viewer = show(recording)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    assert viewer.sound.wave.maximum() == SECONDS * 1000
    assert high(viewer, 0.25, LIGHT.muted) > 100
    assert high(viewer, 0.75, LIGHT.muted) < 6
    assert "WAV audio" in viewer.sound.about.text()
    assert "1 min" in viewer.sound.about.text()


def test_it_is_gone_through_by_keyboard(show: Show, qtbot: QtBot, recording: Path) -> None:
    viewer = show(recording)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    sound = viewer.sound
    sound.setFocus()
    keys, shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier
    for key, held, told in (
        (keys.Key_Right, Qt.KeyboardModifier.NoModifier, "0:05 / 1:00"),
        (keys.Key_Right, shift, "0:35 / 1:00"),
        (keys.Key_Left, Qt.KeyboardModifier.NoModifier, "0:30 / 1:00"),
        (keys.Key_End, Qt.KeyboardModifier.NoModifier, "1:00 / 1:00"),
        (keys.Key_Left, shift, "0:30 / 1:00"),
        (keys.Key_Home, Qt.KeyboardModifier.NoModifier, "0:00 / 1:00"),
        (keys.Key_Left, Qt.KeyboardModifier.NoModifier, "0:00 / 1:00"),
    ):
        qtbot.keyClick(sound.wave, key, held)
        assert sound.time.text() == told
    assert sound.time.accessibleName() == "0:00 of 1:00"


def test_what_was_played_is_drawn_in_another_colour(show: Show, qtbot: QtBot, recording: Path) -> None:
    viewer = show(recording)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    wave = viewer.sound.wave
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=wave.rect().center())
    assert abs(viewer.sound.player.at - SECONDS * 500) < 200
    assert high(viewer, 0.1, LIGHT.accent) > 100
    assert high(viewer, 0.1, LIGHT.muted) == 0


def test_it_plays_pauses_and_goes_faster(show: Show, qtbot: QtBot, recording: Path) -> None:
    """Without a sound device it runs all the same, and says that it cannot be heard."""
    import PySide6.QtMultimedia  # noqa: F401 — fails here, and with its reason, where it cannot be loaded

    viewer = show(recording)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    sound = viewer.sound
    qtbot.waitUntil(lambda: sound.player.able, timeout=20_000)
    qtbot.keyClick(sound.wave, Qt.Key.Key_Right)
    qtbot.keyClick(sound.wave, Qt.Key.Key_Greater)
    assert sound.speed.currentText() == "1.25 ×"
    for _ in range(5):
        qtbot.keyClick(sound.wave, Qt.Key.Key_Period)
    assert sound.rate == 2.0
    with qtbot.waitSignal(sound.player.playing_changed, timeout=20_000):
        qtbot.keyClick(sound.wave, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: sound.player.at > 5_000, timeout=20_000)
    assert sound.play.accessibleName() == "Pause (Space)"
    with qtbot.waitSignal(sound.player.playing_changed, timeout=20_000):
        qtbot.keyClick(sound.wave, Qt.Key.Key_Space)
    at = sound.player.at
    assert 5_000 < at < SECONDS * 1000
    assert sound.play.accessibleName() == "Play (Space)"
    assert abs(sound.player.at - at) < 500


def test_another_item_stops_the_recording(
    show: Show, row: Callable[[str], object], qtbot: QtBot, recording: Path, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("He called again.\n")
    viewer = show(recording, tmp_path / "note.txt")
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    qtbot.keyClick(viewer.sound.wave, Qt.Key.Key_Right)
    viewer.show_item(row("note.txt"))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: viewer.shows is viewer.words, timeout=20_000)
    assert not viewer.sound.player.playing
    assert viewer.sound.player.at == 0


def test_where_sound_cannot_be_played_the_waveform_is_shown_and_it_is_said(
    show: Show, qtbot: QtBot, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    viewer = show(recording)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    sound = viewer.sound
    qtbot.waitUntil(sound.missing.isVisible, timeout=20_000)
    assert "cannot be played" in sound.missing.text()
    assert not sound.play.isEnabled()
    assert high(viewer, 0.25, LIGHT.muted) > 100
    qtbot.keyClick(sound.wave, Qt.Key.Key_Right)
    assert sound.time.text() == "0:05 / 1:00"
    qtbot.keyClick(sound.wave, Qt.Key.Key_Space)
    assert not sound.player.playing


def test_a_recording_that_is_none_says_why(show: Show, qtbot: QtBot, recording: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.wav"
    cut.write_bytes(recording.read_bytes()[:44])
    viewer = show(cut)
    qtbot.waitUntil(lambda: viewer.shows is viewer.instead, timeout=20_000)
    assert viewer.instead.why.text()
    assert "WAV audio" in viewer.instead.about.text()


def test_closing_the_window_while_it_plays_leaves_nothing_behind(
    show: Show, opened: Callable[[Path], Window], take: TakeIn, new_case: Path, qtbot: QtBot, recording: Path
) -> None:
    take(new_case, recording)
    window = opened(new_case)
    viewer = show(at=window.desk, name=recording.name)
    qtbot.waitUntil(shown(viewer), timeout=20_000)
    viewer.sound.player.toggle()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert not viewer.sound.player.playing
    assert viewer.shows is viewer.instead
