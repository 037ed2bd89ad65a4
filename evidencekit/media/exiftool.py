"""ExifTool's reading of a file, kept whole beside ours where the program is installed.

It runs as :mod:`evidencekit.media.outside` lets it: on a copy in the folder of the call, without network, bounded. What
it says of that copy's own place and times is left out; what it says of the content is kept as it says it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import outside
from evidencekit.media.protocol import Source
from evidencekit.model import Study

PROGRAM, TOOL = "exiftool", "ExifTool"
MEDIA_TYPES = ("image/*", "video/*", "audio/*")
_SECONDS = 60.0
_LARGEST = 2 << 30
_MOST_JSON = 8 << 20
_WORDS = "-j -G1 -a -u -struct -api largefilesupport=1 -charset filename=utf8"
_OPTIONS = ("-config", "", *_WORDS.split())
_COMPLAINTS = ("ExifTool:Warning", "ExifTool:Error")
_SAFE = re.compile(r"[a-z0-9]{1,5}", re.ASCII)


def installed_version() -> str:
    """The version of the program on this computer, “” without one. It opens no evidence to say so."""
    path = outside.found().get(PROGRAM)
    if path is None:
        return ""
    try:
        return _version_of(path, Path(path).stat().st_mtime_ns)
    except (OSError, subprocess.SubprocessError):
        return ""


@lru_cache(maxsize=4)
def _version_of(path: str, changed: int) -> str:
    del changed  # another program under the same name is asked again
    said = subprocess.run(
        [path, "-config", "", "-ver"], capture_output=True, timeout=20, stdin=subprocess.DEVNULL, check=False
    )
    version = said.stdout.decode("ascii", "replace").strip()
    return version if re.fullmatch(r"\d{1,3}\.\d{1,3}", version, re.ASCII) else ""


def read_with_exiftool(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """The result is JSON: ``tool``, ``version`` and ``tags``, ExifTool's own names with their groups
    (“GPS:GPSLatitude”) as ``exiftool -j -G1 -a -u -struct`` prints them.

    Raises :class:`~evidencekit.errors.ReaderError` when the program is not there, the file is too large to copy, or it
    gives no answer in time."""
    del settings, job
    if source.path.stat().st_size > _LARGEST:
        raise ReaderError(
            f"The file is larger than {_LARGEST >> 30} GB; ExifTool was not asked about it.",
            todo="Ask it yourself about a copy.",
        )
    room = out / "room"
    room.mkdir(parents=True)
    try:
        extension = source.untrusted_name.rpartition(".")[2].lower()
        name = f"item.{extension}" if _SAFE.fullmatch(extension) else "item"
        shutil.copyfile(source.path, room / name)
        ran = outside.run(PROGRAM, [*_OPTIONS, "--", name], room, _SECONDS)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    if ran.code is None:
        raise ReaderError(
            f"ExifTool gave no answer within {_SECONDS:.0f} seconds.", todo="Ask it yourself about a copy."
        )
    tags = _tags(ran.out)
    version = str(tags.pop("ExifTool:ExifToolVersion", ""))
    warnings = tuple(
        f"ExifTool: {value}" for key, value in tags.items() if key in _COMPLAINTS and isinstance(value, str)
    )
    result = out / "exiftool.json"
    result.write_text(json.dumps({"tool": TOOL, "version": version, "tags": tags}, ensure_ascii=True), "ascii")
    return Study(result, warnings)


def _tags(out: bytes) -> dict[str, Any]:
    """What it printed, without what is true of the copy only."""
    if len(out) > _MOST_JSON:
        raise ReaderError(
            f"ExifTool says more than {_MOST_JSON >> 20} MB about the file; that was not kept.",
            todo="Ask it yourself about a copy.",
        )
    try:
        said = json.loads(out.decode("utf-8", "replace"))
        tags = dict(said[0])
    except (ValueError, TypeError, IndexError, KeyError, RecursionError):
        raise ReaderError("ExifTool gave no answer that can be read.", todo="Install it again.") from None
    return {key: value for key, value in tags.items() if key != "SourceFile" and not key.startswith("System:")}


def checked(data: Any) -> dict[str, Any]:
    """The tags of a result that came back from a worker, which is not to be trusted. Raises ``ValueError``,
    ``TypeError`` or ``KeyError`` when it is none."""
    tags = data["tags"]
    if not isinstance(tags, dict) or not all(isinstance(key, str) and len(key) <= 200 for key in tags):
        raise ValueError("not a list of tags")
    return {"version": str(data["version"])[:20], "tags": tags}
