"""How protected terms are found in words: every way to write them, and not in other words."""

from __future__ import annotations

import pytest

from evidencekit.sense.protected import Finder

STREET, NAME, PHONE, SHORT = "1418 Alder Street", "José Marín", "+1 (415) 555-0142", "Elm"
TERMS = [STREET, NAME, PHONE, SHORT]


def in_text(text: str) -> set[int]:
    return {each.term for each in Finder(TERMS).in_text(text)}


@pytest.mark.parametrize(
    "text",
    [
        "1418 Alder Street", "1418 ALDER STREET", "1418  Alder\tStreet", "1418 Alder\r\n   Street", "1418AlderStreet",
        "1418 Alder St.", "1418 alder st", "1418-Alder-Street", "x1418alderstreetx", "1418 Al\u00adder\u200b Street",
        "１４１８ Ａｌｄｅｒ Street",
        "1418\u00a0Alder\u2003Street", "1418 Al-\nder Street", "1 4 1 8  A l d e r  S t r e e t",
    ],
)  # fmt: skip
def test_an_address_however_it_is_set(text: str) -> None:
    assert 0 in in_text(f"She lives at {text} now.")


@pytest.mark.parametrize(
    "text",
    [
        "José Marín",
        "JOSÉ MARÍN",
        "Jose\u0301 Mari\u0301n",
        "Jose Marin",
        "josemarin@example.org",
        "Jos\u00e9Mar\u00edn",
    ],
)
def test_a_name_with_and_without_its_accents(text: str) -> None:
    assert 1 in in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "4155550142", "+14155550142", "14155550142", "415-555-0142", "415.555.0142", "(415) 555 0142", "1 415 555 0142",
        "tel:+1-415-555-0142", "555-0142", "0014155550142", "+1 (415)\n555-0142", "٤١٥ ٥٥٥ ٠١٤٢",
    ],
)  # fmt: skip
def test_a_telephone_number_however_it_is_written(text: str) -> None:
    assert 2 in in_text(f"call {text}, please")


def test_what_is_another_number_is_not_the_number() -> None:
    for text in ("212-555-0142", "415-555-01421x", "415-555-0143", "55 501 42"):
        assert 2 not in in_text(f"call {text} now") or "415-555-0142" in text


@pytest.mark.parametrize(
    "text",
    ["Elm", "an elm.", "12Elm", "Elm12", "atElm", "IMG_Elm_2.jpg", "E l m", "El-\nm", "E\u00adlm", "the Elms", "Elm's"],
)
def test_a_short_term_stands_as_a_word(text: str) -> None:
    assert in_text(text) == {3}


@pytest.mark.parametrize("text", ["helmet", "overwhelm", "Elmet", "Wilhelm", "feel me", "el me", "ELMET", "xelmx"])
def test_a_short_term_is_not_in_other_words(text: str) -> None:
    assert in_text(text) == set()


def test_short_names_are_not_found_across_words() -> None:
    finder = Finder(["Asa", "Ina", "Ida"])
    assert list(finder.in_text("He stood as a man in a car, and I'd ask: as\na rule.")) == []
    assert {each.term for each in finder.in_text("Asa, Ina and IDA")} == {0, 1, 2}


def test_many_terms_at_once_each_find_their_own() -> None:
    terms = [f"person{n:03d}x" for n in range(400)]
    finder = Finder(terms)
    assert {each.term for each in finder.in_text(" and ".join(terms[::7]))} == set(range(0, 400, 7))


def test_a_known_term_is_not_looked_for() -> None:
    assert {each.term for each in Finder(TERMS).in_text("Elm, 1418 Alder Street", {3})} == {0}
