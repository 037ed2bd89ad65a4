"""What was said in a recording, line by line: a machine's draft, a person's transcript, and the forms both come in.

A line's times are seconds from the beginning, None where nobody gave them. Sources: W3C WebVTT (voice spans name the
speaker), SubRip as commonly written.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from evidencekit.errors import UsageError

MOST_LINES = 20_000
LONGEST_TEXT = 20_000
UNSURE = 0.5  # below this probability a machine's word is marked
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_ARROW = re.compile(rf"\s*{_CLOCK}\s*(?:-->|–|-)\s*{_CLOCK}")
_TIMED = re.compile(rf"\s*\[?{_CLOCK}(?:\s*[–-]\s*{_CLOCK})?\]?(?:\s+|\t|$)")
_SPEAKER = re.compile(r"([^\s:\[\]][^:\[\]\t]{0,59}):(?:\s+|$)")
_VOICE = re.compile(r"<v(?:\.[^ >]{0,60})? ([^>]{1,80})>")
_MARKUP = re.compile(r"<[^>]{0,200}>")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line: when it begins and ends in seconds, who speaks (“” for nobody named), and the words."""

    start: float | None
    end: float | None
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a machine's draft, with the probability that it was heard right."""

    start: float
    end: float
    text: str
    probability: float

    @property
    def unsure(self) -> bool:
        return self.probability < UNSURE


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of speech of a machine's draft."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()

    def line(self) -> Spoken:
        """As a line to work on."""
        return Spoken(self.start, self.end, "", self.text)


@dataclass(frozen=True, slots=True)
class Engine:
    """By what a draft was made: the program and its version, the model's name and digest, the settings."""

    tool: str
    version: str
    model: str
    model_sha256: str
    settings: tuple[tuple[str, str], ...] = ()

    def words(self) -> str:
        """For people: “faster-whisper 1.2.1, model base.en”."""
        return f"{self.tool} {self.version}, model {self.model}"


@dataclass(frozen=True, slots=True)
class MachineDraft:
    """What a machine made of a recording. ``left_out`` are stretches (start, end) it heard something in that was too
    doubtful to keep."""

    segments: tuple[Segment, ...]
    engine: Engine
    language: str
    seconds: float
    left_out: tuple[tuple[float, float], ...] = ()

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(each.text for each in self.segments)

    def lines(self) -> tuple[Spoken, ...]:
        """As lines to work on."""
        return tuple(each.line() for each in self.segments)


def draft_of(data: Any) -> MachineDraft:
    """A machine's draft out of the JSON values of a study; they are not to be trusted. Raises ``ValueError``,
    ``TypeError``, ``KeyError`` or ``AttributeError`` when they hold none."""
    segments = tuple(_segment(each) for each in data["segments"][:MOST_LINES])
    settings = tuple((str(key)[:60], str(value)[:200]) for key, value in sorted(data["settings"].items()))
    engine = Engine(
        _line(data["engine"], 60),
        _line(data["version"], 60),
        _line(data["model"]["name"], 120),
        _hex(data["model"]["sha256"]),
        settings,
    )
    left_out = tuple((_seconds(start), _seconds(end)) for start, end in data["left_out"][:MOST_LINES])
    return MachineDraft(segments, engine, _line(data["language"], 20), _seconds(data["seconds"]), left_out)


def packed_draft(draft: MachineDraft) -> dict[str, Any]:
    """A draft as JSON values, as :func:`draft_of` takes them."""
    return {
        "engine": draft.engine.tool,
        "version": draft.engine.version,
        "model": {"name": draft.engine.model, "sha256": draft.engine.model_sha256},
        "settings": dict(draft.engine.settings),
        "language": draft.language,
        "seconds": draft.seconds,
        "segments": [
            {
                "start": each.start,
                "end": each.end,
                "text": each.text,
                "words": [[word.start, word.end, word.text, word.probability] for word in each.words],
            }
            for each in draft.segments
        ],
        "left_out": [list(pair) for pair in draft.left_out],
    }


def _segment(value: Any) -> Segment:
    words = tuple(
        Word(_seconds(start), _seconds(end), _line(text, 200), min(1.0, max(0.0, float(probability))))
        for start, end, text, probability in value["words"][:2_000]
    )
    return Segment(_seconds(value["start"]), _seconds(value["end"]), _line(value["text"], LONGEST_TEXT), words)


def _seconds(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number) or not 0 <= number < 1_000_000:
        raise ValueError
    return round(number, 3)


