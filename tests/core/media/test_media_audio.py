"""Recordings: counted length, coding, container times, waveform; real files made with a real encoder."""

from __future__ import annotations

import struct
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.audio import PEAKS, AudioReader
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.other import OtherReader
from evidencekit.media.protocol import Source
from evidencekit.model import FactValue, Kind, Pages, Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

SECONDS = 2.0


def read(path: Path, tmp_path: Path) -> Reading:
    media_type = identify(path, path.name, ExtensionRules()).media_type
    return AudioReader().read(Source(path, path.name, media_type, "UTC"), tmp_path / "out", Job())


def peaks(path: Path, tmp_path: Path) -> Pages:
    media_type = identify(path, path.name, ExtensionRules()).media_type
    source = Source(path, path.name, media_type, "UTC")
    return AudioReader().pages(source, sheet(PaperName.LETTER), tmp_path / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


def encode(path: Path, codec: str, rate: int, tags: dict[str, str] | None = None) -> Path:
    tone = (numpy.sin(numpy.arange(int(rate * SECONDS)) / rate * 2 * numpy.pi * 440) * 12_000).astype(numpy.int16)
    options = {"movflags": "faststart"} if path.name.startswith("fast") else {}
    with av.open(str(path), "w", options=options) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate, layout="mono")
        if codec == "wmav2":
            stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        frame.pts = 0
        resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=stream.codec_context.frame_size or 1024)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "decoded", "rate", "media_type"),
    [
        ("a.wav", "pcm_s16le", "pcm_s16le", 8_000, "audio/wav"),
        ("a.m4a", "aac", "aac", 44_100, "audio/mp4"),
        ("a.mp4", "aac", "aac", 44_100, "audio/mp4"),
        ("a.3gp", "aac", "aac", 16_000, "audio/3gpp"),
        ("a.mov", "pcm_s16le", "pcm_s16le", 16_000, "audio/quicktime"),
        ("a.mp3", "libmp3lame", "mp3", 22_050, "audio/mpeg"),
        ("a.flac", "flac", "flac", 16_000, "audio/flac"),
        ("a.opus", "libopus", "opus", 48_000, "audio/ogg"),
        ("a.aiff", "pcm_s16be", "pcm_s16be", 8_000, "audio/aiff"),
        ("a.caf", "pcm_s16le", "pcm_s16le", 8_000, "audio/x-caf"),
        ("a.au", "pcm_mulaw", "pcm_mulaw", 8_000, "audio/basic"),
        ("a.wma", "wmav2", "wmav2", 22_050, "audio/x-ms-wma"),
        ("a.amr", "libopencore_amrnb", "amr_nb", 8_000, "audio/amr"),
        ("a.mka", "flac", "flac", 16_000, "audio/x-matroska"),
    ],
)
def test_every_container(tmp_path: Path, name: str, codec: str, decoded: str, rate: int, media_type: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg cannot encode {codec}")
    path = encode(tmp_path / name, codec, rate)
    assert identify(path, name, ExtensionRules()).media_type == media_type
    reading = read(path, tmp_path)
    said = facts(reading)
    assert (reading.kind, reading.media_type) == (Kind.AUDIO, media_type)
    assert reading.seconds == pytest.approx(SECONDS, abs=0.15)
    assert (said["seconds"], said["sample_rate"], said["channels"]) == (reading.seconds, rate, 1)
    assert str(said["codec"]).startswith(decoded.removesuffix("float"))
    assert next(f.basis for f in reading.facts if f.name == "seconds") == "decoded samples counted"


def test_the_movie_header_time_is_utc_by_the_format_only(tmp_path: Path) -> None:
    path = encode(tmp_path / "memo.m4a", "aac", 44_100)
    data = bytearray(path.read_bytes())
    at = data.index(b"mvhd") + 8
    seconds = int((datetime(2026, 1, 6, 7, 12, tzinfo=UTC) - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    struct.pack_into(">II", data, at, seconds, 0)
    path.write_bytes(data)
    (moment,) = read(path, tmp_path).moments
    assert moment.zone is Zone.ASSUMED
    assert moment.value == "2026-01-06T07:12:00+00:00"
    assert moment.as_found == str(seconds)
    assert moment.basis.startswith("mvhd creation time")


def test_tags_are_facts_and_dated_tags_moments(tmp_path: Path) -> None:
    tags = {"title": "New Recording 4", "ARTIST": "M\u202e.", "DATE": "2026"}
    path = encode(tmp_path / "memo.mka", "flac", 8_000, {**tags, "date_recorded": "2026-01-06T07:12:00-08:00"})
    reading = read(path, tmp_path)
    said = facts(reading)
    assert (said["title"], said["artist"], said["tag date"]) == ("New Recording 4", "M\\u202e.", "2026")
    (moment,) = reading.moments
    assert (moment.value, moment.zone) == ("2026-01-06T07:12:00-08:00", Zone.STATED)


def test_a_header_that_lies_about_the_length_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(16_000 * 20))
    path.write_bytes(path.read_bytes()[: 44 + 16_000 * 3])
    reading = read(path, tmp_path)
    assert reading.seconds == pytest.approx(3.0)
    assert facts(reading)["declared_seconds"] == 20.0
    assert reading.warnings == (
        "The recording is cut off: by its header its sound has 320,000 bytes (20.0 seconds); 48,000 are there.",
    )


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 8_000),
        ("a.aiff", "pcm_s16be", 8_000),
        ("a.au", "pcm_mulaw", 8_000),
        ("a.caf", "pcm_s16le", 8_000),
        ("a.opus", "libopus", 48_000),
        ("fast.m4a", "aac", 44_100),
        ("fast.3gp", "aac", 16_000),
    ],
)
def test_a_recording_cut_short_is_told_and_a_whole_one_is_not(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg cannot encode {codec}")
    path = encode(tmp_path / name, codec, rate)
    assert read(path, tmp_path).warnings == ()
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.7)])
    assert any("cut off" in w for w in read(path, tmp_path).warnings)


