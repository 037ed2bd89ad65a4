"""The JSON shapes that other software relies on, on the command line and in files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evidencekit.custody.acquisitions import Refusal
from evidencekit.model import CaseInfo, ChronologyRow, Exhibit, Finding, Item, Placed


def case_shape(info: CaseInfo) -> dict[str, Any]:
    """The case's head."""
    return {"number": info.number, "caption": info.caption}


def item_shape(item: Item) -> dict[str, Any]:
    """One item of ``items --json``."""
    return {
        "number": item.number,
        "name": item.name,
        "received_path": item.received_path,
        "size": item.size,
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "kind": item.kind.value,
        "media_type": item.media_type,
        "extension_matches": item.extension_matches,
        "parent": item.parent,
        "duplicate_of": item.duplicate_of,
        "acquisition": item.acquisition,
        "received": item.received,
        "moments": [
            {"value": each.value, "as_found": each.as_found, "basis": each.basis, "zone": each.zone.value}
            for each in item.moments
        ],
        "when": item.when,
        "when_chosen": {"by": item.when_by, "at": item.when_at} if item.when_said is not None else None,
        "title": item.title,
        "party": item.party,
        "facts": [asdict(fact) for fact in item.facts],
        "pages": item.pages,
        "seconds": item.seconds,
        "warnings": list(item.warnings),
        "proposals": [{**asdict(each), "hint": each.hint.value, "zone": each.zone.value} for each in item.proposals],
        "questions": [
            {"question": each.key, "ask": each.ask, "choices": [{"answer": v, "means": w} for v, w in each.choices]}
            for each in item.questions
        ],
    }


def refused_shape(refusal: Refusal) -> dict[str, Any]:
    """One refusal."""
    return {"path": refusal.path, "why": refusal.why}


def exhibit_shape(exhibit: Exhibit, placed: Placed | None) -> dict[str, Any]:
    """One exhibit of ``exhibits --json`` and ``binder.json``."""
    return {
        "label": exhibit.label,
        "title": exhibit.title,
        "items": list(exhibit.items),
        "status": exhibit.status.value,
        "witness": exhibit.witness,
        "group": exhibit.group,
        "dates": {status.value: date for status, date in exhibit.dates},
        "pages": placed.pages if placed else None,
        "first_page": placed.first_page if placed else None,
        "volume": placed.volume if placed else None,
    }


def finding_shape(finding: Finding) -> dict[str, Any]:
    """One finding of ``verify --json``."""
    return {
        "code": finding.code,
        "item": finding.item,
        "line": finding.line,
        "path": finding.path,
        "message": finding.message,
    }


def row_shape(row: ChronologyRow) -> dict[str, Any]:
    """One row of ``chronology --json``."""
    shape = asdict(row)
    del shape["sort"]
    if row.contact is None:
        del shape["contact"]
    return shape
