"""Documents, mails, notes and records, and the odd files among them: broken, twice there, wrongly named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from evidencekit.demo import (
    camera,
    captures,
    correspondence,
    courtpapers,
    exports,
    paperwork,
    recordings,
    snaps,
    words,
)
from evidencekit.demo.officefile import statement
from evidencekit.demo.papers import Press
from evidencekit.demo.plan import Tell, Wanted, Write, seeded
from evidencekit.demo.sheets import Document
from evidencekit.demo.timeline import HANDED_OVER, Call, Message, local

BIDI_NAME = "photo of you \u202egpj.txt"
NEWLINE_NAME = "shopping\nand flowers.txt"
EMOJI_NAME = "💐 card from the roses 🌹.txt"
LONG_NAME = ("Note to self " + "about the white car across the street " * 8)[:196] + ".txt"
_REPORTS = "detective/Reports"
_WARRANT = local("2026-04-10 00:00")


def documents(press: Press, seed: int) -> list[Wanted]:
    """What does not depend on the rest, most important first: the first five carry the story."""
    told = [
        _scan(press, "order", "TRO CH-1182 certified copy (scan).pdf", courtpapers.ORDER, seed),
        _scan(press, "service", "Proof of service CH-1182 (scan).pdf", courtpapers.SERVICE, seed, sideways=True),
        _mail("mail:kiln", "2026-01-24 Kiln list, and your bowl", "2026-01-24 21:17", _kiln(press, seed)),
        Wanted("notes", "phone/Notes/What happened.txt", local("2026-04-09 20:02"), _fixed(words.NOTES_UTF8.encode())),
        Wanted("truncated", "phone/Downloads/IMG_1998.JPG", local("2026-02-11 18:37"), camera.interrupted(seed)),
    ]
    return told + _further(press, seed)


LINKED = 8


def linked(
    messages: Sequence[Message],
    calls: Sequence[Call],
    left: Sequence[tuple[Call, int]],
    roll: Sequence[Wanted],
    seed: int,
) -> list[Wanted]:
    """What is made from the rest: the carrier's records, the copies of captures, what the phone's programs export.
    ``left`` are the voicemails that are handed over; the others are in the phone's list of calls only."""
    by_key = {wanted.key: wanted for wanted in roll}
    voice = [call for call in calls if call.at <= _WARRANT]
    texts = [message for message in messages if message.at <= _WARRANT]
    kept = {call for call, _ in left}
    gone = [call for call in calls if call.voicemail and call not in kept]
    return [
        Wanted(
            "cdr",
            "carrier/CDR_CW-558214.csv",
            local("2026-04-16 08:31"),
            _fixed(correspondence.call_records(voice)),
            tells=_rung(voice),
        ),
        _again("duplicate:no", by_key["thread:no"], "phone/Downloads/{stem} (1).PNG"),
        *_exported("", "phone", "2026-01-01 00:00", "2026-04-09 20:15", messages, calls, gone, seed),
        Wanted(
            "sms-detail",
            "carrier/SMS_CW-558214.csv",
            local("2026-04-16 08:31"),
            _fixed(correspondence.message_records(texts)),
        ),
        *_exported("-later", "phone-april", "2026-03-10 00:00", "2026-04-27 13:50", messages, calls, gone, seed),
        _again("duplicate:first", by_key["thread:first"], "phone-april/Screenshots/the first messages.PNG"),
    ]


def _exported(
    suffix: str,
    root: str,
    since: str,
    made: str,
    messages: Sequence[Message],
    calls: Sequence[Call],
    gone: Sequence[Call],
    seed: int,
) -> list[Wanted]:
    """The phone's back-up of messages and of its list of calls, from ``since`` until they were ``made``."""
    first, last = local(since), local(made)
    texts = [each for each in messages if first <= each.at < last]
    pictures = [each for each in exports.PICTURE_MESSAGES if first <= each.at < last]
    rung = [call for call in calls if first <= call.at < last]
    deposits = [call for call in gone if first <= call.at < last]
    tells = [Tell(each.at, f"text with {each.number}", each.incoming) for each in texts]
    tells += [Tell(each.at, f"picture with {each.other}", each.incoming) for each in pictures]
    left = tuple(Tell(exports.deposit_at(call), "voicemail", to_victim=True) for call in deposits)
    folder = f"{root}/SMSBackupRestore"
    return [
        Wanted(
            f"sms{suffix}",
            f"{folder}/sms-{last:%Y%m%d%H%M}12.xml",
            last,
            lambda path: _put(path, exports.messages_xml(texts, pictures, last, seed)),
            tells=tuple(tells),
        ),
        Wanted(
            f"call-list{suffix}",
            f"{folder}/calls-{last:%Y%m%d%H%M}12.xml",
            last,
            lambda path: _put(path, exports.calls_xml(rung, deposits, last)),
            tells=_rung(rung) + left,
        ),
    ]


