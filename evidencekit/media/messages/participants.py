"""Who takes part in a conversation, and whose account it was taken from, where an export does not say the latter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from evidencekit.media.messages.clocks import Clock
from evidencekit.media.messages.collected import Collected
from evidencekit.model import Contact, Question

_MOST_CHOICES = 200
WITHHELD = "(number not shown)"  # an empty sender would stand for the device's owner


def with_people(contact: Contact, people: Sequence[str], owner: str) -> Contact:
    """The contact with its recipients, who are all the other people, and its direction where the owner is known."""
    recipients = tuple(person for person in people if person and person != contact.sender)
    outgoing = contact.sender == owner if owner and contact.sender else None
    return replace(contact, recipients=recipients, outgoing=outgoing)


def ask_owner(found: Collected, people: Iterable[str], hint: str = "") -> None:
    """Ask whose account it is; ``hint`` is who it most likely is; why stands behind. What was answered before can so be
    answered anew."""
    names = list(dict.fromkeys(person for person in people if person))[:_MOST_CHOICES]
    if not names:
        return
    likely = f"{hint} (the conversation is named after the other person)"
    choices = tuple((name, likely if name == hint else name) for name in names)
    found.ask(Question("owner", "Whose account was this taken from?", choices))


def ask_zone(found: Collected, clock: Clock) -> None:
    """Ask in which zone the export's clock times are."""
    found.ask(
        Question(
            "zone",
            f"Which time zone did the device keep that made this export? Until it is answered, {clock.name} is taken. "
            "Give a name such as Europe/Berlin.",
        )
    )
