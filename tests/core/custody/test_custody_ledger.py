from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.custody import ledger as ledger_module
from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger, State, read_ledger, start_ledger
from evidencekit.custody.lines import BadLine, Entry, Line, decode, encode, time_text
from evidencekit.custody.merkle import leaf_hash
from evidencekit.errors import CaseError, StorageError

UUID = "0b5c1f60-0000-4000-8000-000000000001"
WHEN = datetime(2026, 4, 10, 17, 2, 11, 123456, UTC)


@pytest.mark.parametrize("year", ["0001", "1970", "2038", "9999"])
def test_a_line_of_any_year_that_a_clock_may_show_is_read_again(year: str) -> None:
    time = time_text(datetime(int(year), 2, 28, 23, 59, 59, tzinfo=UTC))
    assert time == f"{year}-02-28T23:59:59.000000Z"
    line = encode(Entry("view", {}), seq=0, prev="0" * 64, time=time, salt="0" * 32, actor="A")
    assert decode(line, seq=0, prev="0" * 64).time == time


def leaves(ledger: Path, size: int) -> list[bytes]:
    """The raw lines, without their LF."""
    return ledger.read_bytes().splitlines()[:size]


def codes(state: State) -> list[str]:
    return [finding.code for finding in state.findings]


def read(folder: Path) -> State:
    return read_ledger(folder / "ledger.jsonl", folder / "checkpoint")


@pytest.fixture
def signer(home: Home) -> Signer:
    return home.signer(UUID)


@pytest.fixture
def folder(tmp_path: Path, signer: Signer) -> Path:
    """A ledger of fifty lines."""
    start_ledger(tmp_path, UUID, {"number": "26CR00417"}, signer, "A. Rivera", lambda: WHEN)
    writer = Ledger(tmp_path, read(tmp_path), signer, "A. Rivera", lambda: WHEN)
    writer.commit([Entry("view", {"item": f"ITEM-{n:04d}"}) for n in range(48)])
    return tmp_path


def test_a_fresh_ledger_verifies_and_its_lines_are_canonical(folder: Path) -> None:
    state = read(folder)
    assert codes(state) == []
    assert (state.size, state.tail, state.case_uuid) == (50, 0, UUID)
    for raw in leaves(folder / "ledger.jsonl", 50):
        again = json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == raw
    first = json.loads(leaves(folder / "ledger.jsonl", 1)[0])
    assert first["prev"] == "0" * 64
    assert first["time"] == "2026-04-10T17:02:11.123456Z"
    assert len(first["salt"]) == 32


def test_each_line_holds_the_leaf_hash_of_the_line_before(folder: Path) -> None:
    lines = leaves(folder / "ledger.jsonl", 50)
    for before, line in pairwise(lines):
        assert json.loads(line)["prev"] == leaf_hash(before).hex()


def test_every_byte_of_the_ledger_is_guarded(folder: Path) -> None:
    path = folder / "ledger.jsonl"
    whole = path.read_bytes()
    step = 7  # a sample of places in the default run; `--all` takes each
    for place in range(0, len(whole), step):
        value = (whole[place] + 1 + place % 250) % 256
        path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
        assert read(folder).findings, place


@pytest.mark.slow
def test_every_byte_times_a_sample_of_values(folder: Path) -> None:
    path = folder / "ledger.jsonl"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for shift in (1, 2, 32, 128, 255):
            path.write_bytes(whole[:place] + bytes([(whole[place] + shift) % 256]) + whole[place + 1 :])
            assert read(folder).findings, (place, shift)


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def test_lines_deleted_doubled_swapped_inserted_or_cut_are_detected(folder: Path) -> None:
    path, lines = folder / "ledger.jsonl", lines_of(folder)
    for n in range(50):
        for changed in (
            lines[:n] + lines[n + 1 :],
            [*lines[: n + 1], *lines[n:]] if n < 49 else lines[1:],  # behind the last line it is not in the record
            [*lines[: n - 1], lines[n], lines[n - 1], *lines[n + 1 :]] if n else [*lines[1:], lines[0]],
            [*lines[:n], b"{}\n", *lines[n:]],
            lines[:n],
        ):
            path.write_bytes(b"".join(changed))
            assert read(folder).findings, n
    whole = b"".join(lines)
    for cut in range(1, 400):
        path.write_bytes(whole[:-cut])
        assert read(folder).findings, cut


def test_all_faults_are_named_with_their_lines(folder: Path) -> None:
    lines = lines_of(folder)
    lines[9] = lines[9].replace(b"ITEM-0007", b"ITEM-9999")
    lines[29] = b"not json\n"
    (folder / "ledger.jsonl").write_bytes(b"".join(lines))
    found = [(f.code, f.line) for f in read(folder).findings]
    assert ("ledger-line", 11) in found  # line 11 no longer follows the changed line 10
    assert ("ledger-line", 30) in found
    assert ("ledger-root", None) in found


