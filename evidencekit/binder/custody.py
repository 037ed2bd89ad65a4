"""The custody record's printed pieces, shared by the binder's back matter and the standalone record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evidencekit.binder.values import Handling
from evidencekit.binder.words import clock

ACQUIRE = "acquire"
COPIED = (
    "Each file of a hand-over was read once and copied; its SHA-256 and BLAKE3 digests were computed from the bytes as "
    "they were read. The copy was then read back from storage, its digests were computed again and compared: they were "
    "equal. “Taken in” below stands for all of this."
)


def how_to_check(code: str, sealed: str) -> list[tuple[str, str]]:
    """How anybody checks files and history, as (lead, words). ``code`` says where the checkpoint's square code stands,
    ``sealed`` what was sealed (“this binder”)."""
    return [
        (
            "One file.",
            "Compute its SHA-256 digest with any program and compare it with the digest printed here: “sha256sum FILE” "
            "on Linux, “shasum -a 256 FILE” on macOS, “certutil -hashfile FILE SHA256” on Windows. One changed bit "
            "gives another digest. The BLAKE3 digest is a second, independent one (“b3sum FILE”).",
        ),
        (
            "The whole history.",
            "Everything done to an item is a line of the case’s ledger, a text file, and each line holds the digest of "
            "the line before it. “evidencekit verify CASE” reads every line and every file again and names each fault. "
            "Without our software: the root printed here is the RFC 9162 Merkle tree hash over the first lines of "
            "ledger.jsonl, as many as the size says; a leaf is SHA-256 of a zero byte and the line, a node SHA-256 of "
            "a one byte and its two children.",
        ),
        (
            "The signature.",
            f"The square code {code} holds the signed checkpoint: origin, size, root and an Ed25519 signature. The "
            "key’s fingerprint, SHA-256 of the public key, must be the one printed here and known from elsewhere.",
        ),
        (
            "What this can and cannot show.",
            f"It shows that a file, or the history of a file, is the same as when {sealed} was sealed. It does not say "
            "who made a file or whether what it says is true, and nothing about the time before the file was received. "
            "A change shows only as long as this page, or another copy of the root, is kept apart from the case "
            "folder.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class GivenOver:
    """One hand-over as printed: its details, how many ``files`` of it are listed, and the ledger's line on it."""

    number: int
    source: str
    received: str
    received_from: str
    received_by: str
    method: str
    files: int
    taken: Handling | None

    def data(self, zone: str, more: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """What the template is given; times in the IANA ``zone``."""
        taken = self.taken
        rows = (
            ("Source", self.source),
            ("Received", clock(self.received, zone)),
            ("Received from", self.received_from),
            ("Method", self.method),
            ("Received by", self.received_by),
            ("Files", f"{self.files:,} in this record"),
            ("Taken in", f"{clock(taken.time, zone)}, by {taken.actor}" if taken else ""),
            ("Ledger", f"line {taken.line:,}" if taken else ""),
            *more,
        )
        return {"title": f"Hand-over {self.number}", "rows": [(label, value) for label, value in rows if value]}


def handled(handlings: Sequence[Handling], acquisition: int, zone: str) -> list[dict[str, str]]:
    """Each handling of an item as printed; what is told of its whole hand-over elsewhere is only cited."""
    cited = f"Taken in (hand-over {acquisition}); copied, compared, equal"
    return [
        {
            "time": clock(each.time, zone),
            "what": cited if each.act == ACQUIRE else each.what,
            "actor": each.actor,
            "line": f"line {each.line:,}",
        }
        for each in handlings
    ]
