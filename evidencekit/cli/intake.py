"""new, add, items, item, describe, note, reread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit import shapes
from evidencekit.cli.background import recognised_shape, tell_words
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
    say_reading,
    table,
    tell,
    working,
)

if TYPE_CHECKING:
    from evidencekit.casefile import Case
    from evidencekit.model import Item

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="An item number, such as ITEM-0007.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (new, add, items, item, describe, note, reread):
        app.command()(command)


def new(
    case: CasePath,
    number: Annotated[str, typer.Option(help="The case number.", show_default=False)],
    caption: Annotated[str, typer.Option(help="The caption, such as “People v. Hollis”.", show_default=False)],
    court: Annotated[str, typer.Option(help="The court.")] = "",
    jurisdiction: Annotated[str, typer.Option(help="The county or district.")] = "",
    agency: Annotated[str, typer.Option(help="The agency that prepares the case.")] = "",
    timezone: Annotated[str, typer.Option(help="The case's IANA time zone; else this computer's.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Start a case folder."""
    from evidencekit.casefile import create_case
    from evidencekit.errors import UsageError
    from evidencekit.model import CaseInfo
    from evidencekit.moments import check_zone, local_zone

    if not number.strip() or not caption.strip():
        raise UsageError("A case has a number and a caption.", todo="Use --number and --caption.")
    zone = check_zone(timezone) if timezone else local_zone()
    if not timezone:
        say(f"Time zone: {zone}, this computer's. Give --timezone if the case happened elsewhere.")
    info = CaseInfo("", number.strip(), caption.strip(), zone, court.strip(), jurisdiction.strip(), agency.strip())
    create_case(case, info, home(), actor(by))
    document = {"case": {**shapes.case_shape(info), "timezone": zone}, "path": str(case)}
    answer(document, as_json, lambda: tell(f"Case {info.number}, {info.caption}, started in {case}."))


