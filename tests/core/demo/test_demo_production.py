"""The tour's production: what the story protects is decided on, and the rest holds by itself."""

from __future__ import annotations

from evidencekit.custody.packaged import check_package
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
