"""Programs of others, run over hostile files: pandoc, LibreOffice, exiftool.

They parse evidence as a reader does, so only a worker of the manner “outside” may start them, and only those whose
absolute paths its parent found beforehand. Each call has an empty environment, a home, profile and working folder of
its own, no input, bounded time, memory and file size, and no network. On Linux the network is closed by an empty
namespace and a filter of system calls, both inherited; Landlock lets a program write in its own folder only and
read no one's files but those and the system's; a second filter keeps it from modes, owners, times and namespaces; and
where the system grants it, a namespace of processes ends all that it started along with it. On macOS ``sandbox-exec``
closes the network and all other folders to writing. Where none of this is to be had, as on Windows or on a kernel
without Landlock, only pandoc runs, whose ``--sandbox`` leaves it no way to read, write or fetch anything but what it is
given.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.media import confine, landlock

VARIABLE = "EVIDENCEKIT_PROGRAMS"
MOST_OUTPUT = 64 << 20  # bytes of standard output or error that a program may write
_SANDBOX = "/usr/bin/sandbox-exec"
_PLACES: Mapping[str, tuple[str, ...]] = {
    "soffice": (
        "/usr/lib/libreoffice/program/soffice.bin",
        "/usr/lib64/libreoffice/program/soffice.bin",
        "/opt/libreoffice*/program/soffice.bin",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    ),
    "exiftool": ("/usr/local/bin/exiftool", "/usr/bin/exiftool", "/opt/homebrew/bin/exiftool"),
}
# What programs need to read besides their own folder: libraries, fonts, time zones, devices, themselves.
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys",
    "/proc/version",
    "/sys",
    "/var/cache/fontconfig",
    "/var/spool/libreoffice",
    "/var/lib/libreoffice",
)
_GRACE = 5.0  # seconds a killed program may take to be gone
_FILE_BYTES = 2 << 30
_MOST_PROCESSES = 1024


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit ``code`` (None when it was stopped for taking too long), and what it wrote."""

    code: int | None
    out: bytes
    err: bytes

    @property
    def ok(self) -> bool:
        """Whether it ended by itself and says that all went well."""
        return self.code == 0


def found() -> dict[str, str]:
    """The programs on this computer, name → absolute path; for the parent of the workers."""
    programs: dict[str, str] = {}
    package = importlib.util.find_spec("pypandoc")  # its wheel brings the program; importing it would start it
    for folder in (package.submodule_search_locations if package else None) or ():
        pandoc = Path(folder) / "files" / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
        if pandoc.is_file():
            programs["pandoc"] = str(pandoc.resolve())
    if not _fenced():
        return programs
    for name, places in _PLACES.items():
        there = [path for place in places for path in _matching(place)] or _in_path(name)
        if there:
            programs[name] = str(there[0])
    return programs


def _fenced() -> bool:
    """Whether the system can keep any program at all in its folder."""
    return landlock.there() or (sys.platform == "darwin" and Path(_SANDBOX).exists())


def programs() -> Mapping[str, str]:
    """In a worker: the programs that it may start, name → absolute path; none in workers of other manners."""
    try:
        known = json.loads(os.environ.get(VARIABLE, "{}"))
    except ValueError:
        return {}
    return {str(name): str(path) for name, path in known.items()} if isinstance(known, dict) else {}


