"""The signed checkpoint: a C2SP signed note (signed-note, tlog-checkpoint) over a ledger's size and root.

Text: origin line, decimal size, base64 root, each LF-ended; a blank line; signature lines
``— name base64(4-byte key id ‖ Ed25519 signature)``. The key id is the first four bytes of
SHA-256(name ‖ LF ‖ 0x01 ‖ public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ALGORITHM = b"\x01"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME = re.compile(r"[!-~]+")


class BadNote(ValueError):  # noqa: N818 — a verdict on data, caught by the checks
    """The bytes are not a well-formed note, vkey or signature."""


def _unbase64(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(f"{what} is not base64") from error
    if base64.b64encode(raw).decode() != text:  # spare bits could hide a change
        raise BadNote(f"{what} is not canonical base64")
    return raw


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verifier: the key's ``name`` in notes and its 32 raw Ed25519 bytes."""

    name: str
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ALGORITHM + self.raw).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw public key, hex: what is printed and compared by eye."""
        return hashlib.sha256(self.raw).hexdigest()

    def vkey(self) -> str:
        """The C2SP verifier line, ``name+keyid+base64``."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ALGORITHM + self.raw).decode()}"

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """Read a verifier line. Raises :class:`BadNote`."""
        parts = line.split("+", 2)
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
            raise BadNote("a key line has the form name+id+base64")
        raw = _unbase64(parts[2], "the key")
        if len(raw) != 33 or raw[:1] != _ALGORITHM:
            raise BadNote("the key is not Ed25519")
        key = cls(parts[0], raw[1:])
        if key.key_id.hex() != parts[1]:
            raise BadNote("the key's id does not belong to it")
        return key

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the 64-byte signature over ``text`` is this key's."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under the name it signs a case's notes with."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin, ledger size in lines, 32-byte root, and (key name, key id, signature) per signature."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...] = ()

    @property
    def root_text(self) -> str:
        """The root as it is printed and stored: base64."""
        return base64.b64encode(self.root).decode()

    def text(self) -> bytes:
        """The signed bytes: three LF-ended lines."""
        return f"{self.origin}\n{self.size}\n{self.root_text}\n".encode()

    def note(self) -> bytes:
        """The whole note with its signature lines."""
        lines = "".join(f"— {name} {base64.b64encode(key + sig).decode()}\n" for name, key, sig in self.signatures)
        return self.text() + b"\n" + lines.encode()

    def signed(self, signer: Signer) -> Checkpoint:
        """This checkpoint with one more signature."""
        public = signer.public
        added = (public.name, public.key_id, signer.private.sign(self.text()))
        return Checkpoint(self.origin, self.size, self.root, (*self.signatures, added))

    @classmethod
    def parse(cls, note: bytes) -> Checkpoint:
        """Read a note strictly: it must be byte for byte what :meth:`note` would write. Raises :class:`BadNote`."""
        try:
            head, _, tail = note.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError as error:
            raise BadNote("the checkpoint is not UTF-8") from error
        lines = head.split("\n")
        if len(lines) != 3 or not _NAME.fullmatch(lines[0]) or not _SIZE.fullmatch(lines[1]):
            raise BadNote("the checkpoint is not origin, size and root")
        root = _unbase64(lines[2], "the root")
        if len(root) != 32:
            raise BadNote("the root is not 32 bytes")
        signatures = tuple(_signature(line) for line in tail.splitlines())
        parsed = cls(lines[0], int(lines[1]), root, signatures)
        if not signatures:
            raise BadNote("the checkpoint bears no signature")
        if parsed.note() != note:
            raise BadNote("the checkpoint has bytes that do not belong to it")
        return parsed


def _signature(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise BadNote("a signature line is damaged")
    raw = _unbase64(parts[2], "a signature")
    if len(raw) != 68:
        raise BadNote("a signature is not 64 bytes")
    return parts[1], raw[:4], raw[4:]
