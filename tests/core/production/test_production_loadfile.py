"""The load files: read back what was written, any name; every link leads to a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.model import CaseInfo, Kind
from evidencekit.production.loadfile import BREAK, COLUMN, FIELDS, QUOTE, REPLACED, dat, opt
from evidencekit.production.values import Order, ProducedItem, Production

INFO = CaseInfo("u", "26CR00417", "People v. Hollis", "UTC")
BEGIN = "HOLLIS000004"
ITEM = ProducedItem(
    "ITEM-0002", "ITEM-0001", BEGIN, "HOLLIS000009", 6, "HOLLIS000001", "HOLLIS000009", "Phone of J. D.", "a.eml",
    "mail/a.eml", "eml", 381_204, Kind.EMAIL, "message/rfc822", "2026-01-06T07:12:00-08:00", "2026-04-10T17:02:11Z",
    "a" * 64, "b" * 64, "", "CONFIDENTIAL", f"pdf/{BEGIN}.pdf", f"text/{BEGIN}.txt", f"natives/{BEGIN}.eml",
)  # fmt: skip


def production(*items: ProducedItem) -> Production:
    return Production(1, INFO, Order("Defence"), "HOLLIS", "A. Rivera", items, ())


def parsed(data: bytes) -> list[dict[str, str]]:
    """What a review platform makes of a DAT."""
    assert data.startswith(b"\xef\xbb\xbf")
    *lines, rest = data.decode("utf-8-sig").split("\r\n")
    assert rest == ""
    rows = [line.split(COLUMN) for line in lines]
    assert all(cell[0] == cell[-1] == QUOTE and QUOTE not in cell[1:-1] for row in rows for cell in row)
    heads, *values = [[cell[1:-1].replace(BREAK, "\n") for cell in row] for row in rows]
    assert tuple(heads) == FIELDS
    return [dict(zip(heads, row, strict=True)) for row in values]


def plain(text: str) -> str:
    """A value as it must come back: lines kept, delimiters replaced, hidden characters by their code point."""
    lines = (shown(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(lines).replace(QUOTE, "th").replace(BREAK, "(R)")


def test_every_field_is_what_the_item_says() -> None:
    (row,) = parsed(dat(production(ITEM))[0])
    assert row == {
        "BEGBATES": BEGIN,
        "ENDBATES": "HOLLIS000009",
        "BEGATTACH": "HOLLIS000001",
        "ENDATTACH": "HOLLIS000009",
        "PAGECOUNT": "6",
        "CUSTODIAN": "Phone of J. D.",
        "FILENAME": "a.eml",
        "FILEEXT": "eml",
        "FILESIZE": "381204",
        "DATECREATED": "2026-01-06T07:12:00-08:00",
        "DATEMODIFIED": "2026-04-10T17:02:11Z",
        "SHA256": "a" * 64,
        "REDACTED": "",
        "CONFIDENTIALITY": "CONFIDENTIAL",
        "TEXTLINK": rf"text\{BEGIN}.txt",
        "NATIVELINK": rf"natives\{BEGIN}.eml",
    }


def test_what_cannot_stand_in_a_value_is_replaced_and_told() -> None:
    name = f"Þór{COLUMN} {QUOTE}ing{BREAK}\r\nsecond\nthird.txt"
    data, notes = dat(production(replace(ITEM, name=name), replace(ITEM, begin="HOLLIS000010", custodian=QUOTE), ITEM))
    first, second, third = parsed(data)
    assert first["FILENAME"] == "Þór\\u{14} thing(R)\nsecond\nthird.txt"
    assert second["CUSTODIAN"] == "th"
    assert third["FILENAME"] == "a.eml"
    assert [note.partition(":")[0] for note in notes] == ["CUSTODIAN", "FILENAME", "FILENAME", "FILENAME"]
    assert "HOLLIS000010" in notes[0]
    assert all(BEGIN in note for note in notes[1:])
    assert [sum(f"U+{ord(sign):04X}" in note for note in notes) for sign in REPLACED] == [2, 1, 1]


def test_documents_in_a_row_are_told_as_one_and_many_places_by_their_count() -> None:
    marked = [replace(ITEM, begin=f"HOLLIS{n:06d}", confidentiality=QUOTE) for n in range(1, 2001)]
    (note,) = dat(production(*marked))[1]
    assert note.endswith("in HOLLIS000001 to HOLLIS002000 (2,000 documents).")
    scattered = [each if n % 2 else replace(each, confidentiality="") for n, each in enumerate(marked)]
    (note,) = dat(production(*scattered))[1]
    assert note.endswith("HOLLIS000060 and in 970 further documents (1,000 documents).")


def test_nothing_is_told_where_nothing_was_replaced() -> None:
    assert dat(production(ITEM))[1] == []


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=4))
def test_any_name_comes_back(names: list[tuple[str, str]]) -> None:
    items = [replace(ITEM, name=name, custodian=source) for name, source in names]
    rows = parsed(dat(production(*items))[0])
    assert [(row["FILENAME"], row["CUSTODIAN"]) for row in rows] == [(plain(a), plain(b)) for a, b in names]


def test_the_opt_has_one_line_for_each_document() -> None:
    other = replace(ITEM, begin="HOLLIS000010", pages=1, pdf="pdf/HOLLIS000010.pdf")
    assert opt(production(ITEM, other), "PROD001") == (
        b"HOLLIS000004,PROD001,pdf\\HOLLIS000004.pdf,Y,,,6\r\nHOLLIS000010,PROD001,pdf\\HOLLIS000010.pdf,Y,,,1\r\n"
    )


@pytest.mark.parametrize("volume", ["", "A,B", "A B", "A\r\nB", "Ä", "x" * 41, 'A"'])
def test_a_volume_that_would_break_a_line_is_refused(volume: str) -> None:
    with pytest.raises(UsageError):
        opt(production(ITEM), volume)


def test_every_link_leads_to_a_file_below_data(tmp_path: Path) -> None:
    items = (ITEM, replace(ITEM, begin="HOLLIS000010", pdf="pdf/HOLLIS000010.pdf", text="", native=""))
    for each in items:
        for place in (each.pdf, each.text, each.native):
            if place:
                (tmp_path / place).parent.mkdir(exist_ok=True)
                (tmp_path / place).touch()
    rows = parsed(dat(production(*items))[0])
    links = [row[name] for row in rows for name in ("TEXTLINK", "NATIVELINK")]
    links += [line.split(",")[2] for line in opt(production(*items), "V1").decode().splitlines()]
    found = [tmp_path.joinpath(*PureWindowsPath(link).parts) for link in links if link]
    assert len(found) == 4
    assert all(path.is_file() for path in found)
