"""HEIC, HEIF and AVIF: described by their boxes, decoded by the plug-ins that may, upright once and not twice."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.heif import read_still
from evidencekit.media.image import ImageReader
from evidencekit.media.protocol import Look, Source
from evidencekit.model import FactValue, Kind, Reading, Zone
from evidencekit.printing.paper import Sheet

WIDTH, HEIGHT = 96, 64
SHEET = Sheet(612, 792, 54, 54, 54, 54)


def source(path: Path) -> Source:
    return Source(path, path.name, f"image/{path.suffix[1:]}", "America/Denver")


def read(path: Path) -> Reading:
    return ImageReader().read(source(path), path.parent, Job())


def said(reading: Reading) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    for fact in reading.facts:
        facts.setdefault(fact.name, fact.value)
    return facts


def corners() -> Image.Image:
    """Red at the top left, blue at the top right, green at the bottom left, white elsewhere."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    for colour, at in (("red", (0, 0)), ("blue", (64, 0)), ("green", (0, 32))):
        picture.paste(colour, (*at, at[0] + 32, at[1] + 32))
    return picture


def exif(turn: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112], tags[0x010F], tags[0x0110] = turn, "Pear", "Pear Phone 9"
    photo = tags.get_ifd(0x8769)
    photo[0x9003], photo[0x9011], photo[0x9291] = "2026:01:06 07:12:00", "-08:00", "250"
    return bytes(tags.tobytes())


def written(path: Path, turn: int = 1, picture: Image.Image | None = None, **how: Any) -> Path:
    picture = picture or corners()
    if path.suffix == ".avif":
        picture.save(path, exif=exif(turn), quality=90, **how)
        return path
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    file.add_from_pillow(picture)
    file.save(path, exif=exif(turn), quality=90, **how)
    return path


def colour_of(pixel: tuple[int, ...]) -> str:
    strong = "".join("1" if value > 100 else "0" for value in pixel[:3])
    return {"100": "red", "001": "blue", "010": "green", "000": "green", "111": "white"}[strong]


# Where red, blue and green stand once the picture is upright.
_TOP_LEFT = {1: "red", 2: "blue", 3: "white", 4: "green", 5: "red", 6: "green", 7: "white", 8: "blue"}


@pytest.mark.parametrize("form", ["heic", "avif"])
@pytest.mark.parametrize("turn", [1, 2, 3, 6, 7, 8])
def test_it_is_turned_once(tmp_path: Path, form: str, turn: int) -> None:
    path = written(tmp_path / f"a.{form}", turn)
    reading = read(path)
    facts = said(reading)
    assert (reading.kind, reading.pages, reading.warnings) == (Kind.IMAGE, 1, ())
    assert (facts["width"], facts["height"], facts["orientation"]) == (WIDTH, HEIGHT, turn)
    preview = ImageReader().preview(source(path), Look(0, 500), tmp_path / "out", Job())
    assert preview.image is not None
    with Image.open(preview.image) as shown:
        assert shown.size == ((HEIGHT, WIDTH) if turn >= 5 else (WIDTH, HEIGHT))
        pixel = shown.getpixel((8, 8))
        assert isinstance(pixel, tuple)
        assert colour_of(pixel) == _TOP_LEFT[turn]


@pytest.mark.parametrize("form", ["heic", "avif"])
def test_what_the_camera_wrote_is_read(tmp_path: Path, form: str) -> None:
    reading = read(written(tmp_path / f"IMG_1.{form}"))
    facts = said(reading)
    assert (facts["make"], facts["model"], facts["bit_depth"]) == ("Pear", "Pear Phone 9", 8)
    (taken,) = [m for m in reading.moments if m.basis == "exif DateTimeOriginal"]
    assert (taken.value, taken.zone) == ("2026-01-06T07:12:00.250-08:00", Zone.STATED)
    assert facts["subsec DateTimeOriginal"] == "250"


def test_exif_does_not_turn_a_heic_that_its_boxes_leave_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "a.heic")
    data = path.read_bytes()
    at = data.index(b"\x01\x12\x00\x03\x00\x00\x00\x01") + 8 if b"MM\0*" in data else data.index(b"\x12\x01\x03\0") + 8
    path.write_bytes(data[:at] + (b"\0\6" if b"MM\0*" in data else b"\6\0") + data[at + 2 :])
    reading = read(path)
    assert [f.value for f in reading.facts if f.name == "orientation"] == [1, 6]
    assert any("another orientation (6)" in w for w in reading.warnings)
    preview = ImageReader().preview(source(path), Look(0, 500), tmp_path / "out", Job())
    assert preview.image is not None
    with Image.open(preview.image) as shown:
        assert shown.size == (WIDTH, HEIGHT)


