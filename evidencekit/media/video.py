"""Video: how long it is, what its picture and sound are, when and where it was taken, and stills of it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
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
    Sound,
    completeness,
    declared_seconds,
    movie_times,
    open_container,
    packets,
    sound_frames,
    tags,
    unless_alone,
    unplayable,
)
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

STILLS = 12  # on the screen
_PATIENCE = 75.0  # seconds of processor time
_LOOKED_AT = 8  # key frames decoded while reading, to know that there is a picture
_WHAT = "video"
_HDR = {16: "PQ (SMPTE ST 2084)", 18: "HLG (ARIB STD-B67)"}


class VideoReader:
    """Every video container met in a case: phone videos, doorbells, screen recordings, old cameras."""

    name = "video"
    version = "1"
    kind = Kind.VIDEO
    media_types = frozenset(each for each in DEMUXERS if each.startswith("video/"))
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``seconds`` are counted: pictures from the first to the last, and decoded samples of sound. Raises
        :class:`ReaderError` when it cannot be opened at all."""
        del out
        notes = Notes()
        with source.path.open("rb") as file:
            completeness(file, source.media_type, notes)
            movie_times(file, source.path.stat().st_size, notes)
            file.seek(0)
            try:
                seconds = _measured(file, source.media_type, notes, job)
            except ReaderError as error:
                seconds = None
                unless_alone(error, notes)
        return notes.reading(self.kind, source.media_type, self.name, self.version, seconds=seconds)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """Contact sheets of stills; the video itself goes beside. Raises :class:`ReaderError` without a picture."""
        from evidencekit.media.stills import PER_SHEET, Stills, printed_room, printed_sheets, wanted_sheets

        notes = Notes()
        with source.path.open("rb") as file:
            seconds = _length(file, source.media_type, notes, job)
            with closing(Stills(lambda: _opened(file, source.media_type), seconds, notes)) as stills:
                taken = stills.evenly(PER_SHEET * wanted_sheets(seconds), printed_room(sheet))
        if not taken:
            raise unplayable(_WHAT, "none of its pictures can be decoded")
        made = printed_sheets(taken, seconds, sheet, out)
        return Pages(made.pdf, made.count, warnings=tuple(notes.warnings), whole=False)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Page 0 is a contact sheet, the pages behind it its stills one by one; a look one pixel wide is for its sound
        instead, and a thumb is one still. Raises :class:`ReaderError` when it cannot be opened."""
        from evidencekit.media.playable import sound_preview

        notes = Notes()
        with source.path.open("rb") as file:
            if look.width <= 1 and not look.thumb:
                with open_container(file, source.media_type, _WHAT) as container:
                    if not container.streams.audio:
                        return Preview(None, None, 0, warnings=("The video has no sound.",))
                    frames = sound_frames(container, notes, job, _WHAT)
                    return sound_preview(frames, look, out, notes.warnings)
            return _seen(file, source.media_type, look, out, notes, job)


def _opened(file: Any, media_type: str) -> Any:
    file.seek(0)
    container = open_container(file, media_type, _WHAT)
    if not container.streams.video:
        container.close()
        raise unplayable(_WHAT, "it holds no picture")
    return container


def _seen(file: Any, media_type: str, look: Look, out: Path, notes: Notes, job: Job) -> Preview:
    from evidencekit.media.stills import Stills, screen_sheet

    with _opened(file, media_type) as container:
        declared = declared_seconds(container, container.streams.video[0])
    seconds = declared or _length(file, media_type, notes, job)
    with closing(Stills(lambda: _opened(file, media_type), seconds, notes)) as stills:
        if look.thumb or look.page > 0:
            share = 0.3 if look.thumb else (look.page - 0.5) / STILLS
            taken = stills.at([seconds * share], (look.width, look.height or 4 * look.width))
        else:
            taken = stills.evenly(STILLS, (max(80, look.width // 4), look.width))
    if not taken:
        raise unplayable(_WHAT, "none of its pictures can be decoded")
    image = taken[0].image if look.thumb or look.page > 0 else screen_sheet(taken, look.width)
    out.mkdir(parents=True, exist_ok=True)
    target = out / "page.png"
    image.save(target, "PNG", compress_level=1)
    return Preview(target, None, 1 + STILLS, seconds=seconds, warnings=tuple(notes.warnings))


@dataclass(slots=True)
class _Track:
    """What was counted of the picture: packets, and their first and last time in seconds."""

    packets: int = 0
    damaged: int = 0
    first: float | None = None
    last: float = 0.0
    decoded: int = 0
    frames: int = 0
    shown: Any = field(default=None)

    def add(self, packet: Any) -> None:
        self.packets += 1
        self.damaged += bool(packet.is_corrupt)
        if packet.pts is not None and packet.time_base:
            at = float(packet.pts * packet.time_base)
            self.first = at if self.first is None else min(self.first, at)
            self.last = max(self.last, at + float((packet.duration or 0) * packet.time_base))

    def look(self, packet: Any) -> None:
        """Decode a key frame, of the first few."""
        import av

        if self.decoded >= _LOOKED_AT or not packet.is_keyframe:
            return
        self.decoded += 1
        try:
            for frame in packet.decode():
                self._take(frame)
        except av.error.FFmpegError:
            self.damaged += 1

    def finish(self, stream: Any) -> None:
        """Take what the decoder still holds back."""
        import av

        try:
            for frame in stream.codec_context.decode(None):
                self._take(frame)
        except av.error.EOFError:
            pass  # it held nothing back
        except av.error.FFmpegError:
            self.damaged += 1

    def _take(self, frame: Any) -> None:
        self.frames += 1
        self.damaged += bool(frame.is_corrupt)
        self.shown = self.shown or frame

    def seconds(self, rate: float | None) -> float | None:
        """The length of what was counted."""
        span = self.last - self.first if self.first is not None else 0.0
        return span if span > 0 else self.packets / rate if rate and self.packets else None


def _measured(file: Any, media_type: str, notes: Notes, job: Job) -> float | None:
    family = media_type.partition("/")[2]
    with open_container(file, media_type, _WHAT) as container:
        picture = next(iter(container.streams.video), None)
        sound = next(iter(container.streams.audio), None)
        if picture is None and sound is None:
            raise unplayable(_WHAT, "it holds neither picture nor sound")
        declared = container.duration / 1_000_000 if container.duration else None
        _tell_picture(picture, f"{family} stream", notes)
        _tell_sound(container, sound, f"{family} stream", notes)
        tags(container, [each for each in (picture, sound) if each is not None], notes)
        return _counted(container, picture, sound, declared, notes, job)


def _tell_picture(stream: Any, basis: str, notes: Notes) -> None:
    if stream is None:
        notes.warn("It holds no picture, only sound.")
        return
    context = stream.codec_context
    notes.fact("codec", context.codec.canonical_name, basis)
    notes.fact("width", context.width or None, basis)
    notes.fact("height", context.height or None, basis)
    rate = stream.average_rate
    notes.fact("frame_rate", round(float(rate), 3) if rate else None, basis)
    context.thread_count = 1


def _tell_sound(container: Any, stream: Any, basis: str, notes: Notes) -> None:
    if stream is None:
        return
    context = stream.codec_context
    notes.fact("sound_codec", context.codec.canonical_name, basis)
    notes.fact("sample_rate", context.sample_rate or None, basis)
    notes.fact("channels", context.channels or None, basis)
    if len(container.streams.audio) > 1:
        notes.fact("sound_tracks", len(container.streams.audio), basis)


def _counted(container: Any, picture: Any, sound: Any, declared: float | None, notes: Notes, job: Job) -> float | None:
    """Goes through it once: every packet of the picture is counted, a few are decoded; the sound is decoded."""
    end, track, heard, level, hearing = time.process_time() + _PATIENCE, _Track(), 0.0, Level(), Sound()
    streams = [each for each in (picture, sound) if each is not None]
    for number, packet in enumerate(packets(container, streams, notes, _WHAT), 1):
        if number % 1000 == 0:
            job.step(number, 0, "counting pictures")
        if picture is not None and packet.stream_index == picture.index:
            if packet.size:
                track.add(packet)
                track.look(packet)
        else:
            for frame in hearing.frames(packet):
                if frame.sample_rate:
                    heard += frame.samples / frame.sample_rate
                    level.add(channels_of(frame), frame.sample_rate)
        if number % EACH == 0 and time.process_time() > end:
            notes.warn("The video is too long to be counted through; its length is what its header says.")
            notes.fact("seconds", declared and round(declared, 3), "container header")
            return declared and round(declared, 3)
    hearing.tell(notes)
    if picture is not None:
        _tell_track(track, picture, notes)
    seen = track.seconds(float(picture.average_rate) if picture is not None and picture.average_rate else None)
    return _lengths(seen, heard, declared, level, notes)


def _tell_track(track: _Track, stream: Any, notes: Notes) -> None:
    track.finish(stream)
    notes.fact("frames", track.packets or None, "packets of picture counted")
    if not track.frames:
        notes.warn("None of its pictures that were tried could be decoded.")
    elif track.damaged:
        notes.warn("Part of its picture is damaged.")
    if track.shown is not None:
        turned = -round(track.shown.rotation or 0) % 360
        notes.fact("rotation_degrees", turned or None, "display matrix; clockwise")
        notes.fact("transfer", _HDR.get(int(track.shown.color_trc or 0)), "picture stream")


def _lengths(seen: float | None, heard: float, declared: float | None, level: Level, notes: Notes) -> float | None:
    if not seen and not heard:
        notes.warn("Nothing could be counted in the video.")
        return None
    seconds = round(max(seen or 0.0, heard), 3)
    if heard:
        notes.fact("sound_seconds", round(heard, 3), "decoded samples counted")
        level.tell(notes)
    basis = "pictures counted, from the first to the last" if (seen or 0.0) >= heard else "decoded samples counted"
    notes.fact("seconds", seconds, basis)
    if declared is not None and abs(declared - seconds) > max(1.0, 0.02 * seconds):
        notes.fact("declared_seconds", round(declared, 3), "container header")
        notes.warn(f"Its length is given as {declared:.1f} seconds; {seconds:.1f} seconds were counted.")
    return seconds


def _length(file: Any, media_type: str, notes: Notes, job: Job) -> float:
    """The seconds of picture, counted by going through its packets."""
    with _opened(file, media_type) as container:
        stream, track = container.streams.video[0], _Track()
        for number, packet in enumerate(packets(container, [stream], notes, _WHAT), 1):
            if number % 1000 == 0:
                job.step(number, 0, "counting pictures")
            if packet.size:
                track.add(packet)
        return track.seconds(float(stream.average_rate) if stream.average_rate else None) or 0.0
