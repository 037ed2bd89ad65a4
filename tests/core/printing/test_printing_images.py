"""Pictures on paper: upright, whole, lossless, inside the frame, without what travels beside them."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from evidencekit.errors import Cancelled, ReaderError
from evidencekit.job import Job
from evidencekit.printing.images import OVERLAP, fitted, image_pages, plan_cuts, readable_width
from evidencekit.printing.paper import PaperName, Sheet, sheet

Render = Callable[..., Image.Image]
# What a paper of another size makes no other way of.
ONE_PAPER = [name if name is PaperName.LETTER else pytest.param(name, marks=pytest.mark.slow) for name in PaperName]


def sample(width: int, height: int) -> Image.Image:
    """A picture that looks different in every orientation."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    corner = np.zeros((height, width))
    corner[: height // 3, : width // 4] = 255
    return Image.fromarray(np.dstack([x, y, corner]).astype(np.uint8), "RGB")


def seen(render: Render, pdf: Path, paper: Sheet, size: tuple[int, int], page: int = 0) -> Image.Image:
    """What was printed of a picture that got one page, at its own pixels."""
    box = fitted(*size, paper)
    whole = render(pdf, page, 4.0)
    top = paper.height - box.y - box.height
    crop = whole.crop(tuple(round(4 * v) for v in (box.x, top, box.x + box.width, top + box.height)))
    return crop.resize(size, Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one.convert("RGB"), int) - np.asarray(other.convert("RGB"), int)).mean())


def stored(path: Path) -> Image.Image:
    """An image file, decoded and closed."""
    with Image.open(path) as image:
        image.load()
        return image.copy()


def xobject(pdf: pikepdf.Pdf, page: int = 0) -> pikepdf.Object:
    return pdf.pages[page].Resources.XObject.P


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_every_orientation_stands_upright(
    tmp_path: Path, letter: Sheet, render: Render, orientation: int, kind: str
) -> None:
    picture = sample(320, 200)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned.{kind}"
    picture.save(path, exif=exif, quality=95)
    made = image_pages(path, letter, tmp_path, Job())
    upright = ImageOps.exif_transpose(stored(path))
    assert made.count == 1
    assert difference(seen(render, made.pdf, letter, upright.size), upright) < 4


@pytest.mark.parametrize("orientation", [2, 6])
@pytest.mark.parametrize("kind", ["webp", "avif", "tif", "png"])
def test_a_picture_that_is_decoded_stands_upright_too(
    tmp_path: Path, letter: Sheet, render: Render, orientation: int, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned.{kind}"
    sample(320, 200).convert("RGBA" if kind == "png" else "RGB").save(path, exif=exif, quality=95)
    upright = ImageOps.exif_transpose(stored(path))
    assert upright.size == ((200, 320) if orientation == 6 else (320, 200))
    made = image_pages(path, letter, tmp_path, Job())
    assert difference(seen(render, made.pdf, letter, upright.size), upright) < 4


@pytest.mark.parametrize("orientation", [3, 5, 8])
def test_a_heic_stands_upright(tmp_path: Path, letter: Sheet, render: Render, orientation: int) -> None:
    import pillow_heif

    turns = {3: Image.Transpose.ROTATE_180, 5: Image.Transpose.TRANSPOSE, 8: Image.Transpose.ROTATE_90}
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.heic"
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]
    file.add_from_pillow(sample(320, 200))
    file.save(path, exif=exif.tobytes(), quality=95)
    upright = sample(320, 200).transpose(turns[orientation])
    made = image_pages(path, letter, tmp_path, Job())
    assert (made.count, made.warnings, made.whole) == (1, (), True)
    assert difference(seen(render, made.pdf, letter, upright.size), upright) < 6


def test_jpeg_data_passes_through_without_its_metadata(tmp_path: Path, letter: Sheet) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "photo.jpg"
    sample(400, 300).save(path, exif=exif, comment=b"hidden words", quality=90)
    raw = path.read_bytes()
    made = image_pages(path, letter, tmp_path, Job())
    with pikepdf.open(made.pdf) as pdf:
        data = xobject(pdf).read_raw_bytes()
        assert xobject(pdf).Filter == "/DCTDecode"
    scan = raw[raw.index(b"\xff\xda") :]
    assert data.endswith(scan)
    assert b"SecretCamera" not in data
    assert b"hidden words" not in data
    assert b"Exif" not in made.pdf.read_bytes()
    assert Image.open(BytesIO(data)).tobytes() == stored(path).tobytes()


