"""The draft certification of copied data, Rule 902(14): what was copied from where, and that the digests were equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from evidencekit.binder.certification import ALGORITHMS, COMPARISON
from evidencekit.binder.words import clock, plural
from evidencekit.casefile import Case
from evidencekit.errors import UsageError
from evidencekit.forms.certificate import (
    OTHER_RULE,
    Certificate,
    Section,
    by_hand_over,
    handed_over,
    mishaps,
    write_certificate,
)
from evidencekit.forms.gather import FormItem, Told, gather
from evidencekit.forms.written import Written
from evidencekit.printing.paper import PaperName

# What happened to the files since; marking them stands in the schedule, and decisions on disclosure are the office's.
_SINCE = frozenset({"verify", "release", "receive", "produce", "anchor", "recover", "dispose"})

_WHAT_WAS_DONE = "Since they were taken in, the ledger tells of these transfers, verifications and productions:"
_NOTHING_DONE = "Since they were taken in, the ledger tells of no transfer, verification or production of the files."


def write_copied_data(
    case: Case,
    numbers: Sequence[str],
    labels: Sequence[str],
    out: Path,
    *,
    declarant: str = "",
    paper: PaperName = PaperName.LETTER,
) -> Written:
    """Write the draft for those items and exhibits as the PDF ``out``; for every exhibit where none are named, for
    every item where nothing is marked.

    Raises :class:`~evidencekit.errors.UnsoundError` for a case that fails its checks,
    :class:`~evidencekit.errors.UsageError` for an unknown item or exhibit and a case without any item, and what
    ``write_document`` raises.
    """
    told = gather(case, numbers, labels, marked=True, sound=True)
    if not told.items:
        raise UsageError("There is nothing in this case yet that could be certified.", todo="Take files in first.")
    return write_certificate(case, told, copied_data(told, declarant), out, paper)


def copied_data(told: Told, declarant: str = "") -> Certificate:
    """The draft for the items of ``told``."""
    return Certificate(
        heading="Certification of data copied from an electronic device, storage medium or file",
        rule="Fed. R. Evid. 902(14)",
        opening=(
            f"This certification concerns {plural(len(told.items), 'file', 'files')} copied from an electronic device, "
            "storage medium or file and identified by a process of digital identification: comparing the digests of "
            "original and copy. The files stand in the schedule at the end with exhibit number and digest. The "
            "statements below were filled in by the program from the custody record. The declarant is to check each, "
            "to complete the blanks, and to strike what they cannot say of their own knowledge or training.",
        ),
        declarant=declarant,
        about=[("Training and experience", ""), ("Role in this case", ""), OTHER_RULE],
        sections=(
            *_hand_overs(told),
            Section("How the copies were compared", says=(COMPARISON,)),
            Section("Exceptions", exceptions=tuple(_exceptions(told))),
            _since(told),
        ),
        schedule=told.items,
        digest="SHA-256 of the original and of the copy",
    )


def _hand_overs(told: Told) -> Iterator[Section]:
    lines = told.acquired()
    for number, items in by_hand_over(told.items).items():
        (source, *given, method, files), line = handed_over(told, number, items), lines.get(number)
        time = clock(line.time, told.zone) if line else ""
        rows = (
            source,
            ("Make, model, serial number", ""),
            *given,
            ("Place", ""),
            method,
            ("Copied by", line.actor if line else ""),
            ("Tool and version", told.heads[number].tool),
            ("Algorithms", ALGORITHMS),
            ("Digest of the original computed", f"as it was read, before {time}" if time else ""),
            ("Digest of the copy computed", f"from the copy as stored, before {time}" if time else ""),
            ("Compared and entered", f"{time}, ledger line {line.number:,}" if line else ""),
            files,
        )
        yield Section(f"Hand-over {number}", rows=rows)


def _exceptions(told: Told) -> Iterator[str]:
    for item in told.items:
        where = f"{item.number}{_exhibit(item)}"
        if item.record.changed:
            yield f"{where}: the source was written to while it was being copied."
        for warning in item.warnings:
            yield f"{where}: {warning.rstrip('.')}."
    for number in by_hand_over(told.items):
        refused = told.refused.get(number, 0)
        if refused:
            yield f"Hand-over {number}: {plural(refused, 'path was', 'paths were')} not taken in."
    yield from mishaps(told)


def _exhibit(item: FormItem) -> str:
    return f" (Exhibit {', '.join(item.exhibits)})" if item.exhibits else ""


def _since(told: Told) -> Section:
    mine = {item.number for item in told.items}
    groups = by_hand_over(told.items)
    taken = min((line.number for number, line in told.acquired().items() if number in groups), default=0)
    since = [each for each in told.events if each.act in _SINCE and each.line > taken]
    rows = tuple(
        (clock(each.time, told.zone), each.what, each.actor, f"{each.line:,}")
        for each in since
        if each.every or each.act == "recover" or not mine.isdisjoint(each.items)
    )
    return Section(
        "Custody since", says=(_verified(told, taken), _WHAT_WAS_DONE if rows else _NOTHING_DONE), table=rows
    )


def _verified(told: Told, taken: int) -> str:
    checked = [line for line in told.lines if line.act == "verify" and line.number > taken]
    if not checked:
        return (
            "No verification since is on record. “evidencekit verify CASE --log” computes every digest anew and enters "
            "the result; it should be run before this is signed."
        )
    last, found = checked[-1], checked[-1].fields.get("findings", 0)
    said = f"had {plural(found, 'finding', 'findings')}: see the exceptions" if found else "every digest was unchanged"
    return (
        f"All copies were last read and their digests computed again on {clock(last.time, told.zone)} (ledger line "
        f"{last.number:,}); {said}."
    )
