"""What a case's record says of itself: ledger, checkpoint, keys, seals, acquisition and protected records, anchors.

Used by every opening for writing and by ``verify``; the originals are :mod:`evidencekit.casefile.originals_checked`.
Every fault is collected, not only the first. Nothing is written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from evidencekit.casefile.anchored import FOLDER as ANCHORS
from evidencekit.casefile.anchored import anchored_sizes, check_anchors, strays_of
from evidencekit.casefile.transfers import check_transfers, received_at_once
from evidencekit.custody.acquisitions import BadRecord, ItemRecord, Record, record_name
from evidencekit.custody.checkpoint import BadNote, Checkpoint
from evidencekit.custody.keys import Home, format_keys
from evidencekit.custody.known import Known
from evidencekit.custody.ledger import State, Visit, check_signatures, read_ledger
from evidencekit.custody.lines import Line
from evidencekit.custody.papers import unfit
from evidencekit.custody.records import FOLDER as RECORDS
from evidencekit.custody.records import BadPaper, Body, decode_paper, paper_name
from evidencekit.custody.regular import SMALL, forbidden, open_regular, read_regular, unlisted
from evidencekit.errors import CaseError
from evidencekit.model import Finding

MARKS = ("ledger.jsonl", "checkpoint", "catalog.db", "originals")
_SEAL = re.compile(r"[0-9]{8,}\.note")
# The acts whose lines the catalog, the binder and recovery rest on.
KEPT_ACTS = frozenset(
    {"create", "acquire", "exhibit", "withdraw", "bind", "derive", "produce", "recover", "withhold", "release"}
    | {"receive", "seal", "anchor", "key-add", "key-revoke"}
)
# The acts under whose line the checkpoint's note is kept for good. A release and its receipt may share one note.
SEALED_ACTS = frozenset({"bind", "seal", "produce", "release", "receive"})
# The acts whose lines may name a protected record.
PAPER_ACTS = frozenset({"withhold", "release", "receive", "produce", "key-revoke"})
# Bytes of one record, many times over: a hand-over of a million files makes half as much.
_LARGEST = 1 << 30
# What a case's record and its evidence lie in.
_FOLDERS = ("seals", "acquisitions", RECORDS, ANCHORS, "originals")
# Left in any folder by the systems that show it.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(slots=True)
class Checked:
    """What the record shows: the ledger's ``state``, the ``lines`` that the catalog rests on, the sound acquisition
    ``records`` in order, the sound protected ``papers`` by number, the readable ``seals`` by size, ``findings``,
    ``notes`` on what lies behind the checkpoint, the ``strays`` among the files that were never acknowledged, and the
    size of the newest seal."""

    state: State
    lines: list[Line] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    papers: dict[int, Body] = field(default_factory=dict)
    seals: dict[int, Checkpoint] = field(default_factory=dict)
    sealed: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    strays: list[Path] = field(default_factory=list)

    @property
    def items(self) -> list[ItemRecord]:
        return [item for record in self.records for item in record.items]

    def fault(self, code: str, message: str, **where: Any) -> None:
        self.findings.append(Finding(code, message, **where))


def is_case(folder: Path) -> bool:
    """Whether a folder holds any part of a case."""
    return folder.is_dir() and any((folder / mark).exists() for mark in MARKS)


def check_record(
    folder: Path, home: Home | None, *, also: Visit | None = None, roots_at: frozenset[int] = frozenset()
) -> Checked:
    """Check everything but the originals' bytes. ``home`` None: without the last-seen checkpoint. ``also`` is shown
    every sound ledger line in order, ``roots_at`` are further sizes whose roots are wanted."""
    lines: list[Line] = []
    seals = sorted(path for path in (folder / "seals").glob("*") if not is_litter(path.name))
    notes = [(path, _seal(path)) for path in seals]
    wanted = {note.size for _, note in notes if isinstance(note, Checkpoint)}
    seen = _last_seen(folder, home)
    if seen is not None:
        wanted.add(seen.size)

    def visit(line: Line) -> None:
        if line.act in KEPT_ACTS:
            lines.append(line)
        if also is not None:
            also(line)

    roots = roots_at | wanted | anchored_sizes(folder) | {1}
    state = read_ledger(folder / "ledger.jsonl", folder / "checkpoint", visit=visit, roots_at=roots)
    checked = Checked(state, lines, findings=list(state.findings))
    if state.tail:
        checked.notes.append(
            f"{state.tail} bytes lie behind the checkpoint in ledger.jsonl; they were never acknowledged "
            "and will be set aside when the case is next written."
        )
    _check_folders(folder, checked)
    _check_keys(folder, checked)
    kept = [(path.name, note) for path, note in notes if isinstance(note, Checkpoint)]
    checked.seals = {note.size: note for name, note in kept if name == seal_name(note.size)}
    checked.sealed = max(checked.seals, default=0)
    # Looked for once the ledger was read: others may have gone on since the seals were listed.
    _check_sealed(lines, {path.name for path in (folder / "seals").glob("*")}, checked)
    for path, note in notes:
        _check_seal(path, note, checked)
    _check_seen(seen, checked)
    _check_acquisitions(folder, checked)
    _check_papers(folder, checked)
    _check_anchors(folder, checked)
    if not checked.state.findings:
        checked.findings.extend(check_transfers(checked))
    shut = tuple(f"{each.path}/" for each in checked.findings if each.code == "folder-unreadable")
    gone = ("seal-missing", "seal-damaged", "acquisition-missing", "record-missing", "anchor-missing")
    checked.findings = [each for each in checked.findings if each.code not in gone or not _below(each, shut)]
    return checked


def _below(finding: Finding, folders: tuple[str, ...]) -> bool:
    """Whether a fault is of what lies in one of these folders."""
    return bool(finding.path) and str(finding.path).startswith(folders)


def known_of(checked: Checked) -> Known:
    """What this computer should remember of a case that is sound."""
    state = checked.state
    created = next(line.fields for line in checked.lines if line.act == "create")
    roots = {1: state.roots[1], **{size: seal.root for size, seal in checked.seals.items()}}
    keys = {key.fingerprint: state.revoked.get(key.name, 0) for key in state.keys}
    return Known(state.case_uuid, str(created.get("number", "")), str(created.get("agency", "")), roots, keys)


def _seal(path: Path) -> Checkpoint | str:
    try:
        return Checkpoint.parse(read_regular(path, SMALL))
    except (OSError, BadNote) as error:
        return (error.strerror or "") if isinstance(error, OSError) else str(error)


def _last_seen(folder: Path, home: Home | None) -> Checkpoint | None:
    """The newest checkpoint of this very case that this user has acknowledged."""
    if home is None:
        return None
    try:
        with open_regular(folder / "ledger.jsonl") as stream:
            first = stream.readline(1 << 16)
    except OSError:
        return None
    found = re.search(rb'"case":"([0-9a-f-]{36})"', first)
    try:
        note = home.last_seen(found[1].decode()) if found else None
        return Checkpoint.parse(note) if note is not None else None
    except (BadNote, OSError) as error:
        forbids = forbidden(error)
        raise CaseError(
            f"What this computer remembers of the case {'cannot be read' if forbids else 'is damaged'} "
            f"({error.strerror if isinstance(error, OSError) else error}).",
            item=str(home.folder / "last-seen"),
            todo=forbids
            or "Restore that folder from a backup, or delete the case's file there after comparing a printed root.",
        ) from error


def _check_folders(folder: Path, checked: Checked) -> None:
    """A case holds nothing outside itself: a link in the place of a folder would have records read, and written, where
    a stranger wants them."""
    for name in _FOLDERS:
        if (folder / name).is_symlink():
            message = f"The folder {name} is a link that leads out of the case; it was put there by something else."
            checked.fault("folder-foreign", message, path=name)
        elif (fault := unlisted(folder / name)) is not None:
            message = f"The folder {name} cannot be looked into ({fault.strerror}); set its permissions first."
            checked.fault("folder-unreadable", message, path=name)


def _check_keys(folder: Path, checked: Checked) -> None:
    path = folder / "keys.txt"
    try:
        found = read_regular(path, SMALL)
    except OSError as error:
        checked.fault("keys-missing", f"The list of keys cannot be read ({error.strerror}).", path="keys.txt")
        return
    expected = format_keys(tuple(checked.state.keys)).encode()
    if found != expected:
        if found and expected.startswith(found) and found.endswith(b"\n"):
            checked.notes.append("keys.txt lacks the newest key; it is completed when the case is next written.")
        else:
            checked.fault("keys-changed", "keys.txt does not list the keys that the ledger added.", path="keys.txt")


def seal_name(size: int) -> str:
    """The file name of the seal over that many ledger lines."""
    return f"{size:08d}.note"


def must_be_sealed(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines whose checkpoint was kept when they were written; a release that was received at once is sealed by the
    receipt."""
    for line, after in zip_longest(lines, lines[1:]):
        if line.act in SEALED_ACTS and not (after is not None and received_at_once(line, after)):
            yield line


