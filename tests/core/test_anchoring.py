"""The anchors of a case: asked for, answered, kept, and held against the record ever after."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evidencekit.casefile import read_case, write_case
from evidencekit.casefile.anchoring import add_anchor, anchors_of, how_to_check, how_to_send, request_anchor
from evidencekit.casefile.history import history
from evidencekit.custody.anchors import read_roots
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger
from evidencekit.custody.lines import Entry
from evidencekit.errors import CaseError, StorageError, UnsoundError, UsageError
from evidencekit.job import Job
from evidencekit.verify import verify_path

if TYPE_CHECKING:
    from conftest import Authority

ACTOR = "A. Rivera, victim-witness unit"


def codes(case: Path, home: Home) -> list[str]:
    return [each.code for each in verify_path(case, home, Job()).findings]


def files_of(case: Path) -> dict[str, bytes]:
    kept = ("ledger.jsonl", "checkpoint", "keys.txt", "seals/*", "anchors/*", "recovered/*/*")
    return {
        str(path.relative_to(case)): path.read_bytes() for each in kept for path in case.glob(each) if path.is_file()
    }


def ask(case: Path, home: Home) -> bytes:
    with write_case(case, home, ACTOR) as opened:
        return request_anchor(opened).request.read_bytes()


@pytest.fixture
def anchored(new_case: Path, home: Home, authority: Authority) -> Path:
    """A case with one anchor, the request over 3 lines, the reply logged as line 4 and sealed by line 5."""
    reply = authority.reply(ask(new_case, home))
    with write_case(new_case, home, ACTOR) as opened:
        add_anchor(opened, reply)
    return new_case


def test_a_request_seals_what_is_unsealed_and_is_given_again_while_it_is_open(new_case: Path, home: Home) -> None:
    with write_case(new_case, home, ACTOR) as opened:
        asked = request_anchor(opened)
        assert (asked.covers, opened.unsealed) == (3, 0)
        assert asked.note.read_bytes() == (new_case / "seals" / "00000003.note").read_bytes()
        first = asked.request.read_bytes()
        assert request_anchor(opened) == asked
        assert [(each.asked, each.line) for each in anchors_of(opened)] == [(asked, None)]
    assert asked.request.read_bytes() == first
    assert not asked.request.stat().st_mode & 0o222
    assert str(asked.request) in how_to_send(asked.request)[1]
    assert codes(new_case, home) == []


def test_a_reply_is_kept_logged_and_sealed(new_case: Path, home: Home, authority: Authority) -> None:
    request = ask(new_case, home)
    reply = authority.reply(request)
    with write_case(new_case, home, ACTOR) as opened:
        taken = add_anchor(opened, reply, read_roots(authority.roots.read_bytes()))
        assert opened.unsealed == 0
        assert anchors_of(opened) == (taken,)
    assert (taken.asked.covers, taken.line, taken.trusted) == (3, 4, True)
    assert taken.authority == "Signer ec, Test Authority"
    assert (new_case / "anchors" / "00000003.tsr").read_bytes() == reply
    line = json.loads((new_case / "ledger.jsonl").read_bytes().splitlines()[3])
    assert (line["act"], line["covers"], line["root"]) == ("anchor", 3, taken.asked.root)
    assert (new_case / "seals" / "00000005.note").exists()
    told = [each.what for each in history(new_case, {})]
    assert told[3].startswith("Time-stamped by Signer ec, Test Authority: the first 3 lines")
    assert told[4] == "Sealed, as a time-stamp came in"
    assert codes(new_case, home) == []
    assert any("-data anchors/00000003.note" in each for each in how_to_check(taken))


def test_replies_that_are_not_for_it_change_nothing(anchored: Path, home: Home, authority: Authority) -> None:
    used = (anchored / "anchors" / "00000003.tsr").read_bytes()
    request = ask(anchored, home)
    with write_case(anchored, home, ACTOR) as opened:
        before = files_of(anchored)
        other_number = authority.reply(same_imprint(request))
        for reply, why in (
            (used, "answered already: ledger line 4"),
            (authority.reply((anchored / "anchors" / "00000003.tsq").read_bytes()), "answered already"),
            (other_number, "its number differs"),
            (authority.reply(request, digests="sha512"), "gave no time-stamp"),
            (b"hello", "no reply of a time-stamp authority"),
            (authority.reply(request, "expired"), "had expired"),
            (authority.reply(b"0" + request[1:])[:-1], "damaged"),
        ):
            with pytest.raises(UsageError, match=why):
                add_anchor(opened, reply)
        stranger = read_roots((authority.folder / "mail.pem").read_bytes())
        with pytest.raises(UsageError, match="do not vouch"):
            add_anchor(opened, authority.reply(request), stranger)
        assert files_of(anchored) == before
        assert add_anchor(opened, authority.reply(request)).line == 6
    assert codes(anchored, home) == []


def same_imprint(request: bytes) -> bytes:
    """The same request with another number."""
    at = request.rindex(b"\x02\x08") + 2 if b"\x02\x08" in request else request.rindex(b"\x02\x09") + 3
    return request[:at] + bytes([request[at] ^ 1]) + request[at + 1 :]


def test_a_reply_for_another_case_is_refused(anchored: Path, tmp_path: Path, home: Home, authority: Authority) -> None:
    from evidencekit.casefile import create_case
    from evidencekit.model import CaseInfo

    other = tmp_path / "other"
    create_case(other, CaseInfo("", "2", "People v. Y", "UTC"), home, ACTOR)
    ask(other, home)
    reply = (anchored / "anchors" / "00000003.tsr").read_bytes()
    with write_case(other, home, ACTOR) as opened, pytest.raises(UsageError, match="answers no request of this case"):
        add_anchor(opened, reply)
    with write_case(anchored, home, ACTOR) as opened:
        assert len(anchors_of(opened)) == 1


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    overwrite(path, bytes(data))


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("name", "harm", "code"),
    [
        ("00000003.tsr", Path.unlink, "anchor-missing"),
        ("00000003.tsq", Path.unlink, "anchor-missing"),
        ("00000003.note", Path.unlink, "anchor-missing"),
        ("00000003.tsr", flip, "anchor-changed"),
        ("00000003.tsq", flip, "anchor-changed"),
        ("00000003.note", flip, "key-unknown"),
        ("00000003.tsr", as_folder, "anchor-missing"),
        ("00000003.note", as_folder, "anchor-missing"),
        ("00000005.tsq", flip, "anchor-changed"),
        ("00000005.tsq", as_folder, "anchor-changed"),
    ],
)
def test_a_damaged_anchor_makes_the_case_read_only(
    anchored: Path, home: Home, name: str, harm: Callable[[Path], None], code: str
) -> None:
    ask(anchored, home)
    harm(anchored / "anchors" / name)
    assert code in codes(anchored, home)
    before = files_of(anchored)
    with pytest.raises(UnsoundError):
        write_case(anchored, home, ACTOR)
    with read_case(anchored, home) as opened:
        assert opened.findings
        anchors_of(opened)
    assert files_of(anchored) == before


def test_the_folder_of_anchors_taken_away_is_found(anchored: Path, home: Home) -> None:
    shutil.rmtree(anchored / "anchors")
    assert codes(anchored, home) == ["anchor-missing"] * 3
    with read_case(anchored, home) as opened:
        (anchor,) = anchors_of(opened)
        assert anchor.line == 4
    with pytest.raises(UnsoundError, match="lacks its reply"):
        write_case(anchored, home, ACTOR)


def test_an_anchor_of_a_record_that_was_rewritten_with_the_key_no_longer_fits(
    anchored: Path, home: Home, tmp_path: Path
) -> None:
    """All anew by somebody with the key, the outside authority's reply put back: its note is not of this ledger."""
    from evidencekit.casefile import create_case

    with read_case(anchored, home) as opened:
        info = opened.info
    again = tmp_path / "again"
    create_case(again, info, home, ACTOR)
    with write_case(again, home, ACTOR) as opened:
        opened.seal_now("asked")
    shutil.copytree(anchored / "anchors", again / "anchors")
    lines = (anchored / "ledger.jsonl").read_bytes().splitlines()
    fields = {key: value for key, value in json.loads(lines[3]).items() if key in ANCHOR_FIELDS}
    stranger = verify_path(again, Home(tmp_path / "elsewhere"), Job())
    assert {each.code for each in stranger.findings} == {"anchor-root"}
    force(again, home, [Entry("anchor", fields), Entry("seal", {"why": "anchor"})])
    stranger = verify_path(again, Home(tmp_path / "elsewhere"), Job())
    assert {each.code for each in stranger.findings} == {"anchor-root"}


