"""Documents on paper, by every route that is installed, in real workers; and that none of them fetches anything."""

from __future__ import annotations

import csv
import socket
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from evidencekit.job import Job
from evidencekit.media import outside
from evidencekit.media.contain import Readers
from evidencekit.media.filetypes import OOXML
from evidencekit.media.grids import csv_grid
from evidencekit.media.rtf import without_outside as without_outside_rtf
from evidencekit.media.stripped import without_outside
from evidencekit.model import Pages
from evidencekit.printing.blocks import block_pages
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.printing.tables import Grid, table_pages

PROGRAMS = outside.found()
PAPER = sheet(PaperName.LETTER)
ROUTES = [
    pytest.param(name, marks=pytest.mark.skipif(needs not in PROGRAMS, reason=f"{needs} is not installed"))
    for name, needs in (("LibreOffice", "soffice"), ("pandoc", "pandoc"))
]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
D = "http://schemas.openxmlformats.org/drawingml/2006"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def written(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, said in parts.items():
            file.writestr(name, said)
    return path


def word(path: Path, address: str) -> Path:
    """A Word document whose picture and template lie elsewhere."""
    picture = (
        f'<w:drawing><wp:inline xmlns:wp="{D}/wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/>'
        f'<wp:docPr id="1" name="p"/><a:graphic xmlns:a="{D}/main"><a:graphicData uri="{D}/picture">'
        f'<pic:pic xmlns:pic="{D}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:link="rId1"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    body = f"<w:p><w:r><w:t>He was outside again.</w:t></w:r></w:p><w:p><w:r>{picture}</w:r></w:p>"
    field = f'<w:p><w:fldSimple w:instr=" INCLUDEPICTURE &quot;{address}/f.png&quot; \\d "/></w:p>'
    target = f'Target="{address}/p.png" TargetMode="External"'
    return written(
        path,
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELS.format(
                f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
            ),
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}{field}</w:body></w:document>',
            "word/_rels/document.xml.rels": RELS.format(f'<Relationship Id="rId1" Type="{R}/image" {target}/>'),
            "word/settings.xml": f'<w:settings xmlns:w="{W}" xmlns:r="{R}"><w:attachedTemplate r:id="rId1"/>'
            "</w:settings>",
            "word/_rels/settings.xml.rels": RELS.format(
                f'<Relationship Id="rId1" Type="{R}/attachedTemplate" Target="{address}/t.dotm" TargetMode="External"/>'
            ),
        },
    )


def opened(path: Path, address: str) -> Path:
    """An OpenDocument text whose picture lies elsewhere."""
    names = f'xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0" xmlns:draw="{ODF}drawing:1.0" '
    names += f'xmlns:svg="{ODF}svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    picture = (
        f'<draw:frame svg:width="3cm" svg:height="3cm"><draw:image xlink:href="{address}/p.png" '
        'xlink:type="simple" xlink:actuate="onLoad"/></draw:frame>'
    )
    kind = "application/vnd.oasis.opendocument.text"
    entry = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
    entry += '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    return written(
        path,
        {
            "mimetype": kind,
            "content.xml": f'<office:document-content {names} office:version="1.2"><office:body><office:text>'
            f"<text:p>He was outside again.</text:p><text:p>{picture}</text:p></office:text></office:body>"
            "</office:document-content>",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{ODF}manifest:1.0" m:version="1.2">{entry}</m:manifest>',
        },
    )


def rich(path: Path, address: str) -> Path:
    path.write_text(
        rf'{{\rtf1\ansi{{\*\template {address}/t.dot}}He was outside again.\par {{\field{{\*\fldinst INCLUDEPICTURE "'
        rf'{address}/p.png" \\d}}{{\fldrslt x}}}}\par}}'
    )
    return path


