"""Bags written by us, bags of others read strictly, and the ledger's extract."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from blake3 import blake3

from evidencekit.custody.bag import check_bag, close_bag, write_payload_manifests
from evidencekit.custody.bagcheck import examine
from evidencekit.custody.extract import write_extract
from evidencekit.custody.ledger import read_ledger
from evidencekit.errors import BuildError, Cancelled, CaseError, StorageError
from evidencekit.job import Job
from evidencekit.model import Digests
from tests.core.custody.conftest import OPEN, Made

DIGESTS = Digests("1" * 64, "2" * 64)


def test_every_public_tool_accepts_it(bag: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "bagit", "--validate", bag], capture_output=True, check=False)
    assert (done.returncode, b"is valid" in done.stderr) == (0, True)
    for line in (bag / "blake3sums.txt").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert blake3((bag / name).read_bytes()).hexdigest() == digest
    if shutil.which("sha256sum"):
        for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            assert (
                subprocess.run(["sha256sum", "--strict", "--quiet", "-c", name], cwd=bag, check=False).returncode == 0
            )


def test_it_is_complete_valid_and_says_its_digests(made_once: Made) -> None:
    bag = made_once.bag
    assert check_bag(bag, Job()) == []
    assert made_once.manifest == hashlib.sha256((bag / "manifest-sha256.txt").read_bytes()).hexdigest()
    assert made_once.tag_manifest == hashlib.sha256((bag / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert (bag / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    names = [line[66:] for line in (bag / "tagmanifest-sha256.txt").read_text().splitlines()]
    assert names == sorted(each.name for each in bag.iterdir() if each.is_file() and each.name[:3] != "tag")
    assert not list(bag.rglob("*.tmp"))


def test_what_is_said_of_a_bag_stands_on_lines_that_any_reader_splits_alike(bag: Path) -> None:
    hostile = "one\ntwo\u2028three \x85 \x1b[31m four\u202e"
    close_bag(bag, [("External-Description", "word " * 40), ("Contact-Name", hostile), ("Internal-Note", " \n")])
    text = (bag / "bag-info.txt").read_bytes().decode("utf-8")
    assert all(len(line) <= 79 for line in text.splitlines())
    assert "Contact-Name: one two three \\u{1b}[31m four\\u{202e}\n" in text
    assert "Internal-Note" not in text
    assert text.endswith("Payload-Oxum: 2120.5\n")
    assert text.count("Payload-Oxum") == 1
    assert " ".join(text.split("Contact")[0].split()) == "External-Description: " + "word " * 39 + "word"
    close_bag(bag, [("Contact-Email", "x" * 100), ("Payload-Oxum", "1.1")])
    assert "Contact-Email: " + "x" * 100 + "\n" in (bag / "bag-info.txt").read_text()
    assert check_bag(bag, Job()) == []


@pytest.mark.parametrize(
    "name",
    [
        "data/a b",
        "data/a\n",
        *[
            "data/über.pdf",
            "data/a&b",
            "data/../x",
            "data//x",
            "data/.",
            "x.txt",
            "/data/x",
            "data\\x",
            "data/",
            "data/CON",
            "data/nul.txt",
            "data/dot.",
            "data/a:b",
            "../data/x",
            "data/~",
        ],
    ],
)
def test_a_name_that_not_every_system_holds_is_never_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BuildError):
        write_payload_manifests(tmp_path, {name: DIGESTS})
    assert list(tmp_path.iterdir()) == []


def test_neither_twins_nor_nothing_nor_strange_things_are_listed(bag: Path) -> None:
    with pytest.raises(BuildError, match="capitals only"):
        write_payload_manifests(bag, {"data/a": DIGESTS, "data/A": DIGESTS})
    with pytest.raises(BuildError, match="no files"):
        write_payload_manifests(bag, {})
    with pytest.raises(BuildError, match="label"):
        close_bag(bag, [("Not a label", "x")])
    (bag / "link").symlink_to("keys.txt")
    with pytest.raises(BuildError, match="cannot stand"):
        close_bag(bag, [])


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be written"):
        write_payload_manifests(tmp_path / "gone", {"data/x": DIGESTS})
    with pytest.raises(StorageError, match="could not be written"):
        close_bag(tmp_path / "gone", [])


def test_an_extract_gives_the_same_root(made_once: Made, tmp_path: Path) -> None:
    ledger, size = made_once.case / "ledger.jsonl", made_once.checkpoint.size
    out, seen = tmp_path / "ledger.jsonl", []
    write_extract(ledger, size, out, lambda line: line.act in OPEN)
    (tmp_path / "checkpoint").write_bytes(made_once.checkpoint.note())
    state = read_ledger(out, tmp_path / "checkpoint", visit=lambda line: seen.append(line.act), allow_withheld=True)
    assert (state.findings, state.size, state.tail) == ([], size, 0)
    assert seen == ["create", "key-add", "produce"]
    lines, whole = out.read_bytes().splitlines(), ledger.read_bytes().splitlines()
    assert sum(len(line) == 64 for line in lines) == size - 3
    assert all(
        line == full or line.decode() == hashlib.sha256(b"\0" + full).hexdigest()
        for line, full in zip(lines, whole, strict=True)
    )
    write_extract(ledger, 5, tmp_path / "part", lambda line: True)
    assert (tmp_path / "part").read_bytes().splitlines() == whole[:5]


def test_an_extract_is_made_of_a_sound_ledger_only(made_once: Made, tmp_path: Path) -> None:
    whole = (made_once.case / "ledger.jsonl").read_bytes()
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_bytes(whole.replace(b"ITEM-0003", b"ITEM-0004"))
    with pytest.raises(CaseError, match="line 7 was changed"):
        write_extract(ledger, 12, tmp_path / "a", lambda line: True)
    ledger.write_bytes(whole)
    with pytest.raises(CaseError, match="ends before line 13"):
        write_extract(ledger, 13, tmp_path / "b", lambda line: True)
    with pytest.raises(StorageError):
        write_extract(ledger, 12, tmp_path / "b", lambda line: True)
    with pytest.raises(StorageError):
        write_extract(tmp_path / "none", 12, tmp_path / "c", lambda line: True)


def simple(folder: Path, *, version: str = "1.0", algorithms: tuple[str, ...] = ("sha256", "sha512")) -> Path:
    """A small bag as somebody else would write it."""
    files = {"data/one.txt": b"one\n", "data/deep/two words.txt": b"two\n", "data/100%.txt": b"3"}
    write(
        folder, {"bagit.txt": f"BagIt-Version: {version}\r\nTag-File-Character-Encoding: UTF-8\r\n".encode(), **files}
    )
    write(folder, {"bag-info.txt": b"Payload-Oxum: 9.3\nBagging-Date: 2020-02-02\n  continued\n"})
    for algorithm in algorithms:
        lines = [f"{hashlib.new(algorithm, files[name]).hexdigest()}\t {written(name, version)}\n" for name in files]
        write(folder, {f"manifest-{algorithm}.txt": "".join(lines).encode()})
    seal(folder, algorithms[0])
    return folder


def written(name: str, version: str) -> str:
    return name.replace("%", "%25") if version == "1.0" else name


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def seal(folder: Path, algorithm: str = "sha256") -> None:
    names = [each.name for each in folder.iterdir() if each.is_file() and not each.name.startswith("tagmanifest")]
    lines = [f"{hashlib.new(algorithm, (folder / name).read_bytes()).hexdigest().upper()}  {name}\n" for name in names]
    write(folder, {f"tagmanifest-{algorithm}.txt": "".join(lines).encode()})


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_bags_of_others_in_every_algorithm(tmp_path: Path, algorithm: str) -> None:
    assert check_bag(simple(tmp_path / "new", algorithms=(algorithm,)), Job()) == []
    assert check_bag(simple(tmp_path / "old", version="0.97", algorithms=(algorithm, "md5")), Job()) == []


def _append(name: str, text: str) -> Callable[[Path], None]:
    return lambda bag: write(bag, {name: (bag / name).read_bytes() + text.encode()})


def _replace(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    return lambda bag: write(bag, {name: (bag / name).read_bytes().replace(old, new)})


def _listed(path: str) -> Callable[[Path], None]:
    def change(bag: Path) -> None:
        for name, algorithm in (("manifest-sha256.txt", hashlib.sha256), ("manifest-sha512.txt", hashlib.sha512)):
            _append(name, f"{algorithm(b'3').hexdigest()} {path}\n")(bag)

    return change


SHA256 = "0" * 64
FAULTS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no declaration": ("bag-declaration", lambda bag: (bag / "bagit.txt").unlink(), "bagit.txt"),
    "unknown version": ("bag-declaration", _replace("bagit.txt", b"1.0", b"1.1"), "bagit.txt"),
    "third line": ("bag-declaration", _append("bagit.txt", "More: 1\n"), "bagit.txt"),
    "lower-case label": ("bag-declaration", _replace("bagit.txt", b"BagIt-V", b"Bagit-V"), "bagit.txt"),
    "a compressor as encoding": ("bag-declaration", _replace("bagit.txt", b"UTF-8", b"bz2"), "bagit.txt"),
    "escapes as encoding": ("bag-declaration", _replace("bagit.txt", b"UTF-8", b"unicode_escape"), "bagit.txt"),
    "no data": ("bag-data", lambda bag: (bag / "data").rename(bag / "date"), "data"),
    "no manifest": ("bag-manifest", lambda bag: [each.unlink() for each in bag.glob("manifest-*")], "manifest"),
    "unknown algorithm": ("bag-algorithm", lambda bag: write(bag, {"manifest-rot13.txt": b"x"}), "manifest-rot13.txt"),
    "not text": ("bag-text", lambda bag: write(bag, {"manifest-md5.txt": b"\xff\xfe"}), "manifest-md5.txt"),
    "mark of byte order": ("bag-text", lambda bag: write(bag, {"bag-info.txt": b"\xef\xbb\xbfA: b\n"}), "bag-info.txt"),
    "no digest": ("bag-line", _append("manifest-sha256.txt", "one two\n"), "manifest-sha256.txt"),
    "digest of another length": ("bag-line", _append("manifest-sha256.txt", f"{SHA256[:40]} data/x\n"), "manifest-"),
    "blank line": ("bag-line", _append("manifest-sha256.txt", "\n"), "manifest-sha256.txt"),
    "asterisk": ("bag-path", _replace("manifest-sha256.txt", b"\t data/one", b" *data/one"), "manifest-sha256.txt"),
    "dot and slash": ("bag-path", _replace("manifest-sha256.txt", b"data/one", b"./data/one"), "manifest-sha256.txt"),
    "percent sign": ("bag-path", _replace("manifest-sha256.txt", b"%25", b"%"), "manifest-sha256.txt"),
    "payload in a tag manifest": ("bag-path", _append("tagmanifest-sha256.txt", f"{SHA256}  data/one.txt\n"), "tagman"),
    "tag manifest in itself": (
        "bag-path",
        _append("tagmanifest-sha256.txt", f"{SHA256}  tagmanifest-md5.txt\n"),
        "tag",
    ),
    "tag file in a manifest": ("bag-path", _append("manifest-sha256.txt", f"{SHA256}  bagit.txt\n"), "manifest-sha256"),
    **{
        f"path {path}": ("bag-path", _listed(path), "manifest-sha256.txt")
        for path in [
            r"../x",
            r"/etc/passwd",
            r"~/x",
            r"~root/x",
            r"data/../../x",
            r"data\x",
            r"data/a\b",
            r"C:/x",
            r"data/./x",
            r"data//x",
            r"data/",
            r"data/x/..",
            r"DATA/one.txt",
            r"\\server\share",
            r"data/%zz",
        ]
    },
    "twice": ("bag-twice", _listed("data/100%25.txt"), "manifest-sha256.txt"),
    "missing": ("bag-missing", lambda bag: (bag / "data/one.txt").unlink(), "data/one.txt"),
    "a folder in its place": ("bag-missing", _listed("data/deep"), "data/deep"),
    "unlisted": ("bag-unlisted", lambda bag: write(bag, {"data/more": b""}), "data/more"),
    "listed by one": (
        "bag-unlisted",
        _replace("manifest-sha512.txt", b"\t data/100%25.txt\n", b" data/x\n"),
        "data/100%",
    ),
    "tag manifest lacks a manifest": (
        "bag-tag-unlisted",
        _replace("tagmanifest-sha256.txt", b"manifest-sha512.txt", b"bag-info.txt"),
        "tagmanifest-sha256.txt",
    ),
    "changed": ("bag-digest", _append("data/one.txt", "."), "data/one.txt"),
    "tag file changed": ("bag-digest", _append("bag-info.txt", "A: b\n"), "bag-info.txt"),
    "link": ("bag-link", lambda bag: (bag / "data/link").symlink_to("one.txt"), "data/link"),
    "linked folder": ("bag-link", lambda bag: (bag / "tags").symlink_to(bag / "data"), "tags"),
    "special file": ("bag-special", lambda bag: os.mkfifo(bag / "data/pipe"), "data/pipe"),
    "oxum": ("bag-oxum", _replace("bag-info.txt", b"9.3", b"9.4"), "bag-info.txt"),
    "oxum twice": ("bag-oxum", _append("bag-info.txt", "payload-oxum: 9.3\n"), "bag-info.txt"),
    "oxum no number": ("bag-oxum", _replace("bag-info.txt", b"9.3", b"9"), "bag-info.txt"),
    "info without colon": ("bag-info", _append("bag-info.txt", "no label\n"), "bag-info.txt"),
    "info with a blank before the colon": ("bag-info", _append("bag-info.txt", "A : b\n"), "bag-info.txt"),
    "info that continues nothing": ("bag-info", lambda bag: write(bag, {"bag-info.txt": b"  x\n"}), "bag-info.txt"),
    "to be fetched": (
        "bag-fetch",
        lambda bag: write(bag, {"fetch.txt": b"http://127.0.0.1:9/x 3 data/not-there.bin\n"}),
        "data/not-there.bin",
    ),
    "fetch out of the bag": ("bag-path", lambda bag: write(bag, {"fetch.txt": b"http://x - ../x\n"}), "fetch.txt"),
    "fetch is no list": ("bag-line", lambda bag: write(bag, {"fetch.txt": b"http://x ../x\n"}), "fetch.txt"),
}


@pytest.mark.parametrize("change", FAULTS)
def test_a_fault_names_its_file(tmp_path: Path, change: str) -> None:
    code, act, where = FAULTS[change]
    if sys.platform == "win32" and code in ("bag-link", "bag-special"):
        pytest.skip("Windows makes no such things without privileges")
    bag = simple(tmp_path / "bag")
    act(bag)
    found = [finding for finding in check_bag(bag, Job()) if finding.code == code]
    assert found
    assert any((finding.path or "").startswith(where) for finding in found)


def test_accents_are_one_name_however_a_system_writes_them(tmp_path: Path) -> None:
    write(tmp_path, {"data/Nu\u0301n\u0303ez.txt": b"x"})
    digest = hashlib.sha256(b"x").hexdigest()
    write(tmp_path, {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"})
    write(tmp_path, {"manifest-sha256.txt": f"{digest}  data/N\u00fa\u00f1ez.txt\n".encode()})
    found = examine(tmp_path, Job())
    assert (found.findings, len(found.notes)) == ([], 1)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the file system takes Unicode names only")
def test_odd_names_are_shown_and_line_ends_in_them_found(tmp_path: Path) -> None:
    bag = simple(tmp_path / "bag")
    write(bag, {"data/two\nlines": b"3"})
    _listed("data/two%0alines")(bag)
    (bag / "data" / os.fsdecode(b"\xff\x1b[31m\xe2\x80\xae.txt")).write_bytes(b"")
    seal(bag)
    unlisted = [finding.path for finding in check_bag(bag, Job()) if finding.code == "bag-unlisted"]
    assert unlisted == ["data/\\xff\\u{1b}[31m\\u{202e}.txt"]


def test_a_long_way_down_and_a_huge_list(tmp_path: Path) -> None:
    bag = simple(tmp_path / "bag")
    _append("manifest-sha256.txt", "f" * 3_000_000 + "\n")(bag)
    _append("bag-info.txt", ":" * 100_000 + "\n" + " \t" * 100_000)(bag)
    codes = {finding.code for finding in check_bag(bag, Job())}
    assert codes == {"bag-line", "bag-info", "bag-digest"}


def test_checking_can_be_stopped_and_tells_how_far_it_is(bag: Path) -> None:
    with pytest.raises(Cancelled):
        check_bag(bag, Job(cancelled=lambda: True))
    seen: list[tuple[int, int]] = []
    check_bag(bag, Job(lambda done, total, what: seen.append((done, total))))
    assert (2120, 2120) in seen
