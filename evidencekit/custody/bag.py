"""A BagIt 1.0 bag (RFC 8493), written by us: plain names, SHA-256 manifests and a list of BLAKE3 digests."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from evidencekit.custody.bagcheck import check_bag
from evidencekit.custody.durable import flush_batch, write_atomic
from evidencekit.custody.names import shown
from evidencekit.errors import BuildError, StorageError
from evidencekit.model import Digests

__all__ = ["check_bag", "close_bag", "is_plain", "write_payload_manifests"]

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
BLAKE3_SUMS = "blake3sums.txt"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# Windows opens a device under these names, whatever their extension.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_WIDTH = 79  # characters a line of bag-info.txt should not exceed (RFC 8493, 2.2.2)


def write_payload_manifests(bag: Path, digests: Mapping[str, Digests]) -> str:
    """Write ``manifest-sha256.txt`` and ``blake3sums.txt`` over payload that lies in the bag, flushed with it; gives
    the SHA-256 (hex) of the manifest.

    ``digests`` by name relative to the bag, ``data/…`` with ``/``; lines are in the order of their names. Raises
    :class:`BuildError` for a name that a bag of ours does not hold, :class:`StorageError` when the disk refuses.
    """
    names = sorted(digests)
    _check_names(names)
    manifest = "".join(f"{digests[name].sha256}  {name}\n" for name in names).encode("ascii")
    sums = "".join(f"{digests[name].blake3}  {name}\n" for name in names).encode("ascii")
    try:
        flush_batch(bag, [bag / name for name in names])
        write_atomic(bag / MANIFEST, manifest)
        write_atomic(bag / BLAKE3_SUMS, sums)
    except OSError as error:
        raise _refused(bag, error) from error
    return hashlib.sha256(manifest).hexdigest()


def close_bag(bag: Path, info: Sequence[tuple[str, str]]) -> str:
    """Write ``bagit.txt``, ``bag-info.txt`` and last ``tagmanifest-sha256.txt`` over every other tag file, flushed;
    gives the SHA-256 (hex) of the tag manifest.

    ``info``: label and value per line in that order, ``Bagging-Date`` among them; values are put on one line, folded
    at 79 characters, with what cannot be printed escaped; an empty value's line is left out. ``Payload-Oxum`` is
    counted here. Raises :class:`BuildError` for a label or name that a bag of ours does not hold,
    :class:`StorageError` when the disk refuses.
    """
    try:
        files = _files(bag)
        payload = [size for name, size in files.items() if name.startswith("data/")]
        told = [
            *((label, value) for label, value in info if label != "Payload-Oxum"),
            ("Payload-Oxum", f"{sum(payload)}.{len(payload)}"),
        ]
        write_atomic(bag / "bagit.txt", DECLARATION)
        write_atomic(bag / "bag-info.txt", "".join(_folded(label, value) for label, value in told).encode("utf-8"))
        tags = {name for name in files if not name.startswith("data/")} | {"bagit.txt", "bag-info.txt"}
        names = sorted(tags - {TAG_MANIFEST})
        manifest = "".join(f"{_sha256(bag / name)}  {name}\n" for name in names).encode("ascii")
        flush_batch(bag, [bag / name for name in names])
        write_atomic(bag / TAG_MANIFEST, manifest)
    except OSError as error:
        raise _refused(bag, error) from error
    return hashlib.sha256(manifest).hexdigest()


def is_plain(name: str) -> bool:
    """Whether a name relative to the bag is one that every system can hold: parts of ``[A-Za-z0-9._-]``."""
    return all(
        _NAME.fullmatch(part) and not part.endswith(".") and not _DEVICES.fullmatch(part) for part in name.split("/")
    )


def _check_names(names: Sequence[str]) -> None:
    if not names:
        raise BuildError("The package holds no files.", todo="Choose at least one item.")
    folded: dict[str, str] = {}
    for name in names:
        twin = folded.setdefault(name.casefold(), name)
        if not name.startswith("data/") or not is_plain(name):
            why = "Its name cannot stand in a package."
        elif twin != name:
            why = f"Its name differs from {twin} in capitals only."
        else:
            continue
        raise BuildError(why, item=shown(name), todo="Report this: names in a package are made by EvidenceKit.")


def _files(bag: Path) -> dict[str, int]:
    """Name (with ``/``) and size of every file in the bag. Raises :class:`BuildError` for anything else in it."""
    found: dict[str, int] = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(bag / folder) as entries:
            for entry in entries:
                name = f"{folder}{entry.name}"
                state = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(state.st_mode):
                    waiting.append(f"{name}/")
                elif stat.S_ISREG(state.st_mode) and is_plain(name):
                    found[name] = state.st_size
                else:
                    why = "This cannot stand in a package."
                    raise BuildError(why, item=shown(name), todo="Take it out of the folder, then run it again.")
    return found


def _folded(label: str, value: str) -> str:
    if not _LABEL.fullmatch(label):
        raise BuildError("The label cannot stand in bag-info.txt.", item=shown(label), todo="Choose another label.")
    plain = shown(" ".join(value.split()))
    if not plain:
        return ""
    lines = textwrap.wrap(
        f"{label}: {plain}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    if lines[0] == f"{label}:":  # one long word: it must not leave its label alone
        return f"{label}: {plain}\n"
    return "\n".join(lines) + "\n"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _refused(bag: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The package could not be written ({error.strerror}).",
        item=str(bag),
        todo="Free space or check the disk, then run it again.",
    )
