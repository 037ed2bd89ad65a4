"""productions: the log of what went to whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidencekit import shapes
from evidencekit.cli.common import AsJson, CasePath, answer, open_to_read, table, tell

if TYPE_CHECKING:
    from evidencekit.production.log import Logged, Received


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(productions)


def productions(
    case: CasePath,
    out: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write a .pdf, .csv or .xlsx.")] = None,
    as_json: AsJson = False,
) -> None:
    """The log of productions: to whom, when, by what medium, which numbers, what was withheld."""
    from evidencekit.production.log import logged, received, span
    from evidencekit.production.log_report import write_log

    with open_to_read(case) as opened:
        log = logged(opened.checked)
        if out is not None:
            opened.check_output(out)
            write_log(opened, out)

    def words() -> None:
        if not log:
            tell("Nothing has been produced yet.")
        else:
            rows = [
                (e.number, e.time[:19], e.to, e.medium, ", ".join(span(*r) for r in e.ranges), *_sums(e), e.state)
                for e in log
            ]
            table(("#", "Time (UTC)", "To", "Medium", "Bates", "Items", "Pages", "Withheld", "State"), rows)
        if out is not None:
            tell(f"Written: {out}")

    document: dict[str, Any] = {
        "case": shapes.case_shape(opened.info),
        "productions": [_shape(each) for each in log],
        "recipients": [_recipient(each) for each in received(log)],
    }
    answer({**document, "file": str(out)} if out else document, as_json, words)


def _sums(each: Logged) -> tuple[int, int, int]:
    return each.count, each.pages, len(each.held)


def _shape(each: Logged) -> dict[str, Any]:
    return {
        "production": each.number,
        "line": each.line,
        "time": each.time,
        "by": each.by,
        "to": each.to,
        "medium": each.medium,
        "prefix": each.prefix,
        "ranges": [{"begin": first, "end": last} for first, last in each.ranges],
        "items": [
            {
                "item": item.item,
                "begin": item.begin,
                "end": item.end,
                "pages": item.pages,
                "sha256": item.sha256,
                "native": item.native,
            }
            for item in each.items
        ],
        "pages": each.pages,
        "withheld": [{"item": h.item, "part": h.part.value, "basis": h.basis} for h in each.held],
        "confidentiality": each.confidentiality,
        "note": each.note,
        "only_new": each.only_new,
        "manifest": each.manifest,
        "tagmanifest": each.tagmanifest or None,
        "complete": each.complete,
    }


def _recipient(each: Received) -> dict[str, Any]:
    return {
        "to": each.to,
        "productions": list(each.productions),
        "items": list(dict.fromkeys(item.item for item in each.items)),
        "ranges": [{"begin": first, "end": last} for first, last in each.ranges],
    }
