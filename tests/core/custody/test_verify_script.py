"""The script that goes with every package: on old Pythons, against hostile packages, and with what it says by hand."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import resources
from tests.core.custody.changes import PDF, PNG, SUMS, flipped, rewrite
from tests.core.custody.conftest import PAYLOAD, Made

Run = Callable[[Path], list[str]]
SOURCE = resources.text("verify/verify.py")
README = resources.text("verify/README-VERIFY.txt")


@lru_cache(1)
def oldest_python() -> str:
    """The oldest Python from 3.8 on that is installed here and runs."""
    for minor in range(8, sys.version_info.minor):
        kept = [str(each) for each in Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3")]
        for each in filter(None, [*kept, shutil.which(f"python3.{minor}")]):
            if subprocess.run([each, "-c", ""], capture_output=True, check=False, timeout=60).returncode == 0:
                return each
    return sys.executable


def run(bag: Path, *, python: str = sys.executable, cwd: Path | None = None, **env: str) -> tuple[int, str]:
    done = subprocess.run(
        [python, bag / "verify.py"],
        cwd=cwd or bag,
        env={**os.environ, **env},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == b""
    return done.returncode, done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")


def test_it_is_short_plain_and_needs_nothing_but_python() -> None:
    assert len(SOURCE.splitlines()) < 250
    tree = ast.parse(SOURCE, feature_version=(3, 8))
    names = {
        (each.module if isinstance(each, ast.ImportFrom) else alias.name) or ""
        for each in ast.walk(tree)
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
    }
    assert names - sys.stdlib_module_names == {"blake3"}  # taken where it is there, done without elsewhere
    assert SOURCE.isascii()


def test_the_oldest_python_here_runs_it_from_anywhere_and_it_writes_nothing(
    made_once: Made, bag: Path, tmp_path: Path
) -> None:
    before = sorted((str(each), each.lstat().st_mtime_ns) for each in [bag, *bag.rglob("*")])
    code, printed = run(bag, python=oldest_python(), cwd=tmp_path)
    assert (code, printed.splitlines()[0]) == (0, "All holds.")
    for said in (made_once.checkpoint.root_text, made_once.signer.public.fingerprint, made_once.tag_manifest):
        assert said in printed
    assert "12 lines (9 given as their hash only)" in printed
    assert "Compare with the letter" in printed
    rewrite(bag / PDF, flipped(2))
    (bag / PDF).with_name("more.pdf").write_bytes(b"")
    code, printed = run(bag, python=oldest_python(), cwd=Path(tmp_path.anchor))
    assert code == 1
    *told, last = [line for line in printed.splitlines() if line.startswith("FAULT")]
    assert last.startswith("FAULT  bagit.txt, bag-info.txt: what was signed, and lies here, is Source-Organization: ")
    assert last.endswith("Payload-Oxum: 2120.6")
    assert told == [
        "FAULT  data/pdf/more.pdf: not listed in manifest-sha256.txt",
        f"FAULT  {PDF}: changed, its digest is not the one in manifest-sha256.txt",
        f"FAULT  data/pdf/more.pdf: not listed in {SUMS}",
        *([f"FAULT  {PDF}: changed, its digest is not the one in {SUMS}"] if "Not checked" not in printed else []),
    ]
    for each in (bag / PDF, (bag / PDF).with_name("more.pdf")):
        each.unlink()
    assert {str(each) for each in bag.rglob("*")} < {name for name, _ in before}


def test_nothing_in_the_package_is_ever_run(bag: Path, tmp_path: Path) -> None:
    """Python takes modules from beside a script first, and Windows programs from the folder one is in."""
    for name in ("json.py", "hashlib.py", "blake3.py", "base64.py", "typing.py", "sitecustomize.py"):
        (bag / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (bag / "b3sum").write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    (bag / "b3sum").chmod(0o755)
    for environment in ({}, {"PATH": f"{bag}{os.pathsep}.{os.pathsep}{os.environ['PATH']}"}):
        code, printed = run(bag, python=oldest_python(), **environment)
        assert code == 1
        assert "FAULT  json.py: does not belong here" in printed
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no such things without privileges")
def test_links_and_pipes_are_named_and_not_followed(bag: Path, run_script: Run) -> None:
    (bag / PDF).rename(bag.parent / "elsewhere.pdf")
    (bag / PDF).symlink_to(bag.parent / "elsewhere.pdf")
    shutil.move(bag / "data/natives", bag.parent / "natives")
    (bag / "data/natives").symlink_to(bag.parent / "natives")
    (bag / "data/loop").symlink_to(bag)
    os.mkfifo(bag / "data/pipe")
    faults = run_script(bag)
    for name in (PDF, "data/natives", "data/loop", "data/pipe"):
        assert f"{name}: a link, or another thing that is not a file" in faults
    assert f"{PNG}: listed in manifest-sha256.txt, and not there or not to be listed" in faults
    (bag / "ledger.jsonl").unlink()
    os.mkfifo(bag / "ledger.jsonl")
    assert "ledger.jsonl: missing" in run_script(bag)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the file system takes Unicode names only")
def test_odd_names_cannot_deceive_the_reader(bag: Path) -> None:
    for name in (b"\xff.txt", b"two\nFAULT  lines", "gpj.\u202eexe".encode(), b"\x1b[2J"):
        (bag / "data" / os.fsdecode(name)).write_bytes(b"")
    code, printed = run(bag, PYTHONIOENCODING="ascii:strict")
    assert code == 1
    assert printed.isascii()
    named = {line.partition(":")[0] for line in printed.splitlines() if line.startswith("FAULT")}
    assert named == {
        *("FAULT  bagit.txt, bag-info.txt", "FAULT  data/\\u{dcff}.txt", "FAULT  data/two\\u{a}FAULT  lines"),
        *("FAULT  data/gpj.\\u{202e}exe", "FAULT  data/\\u{1b}[2J"),
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to this user")
def test_what_cannot_be_read_is_a_fault(bag: Path, run_script: Run) -> None:
    (bag / PDF).chmod(0)
    assert any("cannot be read" in fault for fault in run_script(bag))


def test_without_blake3_it_says_so(
    bag: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "FOLDER", str(bag))
    rewrite(bag / SUMS, lambda data: data.replace(data[:64], b"0" * 64))
    assert script.main() == 1
    assert f"data/index.csv: changed, its digest is not the one in {SUMS}" in capsys.readouterr().out
    monkeypatch.setattr(script, "blake3", None)
    monkeypatch.setitem(sys.modules, "blake3", None)
    script.main()
    printed = capsys.readouterr().out
    assert f"is not the one in {SUMS}" not in printed
    assert "Not checked: the BLAKE3 digests" in printed
    assert "b3sum -c" in printed


def test_memory_stays_small_whatever_a_file_holds(made_once: Made, tmp_path: Path, run_script: Run) -> None:
    made = Made(tmp_path / "large", made_once.signer, {"data/large.bin": bytes(6 << 20)}, earlier=0)
    rewrite(made.bag / "ledger.jsonl", lambda data: data + b"x" * (6 << 20))
    tracemalloc.start()
    faults = run_script(made.bag)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert any("ledger.jsonl: line 4 was changed" in fault for fault in faults)
    assert peak < 5 << 20


# RFC 8032 section 7.1, tests 1 to 3: key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("key", "text", "signature"), VECTORS)
def test_signatures_of_the_standard_and_nothing_near_them(
    script: ModuleType, key: str, text: str, signature: str
) -> None:
    public, message, signed = bytes.fromhex(key), bytes.fromhex(text), bytes.fromhex(signature)
    assert script.signed_by(public, message, signed)
    assert not script.signed_by(public, message + b"\0", signed)
    assert not any(script.signed_by(public, message, flipped(at)(signed)) for at in range(0, 64, 7))
    assert not any(script.signed_by(flipped(at)(public), message, signed) for at in range(0, 32, 7))
    scalar = int.from_bytes(signed[32:], "little")
    assert not script.signed_by(public, message, signed[:32] + (scalar + ORDER).to_bytes(32, "little"))
    assert not script.signed_by(public, message, signed[:-1])
    assert not script.signed_by(b"", message, signed)


def test_a_point_is_written_in_one_way_only(script: ModuleType) -> None:
    prime = 2**255 - 19
    assert script.point_of((1).to_bytes(32, "little")) == (0, 1, 1, 0)
    for number in (prime, prime + 1, 2**255 - 1, 1 + 2**255, prime + 1 + 2**255):  # too large, or minus nought
        assert script.point_of(number.to_bytes(32, "little")) is None
    assert script.point_of((2).to_bytes(32, "little")) is None  # no point has it


def test_it_agrees_with_the_library_that_signs(script: ModuleType) -> None:
    for number in range(3):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        key, text = private.public_key().public_bytes_raw(), b"a note\n" * number
        assert script.signed_by(key, text, private.sign(text))
        assert not script.signed_by(key, text + b".", private.sign(text))


def test_the_page_is_a_page() -> None:
    lines = README.splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 80
    assert README.isascii()


def commands() -> list[str]:
    """The commands of the page, each with its further lines."""
    joined = README.replace("\\\n", "")
    return [re.sub(" +", " ", line[4:]) for line in joined.splitlines() if line.startswith("  $ ")]


@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "sha256sum", "openssl"))), reason="bash, sha256sum or openssl is not installed"
)
def test_every_command_of_the_page_does_what_it_says(made_once: Made, bag: Path) -> None:
    listed = [each for each in commands() if not each.startswith("b3sum") or shutil.which("b3sum")]
    assert len(listed) >= 16
    page = "set -e -o pipefail\n" + "\n".join(f"echo '#{number}'\n{each}" for number, each in enumerate(listed))

    def follow() -> tuple[int, dict[str, str]]:
        done = subprocess.run(["bash", "-c", page], cwd=bag, capture_output=True, check=False, text=True)
        told = re.split(r"^#(\d+)\n", done.stdout, flags=re.MULTILINE)[1:]
        return done.returncode, {listed[int(told[at])]: told[at + 1].strip() for at in range(0, len(told), 2)}

    code, told = follow()
    assert code == 0
    printed = list(told.values())
    assert all(line.endswith(": OK") for line in printed[0].splitlines())
    assert len(printed[0].splitlines()) == len(PAYLOAD) + 9
    assert "Signature Verified Successfully" in printed
    said = {word: next(out for each, out in told.items() if word in each) for word in ("tr -d", '"prev"', '"produce"')}
    assert said["tr -d"] == said['"prev"']
    assert said['"produce"'] == told["sha256sum < manifest-sha256.txt | cut -c-64"] == made_once.manifest
    assert told["sed -n 2,3p checkpoint"].split() == ["12", made_once.checkpoint.root_text]
    assert told["sha256sum < $T/key"].split()[0] == made_once.signer.public.fingerprint
    assert made_once.tag_manifest in told["sha256sum verify.py tagmanifest-sha256.txt"]
    note = (bag / "checkpoint").read_bytes()
    rewrite(bag / "checkpoint", lambda data: data.replace(b"\n12\n", b"\n13\n"))
    assert follow()[0] != 0  # its digest already
    page = page.replace(listed[0], "true")
    assert follow()[0] != 0  # its signature
    (bag / "checkpoint").write_bytes(note)
    assert follow()[0] == 0
    (bag / "data/pdf/more.pdf").write_bytes(b"")
    assert follow()[0] != 0
