"""Anchors: a time-stamp (RFC 3161) of a checkpoint by an authority outside the office. The request is written and the
reply read without any network; a person carries them.

A reply is read and its signature checked here (:mod:`evidencekit.custody.timestamps`) and by a second reader: the
strict one of ``rfc3161-client``, or ``openssl`` where that refuses the form of a reply, as it does with certificates in
an order of their own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.custody.der import SEQUENCE, BadDer, element
from evidencekit.custody.timestamps import BadReply, TimeStamp, in_order, named, read_reply, signer_of
from evidencekit.errors import UsageError

if TYPE_CHECKING:
    from cryptography import x509
    from rfc3161_client import TimeStampResponse

STRICT, OPENSSL = "rfc3161-client", "openssl"
_PATIENCE = 20.0  # seconds
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, slots=True)
class Request:
    """What a request asks for: the SHA-256 ``imprint`` of the note and the ``nonce`` that its reply repeats."""

    imprint: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a checked reply says: the authority's ``time`` (UTC), the ``authority`` as its certificate names it, the
    ``serial`` number (hex, as openssl prints it), who read it besides (``checked``: :data:`STRICT` or
    :data:`OPENSSL`), and whether the certificate was held against ``trusted`` ones from elsewhere."""

    time: datetime
    authority: str
    serial: str
    checked: str
    trusted: bool


def make_request(note: bytes) -> bytes:
    """A request for a time-stamp of a note: DER with its SHA-256, a nonce, and the wish for certificates."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    return TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()


def read_request(data: bytes) -> Request:
    """Read a request of ours. Raises :class:`BadReply`."""
    try:
        _, imprint, nonce = element(data).parts(SEQUENCE)[:3]
        algorithm, digest = imprint.parts(SEQUENCE)
        if algorithm.parts(SEQUENCE)[0].oid() != _SHA256 or len(digest.value) != 32:
            raise BadDer("it is not over a SHA-256")
        return Request(digest.value, nonce.number())
    except (BadDer, ValueError, IndexError) as error:
        raise BadReply(f"the request is damaged ({error})") from error


def answers(stamp: TimeStamp, request: Request) -> bool:
    """Whether a reply is that to a request: the same imprint and the same nonce."""
    return stamp.hash == "sha256" and stamp.imprint == request.imprint and stamp.nonce == request.nonce


def read_roots(data: bytes) -> tuple[x509.Certificate, ...]:
    """Certificates to be trusted, PEM (any number) or DER (one). Raises :class:`UsageError`."""
    from cryptography import x509

    try:
        if b"-----BEGIN CERTIFICATE-----" in data:
            return tuple(x509.load_pem_x509_certificates(data))
        return (x509.load_der_x509_certificate(data),)
    except ValueError as error:
        raise UsageError(
            "This is no certificate.", todo="Give the authority's root certificate as PEM, from its own site."
        ) from error


def stamp_of(note: bytes, reply: bytes) -> tuple[TimeStamp, str]:
    """What a kept reply says of a kept note, checked by itself, and the authority's name. Raises :class:`BadReply`."""
    stamp = read_reply(reply)
    if stamp.hash != "sha256" or stamp.imprint != hashlib.sha256(note).digest():
        raise BadReply("it is over something else")
    return stamp, named(signer_of(stamp))


def check_reply(
    note: bytes,
    request: bytes,
    reply: bytes,
    roots: Sequence[x509.Certificate] = (),
    *,
    openssl: str | None = None,
) -> Stamped:
    """Check a reply to our request for that note, by ourselves and by a second reader; ``roots`` are the authority's
    own certificates from elsewhere, ``openssl`` the program's absolute path where there is one.

    Raises :class:`BadReply`.
    """
    stamp, authority = stamp_of(note, reply)
    asked = read_request(request)
    if not answers(stamp, asked):
        raise BadReply("it answers another request: its number is not the one that was asked with")
    strict, checked = _decoded(reply), STRICT
    if strict is None and openssl is not None:
        _by_openssl(openssl, request, reply, roots, stamp)
        checked = OPENSSL
    else:
        strict = strict or _decoded(in_order(reply))
        if strict is None:
            raise BadReply("its form is not as strict as RFC 3161 asks; where openssl is installed, that can check it")
        _by_strict(strict, asked, note, roots)
    return Stamped(stamp.time, authority, serial_text(stamp.serial), checked, bool(roots))


