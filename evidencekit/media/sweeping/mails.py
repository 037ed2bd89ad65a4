"""Mails: their headers, every part with its encoding undone, and the compressed bodies that Outlook writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from evidencekit.media.sweeping.blob import Blob

if TYPE_CHECKING:
    from email.message import Message

    from evidencekit.media.sweeping.hunt import Hunt

_LARGEST = 256 << 20
_LARGEST_IN_BOX = 128 << 20
_MOST_PARTS = 10_000
_SEALED = {
    "application/pkcs7-mime": "it is encrypted or signed as a whole (S/MIME)",
    "application/x-pkcs7-mime": "it is encrypted or signed as a whole (S/MIME)",
    "application/pgp-encrypted": "it is encrypted (OpenPGP)",
}
_KNOWN = frozenset({"utf-8", "us-ascii", "ascii", "utf8", "iso-8859-1", "latin-1", "windows-1252", "cp1252"})
_COMPRESSED = (b"LZFu", b"MELA")


def mail(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """A mail, also one saved from a browser."""
    data = blob.whole(_LARGEST)
    if data is None:
        hunt.unsearchable("the mail is too large to be taken apart", inside)
        hunt.text_blob(blob, inside)
    else:
        _message(hunt, data, inside)


def mailbox(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """A mailbox, mail by mail."""
    with blob.open() as file:
        for number, data in enumerate(_mails(file), start=1):
            here = (*inside, f"mail {number}")
            if len(data) > _LARGEST_IN_BOX:
                hunt.unsearchable("the mail is too large to be taken apart", here)
            _message(hunt, data[:_LARGEST_IN_BOX], here)


def _mails(file: IO[bytes]) -> Iterator[bytes]:
    lines: list[bytes] = []
    size, empty = 0, True
    for line in iter(lambda: file.readline(1 << 20), b""):
        if line.startswith(b"From ") and empty and lines:
            yield b"".join(lines)
            lines, size = [], 0
        empty = not line.strip()
        size += len(line)
        if size <= _LARGEST_IN_BOX + (1 << 20):
            lines.append(line)
    if lines:
        yield b"".join(lines)


def _message(hunt: Hunt, data: bytes, inside: tuple[str, ...]) -> None:
    from email import message_from_bytes
    from email.policy import compat32

    first, _, rest = data.partition(b"\n")
    parsed = message_from_bytes(rest if first.startswith(b"From ") else data, policy=compat32)
    hunt.text_blob(Blob.of_bytes(data, "mail"), inside)
    for number, part in enumerate(parsed.walk()):
        if number >= _MOST_PARTS:
            hunt.unsearchable(f"the mail has more than {_MOST_PARTS:,} parts", inside)
            return
        _part(hunt, part, len(data), inside)


def _part(hunt: Hunt, part: Message, whole: int, inside: tuple[str, ...]) -> None:
    name = part.get_filename() or ""
    here = (*inside, name or part.get_content_type())
    for header, value in part.items():
        hunt.text(f"{header}: {value}".encode("utf-8", "surrogateescape").decode("utf-8", "replace"), inside)
    if name:
        hunt.text(name, here)
    sealed = _SEALED.get(part.get_content_type())
    if sealed:
        hunt.unsearchable(sealed, here)
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload or len(payload) >= whole:
        return  # what is as long as all of it is all of it, searched already
    charset = (part.get_content_charset() or "").lower()
    if part.get_content_maintype() == "text" and charset not in _KNOWN:
        try:
            hunt.text(payload.decode(charset or "utf-8", "replace"), here)
        except (LookupError, ValueError, AssertionError):
            hunt.unsearchable("it is written in a character set that is not known here", here)
    hunt.blob(Blob.of_bytes(payload, name), here)


def outlook_parts(hunt: Hunt, blob: Blob, here: tuple[str, ...]) -> None:
    """The compressed RTF bodies ([MS-OXRTFCP]) among other bytes."""
    from evidencekit.media.mail.richtext import unpacked

    data = blob.whole(_LARGEST) or b""
    for magic in _COMPRESSED:
        at = data.find(magic, 8)
        while at >= 0:
            size = int.from_bytes(data[at - 8 : at - 4], "little")
            body = data[at - 8 : at - 4 + size]
            try:
                hunt.blob(Blob.of_bytes(unpacked(body), "body.rtf"), (*here, "body"))
            except ValueError:
                hunt.unsearchable("its body is damaged", here)
            at = data.find(magic, at + 4)
