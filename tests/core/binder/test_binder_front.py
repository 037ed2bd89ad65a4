from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from evidencekit.binder.back import back_matters
from evidencekit.binder.certification import certification_data
from evidencekit.binder.front import Binding, front_data, front_matters
from evidencekit.binder.place import Matter, place, placed
from evidencekit.binder.plan import ExhibitCount, sheets
from evidencekit.binder.reserve import reserve_for
from evidencekit.binder.values import BinderInput, Handling, Volume
from evidencekit.model import ChronologyRow, Kind, Status
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.printing.typeset import Typeset, Typesetter


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def texts(part: Typeset) -> list[str]:
    return [page.extract_text() for page in PdfReader(part.pdf).pages]


def flat(part: Typeset) -> str:
    return re.sub(r"\s+", " ", " ".join(texts(part)))


def tight(part: Typeset) -> str:
    return re.sub(r"\s+", "", "".join(texts(part)))


def links(part: Typeset) -> list[str]:
    return [
        str(note.get_object()["/A"]["/URI"]) for page in PdfReader(part.pdf).pages for note in page.get("/Annots", [])
    ]


def bound(
    binding: Binding, folder: Path, typesetter: Typesetter
) -> tuple[tuple[Typeset, ...], tuple[Typeset, ...], tuple[Volume, ...]]:
    fronts = front_matters(binding, folder, typesetter)
    backs = back_matters(binding, {n: f.pages for n, f in enumerate(fronts, 1)}, folder, typesetter)
    volumes = place(
        binding.plan, binding.binder, binding.profile, [Matter.of(f) for f in fronts], [Matter.of(b) for b in backs]
    )
    return fronts, backs, volumes


def several(make: Any) -> list[Any]:
    voicemail = make.item(31, "voicemail.m4a", kind=Kind.AUDIO, media_type="audio/mp4", seconds=47.0)
    return [
        make.exhibit("1", [make.item(1, "IMG_1.PNG"), make.item(2, "IMG_2.PNG")], "Text messages, first contact"),
        make.exhibit("2", [voicemail], "Voicemail", when="9 Jan 2026, 02:14:09 PST (UTC−8)"),
        make.withdrawn("3"),
        make.exhibit("12", [make.item(50, "order.pdf")], "Protective order", group="The order", witness="Clerk"),
        make.exhibit("12A", [make.item(51, "proof.pdf")], "Proof of service", group="The order"),
    ]


ROWS = (
    ChronologyRow(
        1, "To be determined", "", "", "other", "A note without a date", exhibit="12A", cites=(("12A", None),)
    ),
    ChronologyRow(2, "6 Jan 2026", "07:12:00", "PST (UTC−8), stated", "text", "First message", exhibit="1"),
    ChronologyRow(3, "11 Feb 2026", "", "", "other", "“Do not contact me again.”", milestone=True),
    ChronologyRow(4, "18 Feb 2026", "09:00", "no zone", "other", "The order", cites=(("12", None), ("12A", None))),
    ChronologyRow(5, "early March 2026", "", "", "in-person", "White sedan", location="car park", witness="M. Okoye"),
)


