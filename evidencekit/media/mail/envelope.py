"""What a mail's headers say: who and what as facts, when as moments, and the way it went, hop by hop.

Sources: RFC 5322 3.6 (fields), 3.6.7 (trace), RFC 8601 (Authentication-Results), RFC 6376 (DKIM), RFC 8617 (ARC).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.message import Message

from evidencekit.media.headers import decoded_values, raw_values
from evidencekit.media.notes import Notes, clean
from evidencekit.model import Moment, Zone

MOST_RECEIVED = 50
_ADDRESSES = ("from", "sender", "reply-to", "to", "cc", "bcc", "delivered-to", "return-path")
_LINES = (
    *("subject", "message-id", "in-reply-to", "references", "x-mailer", "user-agent", "x-originating-ip"),
    *("authentication-results", "arc-authentication-results", "received-spf", "list-id"),
)
_NAMES = {"x-mailer": "software", "user-agent": "software"}
_ODD = timedelta(days=1)
_EARLY = timedelta(minutes=10)
_CLAUSE = re.compile(r"(?:^|\s)(from|by|with|for)\s+(?=\S)", re.IGNORECASE)
_TAG = re.compile(r"(?:^|;)\s*(d|s|i|cv)\s*=\s*([^;\s]{1,200})")


def envelope(message: Message, notes: Notes, *, where: str = "mail header", whole: bool = True) -> None:
    """Gathers everything the headers say. ``where`` begins each basis; not ``whole`` when the headers were put together
    from something else, so that what lacks is no fault of theirs."""
    for name in (*_ADDRESSES, *_LINES):
        for number, value in enumerate(decoded_values(message, name)[:20]):
            key = _NAMES.get(name, name.replace("-", "_"))
            label = f"{where} {_titled(name)}"
            notes.fact(key, value, label if number == 0 else f"{label}, no. {number + 1}")
    for name in ("From", "Date", "Message-ID"):
        if whole and not any(raw_values(message, name.lower())):
            notes.warn(f"The message has no {name} header.")
    _domain(message, notes, where)
    _seals(message, notes, where)
    _times(message, notes)
    if any(value.strip() == "1" for value in raw_values(message, "x-unsent")):
        notes.fact("draft", True, f"{where} X-Unsent")
        notes.warn("It is a draft that was written but not sent (X-Unsent).")


def _titled(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))


def _domain(message: Message, notes: Notes, where: str) -> None:
    for value in raw_values(message, "message-id")[:1]:
        found = re.search(r"@([^>\s@]{1,255})>?\s*$", value)
        notes.fact("message_id_domain", found[1] if found else None, f"{where} Message-Id")


def _seals(message: Message, notes: Notes, where: str) -> None:
    """Signatures of servers are said to be there; they are not checked, for that needs the network."""
    for name, key in (("dkim-signature", "dkim"), ("arc-seal", "arc")):
        said = []
        for value in raw_values(message, name)[:20]:
            tags = dict(_TAG.findall(value[:5_000]))
            said.append(", ".join(f"{tag}={tags[tag]}" for tag in ("i", "cv", "d", "s") if tag in tags) or "unreadable")
        if said:
            notes.fact(key, f"present, not checked ({'; '.join(said)})", f"{where} {_titled(name)}")


def _times(message: Message, notes: Notes) -> None:
    date: Moment | None = None
    for value in raw_values(message, "date")[:3]:
        found = mail_time(value, "mail Date, the sender's claim", "Date", notes)
        date = date or found
    hops = [_unspaced(value) for value in raw_values(message, "received")]
    total = len(hops)
    notes.fact("hops", total or None, "mail headers Received, counted")
    if total > MOST_RECEIVED:
        notes.warn(f"The message passed {total:,} servers by its own account; the last {MOST_RECEIVED} are listed.")
    # Each server puts its line on top: the last is the oldest.
    times: list[Moment | None] = []
    for number, value in enumerate(reversed(hops[:MOST_RECEIVED]), total - len(hops[:MOST_RECEIVED]) + 1):
        basis = f"mail Received, hop {number} of {total}"
        found = mail_time(value, basis, f"Received {number}", notes) if ";" in value else None
        before = times[-1] if times else date
        _hop(value, number, found, before, notes, basis)
        times.append(found)
    known = [each for each in times if each is not None]
    if date is not None and known:
        _difference(date, known[0], notes)


def _unspaced(value: str) -> str:
    return " ".join(value.split())


def _hop(value: str, number: int, found: Moment | None, before: Moment | None, notes: Notes, basis: str) -> None:
    said = _clauses(value)
    notes.fact(f"hop_{number}", said or value, basis)
    gap = _gap(before, found)
    if gap is not None:
        behind = "Date" if number == 1 else f"hop {number - 1}"
        notes.fact(f"hop_{number}_after", f"{_span(gap)} {'before' if gap < timedelta() else 'after'} {behind}", basis)


def _clauses(value: str) -> str:
    """“from mail.example (…) by mx.example with ESMTPS for <a@b>; time” as its parts, comments kept."""
    head, _, time = value.rpartition(";") if ";" in value else (value, "", "")
    parts = _CLAUSE.split(head[:4_000])
    pairs = [(parts[n].lower(), parts[n + 1].strip()) for n in range(1, len(parts) - 1, 2)]
    if not any(name == "by" for name, _ in pairs):
        return ""
    return "; ".join([*(f"{name} {words}" for name, words in pairs), *([f"at {time.strip()}"] if time.strip() else [])])


def _difference(date: Moment, first: Moment, notes: Notes) -> None:
    basis = "mail Date and its oldest Received line that has a time"
    gap = _gap(date, first)
    if gap is None:
        notes.fact("date_difference", "cannot be told, for one of them states no zone", basis)
        return
    side = "before" if gap >= timedelta() else "after"
    told = "Date is the first server's time" if not gap else f"Date is {_span(gap)} {side} the first server's time"
    notes.fact("date_difference", told, basis)
    if gap > _ODD or gap < -_EARLY:
        notes.warn(f"{told}: the sender's clock was wrong, the message waited, or one of the two was changed.")


def _gap(first: Moment | None, second: Moment | None) -> timedelta | None:
    if first is None or second is None or Zone.NONE in (first.zone, second.zone):
        return None
    return datetime.fromisoformat(second.value) - datetime.fromisoformat(first.value)


def _span(gap: timedelta) -> str:
    """A length of time in its two largest units: “3 h 2 min”."""
    rest, parts = int(abs(gap).total_seconds()), []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,} {name}")
    return " ".join(parts[:2]) or "0 s"


def mail_time(value: str, basis: str, which: str, notes: Notes) -> Moment | None:
    """Keeps the time of a mail header, or tells that it is none."""
    from evidencekit.moments import mail_moment, weekday_fault

    found = mail_moment(value, basis=basis)
    notes.time(found, value.rpartition(";")[2], f"time {which}", basis)
    fault = weekday_fault(value)
    if fault:
        header = "Date header" if which == "Date" else f"header {which}"
        notes.warn(f"The {header} {fault}.")
    return found


def date_of(message: Message) -> Moment | None:
    """The first Date that can be read."""
    from evidencekit.moments import mail_moment

    found = (mail_moment(value, basis="mail Date, the sender's claim") for value in raw_values(message, "date")[:3])
    return next((each for each in found if each is not None), None)


def first_value(message: Message, name: str) -> str:
    """The first header of that lower-case name, decoded and on one line, else an empty text."""
    return clean(next(iter(decoded_values(message, name)), ""))
