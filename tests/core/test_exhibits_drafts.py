from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit import exhibits
from evidencekit.errors import UsageError
from evidencekit.exhibits import Arrangement, Drafts
from evidencekit.model import Draft, Exhibit
from evidencekit.profile import Profile, load_profile

NUMERIC = load_profile("default")
ALPHA = load_profile("lettered")


def marked(*labels: str) -> Arrangement:
    return tuple(Exhibit(label, f"Title {label}", ("ITEM-0001",)) for label in labels)


def prepared(*labels: str | None) -> Drafts:
    """One draft for each wanted label, with ids from 1 and items of the same numbers."""
    return tuple(Draft(n, (f"ITEM-{n:04d}",), label=label) for n, label in enumerate(labels, start=1))


def ids(drafts: Drafts) -> list[int]:
    return [each.id for each in drafts]


@pytest.mark.parametrize(
    ("profile", "before", "wanted", "expected"),
    [
        (NUMERIC, (), (None, None), ["1", "2"]),
        (NUMERIC, ("1", "12A", "7"), (None, None), ["13", "14"]),
        (NUMERIC, ("1", "2"), (None, "1A", None), ["3", "1A", "4"]),
        (NUMERIC, ("1", "2"), (None, "20A", None), ["3", "20A", "21"]),
        (NUMERIC, ("1", "2"), (None, "3", "4", None), ["5", "3", "4", "6"]),
        (NUMERIC, ("A",), (None,), ["1"]),
        (ALPHA, ("A", "Y"), (None, None), ["Z", "AA"]),
        (ALPHA, ("A", "B"), ("A-1", None, "C", None), ["A-1", "D", "C", "E"]),
    ],
)
def test_what_each_draft_would_be_called(
    profile: Profile, before: tuple[str, ...], wanted: tuple[str | None, ...], expected: list[str]
) -> None:
    found = exhibits.provisional(marked(*before), prepared(*wanted), profile)
    assert list(found.values()) == expected
    assert list(found) == list(range(1, len(wanted) + 1))


def test_a_few_of_them_get_the_next_labels_but_none_that_another_wants() -> None:
    drafts = prepared(None, "4", None, None)
    assert exhibits.provisional(marked("1", "2"), drafts, NUMERIC, [4, 3]) == {3: "3", 4: "5"}
    assert exhibits.provisional(marked("1", "2"), drafts, NUMERIC, []) == {}
    with pytest.raises(UsageError, match="no draft exhibit 9"):
        exhibits.provisional((), drafts, NUMERIC, [9])


def test_drafts_are_marked_in_their_order_and_the_late_ones_behind_what_they_belong_to() -> None:
    drafts = (
        Draft(1, ("ITEM-0001", "ITEM-0002"), "Both notes", "J. D.", "Notes"),
        Draft(2, ("ITEM-0003",), label="1A"),
        Draft(3, ("ITEM-0004",)),
    )
    arranged, made = exhibits.mark_drafts(
        marked("1", "2"), drafts, [3, 2, 1], NUMERIC, {"ITEM-0003": "Third", "ITEM-0004": "Fourth"}
    )
    assert [each.label for each in arranged] == ["1", "1A", "2", "3", "4"]
    assert made == [
        Exhibit("3", "Both notes", ("ITEM-0001", "ITEM-0002"), witness="J. D.", group="Notes"),
        Exhibit("1A", "Third", ("ITEM-0003",)),
        Exhibit("4", "Fourth", ("ITEM-0004",)),
    ]


def test_a_wanted_label_that_cannot_be_issued_is_refused_when_it_is_marked() -> None:
    titles = {f"ITEM-{n:04d}": "x" for n in range(1, 4)}
    with pytest.raises(UsageError, match="already issued"):
        exhibits.mark_drafts(marked("1", "1A"), prepared(None, "1A"), [1, 2], NUMERIC, titles)
    with pytest.raises(UsageError, match="allows no late label such as 1A"):
        exhibits.mark_drafts(marked("1"), prepared("1A"), [1], replace(NUMERIC, late="none"), titles)
    with pytest.raises(UsageError, match="no draft exhibit 7"):
        exhibits.mark_drafts(marked("1"), prepared(None), [1, 7], NUMERIC, titles)


@given(
    st.sampled_from([NUMERIC, ALPHA]),
    st.lists(st.sampled_from(["1", "2", "2A", "9", "A", "B", "A-1", "Z"]), unique=True, max_size=5),
    st.lists(st.none() | st.sampled_from(["1A", "3", "10", "C", "B-1", "AA", "9-T"]), max_size=8),
    st.sets(st.integers(1, 8)),
)
def test_the_provisional_labels_are_those_that_marking_issues(
    profile: Profile, before: list[str], wanted: list[str | None], chosen: set[int]
) -> None:
    wanted = [label if label is None or label not in wanted[:place] else None for place, label in enumerate(wanted)]
    arranged, drafts = marked(*before), prepared(*wanted)
    chosen = {each for each in chosen if each <= len(drafts)}
    titles = {each.items[0]: "x" for each in drafts}
    labels = exhibits.provisional(arranged, drafts, profile, chosen)
    assert list(labels) == [each for each in ids(drafts) if each in chosen]
    assert not set(labels.values()) & {each.label for each in drafts if each.id not in chosen}
    try:
        after, made = exhibits.mark_drafts(arranged, drafts, chosen, profile, titles)
    except UsageError:  # only a person's own wish can be refused
        assert any(drafts[each - 1].label is not None for each in chosen)
        return
    assert [each.label for each in made] == list(labels.values())
    assert sorted(each.label for each in after) == sorted({*before, *labels.values()})
    assert len(after) == len(before) + len(made)