def test_rewriting_with_an_unknown_key_is_detected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Home(tmp_path_factory.mktemp("attacker")).signer(UUID)
    tree = read(folder).tree
    forged = Checkpoint(f"evidencekit/{UUID}", 50, tree.root()).signed(other)
    (folder / "checkpoint").write_bytes(forged.note())
    assert codes(read(folder)) == ["key-unknown"]


def test_a_signature_by_the_right_name_over_other_words_is_detected(folder: Path) -> None:
    note = Checkpoint.parse((folder / "checkpoint").read_bytes())
    name, key_id, signature = note.signatures[0]
    bent = Checkpoint(note.origin, note.size, note.root, ((name, key_id, bytes(64)),))
    (folder / "checkpoint").write_bytes(bent.note())
    assert codes(read(folder)) == ["signature-bad"]
    assert signature != bytes(64)


def test_a_checkpoint_of_another_case_is_detected(folder: Path, signer: Signer) -> None:
    state = read(folder)
    other = Checkpoint("evidencekit/ffffffff-0000-4000-8000-000000000001", 50, state.tree.root()).signed(signer)
    (folder / "checkpoint").write_bytes(other.note())
    assert codes(read(folder)) == ["checkpoint-origin"]


def test_missing_parts_are_findings(folder: Path) -> None:
    (folder / "checkpoint").unlink()
    assert codes(read(folder)) == ["checkpoint-missing"]
    (folder / "ledger.jsonl").unlink()
    assert codes(read(folder)) == ["checkpoint-missing", "ledger-missing"]
    (folder / "ledger.jsonl").touch()
    assert codes(read(folder)) == ["checkpoint-missing", "ledger-empty"]


def test_what_lies_behind_the_checkpoint_is_no_fault_and_not_read(folder: Path) -> None:
    with (folder / "ledger.jsonl").open("ab") as stream:
        stream.write(b"never acknowledged\n")
    state = read(folder)
    assert codes(state) == []
    assert (state.size, state.tail) == (50, 19)


def test_a_ledger_alone_is_read_to_its_end(folder: Path) -> None:
    path = folder / "ledger.jsonl"
    assert codes(read_ledger(path, None)) == []
    with path.open("ab") as stream:
        stream.write(b"torn")
    assert codes(read_ledger(path, None)) == ["ledger-torn"]


def test_withheld_lines_keep_chain_and_root(folder: Path) -> None:
    lines = lines_of(folder)
    for n in (5, 6, 20, 49):
        lines[n] = leaf_hash(lines[n][:-1]).hex().encode() + b"\n"
    path = folder / "ledger.jsonl"
    path.write_bytes(b"".join(lines))
    assert codes(read_ledger(path, folder / "checkpoint", allow_withheld=True)) == []
    assert "ledger-line" in codes(read(folder))


def test_lines_are_visited_in_order_and_roots_taken_on_the_way(folder: Path) -> None:
    seen: list[Line] = []
    state = read_ledger(folder / "ledger.jsonl", folder / "checkpoint", visit=seen.append, roots_at=frozenset({2, 50}))
    assert [line.number for line in seen] == list(range(1, 51))
    assert seen[2].fields == {"item": "ITEM-0000"}
    assert state.roots[50] == state.tree.root() != state.roots[2]


