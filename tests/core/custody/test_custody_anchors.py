"""An authority's time-stamp of a checkpoint: what is taken, and that nothing else is."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidencekit.custody.anchors import (
    OPENSSL,
    STRICT,
    check_reply,
    find_openssl,
    make_request,
    needs_openssl,
    read_request,
    read_roots,
    serial_text,
)
from evidencekit.custody.der import BadDer, element
from evidencekit.custody.timestamps import BadReply, in_order, read_reply, signer_of
from evidencekit.errors import UsageError

if TYPE_CHECKING:
    from conftest import Authority

NOTE = b"evidencekit/0b5c1f60-0000-4000-8000-000000000001\n12\nroot\n\nsigned\n"


@pytest.fixture(scope="module")
def request_() -> bytes:
    return make_request(NOTE)


@pytest.fixture(scope="module")
def roots(authority: Authority) -> tuple[x509.Certificate, ...]:
    return read_roots(authority.roots.read_bytes())


@pytest.fixture(scope="module")
def reply(authority: Authority, request_: bytes) -> bytes:
    return authority.reply(request_)


@pytest.fixture(scope="module")
def unsorted(authority: Authority, request_: bytes) -> bytes:
    """A reply with two certificates in an order that DER does not have."""
    for signer in ("ec", "rsa"):
        found = authority.reply(request_, signer, chain=True)
        if in_order(found) != found:
            return found
    pytest.skip("openssl put them in order")


def content_of(reply: bytes) -> bytes:
    return read_reply(reply).content


def refused(reply: bytes, request_: bytes, why: str, roots: tuple[x509.Certificate, ...] = ()) -> None:
    with pytest.raises(BadReply, match=why):
        check_reply(NOTE, request_, reply, roots)


def test_a_request_holds_a_digest_and_a_number_and_nothing_of_the_case() -> None:
    request, other = read_request(make_request(NOTE)), read_request(make_request(NOTE))
    assert request.imprint == other.imprint == hashlib.sha256(NOTE).digest()
    assert request.nonce != other.nonce
    assert len(make_request(NOTE)) < 80
    for bad in (b"", b"0\x00", make_request(NOTE)[:-1], b"\x30\x03\x02\x01\x01"):
        with pytest.raises(BadReply, match="the request is damaged"):
            read_request(bad)


@pytest.mark.parametrize(("signer", "ess", "digits"), [("ec", "sha256", 0), ("rsa", "sha1", 3), ("ec", "sha512", 6)])
def test_a_reply_is_taken_with_and_without_the_authoritys_root(
    authority: Authority, request_: bytes, roots: tuple[x509.Certificate, ...], signer: str, ess: str, digits: int
) -> None:
    before = datetime.now(UTC).timestamp()
    reply = authority.reply(request_, signer, ess=ess, digits=digits)
    alone, vouched = check_reply(NOTE, request_, reply), check_reply(NOTE, request_, reply, roots)
    assert abs(vouched.time.timestamp() - before) < 60
    assert vouched.authority == f"Signer {signer}, Test Authority"
    assert (alone.trusted, vouched.trusted, vouched.checked) == (False, True, STRICT)
    assert (alone.time, alone.serial) == (vouched.time, serial_text(read_reply(reply).serial))


def test_certificates_in_an_order_of_their_own_are_for_openssl_where_there_is_one(
    authority: Authority, request_: bytes, roots: tuple[x509.Certificate, ...], unsorted: bytes
) -> None:
    for given in ((), roots):
        by_openssl = check_reply(NOTE, request_, unsorted, given, openssl=authority.openssl)
        without = check_reply(NOTE, request_, unsorted, given)
        assert (by_openssl.checked, without.checked) == (OPENSSL, STRICT)
        assert (by_openssl.time, by_openssl.serial, by_openssl.authority) == (
            without.time,
            without.serial,
            without.authority,
        )
    others = (x509.load_pem_x509_certificate((authority.folder / "mail.pem").read_bytes()),)
    with pytest.raises(BadReply, match="openssl refuses it: the certificates that were given do not vouch"):
        check_reply(NOTE, request_, unsorted, others, openssl=authority.openssl)
    with pytest.raises(BadReply, match="openssl could not be run"):
        check_reply(NOTE, request_, unsorted, openssl=str(authority.folder / "nosuch"))


def test_openssl_gets_no_settings_of_this_computer(
    authority: Authority, request_: bytes, unsorted: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bad.cnf").write_text(
        "openssl_conf = x\n[x]\nproviders = y\n[y]\nnosuch = z\n[z]\nactivate = 1\nmodule = /n\n"
    )
    monkeypatch.setenv("OPENSSL_CONF", str(tmp_path / "bad.cnf"))
    assert check_reply(NOTE, request_, unsorted, openssl=authority.openssl).checked == OPENSSL


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
def test_only_openssl_itself_is_found_and_never_where_a_person_happens_to_be(
    unsorted: bytes, reply: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (needs_openssl(unsorted), needs_openssl(reply)) == (True, False)
    kinds = {"libre": "echo LibreSSL 3.3.6", "broken": "exit 1", "ours": "echo OpenSSL 3.0.19"}
    for name, script in kinds.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "openssl").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name / "openssl").chmod(0o755)
    (tmp_path / "no program").mkdir()
    (tmp_path / "no program" / "openssl").write_bytes(b"\x7fnone")
    (tmp_path / "no program" / "openssl").chmod(0o755)
    (tmp_path / "a folder" / "openssl").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "ours")
    others = [str(tmp_path / name) for name in ("nowhere", "a folder", "no program", "broken", "libre")]
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", *others]))
    assert find_openssl() is None
    monkeypatch.setenv("PATH", os.pathsep.join([*others, str(tmp_path / "ours")]))
    assert find_openssl() == str(tmp_path / "ours" / "openssl")


def test_roots_of_somebody_else_do_not_vouch(authority: Authority, request_: bytes, reply: bytes) -> None:
    stranger = (x509.load_pem_x509_certificate((authority.folder / "mail.pem").read_bytes()),)
    refused(reply, request_, "do not vouch for the authority", stranger)


def test_a_reply_to_another_request_or_over_something_else_is_refused(
    authority: Authority, request_: bytes, reply: bytes
) -> None:
    refused(authority.reply(make_request(NOTE)), request_, "it answers another request")
    refused(authority.reply(make_request(b"another note")), request_, "it is over something else")
    assert check_reply(NOTE, request_, reply)


def test_a_refusal_is_told_with_its_reason(authority: Authority, request_: bytes) -> None:
    refusal = authority.reply(request_, digests="sha512")
    refused(refusal, request_, "gave no time-stamp: it refuses the request: the hash algorithm is not one it takes")
    refused(reply_with_status(refusal, 5), request_, "gave no time-stamp: revoked")
    refused(reply_with_status(refusal, 1), request_, "it granted something else")
    refused(reply_with_status(refusal, 9), request_, "status 9")
    refused(reply_with_status(refusal, 0), request_, "a part of it is missing")


def reply_with_status(reply: bytes, status: int) -> bytes:
    at = reply.index(b"\x02\x01\x02") + 2
    return reply[:at] + bytes([status]) + reply[at + 1 :]


def test_certificates_that_may_not_sign_time_stamps_or_had_expired_are_refused(
    authority: Authority, request_: bytes, reply: bytes, roots: tuple[x509.Certificate, ...]
) -> None:
    refused(authority.signed(content_of(reply), "mail"), request_, "not one for time-stamps")
    refused(authority.signed(content_of(reply), "expired"), request_, "had expired")
    assert check_reply(NOTE, request_, authority.signed(content_of(reply)), roots).trusted  # the way they are made here


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ((), "does not say whose it is"),
        (("-cades", "-nocerts"), "left its certificate out"),
        (("-noattr",), "damaged"),
        (("-cades", "-keyid"), "signed in a way that is not known"),
        (("-cades", "-signer", "rsa.pem", "-inkey", "rsa.key"), "2 signatures"),
        (("-cades", "-md", "sha1"), "signed in a way that is not known|changed after"),
    ],
)
def test_signatures_that_say_too_little_are_refused(
    authority: Authority, request_: bytes, reply: bytes, extra: tuple[str, ...], why: str
) -> None:
    refused(authority.signed(content_of(reply), extra=extra), request_, why)


def test_another_certificate_in_place_of_the_signers_is_refused(
    authority: Authority, request_: bytes, reply: bytes
) -> None:
    (own,) = read_reply(reply).certificates
    forged = bytearray(own)
    forged[-1] ^= 1  # the authority's signature over its certificate
    changed = reply.replace(own, bytes(forged))
    refused(changed, request_, "names another certificate")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"\x18\x0f20", b"\x18\x0f2x", "its time is malformed"),
        (b"\x18\x0f20", b"\x17\x0f20", "its time is malformed"),
        (
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04",
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x07\x05\x00\x04",
            "kind",
        ),
    ],
)
def test_content_that_is_no_time_stamp_is_refused(
    authority: Authority, request_: bytes, reply: bytes, old: bytes, new: bytes, why: str
) -> None:
    content = content_of(reply)
    assert content.count(old) == 1
    refused(authority.signed(content.replace(old, new)), request_, why)


def test_whatever_byte_is_changed_it_is_refused_or_says_the_same(
    authority: Authority, request_: bytes, roots: tuple[x509.Certificate, ...], reply: bytes
) -> None:
    whole = check_reply(NOTE, request_, reply, roots)
    taken = []
    for at in range(len(reply)):
        for flip in (0x01, 0x80):
            changed = bytearray(reply)
            changed[at] ^= flip
            try:
                found = check_reply(NOTE, request_, bytes(changed), roots)
            except BadReply:
                continue
            assert found == whole, at
            taken.append(at)
    assert len(taken) < 20  # what no signature covers: version numbers, spare parameters


def test_whatever_is_cut_off_or_added_is_refused(request_: bytes, reply: bytes) -> None:
    for length in range(len(reply)):
        refused(reply[:length], request_, "damaged")
    refused(reply + b"\x00", request_, "damaged")
    refused(reply * 2, request_, "damaged")
    refused(b"\x30\x84\x7f\xff\xff\xff" + reply, request_, "damaged")
    refused(b"0" * ((1 << 20) + 1), request_, "larger than any reply")


def test_the_signer_must_have_been_issued_by_whom_the_reply_says(
    authority: Authority, request_: bytes, tmp_path: Path
) -> None:
    """A root of the same name with another key, put beside the signer's certificate."""
    folder = tmp_path / "impostor"
    folder.mkdir()
    impostor = type(authority)(folder, authority.openssl)
    mixed = authority.folder / "impostor.pem"
    mixed.write_bytes(impostor.roots.read_bytes())
    content = content_of(authority.reply(request_))
    refused(authority.signed(content, extra=("-cades", "-certfile", "impostor.pem")), request_, "not issued by the one")


