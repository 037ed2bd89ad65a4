"""What WhatsApp itself writes into an exported chat: its own lines, what it says instead of a picture, a deleted
message or a call. The words of each language stand in ``resources/words/whatsapp.toml``; words that are not there stay
what they are, a message's body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_MARK = re.compile(f"[{MARKS}]")
_LINE_MARKS = re.compile(r"^[\u200e\u200f\ufeff]+", re.MULTILINE)  # the app sets them before lines of its own
_VOWELS = re.compile("[\u064b-\u0652]")  # Arabic is written with and without them
_AFTER_MISSED = re.compile(
    r"(?:\s?[(（][^()（）\n]{1,20}[)）])?[.,،。]?(?:\s?(?:Tap to call back|at \d\d?:\d\d(?:\s?[AaPp][Mm])?))?\.?"
)
_PHONE_NAME = re.compile(r"(?:IMG|VID|AUD|PTT|DOC|STK)-\d{8}-WA\d{3,6}\.\w{2,5}")
_IOS_FILE = re.compile(r"<[^<>:：\n]{2,30}?\s?[:：]\s?(?P<name>[^<>\n]{1,180}\.[A-Za-z0-9]{1,8})>")
_HOURS = "h|hr|hrs|Std|hours?|horas?|heures?|or[ea]|uur|時間|시간|小时|小時|घंटे"
_MINUTES = "m|min|mins|Min|minutes?|minutos?|分|분|分钟|分鐘|मिनट"
_SECONDS = "s|sec|secs|Sek|seg|seconds?|segundos?|sn|秒|초|सेकंड"
_DURATION = re.compile(
    rf"(?:(\d{{1,2}})\s?(?:{_HOURS})(?![a-z])\.?\s?)?(?:(\d{{1,3}})\s?(?:{_MINUTES})(?![a-z])\.?\s?)?"
    rf"(?:(\d{{1,2}})\s?(?:{_SECONDS})(?![a-z])\.?)?"
)

Said = Literal["", "call", "system"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one line of a chat is: ``said`` by a person (“”), of a call, or the app's own; its body without what the
    app put in, its files, and notes. ``by_owner``: only the owner of the phone sees it in these words."""

    said: Said = ""
    body: str | None = None
    files: tuple[str, ...] = ()
    note: str = ""
    answered: bool | None = None
    seconds: float | None = None
    by_owner: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    omitted: re.Pattern[str]
    deleted: re.Pattern[str]
    deleted_by_owner: re.Pattern[str]
    edited: re.Pattern[str]
    missed: re.Pattern[str]
    call: re.Pattern[str]
    not_taken: re.Pattern[str]
    system: re.Pattern[str]
    file: re.Pattern[str]


@cache
def _words() -> _Words:
    import tomllib

    import resources

    table = {
        name: f"(?:{'|'.join(parts)})" for name, parts in tomllib.loads(resources.text("words/whatsapp.toml")).items()
    }

    def made(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    return _Words(
        omitted=made(table["omitted"]),
        deleted=made(rf"{table['deleted']}[.。]?"),
        deleted_by_owner=made(table["deleted_by_owner"]),
        edited=made(rf"[{MARKS}]*{table['edited']}[{MARKS}]*\s*\Z"),
        missed=made(table["missed"]),
        call=made(rf"{table['called']}(?:[.,،、]\s?(?P<rest>[^\n]{{1,40}})|\s?\((?P<inside>[^\n]{{1,40}})\))"),
        not_taken=made(table["not_taken"]),
        system=made(table["system"]),
        file=made(
            r"(?P<name>[^\n<>:\"/\\|?*]{1,180}\.[A-Za-z0-9]{1,8}) "
            rf"\((?:{table['attached']}|(?P<other>[^()\n]{{3,40}}))\)(?:\n|\Z)"
        ),
    )


def bare(text: str) -> str:
    """``text`` without the invisible marks of direction that the app sets."""
    return text if text.isascii() else _MARK.sub("", text)


def is_system(text: str) -> bool:
    """Whether the app itself wrote this line."""
    return _words().system.search(_VOWELS.sub("", text[:1_000])) is not None


def told(raw: str) -> Told:
    """What the words behind a sender's name are."""
    words = _words()
    marked = raw.startswith(("\u200e", "\u200f"))
    text = bare(raw).strip()
    if len(text) <= 200:
        if (call := call_of(text, sure=marked)) is not None:
            return call
        if words.deleted.fullmatch(text):
            return Told("", text, note="deleted", by_owner=words.deleted_by_owner.search(text) is not None)
        if words.omitted.fullmatch(text):
            return Told("", text, note="media left out of the export")
    if marked and len(text) < 600 and "\n" not in text and is_system(text):
        return Told("system", text)
    notes, body = [], raw
    tail = max(0, len(body) - 80)
    if body.rstrip().endswith((">", "\u200e", "\u200f")) and (edited := words.edited.search(body, tail)):
        body = body[: edited.start()].rstrip()
        notes.append("edited")
    body, files = _files(body)
    body, left = _omitted_beside(body)
    notes += left
    if body.strip() == "null" and not files:
        notes.append("exported without its content")
    # What the app put in is gone with the space around it; a person's own spaces and line breaks are theirs.
    body = bare(body).strip("\n ") if notes or files else _LINE_MARKS.sub("", body)
    return Told("", body or None, files, "; ".join(notes))


def _files(body: str) -> tuple[str, tuple[str, ...]]:
    """What is left of a message without the files it brings, and their names."""
    if "(" not in body and "<" not in body:
        return body, ()
    whole = bare(body)
    android = _words().file.match(whole.lstrip()[:400])
    if android and (android["other"] is None or _PHONE_NAME.fullmatch(android["name"])):
        return whole.lstrip()[android.end() :], (android["name"],)
    names = tuple(found["name"].strip() for found in _IOS_FILE.finditer(whole[:100_000]))
    if names and ("\u200e" in body or _IOS_FILE.fullmatch(whole.strip())):
        return _IOS_FILE.sub("", whole).strip(), names[:100]
    return body, ()


def _omitted_beside(body: str) -> tuple[str, list[str]]:
    """iOS writes “image omitted” in a line of its own, marked, above or under a caption."""
    if "\u200e" not in body:
        return body, []
    omitted = _words().omitted
    lines = body.split("\n")
    kept = [line for line in lines if not (line.startswith("\u200e") and omitted.fullmatch(bare(line[:200]).strip()))]
    return ("\n".join(kept), ["media left out of the export"]) if len(kept) < len(lines) else (body, [])


def call_of(text: str, *, sure: bool) -> Told | None:
    """The call that the app's words tell of, None when they tell of none. ``sure``: they are the app's; a person's own
    words are taken for the app's only when there is not a word more."""
    words = _words()
    missed = words.missed.match(text)
    if missed and (sure or _AFTER_MISSED.fullmatch(text, missed.end())):
        return Told("call", text, answered=False, note="missed")
    found = words.call.fullmatch(text)
    if found is None:
        return None
    rest = (found["rest"] or found["inside"]).strip()
    if words.not_taken.search(rest):
        return Told("call", text, note=text, answered=False)
    seconds = seconds_of(rest)
    return None if seconds is None else Told("call", text, note=text, answered=True, seconds=seconds)


def seconds_of(text: str) -> float | None:
    """The length of a call in words, “1 hr 2 min”; None when it is none."""
    found = _DURATION.match(text)
    if found is None or not found[0].strip():
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
