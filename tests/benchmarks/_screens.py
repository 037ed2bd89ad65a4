"""Twenty telephone screens whose every visible word is known (light, dark, tall, of several makes and languages), and
how what is recognised is held against them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from evidencekit.demo import screens
from evidencekit.demo.canvas import Canvas, Colour, Pencils
from evidencekit.demo.timeline import Message
from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.media.studies import study
from evidencekit.sense.recognised import counted, rows_of

CHARACTER_ERROR = 0.01
HIM, OTHER = "+15550178834", "+1 (555) 014-2210"
_BODIES = (
    "Are you home? I saw the lights in the kitchen.",
    "I drove past your work at 5:45 PM and your car was gone.",
    "Why do you not answer me",
    "Stop. Do not contact me again.",
    "I called you 14 times today. The least you can do is pick up!",
    "ok",
    "Your sister gave me the new number: 555-014-2217",
    "We need to talk. Meet me at 1420 Alder Street, 9:30 PM, or I come up.",
    "You looked nice in the green coat on Thursday",
    "I know when your shift ends.",
    "Leave me alone or I will call the police.",
    "lol the police",
    "Nobody will ever care about you as much as I do, and you know it.",
    "Happy birthday. I left something at your door at 6:05 AM",
)
_GERMAN = (
    ("Ich weiß, dass du zu Hause bist.", "21:41"),
    ("Geh an dein Telefon: 0170 1234567", "21:43"),
    ("Warum meldest du dich nicht? Grüße deine Schwester.", "21:58"),
    ("Lass mich in Ruhe, sonst rufe ich die Polizei.", "22:07"),
    ("Das wirst du noch bereuen", "22:09"),
)
_SPANISH = (
    ("¿Por qué no contestas? Te llamé ocho veces.", "8:15 p. m."),
    ("Mañana te espero a la salida del trabajo", "8:16 p. m."),
    ("No me escribas más.", "8:40 p. m."),
    ("Tú sabes que te quiero, no seas así", "9:02 p. m."),
)
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Screen:
    """A picture and what can be read on it: its rows from the top, clock times and telephone numbers among them."""

    name: str
    canvas: _Told
    times: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def rows(self) -> list[str]:
        return self.canvas.rows()


class _Told(Canvas):
    """A canvas that remembers what was written on it."""

    made: list[_Told]

    def __init__(self, width: int, height: int, ground: Colour, pencils: Pencils) -> None:
        super().__init__(width, height, ground, pencils)
        self.said: list[tuple[tuple[int, int, int, int], str, bytes]] = []

    def text(
        self,
        at: tuple[int, int],
        words: str,
        size: int,
        ink: Colour,
        ground: Colour,
        *,
        bold: bool = False,
        align: str = "left",
    ) -> int:
        width = super().text(at, words, size, ink, ground, bold=bold, align=align)
        left = at[0] - {"left": 0, "middle": width // 2, "right": width}[align]
        box = (left, at[1], left + width, at[1] + size)
        if left >= 0 and left + width <= self.width and at[1] >= 0 and at[1] + size <= self.height:
            self.said.append((box, words, self.image.crop(box).tobytes()))
        return width

    def rows(self) -> list[str]:
        """What was written and not drawn over, row by row."""
        seen = [(box, words) for box, words, pixels in self.said if self.image.crop(box).tobytes() == pixels]
        found: list[list[tuple[tuple[int, int, int, int], str]]] = []
        for each in sorted(seen, key=lambda pair: (pair[0][1] + pair[0][3]) / 2):
            middle, last = (each[0][1] + each[0][3]) / 2, found[-1][-1][0] if found else (0, 0, 0, 0)
            if found and abs(middle - (last[1] + last[3]) / 2) < 0.4 * min(each[0][3] - each[0][1], last[3] - last[1]):
                found[-1].append(each)
            else:
                found.append([each])
        return [" ".join(words for _, words in sorted(row)) for row in found]


@contextmanager
def _remembering() -> Iterator[list[_Told]]:
    """While this runs, the demo's screens are drawn on canvases that remember."""
    made: list[_Told] = []

    def canvas(*arguments: object) -> _Told:
        made.append(_Told(*arguments))  # type: ignore[arg-type]
        return made[-1]

    before = screens.Canvas
    screens.Canvas = canvas  # type: ignore[misc, assignment]
    try:
        yield made
    finally:
        screens.Canvas = before  # type: ignore[misc]


