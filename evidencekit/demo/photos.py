"""Photograph files with the metadata a phone or a police camera writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825


@dataclass(frozen=True, slots=True)
class Camera:
    """What a camera says about itself; a ``zoned`` one writes the offset with each time."""

    make: str
    model: str
    serial: str
    software: str
    zoned: bool


PHONE = Camera("Lumen", "Lumen P7", "LP7-0417-2210", "OS 18.2", zoned=True)
OLD_PHONE = Camera("Lumen", "Lumen P3", "", "OS 11.4", zoned=False)
POLICE = Camera("Castor", "D-90 Forensic", "0090417", "FW 2.10", zoned=False)


def photo_exif(camera: Camera, at: datetime, orientation: int, place: tuple[float, float] | None) -> bytes:
    """EXIF of a photograph taken ``at``; ``place`` is latitude and longitude in degrees. Source: CIPA DC-008 4.6."""
    from PIL import Image
    from PIL.TiffImagePlugin import IFDRational

    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = camera.make, camera.model, camera.software
    exif[0x0112], exif[0x0132] = orientation, f"{at:%Y:%m:%d %H:%M:%S}"
    inner = exif.get_ifd(_EXIF_IFD)
    inner[0x9003] = inner[0x9004] = f"{at:%Y:%m:%d %H:%M:%S}"
    inner[0x829A], inner[0x829D] = IFDRational(1, 120), IFDRational(9, 5)
    inner[0x8827], inner[0x920A] = 400, IFDRational(26, 1)
    if camera.serial:
        inner[0xA431] = camera.serial
    if camera.zoned:
        offset = f"{at:%z}"
        inner[0x9010] = inner[0x9011] = inner[0x9012] = f"{offset[:3]}:{offset[3:]}"
    if place:
        gps = exif.get_ifd(_GPS_IFD)
        utc = at.astimezone(UTC)
        gps[1], gps[2] = "N" if place[0] >= 0 else "S", _degrees(place[0])
        gps[3], gps[4] = "E" if place[1] >= 0 else "W", _degrees(place[1])
        gps[7] = (IFDRational(utc.hour), IFDRational(utc.minute), IFDRational(utc.second))
        gps[29] = f"{utc:%Y:%m:%d}"
    return exif.tobytes()


def capture_exif(at: datetime) -> bytes:
    """EXIF of a screen capture: when, with the offset, and the word a phone writes with it."""
    from PIL import Image

    exif = Image.Exif()
    inner = exif.get_ifd(_EXIF_IFD)
    offset = f"{at:%z}"
    inner[0x9003], inner[0x9011] = f"{at:%Y:%m:%d %H:%M:%S}", f"{offset[:3]}:{offset[3:]}"
    inner[0x9286] = b"ASCII\0\0\0Screenshot"
    return exif.tobytes()


def jpeg(image: Image.Image, exif: bytes, orientation: int) -> bytes:
    """The file's bytes; pixels are stored so that ``orientation`` (1, 3 or 6) sets them upright."""
    from PIL import Image

    if orientation == 6:
        image = image.transpose(Image.Transpose.ROTATE_90)
    elif orientation == 3:
        image = image.transpose(Image.Transpose.ROTATE_180)
    out = BytesIO()
    image.save(out, format="JPEG", quality=84, exif=exif)
    return out.getvalue()


def _degrees(value: float) -> tuple[object, object, object]:
    from PIL.TiffImagePlugin import IFDRational

    seconds = round(abs(value) * 360_000)
    return IFDRational(seconds // 360_000), IFDRational(seconds // 6_000 % 60), IFDRational(seconds % 6_000, 100)
