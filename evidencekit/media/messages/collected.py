"""What the modules of this package share: a format, and what one gathers while it goes through an export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from evidencekit.job import Job
from evidencekit.media.contacts import LONGEST_BODY, ContactsOut
from evidencekit.media.forms import Form
from evidencekit.media.notes import Notes
from evidencekit.media.protocol import Source
from evidencekit.model import Child, Contact, Moment, Question, Zone


@dataclass(slots=True)
class Collected:
    """Contacts in the order of the export, and with them facts, warnings, children and questions."""

    contacts: ContactsOut
    notes: Notes
    out: Path
    questions: list[Question] = field(default_factory=list)
    first: Contact | None = None
    cut: int = 0  # bodies longer than are kept
    printing: bool = False  # files inside the export were taken out before, and are not wanted again

    def add(self, contact: Contact) -> None:
        """One more contact."""
        self.contacts.add(contact)
        self.cut += contact.body is not None and len(contact.body) > LONGEST_BODY
        if contact.when is None or contact.zone is Zone.NONE:
            return
        # Exports may run backwards. As texts they compare as the clock did, which is near enough to be ordered by.
        if self.first is None or contact.when < (self.first.when or ""):
            self.first = contact

    def ask(self, question: Question) -> None:
        """What only a person can tell; the item is read again when they have."""
        if all(each.key != question.key for each in self.questions):
            self.questions.append(question)

    def child(self, name: str, path: Path) -> None:
        """A file that lies inside the export, written under ``out``."""
        self.notes.children.append(Child(name, path))

    def moments(self) -> list[Moment]:
        """When the earliest of the contacts in the export was; the item's own time."""
        first = self.first
        if first is None or first.when is None:
            return []
        return [Moment(first.when, first.as_found, f"time of its first contact, {first.at}", first.zone)]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of export: how its files are known, what its version of reading is called, and what reads it."""

    form: Form
    title: str
    read: Callable[[Source, Collected, Job], None]
    table: bool = False  # its cells are searched under the item as well
