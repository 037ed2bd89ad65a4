from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.binder.place import Matter, exhibit_target, place, placed, range_of, section_target, volume_title
from evidencekit.binder.plan import ExhibitCount, SegmentKind, plan, segments
from evidencekit.binder.values import BinderInput, Volume
from evidencekit.errors import BuildError
from evidencekit.printing.typeset import Section, Typeset

EXHIBIT = st.none() | st.tuples(st.integers(1, 3), st.lists(st.integers(0, 6), max_size=3))
EXHIBITS = st.lists(EXHIBIT, max_size=10)


def built(make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int) -> tuple[Any, Any, Any]:
    exhibits, counts = [], []
    for n, shape in enumerate(shapes, 1):
        label = f"{n}A" if n % 3 == 0 else str(n)
        slip, pages = shape or (0, [])
        items = [make.item(n * 100 + i, f"{n}-{i}.png") for i in range(len(pages))]
        exhibits.append(make.exhibit(label, items, f"Title {n}") if shape else make.withdrawn(label))
        counts.append(ExhibitCount(label, slip, tuple((i.number, p) for i, p in zip(items, pages, strict=True))))
    profile = make.profile(sheets_per_volume=limit, duplex=duplex)
    binder = BinderInput(make.case, tuple(exhibits), ())
    found = plan(binder, counts, profile)
    matter = [Matter(front, (Section("cover", "Cover", 1), Section("index", "Index of exhibits", min(2, front))))]
    behind = [Matter(back, (Section("custody", "Custody record", 1),))]
    n = len(found.volumes)
    return found, binder, place(found, binder, profile, matter * n, behind * n)


def exhibit_marks(volumes: tuple[Volume, ...]) -> list[str]:
    return [page.exhibit for volume in volumes for page in volume.pages if page.exhibit]


PARTS = {
    "shapes": EXHIBITS,
    "limit": st.integers(1, 30),
    "duplex": st.booleans(),
    "front": st.integers(1, 5),
    "back": st.integers(1, 5),
}


