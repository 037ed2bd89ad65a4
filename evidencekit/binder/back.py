"""Back matter of each volume: the custody record of its exhibits, and in the last the draft certification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evidencekit.binder.certification import certification_data
from evidencekit.binder.custody import ACQUIRE, COPIED, GivenOver, handled, how_to_check
from evidencekit.binder.front import Binding, key_id
from evidencekit.binder.place import exhibit_target, placed
from evidencekit.binder.plan import PlannedVolume
from evidencekit.binder.slips import table_page
from evidencekit.binder.values import BoundExhibit, BoundItem, Handling
from evidencekit.binder.words import clock, plural, size, what_it_is
from evidencekit.model import Placed
from evidencekit.printing.typeset import Typeset, Typesetter


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
        "how": how_to_check("on the cover", "this binder"),
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
        "hand_overs": _hand_overs(
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


def _hand_overs(items: Sequence[BoundItem], handlings: Mapping[str, tuple[Handling, ...]]) -> list[dict[str, Any]]:
    """Every hand-over that the items came with, once, in order."""
    firsts: dict[int, BoundItem] = {}
    counts: Counter[int] = Counter()
    for item in {item.number: item for item in items}.values():
        firsts.setdefault(item.acquisition, item)
        counts[item.acquisition] += 1
    return [_hand_over(firsts[number], counts[number], handlings) for number in sorted(firsts)]


def _hand_over(item: BoundItem, count: int, handlings: Mapping[str, tuple[Handling, ...]]) -> dict[str, Any]:
    return GivenOver(
        number=item.acquisition,
        source=item.source,
        received=item.received,
        received_from=item.received_from,
        received_by=item.received_by,
        method=item.method,
        files=count,
        taken=next((each for each in handlings.get(item.number, ()) if each.act == ACQUIRE), None),
    ).data(item.case_zone)


def _item(item: BoundItem, handlings: tuple[Handling, ...]) -> dict[str, Any]:
    return {
        "number": item.number,
        "name": item.name,
        "line": f"{size(item.size)} · {what_it_is(item)}",
        "sha256": item.digests.sha256,
        "blake3": item.digests.blake3,
        "handlings": handled(handlings, item.acquisition, item.case_zone),
    }
