"""The check of a package: any BagIt bag, and with its ledger a production of ours. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from evidencekit.custody.bag import BLAKE3_SUMS, DECLARATION, MANIFEST, TAG_MANIFEST, is_plain
from evidencekit.custody.bagcheck import Examined, examine
from evidencekit.custody.bagfiles import read_small
from evidencekit.custody.baginfo import misfits
from evidencekit.custody.keys import format_keys
from evidencekit.custody.ledger import State, read_ledger
from evidencekit.custody.lines import Line
from evidencekit.custody.names import shown
from evidencekit.job import Job
from evidencekit.model import Finding

TAG_FILES = frozenset(
    {"bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST, BLAKE3_SUMS, "verify.py", "README-VERIFY.txt"}
    | {"ledger.jsonl", "checkpoint", "keys.txt"}
)
_OURS = frozenset({"ledger.jsonl", "checkpoint", "keys.txt", "README-VERIFY.txt"})  # one is enough to be held to all
_LINE = re.compile(rb"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)\n")
_LARGEST = 512 << 20  # bytes of one list of digests
_LARGEST_NOTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """What checking a package showed. ``notes`` say what it cannot show by itself; ``files`` counts the payload;
    ``size`` in lines and ``root`` (base64) are its ledger's, 0 and None for a bag without one."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    files: int
    size: int
    root: str | None


def is_bag(folder: Path) -> bool:
    """Whether a folder says that it is a BagIt bag."""
    return (folder / "bagit.txt").is_file()


def check_package(folder: Path, job: Job) -> Package:
    """Every fault of a bag; where a ledger or its checkpoint lies in it, also of all that a production of ours must
    be. Raises :class:`~evidencekit.errors.Cancelled`."""
    found = examine(folder, job, also=frozenset({"blake3"}))
    if not _OURS & found.contents.files.keys():
        note = (
            "This bag has no custody ledger: its files are what its own manifests list, and nothing shows who made it. "
            "If it should be a production of EvidenceKit, its record was taken out: do not rely on it."
        )
        return Package(tuple(found.findings), (*found.notes, note), len(found.payload), 0, None)
    _check_folder(folder, found)
    _check_lists(folder, found)
    record = _Record()
    state = _check_ledger(folder, found, record)
    notes = [*found.notes, *_remarks(folder, found, state, record)] if state else list(found.notes)
    root = state.checkpoint.root_text if state and state.checkpoint else None
    return Package(tuple(found.findings), tuple(notes), len(found.payload), state.size if state else 0, root)


def _check_folder(folder: Path, found: Examined) -> None:
    files = found.contents.files
    for name in sorted(TAG_FILES - files.keys()):
        found.fault("package-missing", f"{name} is missing from the package.", name)
    for name in files:
        if not name.startswith("data/") and name not in TAG_FILES:
            found.fault("package-extra", f"{shown(name)} does not belong to the package.", name)
        elif not is_plain(name):
            found.fault("package-name", f"{shown(name)} has a name that no file of a package bears.", name)
    filled = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    for name in sorted(found.contents.folders - filled):
        found.fault("package-folder", f"The folder {shown(name)} holds no file and does not belong here.", name)
    if "bagit.txt" in files and _read(folder, "bagit.txt", found) != DECLARATION:
        found.fault("package-declaration", "bagit.txt is not the one that every package of ours has.", "bagit.txt")


def _read(folder: Path, name: str, found: Examined, largest: int = _LARGEST) -> bytes:
    """A file's bytes, empty after a fault."""
    try:
        return read_small(folder, name, largest)
    except OSError as error:
        found.fault("package-unreadable", f"{name} cannot be read ({error.strerror}).", name)
        return b""


def _check_lists(folder: Path, found: Examined) -> None:
    """Manifests byte for byte in our one form, and what BagIt itself does not ask for."""
    tags = [name for name in found.contents.files if not name.startswith("data/") and name != TAG_MANIFEST]
    payload = found.payload
    lists = {}
    for name in (MANIFEST, TAG_MANIFEST, BLAKE3_SUMS):
        if name in found.contents.files:
            lists[name] = _list(folder, name, found)
    for name, wanted in ((TAG_MANIFEST, tags), (BLAKE3_SUMS, list(payload))):
        for each in wanted:
            if name in lists and each not in lists[name]:
                found.fault("package-unlisted", f"{shown(each)} is not listed in {name}.", each)
    for name, digest in lists.get(BLAKE3_SUMS, {}).items():
        if name not in payload:
            message = f"{shown(name)} is listed in {BLAKE3_SUMS} and is not in the payload."
            found.fault("package-missing", message, name)
        elif name in found.digests and found.digests[name]["blake3"] != digest:
            message = f"{shown(name)}: its BLAKE3 digest is not the one that {BLAKE3_SUMS} lists."
            found.fault("package-blake3", message, name)


