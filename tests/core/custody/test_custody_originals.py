from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from evidencekit.custody import digest, durable
from evidencekit.custody import originals as originals_module
from evidencekit.custody.digest import CHUNK, LARGE
from evidencekit.custody.durable import NewFile, flush_batch, flush_names, fsync_folder, write_atomic
from evidencekit.custody.originals import Originals, Refused, Staged, stage
from evidencekit.errors import Cancelled, StorageError
from evidencekit.job import Job


def staged(folder: Path, data: bytes, name: str = "0.copy", job: Job | None = None) -> Staged:
    source = folder / f"{name}.source"
    source.write_bytes(data)
    (folder / "staging").mkdir(exist_ok=True)
    return stage(os.fsencode(source), folder / "staging" / name, job or Job(), 0, len(data), name)


def test_what_was_named_before_a_fault_is_given_up_and_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Originals(tmp_path / "originals")
    store.folder.mkdir()
    store.keep([staged(tmp_path, b"there before")], Job())
    before = list(store.kept())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(originals_module, "flush_names", full)
    batch = [staged(tmp_path, b"there before", "1.copy"), staged(tmp_path, b"new", "2.copy")]
    with pytest.raises(StorageError):
        store.keep(batch, Job())
    assert list(store.kept()) == before


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, LARGE - 1, LARGE, LARGE + 5, LARGE + 2 * CHUNK + 4096])
def test_a_batch_is_kept_whatever_the_size(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    each = staged(tmp_path, data)
    store = Originals(tmp_path / "originals")
    store.folder.mkdir()
    store.keep([each], Job())
    assert store.path(each.digests.sha256).read_bytes() == data
    assert (each.size, each.changed) == (size, False)
    assert list(store.kept()) == [f"{each.digests.sha256[:2]}/{each.digests.sha256}"]
    assert not each.path.exists()


def test_what_lies_in_the_store_is_listed_and_no_link_is_followed(tmp_path: Path) -> None:
    store = Originals(tmp_path / "originals")
    assert store.kept() == {}  # a folder that cannot be listed holds nothing
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "planted").write_bytes(b"x")
    (store.folder / "ab").mkdir(parents=True)
    (store.folder / "ab" / "one").write_bytes(b"1")
    (store.folder / "two").write_bytes(b"2")
    (store.folder / "cd").symlink_to(elsewhere)
    names = {"ab/one", "two", "cd"}
    assert store.kept() == {name: str(store.folder / name) for name in names}


def test_nothing_to_keep_is_nothing(tmp_path: Path) -> None:
    Originals(tmp_path / "nowhere").keep([], Job())
    assert not (tmp_path / "nowhere").exists()


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name, why in (("pipe", "not a regular file"), ("link", "could not be opened"), ("gone", "could not be opened")):
        with pytest.raises(Refused, match=why):
            stage(os.fsencode(tmp_path / name), tmp_path / "copy", Job(), 0, 0, name)
    assert not (tmp_path / "copy").exists()


def test_a_copy_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    (tmp_path / "staging" / "0.copy").write_bytes(b"already here")
    with pytest.raises(StorageError, match="could not be written"):
        staged(tmp_path, b"new")
    assert (tmp_path / "staging" / "0.copy").read_bytes() == b"already here"


