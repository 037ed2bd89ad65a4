"""Long text on paper: all of it, nothing invisible, nothing off the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evidencekit.errors import Cancelled
from evidencekit.job import Job
from evidencekit.printing.paper import Sheet
from evidencekit.printing.plain import PAGE_CAP, columns, text_pages, wrapped


def text_of(pdf: Path) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [str(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def narrow(char: str) -> bool:
    return ord(char) < 0x500


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=400), st.integers(10, 120))
def test_wrapping_keeps_every_character_and_the_width(line: str, room: int) -> None:
    pieces = list(wrapped(line, room, narrow))
    assert pieces[0][0] is False
    assert all(on for on, _ in pieces[1:])
    assert all(sum(columns(char, narrow) for char in piece) <= room for _, piece in pieces)
    assert "".join(piece for _, piece in pieces).replace(" ", "") == line.replace(" ", "")


def test_a_line_is_cut_at_a_space_where_one_is_near() -> None:
    assert list(wrapped("I know where you are tonight", 18, narrow)) == [
        (False, "I know where you"),
        (True, "are tonight"),
    ]
    assert list(wrapped("x" * 25, 10, narrow)) == [(False, "x" * 10), (True, "x" * 8), (True, "x" * 7)]
    assert list(wrapped("", 10, narrow)) == [(False, "")]


def test_what_could_deceive_is_shown(tmp_path: Path, letter: Sheet) -> None:
    words = "invoice\u202egpj.exe \x1b[31m \x00 \u200bend\ufeff #let x = [*bold*] \\ $math$ @ref <label>\n"
    (tmp_path / "t.txt").write_text(words, encoding="utf-8")
    text = "".join(text_of(text_pages(tmp_path / "t.txt", letter, tmp_path, Job()).pdf))
    assert "⟨U+202E⟩gpj.exe ⟨U+001B⟩[31m ⟨U+0000⟩ ⟨U+200B⟩end" in text
    assert "#let x = [*bold*] \\ $math$ @ref <label>" in text


@pytest.mark.parametrize("heading", [(), (("From", "Mark <m@example.org>"), ("Subject", "Last chance"))])
def test_scripts_of_the_world_and_broken_bytes(
    tmp_path: Path, paper: Sheet, render: Callable[..., Image.Image], heading: tuple[tuple[str, str], ...]
) -> None:
    words = "Ångström, 你好, שלום, مرحبا, Привет, ελληνικά, नमस्ते 😀\n" + "W" * 900 + "\n" + "好" * 300 + "\n"
    (tmp_path / "t.txt").write_bytes(words.encode() + b"broken \xff\xfe bytes\n")
    made = text_pages(tmp_path / "t.txt", paper, tmp_path, Job(), heading=heading)
    text = "".join(text_of(made.pdf))
    for part in ("Ångström, 你好", "Привет, ελληνικά", "broken", *(value for _, value in heading)):
        assert part in text
    assert text.count("W") == 900
    drawn = np.asarray(render(made.pdf, 0, 2.0)).copy()
    box = (paper.top, paper.height - paper.bottom, paper.left, paper.width - paper.right)
    top, bottom, left, right = (round(2 * v) for v in box)
    drawn[top:bottom, left:right] = 255
    assert drawn.min() == 255, "text runs out of the frame"


def test_pages_are_full_across_the_typesetters_lots(tmp_path: Path, paper: Sheet) -> None:
    (tmp_path / "t.txt").write_text("".join(f"line {n}\n" for n in range(2000)), encoding="utf-8")
    pages = text_of(text_pages(tmp_path / "t.txt", paper, tmp_path, Job()).pdf)
    counts = [page.count("line ") for page in pages]
    assert sum(counts) == 2000
    assert len(set(counts[:-1])) == 1
    assert "line 0\r\n" in pages[0]
    assert "line 1999" in pages[-1]


def test_a_very_long_text_says_where_it_goes_on(tmp_path: Path, letter: Sheet) -> None:
    (tmp_path / "t.txt").write_text("and again he stood there\n" * 60_000, encoding="utf-8")
    made = text_pages(tmp_path / "t.txt", letter, tmp_path, Job())
    assert made.count == PAGE_CAP
    assert "continues in the native file" in made.warnings[0]
    assert not made.whole


def test_an_empty_text_is_one_page(tmp_path: Path, letter: Sheet) -> None:
    (tmp_path / "t.txt").write_bytes(b"")
    made = text_pages(tmp_path / "t.txt", letter, tmp_path, Job())
    assert made.count == 1
    assert made.warnings == ()
    assert made.whole


def test_cancel_leaves_nothing(tmp_path: Path, letter: Sheet) -> None:
    (tmp_path / "t.txt").write_text("words")
    with pytest.raises(Cancelled):
        text_pages(tmp_path / "t.txt", letter, tmp_path / "out", Job(cancelled=lambda: True))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_table_a_little_too_wide_is_set_smaller_instead_of_cut(tmp_path: Path, letter: Sheet) -> None:
    row = "2026-01-06 07:12:00;+15550178834;+15550142210;" + "x" * 68
    (tmp_path / "t.csv").write_text((row + "\n") * 300, encoding="utf-8")
    pages = text_of(text_pages(tmp_path / "t.csv", letter, tmp_path, Job()).pdf)
    assert sum(line.strip() == row for page in pages for line in page.splitlines()) == 300
    assert len({page.count("x" * 68) for page in pages[:-1]}) == 1
