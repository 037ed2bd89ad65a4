"""The tour's production: what the story protects is decided on, and the rest holds by itself."""

from __future__ import annotations

from pathlib import Path

from evidencekit.custody.packaged import check_package
from evidencekit.demo import Story
from evidencekit.demo.tour import Tour
from evidencekit.job import Job


def test_the_tour_ends_with_a_production_that_holds_nothing_of_the_victims_address(tour: Tour) -> None:
    assert tour.production is not None
    assert tour.letter is not None
    assert tour.story is not None
    assert check_package(tour.production, Job()).findings == ()
    assert tour.letter.is_file()
    assert tour.held_back > 0
    home = [term for term in tour.story.protected_terms if not term.startswith("+")]
    assert home
    texts = [
        path.read_text("utf-8") for path in (tour.production / "data").rglob("*") if path.suffix in (".txt", ".csv")
    ]
    assert texts
    assert not [term for term in home if any(term.casefold() in text.casefold() for text in texts)]


def test_pictures_that_show_where_she_works_are_held_back(received: tuple[Path, Story], tour: Tour) -> None:
    _, story = received
    assert story.seen
    assert set(story.seen) <= set(story.files)
    assert tour.story is not None
    assert tour.production is not None
    index = (tour.production / "data" / "index.csv").read_text("utf-8-sig")
    assert not [path for path in tour.story.seen if tour.story.taken_as(path)[1] in index]
