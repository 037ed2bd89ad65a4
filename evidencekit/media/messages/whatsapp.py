"""WhatsApp's “Export chat”: a text file of one conversation, in the language and the date order of the phone that made
it. The file says neither its time zone nor whose phone it was; both can be answered, as can an order that could be two.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.chatlines import ORDERS, Dates, Line, entries, header, sender_of
from evidencekit.media.messages.chatwords import Told, bare, call_of, is_system, told
from evidencekit.media.messages.clocks import clock_for
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.notes import clean, counted
from evidencekit.media.protocol import Source
from evidencekit.media.writing import forgiving_encoding_of
from evidencekit.model import Channel, Contact, Question, Zone

_MOST_PEOPLE = 2_000
_MOST_RECIPIENTS = 30
_MOST_CHOICES = 50
_BACK = timedelta(hours=36)
_STEP = 2_000
_FILE_NAME = re.compile(
    r"(?:WhatsApp[ -]?Chat (?:with|mit|met|-|con|avec)|Chat (?:de )?WhatsApp (?:con|com|-)|Discussion WhatsApp avec"
    r"|Conversa do WhatsApp com|WhatsApp-chat met) ?(?P<name>.+?)(?: ?\(\d+\))?\.(?:txt|zip)$",
    re.IGNORECASE,
)


def _fits(head: bytes, untrusted_name: str) -> bool:
    encoding = forgiving_encoding_of(head, False)
    if encoding is None:
        return False
    lines = [line for line in head.decode(encoding, "replace").splitlines()[:200] if bare(line).strip()]
    if not lines or (first := header(lines[0])) is None:
        return False
    stamps = [found for line in lines if (found := header(line)) is not None and found[0].shape == first[0].shape]
    name = untrusted_name.replace("\\", "/").rpartition("/")[2].casefold()
    if "whatsapp" in name or name.endswith("_chat.txt") or any(is_system(rest) for _, rest in stamps[:5]):
        return True
    bracketed = first[0].shape[0]
    marked = any("\u200e" in line for line in lines)
    # A log has lines like these too; a chat's are spoken by somebody.
    spoken = sum(1 for _, rest in stamps if sender_of(rest)[0])
    if bracketed:
        return marked or ("," in lines[0][:14] and spoken >= 1)
    return 2 * spoken > len(stamps) and first[0].hour is not None and first[0].second is None


@dataclass(slots=True)
class _Survey:
    """What a first walk over the file tells."""

    dates: Dates = field(default_factory=Dates)
    people: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    title: str = ""
    entries: int = 0
    example: str = ""
    crowded: bool = False


def _kind(line: Line) -> Told:
    """What an entry is; the app's own ones have no sender, or what stands for one is part of its words."""
    if line.sender and not (is_system(line.sender) and not line.stamp.shape[0]):
        return told(line.words)
    text = bare(f"{line.sender}: {line.words}" if line.sender else line.words).strip()
    return call_of(text, sure=True) or Told("system", text)


@contextmanager
def _opened(source: Source) -> Iterator[TextIO]:
    with source.path.open("rb") as raw:
        head = raw.read(65_536)
        encoding = forgiving_encoding_of(head, len(head) < 65_536) or "utf-8"
        raw.seek(0)
        yield io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline=None)


def _surveyed(source: Source, job: Job) -> _Survey:
    survey = _Survey()
    with _opened(source) as file:
        for line in entries(file):
            if not survey.entries % _STEP:
                job.step(survey.entries, 0, "reading the chat")
            survey.entries += 1
            survey.dates.take(line.stamp)
            survey.example = survey.example or line.stamp.text
            if not line.sender:
                continue
            kind = _kind(line)
            if kind.said == "system":
                if survey.entries <= 3 and line.stamp.shape[0]:
                    survey.title = survey.title or line.sender
                continue
            if line.sender in survey.people or len(survey.people) < _MOST_PEOPLE:
                survey.people[line.sender] += 1
            else:
                survey.crowded = True
            survey.owners[line.sender] += kind.by_owner
    if not survey.entries:
        raise ReaderError("It is no exported chat after all.", todo="Look at the native file.")
    return survey


