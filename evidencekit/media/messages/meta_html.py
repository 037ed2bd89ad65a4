"""Messenger and Instagram conversations as Meta's “Download your information” gives them in HTML: newest first, local
times without a zone. Three generations of pages bear three sets of class names."""

from __future__ import annotations

import re
from urllib.parse import unquote

from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.clocks import Clock, clock_for
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.markup import Node, go_through, warn_of_gaps
from evidencekit.media.messages.participants import ask_owner, ask_zone, with_people
from evidencekit.media.messages.said_dates import said_date
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Zone

_BLOCK = frozenset({"_a6-g", "_2lej"})
_SENDER, _WORDS, _DATE = ("_a6-h", "_2lek"), ("_a6-p", "_2let"), ("_a6-o", "_2lem")
_REACTIONS = frozenset({"_a6-q", "_tqp"})
_NAME = re.compile(r"(?:\A|/)message(?:s|_\d{1,5})?\.html?\Z", re.I)
_PLACE = re.compile(rb"(?:inbox|archived_threads|message_requests|filtered_threads|e2ee_cutover)/|>Participants: ")
_DURATION = re.compile(r"Duration: (?:(\d{1,3}) hours?,? ?)?(?:(\d{1,3}) minutes?,? ?)?(?:(\d{1,5}) seconds?)?\Z", re.M)
_CALLED = re.compile(r"(?:You called (?P<called>.+?)|(?P<caller>.+?) called you)\.?")
_MISSED = re.compile(
    r"(?:You missed an? (?:video |audio )?(?:call|chat) (?:from|with) .+?|"
    r".+? missed your (?:video |audio )?(?:call|chat))\.?"
)
_PARTICIPANTS = re.compile(r"Participants: (?P<names>.+)", re.S)


def _fits(head: bytes, untrusted_name: str) -> bool:
    new = b"_a6-g" in head and b"_a6-h" in head and b"_a6-p" in head and b"_a6-o" in head
    old = b"_2lej" in head and b"_2lek" in head and b"_2let" in head and b"_2lem" in head
    return (new or old) and (_NAME.search(untrusted_name) is not None or _PLACE.search(head) is not None)


def _read(source: Source, found: Collected, job: Job) -> None:
    clock, unknown = clock_for(source.context.answer("zone"), source.case_zone)
    if unknown:
        found.notes.warn("The zone that was answered is not the name of a time zone; the case's was used.")
    contacts: list[Contact] = []
    people: list[str] = []
    titles: list[str] = []

    def take(node: Node) -> None:
        date, words, sender = node.first(*_DATE), node.first(*_WORDS), node.first(*_SENDER)
        named = _PARTICIPANTS.match(" ".join(node.words().split()))
        if named is not None and date is None:
            people.extend(_names(named["names"]))
        elif date is not None and words is not None:
            contacts.append(_contact(sender, words, date, clock, f"message {len(contacts) + 1}"))
        elif text := " ".join(node.words().split()):
            titles.append(text)

    walk = go_through(source.path, lambda node: bool(node.classes & _BLOCK), take, job)
    warn_of_gaps(found.notes, walk)
    everybody = list(dict.fromkeys([*people, *(each.sender for each in contacts if each.sender)]))
    owner = source.context.answer("owner")
    for each in reversed(contacts):
        found.add(_placed(each, everybody, owner, walk.title))
    others = [name for name in everybody if name != walk.title]
    ask_owner(found, everybody, others[0] if len(everybody) == 2 and len(others) == 1 else "")
    ask_zone(found, clock)
    found.notes.fact("conversation", walk.title, "title")
    found.notes.fact("participants", everybody, "the page")
    found.notes.fact("announcements", titles, "blocks that are no messages")
    if undated := sum(each.when is None for each in contacts):
        found.notes.warn(f"Messages whose date cannot be read, kept without a time: {undated:,}.")


def _names(text: str) -> list[str]:
    """“A, B and C” as names."""
    *first, last = text.split(", ")
    return [each.strip() for each in [*first, *last.split(" and ")] if each.strip()]


def _placed(contact: Contact, people: list[str], owner: str, title: str) -> Contact:
    from dataclasses import replace

    return replace(with_people(contact, people, owner), thread=title)


def _contact(sender: Node | None, words: Node, date: Node, clock: Clock, at: str) -> Contact:
    name = " ".join(sender.words().split()) if sender else ""
    as_found = " ".join(date.words().split())
    read, when, zone, note = said_date(as_found), None, Zone.NONE, ""
    if read is not None:
        when, zone, note = clock.local(read[0], read[1])
    remarks = [note] if note else []
    files: list[str] = []
    for node in words.each():
        if node.classes & _REACTIONS:
            remarks += [" ".join(each.words().split()) for each in node.each() if each.tag == "li"]
        elif uri := _file(node):
            files.append(uri)
    text = words.words(without=lambda node: bool(node.classes & _REACTIONS) or node.tag in ("video", "audio"))
    body = "\n".join(line.strip() for line in text.split("\n")).strip("\n")
    seconds, call, answered = _call(body, name)
    if call:  # what the service says of a call; nobody wrote it
        remarks, body = [" ".join(body.split()), *remarks], ""
    return Contact(
        at=at,
        channel=Channel.CALL if call else Channel.CHAT,
        when=when,
        as_found=as_found,
        zone=zone,
        sender=name,
        recipients=(),
        answered=answered,
        seconds=seconds,
        body=body or None,
        attachments=tuple(dict.fromkeys(files)),
        service="Messenger or Instagram",
        note="; ".join(each for each in remarks if each),
    )


def _file(node: Node) -> str:
    """A file of the download that an element shows or links to; addresses on the net are none."""
    uri = node.attributes.get("src" if node.tag in ("img", "video", "audio", "source") else "href", "")
    if node.tag not in ("img", "video", "audio", "source", "a") or "://" in uri or uri.startswith(("data:", "#")):
        return ""
    return unquote(uri)


def _call(body: str, sender: str) -> tuple[float | None, bool, bool | None]:
    """(seconds, whether it is a call, answered). The words of a call are the service's own, and name who called, so
    that a message which happens to say the same of somebody else stays a message."""
    first, _, rest = body[:1_000].partition("\n")
    found = _DURATION.search(rest)
    called = _CALLED.fullmatch(first)
    missed = _MISSED.fullmatch(first) is not None and (not first.startswith("You missed") or sender in first)
    if called is not None and called["caller"] and called["caller"] != sender:
        called = None
    if missed:
        return None, True, False
    if called is None and not (found and any(found.groups())):
        return None, False, None
    if found is None or not any(found.groups()):
        return None, called is not None, None
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    length = float(hours * 3600 + minutes * 60 + seconds)
    return length, True, length > 0


HTML = Format(Form("meta-html", frozenset({"text/html"}), _fits), "Messenger or Instagram, HTML", _read)
