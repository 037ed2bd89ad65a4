"""Phone captures: message threads, call lists, lock screens. Pixels of a 390 × 844 point screen at three to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidencekit.demo.canvas import Canvas, Colour, Pencils
from evidencekit.demo.timeline import Call, Message

WIDTH, HEIGHT = 1170, 2532
_HEAD, _FOOT = 348, 2532 - 2302
_SIZE, _LINE = 50, 64
_ROOM = 770


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a screen."""

    ground: Colour
    bar: Colour
    rule: Colour
    ink: Colour
    faint: Colour
    theirs: Colour
    ours: Colour
    accent: Colour
    red: Colour


LIGHT = Look(
    (255, 255, 255),
    (247, 247, 248),
    (206, 206, 210),
    (12, 12, 14),
    (134, 134, 139),
    (233, 233, 235),
    (43, 173, 86),
    (0, 110, 230),
    (214, 48, 40),
)
DARK = Look(
    (0, 0, 0),
    (20, 20, 22),
    (52, 52, 56),
    (244, 244, 246),
    (142, 142, 147),
    (40, 40, 43),
    (30, 132, 66),
    (70, 150, 255),
    (255, 84, 74),
)


def clock(at: datetime) -> str:
    """The clock of a phone set to English (United States)."""
    return f"{(at.hour - 1) % 12 + 1}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def day(at: datetime) -> str:
    """A day as a phone's message list writes it."""
    return f"{at:%a}, {at:%b} {at.day}"


def thread(shown: Sequence[Message], at: datetime, pencils: Pencils, *, dark: bool) -> Canvas:
    """One screen of a thread that ends with the last message; older ones run out under the head bar."""
    look = DARK if dark else LIGHT
    canvas = Canvas(WIDTH, HEIGHT, look.ground, pencils)
    bottom = HEIGHT - _FOOT - 36
    for message, before in zip(reversed(shown), [*reversed(shown[:-1]), None], strict=True):
        top = _message(canvas, message, before, bottom, look, limit=_HEAD - 200)
        bottom = top
        if bottom < _HEAD:
            break
    _thread_head(canvas, shown[-1].number, look)
    _status_bar(canvas, at, look, look.bar)
    _input_bar(canvas, HEIGHT, look)
    return canvas


def scroll(shown: Sequence[Message], at: datetime, pencils: Pencils, height: int) -> Canvas:
    """A scrolling capture: one head, many messages below each other, as many as fit ``height``."""
    look, tops, y = LIGHT, [], _HEAD + 40
    for message, before in zip(shown, [None, *shown[:-1]], strict=True):
        tall = _message_height(pencils, message, before)
        if y + tall > height - _FOOT - 36:
            break
        y += tall
        tops.append((message, before, y))
    height = y + 36 + _FOOT
    canvas = Canvas(WIDTH, height, look.ground, pencils)
    for message, before, bottom in tops:
        _message(canvas, message, before, bottom, look, limit=0)
    _thread_head(canvas, shown[0].number, look)
    _status_bar(canvas, at, look, look.bar)
    _input_bar(canvas, height, look)
    return canvas


