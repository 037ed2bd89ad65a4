"""EXIF into facts and moments, by Pillow and by exifread: each reads cameras that the other does not.

What both read alike is kept once. Where they differ both values are kept, each with the name of the library behind its
basis, and a warning says so. Source: CIPA DC-008 (Exif 3.0).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from evidencekit.media import exifvalues, places
from evidencekit.media.apple import apple_note
from evidencekit.media.notes import Notes, clean
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
_COPYRIGHT = 0x8298
_SPECIAL: dict[int, Callable[[object], object]] = {_COPYRIGHT: exifvalues.copyright_of, 0x9286: exifvalues.comment}
# Tag, name, its offset and its fraction of a second.
_TIMES = (
    (0x9003, "DateTimeOriginal", 0x9011, 0x9291),
    (0x9004, "DateTimeDigitized", 0x9012, 0x9292),
    (0x0132, "DateTime", 0x9010, 0x9290),
)
_MAKER = {
    "serial_number": ("SerialNumber", "CameraSerialNumber"),
    "internal_serial_number": ("InternalSerialNumber",),
    "lens_serial_number": ("LensSerialNumber",),
}
_SPEEDS = {"K": "km/h", "M": "mph", "N": "knots"}
_APPLE = {"burst_id": "BurstUUID", "live_photo_id": "ContentIdentifier", "image_id": "ImageUniqueID"}
_TELLING = ("CANON", "NIKON", "FUJIFILM", "OLYMPUS", "OM DIGITAL", "SONY", "CASIO")
_LARGEST_MAKER_NOTE = 256 * 1024
_DAMAGED = "The EXIF data is damaged; what could be read of it is listed."
MAKER_NOTE = 0x927C
ORIENTATION = 0x0112
TURNS = {
    1: "upright as stored",
    2: "shown mirrored left to right",
    3: "shown turned by 180°",
    4: "shown mirrored top to bottom",
    5: "shown mirrored, then turned 90° counter-clockwise",
    6: "shown turned 90° clockwise",
    7: "shown mirrored, then turned 90° clockwise",
    8: "shown turned 90° counter-clockwise",
}

Tags = dict[str, dict[int, Any]]  # "image", "photo", "gps" → tag → value, as the library gives it


def read_exif(data: bytes, notes: Notes) -> None:
    """An EXIF block, with or without its ``Exif\\0\\0``."""
    from PIL import Image

    data = data.removeprefix(b"Exif\0\0")
    exif = Image.Exif()
    try:
        exif.load(data)
    except Exception:  # noqa: BLE001 — Pillow raises nearly anything on a damaged directory
        notes.warn(_DAMAGED)
    _read(exif, io.BytesIO(_without_note(data, exif)), len(data) <= _LARGEST_MAKER_NOTE, notes)


def read_tiff_exif(exif: Image.Exif, file: Any, notes: Notes) -> None:
    """The tags of a TIFF, which is itself what EXIF is made of."""
    _read(exif, file, True, notes)


def _read(exif: Image.Exif, file: Any, small: bool, notes: Notes) -> None:
    first = _by_pillow(exif, notes)
    second, maker = _by_exifread(file, details=small and (MAKER_NOTE in first["photo"] or not first["photo"]))
    turn = _first(_turn(first), _turn(second))
    if turn is not None:
        tell_orientation(turn, "exif Orientation", notes)
    for place, table in (("image", _IMAGE), ("photo", _PHOTO)):
        for tag, (name, label) in table.items():
            read = _SPECIAL.get(tag, exifvalues.plain)
            one, other = read(first[place].get(tag)), read(second[place].get(tag))
            if tag == _COPYRIGHT and one:
                other = one  # exifread stops before the editor's
            _both(name, f"exif {label}", one, other, notes)
    for tag, label, offset, fraction in _TIMES:
        _times(label, _said(first, tag, offset, fraction), _said(second, tag, offset, fraction), notes)
    _positions(first["gps"], second["gps"], notes)
    _maker_notes(maker, first["photo"].get(MAKER_NOTE), notes)


def tell_orientation(turn: int, basis: str, notes: Notes) -> None:
    """Keep how a stored picture is turned, EXIF's number 1 to 8, also in words; once when two sources agree."""
    if any(fact.name == "orientation" and fact.value == turn for fact in notes.facts):
        return
    notes.fact("orientation", turn, basis)
    notes.fact("orientation_words", TURNS[turn], basis)


