"""Every fault of a case or a ledger, as findings, each naming its item or line. Writes nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.casefile.agreement import check_catalog
from evidencekit.casefile.checks import Checked, check_originals, check_record, is_case
from evidencekit.custody.keys import Home
from evidencekit.custody.ledger import read_ledger
from evidencekit.custody.lines import Entry
from evidencekit.errors import CaseError, UsageError
from evidencekit.job import Job
from evidencekit.model import Finding


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying showed. ``notes`` lie behind the checkpoint and do not fail it; ``items`` and ``size`` count
    what was checked (originals, ledger lines), ``root`` is the checkpoint's, base64, where there is one."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    items: int
    size: int
    root: str | None

    @property
    def ok(self) -> bool:
        return not self.findings


def verify_path(path: Path, home: Home, job: Job) -> Verdict:
    """Verify a case folder or a single ledger file. Raises :class:`UsageError` for anything else."""
    if path.is_file():
        return _verify_ledger(path)
    if is_case(path):
        return _verify_case(path, home, job)
    raise UsageError(
        "This is neither a case folder nor a ledger.", item=str(path), todo="Name a case folder or a ledger.jsonl."
    )


def log_verdict(case: Case, verdict: Verdict) -> None:
    """Enter what a verification showed in the ledger of the case, which is open for writing. Raises
    :class:`~evidencekit.errors.StorageError`."""
    fields = {"findings": len(verdict.findings), "items": verdict.items, "lines": verdict.size, "root": verdict.root}
    case.commit([Entry("verify", fields)])


def _verify_ledger(path: Path) -> Verdict:
    checkpoint = path.with_name("checkpoint")
    beside = checkpoint if checkpoint.is_file() else None
    state = read_ledger(path, beside, allow_withheld=True)
    notes = (
        [] if beside else ["There is no checkpoint beside the ledger: its lines chain, but no signature was checked."]
    )
    if state.tail:
        notes.append(f"{state.tail} bytes lie behind the checkpoint; they were never acknowledged.")
    root = base64.b64encode(state.tree.root()).decode()  # what a printed checkpoint can be compared with
    return Verdict(tuple(state.findings), tuple(notes), 0, state.size, root)


def _verify_case(folder: Path, home: Home, job: Job) -> Verdict:
    from evidencekit.catalog import Catalog

    checked = check_record(folder, home)
    check_originals(folder, checked, job)
    _check_folders(folder, checked)
    try:
        catalog = Catalog(folder / "catalog.db", write=False)
    except CaseError as error:
        code = "catalog-damaged" if (folder / "catalog.db").exists() else "catalog-missing"
        checked.fault(code, f"{error.what} {error.todo}", path="catalog.db")
    else:
        checked.findings.extend(check_catalog(catalog, checked))
        catalog.close()
    root = checked.state.checkpoint.root_text if checked.state.checkpoint else None
    return Verdict(tuple(checked.findings), tuple(checked.notes), len(checked.items), checked.state.size, root)


def _check_folders(folder: Path, checked: Checked) -> None:
    if not (folder / "originals").is_dir():
        checked.fault("originals-missing", "The folder of originals is missing.", path="originals")
