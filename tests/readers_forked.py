"""The readers' process, forked from one that has imported it and what it reads with, and done nothing else.

It is the same program, told, bound and confined in the same way; only its start is spared, which costs more than
reading the small files of most tests. The tests of the readers themselves start each as the app does, as do all tests
where the system cannot fork.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

_PROGRAM = """
import gc, importlib, json, os, pkgutil, signal, socket, sys
import evidencekit.media
from evidencekit.media import worker
worker.preload()
for room in pkgutil.walk_packages(evidencekit.media.__path__, "evidencekit.media."):
    importlib.import_module(room.name)
for heavy in ("PIL.ImageDraw", "PIL.ImageFont", "pikepdf", "pypdfium2", "pypdf", "numpy", "av", "openpyxl", "typst"):
    importlib.import_module(heavy)
assert len(os.listdir("/proc/self/task")) == 1, "a process with threads cannot be forked"
gc.freeze()
asking, living = socket.socket(fileno=int(sys.argv[1])), set()
while True:
    message, pipes = socket.recv_fds(asking, 65536, 2)[:2]
    if not message:
        break
    told = json.loads(message)
    if "ended" in told:
        answer = os.waitstatus_to_exitcode(os.waitpid(told["ended"], 0)[1])
        living.discard(told["ended"])
    elif "end" in told:
        answer = told["end"]
        for each in living:
            os.killpg(each, signal.SIGKILL)
            os.waitpid(each, 0)
        living.clear()
    else:
        answer = os.fork()
        if answer == 0:
            os.setpgid(0, 0)
            os.environ.clear()
            os.environ.update(told["environment"])
            asking.close()
            for number, pipe in enumerate((*pipes, os.open(os.devnull, os.O_RDWR))):
                os.dup2(pipe, number)
                os.close(pipe)
            try:
                worker.main()
            finally:
                os._exit(0)
        os.setpgid(answer, answer)
        living.add(answer)
        for pipe in pipes:
            os.close(pipe)
    asking.send(json.dumps(answer).encode())
"""


class Origin:
    """The process that readers are forked from, started when the first is wanted; it ends with this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, told: Mapping[str, object], pipes: Sequence[int] = ()) -> int:
        with self._lock:
            self.start()
            assert self._asking is not None
            socket.send_fds(self._asking, [json.dumps(told).encode()], pipes)
            answer = self._asking.recv(100)
        if not answer:
            raise OSError("The process that readers are forked from ended; what it said stands above.")
        return int(json.loads(answer))

    def end_all(self) -> None:
        """Kill every reader, as the system does with those of a process that died: for one that has forked that
        process. What that did not hear any more is passed over."""
        if self._asking is not None:
            said = time.monotonic_ns()
            self._asking.send(json.dumps({"end": said}).encode())
            while (answer := self._asking.recv(100)) and json.loads(answer) != said:
                pass

    def start(self) -> None:
        """Start it now, if it was not."""
        if self._asking is not None:
            return
        self._asking, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, str(theirs.fileno())]
            environment = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1"}
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=os.path.sep, env=environment)

    def close(self) -> None:
        if self._asking is not None and self._process is not None:
            self._asking.close()
            self._process.wait()


class Reader:
    """What :class:`subprocess.Popen` is for a process that was started."""

    def __init__(self, origin: Origin, environment: Mapping[str, str]) -> None:
        self.returncode: int | None = None
        self._origin = origin
        requests, stdin = os.pipe()
        stdout, answers = os.pipe()
        self.stdin, self.stdout = os.fdopen(stdin, "wb", buffering=0), os.fdopen(stdout, "rb", buffering=0)
        try:
            self.pid = origin.ask({"environment": environment}, (requests, answers))
        finally:
            os.close(requests)
            os.close(answers)
        self._ended = os.pidfd_open(self.pid) if sys.platform == "linux" else -1

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("reader", timeout or 0)
            os.close(self._ended)
            self.returncode = self._origin.ask({"ended": self.pid})
        return self.returncode


class Forking:
    """Stands for the module :mod:`subprocess` where readers are started; forks them while ``on``."""

    def __init__(self) -> None:
        self.on = False
        self.origin = Origin()

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, command: list[str], **given: Any) -> Any:
        if self.on and command[1:] == ["-I", "-X", "utf8", "-m", "evidencekit.media.worker"]:
            return Reader(self.origin, given["env"])
        return subprocess.Popen(command, **given)