def _received(text: str, zone: str) -> str:
    """A person's ISO time as UTC ISO 8601, taken in the case's zone without an offset; an ISO date stays a date."""
    from datetime import UTC, date, datetime, timedelta
    from zoneinfo import ZoneInfo

    from evidencekit.errors import UsageError

    def wrong(why: str) -> UsageError:
        return UsageError(f"“{text}” {why}.", todo="Write it as 2026-04-10T10:02:11-07:00, or 2026-04-10 for a day.")

    try:
        if len(text) == len("2026-04-10"):
            day, moment = date.fromisoformat(text).isoformat(), datetime.fromisoformat(text)
        else:
            day, moment = "", datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        instant = aware.astimezone(UTC)
        back = instant.astimezone(aware.tzinfo)
    except (ValueError, OverflowError) as error:
        raise wrong("is not an ISO time") from error
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise wrong(f"does not exist in {zone}: the clocks were set forward over it; give the offset")
    if not instant.year >= 1980 or instant > datetime.now(UTC) + timedelta(days=1):
        raise wrong("lies in the future, or before there was anything to receive")
    return day or instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def add(
    case: CasePath,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files and folders.", show_default=False)],
    source: Annotated[str, typer.Option(help="The person, device or account it came from.", show_default=False)],
    received_from: Annotated[str, typer.Option("--from", help="Who handed it over.")] = "",
    method: Annotated[str, typer.Option(help="How: AirDrop, USB, e-mail, download.")] = "",
    received: Annotated[str, typer.Option(metavar="ISO", help="When it was received; else now.")] = "",
    remark: Annotated[str, typer.Option("--note", help="A remark on the hand-over.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Take files and folders in, unchanged, as one acquisition."""
    from evidencekit.casefile import write_case
    from evidencekit.intake import HandOver, take_in

    with working("Taking in") as job, write_case(case, home(), actor(by), job=job) as opened:
        when = _received(received, opened.info.timezone) if received else ""
        taken = take_in(opened, paths, HandOver(source, received_from, method, when, remark), job)
        kept = _items_of(opened, [each.number for each in taken.items])
    document: dict[str, Any] = {}
    if as_json:
        document = {
            "acquisition": taken.acquisition,
            "case": shapes.case_shape(opened.info),
            "items": [shapes.item_shape(each) for each in kept],
            "refused": [shapes.refused_shape(each) for each in taken.refused],
        }
    warned = [each for each in kept if each.warnings]
    damaged = [each for each in warned if not _merely_unknown(each)]

    def words() -> None:
        again = sum(1 for each in kept if each.duplicate_of)
        items = f"{len(kept)} item{'' if len(kept) == 1 else 's'}"
        tell(f"Acquisition {taken.acquisition}: {items} taken in, {again} of them repeating another.")
        for each in warned:
            tell(f"  {each.number} {each.name}: {' '.join(each.warnings)}")
        for refusal in taken.refused:
            tell(f"  Refused: {refusal.path}: {refusal.why}")

    answer(document, as_json, words)
    finish(bool(damaged or taken.refused))


def _merely_unknown(each: Item) -> bool:
    """Whether all that was to be said is that nobody knows the type: a remark, not a fault of the file."""
    return each.media_type == "application/octet-stream" and each.extension_matches and each.size > 0


def _items_of(opened: Case, numbers: list[str]) -> list[Item]:
    from evidencekit.catalog.items import get_items

    with opened.catalog.read() as connection:
        found = get_items(connection, numbers)
    return [found[number] for number in numbers]


def items(case: CasePath, as_json: AsJson = False) -> None:
    """List the items."""
    from evidencekit.catalog.items import all_items, all_refusals

    with open_to_read(case) as opened, opened.catalog.read() as connection:
        found, refused = all_items(connection), all_refusals(connection)
    document = {
        "case": shapes.case_shape(opened.info),
        "items": [shapes.item_shape(each) for each in found],
        "refused": [shapes.refused_shape(each) for each in refused],
    }

    def words() -> None:
        rows = [
            (each.number, each.kind, each.when or "no date", each.title or each.name, _marks(each)) for each in found
        ]
        table(("Item", "Kind", "When", "Title or name", ""), rows)
        for refusal in refused:
            tell(f"Refused: {refusal.path}: {refusal.why}")

    answer(document, as_json, words)


def _marks(each: Item) -> str:
    marks = [f"repeats {each.duplicate_of}"] if each.duplicate_of else []
    marks += [f"in {each.parent}"] if each.parent else []
    marks += [f"{len(each.warnings)} warning(s)"] if each.warnings else []
    return ", ".join(marks)


def item(case: CasePath, number: Number, as_json: AsJson = False) -> None:
    """All about one item: facts, moments, text, custody, children."""
    from evidencekit.casefile.history import by_item
    from evidencekit.catalog.derivatives import derivative
    from evidencekit.catalog.items import children, notes_of
    from evidencekit.catalog.search import body_of
    from evidencekit.catalog.transcripts import transcribed
    from evidencekit.cli.transcripts import transcript_shape
    from evidencekit.edits import known_items
    from evidencekit.moments.compared import compare

    with open_to_read(case) as opened:
        with opened.catalog.read() as connection:
            found = known_items(connection, [number])[0]
            below, notes = children(connection, found.number), notes_of(connection, found.number)
            body = body_of(connection, found.number)
            made = derivative(connection, found.number, "ocr")
            other = derivative(connection, found.number, "exiftool")
            there = transcribed(connection, found.number)
        spoken = transcript_shape(opened, found.number, there, there.latest) if there.state else None
        events = by_item(case_events(opened), [found.number])[found.number]
    custody = [{"line": e.line, "time": e.time, "actor": e.actor, "act": e.act, "what": e.what} for e in events]
    document = {
        **shapes.item_shape(found),
        "children": below,
        "notes": [{"id": each.id, "text": each.text, "actor": each.actor, "time": each.time} for each in notes],
        "text": body,
        "recognised": recognised_shape(made) if made else None,
        "transcript": spoken,
        "exiftool": {"version": other.version, "made": other.made, "tags": other.data} if other else None,
        "compared": [
            {"value": each.moment.value, "seconds": each.seconds, "words": each.words, "why": each.why}
            for each in compare(found.moments, found.when, opened.info.timezone)
        ],
        "custody": custody,
    }
    document["proposals"] += document["recognised"]["proposals"] if made else []

    def words() -> None:
        _tell_item(document)
        if made:
            tell("\nWords recognised (a reading aid, no fact)")
            tell_words(made)
        if spoken:
            tell(f"\nTranscript ({spoken['marked'] or 'certified'})")
            tell("\n".join(f"{each['speaker']}: {each['text']}".removeprefix(": ") for each in spoken["lines"]))

    answer(document, as_json, words)


def _moment_rows(document: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (each["value"], each["basis"], f"zone {each['zone']}", beside["words"], beside["why"])
        for each, beside in zip(document["moments"], document["compared"], strict=True)
    ]


def _tell_item(document: dict[str, Any]) -> None:
    for key in ("number", "title", "name", "received_path", "kind", "media_type", "size", "sha256", "blake3", "when"):
        tell(f"{key:>14}  {document[key] if document[key] is not None else '–'}")
    for heading, rows in (
        ("Moments", _moment_rows(document)),
        ("May mean", [(p["hint"], p["value"], p["as_found"], p["why"]) for p in document["proposals"]]),
        ("Facts", [(fact["name"], fact["value"], fact["basis"]) for fact in document["facts"]]),
        ("Custody", [(each["line"], each["time"], each["what"], each["actor"]) for each in document["custody"]]),
        ("Notes (work product)", [(each["time"], each["actor"], each["text"]) for each in document["notes"]]),
        ("Children", [(each,) for each in document["children"]]),
        ("Warnings", [(each,) for each in document["warnings"]]),
    ):
        if rows:
            tell(f"\n{heading}")
            table([""] * len(rows[0]), rows)
    if document["text"]:
        tell("\nText")
        tell(document["text"])


def describe(
    case: CasePath,
    number: Number,
    title: Annotated[str | None, typer.Option(help="A person's own title; empty takes it back.")] = None,
    when: Annotated[str | None, typer.Option(help="ISO time or words such as “early March 2026”.")] = None,
    party: Annotated[str | None, typer.Option(help="Whose it is: a party's name or identifier.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Give an item a person's own title, time or party."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        found = edits.describe(opened, number, title=title, when=when, party=party)
        say_reading(when or "", opened.info.timezone)
    answer(
        shapes.item_shape(found),
        as_json,
        lambda: tell(f"{found.number}: {found.title or found.name}; {found.when or 'no date'}"),
    )


def note(
    case: CasePath,
    number: Number,
    text: Annotated[str, typer.Argument(help="The note's text.", show_default=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Add a work-product note to an item; notes never leave in a production."""
    from evidencekit import edits
    from evidencekit.casefile import write_case

    with write_case(case, home(), actor(by)) as opened:
        edits.add_note(opened, number, text=text)
    kept = edits.item_number(number)
    answer({"item": kept, "text": text.strip()}, as_json, lambda: tell(f"Note added to {kept}."))


def reread(
    case: CasePath,
    numbers: Annotated[list[str] | None, typer.Argument(metavar="NUMBER…", help="Items; else all.")] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make a new catalog from the record; titles, notes and order are lost.")
    ] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Run the readers again over items already taken in; a person's choices stand."""
    from evidencekit.casefile import write_case
    from evidencekit.reread import reread_items

    with working("Reading again") as job, write_case(case, home(), actor(by), rebuild=rebuild, job=job) as opened:
        found = reread_items(opened, numbers or None, job)
    warned = [each for each in found if each.warnings]

    def words() -> None:
        tell(f"{len(found)} items read again, {len(warned)} with warnings.")
        for each in warned:
            tell(f"  {each.number} {each.name}: {' '.join(each.warnings)}")

    answer({"items": [shapes.item_shape(each) for each in found]}, as_json, words)
    finish(any(not _merely_unknown(each) for each in warned))
