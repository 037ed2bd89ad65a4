"""Back matter of each volume: the custody record of its exhibits, and in the last the draft certification."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evidencekit.binder.certification import certification_data
from evidencekit.binder.front import Binding, fingerprint_of
from evidencekit.binder.place import exhibit_target, placed
from evidencekit.binder.plan import PlannedVolume
from evidencekit.binder.slips import text_page
from evidencekit.binder.values import BoundExhibit, BoundItem, Handling
from evidencekit.binder.words import clock, plural, size, what_it_is
from evidencekit.model import Placed
from evidencekit.printing.typeset import Typeset, Typesetter

_HOW = (
    (
        "One file.",
        "Compute its SHA-256 digest with any program and compare it with the digest printed here: “sha256sum FILE” on "
        "Linux, “shasum -a 256 FILE” on macOS, “certutil -hashfile FILE SHA256” on Windows. One changed bit gives "
        "another digest. The BLAKE3 digest is a second, independent one (“b3sum FILE”).",
    ),
    (
        "The whole history.",
        "Everything done to an item is a line of the case’s ledger, a text file, and each line holds the digest of "
        "the line before it. “evidencekit verify CASE” reads every line and every file again and names each fault. "
        "Without our software: the root printed below is the RFC 9162 Merkle tree hash over the first lines of "
        "ledger.jsonl, as many as the size says; a leaf is SHA-256 of a zero byte and the line, a node SHA-256 of a "
        "one byte and its two children.",
    ),
    (
        "The signature.",
        "The square code on the cover holds the signed checkpoint: origin, size, root and an Ed25519 signature. The "
        "key’s fingerprint must be the one printed here and known from elsewhere.",
    ),
    (
        "What this can and cannot show.",
        "It shows that a file, or the history of a file, is the same as when this binder was sealed. It does not say "
        "who made a file or whether what it says is true, and nothing about the time before the file was received. A "
        "change shows only as long as this page, or another copy of the root, is kept apart from the case folder.",
    ),
)


def back_matters(
    binding: Binding, fronts: Mapping[int, int], folder: Path, typesetter: Typesetter
) -> tuple[Typeset, ...]:
    """The back matter of every volume, in order, as ``back-<volume>.pdf`` in ``folder``.

    ``fronts``: pages of front matter by volume number. Raises :class:`~evidencekit.errors.BuildError` when a page
    cannot be typeset.
    """
    places = placed(binding.plan, fronts)
    return tuple(
        typesetter.typeset(
            "back.typ",
            back_data(binding, volume, places),
            folder / f"back-{volume.number}.pdf",
            moment=binding.record.seal.time or None,
        )
        for volume in binding.plan.volumes
    )


def back_data(binding: Binding, volume: PlannedVolume, places: Mapping[str, Placed]) -> dict[str, Any]:
    """What the back matter's template is given; ``places`` holds every printed exhibit of the binder."""
    case, seal = binding.binder.case, binding.record.seal
    here = {exhibit.label for exhibit in volume.exhibits if not exhibit.withdrawn}
    data: dict[str, Any] = {
        "page": _page(binding),
        "title": f"{case.caption} · Custody record",
        "how": list(_HOW),
        "checkpoint": [
            ("Case", f"{case.number} · {case.uuid}", ""),
            ("Ledger lines", f"{seal.size:,}", ""),
            ("Root", " ".join(seal.root[i : i + 4] for i in range(0, len(seal.root), 4)), "mono"),
            ("Sealed", clock(seal.time, case.timezone), ""),
            ("Signing key", seal.key, ""),
            ("Fingerprint", fingerprint_of(seal), "mono"),
            ("Made with", binding.record.tool, ""),
        ],
        "exhibits": [
            _exhibit(binding, exhibit, places[exhibit.label])
            for exhibit in binding.binder.exhibits
            if exhibit.label in here
        ],
    }
    if volume.number == len(binding.plan.volumes):
        data["certification"] = certification_data(binding.binder, binding.record, places)
    return data


def _page(binding: Binding) -> dict[str, float]:
    return {**text_page(binding.sheet), "left": binding.sheet.left, "right": binding.sheet.right}


def _exhibit(binding: Binding, exhibit: BoundExhibit, place: Placed) -> dict[str, Any]:
    return {
        "label": exhibit.label,
        "title": exhibit.title,
        "target": exhibit_target(exhibit.label),
        "place": f"page {place.first_page} · {plural(place.pages, 'page', 'pages')}",
        "items": [_item(item, binding.record.handlings.get(item.number, ())) for item in exhibit.items],
    }


def _item(item: BoundItem, handlings: tuple[Handling, ...]) -> dict[str, Any]:
    came = (
        f"Hand-over {item.acquisition}",
        clock(item.received, item.case_zone),
        f"source: {item.source}" if item.source else "",
        f"from {item.received_from}" if item.received_from else "",
        f"received by {item.received_by}" if item.received_by else "",
        item.method,
    )
    return {
        "number": item.number,
        "name": item.name,
        "line": f"{size(item.size)} · {what_it_is(item)}",
        "acquired": " · ".join(part for part in came if part),
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "handlings": [
            {
                "time": clock(handling.time, item.case_zone),
                "what": handling.what,
                "actor": handling.actor,
                "line": f"{handling.line:,}",
            }
            for handling in handlings
        ],
    }
