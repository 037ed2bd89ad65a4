"""Images: facts, moments and plain warnings from real files, read in this process."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from evidencekit.job import Job
from evidencekit.media.image import MOST_PIXELS, ImageReader
from evidencekit.media.protocol import Source
from evidencekit.model import FactValue, Kind, Reading, Zone


def read(path: Path, media_type: str, tmp_path: Path) -> Reading:
    return ImageReader().read(Source(path, path.name, media_type, "America/Denver"), tmp_path / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110], tags[0x0112], tags[0x0131] = "Pear", "Pear Phone 9", 6, "26.1\0\0"
    tags[0x0132] = "2026:01:07 08:00:00"
    photo = tags.get_ifd(0x8769)
    photo[0x9003], photo[0x9011], photo[0x9291] = "2026:01:06 07:12:00", "-08:00", "250"
    photo[0xA431], photo[0xA434], photo[0x829A] = "SN-77", "back camera", 0.01
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "S", (37.0, 46.0, 30.0), "W", (122.0, 25.0, 12.0)
    gps[29], gps[7] = "2026:01:06", (15.0, 11.0, 58.5)
    return tags


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.jpg"
    Image.new("RGB", (40, 30), "teal").save(path, exif=exif(), dpi=(300, 300), comment=b"hello")
    return path


def test_a_phone_photo(photo: Path, tmp_path: Path) -> None:
    reading = read(photo, "image/jpeg", tmp_path)
    said = facts(reading)
    assert (reading.kind, reading.pages, reading.warnings) == (Kind.IMAGE, 1, ())
    expected: dict[str, FactValue] = {
        "width": 40, "height": 30, "orientation": 6, "make": "Pear", "model": "Pear Phone 9", "software": "26.1",
        "serial_number": "SN-77", "lens": "back camera", "color_mode": "RGB", "dpi": "300", "comment": "hello",
        "gps": "-37.775000, -122.420000", "exposure_seconds": 0.01,
    }  # fmt: skip
    assert expected.items() <= said.items()
    assert {f.basis for f in reading.facts} >= {"jpeg header", "exif Model", "exif GPSLatitude, GPSLongitude"}


def test_its_times_and_their_zones(photo: Path, tmp_path: Path) -> None:
    moments = {m.basis: m for m in read(photo, "image/jpeg", tmp_path).moments}
    taken = moments["exif DateTimeOriginal"]
    assert (taken.value, taken.zone) == ("2026-01-06T07:12:00.250-08:00", Zone.STATED)
    assert taken.as_found == "2026:01:06 07:12:00.250 -08:00"
    assert moments["exif DateTime"].zone is Zone.NONE
    gps = moments["exif GPSDateStamp, GPSTimeStamp"]
    assert (gps.value[:19], gps.zone) == ("2026-01-06T15:11:58", Zone.STATED)
    assert read(photo, "image/jpeg", tmp_path).moments[0] is not None
    assert read(photo, "image/jpeg", tmp_path).moments[0].basis == "exif DateTimeOriginal"


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.995])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_truncated_picture_is_told(tmp_path: Path, form: str, kept: float) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(buffer, form)
    path = tmp_path / "cut"
    path.write_bytes(buffer.getvalue()[: int(len(buffer.getvalue()) * kept)])
    reading = read(path, f"image/{form.lower()}", tmp_path)
    assert facts(reading)["width"] == 200
    assert any("cut off" in warning for warning in reading.warnings)


@pytest.mark.parametrize(("form", "cut"), [("GIF", 40), ("WEBP", 40), ("BMP", 40), ("TIFF", 4_000)])
def test_other_formats_cut_short_are_told(tmp_path: Path, form: str, cut: int) -> None:
    buffer = io.BytesIO()
    noise = Image.effect_noise((100, 100), 80)
    noise.save(buffer, form)
    whole, short = tmp_path / "whole", tmp_path / "short"
    whole.write_bytes(buffer.getvalue())
    assert read(whole, f"image/{form.lower()}", tmp_path).warnings == ()
    data = buffer.getvalue()
    # Pillow writes a TIFF's directory first, its pixels last.
    short.write_bytes(data[:-cut])
    reading = read(short, f"image/{form.lower()}", tmp_path)
    assert any("cut off" in w for w in reading.warnings)
    assert (facts(reading)["width"], facts(reading)["height"]) == (100, 100)


def test_data_behind_the_picture_does_not_hide_its_end(photo: Path, tmp_path: Path) -> None:
    motion = tmp_path / "motion.jpg"
    motion.write_bytes(photo.read_bytes() + bytes(100_000))
    assert read(motion, "image/jpeg", tmp_path).warnings == ()


@pytest.mark.parametrize("promise", [b"", b"\xff\xe1\0\x31http://ns.adobe.com/xap/1.0/\0<a MotionPhoto='1'/>"])
def test_the_movie_behind_a_photo_is_taken_out(photo: Path, tmp_path: Path, promise: bytes) -> None:
    movie = struct.pack(">I", 24) + b"ftypmp42" + bytes(5000)
    if promise:
        promise = promise[:2] + struct.pack(">H", len(promise) - 2) + promise[4:]
        movie += b"\xff\xd9"  # as a picture ends
    picture = photo.read_bytes()
    motion = tmp_path / "motion.jpg"
    motion.write_bytes(picture[:2] + promise + picture[2:] + movie)
    reading = read(motion, "image/jpeg", tmp_path)
    assert facts(reading)["motion_photo_bytes"] == len(movie)
    (child,) = reading.children
    assert child.path.read_bytes() == movie


def test_an_embedded_thumbnails_end_is_not_the_pictures(tmp_path: Path) -> None:
    thumbnail = io.BytesIO()
    Image.new("RGB", (16, 16)).save(thumbnail, "JPEG")
    picture = io.BytesIO()
    Image.effect_noise((100, 100), 50).save(picture, "JPEG", comment=thumbnail.getvalue())
    path = tmp_path / "cut.jpg"
    path.write_bytes(picture.getvalue()[:-200])
    assert any("cut off" in w for w in read(path, "image/jpeg", tmp_path).warnings)


def test_png_texts_times_and_checksums(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Software", "Screenshot")
    info.add_text("Description", "a thread", zip=True)
    info.add_itxt("Title", "Köln 🙂")
    info.add_text("Creation Time", "Tue, 6 Jan 2026 07:12:00 -0800")
    info.add(b"tIME", struct.pack(">HBBBBB", 2026, 1, 6, 15, 12, 30))
    path = tmp_path / "shot.png"
    Image.new("RGB", (60, 90)).save(path, pnginfo=info, exif=exif())
    reading = read(path, "image/png", tmp_path)
    said = facts(reading)
    assert (said["text Description"], said["text Title"]) == ("a thread", "Köln 🙂")
    assert next(f for f in reading.facts if f.name == "software").value == "Screenshot"
    assert said["make"] == "Pear"
    moments = {m.basis: (m.value, m.zone) for m in reading.moments}
    assert moments["png text Creation Time"] == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert moments["png tIME, UTC by the format"] == ("2026-01-06T15:12:30+00:00", Zone.ASSUMED)
    data = bytearray(path.read_bytes())
    at = data.index(b"IDAT") + 8
    data[at] ^= 0xFF
    path.write_bytes(data)
    assert any("IDAT" in w and "checksum" in w for w in read(path, "image/png", tmp_path).warnings)


def test_a_picture_without_size_is_told_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "zero.png"
    header = b"IHDR" + bytes(8) + b"\x08\x02\0\0\0"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    )  # fmt: skip
    assert "The picture's header is damaged and could not be read." in read(path, "image/png", tmp_path).warnings


def test_exif_texts_end_at_their_first_nul(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x0110], tags[0x8298], tags[0x010E] = "ION230\0\0\0F", "A. Painter\0B. Editor\0", "\0rest"
    tags.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0hello\0\x17\0Z"
    tags.get_ifd(0x8769)[0x9003] = "2026:01:06 07:12:00\0F"
    path = tmp_path / "x.jpg"
    Image.new("L", (5, 5)).save(path, exif=tags)
    reading = read(path, "image/jpeg", tmp_path)
    said = facts(reading)
    assert (said["model"], said["copyright"], said["comment"]) == ("ION230", "A. Painter; B. Editor", "hello")
    assert "description" not in said
    assert [m.as_found for m in reading.moments] == ["2026:01:06 07:12:00"]


def test_an_offset_that_does_not_exist_is_kept_and_told(tmp_path: Path) -> None:
    tags = exif()
    tags.get_ifd(0x8769)[0x9011] = "+25:00"
    tags.get_ifd(0x8769)[0x9291] = ""
    path = tmp_path / "x.jpg"
    Image.new("L", (5, 5)).save(path, exif=tags)
    reading = read(path, "image/jpeg", tmp_path)
    (taken,) = [m for m in reading.moments if m.basis == "exif DateTimeOriginal"]
    assert (taken.value, taken.as_found, taken.zone) == ("2026-01-06T07:12:00", "2026:01:06 07:12:00 +25:00", Zone.NONE)
    assert facts(reading)["offset DateTimeOriginal"] == "+25:00"
    assert any("+25:00" in w and "OffsetTimeOriginal" in w for w in reading.warnings)


def test_a_date_without_a_time_is_a_fact_and_told(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags.get_ifd(0x8769)[0x9003] = "2026:01:06"
    path = tmp_path / "x.jpg"
    Image.new("L", (5, 5)).save(path, exif=tags)
    reading = read(path, "image/jpeg", tmp_path)
    assert (reading.moments, facts(reading)["time DateTimeOriginal"]) == ((), "2026:01:06")
    assert reading.warnings == ("exif DateTimeOriginal holds a date that is not a whole date and time: “2026:01:06”.",)


def test_what_is_too_large_to_decode_is_described(tmp_path: Path) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    width, height = 60_000, 50_000
    path = tmp_path / "bomb.png"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")
    )
    reading = read(path, "image/png", tmp_path)
    assert (facts(reading)["width"], facts(reading)["height"]) == (width, height)
    assert width * height > MOST_PIXELS
    assert any("3,000 megapixels" in w for w in reading.warnings)


XMP = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'
 xmp:CreatorTool='Editor 3' xmp:ModifyDate='2026-01-08T10:00:00+01:00' xmp:CreateDate='2026-01-06'>
<dc:creator><rdf:Seq><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_xmp_tells_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "edited.jpg"
    Image.new("L", (5, 5)).save(path, xmp=XMP)
    reading = read(path, "image/jpeg", tmp_path)
    said = facts(reading)
    assert (said["software"], said["author"], said["time xmp:CreateDate"]) == ("Editor 3", "A; B", "2026-01-06")
    (moment,) = reading.moments
    assert (moment.value, moment.basis, moment.zone) == ("2026-01-08T10:00:00+01:00", "xmp ModifyDate", Zone.STATED)
    assert reading.warnings == ("xmp CreateDate holds a date that is not a whole date and time: “2026-01-06”.",)


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>',
    ],
)
def test_broken_or_hostile_xmp_is_told_and_not_expanded(tmp_path: Path, packet: bytes) -> None:
    path = tmp_path / "x.jpg"
    Image.new("L", (5, 5)).save(path, xmp=packet)
    assert "The XMP data is damaged and was not read." in read(path, "image/jpeg", tmp_path).warnings


def test_frames_of_a_tiff_are_pages_those_of_a_gif_are_not(tmp_path: Path) -> None:
    frames = [Image.new("L", (9, 9), n * 20) for n in range(3)]
    for form, pages in (("TIFF", 3), ("GIF", 1)):
        path = tmp_path / form
        frames[0].save(path, form, save_all=True, append_images=frames[1:])
        reading = read(path, f"image/{form.lower()}", tmp_path)
        assert (reading.pages, facts(reading)["frames"]) == (pages, 3)


def test_hostile_exif_becomes_clean_facts(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110] = "A\x00B\u202e", "M" * 9_000
    tags[0x0112] = 77
    tags.get_ifd(0x8769)[0x9003] = "20xx:99:99 ab"
    tags.get_ifd(0x8825).update({1: "N", 2: (400.0, 0.0, 0.0), 3: "W", 4: (1.0, 2.0, 3.0)})
    path = tmp_path / "x.jpg"
    Image.new("L", (5, 5)).save(path, exif=tags)
    reading = read(path, "image/jpeg", tmp_path)
    said = facts(reading)
    assert "orientation" not in said
    assert "gps" not in said
    assert len(str(said["model"])) < 2_100
    assert said["time DateTimeOriginal"] == "20xx:99:99 ab"
    assert any("20xx" in w for w in reading.warnings)
    assert any("GPS" in w for w in reading.warnings)


def test_a_broken_exif_block_is_told_and_the_picture_still_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    Image.new("L", (5, 5)).save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 200)
    assert facts(read(path, "image/jpeg", tmp_path))["width"] == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"]), st.data())
def test_nothing_leaves_the_reader(tmp_path: Path, form: str, data: st.DataObject) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, form, exif=exif())
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "x"
    path.write_bytes(raw[: data.draw(st.integers(8, len(raw)))])
    reading = read(path, f"image/{form.lower()}", tmp_path)
    assert "width" in facts(reading) or reading.warnings
