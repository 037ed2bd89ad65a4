"""What no crash leaves behind: each file of the record damaged, gone, replaced or turned into something else. The case
then opens to look at only, says what and where, and no byte of it is changed."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidencekit.casefile import create_case, read_case, write_case
from evidencekit.casefile.anchoring import request_anchor
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import CaseError, EvidenceKitError, UnsoundError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"

# Where it lies, what the faults are called that may be told of it.
RECORD = {
    "ledger.jsonl": ("ledger-",),
    "checkpoint": ("checkpoint-", "ledger-", "signature-", "key-"),
    "keys.txt": ("keys-",),
    "seals/00000005.note": ("seal-", "signature-", "key-"),
    "acquisitions/0001.jsonl": ("acquisition-",),
    "records/0001.json": ("record-",),
    "anchors/00000007.note": ("anchor-", "signature-", "key-"),
    "anchors/00000007.tsq": ("anchor-",),
    "originals": ("original-",),
    "catalog.db": ("catalog-",),
}


@dataclass(frozen=True)
class Made:
    """A case with something of everything, another of the same, and their maker's folder."""

    case: Path
    other: Path
    home: Home


def fill(case: Path, home: Home, received: Path) -> None:
    create_case(case, CaseInfo("", case.name, "People v. X", "UTC"), home, ACTOR)
    with write_case(case, home, ACTOR) as opened:
        take_in(opened, [received], HandOver(f"Phone in the {case.name}"), Job(), workers=1)
        paper = opened.record({"kind": "withhold", "reason": case.name})
        opened.commit([Entry("withhold", {"decision": "hold", "items": ["ITEM-0001"], **paper})])
        opened.seal_now("asked")
        opened.commit([Entry("view", {"item": "ITEM-0001"})])
        request_anchor(opened)
        opened.commit([Entry("view", {"item": "ITEM-0002"})])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("whole")
    home, received = Home(folder / "home"), folder / "received"
    received.mkdir()
    (received / "a.txt").write_text("He was outside the building again.\n", "utf-8")
    (received / "b.txt").write_text("Second note about the car.\n", "utf-8")
    for name in ("case", "other"):
        fill(folder / name, home, received)
        assert verify_path(folder / name, home, Job()).ok
    return Made(folder / "case", folder / "other", home)


@pytest.fixture
def made(whole: Made, tmp_path: Path) -> Made:
    case = Path(shutil.copytree(whole.case, tmp_path / "case", symlinks=True))
    home = Path(shutil.copytree(whole.home.folder, tmp_path / "home"))
    return Made(case, whole.other, Home(home))


def place(case: Path, name: str) -> Path:
    """The file of that name; of the originals the first."""
    return sorted(case.glob("originals/*/*"))[0] if name == "originals" else case / name


