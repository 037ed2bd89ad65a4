"""A mail of any make as it goes to the printer."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.job import Job
from evidencekit.media.mail.mime import split
from evidencekit.media.notes import Notes, clean
from evidencekit.media.protocol import Source
from evidencekit.model import Pages
from evidencekit.printing.paper import Sheet

if TYPE_CHECKING:
    from evidencekit.printing.letters import Block

_ROWS = (("From", "from"), ("Sender", "sender"), ("To", "to"), ("Cc", "cc"), ("Bcc", "bcc"), ("Reply to", "reply_to"))
_AFTER = (("Subject", "subject"), ("Message-ID", "message_id"), ("Date and servers", "date_difference"))
_MOST_PICTURES = 100

File = tuple[str, str, str, bytes]
"""What is attached: its name, Content-ID, media type, and bytes."""


def printed(
    notes: Notes, text: str, files: list[File], headers: bytes, source: Source, sheet: Sheet, out: Path, job: Job
) -> Pages:
    """Puts a mail on paper. ``text`` holds markers for pictures in their place; ``headers`` is the header block as it
    stands in the file, empty when it holds none."""
    from evidencekit.printing.letters import Attachment, Letter, letter_pages

    out.mkdir(parents=True, exist_ok=True)
    hidden = _hidden(files, source.context.hidden)
    pictures = _pictures(files, hidden, out)
    numbers = {each.name: each.number for each in reversed(source.context.beside)}
    listed = [Attachment(name, len(data), numbers.get(name, ""), cid in pictures) for name, cid, _, data in files]
    letter = Letter(
        rows=_rows(notes, source.case_zone),
        body=_blocks(text, pictures, hidden),
        attachments=listed,
        headers=_lines(headers),
        remark="" if headers.strip() else "The file holds none; what stands above is from Outlook's own properties.",
    )
    try:
        return letter_pages(letter, sheet, out, job)
    finally:
        for path in set(pictures.values()):
            path.unlink(missing_ok=True)


def _rows(notes: Notes, zone: str) -> list[tuple[str, str]]:
    from evidencekit.moments import show

    said = {fact.name: str(fact.value) for fact in reversed(notes.facts)}
    date = next((m for m in notes.moments if m.basis.startswith(("mail Date", "Outlook"))), None)
    rows = [(label, said.get(name, "")) for label, name in _ROWS]
    rows.append(("Date", date.as_found if date else said.get("time Date", "not stated")))
    if date is not None:
        rows.append(("In the case’s zone", ", ".join(part for part in show(date.value, date.zone, zone) if part)))
    rows += [(label, said.get(name, "")) for label, name in _AFTER]
    return [(label, value) for label, value in rows if value]


def _hidden(files: list[File], digests: tuple[str, ...]) -> frozenset[str]:
    """The Content-IDs of what must not be shown."""
    if not digests:
        return frozenset()
    return frozenset(cid for _, cid, _, data in files if cid and hashlib.sha256(data).hexdigest() in digests)


def _pictures(files: list[File], hidden: frozenset[str], out: Path) -> dict[str, Path]:
    """Content-ID → a file with the picture."""
    found: dict[str, Path] = {}
    for number, (_, cid, media_type, data) in enumerate(files):
        if cid and cid not in hidden and media_type.startswith("image/") and len(found) < _MOST_PICTURES:
            found[cid] = out / f"picture-{number}"
            found[cid].write_bytes(data)
    return found


def _blocks(text: str, pictures: dict[str, Path], hidden: frozenset[str]) -> list[Block]:
    blocks: list[Block] = []
    for words, cid in split(text):
        if cid in hidden:
            blocks.append("[picture held back]")
        elif cid:
            path = pictures.get(cid)
            blocks.append(path if path else f"[picture that is not in the message: {clean(cid, 200)}]")
        elif words:
            blocks += words.split("\n")
    return blocks


def _lines(headers: bytes) -> list[str]:
    try:
        text = headers.decode("utf-8")
    except UnicodeDecodeError:
        text = headers.decode("cp1252", "replace")
    return re.split(r"\r\n|\n|\r", text.strip("\r\n")) if text.strip() else []
