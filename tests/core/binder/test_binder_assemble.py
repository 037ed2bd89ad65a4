"""A volume put together: every mark readable by three libraries, every link landing, nothing active, the same bytes."""

from __future__ import annotations

import dataclasses
import functools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from evidencekit.binder.assemble import assemble
from evidencekit.binder.place import Matter, place
from evidencekit.binder.preflight import check
from evidencekit.binder.values import Bookmark, PageMarks, Sticker, Volume
from evidencekit.errors import BuildError, Cancelled
from evidencekit.job import Job
from evidencekit.printing.output import blank_pdf
from evidencekit.printing.pages import image_pages, pdf_pages
from evidencekit.printing.paper import PaperName, Sheet, sheet

MOMENT = "2026-11-22T16:04:00+00:00"
RUNNING = "People v. Hollis · 26CR00417"


@pytest.fixture(params=list(PaperName))
def paper(request: pytest.FixtureRequest) -> Sheet:
    return sheet(request.param)


@pytest.fixture
def letter() -> Sheet:
    return sheet(PaperName.LETTER)


def front(path: Path, paper: Sheet, uris: list[str]) -> Path:
    """A typeset-like first part: a tagged, dated PDF with links."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(paper.width, paper.height))
        page.Contents = pdf.make_stream(b"0.9 g 80 400 100 100 re f")
        page.Annots = Array(
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=[72, 600 - 20 * n, 300, 615 - 20 * n],
                    A=Dictionary(S=Name.URI, URI=uri),
                )
            )
            for n, uri in enumerate(uris)
        )
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot)
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="1")
        pdf.Root.Metadata = pdf.make_stream(b"<pdfaid:part>2</pdfaid:part>", Type=Name.Metadata, Subtype=Name.XML)
        pdf.docinfo["/Author"] = "somebody"
        pdf.save(path)
    return path


def wide(path: Path) -> Path:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(1224, 792))
        page.Contents = pdf.make_stream(b"q 0.8 g 0 0 1224 792 re f")
        pdf.save(path)
    return path


def parts_of(folder: Path, paper: Sheet) -> list[Path]:
    """Front matter, a screenshot, a tall capture, a wide page, a blank."""
    Image.new("RGB", (1170, 2532), (200, 210, 220)).save(folder / "shot.png")
    Image.new("RGB", (1170, 9000), (210, 200, 220)).save(folder / "tall.png")
    parts = [
        front(folder / "front.pdf", paper, ["ek:ex/1", "ek:ex/12A-T", "ek:ex/3"]),
        *(folder / f"{n}.pdf" for n in "1234"),
    ]
    image_pages(folder / "shot.png", paper, parts[1], Job())
    image_pages(folder / "tall.png", paper, parts[2], Job())
    pdf_pages(wide(folder / "wide.pdf"), paper, parts[3], Job())
    blank_pdf(paper, parts[4])
    return parts


@dataclasses.dataclass(frozen=True)
class Assembled:
    """Parts, the volume they make, and its PDF, made once; copy what is to be changed."""

    parts: list[Path]
    volume: Volume
    out: Path


Made = Callable[[Sheet], Assembled]


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Made:
    @functools.cache
    def made(paper: Sheet) -> Assembled:
        folder = tmp_path_factory.mktemp("assembled")
        parts = parts_of(folder, paper)
        volume = volume_of(parts)
        assemble(volume, parts, folder / "Binder.pdf", sheet=paper, job=Job(), moment=MOMENT)
        return Assembled(parts, volume, folder / "Binder.pdf")

    return made


def volume_of(parts: list[Path], case: str = "26CR00417") -> Volume:
    counts = []
    for part in parts:
        with pikepdf.open(part) as pdf:
            counts.append(len(pdf.pages))
    total, marks, outline, targets = sum(counts), [], [], {}
    for label, count in zip(["", "1", "12A-T", "3", ""], counts, strict=True):
        for n in range(count):
            page = len(marks) + 1
            running = "" if page == total else RUNNING
            if not label:
                marks.append(PageMarks(f"{page} of {total}", str(page), running))
                continue
            sticker = Sticker("People’s Exhibit", label, case) if n == 0 else None
            exhibit = f"Exhibit {label} · {n + 1} of {count}"
            marks.append(PageMarks(f"{page} of {total}", str(page), running, exhibit, sticker))
            if n == 0:
                targets[f"ek:ex/{label}"] = page
                outline.append(Bookmark(f"Exhibit {label} — “voicemail”", page, (Bookmark("inner", page),)))
    return Volume(1, "Exhibit binder · People v. Hollis", tuple(marks), tuple(outline), targets)


def words(text: str) -> str:
    return " ".join(text.split())


def by_pdfium(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [words(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def by_poppler(path: Path) -> list[str]:
    program = shutil.which("pdftotext")
    if not program:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run([program, str(path), "-"], check=True, capture_output=True, text=True).stdout
    return [words(page) for page in text.split("\f")]


def by_pypdf(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [words(page.extract_text()) for page in pypdf.PdfReader(file).pages]


@pytest.mark.parametrize("extract", [by_pdfium, by_poppler, by_pypdf])
def test_every_mark_is_real_text(assembled: Made, paper: Sheet, extract: Callable[[Path], list[str]]) -> None:
    made = assembled(paper)
    for text, marks in zip(extract(made.out), made.volume.pages, strict=False):
        for mark in (marks.page, marks.exhibit, marks.running):
            assert mark in text
        if marks.sticker:
            assert "PEOPLE’S EXHIBIT" in text
            assert marks.sticker.foot in text


def test_what_was_put_together_passes_the_check(assembled: Made, paper: Sheet) -> None:
    made = assembled(paper)
    assert check(made.volume, made.out, Job()) == []


def test_the_document_is_what_a_court_takes(assembled: Made, letter: Sheet) -> None:
    made = assembled(letter)
    volume, out = made.volume, made.out
    with pikepdf.open(out) as pdf:
        assert not {"/OpenAction", "/StructTreeRoot", "/MarkInfo", "/Metadata", "/AcroForm"} & set(pdf.Root.keys())
        assert pdf.Root.Lang == "en-US"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712 — a PDF boolean
        assert str(pdf.trailer.Info.Title) == volume.title
        assert str(pdf.trailer.Info.CreationDate).startswith("D:20261122160400")
        assert "/Author" not in pdf.trailer.Info
        assert not pdf.is_encrypted
        assert not pdf.attachments
        assert [page.label for page in pdf.pages] == [marks.label for marks in volume.pages]
        landings = [
            next(n for n, page in enumerate(pdf.pages, 1) if page.objgen == link.Dest[0].objgen)
            for link in pdf.pages[0].Annots
        ]
        assert landings == [volume.targets[uri] for uri in ("ek:ex/1", "ek:ex/12A-T", "ek:ex/3")]
        assert all(link.Dest[1] == "/XYZ" and "/A" not in link for link in pdf.pages[0].Annots)
        with pdf.open_outline() as outline:
            assert [line.title for line in outline.root] == [line.title for line in volume.outline]
        fonts = {f.objgen for page in pdf.pages for k, f in page.Resources.Font.items() if k.startswith("/EK")}
        assert len(fonts) == 2
    assert sorted(out.parent.glob("*.pdf")) == sorted([out, out.with_name("wide.pdf"), *made.parts])
    assert {path.suffix for path in out.parent.iterdir()} == {".pdf", ".png"}


def test_the_same_bytes_every_time_and_others_for_other_marks(assembled: Made, tmp_path: Path, letter: Sheet) -> None:
    parts, volume = assembled(letter).parts, assembled(letter).volume
    made = []
    for name, case in (("a", "1"), ("b", "1"), ("c", "2")):
        assemble(volume_of(parts, case), parts, tmp_path / name, sheet=letter, job=Job(), moment=MOMENT)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] != made[2]
    identifiers = []
    for name in ("a", "c"):
        with pikepdf.open(tmp_path / name) as pdf:
            identifiers.append(bytes(pdf.trailer.ID[0]))
            assert bytes(pdf.trailer.ID[0]) == bytes(pdf.trailer.ID[1])
    assert identifiers[0] != identifiers[1]
    assert b"31415926535897932384626433832795" not in made[0]
    dated = tmp_path / "dated"
    assemble(volume, parts, dated, sheet=letter, job=Job())
    with pikepdf.open(dated) as pdf:
        assert "/CreationDate" not in pdf.trailer.Info


def render(path: Path, page: int, scale: float = 2.0) -> np.ndarray:
    document = pypdfium2.PdfDocument(path)
    try:
        return np.asarray(document[page].render(scale=scale).to_pil().convert("RGB"), int)
    finally:
        document.close()


def test_marks_never_touch_evidence(assembled: Made, tmp_path: Path, paper: Sheet) -> None:
    parts = assembled(paper).parts
    volume = volume_of(parts, case="CASE-2026-000123456789-ABCDEFGH")
    out = tmp_path / "Binder.pdf"
    assemble(volume, parts, out, sheet=paper, job=Job())
    page = 0
    for part in parts[1:]:
        with pikepdf.open(part) as pdf:
            count = len(pdf.pages)
        for n in range(count):
            page += 1
            before, after = render(part, n), render(out, page)
            evidence = (before < 250).any(axis=2)
            assert (before[evidence] == after[evidence]).all()
            assert (after < 128).any()


def test_marks_stand_upright_on_turned_pages(tmp_path: Path, letter: Sheet) -> None:
    for turn in (0, 90, 180, 270):
        path = tmp_path / f"{turn}.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=(612, 792)).Rotate = turn
            pdf.pages[0].CropBox = Array([0, 0, 612, 792])
            pdf.save(path)
        marks = PageMarks("1 of 1", "1", RUNNING, "Exhibit 1 · 1 of 1", Sticker("People’s Exhibit", "1", "26CR00417"))
        volume = Volume(1, "t", (marks,), (), {})
        out = tmp_path / f"out{turn}.pdf"
        assemble(volume, [path], out, sheet=letter, job=Job())
        assert check(volume, out, Job()) == []
        drawn = render(out, 0, 1.0)
        height, width, _ = drawn.shape
        amber = np.argwhere((drawn[..., 0] > 230) & (drawn[..., 2] < 120))
        assert amber[:, 0].max() < 40, "the sticker's band is on top"
        assert amber[:, 1].min() > width / 2, "and on the right"
        assert (drawn[height - 40 : height - 20, width - 100 :] < 100).any(), "the page mark is at the foot"


@pytest.mark.parametrize("label", ["1", "12A", "12A-T", "1,234-AAAA-T", "X" * 60, "Ж-漢"])
@pytest.mark.parametrize("case", ["", "26CR00417", "CASE-2026-000123456789-ABCDEFGH", "Y" * 200])
def test_long_labels_shrink_into_the_sticker(tmp_path: Path, letter: Sheet, label: str, case: str) -> None:
    blank_pdf(letter, tmp_path / "p.pdf")
    marks = PageMarks("1 of 1", "1", case * 3, f"Exhibit {label} · 1 of 1", Sticker("People’s Exhibit", label, case))
    volume = Volume(1, "t", (marks,), (), {})
    assemble(volume, [tmp_path / "p.pdf"], tmp_path / "o.pdf", sheet=letter, job=Job())
    assert check(volume, tmp_path / "o.pdf", Job()) == []
    drawn = render(tmp_path / "o.pdf", 0)
    right = round(2 * (letter.width - letter.right))
    assert drawn[:, right + 2 :].min() == 255
    assert drawn[:, : round(2 * letter.left) - 2].min() == 255


LONG = (
    "26CR00417, 26CR00418, 26CR00533 (consolidated for trial with 26CR00611, 26CR00612 and 26CR00613, all counts)",
    "W" * 200,
    "i" * 200,
    "-" * 200,
    "漢" * 200,
    "words and " * 20,
    "fi ffl \ufb01" * 20,
    "שלום עולם " * 15,
    "x\u00ad" * 60,
    "1\n2",
)


@pytest.mark.parametrize("long", LONG)
def test_case_numbers_and_captions_of_any_length_pass_the_check(
    make: Any, tmp_path: Path, letter: Sheet, long: str
) -> None:
    alone = ((long, "People v. X"), ("26CR1", long)) if long in LONG[:2] else ()
    for number, caption in (*alone, (long, long)):
        case = dataclasses.replace(make.case, number=number, caption=caption)
        binding = make.binding([make.exhibit("1", [make.item(1)])], profile=make.profile(duplex=False))
        binder = dataclasses.replace(binding.binder, case=case)
        (volume,) = place(binding.plan, binder, binding.profile, [Matter(1)], [Matter(1)])
        blank_pdf(letter, tmp_path / "p.pdf")
        out = tmp_path / "o.pdf"
        assemble(volume, [tmp_path / "p.pdf"] * len(volume.pages), out, sheet=letter, job=Job())
        assert [f.message for f in check(volume, out, Job()) if f.code == "binder-mark"] == []
        wrong = dataclasses.replace(volume.pages[0], running="Another case · 26CR99999")
        changed = dataclasses.replace(volume, pages=(wrong, *volume.pages[1:]))
        assert "binder-mark" in {fault.code for fault in check(changed, out, Job())}
        out.unlink()


def test_unbalanced_content_does_not_move_the_marks(tmp_path: Path, letter: Sheet) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(612, 792))
        page.Contents = pdf.make_stream(b"0.5 0 0 0.5 0 0 cm 1 0 0 rg")
        pdf.save(tmp_path / "p.pdf")
    volume = Volume(1, "t", (PageMarks("1 of 1", "1"),), (), {})
    assemble(volume, [tmp_path / "p.pdf"], tmp_path / "o.pdf", sheet=letter, job=Job())
    assert check(volume, tmp_path / "o.pdf", Job()) == []


def test_layers_that_are_off_stay_off_in_the_volume(tmp_path: Path, letter: Sheet) -> None:
    source = tmp_path / "layers.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 300))
        hidden = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="draft"))
        page.Resources = Dictionary(Properties=Dictionary(H=hidden))
        page.Contents = pdf.make_stream(b"/OC /H BDC 1 0 0 rg 20 20 60 60 re f EMC")
        pdf.Root.OCProperties = Dictionary(OCGs=Array([hidden]), D=Dictionary(OFF=Array([hidden])))
        pdf.save(source)
    parts = []
    for n in range(2):
        parts.append(tmp_path / f"{n}.pdf")
        pdf_pages(source, letter, parts[-1], Job())
    volume = Volume(1, "t", tuple(PageMarks(f"{n} of 2", str(n)) for n in (1, 2)), (), {})
    assemble(volume, parts, tmp_path / "o.pdf", sheet=letter, job=Job())
    for n in range(2):
        drawn = render(tmp_path / "o.pdf", n)
        assert not ((drawn[..., 0] > 150) & (drawn[..., 1] < 90)).any()
    with pikepdf.open(tmp_path / "o.pdf") as pdf:
        assert len(pdf.Root.OCProperties.D.OFF) == 2
        assert all("/EKLayers" not in page.obj for page in pdf.pages)


def test_page_labels_of_their_own(tmp_path: Path, letter: Sheet) -> None:
    blank_pdf(letter, tmp_path / "p.pdf")
    volume = Volume(1, "t", (PageMarks("1 of 2", "i"), PageMarks("2 of 2", "40.1")), (), {})
    assemble(volume, [tmp_path / "p.pdf"] * 2, tmp_path / "o.pdf", sheet=letter, job=Job())
    assert check(volume, tmp_path / "o.pdf", Job()) == []


def test_what_does_not_agree_is_refused_and_leaves_nothing(tmp_path: Path, letter: Sheet) -> None:
    parts = [front(tmp_path / "front.pdf", letter, ["ek:ex/9"])]
    one = (PageMarks("1 of 1", "1"),)
    faults = [
        (Volume(1, "t", one * 2, (), {}), parts, "pages"),
        (Volume(1, "t", one, (), {}), parts, "leads nowhere"),
        (Volume(1, "t", one, (), {"ek:ex/9": 7}), parts, "leads nowhere"),
        (Volume(1, "t", one, (Bookmark("x", 2),), {"ek:ex/9": 1}), parts, "leads nowhere"),
        (Volume(1, "t", (), (), {}), [], "no pages"),
        (Volume(1, "t", one, (), {}), [tmp_path / "gone.pdf"], "put together|could not be written"),
    ]
    for volume, given, said in faults:
        with pytest.raises(BuildError, match=said):
            assemble(volume, given, tmp_path / "out.pdf", sheet=letter, job=Job())
        assert not list(tmp_path.glob("out*"))
    volume = Volume(1, "t", one, (), {"ek:ex/9": 1})
    with pytest.raises(BuildError, match="ISO 8601"):
        assemble(volume, parts, tmp_path / "out.pdf", sheet=letter, job=Job(), moment="yesterday")


def test_cancel_leaves_nothing(tmp_path: Path, letter: Sheet) -> None:
    blank_pdf(letter, tmp_path / "p.pdf")
    volume = Volume(1, "t", (PageMarks("1 of 1", "1"),), (), {})
    for steps in range(2):
        seen = iter([False] * steps + [True] * 9)
        job = Job(cancelled=lambda seen=seen: next(seen))
        with pytest.raises(Cancelled):
            assemble(volume, [tmp_path / "p.pdf"], tmp_path / "out.pdf", sheet=letter, job=job)
        assert not list(tmp_path.glob("out*"))


def test_preflight_finds_every_fault(assembled: Made, letter: Sheet) -> None:
    made = assembled(letter)
    volume, out = made.volume, made.out
    first = volume.pages[1]
    changed = [
        (dataclasses.replace(first, page="3 of 9"), "binder-mark"),
        (dataclasses.replace(first, exhibit="Exhibit 2 · 1 of 1"), "binder-mark"),
        (dataclasses.replace(first, sticker=Sticker("People’s Exhibit", "7", "26CR00417")), "binder-mark"),
        (dataclasses.replace(first, label="ii"), "binder-label"),
    ]
    for marks, code in changed:
        wrong = dataclasses.replace(volume, pages=(volume.pages[0], marks, *volume.pages[2:]))
        assert [finding.code for finding in check(wrong, out, Job())] == [code]
    shorter = dataclasses.replace(volume, pages=volume.pages[:-1])
    assert "binder-page-count" in {finding.code for finding in check(shorter, out, Job())}
    fewer = dataclasses.replace(volume, outline=volume.outline[1:])
    assert {finding.code for finding in check(fewer, out, Job())} == {"binder-outline"}
    moved = dataclasses.replace(volume, targets=dict.fromkeys(volume.targets, 1))
    assert [finding.code for finding in check(moved, out, Job())] == ["binder-link"] * 3


@pytest.mark.parametrize("at", ["-100 400", "72 -30", "580 400", "72 800"])
def test_preflight_finds_text_that_runs_off_the_paper(assembled: Made, tmp_path: Path, letter: Sheet, at: str) -> None:
    made = assembled(letter)
    parts = [Path(shutil.copy(made.parts[0], tmp_path)), *made.parts[1:]]
    with pikepdf.open(parts[0], allow_overwriting_input=True) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].Resources = Dictionary(Font=Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(f"BT /F 12 Tf {at} Td (a lost row) Tj ET".encode())
        pdf.save(parts[0])
    volume = volume_of(parts)
    assemble(volume, parts, tmp_path / "Binder.pdf", sheet=letter, job=Job(), moment=MOMENT)
    faults = check(volume, tmp_path / "Binder.pdf", Job())
    assert [(fault.code, "page 1" in fault.message) for fault in faults] == [("binder-text-off-paper", True)]


def test_preflight_finds_what_a_court_refuses(assembled: Made, tmp_path: Path, letter: Sheet) -> None:
    made = assembled(letter)
    volume, out, bad = made.volume, made.out, tmp_path / "bad.pdf"
    with pikepdf.open(out) as pdf:
        pdf.attachments["x.txt"] = b"x"
        pdf.Root.Names.JavaScript = Dictionary(Names=["a", Dictionary(S=Name.JavaScript, JS="1")])
        pdf.Root.AcroForm = Dictionary(Fields=Array())
        del pdf.pages[0].Annots[0].Dest
        pdf.save(bad, encryption=pikepdf.Encryption(owner="x", user=""))
    codes = {finding.code for finding in check(volume, bad, Job())}
    assert {"binder-encrypted", "binder-script", "binder-attachment", "binder-form", "binder-link"} <= codes
    (tmp_path / "torn.pdf").write_bytes(out.read_bytes()[:100])
    assert [finding.code for finding in check(volume, tmp_path / "torn.pdf", Job())] == ["binder-unreadable"]
