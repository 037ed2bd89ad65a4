"""What is held back follows its content wherever it went."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from evidencekit.casefile.holding import held_back
from evidencekit.model import Held, Part, Protection


@dataclass(frozen=True)
class Piece:
    item: str
    parent: str
    sha256: str


def held(item: str, part: Part = Part.WHOLE, line: int = 5) -> Held:
    return Held(item, part, f"reason {item}", "A. Rivera", "2026-03-01T00:00:00Z", line)


def parts(items: list[Piece], *decided: Held, released: dict[str, int] | None = None) -> dict[str, Part]:
    protection = Protection(held={each.item: each for each in decided}, released=released or {})
    return {each.item: each.part for each in held_back(items, protection).values()}


MAIL, PICTURE, ARCHIVE, INNER, COPY, OTHER = (
    Piece("m", "a", "mail"),
    Piece("p", "m", "picture"),
    Piece("a", "", "archive"),
    Piece("i", "a", "note"),
    Piece("c", "", "picture"),
    Piece("o", "", "other"),
)
ALL = [MAIL, PICTURE, ARCHIVE, INNER, COPY, OTHER]


def test_nothing_decided_holds_nothing() -> None:
    assert parts(ALL) == {}


def test_an_attachment_keeps_the_native_of_its_mail_and_of_the_archive_around_it() -> None:
    assert parts(ALL, held("p")) == {"p": Part.WHOLE, "c": Part.WHOLE, "m": Part.NATIVE, "a": Part.NATIVE}


def test_its_copy_elsewhere_holds_it_just_the_same_and_the_basis_says_so() -> None:
    found = held_back(ALL, Protection(held={"c": held("c")}))
    assert found["p"].basis == "The same content as c, which is held back: reason c"
    assert found["m"].basis == "Holds c, which is held back: reason c"
    assert found["c"].basis == "reason c"


def test_what_is_held_back_as_a_whole_keeps_what_came_inside_it_and_the_copies_of_that() -> None:
    assert parts(ALL, held("m")) == {"m": Part.WHOLE, "p": Part.WHOLE, "c": Part.WHOLE, "a": Part.NATIVE}


def test_a_native_that_is_held_back_holds_no_children() -> None:
    assert parts(ALL, held("m", Part.NATIVE)) == {"m": Part.NATIVE, "a": Part.NATIVE}


def test_a_whole_that_is_held_back_is_never_made_less_by_a_native() -> None:
    assert parts(ALL, held("p"), held("m", Part.NATIVE))["p"] is Part.WHOLE
    assert parts(ALL, held("c", Part.NATIVE), held("p"))["c"] is Part.WHOLE


def test_a_copy_of_a_mail_keeps_its_native_too() -> None:
    twin = Piece("n", "", "mail")
    assert parts([*ALL, twin], held("p"))["n"] is Part.NATIVE


def test_what_is_released_by_name_goes_but_never_the_native_around_what_is_held() -> None:
    assert parts(ALL, held("m", line=5), released={"c": 6, "p": 6}) == {"m": Part.WHOLE, "a": Part.NATIVE}
    assert parts(ALL, held("m", line=7), released={"c": 6})["c"] is Part.WHOLE
    assert parts(ALL, held("p", line=5), released={"m": 6, "a": 6})["m"] is Part.NATIVE


def test_an_item_that_is_not_there_holds_nothing() -> None:
    assert parts(ALL, held("x")) == {}


def test_items_that_claim_to_hold_each_other_end() -> None:
    ring = [Piece("x", "y", "1"), Piece("y", "x", "2")]
    assert parts(ring, held("x")) == {"x": Part.WHOLE, "y": Part.WHOLE}


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Piece], list[Held]]:
    count = draw(st.integers(1, 12))
    items = []
    for number in range(count):
        parent = draw(st.sampled_from(["", *(f"{n}" for n in range(number))]))
        items.append(Piece(f"{number}", parent, draw(st.sampled_from("abcdef"))))
    chosen = draw(st.lists(st.sampled_from(items), unique=True, min_size=1, max_size=3))
    return items, [held(each.item, draw(st.sampled_from(list(Part)))) for each in chosen]


@given(cases())
def test_no_chain_of_containers_and_copies_is_a_way_out(case: tuple[list[Piece], list[Held]]) -> None:
    items, decided = case
    found = parts(items, *decided)
    known = {each.item: each for each in items}
    for one in decided:
        assert found[one.item] is one.part or found[one.item] is Part.WHOLE
    for each in items:
        what = found.get(each.item)
        if what is None:
            continue
        for other in items:
            # A held item's copy never gives its bytes; what holds it never goes as a file.
            if other.sha256 == each.sha256:
                assert found.get(other.item) is not None
                assert what is Part.NATIVE or found[other.item] is Part.WHOLE
            if other.parent == each.item and what is Part.WHOLE:
                assert found[other.item] is Part.WHOLE
        parent = known.get(each.parent)
        if parent is not None:
            assert found.get(parent.item) is not None
    bytes_out = {each.sha256 for each in items if each.item not in found}
    assert not bytes_out & {known[one.item].sha256 for one in decided}
