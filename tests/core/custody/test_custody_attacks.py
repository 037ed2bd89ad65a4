"""What somebody can do to a ledger, with a key and without one, and against what it is found.

Without anything kept elsewhere, a history that was rewritten or rolled back as a whole by somebody who can sign is not
detectable: that is asserted here too, so that nobody claims more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.ledger import Ledger, State, key_entry, read_ledger, start_ledger
from evidencekit.custody.lines import Entry, encode
from evidencekit.custody.merkle import Tree, leaf_hash
from evidencekit.custody.printed import compare, read_printed

UUID = "0b5c1f60-0000-4000-8000-000000000001"
WHEN = datetime(2026, 4, 10, 17, 2, 11, 123456, UTC)
SIZE = 50
Fields = dict[str, Any]


def a_signer(seed: int) -> Signer:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return Signer(f"evidencekit/{UUID}/{seed:016x}", private)


OWNER, FORGER = a_signer(1), a_signer(2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger of fifty lines; ``early.note`` is its checkpoint when it had twenty."""
    start_ledger(tmp_path, UUID, {"number": "26CR00417"}, OWNER, "A. Rivera", lambda: WHEN)
    writer = Ledger(tmp_path, read(tmp_path), OWNER, "A. Rivera", lambda: WHEN)
    writer.commit([Entry("view", {"item": f"ITEM-{n:04d}"}) for n in range(18)])
    (tmp_path / "early.note").write_bytes((tmp_path / "checkpoint").read_bytes())
    writer.commit([Entry("view", {"item": f"ITEM-{n:04d}"}) for n in range(18, 48)])
    return tmp_path


def read(folder: Path, *sizes: int) -> State:
    return read_ledger(folder / "ledger.jsonl", folder / "checkpoint", roots_at=frozenset(sizes))


def codes(state: State) -> list[str]:
    return [each.code for each in state.findings]


def against(folder: Path, note: str) -> list[str]:
    """What holding the ledger against a printed checkpoint shows."""
    given = read_printed(note)
    return [each.code for each in compare(given, read(folder, given.size))]


def typed(note: str) -> str:
    """The same as a person types it off the page: without the signature."""
    given = read_printed(note)
    return f"{given.size} lines, root {given.root_text}"


def lines_of(folder: Path) -> list[Fields]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]


def rewrite(folder: Path, lines: list[Fields]) -> Tree:
    """Write the lines as a ledger that chains, as anybody can; the checkpoint stays what it was."""
    tree, prev, raws = Tree(), "0" * 64, []
    for seq, line in enumerate(lines):
        own = {name: line[name] for name in ("time", "salt", "actor")}
        fields = {k: v for k, v in line.items() if k not in {"v", "seq", "prev", "time", "salt", "actor", "act"}}
        raw = encode(Entry(line["act"], fields), seq=seq, prev=prev, **own)
        leaf = leaf_hash(raw)
        tree.add(leaf)
        prev = leaf.hex()
        raws.append(raw + b"\n")
    (folder / "ledger.jsonl").write_bytes(b"".join(raws))
    return tree


def sign(folder: Path, tree: Tree, signer: Signer) -> None:
    note = Checkpoint(f"evidencekit/{UUID}", tree.size, tree.root()).signed(signer)
    (folder / "checkpoint").write_bytes(note.note())


def edited(lines: list[Fields], place: int) -> list[Fields]:
    return [*lines[:place], {**lines[place], "actor": "Somebody Else"}, *lines[place + 1 :]]


def deleted(lines: list[Fields], place: int) -> list[Fields]:
    return [*lines[:place], *lines[place + 1 :]]


def doubled(lines: list[Fields], place: int) -> list[Fields]:
    return [*lines[: place + 1], *lines[place:]]


def swapped(lines: list[Fields], place: int) -> list[Fields]:
    return [*lines[: place - 1], lines[place], lines[place - 1], *lines[place + 1 :]]


CHANGES = [edited, deleted, doubled, swapped]
Change = Callable[[list[Fields], int], list[Fields]]


def with_key_of(lines: list[Fields], signer: Signer) -> list[Fields]:
    """The same history, begun with another key."""
    return [lines[0], {**lines[1], **key_entry(signer.public, "A. Rivera").fields}, *lines[2:]]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_is_chained_again_without_a_key_is_found_in_any_line(folder: Path, change: Change) -> None:
    lines = lines_of(folder)
    for place in range(2, SIZE - 1 if change is doubled else SIZE):  # a last line twice: the second was never signed
        rewrite(folder, change(lines, place))
        assert codes(read(folder)) == (["ledger-short"] if change is deleted else ["ledger-root"]), place


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_signed_anew_with_an_unknown_key_is_found_against_what_left_the_office(
    folder: Path, change: Change
) -> None:
    note, fingerprint = (folder / "checkpoint").read_text("utf-8"), OWNER.public.fingerprint
    lines = lines_of(folder)
    for place in (3, 11, 30, 48):
        sign(folder, rewrite(folder, with_key_of(change(lines, place), FORGER)), FORGER)
        forged = read(folder)
        assert codes(forged) == []  # by itself it holds: only what was kept elsewhere tells
        assert forged.key_printed(fingerprint) is None
        expected = ["against-short"] if change is deleted else ["against-root"]
        assert against(folder, note) == against(folder, typed(note)) == expected, place


