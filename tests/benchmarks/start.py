"""How long `evidencekit --help` takes as a whole process: the median of eleven runs, bar 0.4 s."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

BAR = 0.4


def main() -> int:
    seconds = []
    for _ in range(12):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "evidencekit", "--help"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[1:])  # the first run warms the disk's cache
    print(f"evidencekit --help: {median:.2f} s median of {len(seconds) - 1} (bar {BAR})")
    return int(median > BAR)


if __name__ == "__main__":
    sys.exit(main())