def shape(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything in a folder and what it is, without following anything; what opening may add or touch left out."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        name, info = str(path.relative_to(folder)), path.lstat()
        if name == "case.lock" or name.startswith(("catalog.db-", "derived")):
            continue
        what: object = str(path.readlink()) if path.is_symlink() else None
        if stat.S_ISREG(info.st_mode):
            what = path.read_bytes()
        found[name] = (stat.S_IFMT(info.st_mode), what)
    return found


def check_refused(made: Made, name: str, at: str) -> None:
    """It is not written to, it is looked at or says why not, its fault is told, and nothing is changed."""
    before, seen = shape(made.case), shape(made.home.folder / "last-seen")
    with pytest.raises(CaseError) as refusal:
        write_case(made.case, made.home, ACTOR)
    assert refusal.value.todo, at
    if name == "catalog.db" and not isinstance(refusal.value, UnsoundError):
        with pytest.raises(CaseError) as why:
            read_case(made.case, made.home)
        assert why.value.item == str(made.case / name), at
    else:
        with read_case(made.case, made.home) as looked_at:
            assert looked_at.findings or name in ("originals", "catalog.db"), at  # whose bytes `verify` reads
    verdict = verify_path(made.case, made.home, Job())
    assert not verdict.ok, at
    codes = {each.code for each in verdict.findings}
    assert any(code.startswith(RECORD[name]) for code in codes), (at, codes)
    assert any(each.path or each.line or each.item for each in verdict.findings), at
    assert (shape(made.case), shape(made.home.folder / "last-seen")) == (before, seen), at


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def _flip(path: Path, other: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    overwrite(path, bytes(data))


def _cut(path: Path, other: Path) -> None:
    overwrite(path, path.read_bytes()[:-7])


def _empty(path: Path, other: Path) -> None:
    overwrite(path, b"")


def _gone(path: Path, other: Path) -> None:
    path.unlink()


def _foreign(path: Path, other: Path) -> None:
    overwrite(path, bytes(range(256)) * 200)


def _of_another_case(path: Path, other: Path) -> None:
    overwrite(path, other.read_bytes())


def _folder(path: Path, other: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path, other: Path) -> None:
    """The very same bytes, but somewhere else."""
    elsewhere = _beside(path)
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _dangling(path: Path, other: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere-at-all"))


def _circle(path: Path, other: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _pipe(path: Path, other: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _beside(path: Path) -> Path:
    """A place outside the case."""
    case = next(each for each in path.parents if each.name == "case")
    return case.with_name(f"moved-{path.name}")


HARMS: dict[str, Callable[[Path, Path], None]] = {
    "a bit flipped": _flip,
    "cut short": _cut,
    "emptied": _empty,
    "gone": _gone,
    "something foreign": _foreign,
    "that of another case": _of_another_case,
    "a folder": _folder,
    "a link out of the case": _link,
    "a link to nowhere": _dangling,
    "a link to itself": _circle,
    "a pipe": _pipe,
}


# Why not each of them harms each file.
EXCEPT = {
    ("originals", "that of another case"): "both cases hold the same content, under the same name",
    ("anchors/00000007.note", "gone"): "a request that nobody answered is no part of the record; it is set aside",
    ("anchors/00000007.tsq", "gone"): "a request that nobody answered is no part of the record; it is set aside",
    ("catalog.db", "a bit flipped"): "a bit of free space in a database is no fault",
}


@pytest.mark.parametrize(("name", "harm"), [(n, h) for n in RECORD for h in HARMS if (n, h) not in EXCEPT])
def test_it_is_read_only_and_says_what_and_where(made: Made, name: str, harm: str) -> None:
    if harm == "a pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names here")
    HARMS[harm](place(made.case, name), place(made.other, name))
    check_refused(made, name, f"{name}: {harm}")


@pytest.mark.parametrize("name", ["seals", "acquisitions", "records", "originals"])
@pytest.mark.parametrize("harm", ["gone", "a file", "emptied"])
def test_a_whole_folder_of_the_record(made: Made, name: str, harm: str) -> None:
    folder = made.case / name
    shutil.rmtree(folder)
    if harm == "a file":
        folder.write_bytes(b"")
    elif harm == "emptied":
        folder.mkdir()
    with pytest.raises(UnsoundError):
        write_case(made.case, made.home, ACTOR)
    verdict = verify_path(made.case, made.home, Job())
    assert any(f"{name[:-1]}-missing" in (each.code, f"{each.code}s") for each in verdict.findings)
    with read_case(made.case, made.home) as looked_at:
        assert looked_at.info.caption == "People v. X"


def test_everything_gone_but_one_part(made: Made, tmp_path: Path) -> None:
    for name in ("ledger.jsonl", "checkpoint", "catalog.db"):
        alone = tmp_path / f"only {name}"
        alone.mkdir()
        shutil.copy(made.case / name, alone / name)
        with pytest.raises(CaseError):
            write_case(alone, made.home, ACTOR)
        assert not verify_path(alone, made.home, Job()).ok
        assert sorted(path.name for path in alone.iterdir() if path.suffix != ".lock" and "-" not in path.name) == [
            name
        ]


def test_seals_that_changed_places(made: Made) -> None:
    one, two = sorted((made.case / "seals").glob("*.note"))
    one_data, two_data = one.read_bytes(), two.read_bytes()
    overwrite(one, two_data)
    overwrite(two, one_data)
    with pytest.raises(UnsoundError, match="not its own"):
        write_case(made.case, made.home, ACTOR)


@pytest.mark.parametrize("folder", ["seals", "acquisitions", "records", "anchors", "originals", "."])
def test_what_systems_leave_in_any_folder_is_no_fault(made: Made, folder: str) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._00000006.note"):
        (made.case / folder / name).write_bytes(b"litter")
    verdict = verify_path(made.case, made.home, Job())
    assert (verdict.findings, verdict.notes) == ((), ())
    size = (made.case / "ledger.jsonl").stat().st_size
    write_case(made.case, made.home, ACTOR).close()
    assert (made.case / "ledger.jsonl").stat().st_size == size
    assert (made.case / folder / ".DS_Store").exists()


@pytest.mark.parametrize("put", ["a folder", "a link", "a pipe"])
def test_a_strange_thing_among_the_seals_is_told(made: Made, tmp_path: Path, put: str) -> None:
    strange = made.case / "seals" / "00000099.note"
    if put == "a folder":
        strange.mkdir()
    elif put == "a link":
        strange.symlink_to(tmp_path / "nowhere")
    else:
        os.mkfifo(strange)
    with pytest.raises(UnsoundError, match=r"The seal 00000099\.note is damaged"):
        write_case(made.case, made.home, ACTOR)


def test_a_lock_that_is_a_link_is_not_followed(made: Made, tmp_path: Path) -> None:
    target = tmp_path / "made by following"
    (made.case / "case.lock").unlink()
    (made.case / "case.lock").symlink_to(target)
    with pytest.raises(CaseError, match="cannot be written"):
        write_case(made.case, made.home, ACTOR)
    assert not target.exists()


@pytest.mark.parametrize("harm", ["damaged", "emptied", "a folder"])
def test_what_this_computer_remembers_damaged(made: Made, harm: str) -> None:
    (seen,) = (
        path
        for path in (made.home.folder / "last-seen").iterdir()
        if path.name in (made.case / "ledger.jsonl").read_text()
    )
    if harm == "a folder":
        _folder(seen, seen)
    else:
        seen.write_bytes(b"" if harm == "emptied" else b"hello")
    for opening in (lambda: write_case(made.case, made.home, ACTOR), lambda: read_case(made.case, made.home)):
        with pytest.raises(CaseError, match="What this computer remembers of the case is damaged"):
            opening()


@pytest.mark.parametrize("name", ["records", "seals", "acquisitions", "originals"])
def test_a_folder_that_leads_out_of_the_case_is_told_and_never_written_through(
    filled_case: Path, home: Home, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    if (filled_case / name).exists():
        (filled_case / name).rename(outside)
    else:
        outside.mkdir()
    (filled_case / name).symlink_to(outside)
    before = sorted(outside.rglob("*"))
    assert "folder-foreign" in [each.code for each in verify_path(filled_case, home, Job()).findings]
    with pytest.raises(UnsoundError):
        write_case(filled_case, home, "A. Rivera")
    assert sorted(outside.rglob("*")) == before


_ROOT = os.name == "nt" or os.geteuid() == 0


@contextmanager
def shut(path: Path, mode: int = 0) -> Iterator[None]:
    """What a person without the right to read it finds there."""
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.mark.skipif(_ROOT, reason="root may read anything")
def test_what_may_not_be_read_is_called_neither_missing_nor_damaged(made: Made) -> None:
    before, kept = shape(made.case), sorted((made.case / "originals").iterdir())
    for mode in (0, 0o600, 0o300):
        for name in ("records", "seals", "acquisitions", "originals"):
            with shut(made.case / name, mode):
                verdict = verify_path(made.case, made.home, Job())
                with pytest.raises(UnsoundError):
                    write_case(made.case, made.home, ACTOR)
            assert {each.code for each in verdict.findings} <= {"folder-unreadable", "original-unreadable"}
            assert "folder-unreadable" in [each.code for each in verdict.findings]
            assert not any("never acknowledged" in each for each in verdict.notes)
    with shut(kept[0]):
        assert {each.code for each in verify_path(made.case, made.home, Job()).findings} == {"original-unreadable"}
    with shut(made.case, 0o600), pytest.raises(CaseError, match="cannot be looked into"):
        read_case(made.case, made.home)
    with shut(made.case / "case.lock"), pytest.raises(CaseError) as locked:
        write_case(made.case, made.home, ACTOR)
    assert locked.value.item == str(made.case / "case.lock")
    assert shape(made.case) == before
    assert verify_path(made.case, made.home, Job()).ok


@pytest.mark.skipif(_ROOT, reason="root may read anything")
def test_who_may_not_read_their_own_folder_is_not_told_to_delete_what_is_in_it(made: Made) -> None:
    home = made.home
    with shut(home.folder):
        for look in (home.settings, home.roster, lambda: read_case(made.case, home)):
            with pytest.raises(EvidenceKitError) as told:
                look()
            assert "You may not read it" in told.value.todo
