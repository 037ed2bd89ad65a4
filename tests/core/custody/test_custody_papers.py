"""What a protected record may hold: whoever holds a key can sign for any."""

from __future__ import annotations

from typing import Any

import pytest

from evidencekit.custody.lines import Line
from evidencekit.custody.papers import unfit

ITEM = {"item": "ITEM-0001", "sha256": "0" * 64, "begin": "P000001", "end": "P000002", "pages": 2}
HELD = {"item": "ITEM-0002", "part": "whole", "basis": "sealed"}
PERSON = {"name": "B. Ng", "role": "clerk", "agency": ""}
GOOD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "produce": ({"prefix": "P"}, {"kind": "production", "to": "x", "prefix": "P", "items": [ITEM], "held": [HELD]}),
    "release": ({}, {"kind": "transfer", "from": PERSON, "to": PERSON, "items": [], "place": "", "purpose": ""}),
    "receive": ({}, {"kind": "transfer", "from": PERSON, "to": PERSON, "items": ["ITEM-0001"]}),
    "key-revoke": ({}, {"kind": "revocation", "reason": "lost"}),
    "withhold": (
        {"decision": "hold", "items": ["ITEM-0001"]},
        {"kind": "withhold", "decision": "hold", "items": ["ITEM-0001"], "reason": "x", "keys": []},
    ),
    "protect": ({"decision": "protect"}, {"kind": "protected", "decision": "protect", "terms": ["Alder Street"]}),
}


def why(act: str, line: dict[str, Any], body: dict[str, Any]) -> str | None:
    return unfit(body, Line(5, "2026-01-01T00:00:00.000000Z", "A", "withhold" if act == "protect" else act, line))


@pytest.mark.parametrize("act", GOOD)
def test_what_is_written_fits_and_no_other_kind_does(act: str) -> None:
    line, body = GOOD[act]
    assert why(act, line, body) is None
    assert why(act, line, {**body, "anything": {"later": [1]}}) is None
    for other, (_, its) in GOOD.items():
        if its["kind"] != body["kind"]:
            assert "of another kind" in str(why(act, line, its)), other


@pytest.mark.parametrize(
    ("act", "change"),
    [
        ("produce", {"items": 7}),
        ("produce", {"items": ["ITEM-0001"]}),
        ("produce", {"items": [{**ITEM, "pages": "2"}]}),
        ("produce", {"items": [{**ITEM, "begin": []}]}),
        ("produce", {"items": [{"item": "ITEM-0001"}]}),
        ("produce", {"items": [{**ITEM, "begin": "Q000001"}]}),
        ("produce", {"items": [{**ITEM, "end": "P"}]}),
        ("produce", {"prefix": "Q"}),
        ("produce", {"number": -1}),
        ("produce", {"held": [{**HELD, "part": "half"}]}),
        ("produce", {"only_new": "yes"}),
        ("release", {"from": "A"}),
        ("release", {"to": {"name": [1]}}),
        ("receive", {"items": 5}),
        ("receive", {"place": {}}),
        ("key-revoke", {"reason": None}),
        ("withhold", {"items": ["ITEM-0002"]}),
        ("withhold", {"decision": "back"}),
        ("withhold", {"reason": {}}),
        ("withhold", {"keys": [1]}),
        ("protect", {"terms": [5]}),
        ("protect", {"terms": "Alder"}),
    ],
)
def test_what_none_of_ours_ever_held_does_not_fit(act: str, change: dict[str, Any]) -> None:
    line, body = GOOD[act]
    assert why(act, line, {**body, **change})
