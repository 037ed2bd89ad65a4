"""The words of a date phrase, taken apart: “evening of Wed 4 March 2026, about 9” → parts. Pure, knows no zone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

Part = Literal["early", "mid", "late"]
Season = Literal["winter", "spring", "summer", "autumn"]
DayPart = Literal["morning", "afternoon", "evening", "night", "hours", "dawn", "dusk", "daytime", "lunch"]


class Unreadable(Exception):  # noqa: N818 — never leaves this package
    """A word or a combination that has no single reading; the text says which, fit for a person."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; ``sure`` is False for a 1:00 to 12:59 without am or pm. ``midnight`` may be either of a day's."""

    hour: int
    minute: int
    second: int | None = None
    sure: bool = True
    meridiem: str = ""
    midnight: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its ``kind``, its number or name, and for times the clock."""

    kind: str
    text: str = ""
    number: int = 0
    ymd: tuple[int, int, int] = (0, 0, 0)
    clock: Clock | None = None


@dataclass(slots=True)
class Parts:
    """What one side of a phrase says. ``week`` is of, ending, last or 1 to 4, or weekend, weekend last or weekend 1 to
    5; ``half`` 1 or 2; ``quarter`` 1 to 4; ``iso`` when the date was written year first."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: Part | None = None
    season: Season | None = None
    daypart: DayPart | None = None
    clock: Clock | None = None
    weekday: int | None = None
    week: str | None = None
    half: int | None = None
    quarter: int | None = None
    zone: str | None = None
    about: bool = False
    iso: bool = False


_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORDS = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")

# One line a kind; what is dropped says nothing about when.
_KINDS: dict[str, str] = {
    word: kind
    for kind, words in {
        "drop": "the of on at in over during sometime some dated an a it was part all whole entire throughout "
        "hours hrs hr",
        "about": "about around approximately approx circa ca roughly probably possibly maybe perhaps",
        "join": "to and or but through thru",
        "between": "between",
        "bound": "before after since until by from",
        "unit": "week weekend half quarter ending last",
        "zone": "utc gmt est edt cst cdt mst mdt pst pdt akst akdt hst et ct mt pt bst cet cest eastern central "
        "mountain pacific",
    }.items()
    for word in words.split()
}
_PARTS: dict[str, Part] = {"early": "early", "beginning": "early", "start": "early", "mid": "mid", "middle": "mid"}
_PARTS |= {"late": "late", "end": "late", "latter": "late"}
_SEASONS: dict[str, Season] = {"winter": "winter", "spring": "spring", "summer": "summer", "autumn": "autumn"}
_SEASONS |= {"fall": "autumn"}
_DAYPARTS: dict[str, DayPart] = {"morning": "morning", "afternoon": "afternoon", "evening": "evening"}
_DAYPARTS |= {"night": "night", "nighttime": "night", "overnight": "night", "smallhours": "hours", "dawn": "dawn"}
_DAYPARTS |= {"dusk": "dusk", "daytime": "daytime", "lunchtime": "lunch", "nights": "night"}

