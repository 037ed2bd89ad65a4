"""What is written line by line in uuencode or yEnc, as in mails and newsgroups of old, undone."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from evidencekit.media.sweeping.blob import ENCODED, Blob

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

_BEGINS = re.compile(rb"(?:^|[\r\n])begin [0-7]{3,4} [^\r\n]{1,400}[\r\n]|=ybegin [^\r\n]{4,400}[\r\n]")
_LONGEST_LINE = 1 << 16
_LARGEST = 1 << 30
_ESCAPE = re.compile(rb"=([\s\S])")
_SHIFTED = bytes((each - 42) % 256 for each in range(256))
_MOST = 1_000
_SHORTEST = 16


def lines(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """Search what is written so, wherever it begins."""
    tried = 0
    if blob.size < _SHORTEST:
        return
    for at, piece, _ in blob.windows():
        if b"begin " not in piece:
            continue
        for found in _BEGINS.finditer(piece):
            tried += 1
            if tried > _MOST:
                hunt.unsearchable("more is written in it line by line than is gone through", inside)
                return
            with blob.open() as file:
                file.seek(at + found.end())
                undone = _yenc(file) if found[0].startswith(b"=y") else _uu(file)
                inner = hunt.stream(undone, "lines", _LARGEST)
            if inner.size:
                hunt.blob(inner, (*inside, ENCODED))
            inner.drop()


def _uu(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(_LONGEST_LINE).rstrip(b"\r\n"):
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            try:  # some programs write more than the length says
                yield binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3])
            except binascii.Error:
                return


def _yenc(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(_LONGEST_LINE):
        if line.startswith(b"=yend"):
            return
        if not line.startswith(b"=ypart"):
            plain = _ESCAPE.sub(lambda found: bytes([(found[1][0] - 64) % 256]), line.rstrip(b"\r\n"))
            yield plain.translate(_SHIFTED)
