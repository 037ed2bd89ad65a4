"""The log of productions as an office files it: PDF, CSV or spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from evidencekit.binder.words import clock, plural
from evidencekit.casefile import TOOL, Case
from evidencekit.chronology.report import harmless
from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.model import Part
from evidencekit.printing.output import sign_as_ours, write_whole
from evidencekit.printing.paper import SIZES, PaperName
from evidencekit.production.bates import order_of
from evidencekit.production.letter import held_rows, shown_lines
from evidencekit.production.log import Logged, LoggedItem, Received, logged, received, span

# (heading, width of a spreadsheet column in characters)
COLUMNS: Final = (
    ("Production", 11),
    ("Logged", 30),
    ("By", 30),
    ("To", 34),
    ("Medium", 18),
    ("Bates numbers", 40),
    ("Items", 8),
    ("Pages", 8),
    ("Withheld", 60),
    ("Designation", 18),
    ("State", 16),
    ("SHA-256 of manifest-sha256.txt", 68),
    ("SHA-256 of tagmanifest-sha256.txt", 68),
    ("Ledger line", 11),
)
ITEM_COLUMNS: Final = (
    ("Item", 12),
    ("Production", 11),
    ("Bates begin", 18),
    ("Bates end", 18),
    ("Pages", 8),
    ("Native file", 11),
    ("To", 34),
    ("SHA-256", 68),
)
HELD_COLUMNS: Final = (("Production", 11), ("Item", 12), ("Withheld", 18), ("Basis", 80))
_CELL = 32_767  # characters, the most a spreadsheet cell holds
_SIDE, _TOP, _FOOT = 45.0, 54.0, 58.0


def write_log(case: Case, out: Path, *, paper: PaperName = PaperName.LETTER) -> None:
    """Write the log as ``out``, in the form its suffix names: ``.pdf``, ``.csv`` (one line a production) or ``.xlsx``
    (also one sheet of all items and one of what was withheld), whole or not at all.

    Raises :class:`UsageError` for another suffix or a folder that is not there,
    :class:`~evidencekit.errors.StorageError` when the disk refuses.
    """
    log, now = logged(case.checked), datetime.now(UTC)
    makers: dict[str, Callable[[Path], None]] = {
        ".csv": lambda draft: _bytes(draft, csv_bytes(log, case.info.timezone)),
        ".xlsx": lambda draft: _spreadsheet(case, log, draft, now),
        ".pdf": lambda draft: _pdf(case, log, draft, paper, now),
    }
    maker = makers.get(out.suffix.lower())
    if maker is None:
        raise UsageError(
            "A log of productions cannot be written in that form.",
            item=out.name,
            todo="Give a name that ends in .pdf, .csv or .xlsx.",
        )
    write_whole(out, maker)


def _bytes(out: Path, content: bytes) -> None:
    out.write_bytes(content)


def cells(each: Logged, zone: str) -> tuple[str, ...]:
    """One production's texts in the order of :data:`COLUMNS`."""
    held = [f"{row['items']} ({row['part']}): {row['basis']}" for row in held_rows(each.held)]
    return (
        str(each.number),
        clock(each.time, zone),
        each.by,
        each.to,
        each.medium,
        "; ".join(span(*run) for run in each.ranges),
        str(each.count),
        str(each.pages),
        "; ".join(held),
        each.confidentiality,
        each.state,
        each.manifest,
        each.tagmanifest,
        str(each.line),
    )