def page(path: Path, address: str) -> Path:
    path.write_text(
        f'<html><head><link rel="stylesheet" href="{address}/s.css"><meta http-equiv="refresh" content="0;{address}">'
        f'<base href="{address}/"></head><body background="{address}/b.png"><h1>Chat</h1><p>He was outside again.</p>'
        f'<img src="{address}/p.png" alt="a door"><iframe src="{address}/f"></iframe>'
        f'<script src="{address}/j"></script>'
        f"<table><tr><th>Who</th><th>What</th></tr><tr><td>M</td><td>call me</td></tr></table></body></html>"
    )
    return path


TRAPS = {
    "trap.docx": (word, OOXML + "wordprocessingml.document"),
    "trap.odt": (opened, "application/vnd.oasis.opendocument.text"),
    "trap.rtf": (rich, "application/rtf"),
    "trap.html": (page, "text/html"),
}


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """Something that listens and must never hear anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def silent(trap: socket.socket) -> bool:
    try:
        trap.accept()[0].close()
    except BlockingIOError:
        return True
    return False


def words(pages: Pages) -> str:
    assert pages.pdf is not None, pages.warnings
    with pypdfium2.PdfDocument(pages.pdf) as document:
        assert len(document) == pages.count
        return "\n".join(document[n].get_textpage().get_text_bounded() for n in range(len(document)))


def only(route: str) -> dict[str, str]:
    return {name: path for name, path in PROGRAMS.items() if route == "LibreOffice" or name != "soffice"}


@pytest.mark.parametrize("route", ROUTES)
def test_no_document_fetches_anything(tmp_path: Path, trap: socket.socket, route: str) -> None:
    address = f"http://127.0.0.1:{trap.getsockname()[1]}"
    with Readers(1, programs=only(route)) as readers:
        futures = {}
        for name, (make, kind) in TRAPS.items():
            path = make(tmp_path / name, address)
            futures[name] = readers.submit_pages(path, name, kind, "UTC", PAPER, tmp_path / f"out-{name}")
        made = {name: future.result(120) for name, future in futures.items()}
    for name, pages in made.items():
        assert "He was outside again." in words(pages), name
        said = "pandoc" if name == "trap.html" else route
        assert said in pages.warnings[0], name
    assert "call me" in words(made["trap.html"])
    assert silent(trap)


@pytest.mark.skipif("soffice" not in PROGRAMS, reason="LibreOffice is not installed")
def test_even_an_unstripped_document_reaches_nobody(
    tmp_path: Path, trap: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fence holds when nothing was taken out of the document beforehand."""
    address = f"http://127.0.0.1:{trap.getsockname()[1]}"
    word(tmp_path / "trap.docx", address)
    command = tmp_path / "worker.py"
    command.write_text(
        "import shutil\nfrom evidencekit.media import officepages, worker\n"
        "officepages.stripped_package = shutil.copyfile\nworker.main()\n"
    )
    with Readers(1, command=[sys.executable, "-I", str(command)], programs=only("LibreOffice")) as readers:
        kind = OOXML + "wordprocessingml.document"
        future = readers.submit_pages(tmp_path / "trap.docx", "trap.docx", kind, "UTC", PAPER, tmp_path / "out")
        pages = future.result(120)
    assert "He was outside again." in words(pages)
    assert silent(trap)


