"""What verifying showed, as frozen values, and the JSON document made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from evidencekit.model import Finding
from evidencekit.shapes import finding_shape
from evidencekit.verify.meanings import meaning


class Kind(StrEnum):
    """What was verified."""

    CASE = "case"
    PACKAGE = "package"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of the checkpoint, by a key that the ledger holds: its name, SHA-256 fingerprint (hex), the person it
    was added for, and whether it fits."""

    key: str
    fingerprint: str
    person: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The checkpoint that was checked: the whole ``note``, ``time`` of the last line under it (UTC, empty when that was
    withheld) and its signatures by known keys."""

    size: int
    root: str
    note: str
    time: str
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Against:
    """A checkpoint from outside, over ``size`` lines with that ``root`` (base64), and whether the first lines of this
    ledger are the ones that it was made of."""

    size: int
    root: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Since:
    """What was added behind an earlier checkpoint over ``size`` lines: whether its lines ``holds`` as the very
    beginning of this ledger, how many lines were ``added`` behind it, how many of each act among those that can be
    read, how many items, and the first and last of them."""

    size: int
    holds: bool
    added: int = 0
    acts: tuple[tuple[str, int], ...] = ()
    items: int = 0
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying showed.

    ``findings`` stand in the order in which a person should look at them; ``notes`` do not fail it. ``items`` and
    ``size`` count what was checked (originals or files, ledger lines), ``data`` the bytes of those files; ``root`` is
    the checkpoint's, base64, where there is one. ``names`` says whose history it is: the case's number, caption and
    time zone as its first line gives them. ``against`` is the printed checkpoint that it was held against.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    items: int
    size: int
    root: str | None
    kind: Kind = Kind.CASE
    data: int = 0
    head: Head | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    against: Against | None = None
    since: Since | None = None

    @property
    def ok(self) -> bool:
        return not self.findings

    def document(self) -> dict[str, Any]:
        """The JSON shape of ``verify --json``; ``meanings`` says in a sentence what each code found means."""
        checked = {"items": self.items, "lines": self.size, "root": self.root, "bytes": self.data}
        shape: dict[str, Any] = {
            "ok": self.ok,
            "findings": [finding_shape(each) for each in self.findings],
            "meanings": {each.code: meaning(each.code) for each in self.findings},
            "notes": list(self.notes),
            "kind": self.kind.value,
            "checked": checked,
        }
        if self.head is not None:
            shape["checkpoint"] = asdict(self.head)
        if self.against is not None:
            shape["against"] = asdict(self.against)
        if self.since is not None:
            line = self.since.size + 1 if self.since.added else None
            shape["since"] = {**asdict(self.since), "acts": dict(self.since.acts), "line": line}
        return shape


@dataclass(frozen=True, slots=True)
class Run:
    """One verification as a report tells of it: the ``path`` that was verified, ``by`` whom, when it ``begun`` (UTC ISO
    8601) and the ``seconds`` it took."""

    path: str
    by: str
    begun: str
    seconds: float