def call_list(rows: Sequence[tuple[str, int, str, bool]], at: datetime, pencils: Pencils, *, dark: bool) -> Canvas:
    """Recent calls: (name or number, how many in a row, when, missed), newest first."""
    look = DARK if dark else LIGHT
    canvas = Canvas(WIDTH, HEIGHT, look.ground, pencils)
    _status_bar(canvas, at, look, look.ground)
    canvas.rounded((375, 168, 795, 258), 26, look.theirs, look.ground)
    chosen = (99, 99, 102) if dark else look.ground
    canvas.rounded((381, 174, 585, 252), 22, chosen, look.theirs)
    canvas.text((483, 190), "All", 38, look.ink, chosen, align="middle")
    canvas.text((687, 190), "Missed", 38, look.ink, look.theirs, align="middle")
    canvas.text((48, 190), "Edit", 50, look.accent, look.ground)
    canvas.text((48, 300), "Recents", 100, look.ink, look.ground, bold=True)
    y = 470
    for who, times, when, missed in rows:
        canvas.rect((120, y, WIDTH, y + 3), look.rule)
        name = f"{who} ({times})" if times > 1 else who
        canvas.text((120, y + 28), name, 50, look.red if missed else look.ink, look.ground, bold=True)
        canvas.text((120, y + 94), "mobile" if who.startswith("+") else "phone", 42, look.faint, look.ground)
        canvas.text((WIDTH - 150, y + 54), when, 44, look.faint, look.ground, align="right")
        canvas.disc((WIDTH - 118, y + 52, WIDTH - 58, y + 112), look.accent, look.ground)
        canvas.disc((WIDTH - 113, y + 57, WIDTH - 63, y + 107), look.ground, look.accent)
        canvas.text((WIDTH - 88, y + 58), "i", 40, look.accent, look.ground, align="middle", bold=True)
        y += 174
        if y > HEIGHT - 420:
            break
    _tabs(canvas, look, 1)
    return canvas


