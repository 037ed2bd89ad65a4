"""Who held the evidence, from whom, since when: the transfers of custody that a case's ledger tells of.

Between two people on one computer a transfer is a ``release`` line and, right behind it, its ``receive`` line under one
note with both their signatures. Between two computers the release is sealed by the one who gives; on the other, the
one who takes logs a ``receive`` line that names it and holds their signature of that very note, which is then added to
the note itself. Because the line holds it, anybody can complete the note after a crash. A release that nobody received
yet can be taken back by such a line too.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evidencekit.custody.checkpoint import Checkpoint, PublicKey
from evidencekit.custody.lines import Line
from evidencekit.model import Finding, Person

if TYPE_CHECKING:
    from evidencekit.casefile.checks import Checked


class Stage(StrEnum):
    """How far a transfer has come."""

    PENDING = "pending"
    DONE = "done"
    BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Signed:
    """One side of a transfer: the ``fingerprint`` (hex) of the key that it is signed with, and whether a signature by
    it stands in the sealed note and holds."""

    fingerprint: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """Custody going from one person to another. ``items`` are numbers, none for the whole case; the lines are those of
    the ledger, the times UTC ISO 8601. ``receive`` is also the line by which it was taken back; ``apart`` that this is
    a line for itself, written on another computer or later."""

    release: int
    giver: Person
    receiver: Person
    items: tuple[str, ...]
    released: str
    place: str
    purpose: str
    given: Signed
    stage: Stage = Stage.PENDING
    receive: int | None = None
    received: str = ""
    taken: Signed | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds something, as they are named in the ledger; since when (UTC ISO 8601), by which line."""

    custodian: str
    since: str
    line: int


@dataclass(frozen=True, slots=True)
class Custody:
    """Who holds the ``case``, and each of its ``items`` by number; the transfers that are ``pending``."""

    case: Holding
    items: dict[str, Holding] = field(default_factory=dict)
    pending: tuple[Transfer, ...] = ()

    def holders(self) -> tuple[str, ...]:
        """Everybody who holds something, the case's custodian first."""
        return tuple(dict.fromkeys([self.case.custodian, *(each.custodian for each in self.items.values())]))


def received_at_once(release: Line, receive: Line) -> bool:
    """Whether the second line is the receipt of the first in one transfer between two people on one computer."""
    at_once = release.act == "release" and receive.act == "receive" and "release" not in receive.fields
    return at_once and receive.number == release.number + 1


def transfers(checked: Checked) -> tuple[Transfer, ...]:
    """Every transfer of a case, in the order of their releases."""
    return tuple(_read(checked)[0].values())


def custodian(checked: Checked) -> Custody:
    """Who holds a case and each item now: whoever received it from outside, until a transfer was received."""
    case, held = Holding("", "", 0), dict[str, Holding]()
    moved = {each.receive: each for each in transfers(checked) if each.stage is Stage.DONE}
    numbers = {record.acquisition.number: [each.number for each in record.items] for record in checked.records}
    for line in checked.lines:
        if line.act == "create":
            case = Holding(line.actor, line.time, line.number)
        elif line.act == "acquire":
            number = line.fields.get("acquisition")
            found = numbers.get(number, []) if isinstance(number, int) else []
            held.update(dict.fromkeys(found, Holding(line.actor, line.time, line.number)))
        elif line.number in moved:
            transfer = moved[line.number]
            now = Holding(transfer.receiver.actor, line.time, line.number)
            held.update(dict.fromkeys(transfer.items or list(held), now))
            case = case if transfer.items else now
    pending = tuple(each for each in transfers(checked) if each.stage is Stage.PENDING)
    return Custody(case, held, pending)


def check_transfers(checked: Checked) -> list[Finding]:
    """Faults of the transfers: receipts without a release, and notes that lack a signature they should bear.

    The receipt in a case's last line may still lack its signature in the release's note: it is completed when the
    case is next written, and told in ``checked.notes``.
    """
    told, findings = _read(checked)
    for transfer in told.values():
        findings.extend(_unsigned(transfer, checked))
    return findings


