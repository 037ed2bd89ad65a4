"""identity, key-add, key-revoke, transfer, release, receive, transfers: what they print and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.cli import main
from evidencekit.custody.checkpoint import PublicKey
from evidencekit.custody.keyfiles import Kept, Scrypt
from evidencekit.custody.keys import Home

WORDS = "correct horse battery"
ACTOR = "A. Rivera, victim-witness unit"
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: its exit code and JSON document."""

    def act(*words: str | Path) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*(str(word) for word in words), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return act


@pytest.fixture
def office(filled_case: Path, run: Run) -> Path:
    """The case of two people of this account."""
    run("identity", "add", "--name", "A. Rivera", "--role", "victim-witness unit")
    run("identity", "add", "--name", "B. Ng", "--role", "clerk", "--agency", "DA")
    return filled_case


def lock(home: Home, name: str) -> None:
    Home(home.folder, cost=Scrypt(2, 1, 1)).protect(name, Kept.PASSPHRASE, WORDS)


def test_people_are_added_listed_and_chosen(run: Run, home: Home) -> None:
    code, alone = run("identity")
    assert (code, [(each["used"], each["key"]) for each in alone["identities"]]) == (0, [(True, None)])
    assert list(home.folder.iterdir()) == []  # looking makes no key
    code, added = run("identity", "add", "--name", "A. Rivera", "--role", "advocate")
    assert (code, added["identity"]["used"], added["identity"]["account"]) == (0, True, True)
    code, added = run("identity", "add", "--name", "B. Ng", "--agency", "DA")
    assert (code, added["identity"]["actor"], added["identity"]["used"]) == (0, "B. Ng, DA", False)
    assert run("identity", "use", "b. ng")[0] == 0
    listed = run("identity")[1]["identities"]
    assert [(each["name"], each["used"], each["key"]["kept"]) for each in listed] == [
        ("A. Rivera", False, "plain"),
        ("B. Ng", True, "plain"),
    ]
    for words in (("add", "--name", "b. ng", "--agency", "da"), ("use", "Z"), ("export", "Z"), ("add", "--name", " ")):
        assert run("identity", *words)[0] == 2


def test_in_words(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["identity"]) == 0
    told = capsys.readouterr()
    assert "acts  A. Rivera, victim-witness unit  in the open" in told.out
    assert "identity protect" in told.err
    assert main(["identity", "export", "B. Ng"]) == 0
    told = capsys.readouterr()
    key = PublicKey.parse(told.out.strip())
    assert key.fingerprint in told.err
    assert main(["transfer", str(office), "--to", "B. Ng"]) == 0
    assert "Custodian: B. Ng, clerk, DA" in capsys.readouterr().out
    assert main(["release", str(office), "--to", "C. Doe\u202e, lab"]) == 2
    assert main(["release", str(office), "--to", "C. Doe, lab", "--item", "1", "--by", "B. Ng"]) == 0
    assert main(["custody", str(office)]) == 0
    assert "Waits to be received by C. Doe, lab (ledger line 8)." in capsys.readouterr().out
    assert main(["transfers", str(office)]) == 0
    assert "received, signed by both" in capsys.readouterr().out