def test_plain_png_rows_pass_through(tmp_path: Path, letter: Sheet) -> None:
    path = tmp_path / "screen.png"
    sample(300, 200).save(path)
    raw = path.read_bytes()
    made = image_pages(path, letter, tmp_path, Job())
    with pikepdf.open(made.pdf) as pdf:
        data = xobject(pdf).read_raw_bytes()
        assert xobject(pdf).DecodeParms.Predictor == 15
        assert pikepdf.PdfImage(xobject(pdf)).as_pil_image().tobytes() == stored(path).tobytes()
    assert data in raw


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA", "I;16", "CMYK"])
@pytest.mark.parametrize("kind", ["png", "tiff", "webp", "bmp", "gif", "jpg"])
def test_every_mode_looks_as_it_is(tmp_path: Path, letter: Sheet, render: Render, mode: str, kind: str) -> None:
    picture = sample(160, 120)
    if mode in ("LA", "RGBA"):
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    if mode == "I;16":
        grey = (np.asarray(picture.convert("L")).astype(np.uint16) * 257).astype(np.uint16)
        kept = Image.fromarray(grey)
    else:
        kept = picture.convert(mode)
    path = tmp_path / f"picture.{kind}"
    try:
        kept.save(path)
    except (OSError, KeyError, ValueError):
        pytest.skip(f"{kind} holds no {mode}")
    made = image_pages(path, letter, tmp_path, Job())
    expected = stored(path)
    if expected.mode.startswith("I;16"):
        expected = picture.convert("L")
    if "A" in expected.mode or "transparency" in expected.info:
        white = Image.new("RGBA", expected.size, "white")
        white.alpha_composite(expected.convert("RGBA"))
        expected = white
    found = seen(render, made.pdf, letter, picture.size)
    # PDFium and Pillow turn CMYK to RGB in their own ways; upside down or inverted would be over 80.
    assert difference(found, expected) < (45 if mode == "CMYK" else 3)


