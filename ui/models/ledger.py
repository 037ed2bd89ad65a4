"""What the custody page tells: the ledger in words, hand-overs, the checkpoint and the faults of a check, as lines.

:func:`gather` is called off the GUI thread; what it gives is a value that can be searched at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidencekit.binder.words import short_size
from evidencekit.casefile import Case
from evidencekit.casefile.history import Event, by_item, history
from evidencekit.custody.acquisitions import Record
from evidencekit.custody.names import shown
from evidencekit.model import Finding, Zone
from evidencekit.moments import show
from ui.models.lines import Line, Look, heading

ACTS = {
    "create": "Case started",
    "key-add": "Key added",
    "acquire": "Received",
    "refuse": "Refused",
    "duplicate": "Repeats noted",
    "exhibit": "Exhibit marked",
    "withdraw": "Exhibit withdrawn",
    "bind": "Bound",
    "derive": "Written",
    "verify": "Verified",
    "recover": "Recovered",
    "key-revoke": "Key withdrawn",
    "seal": "Sealed",
    "anchor": "Time-stamped",
    "clock": "Clock went back",
    "release": "Custody released",
    "receive": "Custody received",
    "withhold": "Decided on what leaves",
    "produce": "Produced",
}
_WARNED = frozenset({"refuse", "recover", "clock", "key-revoke"})
_GROUPS = (
    (("original", "originals"), "Originals"),
    (("acquisition",), "Records of hand-overs"),
    (("ledger",), "Ledger"),
    (("checkpoint", "signature", "key", "keys"), "Checkpoint, signatures and keys"),
    (("seal",), "Seals"),
    (("anchor",), "Time-stamps"),
    (("record",), "Protected records"),
    (("transfer",), "Transfers of custody"),
    (("package", "bag"), "Package"),
    (("older", "differs"), "Compared with what this computer has seen"),
    (("catalog",), "Catalog of titles, notes and exhibits"),
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The checkpoint: how many ledger lines it covers, its root, when its last line was written, the key that signed
    it, the signed note as text, and the modules of the note's QR code."""

    size: int
    root: str
    time: str
    key: str
    fingerprint: str
    note: str
    modules: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ledger lines are wanted; all conditions hold together. ``item`` is a number as it is written in full."""

    words: str = ""
    item: str = ""
    actor: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """``events`` oldest first, with a line and folded words for each; ``hand_overs`` as lines, what was refused below
    each; ``verified`` is the newest verification that was entered in the ledger."""

    zone: str = "UTC"
    events: tuple[Event, ...] = ()
    lines: tuple[Line, ...] = ()
    words: tuple[str, ...] = ()
    hand_overs: tuple[Line, ...] = ()
    sealed: Sealed | None = None

    @property
    def actors(self) -> list[str]:
        """Who acted, each once, in the order of their first act."""
        return list(dict.fromkeys(event.actor for event in self.events))

    @property
    def acts(self) -> list[str]:
        """What was done, each once, in the order of its first time."""
        return list(dict.fromkeys(event.act for event in self.events))

    @property
    def verified(self) -> Event | None:
        return next((event for event in reversed(self.events) if event.act == "verify"), None)

    def found(self, wanted: Wanted, *, newest_first: bool) -> list[Line]:
        """The lines that pass, in order."""
        words = wanted.words.casefold().split()
        about: set[int] | None = None
        if wanted.item:
            about = {event.line for event in by_item(list(self.events), [wanted.item])[wanted.item]}
        found = [
            line
            for event, line, text in zip(self.events, self.lines, self.words, strict=True)
            if (about is None or event.line in about)
            and wanted.actor in ("", event.actor)
            and wanted.act in ("", event.act)
            and all(word in text for word in words)
        ]
        return found[::-1] if newest_first else found


def gather(case: Case) -> Story:
    """Read the ledger of a case in words, its hand-overs and its checkpoint."""
    zone, records = case.info.timezone, tuple(case.checked.records)
    heads = {each.acquisition.number: each.acquisition for each in records}
    events = tuple(history(case.folder, heads, papers=case.checked.papers))
    lines = tuple(_event_line(event, zone) for event in events)
    words = tuple(
        f"{line.spoken} {ACTS.get(event.act, event.act)}".casefold() for event, line in zip(events, lines, strict=True)
    )
    return Story(zone, events, lines, words, tuple(_hand_overs(records, zone)), _sealed(case, events))


def clock(value: str, zone: str) -> tuple[str, str]:
    """Day and time with its zone, as two lines."""
    day, time, named = show(value, Zone.ASSUMED, zone)
    return day, f"{time} {named}".strip()


def _event_line(event: Event, zone: str) -> Line:
    when = clock(event.time, zone)
    what, actor = shown(event.what), shown(event.actor)
    items = _items_words(event.items) if not event.every else ("Every item", "")
    utc = f"{event.time[:10]} {event.time[11:19]} UTC"
    spoken = ", ".join(part for part in (f"Line {event.line}", *when, what, actor, *items) if part)
    faulty = event.act in _WARNED or (event.act == "verify" and not event.what.endswith("unchanged"))
    return Line(
        what,
        actor,
        f"{event.line:,}",
        when,
        items,
        bool(event.items),
        event.items,
        f"{what}\n{actor}\n{utc}",
        spoken,
        Look.WARN if faulty else Look.ROW,
        event.line,
    )


def _items_words(items: Sequence[str]) -> tuple[str, str]:
    many = len(items)
    if many <= 2:
        return (items[0] if items else "", items[1] if many == 2 else "")
    run = [int(each.removeprefix("ITEM-")) for each in items]
    if run == list(range(run[0], run[0] + many)):
        return f"{items[0]} –", f"{items[-1]}, {many:,} items"
    return items[0], f"and {many - 1:,} more"


def _hand_overs(records: Sequence[Record], zone: str) -> Iterable[Line]:
    for record in records:
        head = record.acquisition
        told = (
            f"from {head.received_from}" if head.received_from else "",
            f"by {head.method}" if head.method else "",
            f"received by {head.received_by}" if head.received_by else "",
            head.note,
        )
        numbers = tuple(item.number for item in record.items)
        last = (_many(len(numbers), "item"), short_size(sum(item.size for item in record.items)))
        below = shown(" · ".join(part for part in told if part))
        when = clock(head.received, zone)
        source = shown(head.source)
        tip = "\n".join((source, below, f"{head.received[:19].replace('T', ' ')} UTC", f"Taken in with {head.tool}"))
        spoken = ", ".join(part for part in (f"Hand-over {head.number}", source, below, *when, *last) if part)
        yield Line(
            source, below, str(head.number), when, last, bool(numbers), numbers, tip, spoken, Look.ROW, head.number
        )
        for place, refused in enumerate(record.refused):
            path, why = shown(refused.path), shown(refused.why)
            yield Line(
                path,
                why,
                first=("Refused", ""),
                tip=f"{path}\n{why}",
                spoken=f"Refused, {path}, {why}",
                look=Look.WARN,
                key=(head.number, place),
            )


def _many(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"


def _sealed(case: Case, events: Sequence[Event]) -> Sealed | None:
    from evidencekit.binder.front import qr_modules

    state = case.checked.state
    checkpoint = state.checkpoint
    if checkpoint is None or not checkpoint.signatures:
        return None
    name = checkpoint.signatures[0][0]
    key = state.key_named(name)
    time = next((event.time for event in reversed(events) if event.line <= checkpoint.size), "")
    note = checkpoint.note().decode()
    fingerprint = key.fingerprint if key else ""
    return Sealed(
        checkpoint.size, checkpoint.root_text, time, name.rpartition("/")[2], fingerprint, note, qr_modules(note)
    )


def fault_lines(findings: Sequence[Finding], notes: Sequence[str]) -> list[Line]:
    """Every fault under the part of the case it was found in, then the notes, which are no faults."""
    made: list[Line] = []
    titles = {start: title for starts, title in _GROUPS for start in starts}
    groups: dict[str, list[Finding]] = {title: [] for _, title in _GROUPS}
    for each in findings:
        groups.setdefault(titles.get(each.code.split("-")[0], "Further faults"), []).append(each)
    for title, group in groups.items():
        if group:
            made += [heading(title, _many(len(group), "fault")), *(_fault_line(each) for each in group)]
    if notes:
        made.append(heading("Notes, which are no faults", f"{len(notes):,}"))
        made += [
            Line(shown(each), spoken=f"Note: {shown(each)}", tip=shown(each), key=("note", each)) for each in notes
        ]
    return made


def _fault_line(finding: Finding) -> Line:
    where = (f"ledger line {finding.line:,}" if finding.line else "", finding.path or "")
    below = shown(" · ".join(part for part in where if part))
    message = shown(finding.message)
    items = (finding.item,) if finding.item else ()
    spoken = ", ".join(part for part in (message, finding.item or "", below) if part)
    return Line(
        message,
        below,
        last=(finding.item or "", ""),
        linked=bool(items),
        items=items,
        tip="\n".join(part for part in (message, below) if part),
        spoken=spoken,
        look=Look.BAD,
        key=finding,
    )


def fault_text(findings: Sequence[Finding], notes: Sequence[str]) -> str:
    """Every fault and note as text, to be sent to somebody."""
    told = []
    for each in findings:
        line = f"line {each.line}" if each.line else ""
        where = ", ".join(part for part in (each.item, line, each.path) if part)
        told.append(f"{each.code}: {each.message}" + (f" ({where})" if where else ""))
    return "\n".join(shown(each) for each in (*told, *(f"Note: {note}" for note in notes)))
