"""How well and how fast words are recognised on twenty telephone screens of known text (light, dark, tall).

Bars: character error under 1 %, every clock time and every telephone number exact. Seconds per picture are told, on
as many threads as given; nothing is fetched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from _screens import Screen, save, screens_with_truth

from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.media.studies import study
from evidencekit.recognised import counted, rows_of

CHARACTER_ERROR = 0.01


@dataclass(frozen=True, slots=True)
class Score:
    """One screen: characters, errors, what of the times and numbers is missing, seconds, and the marks on words."""

    name: str
    characters: int
    errors: int
    times: int
    numbers: int
    missing: tuple[str, ...]
    seconds: float
    words: int
    doubtful: int
    wrong: tuple[tuple[str, str], ...]

    @property
    def rate(self) -> float:
        return self.errors / max(1, self.characters)


def measure(screen: Screen, folder: Path, threads: int) -> Score:
    """Recognise one screen and hold it against what stands on it."""
    import json

    path, out = save(screen, folder), folder / "out"
    began = time.perf_counter()
    found = study("ocr", Source(path, path.name, "image/png", "UTC"), {"threads": str(threads)}, out, Job())
    seconds = time.perf_counter() - began
    assert found.result is not None, found.warnings
    data = json.loads(found.result.read_text())
    read = [" ".join(row.text.split()) for row in rows_of(data)]
    truth = [" ".join(row.split()) for row in screen.rows]
    whole = "\n".join(read)
    missing, rest = [], whole
    for each in sorted((*screen.times, *screen.numbers), key=len, reverse=True):
        if each in rest:
            rest = rest.replace(each, "\0", 1)
        else:
            missing.append(each)
    words, doubtful, _ = counted(data)
    wrong = tuple((a, b) for a, b in _pairs(truth, read) if a != b)
    errors = distance("\n".join(truth), whole)
    return Score(
        screen.name,
        len("\n".join(truth)),
        errors,
        len(screen.times),
        len(screen.numbers),
        tuple(missing),
        seconds,
        words,
        doubtful,
        wrong,
    )


def _pairs(truth: Sequence[str], read: Sequence[str]) -> list[tuple[str, str]]:
    """Rows that differ, side by side."""
    from difflib import SequenceMatcher

    pairs = []
    for tag, a, b, c, d in SequenceMatcher(None, truth, read, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs.append((" | ".join(truth[a:b]), " | ".join(read[c:d])))
    return pairs


def distance(one: str, two: str) -> int:
    """How many characters must be changed, put in or taken out (Levenshtein), in a band around the diagonal."""
    import numpy as np

    if not one or not two:
        return len(one) + len(two)
    before = np.arange(len(two) + 1)
    letters = np.array([ord(char) for char in two])
    steps = np.arange(len(two) + 1)
    for number, char in enumerate(one, 1):
        now = np.empty_like(before)
        now[0] = number
        now[1:] = np.minimum(before[1:] + 1, before[:-1] + (letters != ord(char)))
        # Putting in: now[j] = min over k <= j of now[k] + (j - k).
        before = np.minimum.accumulate(now - steps) + steps
    return int(before[-1])


def main() -> int:
    """Measure all and tell it; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the screens")
    parser.add_argument("--only", default="", help="screens whose name holds this")
    chosen = parser.parse_args()
    scores = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for screen in screens_with_truth():
            if chosen.only not in screen.name:
                continue
            score = measure(screen, folder, chosen.threads)
            scores.append(score)
            print(
                f"{score.name:20} {screen.canvas.width}x{screen.canvas.height:<6} {score.characters:6} chars "
                f"{score.rate:7.2%}  {score.times:3} times {score.numbers:3} numbers  {score.seconds:6.2f} s  "
                f"{score.doubtful}/{score.words} doubtful  missing {list(score.missing)}"
            )
            for truth, read in score.wrong:
                print(f"    {truth!r} -> {read!r}")
    characters, errors = sum(each.characters for each in scores), sum(each.errors for each in scores)
    missing = sum(len(each.missing) for each in scores)
    print(
        f"{len(scores)} screens: character error {errors / characters:.3%} (bar {CHARACTER_ERROR:.0%}), "
        f"{sum(s.times for s in scores)} times and {sum(s.numbers for s in scores)} numbers, {missing} not exact, "
        f"{sum(s.seconds for s in scores) / len(scores):.2f} s a screen "
        f"({max(s.seconds for s in scores):.2f} s the longest), {chosen.threads} thread(s)"
    )
    return int(errors / characters >= CHARACTER_ERROR or missing > 0)


if __name__ == "__main__":
    sys.exit(main())
