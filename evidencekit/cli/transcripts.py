"""transcribe, transcript, listen: what is said in recordings, and copies to listen to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
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
    from evidencekit.casefile import Case
    from evidencekit.catalog.transcripts import Transcribed, Version
    from evidencekit.custody.keys import Home
    from evidencekit.spoken import Spoken

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="An item number, such as ITEM-0007.", show_default=False)]
_LARGEST = 64 << 20


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (transcribe, transcript, listen):
        app.command()(command)


def transcribe(
    case: CasePath,
    numbers: Annotated[list[str] | None, typer.Argument(metavar="NUMBER…", help="Items; else all that wait.")] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="FOLDER", help="The speech model's folder; remembered from then on."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also where it was done before.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Draft transcripts of recordings with the speech model on this computer. A draft is never more than that."""
    from evidencekit import background
    from evidencekit.casefile import write_case
    from evidencekit.catalog import derivatives, transcripts

    _must_be_able(home(), model)
    with working("Transcribing") as job, write_case(case, home(), actor(by), job=job) as opened:
        waiting = background.waiting(opened, ("transcript",))
        chores = background.chores_for(opened, "transcript", numbers or None) if numbers or again else waiting
        if numbers and not chores:
            _none_spoken(numbers)
        if not again:
            waits = {number for each in waiting for number in each.numbers}
            chores = [each for each in chores if waits.intersection(each.numbers)]
        background.work(opened, chores, job)
        wanted = _wanted(opened, numbers, [number for each in chores for number in each.numbers])
        with opened.catalog.read() as connection:
            made = {each: derivatives.derivative(connection, each, "transcript") for each in wanted}
            there = {each: transcripts.transcribed(connection, each) for each in wanted}
    rows = [_drafted(number, found.state if (found := made[number]) else "none", there[number]) for number in wanted]

    def words() -> None:
        for row in rows:
            tell(f"{row['item']}: {row['text'] or 'nothing was recognised'}")
            for warning in row["warnings"]:
                tell(f"  {warning}")
        tell(f"{len(rows)} recording(s) drafted. Every one is a DRAFT until a person certifies a transcript.")

    answer({"items": rows}, as_json, words)
    finish(any(row["state"] == "failed" for row in rows))


def _must_be_able(own: Home, model: Path | None) -> None:
    from evidencekit.errors import UsageError
    from evidencekit.speechmodel import use_model, what_is_missing

    if model is not None:
        used = use_model(own, model)
        say(f"Speech model: {used.folder} (SHA-256 {used.sha256}).")
    missing = what_is_missing(own)
    if missing:
        raise UsageError("Recordings cannot be transcribed here yet.", todo=missing)


def _none_spoken(numbers: Sequence[str]) -> None:
    from evidencekit.errors import UsageError

    raise UsageError(
        "None of these items is a recording or a video.", item=", ".join(numbers), todo="Only these are transcribed."
    )


def _wanted(opened: Case, numbers: Sequence[str] | None, done: Sequence[str]) -> list[str]:
    from evidencekit.edits import known_items

    if not numbers:
        return sorted(done)
    with opened.catalog.read() as connection:
        return [item.number for item in known_items(connection, numbers)]


def _drafted(number: str, state: str, there: Transcribed) -> dict[str, Any]:
    return {
        "item": number,
        "state": state,
        "text": there.draft.text if there.draft is not None else "",
        "engine": asdict(there.draft.engine) if there.draft is not None else None,
        "warnings": list(there.warnings),
    }


