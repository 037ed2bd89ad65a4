"""What recordings and videos share: opening a container, going through its packets, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import boxes
from evidencekit.media.notes import Notes, clean
from evidencekit.model import Moment

EACH = 64  # packets or frames between two looks at the clock, which cost more than a packet of speech does
# Only these demuxers ever see a file: never playlists, which open what they name.
DEMUXERS = {
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
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "video/3gpp2": "mov",
    "video/x-msvideo": "avi",
    "video/x-ms-wmv": "asf",
    "video/x-matroska": "matroska",
    "video/webm": "matroska",
    "video/mpeg": "mpeg",
    "video/mp2t": "mpegts",
    "video/ogg": "ogg",
    "video/x-flv": "flv",
}
_ELEMENTARY = b"\0\0\x01\xb3"  # an MPEG picture stream without a container around it
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
    "com.android.manufacturer": "make",
    "com.android.model": "model",
    "com.android.version": "android_version",
    "make": "make",
    "model": "model",
    "location": "gps",
    "location-eng": "gps",
    "voice-memo-uuid": "voice_memo_id",
}
# What the container needs, not what anybody said.
_PLUMBING = frozenset(["major_brand", "minor_version", "compatible_brands", "creation_time", "language", "vendor_id"])
_TIME_TAGS = ("com.apple.quicktime.creationdate", "date", "date_recorded", "origination_date")
_DEGREES = r"([+-]\d{1,3}(?:\.\d{1,12})?)"
_PLACE = re.compile(rf"{_DEGREES}{_DEGREES}([+-]\d{{1,6}}(?:\.\d{{1,12}})?)?(?:CRS\w{{0,20}})?/?")


def open_container(file: Any, media_type: str, what: str) -> Any:
    """An open container of that media type; ``what`` it is called in words. Raises :class:`ReaderError`."""
    import av

    av.logging.set_level(None)
    demuxer = DEMUXERS[media_type]
    if demuxer == "mpeg" and file.read(4) == _ELEMENTARY:
        demuxer = "mpegvideo"
    file.seek(0)
    try:
        container = av.open(file, mode="r", format=demuxer, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise unplayable(what, getattr(error, "strerror", None) or "its beginning makes no sense") from None
    firsts = [*container.streams.video[:1], *container.streams.audio[:1]]
    if any(each.codec_context is None for each in firsts):
        container.close()
        raise unplayable(what, "nothing here decodes what is in it")
    return container


def unplayable(what: str, why: str) -> ReaderError:
    """The error for a ``what`` that cannot be opened, and why."""
    return ReaderError(f"The {what} cannot be opened ({why}).", todo="Ask for another copy from the source.")


def unless_alone(error: ReaderError, notes: Notes) -> None:
    """Keeps an error as a warning where something was read of the file before; raises it where nothing was."""
    if not notes.moments and not notes.warnings:
        raise error
    notes.warn(f"{error.what} {error.todo}")


def packets(container: Any, streams: list[Any], notes: Notes, what: str) -> Iterator[Any]:
    """Every packet of these streams; where the file cannot be read to its end, that is said of the ``what``."""
    import av

    try:
        yield from container.demux(*streams)
    except av.error.FFmpegError:
        notes.warn(f"The {what} breaks off: it could not be read to its end.")


class Sound:
    """Decodes packets of sound; damaged ones are passed over, counted and told."""

    def __init__(self) -> None:
        self._packets = self._damaged = 0

    def frames(self, packet: Any) -> Iterator[Any]:
        """The frames that a packet completes."""
        import av

        self._packets += 1
        try:
            yield from packet.decode()
        except av.error.FFmpegError:
            self._damaged += 1

    def tell(self, notes: Notes) -> None:
        """Says how many packets were passed over."""
        if self._damaged:
            notes.warn(f"{self._damaged:,} of {self._packets:,} packets of sound are damaged and were passed over.")


def sound_frames(container: Any, notes: Notes, job: Job, what: str = "recording") -> Iterator[Any]:
    """Every frame of the first track of sound that can be decoded; what is damaged is passed over and said."""
    sound = Sound()
    for number, packet in enumerate(packets(container, [container.streams.audio[0]], notes, what), 1):
        if number % 1000 == 0:
            job.step(number, 0, "decoding sound")
        yield from sound.frames(packet)
    sound.tell(notes)


def declared_seconds(container: Any, stream: Any) -> float | None:
    """What the container says of a stream's length; it may lie."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else None


def completeness(file: Any, media_type: str, notes: Notes) -> None:
    """Warn when the container tells of more than is there."""
    from evidencekit.media.complete import shortfall

    missing = shortfall(file, media_type)
    if missing is not None:
        notes.warn(str(missing))
        if missing.seconds is not None:
            notes.fact("declared_seconds", round(missing.seconds, 3), f"{media_type.partition('/')[2]} header")


def tags(container: Any, streams: list[Any], notes: Notes) -> None:
    """The tags of a container and of these streams, as facts and moments."""
    from evidencekit.moments import iso_moment

    for where, found in (("container", container.metadata), *(("stream", each.metadata) for each in streams)):
        for key, value in found.items():
            name = key.lower()
            basis = f"{where} tag {key}"
            if name in _TIME_TAGS:
                _dated(iso_moment(value, basis=basis), value, name, basis, notes)
            elif _TAGS.get(name) == "gps":
                _placed(value, basis, notes)
            elif name in _TAGS:
                if _TAGS[name]:
                    notes.fact(_TAGS[name], value, basis)
            elif name not in _PLUMBING:
                notes.fact(f"tag {key}", value, basis)


def _placed(value: str, basis: str, notes: Notes) -> None:
    """ISO 6709 in decimal degrees: ``+37.7749-122.4194+012.000/``."""
    found = _PLACE.fullmatch(value.strip())
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        notes.fact("tag location", value, basis)
        notes.warn(f"The position “{clean(value, 60)}” ({basis}) cannot be read; it is kept as found.")
        return
    notes.fact("gps", f"{float(found[1]):.6f}, {float(found[2]):.6f}", basis)
    if found[3]:
        notes.fact("gps_altitude_m", round(float(found[3]), 1), basis)


def _dated(moment: Moment | None, value: str, name: str, basis: str, notes: Notes) -> None:
    """A year or a date alone is a fact, not a moment, and nothing to warn of."""
    if moment is None and len(value.strip()) <= 10:
        notes.fact(f"tag {name}", value, basis)
    else:
        notes.time(moment, value, f"tag {name}", basis)


def movie_times(file: Any, size: int, notes: Notes) -> None:
    """The movie header's times, where the file is one of the ISO base media family."""
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