_SHORT = f"(?:{'|'.join(name[:3] for name in _MONTHS)})"
# Only behind such a word is a number before “in the morning” an hour: “on March 4 in the morning” names a day.
_AT = r"(^|\b(?:at|about|around|between|after|before|to|and|by|until)) ?([0-9]{1,2}(?::[0-9]{2})?)(?: o'clock)?"
_CHANGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), becomes)
    for pattern, becomes in (
        (r"[\u2010-\u2015\u2212]", "-"),
        (r"[\u2018\u2019\u02bc`´]", "'"),
        (r"[,;()\"\u201c\u201d]", " "),
        (r"~|\bc\.(?=\s*[0-9a-z])|\bca\.", " about "),
        (r"&", " and "),
        (r"@", " at "),
        (r"\b([ap])\s?\.\s?m\b\.?", r"\1m"),
        (r"(?<=[0-9])([ap])\b", r"\1m"),
        (rf"\b([0-9]{{1,2}})[-/.]?({_SHORT}[a-z]*)[-/.]?(?=[0-9]{{4}}\b)", r"\1 \2 "),
        (rf"\b({_SHORT}[a-z]*)[-/.]([0-9]{{1,2}})[-/.](?=[0-9]{{4}}\b)", r"\1 \2 "),
        (r"\s+", " "),
        (r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})t(?=[0-9]{2}:)", " "),
        (r"([0-9])-?ish ?([ap]m)\b", r"\1\2 about"),
        (r"(?<=[a-z0-9])-?ish\b", " about"),
        (r"\bor so\b", "about"),
        (r"\b(?:on|at) or about\b", "about"),
        (r"\b(?:on or before|not? later than|up to|up until|till?|prior to|earlier than)\b", "until"),
        (r"\b(?:on or after|not before|no earlier than|starting|beginning on|ever since)\b", "since"),
        (r"\blater than\b", "after"),
        (r"(.*?)\b(?:onwards?|and after|and later)\.?$", r"since \1"),
        (r"\b(?:at )?(?:an? )?(?:unknown|unspecified) (?:time|date|day)\b", ""),
        (r"\b(?:i|we|he|she|they) (?:think|believe|guess)s?\b|\bnot (?:entirely )?(?:sure|certain)\b", "about"),
        (r"\b(?:exact )?(?:day|date|time|hour)s? (?:(?:is|was) )?(?:unknown|not known|unclear|uncertain|unsure)\b", ""),
        (r"\b(?:daily|nightly|weekly|repeatedly|(?:every|each) (?:other |single )?[a-z]+)\b", ""),
        (r"\b(?:several|multiple|many) times\b", ""),
        (r"\b(?:month|year) of\b|\bthe year\b|\blocal time\b", ""),
        (r"\bsome ?time\b|\bat some point\b", ""),
        (r"\b(?:small|early) hours(?: of the morning)?\b|\bearly morning hours\b", "smallhours"),
        (r"\bnight[- ]time\b", "night"),
        (r"\blunch[- ]time\b", "lunchtime"),
        (r"\bweek (?:of|beginning|starting|commencing)(?: on)?\b", "week"),
        (r"\b12(?::00)? (?=noon|midnight)", ""),
        (r"\b(?:noon|midday)\b", "12:00pm"),
        (r"\b([0-9]{1,2}(?::[0-9]{2})?) ?o'? ?clock\b", r"at \1 o'clock"),
        (rf"{_AT} in the morning\b", r"\1 \2am"),
        (rf"{_AT} in the (?:afternoon|evening)\b", r"\1 \2pm"),
        (r"\b([6-9]|10|11)(:[0-9]{2})?(?: o'clock)? at night\b", r"\1\2pm"),
        (r"\b([0-9]{1,2})(:[0-9]{2})? o'clock ?([ap]m)\b", r"\1\2\3"),
        (r"\b([0-9]{1,2}) o'clock", r"\1:00"),
        (r" o'clock", ""),
    )
)
_LEX = re.compile(
    r"(?P<ymd>[0-9]{4}([-/.])[0-9]{1,2}\2[0-9]{1,2}(?![0-9]))"
    r"|(?P<dmy>[0-9]{1,2}([-/.])[0-9]{1,2}\4[0-9]{2,4}(?![0-9]))"
    r"|(?P<ym>[0-9]{4}-(?:0[1-9]|1[0-2])(?![0-9]))"
    r"|(?P<clock>(?P<h>[0-9]{1,2})(?:[:.](?P<m>[0-9]{2}))?(?:[:.](?P<s>[0-9]{2}))? ?(?P<x>[ap]m)\b)"
    r"|(?P<colon>(?P<h2>[0-9]{1,2})[:.](?P<m2>[0-9]{2})(?::(?P<s2>[0-9]{2}))?(?![0-9:])(?P<u2> ?h(?:(?:ou)?rs?)?\b)?)"
    r"|(?P<police>(?P<h3>[0-9]{2})(?P<m3>[0-9]{2}) ?h(?:(?:ou)?rs?)?\b)"
    r"|(?P<q>q[1-4]\b)"
    r"|(?P<year>[0-9]{4}(?![0-9a-z]))"
    r"|(?P<num>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9a-z])"
    r"|(?P<word>[^\W0-9_]+(?:'s)?\.?)"
    r"|(?P<join>[-/])"
)