def _list(folder: Path, name: str, found: Examined) -> dict[str, str]:
    listed: dict[str, str] = {}
    last = ""
    for number, line in enumerate(_read(folder, name, found).splitlines(keepends=True), 1):
        entry = _LINE.fullmatch(line)
        path = entry[2].decode() if entry else ""
        if entry is None or path <= last:
            why = "is not written as we write it" if entry is None else "is not in the order of names"
            found.fault("package-format", f"{name}: line {number} {why}.", name)
        if entry is not None:
            listed[path] = entry[1].decode()
            last = path
    if not listed:
        found.fault("package-format", f"{name} lists nothing.", name)
    return listed


class _Record:
    """What the open lines of the package's ledger say that is needed here."""

    def __init__(self) -> None:
        self.open = 0
        self.people: dict[str, str] = {}  # by fingerprint
        self.created: Line | None = None
        self.produced: Line | None = None

    def visit(self, line: Line) -> None:
        self.open += 1
        if line.act == "create":
            self.created = line
        if line.act == "key-add":
            self.people[str(line.fields.get("fingerprint"))] = str(line.fields.get("person"))
        elif line.act == "produce":
            self.produced = line


def _check_ledger(folder: Path, found: Examined, record: _Record) -> State | None:
    files = found.contents.files
    if "ledger.jsonl" not in files or "checkpoint" not in files:
        return None
    if files["checkpoint"] > _LARGEST_NOTE:
        found.fault("checkpoint-damaged", "The checkpoint is far too long to be one.", "checkpoint")
        return None
    state = read_ledger(folder / "ledger.jsonl", folder / "checkpoint", visit=record.visit, allow_withheld=True)
    found.findings.extend(replace(each, path=each.path or "ledger.jsonl") for each in state.findings)
    if state.checkpoint is not None and state.tail:
        message = f"{state.tail} bytes stand in the ledger behind the last line that its checkpoint signs."
        found.fault("package-ledger", message, "ledger.jsonl")
    if state.checkpoint is not None and len(set(state.checkpoint.signatures)) < len(state.checkpoint.signatures):
        found.fault("checkpoint-damaged", "The checkpoint bears one signature more than once.", "checkpoint")
    if not state.case_uuid:
        message = "The ledger's first line, which creates the case, does not stand open: the signature fits no case."
        found.fault("package-ledger", message, "ledger.jsonl")
    if "keys.txt" in files and _read(folder, "keys.txt", found) != format_keys(tuple(state.keys)).encode():
        found.fault("package-keys", "keys.txt does not list the keys that the ledger's lines add.", "keys.txt")
    _check_produced(found, record.produced)
    if "bag-info.txt" in files and record.created and record.produced:
        text = _read(folder, "bag-info.txt", found, _LARGEST_NOTE).decode("utf-8", "replace")
        for each in misfits(text, record.created, record.produced):
            found.fault("package-info", f"{each}.", "bag-info.txt")
    return state


def _check_produced(found: Examined, line: Line | None) -> None:
    """The signed line must name this very payload: else anybody could change it and write new manifests."""
    if line is None:
        message = "No open line of the ledger says that this package was produced."
        found.fault("package-produce", message, "ledger.jsonl")
        return
    actual = found.digests.get(MANIFEST, {}).get("sha256")
    if actual is None or line.fields.get("manifest") != actual:
        message = f"The payload is not what was produced: ledger line {line.number} holds another digest of {MANIFEST}."
        found.findings.append(Finding("package-manifest", message, line=line.number, path=MANIFEST))


def _remarks(folder: Path, found: Examined, state: State, record: _Record) -> Iterable[str]:
    if state.size > record.open:
        yield (
            f"{state.size - record.open} of {state.size} ledger lines are given as their hash only: that they stand "
            "there unchanged is shown, not what they say."
        )
    for name, key_id, _ in state.checkpoint.signatures if state.checkpoint else ():
        key = next((key for key in state.keys if (key.name, key.key_id) == (name, key_id)), None)
        if key is not None:
            person = shown(record.people.get(key.fingerprint, ""))
            yield f"Signed with the key {key.fingerprint}, which the ledger gives to “{person}”."
    yield (
        "Whose key that is, nothing in the package can show: compare the fingerprint, the ledger's size and its root "
        "with the production letter."
    )
    tags = found.digests.get(TAG_MANIFEST, {}).get("sha256") or _sha256(folder, TAG_MANIFEST, found)
    yield f"SHA-256 of {TAG_MANIFEST}, to be compared with the letter as well: {tags}"
    yield from _scripts(folder, found)


def _sha256(folder: Path, name: str, found: Examined) -> str:
    import hashlib

    if name not in found.contents.files:
        return "the file is missing"
    return hashlib.sha256(_read(folder, name, found)).hexdigest()


def _scripts(folder: Path, found: Examined) -> Iterable[str]:
    from resources import data

    for name in ("verify.py", "README-VERIFY.txt"):
        if name in found.contents.files and _read(folder, name, found) != data(f"verify/{name}"):
            yield f"{name} is not the one that this version of EvidenceKit writes; compare its SHA-256 with the letter."
