"""Positions as cameras, phones and watches write them into files, on files made here."""

from __future__ import annotations

import base64
import binascii
import io
import re
import shutil
import sqlite3
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from evidencekit.job import Job
from evidencekit.media.sweeping.hunt import GPS, Hunt

TOLD = ("position", "coordinates", "link", "address", "code")
LATITUDE, LONGITUDE = 34.0522, -118.2437


def place(tmp_path: Path, data: bytes, name: str = "file.bin") -> str | None:
    """The position that a search finds in bytes, in its words."""
    path = tmp_path / "evidence"
    path.write_bytes(data)
    return {each.term: each.excerpt for each in Hunt([], tmp_path / "parts", Job()).file(path, name)}.get(GPS)


def gps(latitude: tuple[float, ...] = (34, 3, 7.9), longitude: tuple[float, ...] = (118, 14, 37.2)) -> Image.Exif:
    exif = Image.Exif()
    known = exif.get_ifd(0x8825)
    known.update({1: "N", 2: latitude, 3: "W", 4: longitude})
    exif[0x8825] = known
    return exif


def picture(form: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (9, 90, 9)).save(out, form, **more)
    return out.getvalue()


def photo() -> bytes:
    return picture(exif=gps().tobytes())


def thumbnail_with_place() -> bytes:
    """A JPEG without a position, whose EXIF thumbnail is a JPEG with one."""
    inner = photo()
    head = struct.pack("<2sHI", b"II", 42, 8)
    first = struct.pack("<HI", 0, 14)
    second = struct.pack("<HHHII HHII I", 2, 0x0201, 4, 1, 14 + 30, 0x0202, 4, 1, len(inner), 0)
    body = b"Exif\0\0" + head + first + second + inner
    return b"\xff\xd8\xff\xe1" + (len(body) + 2).to_bytes(2) + body + picture()[2:]


