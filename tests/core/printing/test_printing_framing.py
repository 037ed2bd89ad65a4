"""PDF pages on paper: as they look, upright, inside the frame, and nothing but what they look like."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageFilter

from evidencekit.errors import Cancelled, ReaderError
from evidencekit.job import Job
from evidencekit.printing.framing import PageBox, on_paper, page_box, pdf_pages, placed
from evidencekit.printing.output import blank_pdf, save_part
from evidencekit.printing.paper import PaperName, Sheet, sheet

Render = Callable[..., Image.Image]
LAYERED = b"/OC /H BDC 1 0 0 rg 20 20 60 60 re f EMC /OC /S BDC 0 0 1 rg 100 20 9 9 re f EMC"
UNBALANCED = b"q q 0.5 0 0 0.5 0 0 cm 1 0 0 rg 20 20 60 60 re f BT /F 30 Tf 10 200 Td (word) Tj"
SQUARE = b"1 0 0 rg 20 20 60 60 re f 0 0 1 rg 20 120 160 30 re f"

# One page each that broke a viewer or a binder once: rotated, cropped, odd units, inherited or missing resources,
# unbalanced graphics states, forms, annotations, layers, patterns, damaged cross references.
ODD = [
    "ShowText-ShadingPattern",
    "annotation-choice-widget",
    "annotation-fileattachment",
    "annotation-freetext",
    "annotation-line",
    "annotation-line-without-appearance-empty-Rect",
    "annotation-link-text-popup",
    "annotation-polyline-polygon",
    "annotation-square-circle",
    "annotation-stamp",
    "annotation-strikeout-without-appearance",
    "annotation-text-without-popup",
    "annotation-tx3",
    "annotation-underline",
    "annotation_hidden_noview",
    "arial_unicode_ab_cidfont",
    "bug1001080",
    "bug878026",
    "devicen",
    "hello_world_rotated",
    "issue1002",
    "issue10084_reduced",
    "issue1350",
    "issue1512r",
    "issue2017r",
    "issue3214",
    "issue4260_reduced",
    "issue5501",
    "issue5946",
    "issue6069",
    "issue7403",
    "issue7835",
    "multimedia_annotations",
    "simpletype3font",
    "tiling-pattern-large-steps",
    "tiling_patterns_variations",
    "tracemonkey_a11y",
    "type4psfunc",
]


@pytest.fixture(autouse=True)
def quiet() -> Any:
    """pikepdf logs what it repairs; that is what these files are for."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def make(path: Path, content: bytes = SQUARE, **page: Any) -> Path:
    with pikepdf.new() as pdf:
        made = pdf.add_blank_page(page_size=(200, 300))
        made.Contents = pdf.make_stream(content)
        for key, value in page.items():
            made.obj["/" + key] = value
        pdf.save(path)
    return path


def compare(render: Render, source: Path, made: Path, paper: Sheet, page: int = 0) -> tuple[float, float]:
    """How much the framed page differs from the page itself: mean difference, and the share of pixels far off."""
    with pikepdf.open(source) as pdf:
        box = page_box(pdf.pages[page])
    place = placed(box, paper)
    width, height = box.seen
    scale = 1.5
    whole = render(made, page, scale)
    spot = on_paper(box, place)
    x, y = (spot.y, spot.x) if place.turned else (spot.x, paper.height - spot.y - spot.height)
    crop = tuple(round(v * scale) for v in (x, y, x + width * place.scale, y + height * place.scale))
    drawn = whole.crop(crop)
    wanted = render(source, page, scale * place.scale * box.unit).resize(drawn.size)
    blur = ImageFilter.BoxBlur(2)
    one, other = (np.asarray(image.filter(blur), int) for image in (drawn, wanted))
    outside = np.asarray(whole).copy()
    outside[max(0, crop[1] - 2) : crop[3] + 2, max(0, crop[0] - 2) : crop[2] + 2] = 255
    assert outside.min() > 250, "something is printed outside the frame"
    off = np.abs(one - other)
    return float(off.mean()), float((off.max(axis=2) > 64).mean())


