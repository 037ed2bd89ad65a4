"""Which column of a carrier's call detail is what: a mapping that people make, save and share."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from evidencekit.errors import UsageError
from evidencekit.moments.zones import check_zone

ORDERS = {"": "none: only dates that can mean one day are read", "mdy": "month/day/year", "dmy": "day/month/year"}
ORDERS |= {"ymd": "year/month/day", "epoch": "seconds or milliseconds since 1970, UTC"}
CLOCKS = {"24": "00:00 to 23:59", "12": "with AM and PM"}
DURATIONS = {"auto": "seconds, or with colons", "seconds": "seconds", "minutes": "minutes", "mm:ss": "mm:ss"}
DURATIONS |= {"hh:mm:ss": "hh:mm:ss"}
ROLES = {
    "when": "date and time",
    "date": "date",
    "time": "time",
    "sender": "calling number",
    "recipient": "called number",
    "other": "the other number",
    "direction": "direction",
    "duration": "duration",
    "kind": "type",
    "result": "answered or not",
    "offset": "time zone of the row",
}
_MOST_WORDS = 60
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What the columns of a call-detail table are, and how they are to be read.

    A column is named by its heading (case and spaces do not matter), or by its place from 1 as ``#3``; an empty text
    says that there is none. There is either ``when`` or ``date`` and ``time``; either ``sender`` and ``recipient``, or
    ``other`` with ``direction``. ``order`` is one of :data:`ORDERS`, ``clock`` of :data:`CLOCKS`, ``unit`` (of
    durations) of :data:`DURATIONS`. ``zone`` is an IANA name or “UTC”, empty when it is not known; ``offset`` is the
    column that says it row by row, which goes before. ``skip`` rows stand above the heading, or above the records when
    there is no ``header``. ``owner`` is the subscriber's number. The words are compared without regard to case, whole
    or as a word within the cell."""

    name: str
    when: str = ""
    date: str = ""
    time: str = ""
    sender: str = ""
    recipient: str = ""
    other: str = ""
    direction: str = ""
    duration: str = ""
    kind: str = ""
    result: str = ""
    offset: str = ""
    order: str = ""
    clock: str = "24"
    unit: str = "auto"
    zone: str = ""
    owner: str = ""
    sheet: str = ""
    skip: int = 0
    header: bool = True
    outgoing_words: tuple[str, ...] = ("out", "outgoing", "outbound", "mo", "originating", "placed", "sent", "dialed")
    incoming_words: tuple[str, ...] = ("in", "incoming", "inbound", "mt", "terminating", "received", "missed")
    text_words: tuple[str, ...] = ("sms", "mms", "text", "message", "imessage", "picture", "smst", "smso")
    call_words: tuple[str, ...] = ("voice", "call", "volte", "wifi call", "moc", "mtc", "telephony")
    voicemail_words: tuple[str, ...] = ("voicemail", "vm", "voice mail")
    data_words: tuple[str, ...] = ("data", "gprs", "internet", "web", "lte data")
    answered_words: tuple[str, ...] = (
        "answered",
        "answer",
        "connected",
        "completed",
        "normal",
        "success",
        "yes",
        "true",
    )
    missed_words: tuple[str, ...] = (
        "missed",
        "no answer",
        "not answered",
        "unanswered",
        "busy",
        "failed",
        "rejected",
        "no",
        "false",
    )

    def column(self, role: str) -> str:
        """The column of one of :data:`ROLES`."""
        return str(getattr(self, role))

    def to_json(self) -> str:
        """The mapping as it is kept and answered."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def mapping_of(text: str) -> ColumnMapping:
    """A mapping from its JSON. Raises :class:`UsageError` for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong("it is no JSON") from None
    if not isinstance(found, dict):
        raise _wrong("it is no JSON object")
    known = {each.name: each for each in fields(ColumnMapping)}
    if odd := sorted(set(found) - set(known)):
        raise _wrong(f"“{odd[0][:40]}” is nothing that a mapping holds")
    values: dict[str, Any] = {name: _value(name, value) for name, value in found.items()}
    if "name" not in values:
        raise _wrong("it has no name")
    return checked(ColumnMapping(**values))


def _value(name: str, value: Any) -> Any:
    if name.endswith("_words"):
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise _wrong(f"“{name}” is no list of words")
        return tuple(each.strip()[:_LONGEST] for each in value[:_MOST_WORDS] if each.strip())
    if name in ("skip", "header"):
        if type(value) is not (int if name == "skip" else bool):
            raise _wrong(f"“{name}” is not a {'number' if name == 'skip' else 'yes or no'}")
        return value
    if not isinstance(value, str):
        raise _wrong(f"“{name}” is not a text")
    return value.strip()[:_LONGEST]


def checked(mapping: ColumnMapping) -> ColumnMapping:
    """The mapping, rightly spelt. Raises :class:`UsageError`, which says what is missing, when it cannot be used."""
    if not mapping.name or not mapping.name.isprintable():
        raise _wrong("it has no name, or an unprintable one")
    if not mapping.when and not mapping.date:
        raise _wrong("no column holds the date")
    if not (mapping.sender or mapping.recipient or mapping.other):
        raise _wrong("no column holds a number")
    if not mapping.header and (
        odd := [each for each in ROLES if (c := mapping.column(each)) and not c.startswith("#")]
    ):
        raise _wrong(f"without a heading, columns are named by their place, such as #3; “{odd[0]}” is not")
    for name, choices in (("order", ORDERS), ("clock", CLOCKS), ("unit", DURATIONS)):
        if getattr(mapping, name) not in choices:
            raise _wrong(f"“{name}” is none of {', '.join(each for each in choices if each)}")
    if not 0 <= mapping.skip <= 10_000:
        raise _wrong("“skip” is not between 0 and 10,000")
    return replace(mapping, zone=check_zone(mapping.zone)) if mapping.zone else mapping


def _wrong(why: str) -> UsageError:
    return UsageError(
        f"This column mapping cannot be used: {why}.",
        todo="Correct it, or have one proposed with `evidencekit mapping propose`.",
    )