def countersigned(checked: Checked) -> Checkpoint | None:
    """The note of a release with the signature of who received it, where a crash kept that from being added; None
    when there is nothing to complete."""
    last = checked.lines[-1] if checked.lines else None
    if last is None or last.act != "receive" or last.number != checked.state.size:
        return None
    number = last.fields.get("release")
    note = checked.seals.get(number) if isinstance(number, int) else None
    key = checked.state.key_printed(str(last.fields.get("key")))
    if note is None or key is None or _signs(note, key) or not _holds_signature(last, note, key):
        return None
    return with_signature(note, key, str(last.fields["signature"]))


def _holds_signature(line: Line, note: Checkpoint, key: PublicKey) -> bool:
    """Whether a receipt's line holds that key's good signature of the release's note."""
    try:
        signature = base64.b64decode(str(line.fields.get("signature")), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(signature) == 64 and key.verifies(note.text(), signature)


def with_signature(note: Checkpoint, key: PublicKey, signature: str) -> Checkpoint:
    """A note with one more signature, given as base64 of its 64 bytes."""
    added = (key.name, key.key_id, base64.b64decode(signature))
    return Checkpoint(note.origin, note.size, note.root, (*note.signatures, added))


def _read(checked: Checked) -> tuple[dict[int, Transfer], list[Finding]]:
    """The transfers by their release's line, and the lines that do not fit together."""
    found: dict[int, Transfer] = {}
    lines: dict[int, Line] = {}
    faults: list[tuple[int, str]] = []
    taken_in = _taken_in(checked)
    for line in checked.lines:
        if line.act == "release":
            found[line.number], lines[line.number] = _released(line, checked), line
            faults.extend((line.number, why) for why in _odd_release(line, checked, taken_in))
        elif line.act == "receive":
            number = line.fields.get("release", line.number - 1)
            released = found.get(number) if isinstance(number, int) else None
            if released is None or released.stage is not Stage.PENDING:
                faults.append((line.number, "receives what no line before it released, or what was received"))
                continue
            found[released.release] = _received(line, released, checked)
            if not _same(line, lines[released.release]):
                why = f"receives something else, or between other people, than line {released.release} released"
                faults.append((line.number, why))
    return found, [Finding("transfer-broken", f"Ledger line {at} {why}.", line=at) for at, why in faults]


def _taken_in(checked: Checked) -> dict[str, int] | None:
    """The ledger line by which each item was taken in; None where a hand-over's record is not sound, which is told."""
    records = {record.acquisition.number: record for record in checked.records}
    found: dict[str, int] = {}
    for line in checked.lines:
        if line.act == "acquire":
            number = line.fields.get("acquisition")
            record = records.get(number) if isinstance(number, int) else None
            if record is None:
                return None
            found.update((item.number, line.number) for item in record.items)
    return found


def _odd_release(line: Line, checked: Checked, taken_in: dict[str, int] | None) -> Iterator[str]:
    """What a release says that none of ours does: whoever holds a key can sign any line."""
    items = _items(line)
    if taken_in is not None:
        unknown = [each for each in items if taken_in.get(each, line.number) >= line.number]
        if unknown:
            yield f"releases {unknown[0]}, which had not been taken in by then"
    if len(set(items)) != len(items):
        yield "releases the same item more than once"
    number = line.fields.get("record")
    body = _paper(line, checked)
    if number is None:
        yield "releases custody without a record of the people"
    elif body:
        told = tuple(_person(body.get(side), None).actor for side in ("from", "to"))
        if told != (line.fields.get("from"), line.fields.get("to")) or body.get("items") != list(items):
            yield "releases something else, or between other people, than its record says"


def _same(receive: Line, release: Line) -> bool:
    """Whether a receipt is of the very things, and between the very people, of its release; taken back, custody stays
    with who gave."""
    side = "from" if receive.fields.get("back") else "to"
    same = all(receive.fields.get(name) == release.fields.get(name) for name in ("from", "items", "record", "sha256"))
    return same and receive.fields.get("to") == release.fields.get(side)


def _released(line: Line, checked: Checked) -> Transfer:
    body = _paper(line, checked)
    return Transfer(
        line.number,
        _person(body.get("from"), line.fields.get("from")),
        _person(body.get("to"), line.fields.get("to")),
        _items(line),
        line.time,
        str(body.get("place") or ""),
        str(body.get("purpose") or ""),
        _signed(line, checked.seals.get(line.number), checked),
    )


def _received(line: Line, released: Transfer, checked: Checked) -> Transfer:
    if "release" in line.fields:
        note, given = checked.seals.get(released.release), released.given
    else:  # one note for both
        note = checked.seals.get(line.number)
        given = replace(released.given, holds=_holds(note, released.given.fingerprint, checked))
    back = bool(line.fields.get("back"))
    return replace(
        released,
        stage=Stage.BACK if back else Stage.DONE,
        receive=line.number,
        received=line.time,
        given=given,
        taken=None if back else _signed(line, note, checked),
        apart="release" in line.fields,
    )


def _items(line: Line) -> tuple[str, ...]:
    told = line.fields.get("items")
    return tuple(str(each) for each in told) if isinstance(told, list | tuple) else ()


def _paper(line: Line, checked: Checked) -> dict[str, Any]:
    number = line.fields.get("record")
    return checked.papers.get(number, {}) if isinstance(number, int) else {}


def _person(told: object, named: object) -> Person:
    """A person as the protected record has them, else as the line names them."""
    if isinstance(told, dict):
        return Person(*(str(told.get(part) or "") for part in ("name", "role", "agency")))
    return Person(str(named or ""))


def _signed(line: Line, note: Checkpoint | None, checked: Checked) -> Signed:
    fingerprint = str(line.fields.get("key") or "")
    return Signed(fingerprint, _holds(note, fingerprint, checked))


def _holds(note: Checkpoint | None, fingerprint: str, checked: Checked) -> bool:
    key = checked.state.key_printed(fingerprint)
    return note is not None and key is not None and _signs(note, key)


def _signs(note: Checkpoint, key: PublicKey) -> bool:
    made = [signature for name, key_id, signature in note.signatures if (name, key_id) == (key.name, key.key_id)]
    return any(key.verifies(note.text(), signature) for signature in made)


def _unsigned(transfer: Transfer, checked: Checked) -> Iterator[Finding]:
    """What the signatures of a transfer lack. A note that is missing or damaged is told by the checks of seals."""
    size = transfer.release if transfer.apart or transfer.receive is None else transfer.receive
    note = checked.seals.get(size)
    if note is None:
        return
    sides = [("gave", transfer.giver, transfer.given)]
    if transfer.taken is not None:
        sides.append(("received", transfer.receiver, transfer.taken))
        if transfer.taken.fingerprint == transfer.given.fingerprint:
            message = f"The transfer of ledger line {transfer.release} is signed twice with one and the same key."
            yield Finding("transfer-one-key", message, line=transfer.receive)
    for did, person, signed in sides:
        if signed.holds:
            continue
        if did == "received" and transfer.apart and _can_be_completed(transfer, note, checked):
            checked.notes.append(
                f"seals/{size:08d}.note does not bear the signature of who received it yet; "
                "it is added when the case is next written."
            )
            continue
        message = (
            f"The note of the transfer of ledger line {transfer.release} lacks the signature of {person.actor}, "
            f"who {did} it."
        )
        yield Finding("transfer-unsigned", message, line=transfer.release, path=f"seals/{size:08d}.note")


def _can_be_completed(transfer: Transfer, note: Checkpoint, checked: Checked) -> bool:
    """Whether the receipt is the case's last line and holds a good signature of the note."""
    key = checked.state.key_printed(transfer.taken.fingerprint) if transfer.taken else None
    if transfer.receive != checked.state.size or key is None:
        return False
    return _holds_signature(checked.lines[-1], note, key)
