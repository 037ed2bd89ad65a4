"""How loud a recording is and where it is silent, measured while its samples are counted.

Levels are decibels below full scale (dBFS, AES17 without its +3 dB for sines): the root of the mean square of every
decoded sample, no weighting for the ear, and the highest sample.
"""

from __future__ import annotations

import math
from typing import Any

from evidencekit.media.notes import Notes

SILENT_BELOW = -50.0  # dBFS over one window
WINDOW = 0.1  # seconds
SHORTEST = 2.0  # seconds that a stretch must last to be listed
MOST_STRETCHES = 200
_ENOUGH = 1 << 15  # samples that are gathered before they are measured
_FLOOR = -120.0


class Level:
    """Measures decoded frames as they come; a change of rate or channels in between is allowed."""

    def __init__(self) -> None:
        self._gathered: list[Any] = []
        self._waiting = 0
        self._kind: tuple[int, int] = (0, 0)
        self._peak = 0.0
        self._squares, self._samples = 0.0, 0
        # (power of the loudest channel, seconds) of each window
        self._windows: list[tuple[Any, float]] = []

    def add(self, samples: Any, rate: int) -> None:
        """Takes the next samples, an array of channels × samples, whole numbers of any width or floats."""
        kind = (rate, samples.shape[0])
        if kind != self._kind:
            self._measure(last=True)
            self._kind = kind
        self._gathered.append(samples)
        self._waiting += samples.shape[1]
        if self._waiting >= _ENOUGH:
            self._measure(last=False)

    def _measure(self, *, last: bool) -> None:
        if not self._waiting:
            return
        import numpy

        rate, _ = self._kind
        joined = numpy.concatenate(self._gathered, axis=1) if len(self._gathered) > 1 else self._gathered[0]
        width = max(1, round(rate * WINDOW))
        whole = joined.shape[1] // width * width
        used = joined if last else joined[:, :whole]
        self._gathered, self._waiting = ([], 0) if last else ([joined[:, whole:]], joined.shape[1] - whole)
        signal = as_floats(used)
        if not signal.size:
            return
        self._peak = max(self._peak, float(numpy.abs(signal).max()))
        power = numpy.square(signal, dtype=numpy.float32)
        self._squares += float(power.sum(dtype=numpy.float64))
        self._samples += power.size
        if whole:
            self._windows.append((power[:, :whole].reshape(len(power), -1, width).mean(axis=2).max(axis=0), WINDOW))
        rest = power[:, whole:]
        if rest.size:
            self._windows.append((rest.mean(axis=1).max(keepdims=True), rest.shape[1] / rate))

    def tell(self, notes: Notes) -> None:
        """Keeps what was measured as facts: ``loudness_dbfs``, ``peak_dbfs``, ``silence`` and ``silent``."""
        self._measure(last=True)
        if not self._samples:
            return
        loud, peak = _decibels(self._squares / self._samples, 10), _decibels(self._peak, 20)
        notes.fact("loudness_dbfs", loud, "decoded samples: root mean square, unweighted, full scale = 0 dB")
        notes.fact("peak_dbfs", peak, "decoded samples: the highest, full scale = 0 dB")
        basis = f"stretches of {SHORTEST:g} s or more below {SILENT_BELOW:g} dBFS (root mean square over {WINDOW:g} s)"
        stretches = self.stretches()
        if stretches:
            told = [f"{_place(start)}–{_place(end)}" for start, end in stretches[:MOST_STRETCHES]]
            more = len(stretches) - MOST_STRETCHES
            notes.fact("silence", [*told, f"… (and {more:,} more)"] if more > 0 else told, basis)
            notes.fact("silent_seconds", round(sum(end - start for start, end in stretches), 1), basis)
        if self._peak == 0:
            notes.fact("silent", True, "every decoded sample is 0")
        elif peak < SILENT_BELOW:
            notes.fact("silent", True, f"no decoded sample reaches {SILENT_BELOW:g} dBFS")

    def stretches(self) -> list[tuple[float, float]]:
        """Where it is silent, (start, end) in seconds."""
        limit, at, since = 10 ** (SILENT_BELOW / 10), 0.0, -1.0
        found: list[tuple[float, float]] = []
        for powers, lasts in self._windows:
            for power in powers.tolist():
                if power < limit and since < 0:
                    since = at
                elif power >= limit and since >= 0:
                    found.append((since, at))
                    since = -1.0
                at += lasts
        if since >= 0:
            found.append((since, at))
        return [(start, end) for start, end in found if end - start >= SHORTEST - 0.01]


def as_floats(samples: Any) -> Any:
    """Samples of any coding as 32-bit floats, full scale 1; unsigned bytes are centred, what is no number is 0."""
    import numpy

    if samples.dtype == numpy.uint8:
        return (samples.astype(numpy.float32) - 128) / 128
    if samples.dtype.kind == "i":
        return samples.astype(numpy.float32) / -float(numpy.iinfo(samples.dtype).min)
    return numpy.nan_to_num(samples.astype(numpy.float32, copy=False), nan=0.0, posinf=1.0, neginf=-1.0)


def channels_of(frame: Any) -> Any:
    """A decoded frame's samples as channels × samples."""
    samples = frame.to_ndarray()
    return samples if frame.format.is_planar else samples.reshape(-1, len(frame.layout.channels) or 1).T


def _decibels(value: float, factor: int) -> float:
    return max(_FLOOR, round(factor * math.log10(value), 1)) if value > 0 else _FLOOR


def _place(seconds: float) -> str:
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
