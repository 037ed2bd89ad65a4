"""party, milestone, incident, chronology."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from evidencekit import shapes
from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, home, open_to_read, say_reading, table, tell
from evidencekit.errors import UsageError
from evidencekit.model import Category, Incident, Milestone, MilestoneKind, Party, Role

T = TypeVar("T")

When = Annotated[str | None, typer.Option(help="ISO time or words such as “early March 2026”.")]
Text = Annotated[str | None, typer.Option(help="What happened, neutrally.")]
Listed = Annotated[bool, typer.Option("--list", help="List them instead.")]
Change = Annotated[int | None, typer.Option(metavar="ID", help="Change the one of this id instead of adding one.")]
Remove = Annotated[int | None, typer.Option(metavar="ID", help="Remove the one of this id instead.")]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (party, milestone, incident, chronology):
        app.command()(command)


def _no_more(given: Iterable[object], **instead: object) -> None:
    """Refuse more than one of --list, --change and --remove, and words that listing and removing would not heed."""
    chosen = [f"--{name}" for name, value in instead.items() if value not in (None, False)]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} do not go together.", todo="Use one of them.")
    if chosen not in ([], ["--change"]) and any(each not in (None, []) for each in given):
        raise UsageError(f"{chosen[0]} takes nothing more.", todo="Leave the other options out.")


def _needed(option: str, value: T | None) -> T:
    if value is None or value == []:
        raise UsageError(f"{option} is missing.", todo="Give it; `--help` lists the options.")
    return value


def party(
    case: CasePath,
    name: Annotated[str | None, typer.Option(help="The person's name.")] = None,
    role: Annotated[Role | None, typer.Option(help="What they are in the case.")] = None,
    identifier: Annotated[list[str] | None, typer.Option(help="A number, address or handle; repeat it.")] = None,
    basis: Annotated[str | None, typer.Option(help="How it is known that it is theirs.")] = None,
    listed: Listed = False,
    change: Annotated[str | None, typer.Option(metavar="NAME", help="Change this one, also its name.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="NAME", help="Remove this one, also from its items.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say who a number, address or handle belongs to."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    _no_more((name, role, identifier, basis), list=listed, change=change, remove=remove)
    if listed:
        _list_parties(case, as_json)
        return
    if remove is not None:
        with write_case(case, home(), actor(by)) as opened:
            gone, patch = edits.recording(opened, lambda: edits.remove_party(opened, remove))
        items = sorted(patch.items)
        words = f"{gone.name} is removed" + (f", also from {', '.join(items)}." if items else ".")
        answer({**_party_shape(gone), "removed": True, "items": items}, as_json, lambda: tell(words))
        return
    if change is not None:
        with write_case(case, home(), actor(by)) as opened:
            kept = edits.edit_party(opened, change, to=name, role=role, identifiers=identifier or None, basis=basis)
    else:
        called, what, owned = _needed("--name", name), _needed("--role", role), _needed("--identifier", identifier)
        with write_case(case, home(), actor(by)) as opened:
            kept = edits.put_party(opened, Party(called, what, tuple(owned), basis or ""))
    answer(_party_shape(kept), as_json, lambda: tell(f"{kept.name} ({kept.role}): {', '.join(kept.identifiers)}"))


def _party_shape(party: Party) -> dict[str, object]:
    return {"name": party.name, "role": party.role, "identifiers": list(party.identifiers), "basis": party.basis}


def _list_parties(case: Path, as_json: bool) -> None:
    from evidencekit.catalog.court import all_parties

    with open_to_read(case) as opened, opened.catalog.read() as connection:
        found = all_parties(connection)
    rows = [(each.name, each.role, ", ".join(each.identifiers), each.basis) for each in found]
    document = {"parties": [_party_shape(each) for each in found]}
    answer(document, as_json, lambda: table(("Name", "Role", "Identifiers", "Basis"), rows))


def milestone(
    case: CasePath,
    when: When = None,
    kind: Annotated[MilestoneKind | None, typer.Option(help="What kind of turning point.")] = None,
    text: Text = None,
    item: Annotated[str | None, typer.Option(metavar="NUMBER", help="The item it rests on.")] = None,
    listed: Listed = False,
    change: Change = None,
    remove: Remove = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add a turning point to the chronology."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    _no_more((when, kind, text, item), list=listed, change=change, remove=remove)
    if listed:
        _list_milestones(case, as_json)
    elif remove is not None:
        with write_case(case, home(), actor(by)) as opened:
            gone = edits.remove_milestone(opened, remove)
        answer({**_milestone_shape(gone), "removed": True}, as_json, lambda: tell(f"Removed: {gone.when}: {gone.text}"))
    elif change is not None:
        with write_case(case, home(), actor(by)) as opened:
            kept = edits.edit_milestone(opened, change, when=when, kind=kind, text=text, item=item)
            say_reading(when or "", opened.info.timezone)
        answer(_milestone_shape(kept), as_json, lambda: tell(f"{kept.when}: {kept.text}"))
    else:
        said, what, chosen = _needed("--when", when), _needed("--text", text), _needed("--kind", kind)
        with write_case(case, home(), actor(by)) as opened:
            number = edits.add_milestone(opened, when=said, kind=chosen, text=what, item=item)
            say_reading(said, opened.info.timezone)
        document = {"milestone": number, "when": said, "kind": chosen, "text": what}
        answer(document, as_json, lambda: tell(f"{said}: {what}"))


def _milestone_shape(each: Milestone) -> dict[str, object]:
    return {"milestone": each.id, "when": each.when, "kind": each.kind, "text": each.text, "item": each.item}


def _list_milestones(case: Path, as_json: bool) -> None:
    from evidencekit.catalog.court import all_milestones

    with open_to_read(case) as opened, opened.catalog.read() as connection:
        found = all_milestones(connection)
    rows = [(each.id, each.when, each.kind, each.text, each.item) for each in found]
    document = {"milestones": [_milestone_shape(each) for each in found]}
    answer(document, as_json, lambda: table(("Id", "When", "Kind", "Text", "Item"), rows))


def incident(
    case: CasePath,
    when: When = None,
    text: Text = None,
    item: Annotated[list[str] | None, typer.Option(metavar="NUMBER", help="An item it rests on; repeat it.")] = None,
    category: Annotated[list[Category] | None, typer.Option(help="SLII category; repeat it.")] = None,
    location: Annotated[str | None, typer.Option(help="Where.")] = None,
    witness: Annotated[str | None, typer.Option(help="Who saw it.")] = None,
    reported: Annotated[str | None, typer.Option(help="Agency, report number, officer.")] = None,
    listed: Listed = False,
    change: Change = None,
    remove: Remove = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add a hand-written row to the chronology."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    more = {"location": location, "witness": witness, "reported": reported}
    _no_more((when, text, item, category, *more.values()), list=listed, change=change, remove=remove)
    if listed:
        _list_incidents(case, as_json)
    elif remove is not None:
        with write_case(case, home(), actor(by)) as opened:
            gone = edits.remove_incident(opened, remove)
        answer({**_incident_shape(gone), "removed": True}, as_json, lambda: tell(f"Removed: {gone.when}: {gone.text}"))
    elif change is not None:
        numbers = [each for each in item if each.strip()] if item else None  # an empty one: on no item
        with write_case(case, home(), actor(by)) as opened:
            kept = edits.edit_incident(
                opened, change, when=when, text=text, items=numbers, categories=category or None, **more
            )
            say_reading(when or "", opened.info.timezone)
        answer(_incident_shape(kept), as_json, lambda: tell(f"{kept.when}: {kept.text}"))
    else:
        said, what = _needed("--when", when), _needed("--text", text)
        filled = {name: value or "" for name, value in more.items()}
        with write_case(case, home(), actor(by)) as opened:
            number = edits.add_incident(
                opened, when=said, text=what, items=item or (), categories=category or (), **filled
            )
            say_reading(said, opened.info.timezone)
        answer({"incident": number, "when": said, "text": what}, as_json, lambda: tell(f"{said}: {what}"))


def _incident_shape(each: Incident) -> dict[str, object]:
    shape = asdict(each)
    return {"incident": shape.pop("id"), **shape}


def _list_incidents(case: Path, as_json: bool) -> None:
    from evidencekit.catalog.court import all_incidents

    with open_to_read(case) as opened, opened.catalog.read() as connection:
        found = all_incidents(connection)
    rows = [(each.id, each.when, each.text, ", ".join(each.items), ", ".join(each.categories)) for each in found]
    document = {"incidents": [_incident_shape(each) for each in found]}
    answer(document, as_json, lambda: table(("Id", "When", "Text", "Items", "Categories"), rows))


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
