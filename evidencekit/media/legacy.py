"""Word, Excel and PowerPoint files of 1997 to 2003, and what else lies in OLE storage. Source: MS-CFB, MS-OLEPS.

olefile reads what they say of themselves. Their words come through LibreOffice where it is, by way of the formats
that followed them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.media.notes import Notes, clean
from evidencekit.model import Moment, Zone

_FACTS = {
    "title": "title",
    "subject": "subject",
    "author": "author",
    "last_saved_by": "last_modified_by",
    "company": "company",
    "manager": "manager",
    "category": "category",
    "keywords": "keywords",
    "comments": "description",
    "creating_application": "application",
    "revision_number": "revision",
    "template": "template",
    "num_pages": "pages",
    "num_words": "words",
    "num_chars": "characters",
    "slides": "slides",
    "hidden_slides": "hidden_slides",
}
_TIMES = {"create_time": "created", "last_saved_time": "modified", "last_printed": "printed"}
_COUNTS = frozenset({"pages", "words", "characters", "slides", "hidden_slides"})
_FIRST = datetime(1980, 1, 1, tzinfo=UTC)  # no such program is older; an empty FILETIME is 1601


def read(path: Path, notes: Notes) -> None:
    """Facts and moments. Raises :class:`~evidencekit.errors.ReaderError` when the storage cannot be opened."""
    try:
        with _opened(path) as ole:
            names = ["/".join(parts) for parts in ole.listdir(streams=True, storages=True)[:10_000]]
            _properties(ole, notes)
            encrypted = is_encrypted(ole, names)
            notes.fact("encrypted", encrypted, "ole storage")
            notes.fact("active_content", active := _active(names), "ole storage")
            if active:
                notes.warn(
                    f"The document holds active content ({', '.join(active)}); nothing of it was run or fetched."
                )
            if encrypted:
                notes.warn(
                    "The document is encrypted; its words could not be read. Ask for the password or an open copy."
                )
    except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError):
        raise ReaderError("The document's storage is damaged.", todo="Ask for another copy.") from None


def _opened(path: Path) -> Any:
    import olefile

    return olefile.OleFileIO(str(path))


def _properties(ole: Any, notes: Notes) -> None:
    try:
        said = ole.get_metadata()
    except Exception:  # noqa: BLE001 — hostile property sets make olefile raise nearly anything
        notes.warn("What the document says of itself is damaged and was not read.")
        return
    for name, fact in _FACTS.items():
        value = getattr(said, name, None)
        if value and (fact not in _COUNTS or isinstance(value, int)):
            notes.fact(fact, value.strip(b"\0") if isinstance(value, bytes) else value, f"ole summary {name}")
    for name, fact in _TIMES.items():
        value = getattr(said, name, None)
        if isinstance(value, datetime) and value.replace(tzinfo=UTC) > _FIRST:
            found = value.replace(tzinfo=UTC)
            basis = f"ole summary {fact}, UTC by the format"
            notes.moments.append(Moment(found.isoformat(), value.isoformat(sep=" "), basis, Zone.ASSUMED))


def is_encrypted(ole: Any, names: list[str]) -> bool:
    """Whether an open storage, with streams of these names, is an encrypted document."""
    if any(name in ("EncryptedPackage", "EncryptionInfo", "EncryptedSummary") for name in names):
        return True
    if "WordDocument" in names:
        head = ole.openstream("WordDocument").read(12)
        return len(head) == 12 and bool(head[11] & 0x01)  # FibBase.fEncrypted
    for book in ("Workbook", "Book"):
        if book in names:
            return _has_filepass(ole.openstream(book).read(1 << 16))
    return False


def _has_filepass(raw: bytes) -> bool:
    """Whether a FilePass record (0x2F) stands among a workbook's first records."""
    at = 0
    while at + 4 <= len(raw):
        kind, length = int.from_bytes(raw[at : at + 2], "little"), int.from_bytes(raw[at + 2 : at + 4], "little")
        if kind == 0x2F:
            return True
        if kind == 0x0A:
            return False
        at += 4 + length
    return False


def _active(names: list[str]) -> list[str]:
    found = set()
    for name in names:
        parts = name.split("/")
        if any(part in ("Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR") for part in parts):
            found.add("macros")
        if (parts[0] == "ObjectPool" and len(parts) > 1) or parts[-1] in ("\x01Ole10Native", "Package"):
            found.add("embedded object")
        if parts[0].startswith("MBD"):
            found.add("embedded object")
    return sorted(found)


def is_encrypted_package(path: Path) -> bool:
    """Whether an OLE storage holds nothing but an encrypted newer document."""
    try:
        with _opened(path) as ole:
            return bool(ole.exists("EncryptedPackage"))
    except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError):
        return False


def names(path: Path) -> list[str]:
    """The names of the streams of a storage, for an item that is nothing else."""
    try:
        with _opened(path) as ole:
            return [clean("/".join(parts), 200) for parts in ole.listdir()[:500]]
    except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError):
        return []
