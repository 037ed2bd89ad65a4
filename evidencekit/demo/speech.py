"""Voicemails: a made-up voice without words, encoded the way phones and carriers hand recordings over.

Syllables are a pulse train through three resonances (Fant's source-filter model), in phrases with pauses.
"""

from __future__ import annotations

import random
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE = 16_000

# Formant frequencies (Hz) of five vowels of a grown man's voice.
_VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (390, 1990, 2550), (570, 840, 2410), (440, 1020, 2240))

# suffix → (container, codec, sample rate, bit rate)
_ENCODERS: dict[str, tuple[str, str, int, int]] = {
    ".m4a": ("ipod", "aac", 16_000, 48_000),
    ".mp3": ("mp3", "libmp3lame", 16_000, 48_000),
    ".amr": ("amr", "libopencore_amrnb", 8_000, 12_200),
    ".3gp": ("3gp", "libopencore_amrnb", 8_000, 12_200),
}


def can_write(suffix: str) -> bool:
    """Whether this machine's libraries have an encoder for that kind of file."""
    if suffix == ".wav":
        return True
    import av

    try:
        av.codec.Codec(_ENCODERS[suffix][1], "w")
    except ValueError:
        return False
    return True


def voice(seconds: float, rng: random.Random) -> Samples:
    """A voice message of that length: 16 kHz, mono, -1..1, over the faint noise of a telephone line."""
    import numpy as np

    noise = np.random.Generator(np.random.PCG64(rng.randrange(2**32)))
    total = int(seconds * RATE)
    out = (noise.standard_normal(total) * 0.004).astype(np.float32)
    at = int(rng.uniform(0.3, 0.8) * RATE)
    pitch = rng.uniform(104, 122)
    while at < total - RATE // 2:
        syllables = rng.randrange(4, 12)
        for n in range(syllables):
            sound = _syllable(pitch * (1.12 - 0.22 * n / syllables) * rng.uniform(0.96, 1.05), noise, rng)
            sound = sound[: total - at]
            out[at : at + len(sound)] += sound
            at += int(len(sound) * rng.uniform(0.82, 1.02))
            if at >= total:
                break
        at += int(rng.uniform(0.35, 1.5) * RATE)
    fade = min(total, RATE // 20)
    out[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.clip(out, -0.98, 0.98)


def write_sound(path: Path, samples: Samples, created: str, title: str) -> None:
    """Encode to the kind that the suffix names. ``created`` is the container's creation time (ISO 8601 UTC), written
    where the kind has a place for it. The same samples give the same bytes."""
    if path.suffix == ".wav":
        _write_wav(path, samples)
        return
    import av
    import numpy as np

    container, codec, rate, bits = _ENCODERS[path.suffix]
    pcm = np.round(_at_rate(samples, rate) * 32767).astype(np.int16)
    with av.open(str(path), "w", format=container, options={"fflags": "+bitexact"}) as out:
        _tag(out, path.suffix, created, title)
        stream: Any = out.add_stream(codec, rate=rate, options={"flags": "+bitexact"})
        stream.layout, stream.bit_rate, stream.thread_count = "mono", bits, 1
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        step = rate
        for start in range(0, len(pcm), step):
            frame = av.AudioFrame.from_ndarray(pcm[None, start : start + step], format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, start
            for part in resampler.resample(frame):
                out.mux(stream.encode(part))
        for part in resampler.resample(None):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))


def _tag(out: Any, suffix: str, created: str, title: str) -> None:
    if suffix in {".m4a", ".3gp"}:
        out.metadata["creation_time"] = created
    if suffix in {".m4a", ".mp3"}:
        out.metadata["title"] = title
    if suffix == ".mp3":
        out.metadata["date"] = created[:10]


def _write_wav(path: Path, samples: Samples) -> None:
    import numpy as np

    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8_000)
        out.writeframes(np.round(_at_rate(samples, 8_000) * 32767).astype("<i2").tobytes())


def _at_rate(samples: Samples, rate: int) -> Samples:
    """Halve the rate by averaging pairs, which is filter enough for a telephone voice."""
    if rate == RATE:
        return samples
    even = len(samples) // 2 * 2
    halved: Samples = samples[:even].reshape(-1, 2).mean(axis=1)
    return halved


def _syllable(pitch: float, noise: np.random.Generator, rng: random.Random) -> Samples:
    import numpy as np

    length = int(rng.uniform(0.11, 0.26) * RATE)
    glide = np.linspace(pitch * 1.04, pitch * 0.95, length)
    phase = np.cumsum(glide) / RATE
    source = np.diff(np.floor(phase), prepend=0.0) + noise.standard_normal(length) * 0.012
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    shape = np.zeros_like(frequencies)
    for formant, (width, level) in zip(rng.choice(_VOWELS), ((80, 1.0), (110, 0.55), (160, 0.3)), strict=True):
        shape += level / (1 + ((frequencies - formant) / width) ** 2)
    sound = np.fft.irfft(np.fft.rfft(source) * shape, length)
    rise, fall = length // 6, length // 3
    envelope = np.ones(length)
    envelope[:rise] = np.linspace(0, 1, rise)
    envelope[-fall:] = np.linspace(1, 0, fall)
    sound *= envelope * rng.uniform(0.28, 0.62) / max(1e-6, float(np.abs(sound).max()))
    if rng.random() < 0.35:
        hiss = noise.standard_normal(length // 3)
        start = np.diff(hiss, prepend=0.0) * np.linspace(0.05, 0.0, len(hiss))
        sound[: len(start)] += start
    return sound.astype(np.float32)