ANCHOR_FIELDS = frozenset(
    {"covers", "root", "request", "reply", "stamped", "authority", "serial", "checked", "trusted"}
)


def force(case: Path, home: Home, entries: list[Entry]) -> None:
    """Log lines as somebody with the key could, whatever the program would say."""
    from evidencekit.casefile.checks import check_record

    checked = check_record(case, None)
    checked.state.findings.clear()
    ledger = Ledger(case, checked.state, home.signer(checked.state.case_uuid, ACTOR), ACTOR)
    checkpoint = ledger.commit(entries)
    (case / "seals" / f"{checkpoint.size:08d}.note").write_bytes(checkpoint.note())


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("stamped", "2020-01-01T00:00:00.000000Z", "anchor-bad"),
        ("authority", "A better one", "anchor-bad"),
        ("serial", "0x00", "anchor-bad"),
        ("covers", 99, "anchor-root"),
        ("root", "AAAA", "anchor-root"),
        ("reply", "00" * 32, "anchor-changed"),
    ],
)
def test_a_line_that_claims_something_else_than_the_reply_is_found(
    anchored: Path, home: Home, tmp_path: Path, field: str, value: object, code: str
) -> None:
    fields = json.loads((anchored / "ledger.jsonl").read_bytes().splitlines()[3])
    claimed = {**{key: fields[key] for key in ANCHOR_FIELDS}, field: value}
    force(anchored, home, [Entry("anchor", claimed), Entry("seal", {"why": "anchor"})])
    verdict = verify_path(anchored, Home(tmp_path / "elsewhere"), Job())
    assert (code, 6) in {(each.code, each.line) for each in verdict.findings}