def _rung(calls: Sequence[Call]) -> tuple[Tell, ...]:
    return tuple(Tell(call.at.replace(microsecond=0), f"call from {call.number}", to_victim=True) for call in calls)


def in_order(own: Sequence[Wanted], made: Sequence[Wanted], count: int) -> list[Wanted]:
    """The ``count`` most important of both."""
    return [*own[:5], *made[:2], *own[5:21], *made[2:], *own[21:]][:count]


def _further(press: Press, seed: int) -> list[Wanted]:
    told = [
        _plain(press, "report", "26-004417 Incident report.pdf", paperwork.INCIDENT),
        Wanted("bidi", f"phone/Downloads/{BIDI_NAME}", local("2026-02-21 23:58"), _fixed(b"Do you like it? M.\n")),
        _plain(press, "cover-letter", "Return cover letter.pdf", courtpapers.COVER_LETTER, folder="carrier"),
        _odd(press),
        Wanted("garbage", "phone/Downloads/DSC00017.jpg", local("2026-01-30 23:02"), _garbage(seed)),
        _plain(press, "arrest", "26-009120 Arrest report.pdf", paperwork.ARREST),
        _mail("mail:roses", "2026-02-14 (no subject)", "2026-02-14 07:56", _fixed(correspondence.valentine_mail())),
        _locked(press, "locked", "26-009120-X Examination summary.pdf", paperwork.EXTRACTION, user="lindqvist-417"),
        _scripted(press),
        Wanted("empty", "phone/Downloads/Recording 4.m4a", local("2026-02-12 03:50"), _fixed(b"")),
        *camera.police(seed)[:1],
        Wanted("porter", "phone/Downloads/Porter log.txt", local("2026-03-12 18:00"), _fixed(words.NOTES_CP1252)),
        _locked(press, "brandt", "Statement M. Brandt.pdf", paperwork.BRANDT, user=""),
        Wanted("mismatch", "phone/Downloads/Saved image 3.jpg", local("2026-02-12 03:46"), captures.saved_image()),
        _chat(seed),
        Wanted(
            "film",
            "phone/DCIM/100MEDIA/VID_20260317_181206.mp4",
            local("2026-03-17 18:12"),
            snaps.film(local("2026-03-17 18:12"), seed),
        ),
        Wanted(
            "heic",
            "phone/Downloads/IMG_4471.HEIC",
            local("2026-03-20 12:41"),
            snaps.heic(local("2026-03-20 12:41"), camera.LIBRARY, seed),
        ),
        Wanted(
            "castellano",
            f"{_REPORTS}/Statement R. Castellano.docx",
            local("2026-03-12 18:40"),
            _fixed(statement("Statement", "R. Castellano, night porter", words.STATEMENT_PORTER)),
        ),
        _scan(press, "granted", "CH-1182 Order after hearing (scan).pdf", courtpapers.GRANTED, seed),
        _plain(press, "alvarez", "Statement T. Alvarez.pdf", paperwork.ALVAREZ),
        _scan(press, "declaration", "CH-1182 Declaration of petitioner (scan).pdf", courtpapers.DECLARATION, seed),
        _plain(press, "certification", "Certification of records.pdf", courtpapers.CERTIFICATION, folder="carrier"),
        _mail("mail:march", "2026-03-22 Saturday", "2026-03-22 08:42", _fixed(correspondence.march_mail())),
        Wanted(
            "emoji", f"phone/Downloads/{EMOJI_NAME}", local("2026-02-14 08:20"), _fixed("Roses, no card. 🌹\n".encode())
        ),
        Wanted(
            "long", f"phone/Downloads/{LONG_NAME}", local("2026-03-02 12:15"), _fixed(b"White sedan, bay 6, 12:10.\n")
        ),
        _plain(press, "supplement", "26-004417-S2 Supplemental report.pdf", paperwork.SUPPLEMENT),
        Wanted("columns", "carrier/CDR columns.txt", local("2026-04-16 08:31"), _fixed(correspondence.COLUMN_NOTES)),
        *camera.police(seed)[1:],
        _plain(press, "interview", "26-004417-S1 Interview summary.pdf", paperwork.INTERVIEW),
        Wanted(
            "dispatch", "detective/Audio/Dispatch line 2.mp3", local("2026-04-24 16:59"), recordings.dispatch_call(seed)
        ),
        _plain(press, "property", "26-004417-P Property receipt.pdf", paperwork.PROPERTY),
        _plain(press, "dispatch-log", "26-009120-D Dispatch record.pdf", paperwork.DISPATCH_LOG),
    ]
    if os.name != "nt":  # Windows has no line breaks in names
        told.insert(
            8,
            Wanted("newline", f"phone/Downloads/{NEWLINE_NAME}", local("2026-02-21 23:59"), _fixed(b"Milk. Roses.\n")),
        )
    return told


