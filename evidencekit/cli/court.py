"""exhibit, withdraw, status, arrange, exhibits, binder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidencekit import shapes
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
from evidencekit.model import Status
from evidencekit.printing.paper import PaperName

if TYPE_CHECKING:
    from evidencekit.casefile import Case

Label = Annotated[str, typer.Argument(metavar="LABEL", help="An exhibit's label, such as 12A.", show_default=False)]
ProfileName = Annotated[str, typer.Option(help="The court profile.")]


class Step(StrEnum):
    """What a court does with an exhibit."""

    OFFERED = "offered"
    ADMITTED = "admitted"
    EXCLUDED = "excluded"


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (exhibit, withdraw, status, arrange, exhibits, binder):
        app.command()(command)


def exhibit(
    case: CasePath,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER…", help="Items that make one exhibit.")],
    label: Annotated[str | None, typer.Option(help="The label, such as 12A; else the next number.")] = None,
    title: Annotated[str | None, typer.Option(help="The description on the list.")] = None,
    witness: Annotated[str | None, typer.Option(help="The sponsoring witness.")] = None,
    profile: ProfileName = "default",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Mark items as one exhibit; its label is issued once and for all."""
    from evidencekit import edits
    from evidencekit.casefile import write_case
    from evidencekit.profile import load_profile

    chosen = load_profile(profile)
    with write_case(case, home(), actor(by)) as opened:
        _say_repeats(opened, numbers)
        marked = edits.mark_exhibit(opened, numbers, chosen, label=label, title=title, witness=witness)
    answer(
        shapes.exhibit_shape(marked, None),
        as_json,
        lambda: tell(f"Exhibit {marked.label}: {marked.title} ({', '.join(marked.items)})"),
    )


def _say_repeats(opened: Case, numbers: list[str]) -> None:
    from evidencekit.catalog.court import arrangement
    from evidencekit.edits import item_number
    from evidencekit.exhibits import citing

    with opened.catalog.read() as connection:
        cited = citing(arrangement(connection))
    for number in (item_number(each) for each in numbers):
        if number in cited:
            say(f"Note: {number} is already in exhibit {cited[number]}.")


def withdraw(case: CasePath, label: Label, by: By = None, as_json: AsJson = False) -> None:
    """Withdraw an exhibit; its label prints as intentionally omitted."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        changed = edits.withdraw_exhibit(opened, label)
    answer(shapes.exhibit_shape(changed, None), as_json, lambda: tell(f"Exhibit {changed.label} is withdrawn."))


def status(
    case: CasePath,
    label: Label,
    step: Annotated[Step, typer.Argument(metavar="offered|admitted|excluded", show_default=False)],
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day.", show_default=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Record that an exhibit was offered, admitted or excluded."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        changed = edits.set_status(opened, label, status=Status(step.value), on=date)
    answer(shapes.exhibit_shape(changed, None), as_json, lambda: tell(f"Exhibit {changed.label}: {step} on {date}."))


def arrange(
    case: CasePath,
    label: Label,
    before: Annotated[str | None, typer.Option(metavar="LABEL", help="Move it before this exhibit.")] = None,
    last: Annotated[bool, typer.Option("--last", help="Move it to the end.")] = False,
    title: Annotated[str | None, typer.Option(help="A new description.")] = None,
    witness: Annotated[str | None, typer.Option(help="The sponsoring witness; empty takes it back.")] = None,
    group: Annotated[str | None, typer.Option(help="The heading it stands under; empty takes it back.")] = None,
    item: Annotated[list[str] | None, typer.Option(metavar="NUMBER", help="All its items anew; repeat it.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Edit an exhibit's place, description, witness, heading or items; its label stays."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        arranged = edits.arrange(
            opened, label, before=before, last=last, title=title, witness=witness, group=group, items=item
        )
    document = {"exhibits": [shapes.exhibit_shape(each, None) for each in arranged]}
    answer(document, as_json, lambda: tell("Order: " + ", ".join(each.label for each in arranged)))


def exhibits(case: CasePath, as_json: AsJson = False) -> None:
    """List the exhibits in binder order."""
    from evidencekit.catalog.court import arrangement, placed

    with open_to_read(case) as opened, opened.catalog.read() as connection:
        arranged, places = arrangement(connection), placed(connection)
    document = {"exhibits": [shapes.exhibit_shape(each, places.get(each.label)) for each in arranged]}

    def words() -> None:
        rows = []
        for each in arranged:
            place = places.get(each.label)
            page = f"{place.first_page} (vol. {place.volume})" if place else "not built"
            rows.append((each.label, each.title, ", ".join(each.items), each.witness, each.status, page))
        table(("Label", "Description", "Items", "Witness", "Status", "Page"), rows)

    answer(document, as_json, words)


def binder(
    case: CasePath,
    out: Annotated[Path | None, typer.Option("-o", metavar="DIR", help="A new or empty folder.")] = None,
    profile: ProfileName = "default",
    paper: Annotated[PaperName | None, typer.Option(help="The paper; else the profile's.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Build the exhibit binder."""
    from evidencekit.binder.build import build_binder
    from evidencekit.casefile import write_case
    from evidencekit.profile import load_profile

    chosen = load_profile(profile)
    with working("Building the binder") as job, write_case(case, home(), actor(by), job=job) as opened:
        built = build_binder(opened, out, chosen, paper or PaperName(chosen.paper), job)

    def words() -> None:
        for volume in built.record["volumes"]:
            tell(f"{built.folder / volume['file']}: {volume['pages']} pages")
        for each in built.warnings:
            tell(f"Note: {each}")

    answer({**built.record, "folder": str(built.folder), "warnings": list(built.warnings)}, as_json, words)
    finish(False)
