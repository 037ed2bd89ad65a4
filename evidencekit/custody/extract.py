"""The ledger as it leaves the office: the same lines, those that stay given as their leaf hash only.

Chain and root stay what they were: a reader of the extract computes the root that the checkpoint signs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from evidencekit.custody.durable import fsync_fd, fsync_folder
from evidencekit.custody.lines import ZEROS, BadLine, Line, decode
from evidencekit.custody.merkle import leaf_hash
from evidencekit.errors import CaseError, StorageError


def write_extract(ledger: Path, size: int, out: Path, open_line: Callable[[Line], bool]) -> None:
    """Write the first ``size`` lines of a case's ledger to the new file ``out``, flushed: each as it stands where
    ``open_line`` says so, else as the 64 hex digits of its leaf hash.

    Raises :class:`CaseError` when the ledger is shorter or damaged, :class:`StorageError` when it cannot be read or
    ``out`` cannot be written (or is there already); ``out`` is then left behind unfinished.
    """
    try:
        fd = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        with os.fdopen(fd, "wb") as target:
            for raw in _extracted(ledger, size, open_line):
                target.write(raw + b"\n")
            target.flush()
            fsync_fd(fd)
        fsync_folder(out.parent)
    except OSError as error:
        raise StorageError(
            f"The ledger could not be copied into the package ({error.strerror}).",
            item=str(out),
            todo="Free space or check the disk, then run it again.",
        ) from error


def _extracted(ledger: Path, size: int, open_line: Callable[[Line], bool]) -> Iterator[bytes]:
    last = ZEROS
    with ledger.open("rb") as source:
        for number in range(size):
            raw = source.readline()
            if not raw.endswith(b"\n"):
                raise _unsound(ledger, f"The ledger ends before line {number + 1}.")
            raw = raw[:-1]
            try:
                line = decode(raw, seq=number, prev=last)
            except BadLine as error:
                raise _unsound(ledger, f"Ledger line {number + 1} was changed or damaged: {error}.") from error
            last = leaf_hash(raw).hex()
            yield raw if open_line(line) else last.encode()


def _unsound(ledger: Path, what: str) -> CaseError:
    return CaseError(what, item=str(ledger), todo="Run `evidencekit verify` on the case.")
