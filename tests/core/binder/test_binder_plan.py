from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.binder.plan import (
    ExhibitCount,
    Plan,
    PlannedExhibit,
    PlannedItem,
    Reserve,
    Segment,
    SegmentKind,
    plan,
    segments,
    sheets,
)
from evidencekit.binder.values import BinderInput
from evidencekit.errors import BuildError
from evidencekit.printing.paper import PaperName

# One exhibit: slip pages and pages per item; None is a withdrawn one.
EXHIBIT = st.none() | st.tuples(st.integers(1, 4), st.lists(st.integers(0, 9), max_size=4))
EXHIBITS = st.lists(EXHIBIT, max_size=14)
RESERVES = st.builds(
    Reserve,
    front=st.integers(0, 9),
    later_front=st.integers(0, 5),
    back=st.integers(0, 5),
    items_a_page=st.integers(0, 3),
    last_back=st.integers(0, 6),
)


def planned(
    make: Any, shapes: list[Any], limit: int = 250, duplex: bool = True, reserve: Reserve | None = None
) -> Plan:
    exhibits, counts = [], []
    for n, shape in enumerate(shapes, 1):
        label = str(n)
        if shape is None:
            exhibits.append(make.withdrawn(label))
            counts.append(ExhibitCount(label, 0, ()))
            continue
        slip, pages = shape
        items = [make.item(n * 100 + i, f"{n}-{i}.png") for i in range(len(pages))]
        exhibits.append(make.exhibit(label, items))
        counts.append(ExhibitCount(label, slip, tuple((i.number, p) for i, p in zip(items, pages, strict=True))))
    profile = make.profile(sheets_per_volume=limit, duplex=duplex)
    return plan(BinderInput(make.case, tuple(exhibits), ()), counts, profile, reserve=reserve)


def runs_of(found: Plan, front: int, back: int) -> list[tuple[Segment, ...]]:
    return [segments(found, volume, front, back) for volume in found.volumes]


