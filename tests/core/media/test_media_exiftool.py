"""ExifTool beside ours: its reading kept whole, and how far the two agree. Skipped where it is not installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.media.exiftool import checked, installed_version, read_with_exiftool
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.image import ImageReader
from evidencekit.media.protocol import Source
from evidencekit.model import Reading

TOOL = shutil.which("exiftool")
needs_exiftool = pytest.mark.skipif(TOOL is None, reason="exiftool is not installed")
TEXTS = ("DateTimeOriginal", "OffsetTime", "OffsetTimeOriginal", "OffsetTimeDigitized", "SubSecTime",
         "SubSecTimeOriginal", "SubSecTimeDigitized")  # fmt: skip
NUMBERS = {"GPSAltitude": "gps_altitude_m", "GPSImgDirection": "gps_direction_degrees",
           "GPSHPositioningError": "gps_accuracy_m"}  # fmt: skip
PLACES = ("GPSLatitude", "GPSLongitude")


def readings(folder: Path) -> dict[Path, Reading]:
    rules, found = ExtensionRules(), {}
    for path in sorted(p for name in ("exif", "exiftool", "heif") for p in (folder / name).rglob("*") if p.is_file()):
        media_type = identify(path, path.name, rules).media_type
        if media_type in ImageReader.media_types:
            found[path] = ImageReader().read(Source(path, path.name, media_type, "UTC"), path.parent, Job())
    return found


def asked(paths: list[Path]) -> dict[Path, dict[str, Any]]:
    tags = [f"-{tag}" for tag in (*TEXTS, *NUMBERS, *PLACES, "GPSDateTime")]
    said = subprocess.run([str(TOOL), "-j", "-n", *tags, "--", *map(str, paths)], capture_output=True, check=False)
    return {Path(each.pop("SourceFile")): each for each in json.loads(said.stdout)}


def agrees(tag: str, value: object, reading: Reading) -> bool:
    facts = [(fact.name, fact.value) for fact in reading.facts]
    if tag == "DateTimeOriginal":
        ours = [m.as_found.replace(" ", "") for m in reading.moments]
        return any(each.startswith(str(value).replace(" ", "")) for each in ours)
    if tag == "GPSDateTime":
        ours = [m.value.replace("-", ":").replace("T", " ")[:19] for m in reading.moments if "GPS" in m.basis]
        return str(value)[:19] in ours
    if tag in TEXTS:
        kind = "offset" if tag.startswith("Offset") else "subsec"
        name = f"{kind} DateTime{tag.removeprefix('OffsetTime').removeprefix('SubSecTime')}"
        return (name, str(value)) in facts
    if not isinstance(value, int | float):  # “undef”: it found no number there
        return not any(name == NUMBERS.get(tag, "gps") for name, _ in facts)
    if tag in PLACES:
        at = PLACES.index(tag)
        ours_there = [float(str(found).split(", ")[at]) for name, found in facts if name == "gps"]
        return any(abs(each - value) < 1e-6 for each in ours_there)
    return any(name == NUMBERS[tag] and abs(float(str(found)) - value) <= 0.0501 for name, found in facts)


@needs_exiftool
def test_ours_and_exiftools_agree(corpus: Path) -> None:
    ours = readings(corpus)
    theirs = asked(list(ours))
    compared, differences = 0, []
    for path, tags in theirs.items():
        for tag, value in tags.items():
            if isinstance(value, int | float) or value.strip(" 0:Z"):  # what is there but says nothing is no value
                compared += 1
                if not agrees(tag, value, ours[path]):
                    differences.append(f"{path.relative_to(corpus)} {tag} {value!r}")
    print(f"{compared} values compared, {len(differences)} differ: {differences}")
    assert compared > 100
    assert len(differences) <= compared * 0.01, differences


def test_a_result_that_is_none_is_refused() -> None:
    wrong: tuple[Any, ...] = ({"tags": [], "version": "1"}, {"tags": {"x" * 300: 1}, "version": "1"}, {}, [], None)
    for data in wrong:
        with pytest.raises((ValueError, TypeError, KeyError)):
            checked(data)
    assert checked({"tags": {"GPS:GPSLatitude": 1.5}, "version": "12.57"})["tags"] == {"GPS:GPSLatitude": 1.5}


def test_without_the_leave_to_start_it_nothing_is_started(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (5, 5)).save(path)
    with pytest.raises(ReaderError, match="not on this computer"):
        read_with_exiftool(Source(path, path.name, "image/png", "UTC"), {}, tmp_path / "out", Job())
    assert not (tmp_path / "out" / "room").exists()


@needs_exiftool
def test_its_reading_is_made_in_the_cage_and_names_no_place(tmp_path: Path) -> None:
    path = tmp_path / "IMG_1 ; touch x.jpg"
    tags = Image.Exif()
    tags[0x010F] = "Pear"
    Image.new("L", (5, 5)).save(path, "JPEG", exif=tags)
    with Readers(1) as readers:
        made = readers.submit_study(
            path, path.name, "image/jpeg", "UTC", tmp_path / "out", work="exiftool", settings={}
        ).result(60)
    assert made.warnings == ()
    assert made.result is not None
    found = json.loads(made.result.read_text("utf-8"))
    assert (found["tool"], found["version"]) == ("ExifTool", installed_version())
    assert (found["tags"]["IFD0:Make"], found["tags"]["File:ImageWidth"]) == ("Pear", 5)
    assert not any(key.startswith("System:") or key == "SourceFile" for key in found["tags"])
    assert str(tmp_path) not in made.result.read_text("utf-8")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [made.result.name]