def test_a_passphrase_comes_from_the_environment_and_is_never_an_argument(
    office: Path, run: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    protect = ("identity", "protect", "B. Ng", "--with", "passphrase")
    code, refused = run(*protect)
    assert (code, "EVIDENCEKIT_NEW_PASSPHRASE" in refused["error"]["todo"]) == (2, True)
    monkeypatch.setenv("EVIDENCEKIT_PASSPHRASE", WORDS)
    code, done = run(*protect)
    assert (code, done["key"]["kept"]) == (0, "passphrase")
    assert run("note", office, "1", "x", "--by", "B. Ng")[0] == 0
    monkeypatch.setenv("EVIDENCEKIT_PASSPHRASE", "another passphrase")
    ledger = (office / "ledger.jsonl").read_bytes()
    code, refused = run("transfer", office, "--to", "B. Ng")
    assert (code, "not the passphrase" in refused["error"]["what"]) == (2, True)
    monkeypatch.delenv("EVIDENCEKIT_PASSPHRASE")
    code, refused = run("transfer", office, "--to", "B. Ng")
    assert (code, "EVIDENCEKIT_PASSPHRASE" in refused["error"]["todo"]) == (2, True)
    assert (office / "ledger.jsonl").read_bytes() == ledger
    assert run("custody", office)[0] == run("verify", office)[0] == 0


def test_a_passphrase_is_changed_and_taken_away(
    office: Path, run: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(home, "B. Ng")
    monkeypatch.setenv("EVIDENCEKIT_NEW_PASSPHRASE", "another passphrase")
    assert run("identity", "protect", "B. Ng", "--with", "passphrase")[0] == 2
    monkeypatch.setenv("EVIDENCEKIT_PASSPHRASE", WORDS)
    assert run("identity", "protect", "B. Ng", "--with", "passphrase")[0] == 0
    assert run("identity", "protect", "B. Ng", "--with", "nothing")[0] == 2
    monkeypatch.setenv("EVIDENCEKIT_PASSPHRASE", "another passphrase")
    code, done = run("identity", "protect", "B. Ng", "--with", "nothing")
    assert (code, done["key"]["kept"]) == (0, "plain")
    monkeypatch.setenv("EVIDENCEKIT_NEW_PASSPHRASE", "short")
    assert run("identity", "protect", "B. Ng", "--with", "passphrase")[0] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_a_passphrase_is_asked_for_on_a_terminal_and_not_shown(office: Path, home: Home) -> None:
    lock(home, "B. Ng")
    command = [sys.executable, "-m", "evidencekit", "transfer", str(office), "--to", "B. Ng"]
    program = (
        "import os, pty, sys\n"
        "pid, fd = pty.fork()\n"
        f"if not pid: os.execv({command[0]!r}, {command!r})\n"
        "seen = b''\n"
        "while b': ' not in seen: seen += os.read(fd, 100)\n"
        f"os.write(fd, {WORDS!r}.encode() + b'\\n')\n"
        "try:\n"
        "    while more := os.read(fd, 1000): seen += more\n"
        "except OSError: pass\n"
        "sys.stdout.buffer.write(seen)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=os.environ)
    assert done.returncode == 0, done.stdout
    assert "Passphrase of the signing key of B. Ng, clerk, DA: " in done.stdout
    assert "signed by both" in done.stdout
    assert WORDS not in done.stdout


def test_without_a_keyring_the_key_stays_as_it_is(office: Path, run: Run) -> None:
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        code, refused = run("identity", "protect", "--with", "keyring")
    finally:
        keyring.set_keyring(before)
    assert (code, "no keyring" in refused["error"]["what"]) == (2, True)
    assert [each["key"]["kept"] for each in run("identity")[1]["identities"]] == ["plain", "plain"]


def test_keys_are_vouched_for_withdrawn_and_replaced(office: Path, run: Run, tmp_path: Path) -> None:
    line = run("identity", "export", "B. Ng")[1]
    theirs = tmp_path / "theirs.txt"
    theirs.write_text(f"\n{line['line']}\n\n")
    code, added = run("key-add", office, theirs, "--person", "B. Ng, clerk, DA")
    assert (code, added["fingerprint"], added["person"]) == (0, line["fingerprint"], "B. Ng, clerk, DA")
    assert run("key-add", office, line["line"], "--person", "B. Ng")[0] == 2
    theirs.write_text(f"{line['line']}\n{line['line']}\n")
    assert run("key-add", office, theirs, "--person", "B. Ng")[0] == 2
    assert run("key-add", office, "no key", "--person", "B. Ng")[0] == 2
    mine = run("identity", "export")[1]["fingerprint"]
    code, made = run("identity", "new-key")
    assert (code, made["key"]["fingerprint"] != mine) == (0, True)
    code, gone = run("key-revoke", office, mine[:16], "--reason", "lost")
    assert (code, gone) == (0, {"fingerprint": mine, "own": False})
    assert run("key-revoke", office, made["key"]["fingerprint"], "--reason", "too")[1]["own"]
    assert run("note", office, "1", "x")[0] == 2
    assert run("note", office, "1", "x", "--by", "B. Ng")[0] == 0
    assert run("verify", office)[1]["findings"] == []
    earlier = run("identity")[1]["identities"][0]["earlier"]
    assert [each["fingerprint"] for each in earlier] == [mine]


def test_custody_goes_to_another_computer_and_back(
    office: Path, run: Run, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, out = run("release", office, "--to", "C. Doe, analyst, State lab", "--item", "1", "--place", "Lab desk")
    assert (code, out["transfer"]["stage"], out["transfer"]["items"]) == (0, "pending", ["ITEM-0001"])
    assert out["transfer"]["signatures"]["to"] is None
    assert run("custody", office)[1]["custodian"]["pending"] == [out["transfer"]["release"]]
    assert run("receive", office)[0] == 2
    monkeypatch.setenv("EVIDENCEKIT_HOME", str(tmp_path / "lab"))
    code, done = run("receive", office, "--by", "C. Doe, analyst")
    assert (code, done["transfer"]["stage"]) == (0, "done")
    assert [done["transfer"]["signatures"][side]["holds"] for side in ("from", "to")] == [True, True]
    assert done["custodian"]["items"]["ITEM-0001"]["custodian"] == "C. Doe, analyst, State lab"
    assert done["custodian"]["case"]["custodian"] == ACTOR
    assert run("receive", office, "--by", "C. Doe, analyst")[0] == 2
    monkeypatch.setenv("EVIDENCEKIT_HOME", str(home.folder))
    assert run("verify", office)[0] == 0


def test_a_release_is_taken_back(office: Path, run: Run) -> None:
    for wrong in ((), ("--to", "C. Doe", "--take-back"), ("--to", "C. Doe", "--release", "5")):
        assert run("release", office, *wrong)[0] == 2
    assert run("release", office, "--take-back")[0] == 2
    line = run("release", office, "--to", "C. Doe")[1]["transfer"]["release"]
    assert run("transfer", office, "--to", "B. Ng")[0] == 2
    assert run("release", office, "--take-back", "--place", "x")[0] == 2
    code, back = run("release", office, "--take-back", "--release", str(line))
    assert (code, back["transfer"]["stage"], back["custodian"]["pending"]) == (0, "taken back", [])
    assert run("transfer", office, "--to", "B. Ng", "--item", "99")[0] == 2
    code, moved = run("transfer", office, "--to", "B. Ng", "--item", "2", "--item", "1")
    assert (code, moved["transfer"]["items"]) == (0, ["ITEM-0001", "ITEM-0002"])
    assert [each["stage"] for each in run("transfers", office)[1]["transfers"]] == ["taken back", "done"]
