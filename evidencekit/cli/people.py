"""party, milestone, incident, chronology."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evidencekit import shapes
from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, open_to_read, say_reading, table, tell
from evidencekit.model import Category, MilestoneKind, Role

When = Annotated[str, typer.Option(help="ISO time or words such as “early March 2026”.", show_default=False)]
Text = Annotated[str, typer.Option(help="What happened, neutrally.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (party, milestone, incident, chronology):
        app.command()(command)


def party(
    case: CasePath,
    name: Annotated[str, typer.Option(help="The person's name.", show_default=False)],
    role: Annotated[Role, typer.Option(help="What they are in the case.", show_default=False)],
    identifier: Annotated[list[str], typer.Option(help="A number, address or handle; repeat it.", show_default=False)],
    basis: Annotated[str, typer.Option(help="How it is known that it is theirs.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say who a number, address or handle belongs to."""
    from evidencekit import edits
    from evidencekit.casefile import write_case
    from evidencekit.model import Party

    with write_case(case, home(), actor(by)) as opened:
        kept = edits.put_party(opened, Party(name, role, tuple(identifier), basis))
    document = {"name": kept.name, "role": kept.role, "identifiers": list(kept.identifiers), "basis": kept.basis}
    answer(document, as_json, lambda: tell(f"{kept.name} ({kept.role}): {', '.join(kept.identifiers)}"))


def milestone(
    case: CasePath,
    when: When,
    kind: Annotated[MilestoneKind, typer.Option(help="What kind of turning point.", show_default=False)],
    text: Text,
    item: Annotated[str | None, typer.Option(metavar="NUMBER", help="The item it rests on.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add a turning point to the chronology."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        number = edits.add_milestone(opened, when=when, kind=kind, text=text, item=item)
        say_reading(when, opened.info.timezone)
    answer({"milestone": number, "when": when, "kind": kind, "text": text}, as_json, lambda: tell(f"{when}: {text}"))


def incident(
    case: CasePath,
    when: When,
    text: Text,
    item: Annotated[list[str] | None, typer.Option(metavar="NUMBER", help="An item it rests on; repeat it.")] = None,
    category: Annotated[list[Category] | None, typer.Option(help="SLII category; repeat it.")] = None,
    location: Annotated[str, typer.Option(help="Where.")] = "",
    witness: Annotated[str, typer.Option(help="Who saw it.")] = "",
    reported: Annotated[str, typer.Option(help="Agency, report number, officer.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add a hand-written row to the chronology."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        number = edits.add_incident(
            opened,
            when=when,
            text=text,
            items=item or (),
            categories=category or (),
            location=location,
            witness=witness,
            reported=reported,
        )
        say_reading(when, opened.info.timezone)
    answer({"incident": number, "when": when, "text": text}, as_json, lambda: tell(f"{when}: {text}"))


def chronology(
    case: CasePath,
    out: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write a .pdf, .csv or .xlsx.")] = None,
    as_json: AsJson = False,
) -> None:
    """The chronology: items, milestones and incidents in the order they happened."""
    from evidencekit.casefile.timeline import case_rows

    with open_to_read(case) as opened:
        rows = case_rows(opened.catalog)
        if out is not None:
            opened.check_output(out)
    if out is not None:
        from evidencekit.chronology.report import write

        write(rows, opened.info, out, built=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def words() -> None:
        table(
            ("#", "Date", "Time", "What", "Exhibit", "Page"),
            [(r.n, r.date, f"{r.time} {r.zone}".strip(), r.what, r.exhibit, r.page) for r in rows],
        )
        if out is not None:
            tell(f"Written: {out}")

    document: dict[str, object] = {
        "case": shapes.case_shape(opened.info),
        "rows": [shapes.row_shape(each) for each in rows],
    }
    answer({**document, "file": str(out)} if out else document, as_json, words)
