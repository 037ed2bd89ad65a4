"""Conversations as imessage-exporter writes them in plain text: a date, a sender, the words, a blank line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.imessage import A_REPLY, ANSWERS_EARLIER, DELETED, Conversation, Message
from evidencekit.media.protocol import Source

_LONGEST = 512 << 20
_DATE = r"[A-Z][a-z]{2} \d{1,2}, \d{4} {1,2}\d{1,2}:\d{2}:\d{2} [AP]M"
_READ = r"(?: \((?P<read>Read by [^\n]{1,200})\))?"
_START = re.compile(rf"(?P<date>{_DATE}){_READ} ?")
_REPLY = re.compile(rf" {{4}}(?P<date>{_DATE}){_READ} ?")
_ANNOUNCED = re.compile(rf"(?P<date>{_DATE}) (?P<what>[^(\n].*)")
_FORM = re.compile(rf"\A\ufeff?(?:Unable to format announcement!\n\n)*{_DATE}(?: [^\n]{{1,300}})?\n")
_EDITED = re.compile(r"Edited .{1,80} later: ?(?P<text>.*)")
_ATTACHMENT = re.compile(
    r"(?:attachments/|[~/][^\n]*/Attachments/|[^\n/]{1,80}/[^\n]*\b(?:attachments|Attachments)/)[^\n]+"
)
_STICKER = re.compile(r"(?:[A-Z][a-z]+ )?Sticker from .{1,200}: (?P<path>.+)")
_REMARK = re.compile(
    r"Sent with (?:Confetti|Echo|Fireworks|Balloons|Heart|Lasers|Shooting Start?|Sparkles|Spotlight|Slam|Loud|Gentle|"
    r"Invisible Ink)|.{1,80} unsent this message part(?: .{1,80} after sending)?!|(?:Started|Stopped) sharing location!"
    r"|Attachment missing!|Transcription: .+"
)
_TAPBACKS = frozenset({"Tapbacks:", "Reactions:"})


def _fits(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    text = head[:4096].decode("utf-8", "replace").replace("\r\n", "\n")
    return _FORM.match(text) is not None


def _read(source: Source, found: Collected, job: Job) -> None:
    talk = Conversation(source, found)
    blocks = list(_split(source.path, talk, job))
    messages = [_filled(Message(each.at, each.date, each.sender), each.read, each.lines) for each in blocks]
    twins = {each.key() for each in messages}
    for message, block in zip(messages, blocks, strict=True):
        _take_replies(message, block, twins)
    talk.write(messages)


@dataclass(slots=True)
class _Block:
    """The lines of a message: ``lines`` its own, ``replies`` those that stand under it, ``after`` what follows a reply
    without being indented: more of the message, or of the reply."""

    at: str
    date: str
    read: str
    sender: str
    lines: list[str] = field(default_factory=list)
    replies: list[_Block] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """One more line below the sender."""
        reply = self.replies[-1] if self.replies else None
        if reply is None or line == ANSWERS_EARLIER:
            self.lines.append(line)
        elif not reply.sender:
            reply.sender = line.strip()
        elif not reply.after and (line.startswith("    ") or not line.strip()):
            reply.lines.append(line[4:])
        else:
            reply.after.append(line)


def _split(path: Path, talk: Conversation, job: Job) -> Iterator[_Block]:
    """The top-level messages of a text, in order; announcements go aside. A message begins with a date at the start of
    the file or behind a blank line."""
    block: _Block | None = None
    blank, count = True, 0
    lines = _lines(path, job)
    for line in lines:
        start = _START.fullmatch(line) if blank else None
        if start is not None:
            if block is not None:
                yield block
            count += 1
            block = _Block(f"message {count}", start["date"], start["read"] or "", next(lines, "").strip())
            blank = False
        elif blank and (_ANNOUNCED.fullmatch(line) or line == "Unable to format announcement!"):
            talk.announced.append(line)
        elif block is None:
            blank = not line.strip()
            talk.announced += [] if blank else [line]
        elif reply := _REPLY.fullmatch(line):
            block.replies.append(_Block(f"reply to {block.at}", reply["date"], reply["read"] or "", ""))
        else:
            blank = not line.strip()
            block.add(line)
    if block is not None:
        yield block


def _lines(path: Path, job: Job) -> Iterator[str]:
    from evidencekit.media.text import detect

    encoding, done = detect(path), 0
    if encoding is None:
        raise ReaderError("The file is not readable as text.", todo="Look at the native file.")
    if path.stat().st_size > _LONGEST:
        raise ReaderError(
            f"The conversation is larger than {_LONGEST >> 20} MiB.", todo="Export it in parts, by date, and add these."
        )
    with path.open(encoding=encoding, errors="replace", newline="\n") as file:
        for number, line in enumerate(file):
            done += len(line)
            if number % 10_000 == 0:
                job.step(done, 0, "reading messages")
            yield line.rstrip("\r\n").removeprefix("\ufeff")


def _take_replies(message: Message, block: _Block, twins: set[tuple[str, str, str]]) -> None:
    """The replies under a message. Old versions indent only a reply's first line: where the reply together with the
    lines behind it stands elsewhere as a message of its own, those lines are the reply's, else the message's."""
    own = list(block.lines)
    for each in block.replies:
        short = _filled(Message(each.at, each.date, each.sender), each.read, each.lines)
        if each.after:
            whole = _filled(Message(each.at, each.date, each.sender), each.read, [*each.lines, *each.after])
            if short.key() not in twins and whole.key() in twins:
                short = whole
            else:
                own += each.after
        message.replies.append(short)
    if len(own) > len(block.lines):
        message.parts, message.attachments, message.remarks = [], [], []
        _filled(message, block.read, own)


def _filled(message: Message, read: str, lines: list[str]) -> Message:
    """Take the lines of a message apart: its words, its attachments, and what the exporter remarks on it."""
    message.remarks += [read] if read else []
    words: list[str] = []
    tapbacks = False
    for line in lines:
        bare = line.strip()
        if bare == ANSWERS_EARLIER:
            message.remarks.append(A_REPLY)
            tapbacks = False
        elif bare in _TAPBACKS:
            tapbacks = True
        elif tapbacks:
            message.remarks += [bare] if bare else []
            tapbacks = bool(bare)
        elif bare == DELETED or _REMARK.fullmatch(bare):
            message.remarks.append(bare.rstrip("!"))
        elif sticker := _STICKER.fullmatch(bare):
            message.attachments.append(sticker["path"])
        elif _ATTACHMENT.fullmatch(bare):
            message.attachments.append(bare)
        else:
            words.append(line)
    text = "\n".join(words).strip("\n")
    message.parts = [_last_edit(text, message)] if text else []
    return message


def _last_edit(text: str, message: Message) -> str:
    """The words as they were last; how they were before goes among the remarks."""
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if _EDITED.fullmatch(line)]
    first = re.match(rf"{_DATE} ", lines[0])
    if not places or first is None:
        return text
    before = [lines[0][first.end() :], *lines[1 : places[0]]]
    message.remarks.append(f"edited; at first “{' '.join(before).strip()}”")
    for here, after in zip(places, [*places[1:], len(lines)], strict=True):
        found = _EDITED.fullmatch(lines[here])
        assert found is not None
        last = "\n".join([found["text"], *lines[here + 1 : after]])
    return last.strip("\n")


TEXT = Format(Form("imessage-text", frozenset({"text/plain"}), _fits), "imessage-exporter, text", _read)
