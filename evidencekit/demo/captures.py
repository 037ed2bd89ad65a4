"""The phone's captures: which moments of the timeline were captured, and how each screen is drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from evidencekit.demo import screens, words
from evidencekit.demo.canvas import Canvas, Pencils
from evidencekit.demo.photos import capture_exif
from evidencekit.demo.plan import Counts, Shot, Write, seeded
from evidencekit.demo.timeline import Call, Message, later, local

# Captures that the story rests on, by the scripted message that stands last on them; most important first.
_ANCHORS = (
    ("thread:first", "2026-01-06 12:40"),
    ("thread:no", "2026-02-11 18:51"),
    ("thread:served", "2026-02-19 18:09"),
    ("thread:new-number", "2026-03-12 07:40"),
    ("thread:stop", "2026-01-29 20:16"),
    ("thread:april", "2026-04-14 20:05"),
    ("thread:measured", "2026-02-24 23:20"),
    ("thread:coat", "2026-03-04 21:14"),
    ("thread:parking", "2026-02-06 18:12"),
    ("thread:tomorrow", "2026-04-23 21:58"),
)
_CALL_MORNINGS = ("2026-02-12 07:40", "2026-03-21 23:31", "2026-01-31 08:05", "2026-04-20 07:32", "2026-03-05 07:02")
_ON_SCREEN = 13


def shots(
    counts: Counts, messages: Sequence[Message], calls: Sequence[Call], left: Sequence[tuple[Call, int]], seed: int
) -> list[Shot]:
    """Every capture. ``left`` are the voicemails that are handed over, with their seconds."""
    pencils = Pencils()
    made = _threads(counts.threads, messages, pencils, seed)
    made += _scrolls(counts.scrolls, messages, pencils)
    made += _call_lists(counts.calls, calls, pencils, seed)
    made += _lock_screens(counts.locks, messages, calls, pencils)
    made += _voicemail_lists(counts.voicemail_lists, left, pencils)
    return made


def _saved(draw: Callable[[], Canvas], at: datetime, *, tagged: bool = True) -> Write:
    def write(path: Path) -> None:
        draw().save(path, capture_exif(at) if tagged else None)

    return write


def saved_image() -> Write:
    """A lock screen as a chat program saved it: a PNG without any time in it."""
    at = local("2026-02-12 03:46")
    notices = [
        (words.FIRST_NUMBER, "I know you read this.", "2m ago"),
        (words.FIRST_NUMBER, "Missed Call (41)", "4m ago"),
    ]
    return _saved(lambda: screens.lock_screen(notices, at, Pencils()), at, tagged=False)


def _threads(count: int, messages: Sequence[Message], pencils: Pencils, seed: int) -> list[Shot]:
    by_time = {message.at: n for n, message in enumerate(messages)}
    ends = {by_time[local(at)]: key for key, at in _ANCHORS[:count]}
    others = count - len(ends)
    for n in range(others):
        end = (n + 1) * len(messages) // (others + 1)
        while end in ends:
            end = (end + 1) % len(messages)
        ends[end] = f"thread:{n + 1:04d}"
    made = []
    for end, key in sorted(ends.items()):
        rng = seeded(seed, key)
        last = messages[end]
        shown = [m for m in messages[max(0, end - 40) : end + 1] if m.number == last.number][-_ON_SCREEN:]
        following = messages[end + 1].at if end + 1 < len(messages) else later(last.at, hours=1)
        wait = min(rng.randrange(60, 600), max(1, int((following - last.at).total_seconds()) - 1))
        at = later(last.at, seconds=wait)
        tagged = not key[-1].isdigit() or rng.random() > 0.12  # what the story rests on has its time
        made.append(Shot(key, at, _saved(_Thread(shown, at, pencils), at, tagged=tagged), screen=True))
    return made


class _Thread:
    """Draws one thread capture when asked."""

    def __init__(self, shown: Sequence[Message], at: datetime, pencils: Pencils, height: int = 0) -> None:
        self._shown, self._at, self._pencils, self._height = shown, at, pencils, height

    def __call__(self) -> Canvas:
        if self._height:
            return screens.scroll(self._shown, self._at, self._pencils, self._height)
        dark = self._at.hour >= 20 or self._at.hour < 7
        return screens.thread(self._shown, self._at, self._pencils, dark=dark)


def _scrolls(count: int, messages: Sequence[Message], pencils: Pencils) -> list[Shot]:
    thread = [m for m in messages if m.number == words.FIRST_NUMBER]
    made = []
    for n in range(count):
        start = max(0, len(thread) - 110) * (n + 1) // (count + 1)
        shown = thread[start : start + 110]
        at = later(shown[-1].at, minutes=31 + n)
        made.append(Shot(f"scroll:{n + 1}", at, _saved(_Thread(shown, at, pencils, 14_000), at, tagged=False), True))
    return made


def _call_lists(count: int, calls: Sequence[Call], pencils: Pencils, seed: int) -> list[Shot]:
    rng = seeded(seed, "call lists")
    others = _other_calls(rng)
    made = []
    for n in range(count):
        if n < len(_CALL_MORNINGS):
            at = local(_CALL_MORNINGS[n])
        else:
            spread = (n - len(_CALL_MORNINGS) + 1) / (count - len(_CALL_MORNINGS) + 1)
            at = later(calls[int(spread * (len(calls) - 1))].at, minutes=rng.randrange(2, 50), seconds=n % 60)

        def draw(at: datetime = at) -> Canvas:
            rows = screens.call_rows(calls, others, at)
            return screens.call_list(rows, at, pencils, dark=at.hour >= 20 or at.hour < 7)

        made.append(Shot("calls:night" if n == 0 else f"calls:{n:03d}", at, _saved(draw, at), screen=True))
    return made


def _other_calls(rng: random.Random) -> list[tuple[str, datetime]]:
    """Calls from other people, in the daytime, about every second day."""
    first = local("2026-01-06 00:00")
    days = [first + timedelta(days=n) for n in range(108) if n % 2 == 0]
    return [(rng.choice(words.CALLER_LABELS), later(day, hours=rng.randrange(9, 20), minutes=7)) for day in days]


def _lock_screens(count: int, messages: Sequence[Message], calls: Sequence[Call], pencils: Pencils) -> list[Shot]:
    incoming = [m for m in messages if m.incoming]
    made = []
    for n in range(count):
        last = incoming[(n * 2 + 1) * len(incoming) // (count * 2)]
        at = later(last.at, minutes=2 + n % 3, seconds=n % 60)

        def draw(at: datetime = at) -> Canvas:
            return screens.lock_screen(_notices(incoming, calls, at), at, pencils)

        made.append(Shot(f"lock:{n + 1:03d}", at, _saved(draw, at), screen=True))
    return made


def _notices(incoming: Sequence[Message], calls: Sequence[Call], at: datetime) -> list[tuple[str, str, str]]:
    since = later(at, hours=-6)
    found = [(m.at, m.number, m.body) for m in incoming if since <= m.at <= at]
    missed = [c for c in calls if since <= c.at <= at and not c.seconds]
    if missed:
        many = f"Missed Call ({len(missed)})" if len(missed) > 1 else "Missed Call"
        found.append((missed[-1].at, missed[-1].number, many))
    return [(number, body, _since(at - when)) for when, number, body in sorted(found, reverse=True)[:4]]


def _since(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return "now" if minutes < 1 else f"{minutes}m ago" if minutes < 60 else f"{minutes // 60}h ago"


def _voicemail_lists(count: int, left: Sequence[tuple[Call, int]], pencils: Pencils) -> list[Shot]:
    made = []
    for n in range(count):
        at = local(("2026-04-09 19:12", "2026-02-20 08:15")[n])
        rows = [
            (call.number, f"{call.at.month}/{call.at.day}/{call.at:%y}", f"{seconds // 60}:{seconds % 60:02d}")
            for call, seconds in reversed(left)
            if call.at < at
        ]

        def draw(rows: list[tuple[str, str, str]] = rows, at: datetime = at) -> Canvas:
            return screens.voicemail_list(rows, at, pencils)

        made.append(Shot(f"voicemail-list:{n + 1}", at, _saved(draw, at), screen=True))
    return made
