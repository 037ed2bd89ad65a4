"""Bytes to be searched: a file, or what came out of one, in memory as long as it is small."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK = 1 << 20
IN_MEMORY = 32 << 20
OVERLAP = 4096
ENCODED = "encoded"  # what stands in base64 or hexadecimal within a text
FRAGMENT = "a fragment"  # of a compressed stream
UNSAID = frozenset({ENCODED, FRAGMENT})  # what lies in these may be nothing at all: that it looks packed says nothing
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(slots=True)
class Blob:
    """Its ``name`` as far as it has one (untrusted), its ``size`` in bytes, and either a file or the bytes."""

    name: str
    size: int
    path: Path | None = None
    data: bytes = b""

    @classmethod
    def of_file(cls, path: Path, name: str) -> Blob:
        return cls(name, path.stat().st_size, path)

    @classmethod
    def of_bytes(cls, data: bytes, name: str) -> Blob:
        return cls(name, len(data), None, data)

    def open(self) -> IO[bytes]:
        return io.BytesIO(self.data) if self.path is None else self.path.open("rb")

    def at(self, offset: int, length: int) -> bytes:
        """Bytes anywhere in it; fewer at its end."""
        if not 0 <= offset < self.size:
            return b""
        if self.path is None:
            return self.data[offset : offset + length]
        with self.path.open("rb", buffering=0) as file:
            file.seek(offset)
            return file.read(length)

    def whole(self, most: int) -> bytes | None:
        """All of it; None when that is more than ``most`` bytes."""
        return None if self.size > most else self.at(0, most)

    def file(self, folder: Path, name: str) -> Path:
        """It as a file, written into ``folder`` under a ``name`` of ours when it is none yet."""
        if self.path is not None:
            return self.path
        path = folder / name
        path.write_bytes(self.data)
        return path

    def drop(self) -> None:
        """Remove it from disk, where it was written to be searched; never to be called for evidence itself."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def windows(self) -> Iterator[tuple[int, bytes, bool]]:
        """It in pieces that overlap by :data:`OVERLAP` bytes: (where it begins, the piece, whether it is the last)."""
        with self.open() as file:
            at, tail = 0, b""
            piece = file.read(CHUNK)
            while True:
                following = file.read(CHUNK)
                yield at - len(tail), tail + piece, not following
                if not following:
                    return
                at += len(piece)
                tail, piece = (tail + piece)[-OVERLAP:], following


def is_text(head: bytes) -> bool:
    """Whether bytes may be a text: in UTF-16 or UTF-32, or with hardly a control character."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)) or order_of_wide(head):
        return True
    return len(_CONTROLS.findall(head)) * 50 <= len(head)


def order_of_wide(head: bytes) -> str:
    """The byte order of UTF-16 without a mark, where most of every second byte is nothing; else “”."""
    half = len(head) // 2
    if half < 4:
        return ""
    even, odd = head[: half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.1 else ""
