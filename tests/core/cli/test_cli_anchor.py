"""anchor request, add and list, as a person or a script uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from evidencekit.cli import main

if TYPE_CHECKING:
    from conftest import Authority


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(each) for each in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_from_request_to_anchor(
    new_case: Path, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    query, reply = tmp_path / "query file.tsq", tmp_path / "reply.tsr"
    assert run_json(capsys, "anchor", "list", new_case) == {"anchors": []}
    code, out, _ = run(capsys, "anchor", "request", new_case, "-o", query)
    assert (code, "application/timestamp-query" in out, f"@'{query}'" in out) == (0, True, True)
    asked = run_json(capsys, "anchor", "request", new_case)
    assert (asked["covers"], asked["file"]) == (3, asked["request"])
    assert Path(asked["request"]).read_bytes() == query.read_bytes()
    reply.write_bytes(authority.reply(query.read_bytes()))
    code, out, err = run(capsys, "anchor", "add", new_case, reply)
    assert (code, "Signer ec, Test Authority" in out, "openssl ts -verify" in out) == (0, True, True)
    assert "Who the authority is was not checked" in err
    assert run(capsys, "anchor", "add", new_case, reply)[0] == 2
    code, out, err = run(capsys, "anchor", "request", new_case, "-o", query)
    assert (code, err) == (0, "")
    reply.write_bytes(authority.reply(query.read_bytes(), "rsa", chain=True))
    code, out, err = run(capsys, "anchor", "add", new_case, reply, "--roots", authority.roots, "--json")
    taken = json.loads(out)["anchor"]
    assert (code, taken["line"], taken["authority_checked"], taken["state"]) == (0, 6, True, "answered")
    assert err == f"Checked by {taken['checked']}.\n"
    code, out, _ = run(capsys, "anchor", "list", new_case)
    assert [line.split()[:2] for line in out.splitlines()[1:3]] == [["3", "answered"], ["5", "answered"]]
    assert run(capsys, "verify", new_case)[0] == 0


def test_what_cannot_be_used_is_said_and_changes_nothing(
    new_case: Path, tmp_path: Path, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    big, folder = tmp_path / "big", tmp_path / "nosuch"
    big.write_bytes(b"0" * ((1 << 20) + 1))
    before = (new_case / "ledger.jsonl").read_bytes()
    for words, why in (
        (("add", new_case, folder), "The reply cannot be read"),
        (("add", new_case, big), "larger than any reply"),
        (("add", new_case, authority.roots), "no reply of a time-stamp authority"),
        (("add", new_case, authority.roots, "--roots", folder), "The certificates cannot be read"),
        (("add", new_case, authority.roots, "--roots", big), "no certificate"),
        (("request", new_case, "-o", new_case / "q.tsq"), "inside the case"),
        (("request", folder), "not a case folder"),
    ):
        code, _, err = run(capsys, "anchor", *words)
        assert (code, why in err) == (2, True), err
    assert (new_case / "ledger.jsonl").read_bytes() == before
    assert run(capsys, "anchor", "list", new_case)[1].startswith("No time-stamp was asked for yet")
