"""Videos: counted length, picture and sound, container times and places, stills; real files made with real encoders."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy
import pypdfium2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.protocol import Look, Source
from evidencekit.media.readers import reader_for
from evidencekit.media.stills import place_words, wanted_sheets
from evidencekit.media.video import STILLS, VideoReader
from evidencekit.model import FactValue, Kind, Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

SECONDS, RATE = 3, 10
Film = Callable[..., Path]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Makes a film once per set of wishes: a bright band grows from the left while it runs."""
    folder, made = tmp_path_factory.mktemp("films"), dict[tuple[object, ...], Path]()

    def make(name: str, codec: str, sound: str | None = "aac", *, fast: bool = False, size: int = 176) -> Path:
        wish = (name, codec, sound, fast, size)
        if wish not in made:
            made[wish] = _film(folder / f"{len(made)}-{name}", codec, sound, fast, (size, 144))
        return made[wish]

    return make


def _film(path: Path, codec: str, sound: str | None, fast: bool, size: tuple[int, int]) -> Path:
    with av.open(str(path), "w", options={"movflags": "faststart"} if fast else {}) as out:
        out.metadata["location"] = "+37.7749-122.4194+012.5/"
        rate = RATE if codec != "mpeg2video" else 25
        picture = out.add_stream(codec, rate=rate)
        picture.width, picture.height, picture.pix_fmt, picture.gop_size = *size, "yuv420p", 10
        hz = 48_000 if sound == "libopus" else 44_100
        track = out.add_stream(sound, rate=hz, layout="mono") if sound else None
        if track is not None and sound == "wmav2":
            track.bit_rate = 64_000
        count = SECONDS * rate
        for number in range(count):
            pixels = numpy.zeros((size[1], size[0], 3), numpy.uint8)
            pixels[:, : max(1, size[0] * number // count)] = 255
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts = number
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        if track is not None:
            tone = (numpy.sin(numpy.arange(hz * SECONDS) * 0.05) * 12_000).astype(numpy.int16)
            heard = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
            heard.sample_rate, heard.pts = hz, 0
            resampler = av.AudioResampler(track.format, "mono", hz, frame_size=track.codec_context.frame_size or 1024)
            for piece in [*resampler.resample(heard), *resampler.resample(None)]:
                out.mux(track.encode(piece))
            out.mux(track.encode(None))
    return path


def source(path: Path) -> Source:
    return Source(path, path.name, identify(path, path.name, ExtensionRules()).media_type, "UTC")


def read(path: Path) -> Reading:
    return VideoReader().read(source(path), path.parent / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


@pytest.mark.parametrize(
    ("name", "codec", "sound", "media_type", "decoded"),
    [
        ("a.mp4", "libx264", "aac", "video/mp4", "h264"),
        ("a.mov", "libx264", "aac", "video/quicktime", "h264"),
        ("a.3gp", "h263", "aac", "video/3gpp", "h263"),
        ("a.avi", "mpeg4", "libmp3lame", "video/x-msvideo", "mpeg4"),
        ("a.mkv", "libx264", "aac", "video/x-matroska", "h264"),
        ("a.webm", "libvpx", "libopus", "video/webm", "vp8"),
        ("a.mpg", "mpeg2video", "mp2", "video/mpeg", "mpeg2video"),
        ("a.ts", "mpeg2video", "mp2", "video/mp2t", "mpeg2video"),
        ("a.wmv", "wmv2", "wmav2", "video/x-ms-wmv", "wmv2"),
        ("a.flv", "flv", "libmp3lame", "video/x-flv", "flv1"),
        ("a.ogv", "theora", None, "video/ogg", "theora"),
    ],
)
def test_every_container(film: Film, name: str, codec: str, sound: str | None, media_type: str, decoded: str) -> None:
    try:
        path = film(name, codec, sound)
    except av.codec.codec.UnknownCodecError as missing:
        pytest.skip(f"this build of FFmpeg cannot encode {missing}")
    assert identify(path, path.name, ExtensionRules()).media_type == media_type
    assert isinstance(reader_for(media_type), VideoReader)
    reading = read(path)
    said = facts(reading)
    assert (reading.kind, reading.media_type, reading.warnings) == (Kind.VIDEO, media_type, ())
    assert reading.seconds == pytest.approx(SECONDS, abs=0.2)
    assert (said["codec"], said["width"], said["height"]) == (decoded, 176, 144)
    assert said["frame_rate"] == pytest.approx(25 if codec == "mpeg2video" else RATE, abs=0.1)
    assert said["frames"] == SECONDS * (25 if codec == "mpeg2video" else RATE)
    if sound:
        assert said["sound_seconds"] == pytest.approx(SECONDS, abs=0.2)
        assert said["loudness_dbfs"] == pytest.approx(-11.7, abs=1.5)


def test_a_movie_with_sound_alone_is_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "voice.mp4"
    with av.open(str(path), "w") as out:
        track = out.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(numpy.zeros((1, 16_000), numpy.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16_000, 0
        for piece in av.AudioResampler("fltp", "mono", 16_000, frame_size=1024).resample(frame):
            out.mux(track.encode(piece))
        out.mux(track.encode(None))
    assert reader_for(source(path).media_type).kind is Kind.AUDIO


def test_when_and_where_it_was_taken(film: Film, tmp_path: Path) -> None:
    data = bytearray(film("a.mp4", "libx264").read_bytes())
    taken = int((datetime(2026, 1, 6, 7, 12, tzinfo=UTC) - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    struct.pack_into(">II", data, data.index(b"mvhd") + 8, taken, 0)
    path = tmp_path / "door.mp4"
    path.write_bytes(data)
    reading = read(path)
    (moment,) = reading.moments
    assert (moment.value, moment.zone) == ("2026-01-06T07:12:00+00:00", Zone.ASSUMED)
    assert facts(reading)["gps"] == "37.774900, -122.419400"
    assert facts(reading)["gps_altitude_m"] == 12.5


def turned(film: Film, folder: Path) -> Path:
    """The film with the matrix of a phone held upright: a quarter to the right."""
    data = bytearray(film("a.mp4", "libx264").read_bytes())
    matrix = (0, 1 << 16, 0, -(1 << 16), 0, 0, 144 << 16, 0, 1 << 30)
    struct.pack_into(">9i", data, data.index(b"tkhd") + 44, *matrix)
    path = folder / "upright.mp4"
    path.write_bytes(data)
    return path


def test_a_phone_held_upright_is_shown_upright(film: Film, tmp_path: Path) -> None:
    path = turned(film, tmp_path)
    assert facts(read(path))["rotation_degrees"] == 90
    shown = VideoReader().preview(source(path), Look(STILLS, 800), tmp_path / "last", Job())
    assert shown.image is not None
    with Image.open(shown.image) as image:
        assert image.size == (144, 176)
        assert image.convert("L").getpixel((72, 4)) > 200  # the band that grew from the left stands on top


@pytest.mark.parametrize(
    ("name", "codec", "sound", "fast"),
    [("a.mp4", "libx264", "aac", True), ("a.avi", "mpeg4", "libmp3lame", False), ("a.mkv", "libx264", "aac", False)],
)
def test_a_video_cut_short_is_told(film: Film, tmp_path: Path, name: str, codec: str, sound: str, fast: bool) -> None:
    data = film(name, codec, sound, fast=fast).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: int(len(data) * 0.6)])
    reading = read(path)
    assert any("cut off" in warning for warning in reading.warnings)
    assert reading.seconds is not None
    assert 0.5 < reading.seconds < SECONDS - 0.3


def test_a_video_cut_before_its_index_keeps_what_can_be_said(film: Film, tmp_path: Path) -> None:
    data = film("a.mp4", "libx264").read_bytes()
    path = tmp_path / "door.mp4"
    path.write_bytes(data[: data.index(b"moov") - 100])
    cut_off, unopened = VideoReader().read(Source(path, "door.mp4", "video/mp4", "UTC"), tmp_path, Job()).warnings
    assert "cut off" in cut_off
    assert "cannot be opened" in unopened


def test_damage_in_the_picture_is_told(film: Film, tmp_path: Path) -> None:
    data = bytearray(film("a.avi", "mpeg4", "libmp3lame").read_bytes())
    start = data.index(b"movi") + 300
    data[start : start + 2500] = b"\xff" * 2500
    path = tmp_path / "door.avi"
    path.write_bytes(data)
    assert any("damaged" in warning for warning in read(path).warnings)


def test_it_is_printed_as_stills_with_their_times(film: Film, tmp_path: Path) -> None:
    pages = VideoReader().pages(source(film("a.mp4", "libx264")), sheet(PaperName.LETTER), tmp_path / "printed", Job())
    assert (pages.count, pages.whole, pages.warnings) == (1, False, ())
    assert pages.pdf is not None
    document = pypdfium2.PdfDocument(pages.pdf)
    words = document[0].get_textpage().get_text_range()
    pictures = [each for each in document[0].get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    document.close()
    assert len(pictures) == 12
    assert "0:00.2 of 0:03.0" in words
    assert "12 of 12" in words


def test_stills_follow_the_film(film: Film, tmp_path: Path) -> None:
    """Each still is the frame of its time, not the key frame before it."""
    path = source(film("a.mp4", "libx264"))
    widths = []
    for page in (1, 4, 8, STILLS):
        shown = VideoReader().preview(path, Look(page, 400), tmp_path / str(page), Job())
        assert shown.image is not None
        with Image.open(shown.image) as image:
            widths.append(sum(image.convert("L").getpixel((x, 70)) > 128 for x in range(image.width)) / image.width)
    assert widths == sorted(widths)
    assert widths == pytest.approx([0.04, 0.29, 0.62, 0.95], abs=0.05)


def test_what_the_screen_asks_for(film: Film, tmp_path: Path) -> None:
    path, silent = source(film("a.mp4", "libx264")), source(film("s.mp4", "mpeg4", None))
    contact = VideoReader().preview(path, Look(0, 1000), tmp_path / "0", Job())
    thumb = VideoReader().preview(path, Look(0, 96, 96, thumb=True), tmp_path / "1", Job())
    heard = VideoReader().preview(path, Look(0, 1), tmp_path / "2", Job())
    unheard = VideoReader().preview(silent, Look(0, 1), tmp_path / "3", Job())
    assert contact.pages == 1 + STILLS
    assert contact.image is not None
    assert thumb.image is not None
    with Image.open(contact.image) as image, Image.open(thumb.image) as small:
        assert image.width == 1000
        assert max(small.size) == 96
    assert heard.sound is not None
    assert heard.seconds == pytest.approx(SECONDS, abs=0.2)
    assert (unheard.sound, unheard.warnings) == (None, ("The video has no sound.",))


def test_longer_videos_get_more_sheets() -> None:
    assert [wanted_sheets(seconds) for seconds in (3, 120, 121, 600, 7200)] == [1, 1, 2, 2, 3]
    assert [place_words(at) for at in (0.0, 61.25, 3725.96)] == ["0:00.0", "1:01.2", "1:02:05.9"]


def test_through_the_contained_worker(film: Film, tmp_path: Path) -> None:
    path = film("a.mp4", "libx264")
    with Readers(1) as readers:
        reading = readers.submit(path, "door.mp4", "UTC", tmp_path / "read").result(60)
        pages = readers.submit_pages(
            path, "door.mp4", "video/mp4", "UTC", sheet(PaperName.A4), tmp_path / "print"
        ).result(60)
    assert reading.seconds == pytest.approx(SECONDS, abs=0.2)
    assert (pages.count, pages.warnings) == (1, ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.sampled_from(sorted(VideoReader.media_types)), st.binary(max_size=3_000), st.integers(0, 2_000))
@example("video/3gpp", bytes(11) + b"\1", 1284)  # names a kind of sound that nobody has
def test_only_reader_errors_leave_the_reader(
    film: Film, tmp_path: Path, media_type: str, noise: bytes, at: int
) -> None:
    data = bytearray(film("a.mp4", "libx264", fast=True).read_bytes()[:8_000])
    data[at : at + len(noise)] = noise
    path = tmp_path / "x"
    path.write_bytes(data if media_type.endswith(("mp4", "quicktime", "3gpp")) else noise)
    asked = Source(path, "x", media_type, "UTC")
    for act in (
        lambda: VideoReader().read(asked, tmp_path / "o", Job()),
        lambda: VideoReader().preview(asked, Look(0, 200), tmp_path / "o", Job()),
    ):
        try:
            act()
        except ReaderError:
            continue
