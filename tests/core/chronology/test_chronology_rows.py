"""Chronology rows: everything in order, nothing dropped, nothing argued."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.chronology import cite_pages, rows
from evidencekit.model import (
    Category,
    ChronologyRow,
    Digests,
    Exhibit,
    Fact,
    Incident,
    Item,
    Kind,
    Milestone,
    MilestoneKind,
    Moment,
    Placed,
    Status,
    Zone,
)

LA = "America/Los_Angeles"


def item(n: int, kind: Kind = Kind.IMAGE, when: str | None = None, **more: Any) -> Item:
    """An item; ``when`` with an offset is a stated moment, without one a naive one."""
    zone = Zone.STATED if when and ("Z" in when or when[-6:-5] in {"+", "-"}) else Zone.NONE
    moments = (Moment(when, when, "exif DateTimeOriginal", zone),) if when else ()
    return Item(
        number=f"ITEM-{n:04d}",
        name=more.pop("name", f"IMG_{n}.JPG"),
        received_path=f"phone/IMG_{n}.JPG",
        size=1,
        digests=Digests("0" * 64, "0" * 64),
        kind=kind,
        media_type="image/jpeg",
        extension_matches=True,
        acquisition=1,
        received="2026-04-10T17:02:11Z",
        moments=more.pop("moments", moments),
        **more,
    )


def table(
    *items: Item, milestones: Any = (), incidents: Any = (), exhibits: Any = (), placed: Any = None, only: bool = False
) -> tuple[ChronologyRow, ...]:
    return rows(items, milestones, incidents, exhibits, placed or {}, LA, exhibits_only=only)


def what(one: Item, *others: Item) -> str:
    return next(row.what for row in table(one, *others) if one.number in row.items)


def test_order_and_numbers() -> None:
    found = table(
        item(1, when="2026-03-05T10:00:00-08:00"),
        item(2),
        item(3, when="2026-02-18T09:59:00"),
        milestones=[
            Milestone(1, "2026-02-18T10:00-08:00", MilestoneKind.ORDER_SERVED, "by Dep. Ng"),
            Milestone(2, "2026-03-05", MilestoneKind.ARREST, ""),
        ],
        incidents=[Incident(1, "night of the 4th to 5th of March 2026", "A sedan stood opposite the house.")],
    )
    assert [row.n for row in found] == [1, 2, 3, 4, 5, 6]
    assert [(row.date, row.time, row.channel) for row in found] == [
        ("To be determined", "", "image"),
        ("18 Feb 2026", "09:59:00", "image"),
        ("18 Feb 2026", "10:00", "milestone"),
        ("night of the 4th to 5th of March 2026", "", "incident"),
        ("5 Mar 2026", "", "milestone"),
        ("5 Mar 2026", "10:00:00", "image"),
    ]
    assert [row.milestone for row in found] == [False, False, True, False, True, False]
    assert [row.zone for row in found] == ["", "no zone", "PST (UTC−8), assumed", "", "", "PST (UTC−8), stated"]


def test_how_the_zone_is_known_is_said() -> None:
    container = Moment("2026-01-09T10:14:09+00:00", "3850798449", "mvhd creation time, UTC by the format", Zone.ASSUMED)
    assert table(item(1, Kind.AUDIO, moments=(container,)))[0].zone == "PST (UTC−8), assumed"
    assert table(item(1, when_said="2026-01-09T10:14:09-05:00"))[0].zone == "PST (UTC−8), stated"
    assert table(item(1, when_said="2026-01-09"))[0].zone == ""


def test_a_persons_time_goes_before_the_files() -> None:
    row = table(item(1, when="2026-03-05T10:00:00-08:00", when_said="early March 2026"))[0]
    assert (row.date, row.time, row.zone) == ("early March 2026", "", "")


def test_undated_rows_are_first_never_dropped_and_in_order_of_their_numbers() -> None:
    found = table(item(10000), item(2), item(999, when="1999-01-01T00:00:00"))
    assert [row.items[0] for row in found] == ["ITEM-0002", "ITEM-10000", "ITEM-0999"]


HEADERS = {"from": "a@x", "to": ["b@y", "c@z"], "subject": "Re:\n you"}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (item(1, facts=(Fact("width", 1170, "png"), Fact("height", 2532, "png"))), "Image IMG_1.JPG, 1170 × 2532"),
        (item(1), "Image IMG_1.JPG"),
        (item(1, Kind.AUDIO, seconds=47.2, name="vm.m4a"), "Recording, 47 s, vm.m4a"),
        (item(1, Kind.AUDIO, seconds=0.3, name="vm.m4a"), "Recording, 0.3 s, vm.m4a"),
        (item(1, Kind.AUDIO, seconds=3725.0, name="vm.m4a"), "Recording, 1 h 2 min 5 s, vm.m4a"),
        (item(1, Kind.AUDIO, name="vm.m4a"), "Recording vm.m4a"),
        (item(1, Kind.VIDEO, seconds=61.0, name="v.mp4"), "Video, 1 min 1 s, v.mp4"),
        (item(1, Kind.DOCUMENT, pages=3, name="a.pdf"), "Document a.pdf, 3 pages"),
        (item(1, Kind.DOCUMENT, pages=1, name="a.pdf"), "Document a.pdf, 1 page"),
        (item(1, Kind.DOCUMENT, name="a.txt"), "Document a.txt"),
        (item(1, Kind.ARCHIVE, name="a.zip"), "Archive a.zip"),
        (item(1, Kind.OTHER, name="core"), "File core"),
        (item(1, Kind.EMAIL, name="m.eml"), "E-mail m.eml"),
        (
            item(1, Kind.EMAIL, facts=tuple(Fact(*fact, "h") for fact in HEADERS.items())),
            "E-mail from a@x to b@y, c@z: Re: you",
        ),
        (item(1, Kind.EMAIL, facts=(Fact("from", "a@x", "h"),)), "E-mail from a@x, no subject"),
        (item(1, title=" First voicemail ", facts=(Fact("width", 1, "png"),)), "First voicemail"),
    ],
)
def test_what_a_thing_is(one: Item, words: str) -> None:
    assert what(one) == words


def test_names_cannot_deceive() -> None:
    assert what(item(1, Kind.OTHER, name="report\u202efdp.exe\n")) == "File report\\u{202e}fdp.exe\\u{a}"


def test_duplicates_fold_into_the_first() -> None:
    first = item(1, when="2026-03-05T10:00:00-08:00")
    again = item(19, when="2026-03-05T10:00:00-08:00", duplicate_of="ITEM-0001")
    inside = item(8, duplicate_of="ITEM-0001", parent="ITEM-0007")
    mail = item(7, Kind.EMAIL, name="m.eml")
    found = table(again, first, mail, inside)
    assert [row.items for row in found] == [("ITEM-0007",), ("ITEM-0001", "ITEM-0008", "ITEM-0019")]
    assert found[1].what == "Image IMG_1.JPG (also received as ITEM-0008, attached to ITEM-0007; ITEM-0019)"


@pytest.mark.parametrize("own", [{"when_said": "2026-03-06"}, {"title": "As shown to the officer"}])
def test_a_duplicate_that_a_person_described_has_its_own_row(own: dict[str, str]) -> None:
    found = table(item(1), item(2, duplicate_of="ITEM-0001", **own))
    assert sorted(row.items for row in found) == [("ITEM-0001",), ("ITEM-0002",)]


def test_duplicates_of_duplicates_and_of_the_absent_are_not_lost() -> None:
    assert [
        row.items for row in table(item(1), item(2, duplicate_of="ITEM-0001"), item(3, duplicate_of="ITEM-0002"))
    ] == [("ITEM-0001", "ITEM-0002", "ITEM-0003")]
    assert [row.items for row in table(item(2, duplicate_of="ITEM-0001"))] == [("ITEM-0002",)]
    looped = table(item(1, duplicate_of="ITEM-0002"), item(2, duplicate_of="ITEM-0001"))
    assert sorted(number for row in looped for number in row.items) == ["ITEM-0001", "ITEM-0002"]


def test_attachments_have_rows_of_their_own() -> None:
    mail, archive = item(7, Kind.EMAIL, name="m.eml"), item(9, Kind.ARCHIVE, name="a.zip")
    assert what(item(8, parent="ITEM-0007"), mail) == "Image IMG_8.JPG, attached to ITEM-0007"
    assert what(item(8, parent="ITEM-0009"), archive) == "Image IMG_8.JPG, from archive ITEM-0009"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (MilestoneKind.NO, "“Do not contact me again.”", "“No”: “Do not contact me again.”"),
        (MilestoneKind.NO, "No, stop calling", "No, stop calling"),
        (MilestoneKind.ORDER_ISSUED, "DV-1182", "Order issued: DV-1182"),
        (MilestoneKind.ORDER_SERVED, "order served at his door", "order served at his door"),
        (MilestoneKind.ORDER_EXPIRES, "", "Order expires"),
        (MilestoneKind.ARREST, "by SDPD", "Arrest: by SDPD"),
        (MilestoneKind.OTHER, "She moved", "She moved"),
    ],
)
def test_milestones_say_their_kind_once(kind: MilestoneKind, text: str, words: str) -> None:
    row = table(milestones=[Milestone(1, "2026-02-11", kind, text, item="ITEM-0004")])[0]
    assert (row.what, row.items, row.channel) == (words, ("ITEM-0004",), "milestone")


def test_an_incident_keeps_what_was_written() -> None:
    incident = Incident(
        1,
        "about 9 pm on 4 March 2026",
        "A sedan stood opposite the house.",
        items=("ITEM-0002",),
        categories=(Category.SURVEILLANCE, Category.LIFE_INVASION),
        location="Elm Street",
        witness="K. Lee",
        reported="SDPD 26-0312",
    )
    row = table(item(2), incidents=[incident])[1]
    assert row.categories == ("surveillance", "life-invasion")
    assert (row.location, row.witness, row.reported) == ("Elm Street", "K. Lee", "SDPD 26-0312")
    assert (row.date, row.items) == ("about 9 pm on 4 March 2026", ("ITEM-0002",))


EXHIBITS = (
    Exhibit("1", "a", ("ITEM-0001",)),
    Exhibit("2", "b", ("ITEM-0002",), status=Status.WITHDRAWN),
    Exhibit("3", "c", ("ITEM-0003", "ITEM-0001"), status=Status.ADMITTED),
)
PLACED = {"1": Placed("1", 3, 12, 1), "3": Placed("3", 2, 15, 1)}


def test_rows_cite_exhibit_and_page() -> None:
    found = table(item(1), item(2), item(3), exhibits=EXHIBITS, placed=PLACED)
    assert [(row.exhibit, row.page, row.cites) for row in found] == [
        ("1", 12, (("1", 12), ("3", 15))),
        ("", None, ()),
        ("3", 15, (("3", 15),)),
    ]


def test_pages_are_open_until_the_binder_is_built() -> None:
    found = table(item(1), exhibits=EXHIBITS)
    assert (found[0].exhibit, found[0].page) == ("1", None)
    assert cite_pages(found, PLACED) == table(item(1), exhibits=EXHIBITS, placed=PLACED)
    assert cite_pages(cite_pages(found, PLACED), {}) == found


def test_a_duplicate_in_an_exhibit_is_cited_by_the_row_it_is_folded_into() -> None:
    found = table(item(5), item(3, duplicate_of="ITEM-0005"), exhibits=EXHIBITS, placed=PLACED, only=True)
    assert [(row.items, row.exhibit) for row in found] == [(("ITEM-0005", "ITEM-0003"), "3")]


def test_the_binders_form_holds_exhibits_milestones_and_incidents_only() -> None:
    found = table(
        item(1),
        item(2),
        item(4),
        milestones=[Milestone(1, "2026-02-11", MilestoneKind.NO, "x", item="ITEM-0004")],
        incidents=[Incident(1, "2026-02-12", "y")],
        exhibits=EXHIBITS,
        only=True,
    )
    assert [(row.n, row.channel, row.items) for row in found] == [
        (1, "image", ("ITEM-0001",)),
        (2, "milestone", ("ITEM-0004",)),
        (3, "incident", ()),
    ]


WHEN = st.one_of(
    st.none(),
    st.sampled_from(["early March 2026", "2026", "before 4 March 2026", "2026-03-04", "broken words"]),
    st.datetimes().map(lambda moment: moment.isoformat() + "-08:00"),
)


@given(st.lists(st.tuples(WHEN, st.one_of(st.none(), st.integers(1, 12))), max_size=12), st.randoms())
def test_every_item_stands_in_exactly_one_row_whatever_the_order_given(found: list[Any], random: Any) -> None:
    items = [
        item(n, when=None, when_said=when, duplicate_of=None if of is None or of == n else f"ITEM-{of:04d}")
        for n, (when, of) in enumerate(found, 1)
    ]
    made = table(*items)
    assert sorted(number for row in made for number in row.items) == sorted(one.number for one in items)
    assert [row.n for row in made] == list(range(1, len(made) + 1))
    assert [row.sort for row in made] == sorted(row.sort for row in made)
    mixed = list(items)
    random.shuffle(mixed)
    assert [replace(row, n=0) for row in table(*mixed)] == [replace(row, n=0) for row in made]


def test_a_line_break_in_a_persons_words_is_a_space() -> None:
    incident = Incident(
        1, "2026-02-12", "He stood\r\nat the\tcurb.\n\nAgain.\n", (), (), "car\npark", "M.\nOkoye", "PD\t12"
    )
    turning = Milestone(1, "2026-02-11", MilestoneKind.OTHER, "She\nmoved")
    first, second, third = table(
        item(1, when="2026-02-13T10:00:00-08:00", title="Screen\nshot"), milestones=[turning], incidents=[incident]
    )
    assert first.what == "She moved"
    assert second.what == "He stood at the curb. Again."
    assert (second.location, second.witness, second.reported) == ("car park", "M. Okoye", "PD 12")
    assert third.what == "Screen shot"
