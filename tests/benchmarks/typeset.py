"""Typesetting of the index: 2,000 exhibits against 200, in the same run; slip sheets warm; peak memory.

    python tests/benchmarks/typeset.py [--rounds 5]

Bar: an index of 2,000 exhibits takes at most 12 × the time of one of 200. Each measurement is a process of its own
with a warm engine (fonts read, templates parsed). Exit code 1 when the bar is missed.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evidencekit.binder.front import Binding, front_matters
from evidencekit.binder.plan import ExhibitCount, plan
from evidencekit.binder.slips import slip_sheet
from evidencekit.binder.values import BinderInput, BoundExhibit, BoundItem, Record, Seal
from evidencekit.model import CaseInfo, Digests, Kind, Pages, Status
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.printing.typeset import Typesetter
from evidencekit.profile import load_profile

BAR = 12.0
SMALL, LARGE, SLIPS = 200, 2000, 100
CASE = CaseInfo("uuid", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court", "County of San Diego")
SEAL = Seal(
    312, "A" * 43 + "=", "evidencekit/uuid\n312\n", "evidencekit/uuid/1", "9f2c41d07be85a13", "2026-11-23T00:04:11Z"
)


def exhibit(n: int) -> BoundExhibit:
    name = f"IMG_{n:05d}.PNG"
    digests = Digests(hashlib.sha256(name.encode()).hexdigest(), hashlib.sha256(b"2" + name.encode()).hexdigest())
    item = BoundItem(
        number=f"ITEM-{n:04d}",
        name=name,
        kind=Kind.IMAGE,
        media_type="image/png",
        size=91_834,
        digests=digests,
        original=Path(name),
        case_zone=CASE.timezone,
        source="Phone of J. D.",
        acquisition=1,
        received="2026-04-10T17:02:11Z",
        received_from="J. D.",
        received_by="A. Rivera",
        method="AirDrop",
        title="",
        when="9 Jan 2026, 02:14:09 PST (UTC−8)",
        when_basis="EXIF DateTimeOriginal; zone stated in the file",
        facts=(("Size in pixels", "1170 × 2532"),),
        warnings=(),
        seconds=None,
    )
    title = f"Text messages of day {n}, +1 (555) 017-8834 to J. D., as they were sent"
    dates = ((Status.MARKED, "2026-05-01"),)
    return BoundExhibit(str(n), title, (item,), Status.MARKED, "J. D.", f"Month {n // 30 + 1}", "9 Jan 2026", dates)


def binding(count: int) -> Binding:
    profile = dataclasses.replace(load_profile("default"), sheets_per_volume=10**6)
    exhibits = tuple(exhibit(n) for n in range(1, count + 1))
    binder = BinderInput(CASE, exhibits, ())
    counts = [ExhibitCount(e.label, 1, ((e.items[0].number, 1),)) for e in exhibits]
    planned = plan(binder, counts, profile)
    return Binding(binder, planned, profile, Record(SEAL, {}, "A. Rivera", "EvidenceKit"), sheet(PaperName.LETTER))


def measure(count: int) -> dict[str, float]:
    """Seconds and peak MB of one index of ``count`` exhibits; 0 measures slip sheets, seconds each."""
    with tempfile.TemporaryDirectory() as folder:
        out, typesetter = Path(folder), Typesetter()
        front_matters(binding(1), out, typesetter)
        work = binding(count or SLIPS)
        begin = time.perf_counter()
        if count:
            pages = front_matters(work, out, typesetter)[0].pages
            seconds = time.perf_counter() - begin
        else:
            shown = {"": Pages(None, 0)}
            for each in work.binder.exhibits:
                slip_sheet(each, shown, work.sheet, out / "slip.pdf", natives={}, typesetter=typesetter)
            seconds, pages = (time.perf_counter() - begin) / SLIPS, 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "pages": pages, "peak": peak}


def apart(count: int) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, "--one", str(count)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", type=int)
    given = parser.parse_args()
    if given.one is not None:
        sys.stdout.write(json.dumps(measure(given.one)))
        return 0
    rounds = [(apart(SMALL), apart(LARGE), apart(0)) for _ in range(given.rounds)]
    small, large, slip = (statistics.median(entry[k]["seconds"] for entry in rounds) for k in range(3))
    for count, k in ((SMALL, 0), (LARGE, 1)):
        shown = rounds[0][k]
        print(
            f"index of {count:5,}: {(small, large)[k]:6.3f} s, {shown['pages']:.0f} pages, peak {shown['peak']:.0f} MB"
        )
    print(f"a slip sheet, warm: {slip * 1000:.1f} ms")
    print(f"ratio {large / small:.1f}, bar {BAR:.0f}")
    return 0 if large / small <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
