"""SHA-256 (FIPS 180-4) and BLAKE3 of the same bytes in one pass."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

from evidencekit.model import Digests

CHUNK = 1 << 20
# Above this a second thread for BLAKE3 pays for itself; below it, handing chunks over costs more than it saves.
_THREADED_FROM = 8 << 20

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
    done after each chunk and may raise to stop. Memory stays at two chunks whatever the size.
    """
    if expect < _THREADED_FROM:
        return _sequential(source, sink, tick)
    with ThreadPoolExecutor(max_workers=1) as second:
        return _threaded(source, sink, tick, second)


def _sequential(source: BinaryIO, sink: Sink, tick: Tick) -> tuple[Digests, int]:
    from blake3 import blake3

    sha, blake, total = hashlib.sha256(), blake3(), 0
    buffer = bytearray(CHUNK)
    view = memoryview(buffer)
    while count := source.readinto(buffer):  # type: ignore[attr-defined]  # raw streams have it; BinaryIO does not say
        chunk = view[:count]
        sha.update(chunk)
        blake.update(chunk)
        sink(chunk)
        total += count
        tick(total)
    return Digests(sha.hexdigest(), blake.hexdigest()), total


def _threaded(source: BinaryIO, sink: Sink, tick: Tick, second: ThreadPoolExecutor) -> tuple[Digests, int]:
    from blake3 import blake3

    sha, blake, total = hashlib.sha256(), blake3(), 0
    buffers = [bytearray(CHUNK), bytearray(CHUNK)]
    pending: list[Future[object] | None] = [None, None]
    turn = 0
    while True:
        waiting = pending[turn]
        if waiting is not None:
            waiting.result()
        count = source.readinto(buffers[turn])  # type: ignore[attr-defined]  # as above
        if not count:
            break
        chunk = memoryview(buffers[turn])[:count]
        pending[turn] = second.submit(blake.update, chunk)
        sha.update(chunk)
        sink(chunk)
        total += count
        tick(total)
        turn = 1 - turn
    for waiting in pending:
        if waiting is not None:
            waiting.result()
    return Digests(sha.hexdigest(), blake.hexdigest()), total


def digest_file(path: str | bytes, *, tick: Tick = _no_tick) -> tuple[Digests, int]:
    """Both digests and the size of a file opened for reading only. Raises :class:`OSError`."""
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0)), "rb", buffering=0) as stream:
        return digest_stream(stream, expect=os.fstat(stream.fileno()).st_size, tick=tick)
