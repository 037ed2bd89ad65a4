"""The custody ledger: append-only, hash-chained lines under a signed Merkle root.

Commit order: append → fsync → write ``checkpoint.tmp`` → fsync → rename → fsync folder → acknowledge. Everything
behind the checkpoint was never acknowledged: it is set aside, never adopted. What lies up to the checkpoint must
verify; anything else is tampering.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from evidencekit.custody.checkpoint import BadNote, Checkpoint, PublicKey, Signer
from evidencekit.custody.durable import fsync_fd, write_all, write_atomic
from evidencekit.custody.fields import misfit
from evidencekit.custody.lines import ZEROS, BadLine, Entry, Line, decode, encode, time_text, withheld
from evidencekit.custody.merkle import Tree, leaf_hash
from evidencekit.custody.regular import SMALL, open_regular, read_regular
from evidencekit.errors import CaseError, StorageError
from evidencekit.model import Finding

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_LINE = 1 << 20

Clock = Callable[[], datetime]
Visit = Callable[[Line], None]


def utc_now() -> datetime:
    """The computer's clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class State:
    """What reading a ledger up to its checkpoint showed. ``length`` is the bytes up to there; ``tail`` the bytes
    behind; ``roots`` the heads at the sizes that were asked for; ``keys`` those of the ``key-add`` lines, ``revoked``
    the line by which a key's name was withdrawn; ``time`` the last line's."""

    size: int = 0
    length: int = 0
    tail: int = 0
    last: str = ZEROS
    case_uuid: str = ""
    tree: Tree = field(default_factory=Tree)
    time: str = ""
    keys: list[PublicKey] = field(default_factory=list)
    revoked: dict[str, int] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    findings: list[Finding] = field(default_factory=list)

    def fault(self, code: str, message: str, *, line: int | None = None, path: str | None = None) -> None:
        self.findings.append(Finding(code, message, line=line, path=path))

    def key_named(self, name: str) -> PublicKey | None:
        return next((key for key in self.keys if key.name == name), None)

    def key_printed(self, fingerprint: str) -> PublicKey | None:
        """The key with that fingerprint."""
        return next((key for key in self.keys if key.fingerprint == fingerprint), None)


def _ignore(line: Line) -> None:
    del line


def read_ledger(
    ledger: Path,
    checkpoint: Path | None,
    *,
    visit: Visit = _ignore,
    roots_at: frozenset[int] = frozenset(),
    allow_withheld: bool = False,
) -> State:
    """Read and check every line up to the checkpoint, all faults and not only the first.

    ``checkpoint`` None: a ledger by itself, every line is read and no signature can be checked. ``visit`` gets each
    sound line in order. Needs memory for one line.
    """
    state = State()
    if checkpoint is not None:
        state.checkpoint = _read_checkpoint(checkpoint, state)
    try:
        stream = open_regular(ledger)
    except OSError as error:
        state.fault("ledger-missing", f"The ledger cannot be read ({error.strerror}).", path=ledger.name)
        return state
    stop = state.checkpoint.size if state.checkpoint else None
    with stream:
        for raw in _lines(stream, state, stop):
            _take(raw, state, visit, allow_withheld)
            if state.size in roots_at:
                state.roots[state.size] = state.tree.root()
        state.tail = os.fstat(stream.fileno()).st_size - state.length
    if state.size == 0:
        state.fault("ledger-empty", "The ledger has no lines.", path=ledger.name)
    if state.checkpoint is not None:
        _check_head(state, state.checkpoint)
    return state


def _read_checkpoint(path: Path, state: State) -> Checkpoint | None:
    try:
        return Checkpoint.parse(read_regular(path, SMALL))
    except OSError as error:
        state.fault("checkpoint-missing", f"The checkpoint cannot be read ({error.strerror}).", path=path.name)
    except BadNote as error:
        state.fault("checkpoint-damaged", f"The checkpoint is damaged: {error}.", path=path.name)
    return None


def _lines(stream: BinaryIO, state: State, stop: int | None) -> Iterator[bytes]:
    """LF-ended lines without their LF, until ``stop`` lines; a torn last line without a checkpoint is a fault."""
    while stop is None or state.size < stop:
        raw = stream.readline(_LONGEST_LINE)
        if not raw:
            return
        if not raw.endswith(b"\n"):
            if stop is None or len(raw) == _LONGEST_LINE:
                state.fault("ledger-torn", "The line is not ended or too long.", line=state.size + 1)
            return
        state.length += len(raw)
        yield raw[:-1]


