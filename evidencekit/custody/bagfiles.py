"""Every file of a folder that came from outside: listed without following a link, hashed on all cores."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidencekit.custody.deep import list_folder, open_path
from evidencekit.custody.names import shown
from evidencekit.job import Job
from evidencekit.model import Finding

_CHUNK = 1 << 20
_PATIENCE = 0.1  # seconds between two looks whether a person cancelled
_REPARSE_POINT = 0x400  # Windows: a junction or a link of any kind

Hashes = Mapping[str, str]  # lower-case hex by algorithm


@dataclass(slots=True)
class Contents:
    """What lies in a folder: sizes in bytes of regular ``files`` and the ``folders``, named relative to it with
    ``/``; ``findings`` on all that is neither, or cannot be looked into."""

    files: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def list_files(root: Path) -> Contents:
    """List a folder to its depth, in the order of names."""
    found = Contents()
    waiting = [(os.fsencode(root), "")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = sorted(list_folder(folder))
        except OSError as error:
            message = f"The folder {shown(prefix) or '.'} cannot be looked into ({error.strerror})."
            found.findings.append(Finding("bag-unreadable", message, path=shown(prefix) or None))
            continue
        for path, state in entries:
            name = prefix + os.fsdecode(os.path.basename(path))  # noqa: PTH119 — a path of bytes
            _place(path, name, state, found, waiting)
    found.files = dict(sorted(found.files.items()))
    return found


def _place(path: bytes, name: str, state: os.stat_result, found: Contents, waiting: list[tuple[bytes, str]]) -> None:
    if stat.S_ISLNK(state.st_mode) or getattr(state, "st_file_attributes", 0) & _REPARSE_POINT:
        message = f"{shown(name)} is a link. What it points to is not part of the package and was not read."
        found.findings.append(Finding("bag-link", message, path=shown(name)))
    elif stat.S_ISDIR(state.st_mode):
        found.folders.add(name)
        waiting.append((path, f"{name}/"))
    elif stat.S_ISREG(state.st_mode):
        found.files[name] = state.st_size
    else:
        message = f"{shown(name)} is neither a file nor a folder and was not read."
        found.findings.append(Finding("bag-special", message, path=shown(name)))


def read_small(root: Path, name: str, largest: int) -> bytes:
    """A file's bytes. Raises :class:`OSError`, EFBIG when there are more than ``largest``."""
    with os.fdopen(_open(root, name), "rb") as stream:
        data = stream.read(largest + 1)
    if len(data) > largest:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
    return data


def _open(root: Path, name: str) -> int:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    fd = open_path(os.fsencode(root) + b"/" + os.fsencode(name), flags)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is not a file any more", name)
    return fd


class _Hashing:
    """One round over many files, shared by its threads."""

    def __init__(self, root: Path, names: Iterable[str], algorithms: frozenset[str]) -> None:
        self.root, self.algorithms = root, algorithms
        self.names = iter(names)
        self.lock = threading.Lock()
        self.done = 0
        self.stopped = False
        self.found: dict[str, Hashes] = {}
        self.failed: dict[str, str] = {}

    def work(self) -> None:
        buffer = bytearray(_CHUNK)
        while not self.stopped:
            with self.lock:
                name = next(self.names, None)
            if name is None:
                return
            try:
                self.found[name] = self._hash(name, buffer)
            except OSError as error:
                self.failed[name] = error.strerror or str(error)

    def _hash(self, name: str, buffer: bytearray) -> Hashes:
        hashers = {algorithm: _hasher(algorithm) for algorithm in self.algorithms}
        view = memoryview(buffer)
        with os.fdopen(_open(self.root, name), "rb", buffering=0) as stream:
            while (count := stream.readinto(buffer)) and not self.stopped:
                for hasher in hashers.values():
                    hasher.update(view[:count])
                with self.lock:
                    self.done += count
        return {algorithm: hasher.hexdigest() for algorithm, hasher in hashers.items()}


def _hasher(algorithm: str) -> Any:
    if algorithm == "blake3":
        from blake3 import blake3

        return blake3()
    return hashlib.new(algorithm, usedforsecurity=False)


def hash_files(
    root: Path, sizes: Mapping[str, int], algorithms: frozenset[str], job: Job, what: str
) -> tuple[dict[str, Hashes], dict[str, str]]:
    """The digests of files by name and algorithm (those of ``hashlib``, and ``blake3``), each file read once, and why
    others could not be read. ``sizes`` only tell how far it is. Raises :class:`~evidencekit.errors.Cancelled`."""
    round_ = _Hashing(root, sizes, algorithms)
    total = sum(sizes.values())
    with ThreadPoolExecutor(max(1, min(os.cpu_count() or 1, len(sizes)))) as pool:
        pending = {pool.submit(round_.work) for _ in range(min(os.cpu_count() or 1, len(sizes)))}
        workers = set(pending)
        try:
            while pending:
                pending = wait(pending, timeout=_PATIENCE).not_done
                job.step(min(round_.done, total), total, what)
        except BaseException:
            round_.stopped = True
            raise
    for worker in workers:
        worker.result()
    return round_.found, round_.failed
