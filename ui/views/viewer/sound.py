"""A recording: its waveform, playing it from any place at any speed, and its transcript beneath."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QSlider, QToolButton, QVBoxLayout, QWidget

from evidencekit.binder.words import dial
from evidencekit.model import Preview
from ui.desk import Desk
from ui.views.transcript import TranscriptPane
from ui.views.viewer.groups import Groups
from ui.views.viewer.player import Player
from ui.views.viewer.wave import Waveform
from ui.widgets import Banner, label, row, tool

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_LITTLE, _MUCH = 5_000, 30_000  # milliseconds
_HELP = "Space plays and pauses · ← → 5 s · Shift 30 s · Home and End · < > speed · T transcript"
_OPEN = "viewer.transcript"


class SoundView(QWidget):
    """Shows and plays one recording. Keys work wherever the focus is in it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        theme = desk.theme
        self.player = Player(self)
        self.wave = Waveform(theme)
        self.wave.setAccessibleName("Place in the recording")
        self.notice = Banner(theme)
        self.missing = label("", "warn", wrap=True, name="Why it cannot be heard")
        self.missing.hide()
        self.time = label("", name="Time")
        self.play = tool(theme, "play", "Play (Space)", self.player.toggle)
        self.back = tool(theme, "skip-back", "5 seconds back (←)", lambda: self._by(-_LITTLE))
        self.on = tool(theme, "skip-forward", "5 seconds on (→)", lambda: self._by(_LITTLE))
        self.transcript = TranscriptPane(desk, self.player)
        self.captions = tool(theme, "captions", "Transcript (T)", toggle=True)
        self.captions.setChecked(desk.settings.get(_OPEN) == "yes")
        self.captions.toggled.connect(self._show_transcript)
        self._make_speed()
        self._make_volume()
        self._warnings: tuple[str, ...] = ()
        self._lay_out()
        self.wave.sought.connect(self.player.seek)
        self.player.moved.connect(self._moved)
        self.player.playing_changed.connect(self._playing)
        self.player.missing.connect(self._say_missing)
        self._whose = 0
        theme.changed.connect(self._dress)
        desk.session.closed.connect(self.clear)
        self._dress()
        self.clear()

    def take_focus(self) -> None:
        """Give the keys to what is shown. Not a focus proxy: Qt's Tab would pass over the tools beside it."""
        self.wave.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_speed(self) -> None:
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed; the pitch stays (< and >)")
        for each in SPEEDS:
            self.speed.addItem(f"{each:g} ×", each)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(lambda place: self.player.set_rate(SPEEDS[place]))

    def _make_volume(self) -> None:
        self.loud = QToolButton()
        self.desk.theme.put_icon(self.loud, "volume-2")
        self.loud.setToolTip("Sound on or off (M)")
        self.loud.setAccessibleName("Sound on")
        self.loud.setCheckable(True)
        self.loud.setChecked(True)
        self.loud.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setAccessibleName("Volume")
        self.volume.setToolTip("Volume")
        self.volume.setRange(0, 100)
        self.volume.setValue(100)
        self.volume.valueChanged.connect(self._set_volume)
        self.loud.toggled.connect(self._set_volume)

    def _lay_out(self) -> None:
        heard = row(self.speed, self.loud, self.volume, self.captions, gap=4)
        controls = Groups(row(self.back, self.play, self.on, self.time, gap=4), heard, 0, 0)
        self.hint = label(_HELP, "small", wrap=True)
        self.about = label("", "muted", wrap=True, name="Recording")
        holder = QWidget()
        self._inside = inside = QVBoxLayout(holder)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.setSpacing(10)
        for each in (self.about, self.wave, controls, self.missing, self.hint):
            inside.addWidget(each)
        inside.setStretch(1, 2)
        inside.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(holder)
        layout.addWidget(self.transcript)
        self._make_room(self.captions.isChecked())

    def open_transcript(self) -> None:
        """Show the transcript, and give it the keys."""
        self.captions.setChecked(True)
        self.transcript.take_focus()

    def _show_transcript(self, on: bool) -> None:
        self.desk.settings.put(_OPEN, "yes" if on else "no")
        self._make_room(on)
        if not on:
            self.transcript.keep()

    def _make_room(self, written: bool) -> None:
        """The words have the room while the transcript is open."""
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        for place, share in ((1, 0 if written else 1), (2, 1)):
            whole.setStretch(place, share)
        self.transcript.setVisible(written)
        for each in (self.hint, self.about):
            each.setVisible(not written)
        self.wave.keep_low(written)
        self._inside.setContentsMargins(*((12, 8, 12, 6) if written else (16, 16, 16, 16)))

    def show_sound(self, preview: Preview, name: str, about: str, number: str = "") -> None:
        """Show a recording, stopped at its beginning. ``about`` says what it is, ``name`` is what a screen reader
        says, ``number`` whose transcript goes with it."""
        self.clear()
        self.transcript.show_item(number)
        seconds = preview.seconds or 0.0
        self.wave.show_peaks(preview.peaks, round(seconds * 1000))
        self.player.begin(self.wave.maximum())
        self.wave.setAccessibleName(f"Place in {name}")
        self.about.setText(about)
        if preview.warnings:
            self.notice.say(" ".join(preview.warnings), "warn")
        self._moved(0)
        if preview.sound is None:
            self._say_missing("There is no sound to play.")
        else:
            self._load(preview.sound)

    def _load(self, sound: Path) -> None:
        """Qt's sound takes a moment to load when it is first wanted: the waveform is drawn before."""
        whose = self._whose

        def load() -> None:
            if whose == self._whose:
                self.player.load(sound)
                self.play.setEnabled(self.player.able)

        QTimer.singleShot(0, self, load)

    def clear(self) -> None:
        """Stop, and let go of the recording."""
        self._whose += 1
        self.transcript.keep()
        self.transcript.clear()
        self.player.begin(0)
        self.wave.show_peaks((), 0)
        self.notice.hide()
        self.about.setText("")
        self._moved(0)

    @property
    def rate(self) -> float:
        """The speed in use."""
        return SPEEDS[self.speed.currentIndex()]

    def _dress(self) -> None:
        self.time.setFont(self.desk.theme.font(mono=True))
        self.volume.setMaximumWidth(self.desk.theme.px(110))

    def _by(self, milliseconds: int) -> None:
        self.player.seek(self.player.at + milliseconds)

    def _moved(self, at: int) -> None:
        self.wave.setValue(at)
        whole = self.wave.maximum() / 1000
        text = f"{dial(at // 1000)} / {dial(whole)}"
        if self.time.text() != text:
            self.time.setText(text)
            spoken = f"{dial(at // 1000)} of {dial(whole)}"
            self.time.setAccessibleName(spoken)
            self.wave.setAccessibleDescription(spoken)

    def _playing(self, playing: bool) -> None:
        name = "Pause (Space)" if playing else "Play (Space)"
        self.desk.theme.put_icon(self.play, "pause" if playing else "play")
        self.play.setToolTip(name)
        self.play.setAccessibleName(name)

    def _say_missing(self, why: str) -> None:
        self.missing.setText(why)
        self.missing.setAccessibleName(why)
        self.missing.setVisible(bool(why))
        self.play.setEnabled(self.player.able)

    def _set_volume(self) -> None:
        on = self.loud.isChecked()
        self.loud.setAccessibleName("Sound on" if on else "Sound off")
        self.player.set_volume(self.volume.value() / 100 if on else 0.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 — Qt's name
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        far = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if held & ~Qt.KeyboardModifier.ShiftModifier or not self._press(event.key(), _MUCH if far else _LITTLE):
            super().keyPressEvent(event)

    def _press(self, key: int, far: int) -> bool:
        match key:
            case Qt.Key.Key_Space | Qt.Key.Key_K:
                self.player.toggle()
            case Qt.Key.Key_Left:
                self._by(-far)
            case Qt.Key.Key_Right:
                self._by(far)
            case Qt.Key.Key_Home:
                self.player.seek(0)
            case Qt.Key.Key_End:
                self.player.seek(self.wave.maximum())
            case Qt.Key.Key_Less | Qt.Key.Key_Comma:
                self.speed.setCurrentIndex(max(0, self.speed.currentIndex() - 1))
            case Qt.Key.Key_Greater | Qt.Key.Key_Period:
                self.speed.setCurrentIndex(min(len(SPEEDS) - 1, self.speed.currentIndex() + 1))
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.volume.setValue(self.volume.value() + (10 if key == Qt.Key.Key_Up else -10))
            case Qt.Key.Key_M:
                self.loud.toggle()
            case Qt.Key.Key_T:
                self.captions.toggle()
            case _:
                return False
        return True
