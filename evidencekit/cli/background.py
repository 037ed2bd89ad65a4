"""ocr, background: words in pictures and scanned pages, and all other long work that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
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
    from evidencekit.background import Chore, Failure
    from evidencekit.catalog.derivatives import Derivative


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(ocr)
    app.command()(background)


def ocr(
    case: CasePath,
    numbers: Annotated[list[str] | None, typer.Argument(metavar="NUMBER…", help="Items; else all that wait.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also where it was done before.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Recognise the words in pictures and on scanned pages. They are never facts; doubtful ones are marked ⟦so?⟧."""
    from evidencekit import background as core
    from evidencekit.casefile import write_case
    from evidencekit.catalog import derivatives
    from evidencekit.errors import UsageError

    with working("Reading words") as job, write_case(case, home(), actor(by), job=job) as opened:
        if numbers or again:
            chores = core.chores_for(opened, "ocr", numbers or None)
            if not again:
                waits = {number for each in core.waiting(opened, ("ocr",)) for number in each.numbers}
                chores = [each for each in chores if waits.intersection(each.numbers)]
        else:
            chores = core.waiting(opened, ("ocr",))
        core.work(opened, chores, job)
        wanted = _wanted(opened, numbers, chores)
        with opened.catalog.read() as connection:
            found = [made for each in wanted if (made := derivatives.derivative(connection, each, "ocr"))]
    if numbers and not found:
        raise UsageError("None of these items is a picture or a PDF.", todo="Words are looked for in those only.")
    document = {"items": [recognised_shape(each) for each in found]}
    answer(document, as_json, lambda: _tell_recognised(found))
    finish(any(each.state == derivatives.FAILED for each in found))


def _wanted(opened: Any, numbers: Sequence[str] | None, chores: Sequence[Chore]) -> list[str]:
    """The items to tell of: those asked for, else those it was done on."""
    from evidencekit.edits import known_items

    if not numbers:
        return sorted(number for each in chores for number in each.numbers)
    with opened.catalog.read() as connection:
        return [item.number for item in known_items(connection, numbers)]


def recognised_shape(made: Derivative) -> dict[str, Any]:
    """What was recognised in an item, in JSON."""
    from evidencekit.sense.recognised import counted

    words, doubtful, suppressed = counted(made.data)
    return {
        "item": made.item,
        "state": made.state,
        "tool": f"{made.tool} {made.version}",
        "settings": made.settings,
        "made": made.made,
        "words": words,
        "doubtful": doubtful,
        "suppressed": suppressed,
        "text": made.text,
        "pages": made.data.get("pages", []),
        "proposals": [{**asdict(each), "hint": each.hint.value, "zone": each.zone.value} for each in made.proposals],
        "warnings": list(made.warnings),
    }


def tell_words(made: Derivative) -> None:
    """The words recognised in one item, doubtful ones marked."""
    from evidencekit.sense.recognised import counted, text_of

    words, doubtful, suppressed = counted(made.data)
    if made.state != "done":
        tell(f"{made.item}: no words could be looked for. {' '.join(made.warnings)}")
        return
    counts = [f"{words} words"]
    counts += [f"{doubtful} of them doubtful ⟦so?⟧"] if doubtful else []
    counts += [f"{suppressed} lines too unsure to be shown"] if suppressed else []
    tell(f"{made.item}: {', '.join(counts)} ({made.tool} {made.version})")
    if made.text:
        tell(text_of(made.data, marked=True))
    for warning in made.warnings:
        tell(f"  {warning}")


def _tell_recognised(found: Sequence[Derivative]) -> None:
    for each in found:
        tell_words(each)
        for proposal in each.proposals:
            tell(f"  May mean: {proposal.value}, “{proposal.as_found}” ({proposal.why})")
        tell()
    if not found:
        tell("No picture or scanned page waits to be read.")


def background(
    case: CasePath,
    listed: Annotated[bool, typer.Option("--list", help="Only say what waits and what failed.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Do all long work that waits: words in pictures, and what else this computer is set up for."""
    from evidencekit import background as core
    from evidencekit.casefile import write_case

    if listed:
        with open_to_read(case) as opened:
            _tell_state(core.waiting(opened), core.failures(opened), as_json)
        return
    with working("Working") as job, write_case(case, home(), actor(by), job=job) as opened:
        before = {(each.kind, each.number) for each in core.failures(opened)}
        done = core.work(opened, core.waiting(opened), job)
        failed = [each for each in core.failures(opened) if (each.kind, each.number) not in before]
        left = core.waiting(opened)
    document = {"done": done.done, "failed": [asdict(each) for each in failed], "waiting": len(left)}

    def words() -> None:
        tell(f"{done.done} done, {done.failed} failed.")
        for each in failed:
            tell(f"  {each.number} {each.name}: {each.why}")

    answer(document, as_json, words)
    finish(bool(failed))


def _tell_state(waits: Sequence[Chore], failed: Sequence[Failure], as_json: bool) -> None:
    document = {
        "waiting": [{"kind": each.kind, "items": list(each.numbers), "name": each.name} for each in waits],
        "failed": [asdict(each) for each in failed],
    }

    def words() -> None:
        rows = [(each.kind, ", ".join(each.numbers), each.name) for each in waits]
        if rows:
            table(("Work", "Items", "Name"), rows)
        for each in failed:
            tell(f"Failed: {each.kind}: {each.number} {each.name}: {each.why}")
        if not rows:
            say("Nothing waits.")

    answer(document, as_json, words)
