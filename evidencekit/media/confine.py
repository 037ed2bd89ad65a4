"""Locks a worker process in: no network, no programs, no writing outside its folder, bounded memory.

Each fence is put up where the system has it, and none relies on another: an empty network namespace and a seccomp
filter on Linux, resource limits on POSIX, and everywhere an audit hook over what Python itself does. The hook
cannot be taken off again; native code is held only by the system's fences. A worker that may start programs has
every fence but that one; what it starts inherits the system's and gets one more (:mod:`evidencekit.media.landlock`).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Callable, Collection

_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
_SIGKILL = 9

# Kernel headers: AUDIT_ARCH constants and the numbers of the calls that open sockets, start programs or reach into
# other processes (socket connect accept sendto sendmsg sendmmsg bind listen execve execveat ptrace process_vm_*
# io_uring).
_ARCHITECTURES: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 46, 307, 49, 50, 59, 101, 310, 311, 322, 425)),
    "aarch64": (0xC00000B7, (198, 203, 202, 206, 211, 269, 200, 201, 221, 117, 270, 271, 281, 425)),
}
# What a started program has no business with and Landlock does not hold it from, in the same order: modes, owners,
# times and attributes of files; namespaces, mounts, file handles; keys; bpf, perf, userfaultfd; System V and POSIX
# queues and memory shared with others; handles on processes.
_NOT_FOR_PROGRAMS: dict[str, tuple[int, ...]] = {
    "x86_64": (
        *(90, 91, 268, 452, 92, 93, 94, 260, 132, 235, 261, 280, 188, 189, 190, 463, 197, 198, 199, 466),
        *(272, 308, 165, 166, 155, 161, 304, 248, 249, 250, 321, 298, 323, 29, 30, 64, 68, 240, 424, 434, 438),
    ),
    "aarch64": (
        *(52, 53, 452, 54, 55, 88, 5, 6, 7, 463, 14, 15, 16, 466),
        *(97, 268, 40, 39, 41, 51, 265, 217, 218, 219, 280, 241, 282, 194, 196, 190, 186, 180, 424, 434, 438),
    ),
}
# Of those that a worker is refused, what a program needs: to be started, and to listen on a socket of its own folder
# (LibreOffice does, to find out whether it runs already). It can reach nobody: connect and send… stay refused.
_FOR_PROGRAMS = {"x86_64": (41, 43, 49, 50, 59, 322), "aarch64": (198, 202, 200, 201, 221, 281)}
_AF_UNIX = 1
_REFUSE, _ALLOW = 0x00050000 | 1, 0x7FFF0000  # SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW


def die_with_parent() -> None:
    """Linux: killed as soon as the process that started this one ends."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def leave_the_network(*, programs: bool = False) -> bool:
    """Linux: an empty network namespace, then a filter that refuses sockets and, unless they are allowed, programs.
    Single thread only. True when at least one of the two surely keeps this process, and what it starts, off the
    network."""
    if sys.platform != "linux":
        return False
    libc = _libc()
    # Root keeps its user namespace: in a new one it could no longer read what other accounts own.
    apart = libc.unshare(_CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET) == 0
    filtered = _filter_calls(libc, programs=programs)
    return apart or filtered


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _filter_calls(libc: ctypes.CDLL, *, programs: bool) -> bool:
    machine = os.uname().machine
    known = _ARCHITECTURES.get(machine)
    if known is None or struct.calcsize("P") != 8:
        return False
    arch, refused = known
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    socket = refused[0]
    if programs:
        refused = tuple(number for number in refused if number not in _FOR_PROGRAMS[machine])
    n = len(refused)
    # A program may open sockets of one kind; the call's number is loaded again behind the look at which.
    kind = [(equal, 0, 3, socket), (load, 0, 0, 16), (equal, 0, n + 3, _AF_UNIX), (load, 0, 0, 0)] if programs else []
    return _install(
        libc,
        [
            (load, 0, 0, 4),
            (equal, 0, n + 3 + len(kind), arch),  # a foreign call table is refused whole
            (load, 0, 0, 0),
            *kind,
            (at_least, n + 1, 0, 0x40000000),  # x32
            *((equal, n - k, 0, number) for k, number in enumerate(refused)),
            (give, 0, 0, _ALLOW),
            (give, 0, 0, _REFUSE),
        ],
    )


def narrow() -> None:
    """Linux: for a process about to become a program, behind :func:`leave_the_network`: it can change what stands in
    files it may write, and nothing else about any file; no namespaces, keys or memory shared with others."""
    if sys.platform != "linux" or struct.calcsize("P") != 8:
        return
    refused = _NOT_FOR_PROGRAMS.get(os.uname().machine, ())
    load, equal, give, n = 0x20, 0x15, 0x06, len(refused)
    steps = [(equal, n - k, 0, number) for k, number in enumerate(refused)]
    _install(_libc(), [(load, 0, 0, 0), *steps, (give, 0, 0, _ALLOW), (give, 0, 0, _REFUSE)])


