"""Google Chat and Hangouts as Google Takeout gives them: ``Groups/…/messages.json`` and ``Hangouts.json``.

Chat writes its times out in English, UTC; Hangouts as microseconds since 1970. Chat does not say whose account it was,
Hangouts does, per conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.clocks import Clock
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.jsonparts import parts, warn_of_left
from evidencekit.media.messages.participants import ask_owner, with_people
from evidencekit.media.messages.said_dates import said_date
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Zone


def _fits_chat(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return b'"messages"' in head and b'"creator"' in head and b'"created_date"' in head and b'"message_id"' in head


def _fits_hangouts(head: bytes, untrusted_name: str) -> bool:
    del untrusted_name
    return b'"conversations"' in head and b'"participant_data"' in head


def _read_chat(source: Source, found: Collected, job: Job) -> None:
    clock, contacts, count, left = Clock(source.case_zone), list[Contact](), 0, list[int]()
    try:
        for key, value in parts(source.path, frozenset({"messages"}), job):
            if key == "messages":
                count += 1
                if isinstance(value, dict):
                    contacts.append(_chat(value, clock, f"message {count}"))
                else:
                    left.append(count)
    except ReaderError as error:
        if not contacts:
            raise
        found.notes.warn(f"{error.what} {error.todo}")
    warn_of_left(found.notes, left)
    people = list(dict.fromkeys(each.sender for each in contacts if each.sender))
    owner = source.context.answer("owner")
    for each in contacts:
        found.add(with_people(each, people, owner))
    ask_owner(found, people)
    found.notes.fact("participants", people, "creators of the messages")
    if undated := sum(each.when is None for each in contacts):
        found.notes.warn(f"Messages without a time that can be read: {undated:,}.")


def _chat(value: dict[str, Any], clock: Clock, at: str) -> Contact:
    creator = value.get("creator") if isinstance(value.get("creator"), dict) else {}
    assert isinstance(creator, dict)
    email, name = _text(creator.get("email")), _text(creator.get("name"))
    as_found = _text(value.get("created_date"))
    read, when, zone, remarks = said_date(as_found), None, Zone.NONE, list[str]()
    if read is not None and read[2] is not None:
        when, zone = _utc(read[0], clock), Zone.STATED
    elif read is not None:
        when = read[0].isoformat()
        remarks.append("its zone is not known")
    if _text(value.get("message_state")) == "DELETED" or "deletion_metadata" in value:
        remarks.append("deleted")
    if edited := _text(value.get("updated_date")):
        remarks.append(f"changed {edited}")
    for each in _dicts(value.get("reactions")):
        mark = each.get("emoji")
        if isinstance(mark, dict) and (sign := _text(mark.get("unicode"))):
            remarks.append(f"{sign} by {', '.join(_texts(each.get('reactor_emails')))}")
    files = [
        _text(each.get("export_name") or each.get("original_name")) for each in _dicts(value.get("attached_files"))
    ]
    return Contact(
        at=at,
        channel=Channel.CHAT,
        when=when,
        as_found=as_found,
        zone=zone,
        sender=email or name,
        recipients=(),
        body=_text(value.get("text")) or None,
        attachments=tuple(each.replace("?", "_") for each in files if each),  # as Takeout writes the files
        names=((email, name),) if email and name else (),
        service="Google Chat",
        ident=_text(value.get("message_id")),
        note="; ".join(remarks),
    )


def _utc(clock_time: datetime, clock: Clock) -> str | None:
    return clock.instant(int(clock_time.replace(tzinfo=UTC).timestamp() * 1000))


def _read_hangouts(source: Source, found: Collected, job: Job) -> None:
    clock, count, told = Clock(source.case_zone), 0, 0
    try:
        for key, value in parts(source.path, frozenset({"conversations"}), job):
            if key == "conversations" and isinstance(value, dict):
                told += 1
                for event in _conversation(value, clock, count):
                    count += 1
                    found.add(event)
    except ReaderError as error:
        if not count:
            raise
        found.notes.warn(f"{error.what} {error.todo}")
    found.notes.fact("conversations", told, "counted")


def _conversation(value: dict[str, Any], clock: Clock, before: int) -> Iterator[Contact]:
    about = _dict(_dict(value.get("conversation")).get("conversation"))
    people: dict[str, tuple[str, str]] = {}
    for each in _dicts(about.get("participant_data")):
        identity = _person(each.get("id"))
        number = _text(_dict(each.get("phone_number")).get("e164"))
        people[identity] = (number or _text(each.get("fallback_name")) or identity, _text(each.get("fallback_name")))
    owner_id = _person(_dict(_dict(about.get("self_conversation_state")).get("self_read_state")).get("participant_id"))
    owner = people.get(owner_id, (owner_id, ""))[0]
    thread = _text(about.get("name")) or ", ".join(name for name, _ in people.values() if name != owner)
    events = sorted(_dicts(value.get("events")), key=lambda each: _micro(each.get("timestamp")))
    for place, event in enumerate(events, before + 1):
        sender, name = people.get(_person(event.get("sender_id")), (_person(event.get("sender_id")), ""))
        contact = _event(event, clock, f"event {place}")
        contact = replace(
            contact, sender=sender, thread=thread, names=((sender, name),) if name != sender and name else ()
        )
        yield with_people(contact, [each for each, _ in people.values()], owner)


def _event(event: dict[str, Any], clock: Clock, at: str) -> Contact:
    micro = _micro(event.get("timestamp"))
    when = clock.instant(micro // 1000)
    content = _dict(_dict(event.get("chat_message")).get("message_content"))
    call = _dict(event.get("hangout_event"))
    kind = _text(event.get("event_type"))
    words = "".join(
        "\n" if _text(each.get("type")) == "LINE_BREAK" else _text(each.get("text"))
        for each in _dicts(content.get("segment"))
    )
    remarks = [] if kind in ("", "REGULAR_CHAT_MESSAGE", "SMS") else [kind.replace("_", " ").lower()]
    seconds = call.get("hangout_duration_secs")
    length = (
        float(seconds)
        if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 9
        else None
    )
    return Contact(
        at=at,
        channel=Channel.CALL if call else Channel.TEXT if kind == "SMS" else Channel.CHAT,
        when=when,
        as_found=_text(event.get("timestamp")),
        zone=Zone.STATED if when else Zone.NONE,
        sender="",
        recipients=(),
        answered=True if length else None,
        seconds=length,
        body=words or None,
        attachments=tuple(_pictures(content)),
        service="Google Hangouts",
        ident=_text(event.get("event_id")),
        note="; ".join(remarks),
    )


def _pictures(content: dict[str, Any]) -> Iterator[str]:
    for each in _dicts(content.get("attachment")):
        item = _dict(each.get("embed_item"))
        photo = _dict(item.get("plus_photo"))
        if address := _text(photo.get("url")) or _text(_dict(photo.get("thumbnail")).get("image_url")):
            yield address


def _person(value: Any) -> str:
    found = _dict(value)
    return _text(found.get("chat_id")) or _text(found.get("gaia_id"))


def _micro(value: Any) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else 0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


CHAT = Format(Form("google-chat", frozenset({"application/json"}), _fits_chat), "Google Chat, Takeout", _read_chat)
HANGOUTS = Format(
    Form("hangouts", frozenset({"application/json"}), _fits_hangouts), "Google Hangouts, Takeout", _read_hangouts
)
