"""Every state in which a crash can leave a case between two acknowledged commits opens and says what it did; nothing
that was acknowledged is lost, and nothing that was not is adopted."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evidencekit.casefile import Case, create_case, write_case
from evidencekit.casefile.anchoring import add_anchor, request_anchor
from evidencekit.casefile.checks import check_record
from evidencekit.casefile.originals_checked import check_originals
from evidencekit.casefile.transferring import receive, release, transfer
from evidencekit.casefile.vouching import add_key
from evidencekit.catalog import Catalog
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.edits import mark_exhibit
from evidencekit.errors import CaseError, StorageError, UnsoundError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Person
from evidencekit.profile import load_profile
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"
NG = Person("B. Ng", "clerk", "")
COMMIT = ("ledger.jsonl", "checkpoint", "keys.txt", "home:last-seen/*", "catalog.db*")
RECORDED = ("records/*", *COMMIT[:2], "home:last-seen/*", "catalog.db*")


@dataclass
class Stage:
    """A case and its user's folder."""

    folder: Path

    @property
    def case(self) -> Path:
        return self.folder / "case"

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    def copy(self, to: Path) -> Stage:
        shutil.copytree(self.folder, to, symlinks=True)
        return Stage(to)

    def files(self, pattern: str) -> dict[Path, bytes]:
        root, _, within = pattern.rpartition("home:")
        del root
        base = self.folder / "home" if pattern.startswith("home:") else self.case
        return {path.relative_to(self.folder): path.read_bytes() for path in base.glob(within) if path.is_file()}

    def put(self, files: dict[Path, bytes]) -> None:
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(data)


@dataclass(frozen=True)
class Operation:
    """What is done, what must have been done before, and the order in which its files come to be."""

    act: Callable[[Case, Any], object]
    order: tuple[str, ...]
    before: Callable[[Stage, Any], object] | None = None
    by: str = ACTOR
    needs: bool = False  # an authority


def _view(case: Case, _: object) -> None:
    case.commit([Entry("view", {"item": "ITEM-0001"})])


def _intake(case: Case, _: object) -> None:
    received = case.folder.parent / "more"
    received.mkdir()
    (received / "one.txt").write_text("A third note\n", "utf-8")
    (received / "two.txt").write_text("A fourth one\n", "utf-8")
    take_in(case, [received], HandOver("Phone of J. D."), Job(), workers=1)
    shutil.rmtree(received)


def _withhold(case: Case, _: object) -> None:
    paper = case.record({"kind": "withhold", "reason": "Her new address stands in it."})
    case.commit([Entry("withhold", {"decision": "hold", "items": ["ITEM-0001"], **paper})])


def _asked(stage: Stage, authority: Any) -> None:
    with write_case(stage.case, stage.home, ACTOR) as case:
        request_anchor(case)
    if authority is not None:
        (request,) = (stage.case / "anchors").glob("*.tsq")
        (stage.folder / "reply.tsr").write_bytes(authority.reply(request.read_bytes()))


def _anchor(case: Case, _: object) -> None:
    add_anchor(case, (case.folder.parent / "reply.tsr").read_bytes())


def _two_people(stage: Stage, _: object) -> None:
    stage.home.add(Person("A. Rivera", "victim-witness unit", ""))
    stage.home.add(NG)
    write_case(stage.case, stage.home, ACTOR).close()


def _released(stage: Stage, _: object) -> None:
    _two_people(stage, None)
    with write_case(stage.case, stage.home, ACTOR) as case:
        release(case, NG)


