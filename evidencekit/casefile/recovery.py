"""Putting aside what a crash left behind the checkpoint. It was never acknowledged: never adopted, never deleted."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from evidencekit.casefile.checks import Checked, must_be_sealed, seal_name
from evidencekit.casefile.transfers import countersigned
from evidencekit.custody.durable import fsync_fd, fsync_folder, write_atomic
from evidencekit.custody.keys import format_keys
from evidencekit.custody.lines import Entry
from evidencekit.errors import StorageError

_NEVER = "behind the checkpoint, never acknowledged"


def set_aside(folder: Path, checked: Checked) -> list[Entry]:
    """Move everything unacknowledged of a sound case to ``recovered/`` and say so as ledger entries to commit.

    Must run under the case's lock, with ``checked`` free of findings. Whatever it was stopped at is done again by the
    next opening. Raises :class:`StorageError`.
    """
    try:
        return _set_aside(folder, checked)
    except OSError as error:
        raise StorageError(
            f"What was never acknowledged could not be set aside ({error.strerror}); nothing acknowledged was changed.",
            item=str(error.filename or folder),
            todo="Check that place and the disk, then open the case again.",
        ) from error


def _set_aside(folder: Path, checked: Checked) -> list[Entry]:
    shutil.rmtree(folder / "derived" / "incoming", ignore_errors=True)
    for leftover in (folder / "checkpoint.tmp", folder / "keys.txt.tmp", *(folder / "seals").glob("*.tmp")):
        leftover.unlink(missing_ok=True)
    keys = format_keys(tuple(checked.state.keys)).encode()
    if (folder / "keys.txt").read_bytes() != keys:
        write_atomic(folder / "keys.txt", keys)
    _complete_seal(folder, checked)
    if checked.state.tail or checked.strays:
        _move_all(folder, checked)
    logged = {line.fields.get("folder") for line in checked.lines if line.act == "recover"}
    aside = sorted(path for path in (folder / "recovered").glob("*") if path.is_dir() and path.name not in logged)
    return [_entry(path) for path in aside]


def being_made_anew(folder: Path, checked: Checked) -> bool:
    """Whether a catalog was put aside for a new one that was not finished: the line that tells of it is missing."""
    logged = {line.fields.get("folder") for line in checked.lines if line.act == "recover"}
    return any(path.name not in logged for path in (folder / "recovered").glob("catalog-*"))


def _complete_seal(folder: Path, checked: Checked) -> None:
    """A seal that a crash kept from being written is the checkpoint, as long as that is the newest; the signature that
    a crash kept from being added to the note of a release stands in the line of its receipt."""
    seal = folder / "seals" / seal_name(checked.state.size)
    last = checked.lines[-1:]  # it is among the lines that are kept, for every act that is sealed is
    if any(line.number == checked.state.size for line in must_be_sealed(last)) and not seal.exists():
        write_atomic(seal, (folder / "checkpoint").read_bytes())
        checked.sealed = checked.state.size
        if checked.state.checkpoint is not None:
            checked.seals[checked.state.size] = checked.state.checkpoint
    note = countersigned(checked)
    if note is not None:
        write_atomic(folder / "seals" / seal_name(note.size), note.note())
        checked.seals[note.size] = note


def _move_all(folder: Path, checked: Checked) -> None:
    recovered = folder / "recovered"
    if recovered.is_symlink():
        raise OSError(errno.ELOOP, "it is a link out of the case", str(recovered))
    recovered.mkdir(exist_ok=True)
    taken = [int(path.name) for path in recovered.iterdir() if path.name.isdigit()]
    aside = recovered / f"{max(taken, default=0) + 1:04d}"
    aside.mkdir()
    if checked.state.tail:
        _cut_tail(folder / "ledger.jsonl", aside / "ledger-tail.jsonl", checked.state.length)
        checked.state.tail = 0
    for stray in checked.strays:
        stray.rename(aside / f"{stray.parent.name}-{stray.name}")
    checked.strays.clear()
    fsync_folder(aside)
    fsync_folder(recovered)


def _cut_tail(ledger: Path, target: Path, length: int) -> None:
    with ledger.open("r+b") as stream, target.open("xb") as out:
        stream.seek(length)
        shutil.copyfileobj(stream, out)
        out.flush()
        fsync_fd(out.fileno())
        stream.truncate(length)
        os.fsync(stream.fileno())


def _entry(aside: Path) -> Entry:
    files = sorted(path for path in aside.iterdir() if path.is_file())
    return Entry(
        "recover",
        {
            "folder": aside.name,
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files),
            "why": "catalog made anew" if aside.name.startswith("catalog-") else _NEVER,
        },
    )
