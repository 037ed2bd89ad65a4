from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.custody import digest
from evidencekit.custody.digest import CHUNK, digest_file, digest_stream
from evidencekit.model import Digests


def both(data: bytes) -> Digests:
    return Digests(hashlib.sha256(data).hexdigest(), blake3(data).hexdigest())


@given(st.binary(max_size=4096), st.sampled_from([0, 1, 100 << 20]))
def test_both_digests_in_one_pass_whatever_size_was_expected(data: bytes, expect: int) -> None:
    seen = bytearray()
    found, size = digest_stream(io.BytesIO(data), expect=expect, sink=seen.extend)
    assert (found, size, bytes(seen)) == (both(data), len(data), data)


@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 9 * CHUNK + 7])
def test_large_files_are_the_same_by_both_routes(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    path = tmp_path / "large"
    path.write_bytes(data)
    assert digest_file(str(path)) == (both(data), size)
    assert digest_file(str(path), from_medium=True) == (both(data), size)


def test_known_answers() -> None:
    found, _ = digest_stream(io.BytesIO(b"abc"))
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert found.blake3 == "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"


@pytest.mark.parametrize("expect", [0, 100 << 20])
def test_a_tick_may_stop_it(expect: int) -> None:
    def stop(done: int) -> None:
        raise InterruptedError(done)

    with pytest.raises(InterruptedError):
        digest_stream(io.BytesIO(b"x" * CHUNK * 3), expect=expect, tick=stop)


@pytest.mark.parametrize("expect", [0, 100 << 20])
def test_a_failing_sink_is_reported(expect: int) -> None:
    def refuse(chunk: memoryview) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        digest_stream(io.BytesIO(b"x" * CHUNK), expect=expect, sink=refuse)


def test_a_file_system_that_cannot_read_past_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * digest.LARGE)
    real, flag = os.open, getattr(os, "O_DIRECT", 0)

    def refuse(name: str, flags: int) -> int:
        if flag and flags & flag:
            raise OSError(errno.EINVAL, "Invalid argument")
        return real(name, flags)

    monkeypatch.setattr(digest.os, "open", refuse)
    assert digest_file(str(path), from_medium=True) == (both(b"x" * digest.LARGE), digest.LARGE)
    with pytest.raises(FileNotFoundError):
        digest_file(str(tmp_path / "gone"), from_medium=True)


def test_other_faults_are_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * digest.LARGE)

    def broken(name: str, flags: int) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(digest.os, "open", broken)
    with pytest.raises(OSError, match="Input/output"):
        digest_file(str(path), from_medium=True)
