"""How long it takes from starting the process: to the whole of `evidencekit --help` (bar 0.4 s), and to the app's first
window drawn (bar 1.5 s). Medians of eleven runs; the first of twelve only warms the disk's cache."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

HELP, WINDOW = 0.4, 1.5
_RUNS = 11
_FIRST_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from evidencekit.custody.keys import Home
from ui.app import make_window
app = QApplication([])
window = make_window(app, Home(Path(sys.argv[1])))
window.show()
app.processEvents()
window.grab()
print("drawn", flush=True)
sys.stdout.close()
import os
os._exit(0)
"""


def told(words: str, seconds: list[float], bar: float) -> int:
    median = statistics.median(seconds[1:])
    print(f"{words}: {median:.2f} s median of {len(seconds) - 1} (bar {bar})")
    return int(median > bar)


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    environment = dict(os.environ, QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> int:
    over = told(
        "evidencekit --help",
        [timed([sys.executable, "-m", "evidencekit", "--help"]) for _ in range(_RUNS + 1)],
        HELP,
    )
    with tempfile.TemporaryDirectory() as home:
        seconds = [timed([sys.executable, "-c", _FIRST_WINDOW, home]) for _ in range(_RUNS + 1)]
    return over | told("the app's first window", seconds, WINDOW)


if __name__ == "__main__":
    sys.exit(main())
