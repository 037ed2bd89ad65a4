"""Back matter of each volume: the custody record of its exhibits, and in the last the draft certification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evidencekit.binder.certification import certification_data
from evidencekit.binder.front import Binding, key_id
from evidencekit.binder.place import exhibit_target, placed
from evidencekit.binder.plan import PlannedVolume
from evidencekit.binder.slips import table_page
from evidencekit.binder.values import BoundExhibit, BoundItem, Handling
from evidencekit.binder.words import clock, plural, size, what_it_is
from evidencekit.model import Placed
from evidencekit.printing.typeset import Typeset, Typesetter

ACQUIRE = "acquire"
COPIED = (
    "Each file of a hand-over was read once and copied; its SHA-256 and BLAKE3 digests were computed from the bytes as "
    "they were read. The copy was then read back from storage, its digests were computed again and compared: they were "
    "equal. “Taken in” below stands for all of this."
)
HOW = (
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
        "page": table_page(binding.sheet),
        "title": f"{case.caption} · Custody record",
        "how": list(HOW),
        "checkpoint": [
            ("Case", f"{case.number} · {case.uuid}", ""),
            ("Ledger lines", f"{seal.size:,}", ""),
            ("Root", seal.root, "mono"),
            ("Sealed", clock(seal.time, case.timezone), ""),
            ("Signing key", key_id(seal), "mono"),
            ("Fingerprint", seal.fingerprint, "mono"),
            ("Made with", binding.record.tool, ""),
        ],
        "copied": COPIED,
        "hand_overs": hand_overs(
            [item for exhibit in binding.binder.exhibits if exhibit.label in here for item in exhibit.items],
            binding.record.handlings,
        ),
        "exhibits": [
            _exhibit(binding, exhibit, places[exhibit.label])
            for exhibit in binding.binder.exhibits
            if exhibit.label in here
        ],
    }
    if volume.number == len(binding.plan.volumes):
        data["certification"] = certification_data(binding.binder, binding.record, places)
    return data


def _exhibit(binding: Binding, exhibit: BoundExhibit, place: Placed) -> dict[str, Any]:
    return {
        "label": exhibit.label,
        "title": exhibit.title,
        "target": exhibit_target(exhibit.label),
        "place": f"page {place.first_page} · {plural(place.pages, 'page', 'pages')}",
        "items": [_item(item, binding.record.handlings.get(item.number, ())) for item in exhibit.items],
    }


def hand_overs(items: Sequence[BoundItem], handlings: Mapping[str, tuple[Handling, ...]]) -> list[dict[str, Any]]:
    """Every hand-over that the items came with, once, in order: who gave what to whom, when and how."""
    firsts: dict[int, BoundItem] = {}
    counts: Counter[int] = Counter()
    for item in {item.number: item for item in items}.values():
        firsts.setdefault(item.acquisition, item)
        counts[item.acquisition] += 1
    return [_hand_over(firsts[number], counts[number], handlings) for number in sorted(firsts)]


def _hand_over(item: BoundItem, count: int, handlings: Mapping[str, tuple[Handling, ...]]) -> dict[str, Any]:
    taken = next((each for each in handlings.get(item.number, ()) if each.act == ACQUIRE), None)
    rows = (
        ("Source", item.source),
        ("Received", clock(item.received, item.case_zone)),
        ("Received from", item.received_from),
        ("Method", item.method),
        ("Received by", item.received_by),
        ("Files", f"{count:,} in this record"),
        ("Taken in", f"{clock(taken.time, item.case_zone)}, by {taken.actor}" if taken else ""),
        ("Ledger", f"line {taken.line:,}" if taken else ""),
    )
    return {"title": f"Hand-over {item.acquisition}", "rows": [(label, value) for label, value in rows if value]}


def _item(item: BoundItem, handlings: tuple[Handling, ...]) -> dict[str, Any]:
    return {
        "number": item.number,
        "name": item.name,
        "line": f"{size(item.size)} · {what_it_is(item)}",
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "handlings": handled(handlings, item.acquisition, item.case_zone),
    }


def handled(handlings: Sequence[Handling], acquisition: int, zone: str) -> list[dict[str, str]]:
    """Each handling of an item as printed; what is told of its whole hand-over elsewhere is only cited."""
    return [
        {
            "time": clock(each.time, zone),
            "what": f"Taken in (hand-over {acquisition}); copied, hashed, read back, equal"
            if each.act == ACQUIRE
            else each.what,
            "actor": each.actor,
            "line": f"line {each.line:,}",
        }
        for each in handlings
    ]
