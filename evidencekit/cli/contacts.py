"""contacts: every contact read out of the items, each exact duplicate counted once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidencekit.cli.common import AsJson, CasePath, open_to_read, table, tell
from evidencekit.model import Channel

if TYPE_CHECKING:
    from evidencekit.casefile.timeline import CaseContacts
    from evidencekit.catalog import Catalog
    from evidencekit.chronology.contacts import CaseContact
    from evidencekit.chronology.tally import Summary

_TABLE = 5_000  # rows set out in columns
_BODY = 90  # characters of a body in the table for people
_DIRECTIONS = {"to-victim": "→ victim", "from-victim": "victim →", "unknown": ""}


def register(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(contacts)


def contacts(
    case: CasePath,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write them to a CSV file.")] = None,
    party: Annotated[str | None, typer.Option(metavar="NAME", help="Only those with this party at an end.")] = None,
    channel: Annotated[list[Channel] | None, typer.Option(help="Only of this channel; repeat it.")] = None,
    from_day: Annotated[str, typer.Option(metavar="DAY", help="Only from this day on, such as 2026-01-06.")] = "",
    to_day: Annotated[str, typer.Option(metavar="DAY", help="Only to this day, that day included.")] = "",
    as_json: AsJson = False,
) -> None:
    """List every contact, merged where the same one is seen twice."""
    from evidencekit.casefile.timeline import case_contacts
    from evidencekit.chronology.choosing import Choice, chosen
    from evidencekit.chronology.tally import summarise

    with open_to_read(case) as opened:
        wanted = Choice(_party(opened.catalog, party), frozenset(channel or ()), None, _day(from_day), _day(to_day))
        found = case_contacts(opened.catalog)
        if csv is not None:
            opened.check_output(csv)
    kept = found.contacts if wanted == Choice() else [each for each in found.contacts if chosen(each, wanted)]
    summary = found.summary if wanted == Choice() else summarise(kept, found.turned, found.summary.by_party)
    if csv is not None:
        _write(csv, found, kept)
    if as_json:
        _as_json(kept, summary, csv)
    else:
        _in_words(kept, summary, csv)


def _party(catalog: Catalog, name: str | None) -> str | None:
    from evidencekit.catalog import court
    from evidencekit.edits.items import party_name

    if name is None:
        return None
    with catalog.read() as connection:
        return party_name(court.all_parties(connection), name)


def _day(text: str) -> str:
    from datetime import date

    from evidencekit.errors import UsageError

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UsageError(f"“{text}” is not a day.", todo="Write it as 2026-01-06.") from None


def _write(path: Path, found: CaseContacts, kept: Iterable[CaseContact]) -> None:
    from evidencekit.chronology.contact_report import csv_lines
    from evidencekit.printing.output import write_whole

    def fill(out: Path) -> None:
        with out.open("wb") as file:
            file.writelines(csv_lines(kept, found.turned, found.zone))

    write_whole(path, fill)


def _as_json(kept: Iterable[CaseContact], summary: Summary, csv: Path | None) -> None:
    """One contact a line: a case may have a hundred thousand."""
    from evidencekit.chronology.contact_report import shape, summary_shape

    out, between = sys.stdout, "\n"
    out.write('{"contacts": [')
    for each in kept:
        out.write(between + json.dumps(shape(each)))
        between = ",\n"
    rest: dict[str, object] = {"summary": summary_shape(summary)}
    if csv is not None:
        rest["file"] = str(csv)
    out.write("\n],\n" + json.dumps(rest)[1:] + "\n")


def _in_words(kept: Iterable[CaseContact], summary: Summary, csv: Path | None) -> None:
    rows = [
        (
            each.n,
            each.when or "no date",
            each.channel.value,
            each.sender_party or each.sender,
            ", ".join(each.recipient_parties or each.recipients),
            _DIRECTIONS[each.direction.value],
            _said(each),
            ", ".join(dict.fromkeys(item for item, _ in each.evidence)),
        )
        for each in kept
    ]
    if len(rows) <= _TABLE:
        table(("#", "When", "Channel", "From", "To", "", "Says", "Seen in"), rows)
    else:  # setting out so long a table would take minutes
        for row in rows:
            tell("  ".join(str(cell) for cell in row if cell))
    for line in told(summary):
        tell(line)
    if csv is not None:
        tell(f"Written: {csv}")


def _said(each: CaseContact) -> str:
    parts = []
    if each.answered is not None:
        parts.append("answered" if each.answered else "not answered")
    if each.seconds:
        parts.append(f"{each.seconds:g} s")
    body = " ".join((each.body or "").split())
    if body:
        parts.append(body if len(body) <= _BODY else body[: _BODY - 1] + "…")
    return ", ".join(parts)


def told(summary: Summary) -> list[str]:
    """The counts in sentences."""
    lines = [
        f"Contacts: {summary.total:,}; {summary.to_victim:,} to the victim, {summary.from_victim:,} from the victim, "
        f"{summary.unknown:,} of unknown direction; {summary.undated:,} without a date."
    ]
    if summary.by_channel:
        lines.append(", ".join(f"{channel.value} {many:,}" for channel, many in summary.by_channel.items()) + ".")
    if summary.unanswered:
        lines.append(f"Calls to the victim that were not answered: {summary.unanswered:,}.")
    if summary.after_no is not None:
        lines.append(f"{summary.after_no:,} reached the victim after the “No”.")
    if summary.after_order_served is not None:
        lines.append(f"{summary.after_order_served:,} reached the victim after the order was served.")
    if summary.total and not summary.to_victim and not summary.from_victim:
        lines.append("No direction is known: say who the victim is, and whose numbers these are, with `party`.")
    return lines