def raw(mark: bytes, order: str = "<", at: int = 8, *, kind: int = 5, places: tuple[float, float] = (34, 118)) -> bytes:
    """A TIFF with a GPS directory, that begins with a ``mark`` and whose first directory lies ``at`` a place."""
    width = 8 if kind in (5, 12) else 4
    numbers = [
        struct.pack(order + {5: "II", 11: "f", 12: "d"}[kind], *((round(each), 1) if kind == 5 else (each,)))
        for each in places
    ]
    first = struct.pack(order + "HHHIII", 1, 0x8825, 4, 1, at + 18, 0)
    words = [b"N\0\0\0", b"W\0\0\0"]
    lies = at + 18 + 2 + 4 * 12 + 4
    entries = b"".join(
        struct.pack(order + "HHI", tag, 2, 2) + words[tag // 3]
        if tag % 2
        else struct.pack(order + "HHI", tag, kind, 1)
        + (struct.pack(order + "I", lies + width * (tag // 4)) if width == 8 else numbers[tag // 4])
        for tag in (1, 2, 3, 4)
    )
    directory = struct.pack(order + "H", 4) + entries + bytes(4) + b"".join(numbers)
    return (mark + struct.pack(order + "I", at)).ljust(at, b"\0") + first + directory


def map_picture() -> bytes:
    """A TIFF that says where on earth its corner lies."""
    tags = struct.pack("<HHHII HHII I", 2, 0x8482, 12, 6, 38, 0x87AF, 3, 1, 1, 0)
    return b"II*\0\x08\0\0\0" + tags + struct.pack("<6d", 0, 0, 0, LONGITUDE, LATITUDE, 0)


def box(name: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return (8 + len(body)).to_bytes(4) + name + body


def movie(*inner: bytes) -> bytes:
    return box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", box(b"udta", *inner)) + box(b"mdat", bytes(64))


def located(value: str) -> bytes:
    name = b"com.apple.quicktime.location.ISO6709"
    keys = box(b"keys", bytes(4), (1).to_bytes(4), (8 + len(name)).to_bytes(4), b"mdta", name)
    item = box(b"\0\0\0\x01", box(b"data", bytes(3) + b"\x01" + bytes(4), value.encode()))
    return movie(box(b"meta", keys, box(b"ilst", item)))


def film(kind: bytes, *samples: bytes, handler: bytes = b"meta", before: bytes = b"") -> bytes:
    """A film with one track of that ``kind``, whose pieces are ``samples``; ``before`` lies before it in the file."""
    start = box(b"ftyp", b"isom\0\0\0\0isom")
    data = box(b"mdat", *samples)
    sizes = b"".join(len(each).to_bytes(4) for each in samples)
    table = box(
        b"stbl",
        box(b"stsd", bytes(4), (1).to_bytes(4), box(kind, bytes(6), (1).to_bytes(2))),
        box(b"stsz", bytes(8), len(samples).to_bytes(4), sizes),
        box(b"stsc", bytes(4), (1).to_bytes(4), struct.pack(">III", 1, len(samples), 1)),
        box(b"stco", bytes(4), (1).to_bytes(4), (len(start) + 8).to_bytes(4)),
    )
    track = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), box(b"minf", table))
    return before + start + data + box(b"moov", box(b"trak", track))


def camm(latitude: float, longitude: float) -> bytes:
    turning = struct.pack("<HHfff", 0, 2, 0.1, 0.2, 0.3)
    return film(b"camm", turning, turning, struct.pack("<HHddd", 0, 5, latitude, longitude, 89.0))


def camm_of_a_receiver() -> bytes:
    return film(b"camm", struct.pack("<HHdidd7f", 0, 6, 1.0, 3, LATITUDE, LONGITUDE, *([0.5] * 7)))


def gopro(key: bytes = b"GPS5l\x14", width: int = 20) -> bytes:
    fix = struct.pack(">ii", 340522000, -1182437000).ljust(width, b"\1")
    stream = key + (1).to_bytes(2) + fix
    return film(b"gpmd", b"DEVC\0\1" + len(stream).to_bytes(2) + stream)


def sony() -> bytes:
    """Real-time metadata with a latitude as a camera of Sony's writes it."""
    north = struct.pack(">6I", 34, 1, 3, 1, 79, 10)
    return film(b"rtmd", bytes(28) + b"\x85\x01\0\2N\0\x85\x02\0\x18" + north)


def avchd() -> bytes:
    entries = b"\x18\0\x20\x26\x01\xb0\2\2\0\0\xb1N\0\0\0\xb2\0\x22\0\1"
    return bytes(99) + b"\x17\xee\x8c\x60\xf8\x4d\x11\xd9\x8c\xd6\x08\0\x20\x0c\x9a\x66MDPM\x04" + entries + bytes(99)


def watch(latitude: int = 406240440, longitude: int = -1410640000) -> bytes:
    """A FIT file: how a record is laid out, then two of them, of which the first knows of no position."""
    layout = b"\x40\0\0" + struct.pack("<HB", 20, 3) + bytes([253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85])
    records = b"".join(
        b"\0" + struct.pack("<Iii", 1_000_000_000 + second, *where)
        for second, where in enumerate(((0x7FFFFFFF, 0x7FFFFFFF), (latitude, longitude)))
    )
    data = layout + records
    return struct.pack("<BBHI4sH", 14, 16, 2132, len(data), b".FIT", 0) + data + b"\0\0"


def pdf_of(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        change(made)
        made.save(out)
    return out.getvalue()


def photo_in_pdf(made: pikepdf.Pdf) -> None:
    image = made.make_stream(photo(), Subtype=pikepdf.Name.Image, Width=16, Height=16)
    image.Filter, image.Type, image.BitsPerComponent, image.ColorSpace = (
        pikepdf.Name.DCTDecode, pikepdf.Name.XObject, 8, pikepdf.Name.DeviceRGB,
    )  # fmt: skip
    made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    made.pages[0].Contents = made.make_stream(b"q 100 0 0 100 0 0 cm /I Do Q")


def map_in_pdf(made: pikepdf.Pdf) -> None:
    measure = pikepdf.Dictionary(Type=pikepdf.Name.Measure, Subtype=pikepdf.Name.GEO)
    measure.GPTS = pikepdf.Array([34.0522, -118.2437, 34.06, -118.25])
    made.pages[0].VP = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Viewport, Measure=measure)])


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def kept(value: bytes) -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (?)", (value,))
        connection.commit()
        return connection.serialize()


JXL = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")
FILES: dict[str, Callable[[], bytes]] = {
    "jpeg": photo,
    "jpeg, only in the thumbnail": thumbnail_with_place,
    "tiff": lambda: picture("TIFF", exif=gps()),
    "webp": lambda: picture("WEBP", exif=gps().tobytes()),
    "png": lambda: picture("PNG", exif=gps().tobytes()),
    "heic": lambda: (
        box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(40)) + box(b"mdat", b"\0\0\0\x06", gps().tobytes())
    ),
    "jpeg xl": lambda: JXL + box(b"Exif", bytes(4), gps().tobytes()[6:]),
    "jpeg xl, compressed": lambda: JXL + box(b"brob", b"Exif", bytes(40)),
    "panasonic rw2": lambda: raw(b"IIU\0", at=24),
    "olympus orf": lambda: raw(b"IIRO"),
    "olympus orf, newer": lambda: raw(b"IIRS"),
    "olympus orf, big-endian": lambda: raw(b"MMOR", ">"),
    "jpeg xr": lambda: raw(b"II\xbc\x01"),
    "cr3": lambda: (
        box(b"ftyp", b"crx \0\0\0\1crx isom")
        + box(b"moov", box(b"uuid", bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"), box(b"CMT4", raw(b"II*\0"))))
    ),
    "with whole numbers and fractions": lambda: raw(b"MM\0*", ">", kind=11),
    "with numbers of double width": lambda: raw(b"II*\0", kind=12, places=(34.0522, 118.2437)),
    "a map in tiff": map_picture,
    "xmp attribute": lambda: picture(xmp=b'<rdf:Description exif:GPSLatitude="34,3N" exif:GPSLongitude="118,14W"/>'),
    "xmp element": lambda: picture(xmp=b"<exif:GPSLatitude>34,3.1N</exif:GPSLatitude>"),
    "mp4 xyz": lambda: movie(box(b"\xa9xyz", b"\0\x12\x15\xc7", b"+34.0522-118.2437/")),
    "quicktime key": lambda: located("+34.0522-118.2437+089.000/"),
    "3gpp loci": lambda: movie(
        box(
            b"loci", bytes(4), b"\x15\xc7", b"home\0", b"\0", struct.pack(">iii", -118 << 16, 34 << 16, 0), b"earth\0\0"
        )
    ),
    "nmea": lambda: (
        b"\0\1\2" * 99 + b"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A" + b"\0\1" * 99
    ),
    "nmea in a track": lambda: film(
        b"text", b"\0\x40$GNGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"
    ),
    "camm": lambda: camm(LATITUDE, LONGITUDE),
    "camm, from a receiver": camm_of_a_receiver,
    "camm behind a photo": lambda: film(b"camm", struct.pack("<HHddd", 0, 5, LATITUDE, LONGITUDE, 0), before=picture()),
    "gopro": gopro,
    "gopro, newer": lambda: gopro(b"GPS9?\x20", 32),
    "sony": sony,
    "avchd": avchd,
    "a dash camera": lambda: movie() + bytes(64) + b"freeGPS " + bytes(64),
    "subtitles of a drone": lambda: film(
        b"tx3g", b"\0\x30F/2.8, SS 206.14, GPS (-118.2437, 34.0522, 15), D 24m", handler=b"sbtl"
    ),
    "subtitles of a drone, newer": lambda: film(b"text", b"\0\x2c[latitude: 34.0522] [longitude: -118.2437]"),
    "bare numbers in subtitles": lambda: film(b"wvtt", b"at 34.05224, -118.24368", handler=b"text"),
    "a track that is not known": lambda: film(b"djmd", bytes(40)),
    "matroska": lambda: (
        b"\x1a\x45\xdf\xa3" + bytes(40) + b"\x45\xa3\x88LOCATION\x44\x87\x92+34.0522-118.2437/" + bytes(9)
    ),
    "sound recorder": lambda: (
        b"RIFF\x99\0\0\0WAVEiXML" + b"<LOCATION_GPS>34.0522, -118.2437</LOCATION_GPS>" + b"\0" * 9
    ),
    "a watch": watch,
    "photo in a pdf": lambda: pdf_of(photo_in_pdf),
    "map in a pdf": lambda: pdf_of(map_in_pdf),
    "photo in a docx": lambda: zipped("word/media/i.jpeg", photo()),
    "photo in html": lambda: b'<img src="data:image/jpeg;base64,' + base64.b64encode(photo()) + b'">',
    "photo in rtf": lambda: rb"{\rtf1{\pict\jpegblip " + binascii.hexlify(photo()) + b"}}",
    "photo in sqlite": lambda: kept(photo()),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_position_in_a_file(tmp_path: Path, kind: str) -> None:
    found = place(tmp_path, FILES[kind]())
    assert found is not None
    assert any(each in found for each in TOLD), found


def test_what_cannot_be_read_is_said_to_be_possible(tmp_path: Path) -> None:
    for data in (film(b"djmd", bytes(40)), film(b"camm", b"\0\0\x63\0" + bytes(40)), avchd()):
        assert "may be in it" in str(place(tmp_path, data))
    assert "may be in it" not in str(place(tmp_path, camm(LATITUDE, LONGITUDE)))


def test_no_position_is_none(tmp_path: Path) -> None:
    nowhere = Image.Exif()
    nowhere[0x8825] = {0: b"\x02\x03\0\0", 29: "2026:03:01"}
    still = struct.pack("<HHfff", 0, 2, 0.1, 0.2, 0.3)
    for data in (
        picture(),
        picture(exif=gps((0, 0, 0), (0, 0, 0)).tobytes()),
        picture(exif=nowhere.tobytes()),
        raw(b"IIRO", places=(0, 0)),
        camm(0, 0),
        film(b"camm", still, still),
        film(b"gpmd", b"GPS5l\x14\0\1" + bytes(20)),
        film(b"tx3g", b"\0\x09See you.", handler=b"sbtl"),
        film(b"tmcd", bytes(4), handler=b"tmcd"),
        film(b"mett", b"application/x", bytes(40)),
        watch(0x7FFFFFFF, 0x7FFFFFFF),
        JXL,
        pdf_of(lambda made: None),
        movie(box(b"\xa9xyz", b"\0\x12\x15\xc7", b"+00.0000+000.0000/")),
        b"<svg><path d='M12.345678,78.901234 L1.234567,2.345678'/></svg>",
    ):
        assert place(tmp_path, data) is None


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool writes the positions")
def test_whatever_exiftool_writes_is_found(tmp_path: Path) -> None:
    sources = {"a.jpg": picture(), "a.png": picture("PNG"), "a.webp": picture("WEBP"), "a.tif": picture("TIFF")}
    sources |= {"b.mp4": movie(), "c.pdf": pdf_of(lambda made: None), "d.gif": picture("GIF")}
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in sources.items():
        (folder / name).write_bytes(data)
    where = ["-XMP:GPSLatitude=34.0522", "-XMP:GPSLongitude=-118.2437"]
    subprocess.run(
        ["exiftool", "-q", "-q", "-m", "-o", f"{tmp_path}/out/", *where, str(folder)], check=False, timeout=60
    )
    written = sorted((tmp_path / "out").iterdir())
    assert len(written) >= 5
    for path in written:
        assert place(tmp_path, path.read_bytes(), path.name), path.name


def test_a_position_that_lies_across_pieces_is_found_once_and_told_shortly(tmp_path: Path) -> None:
    data = bytes((1 << 20) - 30) + b"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A" + bytes(9)
    found = place(tmp_path, data)
    assert found is not None
    assert re.search(r"4807\.038,N", found)
    assert len(found) < 200