@pytest.mark.parametrize("name", ODD)
def test_odd_pages_look_as_they_are(corpus: Path, tmp_path: Path, letter: Sheet, render: Render, name: str) -> None:
    source = corpus / "pdf" / f"{name}.pdf"
    if not source.exists():
        pytest.skip(f"{name} is not among the samples")
    made = pdf_pages(source, letter, tmp_path, Job())
    mean, far = compare(render, source, made.pdf, letter)
    assert mean < 6
    assert far < 0.01


def test_the_samples_named_above_are_there(corpus: Path) -> None:
    assert sum((corpus / "pdf" / f"{name}.pdf").exists() for name in ODD) >= 20


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("crop", [None, [50, 10, 190, 290], [190, 290, 50, 10], [-20, -20, 400, 160]])
def test_rotation_and_crop(tmp_path: Path, paper: Sheet, render: Render, rotate: int, crop: list[int] | None) -> None:
    page: dict[str, Any] = {"Rotate": rotate} | ({"CropBox": Array(crop)} if crop else {})
    source = make(tmp_path / "source.pdf", **page)
    made = pdf_pages(source, paper, tmp_path, Job())
    mean, far = compare(render, source, made.pdf, paper)
    assert mean < 3
    assert far < 0.01


def test_reversed_boxes_and_units(tmp_path: Path, letter: Sheet, render: Render) -> None:
    source = make(tmp_path / "source.pdf", MediaBox=Array([200, 300, 0, 0]), UserUnit=2)
    with pikepdf.open(source) as pdf:
        assert page_box(pdf.pages[0]).seen == (400, 600)
    made = pdf_pages(source, letter, tmp_path, Job())
    drawn = np.asarray(render(made.pdf))
    red = np.argwhere((drawn[..., 0] > 200) & (drawn[..., 1] < 60))
    (top, left), (bottom, right) = red.min(0), red.max(0)
    assert right - left == pytest.approx(120, abs=2)
    assert bottom - top == pytest.approx(120, abs=2)


def test_nonsense_boxes_become_a_letter_page(tmp_path: Path, letter: Sheet) -> None:
    for box in (Array([0, 0, 0, 0]), Array([1, 2]), Array([Name.X, 0, 1, 1]), Dictionary()):
        source = make(tmp_path / "source.pdf", MediaBox=box)
        assert pdf_pages(source, letter, tmp_path, Job()).count == 1


def test_pages_are_shrunk_but_never_enlarged(letter: Sheet) -> None:
    assert placed(PageBox(0, 0, 200, 300, 0, 1), letter).scale == 1
    assert placed(PageBox(0, 0, 612, 792, 0, 1), letter).scale == pytest.approx(666 / 792, abs=0.02)


def test_wide_pages_turn_the_sheet_when_that_helps(tmp_path: Path, paper: Sheet, render: Render) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(1224, 792))
        page.Contents = pdf.make_stream(b"1 0 0 rg 0 700 400 92 re f 0 0 1 rg 800 0 424 80 re f")
        pdf.save(tmp_path / "wide.pdf")
    made = pdf_pages(tmp_path / "wide.pdf", paper, tmp_path, Job())
    drawn = render(made.pdf)
    assert drawn.width > drawn.height
    mean, far = compare(render, tmp_path / "wide.pdf", made.pdf, paper)
    assert mean < 3
    assert far < 0.01


boxes = st.builds(
    PageBox,
    st.floats(-500, 500),
    st.floats(-500, 500),
    st.floats(1, 4000),
    st.floats(1, 4000),
    st.sampled_from([0, 90, 180, 270]),
    st.floats(0.1, 10),
)


@given(boxes, st.sampled_from(list(PaperName)))
def test_every_page_lands_inside_the_paper_clear_of_the_marks(box: PageBox, name: PaperName) -> None:
    paper = sheet(name)
    place = placed(box, paper)
    spot = on_paper(box, place)
    assert place.scale <= 1
    if not place.turned:
        assert spot.x >= paper.left - 0.01
        assert spot.y >= paper.bottom - 0.01
        assert spot.x + spot.width <= paper.width - paper.right + 0.01
        assert spot.y + spot.height <= paper.height - paper.top + 0.01
    else:  # read with the left edge on top: the foot is on the right, the sticker at the upper left corner's side
        assert spot.x >= paper.top - 0.01
        assert spot.x + spot.width <= paper.width - paper.bottom + 0.01
        assert spot.y >= 36 - 0.01
        assert spot.y + spot.height <= paper.height - 36 + 0.01


