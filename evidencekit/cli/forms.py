"""form …: custody documents as PDFs, for people to complete and sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidencekit.cli.common import AsJson, CasePath, answer, finish, open_to_read, say, tell
from evidencekit.printing.paper import PaperName

if TYPE_CHECKING:
    from evidencekit.forms.written import Written

Out = Annotated[Path, typer.Option("-o", metavar="FILE.pdf", help="The PDF to write.", show_default=False)]
Paper = Annotated[PaperName, typer.Option(help="The paper.")]
Numbers = Annotated[
    list[str] | None, typer.Option("--item", metavar="NUMBER", help="Only this item; repeat it for more.")
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Custody documents to complete and sign, as PDFs."
    )
    group.command("custody")(custody_form)
    app.add_typer(group, name="form")


def custody_form(
    case: CasePath,
    out: Out,
    items: Numbers = None,
    each: Annotated[bool, typer.Option("--each", help="A form of its own for every item.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Fill in victim and suspect from the parties.")] = False,
    offense: Annotated[str, typer.Option(metavar="S", help="The offense; else a blank.")] = "",
    place: Annotated[str, typer.Option(metavar="S", help="Where it was seized or handed over; else a blank.")] = "",
    paper: Paper = PaperName.LETTER,
    as_json: AsJson = False,
) -> None:
    """The chain-of-custody form of the case or of items, filled from the record, with room for signatures."""
    from evidencekit.forms.custody_form import Asked, write_custody_form

    with open_to_read(case) as opened:
        asked = Asked(tuple(items or ()), each, names, offense, place)
        _told(write_custody_form(opened, asked, out, paper=paper), as_json)


def _told(written: Written, as_json: bool) -> None:
    """What was written, and what a person should know of it."""

    def words() -> None:
        tell(f"Written: {written.file}")
        for note in written.warnings:
            say(f"Note: {note}")

    answer({"file": str(written.file), "warnings": list(written.warnings)}, as_json, words)
    finish(False)
