"""Sound: how long it is by counting decoded samples, how loud, how it was coded, and what its container says."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.loudness import Level, channels_of
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Look, Source
from evidencekit.media.streams import (
    DEMUXERS,
    EACH,
    completeness,
    declared_seconds,
    movie_times,
    open_container,
    sound_frames,
    tags,
    unless_alone,
    unplayable,
)
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

PEAKS = 600
_PATIENCE = 75.0  # seconds of processor time; some ten hours of compressed speech
_WHAT = "recording"


class AudioReader:
    """Every audio container met in a case: voicemail, voice memo, call recording."""

    name = "audio"
    version = "2"
    kind = Kind.AUDIO
    media_types = frozenset(each for each in DEMUXERS if each.startswith("audio/"))
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``seconds`` are samples counted divided by their rate; headers lie. How loud it is and where it is silent is
        measured on the way. Raises :class:`~evidencekit.errors.ReaderError` when no sound can be found in it."""
        del out
        notes = Notes()
        with source.path.open("rb") as file:
            completeness(file, source.media_type, notes)
            movie_times(file, source.path.stat().st_size, notes)
            file.seek(0)
            try:
                seconds = _sound(file, source.media_type, notes, job)
            except ReaderError as error:
                seconds = None
                unless_alone(error, notes)
        return notes.reading(self.kind, source.media_type, self.name, self.version, seconds=seconds)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """No paper, but up to :data:`PEAKS` loudness peaks, 1 the loudest that the coding allows."""
        from evidencekit.media.playable import Loudness, loudest

        del sheet, out
        notes = Notes()
        with source.path.open("rb") as file, _container(file, source.media_type) as container:
            loud = Loudness()
            for frame in sound_frames(container, notes, job):
                loud.add(loudest(frame.to_ndarray(), frame.format.is_planar, len(frame.layout.channels) or 1))
        return Pages(None, 0, loud.peaks(PEAKS), tuple(notes.warnings))

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """The sound as a WAV, with its peaks and counted length; for a glance the peaks alone. Raises
        :class:`~evidencekit.errors.ReaderError` when it cannot be opened."""
        from evidencekit.media.playable import sound_preview

        notes = Notes()
        with source.path.open("rb") as file, _container(file, source.media_type) as container:
            return sound_preview(sound_frames(container, notes, job), look, out, notes.warnings)


def _container(file: Any, media_type: str) -> Any:
    container = open_container(file, media_type, _WHAT)
    if not container.streams.audio:
        container.close()
        raise unplayable(_WHAT, "it holds no sound")
    return container


def _sound(file: Any, media_type: str, notes: Notes, job: Job) -> float | None:
    with _container(file, media_type) as container:
        stream = container.streams.audio[0]
        context = stream.codec_context
        basis = f"{media_type.partition('/')[2]} stream"
        notes.fact("codec", context.codec.canonical_name, basis)
        notes.fact("sample_rate", context.sample_rate or None, basis)
        notes.fact("channels", context.channels or None, basis)
        rate = stream.bit_rate or container.bit_rate
        notes.fact("bit_rate", rate or None, basis)
        if len(container.streams.audio) > 1:
            notes.fact("sound_tracks", len(container.streams.audio), basis)
        declared = declared_seconds(container, stream)
        tags(container, [stream], notes)
        seconds = _count(container, notes, job, declared)
    if seconds is not None and declared is not None and abs(declared - seconds) > max(1.0, 0.02 * seconds):
        notes.fact("declared_seconds", round(declared, 3), f"{media_type.partition('/')[2]} header")
        notes.warn(f"Its length is given as {declared:.1f} seconds; {seconds:.1f} seconds of sound were counted.")
    return seconds


def _count(container: Any, notes: Notes, job: Job, declared: float | None) -> float | None:
    end, counted, level = time.process_time() + _PATIENCE, 0.0, Level()
    for number, frame in enumerate(sound_frames(container, notes, job), 1):
        if frame.sample_rate:
            counted += frame.samples / frame.sample_rate
            level.add(channels_of(frame), frame.sample_rate)
        if number % EACH == 0 and time.process_time() > end:
            notes.warn("The recording is too long to be counted through; its length is what its header says.")
            notes.fact("seconds", declared and round(declared, 3), "container header")
            return declared and round(declared, 3)
    if not counted:
        notes.warn("No sound could be decoded from the recording.")
        return None
    notes.fact("seconds", round(counted, 3), "decoded samples counted")
    level.tell(notes)
    return round(counted, 3)