def test_a_new_persons_key_is_added_before_their_first_line(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Home(tmp_path_factory.mktemp("other")).signer(UUID)
    writer = Ledger(folder, read(folder), other, "B. Ng")
    checkpoint = writer.commit([Entry("view", {"item": "ITEM-0001"})])
    assert checkpoint.size == 52
    assert [line.act for line in writer.newest] == ["key-add", "view"]
    assert codes(read(folder)) == []
    assert len(read(folder).keys) == 2


def test_a_full_disk_leaves_the_ledger_as_it_was(folder: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (folder / "ledger.jsonl").read_bytes()
    writer = Ledger(folder, read(folder), signer, "A. Rivera")

    for name in ("write_all", "fsync_fd", "write_atomic"):
        with monkeypatch.context() as patched:
            patched.setattr(ledger_module, name, _full)
            with pytest.raises(StorageError, match="nothing was acknowledged"):
                writer.commit([Entry("view", {"item": "ITEM-0001"})])
        assert (folder / "ledger.jsonl").read_bytes() == before
    assert writer.commit([Entry("view", {"item": "ITEM-0001"})]).size == 51


def _full(*arguments: object, **options: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_fault_after_the_checkpoint_stands_is_not_taken_back(
    folder: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the new checkpoint is in place the lines are acknowledged, whatever fails behind it."""
    real = ledger_module.write_atomic

    def late(path: Path, data: bytes) -> None:
        real(path, data)
        raise OSError(5, "Input/output error")

    writer = Ledger(folder, read(folder), signer, "A. Rivera")
    monkeypatch.setattr(ledger_module, "write_atomic", late)
    with pytest.raises(StorageError):
        writer.commit([Entry("view", {"item": "ITEM-0001"})])
    state = read(folder)
    assert (codes(state), state.size, state.tail) == ([], 51, 0)


def test_somebody_elses_bytes_stop_the_writer(folder: Path, signer: Signer) -> None:
    writer = Ledger(folder, read(folder), signer, "A. Rivera")
    with (folder / "ledger.jsonl").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(CaseError, match="Another program"):
        writer.commit([Entry("view", {})])


def test_a_ledger_without_its_checkpoint_can_still_fail_cleanly(
    folder: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Ledger(folder, read(folder), signer, "A. Rivera")
    size = (folder / "ledger.jsonl").stat().st_size
    (folder / "checkpoint").unlink()
    monkeypatch.setattr(ledger_module, "write_atomic", _full)
    with pytest.raises(StorageError):
        writer.commit([Entry("view", {})])
    assert (folder / "ledger.jsonl").stat().st_size == size


GOOD = {"seq": 1, "prev": "0" * 64, "time": "2026-04-10T17:02:11.123456Z", "salt": "0" * 32, "actor": "A"}


def good_line(**changes: object) -> bytes:
    fields = {"v": 1, "act": "view", **GOOD, **changes}
    kept = {key: value for key, value in fields.items() if value is not ...}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        good_line(v=2),
        good_line(v=True),
        good_line(seq=2),
        good_line(seq=True),
        good_line(prev="1" * 64),
        good_line(time="2026-04-10"),
        good_line(time=5),
        good_line(salt="x"),
        good_line(salt=None),
        good_line(actor=""),
        good_line(actor=None),
        good_line(act="guess"),
        good_line(salt=...),
        good_line(x=1.5),
        good_line()[:-1] + b',"v":1}',
        good_line()[:-1] + b',"y":NaN}',
    ],
)
def test_bad_lines_are_refused(raw: bytes) -> None:
    with pytest.raises(BadLine):
        decode(raw, seq=1, prev="0" * 64)


def test_a_good_line_is_read() -> None:
    line = decode(good_line(item="ITEM-0001"), seq=1, prev="0" * 64)
    assert (line.number, line.actor, line.act, line.fields) == (2, "A", "view", {"item": "ITEM-0001"})


@pytest.mark.parametrize("first", ["view", "create"])
def test_the_first_line_creates_a_case_with_a_uuid(tmp_path: Path, first: str) -> None:
    raw = encode(Entry(first, {"case": "no uuid"}), seq=0, prev="0" * 64, time=GOOD["time"], salt="0" * 32, actor="A")
    (tmp_path / "l").write_bytes(raw + b"\n")
    assert codes(read_ledger(tmp_path / "l", None)) == ["ledger-line"]


def test_a_case_is_created_once_and_keys_are_well_formed(tmp_path: Path) -> None:
    raws, prev = [], "0" * 64
    entries = [Entry("create", {"case": UUID}), Entry("create", {"case": UUID}), Entry("key-add", {"key": "bad"})]
    for seq, entry in enumerate(entries):
        raws.append(encode(entry, seq=seq, prev=prev, time=GOOD["time"], salt="0" * 32, actor="A"))
        prev = leaf_hash(raws[-1]).hex()
    (tmp_path / "l").write_bytes(b"".join(raw + b"\n" for raw in raws))
    assert [(f.code, f.line) for f in read_ledger(tmp_path / "l", None).findings] == [
        ("ledger-line", 2),
        ("ledger-line", 3),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        Entry("guess", {}),
        Entry("view", {"seq": 1}),
        Entry("view", {"x": 1.5}),
        Entry("view", {"x": 2**53}),
        Entry("view", {"x": {"é": 1}}),
        Entry("view", {"x": [b"bytes"]}),
    ],
)
def test_values_a_ledger_cannot_hold_are_refused(entry: Entry) -> None:
    with pytest.raises(BadLine):
        encode(entry, seq=0, prev="0" * 64, time=GOOD["time"], salt="0" * 32, actor="A")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["item", "why", "note"]), json_values, max_size=3))
def test_what_is_written_is_what_is_read(fields: dict[str, object]) -> None:
    raw = encode(Entry("view", fields), seq=4, prev="a" * 64, time=GOOD["time"], salt="1" * 32, actor="É. Ñ")
    assert b"\n" not in raw
    line = decode(raw, seq=4, prev="a" * 64)
    assert (line.number, line.actor, line.fields) == (5, "É. Ñ", fields)


def test_a_line_that_never_ends_is_a_fault_and_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "l").write_bytes(b"x" * (3 << 20))
    state = read_ledger(tmp_path / "l", None)
    assert codes(state) == ["ledger-torn", "ledger-empty"]


def test_a_damaged_checkpoint_is_a_fault(folder: Path, signer: Signer) -> None:
    assert Ledger(folder, read(folder), signer, "A. Rivera").size == 50
    (folder / "checkpoint").write_bytes(b"torn")
    assert codes(read(folder)) == ["checkpoint-damaged"]
