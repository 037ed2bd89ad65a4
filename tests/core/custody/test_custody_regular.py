"""Files of a record are files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from evidencekit.custody.regular import forbidden, open_regular, read_regular, unlisted


def test_a_file_is_read_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_regular(path) == read_regular(path, 5) == b"12345"
    with pytest.raises(OSError, match="far too large"):
        read_regular(path, 4)
    with open_regular(path) as file:
        assert file.readline() == b"12345"
    os.truncate(path, 1 << 40)  # takes no space, and must take no memory
    with pytest.raises(OSError, match="far too large"):
        read_regular(path, 1 << 30)


def test_what_is_none_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "folder").mkdir()
    kinds = [("link", "a link"), ("folder", "no file|Is a directory|Permission"), ("nothing", "No such file")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        kinds.append(("pipe", "it is no file"))
    for name, why in kinds:
        with pytest.raises(OSError, match=why) as told:
            read_regular(tmp_path / name)
        assert told.value.strerror


def test_what_the_system_does_not_allow_is_no_damage() -> None:
    assert "nothing is to be restored or deleted" in forbidden(PermissionError(errno.EACCES, "Permission denied"))
    assert forbidden(OSError(errno.EIO, "Input/output error")) == ""
    assert forbidden(None) == ""


def test_a_folder_that_cannot_be_looked_into_is_told_from_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "round").symlink_to("round")
    assert unlisted(tmp_path) is None
    assert unlisted(tmp_path / "file") is None
    assert unlisted(tmp_path / "gone") is None
    shut = unlisted(tmp_path / "round")
    assert shut is not None
    assert shut.errno == errno.ELOOP
