"""Programs of others over hostile files: what they can do, and above all what they cannot."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from evidencekit.media import outside
from evidencekit.media.contain import Limits, Readers

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's fences are Linux's")

CONFINED = """
import json, os, sys
from pathlib import Path
from evidencekit.media import confine, outside
out, programs = Path({out!r}), {programs!r}
os.environ[outside.VARIABLE] = json.dumps(programs)
confine.limit(3 << 30, 1 << 30)
assert confine.leave_the_network(programs=True) or sys.platform != "linux"
confine.fence(lambda: str(out), lambda: False, programs.values())
try:
{body}
except (PermissionError, outside.ReaderError) as error:
    print("refused", error)
"""


def confined(out: Path, body: str, programs: dict[str, str]) -> str:
    """What a worker that may start these programs prints when it does this."""
    out.mkdir(exist_ok=True)
    code = CONFINED.format(out=str(out), programs=programs, body=textwrap.indent(textwrap.dedent(body), "    "))
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def run(out: Path, text: str, more: str = "", seconds: float = 20, before: str = "") -> str:
    """What becomes of a program that does this: Python stands for any."""
    out.mkdir()
    (out / "script").write_text(textwrap.dedent(text))
    body = f"{before}\nprint(outside.run('p', ['-IS', 'script'], out, {seconds}{more}))"
    return confined(out, body, {"p": str(Path(sys.executable).resolve())})


@linux
def test_a_program_is_alone_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    listening = socket.create_server(("127.0.0.1", 0))
    said = run(
        tmp_path / "out",
        f"""
        import os, socket, sys
        def tried(name, what):
            try: print(name, what())
            except OSError as error: print(name, "refused")
        tried("read", lambda: open({str(tmp_path / "secret")!r}).read())
        tried("write", lambda: open({str(tmp_path / "x")!r}, "w"))
        tried("inside", lambda: open("made", "w").write("12"))
        tried("remove", lambda: os.remove({str(tmp_path / "secret")!r}))
        tried("connect", lambda: socket.create_connection(("127.0.0.1", {listening.getsockname()[1]}), 1))
        tried("internet", lambda: socket.socket())
        tried("udp", lambda: socket.socket(type=socket.SOCK_DGRAM))
        tried("unix", lambda: socket.socket(socket.AF_UNIX).connect("/run/x"))
        print("stdin", len(sys.stdin.read()), "home", os.environ["HOME"] == os.getcwd() + "/home")
        print("secrets", "EVIDENCEKIT_PROGRAMS" in os.environ, "PYTHONPATH" in os.environ)
        """,
    )
    said = said.partition("out=b'")[2].replace("\\n", "\n")
    assert [line.partition(" ")[2] for line in said.splitlines()[:8]] == [
        *("refused", "refused", "2", "refused", "refused", "refused", "refused", "refused")
    ], said
    assert "stdin 0 home True\nsecrets False False\n" in said
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["made", "script"]
    listening.setblocking(False)
    with pytest.raises(BlockingIOError):
        listening.accept()
    listening.close()


@linux
@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("ends", [True, False])
def test_a_program_is_killed_with_all_it_started(tmp_path: Path, alone: bool, ends: bool) -> None:
    """Also what left its group and session, whether it ends by itself or must be stopped, and where the system grants
    no namespace of processes."""
    mark = f"stays-{tmp_path.name}"
    said = run(
        tmp_path / "out",
        f"""
        import os, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for n in range(3): os.close(n)
                os.execv(sys.executable, [sys.executable, "-ISc",
                    "open('child', 'w').close(); import time; time.sleep(600)", {mark!r}])
            os._exit(0)
        while not os.path.exists("child"): pass
        print("begun", flush=True)
        time.sleep({0 if ends else 600})
        """,
        seconds=0.6,
        before="" if alone else "confine.alone = lambda: False",
    )
    assert said == f"Ran(code={0 if ends else None}, out=b'begun\\n', err=b'')"
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone meanwhile
        return b""


@linux
def test_a_program_changes_nothing_about_files_and_sees_no_other_process(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("x")
    kept.chmod(0o444)
    said = run(
        tmp_path / "out",
        f"""
        import ctypes, os, socket
        kept = {str(kept)!r}
        libc = ctypes.CDLL(None)
        def tried(what):
            try: print(what())
            except OSError: print("refused")
        tried(lambda: os.chmod(kept, 0o666))
        tried(lambda: os.utime(kept, (1, 1)))
        tried(lambda: os.chown(kept, os.getuid(), os.getgid()))
        tried(lambda: os.setxattr(kept, "user.x", b"1"))
        tried(lambda: open({f"/proc/{os.getpid()}/environ"!r}).read())
        tried(lambda: open({f"/proc/{os.getpid()}/cmdline"!r}).read())
        tried(lambda: len(os.listdir("/proc")))
        own = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        own.bind("s")
        print("refused" if libc.sendmmsg(own.fileno(), bytes(64), 1, 0) < 0 and ctypes.get_errno() != 9 else "sent")
        print("refused" if libc.unshare(0x10000000) < 0 else "apart")
        """,
    )
    assert said == "Ran(code=0, out=b'" + "refused\\n" * 9 + "', err=b'')"
    assert kept.stat().st_mode & 0o777 == 0o444


@linux
def test_where_nothing_keeps_a_program_in_its_folder_only_pandoc_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside.landlock, "there", lambda: False)
    assert set(outside.found()) <= {"pandoc"}
    said = confined(
        tmp_path / "o",
        "outside.landlock.rules = lambda *a: None; print(outside.run('p', ['x'], out, 5))",
        {"p": "/bin/echo"},
    )
    assert "cannot keep it in its folder" in said


@pytest.mark.skipif(os.name != "posix", reason="starts a shell's program")
def test_nothing_but_the_listed_programs_is_started(tmp_path: Path) -> None:
    body = "import subprocess; subprocess.run(['/bin/true'])"
    assert confined(tmp_path / "o", body, {"p": "/bin/ls"}).startswith("refused")
    assert confined(tmp_path / "o", "os.system('true')", {"p": "/bin/sh"}).startswith("refused")
    assert confined(tmp_path / "o", "os.kill(os.getppid(), 0)", {"p": "/bin/sh"}).startswith("refused")
    assert "not on this computer" in confined(tmp_path / "o", "outside.run('q', [], out, 9)", {"p": "/bin/ls"})
    assert "could not be started" in confined(tmp_path / "o", "outside.run('p', [], out, 9)", {"p": "/bin/missing"})


@linux
def test_what_a_program_may_use_is_bounded(tmp_path: Path) -> None:
    said = run(tmp_path / "out", "print(len(bytearray(900 << 20)))", ", memory_bytes=500 << 20")
    assert "code=1" in said
    assert "MemoryError" in said


def test_pandoc_comes_with_the_program_and_runs(tmp_path: Path) -> None:
    programs = outside.found()
    body = """
    (out / "a.md").write_text("*x*")
    print(outside.run("pandoc", ["--sandbox", "-f", "markdown", "-t", "typst", "a.md"], out, 30))
    """
    assert confined(tmp_path / "o", body, programs) == "Ran(code=0, out=b'#emph[x]\\n', err=b'')"


def test_a_worker_for_programs_does_such_work_and_no_other_worker_knows_any(tmp_path: Path) -> None:
    command = tmp_path / "worker.py"
    command.write_text(
        "from evidencekit.media import outside, studies, worker\n"
        "from evidencekit.model import Study\n"
        "import sys, types\n"
        "def tell(source, settings, out, job):\n"
        "    (out / 'r.json').write_text(str(sorted(outside.programs())))\n"
        "    return Study(out / 'r.json')\n"
        "module = types.ModuleType('told'); module.tell = tell; sys.modules['told'] = module\n"
        "studies.STUDIES = {'exiftool': ('told', 'tell'), 'ocr': ('told', 'tell')}\n"
        "worker.main()\n"
    )
    (tmp_path / "a").write_text("x")
    known = {"q": "/bin/q", "p": "/bin/p"}
    with Readers(1, Limits(), [sys.executable, "-I", str(command)], known) as readers:
        done = {
            work: readers.submit_study(
                tmp_path / "a", "a", "text/plain", "UTC", tmp_path / work, work=work, settings={}
            )
            for work in ("exiftool", "ocr")
        }
        told = {work: future.result(60).result for work, future in done.items()}
    assert told["exiftool"] is not None
    assert told["ocr"] is not None
    assert told["exiftool"].read_text() == "['p', 'q']"
    assert told["ocr"].read_text() == "[]"


def test_large_files_get_more_time(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(30 << 20)
    command = tmp_path / "worker.py"
    command.write_text(
        "from evidencekit.media import worker, text\n"
        "text.TextReader.read = lambda *a: (_ for _ in ()).throw(AssertionError)\n"
        "real = worker.confine.limit_cpu\n"
        "def said(seconds):\n    worker.given = seconds\n    real(seconds)\n"
        "worker.confine.limit_cpu = said\n"
        "from evidencekit.media.other import OtherReader\n"
        "from evidencekit.errors import ReaderError\n"
        "def read(*a): raise ReaderError(f'{worker.given:g} seconds', todo='')\n"
        "OtherReader.read = read\n"
        "worker.main()\n"
    )
    with Readers(1, Limits(cpu_seconds=7, bytes_per_second=10 << 20), [sys.executable, "-I", str(command)]) as readers:
        warning = readers.submit(large, "large", "UTC", tmp_path / "o").result(60).warnings[0]
    assert warning.startswith("10 seconds")


def test_programs_are_told_to_a_worker_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outside.VARIABLE, json.dumps({"exiftool": "/usr/bin/exiftool"}))
    assert outside.programs() == {"exiftool": "/usr/bin/exiftool"}
    monkeypatch.setenv(outside.VARIABLE, "[]")
    assert outside.programs() == {}
