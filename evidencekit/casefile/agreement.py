"""Whether the catalog agrees with the record: what it copied must be what the acquisition records and ledger say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidencekit.casefile.checks import Checked
from evidencekit.model import Exhibit, Finding, Status

if TYPE_CHECKING:
    from evidencekit.catalog import Catalog

_WORDS = {
    "name": "name",
    "received_path": "received path",
    "size": "size",
    "sha256": "SHA-256",
    "blake3": "BLAKE3",
    "acquisition": "acquisition",
    "parent": "parent",
    "duplicate_of": "duplicate mark",
}


def ledger_exhibits(checked: Checked, upto: int | None = None) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Label → (item numbers, withdrawn) as the ledger has them, of its first ``upto`` lines."""
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for line in checked.lines:
        if upto is not None and line.number > upto:
            break
        label = str(line.fields.get("label"))
        if line.act == "exhibit":
            found[label] = (tuple(line.fields.get("items", ())), False)
        elif line.act == "withdraw" and label in found:
            found[label] = (found[label][0], True)
    return found


def check_catalog(catalog: Catalog, checked: Checked) -> list[Finding]:
    """Every place where the catalog differs from the record that it reflects."""
    from sqlalchemy.exc import DatabaseError

    try:
        return _compare(catalog, checked)
    except (DatabaseError, ValueError) as error:
        return [Finding("catalog-damaged", f"The catalog cannot be read ({error}).", path="catalog.db")]


def _compare(catalog: Catalog, checked: Checked) -> list[Finding]:
    from evidencekit.catalog import court, items

    findings: list[Finding] = []
    applied = catalog.applied()
    if applied > checked.state.size:
        message = f"The catalog reflects {applied} ledger lines; the ledger has {checked.state.size}."
        findings.append(Finding("catalog-ahead", message, path="catalog.db"))
    elif applied < checked.state.size:
        message = (
            f"The catalog reflects {applied} of {checked.state.size} ledger lines; it is completed at the next write."
        )
        checked.notes.append(message)
    due = [line.fields.get("acquisition") for line in checked.lines if line.act == "acquire" and line.number <= applied]
    with catalog.read() as connection:
        rows = items.item_rows(connection)
        arranged = court.arrangement(connection)
    for record in checked.records:
        if record.acquisition.number not in due:
            continue
        for item in record.items:
            expected, row = items.as_copied(item, record.acquisition.number), rows.pop(item.number, None)
            findings.extend(_item_faults(item.number, expected, row))
    unread = {n for n in due if n not in {record.acquisition.number for record in checked.records}}
    for number, row in sorted(rows.items()):
        if row["acquisition"] not in unread:
            message = f"The catalog lists {number}, which no acquisition record holds."
            findings.append(Finding("catalog-extra-item", message, item=number, path="catalog.db"))
    findings.extend(_exhibit_faults(arranged, ledger_exhibits(checked, applied)))
    return findings


def _item_faults(number: str, expected: dict[str, object], row: dict[str, object] | None) -> list[Finding]:
    if row is None:
        message = f"The catalog lacks {number}, which the acquisition record holds."
        return [Finding("catalog-missing-item", message, item=number, path="catalog.db")]
    wrong = [_WORDS[key] for key in _WORDS if expected[key] != row[key]]
    if not wrong:
        return []
    message = f"The catalog's {', '.join(wrong)} of {number} differs from the acquisition record."
    return [Finding("catalog-differs", message, item=number, path="catalog.db")]


def _exhibit_faults(arranged: tuple[Exhibit, ...], logged: dict[str, tuple[tuple[str, ...], bool]]) -> list[Finding]:
    findings = []
    for each in arranged:
        known = logged.pop(each.label, None)
        if known is None:
            message = f"The catalog lists exhibit {each.label}, which the ledger never marked."
        elif known != (each.items, each.status is Status.WITHDRAWN):
            message = f"The catalog's exhibit {each.label} differs from the ledger in its items or its withdrawal."
        else:
            continue
        findings.append(Finding("catalog-exhibit", message, path="catalog.db"))
    for label in logged:
        message = f"The catalog lacks exhibit {label}, which the ledger marked."
        findings.append(Finding("catalog-exhibit", message, path="catalog.db"))
    return findings
