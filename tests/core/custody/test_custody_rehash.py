"""Many files hashed on every core: the same results as one after the other, progress in order, and cancelling."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest
from blake3 import blake3

from evidencekit.custody import rehash
from evidencekit.custody.rehash import Asked, cores, digest_all
from evidencekit.errors import Cancelled
from evidencekit.job import Job
from evidencekit.model import Digests


def files(folder: Path, sizes: list[int]) -> list[Asked]:
    asked = []
    for number, size in enumerate(sizes):
        path = folder / str(number)
        path.write_bytes(os.urandom(size))
        asked.append(Asked(str(path), size, f"ITEM-{number:04d}"))
    return asked


def expected(asked: Asked) -> tuple[Digests, int]:
    data = Path(asked.path).read_bytes()
    return Digests(hashlib.sha256(data).hexdigest(), blake3(data).hexdigest()), len(data)


@pytest.mark.parametrize("sizes", [[], [0], [5, 0, 3], [9 << 20, 100, 3 << 20], [1 << 20] * 9])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_stand_in_the_order_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int], workers: int
) -> None:
    monkeypatch.setattr(rehash, "cores", lambda: workers)
    asked = files(tmp_path, sizes)
    found = digest_all(asked, Job())
    assert [(each.digests, each.size, each.fault) for each in found] == [(*expected(each), None) for each in asked]


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_is_told_in_bytes_by_the_thread_that_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(rehash, "cores", lambda: workers)
    monkeypatch.setattr(rehash, "_LOOK", 0.0)
    seen: list[tuple[int, int, int]] = []
    asked = files(tmp_path, [9 << 20, 6 << 20, 6 << 20])
    size = sum(each.size for each in asked)
    job = Job(lambda done, total, what: seen.append((done, total, threading.get_ident())))
    digest_all(asked, job, done=10, total=size + 10)
    counts = [done for done, _, _ in seen]
    assert counts == sorted(counts)
    assert (counts[0] >= 10, counts[-1] <= size + 10) == (True, True)
    assert {(total, thread) for _, total, thread in seen} == {(size + 10, threading.get_ident())}


@pytest.mark.parametrize("workers", [1, 2])
def test_it_can_be_cancelled_and_then_nothing_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(rehash, "cores", lambda: workers)
    before = threading.active_count()
    with pytest.raises(Cancelled):
        digest_all(files(tmp_path, [5 << 20] * 4), Job(cancelled=lambda: True))
    assert threading.active_count() == before


@pytest.mark.parametrize("size", [10, 5 << 20])
def test_a_file_that_cannot_be_read_is_a_result(tmp_path: Path, size: int) -> None:
    asked = files(tmp_path, [size, size])
    Path(asked[0].path).unlink()
    missing, there = digest_all(asked, Job())
    assert isinstance(missing.fault, FileNotFoundError)
    assert (there.digests, there.size) == expected(asked[1])


def test_a_fault_of_the_program_itself_is_not_swallowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(rehash, "digest_file", broken)
    with pytest.raises(ValueError, match="mistake"):
        digest_all(files(tmp_path, [5 << 20] * 2), Job())


def test_a_file_that_grew_is_hashed_to_its_end(tmp_path: Path) -> None:
    (asked,) = files(tmp_path, [1000])
    with Path(asked.path).open("ab") as stream:
        stream.write(b"more")
    (found,) = digest_all([asked], Job())
    assert (found.digests, found.size) == expected(asked)


def test_there_is_a_core() -> None:
    assert cores() >= 1