def test_what_leads_outside_is_taken_out() -> None:
    rels = RELS.format(
        f'<Relationship Id="a" Type="{R}/image" Target="http://x/" TargetMode="External"/>'
        f"<Relationship Id='b' TargetMode='External' Type='{R}/attachedTemplate' Target='\\\\x\\y'></Relationship>"
        f'<Relationship Id="c" Type="{R}/hyperlink" Target="http://x/" TargetMode="External"/>'
        f'<Relationship Id="d" Type="{R}/image" Target="media/1.png"/>'
    ).encode()
    left = without_outside(rels, "word/_rels/document.xml.rels")
    assert [name in left for name in (b'"a"', b"'b'", b'"c"', b'"d"')] == [False, False, True, True]
    field = b'<w:instrText xml:space="preserve"> INCLUDEPICTURE "http://x/" </w:instrText><w:t>INCLUDEPICTURE</w:t>'
    assert without_outside(field, "word/document.xml").count(b"INCLUDEPICTURE") == 1
    image = b"<draw:image xlink:href='http://x/'/><draw:image xlink:href=\"Pictures/1.png\"/>"
    assert (
        without_outside(image, "content.xml") == b'<draw:image xlink:href=""/><draw:image xlink:href="Pictures/1.png"/>'
    )
    wide = "<a xlink:href='ftp://x/'/>".encode("utf-16")
    assert b"ftp" not in without_outside(wide, "content.xml")
    kept = without_outside_rtf(
        rb'{\rtf1 a{\field{\*\fldinst{\b HYPERLINK "http://x/"}}{\fldrslt b}}{\*\template http://x/}c}'
    )
    assert kept == rb"{\rtf1 a{\field{}{\fldrslt b}}{}c}"


