"""EXIF into facts and moments, by Pillow and by exifread: each reads cameras that the other does not.

Source: CIPA DC-008 (Exif 3.0). Latitude and longitude are decimal degrees, north and east positive.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evidencekit.media.notes import Notes, clean, clean_bytes
from evidencekit.moments import exif_moment, gps_moment
from evidencekit.moments.found import offset_of

if TYPE_CHECKING:
    from PIL import Image

_IMAGE = {
    0x010F: ("make", "Make"),
    0x0110: ("model", "Model"),
    0x0131: ("software", "Software"),
    0x013C: ("host_computer", "HostComputer"),
    0x013B: ("artist", "Artist"),
    0x8298: ("copyright", "Copyright"),
    0x010E: ("description", "ImageDescription"),
}
_PHOTO = {
    0xA431: ("serial_number", "BodySerialNumber"),
    0xA430: ("owner", "CameraOwnerName"),
    0xA433: ("lens_make", "LensMake"),
    0xA434: ("lens", "LensModel"),
    0xA435: ("lens_serial_number", "LensSerialNumber"),
    0xA420: ("image_id", "ImageUniqueID"),
    0x829A: ("exposure_seconds", "ExposureTime"),
    0x829D: ("f_number", "FNumber"),
    0x8827: ("iso", "ISOSpeedRatings"),
    0x920A: ("focal_length_mm", "FocalLength"),
    0x9286: ("comment", "UserComment"),
}
_NUMBERS = frozenset({0x829A, 0x829D, 0x920A})
# Tag, name, its offset and its fraction of a second.
_TIMES = (
    (0x9003, "DateTimeOriginal", 0x9011, 0x9291),
    (0x9004, "DateTimeDigitized", 0x9012, 0x9292),
    (0x0132, "DateTime", 0x9010, 0x9290),
)
_SERIAL = ("MakerNote SerialNumber", "MakerNote InternalSerialNumber", "MakerNote CameraSerialNumber")
_LARGEST_MAKER_NOTE = 256 * 1024
MAKER_NOTE = 0x927C


def read_exif(data: bytes, notes: Notes) -> None:
    """An EXIF block, with or without its ``Exif\\0\\0``."""
    from PIL import Image

    data = data.removeprefix(b"Exif\0\0")
    exif = Image.Exif()
    try:
        exif.load(data)
        note = _tags_of_pillow(exif, notes)
    except Exception:  # noqa: BLE001 — Pillow raises nearly anything on a damaged directory
        notes.warn("The EXIF data is damaged; what could be read of it is listed.")
        note = True
    _second_look(io.BytesIO(data), notes, details=note and len(data) <= _LARGEST_MAKER_NOTE)


def read_tiff_exif(exif: Image.Exif, file: Any, notes: Notes) -> None:
    """The tags of a TIFF, which is itself what EXIF is made of."""
    try:
        note = _tags_of_pillow(exif, notes)
    except Exception:  # noqa: BLE001
        notes.warn("The EXIF data is damaged; what could be read of it is listed.")
        note = True
    file.seek(0)
    _second_look(file, notes, details=note)


def _tags_of_pillow(exif: Image.Exif, notes: Notes) -> bool:
    """Facts and moments; says whether there is a maker note."""
    orientation = exif.get(0x0112)
    if isinstance(orientation, int) and 1 <= orientation <= 8:
        notes.fact("orientation", orientation, "exif Orientation")
    for tag, (name, label) in _IMAGE.items():
        value = exif.get(tag)
        notes.fact(name, _copyright(value) if tag == 0x8298 else _plain(value), f"exif {label}")
    photo = exif.get_ifd(0x8769)
    for tag, (name, label) in _PHOTO.items():
        value = photo.get(tag)
        notes.fact(name, _comment(value) if tag == 0x9286 else _plain(value), f"exif {label}")
    for tag, label, offset, fraction in _TIMES:
        text = _text(exif.get(tag) if tag == 0x0132 else photo.get(tag))
        if text:
            _time(text, label, _text(photo.get(offset)), _text(photo.get(fraction)), notes)
    _position(exif.get_ifd(0x8825), notes)
    return MAKER_NOTE in photo


def _time(text: str, label: str, offset: str, fraction: str, notes: Notes) -> None:
    basis = f"exif {label}"
    moment = exif_moment(text, basis=basis, offset=offset or None, subsec=fraction or None)
    notes.time(moment, text, f"time {label}", basis)
    said = offset.strip(" :")
    if said and offset_of(offset) is None:
        name = label.replace("DateTime", "OffsetTime")
        notes.fact(f"offset {label}", offset, f"exif {name}")
        notes.warn(f"The offset “{clean(offset, 20)}” (exif {name}) is none that exists; it is kept as found.")


def _position(gps: Mapping[int, Any], notes: Notes) -> None:
    latitude, longitude = _degrees(gps.get(2), gps.get(1), b"S"), _degrees(gps.get(4), gps.get(3), b"W")
    if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
        notes.fact("gps", f"{latitude:.6f}, {longitude:.6f}", "exif GPSLatitude, GPSLongitude")
    elif 2 in gps or 4 in gps:
        notes.warn("The GPS position is damaged or incomplete and was not read.")
    altitude = _number(gps.get(6))
    if altitude is not None:
        below = gps.get(5) in (1, b"\x01")
        notes.fact("gps_altitude_m", round(-altitude if below else altitude, 1), "exif GPSAltitude")
    direction = _number(gps.get(17))
    if direction is not None:
        notes.fact("gps_direction_degrees", round(direction, 1), "exif GPSImgDirection")
    date, time = _text(gps.get(29)), gps.get(7)
    if date and isinstance(time, tuple) and len(time) == 3:
        parts = [_number(part) for part in time]
        if None not in parts:
            clock = ":".join(
                f"{part:09.6f}".rstrip("0").rstrip(".") if n == 2 else f"{part:02.0f}" for n, part in enumerate(parts)
            )
            basis = "exif GPSDateStamp, GPSTimeStamp"
            notes.time(gps_moment(date, clock, basis=basis), f"{date} {clock}", "time GPS", basis)


def _degrees(value: object, reference: object, negative: bytes) -> float | None:
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    parts = [_number(part) for part in value]
    if any(part is None for part in parts):
        return None
    degrees, minutes, seconds = (part or 0.0 for part in parts)
    total = degrees + minutes / 60 + seconds / 3600
    letter = reference if isinstance(reference, bytes) else str(reference or "").encode("ascii", "replace")
    return -total if letter.strip(b"\0 ").upper().startswith(negative) else total


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _plain(value: object) -> object:
    """A tag's value as text or number; rationals become numbers, a list of one its element."""
    if isinstance(value, tuple | list):
        if len(value) != 1:
            return ", ".join(str(_plain(part)) for part in value[:50])
        value = value[0]
    if isinstance(value, str | bytes):
        return _ended(value)
    if isinstance(value, int) or value is None:
        return value
    number = _number(value)
    return None if number is None else round(number, 6)


