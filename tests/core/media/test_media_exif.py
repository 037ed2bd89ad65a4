"""EXIF by two libraries, places in words, and what else stands beside a picture's pixels."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from evidencekit.job import Job
from evidencekit.media import exif as exif_module
from evidencekit.media.exif import read_exif
from evidencekit.media.icc import profile_name
from evidencekit.media.image import ImageReader
from evidencekit.media.notes import Notes
from evidencekit.media.places import Place, in_words
from evidencekit.media.protocol import Source
from evidencekit.media.xmp import properties
from evidencekit.model import FactValue, Reading, Zone


def read(path: Path, media_type: str, name: str = "") -> Reading:
    return ImageReader().read(Source(path, name or path.name, media_type, "America/Denver"), path.parent, Job())


def said(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reversed(reading.facts)}


def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return struct.pack(">HHI", tag, kind, count) + value.ljust(4, b"\0")


def block(*directories: bytes) -> bytes:
    """A big-endian EXIF block: the directories one behind the other."""
    return b"MM\0*" + struct.pack(">I", 8) + b"".join(directories)


def directory(*entries: bytes) -> bytes:
    return struct.pack(">H", len(entries)) + b"".join(entries) + bytes(4)


def notes_of(data: bytes) -> Notes:
    notes = Notes()
    read_exif(data, notes)
    return notes


def test_where_the_two_libraries_differ_both_values_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110] = "Pear", "Pear Phone 9"
    tags.get_ifd(0x8769)[0x9003] = "2026:01:06 07:12:00"
    tags.get_ifd(0x8825).update({1: "N", 2: (34.0, 3.0, 8.0), 3: "W", 4: (118.0, 14.0, 37.0)})
    data = tags.tobytes()
    alike = notes_of(data)
    assert [m.basis for m in alike.moments] == ["exif DateTimeOriginal"]
    assert alike.warnings == []

    def other(file: Any, *, details: bool) -> tuple[exif_module.Tags, dict[str, Any]]:
        found, maker = look(file, details=details)
        found["image"][0x0110] = "Pear Phone 8"
        found["photo"][0x9003] = "2026:01:06 08:12:00"
        found["gps"][2] = [35, 3, 8]
        return found, dict(maker)

    look = exif_module._by_exifread
    monkeypatch.setattr(exif_module, "_by_exifread", other)
    notes = notes_of(data)
    kept = {(f.name, f.basis): f.value for f in notes.facts}
    assert kept["model", "exif Model (Pillow)"] == "Pear Phone 9"
    assert kept["model", "exif Model (exifread)"] == "Pear Phone 8"
    assert kept["make", "exif Make"] == "Pear"
    assert kept["gps", "exif GPSLatitude, GPSLongitude (Pillow)"] == "34.052222, -118.243611"
    assert kept["gps", "exif GPSLatitude, GPSLongitude (exifread)"] == "35.052222, -118.243611"
    assert [(m.value, m.basis) for m in notes.moments] == [
        ("2026-01-06T07:12:00", "exif DateTimeOriginal (Pillow)"),
        ("2026-01-06T08:12:00", "exif DateTimeOriginal (exifread)"),
    ]
    assert sum("Two ways of reading" in w for w in notes.warnings) == 3


def test_a_tag_of_the_wrong_kind_is_read_by_the_library_that_can() -> None:
    """The second directory ends in nothing: Pillow stops there, exifread goes on."""
    text = b"2026:01:06 07:12:00\0"
    photo_at = 8 + 2 + 12 * 2 + 4
    text_at = photo_at + 2 + 12 + 4
    first = directory(entry(0x0112, 3, 1, b"\0\6"), entry(0x8769, 4, 1, struct.pack(">I", photo_at)))
    photo = directory(entry(0x9003, 2, len(text), struct.pack(">I", text_at)))
    notes = notes_of(block(first, photo, text))
    assert [m.as_found for m in notes.moments] == ["2026:01:06 07:12:00"]
    assert ("orientation_words", "shown turned 90° clockwise") in {(f.name, f.value) for f in notes.facts}


def test_umlauts_in_exif_are_what_they_were() -> None:
    name = "Köln".encode() + b"\0"
    at = 8 + 2 + 12 + 4
    notes = notes_of(block(directory(entry(0x013B, 2, len(name), struct.pack(">I", at))), name))
    assert [(f.name, f.value) for f in notes.facts] == [("artist", "Köln")]
    assert notes.warnings == []


def test_a_place_in_words_and_numbers(tmp_path: Path) -> None:
    tags = Image.Exif()
    gps = {
        1: "N",
        2: (34.0, 3.0, 8.046),
        3: "W",
        4: (118.0, 14.0, 37.2588),
        5: b"\0",
        6: 89.0,
        16: "T",
        17: 270.0,
        31: 4.7,
    }
    tags.get_ifd(0x8825).update(gps)
    path = tmp_path / "a.jpg"
    Image.new("L", (5, 5)).save(path, exif=tags)
    facts = said(read(path, "image/jpeg"))
    assert facts["gps"] == "34.052235, -118.243683"
    assert facts["place"] == (
        "34.052235° N, 118.243683° W, 89 m above sea level, facing 270° (west), accurate to 4.7 m"
    )
    assert (facts["gps_altitude_m"], facts["gps_direction_degrees"], facts["gps_accuracy_m"]) == (89.0, 270.0, 4.7)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(-33.9, 151.2), "33.900000° S, 151.200000° E"),
        (Place(31.5, 35.5, -430.4), "31.500000° N, 35.500000° E, 430 m below sea level"),
        (Place(1, 2, None, 350.0, True), "1.000000° N, 2.000000° E, facing 350° (north, by compass)"),
        (Place(1, 2, None, 225.0, False, 12.0), "1.000000° N, 2.000000° E, facing 225° (south-west), accurate to 12 m"),
    ],
)  # fmt: skip
def test_places_in_words(place: Place, words: str) -> None:
    assert in_words(place) == words


def test_nowhere_is_told(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags.get_ifd(0x8825).update({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
    path = tmp_path / "a.jpg"
    Image.new("L", (5, 5)).save(path, exif=tags)
    assert any("0, 0" in w for w in read(path, "image/jpeg").warnings)


def test_a_long_maker_note_of_a_phone_costs_nothing_and_loses_nothing() -> None:
    tags = Image.Exif()
    tags[0x010F] = "Google"
    photo = tags.get_ifd(0x8769)
    photo[0x9003], photo[0x9011], photo[0x927C] = "2026:01:06 07:12:00", "-08:00", b"HDRP\2" + bytes(60_000)
    (moment,) = notes_of(tags.tobytes()).moments
    assert (moment.value, moment.zone) == ("2026-01-06T07:12:00-08:00", Zone.STATED)


def test_what_ties_a_live_photo_to_its_movie() -> None:
    ident = b"570F1469-09C7-4E50-9875-05F21D5BD166\0"
    note = b"Apple iOS\0\0\1MM" + directory(entry(0x0011, 2, len(ident), struct.pack(">I", 32))) + ident
    assert note.index(ident) == 32
    tags = Image.Exif()
    tags[0x010F] = "Apple"
    tags.get_ifd(0x8769)[0x927C] = note
    kept = {f.name: f.value for f in notes_of(tags.tobytes()).facts}
    assert kept["live_photo_id"] == "570F1469-09C7-4E50-9875-05F21D5BD166"


def test_profiles_by_name() -> None:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile_name(made) == "sRGB built-in"
    old = bytearray(made[:128])
    old += struct.pack(">I4sII", 1, b"desc", 144, 30) + b"desc" + bytes(4) + struct.pack(">I", 11) + b"Display P3\0"
    assert profile_name(bytes(old)) == "Display P3"
    assert profile_name(made[:200]) == profile_name(b"") == ""


@pytest.mark.parametrize(
    ("name", "size", "make", "hinted"),
    [
        ("IMG_2041.PNG", (1170, 2532), "", "screen"),
        ("IMG_2041.PNG", (2532, 1170), "", "screen"),
        ("Screenshot_20260106-071200.png", (33, 44), "", "name"),
        ("Bildschirmfoto 2026-01-06.png", (33, 44), "", "name"),
        ("long.png", (1290, 9000), "", "times as tall"),
        ("Screenshot.png", (1170, 2532), "Pear", ""),
        ("IMG_1.png", (1920, 1080), "", ""),
        ("IMG_1.png", (1600, 1200), "", ""),
    ],
)
def test_a_screenshot_is_a_hint_with_reasons(
    tmp_path: Path, name: str, size: tuple[int, int], make: str, hinted: str
) -> None:
    tags = Image.Exif()
    if make:
        tags[0x010F], tags[0x0110] = make, "Phone"
    path = tmp_path / "a.png"
    Image.new("1", size).save(path, exif=tags)
    hints = [f for f in read(path, "image/png", name).facts if f.name == "screenshot"]
    assert bool(hints) == bool(hinted)
    if hinted:
        assert hints[0].value is True
        assert hinted in hints[0].basis
        assert hints[0].basis.startswith("hint: ")


def test_a_screenshot_by_what_the_phone_wrote(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x0131] = "26.1"
    tags.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0Screenshot"
    path = tmp_path / "IMG_1.png"
    Image.new("1", (50, 70)).save(path, exif=tags)
    (hint,) = [f for f in read(path, "image/png").facts if f.name == "screenshot"]
    assert "exif UserComment says “Screenshot”" in hint.basis


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_moving_pictures_tell_their_frames_and_length(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a"
    frames = [Image.new("RGB", (20, 20), (60 * n, 0, 0)) for n in range(4)]
    frames[0].save(path, form, save_all=True, append_images=frames[1:], duration=250, loop=0)
    reading = read(path, f"image/{form.lower()}")
    facts = said(reading)
    assert (facts["frames"], facts["animation_seconds"], reading.pages) == (4, 1.0, 1)
    assert (facts.get("animation_repeats", "for ever"), reading.warnings) == ("for ever", ())


def test_a_movie_behind_a_jpeg_is_a_motion_photo(tmp_path: Path) -> None:
    path = tmp_path / "MVIMG_1.jpg"
    Image.new("L", (9, 9)).save(path)
    movie = struct.pack(">I", 24) + b"ftypmp42" + bytes(12) + bytes(5_000)
    path.write_bytes(path.read_bytes() + movie)
    reading = read(path, "image/jpeg")
    facts = said(reading)
    assert (facts["motion_photo"], facts["motion_photo_bytes"], facts["bit_depth"]) == (True, len(movie), 8)
    (child,) = reading.children
    assert (child.name, child.path.read_bytes()) == ("MVIMG_1 motion.mp4", movie)


def test_iptc_tells_when_and_what(tmp_path: Path) -> None:
    def dataset(number: int, text: bytes) -> bytes:
        return b"\x1c\x02" + bytes((number,)) + struct.pack(">H", len(text)) + text

    iptc = (
        dataset(55, b"20260106") + dataset(60, b"071200-0800") + dataset(120, "Köln".encode()) + dataset(80, b"A. B.")
    )
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) & 1)
    body = b"Photoshop 3.0\0" + resource
    buffer = io.BytesIO()
    Image.new("L", (9, 9)).save(buffer, "JPEG")
    data = buffer.getvalue()
    path = tmp_path / "a.jpg"
    path.write_bytes(data[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + data[2:])
    reading = read(path, "image/jpeg")
    (moment,) = reading.moments
    assert (moment.value, moment.basis) == ("2026-01-06T07:12:00-08:00", "iptc DateCreated, TimeCreated")
    assert (said(reading)["description"], said(reading)["author"]) == ("Köln", "A. B.")


def test_a_place_in_xmp(tmp_path: Path) -> None:
    packet = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'
     exif:GPSLatitude='34,3.1341N' exif:GPSLongitude='118,14,37W' exif:GPSAltitude='89/1' tiff:Orientation='6'/>
    </rdf:RDF></x:xmpmeta>"""
    path = tmp_path / "a.webp"
    Image.new("RGB", (9, 9)).save(path, xmp=packet)
    facts = said(read(path, "image/webp"))
    assert facts["place"] == "34.052235° N, 118.243611° W, 89 m above sea level"
    assert facts["orientation"] == 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-be", "utf-16-le", "utf-16", "latin-1"])
