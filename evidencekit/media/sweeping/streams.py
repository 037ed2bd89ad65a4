"""Compressed streams, undone piece by piece: deflate in its three wrappings, bzip2, xz and the older LZMA."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO, Any

_PIECE, _OUT = 64 << 10, 1 << 20
_WORDS = ((b"\x1f\x8b\x08", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"))
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_LARGEST_LZMA = 1 << 40
_MOST_MEMORY = 256 << 20  # bytes that xz may take for its dictionary


def way_of(head: bytes) -> str:
    """How what begins so is compressed: “gzip”, “zlib”, “bzip2”, “xz”, “lzma” or “”."""
    for magic, way in _WORDS:
        if head.startswith(magic) and (way != "bzip2" or head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")):
            return way
    if head.startswith(_ZLIB):
        return "zlib"
    return "lzma" if is_old_lzma(head) else ""


def is_old_lzma(head: bytes) -> bool:
    """Whether it begins as a .lzma file does, which has no magic: usual properties, a dictionary of a whole size, and a
    length that is unknown or possible."""
    if len(head) < 18 or head[0] != 0x5D or head[13] != 0:
        return False
    dictionary, length = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    whole = dictionary >= 4096 and (dictionary & (dictionary - 1) == 0 or dictionary % (3 << 11) == 0)
    return whole and (length == (1 << 64) - 1 or length < _LARGEST_LZMA)


class Stream:
    """One compressed stream, from where ``file`` stands on: :meth:`chunks` gives what comes out; then ``ended`` says
    whether it came to its proper end, and ``file`` stands behind it."""

    def __init__(self, file: IO[bytes], way: str) -> None:
        self.ended = False
        self._file = file
        self._way = way

    def chunks(self) -> Iterator[bytes]:
        """What comes out; it stops where the stream is damaged or breaks off."""
        import lzma

        begun = _decompressor(self._way)
        waiting = b""
        try:
            while not begun.eof:
                if not waiting and getattr(begun, "needs_input", True):
                    waiting = self._file.read(_PIECE)
                    if not waiting:
                        break
                out = begun.decompress(waiting, _OUT)
                waiting = getattr(begun, "unconsumed_tail", b"")
                if out:
                    yield out
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
            return
        self.ended = bool(begun.eof)
        if self.ended:
            self._file.seek(-len(begun.unused_data), 1)


def _decompressor(way: str) -> Any:
    import bz2
    import lzma

    match way:
        case "gzip":
            return zlib.decompressobj(31)
        case "zlib":
            return zlib.decompressobj()
        case "deflate":
            return zlib.decompressobj(-15)
        case "bzip2":
            return bz2.BZ2Decompressor()
        case "xz":
            return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
        case _:
            return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MOST_MEMORY)