def transcript(
    case: CasePath,
    number: Number,
    out: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help="Write it as .pdf, .txt or .vtt.", show_default=False)
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", help="A transcript to take over: .txt, .vtt, .srt or .json."),
    ] = None,
    certify: Annotated[bool, typer.Option("--certify", help="Certify the latest version; --by says who.")] = False,
    declaration: Annotated[str, typer.Option(help="The words of the declaration; else the usual ones.")] = "",
    version: Annotated[int | None, typer.Option(help="A version; 0 is the machine's draft. Else the latest.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Show, import, certify or print the transcript of a recording."""
    from evidencekit.binder.transcript import chosen_of, write_transcript
    from evidencekit.casefile import write_case

    if source is not None or certify:
        with write_case(case, home(), actor(by)) as opened:
            _change(opened, number, source, certify, by, declaration)
            shape = _of(opened, number, version)
            if out is not None:
                write_transcript(opened, number, out, version=version)
    else:
        with open_to_read(case) as opened:
            chosen_of(opened, number, version)
            shape = _of(opened, number, version)
            if out is not None:
                write_transcript(opened, number, out, version=version)
    if out is not None:
        shape["written"] = str(out)
    answer(shape, as_json, lambda: _tell(shape))


def _change(opened: Case, number: str, source: Path | None, certify: bool, by: str | None, declaration: str) -> None:
    from evidencekit import edits
    from evidencekit.edits.transcripts import DECLARATION

    if source is not None:
        lines = _read(source)
        edits.save_transcript(opened, number, lines=lines, basis=f"the file {source.name}"[:200], new=True)
    if certify:
        edits.certify_transcript(opened, number, by=by or "", declaration=declaration or DECLARATION)


def _read(source: Path) -> tuple[Spoken, ...]:
    from evidencekit.errors import UsageError
    from evidencekit.spoken import read_lines

    try:
        if source.stat().st_size > _LARGEST:
            raise UsageError("The file is too large for a transcript.", item=str(source), todo="Choose the right one.")
        text = source.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"The file cannot be read ({error.strerror}).", item=str(source), todo="Check it.") from None
    except UnicodeDecodeError:
        raise UsageError("The file is not UTF-8 text.", item=str(source), todo="Save it as UTF-8.") from None
    return read_lines(text, source.suffix.lower().removeprefix("."))


def _of(opened: Case, number: str, version: int | None) -> dict[str, Any]:
    from evidencekit.binder.transcript import chosen_of

    item, there, chosen = chosen_of(opened, number, version)
    return transcript_shape(opened, item.number, there, chosen)


def transcript_shape(opened: Case, number: str, there: Transcribed, chosen: Version | None) -> dict[str, Any]:
    """What stands of a transcript, in JSON; ``marked`` is DRAFT until it is certified."""
    from evidencekit.spoken import packed_draft

    lines = chosen.lines if chosen is not None else there.lines
    certified = chosen is not None and chosen.certified
    return {
        "item": number,
        "state": chosen.state.value if chosen is not None else str(there.state and there.state.value),
        "marked": "" if certified else "DRAFT",
        "version": chosen.version if chosen is not None else 0,
        "lines": [asdict(each) for each in lines],
        "certified": _certified(opened, chosen) if chosen is not None and certified else None,
        "versions": [
            {
                "version": each.version,
                "state": each.state.value,
                "actor": each.actor,
                "time": each.time,
                "begun_from": each.basis,
                "lines": len(each.lines),
            }
            for each in there.versions
        ],
        "machine_draft": {**packed_draft(there.draft), "made": there.made} if there.draft is not None else None,
    }


def _certified(opened: Case, version: Version) -> dict[str, Any]:
    from evidencekit.binder.transcript import ledger_line
    from evidencekit.spoken import digest_of

    line, same = ledger_line(opened, version)
    return {
        "by": version.by,
        "time": version.time,
        "declaration": version.declaration,
        "sha256": digest_of(version.lines),
        "ledger_line": line,
        "as_certified": same,
    }


def _tell(shape: dict[str, Any]) -> None:
    from evidencekit.spoken import place

    head = f"{shape['item']}: {shape['state']}" + (f", version {shape['version']}" if shape["version"] else "")
    tell(f"{shape['marked']} · {head}" if shape["marked"] else head)
    if shape["certified"]:
        about = shape["certified"]
        line = f"ledger line {about['ledger_line']}" if about["as_certified"] else "NOT as the ledger has it"
        tell(f"Certified by {about['by']} at {about['time']}; SHA-256 {about['sha256']}, {line}.")
    rows = [(place(each["start"]), each["speaker"], each["text"]) for each in shape["lines"]]
    table(("Time", "Speaker", "Words"), rows)
    if "written" in shape:
        tell(f"Written: {shape['written']}")


def listen(
    case: CasePath,
    number: Number,
    out: Annotated[Path, typer.Option("-o", metavar="FILE", help="A .wav or .mp3.", show_default=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Make a copy of a recording's sound that any computer plays, linked to the native file by its digest."""
    from evidencekit.casefile import write_case
    from evidencekit.listening import make_copy

    with working("Listening copy") as job, write_case(case, home(), actor(by), job=job) as opened:
        made = make_copy(opened, number, out, job)

    def words() -> None:
        tell(f"{out}: {made.seconds:,.1f} seconds of {made.item}, {made.name}.")
        tell(f"Native SHA-256  {made.native_sha256}")
        tell(f"Copy SHA-256    {made.copy_sha256}")
        tell(f"Made with {made.tool}; {out.name}.json beside it says so. The evidence is the native file.")
        for warning in made.warnings:
            tell(f"  {warning}")

    answer(made.shape(), as_json, words)
    finish(bool(made.warnings))
