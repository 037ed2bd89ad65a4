"""Office documents that the tests make: what they say, every word of them, what could act, what lies in them."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.office import OfficeReader
from evidencekit.media.protocol import Source
from evidencekit.model import Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<dc:creator>J. Doe</dc:creator><cp:lastModifiedBy>M. Hollis</cp:lastModifiedBy><dc:title>Log</dc:title>
<cp:revision>7</cp:revision><dcterms:created>2026-01-06T07:12:00Z</dcterms:created>
<dcterms:modified>2026-03-04T21:41:00Z</dcterms:modified><cp:lastPrinted>soon</cp:lastPrinted></cp:coreProperties>"""
APP = "<Properties><Application>Word</Application><Company>ACME</Company><Pages>3</Pages><Words>42</Words></Properties>"


def package(path: Path, parts: dict[str, str | bytes]) -> Path:
    """A ZIP with these parts, in this order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, said in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            file.writestr(name, said, kind)
    return path


def external(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="x{number}" Type="{R}/{kind}" Target="{target}" TargetMode="External"/>'


def docx(path: Path, body: str = "", **more: str | bytes) -> Path:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "docProps/core.xml": CORE,
        "docProps/app.xml": APP,
    }
    return package(path, {**parts, **more})


def read(path: Path, out: Path) -> Reading:
    """What the reader makes of a file, in this process."""
    kind = identify(path, path.name, ExtensionRules()).media_type
    return OfficeReader().read(Source(path, path.name, kind, "America/Los_Angeles"), out, Job())


def facts(reading: Reading) -> dict[str, object]:
    return {fact.name: fact.value for fact in reading.facts}


def words(reading: Reading) -> list[str]:
    assert reading.text is not None, reading.warnings
    return reading.text.read_text("utf-8").split("\n")


def p(*runs: str) -> str:
    return "<w:p>" + "".join(runs) + "</w:p>"


def r(text: str, more: str = "") -> str:
    return f'<w:r>{more}<w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.fixture
def busy(tmp_path: Path) -> Reading:
    """A document with everything that hides in one."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    body = (
        p(r("He called "), '<w:ins w:id="1" w:author="Ann"><w:r><w:t>twice</w:t></w:r></w:ins>')
        + p(
            '<w:del w:id="2" w:author="Bob"><w:r><w:delText>once</w:delText></w:r></w:del>',
            r("unseen", "<w:rPr><w:vanish/></w:rPr>"),
        )
        + "<w:tbl><w:tr><w:tc>"
        + p(r("cell"))
        + "</w:tc></w:tr></w:tbl>"
        + p('<w:r><w:instrText> DDEAUTO cmd "/c calc" </w:instrText></w:r>')
    )
    links = external(1, "hyperlink", "http://a.example/") + external(2, "image", "http://t.example/p.gif")
    path = docx(
        tmp_path / "log.docx",
        body,
        **{
            "word/comments.xml": f'<w:comments {W}><w:comment w:author="Cy" w:date="2026-01-07T08:00:00Z">'
            f"{p(r('is that so'))}</w:comment></w:comments>",
            "word/header1.xml": f"<w:hdr {W}>{p(r('Confidential'))}</w:hdr>",
            "word/_rels/document.xml.rels": RELS.format(links),
            "word/_rels/settings.xml.rels": RELS.format(external(1, "attachedTemplate", "http://t.example/t.dotm")),
            "word/vbaProject.bin": b"x",
            "word/media/image1.png": picture.getvalue(),
        },
    )
    return read(path, tmp_path / "out")


def test_a_document_says_who_made_it_and_when(busy: Reading) -> None:
    found = facts(busy)
    assert (found["author"], found["last_modified_by"], found["title"]) == ("J. Doe", "M. Hollis", "Log")
    assert (found["company"], found["application"], found["revision"], found["words"]) == ("ACME", "Word", "7", 42)
    assert (busy.pages, found["encrypted"]) == (3, False)
    assert [(m.value, m.zone) for m in busy.moments] == [
        ("2026-01-06T07:12:00+00:00", Zone.STATED),
        ("2026-03-04T21:41:00+00:00", Zone.STATED),
    ]
    assert found["time lastPrinted"] == "soon"