def test_new_drafts_come_last_or_before_another() -> None:
    drafts, added = exhibits.add_drafts(prepared(None, None), [("a", "b"), ("c",)], 2, title="New")
    assert ids(drafts) == [1, 3, 4, 2]
    assert added == (Draft(3, ("a", "b"), "New"), Draft(4, ("c",), "New"))
    drafts, added = exhibits.add_drafts(drafts, [("a",)])
    assert ids(drafts) == [1, 3, 4, 2, 5]
    assert ids(exhibits.add_drafts((), [("a",)])[0]) == [1]
    for groups, what in (([()], "at least one item"), ([("a", "b", "a")], "a: .*twice")):
        with pytest.raises(UsageError) as refused:
            exhibits.add_drafts(drafts, groups)
        assert refused.match(what)
    with pytest.raises(UsageError, match="no draft exhibit 9"):
        exhibits.add_drafts(drafts, [("a",)], 9)


def test_edits_change_what_they_name_and_nothing_else() -> None:
    drafts = prepared(None, None)
    changed = exhibits.edit_draft(
        (), drafts, 1, title=" New ", witness="J. D.", group="Texts", items=["b", "a"], label=" 12a "
    )
    assert changed == (Draft(1, ("b", "a"), "New", "J. D.", "Texts", "12A"), drafts[1])
    assert exhibits.edit_draft((), changed, 1) == changed
    cleared = exhibits.edit_draft((), changed, 1, title="", witness=" ", group="", label=" ")
    assert cleared[0] == Draft(1, ("b", "a"))
    for bad in ({"items": []}, {"items": ["a", "a"]}, {"label": "1 2"}):
        with pytest.raises(UsageError):
            exhibits.edit_draft((), drafts, 1, **bad)  # type: ignore[arg-type]


def test_a_wanted_label_is_neither_issued_nor_wanted_twice() -> None:
    drafts = prepared("12A", None)
    assert exhibits.edit_draft((), drafts, 1, label="12A") == drafts
    with pytest.raises(UsageError, match="Another draft is to be exhibit 12A"):
        exhibits.edit_draft((), drafts, 2, label="12a")
    with pytest.raises(UsageError, match="already issued"):
        exhibits.edit_draft(marked("7"), drafts, 2, label="7")


def test_moving_and_removing_drafts() -> None:
    drafts = prepared(None, None, None)
    assert ids(exhibits.move_draft(drafts, 3, 1)) == [3, 1, 2]
    assert ids(exhibits.move_draft(drafts, 1, None)) == [2, 3, 1]
    assert exhibits.move_draft(drafts, 2, 2) == drafts
    assert ids(exhibits.remove_drafts(drafts, [3, 1])) == [2]
    for act in (
        lambda: exhibits.move_draft(drafts, 9, 1),
        lambda: exhibits.move_draft(drafts, 1, 9),
        lambda: exhibits.remove_drafts(drafts, [1, 9]),
    ):
        with pytest.raises(UsageError, match="no draft exhibit 9"):
            act()


def test_several_become_one_and_one_becomes_several() -> None:
    drafts = (
        Draft(1, ("a",)),
        Draft(2, ("b", "c"), witness="J. D."),
        Draft(3, ("d",)),
        Draft(4, ("c", "e"), "Texts", "T. A.", "Messages", "12A"),
    )
    joined, one = exhibits.join_drafts(drafts, [4, 2])
    assert one == Draft(2, ("b", "c", "e"), "Texts", "J. D.", "Messages", "12A")
    assert joined == (drafts[0], one, drafts[2])
    split, parts = exhibits.split_draft(joined, 2)
    assert parts == (
        Draft(2, ("b",), "", "J. D.", "Messages", "12A"),
        Draft(4, ("c",), "", "J. D.", "Messages"),
        Draft(5, ("e",), "", "J. D.", "Messages"),
    )
    assert split == (drafts[0], *parts, drafts[2])
    plain, one = exhibits.join_drafts(drafts, [1, 3])
    assert (one, ids(plain)) == (Draft(1, ("a", "d")), [1, 2, 4])
    with pytest.raises(UsageError, match="Fewer than two"):
        exhibits.join_drafts(drafts, [1])
    with pytest.raises(UsageError, match="one item only"):
        exhibits.split_draft(drafts, 1)


def test_which_draft_an_exhibit_was_marked_from() -> None:
    drafts = (Draft(1, ("a", "b"), label="7"), Draft(2, ("a", "b")), Draft(3, ("a",)))
    assert exhibits.drafted(drafts, "7", ["a", "b"]) == drafts[0]
    assert exhibits.drafted(drafts, "8", ["a", "b"]) == drafts[1]
    assert exhibits.drafted(drafts, "8", ["b", "a"]) is None
