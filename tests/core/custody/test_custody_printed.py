"""A checkpoint on paper read back, and what a ledger says to it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import Ledger, State, read_ledger, start_ledger
from evidencekit.custody.lines import Entry
from evidencekit.custody.printed import Printed, compare, printed, read_printed
from evidencekit.errors import UsageError

UUID = "0b5c1f60-0000-4000-8000-000000000001"
OTHER = "0b5c1f60-0000-4000-8000-000000000002"
ROOT = bytes(range(100, 132))
TEXT = base64.b64encode(ROOT).decode()
GROUPED = " ".join(TEXT[at : at + 4] for at in range(0, 44, 4))


@pytest.fixture
def signer(home: Home) -> Signer:
    return home.signer(UUID)


@pytest.fixture
def note(signer: Signer) -> Checkpoint:
    return Checkpoint(f"evidencekit/{UUID}", 1312, ROOT).signed(signer)


@pytest.mark.parametrize(
    "text",
    [
        f"1312 {TEXT}",
        f"1,312\n{GROUPED}",
        f"1312 lines {GROUPED}",
        f"1,312 lines, {TEXT.rstrip('=')}",
        f"1312 root {TEXT}",
        f"1,312 Root: {GROUPED}",
        f"1,312 ledger lines, root {GROUPED[:27]}\n{GROUPED[27:]}",
        f"Lines: 1,312\r\nRoot: {GROUPED}\r\n",
        f"lines 1312 root = {TEXT}",
        f"Size 1312\tRoot hash is {TEXT.rstrip('=')}",
        f"Root\n{GROUPED}\n1,312 lines",
        f"\u200b1,312\u00a0lines,\u2009root\u202f{GROUPED}\ufeff",
        "The custody record behind this binder had 1,312 lines when it was sealed on 22 Nov 2026, 08:57 PST (UTC−8). "
        f"Its root is\n{GROUPED}\n\nAny later change no longer matches this page. See page 215.\nSigning key\n"
        "b558 b9de 5c6b d0f2\nFingerprint = b558 b9de\n1 of 233",
        json.dumps({"volumes": [], "ledger": {"size": 1312, "root": TEXT}}),
        json.dumps({"checkpoint": {"size": 1312, "root": TEXT}, "events": []}),
        json.dumps({"ok": True, "checked": {"items": 4, "lines": 1312, "root": TEXT}}),
    ],
)
def test_number_and_root_are_read_however_they_stand(text: str) -> None:
    found = read_printed(text)
    assert (found.size, found.root, found.root_text) == (1312, ROOT, TEXT)
    assert (found.case, found.checkpoint) == (None, None)


def test_the_case_is_read_where_it_stands(note: Checkpoint) -> None:
    assert read_printed(f"{UUID} 1312 {TEXT}").case == UUID
    assert read_printed(f"evidencekit/{UUID}\n1312\n{TEXT}\n") == Printed(1312, ROOT, UUID)
    assert read_printed(f"1312 lines, root {TEXT}, case {UUID}").case == UUID


def test_a_note_is_read_as_it_was_pasted(note: Checkpoint, home: Home, tmp_path: Path) -> None:
    text = note.note().decode()
    both = note.signed(Home(tmp_path / "other").signer(UUID))
    assert read_printed(text) == Printed(1312, ROOT, UUID, note) == printed(note)
    assert read_printed(both.note().decode()).checkpoint == both
    head, tail = text.split("\n\n")
    _, name, value = tail.split()
    for pasted in (
        text.replace("\n", "\r\n"),
        text.strip(),
        f"Dear colleague,\n\n{text}\nKind regards",
        "".join(f"> {line}\n" for line in text.splitlines()),
        f"{head}\n\n— {name}\n{value}\n",
        f"{head}\n\n> — {name}\n> {value}\n",
        f"{head}\n\n-- {name} {value}\n",
        f"  {head}\n– {name} {value}",
        f"{text}\n{text}",
        f"\u2066{text}\u2069",
    ):
        assert read_printed(pasted).checkpoint == note, pasted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no text here"),
        (f"evidencekit/{UUID}\n3\n{TEXT}\n\nevidencekit/{OTHER}\n3\n{TEXT}\n", "notes of 2 different checkpoints"),
        (f"evidencekit/{UUID}\n3\n{TEXT}\n\nevidencekit/{UUID}\n4\n{TEXT}\n" * 9, "notes of 2 different checkpoints"),
        (f"3 {TEXT[:3]}\ud800{TEXT[4:]}", r"d800\S+ cannot stand in a root"),
        (" \n ", "no text here"),
        ("hello there", "no number of lines with a root"),
        ("x=", "no number of lines with a root"),
        (TEXT, "no number of lines with a root"),
        (f"root {TEXT}", "number of ledger lines is missing"),
        (f"1 312 lines, root {TEXT}", "number of ledger lines is missing"),
        (f"1.312 lines, root {TEXT}", "number of ledger lines is missing"),
        (f"12 lines here, 13 lines there, root {TEXT}", "More than one number of lines"),
        (f"0 {TEXT}", "at least one ledger line"),
        (f"1312 {TEXT[1:]}", "has 44 characters; what was given has 43"),
        (f"1312 {TEXT}=", "has 44 characters; what was given has 45"),
        (f"1312 {TEXT[:-2]}", "has 44 characters; what was given has 43"),
        (f"1312 x{TEXT}", "what was given has 45"),
        (f"1312 lines root {GROUPED[5:]}", "what was given has 40"),
        (f"1312 lines, its root is {TEXT[2:]}", "what was given has 42"),
        (f"1312 {TEXT[:30]}о{TEXT[31:]}", "“о” cannot stand in a root: it is character 3 of group 8"),
        (f"1312 root {TEXT[:3]}-{TEXT[4:]}", "“-” cannot stand in a root: it is character 4 of group 1"),
        (f"1312 {TEXT[:-2]}B=", "cannot end in"),
        ("{", "looks like JSON"),
        ("[" * 5000, "looks like JSON"),
        ("{}", "no ledger size with a root"),
        ('["a"]', "no ledger size with a root"),
        (json.dumps({"size": True, "root": TEXT}), "no ledger size with a root"),
        (json.dumps({"size": 3, "root": "abc"}), "what was given has 4"),
        (f"evidencekit/{UUID}\n3\n{TEXT}\n\n— evidencekit/{UUID} AAAA\n", "signature line of the note is not whole"),
        (f"evidencekit/{UUID}\n3\nabc\n", "what was given has 4"),
        (f"evidencekit/{UUID}\n0\n{TEXT}\n", "at least one ledger line"),
        (f"evidencekit/{UUID}\n3\n{TEXT[:8]}={TEXT[9:]}\n", "no base64"),
        (f"evidencekit/{UUID}\n3\n{TEXT}\n\n— evidencekit/x {'A' * 90}B=\n", "cannot be read: a signature is not"),
        ("1 " * (1 << 15) + "=", "no text here"),
        ("root = " * (1 << 13), "what was given has"),
        ("a" * ((1 << 20) + 1), "too long"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_printed(text)


def test_a_note_of_another_program_is_refused(signer: Signer) -> None:
    with pytest.raises(UsageError, match="another program"):
        printed(Checkpoint("example.org/log", 3, ROOT).signed(signer))


@pytest.fixture
def ledger(tmp_path: Path, signer: Signer) -> Path:
    start_ledger(tmp_path, UUID, {"number": "1"}, signer, "A. Rivera")
    for n in range(4):
        writer = Ledger(tmp_path, read(tmp_path), signer, "A. Rivera")
        writer.commit([Entry("view", {"item": f"ITEM-{n}"})])
    return tmp_path


def read(folder: Path, *sizes: int) -> State:
    return read_ledger(folder / "ledger.jsonl", folder / "checkpoint", roots_at=frozenset(sizes))


def of(folder: Path, size: int) -> Printed:
    return Printed(size, read(folder, size).roots[size])


def said(given: Printed, state: State) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in compare(given, state)]


def test_every_earlier_state_of_a_ledger_agrees_with_it(ledger: Path) -> None:
    for size in range(1, 7):
        assert compare(of(ledger, size), read(ledger, size)) == []
    checkpoint = read(ledger).checkpoint
    assert checkpoint is not None
    assert compare(printed(checkpoint), read(ledger, 6)) == []


def test_an_older_copy_is_found(ledger: Path) -> None:
    given = of(ledger, 6)
    lines = (ledger / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (ledger / "ledger.jsonl").write_bytes(b"".join(lines[:4]))
    ((code, message),) = said(given, read(ledger, 6))
    assert (code, "covers 6 ledger lines; the ledger here has 4" in message) == ("against-short", True)


def test_a_ledger_that_was_rewritten_with_the_key_is_found(ledger: Path, tmp_path: Path, signer: Signer) -> None:
    given = of(ledger, 4)
    again = tmp_path / "again"
    again.mkdir()
    start_ledger(again, UUID, {"number": "1"}, signer, "A. Rivera")
    Ledger(again, read(again), signer, "A. Rivera").commit([Entry("view", {"item": "x"})] * 3)
    assert read(again).findings == []
    ((code, message),) = said(given, read(again, 4))
    assert (code, "rewritten" in message, "slip" in message) == ("against-root", True, False)
    ((_, message),) = said(of(ledger, 1), read(again, 1))
    assert message.startswith("The first ledger line is not")


def test_a_slip_of_typing_is_told_from_a_rewritten_ledger(ledger: Path) -> None:
    text = of(ledger, 4).root_text
    wrong = text[:8] + ("B" if text[8] != "B" else "C") + text[9:]
    ((code, message),) = said(read_printed(f"4 {wrong}"), read(ledger, 4))
    assert (code, f"group 3 (given “{wrong[8:12]}”)" in message, "slip of typing" in message) == (
        "against-root",
        True,
        True,
    )
    root = of(ledger, 6).root_text
    for size in (5, 7):
        ((code, message),) = said(read_printed(f"{size} {root}"), read(ledger, size))
        assert (code, f"the first {size} ledger lines is that of the first 6 here" in message) == ("against-root", True)


def test_another_cases_checkpoint_says_nothing_about_this_one(ledger: Path, home: Home) -> None:
    given = Checkpoint(f"evidencekit/{OTHER}", 4, of(ledger, 4).root).signed(home.signer(OTHER))
    assert [code for code, _ in said(printed(given), read(ledger, 4))] == ["against-case"]


def test_the_signatures_of_a_note_are_checked(ledger: Path, signer: Signer, tmp_path: Path) -> None:
    plain = Checkpoint(f"evidencekit/{UUID}", 4, of(ledger, 4).root)
    stranger = plain.signed(Home(tmp_path / "stranger").signer(UUID))
    assert [code for code, _ in said(printed(stranger), read(ledger, 4))] == ["key-unknown"]
    name, key_id, signature = plain.signed(signer).signatures[0]
    forged = Checkpoint(plain.origin, 4, plain.root, ((name, key_id, signature[::-1]),))
    ((code, message),) = said(printed(forged), read(ledger, 4))
    assert (code, "printed checkpoint" in message) == ("signature-bad", True)


def test_a_ledger_that_cannot_be_read_agrees_with_nothing(tmp_path: Path) -> None:
    assert [code for code, _ in said(Printed(1, ROOT, UUID), read(tmp_path, 1))] == ["against-short"]
    damaged = State(size=4)
    assert [code for code, _ in said(Printed(4, ROOT), damaged)] == ["against-root"]