def test_every_word_is_read_and_what_hides_is_marked(busy: Reading) -> None:
    said = words(busy)
    assert said[:2] == ["He called twice", "[deleted: once][hidden: unseen]"]
    assert "cell" in "\n".join(said)
    assert said[said.index("[Header]") + 1] == "Confidential"
    assert "Cy, 2026-01-07T08:00:00Z: is that so" in said
    found = facts(busy)
    assert (found["comments"], found["tracked_insertions"], found["tracked_deletions"]) == (1, 1, 1)
    assert found["tracked_authors"] == ["Ann", "Bob"]


def test_what_could_act_is_named_and_never_followed(busy: Reading) -> None:
    found = facts(busy)
    assert found["active_content"] == ["DDEAUTO field", "macros", "remote picture", "remote template"]
    assert found["remote_references"] == [
        "image: http://t.example/p.gif",
        "attachedTemplate: http://t.example/t.dotm",
    ]
    assert found["links"] == 1
    assert any("nothing of it was run or fetched" in each for each in busy.warnings)


def test_what_lies_in_a_document_comes_out(busy: Reading) -> None:
    assert [child.name for child in busy.children] == ["image1.png"]
    with Image.open(busy.children[0].path) as image:
        assert image.size == (8, 8)


def test_a_workbook_keeps_nothing_to_itself(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    calls = book.active
    assert calls is not None
    calls.title = "Calls"
    calls.append(["When", "Number", "Answered"])
    calls.append([datetime.datetime(2026, 1, 6, 7, 12), "+15550178834", True])
    calls.append([datetime.date(2026, 1, 7), 42, "=1+1"])
    calls["B2"].comment = Comment("it is his", "J. D.")
    calls.row_dimensions[3].hidden = True
    secret = book.create_sheet("Secret")
    secret.append(["unseen"])
    secret.sheet_state = "veryHidden"
    book.save(tmp_path / "calls.xlsx")
    reading = read(tmp_path / "calls.xlsx", tmp_path / "out")
    said = words(reading)
    assert said[:4] == [
        "[Sheet Calls]",
        "When\tNumber\tAnswered",
        "2026-01-06 07:12:00\t+15550178834\tTRUE",
        "2026-01-07\t42",
    ]
    assert "[Sheet Secret, hidden]" in said
    assert "unseen" in said
    assert "[Comment at B2] it is his" in said
    found = facts(reading)
    assert (found["sheets"], found["hidden_sheets"]) == (["Calls", "Secret"], ["Secret"])
    assert (found["hidden_rows_and_columns"], found["comments"], found["formulas in Calls"]) == (1, 1, 1)
    assert len([m for m in reading.moments if m.basis == "core properties created"]) == 1


def test_slides_give_their_words_in_order_with_what_is_said_beside_them(tmp_path: Path) -> None:
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="p"'

    def shapes(text: str, more: str = "") -> str:
        return f"<p:sld {a} {more}><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>"

    path = package(
        tmp_path / "talk.pptx",
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": f'<p:presentation xmlns:p="p" xmlns:r="{R}"><p:sldIdLst><p:sldId id="1" r:id="b"/>'
            '<p:sldId id="2" r:id="a"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": RELS.format(
                '<Relationship Id="a" Target="slides/slide1.xml"/><Relationship Id="b" Target="slides/slide2.xml"/>'
            ),
            "ppt/slides/slide1.xml": shapes("shown last", 'show="0"'),
            "ppt/slides/slide2.xml": shapes("shown first"),
            "ppt/slides/_rels/slide2.xml.rels": RELS.format('<Relationship Id="n" Target="../notesSlides/n1.xml"/>'),
            "ppt/notesSlides/n1.xml": shapes("say it slowly"),
        },
    )
    reading = read(path, tmp_path / "out")
    assert words(reading)[:8] == [
        *("[Slide 1]", "shown first", "[Speaker notes]", "say it slowly", "", "[Slide 2, hidden]", "shown last", "")
    ]
    assert (facts(reading)["slides"], facts(reading)["hidden_slides"]) == (2, 1)