def test_trusted_certificates_are_read_from_pem_and_der(authority: Authority) -> None:
    pem = authority.roots.read_bytes()
    (one,) = read_roots(pem)
    assert read_roots(one.public_bytes(Encoding.DER)) == (one,)
    assert read_roots(pem + (authority.folder / "ec.pem").read_bytes())[0] == one
    for bad in (b"", b"hello", pem[:60]):
        with pytest.raises(UsageError, match="no certificate"):
            read_roots(bad)


def test_der_is_read_strictly() -> None:
    assert element(b"\x02\x01\xff").number() == -1
    assert element(b"\x06\x03\x2a\x03\x04").oid() == "1.2.3.4"
    assert element(b"\x06\x03\x88\x37\x03").oid() == "2.999.3"
    for bad in (
        b"",
        b"\x02",
        b"\x02\x05\x00",
        b"\x1f\x81\x01\x00",
        b"\x02\x81\x01\x00",
        b"\x02\x80\x00\x00",
        b"\x02\x01\x00" * 2,
    ):
        with pytest.raises(BadDer):
            element(bad)
    for bad in (b"\x02\x00", b"\x04\x01\x00"):
        with pytest.raises(BadDer):
            element(bad).number()
    for bad in (b"\x06\x00", b"\x06\x01\x80", b"\x02\x01\x00"):
        with pytest.raises(BadDer):
            element(bad).oid()
    with pytest.raises(BadDer):
        element(b"\x02\x01\x00").parts(0x30)


