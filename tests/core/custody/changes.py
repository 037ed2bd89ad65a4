"""What somebody could do to a package, from a flipped byte to a package made again with another key."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidencekit.custody.checkpoint import Checkpoint, Signer
from evidencekit.custody.keys import format_keys
from evidencekit.custody.merkle import Tree, leaf_hash
from tests.core.custody.conftest import PAYLOAD, UUID, Made, close, list_payload

Change = Callable[[Path, Made], object]
PDF, PNG, CSV = "data/pdf/P000001.pdf", "data/natives/P000001.png", "data/index.csv"
MANIFEST, TAGS, SUMS = "manifest-sha256.txt", "tagmanifest-sha256.txt", "blake3sums.txt"


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before


def flipped(at: int, by: int = 1) -> Callable[[bytes], bytes]:
    return lambda data: data[:at] + bytes([data[at] ^ by]) + data[at + 1 :]


def on(name: str, change: Callable[[bytes], bytes]) -> Change:
    return lambda bag, made: rewrite(bag / name, change)


def capital(data: bytes) -> bytes:
    """The first digit of a digest that is a letter, as a capital: the same digest to most programs."""
    at = next(at for at, byte in enumerate(data) if 97 <= byte <= 102)
    return flipped(at, 32)(data)


def another_digit(data: bytes) -> bytes:
    return (b"1" if data[:1] == b"0" else b"0") + data[1:]


def first_lines(count: int, *, twice: bool = False) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        return b"".join(lines[:count] * 2 + lines[count:] if twice else lines[:count][::-1] + lines[count:])

    return change


def retag(bag: Path) -> None:
    files = (each.relative_to(bag).as_posix() for each in bag.rglob("*") if each.is_file())
    names = sorted(name for name in files if name != TAGS and not name.startswith("data/"))
    lines = [f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (bag / TAGS).write_text("".join(lines), newline="\n")


def then_retag(change: Change) -> Change:
    def both(bag: Path, made: Made) -> None:
        change(bag, made)
        retag(bag)

    return both


def moved_line(bag: Path, made: Made) -> None:
    """The first line of bag-info.txt at the end of bagit.txt."""
    first, _, rest = (bag / "bag-info.txt").read_bytes().partition(b"External")
    rewrite(bag / "bagit.txt", lambda data: data + first)
    (bag / "bag-info.txt").write_bytes(b"External" + rest)


def swap(bag: Path, made: Made) -> None:
    (bag / PDF).rename(bag / "x")
    (bag / CSV).rename(bag / PDF)
    (bag / "x").rename(bag / CSV)


def info(before: bytes, after: bytes) -> Change:
    return then_retag(on("bag-info.txt", lambda data: data.replace(before, after, 1)))


def link(bag: Path, made: Made) -> None:
    (bag.parent / "elsewhere").write_bytes((bag / PDF).read_bytes())
    (bag / PDF).unlink()
    (bag / PDF).symlink_to(bag.parent / "elsewhere")


def relist(bag: Path, made: Made) -> None:
    rewrite(bag / PDF, flipped(3))
    list_payload(bag)
    (bag / TAGS).unlink()
    close(bag)


def add_and_list(bag: Path, made: Made) -> None:
    (bag / "data/text/P000002.txt").write_bytes(b"planted")
    list_payload(bag)
    (bag / TAGS).unlink()
    close(bag)


def rechain(bag: Path, made: Made) -> None:
    """Change the line that names the payload, and everything behind and about it that needs no key."""
    relist(bag, made)
    lines = (bag / "ledger.jsonl").read_bytes().splitlines()
    fields = json.loads(lines[-1])
    fields["manifest"] = hashlib.sha256((bag / MANIFEST).read_bytes()).hexdigest()
    lines[-1] = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    (bag / "ledger.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    tree = Tree()
    for line in lines:
        tree.add(bytes.fromhex(line.decode()) if len(line) == 64 else leaf_hash(line))
    signed = made.checkpoint.signatures
    (bag / "checkpoint").write_bytes(Checkpoint(made.checkpoint.origin, tree.size, tree.root(), signed).note())
    retag(bag)


def stranger() -> Signer:
    return Signer(f"evidencekit/{UUID}/0123456789abcdef", Ed25519PrivateKey.from_private_bytes(b"\7" * 32))


def foreign_signature(bag: Path, made: Made) -> None:
    note = made.checkpoint
    (bag / "checkpoint").write_bytes(Checkpoint(note.origin, note.size, note.root).signed(stranger()).note())
    (bag / "keys.txt").write_text(format_keys((stranger().public,)), newline="\n")
    retag(bag)


def earlier(bag: Path, made: Made) -> None:
    """The note of ten lines, and the ledger cut to it: all of it true, but before the production."""
    lines = (made.case / "ledger.jsonl").read_bytes().splitlines()[:10]
    tree = Tree()
    for line in lines:
        tree.add(leaf_hash(line))
    note = Checkpoint(made.checkpoint.origin, 10, tree.root()).signed(made.signer)
    (bag / "ledger.jsonl").unlink()
    made_part = b"".join(line + b"\n" for line in lines)
    (bag / "ledger.jsonl").write_bytes(made_part)
    (bag / "checkpoint").write_bytes(note.note())
    retag(bag)


def earlier_note(bag: Path, made: Made) -> None:
    whole = (bag / "ledger.jsonl").read_bytes()
    earlier(bag, made)
    (bag / "ledger.jsonl").write_bytes(whole)
    retag(bag)


def anew(bag: Path, made: Made) -> None:
    shutil.rmtree(bag)
    payload = {**PAYLOAD, CSV: b"BEGBATES,NAME\r\nP000001,other.PNG\r\n"}
    Made(bag.parent / "anew", stranger(), payload).bag.rename(bag)


def remove(*names: str) -> Change:
    return lambda bag, made: [(bag / name).unlink() for name in names]


def rename(name: str, other: str) -> Change:
    return lambda bag, made: (bag / name).rename(bag / other)


def add(name: str) -> Change:
    return lambda bag, made: (bag / name).write_bytes(b"import os\n")


def add_folder(bag: Path, made: Made) -> None:
    (bag / "tags").mkdir()
    (bag / "tags/keys.txt").write_bytes(b"")


def withheld_line(number: int) -> Callable[[bytes], bytes]:
    """A line that stood open, given as its hash: the root stays what it was."""

    def change(data: bytes) -> bytes:
        lines = data.splitlines()
        lines[number - 1] = leaf_hash(lines[number - 1]).hex().encode()
        return b"".join(line + b"\n" for line in lines)

    return change


# In the order of the table; the groups are its rows.
CHANGES: dict[str, dict[str, Change]] = {
    "a byte of a payload file": {"native": on(PNG, flipped(100)), "longer": on(PDF, lambda data: data + b"\n")},
    "a payload file removed, renamed or swapped with another": {
        "removed": remove(PDF),
        "empty one removed": remove("data/text/P000001.txt"),
        "renamed": rename(PDF, "data/pdf/P000002.pdf"),
        "swapped": swap,
    },
    "a payload file added": {"added": add("data/text/P000009.txt"), "hidden": add("data/.more")},
    "a payload file put elsewhere, a link in its place": {"link": link},
    "an empty folder added": {
        "in data": lambda bag, made: (bag / "data/more").mkdir(),
        "beside": lambda bag, made: (bag / "x").mkdir(),
    },
    "a byte of a tag file": {
        "bag-info.txt": on("bag-info.txt", flipped(30)),
        "bagit.txt": on("bagit.txt", flipped(16)),
        "README-VERIFY.txt": on("README-VERIFY.txt", flipped(99)),
        "verify.py": on("verify.py", flipped(500)),
        "ledger.jsonl": on("ledger.jsonl", flipped(40)),
        "checkpoint": on("checkpoint", flipped(70)),
        "keys.txt": on("keys.txt", flipped(9)),
        MANIFEST: on(MANIFEST, another_digit),
        "a capital": on(MANIFEST, capital),
    },
    f"a byte of {SUMS}": {"digit": on(SUMS, another_digit)},
    f"a digit or a name in {TAGS}": {"digit": on(TAGS, another_digit), "name": on(TAGS, flipped(70))},
    f"{TAGS} with other line ends, a capital digit, or in another order": {
        "capital": on(TAGS, capital),
        "line ends": on(TAGS, lambda data: data.replace(b"\n", b"\r\n")),
        "no last line end": on(TAGS, lambda data: data[:-1]),
        "order": on(TAGS, first_lines(2)),
        "empty line": on(TAGS, lambda data: data + b"\n"),
    },
    f"{TAGS} with another blank": {
        "blank": on(TAGS, lambda data: data.replace(b"\n", b" \n", 1)),
        "tab": on(TAGS, lambda data: data.replace(b"  ", b" \t", 1)),
    },
    f"{TAGS} with a line twice": {"twice": on(TAGS, first_lines(1, twice=True))},
    "a tag file removed or renamed": {
        **{name: remove(name) for name in ("bag-info.txt", "README-VERIFY.txt", "verify.py", "ledger.jsonl")},
        **{name: remove(name) for name in ("checkpoint", "keys.txt", "bagit.txt", MANIFEST)},
        "renamed": rename("keys.txt", "keys2.txt"),
    },
    f"{SUMS} removed": {"removed": remove(SUMS)},
    f"{TAGS} removed": {"removed": remove(TAGS)},
    "a tag file added": {"added": add("json.py"), "in a folder": add_folder},
    f"a tag file removed or added, and {TAGS} written anew": {
        "removed": then_retag(remove("keys.txt")),
        "record removed": then_retag(remove("ledger.jsonl", "checkpoint", "keys.txt")),
        "added": then_retag(add("json.py")),
        "in a folder": then_retag(add_folder),
    },
    f"{SUMS} changed or removed, and {TAGS} written anew": {
        "digit": then_retag(on(SUMS, another_digit)),
        "removed": then_retag(remove(SUMS)),
    },
    f"a line of {SUMS} left out, and {TAGS} written anew": {
        "a line less": then_retag(on(SUMS, lambda data: data[data.index(b"\n") + 1 :])),
    },
    "the payload changed, and every list written anew": {"changed": relist, "added": add_and_list},
    f"ledger, checkpoint or keys changed, and {TAGS} written anew": {
        "line": then_retag(on("ledger.jsonl", lambda data: data.replace(b"Rivera", b"Rivero", 1))),
        "withheld line": then_retag(on("ledger.jsonl", flipped(-900))),
        "line dropped": then_retag(on("ledger.jsonl", lambda data: data[: data[:-1].rindex(b"\n") + 1])),
        "line added": then_retag(on("ledger.jsonl", lambda data: data + b"0" * 64 + b"\n")),
        "signature": then_retag(on("checkpoint", flipped(-30))),
        "signature twice": then_retag(on("checkpoint", lambda data: data + data[data.index("—".encode()) :])),
        "dash": then_retag(on("checkpoint", lambda data: data.replace("—".encode(), b"-"))),
        "keys": then_retag(on("keys.txt", lambda data: data * 2)),
        "produce line closed": then_retag(on("ledger.jsonl", withheld_line(12))),
        "key line closed": then_retag(on("ledger.jsonl", withheld_line(2))),
        "first line closed": then_retag(on("ledger.jsonl", withheld_line(1))),
        "chained anew": rechain,
        "signed by a stranger": foreign_signature,
        "a true note of before": earlier,
        "note of before, ledger of now": earlier_note,
    },
    f"another office, case, production, range or date in bag-info.txt, and {TAGS} written anew": {
        "number": info(b"26CR00417", b"26CR00471"),
        "office": info(b"Office", b"Orifice"),
        "production": info(b"production 1", b"production 2"),
        "range": info(b"to P000001", b"to P000009"),
        "date": info(b"Bagging-Date: 2", b"Bagging-Date: 1"),
        "left out": then_retag(on("bag-info.txt", lambda data: data[data.index(b"External-Id") :])),
        "twice": info(b"External-Id", b"External-Identifier: 26CR00471, production 1\nExternal-Id"),
        "in small letters": info(b"Payload-Oxum", b"bagging-date: 2019-01-01\nPayload-Oxum"),
        "an entry more": info(b"Payload-Oxum", b"Internal-Sender-Description: Return to sender\nPayload-Oxum"),
        "another program": info(b": EvidenceKit ", b": Case 26CR00471 of EvidenceKit "),
        "in the program's line": info(b"EvidenceKit", b"EvidenceKit 1\n  of the case 26CR00471"),
    },
    f"another encoding in bagit.txt, and {TAGS} written anew": {
        "encoding": then_retag(on("bagit.txt", lambda data: data.replace(b"UTF-8", b"UTF-16"))),
    },
    f"another version or line in bagit.txt, and {TAGS} written anew": {
        "a line that belongs elsewhere": then_retag(moved_line),
        "version": then_retag(on("bagit.txt", lambda data: data.replace(b"1.0", b"0.97"))),
    },
    f"the size in bag-info.txt, and {TAGS} written anew": {"size": info(b"Payload-Oxum: ", b"Payload-Oxum: 1")},
    f"README-VERIFY.txt or verify.py changed, and {TAGS} written anew (only the letter tells)": {
        "README-VERIFY.txt": then_retag(on("README-VERIFY.txt", lambda data: data + b"Call this number first.\n")),
        "verify.py": then_retag(on("verify.py", lambda data: data + b"# Another line\n")),
    },
    "the whole package made anew with another key (only the letter tells, or a computer that knows the case)": {
        "anew": anew
    },
}