def _fixed(content: bytes) -> Write:
    return lambda path: _put(path, content)


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _mail(key: str, name: str, at: str, write: Write) -> Wanted:
    tells = (Tell(local(at), f"mail {name}", to_victim=True),)
    return Wanted(key, f"email/{name}.eml", local(at), write, tells=tells)


def _chat(seed: int) -> Wanted:
    tells = tuple(
        Tell(each.at, f"chat {n}", to_victim=each.sender != words.VICTIM)
        for n, each in enumerate(exports.CHAT)
        if each.sender
    )
    name, made = exports.CHAT_NAME, local("2026-04-09 20:19")
    write: Write = lambda path: _put(path, exports.chat_zip(seed))  # noqa: E731
    return Wanted("chat", f"phone/WhatsApp/{name}.zip", made, write, f"{name}.txt", tells)


def _plain(press: Press, key: str, name: str, document: Document, folder: str = _REPORTS) -> Wanted:
    return Wanted(key, f"{folder}/{name}", _made(document), lambda path: press.plain(document, path))


def _scan(press: Press, key: str, name: str, document: Document, seed: int, *, sideways: bool = False) -> Wanted:
    def write(path: Path) -> None:
        press.scanned(document, path, seeded(seed, key), sideways=sideways)

    return Wanted(key, f"{_REPORTS}/{name}", _made(document), write)


def _odd(press: Press) -> Wanted:
    document = paperwork.PLAN
    path = f"{_REPORTS}/26-004417 Site plan.pdf"
    return Wanted("plan", path, _made(document), lambda out: press.odd_boxes(document, out))


def _scripted(press: Press) -> Wanted:
    document = courtpapers.VISITORS
    path = "detective/From library/Visitor log form.pdf"
    return Wanted("visitors", path, _made(document), lambda out: press.scripted(document, out))


def _locked(press: Press, key: str, name: str, document: Document, *, user: str) -> Wanted:
    def write(path: Path) -> None:
        press.locked(document, path, user=user, owner="mesa-bay-417")

    return Wanted(key, f"{_REPORTS}/{name}", _made(document), write)


def _kiln(press: Press, seed: int) -> Write:
    def write(path: Path) -> None:
        path.write_bytes(correspondence.kiln_mail(camera.bowl(seed), press.bytes(courtpapers.KILN_LIST)))

    return write


def _again(key: str, original: Wanted, path: str) -> Wanted:
    stem = original.path.rpartition("/")[2].rpartition(".")[0]
    return Wanted(key, path.format(stem=stem), HANDED_OVER, original.write)


def _garbage(seed: int) -> Write:
    def write(path: Path) -> None:
        path.write_bytes(b"\0\xb7\x04\x17" + seeded(seed, "garbage").randbytes(40_000))

    return write


def _made(document: Document) -> datetime:
    return datetime.fromisoformat(document.created)
