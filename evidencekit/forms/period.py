"""The custody report over a period: everything the ledger tells of, day by day, between two roots that chain.

A report begins with the root that the one before it ended with, so that none can be left out unseen.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from evidencekit.binder.front import checkpoint_data
from evidencekit.binder.values import Seal
from evidencekit.binder.words import clock, day, plural, size
from evidencekit.casefile import Case
from evidencekit.casefile.history import Event
from evidencekit.casefile.leaving import spans
from evidencekit.casefile.produced import completed
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.ledger import read_ledger
from evidencekit.custody.lines import Line
from evidencekit.errors import UsageError
from evidencekit.forms.gather import Told, gather, printed
from evidencekit.forms.written import Written, head, write_document
from evidencekit.model import Zone
from evidencekit.moments import show
from evidencekit.printing.paper import PaperName

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNSEL = frozenset({"withhold"})
_KINDS = {
    "create": "Case",
    "acquire": "Hand-over",
    "duplicate": "Hand-over",
    "refuse": "Hand-over",
    "verify": "Verification",
    "exhibit": "Exhibit",
    "withdraw": "Exhibit",
    "bind": "Binder",
    "produce": "Production",
    "release": "Transfer",
    "receive": "Transfer",
    "key-add": "Key",
    "key-revoke": "Key",
    "seal": "Seal",
    "anchor": "Time-stamp",
    "recover": "Recovery",
    "clock": "Clock",
    "dispose": "Disposal",
    "withhold": "Disclosure",
}
_MADE = {"production": "Production", "transcript": "Transcript", "listening copy": "Listening copy"}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the case's zone, both included, and whether decisions on disclosure are told: they are the office's own
    counsel, and such a report must not leave it."""

    first: date
    last: date
    internal: bool = False


def period(first: str, last: str, *, internal: bool = False) -> Period:
    """The period between two days as typed. Raises :class:`UsageError`."""
    begins, ends = _day(first), _day(last)
    if begins > ends:
        raise UsageError("The period ends before it begins.", item=f"{first} to {last}", todo="Exchange the two dates.")
    return Period(begins, ends, internal)


def _day(text: str) -> date:
    try:
        if _DATE.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise UsageError(f"“{text}” is not a date.", todo="Write it as 2026-04-30.")


def write_period(case: Case, wanted: Period, out: Path, *, paper: PaperName = PaperName.LETTER) -> Written:
    """Write the report as the PDF ``out``. Raises what :func:`write_document` raises."""
    told = gather(case)
    data = period_data(case, told, wanted, paper, now=datetime.now(UTC))
    notes = ["It tells what counsel decided to withhold: keep it in the office."] if wanted.internal else []
    return write_document(case, _named(told, data), "custody_period.typ", data, out, notes)


def _named(told: Told, data: Mapping[str, Any]) -> Told:
    """With those items alone that the report names."""
    lines = {row["line"] for each in data["days"] for row in each["rows"]}
    named = {number for event in told.events if f"{event.line:,}" in lines for number in event.items}
    return replace(told, items=tuple(item for item in told.items if item.number in named))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The ledger's lines of a period: those behind ``before`` up to ``end`` (sizes)."""

    before: int
    end: int


def _stretch(lines: Sequence[Line], wanted: Period, zone: ZoneInfo) -> _Stretch:
    """Where the period lies in the ledger. A clock that went back can make two periods overlap, never leave a gap."""
    since = [line.number for line in lines if _local(line.time, zone) >= wanted.first]
    until = [line.number for line in lines if _local(line.time, zone) <= wanted.last]
    end = max(until, default=0)
    return _Stretch(min(min(since, default=end + 1) - 1, end), end)


def _local(time: str, zone: ZoneInfo) -> date:
    found = datetime.fromisoformat(time)
    try:
        return found.astimezone(zone).date()
    except OverflowError:  # a clock on the last day of all
        return found.date()


