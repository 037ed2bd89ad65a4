from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit import exhibits
from evidencekit.errors import UsageError
from evidencekit.exhibits import Arrangement
from evidencekit.model import Exhibit, Status
from evidencekit.profile import load_profile, profile_names

NUMERIC = load_profile("default")
ALPHA = load_profile("lettered")


def made(*labels: str) -> Arrangement:
    return tuple(Exhibit(label, f"Title {label}", (f"ITEM-{n:04d}",)) for n, label in enumerate(labels, start=1))


def labels(arranged: Arrangement) -> list[str]:
    return [each.label for each in arranged]


def test_numbers_go_on_from_the_highest_ever_issued() -> None:
    assert exhibits.next_label((), NUMERIC) == "1"
    assert exhibits.next_label(made("1", "2", "12A"), NUMERIC) == "13"
    assert exhibits.next_label(made("A", "B"), ALPHA) == "C"
    assert exhibits.next_label(made("Z"), ALPHA) == "AA"
    assert exhibits.next_label(made("AZ", "7"), ALPHA) == "BA"
    withdrawn = exhibits.withdraw(made("1", "2"), "2")
    assert exhibits.next_label(withdrawn, NUMERIC) == "3"


def test_a_label_is_never_issued_twice_not_even_after_withdrawal() -> None:
    arranged = exhibits.withdraw(made("1", "2"), "2")
    for label in ("1", "2", " 2 "):
        with pytest.raises(UsageError, match="already issued"):
            exhibits.check_label(arranged, label, NUMERIC)
    with pytest.raises(UsageError, match="already issued"):
        exhibits.check_label(made("12A"), "12a", NUMERIC)


@pytest.mark.parametrize("label", ["", " ", "1 2", "12/3", "-1", "1-", "é", "1" * 13, "a\nb"])
def test_malformed_labels_are_refused(label: str) -> None:
    with pytest.raises(UsageError, match="cannot be an exhibit label"):
        exhibits.check_label((), label, NUMERIC)


def test_late_labels_go_behind_what_they_belong_to() -> None:
    arranged = made("11", "12", "13")
    for label, expected in (("12A", ["11", "12", "12A", "13"]), ("12B", ["11", "12", "12A", "12B", "13"])):
        arranged = exhibits.mark(arranged, Exhibit(label, "", ("ITEM-0009",)))
        assert labels(arranged) == expected
    assert labels(exhibits.mark(arranged, Exhibit("99A", "", ("ITEM-0009",))))[-1] == "99A"
    assert labels(exhibits.mark(made("A", "B"), Exhibit("A-1", "", ("x",)))) == ["A", "A-1", "B"]


def test_a_profile_may_allow_no_late_labels() -> None:
    strict = replace(NUMERIC, late="none")
    with pytest.raises(UsageError, match="allows no late label"):
        exhibits.check_label(made("12"), "12A", strict)
    assert exhibits.check_label(made("12"), "13", strict) == "13"


