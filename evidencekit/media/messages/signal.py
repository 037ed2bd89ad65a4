"""Signal, where an export exists. Signal itself gives none that can be read; these tools do:

- signal-export (carderne): ``data.json`` (a JSON object a line) and ``chat.md`` in a folder a conversation;
- signalbackup-tools (bepaald), ``--exporttxt``: a text file a conversation.

What they write as XML has the shape of SMS Backup & Restore and is read as that. All bear the clock of the computer
that made the export, without its zone.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.chatwords import seconds_of
from evidencekit.media.messages.clocks import clock_for
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.notes import clean, counted
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Question, Zone

_LONGEST_LINE = 4 << 20
_LONGEST_BODY = 200_000
_STEP = 2_000
_MOST_PEOPLE = 500
_ME = "Me"
_JSON = re.compile(rb'\s*\{"date": "\d{4}-\d\d-\d\dT[\d:.]{8,15}", "sender": ')
_MD = re.compile(r"\[(?P<date>\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)\] (?P<sender>[^\n:]{1,120}): ?(?P<words>.*)")
_TXT = re.compile(
    r"\[(?P<date>[A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d:\d\d)\] "
    r"(?:(?P<own>\*\*\*) (?P<status>.*)|<(?P<sender>[^\n<>]{1,120})> ?(?P<words>.*))"
)
_TXT_FILE = re.compile(
    r'<(?P<sender>[^\n<>]{1,120})> sent file(?: "(?P<name>[^"\n]{1,200})"| of type (?P<type>[\w./+-]{1,80}))?'
)
_LINKED = re.compile(r"!?\[(?P<name>[^\]\n]{0,200})\]\((?P<path>\./media/[^)\n]{1,300})\)\s*")
_REACTIONS = re.compile(r"\n\(- (?P<all>[^\n]{1,1000}) -\)\s*\Z")
_CALL = re.compile(
    r"(?P<way>Incoming|Outgoing|Missed) (?:voice |video |group |adhoc )?call(?: \((?P<how>[^()\n]{1,60})\))?",
    re.IGNORECASE,
)
_UNANSWERED = ("unanswered", "declined", "missed", "notaccepted", "not accepted")


def _fits_json(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return _JSON.match(head) is not None and b'"body": ' in head


def _fits_md(head: bytes, untrusted_name: str) -> bool:
    text = head[:4_096].decode("utf-8", "replace")
    folder, _, name = untrusted_name.replace("\\", "/").rpartition("/")
    del folder
    return _MD.match(text) is not None and name.casefold() in ("chat.md", "index.md")


def _fits_txt(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return _TXT.match(head[:4_096].decode("utf-8", "replace")) is not None


@contextmanager
def _opened(source: Source) -> Iterator[TextIO]:
    with source.path.open("rb") as raw:
        yield io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="\n")


class _Gathered:
    """Contacts of one conversation as they are found."""

    def __init__(self, source: Source, found: Collected) -> None:
        self._found = found
        self._clock, self._no_zone = clock_for(source.context.answer("zone"), source.case_zone)
        parts = source.untrusted_name.replace("\\", "/").split("/")
        own = re.sub(r" \(_id\d+\)$", "", parts[-1].rpartition(".")[0])
        generic = parts[-1].casefold() in ("chat.md", "data.json", "index.md")
        # Within its folder the file itself does not say whose conversation it is; those who write in it do.
        self.thread = (parts[-2] if len(parts) > 1 else ", ".join(_others(source))) if generic else own
        self._owner = source.context.answer("owner")
        self.people = Counter[str]()
        self.number = 0
        self.odd = 0
        self.aside = 0

    def add(
        self,
        date: datetime | None,
        as_found: str,
        sender: str,
        body: str | None,
        *,
        files: tuple[str, ...] = (),
        note: str = "",
        call: str = "",
    ) -> None:
        """One message or, where ``call`` has its words, one call; “Me” is the owner of the account."""
        if len(self.people) < _MOST_PEOPLE or sender in self.people:
            self.people[sender] += 1
        mine = sender == (self._owner or _ME)
        outgoing: bool | None = mine if mine or self._owner or _ME in self.people or self._knows_me else None
        when, zone, why = None, Zone.NONE, ""
        if date is None:
            self.odd += 1
        else:
            spec = "milliseconds" if date.microsecond else "seconds"
            when, zone, why = self._clock.local(date, spec)
        way, answered, seconds, call_note = _call(call) if call else (None, None, None, "")
        other = self.thread if self.thread and sender == _ME else ""
        self._found.add(
            Contact(
                at=f"message {self.number}",
                channel=Channel.CALL if call else Channel.CHAT,
                when=when,
                as_found=clean(as_found, 60),
                zone=zone,
                sender="" if sender == _ME else sender,
                recipients=(other,) if other else (),
                outgoing=outgoing if way is None else way,
                answered=answered,
                seconds=seconds,
                body=(body or None) if not call else None,
                attachments=tuple(clean(each, 200) for each in files if each),
                thread=self.thread or "conversation",
                service="Signal",
                note="; ".join(each for each in (call_note, note, why) if each),
            )
        )

    _knows_me = True

    def without_me(self) -> None:
        """This kind of export gives the owner a name like everybody's."""
        self._knows_me = False

    def conclude(self) -> None:
        """The facts, the questions, and what was odd."""
        notes = self._found.notes
        notes.fact("chat", self.thread, "the name of its file or folder")
        notes.fact("participants", [f"{name} ({count:,})" for name, count in self.people.most_common()], "senders")
        notes.fact("app_lines", self.aside or None, "lines of the app itself; they are no contacts")
        notes.fact(
            "times", f"the clock of the computer that exported it; {self._clock.name} was applied", "no zone stated"
        )
        if self.odd:
            notes.warn(f"{counted(self.odd, 'entry has', 'entries have')} no time that can be read.")
        if self._no_zone:
            notes.warn("The time zone that was answered is the name of none; the case's was applied.")
        if not self._knows_me and self.people:
            names = [name for name, _ in self.people.most_common(50)]
            self._found.ask(
                Question("owner", "Whose Signal account was this exported from?", tuple((n, n) for n in names))
            )
        ask = "Which time zone did the computer keep that made this export? Until it is answered, "
        self._found.ask(Question("zone", f"{ask}{self._clock.name} is taken. Give a name such as Europe/Berlin."))