def _by_pillow(exif: Image.Exif, notes: Notes) -> Tags:
    tags: Tags = {"image": {}, "photo": {}, "gps": {}}
    try:
        tags["image"] = dict(exif)
    except Exception:  # noqa: BLE001
        notes.warn(_DAMAGED)
    for place, directory in (("photo", 0x8769), ("gps", 0x8825)):
        try:
            tags[place] = dict(exif.get_ifd(directory))
        except Exception:  # noqa: BLE001
            notes.warn(_DAMAGED)
    return tags


def _by_exifread(file: Any, *, details: bool) -> tuple[Tags, Mapping[str, Any]]:
    """The same tags by exifread, and all it found by its own names; nothing where it gives up on a file."""
    import exifread

    tags: Tags = {"image": {}, "photo": {}, "gps": {}}
    try:
        file.seek(0)
        found = exifread.process_file(file, details=details, extract_thumbnail=False)
    except Exception:  # noqa: BLE001 — it raises nearly anything on a damaged file; Pillow's reading stands
        return tags, {}
    for name, tag in found.items():
        kind, _, rest = name.partition(" ")
        place = {"Image": "image", "EXIF": "photo", "GPS": "gps"}.get(kind)
        if place and not rest.startswith("SubIFD") and hasattr(tag, "values"):
            tags[place].setdefault(tag.tag, tag.values)
    return tags, found


def _without_note(data: bytes, exif: Image.Exif) -> bytes:
    """The block with a maker note of no length, unless it is one in which exifread finds serial numbers: it reads
    notes byte by byte, and phones write long ones."""
    try:
        make, order = str(exif.get(0x010F, "")), "<" if data[:2] == b"II" else ">"
        if make.upper().startswith(_TELLING):
            return data
        start = int(exif.get(0x8769) or 0)
        for entry in range(struct.unpack_from(order + "H", data, start)[0]):
            at = start + 2 + 12 * entry
            if struct.unpack_from(order + "H", data, at)[0] == MAKER_NOTE:
                return data[: at + 4] + bytes(4) + data[at + 8 :]
    except (TypeError, ValueError, struct.error):
        pass
    return data


def _turn(tags: Tags) -> int | None:
    found = exifvalues.plain(tags["image"].get(ORIENTATION))
    return found if isinstance(found, int) and 1 <= found <= 8 else None


def _first(one: Any, other: Any) -> Any:
    return other if _empty(one) else one


def _empty(value: object) -> bool:
    return value is None or value in ("", (), [], b"")


def _both(name: str, basis: str, one: object, other: object, notes: Notes) -> None:
    if _empty(one) or _empty(other) or _same(one, other):
        notes.fact(name, _first(one, other), basis)
        return
    notes.fact(name, one, f"{basis} (Pillow)")
    notes.fact(name, other, f"{basis} (exifread)")
    _differ(basis, notes)


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return str(one).split() == str(other).split()
    first, second = exifvalues.number(one), exifvalues.number(other)
    return first is not None and second is not None and abs(first - second) <= 1e-6 * max(1.0, abs(first))


def _differ(basis: str, notes: Notes) -> None:
    notes.warn(f"Two ways of reading {basis} give different values; both are listed.")


def _said(tags: Tags, tag: int, offset: int, fraction: int) -> tuple[str, str, str]:
    photo = tags["photo"]
    whole = tags["image"] if tag == 0x0132 else photo
    return exifvalues.text(whole.get(tag)), exifvalues.text(photo.get(offset)), exifvalues.text(photo.get(fraction))


def _times(label: str, one: tuple[str, str, str], other: tuple[str, str, str], notes: Notes) -> None:
    first = tuple(a or b for a, b in zip(one, other, strict=True))
    second = tuple(b or a for a, b in zip(one, other, strict=True))
    if first == second:
        _time(label, first, f"exif {label}", "", notes)
        return
    _time(label, first, f"exif {label} (Pillow)", " (Pillow)", notes)
    _time(label, second, f"exif {label} (exifread)", " (exifread)", notes)
    _differ(f"exif {label}", notes)


