"""Protecting, holding back, letting go: one line each, and nothing of it in the ledger that must not stand there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.casefile import Case, read_case, write_case
from evidencekit.casefile.protection import GPS, protected_key, protection_of
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.model import Part
from tests.conftest import ACTOR

ONE, TWO = "ITEM-0001", "ITEM-0002"
ADDRESS, WHY = "1418 Alder Street", "agreed with the court"


@pytest.fixture
def case(filled_case: Path, home: Home) -> Iterator[Case]:
    with write_case(filled_case, home, ACTOR) as opened:
        yield opened


def last(case: Case) -> dict[str, object]:
    return dict(json.loads((case.folder / "ledger.jsonl").read_bytes().splitlines()[-1]))


def test_a_term_is_kept_and_stands_in_no_ledger_line(case: Case, home: Home) -> None:
    assert edits.protect(case, [f"  {ADDRESS}\n", "Elm"]).terms == (ADDRESS, "Elm")
    assert last(case)["act"] == "withhold"
    assert last(case)["decision"] == "protect"
    assert b"Alder" not in (case.folder / "ledger.jsonl").read_bytes()
    assert edits.unprotect(case, ["ELM"]).terms == (ADDRESS,)
    assert edits.protect(case, ["elm"]).terms == (ADDRESS, "elm")
    case.close()
    with read_case(case.folder, home) as again:
        assert again.findings == []
        assert protection_of(again.checked).terms == (ADDRESS, "elm")


@pytest.mark.parametrize(
    "term", ["", "  ", "ab", "a-b", "4 B", "..,", "é é", "x" * 201, "a\x07bcd", "\udcff\udcfe\udcfd"]
)
def test_what_cannot_be_searched_for_is_refused(case: Case, term: str) -> None:
    size = case.size
    with pytest.raises(UsageError):
        edits.protect(case, ["fine enough", term])
    assert case.size == size
    assert protection_of(case.checked).terms == ()


def test_two_signs_of_a_script_that_needs_no_more_are_enough(case: Case) -> None:
    assert edits.protect(case, ["東京"]).terms == ("東京",)


def test_a_term_is_protected_once(case: Case) -> None:
    edits.protect(case, [ADDRESS])
    for terms in ([ADDRESS.upper()], ["1418  alder street"], ["Elm", "elm"], []):
        with pytest.raises(UsageError):
            edits.protect(case, terms)
    for terms in (["Elm"], []):
        with pytest.raises(UsageError):
            edits.unprotect(case, terms)
    assert protection_of(case.checked).terms == (ADDRESS,)


def test_there_are_not_endlessly_many(case: Case) -> None:
    edits.protect(case, [f"term {n:03d}" for n in range(500)])
    with pytest.raises(UsageError):
        edits.protect(case, ["one more"])


def test_held_back_and_given_back(case: Case) -> None:
    now = edits.withhold(case, ["1", TWO, ONE], " privileged\n mail ")
    assert {each.item: (each.part, each.reason, each.actor) for each in now.held.values()} == {
        ONE: (Part.WHOLE, "privileged mail", ACTOR),
        TWO: (Part.WHOLE, "privileged mail", ACTOR),
    }
    assert last(case)["items"] == [ONE, TWO]
    now = edits.withhold(case, [ONE], "only its file", part=Part.NATIVE)
    assert now.held[ONE].part is Part.NATIVE
    now = edits.give_back(case, [ONE], "the court ordered it")
    assert now.held.keys() == {TWO}
    assert now.released == {ONE: case.size}
    assert b"privileged" not in (case.folder / "ledger.jsonl").read_bytes()


def test_let_go_by_name(case: Case) -> None:
    edits.protect(case, [ADDRESS, "Elm"])
    now = edits.disclose(case, [ONE], WHY, terms=["ELM"], gps=True)
    assert now.clears(ONE, protected_key("Elm"))
    assert now.clears(ONE, GPS)
    assert not now.clears(ONE, protected_key(ADDRESS))
    assert not now.clears(TWO, GPS)
    now = edits.disclose(case, [ONE, TWO], WHY, keys=[protected_key(ADDRESS), "unsearchable"])
    assert now.clears(ONE, GPS)
    assert now.clears(TWO, protected_key(ADDRESS))
    assert not edits.give_back(case, [ONE], "a mistake").clears(ONE, GPS)


def test_what_is_let_go_stays_held_back_as_a_native(case: Case) -> None:
    edits.withhold(case, [ONE], "its metadata", part=Part.NATIVE)
    now = edits.disclose(case, [ONE], WHY, gps=True)
    assert now.held[ONE].part is Part.NATIVE


Deed = Callable[[Case], object]
REFUSED: dict[str, Deed] = {
    "no such item": lambda case: edits.withhold(case, ["ITEM-0099"], WHY),
    "no number": lambda case: edits.withhold(case, ["note.txt"], WHY),
    "no item": lambda case: edits.withhold(case, [], WHY),
    "no reason": lambda case: edits.withhold(case, [ONE], " \n"),
    "a long reason": lambda case: edits.withhold(case, [ONE], "x" * 501),
    "a reason that gives it away": lambda case: edits.withhold(case, [ONE], "holds 1418 alder ST., her address"),
    "give back without a reason": lambda case: edits.give_back(case, [ONE], ""),
    "give back no such item": lambda case: edits.give_back(case, ["77"], WHY),
    "let go nothing": lambda case: edits.disclose(case, [ONE], WHY),
    "let go without a reason": lambda case: edits.disclose(case, [ONE], "", gps=True),
    "let go no such item": lambda case: edits.disclose(case, ["77"], WHY, gps=True),
    "let go a term that is not protected": lambda case: edits.disclose(case, [ONE], WHY, terms=["Elm"]),
    "let go a key that is not known": lambda case: edits.disclose(case, [ONE], WHY, keys=[protected_key("Elm")]),
    "let go what is held back": lambda case: edits.disclose(case, [TWO], WHY, gps=True),
}


def test_refused_and_nothing_changed(case: Case) -> None:
    edits.protect(case, [ADDRESS])
    edits.withhold(case, [TWO], "privileged")
    before, papers = (case.folder / "ledger.jsonl").read_bytes(), sorted((case.folder / "records").iterdir())
    for name, deed in REFUSED.items():
        with pytest.raises(UsageError):
            deed(case)
        assert (case.folder / "ledger.jsonl").read_bytes() == before, name
        assert sorted((case.folder / "records").iterdir()) == papers, name
