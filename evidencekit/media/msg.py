"""Outlook items (.msg, .oft): the same facts, times, words and children as of mail in its internet form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.mail import mime
from evidencekit.media.mail.contact import Person, write_contact
from evidencekit.media.mail.envelope import date_of, envelope
from evidencekit.media.mail.markup import Words, words_of
from evidencekit.media.mail.paper import File, printed
from evidencekit.media.notes import Notes, clean, clean_name, counted
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Child, Kind, Moment, Pages, Preview, Reading, Zone
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from oxmsg.storage import Storage

    from evidencekit.media.mail.outlook import Opened, Properties

LARGEST = 512 << 20
_MOST_ATTACHMENTS = 2_000
_TEMPLATE = "0006F046-0000-0000-C000-000000000046"
_OLE_OBJECT = 6
_UNSENT = 0x8
_CLASSES = (
    ("ipm.note.smime.multipartsigned", "signed message"),
    ("ipm.note.smime", "encrypted or signed message"),
    ("ipm.note", "message"),
    ("ipm.schedule.meeting", "meeting request or reply"),
    ("ipm.appointment", "calendar entry"),
    ("ipm.contact", "contact card"),
    ("ipm.distlist", "distribution list"),
    ("ipm.task", "task"),
    ("ipm.stickynote", "note"),
    ("ipm.activity", "journal entry"),
    ("ipm.post", "post in a folder"),
    ("report.", "delivery report"),
)
_MAIL_CLASSES = frozenset({"message", "signed message", "encrypted or signed message", "post in a folder"})
_TIMES = ((0x0039, "ClientSubmitTime, when it was sent"), (0x0E06, "MessageDeliveryTime, when it came in"))


@dataclass(frozen=True, slots=True)
class _Part:
    """One attachment: its name, Content-ID, media type, and its bytes; ``why`` when there are none."""

    name: str
    cid: str
    media_type: str
    data: bytes
    why: str = ""
    changed: str = ""


class OutlookReader:
    """One Outlook item; attachments come back as children, a message inside as a .msg that reads again."""

    name = "outlook"
    version = "1"
    kind = Kind.EMAIL
    media_types = frozenset({"application/vnd.ms-outlook"})
    forms: frozenset[str] = frozenset()
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``text.txt`` under ``out`` holds the body; children lie in ``out``/parts under names of our own making.
        Raises :class:`~evidencekit.errors.ReaderError` when it is too damaged."""
        found = _open(source)
        try:
            return self._read(found, source, out, job)
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001 — properties of a damaged item can be anything
            raise _damaged() from None

    def _read(self, found: Opened, source: Source, out: Path, job: Job) -> Reading:
        item = _Item(found)
        notes = item.notes
        parts = item.parts()
        text = mime.named(item.body(), {part.cid: part.name for part in parts if part.cid})
        mime.remarks_on_words(text, notes)
        out.mkdir(parents=True, exist_ok=True)
        target = out / "text.txt"
        target.write_text(text, encoding="utf-8", errors="replace", newline="")
        _write(parts, out / "parts", notes, job)
        notes.fact("attachments", len(notes.children), "Outlook attachments")
        pictures = [part.name for part in parts if part.cid and part.media_type.startswith("image/")]
        notes.fact("inline_pictures", pictures or None, "Outlook attachments with a Content-ID")
        names = [child.name for child in notes.children]
        contact = None
        if item.title in _MAIL_CLASSES:
            contact = write_contact(
                out,
                item.headers,
                text,
                names,
                when=date_of(item.headers) or item.sent(),
                sender=item.sender(),
                recipients=item.recipients(),
                subject=item.own(0x0037),
                ident=item.own(0x1035),
                note="a draft, not sent" if notes.has("draft") else "",
            )
        reading = notes.reading(self.kind, source.media_type, self.name, self.version, text=target)
        return replace(reading, contacts=contact)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """As mail is printed; where Outlook kept no headers, that is said."""
        found = _open(source)
        try:
            item = _Item(found)
            text = item.body()
            files: list[File] = [(part.name, part.cid, part.media_type, part.data) for part in item.parts()]
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001
            raise _damaged() from None
        return printed(item.notes, text, files, item.transport, source, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing but words, which the catalog holds."""
        del source, look, out, job
        return NOTHING_TO_SEE


def _open(source: Source) -> Opened:
    from evidencekit.media.mail.outlook import opened

    if source.path.stat().st_size > LARGEST:
        raise ReaderError(
            f"The Outlook item is larger than {LARGEST >> 20} MiB.", todo="Open it with Outlook, and take in its parts."
        )
    try:
        return opened(source.path)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — olefile raises nearly anything over a broken file
        raise _damaged() from None


def _damaged() -> ReaderError:
    return ReaderError("The Outlook item is too damaged to be read.", todo="Look at the native file with Outlook.")


class _Item:
    """What an Outlook item says, gathered into ``notes`` as it is made."""

    def __init__(self, found: Opened) -> None:
        from email import policy
        from email.parser import BytesParser

        from evidencekit.media.mail.outlook import ROOT_HEADER, Properties

        self._found = found
        self._properties: Properties = Properties(found.root, ROOT_HEADER)
        self.notes = Notes()
        given = self._properties.text(0x007D)
        # Exchange puts a line of its own before the headers.
        given = re.sub(r"\AMicrosoft Mail Internet Headers[^\r\n]*\r?\n", "", given.lstrip("\r\n"))
        self.transport = given.encode("utf-8", "replace")
        self.headers: EmailMessage = BytesParser(policy=policy.default).parsebytes(self.transport, headersonly=True)
        self.title = self._class()
        self._envelope()
        self._times()
        if found.torn or not any(stream.bytes_ for stream in found.root.streams):
            self.notes.warn("The directory of the Outlook item is damaged; some of it may be missing or cut short.")
        if found.broken:
            self.notes.warn(f"{counted(found.broken, 'part', 'parts')} of the Outlook item could not be read: damaged.")

    def own(self, number: int) -> str:
        """A text among Outlook's own properties."""
        return self._properties.text(number)

    def _class(self) -> str:
        said = self._properties.text(0x001A)
        title = next((title for start, title in _CLASSES if said.lower().startswith(start)), "item")
        self.notes.fact("message_class", f"{clean(said, 200)} ({title})" if said else None, "Outlook MessageClass")
        if self._found.clsid.upper() == _TEMPLATE:
            self.notes.fact("template", True, "class id of an Outlook template")
            self.notes.warn(
                "It is an Outlook template (.oft), from which messages are written; it was not itself sent."
            )
        elif said and title not in _MAIL_CLASSES:
            article = "an" if title[0] in "aeiou" else "a"
            self.notes.warn(f"It is {article} {title} out of Outlook, no mail; it is listed among the mail.")
        if title == "encrypted or signed message":
            self.notes.fact("encrypted", "S/MIME", "Outlook MessageClass")
            self.notes.warn(
                "Its words are packed by S/MIME; they are in the attachment smime.p7m and may be encrypted."
            )
        return title

    def _envelope(self) -> None:
        notes, own = self.notes, self._properties
        if self.transport.strip():
            envelope(self.headers, notes)
        sender, to = self.sender(), self._recipients()
        if sender and not notes.has("from"):
            notes.fact("from", _written(sender), "Outlook sender")
        for kind, name, shown in ((1, "to", 0x0E04), (2, "cc", 0x0E03), (3, "bcc", 0x0E02)):
            listed = ", ".join(_written(person) for which, person in to if which == kind)
            if not notes.has(name):
                notes.fact(name, listed or own.text(shown), "Outlook recipients")
        for name, number in (("subject", 0x0037), ("message_id", 0x1035), ("in_reply_to", 0x1042)):
            if not notes.has(name):
                notes.fact(name, own.text(number), "Outlook properties")
        found = re.search(r"@([^>\s@]{1,255})>?\s*$", own.text(0x1035))
        if found and not notes.has("message_id_domain"):
            notes.fact("message_id_domain", found[1], "Outlook properties")
        flags = own.number(0x0E07)
        sent = self.transport.strip() or own.time(0x0039) is not None
        if flags is not None and flags & _UNSENT and self.title == "message" and not sent:
            notes.fact("draft", True, "Outlook MessageFlags: unsent")
            notes.warn("Outlook marks it as not sent: it is a draft, or was saved before it was sent.")

    def _times(self) -> None:
        for number, name in _TIMES:
            moment = self._moment(number, name)
            if moment is not None:
                self.notes.moments.append(moment)
        for number, name in ((0x3007, "created"), (0x3008, "modified")):
            time = self._properties.time(number)
            if time is not None:
                self.notes.fact(name, time.isoformat(timespec="seconds"), "Outlook properties, UTC by the format")

    def _moment(self, number: int, name: str) -> Moment | None:
        time = self._properties.time(number)
        if time is None:
            return None
        value = time.isoformat(timespec="seconds")
        return Moment(value, value, f"Outlook {name}, UTC by the format", Zone.ASSUMED)

    def sent(self) -> Moment | None:
        """When it was sent, else when it came in, by Outlook's own account."""
        moments = (self._moment(number, name) for number, name in _TIMES)
        return next((each for each in moments if each is not None), None)

    def sender(self) -> Person | None:
        """Who sent it: by its headers, else by Outlook's properties; an address where there is one."""
        from evidencekit.media.mail.contact import people

        found = people(self.headers, "from")
        if found:
            return found[0]
        own = self._properties
        name = clean(own.text(0x0042, 0x0C1A), 500)
        address = clean(own.text(0x5D02, 0x5D01) or own.text(0x0065, 0x0C1F), 500)
        return (address or name, name) if address or name else None

    def recipients(self) -> list[Person] | None:
        """Who it was sent to by Outlook's list, which knows blind copies too; None when that is empty."""
        return [person for _, person in self._recipients()] or None

    def _recipients(self) -> list[tuple[int, Person]]:
        from evidencekit.media.mail.outlook import PART_HEADER, Properties, parts

        found = []
        for storage in parts(self._found.root, "recip")[:500]:
            each = Properties(storage, PART_HEADER, self._properties)
            name = clean(each.text(0x3001, 0x5FF6), 500)
            address = clean(each.text(0x39FE) or each.text(0x3003), 500)
            if address or name:
                found.append((each.number(0x0C15) or 1, (address or name, name)))
        return found

    def body(self) -> str:
        """The words, with markers for pictures in their place."""
        own, notes = self._properties, self.notes
        plain, rich = own.text(0x1000), list[Words]()
        html = own.html()
        if html:
            rich.append(words_of(mime.decode(html[0], html[1], notes)[: mime.LONGEST_TEXT]))
        elif packed := own.data(0x1009):
            plain = self._rich(packed, plain, rich)
        return mime.chosen([plain[: mime.LONGEST_TEXT]], rich, notes)

    def _rich(self, packed: bytes, plain: str, rich: list[Words]) -> str:
        from evidencekit.media.mail.richtext import rich_body

        try:
            found = rich_body(packed)
        except ValueError as fault:
            if not plain.strip():
                self.notes.warn(f"The words of the message are kept as compressed RTF, which cannot be read: {fault}.")
            return plain
        if found.html:
            rich.append(words_of(found.html[: mime.LONGEST_TEXT]))
        if not plain.strip():
            self.notes.fact("body", "compressed RTF", "Outlook properties")
            return found.plain or found.words
        return plain

    def parts(self) -> list[_Part]:
        """What is attached."""
        from evidencekit.media.mail.outlook import PART_HEADER, Properties, parts

        storages = parts(self._found.root, "attach")
        if len(storages) > _MOST_ATTACHMENTS:
            self.notes.warn(f"It has {len(storages):,} attachments; the first {_MOST_ATTACHMENTS:,} were taken out.")
        return [
            self._part(Properties(storage, PART_HEADER, self._properties), number)
            for number, storage in enumerate(storages[:_MOST_ATTACHMENTS], 1)
        ]

    def _part(self, each: Properties, number: int) -> _Part:
        method, inner = each.number(0x3705), each.object(0x3701)
        media_type = each.text(0x370E).strip().lower() or "application/octet-stream"
        name = mime.given_name(each.text(0x3707, 0x3704, 0x3001))
        cid, time = each.text(0x3712).strip("<> "), each.time(0x3008)
        changed = time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""
        if inner is not None:
            return self._inside(inner, name or f"message {number}", message=method != _OLE_OBJECT)
        data = each.data(0x3701)
        name = name or f"part {number}{clean_name(each.text(0x3703))[:10] or '.bin'}"
        if data is None:
            link = clean(each.text(0x370D, 0x3708), 300)
            why = f"it is only a link to {link}" if link else "its content is missing or damaged"
            return _Part(name, cid, media_type, b"", why)
        if media_type == "application/octet-stream" and re.search(r"\.(?:png|jpe?g|gif|bmp|webp)$", name, re.I):
            media_type = "image/" + name.rpartition(".")[2].lower()
        return _Part(name, cid, media_type, data, changed=changed)

    def _inside(self, inner: Storage, name: str, *, message: bool) -> _Part:
        from evidencekit.media.mail.compound import compound
        from evidencekit.media.mail.outlook import EMBEDDED_HEADER, Properties, message_file, storage_file

        if not message:
            media_type, ending = "application/x-ole-storage", ".ole"
            folder = storage_file(inner)
        else:
            media_type, ending = "application/vnd.ms-outlook", ".msg"
            name = mime.given_name(Properties(inner, EMBEDDED_HEADER, self._properties).text(0x0037)[:80]) or name
            folder = message_file(inner, self._found.root)
        name = name if name.lower().endswith(ending) else f"{name}{ending}"
        try:
            return _Part(name, "", media_type, compound(folder))
        except ValueError:
            return _Part(name, "", media_type, b"", "it is too large to be written as a file of its own")


def _written(person: Person) -> str:
    address, name = person
    return f"{name} <{address}>" if name and name != address else address


def _write(parts: list[_Part], folder: Path, notes: Notes, job: Job) -> None:
    for number, part in enumerate(parts, 1):
        job.step(number, len(parts), "writing attachments")
        if part.why:
            notes.warn(f"Attachment {number} ({clean(part.name, 200)}) could not be taken out: {part.why}.")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        found = re.search(r"\.([A-Za-z0-9]{1,8})$", part.name)
        path = folder / f"{number:04d}{f'.{found[1].lower()}' if found else '.bin'}"
        path.write_bytes(part.data)
        known = (("mtime", part.changed), ("mtime_basis", "Outlook attachment, UTC")) if part.changed else ()
        notes.children.append(Child(part.name, path, known))
