"""The shelf of what may be used again: what it holds, gives and forgets."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from evidencekit.custody.keys import Home
from evidencekit.custody.reuse import Kept, Shelf


@pytest.fixture
def shelf(tmp_path: Path, home: Home) -> Shelf:
    return Shelf(tmp_path / "shelf", home.mac)


def settled(shelf: Shelf, *made_of: object, size: int = 100) -> Path:
    made = shelf.making()
    made.mkdir(parents=True)
    (made / "file").write_bytes(bytes(size))
    place = shelf.place(*made_of)
    assert shelf.settle(made, place, {"n": 1}, made / "file") == place / "file"
    assert not made.exists()
    return place


def test_the_same_values_are_the_same_place(shelf: Shelf) -> None:
    assert shelf.place("a", 1, ["b"]) == shelf.place("a", 1, ["b"])
    assert len({shelf.place("a", 1), shelf.place("a", "1"), shelf.place("a1"), shelf.place(1, "a")}) == 4


def test_what_settled_is_kept(shelf: Shelf) -> None:
    place = settled(shelf, "a")
    assert shelf.kept(place) == Kept({"n": 1}, place / "file")


def test_something_new_takes_the_place_of_what_lay_there(shelf: Shelf) -> None:
    place = settled(shelf, "a")
    (place / "file").write_bytes(b"changed")
    assert shelf.kept(place) is None
    settled(shelf, "a")
    assert shelf.kept(place) == Kept({"n": 1}, place / "file")


def test_values_alone_can_be_kept(shelf: Shelf) -> None:
    place = shelf.place("a")
    assert shelf.settle(shelf.making(), place, {"peaks": [0.5]}, None) is None
    assert shelf.kept(place) == Kept({"peaks": [0.5]}, None)


def test_what_two_make_at_once_is_kept_once(shelf: Shelf) -> None:
    made = [shelf.making(), shelf.making()]
    for each in made:
        each.mkdir(parents=True)
        (each / "file").write_bytes(b"same")
    place = shelf.place("a")
    assert [shelf.settle(each, place, {}, each / "file") for each in made] == [place / "file"] * 2
    assert shelf.kept(place) == Kept({}, place / "file")


def test_what_nobody_makes_any_more_is_removed_and_the_rest_left(shelf: Shelf) -> None:
    place = settled(shelf, "a")
    old, new, foreign = shelf.making(), shelf.making(), shelf.folder / "notes"
    for folder in (old, new, foreign):
        folder.mkdir()
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    assert shelf.prune(1 << 20) > 100
    assert {path.name for path in shelf.folder.iterdir()} == {place.name, new.name, "notes"}


def test_pruning_nothing_is_no_fault(shelf: Shelf) -> None:
    assert shelf.prune(0) == 0


def test_a_folder_named_by_way_of_another_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    shelf = Shelf(tmp_path / "a" / ".." / "shelf", lambda data: data[:8].hex())
    place = shelf.place("x")
    place.mkdir(parents=True)
    made = tmp_path / "shelf" / place.name / "page.pdf"  # as a worker names it
    made.write_bytes(b"%PDF")
    shelf.keep(place, {"count": 1}, made)
    kept = shelf.kept(place)
    assert kept is not None
    assert kept.file == made