def test_xmp_in_every_encoding(encoding: str) -> None:
    packet = """<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' dc:title='Köln'/></rdf:RDF></x:xmpmeta>"""
    assert properties(packet.encode(encoding) + b"\0") == {"dc:title": "Köln"}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_format_gives_the_same_exif(tmp_path: Path, form: str) -> None:
    tags = Image.Exif()
    tags[0x010F], tags[0x0112] = "Pear", 8
    tags.get_ifd(0x8769)[0x9003] = "2026:01:06 07:12:00"
    tags.get_ifd(0x8825).update({1: "S", 2: (33.0, 54.0, 0.0), 3: "E", 4: (151.0, 12.0, 0.0)})
    path = tmp_path / "a"
    if form == "TIFF":
        held = TiffImagePlugin.ImageFileDirectory_v2()
        for tag, value in tags.items():
            held[tag] = value
        for tag in (0x8769, 0x8825):
            held[tag] = dict(tags.get_ifd(tag))
        Image.new("RGB", (20, 20)).save(path, form, tiffinfo=held)
    else:
        Image.new("RGB", (20, 20)).save(path, form, exif=tags)
    reading = read(path, f"image/{form.lower()}")
    facts = said(reading)
    assert (facts["make"], facts["orientation"], facts["gps"]) == ("Pear", 8, "-33.900000, 151.200000")
    assert [m.basis for m in reading.moments] == ["exif DateTimeOriginal"]
    assert facts["bit_depth"] == 8