_SEALED = {
    "bind": "the binder",
    "seal": "the sealing",
    "produce": "the production",
    "release": "the release",
    "receive": "the transfer",
}


def _check_sealed(lines: list[Line], present: set[str], checked: Checked) -> None:
    for line in must_be_sealed(lines):
        name = seal_name(line.number)
        if name in present:
            continue
        if line.number == checked.state.size:
            checked.notes.append(f"seals/{name} was not written yet; it is completed when the case is next written.")
        else:
            message = f"The seal of {_SEALED[line.act]} of ledger line {line.number} is missing."
            checked.fault("seal-missing", message, line=line.number, path=f"seals/{name}")


def _check_seal(path: Path, note: Checkpoint | str, checked: Checked) -> None:
    where = f"seals/{path.name}"
    if path.name.endswith(".tmp"):
        checked.notes.append(f"{where} was never finished; it is not part of the record.")
    elif isinstance(note, str) or not _SEAL.fullmatch(path.name):
        checked.fault("seal-damaged", f"The seal {path.name} is damaged: {note}.", path=where)
    elif note.size > checked.state.size:
        checked.fault("seal-newer", f"The seal {path.name} covers more lines than the ledger has.", path=where)
    elif checked.state.roots.get(note.size) != note.root or note.origin != f"evidencekit/{checked.state.case_uuid}":
        checked.fault("seal-root", f"The ledger does not give the root sealed in {path.name}.", path=where)
    elif path.name != seal_name(note.size):
        message = f"The seal {path.name} is not its own: it holds the note over {note.size} lines."
        checked.fault("seal-damaged", message, path=where)
    else:
        checked.findings.extend(check_signatures(note, checked.state, where))