def _ended(value: str | bytes) -> str:
    """An ASCII tag's text, which ends at its first NUL; what a camera's buffer held behind it means nothing."""
    if isinstance(value, bytes):
        return clean_bytes(value.partition(b"\0")[0])
    return value.partition("\0")[0]


def _copyright(value: object) -> object:
    """The photographer's, and behind a NUL the editor's (CIPA DC-008 4.6.4)."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return _plain(value)
    return "; ".join(part.strip() for part in value.split("\0")[:2] if part.strip())


def _text(value: object) -> str:
    if isinstance(value, str | bytes):
        return _ended(value).strip(" ")
    return str(value) if isinstance(value, int) else ""


def _comment(value: object) -> object:
    """UserComment: eight bytes name the character set."""
    if not isinstance(value, bytes):
        return value
    mark, text = value[:8], value[8:]
    if mark.startswith(b"UNICODE"):
        if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return _ended(text.decode("utf-16", "replace"))
        return _ended(text.decode("utf-16-le" if text[1:2] == b"\0" else "utf-16-be", "replace"))
    if mark.startswith((b"ASCII", b"\0\0\0\0")):
        return _ended(text.lstrip(b"\0 ")) or None
    return clean_bytes(value) if value.strip(b"\0 ") else None


def _second_look(file: Any, notes: Notes, *, details: bool) -> None:
    """exifread, for what Pillow did not give: maker notes' serial numbers, and directories it gave up on."""
    import exifread

    try:
        tags = exifread.process_file(file, details=details, extract_thumbnail=False)
    except Exception:  # noqa: BLE001 — it raises nearly anything on a damaged file; Pillow's reading stands
        return
    for name, label in [*_IMAGE.values(), *_PHOTO.values()]:
        if not notes.has(name) and label not in ("UserComment", "ExposureTime", "FNumber", "FocalLength"):
            found = tags.get(f"Image {label}") or tags.get(f"EXIF {label}")
            notes.fact(name, _printable(found), f"exif {label}")
    for key in _SERIAL:
        number = _printable(tags.get(key))
        if number.strip("0 []."):
            notes.fact("serial_number", number, f"exif maker note {key.partition(' ')[2]}")
    if not notes.moments:
        _times_of_exifread(tags, notes)


def _times_of_exifread(tags: Mapping[str, Any], notes: Notes) -> None:
    for key, label in (
        ("EXIF DateTimeOriginal", "DateTimeOriginal"),
        ("EXIF DateTimeDigitized", "DateTimeDigitized"),
        ("Image DateTime", "DateTime"),
    ):
        text = _printable(tags.get(key))
        if text:
            offset = _printable(tags.get(f"EXIF {label.replace('DateTime', 'OffsetTime')}"))
            _time(text, label, offset, "", notes)


def _printable(tag: Any) -> str:
    return _ended(str(getattr(tag, "printable", "") or "")).strip() if tag is not None else ""