OPERATIONS = {
    "commit": Operation(_view, COMMIT),
    "intake": Operation(_intake, ("originals/*/*", "acquisitions/*", *COMMIT)),
    "exhibit": Operation(lambda case, _: mark_exhibit(case, ["1", "2"], load_profile("default"), title="Two"), COMMIT),
    "record": Operation(_withhold, RECORDED),
    "seal": Operation(lambda case, _: case.seal_now("asked"), (*COMMIT, "seals/*")),
    "key-add": Operation(lambda case, _: add_key(case, NG, bytes.fromhex(_PUBLIC)), COMMIT),
    "another person": Operation(lambda case, _: _view(case, None), COMMIT, _two_people, NG.actor),
    "transfer": Operation(lambda case, _: transfer(case, "B. Ng"), ("records/*", *COMMIT, "seals/*"), _two_people),
    "release": Operation(lambda case, _: release(case, NG), ("records/*", *COMMIT, "seals/*"), _two_people),
    "receipt": Operation(lambda case, _: receive(case), (*COMMIT, "seals/*[0-9].note"), _released, NG.actor),
    "anchor request": Operation(
        lambda case, _: request_anchor(case), (*COMMIT, "seals/*", "anchors/*.note", "anchors/*.tsq")
    ),
    "anchor": Operation(_anchor, ("anchors/*.tsr", *COMMIT, "seals/*"), _asked, needs=True),
}
_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def torn_states(
    before: Stage, after: Stage, order: tuple[str, ...], scratch: Path, *, fine: bool
) -> Iterator[tuple[str, Stage]]:
    """The state after each file of an operation, and within the writing of each."""
    for at, pattern in enumerate(order):
        old, new = before.files(pattern), after.files(pattern)
        for turn, (name, data) in enumerate(sorted((n, d) for n, d in new.items() if old.get(n) != d)):
            for how, extra in _halves(pattern, name, old.get(name), data):
                if not fine and how not in ("half", "done"):
                    continue
                state = before.copy(scratch / f"{at}-{turn}-{how}")
                for done in order[:at]:
                    state.put(after.files(done))
                state.put(dict(sorted(new.items())[:turn]) if pattern.startswith("originals") else {})
                state.put(extra)
                yield f"{name} {how}", state


