"""How well and how fast words are recognised on twenty telephone screens of known text (light, dark, tall).

Bars: character error under 1 %, every clock time and every telephone number exact. Seconds per picture are told, on
as many threads as given; nothing is fetched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _screens import CHARACTER_ERROR, measure, screens_with_truth


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
