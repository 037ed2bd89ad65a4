"""demo: the whole job on a synthetic case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit import shapes
from evidencekit.cli.common import AsJson, answer, finish, home, say, tell, working

if TYPE_CHECKING:
    from evidencekit.chronology.tally import Summary


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
    items: Annotated[int, typer.Option(metavar="N", help="About how many files.")] = 120,
    as_json: AsJson = False,
) -> None:
    """Run the whole job on a synthetic stalking case and say where each result lies."""
    from evidencekit.chronology.contact_report import summary_shape
    from evidencekit.demo.tour import run_tour
    from evidencekit.errors import StorageError, UsageError

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("The folder is not empty.", item=str(folder), todo="Name a new or empty folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder cannot be made ({error.strerror}).", item=str(folder), todo="Name one that can be written."
        ) from error
    with working("Demo") as job:
        tour = run_tour(folder, home(), job, say, items=items)
    findings = tour.verdict.findings if tour.verdict else ()
    document: dict[str, Any] = {
        "received": str(tour.received),
        "case": str(tour.case),
        "binder": str(tour.binder),
        "chronology": str(tour.chronology),
        "contacts": str(tour.contacts),
        "counted": summary_shape(tour.counted) if tour.counted else None,
        "production": str(tour.production),
        "letter": str(tour.letter),
        "items": tour.items,
        "refused": tour.refused,
        "pages": tour.pages,
        "verified": bool(tour.verdict and tour.verdict.ok),
        "findings": [shapes.finding_shape(each) for each in findings],
        "unexpected": tour.unexpected,
        "missing": tour.missing,
    }

    def words() -> None:
        tell(f"Received files   {tour.received}")
        tell(f"Case             {tour.case}   ({tour.items} items, {tour.refused} refused)")
        tell(f"Binder           {tour.binder}   ({tour.pages} pages)")
        tell(f"Chronology       {tour.chronology}   (also .csv and .xlsx)")
        if tour.counted:
            tell(f"Contacts         {tour.contacts}   ({_counts(tour.counted)})")
        if tour.produced:
            first, last, pages = tour.produced
            held = f"; all or part of {tour.held_back} items is held back" if tour.held_back else ""
            tell(f"Production       {tour.production}   ({first} to {last}, {pages} pages{held})")
            tell(f"Its letter       {tour.letter}")
        tell(f"Custody record   {tour.case / 'ledger.jsonl'}")
        tell(f"Verified         {'yes, nothing changed' if document['verified'] else 'NO'}")
        for each in (*tour.unexpected, *tour.missing, *(finding.message for finding in findings)):
            tell(f"Not as planted: {each}")

    answer(document, as_json, words)
    finish(not tour.as_planted)


def _counts(counted: Summary) -> str:
    return (
        f"{counted.total:,}; {counted.to_victim:,} to the victim, {counted.after_no or 0:,} of these after the “No”, "
        f"{counted.after_order_served or 0:,} after the order was served"
    )
