"""What custody documents are filled from: the items a person chose and what ledger and records say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evidencekit.binder.custody_report import checkpoint_of
from evidencekit.binder.formats import format_words
from evidencekit.casefile import Case
from evidencekit.casefile.history import Event, history
from evidencekit.casefile.produced import bates_of
from evidencekit.casefile.transfers import Transfer, transfers
from evidencekit.chronology.wording import one_line
from evidencekit.custody.acquisitions import ItemRecord
from evidencekit.custody.ledger import read_ledger
from evidencekit.custody.lines import Line
from evidencekit.custody.names import shown
from evidencekit.edits import known_items
from evidencekit.errors import UnsoundError, UsageError
from evidencekit.model import Acquisition, CaseInfo, Exhibit, Status


@dataclass(frozen=True, slots=True)
class FormItem:
    """One item as custody documents print it. ``what`` is its format in words by its content, ``exhibits`` the labels
    it is marked with, ``bates`` its ranges of numbers in completed productions, ``warnings`` what its reader could not
    do."""

    record: ItemRecord
    acquisition: int
    what: str
    exhibits: tuple[str, ...] = ()
    bates: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        return self.record.number

    @property
    def name(self) -> str:
        """The name as received, fit to be printed."""
        return shown(self.record.name)


@dataclass(frozen=True, slots=True)
class Told:
    """A case as custody documents tell it. ``heads`` are its hand-overs by number and ``refused`` how many paths of
    each were refused, ``labels`` those of the exhibits in binder order, ``lines`` every line of its ledger and
    ``events`` the same in words, ``checkpoint`` as it is printed, ``chosen`` whether ``items`` were named."""

    case: CaseInfo
    items: tuple[FormItem, ...]
    chosen: bool
    heads: Mapping[int, Acquisition]
    refused: Mapping[int, int]
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    events: tuple[Event, ...]
    transfers: tuple[Transfer, ...]
    papers: Mapping[int, Mapping[str, Any]]
    checkpoint: dict[str, Any] | None
    findings: tuple[str, ...]

    @property
    def zone(self) -> str:
        return self.case.timezone

    def paper(self, line: Line) -> Mapping[str, Any]:
        """The protected record that a line names; nothing where it has none."""
        number = line.fields.get("record")
        return self.papers.get(number, {}) if isinstance(number, int) else {}

    def acquired(self) -> dict[int, Line]:
        """The ledger's line on each hand-over."""
        return {line.fields.get("acquisition", 0): line for line in self.lines if line.act == "acquire"}


def gather(
    case: Case, numbers: Sequence[str] = (), labels: Sequence[str] = (), *, marked: bool = False, sound: bool = False
) -> Told:
    """The case with the items of those numbers and exhibits, in item order; with all where none are named, or with
    ``marked`` with those that are in an exhibit, if any is.

    Raises :class:`UsageError` for an unknown item or exhibit and, with ``sound``, :class:`UnsoundError` for a case that
    fails its checks: a certification of it would say what does not hold.
    """
    if sound and case.findings:
        raise UnsoundError(
            f"The case fails its checks, so nothing can be certified or passed on: {case.findings[0].message}",
            item=str(case.folder),
            todo="Run `evidencekit verify` on it for every fault, and compare with a backup.",
        )
    lines = _lines(case)
    exhibits = _exhibits(case)
    wanted = _wanted(case, numbers, labels, exhibits)
    if marked and not wanted:
        wanted = {number for each in exhibits for number in each.items}
    records = case.checked.records
    heads = {each.acquisition.number: each.acquisition for each in records}
    kept = [(each, record.acquisition.number) for record in records for each in record.items]
    kept = [(item, acquisition) for item, acquisition in kept if not wanted or item.number in wanted]
    events = history(case.folder, heads, papers=case.checked.papers)
    return Told(
        case=case.info,
        items=_items(case, kept, exhibits, _numbered(case)),
        chosen=bool(wanted),
        heads=heads,
        refused={each.acquisition.number: len(each.refused) for each in records},
        labels=tuple(each.label for each in exhibits),
        lines=tuple(lines),
        events=tuple(events),
        transfers=transfers(case.checked),
        papers=case.checked.papers,
        checkpoint=checkpoint_of(case, events),
        findings=tuple(finding.message for finding in case.findings),
    )


def _lines(case: Case) -> list[Line]:
    found: list[Line] = []
    read_ledger(case.folder / "ledger.jsonl", case.folder / "checkpoint", visit=found.append)
    return found


def _exhibits(case: Case) -> list[Exhibit]:
    from evidencekit.catalog import court

    with case.catalog.read() as connection:
        return [each for each in court.arrangement(connection) if each.status is not Status.WITHDRAWN]


def _wanted(case: Case, numbers: Sequence[str], labels: Sequence[str], exhibits: Sequence[Exhibit]) -> set[str]:
    with case.catalog.read() as connection:
        wanted = {item.number for item in known_items(connection, numbers)} if numbers else set()
    by_label = {each.label.casefold(): each for each in exhibits}
    for label in labels:
        found = by_label.get(label.strip().casefold())
        if found is None:
            todo = "`evidencekit exhibits CASE` lists what is marked and not withdrawn."
            raise UsageError("There is no such exhibit.", item=label, todo=todo)
        wanted.update(found.items)
    return wanted


def _items(
    case: Case,
    kept: Sequence[tuple[ItemRecord, int]],
    exhibits: Sequence[Exhibit],
    numbered: Mapping[str, tuple[str, ...]],
) -> tuple[FormItem, ...]:
    from evidencekit.catalog import items

    with case.catalog.read() as connection:
        known = items.get_items(connection, [item.number for item, _ in kept])
    marked: dict[str, list[str]] = {}
    for exhibit in exhibits:
        for number in exhibit.items:
            marked.setdefault(number, []).append(exhibit.label)
    found = []
    for item, acquisition in kept:
        read = known.get(item.number)
        what = format_words(read.kind, read.media_type) if read else ""
        labels, ranges = tuple(marked.get(item.number, ())), numbered.get(item.number, ())
        found.append(FormItem(item, acquisition, what, labels, ranges, read.warnings if read else ()))
    return tuple(found)


def _numbered(case: Case) -> dict[str, tuple[str, ...]]:
    """Item number → its ranges of Bates numbers, each once."""
    return {
        number: tuple(dict.fromkeys(begin if begin == end else f"{begin}–{end}" for _, begin, end in found))
        for number, found in bates_of(case.checked).items()
    }


def printed(value: str) -> str:
    """Words that somebody typed, on one line and fit to be printed."""
    return shown(one_line(value))
