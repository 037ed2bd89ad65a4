"""The contacts of a case as other software reads them: JSON values, and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from evidencekit.chronology.contacts import CaseContact
from evidencekit.chronology.report import harmless
from evidencekit.chronology.tally import Summary, Turns
from evidencekit.moments import show

_TO_THE_MINUTE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d(?::\d\d)?)?")

COLUMNS = (
    "#",
    "Date",
    "Time",
    "Zone",
    "Zone is",
    "Channel",
    "From",
    "From party",
    "To",
    "To party",
    "Direction",
    "Answered",
    "Seconds",
    "Body",
    "Attachments",
    "Note",
    "The “No”",
    "Order served",
    "Seen in",
)


def shape(each: CaseContact) -> dict[str, Any]:
    """One contact of ``contacts --json``. ``to`` names all recipients; ``recipients`` has them one by one. ``when``
    always bears seconds; ``as_found`` is as precise as the source."""
    return {
        "n": each.n,
        "when": to_the_second(each.when),
        "zone": each.zone.value,
        "channel": each.channel.value,
        "from": each.sender,
        "to": ", ".join(each.recipients) or None,
        "direction": each.direction.value,
        "answered": each.answered,
        "seconds": plain_seconds(each.seconds),
        "body": each.body,
        "evidence": [{"item": item, "at": at} for item, at in each.evidence],
        "recipients": list(each.recipients),
        "from_party": each.sender_party,
        "to_parties": list(each.recipient_parties),
        "owner": each.owner.value if each.owner else None,
        "attachments": list(each.attachments),
        "thread": each.thread,
        "service": each.service,
        "note": each.note,
        "as_found": each.as_found,
    }


def summary_shape(summary: Summary) -> dict[str, Any]:
    """The counts of ``contacts --json``."""
    return {
        "total": summary.total,
        "to_victim": summary.to_victim,
        "from_victim": summary.from_victim,
        "unknown": summary.unknown,
        "undated": summary.undated,
        "unanswered": summary.unanswered,
        "by_channel": {channel.value: many for channel, many in summary.by_channel.items()},
        "after_no": summary.after_no,
        "after_order_served": summary.after_order_served,
        "by_party": {
            name: {"to_victim": one.to_victim, "from_victim": one.from_victim, "unanswered": one.unanswered}
            for name, one in summary.by_party.items()
        },
    }


def to_the_second(when: str | None) -> str | None:
    """A time that a source gives to the minute, with its seconds as ``:00``: one shape for what reads it. Days and a
    person's words stay what they are."""
    found = _TO_THE_MINUTE.fullmatch(when) if when else None
    return f"{found[1]}:00{found[2] or ''}" if found else when


def plain_seconds(seconds: float | None) -> int | float | None:
    """Whole seconds as a whole number."""
    return int(seconds) if seconds is not None and seconds == int(seconds) else seconds


def before_or_after(each: CaseContact, turn: int | None) -> str:
    """“before” or “after” a turning point; nothing where there is none, or the contact has no date."""
    if turn is None or each.starts is None:
        return ""
    return "after" if each.starts > turn else "before"


def cells(each: CaseContact, turned: Turns, zone: str) -> tuple[str, ...]:
    """One contact's texts in the order of :data:`COLUMNS`."""
    date, time, named = show(to_the_second(each.when), each.zone, zone)
    seconds = plain_seconds(each.seconds)
    return (
        str(each.n),
        date,
        time,
        named,
        each.zone.value if named else "",
        each.channel.value,
        each.sender or "",
        each.sender_party or "",
        "; ".join(each.recipients),
        "; ".join(each.recipient_parties),
        each.direction.value,
        {None: "", True: "yes", False: "no"}[each.answered],
        "" if seconds is None else str(seconds),
        each.body or "",
        "; ".join(each.attachments),
        each.note,
        before_or_after(each, turned.no),
        before_or_after(each, turned.served),
        "; ".join(f"{item}, {at}" if at else item for item, at in each.evidence),
    )


def csv_lines(contacts: Iterable[CaseContact], turned: Turns, zone: str) -> Iterator[bytes]:
    """The contacts as CSV: RFC 4180, UTF-8 with a byte order mark, every cell harmless to a spreadsheet, so that a
    telephone number is text. Times are in the case's zone."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    yield "\ufeff".encode()
    writer.writerow(COLUMNS)
    for each in contacts:
        writer.writerow([harmless(cell) for cell in cells(each, turned, zone)])
        if text.tell() > 1 << 16:
            yield text.getvalue().encode("utf-8", "backslashreplace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8", "backslashreplace")