ODF = (
    'xmlns:office="o" xmlns:text="t" xmlns:table="tb" xmlns:style="s" xmlns:draw="d" xmlns:dc="dc" xmlns:meta="m" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def odt(path: Path, body: str, **more: str) -> Path:
    meta = (
        "<meta:creation-date>2026-01-06T07:12:00</meta:creation-date><meta:initial-creator>Ann</meta:initial-creator>"
    )
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "meta.xml": f"<office:document-meta {ODF}><office:meta>{meta}<meta:document-statistic "
        'meta:page-count="2"/></office:meta></office:document-meta>',
    }
    return package(path, {**parts, **more})


def test_an_open_document_is_read_whole(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:p>He<text:s text:c='2'/>called<office:annotation><dc:creator>Cy</dc:creator><text:p>when?</text:p>"
        "</office:annotation></text:p><text:p><draw:image xlink:href='http://t.example/p.gif'/></text:p>"
        "<table:table table:name='T'><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
    )
    reading = read(odt(tmp_path / "a.odt", body, **{"Basic/Standard/M.xml": "<x/>"}), tmp_path / "out")
    said = words(reading)
    assert [s for s in said if s] == ["[deleted: gone]", "[comment: when?]", "He  called", "[Table T]", "a\tb"]
    found = facts(reading)
    assert found["active_content"] == ["macros", "remote picture"]
    assert found["remote_references"] == ["image: http://t.example/p.gif"]
    assert (reading.pages, found["author"], found["comments"], found["tracked_deletions"]) == (2, "Ann", 1, 1)
    assert [(m.value, m.zone) for m in reading.moments] == [("2026-01-06T07:12:00", Zone.NONE)]


def test_an_encrypted_open_document_is_said_to_be_so(tmp_path: Path) -> None:
    manifest = '<m:manifest xmlns:m="m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    reading = read(odt(tmp_path / "a.odt", "", **{"META-INF/manifest.xml": manifest}), tmp_path / "out")
    assert facts(reading)["encrypted"] is True
    assert reading.text is None
    assert any("password" in each for each in reading.warnings)


