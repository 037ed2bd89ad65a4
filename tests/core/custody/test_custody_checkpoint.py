from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.custody.checkpoint import BadNote, Checkpoint, PublicKey, Signer

ORIGIN = "evidencekit/0b5c1f60-0000-4000-8000-000000000001"
SIGNER = Signer(f"{ORIGIN}/abcd", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NOTE = Checkpoint(ORIGIN, 7, hashlib.sha256(b"root").digest()).signed(SIGNER)


def accepted(note: bytes) -> bool:
    """Whether a note would pass: well-formed, of this origin, signed by this key alone."""
    try:
        found = Checkpoint.parse(note)
    except BadNote:
        return False
    public = SIGNER.public
    return all(
        (name, key_id) == (public.name, public.key_id) and public.verifies(found.text(), signature)
        for name, key_id, signature in found.signatures
    )


def test_a_note_reads_back_and_verifies() -> None:
    assert Checkpoint.parse(NOTE.note()) == NOTE
    assert accepted(NOTE.note())
    assert NOTE.note().decode().splitlines()[:3] == [ORIGIN, "7", NOTE.root_text]


def test_every_changed_byte_is_detected() -> None:
    note = NOTE.note()
    for place in range(len(note)):
        for value in range(256):
            if value != note[place]:
                changed = note[:place] + bytes([value]) + note[place + 1 :]
                assert not accepted(changed), (place, value)


@given(st.binary(max_size=200))
def test_only_bad_note_escapes(data: bytes) -> None:
    try:
        Checkpoint.parse(data)
    except BadNote:
        return
    raise AssertionError("random bytes cannot be a signed note")


def test_key_id_is_the_one_of_the_standard() -> None:
    public = SIGNER.public
    expected = hashlib.sha256(public.name.encode() + b"\n\x01" + public.raw).digest()[:4]
    assert public.key_id == expected
    line = base64.b64decode(NOTE.note().decode().splitlines()[4].split(" ")[2])
    assert line[:4] == expected
    assert len(line) == 68


def test_a_key_line_reads_back_and_a_changed_one_does_not() -> None:
    public = SIGNER.public
    line = public.vkey()
    assert PublicKey.parse(line) == public
    for place, char in enumerate(line):
        other = "A" if char != "A" else "B"
        changed = line[:place] + other + line[place + 1 :]
        with pytest.raises(BadNote):
            PublicKey.parse(changed)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "name+00000000+AAAA",
        "na me+00000000+AAAA",
        "name+00000000+" + base64.b64encode(b"\x02" * 33).decode(),
    ],
)
def test_malformed_key_lines_are_refused(line: str) -> None:
    with pytest.raises(BadNote):
        PublicKey.parse(line)


@pytest.mark.parametrize(
    "note",
    [
        b"\xff\xfe",
        b"only one line\n",
        b"a\nb\nc\n\n",
        NOTE.text(),
        NOTE.text() + b"\n",
        NOTE.text() + b"\n\xe2\x80\x94 x\n",
        NOTE.text() + b"\n\xe2\x80\x94 x AAAA\n",
        NOTE.note() + b"\n",
        NOTE.note().replace(b"\n7\n", b"\n07\n"),
    ],
)
def test_malformed_notes_are_refused(note: bytes) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(note)


def test_a_root_of_another_length_is_refused() -> None:
    with pytest.raises(BadNote, match="32 bytes"):
        Checkpoint.parse(Checkpoint(ORIGIN, 1, b"short").signed(SIGNER).note())
