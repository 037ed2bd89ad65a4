"""The printed checkpoint's code, read out of pictures as people take them."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFilter, ImageOps

from evidencekit.casefile.given import read_given
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keys import Home
from evidencekit.errors import Cancelled, ReaderError, UsageError
from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.media.qrcode import MOST_PAGES, find_codes

UUID = "0b5c1f60-0000-4000-8000-000000000001"
PHOTO = (2400, 1800)


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    signer = Home(tmp_path_factory.mktemp("signer")).signer(UUID)
    return Checkpoint(f"evidencekit/{UUID}", 312, bytes(range(32))).signed(signer)


@pytest.fixture(scope="module")
def paper(note: Checkpoint) -> Image.Image:
    """The code on a sheet, as large as it is printed, at 200 dots an inch."""
    return sheet_of(note.note().decode())


def sheet_of(text: str) -> Image.Image:
    import segno

    out = BytesIO()
    segno.make(text.encode(), error="m", micro=False).save(out, kind="png", scale=4, border=4)
    code = Image.open(out).convert("L")
    page = Image.new("L", (1700, 2200), 250)
    page.paste(code, (1200, 1500))
    return page


def found(path: Path, out: Path) -> list[str]:
    study = find_codes(Source(path, path.name, "", "UTC"), {}, out, Job())
    assert study.result is not None
    return [each["text"] for each in json.loads(study.result.read_bytes())["codes"]]


def photographed(paper: Image.Image) -> Image.Image:
    """On a table, from the side, a little blurred, in bad light."""
    wide = paper.convert("RGB").resize((1020, 1320)).rotate(9, Image.Resampling.BICUBIC, True, fillcolor=(92, 74, 60))
    table = Image.new("RGB", PHOTO, (92, 74, 60))
    table.paste(wide, (500, 150))
    skewed = table.transform(
        PHOTO, Image.Transform.QUAD, (60, 90, 0, 1790, 2400, 1700, 2310, 0), Image.Resampling.BICUBIC
    )
    dark = Image.linear_gradient("L").resize(PHOTO).point([140 + each // 3 for each in range(256)])
    lit = Image.composite(skewed, Image.new("RGB", PHOTO, (20, 18, 30)), dark)
    return lit.filter(ImageFilter.GaussianBlur(0.8))


WAYS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "scan.png": lambda paper: paper,
    "upside-down.png": lambda paper: paper.rotate(180),
    "sideways.png": lambda paper: paper.rotate(90, expand=True),
    "askew.png": lambda paper: paper.rotate(22, Image.Resampling.BICUBIC, True, fillcolor=250),
    "small.png": lambda paper: paper.resize((680, 880), Image.Resampling.LANCZOS),
    "black-and-white.tif": lambda paper: paper.convert("1"),
    "negative.png": ImageOps.invert,
    "photo.jpg": photographed,
    "large.jpg": lambda paper: photographed(paper).resize((5200, 3900), Image.Resampling.BICUBIC),
    "seen-through.png": lambda paper: _seen_through(paper),
    "palette.gif": lambda paper: paper.convert("P"),
    "deep.png": lambda paper: paper.convert("I").point(lambda value: value * 256).convert("I;16"),
    "page.webp": lambda paper: paper.convert("RGB"),
}


def _seen_through(paper: Image.Image) -> Image.Image:
    picture = Image.new("RGBA", paper.size, (0, 0, 0, 0))
    picture.putalpha(ImageOps.invert(paper))
    return picture


SLOW = ("large.jpg", "palette.gif", "page.webp", "upside-down.png")


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in WAYS])
def test_the_code_is_read(name: str, paper: Image.Image, note: Checkpoint, tmp_path: Path) -> None:
    WAYS[name](paper).save(tmp_path / name)
    assert found(tmp_path / name, tmp_path) == [note.note().decode()]


def test_the_code_is_read_from_heic_and_from_a_photo_that_says_how_it_is_turned(
    paper: Image.Image, note: Checkpoint, tmp_path: Path
) -> None:
    import pillow_heif

    pillow_heif.from_pillow(paper.convert("RGB")).save(str(tmp_path / "IMG_1.HEIC"), quality=70)
    exif = Image.Exif()
    exif[0x0112] = 6
    paper.save(tmp_path / "turned.jpg", exif=exif)
    for name in ("IMG_1.HEIC", "turned.jpg"):
        assert found(tmp_path / name, tmp_path) == [note.note().decode()]


def test_the_code_is_read_from_the_page_of_a_pdf_that_has_one(
    paper: Image.Image, note: Checkpoint, tmp_path: Path
) -> None:
    blank = Image.new("L", paper.size, 255)
    blank.save(tmp_path / "two.pdf", save_all=True, append_images=[paper], resolution=200)
    study = find_codes(Source(tmp_path / "two.pdf", "two.pdf", "", "UTC"), {}, tmp_path, Job())
    assert study.result is not None
    said = json.loads(study.result.read_bytes())
    assert (said["pages"], said["codes"]) == (2, [{"page": 2, "text": note.note().decode()}])


def test_what_is_no_picture_or_has_no_code(tmp_path: Path) -> None:
    (tmp_path / "text.bin").write_bytes(b"\x00\x01\x02")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    Image.new("L", (300, 300), 200).save(tmp_path / "blank.png")
    whole = (tmp_path / "blank.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    for name, why in (("text.bin", "no picture"), ("broken.pdf", "cannot be opened"), ("cut.png", "damaged")):
        with pytest.raises(ReaderError, match=why):
            found(tmp_path / name, tmp_path)
    assert found(tmp_path / "blank.png", tmp_path) == []


def test_a_picture_that_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    from evidencekit.media.image import MOST_PIXELS

    picture = Image.new("1", (20_000, MOST_PIXELS // 20_000 + 1))
    picture.save(tmp_path / "bomb.png")
    with pytest.raises(ReaderError, match="megapixels"):
        found(tmp_path / "bomb.png", tmp_path)


def test_a_long_pdf_is_looked_at_to_a_bound_and_that_is_said(tmp_path: Path) -> None:
    import pikepdf

    with pikepdf.new() as pdf:
        for _ in range(MOST_PAGES + 2):
            pdf.add_blank_page(page_size=(30, 30))
        pdf.save(tmp_path / "long.pdf")
    study = find_codes(Source(tmp_path / "long.pdf", "long.pdf", "", "UTC"), {}, tmp_path, Job())
    assert study.warnings == (f"Only the first {MOST_PAGES} of {MOST_PAGES + 2} pages were looked at.",)


class TestGiven:
    """What a person names on the command line; pictures go through the contained worker."""

    def test_a_picture_is_decoded_in_the_worker(self, paper: Image.Image, note: Checkpoint, tmp_path: Path) -> None:
        photographed(paper).save(tmp_path / "photo.jpg")
        assert read_given(str(tmp_path / "photo.jpg"), Job()).checkpoint == note
        Image.new("L", (60, 60), 200).save(tmp_path / "blank.png")
        with pytest.raises(UsageError, match="No QR code could be read"):
            read_given(str(tmp_path / "blank.png"), Job())
        with pytest.raises(Cancelled):
            read_given(str(tmp_path / "photo.jpg"), Job(cancelled=lambda: True))

    def test_codes_that_are_no_checkpoint_or_several(self, note: Checkpoint, tmp_path: Path, home: Home) -> None:
        other = Checkpoint(note.origin, 313, bytes(32)).signed(home.signer(UUID))
        several = Image.new("L", (2600, 1000), 255)
        for at, text in ((0, note), (1300, other)):
            several.paste(sheet_of(text.note().decode()).crop((1100, 1400, 1700, 2200)), (at, 0))
        several.save(tmp_path / "several.png")
        sheet_of("https://example.org/\u202e").save(tmp_path / "other.png")
        with pytest.raises(UsageError, match="2 different checkpoints"):
            read_given(str(tmp_path / "several.png"), Job())
        with pytest.raises(
            UsageError, match=r"not that of a checkpoint \(it says “https://example.org/<U\+202E>|it says"
        ):
            read_given(str(tmp_path / "other.png"), Job())

    def test_a_file_of_text_a_folder_with_a_checkpoint_and_words(self, note: Checkpoint, tmp_path: Path) -> None:
        data = note.note()
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "checkpoint").write_bytes(data)
        (tmp_path / "seal.note").write_bytes(data)
        (tmp_path / "notepad.txt").write_bytes(data.decode().encode("utf-16"))
        (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbf" + data)
        for name in ("folder", "seal.note", "notepad.txt", "bom.txt"):
            assert read_given(str(tmp_path / name), Job()).checkpoint == note
        assert read_given(data.decode(), Job()).checkpoint == note
        assert read_given(f"312 lines, root {note.root_text}", Job()).size == 312
        assert read_given(f"312 {note.root_text}" + " " * 5000, Job()).size == 312

    def test_what_cannot_be_read_is_said_with_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "words.txt").write_text("hello")
        for value, why in (
            (str(tmp_path / "empty"), "cannot be read"),
            (str(tmp_path / "words.txt"), "words.txt: This is no checkpoint"),
            (str(tmp_path / "nosuch.png"), "no such file"),
            ("binder.pdf", "no such file"),
            ("", "no text here"),
            ("\0", "no checkpoint"),
        ):
            with pytest.raises(UsageError, match=why):
                read_given(value, Job())

    def test_something_that_is_no_file_is_refused_at_once(self, tmp_path: Path) -> None:
        import os

        if not hasattr(os, "mkfifo"):
            pytest.skip("there are no pipes with names here")
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(UsageError, match="no file that could hold"):
            read_given(str(tmp_path / "pipe"), Job())