def run(program: str, arguments: Sequence[str], folder: Path, seconds: float, *, memory_bytes: int = 4 << 30) -> Ran:
    """Runs one program to its end in ``folder``, the only one it can write in; relative paths among the ``arguments``
    are relative to it, and files to be read must lie there or below. It is stopped, with all it started, after
    ``seconds``. The folder ``folder/home`` is its home and goes away again.

    Raises :class:`~evidencekit.errors.ReaderError` when the program is not there or cannot be started.
    """
    path = programs().get(program)
    if path is None:
        raise ReaderError(f"The program {program} is not on this computer.", todo=f"Install {program} and try again.")
    home = folder / "home"
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    try:
        with (home / "out").open("wb") as out, (home / "err").open("wb") as err:
            code = _watched(path, arguments, folder, home, seconds, memory_bytes, out.fileno(), err.fileno())
        return Ran(code, _head(home / "out"), _head(home / "err"))
    except (OSError, subprocess.SubprocessError) as fault:
        raise ReaderError(
            f"The program {program} could not be started ({str(fault)[:100]}).",
            todo=f"Install {program} again.",
        ) from None
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _watched(
    path: str,
    arguments: Sequence[str],
    folder: Path,
    home: Path,
    seconds: float,
    memory_bytes: int,
    out: int,
    err: int,
) -> int | None:
    rules = landlock.rules(_readable(path), str(folder))
    if sys.platform == "linux" and rules is None and Path(path).name != "pandoc":
        raise OSError("this system cannot keep it in its folder")
    confine.adopt()
    command = [path, *arguments]
    if sys.platform == "darwin":
        command = [_SANDBOX, "-p", _profile(folder), *command]
    try:
        process = subprocess.Popen(
            command,
            executable=command[0],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=folder,
            env=_environment(home),
            close_fds=True,
            start_new_session=os.name == "posix",
            # This process has one thread: nothing can hold a lock that the child would wait for.
            preexec_fn=_bound(rules, seconds, memory_bytes) if os.name == "posix" else None,
        )
    finally:
        if rules is not None:
            os.close(rules)
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _bound(rules: int | None, seconds: float, memory_bytes: int) -> Callable[[], None]:
    """What the new process does to itself before it becomes the program."""

    def bind() -> None:
        import resource

        confine.die_with_parent()
        cpu = int(seconds * 2) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        confine.limit(memory_bytes, _FILE_BYTES)
        if confine.alone():
            if os.geteuid() != 0:  # counted in the namespace that the worker entered, where nothing else runs
                resource.setrlimit(resource.RLIMIT_NPROC, (_MOST_PROCESSES, _MOST_PROCESSES))
            _stand_by(confine.fork_quietly())
            confine.die_with_parent()
        if rules is not None:
            landlock.look_at_oneself(rules)
            if not landlock.keep(rules):
                os._exit(126)
        confine.narrow()

    return bind


def _stand_by(first: int) -> None:
    """In the process between the worker and the first of a namespace: waits for it and ends as it did."""
    if first == 0:
        return
    if first < 0:
        os._exit(126)
    os.closerange(0, 4096)  # also the pipe on which the worker waits for the program to begin
    os._exit(min(255, abs(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills what is left of a program and all it started: it leads a process group of its own, and what left that is
    this process's child once its own parent is gone."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        elif process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_GRACE)
    if sys.platform == "linux":
        until = time.monotonic() + _GRACE
        while (left := _children()) and time.monotonic() < until:
            for child in left:
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)


def _children() -> list[int]:
    """The processes that this one has started, or that were left to it."""
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208
        with contextlib.suppress(OSError, ValueError, IndexError):
            state = Path("/proc", name, "stat").read_bytes() if name.isdigit() else b""
            if int(state.rpartition(b")")[2].split()[1]) == os.getpid():
                found.append(int(name))
    return found


def _environment(home: Path) -> dict[str, str]:
    """Nothing of this process's own; every cache and profile lies in the call's home."""
    kept = {k: os.environ[k] for k in ("SYSTEMROOT", "WINDIR") if k in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home),
        "TMPDIR": str(home / "tmp"),
        "TEMP": str(home / "tmp"),
        "TMP": str(home / "tmp"),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "PATH": os.pathsep.join(("/usr/bin", "/bin")) if os.name == "posix" else "",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "SAL_USE_VCLPLUGIN": "svp",
    }


def _readable(path: str) -> list[str]:
    """The folders that a program may read: the system's, and those of its installation."""
    own = Path(path).resolve().parent
    beside = {"program": [own.parent], "bin": [own, own.parent / "lib"]}.get(own.name, [own])
    return [*_SYSTEM, *map(str, beside)]


def _profile(folder: Path) -> str:
    """For macOS: all as usual, but no network, and nothing written outside the folder."""
    quoted = str(folder.resolve()).replace("\\", "\\\\").replace('"', '\\"')
    return (
        "(version 1)(allow default)(deny network*)(deny file-write*)"
        f'(allow file-write* (subpath "{quoted}") (literal "/dev/null"))'
    )


def _head(file: Path) -> bytes:
    with file.open("rb") as written:
        return written.read(MOST_OUTPUT)


def _matching(place: str) -> list[Path]:
    path = Path(place)
    if "*" not in place:
        return [path] if path.is_file() else []
    root = Path(path.anchor)
    return sorted(file for file in root.glob(str(path.relative_to(root))) if file.is_file())


def _in_path(name: str) -> list[Path]:
    there = shutil.which(name)
    return [Path(there).resolve()] if there else []
