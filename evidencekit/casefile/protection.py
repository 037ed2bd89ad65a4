"""What must not leave a case: protected terms, items held back and items cleared, as ledger and records tell it.

The ledger's ``withhold`` lines name items and decisions only; the terms and the reasons stand in the protected records,
so that a lost catalog loses no protection.
"""

from __future__ import annotations

import hashlib
import unicodedata

from evidencekit.casefile.checks import Checked
from evidencekit.custody.lines import Line
from evidencekit.custody.records import Body
from evidencekit.model import Cleared, Held, Part, Protection

GPS = "gps"
UNSEARCHABLE = "unsearchable"  # what a file is called by that could not be searched
HELD = "held"  # what a file is called by that holds the content of an item held back
_PARTS = {"hold": Part.WHOLE, "hold-native": Part.NATIVE}


def folded(text: str) -> str:
    """A text as protected terms are compared: NFKC, case-folded, every run of spaces one space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def protected_key(term: str) -> str:
    """What a decision names a protected term by: SHA-256 (hex) of the folded term."""
    return hashlib.sha256(b"evidencekit/protected\n" + folded(term).encode()).hexdigest()


def protection_of(checked: Checked) -> Protection:
    """What is protected by the lines and records that were read; later decisions stand over earlier ones."""
    terms: dict[str, str] = {}
    held: dict[str, Held] = {}
    cleared: dict[str, tuple[Cleared, ...]] = {}
    released: dict[str, int] = {}
    for line in checked.lines:
        if line.act != "withhold":
            continue
        body = checked.papers.get(int(line.fields.get("record", 0)), {})
        decision = line.fields.get("decision")
        if decision == "protect":
            terms.update({protected_key(each): each for each in body.get("terms", ())})
        elif decision == "unprotect":
            for each in body.get("terms", ()):
                terms.pop(protected_key(each), None)
        else:
            for item in line.fields.get("items", ()):
                _decide(str(item), str(decision), line, body, held, cleared)
                if decision == "back":
                    released[str(item)] = line.number
    return Protection(tuple(terms.values()), held, cleared, released)


def _decide(
    item: str,
    decision: str,
    line: Line,
    body: Body,
    held: dict[str, Held],
    cleared: dict[str, tuple[Cleared, ...]],
) -> None:
    reason = str(body.get("reason", ""))
    if decision in _PARTS:
        held[item] = Held(item, _PARTS[decision], reason, line.actor, line.time, line.number)
    elif decision == "disclose":
        keys = frozenset(str(each) for each in body.get("keys", ()))
        added = Cleared(item, keys, reason, line.actor, line.time, line.number)
        cleared[item] = (*cleared.get(item, ()), added)
    else:
        held.pop(item, None)
        cleared.pop(item, None)