def _messages(first: int, count: int, start: datetime, number: str = HIM, minutes: int = 47) -> list[Message]:
    made = []
    for n in range(count):
        body = _BODIES[(first + n) % len(_BODIES)]
        mine = body.startswith(("Stop", "Leave"))
        made.append(Message(start + timedelta(minutes=minutes * n + n * n), not mine, body, number))
    return made


def _drawn(draw: Callable[[], Canvas]) -> _Told:
    with _remembering() as made:
        draw()
    return made[-1]


def screens_with_truth(names: Sequence[str] = ()) -> Iterator[Screen]:
    """All twenty, or those of these names, drawn one after the other."""
    for name, draw in _plans(Pencils()):
        if names and name not in names:
            continue
        canvas = _drawn(draw)
        text = "\n".join(canvas.rows())
        yield Screen(name, canvas, tuple(times_in(text)), tuple(numbers_in(text)))


def times_in(text: str) -> list[str]:
    """Clock times in a truth, as written."""
    return re.findall(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])(?: ?(?:[AP]M|p\. m\.))?", text)


def numbers_in(text: str) -> list[str]:
    """Telephone numbers in a truth, as written."""
    return re.findall(r"\+1555\d{7}|\+?1? ?\(?\b555\)?[ -]?\d{3}-?\d{4}\b|\b0170 \d{7}\b", text)


def save(screen: Screen, folder: Path) -> Path:
    """Write a screen as the telephone would."""
    path = folder / f"{screen.name}.png"
    screen.canvas.save(path)
    return path


def _plans(pencils: Pencils) -> Iterator[tuple[str, Callable[[], Canvas]]]:
    starts = [datetime(2026, 3, 4, 21, 41), datetime(2026, 1, 6, 7, 12), datetime(2026, 2, 19, 18, 9)]
    for n, (start, dark) in enumerate((s, d) for s in starts for d in (False, True)):
        shown = _messages(n * 3, 7, start + timedelta(days=n), OTHER if n % 2 else HIM)
        at = shown[-1].at + timedelta(minutes=6)
        yield f"thread-{n}", lambda m=shown, a=at, d=dark: screens.thread(m, a, pencils, dark=d)  # type: ignore[misc]
    calls = [("+1 (555) 017-8834", 3, "9:41 PM", True), ("Mom", 1, "6:05 PM", False), (HIM, 12, "Yesterday", True)]
    calls += [
        ("+1 (555) 014-2210", 1, "Monday", False),
        (HIM, 41, "2/12/26", True),
        ("(555) 016-4402", 2, "2/9/26", True),
    ]
    noon = datetime(2026, 3, 4, 22, 8)
    yield "calls-light", lambda: screens.call_list(calls, noon, pencils, dark=False)
    yield "calls-dark", lambda: screens.call_list(calls[::-1], noon, pencils, dark=True)
    notices = [(HIM, "I know you read this.", "2m ago"), (HIM, "Missed Call (41)", "4m ago")]
    notices += [("Messages", "Your code is 480 213", "26m ago"), (OTHER, "Call me at 9:30 PM", "1h ago")]
    yield "lock", lambda: screens.lock_screen(notices, datetime(2026, 2, 12, 3, 46), pencils)
    mail = [("+1 (555) 017-8834", "3/4/26", "0:31"), ("(555) 014-2210", "2/28/26", "1:07"), (HIM, "2/12/26", "2:45")]
    yield "voicemail", lambda: screens.voicemail_list(mail, noon, pencils)
    for n, height in enumerate((9_400, 14_000)):
        shown = _messages(n, 150, starts[n], minutes=93)
        yield f"scroll-{n}", lambda m=shown, h=height: screens.scroll(m, m[-1].at, pencils, h)  # type: ignore[misc]
    yield "bubbles-light", lambda: _bubbles(pencils, 1290, 2796, dark=False, lines=_english(9), head=OTHER)
    yield "bubbles-dark", lambda: _bubbles(pencils, 1290, 2796, dark=True, lines=_english(9), head=HIM)
    yield "bubbles-tall-light", lambda: _bubbles(pencils, 1290, 9_600, dark=False, lines=_english(40), head=HIM)
    yield "bubbles-tall-dark", lambda: _bubbles(pencils, 1290, 12_000, dark=True, lines=_english(52), head=OTHER)
    yield "german", lambda: _bubbles(pencils, 1080, 2400, dark=True, lines=_GERMAN, head="Di., 4. März 2026")
    yield "spanish", lambda: _bubbles(pencils, 1080, 2400, dark=False, lines=_SPANISH, head="4 de marzo de 2026")
    yield "details-light", lambda: _details(pencils, dark=False)
    yield "details-dark", lambda: _details(pencils, dark=True)


