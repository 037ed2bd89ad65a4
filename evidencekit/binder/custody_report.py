"""The custody record as a PDF of its own: of the whole case, with its ledger in words, or of one item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidencekit.binder.custody import ACQUIRE, COPIED, GivenOver, handled, how_to_check
from evidencekit.binder.formats import format_words
from evidencekit.binder.front import checkpoint_data
from evidencekit.binder.values import Handling, Seal
from evidencekit.binder.words import clock, plural, size
from evidencekit.casefile import TOOL, Case
from evidencekit.casefile.history import Event, by_item, history
from evidencekit.custody.acquisitions import ItemRecord, Record
from evidencekit.custody.names import shown
from evidencekit.edits import known_items
from evidencekit.errors import UsageError
from evidencekit.model import Item
from evidencekit.printing.output import sign_as_ours, write_whole
from evidencekit.printing.paper import SIZES, PaperName

_SIDE, _TOP, _FOOT = 45.0, 54.0, 58.0


def write_custody(case: Case, number: str | None, out: Path, *, paper: PaperName = PaperName.LETTER) -> None:
    """Write the custody record of the case, or of the one item ``number``, as the PDF ``out``, whole or not at all.

    Of the source's file system it tells size and time of change, never where the file lay. A case that fails its
    checks is told of with every fault. Raises :class:`UsageError` for a name that does not end in ``.pdf``, a missing
    folder and an unknown item, :class:`StorageError` when the disk refuses.
    """
    if out.suffix.lower() != ".pdf":
        raise UsageError("A custody record is written as a PDF.", item=out.name, todo="Give a name that ends in .pdf.")
    data = custody_data(case, number, paper, printed=datetime.now(UTC))
    write_whole(out, lambda draft: _typeset(data, draft))


def _typeset(data: Mapping[str, Any], out: Path) -> None:
    from evidencekit.printing.typeset import compile_pdf

    compile_pdf("custody_report.typ", data, out, moment=data["printed_at"])
    sign_as_ours(out)


def custody_data(case: Case, number: str | None, paper: PaperName, *, printed: datetime) -> dict[str, Any]:
    """What the template is given; ``printed`` is an aware time."""
    info, zone = case.info, case.info.timezone
    only = _known(case, number) if number is not None else None
    records = case.checked.records
    heads = {each.acquisition.number: each.acquisition for each in records}
    events = history(case.folder, heads, papers=case.checked.papers)
    kept = [(record, item) for record in records for item in record.items if only in (None, item.number)]
    told = {
        name: tuple(Handling(e.time, e.what, e.actor, e.line, e.act) for e in each)
        for name, each in by_item(events, [item.number for _, item in kept]).items()
    }
    kinds = _catalogued(case, [item.number for _, item in kept])
    width, height = SIZES[paper]
    return {
        "page": {
            "width": width,
            "height": height,
            "left": _SIDE,
            "right": _SIDE,
            "top": _TOP,
            "bottom": _FOOT,
        },
        "court": [part for part in (info.court, info.jurisdiction) if part],
        "caption": info.caption,
        "number": info.number,
        "what": f"Custody record of {only}" if only else "Custody record",
        "facts": _facts(case, kept, printed),
        "printed_at": printed.isoformat(),
        "checkpoint": checkpoint_of(case, events),
        "findings": [finding.message for finding in case.findings],
        "notes": list(case.notes),
        "how": how_to_check("above", "the record"),
        "copied": COPIED,
        "hand_overs": _hand_overs(kept, told, zone, whole=only is None),
        "items": [_item(record, item, kinds.get(item.number), told[item.number], zone) for record, item in kept],
        "ledger": [] if only else [_line(event, zone) for event in events],
    }


def _known(case: Case, number: str) -> str:
    with case.catalog.read() as connection:
        return known_items(connection, [number])[0].number


def _catalogued(case: Case, numbers: Sequence[str]) -> dict[str, Item]:
    from evidencekit.catalog import items

    with case.catalog.read() as connection:
        return items.get_items(connection, numbers)


def _facts(case: Case, kept: Sequence[tuple[Record, ItemRecord]], printed: datetime) -> list[tuple[str, str]]:
    info = case.info
    rows = (
        ("Case no.", info.number),
        ("Agency", info.agency),
        ("Case identifier", info.uuid),
        ("Items", f"{len(kept):,} ({size(sum(item.size for _, item in kept))})"),
        ("Times", f"shown in the case’s zone, {info.timezone}"),
        ("Printed", f"{clock(printed.isoformat(timespec='seconds'), info.timezone)}, with {TOOL}"),
    )
    return [(label, value) for label, value in rows if value]


def checkpoint_of(case: Case, events: Sequence[Event]) -> dict[str, Any] | None:
    """The case's checkpoint as it is printed; None when none can be read. ``events`` are those of its ledger."""
    state = case.checked.state
    if state.checkpoint is None or not state.checkpoint.signatures:
        return None
    name = state.checkpoint.signatures[0][0]
    key = state.key_named(name)
    last = [event.time for event in events if event.line <= state.checkpoint.size]
    seal = Seal(
        size=state.checkpoint.size,
        root=state.checkpoint.root_text,
        note=state.checkpoint.note().decode(),
        key=name,
        fingerprint=key.fingerprint if key else "",
        time=last[-1] if last else "",
    )
    return checkpoint_data(seal, case.info.timezone)


def _hand_overs(
    kept: Sequence[tuple[Record, ItemRecord]], told: Mapping[str, tuple[Handling, ...]], zone: str, *, whole: bool
) -> list[dict[str, Any]]:
    counts = Counter(record.acquisition.number for record, _ in kept)
    firsts = {record.acquisition.number: (record, item) for record, item in reversed(kept)}
    found = []
    for number in sorted(firsts):
        record, item = firsts[number]
        head = record.acquisition
        given = GivenOver(
            number=number,
            source=head.source,
            received=head.received,
            received_from=head.received_from,
            received_by=head.received_by,
            method=head.method,
            files=counts[number],
            taken=next((each for each in told[item.number] if each.act == ACQUIRE), None),
        )
        refused = plural(len(record.refused), "path", "paths") if whole and record.refused else ""
        found.append(given.data(zone, [("Refused", refused), ("Tool", head.tool)]))
    return found


def _item(
    record: Record, item: ItemRecord, catalogued: Item | None, handlings: tuple[Handling, ...], zone: str
) -> dict[str, Any]:
    kind = format_words(catalogued.kind, catalogued.media_type) if catalogued else ""
    return {
        "number": item.number,
        "name": shown(item.name),
        "line": " · ".join(part for part in (size(item.size), kind) if part),
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "extra": _extra(item, zone),
        "handlings": handled(handlings, record.acquisition.number, zone),
    }


def _extra(item: ItemRecord, zone: str) -> list[str]:
    """What is known of where the item came from, fit to be shown to others: never a path."""
    parts = []
    if item.parent:
        parts.append(f"It came in {item.parent} and was taken out of it.")
    if item.duplicate_of:
        parts.append(f"Its content is that of {item.duplicate_of}.")
    changed = item.source.get("mtime")
    if isinstance(changed, str):
        held = item.source.get("size")
        sized = f", {size(held)}" if isinstance(held, int) else ""
        parts.append(f"At the source: last changed {clock(changed, zone)} by its file system{sized}.")
    if item.changed:
        parts.append("The source was written to while it was being copied.")
    return [" ".join(parts)] if parts else []


def _line(event: Event, zone: str) -> dict[str, str]:
    return {"line": f"{event.line:,}", "time": clock(event.time, zone), "what": event.what, "actor": event.actor}
