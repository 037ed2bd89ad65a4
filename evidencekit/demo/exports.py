"""What a phone's back-up programs and a chat program hand over: messages and calls as XML, a chat with its pictures."""

from __future__ import annotations

import base64
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from evidencekit.demo import words
from evidencekit.demo.snaps import picture
from evidencekit.demo.timeline import Call, Message, later, local

CHAT_NAME = f"WhatsApp Chat with {words.DEFENDANT_SAVED_AS}"


@dataclass(frozen=True, slots=True)
class PictureMessage:
    """One picture message; ``other`` is the other side's number or address."""

    at: datetime
    incoming: bool
    other: str
    body: str
    picture: str


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the chat: by whom, "" for the app's own lines; ``picture`` names what it brings."""

    at: datetime
    sender: str
    body: str
    picture: str = ""


PICTURE_MESSAGES = tuple(
    PictureMessage(local(at), incoming, other, body, name) for at, incoming, other, body, name in words.PICTURE_MESSAGES
)
CHAT = tuple(Said(local(at), *rest) for at, *rest in words.CHAT)


def messages_xml(messages: Sequence[Message], pictures: Sequence[PictureMessage], made: datetime, seed: int) -> bytes:
    """A back-up of text and picture messages in the form of SMS Backup & Restore (SyncTech's published fields)."""
    lines = [(each.at, _sms(each)) for each in messages]
    lines += [(each.at, _mms(each, seed)) for each in pictures]
    return _backup("smses", [text for _, text in sorted(lines)], made)


def calls_xml(calls: Sequence[Call], deposits: Sequence[Call], made: datetime) -> bytes:
    """A back-up of the call list: missed, answered and rejected calls, and the ``deposits`` that were left."""
    lines = [
        (call.at, _call(call.at, call.number, "1" if call.seconds else refused(call), call.seconds)) for call in calls
    ]
    lines += [
        (deposit_at(call), _call(deposit_at(call), call.number, "4", 6 + call.at.second % 23)) for call in deposits
    ]
    return _backup("calls", [text for _, text in sorted(lines)], made)


def refused(call: Call) -> str:
    """How the call list puts an unanswered call: 3 missed, 5 rejected, which she did when she held the phone."""
    return "5" if call.at.hour in (12, 18) and not call.voicemail else "3"


def deposit_at(call: Call) -> datetime:
    """When a voicemail was in the mailbox."""
    return later(call.at, seconds=34)


def _backup(root: str, lines: Sequence[str], made: datetime) -> bytes:
    stamp = int(made.timestamp() * 1000)
    head = f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<{root} count=\"{len(lines)}\" "
    head += f'backup_set="0417a7c2-5f11-4f0e-9d35-70d1b2c9e411" backup_date="{stamp}" type="full">\n'
    return (head + "".join(f"  {line}\n" for line in lines) + f"</{root}>").encode("ascii")


def _sms(message: Message) -> str:
    sent = _millis(message.at) - 2_000 if message.incoming else 0
    return _tag(
        "sms",
        protocol="0",
        address=message.number.replace(" ", "").replace("-", ""),
        date=_millis(message.at),
        type="1" if message.incoming else "2",
        subject="null",
        body=message.body,
        toa="null",
        sc_toa="null",
        service_center="null",
        read="1",
        status="-1",
        locked="0",
        date_sent=sent,
        readable_date=_readable(message.at),
        contact_name=_saved_as(message.number),
    )


def _mms(message: PictureMessage, seed: int) -> str:
    name = f"{message.picture}_{message.at:%H%M}.jpg"
    data = base64.b64encode(picture(message.picture, seed)).decode("ascii")
    own = words.VICTIM_NUMBER.replace(" ", "").replace("-", "")
    sender, target = (message.other, own) if message.incoming else (own, message.other)
    parts = _tag("part", seq="0", ct="image/jpeg", name=name, cl=name, text="null", data=data)
    parts += _tag("part", seq="0", ct="text/plain", name="text.txt", cl="text.txt", text=message.body)
    people = _tag("addr", address=sender, type="137", charset="106")
    people += _tag("addr", address=target, type="151", charset="106")
    opened = _tag(
        "mms",
        date=_millis(message.at),
        msg_box="1" if message.incoming else "2",
        address=message.other,
        m_type="132" if message.incoming else "128",
        m_id=f"{_millis(message.at):x}",
        sub="null",
        ct_t="application/vnd.wap.multipart.related",
        read="1",
        readable_date=_readable(message.at),
        contact_name="(Unknown)",
    ).removesuffix(" />")
    return f"{opened}><parts>{parts}</parts><addrs>{people}</addrs></mms>"


def _call(at: datetime, number: str, kind: str, seconds: int) -> str:
    return _tag(
        "call",
        number=number.replace(" ", "").replace("-", ""),
        duration=seconds,
        date=int(at.timestamp()) * 1000,
        type=kind,
        presentation="1",
        readable_date=_readable(at),
        contact_name=_saved_as(number),
    )


def _tag(element: str, **values: str | int) -> str:
    return f"<{element} " + " ".join(f'{name}="{_escaped(str(value))}"' for name, value in values.items()) + " />"


def _escaped(text: str) -> str:
    """As the program writes it: what is beyond Latin as numbers, an emoji as the two halves that Java knows."""
    out = []
    for (unit,) in struct.iter_unpack("<H", text.encode("utf-16-le")):
        plain = 32 <= unit < 127 and chr(unit) not in '&<>"'
        out.append(chr(unit) if plain else f"&#{unit};")
    return "".join(out)


def _millis(at: datetime) -> int:
    """A phone's clock counts milliseconds; these follow from the second."""
    second = int(at.timestamp())
    return second * 1000 + second * 37 % 997 + 1


def _readable(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"


def _saved_as(number: str) -> str:
    return words.DEFENDANT_SAVED_AS if number == words.FIRST_NUMBER else "(Unknown)"


def chat_zip(seed: int) -> bytes:
    """“Export chat” with media of a phone set to English (United States): the text, and the pictures beside it."""
    files = [(f"{CHAT_NAME}.txt", CHAT[-1].at, "".join(_line(each) for each in CHAT).encode())]
    files += [(_media(each), each.at, picture(each.picture, seed)) for each in CHAT if each.picture]
    return stored(files)


def stored(files: Iterable[tuple[str, datetime, bytes]]) -> bytes:
    """A ZIP archive of (name, local time, content); not deflated, which not every library does to the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, at, content in files:
            member = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
            member.create_system, member.external_attr = 3, 0o600 << 16
            archive.writestr(member, content)
    return out.getvalue()


def _line(each: Said) -> str:
    at = each.at
    stamp = f"{at.month}/{at.day}/{at:%y}, {(at.hour - 1) % 12 + 1}:{at:%M}\u202f{'AM' if at.hour < 12 else 'PM'}"
    said = f"\u200e{_media(each)} (file attached)\n{each.body}".rstrip("\n") if each.picture else each.body
    return f"{stamp} - {each.sender}: {said}\n" if each.sender else f"{stamp} - {said}\n"


def _media(each: Said) -> str:
    return f"IMG-{each.at:%Y%m%d}-WA{each.at.minute:04d}.jpg"
