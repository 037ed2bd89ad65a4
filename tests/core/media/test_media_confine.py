"""What code inside a worker cannot do. Each attempt runs in a process confined just as a worker is."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's fences are Linux's")

CONFINED = """
import ctypes, os, sys
from evidencekit.media import confine
out = {out!r}
confine.limit({memory}, 1 << 30)
{fences}
def attempt():
{body}
try:
    print("did", attempt())
except (PermissionError, OSError, MemoryError) as error:
    print("refused", type(error).__name__)
"""
HOOK = "confine.fence(lambda: out, lambda: False)"
KERNEL = "confine.leave_the_network()"


def attempt(out: Path, body: str, fences: str = HOOK, memory: int = 3 << 30) -> str:
    code = CONFINED.format(
        out=str(out), fences=fences, memory=memory, body=textwrap.indent(textwrap.dedent(body), "    ")
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd="/"
    )
    assert done.stdout, done.stderr
    return done.stdout.split()[0]


@pytest.mark.parametrize(
    "body",
    [
        "import socket; return socket.socket()",
        "import socket; return socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; return socket.getaddrinfo('example.org', 80)",
        "import subprocess; return subprocess.run(['true'])",
        "return os.system('true')",
        "return os.execv('/bin/true', ['true'])",
        "return os.posix_spawn('/bin/true', ['true'], {})",
        "return os.fork()",
        "import urllib.request; return urllib.request.urlopen('http://127.0.0.1:9/')",
        "return os.kill(os.getppid(), 0)",
        "return os.symlink('/etc/passwd', out + '/link')",
    ],
)
def test_python_code_is_refused_network_and_programs(tmp_path: Path, body: str) -> None:
    assert attempt(tmp_path, body) == "refused"


@pytest.mark.parametrize(
    "body",
    [
        "return open({victim!r}, 'w')",
        "return open({victim!r}, 'r+')",
        "return open({victim!r}, 'ab')",
        "return os.open({victim!r}, os.O_WRONLY)",
        "return os.open({victim!r}, os.O_RDONLY | os.O_TRUNC)",
        "return os.remove({victim!r})",
        "return os.rename({victim!r}, out + '/x')",
        "return os.rename(out + '/mine', {victim!r})",
        "return os.chmod({victim!r}, 0o777)",
        "return os.truncate({victim!r}, 0)",
        "return os.utime({victim!r})",
        "return os.mkdir(out + '/../beside')",
        "return open(out + '/../beside', 'w')",
        "from pathlib import Path; return Path({victim!r}).write_text('x')",
        "import shutil; return shutil.rmtree(os.path.dirname({victim!r}))",
        "return os.remove('original', dir_fd=os.open(os.path.dirname({victim!r}), os.O_RDONLY))",
        "return os.open('original', os.O_WRONLY, dir_fd=os.open(os.path.dirname({victim!r}), os.O_RDONLY))",
        "return os.rename(out + '/mine', 'original', dst_dir_fd=os.open(os.path.dirname({victim!r}), os.O_RDONLY))",
        "return os.link({victim!r}, out + '/link')",
    ],
)
def test_files_outside_the_folder_cannot_be_changed(tmp_path: Path, body: str) -> None:
    victim, out = tmp_path / "original", tmp_path / "out"
    victim.write_text("evidence")
    out.mkdir()
    (out / "mine").write_text("x")
    before = victim.stat()
    assert attempt(out, body.format(victim=str(victim))) == "refused"
    assert victim.read_text() == "evidence"
    assert (victim.stat().st_mtime_ns, victim.stat().st_mode) == (before.st_mtime_ns, before.st_mode)
    assert not (tmp_path / "beside").exists()


def test_its_own_folder_and_every_reading_stay_open_to_it(tmp_path: Path) -> None:
    (tmp_path / "original").write_text("evidence")
    body = f"""
    from pathlib import Path
    import shutil
    mine = Path(out) / 'a' / 'b'
    mine.mkdir(parents=True)
    (mine / 'x').write_text(open({str(tmp_path / "original")!r}).read())
    (mine / 'x').rename(mine / 'y')
    import tempfile
    with tempfile.TemporaryDirectory(dir=out) as scratch:
        Path(scratch, 'inner').mkdir()
        Path(scratch, 'inner', 'z').write_text('z')
    open(os.devnull, 'w').write('x')
    shutil.rmtree(mine)
    return 1
    """
    assert attempt(tmp_path / "out", body) == "did"


def test_no_folder_means_nothing_can_be_written(tmp_path: Path) -> None:
    fence = "confine.fence(lambda: '', lambda: False)"
    assert attempt(tmp_path, "return open(out + '/x', 'w')", fence) == "refused"


@linux
@pytest.mark.parametrize("body", ["import socket; return socket.socket()", "return os.execv('/bin/true', ['true'])"])
def test_the_kernel_refuses_what_native_code_would_try(tmp_path: Path, body: str) -> None:
    assert attempt(tmp_path, body, fences=KERNEL) == "refused"


@linux
def test_the_kernel_refuses_a_raw_system_call(tmp_path: Path) -> None:
    body = """
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(2, 1, 0)
    if descriptor < 0:
        raise PermissionError(ctypes.get_errno())
    return descriptor
    """
    assert attempt(tmp_path, body, fences=KERNEL) == "refused"


@linux
def test_memory_ends_where_the_limit_is(tmp_path: Path) -> None:
    assert attempt(tmp_path, "return len(bytearray(600 << 20))", memory=500 << 20) == "refused"
    assert attempt(tmp_path, "return len(bytearray(60 << 20))", memory=500 << 20) == "did"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_processor_time_is_counted_from_the_call(tmp_path: Path) -> None:
    code = "from evidencekit.media import confine\nconfine.limit_cpu(0)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode < 0
