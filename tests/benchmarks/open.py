"""How long a case of 10,000 items takes to open, warm: medians of eleven.

To work on it (every check that writing asks for), bar 0.6 s; to look at it, bar 0.3 s; and to work on it in a new
process, imports among it, bar 0.8 s. `--folder DIR` keeps the case there for the next run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _bigcase import ACTOR, BigCase, big_case

from evidencekit.casefile import Case, read_case, write_case

RUNS = 11
WRITE, READ, PROCESS = 0.6, 0.3, 0.8
_ALONE = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
with write_case(Path(sys.argv[1]), Home(Path(sys.argv[2])), "bench"):
    print(time.perf_counter() - start)
"""


def opening(name: str, bar: float, act: Callable[[], Case]) -> bool:
    """Time one way of opening; whether its median holds the bar."""

    def once() -> float:
        start = time.perf_counter()
        with act() as case:
            seconds = time.perf_counter() - start
            assert not case.findings
        return seconds

    return told(name, bar, once)


def told(name: str, bar: float, once: Callable[[], float]) -> bool:
    seconds = [once() for _ in range(RUNS + 1)][1:]  # the first run warms the disk's cache
    median = statistics.median(seconds)
    print(f"{name}: {median:.2f} s median of {RUNS} (bar {bar})", flush=True)
    return median <= bar


def alone(case: BigCase) -> float:
    """Seconds in a process of its own, from its first import on."""
    line = [sys.executable, "-c", _ALONE, str(case.folder), str(case.home.folder)]
    return float(subprocess.run(line, check=True, capture_output=True, text=True).stdout)


def measure(where: Path, count: int) -> bool:
    start = time.perf_counter()
    case = big_case(where, count)
    print(f"{count:,} items, made in {time.perf_counter() - start:.0f} s", flush=True)
    folder, home = case.folder, case.home
    return all(
        [
            opening("Open to work on", WRITE, lambda: write_case(folder, home, ACTOR)),
            opening("Open to look at", READ, lambda: read_case(folder, home)),
            told("Open to work on, in a new process", PROCESS, lambda: alone(case)),
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.folder:
        chosen.folder.mkdir(parents=True, exist_ok=True)
        return int(not measure(chosen.folder, chosen.items))
    with tempfile.TemporaryDirectory() as scratch:
        return int(not measure(Path(scratch), chosen.items))


if __name__ == "__main__":
    sys.exit(main())