def test_unbalanced_states_and_inherited_resources(tmp_path: Path, letter: Sheet, render: Render) -> None:
    source = make(tmp_path / "source.pdf", UNBALANCED)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.Root.Pages.Resources = Dictionary(Font=Dictionary(F=font))
        del pdf.pages[0].obj["/Resources"]
        pdf.save(source)
    made = pdf_pages(source, letter, tmp_path, Job())
    mean, far = compare(render, source, made.pdf, letter)
    assert mean < 2
    assert far < 0.01


def hostile(path: Path) -> Path:
    """A page with everything that must not come along."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 300))
        page.Contents = pdf.make_stream(SQUARE)
        script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        page.obj.AA = Dictionary(O=script)
        launch = Dictionary(S=Name.Launch, F="cmd.exe")
        rect, words = [10, 10, 50, 50], "call her sister"
        page.Annots = Array(
            [
                pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect, A=launch)),
                pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=rect, Contents=words)),
                pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=rect)),
            ]
        )
        page.obj.Metadata = pdf.make_stream(b"<x>GPS</x>", Type=Name.Metadata, Subtype=Name.XML)
        pdf.attachments["secret.txt"] = b"attached words"
        pdf.Root.OpenAction = script
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<xdp/>"))
        pdf.save(path)
    return path


def test_active_content_stays_behind_and_is_named(tmp_path: Path, letter: Sheet) -> None:
    made = pdf_pages(hostile(tmp_path / "x.pdf"), letter, tmp_path, Job())
    said = " ".join(made.warnings)
    for words in ("scripts", "launch actions", "attached files", "an XFA form", "sticky note", "call her sister"):
        assert words in said
    with pikepdf.open(made.pdf) as pdf:
        whole = b"".join(
            thing.unparse(resolved=True) + (thing.read_raw_bytes() if isinstance(thing, pikepdf.Stream) else b"")
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)
        )
        assert not pdf.attachments
        assert set(pdf.Root.keys()) == {"/Pages", "/Type"}
    for word in (b"JavaScript", b"Launch", b"alert", b"XFA", b"attached", b"GPS", b"/Annots", b"/AA"):
        assert word not in whole


def test_pictures_inside_a_pdf_lose_their_exif(tmp_path: Path, letter: Sheet) -> None:
    from io import BytesIO

    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    buffer = BytesIO()
    Image.linear_gradient("L").save(buffer, "JPEG", exif=exif)
    source = tmp_path / "scan.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        picture = pdf.make_stream(buffer.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=256, Height=256)
        picture.ColorSpace, picture.BitsPerComponent, picture.Filter = Name.DeviceGray, 8, Name.DCTDecode
        page.Resources = Dictionary(XObject=Dictionary(I=picture))
        page.Contents = pdf.make_stream(b"q 200 0 0 200 0 0 cm /I Do Q")
        pdf.save(source)
    assert b"SecretCamera" in source.read_bytes()
    made = pdf_pages(source, letter, tmp_path, Job())
    assert b"SecretCamera" not in made.pdf.read_bytes()
    with pikepdf.open(made.pdf) as pdf:
        inner = pdf.pages[0].Resources.XObject.P.Resources.XObject.I
        assert Image.open(BytesIO(inner.read_raw_bytes())).tobytes() == Image.open(buffer).tobytes()


def red(image: Image.Image) -> int:
    data = np.asarray(image, int)
    return int(((data[..., 0] > 150) & (data[..., 1] < 90) & (data[..., 2] < 90)).sum())


def layered(path: Path, config: Callable[[Any, Any], Dictionary], member: bool = False) -> Path:
    """A page with a red square on a layer (or membership) whose state ``config`` decides."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 300))
        hidden, shown = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=name)) for name in ("draft", "final"))
        under: Any = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=hidden, P=Name.AllOn)) if member else hidden
        page.Resources = Dictionary(Properties=Dictionary(H=under, S=shown))
        page.Contents = pdf.make_stream(LAYERED)
        pdf.Root.OCProperties = Dictionary(OCGs=Array([hidden, shown]), D=config(hidden, shown))
        pdf.save(path)
    return path


