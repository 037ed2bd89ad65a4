"""Protected records, ``records/NNNN.json``: what belongs to a ledger line but must not stand in it.

Reasons, recipients, places and protected terms are written once, read-only, into a file of their own; the line holds
the record's number and SHA-256. As with acquisition records, nothing of them leaves with a production.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from evidencekit.custody.durable import write_once

FOLDER = "records"
Body = dict[str, Any]


class BadPaper(ValueError):  # noqa: N818 — a verdict on data, caught by the checks
    """The bytes are not a protected record; the message says why."""


def paper_name(number: int) -> str:
    """The file name of a protected record."""
    return f"{number:04d}.json"


def encode_paper(body: Body) -> bytes:
    """A record's bytes: one sorted JSON object and a line end."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8") + b"\n"


def decode_paper(data: bytes) -> Body:
    """Read a record's bytes. Raises :class:`BadPaper`."""
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadPaper(f"it is damaged ({error})") from error
    if not isinstance(found, dict) or not isinstance(found.get("kind"), str):
        raise BadPaper("it does not say what it is")
    return found


def write_paper(case: Path, number: int, body: Body) -> str:
    """Write a new record of the case in that folder, flushed and read-only; gives its SHA-256 (hex).

    ``body["kind"]`` says what it is. Raises :class:`OSError`, leaving none.
    """
    folder = case / FOLDER
    folder.mkdir(exist_ok=True)
    path, data = folder / paper_name(number), encode_paper(body)
    write_once(path, data)
    return hashlib.sha256(data).hexdigest()
