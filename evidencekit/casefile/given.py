"""A printed checkpoint as a person gives it to a command: typed, pasted, or the name of a file, picture or folder."""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from pathlib import Path

from evidencekit.custody.names import shown
from evidencekit.custody.printed import LONGEST_TEXT, Printed, read_printed
from evidencekit.errors import UsageError
from evidencekit.job import Job

_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_LOOKED_AT = 1 << 28  # bytes of a picture or PDF
_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".heic",
    ".heif",
    ".tif",
    ".tiff",
    ".webp",
    ".gif",
    ".bmp",
    ".pdf",
    ".note",
    ".txt",
)


def read_given(value: str, job: Job) -> Printed:
    """Read what a person gave: where a file or folder of that name exists, that (a note or seal, ``binder.json``, text,
    a case or production folder's checkpoint, a photograph, scan or PDF with the QR code); else the text itself.

    Pictures are decoded by a contained worker. Raises :class:`UsageError`, and :class:`~evidencekit.errors.Cancelled`.
    """
    path = _path(value)
    if path is None:
        if "\n" not in value and value.strip().lower().endswith(_PICTURES):
            raise UsageError("There is no such file.", item=value, todo="Check its name.")
        return read_printed(value)
    return _read_file(path / "checkpoint" if path.is_dir() else path, job)


def _path(value: str) -> Path | None:
    """The file or folder of that name. A text that is too long for a name, or holds what none may hold, names none."""
    try:
        path = Path(value).expanduser()
        path.lstat()  # a link that leads nowhere is told as one when it is opened
    except (OSError, ValueError, RuntimeError):
        return None
    return path if value.strip() else None


def _read_file(path: Path, job: Job) -> Printed:
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(fd, "rb") as file:
            info = os.fstat(fd)
            if not stat.S_ISREG(info.st_mode):
                raise UsageError("This is no file that could hold a checkpoint.", item=str(path), todo="Name a file.")
            head = file.read(LONGEST_TEXT + 1)
    except OSError as error:
        raise UsageError(
            f"The checkpoint cannot be read ({error.strerror}).", item=str(path), todo="Check the file and its name."
        ) from error
    text = _text(head)
    if text is not None:
        try:
            return read_printed(text)
        except UsageError as error:
            raise UsageError(error.what, item=str(path), todo=error.todo) from error
    if info.st_size > _LOOKED_AT:
        raise UsageError("The file is too large to look for a QR code in it.", item=str(path), todo="Give a picture.")
    return _read_picture(path, job)


def _text(data: bytes) -> str | None:
    """The file's text, None where it is none."""
    if b"%PDF-" in data[:1024]:
        return None
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # as an older Windows program saves it, whose dashes are no UTF-8
        return None if _NO_TEXT.search(data) else data.decode("cp1252", "replace")
    return None if "\0" in text else text


def _read_picture(path: Path, job: Job) -> Printed:
    from evidencekit.media.contain import Readers

    with tempfile.TemporaryDirectory(prefix="evidencekit-") as scratch, Readers(workers=1) as readers:
        out = Path(scratch) / "out"
        future = readers.submit_study(path, path.name, "", "UTC", out, work="qrcode", settings={})
        study = job.wait(future, 0, 0, path.name)
        codes = _said(study.result) if study.result else []
    notes, faults = _notes(codes)
    if len(notes) > 1:
        raise UsageError(
            f"There are QR codes of {len(notes)} different checkpoints in the picture.",
            item=str(path),
            todo="Give a picture of one of them.",
        )
    if notes:
        return notes[0]
    if codes:
        told = shown(codes[0][:60])
        raise UsageError(
            f"The QR code in it is not that of a checkpoint (it says “{told}”). {' '.join(faults[:1])}".rstrip(),
            item=str(path),
            todo="Give a picture of the code in the box “Custody checkpoint”.",
        )
    why = " ".join(study.warnings)
    raise UsageError(
        f"No QR code could be read in it. {why}".rstrip(),
        item=str(path),
        todo="Take the picture again, straight from above and sharp, or type the number of lines and the root.",
    )


def _said(result: Path) -> list[str]:
    """What the codes say, by a worker that the picture may have taken over."""
    try:
        with result.open("rb") as file:
            found = json.loads(file.read(LONGEST_TEXT))
        return [str(each["text"]) for each in found["codes"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []


def _notes(codes: list[str]) -> tuple[list[Printed], list[str]]:
    """The checkpoints among the codes, each once, and why the others are none."""
    notes: list[Printed] = []
    faults = []
    for code in codes:
        try:
            given = read_printed(code)
        except UsageError as error:
            faults.append(error.what)
        else:
            notes.extend([] if given in notes else [given])
    return notes, faults
