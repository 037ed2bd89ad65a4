"""A draft of what is said in a recording, recognised on this computer by faster-whisper with the office's own model.

Runs as a study in the contained worker: no network, no file but the recording and the model's folder. The sound is
decoded here; the engine never opens a file that came from outside. A draft, never more: on a noisy telephone line four
words of ten may be wrong, and on silence such models like to write “you”.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Source
from evidencekit.media.streams import open_container, sound_frames, unplayable
from evidencekit.model import Study

ENGINE = "faster-whisper"
RATE = 16_000
LONGEST = 3 * 3600  # seconds that are transcribed of one recording
# A segment is left out when the model itself thinks there is no speech in it, is as good as guessing, or says the same
# again and again (what zlib shrinks by more than this).
_NO_SPEECH, _DOUBTFUL, _GUESSING, _LOOPING = 0.6, -0.6, -1.25, 2.4
_SMALLEST = 0.1  # seconds; the model needs something to listen to
_NEEDED = ("model.bin", "config.json")
_GET_MODEL = (
    "Put a CTranslate2 Whisper model (model.bin, config.json, tokenizer.json and a vocabulary) into a folder and "
    "point to it."
)
SETTINGS: Mapping[str, Any] = {
    "beam_size": 5,
    "temperature": (0.0, 0.2, 0.4),
    "vad_filter": True,
    "condition_on_previous_text": False,
    "word_timestamps": True,
}


def engine_version() -> str:
    """The engine's version as installed; “” when it is not. Nothing is imported."""
    from importlib.metadata import PackageNotFoundError, version

    if importlib.util.find_spec("faster_whisper") is None:
        return ""
    try:
        return version("faster-whisper")
    except PackageNotFoundError:
        return ""


def model_files(folder: Path) -> list[Path]:
    """The files of a model's folder, by name. Raises :class:`ReaderError` when it is none."""
    try:
        found = sorted(each for each in folder.iterdir() if each.is_file())
    except OSError as error:
        why = error.strerror or "it is not there"
        raise ReaderError(f"The model's folder cannot be opened ({why}).", item=folder.name, todo=_GET_MODEL) from None
    names = {each.name for each in found}
    if not names.issuperset(_NEEDED):
        raise ReaderError("This folder holds no speech model.", item=folder.name, todo=_GET_MODEL)
    return found


def model_digest(files: list[Path]) -> str:
    """SHA-256 over the model: of a line “digest, two spaces, name” for each file, as ``sha256sum *`` prints them."""
    listing = hashlib.sha256()
    for each in files:
        with each.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        listing.update(f"{digest}  {each.name}\n".encode())
    return listing.hexdigest()


def transcribe(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """The study: ``settings`` name the ``model`` folder and the ``threads``; the result is what
    :func:`evidencekit.spoken.draft_of` takes. Raises :class:`ReaderError` when the engine or the model is missing, or
    the recording cannot be decoded."""
    if not engine_version():
        raise ReaderError(
            "The engine that recognises speech is not installed.",
            todo="Install EvidenceKit with its extra “transcripts”.",
        )
    folder = Path(settings["model"])
    files = model_files(folder)
    notes = Notes()
    audio = _decoded(source, notes, job)
    seconds = len(audio) / RATE
    found: dict[str, Any] = {"segments": [], "left_out": [], "language": ""}
    digest = model_digest(files)
    if seconds >= _SMALLEST and float(abs(audio).max()) > 0:
        found = _recognised(folder, digest, audio, settings)
    result = {
        **found,
        "engine": ENGINE,
        "version": engine_version(),
        "model": {"name": folder.resolve().name, "sha256": digest},
        "settings": {key: str(value) for key, value in SETTINGS.items()} | {"compute_type": "int8"},
        "seconds": round(seconds, 3),
    }
    if not found["segments"]:
        notes.warn("No speech was recognised in it.")
    if found["left_out"]:
        many = len(found["left_out"])
        notes.warn(f"{many} stretch{'' if many == 1 else 'es'} too doubtful to be written down were left out.")
    target = out / "transcript.json"
    target.write_text(json.dumps(result), "utf-8")
    return Study(target, tuple(notes.warnings))


def _decoded(source: Source, notes: Notes, job: Job) -> Any:
    """All of its sound as 32-bit floats, one channel, 16 kHz."""
    import numpy

    with source.path.open("rb") as file, open_container(file, source.media_type, "recording") as container:
        if not container.streams.audio:
            raise unplayable("recording", "it holds no sound")
        pieces, samples = [], 0
        for piece in _resampled(sound_frames(container, notes, job)):
            pieces.append(piece)
            samples += len(piece)
            if samples >= LONGEST * RATE:
                notes.warn(f"Only its first {LONGEST // 3600} hours were transcribed.")
                break
    return numpy.concatenate(pieces)[: LONGEST * RATE] if pieces else numpy.zeros(0, numpy.float32)


def _resampled(frames: Iterator[Any]) -> Iterator[Any]:
    import av
    import numpy

    resampler: Any = None
    kind: tuple[Any, ...] = ()
    for frame in frames:
        now = (frame.sample_rate, frame.format.name, frame.layout.name)
        if now != kind:  # also in the middle of a recording
            if resampler is not None:
                yield from (numpy.ravel(each.to_ndarray()) for each in resampler.resample(None))
            resampler, kind = av.AudioResampler("flt", "mono", RATE), now
        frame.pts = None  # times in the file may lie
        yield from (numpy.ravel(each.to_ndarray()) for each in resampler.resample(frame))
    if resampler is not None:
        yield from (numpy.ravel(each.to_ndarray()) for each in resampler.resample(None))


@lru_cache(maxsize=1)
def _model(folder: Path, digest: str, threads: int) -> Any:
    """The loaded model, kept while the worker lives; another digest is another model."""
    del digest
    os.environ["HF_HUB_OFFLINE"] = "1"
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=1, local_files_only=True
        )
    except (RuntimeError, ValueError, OSError, KeyError) as error:
        why = str(error).replace(str(folder), "the folder")[:200]
        raise ReaderError(f"The speech model cannot be loaded ({why}).", item=folder.name, todo=_GET_MODEL) from None


def _recognised(folder: Path, digest: str, audio: Any, settings: Mapping[str, str]) -> dict[str, Any]:
    model = _model(folder, digest, int(settings.get("threads", "2")))
    import ctranslate2

    ctranslate2.set_random_seed(0)
    heard, about = model.transcribe(audio, **SETTINGS, language=settings.get("language") or None)
    segments, left_out = [], []
    for each in heard:
        text = each.text.strip()
        silent = each.no_speech_prob > _NO_SPEECH and each.avg_logprob < _DOUBTFUL
        if not text or silent or each.avg_logprob < _GUESSING or each.compression_ratio > _LOOPING:
            left_out.append([round(each.start, 3), round(each.end, 3)])
            continue
        words = [
            [round(word.start, 3), round(word.end, 3), word.word.strip(), round(float(word.probability), 3)]
            for word in each.words or ()
        ]
        segments.append({"start": round(each.start, 3), "end": round(each.end, 3), "text": text, "words": words})
    return {"segments": segments, "left_out": left_out, "language": about.language}
