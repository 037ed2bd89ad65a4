"""Values out of hostile files become clean, bounded, printable facts."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from evidencekit.media.notes import LONGEST, Notes, clean, clean_bytes, clean_name, clean_value
from evidencekit.model import Kind

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(alphabet=st.characters()),
    st.binary(),
    st.lists(st.text()),
    st.tuples(st.integers(), st.floats()),
    st.complex_numbers(),
)


@settings(deadline=None)
@given(anything, st.text(), st.text())
def test_every_value_becomes_a_fact_that_prints_and_fits_json(value: object, name: str, basis: str) -> None:
    notes = Notes()
    notes.fact(name, value, basis)
    for fact in notes.facts:
        again = json.loads(json.dumps([fact.name, fact.value, fact.basis], allow_nan=False))
        assert again == [fact.name, fact.value, fact.basis]
        json.dumps(again, ensure_ascii=False).encode("utf-8")


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_clean_text_has_no_controls_and_is_stable(text: str) -> None:
    once = clean(text)
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF or c in "\x7f\u202e\u2066" for c in once)
    assert clean(once) == once


def test_what_cannot_be_shown_is_shown_as_its_code() -> None:
    assert clean("exe\u202egpj.\x07") == "exe\\u202egpj.\\u0007"
    assert clean("\udcff") == "\\udcff"
    assert clean("Canon\0\0\0") == "Canon"
    assert clean(" two\r\n lines\t") == "two lines"


def test_a_name_keeps_every_character_that_a_name_can_have() -> None:
    for name in ("\u202egnp.exe", " two  spaces .txt", "Köln 🙂\ufeff.png", "a\u200fb"):
        assert clean_name(name) == name
    assert clean_name("../a\\b") == "..∕a∖b"
    assert clean_name("a\r\n b\x07\x1b\udcff") == "a  b\\u0007\\u001b\\udcff"


@given(st.text(alphabet=st.characters()))
def test_a_name_is_one_part_of_a_path(text: str) -> None:
    name = clean_name(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) <= 0xDFFF or c == "/" for c in name)
    assert "\\" not in name.replace("\\u", "")


def test_long_values_are_cut_and_say_so() -> None:
    cut = clean("x" * 5_000)
    assert cut.startswith("x" * LONGEST)
    assert cut.endswith("… (cut; 5,000 characters)")
    assert clean_value(["x"] * 600) == ["x"] * 500 + ["… (600 in all)"]


def test_numbers_that_are_none_or_inexact_become_words() -> None:
    assert clean_value(float("nan")) == "not a number"
    assert clean_value(float("-inf")) == "not a number"
    assert clean_value(2**60) == str(2**60)
    assert clean_value(10**5_000) == "a number of 16610 bits"


def test_bytes_are_text_or_hexadecimal() -> None:
    assert clean_bytes("Köln".encode()) == "Köln"
    assert clean_bytes("Köln".encode("cp1252")) == "Köln"
    assert clean_bytes(b"\x81\x8d") == "0x818d"
    assert clean_bytes(b"a\0b") == "0x610062"


def test_facts_are_kept_once_and_bounded() -> None:
    notes = Notes()
    notes.fact("make", "A", "exif Make")
    notes.fact("make", "B", "exif Make")
    notes.fact("make", "", "xmp tiff:Make")
    for number in range(3_000):
        notes.fact(f"n{number}", 1, "x")
    reading = notes.reading(Kind.OTHER, "a/b", "r", "1")
    assert [f.value for f in reading.facts if f.name == "make"] == ["A"]
    assert len(reading.facts) == 2_000
    assert reading.warnings == ("More than 2,000 facts; the rest were not listed.",)


def test_a_bad_time_and_a_mere_date_are_kept_as_found_and_told_but_zeros_are_no_fault() -> None:
    notes = Notes()
    notes.time(None, "2026:13:45 99:00:00", "time DateTime", "exif DateTime")
    notes.time(None, "0000:00:00 00:00:00", "time Zero", "exif DateTime")
    notes.time(None, "2026-01-06", "time Date", "xmp CreateDate")
    assert [(f.name, f.value) for f in notes.facts] == [
        ("time DateTime", "2026:13:45 99:00:00"),
        ("time Date", "2026-01-06"),
    ]
    assert len(notes.warnings) == 2
    assert "2026:13:45" in notes.warnings[0]
    assert notes.warnings[1] == "xmp CreateDate holds a date that is not a whole date and time: “2026-01-06”."
