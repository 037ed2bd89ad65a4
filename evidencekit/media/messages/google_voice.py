"""Google Voice as Google Takeout gives it: one page for each exchange of texts, each call and each voicemail.

Every time stands with its offset in the ``title`` of an ``abbr``. What a call was is read from its labels, whose
addresses are the same in every language.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.clocks import Clock
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.markup import Node, go_through, warn_of_gaps
from evidencekit.media.messages.participants import WITHHELD
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Zone
from evidencekit.moments import iso_moment

_LENGTH = re.compile(r"\(?(?:(\d{1,3}):)?(\d{1,3}):(\d{2})\)?")
_PERIOD = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?")
_KINDS = ("placed", "received", "missed", "voicemail", "recorded")
_IN_NAME = re.compile(r" - (Placed|Received|Missed|Voicemail|Recorded) - \d{4}-", re.I)
_THREAD = re.compile(r"(?P<who>.*?) - (?:[^-]{1,40}) - \d{4}-\d{2}-\d{2}T\d{2}_\d{2}_\d{2}Z(?:-\d+)*\Z")


def _fits(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return b"hChatLog" in head or (b'class="haudio"' in head and b'class="published"' in head)


def _read(source: Source, found: Collected, job: Job) -> None:
    page = _Page(source, found)
    walk = go_through(
        source.path, lambda node: bool(node.classes & {"participants", "message", "haudio"}), page.take, job
    )
    warn_of_gaps(found.notes, walk)
    page.write()


class _Page:
    """What one page holds, and who is in it: a number for everybody, “Me” among them."""

    def __init__(self, source: Source, found: Collected) -> None:
        self._found, self._clock = found, Clock(source.case_zone)
        stem = PurePosixPath(source.untrusted_name).stem
        named = _THREAD.fullmatch(stem)
        self._thread, self._stem = named["who"] if named else stem, stem
        self._group: list[str] = []
        self._names: dict[str, str] = {}
        self._me = ""
        self._blocks: list[Node] = []

    def take(self, node: Node) -> None:
        if "participants" in node.classes:
            self._group += [
                self._person(each)[0] for each in node.each() if "vcard" in each.classes and each.tag == "cite"
            ]
        else:
            self._blocks.append(node)
            if "message" in node.classes and (cite := node.first("vcard")) is not None:
                number, mine = self._person(cite)
                self._me = number if mine else self._me

    def write(self) -> None:
        if not self._blocks:
            raise ReaderError("The page holds no message and no call.", todo="Look at the native file.")
        texts = [each for each in self._blocks if "message" in each.classes]
        senders = [self._person(cite)[0] for each in texts if (cite := each.first("vcard")) is not None]
        others = list(dict.fromkeys(each for each in [*self._group, *senders] if each and each != self._me))
        if not others and re.fullmatch(r"\+?\d{5,15}", self._thread):
            others = [self._thread]  # nobody but the owner wrote; the page is named after the other
        for place, each in enumerate(self._blocks, 1):
            contact = self._text(each, place, others) if "message" in each.classes else self._call(each, place)
            self._found.add(contact)
        notes = self._found.notes
        notes.fact("conversation", self._thread, "the file's name")
        notes.fact("owner", self._me, "number of “Me”")

    def _person(self, node: Node) -> tuple[str, bool]:
        """(number, else name; whether it is the account's owner) of a card."""
        link, shown = node if node.tag == "a" else node.tagged("a"), node.first("fn")
        href = unquote(link.attributes.get("href", "")) if link is not None else ""
        number = href.removeprefix("tel:") if href.startswith("tel:") else ""
        name = " ".join(shown.words().split()) if shown is not None else ""
        mine = shown is not None and (shown.tag == "abbr" or name == "Me")  # others are a span, in every language
        if number and name and name != number and not mine:
            self._names[number] = name
        return number or name, mine

    def _pairs(self, *numbers: str) -> tuple[tuple[str, str], ...]:
        return tuple((number, self._names[number]) for number in numbers if number in self._names)

    def _time(self, node: Node | None) -> tuple[str | None, str, Zone]:
        text = node.attributes.get("title", "") if node is not None else ""
        found = iso_moment(text, basis="title")
        if found is None:
            self._found.notes.warn("A time on the page cannot be read; what bears it is kept without a time.")
            return None, text or (node.words() if node is not None else ""), Zone.NONE
        if found.zone is not Zone.STATED:
            return found.value, text, Zone.NONE
        from datetime import datetime

        exact = datetime.fromisoformat(found.value)
        return self._clock.instant(round(exact.timestamp() * 1000)) or found.value, text, Zone.STATED

    def _text(self, node: Node, place: int, others: list[str]) -> Contact:
        cite, quote = node.first("vcard"), node.tagged("q")
        sender, mine = self._person(cite) if cite is not None else ("", False)
        when, as_found, zone = self._time(node.first("dt"))
        body = quote.exact() if quote is not None else ""
        files = _files(node)
        recipients = tuple(each for each in others if each != sender)
        if not mine and self._me:
            recipients = (*recipients, self._me)
        return Contact(
            at=f"message {place}",
            channel=Channel.TEXT,
            when=when,
            as_found=as_found,
            zone=zone,
            sender=sender,
            recipients=recipients,
            outgoing=mine,
            body=body or None,
            attachments=files,
            names=self._pairs(sender, *recipients),
            thread=self._thread,
            service="Google Voice",
        )

    def _call(self, node: Node, place: int) -> Contact:
        card = node.first("contributor")
        other = self._person(card)[0] if card is not None else ""
        when, as_found, zone = self._time(node.first("published"))
        seconds, kind = _length(node.first("duration")), self._kind(node)
        transcript = node.first("full-text")
        words = transcript.words() if transcript is not None else ""
        answered = {"received": True, "recorded": True, "missed": False, "voicemail": False}.get(kind)
        if kind == "placed" and seconds:
            answered = True
        outgoing = {"placed": True, "received": False, "missed": False, "voicemail": False}.get(kind)
        remarks = [] if kind in ("placed", "received", "missed", "voicemail") else [kind] if kind else []
        if words:
            remarks.append("the words are Google's own machine transcript")
        return Contact(
            at=f"call {place}" if kind != "voicemail" else f"voicemail {place}",
            channel=Channel.VOICEMAIL if kind == "voicemail" else Channel.CALL,
            when=when,
            as_found=as_found,
            zone=zone,
            sender="" if outgoing else other or WITHHELD,
            recipients=(other,) if outgoing and other else (),
            outgoing=outgoing,
            answered=answered,
            seconds=seconds,
            body=words or None,
            attachments=_files(node),
            names=self._pairs(other),
            thread=self._thread,
            service="Google Voice",
            note="; ".join(remarks),
        )

    def _kind(self, node: Node) -> str:
        labels = {each.attributes.get("href", "").rpartition("#")[2] for each in node.each() if each.tag == "a"}
        found = next((kind for kind in _KINDS if kind in labels), "")
        if not found and (named := _IN_NAME.search(self._stem)):
            found = named[1].lower()
        return found


def _files(node: Node) -> tuple[str, ...]:
    names = []
    for each in node.each():
        name = each.attributes.get("src" if each.tag in ("img", "audio", "video") else "href", "")
        if each.tag in ("img", "audio", "video", "a") and name and not re.match(r"[a-z]{2,9}:", name):
            names.append(unquote(name))
    return tuple(dict.fromkeys(names))


def _length(node: Node | None) -> float | None:
    if node is None:
        return None
    if period := _PERIOD.fullmatch(node.attributes.get("title", "")):
        hours, minutes, seconds = (int(each or 0) for each in period.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    if shown := _LENGTH.fullmatch(node.words()):
        hours, minutes, seconds = (int(each or 0) for each in shown.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    return None


VOICE = Format(Form("google-voice", frozenset({"text/html", "application/xml"}), _fits), "Google Voice, Takeout", _read)
