"""The strip of sheets: what it says must be what the binder prints."""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.binder.build import build_binder
from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.job import Job
from evidencekit.model import Kind, Placed, Status
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.profile import load_profile
from ui.models.exhibits import Board, Entry, Thing, load
from ui.models.sheets import MOST_SHOWN, Count, Leaf, count_of, counted, printed, slip_pages, window, with_blanks
from ui.window import Window

PROFILE = load_profile("default")
LETTER = sheet(PaperName.LETTER, PROFILE.gutter)


def thing(number: str, kind: Kind, media_type: str, **more: Any) -> Thing:
    bare = Thing(number, "a", "a", kind, media_type, "0" * 64, "", None, None, None, None)
    return replace(bare, **more)


def entry(key: int | str, *items: str, **more: Any) -> Entry:
    return replace(Entry(key, str(key), "A title", "A title", items, ""), **more)


def board(*entries: Entry) -> Board:
    return Board(PROFILE, PaperName.LETTER, "UTC", "26CR1", entries)


def test_pages_follow_from_what_an_item_is() -> None:
    assert count_of(thing("a", Kind.IMAGE, "image/png", pixels=(1170, 2532)), LETTER) == Count(1)
    tall = count_of(thing("a", Kind.IMAGE, "image/png", pixels=(1170, 12000)), LETTER)
    assert tall.sure
    assert tall.pages > 2
    assert count_of(thing("a", Kind.DOCUMENT, "application/pdf", pages=7), LETTER) == Count(7)
    assert count_of(thing("a", Kind.AUDIO, "audio/mp4", seconds=47.0), LETTER) == Count(0)
    assert not count_of(thing("a", Kind.DOCUMENT, "text/plain"), LETTER).sure


def test_the_parts_of_a_tall_picture_cover_it_from_top_to_bottom() -> None:
    tall = thing("a", Kind.IMAGE, "image/png", pixels=(1170, 12000))
    parts = [window(tall, page, PaperName.LETTER, 18.0) for page in range(count_of(tall, LETTER).pages)]
    assert parts[0][0] == 0.0
    assert parts[-1][1] == 1.0
    assert all(top < before[1] for before, (top, _) in pairwise(parts))


def test_leaves_stand_in_order_with_the_mark_that_is_printed() -> None:
    (exhibit,) = printed(board(entry("12", "A", "B")), {"A": Count(2), "B": Count(0)})
    told = [(page.kind, page.n, page.of, page.item) for page in exhibit.pages]
    assert told == [(Leaf.SLIP, 1, 3, "A"), (Leaf.PAGE, 2, 3, "A"), (Leaf.PAGE, 3, 3, "A")]
    assert exhibit.sure
    assert exhibit.words == "3 pages"
    assert [page.kind for page in with_blanks(exhibit, duplex=True)][-1] is Leaf.BLANK
    assert with_blanks(exhibit, duplex=False) == exhibit.pages


def test_many_pages_are_told_as_a_number() -> None:
    (exhibit,) = printed(board(entry("1", "A")), {"A": Count(40)})
    more = exhibit.pages[-1]
    assert (more.kind, more.stands_for, more.n) == (Leaf.MORE, 40 - (MOST_SHOWN - 1), MOST_SHOWN + 1)
    assert exhibit.total == 41
    assert len(with_blanks(exhibit, duplex=True)) == len(exhibit.pages) + 1


def test_a_withdrawn_exhibit_has_no_sheet() -> None:
    assert printed(board(entry("1", "A", status=Status.WITHDRAWN)), {"A": Count(1)}) == []


def test_the_binder_tells_what_could_only_be_guessed() -> None:
    built = entry("1", "A", "B", status=Status.MARKED, placed=Placed("1", 9, 3, 1))
    (exhibit,) = printed(board(built), {"A": Count(2), "B": Count(1, sure=False)})
    assert (exhibit.total, exhibit.sure) == (9, True)
    assert not slip_pages(9).sure


@pytest.fixture
def two_marked(filled_case: Path, home: Home) -> Path:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.mark_exhibit(case, ["ITEM-0001", "ITEM-0002"], PROFILE, title="Two notes")
        edits.mark_exhibit(case, ["ITEM-0004"], PROFILE, title="A file that cannot be printed")
        edits.add_draft(case, items=["ITEM-0003"])
    return filled_case


