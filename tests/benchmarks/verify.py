"""How long `verify` of a case takes against `sha256sum -c` over the same originals: warm, in turns, medians of three.

Bar: at most 0.35 of it, although verify computes BLAKE3 too. `--size` is the bytes of originals (1e9; the bar is set
for 5e9); half of them in one large film, the rest in files of a few megabytes. `--folder DIR` keeps the case.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from evidencekit.casefile import create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.verify import verify_path

RUNS = 3
BAR = 0.35
_MIDDLE = 4 << 20
ACTOR = "A. Rivera, victim-witness unit"


def make(where: Path, size: int) -> tuple[Path, Home]:
    """A case with that many bytes of originals of no known kind; one made before is used again."""
    folder, home = where / f"case-{size}", Home(where / "home")
    done = where / f"case-{size}.done"
    if done.exists():
        return folder, home
    shutil.rmtree(folder, ignore_errors=True)
    received = where / "received"
    received.mkdir(parents=True, exist_ok=True)
    _write(received / "film.bin", size // 2)
    for number in range((size - size // 2) // _MIDDLE):
        _write(received / f"{number:05d}.bin", _MIDDLE)
    info = CaseInfo("", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court")
    create_case(folder, info, home, ACTOR)
    with write_case(folder, home, ACTOR) as case:
        take_in(case, [received], HandOver("Disk of J. D."), Job())
    shutil.rmtree(received)
    done.touch()
    return folder, home


def _write(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        while size > 0:
            size -= stream.write(os.urandom(min(size, 8 << 20)))


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure(where: Path, size: int) -> bool:
    folder, home = make(where, size)
    originals = sorted(path for path in (folder / "originals").rglob("*") if path.is_file())
    sums = where / "sums"
    sums.write_text("".join(f"{path.name}  {path}\n" for path in originals), "utf-8")

    def ours() -> None:
        assert verify_path(folder, home, Job()).ok

    def theirs() -> None:
        subprocess.run(["sha256sum", "-c", "--quiet", str(sums)], check=True)

    theirs()  # warms the cache
    taken = [(seconds(theirs), seconds(ours)) for _ in range(RUNS)]
    them, us = (statistics.median(each) for each in zip(*taken, strict=True))
    print(f"{size / 1e9:.1f} GB in {len(originals):,} originals: sha256sum -c {them:.2f} s, verify {us:.2f} s")
    print(f"ratio {us / them:.3f} (bar {BAR})", flush=True)
    return bool(us <= BAR * them)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1e9)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if shutil.which("sha256sum") is None:
        print("sha256sum is not here: nothing to measure against")
        return 0
    if chosen.folder:
        chosen.folder.mkdir(parents=True, exist_ok=True)
        return int(not measure(chosen.folder, int(chosen.size)))
    with tempfile.TemporaryDirectory() as scratch:
        return int(not measure(Path(scratch), int(chosen.size)))


if __name__ == "__main__":
    sys.exit(main())
