"""Call detail of a carrier: a CSV or XLSX table, read by the column mapping that a person chose for it.

Nothing is read until the mapping was answered. Rows that are no records are listed, never dropped silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from evidencekit.errors import ReaderError, UsageError
from evidencekit.job import Job
from evidencekit.media.forms import Form
from evidencekit.media.messages.cells import (
    apart,
    clock_of,
    day_of,
    moment_of,
    number_of,
    says,
    seconds_of,
    zone_of_cell,
)
from evidencekit.media.messages.clocks import Clock, clock_for
from evidencekit.media.messages.collected import Collected, Format
from evidencekit.media.messages.mapping import ROLES, ColumnMapping, mapping_of
from evidencekit.media.messages.numbers import same_number
from evidencekit.media.messages.participants import WITHHELD
from evidencekit.media.messages.tables import TABLES, Cell, Row, shown, table
from evidencekit.media.notes import counted
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Question, Zone

FORM = "call-detail"
FORM_QUESTION = Question(
    "form",
    "This table looks like call detail from a carrier. Is it to be read as calls and messages?",
    ((FORM, "yes, as calls and messages; its columns are asked for next"), ("plain", "no, it is a plain table")),
)
COLUMNS_QUESTION = Question(
    "columns",
    "Which column of the table is what? Answer with a column mapping: `evidencekit mapping propose CASE NUMBER` makes "
    "one to correct, `evidencekit mapping apply CASE NUMBER NAME` takes a saved one.",
)
_STATES_UTC = frozenset({"utc", "gmt"})
_LONGEST_ROW = 160


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is no record, or a part of a record that cannot be read: why, and the row as it stands."""

    row: int
    why: str
    text: str
    kept: bool = False  # the record was read all the same, without that part


@dataclass(slots=True)
class Told:
    """What a table gave by a mapping besides contacts; nothing of it is lost."""

    faults: list[Fault] = field(default_factory=list)
    headings: int = 0
    data: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    naive: int = 0
    by_duration: bool = False
    sheets: tuple[str, ...] = ()
    sheet: str = ""


