"""The one way to verify: looks whether a path is a case, a package or a ledger, and has everything of it checked."""

from __future__ import annotations

import base64
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.casefile.agreement import check_catalog
from evidencekit.casefile.checks import Checked, check_originals, check_record, is_case
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import State, check_signatures, read_ledger
from evidencekit.custody.lines import Entry
from evidencekit.errors import CaseError, UsageError
from evidencekit.job import Job
from evidencekit.model import Finding
from evidencekit.verify.meanings import ordered
from evidencekit.verify.verdict import Head, Kind, Signature, Verdict
from evidencekit.verify.watch import Watch


def verify_path(path: Path, home: Home, job: Job) -> Verdict:
    """Verify a case folder or a single ledger file. Raises :class:`UsageError` for anything else and
    :class:`~evidencekit.errors.Cancelled`."""
    watch = Watch(job)
    if path.is_file():
        return _verify_ledger(path, watch)
    if is_case(path):
        return _verify_case(path, home, job, watch)
    raise UsageError(
        "This is neither a case folder nor a ledger.", item=str(path), todo="Name a case folder or a ledger.jsonl."
    )


def log_verdict(case: Case, verdict: Verdict) -> None:
    """Enter what a verification showed in the ledger of the case, which is open for writing. Raises
    :class:`~evidencekit.errors.StorageError`."""
    fields = {"findings": len(verdict.findings), "items": verdict.items, "lines": verdict.size, "root": verdict.root}
    case.commit([Entry("verify", fields)])


def _verify_ledger(path: Path, watch: Watch) -> Verdict:
    checkpoint = path.with_name("checkpoint")
    beside = checkpoint if checkpoint.is_file() else None
    state = read_ledger(path, beside, visit=watch, allow_withheld=True)
    notes = (
        [] if beside else ["There is no checkpoint beside the ledger: its lines chain, but no signature was checked."]
    )
    if state.tail:
        notes.append(f"{state.tail} bytes lie behind the checkpoint; they were never acknowledged.")
    root = base64.b64encode(state.tree.root()).decode()  # what a printed checkpoint can be compared with
    return _verdict(Kind.LEDGER, state, watch, state.findings, notes, root=root)


def _verify_case(folder: Path, home: Home, job: Job, watch: Watch) -> Verdict:
    checked = check_record(folder, home, also=watch)
    check_originals(folder, checked, job)
    _check_folders(folder, checked)
    _check_catalog(folder, checked)
    state = checked.state
    root = state.checkpoint.root_text if state.checkpoint else None
    kept = {item.digests.sha256: item.size for item in checked.items}
    return _verdict(
        Kind.CASE,
        state,
        watch,
        checked.findings,
        checked.notes,
        root=root,
        items=len(checked.items),
        data=sum(kept.values()),
    )


def _verdict(
    kind: Kind,
    state: State,
    watch: Watch,
    findings: list[Finding],
    notes: list[str],
    *,
    root: str | None,
    items: int = 0,
    data: int = 0,
) -> Verdict:
    return Verdict(
        ordered(findings),
        (*notes, *watch.notes()),
        items,
        state.size,
        root,
        kind=kind,
        data=data,
        head=_head(state.checkpoint, state, watch) if state.checkpoint else None,
        names=watch.names,
    )


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
    from evidencekit.catalog import Catalog

    try:
        catalog = Catalog(folder / "catalog.db", write=False)
    except CaseError as error:
        code = "catalog-damaged" if (folder / "catalog.db").exists() else "catalog-missing"
        checked.fault(code, f"{error.what} {error.todo}", path="catalog.db")
    else:
        checked.findings.extend(check_catalog(catalog, checked))
        catalog.close()


def _check_folders(folder: Path, checked: Checked) -> None:
    if not (folder / "originals").is_dir():
        checked.fault("originals-missing", "The folder of originals is missing.", path="originals")
