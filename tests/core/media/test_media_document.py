"""PDF: what it says of itself, what could act in it, its text, and damaged or locked files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.document import DocumentReader
from evidencekit.media.protocol import Source
from evidencekit.model import FactValue, Kind, Reading, Zone
from evidencekit.printing.paper import PaperName, sheet

CORPUS = Path(os.environ.get("EVIDENCEKIT_CORPUS") or Path(__file__).parents[3].parent / "shared" / "corpus")


def read(path: Path, out: Path) -> Reading:
    return DocumentReader().read(Source(path, path.name, "application/pdf", "UTC"), out, Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


def pdf(*words: str) -> Pdf:
    made = Pdf.new()
    font = made.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for word in words:
        page = made.add_blank_page(page_size=(612, 792))
        page.Resources = Dictionary(Font=Dictionary(F=font))
        page.Contents = made.make_stream(f"BT /F 12 Tf 72 700 Td ({word}) Tj ET".encode())
    return made


@pytest.fixture
def report(tmp_path: Path) -> Path:
    made = pdf("first words", "second page")
    made.docinfo["/Title"] = "Incident\x07 Report"
    made.docinfo["/Author"] = "Deputy Kühn"
    made.docinfo["/CreationDate"] = "D:20260106071200-08'00'"
    made.docinfo["/ModDate"] = "D:20260107"
    made.docinfo["/CaseNo"] = "26-1"
    with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["xmp:CreateDate"] = "2026-01-06T07:12:00-08:00"
        xmp["xmp:CreatorTool"] = "Records 4"
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Narrative", 0))
    path = tmp_path / "report.pdf"
    made.save(path)
    return path


def test_what_a_report_says(report: Path, tmp_path: Path) -> None:
    reading = read(report, tmp_path / "out")
    said = facts(reading)
    assert (reading.kind, reading.pages, said["pages"], said["encrypted"]) == (Kind.DOCUMENT, 2, 2, False)
    assert said["active_content"] == []
    assert (said["title"], said["author"], said["software"]) == ("Incident\\u0007 Report", "Deputy Kühn", "Records 4")
    assert (said["info CaseNo"], said["bookmarks"]) == ("26-1", ["Narrative"])
    moments = {m.basis: (m.value, m.zone) for m in reading.moments}
    assert moments["pdf info /CreationDate"] == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert moments["xmp CreateDate"] == ("2026-01-06T07:12:00-08:00", Zone.STATED)
    assert said["time ModDate"] == "D:20260107"
    assert reading.text is not None
    assert reading.text.read_text(encoding="utf-8").split("\f") == ["first words", "second page"]
    dated = "pdf info /ModDate holds a date that is not a whole date and time: “D:20260107”."
    assert reading.warnings == (dated,)


@pytest.mark.parametrize("text", ["D:2026", "D:202601", "6 January 2026"])
def test_a_date_that_is_not_whole_is_a_fact_and_told(tmp_path: Path, text: str) -> None:
    made = pdf("x")
    made.docinfo["/CreationDate"] = text
    path = tmp_path / "x.pdf"
    made.save(path)
    reading = read(path, tmp_path / "out")
    assert (reading.moments, facts(reading)["time CreationDate"]) == ((), text)
    assert any(f"“{text}”" in warning for warning in reading.warnings)


def test_a_scan_has_no_text_and_says_so(tmp_path: Path) -> None:
    made = Pdf.new()
    made.add_blank_page()
    made.save(tmp_path / "scan.pdf")
    reading = read(tmp_path / "scan.pdf", tmp_path / "out")
    assert reading.text is None
    assert facts(reading)["searchable"] is False


def on_opening(made: Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def launch(made: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    made.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])


def chained(made: Pdf) -> None:
    action = Dictionary(S=Name.GoTo, Next=Array([Dictionary(S=Name.SubmitForm, F=String("https://evil.example"))]))
    made.pages[0].AA = Dictionary(O=action)


def attached(made: Pdf) -> None:
    made.attachments["notes.txt"] = b"hello"


def form(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array(), XFA=made.make_stream(b"<xdp/>"))


def external(made: Pdf) -> None:
    stream = made.make_stream(b"")
    stream.F = String("//server/share/x")
    made.Root.Odd = stream


def remote(made: Pdf) -> None:
    made.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.GoToR))])


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (on_opening, ["JavaScript", "action on opening"]),
        (launch, ["launch action"]),
        (chained, ["form submission"]),
        (attached, ["embedded file"]),
        (form, ["XFA form"]),
        (external, ["data in another file"]),
        (remote, ["link to another file"]),
    ],
)
def test_active_content_is_listed_wherever_it_hides(
    tmp_path: Path, plant: Callable[[Pdf], None], expected: list[str]
) -> None:
    made = pdf("x")
    plant(made)
    made.save(tmp_path / "a.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    reading = read(tmp_path / "a.pdf", tmp_path / "out")
    assert facts(reading)["active_content"] == expected
    assert any(expected[0] in w for w in reading.warnings)


def test_ordinary_links_are_not_active_content(tmp_path: Path) -> None:
    made = pdf("x")
    action = Dictionary(S=Name.URI, URI=String("https://example.org"))
    made.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])
    made.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([made.pages[0].obj, Name.Fit]))
    made.save(tmp_path / "a.pdf")
    assert facts(read(tmp_path / "a.pdf", tmp_path / "out"))["active_content"] == []


@pytest.mark.parametrize("strength", [4, 6])
def test_encryption(tmp_path: Path, strength: int) -> None:
    made = pdf("secret words")
    made.save(tmp_path / "open.pdf", encryption=pikepdf.Encryption(owner="o", user="", R=strength))
    opened = read(tmp_path / "open.pdf", tmp_path / "1")
    assert (facts(opened)["encrypted"], opened.pages) == (True, 1)
    assert opened.text is not None
    assert any("opens without a password" in w for w in opened.warnings)
    made.save(tmp_path / "shut.pdf", encryption=pikepdf.Encryption(owner="o", user="u", R=strength))
    shut = read(tmp_path / "shut.pdf", tmp_path / "2")
    assert (facts(shut)["encrypted"], shut.pages, shut.text) == (True, None, None)
    assert "active_content" in facts(shut)
    assert any("could not be opened without a password" in w for w in shut.warnings)


def test_a_cipher_that_yields_no_page_was_not_opened(tmp_path: Path) -> None:
    """R 4 with a key of 40 bits: pypdf takes the empty password for right and then decrypts nothing."""
    path = CORPUS / "pdf" / "issue19484_1.pdf"
    if not path.is_file():
        pytest.skip("the public sample files are not here")
    reading = read(path, tmp_path / "out")
    assert (reading.pages, facts(reading)["encrypted"]) == (None, True)
    (told,) = [warning for warning in reading.warnings if "encrypted" in warning]
    assert "could not be opened without a password" in told


def test_a_truncated_pdf_is_still_counted_by_somebody(report: Path, tmp_path: Path) -> None:
    data = report.read_bytes()
    report.write_bytes(data[: data.rindex(b"startxref")])
    assert read(report, tmp_path / "out").pages == 2


def test_what_nobody_can_open_is_a_plain_error(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"rubbish " * 50)
    with pytest.raises(ReaderError, match="could not open it"):
        read(path, tmp_path / "out")


def test_pages_come_on_the_sheet_asked_for(report: Path, tmp_path: Path) -> None:
    source = Source(report, "report.pdf", "application/pdf", "UTC")
    pages = DocumentReader().pages(source, sheet(PaperName.A4), tmp_path / "out", Job())
    assert pages.pdf is not None
    with pikepdf.open(pages.pdf) as made:
        assert len(made.pages) == pages.count == 2
        assert [round(float(v)) for v in made.pages[0].mediabox] == [0, 0, 595, 842]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_only_reader_errors_leave_the_reader(report: Path, tmp_path: Path, data: st.DataObject) -> None:
    raw = bytearray(report.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(9, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    path = tmp_path / "damaged.pdf"
    path.write_bytes(raw[: data.draw(st.integers(9, len(raw)))])
    try:
        reading = read(path, tmp_path / "out")
    except ReaderError:
        return
    assert {"encrypted", "active_content"} <= facts(reading).keys()