def _check_seen(seen: Checkpoint | None, checked: Checked) -> None:
    if seen is None or not checked.state.size:
        return
    if seen.size > checked.state.size:
        checked.fault(
            "older-than-seen",
            f"This computer has seen this case with {seen.size} ledger lines; the folder has {checked.state.size}. "
            "It is an older copy, a copy that others worked on, or lines were taken away.",
            path="checkpoint",
        )
    elif checked.state.roots.get(seen.size) != seen.root:
        checked.fault(
            "differs-from-seen",
            f"The first {seen.size} ledger lines are not those that this computer has seen. "
            "The ledger was rewritten, or another copy of the case was worked on.",
            path="checkpoint",
        )


def _check_acquisitions(folder: Path, checked: Checked) -> None:
    named = set()
    for line in checked.lines:
        if line.act != "acquire":
            continue
        number = line.fields.get("acquisition")
        name = record_name(number) if isinstance(number, int) else "?"
        named.add(name)
        record = _read_record(folder, name, line, checked)
        if record is not None:
            checked.records.append(record)
    if checked.state.findings:
        return
    for name in _names(folder / "acquisitions", named):
        checked.strays.append(folder / "acquisitions" / name)
        checked.notes.append(
            f"acquisitions/{name} has no ledger line; it was never acknowledged "
            "and will be set aside when the case is next written."
        )