def _line(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise TypeError
    return " ".join("".join(char if char.isprintable() else " " for char in value).split())[:longest]


def _hex(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError
    return value


def packed_lines(lines: Iterable[Spoken]) -> list[list[float | str | None]]:
    """Lines as JSON values."""
    return [[each.start, each.end, each.speaker, each.text] for each in lines]


def lines_of(values: Any) -> tuple[Spoken, ...]:
    """The lines that :func:`packed_lines` packed."""
    return tuple([Spoken(start, end, speaker, text) for start, end, speaker, text in values])


def checked_lines(lines: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """A person's lines as they are kept: one line each, times to a thousandth, empty ones left out. Raises
    :class:`UsageError` for too many, a text that is too long, or a time that is none or ends before it begins."""
    kept = []
    for number, each in enumerate(lines, 1):
        text, speaker = _line(each.text, LONGEST_TEXT + 1), _line(each.speaker, 61)
        if not text and not speaker:
            continue
        if len(text) > LONGEST_TEXT or len(speaker) > 60:
            what = "text" if len(text) > LONGEST_TEXT else "speaker's name"
            raise UsageError(f"The {what} of line {number} is too long.", todo="Break it into several lines.")
        kept.append(Spoken(_time(each.start, number), _time(each.end, number), speaker, text))
        if each.start is not None and each.end is not None and each.end < each.start:
            raise UsageError(f"Line {number} ends before it begins.", todo="Mend its times.")
    if len(kept) > MOST_LINES:
        raise UsageError(f"A transcript has at most {MOST_LINES:,} lines.", todo="Make several of it.")
    return tuple(kept)


def _time(value: float | None, number: int) -> float | None:
    if value is None:
        return None
    try:
        return _seconds(value)
    except (TypeError, ValueError):
        raise UsageError(f"Line {number} has a time that is none.", todo="Mend its times.") from None


def place(seconds: float | None) -> str:
    """“0:12.4”, “1:02:05.0”; empty for no time. Cut to tenths, so that playing from there misses nothing."""
    if seconds is None:
        return ""
    tenths = int(seconds * 10 + 1e-6)
    whole, tenth = divmod(tenths, 10)
    hours, rest = divmod(whole, 3600)
    clock = f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    return f"{clock}.{tenth}"


def seconds_said(text: str) -> float | None:
    """A time as a person types it, “1:02.5” or “62.5”; None for an empty one. Raises :class:`UsageError`."""
    wanted = text.strip().replace(",", ".")
    if not wanted:
        return None
    found = re.fullmatch(_CLOCK, wanted)
    if found is not None:
        return _clock(found.groups())
    if re.fullmatch(r"\d{1,6}(?:\.\d{1,3})?", wanted):
        return float(wanted)
    raise UsageError(f"“{text.strip()}” is no place in a recording.", todo="Write it as 1:02.5 or 0:47.")


def _clock(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, rest = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{rest or 0}")


def as_text(lines: Sequence[Spoken]) -> str:
    """The lines as plain text, one each: time, speaker, words; these very bytes (UTF-8) are what is certified."""
    return "".join(_text_line(each) for each in lines)


def _text_line(each: Spoken) -> str:
    times = "–".join(filter(None, (place(each.start), place(each.end))))
    return "\t".join((f"[{times}]" if times else "", f"{each.speaker}:" if each.speaker else "", each.text)) + "\n"


def digest_of(lines: Sequence[Spoken]) -> str:
    """SHA-256 of :func:`as_text`, hex."""
    return hashlib.sha256(as_text(lines).encode()).hexdigest()


def as_vtt(lines: Sequence[Spoken], note: str = "") -> str:
    """WebVTT; a line without times follows the one before it."""
    head = f"NOTE {note}\n\n" if note else ""
    cues, at = [], 0.0
    for each in lines:
        start = each.start if each.start is not None else at
        at = each.end if each.end is not None else start + 0.001
        voice = f"<v {_escaped(each.speaker)}>" if each.speaker else ""
        cues.append(f"{_vtt(start)} --> {_vtt(max(at, start + 0.001))}\n{voice}{_escaped(each.text)}\n")
    return "WEBVTT\n\n" + head + "\n".join(cues)


def _vtt(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    whole, rest = divmod(thousandths, 1000)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}.{rest:03d}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read_lines(text: str, form: str) -> tuple[Spoken, ...]:
    """The lines of a transcript written elsewhere; ``form`` is txt, vtt, srt or json. Raises :class:`UsageError`."""
    if form in ("vtt", "srt"):
        found = _cues(text)
    elif form == "json":
        found = _from_json(text)
    elif form == "txt":
        found = [_of_text(line) for line in text.splitlines() if line.strip()]
    else:
        raise UsageError("A transcript is read from .txt, .vtt, .srt or .json.", item=form, todo="Save it as one.")
    kept = checked_lines(found)
    if not kept:
        raise UsageError("There is no line in it.", todo="Choose the file that holds the transcript.")
    return kept


def _cues(text: str) -> list[Spoken]:
    found = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.strip("\n").split("\n")
        timed = next((n for n, row in enumerate(rows[:2]) if "-->" in row), None)
        times = _ARROW.match(rows[timed]) if timed is not None else None
        if timed is None or times is None:
            continue
        start, end = _clock(times.groups()[:4]), _clock(times.groups()[4:])
        found += [Spoken(start, end, who, said) for who, said in _voices("\n".join(rows[timed + 1 :]))]
    return found


def _voices(text: str) -> list[tuple[str, str]]:
    parts = _VOICE.split(text)
    pairs = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    found = []
    for who, said in pairs:
        clean = " ".join(unescape(_MARKUP.sub("", said)).split())
        if clean and not who:
            named = _SPEAKER.match(clean)
            who, clean = (named[1], clean[named.end() :]) if named else ("", clean)
        if clean:
            found.append((unescape(who).strip(), clean))
    return found


def _of_text(line: str) -> Spoken:
    times = _TIMED.match(line)
    start = end = None
    if times is not None:
        start = _clock(times.groups()[:4])
        end = _clock(times.groups()[4:]) if times[6] is not None else None
        line = line[times.end() :]
    named = _SPEAKER.match(line.lstrip())
    rest = line.lstrip()
    return Spoken(start, end, named[1] if named else "", rest[named.end() :].strip() if named else rest.strip())


def _from_json(text: str) -> list[Spoken]:
    import json

    try:
        data = json.loads(text)
        rows = data["lines"] if "lines" in data else data["segments"]
        found = []
        for row in rows:
            start, end = row.get("start"), row.get("end")
            said, who = row["text"], row.get("speaker") or ""
            if not isinstance(said, str) or not isinstance(who, str):
                raise TypeError
            found.append(Spoken(_number(start), _number(end), who, said))
        return found
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        todo = "It is {“lines”: [{“start”: 0.0, “end”: 1.5, “speaker”: “…”, “text”: “…”}]}, with any of these left out."
        raise UsageError("This JSON is no transcript.", todo=todo) from None


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return _seconds(value)
