"""A verdict in words for people: faults that follow one another put together, and what was added since a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidencekit.model import Finding
from evidencekit.verify.meanings import meaning
from evidencekit.verify.verdict import Kind, Since, Verdict

_RUN = 3  # from so many faults of one kind in neighbouring lines on, they are told as one
# What a line of each act tells of, for one and for several.
_ACTS = {
    "acquire": ("hand-over taken in", "hand-overs taken in"),
    "refuse": ("note of refused paths", "notes of refused paths"),
    "duplicate": ("note of equal content", "notes of equal content"),
    "verify": ("verification", "verifications"),
    "seal": ("sealing", "sealings"),
    "view": ("viewing", "viewings"),
    "derive": ("note of files made", "notes of files made"),
    "redact": ("redaction", "redactions"),
    "release": ("release of custody", "releases of custody"),
    "receive": ("receipt of custody", "receipts of custody"),
    "produce": ("production", "productions"),
    "withhold": ("decision on withholding", "decisions on withholding"),
    "exhibit": ("marking of an exhibit", "markings of exhibits"),
    "withdraw": ("withdrawal of an exhibit", "withdrawals of exhibits"),
    "bind": ("binder", "binders"),
    "key-add": ("key added", "keys added"),
    "key-revoke": ("key withdrawn", "keys withdrawn"),
    "anchor": ("time stamp", "time stamps"),
    "clock": ("clock that went back", "clocks that went back"),
    "recover": ("recovery", "recoveries"),
    "dispose": ("disposal", "disposals"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One fault, or a run of them in neighbouring ledger lines: ``where`` it is (“ITEM-0004”, “Ledger lines 12–90”, a
    path, or nothing), what was found, what it means, and how many findings it stands for."""

    code: str
    where: str
    message: str
    meaning: str
    count: int = 1


def grouped(findings: Sequence[Finding]) -> Iterator[Told]:
    """The faults in their order, runs of the same fault in ledger lines that follow one another as one."""
    start = 0
    while start < len(findings):
        end = start + 1
        while end < len(findings) and _follows(findings[end - 1], findings[end]):
            end += 1
        if end - start < _RUN:
            end = start + 1
        yield _told(findings[start], findings[end - 1], end - start)
        start = end


def _follows(before: Finding, after: Finding) -> bool:
    if before.line is None or after.line is None or (before.code, before.path) != (after.code, after.path):
        return False
    return after.line == before.line + 1


def _told(first: Finding, last: Finding, count: int) -> Told:
    if count == 1:
        where = first.item or (f"Ledger line {first.line:,}" if first.line else first.path or "")
        return Told(first.code, where, first.message, meaning(first.code))
    where = f"Ledger lines {first.line:,}–{last.line:,}"
    more = f"The {count - 1:,} lines behind it have a fault of this kind too, which can follow from the first."
    return Told(first.code, where, f"{first.message} {more}", meaning(first.code), count)


def since_words(since: Since) -> list[str]:
    """What was added since the checkpoint, in sentences."""
    if not since.holds:
        return [f"What was added since the checkpoint over {since.size:,} lines cannot be told: it does not hold here."]
    told = [f"The first {since.size:,} ledger lines are the very ones of the checkpoint that was given."]
    if not since.added:
        return [*told, "Nothing was added since."]
    parts = [f"{count:,} {_ACTS.get(act, (act, act))[count > 1]}" for act, count in since.acts]
    unread = since.added - sum(count for _, count in since.acts)
    parts += [f"{unread:,} whose content is withheld or damaged"] if unread else []
    added = f"{since.added:,} lines were" if since.added > 1 else "One line was"
    told.append(f"{added} added since, from line {since.size + 1:,} on: {', '.join(parts)}.")
    if since.items:
        span = since.first if since.items == 1 else f"{since.first} to {since.last}"
        told.append(f"{since.items:,} {'item was' if since.items == 1 else 'items were'} taken in since: {span}.")
    return [*told, "Everything was checked, what is older than the checkpoint as well as what is newer."]


def counted(verdict: Verdict) -> str:
    """What was checked: “4 items and 9 ledger lines”."""
    files = "file" if verdict.kind is Kind.PACKAGE else "item"
    parts = [f"{verdict.items:,} {files}{'s' * (verdict.items != 1)}"] if verdict.kind is not Kind.LEDGER else []
    if verdict.size or verdict.kind is not Kind.PACKAGE:
        parts.append(f"{verdict.size:,} ledger line{'s' * (verdict.size != 1)}")
    return " and ".join(parts)


def summary(verdict: Verdict) -> str:
    """One line: what was checked, and whether it holds."""
    many = len(verdict.findings)
    found = "all unchanged." if verdict.ok else f"{many:,} finding{'s' * (many != 1)}."
    return f"{counted(verdict)} checked: {found}"
