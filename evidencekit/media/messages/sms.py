"""SMS Backup & Restore (SyncTech) and what writes like it, such as Signal's old plain text export: text messages,
picture messages and calls as XML. Field meanings as SyncTech publishes them (“Fields in XML backup files”)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.filetypes import UNKNOWN
from evidencekit.media.forms import Form
from evidencekit.media.messages.clocks import Clock
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.numbers import Threads
from evidencekit.media.messages.parts import Parts
from evidencekit.media.messages.readable import Readable
from evidencekit.media.messages.tags import Tag, Tags
from evidencekit.media.notes import clean, counted
from evidencekit.media.protocol import Source
from evidencekit.media.writing import forgiving_encoding_of
from evidencekit.model import Channel, Contact, Zone
from evidencekit.moments import show

_RECEIVED, _DRAFT = "1", "3"
_SMS_NOTES = {"4": "in the outbox, not sent yet", "5": "failed to send", "6": "queued, not sent yet"}
_HIDDEN = {"2": "number withheld", "3": "unknown number", "4": "pay phone"}
_CALLS: dict[str, tuple[bool | None, bool | None, str]] = {
    # type: outgoing, answered (None: as long as it lasted), note
    "1": (False, None, ""),
    "2": (True, None, ""),
    "3": (False, False, "missed"),
    "4": (False, False, "voicemail"),
    "5": (False, False, "rejected"),
    "6": (False, False, "blocked by the phone"),
    "7": (False, True, "answered on another device"),
}
_EMPTY = Contact("", Channel.TEXT, None, "", Zone.NONE, "", ())
_TOKEN = "insert-address-token"  # noqa: S105 — stands for the phone's own number
_JUNK_SUBJECTS = re.compile(r"(?:proto:|nosubject$|\(?no subject\)?$)", re.IGNORECASE)
_ROOTS = frozenset({"smses", "calls"})
_SAYS_UTF8 = re.compile(rb"""<\?xml[^>]{0,100}encoding=["']utf-?8["']""", re.IGNORECASE)
_STEP = 2_000
_MOST_PEOPLE = 20_000


def _fits(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    start = head[:8_192].replace(b"\0", b"")
    return (
        re.search(
            rb"<(?:smses|calls)(?:\s+(?:count|backup_set|backup_date|type)\s*=|\s*>\s*<(?:sms|mms|call)\s)", start
        )
        is not None
    )


@dataclass(slots=True)
class _Mms:
    """A picture message while its parts and addresses are read."""

    tag: Tag
    number: int
    body: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)  # (type, address)


class _Backup:
    """One export on its way through."""

    def __init__(self, source: Source, found: Collected, job: Job) -> None:
        self._found = found
        self._job = job
        self._clock = Clock(source.case_zone)
        self._readable = Readable(self._clock)
        self._threads = Threads()
        self._parts = Parts(found)
        self._root = ""
        self._closed = False
        self._stated = 0
        self._counts = {"messages": 0, "calls": 0, "drafts": 0, "undated": 0}
        self._own: dict[str, int] = {}
        self._people = Counter[str]()
        self._groups: dict[str, str] = {}  # conversation → its names as found
        self._mms: _Mms | None = None

    def read(self, source: Source) -> None:
        """Every tag of the file."""
        with source.path.open("rb") as file:
            head = file.read(65_536)
            encoding = "utf-8" if _SAYS_UTF8.match(head) else forgiving_encoding_of(head, False) or "utf-8"
            file.seek(0)
            tags = Tags(file, encoding, ("part", "data"), self._parts.pour)
            for number, tag in enumerate(tags):
                if not number % _STEP:
                    self._job.step(number, 0, "reading messages")
                self._take(tag)
        if not self._root:
            raise ReaderError("It is no backup of messages or calls after all.", todo="Look at the native file.")
        torn = self._mms is not None
        self._end_mms(torn=torn)
        self._conclude(tags, torn=torn)

    def _take(self, tag: Tag) -> None:
        match tag.name:
            case "sms" if tag.opens:
                self._sms(tag)
            case "call" if tag.opens:
                self._call(tag)
            case "mms":
                if tag.opens:
                    self._end_mms()
                    self._counts["messages"] += 1
                    self._mms = _Mms(tag, self._counts["messages"])
                if tag.closes:
                    self._end_mms()
            case "part" if tag.opens:
                if self._mms is not None:
                    self._parts.take(tag, f"message {self._mms.number}", self._mms.body, self._mms.files)
            case "addr" if tag.opens:
                if self._mms is not None and tag.get("address"):
                    self._mms.addresses.append((tag.get("type"), tag.get("address")))
            case name if name in _ROOTS:
                if tag.opens:
                    self._begin(tag)
                self._closed = self._closed or tag.closes

    def _begin(self, tag: Tag) -> None:
        self._root, self._closed = tag.name, False
        if tag.get("count").isdigit():
            self._stated += int(tag.get("count")[:15])
        notes = self._found.notes
        made = tag.get("backup_date")
        notes.fact("exported", self._clock.instant(_int(made)) if made else None, f"{tag.name} backup_date")
        notes.fact("backup_set", tag.get("backup_set"), f"{tag.name} backup_set")

    def _sms(self, tag: Tag) -> None:
        self._counts["messages"] += 1
        kind, address, date = tag.get("type"), tag.get("address"), tag.get("date")
        if kind == _DRAFT:
            self._counts["drafts"] += 1
            return
        outgoing = kind != _RECEIVED if kind else None
        notes = [_SMS_NOTES.get(kind, "")]
        if kind == "2" and tag.get("status") == "64":
            notes.append("not delivered")
        if kind == _RECEIVED:
            notes.append(self._sent_before(date, tag.get("date_sent")))
        body = tag.get("body") or None
        contact = replace(
            _EMPTY,
            at=f"message {self._counts['messages']}",
            sender="" if outgoing else address,
            recipients=(address,) if outgoing and address else (),
            outgoing=outgoing,
            body=body,
            note="; ".join(note for note in notes if note),
            service="SMS",
            ident=_ident(date, address, kind, body or ""),
        )
        self._add(tag, [address or "unknown number"], contact)

    def _sent_before(self, date: str, sent: str) -> str:
        """A note where the network's time of sending is another than that of receipt."""
        before = _int(sent)
        if before <= 0 or not 600_000 < _int(date) - before < 10**11:
            return ""
        day, clock, zone = show(self._clock.instant(before), Zone.STATED, self._clock.name)
        return f"sent {day}, {clock} {zone} by the network's clock"

    def _end_mms(self, *, torn: bool = False) -> None:
        mms, self._mms = self._mms, None
        if mms is None:
            return
        tag, box = mms.tag, mms.tag.get("msg_box")
        if box == _DRAFT:
            self._counts["drafts"] += 1
            return
        outgoing = box != _RECEIVED if box else None
        spelt = [each for each in tag.get("address").split("~") if each and each != _TOKEN]
        sender = next((each for kind, each in mms.addresses if kind == "137" and each != _TOKEN), "")
        if outgoing and sender:
            self._own[sender] = self._own.get(sender, 0) + 1
        elif not outgoing and not sender and len(spelt) == 1:
            sender = spelt[0]
        to = [each for kind, each in mms.addresses if kind in ("151", "130", "129") and each not in (_TOKEN, sender)]
        subject = tag.get("sub")
        if subject and not _JUNK_SUBJECTS.match(subject):
            mms.body.insert(0, f"Subject: {clean(subject, 300)}")
        body = "\n".join(mms.body) or None
        identity, date = tag.get("m_id") or tag.get("tr_id"), tag.get("date")
        contact = replace(
            _EMPTY,
            at=f"message {mms.number}",
            sender=sender,
            recipients=tuple(dict.fromkeys(to or (spelt if outgoing else ()))),
            outgoing=outgoing,
            body=body,
            attachments=tuple(mms.files),
            note="the file breaks off inside it" if torn else _SMS_NOTES.get(box, ""),
            service="MMS",
            ident=f"mms {box} {identity} {date}" if identity else _ident(date, sender, box, body or ""),
        )
        self._add(tag, spelt or [sender or "unknown number"], contact)

    def _call(self, tag: Tag) -> None:
        self._counts["calls"] += 1
        kind, number = tag.get("type"), tag.get("number")
        outgoing, answered, note = _CALLS.get(kind, (None, None, f"call of type {clean(kind, 20) or 'not stated'}"))
        if tag.get("presentation") in _HIDDEN and (not number or number.startswith("-")):
            number = _HIDDEN[tag.get("presentation")]
        duration = tag.get("duration")
        seconds = float(int(duration)) if duration.isdigit() and len(duration) < 9 else None
        if kind in ("1", "2") and seconds is not None:
            # A call that came in and lasted 0 seconds may have been taken: the log does not say.
            answered = True if seconds else False if outgoing else None
        contact = replace(
            _EMPTY,
            at=f"call {self._counts['calls']}",
            channel=Channel.VOICEMAIL if kind == "4" else Channel.CALL,
            sender="" if outgoing else number,
            recipients=(number,) if outgoing and number else (),
            outgoing=outgoing,
            answered=answered,
            seconds=seconds,
            note=note if kind != "4" else "",
            service="phone",
            ident=_ident(tag.get("date"), number, f"call {kind}", duration),
        )
        self._add(tag, [number or "unknown number"], contact)

    def _add(self, tag: Tag, others: list[str], contact: Contact) -> None:
        """Keeps a contact, with its time, its conversation and its names, which every kind of entry says alike."""
        date = tag.get("date")
        when = self._clock.instant(_int(date))
        if when is None:
            self._counts["undated"] += 1
        else:
            self._readable.compare(_int(date), tag.get("readable_date"), contact.at)
        thread = self._threads.name(others)
        if thread in self._people or len(self._people) < _MOST_PEOPLE:
            self._people[thread] += 1
        name = tag.get("contact_name")
        if len(others) > 1 and name and len(self._groups) < _MOST_PEOPLE:
            # Which name is whose number in a group the file does not say.
            self._groups.setdefault(thread, clean(name, 200))
        self._found.add(
            replace(
                contact,
                when=when,
                as_found=clean(date, 40),
                zone=Zone.STATED if when else Zone.NONE,
                names=((others[0], name),) if name and name != "(Unknown)" and len(others) == 1 else (),
                thread=thread,
            )
        )

    def _conclude(self, tags: Tags, *, torn: bool) -> None:
        """The facts, and what was odd."""
        notes, counts, basis = self._found.notes, self._counts, f"{self._root} counted"
        for name in ("messages", "calls", "drafts"):
            notes.fact(name, counts[name] or None, basis)
        notes.fact("count_stated", self._stated or None, f"{self._root} count")
        people = [
            f"{thread}{f' = {self._groups[thread]}' if thread in self._groups else ''} ({count:,})"
            for thread, count in self._people.most_common(200)
        ]
        notes.fact("conversations", people or None, f"{self._root} address and number")
        own = sorted(self._own, key=lambda each: -self._own[each])[:20]
        notes.fact("own_numbers", own or None, "mms addr type 137")
        if counts["drafts"]:
            notes.fact("left_out", f"{counted(counts['drafts'], 'draft', 'drafts')}, which reached nobody", basis)
        self._broken(tags, torn=torn)
        found = counts["messages"] + counts["calls"]
        if self._stated and self._stated != found:
            notes.warn(f"The export says that it holds {counted(self._stated, 'entry', 'entries')}; found: {found:,}.")
        if counts["undated"]:
            notes.warn(f"{counted(counts['undated'], 'entry has', 'entries have')} no time that can be read.")
        self._parts.conclude(notes)
        self._readable.conclude(notes)

    def _broken(self, tags: Tags, *, torn: bool) -> None:
        """What the file breaks of its own rules."""
        notes, counts = self._found.notes, self._counts
        if not self._closed or tags.unfinished:
            last = f"message {counts['messages']}" if counts["messages"] else f"call {counts['calls']}"
            where = "inside" if torn else "behind"
            notes.warn(f"The file breaks off {where} {last}; everything before the break was read.")
        if tags.faults:
            notes.warn(
                f"{counted(tags.faults, 'place in the file is', 'places in the file are')} no right XML; passed over."
            )
        if tags.doctype:
            notes.warn("The file declares a document type, which such exports do not have; it was not followed.")
        if tags.cut:
            notes.warn(f"{counted(tags.cut, 'value was', 'values were')} cut: longer than can be kept.")


def _int(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _ident(date: str, who: str, kind: str, body: str) -> str:
    """Tells a true repeat: the same to the millisecond. Times of whole seconds are not exact enough to say so."""
    if not _int(date) % 1000:
        return ""
    said = "\0".join((date, who, kind, body)).encode("utf-8", "replace")
    return hashlib.sha256(said).hexdigest()[:20]


def _read(source: Source, found: Collected, job: Job) -> None:
    _Backup(source, found, job).read(source)


SMS = Format(
    Form("sms-backup", frozenset({"application/xml", "text/xml", "text/plain", UNKNOWN}), _fits),
    "SMS Backup & Restore",
    _read,
)