def _others(source: Source) -> list[str]:
    """Up to three who write in a conversation besides the owner, by its first lines."""
    found = list[str]()
    with _opened(source) as file:
        for _ in range(500):
            line = file.readline(_LONGEST_LINE)
            named = re.match(
                r'\{"date": "[^"]{1,40}", "sender": "([^"\\]{1,120})"|\[[^\]]{1,30}\] ([^\n:]{1,120}):', line
            )
            sender = (named[1] or named[2]) if named else _ME
            if sender != _ME and sender not in found:
                found.append(sender)
    return found[:3]


def _call(words: str) -> tuple[bool | None, bool | None, float | None, str]:
    """(outgoing, answered, seconds, note) of a call in signal-export's words."""
    found = _CALL.fullmatch(words)
    if found is None:
        return None, None, None, clean(words, 100)
    way, how = found["way"].casefold(), (found["how"] or "").casefold()
    if way == "missed":
        return False, False, None, "missed"
    outgoing = way == "outgoing"
    if how.startswith("accepted"):
        return outgoing, True, seconds_of(how.partition(",")[2].strip()), ""
    if how.startswith(_UNANSWERED):
        return outgoing, False, None, how
    return outgoing, None, None, how


def _read_json(source: Source, found: Collected, job: Job) -> None:
    gathered, broken = _Gathered(source, found), 0
    with _opened(source) as file:
        while line := file.readline(_LONGEST_LINE):
            if not line.strip():
                continue
            gathered.number += 1
            if not gathered.number % _STEP:
                job.step(gathered.number, 0, "reading the chat")
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError
            except (ValueError, RecursionError):
                broken += 1
                continue
            _json_row(row, gathered)
    if broken:
        found.notes.warn(f"Lines that are no entries, damaged or broken off: {broken:,}.")
    gathered.conclude()


def _json_row(row: dict[str, Any], gathered: _Gathered) -> None:
    body = _text(row.get("body")).rstrip()
    quote = _text(row.get("quote")).strip()
    files = [_text(each.get("name")) for each in _dicts(row.get("attachments"))]
    sticker = row.get("sticker")
    notes = []
    if isinstance(sticker, dict) and sticker:
        notes.append(f"sticker {clean(_text(sticker.get('emoji')), 20)}".strip())
    elif isinstance(sticker, str) and sticker:
        notes.append(f"sticker {clean(sticker, 20)}")
    reactions = [each for each in row.get("reactions") or () if isinstance(each, list) and len(each) == 2][:50]
    if reactions:
        said = ", ".join(f"{clean(_text(who), 60)} {clean(_text(sign), 20)}" for who, sign in reactions)
        notes.append(f"reactions: {said}")
    if quote:
        body = f"{quote}\n\n{body}"
    if row.get("deleted") is True:
        notes.append("deleted")
    date, call = _text(row.get("date")), body if row.get("call") is True or _CALL.fullmatch(body) else ""
    gathered.add(
        _iso(date),
        date,
        re.sub(r"\s+", " ", _text(row.get("sender"))) or "unknown sender",
        body[:_LONGEST_BODY],
        files=tuple(files),
        note="; ".join(notes),
        call=call[:200],
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value[:500] if isinstance(each, dict)] if isinstance(value, list) else []


