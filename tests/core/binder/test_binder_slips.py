from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from evidencekit.binder.slips import slip_sheet, ticks, wave_svg
from evidencekit.model import Kind, Pages
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.printing.typeset import Typeset, Typesetter

LETTER = sheet(PaperName.LETTER)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def slip(
    exhibit: Any, out: Path, typesetter: Typesetter, pages: dict[str, Pages] | None = None, **more: Any
) -> Typeset:
    page = more.get("sheet", LETTER)
    return slip_sheet(
        exhibit, pages or {}, page, out / "slip.pdf", natives=more.get("natives", {}), typesetter=typesetter
    )


def words(part: Typeset) -> str:
    found = " ".join(page.extract_text() for page in PdfReader(part.pdf).pages)
    return re.sub(r"\s+", " ", found)


def ink_beyond(part: Typeset, left: float, right: float) -> list[int]:
    """Pages with anything but white outside the columns left..right (points)."""
    document = pypdfium2.PdfDocument(part.pdf)
    found = []
    for n in range(len(document)):
        picture = document[n].render(scale=1).to_pil().convert("L")
        sides = (picture.crop((0, 0, int(left) - 1, picture.height)), picture.crop((int(right) + 2, 0, *picture.size)))
        if any(side.getextrema()[0] < 200 for side in sides):
            found.append(n + 1)
    document.close()
    return found


def test_a_single_item_says_what_it_is_and_how_its_time_is_known(
    make: Any, tmp_path: Path, typesetter: Typesetter
) -> None:
    item = make.item(
        31,
        "voicemail.m4a",
        kind=Kind.AUDIO,
        media_type="audio/mp4",
        seconds=47.2,
        when_basis="container creation time, UTC by the format",
        facts=(("Codec", "AAC"), ("Sample rate", "44,100 Hz")),
    )
    exhibit = make.exhibit("2", [item], "Voicemail from +1 (555) 017-8834", when="9 Jan 2026, 02:14:09 PST (UTC−8)")
    pages = {"ITEM-0031": Pages(None, 0, (0.1, 0.9, 0.4))}
    made = slip(exhibit, tmp_path, typesetter, pages, natives={"ITEM-0031": "native/ITEM-0031.m4a"})
    said = words(made)
    assert made.pages == 1
    for part in (
        "EXHIBIT 2",
        "Voicemail from +1 (555) 017-8834",
        "9 Jan 2026, 02:14:09 PST (UTC−8) · 47 seconds",
        "container creation time, UTC by the format",
        "381,204 bytes",
        "Received from J. D.",
        "10 Apr 2026, 10:02:11 PDT (UTC−7)",
        "A recording is played from its native file: native/ITEM-0031.m4a",
        "MPEG-4 audio (audio/mp4)",
        "0:00",
        "0:47",
    ):
        assert part in said
    assert item.digests.sha256 in said.replace(" ", "")
    assert item.digests.blake3 in said.replace(" ", "")
    (note,) = PdfReader(made.pdf).pages[0]["/Annots"]
    assert note.get_object()["/A"]["/URI"] == "ek:index"