def _take(raw: bytes, state: State, visit: Visit, allow_withheld: bool) -> None:
    number = state.size + 1
    if allow_withheld and withheld(raw):
        leaf = bytes.fromhex(raw.decode())
    else:
        leaf = leaf_hash(raw)
        try:
            line = decode(raw, seq=state.size, prev=state.last)
            _note_line(line, state)
            visit(line)
        except BadLine as error:
            state.fault("ledger-line", f"Ledger line {number} was changed or damaged: {error}.", line=number)
    state.tree.add(leaf)
    state.last = leaf.hex()
    state.size = number


def _fitting(line: Line) -> Line:
    """The same line. Raises :class:`BadLine` when it holds what no line of its act does."""
    odd = misfit(line)
    if odd is not None:
        raise BadLine(f"its field {odd} is missing or holds what it never could")
    return line


def _note_line(line: Line, state: State) -> None:
    state.time = _fitting(line).time
    if line.number == 1:
        uuid = line.fields.get("case")
        if line.act != "create" or not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
            raise BadLine("the first line does not create a case")
        state.case_uuid = uuid
    elif line.act == "create":
        raise BadLine("a case is created once, by the first line")
    if line.act == "key-add":
        try:
            state.keys.append(PublicKey.parse(str(line.fields.get("key"))))
        except BadNote as error:
            raise BadLine(str(error)) from error
    elif line.act == "key-revoke":
        key = state.key_printed(str(line.fields.get("fingerprint")))
        if key is None:
            raise BadLine("it withdraws a key that was never added")
        state.revoked.setdefault(key.name, line.number)


def _check_head(state: State, checkpoint: Checkpoint) -> None:
    if state.size < checkpoint.size:
        state.fault(
            "ledger-short",
            f"The ledger ends after line {state.size}; its checkpoint covers {checkpoint.size}. Lines were removed.",
            line=state.size + 1,
        )
    elif state.tree.root() != checkpoint.root:
        state.fault("ledger-root", "The ledger's lines do not give the root that was signed in the checkpoint.")
    if state.case_uuid and checkpoint.origin != f"evidencekit/{state.case_uuid}":
        state.fault("checkpoint-origin", "The checkpoint belongs to another case.", path="checkpoint")
    state.findings.extend(check_signatures(checkpoint, state, "checkpoint"))


def check_signatures(checkpoint: Checkpoint, state: State, path: str) -> list[Finding]:
    """Faults of a note's signatures: each must be by a key that the ledger added and had not withdrawn by then."""
    findings = []
    for name, key_id, signature in checkpoint.signatures:
        key = next((key for key in state.keys if key.name == name and key.key_id == key_id), None)
        if key is None:
            message = f"The {path} is signed by “{name}”, a key this ledger never added."
            findings.append(Finding("key-unknown", message, path=path))
        elif not key.verifies(checkpoint.text(), signature):
            message = f"The signature of “{name}” does not belong to this {path}."
            findings.append(Finding("signature-bad", message, path=path))
        elif checkpoint.size > state.revoked.get(name, checkpoint.size):
            line = state.revoked[name]
            message = f"The {path} is signed by “{name}”, a key that ledger line {line} had withdrawn before."
            findings.append(Finding("key-revoked", message, line=line, path=path))
    return findings


