"""What goes, what stays, and under which numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.errors import UsageError
from evidencekit.model import CaseInfo, HeldBack, Kind, Part
from evidencekit.production.bates import Issued, bates, checked_prefix, count_of, order_of, prefix_for
from evidencekit.production.earlier import Earlier, body_of, got, issued, prefix_next
from evidencekit.production.plan import Choice, apart, choose, families, plan, ranges, showing
from evidencekit.production.values import Order, ProducedItem, Production

INFO = CaseInfo("u", "26CR00417", "People v. Hollis", "UTC")
ORDER = Order("Office of the defender")
PDF = "application/pdf"
BLANK = ProducedItem(
    "", "", "", "", 0, "", "", "Phone", "a.txt", "a.txt", "txt", 3, Kind.DOCUMENT, "text/plain", "", "", "", "", "", "",
    "", "", ".txt",
)  # fmt: skip


def number(n: int) -> str:
    return f"ITEM-{n:04d}"


def item(n: int, parent: int = 0) -> ProducedItem:
    return replace(BLANK, item=number(n), parent=number(parent) if parent else "", sha256=f"{n:064x}")


def held(n: int, part: Part = Part.WHOLE) -> dict[str, HeldBack]:
    return {number(n): HeldBack(number(n), part, "privileged")}


@st.composite
def forests(draw: st.DrawFn) -> list[ProducedItem]:
    """Items in any order, some of them inside others; children came in behind their parents, as intake numbers them."""
    count = draw(st.integers(1, 14))
    made = [item(n, draw(st.sampled_from([0, 0, *range(1, n)]))) for n in range(1, count + 1)]
    return list(draw(st.permutations(made)))


def whole(items: list[ProducedItem]) -> Choice:
    return choose(items, ORDER, {}, {})


def planned(choice: Choice, pages: dict[str, int], before: tuple[Earlier, ...] = (), prefix: str = "H") -> Production:
    return plan(INFO, ORDER, len(before) + 1, "A. Rivera", choice, pages, prefix, issued(before))


def logged(production: Production, *, finished: bool = True) -> Earlier:
    return Earlier(production.number, production.number, "", body_of(production), finished)


def tops(items: list[ProducedItem]) -> dict[str, str]:
    parents = {each.item: each.parent for each in items}

    def top(name: str) -> str:
        while parents[name]:
            name = parents[name]
        return name

    return {name: top(name) for name in parents}


@given(forests())
def test_families_stand_together_with_the_parent_first_in_the_order_of_item_numbers(items: list[ProducedItem]) -> None:
    found = families(items)
    flat = [each.item for family in found for each in family]
    assert sorted(flat) == sorted(each.item for each in items)
    top = tops(items)
    assert [{top[each.item] for each in family} for family in found] == [{family[0].item} for family in found]
    assert [family[0].item for family in found] == sorted(family[0].item for family in found)
    for family in found:
        seen: list[str] = []
        for each in family:
            assert each is family[0] or each.parent in seen
            seen.append(each.item)


@given(forests(), st.data())
def test_numbers_have_no_gaps_and_each_page_has_one(items: list[ProducedItem], data: st.DataObject) -> None:
    pages = {each.item: data.draw(st.integers(1, 5)) for each in items}
    production = planned(whole(items), pages)
    counts = [
        count for each in production.items for count in range(count_of(each.begin, "H"), count_of(each.end, "H") + 1)
    ]
    assert counts == list(range(1, sum(pages.values()) + 1))
    assert ranges(production) == [("H000001", bates("H", len(counts)), len(counts))]
    assert (production.first, production.last) == ("H000001", bates("H", len(counts)))


@given(forests(), st.data())
def test_later_productions_keep_numbers_of_the_same_pages_and_never_reuse_any(
    items: list[ProducedItem], data: st.DataObject
) -> None:
    pages = {each.item: data.draw(st.integers(1, 4)) for each in items}
    before: tuple[Earlier, ...] = ()
    owner: dict[int, tuple[str, int]] = {}
    for _ in range(3):
        some = data.draw(st.sets(st.sampled_from([each.item for each in items])))
        changed = data.draw(st.sets(st.sampled_from([each.item for each in items])))
        pages |= {name: data.draw(st.integers(1, 4)) for name in changed}
        order = replace(ORDER, items=tuple(some))
        production = planned(choose(items, order, {}, {}), pages, before)
        for each in production.items:
            for count in range(count_of(each.begin, "H"), count_of(each.end, "H") + 1):
                assert owner.setdefault(count, (each.item, each.pages)) == (each.item, each.pages)
        if production.items:
            before = (*before, logged(production, finished=data.draw(st.booleans())))
    assert sorted(owner) == list(range(1, len(owner) + 1))


@given(forests(), st.data())
def test_choosing_a_member_brings_its_whole_family(items: list[ProducedItem], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(items)).item
    top = tops(items)
    found = choose(items, replace(ORDER, items=(chosen,)), {}, {})
    assert {each.item for each in found.items} == {name for name in top if top[name] == top[chosen]}


def test_what_is_held_back_stays_and_its_family_goes() -> None:
    items = [item(1), item(2, 1), item(3, 2), item(4)]
    found = choose(items, ORDER, held(2) | held(4), {})
    assert [each.item for each in found.items] == [number(1), number(3)]
    assert [each.item for each in found.held] == [number(2), number(4)]
    production = planned(found, {number(1): 2, number(3): 1})
    assert [(each.family_begin, each.family_end) for each in production.items] == [("H000001", "H000003")] * 2
    gone = choose(items, ORDER, held(1), {})
    assert [each.item for each in gone.items] == [number(2), number(3), number(4)]
    assert len(gone.families) == 2


def test_a_family_that_grew_bears_its_topmost_number_and_is_told() -> None:
    mail, picture, other = item(1), item(2, 1), item(3)
    first = planned(whole([mail, other]), {number(1): 1, number(3): 2})
    before = Issued({"H": 3}, {(each.item, each.sha256, "H", each.pages): each.begin for each in first.items})
    grown = plan(
        INFO, ORDER, 2, "A", whole([mail, picture, other]), {number(1): 1, number(2): 2, number(3): 2}, "H", before
    )
    assert [each.begin for each in grown.items] == ["H000001", "H000004", "H000002"]
    assert [(each.family_begin, each.family_end) for each in grown.items] == [("H000001", "H000005")] * 2 + [("", "")]
    assert apart(grown) == [number(1)]
    assert apart(first) == []


def test_a_native_that_is_held_back_leaves_the_pages() -> None:
    found = choose([item(1)], ORDER, held(1, Part.NATIVE), {})
    only = planned(found, {number(1): 3}).items[0]
    assert (only.native, only.pdf, only.redacted) == ("", "pdf/H000001.pdf", "Native file withheld")
    assert found.held[0].part is Part.NATIVE


def test_a_supplement_holds_what_that_recipient_never_got() -> None:
    items = [item(1), item(2), item(3, 2)]
    pages = {each.item: 2 for each in items}
    first = logged(planned(choose(items, replace(ORDER, items=(number(1),)), {}, {}), pages))
    again = replace(ORDER, to="  OFFICE of the\u00a0Defender ", only_new=True)
    found = choose(items, again, {}, got((first,), again.to))
    assert [each.item for each in found.items] == [number(2), number(3)]
    assert planned(found, pages, (first,)).first == "H000003"
    everything = logged(planned(whole(items), pages, (first,)))
    assert choose(items, again, {}, got((first, everything), again.to)).items == ()
    assert len(choose(items, again, {}, got((first, everything), "The court")).items) == 3
    never = replace(everything, finished=False)
    assert len(choose(items, again, {}, got((first, never), again.to)).items) == 2


def test_a_native_that_was_held_back_and_no_longer_is_goes_with_the_supplement() -> None:
    before = logged(planned(choose([item(1)], ORDER, held(1, Part.NATIVE), {}), {number(1): 1}))
    again = replace(ORDER, only_new=True)
    assert choose([item(1)], again, held(1, Part.NATIVE), got((before,), again.to)).items == ()
    found = choose([item(1)], again, {}, got((before,), again.to))
    assert planned(found, {number(1): 1}, (before,)).items[0].native == "natives/H000001.txt"


def test_other_content_or_another_prefix_has_other_numbers() -> None:
    first = logged(planned(whole([item(1)]), {number(1): 2}))
    changed = [replace(item(1), sha256="f" * 64)]
    assert planned(whole(changed), {number(1): 2}, (first,)).first == "H000003"
    assert planned(whole([item(1)]), {number(1): 2}, (first,), prefix="K").first == "K000001"


def test_numbers_grow_beyond_six_digits_in_order() -> None:
    near = Issued({"H": 999_998})
    production = plan(INFO, ORDER, 2, "", whole([item(1), item(2)]), {number(1): 2, number(2): 2}, "H", near)
    assert [each.begin for each in production.items] == ["H999999", "H1000001"]
    assert (production.first, production.last) == ("H999999", "H1000002")
    assert sorted(["H1000001", "H999999"], key=order_of) == ["H999999", "H1000001"]


@pytest.mark.parametrize(
    ("given", "kept"), [("HOLLIS", "HOLLIS"), ("AB-1", "AB-1-"), ("A_", "A_"), ("9" * 20, "9" * 20 + "-")]
)
def test_a_prefix_that_ends_in_a_digit_gets_a_hyphen(given: str, kept: str) -> None:
    assert checked_prefix(given) == kept
    assert checked_prefix(kept) == kept


@pytest.mark.parametrize(
    "given", ["", "hollis", "A" * 21, "A B", "Ä", "A/B", "A\n", "../A", "-", "-A", "_A", "-" * 19 + "1-"]
)
def test_what_cannot_stand_before_numbers_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        checked_prefix(given)


@given(st.text(max_size=40))
def test_every_case_number_makes_a_prefix(text: str) -> None:
    prefix = prefix_for(text)
    assert checked_prefix(prefix) == prefix
    assert not prefix[-1].isdigit()


def test_the_case_number_is_its_own_prefix() -> None:
    assert prefix_for("26CR00417") == "26CR00417-"
    assert prefix_for("No. 26/417 – ä") == "NO-26-417-A"
    assert prefix_for("9" * 30) == "9" * 20 + "-"


def test_an_office_file_that_holds_what_is_held_back_may_show_it() -> None:
    word, paper, mail = (
        replace(item(n), media_type=kind) for n, kind in ((1, "application/msword"), (2, PDF), (3, ""))
    )
    mail = replace(mail, kind=Kind.EMAIL)
    inside = [item(4, 1), item(5, 2), item(6, 3), item(7, 1)]
    everything = [word, paper, mail, *inside]
    assert showing(everything, {each.sha256 for each in inside[:3]}) == {number(1)}
    assert showing(everything, {inside[1].sha256, word.sha256}) == frozenset()


def test_the_prefix_of_the_next_production_is_theirs_else_the_last_one_used() -> None:
    def one(number: int, to: str, prefix: str) -> Earlier:
        return Earlier(number, number, "", {"to": to, "prefix": prefix} if prefix else {}, finished=True)

    before = [
        one(1, "Defender", "HOLLIS"),
        one(2, "Bar Co", "KIM"),
        one(3, "", ""),
    ]  # the last record is damaged
    assert [prefix_next(before, to, "26-1") for to in (" DEFENDER", "Bar  co", "Somebody", "")] == [
        "HOLLIS", "KIM", "KIM", "KIM",
    ]  # fmt: skip
    assert prefix_next([], "Defender", "26-A") == "26-A"
