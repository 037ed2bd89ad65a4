"""The file of one signing key: its public half, and the private one plain, behind a passphrase or in the system's own
keyring.

A file is one JSON object; that of earlier versions, the private key in hex, is read as a plain one. A passphrase is
stretched by scrypt (RFC 7914) and seals the key with AES-256-GCM, which covers the parameters and the public key too.
What a file says of scrypt's cost is bounded before any of it is spent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from evidencekit.custody import oskeyring
from evidencekit.custody.checkpoint import PublicKey
from evidencekit.custody.durable import write_private
from evidencekit.custody.regular import must_be_file
from evidencekit.errors import CaseError, LockedError, StorageError, UsageError

SHORTEST_PASSPHRASE = 8
_LARGEST = 1 << 14
_MOST_MEMORY = 256 << 20
_VERSION = 1
_NONCE, _SALT, _SEALED = 12, 16, 48  # bytes; the sealed key is 32 and its tag 16

AskPassphrase = Callable[[], str | None]


class Kept(StrEnum):
    """How a private key is kept."""

    PLAIN = "plain"
    PASSPHRASE = "passphrase"  # noqa: S105 — the word, not one
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class Scrypt:
    """What opening a passphrase costs; 128 · n · r bytes of memory, 128 MB as it stands (OWASP's advice)."""

    n: int = 1 << 17
    r: int = 8
    p: int = 1

    def stretch(self, passphrase: str, salt: bytes) -> bytes:
        """The 32-byte key that a passphrase makes with that salt; however it was typed, composed or not."""
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt as Function

        typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogateescape")
        return Function(salt, 32, self.n, self.r, self.p).derive(typed)

    def bearable(self) -> bool:
        """Whether these are parameters of scrypt, and no more memory and time than we would ever ask for."""
        power = self.n > 1 and self.n & (self.n - 1) == 0
        return power and 1 <= self.r <= 32 and 1 <= self.p <= 4 and 128 * self.n * self.r <= _MOST_MEMORY


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key's file that was read: ``raw`` is the public half (32 bytes), ``body`` what else it holds; ``in_keyring``
    that the keyring could not be made to give up what it had kept of it before."""

    path: Path
    raw: bytes
    kept: Kept
    body: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    in_keyring: bool = field(default=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def left(self) -> str:
        """What a person has to do about what the keyring did not give up; empty when there is nothing."""
        if not self.in_keyring:
            return ""
        return (
            "This computer's keyring did not give up the key: take out what it keeps for evidencekit, "
            f"{self.fingerprint}."
        )


def key_for_case(case_uuid: str, raw: bytes) -> PublicKey:
    """A public key (32 bytes) under the name it has in that case."""
    return PublicKey(f"evidencekit/{case_uuid}/{hashlib.sha256(raw).hexdigest()[:16]}", raw)


def public_of(private: bytes) -> bytes:
    """The public half (32 bytes) of a private key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def read_key(path: Path) -> KeyFile:
    """Read a key's file without opening the key. Raises :class:`CaseError` when it is gone, unreadable or damaged."""
    try:
        must_be_file(path)
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise CaseError(
            f"Your signing key cannot be read ({error.strerror}).",
            item=str(path),
            todo="Check the folder's permissions, or restore the key from a backup.",
        ) from error
    try:
        if len(data) > _LARGEST:
            raise ValueError("it is too large")
        if data[:1] != b"{":
            private = _exactly(bytes.fromhex(data.decode("ascii")), 32)
            return KeyFile(path, public_of(private), Kept.PLAIN, {"private": private.hex()})
        body = json.loads(data)
        if body["version"] != _VERSION:
            raise ValueError("a newer version of this program wrote it")
        return KeyFile(path, _exactly(bytes.fromhex(body["public"]), 32), Kept(body["kept"]), body)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path) from error


def open_key(found: KeyFile, who: str, ask: AskPassphrase) -> bytes:
    """The private key (32 bytes) of ``who``; ``ask`` is called only for one that lies behind a passphrase.

    Raises :class:`LockedError` without the right passphrase or a keyring that gives it, and :class:`CaseError` when
    the file is damaged.
    """
    if found.kept is Kept.PASSPHRASE:
        private = _unsealed(found, who, ask)
    elif found.kept is Kept.KEYRING:
        private = _from_keyring(found, who)
    else:
        try:
            private = _exactly(bytes.fromhex(found.body["private"]), 32)
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(found.path) from error
    if public_of(private) != found.raw:
        raise _damaged(found.path)
    return private


def _from_keyring(found: KeyFile, who: str) -> bytes:
    try:
        private = _exactly(bytes.fromhex(oskeyring.fetch(found.fingerprint) or ""), 32)
        if public_of(private) != found.raw:
            raise ValueError("it is that of another key")
        return private
    except ValueError as error:
        raise LockedError(
            f"This computer's keyring does not hold the signing key of {who}; nothing was changed.",
            item=str(found.path),
            todo="Log in with the account that put it there, or make a new key with `evidencekit identity new-key`.",
        ) from error


