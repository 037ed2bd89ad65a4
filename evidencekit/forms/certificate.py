"""What the draft certifications under Rule 902 of the Federal Rules of Evidence share.

A qualified person completes, corrects and signs them; the program signs nothing, and what only a person can know stays
blank. Sources: Fed. R. Evid. 902(11), (13), (14) and 803(6); 28 U.S.C. § 1746 for the words of an unsworn declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidencekit.binder.certification import OATH, listed
from evidencekit.binder.words import clock, plural, size
from evidencekit.casefile import Case
from evidencekit.casefile.leaving import spans
from evidencekit.custody.people import person_of
from evidencekit.forms.gather import FormItem, Told, printed
from evidencekit.forms.written import Written, head, write_document
from evidencekit.printing.paper import PaperName

Rows = list[tuple[str, str]]

OTHER_RULE = ("Rule of this court, where another applies", "")
NOTICE = (
    "For the proponent, not part of the declaration: Rule 902(11) asks for reasonable written notice to the adverse "
    "party before the trial or hearing, and that record and certification be made available for inspection."
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a certification: paragraphs, numbered statements, a form of (label, value), a table of (time, what, by,
    line); those that are empty are left out. An empty value is printed as a line to fill in."""

    title: str
    says: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, str, str, str], ...] = ()
    exceptions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """One draft certification. ``about`` are the declarant's own fields besides name and title; ``sections`` are
    declared, ``office`` are not: what the office adds from its record when somebody outside it declares. ``schedule``
    are the files covered, none for no schedule; ``digest`` heads the column of their digests."""

    heading: str
    rule: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    schedule: tuple[FormItem, ...] = ()
    digest: str = ""
    declarant: str = ""
    about: Rows = field(default_factory=list)
    office: tuple[Section, ...] = ()


def write_certificate(case: Case, told: Told, certificate: Certificate, out: Path, paper: PaperName) -> Written:
    """Write the draft as the PDF ``out``. Raises what :func:`write_document` raises."""
    data = certificate_data(told, certificate, paper, now=datetime.now(UTC))
    return write_document(case, told, "certification_902.typ", data, out)


def certificate_data(told: Told, certificate: Certificate, paper: PaperName, *, now: datetime) -> dict[str, Any]:
    """What the template is given."""
    stamp = now.isoformat(timespec="seconds")
    return {
        **head(told.case, paper, stamp),
        "printed": clock(stamp, told.zone),
        "heading": certificate.heading,
        "rule": certificate.rule,
        "opening": list(certificate.opening),
        "declarant": [*declarant(certificate.declarant), *certificate.about],
        "sections": [_section(each) for each in certificate.sections],
        "office": [_section(each) for each in certificate.office],
        "checkpoint": told.checkpoint,
        "oath": OATH,
        "notice": NOTICE,
        "digest": certificate.digest,
        "numbered": any(item.bates for item in certificate.schedule),
        "schedule": [_scheduled(item) for item in certificate.schedule],
    }


def declarant(named: str) -> Rows:
    """The declarant's own fields, with name and title as far as a person was named as “Name, role, agency”. Raises
    :class:`~evidencekit.errors.UsageError` for what cannot be printed."""
    person = person_of(named) if named.strip() else None
    title = ", ".join(part for part in (person.role, person.agency) if part) if person else ""
    return [("Name", person.name if person else ""), ("Title and agency", title)]


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "says": list(section.says),
        "statements": list(section.statements),
        "rows": list(section.rows),
        "table": [list(row) for row in section.table],
        "exceptions": None if section.exceptions is None else list(section.exceptions),
    }


def _scheduled(item: FormItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "exhibit": ", ".join(item.exhibits),
        "bates": [each.split("–") for each in item.bates],
        "name": item.name,
        "size": size(item.record.size),
        "sha256": item.record.digests.sha256,
    }


def covered(told: Told, items: Sequence[FormItem]) -> str:
    """Which files a row is about: “4 files: ITEM-0001 to ITEM-0004; Exhibits 1, 2”."""
    labels = sorted({label for item in items for label in item.exhibits}, key=told.labels.index)
    marked = f"; {'Exhibit' if len(labels) == 1 else 'Exhibits'} {listed(labels)}" if labels else ""
    return f"{plural(len(items), 'file', 'files')}: {_few(spans(item.number for item in items))}{marked}"


def _few(text: str) -> str:
    parts = text.split(", ")
    return text if len(parts) <= 12 else f"{', '.join(parts[:11])} … {parts[-1]} (see the schedule)"


def handed_over(told: Told, number: int, items: Sequence[FormItem]) -> Rows:
    """What is known of the hand-over that files came with."""
    acquisition = told.heads[number]
    return [
        ("Source (device, medium, account)", printed(acquisition.source)),
        ("Handed over by", printed(acquisition.received_from)),
        ("Received by", printed(acquisition.received_by)),
        ("Received on", clock(acquisition.received, told.zone)),
        ("Method of transfer", printed(acquisition.method)),
        ("Files", covered(told, items)),
    ]


def by_hand_over(items: Sequence[FormItem]) -> dict[int, list[FormItem]]:
    """The files of each hand-over, in order."""
    found: dict[int, list[FormItem]] = {}
    for item in items:
        found.setdefault(item.acquisition, []).append(item)
    return dict(sorted(found.items()))


def mishaps(told: Told) -> Iterator[str]:
    """What the ledger tells that a declarant must know: verifications with findings, recoveries, a clock that went
    back."""
    for line in told.lines:
        count = line.fields.get("findings", 0)
        if line.act == "verify" and count:
            yield (
                f"The verification of {clock(line.time, told.zone)} (ledger line {line.number:,}) had "
                f"{plural(count, 'finding', 'findings')}."
            )
        elif line.act == "recover":
            yield f"Ledger line {line.number:,} tells of a recovery: {line.fields.get('why')}."
        elif line.act == "clock":
            yield f"Before ledger line {line.number:,} the computer’s clock went back."