def csv_bytes(log: Sequence[Logged], zone: str) -> bytes:
    """The log as CSV: RFC 4180, UTF-8 with a byte order mark, every cell harmless to a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _ in COLUMNS])
    writer.writerows([harmless(shown_lines(cell)) for cell in cells(each, zone)] for each in log)
    return text.getvalue().encode("utf-8-sig")


def _spreadsheet(case: Case, log: Sequence[Logged], out: Path, now: datetime) -> None:
    from openpyxl import Workbook

    info = case.info
    book = Workbook()
    _fill(book.worksheets[0], "Productions", COLUMNS, [cells(each, info.timezone) for each in log])
    items = [(each, item) for each in log if each.complete for item in each.items]
    rows = [
        (i.item, str(e.number), i.begin, i.end, str(i.pages), "yes" if i.native else "withheld", e.to, i.sha256)
        for e, i in items
    ]
    _fill(book.create_sheet(), "Items", ITEM_COLUMNS, rows)
    held = [
        (str(e.number), h.item, "whole item" if h.part is Part.WHOLE else "native file", h.basis)
        for e in log
        for h in e.held
    ]
    _fill(book.create_sheet(), "Withheld", HELD_COLUMNS, held)
    book.properties.title = f"Productions, {info.caption} · {info.number}"
    book.properties.creator = "EvidenceKit"
    book.properties.description = f"Made {now:%Y-%m-%dT%H:%M:%SZ}"
    book.save(out)


def _fill(sheet: Any, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.title = title
    wrap = Alignment(wrap_text=True, vertical="top")
    for at, texts in enumerate(([name for name, _ in columns], *rows), start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(at, column, _fit(text))
            cell.data_type, cell.number_format, cell.alignment = "s", "@", wrap  # text, whatever it begins with
            if at == 1:
                cell.font = Font(bold=True)
    for column, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _fit(text: str) -> str:
    text = shown_lines(text)
    cut = " [cut: see the PDF]"
    return text if len(text) <= _CELL else text[: _CELL - len(cut)] + cut


def _pdf(case: Case, log: Sequence[Logged], out: Path, paper: PaperName, now: datetime) -> None:
    from evidencekit.printing.typeset import compile_pdf

    compile_pdf("production_log.typ", log_data(case, log, paper, now), out, moment=now.isoformat())
    sign_as_ours(out)


def log_data(case: Case, log: Sequence[Logged], paper: PaperName, now: datetime) -> dict[str, Any]:
    """What the template is given; ``now`` is the printed time of making."""
    info = case.info
    width, height = SIZES[paper]
    done = [each for each in log if each.complete]
    return {
        "page": {"width": width, "height": height, "left": _SIDE, "right": _SIDE, "top": _TOP, "bottom": _FOOT},
        "court": [part for part in (info.court, info.jurisdiction) if part],
        "caption": info.caption,
        "number": info.number,
        "facts": [
            (label, value)
            for label, value in (
                ("Case no.", info.number),
                ("Agency", info.agency),
                ("Productions", str(len(log))),
                ("Times", f"shown in the case’s zone, {info.timezone}"),
                ("Printed", f"{clock(now.isoformat(timespec='seconds'), info.timezone)}, with {TOOL}"),
            )
            if value
        ],
        "findings": [finding.message for finding in case.findings],
        "recipients": [_recipient(each) for each in received(log)],
        "productions": [_production(each, info.timezone) for each in log],
        "items": _item_rows(done),
    }


def _recipient(each: Received) -> dict[str, Any]:
    return {
        "to": shown_lines(each.to) or "—",
        "productions": ", ".join(map(str, each.productions)),
        "ranges": ", ".join(span(*run) for run in each.ranges),
        "items": f"{len({item.item for item in each.items}):,}",
    }


def _production(each: Logged, zone: str) -> dict[str, Any]:
    rows = (
        ("To", shown_lines(each.to)),
        ("Medium", shown_lines(each.medium)),
        ("Logged", f"{clock(each.time, zone)}, ledger line {each.line:,}"),
        ("By", shown(each.by)),
        ("Completed", clock(each.completed, zone) if each.complete else ""),
        ("Bates numbers", ", ".join(span(*run) for run in each.ranges)),
        ("Contents", f"{plural(each.count, 'item', 'items')}, {plural(each.pages, 'page', 'pages')}"),
        ("Kind", "Supplement: only what that recipient did not have" if each.only_new else ""),
        ("Designation", shown_lines(each.confidentiality)),
        ("Note", shown_lines(each.note)),
    )
    return {
        "number": str(each.number),
        "complete": each.complete,
        "rows": [(label, value) for label, value in rows if value],
        "sums": [
            (name, value)
            for name, value in (("manifest-sha256.txt", each.manifest), ("tagmanifest-sha256.txt", each.tagmanifest))
            if value
        ],
        "held": held_rows(each.held),
        "damaged": each.count != len(each.items),
    }


def _item_rows(log: Sequence[Logged]) -> list[dict[str, str]]:
    """Every item that went, once for each set of numbers it went under."""
    found: dict[tuple[str, str, str], tuple[LoggedItem, list[Logged]]] = {}
    for each in log:
        for item in each.items:
            found.setdefault((item.item, item.begin, item.sha256), (item, []))[1].append(each)
    return [
        {
            "item": item.item,
            "bates": span(item.begin, item.end),
            "productions": ", ".join(_went(each, item) for each in inside),
            "sha256": item.sha256,
        }
        for (_, _, _), (item, inside) in sorted(
            found.items(), key=lambda entry: (order_of(entry[0][0]), order_of(entry[0][1]))
        )
    ]


def _went(each: Logged, item: LoggedItem) -> str:
    native: Mapping[str, bool] = {one.item: one.native for one in each.items if one.item == item.item}
    return str(each.number) if native.get(item.item, True) else f"{each.number}*"
