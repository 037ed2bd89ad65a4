"""The chronology as a file: CSV, spreadsheet or PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from evidencekit.errors import UsageError
from evidencekit.model import CaseInfo, ChronologyRow, Zone
from evidencekit.moments import show
from evidencekit.printing.output import sign_as_ours, write_whole

# (heading, width of a spreadsheet column in characters); the one order of every table of the chronology.
COLUMNS: tuple[tuple[str, float], ...] = (
    ("#", 6),
    ("Date", 18),
    ("Time", 10),
    ("Zone", 22),
    ("Channel", 11),
    ("Description", 70),
    ("Category", 22),
    ("Items", 22),
    ("Exhibit", 10),
    ("Page", 8),
    ("Location", 24),
    ("Witness", 24),
    ("Reported", 24),
)
NOTE = (
    "In order of when each event happened, as far as that is known; what has no date stands first. Times are in the "
    "zone shown: stated (written in the file), assumed (the case's zone, or UTC where the format says so) or none."
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CELL = 32_767  # characters, the most a spreadsheet cell holds


def cells(row: ChronologyRow) -> tuple[str, ...]:
    """One row's texts in the order of :data:`COLUMNS`. Several citations stand in line: “10; 14” on “46; 58”."""
    exhibits, pages = _cited(row)
    return (
        str(row.n),
        row.date,
        row.time,
        row.zone,
        row.channel,
        row.what,
        ", ".join(row.categories),
        ", ".join(row.items),
        exhibits,
        pages,
        row.location,
        row.witness,
        row.reported,
    )


def _cited(row: ChronologyRow) -> tuple[str, str]:
    cites = row.cites or (((row.exhibit, row.page),) if row.exhibit else ())
    pages = ["–" if page is None else str(page) for _, page in cites]
    return "; ".join(label for label, _ in cites), "; ".join(pages) if set(pages) - {"–"} else ""


def harmless(cell: str) -> str:
    """A CSV cell that a spreadsheet will not run: what begins with ``=``, ``+``, ``-``, ``@`` (also their full-width
    forms, which some read alike), TAB or CR gets a leading apostrophe. So a telephone number stands as
    ``'+15550178834``."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_bytes(rows: Iterable[ChronologyRow]) -> bytes:
    """The chronology as CSV: RFC 4180, UTF-8 with a byte order mark, every cell :func:`harmless`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([heading for heading, _ in COLUMNS])
    writer.writerows([harmless(cell) for cell in cells(row)] for row in rows)
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def write(rows: Sequence[ChronologyRow], case: CaseInfo, path: Path, *, built: str, paper: str = "letter") -> None:
    """Write the chronology to ``path``, in the form its suffix names: ``.csv``, ``.xlsx`` or ``.pdf``.

    ``built`` is the printed time of making; ``paper`` is letter, legal or a4 (PDF only). CSV cells that a spreadsheet
    would run as a formula get a leading apostrophe; spreadsheet cells are all text. The file appears whole or not at
    all, and replaces one of that name. Raises :class:`UsageError` for another suffix or a folder that is not there,
    :class:`StorageError` when the disk refuses.
    """
    makers: dict[str, Callable[[Path], None]] = {
        ".csv": lambda out: _bytes(out, csv_bytes(rows)),
        ".xlsx": lambda out: _spreadsheet(rows, case, out, built),
        ".pdf": lambda out: _pdf(rows, case, out, built, paper),
    }
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise UsageError(
            "A chronology cannot be written in that form.",
            item=path.name,
            todo="Give a name that ends in .pdf, .csv or .xlsx.",
        )
    write_whole(path, maker)


def _bytes(out: Path, content: bytes) -> None:
    out.write_bytes(content)


def _pdf(rows: Sequence[ChronologyRow], case: CaseInfo, out: Path, built: str, paper: str) -> None:
    from evidencekit.printing.typeset import compile_pdf

    data = {
        "case": asdict(case),
        "rows": [asdict(row) for row in rows],
        "built": _printed(built, case.timezone),
        "note": NOTE,
        "paper": paper,
        "standalone": True,
    }
    compile_pdf("chronology.typ", data, out)
    sign_as_ours(out)


def _printed(built: str, zone: str) -> str:
    """An ISO instant as people read it, in the case's zone; other words as they are."""
    date, time, named = show(built, Zone.ASSUMED, zone)
    return ", ".join(part for part in (date, f"{time} {named}".strip()) if part)


def _spreadsheet(rows: Sequence[ChronologyRow], case: CaseInfo, out: Path, built: str) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Chronology"
    book.properties.title = f"Chronology, {case.caption} · {case.number}"
    book.properties.creator = "EvidenceKit"
    book.properties.description = f"Made {built}"
    wrap = Alignment(wrap_text=True, vertical="top")
    table = [tuple(heading for heading, _ in COLUMNS), *(cells(row) for row in rows)]
    for at, texts in enumerate(table, 1):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(at, column, _fit(text))
            cell.data_type, cell.number_format, cell.alignment = "s", "@", wrap
            if at == 1:
                cell.font = Font(bold=True)
    for column, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(out)


def _fit(text: str) -> str:
    """A text a spreadsheet cell can hold: no control characters, at most 32,767 characters, a cut said aloud."""
    text = "".join(sign if sign in "\n\t" or sign.isprintable() else " " for sign in text)
    cut = f" [cut: a cell holds {_CELL:,} characters; the PDF has all]"
    return text if len(text) <= _CELL else text[: _CELL - len(cut)] + cut
