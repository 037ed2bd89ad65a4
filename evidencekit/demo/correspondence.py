"""Mails and call records of the synthetic case, as mail programs and a carrier write them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import StringIO

from evidencekit.demo import words
from evidencekit.demo.timeline import Call, Message, local


def kiln_mail(photo: bytes, kiln_list: bytes) -> bytes:
    """A plain mail with a photograph and a PDF attached."""
    mail = _mail("2026-01-24 21:16", "Kiln list, and your bowl", 1)
    mail.set_content(words.MAIL_KILN)
    mail.add_attachment(photo, maintype="image", subtype="jpeg", filename="bowl on my shelf.jpg")
    mail.add_attachment(kiln_list, maintype="application", subtype="pdf", filename="Kiln list week 4.pdf")
    mail.set_boundary("=_kiln_0417_0001")
    return mail.as_bytes()


def valentine_mail() -> bytes:
    """A mail in plain text and HTML; the HTML asks for a remote picture."""
    mail = _mail("2026-02-14 07:55", "(no subject)", 2)
    mail.set_content(words.MAIL_VALENTINE_TEXT)
    mail.add_alternative(words.MAIL_VALENTINE_HTML, subtype="html")
    mail.set_boundary("=_roses_0417_0002")
    return mail.as_bytes()


def march_mail() -> bytes:
    """A mail with an encoded subject and body, from another address."""
    mail = _mail("2026-03-22 08:41", "Saturday – the long way home", 3, sender="m.h.studio@example.org")
    mail.set_content(words.MAIL_MARCH, cte="quoted-printable")
    return mail.as_bytes()


def _mail(at: str, subject: str, number: int, sender: str = words.DEFENDANT_MAIL) -> EmailMessage:
    """Headers as they stand in the recipient's mailbox: two relays, the newest on top."""
    sent = local(at)
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["Return-Path"] = f"<{sender}>"
    mail["Delivered-To"] = words.VICTIM_MAIL
    mail["Received"] = (
        f"from relay2.{domain} (relay2.{domain} [192.0.2.25]) by mx.example.com with ESMTPS id 4kTz{number}9; "
        + format_datetime((sent + timedelta(seconds=7)).astimezone(UTC))
    )
    mail["Received"] = (
        f"from [198.51.100.17] (unknown [198.51.100.17]) by relay2.{domain} with ESMTPSA id c0417{number}; "
        + format_datetime(sent + timedelta(seconds=3))
    )
    mail["Message-ID"] = f"<{sent:%Y%m%d%H%M%S}.{number}@{domain}>"
    mail["Date"] = format_datetime(sent)
    mail["From"] = f"{words.DEFENDANT} <{sender}>"
    mail["To"] = words.VICTIM_MAIL
    mail["Subject"] = subject
    mail["User-Agent"] = "PostBox 11.2"
    return mail


_Record = tuple[datetime, str, str, str, int, str]


def call_records(calls: Sequence[Call]) -> bytes:
    """The carrier's return: every call between the numbers."""
    rows: list[_Record] = []
    for call in calls:
        note = "voicemail deposit" if call.voicemail else "answered" if call.seconds else "no answer"
        rows.append((call.at, "VOICE", call.number, words.VICTIM_NUMBER, call.seconds, note))
    return _records(rows)


def message_records(messages: Sequence[Message]) -> bytes:
    """The carrier's return: every message between the numbers, without its words."""
    rows: list[_Record] = []
    for message in messages:
        ends = (message.number, words.VICTIM_NUMBER) if message.incoming else (words.VICTIM_NUMBER, message.number)
        rows.append((message.at, "SMS", *ends, 0, ""))
    return _records(rows)


def _records(rows: Sequence[_Record]) -> bytes:
    """UTC, CRLF, with a preamble."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["Coastline Wireless", "Legal Response Center", "Reference CW-558214"])
    writer.writerow(["Times are UTC", "Content is not retained"])
    writer.writerow([])
    writer.writerow(["Item", "Start (UTC)", "Type", "Originating", "Terminating", "Duration (s)", "Note"])
    for n, (at, kind, origin, target, seconds, note) in enumerate(sorted(rows), 1):
        stamp = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        writer.writerow([n, stamp, kind, origin.replace(" ", "-"), target.replace(" ", "-"), seconds, note])
    return out.getvalue().encode("ascii")


COLUMN_NOTES = (
    "CDR columns\r\n\r\n"
    "Item          running number\r\n"
    "Start (UTC)   first network event, Coordinated Universal Time\r\n"
    "Type          VOICE or SMS\r\n"
    "Originating   number that called or wrote\r\n"
    "Terminating   number called or written to\r\n"
    "Duration (s)  seconds of conversation; 0 when not answered\r\n"
    "Note          how the attempt ended\r\n"
).encode("ascii")
