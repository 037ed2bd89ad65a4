"""Sound for the screen, made in the worker: 16-bit samples in a WAV, and how loud they are."""

from __future__ import annotations

import contextlib
import time
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evidencekit.media.protocol import Look
from evidencekit.media.streams import EACH
from evidencekit.model import Preview

PEAKS = 800
GLANCE_PEAKS = 96
HIGHEST_RATE = 48_000
LONGEST = 4 * 3600  # seconds
_PATIENCE, _GLANCE = 75.0, 2.0  # seconds of processor time
_BLOCK = 1024  # samples that one peak stands for, before they are thinned
_CHUNK = 1 << 18  # bytes written at once


class Loudness:
    """The peaks of a recording that comes in pieces of samples 0..1."""

    def __init__(self) -> None:
        self._blocks: list[Any] = []
        self._left: list[Any] = []
        self._waiting = 0

    def add(self, samples: Any) -> None:
        """Takes the next samples, a float array."""
        self._left.append(samples)
        self._waiting += samples.size
        if self._waiting >= _BLOCK:
            self._fold()

    def _fold(self) -> None:
        import numpy

        joined = numpy.concatenate(self._left)
        whole = joined.size // _BLOCK * _BLOCK
        self._blocks.append(joined[:whole].reshape(-1, _BLOCK).max(axis=1))
        self._left, self._waiting = [joined[whole:]], joined.size - whole

    def peaks(self, most: int) -> tuple[float, ...]:
        """At most so many values 0..1 over everything that came in."""
        import numpy

        blocks = [*self._blocks, *(left.max(keepdims=True) for left in self._left if left.size)]
        if not blocks:
            return ()
        loud = numpy.concatenate(blocks)
        edges = numpy.linspace(0, loud.size, min(most, loud.size) + 1).astype(int)[:-1]
        return tuple(float(p) for p in numpy.nan_to_num(numpy.clip(numpy.maximum.reduceat(loud, edges), 0.0, 1.0)))


def sound_preview(frames: Iterable[Any], look: Look, out: Path, warnings: list[str]) -> Preview:
    """What can be played of decoded ``frames``: at their own rate up to 48 kHz, at most two channels, at most four
    hours. For a glance no WAV, and peaks only of what is decoded quickly. ``warnings`` gains what is left out."""
    if look.thumb:
        return _glance(frames, warnings)
    out.mkdir(parents=True, exist_ok=True)
    loud, target = Loudness(), out / "sound.wav"
    seconds = _taped(frames, target, loud, warnings)
    if not seconds:
        warnings.append("No sound could be decoded from the recording.")
        return Preview(None, None, 0, warnings=tuple(warnings))
    return Preview(None, target, 0, loud.peaks(PEAKS), round(seconds, 3), warnings=tuple(warnings))


def _taped(frames: Iterable[Any], target: Path, loud: Loudness, warnings: list[str]) -> float:
    """Writes the WAV; gives the seconds in it, 0 when there is none."""
    import av

    seconds, end = 0.0, time.process_time() + _PATIENCE
    tape: _Tape | None = None
    try:
        for number, frame in enumerate(frames, 1):
            if tape is None:
                tape = _Tape(target, frame, loud)
            seconds += tape.add(frame)
            if seconds >= LONGEST:
                warnings.append("Only its first 4 hours can be heard here; the native file holds all of it.")
                break
            if number % EACH == 0 and time.process_time() > end:
                warnings.append("It takes too long to decode; only its beginning can be heard here.")
                break
    except (av.error.FFmpegError, ValueError):
        warnings.append("The recording breaks off: its sound changes to what cannot be played.")
    finally:
        if tape is not None:
            tape.close()
    return seconds


def _glance(frames: Iterable[Any], warnings: list[str]) -> Preview:
    loud, seconds, end = Loudness(), 0.0, time.process_time() + _GLANCE
    for number, frame in enumerate(frames, 1):
        loud.add(loudest(frame.to_ndarray(), frame.format.is_planar, len(frame.layout.channels) or 1))
        seconds += frame.samples / frame.sample_rate if frame.sample_rate else 0
        if number % EACH == 0 and time.process_time() > end:
            warnings.append("It is too long for a waveform at a glance.")
            return Preview(None, None, 0, warnings=tuple(warnings))
    return Preview(None, None, 0, loud.peaks(GLANCE_PEAKS), round(seconds, 3), warnings=tuple(warnings))


def loudest(samples: Any, planar: bool, channels: int) -> Any:
    """The loudest channel of each sample, 0..1; unsigned bytes are centred."""
    import numpy

    rows = samples if planar else samples.reshape(-1, channels).T
    if rows.dtype == numpy.uint8:
        rows = (rows.astype(numpy.float32) - 128) / 128
    elif rows.dtype.kind == "i":
        rows = rows.astype(numpy.float32) / float(numpy.iinfo(rows.dtype).max)
    loud = numpy.abs(rows[0].astype(numpy.float32, copy=False))
    for row in rows[1:]:
        numpy.maximum(loud, numpy.abs(row.astype(numpy.float32, copy=False)), out=loud)
    return loud


class _Tape:
    """A WAV being written, in the rate and channels of the first frame."""

    def __init__(self, target: Path, first: Any, loud: Loudness) -> None:
        self._rate = max(1, min(first.sample_rate, HIGHEST_RATE))
        self._channels = min(2, max(1, len(first.layout.channels)))
        self._loud = loud
        self._resampler: Any = None
        self._kind: tuple[Any, ...] = ()
        self._waiting = bytearray()
        self._file = wave.open(str(target), "wb")  # noqa: SIM115 — closed by close()
        self._file.setparams((self._channels, 2, self._rate, 0, "NONE", ""))

    def add(self, frame: Any) -> float:
        """Writes a frame; gives its length in seconds."""
        import av

        kind = (frame.sample_rate, frame.format.name, frame.layout.name)
        if kind != self._kind:  # also in the middle of a recording
            self._drain()
            layout = "stereo" if self._channels == 2 else "mono"
            self._resampler, self._kind = av.AudioResampler("s16", layout, self._rate), kind
        seconds: float = frame.samples / (frame.sample_rate or self._rate)
        frame.pts = None  # times in the file may lie; samples are counted
        self._take(self._resampler.resample(frame))
        return seconds

    def close(self) -> None:
        import av

        with contextlib.closing(self._file), contextlib.suppress(av.error.FFmpegError, ValueError):
            self._drain()
            self._write()

    def _drain(self) -> None:
        resampler, self._resampler = self._resampler, None
        if resampler is not None:
            self._take(resampler.resample(None))

    def _take(self, pieces: Iterable[Any]) -> None:
        for piece in pieces:
            self._waiting += memoryview(piece.planes[0])[: piece.samples * self._channels * 2]
        if len(self._waiting) >= _CHUNK:
            self._write()

    def _write(self) -> None:
        import numpy

        if not self._waiting:
            return
        self._file.writeframesraw(self._waiting)
        self._loud.add(loudest(numpy.frombuffer(self._waiting, numpy.int16), False, self._channels))
        self._waiting = bytearray()
