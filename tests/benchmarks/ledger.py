"""How long a ledger of 1,000,000 lines takes to verify and how much memory: by itself, and in its case folder.

Bars: 30 s and 100 MB each, measured in a process of its own, its start and imports among it. `--lines N` makes another
length, for which the seconds are scaled; `--folder DIR` keeps the case for the next run.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evidencekit.casefile import create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.model import CaseInfo

LINES = 1_000_000
SECONDS, MEGABYTES = 30.0, 100.0
ACTOR = "A. Rivera, victim-witness unit"
_BATCH = 10_000
_CHILD = """
import sys
from pathlib import Path
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from evidencekit.verify import verify_path
verdict = verify_path(Path(sys.argv[1]), Home(Path(sys.argv[2])), Job())
assert verdict.ok, verdict.findings[:3]
status = Path("/proc/self/status")
if status.exists():  # what `resource` tells there begins with the memory of the process that started this one
    most = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
else:
    import resource
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
print(verdict.size, most)
"""


def entries(start: int, count: int) -> list[Entry]:
    """What a long-lived case logs: mostly looking, some verifying, a few files made."""
    made = []
    for number in range(start, start + count):
        item = f"ITEM-{number % 9_999 + 1:04d}"
        if number % 20 == 0:
            made.append(Entry("verify", {"findings": 0, "items": 9_999, "lines": number, "root": "r" * 43 + "="}))
        elif number % 200 == 1:
            fields = {"made": "listening copy", "item": item, "sha256": f"{number:064x}", "tool": "EvidenceKit"}
            made.append(Entry("derive", fields))
        else:
            made.append(Entry("view", {"item": item}))
    return made


def make(where: Path, lines: int) -> tuple[Path, Home]:
    """A sound case with that many ledger lines; one made before is used again."""
    folder, home = where / f"case-{lines}", Home(where / "home")
    done = where / f"case-{lines}.done"
    if done.exists():
        return folder, home
    shutil.rmtree(folder, ignore_errors=True)
    create_case(folder, CaseInfo("", "26CR00417", "People v. Hollis", "America/Los_Angeles"), home, ACTOR)
    with write_case(folder, home, ACTOR) as case:
        while case.size < lines:
            case.commit(entries(case.size, min(_BATCH, lines - case.size)))
    done.touch()
    return folder, home


def measured(name: str, path: Path, home: Home, lines: int) -> bool:
    """Verify in a new process and tell; whether it holds the bars."""
    start = time.perf_counter()
    command = [sys.executable, "-c", _CHILD, str(path), str(home.folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    seconds, megabytes = time.perf_counter() - start, float(told[1])
    assert int(told[0]) == lines
    print(f"{name}, {lines:,} lines: {seconds:.1f} s, {megabytes:.0f} MB (bars {SECONDS:.0f} s, {MEGABYTES:.0f} MB)")
    return seconds <= SECONDS * max(lines / LINES, 0.1) and megabytes <= MEGABYTES


def measure(where: Path, lines: int) -> bool:
    start = time.perf_counter()
    folder, home = make(where, lines)
    print(f"A case of {lines:,} ledger lines, made in {time.perf_counter() - start:.0f} s", flush=True)
    alone = measured("The ledger", folder / "ledger.jsonl", home, lines)
    return measured("Its case", folder, home, lines) and alone


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.folder:
        chosen.folder.mkdir(parents=True, exist_ok=True)
        return int(not measure(chosen.folder, chosen.lines))
    with tempfile.TemporaryDirectory() as scratch:
        return int(not measure(Path(scratch), chosen.lines))


if __name__ == "__main__":
    sys.exit(main())