@pytest.mark.parametrize(
    ("late", "allowed", "refused"),
    [
        ("letter", ("12A", "12AB", "12-T", "12A-T"), ("12-1", "12.1", "12ABC", "12-1-T")),
        ("dash", ("12-1", "A-1", "12-T", "12-1-T"), ("12A", "12.1", "A-B")),
        ("none", ("13", "12-T"), ("12A", "12-1")),
    ],
)
def test_late_labels_are_written_as_the_court_wants_them(
    late: Any, allowed: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    profile = replace(NUMERIC, late=late)
    for label in allowed:
        assert exhibits.check_label(made("12"), label, profile) == label
    for label in refused:
        with pytest.raises(UsageError, match="allows no late label"):
            exhibits.check_label(made("12"), label, profile)


def test_withdrawn_exhibits_stay_and_stay_as_they_are() -> None:
    arranged = exhibits.withdraw(made("1", "2", "3"), "2")
    assert labels(arranged) == ["1", "2", "3"]
    assert exhibits.find(arranged, "2").status is Status.WITHDRAWN
    for act in (
        lambda: exhibits.withdraw(arranged, "2"),
        lambda: exhibits.edit(arranged, "2", title="x"),
        lambda: exhibits.set_status(arranged, "2", Status.OFFERED, "2026-06-15"),
    ):
        with pytest.raises(UsageError, match="is withdrawn"):
            act()
    assert exhibits.citing(arranged) == {"ITEM-0001": "1", "ITEM-0003": "3"}


def test_edits_change_what_they_name_and_nothing_else() -> None:
    arranged = made("1", "2")
    changed = exhibits.edit(arranged, "1", title=" New ", witness="J. D.", group="Texts", items=["a", "b", "a"])
    assert changed[0] == Exhibit("1", "New", ("a", "b"), witness="J. D.", group="Texts")
    assert changed[1] == arranged[1]
    assert exhibits.edit(changed, "1", witness=" ", group="")[0].witness is None
    assert exhibits.edit(changed, "1") == changed
    for bad in ({"title": "  "}, {"items": []}):
        with pytest.raises(UsageError):
            exhibits.edit(arranged, "1", **bad)  # type: ignore[arg-type]


def test_status_keeps_one_date_a_step() -> None:
    arranged = exhibits.set_status(made("1"), "1", Status.OFFERED, "2026-06-15")
    arranged = exhibits.set_status(arranged, "1", Status.ADMITTED, "2026-06-16")
    arranged = exhibits.set_status(arranged, "1", Status.OFFERED, "2026-06-14")
    assert arranged[0].status is Status.OFFERED
    assert dict(arranged[0].dates) == {Status.OFFERED: "2026-06-14", Status.ADMITTED: "2026-06-16"}
    for status, on in ((Status.MARKED, "2026-06-15"), (Status.OFFERED, "15 June"), (Status.OFFERED, "2026-02-30")):
        with pytest.raises(UsageError):
            exhibits.set_status(arranged, "1", status, on)


def test_moving() -> None:
    arranged = made("1", "2", "3")
    assert labels(exhibits.move(arranged, "3", "1")) == ["3", "1", "2"]
    assert labels(exhibits.move(arranged, "1", None)) == ["2", "3", "1"]
    with pytest.raises(UsageError, match="before itself"):
        exhibits.move(arranged, "1", "1")
    for unknown in (("9", "1"), ("1", "9")):
        with pytest.raises(UsageError, match="no exhibit"):
            exhibits.move(arranged, *unknown)


@given(st.lists(st.tuples(st.sampled_from(["mark", "late", "withdraw", "move"]), st.integers(0, 30)), max_size=40))
def test_whatever_is_done_no_label_is_lost_doubled_or_reused(deeds: list[tuple[str, int]]) -> None:
    arranged: Arrangement = ()
    issued: list[str] = []
    for deed, number in deeds:
        if deed == "mark":
            label = exhibits.check_label(arranged, exhibits.next_label(arranged, NUMERIC), NUMERIC)
        elif deed == "late" and issued:
            try:
                label = exhibits.check_label(arranged, f"{issued[number % len(issued)]}A", NUMERIC)
            except UsageError:
                continue
        elif issued and deed == "withdraw":
            target = issued[number % len(issued)]
            if exhibits.find(arranged, target).status is not Status.WITHDRAWN:
                arranged = exhibits.withdraw(arranged, target)
            continue
        elif issued and deed == "move":
            one, other = issued[number % len(issued)], issued[(number * 7 + 1) % len(issued)]
            arranged = exhibits.move(arranged, one, None if one == other else other)
            continue
        else:
            continue
        assert label not in issued
        issued.append(label)
        arranged = exhibits.mark(arranged, Exhibit(label, "", ("ITEM-0001",)))
        assert sorted(labels(arranged)) == sorted(issued)


def test_every_shipped_profile_loads_and_an_unknown_one_is_named() -> None:
    assert {"default", "federal", "lettered"} <= set(profile_names())
    for name in profile_names():
        assert load_profile(name).name == name
    with pytest.raises(UsageError, match="default"):
        load_profile("nowhere")
