"""Plays a WAV of ours, where the computer can; where it cannot, says why and keeps the place all the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

_LIBRARY = re.compile(r"lib[\w.+-]+")
_NO_DEVICE = "This computer has no sound device in use: the recording can be followed here, but not heard."


class Player(QObject):
    """``moved`` gives the place in milliseconds, ``playing_changed`` whether it runs, ``missing`` what keeps it from
    being heard, in a sentence, or "" when nothing does."""

    moved = Signal(int)
    playing_changed = Signal(bool)
    missing = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: QMediaPlayer | None = None
        self._output: QAudioOutput | None = None
        self._devices: QMediaDevices | None = None
        self._at, self._length = 0, 0
        self._rate, self._volume = 1.0, 1.0
        self.playing = False

    @property
    def able(self) -> bool:
        """Whether there is something to play with."""
        return self._player is not None

    @property
    def at(self) -> int:
        """The place, in milliseconds."""
        return self._at

    def begin(self, length: int) -> None:
        """Stand at the beginning of a recording of that many milliseconds; the one so far is let go of."""
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())
        self._at, self._length = 0, length

    def load(self, sound: Path) -> None:
        """Get ready to play that WAV from the place stood at. Loads Qt's sound when it is first wanted."""
        if self._player is None and not self._make():
            return
        assert self._player is not None
        self._player.setSource(QUrl.fromLocalFile(str(sound)))
        self._player.setPlaybackRate(self._rate)

    def _make(self) -> bool:
        try:
            from PySide6.QtMultimedia import QMediaDevices, QMediaPlayer
        except ImportError as error:
            library = _LIBRARY.search(str(error))
            named = f" ({library[0]})" if library else ""
            self.missing.emit(f"Sound cannot be played: a part that this computer needs for it is missing{named}.")
            return False
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._plug)
        self._player = QMediaPlayer(self)
        self._player.positionChanged.connect(self._moved)
        self._player.playbackStateChanged.connect(self._state)
        self._player.mediaStatusChanged.connect(self._status)
        self._player.errorOccurred.connect(self._failed)
        self._plug()
        return True

    def _plug(self) -> None:
        """Use the sound device there is, now or after one was plugged in."""
        from PySide6.QtMultimedia import QAudioOutput, QMediaDevices

        assert self._player is not None
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            self._player.setAudioOutput(None)  # type: ignore[arg-type]  # the stubs know no “none”
            self._output = None
            self.missing.emit(_NO_DEVICE)
            return
        if self._output is None:
            self._output = QAudioOutput(device, self)
            self._player.setAudioOutput(self._output)
        else:
            self._output.setDevice(device)
        self.set_volume(self._volume)
        self.missing.emit("")

    def toggle(self) -> None:
        """Play, or pause; from the beginning when it has ended."""
        if self._player is None:
            return
        if self.playing:
            self._player.pause()
            return
        if self._at >= self._length:
            self.seek(0)
        self._player.play()

    def seek(self, at: int) -> None:
        """Go to a place, in milliseconds; beyond the ends is at the ends."""
        self._at = min(max(0, at), self._length)
        if self._player is not None:
            self._player.setPosition(self._at)
        self.moved.emit(self._at)

    def set_rate(self, rate: float) -> None:
        """Play slower or faster; Qt keeps the pitch where it can."""
        self._rate = rate
        if self._player is not None:
            self._player.setPlaybackRate(rate)

    def set_volume(self, volume: float) -> None:
        """How loud, 0..1 as a person hears it."""
        self._volume = volume
        if self._output is not None:
            self._output.setVolume(volume**2)

    def _moved(self, at: int) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        assert self._player is not None
        if self._player.playbackState() is QMediaPlayer.PlaybackState.StoppedState:
            return  # a player that stops goes back to 0; the place is kept
        self._at = min(at, self._length)
        self.moved.emit(self._at)

    def _state(self, state: QMediaPlayer.PlaybackState) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        assert self._player is not None
        if self.playing != (state is QMediaPlayer.PlaybackState.PlayingState):
            self.playing = not self.playing
            self.playing_changed.emit(self.playing)

    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        assert self._player is not None
        if status is QMediaPlayer.MediaStatus.EndOfMedia:
            self._at = self._length
            self.moved.emit(self._at)
        elif status is QMediaPlayer.MediaStatus.LoadedMedia and self._at:
            self._player.setPosition(self._at)  # chosen while it was loading

    def _failed(self) -> None:
        assert self._player is not None
        self.missing.emit(f"The sound cannot be played: {self._player.errorString() or 'no reason is given'}.")