class Ledger:
    """The one writer of a case's ledger; made only from a :class:`State` without findings, under the case's lock.

    ``newest`` holds the lines of the last commit.
    """

    def __init__(self, folder: Path, state: State, signer: Signer, actor: str, clock: Clock = utc_now) -> None:
        self._path = folder / "ledger.jsonl"
        self._checkpoint = folder / "checkpoint"
        self._state = state
        self._signer = signer
        self.actor = actor
        self._clock = clock
        self.newest: list[Line] = []

    @property
    def size(self) -> int:
        """Acknowledged lines."""
        return self._state.size

    def act_as(self, actor: str, signer: Signer) -> None:
        """From here on, lines name this person and notes bear this key's signature."""
        self.actor, self._signer = actor, signer

    def commit(self, entries: Sequence[Entry], *, cosigners: Sequence[tuple[str, Signer]] = ()) -> Checkpoint:
        """Append the entries as one acknowledged unit and return the checkpoint that covers them, signed by the writer
        and then by each of the ``cosigners`` (who they are, their key).

        A key that the ledger does not know yet is added first, and a clock that went back is told. Raises
        :class:`StorageError` when the disk refuses (nothing is acknowledged) and :class:`CaseError` when somebody else
        wrote the ledger or a key was withdrawn.
        """
        signers = [(self.actor, self._signer), *cosigners]
        self.must_not_be_revoked([signer.public for _, signer in signers])
        added = [(who, key.public) for who, key in signers if not self._state.key_named(key.public.name)]
        tree, last, length = self._state.tree.copy(), self._state.last, self._state.length
        now, block, newest = time_text(self._clock()), bytearray(), []
        before = self._state.time
        told = [Entry("clock", {"before": before})] if now < before else []
        for entry in [*told, *(key_entry(public, who) for who, public in added), *entries]:
            raw = encode(entry, seq=tree.size, prev=last, time=now, salt=os.urandom(16).hex(), actor=self.actor)
            leaf = leaf_hash(raw)
            tree.add(leaf)
            last = leaf.hex()
            block += raw + b"\n"
            newest.append(_fitting(Line(tree.size, now, self.actor, entry.act, dict(entry.fields))))
        checkpoint = Checkpoint(f"evidencekit/{self._state.case_uuid}", tree.size, tree.root())
        for _, signer in signers:
            checkpoint = checkpoint.signed(signer)
        self._write(bytes(block), length, checkpoint)
        state = self._state
        state.tree, state.last, state.size, state.checkpoint = tree, last, tree.size, checkpoint
        state.length = length + len(block)
        state.time = now
        self.newest = newest
        for line in newest:
            self._learn(line)
        return checkpoint

    def _learn(self, line: Line) -> None:
        """Know the keys that a line of ours added or withdrew."""
        state = self._state
        if line.act == "key-add":
            public = PublicKey.parse(str(line.fields["key"]))
            if public not in state.keys:
                state.keys.append(public)
        elif line.act == "key-revoke":
            key = state.key_printed(str(line.fields.get("fingerprint")))
            if key is not None:
                state.revoked.setdefault(key.name, line.number)

    def must_not_be_revoked(self, keys: Sequence[PublicKey]) -> None:
        """Raise :class:`CaseError` when one of the keys was withdrawn."""
        for key in keys:
            if key.name in self._state.revoked:
                raise CaseError(
                    f"The key {key.fingerprint[:16]} was withdrawn by ledger line {self._state.revoked[key.name]}; "
                    "nothing was changed.",
                    todo="Act with another identity, or make a new key with `evidencekit identity new-key`.",
                )

    def _write(self, block: bytes, length: int, checkpoint: Checkpoint) -> None:
        try:
            fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            try:
                if os.fstat(fd).st_size != length:
                    raise CaseError(
                        "Another program wrote the ledger meanwhile; nothing was added.",
                        item=str(self._path),
                        todo="Run `evidencekit verify` on the case.",
                    )
                self._append(fd, block, length, checkpoint.note())
            finally:
                os.close(fd)
        except OSError as error:
            raise StorageError(
                f"The ledger could not be written ({error.strerror}); nothing was acknowledged.",
                item=str(self._path),
                todo="Free space or check the disk, then run it again.",
            ) from error

    def _append(self, fd: int, block: bytes, length: int, note: bytes) -> None:
        try:
            write_all(fd, block)
            fsync_fd(fd)
            write_atomic(self._checkpoint, note)
        except OSError:
            if not self._checkpoint.exists() or self._checkpoint.read_bytes() != note:
                os.ftruncate(fd, length)  # never acknowledged: take our own bytes back
            raise


def key_entry(public: PublicKey, actor: str) -> Entry:
    """The line that binds a key to the person acting."""
    return Entry("key-add", {"key": public.vkey(), "fingerprint": public.fingerprint, "person": actor})


def start_ledger(
    folder: Path, case_uuid: str, fields: dict[str, object], signer: Signer, actor: str, clock: Clock = utc_now
) -> Checkpoint:
    """Write a new ledger's first lines (``create``, ``key-add``) and its checkpoint into an empty folder."""
    (folder / "ledger.jsonl").touch(exist_ok=False)
    state = State(case_uuid=case_uuid)
    ledger = Ledger(folder, state, signer, actor, clock)
    state.keys.append(signer.public)  # so that commit does not put the key before the create line
    return ledger.commit([Entry("create", {"case": case_uuid, **fields}), key_entry(signer.public, actor)])