def _install(libc: ctypes.CDLL, program: list[tuple[int, int, int, int]]) -> bool:
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer)))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return int(libc.prctl(_PR_SET_SECCOMP, 2, header, 0, 0)) == 0


def alone() -> bool:
    """Linux: whether the processes that this one starts from now on are in a namespace of their own, all of which die
    with its first. Only one can be started so."""
    return sys.platform == "linux" and int(_libc().unshare(_CLONE_NEWPID)) == 0


def fork_quietly() -> int:
    """A fork that no audit hook hears of, for a process with one thread that is about to become a program."""
    return int(_libc().fork())


def adopt() -> None:
    """Linux: what the processes that this one starts leave behind becomes its child, not the system's."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def limit(memory_bytes: int, file_bytes: int) -> None:
    """POSIX: address space and file size, and no core dump of evidence."""
    if sys.platform == "win32":
        return
    import resource

    limits = [(resource.RLIMIT_FSIZE, file_bytes), (resource.RLIMIT_CORE, 0)]
    if sys.platform == "linux":  # elsewhere RLIMIT_AS counts what the system maps by itself
        limits.append((resource.RLIMIT_AS, memory_bytes))
    for which, value in limits:
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def limit_cpu(seconds: float) -> None:
    """POSIX: so many seconds of processor time from now on; then the system kills this process."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _folder_behind(descriptor: int) -> str:
    """The folder that a descriptor stands for; the root, where nothing may be written, when nobody can tell."""
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    link = f"/proc/self/fd/{descriptor}"
    return os.readlink(link) if os.path.islink(link) else os.sep  # noqa: PTH114, PTH115


_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    *("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "webbrowser."),
    *("urllib.", "ftplib.", "http.", "smtplib.", "imaplib.", "poplib.", "telnetlib.", "winreg.", "_winapi."),
)
LEFT_OVER = "/tmp/OSL_PIPE_"  # noqa: S108 — the sockets that LibreOffice opens there and may not remove itself
_HARMLESS = frozenset({"socket.gethostname"})
# Event → which arguments are paths, each with the argument that holds the folder's descriptor it is relative to.
_PATHS: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.truncate": ((0, None),),
    "os.utime": ((0, 3),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
}
_NEVER = frozenset({"os.system", "os.link", "os.symlink", "os.kill", "os.killpg", "os.chflags", "os.lchmod"})


def fence(out: Callable[[], str], may_fork: Callable[[], bool], programs: Collection[str] = ()) -> None:
    """Refuses, for good, what Python code in this process must not do: sockets, programs but those whose absolute
    paths are given, forks unless ``may_fork``, and changing any file that does not lie under the folder ``out`` names
    at that moment ("" for none)."""
    allowed = frozenset(programs)

    def inside(path: object, beside: object = -1) -> bool:
        if isinstance(path, int):
            return True  # a descriptor opened under these rules
        name = os.fsdecode(path)  # type: ignore[arg-type]
        if isinstance(beside, int) and beside >= 0 and not os.path.isabs(name):  # noqa: PTH117
            name = os.path.join(_folder_behind(beside), name)  # noqa: PTH118
        folder, name = out(), os.path.abspath(name)  # noqa: PTH100
        return name == os.devnull or (folder != "" and (name == folder or name.startswith(folder + os.sep)))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            if isinstance(flags, int) and flags & _WRITING and path is not None and not inside(path):
                raise PermissionError(f"a reader may not write to {path!r}")
        elif event in _PATHS:
            places = [(arguments[at], -1 if to is None else arguments[to]) for at, to in _PATHS[event]]
            left_over = allowed and event == "os.remove" and str(arguments[0]).startswith(LEFT_OVER)
            if not left_over and not all(inside(path, beside) for path, beside in places):
                raise PermissionError(f"a reader may not change {arguments[0]!r}")
        elif event in _NEVER or (event.startswith(_REFUSED) and event not in _HARMLESS):
            if not (allowed and _is_program(event, arguments, allowed)):
                raise PermissionError(f"a reader may not use {event}")
        elif event in ("os.fork", "os.forkpty") and not may_fork():
            raise PermissionError("a reader may not start a process")

    sys.addaudithook(hook)


def _is_program(event: str, arguments: tuple[object, ...], allowed: Collection[str]) -> bool:
    """Whether an event starts one of the allowed programs, or ends one that this process has started."""
    if event in ("subprocess.Popen", "_winapi.CreateProcess"):
        return isinstance(arguments[0], str) and arguments[0] in allowed
    if event == "_winapi.TerminateProcess":
        return True  # the handle was got by starting it
    if event == "_winapi.CreatePipe":
        return True
    if event in ("os.kill", "os.killpg") and isinstance(arguments[0], int) and arguments[0] > 1:
        return _is_child(arguments[0])
    return False


def _is_child(process: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except OSError:
        return False
    return True