def test_a_flac_shorter_than_its_header_says_is_told(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.flac", "flac", 16_000)
    data = bytearray(path.read_bytes())
    data[22:26] = (16_000 * 10).to_bytes(4)
    path.write_bytes(data)
    reading = read(path, tmp_path)
    assert facts(reading)["declared_seconds"] == 10.0
    assert reading.warnings == ("Its length is given as 10.0 seconds; 2.0 seconds of sound were counted.",)


def test_a_wav_of_unknown_length_is_not_cut_off(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", "pcm_s16le", 8_000)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = b"\xff" * 4
    path.write_bytes(data)
    assert read(path, tmp_path).warnings == ()


def test_the_waveform_follows_the_sound(tmp_path: Path) -> None:
    rate = 8_000
    loud = (numpy.sin(numpy.arange(rate * 20) * 0.3) * 32_000).astype("<i2")
    loud[: rate * 10] = 0
    path = tmp_path / "half.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(loud.tobytes())
    pages = peaks(path, tmp_path)
    assert (pages.pdf, pages.count) == (None, 0)
    assert 100 < len(pages.peaks) <= PEAKS
    middle = len(pages.peaks) // 2
    assert max(pages.peaks[: middle - 2]) == 0
    assert min(pages.peaks[middle + 2 : -1]) > 0.9
    assert max(pages.peaks) <= 1


def test_eight_bit_silence_is_silent_and_stereo_keeps_its_louder_side(tmp_path: Path) -> None:
    path = tmp_path / "eight.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes([128, 128]) * 8_000 + bytes([128, 255]) * 8_000)
    found = peaks(path, tmp_path).peaks
    assert found[0] == 0
    assert found[-1] == pytest.approx(127 / 128)


def test_a_long_recording_gets_six_hundred_peaks(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(b"\xc0" * 8_000 * 200)
    assert len(peaks(path, tmp_path).peaks) == PEAKS


@pytest.mark.parametrize("damage", [lambda d: d[:60], lambda d: d[:200] + bytes(len(d))])
def test_a_damaged_recording_is_a_plain_error_or_warning(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = encode(tmp_path / "a.m4a", "aac", 44_100)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ReaderError, match="cannot be opened") as error:
        AudioReader().read(Source(path, "a.m4a", "audio/mp4", "UTC"), tmp_path, Job())
    assert str(path) not in str(error.value)


def test_damage_in_the_middle_costs_only_that_part(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.m4a", "aac", 44_100)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    data[start + 1000 : start + 3000] = b"\xff" * 2000
    path.write_bytes(data)
    reading = read(path, tmp_path)
    assert reading.seconds is not None
    assert any("damaged" in w for w in reading.warnings)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.sampled_from(["audio/wav", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/amr", "audio/x-caf", "audio/flac"]),
    st.binary(max_size=4_000),
)
def test_only_reader_errors_leave_the_reader(tmp_path: Path, media_type: str, data: bytes) -> None:
    heads = {"audio/wav": b"RIFF\xff\0\0\0WAVEfmt \x10\0\0\0", "audio/amr": b"#!AMR\n", "audio/flac": b"fLaC"}
    path = tmp_path / "x"
    path.write_bytes(heads.get(media_type, b"") + data)
    try:
        reading = AudioReader().read(Source(path, "x", media_type, "UTC"), tmp_path, Job())
    except ReaderError:
        return
    assert reading.seconds is None or reading.seconds > 0


def test_a_video_cut_short_is_told_though_it_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "door.mp4"
    whole = (
        struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom") + struct.pack(">I4s", 1_008, b"mdat") + bytes(1_000)
    )
    source = Source(path, "door.mp4", "video/mp4", "UTC")
    path.write_bytes(whole)
    assert OtherReader().read(source, tmp_path, Job()).warnings == ()
    path.write_bytes(whole[:-600])
    (warning,) = OtherReader().read(source, tmp_path, Job()).warnings
    assert warning == "The recording is cut off: by its header the file has 1,028 bytes; 428 are there."