def test_inverted_cmyk_of_a_jpeg_is_not_a_negative(tmp_path: Path, letter: Sheet, render: Render) -> None:
    path = tmp_path / "press.jpg"
    Image.new("CMYK", (60, 60), (0, 0, 0, 0)).save(path)
    made = image_pages(path, letter, tmp_path, Job())
    with pikepdf.open(made.pdf) as pdf:
        assert list(xobject(pdf).Decode) == [1, 0] * 4
    assert np.asarray(seen(render, made.pdf, letter, (60, 60))).min() > 245


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_colour_profiles_are_carried(tmp_path: Path, letter: Sheet, kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / f"p3.{kind}"
    sample(64, 64).save(path, icc_profile=profile)
    made = image_pages(path, letter, tmp_path, Job())
    with pikepdf.open(made.pdf) as pdf:
        space = xobject(pdf).ColorSpace
        assert space[0] == "/ICCBased"
        assert space[1].read_bytes() == profile


def test_a_profile_of_another_space_is_left_out(tmp_path: Path, letter: Sheet) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / "grey.jpg"
    sample(64, 64).convert("L").save(path, icc_profile=profile)
    made = image_pages(path, letter, tmp_path, Job())
    with pikepdf.open(made.pdf) as pdf:
        assert xobject(pdf).ColorSpace == "/DeviceGray"


def test_interlaced_png_is_decoded_without_loss(tmp_path: Path, letter: Sheet) -> None:
    rows = [b"\x00" + bytes([10 * n, 20 * n, 30 * n] * 8) for n in range(8)]

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    plain = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))]
    plain += [chunk(b"IDAT", zlib.compress(b"".join(rows))), chunk(b"IEND", b"")]
    path = tmp_path / "plain.png"
    path.write_bytes(b"".join(plain))
    wanted = stored(path).convert("RGB")
    # Adam7 by hand: seven passes of (start, step) in x and y.
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for x0, y0, dx, dy in passes:
        for y in range(y0, 8, dy):
            data += b"\x00" + b"".join(bytes(wanted.getpixel((x, y))) for x in range(x0, 8, dx))
    woven = [plain[0], chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 1))]
    woven += [chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b"")]
    path.write_bytes(b"".join(woven))
    made = image_pages(path, letter, tmp_path, Job())
    with pikepdf.open(made.pdf) as pdf:
        assert pikepdf.PdfImage(xobject(pdf)).as_pil_image().convert("RGB").tobytes() == wanted.tobytes()


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "gif", "bmp"])
def test_a_truncated_picture_prints_what_is_there(tmp_path: Path, letter: Sheet, render: Render, kind: str) -> None:
    path = tmp_path / f"cut.{kind}"
    sample(320, 240).save(path)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 2 // 3])
    if kind == "webp":  # its decoder gives nothing of a broken file
        with pytest.raises(ReaderError, match="cannot be"):
            image_pages(path, letter, tmp_path, Job())
        return
    made = image_pages(path, letter, tmp_path, Job())
    assert any("damaged" in note for note in made.warnings)
    rows = (180, 240) if kind == "bmp" else (0, 60)  # a bitmap is stored from the bottom up
    found, whole = (
        im.crop((0, rows[0], 320, rows[1])) for im in (seen(render, made.pdf, letter, (320, 240)), sample(320, 240))
    )
    assert difference(found, whole) < (20 if kind == "gif" else 8)  # a GIF has 256 colours


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "CMYK"])
@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "bmp", "tiff"])
@pytest.mark.parametrize("part", [0.4, pytest.param(0.75, marks=pytest.mark.slow)])
def test_what_is_missing_of_a_picture_is_white(
    tmp_path: Path, letter: Sheet, render: Render, kind: str, mode: str, part: float
) -> None:
    path = tmp_path / f"cut.{kind}"
    dots = np.random.default_rng(7).integers(0, 90, (240, 320, 3)).astype(np.uint8)  # dark, and hard to pack
    picture = Image.fromarray(dots, "RGB").convert(mode)
    try:
        picture.save(path, **({"interlace": 0} if kind == "gif" else {}))
    except (OSError, ValueError):
        pytest.skip(f"{kind} holds no {mode}")
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * part)])
    made = image_pages(path, letter, tmp_path, Job())
    assert any("the rest is left white" in note for note in made.warnings)
    with pikepdf.open(made.pdf) as pdf:
        picture = pikepdf.PdfImage(xobject(pdf)).as_pil_image()
    drawn = np.asarray(picture.convert("RGB")).astype(int)
    if kind == "bmp":
        drawn = drawn[::-1]  # stored from the bottom up
    gone = int(240 * part) + 24
    assert drawn[gone:].min() >= 250, "what is missing is not white"
    assert drawn[: int(240 * part * 0.8)].mean() < 120, "what is there is gone"


@pytest.mark.parametrize("paper", ONE_PAPER, indirect=True)
def test_a_page_with_a_broken_picture_says_so_beside_it(tmp_path: Path, paper: Sheet, render: Render) -> None:
    import pypdfium2

    for name, size in (("flat.png", (600, 400)), ("shot.png", (585, 1266)), ("tall.png", (350, 3500))):
        dots = np.random.default_rng(1).integers(0, 90, (*size[::-1], 3)).astype(np.uint8)
        path = tmp_path / name
        Image.fromarray(dots, "RGB").save(path, compress_level=1)
        path.write_bytes(path.read_bytes()[:-4000])
        made = image_pages(path, paper, tmp_path, Job())
        with pypdfium2.PdfDocument(made.pdf) as document:
            said = [page.get_textpage().get_text_range() for page in document]
        assert (made.count > 1) == (name == "tall.png")
        assert "see the slip sheet" in said[-1], name
        assert "slip sheet" not in "".join(said[:-1])
        drawn = np.asarray(render(made.pdf, made.count - 1, 1.0)).copy()
        drawn[round(paper.top) : round(paper.height - paper.bottom)] = 255
        assert drawn.min() == 255, "the words stand inside the frame"


def test_frames_and_pages(tmp_path: Path, letter: Sheet) -> None:
    frames = [sample(80, 60).rotate(90 * n) for n in range(3)]
    for name, pages, note in (("moving.gif", 1, "3 frames"), ("fax.tiff", 3, ""), ("moving.webp", 1, "3 frames")):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        made = image_pages(tmp_path / name, letter, tmp_path, Job())
        assert made.count == pages
        assert note in " ".join(made.warnings)
        assert bool(note) == bool(made.warnings)
        assert made.whole == (not note)


