"""What this user's own folder remembers of the cases that were worked on here: enough to tell a package that was made
from one of them from one that a stranger made anew under its name. Kept outside every case."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidencekit.custody.durable import write_private
from evidencekit.custody.keys import Home
from evidencekit.custody.regular import SMALL, forbidden, read_regular
from evidencekit.errors import CaseError, StorageError

FOLDER = "known-cases"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Known:
    """One case as it was when it was last opened here for work: its ``number`` and ``agency``, the ``roots`` (32 bytes)
    over its first line and at every sealing by their sizes in lines, and its people's ``keys``: fingerprint → the
    ledger line that withdrew the key, 0 for one that holds."""

    case: str
    number: str = ""
    agency: str = ""
    roots: Mapping[int, bytes] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)


def know(home: Home, known: Known) -> None:
    """Remember a case in place of what was remembered of it. Raises :class:`StorageError`."""
    body = {
        "number": known.number,
        "agency": known.agency,
        "roots": {str(size): base64.b64encode(root).decode() for size, root in sorted(known.roots.items())},
        "keys": dict(known.keys),
    }
    data = (json.dumps(body, indent=0, sort_keys=True) + "\n").encode()
    path = _path(home, known.case)
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        write_private(path, data)
    except OSError as error:
        raise StorageError(
            f"What this computer knows of the case could not be kept ({error.strerror}).",
            item=str(path),
            todo="Free space or check the folder's permissions, then open the case again.",
        ) from error


def known_case(home: Home, case_uuid: str) -> Known | None:
    """What is remembered of that case; None when it was never worked on here. Raises :class:`CaseError`."""
    if not _UUID.fullmatch(case_uuid):
        return None
    path = _path(home, case_uuid)
    try:
        return _read(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CaseError(
            "What this computer remembers of the case cannot be read.",
            item=str(path),
            todo=forbidden(error)
            or "Restore that file from a backup, or delete it and open the case once: it is made anew then.",
        ) from error


def known_cases(home: Home) -> Iterator[Known]:
    """Every case that is remembered and can be read."""
    for path in sorted((home.folder / FOLDER).glob("*.json")):
        try:
            yield _read(path)
        except (OSError, ValueError):
            continue  # told where that very case is asked for


def _path(home: Home, case_uuid: str) -> Path:
    return home.folder / FOLDER / f"{case_uuid}.json"


def _read(path: Path) -> Known:
    """Raises :class:`OSError` and :class:`ValueError`."""
    try:
        body: Any = json.loads(read_regular(path, SMALL))
        roots = {int(size): base64.b64decode(root, validate=True) for size, root in body["roots"].items()}
        keys = {str(key): int(line) for key, line in body["keys"].items()}
        return Known(path.stem, str(body["number"]), str(body["agency"]), roots, keys)
    except (TypeError, KeyError, AttributeError, RecursionError, binascii.Error) as error:
        raise ValueError(str(error)) from error
