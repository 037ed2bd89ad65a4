from __future__ import annotations

from pathlib import Path

from evidencekit import edits
from evidencekit.casefile import read_case, write_case
from evidencekit.casefile.history import by_item, history
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.profile import load_profile


def test_the_ledger_in_words(filled_case: Path, home: Home) -> None:
    profile = load_profile("default")
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.mark_exhibit(case, ["1", "3"], profile)
        edits.arrange(case, "1", items=["1", "4"])
        case.commit([Entry("bind", {"plan": "0" * 64})])
        edits.withdraw_exhibit(case, "1")
        case.commit([Entry("derive", {"files": [{"name": "x", "sha256": "0" * 64}]}), Entry("verify", {"findings": 0})])
        case.commit([Entry("verify", {"findings": 2}), Entry("view", {})])
    with read_case(filled_case, home) as case:
        heads = {record.acquisition.number: record.acquisition for record in case.checked.records}
        events = history(filled_case, heads)
    told = [event.what for event in events]
    assert told[0].startswith("Case 26CR00417 started with EvidenceKit")
    assert told[1].startswith("Signing key added for A. Rivera")
    assert told[2] == "Received (hand-over 1); copied, hashed with SHA-256 and BLAKE3, read back, equal"
    assert told[3] == "Same content as an earlier item noted (1 in this hand-over)"
    assert told[4:] == [
        "Marked as Exhibit 1",
        "Regrouped as Exhibit 1",
        "Bound in the exhibit binder of ledger line 7",
        "Exhibit 1 withdrawn",
        "1 binder file written and hashed",
        "Verified: unchanged",
        "Verified: 2 findings",
        "Logged: view",
    ]
    mine = by_item(events, ["ITEM-0003", "ITEM-0004", "ITEM-0099"])
    assert [event.line for event in mine["ITEM-0003"]] == [3, 5, 10, 11]
    assert [event.line for event in mine["ITEM-0004"]] == [3, 6, 7, 8, 10, 11]
    assert mine["ITEM-0099"] == ()
    assert len(history(filled_case, heads, upto=5)) == 5


def test_what_concerns_keys_seals_and_what_leaves_has_words(filled_case: Path, home: Home) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.protect(case, ["118 Alder Court"])
        edits.withhold(case, ["1"], "It is privileged")
        edits.give_back(case, ["1"], "It is not")
        edits.disclose(case, ["3"], "The place of the offence", gps=True)
        case.seal_now("asked")
        stamp = {"covers": 5, "authority": "A Time Authority", "stamped": "2026-04-10"}
        case.commit([Entry("anchor", stamp), Entry("clock", {"before": "2026-04-11"})])
        case.commit([Entry("key-revoke", {"fingerprint": case.checked.state.keys[0].fingerprint, "person": "X"})])
    with read_case(filled_case, home) as case:
        heads = {record.acquisition.number: record.acquisition for record in case.checked.records}
        events = history(filled_case, heads, papers=case.checked.papers)
    assert [event.what for event in events[4:8]] == [
        "A protected term was added",
        "Withheld from productions",
        "No longer withheld from productions",
        "Cleared for production, though it holds what is protected",
    ]
    assert events[8].what == "Sealed, as a person asked"
    assert [event.act for event in events[9:]] == ["anchor", "clock", "key-revoke"]
    assert events[9].every
    assert all(not event.what.startswith("Logged") for event in events)
    assert not any("Alder" in event.what for event in events)


def test_a_production_that_was_not_completed_says_so(filled_case: Path, home: Home) -> None:
    fields = {"production": 1, "items": 1, "first": "HOLLIS000001", "last": "HOLLIS000001", "prefix": "HOLLIS"}
    body = {"kind": "production", "number": 1, "to": "Defender", "items": []}
    with write_case(filled_case, home, "A. Rivera") as case:
        begun = case.commit([Entry("produce", {**fields, **case.record(body)})])
        case.seal(begun)
        heads = {record.acquisition.number: record.acquisition for record in case.checked.records}
        said = "Production 1 to Defender: HOLLIS000001 to HOLLIS000001"
        assert history(filled_case, heads, papers=case.checked.papers)[-1].what == (
            f"{said}; its package was not completed"
        )
        case.commit([Entry("derive", {"made": "production", "production": 1, "produce": begun.size})])
        told = history(filled_case, heads, papers=case.checked.papers)
        assert [event.what for event in told[-2:]] == [said, "Production 1 written and hashed"]
        then = history(filled_case, heads, papers=case.checked.papers, upto=begun.size)
        assert then[-1].what == f"{said}; its package was not completed"  # as it was known then