def _english(count: int) -> list[tuple[str, str]]:
    at, made = datetime(2026, 3, 4, 7, 3), []
    for n in range(count):
        at += timedelta(minutes=17 + 13 * (n % 5))
        made.append((_BODIES[n % len(_BODIES)], screens.clock(at)))
    return made


def _bubbles(
    pencils: Pencils, width: int, height: int, *, dark: bool, lines: Sequence[tuple[str, str]], head: str
) -> Canvas:
    """A chat program that writes the time small into each bubble, under a day line."""
    ground, bar = ((11, 20, 26), (31, 44, 51)) if dark else ((239, 231, 222), (0, 128, 105))
    ink, faint = ((233, 237, 239), (140, 155, 164)) if dark else ((17, 27, 33), (102, 119, 129))
    theirs, ours = ((31, 44, 51), (0, 92, 75)) if dark else (_WHITE, (217, 253, 211))
    canvas = screens.Canvas(width, height, ground, pencils)
    canvas.rect((0, 0, width, 260), bar)
    canvas.text((70, 40), "21:47", 44, _WHITE, bar, bold=True)
    canvas.text((200, 150), head, 54, _WHITE, bar, bold=True)
    canvas.rounded((width // 2 - 120, 310, width // 2 + 120, 390), 30, theirs, ground)
    canvas.text((width // 2, 328), "Yesterday", 36, faint, theirs, align="middle")
    y = 440
    for n, (body, at) in enumerate(lines):
        mine = n % 4 == 3
        fill, broken = ours if mine else theirs, pencils.wrap(body, 46, width * 6 // 10)
        tall = len(broken) * 60 + 92
        if y + tall > height - 60:
            break
        wide = max(max(pencils.width(each, 46) for each in broken), 260) + 72
        left = width - 44 - wide if mine else 44
        canvas.rounded((left, y, left + wide, y + tall), 34, fill, ground)
        for line, each in enumerate(broken):
            canvas.text((left + 36, y + 22 + line * 60), each, 46, ink, fill)
        canvas.text((left + wide - 32, y + tall - 52), at, 34, faint, fill, align="right")
        y += tall + 22
    return canvas


def _details(pencils: Pencils, *, dark: bool) -> Canvas:
    """The calls of one number: how, when, how long."""
    ground, ink, faint = (_BLACK, (235, 235, 240), (142, 142, 150)) if dark else (_WHITE, (20, 20, 24), (110, 110, 118))
    canvas = screens.Canvas(1080, 2340, ground, pencils)
    canvas.text((60, 40), "10:02", 42, ink, ground, bold=True)
    canvas.text((540, 240), "(555) 017-8834", 64, ink, ground, align="middle", bold=True)
    canvas.text((540, 340), "Mobile · Unknown caller", 40, faint, ground, align="middle")
    at = datetime(2026, 2, 12, 1, 10)
    for n in range(11):
        y = 500 + n * 160
        kind = ("Missed call", "Incoming call", "Declined call")[n % 3]
        canvas.rect((60, y - 24, 1020, y - 22), faint)
        canvas.text((60, y), kind, 46, ink, ground)
        canvas.text((60, y + 62), f"{at:%a}, {at:%b} {at.day}, {at.year}", 38, faint, ground)
        canvas.text((1020, y), screens.clock(at), 46, ink, ground, align="right")
        canvas.text((1020, y + 62), f"{n * 7 % 60} min {n * 13 % 60} sec", 38, faint, ground, align="right")
        at += timedelta(minutes=23 + 31 * n)
    return canvas


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
    pairs = []
    for tag, a, b, c, d in SequenceMatcher(None, truth, read, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs.append((" | ".join(truth[a:b]), " | ".join(read[c:d])))
    return pairs


def distance(one: str, two: str) -> int:
    """How many characters must be changed, put in or taken out (Levenshtein), in a band around the diagonal."""
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
