"""Writes the synthetic case's received files and tells the story that goes with them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from evidencekit.demo.plan import Wanted
from evidencekit.demo.story import Story
from evidencekit.errors import StorageError, UsageError
from evidencekit.job import Job

_LINK = ("phone/Downloads/newest screenshot.png", "../Screenshots")


def write_received(folder: Path, *, items: int = 120, seed: int = 417, job: Job) -> Story:
    """Write ``items`` regular files (and one symbolic link, where the system can make one) under ``folder``, which
    must not exist or be empty, and say what to do with them. The same arguments give the same bytes.

    Raises :class:`UsageError` for a folder in use or fewer than twelve items, :class:`StorageError` when the disk
    refuses, :class:`~evidencekit.errors.Cancelled`; nothing is left behind then.
    """
    from evidencekit.demo.assembly import assemble
    from evidencekit.demo.telling import tell

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("The folder is in use.", item=str(folder), todo="Name an empty or a new folder.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as work:
            partial, scratch = Path(work) / "received", Path(work) / "scratch"
            partial.mkdir()
            scratch.mkdir()
            written = _write_all(partial, assemble(items, seed, scratch), job)
            linked = _link(partial, written)
            if folder.exists():
                folder.rmdir()
            partial.rename(folder)
    except OSError as error:
        raise StorageError(
            f"The received files could not be written ({error.strerror}).",
            item=str(folder),
            todo="Free some space or choose another folder, and run it again.",
        ) from error
    return tell(written, linked)


def _write_all(folder: Path, wanted: Sequence[Wanted], job: Job) -> list[Wanted]:
    written = []
    for n, each in enumerate(wanted):
        job.step(n, len(wanted), "Making the received files")
        path = folder / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            each.write(path)
        except OSError:
            if each.key not in {"bidi", "newline", "emoji", "long"}:
                raise
            continue  # a name that this file system does not take
        stamp = int(each.at.timestamp())
        os.utime(path, (stamp, stamp))
        written.append(each)
    job.step(len(wanted), len(wanted), "Making the received files")
    return written


def _link(folder: Path, written: Sequence[Wanted]) -> str | None:
    """A link to the newest capture, as a phone's back-up program leaves one; None where none can be made."""
    target = max(each.path for each in written if each.path.startswith("phone/Screenshots/"))
    path = folder / _LINK[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.symlink_to(f"{_LINK[1]}/{target.rpartition('/')[2]}")
    except (OSError, NotImplementedError):
        return None
    return _LINK[0]