def test_too_many_pixels_are_not_decoded(tmp_path: Path, letter: Sheet) -> None:
    head = struct.pack(">IIBBBBB", 20_000, 8_000, 8, 2, 0, 0, 0)
    body = b"IHDR" + head
    rest = b"IDAT" + zlib.compress(b"")
    path = tmp_path / "bomb.png"
    chunks = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (body, rest, b"IEND")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    with pytest.raises(ReaderError, match="150 megapixels"):
        image_pages(path, letter, tmp_path, Job())


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"II*\x00"]
)
def test_what_is_no_picture_is_refused_in_words(tmp_path: Path, letter: Sheet, raw: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(raw)
    with pytest.raises(ReaderError) as caught:
        image_pages(path, letter, tmp_path, Job())
    assert "slip sheet" in str(caught.value)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_only_reader_errors_leave_on_damaged_bytes(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    buffer = BytesIO()
    sample(40, 30).save(buffer, data.draw(st.sampled_from(["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP"])))
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "x").write_bytes(bytes(raw))
    try:
        made = image_pages(folder / "x", sheet(PaperName.LETTER), folder, Job())
    except ReaderError:
        return
    assert made.count >= 1


@pytest.mark.parametrize("paper", ONE_PAPER, indirect=True)
def test_a_tall_capture_is_cut_with_overlap_and_nothing_lost(tmp_path: Path, paper: Sheet, render: Render) -> None:
    width, height = 1170, 9000
    picture = sample(width, height)
    picture.save(tmp_path / "tall.png")
    cuts = plan_cuts(width, height, paper)
    made = image_pages(tmp_path / "tall.png", paper, tmp_path, Job())
    assert made.count == len(cuts) > 1
    assert cuts[0][0] == 0
    for before, after in pairwise(cuts):
        assert before[1] - after[0] == pytest.approx(OVERLAP)
    printed = cuts[-1][1] * width / height
    assert 3.15 * 72 <= printed <= 3.6 * 72
    with pikepdf.open(made.pdf) as pdf:
        assert len({xobject(pdf, n).objgen for n in range(made.count)}) == 1
        assert "continues on next page" in text_of(made.pdf, 0)
        assert "continued from previous page" not in text_of(made.pdf, 0)
        assert "continued from previous page" in text_of(made.pdf, made.count - 1)
        assert "continues on next page" not in text_of(made.pdf, made.count - 1)
    x = paper.left + (paper.frame_width - printed) / 2
    for page, (top, bottom) in enumerate(cuts):
        drawn = render(made.pdf, page, 2.0)
        y = paper.top + 15
        strip = drawn.crop(tuple(round(2 * v) for v in (x, y, x + printed, y + bottom - top)))
        rows = (0, round(top * width / printed), width, round(bottom * width / printed))
        expected = picture.crop(rows).resize(strip.size, Image.Resampling.BOX)
        assert difference(strip.resize((60, 120)), expected.resize((60, 120))) < 4
        outside = np.asarray(drawn).copy()
        outside[round(2 * paper.top) : round(2 * (paper.height - paper.bottom))] = 255
        assert outside.min() == 255


def test_a_huge_capture_is_cropped_for_every_page(
    tmp_path: Path, letter: Sheet, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidencekit.printing.images.LARGEST_SHARED", 1_000_000)
    picture = sample(500, 9000)
    picture.save(tmp_path / "huge.png", compress_level=1)
    made = image_pages(tmp_path / "huge.png", letter, tmp_path, Job())
    cuts = plan_cuts(500, 9000, letter)
    assert made.count == len(cuts)
    with pikepdf.open(made.pdf) as pdf:
        heights = [int(xobject(pdf, n).Height) for n in range(made.count)]
    assert max(heights) < 2000
    assert sum(heights) >= 9000
    drawn = render(made.pdf, 1, 2.0)
    middle = drawn.getpixel((drawn.width // 2, drawn.height // 2))
    row = (cuts[1][0] + (letter.height / 2 - letter.top - 15)) * 9000 / cuts[-1][1]
    assert middle[1] == pytest.approx(row / 9000 * 255, abs=4)


def text_of(pdf: Path, page: int) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


@given(st.integers(1, 12_000), st.integers(1, 60_000), st.sampled_from(list(PaperName)))
def test_cuts_cover_the_picture_and_fit_the_frame(width: int, height: int, name: PaperName) -> None:
    paper = sheet(name)
    cuts = plan_cuts(width, height, paper)
    assert cuts[0][0] == 0
    assert all(0 < bottom - top <= paper.frame_height + 0.01 for top, bottom in cuts)
    for before, after in pairwise(cuts):
        assert after[0] == pytest.approx(before[1] - OVERLAP)
        assert after[1] > before[1]
    box = fitted(width, height, paper)
    assert box.width <= min(paper.frame_width, width) + 0.01
    assert box.height <= min(paper.frame_height, height) + 0.01
    if len(cuts) == 1:
        assert box.width >= 0.84 * min(readable_width(width, paper), width)


def test_a_phone_screenshot_gets_one_page_of_readable_size(paper: Sheet) -> None:
    for width, height in ((1170, 2532), (1080, 2340), (1290, 2796), (1080, 2520), (720, 1600)):
        assert len(plan_cuts(width, height, paper)) == 1
        assert 3.3 * 72 <= fitted(width, height, paper).width <= 4.3 * 72 + 0.01


def test_the_same_bytes_every_time(tmp_path: Path, letter: Sheet) -> None:
    sample(1170, 6000).save(tmp_path / "tall.png")
    first = image_pages(tmp_path / "tall.png", letter, tmp_path / "a", Job()).pdf.read_bytes()
    assert image_pages(tmp_path / "tall.png", letter, tmp_path / "b.pdf", Job()).pdf.read_bytes() == first


def test_cancel_leaves_nothing(tmp_path: Path, letter: Sheet) -> None:
    sample(60, 60).save(tmp_path / "a.png")
    with pytest.raises(Cancelled):
        image_pages(tmp_path / "a.png", letter, tmp_path / "out", Job(cancelled=lambda: True))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_public_samples_print_or_say_why(corpus: Path, tmp_path: Path, letter: Sheet, step: int) -> None:
    files = sorted(p for folder in ("exif", "exiftool") for p in (corpus / folder).iterdir() if p.is_file())[::step]
    printed = 0
    for number, path in enumerate(files):
        with contextlib.suppress(ReaderError):
            printed += image_pages(path, letter, tmp_path / str(number), Job()).count
    assert printed > 40 / step


@pytest.mark.slow
def test_a_capture_of_77_megapixels_is_read_seen_and_printed(tmp_path: Path, letter: Sheet, render: Render) -> None:
    from evidencekit.media.image import ImageReader
    from evidencekit.media.onscreen import MOST_SHOWN
    from evidencekit.media.protocol import Look, Source

    width, height = 1290, 60_000
    picture = Image.new("RGB", (width, height), "white")
    for number, top in enumerate(range(0, height, 1_000)):
        picture.paste((number * 4, 0, 255 - number * 4), (200, top, 1_000, top + 500))
    path = tmp_path / "tall.png"
    picture.save(path, compress_level=1)
    source, reader = Source(path, path.name, "image/png", "UTC"), ImageReader()
    reading = reader.read(source, tmp_path / "read", Job())
    assert (reading.pages, reading.warnings) == (1, ())
    for look, size in ((Look(0, 256, 256, True), (6, 256)), (Look(0, 1290), (927, 43_133))):
        shown = reader.preview(source, look, tmp_path / "seen", Job())
        assert shown.image is not None
        with Image.open(shown.image) as seen_picture:
            assert abs(seen_picture.width - size[0]) <= 1
            assert abs(seen_picture.height - size[1]) <= 2
            assert seen_picture.width * seen_picture.height <= MOST_SHOWN * 1.001
    made = image_pages(path, letter, tmp_path / "out", Job())
    cuts = plan_cuts(width, height, letter)
    assert (made.count, made.warnings, made.whole) == (len(cuts), (), True)
    assert all(above[1] - below[0] == pytest.approx(OVERLAP) for above, below in pairwise(cuts))
    last = np.asarray(render(made.pdf, made.count - 1, 1.0))
    assert (last != 255).any()
