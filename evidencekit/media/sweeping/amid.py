"""What lies packed among other bytes, wherever it begins, and what is written there with escapes or in base64."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from evidencekit.media.sweeping.blob import FRAGMENT, OVERLAP, Blob
from evidencekit.media.sweeping.packed import FLOOR, RATIO
from evidencekit.media.sweeping.streams import Stream
from evidencekit.media.sweeping.zips import LOCAL, entry, local

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

_PIECE, _OVERLAP = 32 << 20, 1 << 16
_MOST_TRIED = 200_000
_LARGEST_WHOLE = 16 << 20
_SHORTEST = 8  # bytes that come out
_STREAMS = rb"\x1f\x8b\x08[\0-\x1f]|\x78[\x01\x5e\x9c\xda]|BZh[1-9]1AY&SY|\xfd7zXZ\0"
_ARCHIVES = rb"PK\x03\x04|%PDF-1\.[0-9][\r\n]|%PDF-2\.0[\r\n]|Rar!\x1a\x07[\0\x01]|7z\xbc\xaf\x27\x1c\0"
_STORAGES = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ALL = re.compile(b"|".join((_STREAMS, _ARCHIVES, _STORAGES)))
_FEW = re.compile(_ARCHIVES)
_FEW_BEGIN = (LOCAL, b"%PDF-", b"Rar!\x1a", b"7z\xbc\xaf")
_WAYS = {b"\x1f": "gzip", b"x": "zlib", b"B": "bzip2", b"\xfd": "xz"}
_MOST_DOCUMENTS = 50
_WRITTEN = 4 << 20
_RUN = 20
_TOLD = bytes(each in (9, 10, 13) or 0x20 <= each < 0x7F for each in range(256))
_EIGHT = 0x0101010101010101
_MARKED = re.compile(
    rb"&(?:#[0-9xX]|[A-Za-z]{2,8};)|\\[ux0-7]|%[0-9A-Fa-f]{2}|=[0-9A-F]{2}|\+[A-Za-z0-9+/]{3,}-|<~|[A-Za-z0-9+/_-]{20}"
)
_PACKET = re.compile(rb"<x:xmpmeta[\s>]")
_LONGEST_PACKET = 16 << 20
_BETWEEN = "\n" + "·" * 20 + "\n"


def amid(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> bool:
    """Search what lies in bytes of a kind that is not taken apart. Whether all of it is one compressed stream."""
    if _whole(hunt, blob, inside):
        return True
    _begun(hunt, blob, inside, _ALL, strict=True)
    written(hunt, blob, inside)
    return False


def amid_text(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """The same in a text, behind which anything may follow."""
    _begun(hunt, blob, inside, _ALL, strict=True)


def amid_pages(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """The same in a database, whose values are searched by themselves and here are cut into pages."""
    _begun(hunt, blob, inside, _ALL, strict=False)
    written(hunt, blob, inside)


def amid_pictures(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """The same in pictures, video and sound, which are compressed themselves: archives and documents within, the words
    of their XMP, and what else is written with escapes."""
    _begun(hunt, blob, inside, _FEW, strict=True)
    written(hunt, blob, inside)


def _whole(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> bool:
    """Deflate has no mark to begin with: all of it is tried, and counts when it comes out to its very end."""
    if not 2 < blob.size <= _LARGEST_WHOLE or blob.at(0, 1)[0] & 6 == 6:
        return False
    with blob.open() as file:
        stream = Stream(file, "deflate")
        out = b"".join(_most(stream.chunks(), max(FLOOR, RATIO * blob.size)))
        whole = stream.ended and file.tell() == blob.size and len(out) >= _SHORTEST
    if whole:
        hunt.blob(Blob.of_bytes(out, "compressed"), (*inside, "compressed"))
    return whole


def _most(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    for chunk in chunks:
        most -= len(chunk)
        if most < 0:
            return
        yield chunk


def _begun(hunt: Hunt, blob: Blob, inside: tuple[str, ...], marks: re.Pattern[bytes], *, strict: bool) -> None:
    done = tried = documents = 0
    file: IO[bytes] | None = None
    with contextlib.ExitStack() as closing:
        for at, mark in _marks(blob, marks):
            file = file or closing.enter_context(blob.open())
            if at < done or (not at and mark[:1] != b"x"):
                continue  # within what was taken out already, or the file itself
            tried += 1
            documents += _WAYS.get(mark[:1]) is None and mark != LOCAL
            if tried > _MOST_TRIED or documents > _MOST_DOCUMENTS:
                hunt.unsearchable("more may be packed in it than is gone through", inside)
                return
            if mark == LOCAL:
                found = local(blob, at)
                done = entry(hunt, blob, found, blob.size, inside, strict=strict) if found is not None else done
            elif mark[:1] in _WAYS:
                done = max(done, _stream(hunt, file, at, _WAYS[mark[:1]], inside))
            elif strict:
                _document(hunt, blob, at, mark, inside)


def _marks(blob: Blob, marks: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
    for start in range(0, blob.size, _PIECE):
        piece = blob.at(start, _PIECE + _OVERLAP)
        if marks is _FEW and not any(each in piece for each in _FEW_BEGIN):
            continue  # much faster than the pattern, in films
        for found in marks.finditer(piece):
            if found.start() < _PIECE:
                yield start + found.start(), found[0]


def _stream(hunt: Hunt, file: IO[bytes], at: int, way: str, inside: tuple[str, ...]) -> int:
    """Search the stream that begins there; where it ends, 0 when it is none or breaks off."""
    file.seek(at)
    stream = Stream(file, way)
    out = b"".join(_most(stream.chunks(), FLOOR))
    if not stream.ended and len(out) >= FLOOR - (1 << 20):
        hunt.unsearchable("it unpacks to more than is gone through", inside)
    if len(out) < _SHORTEST:
        return 0
    here = (*inside, "compressed")
    hunt.blob(Blob.of_bytes(out, "compressed"), here if stream.ended else (*here, FRAGMENT))
    return file.tell() if stream.ended else 0


def _document(hunt: Hunt, blob: Blob, at: int, mark: bytes, inside: tuple[str, ...]) -> None:
    """A document or an archive, from there to the end of what it lies in."""
    if mark.startswith((b"Rar!", b"7z")):
        hunt.unsearchable("an archive that cannot be opened here lies in it", inside)
        return
    with blob.open() as file:
        file.seek(at)
        rest = hunt.stream(iter(lambda: file.read(1 << 20), b""), "document", blob.size)
    try:
        tail = rest.at(max(0, rest.size - _LARGEST_WHOLE), _LARGEST_WHOLE)
        if not mark.startswith(b"%PDF") or b"%%EOF" in tail:
            hunt.blob(rest, (*inside, "a document in it"))
    finally:
        rest.drop()


def written(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """What is written between other bytes in letters, where it may have to be read in another way than as it stands."""
    for start in range(0, blob.size, _WRITTEN) if blob.size >= _RUN else ():
        piece = blob.at(start, _WRITTEN + OVERLAP)
        for found in _PACKET.finditer(piece):
            packet = blob.at(start + found.start(), _LONGEST_PACKET)
            end = packet.find(b"</x:xmpmeta>")
            hunt.text(packet[: end if end >= 0 else None].decode("utf-8", "replace"), inside, drawing=True)
        texts = [run.decode("ascii") for run in _runs(piece) if _MARKED.search(run)]
        if texts:
            hunt.text(_BETWEEN.join(texts), inside, drawing=True, span=(1 if start else 0, 1 << 62))


def _runs(data: bytes) -> Iterator[bytes]:
    """Where letters, digits and signs of ASCII follow one another, in eights that are looked at as one number."""
    import numpy

    told = data.translate(_TOLD)
    done = 0
    whole = numpy.frombuffer(told, dtype=numpy.uint64, count=len(told) // 8)
    for at in (numpy.flatnonzero(whole == _EIGHT) * 8).tolist():
        if at < done:
            continue
        start = told.rfind(b"\0", max(0, at - 8), at) + 1 if at else 0
        done = told.find(b"\0", at)
        done = done if done >= 0 else len(data)
        if done - start >= _RUN:
            yield data[start:done]