def needs_openssl(reply: bytes) -> bool:
    """Whether the strict reader refuses a reply's form."""
    return _decoded(reply) is None


def find_openssl() -> str | None:
    """OpenSSL's program, as an absolute path, where there is one; its likes know other options. Nothing is run that
    lies where a person happens to be."""
    name = "openssl.exe" if sys.platform == "win32" else "openssl"
    for folder in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
        program = folder / name
        if not folder.is_absolute() or not os.access(program, os.X_OK) or not program.is_file():
            continue
        try:
            done = subprocess.run(
                [program, "version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.stdout.startswith(b"OpenSSL "):
            return str(program)
    return None


def serial_text(serial: int) -> str:
    """A serial number as openssl prints it: hex, whole bytes."""
    digits = f"{serial:X}"
    return f"0x{'0' * (len(digits) % 2)}{digits}"


def _decoded(reply: bytes) -> TimeStampResponse | None:
    """The reply as the strict reader takes it; None where it refuses the form."""
    from rfc3161_client import decode_timestamp_response

    try:
        found = decode_timestamp_response(reply)
        found.tst_info  # noqa: B018 — parsed when it is asked for
        found.signed_data  # noqa: B018
    except Exception:  # noqa: BLE001 — whatever it raises, it does not take the reply
        return None
    return found


def _by_strict(reply: TimeStampResponse, asked: Request, note: bytes, roots: Sequence[x509.Certificate]) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder

    if reply.tst_info.nonce != asked.nonce or reply.tst_info.message_imprint.message != asked.imprint:
        raise BadReply("two readers do not read the same in it")
    if not roots:
        return
    try:
        VerifierBuilder(roots=list(roots), nonce=asked.nonce).build().verify_message(reply, note)
    except (VerificationError, ValueError) as error:
        raise BadReply("the certificates that were given do not vouch for the authority that signed it") from error


def _by_openssl(
    program: str, request: bytes, reply: bytes, roots: Sequence[x509.Certificate], stamp: TimeStamp
) -> None:
    """``openssl ts -verify``, with files of ours alone; the certificates must have been valid at the stamped time."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    trusted = roots or [x509.load_der_x509_certificate(each) for each in stamp.certificates]
    with tempfile.TemporaryDirectory(prefix="evidencekit-") as scratch:
        folder = Path(scratch)
        (folder / "request.tsq").write_bytes(request)
        (folder / "reply.tsr").write_bytes(reply)
        (folder / "trusted.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in trusted))
        (folder / "openssl.cnf").write_bytes(b"")
        command = [program, "ts", "-verify", "-queryfile", "request.tsq", "-in", "reply.tsr", "-CAfile", "trusted.pem"]
        command += ["-attime", str(int(stamp.time.timestamp())), *([] if roots else ["-partial_chain"])]
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
        surroundings = {**kept, "OPENSSL_CONF": str(folder / "openssl.cnf"), "SSL_CERT_FILE": os.devnull}
        surroundings |= {"SSL_CERT_DIR": str(folder), "LC_ALL": "C", "HOME": str(folder)}
        try:
            done = subprocess.run(
                command, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BadReply(f"openssl could not be run on it ({type(error).__name__})") from error
    if done.returncode != 0 or b"Verification: OK" not in done.stdout + done.stderr:
        why = "the certificates that were given do not vouch for the authority" if roots else "its signature fails"
        raise BadReply(f"openssl refuses it: {why}")