def test_a_workbook_without_libreoffice_is_tables_of_every_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet_one = book.active
    assert sheet_one is not None
    for n in range(30):
        sheet_one.append([f"row {n} column {k}" for k in range(12)])
    hidden = book.create_sheet("Secret")
    hidden.append(["unseen"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    with Readers(1, programs={}) as readers:
        kind = OOXML + "spreadsheetml.sheet"
        pages = readers.submit_pages(tmp_path / "a.xlsx", "a.xlsx", kind, "UTC", PAPER, tmp_path / "out").result(60)
    said = words(pages)
    assert all(f"row {n} column {k}" in said for n in range(30) for k in range(12))
    assert "Sheet Secret (hidden)" in said
    assert "unseen" in said


def test_pictures_stand_in_their_place_and_what_is_missing_is_said(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "p.png")
    blocks = [
        ["h", 1, [["", "Title"]]],
        ["p", [["", "before "], ["img", "p", 40.0, 30.0, "a door"], ["", " after"]]],
        ["p", [["img", "elsewhere", 0, 0, "a window"]]],
    ]
    pages = block_pages(blocks, PAPER, tmp_path / "out", Job(), pictures={"p": tmp_path / "p.png"})
    said = words(pages)
    assert "a door" not in said
    assert "[picture: a window]" in said
    assert pages.warnings == ("One picture of the document is not on these pages.",)
    assert not pages.whole
    assert pages.pdf is not None
    with pypdfium2.PdfDocument(pages.pdf) as document:
        drawn = document[0].render(scale=1).to_pil().convert("RGB")
    red = [(x, y) for x in range(drawn.width) for y in range(drawn.height) if drawn.getpixel((x, y)) == (255, 0, 0)]
    wide, tall = (max(each) - min(each) + 1 for each in zip(*red, strict=True))
    assert (abs(wide - 40), abs(tall - 30)) <= (2, 2)


def test_wide_tables_turn_the_sheet_and_go_on_over_pages(tmp_path: Path) -> None:
    rows = [(n + 1, [f"cell {n}-{k} with words" for k in range(20)]) for n in range(3)]
    rows.append((4, ["x" * 9_000]))
    pages = table_pages([Grid("", rows)], PAPER, tmp_path / "out", Job())
    said = words(pages).replace("\r", "").replace("\n", " ")
    assert all(f"cell {n}-{k}" in said for n in range(3) for k in range(20))
    assert said.count("x") >= 9_000
    assert "Columns 1 to" in said
    assert pages.pdf is not None
    with pypdfium2.PdfDocument(pages.pdf) as document:
        assert document[0].get_rotation() == 90
        assert document[0].get_mediabox()[2:] == (612, 792)


@pytest.mark.parametrize(
    ("text", "sign", "cells"),
    [
        ("a,b\n1,2\n", ",", ["1", "2"]),
        ('a;b\n1,5;"x;y"\n', ";", ["1,5", "x;y"]),
        ("a\tb\n1\t2\n", "\t", ["1", "2"]),
        ('"a","b\nc"\n1,2\n', ",", ["1", "2"]),
    ],
)
def test_what_parts_the_columns_is_found(tmp_path: Path, text: str, sign: str, cells: list[str]) -> None:
    (tmp_path / "a").write_text(text)
    grid, found = csv_grid(tmp_path / "a", tabs=False)
    assert found == sign
    assert list(grid.rows[-1][1]) == cells


def test_a_cell_of_any_length_is_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w", newline="") as file:
        csv.writer(file).writerows([["a", "b"], ["1", "y" * 300_000]])
    grid, _ = csv_grid(tmp_path / "a", tabs=False)
    assert sum(cell.count("y") for _, cells in grid.rows for cell in cells) == 300_000


@pytest.mark.skipif("pandoc" not in PROGRAMS, reason="pandoc is not installed")
def test_markdown_keeps_its_shape_and_fetches_no_picture(tmp_path: Path) -> None:
    text = """
    # What happened

    He *called* [again](http://a.example/x). ![door](http://t.example/p.png)

    | Day | Calls |
    |-----|------:|
    | Mon | 12    |

    1. first
       - inner

    <script>go()</script>
    """
    (tmp_path / "a.md").write_text(textwrap.dedent(text))
    with Readers(1) as readers:
        done = [
            readers.submit_pages(tmp_path / "a.md", "a.md", "text/markdown", "UTC", PAPER, tmp_path / f"o{n}").result(
                60
            )
            for n in range(2)
        ]
    said = words(done[0])
    assert "What happened" in said
    assert "again (http://a.example/x)" in said
    assert "[picture: door]" in said
    assert "Mon" in said
    assert any("not fetched" in each for each in done[0].warnings)
    assert done[0].whole is False
    assert done[0].pdf is not None
    assert done[1].pdf is not None
    assert done[0].pdf.read_bytes() == done[1].pdf.read_bytes()


@pytest.mark.slow
@pytest.mark.skipif("soffice" not in PROGRAMS, reason="LibreOffice is not installed")
def test_older_documents_are_read_by_way_of_libreoffice_and_without_it_it_is_said(tmp_path: Path) -> None:
    source = rich(tmp_path / "a.rtf", "x")
    command = tmp_path / "worker.py"
    command.write_text(
        "from pathlib import Path\nfrom evidencekit.media import libreoffice, studies, worker\n"
        "from evidencekit.model import Study\nimport sys, types\n"
        "def make(source, settings, out, job):\n"
        "    (out / 'a.rtf').write_bytes(source.path.read_bytes())\n"
        "    return Study(libreoffice.convert(out / 'a.rtf', 'doc', out).path)\n"
        "module = types.ModuleType('made'); module.make = make; sys.modules['made'] = module\n"
        "studies.STUDIES = {'exiftool': ('made', 'make')}\nworker.main()\n"
    )
    with Readers(1, command=[sys.executable, "-I", str(command)]) as readers:
        study = readers.submit_study(
            source, "a.rtf", "application/rtf", "UTC", tmp_path / "made", work="exiftool", settings={}
        )
        old = study.result(120).result
        assert old is not None, study.result().warnings
        found = readers.submit(old, "a.doc", "UTC", tmp_path / "read").result(120)
    assert (found.media_type, found.extension_matches) == ("application/msword", True)
    assert found.text is not None
    assert "He was outside again." in found.text.read_text()
    with Readers(1, programs={}) as readers:
        without = readers.submit(old, "a.doc", "UTC", tmp_path / "without").result(60)
    assert without.text is None
    assert any("LibreOffice" in each for each in without.warnings)
    assert any(fact.name == "encrypted" and fact.value is False for fact in without.facts)
