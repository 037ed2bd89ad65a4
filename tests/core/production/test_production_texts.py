"""The texts of a production: from the pages, else from what a machine recognised; never from a person."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from evidencekit.casefile import Case, create_case, write_case
from evidencekit.catalog.derivatives import Derivative, put
from evidencekit.custody.keys import Home
from evidencekit.errors import BuildError
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.media.pagetext import page_texts
from evidencekit.media.protocol import Source
from evidencekit.model import CaseInfo
from evidencekit.production.texts import extract_texts

ACTOR = "A. Rivera, victim-witness unit"
NOTE, PICTURE, VOICE, ODD, BLANK, TURNED = (f"ITEM-{n:04d}" for n in range(1, 7))
HEAD = (
    "[Words that a machine recognised in the picture of this page, with RapidOCR 3.10.0; they may be wrong, and the "
    "picture is what counts.]\n"
)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A case with items of several kinds, and its maker's user folder."""
    from PIL import Image

    folder, home = tmp_path_factory.mktemp("texts"), Home(tmp_path_factory.mktemp("maker"))
    files = folder / "received"
    files.mkdir()
    for name in ("a note.txt", "e blank.txt", "f turned.txt"):
        (files / name).write_text(f"{name}\n")
    Image.new("RGB", (8, 8)).save(files / "b picture.png")
    with wave.open(str(files / "c voice.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    (files / "d odd.bin").write_bytes(bytes(range(256)))
    create_case(folder / "case", CaseInfo("", "26CR00417", "People v. Hollis", "UTC"), home, ACTOR)
    with write_case(folder / "case", home, ACTOR) as case:
        take_in(case, [files], HandOver("Phone of J. D."), Job(), workers=1)
    return folder / "case", home.folder


@pytest.fixture
def some_items(taken_in: tuple[Path, Path], home: Home, tmp_path: Path) -> Path:
    shutil.copytree(taken_in[1], home.folder, dirs_exist_ok=True)
    return Path(shutil.copytree(taken_in[0], tmp_path / "case", copy_function=shutil.copy2))


def paged(path: Path, *pages: str) -> Path:
    """A PDF with those words on its pages, none on an empty one."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for words in pages:
            page = pdf.add_blank_page(page_size=(300, 200))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pdf.make_stream(f"BT /F 12 Tf 20 150 Td ({words}) Tj ET".encode() if words else b"")
        pdf.save(path)
    return path


def recognise(case: Case, number: str, pages: Mapping[int, str], *, state: str = "done") -> None:
    """Words as the recogniser keeps them, one line a page."""
    told: list[dict[str, Any]] = []
    for page, text in pages.items():
        line = {"text": text, "box": [0, 0, 90, 9], "confidence": 0.9, "row": 0, "words": []}
        told.append({"page": page, "width": 100, "height": 100, "lines": [line] if text else [], "suppressed": []})
    data = {"total": len(told), "pages": told}
    with case.catalog.write() as connection:
        put(connection, Derivative(number, "ocr", state, "RapidOCR", "3.10.0+1", "2026-04-10T00:00:00Z", data=data))


@pytest.fixture
def texts(some_items: Path, home: Home, tmp_path: Path) -> Any:
    """``texts({item: pages}, {item: {page: recognised}})``: item → the text that would go."""

    def act(pages: Mapping[str, tuple[str, ...]], seen: Mapping[str, Mapping[int, str]]) -> dict[str, str]:
        with write_case(some_items, home, ACTOR) as case:
            for number, words in seen.items():
                recognise(case, number, words)
            pdfs = {number: paged(tmp_path / f"{number}.pdf", *words) for number, words in pages.items()}
            out = tmp_path / "text"
            found = extract_texts(case, sorted({*pages, *seen}), pdfs, out, Job())
            assert sorted(path.name for path in out.iterdir()) == sorted(f"{each}.txt" for each in found)
            return {number: path.read_bytes().decode() for number, path in found.items()}

    return act


def test_each_items_text(texts: Any) -> None:
    found = texts(
        {
            NOTE: ("One", "Two"),
            BLANK: ("", ""),
            TURNED: ("Typed", "", "Last"),
            PICTURE: ("continued",),
            VOICE: ("A page of ours",),
        },
        {TURNED: {2: "scanned", 3: ""}, PICTURE: {1: "I see you"}, ODD: {1: "a", 2: "b"}, VOICE: {1: "no"}},
    )
    assert found == {
        NOTE: "One\fTwo",
        TURNED: f"Typed\f{HEAD}scanned\n\fLast",
        PICTURE: f"{HEAD}I see you\n",
        ODD: f"{HEAD}a\n\f{HEAD}b\n",
    }


def test_words_of_pages_that_the_rendition_lacks_come_last(texts: Any) -> None:
    assert texts({TURNED: ("Typed",)}, {TURNED: {1: "seen", 4: "four", 6: "six"}}) == {
        TURNED: f"Typed\f{HEAD}four\n\f{HEAD}six\n"
    }


def test_pages_that_cannot_be_read_stop_it(some_items: Path, home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\nnothing")
    with write_case(some_items, home, ACTOR) as case, pytest.raises(BuildError) as caught:
        extract_texts(case, [NOTE], {NOTE: bad}, tmp_path / "text", Job())
    assert caught.value.item == NOTE


def test_what_could_not_be_recognised_is_no_text(some_items: Path, home: Home, tmp_path: Path) -> None:
    with write_case(some_items, home, ACTOR) as case:
        recognise(case, PICTURE, {1: "half"}, state="failed")
        assert extract_texts(case, [PICTURE], {}, tmp_path / "text", Job()) == {}


def test_pages_stand_apart_by_form_feeds(tmp_path: Path) -> None:
    path = paged(tmp_path / "many.pdf", *(f"Page {n}" for n in range(45)))
    done = page_texts(Source(path, path.name, "application/pdf", "UTC"), {}, tmp_path, Job())
    assert done.result is not None
    assert done.warnings == ()
    assert done.result.read_bytes().decode().split("\f") == [f"Page {n}" for n in range(45)]
