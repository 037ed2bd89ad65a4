"""E-mail (RFC 5322, MIME): who, when, the words, and what was attached. Remote pictures are never fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from email.errors import MessageDefect
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.mail import mime
from evidencekit.media.mail.contact import write_contact
from evidencekit.media.mail.envelope import envelope
from evidencekit.media.mail.paper import printed
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Child, Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from email.message import EmailMessage

LARGEST = 256 << 20
_HEADERS = 1 << 20
_FAULTS = {
    "NoBoundaryInMultipart": "it has several parts, but does not say what parts them",
    "StartBoundaryNotFound": "the beginning of its first part is missing",
    "CloseBoundaryNotFound": "the end of its last part is missing",
    "MultipartInvariantViolation": "it says that it has several parts, but has none",
    "UnreadBody": "its parts are nested too deeply or are torn, so that only its headers were read",
    "MissingHeaderBodySeparator": "a line among its headers is none",
    "FirstHeaderLineIsContinuation": "its first line continues another",
    "MisplacedEnvelopeHeader": "an envelope line stands among its headers",
    "InvalidBase64Padding": "the base64 of a part is cut off",
    "InvalidBase64Length": "the base64 of a part is cut off",
    "InvalidBase64Characters": "a part holds characters that base64 does not have",
    "InvalidMultipartContentTransferEncoding": "the encoding of its parts is one that parts cannot have",
}


class EmailReader:
    """One message; attachments and inline pictures come back as children, an attached message as an .eml."""

    name = "email"
    version = "2"
    kind = Kind.EMAIL
    media_types = frozenset({"message/rfc822"})
    forms: frozenset[str] = frozenset()
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """``text.txt`` under ``out`` holds the body; children lie in ``out``/parts under names of our own making.
        Raises :class:`~evidencekit.errors.ReaderError` when it is no message at all."""
        message = parsed(source.path)
        try:
            return self._read(message, source, out, job)
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001 — hostile headers make email's parser raise nearly anything
            raise _damaged() from None

    def _read(self, message: EmailMessage, source: Source, out: Path, job: Job) -> Reading:
        notes = Notes()
        envelope(message, notes)
        mime.remarks(message, notes)
        parts = mime.attached(message)
        text = mime.named(mime.body(message, notes), _names(parts))
        mime.remarks_on_words(text, notes)
        out.mkdir(parents=True, exist_ok=True)
        target = out / "text.txt"
        target.write_text(text, encoding="utf-8", errors="replace", newline="")
        if source.path.stat().st_size > LARGEST:
            notes.warn(f"The message is larger than {LARGEST >> 20} MiB; only its headers were read.")
        else:
            _write(parts, out / "parts", notes, job)
        notes.fact("attachments", len(notes.children), "mime parts")
        in_place = [part.name for part in parts if part.cid and part.media_type.startswith("image/")]
        notes.fact("inline_pictures", in_place or None, "mime parts with a Content-ID")
        for fault in sorted({_fault(d) for part in mime.walk(message) for d in part.defects}):
            notes.warn(f"The message breaks the rules of mail ({fault}); it was read as well as it could be.")
        contact = write_contact(out, message, text, [child.name for child in notes.children])
        reading = notes.reading(self.kind, source.media_type, self.name, self.version, text=target)
        return replace(reading, contacts=contact)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The headers that matter, the body with its pictures in their place, the attachments by name, and every
        header as found."""
        message = parsed(source.path)
        try:
            notes = Notes()
            envelope(message, notes)
            parts = mime.attached(message)
            text = mime.body(message, notes)
            files = [(part.name, part.cid, part.media_type, mime.content(part.part)) for part in parts]
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001
            raise _damaged() from None
        with source.path.open("rb") as file:
            block = re.split(rb"(?:\r\n|\n|\r)(?:\r\n|\n|\r)", file.read(_HEADERS), maxsplit=1)[0]
        return printed(notes, text, files, block, source, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing but words, which the catalog holds."""
        del source, look, out, job
        return NOTHING_TO_SEE


def parsed(path: Path) -> EmailMessage:
    """The message in a file; only its headers when it is a giant or its parts cannot be told apart, of which the
    latter is a defect. Raises :class:`ReaderError`."""
    from email import policy
    from email.parser import BytesParser

    parser = BytesParser(policy=policy.default)
    whole = path.stat().st_size <= LARGEST
    if whole:
        try:
            with path.open("rb") as file:
                return parser.parse(file)
        except (MemoryError, OSError):
            raise
        except Exception:  # noqa: BLE001, S110 — nested too deeply, or nearly anything: its headers may still be read
            pass
    try:
        with path.open("rb") as file:
            block = re.split(rb"\r?\n\r?\n", file.read(_HEADERS), maxsplit=1)[0]
        message: EmailMessage = parser.parsebytes(block, headersonly=True)
    except (MemoryError, OSError):
        raise
    except Exception:  # noqa: BLE001
        raise _damaged() from None
    if not whole:
        return message
    message.defects.append(UnreadBodyDefect())
    return message


class UnreadBodyDefect(MessageDefect):
    """Only the headers of a message were read."""


def _fault(defect: object) -> str:
    return _FAULTS.get(type(defect).__name__.removesuffix("Defect"), "it is not put together as mail is")


def _damaged() -> ReaderError:
    return ReaderError("The message is too damaged to be read.", todo="Look at the native file.")


def _names(parts: list[mime.Attached]) -> dict[str, str]:
    return {part.cid: part.name for part in parts if part.cid}


def _write(parts: list[mime.Attached], folder: Path, notes: Notes, job: Job) -> None:
    """Writes what is attached. Names on disk are ours: 0001.jpg; the name it came under is only ever shown."""
    for part in parts:
        job.step(part.number, 0, "writing attachments")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{part.number:04d}{mime.file_suffix(part)}"
        try:
            path.write_bytes(mime.content(part.part))
        except Exception:  # noqa: BLE001
            path.unlink(missing_ok=True)
            notes.warn(f"Attachment {part.number} could not be taken out; it is in the message.")
            continue
        notes.children.append(Child(part.name, path))
