"""form …: custody documents as PDFs, for people to complete and sign; case-uco: the case for other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from evidencekit.cli.common import AsJson, CasePath, answer, finish, open_to_read, say, tell
from evidencekit.printing.paper import PaperName

if TYPE_CHECKING:
    from evidencekit.casefile import Case
    from evidencekit.forms.written import Written

Out = Annotated[Path, typer.Option("-o", metavar="FILE.pdf", help="The PDF to write.", show_default=False)]
Paper = Annotated[PaperName, typer.Option(help="The paper.")]
Numbers = Annotated[
    list[str] | None, typer.Option("--item", metavar="NUMBER", help="Only this item; repeat it for more.")
]

Labels = Annotated[
    list[str] | None, typer.Option("--exhibit", metavar="LABEL", help="The items of this exhibit; repeat it for more.")
]
Declarant = Annotated[
    str, typer.Option(metavar="NAME, ROLE, AGENCY", help="Who will declare it, to be filled in; else blanks.")
]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Custody documents to complete and sign, as PDFs."
    )
    group.command("custody")(custody_form)
    group.command("902-11")(business_records)
    group.command("902-13")(electronic_process)
    group.command("902-14")(copied_data)
    group.command("report")(report)
    app.add_typer(group, name="form")
    app.command("case-uco")(case_uco)


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What every draft of a certification takes."""

    items: Sequence[str]
    exhibits: Sequence[str]
    declarant: str
    paper: PaperName


def _draft(write: Callable[..., Written]) -> Callable[..., None]:
    """The command of a draft: with the options that all drafts take, and those of its own that ``write`` has by name
    only behind its case, file and :class:`Asked`."""

    def command(
        case: CasePath,
        out: Out,
        items: Numbers = None,
        exhibits: Labels = None,
        declarant: Declarant = "",
        paper: Paper = PaperName.LETTER,
        as_json: AsJson = False,
        **own: Any,
    ) -> None:
        asked = Asked(items or (), exhibits or (), declarant, paper)
        with open_to_read(case) as opened:
            _told(write(opened, out, asked, **own), as_json)

    shared = [
        each for each in signature(command, eval_str=True).parameters.values() if each.kind is not each.VAR_KEYWORD
    ]
    hints = get_type_hints(write, {**globals(), "Written": Any, "Case": Any}, include_extras=True)
    named = [each for each in signature(write).parameters.values() if each.kind is each.KEYWORD_ONLY]
    extra = [each.replace(annotation=hints[each.name]) for each in named]
    command.__signature__ = Signature([*shared, *extra])  # type: ignore[attr-defined]  # what the command line is made of
    command.__annotations__ = {each.name: each.annotation for each in (*shared, *extra)}
    command.__doc__ = write.__doc__
    return command


@_draft
def business_records(case: Case, out: Path, asked: Asked) -> Written:
    """A draft certification of business records, Rule 902(11), for their custodian to complete and sign."""
    from evidencekit.forms.business import write_business

    return write_business(case, asked.items, asked.exhibits, out, declarant=asked.declarant, paper=asked.paper)


System = Annotated[
    str, typer.Option(metavar="NAME", help="A system of somebody else, such as a carrier's; else EvidenceKit.")
]


@_draft
def electronic_process(case: Case, out: Path, asked: Asked, *, system: System = "") -> Written:
    """A draft certification of an electronic process or system, Rule 902(13), to be completed and signed."""
    from evidencekit.forms.process import write_process

    who, paper = asked.declarant, asked.paper
    return write_process(case, asked.items, asked.exhibits, out, system=system, declarant=who, paper=paper)


@_draft
def copied_data(case: Case, out: Path, asked: Asked) -> Written:
    """A draft certification of copied data, Rule 902(14); of every exhibit unless some are named, of every item while
    nothing is marked."""
    from evidencekit.forms.copied_data import write_copied_data

    return write_copied_data(case, asked.items, asked.exhibits, out, declarant=asked.declarant, paper=asked.paper)


def report(
    case: CasePath,
    out: Out,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.", show_default=False)],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day.", show_default=False)],
    internal: Annotated[
        bool, typer.Option("--internal", help="With decisions on disclosure; such a report stays in the office.")
    ] = False,
    paper: Paper = PaperName.LETTER,
    as_json: AsJson = False,
) -> None:
    """Everything that was done in a period, day by day, between two roots that chain with the reports around it."""
    from evidencekit.forms.period import period, write_period

    wanted = period(first, last, internal=internal)
    with open_to_read(case) as opened:
        _told(write_period(opened, wanted, out, paper=paper), as_json)


def _told(written: Written, as_json: bool) -> None:
    """What was written, and what a person should know of it."""

    def words() -> None:
        tell(f"Written: {written.file}")
        for note in written.warnings:
            say(f"Note: {note}")

    answer({"file": str(written.file), "warnings": list(written.warnings)}, as_json, words)
    finish(False)


def case_uco(
    case: CasePath,
    out: Annotated[Path, typer.Option("-o", metavar="FILE.jsonld", help="The file to write.", show_default=False)],
    items: Numbers = None,
    as_json: AsJson = False,
) -> None:
    """Items, actions and provenance as CASE/UCO 1.4 JSON-LD, for other programs to read. It is no production: it names
    files and people, withheld items too, and no protected term stops it; what of that it holds is told."""
    from evidencekit.interchange.case_uco import write_case_uco

    with open_to_read(case) as opened:
        made = write_case_uco(opened, items or (), out)

    def words() -> None:
        tell(f"Written: {made.file} ({made.items:,} items, {made.nodes:,} nodes)")
        for note in made.warnings:
            say(f"Note: {note}")

    document = {"file": str(made.file), "items": made.items, "nodes": made.nodes, "warnings": list(made.warnings)}
    answer(document, as_json, words)
    finish(False)