class Records:
    """Makes contacts of a table's rows by a mapping. ``told`` fills while :meth:`read` goes on."""

    def __init__(self, mapping: ColumnMapping, case_zone: str) -> None:
        self.mapping, self.told = mapping, Told()
        self._case, self._clock = Clock(case_zone), clock_for(mapping.zone, case_zone)[0]
        self._places: dict[str, int] = {}
        self._heading: list[str] = []
        self._in_heading: tzinfo | None = None

    def read(self, rows: Iterator[Row]) -> Iterator[Contact]:
        """A contact for each record, in the order of the table. Raises :class:`ReaderError` when a column of the
        mapping is not there, or the table breaks."""
        heading = self.mapping.skip + 1 if self.mapping.header else 0
        for number, row in rows:
            if number <= self.mapping.skip or not any(shown(cell) for cell in row):
                continue
            if number <= heading:
                self._take_heading(row)
                continue
            if not self._places:
                self._take_heading([])
            if self._heading and row and _folded(row[0]) == self._heading[0] and self._is_heading(row):
                self.told.headings += 1
                continue
            contact = self._record(number, row)
            if contact is not None:
                yield contact

    def _is_heading(self, row: list[Cell]) -> bool:
        return [_folded(cell) for cell in row] == self._heading

    def _take_heading(self, row: list[Cell]) -> None:
        self._heading = [_folded(cell) for cell in row]
        for role in ROLES:
            name = self.mapping.column(role)
            if not name:
                continue
            if name.startswith("#") and name[1:].isdecimal() and 0 < int(name[1:]) <= 300:
                self._places[role] = int(name[1:]) - 1
            elif _folded(name) in self._heading:
                self._places[role] = self._heading.index(_folded(name))
            else:
                raise ReaderError(
                    f"The table has no column “{name[:80]}” ({ROLES[role]}); its heading is "
                    f"“{' | '.join(shown(cell) for cell in row)[:300]}”.",
                    todo="Correct the column mapping, or say how many rows stand above the heading.",
                )
        told = [self._heading[place] for role in ("when", "date", "time") if (place := self._place(role)) is not None]
        self._in_heading = UTC if any(_STATES_UTC & set(_words(each)) for each in told) else None

    def _place(self, role: str) -> int | None:
        place = self._places.get(role)
        return place if place is not None and place < len(self._heading) else None

    def _cell(self, row: list[Cell], role: str) -> Cell:
        place = self._places.get(role)
        return row[place] if place is not None and place < len(row) else None

    def _fault(self, number: int, why: str, row: list[Cell], *, kept: bool = False) -> None:
        text = " | ".join(shown(cell) for cell in row if shown(cell))
        self.told.faults.append(Fault(number, why, text[:_LONGEST_ROW], kept))

    def _record(self, number: int, row: list[Cell]) -> Contact | None:
        mapping = self.mapping
        read = self._time(row)
        if read is None:
            self._fault(number, self._why_no_time(row), row)
            return None
        kind = self._cell(row, "kind")
        if says(kind, mapping.data_words) and not says(kind, (*mapping.text_words, *mapping.call_words)):
            self.told.data += 1
            return None
        sender, recipient, outgoing = self._people(number, row)
        if not sender and not recipient:
            self._fault(number, "it has no number", row)
            return None
        sender = WITHHELD if not sender and outgoing is False else sender
        when, zone, note = self._placed(*read, row)
        if outgoing is None and shown(self._cell(row, "other")):
            note = "; ".join(each for each in (note, "the table does not say who of the two it was") if each)
        channel = self._channel(kind)
        if channel in (Channel.TEXT, Channel.OTHER):  # a carrier's record holds no words
            note = "; ".join(each for each in (shown(kind)[:60], note) if each)
        seconds = self._seconds(number, row)
        other = recipient if outgoing else sender if outgoing is False else ""
        return Contact(
            at=f"row {number}",
            channel=channel,
            when=when,
            as_found=self._time_text(row),
            zone=zone,
            sender=sender,
            recipients=(recipient,) if recipient else (),
            outgoing=outgoing,
            answered=None if channel is Channel.TEXT else self._answered(row, seconds, channel),
            seconds=None if channel is Channel.TEXT else seconds,
            thread=other,
            service=mapping.name,
            note=note,
        )

    def _why_no_time(self, row: list[Cell]) -> str:
        if not self._time_text(row):
            return "it has no date"
        for order in ("mdy", "dmy", "ymd") if not self.mapping.order else ():
            if self._time(row, order) is not None:
                return "the order of day and month in its date was not told"
        return "its date or time cannot be read"

    def _time_text(self, row: list[Cell]) -> str:
        parts = [shown(self._cell(row, role)) for role in ("when", "date", "time", "offset")]
        return " ".join(each for each in parts if each)

    def _time(self, row: list[Cell], order: str = "") -> tuple[datetime, tzinfo | None] | None:
        mapping, order = self.mapping, order or self.mapping.order
        if mapping.when:
            return moment_of(self._cell(row, "when"), order, mapping.clock)
        date, time = self._cell(row, "date"), self._cell(row, "time")
        if not mapping.time:
            return moment_of(date, order, mapping.clock)
        text, zone = (time, None) if not isinstance(time, str) else apart(time.strip())
        day, clock = day_of(date, order), clock_of(text, mapping.clock)
        return None if day is None or clock is None else (datetime.combine(day, clock), zone)

    def _placed(self, read: datetime, stated: tzinfo | None, row: list[Cell]) -> tuple[str, Zone, str]:
        """(ISO time, how its zone is known, note). What a row or its heading states goes before the mapping's zone."""
        offset = shown(self._cell(row, "offset"))
        zone = stated or (zone_of_cell(offset) if offset else None) or self._in_heading
        if zone is not None:
            first, second = read.replace(tzinfo=zone), read.replace(tzinfo=zone, fold=1)
            if first.utcoffset() == second.utcoffset():
                return self._instant(first), Zone.STATED, ""
            self.told.naive += 1
            return read.isoformat(), Zone.NONE, "this clock time came twice that night, or not at all"
        if offset:
            self.told.naive += 1
            return read.isoformat(), Zone.NONE, f"its time zone “{offset[:40]}” is not known"
        if not self.mapping.zone:
            self.told.naive += 1
            return read.isoformat(), Zone.NONE, ""
        if self.mapping.zone in ("UTC", "Etc/UTC", "GMT", "Etc/GMT"):
            return self._instant(read.replace(tzinfo=UTC)), Zone.ASSUMED, ""
        when, how, note = self._clock.local(read)
        self.told.naive += how is Zone.NONE
        return when, how, note

    def _instant(self, exact: datetime) -> str:
        return self._case.instant(round(exact.timestamp() * 1000)) or exact.isoformat()

    def _people(self, number: int, row: list[Cell]) -> tuple[str, str, bool | None]:
        """(sender, recipient, whether the subscriber sent it)."""
        mapping, found = self.mapping, dict[str, str]()
        for role in ("sender", "recipient", "other"):
            found[role], wrong = number_of(self._cell(row, role))
            if wrong:
                self._fault(number, f"the {ROLES[role]} {wrong}", row, kept=True)
        direction = self._cell(row, "direction")
        out, into = says(direction, mapping.outgoing_words), says(direction, mapping.incoming_words)
        outgoing = True if out and not into else False if into and not out else None
        if shown(direction) and outgoing is None:
            self.told.unknown[f"direction “{shown(direction)[:40]}”"] += 1
        sender, recipient = found["sender"], found["recipient"]
        if mapping.owner and outgoing is None:
            mine = same_number(mapping.owner)
            if sender and same_number(sender) == mine and same_number(recipient) != mine:
                outgoing = True
            elif recipient and same_number(recipient) == mine and same_number(sender) != mine:
                outgoing = False
        if other := found["other"]:
            if outgoing is None:
                self._fault(number, "its direction is not known: the number stands as the sender", row, kept=True)
            sender, recipient = (sender or mapping.owner, other) if outgoing else (other, recipient or mapping.owner)
        return sender, recipient, outgoing

    def _channel(self, kind: Cell) -> Channel:
        mapping, text = self.mapping, shown(kind)
        if not text:
            return Channel.CALL
        for words, channel in (
            (mapping.voicemail_words, Channel.VOICEMAIL),
            (mapping.text_words, Channel.TEXT),
            (mapping.call_words, Channel.CALL),
        ):
            if says(kind, words):
                return channel
        self.told.unknown[f"type “{text[:40]}”"] += 1
        return Channel.OTHER

    def _seconds(self, number: int, row: list[Cell]) -> float | None:
        cell = self._cell(row, "duration")
        if not shown(cell):
            return None
        found = seconds_of(cell, self.mapping.unit)
        if found is None or not 0 <= found < 1e9:
            self._fault(number, f"the duration “{shown(cell)[:40]}” cannot be read", row, kept=True)
            return None
        return found

    def _answered(self, row: list[Cell], seconds: float | None, channel: Channel) -> bool | None:
        result, direction = self._cell(row, "result"), self._cell(row, "direction")
        if channel is Channel.VOICEMAIL:
            return False
        if says(result, self.mapping.missed_words) or says(direction, ("missed",)):
            return False
        if says(result, self.mapping.answered_words):
            return True
        if shown(result):
            self.told.unknown[f"result “{shown(result)[:40]}”"] += 1
            return None
        if seconds is None or channel is not Channel.CALL:
            return None
        self.told.by_duration = True
        return seconds > 0


