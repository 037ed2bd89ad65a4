"""The one reader of exports of messages and calls."""

from __future__ import annotations

from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.contacts import LONGEST_BODY, ContactsOut
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.formats import FORMATS
from evidencekit.media.notes import Notes, counted
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet


class MessagesReader:
    """Text messages, chats and calls as a phone, a service or a carrier exports them."""

    name = "messages"
    version = "1"
    kind = Kind.MESSAGES
    media_types: frozenset[str] = frozenset()
    forms = frozenset(each.form.name for each in FORMATS)
    one_shot = True

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """Every message and call as a contact; parts that lie in the export as children. Raises
        :class:`~evidencekit.errors.ReaderError` when it is no such export after all."""
        from dataclasses import replace

        form = _format(source)
        notes = Notes()
        with ContactsOut(out) as contacts:
            found = Collected(contacts, notes, out)
            form.read(source, found, job)
        notes.fact("export", form.title, "its shape")
        notes.fact("contacts", contacts.count, "counted")
        if found.cut:
            notes.warn(
                f"{counted(found.cut, 'message is', 'messages are')} longer than {LONGEST_BODY:,} characters; only the "
                "beginning is kept, the rest is in the native file."
            )
        notes.moments[:0] = found.moments()
        text = _table_text(source, out, job) if form.table else None
        reading = notes.reading(self.kind, source.media_type, self.name, self.version, text=text)
        return replace(reading, contacts=contacts.path, questions=tuple(found.questions))

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """The conversations as readable bubbles, with what lies beside the item in its place."""
        from evidencekit.media.messages.paper import print_contacts

        form = _format(source)
        with ContactsOut(out / "found") as contacts:
            form.read(source, Collected(contacts, Notes(), out / "found", printing=True), job)
        return print_contacts(contacts.path, form.title, source, sheet, out, job)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """A page as it is printed."""
        del source, look, out, job
        return NOTHING_TO_SEE


def _table_text(source: Source, out: Path, job: Job) -> Path | None:
    """The words of every cell, so that columns that are no part of a contact (a cell site, say) can be searched."""
    from evidencekit.media.readers import reader_for

    try:
        return reader_for(source.media_type).read(source, out / "table", job).text
    except ReaderError:
        return None  # its contacts were read all the same


def _format(source: Source) -> Format:
    found = next((each for each in FORMATS if each.form.name == source.form), None)
    if found is None:
        raise ReaderError("It is said to be an export of a kind that is not known.", todo="Answer “form” anew.")
    return found