def test_the_forgers_key_beside_the_true_one_is_found_too(folder: Path) -> None:
    """The true key still stands in the ledger, so its fingerprint alone would not tell; the note does."""
    note, lines = (folder / "checkpoint").read_text("utf-8"), lines_of(folder)
    added = {**lines[1], **key_entry(FORGER.public, "A. Rivera").fields}
    sign(folder, rewrite(folder, edited([*lines[:5], added, *lines[6:]], 30)), FORGER)
    forged = read(folder)
    assert codes(forged) == []
    assert forged.key_printed(OWNER.public.fingerprint) is not None
    assert against(folder, note) == ["against-root"]
    assert forged.checkpoint is not None
    assert OWNER.public.name not in {name for name, _, _ in forged.checkpoint.signatures}


def test_a_signature_by_an_unknown_key_alone_is_found_without_anything_else(folder: Path) -> None:
    lines = lines_of(folder)
    sign(folder, rewrite(folder, edited(lines, 30)), FORGER)
    assert codes(read(folder)) == ["key-unknown"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_by_somebody_with_the_key_is_found_against_an_anchor_and_only_so(folder: Path, change: Change) -> None:
    late, early = (folder / "checkpoint").read_text("utf-8"), (folder / "early.note").read_text("utf-8")
    lines = lines_of(folder)
    for place in (5, 18, 21, 48):
        sign(folder, rewrite(folder, change(lines, place)), OWNER)
        assert codes(read(folder)) == []  # not detectable without an anchor
        assert against(folder, late) == (["against-short"] if change is deleted else ["against-root"])
        assert against(folder, early) == (["against-root"] if place < 20 else []), place


def test_a_rolled_back_ledger_is_found_against_an_anchor_and_only_so(folder: Path) -> None:
    late, early = (folder / "checkpoint").read_text("utf-8"), (folder / "early.note").read_text("utf-8")
    path = folder / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:20]))
    (folder / "checkpoint").write_text(early, "utf-8")
    assert codes(read(folder)) == []  # not detectable without an anchor
    assert against(folder, late) == against(folder, typed(late)) == ["against-short"]
    assert against(folder, early) == []  # an anchor that is as old tells nothing of what came later


def test_a_sound_ledger_holds_against_every_checkpoint_it_ever_had(folder: Path) -> None:
    for name in ("checkpoint", "early.note"):
        note = (folder / name).read_text("utf-8")
        assert against(folder, note) == against(folder, typed(note)) == []


def test_another_cases_checkpoint_is_not_compared(folder: Path) -> None:
    note = (folder / "checkpoint").read_text("utf-8")
    assert against(folder, note.replace("0b5c1f60", "ffffffff", 1)) == ["against-case"]


def _bytes_changed(whole: bytes, values: int, step: int) -> list[tuple[int, int]]:
    shifts = [1 + number * 255 // values for number in range(values)]
    return [(place, (whole[place] + shift) % 256) for place in range(0, len(whole), step) for shift in shifts]


@pytest.mark.parametrize(("values", "step"), [(3, 2), pytest.param(255, 1, marks=pytest.mark.slow)])
def test_every_byte_of_the_checkpoint_beside_its_ledger(folder: Path, values: int, step: int) -> None:
    path = folder / "checkpoint"
    whole = path.read_bytes()
    for place, value in _bytes_changed(whole, values, step):
        path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
        assert read(folder).findings, (place, value)


@pytest.mark.slow
def test_a_ledger_cut_at_any_byte(folder: Path) -> None:
    path = folder / "ledger.jsonl"
    whole = path.read_bytes()
    for end in range(len(whole) - 1):  # without its very last line end nothing of the last line is lost
        path.write_bytes(whole[:end])
        assert read(folder).findings, end


def test_lines_that_others_put_behind_the_checkpoint_are_not_part_of_it(folder: Path) -> None:
    """Anybody can append lines that chain; without the key they never get under a checkpoint."""
    before = read(folder)
    lines = lines_of(folder)
    for count in (1, 2, 30):
        rewrite(folder, [*lines, *lines[-count:]])
        state = read(folder)
        assert (codes(state), state.size, state.tree.root()) == ([], SIZE, before.tree.root())
        assert state.tail > 0


def test_the_lines_chain_as_they_are_told_to(folder: Path) -> None:
    raws = (folder / "ledger.jsonl").read_bytes().splitlines()
    assert all(json.loads(after)["prev"] == leaf_hash(before).hex() for before, after in pairwise(raws))
    assert rewrite(folder, lines_of(folder)).root() == read(folder).tree.root()
    assert (folder / "ledger.jsonl").read_bytes().splitlines() == raws  # what rewrites here writes as the tool does