def test_many_items_flow_over_pages_and_none_is_lost(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    items = [make.item(n, f"Screenshot_{n}.png") for n in range(1, 37)]
    items[4] = make.item(5, "late.png", method="USB stick")
    made = slip(make.exhibit("7", items), tmp_path, typesetter)
    said = words(made)
    assert made.pages == len(PdfReader(made.pdf).pages) > 3
    assert all(f"ITEM-{n:04d}" in said for n in range(1, 37))
    assert all(item.digests.sha256 in said.replace(" ", "") for item in items)
    assert "Method: USB stick" in said
    assert said.count("Phone of J. D.") == 1  # what all share is said once
    assert said.count("Index of exhibits") == 1


@pytest.mark.parametrize("paper", list(PaperName))
def test_nothing_runs_out_of_its_column(make: Any, tmp_path: Path, typesetter: Typesetter, paper: PaperName) -> None:
    long = "W" * 120
    page = sheet(paper)
    item = make.item(
        1,
        f"{long}.png",
        when=long,
        when_basis=long,
        source=long,
        received_by=long,
        facts=((long, long),),
        warnings=(long,),
        media_type=f"application/{long}",
    )
    two = [item, make.item(2, f"{long}2.png", title=long)]
    for exhibit in (make.exhibit("1", [item], long, when=long), make.exhibit(long, two, long)):
        made = slip(exhibit, tmp_path, typesetter, sheet=page, natives={"ITEM-0001": f"native/{long}"})
        assert ink_beyond(made, page.left, page.width - page.right) == []


def test_titles_in_any_script_are_printed(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    title = "Сообщение 中文標題 한국어 ελληνικά हिन्दी 😀"
    said = words(slip(make.exhibit("1", [make.item(1)], title), tmp_path, typesetter))
    for part in ("Сообщение", "中文標題", "한국어", "ελληνικά", "😀"):
        assert part in said


def test_what_paper_cannot_show_is_said(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    item = make.item(1, warnings=("The file ends early.", "two notes are hidden"))
    pages = {"ITEM-0001": Pages(Path("a.pdf"), 3, (), ("two notes are hidden",))}
    said = words(slip(make.exhibit("1", [item]), tmp_path, typesetter, pages))
    assert "Noted when it was printed: two notes are hidden." in said
    assert "Noted when it was read: The file ends early." in said
    assert said.count("two notes are hidden") == 1
    assert "Not printed" not in said
    assert "Not printed: this kind of file has no pages." in words(
        slip(make.exhibit("1", [make.item(1)]), tmp_path, typesetter)
    )
    silent = make.item(2, "a.mp3", kind=Kind.AUDIO, media_type="audio/mpeg")
    broken = {"ITEM-0002": Pages(None, 0, (), ("The sound cannot be decoded.",))}
    said = words(slip(make.exhibit("1", [silent]), tmp_path, typesetter, broken, natives={"ITEM-0002": "native/a.mp3"}))
    assert "Not printed: The sound cannot be decoded." in said
    assert "Native file: native/a.mp3" in said
    assert "is played" not in said


def test_each_digest_stands_on_one_line(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    item = make.item(1)
    shown = " ".join(item.digests.sha256[at : at + 8] for at in range(0, 64, 8))
    for paper in PaperName:
        for items in ([item], [item, make.item(2, "b.png")]):
            made = slip(make.exhibit("1", items), tmp_path, typesetter, sheet=sheet(paper))
            text = PdfReader(made.pdf).pages[0].extract_text()
            assert any(shown in line for line in text.splitlines())


def test_items_without_a_date_are_counted(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    items = [make.item(1), make.item(2, "b.png", when="", when_basis=""), make.item(3, "c.png")]
    said = words(slip(make.exhibit("7", items, when="8 Jan – 10 Feb 2026"), tmp_path, typesetter))
    assert "8 Jan – 10 Feb 2026 · 1 of 3 items without a date" in said
    assert "No date is known." in said


@given(seconds=st.floats(0.1, 200_000, allow_nan=False))
def test_a_time_axis_starts_at_zero_ends_at_the_end_and_is_never_crowded(seconds: float) -> None:
    marks = ticks(seconds)
    places = [place for place, _ in marks]
    assert places[0] == 0
    assert places[-1] == 100
    assert places == sorted(places)
    assert 2 <= len(places) <= 8
    assert all(after - before > 5 for before, after in pairwise(places))


@given(peaks=st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=2000))
def test_a_waveform_stays_inside_its_picture(peaks: list[float]) -> None:
    strokes = re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", wave_svg(peaks, 468))
    assert len(strokes) == min(len(peaks), 150)
    for x, top, bottom in strokes:
        assert 0 < float(x) < 468
        assert 0 <= float(top) < float(bottom) <= 52
