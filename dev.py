#!/usr/bin/env python3
"""Every command of the project, standard library only: demo [OUT], test, cover, lint, app, bench, build.

On first use it makes `.venv` and installs the locked dependencies and the project; a second run starts at once.
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = HERE / "requirements.lock"
STAMP = VENV / "set-up"

# What Qt loads from the system, as library → Debian package; without a display the first group is enough.
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
DESKTOP_LIBRARIES = {
    "libpulse.so.0": "libpulse0",
    "libXrandr.so.2": "libxrandr2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say(text)
    raise SystemExit(2)


def run(arguments, **options):
    """Run a command in the project's folder and return its exit code."""
    return subprocess.run([str(part) for part in arguments], cwd=HERE, check=False, **options).returncode


def must(arguments, why):
    if run(arguments) != 0:
        stop(f"{why} failed. Run it again after mending what is said above: {' '.join(map(str, arguments))}")


def apt_install(packages):
    """Install Debian packages where that is allowed, else print the exact line. Returns whether it was done."""
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    allowed = shutil.which("apt-get") and (not prefix or (shutil.which("sudo") and run([*prefix, "true"]) == 0))
    if not allowed:
        return False
    say(f"Installing {' '.join(packages)}")
    quiet = {"stdout": subprocess.DEVNULL}
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if run([*prefix, *line], env=environment, **quiet) == 0:
        return True
    run([*prefix, "apt-get", "update"], env=environment, **quiet)
    return run([*prefix, *line], env=environment, **quiet) == 0


def wanted_stamp():
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, HERE / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def set_up():
    """Make `.venv` with the locked dependencies and the project, unless it is there already."""
    if sys.version_info < (3, 11):  # noqa: UP036 — whoever runs this may have an older one
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Install it and run this with it.")
    if STAMP.exists() and STAMP.read_text() == wanted_stamp() and PYTHON.exists():
        return
    say("Setting up .venv (once; a few minutes on a slow line)")
    make_venv()
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    must([*pip, "--require-hashes", "-r", LOCK], "Installing the locked dependencies")
    must([*pip, "--no-deps", "--no-build-isolation", "-e", HERE], "Installing the project")
    STAMP.write_text(wanted_stamp())


def make_venv():
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401 — Debian's python3 comes without it
    except ImportError:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not apt_install([package]):
            stop(f"This Python cannot make virtual environments. Run: sudo apt-get install {package}")
        # The running interpreter looked before it was there.
        raise SystemExit(run([sys.executable, __file__, *sys.argv[1:]])) from None
    venv.create(VENV, with_pip=True)


def missing(libraries):
    found = []
    for name, package in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            found.append(package)
    return found


def need_qt(*, desktop):
    """Make sure that the system libraries which Qt loads are there (Linux only: elsewhere the wheels bring them)."""
    if not sys.platform.startswith("linux"):
        return
    libraries = {**QT_LIBRARIES, **DESKTOP_LIBRARIES} if desktop else QT_LIBRARIES
    packages = missing(libraries)
    if packages and (not apt_install(packages) or missing(libraries)):
        stop(f"Qt needs system libraries. Run: sudo apt-get install --no-install-recommends {' '.join(packages)}")


def demo(arguments):
    set_up()
    return run([PYTHON, "-m", "evidencekit", "demo", arguments.out or free_name(), *arguments.rest])


def free_name():
    name, count = Path("demo-case"), 1
    while (HERE / name).exists():
        count += 1
        name = Path(f"demo-case-{count}")
    return name


def test(arguments):
    set_up()
    need_qt(desktop=False)
    options = [] if arguments.all else ["-m", "not slow"]
    if not any(part.startswith("-n") for part in arguments.rest):
        options += ["-n", "2"]
    return run([PYTHON, "-m", "pytest", *options, *arguments.rest])


def cover(_arguments):
    set_up()
    rooms = [
        "custody",
        "binder/test_binder_plan.py",
        "binder/test_binder_place.py",
        "test_exhibits.py",
        "test_intake.py",
    ]
    paths = [HERE / "tests" / "core" / room for room in rooms]
    options = ["--cov", f"--cov-config={HERE / 'tests' / 'perfect.ini'}", "--cov-report=term-missing"]
    return run([PYTHON, "-m", "pytest", "-q", "-m", "not slow", *options, *paths])


def lint(_arguments):
    set_up()
    codes = [
        run([BIN / "ruff", "check"]),
        run([BIN / "ruff", "format", "--check"]),
        run([BIN / "mypy"]),
        run([BIN / "lint-imports"]),
    ]
    return max(codes)


def app(arguments):
    set_up()
    need_qt(desktop=True)
    return run([PYTHON, "-m", "evidencekit", "app", *arguments.rest])


def bench(arguments):
    set_up()
    scripts = [path for path in sorted((HERE / "tests" / "benchmarks").glob("*.py")) if not path.name.startswith("_")]
    chosen = [path for path in scripts if not arguments.rest or path.stem in arguments.rest]
    return max((run([PYTHON, path]) for path in chosen), default=2)


def build(_arguments):
    set_up()
    must([PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "build"], "Installing the builder")
    return run([PYTHON, "-m", "build", "--wheel", "--no-isolation", "--outdir", HERE / "dist"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for action, words in (
        (demo, "run the whole job on a synthetic case"),
        (test, "run the tests (--all: the long attacks too)"),
        (cover, "check that what must be trusted is covered in every branch"),
        (lint, "ruff, mypy, import-linter"),
        (app, "start the desktop app"),
        (bench, "run the benchmarks, or those named"),
        (build, "build the wheel"),
    ):
        command = commands.add_parser(action.__name__, help=words)
        command.set_defaults(action=action, out=None, all=False)
        if action is demo:
            command.add_argument("out", nargs="?", metavar="OUT", help="a new or empty folder (demo-case)")
        if action is test:
            command.add_argument("--all", action="store_true", help="the long attacks too")
    arguments, rest = parser.parse_known_args()
    arguments.rest = rest
    raise SystemExit(arguments.action(arguments))


if __name__ == "__main__":
    main()
