from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evidencekit.custody import provenance
from evidencekit.custody.provenance import source_facts, utc_text


def test_the_kernel_finds_room_for_all_it_writes() -> None:
    assert ctypes.sizeof(provenance._Statx) == 256
    assert provenance._Statx.btime.offset == 80


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stat's own word for it is GNU's")
def test_birth_time_is_the_file_systems(tmp_path: Path) -> None:
    path = tmp_path / "born"
    path.touch()
    os.utime(path, ns=(1, 1))
    told = subprocess.run(["stat", "-c", "%W", str(path)], capture_output=True, text=True, check=True).stdout.strip()
    facts = source_facts(os.fsencode(path), path.stat())
    if told in ("0", "-"):
        assert "birth_ns" not in facts
    else:
        assert int(facts["birth_ns"]) // 10**9 == int(told)
    assert facts["mtime_ns"] == "1"
    assert facts["mtime"] == "1970-01-01T00:00:00Z"


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes are Linux's here")
def test_where_a_file_came_from_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "download"
    path.touch()
    try:
        os.setxattr(path, "user.xdg.origin.url", b"https://example.com/a.jpg")
    except OSError:
        pytest.skip("this file system keeps no attributes")
    facts = source_facts(os.fsencode(path), path.stat())
    assert facts["where_from"] == {"user.xdg.origin.url": "https://example.com/a.jpg"}


def test_times_outside_the_calendar_are_none() -> None:
    assert utc_text(10**30) is None
    assert utc_text(-(10**30)) is None