@given(**PARTS)
def test_every_page_bears_its_number_of_its_file(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    _, _, volumes = built(make, shapes, limit, duplex, front, back)
    for volume in volumes:
        total = len(volume.pages)
        assert [page.page for page in volume.pages] == [f"{n} of {total}" for n in range(1, total + 1)]
        assert [page.label for page in volume.pages] == [str(n) for n in range(1, total + 1)]


@given(**PARTS)
def test_an_exhibits_pages_count_from_its_slip_sheet_to_its_last(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    found, _, volumes = built(make, shapes, limit, duplex, front, back)
    wanted = [
        f"Exhibit {exhibit.label} · {n} of {exhibit.pages}"
        for exhibit in found.exhibits
        for n in range(1, exhibit.pages + 1)
    ]
    assert exhibit_marks(volumes) == wanted


@given(**PARTS)
def test_only_the_first_page_of_an_exhibit_bears_its_sticker(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    _, _, volumes = built(make, shapes, limit, duplex, front, back)
    for volume in volumes:
        for page in volume.pages:
            first = re.fullmatch(r"Exhibit (\S+) · 1 of \d+", page.exhibit)
            assert (page.sticker is not None) == (first is not None)
            if page.sticker and first:
                assert (page.sticker.head, page.sticker.label, page.sticker.foot) == (
                    "People's Exhibit",
                    first[1],
                    "26CR00417",
                )


@given(**PARTS)
def test_the_place_told_to_others_is_the_page_that_bears_the_mark(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    found, _, volumes = built(make, shapes, limit, duplex, front, back)
    places = placed(found, {volume.number: front for volume in found.volumes})
    assert set(places) == {exhibit.label for exhibit in found.exhibits if not exhibit.withdrawn}
    for label, at in places.items():
        volume = volumes[at.volume - 1]
        assert volume.pages[at.first_page - 1].exhibit == f"Exhibit {label} · 1 of {at.pages}"
        assert volume.targets[exhibit_target(label)] == at.first_page
        assert at.first_page % 2 == 1 or not duplex


@given(**PARTS)
def test_blanks_and_matter_bear_no_exhibit_mark(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    found, _, volumes = built(make, shapes, limit, duplex, front, back)
    for planned, volume in zip(found.volumes, volumes, strict=True):
        for run in segments(found, planned, front, back):
            for page in volume.pages[run.first - 1 : run.first - 1 + run.pages]:
                assert bool(page.exhibit) == (run.kind in (SegmentKind.SLIP, SegmentKind.ITEM))
                assert bool(page.running) == (run.kind is not SegmentKind.BLANK)


@given(**PARTS, more=EXHIBIT)
def test_an_exhibit_added_at_the_end_changes_no_earlier_exhibit_mark(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int, more: Any
) -> None:
    before = exhibit_marks(built(make, shapes, limit, duplex, front, back)[2])
    after = exhibit_marks(built(make, [*shapes, more], limit, duplex, front, back)[2])
    assert after[: len(before)] == before


@given(**PARTS)
def test_the_outline_runs_through_the_volume_and_every_target_is_a_page(
    make: Any, shapes: list[Any], limit: int, duplex: bool, front: int, back: int
) -> None:
    _, binder, volumes = built(make, shapes, limit, duplex, front, back)
    titles = [line.title for volume in volumes for line in volume.outline if line.title.startswith("Exhibit ")]
    assert titles == [f"Exhibit {e.label} — {e.title}" for e in binder.exhibits if not e.withdrawn]
    for volume in volumes:
        pages = [line.page for line in volume.outline]
        assert pages == sorted(pages)
        assert all(1 <= page <= len(volume.pages) for page in (*pages, *volume.targets.values()))
        assert volume.targets[section_target("custody")] == len(volume.pages) - back + 1


def test_an_exhibit_of_several_items_has_them_in_the_outline(make: Any) -> None:
    items = [make.item(1, "a.png"), make.item(2, "b.m4a"), make.item(3, "c.pdf", title="Police report")]
    exhibits = (make.exhibit("1", items, title=""),)
    binder = BinderInput(make.case, exhibits, ())
    counts = [ExhibitCount("1", 2, (("ITEM-0001", 3), ("ITEM-0002", 0), ("ITEM-0003", 4)))]
    found = plan(binder, counts, make.profile())
    (volume,) = place(found, binder, make.profile(), [Matter(2)], [Matter(1)])
    (line,) = volume.outline
    assert (line.title, line.page) == ("Exhibit 1", 3)
    assert [(child.title, child.page) for child in line.children] == [
        ("ITEM-0001 — a.png", 5),
        ("ITEM-0003 — Police report", 8),
    ]


def test_a_volume_says_what_it_holds(make: Any) -> None:
    found, _, volumes = built(make, [(1, [1]), None, (1, [5]), (1, [1])], 3, True, 1, 1)
    assert [range_of(volume) for volume in found.volumes] == ["Exhibits 1 – 2", "Exhibit 3A", "Exhibit 4"]
    assert volumes[1].title == "People v. Hollis · Exhibit binder · Volume 2 of 3 · Exhibit 3A"
    alone, _, _ = built(make, [], 4, True, 1, 1)
    assert volume_title(alone, alone.volumes[0]) == "Exhibit binder"


def test_a_volume_whose_front_is_not_typeset_has_no_places(make: Any) -> None:
    found, _, _ = built(make, [(1, [1]), (1, [5])], 2, True, 1, 1)
    assert set(placed(found, {2: 3})) == {"2"}


def test_labels_make_safe_links() -> None:
    assert exhibit_target("12A") == "ek:ex/12A"
    assert exhibit_target("A/1 é") == "ek:ex/A%2F1%20%C3%A9"


@pytest.mark.parametrize(("fronts", "backs"), [([], [Matter(1)]), ([Matter(1)], [])])
def test_every_volume_needs_its_front_and_back_matter(make: Any, fronts: list[Matter], backs: list[Matter]) -> None:
    binder = BinderInput(make.case, (), ())
    with pytest.raises(BuildError, match="front or back matter"):
        place(plan(binder, [], make.profile()), binder, make.profile(), fronts, backs)


def test_matter_is_what_was_typeset(tmp_path: Path) -> None:
    sections = (Section("index", "Index of exhibits", 2),)
    assert Matter.of(Typeset(tmp_path / "front.pdf", 5, sections)) == Matter(5, sections)
