"""A package held against what this computer knows of the case it names: whoever makes one anew can make it agree with
itself, but not with what was seen before."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from evidencekit.custody.checkpoint import BadNote, Checkpoint, PublicKey
from evidencekit.custody.keys import Home
from evidencekit.custody.known import Known, known_case, known_cases
from evidencekit.custody.ledger import State
from evidencekit.custody.lines import Line
from evidencekit.custody.names import shown
from evidencekit.custody.regular import SMALL, read_regular
from evidencekit.errors import EvidenceKitError
from evidencekit.model import Finding

_ORIGIN = re.compile(rb"evidencekit/([0-9a-f-]{36})\n")
_ASK = (
    "Compare the fingerprint, the number of lines and the root with the production letter, which came another way: "
    "`evidencekit verify PACKAGE --against` takes what is printed there, or a picture of its QR code."
)


@dataclass(slots=True)
class Seen:
    """What was seen here of the case that a package names. ``roots`` are those of the first so many lines."""

    case: str
    known: Known | None = None
    roots: dict[int, bytes] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    others: tuple[Known, ...] = ()
    created: dict[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> frozenset[int]:
        return frozenset(self.roots)

    def visit(self, line: Line) -> None:
        """Is shown the ledger's sound lines."""
        if line.act == "create":
            self.created = {name: str(line.fields.get(name, "")) for name in ("number", "agency")}

    def findings(self, state: State, *, vouched: bool) -> list[Finding]:
        """What speaks against the package. ``vouched``: a checkpoint from outside is over all its lines, so that it is
        the one which that letter went with, whoever signed it."""
        if state.checkpoint is None or not state.size:
            return []
        if not self.roots:
            return [] if vouched else self._namesake()
        history = self._history(state)
        return history or self._keys(state, state.checkpoint, vouched=vouched)

    def notes(self, state: State, findings: list[Finding], *, vouched: bool) -> list[str]:
        """What is no fault and should be known."""
        if state.checkpoint is None or not state.size or findings or vouched:
            return []
        if not self.roots:
            return [
                "This computer has not seen this case before, so it cannot tell this package from one that somebody "
                f"made anew. {_ASK}"
            ]
        if self.known is None:
            return ["This computer has seen the case, but not its keys: open the case here once, then verify again."]
        return ["This computer knows this case: the package agrees with its history, and with a key of its people."]

    def _history(self, state: State) -> list[Finding]:
        for size, root in sorted(self.roots.items()):
            if size <= state.size and state.roots.get(size) != root:
                first = "first ledger line is" if size == 1 else f"first {size:,} ledger lines are"
                message = (
                    f"This computer knows this case, and in the package the {first} not what was seen here. It was "
                    f"not made from the case as this computer knows it. Do not rely on it. {_ASK}"
                )
                return [Finding("package-other-history", message, path="checkpoint")]
        sealed = max(self.known.roots) if self.known and self.known.roots else 0
        if state.size < sealed and state.size not in self.roots:
            message = (
                f"This computer knows every sealing of this case up to ledger line {sealed:,}, and none over "
                f"{state.size:,} lines, as the package has it. Do not rely on it. {_ASK}"
            )
            return [Finding("package-other-history", message, path="checkpoint")]
        return []

    def _keys(self, state: State, note: Checkpoint, *, vouched: bool) -> list[Finding]:
        if self.known is None:
            return []
        signers = [key for key in (_key(state, name, at) for name, at, _ in note.signatures) if key is not None]
        for key in signers:
            withdrawn = self.known.keys.get(key.fingerprint, 0)
            if withdrawn and state.size > withdrawn:
                message = (
                    f"The key {key.fingerprint[:16]}, which signed the package, was withdrawn by ledger line "
                    f"{withdrawn:,} of this case before, as this computer knows. Do not rely on the package. {_ASK}"
                )
                return [Finding("package-other-key", message, path="checkpoint")]
        if vouched or not signers or any(key.fingerprint in {*self.known.keys, *self.own} for key in signers):
            return []
        message = (
            f"This computer knows this case and its people's keys; the key {signers[0].fingerprint[:16]}, which signed "
            f"the package, is none of them. {_ASK} If a colleague signed with a new key, open the case here once, then "
            "verify again."
        )
        return [Finding("package-other-key", message, path="checkpoint")]

    def _namesake(self) -> list[Finding]:
        """A case of the same office under the same number, but not the same case."""
        mine = [_folded(self.created.get(name, "")) for name in ("number", "agency")]
        if not mine[0] or all([_folded(each.number), _folded(each.agency)] != mine for each in self.others):
            return []
        message = (
            f"This computer knows a case {shown(self.created['number'])} of this office, and the package was made from "
            f"another one that bears its number. Whoever makes a package anew has to do that. {_ASK}"
        )
        return [Finding("package-other-case", message, path="checkpoint")]


def seen_of(folder: Path, home: Home) -> Seen:
    """What this computer knows of the case that a package's checkpoint names. Raises
    :class:`~evidencekit.errors.CaseError` when that is damaged."""
    try:
        found = _ORIGIN.match(read_regular(folder / "checkpoint", SMALL))
    except OSError:
        found = None
    case = found[1].decode() if found else ""
    if not case:
        return Seen("")
    known = known_case(home, case)
    roots = dict(known.roots) if known else {}
    with contextlib.suppress(BadNote, OSError):  # told where the case itself is opened
        note = home.last_seen(case)
        if note is not None:
            newest = Checkpoint.parse(note)
            roots.setdefault(newest.size, newest.root)
    others = () if roots else tuple(known_cases(home))
    return Seen(case, known, roots, _own(home), others)


def _own(home: Home) -> frozenset[str]:
    """Fingerprints of the keys of this account's people."""
    try:
        people = home.signatories()
    except EvidenceKitError:
        return frozenset()
    return frozenset(key.fingerprint for each in people for key in (each.key, *each.earlier) if key is not None)


def _key(state: State, name: str, key_id: bytes) -> PublicKey | None:
    return next((key for key in state.keys if (key.name, key.key_id) == (name, key_id)), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
