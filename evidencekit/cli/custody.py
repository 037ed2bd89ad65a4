"""custody and verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit import shapes
from evidencekit.cli.common import (
    AsJson,
    By,
    CasePath,
    actor,
    answer,
    case_events,
    finish,
    home,
    open_to_read,
    say,
    table,
    tell,
    working,
)

if TYPE_CHECKING:
    from evidencekit.verify import Verdict


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(custody)
    app.command()(verify)


def custody(
    case: CasePath,
    number: Annotated[
        str | None, typer.Option("--item", metavar="NUMBER", help="Only what concerns this item.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", metavar="FILE.pdf", help="Write it as a PDF.")] = None,
    as_json: AsJson = False,
) -> None:
    """The custody record in words."""
    from evidencekit.casefile.history import by_item
    from evidencekit.edits import known_items

    with open_to_read(case) as opened:
        events = case_events(opened)
        if number is not None:
            with opened.catalog.read() as connection:
                found = known_items(connection, [number])[0]
            events = list(by_item(events, [found.number])[found.number])
        checkpoint = opened.checked.state.checkpoint
        if out is not None:
            opened.check_output(out)
            from evidencekit.binder.custody_report import write_custody

            write_custody(opened, number, out)
    head = {"size": checkpoint.size, "root": checkpoint.root_text} if checkpoint else None
    rows = [
        {"line": e.line, "time": e.time, "actor": e.actor, "act": e.act, "what": e.what, "items": list(e.items)}
        for e in events
    ]

    def words() -> None:
        table(("Line", "Time (UTC)", "What", "Who"), [(e.line, e.time[:19], e.what, e.actor) for e in events])
        if head:
            tell(f"\nCheckpoint: {head['size']} lines, root {head['root']}")
        if out is not None:
            tell(f"Written: {out}")

    document: dict[str, Any] = {"checkpoint": head, "events": rows}
    answer({**document, "file": str(out)} if out else document, as_json, words)


def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A case folder or a ledger.", show_default=False)],
    log: Annotated[bool, typer.Option("--log", help="Log the result in the case's ledger.")] = False,
    accept_older: Annotated[
        bool, typer.Option("--accept-older", help="Knowingly take an older copy as the case, and log that.")
    ] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Check everything and name every fault; writes nothing without --log."""
    from evidencekit.verify import verify_path

    if accept_older:
        _accept_older(path, by)
    with working("Verifying") as job:
        verdict = verify_path(path, home(), job)
    if log:
        _log(path, by, verdict)
    document = {
        "ok": verdict.ok,
        "findings": [shapes.finding_shape(each) for each in verdict.findings],
        "notes": list(verdict.notes),
        "checked": {"items": verdict.items, "lines": verdict.size, "root": verdict.root},
    }

    def words() -> None:
        for each in verdict.findings:
            tell(f"{each.code}: {each.message}")
        for note in verdict.notes:
            tell(f"Note: {note}")
        counted = f"{verdict.items} items and {verdict.size} ledger lines checked"
        tell(f"{counted}: {'all unchanged.' if verdict.ok else f'{len(verdict.findings)} finding(s).'}")

    answer(document, as_json, words)
    finish(not verdict.ok)


def _accept_older(path: Path, by: str | None) -> None:
    from evidencekit.casefile import write_case

    write_case(path, home(), actor(by), accept_older=True).close()
    say("The older copy was taken as the case, and that was logged.")


def _log(path: Path, by: str | None, verdict: Verdict) -> None:
    from evidencekit.casefile import write_case
    from evidencekit.verify import log_verdict

    with write_case(path, home(), actor(by)) as opened:
        log_verdict(opened, verdict)
