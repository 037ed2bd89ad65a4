"""Whether the catalog agrees with the record: what it copied must be what the acquisition records and ledger say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidencekit.casefile.checks import Checked
from evidencekit.casefile.recovery import being_made_anew
from evidencekit.custody.lines import Line
from evidencekit.errors import CaseError
from evidencekit.model import CaseInfo, Exhibit, Finding, Status

if TYPE_CHECKING:
    from evidencekit.catalog import Catalog
    from evidencekit.catalog.items import Copied

_WORDS = {"received_path": "received path", "sha256": "SHA-256", "blake3": "BLAKE3", "duplicate_of": "duplicate mark"}


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
        findings = _compare(catalog, checked)
        _read_through(catalog, checked)
    except (DatabaseError, ValueError, TypeError, CaseError) as error:
        why = error.what if isinstance(error, CaseError) else "it holds what it never could"
        return [Finding("catalog-damaged", f"The catalog cannot be read: {why}", path="catalog.db")]
    return findings


def _read_through(catalog: Catalog, checked: Checked) -> None:
    """What people wrote and readers found cannot be held against the record, but it must be readable and indexed."""
    from evidencekit.catalog import court, items, listing, search

    with catalog.read() as connection:
        known = sum(1 for _ in items.each_item(connection))
        for read in (court.all_parties, court.all_milestones, court.all_incidents, court.arrangement, court.drafts):
            read(connection)
        court.placed(connection)
        indexed, listed = search.size(connection), listing.size(connection)
    if indexed != known:
        checked.notes.append(f"The search index holds {indexed} of {known} items; `evidencekit reread` makes it anew.")
    if listed != known:
        checked.notes.append(f"The order by date knows {listed} of {known} items; `evidencekit reread` makes it anew.")


def _compare(catalog: Catalog, checked: Checked) -> list[Finding]:
    from evidencekit.catalog import court, items

    findings: list[Finding] = []
    applied = catalog.applied()
    if not applied and checked.state.size and not being_made_anew(catalog.path.parent, checked):
        message = "The catalog is empty: what people wrote in it is gone."
        findings.append(Finding("catalog-damaged", message, path="catalog.db"))
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
        heads = {each.number: each for each in items.all_acquisitions(connection)}
        refused = items.refusals_by_acquisition(connection)
        arranged = court.arrangement(connection)
    findings.extend(_case_faults(catalog.info(), checked, applied))
    for record in checked.records:
        hand_over = record.acquisition.number
        if hand_over not in due:
            continue
        if heads.get(hand_over) != record.acquisition or refused.get(hand_over, []) != list(record.refused):
            message = f"The catalog's words on hand-over {hand_over} differ from its acquisition record."
            findings.append(Finding("catalog-acquisition", message, path="catalog.db"))
        for item in record.items:
            expected, row = items.as_copied(item, hand_over), rows.pop(item.number, None)
            if row != expected:
                findings.append(_item_fault(expected, row))
    unread = {n for n in due if n not in {record.acquisition.number for record in checked.records}}
    for number, row in sorted(rows.items()):
        if row.acquisition not in unread:
            message = f"The catalog lists {number}, which no acquisition record holds."
            findings.append(Finding("catalog-extra-item", message, item=number, path="catalog.db"))
    findings.extend(_exhibit_faults(arranged, ledger_exhibits(checked, applied)))
    return findings


def _case_faults(info: CaseInfo, checked: Checked, applied: int) -> list[Finding]:
    created = next((line for line in checked.lines if line.act == "create"), None)
    if created is None or not applied or info == info_from(created):
        return []
    message = "The catalog's case number, caption, court or time zone differs from the ledger's first line."
    return [Finding("catalog-case", message, path="catalog.db")]


def info_from(line: Line) -> CaseInfo:
    """The case's fields as its ``create`` line holds them."""
    names = ("number", "caption", "timezone", "court", "jurisdiction", "agency")
    return CaseInfo(uuid=str(line.fields["case"]), **{name: str(line.fields.get(name, "")) for name in names})


def _item_fault(expected: Copied, row: Copied | None) -> Finding:
    number = expected.number
    if row is None:
        message = f"The catalog lacks {number}, which the acquisition record holds."
        return Finding("catalog-missing-item", message, item=number, path="catalog.db")
    pairs = zip(expected._fields, expected, row, strict=True)
    wrong = [_WORDS.get(name, name) for name, due, found in pairs if due != found]
    message = f"The catalog's {', '.join(wrong)} of {number} differs from the acquisition record."
    return Finding("catalog-differs", message, item=number, path="catalog.db")


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
