"""A time-stamp authority's reply (RFC 3161), read and checked by itself: what it says, and whether the certificate in
it signed that.

Whether that certificate is one to be trusted is another question, which only certificates from elsewhere can answer
(:mod:`evidencekit.custody.anchors`). Structures: RFC 3161 2.4.2, RFC 5652 5, RFC 5816.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from evidencekit.custody.der import OCTETS, SEQUENCE, SET, TIME, UTF8, BadDer, Element, element
from evidencekit.custody.names import shown

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

LARGEST_REPLY = 1 << 20
_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_ESS, _ESS_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_RSA = "1.2.840.113549.1.1.1"
_SIGNING = {  # signature algorithm → its hash
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_STATUS = {
    1: "it granted something else",
    2: "it refuses the request",
    3: "it has not decided yet",
    4: "a revocation is about to come",
    5: "revoked",
}
_FAILURES = {
    0: "the hash algorithm is not one it takes",
    2: "it does not do what was asked",
    5: "the request was damaged on its way",
    14: "its clock is not available",
    15: "it does not take that policy",
    16: "it does not take that extension",
    17: "what was asked for besides is not available",
    25: "its own system failed",
}
_TIME = re.compile(rb"([0-9]{14})(?:\.([0-9]{1,9}))?Z")


class BadReply(ValueError):  # noqa: N818 — a verdict on data, caught by who asked
    """The bytes are no sound reply; the message says why, as a clause."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a granted reply says: the ``hash`` (hashlib's name) and ``imprint`` of what was stamped, its ``serial``
    number, ``time`` (UTC) and ``nonce``, and the ``certificates`` (DER) that came with it."""

    hash: str
    imprint: bytes
    serial: int
    time: datetime
    nonce: int | None
    certificates: tuple[bytes, ...]
    content: bytes
    signer: Element


def read_reply(data: bytes) -> TimeStamp:
    """Read a reply's bytes. Raises :class:`BadReply` for one that is damaged or grants nothing."""
    if len(data) > LARGEST_REPLY:
        raise BadReply("it is larger than any reply")
    try:
        parts = element(data).parts(SEQUENCE)
        _must_be_granted(parts[0].parts(SEQUENCE))
        return _token(parts[1])
    except (BadDer, IndexError) as error:
        why = str(error) if isinstance(error, BadDer) else "a part of it is missing"
        raise BadReply(f"it is damaged, or no reply of a time-stamp authority ({why})") from error


def _must_be_granted(status: list[Element]) -> None:
    number = status[0].number()
    if number == 0:
        return
    words = [part.value for each in status[1:] if each.tag == SEQUENCE for part in each.parts() if part.tag == UTF8]
    bits = next((each.value for each in status[1:] if each.tag == 0x03), b"")
    failure = next((why for bit, why in _FAILURES.items() if _bit(bits, bit)), "")
    said = shown("; ".join(each.decode("utf-8", "replace") for each in words)[:200])
    told = ": ".join(each for each in (_STATUS.get(number, f"status {number}"), failure, said) if each)
    raise BadReply(f"the authority gave no time-stamp: {told}")


def _bit(bits: bytes, number: int) -> bool:
    """Whether that bit of a BIT STRING is set; its first byte says how many of the last are unused."""
    return len(bits) > 1 + number // 8 and bool(bits[1 + number // 8] & 0x80 >> number % 8)


def _token(token: Element) -> TimeStamp:
    kind, wrapped = token.parts(SEQUENCE)[:2]
    if kind.oid() != _SIGNED_DATA:
        raise BadDer("it is not signed data")
    signed = wrapped.parts(0xA0)[0].parts(SEQUENCE)
    content = signed[2].parts(SEQUENCE)
    if content[0].oid() != _TST_INFO:
        raise BadDer("what was signed is no time-stamp")
    octets = content[1].parts(0xA0)[0]
    if octets.tag != OCTETS:
        raise BadDer("what was signed is not in one piece")
    certificates = next((each for each in signed[3:] if each.tag == 0xA0), None)
    signers = signed[-1].parts(SET)
    if len(signers) != 1:
        raise BadDer(f"it has {len(signers)} signatures and should have one")
    within = tuple(each.whole for each in certificates.parts() if each.tag == SEQUENCE) if certificates else ()
    return _said(element(octets.value).parts(SEQUENCE), within, octets.value, signers[0])


def _said(info: list[Element], certificates: tuple[bytes, ...], content: bytes, signer: Element) -> TimeStamp:
    algorithm, imprint = info[2].parts(SEQUENCE)[:2]
    name = _HASHES.get(algorithm.parts(SEQUENCE)[0].oid())
    if name is None:
        raise BadDer("it is over a digest of a kind that was not asked for")
    found = _TIME.fullmatch(info[4].value) if info[4].tag == TIME else None
    if found is None:
        raise BadDer("its time is malformed")
    try:
        time = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadDer("its time is none") from error
    if found[2]:
        time = time.replace(microsecond=int(found[2][:6].ljust(6, b"0")))
    nonce = next((each.number() for each in info[5:] if each.tag == 0x02), None)
    return TimeStamp(name, imprint.value, info[3].number(), time, nonce, certificates, content, signer)