def test_the_index_prints_the_page_each_exhibit_is_placed_on(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    exhibits = [make.exhibit(f"{n}", [make.item(n, f"p{n}.png")], f"Title number {n}") for n in range(1, 150)]
    binding = make.binding(exhibits, profile=make.profile(sheets_per_volume=10**6))
    fronts, _, (volume,) = bound(binding, tmp_path, typesetter)
    index = re.sub(r"\s+", " ", " ".join(texts(fronts[0])[1:]))
    for n in range(1, 150):
        page = volume.targets[f"ek:ex/{n}"]
        assert volume.pages[page - 1].exhibit == f"Exhibit {n} · 1 of 2"
        assert re.search(rf"\b{n} Title number {n} J\. D\. 6 Jan 2026 2 {page}\b", index), (n, page)
    assert fronts[0].pages > 3


@pytest.mark.parametrize("duplex", [True, False])
@pytest.mark.parametrize("paper", list(PaperName))
def test_cover_index_and_chronology_agree_with_the_placed_pages(
    make: Any, tmp_path: Path, typesetter: Typesetter, paper: PaperName, duplex: bool
) -> None:
    binding = make.binding(several(make), ROWS, paper=paper, profile=make.profile(duplex=duplex))
    fronts, _, (volume,) = bound(binding, tmp_path, typesetter)
    cover, index, chronology = texts(fronts[0])
    assert f"How to check: page {volume.targets['ek:custody']}." in re.sub(r"\s+", " ", cover)
    assert "312 lines" in cover
    assert "XWi0 Re8a 41vK Qm2d" in cover
    assert "22 Nov 2026, 16:04:11 PST (UTC−8)" in cover
    assert "Intentionally omitted" in index
    assert "THE ORDER" in index
    at = {label: volume.targets[f"ek:ex/{label}"] for label in ("1", "12", "12A")}
    words = re.sub(r"\s+", " ", chronology)
    assert f"Ex. 12A, p. {at['12A']}" in words
    assert f"Ex. 12, p. {at['12']}; Ex. 12A, p. {at['12A']}" in words
    assert words.index("To be determined") < words.index("6 Jan 2026")
    size = PdfReader(fronts[0].pdf).pages[0].mediabox
    assert (float(size.width), float(size.height)) == pytest.approx(
        (binding.sheet.width, binding.sheet.height), abs=0.01
    )


def test_every_link_of_the_front_and_back_matter_leads_somewhere(
    make: Any, tmp_path: Path, typesetter: Typesetter
) -> None:
    binding = make.binding(several(make), ROWS, profile=make.profile(sheets_per_volume=10))
    fronts, backs, volumes = bound(binding, tmp_path, typesetter)
    assert len(volumes) > 1
    for front, back, volume in zip(fronts, backs, volumes, strict=True):
        found = {*links(front), *links(back)}
        assert found <= set(volume.targets)
        assert {uri for uri in volume.targets if uri.startswith("ek:ex/")} <= set(links(front))


def test_the_first_volume_lists_every_exhibit_with_volume_and_page(
    make: Any, tmp_path: Path, typesetter: Typesetter
) -> None:
    exhibits = [make.exhibit(str(n), [make.item(n, f"{n}.png")], f"Title {n}") for n in range(1, 31)]
    rows = [ChronologyRow(1, "6 Jan 2026", "", "", "text", "Last", cites=(("30", None),))]
    binding = make.binding(exhibits, rows, profile=make.profile(sheets_per_volume=30))
    fronts, _, volumes = bound(binding, tmp_path, typesetter)
    assert len(volumes) > 1
    places = placed(binding.plan, {n: f.pages for n, f in enumerate(fronts, 1)})
    first = flat(fronts[0])
    for n in range(1, 31):
        at = places[str(n)]
        assert re.search(rf"\b{n} Title {n} J\. D\. 6 Jan 2026 2 {at.volume} {at.first_page}\b", first)
    last = places["30"]
    assert f"vol. {last.volume}, p. {last.first_page}" in first
    own = flat(fronts[-1])
    assert "Title 30" in own
    assert "Title 1 " not in own
    assert f"Volume {len(volumes)} of {len(volumes)}" in own


@pytest.mark.parametrize("paper", list(PaperName))
@pytest.mark.parametrize("wide", [False, True])
def test_no_volume_grows_over_its_sheets_by_its_front_and_back_matter(
    make: Any, tmp_path: Path, typesetter: Typesetter, paper: PaperName, wide: bool
) -> None:
    title, actor = ("WIDE MOMENTS " * 9, "WWWWW MMMMMM, WWWWWWW MMMMMM") if wide else ("t " * 60, "A. Rivera, advocate")
    exhibits = [
        make.exhibit(
            str(n),
            [
                make.item(n * 10 + i, f"{n}-{'x' * 70}-{i}.png", acquisition=n // 9 + 1, source=title)
                for i in range(n % 3 + 1)
            ],
            title,
            group=f"Group {n // 3}",
        )
        for n in range(1, 60)
    ]
    rows = [*ROWS, *(ChronologyRow(n, f"{n} May 2026", "07:12:00", "PST, stated", "text", title) for n in range(9, 90))]
    limit = 60
    done = (
        Handling("2026-04-10T17:02:11Z", "Received", actor, 4, "acquire"),
        Handling("2026-11-22T23:40:02Z", "Same content noted: " + "ITEM-0001 repeats ITEM-0002, " * 3, actor, 5),
        Handling("2026-11-22T23:40:02Z", "Marked as Exhibit 999999", actor, 2_000),
    )
    coming = Handling("2026-11-22T23:40:02Z", "Bound in the exhibit binder of ledger line 99,999", actor, 99_999)
    told = {item.number: done for exhibit in exhibits for item in exhibit.items}
    binder = BinderInput(make.case, tuple(exhibits), tuple(rows))
    reserve = reserve_for(binder, sheet(paper, make.profile().gutter), told)
    binding = make.binding(exhibits, rows, paper=paper, profile=make.profile(sheets_per_volume=limit), reserve=reserve)
    told = {number: (*each, coming) for number, each in told.items()}
    binding = dataclasses.replace(binding, record=dataclasses.replace(binding.record, handlings=told))
    fronts, backs, volumes = bound(binding, tmp_path, typesetter)
    assert len(volumes) > 2
    assert all(sheets(len(volume.pages), True) <= limit for volume in volumes)
    for n, (front, back) in enumerate(zip(fronts, backs, strict=True), 1):
        items = sum(len(exhibit.items) for exhibit in binding.plan.volumes[n - 1].exhibits)
        assert front.pages <= reserve.of_front(n)
        assert back.pages <= reserve.of_back(items, n == len(volumes))


def test_what_happened_in_court_stands_in_the_index(make: Any) -> None:
    steps = ((Status.MARKED, "2026-05-01"), (Status.OFFERED, "2026-06-02"))
    exhibits = [
        make.exhibit("1", [make.item(1)], status=Status.ADMITTED, dates=(*steps, (Status.ADMITTED, "2026-06-03"))),
        make.exhibit("2", [make.item(2)], status=Status.EXCLUDED, dates=(*steps, (Status.EXCLUDED, "2026-06-04"))),
        make.exhibit("3", [make.item(3)], status=Status.ADMITTED),
        make.exhibit("4", [make.item(4)]),
    ]
    binding = make.binding(exhibits)
    index = front_data(binding, binding.plan.volumes[0], {})["index"]
    assert [[" ".join(row[step]) for step in ("offered", "marked", "admitted")] for row in index["rows"]] == [
        ["2 Jun 2026", "1 May 2026", "3 Jun 2026"],
        ["2 Jun 2026", "1 May 2026", "Excluded 4 Jun 2026"],
        ["", "", "yes"],
        ["", "", ""],
    ]
    assert index["columns"] == ["label", "offered", "marked", "admitted", "title", "witness", "when", "pages", "page"]


def test_a_column_that_no_exhibit_fills_is_left_out_of_the_index(
    make: Any, tmp_path: Path, typesetter: Typesetter
) -> None:
    marked = ((Status.MARKED, "2026-05-01"),)
    exhibits = [make.exhibit("1", [make.item(1, when="")], when="", witness="", dates=marked), make.withdrawn("2")]
    fronts, _, _ = bound(make.binding(exhibits), tmp_path, typesetter)
    index = texts(fronts[0])[1]
    assert "Marked" in index
    for heading in ("Offered", "Admitted", "Witness", "Document", "Vol."):
        assert heading not in index


def test_a_date_is_never_broken_over_two_lines(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    steps = tuple((status, "2026-11-22") for status in (Status.OFFERED, Status.MARKED, Status.ADMITTED))
    exhibits = [
        make.exhibit(
            str(n), [make.item(n)], "A title of many words " * 3, when=when, dates=steps, witness="Det. S. Okada"
        )
        for n, when in enumerate(
            ("22 Nov 2026, 20:02:11 PST (UTC−8)", "12–22 Feb 2026", "22 Dec 2025 – 10 Feb 2026"), 1
        )
    ]
    rows = [ChronologyRow(1, "22 Nov 2026", "20:02:22", "PST (UTC−8), assumed", "document", "Said", exhibit="1")]
    for paper in PaperName:
        fronts, _, _ = bound(make.binding(exhibits, rows, paper=paper), tmp_path, typesetter)
        lines = [line.strip() for page in texts(fronts[0])[1:] for line in page.splitlines()]
        said = "\n".join(lines)
        assert said.count("22 Nov 2026") == 11
        assert "12–22 Feb 2026" in said
        assert "22 Dec 2025 –" in said
        assert "22 Nov 2026, 20:02:22" in said
        assert not re.search(r"\d\n?[A-Z][a-z]{2}\n|[A-Z][a-z]{2}\n\d{4}", said)


def test_the_index_shows_the_date_of_a_document_and_a_persons_words_as_said(make: Any) -> None:
    whens = ["9 Jan 2026, 02:14:09 PST (UTC−8)", "early March 2026", "night of 4 March 2026, about 9 pm", ""]
    exhibits = [make.exhibit(str(n), [make.item(n, when="")], when=when) for n, when in enumerate(whens)]
    binding = make.binding(exhibits)
    rows = front_data(binding, binding.plan.volumes[0], {})["index"]["rows"]
    assert [" ".join(row["when"]) for row in rows] == ["9 Jan 2026", whens[1], whens[2], ""]


def test_an_exhibit_without_a_printable_page_says_that_its_file_lies_beside(make: Any) -> None:
    exhibits = [make.exhibit("1", [make.item(1)]), make.exhibit("2", [make.item(2)]), make.withdrawn("3")]
    counts = [
        ExhibitCount("1", 1, (("ITEM-0001", 0),)),
        ExhibitCount("2", 1, (("ITEM-0002", 1),)),
        ExhibitCount("3", 0, ()),
    ]
    binding = make.binding(exhibits, counts=counts)
    index = front_data(binding, binding.plan.volumes[0], {})["index"]
    assert [row["remark"] for row in index["rows"]] == ["native file", "", ""]
    assert "the folder “native” beside the binder" in index["note"]


def kinds(binding: Binding) -> list[str]:
    rows = front_data(binding, binding.plan.volumes[0], {})["index"]["rows"]
    return [row["label"] if row["kind"] == "exhibit" else row["kind"] for row in rows]


def test_milestones_stand_between_exhibits_that_follow_the_chronology(make: Any) -> None:
    def row(n: int, exhibit: str, milestone: bool = False) -> ChronologyRow:
        return ChronologyRow(n, f"{n} Jan 2026", "", "", "text", "w", milestone=milestone, exhibit=exhibit)

    exhibits = [make.exhibit(label, [make.item(int(label))]) for label in ("1", "2", "3")]
    rows = [row(1, "1"), row(2, "", True), row(3, "2"), row(4, "3", True), row(5, "", True)]
    assert kinds(make.binding(exhibits, rows)) == ["1", "milestone", "2", "milestone", "3", "milestone"]
    assert kinds(make.binding(exhibits[::-1], rows)) == ["3", "2", "1"]


def test_a_milestone_cites_its_exhibit_and_page(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    row = ChronologyRow(
        1, "11 Feb 2026", "", "", "milestone", "“No”", milestone=True, exhibit="1", cites=(("1", None),)
    )
    fronts, _, (volume,) = bound(make.binding([make.exhibit("1", [make.item(1)])], [row]), tmp_path, typesetter)
    index = re.sub(r"\s+", " ", texts(fronts[0])[1])
    assert f"11 Feb 2026 — “No” (Exhibit 1, page {volume.targets['ek:ex/1']})" in index


def test_a_row_cites_the_page_where_its_item_begins(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    exhibits = [
        make.exhibit("1", [make.item(n, f"{n}.png") for n in range(1, 31)]),
        make.exhibit("2", [make.item(n, f"{n}.png") for n in (40, 41, 42)]),
        make.exhibit("3", [make.item(7, "7.png")]),
    ]
    counts = [
        ExhibitCount("1", 4, tuple((f"ITEM-{n:04d}", 0 if n == 9 else 2) for n in range(1, 31))),
        ExhibitCount("2", 1, tuple((f"ITEM-{n:04d}", 3) for n in (40, 41, 42))),
        ExhibitCount("3", 1, (("ITEM-0007", 1),)),
    ]
    rows = [
        ChronologyRow(
            n,
            f"{n} Jan 2026",
            "",
            "",
            "image",
            "w",
            items=items,
            exhibit=labels[0],
            cites=tuple((c, None) for c in labels),
        )
        for n, (items, labels) in enumerate(
            (
                (("ITEM-0007",), ("1", "3")),
                (("ITEM-0009",), ("1",)),  # it has no pages: its slip sheet
                (("ITEM-0020", "ITEM-0012"), ("1",)),
                (("ITEM-0042",), ("2",)),
            ),
            1,
        )
    ]
    profile = make.profile(sheets_per_volume=30)
    fronts, _, volumes = bound(make.binding(exhibits, rows, counts=counts, profile=profile), tmp_path, typesetter)
    assert len(volumes) == 2
    said = re.sub(r"\s+", " ", texts(fronts[0])[-1])
    first, other = volumes[0].targets, volumes[1].targets
    slip = first["ek:ex/1"]
    assert first["ek:item/1/ITEM-0007"] == slip + 4 + 6 * 2
    for n, cite in enumerate(
        (
            f"Ex. 1, p. {slip + 16}; Ex. 3, vol. 2, p. {other['ek:ex/3']}",
            f"Ex. 1, p. {slip}",
            f"Ex. 1, p. {first['ek:item/1/ITEM-0012']}",
            f"Ex. 2, vol. 2, p. {other['ek:item/2/ITEM-0042']}",
        ),
        1,
    ):
        assert f"{n} Jan 2026 image w {cite}" in said
    assert {"ek:item/1/ITEM-0007", "ek:item/1/ITEM-0012"} <= set(links(fronts[0])) & set(first)


def test_only_a_group_that_stands_together_has_a_heading(make: Any) -> None:
    def of(*groups: str) -> list[tuple[str, bool]]:
        exhibits = [make.exhibit(str(n), [make.item(n)], group=group) for n, group in enumerate(groups, 1)]
        binding = make.binding(exhibits)
        rows = front_data(binding, binding.plan.volumes[0], {})["index"]["rows"]
        return [(row.get("title") if row["kind"] == "group" else row["label"], row.get("apart", False)) for row in rows]

    assert of("a", "a", "b") == [("a", False), ("1", False), ("2", False), ("b", False), ("3", False)]
    assert of("a", "b", "a") == [("1", False), ("b", False), ("2", False), ("3", True)]
    assert of("a", "", "a") == [("1", False), ("2", False), ("3", False)]
    assert of("", "") == [("1", False), ("2", False)]


@pytest.mark.parametrize("paper", list(PaperName))
def test_a_heading_is_never_the_last_thing_on_a_page(
    make: Any, tmp_path: Path, typesetter: Typesetter, paper: PaperName
) -> None:
    exhibits = [
        make.exhibit(str(n), [make.item(n, f"{n}.png")], "Title " * (n * 7 % 23 + 1) + "end", group=f"group-{n // 2}")
        for n in range(1, 160)
    ]
    rows = [
        ChronologyRow(n, f"{n} Jan 2026", "", "", "text", f"band-{n}", milestone=n % 5 == 0, exhibit=str(n))
        for n in range(1, 160)
    ]
    binding = make.binding(exhibits, rows, paper=paper, profile=make.profile(sheets_per_volume=10**6))
    fronts, _, _ = bound(binding, tmp_path, typesetter)
    chronology = next(section.page for section in fronts[0].sections if section.name == "chronology")
    index = [page.split() for page in texts(fronts[0])[1 : chronology - 1]]
    assert len(index) > 3
    assert sum(word.startswith("GROUP-") for page in index for word in page) == 80
    for page in index[:-1]:
        assert re.fullmatch(r"\d+", page[-1]), page[-8:]
        assert not page[-2].endswith("page"), page[-8:]


def test_a_title_longer_than_a_page_loses_no_word(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    words = [f"word{n}" for n in range(1_500)]
    row = ChronologyRow(1, "6 Jan 2026", "", "", "text", " ".join(words), exhibit="1", cites=(("1", None),))
    exhibits = [make.exhibit("1", [make.item(1)], " ".join(words), group="A group")]
    fronts, backs, _ = bound(make.binding(exhibits, [row]), tmp_path, typesetter)
    assert set(words) <= set(flat(backs[0]).split())
    found = flat(fronts[0]).split()
    assert [word for word in words if found.count(word) != 2] == []


def outside(part: Typeset) -> list[str]:
    """Every text of a part that is not wholly on its page."""
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(part.pdf) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            for index in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(index)
                if not (left >= 0 and bottom >= 0 and right <= width and top <= height):
                    found.append(text.get_text_range(index, 1))
    return found


def milestones(count: int, words: str = "") -> list[ChronologyRow]:
    return [
        ChronologyRow(n, f"{n} Jan 2026", "", "", "milestone", f"band-{n} {words}".strip(), milestone=True)
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("words", ["", "said again and again " * 8, "W" * 300, "long words here " * 500])
def test_no_number_or_length_of_milestones_loses_a_word(
    make: Any, tmp_path: Path, typesetter: Typesetter, words: str
) -> None:
    count = 3 if len(words) > 4000 else 30 if len(words) >= 300 else 90
    bands = milestones(count, words)
    rows = [*bands, ChronologyRow(91, "1 Apr 2026", "", "", "text", "w", exhibit="1", cites=(("1", None),))]
    exhibits = [
        make.exhibit("1", [make.item(1)], "first exhibit-one", group="The group"),
        make.exhibit("2", [make.item(2)], "second exhibit-two " + "WIDE MOMENTS " * 200, witness="W" * 1000),
    ]
    (front,), (back,), _ = bound(make.binding(exhibits, rows), tmp_path, typesetter)
    assert outside(front) == []
    assert outside(back) == []
    chronology = next(section.page for section in front.sections if section.name == "chronology")
    pages = texts(front)[1 : chronology - 1]
    said = " ".join(" ".join(pages).split())
    assert all(len(re.findall(rf"band-{n}\b", said)) == 1 for n in range(1, len(bands) + 1))
    assert said.count("exhibit-one") == said.count("exhibit-two") == 1
    assert said.count("MOMENTS") == 200
    assert said.count("long ") == (1500 if len(words) > 4000 else 0)
    assert "THE GROUP" in pages[0]
    assert "band-1" in pages[0]
    if len(words) < 4000:
        assert pages[0].index("THE GROUP") < pages[0].index("band-1")
        (home,) = (page for page in pages if "exhibit-one" in page)
        assert f"band-{count}" in home  # never torn from the exhibit that they stand over


def test_a_later_volume_shows_the_milestones_between_its_own_exhibits(make: Any) -> None:
    def row(n: int, exhibit: str) -> ChronologyRow:
        return ChronologyRow(
            n, f"{n} Jan 2026", "", "", "text", f"at {n}", milestone=not exhibit, exhibit=exhibit, cites=()
        )

    exhibits = [make.exhibit(label, [make.item(int(label))]) for label in ("1", "2", "3", "4")]
    rows = [
        row(1, ""),
        row(2, "1"),
        row(3, ""),
        row(4, "2"),
        row(5, ""),
        row(6, "3"),
        row(7, ""),
        row(8, "4"),
        row(9, ""),
    ]
    counts = [ExhibitCount(label, 1, ((f"ITEM-000{label}", 30),)) for label in ("1", "2", "3", "4")]
    binding = make.binding(exhibits, rows, counts=counts, profile=make.profile(sheets_per_volume=50))
    assert [len(volume.exhibits) for volume in binding.plan.volumes] == [2, 2]
    shown = [
        [row["label"] or row["title"][-4:] for row in front_data(binding, volume, {})["index"]["rows"]]
        for volume in binding.plan.volumes
    ]
    assert shown == [
        ["at 1", "1", "at 3", "2", "at 5", "3", "at 7", "4", "at 9"],
        ["3", "at 7", "4"],
    ]


def test_milestones_have_no_place_among_exhibits_without_a_date(make: Any) -> None:
    exhibits = [make.exhibit(label, [make.item(int(label))]) for label in ("1", "2")]
    assert kinds(make.binding(exhibits, milestones(3))) == ["1", "2"]


def test_the_square_code_holds_the_signed_note(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    import pypdfium2
    import zxingcpp

    (front,), (back,), _ = bound(make.binding(several(make)), tmp_path, typesetter)
    certified = next(n for n, page in enumerate(texts(back)) if "Custody since, and checkpoint" in page)
    for part, page in ((front, 0), (back, certified)):
        with pypdfium2.PdfDocument(part.pdf) as document:
            picture = document[page].render(scale=150 / 72).to_pil().convert("L")  # an ordinary office scan
        (code,) = zxingcpp.read_barcodes(picture)
        assert code.text == make.seal.note


def test_the_key_and_its_fingerprint_are_printed_in_groups(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    seal = dataclasses.replace(make.seal, fingerprint="0123456789abcdef" * 4)
    binding = make.binding(several(make))
    binding = dataclasses.replace(binding, record=dataclasses.replace(binding.record, seal=seal))
    fronts, _, _ = bound(binding, tmp_path, typesetter)
    cover = texts(fronts[0])[0]
    assert cover.count("0123 4567 89ab cdef 0123 4567 89ab cdef") == 2
    assert "a1b2 c3" in cover
    assert "0f7a2c1e" not in cover


def test_the_custody_record_holds_every_digest_and_handling(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    binding = make.binding(several(make))
    _, (back,), (volume,) = bound(binding, tmp_path, typesetter)
    words, packed = flat(back), tight(back)
    for exhibit in binding.binder.exhibits:
        for item in exhibit.items:
            assert packed.count(item.digests.sha256) == 2  # the record and the certification's schedule
            assert item.digests.blake3 in packed
            assert item.number in words
    assert words.count("Received; copied, digests compared, equal") == 5
    assert words.count("10 Apr 2026, 10:02:11 PDT (UTC−7)") >= 5
    assert words.count("Hand-over 1") == 2  # in the custody record and in the certification
    assert words.count("Phone of J. D.") == 2
    assert f"page {volume.targets['ek:ex/12A']} · 2 pages" in words
    assert "Intentionally omitted" not in words


def test_the_certification_is_a_draft_that_only_a_person_can_complete(
    make: Any, tmp_path: Path, typesetter: Typesetter
) -> None:
    exhibits = [make.exhibit("1", [make.item(1, "cut.pdf", warnings=("The file ends early.",))])]
    _, (back,), (volume,) = bound(make.binding(exhibits), tmp_path, typesetter)
    pages = texts(back)
    first = next(section.page for section in back.sections if section.name == "certification")
    assert volume.targets["ek:certification"] == len(volume.pages) - back.pages + first
    for page in pages[first - 1 :]:
        assert page.startswith("DRAFT · not signed")
    assert "DRAFT" not in " ".join(pages[: first - 1])
    words = flat(back)
    for said in ("penalty of perjury", "902(14)", "ITEM-0001 (Exhibit 1): The file ends early.", "EvidenceKit 0.1.0"):
        assert said in words
    assert "authentic" not in words.lower()


def test_the_certification_counts_each_file_once_and_names_every_exhibit_in_binder_order(make: Any) -> None:
    items = [make.item(n, f"{n}.png") for n in range(1, 21)]
    exhibits = [make.exhibit(str(n), [items[n - 1]]) for n in range(1, 21)]
    exhibits += [make.exhibit("21", [items[0], items[1]]), make.exhibit("2A", [make.item(50, "b.png", acquisition=2)])]
    exhibits.insert(0, make.exhibit("30", [items[19]]))
    binding = make.binding(exhibits)
    (first, second) = certification_data(binding.binder, binding.record, {})["acquisitions"]
    listed = "30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 … 21 (22 in all; see the schedule)"
    assert dict(first["rows"])["Files"] == f"20, in Exhibits {listed}"
    assert dict(second["rows"])["Files"] == "1, in Exhibit 2A"


def test_the_certification_stands_in_the_last_volume_only(make: Any, tmp_path: Path, typesetter: Typesetter) -> None:
    exhibits = [make.exhibit(str(n), [make.item(n, f"{n}.png")]) for n in range(1, 13)]
    binding = make.binding(exhibits, profile=make.profile(sheets_per_volume=16))
    _, backs, _ = bound(binding, tmp_path, typesetter)
    found = [[section.name for section in back.sections] for back in backs]
    assert len(found) > 1
    assert found == [["custody"]] * (len(found) - 1) + [["custody", "certification"]]


def test_an_empty_binder_has_a_cover_an_index_and_a_way_to_check(
    make: Any, tmp_path: Path, typesetter: Typesetter
) -> None:
    fronts, backs, (volume,) = bound(make.binding([]), tmp_path, typesetter)
    assert "No exhibit is marked." in flat(fronts[0])
    assert "How to check this binder" in flat(backs[0])
    assert f"How to check: page {volume.targets['ek:custody']}." in flat(fronts[0])


def test_the_same_binding_gives_the_same_bytes(make: Any, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        fronts, backs, _ = bound(make.binding(several(make), ROWS), folder, Typesetter())
        made.append([part.pdf.read_bytes() for part in (*fronts, *backs)])
    assert made[0] == made[1]
