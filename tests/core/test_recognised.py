"""Recognised words as values: what a worker may not smuggle in, and how doubt is shown."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from evidencekit.sense.recognised import checked, counted, rows_of, text_of

WORDS = [
    {"text": "Call", "box": [10, 0, 40, 20], "confidence": 0.99},
    {"text": "+15550178834", "box": [50, 0, 150, 20], "confidence": 0.61, "doubtful": True},
]
DATA: dict[str, Any] = {
    "total": 2,
    "pages": [
        {
            "page": 1,
            "width": 500,
            "height": 300,
            "lines": [
                {"text": "Call +15550178834", "box": [10, 0, 150, 20], "confidence": 0.9, "row": 0, "words": WORDS},
                {"text": "9:41", "box": [400, 0, 450, 20], "confidence": 0.99, "row": 0, "words": []},
                {"text": "below", "box": [10, 40, 60, 60], "confidence": 0.99, "row": 1, "words": []},
            ],
            "suppressed": [{"text": "|||", "box": [0, 0, 1, 1], "confidence": 0.3}],
        },
        {"page": 2, "width": 500, "height": 300, "lines": [], "suppressed": []},
    ],
}


def test_lines_far_apart_in_a_row_stay_apart_and_doubt_is_marked() -> None:
    assert text_of(DATA) == "Call +15550178834  9:41\nbelow"
    assert text_of(DATA, marked=True) == "Call ⟦+15550178834?⟧  9:41\nbelow"
    assert counted(DATA) == (2, 1, 1)
    assert [(row.top, sorted(row.doubtful)) for row in rows_of(DATA)] == [(True, ["+15550178834"]), (False, [])]


def test_what_is_right_passes_unchanged_and_what_else_is_there_is_left_out() -> None:
    assert checked({**DATA, "settings": {"x": 1}, "more": []}) == DATA


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("pages",), None),
        (("pages", 0, "page"), "1"),
        (("pages", 0, "width"), -1),
        (("pages", 0, "lines", 0, "text"), 7),
        (("pages", 0, "lines", 0, "box"), [1, 2, 3]),
        (("pages", 0, "lines", 0, "confidence"), 2.0),
        (("pages", 0, "lines", 0, "words", 0, "confidence"), "sure"),
        (("pages", 0, "suppressed"), 3),
        (("total",), True),
    ],
)
def test_nonsense_is_refused(path: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(DATA)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        checked(data)


def test_what_could_not_be_shown_becomes_a_space() -> None:
    data = copy.deepcopy(DATA)
    data["pages"][0]["lines"][2]["text"] = "be\x00low\u202e"
    assert checked(data)["pages"][0]["lines"][2]["text"] == "be low "
