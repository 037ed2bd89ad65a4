"""Sound: how long it is by counting decoded samples, how it was coded, and what its container says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import boxes
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Look, Source
from evidencekit.model import Kind, Moment, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

PEAKS = 600
_PATIENCE = 75.0  # seconds of processor time; some ten hours of compressed speech
_MEDIA_TYPES = """audio/wav audio/mpeg audio/mp4 audio/3gpp audio/3gpp2 audio/quicktime audio/aac audio/amr
audio/amr-wb audio/ogg audio/flac audio/x-caf audio/aiff audio/basic audio/x-ms-wma audio/x-matroska audio/webm"""
# Only these demuxers ever see a file: never playlists, which open what they name.
_DEMUXERS = {
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/mp4": "mov",
    "audio/3gpp": "mov",
    "audio/3gpp2": "mov",
    "audio/quicktime": "mov",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/amr-wb": "amr",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/x-caf": "caf",
    "audio/aiff": "aiff",
    "audio/basic": "au",
    "audio/x-ms-wma": "asf",
    "audio/x-matroska": "matroska",
    "audio/webm": "matroska",
}
_TAGS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "comment": "comment",
    "encoder": "encoder",
    "encoded_by": "encoder",
    "handler_name": "",
    "com.apple.quicktime.make": "make",
    "com.apple.quicktime.model": "model",
    "com.apple.quicktime.software": "software",
    "com.apple.quicktime.location.iso6709": "gps",
    "location": "gps",
    "voice-memo-uuid": "voice_memo_id",
}
# What the container needs, not what anybody said.
_PLUMBING = frozenset(["major_brand", "minor_version", "compatible_brands", "creation_time", "language", "vendor_id"])
_TIME_TAGS = ("com.apple.quicktime.creationdate", "date", "date_recorded", "origination_date")


class AudioReader:
    """Every audio container met in a case: voicemail, voice memo, call recording."""

    name = "audio"
    version = "1"
    kind = Kind.AUDIO
    media_types = frozenset(_MEDIA_TYPES.split())
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``seconds`` are samples counted divided by their rate; headers lie. Raises
        :class:`~evidencekit.errors.ReaderError` when no sound can be found in it."""
        del out
        notes = Notes()
        with source.path.open("rb") as file:
            _completeness(file, source.media_type, notes)
            file.seek(0)
            seconds = _sound(file, source.media_type, notes, job)
            _movie_times(file, source.path.stat().st_size, notes)
        return notes.reading(self.kind, source.media_type, self.name, self.version, seconds=seconds)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """No paper, but up to :data:`PEAKS` loudness peaks, 1 the loudest that the coding allows."""
        from evidencekit.media.playable import Loudness, loudest

        del sheet, out
        notes = Notes()
        with source.path.open("rb") as file, _container(file, source.media_type) as container:
            loud = Loudness()
            for frame in _frames(container, notes, job):
                loud.add(loudest(frame.to_ndarray(), frame.format.is_planar, len(frame.layout.channels) or 1))
        return Pages(None, 0, loud.peaks(PEAKS), tuple(notes.warnings))

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """The sound as a WAV, with its peaks and counted length; for a glance the peaks alone. Raises
        :class:`~evidencekit.errors.ReaderError` when it cannot be opened."""
        from evidencekit.media.playable import sound_preview

        notes = Notes()
        with source.path.open("rb") as file, _container(file, source.media_type) as container:
            return sound_preview(_frames(container, notes, job), look, out, notes.warnings)


def _completeness(file: Any, media_type: str, notes: Notes) -> None:
    from evidencekit.media.complete import shortfall

    missing = shortfall(file, media_type)
    if missing is not None:
        notes.warn(str(missing))
        if missing.seconds is not None:
            notes.fact("declared_seconds", round(missing.seconds, 3), f"{media_type.partition('/')[2]} header")


def _container(file: Any, media_type: str) -> Any:
    import av

    av.logging.set_level(None)
    try:
        container = av.open(file, mode="r", format=_DEMUXERS[media_type], metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise _unplayable(getattr(error, "strerror", None) or "its beginning makes no sense") from None
    if not container.streams.audio:
        container.close()
        raise _unplayable("it holds no sound")
    return container


def _unplayable(why: str) -> ReaderError:
    return ReaderError(f"The recording cannot be opened ({why}).", todo="Ask for another copy from the source.")


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
        declared = _declared(container, stream)
        _tags(container, stream, notes)
        seconds = _count(container, notes, job, declared)
    if seconds is not None and declared is not None and abs(declared - seconds) > max(1.0, 0.02 * seconds):
        notes.fact("declared_seconds", round(declared, 3), f"{media_type.partition('/')[2]} header")
        notes.warn(f"Its length is given as {declared:.1f} seconds; {seconds:.1f} seconds of sound were counted.")
    return seconds


def _declared(container: Any, stream: Any) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else None


def _count(container: Any, notes: Notes, job: Job, declared: float | None) -> float | None:
    end, counted = time.process_time() + _PATIENCE, 0.0
    for frame in _frames(container, notes, job):
        if frame.sample_rate:
            counted += frame.samples / frame.sample_rate
        if time.process_time() > end:
            notes.warn("The recording is too long to be counted through; its length is what its header says.")
            notes.fact("seconds", declared and round(declared, 3), "container header")
            return declared and round(declared, 3)
    if not counted:
        notes.warn("No sound could be decoded from the recording.")
        return None
    notes.fact("seconds", round(counted, 3), "decoded samples counted")
    return round(counted, 3)


def _frames(container: Any, notes: Notes, job: Job) -> Iterator[Any]:
    """Every frame of sound that can be decoded; damaged packets are passed over and said."""
    import av

    damaged = packets = 0
    try:
        for packet in container.demux(container.streams.audio[0]):
            packets += 1
            if packets % 1000 == 0:
                job.step(packets, 0, "decoding sound")
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                damaged += 1
    except av.error.FFmpegError:
        notes.warn("The recording breaks off: it could not be read to its end.")
    if damaged:
        notes.warn(f"{damaged:,} of {packets:,} packets of sound are damaged and were passed over.")


def _tags(container: Any, stream: Any, notes: Notes) -> None:
    from evidencekit.moments import iso_moment

    for where, tags in (("container", container.metadata), ("stream", stream.metadata)):
        for key, value in tags.items():
            name = key.lower()
            basis = f"{where} tag {key}"
            if name in _TIME_TAGS:
                _dated(iso_moment(value, basis=basis), value, name, basis, notes)
            elif name in _TAGS:
                if _TAGS[name]:
                    notes.fact(_TAGS[name], value, basis)
            elif name not in _PLUMBING:
                notes.fact(f"tag {key}", value, basis)


def _dated(moment: Moment | None, value: str, name: str, basis: str, notes: Notes) -> None:
    """A year or a date alone is a fact, not a moment, and nothing to warn of."""
    if moment is None and len(value.strip()) <= 10:
        notes.fact(f"tag {name}", value, basis)
    else:
        notes.time(moment, value, f"tag {name}", basis)


def _movie_times(file: Any, size: int, notes: Notes) -> None:
    from evidencekit.moments import epoch1904_moment

    def fetch(offset: int, length: int) -> bytes:
        file.seek(offset)
        return bytes(file.read(length))

    if fetch(4, 4) not in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return
    times = boxes.movie_times(fetch, size)
    for seconds, which in zip(times or (), ("creation", "modification"), strict=False):
        basis = f"mvhd {which} time"
        notes.time(epoch1904_moment(seconds, basis=basis), str(seconds), f"mvhd {which}", basis)