HIDING: dict[str, Callable[[Any, Any], Dictionary]] = {
    "off": lambda hidden, shown: Dictionary(OFF=Array([hidden])),
    "base off": lambda hidden, shown: Dictionary(BaseState=Name.OFF, ON=Array([shown])),
    "by usage": lambda hidden, shown: Dictionary(
        AS=Array([Dictionary(Event=Name.View, Category=Array([Name.View]), OCGs=Array([hidden]))])
    ),
}


@pytest.mark.parametrize("how", HIDING)
@pytest.mark.parametrize("member", [False, True])
def test_layers_that_are_off_stay_off(tmp_path: Path, letter: Sheet, render: Render, how: str, member: bool) -> None:
    source = layered(tmp_path / "layers.pdf", HIDING[how], member)
    if how == "by usage":
        with pikepdf.open(source, allow_overwriting_input=True) as pdf:
            pdf.Root.OCProperties.OCGs[0].Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
            pdf.save(source)
    made = pdf_pages(source, letter, tmp_path, Job())
    drawn = render(made.pdf)
    assert red(drawn) == 0
    blue = np.asarray(drawn, int)
    assert ((blue[..., 2] > 150) & (blue[..., 0] < 90)).sum() > 50


def test_layers_that_are_on_are_printed(tmp_path: Path, letter: Sheet, render: Render) -> None:
    source = layered(tmp_path / "layers.pdf", lambda hidden, shown: Dictionary(ON=Array([hidden, shown])))
    assert red(render(pdf_pages(source, letter, tmp_path, Job()).pdf)) > 1000


def annotated(path: Path, **entries: Any) -> Path:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 300))
        note = Dictionary(Type=Name.Annot, Rect=[20, 20, 120, 120], C=[1, 0, 0], **entries)
        page.Annots = Array([pdf.make_indirect(note)])
        pdf.save(path)
    return path


DRAWN: dict[str, dict[str, Any]] = {
    "Highlight": {"QuadPoints": [20, 60, 120, 60, 20, 40, 120, 40]},
    "Underline": {"QuadPoints": [20, 60, 120, 60, 20, 40, 120, 40], "BS": Dictionary(W=4)},
    "StrikeOut": {"QuadPoints": [20, 60, 120, 60, 20, 40, 120, 40], "BS": Dictionary(W=4)},
    "Square": {"BS": Dictionary(W=4)},
    "Circle": {"BS": Dictionary(W=4), "IC": [1, 0, 0]},
    "Line": {"L": [30, 30, 110, 110], "BS": Dictionary(W=4)},
    "Ink": {"InkList": [[30, 30, 60, 90, 110, 40]], "BS": Dictionary(W=4)},
    "Polygon": {"Vertices": [30, 30, 60, 90, 110, 40], "BS": Dictionary(W=4)},
    "PolyLine": {"Vertices": [30, 30, 60, 90, 110, 40], "BS": Dictionary(W=4)},
}


@pytest.mark.parametrize("kind", DRAWN)
def test_marks_without_an_appearance_are_drawn(tmp_path: Path, letter: Sheet, render: Render, kind: str) -> None:
    made = pdf_pages(annotated(tmp_path / "a.pdf", Subtype=Name("/" + kind), **DRAWN[kind]), letter, tmp_path, Job())
    assert red(render(made.pdf)) > 100
    assert made.warnings == ()


@pytest.mark.parametrize("flag", [2, 32])
def test_hidden_marks_stay_hidden(tmp_path: Path, letter: Sheet, render: Render, flag: int) -> None:
    made = pdf_pages(annotated(tmp_path / "a.pdf", Subtype=Name.Square, F=flag, IC=[1, 0, 0]), letter, tmp_path, Job())
    assert red(render(made.pdf)) == 0


