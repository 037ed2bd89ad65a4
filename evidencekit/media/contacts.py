"""Contacts between a reader and the catalog: one JSON line each, in a file under the reader's ``out``.

The worker that writes the file may have been taken over by what it read, so every line is checked when it is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evidencekit.errors import ReaderError
from evidencekit.model import Channel, Contact, Zone

LONGEST_BODY = 200_000
_LONGEST = 2_000
_MOST = 500  # recipients, attachments or names of one contact
_LONGEST_LINE = 8 << 20


class ContactsOut:
    """Writes contacts one by one; ``count`` says how many, ``path`` where. A context manager."""

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.path = out / "contacts.jsonl"
        self.count = 0
        self._file = self.path.open("w", encoding="ascii", newline="\n")

    def add(self, contact: Contact) -> None:
        """Write one more."""
        self._file.write(json.dumps(_row(contact), separators=(",", ":")) + "\n")
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _row(contact: Contact) -> list[Any]:
    return [
        contact.at,
        contact.channel.value,
        contact.when,
        contact.as_found,
        contact.zone.value,
        contact.sender,
        list(contact.recipients),
        contact.outgoing,
        contact.answered,
        contact.seconds,
        contact.body,
        list(contact.attachments),
        [list(pair) for pair in contact.names],
        contact.thread,
        contact.service,
        contact.ident,
        contact.note,
    ]


def contacts_in(path: Path) -> Iterator[Contact]:
    """The contacts of such a file in their order. Raises :class:`ReaderError` when a line is none."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            try:
                if len(line) > _LONGEST_LINE:
                    raise ValueError
                yield _contact(json.loads(line))
            except (ValueError, TypeError, RecursionError):
                raise ReaderError(
                    f"What was read out of it makes no sense (contact {number:,}).",
                    todo="Run `evidencekit reread` on the item; if it happens again, look at the native file.",
                ) from None


def _contact(row: Any) -> Contact:
    (at, channel, when, as_found, zone, sender, recipients, outgoing, answered, seconds, body) = row[:11]
    attachments, names, thread, service, ident, note = row[11:]
    return Contact(
        at=_text(at),
        channel=Channel(channel),
        when=None if when is None else _text(when),
        as_found=_text(as_found),
        zone=Zone(zone),
        sender=_text(sender),
        recipients=_texts(recipients),
        outgoing=_choice(outgoing),
        answered=_choice(answered),
        seconds=_seconds(seconds),
        body=None if body is None else _text(body, LONGEST_BODY),
        attachments=_texts(attachments),
        names=tuple([(_text(each), _text(name)) for each, name in names[:_MOST]]),
        thread=_text(thread),
        service=_text(service),
        ident=_text(ident),
        note=_text(note),
    )


def _text(value: Any, longest: int = _LONGEST) -> str:
    if not isinstance(value, str):
        raise TypeError
    text: str = value[:longest]
    # A lone surrogate cannot be kept as UTF-8.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError
    return tuple([_text(value) for value in values[:_MOST]])


def _choice(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError
    return value


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise TypeError
    return float(value)