class _Chat:
    """The second walk: every entry with what is known of the whole."""

    def __init__(self, source: Source, found: Collected, survey: _Survey) -> None:
        self._found = found
        self._survey = survey
        self._clock, self._no_zone = clock_for(source.context.answer("zone"), source.case_zone)
        decided, self._how = survey.dates.decided()
        said = source.context.answer("order")
        self._order = said if said in ORDERS else decided
        if said in ORDERS:
            self._how = "said by a person"
        self._owner = source.context.answer("owner")
        name = _FILE_NAME.search(source.untrusted_name.replace("\\", "/").rpartition("/")[2])
        people = list(survey.people)
        self._title = survey.title or (name["name"].strip() if name else "")
        alone = len(people) == 1 and self._title and self._title not in people
        self._people = [*people, self._title] if alone else people
        some = ", ".join(people[:4]) + (f" and {len(people) - 4} more" if len(people) > 4 else "")
        self._thread = self._title or some
        self._counts = Counter[str]()
        self._last: datetime | None = None
        self._back: list[str] = []

    def take(self, number: int, line: Line) -> None:
        """One entry: a message, a call, or the app's own, which is no contact."""
        kind = _kind(line)
        if kind.said == "system":
            self._counts["system"] += 1
            return
        self._counts["calls" if kind.said == "call" else "messages"] += 1
        when, zone, note = self._when(line, f"message {number}")
        sender, outgoing = self._sides(line, kind)
        self._found.add(
            Contact(
                at=f"message {number}",
                channel=Channel.CALL if kind.said == "call" else Channel.CHAT,
                when=when,
                as_found=clean(line.stamp.text, 60),
                zone=zone,
                sender=sender,
                recipients=self._others(sender),
                outgoing=outgoing,
                answered=kind.answered,
                seconds=kind.seconds,
                body=kind.body if kind.said == "" else None,
                attachments=tuple(clean(name, 200) for name in kind.files),
                thread=self._thread,
                service="WhatsApp",
                note="; ".join(each for each in (kind.note, note) if each),
            )
        )

    def _sides(self, line: Line, kind: Told) -> tuple[str, bool | None]:
        """Who wrote or called, and whether it was the owner of the phone."""
        sender = line.sender if not is_system(line.sender) else ""
        if sender:
            return sender, sender == self._owner if self._owner else None
        # A call that was missed, without a name: it came to this phone.
        others = [each for each in self._people if each != (self._owner or None)]
        if not self._owner and self._title in others:
            others = [self._title]  # a chat of two is named after the other one
        if kind.said == "call" and len(others) == 1:
            return others[0], False
        return "", False if kind.said == "call" else None

    def _others(self, sender: str) -> tuple[str, ...]:
        if not sender:
            return ()
        others = [each for each in self._people if each != sender]
        if len(others) > _MOST_RECIPIENTS:
            return (self._thread,)
        return tuple(others)

    def _when(self, line: Line, at: str) -> tuple[str | None, Zone, str]:
        clock = line.stamp.at(self._order) if self._order else None
        if clock is None:
            self._counts["undated"] += bool(self._order)
            return None, Zone.NONE, ""
        if self._last is not None and clock < self._last - _BACK:
            self._back.append(at)
        else:
            self._last = clock
        when, zone, note = self._clock.local(clock, "seconds" if line.stamp.second is not None else "minutes")
        self._counts["odd clock"] += bool(note)
        return when, zone, note

    def conclude(self) -> None:
        """The facts, the questions, and what was odd."""
        notes, counts, survey = self._found.notes, self._counts, self._survey
        notes.fact("chat", self._thread, "its first lines or its file name" if self._title else "who wrote in it")
        notes.fact("participants", [f"{name} ({count:,})" for name, count in survey.people.most_common()], "senders")
        for name in ("messages", "calls"):
            notes.fact(name, counts[name] or None, "lines counted")
        notes.fact("app_lines", counts["system"] or None, "lines of the app itself; they are no contacts")
        notes.fact("date_order", ORDERS.get(self._order), self._how)
        zone = f"the clock of the phone that exported it; the zone {self._clock.name} was applied"
        notes.fact("times", zone, "the export states no zone")
        if survey.crowded:
            notes.warn(f"More than {_MOST_PEOPLE:,} people write in it; the rest are not listed.")
        if self._no_zone:
            notes.warn("The time zone that was answered is the name of none; the case's was applied.")
        if counts["odd clock"]:
            bearing = counted(counts["odd clock"], "entry bears", "entries bear")
            notes.warn(
                f"{bearing} a clock time that came twice, or was skipped, when the clocks were set: the instant cannot "
                "be told, and the time stays without a zone."
            )
        if counts["undated"]:
            bearing = counted(counts["undated"], "entry bears", "entries bear")
            notes.warn(f"{bearing} a date or time that does not exist; it is kept as found.")
        if self._back:
            notes.warn(
                f"Entries dated days before the one above them: {len(self._back):,} ({', '.join(self._back[:3])}); "
                "the phone's clock was set, or the lines were pasted into a message."
            )
        self._ask()

    def _ask(self) -> None:
        found, dates = self._found, self._survey.dates
        if not self._order:
            possible = dates.possible() or list(ORDERS)
            found.notes.warn(
                "The order of day and month in its dates cannot be told from the file. Until it is answered, its "
                "entries stand without a time."
            )
        else:
            possible = []
        if possible or self._how == "said by a person":
            found.ask(
                Question(
                    "order",
                    f"In which order do the dates stand in this chat, as in “{clean(self._survey.example, 40)}”?",
                    tuple((each, ORDERS[each]) for each in possible or ORDERS),
                )
            )
        people = [name for name, _ in self._survey.people.most_common(_MOST_CHOICES)]
        hint = [name for name, count in self._survey.owners.items() if count]
        known = f" Its own words “you deleted this message” stand under {clean(hint[0], 60)}." if len(hint) == 1 else ""
        if people:
            found.ask(
                Question(
                    "owner",
                    f"Whose phone or account was this chat exported from?{known}",
                    tuple((p, p) for p in people),
                )
            )
        found.ask(
            Question(
                "zone",
                f"Which time zone did the phone keep that exported this chat? Until it is answered, "
                f"{self._clock.name} is taken. Give a name such as Europe/Berlin.",
            )
        )


def _read(source: Source, found: Collected, job: Job) -> None:
    survey = _surveyed(source, job)
    chat = _Chat(source, found, survey)
    with _opened(source) as file:
        for number, line in enumerate(entries(file), 1):
            if not number % _STEP:
                job.step(number, survey.entries, "reading the chat")
            chat.take(number, line)
    chat.conclude()


WHATSAPP = Format(Form("whatsapp", frozenset({"text/plain"}), _fits), "WhatsApp chat", _read)
