"""How long a search takes over 10,000 items and 90,000 messages: the middle and the slowest twentieth of what people
type, first 50 hits with their excerpts and the count of all; and what a list of items asks for each key.

Bar: 100 ms. The catalog is filled through its own functions. `--contacts N` and `--items N` make another.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from browse import fill, vocabulary

from evidencekit.catalog import Catalog, browse
from evidencekit.catalog.browse import Filter
from evidencekit.catalog.contacts import replace_contacts
from evidencekit.catalog.finding import find
from evidencekit.model import Channel, Contact, Zone

BAR = 0.100
_EXPORTS = 12
_TURNS = 7
_START = datetime(2025, 1, 1, tzinfo=UTC)


def messages(count: int, noise: random.Random, known: list[str]) -> Iterator[Contact]:
    """An export of that many messages with 80 people, one of them often."""
    weights = [1 / (place + 5) for place in range(len(known))]
    others = [f"+1555{noise.randint(2_000_000, 9_999_999)}" for _ in range(79)]
    for place in range(count):
        at = (_START + timedelta(minutes=5 * place)).isoformat()
        other = "(555) 017-8834" if noise.random() < 0.4 else noise.choice(others)
        outgoing = noise.random() < 0.3
        yield Contact(
            at=f"message {place + 1}",
            channel=Channel.TEXT,
            when=at,
            as_found=at,
            zone=Zone.STATED,
            sender="" if outgoing else other,
            recipients=(other,) if outgoing else (),
            outgoing=outgoing,
            body=" ".join(noise.choices(known, weights, k=noise.randint(3, 30))),
            names=((other, f"Name {other[-4:]}"),),
        )


def queries(known: list[str]) -> list[str]:
    """What people type: frequent and rare words, phrases, beginnings, every field, and these together."""
    often, some, rare = known[0], known[40], known[2500]
    return [
        *(often, some, rare, f"{often} {some}", f'"{often} {known[1]}"', f"{often[:2]}*", f"{some} OR {rare}"),
        *(f"{some} -{often}", "from:8834", "from:Hollis", f"to:8834 {some}", "party:Doe", f"from:8834 -{often}"),
        *(f"kind:image {often}", "before:2025-03-01", "after:2025-06-01 before:2025-07-01", "on:2025-03"),
        *("item:7", f"in:messages {often}", f"in:text {often}", f"in:name {often}", "has:warning", "has:contact"),
        *(f"from:8834 after:2025-02-01 before:2025-04-01 {some}", "kind:messages -has:date", f"{some} on:2025-02-03"),
    ]


def measured(name: str, deed: Callable[[], object]) -> float:
    """The middle of some turns, in seconds of this thread's own work, said aloud: what else the computer does is no
    part of it."""
    times = []
    for _ in range(_TURNS):
        begun = time.thread_time()
        deed()
        times.append(time.thread_time() - begun)
    middle = statistics.median(times)
    print(f"{middle * 1000:8.1f} ms  {name}")
    return middle


def main() -> int:
    """Fill a catalog, search it, and say whether the bar is held."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=10_000)
    asked.add_argument("--contacts", type=int, default=90_000)
    given = asked.parse_args()
    noise = random.Random(5)
    known = vocabulary(random.Random(given.items))
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.db", write=True)
        with catalog.write() as connection:
            fill(connection, given.items)
            for export in range(_EXPORTS):
                told = messages(given.contacts // _EXPORTS, noise, known)
                replace_contacts(connection, f"ITEM-{export * 3 + 1:04d}", told)
        with catalog.read() as connection:
            print("find: 50 hits with excerpts, and the count of all")
            times = [
                measured(
                    f"{words}  ({find(connection, words, 1).total:,})", lambda words=words: find(connection, words, 50)
                )
                for words in queries(known)
            ]
            print("list of items: ids, 50 rows' excerpts")

            def listing(words: str) -> None:
                ids = browse.matching(connection, Filter(words))
                browse.excerpts(connection, words, ids[:50])

            listed = [measured(words, lambda words=words: listing(words)) for words in queries(known)]
        catalog.close()
    held = True
    for name, found in (("find", times), ("list", listed)):
        slow = statistics.quantiles(found, n=20)[-1]
        held = held and slow <= BAR
        print(f"{name}: p50 {statistics.median(found) * 1000:.1f} ms, p95 {slow * 1000:.1f} ms")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
