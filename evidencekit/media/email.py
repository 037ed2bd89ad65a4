"""E-mail (RFC 5322, MIME): who, when, the words, and what was attached. Remote pictures are never fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.headers import decoded_values, raw_values
from evidencekit.media.notes import Notes, clean, clean_name
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Child, Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from email.message import EmailMessage

LARGEST = 256 << 20
_HEADERS = 1 << 20
_MOST_PARTS = 2_000
_MOST_RECEIVED = 50
_LONGEST_NAME = 255
_LONGEST_TEXT = 16 << 20
_ADDRESSES = ("from", "sender", "reply-to", "to", "cc", "bcc", "delivered-to", "return-path")
_LINES = ("subject", "message-id", "in-reply-to", "references", "x-mailer", "user-agent", "x-originating-ip")
_FAULTS = {
    "NoBoundaryInMultipart": "it has several parts, but does not say what parts them",
    "StartBoundaryNotFound": "the beginning of its first part is missing",
    "CloseBoundaryNotFound": "the end of its last part is missing",
    "MultipartInvariantViolation": "it says that it has several parts, but has none",
    "MissingHeaderBodySeparator": "a line among its headers is none",
    "FirstHeaderLineIsContinuation": "its first line continues another",
    "MisplacedEnvelopeHeader": "an envelope line stands among its headers",
    "InvalidBase64Padding": "the base64 of a part is cut off",
    "InvalidBase64Length": "the base64 of a part is cut off",
    "InvalidBase64Characters": "a part holds characters that base64 does not have",
    "InvalidMultipartContentTransferEncoding": "the encoding of its parts is one that parts cannot have",
}
_NAMES = {"x-mailer": "software", "user-agent": "software"}


class EmailReader:
    """One message; attachments and inline pictures come back as children, an attached message as an .eml."""

    name = "email"
    version = "1"
    kind = Kind.EMAIL
    media_types = frozenset({"message/rfc822"})
    forms: frozenset[str] = frozenset()
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``text.txt`` under ``out`` holds the body; children lie in ``out``/parts under names of our own making.
        Raises :class:`~evidencekit.errors.ReaderError` when it is no message at all."""
        message = _parsed(source.path)
        try:
            return self._read(message, source, out, job)
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001 — hostile headers make email's parser raise nearly anything
            raise _damaged() from None

    def _read(self, message: EmailMessage, source: Source, out: Path, job: Job) -> Reading:
        notes, text = _said(message)
        out.mkdir(parents=True, exist_ok=True)
        target = out / "text.txt"
        target.write_text(text, encoding="utf-8", errors="replace", newline="")
        if source.path.stat().st_size > LARGEST:
            notes.warn(f"The message is larger than {LARGEST >> 20} MiB; only its headers were read.")
        else:
            _parts(message, out / "parts", notes, job)
        notes.fact("attachments", len(notes.children), "mime parts")
        for fault in sorted({_fault(d) for part in _walk(message) for d in part.defects}):
            notes.warn(f"The message breaks the rules of mail ({fault}); it was read as well as it could be.")
        return notes.reading(self.kind, source.media_type, self.name, self.version, text=target)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """Headers and body on paper, the attachments named."""
        from evidencekit.printing.pages import text_pages

        message = _parsed(source.path)
        try:
            notes, text = _said(message)
            attached = [_shown_name(part, number) for number, part in enumerate(_attached(message), 1)]
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001
            raise _damaged() from None
        said = {fact.name: str(fact.value) for fact in reversed(notes.facts)}
        date = next((m.as_found for m in notes.moments if m.basis.startswith("mail Date")), said.get("time Date"))
        rows = [
            ("From", said.get("from")),
            ("To", said.get("to")),
            ("Cc", said.get("cc")),
            ("Date", date or "not stated"),
            ("Subject", said.get("subject")),
            ("Message-ID", said.get("message_id")),
            ("Attachments", "; ".join(clean(name, 200) for name in attached)),
        ]
        out.mkdir(parents=True, exist_ok=True)
        body = out / "body.txt"
        body.write_text(text, encoding="utf-8", errors="replace", newline="")
        return text_pages(body, sheet, out, job, heading=[(label, value) for label, value in rows if value])

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing but words, which the catalog holds."""
        del source, look, out, job
        return NOTHING_TO_SEE


def _said(message: EmailMessage) -> tuple[Notes, str]:
    """What the headers and the body say: facts, moments and warnings, and the words."""
    notes = Notes()
    _headers(message, notes)
    _times(message, notes)
    text, remote = _body(message, notes)
    if remote:
        notes.fact("remote_references", remote, "html body; never fetched")
    return notes, text


def _fault(defect: object) -> str:
    return _FAULTS.get(type(defect).__name__.removesuffix("Defect"), "it is not put together as mail is")


def _parsed(path: Path) -> EmailMessage:
    from email import policy
    from email.parser import BytesParser

    try:
        with path.open("rb") as file:
            parser = BytesParser(policy=policy.default)
            if path.stat().st_size > LARGEST:
                return parser.parsebytes(re.split(rb"\r?\n\r?\n", file.read(_HEADERS), maxsplit=1)[0], headersonly=True)
            return parser.parse(file)
    except (MemoryError, OSError):
        raise
    except Exception:  # noqa: BLE001
        raise _damaged() from None


def _damaged() -> ReaderError:
    return ReaderError("The message is too damaged to be read.", todo="Look at the native file.")


def _headers(message: EmailMessage, notes: Notes) -> None:
    for name in (*_ADDRESSES, *_LINES):
        for number, value in enumerate(decoded_values(message, name)[:20]):
            key = _NAMES.get(name, name.replace("-", "_"))
            label = f"mail header {'-'.join(word.capitalize() for word in name.split('-'))}"
            notes.fact(key, value, label if number == 0 else f"{label}, no. {number + 1}")
    for name in ("From", "Date", "Message-ID"):
        if not any(raw_values(message, name.lower())):
            notes.warn(f"The message has no {name} header.")


def _times(message: EmailMessage, notes: Notes) -> None:
    for value in raw_values(message, "date")[:3]:
        _time(value, "mail Date, the sender's claim", "Date", notes)
    received = raw_values(message, "received")
    # Each server puts its line on top: the last is the oldest.
    for number, value in enumerate(reversed(received[-_MOST_RECEIVED:]), 1):
        if ";" in value:
            _time(value, f"mail Received, hop {number} of {len(received)}", f"Received {number}", notes)


def _time(value: str, basis: str, which: str, notes: Notes) -> None:
    from evidencekit.moments import mail_moment, weekday_fault

    notes.time(mail_moment(value, basis=basis), value.rpartition(";")[2], f"time {which}", basis)
    fault = weekday_fault(value)
    if fault:
        header = "Date header" if which == "Date" else f"header {which}"
        notes.warn(f"The {header} {fault}.")


def _walk(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of this message, not those of a message attached to it."""
    stack, seen = [message], 0
    while stack and seen < _MOST_PARTS:
        part = stack.pop()
        seen += 1
        yield part
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            stack += reversed(part.get_payload())  # type: ignore[arg-type]


