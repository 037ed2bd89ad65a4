"""Custody going from one person to another: on one computer, and over two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidencekit.casefile import read_case
from evidencekit.casefile.checks import Checked, seal_name
from evidencekit.casefile.history import history
from evidencekit.casefile.transferring import receive, release, take_back, transfer
from evidencekit.casefile.transfers import Stage, check_transfers, countersigned, custodian, transfers
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import State
from evidencekit.custody.lines import Line
from evidencekit.errors import UsageError
from evidencekit.job import Job
from evidencekit.model import Person
from evidencekit.verify import verify_path
from tests.core.transfers.conftest import ACTOR, DOE, NG, RIVERA, VIEW, codes, everything, note_of, opened


def test_two_people_sign_one_note(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        done, notes = transfer(case, "B. Ng", place="Room 4", purpose="Trial\u202e preparation")
        assert custodian(case.checked).holders() == (NG.actor,)
    assert (done.giver, done.receiver, done.items, done.stage, notes) == (RIVERA, NG, (), Stage.DONE, ())
    assert (done.place, done.purpose) == ("Room 4", "Trial\u202e preparation")
    assert done.receive == done.release + 1
    assert done.taken is not None
    assert done.given.holds
    assert done.taken.holds
    assert len(note_of(filled_case, done.receive).signatures) == 2
    assert not (filled_case / "seals" / seal_name(done.release)).exists()
    assert verify_path(filled_case, office, Job()).findings == ()
    assert b"Room 4" not in (filled_case / "ledger.jsonl").read_bytes()
    with read_case(filled_case, office) as case:
        assert transfers(case.checked) == (done,)
        now = custodian(case.checked)
        told = [event.what for event in history(filled_case, {}, papers=case.checked.papers)]
    assert {held.custodian for held in now.items.values()} == {now.case.custodian} == {NG.actor}
    assert now.case.line == done.receive
    assert told[-2:] == [
        f"Custody released by {ACTOR} to {NG.actor}",
        f"Custody received by {NG.actor} from {ACTOR}",
    ]


def test_who_is_not_the_custodian_is_told_and_not_stopped(filled_case: Path, office: Home) -> None:
    office.add(DOE)
    with opened(filled_case, office) as case:
        transfer(case, "B. Ng", items=["ITEM-0002"])
        _, notes = transfer(case, "C. Doe")
        assert notes == (f"By the record, {NG.actor} held some of it until now, not {ACTOR}.",)
        assert custodian(case.checked).holders() == (DOE.actor,)
        case.commit([VIEW])
    assert codes(filled_case, office) == []


def test_items_go_with_what_is_inside_them(new_case: Path, home: Home, tmp_path: Path) -> None:
    from evidencekit.intake import HandOver, take_in

    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="q"\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nhello\r\n'
        b'--q\r\nContent-Type: text/plain; name="n.txt"\r\nContent-Disposition: attachment; filename="n.txt"\r\n\r\n'
        b"inside\r\n--q--\r\n"
    )
    (tmp_path / "z.txt").write_text("another")
    home.add(RIVERA)
    home.add(NG)
    with opened(new_case, home) as case:
        take_in(case, [mail, tmp_path / "z.txt"], HandOver("Phone"), Job(), workers=1)
        inside = next(each for each in case.checked.items if each.parent)
        assert inside.parent is not None
        done, _ = transfer(case, "B. Ng", items=[inside.parent])
        assert done.items == (inside.parent, inside.number)
        now = custodian(case.checked)
        assert {number for number, held in now.items.items() if held.custodian == NG.actor} == set(done.items)
        assert now.case.custodian == ACTOR
        assert now.holders() == (ACTOR, NG.actor)


def test_over_two_computers_one_note_comes_to_bear_two_signatures(filled_case: Path, office: Home, lab: Home) -> None:
    with opened(filled_case, office) as case:
        out, _ = release(case, DOE, items=["ITEM-0001"], purpose="Analysis")
        assert (out.stage, out.given.holds, out.taken) == (Stage.PENDING, True, None)
        assert custodian(case.checked).pending == (out,)
        assert custodian(case.checked).items["ITEM-0001"].custodian == ACTOR
    assert len(note_of(filled_case, out.release).signatures) == 1
    with opened(filled_case, lab, DOE.actor) as case:
        done = receive(case)
        assert custodian(case.checked).items["ITEM-0001"].custodian == DOE.actor
        assert custodian(case.checked).pending == ()
        with pytest.raises(UsageError, match="no release that waits"):
            receive(case)
        key = lab.public(case.info.uuid, DOE.actor).fingerprint
        with pytest.raises(UsageError, match=f"was received, signed with the key {key[:16]}, by ledger line"):
            receive(case, out.release)
    assert (done.stage, done.giver, done.receiver) == (Stage.DONE, RIVERA, DOE)
    assert done.taken is not None
    assert done.taken.holds
    assert len(note_of(filled_case, out.release).signatures) == 2
    assert list(filled_case.rglob("*.tmp")) == []
    for home in (office, lab):
        assert codes(filled_case, home) == []
    with opened(filled_case, lab, DOE.actor) as case:
        case.commit([VIEW])
        transfers_now = transfers(case.checked)
    assert transfers_now == (done,)


def test_of_several_releases_the_one_that_waits_for_who_acts_is_received(
    filled_case: Path, office: Home, lab: Home
) -> None:
    with opened(filled_case, office) as case:
        release(case, NG, items=["ITEM-0001"])
        out, _ = release(case, DOE, items=["ITEM-0002"])
        release(case, NG, items=["ITEM-0003"])
    with opened(filled_case, lab, DOE.actor) as case:
        assert receive(case).release == out.release
        with pytest.raises(UsageError, match="Several releases wait"):
            receive(case)


def test_what_is_on_its_way_goes_nowhere_else_until_it_is_taken_back(filled_case: Path, office: Home) -> None:
    with opened(filled_case, office) as case:
        one, _ = release(case, DOE, items=["ITEM-0001"])
        for act in (
            lambda: release(case, NG),
            lambda: release(case, NG, items=["ITEM-0002", "ITEM-0001"]),
            lambda: transfer(case, "B. Ng"),
        ):
            with pytest.raises(UsageError, match="released to C"):
                act()
        two, _ = release(case, DOE, items=["ITEM-0002"])
        with pytest.raises(UsageError, match=rf"ledger lines {one.release} .*, {two.release} "):
            take_back(case)
        back = take_back(case, one.release)
        assert (back.stage, back.taken, back.receiver) == (Stage.BACK, None, DOE)
        with pytest.raises(UsageError, match="does not wait any more: it was taken back"):
            take_back(case, one.release)
        assert [each.release for each in custodian(case.checked).pending] == [two.release]
        transfer(case, "B. Ng", items=["ITEM-0001"])
        case.act_as(NG.actor)
        assert take_back(case).stage is Stage.BACK  # by somebody else: who it was stands in the line
        assert case.checked.lines[-1].actor == NG.actor
        assert custodian(case.checked).items["ITEM-0002"].custodian == ACTOR
    assert codes(filled_case, office) == []


@pytest.mark.parametrize("together", [True, False])
def test_who_cannot_receive(filled_case: Path, office: Home, lab: Home, together: bool) -> None:
    before = everything(filled_case)
    with opened(filled_case, office) as case:
        refused: list[tuple[str, Callable[[], object]]] = [
            ("Nobody of that name", lambda: transfer(case, "Z. Nobody")),
            ("to themselves", lambda: transfer(case, "A. Rivera")),
            ("to themselves", lambda: release(case, RIVERA)),
            ("to themselves", lambda: release(case, Person("a.  rivera"))),
            ("no such item", lambda: transfer(case, "B. Ng", items=["ITEM-0099"])),
            ("too long", lambda: transfer(case, "B. Ng", place="x" * 501)),
            ("cannot be printed", lambda: transfer(case, "B. Ng", purpose="x\ny")),
        ]
        for why, act in refused:
            with pytest.raises(UsageError, match=why):
                act()
        assert everything(filled_case) == before
        out, _ = release(case, DOE)
        before = everything(filled_case)
        with pytest.raises(UsageError, match="victim-witness unit cannot receive it"):
            receive(case)
        assert everything(filled_case) == before
    if together:  # the same key under another's name
        with opened(filled_case, office, DOE.actor) as case, pytest.raises(UsageError, match="one key cannot sign"):
            receive(case)
    else:
        with opened(filled_case, lab, DOE.actor) as case:
            with pytest.raises(UsageError, match="no release that waits"):
                receive(case, out.release + 1)
            receive(case, out.release)
    assert codes(filled_case, office) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2)
)
FIELDS = st.dictionaries(
    st.sampled_from(("release", "items", "from", "to", "key", "signature", "back", "record", "acquisition")), VALUES
)
ACTS = st.sampled_from(("create", "release", "receive", "acquire"))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(ACTS, FIELDS), max_size=8),
    st.dictionaries(
        st.integers(-1, 3),
        st.dictionaries(
            st.sampled_from(("from", "to", "place", "purpose")), VALUES | st.dictionaries(st.just("name"), VALUES)
        ),
    ),
)
def test_a_strangers_lines_are_read_whatever_stands_in_them(
    lines: list[tuple[str, dict[str, object]]], papers: dict[int, dict[str, object]]
) -> None:
    told = [Line(place, "2026-01-01", "x", act, fields) for place, (act, fields) in enumerate(lines, 1)]
    note = Checkpoint("o", 1, bytes(32))
    checked = Checked(State(size=len(told)), told, papers=papers, seals=dict.fromkeys(range(9), note))
    found = transfers(checked)
    assert len(found) == sum(act == "release" for act, _ in lines)
    assert all(not each.given.holds for each in found)
    assert countersigned(checked) is None
    custodian(checked)
    assert len(check_transfers(checked)) >= len(found)


PEOPLE = ("A", "B", "C")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("both", "release", "receive", "back", "acquire", "view")),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.sets(st.integers(0, 5)),
    ),
    max_size=25,
)


@settings(max_examples=50)
@given(STEPS)
def test_the_custodian_is_who_received_last(steps: list[tuple[str, str, str, set[int]]]) -> None:
    from evidencekit.custody.acquisitions import ItemRecord, Record
    from evidencekit.model import Acquisition, Digests

    checked = Checked(State())
    held: dict[str, str] = {}
    keeper, out = "A", list[tuple[int, str, list[str]]]()

    def log(act: str, actor: str, **fields: object) -> int:
        line = Line(len(checked.lines) + 1, f"2026-01-01T00:00:{len(checked.lines):02d}.000000Z", actor, act, fields)
        checked.lines.append(line)
        return line.number

    def move(to: str, items: list[str]) -> None:
        nonlocal keeper
        held.update(dict.fromkeys(items or list(held), to))
        keeper = keeper if items else to

    log("create", "A")
    for act, giver, receiver, chosen in steps:
        items = [number for number in held if int(number[-1]) in chosen]
        named: dict[str, object] = {"from": giver, "to": receiver, **({"items": items} if items else {})}
        if act == "acquire":
            number = f"ITEM-{len(held):04d}"
            item = ItemRecord(number, "n", "n", "", 0, Digests("0" * 64, "0" * 64))
            checked.records.append(Record(Acquisition(len(held), "S", ""), (item,), ()))
            log("acquire", giver, acquisition=len(held))
            held[number] = giver
        elif act == "both":
            log("release", giver, **named)
            log("receive", giver, **named)
            move(receiver, items)
        elif act == "release":
            out.append((log("release", giver, **named), receiver, items))
            log("view", giver)
        elif act in ("receive", "back") and out:
            number_of, to, what = out.pop(0)
            log("receive", to, release=number_of, **({"back": True} if act == "back" else {}))
            if act == "receive":
                move(to, what)
        else:
            log("view", giver)
    now = custodian(checked)
    assert now.case.custodian == keeper
    assert {number: each.custodian for number, each in now.items.items()} == held
    assert [each.release for each in now.pending] == [number for number, _, _ in out]
