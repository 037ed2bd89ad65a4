"""The intake of 1,000 mixed phone files against hashing and copying them and reading them with ExifTool, in one run.

Bar: below 2. Then, without a bar: an export of 100,000 texts, and one small file. Run it by hand on a quiet machine:
`python tests/benchmarks/phone.py [--runs N] [--folder DIR] [--only phone|messages|one]`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _phone import messages_xml, phone_files

_BAR = 2.0
_TOOL = (sys.executable, "-m", "evidencekit")

Way = Callable[[Path, Path], float]


def theirs(source: Path, work: Path) -> float:
    """SHA-256, BLAKE3 and a copy of each file, then one `exiftool -j` over all."""
    from blake3 import blake3

    start = time.perf_counter()
    for path in sorted(each for each in source.rglob("*") if each.is_file()):
        target = work / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        first, second = hashlib.sha256(), blake3()
        with path.open("rb") as file, target.open("wb") as copy:
            while part := file.read(1 << 20):
                first.update(part)
                second.update(part)
                copy.write(part)
        first.hexdigest(), second.hexdigest()
    if shutil.which("exiftool"):
        with (work / "facts.json").open("wb") as facts:
            # It gives 1 when it knows nothing of some file.
            subprocess.run(["exiftool", "-j", "-r", str(source)], stdout=facts, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def core(source: Path, work: Path) -> float:
    """`intake.take_in` into a new case."""
    from evidencekit.casefile import write_case
    from evidencekit.custody.keys import Home
    from evidencekit.intake import HandOver, take_in
    from evidencekit.job import Job

    case = new_case(work)
    with write_case(case, Home(Path(os.environ["EVIDENCEKIT_HOME"])), "bench") as opened:
        start = time.perf_counter()
        taken = take_in(opened, [source], HandOver("bench"), Job())
        seconds = time.perf_counter() - start
    if taken.refused:
        sys.exit(f"Refused: {taken.refused[0]}")
    return seconds


def whole(source: Path, work: Path) -> float:
    """`evidencekit add`."""
    case = new_case(work)
    start = time.perf_counter()
    line = [*_TOOL, "add", str(case), str(source), "--source", "bench"]
    code = subprocess.run(line, check=False, stdout=subprocess.DEVNULL).returncode
    if code > 1 or not list((case / "acquisitions").iterdir()):  # 1: taken in, with warnings
        sys.exit(f"`add` ended with {code}.")
    return time.perf_counter() - start


def new_case(work: Path) -> Path:
    """An empty case."""
    case = work / "case"
    line = [*_TOOL, "new", str(case), "--number", "1", "--caption", "Bench", "--timezone", "UTC"]
    subprocess.run(line, check=True, capture_output=True)
    return case


def medians(ways: dict[str, Way], source: Path, runs: int, folder: Path) -> dict[str, float]:
    """Each way in turn, so many times over."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            work = Path(tempfile.mkdtemp(dir=folder))
            os.sync() if hasattr(os, "sync") else None
            seconds[name].append(way(source, work))
            shutil.rmtree(work)
    print("; ".join(f"{name}: {', '.join(f'{each:.2f}' for each in found)}" for name, found in seconds.items()))
    return {name: statistics.median(found) for name, found in seconds.items()}


def phone(folder: Path, runs: int) -> bool:
    """Whether the bar was met."""
    source = folder / "phone"
    if not source.is_dir():
        phone_files(source)
    sizes = [each.stat().st_size for each in source.rglob("*") if each.is_file()]
    other = "hash + copy + exiftool" if shutil.which("exiftool") else "hash + copy (ExifTool is not here: no bar)"
    found = medians({other: theirs, "take_in": core, "add": whole}, source, runs, folder)
    print(f"{len(sizes):,} phone files, {sum(sizes) / 1e6:,.0f} MB, medians of {runs}: {other} {found[other]:.2f} s")
    for name in ("take_in", "add"):
        print(f"  {name} {found[name]:.2f} s, ratio {found[name] / found[other]:.2f} (bar {_BAR})", flush=True)
    return found["add"] / found[other] < _BAR or not shutil.which("exiftool")


def messages(folder: Path, runs: int) -> None:
    """100,000 texts in one export."""
    source = folder / "messages"
    source.mkdir(exist_ok=True)
    with (source / "sms-20260301.xml").open("wb") as file:
        file.writelines(messages_xml(100_000))
    found = medians({"add": whole}, source, runs, folder)
    print(f"An export of 100,000 texts: add {found['add']:.2f} s", flush=True)


def one(folder: Path, runs: int) -> None:
    """One small file."""
    source = folder / "one"
    source.mkdir(exist_ok=True)
    (source / "note.txt").write_text("He was outside again.\n", encoding="utf-8")
    found = medians({"take_in": core, "add": whole}, source, max(runs, 5), folder)
    print(f"One small file: take_in {found['take_in']:.2f} s, add {found['add']:.2f} s", flush=True)


def main() -> int:
    """Run what was asked for; 1 when the bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; phone files left there by --keep are used again")
    parser.add_argument("--keep", action="store_true", help="leave the phone files in --folder")
    parser.add_argument("--only", choices=("phone", "messages", "one"), action="append")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=chosen.folder)) if not chosen.keep else chosen.folder
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["EVIDENCEKIT_HOME"] = str(folder / "home")
    met = True
    try:
        for part in chosen.only or ("phone", "messages", "one"):
            if part == "phone":
                met = phone(folder, chosen.runs)
            else:
                {"messages": messages, "one": one}[part](folder, chosen.runs)
    finally:
        if not chosen.keep:
            shutil.rmtree(folder)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