def _is_body(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text" and _disposition(part) != "attachment" and not _file_name(part)


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except Exception:  # noqa: BLE001
        return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # noqa: BLE001
        return ""


def _body(message: EmailMessage, notes: Notes) -> tuple[str, list[str]]:
    """The words of the message: its plain text, else its HTML's; and what the HTML would have fetched."""
    from evidencekit.media.html import text_of

    plain: list[str] = []
    rich: list[str] = []
    remote: list[str] = []
    for part in _walk(message):
        if not _is_body(part):
            continue
        if part.get_content_subtype() == "html":
            shown, fetched = text_of(_decoded(part, notes)[:_LONGEST_TEXT])
            rich.append(shown)
            remote += fetched
        else:
            plain.append(_decoded(part, notes)[:_LONGEST_TEXT])
    words = plain if any(text.strip() for text in plain) else rich
    if words is rich and rich:
        notes.warn("The message was written in HTML only; its words are shown without its looks.")
    text = "\n\n".join(words).replace("\r\n", "\n").replace("\r", "\n")
    return text, list(dict.fromkeys(remote))


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: EmailMessage, notes: Notes) -> str:
    from evidencekit.media.html import charset
    from evidencekit.media.writing import BLANKED, forgiving_encoding_of

    raw = _content(part)
    try:
        declared = part.get_content_charset() or ""
    except Exception:  # noqa: BLE001
        declared = ""
    encoding = charset(declared) if declared and declared != "us-ascii" else None
    encoding = encoding or forgiving_encoding_of(raw[:65_536], len(raw) <= 65_536) or "cp1252"
    text = raw.decode(encoding, "replace")
    if "\ufffd" in text:
        notes.warn(f"Some characters of the body could not be read in the encoding {encoding}; they show as \ufffd.")
    shown = text.translate(BLANKED)
    if shown != text:
        notes.warn("The body holds control characters (such as NUL), which text does not have; they show as \ufffd.")
    return shown.removeprefix("\ufeff")


def _parts(message: EmailMessage, folder: Path, notes: Notes, job: Job) -> None:
    """Writes what is attached. Names on disk are ours: 0001.jpg; the name it came under is only ever shown."""
    for number, part in enumerate(_attached(message), 1):
        job.step(number, 0, "writing attachments")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number:04d}{_suffix(part)}"
        try:
            path.write_bytes(_bytes_of(part))
        except Exception:  # noqa: BLE001
            path.unlink(missing_ok=True)
            notes.warn(f"Attachment {number} could not be taken out; it is in the message.")
            continue
        notes.children.append(Child(_shown_name(part, number), path))


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in _walk(message):
        if part.get_content_maintype() != "multipart" and not _is_body(part):
            yield part


def _bytes_of(part: EmailMessage) -> bytes:
    if part.get_content_maintype() != "message":
        return _content(part)
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(message.as_bytes() for message in inner)  # type: ignore[union-attr]
    return _content(part)


def _suffix(part: EmailMessage) -> str:
    if part.get_content_type() == "message/rfc822":
        return ".eml"
    found = re.search(r"\.([A-Za-z0-9]{1,8})$", _file_name(part))
    return f".{found[1].lower()}" if found else ".bin"


def _shown_name(part: EmailMessage, number: int) -> str:
    """The name it came under, of bounded length; one of our own when it had none. Path separators, controls and what is
    no character are replaced, for the name stands in a path; the rest, bidi marks too, is data and stays."""
    name = clean_name(_file_name(part)[: 10 * _LONGEST_NAME])
    if name.strip(" ."):
        stem, dot, extension = name.rpartition(".")
        if len(name) <= _LONGEST_NAME or not dot or len(extension) > 20:
            return name[:_LONGEST_NAME]
        return f"{stem[: _LONGEST_NAME - len(extension) - 2]}….{extension}"
    if part.get_content_type() == "message/rfc822":
        subject = decoded_values(part.get_payload(0), "subject") if part.is_multipart() else []  # type: ignore[arg-type]
        return f"{clean_name(subject[0][:80]) if subject else f'message {number}'}.eml"
    import mimetypes

    return f"part {number}{mimetypes.guess_extension(part.get_content_type()) or '.bin'}"
