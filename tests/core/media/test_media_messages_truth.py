"""Exports written from a known list of messages: what the case tells of them is that list, whatever wrote the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from evidencekit.chronology.contact_report import shape, to_the_second
from evidencekit.chronology.contacts import merge
from evidencekit.chronology.ends import Sighting
from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.protocol import Source
from evidencekit.media.writing import encoding_of, forgiving_encoding_of
from evidencekit.model import Channel, Contact, Party, Role, Zone
from evidencekit.sense.identities import People

HER, HIM = "Jane Doe", "Danny Hollis"
NUMBER = "+15550178834"
ZONES = ("America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Kolkata")
NARROW, ARABIC = "\u202f", str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
BODIES = (
    "I see you \U0001f609",
    "one\ntwo\n\nfour",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "re: your car: ok  ",
    "<b>\"quoted\"</b> & 'single'",
    "日本語 한국어 العربية हिन्दी",
    "1/2/26, is when",
)


@dataclass
class Said:
    at: datetime
    outgoing: bool
    body: str


def said(zone: str, *, folds: bool = True) -> list[Said]:
    """Messages around both changes of the clocks in America and in Europe; with ``folds`` also within the hours that
    come twice."""
    local = [datetime(2025, month, day, hour, 5) for month, day in DAYS for hour in (0, 4, 12, 23)]
    local += [datetime(2026, 1, 23, 7, 12), datetime(2026, 1, 23, 0, 0), datetime(2026, 1, 23, 12, 0)]
    times = {each.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for each in local}
    if folds:
        times |= {datetime(2025, 11, 2, 5, 30, tzinfo=UTC) + timedelta(minutes=30 * step) for step in range(12)}
        times |= {datetime(2025, 10, 25, 23, 30, tzinfo=UTC) + timedelta(minutes=30 * step) for step in range(6)}
    return [Said(at, n % 3 == 1, f"{n} {BODIES[n % len(BODIES)]}") for n, at in enumerate(sorted(times))]


DAYS = ((3, 8), (3, 9), (3, 29), (3, 30), (10, 25), (10, 26), (11, 1), (11, 2))


def read(folder: Path, name: str, text: str, media_type: str, form: str, zone: str) -> list[Contact]:
    path = folder / "export"
    path.write_bytes(text.encode("utf-8"))
    reading = MessagesReader().read(Source(path, name, media_type, zone, form=form), folder / "out", Job())
    assert reading.contacts is not None
    return list(contacts_in(reading.contacts))


def told(contacts: list[Contact], zone: str) -> list[tuple[str | None, str | None]]:
    """Time and body of the case's contacts as other software is given them."""
    merged = merge([Sighting("ITEM-0001", each) for each in contacts], {"ITEM-0001": 1}, People((), "US"), {}, zone)
    rows = [shape(each) for each in merged]
    return [(each["when"], each["body"]) for each in rows]


def expected(messages: list[Said], zone: str) -> list[tuple[str | None, str | None]]:
    return [(each.at.astimezone(ZoneInfo(zone)).isoformat(), each.body) for each in messages]


def twelve(at: datetime) -> int:
    return at.hour % 12 or 12


def half(at: datetime, morning: str, evening: str) -> str:
    return morning if at.hour < 12 else evening


