"""Words in pictures and on scanned pages: right, whole, once, where they stand, and how sure."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from evidencekit.demo.canvas import Pencils
from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import ocr, ocr_engine
from evidencekit.media.ocr_engine import OVERLAP, Line, in_reading_order, tiles
from evidencekit.media.protocol import Source
from evidencekit.media.studies import study
from evidencekit.sense.recognised import rows_of, text_of
from tests.benchmarks._screens import CHARACTER_ERROR, Score, measure, screens_with_truth

FAST = ("thread-1", "german")
LINES = ("The car was there again.", "Tue, Mar 4, 9:41 PM", "+1 (555) 017-8834")


def recognised(path: Path, media_type: str, out: Path, **settings: str) -> dict[str, Any]:
    found = study("ocr", Source(path, path.name, media_type, "UTC"), {"threads": "1", **settings}, out, Job())
    assert found.result is not None
    data: dict[str, Any] = json.loads(found.result.read_text())
    return data


def note(lines: tuple[str, ...] = LINES, size: tuple[int, int] = (760, 300)) -> Image.Image:
    """A small picture with lines of words."""
    image = Image.new("RGB", size, (250, 250, 248))
    for place, words in enumerate(lines):
        ImageDraw.Draw(image).text((40, 30 + place * 84), words, fill=(20, 20, 20), font=Pencils().font(44))
    return image


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> list[Score]:
    folder = tmp_path_factory.mktemp("screens")
    return [measure(screen, folder, 1) for screen in screens_with_truth(FAST)]


def test_a_light_a_dark_and_a_german_screen_are_read_right(scores: list[Score]) -> None:
    assert len(scores) == len(FAST)
    assert sum(each.errors for each in scores) < CHARACTER_ERROR * sum(each.characters for each in scores)
    assert [each.missing for each in scores] == [(), ()]
    assert sum(each.times for each in scores) >= 9
    assert sum(each.numbers for each in scores) >= 2


@pytest.mark.slow
def test_all_twenty_screens_are_read_right(tmp_path: Path) -> None:
    found = [measure(screen, tmp_path, 1) for screen in screens_with_truth()]
    assert len(found) == 20
    assert sum(each.errors for each in found) < CHARACTER_ERROR * sum(each.characters for each in found)
    assert [each.missing for each in found if each.missing] == []


def test_the_truth_is_what_can_be_seen() -> None:
    """The measure measures nothing if the screens' own truth is wrong."""
    (thread,) = screens_with_truth(("thread-0",))
    assert "Text Message" in thread.rows
    assert thread.times[0] == "3:05"
    assert all(row.strip() for row in thread.rows)


def test_words_stand_where_they_are_said_to_stand(tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    note().save(path)
    data = recognised(path, "image/png", tmp_path / "out")
    page = data["pages"][0]
    assert (page["width"], page["height"], data["total"], data["following"]) == (760, 300, 1, None)
    assert [line["text"] for line in page["lines"]] == list(LINES)
    words = page["lines"][1]["words"]
    assert [word["text"] for word in words] == ["Tue,", "Mar", "4,", "9:41", "PM"]
    font, left = Pencils().font(44), 40.0
    for word in words:
        wide = font.getlength(word["text"])
        assert abs(word["box"][0] - left) < 22
        assert abs(word["box"][2] - (left + wide)) < 22
        assert 100 < word["box"][1] < word["box"][3] < 190
        assert 0.5 < word["confidence"] <= 1
        left += wide + font.getlength(" ")
    assert data["settings"]["models"].keys() == {"PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"}
    assert data["version"] == ocr.tool_version()


def test_a_picture_is_read_as_it_is_shown(tmp_path: Path) -> None:
    """Turned by its EXIF orientation, its colours by its palette, its transparency on white."""
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = tmp_path / "turned.jpg"
    note().transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif.tobytes(), quality=92)
    page = recognised(turned, "image/jpeg", tmp_path / "out")["pages"][0]
    assert (page["width"], page["height"]) == (760, 300)
    assert [line["text"] for line in page["lines"]] == list(LINES)
    clear = note().convert("RGBA")
    clear.putalpha(note().convert("L").point(lambda value: 255 if value < 128 else 0))
    clear.save(tmp_path / "clear.png")
    page = recognised(tmp_path / "clear.png", "image/png", tmp_path / "out")["pages"][0]
    assert [line["text"] for line in page["lines"]] == list(LINES)


