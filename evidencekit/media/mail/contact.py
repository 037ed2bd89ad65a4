"""A mail as the contact that it is: one line from the sender to all who got it."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import getaddresses
from pathlib import Path

from evidencekit.media.contacts import ContactsOut
from evidencekit.media.headers import decoded, raw_values
from evidencekit.media.mail.envelope import date_of, first_value
from evidencekit.media.notes import clean
from evidencekit.model import Channel, Contact, Moment, Zone

_MOST = 500
_LONGEST = 100_000
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[^\s<>,;:\"()\[\]]{1,255}")

Person = tuple[str, str]
"""An address (a name where there is none) and the name that stood with it."""


def people(message: Message, *names: str) -> list[Person]:
    """Who stands in the headers of those lower-case names: bare addresses as found, each once."""
    found: dict[str, str] = {}
    for header in names:
        for value in raw_values(message, header)[:20]:
            for name, address in _pairs(value[:_LONGEST]):
                if address and len(found) < _MOST:
                    found.setdefault(address, clean(decoded(name), 500))
    return list(found.items())


def _pairs(value: str) -> list[Person]:
    try:
        parsed = getaddresses([value])
    except Exception:  # noqa: BLE001 — ten thousand brackets exhaust the stack of the library's parser
        parsed = []
    pairs = [(name, address) for name, address in parsed if "@" in address and " " not in address]
    if pairs:
        return pairs
    found = [("", address) for address in _ADDRESS.findall(decoded(value))]
    if found:
        return found
    words = clean(decoded(value), 500).strip(" ;,")
    # “undisclosed-recipients:;” names nobody.
    return [("", words)] if words and not words.rstrip(";, ").endswith(":") else []


def write_contact(
    out: Path,
    message: Message,
    body: str,
    attachments: list[str],
    *,
    when: Moment | None = None,
    sender: Person | None = None,
    recipients: list[Person] | None = None,
    subject: str = "",
    ident: str = "",
    note: str = "",
) -> Path | None:
    """Writes the one contact under ``out``; None when it names nobody. What is given besides goes
    before what the headers say; ``subject`` and ``ident`` behind it."""
    date = when or date_of(message)
    senders = [sender] if sender else people(message, "from") or people(message, "sender", "return-path")
    to = people(message, "to", "cc", "bcc") if recipients is None else recipients
    if not senders and not to:
        return None
    if any(value.strip() == "1" for value in raw_values(message, "x-unsent")):
        note = "a draft, not sent"
    named = tuple((address, name) for address, name in [*senders, *to] if name and name != address)
    contact = Contact(
        at="the message",
        channel=Channel.EMAIL,
        when=date.value if date else None,
        as_found=clean(date.as_found if date else first_value(message, "date"), 500),
        zone=date.zone if date else Zone.NONE,
        sender=senders[0][0] if senders else "",
        recipients=tuple(address for address, _ in to),
        body=body.rstrip("\n"),  # the last line's end is the mail's, not its writer's
        attachments=tuple(attachments[:_MOST]),
        names=named[:_MOST],
        thread=first_value(message, "subject") or clean(subject),
        service="e-mail",
        ident=first_value(message, "message-id") or clean(ident),
        note=note,
    )
    with ContactsOut(out) as contacts:
        contacts.add(contact)
    return contacts.path