def _iso(text: str) -> datetime | None:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date if date.year >= 2010 and date.tzinfo is None else None  # 1970 stands for none


def _blocks(file: TextIO, begins: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
    """Entries of a text export: the match of the line that begins one, and the lines that go on."""
    head: re.Match[str] | None = None
    rest: list[str] = []
    length = 0
    while line := file.readline(_LONGEST_LINE):
        line = line.rstrip("\r\n")
        found = begins.fullmatch(line)
        if found is not None:
            if head is not None:
                yield head, "\n".join(rest)
            head, rest, length = found, [], 0
        elif head is not None and length < _LONGEST_BODY:
            rest.append(line)
            length += len(line) + 1
    if head is not None:
        yield head, "\n".join(rest)


def _read_md(source: Source, found: Collected, job: Job) -> None:
    gathered = _Gathered(source, found)
    with _opened(source) as file:
        for head, rest in _blocks(file, _MD):
            gathered.number += 1
            if not gathered.number % _STEP:
                job.step(gathered.number, 0, "reading the chat")
            words = f"{head['words']}\n{rest}".rstrip()
            note = ""
            if reactions := _REACTIONS.search(words):
                note, words = f"reactions: {clean(reactions['all'], 300)}", words[: reactions.start()].rstrip()
            files = tuple(each["name"] or each["path"].rpartition("/")[2] for each in _LINKED.finditer(words))
            body = "\n".join(line.rstrip() for line in _LINKED.sub("", words).strip().split("\n"))
            if body == "(This message was deleted)":
                body, note = "", "deleted"
            call = body if _CALL.fullmatch(body) else ""
            gathered.add(_iso(head["date"]), head["date"], head["sender"], body, files=files, note=note, call=call)
    gathered.conclude()


def _read_txt(source: Source, found: Collected, job: Job) -> None:
    gathered = _Gathered(source, found)
    gathered.without_me()
    with _opened(source) as file:
        for head, rest in _blocks(file, _TXT):
            gathered.number += 1
            if not gathered.number % _STEP:
                job.step(gathered.number, 0, "reading the chat")
            date = _spelt(head["date"])
            sent = _TXT_FILE.match(head["status"] or "")
            if sent is not None:
                gathered.add(
                    date, head["date"], sent["sender"], None, files=(sent["name"] or f"file of type {sent['type']}",)
                )
            elif head["own"]:
                gathered.aside += 1
            else:
                gathered.add(date, head["date"], head["sender"], f"{head['words']}\n{rest}".rstrip())
    if not gathered.number:
        raise ReaderError("It is no exported conversation after all.", todo="Look at the native file.")
    if gathered.aside:
        found.notes.warn(
            "Lines of the app itself (calls among them, without who called whom), which are in the file and not "
            f"counted as contacts: {gathered.aside:,}."
        )
    gathered.conclude()


def _spelt(text: str) -> datetime | None:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    month = months.find(text[:3])
    try:
        day, year = int(text[4:6]), int(text[8:12])
        hour, minute, second = (int(part) for part in text[13:].split(":"))
        return datetime(year, month // 4 + 1, day, hour, minute, second) if month >= 0 else None
    except ValueError:
        return None


SIGNAL_JSON = Format(
    Form("signal-export-json", frozenset({"application/json", "text/plain", "application/x-ndjson"}), _fits_json),
    "Signal conversation (signal-export, JSON)",
    _read_json,
)
SIGNAL_MD = Format(
    Form("signal-export-md", frozenset({"text/markdown", "text/plain"}), _fits_md),
    "Signal conversation (signal-export, Markdown)",
    _read_md,
)
SIGNAL_TXT = Format(
    Form("signalbackup-txt", frozenset({"text/plain"}), _fits_txt),
    "Signal conversation (signalbackup-tools, text)",
    _read_txt,
)
