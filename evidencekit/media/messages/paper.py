"""Contacts as they stand on paper: conversation by conversation, both sides by name and number, days and gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.messages.numbers import same_number
from evidencekit.media.messages.pictures import Pictures
from evidencekit.media.notes import clean
from evidencekit.media.protocol import Source
from evidencekit.model import Beside, Channel, Contact, Pages, Zone
from evidencekit.printing.bubbles import Attached, Bubble, Heading, Part, Rule, ThreadMark, bubble_pages
from evidencekit.printing.paper import Sheet

MOST = 20_000  # contacts on paper
_LONGEST = 20_000  # characters of one body
_MOST_CHARACTERS = 20_000_000
_MOST_NAMES = 50_000
_MOST_BESIDE = 4_000
_GAP_DAYS = 2
_OWNER = "This phone or account"
_APP_NOTES = ("deleted", "media left out of the export")
_SORTS = {"image": "picture", "audio": "audio", "video": "video", "text": "text"}


@dataclass(slots=True)
class _Gathered:
    """The contacts that are printed, by conversation, and who is in them."""

    threads: dict[str, list[Contact]] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)  # number's key → display names
    total: int = 0
    printed: int = 0
    cut: int = 0
    own: Counter[str] = field(default_factory=Counter)


def _gathered(path: Path) -> _Gathered:
    found, characters = _Gathered(), 0
    for contact in contacts_in(path):
        found.total += 1
        for number, name in contact.names:
            if len(found.names) < _MOST_NAMES:
                found.names.setdefault(same_number(number), Counter())[name] += 1
        if contact.outgoing and contact.sender:
            found.own[contact.sender] += 1
        characters += len(contact.body or "")
        if found.printed < MOST and characters < _MOST_CHARACTERS:
            found.printed += 1
            found.threads.setdefault(contact.thread or _other(contact), []).append(contact)
    return found


def _other(contact: Contact) -> str:
    return ", ".join(contact.recipients) if contact.outgoing else contact.sender


def _in_order(contacts: list[Contact]) -> list[Contact]:
    """By their instants where every one has one; else as the export has them: an order is not guessed."""
    if any(each.when is None or each.zone is Zone.NONE for each in contacts):
        return contacts
    try:
        return sorted(contacts, key=lambda each: datetime.fromisoformat(each.when or ""))
    except (ValueError, TypeError):
        return contacts


class Conversations:
    """Makes the parts that are printed out of the contacts of one item."""

    def __init__(self, source: Source, title: str, gathered: _Gathered, pictures: Pictures) -> None:
        self._zone = source.case_zone
        self._given = clean(source.context.answer("zone"), 60)
        self._title = title
        self._gathered = gathered
        self._pictures = pictures
        self._beside = _by_name(source.context.beside)

    def parts(self) -> Iterator[Part]:
        """The heading, and every conversation with its days, gaps and bubbles."""
        threads = self._gathered.threads
        only = next(iter(threads), "") if len(threads) == 1 else ""
        yield self._heading(only)
        for name, contacts in threads.items():
            ordered = _in_order(contacts)
            said = f"{_counted(ordered)} · {self._span(ordered)}"
            who = self._thread_name(name)
            if not only:
                yield ThreadMark(who, said, who)
            else:
                yield ThreadMark("", "", who)
            yield from self._thread(ordered, "this export" if only else "this conversation")

    def _heading(self, only: str) -> Heading:
        gathered = self._gathered
        everything = [each for contacts in gathered.threads.values() for each in contacts]
        rows = [("People", "; ".join(self._people(everything)) or "not named")]
        if own := [number for number, _ in gathered.own.most_common(3)]:
            rows.append(("This phone", ", ".join(own)))
        rows.append(
            ("In it", f"{_counted(everything)}" + (f" in {len(gathered.threads):,} conversations" if not only else ""))
        )
        rows.append(("From – to", self._span(_in_order(everything))))
        rows.append(("Times", self._times(everything)))
        rows.append(("Sides", _sides(everything)))
        title = self._thread_name(only) if only else "Conversations"
        return Heading(self._title, title, tuple(rows))

    def _people(self, contacts: Iterable[Contact]) -> list[str]:
        count = Counter[str]()
        spelt: dict[str, str] = {}
        for each in contacts:
            for number in (each.sender, *each.recipients):
                if number and number not in self._gathered.own:
                    key = same_number(number)
                    spelt.setdefault(key, number)
                    count[key] += 1
        said = [self._person(spelt[key]) for key, _ in count.most_common(12)]
        return said + ([f"and {len(count) - 12:,} more"] if len(count) > 12 else [])

    def _name(self, number: str) -> str:
        names = self._gathered.names.get(same_number(number))
        name = names.most_common(1)[0][0] if names else ""
        return clean(name, 80) if name and name != number else ""

    def _person(self, number: str) -> str:
        name = self._name(number)
        return f"{name} ({clean(number, 80)})" if name else clean(number, 80)

    def _thread_name(self, name: str) -> str:
        parts = name.split(", ")
        if len(parts) > 1 and all(same_number(each).isdigit() for each in parts):
            return clean(", ".join(self._person(each) for each in parts), 300)
        return clean(self._person(name), 300) or "Conversation"

    def _span(self, contacts: list[Contact]) -> str:
        dated = [each for each in contacts if each.when]
        if not dated:
            return "no dates that can be read"
        first, last = (self._when(each) for each in (dated[0], dated[-1]))
        return f"{first} – {last}" if first != last else first

    def _when(self, contact: Contact) -> str:
        from evidencekit.moments import show

        if contact.when is None:
            return f"time as found: {clean(contact.as_found, 60)}" if contact.as_found else "no time"
        day, clock, zone = show(contact.when, contact.zone, self._zone)
        return ", ".join(part for part in (day, " ".join(each for each in (clock, zone) if each)) if part)

    def _times(self, contacts: Iterable[Contact]) -> str:
        kinds = Counter(each.zone if each.when else None for each in contacts)
        said = []
        if kinds[Zone.STATED]:
            said.append(f"instants stated in the export, shown in {self._zone}")
        if kinds[Zone.ASSUMED]:
            zone = f"{self._given}, said by a person," if self._given else f"the case's, {self._zone},"
            said.append(f"clock times without a zone in the export; {zone} was applied")
        if kinds[Zone.NONE]:
            said.append(f"{kinds[Zone.NONE]:,} whose zone cannot be told, marked “no zone”")
        if kinds[None]:
            said.append(f"{kinds[None]:,} without a time that can be read, in the order of the export")
        return "; ".join(said)

    def _thread(self, contacts: list[Contact], where: str) -> Iterator[Part]:
        last: date | None = None
        undated = False
        for contact in contacts:
            day = self._day(contact)
            if day is None and not undated and last is not None:
                yield Rule("no time that can be read")
            if day is not None and day != last:
                if last is not None and (apart := (day - last).days - 1) >= _GAP_DAYS:
                    yield Rule(f"{apart:,} days without messages or calls in {where}", gap=True)
                yield Rule(f"{day:%A}, {day.day} {day:%B} {day.year}")
                last = day
            undated = day is None
            yield self._bubble(contact)

    def _day(self, contact: Contact) -> date | None:
        from evidencekit.moments.zones import zone_of

        if contact.when is None:
            return None
        try:
            moment = datetime.fromisoformat(contact.when)
            return (moment.astimezone(zone_of(self._zone)) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError):
            return None

    def _bubble(self, contact: Contact) -> Bubble:
        body = (contact.body or "").replace("\r\n", "\n").replace("\r", "\n")
        notes = [contact.note] if contact.note else []
        if len(body) > _LONGEST:
            body = body[:_LONGEST]
            notes.append("the message goes on in the native file")
            self._gathered.cut += 1
        sender = contact.sender or (_OWNER if contact.outgoing else "sender not stated")
        name = self._name(sender)
        return Bubble(
            side="right" if contact.outgoing else "left",
            name=name or clean(sender, 120),
            number=clean(sender, 80) if name else "",
            to=self._to(contact),
            when=self._when(contact),
            at=clean(contact.at, 60),
            body=body.strip("\n"),
            call=_call(contact),
            note=clean("; ".join(notes), 400),
            app=contact.note.startswith(_APP_NOTES),
            files=tuple(self._file(each) for each in contact.attachments[:30]),
        )

    def _to(self, contact: Contact) -> str:
        if not contact.recipients:
            return "" if contact.outgoing is None or contact.outgoing else "this phone or account"
        some = [self._person(each) for each in contact.recipients[:4]]
        more = len(contact.recipients) - len(some)
        return ", ".join(some) + (f" and {more} more" if more else "")

    def _file(self, name: str) -> Attached:
        beside = self._beside.get(name) or self._beside.get(name.rpartition("/")[2])
        if beside is None:
            # A reader is told of so many files only: beyond that nothing can be said of one that is not among them.
            lost = "" if len(self._beside) >= _MOST_BESIDE else " · not among the items received"
            return Attached("file", f"{clean(name, 160)}{lost}")
        try:
            size = beside.path.stat().st_size
        except OSError:
            return Attached("file", f"{beside.number} · {clean(name, 160)}")
        words = f"{beside.number} · {clean(name, 160)} · {_size(size)}"
        sort = _SORTS.get(beside.media_type.partition("/")[0], "file")
        made = self._pictures.of(beside) if sort == "picture" else None
        return Attached(sort, words, *made) if made else Attached(sort, words)


def _by_name(beside: Iterable[Beside]) -> dict[str, Beside]:
    """By name, and by the bare name where only one has it."""
    beside = list(beside)
    found: dict[str, Beside] = {}
    bare = Counter(each.name.rpartition("/")[2] for each in beside)
    for each in beside:
        last = each.name.rpartition("/")[2]
        if bare[last] == 1:
            found.setdefault(last, each)
    return {**found, **{each.name: each for each in beside}}


def _size(size: int) -> str:
    for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= step:
            return f"{size / step:,.1f} {unit}"
    return f"{size:,} bytes"


def _counted(contacts: Iterable[Contact]) -> str:
    kinds = Counter(
        "voicemails" if each.channel is Channel.VOICEMAIL else "calls" if each.channel is Channel.CALL else "messages"
        for each in contacts
    )
    said = [
        f"{kinds[kind]:,} {kind if kinds[kind] != 1 else kind[:-1]}" for kind in ("messages", "calls", "voicemails")
    ]
    return ", ".join(each for each in said if not each.startswith("0 ")) or "nothing"


def _sides(contacts: Iterable[Contact]) -> str:
    known = {each.outgoing for each in contacts}
    if None in known and len(known) == 1:
        return "the export does not say whose phone it is; every message stands left, with its sender's name"
    said = "right: sent from this phone or account; left: received"
    return f"{said}, or not known" if None in known else said


def _call(contact: Contact) -> str:
    if contact.channel is Channel.VOICEMAIL:
        return "Voicemail" + (f", {_length(contact.seconds)}" if contact.seconds else "")
    if contact.channel is not Channel.CALL:
        return ""
    way = "Call made" if contact.outgoing else "Call received" if contact.outgoing is False else "Call"
    if contact.answered is False:
        return f"{way} – not answered"
    lasted = f", {_length(contact.seconds)}" if contact.seconds is not None else ""
    return f"{way} – answered{lasted}" if contact.answered else f"{way}{lasted} – not known whether answered"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def print_contacts(contacts: Path, title: str, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
    """The contacts of an item as bubbles on ``sheet``; a PDF under ``out``. Raises
    :class:`~evidencekit.errors.ReaderError`."""
    gathered = _gathered(contacts)
    pictures = Pictures()
    pdf, count = bubble_pages(Conversations(source, title, gathered, pictures).parts(), title, sheet, out, job)
    warnings = []
    if left := gathered.total - gathered.printed:
        warnings.append(
            f"Of {gathered.total:,} messages and calls the first {gathered.printed:,} are printed; {left:,} are in the "
            "native file only."
        )
    if gathered.cut:
        warnings.append(f"Messages longer than is printed, which go on in the native file: {gathered.cut:,}.")
    if pictures.left:
        warnings.append(f"Pictures that are named, not shown: {pictures.left:,}; {pictures.most:,} are shown at most.")
    return Pages(pdf, count, warnings=tuple(warnings), whole=not warnings)