def period_data(case: Case, told: Told, wanted: Period, paper: PaperName, *, now: datetime) -> dict[str, Any]:
    """What the template is given."""
    zone = ZoneInfo(told.zone)
    stretch = _stretch(told.lines, wanted, zone)
    sizes = frozenset({stretch.before, stretch.end} - {0})
    state = read_ledger(case.folder / "ledger.jsonl", case.folder / "checkpoint", roots_at=sizes)
    kept = [line for line in told.lines if stretch.before < line.number <= stretch.end]
    kept = [line for line in kept if wanted.internal or line.act not in _COUNSEL]
    events = {event.line: event for event in told.events}
    stamp = now.isoformat(timespec="seconds")
    first, last = (day(each.isoformat(), told.zone) for each in (wanted.first, wanted.last))
    return {
        **head(told.case, paper, stamp),
        "printed": clock(stamp, told.zone),
        "period": first if first == last else f"{first} to {last}",
        "zone": told.zone,
        "internal": wanted.internal,
        "unfinished": wanted.last >= now.astimezone(zone).date(),
        "findings": list(told.findings),
        "before": {"size": f"{stretch.before:,}", "root": _root(state.roots.get(stretch.before))},
        "end": {"size": f"{stretch.end:,}", "root": _root(state.roots.get(stretch.end))},
        "newest": f"{state.size:,}",
        "checkpoint": _sealed(case, told, stretch.end),
        "sums": [list(each) for each in _sums(told, kept)],
        "people": _people(told, kept),
        "days": _days(told, kept, events, zone),
    }


def _root(root: bytes | None) -> str:
    return base64.b64encode(root).decode() if root else ""


def _sealed(case: Case, told: Told, end: int) -> dict[str, Any] | None:
    """The note that was sealed at the end of the period, as it is printed; None when there is none of that size."""
    newest = case.checked.state.checkpoint
    note: Checkpoint | None = case.checked.seals.get(end)
    if note is None and newest is not None and newest.size == end:
        note = newest
    if note is None or not note.signatures:
        return None
    name = note.signatures[0][0]
    key = case.checked.state.key_named(name)
    time = next((line.time for line in told.lines if line.number == end), "")
    seal = Seal(end, note.root_text, note.note().decode(), name, key.fingerprint if key else "", time)
    return checkpoint_data(seal, told.zone)