def signer_of(stamp: TimeStamp) -> x509.Certificate:
    """The certificate in the reply that signed it, having checked that it did, that it is one for time-stamps, that it
    was valid then, and that the others in the reply issued it, as far as they do. Raises :class:`BadReply`."""
    from cryptography import x509

    try:
        parts = stamp.signer.parts(SEQUENCE)
        certificates = [x509.load_der_x509_certificate(each) for each in stamp.certificates]
        found = _certificate(parts[1], certificates, stamp.certificates)
        _must_be_for_stamps(found, stamp.time)
        _must_be_signed(parts, found, stamp)
        _must_be_issued(found, certificates)
    except BadReply:
        raise
    except Exception as error:  # the reader of certificates raises what it likes at damaged ones
        raise BadReply("its signature or a certificate in it is damaged") from error
    return found


def _certificate(wanted: Element, certificates: list[x509.Certificate], raw: tuple[bytes, ...]) -> x509.Certificate:
    """The certificate that the signature names by issuer and serial number."""
    if wanted.tag != SEQUENCE:
        raise BadReply("it is signed in a way that is not known here")
    issuer, serial = wanted.parts()[:2]
    if not raw:
        raise BadReply("the authority left its certificate out")
    for each in certificates:
        if each.issuer.public_bytes() == issuer.whole and each.serial_number == serial.number():
            return each
    raise BadReply("the certificate that signed it is not in it")


def _must_be_for_stamps(certificate: x509.Certificate, time: datetime) -> None:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise BadReply("its certificate is not one for time-stamps") from None
    if not usage.critical or ExtendedKeyUsageOID.TIME_STAMPING not in usage.value:
        raise BadReply("its certificate is not one for time-stamps")
    if not certificate.not_valid_before_utc <= time <= certificate.not_valid_after_utc:
        raise BadReply("its certificate had expired, or was not valid yet, at the time that it states")


def _must_be_signed(parts: list[Element], certificate: x509.Certificate, stamp: TimeStamp) -> None:
    """RFC 5652 5.4: the signature is over the DER of the attributes, which hold the digest of the content."""
    digest = _HASHES.get(parts[2].parts(SEQUENCE)[0].oid())
    attributes, algorithm, signature = parts[3], parts[4].parts(SEQUENCE)[0].oid(), parts[5]
    if digest is None or attributes.tag != 0xA0 or signature.tag != OCTETS:
        raise BadReply("it is signed in a way that is not known here")
    values = {each.parts(SEQUENCE)[0].oid(): each.parts(SEQUENCE)[1].parts(SET)[0] for each in attributes.parts()}
    if _CONTENT_TYPE not in values or values[_CONTENT_TYPE].oid() != _TST_INFO or _MESSAGE_DIGEST not in values:
        raise BadReply("what its signature covers is not a time-stamp")
    if values[_MESSAGE_DIGEST].value != hashlib.new(digest, stamp.content).digest():
        raise BadReply("it was changed after it was signed")
    _must_name(values, certificate)
    hashed = digest if algorithm == _RSA else _SIGNING.get(algorithm)
    if hashed is None:
        raise BadReply("it is signed in a way that is not known here")
    _verify(certificate, signature.value, b"\x31" + attributes.whole[1:], hashed)


def _must_name(values: dict[str, Element], certificate: x509.Certificate) -> None:
    """RFC 5816: the signature covers the digest of the certificate, lest another be put in its place."""
    from cryptography.hazmat.primitives.serialization import Encoding

    found = values.get(_ESS_V2) or values.get(_ESS)
    if found is None:
        raise BadReply("its signature does not say whose it is")
    named = found.parts(SEQUENCE)[0].parts(SEQUENCE)[0].parts(SEQUENCE)
    name = "sha1" if _ESS_V2 not in values else "sha256"
    if _ESS_V2 in values and named[0].tag == SEQUENCE:
        name = _HASHES.get(named[0].parts()[0].oid(), "")
        named = named[1:]
    data = certificate.public_bytes(Encoding.DER)
    if not name or named[0].value != hashlib.new(name, data, usedforsecurity=name != "sha1").digest():
        raise BadReply("its signature names another certificate than the one in it")


def _verify(certificate: x509.Certificate, signature: bytes, data: bytes, hashed: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    known: dict[str, HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    key, algorithm = certificate.public_key(), known[hashed]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:  # a key of a third kind does not verify like this, and says so
            cast("ec.EllipticCurvePublicKey", key).verify(signature, data, ec.ECDSA(algorithm))
    except InvalidSignature:
        raise BadReply("its signature does not belong to it: it was changed or forged") from None


def _must_be_issued(certificate: x509.Certificate, others: list[x509.Certificate]) -> None:
    """As far as the issuers came along; a name that is claimed must be borne out by its key."""
    from cryptography.exceptions import InvalidSignature

    current, left = certificate, [each for each in others if each != certificate]
    while above := next((each for each in left if each.subject == current.issuer), None):
        try:
            current.verify_directly_issued_by(above)
        except (InvalidSignature, ValueError, TypeError):
            raise BadReply("a certificate in it was not issued by the one it names") from None
        current = above
        left.remove(above)


def named(certificate: x509.Certificate) -> str:
    """Whom a certificate names, as it is told: common name and organisation, printable and short."""
    from cryptography.x509.oid import NameOID

    found: list[str] = []
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        values = certificate.subject.get_attributes_for_oid(kind)
        found.extend(str(each.value) for each in values[:1])
    words = ", ".join(dict.fromkeys(found)) or certificate.subject.rfc4514_string()
    return shown(words)[:200]


def in_order(data: bytes) -> bytes:
    """The same reply with its certificates in the order that DER asks for; they are not among what is signed. Raises
    :class:`BadReply`."""
    stamp = read_reply(data)
    joined = b"".join(stamp.certificates)
    if not joined or data.count(joined) != 1:
        raise BadReply("its certificates do not stand together")
    return data.replace(joined, b"".join(sorted(stamp.certificates)))
