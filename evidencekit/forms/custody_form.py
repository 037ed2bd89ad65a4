"""The chain-of-custody form, with the fields of NIST's sample form: filled from the record, with room for wet ink.

Who let go of what, who took it, when, where and why comes from hand-overs, transfers and productions in the ledger.
What only a person can know stays blank. Source of the fields: NIST, Sample Chain of Custody Form (Word, 2013).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidencekit.binder.words import clock, plural, size
from evidencekit.casefile import Case
from evidencekit.casefile.leaving import spans
from evidencekit.casefile.produced import completed
from evidencekit.casefile.transfers import Signed, Stage, Transfer
from evidencekit.custody.lines import Line
from evidencekit.custody.names import words
from evidencekit.errors import UsageError
from evidencekit.forms.gather import FormItem, Told, gather, printed
from evidencekit.forms.written import Written, head, write_document
from evidencekit.model import Role
from evidencekit.printing.paper import PaperName

_EMPTY_ROWS = 6
_NAMED = 3  # people that a field has room for
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants on a custody form. ``items`` by number, none for the whole case; ``each``: a form of its own
    for every item; ``names``: fill in victim and suspect from the parties; ``offense`` as typed; ``place`` of the
    seizure or hand-over, which the record does not hold."""

    items: tuple[str, ...] = ()
    each: bool = False
    names: bool = False
    offense: str = ""
    place: str = ""


def write_custody_form(case: Case, asked: Asked, out: Path, *, paper: PaperName = PaperName.LETTER) -> Written:
    """Write the form as the PDF ``out``.

    Raises :class:`UsageError` for an unknown item and what :func:`write_document` raises.
    """
    for what, text in (("offense", asked.offense), ("place", asked.place)):
        if len(words(text, what)) > _LONGEST:
            raise UsageError(f"The {what} is too long for the form.", todo=f"Use at most {_LONGEST} characters.")
    told = gather(case, asked.items)
    data = form_data(told, asked, _parties(case) if asked.names else {}, paper, now=datetime.now(UTC))
    return write_document(case, told, "custody_form.typ", data, out)


def _parties(case: Case) -> dict[Role, str]:
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        found = court.all_parties(connection)
    return {role: "; ".join(printed(each.name) for each in found if each.role is role) for role in Role}


def form_data(told: Told, asked: Asked, parties: dict[Role, str], paper: PaperName, *, now: datetime) -> dict[str, Any]:
    """What the template is given; an empty value is printed as a field to fill in."""
    stamp = now.isoformat(timespec="seconds")
    groups: list[tuple[FormItem, ...]] = [(item,) for item in told.items] if asked.each else [told.items]
    return {
        **head(told.case, paper, stamp),
        "printed": clock(stamp, told.zone),
        "offense": printed(asked.offense),
        "victim": parties.get(Role.VICTIM, ""),
        "suspect": parties.get(Role.DEFENDANT, ""),
        "findings": list(told.findings),
        "checkpoint": told.checkpoint,
        "forms": [_form(told, group, asked) for group in groups],
    }


def _form(told: Told, items: Sequence[FormItem], asked: Asked) -> dict[str, Any]:
    numbers = [item.number for item in items]
    whole = not told.chosen and not asked.each
    heads = [told.heads[each] for each in dict.fromkeys(item.acquisition for item in items)]
    times = [each.received for each in heads]
    when = clock(min(times), told.zone) if times else ""
    return {
        "what": "Whole case" if whole else numbers[0] if len(numbers) == 1 else plural(len(numbers), "item", "items"),
        "officer": _several(each.received_by for each in heads),
        "source": _several(each.source for each in heads),
        "received": when if len(set(times)) < 2 else f"{when}, and later: see the chain of custody",
        "place": printed(asked.place),
        "items": [_described(item) for item in items],
        "chain": _chain(told, set(numbers), whole=whole),
        "empty_rows": _EMPTY_ROWS,
        "disposals": [_disposal(told, line) for line in told.lines if _disposes(line, set(numbers))],
    }


def _several(names: Iterable[str]) -> str:
    """Names of people as one field has room for them."""
    found = list(dict.fromkeys(printed(each) for each in names if each.strip()))
    if len(found) > _NAMED:
        return "; ".join(found[:_NAMED]) + "; and others: see the chain of custody"
    return "; ".join(found)


def _described(item: FormItem) -> dict[str, Any]:
    record = item.record
    notes = []
    if record.parent:
        notes.append(f"Taken out of {record.parent}, in which it came.")
    if record.duplicate_of:
        notes.append(f"Same content as {record.duplicate_of}.")
    if record.changed:
        notes.append("Its source was written to while it was being copied.")
    return {
        "number": item.number,
        "quantity": "1 file",
        "what": " · ".join(part for part in (item.what, size(record.size)) if part),
        "name": item.name,
        "sha256": record.digests.sha256,
        "blake3": record.digests.blake3,
        "notes": " ".join(notes),
    }