STAMPS: dict[str, Callable[[datetime], str]] = {
    "Android en-US": lambda t: f"{t.month}/{t.day}/{t:%y}, {twelve(t)}:{t:%M}{NARROW}{t:%p} - ",
    "Android en-GB": lambda t: f"{t:%d/%m/%Y, %H:%M} - ",
    "Android de": lambda t: f"{t:%d.%m.%y, %H:%M} - ",
    "Android es-MX": lambda t: f"{t.day}/{t.month}/{t:%y}, {twelve(t)}:{t:%M}{NARROW}{half(t, 'a.', 'p.')}\xa0m. - ",
    "Android fr": lambda t: f"{t:%d/%m/%Y à %H:%M} - ",
    "Android pt-BR": lambda t: f"{t:%d/%m/%Y %H:%M} - ",
    "Android nl": lambda t: f"{t:%d-%m-%Y %H:%M} - ",
    "Android ja": lambda t: f"{t:%Y/%m/%d} {t.hour}:{t:%M} - ",
    "Android ko": lambda t: f"{t.year}년 {t.month}월 {t.day}일 {half(t, '오전', '오후')} {twelve(t)}:{t:%M}, ",
    "Android zh-TW": lambda t: f"{t.year}/{t.month}/{t.day} {half(t, '上午', '下午')}{twelve(t)}:{t:%M} - ",
    "Android hi": lambda t: f"{t:%d/%m/%y}, {twelve(t)}:{t:%M} {half(t, 'am', 'pm')} - ",
    "Android ar": lambda t: (
        f"{t.day}\u200f/{t.month}\u200f/{t.year}، {twelve(t)}:{t:%M} {half(t, 'ص', 'م')} - ".translate(ARABIC)
    ),
    "iOS en-US": lambda t: f"[{t.month}/{t.day}/{t:%y}, {twelve(t)}:{t:%M:%S}{NARROW}{t:%p}] ",
    "iOS it": lambda t: f"[{t:%d/%m/%y, %H:%M:%S}] ",
    "iOS ko": lambda t: f"[{t.year}. {t.month}. {t.day}. {half(t, '오전', '오후')} {twelve(t)}:{t:%M:%S}] ",
    "iOS zh-CN": lambda t: f"[{t.year}/{t.month}/{t.day} {t:%H:%M:%S}] ",
}


@pytest.mark.parametrize("zone", ZONES[::2])
@pytest.mark.parametrize("phone", STAMPS)
def test_a_chat_of_every_phone(tmp_path: Path, phone: str, zone: str) -> None:
    messages = said(zone, folds=False)
    lines = [
        f"{STAMPS[phone](each.at.astimezone(ZoneInfo(zone)))}{HER if each.outgoing else HIM}: {each.body}\n"
        for each in messages
    ]
    contacts = read(tmp_path, f"WhatsApp Chat with {HIM}.txt", "".join(lines), "text/plain", "whatsapp", zone)
    assert told(contacts, zone) == expected(messages, zone)
    assert [each.sender for each in contacts] == [HER if each.outgoing else HIM for each in messages]
    assert {each.zone for each in contacts} == {Zone.ASSUMED}


def attribute(text: str) -> str:
    """As the app writes it: line ends and every half of a surrogate pair as a reference of its own."""
    raw = escape(text).replace("\n", "&#10;").encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    return "".join(f"&#{unit};" if 0xD800 <= unit < 0xE000 else chr(unit) for unit in units)


def sms(messages: list[Said], zone: str) -> tuple[str, str, str, str]:
    rows = [
        f'<sms protocol="0" address="{NUMBER}" date="{each.at.timestamp() * 1000:.0f}" type="{1 + each.outgoing}" '
        f'subject="null" body="{attribute(each.body)}" toa="null" contact_name="{HIM}" />'
        for each in messages
    ]
    prolog = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
    return "sms.xml", f'{prolog}<smses count="{len(rows)}">{"".join(rows)}</smses>', "application/xml", "sms-backup"


def messenger(messages: list[Said], zone: str) -> tuple[str, str, str, str]:
    rows = [
        {
            "sender_name": HER if each.outgoing else HIM,
            "timestamp_ms": int(each.at.timestamp() * 1000),
            "content": each.body.encode("utf-8").decode("latin-1"),
        }
        for each in messages[::-1]
    ]
    text = json.dumps({"participants": [{"name": HIM}, {"name": HER}], "messages": rows, "title": HIM}, indent=1)
    return "message_1.json", text, "application/json", "meta-json"


def voice(messages: list[Said], zone: str) -> tuple[str, str, str, str]:
    rows = []
    for each in messages:
        at = each.at.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")
        who = '<abbr class="fn" title="">Me</abbr>' if each.outgoing else f'<span class="fn">{HIM}</span>'
        number = "+15550142210" if each.outgoing else NUMBER
        words = escape(each.body).replace("\n", "<br>")
        rows.append(
            f'<div class="message"><abbr class="dt" title="{at}">then</abbr>:\n<cite class="sender vcard">'
            f'<a class="tel" href="tel:{number}">{who}</a></cite>:\n<q>{words}</q></div>\n'
        )
    text = f'<html><body><div class="hChatLog hfeed">{"".join(rows)}</div></body></html>'
    return f"{HIM} - Text - 2026-01-23T15_12_00Z.html", text, "text/html", "google-voice"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("export", [sms, messenger, voice], ids=lambda each: each.__name__)
