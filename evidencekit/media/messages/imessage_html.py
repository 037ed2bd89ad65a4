"""Conversations as imessage-exporter writes them in HTML: who sent what is in the classes of its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.imessage import A_REPLY, Conversation, Message
from evidencekit.media.messages.markup import BLOCKS, Node, go_through, warn_of_gaps
from evidencekit.media.protocol import Source

_TIME = re.compile(
    r"(?P<date>[A-Z][a-z]{2} \d{1,2}, \d{4},? +\d{1,2}:\d{2}:\d{2} [AP]M)(?:\s*\((?P<read>Read by .*)\))?"
)
_REMARK_CLASSES = """attachment_error app_error deleted expressive genmoji_prompt shared_location shareplay
sticker_effect sticker_name transcription unsent"""
_REMARKS = frozenset(_REMARK_CLASSES.split())
_SILENT = frozenset(["timestamp", "sender", "reply_anchor"])


def _fits(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return (b'class="timestamp"' in head or b"class='timestamp'" in head) and (
        re.search(rb'<div class="(?:sent|received)[" ]', head) is not None
        and b'<div class="message"' in head
        and b'class="sender"' in head
    )


def _read(source: Source, found: Collected, job: Job) -> None:
    talk = Conversation(source, found)
    messages: list[Message] = []

    def take(node: Node) -> None:
        if "announcement" in node.classes:
            talk.announced.append(" ".join(node.words().split()))
        elif "message" in node.classes:
            messages.append(_message(node, f"message {len(messages) + 1}"))
        elif messages and "message_part" in node.classes:
            _look(node, messages[-1])
        elif messages:
            _replies(node, messages[-1])

    walk = go_through(source.path, _wanted, take, job)
    warn_of_gaps(found.notes, walk)
    talk.write(messages)


def _wanted(node: Node) -> bool:
    """A message, an announcement, and what falls out of a message when the exporter closed it too early."""
    return bool(node.classes & {"message", "announcement", "replies", "reply", "message_part"})


def _message(node: Node, at: str) -> Message:
    side = next((each for each in node.each() if each.classes & {"sent", "received"}), node)
    stamp, sender = side.first("timestamp"), side.first("sender")
    text = " ".join(stamp.words().split()) if stamp else ""
    time = _TIME.fullmatch(text)
    message = Message(at, time["date"] if time else text, sender.words() if sender else "", guid=_guid(stamp))
    message.remarks += [time["read"]] if time and time["read"] else []
    if side.classes & {"sent", "received"}:
        message.sent = "sent" in side.classes
        message.service = " ".join(sorted(side.classes - {"sent", "received"}))
    _look(side, message)
    return message


def _guid(stamp: Node | None) -> str:
    """The message's own id, which newer versions link its time to."""
    link = stamp.tagged("a") if stamp is not None else None
    return link.attributes.get("href", "").partition("message-guid=")[2] if link is not None else ""


def _look(node: Node, message: Message, *, inside: bool = False) -> None:
    """Take what lies in an element to the message: words, attachments, remarks, and the replies under it. ``inside`` a
    part of the message, words in elements that are not known are the message's."""
    inside = inside or "message_part" in node.classes
    for child in node.children:
        if isinstance(child, str):
            if inside and child.strip():
                message.parts.append(child.strip())
        elif child.classes & {"replies", "reply"}:
            _replies(child, message)
        elif child.classes & {"tapbacks", "reactions"}:
            message.remarks += _tapbacks(child)
        elif "reply_context" in child.classes:
            message.remarks.append(A_REPLY)
        elif child.classes & _REMARKS:
            message.remarks.append(child.words().rstrip("!"))
        elif child.classes & _SILENT:
            continue
        elif "edited" in child.classes:
            _edits(child, message)
        elif child.classes & {"bubble", "subject", "app"}:
            _words(child, message)
        elif child.classes & {"attachment", "sticker"}:
            message.remarks += [each.words() for each in child.each() if each.classes & _REMARKS]
            _all_files(child, message)
        elif not _files(child, message):
            _look(child, message, inside=inside)


def _words(node: Node, message: Message) -> None:
    # The page shows a bubble's words with their spaces and line breaks; applications' cards are made of blocks.
    bubble = node.tag == "span" and "bubble" in node.classes and BLOCKS.isdisjoint(each.tag for each in node.each())
    text = node.exact() if bubble else node.words()
    links = [each.attributes.get("href", "") for each in node.each() if each.tag == "a"]
    if node.tag == "a":
        links.append(node.attributes.get("href", ""))
    text = "\n".join([text, *(link for link in links if link.startswith(("http:", "https:")) and link not in text)])
    if text.strip():
        message.parts.append(text)
    _all_files(node, message)


def _all_files(node: Node, message: Message) -> None:
    for each in node.each():
        _files(each, message)


def _files(node: Node, message: Message) -> bool:
    """Take the file that an element shows or links to, if it does; addresses on the net are none."""
    name = node.attributes.get("src" if node.tag in ("img", "video", "audio", "source") else "href", "")
    if node.tag not in ("img", "video", "audio", "source", "a") or not name or "://" in name or name[:1] == "#":
        return False
    if name.startswith("data:"):
        name = "(a picture in the page itself)"
    name = unquote(name)
    if name not in message.attachments:
        message.attachments.append(name)
    return True


def _edits(node: Node, message: Message) -> None:
    rows = [each for each in node.each() if each.tag == "tr"]
    texts = [cells[-1].words() for row in rows if (cells := [each for each in row.each() if each.tag == "td"])]
    if not texts:
        _words(node, message)
        return
    message.parts.append(texts[-1])
    if len(texts) > 1:
        message.remarks.append("edited; at first “" + " ".join(texts[0].split()) + "”")


def _tapbacks(node: Node) -> Iterator[str]:
    marks = [each for each in node.each() if each.classes & {"tapback", "reaction"}]
    inner = [each for each in marks if not any(below.classes & {"tapback", "reaction"} for below in each.each())]
    for each in inner:
        if text := " ".join(each.words().split()):
            yield text


def _replies(node: Node, message: Message) -> None:
    for child in node.children:
        if isinstance(child, Node):
            if "message" in child.classes:
                message.replies.append(_message(child, f"reply to {message.at}"))
            else:
                _replies(child, message)


HTML = Format(Form("imessage-html", frozenset({"text/html"}), _fits), "imessage-exporter, HTML", _read)
