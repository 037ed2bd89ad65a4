#!/usr/bin/env python3
"""Every command of the project, standard library only: demo [OUT], test, cover, lint, app, smoke, bench, build.

On first use it makes `.venv` and installs the locked dependencies and the project; a second run starts at once.
"""

import argparse
import contextlib
import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = HERE / "requirements.lock"
STAMP = VENV / "set-up"

# What Qt loads from the system, as library → Debian package; without a display the first group is enough. Qt's sound
# is linked against PulseAudio, and its FFmpeg plug-in says nothing when libXrandr is not there.
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libpulse.so.0": "libpulse0",
    "libXrandr.so.2": "libxrandr2",
    "libdrm.so.2": "libdrm2",
}
DESKTOP_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
SCREEN_TOOLS = {"Xvfb": "xvfb", "xwininfo": "x11-utils"}
SCREEN = (1440, 900)
PATIENCE = 60  # seconds for the app to show the case, and again to close


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


def need(look, why):
    """Install the Debian packages that ``look()`` finds missing, or stop with the line to run."""
    packages = look()
    if packages and (not apt_install(packages) or look()):
        stop(f"{why}. Run: sudo apt-get install --no-install-recommends {' '.join(packages)}")


def need_qt(*, desktop):
    """Make sure that the system libraries which Qt loads are there (Linux only: elsewhere the wheels bring them)."""
    if sys.platform.startswith("linux"):
        libraries = {**QT_LIBRARIES, **DESKTOP_LIBRARIES} if desktop else QT_LIBRARIES
        need(lambda: missing(libraries), "Qt needs system libraries")


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
        options += ["-n", "3"]
    # What was compiled is kept, or each of the many processes of the tests would compile it anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return run([PYTHON, "-m", "pytest", *options, *arguments.rest], env=environment)


def cover(_arguments):
    set_up()
    need(lambda: [] if shutil.which("openssl") else ["openssl"], "An authority for time-stamps is needed")
    rooms = [
        "custody",
        "binder/test_binder_plan.py",
        "binder/test_binder_place.py",
        "test_exhibits.py",
        "test_exhibits_drafts.py",
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


def smoke(arguments):
    """Start the app on a virtual screen, wait until the case is shown, end it as the system would, and judge that."""
    if not sys.platform.startswith("linux"):
        stop("The virtual screen (Xvfb) is there on Linux only. Elsewhere, start the app itself: dev.py app CASE")
    set_up()
    need_qt(desktop=True)
    need(lambda: [SCREEN_TOOLS[each] for each in SCREEN_TOOLS if not shutil.which(each)], "A virtual screen is needed")
    with tempfile.TemporaryDirectory() as scratch:
        case = Path(arguments.case) if arguments.case else Path(scratch, "demo", "case")
        own = dict(os.environ, EVIDENCEKIT_HOME=str(Path(scratch, "maker")))
        if not arguments.case and run([PYTHON, "-m", "evidencekit", "demo", case.parent], env=own) != 0:
            stop("The sample case could not be made; what is said above tells why.")
        with virtual_screen(scratch) as display:
            faults = visit(case.resolve(), display, Path(scratch), arguments.picture)
    for fault in faults:
        say(fault)
    say("The app did not pass." if faults else f"The app showed {case} and closed cleanly.")
    return int(bool(faults))


@contextlib.contextmanager
def virtual_screen(scratch):
    """An X server of its own; gives its display. What it shows lies in ``scratch/Xvfb_screen0``."""
    reading, writing = os.pipe()
    size = "x".join(map(str, SCREEN)) + "x24"
    # Without -noreset it starts anew whenever nobody is connected, and turns the app away meanwhile.
    line = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-fbdir", scratch, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(line, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()
            if not number:
                stop("Xvfb did not start. Run it by hand to see why: Xvfb -displayfd 1")
            yield f":{number}"
        finally:
            server.terminate()


def visit(case, display, scratch, picture):
    """What went wrong while the app was there, in words."""
    with (case / "ledger.jsonl").open(encoding="utf-8") as ledger:
        number = json.loads(ledger.readline())["number"]
    (scratch / "run").mkdir(mode=0o700)
    own = {"EVIDENCEKIT_HOME": scratch / "home", "XDG_RUNTIME_DIR": scratch / "run"}
    own.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
    environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
    faults = []
    with (scratch / "said").open("w+", encoding="utf-8", errors="replace") as said:
        app = subprocess.Popen([str(PYTHON), "-m", "evidencekit", "app", str(case)], env=environment, stderr=said)
        try:
            titles = settled_windows(number, app, display, scratch)
            if not any(number in title for title in titles):
                faults.append(f"No window of {number} was painted and at rest within {PATIENCE} seconds.")
            faults += [f"Another window was there: {title}" for title in titles if number not in title]
            if picture:
                keep_picture(scratch, picture)
            app.terminate()
            code = app.wait(PATIENCE)
            if code:
                faults.append(f"The app ended with {code}.")
        except subprocess.TimeoutExpired:
            faults.append(f"The app did not close within {PATIENCE} seconds of being told to.")
        finally:
            app.kill()
            app.wait()
        said.seek(0)
        return faults + [f"The app said: {line.strip()}" for line in said if line.strip()]


def settled_windows(number, app, display, scratch):
    """The titles of the app's windows once the case's is among them, painted, and nothing has moved for a second."""
    titles, before, still = [], (), 0
    until = time.monotonic() + PATIENCE
    while app.poll() is None and time.monotonic() < until and still < 10:
        tree = subprocess.run(["xwininfo", "-root", "-tree", "-display", display], capture_output=True, check=False)
        titles = re.findall(r'"(.*)": \("', tree.stdout.decode(errors="replace"))
        now = memoryview(pixels(scratch)).cast("I")[::97].tolist()
        ready = any(number in title for title in titles) and len(set(now)) > 50
        moved = sum(a != b for a, b in zip(before, now, strict=False)) > 5  # a blinking cursor does not count
        still = still + 1 if ready and not moved else 0
        before = now
        time.sleep(0.1)
    return titles


def pixels(scratch):
    """The screen as it is, four bytes (blue, green, red, none) for each pixel."""
    return (scratch / "Xvfb_screen0").read_bytes()[-4 * SCREEN[0] * SCREEN[1] :]


def keep_picture(scratch, picture):
    (scratch / "pixels").write_bytes(pixels(scratch))
    code = "import sys, PIL.Image as I; I.frombytes('RGB', %r, open(sys.argv[1], 'rb').read(), 'raw', 'BGRX').save(%r)"
    must([PYTHON, "-c", code % (SCREEN, str(Path(picture).resolve())), scratch / "pixels"], "Keeping the picture")


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
        (smoke, "start the app on a virtual screen with a case and close it again (--picture FILE keeps a look)"),
        (bench, "run the benchmarks, or those named"),
        (build, "build the wheel"),
    ):
        command = commands.add_parser(action.__name__, help=words)
        command.set_defaults(action=action, out=None, all=False)
        if action is demo:
            command.add_argument("out", nargs="?", metavar="OUT", help="a new or empty folder (demo-case)")
        if action is smoke:
            command.add_argument("case", nargs="?", metavar="CASE", help="a case folder (a new sample case)")
            command.add_argument("--picture", metavar="FILE", help="keep what the screen showed")
        if action is test:
            command.add_argument("--all", action="store_true", help="the long attacks too")
    arguments, rest = parser.parse_known_args()
    arguments.rest = rest
    raise SystemExit(arguments.action(arguments))


if __name__ == "__main__":
    main()
