"""Room for front and back matter before they are typeset, so that no volume grows over its sheets. Pure.

Heights are in points and never too small: text is counted at the width of its widest letters or near it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evidencekit.binder.custody import ACQUIRE
from evidencekit.binder.plan import Reserve
from evidencekit.binder.slips import table_page
from evidencekit.binder.values import BinderInput, BoundExhibit, BoundItem, Handling
from evidencekit.model import ChronologyRow
from evidencekit.printing.paper import Sheet

_FULL = 0.9  # of a page is filled before the next row is moved to a new one
_LINE = 9.0  # of a handling
_HAND_OVERS_A_PAGE = 2  # of the certification


def reserve_for(binder: BinderInput, sheet: Sheet, told: Mapping[str, Sequence[Handling]], coming: int = 1) -> Reserve:
    """Pages to set aside; ``told`` are the handlings of each item so far, by number, ``coming`` the entries that this
    binder itself will add to each."""
    page = table_page(sheet)
    usable = (page["height"] - page["top"] - page["bottom"]) * _FULL
    index = sum(_index_heights(binder))
    chronology = sum(_chronology_height(row) for row in binder.chronology)
    given = {item.acquisition: item for exhibit in binder.exhibits for item in exhibit.items}
    record = sum(_hand_over_height(item) for item in given.values())
    heights = (
        _item_height(exhibit, item, told.get(item.number, ()), coming)
        for exhibit in binder.exhibits
        for item in exhibit.items
    )
    tallest = max(heights, default=1.0)
    certification = -(-len(given) // _HAND_OVERS_A_PAGE) + int(sum(_schedule_heights(binder)) / usable)
    return Reserve(
        front=3 + int(index / usable) + int(chronology / usable),
        later_front=3 + int(index / usable),
        back=3 + int(record / usable),
        items_a_page=max(1, int(usable / tallest)),
        last_back=4 + certification,
    )


def _index_heights(binder: BinderInput) -> Iterator[float]:
    before = ""
    for exhibit in binder.exhibits:
        lines = max(1 + len(exhibit.title) // 24, 1 + len(exhibit.witness) // 8, 1 + len(exhibit.when) // 10)
        yield 8 + 11 * (lines + 1)  # a remark or a ruling may stand below
        if exhibit.group not in ("", before):
            yield 30 + 10 * (len(exhibit.group) // 60)
        before = exhibit.group
    for row in binder.chronology:
        if row.milestone:
            yield 20 + 10 * (len(row.what) // 60)


def _chronology_height(row: ChronologyRow) -> float:
    extra = len(row.location) + len(row.witness) + len(row.reported)
    lines = max(
        1 + len(row.what) // 28 + (1 + extra // 32 if extra else 0),
        1 + len(row.date) // 16 + (1 + len(row.zone) // 20 if row.zone else 0),
        2 * len(row.cites),
        1 + len(", ".join(row.categories)) // 9,
    )
    return 6 + 11.5 * lines


def _hand_over_height(item: BoundItem) -> float:
    longest = max(len(item.source), len(item.received_from), len(item.received_by), len(item.method))
    return 75 + 40 * (longest // 30)


def _item_height(exhibit: BoundExhibit, item: BoundItem, handlings: Sequence[Handling], coming: int) -> float:
    heading = 18 + 12 * (len(exhibit.title) // 50)
    lines = sum(_handling_height(each) for each in handlings)
    return heading + 34 + 12 * (len(item.name) // 30) + lines + 2 * _LINE * coming


def _handling_height(handling: Handling) -> float:
    words = 2 if handling.act == ACQUIRE else 1 + len(handling.what) // 40
    return _LINE * max(words, 1 + len(handling.actor) // 26)


def _schedule_heights(binder: BinderInput) -> Iterator[float]:
    for exhibit in binder.exhibits:
        for item in exhibit.items:
            yield 14 + 11 * (len(item.name) // 16)
            yield 14 * sum(1 + len(warning) // 60 for warning in item.warnings)