@pytest.mark.parametrize("size", [10, LARGE + 10])
def test_a_source_that_cannot_be_read_to_its_end_is_refused(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: Any, **options: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(originals_module, "digest_stream", failing)
    with pytest.raises(Refused, match="could not be read to its end"):
        staged(tmp_path, b"x" * size)
    assert not list((tmp_path / "staging").iterdir())


@pytest.mark.parametrize("size", [10, LARGE + 10])
def test_a_full_disk_while_copying_is_said_and_leaves_no_copy(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int, data: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable, "write_all", full)
    with pytest.raises(StorageError, match="No space left on device"):
        staged(tmp_path, b"x" * size)
    assert not list((tmp_path / "staging").iterdir())


def test_a_fault_while_naming_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    each = staged(tmp_path, b"data")

    def broken(folder: Path, files: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(originals_module, "flush_batch", broken)
    with pytest.raises(StorageError, match="Input/output error"):
        Originals(tmp_path / "originals").keep([each], Job())


@pytest.mark.parametrize("size", [10, LARGE + 1])
def test_a_copy_that_changed_on_the_disk_is_not_kept(tmp_path: Path, size: int) -> None:
    each = staged(tmp_path, b"a" * size)
    with each.path.open("r+b") as stream:
        stream.seek(size // 2)
        stream.write(b"b")
    store = Originals(tmp_path / "originals")
    with pytest.raises(StorageError, match="did not read back equal"):
        store.keep([each], Job())
    assert not store.folder.exists()


def test_cancelling_while_large_copies_are_read_back_stops_both(tmp_path: Path) -> None:
    batch = [staged(tmp_path, bytes([n]) * (LARGE + n), f"{n}.copy") for n in range(3)]
    left = 3

    def due() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    store = Originals(tmp_path / "originals")
    with pytest.raises(Cancelled):
        store.keep(batch, Job(cancelled=due))
    assert not store.folder.exists()


def test_the_same_content_is_kept_once_and_a_damaged_one_is_noticed(tmp_path: Path) -> None:
    store = Originals(tmp_path / "originals")
    store.folder.mkdir()
    first = staged(tmp_path, b"same")
    store.keep([first], Job())
    store.keep([staged(tmp_path, b"same")], Job())
    assert len(store.kept()) == 1
    path = store.path(first.digests.sha256)
    path.chmod(0o644)
    path.write_bytes(b"evil")
    with pytest.raises(StorageError, match="already kept under this digest was changed"):
        store.keep([staged(tmp_path, b"same")], Job())


class TestNewFile:
    """Writing past the cache, and what happens where a file system cannot."""

    def write(self, path: Path, data: bytes, size: int) -> bytes:
        out = NewFile(path, size, direct_from=4096)
        for start in range(0, len(data), 4096):
            out.write(memoryview(data)[start : start + 4096])
        out.close()
        return path.read_bytes()

    @pytest.mark.parametrize("size", [0, 100, 4096, 4097, 8191, 8192, 12_288])
    def test_all_sizes(self, tmp_path: Path, size: int) -> None:
        data = os.urandom(size)
        assert self.write(tmp_path / "file", data, size) == data

    def test_a_file_system_that_refuses_at_open(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real, flag = os.open, getattr(os, "O_DIRECT", 0)

        def refuse(path: Any, flags: int, mode: int = 0o777) -> int:
            if flag and flags & flag:
                raise OSError(errno.EINVAL, "Invalid argument")
            return real(path, flags, mode)

        monkeypatch.setattr(durable.os, "open", refuse)
        assert self.write(tmp_path / "file", b"x" * 8192, 8192) == b"x" * 8192

    def test_a_file_system_that_refuses_at_the_first_write(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, refusals = durable.write_all, [OSError(errno.EINVAL, "Invalid argument")]

        def refuse_once(fd: int, data: Any) -> None:
            if refusals:
                raise refusals.pop()
            real(fd, data)

        monkeypatch.setattr(durable, "write_all", refuse_once)
        assert self.write(tmp_path / "file", b"x" * 8192, 8192) == b"x" * 8192

    def test_other_faults_are_not_hidden(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "there").touch()
        with pytest.raises(FileExistsError):
            NewFile(tmp_path / "there", 8192, direct_from=4096)

        def full(fd: int, data: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(durable, "write_all", full)
        with pytest.raises(OSError, match="No space"):
            self.write(tmp_path / "file", b"x" * 8192, 8192)


def test_a_system_without_syncfs_flushes_file_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(durable.sys, "platform", "freebsd14")
    monkeypatch.setattr(durable, "fsync_fd", flushed.append)
    for name in ("a", "b"):
        (tmp_path / name).touch()
    flush_batch(tmp_path, [tmp_path / "a", tmp_path / "b"])
    assert len(flushed) == 3  # two files and their folder
    flush_names(tmp_path, [tmp_path, tmp_path])
    assert len(flushed) == 4


def test_replacing_a_file_leaves_the_old_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint"
    write_atomic(path, b"old")

    def full(fd: int, data: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(durable, "write_all", full)
        with pytest.raises(OSError, match="No space"):
            write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint"]
    fsync_folder(tmp_path)


def test_memory_is_constant_whatever_the_size(tmp_path: Path) -> None:
    """A few chunks are held, not the file: measured as the address space the buffers take."""
    import tracemalloc

    large = tmp_path / "large"
    with large.open("wb") as stream:
        stream.truncate(64 << 20)
    tracemalloc.start()
    digest.digest_file(str(large))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


def test_a_reading_back_that_was_told_to_stop_does_so_at_its_next_chunk() -> None:
    progress = originals_module._Progress(10, Job())
    progress.add(1)
    progress.stop()
    with pytest.raises(Cancelled):
        progress.add(1)
