"""Conversations as imessage-exporter writes them: what its TXT and its HTML have in common.

One file is one conversation, named after its handles. Times are local and without a zone. A reply stands twice, under
the message that it answers and again at its own time; here it counts once.
Source: github.com/ReagentX/imessage-exporter, exporters of versions 1 to 3.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from evidencekit.media.messages.clocks import clock_for
from evidencekit.media.messages.collected import Collected
from evidencekit.media.messages.participants import ask_zone
from evidencekit.media.messages.said_dates import said_date
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Question, Zone

ME = "Me"
ANSWERS_EARLIER = "This message responded to an earlier message."
A_REPLY = "a reply to an earlier message"
DELETED = "This message was deleted from the conversation!"
_FIRST = datetime(2007, 6, 29)  # nothing of the kind was sent before the first iPhone
_HANDLE = re.compile(r"\+?[\d() .-]{5,24}|[^\s@,]{1,80}@[^\s@,]{1,80}\.[^\s@,.]{2,20}")


@dataclass(slots=True)
class Message:
    """One message as the export has it, before it is known whose it is. ``date`` as found; ``sent`` and ``service``
    where the export tells them."""

    at: str
    date: str
    sender: str
    parts: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)
    sent: bool | None = None
    service: str = ""
    guid: str = ""

    def key(self) -> tuple[str, str, str]:
        """What a reply and its second showing have in common."""
        if self.guid:
            return "", "", self.guid
        return self.date, self.sender, "\n".join(line.strip() for line in "\n".join(self.parts).split("\n"))


class Conversation:
    """Makes contacts of the messages of one file: whose they are, when they were, each once."""

    def __init__(self, source: Source, found: Collected) -> None:
        self.thread = PurePosixPath(source.untrusted_name).stem
        self.handles = [each.strip() for each in self.thread.split(", ") if _HANDLE.fullmatch(each.strip())]
        self.announced: list[str] = []
        self._source, self._found = source, found
        self._clock, unknown = clock_for(source.context.answer("zone"), source.case_zone)
        self._owner = source.context.answer("owner")
        self._known = True
        self._undated = self._odd = 0
        if unknown:
            found.notes.warn("The zone that was answered is not the name of a time zone; the case's was used.")

    def write(self, messages: list[Message]) -> None:
        """Every message as a contact; a reply that stands under the message it answers only when it stands nowhere
        else."""
        again = Counter(each.key() for each in messages)
        alone: list[Message] = []
        for reply in (reply for each in messages for reply in each.replies):
            again[reply.key()] -= 1
            if again[reply.key()] < 0:
                reply.remarks.append("stands only under the message it answers")
                alone.append(reply)
        everything = [*messages, *alone]
        senders = list(dict.fromkeys(each.sender for each in everything))
        self._ask_owner(everything, senders)
        others = self._others(senders)
        for each in everything:
            self._found.add(self._contact(each, others))
        ask_zone(self._found, self._clock)
        self._say(len(alone))

    def _mine(self, each: Message) -> bool | None:
        if each.sent is not None:
            return each.sent
        if self._owner:
            return each.sender == self._owner
        return each.sender == ME if self._known else None

    def _ask_owner(self, messages: list[Message], senders: list[str]) -> None:
        told = any(each.sent is not None for each in messages)
        self._known = told or ME in senders
        if not self._known and messages:
            choices = tuple((name, name) for name in senders[:50])
            self._found.ask(
                Question("owner", "Whose telephone is this conversation from? No message in it is by “Me”.", choices)
            )

    def _others(self, senders: list[str]) -> list[str]:
        mine = {ME, self._owner}
        return [name for name in senders if name not in mine]

    def _contact(self, each: Message, others: list[str]) -> Contact:
        outgoing = self._mine(each)
        sender, remarks = each.sender, list(each.remarks)
        pairs: tuple[tuple[str, str], ...] = ()
        if outgoing and sender == ME:
            sender = ""
        elif not outgoing and len(self.handles) == 1 and not _HANDLE.fullmatch(sender):
            # A conversation of two, whose file bears the other's handle: what the nickname stands for.
            sender, pairs = self.handles[0], ((self.handles[0], each.sender),)
        if outgoing:
            recipients = tuple(self.handles or [name for name in others if name != each.sender])
        else:
            # In a group, a nickname may be any of the numbers: who the others are is then not known.
            recipients = tuple(name for name in self.handles if name != sender) if sender in self.handles else ()
        when, zone = self._when(each.date, remarks)
        body = "\n".join(each.parts).strip("\n")
        return Contact(
            at=each.at,
            channel=Channel.TEXT,
            when=when,
            as_found=each.date,
            zone=zone,
            sender=sender,
            recipients=recipients,
            outgoing=outgoing,
            body=body or None,
            attachments=tuple(each.attachments),
            names=pairs,
            thread=self.thread,
            service=each.service or "iMessage or SMS",
            ident=each.guid,
            note="; ".join(dict.fromkeys(remarks)),
        )

    def _when(self, date: str, remarks: list[str]) -> tuple[str | None, Zone]:
        read = said_date(date)
        if read is None:
            self._undated += 1
            return None, Zone.NONE
        if read[0] < _FIRST:
            self._odd += 1
            remarks.append("its date cannot be true")
            return None, Zone.NONE
        when, zone, remark = self._clock.local(read[0], read[1])
        if remark:
            remarks.append(remark)
        return when, zone

    def _say(self, alone: int) -> None:
        notes = self._found.notes
        notes.fact("conversation", self.thread, "the file's name")
        if self.announced:
            notes.fact("announcements", self.announced, "lines that are no messages")
        if self._odd:
            notes.warn(
                "Messages with a date before June 2007, such as 1 January 2001, which is what a missing date becomes; "
                f"they are kept without a time: {self._odd:,}."
            )
        if self._undated:
            notes.warn(f"Messages whose date cannot be read, kept without a time: {self._undated:,}.")
        if alone:
            notes.warn(f"Replies that stand only under the message they answer; they come last here: {alone:,}.")