def _unsealed(found: KeyFile, who: str, ask: AskPassphrase) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        kdf = found.body["kdf"]
        cost = Scrypt(*(_whole(kdf[name]) for name in ("n", "r", "p")))
        salt = _exactly(base64.b64decode(kdf["salt"], validate=True), _SALT)
        nonce = _exactly(base64.b64decode(found.body["nonce"], validate=True), _NONCE)
        sealed = _exactly(base64.b64decode(found.body["sealed"], validate=True), _SEALED)
        if kdf["name"] != "scrypt" or found.body["cipher"] != "AES-256-GCM" or not cost.bearable():
            raise ValueError("its parameters are none of ours")
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(found.path) from error
    passphrase = ask()
    if passphrase is None:
        raise LockedError(
            f"The signing key of {who} is protected by a passphrase, which was not given; nothing was changed.",
            todo="Give the passphrase: at the prompt of a terminal, or in the environment as EVIDENCEKIT_PASSPHRASE.",
        )
    try:
        return AESGCM(cost.stretch(passphrase, salt)).decrypt(nonce, sealed, _covered(found.body))
    except InvalidTag as error:
        raise LockedError(
            f"This is not the passphrase of the signing key of {who}; nothing was changed.",
            todo="Type it again. Nobody can open the key without it; `evidencekit identity new-key` makes a new one.",
        ) from error
    except MemoryError as error:
        raise LockedError(
            "There is not enough memory to open the signing key; nothing was changed.",
            todo="Close other programs and try again.",
        ) from error


def _covered(body: dict[str, Any]) -> bytes:
    told = {name: body[name] for name in ("version", "public", "kept", "kdf", "cipher")}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def key_body(private: bytes, kept: Kept, passphrase: str | None, cost: Scrypt) -> dict[str, Any]:
    """What a file holds that keeps this private key (32 bytes) that way. For the keyring it is put there, and read
    back, before this returns. Raises :class:`UsageError` for a passphrase that is too short or a keyring that cannot
    be used."""
    body: dict[str, Any] = {"version": _VERSION, "public": public_of(private).hex(), "kept": kept.value}
    if kept is Kept.PLAIN:
        return {**body, "private": private.hex()}
    if kept is Kept.KEYRING:
        oskeyring.put(hashlib.sha256(public_of(private)).hexdigest(), private.hex())
        return body
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if passphrase is None or len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageError(
            f"A passphrase has at least {SHORTEST_PASSPHRASE} characters; nothing was changed.",
            todo="Take several words that belong together for nobody but you.",
        )
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    body["kdf"] = {"name": "scrypt", "n": cost.n, "r": cost.r, "p": cost.p, "salt": base64.b64encode(salt).decode()}
    body["cipher"] = "AES-256-GCM"
    sealed = AESGCM(cost.stretch(passphrase, salt)).encrypt(nonce, private, _covered(body))
    return {**body, "nonce": base64.b64encode(nonce).decode(), "sealed": base64.b64encode(sealed).decode()}


def write_key(path: Path, body: dict[str, Any]) -> None:
    """Put a key's file in place of a former one, which stands until the new one is on the disk. Raises
    :class:`StorageError`."""
    write_secret(path, json.dumps(body, indent=1, sort_keys=True).encode() + b"\n")


def keep_key(path: Path, private: bytes, kept: Kept, passphrase: str | None, cost: Scrypt) -> None:
    """Keep a private key (32 bytes) that way, with this file, in place of a former one. Raises :class:`UsageError` as
    :func:`key_body` and :class:`StorageError`; a keyring is left with nothing then that no file speaks of."""
    body = key_body(private, kept, passphrase, cost)
    try:
        write_key(path, body)
    except StorageError:
        if kept is Kept.KEYRING and not _may_be_in_keyring(path):
            oskeyring.remove(hashlib.sha256(public_of(private)).hexdigest())
        raise


def _may_be_in_keyring(path: Path) -> bool:
    """Whether the keyring may be the only place of this file's key: what cannot be read might say so."""
    try:
        return path.exists() and read_key(path).kept is Kept.KEYRING
    except (CaseError, OSError):
        return True


def write_secret(path: Path, data: bytes) -> None:
    """Write a file that only this user may read, in place of a former one. Raises :class:`StorageError`."""
    try:
        write_private(path, data)
    except OSError as error:
        raise StorageError(
            f"This could not be written ({error.strerror}); what stood there still stands.",
            item=str(path),
            todo="Free space or check the folder's permissions, then try again.",
        ) from error


def make_secret(path: Path, data: bytes) -> None:
    """Write a file that only this user may read, unless there is one by now: of two at once, one wins. Raises
    :class:`OSError`."""

    def settle(temporary: Path) -> None:
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError:  # no hard links on this file system
            temporary.replace(path)

    write_private(path, data, settle)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("it is no whole number")
    return value


def _exactly(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise ValueError(f"it has not {size} bytes")
    return raw


def _damaged(path: Path) -> CaseError:
    return CaseError("Your signing key is damaged.", item=str(path), todo="Restore it from a backup.")