def _time(label: str, said: tuple[str, ...], basis: str, by: str, notes: Notes) -> None:
    text, offset, fraction = said
    offset_tag = label.replace("DateTime", "OffsetTime")
    notes.fact(f"offset {label}", offset, f"exif {offset_tag}{by}")
    notes.fact(f"subsec {label}", fraction, f"exif {label.replace('DateTime', 'SubSecTime')}{by}")
    if offset.strip(" :") and offset_of(offset) is None:
        notes.warn(f"The offset “{clean(offset, 20)}” (exif {offset_tag}) is none that exists; it is kept as found.")
    if text:
        moment = exif_moment(text, basis=basis, offset=offset or None, subsec=fraction or None)
        notes.time(moment, text, f"time {label}", basis)


def _positions(one: Mapping[int, Any], other: Mapping[int, Any], notes: Notes) -> None:
    first, second = ({tag: _first(a.get(tag), b.get(tag)) for tag in {*a, *b}} for a, b in ((one, other), (other, one)))
    here, there = _place(first), _place(second)
    basis = "exif GPSLatitude, GPSLongitude"
    if here is not None and there is not None and places.in_words(here) != places.in_words(there):
        places.tell(here, f"{basis} (Pillow)", notes)
        places.tell(there, f"{basis} (exifread)", notes)
        _differ("exif GPS", notes)
    elif here is not None or there is not None:
        places.tell(here or there, basis, notes)  # type: ignore[arg-type]
    elif 2 in first or 4 in first:
        notes.warn("The GPS position is damaged or incomplete and was not read.")
    for name, label, one_value, other_value in (
        ("gps_altitude_m", "GPSAltitude", _altitude(first), _altitude(second)),
        ("gps_direction_degrees", "GPSImgDirection", _number(first, 17), _number(second, 17)),
        ("gps_accuracy_m", "GPSHPositioningError", _number(first, 31), _number(second, 31)),
    ):
        _both(name, f"exif {label}", one_value, other_value, notes)
    speed = _number(first, 13)
    if speed is not None:
        unit = _SPEEDS.get(exifvalues.text(first.get(12)).upper(), "km/h")
        notes.fact("gps_speed", f"{speed:g} {unit}", "exif GPSSpeed, GPSSpeedRef")
    notes.fact("gps_datum", exifvalues.text(first.get(18)), "exif GPSMapDatum")
    notes.fact("gps_method", exifvalues.comment(first.get(27)), "exif GPSProcessingMethod")
    for by, tags in (("", first), (" (exifread)", second)):
        date, clock = exifvalues.text(tags.get(29)), exifvalues.clock(tags.get(7))
        if by and (date, clock) == (exifvalues.text(first.get(29)), exifvalues.clock(first.get(7))):
            return
        if date and clock:
            basis = f"exif GPSDateStamp, GPSTimeStamp{by}"
            notes.time(gps_moment(date, clock, basis=basis), f"{date} {clock}", "time GPS", basis)


def _place(gps: Mapping[int, Any]) -> places.Place | None:
    latitude = exifvalues.degrees(gps.get(2), gps.get(1), b"S")
    longitude = exifvalues.degrees(gps.get(4), gps.get(3), b"W")
    if latitude is None or longitude is None:
        return None
    accuracy, magnetic = _number(gps, 31), exifvalues.text(gps.get(16)).upper() == "M"
    place = places.Place(latitude, longitude, _altitude(gps), _number(gps, 17), magnetic, accuracy)
    return place if place.possible else None


def _altitude(gps: Mapping[int, Any]) -> float | None:
    metres = _number(gps, 6)
    below = exifvalues.raw(gps.get(5)) == b"\x01" or exifvalues.plain(gps.get(5)) == 1
    return None if metres is None else -metres if below else metres


def _number(gps: Mapping[int, Any], tag: int) -> float | None:
    found = exifvalues.number(gps.get(tag))
    return None if found is None else round(found, 1)


def _maker_notes(found: Mapping[str, Any], note: object, notes: Notes) -> None:
    """Serial numbers that cameras write in their own way, and what ties a Live Photo to its movie."""
    for name, keys in _MAKER.items():
        for key in keys:
            number = _printable(found.get(f"MakerNote {key}"))
            if number.strip("0 []."):
                notes.fact(name, number, f"exif maker note {key}")
    held = note if isinstance(note, bytes) else b""
    for name, ident in apple_note(held).items():
        notes.fact(name, ident, f"exif maker note {_APPLE[name]}")


def _printable(tag: Any) -> str:
    return exifvalues.ended(str(getattr(tag, "printable", "") or "")).strip() if tag is not None else ""
