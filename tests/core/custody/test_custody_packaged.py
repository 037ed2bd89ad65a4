"""A production that proves itself: accepted as it was made, refused after every change, and by which program."""

from __future__ import annotations

import io
import logging
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from blake3 import blake3

from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.custody.packaged import check_package, is_bag
from evidencekit.job import Job
from evidencekit.verify import verify_path
from tests.core.custody.changes import CHANGES, CSV, MANIFEST, PDF, SUMS, TAGS, Change, anew, flipped, retag, rewrite
from tests.core.custody.conftest import PAYLOAD, UUID, Made, close, knowing, produced

Run = Callable[[Path], list[str]]
ALL = {f"{group}: {name}": change for group, changes in CHANGES.items() for name, change in changes.items()}
UNSEEN = {name for name in ALL if "only the letter tells" in name}
DOCS = Path(__file__).parents[3] / "docs"


def codes(bag: Path) -> list[str]:
    return [finding.code for finding in check_package(bag, Job()).findings]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to this user")
def test_what_lies_in_a_folder_that_may_not_be_read_is_not_called_missing(bag: Path, home: Home) -> None:
    folder = (bag / PDF).parent
    folder.chmod(0)
    found = {finding.code for finding in verify_path(bag, home, Job()).findings}
    folder.chmod(0o755)
    assert found == {"bag-unreadable", "bag-oxum"}
    assert verify_path(bag, home, Job()).ok


def test_a_package_holds_and_says_what_it_cannot_show(made_once: Made) -> None:
    package = check_package(made_once.bag, Job())
    assert package.findings == ()
    assert (package.files, package.size, package.root) == (5, 12, made_once.checkpoint.root_text)
    notes = " ".join(package.notes)
    assert "9 of 12 ledger lines are given as their hash only" in notes
    assert made_once.signer.public.fingerprint in notes
    assert "A. Rivera, clerk" in notes
    assert "compare the fingerprint, the ledger's size and its root with the production letter" in notes
    assert made_once.tag_manifest in notes
    assert (is_bag(made_once.bag), is_bag(made_once.case)) == (True, False)


def test_a_bag_of_others_says_that_it_has_no_history(made_once: Made, bag: Path) -> None:
    for name in ("ledger.jsonl", "checkpoint", "keys.txt", "verify.py", "README-VERIFY.txt", SUMS):
        (bag / name).unlink()
    retag(bag)
    package = check_package(bag, Job())
    assert (package.findings, package.files, package.size, package.root) == ((), 5, 0, None)
    assert "no custody ledger" in package.notes[-1]


@pytest.mark.parametrize("change", sorted(ALL.keys() - UNSEEN))
def test_every_change_is_refused(made_once: Made, bag: Path, change: str, run_script: Run) -> None:
    ALL[change](bag, made_once)
    findings = check_package(bag, Job()).findings
    assert findings
    assert all(finding.path or finding.line for finding in findings)
    faults = run_script(bag)
    assert faults
    assert all(re.match(r"\S.*?:", fault) for fault in faults)


@pytest.mark.parametrize("change", sorted(UNSEEN))
def test_what_only_the_letter_tells_changes_what_the_letter_bears(
    made_once: Made, bag: Path, change: str, run_script: Run
) -> None:
    ALL[change](bag, made_once)
    package = check_package(bag, Job())
    assert (package.findings, run_script(bag)) == ((), [])
    assert made_once.tag_manifest not in " ".join(package.notes)
    if "verify.py:" not in change:
        return
    assert "verify.py is not the one that this version" in " ".join(package.notes)


def test_a_fault_is_told_in_words_that_name_the_file(made_once: Made, bag: Path, run_script: Run) -> None:
    rewrite(bag / PDF, flipped(3))
    (bag / CSV).unlink()
    messages = [finding.message for finding in check_package(bag, Job()).findings]
    assert f"{PDF} was changed: its digest is not the one that {MANIFEST} lists." in messages
    assert f"{CSV} is listed in {MANIFEST} and is not there." in messages
    faults = run_script(bag)
    assert f"{PDF}: changed, its digest is not the one in {MANIFEST}" in faults
    assert f"{CSV}: listed in {MANIFEST}, and not there or not to be listed" in faults