def test_several_pictures_are_counted_and_the_primary_one_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "burst.heic"
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    for colour in ("red", "blue", "green"):
        file.add_from_pillow(Image.new("RGB", (64, 64), colour))
    file.save(path, quality=90, primary_index=1)
    reading = read(path)
    assert said(reading)["pictures"] == 3
    assert any("3 pictures" in w for w in reading.warnings)
    pages = ImageReader().pages(source(path), SHEET, tmp_path / "out", Job())
    assert (pages.count, pages.whole) == (1, False)
    assert any("3 pictures; paper shows the primary one" in w for w in pages.warnings)
    preview = ImageReader().preview(source(path), Look(0, 64), tmp_path / "seen", Job())
    assert preview.image is not None
    with Image.open(preview.image) as shown:
        pixel = shown.getpixel((30, 30))
        assert isinstance(pixel, tuple)
        assert colour_of(pixel) == "blue"


def test_ten_bits_are_printed_with_eight_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "deep.heic"
    pixels = struct.pack("<3H", 65535, 0, 0) * (64 * 64)
    pillow_heif.encode("RGB;16", (64, 64), pixels, path, quality=90)
    reading = read(path)
    assert said(reading)["bit_depth"] == 10
    pages = ImageReader().pages(source(path), SHEET, tmp_path / "out", Job())
    assert pages.whole
    assert pages.warnings == ("The picture is stored with 10 bits per channel; it is printed with 8.",)


def test_a_profile_is_named(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("heic", "avif"):
        path = tmp_path / f"a.{form}"
        if form == "heic":
            picture = corners()
            picture.info["icc_profile"] = profile
            written(path, picture=picture)
        else:
            written(path, icc_profile=profile)
        assert said(read(path))["color_profile"] == "sRGB built-in"


def test_a_moving_avif_is_one_page_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.avif"
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=500)
    reading = read(path)
    facts = said(reading)
    assert (reading.pages, facts["frames"], facts["animation_seconds"]) == (1, 3, 1.5)
    assert any("3 frames" in w for w in reading.warnings)
    assert not ImageReader().pages(source(path), SHEET, tmp_path / "out", Job()).whole


@pytest.mark.parametrize("form", ["heic", "avif"])
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_one_cut_short_is_told_and_not_printed_white(tmp_path: Path, form: str, kept: float) -> None:
    whole = written(tmp_path / f"whole.{form}", picture=Image.effect_noise((300, 300), 90).convert("RGB"))
    path = tmp_path / f"cut.{form}"
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * kept)])
    reading = read(path)
    assert any("cut off" in w or "directory" in w for w in reading.warnings)
    assert said(reading).get("width", 300) == 300
    with pytest.raises(ReaderError):
        ImageReader().pages(source(path), SHEET, tmp_path / "out", Job())
    with pytest.raises(ReaderError):
        ImageReader().preview(source(path), Look(0, 100), tmp_path / "seen", Job())


def test_a_motion_photo_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.heic")
    movie = struct.pack(">I", 24) + b"ftypmp42" + bytes(988)
    path.write_bytes(path.read_bytes() + struct.pack(">I", 1008) + b"mpvd" + movie)
    reading = read(path)
    assert (said(reading)["motion_photo"], said(reading)["motion_photo_bytes"]) == (True, 1000)
    assert any("motion photo" in w for w in reading.warnings)
    (child,) = reading.children
    assert (child.name, child.path.read_bytes()) == ("a motion.mp4", movie)


def test_the_file_libheif_knows_is_never_registered_with_pillow(tmp_path: Path) -> None:
    path = written(tmp_path / "a.heic")
    ImageReader().pages(source(path), SHEET, tmp_path / "out", Job())
    assert "HEIF" not in Image.OPEN


def test_places_that_take_no_room_are_not_walked_for_ever(tmp_path: Path) -> None:
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    places = b"".join(struct.pack(">HHH", n, 0, 65535) for n in range(20_000))
    meta = box(b"iloc", bytes(4) + b"\0\0" + struct.pack(">H", 20_000) + places)
    path = tmp_path / "a.heic"
    path.write_bytes(box(b"ftyp", b"heic" + bytes(4) + b"heic") + box(b"meta", bytes(4) + meta))
    reading = read(path)
    assert reading.pages is None
    assert any("directory is damaged" in w for w in reading.warnings)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("heic") / "a.heic", 6).read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.data())
def test_nothing_leaves_the_walk_over_the_boxes(sound: bytes, tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 10))):
        raw[data.draw(st.integers(0, min(900, len(raw) - 1)))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(8, len(raw)))]
    read_still(lambda at, length: bytes(raw[at : at + length]), len(raw))
    path = tmp_path / "x.heic"
    path.write_bytes(raw)
    reading = read(path)
    assert "width" in said(reading) or reading.warnings


def test_a_jpeg_called_heic_is_a_mismatch_a_heif_is_none() -> None:
    rules = ExtensionRules()
    assert not rules.matches("IMG_1.HEIC", "image/jpeg")
    assert not rules.matches("IMG_1.JPG", "image/heic")
    assert not rules.matches("IMG_1.avif", "image/heic")
    assert all(rules.matches(f"IMG_1.{name}", "image/heic") for name in ("HEIC", "heif", "HIF", "heics"))