def tokens(text: str) -> list[Token]:
    """The tokens of a phrase. Raises :class:`Unreadable` for a word that is not known here."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _NUMBER_WORDS.sub(lambda found: str(_NUMBERS.index(found.group()) + 1), text)
    for pattern, becomes in _CHANGES:
        text = pattern.sub(becomes, text)
    found: list[Token] = []
    at = 0
    text = text.strip(" .")
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        match = _LEX.match(text, at)
        if match is None:
            raise Unreadable(f"“{text[at : at + 12]}” cannot be read")
        token = _token(match)
        if token.kind != "drop":
            found.append(token)
        at = match.end()
    return _merged(found)


def _token(found: re.Match[str]) -> Token:
    text = found.group()
    match found.lastgroup:
        case "ymd":
            year, month, day = (int(number) for number in re.split(r"[-/.]", text))
            return Token("date", text, ymd=(year, month, day))
        case "dmy":
            return _numeric(text)
        case "ym":
            return Token("ym", text, ymd=(int(text[:4]), int(text[5:]), 0))
        case "clock":
            return Token("clock", text, clock=_twelve(int(found["h"]), found["m"], found["s"], found["x"]))
        case "colon":
            hour, sure = int(found["h2"]), bool(found["u2"]) or found["h2"][0] == "0" or int(found["h2"]) > 12
            return Token("clock", text, clock=_checked(hour, int(found["m2"]), found["s2"], sure))
        case "police":
            return Token("clock", text, clock=_checked(int(found["h3"]), int(found["m3"]), None, True))
        case "q":
            return Token("quarter", text, int(text[1]))
        case "year":
            return Token("year", text, int(text))
        case "num":
            return Token("num", text, int(found["num"]))
        case "join":
            return Token("join", text)
        case _:
            return _word(text.rstrip(".").removesuffix("'s"))


def _numeric(text: str) -> Token:
    first, second, year = (int(number) for number in re.split(r"[-/.]", text))
    if year < 100:
        raise Unreadable(f"“{text}” has a year of two digits; write the year with four")
    if (first > 12) != (second > 12):
        month, day = (second, first) if first > 12 else (first, second)
        return Token("date", text, ymd=(year, month, day))
    raise Unreadable(f"“{text}” does not say which number is the day and which the month")


def _checked(hour: int, minute: int, second: str | None, sure: bool) -> Clock:
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        raise Unreadable(f"there is no time {hour}:{minute:02d}")
    return Clock(hour, minute, int(second) if second else None, sure)


def _twelve(hour: int, minute: str | None, second: str | None, meridiem: str) -> Clock:
    """A clock time with am or pm; “21:15 pm” says one thing twice, “13 pm” is a slip for something else."""
    if 12 < hour < 24 and meridiem == "pm" and minute is not None:
        return _checked(hour, int(minute), second, True)
    if not 1 <= hour <= 12:
        raise Unreadable(f"there is no time {hour}{':' + minute if minute else ''} {meridiem}")
    clock = _checked(hour % 12 + (12 if meridiem == "pm" else 0), int(minute or 0), second, True)
    return replace(clock, meridiem=meridiem)


def _word(text: str) -> Token:
    if text in _KINDS:
        return Token(_KINDS[text], text)
    if text in _PARTS:
        return Token("part", _PARTS[text])
    if text in _SEASONS:
        return Token("season", _SEASONS[text])
    if text in _DAYPARTS:
        return Token("daypart", _DAYPARTS[text])
    if text == "midnight":
        return Token("clock", text, clock=Clock(0, 0, None, True, "", True))
    for kind, names in (("month", _MONTHS), ("weekday", _DAYS)):
        if text == "sept":
            return Token("month", text, 9)
        if kind == "weekday" and text in {"tues", "weds", "thur", "thurs"}:
            text = next(name for name in names if name.startswith(text[:3]))
        if text in names or (len(text) == 3 and any(name.startswith(text) for name in names)):
            return Token(kind, text, next(n for n, name in enumerate(names) if name.startswith(text)) + 1)
    if text in _ORDINALS:
        return Token("num", text, _ORDINALS.index(text) + 1)
    shown = text if len(text) < 30 else text[:30] + "…"
    if text in {"today", "yesterday", "tomorrow", "tonight", "ago", "next", "this", "recently", "now"}:
        raise Unreadable(f"“{shown}” depends on the day it is read")
    raise Unreadable(f"“{shown}” is not understood")


def _merged(found: list[Token]) -> list[Token]:
    """Pairs that mean one thing: “first week”, “last weekend”, “second half”, “week ending”, “mid-” before a word."""
    out: list[Token] = []
    at = 0
    while at < len(found):
        here, after = found[at], found[at + 1] if at + 1 < len(found) else Token("end")
        if here.kind == "part" and after.kind == "join" and after.text == "-":
            out.append(here)
        elif after.kind == "unit" and after.text in {"week", "half", "quarter"} and here.kind == "num":
            out.append(Token(after.text, str(here.number), here.number))
        elif here.kind == "num" and after.text == "weekend":
            out.append(Token("week", f"weekend {here.number}"))
        elif here.kind == "unit" and here.text == "last" and after.text in {"week", "weekend"}:
            out.append(Token("week", "last" if after.text == "week" else "weekend last"))
        elif here.kind == "unit" and here.text == "week" and after.text == "ending":
            out.append(Token("week", "ending"))
        elif here.kind == "unit" and here.text in {"week", "weekend"}:
            out.append(Token("week", "of" if here.text == "week" else "weekend"))
            at += 1
            continue
        else:
            out.append(here)
            at += 1
            continue
        at += 2
    return out


def parts(found: list[Token]) -> Parts:
    """What the tokens of one side say. Raises :class:`Unreadable` when something is said twice or out of place."""
    said = Parts()
    for token in found:
        _take(said, token)
    return said


def _take(said: Parts, token: Token) -> None:
    values: dict[str, object]
    match token.kind:
        case "date":
            year, month, day = token.ymd
            values = {"year": year, "month": month, "day": day}
            said.iso = said.iso or token.text[:4].isdigit()
        case "ym":
            values = {"year": token.ymd[0], "month": token.ymd[1]}
        case "num":
            values = {"day": token.number}
        case "clock":
            values = {"clock": token.clock}
        case "about":
            said.about = True
            return
        case "month" | "year" | "weekday" | "half" | "quarter":
            values = {token.kind: token.number}
        case "part" | "season" | "daypart" | "week" | "zone":
            values = {token.kind: token.text}
        case _:
            raise Unreadable(f"“{token.text}” stands where it cannot be read")
    for name, value in values.items():
        if getattr(said, name) is not None:
            raise Unreadable(
                f"the {name} is said twice" if name != "day" else f"“{token.text}” could be a day or an hour"
            )
        setattr(said, name, value)
