"""The one way to verify: looks whether a path is a case, a package or a ledger, and has everything of it checked."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.casefile.agreement import check_catalog
from evidencekit.casefile.checks import Checked, check_record, is_case
from evidencekit.casefile.meanwhile import settled
from evidencekit.casefile.originals_checked import check_originals
from evidencekit.custody.bag import MANIFEST, TAG_MANIFEST
from evidencekit.custody.bagfiles import list_files
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import State, check_signatures, read_ledger
from evidencekit.custody.lines import Entry, Line, withheld
from evidencekit.custody.names import shown
from evidencekit.custody.packaged import check_package, is_bag
from evidencekit.custody.printed import Printed, compare
from evidencekit.errors import CaseError, UsageError
from evidencekit.job import Job
from evidencekit.model import Finding
from evidencekit.verify.meanings import ordered
from evidencekit.verify.seen import seen_of
from evidencekit.verify.verdict import Against, Head, Kind, Signature, Verdict
from evidencekit.verify.watch import Watch

_LONGEST_NAME = 200  # characters of a path that is none


def verify_path(
    path: Path, home: Home, job: Job, *, against: Printed | None = None, since: Printed | None = None
) -> Verdict:
    """Verify a case folder, a production or any other BagIt bag, or a single ledger file: every fault of it.

    ``against`` is a checkpoint from outside, such as a printed one, that must be the very beginning of this history;
    ``since`` one that must be so too, and the verdict tells what was added behind it: everything is checked all the
    same. Raises :class:`UsageError` for anything else and :class:`~evidencekit.errors.Cancelled`.
    """

    def asked() -> _Asked:
        return _Asked(job, against, since)

    try:
        path.stat()
        if path.is_file() and _may_be_a_ledger(path):
            return _verify_ledger(path, asked())
        if is_bag(path) or _was_a_bag(path):
            return _verify_package(path, home, asked())
        if is_case(path):
            return _verify_case(path, home, asked)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"This cannot be looked into ({why}).",
            item=shown(str(path)[:_LONGEST_NAME]),
            todo="Check its name, and whether you may read it.",
        ) from error
    raise UsageError(
        "This is neither a case folder, a production nor a ledger.",
        item=str(path),
        todo="Name a case folder, a folder with a bagit.txt, or a ledger.jsonl. What is printed on a page, or a "
        "picture of its QR code, is given with --against.",
    )


def _may_be_a_ledger(path: Path) -> bool:
    """Whether a file calls itself one or begins like one; of any other, nothing in it could be judged."""
    with path.open("rb") as file:
        head = file.read(64)
    return path.suffix == ".jsonl" or head.startswith(b"{") or withheld(head)


def _was_a_bag(path: Path) -> bool:
    """Whether a folder without a bagit.txt has the lists of one, and is no case."""
    return not (path / "originals").exists() and any((path / name).is_file() for name in (MANIFEST, TAG_MANIFEST))


def log_verdict(case: Case, verdict: Verdict) -> None:
    """Enter what a verification showed in the ledger of the case, which is open for writing. Raises
    :class:`~evidencekit.errors.StorageError`."""
    fields = {"findings": len(verdict.findings), "items": verdict.items, "lines": verdict.size, "root": verdict.root}
    case.commit([Entry("verify", fields)])


class _Asked:
    """One verification: what it is held against, and what is noted on the way."""

    def __init__(self, job: Job, against: Printed | None, since: Printed | None) -> None:
        self.job = job
        self._against, self._since = against, since
        self.watch = Watch(job, since=since.size if since else None)
        self.sizes = frozenset(each.size for each in (against, since) if each)

    def verdict(
        self,
        kind: Kind,
        state: State,
        findings: Sequence[Finding],
        notes: Sequence[str],
        *,
        root: str | None,
        items: int = 0,
        data: int = 0,
    ) -> Verdict:
        """All of it together. A ledger that cannot be read says so itself and is held against nothing."""
        given = self._compared(state)
        told = list(dict.fromkeys(finding for found in given.values() for finding in found))
        against, since = self._against, self._since
        return Verdict(
            ordered([*told, *findings]),
            (*notes, *self.watch.notes()),
            items,
            state.size,
            root,
            kind=kind,
            data=data,
            head=_head(state.checkpoint, state, self.watch) if state.checkpoint else None,
            names=self.watch.names,
            against=Against(against.size, against.root_text, not given[against]) if against else None,
            since=self.watch.since(state.size, holds=not given[since]) if since else None,
        )

    def _compared(self, state: State) -> dict[Printed, list[Finding]]:
        return {each: compare(each, state) for each in (self._against, self._since) if each}

    def vouched(self, state: State) -> bool:
        """Whether a checkpoint from outside is that of this whole history."""
        return any(each.size == state.size and not faults for each, faults in self._compared(state).items())


def _verify_ledger(path: Path, asked: _Asked) -> Verdict:
    checkpoint = path.with_name("checkpoint")
    beside = checkpoint if checkpoint.is_file() else None
    state = read_ledger(path, beside, visit=asked.watch, roots_at=asked.sizes, allow_withheld=True)
    notes = (
        [] if beside else ["There is no checkpoint beside the ledger: its lines chain, but no signature was checked."]
    )
    if state.tail:
        notes.append(f"{state.tail} bytes lie behind the checkpoint; they were never acknowledged.")
    root = base64.b64encode(state.tree.root()).decode()  # what a printed checkpoint can be compared with
    return asked.verdict(Kind.LEDGER, state, state.findings, notes, root=root)


def _verify_package(folder: Path, home: Home, asked: _Asked) -> Verdict:
    """A bag; the ledger in it is read once more for what it is held against, and its faults are told once."""
    package = check_package(folder, asked.job)
    ledger, seen, state = folder / "ledger.jsonl", seen_of(folder, home), State()

    def visit(line: Line) -> None:
        asked.watch(line)
        seen.visit(line)

    if package.root is not None and ledger.is_file():
        roots_at = asked.sizes | seen.sizes
        state = read_ledger(ledger, folder / "checkpoint", visit=visit, roots_at=roots_at, allow_withheld=True)
    vouched = asked.vouched(state)
    other = seen.findings(state, vouched=vouched)
    notes = (*seen.notes(state, other, vouched=vouched), *package.notes)
    data = sum(size for name, size in list_files(folder).files.items() if name.startswith("data/"))
    counts = {"items": package.files, "data": data}
    return asked.verdict(Kind.PACKAGE, state, [*other, *_seen(package.findings)], notes, root=package.root, **counts)


def _seen(findings: Sequence[Finding]) -> list[Finding]:
    """The faults without those of what lies in a folder that cannot be looked into: nobody can say that it is gone."""
    shut = tuple(str(each.path) for each in findings if each.code == "bag-unreadable" and str(each.path).endswith("/"))
    gone = ("bag-missing", "package-missing", "package-folder")
    return [each for each in findings if each.code not in gone or not f"{each.path}/".startswith(shut)]


def _verify_case(folder: Path, home: Home, ask: Callable[[], _Asked]) -> Verdict:
    """What takes long comes last: record and catalog are looked at anew where they were written meanwhile."""

    def look() -> tuple[_Asked, Checked]:
        anew = ask()
        seen = check_record(folder, home, also=anew.watch, roots_at=anew.sizes)
        _check_folders(folder, seen)
        _check_catalog(folder, seen)
        return anew, seen

    asked, checked = settled(folder, look, lambda seen: seen[1].findings)
    check_originals(folder, checked, asked.job)
    state = checked.state
    root = state.checkpoint.root_text if state.checkpoint else None
    kept = {item.digests.sha256: item.size for item in checked.items}
    counts = {"items": len(checked.items), "data": sum(kept.values())}
    return asked.verdict(Kind.CASE, state, checked.findings, checked.notes, root=root, **counts)


def _head(checkpoint: Checkpoint, state: State, watch: Watch) -> Head:
    bad = any(each.code != "key-unknown" for each in check_signatures(checkpoint, state, "checkpoint"))
    signatures = []
    for name, key_id, signature in checkpoint.signatures:
        key = next((each for each in state.keys if each.name == name and each.key_id == key_id), None)
        if key is not None:
            holds = not bad and key.verifies(checkpoint.text(), signature)
            signatures.append(Signature(name, key.fingerprint, watch.persons.get(key.fingerprint, ""), holds))
    time = state.time if state.size == checkpoint.size else ""
    return Head(checkpoint.size, checkpoint.root_text, checkpoint.note().decode(), time, tuple(signatures))


def _check_catalog(folder: Path, checked: Checked) -> None:
    from evidencekit.catalog.database import is_still

    path = folder / "catalog.db"
    still = is_still(path)
    found = _catalog_faults(path, checked, still=still)
    if found and still and not is_still(path):  # somebody began to write it meanwhile
        found = _catalog_faults(path, checked, still=False)
    checked.findings.extend(found)


def _catalog_faults(path: Path, checked: Checked, *, still: bool) -> list[Finding]:
    from evidencekit.catalog import Catalog

    try:
        catalog = Catalog(path, write=False, still=still)
    except CaseError as error:
        code = "catalog-damaged" if path.exists() else "catalog-missing"
        return [Finding(code, f"{error.what} {error.todo}", path="catalog.db")]
    try:
        return check_catalog(catalog, checked)
    finally:
        catalog.close()


def _check_folders(folder: Path, checked: Checked) -> None:
    if not (folder / "originals").is_dir():
        checked.fault("originals-missing", "The folder of originals is missing.", path="originals")
