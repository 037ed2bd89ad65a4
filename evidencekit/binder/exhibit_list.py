"""exhibit-list.csv and .xlsx: the working list, in the column order of the federal AO 187 form."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evidencekit.binder.values import BinderInput, BoundExhibit
from evidencekit.casefile.produced import Numbers
from evidencekit.chronology.report import harmless
from evidencekit.model import Placed, Status

COLUMNS = (
    ("Exhibit", 10),
    ("Offered", 12),
    ("Marked", 12),
    ("Admitted", 12),
    ("Description", 60),
    ("Date of document", 34),
    ("Witness", 24),
    ("Status", 12),
    ("Volume", 8),
    ("First page", 10),
    ("Pages", 8),
    ("Items", 24),
    ("SHA-256", 68),
    ("Bates", 40),
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP entry can bear: the same list is the same bytes


def write_lists(
    binder: BinderInput,
    places: Mapping[str, Placed],
    folder: Path,
    made: str,
    produced: Mapping[str, Sequence[Numbers]] | None = None,
) -> None:
    """Write both lists into ``folder``; ``made`` (UTC ISO 8601) is the only time in them. ``produced``: under which
    Bates numbers each item went out, by item number."""
    rows = [_row(each, places.get(each.label), produced or {}) for each in binder.exhibits]
    _write_csv(rows, folder / "exhibit-list.csv")
    _write_xlsx(rows, binder, folder / "exhibit-list.xlsx", made)


def _row(exhibit: BoundExhibit, place: Placed | None, produced: Mapping[str, Sequence[Numbers]]) -> list[str]:
    dates = dict(exhibit.dates)
    ruling = dates.get(Status.EXCLUDED)
    return [
        exhibit.label,
        dates.get(Status.OFFERED, ""),
        dates.get(Status.MARKED, ""),
        dates.get(Status.ADMITTED, f"excluded {ruling}" if ruling else ""),
        "Intentionally omitted" if exhibit.withdrawn else exhibit.title,
        exhibit.when,
        exhibit.witness,
        exhibit.status.value,
        str(place.volume) if place else "",
        str(place.first_page) if place else "",
        str(place.pages) if place else "",
        " ".join(item.number for item in exhibit.items),
        " ".join(item.digests.sha256 for item in exhibit.items),
        "; ".join(each for item in exhibit.items for each in _bates(produced.get(item.number, ()))),
    ]


def _bates(produced: Sequence[Numbers]) -> list[str]:
    """The numbers an item went out under, each once: it keeps them when it is produced again."""
    return list(dict.fromkeys(first if first == last else f"{first} – {last}" for _, first, last in produced))


def _write_csv(rows: list[list[str]], path: Path) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _ in COLUMNS])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _write_xlsx(rows: list[list[str]], binder: BinderInput, path: Path, made: str) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Exhibits"
    for number, row in enumerate([[name for name, _ in COLUMNS], *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column, ILLEGAL_CHARACTERS_RE.sub(" ", text))
            cell.data_type = "s"  # text, whatever it begins with
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for column, (_, width) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    book.properties.title = f"Exhibit list, {binder.case.caption}, {binder.case.number}"
    book.properties.creator = "EvidenceKit"
    book.properties.created = datetime.fromisoformat(made).astimezone(UTC).replace(tzinfo=None)
    draft = io.BytesIO()
    book.save(draft)
    path.write_bytes(_undated(draft, book.properties.created))


def _undated(draft: io.BytesIO, made: datetime) -> bytes:
    """The same workbook with its entries' times fixed and its time of saving that of the binder."""
    out = io.BytesIO()
    stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
