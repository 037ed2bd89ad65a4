from __future__ import annotations

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

import resources
from evidencekit.errors import BuildError
from evidencekit.model import CaseInfo, ChronologyRow
from evidencekit.printing.typeset import Glyphs, Typesetter, compile_pdf, covered

CASE = CaseInfo("u", "26CR00417", "People v. Hollis", "America/Los_Angeles", "Superior Court", "County of San Diego")
GLYPHS = Glyphs()


def row(n: int, what: str = "A message", **more: Any) -> ChronologyRow:
    return ChronologyRow(n, f"{n % 28 + 1} Feb 2026", "07:12", "PST", "text", what, **more)


def data(*rows: ChronologyRow, **more: Any) -> dict[str, Any]:
    return {"case": asdict(CASE), "rows": [asdict(r) for r in rows], "built": "22 Nov 2026", "note": "", **more}


def words(pdf: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(pdf).pages))


@given(st.text())
def test_nothing_invisible_and_nothing_without_a_glyph_is_left(text: str) -> None:
    shown = GLYPHS.covered(text)
    for at, sign in enumerate(shown):
        if sign in "\n\u00a0":
            continue
        if sign in "\u200c\u200d":
            assert unicodedata.category(shown[at - 1])[0] in "LM"
            continue
        assert unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@given(st.text())
def test_showing_twice_changes_nothing(text: str) -> None:
    once = GLYPHS.covered(text)
    assert GLYPHS.covered(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain text, 100 %", "Plain text, 100 %"),
        ("gpj\u202e.exe", "gpj⟨U+202E⟩.exe"),
        ("a\x07b\x1b[0m", "a⟨U+0007⟩b⟨U+001B⟩[0m"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("pay\u200dpal", "pay⟨U+200D⟩pal"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻 ❤\ufe0f", "👩💻 ❤"),
        ("two\r\nlines\tand\u202fspaces", "two\nlines and spaces"),
        ("\ud800", "⟨U+D800⟩"),
        ("\U000f0000\U00012000", "⟨U+F0000⟩⟨U+12000⟩"),
    ],
)
def test_text_is_shown_as_it_is_or_visibly_replaced(text: str, shown: str) -> None:
    assert covered(text) == shown


def test_the_list_of_glyphs_is_that_of_the_fonts() -> None:
    ttlib = pytest.importorskip("fontTools.ttLib")
    found: set[int] = set()
    families = set()
    for name in [n for suffix in (".ttf", ".otf") for n in resources.names("fonts", suffix)]:
        font = ttlib.TTFont(BytesIO(resources.data(f"fonts/{name}")), lazy=True)
        found |= set(font.getBestCmap())
        families.add(font["name"].getBestFamilyName())
    assert GLYPHS._known == {code for code in found if code >= 0x20}
    listed = set(re.findall(r'"(EK [^"]+)"', resources.text("templates/style.typ")))
    assert listed == families


def test_only_bundled_fonts_are_used(tmp_path: Path) -> None:
    out = tmp_path / "c.pdf"
    compile_pdf("chronology.typ", data(row(1, "Привет 中文 سلام 😀 " + "ﬁ → “x” …")), out)
    fonts = {
        font.get_object()["/BaseFont"] for page in PdfReader(out).pages for font in page["/Resources"]["/Font"].values()
    }
    assert len(fonts) >= 4
    assert all(re.match(r"/[A-Z]{6}\+EK", name) for name in fonts), fonts


def test_words_are_printed_never_run(tmp_path: Path) -> None:
    hostile = [
        '#panic("x")',
        "*bold* _it_ $x^2$",
        '#import "@preview/a:0.1.0"',
        "= Heading <label> @ref",
        "\\ `raw` //",
    ]
    out = tmp_path / "c.pdf"
    compile_pdf("chronology.typ", data(*(row(n, what) for n, what in enumerate(hostile, 1))), out)
    found = words(out)
    for what in hostile:
        assert what in found


def test_a_standalone_chronology_numbers_its_pages_and_repeats_its_head(tmp_path: Path) -> None:
    out = tmp_path / "c.pdf"
    rows = [row(n, f"Message {n}") for n in range(1, 121)]
    made = Typesetter().typeset("chronology.typ", data(*rows, note="Neutral.", paper="a4"), out)
    pages = [page.extract_text() for page in PdfReader(out).pages]
    assert made.pages == len(pages) > 2
    for n, page in enumerate(pages, 1):
        assert f"{n} of {len(pages)}" in page
        assert "Exhibit, page" in page
    found = " ".join(pages)
    assert all(f"Message {n}" in found for n in range(1, 121))
    assert float(PdfReader(out).pages[0].mediabox.height) == pytest.approx(841.89, abs=0.01)


def test_citations_name_exhibit_and_page(tmp_path: Path) -> None:
    rows = (row(1, exhibit="10", page=46), row(2, exhibit="11"), row(3, cites=(("10", 46), ("14", None))), row(4))
    compile_pdf("chronology.typ", data(*rows), tmp_path / "c.pdf")
    found = words(tmp_path / "c.pdf")
    assert "10, p. 46 2 " in found
    assert "Ex. 10, p. 46; Ex. 14 4 " in found


def test_an_empty_chronology_says_so(tmp_path: Path) -> None:
    compile_pdf("chronology.typ", data(footer=False), tmp_path / "c.pdf")
    assert "Nothing has been entered yet." in words(tmp_path / "c.pdf")
    assert "1 of 1" not in words(tmp_path / "c.pdf")


def test_the_same_data_gives_the_same_bytes_warm_cold_and_in_threads(tmp_path: Path) -> None:
    warm = Typesetter()
    one, two = data(row(1)), data(row(2), row(3))

    def make(n: int) -> bytes:
        out = tmp_path / f"{n}.pdf"
        warm.typeset("chronology.typ", one if n % 2 else two, out, moment="2026-11-23T00:04:11Z")
        return out.read_bytes()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, range(12)))
    compile_pdf("chronology.typ", one, tmp_path / "cold.pdf", moment="2026-11-22T16:04:11-08:00")
    assert set(made[1::2]) == {(tmp_path / "cold.pdf").read_bytes()}
    assert len(set(made)) == 2


def test_the_creation_date_is_the_moment_or_none(tmp_path: Path) -> None:
    compile_pdf("chronology.typ", data(), tmp_path / "a.pdf", moment="2026-11-23T00:04:11")
    compile_pdf("chronology.typ", data(), tmp_path / "b.pdf")
    first, second = PdfReader(tmp_path / "a.pdf").metadata, PdfReader(tmp_path / "b.pdf").metadata
    assert first is not None
    assert second is not None
    assert first.creation_date is not None
    assert first.creation_date.isoformat() == "2026-11-23T00:04:11+00:00"
    assert second.creation_date is None


def test_an_unknown_template_and_wrong_data_are_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no template nothing\.typ"):
        compile_pdf("nothing.typ", {}, tmp_path / "a.pdf")
    with pytest.raises(BuildError, match=r"a\.pdf: The page could not be typeset: .*chronology\.typ"):
        compile_pdf("chronology.typ", {"rows": []}, tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()
