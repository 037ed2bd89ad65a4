"""Messenger and Instagram conversations as Meta's “Download your information” gives them in JSON.

Two shapes: ``message_1.json`` (newest first, text as UTF-8 bytes that were taken for Latin-1), and the download of
end-to-end encrypted chats (oldest first, right text). Times are milliseconds since 1970, UTC. Whose account it was does
not stand in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.clocks import Clock
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.jsonparts import parts, warn_of_left
from evidencekit.media.messages.participants import ask_owner, with_people
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Zone

_FILES = ("photos", "videos", "audio_files", "gifs", "files")
_MESSAGES = frozenset({"messages"})
_MISSED = re.compile(r"\bmissed\b|\bno answer\b|\bdeclined\b", re.I)


def mended(text: str) -> str:
    """Text whose UTF-8 was taken for Latin-1, put right; any other text as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


@dataclass(slots=True)
class Thread:
    """What a file says of its conversation besides the messages."""

    people: list[str] = field(default_factory=list)
    title: str = ""
    path: str = ""

    def likely_owner(self) -> str:
        """In a conversation of two that bears one's name, the other."""
        others = [person for person in self.people if person != self.title]
        return others[0] if len(self.people) == 2 and len(others) == 1 else ""


def _fits_old(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return b'"sender_name"' in head and b'"timestamp_ms"' in head and b'"messages"' in head


def _fits_encrypted(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return b'"senderName"' in head and b'"messages"' in head and b'"timestamp"' in head


def _read_old(source: Source, found: Collected, job: Job) -> None:
    _read(source, found, job, _Old(Clock(source.case_zone)))


def _read_encrypted(source: Source, found: Collected, job: Job) -> None:
    _read(source, found, job, _Encrypted(Clock(source.case_zone)))


def _read(source: Source, found: Collected, job: Job, shape: _Old | _Encrypted) -> None:
    thread, timed = Thread(), list[tuple[int, int, Contact]]()
    count, left = 0, list[int]()
    try:
        for key, value in parts(source.path, _MESSAGES, job):
            if key != "messages":
                shape.about(thread, key, value)
                continue
            count += 1
            contact = shape.contact(value, f"message {count}") if isinstance(value, dict) else None
            if contact is None:
                left.append(count)
                continue
            stamp = value.get(shape.stamp)
            timed.append((stamp if isinstance(stamp, int) else 0, -count if shape.newest_first else count, contact))
    except ReaderError as error:
        if not timed:
            raise
        found.notes.warn(f"{error.what} {error.todo}")
    warn_of_left(found.notes, left)
    timed.sort(key=lambda each: each[:2])
    thread.people = list(dict.fromkeys([*thread.people, *(each.sender for _, _, each in timed if each.sender)]))
    owner = source.context.answer("owner")
    title = thread.title or PurePosixPath(source.untrusted_name).stem
    for _, _, contact in timed:
        found.add(_in_thread(with_people(contact, thread.people, owner), title, thread.path))
    ask_owner(found, thread.people, thread.likely_owner())
    found.notes.fact("conversation", title, "title")
    found.notes.fact("participants", thread.people, "participants")
    if undated := sum(contact.when is None for _, _, contact in timed):
        found.notes.warn(f"Messages without a time that can be read; they come first: {undated:,}.")


def _in_thread(contact: Contact, title: str, path: str) -> Contact:
    from dataclasses import replace

    service = "Instagram" if "instagram" in path.lower() else contact.service
    return replace(contact, thread=title, service=service)


class _Old:
    """``message_1.json``."""

    stamp = "timestamp_ms"
    newest_first = True

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def about(self, thread: Thread, key: str, value: Any) -> None:
        if key == "participants" and isinstance(value, list):
            names = [each.get("name") for each in value if isinstance(each, dict)]
            thread.people = [mended(name) for name in names if isinstance(name, str)]
        elif key == "title" and isinstance(value, str):
            thread.title = mended(value)
        elif key == "thread_path" and isinstance(value, str):
            thread.path = value

    def contact(self, found: dict[str, Any], at: str) -> Contact | None:
        sender = found.get("sender_name")
        if not isinstance(sender, str) and not isinstance(found.get("timestamp_ms"), int):
            return None
        body, remarks, files = _text(found.get("content")), list[str](), list[str]()
        for kind in _FILES:
            files += [uri for each in _dicts(found.get(kind)) if (uri := _text(each.get("uri")))]
        if isinstance(sticker := found.get("sticker"), dict) and (uri := _text(sticker.get("uri"))):
            files.append(uri)
        body = _shared(found.get("share"), body)
        remarks += _reactions(found.get("reactions"), mend=True)
        if found.get("is_unsent"):
            remarks.append("taken back by its sender")
        return _contact(self._clock, at, _text(sender) or "", found, self.stamp, body, files, remarks)


class _Encrypted:
    """The download of end-to-end encrypted chats."""

    stamp = "timestamp"
    newest_first = False

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def about(self, thread: Thread, key: str, value: Any) -> None:
        if key == "participants" and isinstance(value, list):
            names = [each.get("name") if isinstance(each, dict) else each for each in value]
            thread.people = [name for name in names if isinstance(name, str)]
        elif key == "threadName" and isinstance(value, str):
            thread.title = re.sub(r"_\d{1,4}\Z", "", value)

    def contact(self, found: dict[str, Any], at: str) -> Contact | None:
        sender = found.get("senderName")
        if not isinstance(sender, str):
            return None
        text = found.get("text")
        body = text if isinstance(text, str) and text else None
        files = [uri for each in _dicts(found.get("media")) if isinstance(uri := each.get("uri"), str) and uri]
        remarks = _reactions(found.get("reactions"), mend=False)
        if found.get("isUnsent"):
            remarks.append("taken back by its sender")
        return _contact(self._clock, at, sender, found, self.stamp, body, files, remarks)


def _contact(
    clock: Clock,
    at: str,
    sender: str,
    found: dict[str, Any],
    stamp: str,
    body: str | None,
    files: list[str],
    remarks: list[str],
) -> Contact:
    time = found.get(stamp)
    when = clock.instant(time) if isinstance(time, int) and not isinstance(time, bool) else None
    seconds = found.get("call_duration")
    call = "call_duration" in found or found.get("type") == "Call" or found.get("missed") is True
    length = float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None
    if length is not None and not 0 <= length < 1e9:
        length = None
    answered = None
    if call:
        missed = found.get("missed") is True or bool(_MISSED.search(body or "")) or length == 0
        answered = True if length else False if missed else None
        # “Danny called you.” is what the service says of a call; nobody wrote it.
        remarks, body = [*([body] if body else []), *remarks], None
    return Contact(
        at=at,
        channel=Channel.CALL if call else Channel.CHAT,
        when=when,
        as_found="" if time is None else json.dumps(time)[:100],
        zone=Zone.STATED if when else Zone.NONE,
        sender=sender,
        recipients=(),
        answered=answered,
        seconds=length if call else None,
        body=body,
        attachments=tuple(dict.fromkeys(files)),
        service="Messenger",
        note="; ".join(remarks),
    )


def _text(value: Any) -> str | None:
    return mended(value) if isinstance(value, str) and value else None


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _shared(share: Any, body: str | None) -> str | None:
    """The words with the link and the words of what was shared, where they do not hold them already."""
    if not isinstance(share, dict):
        return body
    extra = [_text(share.get("share_text")), _text(share.get("link"))]
    lines = [body] if body else []
    lines += [each for each in extra if each and each not in (body or "")]
    return "\n".join(lines) or None


def _reactions(value: Any, *, mend: bool) -> list[str]:
    said = []
    for each in _dicts(value):
        mark, actor = each.get("reaction"), each.get("actor")
        if isinstance(mark, str) and isinstance(actor, str):
            said.append(f"{mended(mark)} by {mended(actor)}" if mend else f"{mark} by {actor}")
    return said


MESSENGER = Format(
    Form("meta-json", frozenset({"application/json"}), _fits_old), "Messenger or Instagram, JSON", _read_old
)
ENCRYPTED = Format(
    Form("meta-encrypted-json", frozenset({"application/json"}), _fits_encrypted),
    "Messenger, end-to-end encrypted, JSON",
    _read_encrypted,
)
