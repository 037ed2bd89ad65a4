"""The draft certification under Rule 902(14) of the Federal Rules of Evidence, filled from the custody record.

A person completes and signs it; what only a person can know stays blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evidencekit.binder.front import checkpoint_data
from evidencekit.binder.values import BinderInput, BoundItem, Record
from evidencekit.binder.words import clock, plural
from evidencekit.model import Placed

ALGORITHMS = "SHA-256 (FIPS 180-4) and BLAKE3"
COMPARISON = (
    "Each file was read once from the source and copied without alteration; both digests were computed from the "
    "bytes as they were read. The copy was then read back from storage and its digests were computed again. The "
    "digest of the original and the digest of the copy were compared and were identical for every file in the "
    "schedule; one value is therefore printed for both. The copies were made read-only."
)
OATH = (
    "I declare under penalty of perjury under the laws of the United States of America, and of the State in which I "
    "sign, that the foregoing is true and correct."
)

_Item = tuple[str, BoundItem]


def certification_data(binder: BinderInput, record: Record, places: Mapping[str, Placed]) -> dict[str, Any]:
    """What the certification's template is given; an empty value is printed as a line to fill in."""
    case = binder.case
    items: list[_Item] = [(exhibit.label, item) for exhibit in binder.exhibits for item in exhibit.items]
    firsts: dict[str, _Item] = {}
    for label, item in items:
        firsts.setdefault(item.number, (label, item))
    once = list(firsts.values())
    return {
        "court": [part for part in (case.court, case.jurisdiction) if part],
        "caption": case.caption,
        "number": case.number,
        "opening": _opening(once, record),
        "declarant": [
            ("Name", ""),
            ("Title and agency", ""),
            ("Training and experience", ""),
            ("Role in this case", ""),
        ],
        "acquisitions": _acquisitions(items, record),
        "comparison": [COMPARISON],
        "exceptions": [
            f"{item.number} (Exhibit {label}): {warning.rstrip('.')}."
            for label, item in once
            for warning in item.warnings
        ],
        "custody": _custody(),
        "checkpoint": checkpoint_data(record.seal, case.timezone),
        "oath": OATH,
        "schedule": [
            {
                "number": item.number,
                "exhibit": label,
                "page": places[label].first_page if label in places else None,
                "name": item.name,
                "sha256": item.digests.sha256,
            }
            for label, item in items
        ],
    }


def _opening(items: Sequence[_Item], record: Record) -> list[str]:
    tools = " and ".join(dict.fromkeys(item.copied_with or record.tool for _, item in items)) or record.tool
    return [
        f"This certification concerns {plural(len(items), 'file', 'files')} copied with {tools}, listed in the "
        "schedule at the end with exhibit number and digest. The statements below were filled in by the program from "
        "the custody record. The declarant is to check each, to complete the blanks, and to strike what they cannot "
        "say of their own knowledge or training."
    ]


def _acquisitions(items: Sequence[_Item], record: Record) -> list[dict[str, Any]]:
    groups: dict[int, list[_Item]] = {}
    for entry in items:
        groups.setdefault(entry[1].acquisition, []).append(entry)
    return [_acquisition(number, groups[number], record) for number in sorted(groups)]


def _acquisition(number: int, items: Sequence[_Item], record: Record) -> dict[str, Any]:
    """One hand-over; ``items`` are in binder order, and one that is in several exhibits stands there for each."""
    item = items[0][1]
    files = len({entry.number for _, entry in items})
    lines = [record.handlings[entry.number][0] for _, entry in items if record.handlings.get(entry.number)]
    first = lines[0] if lines else None
    labels = list(dict.fromkeys(label for label, _ in items))
    return {
        "title": f"Hand-over {number}",
        "rows": [
            ("Source (device, medium, account)", item.source),
            ("Make, model, serial number", ""),
            ("Handed over by", item.received_from),
            ("Received by", item.received_by),
            ("Received on", clock(item.received, item.case_zone)),
            ("Place", ""),
            ("Method of transfer", item.method),
            ("Copied by", first.actor if first else ""),
            ("Tool and version", item.copied_with or record.tool),
            ("Algorithms", ALGORITHMS),
            ("Digests computed and compared", clock(first.time, item.case_zone) if first else ""),
            ("Ledger line", f"{first.line:,}" if first else ""),
            ("Files", f"{files:,}, in {'Exhibit' if len(labels) == 1 else 'Exhibits'} {listed(labels)}"),
        ],
    }


def listed(labels: Sequence[str]) -> str:
    """Exhibit labels as a row has room for them."""
    if len(labels) <= 12:
        return ", ".join(labels)
    return f"{', '.join(labels[:11])} … {labels[-1]} ({len(labels)} in all; see the schedule)"


def _custody() -> list[str]:
    return [
        "Everything done to each file since then stands in the custody record of this binder, exhibit by exhibit, with "
        "the time, the person and the line of the ledger. The ledger was sealed before this binder was printed:",
    ]
