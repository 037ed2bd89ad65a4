"""How long a list of 10,000 items takes to filter, order, count and page: medians of eleven.

Bars: any filter or order 60 ms, a page of 200 rows 10 ms, the counts 30 ms, 50 excerpts 30 ms. The catalog is
filled through its own functions, with what readers find in photographs, mail and recordings and 2 kB of text for each
item.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from evidencekit.catalog import Catalog, browse, court, items, put_info, search, tables
from evidencekit.catalog.browse import Filter, Order
from evidencekit.custody.acquisitions import ItemRecord, Record
from evidencekit.model import Acquisition, CaseInfo, Digests, Exhibit, Fact, Kind, Moment, Party, Reading, Role, Zone

ZONE = "America/Los_Angeles"
MATCHING, PAGE, COUNTS, EXCERPTS, ALL = 0.060, 0.010, 0.030, 0.030, 1.0
_BATCH = 1000
_START = datetime(2025, 11, 3, 7, 30, tzinfo=UTC)
_PARTIES = ("Jordan Doe-Villanueva", "Marcus Hollis", "Officer T. Okonkwo")
_SYLLABLES = tuple(first + second for first in "bcdfghklmnprst" for second in "aeiou")


def vocabulary(noise: random.Random) -> list[str]:
    """4,000 words, the early ones frequent, as in a language."""
    return ["".join(noise.choices(_SYLLABLES, k=noise.randint(1, 4))) for _ in range(4000)]


def fill(connection: Connection, count: int) -> None:
    """A catalog of that many items in hand-overs of 1,000."""
    noise = random.Random(count)
    known = vocabulary(noise)
    weights = [1 / (place + 5) for place in range(len(known))]
    put_info(connection, CaseInfo("", "26CR00417", "People v. Hollis", ZONE))
    for place, name in enumerate(_PARTIES):
        court.put_party(connection, Party(name, list(Role)[place], ()))
    for start in range(0, count, _BATCH):
        numbers = range(start + 1, min(start + _BATCH, count) + 1)
        records = tuple(_record(number, noise) for number in numbers)
        found = {record.number: _reading(number, noise) for number, record in zip(numbers, records, strict=True)}
        hand_over = Acquisition(start // _BATCH + 1, "Telephone of J. D.", "2026-04-10T17:02:11Z")
        items.add_acquisition(connection, Record(hand_over, records, ()), found)
        texts = {number: " ".join(noise.choices(known, weights, k=330)) for number in found}
        search.index_readings(connection, found, texts)
    for number in range(1, count + 1):
        said: dict[str, str | None] = {"party": (*_PARTIES, None)[number % 4]}
        if number % 3 == 0:
            said["title"] = " ".join(noise.choices(known, weights, k=8))
        if number % 20 == 0:
            said["when_said"] = f"early {'March' if number % 40 else 'April'} 2026"
        items.describe(connection, _number(number), said)
    _arrange(connection, count)


def _number(number: int) -> str:
    return f"ITEM-{number:04d}"


def _record(number: int, noise: random.Random) -> ItemRecord:
    name = f"Screenshot_{20251103 + number}-conversation with a long name {number}.jpg"
    digests = Digests(noise.randbytes(32).hex(), noise.randbytes(32).hex())
    twice = _number(number - 7) if number % 25 == 8 else None
    return ItemRecord(
        _number(number), name, f"phone/DCIM/{name}", "", noise.randint(900, 4_000_000), digests, duplicate_of=twice
    )


def _reading(number: int, noise: random.Random) -> Reading:
    kind = list(Kind)[min(number % 11, 7)]
    at = (_START + timedelta(minutes=37 * noise.randint(1, 9000))).isoformat(timespec="seconds")
    moments = tuple(
        Moment(at, at.replace("-", ":"), f"exif {name}", Zone.STATED)
        for name in ("DateTimeOriginal", "DateTimeDigitized", "DateTime")[: number % 5]
    )
    facts = tuple(
        Fact(f"{name} {place}", noise.randint(1, 99999) if place % 2 else f"value {number}", f"exif {name} in IFD0")
        for place in range(5)
        for name in ("make", "model", "exposure", "lens")
    )
    warnings = ("The picture is cut off; what is missing is white.",) if number % 17 == 0 else ()
    return Reading(kind, "image/jpeg", number % 40 != 0, "image", "1", facts, moments, warnings, None, (), 1, None)


def _arrange(connection: Connection, count: int) -> None:
    step = max(count // 600, 3)
    arranged = [
        Exhibit(str(place + 1), f"Exhibit {place + 1}", tuple(_number(first + more) for more in range(1 + place % 3)))
        for place, first in enumerate(range(1, count - 2, step))
    ]
    court.set_arrangement(connection, arranged)
    prepared = [
        {"position": place, "title": "Being prepared", "items": [_number(first)]}
        for place, first in enumerate(range(4, count, step * 10))
    ]
    if prepared:
        connection.execute(insert(tables.drafts), prepared)


_FILTERS = {
    "nothing": Filter(),
    "one letter": Filter(words="b"),
    "two letters": Filter(words="ba"),
    "a frequent word": Filter(words="ba "),
    "three words": Filter(words="ba ne ka"),
    "a rare word": Filter(words="bebocafi"),
    "an item number": Filter(words="4711"),
    "a digest": Filter(words="deadbeef00"),
    "kinds": Filter(kinds=frozenset({Kind.IMAGE, Kind.EMAIL})),
    "party": Filter(party=_PARTIES[1]),
    "no party": Filter(party=""),
    "days": Filter(first_day="2026-01-01", last_day="2026-03-05"),
    "undated": Filter(undated=True),
    "unmarked": Filter(unmarked=True),
    "warned": Filter(warned=True),
    "repeats": Filter(repeats=True),
    "no repeats": Filter(repeats=False),
    "a hand-over": Filter(acquisition=3),
    "all at once": Filter(
        "b", frozenset({Kind.IMAGE}), _PARTIES[1], "2025-12-01", "2026-05-05", False, True, False, False
    ),
}


def told(what: str, bar: float, act: Callable[[], object]) -> bool:
    """Print the median of eleven runs; whether it is over its bar."""
    seconds = []
    for _ in range(12):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[1:])  # the first run compiles the query and warms the cache
    print(f"{what}: {median * 1000:.1f} ms (bar {bar * 1000:.0f})", flush=True)
    return median > bar


def measure(connection: Connection) -> bool:
    """Everything once; whether anything is over its bar."""
    over = False
    for name, wanted in _FILTERS.items():
        over |= told(f"filter, {name}", MATCHING, lambda wanted=wanted: browse.matching(connection, wanted))
    for order in Order:
        for descending in (False, True):
            way = "down" if descending else "up"
            over |= told(
                f"order, {order} {way}",
                MATCHING,
                lambda order=order, descending=descending: browse.matching(
                    connection, Filter(), order, descending=descending
                ),
            )
    ids = browse.matching(connection, Filter())
    noise = random.Random(0)
    over |= told("a page of 200 rows", PAGE, lambda: browse.rows(connection, noise.sample(ids, min(200, len(ids)))))
    over |= told("counts", COUNTS, lambda: browse.counts(connection))
    for words in ("b", "ba ne", "bebocafi"):
        found = browse.matching(connection, Filter(words=words))[:50]
        over |= told(
            f"50 excerpts of “{words}”",
            EXCERPTS,
            lambda words=words, found=found: browse.excerpts(connection, words, found),
        )
    return over | told("all items as values", ALL, lambda: items.all_items(connection))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.db", write=True)
        start = time.perf_counter()
        with catalog.write() as connection:
            fill(connection, chosen.items)
        print(f"filled with {chosen.items:,} items in {time.perf_counter() - start:.1f} s", flush=True)
        with catalog.read() as connection:
            over = measure(connection)
        catalog.close()
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
