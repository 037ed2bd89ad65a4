"""The whole `add` against the archivists' way (cp -r, bagit.py --sha256, bagit.py --validate, sync), in one run.

Prints medians and the ratio for 4 files of 256 MB, 3,000 files of 20 KB of random bytes, and 3,000 small photographs.
Run it by hand on a quiet machine: `python tests/benchmarks/intake.py [--runs N] [--folder DIR]`.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def large(folder: Path) -> None:
    """1 GB in 4 files."""
    for number in range(4):
        with (folder / f"video-{number}.bin").open("wb") as stream:
            for _ in range(256):
                stream.write(os.urandom(1 << 20))


def small(folder: Path) -> None:
    """3,000 files of 20 KB."""
    for number in range(3000):
        (folder / f"file-{number:04d}.dat").write_bytes(os.urandom(20 * 1024))


def photographs(folder: Path) -> None:
    """3,000 JPEG files of about 20 KB with EXIF."""
    from PIL import Image

    noise = random.Random(1)
    for number in range(3000):
        picture = Image.frombytes("RGB", (64, 64), noise.randbytes(64 * 64 * 3)).resize((480, 360))
        exif = Image.Exif()
        exif[0x0132] = f"2026:01:{number % 28 + 1:02d} 10:00:00"
        exif[0x010F] = "Maker"
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=75, exif=exif)
        (folder / f"IMG_{number:04d}.JPG").write_bytes(out.getvalue())


def ours(source: Path, work: Path) -> None:
    """`evidencekit add` into a new case."""
    tool = [sys.executable, "-m", "evidencekit"]
    case = work / "case"
    subprocess.run(
        [*tool, "new", str(case), "--number", "1", "--caption", "Bench", "--timezone", "UTC"],
        check=True,
        capture_output=True,
    )
    start = time.perf_counter()
    subprocess.run([*tool, "add", str(case), str(source), "--source", "bench"], check=False, stdout=subprocess.DEVNULL)
    ours.seconds.append(time.perf_counter() - start)  # type: ignore[attr-defined]


ours.seconds = []  # type: ignore[attr-defined]


def theirs(source: Path, work: Path) -> None:
    """cp, bag, validate, sync."""
    bag = work / "bag"
    start = time.perf_counter()
    subprocess.run(["cp", "-r", str(source), str(bag)], check=True)
    for arguments in (["--sha256", str(bag)], ["--validate", str(bag)]):
        subprocess.run([sys.executable, "-m", "bagit", *arguments], check=True, capture_output=True)
    subprocess.run(["sync"], check=True)
    theirs.seconds.append(time.perf_counter() - start)  # type: ignore[attr-defined]


theirs.seconds = []  # type: ignore[attr-defined]


def compare(name: str, make: Callable[[Path], None], bar: float, runs: int, folder: Path) -> None:
    """Alternate both ways over the same files and print medians and their ratio."""
    source = folder / "source"
    source.mkdir()
    make(source)
    subprocess.run(["sync"], check=True)
    ours.seconds.clear()  # type: ignore[attr-defined]
    theirs.seconds.clear()  # type: ignore[attr-defined]
    for _ in range(runs):
        for way in (theirs, ours):
            work = Path(tempfile.mkdtemp(dir=folder))
            way(source, work)
            shutil.rmtree(work)
            subprocess.run(["sync"], check=True)
    mine, other = statistics.median(ours.seconds), statistics.median(theirs.seconds)  # type: ignore[attr-defined]
    ratio = f"ratio {mine / other:.2f} (bar {bar})"
    print(f"{name}: add {mine:.2f} s, cp + bagit + sync {other:.2f} s, {ratio}", flush=True)
    shutil.rmtree(source)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=chosen.folder))
    os.environ["EVIDENCEKIT_HOME"] = str(folder / "home")
    try:
        compare("1 GB in 4 files", large, 1.0, chosen.runs, folder)
        compare("3,000 files of 20 KB, random bytes", small, 3.0, chosen.runs, folder)
        compare("3,000 photographs of 20 KB", photographs, 3.0, chosen.runs, folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