def _halves(pattern: str, name: Path, old: bytes | None, new: bytes) -> Iterator[tuple[str, dict[Path, bytes]]]:
    half = len(new) // 2
    if pattern == "ledger.jsonl":
        added = len(new) - len(old or b"")
        for how, length in (("begun", 1), ("half", added // 2), ("unended", added - 1)):
            yield how, {name: new[: len(new) - added + length]}
    elif pattern.startswith(("records", "acquisitions")):
        yield "empty", {name: b""}
        yield "half", {name: new[:half]}
    elif pattern.startswith("originals"):
        yield "half", {Path("case/derived/incoming/0/staged"): new[:half]}
    elif not pattern.startswith("catalog"):
        yield "half", {name.with_name(name.name + ".tmp"): new[:half]}
        yield "unnamed", {name.with_name(name.name + ".tmp"): new}
    yield "done", {name: new}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, taken_once: tuple[Path, Path]) -> Stage:
    stage = Stage(tmp_path_factory.mktemp("torn"))
    case, maker = taken_once
    shutil.copytree(case, stage.case)
    shutil.copytree(maker, stage.folder / "home")
    write_case(stage.case, stage.home, ACTOR).close()
    return stage


def ledger_lines(case: Path) -> list[bytes]:
    return (case / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def acknowledged(stage: Stage) -> list[bytes]:
    size = Checkpoint.parse((stage.case / "checkpoint").read_bytes()).size
    return ledger_lines(stage.case)[:size]


def check_opens(at: str, state: Stage, before: Stage, after: Stage) -> None:
    """What must hold of every torn state."""
    known, tail = acknowledged(state), b"".join(ledger_lines(state.case))
    unacknowledged = tail[len(b"".join(known)) :]
    whole = after if known == acknowledged(after) else before
    torn = check_record(state.case, state.home)
    check_originals(state.case, torn, Job())
    assert torn.findings == [], at
    strays = {path.read_bytes() for path in torn.strays}
    assert (not unacknowledged and not strays) or any("never acknowledged" in each for each in torn.notes), at
    with write_case(state.case, state.home, ACTOR) as case:
        assert case.checked.strays == []
        lines = ledger_lines(state.case)
        assert lines[: len(known)] == known, at
        acts = [line.act for line in check_record(state.case, None).lines if line.number > len(known)]
        aside = {path.read_bytes() for path in (state.case / "recovered").glob("*/*") if path.is_file()}
        expected = strays | {unacknowledged} - {b""} if unacknowledged else strays
        assert aside == expected, at
        assert acts == (["recover"] if expected else []), at
        with case.catalog.read() as connection:
            from evidencekit.catalog.items import all_items

            items = [item.number for item in all_items(connection)]
    assert len(items) == len(check_record(whole.case, None).items), at
    healed = check_record(state.case, state.home)
    assert (healed.findings, healed.notes, healed.strays) == ([], [], []), at
    assert verify_path(state.case, state.home, Job()).ok, at
    assert not [path for path in state.case.rglob("*.tmp") if "recovered" not in path.parts], at


SHORT = ("commit", "intake", "receipt", "anchor")


@pytest.mark.parametrize(
    ("name", "fine"),
    [(name, False) for name in SHORT] + [pytest.param(name, True, marks=pytest.mark.slow) for name in OPERATIONS],
)
def test_every_torn_state_of(
    name: str, base: Stage, tmp_path: Path, request: pytest.FixtureRequest, fine: bool
) -> None:
    operation = OPERATIONS[name]
    authority = request.getfixturevalue("authority") if operation.needs else None
    before = base.copy(tmp_path / "before")
    if operation.before is not None:
        operation.before(before, authority)
    after = before.copy(tmp_path / "after")
    with write_case(after.case, after.home, operation.by) as case:
        operation.act(case, authority)
    seen = 0
    for at, state in torn_states(before, after, operation.order, tmp_path / "states", fine=fine):
        check_opens(f"{name}: {at}", state, before, after)
        shutil.rmtree(state.folder)
        seen += 1
    assert seen > 3
    assert changed(before, after) <= {name for each in operation.order for name in after.files(each)}


def changed(before: Stage, after: Stage) -> set[Path]:
    """The files of the record that an operation wrote: the table must name them all."""
    patterns = ("*", "seals/*", "records/*", "acquisitions/*", "anchors/*", "originals/*/*", "recovered/*/*")
    old = {name: data for each in patterns for name, data in before.files(each).items()}
    new = {name: data for each in patterns for name, data in after.files(each).items()}
    return {name for name, data in new.items() if old.get(name) != data}


@pytest.fixture
def stage(base: Stage, tmp_path: Path) -> Stage:
    return base.copy(tmp_path / "stage")


def aside_of(case: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (case / "recovered").glob("*/*") if path.is_file())


@pytest.mark.parametrize("reached", range(5))
def test_a_recovery_that_was_itself_cut_short_is_done_again(stage: Stage, reached: int) -> None:
    case, tail = stage.case, b"half a line"
    whole, paper = (case / "ledger.jsonl").read_bytes(), case / "acquisitions" / "0002.jsonl"
    (case / "ledger.jsonl").write_bytes(whole + tail)
    paper.write_bytes(b"half a record")
    folder = case / "recovered" / "0001"
    if reached > 0:
        folder.mkdir(parents=True)
    if reached > 1:
        (folder / "ledger-tail.jsonl").write_bytes(tail[:4] if reached == 2 else tail)
    if reached > 3:
        (case / "ledger.jsonl").write_bytes(whole)
        paper.rename(folder / "acquisitions-0002.jsonl")
    write_case(case, stage.home, ACTOR).close()
    assert {tail, b"half a record"} <= set(aside_of(case))
    assert ledger_lines(case)[: whole.count(b"\n")] == whole.splitlines(keepends=True)
    told = [line.fields["folder"] for line in check_record(case, None).lines if line.act == "recover"]
    assert told == sorted(path.name for path in (case / "recovered").iterdir())
    verdict = verify_path(case, stage.home, Job())
    assert (verdict.findings, verdict.notes) == ((), ())


def test_a_place_to_set_aside_that_cannot_be_used_is_told(stage: Stage, tmp_path: Path) -> None:
    case, elsewhere = stage.case, tmp_path / "elsewhere"
    elsewhere.mkdir()
    with (case / "ledger.jsonl").open("ab") as stream:
        stream.write(b"half a line")
    for put in (lambda: (case / "recovered").write_bytes(b""), lambda: (case / "recovered").symlink_to(elsewhere)):
        put()
        with pytest.raises(StorageError, match="could not be set aside"):
            write_case(case, stage.home, ACTOR)
        assert (case / "ledger.jsonl").read_bytes().endswith(b"half a line")
        (case / "recovered").unlink()
    assert list(elsewhere.iterdir()) == []
    write_case(case, stage.home, ACTOR).close()
    assert aside_of(case) == [b"half a line"]


def test_lines_of_somebody_without_the_key_are_set_aside_though_they_chain(stage: Stage, tmp_path: Path) -> None:
    """Behind the checkpoint nothing is adopted, not even a whole line that follows the last one."""
    ahead = stage.copy(tmp_path / "ahead")
    with write_case(ahead.case, ahead.home, ACTOR) as case:
        _withhold(case, None)
    lines, size = ledger_lines(ahead.case), len(ledger_lines(stage.case))
    (stage.case / "ledger.jsonl").write_bytes(b"".join(lines))
    with write_case(stage.case, stage.home, ACTOR) as opened:
        assert opened.checked.papers == {}
    assert aside_of(stage.case) == [b"".join(lines[size:])]
    assert ledger_lines(stage.case)[:size] == lines[:size]
    assert b'"recover"' in ledger_lines(stage.case)[size]


def test_a_start_that_was_cut_short_leaves_nothing_in_the_way(stage: Stage, tmp_path: Path) -> None:
    torn = tmp_path / ".again.new-0123abcd"
    shutil.copytree(stage.case, torn)
    (torn / "catalog.db").unlink()
    create_case(tmp_path / "again", CaseInfo("", "1", "People v. X", "UTC"), stage.home, ACTOR)
    assert not torn.exists()
    assert verify_path(tmp_path / "again", stage.home, Job()).ok


def test_a_catalog_that_was_being_migrated_is_migrated_again(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidencekit.catalog import database, listing

    with closing(sqlite3.connect(stage.case / "catalog.db")) as older, older:
        older.executescript(_FIRST_VERSION)
    refill, states = listing.refill, []

    def copied_meanwhile(connection: Any) -> None:
        states.append(stage.copy(tmp_path / f"meanwhile-{len(states)}"))
        refill(connection)

    monkeypatch.setattr(listing, "refill", copied_meanwhile)
    write_case(stage.case, stage.home, ACTOR).close()
    monkeypatch.undo()
    torn = states[-1]  # before that, a copy was migrated to be looked at
    with closing(sqlite3.connect(torn.case / "catalog.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(database.REVISIONS[0],)]
    write_case(torn.case, torn.home, ACTOR).close()
    verdict = verify_path(torn.case, torn.home, Job())
    assert (verdict.findings, verdict.notes, verdict.items) == ((), (), 4)


_FIRST_VERSION = """
DROP TABLE listing; DROP TABLE drafts; DROP TABLE contact_words; DROP TABLE contacts; DROP TABLE answers;
DROP TABLE derivatives; DROP TABLE transcripts;
ALTER TABLE descriptions DROP COLUMN when_by; ALTER TABLE descriptions DROP COLUMN when_at;
ALTER TABLE readings DROP COLUMN proposals; ALTER TABLE readings DROP COLUMN questions;
CREATE TEMP TABLE kept AS SELECT rowid AS n, name, title, facts, body, notes FROM search;
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5(
    name, title, facts, body, notes, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO search(rowid, name, title, facts, body, notes) SELECT * FROM kept;
UPDATE alembic_version SET version_num = '0001';
"""


def _moved(stage: Stage) -> None:
    aside = stage.case / "recovered" / "catalog-0123abcd"
    aside.mkdir(parents=True)
    (stage.case / "catalog.db").rename(aside / "catalog.db")


def _begun(stage: Stage) -> None:
    _moved(stage)
    (stage.case / "catalog.db").touch()


def _made(stage: Stage) -> None:
    _moved(stage)
    Catalog(stage.case / "catalog.db", write=True).close()


@pytest.mark.parametrize("tear", [_moved, _begun, _made])
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_catalog_that_was_being_made_anew_is_made(stage: Stage, tear: Callable[[Stage], None], rebuild: bool) -> None:
    tear(stage)
    write_case(stage.case, stage.home, ACTOR, rebuild=rebuild).close()
    lines = check_record(stage.case, None).lines
    assert {line.fields["why"] for line in lines if line.act == "recover"} == {"catalog made anew"}
    verdict = verify_path(stage.case, stage.home, Job())
    assert (verdict.findings, verdict.notes, verdict.items) == ((), (), 4)


@pytest.mark.parametrize("empty", [lambda path: path.write_bytes(b""), lambda path: _emptied(path)])
def test_a_catalog_that_was_emptied_is_not_filled_as_if_nothing_had_been_in_it(
    stage: Stage, empty: Callable[[Path], object]
) -> None:
    path = stage.case / "catalog.db"
    empty(path)
    before = path.read_bytes()
    with pytest.raises(CaseError, match="The catalog is empty"):
        write_case(stage.case, stage.home, ACTOR)
    assert path.read_bytes() == before
    assert [each.code for each in verify_path(stage.case, stage.home, Job()).findings] == ["catalog-damaged"]
    write_case(stage.case, stage.home, ACTOR, rebuild=True).close()
    assert verify_path(stage.case, stage.home, Job()).ok


def _emptied(path: Path) -> None:
    path.unlink()
    Catalog(path, write=True).close()


def test_a_catalog_is_not_put_aside_while_the_record_is_damaged(stage: Stage) -> None:
    (stage.case / "catalog.db").write_bytes(b"no database")
    original = next(path for path in (stage.case / "originals").glob("*/*") if path.is_file())
    original.chmod(0o644)
    original.write_bytes(b"changed")
    with pytest.raises(UnsoundError, match="was changed"):
        write_case(stage.case, stage.home, ACTOR, rebuild=True)
    assert (stage.case / "catalog.db").read_bytes() == b"no database"
    assert not (stage.case / "recovered").exists()
