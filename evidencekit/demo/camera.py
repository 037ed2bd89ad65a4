"""The photographs of the synthetic case: what was taken when, with which camera, and how it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evidencekit.demo import photos
from evidencekit.demo.canvas import Pencils
from evidencekit.demo.photos import OLD_PHONE, PHONE, POLICE, Camera
from evidencekit.demo.plan import Shot, Wanted, Write, seeded
from evidencekit.demo.timeline import later, local

LIBRARY, _HOME, _ROAD = (32.7488, -117.1297), (32.7611, -117.1184), (32.7553, -117.1242)


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph. ``place`` is latitude and longitude or None; ``orientation`` 1, 3 or 6."""

    key: str
    at: str
    scene: str
    camera: Camera = PHONE
    orientation: int = 1
    place: tuple[float, float] | None = None
    marker: int = 0


# Most important first.
_TAKEN = (
    Photo("photo:dusk", "2026-02-11 18:36", "dusk", place=LIBRARY),
    Photo("photo:note", "2026-03-04 21:22", "note", place=_HOME),
    Photo("photo:roses", "2026-02-14 08:15", "bouquet", orientation=6, place=_HOME),
    Photo("photo:bay6", "2026-03-02 12:10", "library", orientation=3, place=LIBRARY),
    Photo("photo:mirror", "2026-03-21 19:20", "mirror", place=_ROAD),
    Photo("photo:desk", "2026-01-22 16:58", "desk", camera=OLD_PHONE),
    Photo("photo:parking", "2026-02-06 18:20", "parking", place=LIBRARY),
    Photo("photo:april", "2026-04-17 12:31", "library", place=LIBRARY),
    Photo("photo:second-note", "2026-03-05 07:12", "note", orientation=6),
    Photo("photo:level2", "2026-04-08 17:44", "parking", orientation=3, place=LIBRARY),
    Photo("photo:curb", "2026-03-11 22:34", "dusk", camera=OLD_PHONE),
    Photo("photo:friday", "2026-04-24 16:52", "parking", place=LIBRARY),
)
_POLICE = (
    Photo("police:note", "2026-03-05 09:52", "note", camera=POLICE, marker=1),
    Photo("police:note-detail", "2026-03-05 09:55", "note", camera=POLICE, orientation=6, marker=1),
    Photo("police:card", "2026-03-05 10:04", "desk", camera=POLICE, marker=2),
    Photo("police:street", "2026-03-09 09:31", "library", camera=POLICE),
    Photo("police:car", "2026-04-24 17:26", "parking", camera=POLICE, marker=4),
)
_FURTHER = ("dusk", "library", "parking", "mirror")


def shots(count: int, seed: int) -> list[Shot]:
    """Photographs from the victim's phone: those above, then the car again and again."""
    taken = list(_TAKEN[:count])
    for n in range(count - len(taken)):
        at = later(local("2026-02-13 12:20"), hours=n * 43 % 1600, minutes=n * 7 % 60)
        taken.append(Photo(f"photo:{n + 13:03d}", f"{at:%Y-%m-%d %H:%M}", _further(n), place=LIBRARY))
    pencils = Pencils()
    return [Shot(p.key, local(p.at), written(p, pencils, seed), screen=False) for p in taken]


def _further(n: int) -> str:
    return _FURTHER[n % len(_FURTHER)]


def names_the_library(key: str) -> bool:
    """Whether the photograph of that key shows the library's name over its door, which only an eye finds."""
    known = {each.key: each.scene for each in (*_TAKEN, *_POLICE)}
    kind, _, number = key.partition(":")
    scene = _further(int(number) - 13) if kind == "photo" and number.isdecimal() else known.get(key)
    return scene == "library"


def police(seed: int) -> list[Wanted]:
    """The detective's photographs."""
    pencils = Pencils()
    return [
        Wanted(p.key, f"detective/Photos/DSC_{412 + n:04d}.JPG", local(p.at), written(p, pencils, seed))
        for n, p in enumerate(_POLICE)
    ]


def written(photo: Photo, pencils: Pencils, seed: int, *, part: float = 1.0) -> Write:
    """Writes the photograph; only its first ``part`` when the copy was interrupted."""

    def write(path: Path) -> None:
        content = photo_bytes(photo, pencils, seed)
        path.write_bytes(content[: round(len(content) * part)])

    return write


def photo_bytes(photo: Photo, pencils: Pencils, seed: int) -> bytes:
    """The JPEG file."""
    from evidencekit.demo import scenes

    rng = seeded(seed, photo.key)
    image = scenes.SCENES[photo.scene](rng, pencils)
    if photo.orientation == 6:
        margin = (image.width - image.height * 3 // 4) // 2
        image = image.crop((margin, 0, image.width - margin, image.height))
    if photo.marker:
        image = scenes.with_marker(image, photo.marker, pencils)
    at = later(local(photo.at), seconds=rng.randrange(60))
    return photos.jpeg(image, photos.photo_exif(photo.camera, at, photo.orientation, photo.place), photo.orientation)


def interrupted(seed: int) -> Write:
    """A photograph whose copy broke off after two fifths."""
    return written(_TAKEN[0], Pencils(), seed, part=0.4)


def bowl(seed: int) -> bytes:
    """The picture that came with a mail; without any metadata of place."""
    return photo_bytes(Photo("photo:bowl", "2026-01-24 20:58", "bowl", camera=OLD_PHONE), Pencils(), seed)