def _chain(told: Told, numbers: set[str], *, whole: bool) -> list[dict[str, Any]]:
    rows = [*_hand_overs(told, numbers), *_moves(told, numbers), *_copies(told, numbers)]
    ordered = sorted(rows, key=lambda each: each[0])
    return [{**row, "items": "The whole case" if whole and row["all"] else row["items"]} for _, row in ordered]


_Row = tuple[int, dict[str, Any]]


def _hand_overs(told: Told, numbers: set[str]) -> list[_Row]:
    lines = told.acquired()
    rows = []
    for number, acquisition in told.heads.items():
        came = [item.number for item in told.items if item.acquisition == number and item.number in numbers]
        line = lines.get(number)
        if not came or line is None:
            continue
        comments = [f"Hand-over {number}: {printed(acquisition.source)}", printed(acquisition.method)]
        comments.append("copied, both digests computed, read back and compared: equal")
        row = {
            "items": spans(came),
            "all": False,
            "time": clock(acquisition.received, told.zone),
            "from": printed(acquisition.received_from),
            "from_signed": "",
            "to": printed(acquisition.received_by) or line.actor,
            "to_signed": f"entered by {line.actor}, ledger line {line.number:,}",
            "comments": "; ".join(part for part in comments if part),
        }
        rows.append((line.number, row))
    return rows


def _moves(told: Told, numbers: set[str]) -> list[_Row]:
    return [
        (each.release, _move(told, each, numbers))
        for each in told.transfers
        if not each.items or not numbers.isdisjoint(each.items)
    ]


def _move(told: Told, each: Transfer, numbers: set[str]) -> dict[str, Any]:
    comments = [printed(each.place), printed(each.purpose)]
    time = clock(each.received or each.released, told.zone)
    to, to_signed = each.receiver.actor, ""
    if each.stage is Stage.BACK:
        comments.append(f"The release was taken back, ledger line {each.receive:,}: custody stayed")
        to = ""
    elif each.stage is Stage.PENDING:
        comments.append(f"Released to {each.receiver.actor}, not yet received by the record")
        to = ""
    elif each.taken is not None and each.receive is not None:
        to_signed = _signed(each.taken, each.receive)
        if each.apart:
            comments.append(f"Released {clock(each.released, told.zone)}")
    return {
        "items": spans(numbers.intersection(each.items)) if each.items else spans(numbers),
        "all": not each.items,
        "time": time,
        "from": each.giver.actor,
        "from_signed": _signed(each.given, each.release),
        "to": to,
        "to_signed": to_signed,
        "comments": "; ".join(part for part in comments if part),
    }


def _signed(signed: Signed, line: int) -> str:
    if not signed.holds:
        return f"no sound electronic signature was found for ledger line {line:,}"
    short = " ".join(signed.fingerprint[at : at + 4] for at in range(0, 16, 4))
    return f"signed electronically, key {short}, ledger line {line:,}"


def _copies(told: Told, numbers: set[str]) -> list[_Row]:
    rows, left = [], completed(told.lines)
    for line in told.lines:
        paper = told.paper(line)
        went = {str(each.get("item")): each for each in paper.get("items", ())} if line.number in left else {}
        mine = [went[number] for number in sorted(numbers.intersection(went))]
        if not mine:
            continue
        begins = sorted((str(each.get("begin", "")) for each in mine), key=lambda each: (len(each), each))
        ends = sorted((str(each.get("end", "")) for each in mine), key=lambda each: (len(each), each))
        medium = printed(str(paper.get("medium") or ""))
        comments = [
            f"Copies left as production {line.fields.get('production')}, {begins[0]} to {ends[-1]}",
            f"by {medium}" if medium else "",
            "the originals stayed",
        ]
        row = {
            "items": spans(str(each.get("item")) for each in mine),
            "all": False,
            "time": clock(line.time, told.zone),
            "from": line.actor,
            "from_signed": f"ledger line {line.number:,}, sealed",
            "to": printed(str(paper.get("to") or "")),
            "to_signed": "",
            "comments": "; ".join(part for part in comments if part),
        }
        rows.append((line.number, row))
    return rows


def _disposes(line: Line, numbers: set[str]) -> bool:
    items = line.fields.get("items")
    return line.act == "dispose" and (not items or not numbers.isdisjoint(items))


def _disposal(told: Told, line: Line) -> dict[str, str]:
    items = line.fields.get("items") or ()
    return {
        "items": spans(items) if items else "All items",
        "time": clock(line.time, told.zone),
        "by": line.actor,
        "line": f"ledger line {line.number:,}",
    }