def _folded(cell: Cell) -> str:
    return " ".join(shown(cell).casefold().split())


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text).split()


def _read(source: Source, found: Collected, job: Job) -> None:
    found.ask(FORM_QUESTION)
    found.ask(COLUMNS_QUESTION)
    answered = source.context.answer("columns")
    if not answered:
        found.notes.warn("Which column is what has not been told yet; until then nothing is read from the table.")
        return
    try:
        mapping = _answered_mapping(source, answered)
    except UsageError as error:
        raise ReaderError(error.what, todo=error.todo) from None
    if not mapping.zone:
        found.ask(Question("zone", "In which time zone are the times of this table? Give a name, or UTC."))
    records = Records(mapping, source.case_zone)
    try:
        with table(source.path, mapping.sheet) as held:
            records.told.sheets, records.told.sheet = held.sheets, held.sheet
            for count, contact in enumerate(records.read(held.rows())):
                found.add(contact)
                if count % 5_000 == 0:
                    job.step(count, 0, "reading records")
    except ReaderError as error:
        found.notes.warn(f"{error.what} {error.todo}")
    _say(records, found)


def _answered_mapping(source: Source, text: str) -> ColumnMapping:
    from evidencekit.media.messages.mapping import checked

    mapping, said = mapping_of(text), dict[str, Any]()
    for key in ("zone", "owner"):
        if value := source.context.answer(key):
            said[key] = value
    return checked(replace(mapping, **said)) if said else mapping


