"""Recordings: counted length, coding, container times, waveform; real files made with a real encoder."""

from __future__ import annotations

import random
import struct
import wave
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


def test_a_recording_without_its_sound_says_what_is_missing(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.m4a", "aac", 44_100)
    path.write_bytes(path.read_bytes()[:60])
    cut_off, unopened = read(path, tmp_path).warnings
    assert "cut off" in cut_off
    assert "cannot be opened" in unopened
    assert str(path) not in unopened


def test_a_damaged_recording_is_a_plain_error(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"\xff\xfb\x90\x64" + bytes(200))
    with pytest.raises(ReaderError, match="cannot be opened") as error:
        AudioReader().read(Source(path, "a.mp3", "audio/mpeg", "UTC"), tmp_path, Job())
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


def sounding(path: Path, *parts: tuple[float, float], rate: int = 8_000, side: float | None = None) -> Path:
    """A WAV of (seconds, amplitude) parts; ``side`` is the amplitude of a second channel."""
    tones = [numpy.sin(numpy.arange(int(rate * lasts)) * 0.3) * loud * 32_767 for lasts, loud in parts]
    left = numpy.concatenate(tones).astype("<i2")
    both = [left] if side is None else [left, (numpy.sin(numpy.arange(left.size) * 0.3) * side * 32_767).astype("<i2")]
    with wave.open(str(path), "wb") as file:
        file.setparams((len(both), 2, rate, 0, "NONE", ""))
        file.writeframes(numpy.stack(both, axis=1).tobytes())
    return path


def test_loudness_is_the_root_mean_square_and_the_peak(tmp_path: Path) -> None:
    said = facts(read(sounding(tmp_path / "a.wav", (3, 0.5)), tmp_path))
    assert said["peak_dbfs"] == pytest.approx(-6.0, abs=0.1)
    assert said["loudness_dbfs"] == pytest.approx(-9.0, abs=0.1)
    assert "silence" not in said
    assert "silent" not in said


def test_where_it_is_silent_is_listed_with_the_threshold(tmp_path: Path) -> None:
    path = sounding(tmp_path / "a.wav", (12, 0.5), (7, 0.001), (1, 0.5), (1, 0), (4, 0.4), (3, 0))
    reading = read(path, tmp_path)
    (silence,) = [fact for fact in reading.facts if fact.name == "silence"]
    assert silence.value == ["0:12–0:19", "0:25–0:28"]
    assert "below -50 dBFS" in silence.basis
    assert facts(reading)["silent_seconds"] == pytest.approx(10.0, abs=0.2)


def test_a_silent_recording_is_said_to_be_silent(tmp_path: Path) -> None:
    assert facts(read(sounding(tmp_path / "a.wav", (3, 0)), tmp_path))["silent"] is True
    faint = read(sounding(tmp_path / "b.wav", (3, 0.0005)), tmp_path)
    assert next(f.basis for f in faint.facts if f.name == "silent") == "no decoded sample reaches -50 dBFS"


def test_one_loud_side_is_not_silence(tmp_path: Path) -> None:
    assert "silence" not in facts(read(sounding(tmp_path / "a.wav", (5, 0), side=0.5), tmp_path))


def test_many_stretches_of_silence_are_capped_and_counted(tmp_path: Path) -> None:
    found = facts(read(sounding(tmp_path / "a.wav", *[(0.5, 0.5), (2.5, 0)] * 250, rate=400), tmp_path))["silence"]
    assert isinstance(found, list)
    assert (len(found), found[-1]) == (201, "… (and 50 more)")


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("mu.wav", "pcm_mulaw", 8_000),
        ("a.wav", "pcm_alaw", 8_000),
        ("ima.wav", "adpcm_ima_wav", 22_050),
        ("ms.wav", "adpcm_ms", 22_050),
        ("amr.3gp", "libopencore_amrnb", 8_000),
        ("a.3g2", "aac", 16_000),
        ("alac.m4a", "alac", 44_100),
    ],
)
def test_what_phone_systems_write(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of FFmpeg cannot encode {codec}")
    reading = read(encode(tmp_path / name, codec, rate), tmp_path)
    assert reading.seconds == pytest.approx(SECONDS, abs=0.2)
    assert facts(reading)["peak_dbfs"] == pytest.approx(-8.7, abs=2.5)
    assert reading.warnings == ()


def test_a_voicemail_systems_gsm_wav_is_counted_and_not_believed(tmp_path: Path) -> None:
    """Microsoft's GSM 6.10 in a WAV: blocks of 65 bytes hold 320 samples; the byte rate of the header lies."""
    blocks = random.Random(1).randbytes(65 * 75)
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8_000, 16_000, 65, 0, 2, 320)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(blocks)) + blocks + b"\0"
    path = tmp_path / "gsm.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    reading = read(path, tmp_path)
    assert facts(reading)["codec"] == "gsm_ms"
    assert reading.seconds == pytest.approx(3.0)


def test_counted_seconds_agree_with_a_full_decode(corpus: Path, tmp_path: Path) -> None:
    """Another way through the same files: every frame decoded from the opened container, samples added up."""
    compared = 0
    for path in sorted((corpus / "audio").iterdir()):
        media_type = identify(path, path.name, ExtensionRules()).media_type
        assert media_type.startswith("audio/"), path.name
        try:
            reading = AudioReader().read(Source(path, path.name, media_type, "UTC"), tmp_path, Job())
        except ReaderError:
            continue
        if reading.seconds is None:
            continue
        with av.open(str(path)) as container:
            samples = 0.0
            for packet in container.demux(audio=0):
                try:
                    samples += sum(frame.samples / frame.sample_rate for frame in packet.decode())
                except av.error.FFmpegError:
                    continue
        assert reading.seconds == pytest.approx(samples, abs=0.2), path.name
        compared += 1
    assert compared >= 20
