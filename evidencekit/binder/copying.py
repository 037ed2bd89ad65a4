"""A copy of a built binder, with its native files and lists, checked against what the ledger says was written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from uuid import uuid4

from evidencekit.casefile import Case
from evidencekit.errors import BuildError, StorageError, UsageError
from evidencekit.job import Job

_CHUNK = 1 << 20
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


def copy_binder(case: Case, binder: Path, into: Path, job: Job) -> Path:
    """Copy the binder's folder into the folder ``into``, under a new name, which is given back.

    Raises :class:`UsageError` when ``into`` is no place for it, :class:`BuildError` when a file is not what was built,
    :class:`StorageError` when the disk refuses and :class:`Cancelled`; then no copy is left.
    """
    number = "".join(sign if sign in _SAFE else "-" for sign in case.info.number)
    target = into / f"Binder {number} ({binder.name})"
    case.check_output(target)
    if target.exists():
        raise UsageError("A copy of this binder lies there already.", item=str(target), todo="Choose another folder.")
    written = _written(case, binder)
    making = into / f".{target.name}.part-{uuid4().hex[:8]}"
    try:
        files = [path for path in sorted(binder.rglob("*")) if stat.S_ISREG(path.lstat().st_mode)]
        total, done = sum(path.stat().st_size for path in files), 0
        making.mkdir()
        for path in files:
            name = path.relative_to(binder).as_posix()
            done = _copy(path, making / name, written.get(name), job, done, total)
        making.rename(target)
    except OSError as error:
        raise StorageError(
            f"The copy could not be written ({error.strerror or error}); nothing of it was left.",
            item=str(target),
            todo="Free space or check the disk, then try again.",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target


def _written(case: Case, binder: Path) -> dict[str, str]:
    """File name → SHA-256, as the ledger has it of this binder; empty when it knows none."""
    try:
        sealed = json.loads((binder / "binder.json").read_text("utf-8"))["ledger"]["size"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    found: dict[str, str] = {}
    for line in list(case.checked.lines):
        if line.act == "derive" and line.fields.get("bind") == sealed:
            found = {str(each["name"]): str(each["sha256"]) for each in line.fields.get("files", [])}
    return found


def _copy(source: Path, target: Path, wanted: str | None, job: Job, done: int, total: int) -> int:
    target.parent.mkdir(exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(_CHUNK):
            job.step(done, total, f"Copying {source.name}")
            digest.update(chunk)
            writing.write(chunk)
            done += len(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    if wanted is not None and digest.hexdigest() != wanted:
        raise BuildError(
            "This file is not as it was built.", item=str(source), todo="Build the binder again, and copy that one."
        )
    return done
