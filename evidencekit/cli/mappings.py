"""mapping: which column of a carrier's call detail is what; saved, shared, proposed, tried and applied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli.common import (
    AsJson,
    By,
    CasePath,
    actor,
    answer,
    finish,
    home,
    open_to_read,
    say,
    table,
    tell,
    working,
)

if TYPE_CHECKING:
    from evidencekit.mappings import Checked, ColumnMapping

_SHOWN = 20
Name = Annotated[str, typer.Argument(metavar="NAME", help="The mapping's name.", show_default=False)]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The item that is a table.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    group = typer.Typer(
        help="Column mappings for carriers' call detail (CSV, XLSX).", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("list")(list_mappings)
    group.command("show")(show_mapping)
    group.command("save")(save_mapping)
    group.command("forget")(forget_mapping)
    group.command("propose")(propose_mapping)
    group.command("check")(check_mapping)
    group.command("apply")(apply_mapping)
    app.add_typer(group, name="mapping")


def list_mappings(as_json: AsJson = False) -> None:
    """The mappings that are saved for this user."""
    from evidencekit import mappings

    every = mappings.saved(home())

    def words() -> None:
        rows = [(each.name, each.zone or "not told", ", ".join(_columns(each))) for each in every]
        table(("Name", "Zone", "Columns"), rows)
        if not rows:
            tell("No mapping is saved. `evidencekit mapping propose CASE NUMBER` makes one to start from.")

    answer({"mappings": [_shape(each) for each in every]}, as_json, words)


def show_mapping(name: Name, as_json: AsJson = False) -> None:
    """One saved mapping, as the file that can be copied to a colleague."""
    from evidencekit import mappings

    _tell_mapping(mappings.find(home(), name), as_json)


def save_mapping(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A mapping as JSON.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Keep a mapping from a file, in place of one of the same name."""
    from evidencekit import mappings

    mapping = mappings.load(file)
    path = mappings.save(home(), mapping)
    answer({"saved": mapping.name, "path": str(path)}, as_json, lambda: tell(f"Saved “{mapping.name}”: {path}"))


def forget_mapping(name: Name, as_json: AsJson = False) -> None:
    """Remove a saved mapping; items that were read by it stay as they are."""
    from evidencekit import mappings

    mappings.forget(home(), name)
    answer({"forgotten": name}, as_json, lambda: tell(f"“{name}” is no longer saved."))


def propose_mapping(
    case: CasePath,
    number: Number,
    sheet: Annotated[str, typer.Option("--sheet", metavar="NAME", help="A sheet of the workbook.")] = "",
    as_json: AsJson = False,
) -> None:
    """A mapping that may fit an item's table, guessed from its headings: to be looked through, saved and applied."""
    from evidencekit import mappings

    with working("Looking at the table") as job, open_to_read(case) as opened:
        found = mappings.look(opened, number, job, sheet=sheet)
    document = {
        "proposal": None if found.proposal is None else _shape(found.proposal),
        "rows": [list(row) for row in found.rows[:_SHOWN]],
        "sheets": list(found.sheets),
        "sheet": found.sheet,
    }

    def words() -> None:
        for row in found.rows[:8]:
            say(" | ".join(row))
        if found.proposal is None:
            tell("The table does not look like call detail: no headings for a date and for numbers were found.")
        else:
            _tell_mapping(found.proposal, False)
            say("This is a proposal. Save it to a file, correct it, then `evidencekit mapping save FILE`.")

    answer(document, as_json, words)


def check_mapping(case: CasePath, number: Number, name: Name, as_json: AsJson = False) -> None:
    """What a saved mapping makes of an item's table, row by row; nothing is changed."""
    from evidencekit import mappings

    mapping = mappings.find(home(), name)
    with working("Trying the mapping") as job, open_to_read(case) as opened:
        found = mappings.check(opened, number, mapping, job)
    document = {
        "records": found.records,
        "first": [dict(each) for each in found.first],
        "not_read": [{"row": each.row, "why": each.why, "text": each.text, "kept": each.kept} for each in found.faults],
        "not_read_count": found.fault_count,
        "unknown": list(found.unknown),
        "data_sessions": found.data,
        "without_zone": found.without_zone,
        "broken": found.broken,
    }
    answer(document, as_json, lambda: _tell_checked(found))
    finish(bool(found.fault_count or found.broken or found.unknown))


def apply_mapping(
    case: CasePath,
    number: Number,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A saved mapping, or a file of one.", show_default=False)],
    zone: Annotated[str, typer.Option("--zone", metavar="IANA", help="The zone of its times, such as UTC.")] = "",
    owner: Annotated[str, typer.Option("--owner", metavar="NUMBER", help="The subscriber's number.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Read an item as call detail by a mapping: its rows become contacts."""
    from evidencekit import mappings, shapes
    from evidencekit.casefile import write_case

    path = Path(name)
    mapping = mappings.load(path) if path.suffix == ".json" and path.is_file() else mappings.find(home(), name)
    with working("Reading the table") as job, write_case(case, home(), actor(by), job=job) as opened:
        found = mappings.apply(opened, number, mapping, job, zone=zone, owner=owner)

    def words() -> None:
        for each in found:
            tell(f"{each.number} {each.name}: {each.fact('contacts') or 0} contacts, from {each.when or 'no date'}")
            for warning in each.warnings:
                tell(f"  {warning}")

    answer({"items": [shapes.item_shape(each) for each in found]}, as_json, words)


def _shape(mapping: ColumnMapping) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(mapping.to_json())
    return found


def _columns(mapping: ColumnMapping) -> list[str]:
    from evidencekit.mappings import ROLES

    return [f"{words}: {mapping.column(role)}" for role, words in ROLES.items() if mapping.column(role)]


def _tell_mapping(mapping: ColumnMapping, as_json: bool) -> None:
    document = _shape(mapping)
    answer(document, as_json, lambda: tell(json.dumps(document, ensure_ascii=False, indent=2)))


def _tell_checked(found: Checked) -> None:
    tell(f"Records that can be read: {found.records:,}; rows that cannot, or only in part: {found.fault_count:,}.")
    columns = ("Place", "Time", "Channel", "From", "To", "Answered", "Seconds")
    rows = [
        tuple(each[key] for key in ("at", "when", "channel", "from", "to", "answered", "seconds"))
        for each in found.first[:_SHOWN]
    ]
    table(columns, rows)
    for fault in found.faults[:200]:
        tell(f"Row {fault.row}: {fault.why}. {fault.text}")
    if found.fault_count > 200:
        tell(f"… and {found.fault_count - 200:,} more; --json tells them all up to 5,000.")
    for what in found.unknown:
        tell(f"Not known to the mapping: {what}")
    if found.data:
        tell(f"Data sessions, which are no contacts: {found.data:,}.")
    if found.without_zone:
        tell(f"Records whose times have no time zone: {found.without_zone:,}.")
    if found.broken:
        tell(found.broken)