def lock_screen(notices: Sequence[tuple[str, str, str]], at: datetime, pencils: Pencils) -> Canvas:
    """A lock screen with notifications (head, words, how long ago), newest on top."""
    sky = (22, 30, 54)
    canvas = Canvas(WIDTH, HEIGHT, sky, pencils)
    for n, colour in enumerate(((28, 39, 68), (35, 50, 82), (44, 62, 94), (30, 44, 66), (18, 26, 42))):
        base = 1180 + n * 260
        canvas.polygon(
            [(0, HEIGHT), (0, base + 90), (240, base - 60 + n * 40), (560, base + 70), (840, base - 110), (1170, base),
             (1170, HEIGHT)],
            colour,
        )  # fmt: skip
    white = (242, 244, 250)
    _signs(canvas, 48, white, sky)
    canvas.text((WIDTH // 2, 300), f"{at:%A}, {at:%B} {at.day}", 62, white, sky, align="middle")
    canvas.text((WIDTH // 2, 370), clock(at).split(" ")[0], 250, white, sky, align="middle", bold=True)
    card, y = (70, 78, 102), 2300 - 246 * len(notices)
    for head, words, ago in notices:
        canvas.rounded((36, y, WIDTH - 36, y + 228), 54, card, sky)
        call = words.startswith("Missed")
        tint = (214, 62, 54) if call else (43, 173, 86)
        canvas.rounded((72, y + 58, 184, y + 170), 28, tint, card)
        if call:
            _handset(canvas, 128, y + 114, white, tint)
        else:
            canvas.disc((92, y + 80, 164, y + 144), white, tint)
            canvas.polygon([(104, y + 130), (96, y + 156), (128, y + 138)], white)
        canvas.text((220, y + 38), head, 44, white, card, bold=True)
        canvas.text((WIDTH - 78, y + 42), ago, 38, (190, 196, 210), card, align="right")
        for n, line in enumerate(pencils.wrap(words, 44, WIDTH - 320)[:2]):
            canvas.text((220, y + 96 + n * 54), line, 44, white, card)
        y += 246
    canvas.rounded((WIDTH // 2 - 210, HEIGHT - 42, WIDTH // 2 + 210, HEIGHT - 27), 8, white, (18, 26, 42))
    return canvas


def voicemail_list(rows: Sequence[tuple[str, str, str]], at: datetime, pencils: Pencils) -> Canvas:
    """The voicemail list: (number, when, length), newest first."""
    look = LIGHT
    canvas = Canvas(WIDTH, HEIGHT, look.ground, pencils)
    _status_bar(canvas, at, look, look.ground)
    canvas.text((WIDTH - 48, 190), "Edit", 50, look.accent, look.ground, align="right")
    canvas.text((48, 190), "Greeting", 50, look.accent, look.ground)
    canvas.text((48, 300), "Voicemail", 100, look.ink, look.ground, bold=True)
    y = 470
    for who, when, length in rows:
        canvas.rect((120, y, WIDTH, y + 3), look.rule)
        canvas.disc((56, y + 70, 88, y + 102), look.accent, look.ground)
        canvas.text((120, y + 28), who, 50, look.ink, look.ground, bold=True)
        canvas.text((120, y + 94), "mobile", 42, look.faint, look.ground)
        canvas.text((WIDTH - 150, y + 28), when, 44, look.faint, look.ground, align="right")
        canvas.text((WIDTH - 150, y + 94), length, 42, look.faint, look.ground, align="right")
        canvas.text((WIDTH - 88, y + 52), "›", 60, look.rule, look.ground, align="middle")
        y += 174
        if y > HEIGHT - 420:
            break
    _tabs(canvas, look, 4)
    return canvas


def _message(canvas: Canvas, message: Message, before: Message | None, bottom: int, look: Look, *, limit: int) -> int:
    lines = canvas.pencils.wrap(message.body, _SIZE, _ROOM)
    tall = len(lines) * _LINE + 50
    top = bottom - tall
    wide = max(canvas.pencils.width(line, _SIZE) for line in lines) + 84
    left = 48 if message.incoming else WIDTH - 48 - wide
    fill, ink = (look.theirs, look.ink) if message.incoming else (look.ours, (255, 255, 255))
    if top > limit:
        canvas.rounded((left, top, left + wide, bottom), 56, fill, look.ground)
        for n, line in enumerate(lines):
            canvas.text((left + 42, top + 25 + n * _LINE), line, _SIZE, ink, fill)
    gap = _gap(message, before)
    if gap and top - gap > limit:
        head, tail = f"{day(message.at)} at ", clock(message.at)
        half = (canvas.pencils.width(head, 36, True) + canvas.pencils.width(tail, 36)) // 2
        y = top - gap + (gap - 44) // 2 + 4
        wide = canvas.text((WIDTH // 2 - half, y), head, 36, look.faint, look.ground, bold=True)
        canvas.text((WIDTH // 2 - half + wide, y), tail, 36, look.faint, look.ground)
    return top - (gap or _between(message, before))


def _message_height(pencils: Pencils, message: Message, before: Message | None) -> int:
    lines = pencils.wrap(message.body, _SIZE, _ROOM)
    return len(lines) * _LINE + 50 + (_gap(message, before) or _between(message, before))


def _gap(message: Message, before: Message | None) -> int:
    """Room for a day line, which a phone writes after an hour's silence."""
    return 122 if before is None or message.at - before.at > timedelta(hours=1) else 0


def _between(message: Message, before: Message | None) -> int:
    return 8 if before is not None and before.incoming == message.incoming else 30


def _thread_head(canvas: Canvas, number: str, look: Look) -> None:
    canvas.rect((0, 0, WIDTH, _HEAD), look.bar)
    canvas.rect((0, _HEAD, WIDTH, _HEAD + 2), look.rule)
    canvas.line([(82, 196), (54, 228), (82, 260)], look.accent, 9)
    grey = (150, 154, 166)
    x, y = WIDTH // 2, 206
    canvas.disc((x - 68, y - 68, x + 68, y + 68), grey, look.bar)
    canvas.disc((x - 26, y - 44, x + 26, y + 8), look.bar, grey)
    canvas.stamp(canvas.pencils.shoulders(136), (x - 68, y - 68), look.bar, grey)
    canvas.text((x, 286), f"{number} ›", 36, look.ink, look.bar, align="middle")


def _status_bar(canvas: Canvas, at: datetime, look: Look, ground: Colour) -> None:
    canvas.text((100, 50), clock(at).split(" ")[0], 52, look.ink, ground, bold=True)
    _signs(canvas, 58, look.ink, ground)


def _signs(canvas: Canvas, y: int, ink: Colour, ground: Colour) -> None:
    """Signal, data and battery at the right of the status bar."""
    for n in range(4):
        canvas.rounded((852 + n * 15, y + 27 - n * 8, 862 + n * 15, y + 38), 3, ink, ground)
    canvas.text((926, y - 4), "5G", 38, ink, ground, bold=True)
    canvas.rounded((1000, y, 1076, y + 38), 12, ink, ground)
    canvas.rounded((1003, y + 3, 1073, y + 35), 9, ground, ink)
    canvas.rounded((1008, y + 8, 1050, y + 30), 5, ink, ground)
    canvas.rounded((1080, y + 13, 1085, y + 25), 2, ink, ground)


def _input_bar(canvas: Canvas, height: int, look: Look) -> None:
    top = height - _FOOT
    canvas.rect((0, top, WIDTH, height), look.bar)
    canvas.disc((42, top + 32, 144, top + 134), look.theirs, look.bar)
    canvas.rect((72, top + 79, 114, top + 87), look.faint)
    canvas.rect((89, top + 62, 97, top + 104), look.faint)
    canvas.rounded((174, top + 32, WIDTH - 42, top + 134), 51, look.rule, look.bar)
    canvas.rounded((177, top + 35, WIDTH - 45, top + 131), 48, look.ground, look.rule)
    canvas.text((222, top + 52), "Text Message", 48, look.faint, look.ground)
    canvas.rounded((WIDTH // 2 - 210, height - 42, WIDTH // 2 + 210, height - 27), 8, look.ink, look.bar)


def _tabs(canvas: Canvas, look: Look, chosen: int) -> None:
    top = HEIGHT - 250
    canvas.rect((0, top, WIDTH, HEIGHT), look.bar)
    canvas.rect((0, top, WIDTH, top + 2), look.rule)
    for n, name in enumerate(("Favorites", "Recents", "Contacts", "Keypad", "Voicemail")):
        tint = look.accent if n == chosen else look.faint
        x = 117 + n * 234
        canvas.disc((x - 32, top + 26, x + 32, top + 90), tint, look.bar)
        canvas.disc((x - 26, top + 32, x + 26, top + 84), look.bar, tint)
        canvas.rect((x - 3, top + 42, x + 3, top + 60), tint)
        canvas.rect((x - 3, top + 57, x + 15, top + 62), tint)
        canvas.text((x, top + 102), name, 30, tint, look.bar, align="middle")
    canvas.rounded((WIDTH // 2 - 210, HEIGHT - 42, WIDTH // 2 + 210, HEIGHT - 27), 8, look.ink, look.bar)


def _handset(canvas: Canvas, x: int, y: int, ink: Colour, ground: Colour) -> None:
    canvas.rounded((x - 34, y - 14, x + 34, y + 2), 8, ink, ground)
    canvas.rounded((x - 36, y - 14, x - 14, y + 20), 8, ink, ground)
    canvas.rounded((x + 14, y - 14, x + 36, y + 20), 8, ink, ground)


def call_rows(
    calls: Sequence[Call], others: Sequence[tuple[str, datetime]], at: datetime
) -> list[tuple[str, int, str, bool]]:
    """Rows of a call list at the moment ``at``: same number in a row counted together, newest first."""
    entries = [(c.at, c.number, c.seconds == 0) for c in calls] + [(when, who, False) for who, when in others]
    rows: list[tuple[str, int, str, bool]] = []
    for when, who, missed in sorted((e for e in entries if e[0] <= at), reverse=True):
        shown = _ago(when, at)
        last = rows[-1] if rows else ("", 0, "", False)
        if (last[0], last[3]) == (who, missed) and (last[2] == shown or when.date() == at.date()):
            rows[-1] = (who, last[1] + 1, last[2], missed)
        else:
            rows.append((who, 1, shown, missed))
        if len(rows) > 11:
            break
    return rows


def _ago(when: datetime, at: datetime) -> str:
    if when.date() == at.date():
        return clock(when)
    if when.date() == at.date() - timedelta(days=1):
        return "Yesterday"
    if at - when < timedelta(days=6):
        return f"{when:%A}"
    return f"{when.month}/{when.day}/{when:%y}"