def test_no_line_of_a_tall_picture_is_lost_or_read_twice(tmp_path: Path) -> None:
    lines = tuple(f"Message number {n}" for n in range(100, 122))
    path = tmp_path / "tall.png"
    note(lines, (640, 84 * len(lines) + 60)).save(path)
    data = recognised(path, "image/png", tmp_path / "out")
    assert [row.text for row in rows_of(data)] == list(lines)
    assert len(list(tiles(640, 84 * len(lines) + 60))) > 1


def test_only_the_scanned_pages_of_a_pdf_are_read(tmp_path: Path) -> None:
    import pikepdf

    scan, path = tmp_path / "scan.pdf", tmp_path / "mixed.pdf"
    note().save(scan, resolution=150)
    with pikepdf.new() as mixed, pikepdf.open(scan) as scanned:
        page = mixed.add_blank_page(page_size=(612, 792))
        text = b"BT /F1 12 Tf 72 700 Td (These words are in the file and need nobody to recognise them.) Tj ET"
        page.obj.Contents = mixed.make_stream(text)
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        mixed.pages.append(scanned.pages[0])
        mixed.add_blank_page(page_size=(612, 792))
        mixed.save(path)
    data = recognised(path, "application/pdf", tmp_path / "out")
    assert data["total"] == 3
    assert [page["page"] for page in data["pages"]] == [2]
    assert (data["pages"][0]["width"], data["pages"][0]["height"]) == (365, 144)
    assert text_of(data).splitlines() == list(LINES)
    last = data["pages"][0]["lines"][-1]["box"]
    assert 0 < last[0] < last[2] <= 365
    assert 80 < last[1] < last[3] <= 144


def test_a_long_scan_is_read_in_several_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidencekit.media import ocr_pictures

    monkeypatch.setattr(ocr_pictures, "MOST_AT_ONCE", 1)
    path = tmp_path / "two.tiff"
    note().save(path, save_all=True, append_images=[note(("The second page.",))])
    first = recognised(path, "image/tiff", tmp_path / "out")
    assert (first["total"], first["following"], len(first["pages"])) == (2, 1, 1)
    second = recognised(path, "image/tiff", tmp_path / "out", first="1")
    assert (second["following"], text_of(second)) == (None, "The second page.")


def test_an_empty_picture_holds_no_words(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    Image.new("L", (300, 200), 255).save(path)
    assert recognised(path, "image/png", tmp_path / "out")["pages"][0]["lines"] == []


def test_what_cannot_be_decoded_is_said(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    note().save(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ReaderError, match="cannot be looked at"):
        recognised(path, "image/png", tmp_path / "out")
    path.write_bytes(b"%PDF-1.7\nno more")
    with pytest.raises(ReaderError, match="cannot be opened"):
        recognised(path, "application/pdf", tmp_path / "out")


def test_models_that_are_missing_are_said_and_never_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_engine, "_models_folder", lambda: tmp_path)
    with pytest.raises(ReaderError, match="not installed"):
        ocr_engine._engine.__wrapped__(1)
    assert list(tmp_path.iterdir()) == []


@given(st.integers(1, 9_000), st.integers(1, 60_000))
def test_tiles_cover_a_picture_and_every_row_of_pixels_is_one_tiles_own(width: int, height: int) -> None:
    found = list(tiles(width, height))
    assert found[0][1][1] == 0
    assert found[-1][1][3] == height
    for (tile, own), (after, own_after) in pairwise(found):
        assert own[3] == own_after[1]
        assert tile[3] - after[1] == OVERLAP
    for tile, own in found:
        assert (tile[0], tile[2]) == (0, width)
        assert 0 <= tile[1] <= own[1] < own[3] <= tile[3] <= height


def test_a_wide_picture_is_not_cut_through_its_lines(tmp_path: Path) -> None:
    path, long = tmp_path / "wide.png", "A banner says in one long line: call (555) 017-8834 before 9:41 PM"
    note((long,), (1700, 130)).save(path)
    assert text_of(recognised(path, "image/png", tmp_path / "out")) == long


def test_lines_are_put_in_the_order_in_which_people_read_them() -> None:
    def line(text: str, left: int, top: int) -> Line:
        return Line(text, (left, top, left + 100, top + 40), 0.9, ())

    mixed = [line("d", 0, 60), line("b", 200, 6), line("c", 400, -4), line("a", 0, 0), line("e", 0, 110)]
    assert "".join(each.text for each in in_reading_order(mixed)) == "abcde"
