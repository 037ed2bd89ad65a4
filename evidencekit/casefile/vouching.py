"""Whose signatures a case's record takes: a key that somebody vouches for, a key that is withdrawn."""

from __future__ import annotations

import base64
import binascii

from evidencekit.casefile.case import Case
from evidencekit.custody.checkpoint import BadNote, PublicKey
from evidencekit.custody.keyfiles import key_for_case
from evidencekit.custody.ledger import key_entry
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.custody.people import checked
from evidencekit.errors import UsageError
from evidencekit.model import Person

_SHORTEST = 16  # hex digits of a fingerprint that tell which key is meant
_LONGEST = 500
_PRIME = (1 << 255) - 19
# y of the points whose order divides 8: under such a “key”, signatures can be made without any secret.
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_WEAK = frozenset({0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8})


def read_public(text: str) -> bytes:
    """The raw public key (32 bytes) that a verifier line or its base64 part holds. Raises :class:`UsageError`."""
    line = text.strip()
    try:
        raw = PublicKey.parse(line).raw
    except BadNote as error:
        try:
            raw = _base64(line)  # which may hold a plus as well
        except BadNote:
            raise UsageError(
                f"This is no public key: {error}.",
                todo="Give the line that `evidencekit identity export` prints on the other computer.",
            ) from error
    if not _strong(raw):
        raise UsageError(
            "Anybody could sign under this key; it was not made by a program that means well.",
            todo="Ask for the line that `evidencekit identity export` prints, and compare its fingerprint by voice.",
        )
    return raw


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("it is neither a verifier line nor base64") from error
    if len(raw) == 33 and raw[:1] == b"\x01":
        return raw[1:]
    if len(raw) != 32:
        raise BadNote("it is not an Ed25519 key")
    return raw


def _strong(raw: bytes) -> bool:
    y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    return y < _PRIME and y not in _WEAK


def add_key(case: Case, person: Person, raw: bytes) -> PublicKey:
    """Vouch that a public key (32 raw bytes) is that person's, before they sign anything.

    Raises :class:`UsageError` when the case knows the key already or the name cannot be printed, and
    :class:`StorageError`.
    """
    person = checked(person.name, person.role, person.agency)
    key = key_for_case(case.info.uuid, raw)
    if case.checked.state.key_printed(key.fingerprint) is not None:
        raise UsageError(
            "The case knows this key already.",
            item=key.fingerprint[:_SHORTEST],
            todo="`evidencekit custody CASE` tells whose it is.",
        )
    if raw == case.home.public(case.info.uuid, case.actor).raw:
        raise UsageError("This is your own key; it is added as you first sign.", todo="Name another person's key.")
    case.commit([key_entry(key, person.actor)])
    return key


def withdraw_key(case: Case, fingerprint: str, reason: str) -> PublicKey:
    """Withdraw a key, by its fingerprint or at least its first 16 hex digits: what it signs from here on is a fault.

    Raises :class:`UsageError` when no or several keys begin so, it is withdrawn already or is the only one left, and
    :class:`StorageError`; nothing is changed then.
    """
    state, wanted = case.checked.state, "".join(fingerprint.split()).casefold()
    found = [key for key in state.keys if key.fingerprint.startswith(wanted)]
    if len(wanted) < _SHORTEST or not found:
        raise UsageError(
            "The case has no key with this fingerprint.",
            item=fingerprint,
            todo=f"Give it, or its first {_SHORTEST} digits at least, as `evidencekit custody CASE` tells it.",
        )
    key = found[0]
    if key.name in state.revoked:
        raise UsageError(f"The key was withdrawn already, by ledger line {state.revoked[key.name]}.", todo="Leave it.")
    said = words(reason, "reason")
    if not said or len(said) > _LONGEST:
        raise UsageError(f"A reason is needed, of at most {_LONGEST} characters.", todo="Say why with --reason.")
    own = case.home.public(case.info.uuid, case.actor)
    live = {each.name for each in state.keys if each.name not in state.revoked} | {own.name}
    if live == {key.name}:
        raise UsageError(
            "This is the only key that can still sign in this case; nothing was changed.",
            item=key.fingerprint[:_SHORTEST],
            todo="Make a new key with `evidencekit identity new-key` first; it signs the withdrawal.",
        )
    whose = next(
        (
            str(line.fields.get("person"))
            for line in case.checked.lines
            if line.act == "key-add" and line.fields.get("fingerprint") == key.fingerprint
        ),
        "",
    )
    paper = case.record({"kind": "revocation", "reason": said})
    case.commit([Entry("key-revoke", {"fingerprint": key.fingerprint, "person": whose, **paper})])
    return key
