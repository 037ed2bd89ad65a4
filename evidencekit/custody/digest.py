"""SHA-256 (FIPS 180-4) and BLAKE3 of the same bytes in one pass."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

from evidencekit.model import Digests

CHUNK = 2 << 20
# From this size on, threads pay for themselves; below it, handing chunks over costs more than it saves.
LARGE = 8 << 20
_BUFFERS = 4

Sink = Callable[[memoryview], object]
Tick = Callable[[int], None]


def _nowhere(chunk: memoryview) -> None:
    del chunk


def _no_tick(count: int) -> None:
    del count


def digest_stream(
    source: BinaryIO, *, expect: int = 0, sink: Sink = _nowhere, tick: Tick = _no_tick
) -> tuple[Digests, int]:
    """Both digests and the byte count of an unbuffered binary stream, handing every chunk to ``sink`` on the way.

    ``expect`` is the size believed, in bytes (it only chooses the faster route); ``tick`` is called with the bytes
    done after each chunk and may raise to stop. Memory stays at a few chunks whatever the size. ``sink`` may be
    called from another thread, one chunk at a time and in order.
    """
    if expect < LARGE:
        return _sequential(source, min(expect + 1, CHUNK), sink, tick)
    with ThreadPoolExecutor(max_workers=1) as first, ThreadPoolExecutor(max_workers=1) as second:
        return _threaded(source, sink, tick, first, second)


def _sequential(source: BinaryIO, size: int, sink: Sink, tick: Tick) -> tuple[Digests, int]:
    from blake3 import blake3

    sha, blake, total = hashlib.sha256(), blake3(), 0
    buffer = bytearray(size)
    view = memoryview(buffer)
    while count := source.readinto(buffer):  # type: ignore[attr-defined]  # raw streams have it; BinaryIO does not say
        chunk = view[:count]
        sha.update(chunk)
        blake.update(chunk)
        sink(chunk)
        total += count
        tick(total)
    return Digests(sha.hexdigest(), blake.hexdigest()), total


def _threaded(
    source: BinaryIO, sink: Sink, tick: Tick, first: ThreadPoolExecutor, second: ThreadPoolExecutor
) -> tuple[Digests, int]:
    """Reading here, SHA-256 in one thread, BLAKE3 and the sink in another: all three wait for the slowest only."""
    from blake3 import blake3

    sha, blake, total = hashlib.sha256(), blake3(), 0
    buffers = [mmap.mmap(-1, CHUNK) for _ in range(_BUFFERS)]  # page-aligned, as writing past the cache asks for
    pending: list[tuple[Future[object], ...]] = [()] * _BUFFERS
    turn = 0
    while True:
        for waiting in pending[turn]:
            waiting.result()
        count = source.readinto(buffers[turn])  # type: ignore[attr-defined]  # as above
        if not count:
            break
        chunk = memoryview(buffers[turn])[:count]
        pending[turn] = (
            first.submit(sha.update, chunk),
            second.submit(sink, chunk),
            second.submit(blake.update, chunk),
        )
        total += count
        tick(total)
        turn = (turn + 1) % _BUFFERS
    for waiting in (each for group in pending for each in group):
        waiting.result()
    return Digests(sha.hexdigest(), blake.hexdigest()), total


def digest_file(
    path: str | bytes, *, tick: Tick = _no_tick, from_medium: bool = False, alone: bool = True
) -> tuple[Digests, int]:
    """Both digests and the size of a file opened for reading only. ``from_medium`` reads past the system's cached
    copy where it can; ``alone`` False says that other files are being hashed on the other cores, so that threads for
    this one would only be in their way. Raises :class:`OSError`."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    direct = getattr(os, "O_DIRECT", 0) if from_medium and os.stat(path).st_size >= LARGE else 0
    try:
        fd = os.open(path, flags | direct)
    except OSError as error:
        if not direct or error.errno != errno.EINVAL:  # what a file system says that cannot do it
            raise
        fd = os.open(path, flags)
    with os.fdopen(fd, "rb", buffering=0) as stream:
        if from_medium and not direct and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        size = os.fstat(fd).st_size
        if not alone:
            return _sequential(stream, min(size + 1, CHUNK), _nowhere, tick)
        return digest_stream(stream, expect=size, tick=tick)