def _say(records: Records, found: Collected) -> None:
    notes, told, mapping = found.notes, records.told, records.mapping
    notes.fact("column_mapping", mapping.name, "chosen by a person")
    notes.fact(
        "columns", [f"{ROLES[role]}: {mapping.column(role)}" for role in ROLES if mapping.column(role)], "mapping"
    )
    notes.fact("zone_of_times", mapping.zone, "mapping")
    notes.fact("owner", mapping.owner, "mapping")
    lost = [each for each in told.faults if not each.kept]
    odd = [each for each in told.faults if each.kept]
    for name, faults in (("rows_not_read", lost), ("rows_read_in_part", odd)):
        notes.fact(name, [f"row {each.row}: {each.why}; “{each.text}”" for each in faults] or None, "counted")
    if lost:
        notes.warn(f"Rows that are no records, or cannot be read: {len(lost):,}; {_some(lost)}. The facts list them.")
    if odd:
        notes.warn(f"Records of which a part cannot be read: {len(odd):,}; {_some(odd)}. The facts list them.")
    if told.headings:
        notes.fact("repeated_headings", told.headings, "counted")
    if told.data:
        notes.fact("data_sessions", told.data, "counted")
        notes.warn(f"Data sessions, which reach nobody and are no contacts: {counted(told.data, 'row', 'rows')}.")
    for what, count in told.unknown.most_common(20):
        notes.warn(f"The mapping does not know the {what}; rows with it: {count:,}.")
    if told.naive:
        notes.warn(
            f"Records whose time has no zone, because none is told or the clock was changed then: {told.naive:,}."
        )
    if told.by_duration:
        notes.fact("answered", "every call with a duration above nought", "no column tells; it may be a voicemail's")
    further = [each for each in told.sheets if each != told.sheet]
    if further:
        notes.warn(f"The workbook has further sheets, which were not read: {', '.join(further[:20])}.")


def _some(faults: list[Fault]) -> str:
    words = "; ".join(f"row {each.row}: {each.why}" for each in faults[:3])
    return words + ("; …" if len(faults) > 3 else "")


def _never(head: bytes, untrusted_name: str) -> bool:
    """A table is call detail only when a person says so."""
    del head, untrusted_name
    return False


CALL_DETAIL = Format(Form(FORM, TABLES, _never), "call detail of a carrier", _read, table=True)
