"""produce: what is disclosed to the other side, numbered, indexed, and provable without our software."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit.cli.common import AsJson, By, CasePath, actor, answer, finish, home, say, table, tell, working
from evidencekit.errors import Exit, ProtectedError
from evidencekit.printing.paper import PaperName

if TYPE_CHECKING:
    from evidencekit.model import Hit
    from evidencekit.production.produce import Preview, Produced
    from evidencekit.production.values import Named, Order, Production


_PLACES = {"native": "in its native file", "pdf": "on its pages", "text": "in its text"}


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(produce)


def produce(
    case: CasePath,
    out: Annotated[Path | None, typer.Option("-o", metavar="DIR", help="A new or empty folder.")] = None,
    to: Annotated[str, typer.Option("--to", metavar="S", help="To whom it goes.", show_default=False)] = "",
    bates: Annotated[str, typer.Option(metavar="PREFIX", help="The prefix of the Bates numbers.")] = "",
    only_new: Annotated[bool, typer.Option("--only-new", help="Only what that recipient never got.")] = False,
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="NUMBER", help="Only this item and its family; repeat it.")
    ] = None,
    medium: Annotated[str, typer.Option(metavar="S", help="How it goes: disc, portal, …")] = "",
    confidentiality: Annotated[str, typer.Option(metavar="TEXT", help="A designation for every page.")] = "",
    note: Annotated[str, typer.Option(metavar="S", help="Words for the letter; the other side reads them.")] = "",
    letter: Annotated[Path | None, typer.Option(metavar="FILE.pdf", help="The letter; else beside DIR.")] = None,
    paper: Annotated[PaperName | None, typer.Option(help="The paper; else the binder's.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would go, and what stays.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Build a production, log it, and write its letter."""
    from evidencekit.errors import UsageError
    from evidencekit.production.values import Order

    order = Order(to, medium, bates, tuple(items or ()), only_new, confidentiality, note)
    if preview:
        _preview(case, order, paper, by, as_json)
        return
    if out is None:
        raise UsageError("It is not said where the production goes.", todo="Name a new or empty folder: -o DIR.")
    try:
        made = _produce(case, order, out, letter, paper, by)
    except ProtectedError as error:
        _stopped(error, as_json)
        return
    answer(_shape(made), as_json, lambda: _words(made))
    finish(False)


def _produce(
    case: Path, order: Order, out: Path, letter: Path | None, paper: PaperName | None, by: str | None
) -> Produced:
    from evidencekit.casefile import write_case
    from evidencekit.production.produce import produce

    with working("Producing") as job, write_case(case, home(), actor(by), job=job) as opened:
        return produce(opened, order, out, job, letter=letter, paper=paper)


def _preview(case: Path, order: Order, paper: PaperName | None, by: str | None, as_json: bool) -> None:
    from evidencekit.cli.common import open_to_read
    from evidencekit.production.produce import preview

    with working("Looking what would go") as job, open_to_read(case) as opened:
        opened.actor = actor(by)
        seen = preview(opened, order, job, paper=paper)
    document = {
        "preview": True,
        **_planned(seen.production),
        "hits": [asdict(each) for each in seen.hits],
        "named": [asdict(each) for each in seen.named],
        "warnings": list(seen.warnings),
    }
    answer(document, as_json, lambda: _preview_words(seen))
    finish(False)


def _stopped(error: ProtectedError, as_json: bool) -> None:
    say(str(error))
    hits: list[Hit] = list(error.hits)
    for each in hits:
        say(f"  {_found(each)}")
    document = {
        "error": {"what": error.what, "item": error.item, "todo": error.todo},
        "hits": [asdict(each) for each in hits],
    }
    answer(document, as_json, lambda: None)
    raise typer.Exit(Exit.USAGE)


def _planned(production: Production) -> dict[str, Any]:
    from evidencekit.production.plan import ranges

    return {
        "production": production.number,
        "to": production.order.to,
        "prefix": production.prefix,
        "first": production.first,
        "last": production.last,
        "pages": production.pages,
        "ranges": [{"first": first, "last": last, "pages": pages} for first, last, pages in ranges(production)],
        "items": [asdict(each) for each in production.items],
        "held": [asdict(each) for each in production.held],
    }


def _shape(made: Produced) -> dict[str, Any]:
    package = made.package
    return {
        **_planned(made.production),
        "folder": str(made.folder),
        "letter": str(made.letter),
        "package": {
            "manifest-sha256.txt": package.manifest,
            "tagmanifest-sha256.txt": package.tagmanifest,
            "verify.py": package.verify,
        },
        "ledger": {"size": package.seal.size, "root": package.seal.root},
        "completed": made.completed,
        "warnings": list(made.warnings),
    }


def _words(made: Produced) -> None:
    from evidencekit.production.plan import ranges

    production = made.production
    spans = ", ".join(f"{first} to {last}" for first, last, _ in ranges(production))
    again = " (completed)" if made.completed else ""
    tell(f"Production {production.number}{again} to {production.order.to}: {spans}")
    tell(f"{_counted(production)} in {made.folder}")
    tell(f"Letter: {made.letter}")
    tell("Anybody can check it without this program: python3 verify.py, in that folder.")
    _tell_held(production)
    for each in made.warnings:
        tell(f"Note: {each}")


def _preview_words(seen: Preview) -> None:
    production = seen.production
    rows = [(each.item, each.begin, each.end, each.pages, each.redacted, each.name) for each in production.items]
    table(("Item", "From", "To", "Pages", "Held back", "Name"), rows)
    tell(f"\n{_counted(production)} would go to {production.order.to} as production {production.number}.")
    _tell_held(production)
    _tell_named(seen.named)
    for hit in seen.hits:
        tell(f"Protected: {_found(hit)}")
    if any(hit.item for hit in seen.hits):
        tell("It cannot go before each of these items is held back or let go (`withhold`, `disclose`).")
    for each in seen.warnings:
        tell(f"Note: {each}")


def _found(hit: Hit) -> str:
    if not hit.item:
        return f"the production itself: “{hit.what}”. {hit.found}"
    return f"{hit.item}, {hit.where}: {hit.what} ({hit.found})"


def _tell_named(named: Sequence[Named]) -> None:
    """The names of what stays, where they stand in what goes."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for each in named:
        places.setdefault((each.item, each.name, each.inside), []).append(_PLACES[each.where])
    for (item, name, inside), where in places.items():
        tell(f"Named: “{name}”, the name of {item}, which stays, stands in {inside}, which goes ({', '.join(where)})")
    if places:
        tell("Withhold what names it too where such a name must not leave (`withhold`).")


def _counted(production: Production) -> str:
    return f"{len(production.items):,} items, {production.pages:,} pages"


def _tell_held(production: Production) -> None:
    for each in production.held:
        tell(f"Held back: {each.item} ({each.part.value}): {each.basis}")