def test_an_export_of_instants(
    tmp_path: Path, export: Callable[[list[Said], str], tuple[str, str, str, str]], zone: str
) -> None:
    messages = said(zone)
    contacts = read(tmp_path, *export(messages, zone), zone)
    assert told(contacts, zone) == expected(messages, zone)
    assert {each.zone for each in contacts} == {Zone.STATED}


def test_bubbles_keep_every_space(tmp_path: Path) -> None:
    bubble = '<div class="message_part"><span class="bubble"> a  <b>b</b>\n<i>c</i>&nbsp; </span></div>'
    page = (
        '<html><body><div class="message"><div class="received"><p><span class="timestamp">Jan 23, 2026  7:12:00 AM'
        f'</span><span class="sender">{NUMBER}</span></p>{bubble}</div></div>'
    )
    (contact,) = read(tmp_path, f"{NUMBER}.html", page, "text/html", "imessage-html", ZONES[0])
    assert contact.body == " a  b\nc\xa0 "


def test_minutes_are_given_with_seconds() -> None:
    assert to_the_second("2026-01-06T07:12-08:00") == "2026-01-06T07:12:00-08:00"
    assert to_the_second("2026-01-06T07:12") == "2026-01-06T07:12:00"
    for other in ("2026-01-06", "2026-01-06T07:12:30.250Z", "early March 2026", None):
        assert to_the_second(other) == other


def test_what_a_mail_calls_its_sender_names_nobody_else() -> None:
    """He signs his mail with her name: her chat messages stay hers."""

    def one(channel: Channel, sender: str, *names: tuple[str, str]) -> Contact:
        when = "2026-01-06T07:12:00-08:00"
        return Contact("1", channel, when, when, Zone.STATED, sender, ("+15550199000",), body=sender, names=names)

    mail = one(Channel.EMAIL, "danny@example.com", ("danny@example.com", HER))
    sightings = [Sighting("ITEM-0001", mail), Sighting("ITEM-0001", one(Channel.CHAT, HER))]
    people = People((Party(HIM, Role.DEFENDANT, ("danny@example.com",)),), "US")
    chat = next(each for each in merge(sightings, {}, people, {}, ZONES[0]) if each.channel is Channel.CHAT)
    assert (chat.sender, chat.sender_party) == (HER, None)


def test_damage_in_one_message_costs_that_message(tmp_path: Path) -> None:
    messages = said(ZONES[0])
    name, text, media_type, form = messenger(messages, ZONES[0])
    broken = text.replace('"timestamp_ms"', '"timestamp_ms', 1).replace('"content": "7', '"content": 7', 1)
    contacts = read(tmp_path, name, broken, media_type, form, ZONES[0])
    assert len(messages) - 4 <= len(contacts) < len(messages)
    wide = text.replace('"content": "7', f'"x": {"9" * 5000}, "content": "7', 1)
    assert len(read(tmp_path, name, wide, media_type, form, ZONES[0])) == len(messages)


def test_a_few_spoilt_characters_make_no_other_encoding() -> None:
    text = "".join(f"{body}\n" for body in BODIES).encode()
    assert encoding_of(text + b"\x81\xff\n", True) == "utf-8"
    assert encoding_of(text + "\U0001f609".encode()[:3], True) == "utf-8"
    assert forgiving_encoding_of(b"plain words, " * 20 + b"\xf0\x9d", True) == "utf-8"
    assert encoding_of("Grüße aus Köln".encode("cp1252"), True) == "cp1252"


def test_a_date_that_never_was_does_not_hide_the_order_of_the_others(tmp_path: Path) -> None:
    chat = "[1/23/26, 7:12:00 AM] A: one\n[13/32/26, 7:12:00 AM] B: two\n[2/3/26, 7:12:00 AM] A: three\n"
    contacts = read(tmp_path, "_chat.txt", chat, "text/plain", "whatsapp", ZONES[0])
    assert [each.when and each.when[:10] for each in contacts] == ["2026-01-23", None, "2026-02-03"]
