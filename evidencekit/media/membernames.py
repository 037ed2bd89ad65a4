"""Names found inside archives, made fit to stand in a received path: nothing in them can lead out of it.

A dangerous part becomes its look-alike, as :func:`evidencekit.media.notes.clean_name` does with separators; what the
archive really says stays readable.
"""

from __future__ import annotations

import re

from evidencekit.media.notes import clean_name

LONGEST_PART = 255
_MOST_PARTS = 40
_DRIVE = re.compile(r"[A-Za-z]:")
_DOTS = re.compile(r"\.\.+[ .]*|\. *")


def member_name(found: str, *, backslashes: bool = False) -> str:
    """The path of a member below its archive, ``folder/a.txt``: relative, of bounded length, never empty.

    ``backslashes`` separate folders too, as some writers of ZIP have it; else they are part of a name."""
    path = found.replace("\\", "/") if backslashes else found
    parts = [_part(part) for part in path.split("/") if part not in ("", ".")]
    if not parts:
        return "unnamed"
    if _DRIVE.match(parts[0]):
        parts[0] = parts[0].replace(":", "\u2236", 1)
    if len(parts) > _MOST_PARTS:
        parts = [*parts[: _MOST_PARTS - 1], "\u2215".join(parts[_MOST_PARTS - 1 :])]
        parts[-1] = shortened(parts[-1])
    return "/".join(parts)


def led_out(found: str, *, backslashes: bool = False) -> bool:
    """Whether a name would have led out of the folder it is unpacked to."""
    path = found.replace("\\", "/") if backslashes else found
    return path.startswith("/") or bool(_DRIVE.match(path)) or ".." in path.split("/")


def _part(part: str) -> str:
    part = shortened(clean_name(part[: 10 * LONGEST_PART]))
    return part.replace(".", "\u2024") if _DOTS.fullmatch(part) else part or "unnamed"


def shortened(name: str) -> str:
    """A name of at most :data:`LONGEST_PART` characters that keeps its extension."""
    if len(name) <= LONGEST_PART:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:LONGEST_PART]
    return f"{stem[: LONGEST_PART - len(extension) - 2]}\u2026.{extension}"
