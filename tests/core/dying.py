"""Commands that die, as by kill -9, right before the Nth change to the file system that Python makes.

Each runs in a process of its own with all it opened, and ends by ``os._exit`` at the change. Where the system can fork,
that process is forked from one that has imported the program and done nothing else, and so are the readers that it
starts: importing it anew costs more than most of these commands.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import readers_forked

_NEVER = 10**9

_PROGRAM = """
import os, sys
CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "sqlite3.connect"}
def writes(flags):
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
def dying(left, words):
    def hook(event, arguments):
        nonlocal left
        if event in CHANGES or (event == "open" and writes(arguments[2])):
            left -= 1
            if left == 0:
                os._exit(137)
    sys.addaudithook(hook)
    code = main(words)
    print(left, file=sys.stderr)
    sys.exit(code)
from evidencekit.cli import build, main
"""

_ALONE = """
dying(int(sys.argv[1]), sys.argv[2:])
"""

_FORKING = """
import gc, importlib.util, json, pkgutil, threading
import evidencekit
build()
for room in pkgutil.walk_packages(evidencekit.__path__, "evidencekit."):
    if not {"__main__", "migrations"} & set(room.name.split(".")):
        importlib.import_module(room.name)
for heavy in ("sqlalchemy.dialects.sqlite", "blake3", "cryptography.hazmat.primitives.asymmetric.ed25519",
              "pikepdf", "pypdfium2", "typst", "PIL.Image"):
    importlib.import_module(heavy)
assert threading.active_count() == 1
gc.freeze()
spec = importlib.util.spec_from_file_location("readers_forked", sys.argv[1])
readers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(readers)
forking = vars(evidencekit.media.lane)["subprocess"] = readers.Forking()
forking.on = True
forking.origin.start()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        for number, name in enumerate((os.devnull, asked["out"], asked["err"])):
            opened = os.open(name, os.O_RDWR)
            os.dup2(opened, number)
            os.close(opened)
        dying(asked["left"], asked["words"])
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    forking.origin.end_all()
    print(code, flush=True)
"""


@functools.cache
def _forking() -> subprocess.Popen[str]:
    """The process that the commands are forked from; it ends with this one."""
    command = [sys.executable, "-B", "-c", _PROGRAM + _FORKING, readers_forked.__file__]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(started.communicate)
    return started


def run(*words: str, die_at: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command; it dies at that change, counted from 1, or with 0 not at all."""
    if sys.platform != "linux":
        command = [sys.executable, "-B", "-c", _PROGRAM + _ALONE, str(die_at or _NEVER), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)
    server = _forking()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        out.touch()
        err.touch()
        asked = {"words": words, "left": die_at or _NEVER, "environment": dict(os.environ), "folder": str(Path.cwd())}
        server.stdin.write(json.dumps({**asked, "out": str(out), "err": str(err)}) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(list(words), code, out.read_text("utf-8"), err.read_text("utf-8"))


def changes_of(*words: str) -> int:
    """How many changes a whole run makes."""
    done = run(*words)
    assert done.returncode in (0, 1), done.stderr
    return _NEVER - int(done.stderr.split()[-1])
