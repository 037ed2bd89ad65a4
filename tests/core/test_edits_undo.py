"""Whatever a person wrote can be taken back and made again; what the ledger decides cannot."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidencekit import edits
from evidencekit.casefile import Case, write_case
from evidencekit.catalog import court
from evidencekit.catalog.finding import find
from evidencekit.changes import Patch, RowChange
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.model import Category, MilestoneKind, Party, Placed, Role, Status
from evidencekit.profile import load_profile

ACTOR = "A. Rivera, victim-witness unit"
WRITTEN = ("descriptions", "notes", "parties", "identifiers", "milestones", "incidents", "exhibits", "drafts")
PLACES = ("pages", "first_page", "volume")
PROFILE = load_profile("default")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def case(filled_case: Path, home: Home) -> Iterator[Case]:
    """A case with four items, three exhibits of which one is withdrawn, and two parties, open for writing."""
    with write_case(filled_case, home, ACTOR) as opened:
        for number in ("1", "2", "3"):
            edits.mark_exhibit(opened, [number], PROFILE)
        edits.withdraw_exhibit(opened, "2")
        edits.put_party(opened, Party("J. D.", Role.VICTIM, ("+1",)))
        edits.put_party(opened, Party("M. H.", Role.DEFENDANT, ("+2", "mh@example.com")))
        yield opened


def rows(case: Case, *, worked_out: bool = False) -> Rows:
    """The hand-written rows as SQLite holds them; with ``worked_out`` also what is derived from them."""
    database = sqlite3.connect(case.folder / "catalog.db")
    database.row_factory = sqlite3.Row
    found: Rows = {}
    for name in WRITTEN:
        kept = [dict(row) for row in database.execute(f"SELECT * FROM {name} ORDER BY 1")]
        found[name] = [{key: row[key] for key in row if worked_out or key not in PLACES} for row in kept]
    if worked_out:
        found["listing"] = [dict(row) for row in database.execute("SELECT * FROM listing ORDER BY id")]
        query = "SELECT rowid AS n, title, notes FROM search ORDER BY rowid"
        found["search"] = [dict(row) for row in database.execute(query)]
    database.close()
    return found


def ledger(case: Case) -> bytes:
    return (case.folder / "ledger.jsonl").read_bytes()


def refused(case: Case, act: Callable[[], object], match: str) -> None:
    """The act is refused and changes nothing."""
    before, lines = rows(case, worked_out=True), ledger(case)
    with pytest.raises(UsageError, match=match) as told:
        act()
    assert told.value.todo
    assert rows(case, worked_out=True) == before
    assert ledger(case) == lines


ITEM = st.integers(1, 4).map(str)
ITEMS = st.lists(ITEM, min_size=1, max_size=3, unique=True)
NAME = st.sampled_from(["J. D.", "M. H.", "T. Alvarez", "+1", "+2"])
WORDS = st.sampled_from(["", "grey van", "marigold", "“Stop.”\nAgain"])
LINE = st.sampled_from(["", "grey van", "marigold", "“Stop.”"])
WHEN = st.sampled_from(["early March 2026", "2026-03-04T21:15", "11 February 2026"])
LABEL = st.sampled_from(["1", "2", "3", "9"])
ROW = st.integers(1, 4)
ROWS = st.lists(ROW, min_size=1, max_size=3)
OPTIONAL_LABEL = st.none() | LABEL
DEEDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "describe": st.fixed_dictionaries({"number": ITEM}, optional={"title": LINE, "when": WHEN, "party": NAME}),
    "describe_items": st.fixed_dictionaries({"numbers": ITEMS, "party": NAME}),
    "add_note": st.fixed_dictionaries({"number": ITEM, "text": WORDS}),
    "edit_note": st.fixed_dictionaries({"note_id": ROW, "text": WORDS}),
    "remove_note": st.fixed_dictionaries({"note_id": ROW}),
    "put_party": st.builds(
        lambda name, ids: {"party": Party(name, Role.WITNESS, tuple(ids))},
        NAME,
        st.lists(st.sampled_from(["+1", "+2", "+3", "x@example.com"]), min_size=1, max_size=2, unique=True),
    ),
    "edit_party": st.fixed_dictionaries({"name": NAME}, optional={"to": NAME, "basis": LINE}),
    "remove_party": st.fixed_dictionaries({"name": NAME}),
    "add_milestone": st.fixed_dictionaries(
        {"when": WHEN, "kind": st.sampled_from(MilestoneKind), "text": WORDS}, optional={"item": ITEM}
    ),
    "edit_milestone": st.fixed_dictionaries(
        {"milestone_id": ROW}, optional={"when": WHEN, "text": WORDS, "item": ITEM}
    ),
    "remove_milestone": st.fixed_dictionaries({"milestone_id": ROW}),
    "add_incident": st.fixed_dictionaries({"when": WHEN, "text": WORDS, "items": ITEMS}),
    "edit_incident": st.fixed_dictionaries(
        {"incident_id": ROW},
        optional={"items": ITEMS, "location": LINE, "categories": st.just([Category.SURVEILLANCE])},
    ),
    "remove_incident": st.fixed_dictionaries({"incident_id": ROW}),
    "set_status": st.fixed_dictionaries(
        {"label": LABEL, "status": st.sampled_from([Status.OFFERED, Status.ADMITTED]), "on": st.just("2026-03-09")}
    ),
    "arrange": st.fixed_dictionaries(
        {"label": LABEL}, optional={"before": LABEL, "title": LINE, "witness": LINE, "group": LINE}
    ),
    "add_draft": st.fixed_dictionaries({"items": ITEMS}, optional={"title": LINE, "before": ROW}),
    "edit_draft": st.fixed_dictionaries(
        {"draft_id": ROW}, optional={"title": LINE, "items": ITEMS, "label": st.sampled_from(["1A", "2", "7"])}
    ),
    "move_draft": st.fixed_dictionaries({"draft_id": ROW, "before": st.none() | ROW}),
    "remove_drafts": st.fixed_dictionaries({"ids": ROWS}),
    "join_drafts": st.fixed_dictionaries({"ids": ROWS}),
    "split_draft": st.fixed_dictionaries({"draft_id": ROW}),
}
DEED = st.sampled_from(sorted(DEEDS)).flatmap(lambda name: st.tuples(st.just(name), DEEDS[name]))


def done(case: Case, name: str, words: dict[str, Any]) -> Patch:
    """The patch of a deed; an empty one where it is refused."""
    try:
        return edits.recording(case, lambda: getattr(edits, name)(case, **words))[1]
    except UsageError:
        return Patch()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(deeds=st.lists(DEED, min_size=1, max_size=14))
def test_whatever_is_done_undoing_all_is_as_before_and_redoing_all_as_after(
    case: Case, deeds: list[tuple[str, dict[str, Any]]]
) -> None:
    states, patches = [rows(case)], []
    start = rows(case, worked_out=True)
    lines = ledger(case)
    for name, words in deeds:
        patch = done(case, name, words)
        state = rows(case)
        assert patch.empty == (state == states[-1]), name
        if not patch.empty:
            assert patch.undoable, name
            assert patch.tables == {table for table in WRITTEN if state[table] != states[-1][table]}
            states.append(state)
            patches.append(patch)
    end = rows(case, worked_out=True)
    for place in reversed(range(len(patches))):
        edits.revert(case, patches[place])
        assert rows(case) == states[place]
    assert rows(case, worked_out=True) == start
    for place, patch in enumerate(patches):
        edits.reapply(case, patch)
        assert rows(case) == states[place + 1]
    assert rows(case, worked_out=True) == end
    whole = Patch()
    for patch in patches:
        whole = whole.then(patch)
    edits.revert(case, whole)  # also as one
    assert rows(case, worked_out=True) == start
    assert ledger(case) == lines


def test_every_deed_is_reached_and_undoable(case: Case) -> None:
    """The sequence test above is worth nothing for a deed that is always refused."""
    story: list[tuple[str, dict[str, Any]]] = [
        ("describe", {"number": "1", "title": "grey van", "when": "early March 2026", "party": "+1"}),
        ("describe_items", {"numbers": ["2", "3"], "party": "J. D."}),
        ("add_note", {"number": "1", "text": "ask"}),
        ("edit_note", {"note_id": 1, "text": "asked"}),
        ("remove_note", {"note_id": 1}),
        ("put_party", {"party": Party("T. Alvarez", Role.WITNESS, ("+3",))}),
        ("edit_party", {"name": "J. D.", "to": "J. Doe"}),
        ("remove_party", {"name": "J. Doe"}),
        ("add_milestone", {"when": "2026-02-11", "kind": MilestoneKind.NO, "text": "“Stop.”", "item": "1"}),
        ("edit_milestone", {"milestone_id": 1, "item": ""}),
        ("remove_milestone", {"milestone_id": 1}),
        ("add_incident", {"when": "2026-02-11", "text": "Car", "items": ["2"]}),
        ("edit_incident", {"incident_id": 1, "categories": [Category.SURVEILLANCE]}),
        ("remove_incident", {"incident_id": 1}),
        ("set_status", {"label": "1", "status": Status.OFFERED, "on": "2026-03-09"}),
        ("arrange", {"label": "3", "before": "1", "group": "Texts"}),
        ("add_draft", {"items": ["1", "2"], "title": "Both"}),
        ("add_drafts", {"groups": [["1"], ["3"]], "before": 1}),
        ("edit_draft", {"draft_id": 1, "label": "1A"}),
        ("move_draft", {"draft_id": 1, "before": 2}),
        ("split_draft", {"draft_id": 1}),
        ("join_drafts", {"ids": [2, 3]}),
        ("remove_drafts", {"ids": [1]}),
    ]
    assert set(DEEDS) <= {name for name, _ in story}
    start, patches = rows(case, worked_out=True), []
    for name, words in story:
        patches.append(done(case, name, words))
        assert patches[-1].undoable, name
    for patch in reversed(patches):
        edits.revert(case, patch)
    assert rows(case, worked_out=True) == start


def test_a_patch_says_what_it_touches(case: Case) -> None:
    _, patch = edits.recording(case, lambda: edits.describe(case, "3", title="grey van"))
    row = {"item": "ITEM-0003", "title": "grey van", "when_said": None, "party": None}
    row |= {"when_by": None, "when_at": None}
    assert patch == Patch((RowChange("descriptions", "ITEM-0003", None, row),))
    assert (patch.items, patch.tables) == ({"ITEM-0003"}, {"descriptions"})
    _, patch = edits.recording(case, lambda: edits.add_draft(case, items=["2", "4"]))
    assert (patch.items, patch.tables) == ({"ITEM-0002", "ITEM-0004"}, {"drafts"})
    _, patch = edits.recording(
        case, lambda: edits.add_milestone(case, when="2026-02-11", kind=MilestoneKind.NO, text="x")
    )
    assert (patch.items, patch.tables) == (set(), {"milestones"})
    _, patch = edits.recording(case, lambda: edits.edit_party(case, "J. D.", basis="her phone"))
    assert (patch.items, patch.tables) == (set(), {"parties"})
    _, nothing = edits.recording(case, lambda: edits.describe(case, "3", title="grey van"))
    assert (nothing.empty, nothing.undoable, nothing.items) == (True, False, set())


def test_search_and_list_follow_what_is_taken_back(case: Case) -> None:
    def hits(words: str) -> list[str]:
        with case.catalog.read() as connection:
            return [hit.number for hit in find(connection, words).hits]

    _, title = edits.recording(case, lambda: edits.describe(case, "3", title="Marigold", when="early March 2026"))
    _, note = edits.recording(case, lambda: edits.add_note(case, "3", text="about the tamarind"))
    edits.revert(case, note)
    edits.revert(case, title)
    assert (hits("marigold"), hits("tamarind")) == ([], [])
    edits.reapply(case, title)
    edits.reapply(case, note)
    assert (hits("marigold"), hits("tamarind")) == (["ITEM-0003"], ["ITEM-0003"])
    assert rows(case, worked_out=True)["listing"][2]["first_day"] == "2026-03-01"


def test_the_places_of_a_built_binder_are_forgotten_when_exhibits_change_back(case: Case) -> None:
    _, titled = edits.recording(case, lambda: edits.arrange(case, "1", title="Other"))
    _, drafted = edits.recording(case, lambda: edits.add_draft(case, items=["4"]))
    with case.catalog.write() as connection:
        court.set_placed(connection, [Placed("1", 2, 5, 1)])
    edits.revert(case, drafted)  # no exhibit changed
    with case.catalog.read() as connection:
        assert court.placed(connection) == {"1": Placed("1", 2, 5, 1)}
    edits.revert(case, titled)
    with case.catalog.read() as connection:
        assert court.placed(connection) == {}
        assert court.arrangement(connection)[0].title != "Other"


def test_a_removed_row_comes_back_under_its_id(case: Case) -> None:
    first = edits.add_note(case, "1", text="first")
    second = edits.add_note(case, "1", text="second")
    _, patch = edits.recording(case, lambda: edits.remove_note(case, first))
    edits.revert(case, patch)
    assert [row["id"] for row in rows(case)["notes"]] == [first, second]


def test_an_edited_note_is_said_by_whoever_edited_it(case: Case) -> None:
    note = edits.add_note(case, "1", text="first")
    case.actor = "B. Ng, prosecutor"
    edits.edit_note(case, note, text="other")
    (kept,) = rows(case)["notes"]
    assert (kept["text"], kept["actor"]) == ("other", "B. Ng, prosecutor")


def test_what_was_changed_again_since_is_not_undone(case: Case) -> None:
    _, first = edits.recording(case, lambda: edits.describe(case, "3", title="one"))
    _, second = edits.recording(case, lambda: edits.describe(case, "3", title="two"))
    refused(case, lambda: edits.revert(case, first), "changed again since")
    refused(case, lambda: edits.reapply(case, first), "changed again since")
    refused(case, lambda: edits.reapply(case, second), "changed again since")
    edits.revert(case, second)
    edits.revert(case, first)
    refused(case, lambda: edits.revert(case, first), "changed again since")


def test_one_of_several_rows_changed_since_holds_all_back(case: Case) -> None:
    _, several = edits.recording(case, lambda: edits.describe_items(case, ["1", "2", "4"], party="J. D."))
    edits.describe(case, "4", title="later")
    refused(case, lambda: edits.revert(case, several), "changed again since")


def test_a_party_that_something_rests_on_by_now_is_not_undone(case: Case) -> None:
    party = Party("T. Alvarez", Role.WITNESS, ("+3",))
    _, added = edits.recording(case, lambda: edits.put_party(case, party))
    _, carried = edits.recording(case, lambda: edits.describe(case, "4", party="T. Alvarez"))
    refused(case, lambda: edits.revert(case, added), "ITEM-0004: |changed again since")
    edits.revert(case, carried)
    _, more = edits.recording(case, lambda: edits.edit_party(case, "T. Alvarez", identifiers=["+3", "+4"]))
    refused(case, lambda: edits.revert(case, added), "changed again since")
    edits.revert(case, more)
    edits.revert(case, added)
    refused(case, lambda: edits.reapply(case, carried), "changed again since")  # there is no such party now
    edits.put_party(case, Party("Another", Role.OTHER, ("+3",)))
    refused(case, lambda: edits.reapply(case, added), "changed again since")


def test_a_name_that_another_party_took_holds_the_undoing_back(case: Case) -> None:
    _, renamed = edits.recording(case, lambda: edits.edit_party(case, "J. D.", to="J. Doe"))
    edits.put_party(case, Party("J. D.", Role.OTHER, ("+9",)))
    refused(case, lambda: edits.revert(case, renamed), "changed again since")


def test_two_parties_trade_names_and_trade_them_back(case: Case) -> None:
    def trade() -> None:
        edits.edit_party(case, "J. D.", to="aside")
        edits.edit_party(case, "M. H.", to="J. D.")
        edits.edit_party(case, "aside", to="M. H.")

    edits.describe(case, "1", party="J. D.")
    before = rows(case, worked_out=True)
    _, patch = edits.recording(case, trade)
    assert rows(case)["descriptions"][0]["party"] == "M. H."
    edits.revert(case, patch)
    assert rows(case, worked_out=True) == before


LEDGERED: list[Callable[[Case], object]] = [
    lambda case: edits.mark_exhibit(case, ["4"], PROFILE),
    lambda case: edits.withdraw_exhibit(case, "3"),
    lambda case: edits.arrange(case, "1", items=["4"]),
    lambda case: edits.arrange(case, "1", before="3", items=["1", "4"]),
]


@pytest.mark.parametrize("deed", LEDGERED)
def test_what_the_ledger_decides_is_neither_undone_nor_redone(case: Case, deed: Callable[[Case], object]) -> None:
    _, patch = edits.recording(case, lambda: deed(case))
    assert not patch.empty
    assert not patch.undoable
    refused(case, lambda: edits.revert(case, patch), "stand in the ledger")
    refused(case, lambda: edits.reapply(case, patch), "stand in the ledger")


def test_marking_drafts_is_not_undone(case: Case) -> None:
    from evidencekit.job import Job

    draft = edits.add_draft(case, items=["4"])
    _, patch = edits.recording(case, lambda: edits.mark_drafts(case, [draft.id], PROFILE, Job()))
    assert patch.tables == {"drafts", "exhibits"}
    refused(case, lambda: edits.revert(case, patch), "stand in the ledger")


def test_an_exhibit_edited_before_its_withdrawal_stays_withdrawn(case: Case) -> None:
    _, patch = edits.recording(case, lambda: edits.arrange(case, "1", title="Other"))
    edits.withdraw_exhibit(case, "1")
    refused(case, lambda: edits.revert(case, patch), "changed again since")


def test_a_deed_that_is_refused_leaves_no_recording_behind(case: Case) -> None:
    with pytest.raises(UsageError):
        edits.recording(case, lambda: edits.describe(case, "99", title="x"))
    edits.describe(case, "1", title="not recorded")
    _, patch = edits.recording(case, lambda: edits.describe(case, "2", title="recorded"))
    assert patch.items == {"ITEM-0002"}


def test_what_another_thread_does_meanwhile_is_not_recorded(case: Case) -> None:
    def deed() -> None:
        other = threading.Thread(target=lambda: edits.describe(case, "1", title="theirs"))
        other.start()
        other.join()
        edits.describe(case, "2", title="ours")

    _, patch = edits.recording(case, deed)
    assert patch.items == {"ITEM-0002"}
    assert rows(case)["descriptions"][0]["title"] == "theirs"


def test_a_recording_within_a_recording_is_part_of_both(case: Case) -> None:
    def deed() -> Patch:
        edits.describe(case, "1", title="outer")
        return edits.recording(case, lambda: edits.describe(case, "2", title="inner"))[1]

    inner, outer = edits.recording(case, deed)
    assert (inner.items, outer.items) == ({"ITEM-0002"}, {"ITEM-0001", "ITEM-0002"})


DYING = """
import os, sys
from pathlib import Path
from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.catalog import patches
from evidencekit.custody.keys import Home
case = write_case(Path(sys.argv[1]), Home(Path(sys.argv[2])), "A. Rivera")
_, patch = edits.recording(case, lambda: edits.describe_items(case, ["1", "2", "4"], title="grey van"))
print("described", flush=True)
patches._bring_up = lambda *_: os._exit(137)
edits.revert(case, patch)
"""


def test_dying_while_undoing_undoes_nothing(filled_case: Path, home: Home) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DYING, filled_case, home.folder], capture_output=True, text=True, check=False
    )
    assert (died.returncode, died.stdout) == (137, f"described{os.linesep}"), died.stderr
    with write_case(filled_case, home, ACTOR) as case:
        kept = rows(case, worked_out=True)
    assert [row["title"] for row in kept["descriptions"]] == ["grey van"] * 3
    assert [row["title"] for row in kept["search"]] == ["grey van", "grey van", "", "grey van"]