def test_the_newest_produce_line_counts_and_two_may_sign(
    made_once: Made, home: Home, tmp_path: Path, run_script: Run
) -> None:
    made = Made(tmp_path / "two", made_once.signer, PAYLOAD, earlier=1)
    note = made.writer().commit([produced(2, "0" * 64)])
    made.put_record(note)
    (made.bag / TAGS).unlink()
    close(made.bag)
    assert codes(made.bag) == ["package-manifest"]
    assert run_script(made.bag) == [f"{MANIFEST}: the ledger (line 5) does not say that this was produced"]
    other = home.signer(UUID)
    note = made.writer().commit([produced(3, made.manifest)], cosigners=[("B. Ng, investigator", other)])
    keys = f"{made.signer.public.vkey()}\n{other.public.vkey()}\n"
    made.put_record(note, keys)
    (made.bag / TAGS).unlink()
    close(made.bag)
    assert (codes(made.bag), run_script(made.bag)) == ([], [])
    made.put_record(note, "".join(f"{line}\n" for line in keys.splitlines()[::-1]))
    (made.bag / TAGS).unlink()
    close(made.bag)
    assert codes(made.bag) == ["package-keys"]
    assert run_script(made.bag) == ["keys.txt: it does not list the keys that the ledger's lines add"]