def test_a_reply_over_another_note_is_found_though_its_digest_is_logged(
    anchored: Path, home: Home, tmp_path: Path, authority: Authority
) -> None:
    import hashlib

    from evidencekit.custody.anchors import make_request

    request = make_request(b"something else")
    reply = authority.reply(request)
    fields = json.loads((anchored / "ledger.jsonl").read_bytes().splitlines()[3])
    note = (anchored / "seals" / "00000005.note").read_bytes()
    for kind, data in (("note", note), ("tsq", request), ("tsr", reply)):
        (anchored / "anchors" / f"00000005.{kind}").write_bytes(data)
    digests = {"request": hashlib.sha256(request).hexdigest(), "reply": hashlib.sha256(reply).hexdigest()}
    root = Checkpoint.parse(note).root_text
    claimed = {**{key: fields[key] for key in ANCHOR_FIELDS}, **digests, "covers": 5, "root": root}
    force(anchored, home, [Entry("anchor", claimed), Entry("seal", {"why": "anchor"})])
    verdict = verify_path(anchored, Home(tmp_path / "elsewhere"), Job())
    assert [(each.code, each.line) for each in verdict.findings] == [("anchor-bad", 6)]
    assert "over something else" in verdict.findings[0].message


def test_a_file_in_the_way_is_told_and_a_full_disk_too(
    new_case: Path, home: Home, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(new_case, home)
    reply = authority.reply(request)
    with write_case(new_case, home, ACTOR) as opened:
        (new_case / "anchors" / "00000003.tsr").write_bytes(b"put here meanwhile")
        with pytest.raises(CaseError, match="in the way"):
            add_anchor(opened, reply)
        assert opened.size == 3
    with write_case(new_case, home, ACTOR) as opened:  # sets it aside
        assert opened.size == 4
        _full(monkeypatch)
        with pytest.raises(StorageError, match="could not be written"):
            add_anchor(opened, reply)
        monkeypatch.undo()
        assert list((new_case / "anchors").glob("*.tmp")) == []
        assert add_anchor(opened, reply).line == 5
    assert codes(new_case, home) == []


def _full(monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from evidencekit.custody import durable

    def full(fd: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable, "write_all", full)


def test_an_open_request_without_its_note_is_no_anchor_yet(new_case: Path, home: Home) -> None:
    ask(new_case, home)
    (new_case / "anchors" / "00000003.note").unlink()
    with write_case(new_case, home, ACTOR) as opened:
        assert anchors_of(opened) == ()
        assert request_anchor(opened).note.exists()
    assert codes(new_case, home) == []
