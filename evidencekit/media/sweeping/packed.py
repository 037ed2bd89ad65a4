"""Compressed files and tars: every stream in them, one after the other, and what stands behind their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from evidencekit.media.sweeping.blob import Blob
from evidencekit.media.sweeping.streams import Stream, way_of

if TYPE_CHECKING:
    from evidencekit.media.sweeping.hunt import Hunt

FLOOR, RATIO = 64 << 20, 200
_CHUNK = 1 << 20
_ENDINGS = {"tgz": ".tar", "tbz2": ".tar", "tbz": ".tar", "txz": ".tar"}


def compressed(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """A file that is compressed as a whole. Streams of one kind that follow one another are one content."""
    from evidencekit.media.sweeping.hunt import TooMuchError

    with blob.open() as file:
        while file.tell() < blob.size:
            start = file.tell()
            way = way_of(file.read(32))
            file.seek(start)
            if not way:
                behind(hunt, blob, start, inside)
                return
            streams = _Streams(file, way)
            here = (*inside, _inner(blob.name) if not start else "behind the end")
            try:
                inner = hunt.stream(streams.chunks(), here[-1], max(FLOOR, RATIO * blob.size))
            except TooMuchError:
                hunt.unsearchable("it unpacks to more than is gone through", here)
                return
            if not streams.ended:
                hunt.unsearchable("the archive is damaged", inside)
            hunt.blob(inner, here)
            inner.drop()
            if not streams.ended:
                return


class _Streams:
    def __init__(self, file: IO[bytes], way: str) -> None:
        self.ended = False
        self._file, self._way = file, way

    def chunks(self) -> Iterator[bytes]:
        while True:
            stream = Stream(self._file, self._way)
            yield from stream.chunks()
            self.ended = stream.ended
            at = self._file.tell()
            more = way_of(self._file.read(32)) == self._way
            self._file.seek(at)
            if not self.ended or not more:
                return


def _inner(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = base.rpartition(".")
    return stem + _ENDINGS.get(ending.lower(), "") if dot and stem else "content"


def tar_end(hunt: Hunt, blob: Blob, inside: tuple[str, ...]) -> None:
    """What stands behind the end of a tar, which no program shows."""
    import tarfile

    with blob.open() as file, tarfile.open(fileobj=file, mode="r:", errorlevel=0) as archive:
        while archive.next() is not None:
            archive.members = []  # type: ignore[attr-defined]  # they must not pile up
        end = archive.offset
    behind(hunt, blob, end, inside)


def behind(hunt: Hunt, blob: Blob, start: int, inside: tuple[str, ...], end: int | None = None) -> None:
    """Search a part of it by itself, from ``start`` to ``end``, without the nothing that it begins with."""
    end = blob.size if end is None else end
    with blob.open() as file:
        file.seek(start)
        while (piece := file.read(min(_CHUNK, end - start))) and not piece.strip(b"\0"):
            start += len(piece)
        if not piece:
            return
        start += len(piece) - len(piece.lstrip(b"\0"))
        file.seek(start)
        rest = hunt.stream(part(file, end - start), "behind", end - start)
    hunt.blob(rest, (*inside, "behind the end"))
    rest.drop()


def part(file: IO[bytes], left: int) -> Iterator[bytes]:
    """The next bytes of a file, as many as are ``left``."""
    while left > 0 and (chunk := file.read(min(_CHUNK, left))):
        left -= len(chunk)
        yield chunk