def test_a_withdrawn_key_signs_no_package(made_once: Made, home: Home, tmp_path: Path, run_script: Run) -> None:
    made = Made(tmp_path / "withdrawn", made_once.signer, PAYLOAD, earlier=0)
    other = home.signer(UUID)
    fingerprint = made.signer.public.fingerprint
    writer = made.writer()
    writer.act_as("B. Ng", other)
    writer.commit([Entry("key-revoke", {"fingerprint": fingerprint, "person": "A. Rivera"})])
    note = writer.commit([Entry("view", {"item": "ITEM-0001"})])
    # The tool refuses to sign with it; somebody who holds the key need not.
    made.put_record(note.signed(made.signer), f"{made.signer.public.vkey()}\n{other.public.vkey()}\n")
    opened = (made.bag / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    whole = (made.case / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (made.bag / "ledger.jsonl").write_bytes(b"".join([*opened[:-2], whole[-2], opened[-1]]))
    retag(made.bag)
    assert codes(made.bag) == ["key-revoked"]
    assert run_script(made.bag) == ["checkpoint: signed with a key that ledger line 5 withdrew"]


HOSTILE_LINES = {
    "digits": b'{"seq":' + b"9" * 5000 + b"}",
    "deep": b"[" * 100_000,
    "no text": b"\xff\xfe",
    "empty object": b"{}",
    "null": b"null",
    "no strings": b'{"act":[],"seq":12,"prev":{}}',
    "empty": b"",
    "huge": b"x" * (3 << 20),
    "half a letter": b'{"a":"\\ud800","act":"key-add","key":"\\ud800++"}',
    "escape": b"\x1b[31m\x00",
    "short hash": b"0" * 63,
}


@pytest.mark.parametrize("line", HOSTILE_LINES.values(), ids=HOSTILE_LINES)
def test_a_hostile_ledger_is_a_fault_and_nothing_else(bag: Path, line: bytes, run_script: Run) -> None:
    rewrite(bag / "ledger.jsonl", lambda data: data[: data[:-1].rindex(b"\n") + 1] + line + b"\n")
    retag(bag)
    assert "ledger-line" in codes(bag) or "ledger-root" in codes(bag) or "ledger-short" in codes(bag)
    faults = run_script(bag)
    assert any(fault.startswith("checkpoint: ") for fault in faults)
    assert all(fault.isprintable() for fault in faults)


@pytest.mark.parametrize("name", ["checkpoint", "keys.txt", MANIFEST, TAGS, SUMS, "bag-info.txt", "bagit.txt"])
@pytest.mark.parametrize("data", [b"", b"\xff" * 99, b"a" * (3 << 20)], ids=["empty", "no text", "huge"])
def test_a_hostile_tag_file_is_a_fault_and_nothing_else(bag: Path, name: str, data: bytes, run_script: Run) -> None:
    (bag / name).write_bytes(data)
    if name != TAGS:
        retag(bag)
    if name == "bagit.txt":
        assert {"bag-declaration", "package-declaration"} <= set(codes(bag))
    else:
        assert codes(bag)
        assert run_script(bag)


def places(path: Path, most: int) -> Iterator[int]:
    """Each byte of a small file, or as many at random."""
    size = path.stat().st_size
    yield from range(size) if size <= most else sorted(random.Random(path.name).sample(range(size), most))


def sweep(bag: Path, run_script: Run, most: int, changes: tuple[int, ...], whole: tuple[str, ...] = ()) -> list[str]:
    """Flip bytes, one at a time; gives those that somebody accepts, and leaves the package as it was."""
    accepted = []
    for path in sorted(each for each in bag.rglob("*") if each.is_file()):
        data = path.read_bytes()
        for at in places(path, len(data) if path.name in whole else most):
            for by in changes:
                path.write_bytes(flipped(at, by)(data))
                if not codes(bag) or not run_script(bag):
                    accepted.append(f"{path.name} byte {at} ^ {by}")
        path.write_bytes(data)
    assert (codes(bag), run_script(bag)) == ([], [])
    return accepted


def test_a_flipped_byte_anywhere_is_refused(bag: Path, run_script: Run) -> None:
    assert sweep(bag, run_script, 4, (1,)) == []


@pytest.mark.slow
def test_every_flipped_byte_of_lists_and_record_is_refused(bag: Path, run_script: Run) -> None:
    whole = (MANIFEST, TAGS, SUMS, "ledger.jsonl", "checkpoint", "keys.txt", "bagit.txt", "bag-info.txt")
    assert sweep(bag, run_script, 50, (1, 32), whole) == []


def by_bagit(bag: Path) -> bool:
    import bagit

    logging.disable(logging.CRITICAL)
    try:
        with redirect_stderr(io.StringIO()):
            return bool(bagit.Bag(str(bag)).is_valid())
    except (bagit.BagError, UnicodeError):
        return False
    finally:
        logging.disable(logging.NOTSET)


def by_sha256sum(bag: Path) -> bool:
    return all(
        (bag / name).is_file()
        and subprocess.run(["sha256sum", "--status", "-c", name], cwd=bag, check=False).returncode == 0
        for name in (MANIFEST, TAGS)
    )


def by_b3sum(bag: Path) -> bool:
    """What ``b3sum -c`` does, where the program is not there."""
    if shutil.which("b3sum"):
        return (
            subprocess.run(["b3sum", "--quiet", "-c", SUMS], cwd=bag, capture_output=True, check=False).returncode == 0
        )
    if not (bag / SUMS).is_file():
        return False
    for line in (bag / SUMS).read_bytes().decode("ascii", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if not (bag / name).is_file() or blake3((bag / name).read_bytes()).hexdigest() != digest:
            return False
    return True


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
@pytest.mark.parametrize("most", [1, pytest.param(None, marks=pytest.mark.slow)], ids=["one a row", "all"])
def test_the_printed_table_is_what_the_programs_do(
    made_once: Made, tmp_path: Path, run_script: Run, most: int | None
) -> None:
    tools: dict[str, Callable[[Path], bool]] = {
        "bagit.py": by_bagit,
        "sha256sum -c": by_sha256sum,
        "b3sum -c": by_b3sum,
        "verify.py": lambda bag: not run_script(bag),
        "evidencekit verify": lambda bag: verify_path(bag, knowing(tmp_path / "knows", made_once), Job()).ok,
    }
    assert all(accepts(made_once.bag) for accepts in tools.values())
    rows = [["what was done to the package", *tools], ["---", *(":-:" for _ in tools)]]
    for group, changes in CHANGES.items():
        seen = [measured(made_once, each, tools, tmp_path / "changed") for each in [*changes.values()][:most]]
        rows.append([group, *(verdict({each[tool] for each in seen}) for tool in tools)])
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    assert any(table in each.read_text("utf-8") for each in DOCS.glob("*.md")), table
    assert verify_path(changed(made_once, tmp_path / "anew", anew), Home(tmp_path / "stranger"), Job()).ok


def changed(made: Made, root: Path, change: Change) -> Path:
    bag = Path(shutil.copytree(made.bag, root / "bag"))
    change(bag, made)
    return bag


def measured(made: Made, change: Change, tools: dict[str, Callable[[Path], bool]], root: Path) -> dict[str, bool]:
    bag = changed(made, root, change)
    accepted = {name: accepts(bag) for name, accepts in tools.items()}
    shutil.rmtree(root)
    return accepted


def verdict(accepted: set[bool]) -> str:
    assert len(accepted) == 1, "a row of the table holds changes that a program tells apart"
    return "–" if True in accepted else "refused"