def test_nonsense_annotations_do_no_harm(tmp_path: Path, letter: Sheet) -> None:
    for entries in ({"QuadPoints": [1, 2]}, {"InkList": 7}, {"L": Array()}, {"Rect": Array([Name.A])}, {"AP": Array()}):
        for kind in DRAWN:
            path = annotated(tmp_path / "a.pdf", Subtype=Name("/" + kind))
            with pikepdf.open(path, allow_overwriting_input=True) as pdf:
                for key, value in entries.items():
                    pdf.pages[0].Annots[0]["/" + key] = value
                pdf.save(path)
            assert pdf_pages(path, letter, tmp_path, Job()).count == 1


def test_form_fields_are_printed_as_filled_in(tmp_path: Path, letter: Sheet) -> None:
    source = tmp_path / "form.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 300))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T="who",
                V="Mark Hollis",
                Rect=[20, 20, 200, 40],
                F=4,
                DA="/Helv 12 Tf 0 g",
            )
        )
        page.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), DR=Dictionary(Font=Dictionary(Helv=font)), DA="/Helv 12 Tf 0 g", NeedAppearances=True
        )
        pdf.save(source)
    made = pdf_pages(source, letter, tmp_path, Job())
    assert "Mark Hollis" in text_of(made.pdf)


def text_of(pdf: Path, page: int = 0) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


def test_passwords(tmp_path: Path, letter: Sheet) -> None:
    source = make(tmp_path / "plain.pdf")
    with pikepdf.open(source) as pdf:
        pdf.save(tmp_path / "owner.pdf", encryption=pikepdf.Encryption(owner="x", user=""))
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="x", user="y"))
    made = pdf_pages(tmp_path / "owner.pdf", letter, tmp_path, Job())
    assert any("encrypted" in note for note in made.warnings)
    with pikepdf.open(made.pdf) as pdf:
        assert not pdf.is_encrypted
    with pytest.raises(ReaderError, match="password"):
        pdf_pages(tmp_path / "locked.pdf", letter, tmp_path, Job())


def test_what_qpdf_refuses_is_drawn_as_pixels(corpus: Path, tmp_path: Path, letter: Sheet, render: Render) -> None:
    source = corpus / "pdf" / "bug1011159.pdf"
    made = pdf_pages(source, letter, tmp_path, Job())
    assert any("pictures" in note for note in made.warnings)
    assert np.asarray(render(made.pdf)).min() < 128


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7", b"words"])
def test_what_nobody_can_draw_is_refused(tmp_path: Path, letter: Sheet, raw: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(raw)
    with pytest.raises(ReaderError, match="damaged"):
        pdf_pages(tmp_path / "x.pdf", letter, tmp_path / "out", Job())
    assert not (tmp_path / "out" / "pages.pdf").exists()


@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_every_public_sample_prints_or_says_why(corpus: Path, tmp_path: Path, letter: Sheet, step: int) -> None:
    files = sorted((corpus / "pdf").glob("*.pdf"))[::step]
    printed = 0
    for number, path in enumerate(files):
        with contextlib.suppress(ReaderError):
            printed += pdf_pages(path, letter, tmp_path / f"{number}.pdf", Job()).count > 0
    assert printed >= 0.97 * len(files)


def test_the_same_bytes_every_time(tmp_path: Path, letter: Sheet) -> None:
    source = hostile(tmp_path / "x.pdf")
    first = pdf_pages(source, letter, tmp_path / "a", Job()).pdf.read_bytes()
    assert pdf_pages(source, letter, tmp_path / "b", Job()).pdf.read_bytes() == first


def test_cancel(tmp_path: Path, letter: Sheet) -> None:
    with pytest.raises(Cancelled):
        pdf_pages(make(tmp_path / "x.pdf"), letter, tmp_path / "out", Job(cancelled=lambda: True))
    assert not (tmp_path / "out").exists()


def test_a_blank_page_is_blank(tmp_path: Path, paper: Sheet, render: Render) -> None:
    blank_pdf(paper, tmp_path / "blank.pdf")
    drawn = render(tmp_path / "blank.pdf")
    assert drawn.size == (round(paper.width + 0.49), round(paper.height + 0.49))
    assert np.asarray(drawn).min() == 255


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_an_error_and_not_the_end_of_the_program() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        with pytest.raises(OSError, match="No space left"):
            save_part(pdf, Path("/dev/full"))