RICH = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\*\generator Word 16;}
{\info{\title Log}{\author Ann}{\creatim\yr2026\mo1\dy6\hr7\min12}{\nofpages2}}
{\*\template http://t.example/t.dot}
He said \'93no\'94 \u8364?5 {\deleted twice}{\v unseen}\par
{\field{\*\fldinst INCLUDEPICTURE "http://t.example/p.gif"}{\fldrslt a picture}}\par
{\object\objemb{\*\objclass Package}{\*\objdata 0105}}{\u-10179?\u-8704?}\tab end{\header At the top}}"""


def test_rich_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(RICH)
    reading = read(tmp_path / "a.rtf", tmp_path / "out")
    said = "\n".join(words(reading))
    assert "He said “no” €5 [deleted: twice][hidden: unseen]" in said
    assert "a picture" in said
    assert "\U0001f600\tend" in said
    assert "[Header: At the top]" in said
    assert "Arial" not in said
    found = facts(reading)
    assert found["active_content"] == ["INCLUDEPICTURE field", "embedded object", "remote template"]
    assert sorted(found["remote_references"]) == ["http://t.example/p.gif", "http://t.example/t.dot"]  # type: ignore[call-overload]
    assert (found["title"], found["author"], found["application"], reading.pages) == ("Log", "Ann", "Word 16;", 2)
    assert [(m.value, m.zone) for m in reading.moments] == [("2026-01-06T07:12:00", Zone.NONE)]


def storage(path: Path, *streams: str) -> Path:
    """A minimal OLE storage (MS-CFB) with empty streams of these names."""
    free, end, special = b"\xff" * 4, b"\xfe\xff\xff\xff", b"\xfd\xff\xff\xff"
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<II", 1, 1) + bytes(4) + struct.pack("<I", 4096) + end + bytes(4) + end + bytes(4)
    header += bytes(4) + free * 108
    directory = b""
    for number, name in enumerate(("Root Entry", *streams)):
        wide = name.encode("utf-16-le")
        after = struct.pack("<i", number + 1 if 0 < number < len(streams) else -1)
        child = struct.pack("<i", 1 if number == 0 and streams else -1)
        kind = bytes([5 if number == 0 else 2, 1])
        directory += wide.ljust(64, b"\0") + struct.pack("<H", len(wide) + 2) + kind + b"\xff" * 4 + after + child
        directory += bytes(36) + end + bytes(8)
    path.write_bytes(header + (special + end + free * 126) + directory.ljust(512, b"\0"))
    return path


def test_a_document_with_a_password_is_said_to_have_one(tmp_path: Path) -> None:
    locked = storage(tmp_path / "a.docx", "EncryptedPackage", "EncryptionInfo")
    assert identify(locked, "a.docx", ExtensionRules()).extension_matches
    reading = read(locked, tmp_path / "out")
    assert facts(reading)["encrypted"] is True
    assert any("password" in each for each in reading.warnings)
    with pytest.raises(ReaderError, match="encrypted"):
        OfficeReader().pages(
            Source(locked, "a.docx", "application/x-ole-storage", "UTC"), sheet(PaperName.LETTER), tmp_path, Job()
        )


def test_macros_of_older_documents_are_named(tmp_path: Path) -> None:
    old = storage(tmp_path / "a.doc", "WordDocument", "_VBA_PROJECT")
    source = Source(old, "a.doc", "application/msword", "UTC")
    reading = OfficeReader().read(source, tmp_path / "out", Job())
    assert facts(reading)["active_content"] == ["macros"]
    assert facts(reading)["encrypted"] is False
    assert any("LibreOffice" in each for each in reading.warnings)
    (tmp_path / "b.doc").write_bytes(old.read_bytes()[:600])
    with pytest.raises(ReaderError, match="damaged"):
        OfficeReader().read(Source(tmp_path / "b.doc", "b.doc", "application/msword", "UTC"), tmp_path / "out", Job())


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = docx(tmp_path / "bomb.docx", p(r("before")), **{"word/media/a.bin": bytes(40 << 20)})
    reading = read(bomb, tmp_path / "out")
    assert words(reading)[0] == "before"
    assert reading.children == ()
    assert any("more than is believable" in each for each in reading.warnings)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + f"<w:document {W}>{p(r('&b;'))}</w:document>"
    path = docx(tmp_path / "a.docx", **{"word/document.xml": laughs, "docProps/core.xml": laughs})
    reading = read(path, tmp_path / "out")
    assert reading.text is None
    assert any("damaged XML" in each for each in reading.warnings)


@pytest.mark.parametrize(
    "body", [p(r("x")) * 3 + "<w:p><w:r", "<w:p>" * 5_000, "\x00", "<w:p><w:r><w:t>" + "x" * 100_000]
)
def test_damage_is_a_warning(tmp_path: Path, body: str) -> None:
    reading = read(docx(tmp_path / "a.docx", body), tmp_path / "out")
    assert reading.warnings


def test_what_is_no_package_at_all_is_said(tmp_path: Path) -> None:
    whole = docx(tmp_path / "a.docx", p(r("x"))).read_bytes()
    (tmp_path / "b.docx").write_bytes(whole[: len(whole) // 2])
    source = Source(
        tmp_path / "b.docx",
        "b.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "UTC",
    )
    with pytest.raises(ReaderError, match="damaged"):
        OfficeReader().read(source, tmp_path / "out", Job())


def test_each_is_known_by_its_content(tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", p(r("x")))
    rules = ExtensionRules()
    assert identify(path, "a.docx", rules).extension_matches
    assert not identify(path, "a.xlsx", rules).extension_matches
    assert not identify(path, "a.jpg", rules).extension_matches
    assert not identify(odt(tmp_path / "a.odt", ""), "a.docx", rules).extension_matches