def is_litter(name: str) -> bool:
    """Whether it is what systems leave in any folder that they show."""
    return name in _LITTER or name.startswith("._")


def _names(folder: Path, besides: set[str]) -> list[str]:
    """What else lies in a folder of the record."""
    return sorted(path.name for path in folder.glob("*") if path.name not in besides and not is_litter(path.name))


def _read_record(folder: Path, name: str, line: Line, checked: Checked) -> Record | None:
    where = f"acquisitions/{name}"
    try:
        data = read_regular(folder / where, _LARGEST)
    except OSError as error:
        message = f"The acquisition record {name} cannot be read ({error.strerror})."
        checked.fault("acquisition-missing", message, line=line.number, path=where)
        return None
    if hashlib.sha256(data).hexdigest() != line.fields.get("sha256"):
        message = f"The acquisition record {name} was changed: it is not the one that ledger line {line.number} names."
        checked.fault("acquisition-changed", message, line=line.number, path=where)
        return None
    try:
        record = Record.decode(data)
        if record.acquisition.number != line.fields["acquisition"]:
            raise BadRecord(f"it is that of hand-over {record.acquisition.number}")
    except BadRecord as error:
        checked.fault("acquisition-damaged", f"The acquisition record {name}: {error}.", line=line.number, path=where)
        return None
    return record


def _check_papers(folder: Path, checked: Checked) -> None:
    """Every protected record that a line names must be the one it names; the others were never acknowledged."""
    named = set()
    for line in checked.lines:
        number = line.fields.get("record")
        if line.act not in PAPER_ACTS or not isinstance(number, int):
            continue
        named.add(paper_name(number))
        body = _read_paper(folder, number, line, checked)
        if body is not None:
            checked.papers[number] = body
    if checked.state.findings:
        return
    for name in _names(folder / RECORDS, named):
        checked.strays.append(folder / RECORDS / name)
        checked.notes.append(
            f"{RECORDS}/{name} has no ledger line; it was never acknowledged "
            "and will be set aside when the case is next written."
        )


def _check_anchors(folder: Path, checked: Checked) -> None:
    """A reply without a line was never acknowledged; the authority's is asked for again then."""
    checked.findings.extend(check_anchors(folder, checked.lines, checked.state))
    if checked.state.findings:
        return
    for name in strays_of(folder, checked.lines):
        if is_litter(name):
            continue
        checked.strays.append(folder / ANCHORS / name)
        checked.notes.append(
            f"{ANCHORS}/{name} has no ledger line; it was never acknowledged "
            "and will be set aside when the case is next written."
        )


def _read_paper(folder: Path, number: int, line: Line, checked: Checked) -> Body | None:
    name = paper_name(number)
    where = f"{RECORDS}/{name}"
    try:
        data = read_regular(folder / where, _LARGEST)
    except OSError as error:
        message = f"The protected record {name} cannot be read ({error.strerror})."
        checked.fault("record-missing", message, line=line.number, path=where)
        return None
    if hashlib.sha256(data).hexdigest() != line.fields.get("sha256"):
        message = f"The protected record {name} was changed: it is not the one that ledger line {line.number} names."
        checked.fault("record-changed", message, line=line.number, path=where)
        return None
    try:
        body = decode_paper(data)
        why = unfit(body, line)
    except BadPaper as error:
        why = str(error)
    if why is None:
        return body
    checked.fault("record-damaged", f"The protected record {name}: {why}.", line=line.number, path=where)
    return None
