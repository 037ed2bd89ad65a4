"""Who contacted whom when: the invented truth from which captures, call logs and carrier records are drawn."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from evidencekit.demo import words

CASE_ZONE = "America/Los_Angeles"
ZONE = ZoneInfo(CASE_ZONE)

# Days on which he calls again and again: (from, until, attempts).
_BURSTS = (
    ("2026-01-09 21:30", "2026-01-09 22:10", 4),
    ("2026-01-30 22:00", "2026-01-30 23:15", 6),
    ("2026-02-12 01:10", "2026-02-12 03:42", 41),
    ("2026-02-19 18:12", "2026-02-19 19:30", 9),
    ("2026-03-04 20:40", "2026-03-04 22:05", 8),
    ("2026-03-21 19:40", "2026-03-21 23:10", 11),
    ("2026-04-08 17:30", "2026-04-08 18:20", 6),
    ("2026-04-20 06:40", "2026-04-20 07:15", 5),
)

# Phases: (first day, days, share of the messages, pool); the second number is used from 12 March on.
_PHASES = (
    ("2026-01-07", 35, 0.24, words.BEFORE),
    ("2026-02-12", 8, 0.26, words.AFTER_NO),
    ("2026-02-20", 63, 0.50, words.AFTER_ORDER),
)
SECOND_FROM = datetime(2026, 3, 12, 7, 40, tzinfo=ZONE)
HANDED_OVER = datetime(2026, 4, 10, 9, 0, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Message:
    """One text message of the thread; ``number`` is the other side's."""

    at: datetime
    incoming: bool
    body: str
    number: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call attempt; ``seconds`` 0 when nobody answered; ``voicemail`` when a message was left."""

    at: datetime
    number: str
    seconds: int
    voicemail: bool


def local(text: str) -> datetime:
    """``YYYY-MM-DD HH:MM`` in the case's zone."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def later(at: datetime, **delta: float) -> datetime:
    """``at`` plus a span of real time, in the case's zone: a wall-clock sum would be an hour off across 8 March."""
    return (at.astimezone(UTC) + timedelta(**delta)).astimezone(ZONE)


def number_at(at: datetime) -> str:
    """The number he uses then."""
    return words.SECOND_NUMBER if at >= SECOND_FROM else words.FIRST_NUMBER


def messages(count: int, rng: random.Random) -> tuple[Message, ...]:
    """About ``count`` messages (never fewer than the scripted scenes), oldest first, no two in one second."""
    scripted = [Message(local(at), incoming, body, "") for at, incoming, body in words.SCENES]
    told = list(scripted)
    taken = {message.at for message in scripted}
    filler = max(0, count - len(scripted))
    for first, days, share, pool in _PHASES:
        many = round(filler * share)
        times = sorted(_free_second(local(f"{first} 00:00"), days, taken, rng) for _ in range(many))
        for at, body in zip(times, _in_turn(pool, many, rng), strict=True):
            told.append(Message(at, True, body, ""))
            if pool is words.BEFORE and rng.random() < 0.12:
                answer = later(at, minutes=rng.randrange(4, 90))
                if answer not in taken:
                    taken.add(answer)
                    told.append(Message(answer, False, rng.choice(words.REPLIES), ""))
    told.sort(key=lambda message: message.at)
    return tuple(Message(m.at, m.incoming, m.body, number_at(m.at)) for m in told)


def calls(count: int, rng: random.Random) -> tuple[Call, ...]:
    """The scripted bursts and about ``count`` further attempts, oldest first; three were answered, in January."""
    times: set[datetime] = set()
    ends: set[datetime] = set()
    for begin, end, attempts in _BURSTS:
        start, stop = local(begin), local(end)
        step = (stop - start) / max(1, attempts - 1)
        burst = [start + step * n + timedelta(seconds=rng.randrange(0, 25)) for n in range(attempts)]
        times.update(burst)
        ends.add(burst[-1])
    quiet = local("2026-02-11 18:00"), local("2026-02-12 09:00")  # that night's count is cited in the reports
    for _ in range(count):
        day = local("2026-01-07 00:00") + timedelta(days=rng.randrange(0, 107))
        at = later(day, hours=rng.choice((7, 8, 12, 17, 18, 20, 21, 22, 23)), seconds=rng.randrange(3600))
        if not quiet[0] < at < quiet[1]:
            times.add(at)
    ordered = sorted(times)
    first_no = local("2026-01-29 20:15")
    early = [n for n, at in enumerate(ordered) if at < first_no and at not in ends]
    talk = set(early[1 :: max(1, len(early) // 3)][:3])
    return tuple(
        Call(
            at,
            number_at(at),
            seconds=rng.randrange(18, 74) if n in talk else 0,
            voicemail=n not in talk and (at in ends or n % 9 == 4),
        )
        for n, at in enumerate(ordered)
    )


def _in_turn(pool: tuple[str, ...], count: int, rng: random.Random) -> list[str]:
    bodies: list[str] = []
    while len(bodies) < count:
        fresh = [body for body in pool if body not in bodies[-len(pool) // 2 :]]
        bodies += rng.sample(fresh, len(fresh))
    return bodies[:count]


def _free_second(first: datetime, days: int, taken: set[datetime], rng: random.Random) -> datetime:
    hours = (6, 7, 7, 8, 12, 13, 16, 17, 18, 19, 20, 21, 21, 22, 22, 23, 0, 1, 2)
    while True:
        day = first + timedelta(days=rng.randrange(days))
        at = later(day, hours=rng.choice(hours), minutes=rng.randrange(60), seconds=rng.randrange(60))
        if at not in taken:
            taken.add(at)
            return at