def test_the_strip_has_as_many_pages_as_the_binder(two_marked: Path, home: Home, tmp_path: Path) -> None:
    with write_case(two_marked, home, "A. Rivera") as case:
        built = build_binder(case, tmp_path / "out", PROFILE, PaperName.LETTER, Job())
        told = load(case, {}, "")
        by_place = printed(told, counted(case, told))
        edits.arrange(case, "1", witness="J. D.")  # the binder is behind now: its places are forgotten
        later = load(case, {}, "")
        by_rendition = printed(later, counted(case, later))
    pages = {each["label"]: each["pages"] for each in built.record["exhibits"]}
    for found in (by_place, by_rendition):
        assert {each.label: each.total for each in found[:2]} == pages
        assert all(each.sure for each in found[:2])
    assert all(each.placed is None for each in later.entries)


def test_the_strip_follows_the_list_and_leads_back_to_it(
    reopened: Callable[..., Window], qtbot: QtBot, two_marked: Path
) -> None:
    window = reopened(two_marked, "exhibits")
    window.show_page("exhibits")
    view: Any = window.views["exhibits"]

    def settled() -> bool:
        return window.session.tasks.pending == 0 and view.strip.sheets.pictures.waiting == 0

    qtbot.waitUntil(settled, timeout=30_000)
    strip = view.strip.sheets
    labels = [page.label for page in strip.pages if page.kind is Leaf.SLIP]
    assert labels == ["1", "2", "3"]
    view.list.choose(["2"])
    assert strip.accessibleDescription() == "Exhibit 2: 1 page"
    qtbot.keyClick(strip, Qt.Key.Key_PageDown)
    assert [each.label for each in view.list.chosen()] == ["3"]
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    assert [each.label for each in view.list.chosen()] == ["1"]
    with qtbot.waitSignal(strip.opened) as said:
        qtbot.mouseDClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    assert said.args == ["ITEM-0001"]
    assert window.pages.currentWidget() is window.views["items"]


def test_eight_hundred_drafts_stay_quick(
    reopened: Callable[..., Window], qtbot: QtBot, filled_case: Path, home: Home
) -> None:
    with write_case(filled_case, home, "A. Rivera") as case:
        edits.add_drafts(case, groups=[["ITEM-0001"], ["ITEM-0002"], ["ITEM-0003", "ITEM-0004"]] * 267)
    window = reopened(filled_case, "exhibits")
    window.show_page("exhibits")
    view: Any = window.views["exhibits"]
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=30_000)
    assert view.model.rowCount() == 801
    assert not view.list.viewport().children()  # rows are painted, none is a widget
    assert len(view.strip.sheets.pages) > 801
    view.list.choose([800])
    assert view.strip.sheets.horizontalScrollBar().value() > 0
    qtbot.keyClick(view.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=30_000)
    assert view.model.row_of(800) == 798


def test_pictures_and_waveforms_of_what_is_in_sight_come_by_themselves(
    reopened: Callable[..., Window], qtbot: QtBot, new_case: Path, tmp_path: Path, take: Any, home: Home
) -> None:
    received = tmp_path / "received"
    received.mkdir()
    Image.new("RGB", (300, 400), "#336699").save(received / "a.png")
    with wave.open(str(received / "b.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join((n % 200 * 100).to_bytes(2, "little") for n in range(8000)))
    take(new_case, received)
    with write_case(new_case, home, "A. Rivera") as case:
        edits.add_drafts(case, groups=[["ITEM-0001"], ["ITEM-0002"]])
    window = reopened(new_case, "exhibits")
    window.show_page("exhibits")
    pictures = window.views["exhibits"].strip.sheets.pictures  # type: ignore[attr-defined]
    both = ("ITEM-0001", "ITEM-0002")
    qtbot.waitUntil(lambda: all(pictures.look(each, 0) is not None for each in both), timeout=30_000)
    shown = pictures.look("ITEM-0001", 0).image
    assert shown.pixelColor(shown.width() // 2, shown.height() // 2).name() == "#336699"
    assert max(pictures.look("ITEM-0002", 0).peaks) > 0.1
    assert pictures.waiting == 0