def _sums(told: Told, lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """(what, how many) of the period, in the order in which they are looked for; what did not happen is told too."""
    acts: dict[str, list[Line]] = {}
    for line in lines:
        acts.setdefault(line.act, []).append(line)

    def many(act: str) -> int:
        return len(acts.get(act, ()))

    def summed(act: str, name: str) -> int:
        return sum(int(line.fields.get(name) or 0) for line in acts.get(act, ()))

    refused = summed("refuse", "count")
    more = f"; {plural(refused, 'path', 'paths')} refused" if refused else ""
    files = f" ({plural(summed('acquire', 'items'), 'file', 'files')}, {size(summed('acquire', 'bytes'))}{more})"
    yield "Hand-overs", f"{many('acquire'):,}{files if many('acquire') else ''}"
    faulty = sum(bool(line.fields.get("findings")) for line in acts.get("verify", ()))
    yield "Verifications", f"{many('verify'):,}{f', {faulty:,} of them with findings' if faulty else ''}"
    gone = f"; {many('withdraw'):,} withdrawn" if many("withdraw") else ""
    yield "Exhibits marked or regrouped", f"{many('exhibit'):,}{gone}"
    yield "Binders", f"{many('bind'):,}"
    pages = f" ({plural(summed('produce', 'pages'), 'page', 'pages')})" if many("produce") else ""
    done = completed(told.lines)
    left = sum(line.number not in done for line in acts.get("produce", ()))
    yield "Productions", f"{many('produce'):,}{pages}{f', {left:,} of them not completed' if left else ''}"
    numbers = {line.number for line in lines}
    received = [each for each in told.transfers if each.receive in numbers and each.stage == "done"]
    waiting = [each for each in told.transfers if each.release in numbers and each not in received]
    open_ones = f"; {len(waiting):,} released and not received in this period" if waiting else ""
    yield "Transfers of custody", f"{len(received):,}{open_ones}"
    revoked = f"; {many('key-revoke'):,} withdrawn" if many("key-revoke") else ""
    yield "Signing keys added", f"{many('key-add'):,}{revoked}"
    yield "Seals", f"{many('seal'):,}"
    yield "Time-stamps from outside", f"{many('anchor'):,}"
    yield "Recoveries", f"{many('recover'):,}"
    for act, what in (("dispose", "Disposals"), ("clock", "Times the clock went back"), ("withhold", "Decisions")):
        if many(act):
            yield what, f"{many(act):,}"


def _people(told: Told, lines: Sequence[Line]) -> list[dict[str, str]]:
    """Who acted, in the order of their first line."""
    keys: dict[str, list[str]] = {}
    for line in told.lines:
        if line.act == "key-add":
            short = str(line.fields.get("fingerprint", ""))[:16]
            grouped = " ".join(short[at : at + 4] for at in range(0, len(short), 4))
            keys.setdefault(str(line.fields.get("person")), []).append(grouped)
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.actor, []).append(line)
    return [
        {
            "name": actor,
            "lines": f"{len(mine):,}",
            "first": clock(mine[0].time, told.zone),
            "last": clock(mine[-1].time, told.zone),
            "keys": ", ".join(keys.get(actor, ())),
        }
        for actor, mine in found.items()
    ]


def _days(told: Told, lines: Sequence[Line], events: dict[int, Event], zone: ZoneInfo) -> list[dict[str, Any]]:
    grouped = groupby(lines, key=lambda line: _local(line.time, zone))
    short = _short({line.actor for line in lines})
    return [
        {
            "day": day(each.isoformat(), told.zone),
            "rows": [_row(told, line, events[line.number], short[line.actor]) for line in mine],
        }
        for each, mine in grouped
    ]


def _short(actors: Iterable[str]) -> dict[str, str]:
    """The name alone of everybody of whom it says who is meant; role and agency stand in the list of who acted."""
    names = {actor: actor.partition(",")[0] for actor in actors}
    often = Counter(names.values())
    return {actor: name if often[name] == 1 else actor for actor, name in names.items()}


def _row(told: Told, line: Line, event: Event, by: str) -> dict[str, str]:
    _, time, named = show(line.time, Zone.ASSUMED, told.zone)
    return {
        "line": f"{line.number:,}",
        "time": f"{time} {named.partition(' ')[0]}",
        "kind": _kind(line),
        "what": _what(told, line, event),
        "items": "" if event.every else _few(event.items),
        "by": by,
    }


def _kind(line: Line) -> str:
    if line.act == "derive":
        return _MADE.get(str(line.fields.get("made")), "Binder")
    return _KINDS.get(line.act, line.act)


def _what(told: Told, line: Line, event: Event) -> str:
    fields = line.fields
    if line.act == "acquire" and fields.get("items"):
        count, held = int(fields["items"]), int(fields.get("bytes") or 0)
        return f"{event.what}; {plural(count, 'file', 'files')}, {size(held)}"
    if line.act == "withhold":
        reason = printed(str(told.paper(line).get("reason") or ""))
        return f"{event.what}: {reason}" if reason else event.what
    if line.act in ("release", "receive"):
        paper = told.paper(line)
        said = [printed(str(paper.get(name) or "")) for name in ("place", "purpose")]
        return "; ".join(part for part in (event.what, *said) if part)
    return event.what


def _few(numbers: Iterable[str]) -> str:
    parts = spans(each for each in numbers if each).split(", ")
    return ", ".join(parts) if len(parts) <= 8 else f"{', '.join(parts[:7])} … {parts[-1]}"