@given(shapes=EXHIBITS, limit=st.integers(1, 40), duplex=st.booleans(), front=st.integers(0, 9), back=st.integers(0, 9))
def test_every_page_of_a_volume_is_in_exactly_one_segment(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    for runs in runs_of(planned(make, shapes, limit, duplex), front, back):
        pages = [page for run in runs for page in range(run.first, run.first + run.pages)]
        assert pages == list(range(1, len(pages) + 1))
        assert all(run.pages > 0 for run in runs)


@given(shapes=EXHIBITS, limit=st.integers(1, 40), duplex=st.booleans())
def test_every_exhibit_and_item_is_bound_once_and_in_order(
    make: Any, shapes: list[Any], limit: int, duplex: bool
) -> None:
    found = planned(make, shapes, limit, duplex)
    assert [exhibit.label for exhibit in found.exhibits] == [str(n) for n in range(1, len(shapes) + 1)]
    assert [volume.number for volume in found.volumes] == list(range(1, len(found.volumes) + 1))
    bound = [(run.label, run.item, run.pages) for runs in runs_of(found, 3, 2) for run in runs if run.label]
    wanted = [
        entry
        for exhibit in found.exhibits
        if not exhibit.withdrawn
        for entry in [
            (exhibit.label, "", exhibit.slip),
            *((exhibit.label, item.number, item.pages) for item in exhibit.items if item.pages),
        ]
    ]
    assert bound == wanted


@given(shapes=EXHIBITS, limit=st.integers(1, 40), front=st.integers(0, 9), back=st.integers(1, 9))
def test_printed_on_both_sides_exhibits_and_back_matter_start_on_a_right_hand_page(
    make: Any, shapes: list[Any], limit: int, front: int, back: int
) -> None:
    for runs in runs_of(planned(make, shapes, limit), front, back):
        starts = [run.first for run in runs if run.kind in (SegmentKind.SLIP, SegmentKind.BACK)]
        assert all(first % 2 == 1 for first in starts)
        assert all(run.pages == 1 for run in runs if run.kind is SegmentKind.BLANK)


@given(shapes=EXHIBITS, front=st.integers(0, 9))
def test_printed_on_one_side_there_are_no_blanks(make: Any, shapes: list[Any], front: int) -> None:
    (runs,) = runs_of(planned(make, shapes, 10**6, duplex=False), front, 3)
    assert not [run for run in runs if run.kind is SegmentKind.BLANK]


@given(shapes=EXHIBITS, limit=st.integers(1, 40), duplex=st.booleans(), reserve=RESERVES)
def test_no_volume_is_over_its_sheets_unless_it_holds_a_single_exhibit(
    make: Any, shapes: list[Any], limit: int, duplex: bool, reserve: Reserve
) -> None:
    found = planned(make, shapes, limit, duplex, reserve)
    for volume in found.volumes:
        printed = [exhibit for exhibit in volume.exhibits if exhibit.pages]
        items = sum(len(exhibit.items) for exhibit in volume.exhibits)
        back = reserve.of_back(items, volume is found.volumes[-1])
        runs = segments(found, volume, reserve.of_front(volume.number), back)
        size = sheets(sum(run.pages for run in runs), duplex)
        assert size <= limit or len(printed) <= 1


@given(shapes=EXHIBITS, limit=st.integers(1, 40), duplex=st.booleans())
def test_a_volume_is_closed_only_when_the_next_exhibit_does_not_fit(
    make: Any, shapes: list[Any], limit: int, duplex: bool
) -> None:
    found = planned(make, shapes, limit, duplex)
    for volume, after in zip(found.volumes, found.volumes[1:], strict=False):
        nxt = after.exhibits[0]
        assert nxt.pages
        assert sheets(volume.body + nxt.pages, duplex) > limit


@given(shapes=EXHIBITS, more=EXHIBIT, limit=st.integers(1, 40), duplex=st.booleans())
def test_an_exhibit_added_at_the_end_moves_nothing_before_it(
    make: Any, shapes: list[Any], more: Any, limit: int, duplex: bool
) -> None:
    before, after = (planned(make, some, limit, duplex) for some in (shapes, [*shapes, more]))
    assert after.exhibits[:-1] == before.exhibits
    homes = [{e.label: volume.number for volume in each.volumes for e in volume.exhibits} for each in (before, after)]
    assert homes[0].items() <= homes[1].items()


def test_the_offset_says_where_an_exhibit_starts(make: Any) -> None:
    found = planned(make, [(1, [2]), None, (1, [1, 0]), (2, [])])
    (runs,) = runs_of(found, 3, 2)
    starts = {run.label: run.first for run in runs if run.kind is SegmentKind.SLIP}
    assert starts == {"1": 5, "3": 9, "4": 11}
    assert {e.label: 4 + e.offset + 1 for e in found.exhibits if e.pages} == starts
    assert [run.kind for run in runs][:4] == [SegmentKind.FRONT, SegmentKind.BLANK, SegmentKind.SLIP, SegmentKind.ITEM]
    assert runs[-1] == Segment(SegmentKind.BACK, 13, 2)


def test_a_binder_without_exhibits_is_one_volume(make: Any) -> None:
    found = planned(make, [])
    assert [(volume.number, volume.exhibits, volume.body) for volume in found.volumes] == [(1, (), 0)]
    assert segments(found, found.volumes[0], 0, 0) == ()


def test_the_digest_is_that_of_the_canonical_json(make: Any) -> None:
    found = planned(make, [(1, [2]), None])
    (item,) = found.exhibits[0].items
    text = (
        '{"duplex":true,"exhibits":[{"items":[{"number":"ITEM-0100","pages":2,"sha256":"' + item.sha256 + '"}],'
        '"label":"1","slip":1,"withdrawn":false},{"items":[],"label":"2","slip":0,"withdrawn":true}],'
        '"paper":"letter","profile":"default","v":1}'
    )
    assert json.loads(text)
    assert found.digest() == hashlib.sha256(text.encode()).hexdigest()


def test_the_digest_tells_every_difference_in_what_is_bound(make: Any) -> None:
    shapes: list[Any] = [(1, [2]), (1, [1])]
    same = planned(make, shapes)
    others = [
        planned(make, [(2, [2]), (1, [1])]),
        planned(make, [(1, [3]), (1, [1])]),
        planned(make, [(1, [2])]),
        planned(make, [(1, [2]), None]),
        planned(make, shapes, duplex=False),
        dataclasses.replace(same, paper=PaperName.A4),
        dataclasses.replace(same, profile="federal"),
    ]
    assert same.digest() == planned(make, shapes).digest()
    assert len({same.digest(), *(other.digest() for other in others)}) == len(others) + 1


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([], "not those of the exhibits"),
        ([ExhibitCount("2", 1, (("ITEM-0001", 1),))], "not those of the exhibits"),
        ([ExhibitCount("1", 1, ())], "not those of its items"),
        ([ExhibitCount("1", 1, (("ITEM-0002", 1),))], "not those of its items"),
        ([ExhibitCount("1", 1, (("ITEM-0001", -1),))], "not those of its items"),
        ([ExhibitCount("1", 0, (("ITEM-0001", 1),))], "no slip sheet"),
    ],
)
def test_counts_that_do_not_belong_to_the_exhibits_are_refused(
    make: Any, counts: list[ExhibitCount], message: str
) -> None:
    binder = BinderInput(make.case, (make.exhibit("1", [make.item(1)]),), ())
    with pytest.raises(BuildError, match=message):
        plan(binder, counts, make.profile())


def test_a_label_bound_twice_is_refused(make: Any) -> None:
    twice = (make.exhibit("7", [make.item(1)]), make.exhibit("7", [make.item(2)]))
    with pytest.raises(BuildError, match=r"^7: "):
        plan(BinderInput(make.case, twice, ()), make.counts(twice), make.profile())


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"B"}, (3, "B")),
        ({"A", "B"}, (1, "A")),
        ({"C"}, (0, "")),  # a recording has no pages of its own
        ({"C", "D"}, (7, "D")),
        ({"Z"}, (0, "")),
        (set(), (0, "")),
    ],
)
def test_where_an_item_begins_within_its_exhibit(wanted: set[str], found: tuple[int, str]) -> None:
    items = tuple(PlannedItem(name, "0" * 64, pages) for name, pages in (("A", 2), ("B", 4), ("C", 0), ("D", 1)))
    assert PlannedExhibit("1", 1, items, withdrawn=False, offset=0).start_of(wanted) == found


def test_an_item_that_is_the_whole_exhibit_begins_where_the_exhibit_does() -> None:
    alone = PlannedExhibit("1", 1, (PlannedItem("A", "0" * 64, 5),), withdrawn=False, offset=0)
    assert alone.start_of({"A"}) == (0, "")
