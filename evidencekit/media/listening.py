"""A listening copy: the sound of a recording or video in a form that any computer plays. The native file stays what it
is; the copy names its digest, and is no evidence by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes
from evidencekit.media.playable import sound_preview
from evidencekit.media.protocol import Look, Source
from evidencekit.media.streams import open_container, sound_frames, unplayable
from evidencekit.model import Study

FORMS = ("wav", "mp3")
_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # that MPEG-1 to 2.5 layer III knows
_BITS_A_CHANNEL = 96_000


def listening_copy(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """The study: ``settings`` say the ``form``, one of :data:`FORMS`; the copy is ``copy.wav`` or ``copy.mp3`` beside
    the result, which tells its digest, seconds, rate and codec. Raises :class:`ReaderError` without sound."""
    form = settings["form"]
    notes = Notes()
    with source.path.open("rb") as file, open_container(file, source.media_type, "recording") as container:
        if not container.streams.audio:
            raise unplayable("recording", "it holds no sound")
        frames = sound_frames(container, notes, job)
        target, about = _wav(frames, out, notes) if form == "wav" else _mp3(frames, out)
    with target.open("rb") as file:
        about["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    result = out / "copy.json"
    result.write_text(json.dumps(about), "utf-8")
    return Study(result, tuple(notes.warnings))


def _wav(frames: Iterator[Any], out: Path, notes: Notes) -> tuple[Path, dict[str, Any]]:
    import wave

    made = sound_preview(frames, Look(0, 1), out, notes.warnings)
    if made.sound is None:
        raise _nothing()
    target = made.sound.rename(out / "copy.wav")
    with wave.open(str(target)) as file:
        about = {"sample_rate": file.getframerate(), "channels": file.getnchannels()}
    return target, {**about, "seconds": made.seconds, "codec": "pcm_s16le"}


def _mp3(frames: Iterator[Any], out: Path) -> tuple[Path, dict[str, Any]]:
    """Encoded with LAME at 96 kbit/s a channel, constant, without any tag."""
    import av

    target, samples = out / "copy.mp3", 0
    first = next(frames, None)
    if first is None:
        raise _nothing()
    rate = next((each for each in _RATES if each >= first.sample_rate), _RATES[-1])
    channels = min(2, max(1, len(first.layout.channels)))
    layout = "stereo" if channels == 2 else "mono"
    with av.open(str(target), "w", format="mp3", options={"id3v2_version": "0", "write_xing": "1"}) as made:
        stream: Any = made.add_stream("libmp3lame", rate=rate, layout=layout)
        stream.bit_rate = _BITS_A_CHANNEL * channels if rate > 12_000 else 64_000
        kind: tuple[Any, ...] = ()
        resampler: Any = None
        for frame in _with(first, frames):
            now = (frame.sample_rate, frame.format.name, frame.layout.name)
            if now != kind:  # also in the middle of a recording
                if resampler is not None:
                    made.mux(_encoded(stream, resampler.resample(None)))
                resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.codec_context.frame_size)
                kind = now
            frame.pts = None  # times in the file may lie; samples are counted
            pieces = resampler.resample(frame)
            samples += sum(piece.samples for piece in pieces)
            made.mux(_encoded(stream, pieces))
        rest = resampler.resample(None)
        samples += sum(piece.samples for piece in rest)
        made.mux([*_encoded(stream, rest), *stream.encode(None)])
    about = {"sample_rate": rate, "channels": channels, "seconds": round(samples / rate, 3), "codec": "mp3"}
    return target, about


def _encoded(stream: Any, pieces: list[Any]) -> list[Any]:
    found = []
    for piece in pieces:
        piece.pts = None
        found += stream.encode(piece)
    return found


def _with(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _nothing() -> ReaderError:
    return ReaderError("No sound could be decoded from the recording.", todo="Ask for another copy from the source.")