def test_the_signers_name_is_told_safely(reply: bytes) -> None:
    from evidencekit.custody.timestamps import named

    assert named(signer_of(read_reply(reply))) == "Signer ec, Test Authority"
    assert serial_text(5) == "0x05"
    assert serial_text(0xABC) == "0x0ABC"


def test_what_is_signed_in_ways_not_known_here_is_refused(authority: Authority, request_: bytes, reply: bytes) -> None:
    """None of these bytes is covered by the signature."""
    sha256, ecdsa = bytes.fromhex("0609608648016503040201"), bytes.fromhex("06082a8648ce3d040302")
    signer = read_reply(reply).signer.whole
    for old in (sha256, ecdsa):
        at = signer.index(old) + len(old) - 1  # the first in the signer's part: how it digests, how it signs
        if old == ecdsa:
            at = signer.rindex(old) + len(old) - 1
        changed = signer[:at] + b"\x63" + signer[at + 1 :]
        refused(reply.replace(signer, changed), request_, "signed in a way that is not known here")
    content = content_of(reply)
    header = reply[reply.index(content) - 3 : reply.index(content)]
    at = reply.index(content) - (3 if header[0] == 0x04 else 2)
    assert reply[at] == 0x04
    refused(reply[:at] + b"\x24" + reply[at + 1 :], request_, "not in one piece")


def test_a_request_over_another_digest_is_none_of_ours() -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    other = TimestampRequestBuilder().data(NOTE).hash_algorithm(HashAlgorithm.SHA512).build().as_bytes()
    with pytest.raises(BadReply, match="not over a SHA-256"):
        read_request(other)


def test_two_readers_must_read_the_same(reply: bytes, request_: bytes) -> None:
    from rfc3161_client import decode_timestamp_response

    from evidencekit.custody import anchors

    asked = read_request(request_)
    decoded = decode_timestamp_response(reply)
    anchors._by_strict(decoded, asked, NOTE, ())
    for other in (anchors.Request(asked.imprint, 1), anchors.Request(bytes(32), asked.nonce)):
        with pytest.raises(BadReply, match="two readers"):
            anchors._by_strict(decoded, other, NOTE, ())


def test_certificates_that_are_not_there_have_no_order(authority: Authority, reply: bytes) -> None:
    with pytest.raises(BadReply, match="do not stand together"):
        in_order(authority.signed(content_of(reply), extra=("-cades", "-nocerts")))
