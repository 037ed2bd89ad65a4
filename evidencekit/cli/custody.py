"""custody and verify."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from evidencekit.cli.transfers import custody_shape, tell_custody
from evidencekit.errors import UsageError

if TYPE_CHECKING:
    from evidencekit.custody.printed import Printed
    from evidencekit.job import Job
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
    from evidencekit.casefile.transfers import custodian
    from evidencekit.edits import known_items

    with open_to_read(case) as opened:
        events = case_events(opened)
        if number is not None:
            with opened.catalog.read() as connection:
                found = known_items(connection, [number])[0]
            events = list(by_item(events, [found.number])[found.number])
        checkpoint, now = opened.checked.state.checkpoint, custodian(opened.checked)
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
        tell_custody(now)
        if out is not None:
            tell(f"Written: {out}")

    document: dict[str, Any] = {"checkpoint": head, "custodian": custody_shape(now), "events": rows}
    answer({**document, "file": str(out)} if out else document, as_json, words)


def verify(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A case folder, a production or a ledger.", show_default=False)
    ],
    log: Annotated[bool, typer.Option("--log", help="Log the result in the case's ledger.")] = False,
    accept_older: Annotated[
        bool, typer.Option("--accept-older", help="Knowingly take an older copy as the case, and log that.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="NOTE", help="An earlier checkpoint: also tell what was added since."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="NOTE",
            help="A printed checkpoint that it must agree with: note, “LINES ROOT”, file, or picture of its QR code.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", metavar="FILE.pdf|.json", help="Write a report of the verification.")
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Check everything and name every fault; writes nothing into the case without --log or --accept-older."""
    from evidencekit.verify import Run, verify_path

    if out is not None:
        _check_report(out, path)
    if log or accept_older:
        _must_be_a_case(path)
    with working("Verifying", measured=True) as job:
        held, earlier = (_given(each, job) for each in (against, since))
        if accept_older:
            _accept_older(path, by)
        begun, start = datetime.now(UTC), time.monotonic()
        verdict = verify_path(path, home(), job, against=held, since=earlier)
        seconds = time.monotonic() - start
    if log:
        _log(path, by, verdict)
    document = verdict.document()
    if out is not None:
        from evidencekit.forms.verify_report import write_report

        run = Run(str(path.absolute()), actor(by), begun.isoformat(timespec="seconds"), round(seconds, 2))
        write_report(verdict, run, out)
        document["file"] = str(out)
    answer(document, as_json, lambda: _tell_verdict(verdict, out))
    finish(not verdict.ok)


def _given(value: str | None, job: Job) -> Printed | None:
    from evidencekit.casefile.given import read_given

    return read_given(value, job) if value is not None else None


def _check_report(out: Path, path: Path) -> None:
    """Before anything is read: a report must not land among what is verified."""
    from evidencekit.custody.packaged import is_bag

    if out.suffix.lower() not in (".pdf", ".json"):
        raise UsageError(
            "A report is written as PDF or JSON.", item=out.name, todo="Give a name that ends in .pdf or .json."
        )
    folder = path.absolute().resolve()
    wanted = out.absolute().parent.resolve() / out.name
    ours = wanted.is_relative_to(folder / "output") and not is_bag(path)
    if path.is_dir() and wanted.is_relative_to(folder) and not ours:
        raise UsageError(
            "That place is inside what is to be verified, where only its own files may lie.",
            item=str(out),
            todo="Name a place outside it.",
        )


def _must_be_a_case(path: Path) -> None:
    """Before anything is done: opening a package to write into it would leave a file of ours there."""
    from evidencekit.custody.packaged import is_bag

    if path.is_file() or is_bag(path):
        raise UsageError(
            "Only in a case can be logged what was found, or an older copy be taken.",
            item=str(path),
            todo="Verify it without --log and --accept-older.",
        )


def _tell_verdict(verdict: Verdict, out: Path | None) -> None:
    from evidencekit.verify import grouped, since_words, summary

    said = ""
    for each in grouped(verdict.findings):
        where = f" [{each.where}]" if each.where else ""
        tell(f"{each.code}{where}: {each.message}")
        if each.meaning != said:
            tell(f"    {each.meaning}")
        said = each.meaning
    for note in verdict.notes:
        tell(f"Note: {note}")
    if verdict.against is not None and verdict.against.holds:
        tell(f"The printed checkpoint over {verdict.against.size:,} lines holds: they are the first of this ledger.")
    for words in since_words(verdict.since) if verdict.since else ():
        tell(words)
    tell(summary(verdict))
    if out is not None:
        tell(f"Written: {out}")


def _accept_older(path: Path, by: str | None) -> None:
    from evidencekit.casefile import write_case

    write_case(path, home(), actor(by), accept_older=True).close()
    say("The older copy was taken as the case, and that was logged.")


def _log(path: Path, by: str | None, verdict: Verdict) -> None:
    from evidencekit.casefile import write_case
    from evidencekit.verify import log_verdict

    with write_case(path, home(), actor(by)) as opened:
        log_verdict(opened, verdict)
